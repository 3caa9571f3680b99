"""Segments and points against stars, and what drawn sectors leave of them: oracle and laws."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from overseen.kernels.draws import Pairs, Sectors, Segments, drawn_lengths, drawn_point_counts, merged_length
from overseen.kernels.layers import regions
from overseen.kernels.sightings import point_sightings, segment_sightings
from overseen.visibility.isovists import polygons_of
from tests import oracle
from tests.scenes import rectangles, seen

TURN = 2.0 * np.pi
RADIUS_M = 80.0


def view_of(footprints, centre, **heights):
    """Return the view of one lens and its outline as a geometry of fine chords."""
    views, obstacles = seen(footprints, centre, radius_m=RADIUS_M, **heights)
    sector = np.array([[0.0, TURN, RADIUS_M]])
    found = regions(views.stars, views.shadows, obstacles.chains.vertex, np.zeros(1, dtype=np.int64), sector, 1e-5)
    return views, polygons_of(found)[0]


def tops_of(footprints, seed):
    """Return heights on both sides of the lens and of the target."""
    return np.random.default_rng(seed).choice([1.0, 2.0, 3.0, 3.9, 4.0, 9.0], len(footprints))


def clear_lengths(views, start, end):
    """Return metres of each segment in clear view of lens 0."""
    count = len(start)
    rows = np.arange(count)
    found = segment_sightings(views.stars, views.shadows, start, end, rows, np.zeros(count, dtype=np.int64))
    share = np.add.reduceat(np.append(np.diff(found.interval, axis=1).ravel(), 0.0), found.offsets[:-1])
    return np.where(np.diff(found.offsets) > 0, share, 0.0) * np.hypot(*(end - start).T)


@pytest.mark.parametrize("has_heights", [False, True])
@pytest.mark.parametrize("on_grid", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_segments_agree_with_boolean_geometry(seed: int, on_grid: bool, has_heights: bool) -> None:
    footprints = rectangles(seed, 60, on_grid=on_grid)
    views, outline = view_of(footprints, (0.0, 0.0), tops_m=tops_of(footprints, seed) if has_heights else None)
    rng = np.random.default_rng(seed)
    start = rng.uniform(-100, 100, (300, 2))
    end = start + rng.uniform(-60, 60, (300, 2))
    if on_grid:
        start, end = np.round(start), np.round(end)
    # Towards the lens, away from it, through it, from it, and of no length.
    start[:5] = [[5, 0], [0, 3], [-30, -30], [0, 0], [4, 4]]
    end[:5] = [[50, 0], [0, 70], [20, 20], [25, 3], [4, 4]]
    lines = shapely.linestrings(np.stack([start, end], axis=1))
    # A segment that runs along the very edge of the view counts on either side.
    least, most = (shapely.length(shapely.intersection(lines, outline.buffer(by))) for by in (-1e-6, 1e-6))
    found = clear_lengths(views, start, end)
    assert (found >= least - 2e-3).all()
    assert (found <= most + 2e-3).all()


def test_splitting_a_segment_changes_nothing() -> None:
    footprints = rectangles(5, 60)
    star_set, _ = view_of(footprints, (0.0, 0.0), tops_m=tops_of(footprints, 5))
    rng = np.random.default_rng(5)
    start, end = rng.uniform(-90, 90, (2, 200, 2))
    middle = start + 0.3 * (end - start)
    halves = clear_lengths(star_set, start, middle) + clear_lengths(star_set, middle, end)
    assert halves == pytest.approx(clear_lengths(star_set, start, end), abs=1e-9)
    assert clear_lengths(star_set, end, start) == pytest.approx(clear_lengths(star_set, start, end), abs=1e-9)


def test_points_agree_with_boolean_geometry() -> None:
    for seed in range(12):
        footprints = rectangles(seed, 60)
        views, outline = view_of(footprints, (0.0, 0.0), tops_m=tops_of(footprints, seed) if seed % 2 else None)
        points = np.random.default_rng(seed).uniform(-90, 90, (3000, 2))
        rows = np.arange(len(points))
        found = point_sightings(views.stars, views.shadows, points, rows, np.zeros(len(points), dtype=np.int64))
        near_edge = shapely.distance(shapely.points(points), outline.boundary) < 1e-4
        assert (found == shapely.contains_xy(outline, points))[~near_edge].all()


def test_merged_length_counts_overlaps_once() -> None:
    interval = np.array([[0.5, 0.8], [0.1, 0.3], [0.2, 0.4], [0.6, 0.7], [0.9, 0.9]])
    assert merged_length(interval, 5) == pytest.approx(0.6)
    assert merged_length(interval, 0) == 0.0


def drawn_scene(seed: int):
    """Return three lenses among buildings, six streets of two segments, and two draws of sectors at two levels.

    With every other seed some of the fields are sections of tilted frustums.
    """
    rng = np.random.default_rng(seed)
    footprints = rectangles(seed, 60, clear_m=12.0)
    centre = np.array([[0.0, 0.0], [5.0, 5.0], [-6.0, 3.0]])
    views, _ = seen(footprints, centre, radius_m=RADIUS_M)
    points = rng.uniform(-70, 70, (6, 3, 2))
    start, end = points[:, :2].reshape(-1, 2), points[:, 1:].reshape(-1, 2)
    segments = Segments(start.copy(), end.copy(), np.arange(0, 13, 2))
    width = rng.uniform(0.3, TURN, (3, 2))
    width[0, 0] = TURN
    begin = rng.uniform(0, TURN, (3, 2))
    reach = np.sort(rng.uniform(10, RADIUS_M, (3, 2, 2)), axis=2)[..., ::-1].copy()
    sides = [np.stack([np.cos(angle), np.sin(angle)], axis=-1) for angle in (begin, begin + width)]
    pairs = Pairs(np.arange(0, 37, 3), np.tile(np.arange(3), 12), np.arange(37), np.zeros((3, 2), dtype=np.int64))
    sightings = segment_sightings(views.stars, views.shadows, start, end, np.repeat(np.arange(12), 3), pairs.lens)
    side_m, band_m = np.zeros((3, 2)), np.stack([np.full((3, 2), -np.inf), np.full((3, 2), np.inf)], axis=-1)
    if seed % 2:
        is_narrow = width < np.pi
        side_m[is_narrow] = rng.uniform(0, 6, np.count_nonzero(is_narrow))
        band_m[is_narrow, 0] = rng.uniform(-4, 20, np.count_nonzero(is_narrow))
        band_m[2, 1, 1] = 50.0
    return footprints, centre, segments, pairs, sightings, Sectors(*sides, width, reach, side_m, band_m), begin


def field_of(sectors: Sectors, centre, begin, lens: int, draw: int, level: int):
    """Return the field of a lens in a draw as a polygon, by boolean geometry."""
    at, reach = centre[lens], sectors.reach_m[lens, draw, level]
    width, side = sectors.width[lens, draw], sectors.side_m[lens, draw]
    near, far = sectors.band_m[lens, draw]
    if side == 0.0 and near == -np.inf:
        return oracle.sector(at, begin[lens, draw], width, reach)
    (rx, ry), (lx, ly) = sectors.right[lens, draw], sectors.left[lens, draw]
    axis = begin[lens, draw] + width / 2
    ax, ay = np.cos(axis), np.sin(axis)
    planes = np.array([[-ry, rx, side], [ly, -lx, side], [ax, ay, -near], [-ax, -ay, min(far, 1e3)]])
    return oracle.clipped(oracle.disc(at, reach), at, planes)


@pytest.mark.parametrize("seed", range(4))
def test_drawn_lengths_agree_with_boolean_geometry(seed: int) -> None:
    footprints, centre, segments, pairs, sightings, sectors, begin = drawn_scene(seed)
    found, cameras = drawn_lengths(segments, pairs, sightings, sectors, centre, np.array([0, 0, 1]))
    lines = shapely.linestrings(np.stack([segments.start, segments.end], axis=1))
    for draw in range(2):
        for level in range(2):
            views = [
                oracle.isovist(
                    centre[lens],
                    footprints,
                    field_of(sectors, centre, begin, lens, draw, level),
                )
                for lens in range(3)
            ]
            # By segment: a street that turns back on itself is as long as its parts.
            expected = shapely.length(shapely.intersection(lines, shapely.union_all(views))).reshape(6, 2).sum(axis=1)
            assert found[:, draw, level] == pytest.approx(expected, abs=2e-3)
            if level == 0:
                first = shapely.union_all(views[:2])
                sees = [shapely.length(shapely.intersection(lines, view)).reshape(6, 2).sum(axis=1) for view in
                        (first, views[2])]  # fmt: skip
                assert cameras[:, draw].tolist() == (np.array(sees) > 1e-6).sum(axis=0).tolist()


def test_a_repeated_lens_changes_no_length() -> None:
    _, centre, segments, pairs, sightings, sectors, _ = drawn_scene(1)
    once, cameras = drawn_lengths(segments, pairs, sightings, sectors, centre, np.arange(3))
    twice = [np.concatenate([part, part]) for part in sectors]
    both = np.concatenate([np.arange(3), np.arange(3, 6)])
    doubled_pairs = Pairs(np.arange(0, 73, 6), np.tile(both, 12), np.arange(73), np.zeros((6, 2), dtype=np.int64))
    rows = [np.tile(np.arange(pairs.offsets[i], pairs.offsets[i + 1]), 2) for i in range(12)]
    counts = np.diff(sightings.offsets)
    parts = [sightings.interval[sightings.offsets[row] : sightings.offsets[row + 1]] for row in np.concatenate(rows)]
    doubled = type(sightings)(
        np.concatenate([[0], np.cumsum(counts[np.concatenate(rows)])]).astype(np.int64), np.concatenate(parts)
    )
    again, more = drawn_lengths(
        segments, doubled_pairs, doubled, Sectors(*twice), np.concatenate([centre, centre]), np.arange(6)
    )
    assert again == pytest.approx(once, abs=1e-9)
    assert (more == 2 * cameras).all()


@pytest.mark.parametrize("seed", [2, 3])
def test_point_counts_agree_with_boolean_geometry(seed: int) -> None:
    footprints, centre, _, _, _, sectors, begin = drawn_scene(seed)
    views, _ = seen(footprints, centre, radius_m=RADIUS_M)
    points = np.random.default_rng(2).uniform(-70, 70, (2000, 2))
    row, lens = np.repeat(np.arange(2000), 3), np.tile(np.arange(3), 2000)
    is_clear = point_sightings(views.stars, views.shadows, points, row, lens)
    pairs = Pairs(np.arange(0, 6001, 3), lens, np.arange(6001), np.zeros((3, 2), dtype=np.int64))
    found = drawn_point_counts(points, pairs, is_clear, sectors, centre)
    for draw in range(2):
        for level in range(2):
            views = [
                oracle.isovist(
                    centre[i],
                    footprints,
                    field_of(sectors, centre, begin, i, draw, level),
                )
                for i in range(3)
            ]
            expected = shapely.contains_xy(shapely.union_all(views), points).sum()
            # A point within a chord's breadth of an edge may fall either way.
            assert abs(int(found[draw, level]) - int(expected)) <= 1


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_nothing_is_lost_due_east_of_a_lens_with_nothing_around_it(side: float) -> None:
    """The view is then one span all round, which begins and ends due east."""
    views, _ = seen([], (0.0, 0.0), radius_m=RADIUS_M)
    start = np.array([[40.0, -18.0 * side], [-40.0, -18.0 * side], [3.0, -70.0 * side]])
    end = np.array([[40.0, 42.0 * side], [-40.0, 42.0 * side], [60.0, 40.0 * side]])
    assert clear_lengths(views, start, end) == pytest.approx(np.hypot(*(end - start).T))
