"""``overseen check`` of any file without a plan: what it is, what is in it, what is wrong with it, and an exit code for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from click.testing import CliRunner, Result

from overseen.cli.check import KINDS
from overseen.cli.checked import CHECKS, checked, exit_code
from overseen.cli.checked_parts import empty_object
from overseen.cli.checked_text import KIND_WORDS, worded
from overseen.cli.main import overseen
from overseen.sources.camera_file import read_camera_file
from overseen.sources.file_kinds import FILE_KINDS
from tests.sources import city_scenes
from tests.sources.osm_text import OsmText

CLEAN = "camera_id,lon,lat,direction\na,24.940123,60.170456,90\nb,24.941234,60.171567,180\nc,24.942345,60.172678,270\n"


def check(*arguments: object) -> Result:
    """Run the command."""
    return CliRunner().invoke(overseen, ["check", *map(str, arguments)])


def found_in(*arguments: object) -> list[dict]:
    """Return what it finds, as a script reads it."""
    return json.loads(check(*arguments, "--json").output)["checked"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Return a folder with a file of every kind."""
    here = tmp_path_factory.mktemp("files")
    (here / "list.csv").write_text(CLEAN, encoding="utf-8")
    city_scenes.written(city_scenes.buildings(), here / "footprints.gpkg")
    city_scenes.written(city_scenes.streets(), here / "ways.geojson")
    city_scenes.written(city_scenes.places(), here / "poi.parquet")
    city_scenes.written(city_scenes.land(), here / "landuse.gpkg")
    squares = city_scenes.frame(
        [city_scenes.box(0, 0, 1), city_scenes.box(1, 0, 1)], code=["01", "02"], population=[100, 250]
    )
    city_scenes.written(squares, here / "squares.gpkg")
    city_scenes.written(city_scenes.frame([city_scenes.box(0, 0, 4)], name=["Town"]), here / "outline.geojson")
    (here / "wide.csv").write_text("code;einwohner\n01;100\n02;250\n", encoding="utf-8")
    (here / "long.csv").write_text(
        "area_code,group,value\n01,old,40\n01,young,60\n02,old,100\n02,young,150\n", encoding="utf-8"
    )
    (here / "od.csv").write_text("origin,destination,trips\n01,02,50\n02,01,60\n", encoding="utf-8")
    (here / "own.toml").write_text('name = "ours"\n[[unknowns]]\nname = "mounting_height_m"\nlow = 2.5\ncentral = 3.5\nhigh = 6.0\nsource = "measured"\n',
                                   encoding="utf-8")  # fmt: skip
    (here / "kinds.toml").write_text('name = "ours"\nbased_on = "overseen"\nwithout = ["refuge"]\n', encoding="utf-8")
    text = OsmText()
    for number, lon in ((2, 24.939), (3, 24.943)):
        text.node(number, lon, 60.17)
    text.way(10, [2, 3], highway="residential")
    text.box(20, 24.9402, 60.1702, 0.0005, building="yes", height="9")
    text.node(40, 24.9401, 60.1701, man_made="surveillance")
    text.write(here / "town.osm")
    with rasterio.open(here / "people.tif", "w", driver="GTiff", height=2, width=3, count=1, dtype="float32", crs=3067, nodata=-200.0,
                       transform=rasterio.Affine(250, 0, 385_000, 0, -250, 6_672_000)) as raster:  # fmt: skip
        raster.write(np.array([[1.0, 2.0, 3.0], [4.0, -200.0, 5.0]], dtype=np.float32), 1)
    (here / "plan.toml").write_text(
        '[plan]\nname = "p"\n[cameras]\nfile = "list.csv"\n[city]\nosm = "town.osm"\n', encoding="utf-8"
    )
    return here


@pytest.mark.parametrize(
    ("name", "kind", "part", "facts"),
    [
        ("list.csv", "cameras", "cameras", {"count": 3, "heads": 3}),
        ("town.osm", "osm", "city", {"buildings": 1, "streets": 1, "buildings_height_known": 1}),
        ("footprints.gpkg", "buildings", "layer", {"features": 4, "read": 4, "height_known": 2}),
        ("ways.geojson", "streets", "layer", {"features": 4}),
        ("poi.parquet", "places", "layer", {"features": 3, "read": 2, "kinds": {"clinic": 1, "school": 1}}),
        ("landuse.gpkg", "land", "layer", {"features": 3, "read": 2}),
        ("outline.geojson", "boundary", "layer", {"features": 1, "parts": 1}),
        ("squares.gpkg", "areas", "people", {"areas": 2, "areas_known": 2, "residents": 350}),
        ("wide.csv", "census", "people", {"areas": 2, "residents": 350, "rows": 2}),
        ("long.csv", "census", "people", {"areas": 2, "rows": 4, "groups": {"group": ["old", "young"]}}),
        ("people.tif", "grid", "people", {"rows": 5, "residents": 15}),
        ("od.csv", "trips", "trips", {"cells": 2, "areas": 2, "trips": 110}),
        ("own.toml", "assumptions", "settings", {"name": "ours"}),
        ("kinds.toml", "place_kinds", "settings", {"name": "ours"}),
        ("plan.toml", "plan", "settings", {"name": "p", "draws": 200}),
    ],
)  # fmt: skip
def test_every_kind_of_file_is_known_by_itself(folder, name, kind, part, facts) -> None:
    (found,) = checked([folder / name])
    assert (found["kind"], found["usable"], found["faults"]) == (kind, True, [])
    assert list(found) == list(empty_object("")), "the keys are the same for every kind, in one order"
    assert {key: found[part][key] for key in facts} == facts
    text = worded([found])
    assert text.startswith(f"{name}: {KIND_WORDS[kind]} (")
    assert found["told_by"] in text
    # Told outright, it is the same file.
    (said,) = checked([folder / name], kind=kind)
    assert said | {"told_by": ""} == found | {"told_by": ""}


def test_what_columns_of_a_long_table_were_taken_for(folder) -> None:
    (source,) = checked([folder / "long.csv"])[0]["files"]
    assert (source["columns"], source["unread"]) == ({"id": "area_code", "group": "group", "value": "value"}, [])


@pytest.mark.parametrize("name", ["check", "fetch"])
def test_the_help_keeps_its_lines(name) -> None:
    text = CliRunner().invoke(overseen, [name, "--help"]).output
    assert "\\b" not in text
    assert len([line for line in text.splitlines() if line.strip().startswith(f"overseen {name} ")]) >= 3


def test_kinds_are_the_same_wherever_they_are_listed() -> None:
    assert KINDS == FILE_KINDS
    assert set(KINDS) == set(CHECKS) == set(KIND_WORDS)


@pytest.mark.parametrize(
    "name", ["footprints.gpkg", "ways.geojson", "poi.parquet", "squares.gpkg", "outline.geojson", "people.tif"]
)
def test_where_a_layer_lies_is_in_degrees_and_its_own_system_named(folder, name) -> None:
    (found,) = checked([folder / name])
    box = found["extent_deg"]
    assert 24.9 < box["west"] < box["east"] < 25.0
    assert 60.1 < box["south"] < box["north"] < 60.2
    assert found["crs"]
    assert f"Reference system: {found['crs']}" in worded([found])


def test_heights_that_are_not_known_will_be_assumed(folder) -> None:
    (row,) = checked([folder / "footprints.gpkg"])[0]["assumed"]
    assert (row["unknown"], row["count"], row["of"]) == ("building_height_m", 2, "buildings")
    assert row["low"] < row["central"] < row["high"]


def test_exit_codes_for_scripts(folder, tmp_path) -> None:
    assert check(folder / "list.csv").exit_code == 0
    assert "Nothing odd" in check(folder / "list.csv").output
    (tmp_path / "odd.csv").write_text(CLEAN + "d,0,0,90\ne,,,12\nc,24.942345,60.172678,270\n", encoding="utf-8")
    assert check(tmp_path / "odd.csv").exit_code == 1
    assert check(folder / "list.csv", tmp_path / "odd.csv").exit_code == 1
    assert check(tmp_path / "odd.csv", tmp_path / "gone.csv").exit_code == 3
    assert (
        check().exit_code
        == check(folder / "list.csv", "--sample").exit_code
        == check(folder / "list.csv", "--as", "pictures").exit_code
        == 2
    )
    assert exit_code(checked([folder / "own.toml"])) == 0


def test_every_row_of_a_list_is_accounted_for(tmp_path) -> None:
    (tmp_path / "odd.csv").write_text(CLEAN + "d,0,0,90\ne,,,12\nc,24.942345,60.172678,270\n", encoding="utf-8")
    (found,) = found_in(tmp_path / "odd.csv")
    rows = found["rows"]
    assert (rows["listed"], rows["kept"], rows["is_closed"]) == (6, 3, True)
    assert {item["why"]: item["count"] for item in rows["left_out"]} == {"null island": 1, "no position": 1}
    assert rows["merged"] == [{"why": "same id", "count": 1, "example": "row 7"}]
    output = check(tmp_path / "odd.csv").output
    assert "6 rows listed: 3 kept, 2 left out, 1 merged" in output
    assert "1 left out: null island, such as row 5" in output
    assert "column direction: bearing" in output


def test_all_faults_of_all_files_at_once(folder, tmp_path) -> None:
    (tmp_path / "od.csv").write_text("origin,destination,trips\na,b,many\na,b,-3\n", encoding="utf-8")
    (tmp_path / "own.toml").write_text(
        'name = "x"\n[[unknowns]]\nname = "mounting_hight_m"\nlow = 1\ncentral = 2\nhigh = 3\nsource = "s"\n',
        encoding="utf-8",
    )
    (tmp_path / "page.csv").write_text("<html><body>hello</body></html>", encoding="utf-8")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and no more")
    gpd.GeoDataFrame({"height": [3.0]}, geometry=[shapely.box(385_000, 6_672_000, 385_010, 6_672_010)]).to_parquet(
        tmp_path / "buildings.parquet"
    )
    names = ["od.csv", "own.toml", "page.csv", "broken.parquet", "buildings.parquet", "gone.gpkg"]
    result = check(folder / "list.csv", *[tmp_path / name for name in names])
    assert result.exit_code == 3
    for sentence in ("'many' is no number of trips", "'-3' is no number of trips", "did you mean 'mounting_height_m'?", "it is a web page",
                     "broken.parquet: it cannot be read", "does not state its coordinate reference system", "gone.gpkg: there is no such file"):  # fmt: skip
        assert sentence in result.output, sentence
    assert "list.csv: camera list" in result.output
    found = found_in(folder / "list.csv", *[tmp_path / name for name in names])
    assert [item["usable"] for item in found] == [True] + [False] * len(names)
    assert all(list(item) == list(empty_object("")) for item in found)
    assert len(found[1]["faults"]) == 2


def test_a_file_that_does_not_state_its_plane(tmp_path) -> None:
    path = tmp_path / "buildings.parquet"
    gpd.GeoDataFrame({"height": [3.0]}, geometry=[shapely.box(385_000, 6_672_000, 385_010, 6_672_010)]).to_parquet(path)
    assert check(path).exit_code == 3
    (found,) = found_in(path, "--crs", "EPSG:3067")
    assert (found["usable"], found["layer"]["read"], found["crs"]) == (True, 1, "ETRS89 / TM35FIN(E,N)")
    (tmp_path / "list.csv").write_text("x,y\n385000,6672000\n385100,6672050\n", encoding="utf-8")
    (found,) = found_in(tmp_path / "list.csv", "--crs", "EPSG:3067")
    assert found["cameras"]["count"] == 2
    assert 24.9 < found["extent_deg"]["west"] < 25.0


def test_a_kind_that_is_told_wrongly_is_said(tmp_path) -> None:
    (tmp_path / "census.csv").write_text("number,population\n01,5\n02,7\n", encoding="utf-8")
    (found,) = checked([tmp_path / "census.csv"])
    assert (found["kind"], found["people"]["residents"]) == ("census", 12)
    (said,) = checked([tmp_path / "census.csv"], kind="cameras")
    assert (said["told_by"], said["usable"]) == ("said with --as", False)


def test_a_layer_as_gml_and_one_without_shapes(tmp_path) -> None:
    city_scenes.buildings().to_file(tmp_path / "buildings.gml", driver="GML")
    gpd.GeoDataFrame({"height": [3.0]}, geometry=[shapely.Polygon()], crs=4326).to_parquet(
        tmp_path / "buildings.parquet"
    )
    found = checked([tmp_path / "buildings.gml", tmp_path / "buildings.parquet"])
    assert (found[0]["kind"], found[0]["layer"]["read"]) == ("buildings", 4)
    assert [fault["problem"] for fault in found[1]["faults"]] == ["it holds no feature with a geometry"]


def test_an_extract_lacks_what_it_lacks(tmp_path) -> None:
    text = OsmText()
    for number, lon in ((2, 24.939), (3, 24.943)):
        text.node(number, lon, 60.17)
    text.way(10, [2, 3], highway="residential")
    (found,) = checked([text.write(tmp_path / "streets.osm")])
    assert (found["usable"], found["cameras"], found["city"]["streets"]) == (True, None, 1)
    assert [fault["problem"] for fault in found["faults"]] == ["it holds no man_made=surveillance"]
    assert exit_code([found]) == 1
    text = OsmText()
    text.node(2, 24.939, 60.17, man_made="surveillance")
    (found,) = checked([text.write(tmp_path / "cameras.osm")])
    assert (found["usable"], found["cameras"]["count"], found["city"]) == (True, 1, None)


def test_nothing_is_written_and_nobody_is_asked(folder, monkeypatch) -> None:
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("nothing here touches the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert check(*sorted(before)).exit_code == 1
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_one_large_shape_as_text_is_no_table_of_a_thousand_columns(tmp_path) -> None:
    (tmp_path / "space.wkt").write_text(shapely.Point(0, 0).buffer(1.0, 400).wkt, encoding="utf-8")
    (tmp_path / "wide.csv").write_text(";".join(f"column {number}" for number in range(2_000)), encoding="utf-8")
    found = checked([tmp_path / "space.wkt", tmp_path / "wide.csv"])
    assert [item["faults"][0]["problem"] for item in found] == [
        "it is a shape as text (WKT), and no table", "its first line has more than 1,000 fields, and no table",
    ]  # fmt: skip


@pytest.mark.data
def test_real_files_that_are_no_camera_lists(shared_data) -> None:
    trafford, berlin, helsinki = (shared_data(name) for name in ("trafford_mid", "berlin_mid", "helsinki_centre"))
    found = {
        item["file"]: item
        for item in checked([
            trafford / "2021_population_ethnic_group_lsoa_trafford.csv", trafford / "oa.geojson", trafford / "trafford_hospitals.geojson",
            berlin / "lor_population_2020.geojson", helsinki / "helsinki_population_grid_2020.gpkg",
        ])
    }  # fmt: skip
    assert [item["kind"] for item in found.values()] == ["census", "areas", "places", "areas", "areas"]
    assert found["lor_population_2020.geojson"]["people"]["residents"] == 927_499
    assert found["helsinki_population_grid_2020.gpkg"]["people"]["residents"] == 71_724
    oa = found["oa.geojson"]["people"]
    assert (oa["rows"], oa["areas"], oa["areas_known"]) == (1_055, 738, 0)
    assert len(found["2021_population_ethnic_group_lsoa_trafford.csv"]["people"]["groups"]["ethnic_group"]) == 19
    assert found["trafford_hospitals.geojson"]["layer"]["features"] == 20


def test_a_list_reads_the_same_by_itself_and_for_a_plan(folder) -> None:
    alone = read_camera_file(folder / "list.csv")
    assert checked([folder / "list.csv"])[0]["cameras"]["count"] == len(alone.cameras)
    assert not pd.isna(alone.heads["bearing_deg"]).any()


@pytest.fixture(scope="module")
def run_plan(tmp_path_factory) -> Path:
    """Return a plan of the sample that declares a little of how it is run, and phases that add other numbers than the list has."""
    here = tmp_path_factory.mktemp("run")
    path = here / "plan.toml"
    path.write_text(
        '[plan]\nname = "run"\n[cameras]\nfile = "sample"\n[city]\nosm = "sample"\n'
        '[[phases]]\nname = "one"\nfrom = 2030-01-01\ncameras = 7\n'
        "[control_room]\noperators_per_shift = 3\n[power]\noutages_per_day = 2\noutage_hours = [2, 4, 6]\n"
        '[retention]\ndays = 30\n[costs]\ncurrency = "USD"\ncamera = 900\n',
        encoding="utf-8",
    )
    return path


def test_what_running_the_network_takes_is_told_with_its_source(run_plan) -> None:
    (found,) = found_in(run_plan)
    figures = {row["figure"]: row for row in found["operations"]["figures"]}
    assert {name.split(".")[0] for name in figures} == {"control_room", "storage", "power", "costs"}
    for name in (
        "power.battery_hours",
        "power.recharge_hours",
        "costs.energy_w",
        "control_room.shifts_per_day",
    ):
        row = figures[name]
        assert row["low"] <= row["central"] <= row["high"]
        assert not row["is_declared"]
        assert row["source"] != "the plan"
    assert figures["costs.camera"]["is_declared"]
    assert figures["power.outage_hours"]["source"] == "the plan"
    sentences = " ".join(one["sentence"] for one in found["operations"]["assumed"])
    assert "The plan names no feeders" in sentences
    assert "Phase one is declared to add 7 cameras; the list has none that come in it" in sentences
    assert {"subject": "costs", "what": "whether the budget covers it", "needs": "costs.budget"} in found["operations"][
        "gaps"
    ]


def test_the_figures_told_beforehand_are_those_of_the_assessment() -> None:
    from overseen.assessment.assess import assess
    from overseen.assessment.operations import operation_assumptions
    from tests.report.test_operations import BLOCKS, WAYS, declared, inhabited
    from tests.town import town, viewing

    found = assess(declared(), inhabited(town(BLOCKS, WAYS)), viewing(draws=4))
    before = operation_assumptions(found.plan, found.viewing, 1050.0)
    pd.testing.assert_frame_equal(before.figures.sort_index(), found.operations.figures.sort_index())
    assert set(before.assumed) == set(found.operations.assumed)
    assert set(before.gaps) == set(found.operations.gaps)


def test_the_text_lists_what_the_plan_does_not_declare(run_plan) -> None:
    text = check(run_plan).output
    part = text.partition("Taken for running the network, where the plan declares nothing")[2]
    assert "  power, " in part
    assert "  costs: whether the budget covers it cannot be told; needs costs.budget." in part
    assert "centre 900" not in part, "what the plan declares is not taken"
    assert "further figures are as the plan declares them" in part
