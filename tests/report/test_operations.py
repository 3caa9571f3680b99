"""Running the network from plan to report: each number with its interval, nothing that tells which camera is dark when."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from itertools import pairwise

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from overseen.assessment.assess import assess
from overseen.model.operations import ControlRoom, Costs, Feeders, Outage, Power, Storage
from overseen.model.plan import Phase
from overseen.model.schema import AREAS, TABLES
from overseen.report.document import Figure, Points, Text
from overseen.report.operations import operation_sections
from overseen.report.words import with_range
from overseen.report.write import write_run
from tests.exposure.test_streets import BLOCKS, WAYS, scattered
from tests.report.factory import paper_assessment
from tests.town import plan, town, viewing

PLANTED = "Zyxwvut"
"""Stands in the name of every feeder, and may stand in no output."""


def inhabited(city, *, cuts=(0.9,)):
    """Return the town in strips from west to east, the first with 1,000 residents, the last with few cameras."""
    west, south, east, north = city.boundary.bounds
    sides = [west + share * (east - west) for share in (0.0, *cuts, 1.0)]
    names = ["Most", *["Rest"] * len(cuts)]
    areas = gpd.GeoDataFrame(
        {"name": names, "resident_count": [1000.0, *[50.0] * len(cuts)], "inside_share": [1.0] * len(names)},
        geometry=[shapely.box(left, south, right, north) for left, right in pairwise(sides)],
        crs=city.buildings.crs,
        index=pd.Index([f"a{number}" for number in range(1, len(names) + 1)], name="area_id", dtype=object),
    )
    return replace(city, areas=AREAS.checked(areas))


def declared():
    """Return a plan with everything declared."""
    bare = plan(scattered(24))
    names = list(bare.network.cameras.index)
    feeders = Feeders("feeders.geojson", dict.fromkeys(names, f"{PLANTED} 1"), (f"{PLANTED} 1", f"{PLANTED} 2"))
    figures = {"outage_hours": (4.0,) * 3, "battery_hours": (1.0,) * 3, "recharge_hours": (0.0,) * 3}
    return replace(
        bare,
        control_room=ControlRoom(3, 5, {"shifts_per_day": (3.0,) * 3, "hours_per_shift": (8.0,) * 3}, feeder=f"{PLANTED} 2",
                                 link_mbps=50.0),
        power=Power((2.0,) * 3, figures, feeders),
        storage=Storage("h264"),
        retention_days=30.0,
        costs=Costs("USD", {"camera": (1000.0, 2000.0, 4000.0), "outdoor_hours_per_day": (1.0,) * 3}, None, 3e6, 4),
        phases=(Phase("one", dt.date(2026, 1, 1), camera_count=8), Phase("two", dt.date(2027, 1, 1), camera_count=16)),
    )  # fmt: skip


@pytest.fixture(scope="module")
def found():
    """Return the assessment of that plan."""
    return assess(declared(), inhabited(town(BLOCKS, WAYS)), viewing(draws=16))


def words(found) -> str:
    """Return all text of the sections."""
    return " ".join(
        " ".join(block.points) if isinstance(block, Points) else block.text
        for section in operation_sections(found)
        for block in section.blocks
        if isinstance(block, Text | Points)
    )


def test_every_sentence_is_made_from_its_row(found) -> None:
    text = words(found)
    for name in ("control_room_watched_share", "control_room_watched_delivered_share", "power_recording_share", "power_live_share",
                 "power_streets_delivered_share"):  # fmt: skip
        assert with_range(found.finding(name)) in text, name
    assert "between 58 to 74" in text
    assert "cannot tell" not in text
    assert "not verified against the original" in text


def test_what_one_feeder_delivers_is_what_its_closed_form_says(found) -> None:
    # 2 outages of 4 h with a battery of 1 h: 18 of 24 hours, of the camera-hours and of the street in view alike.
    for name in ("power_recording_share", "power_streets_delivered_share"):
        row = found.finding(name)
        assert (row["value"], row["low"], row["high"]) == pytest.approx((0.75, 0.75, 0.75), abs=1e-6)
    promised, delivered = (found.finding(f"person_hours_{name}")["value"] for name in ("promised", "delivered"))
    assert delivered == pytest.approx(0.75 * promised, rel=1e-6)
    assert 0.0 < promised < 1050
    assert found.finding("power_live_share")["value"] == pytest.approx(0.75**2, abs=0.03)
    assert (
        found.finding("cost_per_person_hour_delivered")["value"]
        > found.finding("cost_per_person_hour_promised")["value"]
    )


def test_person_hours_are_residents_times_hours_times_share(found) -> None:
    # What is in view is spread evenly along each piece; every resident is an hour in the streets.
    streets = found.streets[found.streets["is_counted"]]
    seen_m = streets["reachable_detect_length_m"] / streets["length_m"]
    hours = 0.0
    for shape, residents in zip(found.city.areas.geometry, (1000.0, 50.0), strict=True):
        inside_m = streets.geometry.intersection(shape).length
        hours += residents * (seen_m * inside_m).sum() / inside_m.sum()
    assert found.finding("person_hours_promised")["value"] == pytest.approx(hours, rel=1e-5)
    assert found.finding("cost_per_person_hour_promised")["denominator"] == pytest.approx(
        hours * 365.0 * (8 * 4 + 16 * 3) / 24, rel=1e-5
    )


def test_an_area_with_few_cameras_is_withheld_and_cannot_be_reckoned_from_the_rest(found) -> None:
    # Two areas, one of few: what the other shows would tell of it.
    assert found.operations.delivered["is_withheld"].all()
    strips = assess(found.plan, inhabited(found.city, cuts=(0.55, 0.9)), found.viewing)
    table = strips.operations.delivered
    assert table["area_id"].drop_duplicates().tolist() == ["a1", "a2", "a3"]
    held, shown = table[table["is_withheld"]], table[~table["is_withheld"]]
    assert len(set(shown["area_id"])) == 1
    assert "a3" in set(held["area_id"])
    assert held.drop(columns=["area_id", "name", "period", "is_withheld"]).isna().all(axis=None)
    assert shown["recording_share"].mean() == pytest.approx(0.75, abs=1e-6)
    assert (shown["delivered_street_m_h"].sum() / shown["promised_street_m_h"].sum()) == pytest.approx(0.75, abs=1e-6)
    assert 10 <= shown["camera_count"].iloc[0] <= 24 - 10
    assert "2 of 3 areas are withheld: those with fewer than 10 cameras, and as many more as keep" in words(strips)


def test_nothing_tells_which_camera_is_dark_when(found, tmp_path) -> None:
    timetable = (Outage(f"{PLANTED} 1", 13.37, 3.0),)
    stated = assess(
        replace(found.plan, power=replace(found.plan.power, timetable=timetable)), found.city, found.viewing
    )
    write_run(stated, tmp_path / "out")
    for path in (path for path in (tmp_path / "out").rglob("*") if path.is_file()):
        content = path.read_bytes()
        if path.suffix == ".parquet":
            content = pd.read_parquet(path).drop(columns="geometry", errors="ignore").to_json().encode()
        assert PLANTED.encode() not in content, path.name
        assert b"13.37" not in content, path.name
    for table in TABLES:
        columns = {column.name for column in (table.index, *table.columns)}
        if columns & {"camera_id", "head_id"}:
            told = {
                "dark",
                "outage",
                "feeder",
                "delivered",
                "available",
                "availability",
                "battery",
                "live",
                "recording",
            }
            assert not [name for name in columns if set(name.split("_")) & told], table.name
    record = json.loads((tmp_path / "out" / "assessment.json").read_text(encoding="utf-8"))
    assert record["plan"]["power"]["feeders"] == "feeders.geojson"
    for row in record["operations"]["delivered"]:
        assert not set(row) & {"camera_id", "feeder"}


def test_every_figure_answers_a_question(found) -> None:
    figures = [block for section in operation_sections(found) for block in section.blocks if isinstance(block, Figure)]
    assert [figure.name for figure in figures] == ["operators", "delivered", "cost-items"]
    for figure in figures:
        assert figure.question.endswith("?")
        assert figure.data.rows


def test_a_plan_that_declares_nothing_is_told_what_would_be_needed() -> None:
    bare = paper_assessment()
    (section,) = operation_sections(bare)
    text = " ".join(section.blocks[0].points)
    for needs in (
        "[control_room] operators_per_shift",
        "[power] outages_per_day",
        "[retention]",
        "[costs] with a currency",
    ):
        assert needs in text
    assert not bare.findings["subject"].isin(["control_room", "storage", "power", "costs"]).any()


def test_costs_in_another_currency_are_bounds_and_say_what_they_lack(found) -> None:
    euros = replace(
        found.plan, costs=Costs("EUR", {"camera": (1000.0,) * 3}, None, 1e6, 4), power=None, control_room=None
    )
    few = assess(euros, inhabited(town([], WAYS)), viewing(draws=2))
    assert few.finding("cost_total")["bound"] == "lower"
    assert few.finding("cost_budget_covered_share")["bound"] == "upper"
    text = words(few)
    assert "needs costs.housing in EUR, or costs.per_dollar" in text
    assert "at least" in text
    assert "at most" in text
    assert few.finding("cost_capital")["value"] == 24 * 1000.0


def test_no_camera_is_no_fault() -> None:
    empty = declared()
    gone = replace(empty, network=replace(empty.network, cameras=empty.network.cameras.assign(status="disused")))
    none = assess(gone, town([], WAYS), viewing(draws=2))
    assert none.finding("control_room_watched_share")["value"] == 0.0
    assert operation_sections(none)
