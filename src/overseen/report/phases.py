"""The section on phases: what is in view as the plan is rolled out, baseline and additions apart."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from overseen.assessment.arrivals import phase_disagreements
from overseen.assessment.findings import Assessment
from overseen.model.phases import BASELINE
from overseen.model.wording import commas, later, said_day, say
from overseen.report.comparison_figures import step_figure
from overseen.report.differences import difference_words
from overseen.report.document import Block, Caveat, Figure, Section, Table, Text
from overseen.report.words import at_levels, counted, number_between, with_range

NAME, HEADING = "phases", later("As it is rolled out")

WHAT = later(
    "At every step the same cameras have the same draws, so what a step adds is told within each draw, and its range is that of the"
    " addition, not of two totals. A camera that names a phase is active from that phase's first day; any other from the day that"
    " the list gives, and one in use without a date always was. A date without its day counts from the first day it may mean, or"
    " until the last. Baseline is the day before the first phase."
)


def phase_section(assessment: Assessment) -> tuple[Section, ...]:
    """Return the section; nothing where the plan has no phases."""
    table = assessment.phases
    if table is None:
        return ()
    subject = "public_space" if assessment.city.streets.empty else "streets"
    levels = at_levels(assessment.viewing.ladder.names)
    blocks: list[Block] = [Text(_sentence(assessment, subject, levels[0])), Text(WHAT)]
    blocks += [_figure(assessment, subject, levels), _additions(table, subject, levels)]
    blocks += [*_homes(table, levels[0], assessment.viewing.ladder.names[0]), _cameras(table)]
    ended = _counts(table, "cameras_past_end_count")
    if ended.max() > 0:
        late = commas(say("{count:,} at {step}", count=int(count), step=step) for step, count in ended.items() if count)
        blocks.append(
            Caveat(
                say(
                    "Cameras that the list has in use although the day until which they were to be has passed: {late}."
                    " By the plan they are gone by then, and they are not counted as seeing; whether they are gone, the"
                    " list does not tell.",
                    late=late,
                )
            )
        )
    blocks += [Caveat(sentence) for sentence in phase_disagreements(assessment.plan)]
    never = int(assessment.finding("cameras_never_active_count")["value"])
    if never:
        blocks.append(
            Caveat(
                say(
                    "{camera} of the list {value} active at no step: disused, planned without a phase of the plan or a"
                    " date, or to come after the last phase has begun.",
                    camera=counted(never, "camera"),
                    value=say("is") if never == 1 else say("are"),
                )
            )
        )
    return (Section(NAME, HEADING, tuple(blocks)),)


def _counts(table: pd.DataFrame, name: str) -> pd.Series:
    rows = table[table["finding"] == name]
    return rows.set_index("step")["value"]


def _of(table: pd.DataFrame, name: str) -> pd.DataFrame:
    return table[table["finding"] == name].set_index("step")


SUBJECTS = {"streets": later("open-air walkable street"), "public_space": later("public space")}


def _sentence(assessment: Assessment, subject: str, level: str) -> str:
    rows = _of(assessment.phases, f"{subject}_reachable_{level}_share")
    first, last = rows.iloc[0], rows.iloc[-1]
    active = _counts(assessment.phases, "cameras_active_count")
    added = _difference(last, "since_baseline")
    return say(
        "Before the first phase {camera} could look at {first} of the {subjects}, closely enough to {level}"
        " someone; by {index}, on {day}, {camera_2} could look at {last}. What the phases add is {added}.",
        camera=counted(active.iloc[0], "camera"),
        first=with_range(first),
        subjects=SUBJECTS[subject],
        level=level,
        index=rows.index[-1],
        day=_day(last["date"]),
        camera_2=counted(active.iloc[-1], "camera"),
        last=with_range(last),
        added=added,
    )


def _day(text: str) -> str:
    day = dt.date.fromisoformat(text)
    return said_day(day)


def _difference(row: pd.Series, part: str) -> str:
    return difference_words(
        pd.Series(
            {**{end: row[f"{part}_{end}"] for end in ("value", "low", "high")}, "unit": row["unit"], "basis": "paired"}
        )
    )


def _figure(assessment: Assessment, subject: str, levels: tuple[str, ...]) -> Figure:
    tables = [_of(assessment.phases, f"{subject}_reachable_{level}_share") for level in levels]
    steps = tables[0]
    days = [dt.date.fromisoformat(text).toordinal() for text in steps["date"]]
    svg = step_figure(
        list(steps.index),
        days,
        [rows[["value", "low", "high"]].to_numpy(dtype=float) for rows in tables],
        [say("enough to {level}", level=level) for level in levels],
        axis=say("{removesuffix} in view, %", removesuffix=subject.removesuffix("s").replace("_", " ")),
    )
    data = Table(
        say("Share of {subjects} that cameras could look at", subjects=SUBJECTS[subject]),
        (say("Step"), say("From"), *[say("At {level}", level=level) for level in levels]),
        tuple(
            (str(step), str(steps.loc[step, "date"]), *[with_range(rows.loc[step]) for rows in tables])
            for step in steps.index
        ),
        (False, False, *[True] * len(levels)),
    )
    description = say(
        "Lines that step as phases begin, each with its range; the dotted line is the baseline, and what is shaded above it was added."
    )
    return Figure("phases", say("How does what is in view grow?"), svg, description, data)


def _additions(table: pd.DataFrame, subject: str, levels: tuple[str, ...]) -> Table:
    rows = []
    for step in dict.fromkeys(table["step"]):
        if step == BASELINE:
            continue
        here = table[table["step"] == step].set_index("finding")
        size = "length_m" if subject == "streets" else "area_m2"
        shown = [here.loc[f"{subject}_reachable_{level}_{size}"] for level in levels]
        rows.append((str(step), *[_difference(row, part) for row in shown for part in ("added", "since_baseline")]))
    return Table(
        say(
            "What each phase adds to the {subjects} that cameras could look at, and what all have added by then",
            subjects=SUBJECTS[subject],
        ),
        (
            say("Phase"),
            *[
                say("{words}, at {level}", words=words, level=level)
                for level in levels
                for words in (say("This phase"), say("Since the baseline"))
            ],
        ),
        tuple(rows),
        (False, *[True] * 2 * len(levels)),
    )


HOMES = (
    ("residents_reachable_{level}_share", later("Street around residents' homes")),
    ("facades_reachable_{lowest}_share", later("Façade of dwellings")),
    ("dwellings_reachable_{lowest}_count", "Dwellings"),
    ("maybe_facades_reachable_{lowest}_share", later("Façade of what may be dwellings")),
    ("private_ground_reachable_{lowest}_area_m2", later("Private ground, m²")),
)
"""Findings on homes that are told at every step, and what heads their columns."""


def _homes(table: pd.DataFrame, level: str, lowest: str) -> list[Block]:
    """Return what residents and their homes undergo at each step; nothing where neither is known."""
    shown = [(name.format(level=level, lowest=lowest), words) for name, words in HOMES]
    known = set(table.loc[table["denominator"] > 0.0, "finding"])
    shown = [(name, words) for name, words in shown if name in known]
    if not shown:
        return []
    columns = [_of(table, name) for name, _ in shown]
    steps = dict.fromkeys(table["step"])
    rows = tuple(
        (str(step), *[_at_step(rows.loc[step]) if step in rows.index else FEW for rows in columns]) for step in steps
    )
    caption = say(
        "What cameras could look at of homes as the plan is rolled out: streets at {level}, the rest at {lowest}",
        level=level,
        lowest=lowest,
    )
    heads = ("Step", *[words for _, words in shown])
    return [Table(caption, heads, rows, (False, *[True] * len(shown)))]


FEW = later("withheld: few")


def _at_step(row: pd.Series) -> str:
    most = say("at most ") if row["bound"] == "upper" else ""
    if row["unit"] == "share":
        return f"{most}{with_range(row)}"
    return f"{most}{number_between(row['value'], row['low'], row['high'])}"


def _cameras(table: pd.DataFrame) -> Table:
    names = ("active", "added", "ended", "past_end")
    counts = [_counts(table, f"cameras_{name}_count") for name in names]
    of = int(table.loc[table["finding"] == "cameras_active_count", "denominator"].iloc[0])
    return Table(
        say("Cameras at each step, of the {camera} in the list", camera=counted(of, "camera")),
        (say("Step"), say("Active"), say("New"), say("No longer active"), say("Past their end date, listed as in use")),
        tuple(
            (str(step), *[say("{column:,}", column=int(column[step])) for column in counts]) for step in counts[0].index
        ),
        (False, True, True, True, True),
    )
