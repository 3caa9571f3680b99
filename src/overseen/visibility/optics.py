"""Lens geometry: field of view, pixel density and the reach of a detail level.

Formulas: field of view 2 atan(w / 2f); density N / (2 z tan(field / 2)) at distance z on the axis, N the image width in
pixels; a fisheye spreads N pixels evenly over its field, N / (z · field). All functions broadcast over numpy arrays.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

FISHEYE_FROM_DEG = 120.0
"""Above this field of view a lens is read as a fisheye."""


def field_of_view_deg(sensor_width_mm: ArrayLike, focal_length_mm: ArrayLike) -> Floats:
    """Return the horizontal field of view of a rectilinear lens, degrees.

    Examples
    --------
    >>> round(float(field_of_view_deg(4.8, 2.8)), 1)
    81.2
    """
    ratio = np.asarray(sensor_width_mm, dtype=float) / (2.0 * np.asarray(focal_length_mm, dtype=float))
    return np.degrees(2.0 * np.arctan(ratio))


def _pixels_per_metre_at_1_m(image_width_px: ArrayLike, field_of_view_deg: ArrayLike) -> Floats:
    field = np.radians(np.asarray(field_of_view_deg, dtype=float))
    is_fisheye = np.asarray(field_of_view_deg) > FISHEYE_FROM_DEG
    across = np.where(is_fisheye, field, 2.0 * np.tan(np.minimum(field, 3.0) / 2.0))
    return np.asarray(image_width_px, dtype=float) / across


def pixel_density(distance_m: ArrayLike, image_width_px: ArrayLike, field_of_view_deg: ArrayLike) -> Floats:
    """Return the pixel density at ``distance_m`` on the axis, px/m.

    Examples
    --------
    >>> round(float(pixel_density(10.0, 1920, field_of_view_deg(4.8, 25.0))))
    1000
    """
    return _pixels_per_metre_at_1_m(image_width_px, field_of_view_deg) / np.asarray(distance_m, dtype=float)


def slant_reach_m(density_px_per_m: ArrayLike, image_width_px: ArrayLike, field_of_view_deg: ArrayLike) -> Floats:
    """Return the distance at which the density falls to ``density_px_per_m``, m along the sightline.

    It is used as the radius of an arc. For a rectilinear lens that is a lower bound: off the axis a target parallel to the
    sensor reaches the density at reach / cos(angle), one that faces the lens at reach / cos²(angle).

    Examples
    --------
    >>> round(float(slant_reach_m(25.0, 1920, field_of_view_deg(4.8, 2.8))), 1)
    44.8
    """
    return _pixels_per_metre_at_1_m(image_width_px, field_of_view_deg) / np.asarray(density_px_per_m, dtype=float)


def horizontal_reach_m(
    slant_m: ArrayLike, mounting_height_m: ArrayLike, target_height_m: float, *, maximum_range_m: ArrayLike = np.inf
) -> Floats:
    """Return the reach in plan, m: the slant reach, capped, less what the height difference uses up; 0 if it uses up all.

    Examples
    --------
    >>> float(horizontal_reach_m(5.0, 4.6, 1.6))
    4.0
    >>> float(horizontal_reach_m(2.0, 4.6, 1.6))
    0.0
    """
    slant = np.minimum(np.asarray(slant_m, dtype=float), np.asarray(maximum_range_m, dtype=float))
    drop = np.asarray(mounting_height_m, dtype=float) - target_height_m
    return np.sqrt(np.maximum(slant**2 - drop**2, 0.0))
