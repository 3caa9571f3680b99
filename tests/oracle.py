"""Slow, obvious twins of the kernels, built on shapely boolean geometry alone."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]

QUARTER_CHORDS = 4000


def disc(centre: Floats, radius_m: float) -> shapely.Polygon:
    """Return a disc of so many chords that its area is right to 1e-8."""
    return shapely.Point(centre).buffer(radius_m, quad_segs=QUARTER_CHORDS)


def sector(centre: Floats, start: float, width: float, radius_m: float) -> shapely.Polygon:
    """Return a sector: radians counter-clockwise from east, beginning at ``start``."""
    if width >= 2.0 * np.pi:
        return disc(centre, radius_m)
    angles = np.linspace(start, start + width, QUARTER_CHORDS)
    arc = centre + radius_m * np.column_stack([np.cos(angles), np.sin(angles)])
    return shapely.Polygon(np.vstack([centre, arc]))


def shadow(centre: Floats, footprint: shapely.Polygon, far_m: float) -> shapely.Geometry:
    """Return what a footprint hides from ``centre``: itself and, behind each of its walls, a quadrangle to ``far_m``."""
    parts = [footprint]
    for ring in (footprint.exterior, *footprint.interiors):
        points = shapely.get_coordinates(ring) - centre
        thrown = points * (far_m / np.maximum(np.hypot(*points.T), 1e-9))[:, None]
        for near, near_next, far, far_next in zip(points[:-1], points[1:], thrown[:-1], thrown[1:], strict=True):
            quadrangle = shapely.Polygon(np.array([near, near_next, far_next, far]) + centre)
            parts.append(shapely.make_valid(quadrangle))
    return shapely.union_all(parts)


def isovist(centre: Floats, footprints: list[shapely.Geometry], view: shapely.Polygon) -> shapely.Geometry:
    """Return ``view`` minus the shadows of the footprints that touch it."""
    far_m = 100.0 * max(np.ptp(shapely.get_coordinates(view), axis=0))
    solid = [part for shape in footprints if shape.intersects(view) for part in shapely.get_parts(shape)]
    hidden = shapely.union_all([shadow(centre, part, far_m) for part in solid])
    return view.difference(hidden)
