"""What is in view: by detail level, and on which streets."""

from __future__ import annotations

import numpy as np
import pandas as pd

from overseen.assessment.findings import Assessment
from overseen.model.schema import VIEWS
from overseen.model.wording import retold, say, semicolons
from overseen.report.completeness import UNKNOWN_SHARE, at_most, in_view, is_upper_bound
from overseen.report.document import Block, Figure, Section, Table, Text
from overseen.report.figures import level_figure
from overseen.report.words import NOT_COMPUTED, kilometres, number_between, percent, rounded, share_between

STREETS_SHOWN = 15
STREETS_LISTED = 300
"""Of so many named streets each stands in the report; of more, in the files and the site."""


def found(assessment: Assessment, name: str) -> pd.Series | None:
    """Return a finding, or None where it was not computed."""
    return assessment.findings.loc[name] if name in assessment.findings.index else None


def found_count(assessment: Assessment, name: str) -> int:
    """Return a finding that counts something; 0 where it was not computed."""
    row = found(assessment, name)
    return 0 if row is None else int(row["value"])


def chosen_levels(assessment: Assessment) -> tuple[str, str]:
    """Return the level at which a person is noticed and the finest of a ladder's ordinary levels."""
    names = assessment.viewing.ladder.names
    noticed = "detect" if "detect" in names else names[min(1, len(names) - 1)]
    return noticed, "identify" if "identify" in names else names[-1]


def level_section(assessment: Assessment) -> Section:
    """Return how much street and public space is in view, by detail level."""
    names = assessment.viewing.ladder.names
    rows: list[tuple[str, ...]] = []
    values: dict[str, list[list[float]]] = {view: [] for view in VIEWS}
    for level in names:
        for view, words in (("reachable", say("could look at")), ("at_once", say("at once"))):
            share = found(assessment, f"streets_{view}_{level}_share")
            length = found(assessment, f"streets_{view}_{level}_length_m")
            space = found(assessment, f"public_space_{view}_{level}_share")
            values[view].append([0.0] * 3 if share is None else [share["value"], share["low"], share["high"]])
            seen = in_view(assessment, share)
            metres = seen if seen == say(UNKNOWN_SHARE) else _metres(length, is_bound=is_upper_bound(assessment))
            rows.append((level, words, seen, metres, in_view(assessment, space)))
    streets, space = (
        found(assessment, f"streets_reachable_{names[0]}_share"),
        found(assessment, f"public_space_reachable_{names[0]}_share"),
    )
    table = Table(
        say("In view, by detail level: mean of the draws, and in brackets the range that holds 90 % of them"),
        (say("Level"), say("View"), say("Share of street"), say("Metres of street"), say("Share of public space")),
        tuple(rows),
        (False, False, True, True, True),
    )
    svg = level_figure(
        names,
        np.array(values["reachable"]),
        np.array(values["at_once"]),
        names=(say("could look at"), say("in view at any one moment")),
        axis=say("share of open-air walkable street, %")
        + (say(" (upper bounds)") if is_upper_bound(assessment) else ""),
    )
    of = (
        []
        if streets is None
        else [
            say(
                "Streets: {denominator} of open-air street that can be walked, inside the boundary.",
                denominator=kilometres(streets["denominator"]),
            )
        ]
    )
    of += (
        []
        if space is None
        else [
            say(
                "Public space: {denominator} hectares inside the boundary that are neither building nor water nor"
                " ground known as private; bridges are in it.{undecided}",
                denominator=rounded(space["denominator"] / 10000.0),
                undecided=_undecided(assessment),
            )
        ]
    )
    blocks: tuple[Block, ...] = (
        Text(
            say(
                "Two views are kept apart. What a camera could look at is everything it can turn to; what it sees at once is the"
                " field it has at any one moment. For a camera that does not turn they are the same."
            )
        ),
        *_levels_told(assessment),
        Figure(
            "levels",
            say("How much street is in view, and how closely?"),
            svg,
            say(
                "Bars of the share of street in view for each detail level, once for all that cameras could look at and once for"
                " what they see at one moment; thin lines hold 90 % of the draws. The shares fall as the detail rises."
            ),
            table,
        ),
        Text(" ".join(of)),
    )
    return Section("levels", say("How much is in view"), blocks)


def _levels_told(assessment: Assessment) -> tuple[Text, ...]:
    """Return what each detail level shows; nothing where the ladder does not tell."""
    told = [
        say("{level} ({meaning})", level=level.name, meaning=retold(level.meaning))
        for level in assessment.viewing.ladder.levels
        if level.meaning
    ]
    if not told:
        return ()
    return (Text(say("How closely is told in levels of detail, from coarse to fine: {told}.", told=semicolons(told))),)


def _undecided(assessment: Assessment) -> str:
    share = found(assessment, "public_space_undecided_share")
    if share is None or share["value"] == 0.0:
        return ""
    return say(
        " {value} of it is gardens of which the data do not tell whether they are open to all.",
        value=percent(share["value"]),
    )


def _metres(row: pd.Series | None, *, is_bound: bool) -> str:
    if row is None:
        return say(NOT_COMPUTED)
    return f"{say('at most ') if is_bound else ''}{number_between(row['value'], row['low'], row['high'])}"


def street_section(assessment: Assessment) -> Section:
    """Return the named streets most in view and, of a small city, all that have a name."""
    level, finest = chosen_levels(assessment)
    streets = assessment.streets[assessment.streets["is_counted"]]
    columns = [
        "length_m",
        "buildings_missing_length_m",
        *[
            f"reachable_{name}_length{part}_m"
            for name in dict.fromkeys((level, finest))
            for part in ("", "_low", "_high")
        ],
    ]
    by_name = streets.dropna(subset=["name"]).groupby("name")[columns].sum()
    by_name = by_name[by_name["length_m"] > 0.0]
    by_metres = by_name.sort_values([f"reachable_{level}_length_m", "length_m"], ascending=False, kind="stable")
    most = by_metres[by_metres[f"reachable_{level}_length_m"] > 0.0].head(STREETS_SHOWN)
    heads = (
        say("Street"),
        say("Length, m"),
        say("In view at {level}", level=level),
        say("In view at {finest}", finest=finest),
    )

    def table(caption: str, shown: pd.DataFrame, *, is_detail: bool = False) -> Table:
        rows = tuple(
            (str(name), rounded(row["length_m"]), *(_street_share(row, one) for one in (level, finest)))
            for name, row in shown.iterrows()
        )
        return Table(caption, heads, rows, (False, True, True, True), is_detail=is_detail)

    tables = [
        table(
            say(
                "The {rows} named streets with most metres that cameras could look at, at {level}",
                rows=len(most),
                level=level,
            ),
            most,
        )
    ]
    if len(most) < len(by_name) <= STREETS_LISTED:
        caption = say("Find a street: all {rows:,} that have a name, in the order of their names", rows=len(by_name))
        tables.append(table(caption, by_name, is_detail=True))
    unnamed = float(streets.loc[streets["name"].isna(), "length_m"].sum())
    note = Text(
        say(
            "Pieces of one name are added up, both sides of a street where both are mapped. The brackets add the"
            " low and the high ends of the pieces, so they are the widest range the street can have. A further"
            " {unnamed} of counted street has no name; all pieces stand in streets.parquet.",
            unnamed=kilometres(unnamed),
        )
    )
    return Section(
        "streets", say("Which streets"), (*tables, note) if len(most) else (Text(say("No street is in view.")),)
    )


def _street_share(row: pd.Series, level: str) -> str:
    mean, low, high = (row[f"reachable_{level}_length{part}_m"] / row["length_m"] for part in ("", "_low", "_high"))
    if row["buildings_missing_length_m"] <= 0.5 * row["length_m"]:
        return share_between(mean, low, high)
    return at_most(pd.Series({"value": mean, "low": low, "high": high}))
