"""Tiles in one file: PMTiles, version 3, with its directories and metadata packed; the same tiles give the same bytes.

https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md: a header of 127 bytes, a root directory, metadata, leaf directories,
and the tiles along a Hilbert curve.
"""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any

from overseen.report.vector_tiles import Tile, varint

HEADER_BYTES = 127
ROOT_BYTES = 16_384 - HEADER_BYTES
"""A root directory and the header fit in what a reader asks for first."""

LEAF_ENTRIES = 4_096
GZIP, VECTOR_TILES = 2, 1

Entry = tuple[int, int, int, int]
"""Number of the first tile, offset, length in bytes, and for how many tiles in a row it stands (0: a leaf directory)."""

Box = tuple[float, float, float, float]


def packed(content: bytes) -> bytes:
    """Return bytes compressed, without the time of day."""
    return gzip.compress(content, compresslevel=9, mtime=0)


def tile_number(tile: Tile) -> int:
    """Return the number of a tile: zoom by zoom, within one along a Hilbert curve.

    Examples
    --------
    >>> [tile_number(tile) for tile in ((0, 0, 0), (1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0), (2, 0, 0))]
    [0, 1, 2, 3, 4, 5]
    """
    zoom, x, y = tile
    number, step = (4**zoom - 1) // 3, 2**zoom // 2
    while step:
        right, down = int(bool(x & step)), int(bool(y & step))
        number += step * step * ((3 * right) ^ down)
        if not down:
            if right:
                x, y = step - 1 - (x & (step - 1)), step - 1 - (y & (step - 1))
            x, y = y, x
        step //= 2
    return number


def tile_archive(tiles: Mapping[Tile, bytes], box: Box, layers: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the archive of tiles that are not yet compressed.

    Parameters
    ----------
    tiles
        The tiles, at least one.
    box
        West, south, east, north, degrees.
    layers
        What each layer is called and between which zooms it stands.
    """
    entries, data = _tile_data(tiles)
    root, leaves = _directories(entries)
    metadata = packed(json.dumps({"vector_layers": list(layers)}, sort_keys=True, separators=(",", ":")).encode())
    zooms = [zoom for zoom, _, _ in tiles]
    starts = [HEADER_BYTES, HEADER_BYTES + len(root), HEADER_BYTES + len(root) + len(metadata)]
    data_at = starts[2] + len(leaves)
    header = struct.pack(
        "<7sB11Q6B4iB2i", b"PMTiles", 3,
        starts[0], len(root), starts[1], len(metadata), starts[2], len(leaves), data_at, len(data),
        len(tiles), len(entries), len({entry[1] for entry in entries}),
        1, GZIP, GZIP, VECTOR_TILES, min(zooms), max(zooms), *(round(value * 1e7) for value in box),
        min(zooms), *(round(value * 1e7) for value in ((box[0] + box[2]) / 2.0, (box[1] + box[3]) / 2.0)),
    )  # fmt: skip
    return header + root + metadata + leaves + data


def _tile_data(tiles: Mapping[Tile, bytes]) -> tuple[list[Entry], bytes]:
    """Return the entries in the order of their numbers, and the tiles; equal ones stand once, and in a row as one entry."""
    entries: list[Entry] = []
    places: dict[bytes, tuple[int, int]] = {}
    contents: list[bytes] = []
    size = 0
    for number, tile in sorted((tile_number(tile), tile) for tile in tiles):
        content = packed(tiles[tile])
        if content not in places:
            places[content] = (size, len(content))
            contents.append(content)
            size += len(content)
        offset, length = places[content]
        if entries and entries[-1][1] == offset and entries[-1][0] + entries[-1][3] == number:
            entries[-1] = (*entries[-1][:3], entries[-1][3] + 1)
        else:
            entries.append((number, offset, length, 1))
    return entries, b"".join(contents)


def _directories(entries: Sequence[Entry]) -> tuple[bytes, bytes]:
    """Return the root directory, and the leaves where the entries do not fit into it."""
    root = packed(_directory(entries))
    size = LEAF_ENTRIES
    leaves = b""
    while len(root) > ROOT_BYTES:
        upper: list[Entry] = []
        leaves = b""
        for first in range(0, len(entries), size):
            leaf = packed(_directory(entries[first : first + size]))
            upper.append((entries[first][0], len(leaves), len(leaf), 0))
            leaves += leaf
        root = packed(_directory(upper))
        size *= 2
    return root, leaves


def _directory(entries: Sequence[Entry]) -> bytes:
    """Return a directory: its length, then differences of numbers, runs, lengths and offsets; 0 is right behind the one before."""
    numbers = [len(entries), *(after[0] - before[0] for before, after in zip([(0,), *entries], entries, strict=False))]
    numbers += [entry[3] for entry in entries] + [entry[2] for entry in entries]
    for place, (_, offset, _, _) in enumerate(entries):
        follows = place > 0 and offset == entries[place - 1][1] + entries[place - 1][2]
        numbers.append(0 if follows else offset + 1)
    return b"".join(map(varint, numbers))
