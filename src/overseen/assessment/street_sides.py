"""Streets as straight pieces that keep to one cell each, and what stands along either side of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.kernels.frontages import LEFT, RIGHT, Nearby, Stretches, Walls, abreast_lengths

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Pieces:
    """Straight pieces of street, none of which crosses the edge of a cell; in an order that only their places decide.

    Parameters
    ----------
    start, end
        Shape (n, 2), m.
    street
        Row of the street that each is a piece of.
    cell
        Column and row of the cell it lies in, shape (n, 2).
    """

    start: Floats
    end: Floats
    street: NDArray[np.intp]
    cell: NDArray[np.int64]

    def length_m(self) -> Floats:
        """Return the length of each piece."""
        return np.hypot(*(self.end - self.start).T)

    def lines(self) -> Shapes:
        """Return the pieces as lines."""
        return _lines(np.stack([self.start, self.end], axis=1))

    def chosen(self, rows: NDArray[np.bool_]) -> Pieces:
        """Return some of the pieces."""
        return Pieces(self.start[rows], self.end[rows], self.street[rows], self.cell[rows])


def street_pieces(courses: Shapes, cell_m: float) -> Pieces:
    """Return lines as straight pieces, cut where they cross the edges of square cells on the frame's axes.

    Examples
    --------
    >>> pieces = street_pieces(np.array([shapely.LineString([(10, 5), (30, 5)])]), 25.0)
    >>> pieces.length_m().tolist(), pieces.cell.tolist()
    ([15.0, 5.0], [[0, 0], [1, 0]])
    """
    parts, owner = shapely.get_parts(courses, return_index=True)
    points, part = shapely.get_coordinates(parts, return_index=True)
    same = part[:-1] == part[1:]
    start, end, street = points[:-1][same], points[1:][same], owner[part[:-1][same]]
    crossed, fractions = zip(*(_crossings(start[:, axis], end[:, axis], cell_m) for axis in (0, 1)), strict=True)
    segment = np.concatenate([np.arange(len(start)), *crossed])
    enter = np.concatenate([np.zeros(len(start)), *fractions])
    order = np.lexsort((enter, segment))
    segment, enter = segment[order], enter[order]
    goes_on = segment[1:] == segment[:-1]
    leave = np.ones(len(enter))
    leave[:-1][goes_on] = enter[1:][goes_on]
    step = (end - start)[segment]
    first, last = start[segment] + enter[:, None] * step, start[segment] + leave[:, None] * step
    cell = np.floor((first + last) / (2.0 * cell_m)).astype(np.int64)
    # Sums run in this order, so that the order of the table's rows changes no byte.
    order = np.lexsort((*last.T, *first.T, *cell.T))
    return Pieces(first[order], last[order], street[segment[order]], cell[order])


def _crossings(start: Floats, end: Floats, cell_m: float) -> tuple[NDArray[np.intp], Floats]:
    """Return, along one axis, which segments cross an edge between cells, and at which fraction; touching is no crossing."""
    first = np.floor(np.minimum(start, end) / cell_m) + 1.0
    count = np.maximum(0.0, np.ceil(np.maximum(start, end) / cell_m) - first).astype(np.int64)
    segment = np.repeat(np.arange(len(start)), count)
    number = np.arange(len(segment)) - np.repeat(np.cumsum(count) - count, count)
    edge = (first[segment] + number) * cell_m
    return segment, (edge - start[segment]) / (end - start)[segment]


def walled_lengths(pieces: Pieces, buildings: Shapes, open_land: Shapes, *, depth_m: float) -> tuple[Floats, Floats]:
    """Return per piece, over both its sides, m: length with a building abreast, and length that could have one.

    A building counts where it stands at right angles from the street within ``depth_m``. A side that looks onto open land and
    has no building could have none, and is no part of the second length.

    Parameters
    ----------
    pieces
        Pieces of street.
    buildings, open_land
        Areas in the same plane.
    depth_m
        How deep a side is looked into; what lies at half the depth decides whether it looks onto open land.
    """
    polygons = shapely.get_parts(buildings)
    lines = pieces.lines()
    piece, polygon = shapely.STRtree(polygons).query(lines, predicate="dwithin", distance=depth_m)
    order = np.lexsort((polygon, piece))
    near, polygon = np.unique(polygon[order], return_inverse=True)
    nearby = Nearby(_offsets(piece[order], len(lines)), polygon.astype(np.int64))
    known = _open_stretches(pieces, open_land, depth_m / 2.0)
    walled, told = abreast_lengths(pieces.start, pieces.end, nearby, _walls(polygons[near]), known, depth_m)
    # What is told by open land alone leaves the denominator; what has a building stays in it.
    return walled.sum(axis=1), np.maximum(2.0 * pieces.length_m() - (told - walled).sum(axis=1), 0.0)


def _lines(courses: Floats) -> Shapes:
    """Return courses of two points each, shape (n, 2, 2), as lines."""
    return np.asarray(shapely.linestrings(courses), dtype=object).reshape(-1)


def _offsets(owner: NDArray[np.intp], count: int) -> NDArray[np.int64]:
    return np.searchsorted(owner, np.arange(count + 1)).astype(np.int64)


def _walls(polygons: Shapes) -> Walls:
    rings, owner = shapely.get_rings(polygons, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[:-1] == ring[1:]
    edges = np.ascontiguousarray(np.hstack([points[:-1][same], points[1:][same]]))
    return Walls(_offsets(owner[ring[:-1][same]], len(polygons)), edges)


def _open_stretches(pieces: Pieces, open_land: Shapes, aside_m: float) -> Stretches:
    """Return the stretches of each side that have open land at a distance."""
    count = len(pieces.street)
    step = pieces.end - pieces.start
    length = np.maximum(pieces.length_m(), np.finfo(float).tiny)[:, None]
    left = np.stack([-step[:, 1], step[:, 0]], axis=1) / length * aside_m
    shift = np.empty((count, 2, 1, 2))
    shift[:, LEFT, 0], shift[:, RIGHT, 0] = left, -left
    courses = np.stack([pieces.start, pieces.end], axis=1)[:, None] + shift
    sides = _lines(courses.reshape(2 * count, 2, 2))
    land = shapely.get_parts(open_land)
    side, area = shapely.STRtree(land).query(sides, predicate="intersects")
    inside, row = shapely.get_parts(shapely.intersection(sides[side], land[area]), return_index=True)
    is_line = shapely.get_type_id(inside) == 1
    inside, side = inside[is_line], side[row[is_line]]
    # A straight line meets an area in straight lines: their ends tell them.
    ends = np.stack([shapely.get_coordinates(shapely.get_point(inside, end)) for end in (0, -1)], axis=1)
    origin, along = courses.reshape(2 * count, 2, 2)[side, 0], (step / length)[side // 2]
    stretch = np.sort(((ends - origin[:, None]) * along[:, None]).sum(axis=2), axis=1)
    order = np.lexsort((*stretch.T, side))
    return Stretches(_offsets(side[order], 2 * count), np.ascontiguousarray(stretch[order]))
