"""Which points of a grid lie in discs, the discs drawn with chords as shapely draws them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import kernel

Floats = NDArray[np.float64]

SIDES = 32
"""Chords of a disc: those of ``shapely.buffer``, eight to a quarter."""


@kernel
def is_in_discs(x: Floats, y: Floats, centre: Floats, radius_m: Floats) -> NDArray[np.bool_]:
    """Return which points of the grid of ``x`` (columns,) and ``y`` (rows,), both rising, lie in a disc, shape (rows, columns).

    ``centre`` has shape (n, 2) and ``radius_m`` (n,); without discs no point does.
    """
    step = 2.0 * np.pi / SIDES
    found = np.zeros((len(y), len(x)), dtype=np.bool_)
    for disc in range(len(centre)):
        radius = radius_m[disc]
        # What is so near lies in the disc whichever chord it is behind.
        surely2 = (radius * np.cos(step / 2.0)) ** 2
        for row in range(np.searchsorted(y, centre[disc, 1] - radius), len(y)):
            dy = y[row] - centre[disc, 1]
            if dy > radius:
                break
            for column in range(np.searchsorted(x, centre[disc, 0] - radius), len(x)):
                dx = x[column] - centre[disc, 0]
                if dx > radius:
                    break
                if found[row, column]:
                    continue
                apart2 = dx * dx + dy * dy
                if apart2 < surely2:
                    found[row, column] = True
                elif apart2 < radius * radius:
                    middle = (np.floor(np.arctan2(dy, dx) / step) + 0.5) * step
                    along = dx * np.cos(middle) + dy * np.sin(middle)
                    found[row, column] = along < radius * np.cos(step / 2.0)
    return found
