"""Dwellings in view by area, as they may be published: never a single one, and no number from which one could be reckoned."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.exposure.private_space import PrivateSpace
from overseen.exposure.streets import INTERVAL
from overseen.model.city import City
from overseen.model.schema import PRIVATE_AREAS, VIEWS, interval_columns
from overseen.model.viewing import Viewing

Floats = NDArray[np.float64]

FEWEST = 10
"""Fewer dwellings than this are shown as "fewer than 10"."""

CELL_M = 250.0
"""Width of the cells that stand for areas where the city has none; they hang on the frame's axes."""


def private_area_table(city: City, private: PrivateSpace, viewing: Viewing) -> gpd.GeoDataFrame:
    """Return table ``private_areas``: dwellings of each area and how many of them are in view, small numbers withheld.

    Only buildings whose kind says that people live in them are counted. An area with 1 to 9 of them is withheld as a whole, and
    while those withheld add up to fewer than ten, so that the total would tell them, the smallest of the others is withheld too.
    Elsewhere a mean of more than none and fewer than ten in view is withheld by the same rule, with its range, and so is one that
    leaves fewer than ten out of view.
    """
    is_known = private.dwellings.is_dwelling[private.building]
    places = shapely.point_on_surface(city.buildings.geometry.to_numpy()[private.building[is_known]])
    areas, row = _areas(city, places)
    listed = row >= 0
    counts = np.bincount(row[listed], minlength=len(areas))
    is_withheld = withheld(counts)
    columns: dict[str, object] = {
        "name": areas["name"].to_numpy(dtype=object),
        "is_withheld": is_withheld,
        "dwelling_count": np.where(is_withheld, np.nan, counts.astype(float)),
    }
    for view in VIEWS:
        seen = private.is_in_view[view][is_known][listed].astype(float)
        drawn = np.zeros((len(areas), *seen.shape[1:]))
        np.add.at(drawn, row[listed], seen)
        for level, name in enumerate(viewing.ladder.names):
            mean = drawn[:, :, level].mean(axis=1)
            low, high = np.quantile(drawn[:, :, level], INTERVAL, axis=1)
            is_small = is_withheld | withheld(np.ceil(mean).astype(np.int64)) | _is_telling(mean, counts)
            for column, values in zip(
                interval_columns(f"{view}_{name}_dwelling", "count"), (mean, low, high), strict=True
            ):
                columns[column] = np.where(is_small, np.nan, np.round(values))
    frame = gpd.GeoDataFrame(columns, geometry=areas.geometry.to_numpy(), crs=city.buildings.crs, index=areas.index)
    return PRIVATE_AREAS.checked(frame[counts > 0], viewing.ladder.names)


def _is_telling(mean: Floats, counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return where all but a few of an area's dwellings are in view, so that the few would be told."""
    return (counts - mean > 0.0) & (counts - mean < FEWEST) & (mean > 0.0)


def withheld(counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which areas' counts are withheld.

    Examples
    --------
    >>> withheld(np.array([40, 3, 12, 0])).tolist(), withheld(np.array([40, 3, 8])).tolist()
    ([False, True, True, False], [False, True, True])
    """
    found = (counts > 0) & (counts < FEWEST)
    for area in np.argsort(counts, kind="stable"):
        if not found.any() or counts[found].sum() >= FEWEST:
            break
        found[area] |= counts[area] > 0
    return found


def _areas(city: City, places: NDArray[np.object_]) -> tuple[gpd.GeoDataFrame, NDArray[np.intp]]:
    """Return the city's areas, or cells of a grid where it has none, and the row in which each place lies (-1: in none)."""
    areas = getattr(city, "areas", None)
    if areas is not None and len(areas):
        place, area = shapely.STRtree(areas.geometry.to_numpy()).query(places, predicate="intersects")
        row = np.full(len(places), -1, dtype=np.intp)
        # On a border between two the first counts.
        row[place[::-1]] = area[::-1]
        return areas[["name", "geometry"]].rename_axis("area_id"), row
    corners = np.floor(shapely.get_coordinates(places) / CELL_M).astype(np.int64)
    cells, row = np.unique(corners.reshape(-1, 2), axis=0, return_inverse=True)
    frame = gpd.GeoDataFrame(
        {"name": np.full(len(cells), None, dtype=object)},
        geometry=[shapely.box(*(CELL_M * cell), *(CELL_M * (cell + 1))) for cell in cells],
        crs=city.buildings.crs,
        index=pd.Index([f"cell {x} {y}" for x, y in cells], name="area_id", dtype=object),
    )
    return frame, row.reshape(-1)
