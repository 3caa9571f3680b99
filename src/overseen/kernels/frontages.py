"""What stands along segments: how much of either side has a wall abreast, exactly.

A wall within a depth of a segment, seen at right angles from it, covers the stretch onto which it projects: each edge is cut to
the strip beside the segment, projected, and the stretches are merged. Cutting a segment in two changes no total.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LEFT, RIGHT = 0, 1
"""The sides of a segment, looking from its start to its end."""


class Walls(NamedTuple):
    """Edges of polygons, ``edge`` (m, 4) x, y, x, y in m; polygon p has rows ``offsets[p]:offsets[p + 1]``."""

    offsets: Integers
    edge: Floats


class Nearby(NamedTuple):
    """Polygons to look at for each segment: segment s has ``polygon[offsets[s]:offsets[s + 1]]``."""

    offsets: Integers
    polygon: Integers


class Stretches(NamedTuple):
    """Stretches already known of each side, ``stretch`` (k, 2) in m from the segment's start.

    Side ``side`` of segment s has rows ``offsets[2 * s + side]:offsets[2 * s + side + 1]``; they may overlap.
    """

    offsets: Integers
    stretch: Floats


@inlined
def _merged_length(stretch: Floats, count: int) -> float:
    """Return the length of the union of the first ``count`` stretches."""
    total = 0.0
    reached = -np.inf
    for row in np.argsort(stretch[:count, 0], kind="mergesort"):
        first, last = max(stretch[row, 0], reached), stretch[row, 1]
        if last > first:
            total += last - first
            reached = last
    return total


@inlined
def _within(first: float, last: float, low: float, high: float) -> tuple[float, float]:
    """Return the fractions between which a value that runs from ``first`` to ``last`` lies in a range; (1, 0) if nowhere."""
    step = last - first
    if step == 0.0:
        return (0.0, 1.0) if low <= first <= high else (1.0, 0.0)
    enter, leave = (low - first) / step, (high - first) / step
    return max(0.0, min(enter, leave)), min(1.0, max(enter, leave))


@kernel
def abreast_lengths(
    start: Floats, end: Floats, nearby: Nearby, walls: Walls, known: Stretches, depth_m: float
) -> tuple[Floats, Floats]:
    """Return per segment and side, shape (n, 2), m: length with a wall abreast, and with a wall or a known stretch.

    ``start`` and ``end`` have shape (n, 2). A segment without length, or with nothing near it, has none.
    """
    count = len(start)
    walled, told = np.zeros((count, 2)), np.zeros((count, 2))
    for segment in range(count):
        x, y = start[segment, 0], start[segment, 1]
        length = np.hypot(end[segment, 0] - x, end[segment, 1] - y)
        if length == 0.0:
            continue
        ux, uy = (end[segment, 0] - x) / length, (end[segment, 1] - y) / length
        near = nearby.polygon[nearby.offsets[segment] : nearby.offsets[segment + 1]]
        room = 0
        for polygon in near:
            room += walls.offsets[polygon + 1] - walls.offsets[polygon]
        for side in range(2):
            sign = 1.0 if side == LEFT else -1.0
            first, last = known.offsets[2 * segment + side], known.offsets[2 * segment + side + 1]
            stretch = np.empty((room + last - first, 2))
            found = 0
            for polygon in near:
                for row in range(walls.offsets[polygon], walls.offsets[polygon + 1]):
                    ax, ay = walls.edge[row, 0] - x, walls.edge[row, 1] - y
                    bx, by = walls.edge[row, 2] - x, walls.edge[row, 3] - y
                    enter, leave = _within(sign * (ay * ux - ax * uy), sign * (by * ux - bx * uy), 0.0, depth_m)
                    if enter > leave:
                        continue
                    along, step = ax * ux + ay * uy, (bx - ax) * ux + (by - ay) * uy
                    one, other = along + enter * step, along + leave * step
                    low, high = max(0.0, min(one, other)), min(length, max(one, other))
                    if high > low:
                        stretch[found, 0], stretch[found, 1] = low, high
                        found += 1
            walled[segment, side] = _merged_length(stretch, found)
            for row in range(first, last):
                stretch[found, 0], stretch[found, 1] = known.stretch[row, 0], known.stretch[row, 1]
                found += 1
            told[segment, side] = _merged_length(stretch, found)
    return walled, told
