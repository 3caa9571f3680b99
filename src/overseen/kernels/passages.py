"""What trips undergo along their routes, draw by draw: cameras met, and the longest stretch in nobody's view.

Which draws hold a camera's view of a street is one 64-bit word, so the cameras of a trip in all draws are one pass over its
edges.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import kernel
from overseen.kernels.draws import Pairs, Sectors, Segments, within_sector
from overseen.kernels.sightings import Sightings, within_circle

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Words = NDArray[np.uint64]

WORD_DRAWS = 64
"""Draws that one word holds."""


class Watchers(NamedTuple):
    """Cameras that see some of each street: rows ``first[i]:first[i + 1]`` of ``camera`` and of ``draws``, a bit per draw."""

    first: Integers
    camera: Integers
    draws: Words


@kernel
def street_watchers(
    segments: Segments, pairs: Pairs, sightings: Sightings, sectors: Sectors, centre: Floats, camera: Integers,
    draw_count: int,
) -> Watchers:  # fmt: skip
    """Return the cameras that see any of each street at the first level, with the draws in which they do.

    ``sightings`` are those of all views of ``pairs`` in order; ``camera`` (lenses,) are small whole numbers, heads of one
    camera the same. At most 64 draws.
    """
    street_count = len(segments.street_offsets) - 1
    first = np.zeros(street_count + 1, dtype=np.int64)
    found = np.empty(64, dtype=np.int64)
    word = np.empty(64, dtype=np.uint64)
    filled = 0
    if len(camera) == 0:
        return Watchers(first, found[:0].copy(), word[:0].copy())
    place = np.full(camera.max() + 1, -1, dtype=np.int64)
    part = np.empty((2, 2), dtype=np.float64)
    for street in range(street_count):
        begin = filled
        for segment in range(segments.street_offsets[street], segments.street_offsets[street + 1]):
            dx = segments.end[segment, 0] - segments.start[segment, 0]
            dy = segments.end[segment, 1] - segments.start[segment, 1]
            for pair in range(pairs.offsets[segment], pairs.offsets[segment + 1]):
                lens = pairs.lens[pair]
                who = camera[lens]
                px = segments.start[segment, 0] - centre[lens, 0]
                py = segments.start[segment, 1] - centre[lens, 1]
                is_known = begin <= place[who] < filled and found[place[who]] == who
                bits = word[place[who]] if is_known else np.uint64(0)
                for draw in range(draw_count):
                    bit = np.uint64(1) << np.uint64(draw)
                    if bits & bit:
                        continue
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
                            if min(high, part[piece, 1]) > max(low, part[piece, 0]):
                                bits |= bit
                if bits == np.uint64(0):
                    continue
                if not is_known:
                    if filled == len(found):
                        longer, wider = np.empty(2 * filled, dtype=np.int64), np.empty(2 * filled, dtype=np.uint64)
                        longer[:filled], wider[:filled] = found, word
                        found, word = longer, wider
                    place[who] = filled
                    found[filled] = who
                    filled += 1
                word[place[who]] = bits
        first[street + 1] = filled
    return Watchers(first, found[:filled].copy(), word[:filled].copy())


@kernel
def cameras_met(
    offsets: Integers, edge: Integers, watchers: Watchers, operator: Integers, draw_count: int
) -> tuple[NDArray[np.int32], Integers]:
    """Return distinct cameras on each route, shape (trips, draws), and distinct operators among them in any draw.

    Rows ``offsets[i]:offsets[i + 1]`` of ``edge`` are a route; ``operator`` (cameras,) is -1 where nobody is named.
    """
    trips = len(offsets) - 1
    met = np.zeros((trips, draw_count), dtype=np.int32)
    operators = np.zeros(trips, dtype=np.int64)
    cameras = len(operator)
    stamp = np.full(cameras, -1, dtype=np.int64)
    held = np.zeros(cameras, dtype=np.uint64)
    run_by = np.full(max(1, operator.max() + 1 if cameras else 1), -1, dtype=np.int64)
    listed = np.empty(cameras, dtype=np.int64)
    for trip in range(trips):
        count = 0
        for place in range(offsets[trip], offsets[trip + 1]):
            street = edge[place]
            for row in range(watchers.first[street], watchers.first[street + 1]):
                who = watchers.camera[row]
                if stamp[who] != trip:
                    stamp[who] = trip
                    held[who] = np.uint64(0)
                    listed[count] = who
                    count += 1
                held[who] |= watchers.draws[row]
        for row in range(count):
            who = listed[row]
            for draw in range(draw_count):
                met[trip, draw] += np.int32((held[who] >> np.uint64(draw)) & np.uint64(1))
            if operator[who] >= 0 and run_by[operator[who]] != trip:
                run_by[operator[who]] = trip
                operators[trip] += 1
    return met, operators


@kernel
def longest_unseen(offsets: Integers, edge: Integers, length_m: Floats, seen_m: NDArray[np.float32]) -> Floats:
    """Return the longest run of whole edges without a metre in view on each route, m, shape (trips, draws).

    ``length_m`` (edges,) and ``seen_m`` (edges, draws). An edge that is in view in part ends the run: a lower bound.
    """
    trips, draws = len(offsets) - 1, seen_m.shape[1]
    longest = np.zeros((trips, draws), dtype=np.float64)
    run = np.empty(draws, dtype=np.float64)
    for trip in range(trips):
        run[:] = 0.0
        for place in range(offsets[trip], offsets[trip + 1]):
            for draw in range(draws):
                if seen_m[edge[place], draw] > 0.0:
                    run[draw] = 0.0
                else:
                    run[draw] += length_m[edge[place]]
                    longest[trip, draw] = max(longest[trip, draw], run[draw])
    return longest
