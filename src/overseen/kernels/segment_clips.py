"""Which part of a segment lies in a polygon: the segment is cut where it crosses an edge, and each piece is told by the parity of a ray."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

ALONG_M = 1e-6
"""What lies so near an edge lies on it, and counts as inside."""

NEAR = 1e-9
"""So much of its length an edge is taken to be longer at each end."""


@inlined
def _crossings(ax: float, ay: float, bx: float, by: float, edges: Floats, first: int, last: int, cut: Floats) -> int:
    """Write into ``cut`` where the segment crosses edges, as shares of its length, and return how many there are."""
    run_x, run_y = bx - ax, by - ay
    count = 0
    for edge in range(first, last):
        side_x, side_y = edges[edge, 2] - edges[edge, 0], edges[edge, 3] - edges[edge, 1]
        across = run_x * side_y - run_y * side_x
        if across == 0.0:
            # Along an edge that runs beside it nothing changes but at that edge's ends, where others meet it.
            continue
        off_x, off_y = edges[edge, 0] - ax, edges[edge, 1] - ay
        along = (off_x * side_y - off_y * side_x) / across
        on_edge = (off_x * run_y - off_y * run_x) / across
        # A crossing at a vertex must not be missed by both edges that end there; a cut too many does no harm.
        if 0.0 < along < 1.0 and -NEAR <= on_edge <= 1.0 + NEAR:
            cut[count] = along
            count += 1
    return count


@inlined
def _is_inside(x: float, y: float, edges: Floats, first: int, last: int) -> bool:
    inside = False
    for edge in range(first, last):
        x0, y0, x1, y1 = edges[edge, 0], edges[edge, 1], edges[edge, 2], edges[edge, 3]
        run_x, run_y = x1 - x0, y1 - y0
        length2 = run_x * run_x + run_y * run_y
        across = (x - x0) * run_y - (y - y0) * run_x
        if across * across <= ALONG_M * ALONG_M * length2 and 0.0 <= (x - x0) * run_x + (y - y0) * run_y <= length2:
            # A street drawn on a wall runs along the edge of every view that ends there: it is in view.
            return True
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            inside = not inside
    return inside


@kernel
def clipped_segments(
    segments: Floats, edges: Floats, offsets: Integers, pair_segment: Integers, pair_area: Integers
) -> tuple[Integers, Floats]:
    """Return the parts of segments that lie in areas: the pair of each, shape (n,), and its ends as shares of the segment, shape (n, 2).

    ``segments`` (s, 4) are x, y of both ends, of some length. ``edges`` (m, 4) are the edges of all rings of the areas, those of area
    ``i`` in rows ``offsets[i]:offsets[i + 1]``; holes count by parity, and what runs along an edge is inside. Parts of one pair are in order along the segment; a pair
    without any gives no row.
    """
    most = 0
    for area in range(len(offsets) - 1):
        most = max(most, offsets[area + 1] - offsets[area])
    cut = np.empty(most + 2)
    room = max(16, len(pair_segment))
    owner = np.empty(room, dtype=np.int64)
    span = np.empty((room, 2))
    found = 0
    for pair in range(len(pair_segment)):
        ax, ay, bx, by = segments[pair_segment[pair]]
        first, last = offsets[pair_area[pair]], offsets[pair_area[pair] + 1]
        count = _crossings(ax, ay, bx, by, edges, first, last, cut)
        cut[count] = 1.0
        cut[: count + 1].sort()
        low, is_open, begin = 0.0, False, 0.0
        for place in range(count + 1):
            high = cut[place]
            if high > low:
                middle = (low + high) / 2.0
                if _is_inside(ax + middle * (bx - ax), ay + middle * (by - ay), edges, first, last):
                    if not is_open:
                        is_open, begin = True, low
                elif is_open:
                    owner, span, found = _kept(owner, span, found, pair, begin, low)
                    is_open = False
            low = high
        if is_open:
            owner, span, found = _kept(owner, span, found, pair, begin, 1.0)
    return owner[:found].copy(), span[:found].copy()


@inlined
def _kept(
    owner: Integers, span: Floats, found: int, pair: int, low: float, high: float
) -> tuple[Integers, Floats, int]:
    """Return the arrays, twice as long where they were full, with one more part."""
    if found == len(owner):
        owner = np.concatenate((owner, np.empty(found, dtype=np.int64)))
        span = np.concatenate((span, np.empty((found, 2))))
    owner[found] = pair
    span[found, 0], span[found, 1] = low, high
    return owner, span, found + 1
