"""Places and land use from OpenStreetMap, and the sea from its coastline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from overseen.model.provenance import Notice
from overseen.model.schema import LAND, PLACES
from overseen.sources.osm_file import OsmFeatures, Tags


def osm_places(features: OsmFeatures, rules: Mapping[str, Any], *, crs: object) -> gpd.GeoDataFrame:
    """Return table ``places`` in ``crs``; for an area, a point inside it."""
    keys, without = rules["places"]["keys"], set(rules["places"]["without"])
    found: dict[str, tuple[str, str | None, BaseGeometry]] = {}
    for name, tags, shape in [*features.nodes, *features.areas]:
        kind = next((f"{key}={tags[key]}" for key in keys if key in tags and tags[key] not in without), None)
        if kind is not None:
            found[name] = (kind, tags.get("name"), shape)
    columns = [[row[place] for row in found.values()] for place in range(3)]
    points = gpd.GeoSeries(columns[2], crs=4326).to_crs(crs).representative_point()
    frame = gpd.GeoDataFrame(
        {"kind": pd.array(columns[0], dtype=object), "name": pd.array(columns[1], dtype=object)},
        geometry=points.to_numpy(),
        crs=crs,
        index=pd.Index(list(found), name="place_id", dtype=object),
    )
    return PLACES.checked(frame)


def osm_land(
    features: OsmFeatures, rules: Mapping[str, Any], *, crs: object, boundary: BaseGeometry, shown_as: str
) -> tuple[gpd.GeoDataFrame, tuple[Notice, ...]]:
    """Return table ``land`` in ``crs`` within the boundary's surroundings, and what was odd."""
    rows = [
        (name, kind, tag, shape) for name, tags, shape in features.areas for kind, tag in _kinds(tags, rules["land"])
    ]
    shapes = gpd.GeoSeries([shape for *_, shape in rows], crs=4326).to_crs(crs).make_valid().to_numpy()
    sea = _sea(features, crs, boundary)
    is_area = np.isin(shapely.get_type_id(shapes), (3, 6))
    kept = [row for row, good in zip(rows, is_area, strict=True) if good]
    frame = gpd.GeoDataFrame(
        {
            "kind": pd.array([kind for _, kind, _, _ in kept] + ["water"] * len(sea), dtype=object),
            "tag": pd.array([tag for *_, tag, _ in kept] + ["natural=coastline"] * len(sea), dtype=object),
        },
        geometry=[*shapes[is_area], *sea],
        crs=crs,
        index=pd.Index(
            [f"{name}:{kind}" for name, kind, *_ in kept] + [f"sea#{number}" for number in range(1, len(sea) + 1)],
            name="land_id",
            dtype=object,
        ),
    )
    notices: tuple[Notice, ...] = ()
    if features.cut_land:
        notices += (Notice(shown_as, "water or green cut by the extract", len(features.cut_land), features.cut_land[0],
                           "Its outline is not whole in the file: it is not drawn, and water among it counts as public space."),)  # fmt: skip
    if sea:
        notices += (Notice(shown_as, "coastline", len(sea), "sea#1",
                          "What lies to the right of the coastline was taken as water, inside the boundary."),)  # fmt: skip
    return LAND.checked(frame), notices


def _kinds(tags: Tags, land: Mapping[str, Mapping[str, list[str]]]) -> list[tuple[str, str]]:
    """Return the kinds of land that an area is, each once, with the tag that says so; buildings are none."""
    if "building" in tags:
        return []
    found = {}
    for kind, keys in land.items():
        for key, values in keys.items():
            if tags.get(key) in values and kind not in found:
                found[kind] = f"{key}={tags[key]}"
    return list(found.items())


def _sea(features: OsmFeatures, crs: object, boundary: BaseGeometry) -> list[shapely.Polygon]:
    """Return the parts of the boundary's box that lie to the right of the coastline, on which side the map puts the sea."""
    lines = gpd.GeoSeries(
        [shapely.LineString(way.lonlat) for way in features.ways if way.tags.get("natural") == "coastline"], crs=4326
    ).to_crs(crs)
    box = shapely.box(*boundary.bounds)
    lines = lines[lines.intersects(box)]
    if lines.empty:
        return []
    # Whole lines, so that they cross the box's edge rather than end near it.
    net = shapely.union_all([box.boundary, *lines])
    faces = [face for face in shapely.get_parts(shapely.polygonize([net])) if face.representative_point().within(box)]
    segments = np.vstack([np.hstack([line[:-1], line[1:]]) for line in map(shapely.get_coordinates, lines)])
    return [face for face in faces if _is_right_of(face, segments)]


def _is_right_of(face: shapely.Polygon, segments: np.ndarray) -> bool:
    """Return whether a face lies to the right of the stretch of coast on its own edge."""
    edges = shapely.linestrings(segments.reshape(-1, 2, 2))
    middles = shapely.line_interpolate_point(edges, 0.5, normalized=True)
    on_edge = np.flatnonzero(shapely.distance(middles, face.boundary) < 1e-6)
    if len(on_edge) == 0:
        return False
    start, end = segments[on_edge[0], :2], segments[on_edge[0], 2:]
    along = (end - start) / np.hypot(*(end - start))
    beside = (start + end) / 2.0 + 1e-3 * np.array([along[1], -along[0]])
    return bool(shapely.contains_xy(face, *beside))
