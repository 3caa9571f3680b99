"""The view with heights against sightlines in space: for every relation of lens, roof and target, points at the very edges too.

A target is in view where the straight line from the lens to it meets no prism, which is reckoned by intersecting that line with
every footprint: no shadow, no sweep and no outline is in it.
"""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from overseen.kernels.layers import regions
from overseen.kernels.sectors import sector_areas
from overseen.kernels.sightings import point_sightings
from overseen.visibility.isovists import polygons_of
from tests import oracle
from tests.scenes import rectangles, seen

TURN = 2.0 * np.pi
FIRST = np.zeros(1, dtype=np.int64)
FINEST_CHORDS_M = 1e-9
SURE_M = 2e-6
"""What lies nearer to the outline than this may fall on either side of it."""

HEIGHTS = [(6.0, 1.6), (3.0, 1.6), (1.6, 1.6), (1.0, 1.6), (1.0, 3.0), (5.0, 0.0), (0.5, 9.0), (2.5, 2.0)]
"""Of lens and target: above, level, below, on the ground, and at the heights of roofs."""


def points_to_try(outline, centre, radius_m, count, seed):
    """Return targets all over the circle, and as many within about a tenth of a millimetre of the outline."""
    rng = np.random.default_rng(seed)
    edge = outline.boundary
    near = shapely.get_coordinates(shapely.line_interpolate_point(edge, rng.uniform(0.0, edge.length, count)))
    points = np.concatenate(
        [centre + rng.uniform(-radius_m, radius_m, (count, 2)), near + rng.normal(0.0, 1e-4, near.shape)]
    )
    distance = np.hypot(*(points - centre).T)
    is_sure = shapely.distance(shapely.points(points), edge) > SURE_M
    # The arc is drawn with chords.
    return points[is_sure & (distance < radius_m - 2e-3) & (distance > 1e-3)]


def assert_seen_as_in_space(footprints, tops, lens, *, roofs=0, radius_m=80.0, count=300, seed=0):
    """Compare the points and the outline of one lens (x, y, height, target) with sightlines; return how many were clear."""
    centre, height_m, target_m = np.array(lens[:2]), lens[2], lens[3]
    views, obstacles = seen(
        footprints, centre, radius_m=radius_m, tops_m=tops, height_m=height_m, target_m=target_m, roofs=roofs
    )
    sector = np.array([[0.0, TURN, radius_m]])
    outline = polygons_of(regions(views.stars, views.shadows, obstacles.chains.vertex, FIRST, sector, FINEST_CHORDS_M))[
        0
    ]
    area = sector_areas(views.stars, views.shadows, FIRST, *sector.T)[0]
    assert outline.is_valid
    # The finest chords are a 5,040th of a turn.
    assert outline.area == pytest.approx(area, abs=3e-7 * np.pi * radius_m**2)
    if outline.is_empty:
        return 0, 0
    points = points_to_try(outline, centre, radius_m, count, seed)
    expected = oracle.clear_sightlines(centre, points, footprints, tops, height_m=height_m, target_m=target_m)
    rows = np.arange(len(points))
    found = point_sightings(views.stars, views.shadows, points, rows, np.zeros(len(points), dtype=np.int64))
    assert points[found != expected].tolist() == []
    assert points[shapely.contains_xy(outline, points) != expected].tolist() == []
    return np.count_nonzero(expected), len(points)


def prisms(seed):
    """Return rectangles, every fourth with a courtyard and every seventh a triangle, and their heights."""
    footprints = rectangles(seed, 45, on_grid=seed % 2 == 1)
    for row in range(0, len(footprints), 4):
        middle = shapely.affinity.scale(footprints[row], 0.5, 0.5)
        footprints[row] = footprints[row].difference(middle)
    for row in range(1, len(footprints), 7):
        footprints[row] = shapely.Polygon(shapely.get_coordinates(footprints[row])[:3])
    tops = np.random.default_rng(seed).choice([0.5, 1.0, 1.6, 2.0, 2.5, 3.0, 3.5, 4.5, 10.0], len(footprints))
    return footprints, tops


@pytest.mark.parametrize(("height_m", "target_m"), HEIGHTS)
def test_prisms_of_every_height(height_m: float, target_m: float) -> None:
    totals = np.zeros(2, dtype=int)
    for seed in range(6):
        footprints, tops = prisms(seed)
        totals += assert_seen_as_in_space(footprints, tops, (0.0, 0.0, height_m, target_m), seed=seed)
    clear, tried = totals
    assert tried > 2000
    assert 0.1 * tried < clear < 0.95 * tried


@pytest.mark.parametrize("seed", range(6))
def test_from_a_roof_and_from_a_courtyard(seed: int) -> None:
    footprints, tops = prisms(seed)
    house = shapely.affinity.rotate(shapely.box(-0.9, -0.7, 0.8, 0.9), 17.0 * seed)
    block = shapely.box(-9, -8, 9, 8).difference(shapely.box(-3, -2, 2, 3))
    around = [shape for shape in footprints if not shape.intersects(block)]
    around_tops = tops[[not shape.intersects(block) for shape in footprints]]
    for own, top, roofs in ((house, 4.0, 1), (block, 4.0, 0), (block.convex_hull, 5.5, 1)):
        lens = (0.1, 0.05, 6.0, 1.6)
        clear, tried = assert_seen_as_in_space(
            [*around, own], np.append(around_tops, top), lens, roofs=roofs, seed=seed, count=400
        )
        assert 0 < clear < tried
    # Two roofs under one lens, one of them over the other.
    both = [house, shapely.box(-2, -2, 1, 1)]
    assert_seen_as_in_space(
        [*around, *both], np.append(around_tops, [4.0, 2.5]), (0.1, 0.05, 6.0, 1.6), roofs=2, seed=seed
    )


@st.composite
def grid_shapes(draw: st.DrawFn) -> shapely.Polygon:
    """Draw a small shape on whole metres: a box, a triangle, an angle, or a box with a courtyard."""
    x, y = draw(st.integers(-6, 5)), draw(st.integers(-6, 5))
    wide, high = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    match draw(st.sampled_from(["box", "triangle", "angle", "courtyard"])):
        case "triangle":
            return shapely.Polygon([(x, y), (x + wide, y), (x, y + high)])
        case "angle":
            return shapely.box(x, y, x + 2, y + 2).difference(shapely.box(x + 1, y + 1, x + 3, y + 3))
        case "courtyard":
            outer = shapely.box(x, y, x + wide + 2, y + high + 2)
            return outer.difference(shapely.box(x + 1, y + 1, x + wide + 1, y + high + 1))
    return shapely.box(x, y, x + wide, y + high)


@given(
    st.lists(st.tuples(grid_shapes(), st.integers(0, 6)), min_size=1, max_size=8),
    st.tuples(
        st.sampled_from([0.0, 0.25, 0.5]), st.sampled_from([0.0, 0.25, 0.5]), st.integers(0, 6), st.integers(0, 5)
    ),
)
@settings(max_examples=200, deadline=None)
def test_whole_metres_and_whole_heights(buildings, lens) -> None:
    at = shapely.Point(lens[:2])
    # A lens stands on no wall, and in a building only on its roof.
    kept = [
        (shape, float(top))
        for shape, top in buildings
        if shape.boundary.distance(at) > 0.0 and (top < lens[2] or not shape.contains(at))
    ]
    roofs = sum(shape.contains(at) for shape, _ in kept)
    footprints, tops = [shape for shape, _ in kept], np.array([top for _, top in kept])
    assert_seen_as_in_space(footprints, tops, tuple(map(float, lens)), roofs=roofs, radius_m=12.0, count=80)


def test_the_comparison_can_fail() -> None:
    box = shapely.box(10.0, -5.0, 14.0, 5.0)
    points = np.array([[20.0, 0.0], [30.0, 0.0], [12.0, 0.0], [5.0, 0.0]])
    # From 5 m over a roof of 3 m the shadow on a face at 1.6 m ends 23.8 m away; over one of 2.9 m 22.7 m away.
    for top, end in ((3.0, 23.8), (2.9, 14.0 * 3.4 / 2.1)):
        heights = {"height_m": 5.0, "target_m": 1.6}
        assert oracle.clear_sightlines(np.zeros(2), points, [box], [top], **heights).tolist() == [
            False,
            True,
            False,
            True,
        ]
        edge = np.array([[end - 1e-6, 0.0], [end + 1e-6, 0.0]])
        assert oracle.clear_sightlines(np.zeros(2), edge, [box], [top], **heights).tolist() == [False, True]
