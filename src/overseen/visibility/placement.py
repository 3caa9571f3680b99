"""Reading mapped positions against the buildings: on a wall, inside by a mapping error, on a roof, or truly inside."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.model.cameras import CameraNetwork
from overseen.model.viewing import Viewing
from overseen.visibility.obstacles import enclosed_areas

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CLEAR_OF_WALLS_M = 0.05
"""A placed camera is at least this far from every footprint."""

CORNER_DIRECTIONS = 16
"""Directions tried, from east on, for a camera in a corner in which no wall has room straight before it."""

WAY_BEGINS_M = 1e-3
"""The way from where a camera is listed to where it is put begins this far on: what begins on a wall touches that wall."""

EDGE_STEP_M = 2 * CLEAR_OF_WALLS_M
"""How far a camera on the very edge of a roof is moved onto it."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where each camera is examined.

    Parameters
    ----------
    position
        Shape (n, 2), m in the city's frame, in the order of the cameras.
    kind
        One of ``schema.PLACEMENTS`` per camera.
    moved_m
        Distance from the listed position.
    roofs
        How many buildings a camera on a roof stands on, 0 elsewhere.
    """

    position: Floats
    kind: NDArray[np.str_]
    moved_m: Floats
    roofs: NDArray[np.int64]

    def take(self, rows: NDArray[np.intp]) -> Placement:
        """Return some of them."""
        return Placement(self.position[rows], self.kind[rows], self.moved_m[rows], self.roofs[rows])


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How positions are read; the meanings are those of :class:`overseen.model.viewing.Viewing`."""

    facade_tolerance_m: float = 0.3
    facade_reach_m: float = 3.0
    facade_offset_m: float = 0.3


def place_cameras(network: CameraNetwork, buildings: gpd.GeoDataFrame, viewing: Viewing) -> Placement:
    """Return where each camera stands, seen against the footprints.

    The rules are those of :func:`placed_points`, with stated heights alone. One that the list calls indoor sees only the
    inside and is not examined.

    Parameters
    ----------
    network
        Cameras in the frame of ``buildings``.
    buildings
        Footprints; touching ones are one obstacle.
    viewing
        Tolerances.

    Examples
    --------
    A camera mapped 1 m inside a wall is moved out of it; see ``tests/visibility/test_placement.py``.
    """
    listed = shapely.get_coordinates(network.cameras.geometry.to_numpy())
    on_wall = (network.cameras["mount"] == "wall").to_numpy()
    lens_m = network.heads.groupby("camera_id")["mounting_height_m"].min().reindex(network.cameras.index)
    placement = placed_points(
        listed,
        on_wall,
        buildings.geometry.to_numpy(),
        Tolerances(viewing.facade_tolerance_m, viewing.facade_reach_m, viewing.facade_offset_m),
        heights=Heights(lens_m.to_numpy(dtype=float), buildings["height_m"].to_numpy(dtype=float)),
    )
    is_indoor = (network.cameras["setting"] == "indoor").to_numpy()
    position = np.where(is_indoor[:, None], listed, placement.position)
    return replace(
        placement,
        kind=np.where(is_indoor, "indoor", placement.kind),
        position=position,
        roofs=np.where(is_indoor, 0, placement.roofs),
        moved_m=np.hypot(*(position - listed).T),
    )


@dataclass(frozen=True, slots=True)
class Heights:
    """Heights above ground, m, where they are known (nan elsewhere): of each lens, and of each footprint."""

    lens_m: Floats
    top_m: Floats


def placed_points(
    listed: Floats,
    is_on_wall: Flags,
    footprints: NDArray[np.object_],
    tolerances: Tolerances = Tolerances(),
    *,
    heights: Heights | None = None,
) -> Placement:
    """Return where lenses stand that are listed at points, seen against footprints.

    One within ``facade_tolerance_m`` of a wall hangs on it; one that is said to be on a wall, or that is mapped inside a
    building, at most ``facade_reach_m`` from the outer wall, is moved out of the nearest one. Both are set
    ``facade_offset_m`` off the wall, on the side on which they are listed. Deeper inside it sees only the inside. Courtyards
    are outside. One that is known to be above every building that it stands in is on their roof and stays where it is; on
    the very edge it is moved a few centimetres onto the roof.

    Parameters
    ----------
    listed
        Positions, shape (n, 2), m.
    is_on_wall
        Whether the list says so, shape (n,).
    footprints
        Polygons and multipolygons, taken as :func:`overseen.visibility.obstacles.obstacles_of` takes them; touching ones are
        one obstacle.
    tolerances
        As in the text above.
    heights
        Without them nothing stands on a roof.
    """
    points = points_of(listed)
    solids = _solids_near(points, footprints, tolerances.facade_reach_m + tolerances.facade_offset_m + CLEAR_OF_WALLS_M)
    is_inside = np.zeros(len(listed), dtype=bool)
    is_inside[solids.tree.query(points, predicate="intersects")[0]] = True
    limit = np.where(is_on_wall | is_inside, tolerances.facade_reach_m, tolerances.facade_tolerance_m)
    position, used_m = _set_off(solids.tree, _Origins(listed, is_inside, limit), tolerances)
    kind = np.full(len(listed), "free", dtype="<U20")
    kind[is_inside] = "inside_building"
    kind[np.isfinite(used_m)] = "moved_to_facade"
    kind[used_m <= tolerances.facade_tolerance_m] = "on_facade"
    roofs = np.zeros(len(listed), dtype=np.int64)
    if heights is not None:
        on_roof, roofs = _on_roofs(solids, listed, heights)
        position = np.where(roofs[:, None] > 0, on_roof, position)
        kind[roofs > 0] = "on_roof"
    return Placement(position, kind, np.hypot(*(position - listed).T), roofs)


def outward_bearings_deg(placement: Placement, footprints: NDArray[np.object_]) -> Floats:
    """Return the plane bearing, degrees clockwise from north, away from the wall on which each camera hangs; nan: on none.

    Shape (n,). It is the bearing from the nearest point of the footprints to where the camera was set off it.

    Examples
    --------
    >>> wall = shapely.box(0.0, 0.0, 10.0, 5.0)
    >>> placed = placed_points(np.array([[4.0, 5.1], [40.0, 5.0]]), np.array([True, False]), np.array([wall]))
    >>> outward_bearings_deg(placed, np.array([wall])).tolist()
    [0.0, nan]
    """
    bearing = np.full(len(placement.kind), np.nan)
    hung = np.flatnonzero(np.isin(placement.kind, ("on_facade", "moved_to_facade")))
    if len(hung) == 0:
        return bearing
    points = points_of(placement.position[hung])
    row, nearest = shapely.STRtree(footprints).query_nearest(points, all_matches=False)
    lines = shapely.shortest_line(footprints[nearest], points[row])
    foot = shapely.get_coordinates(shapely.get_point(lines, 0))
    away = placement.position[hung[row]] - foot
    bearing[hung[row]] = np.mod(np.degrees(np.arctan2(away[:, 0], away[:, 1])), 360.0)
    return bearing


def points_of(position: Floats) -> NDArray[np.object_]:
    """Return positions (n, 2) as n point geometries."""
    return np.asarray(shapely.points(position), dtype=object).reshape(-1)


@dataclass(frozen=True, slots=True)
class _Solids:
    """What the footprints near some points enclose: the tree of the areas, and the row of the footprint of each."""

    tree: shapely.STRtree
    footprint: NDArray[np.intp]


def _solids_near(points: NDArray[np.object_], footprints: NDArray[np.object_], distance_m: float) -> _Solids:
    near = np.unique(shapely.STRtree(footprints).query(points, predicate="dwithin", distance=distance_m)[1])
    areas, row = enclosed_areas(np.asarray(footprints, dtype=object)[near])
    return _Solids(shapely.STRtree(shapely.orient_polygons(areas)), near[row])


def _roofs_under(solids: _Solids, position: Floats, lens_m: Floats, top_m: Floats) -> NDArray[np.int64]:
    """Return how many areas each lens stands on: all that it is in, if it is known to be above every one of them."""
    lens, area = solids.tree.query(points_of(position), predicate="intersects")
    roofs = np.zeros(len(position), dtype=np.int64)
    np.add.at(roofs, lens, 1)
    # An unknown height compares as not above.
    is_above = lens_m[lens] > top_m[solids.footprint[area]]
    roofs[lens[~is_above]] = 0
    return roofs


def _on_roofs(solids: _Solids, listed: Floats, heights: Heights) -> tuple[Floats, NDArray[np.int64]]:
    """Return positions of lenses on roofs, clear of every wall, and on how many roofs each stands."""
    position = listed.copy()
    roofs = _roofs_under(solids, listed, heights.lens_m, heights.top_m)
    on_roof = np.flatnonzero(roofs > 0)
    waiting = on_roof[_is_at_wall(solids.tree, listed[on_roof])]
    roofs[waiting] = 0
    for direction in _directions():
        candidate = listed[waiting] + EDGE_STEP_M * direction
        under = _roofs_under(solids, candidate, heights.lens_m[waiting], heights.top_m)
        has_room = (under > 0) & ~_is_at_wall(solids.tree, candidate)
        position[waiting[has_room]], roofs[waiting[has_room]] = candidate[has_room], under[has_room]
        waiting = waiting[~has_room]
    return position, roofs


def _is_at_wall(tree: shapely.STRtree, position: Floats) -> Flags:
    """Return whether a position is nearer to any wall, from inside or outside, than a lens may be."""
    points = points_of(position)
    point, area = tree.query(points, predicate="dwithin", distance=CLEAR_OF_WALLS_M)
    is_at = shapely.distance(points[point], shapely.boundary(tree.geometries[area])) < CLEAR_OF_WALLS_M
    found = np.zeros(len(position), dtype=bool)
    found[point[is_at]] = True
    return found


def _directions() -> Floats:
    """Return unit vectors all round, from east on."""
    angle = np.arange(CORNER_DIRECTIONS) * 2.0 * np.pi / CORNER_DIRECTIONS
    return np.column_stack([np.cos(angle), np.sin(angle)])


@dataclass(frozen=True, slots=True)
class _Walls:
    """Walls near cameras, camera by camera, nearest first: the foot on each, and the unit normal that points outward.

    ``is_corner`` says where the foot is an end of the wall.
    """

    camera: NDArray[np.intp]
    distance_m: Floats
    foot: Floats
    normal: Floats
    is_corner: Flags

    def take(self, rows: Flags | NDArray[np.intp]) -> _Walls:
        """Return some of them."""
        return _Walls(
            self.camera[rows], self.distance_m[rows], self.foot[rows], self.normal[rows], self.is_corner[rows]
        )


def _walls_near(tree: shapely.STRtree, listed: Floats, distance_m: float) -> _Walls:
    """Return the walls within a distance of every camera."""
    camera, building = tree.query(points_of(listed), predicate="dwithin", distance=distance_m)
    rings, building_of_ring = shapely.get_rings(tree.geometries, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    is_wall = ring[:-1] == ring[1:] if len(ring) else np.empty(0, dtype=bool)
    start, end = coordinates[:-1][is_wall], coordinates[1:][is_wall]
    counts = np.bincount(building_of_ring[ring[:-1][is_wall]], minlength=len(tree.geometries))
    first = np.cumsum(counts) - counts
    pair = np.repeat(np.arange(len(camera)), counts[building])
    within = np.arange(len(pair)) - np.repeat(np.cumsum(counts[building]) - counts[building], counts[building])
    wall = first[building][pair] + within
    along = end[wall] - start[wall]
    length2 = np.maximum(np.sum(along**2, axis=1), 1e-300)
    at = listed[camera[pair]]
    share = np.clip(np.sum((at - start[wall]) * along, axis=1) / length2, 0.0, 1.0)
    foot = start[wall] + share[:, None] * along
    distance = np.hypot(*(at - foot).T)
    normal = np.column_stack([along[:, 1], -along[:, 0]]) / np.sqrt(length2)[:, None]
    found = _Walls(camera[pair], distance, foot, normal, (share == 0.0) | (share == 1.0))
    kept = np.flatnonzero((distance <= distance_m) & (length2 > 1e-299))
    # Of walls that meet in a corner one is chosen that does not depend on where and which way round a ring was begun.
    keys = (*normal[kept].T, np.round(distance[kept], 6), camera[pair][kept])
    return found.take(kept[np.lexsort(keys)])


@dataclass(frozen=True, slots=True)
class _Origins:
    """Where cameras are listed, which are in or on a building, and how far from a wall each is still moved off it, m.

    Those in a building are led out from the foot on the wall, the others from where they are.
    """

    listed: Floats
    is_inside: Flags
    limit_m: Floats


def _set_off(tree: shapely.STRtree, origin: _Origins, tolerances: Tolerances) -> tuple[Floats, Floats]:
    """Return positions set off the nearest wall that has room before it, and how far off that wall was (inf: none had).

    All cameras try their nearest wall together. The few that find no room there try what is further, among the outer walls
    alone: of what touches and overlaps, the outline. There is no loop over cameras.
    """
    position = origin.listed.copy()
    used_m = np.full(len(position), np.inf)
    walls = _walls_near(tree, origin.listed, tolerances.facade_reach_m)
    walls = walls.take(np.diff(walls.camera, prepend=-1) > 0)
    walls = walls.take(walls.distance_m <= origin.limit_m[walls.camera])
    _settle(tree, origin, walls, tolerances.facade_offset_m, position, used_m)
    waiting = walls.camera[np.isinf(used_m[walls.camera])]
    around = np.unique(
        tree.query(points_of(origin.listed[waiting]), predicate="dwithin", distance=2 * tolerances.facade_reach_m)[1]
    )
    united = shapely.get_parts(shapely.disjoint_subset_union_all(tree.geometries[around]))
    outer = shapely.STRtree(shapely.orient_polygons(united))
    walls = _walls_near(outer, origin.listed[waiting], tolerances.facade_reach_m)
    walls = replace(walls, camera=waiting[walls.camera])
    _settle(tree, origin, _further(walls), tolerances.facade_offset_m, position, used_m)
    return position, used_m


def _further(walls: _Walls) -> _Walls:
    """Return walls and, as more of them, the directions aslant from their corners; last those from the nearest foot.

    Where walls meet in a corner there may be no room straight before any of them, but aslant; only then is the next wall
    looked at, which may be on the other side of the building.
    """
    count = len(walls.camera)
    corners = np.repeat(np.flatnonzero(walls.is_corner), CORNER_DIRECTIONS)
    nearest = np.repeat(np.flatnonzero(np.diff(walls.camera, prepend=-1) > 0), CORNER_DIRECTIONS)
    rows = np.concatenate([np.arange(count), corners, nearest])
    directions = np.tile(_directions(), ((len(rows) - count) // CORNER_DIRECTIONS, 1))
    tries = replace(walls.take(rows), normal=np.concatenate([walls.normal, directions]))
    turn = np.repeat([0, 1, 2], [count, len(corners), len(nearest)])
    # Walls that meet in a corner are equally far but for rounding.
    near_m = np.round(tries.distance_m, 6)
    return tries.take(np.lexsort((np.arange(len(rows)), turn, near_m, turn == 2, tries.camera)))


def _settle(
    tree: shapely.STRtree, origin: _Origins, tries: _Walls, offset_m: float, position: Floats, used_m: Floats
) -> None:
    """Put each camera at the first of its tries that has room, written into ``position`` and ``used_m``."""
    first = np.searchsorted(tries.camera, np.arange(len(position) + 1))
    waiting = np.flatnonzero(np.diff(first) > 0)
    turn = 0
    while len(waiting):
        row = first[waiting] + turn
        candidate = tries.foot[row] + offset_m * tries.normal[row]
        start = np.where(origin.is_inside[waiting, None], tries.foot[row], origin.listed[waiting])
        has_room = _has_room(tree, start, candidate)
        position[waiting[has_room]] = candidate[has_room]
        used_m[waiting[has_room]] = tries.distance_m[row[has_room]]
        turn += 1
        waiting = waiting[~has_room & (row + 1 < first[waiting + 1])]


def _has_room(tree: shapely.STRtree, start: Floats, candidate: Floats) -> Flags:
    """Return whether positions are clear of all buildings and the way to them leads through none."""
    way = candidate - start
    begin = start + way * (WAY_BEGINS_M / np.maximum(np.hypot(*way.T), WAY_BEGINS_M))[:, None]
    ways = np.asarray(shapely.linestrings(np.stack([begin, candidate], axis=1)), dtype=object).reshape(-1)
    has_room = np.ones(len(candidate), dtype=bool)
    has_room[tree.query(ways, predicate="intersects")[0]] = False
    has_room[tree.query(points_of(candidate), predicate="dwithin", distance=CLEAR_OF_WALLS_M)[0]] = False
    return has_room
