"""Every row of every real camera list: kept, left out with the reason, or merged; the three are all."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from overseen.cli.checked_networks import row_account
from overseen.sources.camera_file import CameraList, read_camera_list

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


def test_an_account_that_does_not_close_is_said(tmp_path) -> None:
    (tmp_path / "list.csv").write_text("lon,lat\n24.94,60.17\n24.95,60.18\n", encoding="utf-8")
    read = read_camera_list(tmp_path / "list.csv")
    assert row_account(read)["is_closed"]
    lost = CameraList(read.network, read.stated_crs, 3)
    assert not row_account(lost)["is_closed"]
