"""The report on paper: pages, contents, descriptions of drawings, strange letters, very long tables."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from functools import cache

import pytest

from overseen.cli.main import main
from overseen.errors import OutputError
from overseen.report import pdf
from overseen.report.compose import document
from overseen.report.document import (
    Caveat,
    Command,
    Document,
    Figure,
    KeyNumber,
    Map,
    Points,
    Section,
    Table,
    Terms,
    Text,
)
from overseen.report.pdf import MISSING, MISSING_SAID, NARROW_SPACE, pdf_report
from tests.report.factory import HOSTILE, paper_assessment

pytest.importorskip("typst")

MARKUP = '#panic("x") $x^2$ \\ @somebody <label> *bold* _low_ `raw` = not a heading [a] // no comment \\u{41} --- ~'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="currentColor"/></svg>'
TABLE = Table("A small table", ("Name", "Metres"), (("one", "1"), ("two", "2")), (False, True))


def made_of(*blocks, title="On paper", place="Somewhere", credit="", answer=("An answer.",)) -> Document:
    """Return a document of one section."""
    section = Section("only", "The only section", blocks)
    return Document(title, place, "1 March 2026", answer, (KeyNumber("1", "of 2", "cameras"),), (section,), credit, "0")


def read(content: bytes):
    """Return a PDF, opened."""
    from pypdf import PdfReader

    return PdfReader(io.BytesIO(content))


@cache
def text_of(content: bytes) -> str:
    """Return its words, one space between two."""
    pages = " ".join(page.extract_text() for page in read(content).pages)
    return " ".join(pages.replace(NARROW_SPACE, "").split())


def tags(reader):
    """Return every element of the tree of tags."""
    found, waiting = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, list):
            waiting.extend(element)
        elif isinstance(element, dict):
            found.append(element)
            if "/K" in element:
                waiting.append(element["/K"])
    return found


@pytest.fixture(scope="module")
def paper():
    """Return the paper town's document and its PDF."""
    report = document(paper_assessment())
    return report, pdf_report(report)


def test_every_section_is_in_the_text_and_in_the_bookmarks(paper) -> None:
    report, content = paper
    words = text_of(content)
    reader = read(content)
    marks = [mark.title for mark in reader.outline if not isinstance(mark, list)]
    # The last section holds what the figures show.
    assert [mark.lstrip("0123456789. ") for mark in marks[:-1]] == [section.heading for section in report.sections]
    for sentence in report.answer:
        assert " ".join(sentence.split()) in words
    assert f"1 / {len(reader.pages)}" in " ".join(reader.pages[0].extract_text().split())
    assert report.title in reader.pages[1].extract_text().splitlines()[0]


def test_it_says_what_it_is_to_a_screen_reader(paper) -> None:
    report, content = paper
    reader = read(content)
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    told = [str(tag["/Alt"]) for tag in tags(reader) if "/Alt" in tag]
    drawings = [block for section in report.sections for block in section.blocks if isinstance(block, Figure | Map)]
    assert len(drawings) >= 6
    assert all(any(drawing.description in one for one in told) for drawing in drawings)
    assert {"/H1", "/Table", "/TH", "/TD", "/Figure", "/TOC"} <= {str(tag.get("/S")) for tag in tags(reader)}


def test_the_instructions_of_the_moving_map_stay_off_the_paper(paper) -> None:
    report, content = paper
    (chart,) = [block for section in report.sections for block in section.blocks if isinstance(block, Map)]
    assert "click a camera" in chart.instructions
    assert "click a camera" not in text_of(content)


def test_the_same_document_gives_the_same_bytes_and_no_hour(paper) -> None:
    report, content = paper
    assert pdf_report(report) == content
    assert "/CreationDate" not in read(content).metadata
    assert pdf_report(replace(report, title="Another")) != content


def test_markup_in_a_name_is_printed_and_not_obeyed() -> None:
    blocks = (
        Text(MARKUP), Caveat(MARKUP), Points((MARKUP,)), Terms(((MARKUP, MARKUP),)), Command(MARKUP),
        Table(MARKUP, (MARKUP,), ((MARKUP,),), (False,)), Figure("f", MARKUP, SVG, MARKUP, TABLE),
    )  # fmt: skip
    content = pdf_report(made_of(*blocks, title=MARKUP, place=HOSTILE, credit=MARKUP, answer=(MARKUP,)))
    words = text_of(content)
    assert words.replace(" ", "").count(MARKUP.replace(" ", "")) >= 10
    assert HOSTILE.replace(" ", "") in words.replace(" ", "")
    assert read(content).metadata.title == MARKUP


def test_letters_of_many_scripts_are_printed_and_those_of_no_font_are_marked() -> None:
    words = text_of(pdf_report(made_of(Text("Größe Łódź Ελλάδα Москва"), Text("control\x00sign\x1b"))))
    assert "Größe Łódź Ελλάδα Москва" in words
    assert "control sign" in words


def test_letters_that_no_font_has_are_marked_and_it_is_said(monkeypatch) -> None:
    monkeypatch.setattr(pdf, "_letters_of_machine", lambda: frozenset("中"))
    words = text_of(pdf_report(made_of(Text("a\u0378b 中"))))
    assert f"a{MISSING}b" in words
    assert MISSING_SAID.format(sign=MISSING) in words
    assert MISSING_SAID.format(sign=MISSING) not in text_of(pdf_report(made_of(Text("中"))))


def test_letters_of_the_machine_are_those_of_its_fonts() -> None:
    import typst

    has_fonts = any(font.path for font in typst.Fonts(include_embedded_fonts=False).fonts())
    assert ("a" in pdf._letters_of_machine()) == has_fonts


def test_a_very_long_table_repeats_its_head_on_every_page() -> None:
    rows = tuple((f"street {place}", f"{place:,}") for place in range(1200))
    content = pdf_report(made_of(Table("Long", ("Name of it", "Metres of it"), rows, (False, True))))
    pages = [page.extract_text() for page in read(content).pages][1:]
    assert len(pages) > 20
    assert all("Metres of it" in page for page in pages)
    assert all(
        f"street {place}\n" in "\n".join(pages) + "\n" or f"street {place} " in "\n".join(pages) for place in (0, 1199)
    )


def test_a_wide_table_lies_on_its_side_and_nothing_runs_off_the_page() -> None:
    columns = tuple(f"column {place}" for place in range(16))
    rows = (tuple("a cell of some length" for _ in columns), tuple("f" * 64 for _ in columns))
    content = pdf_report(made_of(Table("Wide", columns, rows, (False,) * 16)))
    page = next(page for page in read(content).pages if "column 15" in page.extract_text())
    assert page.mediabox.width > page.mediabox.height
    assert text_of(content).replace(" ", "").count("f" * 64) >= 1


def test_tables_without_rows_and_documents_without_anything_are_pages_too() -> None:
    assert "no rows" in text_of(pdf_report(made_of(Table("Empty", ("A",), (), (False,)))))
    bare = Document("", "", "", (), (), (), "", "0")
    assert len(read(pdf_report(bare)).pages) == 1


@pytest.mark.parametrize(("paper_size", "points"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_paper_is_chosen(paper_size, points) -> None:
    box = read(pdf_report(made_of(Text("x")), paper=paper_size)).pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == points


def test_without_typst_it_is_one_sentence_that_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setattr(pdf.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(OutputError, match=r"pip install 'overseen\[pdf\]'"):
        pdf_report(made_of())


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler is not here")
def test_pages_have_ink_and_margins(paper, tmp_path) -> None:
    import numpy as np
    from PIL import Image

    (tmp_path / "report.pdf").write_bytes(paper[1])
    pdftoppm = shutil.which("pdftoppm")
    subprocess.run([pdftoppm, "-r", "30", "-gray", tmp_path / "report.pdf", tmp_path / "page"], check=True)
    pictures = sorted(tmp_path.glob("page*.pgm"))
    assert len(pictures) == len(read(paper[1]).pages)
    for picture in pictures:
        grey = np.asarray(Image.open(picture))
        assert (grey < 128).mean() > 0.001
        margin = 18
        assert grey[:, :margin].min() > 230
        assert grey[:, -margin:].min() > 230


def test_a_pdf_that_cannot_be_made_is_refused_before_anything_is_computed(monkeypatch, tmp_path, capsys) -> None:
    monkeypatch.setattr(pdf.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit) as left:
        main(["assess", "--sample", "--pdf", "-o", str(tmp_path / "out")])
    assert left.value.code == 3
    assert "overseen[pdf]" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("texts", [8, 20, 60, 200])
def test_every_column_has_room_for_its_longest_word(texts) -> None:
    columns = ("Name", "A word", "Number", "A long text")
    rows = (("a b", "node/12345678901", "1,000", "words " * texts), ("c", "d", "2", "x" * 64))
    laid = pdf._table(Table("Laid out", columns, rows, (False, False, True, False)))
    assert not laid["wide"]
    if any(laid["tracks"]):
        letters = pdf.PORTRAIT_LETTERS / laid["scale"] / sum(laid["tracks"])
        assert laid["tracks"][1] * letters >= len("node/12345678901")
        assert laid["tracks"][2] * letters >= len("Number")
        assert laid["tracks"][3] >= max(laid["tracks"][:3])
