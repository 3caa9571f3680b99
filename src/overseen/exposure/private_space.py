"""Private space in view: façades of dwellings, exactly, and the ground that belongs to homes, over draws of what is unknown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.exposure.dwellings import Dwellings, Facades, Ground, dwellings_of, facades_of, ground_of
from overseen.exposure.network import ExaminedHeads, local_pairs, nearby_pairs, sectors_of
from overseen.exposure.steps import at_steps
from overseen.kernels.drawn_facades import FreeWalls, Lookers, WallParts, facade_extents
from overseen.kernels.draws import Sectors, drawn_point_counts
from overseen.kernels.facades import Facades as SeenWalls
from overseen.kernels.facades import facades
from overseen.kernels.sightings import point_sightings
from overseen.kernels.stars import Lenses
from overseen.model.city import City
from overseen.model.frame import true_north_bearing_deg
from overseen.model.schema import VIEWS, View
from overseen.model.viewing import Viewing
from overseen.visibility.cells import HERE, Work, cells_of, mapped
from overseen.visibility.heads import WallViews, drawn_head_views, drawn_wall_views
from overseen.visibility.placement import points_of

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]

FACADE_DRAWS = 40
"""Façades are measured in the first so many draws: one for each set of heights, which is what hides them."""

STRIP_M = 0.5
"""Widest strip in which the visible area of a façade is added up."""

IN_VIEW_M = 1.0
"""A dwelling is in view when at least so many metres of its façade are."""

GROUND_M = 2.0
"""Distance of the points that sample ground; the grid hangs on the frame's axes."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What is in view of one class of things: ``known`` of those that the data call private, ``unknown`` of those that may be.

    Both have shape (draws, levels), per view.
    """

    known: dict[View, Floats]
    unknown: dict[View, Floats]


@dataclass(frozen=True, slots=True)
class PrivateSpace:
    """How much private space is in view.

    Parameters
    ----------
    can_tell
        Whether the data say of any building what it is, and the view model looks at walls; if not, nothing here was measured.
    dwellings, facades, ground
        What is private.
    facade_length_m, facade_area_m2, dwelling_count
        Of façades, over the façade draws.
    ground_m2
        Of open ground, over all draws; estimated from points.
    is_in_view
        Per view, whether each building of ``facades`` is in view, shape (buildings, façade draws, levels).
    building
        Rows of those buildings, shape (buildings,).
    """

    can_tell: bool
    dwellings: Dwellings
    facades: Facades
    ground: Ground
    facade_length_m: Measured
    facade_area_m2: Measured
    dwelling_count: Measured
    ground_m2: Measured
    is_in_view: dict[View, Flags]
    building: Integers

    def facade_total_m(self) -> tuple[float, float]:
        """Return the façade metres of dwellings and of buildings that may be some: the denominators."""
        is_known = self.dwellings.is_dwelling[self.facades.building]
        length_m = self.facades.length_m()
        return float(length_m[is_known].sum()), float(length_m[~is_known].sum())

    def building_totals(self) -> tuple[int, int]:
        """Return the number of dwellings with a façade inside the boundary, and of buildings that may be dwellings."""
        is_known = self.dwellings.is_dwelling[self.building]
        return int(is_known.sum()), int((~is_known).sum())


def private_space_exposure(city: City, examined: ExaminedHeads, viewing: Viewing, *, work: Work = HERE) -> PrivateSpace:
    """Return façades, dwellings and private ground in view per draw, level and view.

    A metre of façade that two cameras see is one metre. Where no building has a kind that tells, nothing is measured of
    façades: the data cannot tell a home from an office. Nor under a published model, which is flat.
    """
    known = dwellings_of(city)
    can_tell = known.can_tell and viewing.profile is None
    chosen = (known.is_dwelling | known.is_unknown) & known.is_inside & can_tell
    walls = facades_of(city, examined.scenery.obstacles.chains, chosen)
    ground = ground_of(city, known)
    building, row = np.unique(walls.building, return_inverse=True)
    length, area, seen = _facades(city, examined, viewing, walls, row, building, work)
    is_known = known.is_dwelling[building]

    def total(values: dict[View, Floats]) -> Measured:
        return Measured(*({view: values[view][rows].sum(axis=0) for view in VIEWS} for rows in (is_known, ~is_known)))

    counts = total({view: seen[view].astype(float) for view in VIEWS})
    return PrivateSpace(
        can_tell,
        known,
        walls,
        ground,
        total(length),
        total(area),
        counts,
        _first(ground_in_view(examined, viewing, city, ground, _all_active(examined), work)),
        seen,
        building,
    )


def facade_draws(viewing: Viewing) -> int:
    """Return in how many draws façades are measured."""
    return min(FACADE_DRAWS, viewing.draws)


def _facades(
    city: City, examined: ExaminedHeads, viewing: Viewing, walls: Facades, row: Integers, building: Integers, work: Work
) -> tuple[dict[View, Floats], dict[View, Floats], dict[View, Flags]]:
    """Return metres and m2 in view of every building, shape (buildings, façade draws, levels), and whether it is in view."""
    shape = (len(building), facade_draws(viewing), len(viewing.ladder.levels))
    length, area = ({view: np.zeros(shape) for view in VIEWS} for _ in range(2))
    places = shapely.get_coordinates(shapely.point_on_surface(city.buildings.geometry.to_numpy()[building]))
    cells = cells_of(places)
    if len(examined.heads) and len(building):
        of_cell = partial(
            facade_cell, walls=walls, row=row, examined=examined, wall_views=drawn_wall_views(examined.heads, viewing),
            draws=shape[1], is_active=_all_active(examined),
        )  # fmt: skip
        for rows, (metres, square) in zip(cells, mapped(of_cell, cells, work), strict=True):
            for view in VIEWS:
                length[view][rows], area[view][rows] = metres[view][0], square[view][0]
    return length, area, {view: length[view] >= IN_VIEW_M for view in VIEWS}


def _all_active(examined: ExaminedHeads) -> Flags:
    """Return a single step at which every head is active."""
    return np.ones((1, len(examined.heads)), dtype=bool)


def facade_cell(
    rows: NDArray[np.intp],
    *,
    walls: Facades,
    row: Integers,
    examined: ExaminedHeads,
    wall_views: WallViews,
    draws: int,
    is_active: Flags,
) -> tuple[dict[View, Floats], dict[View, Floats]]:
    """Return metres and m2 in view of the buildings ``rows``, shape (steps, buildings, draws, levels) per view.

    ``is_active``, shape (steps, heads), tells which heads are active; what they see of the walls is found once for all steps.
    """
    of_wall = np.flatnonzero(np.isin(row, rows))
    few = walls.take(of_wall)
    local = np.searchsorted(rows, row[of_wall])
    sets = examined.scenery.height_m.shape[1]
    steps, levels = len(is_active), wall_views.density_reach_m["reachable"].shape[2]
    shape = (steps, len(rows), draws, levels)
    length, area = ({view: np.zeros(shape) for view in VIEWS} for _ in range(2))
    lines = shapely.MultiLineString(list(np.stack([few.walls.start, few.walls.end], axis=1)))
    distance = shapely.distance(points_of(examined.position), shapely.box(*lines.bounds))
    for draw in range(draws):
        # No lens gives its lowest level of a wall farther than this.
        reach = np.minimum(
            wall_views.range_m[:, draw],
            np.max([wall_views.density_reach_m[view][:, draw, 0] for view in VIEWS], axis=0),
        )
        used = np.flatnonzero(distance <= reach)
        if len(used) == 0:
            continue
        parts = parts_of(examined, used, few.vertex, reach_m=reach[used], heights=draw % sets)
        for view in VIEWS:
            lookers = drawn_lookers(examined, wall_views, used, view, draw)
            look = partial(_extents, few.walls, parts, lookers, used)
            for step, (metres, square) in enumerate(at_steps(is_active, used, look)):
                np.add.at(length[view][step, :, draw], local, metres)
                np.add.at(area[view][step, :, draw], local, square)
    return length, area


def _extents(walls: FreeWalls, parts: WallParts, lookers: Lookers, used: NDArray[np.intp], active: Flags) -> Floats:
    """Return metres and m2 of walls in view of the lookers that are active, shape (2, walls, levels)."""
    on = active[used]
    if not on.all():
        reach_m = np.where(on[:, None], lookers.density_reach_m, 0.0)
        lookers = lookers._replace(density_reach_m=reach_m, range_m=np.where(on, lookers.range_m, 0.0))
    return np.stack(facade_extents(walls, parts, lookers, STRIP_M))


def parts_of(
    examined: ExaminedHeads, used: NDArray[np.intp], vertex: Integers, *, reach_m: Floats, heights: int
) -> WallParts:
    """Return the parts of some walls (by their vertices) that some heads see under one set of heights."""
    scenery = examined.scenery
    lenses = Lenses(
        np.ascontiguousarray(scenery.position[used]),
        np.ascontiguousarray(reach_m),
        np.ascontiguousarray(scenery.height_m[used, heights]),
        np.full(len(used), scenery.target_m),
        np.ascontiguousarray(scenery.roofs[used]),
    )
    return sorted_parts(
        facades(scenery.obstacles.chains, scenery.top_m[heights], lenses), vertex, len(scenery.obstacles.chains.vertex)
    )


def sorted_parts(found: SeenWalls, vertex: Integers, vertex_count: int) -> WallParts:
    """Return parts of walls in the order of the walls that begin at ``vertex``; those of other walls are left out."""
    place = np.full(vertex_count, -1, dtype=np.int64)
    place[vertex] = np.arange(len(vertex))
    wall = place[found.wall]
    lens = np.repeat(np.arange(len(found.offsets) - 1), np.diff(found.offsets))
    kept = np.flatnonzero(wall >= 0)
    order = kept[np.argsort(wall[kept], kind="stable")]
    return WallParts(
        np.searchsorted(wall[order], np.arange(len(vertex) + 1)).astype(np.int64),
        lens[order].astype(np.int64),
        np.ascontiguousarray(found.along[order]),
        np.ascontiguousarray(found.low_m[order]),
        np.ascontiguousarray(found.top_m[order]),
    )


def drawn_lookers(
    examined: ExaminedHeads, wall_views: WallViews, used: NDArray[np.intp], view: View, draw: int
) -> Lookers:
    """Return some heads as lenses that look at walls, in one view and draw."""
    sectors: Sectors = sectors_of(examined.views, used, view)
    normal = wall_views.normals(examined.views.bearing_deg, draw)[used]
    is_tilted = normal.any(axis=(1, 2))
    sets = examined.scenery.height_m.shape[1]
    return Lookers(
        np.ascontiguousarray(examined.position[used]),
        np.ascontiguousarray(examined.scenery.height_m[used, draw % sets]),
        np.ascontiguousarray(sectors.right[:, draw]),
        np.ascontiguousarray(sectors.left[:, draw]),
        # The planes of a frustum say all: its sector at one height would say too much or too little at others.
        np.where(is_tilted, 2.0 * np.pi, sectors.width[:, draw]),
        np.ascontiguousarray(normal),
        np.ascontiguousarray(wall_views.density_reach_m[view][used, draw]),
        np.ascontiguousarray(wall_views.range_m[used, draw]),
    )


def at_ground(examined: ExaminedHeads, viewing: Viewing, crs: Any) -> ExaminedHeads:
    """Return the same heads in the same draws, looking at the ground instead of at faces."""
    low = replace(viewing, target_height_m=0.0)
    x, y = examined.position.reshape(-1, 2).T
    north = true_north_bearing_deg(crs, x, y) if len(examined.heads) else np.empty(0)
    views = drawn_head_views(examined.heads, low, north_deg=north)
    radius = np.maximum(examined.scenery.radius_m, views.longest_reach_m())
    scenery = replace(examined.scenery, target_m=0.0, radius_m=radius)
    return replace(examined, views=views, scenery=scenery)


def points_in(shapes: NDArray[np.object_], spacing_m: float, position: Floats, radius_m: Floats) -> Floats:
    """Return the grid points inside disjoint polygons that lie within reach of some position, shape (points, 2)."""
    found = [np.empty((0, 2))]
    shape, near = shapely.STRtree(shapes).query(points_of(position), predicate="dwithin", distance=radius_m)[::-1]
    for number in np.unique(shape):
        of_shape = near[shape == number]
        discs = shapely.union_all(shapely.buffer(points_of(position[of_shape]), radius_m[of_shape]))
        part = shapely.intersection(shapes[number], discs)
        if part.is_empty:
            continue
        west, south, east, north = part.bounds
        x = (np.arange(np.floor(west / spacing_m), np.ceil(east / spacing_m)) + 0.5) * spacing_m
        y = (np.arange(np.floor(south / spacing_m), np.ceil(north / spacing_m)) + 0.5) * spacing_m
        grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        shapely.prepare(part)
        found.append(grid[shapely.contains_xy(part, grid)])
    return np.concatenate(found)


def _first(measured: Measured) -> Measured:
    """Return what was measured at the first step."""
    return Measured(*({view: of[view][0] for view in VIEWS} for of in (measured.known, measured.unknown)))


def ground_in_view(
    examined: ExaminedHeads, viewing: Viewing, city: City, ground: Ground, is_active: Flags, work: Work
) -> Measured:
    """Return the m2 of ground in view, shape (steps, draws, levels): every point stands for the square around it; never more than there is.

    ``is_active``, shape (steps, heads), tells which heads are active.
    """
    low = at_ground(examined, viewing, city.buildings.crs)
    tree = low.tree()
    results = []
    for shapes, area_m2 in zip((ground.private, ground.unknown), ground.area_m2(), strict=True):
        points = points_in(shapes.to_numpy(), GROUND_M, low.position.reshape(-1, 2), low.radius_m())
        of_cell = partial(_points_cell, points=points, tree=tree, examined=low, is_active=is_active)
        cells = list(mapped(of_cell, cells_of(points), work))
        empty = np.zeros((len(is_active), viewing.draws, len(viewing.ladder.levels)))
        results.append(
            {
                view: np.minimum(np.sum([empty, *(cell[view] for cell in cells)], axis=0) * GROUND_M**2, area_m2)
                for view in VIEWS
            }
        )
    return Measured(*results)


def _points_cell(
    rows: NDArray[np.intp], *, points: Floats, tree: shapely.STRtree, examined: ExaminedHeads, is_active: Flags
) -> dict[View, Integers]:
    points = points[rows]
    found, head = nearby_pairs(tree, points_of(points), examined.radius_m())
    local = local_pairs(found, head, len(points), examined)
    seen = local.seen.views
    is_clear = point_sightings(seen.stars, seen.shadows, points, local.thing, local.view)
    centre = np.ascontiguousarray(examined.position[local.used])

    def counts(view: View, active: Flags) -> Integers:
        sectors = sectors_of(examined.views, local.used, view, active)
        return drawn_point_counts(points, local.pairs, is_clear, sectors, centre)

    return {view: at_steps(is_active, local.used, partial(counts, view)) for view in VIEWS}
