"""Noding: what meets is joined, what only passes over is not, and nothing depends on the order of the lines."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from overseen.sources.line_pieces import connected_share, cut_at, exact_ends
from overseen.sources.noding import noded

GROUND, BRIDGE, TUNNEL = 0, 1, 2


def network_of(*courses, level=None, tolerance_m=0.5, **options):
    """Return the network of courses; bridges and tunnels, levels above 0 and below 10, are not crossed."""
    lines = np.array([shapely.LineString(course) for course in courses], dtype=object)
    levels = np.zeros(len(lines), dtype=np.int64) if level is None else np.array(level, dtype=np.int64)
    is_crossed = (levels == GROUND) | (levels >= 10)
    return noded(lines, level=levels, is_crossed=is_crossed, tolerance_m=tolerance_m, **options)


def degrees(network):
    """Return how many pieces end at each node, rising."""
    return sorted(np.bincount(np.concatenate([network.from_node, network.to_node])).tolist())


def content(network, digits=6):
    """Return the pieces as a set that no order or direction of the input changes."""
    rows = zip(network.geometry, network.from_node.tolist(), network.to_node.tolist(), strict=True)
    return sorted(
        (shapely.normalize(shapely.set_precision(piece, 10.0**-digits)).wkt, *sorted(ends)) for piece, *ends in rows
    )


def test_a_crossing_becomes_a_node() -> None:
    found = network_of([(0, 0), (10, 10)], [(0, 10), (10, 0)])
    assert (len(found.line), degrees(found), found.crossings) == (4, [1, 1, 1, 1, 4], 1)
    assert found.line.tolist() == [0, 0, 1, 1]
    assert shapely.get_coordinates(found.geometry[0])[-1].tolist() == [5.0, 5.0]
    assert (found.share_before, found.share_after) == (0.5, 1.0)


@pytest.mark.parametrize(("gap_m", "pieces"), [(0.0, 3), (0.36, 3), (0.49, 3), (0.51, 2), (-0.3, 3)])
def test_an_end_meets_what_lies_within_the_tolerance(gap_m, pieces) -> None:
    found = network_of([(0, 0), (10, 0)], [(5, gap_m), (5, 8)])
    assert len(found.line) == pieces
    assert found.ends_joined == (pieces == 3)
    if pieces == 3:
        # The end moves onto the line; the line does not move.
        assert shapely.union_all(found.geometry[found.line == 0]).equals(shapely.LineString([(0, 0), (10, 0)]))


def test_ends_on_two_sides_of_a_tile_border_meet() -> None:
    found = network_of([(0, 0), (10, 0)], [(10.36, 0), (20, 0.1)])
    assert (degrees(found), found.ends_joined) == ([1, 1, 2], 2)


@pytest.mark.parametrize(
    ("levels", "count"),
    [
        ((GROUND, BRIDGE), 2),
        ((GROUND, TUNNEL), 2),
        ((BRIDGE, BRIDGE), 2),
        ((TUNNEL, TUNNEL), 2),
        ((11, 11), 4),
        ((11, 12), 2),
        ((GROUND, GROUND), 4),
    ],
)
def test_only_what_lies_on_one_level_meets_where_it_crosses(levels, count) -> None:
    found = network_of([(0, 0), (10, 10)], [(0, 10), (10, 0)], level=levels)
    assert len(found.line) == count


def test_a_bridge_meets_the_street_at_its_ends_and_stairs_at_its_vertices() -> None:
    bridge = [(0, 0), (5, 0), (10, 0)]
    found = network_of(
        [(-5, 0), (0, 0)], bridge, [(10.3, 0), (15, 0)], [(5, 0), (5, 5)], [(3, -5), (3, 5)], [(7, 0.2), (7, 4)],
        level=[GROUND, BRIDGE, GROUND, GROUND, GROUND, GROUND],
    )  # fmt: skip
    # The way under the bridge at x = 3 and the one that ends beside it at x = 7 stay apart.
    assert np.bincount(found.line).tolist() == [1, 2, 1, 1, 1, 1]
    assert degrees(found) == [1, 1, 1, 1, 1, 1, 1, 2, 2, 3]


def test_lines_that_run_together_are_counted_once_and_the_named_one_is_kept() -> None:
    found = network_of([(0, 0), (30, 0)], [(10, 0), (20, 0)], [(20, 0), (10, 0)], rank=np.array([2, 0, 1]))
    assert sorted(found.line.tolist()) == [0, 0, 1]
    assert (found.repeated, float(shapely.length(found.geometry).sum())) == (2, 30.0)
    level = network_of([(0, 0), (9, 0)], [(0, 0), (9, 0)], level=[GROUND, BRIDGE])
    assert (len(level.line), level.repeated) == (2, 0)


def test_a_line_that_meets_itself() -> None:
    eight = network_of([(0, 0), (10, 10), (10, 0), (0, 10)])
    assert degrees(eight) == [1, 1, 4]
    lollipop = network_of([(0, 0), (10, 0), (14, 4), (18, 0), (14, -4), (10.2, 0)])
    assert degrees(lollipop) == [1, 3]
    ring = network_of([(0, 0), (10, 0), (10, 10), (0, 0)])
    assert (ring.from_node.tolist(), ring.to_node.tolist()) == ([0], [0])


def test_what_is_shorter_than_the_tolerance_is_a_node() -> None:
    found = network_of([(0, 0), (10, 0)], [(10, 0), (10.3, 0)], [(10.3, 0), (20, 0)])
    assert (len(found.line), found.vanished, degrees(found)) == (2, 1, [1, 1, 2])


def test_repeated_vertices_and_no_lines() -> None:
    found = network_of([(0, 0), (0, 0), (5, 5), (5, 5), (10, 10)], [(0, 10), (10, 0)])
    assert degrees(found) == [1, 1, 1, 1, 4]
    empty = network_of()
    assert (len(empty.line), empty.share_before, empty.share_after) == (0, 1.0, 1.0)


def test_an_end_that_is_moved_across_a_line_meets_it() -> None:
    # The first line ends short of the second, behind a third that it reaches only once its end is moved.
    found = network_of([(0, 0), (9.6, 0)], [(10, -5), (10, 5)], [(9.7, -0.5), (9.8, 5)], tolerance_m=0.5)
    ground = shapely.STRtree(found.geometry)
    assert ground.query(found.geometry, predicate="crosses").size == 0


grid = st.tuples(st.integers(0, 6), st.integers(0, 6))
courses = st.lists(
    st.lists(grid, min_size=2, max_size=4).filter(lambda line: len({*line}) == len(line)), min_size=1, max_size=7
)


@given(courses)
@settings(max_examples=80, deadline=None)
def test_the_same_pieces_as_a_boolean_union(drawn) -> None:
    """On a small grid almost everything is collinear, shared or overlapping; the union is the slow and obvious twin."""
    lines = [shapely.LineString(course) for course in drawn]
    found = network_of(*drawn, tolerance_m=0.0)
    union = shapely.node(shapely.MultiLineString(lines))
    assert float(shapely.length(found.geometry).sum()) == pytest.approx(union.length, abs=1e-6)
    assert shapely.union_all(found.geometry).buffer(1e-6).contains(union)
    theirs = exact_ends(np.array(shapely.get_parts(union)))
    ours = np.column_stack([found.from_node, found.to_node])
    assert connected_share(ours, shapely.length(found.geometry)) == pytest.approx(
        connected_share(theirs, shapely.length(shapely.get_parts(union))), abs=1e-6
    )


@given(courses, st.randoms(use_true_random=False), st.floats(0.0, 1.0))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_lines_changes_nothing(drawn, random, tolerance_m) -> None:
    levels = [random.choice([GROUND, GROUND, BRIDGE]) for _ in drawn]
    order = list(range(len(drawn)))
    random.shuffle(order)
    one = network_of(*drawn, level=levels, tolerance_m=tolerance_m)
    other = network_of(*[drawn[i] for i in order], level=[levels[i] for i in order], tolerance_m=tolerance_m)
    assert content(one) == content(other)
    assert (one.crossings, one.ends_joined, one.repeated, one.vanished) == (
        other.crossings, other.ends_joined, other.repeated, other.vanished,
    )  # fmt: skip


@given(courses, st.integers(-50, 50), st.integers(-50, 50))
@settings(max_examples=30, deadline=None)
def test_moving_the_scene_moves_the_network(drawn, east, north) -> None:
    here = network_of(*drawn, tolerance_m=0.4321)
    there = network_of(*[[(x + east, y + north) for x, y in course] for course in drawn], tolerance_m=0.4321)
    assert here.from_node.tolist() == there.from_node.tolist()
    assert here.to_node.tolist() == there.to_node.tolist()


def test_cutting_at_stated_places_keeps_stated_nodes() -> None:
    lines = np.array(
        [shapely.LineString([(0, 0), (10, 0), (30, 0)]), shapely.LineString([(10, 0), (10, 9)])], dtype=object
    )
    cut = cut_at(lines, line=np.array([0, 0, 0, 1]), share=np.array([0.0, 1 / 3, 1.0, 0.0]), node=np.array([7, 3, 2, 3]),
                 tolerance_m=0.5)  # fmt: skip
    assert cut.line.tolist() == [0, 0, 1]
    assert cut.ends[:2].tolist() == [[7, 3], [3, 2]]
    assert cut.ends[2, 0] == 3
    assert cut.ends[2, 1] == 8
    assert np.allclose(cut.share, [[0, 1 / 3], [1 / 3, 1], [0, 1]])
    between = cut_at(lines[:1], line=np.array([0]), share=np.array([0.5]), node=np.array([0]), tolerance_m=0.5)
    assert shapely.get_coordinates(between.geometry[0])[-1].tolist() == [15.0, 0.0]


def ground_of(shared_data, name):
    """Return the walkable ground-level lines of a data set and of each whether a bridge or tunnel."""
    from overseen.sources.file_streets import _single_lines, _walkable
    from overseen.sources.layer_file import in_plane, read_layer

    layer = read_layer(shared_data(name) / "streets.parquet", "streets")
    return _single_lines(_walkable(in_plane(layer, layer.shapes.estimate_utm_crs())))


@pytest.mark.data
def test_real_streets_meet_at_nodes_alone(shared_data) -> None:
    lines = ground_of(shared_data, "berlin_mid")
    found = noded(lines.shapes, level=lines.level, is_crossed=lines.is_crossed, tolerance_m=0.5, rank=lines.rank)
    assert found.share_before < 0.5
    assert found.share_after > 0.97
    is_ground = lines.level[found.line] == GROUND
    shapes, ends = found.geometry[is_ground], np.column_stack([found.from_node, found.to_node])[is_ground]
    tree = shapely.STRtree(shapes)
    assert tree.query(shapes, predicate="crosses").size == 0
    assert tree.query(shapes, predicate="overlaps").size == 0
    one, other = tree.query(shapes, predicate="intersects")
    is_pair = one < other
    shared = (ends[one[is_pair]][:, :, None] == ends[other[is_pair]][:, None, :]).any(axis=(1, 2))
    assert shared.all()
    # Nothing is lost but what repeats another line or is shorter than the tolerance.
    assert shapely.length(found.geometry).sum() > 0.99 * shapely.length(lines.shapes).sum()


@pytest.mark.data
def test_real_streets_in_another_order_are_the_same_network(shared_data) -> None:
    lines = ground_of(shared_data, "la_alpr_small")
    order = np.random.default_rng(5).permutation(len(lines.shapes))
    one, other = (
        noded(lines.shapes[rows], level=lines.level[rows], is_crossed=lines.is_crossed[rows], tolerance_m=0.5, rank=lines.rank[rows])
        for rows in (np.arange(len(order)), order)
    )  # fmt: skip
    assert sorted(shapely.to_wkb(one.geometry)) == sorted(shapely.to_wkb(other.geometry))
    assert one.share_after == pytest.approx(other.share_after)


def test_twice_the_same_bytes() -> None:
    frame = gpd.GeoSeries.from_wkt(["LINESTRING (0 0, 3 7, 9 1)", "LINESTRING (0 5, 9 4)", "LINESTRING (4 0, 4 9)"])
    args = {"level": np.zeros(3, dtype=np.int64), "is_crossed": np.ones(3, dtype=bool), "tolerance_m": 0.5}
    one, other = (noded(frame.to_numpy(), **args) for _ in range(2))
    assert shapely.to_wkb(one.geometry).tolist() == shapely.to_wkb(other.geometry).tolist()
