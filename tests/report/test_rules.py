"""The sections on rules and on the register, and the files: every answer with its evidence, and every gap told."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import pytest

from overseen.assessment.finding_draws import draws_apart
from overseen.assessment.governed import declared_findings, governed
from overseen.assessment.register import register_of
from overseen.model.governance import Governance, Sharing
from overseen.report.compose import document
from overseen.report.document import Table, Text
from overseen.report.export import assessment_record, write_lists
from overseen.report.html import html_report
from overseen.report.register import register_section
from overseen.report.rules import rules_section
from overseen.sources.rule_packs import get_rule_pack, rule_pack_names
from tests.report.factory import HOSTILE, paper_assessment


def with_plan(**changes):
    """Return the paper assessment held against other declarations."""
    found = paper_assessment()
    plan = replace(found.plan, **changes)
    register = register_of(plan)
    own = found.findings["subject"].isin(["rules", "register"])
    import pandas as pd

    findings = pd.concat([found.findings[~own], declared_findings(plan, register, found.groups)])
    terms, findings = governed(plan, found.viewing.ladder, register, findings, found.governed.entries)
    return replace(found, plan=plan, governed=terms, findings=draws_apart(findings)[0])


@pytest.fixture(scope="module")
def asked():
    packs = tuple(get_rule_pack(name) for name in rule_pack_names())
    declared = Governance(sharing=(Sharing("Interior Ministry", "live"),), supplier="A foreign state", setting="town centre",
                          hours=((0.0, 24.0),) * 7, country="LU")  # fmt: skip
    return with_plan(rules=packs, governance=declared, retention_days=30.0)


def texts(section) -> str:
    return " ".join(block.text for block in section.blocks if isinstance(block, Text))


def tables(section) -> list[Table]:
    return [block for block in section.blocks if isinstance(block, Table)]


def test_every_answer_stands_with_its_citation_and_mark(asked) -> None:
    section = rules_section(asked)
    rows = [row for table in tables(section) for row in table.rows if table.columns[0] == "Test"]
    assert len(rows) == len(asked.governed.rules)
    for _, answer, found, needs, rests_on, citation in rows:
        assert "(not verified against the original: " in citation or "(read in the original)" in citation
        assert needs or rests_on
        assert found != "nothing"
        if answer == "cannot tell":
            assert needs or "range" in found or "bound" in found
        else:
            assert found or needs
    assert "none is a verdict on law" in texts(section)
    assert texts(section).count("each to the stated test") == len(asked.plan.rules)


def test_a_card_carries_its_answer_and_what_cannot_be_told_is_folded(asked) -> None:
    answered = [table for table in tables(rules_section(asked)) if table.columns[0] == "Test"]
    for table in answered:
        assert table.is_detail == all(row[1] == "cannot tell" for row in table.rows)
        assert table.is_detail == any(row[1] == "cannot tell" for row in table.rows)
        for row, tone in zip(table.rows, table.tones, strict=True):
            assert 1 not in table.shown(row)
            assert tone == {"kept": "good", "not met": "good", "broken": "bad", "met": "bad"}.get(row[1], "open")
    page = html_report(document(asked))
    assert '<strong class="mark bad">broken</strong>' in page
    assert "<dd>nothing</dd>" not in page
    assert page.count('<details class="long"><summary>') >= sum(table.is_detail for table in answered)


def test_evidence_names_rows_that_are_there(asked) -> None:
    for evidence in asked.governed.rules["evidence"].dropna():
        for part in evidence.split("; "):
            kind, _, name = part.partition(": ")
            assert kind in ("findings", "plan file")
            assert kind == "plan file" or name in asked.findings.index


def test_the_hours_and_the_end_are_told_or_what_they_need(asked) -> None:
    assert "cameras run 2,016 of 2,016 camera-hours of a week (100" in texts(rules_section(asked))
    nothing = texts(rules_section(with_plan()))
    for needs in ("[governance] hours", "[governance] until and [plan] date", "[governance] signs"):
        assert f"cannot tell; needs {needs}" in nothing
    assert "The plan names no rule packs" in nothing


def test_the_evidence_is_that_of_the_declared_setting(asked) -> None:
    (table,) = [table for table in tables(rules_section(asked)) if table.columns[0] == "Setting"]
    assert "town centre" in table.caption
    assert {row[0] for row in table.rows} == {"any", "town centre"}
    (table,) = [table for table in tables(rules_section(with_plan())) if table.columns[0] == "Setting"]
    assert "cannot tell; needs [governance] setting" in table.caption


def test_the_register_counts_its_gaps_and_names_who_sees(asked) -> None:
    gaps, parties = tables(register_section(asked))
    by_item = {row[0]: row[1] for row in gaps.rows}
    assert (by_item["who supplied it"], by_item["its legal basis"], by_item["who runs it"]) == ("0", "12", "11")
    assert ("Interior Ministry", "sees", "live", "12", "declared for all") in parties.rows
    assert ("A foreign state", "supplies", "", "12", "declared for all") in parties.rows
    assert (HOSTILE, "operates", "", "1", "camera by camera") in parties.rows
    assert "needs [governance] sharing" in texts(register_section(with_plan()))
    assert "nobody beside who runs" in texts(register_section(with_plan(governance=Governance(sharing=()))))


def test_the_files_hold_every_row(asked, tmp_path) -> None:
    write_lists(asked, tmp_path)
    rows = {}
    for name in ("register", "register_sharing", "rules"):
        with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows[name] = list(csv.DictReader(file))
    assert len(rows["register"]) == len(asked.plan.network.cameras) == 12
    assert len(rows["register_sharing"]) == 12 + 12 + 1
    assert {row["answer"] for row in rows["rules"]} == set(asked.governed.rules["answer"])
    assert rows["register"][0]["operator"] == HOSTILE


def test_the_record_is_plain_and_the_page_escapes(asked) -> None:
    record = json.loads(json.dumps(assessment_record(asked), allow_nan=False))
    assert len(record["rules"]) == len(asked.governed.rules)
    assert record["plan"]["governance"]["supplier"] == "A foreign state"
    assert sum(row["cameras"] for row in record["register_sharing"]) == 25
    assert record["view_entries"]
    assert "rules" not in record["plan"]
    page = html_report(document(asked))
    assert "who may see what" in page
    assert HOSTILE not in page
