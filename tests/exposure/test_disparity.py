"""Ratios between groups: closed forms, laws, the decision, and how often it is wrong where the truth is known."""

from __future__ import annotations

import importlib
import itertools
import sys
from pathlib import Path

import numpy as np
import pytest

from overseen.exposure.disparity import (
    FEWEST_CONTROLS,
    adjusted_chance,
    raw_ratios,
    sums_by_control,
    within_ratios,
)
from overseen.exposure.verdicts import NOMINAL, Told, verdict
from overseen.model.schema import VERDICTS

RANDOM = np.random.default_rng(3)
CONTROL = np.repeat(np.arange(24), 5)
RESIDENTS = RANDOM.integers(100, 500, 120).astype(float)
MEMBERS = np.round(RESIDENTS * RANDOM.uniform(0.1, 0.4, 120))
EXPOSED = RANDOM.uniform(0.0, 0.6, (120, 8))


def both(first, second, exposed, residents=RESIDENTS, control=CONTROL):
    """Return the ratios over all and within."""
    sums = sums_by_control(first[:, None], second[:, None], exposed, residents, control)
    return raw_ratios(sums, seed=1), within_ratios(sums, seed=1)


def test_two_units_on_paper() -> None:
    # 10 and 30 of 40 members live where 10 and 40 % are in view: 32.5 %; of the others 30 and 10 do: 17.5 %.
    first, second = np.array([10.0, 30.0]), np.array([30.0, 10.0])
    raw, within = both(first, second, np.array([[0.1], [0.4]]), first + second, np.zeros(2, dtype=np.int64))
    assert raw.ratio == pytest.approx([0.325 / 0.175])
    assert within.ratio == pytest.approx([0.325 / 0.175])
    assert np.isnan(raw.low[0])


def test_within_two_control_areas_on_paper() -> None:
    # Inside each both sides are exposed alike; over all they differ, since they live in different ones.
    first, second = np.array([30.0, 30.0, 10.0, 10.0]), np.array([10.0, 10.0, 30.0, 30.0])
    exposed = np.array([0.4, 0.4, 0.1, 0.1])[:, None]
    raw, within = both(first, second, exposed, first + second, np.array([0, 0, 1, 1]))
    assert raw.ratio == pytest.approx([0.325 / 0.175])
    assert within.ratio == pytest.approx([1.0])


def test_identical_groups_are_exactly_alike() -> None:
    for found in both(MEMBERS, MEMBERS, EXPOSED):
        assert (found.ratio[0], found.low[0], found.high[0], found.chance[0]) == (1.0, 1.0, 1.0, 1.0)


def test_a_difference_of_every_unit_is_told() -> None:
    # Two kinds of unit in every control area: members live in the seen one.
    exposed = np.tile([0.1, 0.1, 0.1, 0.5, 0.5], 24)[:, None] * RANDOM.uniform(0.8, 1.2, (120, 8))
    members = np.round(RESIDENTS * np.tile([0.1, 0.1, 0.1, 0.5, 0.5], 24))
    for found in both(members, RESIDENTS - members, exposed):
        assert found.chance[0] < 0.001
        assert 1.0 < found.low[0] < found.ratio[0] < found.high[0]


def test_order_and_names_of_areas_change_nothing() -> None:
    order = RANDOM.permutation(120)
    plain = both(MEMBERS, RESIDENTS - MEMBERS, EXPOSED)
    turned = both(MEMBERS[order], (RESIDENTS - MEMBERS)[order], EXPOSED[order], RESIDENTS[order], CONTROL[order])
    for one, other in zip(plain, turned, strict=True):
        for number in range(4):
            assert one[number] == pytest.approx(other[number])


def test_units_split_in_two_are_the_same() -> None:
    plain = both(MEMBERS, RESIDENTS - MEMBERS, EXPOSED)
    halves = [np.repeat(values / 2.0, 2, axis=0) for values in (MEMBERS, RESIDENTS - MEMBERS, RESIDENTS)]
    split = both(halves[0], halves[1], np.repeat(EXPOSED, 2, axis=0), halves[2], np.repeat(CONTROL, 2))
    for one, other in zip(plain, split, strict=True):
        for number in range(4):
            assert one[number] == pytest.approx(other[number])


def test_the_two_sides_turned_around_have_the_inverse() -> None:
    for one, other in zip(
        both(MEMBERS, RESIDENTS - MEMBERS, EXPOSED), both(RESIDENTS - MEMBERS, MEMBERS, EXPOSED), strict=True
    ):
        assert one.ratio == pytest.approx(1.0 / other.ratio)
        assert one.low == pytest.approx(1.0 / other.high)
        assert one.chance == pytest.approx(other.chance)


def test_nothing_in_view_cannot_be_told() -> None:
    for found in both(MEMBERS, RESIDENTS - MEMBERS, np.zeros((120, 8))):
        assert np.isnan([found.ratio[0], found.low[0], found.chance[0]]).all()


def test_a_control_area_of_one_unit_is_not_compared_within() -> None:
    _, within = both(MEMBERS, RESIDENTS - MEMBERS, EXPOSED, control=np.arange(120))
    assert within.controls[0] == 0


def test_adjusting_leaves_a_single_chance_as_it_is() -> None:
    assert adjusted_chance(np.array([0.03])).tolist() == [0.03]
    assert adjusted_chance(np.array([0.01, np.nan, 0.04])) == pytest.approx([0.02, np.nan, 0.04], nan_ok=True)


MORE, LESS, NONE, OPEN = Told(1.4, 0.001), Told(0.7, 0.001), Told(1.1, 0.4), Told(float("nan"), float("nan"))
TABLE = [
    # complete, controls, raw, within, furniture -> verdict
    (False, 19, MORE, MORE, None, "cannot_tell"),
    (True, 19, MORE, MORE, None, "cannot_tell"),
    (False, 20, OPEN, MORE, None, "cannot_tell"),
    (False, 20, MORE, OPEN, None, "cannot_tell"),
    (True, 20, MORE, OPEN, None, "cannot_tell"),
    (True, 20, MORE, MORE, None, "stated"),
    (True, 20, MORE, NONE, None, "stated"),
    (True, 20, MORE, LESS, None, "stated"),
    (True, 20, NONE, MORE, None, "not_told"),
    (True, 20, MORE, MORE, MORE, "stated"),
    (False, 20, MORE, MORE, None, "stated"),
    (False, 20, MORE, MORE, NONE, "stated"),
    (False, 20, MORE, MORE, LESS, "stated"),
    (False, 20, MORE, MORE, OPEN, "stated"),
    (False, 20, MORE, MORE, MORE, "withheld"),
    (False, 20, LESS, LESS, LESS, "withheld"),
    (False, 20, LESS, LESS, MORE, "stated"),
    (False, 20, MORE, NONE, None, "withheld"),
    (False, 20, NONE, NONE, None, "not_told"),
    (False, 20, NONE, MORE, None, "stated"),
    (False, 20, NONE, LESS, None, "withheld"),
    (False, 20, MORE, LESS, None, "withheld"),
]


@pytest.mark.parametrize(("is_complete", "controls", "raw", "within", "furniture", "expected"), TABLE)
def test_the_truth_table(is_complete, controls, raw, within, furniture, expected) -> None:
    said, why = verdict(is_complete=is_complete, controls=controls, raw=raw, within=within, furniture=furniture)
    assert said == expected
    assert why


def test_a_mapped_list_states_nothing_that_within_does_not_tell() -> None:
    cases = (MORE, LESS, NONE, OPEN)
    for raw, within, furniture in itertools.product(cases, cases, (*cases, None)):
        said, _ = verdict(is_complete=False, controls=FEWEST_CONTROLS, raw=raw, within=within, furniture=furniture)
        assert said in VERDICTS
        assert said != "stated" or (within.chance < NOMINAL and (raw.ratio - 1.0) * (within.ratio - 1.0) > 0.0)


@pytest.fixture(scope="module")
def calibration():
    """Return the module that makes docs/disparity.md."""
    tools = str(Path(__file__).parents[2] / "tools")
    sys.path.insert(0, tools)
    try:
        return importlib.import_module("disparity_calibration")
    finally:
        sys.path.remove(tools)


class TestCalibration:
    """Made-up towns whose truth is known; docs/disparity.md has the same with many more of them."""

    def test_where_there_is_no_difference_few_are_stated(self, calibration) -> None:
        found = calibration.rates(200, controls=(3, 7))
        # Seven in a hundred at most; a rate of five would be above that in one of ten sets of 200 towns.
        assert max(found["register"], found["mapped"]) <= 0.07
        assert max(found["raw"], found["within"]) <= 0.07

    def test_units_drawn_again_see_differences_everywhere(self, calibration) -> None:
        assert calibration.rates(30, controls=(3, 7), units=True)["units"] > 0.35

    def test_a_real_difference_is_often_found(self, calibration) -> None:
        found = calibration.rates(60, controls=(5, 8), ratio=1.3)
        assert found["mapped"] > 0.5
