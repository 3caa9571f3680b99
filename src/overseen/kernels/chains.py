"""Walls as short chains under a tree of boxes, so that those near a lens are found without looking at the rest.

A wall is one edge of a footprint ring, directed so that the inside of the building lies to its left. A chain is at most
``CHAIN_WALLS`` consecutive walls of one ring; its vertices lie side by side in memory. Chains are sorted along a Morton curve
and boxed in groups of ``WIDTH``, those again, up to one box: a packed tree without pointers, whose nearest boxes are tested
``WIDTH`` at a time (the layout lets the compiler use vector instructions). Boxes are single precision, widened outward, and
only ever admit too much; the vertices themselves keep every bit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel
from overseen.kernels.rings import SOUND, CleanRings

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

CHAIN_WALLS = 12
"""Longest chain: about one house; longer ones make loose boxes, shorter ones more of them."""

WIDTH = 16
"""Boxes per group."""

LEVELS = 8
"""Most levels of the tree: 16**8 chains."""

FARTHEST2 = 1e38
"""Greatest squared distance at which anything is looked for: near the greatest number in single precision."""


class Chains(NamedTuple):
    """Walls, chain by chain, and the boxes above them.

    Chain c has the vertices ``vertex[first[c]:first[c + 1]]`` (m), its walls run from each to the next; wall v is the one that
    begins at vertex v. ``building`` (chains,) is the row of its building. Group g of level l is ``box[level_offsets[l] + g]``,
    shape (4, WIDTH): least x, least y, greatest x, greatest y, in m from ``origin``; level 0 boxes chains.
    """

    vertex: Floats
    first: Integers
    building: NDArray[np.int32]
    origin: Floats
    box: NDArray[np.float32]
    level_offsets: Integers


@kernel
def _spread(value: int) -> int:
    """Return the 16 bits of ``value`` with a zero bit after each."""
    value = (value | (value << 8)) & 0x00FF00FF
    value = (value | (value << 4)) & 0x0F0F0F0F
    value = (value | (value << 2)) & 0x33333333
    return (value | (value << 1)) & 0x55555555


@kernel
def morton_keys(position: Floats) -> NDArray[np.uint32]:
    """Return the place of each position (n, 2) along a Morton curve over their bounding box."""
    keys = np.empty(len(position), dtype=np.uint32)
    if len(position) == 0:
        return keys
    west, south = position[:, 0].min(), position[:, 1].min()
    span = max(position[:, 0].max() - west, position[:, 1].max() - south)
    scale = 65535.0 / span if span > 0.0 else 0.0
    for row in range(len(position)):
        x, y = int((position[row, 0] - west) * scale), int((position[row, 1] - south) * scale)
        keys[row] = _spread(x) | (_spread(y) << 1)
    return keys


@kernel
def sorted_rows(keys: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Return the rows of ``keys`` in rising order, equal ones in their order: a radix sort in three passes."""
    count = len(keys)
    rows = np.arange(count).astype(np.int32)
    other = np.empty(count, dtype=np.int32)
    starts = np.empty(2049, dtype=np.int64)
    for digit in range(3):
        shift = np.uint32(11 * digit)
        starts[:] = 0
        for row in range(count):
            starts[((keys[row] >> shift) & np.uint32(2047)) + 1] += 1
        for bucket in range(2048):
            starts[bucket + 1] += starts[bucket]
        for row in range(count):
            bucket = (keys[rows[row]] >> shift) & np.uint32(2047)
            other[starts[bucket]] = rows[row]
            starts[bucket] += 1
        rows, other = other, rows
    return rows


@kernel
def _cut(clean: CleanRings, polygon_offsets: Integers) -> tuple[Integers, NDArray[np.int32], Floats]:
    """Return chains in the order of the polygons: rows (first vertex, walls, ring), polygon of each, middle of each."""
    capacity = 0
    for ring in range(len(clean.vertex_count)):
        capacity += (clean.vertex_count[ring] + CHAIN_WALLS - 1) // CHAIN_WALLS
    chain = np.empty((capacity, 3), dtype=np.int64)
    polygon_of = np.empty(capacity, dtype=np.int32)
    middle = np.empty((capacity, 2), dtype=np.float64)
    count = 0
    for polygon in range(len(clean.fault)):
        if clean.fault[polygon] != SOUND:
            continue
        for ring in range(polygon_offsets[polygon], polygon_offsets[polygon + 1]):
            walls = clean.vertex_count[ring]
            parts = (walls + CHAIN_WALLS - 1) // CHAIN_WALLS
            for part in range(parts):
                begin, end = walls * part // parts, walls * (part + 1) // parts
                chain[count, 0] = clean.ring_offsets[ring] + begin
                chain[count, 1] = end - begin
                chain[count, 2] = ring
                polygon_of[count] = polygon
                half = clean.ring_offsets[ring] + (begin + end) // 2
                middle[count, 0], middle[count, 1] = clean.point[half, 0], clean.point[half, 1]
                count += 1
    return chain[:count], polygon_of[:count], middle[:count]


@kernel
def _placed(clean: CleanRings, chain: Integers, rows: NDArray[np.int32]) -> tuple[Floats, Integers, Floats]:
    """Return vertices, chain by chain in the order of ``rows``, where each chain begins, and boxes (chains, 4)."""
    first = np.empty(len(rows) + 1, dtype=np.int64)
    first[0] = 0
    for place in range(len(rows)):
        first[place + 1] = first[place] + chain[rows[place], 1] + 1
    vertex = np.empty((first[-1], 2), dtype=np.float64)
    box = np.empty((len(rows), 4), dtype=np.float64)
    for place in range(len(rows)):
        begin, walls, ring = chain[rows[place], 0], chain[rows[place], 1], chain[rows[place], 2]
        ring_first, ring_count = clean.ring_offsets[ring], clean.vertex_count[ring]
        box[place, 0] = box[place, 1] = np.inf
        box[place, 2] = box[place, 3] = -np.inf
        for step in range(walls + 1):
            row = begin + step
            if row >= ring_first + ring_count:
                row -= ring_count
            x, y = clean.point[row, 0], clean.point[row, 1]
            vertex[first[place] + step, 0] = x
            vertex[first[place] + step, 1] = y
            box[place, 0] = min(box[place, 0], x)
            box[place, 1] = min(box[place, 1], y)
            box[place, 2] = max(box[place, 2], x)
            box[place, 3] = max(box[place, 3], y)
    return vertex, first, box


@kernel
def _boxes(chain_box: Floats, origin: Floats, margin: float) -> tuple[NDArray[np.float32], Integers]:
    """Return the groups of all levels and where each level begins; unused places of a group admit nothing."""
    offsets = np.zeros(LEVELS + 1, dtype=np.int64)
    nodes, levels = len(chain_box), 0
    while levels < LEVELS and (levels == 0 or nodes > 1):
        nodes = (nodes + WIDTH - 1) // WIDTH
        offsets[levels + 1] = offsets[levels] + nodes
        levels += 1
    box = np.empty((offsets[levels], 4, WIDTH), dtype=np.float32)
    box[:, :2, :] = np.inf
    box[:, 2:, :] = -np.inf
    for chain in range(len(chain_box)):
        group, place = chain // WIDTH, chain % WIDTH
        for side in range(4):
            outward = -margin if side < 2 else margin
            box[group, side, place] = chain_box[chain, side] - origin[side % 2] + outward
    for level in range(1, levels):
        below = offsets[level] - offsets[level - 1]
        for node in range(below):
            group, place = offsets[level] + node // WIDTH, node % WIDTH
            child = offsets[level - 1] + node
            box[group, 0, place] = box[child, 0].min()
            box[group, 1, place] = box[child, 1].min()
            box[group, 2, place] = box[child, 2].max()
            box[group, 3, place] = box[child, 3].max()
    return box, offsets[: levels + 1]


def chains_of(clean: CleanRings, polygon_offsets: Integers, building_of_polygon: NDArray[np.int32]) -> Chains:
    """Return the chains of sound polygons and their tree; ``building_of_polygon`` (polygons,) numbers the buildings."""
    chain, polygon, middle = _cut(clean, polygon_offsets)
    rows = sorted_rows(morton_keys(middle))
    vertex, first, chain_box = _placed(clean, chain, rows)
    origin = chain_box[:, :2].min(axis=0) if len(chain_box) else np.zeros(2)
    extent = float((chain_box[:, 2:].max(axis=0) - origin).max()) if len(chain_box) else 0.0
    # Twice the spacing of single precision numbers at the far end of the map.
    box, level_offsets = _boxes(chain_box, origin, extent * 2.0**-22)
    return Chains(vertex, first, building_of_polygon[polygon[rows]], origin, box, level_offsets)


@inlined
def chains_near(
    chains: Chains, x: float, y: float, radius_m: float, found: NDArray[np.int32], distance2: NDArray[np.float32]
) -> int:
    """Write the chains whose boxes reach within ``radius_m`` of (x, y), with the boxes' squared distances; return how many.

    Where ``found`` is too short, what has no room is left out and the number tells what room is needed.
    """
    levels = len(chains.level_offsets) - 1
    if len(chains.first) <= 1:
        return 0
    lens_x, lens_y = np.float32(x - chains.origin[0]), np.float32(y - chains.origin[1])
    # The lens itself is rounded too: the margin of the boxes covers it.
    # It stays a number, as the distance of an unused place of a group does not.
    limit = np.float32(min(radius_m * radius_m * 1.000001, FARTHEST2))
    pending = np.empty(LEVELS * WIDTH * 4, dtype=np.int64)
    pending[0] = chains.level_offsets[levels - 1]
    level_of = np.empty(LEVELS * WIDTH * 4, dtype=np.int8)
    level_of[0] = levels - 1
    waiting = 1
    count = 0
    near2 = np.empty(WIDTH, dtype=np.float32)
    zero = np.float32(0.0)
    while waiting > 0:
        waiting -= 1
        group, level = pending[waiting], level_of[waiting]
        sides = chains.box[group]
        for place in range(WIDTH):
            dx = max(sides[0, place] - lens_x, lens_x - sides[2, place], zero)
            dy = max(sides[1, place] - lens_y, lens_y - sides[3, place], zero)
            near2[place] = dx * dx + dy * dy
        base = (group - chains.level_offsets[level]) * WIDTH
        for place in range(WIDTH):
            if near2[place] <= limit:
                if level == 0:
                    if count < len(found):
                        found[count] = base + place
                        distance2[count] = near2[place]
                    count += 1
                else:
                    pending[waiting] = chains.level_offsets[level - 1] + base + place
                    level_of[waiting] = level - 1
                    waiting += 1
    return count
