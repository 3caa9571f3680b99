"""The section of a tilted camera's frustum: closed forms, projection of every point, and clips of real views."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from overseen.visibility.from_points import isovists
from overseen.visibility.frustums import half_planes, sections, vertical_field_deg
from overseen.visibility.isovists import Fields, areas_of, outlines_of
from tests import oracle
from tests.scenes import rectangles, seen

CRS = 32635
AT = np.array([385_000.0, 6_672_000.0])


def projects_into_picture(points, axis, horizontal, vertical, tilt, drop):
    """Return whether plan points at the target's level project into the picture: plain vector algebra in space."""
    forward = np.array([np.cos(axis) * np.cos(tilt), np.sin(axis) * np.cos(tilt), -np.sin(tilt)])
    right = np.array([np.sin(axis), -np.cos(axis), 0.0])
    up = np.cross(right, forward)
    towards = np.column_stack([points, np.full(len(points), -drop)])
    depth, across, above = towards @ forward, towards @ right, towards @ up
    return (
        (depth > 0.0)
        & (np.abs(across) <= np.tan(horizontal / 2) * depth)
        & (np.abs(above) <= np.tan(vertical / 2) * depth)
    )


@given(
    st.floats(0, 360),
    st.floats(5, 119),
    st.floats(5, 100),
    st.floats(-90, 90),
    st.floats(-3, 12),
    st.integers(0, 1000),
)
def test_the_half_planes_are_the_projection(bearing, horizontal, vertical, tilt, drop, seed) -> None:
    points = np.random.default_rng(seed).uniform(-30, 30, (500, 2))
    axis = np.radians(90.0 - bearing)
    planes = half_planes(np.array(axis), sections(horizontal, vertical, tilt, drop))
    level = points @ planes[:, :2].T + planes[:, 2]
    expected = projects_into_picture(points, axis, *np.radians([horizontal, vertical, tilt]), drop)
    # A point on a line may fall on either side of it.
    is_clear = np.abs(level).min(axis=1) > 1e-6
    assert ((level >= 0.0).all(axis=1) == expected)[is_clear].all()


def test_the_area_without_buildings_has_a_closed_form() -> None:
    lens = gpd.GeoSeries([shapely.Point(AT)], crs=CRS)
    nothing = gpd.GeoDataFrame(geometry=[], crs=CRS)
    tilt, half_wide, half_high, drop = (*np.radians([45.0, 30.0, 20.0]), 4.0)
    near, far = drop / np.tan(tilt + half_high), drop / np.tan(tilt - half_high)
    # The integral of the width 2 tan(a) (y cos t + D sin t) from the near to the far line.
    expected = 2 * np.tan(half_wide) * (np.cos(tilt) * (far**2 - near**2) / 2 + drop * np.sin(tilt) * (far - near))
    found = isovists(
        lens, nothing, reach_m=60.0, bearing_deg=33.0, field_of_view_deg=60.0, lens_height_m=5.6, tilt_deg=45.0,
        vertical_field_of_view_deg=40.0,
    ).iloc[0]  # fmt: skip
    assert found["analytic_area_m2"] == pytest.approx(expected, rel=1e-12)
    assert found["area_m2"] == pytest.approx(expected, rel=1e-9)
    # The plain sector between the same distances is another area.
    assert expected > 1.3 * np.radians(60.0) / 2 * (far**2 - near**2)


def test_straight_down_the_picture_is_a_rectangle_round_the_lens() -> None:
    wide, high = 2 * 4.0 * np.tan(np.radians(40.0)), 2 * 4.0 * np.tan(np.radians(25.0))
    views, obstacles = seen([])
    section = sections(np.array([80.0]), np.array([50.0]), np.array([90.0]), np.array([4.0]))
    fields = Fields(np.array([0]), np.array([1.0]), np.array([1.0]), np.array([50.0]), section)
    assert areas_of(views, fields)[0] == pytest.approx(wide * high)
    shape = outlines_of(views, obstacles.chains.vertex, fields, 0.01)[0]
    assert shape.area == pytest.approx(wide * high)
    assert shape.contains(shapely.Point(0, 0))


@pytest.mark.parametrize("seed", range(12))
def test_sections_of_views_agree_with_boolean_geometry(seed: int) -> None:
    rng = np.random.default_rng(seed)
    footprints = rectangles(seed, 50)
    tops = rng.choice([2.0, 3.0, 5.0, 30.0], len(footprints)).tolist()
    height = rng.uniform(2.0, 9.0)
    views, obstacles = seen(footprints, tops_m=tops, height_m=height)
    count = 40
    axis, horizontal, vertical = rng.uniform(0, 7, count), rng.uniform(10, 119, count), rng.uniform(8, 80, count)
    tilt, reach = rng.uniform(-20, 90, count), rng.uniform(2, 80, count)
    section = sections(horizontal, vertical, tilt, np.full(count, height - 1.6))
    fields = Fields(np.zeros(count, dtype=np.int64), axis, np.radians(horizontal), reach, section)
    areas = areas_of(views, fields)
    shapes = outlines_of(views, obstacles.chains.vertex, fields, 1e-4)
    whole = oracle.isovist(np.zeros(2), footprints, oracle.disc(np.zeros(2), 80.0), tops_m=tops, height_m=height)
    for row in range(count):
        planes = half_planes(axis[row], section.take(row))
        view = oracle.clipped(whole, np.zeros(2), planes)
        expected = view.intersection(oracle.disc(np.zeros(2), reach[row])).area
        assert areas[row] == pytest.approx(expected, abs=2e-3)
        assert shapes[row].area == pytest.approx(expected, abs=2e-2)
    assert shapely.is_valid(shapes).all()
    assert (areas > 1.0).sum() > count / 3


@pytest.mark.parametrize("seed", range(4))
def test_sections_at_the_foot_of_a_long_wall(seed: int) -> None:
    # Half a metre before a wall one span takes up nearly half the turn, and its two ends are far from equally far.
    rng = np.random.default_rng(seed)
    wall = shapely.affinity.rotate(
        shapely.box(-rng.uniform(1, 9), 0.5, rng.uniform(20, 60), 3.0), 90.0 * seed, origin=(0, 0)
    )
    views, obstacles = seen([wall])
    count = 60
    axis, tilt = rng.uniform(0, 7, count), rng.uniform(40, 90, count)
    section = sections(np.full(count, 70.0), np.full(count, 40.0), tilt, np.full(count, 1.3))
    fields = Fields(
        np.zeros(count, dtype=np.int64), axis, np.radians(np.full(count, 70.0)), np.full(count, 80.0), section
    )
    areas = areas_of(views, fields)
    shapes = outlines_of(views, obstacles.chains.vertex, fields, 1e-4)
    whole = oracle.isovist(np.zeros(2), [wall], oracle.disc(np.zeros(2), 80.0))
    expected = [
        oracle.clipped(whole, np.zeros(2), half_planes(axis[row], section.take(row))).area for row in range(count)
    ]
    assert areas == pytest.approx(np.array(expected), rel=1e-9, abs=1e-9)
    assert shapely.area(shapes) == pytest.approx(np.array(expected), rel=1e-9, abs=1e-9)


def test_an_unknown_tilt_means_neither_dead_zone_nor_far_limit() -> None:
    plain = sections(90.0, 50.0, np.array([np.nan, 10.0, 10.0]), np.array([4.0, np.inf, 4.0]))
    assert plain.is_tilted().tolist() == [False, False, True]
    assert plain.near_m[:2].tolist() == [-np.inf, -np.inf]
    assert (half_planes(np.zeros(2), plain.take(slice(0, 2))) == [0.0, 0.0, 1.0]).all()
    fisheye = sections(150.0, 90.0, 10.0, 4.0)
    assert not fisheye.is_tilted()


def test_a_picture_as_wide_as_high_has_one_field() -> None:
    assert vertical_field_deg(73.0, 1.0) == pytest.approx(73.0)
    assert sections(60.0, 20.0, -45.0, 4.0).near_m > sections(60.0, 20.0, -45.0, 4.0).far_m
