"""The first page says how a plan holds against its own terms: counted from the answers, and silent where nothing is declared."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from overseen.report.compose import answer
from overseen.report.own_terms import own_terms_sentence
from tests.report.factory import paper_assessment


def with_rows(found, rows: dict[str, dict[str, object]]):
    """Return an assessment with findings more."""
    like = found.findings.iloc[:1]
    more = pd.concat([like.rename(index={like.index[0]: name}).assign(**values) for name, values in rows.items()])
    return replace(found, findings=pd.concat([found.findings, more]))


def with_answers(found, answers: list[str]):
    """Return an assessment whose rules were answered so."""
    rules = pd.DataFrame({"answer": answers})
    return replace(found, governed=replace(found.governed, rules=rules))


def test_a_plan_that_declares_nothing_has_no_sentence() -> None:
    found = paper_assessment()
    assert own_terms_sentence(found) is None
    assert not any("Held against" in sentence for sentence in answer(found))


def test_what_is_declared_is_told_with_its_numbers() -> None:
    share = {"value": 0.04, "low": 0.01, "high": 0.06, "bound": "none"}
    needed = {"value": 117.0, "low": 115.0, "high": 119.0, "denominator": 408.0}
    told = own_terms_sentence(
        with_rows(
            paper_assessment(),
            {
                "control_room_watched_share": share,
                "necessity_needed_only_camera_count": needed,
                "cost_budget_covered_share": {"value": 0.0, "bound": "none"},
            },
        )
    )
    assert told == (
        "Held against what the plan declares: 117 (115 to 119) of 408 cameras would serve its purposes as far; at most"
        " 4\N{NO-BREAK SPACE}% (1 to 6\N{NO-BREAK SPACE}%) of camera-hours are watched; the declared budget does not cover the"
        " cost in any draw."
    )


def test_only_tests_that_can_be_kept_or_broken_are_counted() -> None:
    answers = ["kept", "broken", "broken", "cannot tell", "met", "answered in part", "to be filled"]
    told = own_terms_sentence(with_answers(paper_assessment(), answers))
    assert told == "Held against what the plan declares: of 4 tests of rules: 1 kept, 2 broken, 1 cannot tell."
    assert own_terms_sentence(with_answers(paper_assessment(), ["met", "to be filled"])) is None


def test_the_sentence_stands_on_the_first_page() -> None:
    found = with_answers(paper_assessment(), ["kept"])
    assert "Held against what the plan declares: of 1 test of rules: 1 kept." in answer(found)
