"""Routes against scipy and networkx, and the exact least-seen way against every simple path."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import networkx as nx
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from overseen.exposure.walking import cheapest, chosen_routes, graph_of, incidence
from overseen.kernels.routes import cheapest_routes, costs_from, leads_away, least_seen_route


def random_graph(seed, nodes=60, edges=110):
    """Return ends, lengths no shorter than the straight line, and the graph; parallel edges and several parts occur."""
    rng = np.random.default_rng(seed)
    position = rng.uniform(0.0, 1000.0, (nodes, 2))
    ends = rng.integers(0, nodes, (edges, 2))
    ends = ends[ends[:, 0] != ends[:, 1]]
    straight = np.hypot(*(position[ends[:, 0]] - position[ends[:, 1]]).T)
    length = straight * rng.uniform(1.0, 1.6, len(ends))
    return ends, length, graph_of(ends, position, length)


def matrix(ends, cost, nodes):
    """Return the cheapest of parallel edges as a matrix."""
    dense = np.full((nodes, nodes), np.inf)
    for (a, b), value in zip(ends, cost, strict=True):
        dense[a, b] = dense[b, a] = min(dense[a, b], value)
    return csr_array(np.where(np.isinf(dense), 0.0, dense))


@pytest.mark.parametrize("seed", range(12))
def test_costs_are_those_of_scipy_and_of_the_edges_that_make_them(seed) -> None:
    ends, length, graph = random_graph(seed)
    rng = np.random.default_rng(seed + 100)
    # Few origins, so that some are shared and some are not.
    origin, target = rng.integers(0, 20, 300), rng.integers(0, 60, 300)
    found = cheapest(graph, length, origin, target)
    expected = dijkstra(matrix(ends, length, 60), directed=False)[origin, target]
    assert found.cost == pytest.approx(expected)
    sums = incidence(found, len(ends)) @ length
    reached = np.isfinite(expected)
    assert sums[reached] == pytest.approx(expected[reached])
    for trip in np.flatnonzero(reached):
        node = origin[trip]
        for edge in found.edge[found.offsets[trip] : found.offsets[trip + 1]]:
            assert node in ends[edge]
            node = ends[edge].sum() - node
        assert node == target[trip]


def test_networkx_agrees() -> None:
    ends, length, graph = random_graph(5, nodes=80, edges=200)
    other = nx.MultiGraph()
    other.add_weighted_edges_from([(int(a), int(b), float(v)) for (a, b), v in zip(ends, length, strict=True)])
    for start, stop in [(0, 40), (7, 60), (33, 2)]:
        found = cheapest_routes(graph, length, np.array([start]), np.array([stop]))
        assert found.cost[0] == pytest.approx(nx.dijkstra_path_length(other, start, stop))


def test_closed_edges_are_not_walked_and_costs_above_the_length_are() -> None:
    ends, length, graph = random_graph(3)
    cost = length * 3.0
    cost[::4] = np.inf
    origin = np.repeat(np.arange(10), 30)
    target = np.tile(np.arange(30), 10)
    found = cheapest(graph, cost, origin, target)
    is_open = np.isfinite(cost)
    expected = dijkstra(matrix(ends[is_open], cost[is_open], 60), directed=False)[origin, target]
    assert found.cost == pytest.approx(expected)
    assert is_open[found.edge].all()


def test_any_number_of_threads_gives_the_same_bytes() -> None:
    _, length, graph = random_graph(8, nodes=300, edges=700)
    rng = np.random.default_rng(1)
    origin, target = rng.integers(0, 300, 9000), rng.integers(0, 300, 9000)
    alone = cheapest(graph, length, origin, target)
    with ThreadPoolExecutor(3) as executor:
        together = cheapest(graph, length, origin, target, executor=executor)
    for one, other in zip(alone, together, strict=True):
        assert one.tobytes() == other.tobytes()


def test_nodes_that_do_not_lie_where_streets_end_are_no_bound() -> None:
    position = np.array([[0.0, 0.0], [1e6, 0.0], [1.0, 0.0]])
    ends = np.array([[0, 1], [1, 2], [0, 2]])
    length = np.array([1.0, 1.0, 5.0])
    graph = graph_of(ends, position, length)
    assert cheapest_routes(graph, length, np.array([0]), np.array([2])).cost[0] == 2.0


def best_of_all(ends, length, seen, start, stop, limit):
    """Return the fewest metres in view over all simple paths no longer than the limit."""
    graph = nx.MultiGraph()
    for row, (a, b) in enumerate(ends):
        graph.add_edge(int(a), int(b), key=row)
    if start not in graph or stop not in graph:
        return np.inf
    best = np.inf
    for path in nx.all_simple_edge_paths(graph, start, stop):
        edges = [edge[2] for edge in path]
        if length[edges].sum() <= limit:
            best = min(best, seen[edges].sum())
    return best


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.0, 0.8))
@example(9999, 0.0)
def test_the_least_seen_way_is_the_best_of_all_simple_paths(seed, detour) -> None:
    ends, length, graph = random_graph(seed, nodes=9, edges=16)
    rng = np.random.default_rng(seed)
    seen = length * rng.choice([0.0, 0.3, 1.0], len(length))
    shortest = costs_from(graph, length, 0)[5]
    limit = shortest * (1.0 + detour) if np.isfinite(shortest) else 100.0
    metres, long, edges, is_whole = least_seen_route(graph, length, seen, 0, 5, limit, 100_000)
    assert is_whole
    expected = best_of_all(ends, length, seen, 0, 5, limit + 1e-9)
    assert metres == pytest.approx(expected, abs=1e-6)
    if np.isfinite(expected):
        assert length[edges].sum() == pytest.approx(long)
        assert long <= limit + 1e-9


def test_too_many_labels_are_told() -> None:
    _, length, graph = random_graph(2, nodes=60, edges=200)
    metres, _, edges, is_whole = least_seen_route(graph, length, length, 0, 30, 1e9, 3)
    assert not is_whole
    assert np.isinf(metres)
    assert len(edges) == 0


@pytest.mark.parametrize("seed", range(6))
def test_what_leads_away_is_what_networkx_reaches(seed) -> None:
    ends, _, graph = random_graph(seed, nodes=60, edges=70)
    is_open = np.random.default_rng(seed).random(len(ends)) < 0.6
    other = nx.Graph()
    other.add_nodes_from(range(60))
    other.add_edges_from(map(tuple, ends[is_open].tolist()))
    away = leads_away(graph, is_open, np.arange(60), 300.0)
    for node in range(60):
        reached = np.array(sorted(nx.node_connected_component(other, node)))
        far = np.hypot(*(graph.position[reached] - graph.position[node]).T) >= 300.0
        assert away[node] == far.any()


def test_a_choice_of_routes_takes_each_from_its_set() -> None:
    _, length, graph = random_graph(4)
    origin, target = np.arange(40), np.arange(40)[::-1].copy()
    one, other = (cheapest(graph, cost, origin, target) for cost in (length, length**2 + length))
    choice = np.arange(40) % 2
    mixed = chosen_routes([one, other], choice)
    for trip in range(40):
        source = (one, other)[choice[trip]]
        kept = source.edge[source.offsets[trip] : source.offsets[trip + 1]]
        assert mixed.edge[mixed.offsets[trip] : mixed.offsets[trip + 1]].tolist() == kept.tolist()
