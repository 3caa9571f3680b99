"""Points over the draws, and who sees them: how much is seen and by whom alone, and every pair of a point and its camera.

The test of a point is that of :func:`overseen.kernels.draws.drawn_point_counts`; one level is looked at, whose reach is given.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel
from overseen.kernels.draws import Pairs, Sectors, is_within_sector

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOST_COUNTED = 8
"""Points that so many cameras see, or more, are counted together."""


class Lookers(NamedTuple):
    """Lenses as they look in every draw.

    ``sectors`` as drawn; ``reach_m`` (n, draws) the reach that counts, 0: the lens does not count; ``centre`` (n, 2), m;
    ``camera`` (n,) numbers whose each is, from 0.
    """

    sectors: Sectors
    reach_m: Floats
    centre: Floats
    camera: Integers


class Tally(NamedTuple):
    """How much is seen.

    ``merged`` (groups, draws) counts overlaps once; ``own`` (cameras, draws) is what each camera sees, ``alone`` the part of it
    that no other does; ``overlap`` (draws, MOST_COUNTED) is what 1, 2, … cameras see.
    """

    merged: Floats
    own: Floats
    alone: Floats
    overlap: Floats


@inlined
def _sees(lookers: Lookers, is_clear: Flags, view: int, lens: int, draw: int, px: float, py: float) -> bool:
    """Return whether a lens has a point in view in a draw; ``view`` is the row of ``is_clear`` that holds."""
    if not is_clear[view]:
        return False
    x, y = px - lookers.centre[lens, 0], py - lookers.centre[lens, 1]
    if x * x + y * y > lookers.reach_m[lens, draw] ** 2 or lookers.reach_m[lens, draw] <= 0.0:
        return False
    sectors = lookers.sectors
    return is_within_sector(
        x, y, sectors.right[lens, draw], sectors.left[lens, draw], sectors.width[lens, draw],
        sectors.side_m[lens, draw], sectors.band_m[lens, draw, 0], sectors.band_m[lens, draw, 1],
    )  # fmt: skip


@kernel
def viewer_tally(
    point: Floats, group: Integers, weight: Floats, own_weight: Floats, pairs: Pairs, is_clear: Flags, lookers: Lookers,
    group_count: int,
) -> Tally:  # fmt: skip
    """Return how much of some points is in view.

    ``point`` has shape (p, 2), m; each belongs to a ``group`` and stands for ``weight`` in ``merged`` and for ``own_weight`` in
    the rest. ``is_clear`` tells of all views of ``pairs`` in order whether the point is clear of walls. Without lenses nothing
    is seen.
    """
    draw_count = lookers.reach_m.shape[1]
    camera_count = 0 if len(lookers.camera) == 0 else lookers.camera.max() + 1
    merged = np.zeros((group_count, draw_count))
    own, alone = np.zeros((camera_count, draw_count)), np.zeros((camera_count, draw_count))
    overlap = np.zeros((draw_count, MOST_COUNTED))
    stamp = np.full(camera_count, -1, dtype=np.int64)
    for row in range(len(point)):
        for draw in range(draw_count):
            number, last = 0, -1
            for pair in range(pairs.offsets[row], pairs.offsets[row + 1]):
                lens = pairs.lens[pair]
                camera = lookers.camera[lens]
                if stamp[camera] == row * draw_count + draw:
                    continue
                view = pairs.first[pair] + pairs.of_draw[lens, draw]
                if _sees(lookers, is_clear, view, lens, draw, point[row, 0], point[row, 1]):
                    stamp[camera] = row * draw_count + draw
                    own[camera, draw] += own_weight[row]
                    number, last = number + 1, camera
            if number > 0:
                merged[group[row], draw] += weight[row]
                overlap[draw, min(number, MOST_COUNTED) - 1] += own_weight[row]
            if number == 1:
                alone[last, draw] += own_weight[row]
    return Tally(merged, own, alone, overlap)


@kernel
def point_viewers(point: Floats, pairs: Pairs, is_clear: Flags, lookers: Lookers) -> tuple[Integers, Integers]:
    """Return the cameras that see each point in each draw, as offsets (draws · points + 1, draw by draw) and cameras.

    Each camera stands once, in the order of the pairs; a point that nobody sees has none.
    """
    draw_count = lookers.reach_m.shape[1]
    camera_count = 0 if len(lookers.camera) == 0 else lookers.camera.max() + 1
    stamp = np.full(camera_count, -1, dtype=np.int64)
    offsets = np.zeros(draw_count * len(point) + 1, dtype=np.int64)
    found = np.empty(max(len(pairs.lens), 1), dtype=np.int64)
    filled = 0
    for draw in range(draw_count):
        for row in range(len(point)):
            place = draw * len(point) + row
            for pair in range(pairs.offsets[row], pairs.offsets[row + 1]):
                lens = pairs.lens[pair]
                camera = lookers.camera[lens]
                if stamp[camera] == place:
                    continue
                view = pairs.first[pair] + pairs.of_draw[lens, draw]
                if _sees(lookers, is_clear, view, lens, draw, point[row, 0], point[row, 1]):
                    stamp[camera] = place
                    if filled == len(found):
                        longer = np.empty(2 * filled, dtype=np.int64)
                        longer[:filled] = found
                        found = longer
                    found[filled] = camera
                    filled += 1
            offsets[place + 1] = filled
    return offsets, found[:filled]
