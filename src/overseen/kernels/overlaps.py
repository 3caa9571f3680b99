"""How much ground is seen by how many: exact areas of the overlaps of very many polygons, cell by cell.

A cell of a fixed grid gets the parts of the polygons that lie in it. Within a cell a vertical line sweeps from edge end to edge
end and crossing to crossing: between two stops the edges do not cross, so sorted by height they bound trapezoids, each of which
is seen by a known number of owners. Nothing is united, so nothing can fail where edges coincide: a coincidence only makes a
trapezoid of no height. Polygons of one owner count once. Cells do not depend on the polygons nor on how they are grouped, and
each is added up by itself.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

DEEPEST = 64
"""Numbers of owners from here on are one class."""

NO_ROOM = -1
"""Answer of a kernel whose working memory was too small."""


class Rings(NamedTuple):
    """Rings of polygons, shells counter-clockwise, holes clockwise, closed.

    Ring r is ``point[offsets[r]:offsets[r + 1]]`` and belongs to ``owner[r]``; owner -1 takes its area out of all others.
    """

    point: Floats
    offsets: Integers
    owner: Integers


class Grid(NamedTuple):
    """A block of square cells: its south-west corner, the width of a cell, columns and rows."""

    west: float
    south: float
    cell_m: float
    columns: int
    rows: int


class Edges(NamedTuple):
    """Edges gathered for the cells of a block.

    ``line`` (n, 4): x, y of the left and of the right end, m from the block's corner; ``kind`` (n, 4): cell, +1 where the inside
    is above and -1 where it is below, owner, and place of the ring among those chosen. A ring that covers a cell whole gives no
    edge: ``cover`` (n, 3) has the cell, +1 for a shell and -1 for a hole, and the owner. Where views crowd, most cells of most
    rings are such, and the sweep never meets them.
    """

    line: Floats
    kind: NDArray[np.int32]
    cover: NDArray[np.int32]


@inlined
def _clip(source: Floats, count: int, target: Floats, axis: int, bound: float, sign: float) -> int:
    """Write the part of a ring (not closed) with sign·(coordinate - bound) >= 0 into ``target``; return its vertices."""
    if count == 0:
        return 0
    kept = 0
    before_x, before_y = source[count - 1, 0], source[count - 1, 1]
    before = sign * ((before_x if axis == 0 else before_y) - bound)
    for row in range(count):
        x, y = source[row, 0], source[row, 1]
        here = sign * ((x if axis == 0 else y) - bound)
        if (here >= 0.0) != (before >= 0.0):
            share = before / (before - here)
            # On the line to the bit, so that neighbouring cells agree.
            target[kept, 0] = bound if axis == 0 else before_x + share * (x - before_x)
            target[kept, 1] = bound if axis == 1 else before_y + share * (y - before_y)
            kept += 1
        if here >= 0.0:
            target[kept, 0], target[kept, 1] = x, y
            kept += 1
        before_x, before_y, before = x, y, here
    return kept


@inlined
def _add_edges(
    line: Floats, kind: NDArray[np.int32], count: int, ring: Floats, vertices: int, north: float, cell: int, owner: int,
    place: int,
) -> int:  # fmt: skip
    """Append the edges of a ring that are neither upright nor along the northern side; return how many there are then."""
    for row in range(vertices):
        following = row + 1 if row + 1 < vertices else 0
        ax, ay, bx, by = ring[row, 0], ring[row, 1], ring[following, 0], ring[following, 1]
        if ax == bx or (ay == north and by == north):
            continue
        if ax < bx:
            line[count, 0], line[count, 1], line[count, 2], line[count, 3] = ax, ay, bx, by
            kind[count, 1] = 1
        else:
            line[count, 0], line[count, 1], line[count, 2], line[count, 3] = bx, by, ax, ay
            kind[count, 1] = -1
        kind[count, 0], kind[count, 2], kind[count, 3] = cell, owner, place
        count += 1
    return count


@inlined
def _covers(part: Floats, kept: int, west: float, south: float, east: float, north: float) -> int:
    """Return +1 or -1 where a clipped ring covers the whole cell, by its turn, 0 where nothing of it, and 2 where a part.

    What lies beyond a side is clipped to runs along that side, to and fro: where there is nothing else, no edge is in the cell.
    """
    twice = 0.0
    for row in range(kept):
        following = row + 1 if row + 1 < kept else 0
        ax, ay, bx, by = part[row, 0], part[row, 1], part[following, 0], part[following, 1]
        along_x = ay == by and ay in (south, north)
        along_y = ax == bx and ax in (west, east)
        if not (along_x or along_y):
            return 2
        twice += ax * by - bx * ay
    share = 0.5 * twice / ((east - west) * (north - south))
    return 0 if abs(share) < 0.5 else (1 if share > 0.0 else -1)


@kernel
def gathered_edges(rings: Rings, chosen: Integers, grid: Grid, edges: Edges, scratch: Floats) -> tuple[int, int]:
    """Write the edges of the ``chosen`` rings into the cells of a block; return how many edges and covers, or ``NO_ROOM``.

    ``scratch`` has shape (4, m, 2), m at least four times the vertices of the longest ring and 16 more.
    """
    line, kind, cover = edges.line, edges.kind, edges.cover
    whole, column_part, half, part = scratch[0], scratch[1], scratch[2], scratch[3]
    cell_m = grid.cell_m
    count = covered = 0
    for place in range(len(chosen)):
        ring = chosen[place]
        first, vertices = rings.offsets[ring], rings.offsets[ring + 1] - rings.offsets[ring] - 1
        west = south = np.inf
        east = north = -np.inf
        for row in range(vertices):
            x, y = rings.point[first + row, 0] - grid.west, rings.point[first + row, 1] - grid.south
            whole[row, 0], whole[row, 1] = x, y
            west, east, south, north = min(west, x), max(east, x), min(south, y), max(north, y)
        first_column, last_column = max(0, int(west / cell_m)), min(grid.columns - 1, int(east / cell_m))
        first_row, last_row = max(0, int(south / cell_m)), min(grid.rows - 1, int(north / cell_m))
        if east < 0.0 or north < 0.0 or first_column > last_column or first_row > last_row:
            continue
        if last_column - first_column + 1 < (east - west) / cell_m:
            # Most of the ring lies outside of a small block: it is cut once, not column by column.
            vertices = _clip(whole, vertices, half, 0, 0.0, 1.0)
            vertices = _clip(half, vertices, whole, 0, grid.columns * cell_m, -1.0)
            vertices = _clip(whole, vertices, half, 1, 0.0, 1.0)
            vertices = _clip(half, vertices, whole, 1, grid.rows * cell_m, -1.0)
        for column in range(first_column, last_column + 1):
            held = _clip(whole, vertices, half, 0, column * cell_m, 1.0)
            held = _clip(half, held, column_part, 0, (column + 1) * cell_m, -1.0)
            for row in range(first_row, last_row + 1):
                kept = _clip(column_part, held, half, 1, row * cell_m, 1.0)
                kept = _clip(half, kept, part, 1, (row + 1) * cell_m, -1.0)
                if kept < 3:
                    continue
                if count + kept > len(line) or covered >= len(cover):
                    return NO_ROOM, NO_ROOM
                cell, owner = row * grid.columns + column, rings.owner[ring]
                sign = _covers(part, kept, column * cell_m, row * cell_m, (column + 1) * cell_m, (row + 1) * cell_m)
                if sign == 0:
                    continue
                if sign != 2:
                    cover[covered, 0], cover[covered, 1], cover[covered, 2] = cell, sign, owner
                    covered += 1
                else:
                    count = _add_edges(line, kind, count, part, kept, (row + 1) * cell_m, cell, owner, place)
    return count, covered


@inlined
def _height(line: Floats, edge: int, x: float) -> float:
    """Return the height of an edge at x."""
    share = (x - line[edge, 0]) / (line[edge, 2] - line[edge, 0])
    return line[edge, 1] + share * (line[edge, 3] - line[edge, 1])


@inlined
def _stops_of(line: Floats, order: Integers, first: int, last: int, stop: Floats) -> int:
    """Write where the sweep stops: ends and crossings of the edges order[first:last], sorted by their left ends."""
    count = 0
    for place in range(first, last):
        edge = order[place]
        if count + 2 > len(stop):
            return NO_ROOM
        stop[count], stop[count + 1] = line[edge, 0], line[edge, 2]
        count += 2
        for later in range(place + 1, last):
            other = order[later]
            low = line[other, 0]
            if low >= line[edge, 2]:
                break
            high = min(line[edge, 2], line[other, 2])
            if min(line[edge, 1], line[edge, 3]) > max(line[other, 1], line[other, 3]):
                continue
            if max(line[edge, 1], line[edge, 3]) < min(line[other, 1], line[other, 3]):
                continue
            at_low = _height(line, edge, low) - _height(line, other, low)
            at_high = _height(line, edge, high) - _height(line, other, high)
            if at_low * at_high < 0.0:
                if count >= len(stop):
                    return NO_ROOM
                stop[count] = low + (high - low) * at_low / (at_low - at_high)
                count += 1
    return count


@inlined
def _starts_of(kind: NDArray[np.int32], count: int, cells: int) -> Integers:
    """Return where the rows of each cell begin once they are grouped by cell, shape (cells + 1,)."""
    starts = np.zeros(cells + 1, dtype=np.int64)
    for row in range(count):
        starts[kind[row, 0] + 1] += 1
    for cell in range(cells):
        starts[cell + 1] += starts[cell]
    return starts


@inlined
def _grouped(kind: NDArray[np.int32], order: Integers, starts: Integers) -> Integers:
    """Return the rows in ``order`` grouped by cell."""
    cursor = starts[:-1].copy()
    found = np.empty(len(order), dtype=np.int64)
    for place in range(len(order)):
        cell = kind[order[place], 0]
        found[cursor[cell]] = order[place]
        cursor[cell] += 1
    return found


@inlined
def _stepped(depth: NDArray[np.int32], owner: int, sign: int) -> int:
    """Go over one edge or cover of an owner; return by how many more owners what follows is seen. Owner -1 takes out and sees nothing."""
    before = depth[owner]
    depth[owner] = before + sign
    return int(depth[owner] > 0) - int(before > 0) if owner >= 0 else 0


@inlined
def _sorted_by_height(line: Floats, active: Integers, held: int, middle: float, height: Floats) -> None:
    """Sort the edges of a strip by their height in its middle; from strip to strip little changes, so they are moved one by one."""
    for row in range(held):
        edge = active[row]
        value = _height(line, edge, middle)
        spot = row
        while spot > 0 and height[spot - 1] > value:
            height[spot], active[spot] = height[spot - 1], active[spot - 1]
            spot -= 1
        height[spot], active[spot] = value, edge


@kernel
def overlap_areas(
    edges: Edges, counts: tuple[int, int], grid: Grid, base: NDArray[np.int32], is_left: NDArray[np.bool_], stop: Floats
) -> tuple[Floats, bool]:
    """Return the area of each cell of a block seen by exactly 1, 2, ... ``DEEPEST`` or more owners, m2, (cells, DEEPEST).

    ``counts`` are the edges and the covers; ``base`` (owners + 1,) tells how often each owner, last the owner -1, covers the block
    whole; cells that ``is_left`` tells are left out. The second answer tells whether ``stop`` had room; where it had not the areas
    are worthless.
    """
    count, covered = counts
    cells = grid.columns * grid.rows
    area = np.zeros((cells, DEEPEST), dtype=np.float64)
    line, kind, cover = edges.line, edges.kind, edges.cover
    starts, cover_starts = _starts_of(kind, count, cells), _starts_of(cover, covered, cells)
    by_cell = _grouped(kind, np.argsort(line[:count, 0]), starts)
    cover_by_cell = _grouped(cover, np.arange(covered), cover_starts)
    owners = len(base) - 1
    depth = base.copy()
    seen_everywhere = 0
    for owner in range(owners):
        seen_everywhere += int(base[owner] > 0)
    active = np.empty(count + 1, dtype=np.int64)
    height = np.empty(count + 1, dtype=np.float64)
    for cell in range(cells):
        first, last = starts[cell], starts[cell + 1]
        first_cover, last_cover = cover_starts[cell], cover_starts[cell + 1]
        if is_left[cell]:
            continue
        west = (cell % grid.columns) * grid.cell_m
        south = (cell // grid.columns) * grid.cell_m
        east, north = west + grid.cell_m, south + grid.cell_m
        under = seen_everywhere
        for place in range(first_cover, last_cover):
            row = cover_by_cell[place]
            under += _stepped(depth, cover[row, 2], cover[row, 1])
        stops = _stops_of(line, by_cell, first, last, stop)
        if stops < 0 or stops + 2 > len(stop):
            return area, False
        stop[stops], stop[stops + 1] = west, east
        stops += 2
        stop[:stops].sort()
        held = 0
        upcoming = first
        for place in range(stops - 1):
            left, right = stop[place], stop[place + 1]
            if right <= left:
                continue
            middle = 0.5 * (left + right)
            kept = 0
            for row in range(held):
                if line[active[row], 2] > middle:
                    active[kept] = active[row]
                    kept += 1
            held = kept
            while upcoming < last and line[by_cell[upcoming], 0] < middle:
                if line[by_cell[upcoming], 2] > middle:
                    active[held] = by_cell[upcoming]
                    held += 1
                upcoming += 1
            _sorted_by_height(line, active, held, middle, height)
            seen_by, below = under, south
            for row in range(held):
                if seen_by > 0 and depth[owners] == 0:
                    area[cell, min(seen_by, DEEPEST) - 1] += (right - left) * (height[row] - below)
                seen_by += _stepped(depth, kind[active[row], 2], kind[active[row], 1])
                below = height[row]
            if seen_by > 0 and depth[owners] == 0:
                area[cell, min(seen_by, DEEPEST) - 1] += (right - left) * (north - below)
            for row in range(held):
                depth[kind[active[row], 2]] -= kind[active[row], 1]
        for place in range(first_cover, last_cover):
            depth[cover[cover_by_cell[place], 2]] -= cover[cover_by_cell[place], 1]
    return area, True
