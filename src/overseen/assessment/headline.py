"""The numbers that a report may publish, each with its interval and its denominator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.assessment.completeness import Completeness
from overseen.assessment.examine import Examination
from overseen.assessment.finding_draws import DRAWN, checked_findings
from overseen.assessment.undercount import Undercount
from overseen.exposure.public_space import SPACING_M, PublicSpace
from overseen.exposure.streets import INTERVAL, StreetExposure
from overseen.model.city import City
from overseen.model.plan import Plan
from overseen.model.schema import VIEWS
from overseen.model.viewing import Viewing
from overseen.sources.packs import get_pack

Floats = NDArray[np.float64]

VIEW_WORDS = {"reachable": "that some camera could look at", "at_once": "in some camera's view at any one moment"}


def in_view(what: str, view: str, level: str) -> str:
    """Return what something measures in a view at a level, as the meaning of a finding has it.

    Examples
    --------
    >>> in_view("Share of public space", "reachable", "detect")
    'Share of public space that some camera could look at, at detect'
    """
    if view == "reachable":
        return f"{what} that some camera could look at, at {level}"
    return f"{what} in some camera's view at any one moment, at {level}"


def where_mapped(what: str) -> str:
    """Return what is measured where the map is not found to lack buildings."""
    return f"{what}, where the map is not found to lack buildings"


def where_missing(what: str) -> str:
    """Return what is measured where the map lacks buildings, as the denominator of a finding has it."""
    return f"{what}, where the map lacks buildings"


def bounded_where_missing(what: str) -> str:
    """Return what is measured where the map lacks buildings, which is an upper bound."""
    return f"{what}, where the map lacks buildings: an upper bound"


def as_it_is(what: str) -> str:
    """Return what is measured everywhere."""
    return what


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything measured of a plan from which findings are drawn; ``undercount`` is None without a second list."""

    streets: StreetExposure
    public_space: PublicSpace
    completeness: Completeness
    undercount: Undercount | None = None


@dataclass(slots=True)
class FindingRows:
    """Findings as they are gathered."""

    index: list[str] = field(default_factory=list)
    rows: list[dict[str, object]] = field(default_factory=list)

    def add(self, name: str, subject: str, meaning: str, **values: object) -> None:
        """Add a finding; what ``values`` do not give is empty."""
        empty: dict[str, object] = {"view": None, "level": None, "low": np.nan, "high": np.nan, "bound": "none",
                                    DRAWN: None}  # fmt: skip
        self.index.append(name)
        self.rows.append({"subject": subject, "meaning": meaning, **empty, **values})

    def count(
        self, name: str, subject: str, meaning: str, number: int, *, of: int, what: str, bound: str = "none"
    ) -> None:
        """Add a count, which has no interval."""
        self.add(
            name,
            subject,
            meaning,
            value=float(number),
            unit="count",
            denominator=float(of),
            denominator_unit=what,
            bound=bound,
        )

    def table(self) -> pd.DataFrame:
        """Return table ``findings``."""
        frame = pd.DataFrame(self.rows, index=pd.Index(self.index, name="finding", dtype=object))
        numbers = dict.fromkeys(("value", "low", "high", "denominator"), float)
        return checked_findings(frame.astype(numbers))


def findings_table(
    examination: Examination, plan: Plan, city: City, viewing: Viewing, *, measured: Measured
) -> pd.DataFrame:
    """Return table ``findings``."""
    rows = FindingRows()
    least = get_pack("completeness", "buildings")["mention_share"]
    _add_streets(rows, viewing, measured.streets, least_share=least)
    _add_public_space(rows, viewing, measured.public_space, least_share=least, is_bare=city.buildings.empty)
    _add_cameras(rows, examination, is_list_complete=plan.is_list_complete)
    _add_buildings(rows, city)
    _add_completeness(rows, measured.completeness, measured.public_space)
    if measured.undercount is not None:
        _add_undercount(rows, measured.undercount)
    return rows.table()


def drawn_interval(drawn: Floats) -> dict[str, Any]:
    """Return mean, low and high over draws, shape (draws,), and the draws themselves.

    The range holds the mean: of draws that are nearly all alike, a few far ones carry the mean out of the middle 90 %.
    """
    mean = float(drawn.mean())
    low, high = np.quantile(drawn, INTERVAL)
    drawn = np.asarray(drawn, dtype=float)
    return {"value": mean, "low": min(float(low), mean), "high": max(float(high), mean), DRAWN: drawn}


def interval_of(drawn: Floats) -> tuple[float, float, float]:
    """Return mean, low and high over draws, shape (draws,), as :func:`drawn_interval` has them.

    Examples
    --------
    >>> low_and_high = interval_of(np.array([0.0] * 99 + [100.0]))
    >>> low_and_high
    (1.0, 0.0, 1.0)
    """
    found = drawn_interval(drawn)
    return found["value"], found["low"], found["high"]


STREET = "open-air walkable street"
PARTS: Mapping[str, tuple[Callable[[str], str], Callable[[str], str], str]] = {
    "": (as_it_is, as_it_is, "none"),
    "mapped": (where_mapped, where_mapped, "none"),
    "unmapped": (bounded_where_missing, where_missing, "upper"),
}
"""By part of the town: how a meaning and a denominator name it, and what bounds it."""

NO_LENGTH_M = 1e-3
"""A part of the street network shorter than a millimetre is what rounding leaves."""


def _add_streets(rows: FindingRows, viewing: Viewing, streets: StreetExposure, *, least_share: float) -> None:
    """Add shares and lengths of street; apart for where buildings are missing, if that is more than a least share of it."""
    of, missing_m = streets.counted_length_m, streets.missing_length_m
    what = f"m of {STREET} inside the boundary"
    bound = "upper" if missing_m > 0.0 else "none"
    for view in VIEWS:
        for level, name in enumerate(viewing.ladder.names):
            length_m = streets.drawn_length_m[view][:, level]
            shared = {"view": view, "level": name, "denominator": of, "denominator_unit": what, "bound": bound}
            share = length_m / of if of else np.zeros_like(length_m)
            rows.add(
                f"streets_{view}_{name}_share",
                "streets",
                in_view("Share of open-air walkable street", view, name),
                unit="share",
                **drawn_interval(share),
                **shared,
            )
            rows.add(
                f"streets_{view}_{name}_length_m", "streets", in_view("Length of open-air walkable street", view, name),
                unit="m", **drawn_interval(length_m), **shared,
            )  # fmt: skip
            if missing_m > least_share * of:
                lacking_m = streets.drawn_missing_length_m[view][:, level]
                parts = {
                    "mapped": (length_m - lacking_m, of - missing_m),
                    "unmapped": (lacking_m, missing_m),
                }
                meaning = in_view("Share of open-air walkable street", view, name)
                _add_parts(rows, f"streets_{view}_{name}", meaning, parts, view=view, level=name)


def _add_parts(
    rows: FindingRows,
    stem: str,
    meaning: str,
    parts: dict[str, tuple[Floats, float]],
    **shared: object,
) -> None:
    """Add a share of street apart for where the map lacks buildings and for the rest."""
    for part, (drawn_m, part_m) in parts.items():
        if part_m > NO_LENGTH_M:
            there, of, bound = PARTS[part]
            share = np.clip(drawn_m / part_m, 0.0, 1.0)
            rows.add(f"{stem}_{part}_share", "streets", there(meaning), unit="share", bound=bound, denominator=part_m,
                     denominator_unit=of(f"m of {STREET} inside the boundary"), **drawn_interval(share), **shared)  # fmt: skip


def _add_public_space(
    rows: FindingRows, viewing: Viewing, public_space: PublicSpace, *, least_share: float, is_bare: bool
) -> None:
    """Add shares and areas of public space; all are upper bounds where ``is_bare``, since nothing hides anything."""
    what = (
        "m2 of public space (inside the boundary, no buildings, no ground known as private, no water but bridges),"
        f" sampled every {SPACING_M:g} m"
    )
    lacking = public_space.missing_point_count / max(public_space.point_count, 1)
    everywhere, there = public_space.drawn_share, public_space.drawn_missing_share
    parts = [("", everywhere, 1.0, is_bare or lacking > 0.0)]
    if lacking > least_share:
        parts.append(("unmapped", there, lacking, True))
    if least_share < lacking < 1.0:
        rest = {view: np.clip((everywhere[view] - lacking * there[view]) / (1.0 - lacking), 0.0, 1.0) for view in VIEWS}
        parts.append(("mapped", rest, 1.0 - lacking, False))
    undecided = public_space.undecided_m2 / public_space.area_m2 if public_space.area_m2 else 0.0
    rows.add("public_space_undecided_share", "public_space",
             "Share of public space that is gardens of which the data do not tell whether they are open to all", value=undecided,
             low=undecided, high=undecided, unit="share", denominator=public_space.area_m2, denominator_unit=what)  # fmt: skip
    for view in VIEWS:
        for level, name in enumerate(viewing.ladder.names):
            for part, drawn, share, is_bound in parts:
                told, of, _ = PARTS[part]
                rows.add(
                    f"public_space_{view}_{name}_{part}{'_' if part else ''}share",
                    "public_space",
                    told(in_view("Share of public space", view, name)),
                    view=view,
                    level=name,
                    unit="share",
                    denominator=public_space.area_m2 * share,
                    denominator_unit=of(what),
                    bound="upper" if is_bound else "none",
                    **drawn_interval(drawn[view][:, level]),
                )
            rows.add(
                f"public_space_{view}_{name}_area_m2",
                "public_space",
                in_view("Area of public space", view, name),
                view=view,
                level=name,
                unit="m2",
                denominator=public_space.area_m2,
                denominator_unit=what,
                bound="upper" if is_bare or lacking > 0.0 else "none",
                **drawn_interval(everywhere[view][:, level] * public_space.area_m2),
            )


def _add_cameras(rows: FindingRows, examination: Examination, *, is_list_complete: bool) -> None:
    cameras, heads = examination.network.cameras, examination.network.heads
    kind, listed = examination.placement.kind, len(examination.network.cameras)
    counts = {
        "cameras_listed_count": ("Cameras in the list", listed),
        "cameras_examined_count": ("Cameras whose view was examined", int(examination.is_examined.sum())),
        "cameras_on_facade_count": ("Cameras that hang on a wall", int((kind == "on_facade").sum())),
        "cameras_moved_count": (
            "Cameras mapped inside a building, or on a wall by their tag, moved out of the nearest wall",
            int((kind == "moved_to_facade").sum()),
        ),
        "cameras_inside_building_count": (
            "Cameras mapped deep inside a building, not examined",
            int((kind == "inside_building").sum()),
        ),
        "cameras_indoor_count": ("Cameras that the list calls indoor, not examined", int((kind == "indoor").sum())),
        "cameras_disused_count": (
            "Cameras that the list marks as disused, not examined",
            int((cameras["status"] == "disused").sum()),
        ),
        "cameras_kind_unknown_count": ("Cameras of unknown kind", int((cameras["kind"] == "unknown").sum())),
        "cameras_operator_unknown_count": (
            "Cameras whose operator is not named",
            int(cameras["operator"].isna().sum()),
        ),
    }
    # Whoever nobody listed comes on top, unless the plan declares the list a complete register.
    bound = "none" if is_list_complete else "lower"
    for name, (meaning, number) in counts.items():
        is_bound = name in ("cameras_listed_count", "cameras_examined_count")
        rows.count(
            name, "cameras", meaning, number, of=listed, what="cameras in the list", bound=bound if is_bound else "none"
        )
    rows.count(
        "heads_listed_count", "cameras", "Heads in the list", len(heads), of=len(heads), what="heads in the list",
        bound=bound,
    )  # fmt: skip
    for attribute in ("bearing", "field_of_view", "image_width", "mounting_height", "tilt"):
        unknown = int((heads[f"{attribute}_certainty"] == "unknown").sum())
        words = attribute.replace("_", " ")
        rows.count(
            f"heads_{attribute}_unknown_count", "cameras", f"Heads whose {words} is not stated", unknown,
            of=len(heads), what="heads in the list",
        )  # fmt: skip


def _add_buildings(rows: FindingRows, city: City) -> None:
    count = len(city.buildings)
    rows.count("buildings_listed_count", "buildings", "Buildings read", count, of=count, what="buildings read")
    unknown = int(city.buildings["height_m"].isna().sum())
    rows.count(
        "buildings_height_unknown_count", "buildings", "Buildings whose height is not known", unknown,
        of=count, what="buildings read",
    )  # fmt: skip


def _add_completeness(rows: FindingRows, completeness: Completeness, public_space: PublicSpace) -> None:
    of = completeness.street_length_m()
    words = {
        "missing": "in cells where the map lacks buildings",
        "doubtful": "in cells where it may lack buildings",
        "not_judged": "in cells that give no ground to judge by",
    }
    for status, meaning in words.items():
        share = completeness.street_length_m(status) / of if of else 0.0
        rows.add(f"streets_buildings_{status}_share", "completeness", f"Share of open-air walkable street {meaning}", value=share, low=share,
                 high=share, unit="share", denominator=of, denominator_unit=f"m of {STREET} inside the boundary")  # fmt: skip
    share = public_space.missing_point_count / max(public_space.point_count, 1)
    rows.add("public_space_buildings_missing_share", "completeness", f"Share of public space {words['missing']}", value=share,
             low=share, high=share, unit="share", denominator=public_space.area_m2, denominator_unit="m2 of public space")  # fmt: skip


def _add_undercount(rows: FindingRows, found: Undercount) -> None:
    distinct = found.distinct_count
    both = "distinct cameras in the two lists together"
    for name, meaning, number in (
        ("cameras_first_list_count", "Cameras in use inside the boundary, in the plan's list", found.first_count),
        ("cameras_second_list_count", "Cameras in use inside the boundary, in the second list", found.second_count),
        (
            "cameras_in_both_lists_count",
            f"Cameras in both, matched within {found.tolerance_m:g} m",
            found.matched_count,
        ),
    ):
        rows.count(name, "undercount", meaning, number, of=distinct, what=both)
    rows.count("cameras_in_either_list_count", "undercount", "Cameras in either list, each once", distinct, of=distinct,
               what=both, bound="lower")  # fmt: skip
    meaning = "Estimated cameras of the kinds that both lists would record; 95 % interval if the assumptions hold"
    estimates = [("cameras_estimated_count", meaning, found.estimate)]
    estimates += [(f"cameras_estimated_{v.name}_count", f"{meaning}, {v.words}", v.estimate) for v in found.variants]
    for name, words, estimate in estimates:
        if estimate is not None:
            rows.add(name, "undercount", words, value=estimate.count, low=estimate.low, high=estimate.high, unit="count",
                     denominator=float(distinct), denominator_unit=both)  # fmt: skip
