"""Levels at points over the draws, against the count of points that they add up to, and by hand."""

from __future__ import annotations

import numpy as np

from overseen.kernels.draws import Pairs, Sectors, drawn_point_counts
from overseen.kernels.point_draws import drawn_point_levels


def scene(seed, *, points=60, lenses=12, draws=7, levels=4):
    """Return points, pairs of every point and lens, sectors and centres, drawn at random."""
    rng = np.random.default_rng(seed)
    point, centre = rng.uniform(0, 100, (points, 2)), rng.uniform(0, 100, (lenses, 2))
    axis, width = rng.uniform(0, 2 * np.pi, (lenses, draws)), rng.uniform(0.3, 2 * np.pi + 0.5, (lenses, draws))
    right, left = axis - width / 2, axis + width / 2
    reach = -np.sort(-rng.uniform(1, 60, (lenses, draws, levels)), axis=2)
    zero = np.zeros((lenses, draws))
    sectors = Sectors(
        np.stack([np.cos(right), np.sin(right)], axis=-1), np.stack([np.cos(left), np.sin(left)], axis=-1), width, reach,
        zero, np.stack([zero - np.inf, zero + np.inf], axis=-1),
    )  # fmt: skip
    lens = np.tile(np.arange(lenses), points)
    pairs = Pairs(
        np.arange(points + 1) * lenses, lens, np.arange(points * lenses + 1), np.zeros((lenses, draws), dtype=np.int64)
    )
    is_clear = rng.random(points * lenses) < 0.8
    return point, pairs, is_clear, sectors, centre


def test_levels_of_points_add_up_to_their_counts() -> None:
    for seed in range(5):
        point, pairs, is_clear, sectors, centre = scene(seed)
        best, _ = drawn_point_levels(point, np.arange(60), pairs, is_clear, sectors, centre, np.arange(12))
        counts = drawn_point_counts(point, pairs, is_clear, sectors, centre)
        assert (np.stack([(best > level).sum(axis=0) for level in range(4)], axis=1) == counts).all()


def test_an_owner_has_the_best_of_its_points_and_a_camera_counts_once() -> None:
    point, pairs, is_clear, sectors, centre = scene(9)
    owner = np.repeat(np.arange(20), 3)
    alone, each = drawn_point_levels(point, np.arange(60), pairs, is_clear, sectors, centre, np.arange(12))
    best, seen_by = drawn_point_levels(point, owner, pairs, is_clear, sectors, centre, np.arange(12))
    assert (best == alone.reshape(20, 3, -1).max(axis=1)).all()
    assert (seen_by <= each.reshape(20, 3, -1).sum(axis=1)).all()
    assert (seen_by >= each.reshape(20, 3, -1).max(axis=1)).all()
    one_camera = drawn_point_levels(point, owner, pairs, is_clear, sectors, centre, np.zeros(12, dtype=np.int64))[1]
    assert (one_camera == (best > 0)).all()


def test_nobody_sees_nothing() -> None:
    point, pairs, is_clear, sectors, _ = scene(1, lenses=0)
    best, seen_by = drawn_point_levels(
        point, np.arange(60), pairs, is_clear, sectors, np.empty((0, 2)), np.empty(0, dtype=np.int64)
    )
    assert best.shape == (60, 7)
    assert not best.any()
    assert not seen_by.any()
