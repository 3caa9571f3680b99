"""A comparison as files: the report, tables as CSV and JSON, and the record of what made them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from overseen.assessment.comparison import PlanComparison
from overseen.assessment.sides import Side
from overseen.model.wording import language
from overseen.report.comparison import comparison_document
from overseen.report.export import plain, rows_of, write_json
from overseen.report.folder import RECORD, write_folder
from overseen.report.languages import named_reports, speaking_in
from overseen.report.pages import write_report
from overseen.report.tables_csv import guarded_columns
from overseen.sources.run_folder import checksum


def write_comparison(
    found: PlanComparison, folder: Path, *, command: str, paper: str | None = None
) -> tuple[Path, ...]:
    """Write the report and the tables of a comparison and return the files; ``command`` is what makes them again.

    With ``paper``, one of ``PAPERS``, the report is written as a PDF too.

    Raises
    ------
    OutputError
        If the folder cannot be replaced or a file cannot be written; what stood there is then whole.
    """
    return write_folder(folder, partial(fill_comparison, found, command, paper=paper))


def fill_comparison(
    found: PlanComparison, command: str, fresh: Path, *, paper: str | None = None, languages: Sequence[str] = ()
) -> None:
    """Put the report and the tables of a comparison into a folder that nobody else sees yet.

    The report is written in each of ``languages``, the first as ``report.html``; without any, in the language spoken.
    """
    for code, name in named_reports(languages or (language(),)).items():
        with speaking_in(code):
            write_report(comparison_document(found, command), fresh, paper=paper, name=name)
    _write_csv(found.findings, fresh / "comparison.csv")
    _write_csv(_cameras(found), fresh / "cameras_matched.csv")
    if found.streets is not None:
        found.streets.to_parquet(fresh / "street_changes.parquet", compression="zstd", write_covering_bbox=True)
    write_json(comparison_record(found), fresh / "comparison.json")
    write_json(_run_record(found, fresh, command), fresh / RECORD)


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    guarded_columns(table.reset_index()).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _cameras(found: PlanComparison) -> pd.DataFrame:
    """Return the matched cameras with their place in degrees."""
    table = found.cameras.table.to_crs(4326)
    places = {"longitude": table.geometry.x.round(7), "latitude": table.geometry.y.round(7)}
    return pd.DataFrame(table.drop(columns="geometry")).assign(**places)


def comparison_record(found: PlanComparison) -> dict[str, Any]:
    """Return what ``comparison.json`` holds."""
    cameras = found.cameras
    presences = {presence: cameras.count(presence) for presence in ("both", "only_a", "only_b")}
    return plain(
        {
            "a": _side(found.a),
            "b": _side(found.b),
            "is_same": found.is_same,
            "is_paired": found.is_paired,
            "findings": rows_of(found.findings),
            "cameras": {
                **presences,
                "moved": cameras.moved_count(),
                "changed": cameras.changed_count(),
                "ambiguous": cameras.ambiguous_count(),
                "shared_ids": cameras.shared_ids,
                "is_one_numbering": cameras.is_one_numbering,
                "tolerance_m": cameras.tolerance_m,
                "matched": rows_of(_cameras(found)),
            },
        }
    )


def _side(side: Side) -> dict[str, Any]:
    return {
        "name": side.name,
        "city": side.city,
        "date": side.date,
        "cameras": len(side.cameras),
        "digest": side.digest,
    }


def _run_record(found: PlanComparison, folder: Path, command: str) -> dict[str, Any]:
    outputs = {path.name: checksum(path) for path in sorted(folder.iterdir())}
    record = {
        "made_by": "overseen compare",
        "command": command,
        "version": version("overseen"),
        "a": _side(found.a),
        "b": _side(found.b),
    }
    return plain(record | {"outputs": outputs})
