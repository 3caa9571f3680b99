"""Which feeder each camera hangs on: that of a layer which holds it or is nearest, or the one that the camera list names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from overseen.errors import Fault, SourceError
from overseen.model.cameras import CameraNetwork
from overseen.model.operations import Feeders
from overseen.model.provenance import Notice, Source
from overseen.sources.camera_file import listed_table
from overseen.sources.columns import column_faults
from overseen.sources.layer_file import Layer, LayerOptions, in_plane, read_layer

NAMES = ("feeder", "feeder_id", "name", "id", "ref")
"""Columns that name a feeder, where the plan names none; the first that is there counts."""


@dataclass(frozen=True, slots=True)
class FeederOptions:
    """What the plan says of a layer of feeders: the column of their names, its CRS, and how far a camera may be from one, m."""

    column: str | None = None
    crs: str | None = None
    within_m: float = 100.0


@dataclass(frozen=True, slots=True)
class FoundFeeders:
    """Feeders, the files they were read from beside the camera list, and what was odd."""

    feeders: Feeders
    sources: tuple[Source, ...]
    notices: tuple[Notice, ...]


def feeders_of_layer(path: Path, network: CameraNetwork, options: FeederOptions, *, frame: pyproj.CRS) -> FoundFeeders:
    """Return the feeder of each camera: of the areas, lines or points of a layer, the one that holds it, else the nearest.

    A camera farther than ``within_m`` from all of them has none, and is counted. Of several that hold it, the first of the file
    counts.

    Raises
    ------
    SourceError
        If the layer cannot be used, or lacks the column.
    """
    layer = in_plane(read_layer(path, "feeders", LayerOptions(crs=options.crs), is_whole=True), frame)
    names = _names(layer, options.column)
    shapes = shapely.make_valid(layer.shapes.to_numpy())
    points = network.in_crs(frame).cameras.geometry.to_numpy()
    feeder = _nearest(points, shapes, options.within_m)
    cameras = network.cameras.index
    of_camera = {str(cameras[row]): names[feeder[row]] for row in np.flatnonzero(feeder >= 0)}
    feeders = Feeders(path.name, of_camera, tuple(sorted(set(names))))
    told = f"It is farther than {options.within_m:g} m from every feeder; it is taken to hang on one of its own kind that fails as the others do."
    return FoundFeeders(feeders, (layer.source,), (*layer.notices, *_without(path.name, network, feeders, told)))


def feeders_of_column(path: Path, network: CameraNetwork, column: str) -> FoundFeeders:
    """Return the feeder of each camera as a column of its list names it.

    Raises
    ------
    SourceError
        If the list has no such column.
    """
    table = listed_table(path, wanted=(column,))
    faults = list(column_faults(path.name, list(table.columns), [("power.feeders.camera_column", column)]))
    if faults:
        raise SourceError(faults)
    of_row = {f"{path.name}, {row}": name for row, name in zip(table.rows, table.columns[column], strict=True) if name}
    rows = network.cameras["source"]
    of_camera = {str(camera): of_row[row] for camera, row in rows.items() if row in of_row}
    feeders = Feeders(path.name, of_camera, tuple(sorted(set(of_row.values()))))
    told = "The list names no feeder of it; it is taken to hang on one of its own kind that fails as the others do."
    return FoundFeeders(feeders, (), _without(path.name, network, feeders, told))


def _names(layer: Layer, column: str | None) -> list[str]:
    """Return the name of each feature; its number where the file names none."""
    present = list(layer.tags)
    if column is not None:
        faults = list(column_faults(layer.source.file, present, [("power.feeders.column", column)]))
        if faults:
            raise SourceError(faults)
    if len(layer) == 0:
        raise SourceError([Fault(layer.source.file, "", "it holds no feeder", "give areas, lines or points")])
    chosen = column or next((name for wanted in NAMES for name in present if name.lower() == wanted), None)
    numbers = pd.Series([f"feeder {number}" for number in layer.numbers], dtype=object)
    if chosen is None:
        return numbers.tolist()
    named = layer.tags[chosen].reset_index(drop=True)
    return named.where(named.notna(), numbers).astype(str).tolist()


def _nearest(points: NDArray[np.object_], shapes: NDArray[np.object_], within_m: float) -> NDArray[np.int64]:
    """Return the number of the shape that holds each point or is nearest within a distance; -1: none."""
    found = np.full(len(points), -1, dtype=np.int64)
    usable = np.flatnonzero(~shapely.is_empty(points) & ~shapely.is_missing(points))
    tree = shapely.STRtree(shapes)
    near, shape = tree.query_nearest(points[usable], max_distance=max(within_m, 1e-9))
    order = np.lexsort((shape, near))
    first = np.unique(near[order], return_index=True)[1]
    found[usable[near[order][first]]] = shape[order][first]
    return found


def _without(file: str, network: CameraNetwork, feeders: Feeders, consequence: str) -> tuple[Notice, ...]:
    lost = [str(camera) for camera in network.cameras.index if str(camera) not in feeders.of_camera]
    return (Notice(file, "camera without a feeder", len(lost), lost[0], consequence),) if lost else ()
