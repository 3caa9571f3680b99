"""Walls in a uniform grid, so that those near a lens are found without looking at the rest.

A wall is one edge of a footprint ring, directed so that the inside of the building lies to its left. Each wall stands in
every cell that its bounding box touches; a query reports it in the first of those cells only, so nothing is seen twice
and no marks are kept between queries.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import kernel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Walls(NamedTuple):
    """Walls and the grid they stand in.

    ``start`` and ``end`` have shape (n, 2), metres; ``is_two_sided`` (n,) marks walls of rings whose inside is not defined
    (self-crossing ones), which block from both sides. ``cell_offsets`` (columns * rows + 1,) and ``cell_walls`` list the
    walls of each cell, row by row from the origin.
    """

    start: Floats
    end: Floats
    is_two_sided: NDArray[np.bool_]
    origin: Floats
    cell_m: float
    columns: int
    rows: int
    cell_offsets: Integers
    cell_walls: NDArray[np.int32]


@kernel
def _cell_range(low: float, high: float, origin: float, cell_m: float, count: int) -> tuple[int, int]:
    """Return the first and last cell that [low, high] touches along one axis, clamped to the grid."""
    first = int(np.floor((low - origin) / cell_m))
    last = int(np.floor((high - origin) / cell_m))
    return max(0, min(first, count - 1)), max(0, min(last, count - 1))


@kernel
def _fill_cells(
    start: Floats, end: Floats, origin: Floats, cell_m: float, columns: int, rows: int
) -> tuple[Integers, NDArray[np.int32]]:
    """Return offsets and walls of each cell by counting, then placing; walls of a cell keep their order."""
    counts = np.zeros(columns * rows + 1, dtype=np.int64)
    for turn in range(2):
        if turn == 1:
            total = np.cumsum(counts)
            offsets = total.copy()
            cursor = np.empty(columns * rows, dtype=np.int64)
            cursor[:] = total[:-1]
            placed = np.empty(total[-1], dtype=np.int32)
        for wall in range(len(start)):
            first_column, last_column = _cell_range(
                min(start[wall, 0], end[wall, 0]), max(start[wall, 0], end[wall, 0]), origin[0], cell_m, columns
            )
            first_row, last_row = _cell_range(
                min(start[wall, 1], end[wall, 1]), max(start[wall, 1], end[wall, 1]), origin[1], cell_m, rows
            )
            for row in range(first_row, last_row + 1):
                for column in range(first_column, last_column + 1):
                    cell = row * columns + column
                    if turn == 0:
                        counts[cell + 1] += 1
                    else:
                        placed[cursor[cell]] = wall
                        cursor[cell] += 1
    return offsets, placed


def wall_grid(start: Floats, end: Floats, is_two_sided: NDArray[np.bool_], *, cell_m: float = 50.0) -> Walls:
    """Return the walls in a grid of square cells ``cell_m`` wide; shapes as in :class:`Walls`."""
    if len(start) == 0:
        origin = np.zeros(2)
        columns = rows = 1
    else:
        origin = np.minimum(start.min(axis=0), end.min(axis=0))
        far = np.maximum(start.max(axis=0), end.max(axis=0))
        # A grid much larger than its content would cost more to clear than to search.
        while np.prod(np.floor((far - origin) / cell_m) + 1.0) > 4.0 * len(start) + 1024.0:
            cell_m *= 2.0
        columns, rows = (int(n) for n in np.floor((far - origin) / cell_m) + 1.0)
    offsets, placed = _fill_cells(start, end, origin, cell_m, columns, rows)
    return Walls(start, end, is_two_sided, origin, cell_m, columns, rows, offsets, placed)


@kernel
def squared_distance_to_wall(ax: float, ay: float, bx: float, by: float) -> float:
    """Return the squared distance from the origin to the segment from a to b, m2."""
    dx = bx - ax
    dy = by - ay
    length2 = dx * dx + dy * dy
    along = 0.0
    if length2 > 0.0:
        along = min(1.0, max(0.0, -(ax * dx + ay * dy) / length2))
    px = ax + along * dx
    py = ay + along * dy
    return px * px + py * py


@kernel
def walls_near(walls: Walls, x: float, y: float, radius_m: float) -> tuple[NDArray[np.int32], Floats]:
    """Return the walls within ``radius_m`` of (x, y) and their squared distances, nearest first; ties by number."""
    first_column, last_column = _cell_range(x - radius_m, x + radius_m, walls.origin[0], walls.cell_m, walls.columns)
    first_row, last_row = _cell_range(y - radius_m, y + radius_m, walls.origin[1], walls.cell_m, walls.rows)
    capacity = 0
    for row in range(first_row, last_row + 1):
        base = row * walls.columns
        capacity += walls.cell_offsets[base + last_column + 1] - walls.cell_offsets[base + first_column]
    found = np.empty(capacity, dtype=np.int32)
    distance2 = np.empty(capacity, dtype=np.float64)
    count = 0
    for row in range(first_row, last_row + 1):
        for column in range(first_column, last_column + 1):
            cell = row * walls.columns + column
            for place in range(walls.cell_offsets[cell], walls.cell_offsets[cell + 1]):
                wall = walls.cell_walls[place]
                ax, ay = walls.start[wall, 0] - x, walls.start[wall, 1] - y
                bx, by = walls.end[wall, 0] - x, walls.end[wall, 1] - y
                low_x = min(walls.start[wall, 0], walls.end[wall, 0])
                low_y = min(walls.start[wall, 1], walls.end[wall, 1])
                wall_column, _ = _cell_range(low_x, low_x, walls.origin[0], walls.cell_m, walls.columns)
                wall_row, _ = _cell_range(low_y, low_y, walls.origin[1], walls.cell_m, walls.rows)
                if max(wall_column, first_column) != column or max(wall_row, first_row) != row:
                    continue
                near2 = squared_distance_to_wall(ax, ay, bx, by)
                if near2 <= radius_m * radius_m:
                    found[count] = wall
                    distance2[count] = near2
                    count += 1
    order = np.argsort(distance2[:count], kind="mergesort")
    return found[:count][order], distance2[:count][order]
