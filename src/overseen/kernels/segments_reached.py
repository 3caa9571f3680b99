"""Which lenses reach which straight segments."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@inlined
def _squared_distance(px: float, py: float, dx: float, dy: float) -> float:
    """Return the squared distance of the origin from the segment p + t·d, m2."""
    length2 = dx * dx + dy * dy
    share = 0.0 if length2 == 0.0 else min(1.0, max(0.0, -(px * dx + py * dy) / length2))
    x, y = px + share * dx, py + share * dy
    return x * x + y * y


@kernel
def segments_reached(start: Floats, end: Floats, centre: Floats, reach_m: Floats) -> tuple[Integers, Integers]:
    """Return pairs (segment, lens) in which the segment comes as near to the lens as it reaches, sorted by both.

    ``start`` and ``end`` have shape (s, 2), ``centre`` (n, 2), m; ``reach_m`` (n,).
    """
    segment, lens = np.empty(1024, dtype=np.int64), np.empty(1024, dtype=np.int64)
    count = 0
    for row in range(len(start)):
        ax, ay = start[row, 0], start[row, 1]
        dx, dy = end[row, 0] - ax, end[row, 1] - ay
        for other in range(len(centre)):
            px, py = ax - centre[other, 0], ay - centre[other, 1]
            if _squared_distance(px, py, dx, dy) > reach_m[other] * reach_m[other]:
                continue
            if count == len(segment):
                longer = np.empty(2 * count, dtype=np.int64), np.empty(2 * count, dtype=np.int64)
                longer[0][:count], longer[1][:count] = segment, lens
                segment, lens = longer
            segment[count], lens[count] = row, other
            count += 1
    return segment[:count], lens[:count]
