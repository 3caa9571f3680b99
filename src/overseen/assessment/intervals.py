"""Intervals of what is drawn, and of differences within a draw: turned round, a difference is its own negative to the last bit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from overseen.exposure.streets import INTERVAL

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Range:
    """A value between its low and its high end; nan: not known."""

    value: float
    low: float
    high: float

    def __neg__(self) -> Range:
        return Range(0.0 - self.value, 0.0 - self.high, 0.0 - self.low)


UNKNOWN = Range(float("nan"), float("nan"), float("nan"))


def range_of(drawn: Floats) -> Range:
    """Return mean, 5 % and 95 % of draws, shape (draws,).

    The high end is the low end of the negative, since interpolation between draws rounds differently from either side.

    Examples
    --------
    >>> drawn = np.array([0.1, 0.7, 0.3])
    >>> range_of(-drawn) == -range_of(drawn)
    True
    """
    share = INTERVAL[0]
    low, high = float(np.quantile(drawn, share)), 0.0 - float(np.quantile(-drawn, share))
    # 0.0 + turns a negative nought into a nought.
    return Range(0.0 + float(drawn.mean()), 0.0 + low, high)


def exact(value: float) -> Range:
    """Return a value without any width."""
    return Range(value, value, value)


def widest_difference(a: Range, b: Range) -> Range:
    """Return b − a between the farthest ends that the two allow: nothing is known of how they go together."""
    return Range(b.value - a.value, b.low - a.high, b.high - a.low)
