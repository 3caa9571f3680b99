"""Findings about sensitive places and squares: counts and shares per kind, each with its interval and its denominator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.assessment.headline import FindingRows, drawn_interval, in_view
from overseen.exposure.approaches import ACCESS_M, APPROACH_M
from overseen.exposure.places import PlaceExposure
from overseen.exposure.squares import SquareExposure
from overseen.model.places import PlaceKind, SensitivePlaces
from overseen.model.schema import VIEWS
from overseen.model.viewing import Viewing

Flags = NDArray[np.bool_]

FEWEST_CONFIDENTIAL = 5
"""Of fewer places of a confidential kind nothing is told but how many they are: more would help to find one."""


def told_levels(names: Sequence[str]) -> tuple[str, ...]:
    """Return the levels of which findings about places speak: the lowest, recognise and identify or the two finest.

    Examples
    --------
    >>> told_levels(("monitor", "detect", "observe", "recognise", "identify")), told_levels(("far", "near"))
    (('monitor', 'recognise', 'identify'), ('far', 'near'))
    """
    fine = tuple(name for name in ("recognise", "identify") if name in names) or tuple(names[-2:])
    return tuple(dict.fromkeys((names[0], *fine)))


@dataclass(frozen=True, slots=True)
class Lacking:
    """Whether the map lacks buildings around each sensitive place, on any square, and anywhere."""

    place: Flags
    square: bool
    anywhere: bool

    def bound_of(self, kind: PlaceKind, is_kind: Flags) -> str:
        """Return what a number in view over the places of a kind is; where a confidential one lies is not let out."""
        lacks = self.anywhere if kind.is_confidential else (self.place & is_kind).any()
        return "upper" if lacks else "none"


def place_findings(
    sensitive: SensitivePlaces,
    viewing: Viewing,
    *,
    places: PlaceExposure,
    squares: SquareExposure,
    lacking: Lacking | None = None,
) -> pd.DataFrame:
    """Return rows of table ``findings``; a confidential kind has counts over its places and nothing that tells them apart.

    Whether the map lacks buildings around them is told by ``lacking``; nowhere by default.
    """
    rows = FindingRows()
    lacking = lacking or Lacking(np.zeros(len(sensitive.places), dtype=bool), square=False, anywhere=False)
    of_kind = sensitive.places["kind"].to_numpy(dtype=object)
    open_count = int((~sensitive.places["is_confidential"]).sum())
    for kind in sensitive.kinds:
        if kind.is_square:
            continue
        is_kind = np.asarray(of_kind == kind.name, dtype=bool)
        count = int(is_kind.sum())
        # A confidential kind is in no total, from which it could be reckoned.
        of = count if kind.is_confidential else open_count
        what = "places of this kind" if kind.is_confidential else "sensitive places of kinds that are not confidential"
        rows.count(f"places_{kind.name}_count", "places", f"{kind.title} found", count, of=of, what=what)
        if count >= (FEWEST_CONFIDENTIAL if kind.is_confidential else 1):
            _add_kind(rows, kind, is_kind, viewing, places, lacking.bound_of(kind, is_kind))
    _add_squares(rows, viewing, squares, bound="upper" if lacking.square else "none")
    return rows.table()


def _add_kind(
    rows: FindingRows, kind: PlaceKind, is_kind: Flags, viewing: Viewing, places: PlaceExposure, bound: str
) -> None:
    names = viewing.ladder.names
    count = int(is_kind.sum())
    for view in VIEWS:
        for name in told_levels(names):
            reached = places.door_levels[view][is_kind] > names.index(name)
            rows.add(
                f"places_{kind.name}_{view}_{name}_entrance_count",
                "places",
                in_view(f"{kind.title} with an entrance", view, name),
                view=view,
                level=name,
                unit="count",
                denominator=float(count),
                denominator_unit=f"places: {kind.title.lower()}",
                bound=bound,
                **drawn_interval(reached.sum(axis=0).astype(float)),
            )
    without = places.is_without_way()[is_kind]
    is_known = ~np.isnan(without).any(axis=1)
    shared = {"view": "reachable", "level": names[0], "bound": bound}
    if is_known.sum() >= (FEWEST_CONFIDENTIAL if kind.is_confidential else 1):
        known = {
            "denominator": float(is_known.sum()),
            "denominator_unit": f"places: {kind.title.lower()}, of which it can be told",
        }
        rows.add(
            f"places_{kind.name}_without_unseen_way_count",
            "places",
            f"{kind.title} that cannot be reached from {APPROACH_M:g} m away without passing what some camera could look at",
            unit="count",
            **drawn_interval(without[is_known].sum(axis=0)),
            **known,
            **shared,
        )
        rows.add(
            f"places_{kind.name}_least_seen_m",
            "places",
            f"{kind.title}: metres that some camera could look at on the least-seen way of the last {APPROACH_M:g} m, mean over places",
            unit="m",
            **drawn_interval(places.least_seen_m[is_kind][is_known].mean(axis=0)),
            **known,
            **shared,
        )  # fmt: skip
    _add_approach(rows, kind, places.approach_share[is_kind], shared)


def _add_approach(rows: FindingRows, kind: PlaceKind, share: NDArray[np.float64], shared: dict[str, str]) -> None:
    has_one = ~np.isnan(share).any(axis=1)
    if kind.is_confidential or not has_one.any():
        return
    rows.add(
        f"places_{kind.name}_approach_share",
        "places",
        f"{kind.title}: share of the walking network within {APPROACH_M:g} m that some camera could look at, mean over places",
        unit="share",
        denominator=float(has_one.sum()),
        denominator_unit=f"places: {kind.title.lower()}, with an entrance at most {ACCESS_M:g} m from a walkable street",
        **drawn_interval(share[has_one].mean(axis=0)),
        **shared,
    )


def _add_squares(rows: FindingRows, viewing: Viewing, squares: SquareExposure, *, bound: str) -> None:
    area_m2 = squares.squares["area_m2"].to_numpy()
    count = int((area_m2 > 0.0).sum())
    rows.count("squares_count", "squares", "Squares and pedestrian areas", count, of=count, what="squares and pedestrian areas")  # fmt: skip
    if count == 0:
        return
    weight = (area_m2 / area_m2.sum())[:, None]
    for view in VIEWS:
        for level, name in enumerate(viewing.ladder.names):
            rows.add(
                f"squares_{view}_{name}_share",
                "squares",
                in_view("Share of the area of squares and pedestrian areas", view, name),
                view=view,
                level=name,
                unit="share",
                denominator=float(area_m2.sum()),
                denominator_unit="m2 of squares and pedestrian areas, each counted by itself where they overlap",
                bound=bound,
                **drawn_interval((squares.drawn_share[view][:, :, level] * weight).sum(axis=0)),
            )
