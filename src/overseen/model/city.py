"""The city around the cameras, in one metric plane."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
from shapely import MultiPolygon, Polygon

from overseen.model.frame import check_frame
from overseen.model.provenance import Notice, Source
from overseen.model.schema import BUILDINGS, LAND, PLACES, STREETS


@dataclass(frozen=True, slots=True)
class City:
    """Study boundary, buildings, streets, places and land of one city.

    Parameters
    ----------
    name
        What the report calls it.
    boundary
        Every denominator lies inside it; in the same CRS as the tables.
    boundary_source
        Where the boundary came from, in words.
    buildings, streets, places, land
        Tables of :mod:`overseen.model.schema`, all in one projected CRS in metres (see :mod:`overseen.model.frame`).
    sources, notices
        Where it came from and what was odd in it.

    Raises
    ------
    SchemaError
        If a table does not match its description.
    FrameError
        If the CRS is not a plane in metres whose areal scale is within 1 % of 1.
    """

    name: str
    boundary: Polygon | MultiPolygon
    boundary_source: str
    buildings: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    land: gpd.GeoDataFrame
    sources: tuple[Source, ...] = ()
    notices: tuple[Notice, ...] = ()

    def __post_init__(self) -> None:
        for table, name in ((BUILDINGS, "buildings"), (STREETS, "streets"), (PLACES, "places"), (LAND, "land")):
            frame = table.checked(getattr(self, name))
            object.__setattr__(self, name, frame)
            check_frame(frame.crs, self.boundary)
