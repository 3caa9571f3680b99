"""Points counted over the draws: a sightline is looked at only where the field of a draw asks for it, and then once.

Each lens goes through the points that it reaches: once one of them is in view at some level, another lens matters only if it reaches
that far at a finer one. So most lenses that crowd a square are never asked. The answer is that of
:func:`overseen.kernels.draws.drawn_point_counts`, without a row for every pair of point and lens.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import kernel
from overseen.kernels.draws import Sectors, is_within_sector
from overseen.kernels.point_bins import binned, points_reached
from overseen.kernels.shadows import Shadows
from overseen.kernels.sightings import is_point_clear
from overseen.kernels.stars import Stars

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Eyes(NamedTuple):
    """Lenses with a view for every set of heights that they can tell apart.

    ``centre`` (n, 2) and ``radius_m`` (n,): where each stands and how far any draw of it looks; ``first`` (n + 1,): where its views
    begin; ``of_draw`` (n, draws): which of them holds in a draw, counted from there.
    """

    centre: Floats
    radius_m: Floats
    first: Integers
    of_draw: Integers


@kernel
def heads_reaching(point: Floats, centre: Floats, radius_m: Floats) -> NDArray[np.bool_]:
    """Return which lenses have any of some points, shape (p, 2), within their radius."""
    is_near = np.zeros(len(centre), dtype=np.bool_)
    for lens in range(len(centre)):
        for row in range(len(point)):
            x, y = point[row, 0] - centre[lens, 0], point[row, 1] - centre[lens, 1]
            if np.sqrt(x * x + y * y) <= radius_m[lens]:
                is_near[lens] = True
                break
    return is_near


@kernel
def clear_point_counts(
    point: Floats, group: Integers, group_count: int, eyes: Eyes, star_set: Stars, shadows: Shadows, sectors: Sectors
) -> Integers:
    """Return how many points of each group are in view of some lens, shape (groups, draws, levels).

    ``point`` has shape (p, 2), m, ``group`` (p,). Views are rows of ``star_set`` and ``shadows``; ``sectors`` are of the lenses.
    Without lenses nothing is in view.
    """
    draw_count, level_count = sectors.reach_m.shape[1], sectors.reach_m.shape[2]
    seen = np.zeros((group_count, draw_count, level_count), dtype=np.int64)
    best = np.zeros((len(point), draw_count), dtype=np.int8)
    bins = binned(point)
    reached = np.empty(len(point), dtype=np.int64)
    # What is known of each view of a lens at the point that is looked at: twice its number, and one more where it is clear.
    known = np.full(max(len(star_set.radius_m), 1), -1, dtype=np.int64)
    right, left, width, reach = sectors.right, sectors.left, sectors.width, sectors.reach_m
    side, band = sectors.side_m, sectors.band_m
    span, wall, offsets, radius = star_set.span, star_set.wall, star_set.offsets, star_set.radius_m
    slab, slab_offsets, strip_offsets = shadows.slab, shadows.offsets, shadows.strip_offsets
    strip, strip_wall = shadows.strip, shadows.wall
    for lens in range(len(eyes.centre)):
        cx, cy = eyes.centre[lens, 0], eyes.centre[lens, 1]
        for place in range(points_reached(point, bins, cx, cy, eyes.radius_m[lens], reached)):
            number = reached[place]
            x, y = point[number, 0] - cx, point[number, 1] - cy
            distance2 = x * x + y * y
            for draw in range(draw_count):
                level = best[number, draw]
                if level == level_count or distance2 > reach[lens, draw, level] ** 2:
                    continue
                if not is_within_sector(
                    x, y, right[lens, draw], left[lens, draw], width[lens, draw], side[lens, draw],
                    band[lens, draw, 0], band[lens, draw, 1],
                ):  # fmt: skip
                    continue
                view = eyes.first[lens] + eyes.of_draw[lens, draw]
                if known[view] >> 1 != number:
                    is_clear = is_point_clear(
                        span, wall, offsets, radius, slab, slab_offsets, strip_offsets, strip, strip_wall, view, x, y
                    )
                    known[view] = 2 * number + int(is_clear)
                if known[view] & 1 == 0:
                    continue
                while level < level_count and distance2 <= reach[lens, draw, level] ** 2:
                    level += 1
                best[number, draw] = level
    for number in range(len(point)):
        for draw in range(draw_count):
            for level in range(best[number, draw]):
                seen[group[number], draw, level] += 1
    return seen
