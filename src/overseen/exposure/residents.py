"""Which residents are counted, and in which larger area each unit lies."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.exposure.areas import AreaExposure
from overseen.model.comparison import Comparison

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LEAST_INSIDE_SHARE = 0.5
"""An area of which less lies inside the boundary is left out: nobody knows what the rest of it undergoes."""


@dataclass(frozen=True, slots=True)
class Residents:
    """Residents whose exposure is known.

    Parameters
    ----------
    is_counted
        Which areas are counted, shape (areas,).
    left_out
        Reason -> number of areas and of residents (those of whom a number is known) that are not.
    unit
        Rows of the counted areas.
    resident_count
        Their residents inside the boundary, as if spread evenly over the area, shape (units,).
    control
        Number of the larger area that each belongs to, shape (units,).
    """

    is_counted: NDArray[np.bool_]
    left_out: dict[str, tuple[int, float]]
    unit: NDArray[np.intp]
    resident_count: Floats
    control: Integers


def counted_residents(areas: AreaExposure, comparison: Comparison) -> Residents:
    """Return whose exposure is known: of areas mostly inside the boundary, with counted street and a number of residents."""
    frame = areas.areas
    count, inside = frame["resident_count"].to_numpy(dtype=float), frame["inside_share"].to_numpy(dtype=float)
    reason = np.select(
        [np.isnan(count), inside < LEAST_INSIDE_SHARE, areas.length_m <= 0.0],
        ["residents not known", "less than half of it inside the boundary", "no counted street in it"],
        "",
    )
    is_counted = reason == ""
    left_out = {
        str(why): (int((reason == why).sum()), float(np.nansum((count * inside)[reason == why])))
        for why in np.unique(reason[~is_counted])
    }
    unit = np.flatnonzero(is_counted)
    return Residents(is_counted, left_out, unit, (count * inside)[unit], control_areas(frame.iloc[unit], comparison))


def control_areas(units: gpd.GeoDataFrame, comparison: Comparison) -> Integers:
    """Return the number of the larger area of each unit: where most of it lies, by its identifier, or by square."""
    if len(units) == 0:
        return np.empty(0, dtype=np.int64)
    if comparison.controls is not None:
        return _mostly_in(units, comparison.controls.to_crs(units.crs).geometry.to_numpy())
    if comparison.control_prefix is not None:
        return pd.factorize(units.index.astype(str).str[: comparison.control_prefix], sort=True)[0].astype(np.int64)
    middle = shapely.get_coordinates(shapely.point_on_surface(units.geometry.to_numpy()))
    square = np.floor(middle / comparison.control_side_m).astype(np.int64)
    return np.unique(square, axis=0, return_inverse=True)[1].ravel().astype(np.int64)


def _mostly_in(units: gpd.GeoDataFrame, controls: NDArray[np.object_]) -> Integers:
    """Return the control area that most of each unit lies in; all units in none make up one of their own."""
    controls = shapely.make_valid(controls)
    unit, control = shapely.STRtree(controls).query(units.geometry.to_numpy(), predicate="intersects")
    shared = shapely.area(shapely.intersection(units.geometry.to_numpy()[unit], controls[control]))
    order = np.lexsort((control, -shared, unit))
    first = np.unique(unit[order], return_index=True)[1]
    found = np.full(len(units), len(controls))
    found[unit[order][first]] = control[order][first]
    return np.unique(found, return_inverse=True)[1].astype(np.int64)
