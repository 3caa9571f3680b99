"""Which unknown moves the answer most: each moved alone from low to high, its share of the variance, and all at their ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.assessment.examine import Examination, redrawn
from overseen.exposure.network import ExaminedHeads
from overseen.exposure.public_space import PublicSpace, public_space_exposure
from overseen.exposure.street_shares import counted_lengths_m
from overseen.exposure.streets import INTERVAL, StreetExposure
from overseen.model.cameras import CameraNetwork
from overseen.model.city import City
from overseen.model.schema import SCENARIOS, SENSITIVITY
from overseen.model.viewing import Viewing
from overseen.visibility.building_heights import UNKNOWN as BUILDING_HEIGHT
from overseen.visibility.cells import HERE, Work, told_nobody
from overseen.visibility.heads import HEIGHT_UNKNOWNS, TURNING_KINDS, set_count
from overseen.visibility.profile_views import ProfileShapes
from overseen.visibility.unknowns import SCORE_95, drawn_scores, value_at

Floats = NDArray[np.float64]

BEARING = "bearing_deg"
"""The bearing has no centre: its row gives the 5 to 95 % range over draws of the bearing alone."""

DRAWS = 40
"""Draws of the bearing under each setting; the same ones every time, so that settings differ by their unknown alone."""

HEADS_AT_ONCE = 400_000
"""Settings are measured together while they are of so many heads in all, at least one: what bounds the memory of their draws."""

FEWEST_DRAWS = 30
"""Below this a share of the variance would be noise."""

NUMBERS = ("low_value", "high_value", "swing", "variance_share")


@dataclass(frozen=True, slots=True)
class Watched:
    """The finding that is watched, as a function of what is held, and what was drawn of it.

    Parameters
    ----------
    examination, city, viewing, work
        As :func:`overseen.assessment.assess.assess` has them.
    drawn_share
        The finding in every draw of everything at once, shape (draws,).
    counted_m
        Metres of counted street, of which it is a share.
    has_streets
        Whether it is the share of street; where there is no street it is that of public space.
    """

    examination: Examination
    city: City
    viewing: Viewing
    work: Work
    drawn_share: Floats
    counted_m: float
    has_streets: bool = True

    @property
    def level(self) -> int:
        """Number of the level that is watched: the second, or the only one."""
        return min(1, len(self.viewing.ladder.levels) - 1)

    @property
    def finding(self) -> str:
        """Name of the finding."""
        subject = "streets" if self.has_streets else "public_space"
        return f"{subject}_reachable_{self.viewing.ladder.names[self.level]}_share"

    def shares(self, settings: Sequence[Mapping[str, float]]) -> list[Floats]:
        """Return the finding over a few draws of the bearing, under several settings that hold the unknowns at normal scores."""
        few = replace(self.viewing, draws=min(DRAWS, self.viewing.draws))
        found: list[Floats] = []
        at_once = max(1, HEADS_AT_ONCE // max(len(self.examination.examined.heads), 1))
        for first in range(0, len(settings), at_once):
            pinned = settings[first : first + at_once]
            heads = _of_one_scenery([redrawn(self.examination, self.city, few, one) for one in pinned])
            found += self._shares(heads, few)
            self.work.tell(min(first + at_once, len(settings)), len(settings))
        return found

    def _shares(self, settings: Sequence[ExaminedHeads], few: Viewing) -> list[Floats]:
        still = replace(self.work, tell=told_nobody)
        if not self.has_streets:
            return [
                public_space_exposure(self.city, heads, few, work=still).drawn_share["reachable"][:, self.level]
                for heads in settings
            ]
        lengths = counted_lengths_m(self.city, settings, self.level, work=still)
        return [length_m / self.counted_m if self.counted_m else np.zeros_like(length_m) for length_m in lengths]

    def centre(self) -> dict[str, float]:
        """Return the scores that hold every unknown at its centre."""
        return {unknown.name: 0.0 for unknown in self.viewing.assumptions.unknowns}

    def head_counts(self) -> dict[str, int]:
        """Return the number of heads to which each assumption is applied, none left out."""
        counts = _concerned(self.examination.examined.heads, self.viewing)
        # A height that is not known may hide something from any head.
        any_open = self.viewing.profile is None and self.city.buildings["height_m"].isna().any()
        return counts | {BUILDING_HEIGHT: len(self.examination.examined.heads) if any_open else 0}


def watched(
    examination: Examination,
    city: City,
    viewing: Viewing,
    streets: StreetExposure,
    public_space: PublicSpace,
    *,
    work: Work = HERE,
) -> Watched:
    """Return the finding to be watched: the share of street in view, reachable, at the second level; of public space without streets."""
    level = min(1, len(viewing.ladder.levels) - 1)
    if city.streets.empty:
        ground = public_space.drawn_share["reachable"][:, level]
        return Watched(examination, city, viewing, work, ground, 0.0, has_streets=False)
    return Watched(examination, city, viewing, work, share_of(streets, level), streets.counted_length_m)


def _of_one_scenery(settings: list[ExaminedHeads]) -> list[ExaminedHeads]:
    """Return settings in which heights that are the same as in the setting before are its very arrays."""
    for place in range(1, len(settings)):
        one, before = settings[place].scenery, settings[place - 1].scenery
        if np.array_equal(one.top_m, before.top_m) and np.array_equal(one.height_m, before.height_m):
            settings[place] = replace(settings[place], scenery=before)
    return settings


def share_of(exposure: StreetExposure, level: int) -> Floats:
    """Return the share of street in view, reachable, at a level, shape (draws,)."""
    length_m = exposure.drawn_length_m["reachable"][:, level]
    return length_m / exposure.counted_length_m if exposure.counted_length_m else np.zeros_like(length_m)


def sensitivity_table(of: Watched) -> pd.DataFrame:
    """Return table ``sensitivity``: how the finding moves with each unknown, alone and among all others."""
    centre, counts = of.centre(), of.head_counts()
    names = [name for name in centre if counts.get(name, 0) > 0]
    rows: dict[str, tuple[float, float, float]] = {}
    # Settings that share their heights stand together, so that what is seen under them is made once.
    names = sorted(names, key=lambda name: name in (*HEIGHT_UNKNOWNS, BUILDING_HEIGHT))
    ends = [{**centre, name: score} for name in names for score in (-SCORE_95, SCORE_95)]
    shares = of.shares([*([centre] if counts[BEARING] else []), *ends])
    if counts[BEARING]:
        low, high = np.quantile(shares[0], INTERVAL)
        rows[BEARING] = (float(low), float(high), np.nan)
    for place, name in enumerate(names):
        low, high = (float(share.mean()) for share in shares[len(shares) - len(ends) :][2 * place : 2 * place + 2])
        rows[name] = (low, high, variance_share(of, name))
    table = pd.DataFrame(
        {
            "finding": of.finding,
            "head_count": [counts[name] for name in rows],
            "low_value": [low for low, _, _ in rows.values()],
            "high_value": [high for _, high, _ in rows.values()],
            "swing": [abs(high - low) for low, high, _ in rows.values()],
            "variance_share": [share for _, _, share in rows.values()],
        },
        index=pd.Index(list(rows), name="unknown", dtype=object),
    ).astype({"head_count": np.int64, **dict.fromkeys(NUMBERS, float), "finding": object})
    return SENSITIVITY.checked(table.sort_values(["swing", "unknown"], ascending=[False, True], kind="stable"))


def variance_share(of: Watched, name: str) -> float:
    """Return the share of the finding's variance over the draws that the shared part of an unknown explains; nan: too few draws.

    The draws of different unknowns are independent, so a parabola in the score of one leaves the others to the rest. The share
    is adjusted for the two slopes that it fits, and 0 where that leaves less than nothing.
    """
    sets = set_count(of.viewing) if name in (*HEIGHT_UNKNOWNS, BUILDING_HEIGHT) else None
    score = drawn_scores(of.viewing, of.viewing.assumptions[name], sets=sets)
    draws = len(score)
    if draws < FEWEST_DRAWS:
        return float("nan")
    spread = of.drawn_share - of.drawn_share.mean()
    total = float((spread**2).sum())
    if total == 0.0:
        return 0.0
    fitted = np.polynomial.Polynomial.fit(score, spread, 2)(score)
    left = float(((spread - fitted) ** 2).sum())
    return max(0.0, 1.0 - (left / (draws - 3)) / (total / (draws - 1)))


def scenario_table(of: Watched, sensitivity: pd.DataFrame) -> pd.DataFrame:
    """Return table ``scenarios``: the finding with every unknown at its centre, and at the end that leaves least or most in view.

    Which end that is, the sensitivity tells. The range is that over the bearings that remain open.
    """
    centre = of.centre()
    rises = {name: 1.0 if row["high_value"] >= row["low_value"] else -1.0 for name, row in sensitivity.iterrows()}
    rows = {}
    sides = (-SCORE_95, 0.0, SCORE_95)
    settings = [
        {**centre, **{str(name): side * rise for name, rise in rises.items() if name in centre}} for side in sides
    ]
    for scenario, held, shares in zip(("low", "central", "high"), settings, of.shares(settings), strict=True):
        low, high = np.quantile(shares, INTERVAL)
        rows[scenario] = {"finding": of.finding, "value": float(shares.mean()), "low": float(low), "high": float(high),
                          "held": _held_words(of.viewing, held, rises)}  # fmt: skip
    return SCENARIOS.checked(pd.DataFrame.from_dict(rows, orient="index").rename_axis(index="scenario"))


def _held_words(viewing: Viewing, held: Mapping[str, float], names: Iterable[object]) -> str:
    words = []
    for name in names:
        if name in held:
            value = float(value_at(viewing.assumptions[str(name)], np.array(held[str(name)])))
            words.append(f"{name} {value:.4g}")
    return ", ".join(words) or "nothing had to be assumed"


ASSUMED_FOR = {
    BEARING: "Bearing of the axis, drawn evenly from the full circle, or from the half away from the wall it hangs on"
}
"""Assumptions that are no entry of an assumption set, with their meaning."""


def assumption_counts(network: CameraNetwork, viewing: Viewing) -> dict[str, int]:
    """Return, for each assumption, the number of a network's heads to which it is applied."""
    kind = network.cameras["kind"].reindex(network.heads["camera_id"]).to_numpy()
    return _concerned(network.heads.assign(kind=kind), viewing)


def _concerned(heads: pd.DataFrame, viewing: Viewing) -> dict[str, int]:
    """Return the number of heads, of a table with the column ``kind``, to which each assumption is applied."""
    if viewing.profile is not None:
        return {BEARING: int(ProfileShapes(heads, viewing).is_drawn.sum())}
    no_bearing = heads["bearing_deg"].isna()
    turns = heads["kind"].isin(TURNING_KINDS)
    may_turn = turns | ((heads["kind"] == "unknown") & no_bearing)
    no_field = heads["field_of_view_deg"].isna() & (heads["kind"] != "panorama")
    concerned = {
        BEARING: no_bearing & (heads["kind"] != "panorama"),
        "turning_share": (heads["kind"] == "unknown") & no_bearing,
        "mounting_height_m": heads["mounting_height_m"].isna(),
        "maximum_range_m": pd.Series(True, index=heads.index),
        "focal_length_mm": no_field & ~turns,
        "longest_focal_length_mm": may_turn,
        "shortest_focal_length_mm": may_turn,
        "image_width_px": heads["image_width_px"].isna(),
        "sensor_width_mm": no_field | may_turn,
        "image_aspect_ratio": heads["tilt_deg"].notna() & ~may_turn & (heads["kind"] != "panorama"),
    }
    return {name: int(rows.sum()) for name, rows in concerned.items()}
