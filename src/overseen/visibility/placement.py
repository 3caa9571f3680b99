"""Reading mapped positions against the buildings: on a wall, inside by a mapping error, or truly inside."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from overseen.model.cameras import CameraNetwork
from overseen.model.viewing import Viewing

Floats = NDArray[np.float64]

CLEAR_OF_WALLS_M = 0.05
"""A placed camera is at least this far from every footprint."""


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
    """

    position: Floats
    kind: NDArray[np.str_]
    moved_m: Floats


def place_cameras(network: CameraNetwork, buildings: gpd.GeoDataFrame, viewing: Viewing) -> Placement:
    """Return where each camera stands, seen against the footprints.

    A camera within ``facade_tolerance_m`` of a wall hangs on it; one that the list says is on a wall, or that is mapped
    inside a building, at most ``facade_reach_m`` from the outer wall, is moved out of the nearest one. Both are set
    ``facade_offset_m`` off the wall. Deeper inside it sees only the inside, and so does one that the list calls indoor:
    neither view is examined. Courtyards are outside.

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
    tree = shapely.STRtree(footprints)
    position = listed.copy()
    kind = np.full(len(listed), "free", dtype="<U20")
    on_wall = (network.cameras["mount"] == "wall").to_numpy()
    reach = viewing.facade_reach_m + viewing.facade_offset_m
    near = _neighbours(tree, listed, reach)
    for row, found in near.items():
        obstacle = shapely.union_all(footprints[found])
        kind[row], position[row] = _placed(listed[row], obstacle, on_wall[row], viewing)
    kind[(network.cameras["setting"] == "indoor").to_numpy()] = "indoor"
    position[kind == "indoor"] = listed[kind == "indoor"]
    return Placement(position, kind, np.hypot(*(position - listed).T))


def _neighbours(tree: shapely.STRtree, points: Floats, distance_m: float) -> dict[int, NDArray[np.intp]]:
    """Return, for each point near any footprint, the footprints within ``distance_m``, in their order."""
    pairs = tree.query(shapely.points(points), predicate="dwithin", distance=distance_m)
    order = np.lexsort((pairs[1], pairs[0]))
    rows, starts = np.unique(pairs[0][order], return_index=True)
    groups = np.split(pairs[1][order], starts[1:])
    return dict(zip(rows.tolist(), groups, strict=True)) if len(rows) else {}


def _placed(point: Floats, obstacle: BaseGeometry, is_on_wall: bool, viewing: Viewing) -> tuple[str, Floats]:
    here = shapely.Point(point)
    is_inside = bool(shapely.intersects_xy(obstacle, *point))
    distance = float(shapely.distance(here, obstacle.boundary))
    if is_inside and distance > viewing.facade_reach_m:
        return "inside_building", point
    if not is_inside and distance > (viewing.facade_reach_m if is_on_wall else viewing.facade_tolerance_m):
        return "free", point
    moved = _set_off(point, obstacle, viewing)
    if moved is None:
        return ("inside_building", point) if is_inside else ("free", point)
    hangs = distance <= viewing.facade_tolerance_m
    return ("on_facade" if hangs else "moved_to_facade"), moved


def _set_off(point: Floats, obstacle: BaseGeometry, viewing: Viewing) -> Floats | None:
    """Return the point ``facade_offset_m`` in front of the nearest wall that has room before it; None if none has."""
    walls = shapely.get_parts(obstacle.boundary)
    ends = np.vstack([np.hstack([line[:-1], line[1:]]) for line in map(shapely.get_coordinates, walls)])
    along = ends[:, 2:] - ends[:, :2]
    length = np.hypot(*along.T)
    ends, along, length = ends[length > 0], along[length > 0], length[length > 0]
    share = np.clip(np.sum((point - ends[:, :2]) * along, axis=1) / length**2, 0.0, 1.0)
    foot = ends[:, :2] + share[:, None] * along
    distance = np.hypot(*(point - foot).T)
    normal = np.column_stack([along[:, 1], -along[:, 0]]) / length[:, None]
    for wall in np.argsort(distance, kind="stable"):
        if distance[wall] > viewing.facade_reach_m:
            return None
        for side in (1.0, -1.0):
            candidate = foot[wall] + side * viewing.facade_offset_m * normal[wall]
            if shapely.distance(shapely.Point(candidate), obstacle) >= CLEAR_OF_WALLS_M:
                return candidate
    return None
