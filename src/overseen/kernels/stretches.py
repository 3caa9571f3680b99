"""Stretches of streets in view, draw by draw: the clips of :mod:`overseen.kernels.draws`, merged along the street and kept."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import kernel
from overseen.kernels.draws import Pairs, Sectors, Segments, within_sector
from overseen.kernels.sightings import Sightings, within_circle

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Stretches(NamedTuple):
    """Parts of streets in view: rows ``first[street * draws + draw]`` up to the next of ``along_m`` (low, high), m from the start."""

    first: Integers
    along_m: Floats


@kernel
def merged_stretches(interval: Floats, count: int, gap_m: float) -> int:
    """Sort ``interval[:count]`` (low, high) in place, join those at most ``gap_m`` apart, and return how many are left."""
    for row in range(1, count):
        low, high = interval[row, 0], interval[row, 1]
        place = row - 1
        while place >= 0 and interval[place, 0] > low:
            interval[place + 1, 0], interval[place + 1, 1] = interval[place, 0], interval[place, 1]
            place -= 1
        interval[place + 1, 0], interval[place + 1, 1] = low, high
    left = 0
    for row in range(count):
        if left > 0 and interval[row, 0] <= interval[left - 1, 1] + gap_m:
            interval[left - 1, 1] = max(interval[left - 1, 1], interval[row, 1])
        else:
            interval[left, 0], interval[left, 1] = interval[row, 0], interval[row, 1]
            left += 1
    return left


@kernel
def stretches_in_view(
    segments: Segments, pairs: Pairs, sightings: Sightings, sectors: Sectors, centre: Floats, gap_m: float
) -> Stretches:
    """Return the stretches of each street that some lens sees at the first level, in every draw of ``sectors``.

    ``sightings`` are those of all views of ``pairs`` in order, ``centre`` (n, 2) belongs to the lenses. What is out of view for
    ``gap_m`` or less counts as in view. No lens: no stretch.
    """
    street_count = len(segments.street_offsets) - 1
    draw_count = sectors.reach_m.shape[1]
    first = np.zeros(street_count * draw_count + 1, dtype=np.int64)
    kept = np.empty((64, 2), dtype=np.float64)
    filled = 0
    part = np.empty((2, 2), dtype=np.float64)
    for street in range(street_count):
        begin, end = segments.street_offsets[street], segments.street_offsets[street + 1]
        # No draw has more than all views together, and a sector cuts an interval in two at most.
        seen_last, seen_first = pairs.first[pairs.offsets[end]], pairs.first[pairs.offsets[begin]]
        found = np.empty((2 * (sightings.offsets[seen_last] - sightings.offsets[seen_first]), 2), dtype=np.float64)
        for draw in range(draw_count):
            held = 0
            before_m = 0.0
            for segment in range(begin, end):
                dx = segments.end[segment, 0] - segments.start[segment, 0]
                dy = segments.end[segment, 1] - segments.start[segment, 1]
                whole = np.hypot(dx, dy)
                for pair in range(pairs.offsets[segment], pairs.offsets[segment + 1]):
                    lens = pairs.lens[pair]
                    px = segments.start[segment, 0] - centre[lens, 0]
                    py = segments.start[segment, 1] - centre[lens, 1]
                    low, high = within_circle(px, py, dx, dy, sectors.reach_m[lens, draw, 0])
                    if high <= low:
                        continue
                    seen = pairs.first[pair] + pairs.of_draw[lens, draw]
                    for row in range(sightings.offsets[seen], sightings.offsets[seen + 1]):
                        part[0] = sightings.interval[row]
                        count = within_sector(
                            px, py, dx, dy, sectors.right[lens, draw], sectors.left[lens, draw],
                            sectors.width[lens, draw], sectors.side_m[lens, draw], sectors.band_m[lens, draw, 0],
                            sectors.band_m[lens, draw, 1], part,
                        )  # fmt: skip
                        for piece in range(count):
                            start, stop = max(low, part[piece, 0]), min(high, part[piece, 1])
                            if stop > start:
                                found[held, 0] = before_m + start * whole
                                found[held, 1] = before_m + stop * whole
                                held += 1
                before_m += whole
            left = merged_stretches(found, held, gap_m)
            while filled + left > len(kept):
                longer = np.empty((2 * len(kept), 2), dtype=np.float64)
                longer[:filled] = kept[:filled]
                kept = longer
            kept[filled : filled + left] = found[:left]
            filled += left
            first[street * draw_count + draw + 1] = filled
    return Stretches(first, kept[:filled].copy())
