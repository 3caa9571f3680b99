"""What a plan says of itself is answered one by one: from findings, or with what it would take."""

from __future__ import annotations

from dataclasses import replace

import pytest

from overseen.assessment.comparison import compare
from overseen.assessment.sides import side_of_assessment
from overseen.model.statements import ABOUT, Statement
from overseen.report.references import RIVAL, Reference
from overseen.report.statements import ANSWERS, CANNOT, answered, statement_section
from tests.report.factory import paper_assessment


def test_every_subject_has_an_answer() -> None:
    assert tuple(ANSWERS) == ABOUT


@pytest.mark.parametrize("about", ABOUT)
def test_an_answer_rests_on_findings_that_are_there_or_says_what_it_needs(about) -> None:
    found = paper_assessment()
    sentence, evidence = answered(found, Statement("All is well.", about))
    assert {one.row for one in evidence} <= set(found.findings.index)
    assert {one.table for one in evidence} <= {"findings"}
    if sentence.startswith(CANNOT):
        assert not evidence
        assert len(sentence) > len(CANNOT) + 5
    else:
        assert evidence
        assert "nan" not in sentence


def test_the_numbers_of_an_answer_are_those_of_the_findings() -> None:
    found = paper_assessment()
    sentence, _ = answered(found, Statement("Few cameras.", "size"))
    assert sentence.startswith(f"{int(found.finding('cameras_listed_count')['value'])} cameras are listed")
    # A statement on what the plan does not declare cannot be answered.
    assert answered(found, Statement("It is cheap.", "funding"))[0] == f"{CANNOT}[costs] with a currency and a budget."


def test_the_section_holds_each_statement_in_the_plans_own_words() -> None:
    found = paper_assessment()
    assert statement_section(found) == ()
    told = tuple(Statement(f"Statement on {about}.", about) for about in ABOUT)
    (section,) = statement_section(replace(found, plan=replace(found.plan, statements=told)))
    table = section.blocks[1]
    assert [row[1] for row in table.rows] == [statement.text for statement in told]
    answered_count = sum(not row[2].startswith(CANNOT) for row in table.rows)
    assert f"12 statements; {answered_count} can be answered" in section.blocks[0].text


def test_a_rival_is_told_by_its_differences() -> None:
    found = paper_assessment()
    side = side_of_assessment(found)
    sentence, evidence = answered(
        replace(found, rival=compare(side, side)), Statement("There are two plans.", "rival_plans")
    )
    assert "street that could be looked at, at detect 0" in sentence
    assert Reference(RIVAL, "streets_reachable_detect_share") in evidence
    assert answered(found, Statement("There are two plans.", "rival_plans"))[0].startswith(CANNOT)
