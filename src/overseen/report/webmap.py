"""What the page's map draws: our own layers in degrees, packed as whole numbers so that the page stays small."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from overseen.assessment.findings import Assessment
from overseen.model.schema import VIEWS, interval_columns

STEPS_PER_DEGREE = 1_000_000
"""Coordinates are kept to a millionth of a degree, about a decimetre."""

SIMPLIFIED_M = 0.25
"""Isovists on the map are simplified by this much; the tables hold them whole."""

Rings = list[list[int]]


def _packed(shapes: gpd.GeoSeries) -> list[list[Rings]] | list[Any]:
    """Return polygons as lists of polygons of rings; a ring is x, y, then steps, in millionths of a degree."""
    degrees = shapes.to_crs(4326)
    return [
        [
            [_steps(ring) for ring in (part.exterior, *part.interiors)]
            for part in shapely.get_parts(shape)
            if part.geom_type == "Polygon"
        ]
        for shape in degrees
    ]


def _steps(line: shapely.Geometry) -> list[int]:
    points = np.round(shapely.get_coordinates(line) * STEPS_PER_DEGREE).astype(np.int64)
    steps = np.vstack([points[:1], np.diff(points, axis=0)])
    return [int(value) for value in steps.ravel()]


def map_payload(assessment: Assessment) -> Mapping[str, Any]:
    """Return, for the area inside the boundary, the layers, the texts behind a click and the words of the controls."""
    city, levels = assessment.city, assessment.viewing.ladder.names
    land = city.land
    bounds = gpd.GeoSeries([city.boundary], crs=city.buildings.crs).to_crs(4326).total_bounds
    return {
        "bounds": [round(float(value), 6) for value in bounds],
        "levels": list(levels),
        "views": list(VIEWS),
        "start": {"level": "detect" if "detect" in levels else levels[min(1, len(levels) - 1)], "view": VIEWS[0]},
        "boundary": _packed(gpd.GeoSeries([city.boundary], crs=city.buildings.crs)),
        "buildings": _packed(city.buildings.geometry),
        "water": _packed(land.geometry[land["kind"] == "water"]),
        "green": _packed(land.geometry[land["kind"] == "green"]),
        "lacking": _lacking(assessment),
        "streets": _streets(assessment),
        "cameras": _cameras(assessment),
        "places": _places(assessment),
        "squares": _squares(assessment),
        "isovists": _isovists(assessment),
    }


def _lacking(assessment: Assessment) -> list[Any]:
    """Return the squares in which the map lacks buildings, so that views there are upper bounds, inside the boundary."""
    cells = assessment.completeness
    squares = cells.geometry[cells["status"] == "missing"].intersection(assessment.city.boundary)
    return _packed(squares[~squares.is_empty])


def _numbers(values: Any, digits: int = 1) -> list[float]:
    return [round(float(value), digits) for value in values]


def _texts(values: pd.Series) -> list[str | None]:
    return [None if is_missing else str(value) for value, is_missing in zip(values, values.isna(), strict=True)]


def _streets(assessment: Assessment) -> dict[str, Any]:
    """Return columns of the counted streets: course, name, length, per view and level mean, low and high metres."""
    streets = assessment.streets[assessment.streets["is_counted"] & (assessment.streets["length_m"] > 0)]
    metres = {
        f"{view} {level}": [_numbers(streets[name]) for name in interval_columns(f"{view}_{level}_length", "m")]
        for view in VIEWS
        for level in assessment.viewing.ladder.names
    }
    return {
        "course": [_steps(line) for line in streets.geometry.to_crs(4326)],
        "name": _texts(streets["name"]),
        "kind": [str(value) for value in streets["kind"]],
        "length_m": _numbers(streets["length_m"]),
        "metres": metres,
        "cameras": [_numbers(streets[name]) for name in interval_columns("camera", "count")],
    }


def _cameras(assessment: Assessment) -> dict[str, Any]:
    cameras = assessment.cameras
    areas = {
        f"{view} {level}": [_numbers(cameras[name], 0) for name in interval_columns(f"{view}_{level}_area", "m2")]
        for view in VIEWS
        for level in assessment.viewing.ladder.names
    }
    texts = ("kind", "setting", "mount", "operator", "remark", "source", "placement", "stated", "assumed")
    return {
        "id": [str(value) for value in cameras.index],
        "at": [_steps(point) for point in cameras.geometry.to_crs(4326)],
        "is_examined": [bool(value) for value in cameras["is_examined"]],
        "moved_m": _numbers(cameras["moved_m"]),
        "areas": areas,
        **{name: _texts(cameras[name]) for name in texts},
    }


def _places(assessment: Assessment) -> dict[str, Any]:
    """Return columns of the sensitive places, none of a confidential kind: what is seen of their doors, and of the way to them."""
    places, city = assessment.places, assessment.city
    if places is None or city.sensitive is None:
        return {"at": []}
    secret = {kind.name for kind in city.sensitive.kinds if kind.is_confidential}
    places = places[~places["kind"].isin(secret)]
    titles = {kind.name: kind.title for kind in city.sensitive.kinds}
    shares = {
        f"{view} {level}": {
            "entrance": _numbers(places[f"{view}_{level}_entrance_share"], 3),
            "approach": [_open_numbers(places[name]) for name in interval_columns(f"{view}_{level}_approach", "share")],
        }
        for view in VIEWS
        for level in assessment.viewing.ladder.names
    }
    return {
        "at": [_steps(point) for point in places.geometry.to_crs(4326)],
        "kind": [titles.get(kind, kind) for kind in places["kind"]],
        "name": _texts(places["name"]),
        "shares": shares,
        "unseen_way": _open_numbers(places["unseen_way_share"]),
        "least_seen_m": [_open_numbers(places[name], 1) for name in interval_columns("least_seen", "m")],
    }


def _squares(assessment: Assessment) -> dict[str, Any]:
    """Return columns of the squares: outline, area, shares in view and people in view at once."""
    squares = assessment.squares
    if squares is None:
        return {"shape": []}
    squares = squares[squares["area_m2"] > 0.0]
    levels = assessment.viewing.ladder.names
    shares = {
        f"{view} {level}": [_numbers(squares[name], 3) for name in interval_columns(f"{view}_{level}", "share")]
        for view in VIEWS
        for level in levels
    }
    crowd = {
        level: [_numbers(squares[name], 0) for name in interval_columns(f"at_once_{level}_crowd", "count")]
        for level in levels
    }
    return {
        "shape": _packed(squares.geometry),
        "name": _texts(squares["name"]),
        "area_m2": _numbers(squares["area_m2"], 0),
        "shares": shares,
        "crowd": crowd,
    }


def _open_numbers(values: Any, digits: int = 3) -> list[float | None]:
    """Return numbers, None where nothing can be told."""
    return [None if np.isnan(value) else round(float(value), digits) for value in values]


def _isovists(assessment: Assessment) -> dict[str, Any]:
    """Return, per view and level, the isovists with the number of their camera and whether they are envelopes."""
    number = {camera: row for row, camera in enumerate(assessment.cameras.index)}
    table = assessment.isovists
    # Beyond the boundary there are no buildings to hide anything: a view drawn there would be a fiction.
    inside = shapely.intersection(shapely.make_valid(shapely.simplify(table.geometry.to_numpy(), SIMPLIFIED_M, preserve_topology=False)),
                                  assessment.city.boundary)  # fmt: skip
    simple = gpd.GeoSeries(inside, index=table.index, crs=table.crs)
    found: dict[str, Any] = {}
    for (view, level), rows in table.groupby(["view", "level"], sort=False):
        shapes = simple[rows.index]
        kept = ~shapes.is_empty.to_numpy()
        found[f"{view} {level}"] = {
            "shape": _packed(shapes[kept]),
            "camera": [number[camera] for camera in rows["camera_id"][kept]],
            "is_envelope": [bool(value) for value in rows["is_envelope"][kept]],
        }
    return found
