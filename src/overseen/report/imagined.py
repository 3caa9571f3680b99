"""The report on hypothetical networks: the spread, the rule, and nothing of any single network."""

from __future__ import annotations

import dataclasses
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from overseen.assessment.imagine import Imagined
from overseen.model.imagined import OFFSET_M
from overseen.model.schema import VIEWS
from overseen.model.wording import commas, said_day, say
from overseen.report.document import Caveat, Document, Figure, KeyNumber, Points, Section, Table, Text
from overseen.report.export import write_json
from overseen.report.figures import level_figure
from overseen.report.folder import write_folder
from overseen.report.html import html_report
from overseen.report.method import REFUSALS
from overseen.report.words import counted, kilometres, percent, percent_range, with_range


def imagined_answer(found: Imagined) -> tuple[str, ...]:
    """Return what so many cameras would have in view, and how much of the range lies with where they stand."""
    names = found.viewing.ladder.names
    noticed = names[min(1, len(names) - 1)]
    row, once = (found.spread.loc[f"streets_{view}_{noticed}_share"] for view in VIEWS)
    listed = len(found.plan.network.cameras)
    more = say(", beside the {camera} listed,", camera=counted(listed, "camera")) if listed else ""
    siting = row["siting_variance_share"]
    part = (
        say("nothing of it lies with where they stand")
        if np.isnan(siting)
        else say(
            "{siting} of the variance lies with where they stand, the rest with what is not known of the cameras",
            siting=percent(siting),
        )
    )
    return (
        say(
            "If {camera}{more} stood in {name} as the rule spreads them, they could look at {row} of the"
            " {denominator} of open-air street that can be walked, closely enough to {noticed} someone; at any"
            " one moment {once} would be in such a view.",
            camera=counted(found.rule.count, "camera"),
            more=more,
            name=found.city.name,
            row=with_range(row),
            denominator=kilometres(row["denominator"]),
            noticed=noticed,
            once=with_range(once),
        ),
        say(
            "The range holds 90 % of {network}, each with {draw} of what is not known; {part}.",
            network=counted(row["network_count"], "network"),
            draw=counted(row["draw_count"], "draw"),
            part=part,
        ),
    )


def imagined_document(found: Imagined) -> Document:
    """Return the report."""
    rows = tuple(
        (str(row["level"]), say("could look at") if row["view"] == "reachable" else say("at once"), _subject(str(name)), with_range(row),
         percent_range(row["siting_low"], row["siting_high"]))
        for name, row in found.spread.iterrows()
    )  # fmt: skip
    table = Table(
        say(
            "In view, by detail level: mean over networks and draws, and in brackets the range that holds 90 % of them"
        ),
        (say("Level"), say("View"), say("Of"), say("Share"), say("Means of single networks")),
        rows,
        (False, False, False, True, True),
    )
    levels = found.viewing.ladder.names
    values = [
        np.array([_interval(found.spread.loc[f"streets_{view}_{level}_share"]) for level in levels]) for view in VIEWS
    ]
    svg = level_figure(
        levels,
        values[0],
        values[1],
        names=(say("could look at"), say("in view at any one moment")),
        axis=say("share of open-air walkable street, %"),
    )
    figure = Figure(
        "levels",
        say("How much street would be in view, and how closely?"),
        svg,
        say(
            "Bars of the share of street in view for each detail level, mean over all networks; thin lines hold 90 % of them."
        ),
        table,
    )
    sections = (
        Section("spread", say("How much would be in view"), (figure,)),
        Section("rule", say("How the networks were drawn"), _rule(found)),
        Section("refusals", say("What overseen refuses"), (Points(REFUSALS),)),
    )
    numbers = tuple(
        KeyNumber(
            percent(row["value"]),
            percent_range(row["low"], row["high"]),
            say("of street at {level}, could be looked at", level=row["level"]),
        )
        for name, row in found.spread.iterrows()
        if str(name).startswith("streets_reachable")
    )[:4]
    credit = "; ".join(dict.fromkeys(source.attribution for source in found.city.sources if source.attribution))
    date = "" if found.plan.date is None else said_day(found.plan.date)
    title = say("{name}: {count:,} hypothetical cameras", name=found.plan.name, count=found.rule.count)
    return Document(title, found.city.name, date, imagined_answer(found), numbers, sections, credit, version("overseen"), (
        Caveat(say("Nobody has said where these cameras stand. The figures are of networks drawn at random by the rule below, and say"
               " what a network of this size would mean if it were spread so; they are no forecast of any plan.")),
    ))  # fmt: skip


def _interval(row: pd.Series) -> list[float]:
    return [float(row["value"]), float(row["low"]), float(row["high"])]


def _subject(name: str) -> str:
    return say("street") if name.startswith("streets") else say("public space")


def _rule(found: Imagined) -> tuple[Text | Points | Caveat, ...]:
    rule = found.rule
    points = [
        say(
            "Each network has {camera}; {network} were drawn from seed {seed}.",
            camera=counted(rule.count, "camera"),
            network=counted(rule.networks, "network"),
            seed=rule.seed,
        ),
        say(
            "A camera stands beside a counted street, {offset_m:g} m to one side, each metre of street being as"
            " likely as its weight.",
            offset_m=OFFSET_M,
        ),
    ]
    if rule.street_weights:
        weights = commas(say("{kind} {weight:g}", kind=kind, weight=weight) for kind, weight in rule.street_weights)
        points.append(say("Weights of kinds of street: {weights}; all others 1.", weights=weights))
    if rule.important is not None:
        points.append(
            say(
                "{important_share} of the cameras stand on streets within {within_m:g} m of {important_words}.",
                important_share=percent(rule.important_share),
                within_m=rule.within_m,
                important_words=rule.important_words,
            )
        )
    if rule.quotas:
        quotas = commas(say("{area} {count:,}", area=area, count=count) for area, count in rule.quotas)
        points.append(say("Cameras by area: {quotas}; the rest elsewhere.", quotas=quotas))
    kinds = commas(f"{percent(share)} {kind}" for kind, share in rule.kinds) or say("none is told")
    points.append(
        say(
            "Kinds of camera: {kinds}; where they point, their lenses and how high they hang are drawn by the"
            " assumptions.",
            kinds=kinds,
        )
    )
    return (
        Points(tuple(points)),
        Caveat(
            say(
                "Networks are drawn, never compared: none is better or worse here, and no file says what a single one sees. A network"
                " named by its number can be written out with overseen imagine --write."
            )
        ),
    )


def imagined_record(found: Imagined) -> dict[str, Any]:
    """Return what ``imagined.json`` holds."""
    rule = dataclasses.replace(found.rule, important=None)
    return {
        "plan": found.plan.name,
        "city": found.city.name,
        "rule": {name: value for name, value in dataclasses.asdict(rule).items() if name != "important"},
        "draws": found.viewing.draws,
        "seed": found.viewing.seed,
        "spread": [
            {name: None if isinstance(value, float) and np.isnan(value) else value for name, value in row.items()}
            for row in found.spread.reset_index().to_dict("records")
        ],
    }


def write_imagined(found: Imagined, folder: Path) -> tuple[Path, ...]:
    """Write ``report.html``, ``imagined.json`` and ``run.json`` in the place of ``folder`` and return them.

    Raises
    ------
    OutputError
        If the folder cannot be replaced or a file cannot be written.
    """

    def fill(fresh: Path) -> None:
        (fresh / "report.html").write_text(html_report(imagined_document(found)), encoding="utf-8")
        write_json(imagined_record(found), fresh / "imagined.json")
        sources = [dataclasses.asdict(source) for source in (*found.plan.network.sources, *found.city.sources)]
        write_json({"made_by": "overseen", "seed": found.rule.seed, "sources": sources}, fresh / "run.json")

    return write_folder(folder, fill)
