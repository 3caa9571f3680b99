"""Writing a run: everything that an assessment leaves."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from overseen.assessment.findings import Assessment
from overseen.report.comparison_export import fill_comparison
from overseen.report.compose import document
from overseen.report.export import assessment_record, run_record, write_json, write_lists, write_tables
from overseen.report.folder import RECORD, write_folder
from overseen.report.html import html_report


def write_run(assessment: Assessment, folder: Path) -> tuple[Path, ...]:
    """Write everything that a run leaves and return the files; see :func:`write_folder`."""
    return write_folder(folder, partial(fill_run, assessment))


def fill_run(assessment: Assessment, folder: Path) -> None:
    """Put everything that a run leaves into a folder that nobody else sees yet."""
    (folder / "report.html").write_text(html_report(document(assessment)), encoding="utf-8")
    write_json(assessment_record(assessment), folder / "assessment.json")
    write_tables(assessment, folder)
    write_lists(assessment, folder)
    if assessment.rival is not None:
        beside = folder / "rival"
        beside.mkdir()
        fill_comparison(assessment.rival, "overseen assess plan.toml -o out", beside)
    write_json(run_record(assessment, folder), folder / RECORD)
