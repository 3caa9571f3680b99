"""When cameras come and go, counted on paper from lists with phases and dates, and what that costs."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest

from overseen.assessment.arrivals import Arrival, Arrivals, arrivals_of, phase_disagreements
from overseen.assessment.costs import bill_of, terms_of
from overseen.assessment.estimates import operation_pack
from overseen.model.operations import Costs
from overseen.model.plan import Phase
from tests.assessment.test_operations import PRICES
from tests.town import plan

ONE, TWO = Phase("one", dt.date(2026, 1, 1)), Phase("two", dt.date(2028, 1, 1))


def rows(count: int, **fields) -> list[dict[str, object]]:
    return [{"at": (10 + place, 10), **fields} for place in range(count)]


def phased(*groups, phases=(ONE, TWO)):
    """Return a plan of several groups of cameras."""
    return replace(plan([row for group in groups for row in group]), phases=phases)


def test_cameras_are_counted_from_the_phases_that_the_list_names() -> None:
    found = arrivals_of(phased(rows(3), rows(4, phase="one"), rows(5, phase="two", status="planned")))
    assert found.groups == (Arrival(0.0, 4), Arrival(2.0, 5))
    assert (found.standing_count, found.never_count, found.is_dated) == (3, 0, True)
    assert found.disagreements == ()


def test_a_cameras_own_days_count_too() -> None:
    found = arrivals_of(
        phased(
            rows(1, phase="one", active_until="2028-12-31"),
            rows(2, status="planned", installed_on="2027-01-01"),
            rows(1, status="planned"),
            rows(1, status="disused", phase="two"),
            rows(1, installed_on="2020", active_until="2021"),
        )
    )
    assert found.groups == (Arrival(0.0, 1, 3.0), Arrival(1.0, 2))
    # One planned without a day comes in no phase; what was gone before the first phase stood at none.
    assert (found.standing_count, found.never_count) == (0, 1)


def test_a_declared_number_that_differs_is_told_and_the_list_counted() -> None:
    phases = (replace(ONE, camera_count=4), replace(TWO, camera_count=6))
    same = phased(rows(4, phase="one"), rows(6, phase="two"), phases=phases)
    assert phase_disagreements(same) == ()
    other = phased(rows(4, phase="one"), rows(5, phase="two"), phases=phases)
    assert arrivals_of(other).groups == (Arrival(0.0, 4), Arrival(2.0, 5))
    assert phase_disagreements(other) == (
        "Phase two is declared to add 6 cameras; the list has 5 that come in it, and the list is counted.",
    )


def test_a_phase_of_which_the_list_has_none_is_counted_as_declared() -> None:
    phases = (replace(TWO, camera_count=30), replace(ONE, camera_count=10), Phase("three", dt.date(2028, 7, 1)))
    found = arrivals_of(phased(rows(5), phases=phases))
    assert found.groups == (Arrival(0.0, 10), Arrival(2.0, 30))
    assert [("has none" in words, "the declared number" in words) for words in found.disagreements] == [
        (True, True)
    ] * 2
    # Nothing of the list belongs to a phase, so nobody can say what stood before.
    assert found.standing_count == 0
    mixed = arrivals_of(phased(rows(2, phase="one"), phases=phases))
    assert mixed.groups == (Arrival(0.0, 2), Arrival(2.0, 30))


def test_without_phases_planned_cameras_come_on_their_days() -> None:
    assert arrivals_of(plan(rows(5))) == Arrivals((Arrival(0.0, 5),), is_dated=False)
    found = arrivals_of(
        plan(
            [*rows(2), *rows(1, status="planned", installed_on="2027"), *rows(3, status="planned", installed_on="2028")]
        )
    )
    assert found.groups == (Arrival(0.0, 3), Arrival(1.0, 3))


def test_the_years_of_the_bill_are_those_of_the_arrivals() -> None:
    found = terms_of(Costs("USD"), (Arrival(0.0, 10), Arrival(2.0, 30)))
    assert (found.years, found.camera_count, found.camera_years) == (3, 40, 60.0)
    assert [found.cameras_in(year) for year in range(3)] == [10.0, 10.0, 40.0]
    half = (Phase("a", dt.date(2026, 1, 1), camera_count=10), Phase("b", dt.date(2026, 7, 2), camera_count=10))
    assert terms_of(Costs("USD", years=1), arrivals_of(phased(phases=half)).groups).cameras_in(0) == pytest.approx(
        15.0, abs=0.05
    )
    assert terms_of(Costs("USD"), (Arrival(0.0, 5),)).years == operation_pack("costs")["years"]["count"]
    assert math.isinf(Arrival(0.0, 1).until_years)


def test_what_is_taken_down_is_neither_run_nor_replaced_on_paper() -> None:
    values = {name: np.array([value]) for name, value in PRICES.items()}
    values |= {"tb_per_camera": np.array([1.2]), "staff_hours_per_day": np.zeros(1)}
    found = phased(rows(10, phase="one", active_until="2027-12-31"), rows(20, phase="two"))
    bill = bill_of(values, terms_of(Costs("USD", years=6), arrivals_of(found).groups))
    # Put up at 1700 each; a life of three years: the ten are gone after two, the twenty of the third year are replaced in the sixth.
    assert bill.capital[:, 0].tolist() == [17_000.0, 0.0, 34_000.0, 0.0, 0.0, 30_000.0]
    # A camera-year is 381.90: ten in two years, twenty in four.
    assert bill.running[:, 0] == pytest.approx([3_819.0, 3_819.0, *[7_638.0] * 4])
    assert bill.total[0] == pytest.approx(81_000.0 + 2 * 3_819.0 + 4 * 7_638.0)
