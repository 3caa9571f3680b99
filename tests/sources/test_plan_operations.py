"""What a plan declares of running the network: read, and every fault told."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import geopandas as gpd
import pyproj
import pytest
import shapely

from overseen.errors import PlanError, SourceError
from overseen.model.operations import Outage
from overseen.sources.camera_file import read_camera_file
from overseen.sources.feeders import FeederOptions, feeders_of_layer
from overseen.sources.outage_timetable import read_timetable
from overseen.sources.plan_file import read_plan
from overseen.sources.plan_operations import OperationSections
from tests.town import CRS, ORIGIN, network

HEAD = '[plan]\nname = "Run"\n[cameras]\nfile = "cameras.csv"\n[city]\nosm = "sample"\n[viewing]\ndraws = 2\n'
CAMERAS = "id,lon,lat,line\n1,24.940,60.170,north\n2,24.941,60.170,south\n3,24.942,60.170,\n"
FULL = """
[[phases]]
name = "first"
from = 2026-01-01
cameras = 2

[control_room]
operators_per_shift = 12
screens_per_operator = 16
shifts_per_day = 3
hours_per_shift = [7, 8, 8]
live = ["1", "3"]
feeder = "north"
records_when_dark = true
link_mbps = 1000

[power]
feeders = { camera_column = "line" }
outages_per_day = 2
outage_hours = [2, 4, 6]
battery_hours = 4
recharge_hours = [6, 8, 12]
timetable = "cuts.csv"

[storage]
codec = "h265"
megapixels = [2, 4, 8]

[retention]
days = 30

[costs]
camera = [1100, 3000, 8300]
currency = "EUR"
per_dollar = 0.92
budget = 1_000_000
years = 4
"""


def written(tmp_path, text, **files):
    """Write a plan and the files beside it; return its path."""
    (tmp_path / "cameras.csv").write_text(CAMERAS, encoding="utf-8")
    for name, content in ({"cuts": "feeder,day,from,to\nnorth,mon,18:00,22:00\n"} | files).items():
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    (tmp_path / "plan.toml").write_text(HEAD + text, encoding="utf-8")
    return tmp_path / "plan.toml"


def faults_of(path, error=PlanError):
    """Return the faults of a plan as sentences."""
    with pytest.raises(error) as caught:
        read_plan(path)
    return [str(fault) for fault in caught.value.faults]


def test_every_key_is_read(tmp_path, sample) -> None:
    assert sample
    inputs = read_plan(written(tmp_path, FULL))
    plan = inputs.plan
    room, power, costs = plan.control_room, plan.power, plan.costs
    assert (room.operators_per_shift, room.screens_per_operator, room.live_cameras) == (12, 16, ("1", "3"))
    assert room.figures == {"shifts_per_day": (3.0, 3.0, 3.0), "hours_per_shift": (7.0, 8.0, 8.0)}
    assert (room.feeder, room.is_recording_independent, room.link_mbps) == ("north", True, 1000.0)
    assert power.feeders.of_camera == {"1": "north", "2": "south"}
    assert power.outages_per_day == (2.0, 2.0, 2.0)
    assert power.figures["recharge_hours"] == (6.0, 8.0, 12.0)
    assert power.timetable == (Outage("north", 18.0, 4.0),)
    assert (plan.storage.codec, plan.storage.figures) == ("h265", {"megapixels": (2.0, 4.0, 8.0)})
    assert (costs.currency, costs.per_dollar, costs.budget, costs.years) == ("EUR", (0.92,) * 3, 1e6, 4)
    assert plan.phases[0].camera_count == 2
    assert {"cuts.csv"} <= {source.file for source in inputs.city.sources}
    (lost,) = [notice for notice in inputs.city.notices if notice.kind == "camera without a feeder"]
    assert (lost.count, lost.example) == (1, "3")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[costs]\ncamera = 5", "a price or a budget needs a currency"),
        ("[costs]\ncurrency = 'EUR'\ncamera = [3, 2, 1]", "low, central and high must rise"),
        ("[costs]\ncurrency = 'EUR'\ncamera = 'many'", "give a number, or low, central and high"),
        ("[costs]\ncurrencey = 'EUR'", "costs.currencey: there is no such key; did you mean 'currency'?"),
        ("[power]\noutages_per_day = 8\noutage_hours = 4", "do not fit into a day"),
        ("[power]\noutage_hours = [1, 2, 30]", "more than 24 hours"),
        ("[power]\nfeeders = { within_m = 5 }", "name either a file, or a camera_column"),
        ("[power]\nfeeders = 'gone.geojson'", "power.feeders.file: there is no file 'gone.geojson' beside the plan"),
        ("[power]\ntimetable = 'gone.csv'", "power.timetable: there is no file 'gone.csv'"),
        ("[control_room]\nlive = ['9']", "control_room.live: 1 of its cameras are not in the list, such as '9'"),
        ("[control_room]\noperators_per_shift = 0", "control_room.operators_per_shift: 0 does not fit"),
        ("[storage]\ncodec = 'h263'", "storage.codec"),
    ],
)
def test_a_fault_names_its_place(tmp_path, sample, text, sentence) -> None:
    assert sample
    assert any(sentence in fault for fault in faults_of(written(tmp_path, text)))


def test_a_timetable_of_other_feeders_is_a_fault(tmp_path, sample) -> None:
    assert sample
    text = FULL.replace('feeder = "north"\n', "")
    path = written(tmp_path, text, cuts="feeder,day,from,to\nnorthh,mon,18:00,22:00\n")
    assert (
        "power.timetable: 1 of its feeders are not among those of cameras.csv, such as 'northh'" in faults_of(path)[0]
    )
    path = written(tmp_path, text.replace('"line"', '"lines"'))
    assert "did you mean 'line'?" in faults_of(path, SourceError)[0]


def test_a_timetable_runs_past_midnight_and_tells_all_its_faults(tmp_path) -> None:
    path = tmp_path / "cuts.csv"
    path.write_text("Feeder,Day,From,To\nA,Sunday,22:30,01:00\n*,,0:00,24:00\n", encoding="utf-8")
    outages, source = read_timetable(path)
    assert outages[0] == Outage("A", 6 * 24.0 + 22.5, 2.5)
    assert [outage.hours for outage in outages[1:]] == [24.0] * 7
    assert source.role == "timetable of outages"
    path.write_text("feeder,day,from,to\nA,someday,1:00,2:00\nA,mon,1:70,2:00\n,mon,1:00,2:00\n", encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read_timetable(path)
    assert [fault.where for fault in caught.value.faults] == ["row 2", "row 3", "row 4"]
    path.write_text("feeder,from\nA,1:00\n", encoding="utf-8")
    with pytest.raises(SourceError, match="day"):
        read_timetable(path)


def layer(tmp_path, shapes, **columns):
    """Write a layer of feeders in the plane of the paper town."""
    moved = [shapely.transform(shape, lambda points: points + ORIGIN) for shape in shapes]
    gpd.GeoDataFrame(columns, geometry=moved, crs=CRS).to_file(tmp_path / "feeders.gpkg")
    return tmp_path / "feeders.gpkg"


def test_a_camera_is_in_the_area_that_holds_it_or_near_the_nearest(tmp_path) -> None:
    cameras = network([{"at": at} for at in ((5, 5), (15, 5), (10, 5), (30, 5), (130, 5))])
    path = layer(tmp_path, [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)], name=["west", "east"])
    found = feeders_of_layer(path, cameras, FeederOptions(within_m=20.0), frame=cameras.cameras.crs)
    # On the border the first of the file counts; at 10 m the east is nearest; 110 m is too far.
    assert found.feeders.of_camera == {"c0": "west", "c1": "east", "c2": "west", "c3": "east"}
    assert [(notice.kind, notice.count, notice.example) for notice in found.notices] == [
        ("camera without a feeder", 1, "c4")
    ]


def test_lines_and_points_are_feeders_too_and_nameless_ones_have_their_number(tmp_path) -> None:
    cameras = network([{"at": (5, 5)}, {"at": (90, 5)}])
    path = layer(tmp_path, [shapely.LineString([(0, 0), (0, 50)]), shapely.Point(95, 5)], width=[1, 2])
    found = feeders_of_layer(path, cameras, FeederOptions(), frame=cameras.cameras.crs)
    assert found.feeders.of_camera == {"c0": "feeder 1", "c1": "feeder 2"}
    with pytest.raises(SourceError, match=r"power\.feeders\.column"):
        feeders_of_layer(path, cameras, FeederOptions(column="nam"), frame=cameras.cameras.crs)


@pytest.mark.data
def test_the_cameras_of_inner_berlin_hang_on_its_planning_areas(shared_data) -> None:
    folder = shared_data("berlin_mid")
    cameras = read_camera_file(folder / "cameras.csv")
    layer = folder / "lor_population_2020.geojson"
    found = feeders_of_layer(layer, cameras, FeederOptions(within_m=0.0), frame=pyproj.CRS(32633)).feeders
    assert (len(found.of_camera), len(set(found.of_camera.values())), len(found.names)) == (745, 37, 95)


def test_the_plan_of_the_page_names_every_key_and_no_other() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)
    content = tomllib.loads(block)
    sections = OperationSections.model_validate({name: content[name] for name in OperationSections.model_fields})
    for name, section in OperationSections.model_fields.items():
        known = set(type(getattr(sections, name)).model_fields)
        assert set(content[name]) == known, section
