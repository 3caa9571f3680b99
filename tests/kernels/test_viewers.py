"""Who sees which points: against the count of points, against each other, and by hand."""

from __future__ import annotations

import numpy as np

from overseen.kernels.draws import drawn_point_counts
from overseen.kernels.viewers import MOST_COUNTED, Lookers, point_viewers, viewer_tally
from tests.kernels.test_point_draws import scene


def lookers_of(sectors, centre, *, level=1, camera=None):
    """Return lenses at one level, each a camera of its own by default."""
    own = np.arange(len(centre)) if camera is None else camera
    return Lookers(sectors, np.ascontiguousarray(sectors.reach_m[:, :, level]), centre, own)


def tallied(point, pairs, is_clear, lookers, *, group=None, weight=None):
    group = np.zeros(len(point), dtype=np.int64) if group is None else group
    weight = np.ones(len(point)) if weight is None else weight
    return viewer_tally(point, group, weight, weight, pairs, is_clear, lookers, int(group.max()) + 1)


def test_merged_points_are_those_counted_at_the_level() -> None:
    for seed in range(4):
        point, pairs, is_clear, sectors, centre = scene(seed)
        counts = drawn_point_counts(point, pairs, is_clear, sectors, centre)
        for level in range(4):
            found = tallied(point, pairs, is_clear, lookers_of(sectors, centre, level=level))
            assert (found.merged[0] == counts[:, level]).all()


def test_every_sum_is_that_of_the_pairs() -> None:
    point, pairs, is_clear, sectors, centre = scene(7)
    camera = np.arange(12) // 2
    lookers = lookers_of(sectors, centre, level=0, camera=camera)
    rng = np.random.default_rng(1)
    group, weight = np.sort(rng.integers(0, 5, 60)), rng.uniform(1, 3, 60)
    found = tallied(point, pairs, is_clear, lookers, group=group, weight=weight)
    offsets, seen_by = point_viewers(point, pairs, is_clear, lookers)
    for draw in range(7):
        sets = [set(seen_by[offsets[draw * 60 + row] : offsets[draw * 60 + row + 1]].tolist()) for row in range(60)]
        # A camera with two heads stands once.
        assert sum(map(len, sets)) == offsets[(draw + 1) * 60] - offsets[draw * 60]
        in_view = np.array([len(one) > 0 for one in sets])
        assert np.allclose(found.merged[:, draw], np.bincount(group[in_view], weight[in_view], minlength=5))
        for one in range(6):
            has = np.array([one in cameras for cameras in sets])
            assert np.isclose(found.own[one, draw], weight[has].sum())
            assert np.isclose(found.alone[one, draw], sum(w for w, s in zip(weight, sets, strict=True) if s == {one}))
        for many in range(1, MOST_COUNTED):
            assert np.isclose(found.overlap[draw, many - 1], sum(w for w, s in zip(weight, sets, strict=True) if len(s) == many))  # fmt: skip


def test_a_lens_twice_doubles_the_overlap_and_leaves_nothing_alone() -> None:
    point, pairs, is_clear, sectors, centre = scene(3, lenses=1)
    once = tallied(point, pairs, is_clear, lookers_of(sectors, centre))
    both = pairs._replace(
        offsets=pairs.offsets * 2, lens=np.tile([0, 1], 60), first=np.repeat(np.arange(60), 2),
        of_draw=np.zeros((2, 7), dtype=np.int64),
    )  # fmt: skip
    twin = type(sectors)(*(np.repeat(part, 2, axis=0) for part in sectors))
    twice = tallied(point, both, is_clear, lookers_of(twin, np.repeat(centre, 2, axis=0)))
    assert (twice.merged == once.merged).all()
    assert (twice.alone == 0.0).all()
    assert (once.alone == once.own).all()
    assert (twice.overlap[:, 1] == once.overlap[:, 0]).all()


def test_without_reach_nobody_sees() -> None:
    point, pairs, is_clear, sectors, centre = scene(2)
    blind = lookers_of(sectors, centre)._replace(reach_m=np.zeros((12, 7)))
    assert not tallied(point, pairs, is_clear, blind).merged.any()
    assert point_viewers(point, pairs, is_clear, blind)[0][-1] == 0
