"""Directions round a circle, computed once: arcs are drawn through them without trigonometry."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined
from overseen.kernels.directions import FULL_TURN, TURN

DIRECTIONS = 5040
"""Even directions in a turn; 60 numbers divide it, so that few more chords are drawn than a tolerance asks for."""

STARTS = 8192
"""Pseudo-angles at which the direction that follows is remembered."""


class Circle(NamedTuple):
    """Even directions: ``key`` and ``unit`` (DIRECTIONS,), and the first at or after each of ``STARTS`` pseudo-angles."""

    key: NDArray[np.float64]
    unit: NDArray[np.float64]
    start: NDArray[np.int32]


@cache
def circle_directions() -> Circle:
    """Return the directions, counter-clockwise from east."""
    angle = TURN * np.arange(DIRECTIONS) / DIRECTIONS
    unit = np.column_stack([np.cos(angle), np.sin(angle)])
    quotient = unit[:, 0] / np.abs(unit).sum(axis=1)
    key = np.where(unit[:, 1] >= 0.0, 1.0 - quotient, 3.0 + quotient)
    start = np.searchsorted(key, np.arange(STARTS) * FULL_TURN / STARTS).astype(np.int32)
    return Circle(key, unit, start)


@inlined
def chord_stride(radius_m: float, chord_tolerance_m: float) -> int:
    """Return every how many directions a chord must end to stay within the tolerance inside its arc.

    At least 1: no chord is shorter than from one direction to the next, 0.2 mm inside its arc at a radius of 1 km.
    """
    step = 2.0 * np.arccos(max(0.5, 1.0 - chord_tolerance_m / radius_m))
    stride = max(1, int(step / TURN * DIRECTIONS))
    while DIRECTIONS % stride != 0:
        stride -= 1
    return stride


@inlined
def first_direction(circle_key: NDArray[np.float64], circle_start: NDArray[np.int32], key: float, stride: int) -> int:
    """Return the first direction after ``key``, of those that ``stride`` uses; ``DIRECTIONS`` where there is none."""
    row = circle_start[int(key * (STARTS / FULL_TURN))] if key < FULL_TURN else DIRECTIONS
    while row < DIRECTIONS and circle_key[row] <= key:
        row += 1
    return min(DIRECTIONS, (row + stride - 1) // stride * stride)
