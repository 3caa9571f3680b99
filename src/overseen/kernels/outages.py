"""Hours in the dark of feeders over a stretch of days: outages drawn or stated, batteries that run out and recharge.

Outages are set apart by exponential gaps that share out what their lengths leave of all days: they never overlap, there are as
many as was said, and every order and spacing of them is as likely as another. Numbers come from SplitMix64 (Steele, Lea and
Flood 2014).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import kernel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Words = NDArray[np.uint64]

DAY_H = 24.0
SPREAD, FIRST, SECOND = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


class Failures(NamedTuple):
    """How feeders fail.

    ``key`` (feeders,) seeds each; ``per_day`` (draws,) outages a day, its fraction by chance; ``hours`` (draws, n) the quantiles
    of the length of an outage, each as likely as the next. Rows ``first[i]:first[i + 1]`` of ``start_h`` and ``length_h`` are the
    stated outages of a feeder, which has no drawn ones if ``is_stated[i]``.
    """

    key: Words
    per_day: Floats
    hours: Floats
    first: Integers
    start_h: Floats
    length_h: Floats
    is_stated: NDArray[np.bool_]


class Batteries(NamedTuple):
    """Capacity in hours and hours gained in an hour of power, shape (draws,); an infinite gain recharges at once."""

    hours: Floats
    gain: Floats


@kernel
def _mixed(state: np.uint64) -> np.uint64:
    mixed = (state ^ (state >> np.uint64(30))) * FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * SECOND
    return mixed ^ (mixed >> np.uint64(31))


@kernel
def _uniform(state: np.uint64) -> float:
    return (float(_mixed(state) >> np.uint64(11)) + 0.5) * 2.0**-53


@kernel
def _outages(failures: Failures, feeder: int, draw: int, days: int, found: Floats) -> tuple[int, Floats]:
    """Return the number of outages of a feeder in one draw, and their starts and lengths in hours as rows, in order.

    ``found`` is room that is used again, made larger where it must be. Lengths that do not fit into all days are shortened.
    """
    if failures.is_stated[feeder]:
        low, high = failures.first[feeder], failures.first[feeder + 1]
        if len(found) < high - low:
            found = np.empty((high - low, 2), dtype=np.float64)
        for row in range(low, high):
            found[row - low, 0], found[row - low, 1] = failures.start_h[row], failures.length_h[row]
        return high - low, found
    state = _mixed(failures.key[feeder] + np.uint64(draw + 1) * SPREAD)
    expected = failures.per_day[draw] * days
    count = math.floor(expected)
    state += SPREAD
    if _uniform(state) < expected - count:
        count += 1
    if len(found) < count:
        found = np.empty((count, 2), dtype=np.float64)
    number = failures.hours.shape[1]
    total, spread = 0.0, 0.0
    for outage in range(count):
        state += SPREAD
        found[outage, 0] = -math.log(_uniform(state))
        spread += found[outage, 0]
        state += SPREAD
        found[outage, 1] = failures.hours[draw, int(_uniform(state) * number)]
        total += found[outage, 1]
    state += SPREAD
    spread -= math.log(_uniform(state))
    span = DAY_H * days
    shrunk = min(1.0, span / total) if total > 0.0 else 1.0
    unit = max(0.0, span - total * shrunk) / spread
    at = 0.0
    for outage in range(count):
        at += found[outage, 0] * unit
        found[outage, 0] = at
        found[outage, 1] *= shrunk
        at += found[outage, 1]
    return count, found


@kernel
def _darken(found: Floats, filled: int, one: tuple[float, float], other: tuple[float, float], dark: Floats) -> int:
    """Write the stretches (from, to) in which either of two batteries on one feeder is empty; return how many there are.

    Each is its capacity in hours, and the hours gained in an hour of power. Both are full before the first outage and run from
    the same moment, so in each outage the one with less charge decides.
    """
    charge_1, charge_2, before, stretches = one[0], other[0], 0.0, 0
    for row in range(filled):
        start, length = found[row, 0], found[row, 1]
        pause = max(0.0, start - before) if row > 0 else 0.0
        if pause > 0.0:
            charge_1 = one[0] if one[1] == np.inf else min(one[0], charge_1 + pause * one[1])
            charge_2 = other[0] if other[1] == np.inf else min(other[0], charge_2 + pause * other[1])
        held_1, held_2 = min(charge_1, length), min(charge_2, length)
        held = min(held_1, held_2)
        if length > held:
            dark[stretches, 0], dark[stretches, 1] = start + held, start + length
            stretches += 1
        charge_1 -= held_1
        charge_2 -= held_2
        before = start + length
    return stretches


@kernel
def _add_hours(begin: float, end: float, block_h: float, sign: float, hours: Floats) -> None:
    """Add a stretch of time, times ``sign``, to the blocks of the day that it lies in."""
    at = begin
    blocks = len(hours)
    number = math.floor(at / block_h)
    while at < end:
        upto = min(end, (number + 1) * block_h)
        hours[number % blocks] += sign * (upto - at)
        at = upto
        number += 1


@kernel
def dark_hours(
    failures: Failures, cameras: Batteries, network: Batteries, room: Batteries, room_feeder: int, days: int, blocks: int,
    low: int, high: int,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return hours in the dark of each feeder, and those in which it or the control room is, by block of the day.

    Both of shape (feeders, draws, blocks), hours in all ``days``, for the draws ``low`` to ``high`` - 1. A camera is dark where its
    battery or that of the network equipment on its feeder is empty. ``room_feeder`` is -1 where no outage reaches the room.
    """
    feeders, draws = len(failures.key), high - low
    block_h = DAY_H / blocks
    own = np.zeros((feeders, draws, blocks), dtype=np.float64)
    joint = np.zeros((feeders, draws, blocks), dtype=np.float64)
    found = np.empty((64, 2), dtype=np.float64)
    dark, room_dark = np.empty((64, 2), dtype=np.float64), np.empty((64, 2), dtype=np.float64)
    room_hours = np.zeros(blocks, dtype=np.float64)
    for draw in range(low, high):
        place = draw - low
        nights = 0
        room_hours[:] = 0.0
        if room_feeder >= 0:
            filled, found = _outages(failures, room_feeder, draw, days, found)
            if len(room_dark) < filled:
                room_dark = np.empty((filled, 2), dtype=np.float64)
            battery = (room.hours[draw], room.gain[draw])
            nights = _darken(found, filled, battery, battery, room_dark)
            for row in range(nights):
                _add_hours(room_dark[row, 0], room_dark[row, 1], block_h, 1.0, room_hours)
        for feeder in range(feeders):
            filled, found = _outages(failures, feeder, draw, days, found)
            if len(dark) < filled:
                dark = np.empty((filled, 2), dtype=np.float64)
            one, other = (cameras.hours[draw], cameras.gain[draw]), (network.hours[draw], network.gain[draw])
            stretches = _darken(found, filled, one, other, dark)
            for row in range(stretches):
                _add_hours(dark[row, 0], dark[row, 1], block_h, 1.0, own[feeder, place])
            joint[feeder, place] = own[feeder, place] + room_hours
            # What both have in common was added twice.
            night = 0
            for row in range(stretches):
                while night < nights and room_dark[night, 1] <= dark[row, 0]:
                    night += 1
                at = night
                while at < nights and room_dark[at, 0] < dark[row, 1]:
                    begin, end = max(dark[row, 0], room_dark[at, 0]), min(dark[row, 1], room_dark[at, 1])
                    _add_hours(begin, end, block_h, -1.0, joint[feeder, place])
                    at += 1
    return own, joint
