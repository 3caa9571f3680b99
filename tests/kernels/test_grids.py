"""Points of grids in polygons and in discs, against shapely."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from overseen.exposure.grids import Grid
from overseen.exposure.ground_points import GroundPoints
from overseen.kernels.discs import is_in_discs

GRID = Grid.over((0.0, 0.0, 200.0, 160.0), 5.0)


def strewn(seed: int) -> np.ndarray:
    """Return polygons strewn over the grid: stars, some with a hole, and some that fall on its very points."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(12):
        turn = np.sort(rng.uniform(0, 2 * np.pi, 9))
        far = rng.uniform(5, 40, (9, 1))
        star = shapely.Polygon(rng.uniform(0, 200, 2) + far * np.column_stack([np.cos(turn), np.sin(turn)]))
        found.append(shapely.difference(star, star.centroid.buffer(4.0)) if number % 3 else star)
    return np.array([*found, shapely.box(12.5, 17.5, 42.5, 47.5), shapely.Polygon()], dtype=object)


def on_grid(flags: np.ndarray) -> np.ndarray:
    return flags.reshape(len(GRID.y), len(GRID.x))


@pytest.mark.parametrize("seed", range(6))
def test_points_inside_and_on_borders_are_those_of_shapely(seed: int) -> None:
    shapes = strewn(seed)
    points = GRID.points(np.ones((len(GRID.y), len(GRID.x)), dtype=bool))
    inside = np.any([shapely.contains_xy(shape, points) for shape in shapes], axis=0)
    touching = np.any([shapely.intersects_xy(shape, points) for shape in shapes], axis=0)
    assert (GRID.within(shapes) == on_grid(inside)).all()
    assert (GRID.touching(shapes) == on_grid(touching)).all()
    assert inside.any()
    assert (touching & ~inside).any()


def test_a_grid_cut_into_cells_has_every_point_once() -> None:
    wide = Grid.over((-740.0, 260.0, 730.0, 1240.0), 20.0)
    chosen = np.random.default_rng(1).random((len(wide.y), len(wide.x))) < 0.3
    parts = [wide.in_cell(chosen, cell) for cell in wide.cells(chosen)]
    assert all(len(part) for part in parts)
    found, expected = np.concatenate(parts), wide.points(chosen)
    assert (found[np.lexsort(found.T)] == expected[np.lexsort(expected.T)]).all()


def test_points_in_discs_are_those_of_shapely() -> None:
    rng = np.random.default_rng(3)
    centre, radius = rng.uniform(0, 200, (30, 2)), rng.uniform(0.0, 25.0, 30)
    fine = Grid.over((0.0, 0.0, 200.0, 160.0), 0.5)
    discs = shapely.union_all(shapely.buffer(shapely.points(centre), radius, quad_segs=8))
    points = fine.points(np.ones((len(fine.y), len(fine.x)), dtype=bool))
    found = is_in_discs(fine.x, fine.y, centre, radius)
    assert (found.ravel() == shapely.contains_xy(discs, points)).all()
    assert found.any()
    assert not found.all()


def test_ground_is_sampled_within_reach_alone() -> None:
    shapes = [np.array([shapely.box(0, 0, 900, 30)]), np.array([shapely.box(0, 40, 900, 70)])]
    position, radius = np.array([[480.0, 35.0], [700.0, 20.0]]), np.array([60.0, 15.0])
    ground = GroundPoints.of(shapes, position, radius, 2.0)
    parts = [ground.in_cell(cell) for cell in ground.cells()]
    points, group = np.concatenate([at for at, _ in parts]), np.concatenate([of for _, of in parts])
    discs = shapely.union_all(shapely.buffer(shapely.points(position), radius))
    for number, shape in enumerate(shapes):
        expected = shapely.intersection(discs, shape[0]).area
        assert 4.0 * np.sum(group == number) == pytest.approx(expected, rel=0.02)
    assert shapely.contains_xy(discs, points).all()
