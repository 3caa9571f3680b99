"""The section on phases: a sentence, a figure with its numbers, additions and cameras at every step."""

from __future__ import annotations

import datetime as dt

import pytest

from overseen.assessment.assess import assess
from overseen.assessment.findings import Assessment
from overseen.model.plan import Phase, Plan
from overseen.report.compose import document
from overseen.report.document import Caveat, Figure, Table
from overseen.report.export import assessment_record
from overseen.report.html import html_report
from overseen.report.phases import phase_section
from tests.assessment.test_phases import peopled
from tests.exposure.test_streets import scattered
from tests.report.factory import paper_assessment
from tests.town import network, viewing


@pytest.fixture(scope="module")
def found() -> Assessment:
    rows = scattered(8)
    for number, row in enumerate(rows):
        if number % 2:
            row |= {"status": "planned", "phase": "year 1"}
    rows[0] |= {"active_until": "2023"}
    rows[2] |= {"status": "disused"}
    plan = Plan("Phased", network(rows), dt.date(2024, 6, 1), phases=(Phase("year 1", dt.date(2024, 1, 1)),))
    return assess(plan, peopled(), viewing(draws=4))


def test_a_plan_without_phases_has_no_section() -> None:
    assert phase_section(paper_assessment()) == ()


def test_the_section_tells_baseline_and_additions_apart(found) -> None:
    (section,) = phase_section(found)
    texts = [block.text for block in section.blocks if hasattr(block, "text")]
    assert texts[0].startswith("Before the first phase 3 cameras could look at ")
    assert "by year 1, on 1 January 2024, 6 cameras could look at" in texts[0]
    (figure,) = [block for block in section.blocks if isinstance(block, Figure)]
    assert [row[:2] for row in figure.data.rows] == [("baseline", "2023-12-31"), ("year 1", "2024-01-01")]
    additions, homes, cameras = (block for block in section.blocks if isinstance(block, Table))
    # Of what may be dwellings there are too few to be counted, and their façade is told all the same.
    assert homes.columns == ("Step", "Street around residents' homes", "Façade of dwellings", "Façade of what may be dwellings",
                             "Private ground, m²")  # fmt: skip
    assert [row[0] for row in homes.rows] == ["baseline", "year 1"]
    assert [row[0] for row in additions.rows] == ["year 1"]
    # With a single phase, what it adds is what all add.
    assert additions.rows[0][1] == additions.rows[0][2]
    assert additions.rows[0][1].startswith("+")
    assert cameras.rows == (("baseline", "3", "0", "0", "0"), ("year 1", "6", "4", "1", "1"))
    caveats = [block.text for block in section.blocks if isinstance(block, Caveat)]
    assert "1 at year 1" in caveats[0]
    assert caveats[1].startswith("1 camera of the list is active at no step")


def test_the_page_and_the_record_hold_it(found) -> None:
    page = html_report(document(found))
    assert "As it is rolled out" in page
    assert "1 phase" not in page, "what is examined is no longer told as declared only"
    rows = assessment_record(found)["phases"]
    assert len(rows) == len(found.phases)
    assert {row["step"] for row in rows} == {"baseline", "year 1"}
    assert assessment_record(paper_assessment())["phases"] is None


def test_cameras_past_their_end_are_a_finding_at_the_plans_date(found) -> None:
    row = found.finding("cameras_past_end_count")
    assert (row["value"], row["denominator"]) == (1.0, 1.0)
