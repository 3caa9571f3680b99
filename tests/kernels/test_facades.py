"""Walls in view and their visible band: closed forms, and sightlines in space."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from overseen.kernels.facades import facades
from overseen.kernels.stars import Lenses
from tests.scenes import rectangles, seen


def parts_of(footprints, tops_m, *, height_m=4.0, radius_m=80.0):
    """Return the parts in view from the origin: rows (x, y, x, y, low, low, top)."""
    _, obstacles = seen(footprints)
    lens = Lenses(
        np.zeros((1, 2)), np.array([radius_m]), np.array([height_m]), np.array([1.6]), np.zeros(1, dtype=np.int64)
    )
    found = facades(obstacles.chains, obstacles.tops_m(np.asarray(tops_m, dtype=float)), lens)
    start, end = obstacles.chains.vertex[found.wall], obstacles.chains.vertex[found.wall + 1]
    ends = [start + found.along[:, [side]] * (end - start) for side in range(2)]
    return np.hstack([*ends, found.low_m, found.top_m[:, None]])


def test_one_wall_is_seen_from_foot_to_top() -> None:
    found = parts_of([shapely.box(10, -5, 20, 5)], [9.0])
    assert np.hypot(*(found[:, 2:4] - found[:, :2]).T).sum() == pytest.approx(10.0)
    assert (found[:, 4:6] == 0.0).all()
    assert (found[:, 6] == 9.0).all()


def test_behind_a_low_shed_a_wall_is_seen_from_where_the_sightline_over_its_far_edge_meets_it() -> None:
    shed, house = shapely.box(10, -50, 14, 50), shapely.box(20, -5, 30, 5)
    found = parts_of([shed, house], [3.0, 9.0])
    behind = found[found[:, 6] == 9.0]
    assert behind[:, 4:6] == pytest.approx(4.0 - (4.0 - 3.0) * 20.0 / 14.0)


def test_above_a_higher_house_only_what_rises_over_its_near_edge_is_seen() -> None:
    front, tower = shapely.box(10, -50, 14, 50), shapely.box(40, -5, 50, 5)
    found = parts_of([front, tower], [6.0, 30.0])
    behind = found[found[:, 6] == 30.0]
    assert behind[:, 4:6] == pytest.approx(4.0 + 2.0 * 40.0 / 10.0)
    assert (parts_of([front, tower], [6.0, 11.9])[:, 6] == 6.0).all()


@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_sightlines_in_space(seed: int) -> None:
    footprints = rectangles(seed, 30)
    rng = np.random.default_rng(seed)
    tops = rng.uniform(2.0, 15.0, len(footprints))
    found = parts_of(footprints, tops)
    _, obstacles = seen(footprints)
    chains, share = obstacles.chains, np.linspace(0.0, 0.999999, 4001)
    wrong, asked = 0, 0
    for chain in range(len(chains.building)):
        for wall in range(chains.first[chain], chains.first[chain + 1] - 1):
            fraction, level = rng.random(), rng.uniform(0.0, tops[chains.building[chain]])
            point = chains.vertex[wall] + fraction * (chains.vertex[wall + 1] - chains.vertex[wall])
            if np.hypot(*point) > 79.0:
                continue
            run, to = found[:, 2:4] - found[:, :2], point - found[:, :2]
            on_part = np.abs(run[:, 0] * to[:, 1] - run[:, 1] * to[:, 0]) < 1e-6
            length2 = ((found[:, 2:4] - found[:, :2]) ** 2).sum(axis=1)
            along = ((point - found[:, :2]) * (found[:, 2:4] - found[:, :2])).sum(axis=1) / np.maximum(length2, 1e-12)
            low = found[:, 4] + along * (found[:, 5] - found[:, 4])
            holds = (
                on_part
                & (along >= 0.0)
                & (along <= 1.0)
                & (level >= low)
                & (found[:, 6] == tops[chains.building[chain]])
            )
            line = share[:, None] * point
            height = 4.0 + (level - 4.0) * share
            is_hit = np.zeros(len(share), dtype=bool)
            for shape, top in zip(footprints, tops, strict=True):
                is_hit |= shapely.contains_xy(shape, *line.T) & (height < top)
            depth = np.hypot(*(line[is_hit] - point).T).max() if is_hit.any() else 0.0
            # A sightline that only grazes a corner, within a step, may fall either way.
            if depth > 0.0 and is_hit.sum() < 4:
                continue
            asked += 1
            wrong += bool(holds.any()) == bool(is_hit.any())
    assert asked > 50
    assert wrong == 0
