"""Walls in view of a drawn lens: closed forms, and dense sightlines in space."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from overseen.kernels.drawn_facades import FreeWalls, Lookers, WallParts, facade_extents
from overseen.kernels.facades import facades
from overseen.kernels.stars import Lenses
from tests.scenes import rectangles, seen

WHOLE = np.array([[0.0, 1.0]])


def looker(
    *, height_m=4.0, right_deg=0.0, width_deg=360.0, reach_m=(1e9,), range_m=1e6, normal=None, centre=(0.0, 0.0)
):
    """Return one lens in one draw; ``right_deg`` counts counter-clockwise from east."""
    right, left = np.radians(right_deg), np.radians(right_deg + width_deg)
    return Lookers(
        np.array([centre]),
        np.array([height_m]),
        np.array([[np.cos(right), np.sin(right)]]),
        np.array([[np.cos(left), np.sin(left)]]),
        np.array([2.0 * np.pi if width_deg >= 360.0 else np.radians(width_deg)]),
        np.zeros((1, 4, 3)) if normal is None else np.asarray(normal, dtype=float).reshape(1, 4, 3),
        np.array([reach_m], dtype=float),
        np.array([range_m]),
    )


def frustum(axis_deg, tilt_deg, half_wide_deg, half_high_deg):
    """Return the four planes through a tilted lens, by its three axes."""
    axis, tilt = np.radians([axis_deg, tilt_deg])
    forward = np.array([np.cos(tilt) * np.cos(axis), np.cos(tilt) * np.sin(axis), -np.sin(tilt)])
    beside = np.array([-np.sin(axis), np.cos(axis), 0.0])
    upward = np.cross(forward, beside)
    wide, high = np.tan(np.radians([half_wide_deg, half_high_deg]))
    return np.array(
        [wide * forward + beside, wide * forward - beside, high * forward + upward, high * forward - upward]
    )


def one_wall(start, end, *, low=(0.0, 0.0), top_m=9.0, free=WHOLE):
    """Return a wall seen in its whole length, from ``low`` up."""
    walls = FreeWalls(np.array([start], dtype=float), np.array([end], dtype=float), np.array([0, len(free)]), free)
    return walls, WallParts(
        np.array([0, 1]), np.zeros(1, dtype=np.int64), WHOLE.copy(), np.array([low], dtype=float), np.array([top_m])
    )


def test_square_on_a_level_ends_on_a_circle_through_the_lens() -> None:
    # R p = 25 * 9 = 225: 12 m to either side of the foot at the height of the lens.
    length, area = facade_extents(*one_wall((-50, 9), (50, 9)), looker(reach_m=(25.0, 9.0, 1e9)), 0.01)
    assert length[0] == pytest.approx([24.0, 0.0, 100.0])
    # Lens at 4 m: the disc of 12 m is cut to the band from 4 m below the lens to 5 m above it.
    segment = lambda v: v * np.sqrt(144.0 - v * v) + 144.0 * np.arcsin(v / 12.0)  # noqa: E731
    assert area[0] == pytest.approx([segment(5.0) + segment(4.0), 0.0, 900.0], rel=1e-4)


def test_a_wall_below_and_above_the_lens_is_reached_at_its_nearest_height() -> None:
    below, _ = facade_extents(*one_wall((-50, 9), (50, 9), top_m=1.0), looker(reach_m=(25.0,)), 1.0)
    assert below[0, 0] == pytest.approx(2.0 * np.sqrt(144.0 - 9.0))
    # Seen from 4 + (u + 50)/10 m on: u² + ((u + 50)/10)² = 144.
    above, _ = facade_extents(*one_wall((-50, 9), (50, 9), low=(4.0, 14.0), top_m=30.0), looker(reach_m=(25.0,)), 1.0)
    ends = np.roots([1.01, 1.0, 25.0 - 144.0])
    assert above[0, 0] == pytest.approx(abs(ends[0] - ends[1]))


def test_the_longest_range_ends_a_view_however_long_the_lens() -> None:
    length, _ = facade_extents(*one_wall((-50, 9), (50, 9)), looker(range_m=15.0), 1.0)
    assert length[0, 0] == pytest.approx(24.0)


def test_sectors_narrow_and_wide() -> None:
    wall = one_wall((-20, 10), (20, 10))
    assert facade_extents(*wall, looker(right_deg=45.0, width_deg=90.0), 1.0)[0][0, 0] == pytest.approx(20.0)
    # Three quarters of a turn from north-west: the quarter about north is what it leaves out.
    assert facade_extents(*wall, looker(right_deg=135.0, width_deg=270.0), 1.0)[0][0, 0] == pytest.approx(20.0)


def test_what_leans_on_a_wall_is_no_facade_and_what_two_lenses_see_counts_once() -> None:
    free = np.array([[0.1, 0.4], [0.6, 0.7]])
    walls, parts = one_wall((-20, 10), (20, 10), free=free)
    length, area = facade_extents(walls, parts, looker(), 0.1)
    assert length[0, 0] == pytest.approx(40.0 * 0.4)
    assert area[0, 0] == pytest.approx(9.0 * 16.0)
    twice = WallParts(np.array([0, 2]), *(np.repeat(values, 2, axis=0) for values in parts[1:]))
    again = facade_extents(walls, twice, looker(), 0.1)
    assert (again[0] == length).all()
    assert (again[1] == area).all()


def test_two_lenses_see_the_union_of_heights() -> None:
    walls, _ = one_wall((-20, 10), (20, 10))
    both = WallParts(
        np.array([0, 2]), np.zeros(2, dtype=np.int64), np.array([[0.0, 0.6], [0.4, 1.0]]), np.array([[0.0, 0.0], [5.0, 5.0]]),
        np.array([9.0, 9.0]),
    )  # fmt: skip
    length, area = facade_extents(walls, both, looker(), 0.1)
    assert length[0, 0] == pytest.approx(40.0)
    assert area[0, 0] == pytest.approx(24.0 * 9.0 + 16.0 * 4.0)


def test_a_tilted_lens_sees_a_trapezoid_of_a_wall() -> None:
    # 10 m before the wall, level, 45 degrees to either side and 26.57 up and down: 20 m wide and 5 m either way.
    planes = frustum(90.0, 0.0, 45.0, np.degrees(np.arctan(0.5)))
    length, area = facade_extents(*one_wall((-50, 10), (50, 10), top_m=12.0), looker(normal=planes), 0.01)
    assert length[0, 0] == pytest.approx(20.0)
    assert area[0, 0] == pytest.approx(20.0 * 9.0)
    # Turned down until the top of the picture meets the wall's foot: nothing of it is left.
    down = frustum(90.0, 60.0, 45.0, 20.0)
    assert facade_extents(*one_wall((-50, 10), (50, 10), top_m=12.0), looker(normal=down), 1.0)[0].sum() == 0.0


def is_in(view: Lookers, point: np.ndarray, level: int, distance: float) -> np.ndarray:
    """Return which points (n, 3), relative to the lens, are in the sector, the frustum and the level's reach."""
    angle = np.arctan2(point[:, 1], point[:, 0])
    start = np.arctan2(view.right[0, 1], view.right[0, 0])
    inside = np.mod(angle - start, 2.0 * np.pi) <= view.width[0]
    inside &= (point @ view.normal[0].T >= 0.0).all(axis=1)
    slant = np.linalg.norm(point, axis=1)
    # Density across the scene, less the cosine of the incidence: R/s * p/s >= 1.
    return inside & (view.density_reach_m[0, level] / slant * (distance / slant) >= 1.0) & (slant <= view.range_m[0])


@pytest.mark.parametrize("seed", range(6))
def test_agrees_with_dense_sightlines_in_space(seed: int) -> None:  # noqa: PLR0915
    """Lengths and areas of a scene of buildings against points of every wall, each with its sightline."""
    # Walls inside of another footprint are no façades: here none are.
    footprints = []
    for shape in rectangles(seed, 24):
        if all(shape.distance(other) > 0.5 for other in footprints):
            footprints.append(shape)
    rng = np.random.default_rng(seed)
    tops = rng.uniform(2.0, 12.0, len(footprints))
    _, obstacles = seen(footprints)
    chains = obstacles.chains
    lens = Lenses(np.zeros((1, 2)), np.array([70.0]), np.array([4.0]), np.array([1.6]), np.zeros(1, dtype=np.int64))
    found = facades(chains, obstacles.tops_m(tops), lens)
    planes = frustum(rng.uniform(0, 360), 15.0, 40.0, 25.0) if seed % 2 else None
    view = looker(
        right_deg=rng.uniform(0, 360), width_deg=360.0 if seed % 2 else rng.uniform(60, 300), reach_m=(200.0, 60.0),
        range_m=50.0, normal=planes,
    )  # fmt: skip
    order = np.argsort(found.wall, kind="stable")
    names, begins = np.unique(found.wall[order], return_index=True)
    start, end = chains.vertex[names], chains.vertex[names + 1]
    walls = FreeWalls(start, end, np.arange(len(names) + 1), np.repeat(WHOLE, len(names), axis=0))
    parts = WallParts(
        np.append(begins, len(order)).astype(np.int64), np.zeros(len(order), dtype=np.int64), found.along[order],
        found.low_m[order], found.top_m[order],
    )  # fmt: skip
    length, area = facade_extents(walls, parts, view, 0.1)
    expected_length, expected_area = np.zeros_like(length), np.zeros_like(area)
    shapely.prepare(footprints)
    share = np.linspace(0.0, 0.9999, 200)
    top_of = obstacles.tops_m(tops)[np.repeat(np.arange(len(chains.building)), np.diff(chains.first))]
    for row, wall in enumerate(names):
        whole = np.hypot(*(end[row] - start[row]))
        columns, rows = max(8, int(whole / 0.3)), 30
        along = (np.arange(columns) + 0.5) / columns
        level_m = (np.arange(rows) + 0.5) / rows * top_of[wall]
        plan = start[row] + along[:, None] * (end[row] - start[row])
        points = np.concatenate([np.repeat(plan, rows, axis=0), np.tile(level_m - 4.0, columns)[:, None]], axis=1)
        distance = abs(start[row, 0] * end[row, 1] - start[row, 1] * end[row, 0]) / whole
        sight = points[:, None, :] * share[:, None]
        is_hit = np.zeros(sight.shape[:2], dtype=bool)
        for shape, top in zip(footprints, tops, strict=True):
            if shape.distance(shapely.MultiPoint(np.vstack([plan, [[0.0, 0.0]]])).convex_hull) > 0.0:
                continue
            is_hit |= shapely.contains_xy(shape, sight[..., 0], sight[..., 1]) & (sight[..., 2] + 4.0 < top)
        for level in range(2):
            good = (~is_hit.any(axis=1) & is_in(view, points, level, distance)).reshape(columns, rows)
            expected_length[row, level] = good.any(axis=1).mean() * whole
            expected_area[row, level] = good.mean() * whole * top_of[wall]
    assert expected_length.sum() > 5.0
    # A column or a row of points at either end of what is seen may fall either way.
    assert length == pytest.approx(expected_length, abs=1.0)
    assert length.sum(axis=0) == pytest.approx(expected_length.sum(axis=0), rel=0.03)
    assert area.sum(axis=0) == pytest.approx(expected_area.sum(axis=0), rel=0.04)
