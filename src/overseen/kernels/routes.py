"""Shortest ways on a street network: A* and Dijkstra's search over a binary heap (Hart, Nilsson and Raphael 1968).

Trips that start at one node share one search; a lone trip is sought with the straight line to its end as the bound. Every kernel
takes a run of trips, so callers cut the work into runs of fixed length and hand them to threads: same bytes on any number.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SHARED_FROM = 6
"""From so many trips of one origin on, one search for all of them is cheaper than one each (measured in bench/trips.py)."""


class Graph(NamedTuple):
    """A network walked both ways: the arcs of node i are rows ``first[i]:first[i + 1]`` of ``to`` and ``edge``.

    ``position`` (nodes, 2) is in m. ``bound`` (0..1) times the straight line between two nodes is no more than the length of
    any edge between them; 1 where every edge is at least as long as the line between its ends.
    """

    first: Integers
    to: Integers
    edge: Integers
    position: Floats
    bound: float


class Routes(NamedTuple):
    """Ways of trips in order: the edges of trip i, from its origin on, are ``edge[offsets[i]:offsets[i + 1]]``.

    ``cost`` (trips,) is inf where there is no way; such a trip has no edges, and neither has one that ends where it starts.
    """

    cost: Floats
    offsets: Integers
    edge: Integers


class _Search(NamedTuple):
    """The state of a search; a node counts as reached or settled in the search whose number its stamp carries."""

    cost: Floats
    before: Integers
    through: Integers
    reached: Integers
    settled: Integers
    key: Floats
    item: Integers


@inlined
def _pushed(key: Floats, item: Integers, size: int, value: float, node: int) -> int:
    """Put a node into the heap; return its size then."""
    place = size
    while place > 0:
        above = (place - 1) >> 1
        if key[above] <= value:
            break
        key[place], item[place] = key[above], item[above]
        place = above
    key[place], item[place] = value, node
    return size + 1


@inlined
def _popped(key: Floats, item: Integers, size: int) -> int:
    """Take the first entry off the heap, leaving it in the row after the last; return the size then."""
    value, node = key[0], item[0]
    size -= 1
    last, moved = key[size], item[size]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and key[below + 1] < key[below]:
            below += 1
        if key[below] >= last:
            break
        key[place], item[place] = key[below], item[below]
        place = below
    key[place], item[place] = last, moved
    key[size], item[size] = value, node
    return size


ROUNDING = 1e-12
"""Part by which two sums of the same lengths may differ."""


@kernel
def _new_search(graph: Graph) -> _Search:
    nodes, arcs = len(graph.first) - 1, len(graph.to)
    return _Search(
        np.empty(nodes, dtype=np.float64),
        np.empty(nodes, dtype=np.int64),
        np.empty(nodes, dtype=np.int64),
        np.full(nodes, -1, dtype=np.int64),
        np.full(nodes, -1, dtype=np.int64),
        np.empty(arcs + 2, dtype=np.float64),
        np.empty(arcs + 2, dtype=np.int64),
    )


@kernel
def _sought(graph: Graph, cost: Floats, state: _Search, stamp: int, source: int, wanted: Integers, left: int) -> None:
    """Search from ``source`` until ``left`` nodes whose ``wanted`` carries the stamp are settled, or nothing is left.

    With one wanted node its number stands in ``wanted[-1]``, and the search leans towards it.
    """
    first, to, edge, position = graph.first, graph.to, graph.edge, graph.position
    g, before, through, reached, settled, key, item = (
        state.cost, state.before, state.through, state.reached, state.settled, state.key, state.item,
    )  # fmt: skip
    goal = wanted[-1]
    x, y = (position[goal, 0], position[goal, 1]) if goal >= 0 else (0.0, 0.0)
    bound = graph.bound * (1.0 - 1e-12) if goal >= 0 else 0.0
    g[source], before[source], through[source], reached[source] = 0.0, -1, -1, stamp
    size = _pushed(key, item, 0, 0.0, source)
    while size > 0:
        size = _popped(key, item, size)
        node = item[size]
        if settled[node] == stamp:
            continue
        settled[node] = stamp
        if wanted[node] == stamp:
            left -= 1
            if left == 0:
                return
        for arc in range(first[node], first[node + 1]):
            other = to[arc]
            if settled[other] == stamp:
                continue
            new = g[node] + cost[edge[arc]]
            if new == np.inf or (reached[other] == stamp and new >= g[other]):
                continue
            g[other], before[other], through[other], reached[other] = new, node, edge[arc], stamp
            ahead = bound * np.hypot(position[other, 0] - x, position[other, 1] - y) if bound > 0.0 else 0.0
            size = _pushed(key, item, size, new + ahead, other)


@inlined
def _step_count(before: Integers, node: int) -> int:
    count = 0
    while before[node] >= 0:
        node = before[node]
        count += 1
    return count


@kernel
def cheapest_routes(graph: Graph, cost: Floats, origin: Integers, target: Integers) -> Routes:
    """Return the cheapest ways of trips, which stand sorted by ``origin``.

    ``cost`` (edges,) is not negative and at least ``graph.bound`` times the straight line between an edge's ends; inf closes
    an edge.
    """
    trips = len(origin)
    state = _new_search(graph)
    wanted = np.full(len(graph.first), -1, dtype=np.int64)
    total = np.full(trips, np.inf, dtype=np.float64)
    offsets = np.zeros(trips + 1, dtype=np.int64)
    found = np.empty(64 * trips + 64, dtype=np.int64)
    filled = 0
    stamp = -1
    trip = 0
    while trip < trips:
        end = trip + 1
        while end < trips and origin[end] == origin[trip]:
            end += 1
        is_shared = end - trip >= SHARED_FROM
        if is_shared:
            stamp += 1
            left = 0
            for row in range(trip, end):
                if wanted[target[row]] != stamp:
                    wanted[target[row]] = stamp
                    left += 1
            wanted[-1] = -1
            _sought(graph, cost, state, stamp, origin[trip], wanted, left)
        for row in range(trip, end):
            goal = target[row]
            if not is_shared:
                stamp += 1
                wanted[goal] = stamp
                wanted[-1] = goal
                _sought(graph, cost, state, stamp, origin[row], wanted, 1)
            offsets[row + 1] = filled
            if state.settled[goal] != stamp:
                continue
            total[row] = state.cost[goal]
            count = _step_count(state.before, goal)
            if filled + count > len(found):
                longer = np.empty(2 * (filled + count), dtype=np.int64)
                longer[:filled] = found[:filled]
                found = longer
            node = goal
            for place in range(filled + count - 1, filled - 1, -1):
                found[place] = state.through[node]
                node = state.before[node]
            filled += count
            offsets[row + 1] = filled
        trip = end
    return Routes(total, offsets, found[:filled].copy())


@kernel
def costs_from(graph: Graph, cost: Floats, source: int) -> Floats:
    """Return the cost of the cheapest way from one node to every node, inf where there is none."""
    state = _new_search(graph)
    wanted = np.full(len(graph.first), -1, dtype=np.int64)
    _sought(graph, cost, state, 0, source, wanted, -1)
    found = np.full(len(graph.first) - 1, np.inf, dtype=np.float64)
    for node in range(len(found)):
        if state.settled[node] == 0:
            found[node] = state.cost[node]
    return found


@kernel
def least_seen_route(
    graph: Graph, length_m: Floats, seen_m: Floats, source: int, target: int, limit_m: float, most_labels: int
) -> tuple[float, float, Integers, bool]:
    """Return metres in view and metres of the way with fewest in view of all no longer than ``limit_m``, its edges, and True.

    Exact, by setting labels in the order of metres in view (Ulloa, Yeoh, Baier, Zhang, Suazo and Koenig 2020): of those that
    reach a node, one that comes later and is no shorter leads nowhere better. False and nothing: there were more labels
    than ``most_labels``. Of equal views the shorter way is taken.
    """
    length_left = costs_from(graph, length_m, target)
    seen_left = costs_from(graph, seen_m, target)
    node = np.empty(most_labels, dtype=np.int64)
    seen = np.empty(most_labels, dtype=np.float64)
    length = np.empty(most_labels, dtype=np.float64)
    parent = np.empty(most_labels, dtype=np.int64)
    through = np.empty(most_labels, dtype=np.int64)
    key = np.empty(most_labels + 2, dtype=np.float64)
    item = np.empty(most_labels + 2, dtype=np.int64)
    shortest = np.full(len(graph.first) - 1, np.inf, dtype=np.float64)
    nothing = np.empty(0, dtype=np.int64)
    # Lengths summed from either end differ in the last digits; a limit that is the shortest way itself must not shut it out.
    limit_m *= 1.0 + ROUNDING
    if length_left[source] > limit_m:
        return np.inf, np.inf, nothing, True
    # Metres in view decide; among equals a hair of length does, far below a millimetre in view.
    hair = 1e-9
    node[0], seen[0], length[0], parent[0], through[0] = source, 0.0, 0.0, -1, -1
    count = 1
    size = _pushed(key, item, 0, seen_left[source] + hair * length_left[source], 0)
    while size > 0:
        size = _popped(key, item, size)
        label = item[size]
        here = node[label]
        if length[label] >= shortest[here]:
            continue
        shortest[here] = length[label]
        if here == target:
            steps = 0
            row = label
            while parent[row] >= 0:
                steps += 1
                row = parent[row]
            edges = np.empty(steps, dtype=np.int64)
            row = label
            for place in range(steps - 1, -1, -1):
                edges[place] = through[row]
                row = parent[row]
            return seen[label], length[label], edges, True
        for arc in range(graph.first[here], graph.first[here + 1]):
            other = graph.to[arc]
            edge = graph.edge[arc]
            ahead = length[label] + length_m[edge]
            if ahead >= shortest[other] or ahead + length_left[other] > limit_m:
                continue
            if count == most_labels:
                return np.inf, np.inf, nothing, False
            node[count], length[count], parent[count], through[count] = other, ahead, label, edge
            seen[count] = seen[label] + seen_m[edge]
            size = _pushed(key, item, size, seen[count] + seen_left[other] + hair * (ahead + length_left[other]), count)
            count += 1
    return np.inf, np.inf, nothing, True


@kernel
def leads_away(graph: Graph, is_open: NDArray[np.bool_], source: Integers, radius_m: float) -> NDArray[np.bool_]:
    """Return whether open edges lead from each source to some node at least ``radius_m`` away as the crow flies."""
    nodes = len(graph.first) - 1
    reached = np.full(nodes, -1, dtype=np.int64)
    stack = np.empty(nodes, dtype=np.int64)
    leads = np.zeros(len(source), dtype=np.bool_)
    for row in range(len(source)):
        start = source[row]
        x, y = graph.position[start, 0], graph.position[start, 1]
        stack[0], reached[start] = start, row
        size = 1
        while size > 0 and not leads[row]:
            size -= 1
            node = stack[size]
            if np.hypot(graph.position[node, 0] - x, graph.position[node, 1] - y) >= radius_m:
                leads[row] = True
                break
            for arc in range(graph.first[node], graph.first[node + 1]):
                other = graph.to[arc]
                if is_open[graph.edge[arc]] and reached[other] != row:
                    reached[other] = row
                    stack[size] = other
                    size += 1
    return leads
