"""How few sightings single a trip out from all others (unicity; de Montjoye, Hidalgo, Verleysen and Blondel 2013)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import kernel
from overseen.kernels.passages import Watchers

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@kernel
def trip_sightings(
    offsets: Integers, street: Integers, passed_s: Floats, watchers: Watchers, draw: int, bin_s: float, bins: int
) -> tuple[Integers, Integers]:
    """Return the sightings of every trip in a draw as offsets and sorted numbers ``camera * bins + bin``, each once.

    Rows ``offsets[i]:offsets[i + 1]`` of ``street`` and of ``passed_s`` (s after midnight) are a trip.
    """
    trips = len(offsets) - 1
    first = np.zeros(trips + 1, dtype=np.int64)
    found = np.empty(1024, dtype=np.int64)
    filled = 0
    bit = np.uint64(1) << np.uint64(draw)
    for trip in range(trips):
        begin = filled
        for place in range(offsets[trip], offsets[trip + 1]):
            row_end = watchers.first[street[place] + 1]
            bin_number = int(passed_s[place] / bin_s) % bins
            for row in range(watchers.first[street[place]], row_end):
                if not watchers.draws[row] & bit:
                    continue
                if filled == len(found):
                    longer = np.empty(2 * filled, dtype=np.int64)
                    longer[:filled] = found
                    found = longer
                found[filled] = watchers.camera[row] * bins + bin_number
                filled += 1
        found[begin:filled].sort()
        kept = begin
        for row in range(begin, filled):
            if row == begin or found[row] != found[kept - 1]:
                found[kept] = found[row]
                kept += 1
        filled = kept
        first[trip + 1] = filled
    return first, found[:filled].copy()


@kernel
def _holds(sighting: Integers, low: int, high: int, wanted: int) -> bool:
    end = high
    while low < high:
        middle = (low + high) >> 1
        if sighting[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low < end and sighting[low] == wanted


@kernel
def single_trips(
    first: Integers, sighting: Integers, by_sighting: Integers, trip_of: Integers, picked: Floats, known: int
) -> tuple[int, int]:
    """Return how many trips ``known`` of their own sightings, picked by chance, fit no other trip; and how many have so many.

    ``first`` and ``sighting`` are those of the trips; ``by_sighting`` tells for each sighting which rows of ``trip_of`` hold the
    trips that have it. ``picked`` (trips, known) are uniform numbers in 0..1.
    """
    single, able = 0, 0
    chosen = np.empty(known, dtype=np.int64)
    for trip in range(len(first) - 1):
        low, high = first[trip], first[trip + 1]
        if high - low < known:
            continue
        able += 1
        # The first steps of a shuffle (Floyd 1964): distinct sightings, each set equally likely.
        for step in range(known):
            room = high - low - known + step
            pick = low + min(int(picked[trip, step] * (room + 1)), room)
            for earlier in range(step):
                if chosen[earlier] == pick:
                    pick = low + room
            chosen[step] = pick
        rarest = sighting[chosen[0]]
        for step in range(1, known):
            other = sighting[chosen[step]]
            if by_sighting[other + 1] - by_sighting[other] < by_sighting[rarest + 1] - by_sighting[rarest]:
                rarest = other
        is_single = True
        for row in range(by_sighting[rarest], by_sighting[rarest + 1]):
            other = trip_of[row]
            if other == trip:
                continue
            fits = True
            for step in range(known):
                if not _holds(sighting, first[other], first[other + 1], sighting[chosen[step]]):
                    fits = False
                    break
            if fits:
                is_single = False
                break
        if is_single:
            single += 1
    return single, able
