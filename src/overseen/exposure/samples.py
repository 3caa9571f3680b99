"""Points that stand for the zones of purposes, for open ground, for streets, and for the façades of homes."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from overseen.exposure.dwellings import dwellings_of, facades_of, private_ground
from overseen.exposure.network import ExaminedHeads
from overseen.exposure.public_space import SPACING_M, PublicGround
from overseen.exposure.streets import counted_streets, courses_inside
from overseen.exposure.viewers import Points
from overseen.kernels.chains import Chains
from overseen.model.city import City

Floats = NDArray[np.float64]

SPACINGS_M = (1.0, 2.0, 5.0, 10.0)
"""Zones are sampled at the finest of these distances that gives at most ``MOST_POINTS`` points, else at the last."""

MOST_POINTS = 60_000

STREET_STEP_M = 5.0
FACADE_STEP_M = 2.0
"""Distance of the points along streets, and along façades."""

BEFORE_WALL_M = 0.3
"""How far before its façade somebody stands for whom a home is in view."""


def closed_to_all(city: City, ground: PublicGround) -> NDArray[np.object_]:
    """Return what is no public space: buildings, water, and the ground that the map says belongs to homes."""
    return np.concatenate([ground.closed, private_ground(city, dwellings_of(city))])


def zone_points(zones: gpd.GeoDataFrame, closed: NDArray[np.object_]) -> tuple[Points, float]:
    """Return the points of public space in zones, a group for each, and their distance, m; each stands for its square."""
    shapes = zones.geometry.to_numpy()
    area_m2 = float(shapely.area(shapes).sum())
    spacing_m = next((step for step in SPACINGS_M if area_m2 / step**2 <= MOST_POINTS), SPACINGS_M[-1])
    tree = shapely.STRtree(closed)
    parts = [_grid_in(shape, spacing_m, tree) for shape in shapes]
    group = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    at = np.concatenate([np.empty((0, 2)), *parts])
    return Points.of(at, group, spacing_m**2, len(parts)), spacing_m


def _grid_in(shape: BaseGeometry, spacing_m: float, closed: shapely.STRtree) -> Floats:
    west, south, east, north = shape.bounds
    x = (np.arange(np.floor(west / spacing_m), np.ceil(east / spacing_m)) + 0.5) * spacing_m
    y = (np.arange(np.floor(south / spacing_m), np.ceil(north / spacing_m)) + 0.5) * spacing_m
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    shapely.prepare(shape)
    grid = grid[shapely.contains_xy(shape, grid)]
    is_open = np.ones(len(grid), dtype=bool)
    is_open[closed.query(shapely.points(grid), predicate="intersects")[0]] = False
    return grid[is_open]


def ground_points(ground: PublicGround, examined: ExaminedHeads) -> Floats:
    """Return the points of the open ground that a view may fall on, cell by cell, shape (n, 2)."""
    return ground.points_near(examined.position, float(examined.radius_m().max(initial=0.0)))


def on_sides(at: Floats, is_outside: NDArray[np.bool_], weight: float = SPACING_M**2) -> Points:
    """Return points in two groups: 0 within zones and 1 outside; of a camera's own view only what is outside counts."""
    points = Points.of(at, is_outside.astype(np.int64), weight, 2)
    return replace(points, own_weight=np.where(is_outside, weight, 0.0))


def within(at: Floats, zones: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Return which points lie in some zone."""
    found = np.zeros(len(at), dtype=bool)
    order = np.argsort(at[:, 0], kind="stable")
    across = at[order, 0]
    for shape in zones.geometry:
        # Of the points of a city a zone is asked about those in its box alone.
        west, south, east, north = shape.bounds
        near = order[np.searchsorted(across, west) : np.searchsorted(across, east, side="right")]
        near = near[(at[near, 1] >= south) & (at[near, 1] <= north)]
        shapely.prepare(shape)
        found[near] |= np.asarray(shapely.contains_xy(shape, at[near]), dtype=bool)
    return found


def street_points(city: City) -> Points:
    """Return points along the counted streets inside the boundary, in one group; each stands for its stretch, m."""
    lines = shapely.get_parts(courses_inside(city)[counted_streets(city)])
    length = shapely.length(lines)
    lines, length = lines[length > 0.0], length[length > 0.0]
    count = np.maximum(1, np.ceil(length / STREET_STEP_M)).astype(np.int64)
    line = np.repeat(np.arange(len(lines)), count)
    number = np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count)
    step = (length / count)[line]
    at = shapely.get_coordinates(shapely.line_interpolate_point(lines[line], (number + 0.5) * step))
    return Points.of(at, np.zeros(len(at), dtype=np.int64), step, 1)


def home_points(city: City, chains: Chains) -> Points | None:
    """Return points before the free façades of homes, a group for each home; ``None`` where the data cannot tell homes."""
    known = dwellings_of(city)
    if not known.can_tell:
        return None
    walls = facades_of(city, chains, known.is_dwelling & known.is_inside)
    owner = np.repeat(np.arange(len(walls.vertex)), np.diff(walls.walls.offsets))
    start, run = walls.walls.start[owner], (walls.walls.end - walls.walls.start)[owner]
    length = np.hypot(*run.T)
    low, high = walls.walls.interval.T
    free_m = (high - low) * length
    count = np.where(free_m > 0.0, np.maximum(1, np.ceil(free_m / FACADE_STEP_M)), 0).astype(np.int64)
    piece = np.repeat(np.arange(len(owner)), count)
    number = np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count)
    along = low[piece] + (high - low)[piece] * (number + 0.5) / np.maximum(count[piece], 1)
    normal = np.column_stack([-run[:, 1], run[:, 0]]) / np.maximum(length, 1e-9)[:, None]
    on_wall = start[piece] + along[:, None] * run[piece]
    # Which side of a wall is its street's is not asked: what stands in a building is no place to stand.
    at = np.concatenate([on_wall + side * BEFORE_WALL_M * normal[piece] for side in (1.0, -1.0)])
    building = np.tile(walls.building[owner][piece], 2)
    is_open = np.ones(len(at), dtype=bool)
    is_open[
        shapely.STRtree(city.buildings.geometry.to_numpy()).query(shapely.points(at), predicate="intersects")[0]
    ] = False
    homes, group = np.unique(building[is_open], return_inverse=True)
    return Points.of(at[is_open], group, 1.0, len(homes))
