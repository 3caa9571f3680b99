"""Points that lie close together, by square bins: a lens looks into the bins that it reaches and at no other point."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BIN_M = 20.0
"""Width of a bin; wider where that would make more than ``MOST_BINS`` along a side."""

MOST_BINS = 64


class Bins(NamedTuple):
    """Points in bins: those of bin (row, column) are ``order[starts[row * columns + column]:starts[row * columns + column + 1]]``.

    ``corner`` (2,) is the south-west corner, ``side_m`` (1,) the width of a bin, ``shape`` (2,) has rows and columns.
    """

    order: Integers
    starts: Integers
    corner: Floats
    side_m: Floats
    shape: Integers


@kernel
def binned(point: Floats) -> Bins:
    """Return points, shape (p, 2), m, by bins; within a bin they keep their order."""
    count = len(point)
    corner, far = np.zeros(2), np.zeros(2)
    for side in range(2):
        if count > 0:
            corner[side], far[side] = point[:, side].min(), point[:, side].max()
    width = max(far[0] - corner[0], far[1] - corner[1])
    side_m = max(BIN_M, width / MOST_BINS)
    columns, rows = int((far[0] - corner[0]) / side_m) + 1, int((far[1] - corner[1]) / side_m) + 1
    place = np.empty(count, dtype=np.int64)
    starts = np.zeros(rows * columns + 1, dtype=np.int64)
    for row in range(count):
        across, along = int((point[row, 0] - corner[0]) / side_m), int((point[row, 1] - corner[1]) / side_m)
        place[row] = along * columns + across
        starts[place[row] + 1] += 1
    for number in range(rows * columns):
        starts[number + 1] += starts[number]
    cursor, order = starts[:-1].copy(), np.empty(count, dtype=np.int64)
    for row in range(count):
        order[cursor[place[row]]] = row
        cursor[place[row]] += 1
    return Bins(order, starts, corner, np.array([side_m]), np.array([rows, columns]))


@inlined
def _bin_range(centre: float, radius_m: float, corner: float, side_m: float, count: int) -> tuple[int, int]:
    """Return the first and the last bin along one axis that a lens reaches; the last before the first where it reaches none."""
    first = max(0, int(np.floor((centre - radius_m - corner) / side_m)))
    last = min(count - 1, int(np.floor((centre + radius_m - corner) / side_m)))
    return first, last


@inlined
def points_reached(point: Floats, bins: Bins, cx: float, cy: float, radius_m: float, found: Integers) -> int:
    """Write the numbers of the points within a radius of a lens into ``found``, which has room for all; return how many."""
    count = 0
    side_m, rows, columns = bins.side_m[0], bins.shape[0], bins.shape[1]
    first_row, last_row = _bin_range(cy, radius_m, bins.corner[1], side_m, rows)
    first_column, last_column = _bin_range(cx, radius_m, bins.corner[0], side_m, columns)
    if last_column < first_column:
        return 0
    for row in range(first_row, last_row + 1):
        # The bins of a row stand one after another.
        begin, end = bins.starts[row * columns + first_column], bins.starts[row * columns + last_column + 1]
        for place in range(begin, end):
            number = bins.order[place]
            x, y = point[number, 0] - cx, point[number, 1] - cy
            if x * x + y * y <= radius_m * radius_m:
                found[count] = number
                count += 1
    return count
