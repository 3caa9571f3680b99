"""Neighbouring steps of bearing that need about the same share a mask."""

from __future__ import annotations

import numpy as np

from overseen.kernels.mask_steps import mask_of_steps


def masks(rows: list[tuple[int, int, float, float]]) -> list[int]:
    """Return the mask of each step; rows are camera, step, depression from and to."""
    camera, step, low, high = (np.array(column) for column in zip(*rows, strict=True))
    return mask_of_steps(camera, step, low.astype(float), high.astype(float), 5.0).tolist()


def test_steps_that_follow_each_other_share_a_mask() -> None:
    assert masks([(0, 3, 10, 20), (0, 4, 11, 22), (0, 5, 9, 20)]) == [0, 0, 0]


def test_a_gap_another_camera_and_another_need_begin_a_new_one() -> None:
    assert masks([(0, 3, 10, 20), (0, 5, 10, 20)]) == [0, 1]
    assert masks([(0, 3, 10, 20), (1, 4, 10, 20)]) == [0, 1]
    assert masks([(0, 3, 10, 20), (0, 4, 10, 26)]) == [0, 1]


def test_steps_that_creep_do_not_widen_the_narrowest_of_them_for_ever() -> None:
    # Each differs by 3 degrees from the one before it: after two, the first would be blackened 6 beyond its need.
    assert masks([(0, number, 0, 10 + 3 * number) for number in range(4)]) == [0, 0, 1, 1]
