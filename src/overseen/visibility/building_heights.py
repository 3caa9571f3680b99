"""Heights of buildings under every set of heights: as stated, else drawn."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from overseen.model.viewing import Viewing
from overseen.visibility.heads import set_count
from overseen.visibility.unknowns import many_uniforms, mixed_scores, shared_scores, value_at

Floats = NDArray[np.float64]

UNKNOWN = "building_height_m"


def counted_buildings(buildings: gpd.GeoDataFrame, viewing: Viewing) -> gpd.GeoDataFrame:
    """Return the buildings that may end a view: all, or none under a model without walls."""
    return buildings if viewing.profile is None or viewing.profile.has_walls else buildings.iloc[:0]


def building_tops_m(
    buildings: gpd.GeoDataFrame, viewing: Viewing, *, pinned: Mapping[str, float] | None = None
) -> Floats:
    """Return the height of every building that counts under every set of heights, shape (sets, buildings), m.

    Stated and inferred heights hold in every set. The others are drawn: first what the buildings of a set have in common,
    then each one's departure from it. Under a published model a building hides all behind it (``inf``).

    Parameters
    ----------
    buildings
        Table ``buildings``.
    viewing
        Assumptions, number of sets, seed.
    pinned
        Normal scores at which unknowns are held instead of drawn; where the height of buildings is among them there is one
        set for all.
    """
    if viewing.profile is not None:
        return np.full((set_count(viewing), len(counted_buildings(buildings, viewing))), np.inf)
    stated = buildings["height_m"].to_numpy(dtype=float)
    sets = set_count(viewing)
    unknown = viewing.assumptions[UNKNOWN]
    tops = np.repeat(stated[None, :], sets, axis=0)
    is_open = np.isnan(stated)
    if UNKNOWN in (pinned or {}):
        tops[:, is_open] = value_at(unknown, np.array((pinned or {})[UNKNOWN]))
        return tops
    names = buildings.index.to_numpy(dtype=object)[is_open]
    own = ndtri(many_uniforms(viewing.seed, names, sets))
    shared = shared_scores(viewing.seed, unknown, sets)
    tops[:, is_open] = value_at(unknown, mixed_scores(unknown, shared[None, :], own)).T
    return tops
