"""What is told of areas while the power fails: nothing about few cameras, whatever is reckoned from the total."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overseen.assessment.delivery import FEWEST_CAMERAS, FEWEST_WITHHELD, withheld


def areas_of(counts) -> list[np.ndarray]:
    """Return the cameras of areas beside one another."""
    first = np.concatenate([[0], np.cumsum(counts)]).astype(int)
    return [np.arange(a, b) for a, b in pairwise(first)]


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([12, 30, 15], []),
        # One area of few alone would be the total less the others: the smallest other follows.
        ([12, 3, 15], [0, 1]),
        ([15, 3, 12, 12], [1, 2]),
        # Two of few with six cameras together are still about few.
        ([12, 3, 3, 15], [0, 1, 2]),
        ([20, 5, 6, 30], [1, 2]),
        # An area without cameras hides nothing.
        ([12, 3, 0, 15], [0, 1, 2]),
        ([12, 0, 15], [1]),
        ([4, 30], [0, 1]),
        ([4], [0]),
        ([], []),
    ],
)
def test_which_areas_are_withheld(counts, hidden) -> None:
    assert np.flatnonzero(withheld(areas_of(counts))).tolist() == hidden


@given(st.lists(st.integers(0, 40), max_size=12))
def test_what_the_total_leaves_is_never_about_few(counts) -> None:
    found = withheld(areas_of(counts))
    number = np.array(counts, dtype=int)
    assert (found | (number >= FEWEST_CAMERAS)).all()
    rest = number[found & (number > 0)]
    assert len(rest) == 0 or found.all() or (len(rest) >= FEWEST_WITHHELD and rest.sum() >= FEWEST_CAMERAS)


def test_cameras_in_two_areas_count_once() -> None:
    shared = np.arange(6)
    assert withheld([shared, shared, np.arange(20)]).tolist() == [True, True, True]
