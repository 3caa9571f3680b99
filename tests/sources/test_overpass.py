"""Answers of Overpass and exports of overpass-turbo: read by tags, wherever the geometry is."""

from __future__ import annotations

import json

import pytest

from overseen.errors import SourceError
from overseen.sources.camera_file import read_camera_file
from overseen.sources.osm_city import OsmFile
from tests.sources.osm_text import OsmText

TAGS = {"man_made": "surveillance", "camera:type": "dome", "direction": "90"}


def read(folder, content, name="answer.json"):
    """Return the network of some JSON."""
    (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return read_camera_file(folder / name)


def told(network) -> dict[str, tuple[int, str]]:
    """Return the notices of a network: kind -> count and example."""
    return {notice.kind: (notice.count, notice.example) for notice in network.notices}


def test_every_sort_of_object_with_every_sort_of_geometry(tmp_path) -> None:
    corners = [{"lat": 60.0, "lon": 24.0}, {"lat": 60.0, "lon": 24.2}]
    elements = [
        {"type": "node", "id": 1, "lat": 60.1, "lon": 24.1, "tags": TAGS, "user": "mapper_of_1"},
        {"type": "way", "id": 2, "center": {"lat": 60.2, "lon": 24.2}, "tags": TAGS},
        {"type": "way", "id": 3, "geometry": corners, "nodes": [8, 9], "tags": TAGS},
        {"type": "way", "id": 4, "nodes": [8, 9], "tags": TAGS},
        {"type": "way", "id": 5, "bounds": {"minlat": 60, "minlon": 24, "maxlat": 60.2, "maxlon": 24.4}, "tags": TAGS},
        {"type": "relation", "id": 6, "members": [{"type": "node", "ref": 1, "lat": 60.4, "lon": 24.4}], "tags": TAGS},
        {"type": "relation", "id": 7, "members": [], "tags": TAGS},
        {"type": "node", "id": 8, "lat": 60.0, "lon": 24.0},
        {"type": "node", "id": 9, "lat": 60.0, "lon": 24.2},
        {"type": "node", "id": 1, "lat": 60.1, "lon": 24.1, "tags": {"operator": "City"}},
        {"type": "node", "id": 10, "lat": 60.1, "lon": 24.5, "tags": {"highway": "speed_camera"}},
        {"type": "node", "id": 11, "lat": 60.1, "lon": 24.5, "tags": {"amenity": "cafe"}},
        {"type": "count", "id": 0},
    ]  # fmt: skip
    stamp = {"timestamp_osm_base": "2025-03-01T10:00:00Z"}
    network = read(tmp_path, {"version": 0.6, "osm3s": stamp, "elements": elements})
    points = {name: (round(point.x, 6), round(point.y, 6)) for name, point in network.cameras.geometry.items()}
    assert points == {
        "node/1": (24.1, 60.1), "relation/6": (24.4, 60.4), "way/2": (24.2, 60.2), "way/3": (24.1, 60.0), "way/4": (24.1, 60.0),
        "way/5": (24.2, 60.1),
    }  # fmt: skip
    assert network.cameras.loc["node/1", "operator"] == "City"
    assert set(network.cameras["kind"]) == {"dome"}
    assert network.heads["bearing_source"].unique().tolist() == ["tag direction"]
    assert told(network) == {
        "element that is no OpenStreetMap object": (1, "one of the elements"),
        "user dropped, it may hold logins or passwords": (1, "node/1"),
        "speed camera or other device for fines": (1, "node/10"),
        "object that is not tagged man_made=surveillance": (1, "node/11"),
        "no position, left out": (1, "relation/7"),
        "camera mapped as a way": (4, "way/2"),
        "camera mapped as a relation": (1, "relation/6"),
        "same spot": (2, "way/3"),
        "duplicate, alike": (2, "way/3"),
        "collapsed precision": (6, "node/1"),
    }
    source = network.sources[0]
    assert source.licence.startswith("Open Database License")
    assert (source.date, dict(source.counts)) == (
        "2025-03-01",
        {"surveillance nodes": 1, "surveillance ways": 4, "surveillance relations": 1},
    )


def test_an_extract_an_answer_and_an_export_give_the_same(tmp_path) -> None:
    text = OsmText()
    text.node(7, 24.94, 60.17, man_made="surveillance", camera__type="dome", direction="225;45", height="4")
    text.node(8, 24.95, 60.18, disused__man_made="surveillance", direction="NB")
    extract = OsmFile(text.write(tmp_path / "list.osm")).cameras()
    tags = {7: {"man_made": "surveillance", "camera:type": "dome", "direction": "225;45", "height": "4"},
            8: {"disused:man_made": "surveillance", "direction": "NB"}}  # fmt: skip
    places = {7: [24.94, 60.17], 8: [24.95, 60.18]}
    answer = [{"type": "node", "id": n, "lon": places[n][0], "lat": places[n][1], "tags": tags[n]} for n in tags]
    point = [{"type": "Point", "coordinates": places[n]} for n in tags]
    flat = [{"type": "Feature", "id": f"node/{n}", "geometry": g, "properties": {"@id": f"node/{n}", **tags[n]}}
            for n, g in zip(tags, point, strict=True)]  # fmt: skip
    nested = [{"type": "Feature", "geometry": g, "properties": {"type": "node", "id": n, "tags": tags[n], "meta": {"user": "x"}}}
              for n, g in zip(tags, point, strict=True)]  # fmt: skip
    for content in (
        {"elements": answer},
        {"features": flat, "timestamp": "2025-01-01T00:00:00Z"},
        {"features": nested},
    ):
        network = read(tmp_path, content)
        assert network.cameras.drop(columns="geometry").equals(extract.cameras.drop(columns="geometry"))
        assert network.cameras.geometry.geom_equals_exact(extract.cameras.geometry, 1e-7).all()
        assert network.heads.equals(extract.heads)


def test_an_export_with_areas_and_without_geometry(tmp_path) -> None:
    ring = [[24.0, 60.0], [24.2, 60.0], [24.2, 60.2], [24.0, 60.2], [24.0, 60.0]]
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [ring]},
            "properties": {"@id": "way/5", **TAGS},
        },
        {"type": "Feature", "geometry": None, "properties": {"@id": "node/6", **TAGS}},
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [24.0, 60.0]},
            "properties": {"name": "no object"},
        },
    ]
    network = read(tmp_path, {"type": "FeatureCollection", "features": features}, "export.geojson")
    assert network.cameras.index.tolist() == ["way/5"]
    assert network.cameras.geometry.iloc[0].coords[0] == pytest.approx((24.1, 60.1))
    assert told(network) == {
        "feature that is no OpenStreetMap object": (1, "feature 3"),
        "no position, left out": (1, "node/6"),
        "camera mapped as a way: an outline": (1, "way/5"),
    }


@pytest.mark.parametrize(
    ("elements", "message"),
    [
        ([{"type": "way", "id": 2, "tags": TAGS}], "none of its objects has a position; ask Overpass for 'out center'"),
        (
            [{"type": "node", "id": 1, "lat": 60.1, "lon": 24.1, "tags": {"amenity": "cafe"}}],
            "it holds no man_made=surveillance",
        ),
        ([], "it holds no man_made=surveillance"),
    ],
)
def test_answers_without_a_camera(tmp_path, elements, message) -> None:
    with pytest.raises(SourceError, match=message):
        read(tmp_path, {"elements": elements})


def test_xml_of_openstreetmap_under_another_name(tmp_path) -> None:
    text = OsmText()
    text.node(7, 24.94, 60.17, man_made="surveillance")
    assert read_camera_file(text.write(tmp_path / "interpreter.xml")).cameras.index.tolist() == ["node/7"]
