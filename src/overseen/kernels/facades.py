"""Which parts of which walls a lens sees, and from which height up: the vertical counterpart of the isovist.

Along a direction u every nearer building of height H raises a horizon: seen from a lens at height h its slope is (H - h) times
1/r of the wall that limits it, the front one where the building is as high as the lens, the back one where it is lower. With
1/r = w·u that is *linear* in u, and so is the slope of a wall's own foot and top. So between two directions in which no two of
these lines cross, a wall is seen from the highest of the nearer horizons (or its foot) up to its top, and the lower limit is a
straight line on the wall. The parts are exact; nothing is sampled.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel
from overseen.kernels.chains import Chains, chains_near
from overseen.kernels.directions import FULL_TURN, NARROWEST_KEY, pseudo_angle
from overseen.kernels.stars import Lenses

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Facades(NamedTuple):
    """Parts of walls in view: rows ``offsets[i]:offsets[i + 1]`` belong to lens i.

    ``wall`` (n,) is the vertex at which the wall begins, ``along`` (n, 2) where on it the part begins and ends (fractions of the
    wall, rising), ``low_m`` (n, 2) the height from which it is seen at the two, and ``top_m`` (n,) up to which.
    """

    offsets: Integers
    wall: NDArray[np.int32]
    along: Floats
    low_m: Floats
    top_m: Floats


class Walls(NamedTuple):
    """Working memory of one lens: ``edge`` (n, 8) key, x, y of both directions and inverse line; ``rise`` (n,) of the top.

    ``kind`` (n, 3): 1 where the wall faces the lens; 1 where it raises a horizon; the vertex at which it begins.
    """

    edge: Floats
    rise: Floats
    kind: NDArray[np.int32]
    active: NDArray[np.int32]
    stop: Floats


def _walls_for(capacity: int) -> Walls:
    return Walls(
        np.empty((capacity, 8)),
        np.empty(capacity),
        np.empty((capacity, 3), dtype=np.int32),
        np.empty(capacity, dtype=np.int32),
        np.empty((4 * capacity + 8, 3)),
    )


@inlined
def _add_wall(
    edge: Floats, rise: Floats, kind: NDArray[np.int32], count: int, first: float, first_x: float, first_y: float,
    last: float, last_x: float, last_y: float, wx: float, wy: float, height: float, is_front: bool, row: int,
) -> int:  # fmt: skip
    if last <= first:
        return count
    edge[count, 0], edge[count, 1], edge[count, 2] = first, first_x, first_y
    edge[count, 3], edge[count, 4], edge[count, 5] = last, last_x, last_y
    edge[count, 6], edge[count, 7] = wx, wy
    rise[count] = height
    # A building as high as the lens hides from its front wall on, a lower one from its back wall on.
    kind[count, 0], kind[count, 1], kind[count, 2] = is_front, is_front == (height >= 0.0), row
    return count + 1


@kernel
def _walls_of(
    chains: Chains, top_m: Floats, x: float, y: float, radius_m: float, height_m: float, found: NDArray[np.int32],
    distance2: NDArray[np.float32], edge: Floats, rise: Floats, kind: NDArray[np.int32],
) -> int:  # fmt: skip
    """Write every wall within the radius; return how many, -1 for lack of room."""
    count = 0
    near = chains_near(chains, x, y, radius_m, found, distance2)
    if near > len(found):
        return -1
    for place in range(near):
        chain = found[place]
        height = top_m[chain] - height_m
        begin, end = chains.first[chain], chains.first[chain + 1]
        if count + 2 * (end - begin) > len(edge):
            return -1
        for row in range(begin, end - 1):
            ax, ay = chains.vertex[row, 0] - x, chains.vertex[row, 1] - y
            bx, by = chains.vertex[row + 1, 0] - x, chains.vertex[row + 1, 1] - y
            across = ax * by - ay * bx
            if across == 0.0:
                continue
            wx, wy = (by - ay) / across, (ax - bx) / across
            is_front = across < 0.0
            first_x, first_y, last_x, last_y = (bx, by, ax, ay) if is_front else (ax, ay, bx, by)
            first, last = pseudo_angle(first_x, first_y), pseudo_angle(last_x, last_y)
            if first <= last:
                count = _add_wall(
                    edge,
                    rise,
                    kind,
                    count,
                    first,
                    first_x,
                    first_y,
                    last,
                    last_x,
                    last_y,
                    wx,
                    wy,
                    height,
                    is_front,
                    row,
                )
            else:
                count = _add_wall(
                    edge, rise, kind, count, first, first_x, first_y, FULL_TURN, 1.0, 0.0, wx, wy, height, is_front, row
                )
                count = _add_wall(
                    edge, rise, kind, count, 0.0, 1.0, 0.0, last, last_x, last_y, wx, wy, height, is_front, row
                )
    return count


@inlined
def _add_stop(
    stop: Floats, count: int, gain_x: float, gain_y: float, key0: float, x0: float, y0: float, key1: float
) -> int:
    """Add, sorted, the direction between two in which a linear function of the direction is nothing."""
    x, y = -gain_y, gain_x
    if x0 * y - y0 * x < 0.0:
        x, y = gain_y, -gain_x
    if x == 0.0 and y == 0.0:
        return count
    key = pseudo_angle(x, y)
    if not key0 + NARROWEST_KEY < key < key1 - NARROWEST_KEY or count >= len(stop):
        return count
    place = count
    while place > 0 and stop[place - 1, 0] > key:
        stop[place, 0], stop[place, 1], stop[place, 2] = stop[place - 1, 0], stop[place - 1, 1], stop[place - 1, 2]
        place -= 1
    stop[place, 0], stop[place, 1], stop[place, 2] = key, x, y
    return count + 1


@inlined
def _stops_between(
    edge: Floats, rise: Floats, kind: NDArray[np.int32], active: NDArray[np.int32], held: int, wall: int, height_m: float,
    key0: float, x0: float, y0: float, key1: float, stop: Floats,
) -> int:  # fmt: skip
    """Write, sorted, the directions in which what limits the sight of ``wall`` may change; return how many."""
    count = 0
    wx, wy, own = edge[wall, 6], edge[wall, 7], rise[wall]
    for place in range(held):
        other = active[place]
        if other == wall or kind[other, 1] == 0:
            continue
        ox, oy, slope = edge[other, 6], edge[other, 7], rise[other]
        count = _add_stop(stop, count, ox - wx, oy - wy, key0, x0, y0, key1)
        count = _add_stop(stop, count, slope * ox - own * wx, slope * oy - own * wy, key0, x0, y0, key1)
        count = _add_stop(stop, count, slope * ox + height_m * wx, slope * oy + height_m * wy, key0, x0, y0, key1)
        for later in range(place + 1, held):
            third = active[later]
            if third != wall and kind[third, 1] == 1:
                count = _add_stop(
                    stop, count, slope * ox - rise[third] * edge[third, 6], slope * oy - rise[third] * edge[third, 7],
                    key0, x0, y0, key1,
                )  # fmt: skip
    return count


@inlined
def _limit_of(
    edge: Floats, rise: Floats, kind: NDArray[np.int32], active: NDArray[np.int32], held: int, wall: int, height_m: float,
    x: float, y: float,
) -> int:  # fmt: skip
    """Return what limits the sight of a wall from below in one direction: an edge, -1 its foot, -2 it is out of view."""
    own_level = edge[wall, 6] * x + edge[wall, 7] * y
    highest, limit = -height_m * own_level, -1
    for place in range(held):
        other = active[place]
        if other == wall or kind[other, 1] == 0:
            continue
        level = edge[other, 6] * x + edge[other, 7] * y
        # Of two walls on one line the one that comes first in the list is the nearer.
        if level < own_level or (level == own_level and other > wall):
            continue
        slope = rise[other] * level
        if slope > highest:
            highest, limit = slope, other
    return -2 if highest >= rise[wall] * own_level else limit


@inlined
def _put_part(
    out: Facades, count: int, chains: Chains, edge: Floats, rise: Floats, wall: int, row: int, limit: int,
    x: float, y: float, height_m: float, x0: float, y0: float, x1: float, y1: float,
) -> None:  # fmt: skip
    """Write the part of a wall between two directions."""
    ax, ay = chains.vertex[row, 0] - x, chains.vertex[row, 1] - y
    dx, dy = chains.vertex[row + 1, 0] - chains.vertex[row, 0], chains.vertex[row + 1, 1] - chains.vertex[row, 1]
    for side in range(2):
        # Counter-clockwise a wall that faces the lens runs from its end to its beginning.
        ux, uy = (x1, y1) if side == 0 else (x0, y0)
        level = edge[wall, 6] * ux + edge[wall, 7] * uy
        px, py = ux / level, uy / level
        out.along[count, side] = min(1.0, max(0.0, ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy)))
        low = 0.0
        if limit >= 0:
            low = max(0.0, height_m + rise[limit] * (edge[limit, 6] * px + edge[limit, 7] * py))
        out.low_m[count, side] = low
    out.wall[count] = row
    out.top_m[count] = height_m + rise[wall]


@kernel
def _fill_facades(
    chains: Chains, top_m: Floats, lenses: Lenses, begin: int, found: NDArray[np.int32], distance2: NDArray[np.float32],
    walls: Walls, out: Facades,
) -> tuple[int, bool]:  # fmt: skip
    """Write the parts that the lenses from ``begin`` on see; return the first not written and whether walls had no room."""
    edge, rise, kind, active, stop = walls.edge, walls.rise, walls.kind, walls.active, walls.stop
    for lens in range(begin, len(lenses.centre)):
        x, y, height_m = lenses.centre[lens, 0], lenses.centre[lens, 1], lenses.height_m[lens]
        total = _walls_of(chains, top_m, x, y, lenses.radius_m[lens], height_m, found, distance2, edge, rise, kind)
        if total < 0:
            return lens, True
        event = np.empty(2 * total)
        for row in range(total):
            event[2 * row], event[2 * row + 1] = edge[row, 0], edge[row, 3]
        order = np.argsort(event)
        count = out.offsets[lens]
        held = 0
        key0, x0, y0 = 0.0, 1.0, 0.0
        for place in range(2 * total):
            line, side = order[place] >> 1, order[place] & 1
            key1, x1, y1 = edge[line, 3 * side], edge[line, 3 * side + 1], edge[line, 3 * side + 2]
            if key1 - key0 > NARROWEST_KEY:
                for spot in range(held):
                    wall = active[spot]
                    if kind[wall, 0] == 0:
                        continue
                    stops = _stops_between(edge, rise, kind, active, held, wall, height_m, key0, x0, y0, key1, stop)
                    if count + stops + 1 > len(out.wall):
                        return lens, False
                    low_x, low_y, before = x0, y0, -2
                    from_x, from_y = x0, y0
                    for step in range(stops + 1):
                        high_x, high_y = x1, y1
                        if step < stops:
                            high_x, high_y = stop[step, 1], stop[step, 2]
                        near, far = np.hypot(low_x, low_y), np.hypot(high_x, high_y)
                        limit = _limit_of(
                            edge, rise, kind, active, held, wall, height_m, low_x / near + high_x / far,
                            low_y / near + high_y / far,
                        )  # fmt: skip
                        if limit != before:
                            if before != -2:
                                _put_part(
                                    out, count, chains, edge, rise, wall, kind[wall, 2], before, x, y, height_m,
                                    from_x, from_y, low_x, low_y,
                                )  # fmt: skip
                                count += 1
                            from_x, from_y, before = low_x, low_y, limit
                        low_x, low_y = high_x, high_y
                    if before != -2:
                        _put_part(
                            out, count, chains, edge, rise, wall, kind[wall, 2], before, x, y, height_m,
                            from_x, from_y, x1, y1,
                        )  # fmt: skip
                        count += 1
            key0, x0, y0 = key1, x1, y1
            if side == 0:
                active[held] = line
                held += 1
            else:
                spot = 0
                while active[spot] != line:
                    spot += 1
                held -= 1
                active[spot] = active[held]
        out.offsets[lens + 1] = count
    return len(lenses.centre), False


def facades(chains: Chains, top_m: Floats, lenses: Lenses) -> Facades:
    """Return the parts of walls that each lens sees within its radius, and from which height; ``top_m`` (chains,), m.

    A part ends where another wall begins to limit the sight of it, and at the ends of walls in the same directions, so a wall may
    have several, next to each other. Walls are cut
    by no circle: those that reach within the radius are followed to their ends.
    """
    count = len(lenses.centre)
    room = 64 * count + 256
    out = _facades_for(count, room)
    near = 512
    walls = _walls_for(1024)
    done = 0
    while True:
        found, distance2 = np.empty(near, dtype=np.int32), np.empty(near, dtype=np.float32)
        done, are_walls_short = _fill_facades(chains, top_m, lenses, done, found, distance2, walls, out)
        if done == count:
            break
        if are_walls_short:
            near, walls = 4 * near, _walls_for(4 * len(walls.edge))
        else:
            longer = _facades_for(count, 2 * len(out.wall))
            held = len(out.wall)
            longer.offsets[:] = out.offsets
            longer.wall[:held], longer.along[:held] = out.wall, out.along
            longer.low_m[:held], longer.top_m[:held] = out.low_m, out.top_m
            out = longer
    filled = out.offsets[count]
    return Facades(out.offsets, out.wall[:filled], out.along[:filled], out.low_m[:filled], out.top_m[:filled])


def _facades_for(lenses: int, room: int) -> Facades:
    return Facades(
        np.zeros(lenses + 1, dtype=np.int64),
        np.empty(room, dtype=np.int32),
        np.empty((room, 2)),
        np.empty((room, 2)),
        np.empty(room),
    )
