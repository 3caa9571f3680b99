"""What of the street in view stays in view while feeders fail: bounds that hold however the views of cameras overlap.

Every metre in view belongs to at least one of the feeders that watch its street, so it is in view at least as long as the worst
of them is on; and at most as long as any is on, of which the dark hours leave no less than Fréchet's bound.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import kernel
from overseen.kernels.passages import Watchers

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Parts(NamedTuple):
    """Parts of streets in groups: number of the street, of its group, and the part of the street's length that lies there."""

    street: Integers
    group: Integers
    weight: Floats


@kernel
def delivered_bounds(
    watchers: Watchers, feeder: Integers, dark: Floats, length_m: NDArray[np.float32], parts: Parts, groups: int
) -> tuple[Floats, Floats, Floats]:
    """Return metres in view as promised, shape (groups, draws), and those that stay, at least and at most, (groups, draws, blocks).

    ``feeder`` (cameras,); ``dark`` (feeders, draws, blocks) are shares of the time; ``length_m`` (streets, draws) is taken to be
    spread evenly along each street.
    """
    draws, blocks = length_m.shape[1], dark.shape[2]
    promised = np.zeros((groups, draws), dtype=np.float64)
    least = np.zeros((groups, draws, blocks), dtype=np.float64)
    most = np.zeros((groups, draws, blocks), dtype=np.float64)
    held = np.zeros(dark.shape[0], dtype=np.uint64)
    listed = np.empty(dark.shape[0], dtype=np.int64)
    for part in range(len(parts.street)):
        street, where = parts.street[part], parts.group[part]
        count = 0
        for row in range(watchers.first[street], watchers.first[street + 1]):
            who = feeder[watchers.camera[row]]
            if held[who] == np.uint64(0) and watchers.draws[row] != np.uint64(0):
                listed[count] = who
                count += 1
            held[who] |= watchers.draws[row]
        for draw in range(draws):
            metres = parts.weight[part] * float(length_m[street, draw])
            if metres <= 0.0:
                continue
            promised[where, draw] += metres
            for block in range(blocks):
                worst, total, on = 0.0, 0.0, 0
                for row in range(count):
                    if (held[listed[row]] >> np.uint64(draw)) & np.uint64(1):
                        share = dark[listed[row], draw, block]
                        worst = max(worst, share)
                        total += share
                        on += 1
                least[where, draw, block] += metres * (1.0 - worst)
                most[where, draw, block] += metres * (1.0 - max(0.0, total - (on - 1)) if on > 0 else 1.0)
        for row in range(count):
            held[listed[row]] = np.uint64(0)
    return promised, least, most
