"""Points over the draws, and who sees them: how much is seen and by whom alone, and every pair of a point and its camera.

The test of a point is that of :func:`overseen.kernels.draws.drawn_point_counts`; one level is looked at, whose reach is given. As in
:mod:`overseen.kernels.counted_points` a sightline is looked at only where the field of a draw asks for it, and then once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel
from overseen.kernels.counted_points import Eyes
from overseen.kernels.draws import Sectors, is_within_sector
from overseen.kernels.point_bins import binned, points_reached
from overseen.kernels.shadows import Shadows
from overseen.kernels.sightings import is_point_clear
from overseen.kernels.stars import Stars

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOST_COUNTED = 8
"""Points that so many cameras see, or more, are counted together."""


class Lookers(NamedTuple):
    """Lenses as they look in every draw.

    ``eyes`` as they stand; ``sectors`` as drawn; ``reach_m`` (n, draws) the reach that counts, 0: the lens does not count;
    ``camera`` (n,) numbers whose each is, from 0.
    """

    eyes: Eyes
    sectors: Sectors
    reach_m: Floats
    camera: Integers


class Masks(NamedTuple):
    """What the masks of lenses hide: per equal step of true bearing, between which depressions, (n, steps), degrees.

    Depressions are those seen from ``height_m`` (n,) above what is looked at; ``north_deg`` (n,) is the bearing of true north. No
    steps at all: nothing is masked.
    """

    least_deg: Floats
    most_deg: Floats
    height_m: Floats
    north_deg: Floats


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
def _is_masked(masks: Masks, lens: int, x: float, y: float) -> bool:
    """Return whether a point at (x, y) from its lens is behind a mask of it."""
    steps = masks.least_deg.shape[1]
    if steps == 0:
        return False
    bearing = np.degrees(np.arctan2(x, y)) - masks.north_deg[lens]
    step = int(np.floor((bearing % 360.0) / (360.0 / steps))) % steps
    depression = np.degrees(np.arctan2(masks.height_m[lens], np.hypot(x, y)))
    return bool(masks.least_deg[lens, step] <= depression <= masks.most_deg[lens, step])


@inlined
def _sees(
    lookers: Lookers, masks: Masks, star_set: Stars, shadows: Shadows, known: Integers, lens: int, draw: int, number: int,
    x: float, y: float,
) -> bool:  # fmt: skip
    """Return whether a lens has a point, at (x, y) from it, in view in a draw.

    ``known`` tells of each view twice the number of the point that was last looked at, and one more where that was clear.
    """
    eyes, sectors = lookers.eyes, lookers.sectors
    reach_m = lookers.reach_m[lens, draw]
    if x * x + y * y > reach_m**2 or reach_m <= 0.0:
        return False
    if not is_within_sector(
        x, y, sectors.right[lens, draw], sectors.left[lens, draw], sectors.width[lens, draw],
        sectors.side_m[lens, draw], sectors.band_m[lens, draw, 0], sectors.band_m[lens, draw, 1],
    ):  # fmt: skip
        return False
    view = eyes.first[lens] + eyes.of_draw[lens, draw]
    if known[view] >> 1 != number:
        is_clear = is_point_clear(
            star_set.span, star_set.wall, star_set.offsets, star_set.radius_m, shadows.slab, shadows.offsets,
            shadows.strip_offsets, shadows.strip, shadows.wall, view, x, y,
        ) and not _is_masked(masks, lens, x, y)  # fmt: skip
        known[view] = 2 * number + int(is_clear)
    return bool(known[view] & 1 == 1)


@kernel
def viewer_tally(
    point: Floats, group: Integers, weight: Floats, own_weight: Floats, group_count: int, lookers: Lookers, masks: Masks,
    star_set: Stars, shadows: Shadows,
) -> Tally:  # fmt: skip
    """Return how much of some points is in view.

    ``point`` has shape (p, 2), m; each belongs to a ``group`` and stands for ``weight`` in ``merged`` and for ``own_weight`` in
    the rest. The views of the lenses are rows of ``star_set`` and ``shadows``. Without lenses nothing is seen.
    """
    draw_count = lookers.reach_m.shape[1]
    camera_count = 0 if len(lookers.camera) == 0 else lookers.camera.max() + 1
    own, alone = np.zeros((camera_count, draw_count)), np.zeros((camera_count, draw_count))
    # How many cameras see each point, and the last of them; the lenses of a camera come one after another.
    number = np.zeros((len(point), draw_count), dtype=np.int32)
    last = np.full((len(point), draw_count), -1, dtype=np.int32)
    bins, reached, eyes = binned(point), np.empty(len(point), dtype=np.int64), lookers.eyes
    known = np.full(max(len(star_set.radius_m), 1), -1, dtype=np.int64)
    for lens in np.argsort(lookers.camera, kind="mergesort"):
        cx, cy, camera = eyes.centre[lens, 0], eyes.centre[lens, 1], lookers.camera[lens]
        for place in range(points_reached(point, bins, cx, cy, eyes.radius_m[lens], reached)):
            row = reached[place]
            x, y = point[row, 0] - cx, point[row, 1] - cy
            for draw in range(draw_count):
                if last[row, draw] == camera:
                    continue
                if _sees(lookers, masks, star_set, shadows, known, lens, draw, row, x, y):
                    own[camera, draw] += own_weight[row]
                    number[row, draw] += 1
                    last[row, draw] = camera
    merged, overlap = np.zeros((group_count, draw_count)), np.zeros((draw_count, MOST_COUNTED))
    for row in range(len(point)):
        for draw in range(draw_count):
            if number[row, draw] > 0:
                merged[group[row], draw] += weight[row]
                overlap[draw, min(number[row, draw], MOST_COUNTED) - 1] += own_weight[row]
            if number[row, draw] == 1:
                alone[last[row, draw], draw] += own_weight[row]
    return Tally(merged, own, alone, overlap)


@kernel
def merged_tally(
    point: Floats, group: Integers, weight: Floats, group_count: int, lookers: Lookers, masks: Masks, star_set: Stars,
    shadows: Shadows,
) -> Floats:  # fmt: skip
    """Return ``merged`` of :func:`viewer_tally` alone: no lens is asked about a point that another one has in view."""
    draw_count = lookers.reach_m.shape[1]
    is_seen = np.zeros((len(point), draw_count), dtype=np.bool_)
    bins, reached, eyes = binned(point), np.empty(len(point), dtype=np.int64), lookers.eyes
    known = np.full(max(len(star_set.radius_m), 1), -1, dtype=np.int64)
    for lens in range(len(eyes.centre)):
        cx, cy = eyes.centre[lens, 0], eyes.centre[lens, 1]
        for place in range(points_reached(point, bins, cx, cy, eyes.radius_m[lens], reached)):
            row = reached[place]
            x, y = point[row, 0] - cx, point[row, 1] - cy
            for draw in range(draw_count):
                if not is_seen[row, draw]:
                    is_seen[row, draw] = _sees(lookers, masks, star_set, shadows, known, lens, draw, row, x, y)
    merged = np.zeros((group_count, draw_count))
    for row in range(len(point)):
        for draw in range(draw_count):
            if is_seen[row, draw]:
                merged[group[row], draw] += weight[row]
    return merged


@kernel
def point_viewers(
    point: Floats, lookers: Lookers, masks: Masks, star_set: Stars, shadows: Shadows
) -> tuple[Integers, Integers]:
    """Return the cameras that see each point in each draw, as offsets (points · draws + 1, point by point) and cameras.

    Each camera stands once, in the order of their numbers; a point that nobody sees has none.
    """
    draw_count = lookers.reach_m.shape[1]
    last = np.full((len(point), draw_count), -1, dtype=np.int32)
    bins, reached, eyes = binned(point), np.empty(len(point), dtype=np.int64), lookers.eyes
    known = np.full(max(len(star_set.radius_m), 1), -1, dtype=np.int64)
    at, by = np.empty(1024, dtype=np.int64), np.empty(1024, dtype=np.int64)
    filled = 0
    for lens in np.argsort(lookers.camera, kind="mergesort"):
        cx, cy, camera = eyes.centre[lens, 0], eyes.centre[lens, 1], lookers.camera[lens]
        for place in range(points_reached(point, bins, cx, cy, eyes.radius_m[lens], reached)):
            row = reached[place]
            x, y = point[row, 0] - cx, point[row, 1] - cy
            for draw in range(draw_count):
                if last[row, draw] == camera:
                    continue
                if _sees(lookers, masks, star_set, shadows, known, lens, draw, row, x, y):
                    last[row, draw] = camera
                    if filled == len(at):
                        longer = np.empty(2 * filled, dtype=np.int64), np.empty(2 * filled, dtype=np.int64)
                        longer[0][:filled], longer[1][:filled] = at, by
                        at, by = longer
                    at[filled], by[filled] = row * draw_count + draw, camera
                    filled += 1
    offsets = np.zeros(draw_count * len(point) + 1, dtype=np.int64)
    for entry in range(filled):
        offsets[at[entry] + 1] += 1
    for place in range(draw_count * len(point)):
        offsets[place + 1] += offsets[place]
    cursor, found = offsets[:-1].copy(), np.empty(filled, dtype=np.int64)
    for entry in range(filled):
        found[cursor[at[entry]]] = by[entry]
        cursor[at[entry]] += 1
    return offsets, found
