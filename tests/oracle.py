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
            corners = [near, near_next, far_next, far]
            middle = far + far_next
            if ends == np.inf and middle.any():
                # Close to a long wall the straight line between the two far ends would pass near the lens.
                corners.insert(3, middle * far_m / np.hypot(*middle))
            parts.append(shapely.make_valid(shapely.Polygon(np.array(corners) + centre)))
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


def area_in_disc(shape: shapely.Geometry, centre: Floats, radius_m: float) -> float:
    """Return the area of a shape within a true circle, arcs included: each edge gives a triangle, sectors, or both.

    A disc drawn as a polygon is short of area by its sagitta; this is right to rounding.
    """
    area = 0.0
    for ring in shapely.get_rings(shapely.get_parts(shapely.orient_polygons(shape))):
        points = shapely.get_coordinates(ring) - centre
        start, along = points[:-1], np.diff(points, axis=0)
        # Where start + t·along enters and leaves the circle.
        square, half = np.sum(along**2, axis=1), np.sum(start * along, axis=1)
        root2 = half**2 - square * (np.sum(start**2, axis=1) - radius_m**2)
        root = np.sqrt(np.maximum(root2, 0.0))
        enters, leaves = (np.clip((-half + sign * root) / square, 0.0, 1.0)[:, None] * along for sign in (-1.0, 1.0))
        is_met = root2 > 0.0
        chord = _cross(start + enters, start + leaves) / 2.0
        arcs = _angle(start, start + enters) + _angle(start + leaves, points[1:])
        sector = radius_m**2 / 2.0
        area += np.sum(np.where(is_met, chord + sector * arcs, sector * _angle(start, points[1:])))
    return float(area)


def _cross(a: Floats, b: Floats) -> Floats:
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]


def _angle(a: Floats, b: Floats) -> Floats:
    """Return the signed angle from a to b, radians; one of no length has none."""
    return np.arctan2(_cross(a, b), np.sum(a * b, axis=1))


def exact_area(centre: Floats, footprints: list[shapely.Geometry], radius_m: float, **heights: object) -> float:
    """Return the area of an isovist all round by boolean geometry with true arcs, reckoned in metres from the lens."""
    local = [shapely.transform(shape, lambda points: points - centre) for shape in footprints]
    origin = np.zeros(2)
    around = shapely.box(*[-1.1 * radius_m] * 2, *[1.1 * radius_m] * 2)
    return area_in_disc(isovist(origin, local, around, **heights), origin, radius_m)


def ray_area(centre: Floats, footprints: list[shapely.Geometry], radius_m: float, rays: int) -> float:
    """Return the area all round by dense rays against the interior of the union: what only touches a ray does not end it.

    Right to the share of rays that graze a corner: about 1 in ``rays`` for each edge of a shadow.
    """
    solid = shapely.union_all(footprints)
    angle = (np.arange(rays) + 0.5) * 2.0 * np.pi / rays
    ends = centre + radius_m * np.column_stack([np.cos(angle), np.sin(angle)])
    lines = shapely.linestrings(np.stack([np.broadcast_to(centre, ends.shape), ends], axis=1))
    met = np.full(rays, radius_m)
    inner = shapely.intersection(lines, solid)
    parts, ray = shapely.get_parts(inner, return_index=True)
    # A stretch along a wall lies in the boundary and ends nothing.
    is_inside = (shapely.length(parts) > 1e-9) & shapely.contains(
        solid, shapely.line_interpolate_point(parts, 0.5, normalized=True)
    )
    np.minimum.at(met, ray[is_inside], shapely.distance(parts[is_inside], shapely.Point(centre)))
    return float(np.sum(met**2) * np.pi / rays)


GRAZING_M = 1e-10
"""A sightline that is this long in a building only touches it."""


def clear_sightlines(
    lens: Floats,
    points: Floats,
    footprints: list[shapely.Geometry],
    tops_m: Floats,
    *,
    height_m: float,
    target_m: float,
) -> NDArray[np.bool_]:
    """Return whether the line in space from a lens to each target meets no prism: where it is over a footprint it is above."""
    lines = shapely.linestrings(np.stack([np.broadcast_to(lens, points.shape), points], axis=1))
    length = shapely.length(lines)
    is_clear = np.ones(len(points), dtype=bool)
    for shape, top in zip(footprints, tops_m, strict=True):
        shapely.prepare(shape)
        rows = np.flatnonzero(shapely.intersects(shape, lines))
        parts, row = shapely.get_parts(shapely.intersection(lines[rows], shape), return_index=True)
        is_met = shapely.length(parts) > GRAZING_M
        parts, row = parts[is_met], rows[row[is_met]]
        # A line is straight: where it is lowest over a footprint is where it comes in or where it goes out.
        ends = np.stack([shapely.get_point(parts, place) for place in (0, -1)], axis=1)
        share = shapely.distance(ends, shapely.Point(lens)) / length[row, None]
        is_clear[row[(height_m + (target_m - height_m) * share).min(axis=1) < top - 1e-9]] = False
    return is_clear
