"""The same areas as two exact engines of others: pysovist (angular intervals) and CGAL through pyvispoly (triangular expansion).

Both work on the same raw rings in another way. CGAL is exact, given a box and what the union of the footprints leaves of it;
its polygon is cut to the true circle here. Neither knows heights.
"""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from overseen.kernels.sectors import sector_areas
from overseen.visibility.obstacles import enclosed_areas, obstacles_of
from overseen.visibility.placement import placed_points
from tests import oracle
from tests.conftest import missing
from tests.scenes import grid_scenes, rectangles, seen

TURN = 2.0 * np.pi
AGREES = 1e-10
"""Relative difference of areas that rounding alone explains: sums of some hundred pieces of double precision."""

PEERS = Path(__file__).parents[2] / "bench" / "peers.py"


@cache
def peers():
    """Return the module by which the benchmark calls the peers."""
    spec = importlib.util.spec_from_file_location("peers", PEERS)
    module = importlib.util.module_from_spec(spec)
    sys.modules["peers"] = module
    spec.loader.exec_module(module)
    return module


def area_by(peer, near):
    """Return the area that a peer gives."""
    if peer == "pysovist":
        return peers().pysovist_area(near)
    return oracle.area_in_disc(peers().pyvispoly_polygon(near), np.zeros(2), near.reach_m)


@pytest.fixture(params=["pysovist", "pyvispoly"], scope="module")
def peer(request) -> str:
    """Return the name of a peer that is installed."""
    if importlib.util.find_spec(request.param) is None:
        missing(f"{request.param}, of the dependency group peers, is not installed", "OVERSEEN_REQUIRE_PEERS")
    return request.param


def areas(footprints, position, reach_m):
    """Return our areas at positions."""
    views, _ = seen(footprints, position, radius_m=reach_m)
    count = len(position)
    rows = np.arange(count)
    return sector_areas(
        views.stars, views.shadows, rows, np.zeros(count), np.full(count, TURN), np.full(count, float(reach_m))
    )


def nears(footprints, position, reach_m):
    """Yield what a peer takes of each position."""
    shapes = np.asarray(footprints, dtype=object)
    tree = shapely.STRtree(shapes)
    for x, y in position:
        rows = tree.query(shapely.Point(x, y), predicate="dwithin", distance=reach_m)
        yield peers().Near(x, y, reach_m, shapes[rows])


def assert_same(peer, footprints, position, reach_m):
    """Compare the areas at positions."""
    found = areas(footprints, position, reach_m)
    expected = [area_by(peer, near) for near in nears(footprints, position, reach_m)]
    assert found == pytest.approx(np.array(expected), rel=AGREES)


@pytest.mark.parametrize("on_grid", [False, True])
def test_generated_scenes(peer: str, on_grid: bool) -> None:
    for seed in range(12):
        footprints = rectangles(seed, 70, on_grid=on_grid)
        for reach in (20.0, 50.0, 100.0):
            assert_same(peer, footprints, np.zeros((1, 2)), reach)


@pytest.mark.parametrize("by_m", [1e-9, 1e-7, 1e-5, 1e-3, 0.1])
def test_footprints_that_are_listed_twice_and_not_quite_alike(peer: str, by_m: float) -> None:
    for seed in range(6):
        footprints = rectangles(seed, 40)
        rng = np.random.default_rng(seed)
        corners = [shapely.get_coordinates(shape)[:-1] for shape in footprints]
        twins = [shapely.Polygon(points + rng.normal(0.0, by_m, points.shape)) for points in corners]
        assert_same(peer, [*footprints, *twins], np.zeros((1, 2)), 60.0)


@given(scene=grid_scenes())
@settings(max_examples=100, deadline=None)
def test_collinear_and_touching_walls(peer: str, scene) -> None:
    if scene:
        assert_same(peer, scene, np.array([[0.5, 0.5]]), 12.0)


def city(footprints, count):
    """Return what the footprints of a city enclose, and positions 0.3 to 30 m off their walls, clear of all of them."""
    shapes, _ = enclosed_areas(footprints.to_numpy())
    rng = np.random.default_rng(1)
    near = shapes[rng.choice(len(shapes), 4 * count)]
    walls = shapely.get_exterior_ring(near)
    start = shapely.get_coordinates(shapely.line_interpolate_point(walls, rng.random(len(near)), normalized=True))
    listed = start + rng.normal(0.0, 10.0, start.shape) * rng.random((len(near), 1)) ** 2
    placement = placed_points(listed, np.zeros(len(listed), dtype=bool), shapes)
    return shapes, placement.position[placement.kind != "inside_building"][:count]


@pytest.mark.parametrize("reach_m", [50.0, 100.0])
def test_helsinki(peer: str, sample, reach_m: float) -> None:
    shapes, position = city(sample.city.buildings.geometry, 100)
    assert_same(peer, shapes, position, reach_m)


@pytest.mark.data
@pytest.mark.parametrize("reach_m", [50.0, 100.0])
def test_berlin(peer: str, shared_data, reach_m: float) -> None:
    frame = gpd.read_parquet(shared_data("berlin_mid") / "buildings.parquet").to_crs(32633)
    # What pysovist takes grows with the square of the walls.
    count = {"pysovist": 3, "pyvispoly": 40}[peer]
    shapes, position = city(frame.geometry, count)
    assert len(position) == count
    assert obstacles_of(gpd.GeoSeries(shapes)).mended_count == 0
    assert_same(peer, shapes, position, reach_m)


def test_the_comparison_can_fail(peer: str) -> None:
    footprints = rectangles(3, 70)
    found = areas(footprints, np.zeros((1, 2)), 50.0)[0]
    widened = [shape.buffer(1e-6, join_style="mitre") for shape in footprints]
    (other,) = (area_by(peer, near) for near in nears(widened, np.zeros((1, 2)), 50.0))
    assert found != pytest.approx(other, rel=AGREES)
    assert found == pytest.approx(other, rel=1e-6)
