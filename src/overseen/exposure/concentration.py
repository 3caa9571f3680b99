"""How unevenly exposure is spread over residents: the Lorenz curve of every draw, and what is read off it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lorenz:
    """Exposure cumulated over residents, the least exposed first, in every draw: both shape (draws, units + 1), 0..1.

    ``exposed`` (draws, units) is the exposure of each unit in that order.
    """

    people: Floats
    borne: Floats
    exposed: Floats

    def gini(self) -> Floats:
        """Return the Gini coefficient, shape (draws,)."""
        return 1.0 - np.sum(np.diff(self.people, axis=1) * (self.borne[:, 1:] + self.borne[:, :-1]), axis=1)

    def borne_by(self, share: float) -> Floats:
        """Return the part of all exposure that this share of residents bears, the least exposed first, shape (draws,)."""
        return np.array(
            [np.interp(share, people, borne) for people, borne in zip(self.people, self.borne, strict=True)]
        )

    def exposed_at(self, share: float) -> Floats:
        """Return the exposure of the resident at this place, shape (draws,)."""
        if self.exposed.shape[1] == 0:
            return np.zeros(len(self.exposed))
        place = np.argmax(self.people[:, 1:] >= share - 1e-12, axis=1)
        return self.exposed[np.arange(len(place)), place]


def lorenz_curves(exposed: Floats, weight: Floats) -> Lorenz:
    """Return the curves of exposures, shape (units, draws), of so many residents; equal where nobody is exposed.

    Examples
    --------
    >>> curve = lorenz_curves(np.array([[1.0], [0.0]]), np.array([1.0, 1.0]))
    >>> curve.gini().tolist(), curve.borne_by(0.75).tolist()
    ([0.5], [0.5])
    """
    order = np.argsort(exposed.T, axis=1, kind="stable")
    ranked, people = np.take_along_axis(exposed.T, order, axis=1), weight[order]
    borne = ranked * people
    nobody = borne.sum(axis=1) <= 0.0
    borne[nobody] = people[nobody]
    return Lorenz(_cumulated(people), _cumulated(borne), ranked)


def _cumulated(values: Floats) -> Floats:
    summed = np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1)
    last = np.where(summed[:, -1:] > 0.0, summed[:, -1:], 1.0)
    return summed / last
