"""What each head sees under a published model: a disc, a sector or nothing, as its profile says."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.model.profile import ARC, Profile, Shape
from overseen.model.viewing import Viewing
from overseen.visibility.frustums import Sections
from overseen.visibility.unknowns import uniforms

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def profile_of(viewing: Viewing) -> Profile:
    """Return the published model of a viewing; ValueError where there is none."""
    if viewing.profile is None:
        raise ValueError("this viewing has no published model")
    return viewing.profile


def lens_heights_m(heads: pd.DataFrame, viewing: Viewing) -> Floats:
    """Return the height of every lens as the model takes it, shape (n,), m; that of the target where it takes none."""
    rule = profile_of(viewing).height
    if rule is None:
        return np.full(len(heads), viewing.target_height_m)
    stated = heads["mounting_height_m"].to_numpy(dtype=float)
    return np.clip(np.where(np.isnan(stated), rule.default_m, stated), rule.lowest_m, rule.highest_m)


class ProfileShapes:
    """The shapes of n heads under a model; the two views, reachable and at once, are the same.

    Parameters
    ----------
    width_deg
        Angle, shape (n,); 360: a disc.
    reach_m
        Reach per level, shape (n, levels).
    is_drawn
        Whether the bearing is drawn, shape (n,).
    """

    def __init__(self, heads: pd.DataFrame, viewing: Viewing) -> None:
        profile, count = profile_of(viewing), len(heads)
        self.heads, self.viewing = heads, viewing
        self.width_deg = np.full(count, 360.0)
        self.reach_m = np.zeros((count, len(viewing.ladder.levels)))
        self.is_drawn = np.zeros(count, dtype=bool)
        kinds = heads["kind"].to_numpy(dtype=object)
        for shape in profile.shapes:
            rows = np.flatnonzero(np.isin(kinds, shape.kinds))
            if shape.form != "nothing" and len(rows):
                self._fill(shape, rows)

    def _fill(self, shape: Shape, rows: NDArray[np.intp]) -> None:
        """Write width, reach and openness of the heads of one shape."""
        heads = self.heads.iloc[rows]
        scale = _tilt_factor(heads, shape.free_tilt_deg)[:, None] * self._level_factors(shape)[None, :]
        height = lens_heights_m(heads, self.viewing)
        reach = (shape.reach_m + shape.reach_per_height * height)[:, None] * scale
        if shape.form == "sector":
            is_arc = _is_arc(heads)
            is_open = heads["bearing_deg"].isna().to_numpy() | (is_arc if shape.arc == "unread" else False)
            stated = heads["field_of_view_deg"].to_numpy(dtype=float)
            width = np.where(is_arc & (shape.arc == "width"), stated, shape.width_deg)
            if shape.no_bearing == "drawn":
                self.is_drawn[rows] = is_open & (width < 360.0)
            else:
                instead = 0.0 if shape.no_bearing == "nothing" else shape.disc_reach_m
                disc = reach if instead is None else instead * scale
                reach = np.where(is_open[:, None], disc, reach)
                width = np.where(is_open, 360.0, width)
            self.width_deg[rows] = width
        self.reach_m[rows] = reach

    def _level_factors(self, shape: Shape) -> Floats:
        """Return how many times its reach a shape has at each level, shape (levels,)."""
        nominal = profile_of(self.viewing).nominal
        levels = self.viewing.ladder.levels
        if shape.lens is None or nominal is None:
            return np.ones(len(levels))
        return np.array([nominal.times(shape.lens, level.density_px_per_m) for level in levels])

    def bearing_deg(self, north_deg: Floats) -> Floats:
        """Return plane bearings, shape (n, draws): as stated, else drawn evenly from the full circle."""
        draws, seed = self.viewing.draws, self.viewing.seed
        stated = (self.heads["bearing_deg"].to_numpy(dtype=float) + north_deg)[:, None]
        even = [uniforms(seed, f"profile|{name}", draws) for name in self.heads.index]
        drawn = np.array(even).reshape(len(self.heads), draws) * 360.0
        # A disc has no bearing; any number serves.
        bearing = np.where(self.is_drawn[:, None], drawn, np.nan_to_num(stated))
        return np.mod(bearing, 360.0)

    def sections(self, shape: tuple[int, ...]) -> Sections:
        """Return the sections of plain sectors: no model here knows a dead zone."""
        return Sections(np.full(shape, np.nan), np.zeros(shape), np.full(shape, -np.inf), np.full(shape, np.inf))


def _tilt_factor(heads: pd.DataFrame, free_deg: float | None) -> Floats:
    """Return what a stated tilt leaves of the reach, shape (n,)."""
    if free_deg is None:
        return np.ones(len(heads))
    beyond = np.clip(np.nan_to_num(heads["tilt_deg"].to_numpy(dtype=float)) - free_deg, 0.0, 90.0)
    return np.cos(np.radians(beyond))


def _is_arc(heads: pd.DataFrame) -> Flags:
    """Return for which heads the list states an arc of bearings."""
    source = heads["field_of_view_source"]
    return source.map(lambda text: isinstance(text, str) and text.endswith(f", {ARC}")).to_numpy(dtype=bool)
