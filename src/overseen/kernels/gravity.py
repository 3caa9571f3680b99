"""Where trips go: a place draws with its weight, less with every metre (the singly constrained gravity model, Wilson 1971)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import kernel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@kernel
def drawn_targets(
    origin: Floats, uniform: Floats, place: Floats, weight: Floats, decay_m: float, shortest_m: float, longest_m: float
) -> Integers:
    """Return, for each origin (trips, 2), the row of the place that its uniform number in 0..1 picks; -1: none in reach.

    ``place`` (p, 2) stands sorted by its first coordinate, ``weight`` (p,) beside it. A place at d metres as the crow flies
    has the chance weight times exp(-d / decay), none below the shortest and beyond the longest distance.
    """
    chosen = np.full(len(origin), -1, dtype=np.int64)
    pull = np.empty(len(place), dtype=np.float64)
    for trip in range(len(origin)):
        x, y = origin[trip, 0], origin[trip, 1]
        low = np.searchsorted(place[:, 0], x - longest_m)
        high = np.searchsorted(place[:, 0], x + longest_m, side="right")
        total = 0.0
        for row in range(low, high):
            away = np.hypot(place[row, 0] - x, place[row, 1] - y)
            is_near = shortest_m <= away <= longest_m
            pull[row] = weight[row] * np.exp(-away / decay_m) if is_near else 0.0
            total += pull[row]
        if total <= 0.0:
            continue
        wanted, reached = uniform[trip] * total, 0.0
        for row in range(low, high):
            reached += pull[row]
            # Only a place with a pull of its own is ever taken, also where rounding leaves the sum short.
            if pull[row] > 0.0:
                chosen[trip] = row
                if reached > wanted:
                    break
    return chosen
