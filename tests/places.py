"""Paper towns with sensitive places and squares, on a street network whose pieces share nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from overseen.model.city import City
from overseen.model.places import SensitivePlaces
from overseen.model.schema import ENTRANCES, SENSITIVE_PLACES, SQUARES
from overseen.sources.place_kinds import get_kinds
from tests.town import CRS, ORIGIN, town

Door = tuple[float, float]


def at(shape: shapely.Geometry) -> shapely.Geometry:
    """Return a shape moved from a town's corner to where towns lie."""
    return shapely.transform(shape, lambda points: points + ORIGIN)


def joined(city: City) -> City:
    """Return a city whose streets share a node where their ends meet."""
    lines = city.streets.geometry.to_numpy()
    ends = np.stack([shapely.get_coordinates(shapely.get_point(lines, side)) for side in (0, -1)], axis=1)
    nodes = np.unique(ends.reshape(-1, 2).round(6), axis=0, return_inverse=True)[1].reshape(-1, 2)
    streets = city.streets.assign(from_node=nodes[:, 0].astype(np.int64), to_node=nodes[:, 1].astype(np.int64))
    return replace(city, streets=streets)


def place_town(
    places: Sequence[tuple[str, Sequence[Door]]],
    streets: Sequence[Sequence[Door]],
    *,
    buildings: Sequence[shapely.Geometry] = (),
    squares: Sequence[shapely.Geometry] = (),
    size_m: float = 1000.0,
) -> City:
    """Return a town with places (kind, doors), each at its first door, and squares."""
    kinds = get_kinds("overseen")
    ids = [f"p{number}" for number in range(len(places))]
    rows = [(f"{place}@{number}", place, door) for place, (_, doors) in zip(ids, places, strict=True)
            for number, door in enumerate(doors, start=1)]  # fmt: skip
    table = gpd.GeoDataFrame(
        {
            "kind": [kind for kind, _ in places],
            "name": [f"Place {place}" for place in ids],
            "is_confidential": np.array([kinds[kind].is_confidential for kind, _ in places], dtype=bool),
            "source": ["by hand"] * len(places),
        },
        geometry=[at(shapely.Point(doors[0])) for _, doors in places],
        crs=CRS,
        index=pd.Index(ids, name="place_id", dtype=object),
    )
    entrances = gpd.GeoDataFrame(
        {"place_id": [place for _, place, _ in rows], "source": ["entrance_node"] * len(rows)},
        geometry=[at(shapely.Point(door)) for *_, door in rows],
        crs=CRS,
        index=pd.Index([name for name, *_ in rows], name="entrance_id", dtype=object),
    )
    areas = gpd.GeoDataFrame(
        {"name": [f"Square {number}" for number in range(len(squares))], "kind": ["square"] * len(squares)},
        geometry=[at(square) for square in squares],
        crs=CRS,
        index=pd.Index([f"q{number}" for number in range(len(squares))], name="square_id", dtype=object),
    )
    sensitive = SensitivePlaces(
        kinds.kinds,
        table if places else SENSITIVE_PLACES.empty(CRS),
        entrances if places else ENTRANCES.empty(CRS),
        areas if squares else SQUARES.empty(CRS),
        kinds.crowd,
    )
    return replace(joined(town(buildings, streets, size_m=size_m)), sensitive=sensitive)
