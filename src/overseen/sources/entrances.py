"""Where people go in: entrances mapped on the outline of a place, else the point of the outline nearest to a street."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from overseen.model.city import City
from overseen.model.schema import ENTRANCES
from overseen.sources.columns import text_column

ON_OUTLINE_M = 0.5
AT_BUILDING_M = 3.0
"""A place mapped so near a building, and in none, belongs to it."""

NOT_FOR_VISITORS = ("garage", "parking", "service", "emergency", "exit", "fire_exit", "loading", "no")

Found = list[tuple[BaseGeometry, str]]


@dataclass(frozen=True, slots=True)
class Doors:
    """Mapped entrances: points in the city's plane, and the value of ``entrance``."""

    point: NDArray[np.object_]
    value: NDArray[np.object_]


def entrances_of(place_ids: pd.Index, shapes: NDArray[np.object_], city: City, doors: Doors) -> gpd.GeoDataFrame:
    """Return table ``entrances``, at least one for each place.

    An outline has all the entrances for visitors that are mapped on it and on the buildings that stand mostly inside it; a
    point in or at a building has the nearest on that building, which it may share with others. Where none is mapped, each
    outline is entered at its point nearest to a street. A point at no building is its own entrance.
    """
    finder = _Finder(city, doors)
    ids: list[str] = []
    rows: list[tuple[str, str, BaseGeometry]] = []
    for place, shape in zip(place_ids, shapes, strict=True):
        found = finder.at_point(shape) if shapely.get_type_id(shape) == 0 else finder.of_outline(shape)
        ids += [f"{place}@{number}" for number in range(1, len(found) + 1)]
        rows += [(str(place), source, point) for point, source in found]
    frame = gpd.GeoDataFrame(
        {
            "place_id": text_column(np.array([row[0] for row in rows], dtype=object)),
            "source": text_column(np.array([row[1] for row in rows], dtype=object)),
        },
        geometry=[row[2] for row in rows],
        crs=city.buildings.crs,
        index=pd.Index(ids, name="entrance_id", dtype=object),
    )
    return ENTRANCES.checked(frame)


class _Finder:
    """Buildings, doors and streets, searchable."""

    def __init__(self, city: City, doors: Doors) -> None:
        is_open = ~np.isin(doors.value.astype(str), NOT_FOR_VISITORS)
        self.doors = shapely.STRtree(doors.point[is_open])
        self.buildings = shapely.STRtree(city.buildings.geometry.to_numpy())
        self.streets = shapely.STRtree(city.streets.geometry.to_numpy())

    def of_outline(self, shape: BaseGeometry) -> Found:
        """Return the entrances of an area."""
        near = np.sort(self.buildings.query(shape, predicate="intersects"))
        footprints = self.buildings.geometries[near]
        is_own = shapely.area(shapely.intersection(footprints, shape)) >= 0.5 * shapely.area(footprints)
        mapped = self._doors_on(np.array([shape, *footprints[is_own]], dtype=object))
        if len(mapped):
            return [(self.doors.geometries[door], "entrance_node") for door in mapped]
        return [(self._nearest(part), "nearest_outline") for part in shapely.get_parts(shape)]

    def at_point(self, point: BaseGeometry) -> Found:
        """Return the entrance of a place that is mapped as a point."""
        near = np.sort(self.buildings.query(point, predicate="dwithin", distance=AT_BUILDING_M))
        if len(near) == 0:
            return [(point, "place_point")]
        building = self.buildings.geometries[near[np.argmin(shapely.distance(self.buildings.geometries[near], point))]]
        mapped = self._doors_on(np.array([building], dtype=object))
        if len(mapped):
            doors = self.doors.geometries[mapped]
            return [(doors[np.argmin(shapely.distance(doors, point))], "entrance_node")]
        parts = shapely.get_parts(building)
        return [(self._nearest(parts[np.argmin(shapely.distance(parts, point))]), "nearest_outline")]

    def _doors_on(self, outlines: NDArray[np.object_]) -> NDArray[np.intp]:
        if len(self.doors.geometries) == 0:
            return np.empty(0, dtype=np.intp)
        return np.unique(self.doors.query(shapely.boundary(outlines), predicate="dwithin", distance=ON_OUTLINE_M)[1])

    def _nearest(self, outline: BaseGeometry) -> Any:
        """Return the point of an outline nearest to a street; of several, the one of the street that is first."""
        ring = shapely.get_exterior_ring(outline)
        if len(self.streets.geometries) == 0:
            return shapely.get_point(ring, 0)
        street = np.sort(self.streets.query_nearest(ring))[0]
        return shapely.get_point(shapely.shortest_line(ring, self.streets.geometries[street]), 0)
