"""Overture's files, written here with the nested columns of its schema."""

from __future__ import annotations

import json

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from overseen.sources.city_files import city_from_files
from tests.sources import city_scenes as scenes

NAMES = pa.struct([("primary", pa.string()), ("common", pa.map_(pa.string(), pa.string()))])
SPAN = pa.list_(pa.float64())
SEGMENT = pa.schema([
    ("id", pa.string()), ("geometry", pa.binary()), ("subtype", pa.string()), ("class", pa.string()), ("names", NAMES),
    ("connectors", pa.list_(pa.struct([("connector_id", pa.string()), ("at", pa.float64())]))),
    ("road_flags", pa.list_(pa.struct([("values", pa.list_(pa.string())), ("between", SPAN)]))),
    ("level_rules", pa.list_(pa.struct([("value", pa.int32()), ("between", SPAN)]))),
    ("access_restrictions", pa.list_(pa.struct([
        ("access_type", pa.string()), ("between", SPAN),
        ("when", pa.struct([("during", pa.string()), ("heading", pa.string()), ("mode", pa.list_(pa.string()))])),
    ]))),
])  # fmt: skip
BUILDING = pa.schema([
    ("id", pa.string()), ("geometry", pa.binary()), ("subtype", pa.string()), ("class", pa.string()), ("names", NAMES),
    ("height", pa.float64()), ("num_floors", pa.int32()), ("min_height", pa.float64()), ("is_underground", pa.bool_()),
    ("sources", pa.list_(pa.struct([("property", pa.string()), ("dataset", pa.string())]))),
])  # fmt: skip
PLACE = pa.schema([
    ("id", pa.string()), ("geometry", pa.binary()), ("names", NAMES),
    ("categories", pa.struct([("primary", pa.string()), ("alternate", pa.list_(pa.string()))])),
])  # fmt: skip


def geoparquet(path, rows, schema):
    """Write rows, each with a shape, as GeoParquet 1.1 without a stated CRS, which then is longitude and latitude."""
    plain = [{**row, "geometry": shapely.to_wkb(row["geometry"])} for row in rows]
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}},
    }
    table = pa.Table.from_pylist(plain, schema=schema).replace_schema_metadata({"geo": json.dumps(geo)})
    pq.write_table(table, path)
    return path


def segment(name, *points, nodes, kind="residential", **rules):
    """Return a road segment whose connectors are (identifier, share of the length)."""
    connectors = [{"connector_id": node, "at": at} for node, at in nodes]
    return {"id": name, "geometry": scenes.line(*points), "subtype": "road", "class": kind,
            "names": {"primary": f"{name} Street"}, "connectors": connectors, **rules}  # fmt: skip


def test_segments_are_cut_at_their_connectors_and_nowhere_else(tmp_path) -> None:
    rows = [
        segment("A", (0, 0), (1, 0), (3, 0), nodes=[("n1", 0.0), ("n2", 1 / 3), ("n3", 1.0)]),
        segment("B", (1, 0), (1, 2), nodes=[("n2", 0.0), ("n4", 1.0)]),
        # It crosses A in the middle without a connector: a bridge.
        segment("C", (2, -1), (2, 1), nodes=[("n5", 0.0), ("n6", 1.0)]),
        {**segment("R", (0, 1), (3, 1), nodes=[("n7", 0.0), ("n8", 1.0)], kind="standard_gauge"), "subtype": "rail"},
    ]
    city = city_from_files("Overture", {"streets": geoparquet(tmp_path / "segment.parquet", rows, SEGMENT)})
    streets = city.streets
    assert streets.index.tolist() == ["A#1", "A#2", "B#1", "C#1"]
    assert streets["name"].tolist() == ["A Street", "A Street", "B Street", "C Street"]
    ends = streets[["from_node", "to_node"]]
    assert ends.loc["A#1", "to_node"] == ends.loc["A#2", "from_node"] == ends.loc["B#1", "from_node"]
    assert len(set(ends.to_numpy().ravel())) == 6
    assert shapely.get_coordinates(streets.geometry["A#1"])[-1] == pytest.approx(
        shapely.get_coordinates(streets.geometry["B#1"])[0]
    )


def test_rules_for_parts_of_a_segment(tmp_path) -> None:
    nodes = [("a", 0.0), ("b", 0.5), ("c", 1.0)]
    rows = [
        segment("tunnel", (0, 0), (2, 0), (4, 0), nodes=nodes,
                road_flags=[{"values": ["is_link", "is_tunnel"], "between": [0.5, 1.0]}]),
        segment("below", (0, 1), (2, 1), (4, 1), nodes=[("d", 0.0), ("e", 0.5), ("f", 1.0)],
                level_rules=[{"value": 1, "between": [0.0, 0.5]}, {"value": -1, "between": [0.5, 1.0]}]),
        segment("gone", (0, 2), (4, 2), nodes=[("g", 0.0), ("h", 1.0)],
                road_flags=[{"values": ["is_abandoned"], "between": None}]),
        segment("closed", (0, 3), (4, 3), nodes=[("i", 0.0), ("j", 1.0)],
                access_restrictions=[{"access_type": "denied", "between": None, "when": None}]),
        segment("feet", (0, 4), (4, 4), nodes=[("k", 0.0), ("l", 1.0)], access_restrictions=[
            {"access_type": "denied", "between": None, "when": None},
            {"access_type": "allowed", "between": None, "when": {"mode": ["foot", "bicycle"]}}]),
        segment("cars", (0, 5), (4, 5), nodes=[("m", 0.0), ("n", 1.0)],
                access_restrictions=[{"access_type": "denied", "between": None, "when": {"mode": ["motor_vehicle"]}}]),
        segment("oneway", (0, 6), (4, 6), nodes=[("o", 0.0), ("p", 1.0)],
                access_restrictions=[{"access_type": "denied", "between": None, "when": {"heading": "backward"}}]),
        segment("nofeet", (0, 7), (2, 7), (4, 7), nodes=[("q", 0.0), ("r", 0.5), ("s", 1.0)],
                access_restrictions=[{"access_type": "denied", "between": [0.0, 0.5], "when": {"mode": ["foot"]}}]),
    ]  # fmt: skip
    city = city_from_files("Overture", {"streets": geoparquet(tmp_path / "segment.parquet", rows, SEGMENT)})
    assert city.streets["is_open_air"].to_dict() == {
        "tunnel#1": True, "tunnel#2": False, "below#1": True, "below#2": False, "feet#1": True, "cars#1": True, "oneway#1": True,
        "nofeet#1": True,
    }  # fmt: skip
    assert shapely.get_coordinates(city.streets.geometry.to_crs(4326)["nofeet#1"])[0] == pytest.approx(scenes.at(2, 7))


def test_buildings_and_places(tmp_path) -> None:
    buildings = [
        {
            "id": "1",
            "geometry": scenes.box(0, 0),
            "class": "house",
            "height": 8.5,
            "num_floors": 2,
            "sources": [
                {"property": "", "dataset": "OpenStreetMap"},
                {"property": "/height", "dataset": "Microsoft ML Buildings"},
            ],
        },
        {"id": "2", "geometry": scenes.box(1, 0), "subtype": "residential", "num_floors": 3},
        {"id": "3", "geometry": scenes.box(2, 0), "is_underground": True},
        {"id": "4", "geometry": scenes.box(3, 0), "class": "roof"},
        {"id": "5", "geometry": scenes.box(4, 0), "min_height": 6.0, "height": 9.0},
    ]
    places = [{"id": "p", "geometry": shapely.Point(scenes.at(0, 1)), "names": {"primary": "Klinik"},
               "categories": {"primary": "hospital"}}]  # fmt: skip
    city = city_from_files("Overture", {
        "buildings": geoparquet(tmp_path / "building.parquet", buildings, BUILDING),
        "places": geoparquet(tmp_path / "place.parquet", places, PLACE),
    })  # fmt: skip
    assert city.buildings[["height_m", "height_certainty"]].to_numpy().tolist() == [[8.5, "stated"], [9.0, "inferred"]]
    assert city.sources[0].attribution == "Microsoft ML Buildings, OpenStreetMap"
    assert city.places.loc["p", ["kind", "name"]].tolist() == ["hospital", "Klinik"]


def test_other_encodings_of_geoparquet(tmp_path) -> None:
    frame = scenes.frame([scenes.box(0, 0), scenes.box(1, 0)], height=[3.0, 4.0])
    frame.to_parquet(tmp_path / "native.parquet", geometry_encoding="geoarrow", schema_version="1.1.0")
    gpd.GeoDataFrame(frame).to_parquet(tmp_path / "plain.parquet", write_covering_bbox=True, schema_version="1.1.0")
    native, plain = (city_from_files("x", {"buildings": tmp_path / f"{name}.parquet"}) for name in ("native", "plain"))
    assert native.buildings.equals(plain.buildings)
