"""Writing a run: everything that an assessment leaves."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from overseen.assessment.findings import Assessment
from overseen.model.wording import ENGLISH
from overseen.report import comma_tables, geopackage
from overseen.report.comma_tables import write_comma_tables
from overseen.report.comparison_export import fill_comparison
from overseen.report.compose import document
from overseen.report.export import assessment_record, run_record, write_json, write_lists, write_tables
from overseen.report.folder import RECORD, write_folder
from overseen.report.geopackage import write_geopackage
from overseen.report.languages import named_reports, speaking_in
from overseen.report.pages import write_report
from overseen.report.run_tables import run_tables


def write_run(
    assessment: Assessment, folder: Path, *, paper: str | None = None, languages: Sequence[str] = (ENGLISH,)
) -> tuple[Path, ...]:
    """Write everything that a run leaves and return the files; with ``paper``, one of ``PAPERS``, a PDF too.

    The report is written in the first language, and beside it, as ``report.de.html``, in each further one.

    Raises
    ------
    OutputError
        See :func:`overseen.report.folder.write_folder` and :func:`overseen.report.pdf.check_pdf`.
    """
    return write_folder(folder, partial(fill_run, assessment, paper=paper, languages=languages))


def fill_run(
    assessment: Assessment, folder: Path, *, paper: str | None = None, languages: Sequence[str] = (ENGLISH,)
) -> None:
    """Put everything that a run leaves into a folder that nobody else sees yet."""
    for code, name in named_reports(languages).items():
        with speaking_in(code):
            write_report(document(assessment), folder, paper=paper, name=name)
    write_json(assessment_record(assessment), folder / "assessment.json")
    write_tables(assessment, folder)
    write_lists(assessment, folder)
    tables = run_tables(assessment)
    write_geopackage(tables, folder / geopackage.FILE, date=assessment.plan.date)
    write_comma_tables(tables, folder / comma_tables.FOLDER)
    if assessment.rival is not None:
        beside = folder / "rival"
        beside.mkdir()
        again = "overseen assess plan.toml -o out"
        fill_comparison(assessment.rival, again, beside, paper=paper, languages=languages)
    write_json(run_record(assessment, folder), folder / RECORD)
