"""Residents: the street in view around their homes, how unevenly it is spread, and whether groups differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy import stats

from overseen.exposure.areas import AreaExposure
from overseen.exposure.concentration import Lorenz, lorenz_curves
from overseen.exposure.disparity import FEWEST_CONTROLS
from overseen.exposure.groups import group_table
from overseen.exposure.residents import Residents, counted_residents
from overseen.exposure.streets import INTERVAL
from overseen.model.city import City
from overseen.model.comparison import AS_MAPPED, Comparison
from overseen.model.schema import RESIDENT_EXPOSURE, VIEWS, View, interval_columns
from overseen.model.viewing import Viewing

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST_EXPOSED_SHARE = 0.1
"""The most exposed residents of whom it is said how much they bear."""


@dataclass(frozen=True, slots=True)
class MappingTest:
    """Whether cameras are dense where other mapped street furniture is: rank correlation over larger areas; nan: not tested."""

    correlation: float
    chance: float
    controls: int
    furniture_count: int


@dataclass(frozen=True, slots=True)
class PeopleExposure:
    """What residents undergo.

    Parameters
    ----------
    residents
        Who is counted.
    drawn_share
        Per view, population-weighted mean of the share of street in view, shape (draws, levels).
    drawn_gini, drawn_borne
        Inequality over residents, reachable, shape (draws, levels): the Gini coefficient, and the part of all exposure that the
        most exposed tenth bears. Residents of one area share an exposure, so both are lower bounds.
    distribution
        Table ``residents``, at the watched level.
    groups
        Table ``groups``.
    mapping
        The test of the mapping; None where no furniture is at hand.
    """

    residents: Residents
    drawn_share: dict[View, Floats]
    drawn_gini: Floats
    drawn_borne: Floats
    distribution: pd.DataFrame
    groups: pd.DataFrame
    mapping: MappingTest | None


def watched_level(viewing: Viewing) -> int:
    """Return the number of the level at which the report speaks of people: the second, or the only one."""
    return min(1, len(viewing.ladder.levels) - 1)


def people_exposure(
    city: City, areas: AreaExposure, viewing: Viewing, comparison: Comparison = AS_MAPPED
) -> PeopleExposure:
    """Return what residents of the city's areas undergo; a resident's exposure is their area's share of street in view.

    Areas with less than ``LEAST_INSIDE_SHARE`` of them inside the boundary, without counted street, or of unknown residents are
    left out. Numbers describe areas, not persons.
    """
    residents = counted_residents(areas, comparison)
    weight = residents.resident_count
    total = weight.sum()
    levels = len(viewing.ladder.levels)
    shares = {view: [areas.drawn_share(view, level)[residents.unit] for level in range(levels)] for view in VIEWS}
    shape = (viewing.draws, levels)
    drawn = {
        view: np.stack([weight @ share / total for share in shares[view]], axis=1) if total else np.zeros(shape)
        for view in VIEWS
    }
    curves = [lorenz_curves(share, weight) for share in shares["reachable"]]
    furniture = _furniture(areas, residents, comparison)
    density = None if furniture is None else furniture / (areas.length_m[residents.unit] / 1e3)
    return PeopleExposure(
        residents,
        drawn,
        np.stack([curve.gini() for curve in curves], axis=1),
        np.stack([1.0 - curve.borne_by(1.0 - MOST_EXPOSED_SHARE) for curve in curves], axis=1),
        _distribution(curves[watched_level(viewing)]),
        group_table(city, residents, shares, furniture=density, viewing=viewing, is_complete=comparison.is_complete),
        None if furniture is None else _mapping_test(areas, residents, furniture),
    )


def _distribution(curve: Lorenz) -> pd.DataFrame:
    places = np.arange(1, 101) / 100.0 if curve.exposed.shape[1] else np.empty(0)
    columns: dict[str, Floats] = {}
    for stem, values in (
        ("exposed", [curve.exposed_at(q) for q in places]),
        ("borne", [curve.borne_by(q) for q in places]),
    ):
        drawn = np.clip(np.array(values).reshape(len(places), len(curve.people)), 0.0, None)
        columns |= dict(zip(interval_columns(stem, "share"), _interval(drawn), strict=True))
    return RESIDENT_EXPOSURE.checked(pd.DataFrame(columns, index=pd.Index(places, name="resident_share", dtype=float)))


def _interval(drawn: Floats) -> tuple[Floats, Floats, Floats]:
    """Return mean, low and high over the draws (axis 1)."""
    if drawn.shape[0] == 0:
        return np.empty(0), np.empty(0), np.empty(0)
    low, high = np.quantile(drawn, INTERVAL, axis=1)
    return drawn.mean(axis=1), low, high


def _furniture(areas: AreaExposure, residents: Residents, comparison: Comparison) -> Floats | None:
    """Return the pieces of street furniture in each counted area, None where they are not at hand."""
    if comparison.furniture is None:
        return None
    points = comparison.furniture.to_crs(areas.areas.crs).geometry.to_numpy()
    area, _ = shapely.STRtree(points).query(areas.areas.geometry.to_numpy(), predicate="intersects")
    return np.asarray(np.bincount(area, minlength=len(areas.areas))[residents.unit], dtype=np.float64)


def _mapping_test(areas: AreaExposure, residents: Residents, furniture: Floats) -> MappingTest:
    """Return the rank correlation, over larger areas, of cameras per km of street with pieces of furniture per km."""
    count = int(residents.control.max(initial=-1)) + 1

    def summed(values: Floats) -> Floats:
        return np.asarray(np.bincount(residents.control, weights=values, minlength=count), dtype=np.float64)

    length = summed(areas.length_m[residents.unit])
    cameras, pieces = summed(areas.camera_count[residents.unit].astype(float)) / length, summed(furniture) / length
    told = count >= FEWEST_CONTROLS and np.ptp(cameras) > 0.0 and np.ptp(pieces) > 0.0
    found = stats.spearmanr(cameras, pieces) if told else (np.nan, np.nan)
    return MappingTest(float(found[0]), float(found[1]), count, int(furniture.sum()))
