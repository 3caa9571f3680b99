"""Public space in view: the study area without buildings, private ground and water, sampled on a fixed grid of points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from overseen.exposure.dwellings import dwellings_of, private_ground
from overseen.exposure.network import ExaminedHeads
from overseen.exposure.point_views import seen_points
from overseen.model.city import City
from overseen.model.schema import VIEWS, View
from overseen.model.viewing import Viewing
from overseen.sources.packs import get_pack
from overseen.visibility.cells import HERE, Work, cells_of, mapped

Floats = NDArray[np.float64]

SPACING_M = 5.0
"""Distance of the sample points; the grid hangs on the frame's axes."""


@dataclass(frozen=True, slots=True)
class PublicSpace:
    """How much of the public space is in view.

    Parameters
    ----------
    drawn_share
        Per view, share of the sample points in view, shape (draws, levels), 0..1.
    point_count
        Number of sample points.
    area_m2
        Area of the public space, exact.
    undecided_m2
        Part of it that is gardens of which the data do not tell whether they are open to all.
    drawn_missing_share
        Per view, share of the sample points where buildings are missing that is in view, shape (draws, levels).
    missing_point_count
        Number of those points.
    """

    drawn_share: dict[View, Floats]
    point_count: int
    area_m2: float
    undecided_m2: float
    drawn_missing_share: dict[View, Floats]
    missing_point_count: int


@dataclass(frozen=True, slots=True)
class PublicGround:
    """What is no public space, as polygons, and the sample points of what is, shape (n, 2)."""

    closed: NDArray[np.object_]
    points: Floats


def public_ground(city: City) -> PublicGround:
    """Return the public space of a city."""
    closed = closed_ground(city)
    return PublicGround(closed, open_points(city, closed))


def public_space_exposure(
    city: City,
    examined: ExaminedHeads,
    viewing: Viewing,
    *,
    is_missing_at: Callable[[Floats], NDArray[np.bool_]] | None = None,
    ground: PublicGround | None = None,
    work: Work = HERE,
) -> PublicSpace:
    """Return the share of public space in view per draw, level and view.

    The share is an estimate: points every ``SPACING_M`` metres stand for the area around them. Its sampling error is far
    below the interval of the unknowns; the area itself is exact. ``is_missing_at`` tells of points whether the map lacks buildings
    there; nowhere by default. ``ground`` is the city's, where it is at hand.
    """
    ground = ground or public_ground(city)
    closed, points = ground.closed, ground.points
    of_cell = partial(_cell, points=points, tree=examined.tree(), examined=examined)
    lacks = np.zeros(len(points), dtype=bool) if is_missing_at is None else is_missing_at(points)
    cells = cells_of(points)
    parts = [(rows[lacks[rows] == lacking], lacking) for lacking in (False, True) for rows in cells]
    parts = [(rows, lacking) for rows, lacking in parts if len(rows)]
    results = list(mapped(of_cell, [rows for rows, _ in parts], work))
    shape = (viewing.draws, len(viewing.ladder.levels))

    def share(view: View, count: int, *, everywhere: bool) -> Floats:
        counts = [cell[view] for cell, (_, lacking) in zip(results, parts, strict=True) if everywhere or lacking]
        return np.sum(counts, axis=0) / count if counts else np.zeros(shape)

    missing_count = int(lacks.sum())
    shut = _shut(closed, city)
    return PublicSpace(
        {view: share(view, len(points), everywhere=True) for view in VIEWS},
        len(points),
        city.boundary.area - shut.area,
        _undecided_m2(city, shut),
        {view: share(view, missing_count, everywhere=False) for view in VIEWS},
        missing_count,
    )


def public_area_m2(city: City) -> float:
    """Return the area of the public space, exact."""
    return float(city.boundary.area - _shut(closed_ground(city), city).area)


def _shut(closed: NDArray[np.object_], city: City) -> BaseGeometry:
    """Return the part of the study area that is no public space."""
    return shapely.intersection(shapely.union_all(shapely.make_valid(closed)), city.boundary)


def closed_ground(city: City) -> NDArray[np.object_]:
    """Return what is no public space: buildings, ground known as private, and water but for the bridges over it."""
    private = private_ground(city, dwellings_of(city))
    return np.concatenate([city.buildings.geometry.to_numpy(), private, _unbridged(city)])


def _unbridged(city: City) -> NDArray[np.object_]:
    """Return the water, without a strip along every street that leads over it under the sky."""
    water = shapely.make_valid(city.land.geometry[city.land["kind"] == "water"].to_numpy())
    lines = city.streets.geometry.to_numpy()[city.streets["is_open_air"].to_numpy()]
    area, line = shapely.STRtree(lines).query(water, predicate="intersects")
    half_m = get_pack("private", "ground")["bridges"]["half_width_m"]
    for row in np.unique(area):
        # What runs along the bank leads over nothing.
        inner = shapely.difference(lines[np.sort(line[area == row])], shapely.boundary(water[row]))
        over = shapely.intersection(inner, water[row])
        strip = shapely.union_all(shapely.buffer(over[shapely.length(over) > 0.0], half_m, cap_style="flat"))
        water[row] = shapely.difference(water[row], strip)
    return water


def _undecided_m2(city: City, shut: shapely.Geometry) -> float:
    """Return the area of gardens outside of everything closed of which the data do not tell whether they are somebody's."""
    tags = get_pack("private", "ground")["unknown"]["tags"]
    land = city.land[(city.land["kind"] == "garden") & city.land["tag"].isin(tags)]
    gardens = shapely.union_all(shapely.make_valid(land.geometry.to_numpy()))
    return float(shapely.difference(shapely.intersection(gardens, city.boundary), shut).area)


def open_points(city: City, closed: NDArray[np.object_]) -> Floats:
    """Return the grid points inside the boundary and outside of everything closed, row by row, shape (n, 2)."""
    west, south, east, north = city.boundary.bounds
    # Each point is the middle of the square that it stands for.
    x = (np.arange(np.floor(west / SPACING_M), np.ceil(east / SPACING_M)) + 0.5) * SPACING_M
    y = (np.arange(np.floor(south / SPACING_M), np.ceil(north / SPACING_M)) + 0.5) * SPACING_M
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    shapely.prepare(city.boundary)
    grid = grid[shapely.contains_xy(city.boundary, grid)]
    is_shut = np.zeros(len(grid), dtype=bool)
    is_shut[shapely.STRtree(closed).query(shapely.points(grid), predicate="intersects")[0]] = True
    return np.ascontiguousarray(grid[~is_shut])


def _cell(
    rows: NDArray[np.intp], *, points: Floats, tree: shapely.STRtree, examined: ExaminedHeads
) -> dict[str, NDArray[np.int64]]:
    points = points[rows]
    seen = seen_points(points, tree, examined)
    return {view: seen.counts(view, examined)[0] for view in VIEWS}
