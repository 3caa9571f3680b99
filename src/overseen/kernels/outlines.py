"""Outlines of what is in view where no low building stands: one ring, point after point round the lens."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel
from overseen.kernels.chains import Chains
from overseen.kernels.circles import DIRECTIONS, Circle, chord_stride, circle_directions, first_direction
from overseen.kernels.directions import FULL_TURN, NARROWEST_KEY, TURN, pseudo_angle
from overseen.kernels.sectors import clipped_to_turn, fill_turns
from overseen.kernels.stars import (
    DX,
    DY,
    KEY,
    NEXT,
    WALL,
    WX,
    WY,
    Bench,
    Lenses,
    bench_for,
    close_outside,
    reset,
    spans_of,
)
from overseen.kernels.wedges import on_wall, wall_within

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SAME_POINT_M = 1e-8
"""Outline points nearer to each other than this are one: closer, coordinates of six or seven digits cannot tell them apart."""


@inlined
def put(outline: Floats, first: int, count: int, x: float, y: float) -> int:
    """Append a point to the ring that begins at row ``first`` unless it is the last one; return the rows now filled."""
    if (
        count > first
        and abs(outline[count - 1, 0] - x) < SAME_POINT_M
        and abs(outline[count - 1, 1] - y) < SAME_POINT_M
    ):
        return count
    outline[count, 0] = x
    outline[count, 1] = y
    return count + 1


@inlined
def put_arc(
    outline: Floats, first: int, count: int, circle_key: Floats, circle_unit: Floats,
    circle_start: NDArray[np.int32], stride: int, centre_x: float, centre_y: float,
    radius_m: float, key0: float, x0: float, y0: float, key1: float, x1: float, y1: float,
) -> int:  # fmt: skip
    """Append the points of an arc between two directions (key0 < key1), ends included."""
    scale = radius_m / np.sqrt(x0 * x0 + y0 * y0)
    count = put(outline, first, count, centre_x + x0 * scale, centre_y + y0 * scale)
    row = first_direction(circle_key, circle_start, key0, stride)
    if row < DIRECTIONS and circle_key[row] < key1:
        # Only the first of them may fall on the beginning; the others are a chord apart.
        x, y = centre_x + radius_m * circle_unit[row, 0], centre_y + radius_m * circle_unit[row, 1]
        count = put(outline, first, count, x, y)
        row += stride
    while row < DIRECTIONS and circle_key[row] < key1:
        outline[count, 0] = centre_x + radius_m * circle_unit[row, 0]
        outline[count, 1] = centre_y + radius_m * circle_unit[row, 1]
        count += 1
        row += stride
    scale = radius_m / np.sqrt(x1 * x1 + y1 * y1)
    return put(outline, first, count, centre_x + x1 * scale, centre_y + y1 * scale)


@inlined
def put_wall_point(
    outline: Floats, first: int, count: int, vertex: Floats, end: int, centre_x: float, centre_y: float,
    toward_x: float, toward_y: float, inverse: float,
) -> int:  # fmt: skip
    """Append the point of a wall in a direction, along which it lies at 1/``inverse`` times its length.

    Where that is the wall's own end, vertex ``end``, the point is that vertex to the bit.
    """
    # Of two walls in one direction only one has its end there: along its own, 1/r is 1.
    if (
        end >= 0
        and abs(inverse - 1.0) < 1e-9
        and vertex[end, 0] - centre_x == toward_x
        and vertex[end, 1] - centre_y == toward_y
    ):
        return put(outline, first, count, vertex[end, 0], vertex[end, 1])
    return put(outline, first, count, centre_x + toward_x / inverse, centre_y + toward_y / inverse)


@inlined
def put_piece(
    outline: Floats, first: int, count: int, circle_key: Floats, circle_unit: Floats,
    circle_start: NDArray[np.int32], stride: int, vertex: Floats, centre_x: float,
    centre_y: float, radius_m: float, wall: int, wx: float, wy: float,
    key0: float, x0: float, y0: float, key1: float, x1: float, y1: float,
) -> int:  # fmt: skip
    """Append what bounds the view between two directions, counter-clockwise: the wall within the circle, else the arc.

    ``wall`` is the vertex at which the wall begins; -1: its ends are no vertices.
    """
    at0, at1 = wx * x0 + wy * y0, wx * x1 + wy * y1
    is_in0 = at0 > 0.0 and x0 * x0 + y0 * y0 <= (radius_m * at0) ** 2
    is_in1 = at1 > 0.0 and x1 * x1 + y1 * y1 <= (radius_m * at1) ** 2
    if is_in0 and is_in1:
        # Counter-clockwise a wall begins at the end of its edge.
        end = wall + 1 if wall >= 0 else -1
        count = put_wall_point(outline, first, count, vertex, end, centre_x, centre_y, x0, y0, at0)
        return put_wall_point(outline, first, count, vertex, wall, centre_x, centre_y, x1, y1, at1)
    low, high, _, _ = wall_within(wx, wy, x0, y0, x1, y1, radius_m)
    if high <= low:
        return put_arc(
            outline,
            first,
            count,
            circle_key,
            circle_unit,
            circle_start,
            stride,
            centre_x,
            centre_y,
            radius_m,
            key0,
            x0,
            y0,
            key1,
            x1,
            y1,
        )
    if is_in0:
        end = wall + 1 if wall >= 0 else -1
        count = put_wall_point(outline, first, count, vertex, end, centre_x, centre_y, x0, y0, at0)
    else:
        px, py = on_wall(wx, wy, low)
        count = put_arc(
            outline, first, count, circle_key, circle_unit, circle_start, stride, centre_x, centre_y, radius_m,
            key0, x0, y0, pseudo_angle(px, py), px, py,
        )  # fmt: skip
    if is_in1:
        return put_wall_point(outline, first, count, vertex, wall, centre_x, centre_y, x1, y1, at1)
    px, py = on_wall(wx, wy, high)
    return put_arc(
        outline, first, count, circle_key, circle_unit, circle_start, stride, centre_x, centre_y, radius_m,
        pseudo_angle(px, py), px, py, key1, x1, y1,
    )  # fmt: skip


@inlined
def closed_ring(outline: Floats, first: int, count: int) -> int:
    """Close the ring that begins at row ``first``; return the rows then filled, ``first`` if it has too few points."""
    while count - first > 1 and (
        abs(outline[count - 1, 0] - outline[first, 0]) < SAME_POINT_M
        and abs(outline[count - 1, 1] - outline[first, 1]) < SAME_POINT_M
    ):
        count -= 1
    if count - first < 3:
        return first
    outline[count, 0], outline[count, 1] = outline[first, 0], outline[first, 1]
    return count + 1


@kernel
def _fill_outlines(
    chains: Chains, top_m: Floats, lenses: Lenses, sector: Floats, chord_tolerance_m: float, begin: int, circle: Circle,
    bench: Bench, points: Floats, offsets: Integers,
) -> tuple[int, bool]:  # fmt: skip
    """Write the outlines of the lenses from ``begin`` on; return the first not written and whether the bench was short."""
    vertex = chains.vertex
    span, link, nearest2 = bench.span, bench.link, bench.nearest2
    circle_key, circle_unit, circle_start = circle.key, circle.unit, circle.start
    turns = np.empty((2, 6), dtype=np.float64)
    for lens in range(begin, len(lenses.centre)):
        x, y, radius_m = lenses.centre[lens, 0], lenses.centre[lens, 1], lenses.radius_m[lens]
        stride = chord_stride(radius_m, chord_tolerance_m)
        turn_count = fill_turns(sector[lens, 0], sector[lens, 1], turns)
        is_round = sector[lens, 1] >= TURN
        reset(bench, radius_m)
        if not is_round:
            close_outside(nearest2, turns[0, 0], turns[turn_count - 1, 3])
        if spans_of(chains, top_m, x, y, (radius_m, lenses.height_m[lens], lenses.target_m[lens]), bench) < 0:
            return lens, True
        first = offsets[lens]
        if first + 6 * bench.used[0] + DIRECTIONS // stride + 16 > len(points):
            return lens, False
        filled = first
        if not is_round:
            filled = put(points, first, filled, x, y)
        for turn in range(turn_count):
            row = 0
            while row >= 0:
                following = link[row, NEXT]
                # Neighbouring spans of one wall are one.
                while following >= 0 and link[following, WALL] == link[row, WALL]:
                    following = link[following, NEXT]
                key1, x1, y1 = FULL_TURN, 1.0, 0.0
                if following >= 0:
                    key1, x1, y1 = span[following, KEY], span[following, DX], span[following, DY]
                key0, x0, y0, key1, x1, y1 = clipped_to_turn(
                    turns, turn, span[row, KEY], span[row, DX], span[row, DY], key1, x1, y1
                )
                if key1 - key0 > NARROWEST_KEY:
                    filled = put_piece(
                        points, first, filled, circle_key, circle_unit, circle_start, stride, vertex, x, y, radius_m,
                        link[row, WALL], span[row, WX], span[row, WY], key0, x0, y0, key1, x1, y1,
                    )  # fmt: skip
                row = following
        offsets[lens + 1] = closed_ring(points, first, filled)
    return len(lenses.centre), False


def outlines(
    chains: Chains, top_m: Floats, lenses: Lenses, sector: Floats, chord_tolerance_m: float
) -> tuple[Floats, Integers]:
    """Return the outline of what each lens has in view in its sector; nothing else is kept.

    Outline i is ``points[offsets[i]:offsets[i + 1]]``, closed, counter-clockwise, each chord at most ``chord_tolerance_m``
    inside its arc. ``sector`` (n, 2) is where each begins and how far it turns, radians counter-clockwise from east;
    ``top_m`` (chains,) as in :func:`overseen.kernels.stars.spans_of`. Low buildings are looked over.
    """
    count = len(lenses.centre)
    offsets = np.zeros(count + 1, dtype=np.int64)
    points = np.empty((96 * count + 4096, 2))
    bench, circle = bench_for(1024, 512), circle_directions()
    fixed = (chains, top_m, lenses, sector, chord_tolerance_m)
    done, is_bench_short = _fill_outlines(*fixed, 0, circle, bench, points, offsets)
    while done < count:
        if is_bench_short:
            bench = bench_for(4 * len(bench.span), 4 * len(bench.found))
        else:
            longer = np.empty((2 * len(points), 2))
            longer[: offsets[done]] = points[: offsets[done]]
            points = longer
        done, is_bench_short = _fill_outlines(*fixed, done, circle, bench, points, offsets)
    return points[: offsets[count]], offsets


@kernel
def put_back(points: Floats, offsets: Integers, rows: Integers, out_points: Floats, out_offsets: Integers) -> None:
    """Copy outline i of a part to row ``rows[i]`` of the whole."""
    for outline in range(len(rows)):
        target = out_offsets[rows[outline]]
        for place in range(offsets[outline], offsets[outline + 1]):
            out_points[target, 0], out_points[target, 1] = points[place, 0], points[place, 1]
            target += 1
