"""Isovists around a lens: closed forms, the shapely oracle, the laws."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from overseen.kernels.layers import regions
from overseen.kernels.outlines import outlines
from overseen.kernels.sectors import sector_areas
from overseen.kernels.stars import OPEN, Lenses
from overseen.visibility.isovists import polygons_of
from tests import oracle
from tests.scenes import grid_scenes, rectangles, seen

TURN = 2.0 * np.pi
ORIGIN = np.zeros(2)
FIRST = np.zeros(1, dtype=np.int64)


def area(footprints, *, centre=ORIGIN, radius_m=80.0, start=0.0, width=TURN, reach_m=None, **heights):
    """Return the exact area in view of one lens."""
    views, _ = seen(footprints, centre, radius_m=radius_m, **heights)
    reach = radius_m if reach_m is None else reach_m
    return float(sector_areas(views.stars, views.shadows, FIRST, *(np.array([n]) for n in (start, width, reach)))[0])


def polygon(
    footprints, *, centre=ORIGIN, radius_m=80.0, start=0.0, width=TURN, reach_m=None, tolerance_m=0.001, **heights
):
    """Return the outline in view of one lens as a geometry."""
    views, obstacles = seen(footprints, centre, radius_m=radius_m, **heights)
    sector = np.array([[start, width, radius_m if reach_m is None else reach_m]])
    found = regions(views.stars, views.shadows, obstacles.chains.vertex, FIRST, sector, tolerance_m)
    return polygons_of(found)[0]


def test_empty_plane_is_a_disc() -> None:
    assert area([]) == pytest.approx(np.pi * 80.0**2, rel=1e-14)
    assert area([], width=1.0, reach_m=10.0) == pytest.approx(50.0, rel=1e-14)
    assert area([], reach_m=0.0) == 0.0


def test_long_wall_leaves_the_known_segment() -> None:
    wall = shapely.box(-1000.0, 10.0, 1000.0, 11.0)
    radius, distance = 50.0, 10.0
    hidden = radius**2 * np.arccos(distance / radius) - distance * np.sqrt(radius**2 - distance**2)
    assert area([wall], radius_m=radius) == pytest.approx(np.pi * radius**2 - hidden, rel=1e-12)


def test_square_ahead_casts_its_known_shadow() -> None:
    square = shapely.box(10.0, -5.0, 20.0, 5.0)
    half = np.arctan2(5.0, 10.0)
    expected = np.pi * 30.0**2 - (half * 30.0**2 - 50.0)
    assert area([square], radius_m=30.0) == pytest.approx(expected, rel=1e-12)


def test_inside_a_courtyard_the_view_is_the_courtyard() -> None:
    block = shapely.box(-20, -20, 20, 20).difference(shapely.box(-6, -4, 6, 4))
    assert area([block]) == pytest.approx(96.0, rel=1e-12)
    assert polygon([block]).equals(shapely.box(-6, -4, 6, 4))


@pytest.mark.parametrize("on_grid", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_agrees_with_boolean_geometry(seed: int, on_grid: bool) -> None:
    footprints = rectangles(seed, 60, on_grid=on_grid)
    rng = np.random.default_rng(seed)
    start, width, reach = rng.uniform(0, TURN), rng.uniform(0.1, TURN), rng.uniform(10, 80)
    for sector in ((0.0, TURN, 80.0), (start, width, reach)):
        expected = oracle.isovist(ORIGIN, footprints, oracle.sector(ORIGIN, *sector)).area
        found = area(footprints, start=sector[0], width=sector[1], reach_m=sector[2])
        assert found == pytest.approx(expected, rel=2e-6, abs=1e-3)
        outline = polygon(footprints, start=sector[0], width=sector[1], reach_m=sector[2])
        assert outline.is_valid
        assert outline.exterior.is_ccw
        assert outline.area == pytest.approx(expected, rel=1e-4, abs=1e-3)


@given(grid_scenes(), st.floats(0.0, 6.28), st.floats(0.01, 6.28), st.floats(0.5, 12.0))
@settings(max_examples=150, deadline=None)
def test_collinear_and_touching_walls(footprints, start, width, reach) -> None:
    centre = np.array([0.5, 0.5])
    for sector in ((0.0, TURN, 12.0), (start, width, reach)):
        expected = oracle.isovist(centre, footprints, oracle.sector(centre, *sector)).area
        options = {"centre": centre, "radius_m": 12.0, "start": sector[0], "width": sector[1], "reach_m": sector[2]}
        assert area(footprints, **options) == pytest.approx(expected, rel=1e-5, abs=1e-5)
        assert polygon(footprints, **options).is_valid


def moved(shapes, matrix):
    """Return shapes under an affine map (a, b, d, e, x, y of shapely)."""
    return [shapely.affinity.affine_transform(shape, matrix) for shape in shapes]


@pytest.mark.parametrize("seed", range(4))
class TestLaws:
    """What must hold for any scene."""

    def test_moving_turning_and_mirroring_change_nothing(self, seed: int) -> None:
        footprints = rectangles(seed, 50)
        before = area(footprints)
        c, s = np.cos(0.7), np.sin(0.7)
        assert area(moved(footprints, (c, -s, s, c, 0, 0))) == pytest.approx(before, rel=1e-10)
        assert area(moved(footprints, (-1, 0, 0, 1, 0, 0))) == pytest.approx(before, rel=1e-10)
        far = np.array([512_000.0, 6_672_000.0])
        assert area(moved(footprints, (1, 0, 0, 1, *far)), centre=far) == pytest.approx(before, rel=1e-8)

    def test_areas_grow_with_the_square_of_the_scale(self, seed: int) -> None:
        footprints = rectangles(seed, 50)
        larger = moved(footprints, (3, 0, 0, 3, 0, 0))
        assert area(larger, radius_m=240.0) == pytest.approx(9.0 * area(footprints), rel=1e-10)

    def test_another_building_never_adds_view(self, seed: int) -> None:
        footprints = rectangles(seed, 50)
        smaller = area(footprints)
        assert all(area(footprints[:count]) >= smaller - 1e-9 for count in range(0, len(footprints), 7))

    def test_order_and_repetition_change_nothing(self, seed: int) -> None:
        footprints = rectangles(seed, 50)
        before = area(footprints)
        assert area(footprints[::-1]) == pytest.approx(before, rel=1e-12)
        assert area(footprints + footprints) == pytest.approx(before, rel=1e-12)

    def test_united_footprints_hide_the_same(self, seed: int) -> None:
        footprints = rectangles(seed, 50)
        united = list(shapely.get_parts(shapely.union_all(footprints)))
        assert area(united) == pytest.approx(area(footprints), rel=1e-9)

    def test_view_grows_with_field_and_reach_and_adds_up(self, seed: int) -> None:
        footprints = rectangles(seed, 50)
        widths = [area(footprints, start=1.0, width=width) for width in np.linspace(0.1, TURN, 9)]
        reaches = [area(footprints, reach_m=reach) for reach in np.linspace(1.0, 80.0, 9)]
        assert widths == sorted(widths)
        assert reaches == sorted(reaches)
        parts = area(footprints, start=5.0, width=2.5) + area(footprints, start=7.5 - TURN, width=TURN - 2.5)
        assert parts == pytest.approx(area(footprints), rel=1e-12)

    def test_outline_is_star_shaped_and_inside_its_sector(self, seed: int) -> None:
        footprints = rectangles(seed, 50)
        outline = polygon(footprints, start=2.0, width=1.5, reach_m=60.0)
        assert outline.within(oracle.sector(ORIGIN, 2.0, 1.5, 60.0).buffer(1e-2))
        rays = shapely.linestrings([[ORIGIN, point] for point in outline.exterior.coords])
        assert (shapely.length(rays) - shapely.length(shapely.intersection(rays, outline.buffer(1e-6))) < 1e-5).all()


def test_wall_ends_stand_in_the_outline_to_the_bit() -> None:
    square = shapely.Polygon([(10.1, -5.3), (20.7, -5.2), (20.3, 5.9), (10.2, 5.1)])
    far = np.array([385_700.123, 6_672_126.743])
    shifted = shapely.Polygon(shapely.get_coordinates(square) + far)
    corners = {tuple(point) for point in shapely.get_coordinates(shifted)}
    outline = {tuple(point) for point in shapely.get_coordinates(polygon([shifted], centre=far))}
    assert len(corners & outline) == 2


def test_walls_seen_edge_on_and_of_no_length_hide_nothing() -> None:
    fold = shapely.Polygon([(10, 0), (20, 0), (10, 0)])
    assert area([fold]) == pytest.approx(np.pi * 80.0**2, rel=1e-14)


def test_a_self_crossing_ring_hides_what_its_lobes_do() -> None:
    bow = shapely.Polygon([(10.0, -5.0), (20.0, 5.0), (10.0, 5.0), (20.0, -5.0)])
    expected = oracle.isovist(ORIGIN, [shapely.make_valid(bow)], oracle.disc(ORIGIN, 80.0)).area
    assert area([bow]) == pytest.approx(expected, rel=1e-6)


def test_open_plane_is_one_open_span() -> None:
    views, _ = seen([], np.zeros((3, 2)), radius_m=10.0)
    assert views.stars.wall.tolist() == [OPEN] * 3
    assert views.stars.offsets.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("seed", range(6))
def test_the_short_way_gives_the_same_outline(seed: int) -> None:
    footprints = rectangles(seed, 60)
    views, obstacles = seen(footprints)
    top_m = obstacles.tops_m(np.full(len(footprints), np.inf))
    lenses = Lenses(np.zeros((1, 2)), np.array([80.0]), np.array([4.0]), np.array([1.6]), FIRST)
    for start, width in ((0.0, TURN), (1.0, 1.6), (5.5, 2.5), (4.0, 6.0)):
        points, offsets = outlines(obstacles.chains, top_m, lenses, np.array([[start, width]]), 0.01)
        sector = np.array([[start, width, 80.0]])
        found = regions(views.stars, views.shadows, obstacles.chains.vertex, FIRST, sector, 0.01)
        assert offsets.tolist() == [0, len(points)]
        assert shapely.Polygon(points).is_valid
        # Walls outside the sector are never looked at, so a point may differ by rounding.
        assert points == pytest.approx(found.point, abs=1e-9)


def test_many_lenses_at_once_are_each_by_itself() -> None:
    footprints = rectangles(7, 60, clear_m=12.0)
    tops = np.random.default_rng(7).uniform(1.0, 8.0, len(footprints))
    centre = np.random.default_rng(7).uniform(-8, 8, (300, 2))
    together, _ = seen(footprints, centre, tops_m=tops, radius_m=60.0)
    for lens in range(0, 300, 37):
        alone, _ = seen(footprints, centre[lens], tops_m=tops, radius_m=60.0)
        rows = slice(together.stars.offsets[lens], together.stars.offsets[lens + 1])
        assert (together.stars.span[rows] == alone.stars.span).all()
        rows = slice(together.shadows.offsets[lens], together.shadows.offsets[lens + 1])
        assert (together.shadows.slab[rows] == alone.shadows.slab).all()
