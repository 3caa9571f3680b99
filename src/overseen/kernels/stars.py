"""The view all round a lens among walls, exactly: an angular span buffer over raw walls (no triangulation, no ray fan).

Around the lens the full turn is kept as a list of spans, each owned by the wall nearest in it. For a wall on the line
n·x = c put w = n/c: along a direction u the wall lies at 1/r = w·u, which is *linear* in u. So the nearer of two walls over
a span follows from one subtraction at its two ends, and where they cross is one perpendicular; crossing, touching,
overlapping and duplicate walls need no special case. A pseudo-angle sorts directions without trigonometry.

Precondition: the lens lies in no building and on no wall (placement sees to it).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import kernel
from overseen.kernels.walls import Walls, walls_near

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

OPEN = -1
"""Owner of a span with no wall within the radius."""

FULL_TURN = 4.0
"""A full turn in pseudo-angle."""

NEARER_TOLERANCE = 1e-12
"""Relative difference of 1/r below which two walls count as one at that direction."""


class Stars(NamedTuple):
    """The spans of many lenses.

    Lens i stands at ``centre[i]`` (shape (n, 2), m) and looks no further than ``radius_m[i]``. Its spans are rows
    ``offsets[i]:offsets[i + 1]``, counter-clockwise from east: each starts at ``angle`` (radians, 0 to 2 pi) in the direction
    of ``direction`` (shape (m, 2), m from the lens, a true wall end or crossing) and shows the wall ``wall`` (``OPEN``: none),
    whose line is ``inverse``·x = 1 in metres from the lens.
    """

    centre: Floats
    radius_m: Floats
    offsets: Integers
    angle: Floats
    direction: Floats
    inverse: Floats
    wall: NDArray[np.int32]


class Buffer(NamedTuple):
    """Working spans of one lens: a linked list in arrays, of which ``used[0]`` are in use; span 0 starts at east."""

    key: Floats
    direction: Floats
    inverse: Floats
    wall: NDArray[np.int32]
    following: NDArray[np.int32]
    used: NDArray[np.int32]


@kernel
def pseudo_angle(x: float, y: float) -> float:
    """Return a number in 0..4 that rises counter-clockwise from east as the angle of (x, y) does; (0, 0) gives nan."""
    quotient = x / (abs(x) + abs(y))
    return 1.0 - quotient if y >= 0.0 else 3.0 + quotient


@kernel
def _buffer(capacity: int) -> Buffer:
    buffer = Buffer(
        np.empty(capacity, dtype=np.float64),
        np.empty((capacity, 2), dtype=np.float64),
        np.zeros((capacity, 2), dtype=np.float64),
        np.empty(capacity, dtype=np.int32),
        np.empty(capacity, dtype=np.int32),
        np.ones(1, dtype=np.int32),
    )
    buffer.key[0] = 0.0
    buffer.direction[0, 0] = 1.0
    buffer.direction[0, 1] = 0.0
    buffer.wall[0] = OPEN
    buffer.following[0] = -1
    return buffer


@kernel
def _split(buffer: Buffer, span: int, key: float, x: float, y: float) -> int:
    """Cut ``span`` at ``key`` towards (x, y); return the new span that begins there, with the same owner."""
    new = buffer.used[0]
    buffer.used[0] += 1
    buffer.key[new] = key
    buffer.direction[new, 0] = x
    buffer.direction[new, 1] = y
    buffer.inverse[new, 0] = buffer.inverse[span, 0]
    buffer.inverse[new, 1] = buffer.inverse[span, 1]
    buffer.wall[new] = buffer.wall[span]
    buffer.following[new] = buffer.following[span]
    buffer.following[span] = new
    return new


@kernel
def _own(buffer: Buffer, span: int, low: Floats, high: Floats, inverse_x: float, inverse_y: float, wall: int) -> int:
    """Give the part low..high (key, x, y) of ``span`` to ``wall``; return the last span that lies before ``high``."""
    if low[0] > buffer.key[span]:
        span = _split(buffer, span, low[0], low[1], low[2])
    following = buffer.following[span]
    end = FULL_TURN if following < 0 else buffer.key[following]
    if high[0] < end:
        _split(buffer, span, high[0], high[1], high[2])
    buffer.inverse[span, 0] = inverse_x
    buffer.inverse[span, 1] = inverse_y
    buffer.wall[span] = wall
    return span


@kernel
def _insert(buffer: Buffer, first: Floats, last: Floats, inverse_x: float, inverse_y: float, wall: int) -> None:
    """Show ``wall`` between the directions ``first`` and ``last`` (key, x, y; first before last) wherever it is nearest."""
    span = 0
    while buffer.following[span] >= 0 and buffer.key[buffer.following[span]] <= first[0]:
        span = buffer.following[span]
    low = np.empty(3)
    high = np.empty(3)
    cross = np.empty(3)
    while span >= 0 and buffer.key[span] < last[0]:
        following = buffer.following[span]
        low[0], low[1], low[2] = buffer.key[span], buffer.direction[span, 0], buffer.direction[span, 1]
        if first[0] >= low[0]:
            low[:] = first
        if following < 0:
            high[0], high[1], high[2] = FULL_TURN, 1.0, 0.0
        else:
            high[0], high[1], high[2] = (
                buffer.key[following],
                buffer.direction[following, 0],
                buffer.direction[following, 1],
            )
        if last[0] <= high[0]:
            high[:] = last
        if high[0] > low[0]:
            gain_x = inverse_x - buffer.inverse[span, 0]
            gain_y = inverse_y - buffer.inverse[span, 1]
            at_low = gain_x * low[1] + gain_y * low[2]
            at_high = gain_x * high[1] + gain_y * high[2]
            if abs(at_low) <= NEARER_TOLERANCE * abs(inverse_x * low[1] + inverse_y * low[2]):
                at_low = 0.0
            if abs(at_high) <= NEARER_TOLERANCE * abs(inverse_x * high[1] + inverse_y * high[2]):
                at_high = 0.0
            if at_low >= 0.0 and at_high >= 0.0:
                if at_low + at_high > 0.0:
                    _own(buffer, span, low, high, inverse_x, inverse_y, wall)
            elif at_low > 0.0 or at_high > 0.0:
                cross[1], cross[2] = -gain_y, gain_x
                if low[1] * cross[2] - low[2] * cross[1] < 0.0:
                    cross[1], cross[2] = gain_y, -gain_x
                reach = inverse_x * cross[1] + inverse_y * cross[2]
                if reach > 0.0:
                    # The crossing itself, so that the corner it makes is a point of both walls.
                    cross[1] /= reach
                    cross[2] /= reach
                cross[0] = min(high[0], max(low[0], pseudo_angle(cross[1], cross[2])))
                if at_low > 0.0 and cross[0] > low[0]:
                    _own(buffer, span, low, cross, inverse_x, inverse_y, wall)
                elif at_high > 0.0 and cross[0] < high[0]:
                    _own(buffer, span, cross, high, inverse_x, inverse_y, wall)
        span = following


@kernel
def _insert_wall(buffer: Buffer, ax: float, ay: float, bx: float, by: float, is_two_sided: bool, wall: int) -> None:
    """Insert the wall from a to b (m from the lens) unless its back is turned or it is seen edge-on."""
    turn = ax * by - ay * bx
    # The inside lies to the left of a->b, so a lens outside sees the wall run clockwise.
    if turn == 0.0 or (turn > 0.0 and not is_two_sided):
        return
    inverse_x = (by - ay) / turn
    inverse_y = (ax - bx) / turn
    first = np.empty(3)
    last = np.empty(3)
    first[0], first[1], first[2] = pseudo_angle(bx, by), bx, by
    last[0], last[1], last[2] = pseudo_angle(ax, ay), ax, ay
    if turn > 0.0:
        first, last = last, first
    if first[0] < last[0]:
        _insert(buffer, first, last, inverse_x, inverse_y, wall)
        return
    east = np.empty(3)
    east[0], east[1], east[2] = FULL_TURN, 1.0, 0.0
    _insert(buffer, first, east, inverse_x, inverse_y, wall)
    if last[0] > 0.0:
        east[0] = 0.0
        _insert(buffer, east, last, inverse_x, inverse_y, wall)


@kernel
def _angle(x: float, y: float) -> float:
    """Return the angle of (x, y), counter-clockwise from east, 0 to 2 pi."""
    angle = np.arctan2(y, x)
    return angle + 2.0 * np.pi if angle < 0.0 else angle


@kernel
def _spans_of(walls: Walls, x: float, y: float, radius_m: float) -> Buffer:
    near, _ = walls_near(walls, x, y, radius_m)
    buffer = _buffer(4 * len(near) + 16)
    for wall in near:
        # Each insertion adds at most two spans per span it meets; room is made before it is short.
        if buffer.used[0] * 2 + 16 > len(buffer.key):
            buffer = _grown(buffer)
        _insert_wall(
            buffer,
            walls.start[wall, 0] - x,
            walls.start[wall, 1] - y,
            walls.end[wall, 0] - x,
            walls.end[wall, 1] - y,
            walls.is_two_sided[wall],
            wall,
        )
    return buffer


@kernel
def _grown(buffer: Buffer) -> Buffer:
    """Return the same spans with twice the room and more: one insertion can at most triple their number."""
    count = buffer.used[0]
    larger = _buffer(4 * len(buffer.key) + 16)
    larger.key[:count] = buffer.key[:count]
    larger.direction[:count] = buffer.direction[:count]
    larger.inverse[:count] = buffer.inverse[:count]
    larger.wall[:count] = buffer.wall[:count]
    larger.following[:count] = buffer.following[:count]
    larger.used[0] = count
    return larger


@kernel
def stars(walls: Walls, centre: Floats, radius_m: Floats) -> Stars:
    """Return the spans around every lens: ``centre`` (n, 2) in m, ``radius_m`` (n,); no walls gives one open span each."""
    lens_count = len(centre)
    offsets = np.zeros(lens_count + 1, dtype=np.int64)
    capacity = 64 * lens_count + 64
    angle = np.empty(capacity, dtype=np.float64)
    direction = np.empty((capacity, 2), dtype=np.float64)
    inverse = np.empty((capacity, 2), dtype=np.float64)
    wall = np.empty(capacity, dtype=np.int32)
    filled = 0
    for lens in range(lens_count):
        buffer = _spans_of(walls, centre[lens, 0], centre[lens, 1], radius_m[lens])
        if filled + buffer.used[0] > len(angle):
            capacity = 2 * (filled + buffer.used[0])
            angle = np.append(angle, np.empty(capacity - len(angle)))
            wall = np.append(wall, np.empty(capacity - len(wall), dtype=np.int32))
            wider = np.empty((capacity, 2))
            wider[:filled] = direction[:filled]
            direction = wider
            wider = np.empty((capacity, 2))
            wider[:filled] = inverse[:filled]
            inverse = wider
        span = 0
        begin = filled
        while span >= 0:
            # Neighbouring spans of one wall are one span again.
            if filled == begin or buffer.wall[span] != wall[filled - 1]:
                angle[filled] = _angle(buffer.direction[span, 0], buffer.direction[span, 1])
                if filled > begin:
                    angle[filled] = max(angle[filled], angle[filled - 1])
                direction[filled] = buffer.direction[span]
                inverse[filled] = buffer.inverse[span]
                wall[filled] = buffer.wall[span]
                filled += 1
            span = buffer.following[span]
        offsets[lens + 1] = filled
    return Stars(centre, radius_m, offsets, angle[:filled], direction[:filled], inverse[:filled], wall[:filled])
