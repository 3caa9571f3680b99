"""Masks from steps of bearing: neighbouring steps of one camera that need about the same share a mask."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import kernel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@kernel
def mask_of_steps(camera: Integers, step: Integers, from_deg: Floats, to_deg: Floats, widening_deg: float) -> Integers:
    """Return the number of the mask that each step of a camera belongs to, from 0, rising, shape (n,).

    The steps come camera by camera, rising. One joins the mask before it if it follows it and if no step of the mask is then blackened
    more than ``widening_deg`` beyond what the least of them needs.
    """
    mask = np.empty(len(step), dtype=np.int64)
    number, low, high, narrowest = -1, 0.0, 0.0, 0.0
    for row in range(len(step)):
        least, most = min(low, from_deg[row]), max(high, to_deg[row])
        own = to_deg[row] - from_deg[row]
        is_next = row > 0 and camera[row] == camera[row - 1] and step[row] == step[row - 1] + 1
        if is_next and most - least <= min(narrowest, own) + widening_deg:
            low, high, narrowest = least, most, min(narrowest, own)
        else:
            number += 1
            low, high, narrowest = from_deg[row], to_deg[row], own
        mask[row] = number
    return mask
