"""What the report says of the unknowns: which moves the answer, by how much, and the scenarios."""

from __future__ import annotations

import numpy as np

from overseen.assessment.findings import Assessment
from overseen.model.wording import later, say, sentence
from overseen.report.document import Caveat, Figure, Section, Table, Text
from overseen.report.figures import tornado_figure
from overseen.report.words import percent, percent_range

UNKNOWN_WORDS = {
    "bearing_deg": later("bearing of each camera"),
    "turning_share": later("share of cameras that turn"),
    "mounting_height_m": later("mounting height"),
    "focal_length_mm": later("lens of cameras that do not turn"),
    "longest_focal_length_mm": later("longest lens of cameras that turn"),
    "shortest_focal_length_mm": later("shortest lens of cameras that turn"),
    "image_width_px": later("pixels across the image"),
    "sensor_width_mm": later("width of the sensor"),
    "maximum_range_m": later("distance beyond which nothing counts"),
    "building_height_m": later("height of buildings"),
    "image_aspect_ratio": later("width of the picture by its height"),
}
"""An unknown in the words of the report."""


def moving_sentence(assessment: Assessment) -> str | None:
    """Return which unknown moves the answer most, and by how much; None if none moves it as far as it is printed."""
    table = assessment.sensitivity
    if table.empty:
        return None
    first = table.iloc[0]
    name = UNKNOWN_WORDS.get(str(table.index[0]), str(table.index[0]))
    low, high = sorted((first["low_value"], first["high_value"]))
    watched, width = str(first["finding"]), high - low
    if percent(low, width=width) == percent(high, width=width):
        return None
    return say(
        "What moves the answer most is the {name}: it alone takes the share of {subject} they could look at,"
        " at {level_of}, from {low}.",
        name=name,
        subject=_subject(watched),
        level_of=_level_of(watched),
        low=percent_range(low, high),
    )


def unknowns_section(assessment: Assessment) -> Section:
    """Return the section on what moves the answer."""
    table = assessment.sensitivity
    if table.empty:
        return Section(
            "unknowns", say("What moves the answer"), (Text(say("Nothing had to be assumed that moves it.")),)
        )
    names = [UNKNOWN_WORDS.get(str(name), str(name)) for name in table.index]
    data = Table(
        say("Each unknown moved alone from its low to its high value, all others at their centre"),
        (
            say("Unknown"),
            say("Lenses concerned"),
            say("Share at its low value"),
            say("Share at its high value"),
            say("Part of the variance"),
        ),
        tuple(
            (
                name,
                say("{head_count:,}", head_count=row["head_count"]),
                percent(row["low_value"], width=0.01),
                percent(row["high_value"], width=0.01),
                say("not told apart") if np.isnan(row["variance_share"]) else percent(row["variance_share"], width=0.1),
            )
            for name, (_, row) in zip(names, table.iterrows(), strict=True)
        ),
        (False, True, True, True, True),
    )
    watched = str(table["finding"].iloc[0])
    svg = tornado_figure(
        names,
        table["low_value"].to_numpy(),
        table["high_value"].to_numpy(),
        axis=say(
            "share of {subject} they could look at, %, at {level_of}",
            subject=_subject(watched),
            level_of=_level_of(watched),
        ),
    )
    first = say(
        "{names} moves the answer most: from {iloc} to {iloc_2}.",
        names=names[0],
        iloc=percent(table["low_value"].iloc[0]),
        iloc_2=percent(table["high_value"].iloc[0]),
    )
    blocks = (
        Text(sentence(first) + say(" Whoever can state it narrows the range.")),
        Figure(
            "unknowns",
            say("Which unknown moves the answer most?"),
            svg,
            say("Bars, widest on top. {first}", first=first),
            data,
        ),
        Caveat(
            say(
                "The centre of every unknown taken together is one case, and need not be the middle of the draws: the draws, which"
                " move everything at once, give the ranges of this report. The part of the variance is what an unknown explains of"
                " them while all others move too; what lies with each camera alone, such as where it points, is in none of the rows."
            )
        ),
        _scenarios(assessment),
    )
    return Section("unknowns", say("What moves the answer"), blocks)


def _scenarios(assessment: Assessment) -> Table:
    words = {
        "low": say("every unknown at the end that leaves least in view"),
        "central": say("every unknown at its centre"),
        "high": say("every unknown at the end that leaves most in view"),
    }
    rows = tuple(
        (words[str(name)], percent(row["value"], width=0.01), percent_range(row["low"], row["high"]))
        for name, row in assessment.scenarios.iterrows()
    )
    watched = str(assessment.scenarios["finding"].iloc[0])
    return Table(
        say(
            "Share of {subject} they could look at, at {level_of}, in three scenarios",
            subject=_subject(watched),
            level_of=_level_of(watched),
        ),
        (say("Scenario"), say("Share"), say("Over the bearings that stay open")),
        rows,
        (False, True, True),
    )


def _level_of(finding: str) -> str:
    return finding.partition("_reachable_")[2].removesuffix("_share")


def _subject(finding: str) -> str:
    return say("street") if finding.startswith("streets") else say("the ground examined")
