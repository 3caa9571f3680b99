"""Outlines of what is in view, holes and islands included, put together from slabs without boolean operations.

Between neighbouring directions of change the view is a stack of pieces, each between two lines (or the lens, or the circle of
the reach). Every piece gives two edges: its far side, run counter-clockwise, and its near side, run clockwise, so that what is
in view lies to the left. Along each direction of change the ends of the pieces on either side are sorted by distance; where
only one side is in view, the outline runs along the direction and joins the two ends between which that is so. Following the
joints gives the rings; counter-clockwise ones are shells, clockwise ones holes.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel
from overseen.kernels.circles import DIRECTIONS, Circle, chord_stride, circle_directions
from overseen.kernels.directions import FULL_TURN, NARROWEST_KEY, TURN, pseudo_angle
from overseen.kernels.outlines import closed_ring, put, put_arc, put_piece, put_wall_point
from overseen.kernels.rings import NO_AREA_M2
from overseen.kernels.sectors import clipped_to_turn, fill_turns
from overseen.kernels.shadows import AT_LENS, Shadows
from overseen.kernels.stars import DX, DY, KEY, WX, WY, Stars

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
ScalarT = TypeVar("ScalarT", bound=np.generic)

LINE, LENS, ARC = 0, 1, 2
"""What bounds a piece: a line, the lens itself, the circle of the reach."""

A_NEAR, A_FAR, B_NEAR, B_FAR = 0, 1, 2, 3
"""Ends of pieces along a direction: those before it (A) and those after it (B)."""


class Regions(NamedTuple):
    """Areas in view as ragged arrays: points of rings of polygons of n regions.

    Ring r is ``point[ring_offsets[r]:ring_offsets[r + 1]]``, closed; polygon p has rings ``polygon_offsets[p]`` on, its shell
    first; region i has polygons ``offsets[i]:offsets[i + 1]``, none where nothing is in view.
    """

    point: Floats
    ring_offsets: Integers
    polygon_offsets: Integers
    offsets: Integers


class Pieces(NamedTuple):
    """Working memory of one region.

    ``slab`` (n, 6): key, x, y of the directions from and to; ``slab_first`` (n + 1,) its pieces. ``piece`` (m, 4): inverse lines
    of the near and of the far side; ``kind`` (m, 3): what the two are, and the vertex at which the far line's wall begins or
    -1. ``joint`` (2m,) leads from edge to edge: 2j is the far side of piece j, 2j + 1 its near side. ``reach``, ``end`` and
    ``stop`` are lists that are sorted on the way.
    """

    slab: Floats
    slab_first: Integers
    piece: Floats
    kind: NDArray[np.int32]
    joint: Integers
    reach: Floats
    end: Integers
    stop: Floats


def _pieces_for(slabs: int, pieces: int) -> Pieces:
    return Pieces(
        np.empty((slabs, 6), dtype=np.float64),
        np.zeros(slabs + 1, dtype=np.int64),
        np.empty((pieces, 4), dtype=np.float64),
        np.empty((pieces, 3), dtype=np.int32),
        np.empty(2 * pieces, dtype=np.int64),
        np.empty(4 * pieces + 4, dtype=np.float64),
        np.empty((4 * pieces + 4, 2), dtype=np.int64),
        np.empty((4 * pieces + 4, 3), dtype=np.float64),
    )


@inlined
def _reach_along(kind: int, wx: float, wy: float, x: float, y: float, radius_m: float) -> float:
    """Return the distance of a piece's bound in a direction, m."""
    if kind == LENS:
        return 0.0
    if kind == ARC:
        return radius_m
    level = wx * x + wy * y
    return min(radius_m, np.sqrt(x * x + y * y) / level) if level > 0.0 else radius_m


@inlined
def _is_within(wx: float, wy: float, x: float, y: float, radius_m: float) -> bool:
    """Return whether a line lies within the reach in a direction of unit length."""
    return (wx * x + wy * y) * radius_m > 1.0


@inlined
def _may_meet_circle(wx: float, wy: float, x0: float, y0: float, x1: float, y1: float, radius_m: float) -> bool:
    """Return whether a line may meet the circle between two directions: not if it lies within it in both, or nowhere."""
    w2 = wx * wx + wy * wy
    if not (w2 * radius_m * radius_m > 1.0 and w2 < np.inf):
        return False
    at0, at1 = (wx * x0 + wy * y0) * radius_m, (wx * x1 + wy * y1) * radius_m
    return at0 <= 0.0 or at1 <= 0.0 or at0 * at0 < x0 * x0 + y0 * y0 or at1 * at1 < x1 * x1 + y1 * y1


@inlined
def _add_stop(
    stop: Floats, count: int, wx: float, wy: float, sign: float, radius_m: float, key0: float, key1: float
) -> int:
    """Add the direction in which a line meets the circle of the reach, sorted by key, if it lies between two keys."""
    w2 = wx * wx + wy * wy
    along = sign * np.sqrt(radius_m * radius_m - 1.0 / w2) / np.sqrt(w2)
    x, y = wx / w2 - wy * along, wy / w2 + wx * along
    key = pseudo_angle(x, y)
    if not key0 + NARROWEST_KEY < key < key1 - NARROWEST_KEY:
        return count
    place = count
    while place > 0 and stop[place - 1, 0] > key:
        stop[place, 0], stop[place, 1], stop[place, 2] = stop[place - 1, 0], stop[place - 1, 1], stop[place - 1, 2]
        place -= 1
    stop[place, 0], stop[place, 1], stop[place, 2] = key, x, y
    return count + 1


@inlined
def _put_stack(
    piece: Floats, kind: NDArray[np.int32], count: int, star_x: float, star_y: float, star_wall: int,
    strip: Floats, strip_wall: NDArray[np.int32], first_strip: int, last_strip: int, radius_m: float,
    key0: float, x0: float, y0: float, key1: float, x1: float, y1: float,
) -> int:  # fmt: skip
    """Write the pieces in view between two directions between which no line meets another or the circle; return their end."""
    length0, length1 = np.sqrt(x0 * x0 + y0 * y0), np.sqrt(x1 * x1 + y1 * y1)
    x, y = x0 / length0 + x1 / length1, y0 / length0 + y1 / length1
    length = np.sqrt(x * x + y * y)
    # Half a turn or more is never but open: any direction would do.
    x, y = (1.0, 0.0) if key1 - key0 >= 2.0 or length == 0.0 else (x / length, y / length)
    near_x, near_y, near_kind = 0.0, 0.0, LENS
    for row in range(first_strip, last_strip):
        if strip_wall[row] != AT_LENS:
            if not _is_within(strip[row, 0], strip[row, 1], x, y, radius_m):
                break
            piece[count, 0], piece[count, 1] = near_x, near_y
            piece[count, 2], piece[count, 3] = strip[row, 0], strip[row, 1]
            kind[count, 0], kind[count, 1], kind[count, 2] = near_kind, LINE, strip_wall[row]
            count += 1
        near_x, near_y, near_kind = strip[row, 2], strip[row, 3], LINE
        if (near_x == 0.0 and near_y == 0.0) or not _is_within(near_x, near_y, x, y, radius_m):
            return count
    is_wall = _is_within(star_x, star_y, x, y, radius_m)
    piece[count, 0], piece[count, 1] = near_x, near_y
    piece[count, 2], piece[count, 3] = star_x, star_y
    kind[count, 0], kind[count, 1], kind[count, 2] = near_kind, LINE if is_wall else ARC, star_wall if is_wall else -1
    return count + 1


@inlined
def _put_slabs(
    slab: Floats, slab_first: Integers, piece: Floats, kind: NDArray[np.int32], stop: Floats, slab_count: int,
    star_x: float, star_y: float, star_wall: int, strip: Floats, strip_wall: NDArray[np.int32], first_strip: int,
    last_strip: int, radius_m: float, key0: float, x0: float, y0: float, key1: float, x1: float, y1: float,
) -> int:  # fmt: skip
    """Write the slabs between two directions of one span and one stack of strips, cut where a line meets the circle."""
    stops = 0
    may_meet = _may_meet_circle(star_x, star_y, x0, y0, x1, y1, radius_m)
    if first_strip == last_strip and not may_meet:
        # The most frequent case, without a root: all in view up to one wall, or up to the circle.
        is_wall = (star_x * star_x + star_y * star_y) * radius_m * radius_m > 1.0
        row = slab_first[slab_count]
        piece[row, 0], piece[row, 1], piece[row, 2], piece[row, 3] = 0.0, 0.0, star_x, star_y
        kind[row, 0], kind[row, 1], kind[row, 2] = LENS, LINE if is_wall else ARC, star_wall if is_wall else -1
        slab[slab_count, 0], slab[slab_count, 1], slab[slab_count, 2] = key0, x0, y0
        slab[slab_count, 3], slab[slab_count, 4], slab[slab_count, 5] = key1, x1, y1
        slab_first[slab_count + 1] = row + 1
        return slab_count + 1
    if may_meet:
        stops = _add_stop(stop, stops, star_x, star_y, -1.0, radius_m, key0, key1)
        stops = _add_stop(stop, stops, star_x, star_y, 1.0, radius_m, key0, key1)
    for row in range(first_strip, last_strip):
        for column in range(0, 4, 2):
            wx, wy = strip[row, column], strip[row, column + 1]
            if _may_meet_circle(wx, wy, x0, y0, x1, y1, radius_m):
                stops = _add_stop(stop, stops, wx, wy, -1.0, radius_m, key0, key1)
                stops = _add_stop(stop, stops, wx, wy, 1.0, radius_m, key0, key1)
    for place in range(stops + 1):
        high, high_x, high_y = key1, x1, y1
        if place < stops:
            high, high_x, high_y = stop[place, 0], stop[place, 1], stop[place, 2]
        if high - key0 <= NARROWEST_KEY:
            continue
        slab[slab_count, 0], slab[slab_count, 1], slab[slab_count, 2] = key0, x0, y0
        slab[slab_count, 3], slab[slab_count, 4], slab[slab_count, 5] = high, high_x, high_y
        slab_first[slab_count + 1] = _put_stack(
            piece, kind, slab_first[slab_count], star_x, star_y, star_wall, strip, strip_wall, first_strip, last_strip,
            radius_m, key0, x0, y0, high, high_x, high_y,
        )  # fmt: skip
        slab_count += 1
        key0, x0, y0 = high, high_x, high_y
    return slab_count


@inlined
def _collect(
    pieces: Pieces, span: Floats, star_wall: NDArray[np.int32], first: int, last: int, shadows: Shadows, first_slab: int,
    last_slab: int, turns: Floats, turn_count: int, radius_m: float,
) -> int:  # fmt: skip
    """Write all slabs of a clipped view, in order; return how many."""
    slab, slab_first, piece, kind, stop = pieces.slab, pieces.slab_first, pieces.piece, pieces.kind, pieces.stop
    hidden, span_of, strip_offsets, strip, strip_wall = (
        shadows.slab,
        shadows.span,
        shadows.strip_offsets,
        shadows.strip,
        shadows.wall,
    )
    count = 0
    slab_first[0] = 0
    for turn in range(turn_count):
        row = first_slab
        for place in range(first, last):
            key1, x1, y1 = FULL_TURN, 1.0, 0.0
            if place + 1 < last:
                key1, x1, y1 = span[place + 1, KEY], span[place + 1, DX], span[place + 1, DY]
            key0, x0, y0, key1, x1, y1 = clipped_to_turn(
                turns, turn, span[place, KEY], span[place, DX], span[place, DY], key1, x1, y1
            )
            while row < last_slab and span_of[row] < place:
                row += 1
            # Alternately what lies before the next slab of this span, without a strip, and that slab.
            is_bare = True
            while key1 - key0 > NARROWEST_KEY:
                low, low_x, low_y, high, high_x, high_y = key1, x1, y1, key1, x1, y1
                has_slab = row < last_slab and span_of[row] == place
                if has_slab:
                    low, low_x, low_y, high, high_x, high_y = clipped_to_turn(
                        turns, turn, hidden[row, 0], hidden[row, 1], hidden[row, 2], hidden[row, 3], hidden[row, 4],
                        hidden[row, 5],
                    )  # fmt: skip
                    if high - low <= NARROWEST_KEY:
                        row += 1
                        continue
                strips, strips_end = 0, 0
                if is_bare:
                    end, end_x, end_y = low, low_x, low_y
                else:
                    end, end_x, end_y = high, high_x, high_y
                    strips, strips_end = strip_offsets[row], strip_offsets[row + 1]
                    row += 1
                if end - key0 > NARROWEST_KEY:
                    count = _put_slabs(
                        slab, slab_first, piece, kind, stop, count, span[place, WX], span[place, WY], star_wall[place],
                        strip, strip_wall, strips, strips_end, radius_m, key0, x0, y0, end, end_x, end_y,
                    )  # fmt: skip
                    key0, x0, y0 = end, end_x, end_y
                is_bare = not is_bare
    return count


@inlined
def _join(
    slab: Floats, slab_first: Integers, piece: Floats, kind: NDArray[np.int32], joint: Integers, reach: Floats,
    end: Integers, before: int, after: int, radius_m: float,
) -> None:  # fmt: skip
    """Join the edges that end along the direction between two slabs (-1: no slab) to those that begin there."""
    if before >= 0 and after >= 0:
        left, right = slab_first[before], slab_first[after]
        is_bare = slab_first[before + 1] - left == 1 and slab_first[after + 1] - right == 1
        if is_bare and kind[left, 0] == LENS and kind[right, 0] == LENS:
            # One piece from the lens on either side, the most frequent case: the far sides meet, and the near ones.
            joint[2 * left], joint[2 * right + 1] = 2 * right, 2 * left + 1
            return
    count = 0
    for turn in range(2):
        row = before if turn == 0 else after
        if row < 0:
            continue
        column = 4 if turn == 0 else 1
        x, y = slab[row, column], slab[row, column + 1]
        for place in range(slab_first[row], slab_first[row + 1]):
            for side in range(2):
                value = _reach_along(
                    kind[place, side], piece[place, 2 * side], piece[place, 2 * side + 1], x, y, radius_m
                )
                spot = count
                # Ends of one slab are in order already; rounding must not turn them round.
                while spot > 0 and reach[spot - 1] > value and end[spot - 1, 1] < 2 * turn:
                    reach[spot], end[spot, 0], end[spot, 1] = reach[spot - 1], end[spot - 1, 0], end[spot - 1, 1]
                    spot -= 1
                reach[spot], end[spot, 0], end[spot, 1] = value, place, 2 * turn + side
                count += 1
    is_before, is_after = False, False
    for place in range(count):
        if end[place, 1] <= A_FAR:
            is_before = not is_before
        else:
            is_after = not is_after
        if is_before == is_after:
            continue
        # What only the slab before sees is run inward, what only the slab after sees outward.
        into, out = (place + 1, place) if is_before else (place, place + 1)
        into_edge = 2 * end[into, 0] + (0 if end[into, 1] == A_FAR else 1)
        joint[into_edge] = 2 * end[out, 0] + (0 if end[out, 1] == B_FAR else 1)


@inlined
def _put_edge(
    outline: Floats, first: int, count: int, slab: Floats, piece: Floats, kind: NDArray[np.int32], row: int, edge: int,
    circle_key: Floats, circle_unit: Floats, circle_start: NDArray[np.int32], stride: int, vertex: Floats,
    x: float, y: float, radius_m: float,
) -> int:  # fmt: skip
    """Append the points of one edge of a piece in the slab ``row``."""
    place, side = edge >> 1, 1 - (edge & 1)
    what = kind[place, side]
    wx, wy, wall = piece[place, 2 * side], piece[place, 2 * side + 1], -1
    if what == LENS:
        return put(outline, first, count, x, y)
    key0, x0, y0, key1, x1, y1 = (
        slab[row, 0], slab[row, 1], slab[row, 2], slab[row, 3], slab[row, 4], slab[row, 5]
    )  # fmt: skip
    if what == ARC:
        return put_arc(
            outline, first, count, circle_key, circle_unit, circle_start, stride, x, y, radius_m,
            key0, x0, y0, key1, x1, y1,
        )  # fmt: skip
    if side == 0:
        # The near side is run clockwise, and its ends are corners of shadows, not of walls.
        count = put_wall_point(outline, first, count, vertex, -1, x, y, x1, y1, wx * x1 + wy * y1)
        return put_wall_point(outline, first, count, vertex, -1, x, y, x0, y0, wx * x0 + wy * y0)
    wall = kind[place, 2]
    end = wall + 1 if wall >= 0 else -1
    count = put_wall_point(outline, first, count, vertex, end, x, y, x0, y0, wx * x0 + wy * y0)
    return put_wall_point(outline, first, count, vertex, wall, x, y, x1, y1, wx * x1 + wy * y1)


@inlined
def _signed_area(point: Floats, first: int, last: int) -> float:
    """Return the signed area of a closed ring, m2."""
    twice = 0.0
    for row in range(first + 1, last - 1):
        twice += (point[row, 0] - point[first, 0]) * (point[row + 1, 1] - point[first, 1])
        twice -= (point[row, 1] - point[first, 1]) * (point[row + 1, 0] - point[first, 0])
    return 0.5 * twice


@inlined
def _share_inside(point: Floats, first: int, last: int, shell_first: int, shell_last: int) -> float:
    """Return the share of a ring's points that lie inside another ring."""
    inside = 0
    for row in range(first, last - 1):
        x, y = point[row, 0], point[row, 1]
        is_in = False
        for place in range(shell_first, shell_last - 1):
            y0, y1 = point[place, 1], point[place + 1, 1]
            if (y0 > y) != (y1 > y) and x < (
                point[place, 0] + (y - y0) / (y1 - y0) * (point[place + 1, 0] - point[place, 0])
            ):
                is_in = not is_in
        inside += is_in
    return inside / max(1, last - 1 - first)


class FoundRings(NamedTuple):
    """Rings of one region as they are found: ``ring`` (n, 2) first and last row of ``point``, ``area_m2`` (n,) signed.

    ``shell`` (n,) is the shell in which each lies, itself if it is one; ``is_done`` (edges,) and ``slab_of`` (pieces,) are
    working memory.
    """

    point: Floats
    ring: Integers
    area_m2: Floats
    shell: Integers
    is_done: NDArray[np.bool_]
    slab_of: Integers


def _found_rings_for(pieces: int, points: int) -> FoundRings:
    return FoundRings(
        np.empty((points, 2), dtype=np.float64),
        np.empty((2 * pieces + 1, 2), dtype=np.int64),
        np.empty(2 * pieces + 1, dtype=np.float64),
        np.empty(2 * pieces + 1, dtype=np.int64),
        np.empty(2 * pieces + 1, dtype=np.bool_),
        np.empty(pieces + 1, dtype=np.int64),
    )


@inlined
def _traced(
    rings: FoundRings, pieces: Pieces, slab_count: int, circle: Circle, stride: int, vertex: Floats, x: float, y: float,
    radius_m: float,
) -> int:  # fmt: skip
    """Write the rings of one region after its edges were joined; return how many."""
    slab_of, is_done, point, ring, area = rings.slab_of, rings.is_done, rings.point, rings.ring, rings.area_m2
    slab, slab_first, piece, kind, joint = pieces.slab, pieces.slab_first, pieces.piece, pieces.kind, pieces.joint
    circle_key, circle_unit, circle_start = circle.key, circle.unit, circle.start
    for row in range(slab_count):
        for place in range(slab_first[row], slab_first[row + 1]):
            slab_of[place] = row
            is_done[2 * place] = is_done[2 * place + 1] = False
    count, ring_count = 0, 0
    for begin in range(2 * slab_first[slab_count]):
        first = count
        edge = begin
        while edge >= 0 and not is_done[edge]:
            is_done[edge] = True
            count = _put_edge(
                point, first, count, slab, piece, kind, slab_of[edge >> 1], edge, circle_key, circle_unit, circle_start,
                stride, vertex, x, y, radius_m,
            )  # fmt: skip
            edge = joint[edge]
        if count == first:
            continue
        count = closed_ring(point, first, count)
        area_m2 = _signed_area(point, first, count) if count > first else 0.0
        if abs(area_m2) < NO_AREA_M2:
            count = first
            continue
        ring[ring_count, 0], ring[ring_count, 1] = first, count
        area[ring_count] = area_m2
        ring_count += 1
    return ring_count


@inlined
def _shell_of(point: Floats, ring: Integers, area_m2: Floats, ring_count: int, hole: int) -> int:
    """Return the shell in which a hole lies: the one that holds most of its points."""
    best, most = -1, -1.0
    for shell in range(ring_count):
        if area_m2[shell] > -area_m2[hole]:
            share = _share_inside(point, ring[hole, 0], ring[hole, 1], ring[shell, 0], ring[shell, 1])
            if share > most:
                best, most = shell, share
    return best


@kernel
def _region(
    star_set: Stars, shadows: Shadows, vertex: Floats, lens: int, turns: Floats, turn_count: int, is_round: bool,
    radius_m: float, circle: Circle, stride: int, pieces: Pieces, rings: FoundRings,
) -> int:  # fmt: skip
    """Write the rings of one region, told which shell each lies in; return how many."""
    x, y = star_set.centre[lens, 0], star_set.centre[lens, 1]
    slab, slab_first, piece, kind = pieces.slab, pieces.slab_first, pieces.piece, pieces.kind
    joint, reach, end = pieces.joint, pieces.reach, pieces.end
    slab_count = _collect(
        pieces, star_set.span, star_set.wall, star_set.offsets[lens], star_set.offsets[lens + 1], shadows,
        shadows.offsets[lens], shadows.offsets[lens + 1], turns, turn_count, radius_m,
    )  # fmt: skip
    for edge in range(2 * slab_first[slab_count]):
        joint[edge] = -1
    for row in range(slab_count + 1):
        before, after = row - 1, row
        if row == slab_count:
            after = 0 if is_round else -1
        elif row == 0 and is_round:
            continue
        _join(slab, slab_first, piece, kind, joint, reach, end, before, after, radius_m)
    ring_count = _traced(rings, pieces, slab_count, circle, stride, vertex, x, y, radius_m)
    point, ring, area_m2, shell = rings.point, rings.ring, rings.area_m2, rings.shell
    for row in range(ring_count):
        shell[row] = row if area_m2[row] > 0.0 else _shell_of(point, ring, area_m2, ring_count, row)
    return ring_count


@kernel
def _single(
    star_set: Stars, vertex: Floats, lens: int, turns: Floats, turn_count: int, is_round: bool, radius_m: float,
    circle: Circle, stride: int, rings: FoundRings,
) -> int:  # fmt: skip
    """Write the one ring of a region without shadows; return 1, or 0 if it encloses nothing."""
    x, y = star_set.centre[lens, 0], star_set.centre[lens, 1]
    span, wall, point = star_set.span, star_set.wall, rings.point
    circle_key, circle_unit, circle_start = circle.key, circle.unit, circle.start
    first, last = star_set.offsets[lens], star_set.offsets[lens + 1]
    count = 0
    if not is_round:
        count = put(point, 0, count, x, y)
    for turn in range(turn_count):
        for row in range(first, last):
            key1, x1, y1 = FULL_TURN, 1.0, 0.0
            if row + 1 < last:
                key1, x1, y1 = span[row + 1, KEY], span[row + 1, DX], span[row + 1, DY]
            key0, x0, y0, key1, x1, y1 = clipped_to_turn(
                turns, turn, span[row, KEY], span[row, DX], span[row, DY], key1, x1, y1
            )
            if key1 - key0 > NARROWEST_KEY:
                count = put_piece(
                    point, 0, count, circle_key, circle_unit, circle_start, stride, vertex, x, y, radius_m, wall[row],
                    span[row, WX], span[row, WY], key0, x0, y0, key1, x1, y1,
                )  # fmt: skip
    count = closed_ring(point, 0, count)
    if count == 0 or abs(_signed_area(point, 0, count)) < NO_AREA_M2:
        return 0
    rings.ring[0, 0], rings.ring[0, 1], rings.shell[0], rings.area_m2[0] = 0, count, 0, 1.0
    return 1


@kernel
def _fill_regions(
    star_set: Stars, shadows: Shadows, vertex: Floats, lens: Integers, sector: Floats, chord_tolerance_m: float,
    begin: int, circle: Circle, pieces: Pieces, rings: FoundRings, out: Regions, filled: Integers,
) -> tuple[int, int]:  # fmt: skip
    """Write the regions from ``begin`` on; return the first not written and what is short: 0 nothing, 1 pieces, 2 output.

    ``filled`` counts points, rings and polygons written so far.
    """
    turns = np.empty((2, 6), dtype=np.float64)
    point, ring_offsets, polygon_offsets = out.point, out.ring_offsets, out.polygon_offsets
    found, ring, shell = rings.point, rings.ring, rings.shell
    for row in range(begin, len(lens)):
        out.offsets[row + 1] = filled[2]
        start, width, radius_m = sector[row, 0], sector[row, 1], sector[row, 2]
        if radius_m <= 0.0:
            continue
        eye = lens[row]
        turn_count = fill_turns(start, width, turns)
        stride = chord_stride(radius_m, chord_tolerance_m)
        spans = star_set.offsets[eye + 1] - star_set.offsets[eye]
        first_slab, last_slab = shadows.offsets[eye], shadows.offsets[eye + 1]
        # Every line meets the circle twice at most, and each meeting adds a slab with all the pieces of its stack.
        slab_room = 6 * spans + 16
        piece_room = slab_room
        for slab in range(first_slab, last_slab):
            strips = shadows.strip_offsets[slab + 1] - shadows.strip_offsets[slab]
            slab_room += 4 * strips + 8
            piece_room += (strips + 1) * (4 * strips + 8)
        slab_room, piece_room = turn_count * slab_room, turn_count * piece_room
        # An edge has two ends, the points of its arc aside, and arcs together are no more than two turns.
        point_room = 4 * piece_room + 2 * DIRECTIONS // stride + 64
        if slab_room >= len(pieces.slab) or piece_room > len(pieces.piece) or point_room > len(found):
            return row, 1
        is_round = width >= TURN
        if last_slab > first_slab:
            ring_count = _region(
                star_set, shadows, vertex, eye, turns, turn_count, is_round, radius_m, circle, stride, pieces, rings
            )
        else:
            ring_count = _single(star_set, vertex, eye, turns, turn_count, is_round, radius_m, circle, stride, rings)
        points, ring_total, polygon_total = filled[0], filled[1], filled[2]
        needed = points + (ring[ring_count - 1, 1] if ring_count > 0 else 0)
        if needed > len(point) or ring_total + ring_count + 2 > len(ring_offsets):
            return row, 2
        for outer in range(ring_count):
            if shell[outer] != outer:
                continue
            # The shell first, then the others that lie in it.
            for turn in range(2):
                for inner in range(ring_count):
                    if shell[inner] != outer or (inner == outer) != (turn == 0):
                        continue
                    for place in range(ring[inner, 0], ring[inner, 1]):
                        point[points, 0], point[points, 1] = found[place, 0], found[place, 1]
                        points += 1
                    ring_total += 1
                    ring_offsets[ring_total] = points
            polygon_total += 1
            polygon_offsets[polygon_total] = ring_total
        filled[0], filled[1], filled[2] = points, ring_total, polygon_total
        out.offsets[row + 1] = polygon_total
    return len(lens), 0


def _longer(array: NDArray[ScalarT]) -> NDArray[ScalarT]:
    longer = np.zeros((2 * len(array), *array.shape[1:]), dtype=array.dtype)
    longer[: len(array)] = array
    return longer


def regions(
    star_set: Stars, shadows: Shadows, vertex: Floats, lens: Integers, sector: Floats, chord_tolerance_m: float
) -> Regions:
    """Return what is in view in n sectors, rows of ``sector`` being (start, width, reach).

    Shells run counter-clockwise, holes clockwise, each chord at most ``chord_tolerance_m`` inside its arc. ``vertex`` are those
    of the chains that the views were made of; ``lens`` (n,) names the views. Rings of less than ``NO_AREA_M2`` are left out.
    """
    count = len(lens)
    room = 2 * count + 64
    out = Regions(
        np.empty((96 * count + 4096, 2)),
        np.zeros(room, dtype=np.int64),
        np.zeros(room, dtype=np.int64),
        np.zeros(count + 1, dtype=np.int64),
    )
    filled = np.zeros(3, dtype=np.int64)
    pieces, rings = _pieces_for(512, 4096), _found_rings_for(4096, 32768)
    circle = circle_directions()
    fixed = (star_set, shadows, vertex, np.ascontiguousarray(lens), sector, chord_tolerance_m)
    done, short = _fill_regions(*fixed, 0, circle, pieces, rings, out, filled)
    while short > 0:
        if short == 1:
            slabs, rows = 4 * len(pieces.slab), 4 * len(pieces.piece)
            pieces, rings = _pieces_for(slabs, rows), _found_rings_for(rows, 8 * rows)
        else:
            out = Regions(_longer(out.point), _longer(out.ring_offsets), _longer(out.polygon_offsets), out.offsets)
        done, short = _fill_regions(*fixed, done, circle, pieces, rings, out, filled)
    points, ring_total, polygon_total = filled
    return Regions(
        out.point[:points], out.ring_offsets[: ring_total + 1], out.polygon_offsets[: polygon_total + 1], out.offsets
    )
