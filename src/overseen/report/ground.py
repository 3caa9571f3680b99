"""What the report says of a place without streets: a camera list by itself, or a city of which nobody gave the streets."""

from __future__ import annotations

import pandas as pd

from overseen.assessment.findings import Assessment
from overseen.report.document import Caveat, KeyNumber, Points, Section, Table, Text
from overseen.report.words import NOT_COMPUTED, counted, number_range, rounded, with_range

HECTARE_M2 = 1e4

NEEDS = (
    "Streets, trips and ways round: needs streets ([city] osm = '...', or streets = '...').",
    "What buildings hide, and homes and façades in view: needs buildings.",
    "Whom it exposes, and groups of residents: needs census areas with residents.",
    "Clinics, schools, places of worship and other sensitive places: needs places.",
)
"""Questions that a list alone leaves open, each with what it would take."""


def _found(assessment: Assessment, view: str, level: str, what: str) -> pd.Series | None:
    name = f"public_space_{view}_{level}_{what}"
    return assessment.findings.loc[name] if name in assessment.findings.index else None


def _is_bound(assessment: Assessment) -> bool:
    return assessment.city.buildings.empty


def hectares(row: pd.Series | None, *, is_bound: bool = False) -> str:
    r"""Return an area with its interval, in hectares.

    Examples
    --------
    >>> hectares(pd.Series({"value": 267_000.0, "low": 85_000.0, "high": 466_800.0}), is_bound=True)
    'at most 26.7\xa0ha (8.5 to 47)'
    """
    if row is None:
        return NOT_COMPUTED
    value, low, high = (float(row[name]) / HECTARE_M2 for name in ("value", "low", "high"))
    return f"{'at most ' if is_bound else ''}{rounded(value)}\xa0ha ({number_range(low, high)})"


def ground_answer(assessment: Assessment, noticed: str, finest: str) -> tuple[str, ...]:
    """Return what the cameras could have in view of the ground around them, at the level of notice and at the finest."""
    is_bound = _is_bound(assessment)
    examined, listed = (int(assessment.finding(f"cameras_{kind}_count")["value"]) for kind in ("examined", "listed"))
    cameras = (
        f"the {counted(listed, 'camera')} listed"
        if examined == listed
        else f"{examined:,} of the {counted(listed, 'camera')} listed"
    )
    clause = "If nothing stood in the way" if is_bound else f"Behind the buildings of {assessment.city.name}"
    close, fine = (_found(assessment, "reachable", level, "area_m2") for level in (noticed, finest))
    at_once = _found(assessment, "at_once", finest, "area_m2")
    meanings = {
        level.name: f" ({level.meaning})" if level.meaning else "" for level in assessment.viewing.ladder.levels
    }
    return (
        f"{clause}, {cameras} could have in view {hectares(close, is_bound=is_bound)} of ground closely enough to {noticed}"
        f" someone{meanings[noticed]}.",
        f"Close enough to {finest}{meanings[finest]}, they could have in view {hectares(fine, is_bound=is_bound)}; at any one"
        f" moment, {hectares(at_once, is_bound=is_bound)}.",
    )


def ground_numbers(assessment: Assessment, noticed: str, finest: str) -> tuple[KeyNumber, ...]:
    """Return the key numbers: ground in view, and how much of the list is known."""
    is_bound = _is_bound(assessment)
    numbers = []
    for view, level, words in (
        ("reachable", noticed, f"of ground they could have in view closely enough to {noticed}"),
        ("at_once", noticed, "of ground in such a view at any one moment"),
        ("reachable", finest, f"of ground they could have in view closely enough to {finest}"),
    ):
        row = _found(assessment, view, level, "area_m2")
        value, _, beside = hectares(row, is_bound=is_bound).partition(" (")
        numbers.append(KeyNumber(value, f"{beside.rstrip(')')} ha", words))
    return tuple(numbers)


def ground_warnings(assessment: Assessment) -> tuple[Caveat, ...]:
    """Return what must stand before everything else when no building is known."""
    if not _is_bound(assessment):
        return ()
    given = (
        "This is the list alone: the plan names no city." if assessment.city.is_bare else "The plan names no buildings."
    )
    return (
        Caveat(
            f"{given} Nothing on the ground hides anything, so every figure of what is in view is an upper bound, with both ends"
            " of its range. Whom the cameras expose, and which streets, cannot be told without a city."
        ),
    )


def ground_section(assessment: Assessment) -> Section:
    """Return the ground in view, level by level, and what cannot be told."""
    is_bound = _is_bound(assessment)
    rows = []
    for level in assessment.viewing.ladder.names:
        for view, words in (("reachable", "could look at"), ("at_once", "at once")):
            area, share = (_found(assessment, view, level, what) for what in ("area_m2", "share"))
            rows.append((level, words, hectares(area, is_bound=is_bound), with_range(share)))
    of = _found(assessment, "reachable", assessment.viewing.ladder.names[0], "area_m2")
    table = Table(
        "Ground in view, by detail level: mean of the draws, and in brackets the range that holds 90 % of them"
        + (" (upper bounds)" if is_bound else ""),
        ("Level", "View", "Ground", "Share of the ground examined"),
        tuple(rows),
        (False, False, True, True),
    )
    ground = "" if of is None else f"{rounded(of['denominator'] / HECTARE_M2)} hectares: "
    return Section(
        "levels",
        "How much is in view",
        (
            Text(
                "Two views are kept apart. What a camera could look at is everything it can turn to; what it sees at once is"
                " the field it has at any one moment. Ground that several cameras see is counted once."
            ),
            table,
            Text(f"The ground examined is {ground}{assessment.city.boundary_source}."),
            Text("What cannot be told without a city:"),
            Points(NEEDS),
        ),
    )
