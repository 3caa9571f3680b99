"""Private space in view as the network grows: walls seen by all heads are found once, and looked at step by step."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.exposure.dwellings import facades_of
from overseen.exposure.network import ExaminedHeads
from overseen.exposure.private_space import (
    IN_VIEW_M,
    Measured,
    PrivateSpace,
    facade_draws,
    facades_by_cell,
    ground_in_view,
)
from overseen.model.city import City
from overseen.model.schema import VIEWS
from overseen.model.viewing import Viewing
from overseen.visibility.cells import HERE, Work, cells_of, mapped

Flags = NDArray[np.bool_]

PhasePrivate = tuple[Measured, Measured, Measured]
"""Metres of façade, dwellings and m2 of ground in view; shape (steps, draws, levels), of the first two over the façade draws."""


def phase_private(
    city: City, examined: ExaminedHeads, viewing: Viewing, private: PrivateSpace, is_active: Flags, *, work: Work = HERE
) -> PhasePrivate:
    """Return private space in view at every step; ``is_active`` has shape (steps, heads)."""
    length, count = _facades(city, examined, viewing, private, is_active, work)
    return length, count, ground_in_view(examined, viewing, city, private.ground, is_active, work)


def _facades(
    city: City, examined: ExaminedHeads, viewing: Viewing, private: PrivateSpace, is_active: Flags, work: Work
) -> tuple[Measured, Measured]:
    known = private.dwellings
    chosen = (known.is_dwelling | known.is_unknown) & known.is_inside & private.can_tell
    # The heads may be more than those of the last step, and the obstacles around them others.
    walls = facades_of(city, examined.scenery.obstacles.chains, chosen)
    building, row = np.unique(walls.building, return_inverse=True)
    shape = (len(is_active), facade_draws(viewing), len(viewing.ladder.levels))
    length, count = (
        Measured({view: np.zeros(shape) for view in VIEWS}, {view: np.zeros(shape) for view in VIEWS}) for _ in range(2)
    )
    if not len(examined.heads) or not len(building):
        return length, count
    of_cell = facades_by_cell(examined, viewing, walls, row, is_active)
    places = shapely.get_coordinates(shapely.point_on_surface(city.buildings.geometry.to_numpy()[building]))
    is_known = known.is_dwelling[building]
    for seen in mapped(of_cell, cells_of(places), work):
        for view in VIEWS:
            for kind, chosen_rows in (("known", is_known[seen.row]), ("unknown", ~is_known[seen.row])):
                of_kind = seen.length_m[view][:, chosen_rows]
                getattr(length, kind)[view][:] += of_kind.sum(axis=1)
                getattr(count, kind)[view][:] += (of_kind >= IN_VIEW_M).sum(axis=1)
    return length, count
