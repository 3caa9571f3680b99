"""Which views differ when heights do: a lens with nothing lower than itself around it sees the same whatever is assumed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import kernel
from overseen.kernels.chains import Chains, chains_near
from overseen.kernels.stars import Lenses

Floats = NDArray[np.float64]


@kernel
def are_heights_felt(chains: Chains, top_m: Floats, lenses: Lenses) -> NDArray[np.bool_]:
    """Return, for each lens, whether its view is any other than that among buildings which all hide all behind them.

    So it is where a building within the radius is lower than the lens, or where the lens is no higher than its target or
    stands on a roof. ``top_m`` (chains,), m.
    """
    count = len(lenses.centre)
    is_felt = np.zeros(count, dtype=np.bool_)
    found = np.empty(512, dtype=np.int32)
    distance2 = np.empty(512, dtype=np.float32)
    for lens in range(count):
        x, y, radius_m = lenses.centre[lens, 0], lenses.centre[lens, 1], lenses.radius_m[lens]
        height_m = lenses.height_m[lens]
        if height_m <= lenses.target_m[lens] or lenses.roofs[lens] > 0:
            is_felt[lens] = True
            continue
        near = chains_near(chains, x, y, radius_m, found, distance2)
        if near > len(found):
            found = np.empty(2 * near, dtype=np.int32)
            distance2 = np.empty(2 * near, dtype=np.float32)
            near = chains_near(chains, x, y, radius_m, found, distance2)
        for place in range(near):
            if top_m[found[place]] < height_m:
                is_felt[lens] = True
                break
    return is_felt
