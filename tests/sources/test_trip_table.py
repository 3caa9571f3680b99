"""A table of trips between areas: read, refused cell by cell, or refused whole with every fault."""

from __future__ import annotations

from types import SimpleNamespace

import geopandas as gpd
import pytest

from overseen.errors import PlanError, SourceError
from overseen.model.trips import Demand, TripPlan
from overseen.sources.plan_file import _checked, _trips, read_plan
from overseen.sources.trip_table import read_trip_table


def table(tmp_path, text):
    """Write a table and return its path."""
    path = tmp_path / "od.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_cells_of_few_trips_are_refused_and_counted(tmp_path) -> None:
    path = table(tmp_path, "Origin,destination,trips,name\nA,B,120,Jane Roe\nB,A,9.5,\nA,A,10,\n")
    found = read_trip_table(path, minimum=10, area_ids=["A", "B"])
    assert found.demand == (Demand("A", "B", 120.0), Demand("A", "A", 10.0))
    (notice,) = found.notices
    assert (notice.kind, notice.count, notice.example) == ("too few trips in a cell", 1, "row 3")
    assert found.source.counts == (("cells kept", 2),)
    assert "Jane" not in repr(found)


def test_every_fault_is_told_at_once(tmp_path) -> None:
    path = table(tmp_path, "origin,destination,trips\nA,B,many\nA,Z,-4\nY,B,50\n")
    with pytest.raises(SourceError) as caught:
        read_trip_table(path, minimum=10, area_ids=["A", "B"])
    assert [fault.where for fault in caught.value.faults] == ["row 2", "row 3", "origin", "destination"]


@pytest.mark.parametrize(
    ("text", "where"),
    [("origin,trips\nA,10\n", "destination"), ("origin,destination,trips\nA,A,4\n", "trips"), ("\xff", "origin")],
)
def test_a_table_that_cannot_be_used_is_refused(tmp_path, text, where) -> None:
    with pytest.raises(SourceError) as caught:
        read_trip_table(table(tmp_path, text), minimum=10, area_ids=["A"])
    assert where in [fault.where for fault in caught.value.faults]


PLAN = '[plan]\nname = "x"\n[cameras]\nfile = "sample"\n[city]\nosm = "sample"\n[trips]\n'


def test_a_plan_states_how_many_trips_and_how_far_round(tmp_path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN + "count = 250\ndetour = 0.5\n", encoding="utf-8")
    trips, _ = _trips(_checked(path).trips, path, SimpleNamespace(areas=None))
    assert trips == TripPlan(250, 0.5)


@pytest.mark.parametrize("line", ["minimum = 2", "count = -1", "detours = 1", 'od = "none.csv"'])
def test_a_plan_that_asks_too_much_is_refused(tmp_path, line) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN + line + "\n", encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        read_plan(path)
    assert caught.value.faults[0].where.startswith("trips")


def test_a_table_needs_areas(tmp_path) -> None:
    table(tmp_path, "origin,destination,trips\nA,A,40\n")
    path = tmp_path / "plan.toml"
    path.write_text(PLAN + 'od = "od.csv"\n', encoding="utf-8")
    section = _checked(path).trips
    with pytest.raises(PlanError, match="the city has none"):
        _trips(section, path, SimpleNamespace(areas=None))
    areas = gpd.GeoDataFrame({"geometry": []}, index=[]).reindex(["A"])
    assert isinstance(areas, gpd.GeoDataFrame)
