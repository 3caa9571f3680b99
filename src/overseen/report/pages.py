"""A document as the files that a folder holds of it: the page, and the PDF where one is asked for."""

from __future__ import annotations

from pathlib import Path

from overseen.report.document import Document
from overseen.report.html import html_report
from overseen.report.pdf import pdf_report


def write_report(report: Document, folder: Path, *, paper: str | None = None, name: str = "report") -> None:
    """Write ``report.html``, and with ``paper``, one of ``PAPERS``, ``report.pdf``; ``name`` stands in the place of ``report``.

    Raises
    ------
    OutputError
        See :func:`overseen.report.pdf.check_pdf`.
    """
    (folder / f"{name}.html").write_text(html_report(report), encoding="utf-8")
    if paper is not None:
        (folder / f"{name}.pdf").write_bytes(pdf_report(report, paper=paper))
