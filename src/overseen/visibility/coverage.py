"""Coverage of many isovists: the ground that at least one camera sees, and how many see it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.kernels.overlaps import DEEPEST, Edges, Grid, Rings, gathered_edges, overlap_areas
from overseen.visibility.cells import HERE, Work, mapped

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

CELL_M = 50.0
"""Width of a cell of the sweep."""

BLOCK_CELLS = 10
"""Cells along the side of a block, which is worked through in one call: 500 m, as the cells of the other measures."""

CROWDED = 96
"""Edges of a cell from which on it is cut into smaller ones: what the sweep costs grows with their cube."""

WANTED = 24
"""Edges that such a smaller cell is meant to have: so many times fewer, so many parts of a side."""

MOST_PARTS = 40
"""Parts of a side at most."""

LEAST_M = 0.25
"""Cells are never narrower: where views meet in one point, any cell around it has all of their edges."""

OUTSIDE = -1
"""Owner whose polygons take their area out of all others."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Ground by the number of owners that see it.

    Parameters
    ----------
    area_m2
        Area seen by exactly 1, 2, ... owners, the last class by that many or more; shape (DEEPEST,), m2.
    """

    area_m2: Floats

    @property
    def union_m2(self) -> float:
        """Return the area that any owner sees, m2."""
        return float(self.area_m2.sum())

    def at_least_m2(self, owners: int) -> float:
        """Return the area that at least so many owners see, m2; at most ``DEEPEST``."""
        return float(self.area_m2[owners - 1 :].sum())


def coverage_of(
    areas: NDArray[np.object_],
    owner: Integers,
    *,
    without: NDArray[np.object_] | None = None,
    work: Work = HERE,
) -> Coverage:
    """Return how much ground is seen by how many owners: exact, with no boolean operation.

    Parameters
    ----------
    areas
        Polygons and multipolygons in a metric frame; arcs count as the chords they are drawn with.
    owner
        Number of the camera that each belongs to, 0 or more, shape (n,): areas of one camera count once where they overlap.
    without
        Areas that are taken out, such as water or private ground.
    work
        Blocks run side by side on its executor; no grouping changes a byte.

    Examples
    --------
    >>> found = coverage_of(np.array([shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1)]), np.array([0, 1]))
    >>> round(found.union_m2, 9), round(found.at_least_m2(2), 9)
    (3.0, 1.0)
    """
    owners, number = np.unique(np.asarray(owner, dtype=np.int64), return_inverse=True)
    rings = _rings(np.asarray(areas, dtype=object), number.astype(np.int64))
    if without is not None and len(without):
        taken = _rings(np.asarray(without, dtype=object), np.full(len(without), OUTSIDE, dtype=np.int64))
        rings = Rings(
            np.concatenate([rings.point, taken.point]),
            np.concatenate([rings.offsets, rings.offsets[-1] + taken.offsets[1:]]),
            np.concatenate([rings.owner, taken.owner]),
        )
    blocks, chosen, keys = _blocks(rings)
    longest = int(np.diff(rings.offsets).max(initial=0))
    of_block = partial(_block, rings=rings, chosen=chosen, keys=keys, owners=len(owners), longest=longest)
    total = np.zeros(DEEPEST)
    for area in mapped(of_block, blocks, work):
        # One by one, in the order of the blocks: any grouping gives the same bytes.
        total += area
    return Coverage(total)


def _rings(areas: NDArray[np.object_], owner: Integers) -> Rings:
    parts, row = shapely.get_parts(shapely.orient_polygons(areas), return_index=True)
    kept = (shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)
    if not kept.any():
        return Rings(np.empty((0, 2)), np.zeros(1, dtype=np.int64), np.empty(0, dtype=np.int64))
    _, point, (offsets, polygon_offsets) = shapely.to_ragged_array(parts[kept], include_z=False)
    of_ring = np.repeat(owner[row[kept]], np.diff(polygon_offsets))
    return Rings(point, offsets.astype(np.int64), of_ring.astype(np.int64))


def _blocks(rings: Rings) -> tuple[list[NDArray[np.intp]], Integers, Integers]:
    """Return the rows of each block in ``chosen``, the rings that reach into it, and block numbers (column, row) per row."""
    if len(rings.owner) == 0:
        return [], np.empty(0, dtype=np.int64), np.empty((0, 2), dtype=np.int64)
    side = CELL_M * BLOCK_CELLS
    first = rings.offsets[:-1]
    low = np.floor(np.minimum.reduceat(rings.point, first, axis=0) / side).astype(np.int64)
    high = np.floor(np.maximum.reduceat(rings.point, first, axis=0) / side).astype(np.int64)
    wide = high - low + 1
    counts = wide[:, 0] * wide[:, 1]
    ring = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(ring)) - np.repeat(np.cumsum(counts) - counts, counts)
    key = np.column_stack([low[ring, 0] + within % wide[ring, 0], low[ring, 1] + within // wide[ring, 0]])
    order = np.lexsort((ring, key[:, 0], key[:, 1]))
    key, ring = key[order], ring[order]
    edges = np.flatnonzero(np.any(np.diff(key, axis=0) != 0, axis=1)) + 1
    return np.split(np.arange(len(ring)), edges), ring.astype(np.int64), key


def _block(
    rows: NDArray[np.intp], *, rings: Rings, chosen: Integers, keys: Integers, owners: int, longest: int
) -> Floats:
    side = CELL_M * BLOCK_CELLS
    column, row = keys[rows[0]]
    of_block = chosen[rows]
    if np.all(rings.owner[of_block] == OUTSIDE):
        return np.zeros(DEEPEST)
    grid = Grid(float(column) * side, float(row) * side, CELL_M, BLOCK_CELLS, BLOCK_CELLS)
    return _covered(rings, of_block, grid, np.zeros(owners + 1, dtype=np.int32), longest)


def _covered(rings: Rings, chosen: Integers, grid: Grid, base: NDArray[np.int32], longest: int) -> Floats:
    """Return the area of a block by owners; its crowded cells are blocks of smaller ones."""
    edges, counts = _edges_of(rings, chosen, grid, longest)
    cells = grid.columns * grid.rows
    held = np.bincount(edges.kind[: counts[0], 0], minlength=cells)
    is_crowded = (held >= CROWDED) & (grid.cell_m > LEAST_M)
    total = np.asarray(_swept(edges, counts, grid, base, is_crowded).sum(axis=0))
    crowded = np.flatnonzero(is_crowded)
    if len(crowded):
        cut, covering = (_by_cell(rows, crowded) for rows in (edges.kind[: counts[0]], edges.cover[: counts[1]]))
        for cell, of_edges, of_covers in zip(crowded, cut, covering, strict=True):
            # What covers the cell covers all of its parts: they are told, and never look at those rings again.
            under = base.copy()
            np.add.at(under, of_covers[:, 2], of_covers[:, 1])
            total += _covered(
                rings, chosen[np.unique(of_edges[:, 3])], _parts(grid, int(cell), len(of_edges)), under, longest
            )
    return total


def _parts(grid: Grid, cell: int, edges: int) -> Grid:
    """Return a cell of a block as a block of smaller cells, the smaller the more edges it has."""
    parts = int(min(max(2, -(-edges // WANTED)), MOST_PARTS, np.ceil(grid.cell_m / LEAST_M)))
    west, south = grid.west + (cell % grid.columns) * grid.cell_m, grid.south + (cell // grid.columns) * grid.cell_m
    return Grid(west, south, grid.cell_m / parts, parts, parts)


def _by_cell(rows: NDArray[np.int32], cells: NDArray[np.intp]) -> list[NDArray[np.int32]]:
    """Return the rows of each of some cells, which are their first column."""
    order = np.argsort(rows[:, 0], kind="stable")
    low, high = (np.searchsorted(rows[order, 0], cells, side=side) for side in ("left", "right"))
    return [rows[order[first:last]] for first, last in zip(low, high, strict=True)]


def _edges_of(rings: Rings, chosen: Integers, grid: Grid, longest: int) -> tuple[Edges, tuple[int, int]]:
    """Return the edges and covers of some rings in the cells of a block, and how many there are of each."""
    scratch = np.empty((4, 4 * longest + 16, 2))
    room = 256 * len(chosen) + 1024
    counts = (-1, -1)
    while counts[0] < 0:
        edges = Edges(np.empty((room, 4)), np.empty((room, 4), dtype=np.int32), np.empty((room, 3), dtype=np.int32))
        counts = gathered_edges(rings, chosen, grid, edges, scratch)
        room *= 4
    return edges, counts


def _swept(
    edges: Edges, counts: tuple[int, int], grid: Grid, base: NDArray[np.int32], is_left: NDArray[np.bool_]
) -> Floats:
    stop = np.empty(16 * counts[0] + 1024)
    area, has_room = overlap_areas(edges, counts, grid, base, is_left, stop)
    while not has_room:
        stop = np.empty(8 * len(stop))
        area, has_room = overlap_areas(edges, counts, grid, base, is_left, stop)
    return np.asarray(area)
