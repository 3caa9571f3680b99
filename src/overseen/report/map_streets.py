"""The streets of the moving map, and their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.assessment.findings import Assessment
from overseen.exposure.named_streets import BETWEEN
from overseen.kernels.tile_features import LINES
from overseen.model.schema import VIEWS
from overseen.report.map_classes import view_tags
from overseen.report.map_fineness import LAST_ZOOM, Fineness
from overseen.report.map_steps import street_steps
from overseen.report.map_tables import rival_streets, street_rows
from overseen.report.vector_tiles import TILE_PX, TileLayer, world_shapes

SHORTEST_PX = {LAST_ZOOM - 2: 3.0, LAST_ZOOM - 1: 3.0}
"""Zoom -> length on the screen from which a stretch of one colour is drawn; from farther off 1: there a pattern is all one sees."""

NOBODY = 2**31 - 1
"""Number of a shape that stands for many."""


def street_layers(assessment: Assessment, fineness: Fineness, zooms: range) -> list[TileLayer]:
    """Return the streets with the shares in view of every view and level, and whole streets for their names."""
    streets = street_rows(assessment)
    length = streets["length_m"].to_numpy(dtype=float)
    tags = view_tags(assessment, streets, "length_m", length)
    rival = rival_streets(assessment)
    levels = assessment.viewing.ladder.names
    if rival is not None and all(f"{view}_{level}_length_m" in rival for view in VIEWS for level in levels):
        tags |= {f"b_{view}": column for view, column in view_tags(assessment, rival, "length_m", length).items()}
    on = street_steps(assessment)
    if on is not None:
        tags["steps"] = (on * (1 << np.arange(on.shape[1]))).sum(axis=1).tolist()
    shapes, near = world_shapes(streets.geometry), range(LAST_ZOOM, LAST_ZOOM + 1) if fineness.is_large else zooms
    layers = [TileLayer("streets", LINES, shapes, np.arange(len(streets)), near, tags=tags)]
    if fineness.is_large:
        layers += _far_streets(shapes, tags, zooms[:-1])
    return [*layers, _street_names(assessment, streets, zooms[-2:] if fineness.is_large else zooms[-3:])]


def _far_streets(shapes: NDArray[np.object_], tags: Mapping[str, Sequence[int]], zooms: range) -> list[TileLayer]:
    """Return streets as they are drawn from afar: all of one colour as one shape, which cannot be asked about."""
    alike, group = np.unique(np.column_stack(list(tags.values())), axis=0, return_inverse=True)
    group = group.ravel()
    order = np.argsort(group, kind="stable")
    cuts = np.flatnonzero(np.diff(group[order])) + 1
    merged = [shapely.line_merge(shapely.multilinestrings(list(some))) for some in np.split(shapes[order], cuts)]
    courses, of = shapely.get_parts(np.array(merged, dtype=object), return_index=True)
    length = shapely.length(courses)
    layers = []
    for zoom in zooms:
        kept = length * TILE_PX * 2**zoom >= SHORTEST_PX.get(zoom, 1.0)
        present, first = np.unique(of[kept], return_index=True)
        if not len(present):
            continue
        some = [shapely.multilinestrings(list(lines)) for lines in np.split(courses[kept], first[1:])]
        columns = {name: alike[present, place].tolist() for place, name in enumerate(tags)}
        layers.append(
            TileLayer("streets", LINES, np.array(some, dtype=object), np.full(len(some), NOBODY), range(zoom, zoom + 1),
                      tags=columns, simplified_last_px=0.5)
        )  # fmt: skip
    return layers


def _street_names(assessment: Assessment, streets: gpd.GeoDataFrame, zooms: range) -> TileLayer:
    """Return whole named streets, for their names; long ones from afar."""
    named = assessment.named_streets
    names = [str(name) for name in named["name"]]
    pieces = named["street_ids"].str.split(BETWEEN, regex=False)
    row = (
        np.repeat(np.arange(len(named)), pieces.map(len).to_numpy(dtype=np.int64))
        if len(named)
        else np.empty(0, np.int64)
    )
    where = streets.index.get_indexer([name for some in pieces for name in some])
    shapes = streets.geometry.to_numpy()[where[where >= 0]]
    row = row[where >= 0]
    present, first = np.unique(row, return_index=True)
    merged = (
        [shapely.line_merge(shapely.multilinestrings(list(some))) for some in np.split(shapes, first[1:])]
        if len(row)
        else []
    )
    courses = gpd.GeoSeries(merged, crs=streets.crs)
    # A name needs about so many pixels of street.
    least = dict.fromkeys(zooms[:-1], 120.0)
    return TileLayer("street_names", LINES, world_shapes(courses), present.astype(np.int64), zooms,
                     tags={"name": [names[place] for place in present]}, least_px=least)  # fmt: skip
