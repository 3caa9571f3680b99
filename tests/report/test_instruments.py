"""Drafts of oversight documents: every requirement marked, nothing filled without a finding, the rest left to people."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from fnmatch import fnmatchcase

import pytest

from overseen.assessment.finding_draws import draws_apart
from overseen.assessment.headline import FindingRows
from overseen.cli import instruments as command
from overseen.cli.main import main
from overseen.errors import OutputError
from overseen.model.plan import Phase
from overseen.report import instruments, office
from overseen.report.compose import document
from overseen.report.declared import SAYERS
from overseen.report.document import FillIn, Points, Required, Table, Text
from overseen.report.html import html_report
from overseen.report.instruments import (
    MARKS,
    finding_sentence,
    get_instrument,
    instrument_document,
    instrument_names,
    needed,
)
from overseen.report.office import docx_report
from overseen.report.words import percent_range
from tests.report.factory import HOSTILE, paper_assessment
from tests.report.test_pdf import MARKUP, made_of

NAMES = instrument_names()


@pytest.fixture(scope="module", autouse=True)
def report():
    """Return the paper town's report, made once; what a draft takes from findings and declarations it takes itself."""
    made = document(paper_assessment())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(instruments, "document", lambda found: made)
        yield made


def requirements(name):
    """Return every requirement of an instrument."""
    return [required for _, group in get_instrument(name).sections for required in group]


def groups(draft):
    """Return what stands under each requirement of a draft."""
    found: list[list] = []
    for section in draft.sections[:-1]:
        for block in section.blocks:
            if isinstance(block, Required):
                found.append([])
            else:
                found[-1].append(block)
    return found


def with_rows(found, rows):
    """Return an assessment with further findings."""
    import pandas as pd

    return replace(found, findings=pd.concat([found.findings, draws_apart(rows.table())[0]]))


@pytest.mark.parametrize("name", NAMES)
def test_every_requirement_has_a_mark_a_person_and_something_to_write(name) -> None:
    assert get_instrument(name).mark in MARKS
    for required in requirements(name):
        assert required.mark in MARKS
        assert required.text.endswith(".")
        assert required.by
        assert required.write.endswith(".")
        assert all(needed(pattern) for pattern in (*required.findings, *required.declared))
        assert set(required.declared) <= set(SAYERS)


def test_the_sections_are_those_that_the_texts_list() -> None:
    assert [len(get_instrument(name).sections) for name in NAMES] == [6, 11, 13, 11]
    assert [heading[:3] for heading, _ in get_instrument("eu-fria").sections] == [
        "(a)",
        "(b)",
        "(c)",
        "(d)",
        "(e)",
        "(f)",
    ]
    # What was only remembered of a text says so.
    assert any(required.mark == MARKS[1] for required in requirements("uk-dpia"))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_filled_without_a_finding_behind_it(name) -> None:
    found = paper_assessment()
    draft = instrument_document(found, get_instrument(name))
    sentences = {finding_sentence(found, row): str(row.name) for _, row in found.findings.iterrows()}
    for required, blocks in zip(requirements(name), groups(draft), strict=True):
        assert isinstance(blocks[-1], FillIn)
        for block in blocks:
            for point in block.points if isinstance(block, Points) else ():
                if "further findings of this kind" in point:
                    continue
                pattern = [p.format(lowest="monitor", noticed="detect", finest="identify") for p in required.findings]
                assert any(fnmatchcase(sentences[point], one) for one in pattern)


@pytest.mark.parametrize("name", NAMES)
def test_without_findings_everything_is_left_to_people_and_the_reason_told(name, report, monkeypatch) -> None:
    found = paper_assessment()
    bare = replace(report, sections=tuple(section for section in report.sections if section.name == "open"))
    monkeypatch.setattr(instruments, "document", lambda assessment: bare)
    draft = instrument_document(replace(found, findings=found.findings.iloc[:0]), get_instrument(name))
    assert draft.key_numbers[0].value == "0"
    for required, blocks in zip(requirements(name), groups(draft), strict=True):
        (gap,) = blocks
        assert gap.by == required.by
        wanted = (*required.findings, *required.declared)
        assert all(needed(one) in gap.why for one in wanted)
        assert gap.why.startswith("Cannot be told from the data") == bool(wanted)


def test_findings_that_come_later_fill_in_by_themselves() -> None:
    found, instrument = paper_assessment(), get_instrument("uk-dpia")
    heading = "Less intrusive solutions"

    def under(assessment):
        draft = instrument_document(assessment, instrument)
        return next(section for section in draft.sections if section.heading == heading).blocks

    before = under(found)
    assert len(before) == 2
    assert "[[purposes]]" in before[-1].why
    rows = FindingRows()
    rows.add("necessity_needed_only_camera_count", "necessity", "Cameras, the fewest that do", unit="count", value=4.0, low=3.0,
             high=6.0, denominator=9.0, denominator_unit="cameras examined")  # fmt: skip
    after = under(with_rows(found, rows))
    assert after[1] == Points(("Cameras, the fewest that do: 4 (3 to 6), of 9 cameras examined.",))
    assert after[-1].why.startswith("Some of it")


def test_a_finding_of_nothing_is_no_answer() -> None:
    found = paper_assessment()
    assert found.finding("residents_counted_count")["denominator"] == 0.0
    words = str(instrument_document(found, get_instrument("uk-dpia")))
    assert "Residents whose exposure is known" not in words
    assert "needs areas with residents" in words


def test_what_the_plan_declares_is_said_to_be_declared() -> None:
    import datetime as dt

    found = paper_assessment()
    plan = replace(found.plan, phases=(Phase(HOSTILE, dt.date(2026, 3, 1)),), retention_days=30.0)
    draft = instrument_document(replace(found, plan=plan), get_instrument("eu-fria"))
    (points,) = [block for block in draft.sections[1].blocks if isinstance(block, Points)]
    assert points.points == (
        f"The plan declares the phase “{HOSTILE}”, from 1 March 2026.",
        "The plan declares that recordings are kept for 30 days.",
    )
    assert HOSTILE not in html_report(draft)
    # A declaration is no finding.
    assert draft.key_numbers[0] == instrument_document(found, get_instrument("eu-fria")).key_numbers[0]


def test_a_sentence_has_its_range_and_its_denominator() -> None:
    found = paper_assessment()
    row = found.finding("streets_reachable_detect_share")
    words = finding_sentence(found, row)
    assert percent_range(row["low"], row["high"]) in words
    assert "m of open-air walkable street" in words
    upper = row.copy()
    upper["bound"] = "upper"
    assert "at most" in finding_sentence(found, upper)
    assert "m² of public space" in finding_sentence(found, found.finding("public_space_reachable_detect_share"))


@pytest.fixture(scope="module")
def opened():
    """Return a draft and its DOCX, opened."""
    docx = pytest.importorskip("docx")
    draft = instrument_document(paper_assessment(), get_instrument("seattle-sir"))
    content = docx_report(draft)
    assert docx_report(draft) == content
    return draft, docx.Document(io.BytesIO(content))


def test_the_docx_has_headings_real_tables_and_marked_gaps(opened) -> None:
    draft, file = opened
    styles = {paragraph.text: paragraph.style.name for paragraph in file.paragraphs}
    assert all(styles[section.heading] == "Heading 1" for section in draft.sections)
    blocks = [block for section in draft.sections for block in section.blocks]
    tables = [block for block in blocks if isinstance(block, Table)]
    assert len(file.tables) == len(tables) > 0
    for real, table in zip(file.tables, tables, strict=True):
        assert [cell.text for cell in real.rows[0].cells] == list(table.columns)
        assert len(real.rows) == 1 + len(table.rows)
        assert "tblHeader" in real.rows[0]._tr.xml
    marked = [p.text for p in file.paragraphs if p.runs and p.runs[0].font.highlight_color is not None]
    gaps = [block for block in blocks if isinstance(block, FillIn)]
    assert [text.split(":")[0] for text in marked] == [f"To be filled by {gap.by}" for gap in gaps]
    quoted = [p.text for p in file.paragraphs if p.style.name == "Quote"]
    assert quoted == [f"Required: {block.text} ({block.mark})" for block in blocks if isinstance(block, Required)]
    assert len(file.inline_shapes) == 1
    assert file.inline_shapes[0]._inline.docPr.get("descr")


def test_strange_texts_stay_texts_in_a_docx() -> None:
    docx = pytest.importorskip("docx")
    table = Table(MARKUP, (HOSTILE,), ((MARKUP,),), (True,))
    draft = made_of(
        Text(HOSTILE), Text("control\x00sign"), FillIn(HOSTILE, MARKUP), table, title=HOSTILE * 9, credit=MARKUP
    )
    file = docx.Document(io.BytesIO(docx_report(draft)))
    texts = [paragraph.text for paragraph in file.paragraphs]
    assert HOSTILE in texts
    assert "control sign" in texts
    assert f"To be filled by {HOSTILE}: {MARKUP}" in texts
    assert file.tables[0].rows[1].cells[0].text == MARKUP


def test_the_command_writes_every_format_that_can_be_written(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(instruments, "document", document)
    instrument = get_instrument("eu-fria")
    command.writer(instrument, "a4")(paper_assessment(), tmp_path / "all")
    expected = {"assessment.json", "eu-fria.docx", "eu-fria.html", "eu-fria.pdf", "run.json"}
    assert {path.name for path in (tmp_path / "all").iterdir()} == expected
    assert command.left_out() == ()

    monkeypatch.setattr(office.importlib.util, "find_spec", lambda name: None)
    command.writer(instrument, "a4")(paper_assessment(), tmp_path / "bare")
    assert {path.name for path in (tmp_path / "bare").iterdir()} == expected - {"eu-fria.docx", "eu-fria.pdf"}
    assert ["overseen[pdf]" in command.left_out()[0], "overseen[office]" in command.left_out()[1]] == [True, True]
    with pytest.raises(OutputError, match="python-docx"):
        docx_report(made_of())


def test_the_command_lists_and_says_what_is_wrong(capsys) -> None:
    main(["instrument", "list"])
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(NAMES)
    with pytest.raises(SystemExit) as left:
        main(["instrument", "write", "uk-dpai", "--sample"])
    assert left.value.code == 1
    assert "did you mean 'uk-dpia'?" in capsys.readouterr().err
    with pytest.raises(SystemExit) as left:
        main(["instrument", "write", "uk-dpia"])
    assert left.value.code == 2


def test_the_page_shows_requirements_and_gaps() -> None:
    page = html_report(
        made_of(Required("Something is asked.", MARKS[0]), FillIn("an officer", "what is so.", "Cannot tell."))
    )
    assert '<p class="required">Required: Something is asked. (read in excerpt)</p>' in page
    assert "<b>To be filled by an officer: </b> what is so. <span>Cannot tell.</span>" in page


@pytest.fixture
def assessed(monkeypatch):
    """Let the command line write the paper town's assessment in place of a plan's."""
    from overseen.cli import run

    monkeypatch.setattr(run, "_assessed", lambda *_, **__: [paper_assessment()])


def size_of(path):
    """Return the width of the first page of a PDF in points."""
    from pypdf import PdfReader

    return round(float(PdfReader(path).pages[0].mediabox.width))


def test_the_options_of_paper_reach_the_file(assessed, tmp_path, capsys) -> None:
    main(["assess", "--sample", "--pdf", "--paper", "letter", "-o", str(tmp_path / "out")])
    assert size_of(tmp_path / "out" / "report.pdf") == 612
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256((tmp_path / "out" / "report.pdf").read_bytes()).hexdigest()
    assert record["outputs"]["report.pdf"] == digest
    main(["instrument", "write", "oakland-annual", "--sample", "-o", str(tmp_path / "draft")])
    assert size_of(tmp_path / "draft" / "oakland-annual.pdf") == 595
    assert capsys.readouterr().out.splitlines()[-1] == f"Draft: {tmp_path / 'draft' / 'oakland-annual.html'}"


def test_a_draft_has_columns_as_wide_as_their_words_a_shaded_head_and_numbered_pages() -> None:
    docx = pytest.importorskip("docx")
    rows = tuple((str(place), "a long text " * 12) for place in range(3))
    table = Table("Widths", ("No.", "Meaning"), rows, (True, False))
    draft = docx.Document(io.BytesIO(docx_report(made_of(table))))
    narrow, wide = (column.width.cm for column in draft.tables[0].columns)
    assert narrow < 3.0
    assert wide > 10.0
    assert narrow + wide == pytest.approx(16.0, abs=0.1)
    head, first = draft.tables[0].rows[0], draft.tables[0].rows[1]
    assert "w:tblHeader" in head._tr.xml
    assert "w:shd" in head._tr.xml
    assert "w:shd" not in first._tr.xml
    assert "w:cantSplit" in first._tr.xml
    assert 'w:instr="PAGE"' in draft.sections[0].footer._element.xml
