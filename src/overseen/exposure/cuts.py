"""Courses cut along the borders of areas, so that what is measured on the parts adds up to the whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

NUDGE_M = 1e-3
"""A course along a border belongs to the area this far to its left."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """Parts of courses, each in one area.

    Parameters
    ----------
    part
        The parts, shape (n,).
    course, area
        Number of the course and of the area that each belongs to.
    """

    part: NDArray[np.object_]
    course: NDArray[np.intp]
    area: NDArray[np.intp]


def cut_by_areas(courses: NDArray[np.object_], areas: NDArray[np.object_]) -> Cuts:
    """Return the parts of courses (lines) inside of areas, by course and then by area.

    A part that runs along a common border of two areas belongs to one of them, that to its left as it runs from west to east;
    where no area lies there it belongs to the one that it borders on. Areas that overlap each have their part.
    """
    course, area = shapely.STRtree(areas).query(courses, predicate="intersects")
    order = np.lexsort((area, course))
    course, area = course[order], area[order]
    shapely.prepare(areas)
    part = courses[course]
    crossing = np.flatnonzero(~shapely.contains_properly(areas[area], part))
    part[crossing] = _lines(shapely.intersection(part[crossing], areas[area[crossing]]))
    rim = shapely.boundary(areas)
    along = np.full(len(part), shapely.LineString(), dtype=object)
    along[crossing] = _lines(shapely.intersection(part[crossing], rim[area[crossing]]))
    on_rim = np.flatnonzero(shapely.length(along) > 0.0)
    part[on_rim] = _without_foreign_rims(part[on_rim], along[on_rim], area[on_rim], areas)
    kept = shapely.length(part) > 0.0
    return Cuts(part[kept], course[kept], area[kept])


def _lines(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return shapes without the points in which lines only touch."""
    shapes = shapes.copy()
    for row in np.flatnonzero(shapely.get_type_id(shapes) == 7):
        shapes[row] = shapely.multilinestrings(
            [part for part in shapely.get_parts(shapely.get_parts(shapes[row])) if shapely.get_type_id(part) == 1]
        )
    shapes[shapely.get_dimensions(shapes) != 1] = shapely.LineString()
    return shapes


def _without_foreign_rims(
    part: NDArray[np.object_], along: NDArray[np.object_], area: NDArray[np.intp], areas: NDArray[np.object_]
) -> NDArray[np.object_]:
    """Return the parts without those pieces of their area's rim that belong to its neighbour."""
    tree = shapely.STRtree(areas)
    kept = part.copy()
    for row in range(len(part)):
        pieces = _straight(along[row])
        left = _left_of(pieces)
        point, holder = tree.query(shapely.points(left), predicate="intersects")
        is_ours = np.isin(np.arange(len(pieces)), point[holder == area[row]])
        is_nobodys = ~np.isin(np.arange(len(pieces)), point)
        inner = shapely.difference(part[row], along[row])
        kept[row] = _united(inner, pieces[is_ours | is_nobodys])
    return kept


def _straight(lines: shapely.Geometry) -> NDArray[np.float64]:
    """Return lines as straight pieces from west to east (from south to north where upright), shape (n, 2, 2)."""
    points, number = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
    same = number[:-1] == number[1:]
    pieces = np.stack([points[:-1][same], points[1:][same]], axis=1)
    step = pieces[:, 1] - pieces[:, 0]
    turned = (step[:, 0] < 0.0) | ((step[:, 0] == 0.0) & (step[:, 1] < 0.0))
    pieces[turned] = pieces[turned][:, ::-1]
    return pieces


def _left_of(pieces: NDArray[np.float64]) -> NDArray[np.float64]:
    step = pieces[:, 1] - pieces[:, 0]
    across = np.column_stack([-step[:, 1], step[:, 0]]) / np.hypot(step[:, 0], step[:, 1])[:, None]
    return pieces.mean(axis=1) + NUDGE_M * across


def _united(inner: shapely.Geometry, pieces: NDArray[np.float64]) -> shapely.Geometry:
    lines = [part for part in shapely.get_parts(inner) if shapely.length(part) > 0.0]
    lines += [shapely.LineString(piece) for piece in pieces]
    return shapely.multilinestrings(lines) if lines else inner
