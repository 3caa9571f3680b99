"""What the report says: the answer with its numbers, every section, nothing declared that is passed over."""

from __future__ import annotations

from dataclasses import replace

from overseen.report.compose import answer, document
from overseen.report.document import Figure, Map, Table
from overseen.report.method import OBSTACLES, REFUSALS
from overseen.report.words import with_range
from tests.report.factory import paper_assessment


def blocks(found, kind):
    """Return all blocks of a kind."""
    return [block for section in document(found).sections for block in section.blocks if isinstance(block, kind)]


def test_the_answer_is_four_sentences_with_intervals_and_denominators() -> None:
    found = paper_assessment()
    sentences = answer(found)
    assert len(sentences) == 4
    assert sentences[3].startswith("What moves the answer most is the ")
    examined = int(found.cameras["is_examined"].sum())
    assert 0 < examined < 12
    assert f"{examined} of the 12 cameras listed" in sentences[0]
    assert with_range(found.finding("streets_reachable_detect_share")) in sentences[0]
    assert "km of open-air street" in sentences[0]
    assert with_range(found.finding("streets_reachable_identify_share")) in sentences[1]
    assert with_range(found.finding("streets_at_once_identify_share")) in sentences[1]
    assert "20 draws" in sentences[2]
    assert "nobody listed come on top" in sentences[2]


def test_a_missing_finding_is_said_to_be_missing() -> None:
    found = paper_assessment()
    without = replace(found, findings=found.findings.drop(index="streets_reachable_detect_share"))
    assert "not computed" in answer(without)[0]


def test_no_camera_with_a_view_is_an_answer_too() -> None:
    found = paper_assessment()
    findings = found.findings.copy()
    findings.loc["cameras_examined_count", "value"] = 0.0
    assert answer(replace(found, findings=findings))[0].startswith("None of the 12 cameras listed")


def test_every_figure_answers_a_question_and_has_its_numbers() -> None:
    figures = blocks(paper_assessment(), Figure)
    assert len(figures) >= 6
    for figure in figures:
        assert figure.question.endswith("?")
        assert figure.description
        assert figure.data.rows
        assert figure.svg.startswith("<svg")


def test_tables_are_rectangular() -> None:
    for table in blocks(paper_assessment(), Table):
        assert len(table.columns) == len(table.numeric)
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_method_and_refusals_are_told() -> None:
    words = str(document(paper_assessment()))
    assert OBSTACLES in words
    assert all(refusal in words for refusal in REFUSALS)


def test_the_map_holds_what_a_click_asks_for() -> None:
    (chart,) = blocks(paper_assessment(), Map)
    payload = chart.payload
    assert payload["tables"]["cameras"]["rows"] == 12
    assert {"views", "streets", "cameras", "boundary"} <= set(payload["layers"])
    assert chart.tiles.startswith(b"PMTiles")
    assert len(chart.tables) == sum(sum(table["lengths"]) for table in payload["tables"].values())


def test_an_own_ladder_needs_no_level_called_detect() -> None:
    from overseen.assessment.assess import assess
    from overseen.model.viewing import Ladder, Level
    from tests.exposure.test_streets import WAYS, scattered
    from tests.town import plan, town, viewing

    ladder = Ladder("own", "by hand", (Level("some", 20.0, ""), Level("more", 200.0, "")))
    found = assess(plan(scattered(4)), town([], WAYS), viewing(ladder=ladder))
    assert "to more someone" in answer(found)[0]
    assert document(found).sections
