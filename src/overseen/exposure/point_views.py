"""What is seen of sample points: the heads near them with their views, and how many points are in view over the draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.exposure.network import ExaminedHeads, heads_near, sectors_of
from overseen.kernels.counted_points import Eyes, clear_point_counts
from overseen.model.schema import View
from overseen.visibility.scenery import HeadViewsByHeight

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SeenPoints:
    """Some points and the views of the heads that may see any of them, ready for the draws.

    Parameters
    ----------
    points
        Shape (p, 2), m.
    used
        The heads, in order.
    seen
        Their views.
    """

    points: Floats
    used: NDArray[np.intp]
    seen: HeadViewsByHeight

    def counts(
        self,
        view: View,
        examined: ExaminedHeads,
        *,
        group: Integers | None = None,
        group_count: int = 1,
        is_active: Flags | None = None,
    ) -> Integers:
        """Return how many of the points of each group are in view, shape (groups, draws, levels).

        ``group`` (p,) numbers that of each; by default all are one. ``is_active`` tells of all heads which are; by default all.
        """
        draws = examined.views.bearing_deg.shape[1]
        eyes = Eyes(
            np.ascontiguousarray(examined.position[self.used]),
            np.ascontiguousarray(examined.radius_m()[self.used]),
            self.seen.first,
            np.ascontiguousarray(self.seen.of_set[:, np.arange(draws) % self.seen.of_set.shape[1]]),
        )
        sectors = sectors_of(examined.views, self.used, view, is_active)
        groups = np.zeros(len(self.points), dtype=np.int64) if group is None else group
        views = self.seen.views
        return clear_point_counts(self.points, groups, group_count, eyes, views.stars, views.shadows, sectors)


def seen_points(points: Floats, tree: shapely.STRtree, examined: ExaminedHeads) -> SeenPoints:
    """Return what is seen of points, shape (p, 2); ``tree`` holds the positions of the heads."""
    points = np.ascontiguousarray(points)
    near = heads_near(tree, points, examined.position, examined.radius_m())
    return SeenPoints(points, near, examined.scenery.of_heads(near))
