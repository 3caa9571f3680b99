"""Segments and points against stars: which part of each is in clear view of which lens, exactly.

Along a segment p + t·d a span's wall is nearer than the segment where w·(p + t·d) > 1, which is linear in t: so each span
that the segment runs through gives at most one clear interval, and neighbours join. The result is cut to the lens's radius.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import kernel
from overseen.kernels.stars import OPEN, Stars

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

TOUCHING = 1e-12
"""Relative slack within which a point on a wall's line still counts as in front of it."""


SAME_FRACTION = 1e-9
"""Positions along a segment nearer to each other than this are one."""


class Sightings(NamedTuple):
    """Clear intervals of segments: rows ``offsets[i]:offsets[i + 1]`` belong to pair i.

    ``interval`` has shape (m, 2): positions along the segment as fractions 0..1, rising, disjoint within a pair.
    """

    offsets: Integers
    interval: Floats


@kernel
def _span_at(star_set: Stars, lens: int, x: float, y: float) -> int:
    """Return the span around a lens that holds the direction (x, y)."""
    angle = np.arctan2(y, x)
    if angle < 0.0:
        angle += 2.0 * np.pi
    low, high = star_set.offsets[lens], star_set.offsets[lens + 1]
    while high - low > 1:
        middle = (low + high) // 2
        if star_set.angle[middle] <= angle:
            low = middle
        else:
            high = middle
    return low


@kernel
def within_circle(px: float, py: float, dx: float, dy: float, radius_m: float) -> tuple[float, float]:
    """Return the fractions between which the segment p + t·d lies within ``radius_m`` of the origin; (1, 0) if nowhere."""
    length2 = dx * dx + dy * dy
    half = px * dx + py * dy
    inside = px * px + py * py - radius_m * radius_m
    if length2 == 0.0:
        return (0.0, 1.0) if inside <= 0.0 else (1.0, 0.0)
    root2 = half * half - length2 * inside
    if root2 < 0.0:
        return 1.0, 0.0
    root = np.sqrt(root2)
    return max(0.0, (-half - root) / length2), min(1.0, (-half + root) / length2)


@kernel
def _add(found: Floats, count: int, low: float, high: float) -> int:
    """Append low..high to the intervals of one pair, joined to the last if it touches it."""
    if high <= low:
        return count
    if count > 0 and low <= found[count - 1, 1] + SAME_FRACTION:
        found[count - 1, 1] = max(high, found[count - 1, 1])
        return count
    found[count, 0] = low
    found[count, 1] = high
    return count + 1


@kernel
def _clear_in_span(
    star_set: Stars, span: int, px: float, py: float, dx: float, dy: float, low: float, high: float
) -> tuple[float, float]:
    """Return the part of low..high along p + t·d that lies before the span's wall."""
    if star_set.wall[span] == OPEN:
        return low, high
    at_low = star_set.inverse[span, 0] * (px + low * dx) + star_set.inverse[span, 1] * (py + low * dy) - 1.0
    at_high = star_set.inverse[span, 0] * (px + high * dx) + star_set.inverse[span, 1] * (py + high * dy) - 1.0
    if at_low <= TOUCHING and at_high <= TOUCHING:
        return low, high
    if at_low > TOUCHING and at_high > TOUCHING:
        return low, low
    crossing = low + (high - low) * at_low / (at_low - at_high)
    return (low, crossing) if at_low <= TOUCHING else (crossing, high)


@kernel
def _radial(
    star_set: Stars, lens: int, px: float, py: float, dx: float, dy: float, low: float, high: float
) -> tuple[float, float]:
    """Return the clear part of low..high along a segment that points straight at or away from the lens."""
    middle = 0.5 * (low + high)
    span = _span_at(star_set, lens, px + middle * dx, py + middle * dy)
    return _clear_in_span(star_set, span, px, py, dx, dy, low, high)


@kernel
def _clear_parts(star_set: Stars, lens: int, px: float, py: float, qx: float, qy: float, found: Floats) -> int:
    """Write the clear intervals of one segment (m from the lens) into ``found``; return how many."""
    dx, dy = qx - px, qy - py
    first, last = within_circle(px, py, dx, dy, star_set.radius_m[lens])
    if last <= first:
        return 0
    turn = px * qy - py * qx
    if abs(turn) <= 1e-12 * (abs(px) + abs(py)) * (abs(qx) + abs(qy)):
        foot = -(px * dx + py * dy) / max(dx * dx + dy * dy, 1e-300)
        count = 0
        if first < foot < last:
            low, high = _radial(star_set, lens, px, py, dx, dy, first, foot)
            count = _add(found, count, low, high)
            first = foot
        low, high = _radial(star_set, lens, px, py, dx, dy, first, last)
        return _add(found, count, low, high)
    forward = turn > 0.0
    span = _span_at(star_set, lens, px + first * dx, py + first * dy)
    begin, end = star_set.offsets[lens], star_set.offsets[lens + 1]
    count = 0
    low = first
    for _ in range(end - begin + 1):
        # Counter-clockwise the span ends where the next begins, clockwise where it begins itself.
        edge = span if not forward else (span + 1 if span + 1 < end else begin)
        ux, uy = star_set.direction[edge, 0], star_set.direction[edge, 1]
        slope = dx * uy - dy * ux
        high = last
        if slope != 0.0 and (slope < 0.0) == forward:
            crossing = -(px * uy - py * ux) / slope
            # An edge more than half a turn ahead would be crossed behind the start: it is never reached.
            if crossing >= low - SAME_FRACTION:
                high = min(last, max(low, crossing))
        part_low, part_high = _clear_in_span(star_set, span, px, py, dx, dy, low, high)
        count = _add(found, count, part_low, part_high)
        low = high
        if low >= last:
            break
        span = edge if forward else (span - 1 if span > begin else end - 1)
    return count


@kernel
def segment_sightings(star_set: Stars, start: Floats, end: Floats, segment: Integers, lens: Integers) -> Sightings:
    """Return the clear part of segments for pairs of segment and lens.

    ``start`` and ``end`` have shape (s, 2), m; ``segment`` and ``lens`` shape (n,) name the pairs. A segment of no length
    gives nothing.
    """
    offsets = np.zeros(len(segment) + 1, dtype=np.int64)
    interval = np.empty((4 * len(segment) + 64, 2), dtype=np.float64)
    filled = 0
    for pair in range(len(segment)):
        row, eye = segment[pair], lens[pair]
        room = 2 * (star_set.offsets[eye + 1] - star_set.offsets[eye]) + 4
        if filled + room > len(interval):
            longer = np.empty((2 * (filled + room), 2), dtype=np.float64)
            longer[:filled] = interval[:filled]
            interval = longer
        x, y = star_set.centre[eye, 0], star_set.centre[eye, 1]
        filled += _clear_parts(
            star_set,
            eye,
            start[row, 0] - x,
            start[row, 1] - y,
            end[row, 0] - x,
            end[row, 1] - y,
            interval[filled : filled + room],
        )
        offsets[pair + 1] = filled
    return Sightings(offsets, interval[:filled].copy())


@kernel
def point_sightings(star_set: Stars, point: Floats, row: Integers, lens: Integers) -> NDArray[np.bool_]:
    """Return, for each pair of point (``point`` (p, 2), m) and lens, whether the point is in clear view of it."""
    is_clear = np.empty(len(row), dtype=np.bool_)
    for pair in range(len(row)):
        eye = lens[pair]
        x = point[row[pair], 0] - star_set.centre[eye, 0]
        y = point[row[pair], 1] - star_set.centre[eye, 1]
        radius_m = star_set.radius_m[eye]
        span = _span_at(star_set, eye, x, y)
        before = star_set.inverse[span, 0] * x + star_set.inverse[span, 1] * y <= 1.0 + TOUCHING
        is_clear[pair] = x * x + y * y <= radius_m * radius_m and (star_set.wall[span] == OPEN or before)
    return is_clear
