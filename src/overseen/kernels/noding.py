"""Walls cut where they meet, on a grid of whole numbers, so that a triangulation can take them as they are.

Coordinates are counted in ``UNITS_PER_M``, so orientations are exact. Pairs of walls that may meet are found cell by cell. Where
two cross, both are cut at the crossing rounded to the grid; where an end of one lies on another, that is cut there. Rounding
moves a cut wall by half a unit at most and may make it meet another, so the whole is repeated until nothing meets any more
(two or three rounds in practice). This is iterated snap rounding (Hobby 1999; Halperin and Packer 2002).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel

Integers = NDArray[np.int64]

UNITS_PER_M = 2.0**20
"""About a micrometre: walls move by less than that."""

LONGEST = 2**29
"""Longer walls are cut beforehand, so that products of two differences stay within 64 bits."""

CELL = 16 * 2**20
"""Width of a cell of the search, in units."""

MOST_ROUNDS = 12
"""A scene that is not noded by then has a fault; real cities need three."""


class Noded(NamedTuple):
    """Walls that meet in common ends only.

    ``point`` (n, 2) in units, each once; ``wall`` (m, 2) rows of it, each pair once, the smaller number first.
    """

    point: Integers
    wall: NDArray[np.int32]


@kernel
def _cut_to_length(start: Integers, end: Integers) -> Integers:
    """Return walls (x, y, x, y) none of which is longer than ``LONGEST`` along an axis."""
    total = 0
    for row in range(len(start)):
        total += 1 + max(abs(end[row, 0] - start[row, 0]), abs(end[row, 1] - start[row, 1])) // LONGEST
    wall = np.empty((total, 4), dtype=np.int64)
    count = 0
    for row in range(len(start)):
        dx, dy = end[row, 0] - start[row, 0], end[row, 1] - start[row, 1]
        if dx == 0 and dy == 0:
            continue
        parts = 1 + max(abs(dx), abs(dy)) // LONGEST
        x, y = start[row, 0], start[row, 1]
        for part in range(1, parts + 1):
            following_x = start[row, 0] + int(np.round(dx * (part / parts))) if part < parts else end[row, 0]
            following_y = start[row, 1] + int(np.round(dy * (part / parts))) if part < parts else end[row, 1]
            wall[count, 0], wall[count, 1], wall[count, 2], wall[count, 3] = x, y, following_x, following_y
            x, y = following_x, following_y
            count += 1
    return wall[:count]


@kernel
def _numbered(wall: Integers) -> tuple[Integers, NDArray[np.int32]]:
    """Return the distinct ends of walls (x, y, x, y), and each wall as two of their numbers."""
    size = 16
    while size < 4 * len(wall):
        size *= 2
    table = np.full(size, -1, dtype=np.int32)
    point = np.empty((2 * len(wall), 2), dtype=np.int64)
    ends = np.empty((len(wall), 2), dtype=np.int32)
    count = 0
    mask = np.uint64(size - 1)
    for row in range(len(wall)):
        for side in range(2):
            x, y = wall[row, 2 * side], wall[row, 2 * side + 1]
            mixed = np.uint64(x) * np.uint64(0x9E3779B97F4A7C15) ^ np.uint64(y) * np.uint64(0xC2B2AE3D27D4EB4F)
            mixed ^= mixed >> np.uint64(29)
            place = mixed & mask
            while table[place] >= 0 and (point[table[place], 0] != x or point[table[place], 1] != y):
                place = (place + np.uint64(1)) & mask
            if table[place] < 0:
                table[place] = count
                point[count, 0], point[count, 1] = x, y
                count += 1
            ends[row, side] = table[place]
    return point[:count], ends


def _distinct(ends: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return each pair of numbers once, the smaller first, in rising order."""
    low, high = ends.min(axis=1).astype(np.int64), ends.max(axis=1).astype(np.int64)
    key = np.unique((low << 32) | high)
    return np.column_stack([key >> 32, key & 0xFFFFFFFF]).astype(np.int32)


@kernel
def _cells_of(point: Integers, wall: NDArray[np.int32], columns: int, rows: int) -> tuple[Integers, NDArray[np.int32]]:
    """Return, cell by cell, the walls whose boxes reach into it: where each cell begins, and rows of ``wall``."""
    starts = np.zeros(columns * rows + 1, dtype=np.int64)
    for turn in range(2):
        if turn == 1:
            for cell in range(columns * rows):
                starts[cell + 1] += starts[cell]
            member = np.empty(starts[-1], dtype=np.int32)
            cursor = starts[:-1].copy()
        for row in range(len(wall)):
            ax, ay = point[wall[row, 0], 0], point[wall[row, 0], 1]
            bx, by = point[wall[row, 1], 0], point[wall[row, 1], 1]
            for column in range(min(ax, bx) // CELL, max(ax, bx) // CELL + 1):
                for line in range(min(ay, by) // CELL, max(ay, by) // CELL + 1):
                    cell = line * columns + column
                    if turn == 0:
                        starts[cell + 1] += 1
                    else:
                        member[cursor[cell]] = row
                        cursor[cell] += 1
    return starts, member


@inlined
def _turn(ax: int, ay: int, bx: int, by: int, cx: int, cy: int) -> int:
    """Return twice the signed area of the triangle a, b, c, exactly."""
    return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)


@inlined
def _is_between(ax: int, ay: int, bx: int, by: int, cx: int, cy: int) -> bool:
    """Return whether a point c on the line of a and b lies between them and is neither."""
    if (cx == ax and cy == ay) or (cx == bx and cy == by):
        return False
    return min(ax, bx) <= cx <= max(ax, bx) and min(ay, by) <= cy <= max(ay, by)


@inlined
def _note(cut: Integers, count: int, wall: int, x: int, y: int) -> int:
    """Note where a wall is cut, if there is room; return how many cuts there are."""
    if count < len(cut):
        cut[count, 0], cut[count, 1], cut[count, 2] = wall, x, y
    return count + 1


@kernel
def _cuts(
    point: Integers, wall: NDArray[np.int32], columns: int, starts: Integers, member: NDArray[np.int32], cut: Integers
) -> int:
    """Write where walls must be cut, rows (wall, x, y); return how many cuts there are, more than have room if need be."""
    count = 0
    for cell in range(len(starts) - 1):
        for first in range(starts[cell], starts[cell + 1]):
            one = member[first]
            ax, ay = point[wall[one, 0], 0], point[wall[one, 0], 1]
            bx, by = point[wall[one, 1], 0], point[wall[one, 1], 1]
            west, east, south, north = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
            for second in range(first + 1, starts[cell + 1]):
                other = member[second]
                cx, cy = point[wall[other, 0], 0], point[wall[other, 0], 1]
                dx, dy = point[wall[other, 1], 0], point[wall[other, 1], 1]
                low_x, low_y = max(west, min(cx, dx)), max(south, min(cy, dy))
                if low_x > min(east, max(cx, dx)) or low_y > min(north, max(cy, dy)):
                    continue
                # Of the cells that hold both, the one of the boxes' common corner looks at them.
                if (low_y // CELL) * columns + low_x // CELL != cell:
                    continue
                turn_c, turn_d = _turn(ax, ay, bx, by, cx, cy), _turn(ax, ay, bx, by, dx, dy)
                if (turn_c > 0 and turn_d > 0) or (turn_c < 0 and turn_d < 0):
                    continue
                turn_a, turn_b = _turn(cx, cy, dx, dy, ax, ay), _turn(cx, cy, dx, dy, bx, by)
                if (turn_a > 0 and turn_b > 0) or (turn_a < 0 and turn_b < 0):
                    continue
                if turn_a != 0 and turn_b != 0 and turn_c != 0 and turn_d != 0:
                    share = turn_a / (turn_a - turn_b)
                    x, y = ax + int(np.round((bx - ax) * share)), ay + int(np.round((by - ay) * share))
                    if not ((x == ax and y == ay) or (x == bx and y == by)):
                        count = _note(cut, count, one, x, y)
                    if not ((x == cx and y == cy) or (x == dx and y == dy)):
                        count = _note(cut, count, other, x, y)
                    continue
                if turn_c == 0 and _is_between(ax, ay, bx, by, cx, cy):
                    count = _note(cut, count, one, cx, cy)
                if turn_d == 0 and _is_between(ax, ay, bx, by, dx, dy):
                    count = _note(cut, count, one, dx, dy)
                if turn_a == 0 and _is_between(cx, cy, dx, dy, ax, ay):
                    count = _note(cut, count, other, ax, ay)
                if turn_b == 0 and _is_between(cx, cy, dx, dy, bx, by):
                    count = _note(cut, count, other, bx, by)
    return count


@kernel
def _applied(point: Integers, wall: NDArray[np.int32], cut: Integers, order: Integers) -> Integers:
    """Return walls (x, y, x, y) with the cuts made; ``order`` sorts the cuts by wall and along it."""
    found = np.empty((len(wall) + len(cut), 4), dtype=np.int64)
    count, place = 0, 0
    for row in range(len(wall)):
        x, y = point[wall[row, 0], 0], point[wall[row, 0], 1]
        while place < len(cut) and cut[order[place], 0] == row:
            cut_x, cut_y = cut[order[place], 1], cut[order[place], 2]
            place += 1
            if cut_x == x and cut_y == y:
                continue
            found[count, 0], found[count, 1], found[count, 2], found[count, 3] = x, y, cut_x, cut_y
            x, y = cut_x, cut_y
            count += 1
        end_x, end_y = point[wall[row, 1], 0], point[wall[row, 1], 1]
        if end_x != x or end_y != y:
            found[count, 0], found[count, 1], found[count, 2], found[count, 3] = x, y, end_x, end_y
            count += 1
    return found[:count]


def noded(start: Integers, end: Integers) -> Noded:
    """Return walls cut so that they meet in common ends only.

    ``start`` and ``end`` have shape (n, 2), in units, 0 or more. Walls of no length are left out, repeated ones kept once.

    Raises
    ------
    RuntimeError
        If the walls still meet after ``MOST_ROUNDS`` rounds.
    """
    pieces = _cut_to_length(start, end)
    for _ in range(MOST_ROUNDS):
        point, ends = _numbered(pieces)
        wall = _distinct(ends)
        if len(wall) == 0:
            return Noded(point, wall)
        columns, rows = (int(most) // CELL + 1 for most in point.max(axis=0))
        starts, member = _cells_of(point, wall, columns, rows)
        cut = np.empty((len(wall) // 4 + 1024, 3), dtype=np.int64)
        count = _cuts(point, wall, columns, starts, member, cut)
        if count > len(cut):
            cut = np.empty((count, 3), dtype=np.int64)
            count = _cuts(point, wall, columns, starts, member, cut)
        if count == 0:
            return Noded(point, wall)
        cut = cut[:count]
        away = np.abs(cut[:, 1:] - point[wall[cut[:, 0], 0]]).sum(axis=1)
        pieces = _applied(point, wall, cut, np.lexsort((away, cut[:, 0])))
    raise RuntimeError("walls still meet after the last round of noding")
