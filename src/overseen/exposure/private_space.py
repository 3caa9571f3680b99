"""Private space in view: façades of dwellings, exactly, and the ground that belongs to homes, over draws of what is unknown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.exposure.dwellings import Dwellings, Facades, Ground, dwellings_of, facades_of, ground_of
from overseen.exposure.ground_points import GroundPoints
from overseen.exposure.network import ExaminedHeads, sectors_of
from overseen.exposure.point_views import seen_points
from overseen.exposure.steps import at_steps
from overseen.kernels.drawn_facades import FreeWalls, Lookers, WallParts, facade_extents
from overseen.kernels.draws import Sectors
from overseen.kernels.facades import Facades as SeenWalls
from overseen.kernels.facades import facades
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
    found = _facades(city, examined, viewing, walls, row, building, work)
    seen = found.is_in_view(len(building))
    is_known = known.is_dwelling[building]

    def total(values: dict[View, Floats], is_known: Flags) -> Measured:
        return Measured(*({view: values[view][rows].sum(axis=0) for view in VIEWS} for rows in (is_known, ~is_known)))

    counts = total({view: seen[view][found.row].astype(float) for view in VIEWS}, is_known[found.row])
    return PrivateSpace(
        can_tell,
        known,
        walls,
        ground,
        total(found.length_m, is_known[found.row]),
        total(found.area_m2, is_known[found.row]),
        counts,
        _first(ground_in_view(examined, viewing, city, ground, _all_active(examined), work)),
        seen,
        building,
    )


def facade_draws(viewing: Viewing) -> int:
    """Return in how many draws façades are measured."""
    return min(FACADE_DRAWS, viewing.draws)


@dataclass(frozen=True, slots=True)
class SeenFacades:
    """Metres and m2 of façade in view of the buildings of which any is, shape (…, seen buildings, façade draws, levels) per view.

    ``row`` numbers those buildings, rising. A city's others are not held: they are most of it.
    """

    row: NDArray[np.intp]
    length_m: dict[View, Floats]
    area_m2: dict[View, Floats]

    def first_step(self) -> SeenFacades:
        """Return what is in view at the first of several steps."""
        length, area = ({view: of[view][0] for view in VIEWS} for of in (self.length_m, self.area_m2))
        return SeenFacades(self.row, length, area)

    def is_in_view(self, count: int) -> dict[View, Flags]:
        """Return whether each of ``count`` buildings is in view, shape (buildings, façade draws, levels)."""
        found = {}
        for view in VIEWS:
            found[view] = np.zeros((count, *self.length_m[view].shape[1:]), dtype=bool)
            found[view][self.row] = self.length_m[view] >= IN_VIEW_M
        return found


def _facades(
    city: City, examined: ExaminedHeads, viewing: Viewing, walls: Facades, row: Integers, building: Integers, work: Work
) -> SeenFacades:
    """Return what is in view of the façades of every building."""
    draws, levels = facade_draws(viewing), len(viewing.ladder.levels)
    nothing = {view: np.empty((0, draws, levels)) for view in VIEWS}
    parts = [SeenFacades(np.empty(0, dtype=np.intp), nothing, nothing)]
    if len(examined.heads) and len(building):
        places = shapely.get_coordinates(shapely.point_on_surface(city.buildings.geometry.to_numpy()[building]))
        of_cell = facades_by_cell(examined, viewing, walls, row, _all_active(examined))
        parts += [part.first_step() for part in mapped(of_cell, cells_of(places), work) if len(part.row)]
    order = np.argsort(np.concatenate([part.row for part in parts]), kind="stable")
    length, area = (
        {view: np.concatenate([getattr(part, name)[view] for part in parts])[order] for view in VIEWS}
        for name in ("length_m", "area_m2")
    )
    return SeenFacades(np.concatenate([part.row for part in parts])[order], length, area)


def _all_active(examined: ExaminedHeads) -> Flags:
    """Return a single step at which every head is active."""
    return np.ones((1, len(examined.heads)), dtype=bool)


def facades_by_cell(
    examined: ExaminedHeads, viewing: Viewing, walls: Facades, row: Integers, is_active: Flags
) -> Callable[[NDArray[np.intp]], SeenFacades]:
    """Return a function that tells of some buildings, by their numbers in ``row``, what is in view of their façades at every step.

    Its arrays have shape (steps, seen buildings, draws, levels). ``is_active``, shape (steps, heads), tells which heads are active;
    what they see of the walls is found once for all steps.
    """
    wall_views = drawn_wall_views(examined.heads, viewing)
    # No lens gives its lowest level of a wall farther than this.
    reach_m = np.minimum(
        wall_views.range_m, np.max([wall_views.density_reach_m[view][:, :, 0] for view in VIEWS], axis=0)
    )
    return partial(
        _cell, walls=walls, row=row, examined=examined, tree=examined.tree(), wall_views=wall_views,
        reach_m=reach_m[:, : facade_draws(viewing)], is_active=is_active,
    )  # fmt: skip


def _cell(
    rows: NDArray[np.intp], *, walls: Facades, row: Integers, examined: ExaminedHeads, tree: shapely.STRtree,
    wall_views: WallViews, reach_m: Floats, is_active: Flags,
) -> SeenFacades:  # fmt: skip
    """Return what is in view of the façades of the buildings ``rows`` at every step."""
    draws = reach_m.shape[1]
    of_wall = _walls_of(rows, row)
    few = walls.take(of_wall)
    local = np.searchsorted(rows, row[of_wall])
    sets = examined.scenery.height_m.shape[1]
    shape = (len(is_active), len(rows), draws, wall_views.density_reach_m["reachable"].shape[2])
    length, area = ({view: np.zeros(shape) for view in VIEWS} for _ in range(2))
    near, distance = _heads_near(few, tree, examined, reach_m)
    for draw in range(draws):
        reach = reach_m[:, draw]
        used = near[distance <= reach[near]]
        if len(used) == 0:
            continue
        parts = parts_of(examined, used, few.vertex, reach_m=reach[used], heights=draw % sets)
        for view in VIEWS:
            lookers = drawn_lookers(examined, wall_views, used, view, draw)
            look = partial(_extents, few.walls, parts, lookers, used)
            for step, (metres, square) in enumerate(at_steps(is_active, used, look)):
                np.add.at(length[view][step, :, draw], local, metres)
                np.add.at(area[view][step, :, draw], local, square)
    is_seen = np.any([(values[view] > 0.0).any(axis=(0, 2, 3)) for values in (length, area) for view in VIEWS], axis=0)
    return SeenFacades(
        rows[is_seen],
        {view: length[view][:, is_seen] for view in VIEWS},
        {view: area[view][:, is_seen] for view in VIEWS},
    )


def _extents(walls: FreeWalls, parts: WallParts, lookers: Lookers, used: NDArray[np.intp], active: Flags) -> Floats:
    """Return metres and m2 of walls in view of the lookers that are active, shape (2, walls, levels)."""
    on = active[used]
    if not on.all():
        reach_m = np.where(on[:, None], lookers.density_reach_m, 0.0)
        lookers = lookers._replace(density_reach_m=reach_m, range_m=np.where(on, lookers.range_m, 0.0))
    return np.stack(facade_extents(walls, parts, lookers, STRIP_M))


def _walls_of(rows: NDArray[np.intp], row: Integers) -> NDArray[np.intp]:
    """Return the walls of the buildings ``rows``; ``row`` tells that of each wall, rising."""
    begins, ends = np.searchsorted(row, rows, side="left"), np.searchsorted(row, rows, side="right")
    counts = ends - begins
    return np.sort(np.repeat(begins - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum()))


def _heads_near(
    walls: Facades, tree: shapely.STRtree, examined: ExaminedHeads, reach_m: Floats
) -> tuple[NDArray[np.intp], Floats]:
    """Return the heads that reach the box of some walls in any draw, in order, and how far each is from it, m."""
    lines = shapely.MultiLineString(list(np.stack([walls.walls.start, walls.walls.end], axis=1)))
    box = shapely.box(*lines.bounds)
    near = np.sort(tree.query(box, predicate="dwithin", distance=float(reach_m.max(initial=0.0)) + 1.0))
    return near, shapely.distance(points_of(examined.position[near]), box)


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
    return sorted_parts(facades(scenery.obstacles.chains, scenery.top_m[heights], lenses), vertex)


def sorted_parts(found: SeenWalls, vertex: Integers) -> WallParts:
    """Return parts of walls in the order of the walls that begin at ``vertex``; those of other walls are left out."""
    # A table of all vertices of a city, made for every cell and draw, would be most of the work.
    rising = np.argsort(vertex, kind="stable")
    place = np.minimum(np.searchsorted(vertex[rising], found.wall), len(vertex) - 1)
    wall = np.where(vertex[rising[place]] == found.wall, rising[place], -1) if len(vertex) else np.full(len(place), -1)
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


def _first(measured: Measured) -> Measured:
    """Return what was measured at the first step."""
    return Measured(*({view: of[view][0] for view in VIEWS} for of in (measured.known, measured.unknown)))


def ground_in_view(
    examined: ExaminedHeads, viewing: Viewing, city: City, ground: Ground, is_active: Flags, work: Work
) -> Measured:
    """Return the m2 of ground in view, shape (steps, draws, levels): each point stands for its square; never more than there is.

    ``is_active``, shape (steps, heads), tells which heads are active.
    """
    low = at_ground(examined, viewing, city.buildings.crs)
    groups = [shapes.to_numpy() for shapes in (ground.private, ground.unknown)]
    points = GroundPoints.of(groups, low.position, low.radius_m(), GROUND_M)
    of_cell = partial(_points_cell, points=points, tree=low.tree(), examined=low, is_active=is_active)
    shape = (len(is_active), 2, viewing.draws, len(viewing.ladder.levels))
    seen = {view: np.zeros(shape, dtype=np.int64) for view in VIEWS}
    for counts in mapped(of_cell, points.cells(), work):
        for view in VIEWS:
            seen[view] += counts[view]
    known, unknown = (
        {view: np.minimum(seen[view][:, number] * GROUND_M**2, area_m2) for view in VIEWS}
        for number, area_m2 in enumerate(ground.area_m2())
    )
    return Measured(known, unknown)


def _points_cell(
    cell: NDArray[np.intp], *, points: GroundPoints, tree: shapely.STRtree, examined: ExaminedHeads, is_active: Flags
) -> dict[View, Integers]:
    at, group = points.in_cell(cell)
    seen = seen_points(at, tree, examined)

    def counts(view: View, active: Flags) -> Integers:
        return seen.counts(view, examined, group=group, group_count=2, is_active=active)

    return {view: at_steps(is_active, seen.used, partial(counts, view)) for view in VIEWS}
