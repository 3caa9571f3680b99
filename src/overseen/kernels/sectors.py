"""Clips of a view all round: the part of it within a field of view and a reach, and its exact area.

Everything is a sum over wedges (a wall or an arc between two directions), less the wedges that low buildings hide: no boolean
operation. Angles are radians counter-clockwise from east; a sector begins at ``start`` and turns by ``width`` (2 pi: all
round).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel
from overseen.kernels.directions import FULL_TURN, TURN, pseudo_angle
from overseen.kernels.shadows import AT_LENS, Shadows
from overseen.kernels.stars import DX, DY, KEY, WX, WY, Stars
from overseen.kernels.wedges import wedge_area

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@inlined
def turns_between(x0: float, y0: float, x1: float, y1: float, turns: Floats) -> int:
    """Write the sector from one direction counter-clockwise to another as :func:`fill_turns` does; return how many rows."""
    key0, key1 = pseudo_angle(x0, y0), pseudo_angle(x1, y1)
    turns[0, 0], turns[0, 1], turns[0, 2] = key0, x0, y0
    if key0 < key1:
        turns[0, 3], turns[0, 4], turns[0, 5] = key1, x1, y1
        return 1
    turns[0, 3], turns[0, 4], turns[0, 5] = FULL_TURN, 1.0, 0.0
    if key1 <= 0.0:
        return 1
    turns[1, 0], turns[1, 1], turns[1, 2] = 0.0, 1.0, 0.0
    turns[1, 3], turns[1, 4], turns[1, 5] = key1, x1, y1
    return 2


@inlined
def fill_turns(start: float, width: float, turns: Floats) -> int:
    """Write a sector as one or two stretches that do not cross the east: rows (key, x, y, key, x, y); return how many."""
    if width >= TURN:
        turns[0, 0], turns[0, 1], turns[0, 2] = 0.0, 1.0, 0.0
        turns[0, 3], turns[0, 4], turns[0, 5] = FULL_TURN, 1.0, 0.0
        return 1
    return turns_between(np.cos(start), np.sin(start), np.cos(start + width), np.sin(start + width), turns)


@inlined
def clipped_to_turn(
    turns: Floats, turn: int, key0: float, x0: float, y0: float, key1: float, x1: float, y1: float
) -> tuple[float, float, float, float, float, float]:
    """Return what a stretch of a sector leaves of two directions; nothing if the first key is not less than the second."""
    if turns[turn, 0] > key0:
        key0, x0, y0 = turns[turn, 0], turns[turn, 1], turns[turn, 2]
    if turns[turn, 3] < key1:
        key1, x1, y1 = turns[turn, 3], turns[turn, 4], turns[turn, 5]
    return key0, x0, y0, key1, x1, y1


@inlined
def first_span(span: Floats, first: int, last: int, at: float) -> int:
    """Return the last of the rows first to last (excluded) of a star's spans that begins at or before the key ``at``."""
    while last - first > 1:
        middle = (first + last) // 2
        if span[middle, KEY] <= at:
            first = middle
        else:
            last = middle
    return first


@inlined
def _open_area(span: Floats, first: int, last: int, turns: Floats, turn_count: int, radius_m: float) -> float:
    """Return the area up to the star's walls within a sector and a reach, m2."""
    area = 0.0
    for turn in range(turn_count):
        row = first_span(span, first, last, turns[turn, 0])
        while row < last and span[row, KEY] < turns[turn, 3]:
            key1, x1, y1 = FULL_TURN, 1.0, 0.0
            if row + 1 < last:
                key1, x1, y1 = span[row + 1, KEY], span[row + 1, DX], span[row + 1, DY]
            key0, x0, y0, key1, x1, y1 = clipped_to_turn(
                turns, turn, span[row, KEY], span[row, DX], span[row, DY], key1, x1, y1
            )
            if key0 < key1:
                area += wedge_area(span[row, WX], span[row, WY], key0, x0, y0, key1, x1, y1, radius_m)
            row += 1
    return area


@inlined
def _hidden_area(
    span: Floats, slab: Floats, span_of: Integers, strip_offsets: Integers, strip: Floats, wall: NDArray[np.int32],
    first: int, last: int, turns: Floats, turn_count: int, radius_m: float,
) -> float:  # fmt: skip
    """Return the area of the strips of slabs first to last (excluded) within a sector and a reach, m2."""
    area = 0.0
    for turn in range(turn_count):
        for row in range(first, last):
            key0, x0, y0, key1, x1, y1 = clipped_to_turn(
                turns, turn, slab[row, 0], slab[row, 1], slab[row, 2], slab[row, 3], slab[row, 4], slab[row, 5]
            )
            if key0 >= key1:
                continue
            for place in range(strip_offsets[row], strip_offsets[row + 1]):
                far_x, far_y = strip[place, 2], strip[place, 3]
                if far_x == 0.0 and far_y == 0.0:
                    far_x, far_y = span[span_of[row], WX], span[span_of[row], WY]
                area += wedge_area(far_x, far_y, key0, x0, y0, key1, x1, y1, radius_m)
                if wall[place] != AT_LENS:
                    area -= wedge_area(strip[place, 0], strip[place, 1], key0, x0, y0, key1, x1, y1, radius_m)
    return area


@kernel
def sector_areas(
    star_set: Stars, shadows: Shadows, lens: Integers, start: Floats, width: Floats, radius_m: Floats
) -> Floats:
    """Return the exact area in view of each of n sectors, true arcs included, m2; 0 where the reach is 0.

    All arguments but the views have shape (n,); ``lens`` names the view that is clipped.
    """
    areas = np.zeros(len(lens), dtype=np.float64)
    turns = np.empty((2, 6), dtype=np.float64)
    span, offsets, slab_offsets = star_set.span, star_set.offsets, shadows.offsets
    slab, span_of, strip_offsets, strip, wall = (
        shadows.slab,
        shadows.span,
        shadows.strip_offsets,
        shadows.strip,
        shadows.wall,
    )
    for row in range(len(lens)):
        if radius_m[row] <= 0.0:
            continue
        eye = lens[row]
        count = fill_turns(start[row], width[row], turns)
        areas[row] = _open_area(span, offsets[eye], offsets[eye + 1], turns, count, radius_m[row])
        if slab_offsets[eye + 1] > slab_offsets[eye]:
            areas[row] -= _hidden_area(
                span, slab, span_of, strip_offsets, strip, wall, slab_offsets[eye], slab_offsets[eye + 1],
                turns, count, radius_m[row],
            )  # fmt: skip
    return areas
