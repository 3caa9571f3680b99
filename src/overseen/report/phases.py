"""The section on phases: what is in view as the plan is rolled out, baseline and additions apart."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from overseen.assessment.arrivals import phase_disagreements
from overseen.assessment.findings import Assessment
from overseen.model.phases import BASELINE
from overseen.report.comparison_figures import step_figure
from overseen.report.differences import difference_words
from overseen.report.document import Block, Caveat, Figure, Section, Table, Text
from overseen.report.words import at_levels, counted, number_range, rounded, with_range

NAME, HEADING = "phases", "As it is rolled out"

WHAT = (
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
        late = ", ".join(f"{int(count):,} at {step}" for step, count in ended.items() if count)
        blocks.append(
            Caveat(
                f"Cameras that the list has in use although the day until which they were to be has passed: {late}. By the plan"
                " they are gone by then, and they are not counted as seeing; whether they are gone, the list does not tell."
            )
        )
    blocks += [Caveat(sentence) for sentence in phase_disagreements(assessment.plan)]
    never = int(assessment.finding("cameras_never_active_count")["value"])
    if never:
        blocks.append(
            Caveat(
                f"{counted(never, 'camera')} of the list {'is' if never == 1 else 'are'} active at no step: disused, planned without"
                " a phase of the plan or a date, or to come after the last phase has begun."
            )
        )
    return (Section(NAME, HEADING, tuple(blocks)),)


def _counts(table: pd.DataFrame, name: str) -> pd.Series:
    rows = table[table["finding"] == name]
    return rows.set_index("step")["value"]


def _of(table: pd.DataFrame, name: str) -> pd.DataFrame:
    return table[table["finding"] == name].set_index("step")


SUBJECTS = {"streets": "open-air walkable street", "public_space": "public space"}


def _sentence(assessment: Assessment, subject: str, level: str) -> str:
    rows = _of(assessment.phases, f"{subject}_reachable_{level}_share")
    first, last = rows.iloc[0], rows.iloc[-1]
    active = _counts(assessment.phases, "cameras_active_count")
    added = _difference(last, "since_baseline")
    return (
        f"Before the first phase {counted(active.iloc[0], 'camera')} could look at {with_range(first)} of the {SUBJECTS[subject]},"
        f" closely enough to {level} someone; by {rows.index[-1]}, on {_day(last['date'])}, {counted(active.iloc[-1], 'camera')}"
        f" could look at {with_range(last)}. What the phases add is {added}."
    )


def _day(text: str) -> str:
    day = dt.date.fromisoformat(text)
    return f"{day.day} {day:%B %Y}"


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
        [f"enough to {level}" for level in levels],
        axis=f"{subject.removesuffix('s').replace('_', ' ')} in view, %",
    )
    data = Table(
        f"Share of {SUBJECTS[subject]} that cameras could look at",
        ("Step", "From", *[f"At {level}" for level in levels]),
        tuple(
            (str(step), str(steps.loc[step, "date"]), *[with_range(rows.loc[step]) for rows in tables])
            for step in steps.index
        ),
        (False, False, *[True] * len(levels)),
    )
    description = "Lines that step as phases begin, each with its range; the dotted line is the baseline, and what is shaded above it was added."
    return Figure("phases", "How does what is in view grow?", svg, description, data)


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
        f"What each phase adds to the {SUBJECTS[subject]} that cameras could look at, and what all have added by then",
        ("Phase", *[f"{words}, at {level}" for level in levels for words in ("This phase", "Since the baseline")]),
        tuple(rows),
        (False, *[True] * 2 * len(levels)),
    )


HOMES = (
    ("residents_reachable_{level}_share", "Street around residents' homes"),
    ("facades_reachable_{lowest}_share", "Façade of dwellings"),
    ("dwellings_reachable_{lowest}_count", "Dwellings"),
    ("maybe_facades_reachable_{lowest}_share", "Façade of what may be dwellings"),
    ("private_ground_reachable_{lowest}_area_m2", "Private ground, m²"),
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
    caption = f"What cameras could look at of homes as the plan is rolled out: streets at {level}, the rest at {lowest}"
    heads = ("Step", *[words for _, words in shown])
    return [Table(caption, heads, rows, (False, *[True] * len(shown)))]


FEW = "withheld: few"


def _at_step(row: pd.Series) -> str:
    most = "at most " if row["bound"] == "upper" else ""
    if row["unit"] == "share":
        return f"{most}{with_range(row)}"
    return f"{most}{rounded(row['value'])} ({number_range(row['low'], row['high'])})"


def _cameras(table: pd.DataFrame) -> Table:
    names = ("active", "added", "ended", "past_end")
    counts = [_counts(table, f"cameras_{name}_count") for name in names]
    of = int(table.loc[table["finding"] == "cameras_active_count", "denominator"].iloc[0])
    return Table(
        f"Cameras at each step, of the {counted(of, 'camera')} in the list",
        ("Step", "Active", "New", "No longer active", "Past their end date, listed as in use"),
        tuple((str(step), *[f"{int(column[step]):,}" for column in counts]) for step in counts[0].index),
        (False, True, True, True, True),
    )
