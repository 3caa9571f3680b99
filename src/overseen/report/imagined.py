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
    more = f", beside the {counted(listed, 'camera')} listed," if listed else ""
    siting = row["siting_variance_share"]
    part = (
        "nothing of it lies with where they stand"
        if np.isnan(siting)
        else f"{percent(siting)} of the variance lies with where they stand, the rest with what is not known of the cameras"
    )
    return (
        f"If {counted(found.rule.count, 'camera')}{more} stood in {found.city.name} as the rule spreads them, they could look at"
        f" {with_range(row)} of the {kilometres(row['denominator'])} of open-air street that can be walked, closely enough to"
        f" {noticed} someone; at any one moment {with_range(once)} would be in such a view.",
        f"The range holds 90 % of {counted(row['network_count'], 'network')}, each with {counted(row['draw_count'], 'draw')}"
        f" of what is not known; {part}.",
    )


def imagined_document(found: Imagined) -> Document:
    """Return the report."""
    rows = tuple(
        (str(row["level"]), "could look at" if row["view"] == "reachable" else "at once", _subject(str(name)), with_range(row),
         percent_range(row["siting_low"], row["siting_high"]))
        for name, row in found.spread.iterrows()
    )  # fmt: skip
    table = Table(
        "In view, by detail level: mean over networks and draws, and in brackets the range that holds 90 % of them",
        ("Level", "View", "Of", "Share", "Means of single networks"),
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
        names=("could look at", "in view at any one moment"),
        axis="share of open-air walkable street, %",
    )
    figure = Figure(
        "levels",
        "How much street would be in view, and how closely?",
        svg,
        "Bars of the share of street in view for each detail level, mean over all networks; thin lines hold 90 % of them.",
        table,
    )
    sections = (
        Section("spread", "How much would be in view", (figure,)),
        Section("rule", "How the networks were drawn", _rule(found)),
        Section("refusals", "What overseen refuses", (Points(REFUSALS),)),
    )
    numbers = tuple(
        KeyNumber(
            percent(row["value"]),
            percent_range(row["low"], row["high"]),
            f"of street at {row['level']}, could be looked at",
        )
        for name, row in found.spread.iterrows()
        if str(name).startswith("streets_reachable")
    )[:4]
    credit = "; ".join(dict.fromkeys(source.attribution for source in found.city.sources if source.attribution))
    date = "" if found.plan.date is None else f"{found.plan.date.day} {found.plan.date:%B %Y}"
    title = f"{found.plan.name}: {found.rule.count:,} hypothetical cameras"
    return Document(title, found.city.name, date, imagined_answer(found), numbers, sections, credit, version("overseen"), (
        Caveat("Nobody has said where these cameras stand. The figures are of networks drawn at random by the rule below, and say"
               " what a network of this size would mean if it were spread so; they are no forecast of any plan."),
    ))  # fmt: skip


def _interval(row: pd.Series) -> list[float]:
    return [float(row["value"]), float(row["low"]), float(row["high"])]


def _subject(name: str) -> str:
    return "street" if name.startswith("streets") else "public space"


def _rule(found: Imagined) -> tuple[Text | Points | Caveat, ...]:
    rule = found.rule
    points = [
        f"Each network has {counted(rule.count, 'camera')}; {counted(rule.networks, 'network')} were drawn from seed {rule.seed}.",
        f"A camera stands beside a counted street, {OFFSET_M:g} m to one side, each metre of street being as likely as its weight.",
    ]
    if rule.street_weights:
        weights = ", ".join(f"{kind} {weight:g}" for kind, weight in rule.street_weights)
        points.append(f"Weights of kinds of street: {weights}; all others 1.")
    if rule.important is not None:
        points.append(
            f"{percent(rule.important_share)} of the cameras stand on streets within {rule.within_m:g} m of {rule.important_words}."
        )
    if rule.quotas:
        quotas = ", ".join(f"{area} {count:,}" for area, count in rule.quotas)
        points.append(f"Cameras by area: {quotas}; the rest elsewhere.")
    kinds = ", ".join(f"{percent(share)} {kind}" for kind, share in rule.kinds) or "none is told"
    points.append(
        f"Kinds of camera: {kinds}; where they point, their lenses and how high they hang are drawn by the assumptions."
    )
    return (
        Points(tuple(points)),
        Caveat(
            "Networks are drawn, never compared: none is better or worse here, and no file says what a single one sees. A network"
            " named by its number can be written out with overseen imagine --write."
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
