"""Free space as triangles between noded walls, laid out for walks from triangle to triangle.

Triangles are numbered along a Morton curve, so that a walk through a neighbourhood stays in the cache; what a step reads is 24
bytes of numbers and the corner that is new.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel
from overseen.kernels.chains import morton_keys, sorted_rows

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Numbers = NDArray[np.int32]

HULL = np.iinfo(np.int32).min
"""Neighbour beyond the rim of the mesh: nothing is there, and nothing blocks."""

TRIANGLES_PER_CELL = 4.0
"""Of the grid in which the walk to a lens begins."""


class Mesh(NamedTuple):
    """A triangulation of the plane round the walls.

    ``vertex`` (n, 2), m from ``origin``. ``corner`` (t, 3) counter-clockwise; ``neighbour`` (t, 3) beyond the edge from each
    corner to the next: a triangle, ``~triangle`` (negative) beyond a wall, or ``HULL``. ``first`` is, for the cells of a grid from
    ``vertex``'s least corner (``west``, ``south``, ``cell_m`` in ``frame``), row by row, a triangle nearby.
    """

    vertex: Floats
    corner: Numbers
    neighbour: Numbers
    origin: Floats
    frame: Floats
    first: NDArray[np.int32]
    columns: int


@kernel
def _wall_lists(wall: Numbers, count: int) -> tuple[Integers, Numbers]:
    """Return, for each of ``count`` vertices, the greater ends of the walls of which it is the smaller one."""
    starts = np.zeros(count + 1, dtype=np.int64)
    for row in range(len(wall)):
        starts[wall[row, 0] + 1] += 1
    for row in range(count):
        starts[row + 1] += starts[row]
    cursor = starts[:-1].copy()
    end = np.empty(len(wall), dtype=np.int32)
    for row in range(len(wall)):
        end[cursor[wall[row, 0]]] = wall[row, 1]
        cursor[wall[row, 0]] += 1
    return starts, end


@kernel
def _laid_out(
    corner: NDArray[np.uint32], neighbour: NDArray[np.uint32], wall_starts: Integers, wall_end: Numbers,
    triangle_rows: Numbers, vertex_rows: Numbers,
) -> tuple[Numbers, Numbers]:  # fmt: skip
    """Return corners and neighbours in the new numbering, walls marked."""
    count = len(triangle_rows)
    new_triangle = np.empty(count, dtype=np.int32)
    new_vertex = np.empty(len(vertex_rows), dtype=np.int32)
    for place in range(count):
        new_triangle[triangle_rows[place]] = place
    for place in range(len(vertex_rows)):
        new_vertex[vertex_rows[place]] = place
    corners = np.empty((count, 3), dtype=np.int32)
    neighbours = np.empty((count, 3), dtype=np.int32)
    for place in range(count):
        row = triangle_rows[place]
        for side in range(3):
            a, b = corner[row, side], corner[row, (side + 1) % 3]
            corners[place, side] = new_vertex[a]
            beyond = neighbour[row, side]
            if beyond >= count:
                neighbours[place, side] = HULL
                continue
            low, high = min(a, b), max(a, b)
            is_wall = False
            for other in range(wall_starts[low], wall_starts[low + 1]):
                is_wall |= wall_end[other] == high
            neighbours[place, side] = ~new_triangle[beyond] if is_wall else new_triangle[beyond]
    return corners, neighbours


@kernel
def _first_of_cells(middle: Floats, west: float, south: float, cell_m: float, columns: int, rows: int) -> Numbers:
    """Return a triangle for each cell: the last whose middle lies in it, else that of the cell before."""
    first = np.full(columns * rows, -1, dtype=np.int32)
    for row in range(len(middle)):
        column, line = int((middle[row, 0] - west) / cell_m), int((middle[row, 1] - south) / cell_m)
        first[line * columns + column] = row
    last = 0
    for cell in range(len(first)):
        if first[cell] < 0:
            first[cell] = last
        last = first[cell]
    return first


def mesh_of(
    vertex: Floats, corner: NDArray[np.uint32], neighbour: NDArray[np.uint32], wall: Numbers, origin: Floats
) -> Mesh:
    """Return a triangulation as a mesh.

    Parameters are those of a constrained Delaunay triangulation: ``vertex`` (n, 2) m from ``origin``, ``corner`` (t, 3)
    counter-clockwise, ``neighbour`` (t, 3) beyond the edge from each corner to the next, any number of t or more where there is none,
    ``wall`` (m, 2) pairs of vertices, the smaller first, all of them edges.
    """
    middle = vertex[corner].mean(axis=1)
    triangle_rows, vertex_rows = sorted_rows(morton_keys(middle)), sorted_rows(morton_keys(vertex))
    corners, neighbours = _laid_out(corner, neighbour, *_wall_lists(wall, len(vertex)), triangle_rows, vertex_rows)
    low, high = vertex.min(axis=0), vertex.max(axis=0)
    cell_m = float(np.sqrt(np.prod(high - low) * TRIANGLES_PER_CELL / len(corner)))
    columns, rows = (int(side // cell_m) + 1 for side in high - low)
    first = _first_of_cells(middle[triangle_rows], low[0], low[1], cell_m, columns, rows)
    frame = np.array([low[0], low[1], cell_m])
    return Mesh(np.ascontiguousarray(vertex[vertex_rows]), corners, neighbours, origin, frame, first, columns)


@inlined
def triangle_at(
    vertex: Floats, corner: Numbers, neighbour: Numbers, frame: Floats, first: Numbers, columns: int, x: float, y: float
) -> int:
    """Return the triangle that holds a point (m from the mesh's origin), -1 beyond the rim: a walk from the nearest cell."""
    column, line = int((x - frame[0]) / frame[2]), int((y - frame[1]) / frame[2])
    cell = min(max(line, 0) * columns + min(max(column, 0), columns - 1), len(first) - 1)
    at = first[cell]
    side = 0
    tested = 0
    while tested < 3:
        a, b = corner[at, side], corner[at, (side + 1) % 3]
        ax, ay = vertex[a, 0] - x, vertex[a, 1] - y
        bx, by = vertex[b, 0] - x, vertex[b, 1] - y
        if ax * by - ay * bx >= 0.0:
            side = (side + 1) % 3
            tested += 1
            continue
        beyond = neighbour[at, side]
        if beyond == HULL:
            return -1
        came = at
        at = beyond if beyond >= 0 else ~beyond
        # The edge it came over need not be looked at again.
        side = 0
        while neighbour[at, side] != came and neighbour[at, side] != ~came:
            side += 1
        side = (side + 1) % 3
        tested = 1
    return at
