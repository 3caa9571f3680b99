"""What each head may see, draw by draw: bearing, field of view and reach of every level, reachable and at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from overseen.kernels.draws import Sectors
from overseen.model.schema import VIEWS, View
from overseen.model.viewing import Viewing
from overseen.visibility.frustums import Sections, sections, vertical_field_deg
from overseen.visibility.optics import FISHEYE_FROM_DEG, field_of_view_deg, horizontal_reach_m, slant_reach_m
from overseen.visibility.profile_views import ProfileShapes, lens_heights_m
from overseen.visibility.unknowns import mixed_scores, shared_scores, uniforms, value_at

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Scores = Mapping[str, float]

CAMERA_UNKNOWNS = ("turning_share", "mounting_height_m", "maximum_range_m")
BEARING = "bearing_deg"
HEAD_UNKNOWNS = (
    "focal_length_mm",
    "longest_focal_length_mm",
    "shortest_focal_length_mm",
    "image_width_px",
    "sensor_width_mm",
    BEARING,
    "image_aspect_ratio",
)
"""Drawn for each head on its own, in this order; the bearing has no assumption but the full circle, or half of it."""

HEIGHT_UNKNOWNS = ("mounting_height_m",)
TURNING_KINDS = ("dome", "panning")


def set_count(viewing: Viewing) -> int:
    """Return how many sets of heights are drawn: never more than there are draws, and one where no height is drawn."""
    if viewing.profile is not None:
        return 1
    return max(1, min(viewing.height_sets, viewing.draws))


@dataclass(frozen=True, slots=True)
class HeadViews:
    """Sectors of n heads over the draws.

    Parameters
    ----------
    head_id
        Identifiers, in order.
    bearing_deg
        Bearing of the axis in the plane, shape (n, draws), clockwise from grid north, as the field is at once.
    is_turning
        Whether it turns in that draw, shape (n, draws).
    width_deg
        Field of view per view, shape (n, draws).
    reach_m
        Horizontal reach per view, shape (n, draws, levels).
    height_m
        Height of the lens above ground under every set of heights, shape (n, sets); draw d holds set d modulo sets.
    section
        What the tilt leaves of the field, shape (n, draws), the same in both views: nothing that turns has one.
    """

    head_id: NDArray[np.object_]
    bearing_deg: Floats
    is_turning: Flags
    width_deg: Mapping[View, Floats]
    reach_m: Mapping[View, Floats]
    height_m: Floats
    section: Sections

    def longest_reach_m(self) -> Floats:
        """Return the longest reach of each head over draws, views and levels, shape (n,)."""
        return np.max([reach.max(axis=(1, 2), initial=0.0) for reach in self.reach_m.values()], axis=0)

    def take(self, rows: NDArray[np.intp]) -> HeadViews:
        """Return the views of some heads."""
        return HeadViews(
            self.head_id[rows],
            self.bearing_deg[rows],
            self.is_turning[rows],
            {view: width[rows] for view, width in self.width_deg.items()},
            {view: reach[rows] for view, reach in self.reach_m.items()},
            self.height_m[rows],
            self.section.take(rows),
        )

    def sectors(self, view: View) -> Sectors:
        """Return the sectors of one view as the kernels take them."""
        is_tilted = self.section.is_tilted()
        half = np.radians(np.where(is_tilted, self.section.half_deg, self.width_deg[view] / 2.0))
        axis = np.radians(90.0 - self.bearing_deg)
        right, left = axis - half, axis + half
        return Sectors(
            np.stack([np.cos(right), np.sin(right)], axis=-1),
            np.stack([np.cos(left), np.sin(left)], axis=-1),
            np.where(~is_tilted & (self.width_deg[view] >= 360.0), 2.0 * np.pi, 2.0 * half),
            np.ascontiguousarray(self.reach_m[view]),
            self.section.side_m,
            np.stack([self.section.near_m, self.section.far_m], axis=-1),
        )


def drawn_head_views(
    heads: pd.DataFrame, viewing: Viewing, *, north_deg: Floats, pinned: Scores | None = None
) -> HeadViews:
    """Return the sectors of heads over ``viewing.draws`` draws of all that is unknown about them.

    Parameters
    ----------
    heads
        Table ``heads`` with the column ``kind`` of their cameras added, and with ``outward_deg`` where some hang on walls: the
        plane bearing away from the wall, nan elsewhere.
    viewing
        Assumptions, ladder, seed.
    north_deg
        Plane bearing of true north at each head, shape (n,).
    pinned
        Normal scores at which unknowns are held instead of drawn (0 is the centre). Bearings are always drawn.
    """
    if viewing.profile is not None:
        return _profile_head_views(heads, viewing, north_deg)
    return _Drawing(heads, viewing, pinned or {}).views(north_deg)


@dataclass(frozen=True, slots=True)
class WallViews:
    """What walls need to know of n lenses beyond their sectors.

    Parameters
    ----------
    density_reach_m
        Per view, distance at which a target that faces the lens falls to each level, whatever the longest range, shape
        (n, draws, levels).
    range_m
        Longest range, shape (n, draws).
    tilt_deg
        Tilt below the horizon where it says something, shape (n, draws); nan elsewhere.
    wide_deg, high_deg
        Fields of view across and upright of a lens that keeps still, shape (n, draws).
    """

    density_reach_m: Mapping[View, Floats]
    range_m: Floats
    tilt_deg: Floats
    wide_deg: Floats
    high_deg: Floats

    def normals(self, bearing_deg: Floats, draw: int) -> Floats:
        """Return the planes of each frustum in a draw, through the lens, shape (n, 4, 3); 0 where the tilt is not known."""
        is_open = np.isnan(self.tilt_deg[:, draw])
        tilt = np.radians(np.where(is_open, 0.0, self.tilt_deg[:, draw]))
        axis = np.radians(90.0 - bearing_deg[:, draw])
        wide, high = (
            np.tan(np.radians(np.minimum(angle[:, draw], 179.0)) / 2.0)[:, None]
            for angle in (self.wide_deg, self.high_deg)
        )
        level = np.cos(tilt)
        forward = np.stack([level * np.cos(axis), level * np.sin(axis), -np.sin(tilt)], axis=-1)
        beside = np.stack([-np.sin(axis), np.cos(axis), np.zeros_like(axis)], axis=-1)
        upward = np.cross(forward, beside)
        planes = np.stack(
            [wide * forward + beside, wide * forward - beside, high * forward + upward, high * forward - upward], axis=1
        )
        planes[is_open] = 0.0
        return planes


def drawn_wall_views(
    heads: pd.DataFrame, viewing: Viewing, *, pinned: Scores | None = None, is_turning: Flags | None = None
) -> WallViews:
    """Return what walls need to know of heads, drawn as in :func:`drawn_head_views`; ``is_turning`` says it instead of a draw."""
    if viewing.profile is not None:
        return _profile_wall_views(heads, viewing)
    return _Drawing(heads, viewing, pinned or {}).wall_views(is_turning)


def central_heights_m(heads: pd.DataFrame, viewing: Viewing) -> Floats:
    """Return the height of every lens as stated, else the central one of its kind, shape (n,), m."""
    if viewing.profile is not None:
        return lens_heights_m(heads, viewing)
    stated = heads["mounting_height_m"].to_numpy(dtype=float)
    kinds = heads["kind"].to_numpy(dtype=object)
    assumed = value_at(viewing.assumptions["mounting_height_m"], np.zeros((len(heads), 1)), kinds)[:, 0]
    return np.where(np.isnan(stated), assumed, stated)


def _profile_head_views(heads: pd.DataFrame, viewing: Viewing, north_deg: Floats) -> HeadViews:
    """Return the sectors of heads under a published model: nothing but bearings is drawn, and nothing turns."""
    shapes = ProfileShapes(heads, viewing)
    shape = (len(heads), viewing.draws)
    width = np.broadcast_to(shapes.width_deg[:, None], shape)
    reach = np.broadcast_to(shapes.reach_m[:, None, :], (*shape, shapes.reach_m.shape[1]))
    return HeadViews(
        heads.index.to_numpy(dtype=object),
        shapes.bearing_deg(north_deg),
        np.zeros(shape, dtype=bool),
        dict.fromkeys(VIEWS, width),
        dict.fromkeys(VIEWS, reach),
        np.repeat(lens_heights_m(heads, viewing)[:, None], set_count(viewing), axis=1),
        shapes.sections(shape),
    )


def _profile_wall_views(heads: pd.DataFrame, viewing: Viewing) -> WallViews:
    """Return the same for walls: a published model is flat, so what is in plan is all there is."""
    shapes = ProfileShapes(heads, viewing)
    shape = (len(heads), viewing.draws)
    reach = np.repeat(shapes.reach_m[:, None, :], viewing.draws, axis=1)
    width = np.repeat(shapes.width_deg[:, None], viewing.draws, axis=1)
    longest = reach.max(axis=2, initial=0.0)
    return WallViews(dict.fromkeys(VIEWS, reach), longest, np.full(shape, np.nan), width, np.full(shape, 180.0))


@lru_cache(maxsize=4)
def _own_uniforms(seed: int, owner: str, names: tuple[str, ...], unknowns: int, draws: int) -> Floats:
    """Return what is drawn of each camera or head by itself, shape (names, unknowns, draws).

    Kept for the next pass: the settings of a sensitivity analysis are twenty passes over the same heads.
    """
    found = np.empty((len(names), unknowns * draws))
    for row, name in enumerate(names):
        found[row] = uniforms(seed, f"{owner}|{name}", draws * unknowns)
    found.flags.writeable = False
    return found.reshape(len(names), unknowns, draws)


class _Drawing:
    """One pass over the unknowns of a set of heads; ``scores`` of every unknown have shape (n, draws)."""

    def __init__(self, heads: pd.DataFrame, viewing: Viewing, pinned: Scores) -> None:
        self.heads = heads
        self.viewing = viewing
        self.pinned = pinned
        self.kinds = heads["kind"].to_numpy(dtype=object)
        draws, seed = viewing.draws, viewing.seed
        self.camera_uniforms = _own_uniforms(seed, "camera", tuple(heads["camera_id"]), len(CAMERA_UNKNOWNS), draws)
        self.head_uniforms = _own_uniforms(seed, "head", tuple(heads.index), len(HEAD_UNKNOWNS), draws)

    def assumed(self, name: str) -> Floats:
        """Return the assumed value of an unknown for every head and draw."""
        unknown = self.viewing.assumptions[name]
        draws = self.viewing.draws
        if name in self.pinned:
            pinned = value_at(unknown, np.full((len(self.heads), 1), self.pinned[name]), self.kinds)
            return np.broadcast_to(pinned, (len(self.heads), draws))
        if name in CAMERA_UNKNOWNS:
            own = self.camera_uniforms[:, CAMERA_UNKNOWNS.index(name)]
        else:
            own = self.head_uniforms[:, HEAD_UNKNOWNS.index(name)]
        if name in HEIGHT_UNKNOWNS:
            # Heights repeat: every set of them serves several draws of the rest.
            sets = set_count(self.viewing)
            shared = shared_scores(self.viewing.seed, unknown, sets)
            drawn = value_at(unknown, mixed_scores(unknown, shared, ndtri(own[:, :sets])), self.kinds)
            return drawn[:, np.arange(draws) % sets]
        shared = shared_scores(self.viewing.seed, unknown, draws)
        return value_at(unknown, mixed_scores(unknown, shared, ndtri(own)), self.kinds)

    def mounting_height_m(self) -> Floats:
        """Return the height of the lens for every head and draw."""
        return self.stated("mounting_height_m", self.assumed("mounting_height_m"))

    def stated(self, column: str, otherwise: Floats) -> Floats:
        """Return the stated values of a column for every draw, ``otherwise`` where it is unknown."""
        values = self.heads[column].to_numpy(dtype=float)[:, None]
        return np.where(np.isnan(values), otherwise, values)

    def is_turning(self) -> Flags:
        """Return whether each head turns: by its kind, or drawn where neither kind nor bearing is known."""
        kind = self.heads["kind"].to_numpy()[:, None]
        is_open = (kind == "unknown") & np.isnan(self.heads["bearing_deg"].to_numpy(dtype=float))[:, None]
        # The share is what cameras of a draw have in common; which of them turn is each one's own draw.
        unknown = self.viewing.assumptions["turning_share"]
        if unknown.name in self.pinned:
            share = np.full(self.viewing.draws, value_at(unknown, np.array(self.pinned[unknown.name])))
        else:
            share = value_at(unknown, shared_scores(self.viewing.seed, unknown, self.viewing.draws))
        drawn = self.camera_uniforms[:, CAMERA_UNKNOWNS.index("turning_share")] < np.clip(share, 0.0, 1.0)
        return np.isin(kind, TURNING_KINDS) | (is_open & drawn)

    def bearing_deg(self, north_deg: Floats, is_turning: Flags) -> Floats:
        """Return plane bearings: as stated, else drawn evenly; from the full circle, or from the half away from the wall.

        A camera on a wall does not look into it. Which way along the wall it looks is not known.
        """
        drawn = self.head_uniforms[:, HEAD_UNKNOWNS.index(BEARING)]
        outward = self.heads["outward_deg"].to_numpy(dtype=float)[:, None] if "outward_deg" in self.heads else np.nan
        away = outward + (drawn - 0.5) * 180.0
        even = np.where(np.isnan(away), drawn * 360.0 + north_deg[:, None], away)
        true = self.stated("bearing_deg", even - north_deg[:, None]) + north_deg[:, None]
        return np.mod(np.where(is_turning, even, true), 360.0)

    def views(self, north_deg: Floats) -> HeadViews:
        """Return everything, put together."""
        is_turning = self.is_turning()
        is_panorama = (self.heads["kind"] == "panorama").to_numpy()[:, None]
        sensor = self.assumed("sensor_width_mm")
        fixed = self.stated("field_of_view_deg", field_of_view_deg(sensor, self.assumed("focal_length_mm")))
        longest = self.assumed("longest_focal_length_mm")
        shortest = np.minimum(self.assumed("shortest_focal_length_mm"), longest)
        at_longest = np.where(is_turning, field_of_view_deg(sensor, longest), fixed)
        at_shortest = np.where(is_turning, field_of_view_deg(sensor, shortest), fixed)
        at_longest = np.where(is_panorama, 360.0, at_longest)
        at_shortest = np.where(is_panorama, 360.0, at_shortest)
        return HeadViews(
            self.heads.index.to_numpy(dtype=object),
            self.bearing_deg(north_deg, is_turning),
            is_turning,
            {"reachable": np.where(is_turning, 360.0, at_longest), "at_once": at_shortest},
            {"reachable": self.reach_m(at_longest), "at_once": self.reach_m(at_shortest)},
            self.mounting_height_m()[:, : set_count(self.viewing)],
            self.section(fixed, is_turning | is_panorama),
        )

    def wall_views(self, is_turning: Flags | None) -> WallViews:
        """Return what walls need to know of the lenses, put together."""
        turning = self.is_turning() if is_turning is None else is_turning
        is_panorama = (self.heads["kind"] == "panorama").to_numpy()[:, None]
        sensor = self.assumed("sensor_width_mm")
        fixed = self.stated("field_of_view_deg", field_of_view_deg(sensor, self.assumed("focal_length_mm")))
        longest = self.assumed("longest_focal_length_mm")
        shortest = np.minimum(self.assumed("shortest_focal_length_mm"), longest)
        width_px = self.stated("image_width_px", self.assumed("image_width_px"))[..., None]
        densities = np.array([level.density_px_per_m for level in self.viewing.ladder.levels])
        reach: dict[View, Floats] = {}
        focals: dict[View, Floats] = {"reachable": longest, "at_once": shortest}
        for view, focal in focals.items():
            lens = np.where(is_panorama, 360.0, np.where(turning, field_of_view_deg(sensor, focal), fixed))
            reach[view] = slant_reach_m(densities, width_px, lens[..., None])
        tilt = self.stated("tilt_deg", np.full((len(self.heads), self.viewing.draws), np.nan))
        is_plain = turning | is_panorama | np.isnan(tilt) | (fixed > FISHEYE_FROM_DEG)
        vertical = vertical_field_deg(np.minimum(fixed, 179.0), self.assumed("image_aspect_ratio"))
        return WallViews(
            reach,
            np.array(np.broadcast_to(self.assumed("maximum_range_m"), tilt.shape)),
            np.where(is_plain, np.nan, tilt),
            fixed,
            vertical,
        )

    def section(self, field_deg: Floats, is_unbound: Flags) -> Sections:
        """Return what a stated tilt leaves of the field of view of heads that keep still, shape (n, draws)."""
        tilt = self.stated("tilt_deg", np.full((len(self.heads), self.viewing.draws), np.nan))
        drop = self.mounting_height_m() - self.viewing.target_height_m
        vertical = vertical_field_deg(np.minimum(field_deg, 179.0), self.assumed("image_aspect_ratio"))
        return sections(field_deg, vertical, np.where(is_unbound, np.nan, tilt), drop)

    def reach_m(self, lens_deg: Floats) -> Floats:
        """Return the horizontal reach of every level through a lens of the given field of view, (n, draws, levels)."""
        width_px = self.stated("image_width_px", self.assumed("image_width_px"))
        height_m = self.mounting_height_m()
        densities = np.array([level.density_px_per_m for level in self.viewing.ladder.levels])
        slant = slant_reach_m(densities, width_px[..., None], lens_deg[..., None])
        return horizontal_reach_m(
            slant,
            height_m[..., None],
            self.viewing.target_height_m,
            maximum_range_m=self.assumed("maximum_range_m")[..., None],
        )
