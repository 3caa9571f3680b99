"""The city around the cameras, in one metric plane."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
from shapely import MultiPolygon, Polygon

from overseen.errors import SchemaError
from overseen.model.frame import check_frame
from overseen.model.places import SensitivePlaces
from overseen.model.provenance import Notice, Source
from overseen.model.schema import AREA_GROUPS, AREAS, BUILDINGS, LAND, PLACES, STREETS


@dataclass(frozen=True, slots=True)
class City:
    """Study boundary, buildings, streets, places, land and residents of one city.

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
    areas, area_groups
        Where residents are counted, and what groups they are counted in; without a row where nothing is known of them. An area
        that only partly lies inside the boundary is kept whole with all its residents; its ``inside_share`` is there to weigh
        them by.
    sensitive
        Places where being seen can itself do harm, and squares; ``None`` where nobody looked for them.

    Raises
    ------
    SchemaError
        If a table does not match its description, or a group is of an area that is not there.
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
    areas: gpd.GeoDataFrame = None
    area_groups: pd.DataFrame = None
    sensitive: SensitivePlaces | None = None

    def __post_init__(self) -> None:
        if self.areas is None:
            object.__setattr__(self, "areas", AREAS.empty(self.buildings.crs))
        if self.area_groups is None:
            object.__setattr__(self, "area_groups", AREA_GROUPS.empty())
        for table, name in ((BUILDINGS, "buildings"), (STREETS, "streets"), (PLACES, "places"), (LAND, "land"),
                            (AREAS, "areas")):  # fmt: skip
            frame = table.checked(getattr(self, name))
            object.__setattr__(self, name, frame)
            check_frame(frame.crs, self.boundary)
        object.__setattr__(self, "area_groups", AREA_GROUPS.checked(self.area_groups))
        stray = set(self.area_groups["area_id"]) - set(self.areas.index)
        if stray:
            raise SchemaError(f"table area_groups: {min(stray)!r} is no area")

    @property
    def is_bare(self) -> bool:
        """Whether nothing of it is known but its ground: neither a building nor a street."""
        return self.buildings.empty and self.streets.empty
