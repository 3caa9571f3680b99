"""Approaches: the walking network within a distance of some doors, cut exactly there, and the least-seen way in.

Distances are along the network. Whoever comes from farther away passes the edge of that approach last at a point exactly so
far off; so it is enough to look for ways from there, and how streets are cut into pieces changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from overseen.model.city import City

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

APPROACH_M = 150.0
"""How far an approach reaches along the network."""

ACCESS_M = 50.0
"""A door farther than this from every walkable street is on no network."""

RIM_M = 25.0
"""A street that ends so near the study boundary may go on beyond what the data hold."""

Key = tuple[int, float, float]
"""A stretch of street: the piece, and where along it the stretch begins and ends, m."""


@dataclass(frozen=True, slots=True)
class Approach:
    """The network around the doors of one place, as a graph of stretches.

    Parameters
    ----------
    stretches
        What it is made of.
    ends
        The two nodes of each, shape (stretches, 2); nodes are numbered from 0.
    length_m
        Length of each.
    doors
        Nodes at which a door is reached.
    exits
        Nodes exactly ``APPROACH_M`` away from the nearest door.
    access_m
        From each door straight to the network.
    is_at_rim
        Whether some of it ends where the data end, so that what lies beyond cannot be told.
    """

    stretches: tuple[Key, ...]
    ends: Integers
    length_m: Floats
    doors: Integers
    exits: Integers
    access_m: Floats
    is_at_rim: bool

    @property
    def is_way_known(self) -> bool:
        """Whether it can be told what lies on the ways in."""
        return len(self.exits) > 0 and not self.is_at_rim


_NONE = np.empty(0, dtype=np.int64)
NOWHERE = Approach((), _NONE.reshape(0, 2), np.empty(0), _NONE, _NONE, np.empty(0), is_at_rim=False)
"""The approach of a place on no network."""


class WalkingNetwork:
    """The streets of a city as a graph, searchable."""

    def __init__(self, city: City) -> None:
        self.lines = city.streets.geometry.to_numpy()
        self.length_m = shapely.length(self.lines)
        raw = city.streets[["from_node", "to_node"]].to_numpy()
        self.node, flat = np.unique(raw, return_inverse=True)
        self.ends = flat.reshape(-1, 2).astype(np.int64)
        self.tree = shapely.STRtree(self.lines)
        self.boundary = city.boundary
        shapely.prepare(self.boundary)
        self.is_rim = self._rim()
        self.leaves = ~shapely.covers(self.boundary, self.lines)

    def _rim(self) -> NDArray[np.bool_]:
        """Return, per node, whether the network may go on there beyond the data, or does beyond the boundary."""
        where = np.zeros((len(self.node), 2))
        for side in (0, 1):
            where[self.ends[:, side]] = shapely.get_coordinates(shapely.get_point(self.lines, -side))
        points = shapely.points(where)
        degree = np.bincount(self.ends.ravel(), minlength=len(self.node))
        is_dead_end = (degree == 1) & (shapely.distance(points, shapely.boundary(self.boundary)) <= RIM_M)
        return ~shapely.intersects(self.boundary, points) | is_dead_end

    def leaves_boundary(self, key: Key) -> bool:
        """Return whether some of a stretch lies outside the study boundary."""
        return bool(self.leaves[key[0]]) and not bool(shapely.covers(self.boundary, self.stretch(key)))

    def stretch(self, key: Key) -> BaseGeometry:
        """Return the course of a stretch."""
        piece, start, end = key
        line = self.lines[piece]
        return line if start <= 0.0 and end >= self.length_m[piece] else substring(line, start, end)

    def approach(self, doors: NDArray[np.object_]) -> Approach:
        """Return the approach to some doors, given as points."""
        reached = [_Access(*found) for door in doors if (found := self._access(door)) is not None]
        if not reached:
            return NOWHERE
        near = self.tree.query([access.point for access in reached], predicate="dwithin", distance=APPROACH_M)[1]
        return _Local(self, np.unique(near), reached).approach()

    def _access(self, door: BaseGeometry) -> tuple[int, float, BaseGeometry, float] | None:
        """Return the piece at which a door is reached, how far along it, the point and its distance."""
        if len(self.lines) == 0:
            return None
        pieces = self.tree.query_nearest(door, max_distance=ACCESS_M)
        if len(pieces) == 0:
            return None
        piece = int(np.min(pieces))
        along_m = float(shapely.line_locate_point(self.lines[piece], door))
        point = shapely.line_interpolate_point(self.lines[piece], along_m)
        return piece, min(max(along_m, 0.0), float(self.length_m[piece])), point, float(shapely.distance(door, point))


@dataclass(frozen=True, slots=True)
class _Access:
    piece: int
    along_m: float
    point: BaseGeometry
    distance_m: float


class _Local:
    """The pieces around some doors, cut at the doors, with distances from them."""

    def __init__(self, network: WalkingNetwork, near: NDArray[np.intp], reached: list[_Access]) -> None:
        self.network = network
        self.reached = reached
        nodes, ends = np.unique(network.ends[near], return_inverse=True)
        ends = ends.reshape(-1, 2)
        self.is_rim = network.is_rim[nodes].tolist()
        self.count = len(nodes)
        self.doors: list[int] = []
        self.keys: list[Key] = []
        self.ends: list[tuple[int, int]] = []
        at = {int(piece): place for place, piece in enumerate(near)}
        cuts: dict[int, list[tuple[float, int]]] = {}
        for access in reached:
            self.doors.append(self._new_node())
            cuts.setdefault(access.piece, []).append((access.along_m, self.doors[-1]))
        for piece in near.tolist():
            first, last = ends[at[piece]].tolist()
            stops = [(0.0, first), *sorted(cuts.get(piece, [])), (float(network.length_m[piece]), last)]
            for (start, one), (end, other) in pairwise(stops):
                self.keys.append((piece, start, end))
                self.ends.append((one, other))

    def _new_node(self) -> int:
        self.count += 1
        self.is_rim.append(False)
        return self.count - 1

    def approach(self) -> Approach:
        """Return what lies within ``APPROACH_M`` of the doors, cut there."""
        length_m = np.array([end - start for _, start, end in self.keys])
        ends = np.array(self.ends, dtype=np.int64)
        graph = lightest(ends, length_m, self.count)
        away = dijkstra(graph, directed=False, indices=self.doors, min_only=True, limit=APPROACH_M)
        left_m = np.maximum(APPROACH_M - away, 0.0)[ends]
        keys: list[Key] = []
        pairs: list[tuple[int, int]] = []
        exits: list[int] = []
        for (piece, start, end), (one, other), whole, (from_one, from_other) in zip(
            self.keys, self.ends, length_m.tolist(), left_m.tolist(), strict=True
        ):
            if from_one + from_other >= whole:
                keys.append((piece, start, end))
                pairs.append((one, other))
                continue
            for reach, node, stretch in (
                (from_one, one, (start, start + from_one)),
                (from_other, other, (end - from_other, end)),
            ):
                if reach > 0.0:
                    exits.append(self._new_node())
                    keys.append((piece, *stretch))
                    pairs.append((node, exits[-1]))
        used = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        is_at_rim = bool(np.array(self.is_rim)[used].any()) if len(used) else False
        is_at_rim = is_at_rim or any(map(self.network.leaves_boundary, keys))
        return Approach(
            tuple(keys),
            used,
            np.array([end - start for _, start, end in keys]),
            np.array(self.doors, dtype=np.int64),
            np.array(exits, dtype=np.int64),
            np.array([access.distance_m for access in self.reached]),
            is_at_rim,
        )


def lightest(ends: Integers, weight: Floats, count: int) -> csr_array:
    """Return a graph as scipy takes it: of several edges between two nodes, the lightest; edges of no weight stay edges."""
    low, high = ends.min(axis=1), ends.max(axis=1)
    order = np.lexsort((weight, high, low))
    low, high, weight = low[order], high[order], weight[order]
    is_first = np.ones(len(low), dtype=bool)
    is_first[1:] = (np.diff(low) != 0) | (np.diff(high) != 0)
    low, high, weight = low[is_first], high[is_first], weight[is_first]
    offsets = np.searchsorted(low, np.arange(count + 1))
    return csr_array((weight, high, offsets), shape=(count, count))


def least_seen_m(approach: Approach, seen_m: Floats) -> Floats:
    """Return, per draw, the fewest metres in view on any way from an exit to a door, shape (draws,).

    ``seen_m`` has shape (stretches, draws). Every draw is a copy of the graph, all tied to one start, and one search serves all.
    """
    draws = seen_m.shape[1]
    nodes = int(approach.ends.max()) + 1
    # Far beyond any distance in the graph: nodes that no stretch has are never reached.
    shift = np.repeat(np.arange(draws) * nodes, len(approach.ends))[:, None]
    ends = np.tile(approach.ends, (draws, 1)) + shift
    start = draws * nodes
    copies = np.arange(draws)[:, None] * nodes
    tied = (approach.exits[None, :] + copies).ravel()
    ends = np.concatenate([ends, np.stack([tied, np.full(len(tied), start)], axis=1)])
    weight = np.concatenate([seen_m.T.ravel(), np.zeros(len(tied))])
    cost = dijkstra(lightest(ends, weight, start + 1), directed=False, indices=start)
    return np.asarray(cost[approach.doors[None, :] + copies].min(axis=1))
