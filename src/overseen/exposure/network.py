"""The examined network: every head's view all round, and its drawn sectors, made once and used by every exposure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.kernels.counted_points import heads_reaching
from overseen.kernels.draws import Pairs, Sectors, Segments
from overseen.kernels.segments_reached import segments_reached
from overseen.model.schema import View
from overseen.visibility.heads import HeadViews
from overseen.visibility.placement import points_of
from overseen.visibility.scenery import HeadViewsByHeight, Scenery

Floats = NDArray[np.float64]
ScalarT = TypeVar("ScalarT", bound=np.generic)


@dataclass(frozen=True, slots=True)
class ExaminedHeads:
    """Heads whose view counts, in order: who they belong to, where they stand, what they see all round, their draws.

    Parameters
    ----------
    heads
        Table ``heads`` with columns ``kind``, ``operator`` and ``use`` of their cameras.
    position
        Shape (n, 2), m.
    scenery
        The buildings around them, under every set of heights.
    views
        Their drawn sectors.
    """

    heads: pd.DataFrame
    position: Floats
    scenery: Scenery
    views: HeadViews
    _told: dict[str, NDArray[Any]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _tree: list[shapely.STRtree] = field(default_factory=list, init=False, repr=False, compare=False)

    def camera_numbers(self) -> NDArray[np.int64]:
        """Return a number per head, equal for heads of one camera."""
        return self.once("cameras", lambda heads: pd.factorize(heads["camera_id"])[0].astype(np.int64))

    def once(self, name: str, found: Callable[[pd.DataFrame], NDArray[ScalarT]]) -> NDArray[ScalarT]:
        """Return what is found of the table of heads, looked for once: cells that ask are many, and the table is long."""
        if name not in self._told:
            self._told[name] = found(self.heads)
        return self._told[name]

    def radius_m(self) -> Floats:
        """Return how far each head looks under any draw, shape (n,), m."""
        return self.scenery.radius_m

    def tree(self) -> shapely.STRtree:
        """Return a search tree of the positions, made once."""
        if not self._tree:
            self._tree.append(shapely.STRtree(points_of(self.position)))
        return self._tree[0]


def nearby_pairs(
    tree: shapely.STRtree, geometries: NDArray[np.object_], reach_m: Floats
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return pairs (geometry, head) in which the head's longest reach touches the geometry, sorted by both.

    ``reach_m`` has shape (heads,). The search runs at the longest reach of all and is then cut to each head's own.
    """
    if len(reach_m) == 0 or len(geometries) == 0:
        nothing = np.empty(0, dtype=np.intp)
        return nothing, nothing
    found, head = tree.query(geometries, predicate="dwithin", distance=float(reach_m.max()))
    distance = shapely.distance(geometries[found], tree.geometries[head])
    kept = distance <= reach_m[head]
    order = np.lexsort((head[kept], found[kept]))
    return found[kept][order], head[kept][order]


def nearby_points(
    tree: shapely.STRtree, points: Floats, position: Floats, reach_m: Floats
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pairs of :func:`nearby_pairs` for points that lie close together, shape (p, 2), sorted by both.

    ``tree`` holds the heads at ``position`` (heads, 2). It is asked once for all the points: a geometry and a search for each
    cost more than the distances to the few heads that are near them all.
    """
    near = _heads_around(tree, points, reach_m)
    across, along = (points[:, [side]] - position[near, side] for side in (0, 1))
    point, place = np.nonzero(np.sqrt(across * across + along * along) <= reach_m[near])
    return point, near[place]


def nearby_segments(
    tree: shapely.STRtree, segments: Segments, position: Floats, reach_m: Floats
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pairs of :func:`nearby_pairs` for straight segments that lie close together, sorted by both."""
    near = _heads_around(tree, np.concatenate([segments.start, segments.end]), reach_m)
    found, place = segments_reached(
        segments.start, segments.end, np.ascontiguousarray(position[near]), np.ascontiguousarray(reach_m[near])
    )
    return found.astype(np.intp), near[place]


def heads_near(tree: shapely.STRtree, points: Floats, position: Floats, reach_m: Floats) -> NDArray[np.intp]:
    """Return the heads that reach any of some points, shape (p, 2), in order; ``tree`` holds the heads at ``position``."""
    near = _heads_around(tree, points, reach_m)
    is_reaching = heads_reaching(
        np.ascontiguousarray(points), np.ascontiguousarray(position[near]), np.ascontiguousarray(reach_m[near])
    )
    return np.asarray(near[is_reaching], dtype=np.intp)


def _heads_around(tree: shapely.STRtree, points: Floats, reach_m: Floats) -> NDArray[np.intp]:
    """Return the heads that may reach into the box of some points, in order."""
    if len(reach_m) == 0 or len(points) == 0:
        return np.empty(0, dtype=np.intp)
    box = shapely.box(*points.min(axis=0), *points.max(axis=0))
    # A little farther than any looks: which of them do is told by the distance itself.
    return np.sort(tree.query(box, predicate="dwithin", distance=float(reach_m.max()) + 1.0))


def pair_offsets(first: NDArray[np.intp], count: int) -> NDArray[np.int64]:
    """Return where each of ``count`` first members begins in sorted pairs, shape (count + 1,)."""
    return np.searchsorted(first, np.arange(count + 1)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class LocalPairs:
    """Pairs of things and heads, ready for the kernels.

    Parameters
    ----------
    used
        The heads that occur, in order.
    pairs
        The pairs, heads numbered among those.
    seen
        The views of those heads.
    thing, view
        One row per pair and view of its head: number of the thing, and row of ``seen.views``.
    """

    used: NDArray[np.intp]
    pairs: Pairs
    seen: HeadViewsByHeight
    thing: NDArray[np.int64]
    view: NDArray[np.int64]


def local_pairs(found: NDArray[np.intp], head: NDArray[np.intp], count: int, examined: ExaminedHeads) -> LocalPairs:
    """Return pairs (of ``count`` things, in order) with the views that their heads have under every set of heights."""
    used, local = np.unique(head, return_inverse=True)
    seen = examined.scenery.of_heads(used)
    totals = np.diff(seen.first)[local]
    first = np.concatenate([[0], np.cumsum(totals)]).astype(np.int64)
    within = np.arange(first[-1]) - np.repeat(first[:-1], totals)
    view = (np.repeat(seen.first[:-1][local], totals) + within).astype(np.int64)
    of_draw = np.ascontiguousarray(
        seen.of_set[:, np.arange(examined.views.bearing_deg.shape[1]) % seen.of_set.shape[1]]
    )
    pairs = Pairs(pair_offsets(found, count), local.astype(np.int64), first, of_draw)
    return LocalPairs(used, pairs, seen, np.repeat(found, totals).astype(np.int64), view)


def sectors_of(
    views: HeadViews, used: NDArray[np.intp], view: View, is_active: NDArray[np.bool_] | None = None
) -> Sectors:
    """Return the sectors of some heads in one view; of all heads, those that are not active are without any reach."""
    sectors = views.take(used).sectors(view)
    if is_active is None or is_active[used].all():
        return sectors
    return sectors._replace(reach_m=np.where(is_active[used][:, None, None], sectors.reach_m, 0.0))
