"""The walking network: the largest connected part of the streets, as arrays, and routes on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from overseen.kernels.routes import Graph, Routes, cheapest_routes
from overseen.model.city import City

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

RUN = 2048
"""About so many trips go to a thread at a time; runs end with an origin, so that no run changes a search."""


@dataclass(frozen=True, slots=True)
class WalkingNetwork:
    """Streets between nodes, all connected.

    Parameters
    ----------
    graph
        Nodes and arcs as the kernels take them.
    street
        Per edge its row in the city's streets.
    from_node, to_node
        Ends of every edge.
    length_m
        Per edge, whole.
    told_m
        Per edge, metres under the sky inside the boundary: of the rest nobody knows who sees it.
    counted_m
        Per edge, metres of counted street, which outlines of squares are not; for weights.
    left_out_m
        Metres of street that are not connected to the rest.
    """

    graph: Graph
    street: NDArray[np.intp]
    from_node: Integers
    to_node: Integers
    length_m: Floats
    told_m: Floats
    counted_m: Floats
    left_out_m: float

    @property
    def position(self) -> Floats:
        """Nodes, shape (n, 2), m."""
        return self.graph.position

    def node_length_m(self) -> Floats:
        """Return metres of counted street that belong to each node: half of every edge that ends there."""
        count = len(self.position)
        halves = self.counted_m / 2.0
        ends = np.concatenate([self.from_node, self.to_node])
        return np.bincount(ends, np.concatenate([halves, halves]), count).astype(float)


def walking_network(city: City, *, kinds: Sequence[str] | None = None) -> WalkingNetwork:
    """Return the largest connected part of the streets, or of those of some kinds; pieces that lead nowhere are left out."""
    streets = city.streets
    row = np.arange(len(streets))
    length_m = shapely.length(streets.geometry.to_numpy())
    is_kept = (streets["from_node"] != streets["to_node"]).to_numpy() & (length_m > 0.0)
    if kinds is not None:
        is_kept &= streets["kind"].isin(list(kinds)).to_numpy()
    row = row[is_kept]
    names, ends = np.unique(streets[["from_node", "to_node"]].to_numpy()[row], return_inverse=True)
    ends = ends.reshape(-1, 2)
    part = _largest_part(ends, len(names), length_m[row])
    is_in = part[ends[:, 0]] if len(row) else np.zeros(0, dtype=bool)
    left_out = float(length_m.sum() - length_m[row[is_in]].sum())
    row, ends = row[is_in], ends[is_in]
    used, ends = np.unique(ends, return_inverse=True)
    ends = ends.reshape(-1, 2).astype(np.int64)
    lines = streets.geometry.to_numpy()[row]
    inside = shapely.length(shapely.intersection(lines, city.boundary))
    told = np.where(streets["is_open_air"].to_numpy()[row], inside, 0.0)
    counted = np.where(streets["is_area_outline"].to_numpy()[row], 0.0, told)
    position = _positions(lines, ends, len(used))
    graph = graph_of(ends, position, length_m[row])
    return WalkingNetwork(graph, row, ends[:, 0], ends[:, 1], length_m[row], told, counted, left_out)


def _largest_part(ends: Integers, count: int, length_m: Floats) -> NDArray[np.bool_]:
    """Return which nodes belong to the part with most metres."""
    if len(ends) == 0:
        return np.zeros(count, dtype=bool)
    links = csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count))
    label = connected_components(links, directed=False)[1]
    return label == np.argmax(np.bincount(label[ends[:, 0]], length_m))


def _positions(lines: NDArray[np.object_], ends: Integers, count: int) -> Floats:
    position = np.zeros((count, 2))
    for side, place in ((1, -1), (0, 0)):
        position[ends[:, side]] = shapely.get_coordinates(shapely.get_point(lines, place))
    return position


def graph_of(ends: Integers, position: Floats, length_m: Floats) -> Graph:
    """Return edges between ``ends`` (edges, 2) as a graph walked both ways."""
    count, edges = len(position), len(ends)
    start = np.concatenate([ends[:, 0], ends[:, 1]])
    order = np.argsort(start, kind="stable")
    first = np.searchsorted(start[order], np.arange(count + 1)).astype(np.int64)
    to = np.concatenate([ends[:, 1], ends[:, 0]])[order].astype(np.int64)
    edge = np.concatenate([np.arange(edges), np.arange(edges)])[order].astype(np.int64)
    straight = np.hypot(*(position[ends[:, 0]] - position[ends[:, 1]]).T) if edges else np.empty(0)
    # Nodes that do not lie where their streets end would make the straight line no bound.
    ratio = np.divide(length_m, straight, out=np.ones(edges), where=straight > 0.0)
    return Graph(first, to, edge, np.ascontiguousarray(position), float(min(1.0, ratio.min(initial=1.0))))


def cheapest(
    graph: Graph, cost: Floats, origin: Integers, target: Integers, *, executor: Executor | None = None
) -> Routes:
    """Return the cheapest ways of trips in their own order; the work is cut into runs for threads, to the same result."""
    order = np.lexsort((target, origin))
    origin, target = origin[order], target[order]
    runs = list(_runs(origin))

    def of_run(run: slice) -> Routes:
        return cheapest_routes(graph, cost, origin[run], target[run])

    parts = list(map(of_run, runs) if executor is None else executor.map(of_run, runs))
    if not parts:
        return Routes(np.empty(0), np.zeros(1, dtype=np.int64), np.empty(0, dtype=np.int64))
    total = np.empty(len(order))
    total[order] = np.concatenate([part.cost for part in parts])
    each = np.concatenate([np.diff(part.offsets) for part in parts])
    edge = np.concatenate([part.edge for part in parts])
    return _reordered(total, each, edge, order)


def _runs(origin: Integers) -> Iterator[slice]:
    """Yield runs of trips that stand sorted by origin; a run ends where an origin does."""
    begin = 0
    while begin < len(origin):
        end = min(begin + RUN, len(origin))
        end = int(np.searchsorted(origin, origin[end - 1], side="right"))
        yield slice(begin, end)
        begin = end


def _reordered(total: Floats, each: Integers, edge: Integers, order: NDArray[np.intp]) -> Routes:
    """Return routes whose trip ``order[i]`` stands at place i, in the order of the trips."""
    count = np.empty(len(order), dtype=np.int64)
    count[order] = each
    offsets = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    begin = np.cumsum(each) - each
    place = np.repeat(offsets[:-1][order] - begin, each) + np.arange(len(edge))
    found = np.empty(len(edge), dtype=np.int64)
    found[place] = edge
    return Routes(total, offsets, found)


def chosen_routes(options: Sequence[Routes], choice: NDArray[np.intp]) -> Routes:
    """Return, for every trip, its route among several sets of routes."""
    count = np.choose(choice, [np.diff(option.offsets) for option in options])
    offsets = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    edge = np.empty(offsets[-1], dtype=np.int64)
    cost = np.choose(choice, [option.cost for option in options])
    for number, option in enumerate(options):
        trip = np.flatnonzero(choice == number)
        each = count[trip]
        within = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
        edge[np.repeat(offsets[trip], each) + within] = option.edge[np.repeat(option.offsets[trip], each) + within]
    return Routes(cost, offsets, edge)


def incidence(routes: Routes, edges: int) -> csr_array:
    """Return the sparse matrix (trips, edges) whose product with numbers per edge adds them up along the routes."""
    shape = (len(routes.cost), edges)
    return csr_array((np.ones(len(routes.edge)), routes.edge, routes.offsets), shape=shape)


def route_lines(network: WalkingNetwork, routes: Routes, streets: gpd.GeoDataFrame, origin: Integers) -> gpd.GeoSeries:
    """Return the course of every route from its origin on; a trip without a route is an empty line."""
    lines = streets.geometry.to_numpy()[network.street]
    courses = []
    for trip, start in enumerate(origin):
        node, points = int(start), []
        for edge in routes.edge[routes.offsets[trip] : routes.offsets[trip + 1]]:
            is_forward = network.from_node[edge] == node
            course = shapely.get_coordinates(lines[edge])
            points.append(course if is_forward else course[::-1])
            node = int(network.to_node[edge] if is_forward else network.from_node[edge])
        courses.append(shapely.LineString(np.concatenate(points)) if points else shapely.LineString())
    return gpd.GeoSeries(courses, index=pd.RangeIndex(len(courses)), crs=streets.crs)
