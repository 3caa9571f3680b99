"""Buildings lower than the lens, lenses lower than the target, roofs: boolean geometry, sightlines in space, and laws."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from overseen.kernels.sightings import point_sightings
from tests import oracle
from tests.kernels.test_views import ORIGIN, TURN, area, polygon
from tests.scenes import grid_scenes, rectangles, seen

TOPS = [1.0, 1.6, 2.0, 2.5, 3.0, 3.5, 4.5, 10.0]


def with_tops(footprints, seed):
    """Return heights drawn for footprints."""
    return np.random.default_rng(seed).choice(TOPS, len(footprints))


@pytest.mark.parametrize("height_m", [5.0, 3.2, 1.6, 1.2])
@pytest.mark.parametrize("on_grid", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_agrees_with_boolean_geometry(seed: int, on_grid: bool, height_m: float) -> None:
    footprints = rectangles(seed, 60, on_grid=on_grid)
    rng = np.random.default_rng(seed)
    heights = {"tops_m": with_tops(footprints, seed), "height_m": height_m}
    for start, width, reach in (
        (0.0, TURN, 80.0),
        (rng.uniform(0, TURN), rng.uniform(0.1, TURN), rng.uniform(10, 80)),
    ):
        expected = oracle.isovist(ORIGIN, footprints, oracle.sector(ORIGIN, start, width, reach), **heights)
        found = area(footprints, start=start, width=width, reach_m=reach, **heights)
        assert found == pytest.approx(expected.area, rel=2e-6, abs=1e-3)
        outline = polygon(footprints, start=start, width=width, reach_m=reach, tolerance_m=1e-5, **heights)
        assert outline.is_valid
        assert outline.symmetric_difference(expected).area < 1e-2


@given(grid_scenes(), st.lists(st.sampled_from(TOPS), min_size=7, max_size=7), st.sampled_from([5.0, 3.0, 1.2]))
@settings(max_examples=150, deadline=None)
def test_collinear_and_touching_walls(footprints, tops, height_m) -> None:
    centre = np.array([0.5, 0.5])
    heights = {"tops_m": tops[: len(footprints)], "height_m": height_m}
    expected = oracle.isovist(centre, footprints, oracle.disc(centre, 12.0), **heights).area
    assert area(footprints, centre=centre, radius_m=12.0, **heights) == pytest.approx(expected, rel=1e-5, abs=1e-4)
    outline = polygon(footprints, centre=centre, radius_m=12.0, tolerance_m=1e-5, **heights)
    assert outline.is_valid
    assert outline.area == pytest.approx(expected, rel=1e-4, abs=1e-3)


def is_sightline_clear(point, footprints, tops, height_m, target_m):
    """Return whether the line in space from the lens over the origin to a point passes through no building, by steps."""
    share = np.linspace(0.0, 1.0, 4001)
    level = height_m + (target_m - height_m) * share
    return not any(
        (shapely.contains_xy(shape, *(share[:, None] * point).T) & (level < top - 1e-9)).any()
        for shape, top in zip(footprints, tops, strict=True)
    )


@pytest.mark.parametrize("height_m", [6.0, 3.0, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_sightlines_in_space(seed: int, height_m: float) -> None:
    footprints = rectangles(seed, 40)
    tops = with_tops(footprints, seed)
    views, _ = seen(footprints, tops_m=tops, height_m=height_m)
    points = np.random.default_rng(seed).uniform(-55, 55, (500, 2))
    rows = np.arange(len(points))
    found = point_sightings(views.stars, views.shadows, points, rows, np.zeros(len(points), dtype=np.int64))
    outline = polygon(footprints, tops_m=tops, height_m=height_m)
    # Steps of 2 cm cannot tell what lies nearer than that to an edge.
    is_sure = shapely.distance(shapely.points(points), outline.boundary) > 0.05
    expected = [is_sightline_clear(point, footprints, tops, height_m, 1.6) for point in points[is_sure]]
    assert is_sure.sum() > 400
    assert found[is_sure].tolist() == expected


def test_the_shadow_of_a_low_box_ends_where_it_must() -> None:
    box = shapely.box(10.0, -5.0, 14.0, 5.0)
    # A lens at 5 m, a roof at 3 m, a face at 1.6 m: k = 3.4 / 2.
    outline = polygon([box], tops_m=[3.0], height_m=5.0)
    assert len(outline.interiors) == 1
    assert shapely.Polygon(outline.interiors[0]).bounds == pytest.approx((10.0, -8.5, 23.8, 8.5))


def test_on_its_own_roof_a_lens_sees_what_lies_beyond() -> None:
    roof = shapely.box(-10.0, -10.0, 10.0, 10.0)
    k = (12.0 - 1.6) / (12.0 - 9.0)
    outline = polygon([roof], tops_m=[9.0], height_m=12.0, roofs=1)
    hole, expected = shapely.Polygon(outline.interiors[0]), shapely.box(-10 * k, -10 * k, 10 * k, 10 * k)
    assert hole.symmetric_difference(expected).area < 1e-6
    assert area([roof], tops_m=[9.0], height_m=12.0, roofs=1) == pytest.approx(np.pi * 80.0**2 - (20 * k) ** 2)


@pytest.mark.parametrize("seed", range(4))
class TestLaws:
    """What must hold for any scene."""

    def test_buildings_as_high_as_the_lens_are_the_flat_case(self, seed: int) -> None:
        footprints = rectangles(seed, 50)
        assert area(footprints, tops_m=np.full(len(footprints), 4.0), height_m=4.0) == area(footprints)

    def test_what_is_no_higher_than_the_target_hides_nothing(self, seed: int) -> None:
        footprints = rectangles(seed, 50)
        assert area(footprints, tops_m=np.full(len(footprints), 1.6)) == pytest.approx(np.pi * 80.0**2, rel=1e-12)

    def test_a_higher_building_never_adds_view(self, seed: int) -> None:
        footprints = rectangles(seed, 50)
        tops = with_tops(footprints, seed)
        areas = [area(footprints, tops_m=tops * factor) for factor in (0.5, 0.8, 1.0, 1.3, 3.0)]
        assert all(higher <= lower + 1e-9 for lower, higher in itertools.pairwise(areas))

    def test_a_higher_lens_never_sees_less(self, seed: int) -> None:
        footprints = rectangles(seed, 50)
        tops = with_tops(footprints, seed)
        areas = [area(footprints, tops_m=tops, height_m=height) for height in (1.7, 2.2, 3.0, 4.5, 8.0, 11.0)]
        assert areas == pytest.approx(sorted(areas), abs=1e-9)

    def test_order_and_repetition_change_nothing(self, seed: int) -> None:
        footprints = rectangles(seed, 50)
        tops = with_tops(footprints, seed)
        before = area(footprints, tops_m=tops)
        assert area(footprints[::-1], tops_m=tops[::-1]) == pytest.approx(before, rel=1e-12)
        assert area(footprints * 2, tops_m=np.tile(tops, 2)) == pytest.approx(before, rel=1e-12)

    def test_sectors_add_up(self, seed: int) -> None:
        footprints = rectangles(seed, 50)
        heights = {"tops_m": with_tops(footprints, seed)}
        parts = [
            area(footprints, start=start, width=width, **heights) for start, width in ((5.0, 2.5), (7.5, TURN - 2.5))
        ]
        assert sum(parts) == pytest.approx(area(footprints, **heights), rel=1e-12)
