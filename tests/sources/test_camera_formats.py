"""One list in every format gives one network, and each format's habits are met."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from overseen.errors import SourceError
from overseen.sources.camera_file import read_camera_file
from tests.sources.camera_lists import FORMATS, ROWS, features, frame, written


def told(network) -> dict[str, int]:
    """Return the notices of a network: kind -> count."""
    return {notice.kind: notice.count for notice in network.notices}


def put(folder, name, content):
    """Return the path of a file with some content: text, bytes or what JSON can hold."""
    data = (
        content
        if isinstance(content, bytes)
        else (content if isinstance(content, str) else json.dumps(content)).encode()
    )
    (folder / name).write_bytes(data)
    return folder / name


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", FORMATS)
def test_the_same_list_in_every_format(tmp_path, name) -> None:
    found = read_camera_file(written(ROWS, name, tmp_path))
    plain = read_camera_file(written(ROWS, "comma.csv", tmp_path))
    cameras, heads = found.cameras.sort_index(), found.heads.sort_index()
    said = ["kind", "setting", "mount", "operator", "status", "remark"]
    assert cameras[said].equals(plain.cameras[said])
    numbers = [column for column in heads if not column.endswith("_source")]
    assert heads[numbers].equals(plain.heads[numbers])
    assert cameras.geometry.geom_equals_exact(plain.cameras.geometry, 1e-9).all()
    assert found.sources[0].unread == ()
    assert set(told(found)) <= {"text that is not UTF-8"}


def test_geojson_with_its_habits(tmp_path) -> None:
    content = features([{"camera_id": 1001.0, "lon": 24.9, "lat": 60.1, "height": 4, "note": "<b>by the</b> door"}])
    content["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    content["features"] += [{"type": "Feature", "geometry": None, "properties": {"camera_id": 1002.0}}, None]
    text = json.dumps(content).replace('"height": 4', '"height": NaN')
    network = read_camera_file(put(tmp_path, "list.geojson", text))
    assert network.cameras.index.tolist() == ["1001"]
    assert network.cameras["remark"].tolist() == ["by the door"]
    assert network.heads["mounting_height_certainty"].tolist() == ["unknown"]
    assert told(network) == {"no position, left out": 1, "feature that is none": 1}


def test_geojson_in_another_plane(tmp_path) -> None:
    content = features([{"camera_id": "a", "lon": 500_000.0, "lat": 5_820_000.0}])
    content["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25833"}}
    point = read_camera_file(put(tmp_path, "list.geojson", content)).cameras.geometry.iloc[0]
    # The middle of UTM zone 33 is 15 degrees east; a degree of latitude there is 111.3 km.
    assert (point.x, point.y) == pytest.approx((15.0, 52.53), abs=5e-3)
    content["crs"] = {"type": "name", "properties": {"name": "of the town"}}
    with pytest.raises(SourceError, match="feature 1: the coordinates 500,000 and 5,820,000 cannot be degrees"):
        read_camera_file(put(tmp_path, "odd.geojson", content))


@pytest.mark.parametrize(
    ("content", "points"),
    [
        ({"features": [{"type": "Feature", "geometry": {"type": "Point", "coordinates": [24.9, 60.1]}, "name": "a"}]}, [(24.9, 60.1)]),
        ({"type": "Feature", "geometry": {"type": "Point", "coordinates": [24.9, 60.1]}, "properties": None}, [(24.9, 60.1)]),
        ({"type": "MultiPoint", "coordinates": [[24.9, 60.1], [24.8, 60.1]]}, [(24.9, 60.1), (24.8, 60.1)]),
        ([{"lat": "60,1", "lng": "24,9"}, {"lat": None, "lng": 24.8}], [(24.9, 60.1)]),
        ({"result": {"rows": [{"id": 1, "location": {"latitude": "60.1", "longitude": "24.9"}}]}}, [(24.9, 60.1)]),
        ({"c1": {"lat": 60.1, "lon": 24.9}, "c2": {"lat": 60.1, "lon": 24.8}}, [(24.9, 60.1), (24.8, 60.1)]),
        ([{"recordid": "a", "fields": {"longitude": "-00000001,1500341", "latitude": " 00000046,1645193"}}], [(-1.1500341, 46.1645193)]),
        ([{"name": "a", "coordinates": [-1.1500341, 46.1645193]}], [(-1.1500341, 46.1645193)]),
        ([{"wgs84": [48.822435, 2.249327]}], [(2.249327, 48.822435)]),
        ([{"lat": 60.1, "lng": 24.9, "seen": {"type": "Polygon", "coordinates": [[[24, 60], [25, 60], [25, 61], [24, 60]]]}}], [(24.9, 60.1)]),
        ([{"pos": {"type": "Point", "coordinates": [24.9, 60.1]}}], [(24.9, 60.1)]),
        ({"cctvs": [[60.1, 24.9], [60.1, 24.8]]}, [(24.9, 60.1), (24.8, 60.1)]),
        ([[139.7, 35.6], [-70.1, 35.5]], [(139.7, 35.6), (-70.1, 35.5)]),
        ({"type": "Topology", "arcs": [], "objects": {"c": {"type": "Point", "coordinates": [24.95, 60.17]}}}, [(24.95, 60.17)]),
    ],
)  # fmt: skip
def test_json_of_many_shapes(tmp_path, content, points) -> None:
    cameras = read_camera_file(put(tmp_path, "list.json", content)).cameras
    assert [(point.x, point.y) for point in cameras.geometry] == points


def test_keys_of_an_object_of_objects_are_identifiers_and_lists_are_lists(tmp_path) -> None:
    content = {
        "c1": {"lat": 60.1, "lon": 24.9, "direction": [90, 180]},
        "c2": {"lat": 60.1, "lon": 24.8, "direction": "N"},
    }
    network = read_camera_file(put(tmp_path, "list.json", content))
    assert network.heads["bearing_deg"].tolist() == [90.0, 180.0, 0.0]
    assert network.cameras.index.tolist() == ["c1", "c2"]


def test_areas_lines_and_multipoints(tmp_path) -> None:
    ring = shapely.Polygon([(24.0, 60.0), (24.4, 60.0), (24.4, 60.4), (24.3, 60.4), (24.3, 60.1), (24.0, 60.1)])
    shapes = [shapely.Point(24.9, 60.1), shapely.box(24.0, 60.0, 24.2, 60.2), ring,
              shapely.LineString([(24.0, 60.0), (24.2, 60.0)]), shapely.MultiPoint([(24.1, 60.1), (24.2, 60.2)])]  # fmt: skip
    table = gpd.GeoDataFrame(
        {"id": list("abcde"), "operator": ["City"] * 5, "count": [1, 2, 1, 1, 2]}, geometry=shapes, crs=4326
    )
    table.to_parquet(tmp_path / "list.parquet")
    network = read_camera_file(tmp_path / "list.parquet")
    points = network.cameras.geometry
    assert network.cameras.index.tolist() == ["a", "b/1", "b/2", "c", "d", "e (1)", "e (2)"]
    assert (points["b/2"].x, points["b/2"].y, points["d"].x) == pytest.approx((24.1, 60.1, 24.1))
    assert not ring.contains(ring.centroid)
    assert ring.contains(points["c"])
    assert network.cameras["operator"].tolist() == ["City"] * 7
    assert told(network) == {
        "position given as a polygon": 2, "position given as a linestring": 1, "several points in one row": 1, "counts, mended": 1,
        "collapsed precision": 6, "near identical": 2,
    }  # fmt: skip


@pytest.mark.parametrize("missing", [".shx", ".dbf", ".prj"])
def test_a_shapefile_without_one_of_its_files(tmp_path, missing) -> None:
    path = written(ROWS, "list.shp", tmp_path)
    path.with_suffix(missing).unlink()
    before = {part.name: part.read_bytes() for part in tmp_path.iterdir()}
    network = read_camera_file(path)
    assert network.cameras.geometry.x.tolist() == [24.94123, 24.95123, 24.96123]
    assert told(network)[f"Shapefile without its {missing} file"] == 1
    assert (told(network).get("coordinate reference system not stated") == 3) == (missing == ".prj")
    assert {part.name: part.read_bytes() for part in tmp_path.iterdir()} == before


def test_a_shapefile_alone_in_an_unstated_plane(tmp_path) -> None:
    frame(ROWS, crs=25835).to_file(tmp_path / "list.shp")
    for ending in (".prj", ".dbf", ".shx", ".cpg"):
        (tmp_path / "list.shp").with_suffix(ending).unlink()
    with pytest.raises(
        SourceError, match=r"those of 2 more of 3 rows, cannot be degrees; .*\[cameras\], such as crs = 'EPSG:"
    ):
        read_camera_file(tmp_path / "list.shp")
    network = read_camera_file(tmp_path / "list.shp", crs="EPSG:25835")
    assert network.cameras.geometry.x.tolist() == pytest.approx([24.94123, 24.95123, 24.96123])
    assert network.cameras.index.tolist() == ["feature 1", "feature 2", "feature 3"]


def test_names_that_a_dbf_cut_and_letters_that_it_does_not_state(tmp_path) -> None:
    table = frame(ROWS).rename(columns={"direction": "camera_dir", "height": "mounting_h"})
    table["operator"] = ["시청", "구청", "경찰서 교통과"]
    pyogrio.write_dataframe(table, tmp_path / "list.shp", driver="ESRI Shapefile", encoding="CP949")
    (tmp_path / "list.cpg").unlink()
    data = bytearray((tmp_path / "list.dbf").read_bytes())
    data[29] = 0
    (tmp_path / "list.dbf").write_bytes(bytes(data))
    network = read_camera_file(tmp_path / "list.shp")
    assert network.heads["bearing_deg"].notna().all()
    assert network.heads["mounting_height_m"].dropna().tolist() == [4.0, 3.5]
    assert network.cameras["operator"].tolist() == ["시청", "구청", "경찰서 교통과"]


def test_the_plan_overrules_what_a_file_states(tmp_path) -> None:
    wrong = frame(ROWS, crs=25835).set_crs(25833, allow_override=True)
    wrong.to_file(tmp_path / "list.gpkg")
    network = read_camera_file(tmp_path / "list.gpkg", crs="EPSG:25835")
    assert network.cameras.geometry.x.tolist() == pytest.approx([24.94123, 24.95123, 24.96123])
    assert told(network) == {"coordinate reference system overruled by the plan": 1}


def test_kml_with_folders_html_and_heights_of_zero(tmp_path) -> None:
    mark = "<Placemark><name>{0}</name><description><![CDATA[<table><tr><td>Turret</td></tr></table>]]></description><Point><coordinates>24.{0},60.1,0</coordinates></Point></Placemark>"
    body = "".join(
        f"<Folder><name>part {part}</name>{mark.format(part)}{mark.format(part + 1)}</Folder>" for part in (1, 3)
    )
    path = put(
        tmp_path,
        "list.kml",
        f'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>',
    )
    network = read_camera_file(path)
    assert network.cameras.geometry.x.tolist() == [24.1, 24.2, 24.3, 24.4]
    assert network.cameras["remark"].tolist() == ["Turret"] * 4
    assert told(network) == {"folders read as one list": 2}
    assert dict(network.sources[0].columns) == {"remark": "description", "label": "Name"}


def test_a_database_of_several_layers(tmp_path) -> None:
    frame(ROWS).to_file(tmp_path / "list.gpkg", layer="cameras")
    gpd.GeoDataFrame({"name": ["x"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4326).to_file(
        tmp_path / "list.gpkg", layer="wards"
    )
    network = read_camera_file(tmp_path / "list.gpkg")
    assert len(network.cameras) == 3
    assert [(notice.kind, notice.example) for notice in network.notices] == [("layer not read", "layer 'wards'")]


def test_a_workbook_of_several_sheets(tmp_path) -> None:
    path, table = tmp_path / "book.xlsx", pd.DataFrame(list(ROWS))
    pyogrio.write_dataframe(
        pd.DataFrame({"Title": ["Cameras of the town"], "Year": [2019]}), path, driver="XLSX", layer="About"
    )
    for number, part in enumerate((table.iloc[:1], table.iloc[1:]), start=1):
        pyogrio.write_dataframe(part, path, driver="XLSX", layer=f"District {number}", append=True)
    network = read_camera_file(path)
    assert network.cameras.index.tolist() == ["a1", "a2", "a3"]
    assert network.cameras["source"].tolist() == [
        "book.xlsx, sheet 'District 1', row 2", "book.xlsx, sheet 'District 2', row 2", "book.xlsx, sheet 'District 2', row 3",
    ]  # fmt: skip
    assert told(network) == {"sheet not read": 1, "sheets read as one list": 2}


def test_a_workbook_of_the_old_sort() -> None:
    network = read_camera_file(Path(__file__).parent / "files" / "old_workbook.xls")
    assert network.cameras.index.tolist() == ["1", "2"]
    assert network.cameras.geometry.x.tolist() == pytest.approx([24.91234, 24.92234])
    assert network.heads["mounting_height_m"].tolist() == [4.0, 4.0]
    assert told(network) == {"row above the header": 1}


def test_waypoints_of_a_receiver(tmp_path) -> None:
    points = "".join(
        f'<wpt lat="60.1" lon="24.{number}"><name>{number}</name><desc>dome</desc></wpt>' for number in (1, 2)
    )
    path = put(
        tmp_path,
        "walk.gpx",
        f'<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">{points}</gpx>',
    )
    assert read_camera_file(path).cameras.geometry.x.tolist() == [24.1, 24.2]


def test_the_plan_states_columns_and_plane(tmp_path) -> None:
    from overseen.errors import PlanError
    from overseen.sources.plan_file import read_plan
    from tests.sources.osm_text import OsmText

    town = OsmText()
    town.node(2, 15.0, 52.5)
    town.node(3, 15.002, 52.5)
    town.way(10, [2, 3], highway="residential")
    town.write(tmp_path / "town.osm")
    put(tmp_path, "list.csv", "E,N,looks\n500050,5816600,90\n")
    plan = '[plan]\nname = "p"\n[cameras]\nfile = "list.csv"\ncrs = "{}"\n[cameras.columns]\nx = "E"\ny = "N"\n{} = "looks"\n[city]\nosm = "town.osm"\n'
    network = read_plan(put(tmp_path, "plan.toml", plan.format("EPSG:25833", "bearing"))).plan.network
    assert network.cameras.geometry.iloc[0].x == pytest.approx(15.00074, abs=1e-4)
    assert network.heads["bearing_deg"].tolist() == [90.0]
    with pytest.raises(PlanError) as error:
        read_plan(put(tmp_path, "plan.toml", plan.format("EPSG:two", "baering")))
    assert [str(fault) for fault in error.value.faults] == [
        "plan.toml, cameras.crs: no coordinate reference system is called 'EPSG:two'; write it as in 'EPSG:25833'.",
        "plan.toml, cameras.columns.baering: nothing is called 'baering'; did you mean 'bearing'?.",
    ]


@pytest.mark.parametrize(
    ("column", "cells", "x"),
    [
        ("geo_point_2d", ["60.17, 24.94", "60.18, 24.95"], [24.94, 24.95]),
        ("Location", ["(60.17123, 24.94123)", ""], [24.94123]),
        ("Koordinaten", ["139.71234 35.61234", "-70.11234 35.51234"], [139.71234, -70.11234]),
        ("lon_lat", ["24.94 60.17", "24.95 60.18"], [24.94, 24.95]),
        ("Koordinaten", ["24,94 E; 60,17 N", "60°10'12\"N 24°56'24\"E"], [24.94, 24.94]),
        ("geom", ["POINT (24.94123 60.17123)", "POINT EMPTY"], [24.94123]),
        ("Geo Shape", ['{"type": "Point", "coordinates": [24.94, 60.17]}', ""], [24.94]),
        ("wkb_geometry", [shapely.to_wkb(shapely.Point(24.94123, 60.17123), hex=True), ""], [24.94123]),
    ],
)
def test_positions_within_one_cell(tmp_path, column, cells, x) -> None:
    path = tmp_path / "list.csv"
    pd.DataFrame({"operator": ["City", "County"], column: cells}).to_csv(path, index=False)
    assert read_camera_file(path).cameras.geometry.x.tolist() == pytest.approx(x)


def test_columns_of_a_plane(tmp_path) -> None:
    path = put(tmp_path, "list.csv", "id;Rechtswert;Hochwert\na;500.000,5;5.820.000,25\nb;500100;5820000\n")
    with pytest.raises(SourceError) as error:
        read_camera_file(path)
    assert len(error.value.faults) == 1
    point = read_camera_file(path, crs="EPSG:25833").cameras.geometry.iloc[0]
    assert (point.x, point.y) == pytest.approx((15.0000074, 52.53), abs=5e-3)
    assert point.x > 15.0


def test_columns_called_x_and_y_that_can_only_be_degrees(tmp_path) -> None:
    network = read_camera_file(put(tmp_path, "list.csv", "X,Y\n24.941234,60.171234\n24.942345,60.172345\n"))
    assert network.cameras.geometry.x.tolist() == [24.941234, 24.942345]
    assert told(network) == {"coordinate reference system not stated": 2}


def test_an_archive_of_one_list_and_an_ending_that_does_not_fit(tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("data/list.csv", "lon,lat\n24.9,60.1\n")
        archive.writestr("__MACOSX/._list.csv", b"\x00\x05")
        archive.writestr("readme.md", "no list")
    assert len(read_camera_file(tmp_path / "export.zip").cameras) == 1
    path = put(tmp_path, "list.csv", gzip.compress(json.dumps(features(ROWS)).encode()))
    assert told(read_camera_file(path)) == {"ending that does not fit": 1}


def test_dates_come_to_one_form() -> None:
    from overseen.sources.camera_file import _dates
    from overseen.sources.tables import Oddities

    oddities = Oddities("list.csv")
    rows = [f"row {number}" for number in range(2, 8)]
    cells = ["41558", "25/02/2019", "01/02/2019", "Début 2019", "inconnue", ""]
    assert _dates(cells, "installed_on", rows, oddities) == ["2013-10-11", "2019-02-25", "2019-02-01", "2019", "", ""]
    assert [(n.kind, n.example) for n in oddities.notices()] == [("installed on not understood", "row 6")]
    open_ = Oddities("list.csv")
    assert _dates(["01/02/2019", "03/04/2019", "05.05.2019"], "active_until", rows[:3], open_) == [
        "2019",
        "2019",
        "2019-05-05",
    ]
    assert [(n.kind, n.count) for n in open_.notices()] == [("active until of which only the year is plain", 2)]


@pytest.mark.data
@pytest.mark.parametrize(
    ("file", "count"),
    [
        ("berlin_mid/cameras.csv", 745),
        ("trafford_mid/trafford_cctv_cameras.csv", 163),
        ("trafford_mid/trafford_cctv_cameras.geojson", 163),
        ("trafford_mid/CCTV_cameras_trafford_2018.csv", 98),
        ("dearborn_overpass/cameras_overpass_turbo.geojson", 77),
        ("la_alpr_small/alpr_cameras_osm.json", 98),
        ("los_angeles_huge/alpr_cameras_osm.json", 563),
        ("helsinki_centre/helsinki_centre.osm.pbf", 221),
    ],
)
def test_real_lists_lose_no_row(shared_data, file, count) -> None:
    folder, name = file.split("/")
    network = read_camera_file(shared_data(folder) / name)
    assert len(network.cameras) == count
    assert not [kind for kind in told(network) if kind.endswith(("left out", "merged", "mended"))]


@pytest.mark.data
def test_real_pairs_have_latitude_first(shared_data) -> None:
    network = read_camera_file(shared_data("berlin_large") / "cameras_osm2014_latlon_pairs.json")
    points = network.cameras.geometry
    assert len(points) == 1650
    assert len(set(zip(points.x, points.y, strict=True))) == 934
    assert points.total_bounds.tolist() == [13.19086, 52.39423, 13.63527, 52.59263]
    assert told(network) == {"bare pairs of numbers": 1650, "same spot": 1432, "same spot, alike": 1432}


@pytest.mark.data
def test_all_plate_readers_of_a_country(plate_readers) -> None:
    network = plate_readers
    sorts = network.cameras.index.str.partition("/").get_level_values(0).value_counts().to_dict()
    assert sorts == {"node": 61_751, "way": 17}
    columns = dict(network.sources[0].columns)
    assert (columns["bearing"], columns["zone"], columns["manufacturer"]) == (
        "directionCardinal",
        "surveillanceZone",
        "brand",
    )
    assert network.sources[0].unread == ("direction", "ref")
    assert network.cameras["operator"].notna().sum() == 17_162
