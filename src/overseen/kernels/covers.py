"""Greedy partial cover with gains that are looked at again only when they may be the greatest (Minoux 1978, Accelerated greedy)."""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import kernel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]


@kernel
def _gain(cells: Integers, zone: Integers, weight: Integers, is_seen: Flags, left: Integers, new: Integers) -> int:
    """Return how much of what is still needed some cells add; ``new`` (zones,) is room, all zero before and after."""
    total = 0
    for cell in cells:
        if not is_seen[cell]:
            new[zone[cell]] += weight[cell]
    for cell in cells:
        total += min(new[zone[cell]], left[zone[cell]])
        new[zone[cell]] = 0
    return total


@kernel
def greedy_cover(
    offsets: Integers, cell: Integers, zone: Integers, weight: Integers, needed: Integers, overspill: Floats
) -> Flags:
    """Return cameras that see what is needed: each the one that adds most, then without those that can go, shape (cameras,).

    Rows ``offsets[j]:offsets[j + 1]`` of ``cell`` are what camera j sees; ``zone`` and ``weight`` belong to the cells and
    ``needed`` to the zones. Among equals the camera with less overspill is taken, and the one with most goes first. Where not
    all can be seen that is needed, every camera that adds anything is taken.
    """
    count = len(offsets) - 1
    left = needed.copy()
    new = np.zeros(len(needed), dtype=np.int64)
    seen_by = np.zeros(len(zone), dtype=np.int64)
    is_seen = np.zeros(len(zone), dtype=np.bool_)
    is_taken = np.zeros(count, dtype=np.bool_)
    heap: list[tuple[int, float, int]] = [(0, 0.0, -1)]
    heap.pop()
    for camera in range(count):
        gain = _gain(cell[offsets[camera] : offsets[camera + 1]], zone, weight, is_seen, left, new)
        if gain > 0:
            heap.append((-gain, overspill[camera], camera))
    heapq.heapify(heap)
    while len(heap) > 0 and left.max() > 0:
        _, spill, camera = heapq.heappop(heap)
        cells = cell[offsets[camera] : offsets[camera + 1]]
        gain = _gain(cells, zone, weight, is_seen, left, new)
        if gain == 0:
            continue
        if len(heap) > 0 and -gain > heap[0][0]:
            heapq.heappush(heap, (-gain, spill, camera))
            continue
        is_taken[camera] = True
        for one in cells:
            seen_by[one] += 1
            if not is_seen[one]:
                is_seen[one] = True
                left[zone[one]] = max(0, left[zone[one]] - weight[one])
    return _without_superfluous(offsets, cell, zone, weight, needed, overspill, is_taken, seen_by)


@kernel
def _without_superfluous(
    offsets: Integers, cell: Integers, zone: Integers, weight: Integers, needed: Integers, overspill: Floats,
    is_taken: Flags, seen_by: Integers,
) -> Flags:  # fmt: skip
    """Return the same without cameras that can go; ``seen_by`` counts the taken cameras that see each cell."""
    spare = -needed
    for one in range(len(zone)):
        if seen_by[one] > 0:
            spare[zone[one]] += weight[one]
    loss = np.zeros(len(needed), dtype=np.int64)
    for camera in np.argsort(-overspill, kind="mergesort"):
        if not is_taken[camera]:
            continue
        cells = cell[offsets[camera] : offsets[camera + 1]]
        for one in cells:
            if seen_by[one] == 1:
                loss[zone[one]] += weight[one]
        can_go = True
        for one in cells:
            if loss[zone[one]] > max(0, spare[zone[one]]):
                can_go = False
        if can_go:
            is_taken[camera] = False
            for one in cells:
                if seen_by[one] == 1:
                    spare[zone[one]] -= weight[one]
                seen_by[one] -= 1
        for one in cells:
            loss[zone[one]] = 0
    return is_taken
