"""What drawn sectors, frustums and reaches leave of walls in view: closed forms on the plane of each wall.

On the plane of a wall, with u metres along it from the foot of the perpendicular from the lens and v metres above the lens, what
is seen of a part of it is a convex polygon: two upright sides, a straight lower limit and a level top, cut by planes through the
lens. A level of detail is a disc about (0, 0). Along the wall the density falls with the cosine of the incidence p/s too, p the
distance of the plane and s that of the point, so a lens that gives a level at R square on gives it where s <= R p/s, that is
u² + v² <= R p - p². The extent of polygon and disc along the wall is exact; extents are merged over lenses before they are
measured. Areas are added up over strips of the wall, exact in height.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel
from overseen.kernels.draws import merged_length, within_sector

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

CORNERS = 12
"""Most corners: four of the part, and one more for each of four planes; the rest is room for rounding."""


class FreeWalls(NamedTuple):
    """Walls and where they stand free: ``start`` and ``end`` (w, 2), m.

    Rows ``offsets[i]:offsets[i + 1]`` of ``interval`` (m, 2) are the fractions, rising, between which nothing leans on wall i.
    """

    start: Floats
    end: Floats
    offsets: Integers
    interval: Floats


class WallParts(NamedTuple):
    """Parts of those walls that lenses see, as :func:`overseen.kernels.facades.facades` gives them, wall by wall.

    Rows ``offsets[i]:offsets[i + 1]`` belong to wall i; ``lens`` (n,), ``along`` (n, 2), ``low_m`` (n, 2), ``top_m`` (n,).
    """

    offsets: Integers
    lens: Integers
    along: Floats
    low_m: Floats
    top_m: Floats


class Lookers(NamedTuple):
    """Lenses in one draw.

    ``centre`` (n, 2), ``height_m`` (n,); ``right``, ``left`` (n, 2) and ``width`` (n,) are the sector in plan as in ``Sectors``;
    ``normal`` (n, 4, 3) are planes through the lens within which it sees, all 0 where its tilt is not known; ``density_reach_m``
    (n, levels) is where a level ends for a target that faces the lens, whatever the longest range ``range_m`` (n,).
    """

    centre: Floats
    height_m: Floats
    right: Floats
    left: Floats
    width: Floats
    normal: Floats
    density_reach_m: Floats
    range_m: Floats


@inlined
def _clip(corner: Floats, count: int, spare: Floats, at_zero: float, along_u: float, along_v: float) -> int:
    """Cut a convex polygon to where at_zero + along_u·u + along_v·v >= 0; return how many corners are left."""
    kept = 0
    for row in range(count):
        u0, v0 = corner[row, 0], corner[row, 1]
        after = row + 1 if row + 1 < count else 0
        u1, v1 = corner[after, 0], corner[after, 1]
        value0 = at_zero + along_u * u0 + along_v * v0
        value1 = at_zero + along_u * u1 + along_v * v1
        if value0 >= 0.0 and kept < len(spare):
            spare[kept, 0], spare[kept, 1] = u0, v0
            kept += 1
        if (value0 > 0.0 > value1 or value0 < 0.0 < value1) and kept < len(spare):
            share = value0 / (value0 - value1)
            spare[kept, 0], spare[kept, 1] = u0 + share * (u1 - u0), v0 + share * (v1 - v0)
            kept += 1
    corner[:kept] = spare[:kept]
    return kept


@inlined
def _extent(corner: Floats, count: int, radius2: float) -> tuple[float, float]:
    """Return from which to which u a convex polygon, counter-clockwise, lies within a circle about (0, 0); (1, 0) if nowhere."""
    low, high = np.inf, -np.inf
    radius = np.sqrt(radius2)
    has_left, has_right = True, True
    for row in range(count):
        u0, v0 = corner[row, 0], corner[row, 1]
        after = row + 1 if row + 1 < count else 0
        du, dv = corner[after, 0] - u0, corner[after, 1] - v0
        # The circle's own ends lie in the polygon where they are to the left of every edge.
        has_left &= du * (0.0 - v0) - dv * (-radius - u0) >= 0.0
        has_right &= du * (0.0 - v0) - dv * (radius - u0) >= 0.0
        length2 = du * du + dv * dv
        half = u0 * du + v0 * dv
        inside = u0 * u0 + v0 * v0 - radius2
        if length2 == 0.0:
            if inside <= 0.0:
                low, high = min(low, u0), max(high, u0)
            continue
        root2 = half * half - length2 * inside
        if root2 < 0.0:
            continue
        root = np.sqrt(root2)
        first, last = max(0.0, (-half - root) / length2), min(1.0, (-half + root) / length2)
        if last >= first:
            low = min(low, u0 + first * du, u0 + last * du)
            high = max(high, u0 + first * du, u0 + last * du)
    if count > 0 and has_left:
        low, high = min(low, -radius), max(high, -radius)
    if count > 0 and has_right:
        low, high = min(low, radius), max(high, radius)
    return (low, high) if high > low else (1.0, 0.0)


@inlined
def _upright(corner: Floats, count: int, u: float) -> tuple[float, float]:
    """Return from which to which v a convex polygon is met at u; (1, 0) if it is not."""
    low, high = np.inf, -np.inf
    for row in range(count):
        u0, v0 = corner[row, 0], corner[row, 1]
        after = row + 1 if row + 1 < count else 0
        u1, v1 = corner[after, 0], corner[after, 1]
        if u0 == u1 or not min(u0, u1) <= u <= max(u0, u1):
            continue
        v = v0 + (u - u0) / (u1 - u0) * (v1 - v0)
        low, high = min(low, v), max(high, v)
    return (low, high) if high > low else (1.0, 0.0)


@kernel
def length_within(interval: Floats, count: int, within: Floats, spare: Floats) -> float:
    """Return the length of the union of ``interval[:count]`` inside disjoint intervals ``within``."""
    total = 0.0
    for one in range(len(within)):
        held = 0
        for row in range(count):
            low, high = max(interval[row, 0], within[one, 0]), min(interval[row, 1], within[one, 1])
            if high > low:
                spare[held, 0], spare[held, 1] = low, high
                held += 1
        total += merged_length(spare, held)
    return total


@kernel
def facade_extents(walls: FreeWalls, parts: WallParts, lookers: Lookers, step_m: float) -> tuple[Floats, Floats]:
    """Return metres of each wall in view and the area of what is seen of it, m2, shape (walls, levels) each.

    A metre is in view at a level where any height of it is. The area is that of strips at most ``step_m`` wide, each as high as
    what is seen in its middle by any lens.
    """
    wall_count, level_count = len(walls.start), lookers.density_reach_m.shape[1]
    length_m, area_m2 = np.zeros((wall_count, level_count)), np.zeros((wall_count, level_count))
    piece, spare = np.empty((2, 2)), np.empty((CORNERS, 2))
    for wall in range(wall_count):
        first, last = parts.offsets[wall], parts.offsets[wall + 1]
        free = walls.interval[walls.offsets[wall] : walls.offsets[wall + 1]]
        if first == last or len(free) == 0:
            continue
        room = 2 * (last - first)
        found, merged = np.empty((level_count, room, 2)), np.empty((room, 2))
        held = np.zeros(level_count, dtype=np.int64)
        corner, sizes = np.empty((room, CORNERS, 2)), np.zeros(room, dtype=np.int64)
        radius2, foot, above = np.empty((room, level_count)), np.empty(room), np.empty(room)
        polygons = 0
        dx, dy = walls.end[wall, 0] - walls.start[wall, 0], walls.end[wall, 1] - walls.start[wall, 1]
        whole = np.hypot(dx, dy)
        for row in range(first, last):
            lens = parts.lens[row]
            px, py = walls.start[wall, 0] - lookers.centre[lens, 0], walls.start[wall, 1] - lookers.centre[lens, 1]
            distance = abs(px * dy - py * dx) / whole
            at_foot = -(px * dx + py * dy) / (whole * whole)
            piece[0] = parts.along[row]
            from_along, run = parts.along[row, 0], parts.along[row, 1] - parts.along[row, 0]
            if run <= 0.0:
                continue
            count = within_sector(
                px, py, dx, dy, lookers.right[lens], lookers.left[lens], lookers.width[lens], 0.0, -np.inf, np.inf, piece
            )  # fmt: skip
            for side in range(count):
                shape = corner[polygons]
                for end in range(2):
                    share = (piece[side, end] - from_along) / run
                    low = parts.low_m[row, 0] + share * (parts.low_m[row, 1] - parts.low_m[row, 0])
                    u = (piece[side, end] - at_foot) * whole
                    shape[end, 0], shape[end, 1] = u, min(low, parts.top_m[row]) - lookers.height_m[lens]
                    shape[3 - end, 0], shape[3 - end, 1] = u, parts.top_m[row] - lookers.height_m[lens]
                size = 4
                fx, fy = px + at_foot * dx, py + at_foot * dy
                for plane in range(4):
                    a, b, c = (
                        lookers.normal[lens, plane, 0],
                        lookers.normal[lens, plane, 1],
                        lookers.normal[lens, plane, 2],
                    )
                    if a != 0.0 or b != 0.0 or c != 0.0:
                        size = _clip(shape, size, spare, a * fx + b * fy, (a * dx + b * dy) / whole, c)
                if size < 3:
                    continue
                is_seen = False
                farthest2 = lookers.range_m[lens] ** 2
                for level in range(level_count):
                    radius2[polygons, level] = (
                        min(lookers.density_reach_m[lens, level] * distance, farthest2) - distance * distance
                    )
                    if radius2[polygons, level] <= 0.0:
                        continue
                    begin, end_u = _extent(shape, size, radius2[polygons, level])
                    if end_u > begin:
                        found[level, held[level], 0] = at_foot + begin / whole
                        found[level, held[level], 1] = at_foot + end_u / whole
                        held[level] += 1
                        is_seen = True
                if is_seen:
                    sizes[polygons], foot[polygons], above[polygons] = size, at_foot, lookers.height_m[lens]
                    polygons += 1
        for level in range(level_count):
            if held[level] == 0:
                continue
            length_m[wall, level] = whole * length_within(found[level], held[level], free, merged)
            for one in range(len(free)):
                steps = max(1, int(np.ceil((free[one, 1] - free[one, 0]) * whole / step_m)))
                strip = (free[one, 1] - free[one, 0]) / steps
                for step in range(steps):
                    along = free[one, 0] + (step + 0.5) * strip
                    count = 0
                    for row in range(polygons):
                        if radius2[row, level] <= 0.0:
                            continue
                        u = (along - foot[row]) * whole
                        left2 = radius2[row, level] - u * u
                        if left2 <= 0.0:
                            continue
                        low, high = _upright(corner[row], sizes[row], u)
                        low, high = max(low, -np.sqrt(left2)), min(high, np.sqrt(left2))
                        if high > low:
                            merged[count, 0], merged[count, 1] = low + above[row], high + above[row]
                            count += 1
                    area_m2[wall, level] += strip * whole * merged_length(merged, count)
    return length_m, area_m2
