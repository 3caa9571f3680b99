"""Points of a grid that hangs on the frame's axes, told by the polygons they lie in; a city has tens of millions of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.kernels.grids import BORDER, INSIDE, OUTSIDE, mark_inside
from overseen.visibility.cells import CELL_M

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Grid:
    """Middles of squares: ``x`` (columns,) and ``y`` (rows,), rising, m."""

    x: Floats
    y: Floats

    @classmethod
    def over(cls, bounds: tuple[float, float, float, float], spacing_m: float) -> Grid:
        """Return the grid that covers a box; each point is the middle of the square that it stands for."""
        west, south, east, north = bounds
        x = (np.arange(np.floor(west / spacing_m), np.ceil(east / spacing_m)) + 0.5) * spacing_m
        y = (np.arange(np.floor(south / spacing_m), np.ceil(north / spacing_m)) + 0.5) * spacing_m
        return cls(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))

    def within(self, shapes: NDArray[np.object_]) -> Flags:
        """Return which points lie properly inside some polygon, shape (rows, columns)."""
        return np.asarray(self._marked(shapes) == INSIDE)

    def touching(self, shapes: NDArray[np.object_]) -> Flags:
        """Return which points lie in some polygon or on its border, shape (rows, columns)."""
        return np.asarray(self._marked(shapes) >= BORDER)

    def points(self, chosen: Flags) -> Floats:
        """Return the chosen points row by row, shape (n, 2)."""
        row, column = np.nonzero(chosen)
        found = np.empty((len(row), 2))
        found[:, 0], found[:, 1] = self.x[column], self.y[row]
        return found

    def cells(self, chosen: Flags) -> list[NDArray[np.intp]]:
        """Return column and row of every cell of ``CELL_M`` that holds chosen points, row by row."""
        column, row = (np.floor(along / CELL_M).astype(np.int64) for along in (self.x, self.y))
        found = []
        for number in np.unique(row):
            held = np.unique(column[chosen[row == number].any(axis=0)])
            found += [np.array([one, number], dtype=np.intp) for one in held]
        return found

    def in_cell(self, chosen: Flags, cell: NDArray[np.intp]) -> Floats:
        """Return the chosen points of a cell row by row, shape (n, 2)."""
        (first, last), (low, high) = (
            np.searchsorted(along, [at * CELL_M, (at + 1) * CELL_M])
            for along, at in zip((self.x, self.y), cell, strict=True)
        )
        return Grid(self.x[first:last], self.y[low:high]).points(chosen[low:high, first:last])

    def _marked(self, shapes: NDArray[np.object_]) -> NDArray[np.uint8]:
        mark = np.full((len(self.y), len(self.x)), OUTSIDE, dtype=np.uint8)
        # Water with bridges taken out may hold lines beside areas, which have no inside.
        parts = shapely.get_parts(shapely.get_parts(shapes))
        parts = parts[(shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)]
        if len(parts):
            _, vertex, (rings, polygons) = shapely.to_ragged_array(parts)
            vertex = np.ascontiguousarray(vertex[:, :2])
            mark_inside(self.x, self.y, vertex, rings.astype(np.int64), polygons.astype(np.int64), mark)
        return mark
