"""Every row of every real camera list: kept, left out with the reason, or merged; the three are all."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from overseen.cli.checked_networks import row_account
from overseen.sources.camera_file import CameraList, read_camera_list
from tests.sources.camera_lists import FORMATS, written

LISTED = {
    ("berlin_large", "cameras_osm2014_latlon_pairs.json"): 1_650,
    ("berlin_mid", "cameras.csv"): 745,
    ("dearborn_overpass", "cameras_overpass_turbo.geojson"): 77,
    ("la_alpr_small", "alpr_cameras_osm.json"): 98,
    ("los_angeles_huge", "alpr_cameras_osm.json"): 563,
    ("trafford_mid", "CCTV_cameras_trafford_2018.csv"): 98,
    ("trafford_mid", "trafford_cctv_cameras.csv"): 163,
    ("trafford_mid", "trafford_cctv_cameras.geojson"): 163,
}
"""Camera list -> rows that it holds, as its publisher or a count of its own says."""


def rows_of(path: Path) -> int:
    """Return the rows of a list, counted without any of our readers."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return sum(1 for row in csv.DictReader(file) if any(row.values()))
    content = json.loads(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
    if isinstance(content, dict):
        content = next(content[key] for key in ("features", "elements", "cctvs", "cameras") if key in content)
    return len(content)


def assert_closed(read: CameraList, listed: int) -> None:
    """Hold a list to the number of its rows, and each attribute to the number of its cameras."""
    rows = row_account(read)
    gone = sum(item["count"] for item in (*rows["left_out"], *rows["merged"]))
    assert rows["listed"] == listed
    assert (rows["kept"] + gone, rows["is_closed"]) == (listed, True)
    for reading in read.network.readings:
        assert reading.read + reading.refused + reading.unknown == len(read.network.cameras)
        assert sum(count for _, count in reading.reasons) == reading.values_refused


@pytest.mark.data
@pytest.mark.parametrize(("place", "name"), LISTED)
def test_every_row_of_every_real_list_is_accounted_for(shared_data, place, name) -> None:
    path = shared_data(place) / name
    assert rows_of(path) == LISTED[place, name]
    assert_closed(read_camera_list(path), LISTED[place, name])


@pytest.mark.data
def test_every_plate_reader_is_accounted_for(shared_data, plate_reader_list) -> None:
    assert rows_of(shared_data("us_alpr_deflock") / "cameras-us.json.gz") == 61_768
    assert_closed(plate_reader_list, 61_768)


@pytest.mark.data
def test_every_surveillance_object_of_an_extract_is_accounted_for(shared_data) -> None:
    assert_closed(read_camera_list(shared_data("helsinki_centre") / "helsinki_centre.osm.pbf"), 221)


@pytest.mark.filterwarnings("ignore::RuntimeWarning:pyogrio")
@pytest.mark.parametrize("name", FORMATS)
def test_the_account_closes_in_every_format(tmp_path, name) -> None:
    places = [
        (24.9401234, 60.1700123),
        (24.9411234, 60.1710123),
        (24.9421234, 60.1720123),
        (0.0, 0.0),
        (24.9421234, 60.1720123),
    ]
    rows = [
        {"camera_id": f"c{number}", "lon": lon, "lat": lat, "type": "dome"} for number, (lon, lat) in enumerate(places)
    ]
    rows[4] |= {"camera_id": "c2"}
    read = read_camera_list(written(rows, name, tmp_path))
    assert_closed(read, 5)
    account = row_account(read)
    assert (account["kept"], [item["why"] for item in account["left_out"]], [item["why"] for item in account["merged"]]) == (
        3, ["null island"], ["same id"],
    )  # fmt: skip


def test_rows_of_several_points_and_of_several_cameras_are_accounted_for(tmp_path) -> None:
    (tmp_path / "counts.csv").write_text(
        "lon,lat,number of cameras\n24.94,60.17,3\n24.95,60.18,0\n24.96,60.19,1\n", encoding="utf-8"
    )
    read = read_camera_list(tmp_path / "counts.csv")
    assert_closed(read, 3)
    assert (len(read.network.cameras), row_account(read)["kept"]) == (4, 2)
    points = {"type": "MultiPoint", "coordinates": [[24.94, 60.17], [24.95, 60.18]]}
    feature = {"type": "Feature", "properties": {"type": "dome"}, "geometry": points}
    nowhere = {"type": "Feature", "properties": {"type": "dome"}, "geometry": None}
    (tmp_path / "points.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature, nowhere]}), encoding="utf-8"
    )
    assert_closed(read_camera_list(tmp_path / "points.geojson"), 3)


def test_an_account_that_does_not_close_is_said(tmp_path) -> None:
    (tmp_path / "list.csv").write_text("lon,lat\n24.94,60.17\n24.95,60.18\n", encoding="utf-8")
    read = read_camera_list(tmp_path / "list.csv")
    assert row_account(read)["is_closed"]
    lost = CameraList(read.network, read.stated_crs, 3)
    assert not row_account(lost)["is_closed"]
