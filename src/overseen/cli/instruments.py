"""What ``overseen instrument`` says and writes."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from overseen.assessment.findings import Assessment
from overseen.errors import Fault, OutputError, SourceError
from overseen.report.export import assessment_record, run_record, write_json
from overseen.report.folder import RECORD, write_folder
from overseen.report.html import html_report
from overseen.report.instruments import Instrument, get_instrument, instrument_document, instrument_names
from overseen.report.office import check_office, docx_report
from overseen.report.pdf import check_pdf, pdf_report


def listed() -> list[dict[str, str]]:
    """Return name, title, law and mark of every instrument."""
    found = [get_instrument(name) for name in instrument_names()]
    return [{"name": one.name, "title": one.title, "law": one.law, "mark": one.mark} for one in found]


def listed_words(rows: list[dict[str, str]]) -> str:
    """Return the list as lines."""
    width = max(len(row["name"]) for row in rows)
    return "\n".join(f"{row['name']:<{width}}  {row['title']} ({row['law']}; {row['mark']})" for row in rows)


def named_instrument(name: str) -> Instrument:
    """Return the instrument of a name; SourceError if there is none."""
    if name in instrument_names():
        return get_instrument(name)
    near = difflib.get_close_matches(name, instrument_names(), n=1, cutoff=0.5)
    remedy = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(instrument_names())}"
    raise SourceError([Fault(name, "", "no instrument is called so", remedy)])


def left_out() -> tuple[str, ...]:
    """Return a sentence for each format that cannot be written here."""
    return tuple(f"Left out: {why}." for why in (_reason(check_pdf), _reason(check_office)) if why)


def writer(instrument: Instrument, paper: str) -> Callable[[Assessment, Path], object]:
    """Return what writes a draft of an instrument into a folder, in every format that can be written here."""
    return partial(_write, instrument, paper)


def _write(instrument: Instrument, paper: str, assessment: Assessment, folder: Path) -> None:
    write_folder(folder, partial(_fill, instrument, paper, assessment))


def _fill(instrument: Instrument, paper: str, assessment: Assessment, folder: Path) -> None:
    draft = instrument_document(assessment, instrument)
    (folder / f"{instrument.name}.html").write_text(html_report(draft), encoding="utf-8")
    if not _reason(check_pdf):
        (folder / f"{instrument.name}.pdf").write_bytes(pdf_report(draft, paper=paper))
    if not _reason(check_office):
        (folder / f"{instrument.name}.docx").write_bytes(docx_report(draft))
    write_json(assessment_record(assessment), folder / "assessment.json")
    write_json(run_record(assessment, folder), folder / RECORD)


def _reason(check: Callable[[], None]) -> str:
    try:
        check()
    except OutputError as error:
        return str(error)
    return ""
