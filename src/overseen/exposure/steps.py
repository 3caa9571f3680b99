"""Steps of a roll-out: what is measured for the heads that are active, once for every set of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Number = TypeVar("Number", bound=np.generic)


def at_steps(is_active: Flags, used: NDArray[np.intp], measure: Callable[[Flags], NDArray[Number]]) -> NDArray[Number]:
    """Return what ``measure`` finds at every step, shape (steps, ...); it is given which of all heads are active.

    ``is_active`` has shape (steps, heads). Only the heads ``used`` can change the result: of steps at which the same of them are
    active, the first is measured, and most places change at few steps.
    """
    known: dict[bytes, NDArray[Number]] = {}
    found = []
    for active in is_active:
        key = active[used].tobytes()
        if key not in known:
            known[key] = measure(active)
        found.append(known[key])
    return np.stack(found)
