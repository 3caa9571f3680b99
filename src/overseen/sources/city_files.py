"""A city from separate files: buildings, streets, places and land given one by one, or a folder of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from overseen.errors import Fault, SourceError
from overseen.model.city import City
from overseen.model.frame import metric_frame
from overseen.model.provenance import Notice, Source
from overseen.model.schema import BUILDINGS, LAND, PLACES, STREETS, Table
from overseen.sources.columns import city_rules
from overseen.sources.file_buildings import file_buildings
from overseen.sources.file_land import file_land, file_places
from overseen.sources.file_streets import SNAP_M, file_streets
from overseen.sources.layer_file import Layer, LayerOptions, in_plane, read_layer
from overseen.sources.overture_streets import NESTED

LAYERS = ("buildings", "streets", "places", "land")

TABLES: Mapping[str, Table] = {"buildings": BUILDINGS, "streets": STREETS, "places": PLACES, "land": LAND}

MARGIN_M = 1_000.0
"""What lies farther than this outside the study boundary's box is in no camera's view inside it."""

Made = tuple[gpd.GeoDataFrame, tuple[Notice, ...]]


@dataclass(frozen=True, slots=True)
class CityOptions:
    """How city files are read.

    Parameters
    ----------
    layers
        Layer -> what the plan says of its files.
    default_heights_m
        Heights of buildings that count as not known; ``None``: those that look like a renderer's.
    snap_m
        Ends of streets nearer than this to another street meet it.
    """

    layers: Mapping[str, LayerOptions] = field(default_factory=dict)
    default_heights_m: tuple[float, ...] | None = None
    snap_m: float = SNAP_M


def read_boundary(path: Path, options: LayerOptions | None = None) -> tuple[BaseGeometry, str]:
    """Return the area of a file, in degrees, and where it came from; SourceError if it holds no area."""
    layer = read_layer(path, "boundary", options)
    shapes = layer.shapes.to_crs(4326)
    is_area = shapes.geom_type.isin(["Polygon", "MultiPolygon"])
    shape = shapely.union_all(shapely.make_valid(shapely.force_2d(shapes[is_area].to_numpy())))
    if shape.is_empty:
        raise SourceError([Fault(layer.source.file, "", "it holds no area", "give a polygon as the boundary")])
    return shape, f"file {layer.source.file}"


def folder_files(folder: Path) -> dict[str, list[Path]]:
    """Return the files of a folder by layer, as their names say (``buildings.parquet``, ``poi.gpkg``); others are passed over.

    Raises
    ------
    SourceError
        If there is no such folder, no layer in it, or a layer twice; of land there may be several files.
    """
    if not folder.is_dir():
        raise SourceError(
            [Fault(folder.name, "", "there is no such folder", f"put it at {folder} or correct the plan")]
        )
    names = city_rules()["files"]
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        layer = next((layer for layer in LAYERS if path.stem.lower() in names[layer]), None)
        if layer is not None and path.suffix.lower() in VECTOR_ENDINGS:
            found.setdefault(layer, []).append(path)
    faults = [
        Fault(
            folder.name,
            "",
            f"{layer} stands in it more than once: {', '.join(path.name for path in paths)}",
            f"name one with {layer} = '...'",
        )
        for layer, paths in found.items()
        if len({path.stem if layer == "land" else "" for path in paths}) < len(paths)
    ]
    if faults:
        raise SourceError(faults)  # fmt: skip
    if not found:
        listed = "; ".join(f"{layer}: {', '.join(names[layer])}" for layer in LAYERS)
        raise SourceError([Fault(folder.name, "", "no file in it is called as a layer is", f"call them so ({listed})")])
    return found


VECTOR_ENDINGS = (".parquet", ".geoparquet", ".pq", ".gpkg", ".geojson", ".json", ".shp", ".fgb", ".gml", ".kml")


def city_from_files(
    name: str,
    files: Mapping[str, Path | Sequence[Path]],
    *,
    boundary: tuple[BaseGeometry, str] | None = None,
    options: CityOptions | None = None,
) -> City:
    """Return a city from files by layer (``LAYERS``); a layer that is not given is empty.

    Parameters
    ----------
    name
        What the report calls it.
    files
        Layer -> its file or files.
    boundary
        A shape in degrees and where it came from; by default the box around buildings and streets.
    options
        How the files are read.

    Raises
    ------
    SourceError
        With every fault of every file at once.
    """
    options = options or CityOptions()
    layers = _read(files, options)
    area, origin = boundary or _extent(layers)
    crs = metric_frame(area.centroid.x, area.centroid.y)
    shape = gpd.GeoSeries([area], crs=4326).to_crs(crs).iloc[0]
    tables, sources, notices = _tables(layers, shape, crs, options, is_clipped=boundary is not None)
    return City(name, shape, origin, **tables, sources=sources, notices=notices)


def with_files(city: City, files: Mapping[str, Path | Sequence[Path]], options: CityOptions) -> City:
    """Return a city with some of its layers taken from files instead, in its own plane and boundary.

    Raises
    ------
    SourceError
        With every fault of every file at once.
    """
    layers = _read(files, options)
    tables, sources, notices = _tables(layers, city.boundary, city.buildings.crs, options, is_clipped=True)
    given = {layer: table for layer, table in tables.items() if files.get(layer)}
    return replace(city, sources=city.sources + sources, notices=city.notices + notices, **given)


def _read(files: Mapping[str, Path | Sequence[Path]], options: CityOptions) -> dict[str, list[Layer]]:
    faults: list[Fault] = []
    found: dict[str, list[Layer]] = {}
    for layer in LAYERS:
        given = files.get(layer, [])
        for path in [given] if isinstance(given, Path) else given:
            try:
                read = read_layer(path, layer, options.layers.get(layer), nested=NESTED if layer == "streets" else ())
                found.setdefault(layer, []).append(read)
            except SourceError as error:
                faults += error.faults
    if faults:
        raise SourceError(faults)
    return found


def _extent(layers: Mapping[str, list[Layer]]) -> tuple[BaseGeometry, str]:
    """Return the box, in degrees, around the layers that say where the city is."""
    leading = [layer for name in ("buildings", "streets") for layer in layers.get(name, [])]
    words = "the box around its buildings and streets" if leading else "the box around the data"
    given = [layer for layer in leading or [one for several in layers.values() for one in several] if len(layer)]
    boxes = [gpd.GeoSeries([shapely.box(*layer.shapes.total_bounds)], crs=layer.shapes.crs).to_crs(4326).total_bounds
             for layer in given]  # fmt: skip
    # A layer whose coordinates are no degrees is told when it is brought into the plane.
    boxes = [box for box in boxes if np.all(np.abs(box) <= [180.0, 90.0, 180.0, 90.0])]
    if not boxes:
        return shapely.box(0, 0, 0, 0), "nothing"
    return shapely.box(*np.min(boxes, axis=0)[:2], *np.max(boxes, axis=0)[2:]), words


def _tables(
    layers: dict[str, list[Layer]],
    boundary: BaseGeometry,
    crs: pyproj.CRS,
    options: CityOptions,
    *,
    is_clipped: bool,
) -> tuple[dict[str, gpd.GeoDataFrame], tuple[Source, ...], tuple[Notice, ...]]:
    """Return every table in the city's plane, the sources and what was odd."""
    make: dict[str, Callable[[Layer], Made]] = {
        "buildings": lambda layer: file_buildings(layer, defaults_m=options.default_heights_m),
        "streets": lambda layer: file_streets(layer, boundary=boundary, snap_m=options.snap_m),
        "places": file_places,
        "land": file_land,
    }
    tables: dict[str, gpd.GeoDataFrame] = {}
    sources: list[Source] = []
    notices: list[Notice] = []
    for name in LAYERS:
        made = []
        queue = layers.pop(name, [])
        while queue:
            # What a file holds is let go once it is in the plane: of a million buildings there is room for few copies.
            local = in_plane(queue.pop(0), crs)
            sources.append(local.source)
            frame, told = make[name](_nearby(local, boundary) if is_clipped else local)
            made.append(frame)
            notices += told
        tables[name] = _together(made, TABLES[name], crs)
    return tables, tuple(sources), tuple(notices)


def _nearby(layer: Layer, boundary: BaseGeometry) -> Layer:
    """Return what of a layer lies near the boundary."""
    west, south, east, north = boundary.bounds
    bounds = shapely.bounds(layer.shapes.to_numpy())
    is_near = (bounds[:, 0] <= east + MARGIN_M) & (bounds[:, 2] >= west - MARGIN_M)
    is_near &= (bounds[:, 1] <= north + MARGIN_M) & (bounds[:, 3] >= south - MARGIN_M)
    return layer.where(
        is_near,
        (
            "feature far outside the boundary",
            f"It lies more than {MARGIN_M:g} m outside the boundary's box; it was left out.",
        ),
    )


def _together(frames: list[gpd.GeoDataFrame], table: Table, crs: pyproj.CRS) -> gpd.GeoDataFrame:
    """Return the tables of several files as one; identifiers that two of them share are told apart by the file's number."""
    if not frames:
        return table.empty(crs)
    if pd.concat([frame.index.to_series() for frame in frames]).duplicated().any():
        for number, frame in enumerate(frames, start=1):
            frame.index = pd.Index(frame.index + f" of file {number}", name=frame.index.name, dtype=object)
    return table.checked(gpd.GeoDataFrame(pd.concat(frames), crs=crs))
