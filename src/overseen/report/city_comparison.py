"""Several cities held against several: city by city in a folder each, and in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from overseen.assessment.comparison import PlanComparison
from overseen.model.wording import commas, say
from overseen.report.cities import HOW, record_of_parts
from overseen.report.comparison import difference_sentence, difference_table, headlines, told_sentence
from overseen.report.comparison_export import fill_comparison
from overseen.report.differences import difference_words
from overseen.report.document import Caveat, Command, Document, KeyNumber, Points, Section, Table, Text
from overseen.report.export import plain, rows_of, write_json
from overseen.report.folder import RECORD, write_folder
from overseen.report.method import REFUSALS
from overseen.report.pages import write_report
from overseen.report.words import at_levels
from overseen.sources.plan_cities import folder_name

Cities = Mapping[str, PlanComparison]


def write_city_comparison(
    cities: Cities,
    total: PlanComparison,
    alone: Sequence[str],
    folder: Path,
    *,
    command: str,
    paper: str | None = None,
) -> tuple[Path, ...]:
    """Write one folder for each city that both have, and the report on all together; ``alone`` are cities of one side.

    With ``paper``, one of ``PAPERS``, each report is written as a PDF too.

    Raises
    ------
    OutputError
        If the folder cannot be replaced or a file cannot be written; what stood there is then whole.
    """
    return write_folder(folder, partial(_fill, cities, total, alone, command, paper))


def _fill(
    cities: Cities, total: PlanComparison, alone: Sequence[str], command: str, paper: str | None, fresh: Path
) -> None:
    for city, found in cities.items():
        of_city = fresh / folder_name(city)
        of_city.mkdir()
        fill_comparison(found, command, of_city, paper=paper)
    write_report(_document(cities, total, alone, command), fresh, paper=paper)
    total.findings.to_csv(fresh / "comparison.csv", lineterminator="\n", encoding="utf-8")
    folders = [folder_name(city) for city in cities]
    write_json(
        plain({"cities": folders, "alone": alone, "findings": rows_of(total.findings)}), fresh / "comparison.json"
    )
    record = record_of_parts(f"{total.a.name} → {total.b.name}", folders, fresh)
    write_json(record | {"made_by": "overseen compare", "command": command}, fresh / RECORD)


def city_comparison_answer(cities: Cities, total: PlanComparison) -> tuple[str, ...]:
    """Return what changes in all, sentence by sentence."""
    both, only_a, only_b = (
        sum(found.cameras.count(presence) for found in cities.values()) for presence in ("both", "only_a", "only_b")
    )
    return (
        say(
            "In {cities:,} cities that both have: {both:,} cameras are in both, {only_a:,} only in A, {name},"
            " and {only_b:,} only in B, {name_2}.",
            cities=len(cities),
            both=both,
            only_a=only_a,
            name=total.a.name,
            only_b=only_b,
            name_2=total.b.name,
        ),
        *[
            say("In all, {difference_sentence}", difference_sentence=difference_sentence(row))
            for row in headlines(total)
        ],
        told_sentence(total),
    )


def _document(cities: Cities, total: PlanComparison, alone: Sequence[str], command: str) -> Document:
    warnings = (
        (Caveat(say("Only one of the two has {alone}: it is in the total of that one alone.", alone=commas(alone))),)
        if alone
        else ()
    )
    levels = at_levels(total.a.levels)
    shown = total.findings[total.findings["level"].isna() | total.findings["level"].isin(levels)]
    tables = [
        difference_table(str(subject).replace("_", " "), rows) for subject, rows in shown.groupby("subject", sort=False)
    ]
    return Document(
        f"{total.a.name} → {total.b.name}",
        commas(cities),
        "",
        city_comparison_answer(cities, total),
        tuple(KeyNumber(difference_words(row), say("in all"), str(row["meaning"])) for row in headlines(total)),
        (
            Section("cities", say("City by city"), (_city_table(cities, total, levels[0]),)),
            Section("numbers", say("In all, side by side"), (Text(say("All stand in comparison.csv.")), *tables)),
            Section("method", say("How it was added up"), (Text(say(HOW)),)),
            Section("again", say("Run it again"), (Command(command),)),
            Section("refusals", say("What overseen refuses"), (Points(REFUSALS),)),
        ),
        "; ".join(dict.fromkeys(filter(None, (total.a.credit, total.b.credit)))),
        version("overseen"),
        warnings,
    )


def _city_table(cities: Cities, total: PlanComparison, level: str) -> Table:
    names = (f"streets_reachable_{level}_share", f"public_space_reachable_{level}_share", "cameras_examined_count")
    heads = ("City", say("Cameras in both"), say("Only in A"), say("Only in B"), say("Street in view, at {level}", level=level), say("Public space in view, at {level}", level=level),
             say("Cameras examined"), say("Its report"))  # fmt: skip
    rows = [
        (
            city,
            *[say("{count:,}", count=found.cameras.count(presence)) for presence in ("both", "only_a", "only_b")],
            *[_cell(found.findings, name) for name in names],
            f"{folder_name(city)}/report.html",
        )
        for city, found in cities.items()
    ]
    sums = [
        say("{count:,}", count=sum(found.cameras.count(presence) for found in cities.values()))
        for presence in ("both", "only_a", "only_b")
    ]
    rows.append((say("in all"), *sums, *[_cell(total.findings, name) for name in names], say("this one")))
    return Table(say("What changes from A to B, city by city; B − A"), heads, tuple(rows), (False, *[True] * 6, False))


def _cell(findings: pd.DataFrame, name: str) -> str:
    return difference_words(findings.loc[name]) if name in findings.index else say("cannot tell")
