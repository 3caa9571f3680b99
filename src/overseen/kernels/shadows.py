"""What buildings lower than the lens hide, exactly: for each direction the finite pieces of ground behind them.

A building of height H between target height t and lens height h hides, along one direction, all from where the sightline
meets it to k = (h-t)/(h-H) times where it leaves it. So each of its walls that faces the lens *opens* a hidden piece along
the line w·x = 1, and each that turns its back *closes* one along w·x = k. A sweep round the lens keeps the lines in force,
nearest first, and counts openings less closings; where two lines cross, the sweep stops. Between two stops the hidden pieces
are strips between two lines, disjoint, so areas, outlines, segments and points stay closed forms. Buildings may touch and
overlap: the count takes care of it.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel
from overseen.kernels.chains import Chains
from overseen.kernels.directions import FULL_TURN, NARROWEST_KEY, pseudo_angle
from overseen.kernels.stars import (
    DX,
    DY,
    KEY,
    OPEN,
    WX,
    WY,
    Bench,
    Lenses,
    Stars,
    bench_for,
    emitted,
    is_box_hidden,
    is_hidden_round,
    reset,
    spans_of,
    squared_distance_to_wall,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
ScalarT = TypeVar("ScalarT", bound=np.generic)

AT_LENS = -2
"""Wall of a strip that begins at the lens itself, on the roof it stands on."""

SAME_LINE = 1e-12
"""Relative difference of 1/r below which two lines are level."""

MOST_CROSSINGS = 4096
"""A slab with more crossings than this is cut short: far above what any scene has; it only bounds the loop."""

STAR = -1
"""Number of the line at which the star ends, among the numbers of lines."""


ENOUGH, NO_BENCH, NO_SPANS, NO_LINES, NO_STRIPS = 0, 1, 2, 3, 4
"""What a kernel had no room for."""


class Shadows(NamedTuple):
    """Hidden strips of many lenses.

    The slabs of lens i are rows ``offsets[i]:offsets[i + 1]`` of ``slab`` (s, 6), counter-clockwise, disjoint, each within one
    span of the star (``span``, a row of it): pseudo-angle, x and y of the direction in which it begins and of that in which it
    ends. Its strips are rows ``strip_offsets[slab]:strip_offsets[slab + 1]`` of ``strip`` (k, 4), nearest first: hidden is what
    lies between the lines ``strip[:, :2]``·x = 1 and ``strip[:, 2:]``·x = 1; a far line of 0 lies where the star ends. ``wall``
    (k,) is the vertex at which the near line's wall begins, or ``AT_LENS``.
    """

    offsets: Integers
    slab: Floats
    span: Integers
    strip_offsets: Integers
    strip: Floats
    wall: NDArray[np.int32]


class Lines(NamedTuple):
    """Working memory of a sweep.

    ``edge`` (n, 8): key, x, y of the first and of the last direction, inverse line; ``kind`` (n, 2): +1 opens or -1 closes,
    wall. ``event`` (2n,) are the keys of both; ``active`` are the lines in force, ``level`` (n, 2) their 1/r at both
    ends of a slab.
    """

    edge: Floats
    kind: NDArray[np.int32]
    event: Floats
    active: NDArray[np.int32]
    level: Floats


def lines_for(capacity: int) -> Lines:
    """Return working memory for ``capacity`` lines."""
    return Lines(
        np.empty((capacity, 8), dtype=np.float64),
        np.empty((capacity, 2), dtype=np.int32),
        np.empty(2 * capacity, dtype=np.float64),
        np.empty(capacity + 1, dtype=np.int32),
        np.empty((capacity + 1, 2), dtype=np.float64),
    )


@inlined
def _add_line(
    edge: Floats, kind: NDArray[np.int32], count: int, first: float, first_x: float, first_y: float,
    last: float, last_x: float, last_y: float, wx: float, wy: float, sign: int, wall: int,
) -> int:  # fmt: skip
    if last <= first:
        return count
    edge[count, 0], edge[count, 1], edge[count, 2] = first, first_x, first_y
    edge[count, 3], edge[count, 4], edge[count, 5] = last, last_x, last_y
    edge[count, 6], edge[count, 7] = wx, wy
    kind[count, 0], kind[count, 1] = sign, wall
    return count + 1


@inlined
def _lines_of(
    chains: Chains, top_m: Floats, x: float, y: float, seen: tuple[float, float, float], bench: Bench, found_count: int,
    lines: Lines,
) -> int:  # fmt: skip
    """Write the opening and closing lines of low buildings that may be in view; return how many, -1 for lack of room."""
    _, height_m, target_m = seen
    found, distance2, order, nearest2 = bench.found, bench.distance2, bench.order, bench.nearest2
    vertex, first_vertex, box = chains.vertex, chains.first, chains.box
    edge, kind = lines.edge, lines.kind
    lens_x, lens_y = np.float32(x - chains.origin[0]), np.float32(y - chains.origin[1])
    count = 0
    for turn in range(found_count):
        place = order[turn]
        chain = found[place]
        top = top_m[chain]
        if top <= target_m or top >= height_m:
            continue
        if is_box_hidden(nearest2, box, chain, lens_x, lens_y, distance2[place]):
            continue
        reach = (height_m - target_m) / (height_m - top)
        begin, end = first_vertex[chain], first_vertex[chain + 1]
        if count + 2 * (end - begin) > len(edge):
            return -1
        for row in range(begin, end - 1):
            ax, ay = vertex[row, 0] - x, vertex[row, 1] - y
            bx, by = vertex[row + 1, 0] - x, vertex[row + 1, 1] - y
            across = ax * by - ay * bx
            if across == 0.0:
                continue
            is_front = across < 0.0
            scale = 1.0 if is_front else reach
            a_key, b_key = pseudo_angle(ax, ay), pseudo_angle(bx, by)
            first, last = (b_key, a_key) if is_front else (a_key, b_key)
            near2 = squared_distance_to_wall(ax, ay, bx, by) * scale * scale
            # A line that is out of view wherever it runs can be left out: what it opens or closes is out of view too.
            if is_hidden_round(nearest2, near2, first, last):
                continue
            inverse = 1.0 / (across * scale)
            wx, wy = (by - ay) * inverse, (ax - bx) * inverse
            sign = 1 if is_front else -1
            first_x, first_y = (bx, by) if is_front else (ax, ay)
            last_x, last_y = (ax, ay) if is_front else (bx, by)
            if first <= last:
                count = _add_line(edge, kind, count, first, first_x, first_y, last, last_x, last_y, wx, wy, sign, row)
            else:
                # Across the east it is two.
                count = _add_line(edge, kind, count, first, first_x, first_y, FULL_TURN, 1.0, 0.0, wx, wy, sign, row)
                count = _add_line(edge, kind, count, 0.0, 1.0, 0.0, last, last_x, last_y, wx, wy, sign, row)
    return count


class Strips(NamedTuple):
    """Where slabs and strips are written: as :class:`Shadows`, with room; ``filled`` are slabs and strips so far."""

    slab: Floats
    span: Integers
    strip_offsets: Integers
    strip: Floats
    wall: NDArray[np.int32]
    number: Integers
    filled: Integers


def strips_for(slabs: int, strips: int) -> Strips:
    """Return room for slabs and strips."""
    return Strips(
        np.empty((slabs, 6), dtype=np.float64),
        np.empty(slabs, dtype=np.int64),
        np.zeros(slabs + 1, dtype=np.int64),
        np.empty((strips, 4), dtype=np.float64),
        np.empty(strips, dtype=np.int32),
        np.empty((strips, 2), dtype=np.int64),
        np.zeros(2, dtype=np.int64),
    )


@inlined
def _put_slab(
    slab: Floats, span_of: Integers, strip_offsets: Integers, number: Integers, filled: Integers,
    kind: NDArray[np.int32], active: NDArray[np.int32], active_count: int, roofs: int, span: int,
    key0: float, x0: float, y0: float, key1: float, x1: float, y1: float,
) -> None:  # fmt: skip
    """Write the hidden strips between two directions in which no two lines cross, or widen the slab before by them."""
    row, first = filled[0], filled[1]
    count = first
    depth = roofs
    near = AT_LENS
    for place in range(active_count):
        line = active[place]
        if line == STAR:
            break
        before = depth
        depth = max(0, depth + kind[line, 0])
        if before == 0 and depth > 0:
            near = line
        elif before > 0 and depth == 0:
            number[count, 0], number[count, 1] = near, line
            count += 1
    if depth > 0:
        number[count, 0], number[count, 1] = near, STAR
        count += 1
    if count == first:
        return
    if row > 0 and span_of[row - 1] == span and slab[row - 1, 3] == key0:
        before_first = strip_offsets[row - 1]
        is_same = first - before_first == count - first
        place = 0
        while is_same and place < count - first:
            is_same = (
                number[before_first + place, 0] == number[first + place, 0]
                and number[before_first + place, 1] == number[first + place, 1]
            )
            place += 1
        if is_same:
            slab[row - 1, 3], slab[row - 1, 4], slab[row - 1, 5] = key1, x1, y1
            return
    slab[row, 0], slab[row, 1], slab[row, 2] = key0, x0, y0
    slab[row, 3], slab[row, 4], slab[row, 5] = key1, x1, y1
    span_of[row] = span
    strip_offsets[row + 1] = count
    filled[0], filled[1] = row + 1, count


@inlined
def _level(edge: Floats, star_x: float, star_y: float, line: int, x: float, y: float) -> float:
    """Return 1/r of a line in a direction, times the direction's length."""
    if line == STAR:
        return star_x * x + star_y * y
    return edge[line, 6] * x + edge[line, 7] * y


@inlined
def _is_behind(
    kind: NDArray[np.int32], active: NDArray[np.int32], level: Floats, place: int, line: int, at0: float, at1: float
) -> bool:
    """Return whether the line at a place lies behind ``line`` from the first of two directions on.

    Level there, the other direction decides: two lines meet but once. Of lines that are level in both the opening one comes
    first, so that a gap of no width is none.
    """
    gain0, gain1 = at0 - level[place, 0], at1 - level[place, 1]
    if abs(gain0) > SAME_LINE * abs(at0):
        return gain0 > 0.0
    if abs(gain1) > SAME_LINE * abs(at1):
        return gain1 > 0.0
    other = active[place]
    return line != STAR and kind[line, 0] > 0 and (other == STAR or kind[other, 0] < 0)


@inlined
def _sort_lines(
    edge: Floats, kind: NDArray[np.int32], active: NDArray[np.int32], level: Floats, count: int, star_x: float,
    star_y: float, x0: float, y0: float, x1: float, y1: float,
) -> None:  # fmt: skip
    """Sort the lines in force nearest first from one direction on, and note their levels in it and in a second one.

    The order changes little from call to call, so sorting by insertion is one pass.
    """
    for row in range(count):
        line = active[row]
        at0 = _level(edge, star_x, star_y, line, x0, y0)
        at1 = _level(edge, star_x, star_y, line, x1, y1)
        place = row
        while place > 0 and _is_behind(kind, active, level, place - 1, line, at0, at1):
            active[place] = active[place - 1]
            level[place, 0], level[place, 1] = level[place - 1, 0], level[place - 1, 1]
            place -= 1
        active[place] = line
        level[place, 0], level[place, 1] = at0, at1


@inlined
def _next_crossing(
    edge: Floats, active: NDArray[np.int32], level: Floats, count: int, star_x: float, star_y: float,
    key1: float, x1: float, y1: float,
) -> tuple[int, float, float, float]:  # fmt: skip
    """Return the first two lines to cross before a second direction, by the place of the nearer one, and where; -1: none do.

    The first to cross are neighbours in the order, and neighbours cross if their order is another in the second direction.
    """
    first = -1
    for row in range(count - 1):
        if level[row + 1, 1] - level[row, 1] <= SAME_LINE * abs(level[row, 1]):
            continue
        near, far = active[row], active[row + 1]
        near_x = star_x if near == STAR else edge[near, 6]
        near_y = star_y if near == STAR else edge[near, 7]
        gain_x = near_x - (star_x if far == STAR else edge[far, 6])
        gain_y = near_y - (star_y if far == STAR else edge[far, 7])
        cross_x, cross_y = -gain_y, gain_x
        # Of the two directions, the one in which the lines lie before the lens; divided by it, the crossing itself, so that
        # the corner it makes is a point of both lines.
        reach = near_x * cross_x + near_y * cross_y
        if reach != 0.0:
            cross_x /= reach
            cross_y /= reach
        cross = pseudo_angle(cross_x, cross_y)
        if cross < key1 - NARROWEST_KEY:
            first, key1, x1, y1 = row, cross, cross_x, cross_y
    return first, key1, x1, y1


@inlined
def _swap(active: NDArray[np.int32], level: Floats, row: int) -> None:
    """Let two neighbours change places after they crossed."""
    active[row], active[row + 1] = active[row + 1], active[row]
    for column in range(2):
        level[row, column], level[row + 1, column] = level[row + 1, column], level[row, column]


@inlined
def _taken_out(active: NDArray[np.int32], count: int, line: int) -> None:
    """Take a line out of the ``count`` in force; the others keep their order."""
    row = count - 1
    while active[row] != line:
        row -= 1
    while row < count - 1:
        active[row] = active[row + 1]
        row += 1


@inlined
def _sweep(
    lines: Lines, strips: Strips, count: int, roofs: int, star_span: Floats, star_wall: NDArray[np.int32],
    first_span: int, last_span: int,
) -> bool:  # fmt: skip
    """Write the slabs of one lens: its ``count`` lines against its star, rows first_span to last_span of ``star_span``.

    Return whether there was room.
    """
    edge, kind, event, active, level = lines.edge, lines.kind, lines.event, lines.active, lines.level
    slab, span_of, strip_offsets, number, filled = (
        strips.slab,
        strips.span,
        strips.strip_offsets,
        strips.number,
        strips.filled,
    )
    first_strip = filled[1]
    for row in range(count):
        event[2 * row], event[2 * row + 1] = edge[row, 0], edge[row, 3]
    order = np.argsort(event[: 2 * count])
    in_force = 0
    span = first_span
    key0, x0, y0 = 0.0, 1.0, 0.0
    for place in range(2 * count + 1):
        key1, x1, y1, line, side = FULL_TURN, 1.0, 0.0, -1, -1
        if place < 2 * count:
            line, side = order[place] >> 1, order[place] & 1
            key1, x1, y1 = edge[line, 3 * side], edge[line, 3 * side + 1], edge[line, 3 * side + 2]
        # On a roof every direction begins hidden, whether a line is in force or not.
        while (in_force > 0 or roofs > 0) and key1 - key0 > NARROWEST_KEY:
            while span + 1 < last_span and star_span[span + 1, KEY] <= key0:
                span += 1
            stop, stop_x, stop_y = key1, x1, y1
            if span + 1 < last_span and star_span[span + 1, KEY] < key1:
                stop, stop_x, stop_y = star_span[span + 1, KEY], star_span[span + 1, DX], star_span[span + 1, DY]
            if stop - key0 > NARROWEST_KEY:
                known = in_force
                if star_wall[span] != OPEN:
                    active[in_force] = STAR
                    known += 1
                slab_room = known * known + 2
                if filled[0] + slab_room > len(slab) or filled[1] + slab_room * (known + 1) > len(number):
                    return False
                star_x, star_y = star_span[span, WX], star_span[span, WY]
                low, low_x, low_y = key0, x0, y0
                _sort_lines(edge, kind, active, level, known, star_x, star_y, low_x, low_y, stop_x, stop_y)
                crossing = 0
                while crossing >= 0:
                    crossing, high, high_x, high_y = _next_crossing(
                        edge, active, level, known, star_x, star_y, stop, stop_x, stop_y
                    )
                    if high - low > NARROWEST_KEY:
                        _put_slab(
                            slab, span_of, strip_offsets, number, filled, kind, active, known, roofs, span,
                            low, low_x, low_y, high, high_x, high_y,
                        )  # fmt: skip
                        low, low_x, low_y = high, high_x, high_y
                    if crossing >= 0:
                        _swap(active, level, crossing)
                if known > in_force:
                    _taken_out(active, known, STAR)
            key0, x0, y0 = stop, stop_x, stop_y
        key0, x0, y0 = key1, x1, y1
        if side == 0:
            active[in_force] = line
            in_force += 1
        elif side == 1:
            _taken_out(active, in_force, line)
            in_force -= 1
    _put_lines(edge, kind, number, strips.strip, strips.wall, first_strip, filled[1])
    return True


@inlined
def _put_lines(
    edge: Floats,
    kind: NDArray[np.int32],
    number: Integers,
    strip: Floats,
    wall: NDArray[np.int32],
    first: int,
    last: int,
) -> None:
    """Write the lines that bound strips, known so far by their numbers."""
    for row in range(first, last):
        near, far = number[row, 0], number[row, 1]
        wall[row] = AT_LENS
        strip[row, 0] = strip[row, 1] = np.inf
        if near != AT_LENS:
            wall[row] = kind[near, 1]
            strip[row, 0], strip[row, 1] = edge[near, 6], edge[near, 7]
        strip[row, 2] = strip[row, 3] = 0.0
        if far != STAR:
            strip[row, 2], strip[row, 3] = edge[far, 6], edge[far, 7]
        # Numbers hold for one lens only.
        number[row, 0] = number[row, 1] = AT_LENS - 1


@kernel
def _hidden_strips(
    chains: Chains, top_m: Floats, x: float, y: float, seen: tuple[float, float, float], roofs: int, bench: Bench,
    found_count: int, lines: Lines, strips: Strips, star_span: Floats, star_wall: NDArray[np.int32],
    first_span: int, last_span: int,
) -> int:  # fmt: skip
    """Write what low buildings hide from one lens; return 0, or 1 or 2 where lines or strips have no room."""
    count = _lines_of(chains, top_m, x, y, seen, bench, found_count, lines)
    if count < 0:
        return 1
    if count == 0 and roofs == 0:
        return 0
    return 0 if _sweep(lines, strips, count, roofs, star_span, star_wall, first_span, last_span) else 2


@kernel
def _fill_views(
    chains: Chains, top_m: Floats, lenses: Lenses, begin: int, star: Stars, slab_offsets: Integers, bench: Bench,
    lines: Lines, strips: Strips,
) -> tuple[int, int]:  # fmt: skip
    """Write the views of the lenses from ``begin`` on; return the first that is not written and what has no room for it."""
    for lens in range(begin, len(lenses.centre)):
        x, y = lenses.centre[lens, 0], lenses.centre[lens, 1]
        seen = (lenses.radius_m[lens], lenses.height_m[lens], lenses.target_m[lens])
        reset(bench, lenses.radius_m[lens])
        found_count = spans_of(chains, top_m, x, y, seen, bench)
        if found_count < 0:
            return lens, NO_BENCH
        first = star.offsets[lens]
        if first + bench.used[0] > len(star.wall):
            return lens, NO_SPANS
        last = emitted(bench, star.span, star.wall, first)
        if seen[1] > seen[2]:
            slab_count, strip_count = strips.filled[0], strips.filled[1]
            short = _hidden_strips(
                chains, top_m, x, y, seen, lenses.roofs[lens], bench, found_count, lines, strips, star.span, star.wall,
                first, last,
            )  # fmt: skip
            if short > 0:
                strips.filled[0], strips.filled[1] = slab_count, strip_count
                return lens, NO_LINES if short == 1 else NO_STRIPS
        star.offsets[lens + 1] = last
        slab_offsets[lens + 1] = strips.filled[0]
    return len(lenses.centre), ENOUGH


def _longer(array: NDArray[ScalarT], length: int) -> NDArray[ScalarT]:
    """Return the array with room for ``length`` rows."""
    longer = np.empty((length, *array.shape[1:]), dtype=array.dtype)
    longer[: len(array)] = array
    return longer


def views(chains: Chains, top_m: Floats, lenses: Lenses) -> tuple[Stars, Shadows]:
    """Return the star of every lens and what low buildings hide within it; ``top_m`` (chains,), m.

    Room is made here and not in the kernel: what only copies arrays need not be compiled.
    """
    count = len(lenses.centre)
    room = 48 * count + 256
    star = Stars(
        lenses.centre,
        lenses.radius_m,
        np.zeros(count + 1, dtype=np.int64),
        np.empty((room, 5)),
        np.empty(room, dtype=np.int32),
    )
    slab_offsets = np.zeros(count + 1, dtype=np.int64)
    bench, lines, strips = bench_for(1024, 512), lines_for(512), strips_for(8 * count + 64, 8 * count + 64)
    done, short = _fill_views(chains, top_m, lenses, 0, star, slab_offsets, bench, lines, strips)
    while short != ENOUGH:
        if short == NO_BENCH:
            bench = bench_for(4 * len(bench.span), 4 * len(bench.found))
        elif short == NO_SPANS:
            room = 2 * len(star.wall)
            star = star._replace(span=_longer(star.span, room), wall=_longer(star.wall, room))
        elif short == NO_LINES:
            lines = lines_for(4 * len(lines.edge))
        else:
            slabs, rows = 2 * len(strips.slab), 2 * len(strips.strip)
            strips = Strips(
                _longer(strips.slab, slabs),
                _longer(strips.span, slabs),
                _longer(strips.strip_offsets, slabs + 1),
                _longer(strips.strip, rows),
                _longer(strips.wall, rows),
                _longer(strips.number, rows),
                strips.filled,
            )
        done, short = _fill_views(chains, top_m, lenses, done, star, slab_offsets, bench, lines, strips)
    filled, (slabs, rows) = star.offsets[-1], strips.filled
    star = star._replace(span=star.span[:filled], wall=star.wall[:filled])
    shadows = Shadows(
        slab_offsets,
        strips.slab[:slabs],
        strips.span[:slabs],
        strips.strip_offsets[: slabs + 1],
        strips.strip[:rows],
        strips.wall[:rows],
    )
    return star, shadows
