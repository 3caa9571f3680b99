"""Directions in the plan without trigonometry: a number that rises with the angle, and the angle itself where it is needed."""

from __future__ import annotations

import numpy as np

from overseen.kernels._compile import inlined, kernel

FULL_TURN = 4.0
"""A full turn in pseudo-angle."""

TURN = 2.0 * np.pi
"""A full turn in radians."""

NARROWEST_KEY = 1e-11
"""What is narrower than this, in pseudo-angle, has no area that could be measured: it is left out."""


@inlined
def pseudo_angle(x: float, y: float) -> float:
    """Return a number in 0..4 that rises counter-clockwise from east as the angle of (x, y) does; (0, 0) gives nan."""
    quotient = x / (abs(x) + abs(y))
    return 1.0 - quotient if y >= 0.0 else 3.0 + quotient


@kernel
def angle_between(key0: float, x0: float, y0: float, key1: float, x1: float, y1: float) -> float:
    """Return the angle from one direction counter-clockwise to another, radians; the keys tell a full turn from none."""
    angle = np.arctan2(x0 * y1 - y0 * x1, x0 * x1 + y0 * y1)
    if angle < 0.0:
        # Rounding of equal directions is no turn.
        return 0.0 if key1 - key0 < 1.0 else angle + TURN
    return angle + TURN if key1 - key0 > 3.0 and angle < 1.0 else angle
