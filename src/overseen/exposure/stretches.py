"""Stretches of straight segments as fractions of them: what is left, what is covered."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.kernels.segment_clips import ALONG_M, clipped_segments

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def segment_lines(start: Floats, end: Floats) -> NDArray[np.object_]:
    """Return segments as geometries, shape (segments,)."""
    return np.asarray(shapely.linestrings(np.stack([start, end], axis=1)), dtype=object).reshape(-1)


def fractions(pieces: NDArray[np.object_], row: NDArray[np.intp], start: Floats, end: Floats) -> Floats:
    """Return rows (segment, low, high): where along its segment each straight piece of ``pieces`` lies.

    ``row`` names the segment, ``start[row]`` to ``end[row]``, of every geometry; points among the pieces are passed over.
    """
    parts, piece = shapely.get_parts(pieces, return_index=True)
    is_line = (shapely.get_type_id(parts) == 1) & ~shapely.is_empty(parts)
    parts, row = parts[is_line], row[piece[is_line]]
    run = end[row] - start[row]
    ends = np.stack([shapely.get_coordinates(shapely.get_point(parts, which)) for which in (0, -1)], axis=1)
    from_start = ends.reshape(len(row), 2, 2) - start[row][:, None]
    share = np.einsum("ijk,ik->ij", from_start, run) / (run**2).sum(axis=1)[:, None]
    low, high = np.clip(share.min(axis=1), 0.0, 1.0), np.clip(share.max(axis=1), 0.0, 1.0)
    return np.column_stack([row.astype(float), low, high])


def left_over(taken: Floats, count: int) -> tuple[Integers, Floats]:
    """Return what rows (segment, low, high) leave of 0..1 on each of ``count`` segments, as offsets and intervals.

    Examples
    --------
    >>> offsets, interval = left_over(np.array([[1, 0.2, 0.5], [1, 0.4, 0.6]]), 2)
    >>> offsets.tolist(), interval.tolist()
    ([0, 1, 3], [[0.0, 1.0], [0.0, 0.2], [0.6, 1.0]])
    """
    taken = taken[np.lexsort((taken[:, 1], taken[:, 0]))]
    begins = np.searchsorted(taken[:, 0], np.arange(count + 1))
    cut = np.flatnonzero(begins[1:] > begins[:-1])
    counts = np.ones(count, dtype=np.int64)
    kept: list[Floats] = []
    for segment in cut:
        found: list[tuple[float, float]] = []
        reached = 0.0
        for low, high in taken[begins[segment] : begins[segment + 1], 1:]:
            if low > reached:
                found.append((reached, float(low)))
            reached = max(reached, float(high))
        if reached < 1.0:
            found.append((reached, 1.0))
        counts[segment] = len(found)
        kept.append(np.array(found).reshape(-1, 2))
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    interval = np.tile([0.0, 1.0], (int(offsets[-1]), 1))
    for segment, pieces in zip(cut, kept, strict=True):
        interval[offsets[segment] : offsets[segment + 1]] = pieces
    return offsets, interval


def parts_in_areas(start: Floats, end: Floats, areas: NDArray[np.object_]) -> tuple[Integers, Floats]:
    """Return what of each segment lies in each area: the area of each part, and rows (segment, low, high) along the segment."""
    nothing = np.empty(0, dtype=np.int64), np.empty((0, 3))
    if len(start) == 0 or len(areas) == 0:
        return nothing
    polygons, of_polygon = shapely.get_parts(areas, return_index=True)
    rings, of_area = shapely.get_rings(polygons, return_index=True)
    of_area = of_polygon[of_area]
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    same = of_ring[:-1] == of_ring[1:]
    edges = np.column_stack([points[:-1][same], points[1:][same]])
    offsets = np.searchsorted(of_area[of_ring[:-1][same]], np.arange(len(areas) + 1)).astype(np.int64)
    box = shapely.box(*(shapely.bounds(areas) + ALONG_M * np.array([-1.0, -1.0, 1.0, 1.0])).T)
    area, line = shapely.STRtree(segment_lines(start, end)).query(box)
    pair, span = clipped_segments(
        np.column_stack([start, end]), edges, offsets, line.astype(np.int64), area.astype(np.int64)
    )
    return area[pair].astype(np.int64), np.column_stack([line[pair].astype(float), span])


def covered_share(taken: Floats, count: int) -> Floats:
    """Return which share of each of ``count`` segments rows (segment, low, high) cover, overlaps counted once."""
    offsets, interval = left_over(taken, count)
    owner = np.repeat(np.arange(count), np.diff(offsets))
    left = np.bincount(owner, interval[:, 1] - interval[:, 0], minlength=count)
    return np.asarray(1.0 - left, dtype=np.float64)
