"""Writing a run: into a folder beside the old one, then put in its place in one move."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from overseen.assessment.findings import Assessment
from overseen.errors import OutputError
from overseen.report import comma_tables, geopackage
from overseen.report.comma_tables import write_comma_tables
from overseen.report.compose import document
from overseen.report.export import assessment_record, run_record, write_json, write_tables
from overseen.report.geopackage import write_geopackage
from overseen.report.html import html_report
from overseen.report.run_tables import run_tables

RECORD = "run.json"
"""The file by which a folder is known as an earlier result."""


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be replaced, before anything is computed.

    Raises
    ------
    OutputError
        If it is a file, holds something that is no earlier result, or its parent cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file; name a folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / RECORD).is_file():
        raise OutputError(f"{folder} holds files that are no result of overseen; name another folder or empty it")
    parent = next(path for path in folder.absolute().parents if path.exists())
    if not os.access(parent, os.W_OK):
        raise OutputError(f"{parent} cannot be written; name another folder")


def write_run(assessment: Assessment, folder: Path) -> tuple[Path, ...]:
    """Write everything that a run leaves and return the files.

    Raises
    ------
    OutputError
        See :func:`write_folder`.
    """
    return write_folder(folder, partial(_fill, assessment))


def write_folder(folder: Path, fill: Callable[[Path], None]) -> tuple[Path, ...]:
    """Let ``fill`` write into a new folder, put it in the place of ``folder`` and return the files.

    What fails on the way leaves what stood in ``folder`` before as it was.

    Raises
    ------
    OutputError
        If the folder cannot be replaced or a file cannot be written.
    """
    check_folder(folder)
    folder = folder.absolute()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise OutputError(f"{folder} cannot be made ({error.strerror}); name another folder") from error
    try:
        fill(fresh)
        fresh.chmod(0o755)
        _swap(fresh, folder)
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be written ({error.strerror}); make room, or name another folder"
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return tuple(sorted(folder.iterdir()))


def _fill(assessment: Assessment, folder: Path) -> None:
    (folder / "report.html").write_text(html_report(document(assessment)), encoding="utf-8")
    write_json(assessment_record(assessment), folder / "assessment.json")
    write_tables(assessment, folder)
    tables = run_tables(assessment)
    write_geopackage(tables, folder / geopackage.FILE, date=assessment.plan.date)
    write_comma_tables(tables, folder / comma_tables.FOLDER)
    write_json(run_record(assessment, folder), folder / RECORD)


def _swap(fresh: Path, folder: Path) -> None:
    """Put ``fresh`` in the place of ``folder``; the old one is deleted only once the new one stands."""
    aside = fresh.with_name(f"{fresh.name}-before")
    if folder.exists():
        folder.rename(aside)
    try:
        fresh.rename(folder)
    except OSError:
        if aside.exists():
            aside.rename(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)
