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


def clipped(shape: shapely.Geometry, centre: Floats, planes: Floats) -> shapely.Geometry:
    """Return the part of a shape in every half-plane a·x + b·y + c >= 0 round a centre; rows of ``planes`` are (a, b, c)."""
    for a, b, c in planes:
        if a == b == 0.0:
            continue
        foot, along, inward = centre - c * np.array([a, b]), 1e4 * np.array([-b, a]), 1e4 * np.array([a, b])
        shape = shape.intersection(
            shapely.Polygon([foot - along, foot + along, foot + along + inward, foot - along + inward])
        )
    return shape


def shadow(
    centre: Floats, footprint: shapely.Polygon, far_m: float, *, begins: float = 1.0, ends: float = np.inf
) -> shapely.Geometry:
    """Return what lies behind the walls of a footprint, from ``begins`` to ``ends`` times their distance (inf: to far_m).

    The footprint itself is part of it where shadows begin at the walls.
    """
    parts = [footprint] if begins == 1.0 else []
    for ring in (footprint.exterior, *footprint.interiors):
        points = shapely.get_coordinates(ring) - centre
        distance = np.maximum(np.hypot(*points.T), 1e-9)[:, None]
        thrown = points * (far_m / distance if ends == np.inf else ends)
        points = points * begins
        for near, near_next, far, far_next in zip(points[:-1], points[1:], thrown[:-1], thrown[1:], strict=True):
            quadrangle = shapely.Polygon(np.array([near, near_next, far_next, far]) + centre)
            parts.append(shapely.make_valid(quadrangle))
    return shapely.union_all(parts)


def hidden_by(
    centre: Floats, footprint: shapely.Polygon, top_m: float, height_m: float, target_m: float, far_m: float
) -> shapely.Geometry:
    """Return what one building hides of targets at ``target_m`` from a lens at ``height_m``."""
    if height_m > target_m:
        if top_m <= target_m:
            return shapely.Polygon()
        ends = np.inf if top_m >= height_m else (height_m - target_m) / (height_m - top_m)
        return shadow(centre, footprint, far_m, ends=ends)
    if top_m <= height_m:
        return shapely.Polygon()
    begins = 1.0 if top_m >= target_m else (target_m - height_m) / (top_m - height_m)
    return shadow(centre, footprint, far_m, begins=begins)


def isovist(
    centre: Floats,
    footprints: list[shapely.Geometry],
    view: shapely.Polygon,
    *,
    tops_m: list[float] | Floats | None = None,
    height_m: float = 4.0,
    target_m: float = 1.6,
) -> shapely.Geometry:
    """Return ``view`` minus what the footprints that touch it hide; without heights each hides all behind it."""
    centre = np.asarray(centre, dtype=float)
    far_m = 100.0 * max(np.ptp(shapely.get_coordinates(view), axis=0))
    tops = [np.inf] * len(footprints) if tops_m is None else list(tops_m)
    hidden = [
        hidden_by(centre, part, top, height_m, target_m, far_m)
        for shape, top in zip(footprints, tops, strict=True)
        if shape.intersects(view)
        for part in shapely.get_parts(shape)
    ]
    return view.difference(shapely.union_all(hidden))
