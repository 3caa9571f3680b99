"""What a tilted camera has in its picture: the section of its frustum with the level of the target.

With the tilt t below the horizon, half the horizontal field a, half the vertical field b and the drop D from lens to target, a
point y metres along the axis and x beside it is in the picture where |x| <= tan(a) (y cos t + D sin t), y sin(t + b) >=
D cos(t + b) and y sin(t - b) <= D cos(t - b): two straight sides, a near line (before it lies the dead zone) and a far line.
Derived from the projection of a rectilinear lens; a fisheye has no such section.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from overseen.visibility.optics import FISHEYE_FROM_DEG

Floats = NDArray[np.float64]


class Sections(NamedTuple):
    """Sections of frustums, all arrays of one shape.

    Parameters
    ----------
    half_deg
        Angle in the plan between the axis and each side; nan: the tilt says nothing, the field is a plain sector.
    side_m
        How far the sides pass outside of the lens; 0 for a plain sector.
    near_m, far_m
        Where along the axis the field begins and ends; -inf and inf for a plain sector. ``near_m > far_m``: nothing at the
        target's height is in the picture.
    """

    half_deg: Floats
    side_m: Floats
    near_m: Floats
    far_m: Floats

    def take(self, key: Any) -> Sections:
        """Return some of them: ``key`` indexes every array."""
        return Sections(*(values[key] for values in self))

    def is_tilted(self) -> NDArray[np.bool_]:
        """Return where the tilt is known and says something."""
        return ~np.isnan(self.half_deg)


def vertical_field_deg(horizontal_deg: ArrayLike, aspect_ratio: ArrayLike) -> Floats:
    """Return the vertical field of view of a rectilinear lens from the horizontal one and the picture's width by height.

    Examples
    --------
    >>> round(float(vertical_field_deg(90.0, 16 / 9)), 1)
    58.7
    """
    half = np.tan(np.radians(np.asarray(horizontal_deg, dtype=float)) / 2.0) / np.asarray(aspect_ratio, dtype=float)
    return np.degrees(2.0 * np.arctan(half))


def sections(horizontal_deg: ArrayLike, vertical_deg: ArrayLike, tilt_deg: ArrayLike, drop_m: ArrayLike) -> Sections:
    """Return the sections of frustums with the plane of the target; the arguments broadcast.

    Parameters
    ----------
    horizontal_deg, vertical_deg
        Fields of view. Above ``FISHEYE_FROM_DEG`` the section is a plain sector.
    tilt_deg
        Below the horizon, -90 to 90; nan where unknown: a plain sector.
    drop_m
        Height of the lens less that of the target, negative for a lens below it; not finite: a plain sector.

    Examples
    --------
    A lens 4 m above faces, 45° down, 60° by 40°: faces are in the picture from 1.9 m to 8.6 m before it.

    >>> seen = sections(60.0, 40.0, 45.0, 4.0)
    >>> round(float(seen.near_m), 1), round(float(seen.far_m), 1)
    (1.9, 8.6)
    """
    horizontal, vertical, tilt, drop = np.broadcast_arrays(
        *(np.asarray(values, dtype=float) for values in (horizontal_deg, vertical_deg, tilt_deg, drop_m))
    )
    is_plain = np.isnan(tilt) | ~np.isfinite(drop) | ~(horizontal <= FISHEYE_FROM_DEG) | ~(vertical < 180.0)
    tilt, drop = np.radians(np.where(is_plain, 0.0, tilt)), np.where(is_plain, 0.0, drop)
    half = np.radians(np.where(is_plain, 0.0, vertical)) / 2.0
    spread = np.tan(np.radians(np.where(is_plain, 0.0, horizontal)) / 2.0)
    side = np.hypot(1.0, spread * np.cos(tilt))
    # y sin(t + b) >= D cos(t + b), and y sin(b - t) >= -D cos(b - t).
    lower_near, lower_far = _beyond(np.sin(tilt + half), drop * np.cos(tilt + half))
    upper_near, upper_far = _beyond(np.sin(half - tilt), -drop * np.cos(half - tilt))
    near, far = np.maximum(lower_near, upper_near), np.minimum(lower_far, upper_far)
    return Sections(
        np.where(is_plain, np.nan, np.degrees(np.arctan(spread * np.cos(tilt)))),
        np.where(is_plain, 0.0, spread * drop * np.sin(tilt) / side),
        np.where(is_plain, -np.inf, near),
        np.where(is_plain, np.inf, far),
    )


def _beyond(slope: Floats, least: Floats) -> tuple[Floats, Floats]:
    """Return between which y the inequality slope · y >= least holds."""
    with np.errstate(divide="ignore", invalid="ignore"):
        bound = least / slope
    near = np.where(slope > 0.0, bound, np.where((slope == 0.0) & (least > 0.0), np.inf, -np.inf))
    far = np.where(slope < 0.0, bound, np.inf)
    return near, far


def half_planes(axis_rad: Floats, of: Sections) -> Floats:
    """Return each section as half-planes a·x + b·y + c >= 0 round the lens, shape (..., 4, 3).

    ``axis_rad`` is counter-clockwise from east. An open near or far line, and every line of a plain sector, is 0·x + 0·y + 1.
    """
    half = np.radians(np.where(of.is_tilted(), of.half_deg, 0.0))
    right, left = axis_rad - half, axis_rad + half
    planes = np.empty((*np.shape(axis_rad), 4, 3))
    planes[..., 0, :] = np.stack([-np.sin(right), np.cos(right), of.side_m], axis=-1)
    planes[..., 1, :] = np.stack([np.sin(left), -np.cos(left), of.side_m], axis=-1)
    planes[..., 2, :] = np.stack([np.cos(axis_rad), np.sin(axis_rad), -of.near_m], axis=-1)
    planes[..., 3, :] = np.stack([-np.cos(axis_rad), -np.sin(axis_rad), of.far_m], axis=-1)
    is_open = np.stack([~of.is_tilted(), ~of.is_tilted(), of.near_m == -np.inf, of.far_m == np.inf], axis=-1)
    planes[is_open] = (0.0, 0.0, 1.0)
    return planes
