"""Isovists as clips of a star: the part of a lens's spans within a field of view and a reach, its exact area, its outline.

A span is a piece of wall or open. Within a reach r the wall shows between the two directions where its line meets the
circle; everything else is bounded by the circle. So area and outline are sums over pieces, with no boolean operation.
Angles are radians counter-clockwise from east; a sector begins at ``start`` and turns by ``width`` (2 pi: all round).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import kernel
from overseen.kernels.stars import OPEN, Stars

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

TURN = 2.0 * np.pi

NARROWEST_RAD = 1e-11
"""Pieces narrower than this are left out: they would be spikes of no area that make an outline invalid."""

SAME_POINT_M = 1e-9
"""Outline points nearer to each other than this are one."""


@kernel
def _wall_angles(inverse_x: float, inverse_y: float, radius_m: float) -> tuple[float, float]:
    """Return the angle of a wall line's foot and the half angle in which the line lies within the radius; -1: nowhere."""
    inverse = np.hypot(inverse_x, inverse_y)
    if inverse * radius_m <= 1.0:
        return 0.0, -1.0
    return np.arctan2(inverse_y, inverse_x), np.arccos(1.0 / (inverse * radius_m))


@kernel
def _add_piece(pieces: Floats, count: int, low: float, high: float, is_wall: bool, span: int) -> int:
    if high - low <= NARROWEST_RAD:
        return count
    pieces[count, 0] = low
    pieces[count, 1] = high
    pieces[count, 2] = 1.0 if is_wall else 0.0
    pieces[count, 3] = span
    return count + 1


@kernel
def _pieces(star_set: Stars, lens: int, start: float, width: float, radius_m: float) -> Floats:
    """Return the pieces of one sector in order, rows (from angle, to angle, 1 for a wall or 0 for an arc, span)."""
    first, last = star_set.offsets[lens], star_set.offsets[lens + 1]
    pieces = np.empty((6 * (last - first) + 6, 4), dtype=np.float64)
    count = 0
    end = start + width
    for turn in range(2):
        for span in range(first, last):
            low = star_set.angle[span] + turn * TURN
            high = (star_set.angle[span + 1] if span + 1 < last else TURN) + turn * TURN
            low = max(low, start)
            high = min(high, end)
            if high <= low:
                continue
            if star_set.wall[span] == OPEN:
                count = _add_piece(pieces, count, low, high, False, span)
                continue
            foot, half = _wall_angles(star_set.inverse[span, 0], star_set.inverse[span, 1], radius_m)
            if half < 0.0:
                count = _add_piece(pieces, count, low, high, False, span)
                continue
            # The span lies within a right angle of the foot, so this brings the two to the same turn.
            foot += TURN * np.round((0.5 * (low + high) - foot) / TURN)
            count = _add_piece(pieces, count, low, min(high, foot - half), False, span)
            count = _add_piece(pieces, count, max(low, foot - half), min(high, foot + half), True, span)
            count = _add_piece(pieces, count, max(low, foot + half), high, False, span)
    return pieces[:count]


@kernel
def _wall_distance(star_set: Stars, span: int, angle: float) -> float:
    """Return the distance of a span's wall line in the direction ``angle``, m."""
    return 1.0 / (star_set.inverse[span, 0] * np.cos(angle) + star_set.inverse[span, 1] * np.sin(angle))


@kernel
def sector_area(star_set: Stars, lens: int, start: float, width: float, radius_m: float) -> float:
    """Return the exact area in view of one lens within a sector and a reach, true arcs included, m2; 0 if reach is 0."""
    area = 0.0
    if radius_m <= 0.0:
        return area
    pieces = _pieces(star_set, lens, start, width, radius_m)
    for piece in range(len(pieces)):
        low, high = pieces[piece, 0], pieces[piece, 1]
        if pieces[piece, 2] == 0.0:
            area += 0.5 * radius_m * radius_m * (high - low)
        else:
            span = int(pieces[piece, 3])
            near, far = _wall_distance(star_set, span, low), _wall_distance(star_set, span, high)
            area += 0.5 * near * far * np.sin(high - low)
    return area


@kernel
def sector_areas(star_set: Stars, lens: Integers, start: Floats, width: Floats, radius_m: Floats) -> Floats:
    """Return :func:`sector_area` for each of n sectors, all arguments of shape (n,)."""
    areas = np.empty(len(lens), dtype=np.float64)
    for row in range(len(lens)):
        areas[row] = sector_area(star_set, lens[row], start[row], width[row], radius_m[row])
    return areas


@kernel
def _put(outline: Floats, count: int, x: float, y: float) -> int:
    if count > 0 and abs(outline[count - 1, 0] - x) < SAME_POINT_M and abs(outline[count - 1, 1] - y) < SAME_POINT_M:
        return count
    outline[count, 0] = x
    outline[count, 1] = y
    return count + 1


@kernel
def _put_wall_point(
    star_set: Stars,
    wall_start: Floats,
    wall_end: Floats,
    lens: int,
    span: int,
    angle: float,
    outline: Floats,
    count: int,
) -> int:
    """Append the point of a span's wall at ``angle``: the wall's own end, to the bit, where it is one."""
    x, y = star_set.centre[lens, 0], star_set.centre[lens, 1]
    distance = _wall_distance(star_set, span, angle)
    px, py = x + distance * np.cos(angle), y + distance * np.sin(angle)
    wall = star_set.wall[span]
    for end in range(2):
        ex = wall_start[wall, 0] if end == 0 else wall_end[wall, 0]
        ey = wall_start[wall, 1] if end == 0 else wall_end[wall, 1]
        if abs(ex - px) < SAME_POINT_M and abs(ey - py) < SAME_POINT_M:
            return _put(outline, count, ex, ey)
    return _put(outline, count, px, py)


@kernel
def _outline(
    star_set: Stars, wall_start: Floats, wall_end: Floats, lens: int, sector: Floats, chord_tolerance_m: float
) -> Floats:
    """Return the closed outline of one sector (start, width, reach), counter-clockwise; arcs as inscribed chords."""
    start, width, radius_m = sector[0], sector[1], sector[2]
    pieces = _pieces(star_set, lens, start, width, radius_m)
    step = 2.0 * np.arccos(max(0.5, 1.0 - chord_tolerance_m / radius_m))
    room = 4
    for piece in range(len(pieces)):
        room += 3 + int((pieces[piece, 1] - pieces[piece, 0]) / step)
    outline = np.empty((room, 2), dtype=np.float64)
    count = 0
    x, y = star_set.centre[lens, 0], star_set.centre[lens, 1]
    if width < TURN:
        count = _put(outline, count, x, y)
    for piece in range(len(pieces)):
        low, high, span = pieces[piece, 0], pieces[piece, 1], int(pieces[piece, 3])
        if pieces[piece, 2] == 1.0:
            count = _put_wall_point(star_set, wall_start, wall_end, lens, span, low, outline, count)
            count = _put_wall_point(star_set, wall_start, wall_end, lens, span, high, outline, count)
            continue
        chords = int(np.ceil((high - low) / step))
        for chord in range(chords + 1):
            angle = low + (high - low) * chord / chords
            count = _put(outline, count, x + radius_m * np.cos(angle), y + radius_m * np.sin(angle))
    while count > 1 and (
        abs(outline[count - 1, 0] - outline[0, 0]) < SAME_POINT_M
        and abs(outline[count - 1, 1] - outline[0, 1]) < SAME_POINT_M
    ):
        count -= 1
    outline[count] = outline[0]
    return outline[: count + 1]


@kernel
def sector_outlines(
    star_set: Stars, wall_start: Floats, wall_end: Floats, lens: Integers, sector: Floats, chord_tolerance_m: float
) -> tuple[Floats, Integers]:
    """Return the outlines of n sectors, rows of ``sector`` being (start, width, reach > 0), as points and offsets.

    Outline i is ``points[offsets[i]:offsets[i + 1]]``, closed, counter-clockwise, each chord at most ``chord_tolerance_m``
    inside its arc.
    """
    offsets = np.zeros(len(lens) + 1, dtype=np.int64)
    points = np.empty((128 * len(lens) + 128, 2), dtype=np.float64)
    for row in range(len(lens)):
        outline = _outline(star_set, wall_start, wall_end, lens[row], sector[row], chord_tolerance_m)
        end = offsets[row] + len(outline)
        if end > len(points):
            longer = np.empty((2 * end, 2), dtype=np.float64)
            longer[: offsets[row]] = points[: offsets[row]]
            points = longer
        points[offsets[row] : end] = outline
        offsets[row + 1] = end
    return points[: offsets[len(lens)]], offsets
