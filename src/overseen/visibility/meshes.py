"""The prepared engine: free space triangulated once, for very many views among buildings that do not change."""

from __future__ import annotations

from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray

from overseen.errors import OverseenError
from overseen.kernels.chains import morton_keys, sorted_rows
from overseen.kernels.expansion import expanded_outlines
from overseen.kernels.mesh import Mesh, mesh_of
from overseen.kernels.noding import UNITS_PER_M, noded
from overseen.visibility.from_points import in_chunks
from overseen.visibility.obstacles import Obstacles

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MARGIN_M = 3000.0
"""Free space triangulated beyond the outermost wall: farther than any reach, so that no lens looks past it."""


def triangulated(obstacles: Obstacles) -> Mesh:
    """Return free space as a mesh; walls are moved onto a grid of 2^-20 m, by less than a micrometre.

    Raises
    ------
    OverseenError
        If the package condeltri (extra ``mesh``) is not installed.

    Notes
    -----
    The triangulation is a constrained Delaunay one (Chew 1989), made by the library CDT.
    """
    try:
        import condeltri  # noqa: PLC0415 (an extra: nothing else needs it)
    except ImportError as error:
        raise OverseenError("a mesh needs the package condeltri; install overseen[mesh]") from error
    chains = obstacles.chains
    inner = np.ones(len(chains.vertex), dtype=bool)
    inner[chains.first[1:] - 1] = False
    start = np.flatnonzero(inner)
    low = chains.vertex.min(axis=0) if len(start) else np.zeros(2)
    origin = np.floor(low) - MARGIN_M
    units = np.round((chains.vertex - origin) * UNITS_PER_M).astype(np.int64)
    found = noded(units[start], units[start + 1])
    points = found.point / UNITS_PER_M
    high = (points.max(axis=0) if len(points) else np.zeros(2)) + MARGIN_M
    rim = np.array([[0.0, 0.0], [high[0], 0.0], high, [0.0, high[1]]])
    whole = condeltri.Triangulation(
        condeltri.VertexInsertionOrder.AUTO, condeltri.IntersectingConstraintEdges.NOT_ALLOWED, 0.0
    )
    vertex = np.ascontiguousarray(np.concatenate([points, rim]))
    whole.insert_vertices(vertex)
    whole.insert_edges(np.ascontiguousarray(found.wall.astype(np.uintc)))
    whole.erase_super_triangle()
    triangles = whole.triangles_array()
    return mesh_of(vertex, triangles["vertices"], triangles["neighbors"], found.wall, origin)


def mesh_outlines(
    mesh: Mesh, position: Floats, sector: Floats, *, chord_tolerance_m: float = 0.02, executor: Executor | None = None
) -> tuple[Floats, Integers]:
    """Return outlines as :func:`overseen.visibility.from_points.flat_outlines` does, several times faster, from a mesh.

    Parameters
    ----------
    mesh
        As :func:`triangulated` returns it.
    position, sector, chord_tolerance_m, executor
        As there.
    """
    position = np.ascontiguousarray(position, dtype=np.float64)
    order = sorted_rows(morton_keys(position)).astype(np.int64)

    def of_rows(rows: Integers) -> tuple[Floats, Integers]:
        return expanded_outlines(mesh, position[rows], np.ascontiguousarray(sector[rows]), chord_tolerance_m)

    return in_chunks(of_rows, order, executor)
