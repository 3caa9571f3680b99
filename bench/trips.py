"""100,000 trips on a network of 100,000 nodes: one kernel against a plain search for every trip, in one run.

    python bench/trips.py [trips]

The network is a lattice with moved nodes and a third of its edges taken out, seeded; trips are at most 3 km as the crow flies.
scipy and networkx search a sample of the same trips, and their time for all of them is reckoned from that; lengths are compared.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from overseen.exposure.unseen_ways import WEIGHTS
from overseen.exposure.walking import cheapest, graph_of, incidence
from overseen.kernels.routes import Graph

SIDE = 317
STEP_M = 60.0
SCIPY_SAMPLE = 60
NETWORKX_SAMPLE = 60
WORKERS = 2


def lattice(seed: int = 1) -> tuple[NDArray[np.int64], NDArray[np.float64], Graph]:
    """Return ends, lengths and graph of the largest connected part."""
    rng = np.random.default_rng(seed)
    node = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    pairs = [
        np.stack([node[:, :-1].ravel(), node[:, 1:].ravel()], 1),
        np.stack([node[:-1].ravel(), node[1:].ravel()], 1),
    ]
    ends = np.concatenate(pairs)
    ends = ends[rng.random(len(ends)) < 0.78]
    position = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), -1).reshape(-1, 2) * STEP_M
    position = position + rng.uniform(-0.35, 0.35, position.shape) * STEP_M
    links = csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(position),) * 2)
    label = connected_components(links, directed=False)[1]
    ends = ends[label[ends[:, 0]] == np.bincount(label).argmax()]
    used, ends = np.unique(ends, return_inverse=True)
    ends, position = ends.reshape(-1, 2), position[used]
    length = np.hypot(*(position[ends[:, 0]] - position[ends[:, 1]]).T) * rng.uniform(1.0, 1.25, len(ends))
    return ends, length, graph_of(ends, position, length)


def trips_of(graph: Graph, count: int, seed: int = 2) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return trips whose ends lie at most 3 km apart."""
    rng = np.random.default_rng(seed)
    origin = np.empty(0, dtype=np.int64)
    target = np.empty(0, dtype=np.int64)
    while len(origin) < count:
        one, other = rng.integers(0, len(graph.position), (2, 40 * count))
        near = np.hypot(*(graph.position[one] - graph.position[other]).T) <= 3000.0
        origin, target = np.concatenate([origin, one[near]]), np.concatenate([target, other[near]])
    return origin[:count], target[:count]


def main(count: int) -> None:
    """Measure, compare, print."""
    import networkx as nx

    ends, length, graph = lattice()
    origin, target = trips_of(graph, count)
    seen = length * np.random.default_rng(3).random(len(length)) * (np.random.default_rng(4).random(len(length)) < 0.4)
    print(f"{len(graph.position):,} nodes, {len(length):,} edges, {count:,} trips, {WORKERS} threads")
    cheapest(graph, length, origin[:10], target[:10])
    with ThreadPoolExecutor(WORKERS) as executor:
        began, spent = time.perf_counter(), time.process_time()
        routes = cheapest(graph, length, origin, target, executor=executor)
        along = incidence(routes, len(length)) @ np.stack([length, seen], axis=1)
        took = time.perf_counter() - began
        busy = time.process_time() - spent
        print(
            f"overseen, shortest ways and metres in view  {took:8.1f} s   {busy:.1f} s of processor; {len(routes.edge):,} edges"
        )
        few = slice(count // 10)
        began = time.perf_counter()
        for weight in WEIGHTS:
            cheapest(graph, length + weight * seen, origin[few], target[few], executor=executor)
        took = time.perf_counter() - began
        print(f"overseen, {len(WEIGHTS)} weights for the least-seen ways     {took:8.1f} s   of a tenth of the trips")
    print(f"  lengths are the sums of their edges to {np.abs(along[:, 0] - routes.cost).max():.1e} m")
    both = np.concatenate([ends, ends[:, ::-1]])
    links = csr_array((np.concatenate([length, length]), (both[:, 0], both[:, 1])), shape=(len(graph.position),) * 2)
    began = time.perf_counter()
    found = [dijkstra(links, indices=a, limit=8000.0, return_predecessors=True)[0][b]
             for a, b in zip(origin[:SCIPY_SAMPLE], target[:SCIPY_SAMPLE], strict=True)]  # fmt: skip
    each = (time.perf_counter() - began) / SCIPY_SAMPLE
    apart = np.abs(np.array(found) - routes.cost[:SCIPY_SAMPLE]).max()
    print(
        f"scipy, one search per trip, limit 8 km      {each * count:8.0f} s   from {SCIPY_SAMPLE}; lengths apart {apart:.1e} m"
    )
    other = nx.Graph()
    other.add_weighted_edges_from(zip(ends[:, 0].tolist(), ends[:, 1].tolist(), length.tolist(), strict=True))
    began = time.perf_counter()
    found = [nx.bidirectional_dijkstra(other, a, b)[0]
             for a, b in zip(origin[:NETWORKX_SAMPLE].tolist(), target[:NETWORKX_SAMPLE].tolist(), strict=True)]  # fmt: skip
    each = (time.perf_counter() - began) / NETWORKX_SAMPLE
    apart = np.abs(np.array(found) - routes.cost[:NETWORKX_SAMPLE]).max()
    print(
        f"networkx, bidirectional                     {each * count:8.0f} s   from {NETWORKX_SAMPLE}; lengths apart {apart:.1e} m"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
