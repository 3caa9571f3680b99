"""Views by walking a triangulation: what a lens sees through an edge, it sees in the triangle beyond, and so on to the walls.

Triangular expansion (Bungiu, Hemmer, Hershberger, Huang and Kröller 2014). A window is the angle in which an edge is seen. In the
triangle beyond, the corner opposite parts it in two: the right part goes on, the left part waits, so that the outline comes
counter-clockwise. A window ends at a wall, or where the whole edge lies beyond the reach. What it costs is what is seen, not what
stands around.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel
from overseen.kernels.circles import DIRECTIONS, Circle, chord_stride, circle_directions
from overseen.kernels.directions import FULL_TURN, TURN, pseudo_angle
from overseen.kernels.mesh import HULL, Mesh, triangle_at
from overseen.kernels.outlines import closed_ring, put, put_arc
from overseen.kernels.stars import squared_distance_to_wall
from overseen.kernels.wedges import on_wall, wall_within

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

WIDEST_PART = 3.0
"""A sector is worked through in parts of less than half a turn, radians."""

ENOUGH, NO_POINTS, NO_WINDOWS = 0, 1, 2
"""What there was no room for."""


class Windows(NamedTuple):
    """Working memory: windows that wait, and the edges round a lens.

    ``edge`` (n, 2) triangle and side; ``end`` (n, 2) the vertices its two directions go through, -1 the side of a sector;
    ``direction`` (n, 4) x and y of the right and of the left one. ``round`` (6, 2) are the edges round the lens, ``arc`` (5,)
    the arc that is not yet written: its two directions and whether there is one.
    """

    edge: NDArray[np.int32]
    end: NDArray[np.int32]
    direction: Floats
    round: NDArray[np.int32]
    arc: Floats


def windows_for(capacity: int) -> Windows:
    """Return working memory for ``capacity`` waiting windows."""
    return Windows(
        np.empty((capacity, 2), dtype=np.int32),
        np.empty((capacity, 2), dtype=np.int32),
        np.empty((capacity, 4)),
        np.empty((6, 2), dtype=np.int32),
        np.zeros(5),
    )


@inlined
def _edges_round(
    vertex: Floats, corner: NDArray[np.int32], neighbour: NDArray[np.int32], at: int, x: float, y: float,
    edges: NDArray[np.int32],
) -> int:  # fmt: skip
    """Write the edges round a lens, counter-clockwise; one on which it lies gives way to the two beyond it."""
    count = 0
    for side in range(3):
        a, b = corner[at, side], corner[at, (side + 1) % 3]
        across = (vertex[a, 0] - x) * (vertex[b, 1] - y) - (vertex[a, 1] - y) * (vertex[b, 0] - x)
        beyond = neighbour[at, side]
        if across > 0.0:
            edges[count, 0], edges[count, 1] = at, side
            count += 1
        elif beyond >= 0:
            entry = 0
            while neighbour[beyond, entry] != at:
                entry += 1
            for step in range(1, 3):
                edges[count, 0], edges[count, 1] = beyond, (entry + step) % 3
                count += 1
    return count


@inlined
def _add_arc(arc: Floats, x0: float, y0: float, x1: float, y1: float) -> None:
    """Add an arc to the one that is not yet written: they follow each other."""
    if x0 * y1 - y0 * x1 <= 0.0:
        return
    if arc[4] == 0.0:
        arc[0], arc[1], arc[4] = x0, y0, 1.0
    arc[2], arc[3] = x1, y1


@inlined
def _write_arc(
    outline: Floats, first: int, count: int, circle_key: Floats, circle_unit: Floats, circle_start: NDArray[np.int32],
    stride: int, x: float, y: float, radius_m: float, arc: Floats,
) -> int:  # fmt: skip
    """Write the arc that is not yet written, if there is one."""
    if arc[4] == 0.0:
        return count
    arc[4] = 0.0
    x0, y0, x1, y1 = arc[0], arc[1], arc[2], arc[3]
    key0, key1 = pseudo_angle(x0, y0), pseudo_angle(x1, y1)
    if key0 < key1:
        return put_arc(
            outline, first, count, circle_key, circle_unit, circle_start, stride, x, y, radius_m,
            key0, x0, y0, key1, x1, y1,
        )  # fmt: skip
    count = put_arc(
        outline, first, count, circle_key, circle_unit, circle_start, stride, x, y, radius_m,
        key0, x0, y0, FULL_TURN, 1.0, 0.0,
    )  # fmt: skip
    return put_arc(
        outline, first, count, circle_key, circle_unit, circle_start, stride, x, y, radius_m,
        0.0, 1.0, 0.0, key1, x1, y1,
    )  # fmt: skip


@inlined
def _first_windows(
    vertex: Floats, corner: NDArray[np.int32], windows: Windows, edges: int, x: float, y: float, start: float, width: float
) -> int:  # fmt: skip
    """Write the windows of a lens in a part of its sector, the last first; return how many."""
    edge, end, direction, around = windows.edge, windows.end, windows.direction, windows.round
    is_round = width >= TURN
    s0x, s0y, s1x, s1y = np.cos(start), np.sin(start), np.cos(start + width), np.sin(start + width)
    begin = 0
    if not is_round:
        while begin < edges - 1:
            a, b = corner[around[begin, 0], around[begin, 1]], corner[around[begin, 0], (around[begin, 1] + 1) % 3]
            ax, ay, bx, by = vertex[a, 0] - x, vertex[a, 1] - y, vertex[b, 0] - x, vertex[b, 1] - y
            if ax * s0y - ay * s0x >= 0.0 and s0x * by - s0y * bx > 0.0:
                break
            begin += 1
    count = 0
    for step in range(edges):
        place = (begin + step) % edges
        at, side = around[place, 0], around[place, 1]
        a, b = corner[at, side], corner[at, (side + 1) % 3]
        rx, ry, lx, ly = vertex[a, 0] - x, vertex[a, 1] - y, vertex[b, 0] - x, vertex[b, 1] - y
        is_last = False
        if not is_round:
            if step == 0:
                rx, ry, a = s0x, s0y, -1
            if rx * s1y - ry * s1x >= 0.0 and s1x * ly - s1y * lx >= 0.0:
                lx, ly, b, is_last = s1x, s1y, -1, True
        edge[count, 0], edge[count, 1], end[count, 0], end[count, 1] = at, side, a, b
        direction[count, 0], direction[count, 1], direction[count, 2], direction[count, 3] = rx, ry, lx, ly
        count += 1
        if is_last:
            break
    for low in range(count // 2):
        high = count - 1 - low
        for column in range(2):
            edge[low, column], edge[high, column] = edge[high, column], edge[low, column]
            end[low, column], end[high, column] = end[high, column], end[low, column]
        for column in range(4):
            direction[low, column], direction[high, column] = direction[high, column], direction[low, column]
    return count


@kernel
def _fill_expanded(
    mesh: Mesh, centre: Floats, sector: Floats, chord_tolerance_m: float, begin: int, circle: Circle, windows: Windows,
    points: Floats, offsets: Integers,
) -> tuple[int, int]:  # fmt: skip
    """Write the outlines of the lenses from ``begin`` on; return the first not written and what had no room."""
    vertex, corner, neighbour = mesh.vertex, mesh.corner, mesh.neighbour
    origin_x, origin_y, frame, first_of_cell, columns = (
        mesh.origin[0],
        mesh.origin[1],
        mesh.frame,
        mesh.first,
        mesh.columns,
    )
    circle_key, circle_unit, circle_start = circle.key, circle.unit, circle.start
    edge, end, direction, around, arc = windows.edge, windows.end, windows.direction, windows.round, windows.arc
    for lens in range(begin, len(centre)):
        centre_x, centre_y, radius_m = centre[lens, 0], centre[lens, 1], sector[lens, 2]
        x, y = centre_x - origin_x, centre_y - origin_y
        stride = chord_stride(radius_m, chord_tolerance_m)
        room = len(points) - 2 * (DIRECTIONS // stride) - 16
        radius2 = radius_m * radius_m
        start, width = sector[lens, 0], sector[lens, 1]
        first = offsets[lens]
        count = first
        at = triangle_at(vertex, corner, neighbour, frame, first_of_cell, columns, x, y)
        edges = _edges_round(vertex, corner, neighbour, at, x, y, around) if at >= 0 else 0
        parts = 1 if width >= TURN else int(width / WIDEST_PART) + 1
        if width < TURN:
            count = put(points, first, count, centre_x, centre_y)
        arc[4] = 0.0
        if edges == 0:
            # Beyond the rim there is no wall: a margin wider than any reach sees to it.
            turned = min(width, TURN) / 4.0
            for quarter in range(4):
                s0, s1 = start + quarter * turned, start + (quarter + 1) * turned
                _add_arc(arc, np.cos(s0), np.sin(s0), np.cos(s1), np.sin(s1))
        for part in range(parts if edges > 0 else 0):
            waiting = _first_windows(
                vertex, corner, windows, edges, x, y, start + part * width / parts,
                width if width >= TURN else width / parts,
            )  # fmt: skip
            while waiting > 0:
                waiting -= 1
                at, side = edge[waiting, 0], edge[waiting, 1]
                right, left = end[waiting, 0], end[waiting, 1]
                rx, ry = direction[waiting, 0], direction[waiting, 1]
                lx, ly = direction[waiting, 2], direction[waiting, 3]
                if count > room:
                    return lens, NO_POINTS
                if waiting + 1 >= len(edge):
                    return lens, NO_WINDOWS
                beyond = neighbour[at, side]
                a, b = corner[at, side], corner[at, (side + 1) % 3]
                ax, ay = vertex[a, 0] - x, vertex[a, 1] - y
                bx, by = vertex[b, 0] - x, vertex[b, 1] - y
                is_a_far, is_b_far = ax * ax + ay * ay > radius2, bx * bx + by * by > radius2
                while beyond >= 0:
                    if is_a_far and is_b_far and squared_distance_to_wall(ax, ay, bx, by) >= radius2:
                        break
                    entry = 0
                    while neighbour[beyond, entry] != at:
                        entry += 1
                    at = beyond
                    opposite = corner[at, (entry + 2) % 3]
                    px, py = vertex[opposite, 0] - x, vertex[opposite, 1] - y
                    is_right = rx * py - ry * px > 0.0
                    is_left = px * ly - py * lx > 0.0
                    is_far = px * px + py * py > radius2
                    if is_right and is_left:
                        edge[waiting, 0], edge[waiting, 1] = at, (entry + 2) % 3
                        end[waiting, 0], end[waiting, 1] = opposite, left
                        direction[waiting, 0], direction[waiting, 1] = px, py
                        direction[waiting, 2], direction[waiting, 3] = lx, ly
                        waiting += 1
                        if waiting >= len(edge):
                            return lens, NO_WINDOWS
                        lx, ly, left = px, py, opposite
                    if is_right:
                        side, b, bx, by, is_b_far = (entry + 1) % 3, opposite, px, py, is_far
                    else:
                        side, a, ax, ay, is_a_far = (entry + 2) % 3, opposite, px, py, is_far
                    beyond = neighbour[at, side]
                if beyond >= 0 or beyond == HULL:
                    _add_arc(arc, rx, ry, lx, ly)
                    continue
                across = ax * by - ay * bx
                if across <= 0.0:
                    continue
                wx, wy = (by - ay) / across, (ax - bx) / across
                # Ends of the part of the wall in the window, from the lens.
                x0, y0, x1, y1 = ax, ay, bx, by
                if right != a:
                    scale = 1.0 / (wx * rx + wy * ry)
                    x0, y0 = rx * scale, ry * scale
                if left != b:
                    scale = 1.0 / (wx * lx + wy * ly)
                    x1, y1 = lx * scale, ly * scale
                is_in0, is_in1 = x0 * x0 + y0 * y0 <= radius2, x1 * x1 + y1 * y1 <= radius2
                low, high = 0.0, 1.0
                if not (is_in0 and is_in1):
                    low, high, _, _ = wall_within(wx, wy, x0, y0, x1, y1, radius_m)
                    if high <= low:
                        _add_arc(arc, rx, ry, lx, ly)
                        continue
                    if not is_in0:
                        x0, y0 = on_wall(wx, wy, low)
                        _add_arc(arc, rx, ry, x0, y0)
                    if not is_in1:
                        x1, y1 = on_wall(wx, wy, high)
                count = _write_arc(
                    points,
                    first,
                    count,
                    circle_key,
                    circle_unit,
                    circle_start,
                    stride,
                    centre_x,
                    centre_y,
                    radius_m,
                    arc,
                )
                if right == a and is_in0:
                    count = put(points, first, count, origin_x + vertex[a, 0], origin_y + vertex[a, 1])
                else:
                    count = put(points, first, count, centre_x + x0, centre_y + y0)
                if left == b and is_in1:
                    count = put(points, first, count, origin_x + vertex[b, 0], origin_y + vertex[b, 1])
                else:
                    count = put(points, first, count, centre_x + x1, centre_y + y1)
                if not is_in1:
                    _add_arc(arc, x1, y1, lx, ly)
        count = _write_arc(
            points, first, count, circle_key, circle_unit, circle_start, stride, centre_x, centre_y, radius_m, arc
        )
        offsets[lens + 1] = closed_ring(points, first, count)
    return len(centre), ENOUGH


def expanded_outlines(mesh: Mesh, centre: Floats, sector: Floats, chord_tolerance_m: float) -> tuple[Floats, Integers]:
    """Return the outline of what each lens has in view in its sector, every wall hiding all behind it.

    Outline i is ``points[offsets[i]:offsets[i + 1]]``, closed, counter-clockwise. ``centre`` (n, 2), m, on no wall; ``sector`` (n, 3)
    is where each begins and how far it turns, radians counter-clockwise from east, and its reach, m.
    """
    count = len(centre)
    offsets = np.zeros(count + 1, dtype=np.int64)
    points = np.empty((96 * count + 4096, 2))
    windows, circle = windows_for(256), circle_directions()
    done, short = _fill_expanded(mesh, centre, sector, chord_tolerance_m, 0, circle, windows, points, offsets)
    while short != ENOUGH:
        if short == NO_WINDOWS:
            windows = windows_for(4 * len(windows.edge))
        else:
            longer = np.empty((2 * len(points), 2))
            longer[: offsets[done]] = points[: offsets[done]]
            points = longer
        done, short = _fill_expanded(mesh, centre, sector, chord_tolerance_m, done, circle, windows, points, offsets)
    return points[: offsets[count]], offsets
