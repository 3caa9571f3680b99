"""How finely the moving map is drawn: a large city is simplified more, so that its page stays small and moves smoothly."""

from __future__ import annotations

import math
from dataclasses import dataclass

import geopandas as gpd
import shapely

from overseen.assessment.findings import Assessment
from overseen.report.vector_tiles import TILE_PX, pixel_m, world_shapes

LAST_ZOOM = 14
"""Tiles of this zoom hold everything; nearer ones are drawn from them."""

NARROW_PX = 300
"""The whole city is to fit into a window so wide."""

MANY_CAMERAS = 5_000
MANY_BUILDINGS = 100_000
"""From either on a city is large: its map is simplified more."""


@dataclass(frozen=True, slots=True)
class Fineness:
    """How finely a city is drawn.

    Parameters
    ----------
    first_zoom
        From which on there are tiles.
    view_zoom
        From which on single views are drawn.
    extent
        Units along the side of a tile.
    view_m
        How far the drawn edge of a view may lie from the true one, m.
    building_px
        The same of buildings at the last zoom, pixels.
    grid_m
        Width of a unit at the last zoom, m.
    is_large
        Whether single views and single streets are drawn only from near, and smaller things left out from afar.
    """

    first_zoom: int
    view_zoom: int
    extent: int
    view_m: float
    building_px: float
    grid_m: float
    is_large: bool


def fineness_of(assessment: Assessment) -> Fineness:
    """Return how finely the city of an assessment is drawn."""
    west, south, east, north = degree_box(assessment)
    widths = world_shapes(gpd.GeoSeries([shapely.box(west, south, east, north)], crs=4326))
    x_low, y_low, x_high, y_high = shapely.bounds(widths[0])
    wide = max(x_high - x_low, y_high - y_low, 1e-9)
    first = min(max(math.floor(math.log2(NARROW_PX / TILE_PX / wide)), 0), LAST_ZOOM)
    is_large = len(assessment.cameras) >= MANY_CAMERAS or len(assessment.city.buildings) >= MANY_BUILDINGS
    extent = 4_096 if is_large else 8_192
    grid = pixel_m(LAST_ZOOM, (south + north) / 2.0) * TILE_PX / extent
    if is_large:
        return Fineness(first, LAST_ZOOM, extent, 2.0, 0.15, grid, is_large=True)
    return Fineness(first, first, extent, 0.25, 0.0, grid, is_large=False)


def degree_box(assessment: Assessment) -> tuple[float, float, float, float]:
    """Return west, south, east and north of the study boundary, degrees."""
    city = assessment.city
    box = gpd.GeoSeries([city.boundary], crs=city.buildings.crs).to_crs(4326).total_bounds
    west, south, east, north = (round(float(value), 6) for value in box)
    return west, south, east, north
