"""The section on trips: figures with their tables, sentences made from findings, and what cannot be told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from overseen.assessment.trip_result import trip_result
from overseen.model.trips import TripPlan
from overseen.report.document import Caveat, Figure, Text
from overseen.report.export import assessment_record
from overseen.report.trips import trip_section
from tests.exposure.test_streets import scattered
from tests.exposure.test_trips import drawn_of, lattice, with_places
from tests.report.factory import paper_assessment
from tests.town import viewing


def texts(assessment) -> str:
    """Return all prose of the section."""
    return " ".join(block.text for block in trip_section(assessment).blocks if isinstance(block, Text | Caveat))


def test_every_figure_answers_a_question_and_has_its_table() -> None:
    figures = [block for block in trip_section(paper_assessment()).blocks if isinstance(block, Figure)]
    assert [figure.name for figure in figures] == [
        "share-in-view-at-least", "cameras-at-least", "unseen-within-extra", "traces", "breadth-and-depth",
    ]  # fmt: skip
    for figure in figures:
        assert figure.question.endswith("?")
        assert figure.svg.startswith("<svg")
        assert figure.data.rows


def test_curves_fall_or_rise() -> None:
    curves = paper_assessment().trips.curves
    for curve, rows in curves.groupby("curve"):
        steps = rows["trips_share"].diff().dropna()
        assert (steps >= -1e-9).all() if curve == "unseen_within_extra" else (steps <= 1e-9).all(), curve
        assert (rows["trips_low_share"] <= rows["trips_high_share"]).all()


def test_what_the_data_lack_is_said() -> None:
    said = texts(paper_assessment())
    assert "as the data give no residents and do not tell which buildings are homes" in said
    assert "By area: cannot tell" in said
    assert "cannot be told from single trips" in said


@pytest.mark.parametrize("count", [0, 40])
def test_a_plan_may_ask_for_few_trips_or_none(count) -> None:
    look = viewing(draws=4)
    city = with_places(lattice(), [(180.0, 170.0)])
    found, findings = trip_result(city, drawn_of(city, scattered(6), look), look, TripPlan(count))
    assert len(found.trips) <= count
    assert ("trips_noticed_share" in findings.index) == (count > 0)
    whole = replace(paper_assessment(), trips=found)
    if count == 0:
        assert "the plan asks for none" in texts(whole)
    assert assessment_record(whole)["trips"]["facts"]["asked_count"] == count


def test_unicity_rises_with_what_is_known_and_falls_with_the_number_of_trips() -> None:
    traces = paper_assessment().trips.traces.set_index(["trip_count", "known_count"])["single_share"]
    few, many = traces.loc[100], traces.loc[10_000]
    assert (many <= few).all()
    assert few.loc[5] > few.loc[1]
