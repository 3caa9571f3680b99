"""The report on paper: pages, contents, descriptions of drawings, strange letters, very long tables."""

from __future__ import annotations

import io
import re
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
from overseen.report.languages import speaking_in
from overseen.report.pdf import MISSING, MISSING_SAID, pdf_report
from overseen.report.pdf_tables import NARROW_SPACE, PORTRAIT_LETTERS, laid_out, letters
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
    laid = laid_out(Table("Laid out", columns, rows, (False, False, True, False)))
    assert not laid["wide"]
    if any(laid["tracks"]):
        letters = PORTRAIT_LETTERS / laid["scale"] / sum(laid["tracks"])
        assert laid["tracks"][1] * letters >= len("node/12345678901")
        assert laid["tracks"][2] * letters >= len("Number")
        assert laid["tracks"][3] >= max(laid["tracks"][:3])


def test_a_number_stays_on_one_line_where_a_long_text_can_give_way() -> None:
    rows = tuple(
        ("at most 71.2 (53 to 82) %", f"a_long_identifier_of_row_{row}", "words and more " * 12) for row in range(30)
    )
    laid = laid_out(Table("Rows", ("Value", "Row", "Meaning"), rows, (True, False, False)))
    room = PORTRAIT_LETTERS / laid["scale"] / sum(laid["tracks"])
    assert laid["tracks"][0] * room >= len(rows[0][0])
    assert laid["tracks"][2] > max(laid["tracks"][:2])


def test_a_list_of_one_column_stands_side_by_side_and_keeps_its_order() -> None:
    names = [f"camera-{place:03}" for place in range(40)]
    content = pdf_report(made_of(Table("List", ("Camera",), tuple((name,) for name in names), (False,))))
    (page,) = [page.extract_text() for page in read(content).pages if "camera-039" in page.extract_text()]
    assert sorted(names, key=page.index) == names
    assert laid_out(Table("List", ("Camera",), tuple((name,) for name in names), (False,)))["beside"] == 6


def test_letters_of_another_script_take_more_room() -> None:
    assert letters("دوربین") > len("دوربین")
    words = laid_out(Table("", ("سهم مشترک", "b"), (("1", "word " * 60),), (True, False)))["tracks"]
    latin = laid_out(Table("", ("abc defgh", "b"), (("1", "word " * 60),), (True, False)))["tracks"]
    assert words[0] > latin[0]


def test_headings_and_pages_have_the_digits_of_the_language() -> None:
    with speaking_in("fa"):
        words = text_of(pdf_report(made_of(Text("x"), Figure("f", "q?", SVG, "d", TABLE))))
    # The first page says how many there are; what is read from a right-to-left line comes in either order.
    assert re.search(r"۱ ?/ ?۲|۲ ?/ ?۱", words), words
    assert not re.search(r"\b[12] ?/ ?[12]\b", words)


@pytest.mark.parametrize("before", [0, 22])
def test_the_map_leaves_no_page_half_empty(before) -> None:
    chart = Map({}, _picture(700, 1000), "The town.")
    text = [Text("words " * 40) for _ in range(before)]
    reader = read(pdf_report(made_of(*text, chart, *[Text(f"after {place} " + "words " * 60) for place in range(8)])))
    (at,) = [place for place, page in enumerate(reader.pages) if "Figure 1" in page.extract_text()]
    assert f"The map: page {at + 1}" in " ".join(reader.pages[0].extract_text().split())
    # What follows goes on before it where it had to move to the next page.
    if before:
        assert "after 0" in reader.pages[at - 1].extract_text()


def _picture(width: int, height: int) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "#ddd").save(buffer, "PNG")
    return buffer.getvalue()
