"""From footprints to obstacles: the one door through which buildings reach the kernels, and what is done to bad ones.

Footprints are taken as they are mapped. Courtyards are open. Walls that touch, are shared, overlap or are listed twice need no
mending: whichever is nearest ends the view. Repeated vertices and rings turned the wrong way are put right without moving a
point. A footprint that crosses itself is replaced by the areas that its outline encloses, and one that encloses nothing is no
building; both are counted. So is one with a coordinate that is no number.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.kernels.chains import Chains, chains_of
from overseen.kernels.rings import NO_AREA, NO_AREA_M2, SUSPECT, CleanRings, Rings, clean_rings, empty_clean_rings

Floats = NDArray[np.float64]

POLYGON, MULTIPOLYGON = 3, 6
"""GEOS numbers of the kinds of geometry that can be a footprint."""

CHUNK = 20_000
"""Polygons that one call of a kernel cleans."""


@dataclass(frozen=True, slots=True)
class Obstacles:
    """Walls of buildings, ready for the kernels.

    Parameters
    ----------
    chains
        The walls; their ``building`` is the row of the footprint.
    mended_count
        Footprints that crossed themselves and were replaced by the areas they enclose.
    empty_count
        Footprints that enclose nothing (a line, a point, a missing geometry, a coordinate that is no number) and hide nothing.
    """

    chains: Chains
    mended_count: int
    empty_count: int

    def tops_m(self, top_m: Floats) -> Floats:
        """Return heights of buildings, shape (buildings,), as one per chain."""
        return np.ascontiguousarray(np.asarray(top_m, dtype=np.float64)[self.chains.building])


def obstacles_of(footprints: gpd.GeoSeries, *, executor: Executor | None = None) -> Obstacles:
    """Return the obstacles that footprints are, in the order of their rows.

    Parameters
    ----------
    footprints
        Polygons and multipolygons in a metric frame; anything else is counted as empty.
    executor
        Where parts are prepared side by side; it changes no byte of the result.

    Examples
    --------
    >>> import shapely
    >>> found = obstacles_of(gpd.GeoSeries([shapely.box(0, 0, 1, 1), shapely.Polygon([(0, 0), (1, 0), (0, 0)])]))
    >>> len(found.chains.vertex), found.mended_count, found.empty_count
    (5, 0, 1)
    """
    geometries = np.asarray(footprints.to_numpy(), dtype=object)
    polygons, building = _polygons(geometries)
    rings, clean = cleaned(_ragged(polygons), executor=executor)
    suspects = np.flatnonzero(clean.fault == SUSPECT)
    crossed = suspects[~shapely.is_valid(polygons[suspects]) & np.isfinite(shapely.area(polygons[suspects]))]
    mended_count = len(np.unique(building[crossed]))
    if len(suspects):
        kept = np.ones(len(polygons), dtype=bool)
        kept[suspects] = False
        parts, part_of = enclosed_areas(polygons[suspects])
        polygons = np.concatenate([polygons[kept], parts])
        building = np.concatenate([building[kept], building[suspects][part_of]])
        rings, clean = cleaned(_ragged(polygons), executor=executor)
        # Parts of a mended footprint are sound; they may touch themselves in points.
        clean.fault[clean.fault == SUSPECT] = 0
    has_walls = np.zeros(len(geometries), dtype=bool)
    has_walls[building[clean.fault != NO_AREA]] = True
    chains = chains_of(clean, rings.polygon_offsets, building.astype(np.int32))
    return Obstacles(chains, mended_count, int(np.count_nonzero(~has_walls)))


def enclosed_areas(footprints: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Return the polygons that footprints enclose, as :func:`obstacles_of` takes them, and the row that each came from.

    For few footprints: every one is looked at by shapely. What only touches itself is kept to the bit; what crosses itself is
    cut where it does; spikes and what encloses nothing fall away.
    """
    polygons, row = _polygons(footprints)
    is_number = np.isfinite(shapely.area(polygons))
    polygons, row = polygons[is_number], row[is_number]
    is_sound = shapely.is_valid(polygons)
    parts, part_of = _polygons(shapely.make_valid(polygons[~is_sound]))
    polygons = np.concatenate([polygons[is_sound], parts])
    row = np.concatenate([row[is_sound], row[~is_sound][part_of]])
    is_area = shapely.area(polygons) >= NO_AREA_M2
    return polygons[is_area], row[is_area]


def _polygons(geometries: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Return all polygons in geometries, and the row each came from."""
    kind = shapely.get_type_id(geometries)
    if np.all(kind == POLYGON):
        return geometries, np.arange(len(geometries))
    rows = np.flatnonzero(kind >= POLYGON)
    parts, part_of = shapely.get_parts(geometries[rows], return_index=True)
    owner = rows[part_of]
    nested = shapely.get_type_id(parts) > POLYGON
    if nested.any():
        inner, inner_of = shapely.get_parts(parts[nested], return_index=True)
        parts = np.concatenate([parts[~nested], inner])
        owner = np.concatenate([owner[~nested], owner[nested][inner_of]])
    is_area = shapely.get_type_id(parts) == POLYGON
    order = np.argsort(owner[is_area], kind="stable")
    return parts[is_area][order], owner[is_area][order]


def _ragged(polygons: NDArray[np.object_]) -> Rings:
    if len(polygons) == 0:
        return Rings(np.empty((0, 2)), np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))
    _, points, (ring_offsets, polygon_offsets) = shapely.to_ragged_array(polygons, include_z=False)
    return Rings(points, ring_offsets.astype(np.int64), polygon_offsets.astype(np.int64))


def cleaned(rings: Rings, *, executor: Executor | None = None) -> tuple[Rings, CleanRings]:
    """Return rings and what :func:`overseen.kernels.rings.clean_rings` makes of them, parts side by side."""
    clean = empty_clean_rings(rings)
    count = len(rings.polygon_offsets) - 1
    starts = range(0, count, CHUNK)
    run = map if executor is None else executor.map
    for _ in run(lambda start: clean_rings(rings, start, min(start + CHUNK, count), clean), starts):
        pass
    return rings, clean
