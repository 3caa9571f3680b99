"""Points on a grid that sample ground within reach of heads, box by box, so that a city's are never held at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.exposure.grids import Grid
from overseen.kernels.discs import is_in_discs
from overseen.visibility.cells import CELL_M
from overseen.visibility.placement import points_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class GroundPoints:
    """Disjoint polygons in groups, and the heads whose reach is sampled.

    Parameters
    ----------
    shapes, group
        The polygons under a search tree, and the group of each.
    heads, radius_m
        Where the heads stand, under a search tree, and how far each looks, m.
    spacing_m
        Distance of the points; the grid hangs on the frame's axes.
    """

    shapes: shapely.STRtree
    group: Integers
    heads: shapely.STRtree
    position: Floats
    radius_m: Floats
    spacing_m: float

    @classmethod
    def of(
        cls, groups: Sequence[NDArray[np.object_]], position: Floats, radius_m: Floats, spacing_m: float
    ) -> GroundPoints:
        """Return the points of some polygons within reach of heads at ``position`` (n, 2)."""
        shapes = np.concatenate([np.empty(0, dtype=object), *groups])
        group = np.repeat(np.arange(len(groups)), [len(part) for part in groups]).astype(np.int64)
        position = np.ascontiguousarray(position.reshape(-1, 2))
        return cls(shapely.STRtree(shapes), group, shapely.STRtree(points_of(position)), position, radius_m, spacing_m)

    def cells(self) -> list[NDArray[np.intp]]:
        """Return column and row of every cell of ``CELL_M`` that a head may look into, row by row."""
        low = np.floor((self.position - self.radius_m[:, None]) / CELL_M).astype(np.int64)
        high = np.floor((self.position + self.radius_m[:, None]) / CELL_M).astype(np.int64)
        ranges = np.unique(np.column_stack([low, high]), axis=0)
        found = {
            (row, column)
            for west, south, east, north in ranges.tolist()
            for row in range(south, north + 1)
            for column in range(west, east + 1)
        }
        return [np.array([column, row], dtype=np.intp) for row, column in sorted(found)]

    def in_cell(self, cell: NDArray[np.intp]) -> tuple[Floats, Integers]:
        """Return the points of a cell, shape (points, 2), and the group of each."""
        west, south = cell * CELL_M
        return self.in_box(west, south, west + CELL_M, south + CELL_M)

    def in_box(self, west: float, south: float, east: float, north: float) -> tuple[Floats, Integers]:
        """Return the points of a box within reach of any head, shape (points, 2), and the group of each."""
        nothing = np.empty((0, 2)), np.empty(0, dtype=np.int64)
        box = shapely.box(west, south, east, north)
        shape = np.sort(self.shapes.query(box, predicate="intersects"))
        if len(shape) == 0:
            return nothing
        near = np.sort(self.heads.query(box, predicate="dwithin", distance=float(self.radius_m.max(initial=0.0))))
        grid = Grid(_middles(west, east, self.spacing_m), _middles(south, north, self.spacing_m))
        is_near = is_in_discs(grid.x, grid.y, self.position[near], self.radius_m[near])
        points, group = [nothing[0]], [nothing[1]]
        for number in np.unique(self.group[shape]):
            inside = grid.points(is_near & grid.within(self.shapes.geometries[shape[self.group[shape] == number]]))
            points.append(inside)
            group.append(np.full(len(inside), number))
        return np.concatenate(points), np.concatenate(group)


def _middles(low: float, high: float, spacing_m: float) -> Floats:
    middles = (np.arange(np.floor(low / spacing_m), np.ceil(high / spacing_m)) + 0.5) * spacing_m
    return np.asarray(middles[(middles >= low) & (middles < high)], dtype=np.float64)
