"""Heights that a renderer wrote where the map has none: they look like measurements and are not."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from overseen.model.provenance import Notice
from overseen.sources.columns import city_rules

LEAST_BUILDINGS = 100
"""Fewer buildings than this may well be of one height."""

NEIGHBOUR_M = 4.0
"""Heights within a storey of one another are what the buildings of one town would have by turns."""

COMMON_SHARE = 0.2
COMMON_TIMES = 2.0
KNOWN_SHARE = 0.1

SAME_M = 0.005


def default_heights(height_m: NDArray[np.float64]) -> tuple[float, ...]:
    """Return the heights that stand for "not known", in rising order.

    A single value is one of them if at least 20 % of all buildings carry it, twice as many as carry any other height within
    4 m of it together. So is what a renderer is known to write (3.66 m by tilemaker, 5 m by OpenMapTiles) if at least 10 %
    carry it and no other height within 4 m is commoner. Fewer than 100 buildings show no such habit, and whole storeys of
    3.66 m are no default: they were reckoned from a number of storeys.

    Parameters
    ----------
    height_m
        Heights as read, one for each building, nan where there is none, (n,).

    Examples
    --------
    >>> import numpy as np
    >>> default_heights(np.repeat([3.66, 7.32, 11.0], [838, 100, 62]))
    (3.66,)
    """
    if len(height_m) < LEAST_BUILDINGS:
        return ()
    values, counts = np.unique(np.round(height_m[height_m > 0.0], 2), return_counts=True)
    is_known = is_one_of(values, city_rules()["defaults"]["heights_m"])
    is_reckoned = is_whole_storeys(values)[0]
    found = []
    for number in np.flatnonzero(counts >= KNOWN_SHARE * len(height_m)):
        is_near = np.abs(values - values[number]) <= NEIGHBOUR_M
        is_near[number] = False
        others, share = counts[is_near], counts[number] / len(height_m)
        is_common = share >= COMMON_SHARE and counts[number] >= COMMON_TIMES * others.sum() and not is_reckoned[number]
        if is_common or (is_known[number] and counts[number] >= others.max(initial=0)):
            found.append(float(values[number]))
    return tuple(found)


def is_one_of(height_m: NDArray[np.float64], values: Sequence[float]) -> NDArray[np.bool_]:
    """Return whether heights are one of some values, to half a centimetre."""
    is_found = np.zeros(len(height_m), dtype=bool)
    for value in values:
        is_found |= np.abs(height_m - value) <= SAME_M
    return is_found


def is_whole_storeys(height_m: NDArray[np.float64]) -> tuple[NDArray[np.bool_], float]:
    """Return whether heights are two or more whole storeys of the height that a renderer takes for one, and that height.

    Such a height was reckoned from a number of storeys; nobody measured it.

    Examples
    --------
    >>> import numpy as np
    >>> is_whole_storeys(np.array([18.3, 18.0, 3.66]))[0].tolist()
    [True, False, False]
    """
    storey_m = float(city_rules()["defaults"]["storey_m"])
    storeys = np.round(height_m / storey_m)
    return (storeys >= 2.0) & (np.abs(height_m - storeys * storey_m) <= SAME_M), storey_m


def without_heights(
    buildings: gpd.GeoDataFrame, values: Sequence[float], *, file: str
) -> tuple[gpd.GeoDataFrame, tuple[Notice, ...]]:
    """Return table ``buildings`` with some stated heights counted as not known, and how many there are."""
    is_meant = (
        is_one_of(buildings["height_m"].to_numpy(), values) & (buildings["height_certainty"] == "stated").to_numpy()
    )
    if not is_meant.any():
        return buildings, ()
    buildings = buildings.copy()
    buildings.loc[is_meant, ["height_m", "height_certainty", "height_source"]] = [np.nan, "unknown", None]
    told = Notice(file, "height that the plan takes for a default", int(is_meant.sum()), str(buildings.index[is_meant][0]),
                  "The plan lists it in default_heights_m: it counts as unknown.")  # fmt: skip
    return buildings, (told,)
