"""Several cities: one folder each, and beside them what they make up together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from overseen.assessment.city_totals import Totals, city_totals
from overseen.assessment.findings import Assessment
from overseen.model.wording import ENGLISH, commas, later, retold, say
from overseen.report.compose import answer, credit
from overseen.report.differences import value_words
from overseen.report.document import Caveat, Document, KeyNumber, Points, Section, Table, Text
from overseen.report.export import plain, rows_of, write_json
from overseen.report.folder import RECORD, write_folder
from overseen.report.languages import named_reports, speaking_in
from overseen.report.method import REFUSALS
from overseen.report.pages import write_report
from overseen.report.words import at_levels, counted, number_range, percent_range
from overseen.report.write import fill_run
from overseen.sources.plan_cities import folder_name

HOW = later(
    "Each city is assessed in its own plane with its own data. Lengths, areas and counts are added up within each draw: what cameras"
    " have in common, such as the usual lens, is drawn alike in all cities, so their draws go together and the range is that of the"
    " sum. A share is the sum of the parts over the sum of what they are parts of. Means over simulated trips, measures of inequality"
    " and estimates from two lists do not add up and are told city by city alone."
)


def write_cities(
    assessments: Sequence[Assessment],
    name: str,
    folder: Path,
    *,
    paper: str | None = None,
    languages: Sequence[str] = (ENGLISH,),
) -> tuple[Path, ...]:
    """Write one folder for each city, and the report and table of all together; return what stands in ``folder``.

    With ``paper``, one of ``PAPERS``, each report is written as a PDF too, and each in every language.

    Raises
    ------
    OutputError
        If the folder cannot be replaced or a file cannot be written; what stood there is then whole.
    """
    return write_folder(folder, partial(_fill, assessments, name, paper, languages))


def _fill(
    assessments: Sequence[Assessment], name: str, paper: str | None, languages: Sequence[str], fresh: Path
) -> None:
    totals = city_totals([(found.findings, found.drawn) for found in assessments])
    for found in assessments:
        of_city = fresh / folder_name(found.city.name)
        of_city.mkdir()
        fill_run(found, of_city, paper=paper, languages=languages)
    for code, report in named_reports(languages).items():
        with speaking_in(code):
            write_report(cities_document(assessments, name, totals), fresh, paper=paper, name=report)
    totals.findings.to_csv(fresh / "totals.csv", lineterminator="\n", encoding="utf-8")
    folders = [folder_name(found.city.name) for found in assessments]
    record = {"plan": name, "cities": folders, "findings": rows_of(totals.findings), "left_out": totals.left_out}
    write_json(plain(record), fresh / "totals.json")
    write_json(record_of_parts(name, folders, fresh), fresh / RECORD)


def record_of_parts(name: str, folders: Sequence[str], folder: Path) -> dict[str, Any]:
    """Return what ``run.json`` holds of several cities: their folders, and the checksum of every file."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    outputs = {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return plain(
        {"made_by": "overseen", "plan": name, "cities": folders, "version": version("overseen"), "outputs": outputs}
    )


def cities_document(assessments: Sequence[Assessment], name: str, totals: Totals) -> Document:
    """Return the report on several cities together."""
    level = at_levels(assessments[0].viewing.ladder.names)[0]
    sections = (
        _city_section(assessments, totals),
        _total_section(totals, assessments),
        Section("method", say("How it was added up"), (Text(HOW), _left_out(totals))),
        Section("refusals", say("What overseen refuses"), (Points(REFUSALS),)),
    )
    return Document(
        name,
        commas(found.city.name for found in assessments),
        "",
        cities_answer(assessments, totals),
        tuple(
            KeyNumber(
                value_words(row["value"], str(row["unit"])),
                range_words(row),
                say("{meaning}, in all", meaning=row["meaning"]),
            )
            for key in (
                f"streets_reachable_{level}_share",
                f"public_space_reachable_{level}_share",
                "cameras_examined_count",
            )
            if (row := _row(totals, key)) is not None
        ),
        sections,
        "; ".join(dict.fromkeys(filter(None, (credit(found) for found in assessments)))),
        version("overseen"),
    )


def cities_answer(assessments: Sequence[Assessment], totals: Totals) -> tuple[str, ...]:
    """Return what the cities make up together, and then each one's own first sentence."""
    level = at_levels(assessments[0].viewing.ladder.names)[0]
    listed, examined = (_row(totals, f"cameras_{kind}_count") for kind in ("listed", "examined"))
    share = _row(totals, f"streets_reachable_{level}_share")
    first = say("In {cities} together", cities=counted(len(assessments), "city", "cities"))
    if listed is not None and examined is not None and share is not None:
        first += say(
            " {value:,} of the {camera} listed could have in view {value_words} ({range_words}) of the"
            " {value_words_2} of open-air street that can be walked, closely enough to {level} someone",
            value=int(examined["value"]),
            camera=counted(listed["value"], "camera"),
            value_words=value_words(share["value"], "share"),
            range_words=range_words(share),
            value_words_2=value_words(share["denominator"], "m"),
            level=level,
        )
    return (f"{first}.", *[answer(found)[0] for found in assessments])


def _row(totals: Totals, name: str) -> pd.Series | None:
    return totals.findings.loc[name] if name in totals.findings.index else None


def range_words(row: pd.Series) -> str:
    """Return the interval of a finding; nothing where it has none."""
    if pd.isna(row["low"]):
        return ""
    return percent_range(row["low"], row["high"]) if row["unit"] == "share" else number_range(row["low"], row["high"])


def _city_section(assessments: Sequence[Assessment], totals: Totals) -> Section:
    level, finest = (at_levels(assessments[0].viewing.ladder.names) * 2)[:2]
    names = (
        ("cameras_listed_count", "Cameras"),
        ("cameras_examined_count", "Examined"),
        (f"streets_reachable_{level}_share", say("Street in view, at {level}", level=level)),
        (f"streets_at_once_{finest}_share", say("At any one moment, at {finest}", finest=finest)),
        (f"public_space_reachable_{level}_share", say("Public space in view, at {level}", level=level)),
    )
    tables = [(found.city.name, f"{folder_name(found.city.name)}/report.html", found.findings) for found in assessments]
    rows = [
        (city, *[_cell(findings, name) for name, _ in names], report)
        for city, report, findings in [*tables, (say("in all"), say("this one"), totals.findings)]
    ]
    heads = ("City", *[words for _, words in names], say("Its report"))
    table = Table(
        say("City by city, with the range that holds 90 % of the draws"),
        heads,
        tuple(rows),
        (False, *[True] * len(names), False),
    )
    return Section("cities", say("City by city"), (table,))


def _cell(findings: pd.DataFrame, name: str) -> str:
    if name not in findings.index:
        return say("cannot tell")
    row = findings.loc[name]
    beside = range_words(row)
    return f"{value_words(row['value'], str(row['unit']))}{f' ({beside})' if beside else ''}"


def _total_section(totals: Totals, assessments: Sequence[Assessment]) -> Section:
    levels = at_levels(assessments[0].viewing.ladder.names)
    table = totals.findings[totals.findings["level"].isna() | totals.findings["level"].isin(levels)]
    tables = [
        Table(
            str(subject).replace("_", " "),
            (say("What"), say("In all"), say("Range"), say("Part of")),
            tuple(
                (
                    str(row["meaning"]),
                    value_words(row["value"], str(row["unit"])),
                    range_words(row) or "–",
                    f"{value_words(row['denominator'], '')} {retold(str(row['denominator_unit']))}",
                )
                for _, row in rows.iterrows()
            ),
            (False, True, True, False),
        )
        for subject, rows in table.groupby("subject", sort=False)
    ]
    words = say(
        "Numbers at {levels}, and those without a level. All {findings:,} stand in totals.csv.",
        levels=" and ".join(levels),
        findings=len(totals.findings),
    )
    return Section("totals", say("In all"), (Text(words), *tables))


def _left_out(totals: Totals) -> Caveat | Text:
    if not totals.left_out:
        return Text(say("Every number adds up."))
    return Caveat(
        say(
            "{number} of one city or another {value} in no total: not every city has them, they speak of"
            " different things, or they do not add up. They stand in each city's own report, and their names in"
            " totals.json.",
            number=counted(len(totals.left_out), "number"),
            value=say("is") if len(totals.left_out) == 1 else say("are"),
        )
    )
