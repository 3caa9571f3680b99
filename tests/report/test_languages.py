"""A report in other languages: nothing left unsaid, catalogues in step, numbers as the script writes them, layout mirrored."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import numpy as np
import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from tools.messages import CATALOGUES, in_step, messages

from overseen.assessment.comparison import compare
from overseen.assessment.facts import facts_of, worded
from overseen.assessment.sides import side_of_assessment
from overseen.cli.main import overseen
from overseen.errors import OutputError
from overseen.model.wording import commas, enumerated, numeral, retold, said_day, say, say_counted, speaking
from overseen.report import figures, operation_figures
from overseen.report.comparison import comparison_document
from overseen.report.comparison_export import fill_comparison
from overseen.report.compose import document
from overseen.report.document import Document, Section, Table, Text
from overseen.report.fact_words import fact_words
from overseen.report.html import html_report
from overseen.report.languages import check_language, known_languages, named_reports, speaking_in, speech_of
from overseen.report.office import docx_report
from overseen.report.pdf import pdf_report
from overseen.report.retelling import retold_document
from tests.report.factory import paper_assessment
from tests.report.full_plan import full_assessment
from tests.report.pseudo import latin_words, pseudo_language, texts_of

OURS = (
    "Text.text",
    "Section.heading",
    "Figure.question",
    "Figure.description",
    "Table.caption",
    "Table.columns",
    "Caveat.text",
)
"""Fields of a document whose words are the report's own; a cell may hold a name."""

NAMES = {
    "detect", "paper", "town", "overseen", "dori", "iec", "csv", "parquet", "json", "xml", "tool", "python", "geopandas", "highspy", "numba", "numpy",
    "pandas", "pyproj", "scipy", "shapely", "gdpr", "edpb", "sha", "drawn", "hand", "zone", "shared", "assessment", "streets", "epsg", "utm", "wgs", "gpkg",
}  # fmt: skip
"""Words that no language changes: names of the town, of software, of files, columns and laws."""


REFERENCES = {"findings", "phases", "usd"}
"""Words of which the name of a row is made, and the currency."""


def page(*texts: str) -> Document:
    """Return a document that says a few texts."""
    return Document(
        "A title", "Paper town", "", texts, (), (Section("one", "One", tuple(Text(text) for text in texts)),), "", "0"
    )


@pytest.mark.parametrize("code", [code for code in known_languages() if code != "en"])
def test_a_catalogue_has_every_message_of_the_code_and_no_other(code) -> None:
    with (CATALOGUES / f"{code}.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    assert in_step(catalogue)[1] == []


def test_a_catalogue_that_is_out_of_step_is_told() -> None:
    with (CATALOGUES / "de.po").open("rb") as file:
        catalogue = read_po(file, locale="de")
    known = next(entry for entry in catalogue if isinstance(entry.id, str) and "{count:,}" in entry.id)
    known.string = "ohne Zahl"
    catalogue.add("Nobody says this.", "Das sagt niemand.")
    faults = "\n".join(in_step(catalogue)[1])
    assert "is said no more: Nobody says this." in faults
    assert "puts in [] where the code gives" in faults


def test_nothing_of_the_report_is_left_in_english() -> None:
    with speaking(pseudo_language()):
        told = retold_document(document(paper_assessment()))
    left = {
        (where, word)
        for where, text in texts_of(told)
        if where in OURS
        for word in latin_words(text)
        if word.lower() not in NAMES
    }
    assert len(list(texts_of(told))) > 500
    assert left == set()


def test_nothing_of_a_plan_that_declares_everything_is_left_in_english() -> None:
    found = full_assessment()
    with speaking(pseudo_language()):
        told = [retold_document(document(found)), retold_document(comparison_document(found.rival, "again"))]
    names = {section.name for section in told[0].sections}
    assert {"statements", "rules", "register", "control-room", "power", "storage", "costs", "phases"} <= names
    left = {
        (where, word)
        for where, text in texts_of(told)
        for word in latin_words(text)
        if word.lower() not in NAMES | REFERENCES
    }
    assert left == set()


def test_a_text_is_taken_apart_by_the_form_whose_values_are_known() -> None:
    kept = "Share of the façade of buildings of which the data cannot tell whether they are dwellings that some camera could look at, at monitor"
    with speaking_in("de"):
        told = retold(kept)
        assert told.startswith("Anteil der Fassade (Gebäude, bei denen aus den Daten nicht feststellbar ist, ob")
        assert retold("Courts found") == "Gerichte, gefunden"
        assert retold("places: courts") == "Orte: Gerichte"
        # Somebody's own words, though a message has their form.
        assert retold("Pizza found") == "Pizza found"
        assert retold("cameras in the list; the first 10 draws") == "Kameras in der Liste; die ersten 10 Ziehungen"


def test_a_fact_is_said_as_it_is_kept() -> None:
    found = full_assessment()
    facts = facts_of(found.plan, found.findings)
    assert len(facts) > 300
    assert all(fact_words(fact) == worded(fact) for fact in facts.values())


def test_what_an_answer_rests_on_leads_to_its_row_in_every_language() -> None:
    words = ("findings: cost_total", "plan file: [retention] days")
    table = Table(
        "",
        ("Rests on",),
        (("; ".join(words),), (words[1],)),
        (False,),
        targets=dict(zip(words, ("a", "b"), strict=True)),
    )
    for code in ("en", "de", "fa"):
        with speaking_in(code):
            told = retold_document(table)
        assert [anchor for row in told.rows for _, anchor in told.pieces(row[0]) if anchor] == ["a", "b", "b"]


def test_the_other_plan_is_written_in_each_language_of_the_run(tmp_path) -> None:
    side = side_of_assessment(paper_assessment())
    fill_comparison(compare(side, side), "again", tmp_path, languages=("de", "en"))
    assert '<html lang="de"' in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert '<html lang="en"' in (tmp_path / "report.en.html").read_text(encoding="utf-8")


def test_english_is_what_stands_in_the_code() -> None:
    with speaking(None):
        assert document(paper_assessment()).answer == document(paper_assessment()).answer
    with speaking_in("en"):
        assert say("{count:,} of {all}", count=1234, all="2,000") == "1,234 of 2,000"


def test_german_writes_numbers_and_days_as_german_does() -> None:
    with speaking_in("de"):
        assert numeral("1,234.5") == "1.234,5"
        assert said_day(date(2019, 4, 21)) == "21. April 2019"
        assert say_counted("{number:,} camera", "{number:,} cameras", 1) == "1 Kamera"
        assert say_counted("{number:,} camera", "{number:,} cameras", 2500) == "2.500 Kameras"


def test_persian_writes_numbers_in_its_own_digits_and_lists_with_its_own_comma() -> None:
    with speaking_in("fa"):
        assert numeral("1,234.5") == "۱٬۲۳۴٫۵"
        assert said_day(date(2019, 4, 21)) == "۲۱ آوریل ۲۰۱۹"
        assert commas(["الف", "ب"]) == "الف، ب"
        assert enumerated(["الف", "ب"]) == "الف و ب"


def test_a_text_that_was_kept_in_english_is_taken_apart() -> None:
    with speaking_in("de"):
        kept = retold("Heads whose mounting height is not stated")
        assert "Heads" not in kept
        assert "Montagehöhe" in kept
        assert (
            retold("No message of ours, but somebody's own words.") == "No message of ours, but somebody's own words."
        )
    assert retold("Heads whose mounting height is not stated") == "Heads whose mounting height is not stated"


@pytest.mark.parametrize(("code", "direction"), [("en", "ltr"), ("de", "ltr"), ("fa", "rtl")])
def test_a_page_names_its_language_and_direction(code, direction) -> None:
    with speaking_in(code):
        html = html_report(page("not computed"))
    assert f'<html lang="{code}" dir="{direction}">' in html
    assert ("not computed" in html) == (code == "en")


def test_a_pdf_in_persian_is_tagged_so_and_has_no_empty_boxes() -> None:
    pypdf = pytest.importorskip("pypdf")
    pytest.importorskip("typst")
    with speaking_in("fa"):
        content = pdf_report(document(paper_assessment()))
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert reader.trailer["/Root"]["/Lang"] == "fa"
    text = "".join(sheet.extract_text() for sheet in reader.pages)
    assert sum("\u0600" <= letter <= "\u06ff" or "\ufb50" <= letter <= "\ufefc" for letter in text) > 2000


def test_a_docx_in_persian_runs_from_right_to_left() -> None:
    pytest.importorskip("docx")
    with speaking_in("fa"):
        turned = docx_report(page("not computed"))
    plain = docx_report(page("not computed"))

    def bidi(content: bytes) -> int:
        return zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").count(b"<w:bidi/>")

    assert bidi(turned) > 2
    assert bidi(plain) == 0


def test_a_language_without_a_catalogue_is_refused_in_a_sentence(tmp_path) -> None:
    with pytest.raises(OutputError, match=r"No report can be written in “tlh”; there are en, de, fa\."):
        check_language("tlh")
    result = CliRunner().invoke(overseen, ["assess", "--sample", "-o", str(tmp_path / "out"), "--language", "tlh"])
    assert result.exit_code == 2
    assert "there are en, de, fa" in result.output


def test_every_further_language_has_a_report_beside_the_first() -> None:
    assert named_reports(("fa", "en", "de")) == {"fa": "report", "en": "report.en", "de": "report.de"}


def test_the_same_language_says_the_same_bytes() -> None:
    with speaking(speech_of("de")):
        assert html_report(document(paper_assessment())) == html_report(document(paper_assessment()))


def test_the_code_says_enough_for_this_to_mean_something() -> None:
    assert len(messages()) > 1500


def test_a_name_is_not_taken_for_a_number_with_a_unit() -> None:
    with speaking_in("de"):
        assert retold("Attacks at important points") == "Attacks at important points"
        assert retold("+0.4 points") == "+0,4 Prozentpunkte"


def test_the_numbers_of_a_scale_are_said_once() -> None:
    ranges = np.array([[4e6, 5e6], [6e6, 8e6]])
    with speaking_in("de"):
        canvas = Figure()
        axes = canvas.add_subplot()
        axes.plot(ranges[0], ranges[1])
        axes.xaxis.set_major_formatter(FuncFormatter(operation_figures._in_english))
        figures._translate(canvas)
        axes.set_xticks([5e6])
        assert [axes.xaxis.get_major_formatter()(5e6, 0)] == ["5.000.000"]
