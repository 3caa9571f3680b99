"""Shapes as the features of a vector tile: rounded corners into the commands and variable-length integers of the tile format.

Mapbox Vector Tile specification 2.1, section 4.3 (geometry) and its protocol-buffer schema: moves, lines and closings as
differences, zigzag-coded, least significant seven bits first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overseen.kernels._compile import inlined, kernel

POINTS, LINES, AREAS = 1, 2, 3
"""Kinds of geometry, as the format numbers them."""


BYTES_PER_NUMBER = 5
"""Most bytes of a coded corner, tag or header number of 32 bits."""

Bytes = NDArray[np.uint8]
Whole = NDArray[np.int64]


class TileShapes(NamedTuple):
    """The shapes of one layer of one tile.

    ``point`` (n, 2): corners in tile units, y downwards; part p is ``point[parts[p]:parts[p + 1]]``, a point, line or ring, rings
    closed; ``is_shell`` (parts,): rings that are no hole, each before its holes; feature f has the parts
    ``features[f]:features[f + 1]``, the identifier ``number[f]`` and the tags ``tag[tags[f]:tags[f + 1]]``.
    """

    point: Whole
    parts: Whole
    is_shell: NDArray[np.bool_]
    features: Whole
    number: Whole
    tag: Whole
    tags: Whole


@inlined
def _put(out: Bytes, at: int, value: int) -> int:
    """Write a number of variable length; return where the next byte goes."""
    while value >= 128:
        out[at] = (value & 127) | 128
        value >>= 7
        at += 1
    out[at] = value
    return at + 1


@inlined
def _put_step(out: Bytes, at: int, step: int) -> int:
    """Write a signed difference, zigzag-coded."""
    return _put(out, at, 2 * step if step >= 0 else -2 * step - 1)


@inlined
def _kept(point: Whole, first: int, last: int, ring: Whole, is_ring: bool) -> int:
    """Write the corners of a part that differ from the one before into ``ring``; return how many."""
    count = 0
    for row in range(first, last):
        x, y = point[row, 0], point[row, 1]
        if count and ring[count - 1, 0] == x and ring[count - 1, 1] == y:
            continue
        ring[count, 0], ring[count, 1] = x, y
        count += 1
    while is_ring and count > 1 and ring[count - 1, 0] == ring[0, 0] and ring[count - 1, 1] == ring[0, 1]:
        count -= 1
    return count


@inlined
def _twice_area(ring: Whole, count: int) -> int:
    total = 0
    before = count - 1
    for row in range(count):
        total += ring[before, 0] * ring[row, 1] - ring[row, 0] * ring[before, 1]
        before = row
    return total


@inlined
def _reverse(ring: Whole, count: int) -> None:
    for row in range(count // 2):
        other = count - 1 - row
        x, y = ring[row, 0], ring[row, 1]
        ring[row, 0], ring[row, 1] = ring[other, 0], ring[other, 1]
        ring[other, 0], ring[other, 1] = x, y


@inlined
def _ring_is_drawn(ring: Whole, count: int, is_shell: bool) -> bool:
    """Turn a ring the way the format asks, shells with a positive area; return whether anything of it is left."""
    area = _twice_area(ring, count)
    if area == 0:
        return False
    if (area > 0) != is_shell:
        _reverse(ring, count)
    return True


@kernel
def encoded_features(kind: int, shapes: TileShapes, out: Bytes, commands: Bytes, ring: Whole) -> tuple[int, int]:
    """Write the features into ``out``; return the bytes written and how many features have anything left to draw.

    Rings without area and lines of one corner vanish. ``out`` needs room for ``BYTES_PER_NUMBER`` bytes for each coordinate and tag
    and 64 more for each part and feature, ``commands`` for those of the largest feature, ``ring`` (m, 2) the longest part.
    """
    at = 0
    drawn = 0
    for feature in range(len(shapes.number)):
        x = y = 0
        size = 0
        shell_is_drawn = False
        for part in range(shapes.features[feature], shapes.features[feature + 1]):
            is_shell = shapes.is_shell[part]
            if kind == AREAS and not is_shell and not shell_is_drawn:
                continue
            count = _kept(shapes.point, shapes.parts[part], shapes.parts[part + 1], ring, kind == AREAS)
            # As the kinds are numbered: a point has one corner, a line two, an area three.
            if count < kind:
                if kind == AREAS and is_shell:
                    shell_is_drawn = False
                continue
            if kind == AREAS:
                is_drawn = _ring_is_drawn(ring, count, is_shell)
                if is_shell:
                    shell_is_drawn = is_drawn
                if not is_drawn:
                    continue
            size = _put(commands, size, (1 << 3) | 1)
            for row in range(count):
                if row == 1:
                    size = _put(commands, size, ((count - 1) << 3) | 2)
                size = _put_step(commands, size, ring[row, 0] - x)
                size = _put_step(commands, size, ring[row, 1] - y)
                x, y = ring[row, 0], ring[row, 1]
            if kind == AREAS:
                size = _put(commands, size, (1 << 3) | 7)
        if size == 0:
            continue
        at = _put_feature(out, at, kind, shapes, feature, commands, size)
        drawn += 1
    return at, drawn


@inlined
def _width(value: int) -> int:
    """Return how many bytes a number takes."""
    count = 1
    while value >= 128:
        value >>= 7
        count += 1
    return count


@inlined
def _put_feature(out: Bytes, at: int, kind: int, shapes: TileShapes, feature: int, commands: Bytes, size: int) -> int:
    """Write one feature: its identifier, tags, kind and commands."""
    tag_size = 0
    for place in range(shapes.tags[feature], shapes.tags[feature + 1]):
        tag_size += _width(shapes.tag[place])
    length = 1 + _width(shapes.number[feature]) + 2 + 1 + _width(size) + size
    if tag_size:
        length += 1 + _width(tag_size) + tag_size
    out[at] = 0x12
    at = _put(out, at + 1, length)
    out[at] = 0x08
    at = _put(out, at + 1, shapes.number[feature])
    if tag_size:
        out[at] = 0x12
        at = _put(out, at + 1, tag_size)
        for place in range(shapes.tags[feature], shapes.tags[feature + 1]):
            at = _put(out, at, shapes.tag[place])
    out[at] = 0x18
    out[at + 1] = kind
    out[at + 2] = 0x22
    at = _put(out, at + 3, size)
    for row in range(size):
        out[at + row] = commands[row]
    return at + size
