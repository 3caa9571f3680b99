"""Who sees which points: against the count of points, against each other, and by hand."""

from __future__ import annotations

import itertools

import numpy as np

from overseen.kernels.counted_points import Eyes
from overseen.kernels.draws import drawn_point_counts
from overseen.kernels.sightings import point_sightings
from overseen.kernels.viewers import MOST_COUNTED, Lookers, Masks, merged_tally, point_viewers, viewer_tally
from tests.kernels.test_point_draws import scene
from tests.scenes import rectangles, seen

POINTS, LENSES, DRAWS = 60, 12, 7
RADIUS_M = 60.0
NO_MASKS = Masks(np.empty((0, 0)), np.empty((0, 0)), np.empty(0), np.empty(0))


def square(seed, *, level=1, camera=None):
    """Return points among buildings, the lenses that look at them, and their views; each lens a camera of its own by default."""
    point, pairs, _, sectors, centre = scene(seed, points=POINTS, lenses=LENSES, draws=DRAWS)
    shapes = rectangles(seed, 25)
    tops_m = np.random.default_rng(seed).choice([1.0, 3.0, 9.0], len(shapes))
    views, _ = seen(shapes, centre, radius_m=RADIUS_M, tops_m=tops_m)
    row, lens = np.repeat(np.arange(POINTS), LENSES), np.tile(np.arange(LENSES), POINTS)
    is_clear = point_sightings(views.stars, views.shadows, point, row, lens)
    assert 0.1 < is_clear.mean() < 0.9
    eyes = Eyes(centre, np.full(LENSES, RADIUS_M), np.arange(LENSES + 1), np.zeros((LENSES, DRAWS), dtype=np.int64))
    own = np.arange(LENSES) if camera is None else camera
    lookers = Lookers(eyes, sectors, np.ascontiguousarray(sectors.reach_m[:, :, level]), own)
    return point, lookers, views, (pairs, is_clear, sectors, centre)


def tallied(point, lookers, views, *, masks=NO_MASKS, group=None, weight=None):
    group = np.zeros(len(point), dtype=np.int64) if group is None else group
    weight = np.ones(len(point)) if weight is None else weight
    rest = lookers, masks, views.stars, views.shadows
    found = viewer_tally(point, group, weight, weight, int(group.max()) + 1, *rest)
    assert (merged_tally(point, group, weight, int(group.max()) + 1, *rest) == found.merged).all()
    return found


def seers_of(point, lookers, views, *, masks=NO_MASKS):
    """Return the set of cameras of each point, draw by draw."""
    offsets, camera = point_viewers(point, lookers, masks, views.stars, views.shadows)
    lists = [camera[low:high].tolist() for low, high in itertools.pairwise(offsets)]
    # A camera with two heads stands once.
    assert all(len(one) == len(set(one)) for one in lists)
    return [[set(one) for one in lists[draw::DRAWS]] for draw in range(DRAWS)]


def test_merged_points_are_those_counted_at_the_level() -> None:
    for seed in range(4):
        for level in range(4):
            point, lookers, views, rest = square(seed, level=level)
            counts = drawn_point_counts(point, *rest)
            assert (tallied(point, lookers, views).merged[0] == counts[:, level]).all()


def test_every_sum_is_that_of_the_sets_of_cameras() -> None:
    point, lookers, views, _ = square(7, level=0, camera=np.arange(LENSES) // 2)
    rng = np.random.default_rng(1)
    group, weight = np.sort(rng.integers(0, 5, POINTS)), rng.uniform(1, 3, POINTS)
    found = tallied(point, lookers, views, group=group, weight=weight)
    for draw, sets in enumerate(seers_of(point, lookers, views)):
        in_view = np.array([len(one) > 0 for one in sets])
        assert np.allclose(found.merged[:, draw], np.bincount(group[in_view], weight[in_view], minlength=5))
        for one in range(LENSES // 2):
            has = np.array([one in cameras for cameras in sets])
            assert np.isclose(found.own[one, draw], weight[has].sum())
            assert np.isclose(found.alone[one, draw], sum(w for w, s in zip(weight, sets, strict=True) if s == {one}))
        for many in range(1, MOST_COUNTED):
            assert np.isclose(found.overlap[draw, many - 1], sum(w for w, s in zip(weight, sets, strict=True) if len(s) == many))  # fmt: skip


def test_a_lens_twice_doubles_the_overlap_and_leaves_nothing_alone() -> None:
    point, lookers, views, _ = square(3)
    once = tallied(point, lookers, views)
    eyes, twice = lookers.eyes, np.repeat(np.arange(LENSES), 2)
    first, of_draw = np.arange(2 * LENSES + 1), np.zeros((2 * LENSES, DRAWS), dtype=np.int64)
    centre = np.ascontiguousarray(eyes.centre[twice])
    shapes = rectangles(3, 25)
    tops_m = np.random.default_rng(3).choice([1.0, 3.0, 9.0], len(shapes))
    of_both, _ = seen(shapes, centre, radius_m=RADIUS_M, tops_m=tops_m)
    both = Lookers(
        Eyes(centre, np.full(2 * LENSES, RADIUS_M), first, of_draw),
        type(lookers.sectors)(*(part[twice] for part in lookers.sectors)),
        lookers.reach_m[twice], np.arange(2 * LENSES),
    )  # fmt: skip
    found = tallied(point, both, of_both)
    assert (found.merged == once.merged).all()
    assert (found.alone == 0.0).all()
    assert (found.own[::2] == once.own).all()
    assert (found.overlap[:, 1] == once.overlap[:, 0]).all()


def test_a_mask_hides_what_lies_between_its_bearings_and_depressions() -> None:
    point, lookers, views, _ = square(5, level=0)
    rng = np.random.default_rng(5)
    masks = Masks(
        np.full((LENSES, 8), 3.0), rng.choice([2.0, 9.0], (LENSES, 8)), np.full(LENSES, 2.4), rng.uniform(-9, 9, LENSES)
    )
    shown, masked = seers_of(point, lookers, views), seers_of(point, lookers, views, masks=masks)
    hidden = np.zeros((POINTS, LENSES), dtype=bool)
    for lens in range(LENSES):
        x, y = (point - lookers.eyes.centre[lens]).T
        step = np.floor(np.mod(np.degrees(np.arctan2(x, y)) - masks.north_deg[lens], 360.0) / 45.0).astype(int)
        down = np.degrees(np.arctan2(2.4, np.hypot(x, y)))
        hidden[:, lens] = (down >= 3.0) & (down <= masks.most_deg[lens, step])
    assert hidden.any()
    for sets, left in zip(shown, masked, strict=True):
        assert [{lens for lens in one if not hidden[row, lens]} for row, one in enumerate(sets)] == left
    assert shown != masked


def test_without_reach_nobody_sees() -> None:
    point, lookers, views, _ = square(2)
    blind = lookers._replace(reach_m=np.zeros((LENSES, DRAWS)))
    assert not tallied(point, blind, views).merged.any()
    assert not any(one for sets in seers_of(point, blind, views) for one in sets)
