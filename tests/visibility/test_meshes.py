"""The prepared engine against the one that works on raw rings, each the other's oracle; noding by exact arithmetic."""

from __future__ import annotations

import itertools
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from overseen.kernels.noding import UNITS_PER_M, noded
from overseen.visibility.from_points import flat_outlines
from overseen.visibility.meshes import mesh_outlines, triangulated
from overseen.visibility.obstacles import obstacles_of
from tests import oracle
from tests.scenes import grid_scenes, rectangles

pytest.importorskip("condeltri", reason="the extra mesh is not installed")

TURN = 2.0 * np.pi
FINE_M = 1e-6


def shapes_of(found):
    """Return outlines as geometries."""
    points, offsets = found
    return shapely.from_ragged_array(shapely.GeometryType.POLYGON, points, (offsets, np.arange(len(offsets))))


def both(footprints, position, sector, *, tolerance_m=FINE_M):
    """Return the outlines of both engines."""
    obstacles = obstacles_of(gpd.GeoSeries(footprints, dtype="geometry"))
    raw = flat_outlines(obstacles, position, sector, chord_tolerance_m=tolerance_m)
    meshed = mesh_outlines(triangulated(obstacles), position, sector, chord_tolerance_m=tolerance_m)
    return shapes_of(raw), shapes_of(meshed)


def clear_positions(footprints, count, seed, *, half_m=60.0, clear_m=0.05):
    """Return positions that lie in no footprint and on no wall."""
    found = np.random.default_rng(seed).uniform(-half_m, half_m, (4 * count, 2))
    near = shapely.STRtree(footprints).query(shapely.points(found), predicate="dwithin", distance=clear_m)[0]
    kept = np.ones(len(found), dtype=bool)
    kept[near] = False
    return np.ascontiguousarray(found[kept][:count])


@pytest.mark.parametrize("on_grid", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_both_engines_see_the_same(seed: int, on_grid: bool) -> None:
    footprints = rectangles(seed, 60, on_grid=on_grid)
    position = clear_positions(footprints, 300, seed)
    rng = np.random.default_rng(seed)
    count = len(position)
    width = np.where(rng.random(count) < 0.3, TURN, rng.uniform(0.05, TURN, count))
    sector = np.column_stack([rng.uniform(0, TURN, count), width, rng.uniform(5, 80, count)])
    raw, meshed = both(footprints, position, sector)
    assert shapely.is_valid(meshed).all()
    assert shapely.is_ccw(shapely.get_exterior_ring(meshed)).all()
    # Walls lie on a grid of a micrometre: a camera 5 cm off a corner levers that to a thousandth of a metre at 80 m.
    assert np.abs(shapely.area(raw) - shapely.area(meshed)).max() < 0.1
    assert np.median(np.abs(shapely.area(raw) - shapely.area(meshed))) < 1e-3


@given(grid_scenes(), st.floats(0.0, 6.28), st.floats(0.01, 6.28), st.floats(0.5, 12.0))
@settings(max_examples=60, deadline=None)
def test_collinear_and_touching_walls(footprints, start, width, reach) -> None:
    centre = np.array([[0.5, 0.5]])
    for sector in ((0.0, TURN, 12.0), (start, width, reach)):
        expected = oracle.isovist(centre[0], footprints, oracle.sector(centre[0], *sector)).area
        _, meshed = both(footprints, centre, np.array([sector]), tolerance_m=1e-5)
        assert meshed[0].is_valid
        assert meshed[0].area == pytest.approx(expected, rel=2e-3, abs=1e-4)


def test_a_lens_on_an_edge_of_a_triangle_sees_to_both_sides() -> None:
    # Between two squares in line every triangulation has an edge along the line of their walls, or across it.
    squares = [shapely.box(-20, 0, -10, 10), shapely.box(10, 0, 20, 10)]
    position = np.array([[0.0, 0.0], [0.0, 10.0], [3.0, 0.0], [0.0, 5.0], [-2.5, 2.5]])
    sector = np.tile([0.0, TURN, 40.0], (len(position), 1))
    raw, meshed = both(squares, position, sector)
    assert shapely.area(meshed) == pytest.approx(shapely.area(raw), abs=1e-2)


def test_without_walls_the_view_is_a_disc_or_its_sector() -> None:
    position = np.array([[3.0, 4.0], [500.0, 500.0], [20_000.0, 0.0]])
    far = [shapely.box(900, 900, 901, 901)]
    _, meshed = both(far, position, np.array([[0.0, TURN, 50.0], [1.0, 4.5, 50.0], [6.0, 1.0, 50.0]]))
    assert shapely.area(meshed) == pytest.approx(np.array([np.pi, 2.25, 0.5]) * 2500.0, rel=1e-6)


def test_real_buildings(sample) -> None:
    buildings = sample.city.buildings
    obstacles = obstacles_of(buildings.geometry)
    west, south, east, north = buildings.total_bounds
    rng = np.random.default_rng(1)
    position = np.column_stack([rng.uniform(west, east, 3000), rng.uniform(south, north, 3000)])
    kept = np.ones(len(position), dtype=bool)
    kept[buildings.sindex.query(shapely.points(position), predicate="dwithin", distance=0.3)[0]] = False
    position = np.ascontiguousarray(position[kept])
    sector = np.tile([0.0, TURN, 100.0], (len(position), 1))
    raw = shapes_of(flat_outlines(obstacles, position, sector, chord_tolerance_m=FINE_M))
    meshed = shapes_of(mesh_outlines(triangulated(obstacles), position, sector, chord_tolerance_m=FINE_M))
    relative = np.abs(shapely.area(raw) - shapely.area(meshed)) / shapely.area(raw)
    assert len(position) > 1000
    assert np.quantile(relative, 0.99) < 1e-6


@pytest.mark.parametrize("seed", range(3))
def test_noded_walls_meet_in_common_ends_only(seed: int) -> None:
    rng = np.random.default_rng(seed)
    start = rng.integers(0, 2000, (60, 2))
    end = np.abs(start + rng.integers(-600, 600, (60, 2)))
    found = noded(start.astype(np.int64), end.astype(np.int64))
    points = [tuple(Fraction(int(value)) for value in point) for point in found.point]
    for (a, b), (c, d) in itertools.combinations([tuple(row) for row in found.wall], 2):
        assert not meets_apart_from_ends(points[a], points[b], points[c], points[d], shared={a, b} & {c, d})
    whole = shapely.union_all(shapely.linestrings(np.stack([start, end], axis=1).astype(float)))
    pieces = shapely.linestrings(found.point[found.wall].astype(float))
    # Rounding moves a wall by a unit, so all of it stays near what it was, and all that was is still covered.
    assert shapely.distance(pieces, whole).max() <= 1.5
    assert shapely.hausdorff_distance(whole, shapely.union_all(pieces), densify=0.05) <= 1.5


def meets_apart_from_ends(a, b, c, d, *, shared):
    """Return whether two segments have a point in common other than a shared end, by exact arithmetic."""

    def turn(p, q, r):
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    def inside(p, q, r):
        return r not in (p, q) and all(min(p[i], q[i]) <= r[i] <= max(p[i], q[i]) for i in range(2))

    if any(turn(p, q, r) == 0 and inside(p, q, r) for p, q, r in ((a, b, c), (a, b, d), (c, d, a), (c, d, b))):
        return True
    if shared:
        return False
    return turn(a, b, c) * turn(a, b, d) < 0 and turn(c, d, a) * turn(c, d, b) < 0


def test_long_walls_are_cut_so_that_arithmetic_stays_exact() -> None:
    kilometres = int(5_000 * UNITS_PER_M)
    found = noded(np.array([[0, 0], [0, kilometres]]), np.array([[kilometres, kilometres], [kilometres, 0]]))
    crossing = np.abs(found.point - kilometres // 2).max(axis=1).min()
    assert crossing <= 1
    longest = np.abs(np.diff(found.point[found.wall], axis=1)).max()
    assert longest <= 2**29 + 2
