"""Every sentence that answers a statement or a rule leads to a row of a table that is there, and every link to its target."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from overseen.assessment.comparison import compare
from overseen.assessment.finding_draws import draws_apart
from overseen.assessment.governed import governed
from overseen.assessment.register import register_of
from overseen.assessment.sides import side_of_assessment
from overseen.model.statements import ABOUT, Statement
from overseen.report.comma_tables import write_comma_tables
from overseen.report.compose import document
from overseen.report.document import Document, Section, Table
from overseen.report.html import html_report
from overseen.report.pdf import pdf_report
from overseen.report.references import PLAN, RIVAL, Reference, row_of, rule_references, targets_of
from overseen.report.run_tables import run_tables
from overseen.report.statements import CANNOT, statement_references
from overseen.sources.rule_packs import get_rule_pack, rule_pack_names
from tests.report.factory import paper_assessment


class Links(HTMLParser):
    """Anchors of a page and what leads to them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs) -> None:
        found = dict(attrs)
        self.ids += [found["id"]] if "id" in found else []
        href = found.get("href") or ""
        self.targets += [href[1:]] if tag == "a" and href.startswith("#") else []


@pytest.fixture(scope="module")
def asked():
    """Return the paper assessment with every statement, every rule pack and a rival."""
    found = paper_assessment()
    told = tuple(Statement(f"Statement on {about}.", about) for about in ABOUT)
    packs = tuple(get_rule_pack(name) for name in rule_pack_names())
    plan = replace(found.plan, statements=told, rules=packs, retention_days=30.0)
    own = ~found.findings.index.str.startswith("rules_")
    terms, findings = governed(
        plan, found.viewing.ladder, register_of(plan), found.findings[own], found.governed.entries
    )
    side = side_of_assessment(found)
    return replace(found, plan=plan, governed=terms, findings=draws_apart(findings)[0], rival=compare(side, side))


def test_every_row_named_is_in_its_table_and_its_file(asked, tmp_path) -> None:
    named = (*statement_references(asked), *rule_references(asked))
    assert {one.table for one in named} >= {"findings", PLAN, RIVAL}
    write_comma_tables(run_tables(asked), tmp_path / "tables")
    rows = {}
    for path in (tmp_path / "tables").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows[f"tables/{path.name}"] = {row[0] for row in csv.reader(file)}
    for one in named:
        if one.table == PLAN:
            assert one.row.startswith("[")
            continue
        assert not row_of(asked, one).empty
        assert one.table == RIVAL or one.row in rows[one.file]


def test_what_is_not_there_is_no_row(asked) -> None:
    for one in (
        Reference("findings", "no_such_share"),
        Reference("phases", "no such step"),
        Reference("elsewhere", "x"),
    ):
        with pytest.raises(KeyError):
            row_of(asked, one)


def test_every_link_of_the_page_has_its_target_and_every_answer_its_link(asked) -> None:
    report = document(asked)
    links = Links(html_report(report))
    # Drawings name their letters alike; rows do not.
    rows = [one for one in links.ids if one.startswith("row-")]
    assert len(rows) == len(set(rows))
    assert set(links.targets) <= set(links.ids)
    named = {one.anchor for one in (*statement_references(asked), *rule_references(asked))}
    assert named
    assert named <= set(links.targets)
    (section,) = [section for section in report.sections if section.name == "statements"]
    for _, _, sentence, rests_on in section.blocks[1].rows:
        assert (rests_on == "none") == sentence.startswith(CANNOT)


def test_the_row_shows_what_the_table_holds(asked) -> None:
    (section,) = [section for section in document(asked).sections if section.name == "evidence"]
    rows = {row[0]: row for row in section.blocks[1].rows if row[1] != "rival/comparison.csv"}
    listed = asked.finding("cameras_listed_count")
    assert rows["cameras_listed_count"][1:3] == ("tables/findings.csv", f"at least {listed['value']:.0f}")
    assert rows["[retention] days"][1:3] == ("the plan file", "30 days")
    share = rows["streets_reachable_detect_share"]
    assert re.fullmatch(r"(at most )?[\d.]+( \([\d.]+ to [\d.]+\))? %", share[2])
    assert share[3].endswith("m of open-air walkable street inside the boundary")


def test_names_that_begin_alike_lead_each_to_its_own_row() -> None:
    long, short = Reference("findings", "cost_total_share"), Reference("findings", "cost_total")
    table = Table("", ("a",), (), (False,), targets=targets_of([short, long]))
    assert table.pieces(f"{short.words}; {long.words}") == (
        (short.words, short.anchor),
        ("; ", ""),
        (long.words, long.anchor),
    )
    assert Reference("phases", "year 1: x").anchor != Reference("phases", "year-1: x").anchor


def paper_of(*tables: Table) -> Document:
    return Document("t", "p", "", ("A.",), (), (Section("only", "Only", tables),), "", "0")


def test_a_link_without_its_row_is_none() -> None:
    one = Reference("findings", "cost_total")
    rests = Table("Answers", ("Rests on",), ((one.words,),), (False,), targets=targets_of([one]))
    rows = Table("Rows", ("Row",), (("cost_total",),), (False,), anchors=(one.anchor,))
    assert one.anchor not in Links(html_report(paper_of(rests))).targets
    assert one.anchor in Links(html_report(paper_of(rests, rows))).targets


def test_the_pdf_leads_to_the_row_too() -> None:
    pytest.importorskip("typst")
    pypdf = pytest.importorskip("pypdf")
    one = Reference("findings", "cost_total")
    rests = Table("Answers", ("Rests on",), ((one.words,),), (False,), targets=targets_of([one]))
    rows = Table("Rows", ("Row",), (("cost_total",),), (False,), anchors=(one.anchor,))

    def links(*tables: Table) -> int:
        pages = pypdf.PdfReader(io.BytesIO(pdf_report(paper_of(*tables)))).pages
        return sum(note.get_object()["/Subtype"] == "/Link" for page in pages for note in page.get("/Annots", []))

    assert links(rests, rows) == links(rests) + 1
