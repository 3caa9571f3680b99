"""A small city block as plain frames, and writers of every format that a city file may have."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

WEST, SOUTH = 24.94, 60.17
STEP = 0.001
"""About 55 m east and 111 m north."""

CRS_OF = {".shp": 3067, ".gpkg": 25835, ".parquet": 4326, ".geojson": 4326, ".fgb": 3857}
FORMATS = tuple(CRS_OF)


def at(x: float, y: float) -> tuple[float, float]:
    """Return degrees of a place counted in steps from the south-west corner."""
    return WEST + x * STEP, SOUTH + y * STEP


def box(x: float, y: float, size: float = 0.5) -> shapely.Polygon:
    """Return a square of some steps."""
    return shapely.box(*at(x, y), *at(x + size, y + size))


def line(*points: tuple[float, float]) -> shapely.LineString:
    """Return a line through places counted in steps."""
    return shapely.LineString([at(*point) for point in points])


def frame(shapes, **columns) -> gpd.GeoDataFrame:
    """Return features in degrees."""
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=4326)


def written(features: gpd.GeoDataFrame, path: Path, *, crs: object = None) -> Path:
    """Write features in the format of the path's ending, in that format's CRS here; return the path."""
    local = features.to_crs(crs or CRS_OF[path.suffix])
    if path.suffix == ".shp" and local.geom_type.nunique() > 1:
        local = local.set_geometry(local.representative_point())  # a shapefile holds one type
    if path.suffix == ".parquet":
        local.to_parquet(path)
    else:
        local.to_file(path)
    return path


def buildings() -> gpd.GeoDataFrame:
    """Return four buildings of known, odd and unknown height."""
    return frame(
        [box(0, 0), box(1, 0), box(2, 0), box(3, 0)],
        osm_id=["a", "b", "c", "d"],
        building=["house", "yes", "yes", "yes"],
        height=["12.13 m", "RDC", None, "0"],
        levels=[None, None, 4.0, None],
    )


def streets() -> gpd.GeoDataFrame:
    """Return a street, one across it, a railway and a tunnel."""
    return frame(
        [line((0, -1), (4, -1)), line((2, -2), (2, 2)), line((0, 3), (4, 3)), line((1, -2), (1, 2))],
        name=["Long Street", "Cross Street", "Line", None],
        fclass=["residential", "footway", "rail", "service"],
        tunnel=["F", "F", "F", "T"],
    )


def places() -> gpd.GeoDataFrame:
    """Return a school as an area, a clinic as a point and a bench."""
    return frame(
        [box(0, 1), shapely.Point(at(1, 1)), shapely.Point(at(2, 1))],
        name=["Koulu", None, None],
        subclass=["school", "clinic", "bench"],
    )


def land() -> gpd.GeoDataFrame:
    """Return a park, homes and a shop."""
    return frame([box(0, 1, 1), box(1, 1, 1), box(2, 1, 1)], landuse=["grass", "residential", "retail"])


def overpass_like(path: Path, features: list[tuple[dict[str, object], shapely.Geometry]]) -> Path:
    """Write a GeoJSON file by hand, with nested properties as some exports have them."""
    content = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}
            for properties, shape in features
        ],
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def heights(*values: float, counts: tuple[int, ...]) -> np.ndarray:
    """Return each value as often as its count says."""
    return np.repeat(np.array(values), counts)
