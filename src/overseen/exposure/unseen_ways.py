"""Ways in nobody's view: whether there is one, what it costs, and the way that is seen least.

Unseen means outside all that any camera could look at, at the lowest level. What lies under ground, indoors or beyond the
boundary is told by nobody: it counts as unseen, and so that this hides nothing every count is also made without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from overseen.exposure.walking import WalkingNetwork, cheapest, chosen_routes, incidence
from overseen.kernels.routes import Routes

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]
Seen = NDArray[np.float32]

WEIGHTS = (0.25, 1.0, 3.0, 10.0, 40.0)
"""Metres of detour that a metre in view is taken to be worth, one set of routes each."""

WHOLE_M = 0.01
"""An edge told to within a centimetre of its length is told whole."""


def unseen_labels(network: WalkingNetwork, is_open: Flags) -> Integers:
    """Return a number per node, equal where open edges join them."""
    count = len(network.position)
    ends = network.from_node[is_open], network.to_node[is_open]
    links = csr_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(count, count))
    return connected_components(links, directed=False)[1].astype(np.int64)


def is_told(network: WalkingNetwork) -> Flags:
    """Return which edges lie under the sky and inside the boundary, whole."""
    return network.told_m >= network.length_m - WHOLE_M


def has_unseen_way(
    network: WalkingNetwork, seen_m: Seen, origin: Integers, target: Integers, *, only_told: bool = False
) -> Flags:
    """Return whether each trip can be made without a metre in view at any price, shape (trips, draws).

    ``seen_m`` (edges, draws). With ``only_told`` no way leads where nothing is told.
    """
    passable = is_told(network) if only_told else np.ones(len(network.length_m), dtype=bool)
    found = np.empty((len(origin), seen_m.shape[1]), dtype=bool)
    for draw in range(seen_m.shape[1]):
        label = unseen_labels(network, passable & (seen_m[:, draw] == 0.0))
        found[:, draw] = label[origin] == label[target]
    return found


def unseen_extra_share(
    network: WalkingNetwork,
    seen_m: Seen,
    origin: Integers,
    target: Integers,
    *,
    shortest_m: Floats,
    executor: Executor | None = None,
) -> Floats:
    """Return how much longer than the shortest the shortest unseen way is, as a share of it; inf: there is none; (trips, draws).

    No way leads where nothing is told.
    """
    extra = np.full((len(origin), seen_m.shape[1]), np.inf)
    way = has_unseen_way(network, seen_m, origin, target, only_told=True)
    told = is_told(network)
    for draw in range(seen_m.shape[1]):
        trip = np.flatnonzero(way[:, draw])
        cost = np.where(told & (seen_m[:, draw] == 0.0), network.length_m, np.inf)
        found = cheapest(network.graph, cost, origin[trip], target[trip], executor=executor)
        extra[trip, draw] = np.maximum(found.cost / shortest_m[trip] - 1.0, 0.0)
    return extra


@dataclass(frozen=True, slots=True)
class LeastSeen:
    """For every trip a way that is seen little, and a floor below which none within the detour can come.

    Parameters
    ----------
    routes
        The best way found within the detour; ``cost`` is its length, m.
    seen_m
        Metres of it in view, on the exposure by which it was sought; at least the fewest possible.
    floor_m
        The fewest possible are at least this.
    """

    routes: Routes
    seen_m: Floats
    floor_m: Floats


def least_seen_ways(
    network: WalkingNetwork,
    seen_m: Floats,
    shortest: Routes,
    origin: Integers,
    target: Integers,
    *,
    detour_share: float,
    weights: Sequence[float] = WEIGHTS,
    executor: Executor | None = None,
) -> LeastSeen:
    """Return bounds on the fewest metres in view of each trip within a detour, and the ways that give the upper one.

    For each weight the cheapest way by length plus weight times metres in view is sought. One within the detour bounds the
    fewest metres from above. From below: no way of at most L metres has fewer in view than (cheapest - L) / weight, as each
    way costs at least the cheapest (Lagrangian relaxation; Handler and Zang 1980). ``seen_m`` (edges,).
    """
    limit_m = shortest.cost * (1.0 + detour_share) + WHOLE_M
    options, floor = [shortest], np.zeros(len(origin))
    best, choice = incidence(shortest, len(seen_m)) @ seen_m, np.zeros(len(origin), dtype=np.intp)
    for number, weight in enumerate(weights, start=1):
        found = cheapest(network.graph, network.length_m + weight * seen_m, origin, target, executor=executor)
        along = incidence(found, len(seen_m))
        length, seen = along @ network.length_m, along @ seen_m
        floor = np.maximum(floor, (found.cost - limit_m) / weight)
        is_better = (length <= limit_m) & (seen < best)
        best, choice = np.where(is_better, seen, best), np.where(is_better, number, choice)
        options.append(found._replace(cost=length))
    return LeastSeen(chosen_routes(options, choice), best, np.minimum(floor, best))
