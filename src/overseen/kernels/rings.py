"""Footprint rings made ready to be walls: no repeated vertices, the inside to the left of every edge, faults marked.

One pass over ragged arrays; polygons are independent, so callers may share them out over threads.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import kernel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SOUND, NO_AREA, SUSPECT = 0, 1, 2
"""What a polygon is: ready; enclosing nothing; crossing or touching itself so that a slower judge must look at it."""

NO_AREA_M2 = 1e-6
"""A shell that encloses less than a square millimetre is no building."""

LARGEST_PAIRWISE = 4000
"""Polygons with more edges than this are left to the slower judge: comparing all pairs of edges grows with the square."""


class Rings(NamedTuple):
    """Polygons as ragged arrays.

    ``point`` has shape (n, 2), m. Ring r is ``point[ring_offsets[r]:ring_offsets[r + 1]]``, closed or not; polygon p has rings
    ``polygon_offsets[p]:polygon_offsets[p + 1]``, the shell first.
    """

    point: Floats
    ring_offsets: Integers
    polygon_offsets: Integers


class CleanRings(NamedTuple):
    """Rings without repeated vertices, turned so that the inside lies to the left.

    Ring r is ``point[ring_offsets[r]:ring_offsets[r] + vertex_count[r]]``, not closed; ``fault`` (polygons,) is ``SOUND``,
    ``NO_AREA`` or ``SUSPECT``. Only sound polygons may be used.
    """

    point: Floats
    ring_offsets: Integers
    vertex_count: NDArray[np.int32]
    fault: NDArray[np.int8]


def empty_clean_rings(rings: Rings) -> CleanRings:
    """Return room for the cleaned ``rings``, to be filled by :func:`clean_rings`."""
    return CleanRings(
        np.empty_like(rings.point),
        rings.ring_offsets,
        np.zeros(len(rings.ring_offsets) - 1, dtype=np.int32),
        np.zeros(len(rings.polygon_offsets) - 1, dtype=np.int8),
    )


@kernel
def _turn(ax: float, ay: float, bx: float, by: float, cx: float, cy: float) -> float:
    """Return twice the signed area of the triangle a, b, c."""
    return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)


@kernel
def _meet(points: Floats, a: int, b: int, c: int, d: int) -> bool:
    """Return whether the segments a-b and c-d cross or touch, given as rows of ``points``."""
    ax, ay, bx, by = points[a, 0], points[a, 1], points[b, 0], points[b, 1]
    cx, cy, dx, dy = points[c, 0], points[c, 1], points[d, 0], points[d, 1]
    if max(ax, bx) < min(cx, dx) or max(cx, dx) < min(ax, bx):
        return False
    if max(ay, by) < min(cy, dy) or max(cy, dy) < min(ay, by):
        return False
    if _turn(ax, ay, bx, by, cx, cy) * _turn(ax, ay, bx, by, dx, dy) > 0.0:
        return False
    return _turn(cx, cy, dx, dy, ax, ay) * _turn(cx, cy, dx, dy, bx, by) <= 0.0


@kernel
def _clean_ring(source: Floats, first: int, last: int, is_hole: bool, target: Floats) -> tuple[int, float]:
    """Write one ring into ``target`` from row ``first`` on; return its number of vertices and its unsigned area, m2."""
    count = 0
    for row in range(first, last):
        x, y = source[row, 0], source[row, 1]
        if count > 0 and x == target[first + count - 1, 0] and y == target[first + count - 1, 1]:
            continue
        target[first + count, 0] = x
        target[first + count, 1] = y
        count += 1
    while (
        count > 1
        and target[first, 0] == target[first + count - 1, 0]
        and (target[first, 1] == target[first + count - 1, 1])
    ):
        count -= 1
    twice = 0.0
    for row in range(first + 1, first + count - 1):
        twice += _turn(
            target[first, 0], target[first, 1], target[row, 0], target[row, 1], target[row + 1, 0], target[row + 1, 1]
        )
    if (twice < 0.0) != is_hole:
        low, high = first, first + count - 1
        while low < high:
            x, y = target[low, 0], target[low, 1]
            target[low, 0], target[low, 1] = target[high, 0], target[high, 1]
            target[high, 0], target[high, 1] = x, y
            low += 1
            high -= 1
    return count, 0.5 * abs(twice)


@kernel
def _is_ring_suspect(points: Floats, first: int, count: int) -> bool:
    """Return whether a ring turns straight back on itself, or whether two of its edges meet that are not neighbours."""
    for edge in range(count):
        a, b, c = first + edge, first + (edge + 1) % count, first + (edge + 2) % count
        ux, uy = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1]
        vx, vy = points[c, 0] - points[b, 0], points[c, 1] - points[b, 1]
        if ux * vy - uy * vx == 0.0 and ux * vx + uy * vy < 0.0:
            return True
        for other in range(edge + 2, count if edge > 0 else count - 1):
            if _meet(points, a, b, first + other, first + (other + 1) % count):
                return True
    return False


@kernel
def _do_rings_meet(points: Floats, first: int, count: int, second: int, other_count: int) -> bool:
    for edge in range(count):
        for other in range(other_count):
            if _meet(
                points,
                first + edge,
                first + (edge + 1) % count,
                second + other,
                second + (other + 1) % other_count,
            ):
                return True
    return False


@kernel
def _is_inside(x: float, y: float, points: Floats, first: int, count: int) -> bool:
    """Return whether (x, y) lies inside a ring, by the parity of crossings to the east."""
    inside = False
    before = first + count - 1
    for row in range(first, first + count):
        if (points[row, 1] > y) != (points[before, 1] > y):
            share = (y - points[row, 1]) / (points[before, 1] - points[row, 1])
            if x < points[row, 0] + share * (points[before, 0] - points[row, 0]):
                inside = not inside
        before = row
    return inside


@kernel
def _are_rings_suspect(clean: CleanRings, first_ring: int, last_ring: int) -> bool:
    edges = 0
    for ring in range(first_ring, last_ring):
        edges += clean.vertex_count[ring]
    if edges > LARGEST_PAIRWISE:
        return True
    shell = clean.ring_offsets[first_ring]
    for ring in range(first_ring, last_ring):
        first, count = clean.ring_offsets[ring], clean.vertex_count[ring]
        if count == 0:
            continue
        if _is_ring_suspect(clean.point, first, count):
            return True
        for other in range(first_ring, ring):
            if _do_rings_meet(clean.point, first, count, clean.ring_offsets[other], clean.vertex_count[other]):
                return True
        if ring > first_ring and not _is_inside(
            clean.point[first, 0], clean.point[first, 1], clean.point, shell, clean.vertex_count[first_ring]
        ):
            return True
    return False


@kernel
def clean_rings(rings: Rings, first: int, last: int, clean: CleanRings) -> None:
    """Fill the polygons ``first`` to ``last`` of ``clean``; a hole that encloses nothing is left out (no vertices)."""
    for polygon in range(first, last):
        begin, end = rings.polygon_offsets[polygon], rings.polygon_offsets[polygon + 1]
        clean.fault[polygon] = SOUND if end > begin else NO_AREA
        for ring in range(begin, end):
            count, area_m2 = _clean_ring(
                rings.point, rings.ring_offsets[ring], rings.ring_offsets[ring + 1], ring > begin, clean.point
            )
            if not np.isfinite(area_m2):
                # A coordinate that is no number.
                clean.fault[polygon] = SUSPECT
                count = 0
            elif count < 3 or area_m2 < NO_AREA_M2:
                # A bow-tie of two equal lobes encloses something although its signed area is nothing.
                if ring == begin:
                    clean.fault[polygon] = NO_AREA if count < 4 else SUSPECT
                count = 0
            clean.vertex_count[ring] = count
        if clean.fault[polygon] == SOUND and _are_rings_suspect(clean, begin, end):
            clean.fault[polygon] = SUSPECT
