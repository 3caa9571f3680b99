"""Parts of segments in polygons: what shapely's intersection gives, on generated scenes and at awkward places."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from overseen.exposure.stretches import covered_share, parts_in_areas, segment_lines


def stars(rng: np.random.Generator, count: int) -> np.ndarray:
    """Return star-shaped polygons, every third with a hole, every fifth in two pieces."""
    found = []
    for number in range(count):
        centre = rng.uniform(0, 100, 2)
        angle = np.sort(rng.uniform(0, 2 * np.pi, 11))
        shape = shapely.Polygon(centre + np.column_stack([np.cos(angle), np.sin(angle)]) * rng.uniform(5, 30, (11, 1)))
        shape = shapely.make_valid(shape)
        if number % 3 == 0:
            shape = shape.difference(shapely.Point(*centre).buffer(4))
        if number % 5 == 0:
            shape = shape.union(shapely.box(*(centre + 40), *(centre + 50)))
        found.append(shape)
    return np.array(found, dtype=object)


@pytest.mark.parametrize("seed", range(5))
def test_lengths_are_those_of_shapely(seed) -> None:
    rng = np.random.default_rng(seed)
    start, areas = rng.uniform(0, 100, (60, 2)), stars(rng, 15)
    end = start + rng.normal(0, 20, (60, 2))
    length_m = np.hypot(*(end - start).T)
    area, part = parts_in_areas(start, end, areas)
    lines = segment_lines(start, end)
    ours = np.zeros((len(areas), len(start)))
    np.add.at(ours, (area, part[:, 0].astype(int)), (part[:, 2] - part[:, 1]) * length_m[part[:, 0].astype(int)])
    theirs = shapely.length(shapely.intersection(areas[:, None], lines[None, :]))
    np.testing.assert_allclose(ours, theirs, atol=1e-9)
    together = shapely.length(shapely.intersection(shapely.union_all(areas), lines))
    np.testing.assert_allclose(covered_share(part, len(start)) * length_m, together, atol=1e-8)
    assert ours.sum() > 100.0


def test_parts_of_a_pair_are_apart_and_in_order() -> None:
    comb = shapely.union_all([shapely.box(2 * tooth, 0, 2 * tooth + 1, 10) for tooth in range(5)])
    _, part = parts_in_areas(np.array([[-1.0, 5.0]]), np.array([[11.0, 5.0]]), np.array([comb], dtype=object))
    np.testing.assert_allclose(part[:, 1] * 12.0 - 1.0, [0, 2, 4, 6, 8])
    np.testing.assert_allclose(part[:, 2] * 12.0 - 1.0, [1, 3, 5, 7, 9])


def test_a_segment_through_corners_and_along_an_edge() -> None:
    square = np.array([shapely.box(0, 0, 10, 10)], dtype=object)
    start = np.array([[-5.0, -5.0], [-5.0, 5.0], [2.0, 2.0], [20.0, 20.0]])
    end = np.array([[15.0, 15.0], [5.0, 5.0], [3.0, 2.0], [30.0, 20.0]])
    _, part = parts_in_areas(start, end, square)
    in_order = part[np.argsort(part[:, 0])]
    np.testing.assert_allclose(in_order, [[0.0, 0.25, 0.75], [1.0, 0.5, 1.0], [2.0, 0.0, 1.0]])


def test_what_runs_along_an_edge_is_inside() -> None:
    square = np.array([shapely.box(0, 0, 10, 10)], dtype=object)
    for off in (0.0, 1e-9, -1e-9):
        _, part = parts_in_areas(np.array([[-5.0, 10.0 + off]]), np.array([[15.0, 10.0 + off]]), square)
        np.testing.assert_allclose(part, [[0.0, 0.25, 0.75]])


def test_nothing_gives_nothing() -> None:
    none = np.empty((0, 2))
    for areas in (np.empty(0, dtype=object), np.array([shapely.box(0, 0, 1, 1), shapely.Polygon()], dtype=object)):
        area, part = parts_in_areas(none, none, areas)
        assert len(area) == 0
        assert part.shape == (0, 3)
    area, part = parts_in_areas(np.zeros((1, 2)), np.ones((1, 2)), np.array([shapely.Polygon()], dtype=object))
    assert len(area) == len(part) == 0
