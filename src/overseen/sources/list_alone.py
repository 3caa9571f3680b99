"""The ground of a camera list that comes without a city: what lies around the cameras, with nothing on it."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from overseen.errors import Fault, FrameError, SourceError
from overseen.model.cameras import CameraNetwork
from overseen.model.city import City
from overseen.model.frame import metric_frame
from overseen.model.schema import BUILDINGS, LAND, PLACES, STREETS

AROUND_M = 300.0
"""Ground this near to a camera is looked at; beyond what any shipped assumption lets a camera see in 95 of 100 draws."""


def city_of_list(network: CameraNetwork, name: str) -> City:
    """Return the ground around the cameras of a list, without a building or a street on it.

    Nothing there hides anything, so every view in it is an upper bound; no share of it is a share of a city.

    Raises
    ------
    SourceError
        If no camera is placed, or they lie too far apart for one plane.
    """
    file = network.sources[0].file if network.sources else name
    lonlat = network.cameras.geometry.to_crs(4326)
    if lonlat.empty:
        raise SourceError([Fault(file, "", "no camera in it has a position", "name a city, or mend the list")])
    west, south, east, north = lonlat.total_bounds
    crs = metric_frame((west + east) / 2.0, (south + north) / 2.0)
    around = shapely.MultiPolygon(_parts(shapely.buffer(lonlat.to_crs(crs).to_numpy(), AROUND_M)))
    try:
        return City(
            name,
            around,
            f"the ground within {AROUND_M:g} m of a listed camera; the plan names no city",
            BUILDINGS.empty(crs),
            STREETS.empty(crs),
            PLACES.empty(crs),
            LAND.empty(crs),
        )
    except FrameError as error:
        words = f"its cameras lie too far apart for one plane ({north - south:.1f}° by {east - west:.1f}°)"
        remedy = "name a city in the plan: cameras far from it are left out and counted"
        raise SourceError([Fault(file, "", words, remedy)]) from error


def _parts(discs: NDArray[np.object_]) -> list[Polygon]:
    """Return the polygons of the union, in an order that does not depend on that of the cameras."""
    parts = shapely.get_parts(shapely.union_all(discs))
    return list(parts[np.argsort(shapely.bounds(parts)[:, 0], kind="stable")])
