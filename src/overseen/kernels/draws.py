"""What draws of bearing, field of view and reach leave of sightings made once all round: closed-form clips.

A draw gives every lens a sector and one reach per level. Along a segment p + t·d the two sides of a sector are linear in t
and a reach is a circle, so a clear interval is clipped without geometry; the intervals that are left are merged over lenses
before they are measured, so that a metre seen twice counts once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel
from overseen.kernels.sightings import Sightings, half_plane, within_circle

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Sectors(NamedTuple):
    """Drawn sectors of every lens in one view.

    ``right`` (n, draws, 2) is the unit vector along the clockwise side, ``left`` along the other; ``width`` (n, draws) the
    angle between them in radians, 2 pi or more for all round; ``reach_m`` (n, draws, levels) falls from level to level.

    Of a head whose tilt is known the field is a section of its frustum: both sides are moved outward by ``side_m`` (n, draws),
    and along the axis the field lies between the two columns of ``band_m`` (n, draws, 2). 0, -inf and inf mean a plain sector,
    as does every sector of more than half a turn.
    """

    right: Floats
    left: Floats
    width: Floats
    reach_m: Floats
    side_m: Floats
    band_m: Floats


class Segments(NamedTuple):
    """Straight pieces of streets: ``start`` and ``end`` (s, 2), m; ``street_offsets`` tells which belong to which street."""

    start: Floats
    end: Floats
    street_offsets: Integers


class Pairs(NamedTuple):
    """Which lens may see which segment or point: rows ``offsets[i]:offsets[i + 1]`` of ``lens`` belong to it.

    A lens has one view per set of heights; those of pair p are rows ``first[p]`` on of what was found of all of them, and
    ``of_draw`` (lenses, draws) says which of a lens's views holds in a draw.
    """

    offsets: Integers
    lens: Integers
    first: Integers
    of_draw: Integers


@inlined
def within_sector(
    px: float, py: float, dx: float, dy: float, right: Floats, left: Floats, width: float, side_m: float, near_m: float,
    far_m: float, part: Floats,
) -> int:  # fmt: skip
    """Write the parts of ``part[0]`` (low, high) along p + t·d that lie in a sector into ``part``; return how many (0..2)."""
    if width >= 2.0 * np.pi:
        return 1
    low, high = part[0, 0], part[0, 1]
    if width <= np.pi:
        first, last = half_plane(right[0] * py - right[1] * px + side_m, right[0] * dy - right[1] * dx, low, high)
        first, last = half_plane(px * left[1] - py * left[0] + side_m, dx * left[1] - dy * left[0], first, last)
        if near_m > -np.inf or far_m < np.inf:
            # The two sides add up to the axis, made longer by their lengths.
            ax, ay = right[0] + left[0], right[1] + left[1]
            length = np.sqrt(ax * ax + ay * ay)
            at, slope = ax * px + ay * py, ax * dx + ay * dy
            if near_m > -np.inf:
                first, last = half_plane(at - near_m * length, slope, first, last)
            if far_m < np.inf:
                first, last = half_plane(far_m * length - at, -slope, first, last)
        part[0, 0], part[0, 1] = first, last
        return 1 if last > first else 0
    # The rest of the turn is narrower than a half turn: what lies in it is taken out.
    first, last = half_plane(left[0] * py - left[1] * px, left[0] * dy - left[1] * dx, low, high)
    first, last = half_plane(px * right[1] - py * right[0], dx * right[1] - dy * right[0], first, last)
    if last <= first:
        return 1
    count = 0
    if first > low:
        part[count, 0], part[count, 1] = low, first
        count += 1
    if last < high:
        part[count, 0], part[count, 1] = last, high
        count += 1
    return count


@inlined
def is_within_sector(
    x: float, y: float, right: Floats, left: Floats, width: float, side_m: float, near_m: float, far_m: float
) -> bool:
    """Return whether a point lies in a sector, whatever its reach."""
    if width >= 2.0 * np.pi:
        return True
    after_right = right[0] * y - right[1] * x + side_m >= 0.0
    before_left = x * left[1] - y * left[0] + side_m >= 0.0
    if width > np.pi:
        return after_right or before_left
    if not (after_right and before_left):
        return False
    if near_m == -np.inf and far_m == np.inf:
        return True
    ax, ay = right[0] + left[0], right[1] + left[1]
    along = (ax * x + ay * y) / np.sqrt(ax * ax + ay * ay)
    return near_m <= along <= far_m


@kernel
def merged_length(interval: Floats, count: int) -> float:
    """Return the length of the union of ``interval[:count]`` (low, high), sorting it in place."""
    for row in range(1, count):
        low, high = interval[row, 0], interval[row, 1]
        place = row - 1
        while place >= 0 and interval[place, 0] > low:
            interval[place + 1, 0], interval[place + 1, 1] = interval[place, 0], interval[place, 1]
            place -= 1
        interval[place + 1, 0], interval[place + 1, 1] = low, high
    total = 0.0
    reached = -np.inf
    for row in range(count):
        low, high = interval[row, 0], interval[row, 1]
        if high > reached:
            total += high - max(low, reached)
            reached = high
    return total


@kernel
def drawn_lengths(
    segments: Segments, pairs: Pairs, sightings: Sightings, sectors: Sectors, centre: Floats, camera: Integers
) -> tuple[Floats, Integers]:
    """Return metres in view, shape (streets, draws, levels), and cameras that see any of it, shape (streets, draws).

    ``sightings`` are those of all views of ``pairs`` in order, ``centre`` (n, 2) and ``camera`` (n,) belong to the lenses; a
    camera with several heads counts once. The cameras are those of the first level.
    """
    street_count = len(segments.street_offsets) - 1
    draw_count, level_count = sectors.reach_m.shape[1], sectors.reach_m.shape[2]
    length_m = np.zeros((street_count, draw_count, level_count), dtype=np.float64)
    camera_count = np.zeros((street_count, draw_count), dtype=np.int64)
    if len(centre) == 0:
        return length_m, camera_count
    stamp = np.full((camera.max() + 1, draw_count), -1, dtype=np.int64)
    part = np.empty((2, 2), dtype=np.float64)
    held = np.empty(level_count, dtype=np.int64)
    # Kept from segment to segment: memory given back and taken again costs more than what is done in it.
    found = np.empty((level_count, 64, 2), dtype=np.float64)
    for street in range(street_count):
        for segment in range(segments.street_offsets[street], segments.street_offsets[street + 1]):
            first, last = pairs.offsets[segment], pairs.offsets[segment + 1]
            # No draw has more than all views together, and a sector cuts an interval in two at most.
            capacity = 2 * (sightings.offsets[pairs.first[last]] - sightings.offsets[pairs.first[first]])
            if capacity == 0:
                continue
            if capacity > found.shape[1]:
                found = np.empty((level_count, 2 * capacity, 2), dtype=np.float64)
            dx = segments.end[segment, 0] - segments.start[segment, 0]
            dy = segments.end[segment, 1] - segments.start[segment, 1]
            whole = np.hypot(dx, dy)
            for draw in range(draw_count):
                held[:] = 0
                for pair in range(first, last):
                    lens = pairs.lens[pair]
                    px = segments.start[segment, 0] - centre[lens, 0]
                    py = segments.start[segment, 1] - centre[lens, 1]
                    seen = pairs.first[pair] + pairs.of_draw[lens, draw]
                    for row in range(sightings.offsets[seen], sightings.offsets[seen + 1]):
                        part[0] = sightings.interval[row]
                        count = within_sector(
                            px, py, dx, dy, sectors.right[lens, draw], sectors.left[lens, draw],
                            sectors.width[lens, draw], sectors.side_m[lens, draw], sectors.band_m[lens, draw, 0],
                            sectors.band_m[lens, draw, 1], part,
                        )  # fmt: skip
                        for level in range(level_count):
                            low, high = within_circle(px, py, dx, dy, sectors.reach_m[lens, draw, level])
                            if high <= low:
                                break
                            for piece in range(count):
                                begin, end = max(low, part[piece, 0]), min(high, part[piece, 1])
                                if end > begin:
                                    found[level, held[level], 0] = begin
                                    found[level, held[level], 1] = end
                                    held[level] += 1
                                    if level == 0 and stamp[camera[lens], draw] != street:
                                        # A camera is counted once per street and draw, also over several segments.
                                        stamp[camera[lens], draw] = street
                                        camera_count[street, draw] += 1
                for level in range(level_count):
                    length_m[street, draw, level] += whole * merged_length(found[level], held[level])
    return length_m, camera_count


@kernel
def drawn_point_counts(
    point: Floats, pairs: Pairs, is_clear: NDArray[np.bool_], sectors: Sectors, centre: Floats
) -> Integers:
    """Return how many points are in view of some lens, shape (draws, levels).

    ``point`` has shape (p, 2), m; ``is_clear`` tells of all views of ``pairs`` in order whether the point is clear of walls.
    """
    draw_count, level_count = sectors.reach_m.shape[1], sectors.reach_m.shape[2]
    seen = np.zeros((draw_count, level_count), dtype=np.int64)
    for row in range(len(point)):
        for draw in range(draw_count):
            best = 0
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
                while best < level_count and distance2 <= sectors.reach_m[lens, draw, best] ** 2:
                    best += 1
            for level in range(best):
                seen[draw, level] += 1
    return seen
