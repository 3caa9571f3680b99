"""Other ways to an isovist, each as a function of one lens among the buildings near it: rows of what it takes, and an area."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Near:
    """One lens, m, its reach, and the footprints that its disc touches."""

    x: float
    y: float
    reach_m: float
    footprints: NDArray[np.object_]


def shapely_shadows(near: Near) -> float:
    """Return the area in view: a disc less every footprint and the quadrangle behind each of its walls."""
    disc = shapely.Point(near.x, near.y).buffer(near.reach_m, quad_segs=90)
    if len(near.footprints) == 0:
        return disc.area
    lens = np.array([near.x, near.y])
    rings = shapely.get_rings(shapely.get_parts(near.footprints))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[:-1] == ring[1:]
    start, end = points[:-1][same] - lens, points[1:][same] - lens
    far = [side * (20 * near.reach_m / np.maximum(np.hypot(*side.T), 1e-9))[:, None] for side in (start, end)]
    quadrangles = shapely.polygons(np.stack([start, end, far[1], far[0], start], axis=1) + lens)
    hidden = shapely.union_all(np.concatenate([shapely.make_valid(quadrangles), near.footprints]))
    return disc.difference(hidden).area


def pysovist_area(near: Near) -> float:
    """Return the area by pysovist's exact angular intervals."""
    import pysovist

    rings = shapely.get_rings(shapely.get_parts(near.footprints))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[:-1] == ring[1:]
    segments = np.stack([points[:-1][same], points[1:][same]], axis=1) - np.array([near.x, near.y])
    if len(segments) == 0:
        return np.pi * near.reach_m**2
    return float(pysovist.isovist(segments, (0.0, 0.0), max_distance=near.reach_m).area)


def pyvispoly_polygon(near: Near) -> shapely.Polygon:
    """Return the view in a box as wide as the reach by CGAL's exact triangular expansion, in metres from the lens."""
    import pyvispoly

    side = near.reach_m
    moved = shapely.transform(near.footprints, lambda points: points - np.array([near.x, near.y]))
    free = shapely.box(-side, -side, side, side).difference(shapely.union_all(moved))
    room = next((part for part in shapely.get_parts(free) if part.intersects(shapely.Point(0, 0))), None)
    if room is None:
        return shapely.Polygon()
    room = shapely.orient_polygons(room)
    shell, *holes = (
        pyvispoly.Polygon([pyvispoly.Point(*xy) for xy in shapely.get_coordinates(ring)[:-1]])
        for ring in (room.exterior, *room.interiors)
    )
    calculator = pyvispoly.VisibilityPolygonCalculator(pyvispoly.PolygonWithHoles(shell, holes))
    seen = calculator.compute_visibility_polygon(pyvispoly.Point(0.0, 0.0))
    return shapely.Polygon([(float(point.x()), float(point.y())) for point in seen.boundary()])


def pyvispoly_area(near: Near) -> float:
    """Return the area by CGAL, cut to the disc by shapely."""
    return pyvispoly_polygon(near).intersection(shapely.Point(0, 0).buffer(near.reach_m, quad_segs=90)).area


class EmbreeRays:
    """360 rays per lens against upright walls, single precision, in one scene round the first lens."""

    def __init__(self, vertex: Floats, first: NDArray[np.int64], centre: Floats) -> None:
        from embreex import rtcore_scene
        from embreex.mesh_construction import TriangleMesh

        inner = np.ones(len(vertex), dtype=bool)
        inner[first[1:] - 1] = False
        start = np.flatnonzero(inner)
        a, b = vertex[start] - centre, vertex[start + 1] - centre
        low, high = np.zeros(len(a)), np.ones(len(a))
        one = np.stack([np.column_stack([a, low]), np.column_stack([b, low]), np.column_stack([b, high])], axis=1)
        two = np.stack([np.column_stack([a, low]), np.column_stack([b, high]), np.column_stack([a, high])], axis=1)
        self.centre = centre
        self.scene = rtcore_scene.EmbreeScene()
        self.mesh = TriangleMesh(self.scene, np.concatenate([one, two]).astype(np.float32))

    def areas(self, position: Floats, reach_m: float, rays: int = 360) -> Floats:
        """Return the area of the polygon of ray ends round every position."""
        angle = 2.0 * np.pi * np.arange(rays) / rays
        direction = np.tile(np.column_stack([np.cos(angle), np.sin(angle), np.zeros(rays)]), (len(position), 1))
        origin = np.repeat(np.column_stack([position - self.centre, np.full(len(position), 0.5)]), rays, axis=0)
        reach = np.full(len(origin), reach_m, dtype=np.float32)
        hit = self.scene.run(origin.astype(np.float32), direction.astype(np.float32), reach, query="DISTANCE")
        distance = np.minimum(hit, reach_m).reshape(len(position), rays).astype(float)
        return 0.5 * np.sin(2.0 * np.pi / rays) * (distance * np.roll(distance, -1, axis=1)).sum(axis=1)


ONE_BY_ONE: dict[str, Callable[[Near], float]] = {
    "pysovist": pysovist_area,
    "pyvispoly": pyvispoly_area,
    "shapely shadows": shapely_shadows,
}
