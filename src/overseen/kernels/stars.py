"""The view all round a lens among walls, exactly: an angular span buffer over raw walls (no triangulation, no ray fan).

Around the lens the full turn is kept as a list of spans, each owned by the wall nearest in it. For a wall on the line
n·x = c put w = n/c: along a direction u the wall lies at 1/r = w·u, which is *linear* in u. So the nearer of two walls over
a span follows from one subtraction at its two ends, and where they cross is one perpendicular; crossing, touching,
overlapping and duplicate walls need no special case. A pseudo-angle sorts directions without trigonometry. Walls come
roughly nearest first, and 128 angular bins remember how far the view still goes: what lies behind is left out unseen.

Heights: a building at least as high as the lens hides all behind it. For a lens below the target a building between the two
hides what lies beyond ``scale`` times its wall. A lower building hides a finite piece and is no wall of the star (see
``shadows``).

Precondition: the lens lies on no wall, and in no building but such as it stands on the roof of (placement sees to it).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel
from overseen.kernels.chains import Chains, chains_near
from overseen.kernels.directions import FULL_TURN, pseudo_angle

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

OPEN = -1
"""Owner of a span with no wall within the radius."""

NEARER_TOLERANCE = 1e-12
"""Relative difference of 1/r below which two walls count as one at that direction."""

BINS = 128
"""Angular bins of the farthest view."""

BINS_PER_KEY = BINS / FULL_TURN

HINTS = 32
"""Directions for which the span that holds them is remembered, so that an insertion begins near its place."""

HINTS_PER_KEY = HINTS / FULL_TURN

BUCKETS = 64
"""Distance classes in which chains are taken: nearest first, but not sorted to the last."""

KEY, DX, DY, WX, WY = 0, 1, 2, 3, 4
"""Columns of a span: pseudo-angle and direction of its start, inverse line of its wall."""

WALL, NEXT = 0, 1
"""Columns of a span: the wall (vertex at which it begins), the span that follows (-1: none)."""


class Lenses(NamedTuple):
    """Where lenses stand and how far they look.

    ``centre`` (n, 2), m; ``radius_m`` (n,); ``height_m`` (n,) of the lens and ``target_m`` (n,) of what it looks at, both above
    the same level as the tops of the buildings; ``roofs`` (n,) is the number of buildings lower than the lens on which it
    stands (its own roof hides what lies below).
    """

    centre: Floats
    radius_m: Floats
    height_m: Floats
    target_m: Floats
    roofs: Integers


class Stars(NamedTuple):
    """The spans of many lenses.

    Lens i stands at ``centre[i]`` (shape (n, 2), m) and looks no further than ``radius_m[i]``. Its spans are rows
    ``offsets[i]:offsets[i + 1]`` of ``span`` (m, 5), counter-clockwise from east: each starts at the pseudo-angle in column
    ``KEY`` (0 to 4), in the direction of columns ``DX`` and ``DY`` (m from the lens, a true wall end or crossing; any length),
    and shows the wall ``wall`` (m,) (``OPEN``: none), beyond whose line w·x = 1, columns ``WX`` and ``WY``, in metres from the
    lens, nothing is in view.
    """

    centre: Floats
    radius_m: Floats
    offsets: Integers
    span: Floats
    wall: NDArray[np.int32]


class Bench(NamedTuple):
    """Working memory of one lens after another: nothing is allocated per lens.

    ``span`` (capacity, 5) and ``link`` (capacity, 2) hold a linked list of spans that starts at row 0, in the east; ``used[0]``
    rows are in use. ``hint`` (HINTS + 1,) is the span that holds each of
    that many even directions. ``nearest2`` (BINS,) is the square of the
    least 1/r that the view has over the whole bin, so that what is farther is hidden there.
    """

    span: Floats
    link: NDArray[np.int32]
    used: Integers
    hint: NDArray[np.int32]
    nearest2: Floats
    bin_direction: Floats
    found: NDArray[np.int32]
    distance2: NDArray[np.float32]
    order: NDArray[np.int32]
    starts: NDArray[np.int32]
    local: Floats
    facing: NDArray[np.int32]


def bench_for(capacity: int, chain_room: int) -> Bench:
    """Return working memory for ``capacity`` spans and ``chain_room`` chains."""
    key = np.arange(BINS + 1) / BINS_PER_KEY
    x = np.where(key <= 2.0, 1.0 - key, key - 3.0)
    y = (1.0 - np.abs(x)) * np.where(key <= 2.0, 1.0, -1.0)
    return Bench(
        np.empty((capacity, 5)),
        np.empty((capacity, 2), dtype=np.int32),
        np.zeros(1, dtype=np.int64),
        np.zeros(HINTS + 1, dtype=np.int32),
        np.empty(BINS),
        np.column_stack([x, y]) / np.hypot(x, y)[:, None],
        np.empty(chain_room, dtype=np.int32),
        np.empty(chain_room, dtype=np.float32),
        np.empty(chain_room, dtype=np.int32),
        np.empty(BUCKETS + 1, dtype=np.int32),
        np.empty((6, 16)),
        np.empty(16, dtype=np.int32),
    )


@inlined
def reset(bench: Bench, radius_m: float) -> None:
    """Begin a lens: one open span all round, nothing hidden but what lies beyond the radius."""
    bench.span[0, KEY] = 0.0
    bench.span[0, DX] = 1.0
    bench.span[0, DY] = 0.0
    bench.span[0, WX] = 0.0
    bench.span[0, WY] = 0.0
    bench.link[0, WALL] = OPEN
    bench.link[0, NEXT] = -1
    bench.used[0] = 1
    bench.hint[:] = 0
    bench.nearest2[:] = 1.0 / (radius_m * radius_m)


@inlined
def close_outside(nearest2: Floats, start_key: float, end_key: float) -> None:
    """Mark the bins that lie wholly outside the sector from ``start_key`` to ``end_key``: nothing is looked for in them."""
    for place in range(BINS):
        low, high = place / BINS_PER_KEY, (place + 1) / BINS_PER_KEY
        if start_key < end_key:
            is_outside = high <= start_key or low >= end_key
        else:
            is_outside = low >= end_key and high <= start_key
        if is_outside:
            nearest2[place] = np.inf


@inlined
def is_hidden(nearest2: Floats, near2: float, first_key: float, last_key: float) -> bool:
    """Return whether all at squared distance ``near2`` or more between two directions (first <= last) is out of view."""
    place = int(first_key * BINS_PER_KEY)
    last = min(BINS - 1, int(last_key * BINS_PER_KEY))
    while place <= last:
        if near2 * nearest2[place] <= 1.0:
            return False
        place += 1
    return True


@inlined
def is_hidden_round(nearest2: Floats, near2: float, first_key: float, last_key: float) -> bool:
    """Return :func:`is_hidden` for two directions between which the east may lie."""
    if first_key <= last_key:
        return is_hidden(nearest2, near2, first_key, last_key)
    return is_hidden(nearest2, near2, first_key, FULL_TURN) and is_hidden(nearest2, near2, 0.0, last_key)


@inlined
def is_box_hidden(
    nearest2: Floats, box: NDArray[np.float32], chain: int, x: np.float32, y: np.float32, near2: float
) -> bool:
    """Return whether the box of a chain, seen from (x, y) in the frame of the boxes, is wholly out of view."""
    group, place = chain >> 4, chain & 15
    west, south = box[group, 0, place] - x, box[group, 1, place] - y
    east, north = box[group, 2, place] - x, box[group, 3, place] - y
    if west <= 0.0 and east >= 0.0 and south <= 0.0 and north >= 0.0:
        return False
    # The two corners between which the box lies, chosen without branches: which side it is on cannot be predicted.
    if_left = west if north < 0.0 else east
    if_astride = east if south > 0.0 else west
    first_x = (east if south > 0.0 else west) if west > 0.0 else (if_left if east < 0.0 else if_astride)
    first_y = south if west > 0.0 else (north if east < 0.0 or south <= 0.0 else south)
    if_left = west if south > 0.0 else east
    if_astride = west if south > 0.0 else east
    last_x = (east if north < 0.0 else west) if west > 0.0 else (if_left if east < 0.0 else if_astride)
    last_y = north if west > 0.0 else (south if east < 0.0 or south > 0.0 else north)
    return is_hidden_round(nearest2, near2, pseudo_angle(first_x, first_y), pseudo_angle(last_x, last_y))


@inlined
def _split(span: Floats, link: NDArray[np.int32], used: int, row: int, key: float, x: float, y: float) -> None:
    """Cut the span ``row`` at ``key`` towards (x, y): the part from there on becomes the row ``used``, of the same owner."""
    span[used, KEY] = key
    span[used, DX] = x
    span[used, DY] = y
    span[used, WX] = span[row, WX]
    span[used, WY] = span[row, WY]
    link[used, WALL] = link[row, WALL]
    link[used, NEXT] = link[row, NEXT]
    link[row, NEXT] = used


@inlined
def _hint(hint: NDArray[np.int32], low: float, high: float, row: int) -> None:
    """Remember that the span ``row`` holds the directions from ``low`` to ``high``."""
    place = int(np.ceil(low * HINTS_PER_KEY))
    end = min(HINTS - 1, int(high * HINTS_PER_KEY))
    while place <= end:
        hint[place] = row
        place += 1


@inlined
def _insert(
    span: Floats, link: NDArray[np.int32], hint: NDArray[np.int32], used: int,
    first: float, first_x: float, first_y: float, last: float, last_x: float, last_y: float,
    inverse_x: float, inverse_y: float, wall: int,
) -> int:  # fmt: skip
    """Show ``wall`` between two directions (first before last) wherever it is nearest; return the rows then in use."""
    row = hint[int(first * HINTS_PER_KEY)]
    following = link[row, NEXT]
    while following >= 0 and span[following, KEY] <= first:
        row = following
        following = link[row, NEXT]
    while row >= 0 and span[row, KEY] < last:
        following = link[row, NEXT]
        low, low_x, low_y = span[row, KEY], span[row, DX], span[row, DY]
        if first >= low:
            low, low_x, low_y = first, first_x, first_y
        end, high_x, high_y = FULL_TURN, 1.0, 0.0
        if following >= 0:
            end, high_x, high_y = span[following, KEY], span[following, DX], span[following, DY]
        high = end
        if last <= high:
            high, high_x, high_y = last, last_x, last_y
        if high > low:
            gain_x = inverse_x - span[row, WX]
            gain_y = inverse_y - span[row, WY]
            at_low = gain_x * low_x + gain_y * low_y
            at_high = gain_x * high_x + gain_y * high_y
            if abs(at_low) <= NEARER_TOLERANCE * abs(inverse_x * low_x + inverse_y * low_y):
                at_low = 0.0
            if abs(at_high) <= NEARER_TOLERANCE * abs(inverse_x * high_x + inverse_y * high_y):
                at_high = 0.0
            is_nearer = at_low >= 0.0 and at_high >= 0.0 and at_low + at_high > 0.0
            if at_low * at_high < 0.0:
                cross_x, cross_y = -gain_y, gain_x
                if low_x * cross_y - low_y * cross_x < 0.0:
                    cross_x, cross_y = gain_y, -gain_x
                reach = inverse_x * cross_x + inverse_y * cross_y
                if reach > 0.0:
                    # The crossing itself, so that the corner it makes is a point of both walls.
                    cross_x /= reach
                    cross_y /= reach
                cross = min(high, max(low, pseudo_angle(cross_x, cross_y)))
                if at_low > 0.0:
                    is_nearer = cross > low
                    high, high_x, high_y = cross, cross_x, cross_y
                else:
                    is_nearer = cross < high
                    low, low_x, low_y = cross, cross_x, cross_y
            if is_nearer:
                owned = row
                if low > span[row, KEY]:
                    _split(span, link, used, row, low, low_x, low_y)
                    owned = used
                    used += 1
                    _hint(hint, low, min(high, end), owned)
                if high < end:
                    _split(span, link, used, owned, high, high_x, high_y)
                    _hint(hint, high, end, used)
                    used += 1
                span[owned, WX] = inverse_x
                span[owned, WY] = inverse_y
                link[owned, WALL] = wall
        row = following
    return used


@inlined
def _hide_bins(
    nearest2: Floats, bin_direction: Floats, first: float, last: float, inverse_x: float, inverse_y: float
) -> None:
    """Remember, for the bins wholly between two directions, how near a wall ends the view."""
    place = int(np.ceil(first * BINS_PER_KEY))
    end = int(last * BINS_PER_KEY)
    if place >= end:
        return
    at_start = inverse_x * bin_direction[place, 0] + inverse_y * bin_direction[place, 1]
    while place < end:
        at_end = inverse_x * bin_direction[place + 1, 0] + inverse_y * bin_direction[place + 1, 1]
        # Over a bin 1/r is least at one of its ends.
        least = min(at_start, at_end)
        if least > 0.0:
            nearest2[place] = max(nearest2[place], least * least * 0.999999)
        at_start = at_end
        place += 1


@inlined
def squared_distance_to_wall(ax: float, ay: float, bx: float, by: float) -> float:
    """Return the squared distance from the origin to the segment from a to b, m2."""
    dx, dy = bx - ax, by - ay
    along = -(ax * dx + ay * dy)
    length2 = dx * dx + dy * dy
    if along <= 0.0:
        return ax * ax + ay * ay
    if along >= length2:
        return bx * bx + by * by
    turn = ax * dy - ay * dx
    return turn * turn / length2


@inlined
def ordered_chains(
    found_count: int,
    distance2: NDArray[np.float32],
    radius_m: float,
    order: NDArray[np.int32],
    starts: NDArray[np.int32],
) -> None:
    """Fill ``order`` with the places of found chains, nearest first by distance class."""
    starts[:] = 0
    scale = np.float32(BUCKETS / (radius_m + 1e-9))
    for place in range(found_count):
        starts[min(BUCKETS - 1, int(np.sqrt(distance2[place]) * scale)) + 1] += 1
    for bucket in range(BUCKETS):
        starts[bucket + 1] += starts[bucket]
    for place in range(found_count):
        bucket = min(BUCKETS - 1, int(np.sqrt(distance2[place]) * scale))
        order[starts[bucket]] = place
        starts[bucket] += 1


@inlined
def blocking_scale(top_m: float, height_m: float, target_m: float) -> float:
    """Return from how many times its distance on a building hides everything; 0 where it does not.

    A lens above the target: a building as high as the lens hides all behind it (1), a lower one does not. A lens below: a
    building up to the lens hides nothing, one up to the target all beyond (target - height) / (top - height) times its wall.
    """
    if height_m > target_m:
        return 1.0 if top_m >= height_m else 0.0
    if top_m <= height_m:
        return 0.0
    return 1.0 if top_m >= target_m else (target_m - height_m) / (top_m - height_m)


@kernel
def spans_of(chains: Chains, top_m: Floats, x: float, y: float, seen: tuple[float, float, float], bench: Bench) -> int:
    """Fill the bench, :func:`reset` before, with the spans of one lens; return how many chains were found near it.

    ``top_m`` (chains,) is the height of the building of every chain; ``seen`` is the radius, the height of the lens and that of the
    target, m. Where the bench is too small the answer is -1 and its content worthless.
    """
    radius_m, height_m, target_m = seen
    found, distance2, order = bench.found, bench.distance2, bench.order
    span, link, hint, nearest2, bin_direction = bench.span, bench.link, bench.hint, bench.nearest2, bench.bin_direction
    vertex, first_vertex, box = chains.vertex, chains.first, chains.box
    local, facing = bench.local, bench.facing
    count = chains_near(chains, x, y, radius_m, found, distance2)
    if count > len(found):
        return -1
    ordered_chains(count, distance2, radius_m, order, bench.starts)
    lens_x, lens_y = np.float32(x - chains.origin[0]), np.float32(y - chains.origin[1])
    used = bench.used[0]
    for turn in range(count):
        place = order[turn]
        chain = found[place]
        scale = blocking_scale(top_m[chain], height_m, target_m)
        if scale == 0.0 or is_box_hidden(nearest2, box, chain, lens_x, lens_y, distance2[place] * scale * scale):
            continue
        # An insertion at most triples the spans.
        if used * 3 + 64 > len(span):
            return -1
        begin = first_vertex[chain]
        walls = first_vertex[chain + 1] - begin - 1
        # What every wall needs, for all of them at once, without branches: which face the lens cannot be predicted.
        for step in range(walls + 1):
            px, py = vertex[begin + step, 0] - x, vertex[begin + step, 1] - y
            local[0, step], local[1, step] = px, py
            quotient = px / (abs(px) + abs(py))
            local[2, step] = 1.0 - quotient if py >= 0.0 else 3.0 + quotient
            local[3, step] = px * px + py * py
        for step in range(walls):
            dx, dy = local[0, step + 1] - local[0, step], local[1, step + 1] - local[1, step]
            across = local[0, step] * dy - local[1, step] * dx
            along = -(local[0, step] * dx + local[1, step] * dy)
            length2 = dx * dx + dy * dy
            at_foot2 = across * across / length2
            at_end2 = min(local[3, step], local[3, step + 1])
            local[4, step] = across
            local[5, step] = at_foot2 if (along > 0.0) & (along < length2) else at_end2
        fronts = 0
        for step in range(walls):
            facing[fronts] = step
            # The inside lies to the left of a wall, so a lens outside sees it run clockwise.
            fronts += local[4, step] < 0.0
        for front in range(fronts):
            step = facing[front]
            a_key, b_key = local[2, step], local[2, step + 1]
            if is_hidden_round(nearest2, local[5, step] * scale * scale, b_key, a_key):
                continue
            ax, ay, bx, by = local[0, step], local[1, step], local[0, step + 1], local[1, step + 1]
            across = ax * by - ay * bx
            row = begin + step
            inverse = 1.0 / (across * scale)
            inverse_x, inverse_y = (by - ay) * inverse, (ax - bx) * inverse
            # A wall that lies across the east is two.
            low, low_x, low_y = b_key, bx, by
            if b_key > a_key:
                if b_key < FULL_TURN:
                    used = _insert(
                        span, link, hint, used, b_key, bx, by, FULL_TURN, 1.0, 0.0, inverse_x, inverse_y, row
                    )
                    _hide_bins(nearest2, bin_direction, b_key, FULL_TURN, inverse_x, inverse_y)
                low, low_x, low_y = 0.0, 1.0, 0.0
            if a_key > low:
                used = _insert(span, link, hint, used, low, low_x, low_y, a_key, ax, ay, inverse_x, inverse_y, row)
                _hide_bins(nearest2, bin_direction, low, a_key, inverse_x, inverse_y)
    bench.used[0] = used
    return count


@inlined
def emitted(bench: Bench, star_span: Floats, star_wall: NDArray[np.int32], filled: int) -> int:
    """Write the spans of the bench behind row ``filled``, neighbours of one wall as one; return the rows now filled."""
    span, link = bench.span, bench.link
    row = 0
    begin = filled
    while row >= 0:
        owner = link[row, WALL]
        if filled == begin or owner != star_wall[filled - 1]:
            for column in range(5):
                star_span[filled, column] = span[row, column]
            star_wall[filled] = owner
            filled += 1
        row = link[row, NEXT]
    return filled
