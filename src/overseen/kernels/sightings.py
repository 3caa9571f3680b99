"""Segments and points against stars: which part of each is in clear view of which lens, exactly.

Along a segment p + t·d a span's wall is nearer than the segment where w·(p + t·d) > 1, which is linear in t: so each span
that the segment runs through gives at most one clear interval, and neighbours join. The strips that low buildings hide are
bounded by lines too, and are taken out. The result is cut to the lens's radius.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel
from overseen.kernels.directions import pseudo_angle
from overseen.kernels.shadows import AT_LENS, Shadows
from overseen.kernels.stars import DX, DY, OPEN, WX, WY, Stars

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


@inlined
def _row_at(rows: Floats, first: int, last: int, key: float) -> int:
    """Return the last of the rows first to last (excluded) whose first column is at most ``key``; ``first`` if none is."""
    while last - first > 1:
        middle = (first + last) // 2
        if rows[middle, 0] <= key:
            first = middle
        else:
            last = middle
    return first


@inlined
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


@inlined
def _add(found: Floats, base: int, count: int, low: float, high: float) -> int:
    """Append low..high to the ``count`` intervals of one pair from row ``base`` on, joined to the last if it touches it."""
    if high <= low:
        return count
    last = base + count - 1
    if count > 0 and low <= found[last, 1] + SAME_FRACTION:
        found[last, 1] = max(high, found[last, 1])
        return count
    found[last + 1, 0] = low
    found[last + 1, 1] = high
    return count + 1


@inlined
def _clear_in_span(
    span: Floats, wall: NDArray[np.int32], row: int, px: float, py: float, dx: float, dy: float, low: float, high: float
) -> tuple[float, float]:
    """Return the part of low..high along p + t·d that lies before the span's wall."""
    if wall[row] == OPEN:
        return low, high
    at_low = span[row, WX] * (px + low * dx) + span[row, WY] * (py + low * dy) - 1.0
    at_high = span[row, WX] * (px + high * dx) + span[row, WY] * (py + high * dy) - 1.0
    if at_low <= TOUCHING and at_high <= TOUCHING:
        return low, high
    if at_low > TOUCHING and at_high > TOUCHING:
        return low, low
    crossing = low + (high - low) * at_low / (at_low - at_high)
    return (low, crossing) if at_low <= TOUCHING else (crossing, high)


@inlined
def _radial(
    span: Floats, wall: NDArray[np.int32], begin: int, end: int, px: float, py: float, dx: float, dy: float,
    low: float, high: float,
) -> tuple[float, float]:  # fmt: skip
    """Return the clear part of low..high along a segment that points straight at or away from the lens."""
    x, y = px + 0.5 * (low + high) * dx, py + 0.5 * (low + high) * dy
    row = _row_at(span, begin, end, pseudo_angle(x, y))
    first, last = _clear_in_span(span, wall, row, px, py, dx, dy, low, high)
    # Where two spans meet the view reaches as far as the farther of them.
    for other in range(row - 1, row + 2, 2):
        edge = row if other < row else row + 1
        edge = begin if edge >= end else edge
        if (
            abs(x * span[edge, DY] - y * span[edge, DX])
            <= 1e-12 * (abs(x) + abs(y)) * (abs(span[edge, DX]) + abs(span[edge, DY]))
            and x * span[edge, DX] + y * span[edge, DY] > 0.0
        ):
            beside = end - 1 if other < begin else (begin if other >= end else other)
            low_there, high_there = _clear_in_span(span, wall, beside, px, py, dx, dy, low, high)
            if high_there - low_there > last - first:
                first, last = low_there, high_there
    return first, last


@inlined
def _clear_parts(
    span: Floats, wall: NDArray[np.int32], begin: int, end: int, radius_m: float,
    px: float, py: float, qx: float, qy: float, found: Floats, base: int,
) -> int:  # fmt: skip
    """Write what of one segment (m from the lens) lies before the star's walls into ``found`` from ``base`` on."""
    dx, dy = qx - px, qy - py
    first, last = within_circle(px, py, dx, dy, radius_m)
    if last <= first:
        return 0
    count = 0
    turn = px * qy - py * qx
    if abs(turn) <= 1e-12 * (abs(px) + abs(py)) * (abs(qx) + abs(qy)):
        foot = -(px * dx + py * dy) / max(dx * dx + dy * dy, 1e-300)
        if first < foot < last:
            low, high = _radial(span, wall, begin, end, px, py, dx, dy, first, foot)
            count = _add(found, base, count, low, high)
            first = foot
        low, high = _radial(span, wall, begin, end, px, py, dx, dy, first, last)
        return _add(found, base, count, low, high)
    if end - begin == 1:
        # One span all round begins where it ends: there is no edge to cross into another.
        low, high = _clear_in_span(span, wall, begin, px, py, dx, dy, first, last)
        return _add(found, base, count, low, high)
    forward = turn > 0.0
    row = _row_at(span, begin, end, pseudo_angle(px + first * dx, py + first * dy))
    low = first
    for _ in range(end - begin + 1):
        # Counter-clockwise the span ends where the next begins, clockwise where it begins itself.
        edge = row if not forward else (row + 1 if row + 1 < end else begin)
        ux, uy = span[edge, DX], span[edge, DY]
        slope = dx * uy - dy * ux
        high = last
        # A view without a wall is one span all round, whose edge is no end of it.
        if end - begin > 1 and slope != 0.0 and (slope < 0.0) == forward:
            crossing = -(px * uy - py * ux) / slope
            # An edge more than half a turn ahead would be crossed behind the start: it is never reached.
            if crossing >= low - SAME_FRACTION:
                high = min(last, max(low, crossing))
        part_low, part_high = _clear_in_span(span, wall, row, px, py, dx, dy, low, high)
        count = _add(found, base, count, part_low, part_high)
        low = high
        if low >= last:
            break
        row = edge if forward else (row - 1 if row > begin else end - 1)
    return count


@inlined
def _cut_out(found: Floats, base: int, count: int, low: float, high: float) -> int:
    """Take low..high out of the intervals of one pair, which stay sorted; return how many there are then."""
    place = 0
    while place < count:
        begin, end = found[base + place, 0], found[base + place, 1]
        if end <= low or begin >= high:
            place += 1
            continue
        if begin < low and end > high:
            for row in range(base + count, base + place + 1, -1):
                found[row, 0], found[row, 1] = found[row - 1, 0], found[row - 1, 1]
            found[base + place, 1] = low
            found[base + place + 1, 0], found[base + place + 1, 1] = high, end
            return count + 1
        if begin < low:
            found[base + place, 1] = low
            place += 1
        elif end > high:
            found[base + place, 0] = high
            place += 1
        else:
            for row in range(base + place, base + count - 1):
                found[row, 0], found[row, 1] = found[row + 1, 0], found[row + 1, 1]
            count -= 1
    return count


@inlined
def half_plane(at_start: float, slope: float, low: float, high: float) -> tuple[float, float]:
    """Return the part of low..high in which at_start + t·slope >= 0; (1, 0) if none."""
    if slope == 0.0:
        return (low, high) if at_start >= 0.0 else (1.0, 0.0)
    crossing = -at_start / slope
    if slope > 0.0:
        low = max(low, crossing)
    else:
        high = min(high, crossing)
    return (low, high) if high > low else (1.0, 0.0)


@inlined
def _without_strips(
    slab: Floats, strip_offsets: Integers, strip: Floats, wall: NDArray[np.int32], first_slab: int, last_slab: int,
    px: float, py: float, dx: float, dy: float, found: Floats, base: int, count: int,
) -> int:  # fmt: skip
    """Take what low buildings hide out of the intervals of one pair; return how many are left."""
    for row in range(first_slab, last_slab):
        if count == 0:
            return 0
        low, high = found[base, 0], found[base + count - 1, 1]
        # Between the two directions: to the left of the first and to the right of the second (a slab is under half a turn).
        x0, y0, x1, y1 = slab[row, 1], slab[row, 2], slab[row, 4], slab[row, 5]
        low, high = half_plane(x0 * py - y0 * px, x0 * dy - y0 * dx, low, high)
        low, high = half_plane(px * y1 - py * x1, dx * y1 - dy * x1, low, high)
        if high <= low:
            continue
        for place in range(strip_offsets[row], strip_offsets[row + 1]):
            begin, end = low, high
            if wall[place] != AT_LENS:
                begin, end = half_plane(
                    strip[place, 0] * px + strip[place, 1] * py - 1.0, strip[place, 0] * dx + strip[place, 1] * dy,
                    begin, end,
                )  # fmt: skip
            begin, end = half_plane(
                1.0 - strip[place, 2] * px - strip[place, 3] * py, -strip[place, 2] * dx - strip[place, 3] * dy,
                begin, end,
            )  # fmt: skip
            if end > begin:
                count = _cut_out(found, base, count, begin, end)
    return count


@kernel
def _sighted(
    star_set: Stars,
    shadows: Shadows,
    lens: int,
    ax: float,
    ay: float,
    bx: float,
    by: float,
    interval: Floats,
    base: int,
) -> int:
    """Write the clear intervals of one segment and one lens into ``interval`` from row ``base`` on; return how many."""
    x, y = star_set.centre[lens, 0], star_set.centre[lens, 1]
    count = _clear_parts(
        star_set.span, star_set.wall, star_set.offsets[lens], star_set.offsets[lens + 1], star_set.radius_m[lens],
        ax - x, ay - y, bx - x, by - y, interval, base,
    )  # fmt: skip
    if count == 0 or shadows.offsets[lens + 1] == shadows.offsets[lens]:
        return count
    return _without_strips(
        shadows.slab, shadows.strip_offsets, shadows.strip, shadows.wall, shadows.offsets[lens], shadows.offsets[lens + 1],
        ax - x, ay - y, bx - ax, by - ay, interval, base, count,
    )  # fmt: skip


@kernel
def segment_sightings(
    star_set: Stars, shadows: Shadows, start: Floats, end: Floats, segment: Integers, lens: Integers
) -> Sightings:
    """Return the clear part of segments for pairs of segment and view.

    ``start`` and ``end`` have shape (s, 2), m; ``segment`` and ``lens`` shape (n,) name the pairs. A segment of no length
    gives nothing.
    """
    offsets = np.zeros(len(segment) + 1, dtype=np.int64)
    interval = np.empty((4 * len(segment) + 64, 2), dtype=np.float64)
    filled = 0
    for pair in range(len(segment)):
        row, eye = segment[pair], lens[pair]
        strips = shadows.strip_offsets[shadows.offsets[eye + 1]] - shadows.strip_offsets[shadows.offsets[eye]]
        room = 2 * (star_set.offsets[eye + 1] - star_set.offsets[eye]) + strips + 4
        if filled + room > len(interval):
            longer = np.empty((2 * (filled + room), 2), dtype=np.float64)
            longer[:filled] = interval[:filled]
            interval = longer
        filled += _sighted(
            star_set, shadows, eye, start[row, 0], start[row, 1], end[row, 0], end[row, 1], interval, filled
        )
        offsets[pair + 1] = filled
    return Sightings(offsets, interval[:filled].copy())


@inlined
def is_point_clear(
    span: Floats, wall: NDArray[np.int32], offsets: Integers, radius_m: Floats, slab: Floats, slab_offsets: Integers,
    strip_offsets: Integers, strip: Floats, strip_wall: NDArray[np.int32], eye: int, x: float, y: float,
) -> bool:  # fmt: skip
    """Return whether a point at (x, y) from its lens is in clear view of view ``eye``; the arrays are those of its bundles."""
    if x * x + y * y > radius_m[eye] * radius_m[eye]:
        return False
    key = pseudo_angle(x, y) if x != 0.0 or y != 0.0 else 0.0
    place = _row_at(span, offsets[eye], offsets[eye + 1], key)
    if wall[place] != OPEN and span[place, WX] * x + span[place, WY] * y > 1.0 + TOUCHING:
        return False
    if slab_offsets[eye] == slab_offsets[eye + 1]:
        return True
    place = _row_at(slab, slab_offsets[eye], slab_offsets[eye + 1], key)
    if not slab[place, 0] <= key <= slab[place, 3]:
        return True
    is_clear = True
    for stack in range(strip_offsets[place], strip_offsets[place + 1]):
        is_behind = strip_wall[stack] == AT_LENS or strip[stack, 0] * x + strip[stack, 1] * y > 1.0 + TOUCHING
        if is_behind and strip[stack, 2] * x + strip[stack, 3] * y < 1.0 - TOUCHING:
            is_clear = False
            break
    return is_clear


@kernel
def point_sightings(
    star_set: Stars, shadows: Shadows, point: Floats, row: Integers, lens: Integers
) -> NDArray[np.bool_]:
    """Return, for each pair of point (``point`` (p, 2), m) and view, whether the point is in clear view of it."""
    is_clear = np.zeros(len(row), dtype=np.bool_)
    span, wall, offsets, centre, radius = (
        star_set.span,
        star_set.wall,
        star_set.offsets,
        star_set.centre,
        star_set.radius_m,
    )
    slab, slab_offsets, strip_offsets, strip, strip_wall = (
        shadows.slab,
        shadows.offsets,
        shadows.strip_offsets,
        shadows.strip,
        shadows.wall,
    )
    for pair in range(len(row)):
        eye = lens[pair]
        x, y = point[row[pair], 0] - centre[eye, 0], point[row[pair], 1] - centre[eye, 1]
        is_clear[pair] = is_point_clear(
            span, wall, offsets, radius, slab, slab_offsets, strip_offsets, strip, strip_wall, eye, x, y
        )
    return is_clear
