"""Rule packs of a user's own and the section [governance]: read, and every fault told with its remedy."""

from __future__ import annotations

import datetime as dt

import pytest

from overseen.errors import PlanError, SourceError
from overseen.sources.plan_file import read_plan
from overseen.sources.rule_packs import get_rule_pack, read_rule_pack, read_rule_packs, rule_pack_names

OURS = """
name = "ours"
title = "The council's own terms"
jurisdiction = "Our town"
source = "minutes of the council"
read_as = "original"

[[rules]]
id = "a-week"
test = "Recordings are kept for at most 7 days."
kind = "limit"
reads = "plan.retention_days"
at_most = 7
citation = "decision 12"
filled_by = "the operator"
"""

PLAN = """
[plan]
name = "On paper"
date = 2024-06-01

[cameras]
file = "list.csv"

[retention]
days = 8

[governance]
legal_basis = "Act 5"
impact_assessment = 2023-05-01
biometrics = false
hours = [20, 6]
until = 2025-01-01
signs = "signs.geojson"
notice_distance_m = 30
sharing = [{ with = "Interior Ministry", what = "live" }]
supplier = "A foreign state"
setting = "town centre"
country = "FI"

[governance.statements]
risks = "misuse"

[rules]
packs = ["edpb-2019", "ours.toml"]
"""

SIGNS = '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [24.9401, 60.17]}}]}'


def folder(tmp_path, text=PLAN, ours=OURS):
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    (tmp_path / "ours.toml").write_text(ours, encoding="utf-8")
    (tmp_path / "list.csv").write_text("id,lon,lat\na,24.94,60.17\n", encoding="utf-8")
    (tmp_path / "signs.geojson").write_text(SIGNS, encoding="utf-8")
    return tmp_path / "plan.toml"


def test_all_that_is_declared_is_read(tmp_path) -> None:
    inputs = read_plan(folder(tmp_path))
    declared = inputs.plan.governance
    assert (declared.legal_basis, declared.impact_assessment, declared.biometrics, declared.audio) == (
        "Act 5", dt.date(2023, 5, 1), False, None,
    )  # fmt: skip
    assert declared.hours == ((20.0, 6.0),) * 7
    assert declared.hours_per_week == 70.0
    assert [(one.party, one.what) for one in declared.sharing] == [("Interior Ministry", "live")]
    assert declared.statements == {"risks": "misuse"}
    ((x, y),) = declared.signs.position_m
    camera = inputs.plan.network.cameras.geometry.to_crs(inputs.city.buildings.crs).iloc[0]
    assert (x - camera.x, y - camera.y) == (pytest.approx(5.5, abs=0.2), pytest.approx(0.0, abs=0.4))
    assert [pack.name for pack in inputs.plan.rules] == ["edpb-2019", "ours"]
    assert {"signs.geojson", "ours.toml"} <= {source.file for source in inputs.city.sources}


def test_a_week_of_hours(tmp_path) -> None:
    week = PLAN.replace("[20, 6]", "[[8, 18], [8, 18], [8, 18], [8, 18], [8, 18], [0, 0], [0, 24]]")
    assert read_plan(folder(tmp_path, week)).plan.governance.hours_per_week == 74.0


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("setting = \"town centre\"", "setting = \"town center\"", "did you mean 'town centre'?"),
        ("\"edpb-2019\"", "\"edpb-2018\"", "did you mean 'edpb-2019'?"),
        ("\"ours.toml\"", "\"theirs.toml\"", "there is no file 'theirs.toml' beside the plan"),
        ("signs.geojson", "sings.geojson", "there is no file 'sings.geojson' beside the plan"),
        ("hours = [20, 6]", "hours = [[20, 6], [1, 2]]", "give one pair of hours, or seven, Monday to Sunday"),
        ("hours = [20, 6]", "hours = [20, 25]", "less than or equal to 24"),
        ("audio", "audio", ""),
        ("supplier = \"A foreign state\"", "supplyer = \"A\"", "did you mean 'supplier'?"),
        ("supplier = \"A foreign state\"", "supplier = \"Mr Smith, smith@firm.com\"", "name an office or an organisation"),
        ("what = \"live\"", "what = \"rtsp://10.0.0.1/live\"", "which are never kept"),
        ("risks = \"misuse\"", "Risks = \"misuse\"", "governance.statements"),
        ("country = \"FI\"", "country = \"Finland\"", "governance.country"),
    ],
)  # fmt: skip
def test_a_fault_names_its_place_and_remedy(tmp_path, old, new, sentence) -> None:
    if not sentence:
        read_plan(folder(tmp_path, PLAN.replace(old, new)))
        return
    with pytest.raises(PlanError) as caught:
        read_plan(folder(tmp_path, PLAN.replace(old, new)))
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("at_most = 7\n", "", "has one of at_most"),
        ("at_most = 7\n", "at_most = 7\nat_least = 2\n", "has one of at_most"),
        ("kind = \"limit\"", "kind = \"section\"", "a section has no limit"),
        ("citation = \"decision 12\"\n", "", "rules.0.citation: it is missing"),
        ("read_as = \"original\"", "read_as = \"sure\"", "'original', 'excerpt' or 'memory'"),
        ("at_most", "at_mots", "did you mean 'at_most'?"),
        ("reads = \"plan.retention_days\"", "reads = [\"a\", \"b\"]", "reads one fact"),
        ("name = \"ours\"", "name = \"Our Pack\"", "name"),
        ("citation =", "choice = \"LU\"\ncitation =", "choice and chosen_by go together"),
    ],
)  # fmt: skip
def test_a_pack_of_ones_own_is_held_to_its_keys(tmp_path, old, new, sentence) -> None:
    (tmp_path / "ours.toml").write_text(OURS.replace(old, new), encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read_rule_pack(tmp_path / "ours.toml")
    assert sentence in str(caught.value)


def test_two_tests_of_one_name(tmp_path) -> None:
    rule = OURS[OURS.index("[[rules]]") :]
    (tmp_path / "ours.toml").write_text(OURS + rule, encoding="utf-8")
    with pytest.raises(SourceError, match="a-week more than once"):
        read_rule_pack(tmp_path / "ours.toml")


def test_a_pack_asked_for_twice_is_read_once(tmp_path) -> None:
    folder(tmp_path)
    packs = read_rule_packs(["edpb-2019", "ours.toml", "edpb-2019"], tmp_path)
    assert [pack.name for pack in packs] == ["edpb-2019", "ours"]


def test_every_shipped_pack_is_called_as_its_file() -> None:
    for name in rule_pack_names():
        assert get_rule_pack(name).name == name
    with pytest.raises(KeyError):
        get_rule_pack("nowhere")
