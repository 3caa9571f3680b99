"""A city from separate files: buildings, streets, places and land given one by one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from overseen.errors import Fault, SourceError
from overseen.model.city import City
from overseen.model.frame import metric_frame
from overseen.model.provenance import Notice, Source
from overseen.model.schema import BUILDINGS, LAND, PLACES, STREETS
from overseen.sources.files import file_source
from overseen.sources.quantities import parsed_length_m

LAYERS = ("buildings", "streets", "places", "land")


def read_layer(path: Path, *, role: str) -> tuple[gpd.GeoDataFrame, Source]:
    """Return any vector file with its provenance, in degrees.

    Raises
    ------
    SourceError
        If it cannot be read, or does not state its coordinate reference system.
    """
    source = file_source(path, role=role)
    try:
        frame = gpd.read_parquet(path) if path.suffix.lower() in (".parquet", ".geoparquet") else gpd.read_file(path)
    except Exception as error:  # every reader raises its own kind
        remedy = "give a GeoPackage, GeoJSON, GeoParquet or Shapefile"
        raise SourceError([Fault(source.file, "", f"it cannot be read ({type(error).__name__})", remedy)]) from error
    if frame.crs is None:
        remedy = "state it in the file"
        raise SourceError([Fault(source.file, "", "it does not state its coordinate reference system", remedy)])
    frame = frame.to_crs(4326)
    return frame[~(frame.geometry.isna() | frame.geometry.is_empty)], source


def read_boundary(path: Path) -> tuple[BaseGeometry, str]:
    """Return the area of a file, in degrees, and where it came from; SourceError if it holds no area."""
    frame, source = read_layer(path, role="boundary")
    shape = shapely.union_all(frame.geometry[frame.geom_type.isin(["Polygon", "MultiPolygon"])].to_numpy())
    if shape.is_empty:
        raise SourceError([Fault(source.file, "", "it holds no area", "give a polygon as the boundary")])
    return shape, f"file {source.file}"


def city_from_files(name: str, files: Mapping[str, Path], *, boundary: tuple[BaseGeometry, str] | None = None) -> City:
    """Return a city from files by layer (``LAYERS``); a layer that is not given is empty.

    Raises
    ------
    SourceError
        With every fault of every file at once.
    """
    faults: list[Fault] = []
    frames: dict[str, gpd.GeoDataFrame] = {}
    sources: list[Source] = []
    for layer in LAYERS:
        try:
            if layer in files:
                frames[layer], source = read_layer(files[layer], role=layer)
                sources.append(source)
        except SourceError as error:
            faults += error.faults
    if faults:
        raise SourceError(faults)
    given = [frame.total_bounds for frame in frames.values() if len(frame)]
    extent = shapely.box(*np.min(given, axis=0)[:2], *np.max(given, axis=0)[2:]) if given else shapely.box(0, 0, 0, 0)
    area, origin = boundary or (extent, "the box around the data")
    crs = metric_frame(area.centroid.x, area.centroid.y)
    empty = gpd.GeoDataFrame(geometry=[], crs=4326)
    local = {layer: frames.get(layer, empty).to_crs(crs) for layer in LAYERS}
    streets, notices = _streets(local["streets"], next((s.file for s in sources if s.role == "streets"), ""))
    return City(
        name,
        gpd.GeoSeries([area], crs=4326).to_crs(crs).iloc[0],
        origin,
        _buildings(local["buildings"]),
        streets,
        _places(local["places"]),
        _land(local["land"]),
        tuple(sources),
        notices,
    )


def _texts(frame: gpd.GeoDataFrame, *names: str) -> np.ndarray:
    """Return the first of the named columns that is there, as text or None."""
    found = next((frame[name] for name in names if name in frame.columns), pd.Series([None] * len(frame)))
    return np.array(
        [None if is_missing else str(value) for value, is_missing in zip(found, found.isna(), strict=True)],
        dtype=object,
    )


def _index(prefix: str, count: int, name: str) -> pd.Index:
    return pd.Index([f"{prefix}{number}" for number in range(1, count + 1)], name=name, dtype=object)


def _parts(frame: gpd.GeoDataFrame, types: tuple[str, ...]) -> gpd.GeoDataFrame:
    frame = frame.explode(index_parts=False, ignore_index=True)
    return frame[frame.geom_type.isin(types)].reset_index(drop=True)


def _buildings(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    frame = _parts(frame.assign(geometry=frame.make_valid()), ("Polygon",))
    raw = _texts(frame, "height_m", "height", "render_height")
    heights = np.array([parsed_length_m(text) if text else None for text in raw], dtype=float)
    is_known = heights > 0
    table = gpd.GeoDataFrame(
        {
            "kind": _texts(frame, "building", "kind", "class"),
            "height_m": np.where(is_known, heights, np.nan),
            "height_certainty": np.where(is_known, "stated", "unknown").astype(object),
            "height_source": np.array([("column height" if known else None) for known in is_known], dtype=object),
        },
        geometry=frame.geometry.to_numpy(),
        crs=frame.crs,
        index=_index("building ", len(frame), "building_id"),
    )
    return BUILDINGS.checked(table)


def _streets(frame: gpd.GeoDataFrame, file: str) -> tuple[gpd.GeoDataFrame, tuple[Notice, ...]]:
    frame = _parts(frame, ("LineString",))
    frame = frame[frame.length > 0].reset_index(drop=True)
    ends = np.vstack([shapely.get_coordinates(shapely.get_point(frame.geometry.to_numpy(), end)) for end in (0, -1)])
    nodes = (
        np.unique(np.round(ends, 2), axis=0, return_inverse=True)[1].reshape(2, -1) if len(frame) else np.empty((2, 0))
    )
    table = gpd.GeoDataFrame(
        {
            "name": _texts(frame, "name"),
            "kind": np.array([text or "unknown" for text in _texts(frame, "highway", "kind", "class")], dtype=object),
            "from_node": nodes[0].astype(np.int64),
            "to_node": nodes[1].astype(np.int64),
            "is_open_air": np.ones(len(frame), dtype=bool),
            "is_area_outline": np.zeros(len(frame), dtype=bool),
        },
        geometry=frame.geometry.to_numpy(),
        crs=frame.crs,
        index=_index("street ", len(frame), "street_id"),
    )
    notices: tuple[Notice, ...] = ()
    if len(frame):
        notices = (Notice(file, "streets as given", len(frame), "street 1",
                          "Every line counts as an open-air street that can be walked; lines meet where their ends do."),)  # fmt: skip
    return STREETS.checked(table), notices


def _places(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    kinds = [text or "unknown" for text in _texts(frame, "kind", "amenity", "subclass", "class")]
    table = gpd.GeoDataFrame(
        {"kind": np.array(kinds, dtype=object), "name": _texts(frame, "name")},
        geometry=frame.representative_point().to_numpy(),
        crs=frame.crs,
        index=_index("place ", len(frame), "place_id"),
    )
    return PLACES.checked(table)


LAND_WORDS = {
    "residential": "residential", "garden": "garden", "allotments": "garden", "water": "water", "lake": "water",
    "river": "water", "park": "green", "grass": "green", "forest": "green", "wood": "green", "meadow": "green",
}  # fmt: skip


def _land(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    frame = _parts(frame.assign(geometry=frame.make_valid()), ("Polygon",))
    words = _texts(frame, "kind", "landuse", "subclass", "class")
    kinds = np.array([LAND_WORDS.get(word or "") for word in words], dtype=object)
    kept = np.array([kind is not None for kind in kinds], dtype=bool)
    table = gpd.GeoDataFrame(
        {"kind": kinds[kept], "tag": words[kept]},
        geometry=frame.geometry.to_numpy()[kept],
        crs=frame.crs,
        index=_index("land ", int(kept.sum()), "land_id"),
    )
    return LAND.checked(table)
