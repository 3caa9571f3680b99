"""Convex clips of a view all round that need not contain its lens: exact areas, and the corners of the clip.

What a clip leaves of a view is a signed sum over the edges of the clip: an edge that runs counter-clockwise round the lens adds
what is in view in the triangle between lens and edge, one that runs clockwise takes it away. Within a triangle everything is a
sum over wedges again, cut where a wall's line meets the edge's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel
from overseen.kernels.directions import FULL_TURN, pseudo_angle
from overseen.kernels.sectors import clipped_to_turn, first_span, turns_between
from overseen.kernels.shadows import AT_LENS, Shadows
from overseen.kernels.stars import DX, DY, KEY, WX, WY, Stars
from overseen.kernels.wedges import wedge_area

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST_CORNERS = 16
"""A square cut by four lines has eight corners at most."""


@inlined
def _nearer_area(
    ax: float, ay: float, bx: float, by: float, key0: float, x0: float, y0: float, key1: float, x1: float, y1: float,
    radius_m: float,
) -> float:  # fmt: skip
    """Return the area between two directions up to the nearer of two lines or the circle, m2."""
    at0 = (ax - bx) * x0 + (ay - by) * y0
    at1 = (ax - bx) * x1 + (ay - by) * y1
    if at0 >= 0.0 and at1 >= 0.0:
        return wedge_area(ax, ay, key0, x0, y0, key1, x1, y1, radius_m)
    if at0 <= 0.0 and at1 <= 0.0:
        return wedge_area(bx, by, key0, x0, y0, key1, x1, y1, radius_m)
    # The lines meet in the direction in which both are equally near; of its two ways the one less than half a turn on from the
    # first, whatever the lengths of the vectors.
    x, y = by - ay, ax - bx
    if x0 * y - y0 * x < 0.0:
        x, y = -x, -y
    key = pseudo_angle(x, y)
    if not key0 < key < key1:
        # Rounding: the lines meet on one of the directions.
        return (
            wedge_area(ax, ay, key0, x0, y0, key1, x1, y1, radius_m)
            if at0 + at1 > 0.0
            else wedge_area(bx, by, key0, x0, y0, key1, x1, y1, radius_m)
        )
    if at0 > 0.0:
        return wedge_area(ax, ay, key0, x0, y0, key, x, y, radius_m) + wedge_area(
            bx, by, key, x, y, key1, x1, y1, radius_m
        )
    return wedge_area(bx, by, key0, x0, y0, key, x, y, radius_m) + wedge_area(ax, ay, key, x, y, key1, x1, y1, radius_m)


@inlined
def _triangle_area(
    span: Floats, first: int, last: int, slab: Floats, span_of: Integers, strip_offsets: Integers, strip: Floats,
    wall: NDArray[np.int32], first_slab: int, last_slab: int, turns: Floats, turn_count: int, ex: float, ey: float,
    radius_m: float,
) -> float:  # fmt: skip
    """Return what is in view between the lens and the line e·x = 1 within a sector of less than half a turn, m2."""
    area = 0.0
    for turn in range(turn_count):
        for row in range(first_span(span, first, last, turns[turn, 0]), last):
            if span[row, KEY] >= turns[turn, 3]:
                break
            key1, x1, y1 = FULL_TURN, 1.0, 0.0
            if row + 1 < last:
                key1, x1, y1 = span[row + 1, KEY], span[row + 1, DX], span[row + 1, DY]
            key0, x0, y0, key1, x1, y1 = clipped_to_turn(
                turns, turn, span[row, KEY], span[row, DX], span[row, DY], key1, x1, y1
            )
            if key0 < key1:
                area += _nearer_area(span[row, WX], span[row, WY], ex, ey, key0, x0, y0, key1, x1, y1, radius_m)
        for row in range(first_slab, last_slab):
            key0, x0, y0, key1, x1, y1 = clipped_to_turn(
                turns, turn, slab[row, 0], slab[row, 1], slab[row, 2], slab[row, 3], slab[row, 4], slab[row, 5]
            )
            if key0 >= key1:
                continue
            for place in range(strip_offsets[row], strip_offsets[row + 1]):
                far_x, far_y = strip[place, 2], strip[place, 3]
                if far_x == 0.0 and far_y == 0.0:
                    far_x, far_y = span[span_of[row], WX], span[span_of[row], WY]
                area -= _nearer_area(far_x, far_y, ex, ey, key0, x0, y0, key1, x1, y1, radius_m)
                if wall[place] != AT_LENS:
                    area += _nearer_area(strip[place, 0], strip[place, 1], ex, ey, key0, x0, y0, key1, x1, y1, radius_m)
    return area


@inlined
def _cut(corner: Floats, spare: Floats, count: int, a: float, b: float, c: float) -> int:
    """Cut a convex ring of ``count`` corners to the half-plane a·x + b·y + c >= 0, in place; return how many are left."""
    kept = 0
    for row in range(count):
        x0, y0 = corner[row, 0], corner[row, 1]
        x1, y1 = corner[(row + 1) % count, 0], corner[(row + 1) % count, 1]
        at0, at1 = a * x0 + b * y0 + c, a * x1 + b * y1 + c
        if at0 >= 0.0:
            spare[kept, 0], spare[kept, 1] = x0, y0
            kept += 1
        if (at0 > 0.0 and at1 < 0.0) or (at0 < 0.0 and at1 > 0.0):
            share = at0 / (at0 - at1)
            spare[kept, 0], spare[kept, 1] = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
            kept += 1
    for row in range(kept):
        corner[row, 0], corner[row, 1] = spare[row, 0], spare[row, 1]
    return kept


@inlined
def _corners(planes: Floats, reach_m: float, corner: Floats, spare: Floats) -> int:
    """Write the corners, counter-clockwise, of a square round the disc of the reach cut by half-planes; return how many."""
    for row in range(4):
        corner[row, 0] = reach_m if row % 3 == 0 else -reach_m
        corner[row, 1] = reach_m if row < 2 else -reach_m
    count = 4
    for row in range(len(planes)):
        count = _cut(corner, spare, count, planes[row, 0], planes[row, 1], planes[row, 2])
        if count < 3:
            return 0
    return count


@kernel
def clip_corners(planes: Floats, reach_m: Floats) -> tuple[Floats, Integers]:
    """Return the closed rings of n clips round their lenses, m, as points and offsets; empty where nothing is left.

    ``planes`` has shape (n, 4, 3): half-planes a·x + b·y + c >= 0; the rings are cut to a square round the disc of the reach.
    """
    points = np.empty((len(planes) * MOST_CORNERS, 2), dtype=np.float64)
    offsets = np.zeros(len(planes) + 1, dtype=np.int64)
    corner, spare = np.empty((MOST_CORNERS, 2)), np.empty((MOST_CORNERS, 2))
    filled = 0
    for row in range(len(planes)):
        count = _corners(planes[row], reach_m[row], corner, spare)
        for place in range(count):
            points[filled, 0], points[filled, 1] = corner[place, 0], corner[place, 1]
            filled += 1
        if count > 0:
            points[filled, 0], points[filled, 1] = corner[0, 0], corner[0, 1]
            filled += 1
        offsets[row + 1] = filled
    return points[:filled], offsets


@kernel
def section_areas(star_set: Stars, shadows: Shadows, lens: Integers, planes: Floats, reach_m: Floats) -> Floats:
    """Return the exact area in view of each of n clips, true arcs included, m2; 0 where the reach is 0.

    ``lens`` (n,) names the view that is clipped, ``planes`` (n, 4, 3) are half-planes a·x + b·y + c >= 0 round the lens.
    """
    areas = np.zeros(len(lens), dtype=np.float64)
    turns = np.empty((2, 6), dtype=np.float64)
    corner, spare = np.empty((MOST_CORNERS, 2)), np.empty((MOST_CORNERS, 2))
    span, offsets, slab_offsets = star_set.span, star_set.offsets, shadows.offsets
    slab, span_of, strip_offsets, strip, wall = (
        shadows.slab,
        shadows.span,
        shadows.strip_offsets,
        shadows.strip,
        shadows.wall,
    )
    for row in range(len(lens)):
        if reach_m[row] <= 0.0:
            continue
        eye = lens[row]
        count = _corners(planes[row], reach_m[row], corner, spare)
        for place in range(count):
            x0, y0 = corner[place, 0], corner[place, 1]
            x1, y1 = corner[(place + 1) % count, 0], corner[(place + 1) % count, 1]
            twice = x0 * y1 - x1 * y0
            # An edge in line with the lens makes no triangle.
            if abs(twice) <= 1e-12 * (abs(x0) + abs(y0)) * (abs(x1) + abs(y1)):
                continue
            sign = 1.0
            if twice < 0.0:
                sign, x0, y0, x1, y1 = -1.0, x1, y1, x0, y0
            turn_count = turns_between(x0, y0, x1, y1, turns)
            # The line through both ends, e·x = 1.
            ex, ey = (y1 - y0) / abs(twice), (x0 - x1) / abs(twice)
            areas[row] += sign * _triangle_area(
                span, offsets[eye], offsets[eye + 1], slab, span_of, strip_offsets, strip, wall, slab_offsets[eye],
                slab_offsets[eye + 1], turns, turn_count, ex, ey, reach_m[row],
            )  # fmt: skip
    return areas
