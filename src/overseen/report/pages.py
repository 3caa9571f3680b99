"""A document as the files that a folder holds of it: the page, and the PDF where one is asked for."""

from __future__ import annotations

from pathlib import Path

from overseen.report.document import Document
from overseen.report.html import html_report
from overseen.report.pdf import pdf_report


def write_report(report: Document, folder: Path, *, paper: str | None = None) -> None:
    """Write ``report.html``, and with ``paper``, one of ``PAPERS``, ``report.pdf``.

    Raises
    ------
    OutputError
        See :func:`overseen.report.pdf.check_pdf`.
    """
    (folder / "report.html").write_text(html_report(report), encoding="utf-8")
    if paper is not None:
        (folder / "report.pdf").write_bytes(pdf_report(report, paper=paper))
