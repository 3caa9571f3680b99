"""Points over the draws, group by group: the best level that some lens has of any of them, and how many cameras see one.

The test of a point is that of :func:`overseen.kernels.draws.drawn_point_counts`, which counts points instead.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import kernel
from overseen.kernels.draws import Pairs, Sectors, is_within_sector

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@kernel
def drawn_point_levels(
    point: Floats, owner: Integers, pairs: Pairs, is_clear: NDArray[np.bool_], sectors: Sectors, centre: Floats,
    camera: Integers,
) -> tuple[Integers, Integers]:  # fmt: skip
    """Return how many levels are reached at any point of each owner, and by how many cameras the first: (owners, draws).

    ``point`` has shape (p, 2), m; ``owner`` (p,) numbers from 0 in rising order whose each is. ``is_clear`` tells of all views of
    ``pairs`` in order whether the point is clear of walls; ``centre`` (n, 2) and ``camera`` (n,) belong to the lenses. Reach falls
    from level to level, so that who has the third has the first.
    """
    draw_count, level_count = sectors.reach_m.shape[1], sectors.reach_m.shape[2]
    owner_count = 0 if len(owner) == 0 else owner[-1] + 1
    best = np.zeros((owner_count, draw_count), dtype=np.int64)
    seen_by = np.zeros((owner_count, draw_count), dtype=np.int64)
    if len(centre) == 0:
        return best, seen_by
    stamp = np.full((camera.max() + 1, draw_count), -1, dtype=np.int64)
    for row in range(len(point)):
        for draw in range(draw_count):
            for pair in range(pairs.offsets[row], pairs.offsets[row + 1]):
                lens = pairs.lens[pair]
                if not is_clear[pairs.first[pair] + pairs.of_draw[lens, draw]]:
                    continue
                x, y = point[row, 0] - centre[lens, 0], point[row, 1] - centre[lens, 1]
                if not is_within_sector(
                    x, y, sectors.right[lens, draw], sectors.left[lens, draw], sectors.width[lens, draw],
                    sectors.side_m[lens, draw], sectors.band_m[lens, draw, 0], sectors.band_m[lens, draw, 1],
                ):  # fmt: skip
                    continue
                distance2 = x * x + y * y
                level = 0
                while level < level_count and distance2 <= sectors.reach_m[lens, draw, level] ** 2:
                    level += 1
                best[owner[row], draw] = max(best[owner[row], draw], level)
                if level > 0 and stamp[camera[lens], draw] != owner[row]:
                    stamp[camera[lens], draw] = owner[row]
                    seen_by[owner[row], draw] += 1
    return best, seen_by
