"""Camera lists as CSV and GeoJSON: read alike, every fault with its row."""

from __future__ import annotations

import json

import pytest

from overseen.errors import SourceError
from overseen.sources.camera_file import read_camera_file

PLAIN = (
    "id,longitude,latitude,type,direction,height,operator\na,24.94,60.17,dome,,4,City\nb,24.95,60.18,fixed,90;180,,\n"
)


def written(tmp_path, text, name="list.csv", encoding="utf-8"):
    """Return the path of a file with some text."""
    (tmp_path / name).write_text(text, encoding=encoding)
    return tmp_path / name


def test_a_plain_list(tmp_path) -> None:
    network = read_camera_file(written(tmp_path, PLAIN))
    assert network.cameras["kind"].to_dict() == {"a": "dome", "b": "fixed"}
    assert network.cameras["operator"].dropna().to_dict() == {"a": "City"}
    assert network.heads["bearing_deg"].dropna().tolist() == [90.0, 180.0]
    assert network.heads.loc["a#1", "mounting_height_source"] == "column height"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (PLAIN, "utf-8-sig"),
        (PLAIN.replace("90;180", '"90;180"').replace(",", ";"), "utf-8"),
        (PLAIN.replace(",", "\t"), "utf-8"),
        (PLAIN.replace("City", "Köln"), "cp1252"),
        (PLAIN.replace("longitude", "Lon").replace("latitude", "LAT"), "utf-8"),
        (PLAIN + "\n\n", "utf-8"),
        ("sep=;\n" + PLAIN.replace("90;180", '"90;180"').replace(",", ";"), "utf-8"),
        ("All cameras of the city\n\n" + PLAIN, "utf-16"),
        (PLAIN.replace("City", "Ci\tty"), "utf-8"),
    ],
)
def test_the_same_list_written_otherwise(tmp_path, text, encoding) -> None:
    network = read_camera_file(written(tmp_path, text, encoding=encoding))
    assert network.heads.equals(read_camera_file(written(tmp_path, PLAIN, "plain.csv")).heads)


def test_geojson_gives_the_same(tmp_path) -> None:
    features = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [24.94, 60.17]},
         "properties": {"id": "a", "type": "dome", "height": 4, "operator": "City"}},
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [24.95, 60.18]},
         "properties": {"id": "b", "type": "fixed", "direction": "90;180"}},
    ]  # fmt: skip
    path = written(tmp_path, json.dumps({"type": "FeatureCollection", "features": features}), "list.geojson")
    plain = read_camera_file(written(tmp_path, PLAIN))
    assert read_camera_file(path).heads.equals(plain.heads)
    assert read_camera_file(path).cameras.geometry.equals(plain.cameras.geometry)


def test_every_bad_row_is_left_out_and_counted(tmp_path) -> None:
    text = "lon,lat\n24.91,60.1234\n,60.1\n24.9,91\nabc,60\n"
    network = read_camera_file(written(tmp_path, text))
    assert network.cameras.index.tolist() == ["row 2"]
    assert {(notice.kind, notice.count, notice.example) for notice in network.notices} == {
        ("no position, left out", 2, "row 3"),
        ("off the globe, left out", 1, "row 4"),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "no column of it is understood as longitude"),
        ("lon,lat\n", "it holds no row"),
        ("lon,lat\n,\n", "it holds no row"),
        ("name,lon,lat\nx,,\n", "columns lon and lat: no row has a position"),
        ("name,lat\nx,60.1\n", "no column of it is understood as longitude"),
        (
            "X,Y\n391000,5820000\n",
            r"row 2: the coordinates 391,000 and 5,820,000 cannot be degrees; state the reference system .* \[cameras\], such as",
        ),
        ("X,Y\n24,60\n25,61\n", "columns X and Y: it may be degrees or metres"),
    ],
)
def test_lists_that_cannot_be_used(tmp_path, text, message) -> None:
    with pytest.raises(SourceError, match=message):
        read_camera_file(written(tmp_path, text))


def test_columns_that_are_exchanged_are_exchanged_back_and_told(tmp_path) -> None:
    network = read_camera_file(written(tmp_path, "lat,lon\n139.71234,35.71234\n140.11234,35.21234\n"))
    assert network.cameras.geometry.x.tolist() == [139.71234, 140.11234]
    assert [(notice.kind, notice.count) for notice in network.notices] == [("swapped axes, mended", 2)]


def test_a_row_that_counts_cameras_is_so_many(tmp_path) -> None:
    text = (
        "id,lon,lat,Number of cameras,type,direction\n"
        "a,24.91234,60.17123,3,dome,\nb,24.92345,60.18234,1,fixed,90\nc,24.93456,60.19345,0,dome,\nd,24.94567,60.20456,,dome,\n"
    )
    network = read_camera_file(written(tmp_path, text))
    assert network.cameras.index.tolist() == ["a/1", "a/2", "a/3", "b", "d"]
    assert network.cameras.geometry.x.tolist() == [24.91234] * 3 + [24.92345, 24.94567]
    assert network.cameras["kind"].tolist() == ["dome", "dome", "dome", "fixed", "dome"]
    assert dict(network.sources[0].columns)["count"] == "Number of cameras"
    assert {(notice.kind, notice.count, notice.example) for notice in network.notices} == {
        ("counts, left out", 1, "row 4"),
        ("counts, mended", 1, "row 2"),
    }
    assert (network.readings[0].read, network.readings[0].unknown) == (1, 4)
    areas = text.replace(",3,", ",3000,")
    with pytest.raises(SourceError, match="a point of so many stands for an area"):
        read_camera_file(written(tmp_path, areas))
    assert len(read_camera_file(written(tmp_path, areas), mends=["counts"]).cameras) == 3002


def test_columns_can_be_named(tmp_path) -> None:
    path = written(tmp_path, "ost,nord\n24.9,60.1\n")
    network = read_camera_file(path, columns={"longitude": "ost", "latitude": "nord"})
    assert network.cameras.geometry.iloc[0].x == 24.9
    with pytest.raises(SourceError, match="column east: there is none"):
        read_camera_file(path, columns={"longitude": "east", "latitude": "nord"})


def test_planted_private_values_reach_nothing(tmp_path) -> None:
    planted = ["rtsp://10.1.2.3/live", "admin:secret@host", "192.168.0.17", "+44 161 912 2000", "jane@council.gov.uk"]
    rows = "".join(f"{i},24.9{i},60.1,{value}\n" for i, value in enumerate(planted))
    network = read_camera_file(written(tmp_path, f"id,lon,lat,operator\n{rows}"))
    assert network.cameras["operator"].isna().all()
    text = network.cameras.to_csv() + network.heads.to_csv() + str(network.notices)
    assert not any(value in text for value in planted)


@pytest.mark.data
def test_one_official_list_in_two_formats(shared_data) -> None:
    folder = shared_data("trafford_mid")
    table = read_camera_file(folder / "trafford_cctv_cameras.csv")
    shapes = read_camera_file(folder / "trafford_cctv_cameras.geojson")
    assert len(table.cameras) == len(shapes.cameras) == 163
    assert table.cameras.geometry.geom_equals_exact(shapes.cameras.geometry.set_axis(table.cameras.index), 1e-5).all()


@pytest.mark.data
def test_an_overpass_turbo_export(shared_data) -> None:
    network = read_camera_file(shared_data("dearborn_overpass") / "cameras_overpass_turbo.geojson")
    assert len(network.cameras) == 77
    assert network.heads["field_of_view_deg"].dropna().tolist() == [45.0, 45.0]
