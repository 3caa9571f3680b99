"""The least subset, against trying every subset, by hand, and by its laws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from overseen.assessment import partial_cover
from overseen.assessment.partial_cover import Programme, greedy_subset, least_subset
from overseen.assessment.solver import Limits
from tests.assessment.covers import by_trying, programme, programmes


@given(programmes())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_subset_is_the_least_of_all(of: Programme) -> None:
    found = least_subset(of)
    count, spill = by_trying(of)
    assert (found.count, found.bound, found.gap) == (count, count, 0)
    assert of.is_met(found.is_needed)
    # Parts that share no zone are solved apart, so that the sum of the least is the least of the sum.
    assert of.overspill[found.is_needed].sum() == pytest.approx(spill)


@given(programmes())
@settings(max_examples=40, deadline=None, derandomize=True)
def test_prices_bound_from_below_and_choose_from_what_is_given(of: Programme) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partial_cover, "WHOLE_CELLS", 0)
        found = least_subset(of)
    count, _ = by_trying(of)
    assert found.bound <= count <= found.count <= found.greedy_count
    assert of.is_met(found.is_needed)


@given(programmes())
@settings(max_examples=40, deadline=None, derandomize=True)
def test_laws_of_the_subset(of: Programme) -> None:
    found = least_subset(of)
    assert found.bound <= found.count <= found.greedy_count
    assert of.is_met(greedy_subset(of))
    spare = np.flatnonzero(~found.is_needed)
    if len(spare):
        # Without a camera that is not needed, the least is as it was.
        kept = of.camera != spare[0]
        counts = np.bincount(of.row()[kept], minlength=len(of.zone))
        offsets = np.concatenate([[0], np.cumsum(counts)])
        less = replace(of, offsets=offsets, camera=of.camera[kept])
        assert least_subset(less.take(counts > 0)).count == found.count
    # A camera that stands twice is never needed twice.
    twice = programme(
        [([*seen, of.camera_count] if 0 in seen else seen, zone, size) for seen, zone, size in _cells(of)],
        of.needed.tolist(), cameras=of.camera_count + 1, overspill=[*of.overspill, of.overspill[0]],
    )  # fmt: skip
    again = least_subset(twice)
    assert again.count == found.count
    assert not (again.is_needed[0] and again.is_needed[-1])


def _cells(of: Programme):
    return [
        (of.camera[of.offsets[row] : of.offsets[row + 1]].tolist(), int(of.zone[row]), int(of.weight[row]))
        for row in range(len(of.zone))
    ]


def test_half_of_four_equal_cells_takes_half_of_four_cameras() -> None:
    cells = [([number], 0, 10) for number in range(4)]
    assert [least_subset(programme(cells, [needed], cameras=4)).count for needed in (0, 10, 11, 20, 40)] == [
        0,
        1,
        2,
        2,
        4,
    ]


def test_one_wide_view_is_worth_two_narrow_ones() -> None:
    """Cameras 0 and 1 see 6 of 10 each and 2 in common; camera 2 sees the 8 that matter at 80 %."""
    cells = [([0], 0, 2), ([0, 2], 0, 2), ([0, 1, 2], 0, 2), ([1, 2], 0, 4)]
    assert np.flatnonzero(least_subset(programme(cells, [8], cameras=3)).is_needed).tolist() == [2]
    assert np.flatnonzero(least_subset(programme(cells, [9], cameras=3)).is_needed).tolist() == [0, 1]


def test_of_as_few_cameras_those_that_spill_least() -> None:
    cells = [([0, 1], 0, 5), ([2, 3], 1, 5)]
    found = least_subset(programme(cells, [5, 5], cameras=4, overspill=[4.0, 3.0, 1.0, 2.0]))
    assert np.flatnonzero(found.is_needed).tolist() == [1, 2]


def test_zones_are_met_one_by_one() -> None:
    """A camera that sees all of one zone makes up for nothing in another."""
    cells = [([0], 0, 100), ([1], 1, 10), ([2], 1, 10)]
    found = least_subset(programme(cells, [50, 11], cameras=3))
    assert found.is_needed.tolist() == [True, True, True]


def test_nothing_to_see_needs_nobody() -> None:
    found = least_subset(programme([], [0], cameras=3))
    assert (found.count, found.bound, found.greedy_count) == (0, 0, 0)


def test_a_limit_leaves_a_bound() -> None:
    """A triangle of triangles: the relaxation is half of what is needed, and with no node looked at a gap may stay."""
    rng = np.random.default_rng(4)
    cells = [(rng.choice(60, 3, replace=False).tolist(), 0, 1) for _ in range(150)]
    of = programme(cells, [150], cameras=60)
    hasty, exact = least_subset(of, limits=Limits(nodes=0)), least_subset(of)
    assert hasty.bound <= exact.bound <= exact.count <= hasty.count
    assert of.is_met(hasty.is_needed)
    assert exact.gap == 0


@given(programmes())
@settings(max_examples=40, deadline=None, derandomize=True)
def test_no_camera_of_a_greedy_choice_can_go(of: Programme) -> None:
    chosen = greedy_subset(of)
    assert of.is_met(chosen)
    for camera in np.flatnonzero(chosen):
        assert not of.is_met(chosen & (np.arange(of.camera_count) != camera))


def test_a_greedy_choice_takes_the_most_first() -> None:
    """The known trap: the widest view first costs three where two would do; among equals less overspill is taken."""
    cells = [([0, 1], 0, 4), ([0, 2], 0, 4), ([1], 0, 3), ([2], 0, 3)]
    trap = programme(cells, [14], cameras=3)
    assert greedy_subset(trap).tolist() == [False, True, True]
    assert greedy_subset(programme(cells, [8], cameras=3)).tolist() == [True, False, False]
    assert greedy_subset(programme([([0, 1], 0, 4)], [4], cameras=2, overspill=[2.0, 1.0])).tolist() == [False, True]
