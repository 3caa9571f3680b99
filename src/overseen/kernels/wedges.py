"""A wall or an arc between two directions, cut to a reach: the piece of which every area and every outline is made.

Between two directions d0 and d1 the view ends at the line w·x = 1 or, where that lies beyond the reach, at the circle. With
the foot of the line and the tangent t along it, the part of the wall within the circle is an interval along t.
"""

from __future__ import annotations

import numpy as np

from overseen.kernels._compile import inlined
from overseen.kernels.directions import angle_between, pseudo_angle


@inlined
def wall_within(
    wx: float, wy: float, x0: float, y0: float, x1: float, y1: float, radius_m: float
) -> tuple[float, float, float, float]:
    """Return the part of a wall between two directions that lies within a circle, as positions along it.

    The positions ``low`` and ``high`` are metres from the line's foot, counter-clockwise; low >= high: no part. The last two
    numbers are the half chord in which the line lies within the circle and its squared distance.
    """
    w2 = wx * wx + wy * wy
    if w2 * radius_m * radius_m <= 1.0:
        return 0.0, 0.0, 0.0, np.inf
    distance2 = 1.0 / w2
    half = np.sqrt(radius_m * radius_m - distance2)
    length = np.sqrt(w2)
    at0 = wx * x0 + wy * y0
    at1 = wx * x1 + wy * y1
    low, high = -half, half
    if at0 > 0.0:
        low = max(low, (wx * y0 - wy * x0) / (at0 * length))
    if at1 > 0.0:
        high = min(high, (wx * y1 - wy * x1) / (at1 * length))
    return low, high, half, distance2


@inlined
def on_wall(wx: float, wy: float, along: float) -> tuple[float, float]:
    """Return the point ``along`` metres counter-clockwise from the foot of the line w·x = 1."""
    w2 = wx * wx + wy * wy
    length = np.sqrt(w2)
    return wx / w2 - wy / length * along, wy / w2 + wx / length * along


@inlined
def arc_area(key0: float, x0: float, y0: float, key1: float, x1: float, y1: float, radius_m: float) -> float:
    """Return the area of a disc between two directions, m2."""
    return 0.5 * radius_m * radius_m * angle_between(key0, x0, y0, key1, x1, y1)


@inlined
def wedge_area(
    wx: float, wy: float, key0: float, x0: float, y0: float, key1: float, x1: float, y1: float, radius_m: float
) -> float:
    """Return the exact area between two directions up to the line w·x = 1 or the circle, whichever is nearer, m2.

    A line of w = 0 is never met: the disc's sector is returned.
    """
    low, high, half, distance2 = wall_within(wx, wy, x0, y0, x1, y1, radius_m)
    if high <= low:
        return arc_area(key0, x0, y0, key1, x1, y1, radius_m)
    area = 0.5 * np.sqrt(distance2) * (high - low)
    if low == -half:
        px, py = on_wall(wx, wy, low)
        if x0 * py - y0 * px > 0.0:
            area += arc_area(key0, x0, y0, pseudo_angle(px, py), px, py, radius_m)
    if high == half:
        px, py = on_wall(wx, wy, high)
        if px * y1 - py * x1 > 0.0:
            area += arc_area(pseudo_angle(px, py), px, py, key1, x1, y1, radius_m)
    return area
