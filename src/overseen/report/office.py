"""A document as a file of a word processor (DOCX), so that somebody can go on writing in it."""

from __future__ import annotations

import datetime as dt
import importlib.util
import io
import re
import zipfile
from typing import Any

from overseen.errors import OutputError
from overseen.model.wording import is_right_to_left, language, say
from overseen.report.document import (
    Block,
    Caveat,
    Command,
    Document,
    Figure,
    FillIn,
    Map,
    Points,
    Required,
    Table,
    Terms,
    Text,
)
from overseen.report.pdf_tables import column_parts
from overseen.report.retelling import retold_document

EPOCH = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
"""Written as the hour of making: the earliest that the format knows, so that the same document gives the same bytes."""

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

PICTURE_CM = 15.0
TEXT_CM = 16.0
"""Width of the text of an A4 page with its margins."""

TABLE_POINTS = 8.5
HEAD_SHADE = "E9ECEF"


def check_office() -> None:
    """Refuse to begin what would end in a DOCX that cannot be made.

    Raises
    ------
    OutputError
        If python-docx is not installed.
    """
    if importlib.util.find_spec("docx") is None:
        raise OutputError("A DOCX needs the package python-docx; install it with: pip install 'overseen[office]'")


def docx_report(document: Document) -> bytes:
    """Return the DOCX of a document in the language spoken; the same document gives the same bytes.

    Headings have the styles of headings, tables are tables whose first row repeats, and what is still to be written is marked.

    Raises
    ------
    OutputError
        If python-docx is not installed.
    """
    check_office()
    import docx

    document = retold_document(document)

    draft = docx.Document()
    _describe(draft, document)
    draft.add_heading(_clean(document.title), level=0)
    beside = (
        say("{place} · as of {date}", place=document.place, date=document.date) if document.date else document.place
    )
    draft.add_paragraph(_clean(beside), style="Subtitle")
    for warning in document.warnings:
        _add(draft, warning, document)
    for sentence in document.answer:
        draft.add_paragraph(_clean(sentence))
    for key in document.key_numbers:
        paragraph = draft.add_paragraph(style="List Bullet")
        paragraph.add_run(_clean(key.value)).bold = True
        paragraph.add_run(_clean(f" ({key.beside}): {key.meaning}" if key.beside else f": {key.meaning}"))
    for section in document.sections:
        draft.add_heading(_clean(section.heading), level=1)
        for block in section.blocks:
            _add(draft, block, document)
    if is_right_to_left():
        _turn(draft)
    return _repeatable(draft)


def _turn(draft: Any) -> None:
    """Set paragraphs and tables from right to left."""
    from docx.oxml import OxmlElement

    body = draft.element.body
    for paragraph in body.iter(f"{WORD}p"):
        paragraph.get_or_add_pPr().insert_element_before(
            OxmlElement("w:bidi"), "w:adjustRightInd", "w:ind", "w:jc", "w:rPr"
        )
    for run in body.iter(f"{WORD}r"):
        run.get_or_add_rPr().append(OxmlElement("w:rtl"))
    for table in body.iter(f"{WORD}tbl"):
        table.tblPr.insert_element_before(OxmlElement("w:bidiVisual"), "w:tblW", "w:jc", "w:tblLook")


def _describe(draft: Any, document: Document) -> None:
    from docx.shared import Cm, Pt

    about = draft.core_properties
    about.title, about.author, about.language = _clean(document.title)[:255], "", language()
    about.comments, about.revision = say("Made with overseen {version}", version=document.version), 1
    about.created = about.modified = EPOCH
    page = draft.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    page.header.paragraphs[0].text = _clean(document.title)
    page.footer.paragraphs[0].text = _clean(
        document.credit or say("Made with overseen {version}", version=document.version)
    )
    foot = page.footer.paragraphs[0]
    foot.add_run("  ·  ")
    _add_page_number(foot)
    draft.styles["Normal"].font.size = Pt(10.5)


def _add(draft: Any, block: Block, document: Document) -> None:
    # A picture of a figure would be no drawing that anybody could change: its numbers stand here instead.
    if isinstance(block, Table | Figure):
        _add_table(draft, block if isinstance(block, Table) else block.data)
    elif isinstance(block, Map):
        _add_map(draft, block, document.credit)
    elif isinstance(block, FillIn):
        _add_fill_in(draft, block)
    elif isinstance(block, Caveat):
        _led(draft, say("Read this: "), block.text, "Intense Quote")
    elif isinstance(block, Terms):
        for term, meaning in block.terms:
            _led(draft, f"{term}. ", meaning, "Normal")
    else:
        _add_words(draft, block)


def _add_words(draft: Any, block: Text | Points | Command | Required) -> None:
    if isinstance(block, Points):
        for point in block.points:
            draft.add_paragraph(_clean(point), style="List Bullet")
    elif isinstance(block, Required):
        draft.add_paragraph(_clean(say("Required: {text} ({mark})", text=block.text, mark=block.mark)), style="Quote")
    else:
        draft.add_paragraph(_clean(block.text), style="No Spacing" if isinstance(block, Command) else "Normal")


def _led(draft: Any, lead: str, text: str, style: str) -> Any:
    paragraph = draft.add_paragraph(style=style)
    paragraph.add_run(_clean(lead)).bold = True
    paragraph.add_run(_clean(text))
    return paragraph


def _add_fill_in(draft: Any, block: FillIn) -> None:
    from docx.enum.text import WD_COLOR_INDEX

    paragraph = _led(draft, say("To be filled by {by}: ", by=block.by), f"{block.what} {block.why}".strip(), "Normal")
    for run in paragraph.runs:
        run.font.highlight_color = WD_COLOR_INDEX.YELLOW
    draft.add_paragraph()


def _add_map(draft: Any, block: Map, credit: str) -> None:
    from docx.shared import Cm

    draft.add_picture(io.BytesIO(block.picture_png), width=Cm(PICTURE_CM))
    # Word reads this aloud; python-docx leaves it empty.
    draft.inline_shapes[-1]._inline.docPr.set("descr", _clean(block.description))  # noqa: SLF001
    draft.add_paragraph(_clean(f"{block.description} {credit}".strip()), style="Caption")


def _add_table(draft: Any, table: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Cm, Pt

    draft.add_paragraph(_clean(table.caption), style="Caption").paragraph_format.keep_with_next = True
    if not table.columns:
        return
    grid = draft.add_table(rows=0, cols=len(table.columns), style="Table Grid")
    # Widths of our own: a word processor that does not fit columns by itself would make all alike.
    grid.autofit = False
    widths = [Cm(TEXT_CM * part) for part in column_parts(table)]
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    for place, row in enumerate((table.columns, *table.rows)):
        added = grid.add_row()
        added._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - python-docx has no name for it
        for cell, text, is_number, width in zip(added.cells, row, table.numeric, widths, strict=True):
            cell.width = width
            paragraph = cell.paragraphs[0]
            run = paragraph.add_run(_clean(text))
            run.font.size, run.bold = Pt(TABLE_POINTS), place == 0
            if is_number:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if place == 0:
                _shade(cell)
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - nor for it
    draft.add_paragraph()


def _shade(cell: Any) -> None:
    from docx.oxml import OxmlElement

    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", HEAD_SHADE)):
        shade.set(f"{WORD}{name}", value)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - nor for it


def _add_page_number(paragraph: Any) -> None:
    """Add the field that a word processor fills with the number of the page."""
    from docx.oxml import OxmlElement

    field = OxmlElement("w:fldSimple")
    field.set(f"{WORD}instr", "PAGE")
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)  # noqa: SLF001 - nor for it


def _clean(text: str) -> str:
    """Return a text without the signs that XML does not admit."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", " ", text)


def _repeatable(draft: Any) -> bytes:
    """Return the bytes of a file, its parts without the hour at which they were packed."""
    packed, fixed = io.BytesIO(), io.BytesIO()
    draft.save(packed)
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, EPOCH.timetuple()[:6]), old.read(name), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
