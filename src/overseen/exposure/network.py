"""The examined network: every head's view all round, and its drawn sectors, made once and used by every exposure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.kernels.draws import Pairs, Sectors
from overseen.kernels.stars import Stars
from overseen.model.schema import View
from overseen.visibility.heads import HeadViews

Floats = NDArray[np.float64]


def points_of(position: Floats) -> NDArray[np.object_]:
    """Return positions (n, 2) as n point geometries."""
    return np.asarray(shapely.points(position), dtype=object).reshape(-1)


@dataclass(frozen=True, slots=True)
class ExaminedHeads:
    """Heads whose view counts, in order: who they belong to, where they stand, what they see all round, their draws.

    Parameters
    ----------
    heads
        Table ``heads`` with columns ``kind`` and ``operator`` of their cameras.
    position
        Shape (n, 2), m.
    star_set
        Their views all round, out to the longest reach of any draw.
    views
        Their drawn sectors.
    """

    heads: pd.DataFrame
    position: Floats
    star_set: Stars
    views: HeadViews

    def camera_numbers(self) -> NDArray[np.int64]:
        """Return a number per head, equal for heads of one camera."""
        return pd.factorize(self.heads["camera_id"])[0].astype(np.int64)

    def tree(self) -> shapely.STRtree:
        """Return a search tree of the positions."""
        return shapely.STRtree(points_of(self.position))


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


def pair_offsets(first: NDArray[np.intp], count: int) -> NDArray[np.int64]:
    """Return where each of ``count`` first members begins in sorted pairs, shape (count + 1,)."""
    return np.searchsorted(first, np.arange(count + 1)).astype(np.int64)


def local_pairs(found: NDArray[np.intp], head: NDArray[np.intp], count: int) -> tuple[NDArray[np.intp], Pairs]:
    """Return the heads that occur in pairs, and the pairs with heads numbered among those."""
    used, local = np.unique(head, return_inverse=True)
    return used, Pairs(pair_offsets(found, count), local.astype(np.int64))


def sectors_of(views: HeadViews, used: NDArray[np.intp], view: View) -> Sectors:
    """Return the sectors of some heads in one view."""
    return views.take(used).sectors(view)
