"""Which points of a grid lie in polygons: a scan of each polygon's rows, crossing by crossing, borders told apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import kernel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

OUTSIDE, BORDER, INSIDE = 0, 1, 2

ON_BORDER_M = 1e-9
"""A point so near to a polygon's border lies on it."""


@kernel
def mark_inside(
    x: Floats, y: Floats, vertex: Floats, ring_offsets: Integers, polygon_offsets: Integers, mark: NDArray[np.uint8]
) -> None:
    """Write into ``mark`` (rows, columns) which points of a grid lie in some polygon: ``INSIDE``, else ``BORDER`` where on its border.

    ``x`` (columns,) and ``y`` (rows,) rise. The rings of polygon i are ``ring_offsets`` from ``polygon_offsets[i]`` on, their vertices
    rows of ``vertex`` (n, 2), m, closed; holes are where an even number of rings lies round a point.
    """
    for polygon in range(len(polygon_offsets) - 1):
        begin = ring_offsets[polygon_offsets[polygon]]
        end = ring_offsets[polygon_offsets[polygon + 1]]
        if end == begin:
            continue
        west, south = vertex[begin:end, 0].min(), vertex[begin:end, 1].min()
        east, north = vertex[begin:end, 0].max(), vertex[begin:end, 1].max()
        first_row, last_row = np.searchsorted(y, south - ON_BORDER_M), np.searchsorted(y, north + ON_BORDER_M)
        first, last = np.searchsorted(x, west - ON_BORDER_M), np.searchsorted(x, east + ON_BORDER_M)
        if last_row <= first_row or last <= first:
            continue
        # A crossing turns all that lies beyond it; the last column is beyond all points.
        turned = np.zeros((last_row - first_row, last - first + 1), dtype=np.uint8)
        border = np.zeros((last_row - first_row, last - first), dtype=np.uint8)
        for ring in range(polygon_offsets[polygon], polygon_offsets[polygon + 1]):
            for place in range(ring_offsets[ring], ring_offsets[ring + 1] - 1):
                ax, ay, bx, by = vertex[place, 0], vertex[place, 1], vertex[place + 1, 0], vertex[place + 1, 1]
                if ay > by:
                    ax, ay, bx, by = bx, by, ax, ay
                for row in range(np.searchsorted(y, ay - ON_BORDER_M), last_row):
                    if y[row] > by + ON_BORDER_M:
                        break
                    if by - ay <= ON_BORDER_M:
                        # Level: the whole edge lies on the row, and crosses none.
                        for column in range(np.searchsorted(x, min(ax, bx) - ON_BORDER_M), last):
                            if x[column] > max(ax, bx) + ON_BORDER_M:
                                break
                            border[row - first_row, column - first] = 1
                        continue
                    share = min(max((y[row] - ay) / (by - ay), 0.0), 1.0)
                    at = ax + share * (bx - ax)
                    column = np.searchsorted(x, at)
                    for near in range(max(column - 1, first), min(column + 1, last)):
                        if abs(x[near] - at) <= ON_BORDER_M:
                            border[row - first_row, near - first] = 1
                    if ay <= y[row] < by:
                        turned[row - first_row, min(max(column, first), last) - first] ^= 1
        for row in range(last_row - first_row):
            is_in = np.uint8(0)
            for column in range(last - first):
                is_in ^= turned[row, column]
                if border[row, column]:
                    mark[first_row + row, first + column] = max(mark[first_row + row, first + column], BORDER)
                elif is_in:
                    mark[first_row + row, first + column] = INSIDE
