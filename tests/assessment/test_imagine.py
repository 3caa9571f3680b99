"""Hypothetical networks: drawn by the rule and nothing else, the spread alone published."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import shapely

from overseen.assessment.imagine import imagined_spread, siting_variance_share
from overseen.assessment.imagined_network import imagined_network
from overseen.cli.main import main
from overseen.errors import PlanError
from overseen.model.imagined import OFFSET_M, ImagineRule
from overseen.model.schema import AREAS
from overseen.report.imagined import imagined_answer, imagined_record, write_imagined
from overseen.sources.plan_file import read_plan
from tests.town import CRS, KNOWN, ORIGIN, network, plan, town, viewing

EAST, WEST = [(10, 50), (90, 50)], [(110, 150), (190, 150)]


def city(kinds=("footway", "primary")):
    """Return a town of two streets of 80 m, the first in the south-west, the second in the north-east."""
    made = town([], [EAST, WEST])
    return replace(made, streets=made.streets.assign(kind=list(kinds)))


def points(rule, number=0, of=None):
    """Return the positions of a network, from the south-west corner of the town."""
    return shapely.get_coordinates(imagined_network(rule, of or city(), number).cameras.geometry.to_numpy()) - ORIGIN


def with_areas(made):
    """Return the town with a western and an eastern half as areas."""
    shift = shapely.transform
    halves = [shift(shapely.box(x, 0, x + 100, 200), lambda at: at + ORIGIN) for x in (0, 100)]
    areas = AREAS.empty(CRS).reindex(["west", "east"]).assign(resident_count=[10.0, 20.0], inside_share=[1.0, 1.0])
    areas.index.name = "area_id"
    return replace(made, areas=areas.set_geometry(halves, crs=CRS))


def test_the_same_number_gives_the_same_network_and_another_gives_another() -> None:
    rule = ImagineRule(30)
    assert np.array_equal(points(rule, 4), points(rule, 4))
    assert not np.array_equal(points(rule, 4), points(rule, 5))
    assert not np.array_equal(points(rule, 4), points(replace(rule, seed=2), 4))
    assert np.array_equal(points(replace(rule, count=50), 4)[:30], points(rule, 4))


def test_every_camera_stands_beside_a_street_on_either_side() -> None:
    at = points(ImagineRule(400))
    beside = np.where(at[:, 0] < 100, at[:, 1] - 50.0, at[:, 1] - 150.0)
    assert np.allclose(np.abs(beside), OFFSET_M)
    assert 0.4 < (beside > 0).mean() < 0.6
    # Along the street they are even: both halves of the first one hold as many.
    west = at[at[:, 0] < 100]
    assert 0.4 < (west[:, 0] < 50.0).mean() < 0.6


def test_streets_share_the_cameras_by_length_and_weight() -> None:
    assert abs((points(ImagineRule(2000))[:, 0] < 100).mean() - 0.5) < 0.05
    weighted = points(ImagineRule(2000, street_weights=(("primary", 3.0),)))
    assert abs((weighted[:, 0] > 100).mean() - 0.75) < 0.05
    assert (points(ImagineRule(50, street_weights=(("primary", 0.0),)))[:, 0] < 100).all()


def test_quotas_are_kept_to_the_camera() -> None:
    rule = ImagineRule(40, quotas=(("west", 31),))
    at = points(rule, 0, with_areas(city()))
    assert (at[:, 0] < 100).sum() == 31


def test_the_share_near_important_places_is_kept_to_the_camera() -> None:
    important = shapely.Point(ORIGIN[0] + 10.0, ORIGIN[1] + 50.0)
    rule = ImagineRule(40, important=important, important_share=0.5, within_m=20.0, street_weights=(("footway", 0.0),))
    with pytest.raises(PlanError, match="within 20 m of an important place"):
        points(rule)
    near = np.hypot(*(points(replace(rule, street_weights=())) - [10.0, 50.0]).T) < 20.5
    assert near[:20].all()


def test_kinds_have_their_shares_and_nothing_else_is_known() -> None:
    made = imagined_network(ImagineRule(2000, kinds=(("dome", 0.25), ("fixed", 0.5))), city(), 0)
    shares = made.cameras["kind"].value_counts(normalize=True)
    assert abs(shares["dome"] - 0.25) < 0.03
    assert abs(shares["unknown"] - 0.25) < 0.03
    assert made.heads[["bearing_deg", "field_of_view_deg", "mounting_height_m"]].isna().all(axis=None)


def test_the_cameras_that_a_plan_lists_are_in_every_network() -> None:
    one = network([{"at": (20.0, 20.0), **KNOWN}])
    both = one.joined_with(imagined_network(ImagineRule(3), city(), 1))
    assert list(both.cameras.index) == ["c0", "imagined-1-0", "imagined-1-1", "imagined-1-2"]
    assert len(both.heads) == 4


def test_the_spread_holds_every_network_and_names_none(tmp_path) -> None:
    nobody = replace(plan([{"at": (20.0, 20.0), **KNOWN}]))
    found = imagined_spread(nobody, city(), viewing(draws=4), ImagineRule(5, networks=6))
    spread = found.spread
    assert (spread["low"] <= spread["value"]).all()
    assert (spread["value"] <= spread["high"]).all()
    assert (spread["network_count"] == 6).all()
    assert spread.index.is_unique
    record = json.dumps(imagined_record(found))
    assert "imagined-" not in record
    files = {path.name for path in write_imagined(found, tmp_path / "out")}
    assert files == {"report.html", "imagined.json", "run.json"}
    assert "imagined-" not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert imagined_answer(found)[0].startswith("If 5 cameras, beside the 1 camera listed, stood in Paper town")


def test_more_cameras_of_a_rule_never_see_less() -> None:
    few, many = (
        imagined_spread(
            plan([{"at": (20.0, 20.0), **KNOWN}]), city(), viewing(draws=4), ImagineRule(count, networks=2)
        ).spread
        for count in (3, 9)
    )
    assert (many["value"] >= few["value"] - 1e-12).all()
    assert (many["value"] > few["value"]).any()


def test_the_part_of_the_variance_that_lies_with_where_cameras_stand() -> None:
    assert siting_variance_share(np.array([[1.0, 1.0], [3.0, 3.0]])) == 1.0
    assert siting_variance_share(np.array([[1.0, 3.0], [1.0, 3.0]])) == 0.0
    assert np.isnan(siting_variance_share(np.ones((3, 4))))
    # Means 2 and 4 vary by 2; within, each varies by 2, so 1 of the 2 is their noise: 1 / (1 + 2).
    assert siting_variance_share(np.array([[1.0, 3.0], [3.0, 5.0]])) == pytest.approx(1 / 3)


PLAN = '[plan]\nname = "x"\n[city]\nosm = "sample"\n[viewing]\ndraws = 2\n[imagine]\ncount = 20\nnetworks = 2\n'


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("streets = { footpath = 2 }", "the city has no such kind of street; known are "),
        ("quotas = { north = 3 }", "the city has no such area; known are none"),
        ("kinds = { dome = 0.7, fixed = 0.7 }", "the shares of the kinds add up to more than 1"),
        ("important = { share = 0.5 }", "give a file of important places, or kinds"),
        ('important = { kinds = ["amenity=castle"], share = 0.5 }', "none of these places lies in the city"),
    ],
)
def test_a_rule_that_does_not_fit_is_told(tmp_path, sample, more, sentence) -> None:
    (tmp_path / "plan.toml").write_text(PLAN + more, encoding="utf-8")
    with pytest.raises(PlanError) as told:
        read_plan(tmp_path / "plan.toml")
    assert sentence in str(told.value)


def test_a_plan_without_cameras_and_without_a_rule_is_refused(tmp_path) -> None:
    (tmp_path / "plan.toml").write_text('[plan]\nname = "x"\n', encoding="utf-8")
    with pytest.raises(PlanError, match="it names no cameras"):
        read_plan(tmp_path / "plan.toml")


def test_the_command_writes_a_network_only_by_its_number(tmp_path, sample, capsys) -> None:
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    main(["imagine", str(tmp_path / "plan.toml"), "--write", "7", "-o", str(tmp_path / "7.geojson")])
    features = json.loads((tmp_path / "7.geojson").read_text(encoding="utf-8"))["features"]
    assert len(features) == 20
    assert set(features[0]["properties"]) == {"camera_id", "kind", "setting", "source"}
    with pytest.raises(SystemExit) as left:
        main(["assess", str(tmp_path / "plan.toml"), "-o", str(tmp_path / "out")])
    assert left.value.code == 1
    assert "use overseen imagine" in capsys.readouterr().err
