"""The sections on running the network: who watches, what is delivered while the power fails, what is kept, what it costs."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from overseen.assessment.delivery import FEWEST_CAMERAS
from overseen.assessment.estimates import operation_pack, source_words
from overseen.assessment.findings import Assessment
from overseen.assessment.operations import Operations
from overseen.assessment.power import DAYS, PERIODS
from overseen.model.wording import later, numeral, retold, say, sentence
from overseen.report.document import Block, Caveat, Figure, Points, Section, Table, Text
from overseen.report.operation_figures import cost_figure, hours_figure, range_figure
from overseen.report.words import (
    NOT_COMPUTED,
    counted,
    number_between,
    number_range,
    percent,
    percent_range,
    rounded,
    with_range,
)

SUBJECTS = {
    "control_room": later("Who watches"),
    "power": later("When the power fails"),
    "storage": later("What is recorded and kept"),
    "costs": later("What it costs"),
}
AREAS_SHOWN = 15
ITEMS_SHOWN = 12

BEYOND_ITS_NAME = re.compile(r"[,،]| between ")
"""From here on the meaning of a figure is left out beside its bar."""


def _period_words(period: str) -> str:
    first, last = period.split("-")
    return say("{first} to {last} h", first=numeral(first), last=numeral(last))


def operation_sections(assessment: Assessment) -> tuple[Section, ...]:
    """Return a section for each part of running the network of which something can be told, and one of what cannot."""
    found = assessment.operations
    if found is None:
        return ()
    makers = {"control_room": _room, "power": _power, "storage": _storage, "costs": _costs}
    sections = []
    for subject, heading in SUBJECTS.items():
        blocks = makers[subject](assessment, found)
        if blocks:
            blocks += _closing(found, subject)
            sections.append(Section(subject.replace("_", "-"), heading, tuple(blocks)))
    told = {section.name.replace("-", "_") for section in sections}
    rest = tuple(_gap_words(gap.what, gap.needs) for gap in found.gaps if gap.subject not in told)
    if rest:
        sections.append(Section("operations", say("Running the network"), (Points(rest),)))
    return tuple(sections)


def _closing(found: Operations, subject: str) -> list[Block]:
    """Return what cannot be told of a subject, what was assumed, and the figures that went in."""
    blocks: list[Block] = []
    gaps = tuple(_gap_words(gap.what, gap.needs) for gap in found.gaps if gap.subject == subject)
    if gaps:
        blocks.append(Points(gaps))
    assumed = tuple(sentence for of, sentence in found.assumed if of == subject)
    if assumed:
        blocks.append(Points(assumed))
    figures = found.figures[found.figures["subject"] == subject]
    if len(figures):
        blocks.append(_figure_table(figures))
    return blocks


def _gap_words(what: str, needs: str) -> str:
    return say("{what}: cannot tell; needs {needs}.", what=sentence(retold(what)), needs=retold(needs))


def _figure_table(figures: pd.DataFrame) -> Table:
    rows = tuple(
        (retold(str(row["meaning"])), *(say("{row:.4g}", row=row[end]) if row[end] < 1e4 else rounded(row[end]) for end in ("low", "central", "high")),
         retold(str(row["unit"])), retold(str(row["source"])))
        for _, row in figures.iterrows()
    )  # fmt: skip
    return Table(
        say(
            "Figures that went in: 5 % lie below low, half below central, 95 % below high; all cameras of a draw share them"
        ),
        (say("Figure"), say("Low"), say("Central"), say("High"), say("Unit"), say("Source")),
        rows,
        (False, True, True, True, False, False),
        is_detail=True,
    )


def _row(assessment: Assessment, name: str) -> pd.Series | None:
    return assessment.findings.loc[name] if name in assessment.findings.index else None


def _share(assessment: Assessment, name: str) -> str:
    return with_range(_row(assessment, name))


def _number(assessment: Assessment, name: str, unit: str = "") -> str:
    """Return a finding with its interval; ``at least`` where something is left out of it."""
    row = _row(assessment, name)
    if row is None:
        return say(NOT_COMPUTED)
    words = number_between(row["value"], row["low"], row["high"])
    least = say("at least ") if row["bound"] == "lower" else ""
    return (
        say("{least}{words}\N{NO-BREAK SPACE}{unit}", least=least, words=words, unit=unit)
        if unit
        else f"{least}{words}"
    )


def _chance(assessment: Assessment, name: str) -> str:
    """Return a probability, which has no interval of its own."""
    row = _row(assessment, name)
    return say(NOT_COMPUTED) if row is None else percent(row["value"])


def _room(assessment: Assessment, found: Operations) -> list[Block]:  # noqa: ARG001 - all sections are made alike
    row = _row(assessment, "control_room_cameras_per_operator")
    if row is None:
        return []
    published = operation_pack("control_room")["published"]
    low, high = published["cameras_per_operator"]
    sentences = say(
        "An operator on duty has {cameras} to watch, with {feeds}. In {split} it was {low:,.0f} to"
        " {high:,.0f} ({source_words}). Somebody is in the room for {control_room_staffed_share} of the day."
        " Of all camera-hours, {control_room_shown_share} are on a screen while somebody is there, and at"
        " most {control_room_watched_share} are watched: no operator attends to more feeds than a person can.",
        cameras=_number(assessment, "control_room_cameras_per_operator", "cameras"),
        feeds=_number(assessment, "control_room_feeds_per_operator", "feeds"),
        split=say(published["where"]),
        low=low,
        high=high,
        source_words=retold(source_words(published)),
        control_room_staffed_share=_share(assessment, "control_room_staffed_share"),
        control_room_shown_share=_share(assessment, "control_room_shown_share"),
        control_room_watched_share=_share(assessment, "control_room_watched_share"),
    )
    delivered = _row(assessment, "control_room_watched_delivered_share")
    if delivered is not None:
        sentences += say(
            " With outages of cameras and control room it is {delivered}.", delivered=with_range(delivered)
        )
    blocks: list[Block] = [
        Text(sentences),
        _operator_figure(row, low, high),
        *_detection(assessment),
        *_link(assessment),
    ]
    blocks.append(Caveat(say("Whoever watches does not see all that is on the screens, and what is on a screen is not all that a camera sees.")))  # fmt: skip
    return blocks


def _operator_figure(row: pd.Series, low: float, high: float) -> Figure:
    names = (say("this plan"), say("11 published control rooms"))
    ranges = ((float(row["low"]), float(row["high"])), (low, high))
    data = Table(
        say("Cameras by operator on duty"),
        (say("Control room"), say("Low"), say("High")),
        tuple((name, say("{a:,.0f}", a=a), say("{b:,.0f}", b=b)) for name, (a, b) in zip(names, ranges, strict=True)),
        (False, True, True),
    )
    svg = range_figure(names, ranges, axis=say("cameras by operator on duty (scale of ratios)"))
    return Figure("operators", say("How many cameras has one person to watch?"), svg,
                  say("Two bars on one scale: the range of this plan, and what was published of other control rooms."), data)  # fmt: skip


def _detection(assessment: Assessment) -> list[Block]:
    room = assessment.plan.control_room
    screens = None if room is None else room.screens_per_operator
    study = operation_pack("control_room")["detection"]
    rows = tuple(
        (numeral(f"{n}"), percent(share)) for n, share in zip(study["monitors"], study["detected_share"], strict=True)
    )
    table = Table(say("Targets detected by one person, by the number of monitors: {source_words}", source_words=retold(source_words(study))),
                  (say("Monitors"), say("Detected")), rows, (True, True))  # fmt: skip
    if screens is None:
        return [table]
    row = _row(assessment, "control_room_detected_share")
    if row is None:
        words = say(
            "With {screen} before each operator: cannot tell what is detected, for the study has no more than"
            " {monitors} monitors.",
            screen=counted(screens, "screen"),
            monitors=study["monitors"][-1],
        )
    elif row["low"] == row["high"]:
        words = say(
            "With {monitor}, {low} of the targets were detected in the study below.",
            monitor=counted(screens, "monitor"),
            low=percent(row["low"]),
        )
    else:
        words = say(
            "With {monitor}, it lies between {low} of the targets: the study below has no such number of monitors.",
            monitor=counted(screens, "monitor"),
            low=percent_range(row["low"], row["high"]),
        )
    return [Text(words), table]


def _link(assessment: Assessment) -> list[Block]:
    row = _row(assessment, "control_room_stream_mbps")
    if row is None:
        return []
    words = (
        say("The {denominator:,.0f} streams into the room carry {mbit_s}.", denominator=row['denominator'], mbit_s=_number(assessment, 'control_room_stream_mbps', 'Mbit/s'))
    )  # fmt: skip
    link = _row(assessment, "control_room_link_fits_share")
    if link is not None:
        words += say(
            " The declared link of {denominator}\N{NO-BREAK SPACE}Mbit/s carries them in {chance} of the draws.",
            denominator=rounded(link["denominator"]),
            chance=_chance(assessment, link.name),
        )
    return [Text(words)]


def _power(assessment: Assessment, found: Operations) -> list[Block]:
    if _row(assessment, "power_recording_share") is None:
        return []
    recording = _row(assessment, "power_recording_share")
    most = say("at most ") if recording is not None and recording["bound"] == "upper" else ""
    live = _row(assessment, "power_live_share")
    sentences = say(
        "Of all camera-hours of {days} days, {most}{power_recording_share} are recorded",
        days=DAYS,
        most=most,
        power_recording_share=_share(assessment, "power_recording_share"),
    )
    sentences += (
        "."
        if live is None
        else say(", and in {live} a picture could be watched: camera and control room are on.", live=with_range(live))
    )
    streets = _row(assessment, "power_streets_delivered_share")
    if streets is not None:
        sentences += say(
            " Cameras could look at {power_streets_promised_m_h} metre-hours of street in a day, were there no"
            " outages; {streets} of them are delivered.",
            power_streets_promised_m_h=_number(assessment, "power_streets_promised_m_h"),
            streets=with_range(streets),
        )
    hours = _row(assessment, "person_hours_delivered")
    if hours is not None:
        sentences += say(
            " Residents spend {person_hours_promised} hours in view in a day as promised, and"
            " {person_hours_delivered} as delivered.",
            person_hours_promised=_number(assessment, "person_hours_promised"),
            person_hours_delivered=_number(assessment, "person_hours_delivered"),
        )
    blocks: list[Block] = [Text(sentences), _hours_figure(assessment, with_live=live is not None)]
    blocks += _distribution(assessment)
    blocks += _area_table(found)
    blocks.append(
        Caveat(
            say(
                "Hours are averages over a year by part of the day, over many cameras. Which camera is dark when is in no output: nothing"
                " here tells where nobody is watching at a given moment."
            )
        )
    )
    return blocks


def _hours_figure(assessment: Assessment, *, with_live: bool) -> Figure:
    stems = [("recording", "recorded"), *([("live", say("could be watched live"))] if with_live else [])]
    series, columns = [], []
    for stem, words in stems:
        rows = [assessment.findings.loc[f"power_{stem}_{period}_share"] for period in PERIODS]
        series.append((words, np.array([[row["value"], row["low"], row["high"]] for row in rows])))
        columns.append([with_range(row) for row in rows])
    data = Table(
        say("Part of the promised camera-hours that is delivered, by part of the day"),
        (say("Part of the day"), *(words for _, words in stems)),
        tuple((_period_words(period), *(column[at] for column in columns)) for at, period in enumerate(PERIODS)),
        (False, *(True for _ in stems)),
    )
    svg = hours_figure(
        [_period_words(period) for period in PERIODS], series, axis=say("part of the promised camera-hours, %")
    )
    return Figure("delivered", say("How much of what is promised is delivered?"), svg,
                  say("Outlined bars are the promise, all hours; filled ones what is delivered while the power fails, with the range that holds 90 % of the draws."),
                  data)  # fmt: skip


def _distribution(assessment: Assessment) -> list[Block]:
    if _row(assessment, "power_recording_middle_share") is None:
        return []
    tenth, middle, best = (_share(assessment, f"power_recording_{name}_share") for name in ("worst_tenth", "middle", "best_tenth"))  # fmt: skip
    return [
        Text(
            say(
                "It is spread over the cameras so: a tenth of them are on for less than {tenth} of the year, half"
                " for less than {middle}, nine tenths for less than {best}.",
                tenth=tenth,
                middle=middle,
                best=best,
            )
        )
    ]


def _area_table(found: Operations) -> list[Block]:
    table = found.delivered
    if table.empty:
        return []
    ids = table["area_id"].drop_duplicates()
    hidden = int(table.loc[table["is_withheld"], "area_id"].nunique())
    shown = table[~table["is_withheld"]]
    rows = []
    for area in ids[ids.isin(shown["area_id"])][:AREAS_SHOWN]:
        periods = shown[shown["area_id"] == area].set_index("period")
        name = periods["name"].iloc[0]
        cells = (
            with_range(pd.Series({"value": row["recording_share"], "low": row["recording_low_share"], "high": row["recording_high_share"]}))
            for _, row in periods.loc[list(PERIODS)].iterrows()
        )  # fmt: skip
        rows.append(
            (
                str(area if name is None or pd.isna(name) else name),
                say("{iloc:,.0f}", iloc=periods["camera_count"].iloc[0]),
                *cells,
            )
        )
    words = say(
        "By area, in the order of their names and not of their numbers; {hidden:,} of {area} are withheld:"
        " those with fewer than {fewest_cameras} cameras, and as many more as keep these from being reckoned"
        " from the total. All stand in assessment.json, under operations.",
        hidden=hidden,
        area=counted(len(ids), "area"),
        fewest_cameras=FEWEST_CAMERAS,
    )
    if not rows:
        return [Text(words)]
    title = say("Part of the camera-hours that is recorded, by area and part of the day")
    heads = ("Area", "Cameras", *[_period_words(period) for period in PERIODS])
    return [Text(words), Table(title, heads, tuple(rows), (False, True, *(True for _ in PERIODS)), is_detail=True)]


def _storage(assessment: Assessment, found: Operations) -> list[Block]:  # noqa: ARG001 - all sections are made alike
    row = _row(assessment, "storage_gb_per_day")
    if row is None:
        return []
    words = say(
        "A stream carries {mbit_s}; a megabit a second for a day is 10.8\N{NO-BREAK SPACE}GB. All {denominator:,.0f}"
        " streams make {gb} a day.",
        mbit_s=_number(assessment, "storage_stream_mbps", "Mbit/s"),
        denominator=row["denominator"],
        gb=_number(assessment, "storage_gb_per_day", "GB"),
    )
    days = assessment.plan.retention_days
    if days is not None:
        words += say(
            " Kept for {days:g} days, that is {tb} at any time, and {storage_camera_days} days of recording over"
            " all cameras.",
            days=days,
            tb=_number(assessment, "storage_held_tb", "TB"),
            storage_camera_days=_number(assessment, "storage_camera_days"),
        )
    return [Text(words)]


def _costs(assessment: Assessment, found: Operations) -> list[Block]:
    total = _row(assessment, "cost_total")
    if total is None:
        return []
    unit, years = str(total["unit"]), int(total["denominator"])
    words = say(
        "Putting the cameras up costs {cost_capital}, and running them {cost_year} in a year with all of"
        " them in place, of which energy is {cost_energy_year} and staff {cost_staff_year}. In {year} it is"
        " {cost_total}: {cost_per_camera} by camera",
        cost_capital=_number(assessment, "cost_capital", unit),
        cost_year=_number(assessment, "cost_year", unit),
        cost_energy_year=_number(assessment, "cost_energy_year", unit),
        cost_staff_year=_number(assessment, "cost_staff_year", unit),
        year=counted(years, "year"),
        cost_total=_number(assessment, "cost_total", unit),
        cost_per_camera=_number(assessment, "cost_per_camera", unit),
    )
    if _row(assessment, "cost_per_resident") is not None:
        words += say(
            ", {cost_per_resident} by resident", cost_per_resident=_number(assessment, "cost_per_resident", unit)
        )
    for name in ("promised", "delivered"):
        if _row(assessment, f"cost_per_person_hour_{name}") is not None:
            words += say(
                ", {value} by hour that a resident spends in view as {name}",
                value=_number(assessment, f"cost_per_person_hour_{name}", unit),
                name=name,
            )
    blocks: list[Block] = [Text(words + ".")]
    budget = _row(assessment, "cost_budget_covered_share")
    if budget is not None:
        most = say("at most ") if budget["bound"] == "upper" else ""
        blocks.append(
            Text(
                say(
                    "The declared budget of {denominator}\N{NO-BREAK SPACE}{unit} covers it in {most}{chance} of the draws; the"
                    " total is {low}\N{NO-BREAK SPACE}{unit} in 90\N{NO-BREAK SPACE}% of them.",
                    denominator=rounded(budget["denominator"]),
                    unit=unit,
                    most=most,
                    chance=_chance(assessment, budget.name),
                    low=number_range(total["low"], total["high"]),
                )
            )
        )
    return [*blocks, *_tornado(found, assessment), _year_table(found)]


def _tornado(found: Operations, assessment: Assessment) -> list[Block]:
    items = found.cost_items.head(ITEMS_SHOWN)
    if items.empty:
        return []
    costs = assessment.plan.costs
    unit = str(items["unit"].iloc[0])
    names = [retold(str(words)) for words in items["meaning"]]
    data = Table(
        say(
            "The total in {unit} with each figure at its low and its high value, all others at their centre", unit=unit
        ),
        (say("Figure"), say("Total at its low value"), say("Total at its high value"), say("Source")),
        tuple(
            (name, rounded(row["low_value"]), rounded(row["high_value"]), retold(str(row["source"])))
            for name, (_, row) in zip(names, items.iterrows(), strict=True)
        ),
        (False, True, True, False),
    )
    svg = cost_figure(
        [_short(str(words)) for words in items["meaning"]],
        items["low_value"].to_numpy(),
        items["high_value"].to_numpy(),
        axis=say("all that is paid, {unit}", unit=unit),
        budget=None if costs is None else costs.budget,
    )
    ends = sorted(items[["low_value", "high_value"]].iloc[0])
    first = say(
        "{names} moves the total most: from {ends} to {ends_2}\N{NO-BREAK SPACE}{unit}.",
        names=names[0],
        ends=rounded(ends[0]),
        ends_2=rounded(ends[1]),
        unit=unit,
    )
    return [
        Figure(
            "cost-items", say("What moves the cost most?"), svg, say("Bars, widest on top. {first}", first=first), data
        )
    ]


def _short(meaning: str) -> str:
    """Return the meaning of a figure as it stands beside its bar: without what English says behind its name."""
    told = retold(meaning)
    return told if BEYOND_ITS_NAME.search(meaning) is None else BEYOND_ITS_NAME.split(told, maxsplit=1)[0]


def _year_table(found: Operations) -> Table:
    years = found.cost_years
    unit = str(years["unit"].iloc[0])

    def cell(row: pd.Series, stem: str) -> str:
        mean, low, high = (row[f"{stem}{part}_cost"] for part in ("", "_low", "_high"))
        return number_between(mean, low, high)

    rows = tuple(
        (
            numeral(f"{year}"),
            say("{camera_year_count:,.0f}", camera_year_count=row["camera_year_count"]),
            cell(row, "capital"),
            cell(row, "running"),
        )
        for year, row in years.iterrows()
    )
    return Table(
        say("Year by year, in {unit}; cameras are replaced at the end of their life", unit=unit),
        (say("Year"), say("Cameras in place"), say("Put up or replaced"), say("Running")),
        rows,
        (True, True, True, True),
    )
