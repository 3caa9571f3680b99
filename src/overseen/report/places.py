"""What the report says of sensitive places and of squares."""

from __future__ import annotations

import numpy as np
import pandas as pd

from overseen.assessment.findings import Assessment
from overseen.assessment.place_findings import FEWEST_CONFIDENTIAL, told_levels
from overseen.exposure.approaches import ACCESS_M, APPROACH_M
from overseen.exposure.squares import SPACING_M
from overseen.model.places import PlaceKind
from overseen.model.wording import commas, in_sentence, later, retold, say, sentence
from overseen.report.completeness import bounded, lacking_sentence, share_in_view
from overseen.report.document import Block, Caveat, Figure, Points, Section, Table, Terms, Text
from overseen.report.figures import level_figure
from overseen.report.words import counted, number_between, percent, percent_range, rounded, share_between

SQUARES_SHOWN = 15
CANNOT_TELL = later("cannot tell")
NOT_TOLD = later("not told")


def place_sections(assessment: Assessment) -> tuple[Section, ...]:
    """Return the sections on sensitive places and on squares; none where nobody looked for them."""
    if assessment.places is None or assessment.squares is None:
        return ()
    return (_places(assessment), _squares(assessment))


def _finding(assessment: Assessment, name: str) -> pd.Series | None:
    return assessment.findings.loc[name] if name in assessment.findings.index else None


def _kinds(assessment: Assessment) -> list[tuple[PlaceKind, int]]:
    """Return the kinds that were looked for, but for squares, and how many places of each were found."""
    sensitive = assessment.city.sensitive
    return [
        (kind, int(assessment.finding(f"places_{kind.name}_count")["value"]))
        for kind in (sensitive.kinds if sensitive else ())
        if not kind.is_square
    ]


def _of(assessment: Assessment, name: str, reason: str = CANNOT_TELL) -> str:
    """Return a count with its interval and what it is out of."""
    row = _finding(assessment, name)
    if row is None:
        return reason
    low, high = say("{low:.0f}", low=row["low"]), say("{high:.0f}", high=row["high"])
    span = low if low == high else say("{low} to {high}", low=low, high=high)
    value = (
        say("{value:.0f}", value=row["value"])
        if row["value"] >= 10 or row["value"] == round(row["value"])
        else say("{value:.1f}", value=row["value"])
    )
    words = (
        say("{value} of {denominator:.0f}", value=value, denominator=row["denominator"])
        if span == value
        else say("{value} ({span}) of {denominator:.0f}", value=value, span=span, denominator=row["denominator"])
    )
    return bounded(assessment, row, words)


def _metres(assessment: Assessment, name: str, reason: str) -> str:
    row = _finding(assessment, name)
    if row is None:
        return reason
    return bounded(assessment, row, number_between(row["value"], row["low"], row["high"]))


def _places(assessment: Assessment) -> Section:
    kinds = _kinds(assessment)
    there = [(kind, count) for kind, count in kinds if count]
    heading = say("Sensitive places")
    if not there:
        return Section("places", heading, (Text(_absent(kinds)),))
    blocks: list[Block] = _told(assessment)
    open_kinds = [kind for kind, _ in there if not kind.is_confidential]
    if open_kinds:
        blocks.append(_figure(assessment, open_kinds))
    blocks.append(_table(assessment, there))
    blocks += [Text(_definitions(assessment)), Caveat(_cannot_tell(assessment))]
    if len(there) < len(kinds):
        blocks.append(Text(_absent([(kind, count) for kind, count in kinds if not count])))
    blocks += [
        Text(_hidden()),
        Terms(tuple((retold(kind.title), f"{retold(kind.why)} ({kind.source})") for kind, _ in there)),
    ]
    return Section("places", heading, tuple(blocks))


def _absent(kinds: list[tuple[PlaceKind, int]]) -> str:
    names = "; ".join(in_sentence(retold(kind.title)) for kind, _ in kinds)
    return say(
        "The sources name no place of these kinds inside the boundary: {names}. That is what the sources"
        " hold, and does not mean that there is none: what cameras see of such places cannot be told.",
        names=names,
    )


def _told(assessment: Assessment) -> list[Block]:
    """Return the answer in words: every open kind taken together would mix unlike things, so the largest kinds are named."""
    names = assessment.viewing.ladder.names
    close = told_levels(names)[1 if len(names) > 1 else 0]
    parts = []
    for kind, count in sorted(_kinds(assessment), key=lambda item: -item[1])[:3]:
        row = f"places_{kind.name}_reachable_{close}_entrance_count"
        way = f"places_{kind.name}_without_unseen_way_count"
        if _finding(assessment, row) is None or not count:
            continue
        text = say(
            "{title}: {of} with such an entrance",
            title=kind.title,
            of=_of(assessment, row),
        )
        if _finding(assessment, way) is not None:
            text += say("; {of} without an unseen way", of=_of(assessment, way))
        parts.append(text)
    if not parts:
        return [Text(say("Of the kinds found nothing can be told but how many they are."))]
    lead = say(
        "Of the kinds with most places: how many have an entrance that some camera could look at closely enough to {close}"
        " someone, and to how many no way leads that no camera could look at.",
        close=close,
    )
    return [Text(lead), Points(tuple(parts))]


def _figure(assessment: Assessment, kinds: list[PlaceKind]) -> Figure:
    close = told_levels(assessment.viewing.ladder.names)[-2:][0]
    first = [_shares(_finding(assessment, f"places_{kind.name}_reachable_{close}_entrance_count")) for kind in kinds]
    second = [_shares(_finding(assessment, f"places_{kind.name}_without_unseen_way_count")) for kind in kinds]
    labels = [kind.title for kind in kinds]
    rows = tuple(
        (label, *_percents(entrance), *_percents(way))
        for label, entrance, way in zip(labels, first, second, strict=True)
    )
    names = (say("an entrance could be looked at, at {close}", close=close), say("no unseen way in"))
    data = Table(
        say("Share of the places of each kind: mean of the draws, and the range that holds 90 % of them"),
        (say("Kind"), sentence(names[0]), say("Range"), say("No unseen way in"), say("Range")),
        rows,
        (False, True, True, True, True),
    )
    svg = level_figure(
        labels, np.nan_to_num(np.array(first)), np.nan_to_num(np.array(second)), names=names,
        axis=say("share of the places of each kind, %"),
    )  # fmt: skip
    description = say(
        "Bars for each kind of place: the share whose entrance some camera could look at, at {close}, and,"
        " hatched, the share that no unseen way leads to, of those of which it can be told. A kind of which"
        " it cannot be told has no hatched bar.",
        close=close,
    )
    return Figure("places", say("Which places can be reached unseen?"), svg, description, data)


def _shares(row: pd.Series | None) -> list[float]:
    if row is None or not row["denominator"]:
        return [np.nan] * 3
    return [float(row[part] / row["denominator"]) for part in ("value", "low", "high")]


def _percents(share: list[float]) -> tuple[str, str]:
    if np.isnan(share[0]):
        return CANNOT_TELL, ""
    return percent(share[0]), percent_range(share[1], share[2])


def _table(assessment: Assessment, kinds: list[tuple[PlaceKind, int]]) -> Table:
    levels = told_levels(assessment.viewing.ladder.names)[-2:]
    rows = []
    for kind, count in kinds:
        reason = say(NOT_TOLD) if kind.is_confidential else CANNOT_TELL
        entrances = [
            _of(assessment, f"places_{kind.name}_{view}_{level}_entrance_count", reason)
            for view, level in (("reachable", levels[0]), ("reachable", levels[-1]), ("at_once", levels[0]))
        ]
        share = _finding(assessment, f"places_{kind.name}_approach_share")
        rows.append(
            (
                kind.title,
                say("{count:,}", count=count),
                *entrances,
                reason if share is None else share_in_view(assessment, share),
                _of(assessment, f"places_{kind.name}_without_unseen_way_count", reason),
                _metres(assessment, f"places_{kind.name}_least_seen_m", reason),
            )
        )
    return Table(
        say(
            "Sensitive places by kind: mean of the draws, in brackets the range that holds 90 % of them, and out of how many"
        ),
        (
            say("Kind"),
            say("Places"),
            say("Entrance could be looked at, at {levels}", levels=levels[0]),
            say("Entrance could be looked at, at {levels}", levels=levels[-1]),
            say("Entrance in view at once, at {levels}", levels=levels[0]),
            say("Approach in view, at {names}", names=assessment.viewing.ladder.names[0]),
            say("No unseen way in"),
            say("Metres in view on the least-seen way"),
        ),
        tuple(rows),
        (False, *[True] * 7),
        is_detail=True,
    )


def _definitions(assessment: Assessment) -> str:
    lowest = assessment.viewing.ladder.names[0]
    sources = assessment.places["entrance_source"].value_counts() if assessment.places is not None else {}
    words = (
        ("entrance_node", say("mapped as an entrance")),
        ("nearest_outline", say("taken to be the point of the outline nearest to a street")),
        ("place_point", say("taken to be the mapped point of a place at no building")),
    )
    doors = commas(
        say("{sources:,} {text}", sources=int(sources[name]), text=text) for name, text in words if name in sources
    )
    return say(
        "An entrance is where the map has one, or else is taken to be where the outline comes nearest to a"
        " street: {doors}. The approach is all that can be walked within {approach_m:g} m of the entrances,"
        " measured along the way. A way in is unseen if not one metre of its last {approach_m:g} m lies"
        " where some camera could look at {lowest}, whichever way it turns; the entrance itself is counted"
        " apart. The least-seen way is the one with fewest such metres, however long.",
        doors=doors,
        approach_m=APPROACH_M,
        lowest=lowest,
    )


def _cannot_tell(assessment: Assessment) -> str:
    places = assessment.places
    assert places is not None  # noqa: S101 - asked only where there are some
    known, apart = int(places["is_way_known"].sum()), int((places["approach_length_m"] == 0.0).sum())
    return say(
        "Whether there is an unseen way can be told of {known:,} of the {place} that are not confidential."
        " Of the others the walking network around them ends at the rim of the data or leads less than"
        " {approach_m:g} m away; {apart:,} have no walkable street within {access_m:g} m of an entrance."
        " Places that the sources lack are in no count.",
        known=known,
        place=counted(len(places), "place"),
        approach_m=APPROACH_M,
        apart=apart,
        access_m=ACCESS_M,
    ) + "".join(f" {words}" for words in lacking_sentence(assessment, say("views of places")))


def _hidden() -> str:
    return say(
        "Shelters, refuges and other kinds that the list in use calls confidential appear as counts only: no"
        " table, map or file of this assessment says where one is, and of fewer than {fewest_confidential}"
        " of a kind nothing is told but their number.",
        fewest_confidential=FEWEST_CONFIDENTIAL,
    )


def _squares(assessment: Assessment) -> Section:
    squares = assessment.squares
    assert squares is not None and assessment.city.sensitive is not None  # noqa: S101, PT018 - asked only where there are
    heading = say("Squares where people gather")
    if squares.empty or not (squares["area_m2"] > 0.0).any():
        reason = say(
            "The sources hold no outline of a square or pedestrian area: who could be identified in a crowd cannot be told."
        )
        return Section("squares", heading, (Text(reason),))
    finest = told_levels(assessment.viewing.ladder.names)[-1]
    persons = f"at_once_{finest}_crowd"
    order = squares.sort_values([f"{persons}_count", "area_m2"], ascending=False, kind="stable")
    shown = order[order["name"].notna()].head(SQUARES_SHOWN)
    table = Table(
        say("The {shown} named squares in which most people could be identified at once", shown=len(shown))
        if finest == "identify"
        else say(
            "The {shown} named squares with most people in view at once, at {finest}", shown=len(shown), finest=finest
        ),
        (
            say("Square"),
            say("Area, m²"),
            say("Could be looked at, at {finest}", finest=finest),
            say("In view at once, at {finest}", finest=finest),
            say("People it holds"),
            say("People in view at once, at {finest}", finest=finest),
        ),
        tuple(
            (
                str(row["name"]),
                rounded(row["area_m2"]),
                *(_share(row, f"{view}_{finest}") for view in ("reachable", "at_once")),
                _count(row, "capacity"),
                _count(row, persons),
            )
            for _, row in shown.iterrows()
        ),
        (False, *[True] * 5),
    )
    crowd = assessment.city.sensitive.crowd
    share = _finding(assessment, f"squares_at_once_{finest}_share")
    text = say(
        "Of the area of {squares_and_pedestrian_areas}, cameras have {value} in view at any one moment"
        " closely enough to {finest} someone.",
        squares_and_pedestrian_areas=counted(len(squares), "square or pedestrian area", "squares and pedestrian areas"),
        value=share_in_view(assessment, share),
        finest=finest,
    )
    how = say(
        "People are counted for a crowd of {low:g} to {high:g} persons per square metre that fills what of the square is no"
        " building; the range is over that density and all that is not known of the cameras. The density: {source}. Shares are"
        " estimated from points every {spacing_m:g}\N{NO-BREAK SPACE}m. Parks are no squares here; a list of the user's own can"
        " add places of assembly.",
        low=crowd.low,
        high=crowd.high,
        source=crowd.source,
        spacing_m=SPACING_M,
    )
    return Section("squares", heading, (Text(text), *([table] if len(shown) else []), Text(how)))


def _share(row: pd.Series, stem: str) -> str:
    mean, low, high = (float(row[f"{stem}{part}_share"]) for part in ("", "_low", "_high"))
    return share_between(mean, low, high)


def _count(row: pd.Series, stem: str) -> str:
    mean, low, high = (round(float(row[f"{stem}{part}_count"])) for part in ("", "_low", "_high"))
    return number_between(mean, low, high)
