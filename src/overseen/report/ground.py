"""What the report says of a place without streets: a camera list by itself, or a city of which nobody gave the streets."""

from __future__ import annotations

import pandas as pd

from overseen.assessment.findings import Assessment
from overseen.model.wording import later, retold, say
from overseen.report.document import Caveat, KeyNumber, Points, Section, Table, Text
from overseen.report.words import NOT_COMPUTED, counted, number_range, rounded, with_range

HECTARE_M2 = 1e4

NEEDS = (
    later("Streets, trips and ways round: needs streets ([city] osm = '...', or streets = '...')."),
    later("What buildings hide, and homes and façades in view: needs buildings."),
    later("Whom it exposes, and groups of residents: needs census areas with residents."),
    later("Clinics, schools, places of worship and other sensitive places: needs places."),
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
        return say(NOT_COMPUTED)
    value, low, high = (float(row[name]) / HECTARE_M2 for name in ("value", "low", "high"))
    return say(
        "{is_bound}{value}\N{NO-BREAK SPACE}ha ({low})",
        is_bound=say("at most ") if is_bound else "",
        value=rounded(value),
        low=number_range(low, high),
    )


def ground_answer(assessment: Assessment, noticed: str, finest: str) -> tuple[str, ...]:
    """Return what the cameras could have in view of the ground around them, at the level of notice and at the finest."""
    is_bound = _is_bound(assessment)
    examined, listed = (int(assessment.finding(f"cameras_{kind}_count")["value"]) for kind in ("examined", "listed"))
    cameras = (
        say("the {camera} listed", camera=counted(listed, "camera"))
        if examined == listed
        else say("{examined:,} of the {camera} listed", examined=examined, camera=counted(listed, "camera"))
    )
    clause = (
        say("If nothing stood in the way")
        if is_bound
        else say("Behind the buildings of {name}", name=assessment.city.name)
    )
    close, fine = (_found(assessment, "reachable", level, "area_m2") for level in (noticed, finest))
    at_once = _found(assessment, "at_once", finest, "area_m2")
    meanings = {
        level.name: f" ({retold(level.meaning)})" if level.meaning else "" for level in assessment.viewing.ladder.levels
    }
    return (
        say(
            "{clause}, {cameras} could have in view {hectares} of ground closely enough to {noticed}"
            " someone{meanings}.",
            clause=clause,
            cameras=cameras,
            hectares=hectares(close, is_bound=is_bound),
            noticed=noticed,
            meanings=meanings[noticed],
        ),
        say(
            "Close enough to {finest}{meanings}, they could have in view {hectares}; at any one moment, {hectares_2}.",
            finest=finest,
            meanings=meanings[finest],
            hectares=hectares(fine, is_bound=is_bound),
            hectares_2=hectares(at_once, is_bound=is_bound),
        ),
    )


def ground_numbers(assessment: Assessment, noticed: str, finest: str) -> tuple[KeyNumber, ...]:
    """Return the key numbers: ground in view, and how much of the list is known."""
    is_bound = _is_bound(assessment)
    numbers = []
    for view, level, words in (
        ("reachable", noticed, say("of ground they could have in view closely enough to {noticed}", noticed=noticed)),
        ("at_once", noticed, say("of ground in such a view at any one moment")),
        ("reachable", finest, say("of ground they could have in view closely enough to {finest}", finest=finest)),
    ):
        row = _found(assessment, view, level, "area_m2")
        value, _, beside = hectares(row, is_bound=is_bound).partition(" (")
        numbers.append(KeyNumber(value, say("{beside} ha", beside=beside.rstrip(")")), words))
    return tuple(numbers)


def ground_warnings(assessment: Assessment) -> tuple[Caveat, ...]:
    """Return what must stand before everything else when no building is known."""
    if not _is_bound(assessment):
        return ()
    given = (
        say("This is the list alone: the plan names no city.")
        if assessment.city.is_bare
        else say("The plan names no buildings.")
    )
    return (
        Caveat(
            say(
                "{given} Nothing on the ground hides anything, so every figure of what is in view is an upper bound,"
                " with both ends of its range. Whom the cameras expose, and which streets, cannot be told without a"
                " city.",
                given=given,
            )
        ),
    )


def ground_section(assessment: Assessment) -> Section:
    """Return the ground in view, level by level, and what cannot be told."""
    is_bound = _is_bound(assessment)
    rows = []
    for level in assessment.viewing.ladder.names:
        for view, words in (("reachable", say("could look at")), ("at_once", say("at once"))):
            area, share = (_found(assessment, view, level, what) for what in ("area_m2", "share"))
            rows.append((level, words, hectares(area, is_bound=is_bound), with_range(share)))
    of = _found(assessment, "reachable", assessment.viewing.ladder.names[0], "area_m2")
    table = Table(
        say("Ground in view, by detail level: mean of the draws, and in brackets the range that holds 90 % of them")
        + (say(" (upper bounds)") if is_bound else ""),
        (say("Level"), say("View"), say("Ground"), say("Share of the ground examined")),
        tuple(rows),
        (False, False, True, True),
    )
    ground = "" if of is None else f"{rounded(of['denominator'] / HECTARE_M2)} hectares: "
    return Section(
        "levels",
        say("How much is in view"),
        (
            Text(
                say(
                    "Two views are kept apart. What a camera could look at is everything it can turn to; what it sees at once is"
                    " the field it has at any one moment. Ground that several cameras see is counted once."
                )
            ),
            table,
            Text(
                say(
                    "The ground examined is {ground}{boundary_source}.",
                    ground=ground,
                    boundary_source=assessment.city.boundary_source,
                )
            ),
            Text(say("What cannot be told without a city:")),
            Points(NEEDS),
        ),
    )
