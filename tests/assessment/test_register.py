"""The register: a hand-made plan with known gaps, and nothing in it without a source."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from overseen.assessment.register import GAPS, register_findings, register_of, who_sees
from overseen.model.governance import Governance, Sharing
from overseen.model.plan import Phase
from overseen.report.tables_csv import guarded, write_csv
from overseen.sources.camera_file import read_camera_file
from tests.town import KNOWN, plan

LIST = """id,lon,lat,operator,supplier,manufacturer,model,Legal basis,Retention,Shared with,purpose,installed,type
a,24.94,60.17,City,Acme Ltd,Axis,M3045-V,Police Act,30 days,Police; Transit,Theft,2021-05-01,dome
b,24.95,60.17,,,,,,72 h,,,2019,fixed
c,24.96,60.17,Police,=cmd|' /C calc'!A0,,,,,,,,
"""


@pytest.fixture
def listed(tmp_path):
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    return replace(plan([{"at": (1, 1)}]), network=read_camera_file(tmp_path / "list.csv"))


def test_what_the_list_says_of_each_camera(listed) -> None:
    cameras = register_of(listed).cameras
    assert cameras["supplier"].tolist() == ["Acme Ltd", None, "=cmd|' /C calc'!A0"]
    assert cameras["legal_basis"].tolist() == ["Police Act", None, None]
    assert cameras["retention_days"].fillna(-1.0).tolist() == [30.0, 3.0, -1.0]
    assert cameras["sharing"].tolist() == ["Police; Transit", None, None]
    assert cameras["purpose"].tolist() == ["theft", None, None]
    assert cameras["installed_on"].tolist() == ["2021-05-01", "2019", None]
    assert (
        cameras.loc["a", "capabilities"].startswith("turns; picture 1920 px wide")
        or "known model" in cameras.loc["a", "capabilities"]
    )
    assert "column Retention" in cameras.loc["b", "retention_days_source"]
    assert "list.csv" in cameras.loc["a", "operator_source"]
    assert "column operator" in cameras.loc["a", "operator_source"]


def test_gaps_are_counted(listed) -> None:
    found = register_findings(register_of(listed))
    gaps = {item: found.loc[f"register_{item}_missing_count", "value"] for item in GAPS}
    assert gaps == {
        "operator": 1, "supplier": 1, "manufacturer": 2, "model": 2, "kind": 1, "mount": 3, "capabilities": 2, "sharing": 2,
        "legal_basis": 2, "retention_days": 1, "purpose": 2, "installed_on": 1, "checked_on": 3, "phase": 3,
    }  # fmt: skip
    assert (found["denominator"] == 3.0).all()


def test_what_the_plan_declares_stands_for_all_that_the_list_leaves_open(listed) -> None:
    declared = Governance(
        supplier="Vendor", legal_basis="Act 5", sharing=(Sharing("Interior Ministry", "live and recorded"),)
    )
    cameras = register_of(replace(listed, governance=declared, retention_days=14.0)).cameras
    assert cameras["retention_days"].tolist() == [30.0, 3.0, 14.0]
    assert cameras["supplier"].tolist() == ["Acme Ltd", "Vendor", "=cmd|' /C calc'!A0"]
    assert cameras.loc["b", "legal_basis_source"] == "declared for all: plan file, [governance] legal_basis"
    assert cameras["sharing"].tolist() == ["Police; Transit", *["Interior Ministry: live and recorded"] * 2]


def test_nothing_stands_without_a_source_and_no_gap_without_a_reason(listed) -> None:
    cameras = register_of(listed).cameras
    for column in cameras:
        if column.endswith("_source"):
            assert cameras[column].notna().all(), column
            gap = cameras[column.removesuffix("_source")].isna()
            said = cameras.loc[gap, column].str.contains("not|neither|no phases|does not")
            assert said.all(), (column, cameras.loc[gap, column].tolist())
            assert cameras.loc[~gap, column].str.contains("list.csv|declared for all|plan file").all(), column


def test_one_purpose_is_everybodys_and_several_are_nobodys() -> None:
    one = SimpleNamespace(name="Theft")
    base = plan([{"at": (1, 1)}, {"at": (2, 2)}])
    assert register_of(replace(base, purposes=(one,))).cameras["purpose"].tolist() == ["Theft", "Theft"]
    two = register_of(replace(base, purposes=(one, SimpleNamespace(name="Traffic")))).cameras
    assert two["purpose"].isna().all()
    assert two["purpose_source"].str.contains("2 purposes and not which").all()


def test_phases_go_by_the_day_of_putting_up() -> None:
    phases = (Phase("second", dt.date(2025, 1, 1)), Phase("first", dt.date(2024, 1, 1)))
    days = ["2024-01-01", "2025-06-01", "2023-12-31", "2024", None]
    of = replace(plan([{"at": (place, 1), "installed_on": day} for place, day in enumerate(days)]), phases=phases)
    assert register_of(of).cameras["phase"].tolist() == ["first", "second", None, None, None]


def test_who_may_see_what(listed) -> None:
    declared = Governance(sharing=(Sharing("Interior Ministry", "live"),), supplier="Vendor")
    register = register_of(replace(listed, governance=declared))
    counts = who_sees(register.sharing).set_index(["party", "relation"])
    assert counts.loc[("Interior Ministry", "sees"), "cameras"] == 2
    assert counts.loc[("Interior Ministry", "sees"), "for_all"]
    assert counts.loc[("Police", "sees"), "cameras"] == counts.loc[("Police", "operates"), "cameras"] == 1
    assert not counts.loc[("Transit", "sees"), "for_all"]
    assert register.sharing["declaration"].notna().all()
    assert set(register.sharing["camera_id"]) <= set(register.cameras.index)
    nobody = register_of(replace(plan([{"at": (1, 1)}]), governance=Governance(sharing=())))
    assert nobody.cameras["sharing"].tolist() == ["nobody"]
    assert nobody.sharing.empty


def test_a_list_that_says_nothing_of_it_has_no_terms_and_no_reading_of_them(tmp_path) -> None:
    (tmp_path / "list.csv").write_text("id,lon,lat\na,24.9,60.1\n", encoding="utf-8")
    network = read_camera_file(tmp_path / "list.csv")
    assert network.terms is None
    assert "retention" not in {reading.attribute for reading in network.readings}


def test_addresses_and_logins_do_not_come_in_by_the_new_columns(tmp_path) -> None:
    text = "id,lon,lat,supplier,shared with\na,24.9,60.1,Acme,rtsp://10.1.2.3/live\nb,24.8,60.1,Mr Smith,Police\n"
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    network = read_camera_file(tmp_path / "list.csv")
    whole = repr(register_of(replace(plan([{"at": (1, 1)}]), network=network)).cameras.to_dict())
    assert "10.1.2.3" not in whole
    assert "Smith" not in whole


def test_the_csv_reads_back_and_holds_no_formula(tmp_path, listed) -> None:
    register = register_of(listed)
    write_csv(register.cameras, tmp_path / "register.csv")
    with (tmp_path / "register.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["camera_id"] for row in rows] == ["a", "b", "c"]
    assert rows[2]["supplier"] == "'=cmd|' /C calc'!A0"
    assert [row["retention_days"] for row in rows] == ["30", "3", ""]
    assert float(rows[0]["longitude_deg"]) == pytest.approx(24.94)
    for row in rows:
        assert not [cell for cell in row.values() if cell.startswith(("=", "+", "@", "\t", "\r"))]


@pytest.mark.parametrize(
    "words", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "\u00a0=1", '=HYPERLINK("x")']
)
def test_hostile_words_are_shown_as_they_are(tmp_path, words) -> None:
    assert guarded(words) == f"'{words}"
    frame = pd.DataFrame({"words": [words, "a\nb", 'say "no"', "Ö; ,", None]}, index=pd.Index(range(5), name="row"))
    write_csv(frame, tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        assert [row[1] for row in csv.reader(file)] == [
            "words",
            f"'{words}".replace("\r", "\n"),
            "a\nb",
            'say "no"',
            "Ö; ,",
            "",
        ]


def test_capabilities_are_what_is_stated() -> None:
    rows = [{"at": (1, 1), **KNOWN}, {"at": (2, 1), "kind": "panning", "use": "plate_reader"}, {"at": (3, 1)}]
    cameras = register_of(plan(rows)).cameras
    assert cameras["capabilities"].tolist() == [
        "field of view 90 degrees; picture 2000 px wide",
        "turns; reads number plates",
        None,
    ]


def test_the_register_of_the_sample(sample_assessment) -> None:
    found = sample_assessment.findings
    assert len(sample_assessment.governed.register) == 221
    gaps = {
        item: found.loc[f"register_{item}_missing_count", "value"] for item in ("operator", "kind", "mount", "purpose")
    }
    assert gaps == {"operator": 221.0, "kind": 181.0, "mount": 215.0, "purpose": 221.0}
    assert sample_assessment.governed.rules.empty
    entries = found.loc["entries_into_view_count"]
    assert entries["denominator"] == pytest.approx(81_808.7, abs=0.1)
    # Those where the map lacks buildings are counted apart; the table holds both.
    everywhere = entries["value"] + found.loc["entries_into_view_unmapped_count", "value"]
    assert sample_assessment.governed.entries["entry_count"].sum() == pytest.approx(everywhere)
    assert entries["low"] < entries["value"] < entries["high"]
    assert "entries_with_sign_share" not in found.index
