"""Public space in view: the study area without buildings, private ground and water, sampled on a fixed grid of points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.exposure.dwellings import dwellings_of, private_ground
from overseen.exposure.grids import Grid
from overseen.exposure.network import ExaminedHeads
from overseen.exposure.point_views import seen_points
from overseen.model.city import City
from overseen.model.schema import VIEWS, View
from overseen.model.viewing import Viewing
from overseen.sources.packs import get_pack
from overseen.visibility.cells import CELL_M, HERE, Work, mapped

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SPACING_M = 5.0
"""Distance of the sample points; the grid hangs on the frame's axes."""

MANY_SHAPES = 20_000
"""So many shapes are put together where they touch only; fewer all at once."""


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
    """What is no public space, and the sample points of what is.

    Parameters
    ----------
    closed
        Polygons of what is no public space; they may overlap and reach beyond the boundary.
    shut
        The same inside the boundary, as disjoint shapes.
    grid, is_open
        Points every ``SPACING_M`` metres, and which of them are public space, shape (rows, columns).
    """

    closed: NDArray[np.object_]
    shut: NDArray[np.object_]
    grid: Grid
    is_open: NDArray[np.bool_]

    @property
    def point_count(self) -> int:
        """Number of sample points of public space."""
        return int(np.count_nonzero(self.is_open))

    def cells(self) -> list[NDArray[np.intp]]:
        """Return the cells that hold sample points, as :meth:`in_cell` takes them."""
        return self.grid.cells(self.is_open)

    def in_cell(self, cell: NDArray[np.intp]) -> Floats:
        """Return the sample points of a cell, shape (n, 2)."""
        return self.grid.in_cell(self.is_open, cell)

    def points(self) -> Floats:
        """Return all sample points row by row, shape (n, 2)."""
        return self.grid.points(self.is_open)

    def points_near(self, position: Floats, radius_m: float) -> Floats:
        """Return the sample points of the cells that lie within a radius of some positions, shape (n, 2)."""
        cells = self.cells()
        corner = np.array(cells, dtype=np.float64).reshape(-1, 2) * CELL_M
        boxes = np.asarray(shapely.box(*corner.T, *(corner + CELL_M).T), dtype=object)
        near = np.unique(
            shapely.STRtree(boxes).query(shapely.points(position), predicate="dwithin", distance=radius_m)[1]
        )
        return np.concatenate([np.empty((0, 2)), *[self.in_cell(cells[int(number)]) for number in near]])

    def area_m2(self, city: City) -> float:
        """Return the area of the public space, exact."""
        return float(city.boundary.area - shapely.area(self.shut).sum())


def public_ground(city: City) -> PublicGround:
    """Return the public space of a city."""
    closed = closed_ground(city)
    grid = Grid.over(city.boundary.bounds, SPACING_M)
    is_open = grid.within(np.array([city.boundary], dtype=object)) & ~grid.touching(closed)
    return PublicGround(closed, _shut(closed, city), grid, is_open)


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
    of_cell = partial(_cell, ground=ground, tree=examined.tree(), examined=examined, is_missing_at=is_missing_at)
    seen = {view: np.zeros((2, viewing.draws, len(viewing.ladder.levels)), dtype=np.int64) for view in VIEWS}
    missing_count = 0
    for counts, lacking in mapped(of_cell, ground.cells(), work):
        missing_count += lacking
        for view in VIEWS:
            seen[view] += counts[view]

    def share(counts: Integers, total: int) -> Floats:
        return counts / total if total else np.zeros(counts.shape)

    count = ground.point_count
    return PublicSpace(
        {view: share(seen[view].sum(axis=0), count) for view in VIEWS},
        count,
        ground.area_m2(city),
        _undecided_m2(city, ground.shut),
        {view: share(seen[view][1], missing_count) for view in VIEWS},
        missing_count,
    )


def _shut(closed: NDArray[np.object_], city: City) -> NDArray[np.object_]:
    """Return the part of the study area that is no public space, as disjoint shapes."""
    shapes = shapely.make_valid(closed)
    if len(shapes) < MANY_SHAPES:
        return np.array([shapely.intersection(shapely.union_all(shapes), city.boundary)], dtype=object)
    # Of a city's buildings most touch nothing: put together where they touch alone, they take seconds and not an hour.
    parts = shapely.get_parts(shapely.disjoint_subset_union_all(shapes))
    shapely.prepare(city.boundary)
    cut = np.flatnonzero(~shapely.contains_properly(city.boundary, parts))
    parts[cut] = shapely.intersection(parts[cut], city.boundary)
    return np.asarray(parts, dtype=object)


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


def _undecided_m2(city: City, shut: NDArray[np.object_]) -> float:
    """Return the area of gardens outside of everything closed of which the data do not tell whether they are somebody's."""
    tags = get_pack("private", "ground")["unknown"]["tags"]
    land = city.land[(city.land["kind"] == "garden") & city.land["tag"].isin(tags)]
    gardens = shapely.union_all(shapely.make_valid(land.geometry.to_numpy()))
    gardens = shapely.intersection(gardens, city.boundary)
    near = shut[np.sort(shapely.STRtree(shut).query(gardens))]
    closed = near[0] if len(near) == 1 else shapely.multipolygons(shapely.get_parts(near))
    return float(shapely.area(shapely.difference(gardens, closed)))


def _cell(
    cell: NDArray[np.intp],
    *,
    ground: PublicGround,
    tree: shapely.STRtree,
    examined: ExaminedHeads,
    is_missing_at: Callable[[Floats], NDArray[np.bool_]] | None,
) -> tuple[dict[View, Integers], int]:
    """Return the points of a cell in view, shape (2, draws, levels): where buildings are there, and where not; and all of those."""
    points = ground.in_cell(cell)
    lacks = np.zeros(len(points), dtype=np.int64) if is_missing_at is None else is_missing_at(points).astype(np.int64)
    seen = seen_points(points, tree, examined)
    return {view: seen.counts(view, examined, group=lacks, group_count=2) for view in VIEWS}, int(lacks.sum())
