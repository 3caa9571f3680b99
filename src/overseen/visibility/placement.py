"""Reading mapped positions against the buildings: on a wall, inside by a mapping error, on a roof, or truly inside."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.model.cameras import CameraNetwork
from overseen.model.viewing import Viewing

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CLEAR_OF_WALLS_M = 0.05
"""A placed camera is at least this far from every footprint."""


CORNER_DIRECTIONS = 16
"""Directions tried, from east on, for a camera in a corner in which no wall has room straight before it."""


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


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How positions are read; the meanings are those of :class:`overseen.model.viewing.Viewing`."""

    facade_tolerance_m: float = 0.3
    facade_reach_m: float = 3.0
    facade_offset_m: float = 0.3


def place_cameras(network: CameraNetwork, buildings: gpd.GeoDataFrame, viewing: Viewing) -> Placement:
    """Return where each camera stands, seen against the footprints.

    The rules are those of :func:`placed_points`. One that the list calls indoor sees only the inside and is not examined. One
    whose stated height is above the stated height of every building that it stands in is on their roof and stays where it
    is.

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
    footprints = buildings.geometry.to_numpy()
    on_wall = (network.cameras["mount"] == "wall").to_numpy()
    tolerances = Tolerances(viewing.facade_tolerance_m, viewing.facade_reach_m, viewing.facade_offset_m)
    placement = placed_points(listed, on_wall, footprints, tolerances)
    heights = network.heads.groupby("camera_id")["mounting_height_m"].min().reindex(network.cameras.index)
    roofs = _roofs_under(listed, heights.to_numpy(dtype=float), buildings)
    is_indoor = (network.cameras["setting"] == "indoor").to_numpy()
    kind = np.where(roofs > 0, "on_roof", placement.kind)
    kind = np.where(is_indoor, "indoor", kind)
    is_listed = is_indoor | (roofs > 0)
    position = np.where(is_listed[:, None], listed, placement.position)
    roofs = np.where(is_indoor, 0, roofs)
    return replace(placement, kind=kind, position=position, roofs=roofs, moved_m=np.hypot(*(position - listed).T))


def _roofs_under(listed: Floats, height_m: Floats, buildings: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Return how many buildings each camera stands on: all that it is in, if it is known to be above every one of them."""
    tree = shapely.STRtree(buildings.geometry.to_numpy())
    camera, building = tree.query(points_of(listed), predicate="intersects")
    tops = buildings["height_m"].to_numpy(dtype=float)[building]
    roofs = np.zeros(len(listed), dtype=np.int64)
    np.add.at(roofs, camera, 1)
    # An unknown height compares as not above.
    is_above = height_m[camera] > tops
    roofs[camera[~is_above]] = 0
    return roofs


def placed_points(
    listed: Floats, is_on_wall: Flags, footprints: NDArray[np.object_], tolerances: Tolerances = Tolerances()
) -> Placement:
    """Return where lenses stand that are listed at points, seen against footprints.

    One within ``facade_tolerance_m`` of a wall hangs on it; one that is said to be on a wall, or that is mapped inside a
    building, at most ``facade_reach_m`` from the outer wall, is moved out of the nearest one. Both are set
    ``facade_offset_m`` off the wall. Deeper inside it sees only the inside. Courtyards are outside.

    Parameters
    ----------
    listed
        Positions, shape (n, 2), m.
    is_on_wall
        Whether the list says so, shape (n,).
    footprints
        Polygons and multipolygons; touching ones are one obstacle.
    tolerances
        As in the text above.
    """
    tree = shapely.STRtree(footprints)
    points = points_of(listed)
    is_inside = np.zeros(len(listed), dtype=bool)
    is_inside[tree.query(points, predicate="intersects")[0]] = True
    walls = _walls_near(tree, listed, points, tolerances.facade_reach_m)
    nearest = np.full(len(listed), np.inf)
    np.minimum.at(nearest, walls.camera, walls.distance_m)
    limit = np.where(is_on_wall | is_inside, tolerances.facade_reach_m, tolerances.facade_tolerance_m)
    is_to_move = nearest <= limit
    position, used_m = _set_off(tree, listed, walls, is_to_move, tolerances.facade_offset_m)
    is_moved = np.isfinite(used_m)
    kind = np.full(len(listed), "free", dtype="<U20")
    kind[is_inside] = "inside_building"
    kind[is_moved] = "moved_to_facade"
    kind[used_m <= tolerances.facade_tolerance_m] = "on_facade"
    return Placement(position, kind, np.hypot(*(position - listed).T), np.zeros(len(listed), dtype=np.int64))


def points_of(position: Floats) -> NDArray[np.object_]:
    """Return positions (n, 2) as n point geometries."""
    return np.asarray(shapely.points(position), dtype=object).reshape(-1)


@dataclass(frozen=True, slots=True)
class _Walls:
    """Walls near cameras, camera by camera, nearest first: the foot on each, and the unit normal."""

    camera: NDArray[np.intp]
    distance_m: Floats
    foot: Floats
    normal: Floats


def _walls_near(tree: shapely.STRtree, listed: Floats, points: NDArray[np.object_], distance_m: float) -> _Walls:
    """Return the walls within a distance of every camera."""
    camera, building = tree.query(points, predicate="dwithin", distance=distance_m)
    used, local = np.unique(building, return_inverse=True)
    coordinates, owner = shapely.get_coordinates(shapely.get_rings(tree.geometries[used]), return_index=True)
    rings_of = shapely.get_rings(tree.geometries[used], return_index=True)[1]
    is_wall = owner[:-1] == owner[1:] if len(owner) else np.empty(0, dtype=bool)
    start, end = coordinates[:-1][is_wall], coordinates[1:][is_wall]
    of_building = rings_of[owner[:-1][is_wall]] if len(owner) else np.empty(0, dtype=np.intp)
    counts = np.bincount(of_building, minlength=len(used))
    first = np.concatenate([[0], np.cumsum(counts)])[:-1]
    pair = np.repeat(np.arange(len(camera)), counts[local])
    within = np.arange(len(pair)) - np.repeat(np.cumsum(counts[local]) - counts[local], counts[local])
    wall = first[local][pair] + within
    along = end[wall] - start[wall]
    length2 = np.maximum(np.sum(along**2, axis=1), 1e-300)
    at = listed[camera[pair]]
    share = np.clip(np.sum((at - start[wall]) * along, axis=1) / length2, 0.0, 1.0)
    foot = start[wall] + share[:, None] * along
    distance = np.hypot(*(at - foot).T)
    kept = (distance <= distance_m) & (length2 > 1e-299)
    order = np.lexsort((wall[kept], distance[kept], camera[pair][kept]))
    normal = np.column_stack([along[:, 1], -along[:, 0]]) / np.sqrt(length2)[:, None]
    return _Walls(camera[pair][kept][order], distance[kept][order], foot[kept][order], normal[kept][order])


def _set_off(
    tree: shapely.STRtree, listed: Floats, walls: _Walls, is_to_move: Flags, offset_m: float
) -> tuple[Floats, Floats]:
    """Return positions set off the nearest wall that has room before it, and how far off that wall was (inf: none had).

    All cameras try their nearest wall together, those that fail the next, and so on: there is no loop over cameras.
    """
    position = listed.copy()
    used_m = np.full(len(listed), np.inf)
    first = np.searchsorted(walls.camera, np.arange(len(listed) + 1))
    waiting = np.flatnonzero(is_to_move)
    turn = 0
    cornered: list[NDArray[np.intp]] = []
    while len(waiting):
        row = first[waiting] + turn // 2
        has_more = row < first[waiting + 1]
        cornered.append(waiting[~has_more])
        waiting, row = waiting[has_more], row[has_more]
        side = 1.0 if turn % 2 == 0 else -1.0
        candidate = walls.foot[row] + side * offset_m * walls.normal[row]
        is_blocked = np.zeros(len(waiting), dtype=bool)
        found = tree.query(points_of(candidate), predicate="dwithin", distance=CLEAR_OF_WALLS_M)
        is_blocked[found[0]] = True
        position[waiting[~is_blocked]] = candidate[~is_blocked]
        used_m[waiting[~is_blocked]] = walls.distance_m[row[~is_blocked]]
        waiting = waiting[is_blocked]
        turn += 1
    # Where walls meet in a corner there may be no room straight before any of them, but aslant.
    waiting = np.concatenate(cornered) if cornered else waiting
    nearest = first[waiting]
    for angle in np.arange(CORNER_DIRECTIONS) * 2.0 * np.pi / CORNER_DIRECTIONS:
        candidate = walls.foot[nearest] + offset_m * np.array([np.cos(angle), np.sin(angle)])
        is_blocked = np.zeros(len(waiting), dtype=bool)
        is_blocked[tree.query(points_of(candidate), predicate="dwithin", distance=CLEAR_OF_WALLS_M)[0]] = True
        position[waiting[~is_blocked]] = candidate[~is_blocked]
        used_m[waiting[~is_blocked]] = walls.distance_m[nearest[~is_blocked]]
        waiting, nearest = waiting[is_blocked], nearest[is_blocked]
    return position, used_m
