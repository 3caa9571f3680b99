"""Layers of shapes cut into vector tiles, on this machine and the same bytes every time.

Mapbox Vector Tile specification 2.1 over the usual pyramid of square tiles of web Mercator: each level of zoom has twice the tiles
of the one above it on either axis. Shapes come in world units: 0 to 1 from west to east and from north to south.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.kernels.tile_features import (
    AREAS,
    BYTES_PER_NUMBER,
    LINES,
    POINTS,
    TileShapes,
    encoded_features,
)

Shapes = NDArray[np.object_]
Rows = NDArray[np.intp]

Tile = tuple[int, int, int]
"""Zoom, column from the west, row from the north."""

TILE_PX = 512
"""Pixels of a tile's side on the screen, at its own zoom."""

RIM_SHARE = 1.0 / 64.0
"""Shapes are drawn so far beyond the edge of their tile, in tiles, that edges and joints do not show."""

EARTH_M = 40_075_016.686
"""Circumference of the sphere of web Mercator."""


@dataclass(frozen=True, slots=True)
class TileLayer:
    """Shapes that stand in tiles under one name.

    Parameters
    ----------
    name
        Name of the layer.
    kind
        ``POINTS``, ``LINES`` or ``AREAS``.
    shapes
        Points, lines or areas in world units.
    number
        Identifier of each, 0 or more.
    tags
        Name -> whole numbers from 0 up, or texts; ``None`` or a negative number: the shape has none.
    zooms
        Zooms at which it is drawn.
    least_px
        Zoom -> smallest side (of lines the length, of areas the root of the area) drawn, in pixels; zooms that are not named draw all.
    is_always
        Shapes that are drawn however small.
    simplified_px
        How far a drawn course may lie from the true one, in pixels; at the last zoom see ``simplified_last_px``.
    simplified_last_px
        The same at the last zoom.
    coarser
        By how much the units of this layer are wider than those of the others.
    is_once_per_px
        Of points with the same tags in one pixel only the first is drawn, but at the last zoom.
    """

    name: str
    kind: int
    shapes: Shapes
    number: NDArray[np.int64]
    zooms: range
    tags: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    least_px: Mapping[int, float] = field(default_factory=dict)
    is_always: NDArray[np.bool_] | None = None
    simplified_px: float = 0.5
    simplified_last_px: float = 0.0
    coarser: int = 1
    is_once_per_px: bool = False

    def described(self) -> dict[str, Any]:
        """Return what an archive's metadata say of the layer."""
        fields = {
            name: "String" if any(isinstance(value, str) for value in values) else "Number"
            for name, values in self.tags.items()
        }
        return {"id": self.name, "fields": fields, "minzoom": self.zooms[0], "maxzoom": self.zooms[-1]}


class Coded(NamedTuple):
    """A column of tags: the place of each row's value among the distinct ones, -1 where there is none."""

    name: str
    codes: NDArray[np.int64]
    distinct: list[Any]


def world_shapes(shapes: gpd.GeoSeries) -> Shapes:
    """Return shapes in world units."""
    degrees = shapes.to_crs(4326).to_numpy()
    return np.asarray(shapely.transform(degrees, _world_points), dtype=object)


def _world_points(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    sine = np.sin(np.radians(degrees[:, 1]))
    return np.column_stack([degrees[:, 0] / 360.0 + 0.5, 0.5 - np.arctanh(sine) / (2.0 * math.pi)])


def pixel_m(zoom: float, latitude: float) -> float:
    """Return the width of a pixel on the ground, m.

    Examples
    --------
    >>> round(pixel_m(14, 60.17), 2)
    2.38
    """
    return EARTH_M * math.cos(math.radians(latitude)) / TILE_PX / 2.0**zoom


def vector_tiles(layers: Sequence[TileLayer], *, extent: int) -> dict[Tile, bytes]:
    """Return the tiles in which anything is drawn; ``extent`` is the number of units along the side of a tile.

    Raises
    ------
    ValueError
        If a layer is of no known kind.
    """
    parts: dict[Tile, list[bytes]] = defaultdict(list)
    for layer in layers:
        if layer.kind not in (POINTS, LINES, AREAS):
            raise ValueError(f"{layer.name} is of no kind that tiles hold: {layer.kind}")
        columns = _coded(layer.tags)
        for zoom in layer.zooms:
            for tile, message in _layer_tiles(layer, columns, zoom, extent // layer.coarser):
                parts[tile].append(message)
    return {tile: b"".join(parts[tile]) for tile in sorted(parts)}


def _layer_tiles(layer: TileLayer, columns: Sequence[Coded], zoom: int, extent: int) -> Iterator[tuple[Tile, bytes]]:
    shapes, rows = _at_zoom(layer, zoom)
    if not len(shapes):
        return
    count = 2**zoom
    shape, column, line = _pairs(shapely.bounds(shapes) * count)
    order = np.lexsort((shape, line, column))
    shape, column, line = shape[order], column[order], line[order]
    starts = np.flatnonzero(np.r_[True, (np.diff(column) != 0) | (np.diff(line) != 0)]).tolist()
    for first, last in zip(starts, [*starts[1:], len(shape)], strict=True):
        here = shape[first:last]
        x, y = int(column[first]), int(line[first])
        message = _encoded(layer, columns, shapes[here], rows[here], (zoom, x, y), extent)
        if message:
            yield (zoom, x, y), message


def _at_zoom(layer: TileLayer, zoom: int) -> tuple[Shapes, Rows]:
    """Return what is drawn at a zoom, simplified, and the rows it comes from."""
    pixel = 1.0 / (TILE_PX * 2**zoom)
    shapes = layer.shapes
    kept = ~(shapely.is_empty(shapes) | shapely.is_missing(shapes))
    least = layer.least_px.get(zoom, 0.0) * pixel
    if least and layer.kind != POINTS:
        size = shapely.length(shapes) if layer.kind == LINES else np.sqrt(shapely.area(shapes))
        kept &= (size >= least) if layer.is_always is None else (size >= least) | layer.is_always
    rows = np.flatnonzero(kept)
    if layer.is_once_per_px and zoom != layer.zooms[-1]:
        rows = _once_per_px(layer, rows, pixel)
    found = shapes[rows]
    apart = layer.simplified_last_px if zoom == layer.zooms[-1] else layer.simplified_px
    if apart and layer.kind != POINTS:
        found = shapely.simplify(found, apart * pixel, preserve_topology=False)
        left = ~shapely.is_empty(found)
        found, rows = found[left], rows[left]
    return found, rows


def _once_per_px(layer: TileLayer, rows: Rows, pixel: float) -> Rows:
    """Return the first row of each pixel and set of tags."""
    spots = np.floor(shapely.get_coordinates(layer.shapes[rows]) / pixel).astype(np.int64)
    tags = [np.unique(np.asarray(values)[rows], return_inverse=True)[1] for values in layer.tags.values()]
    first = np.unique(np.column_stack([spots, *tags]), axis=0, return_index=True)[1]
    return rows[np.sort(first)]


def _pairs(bounds: NDArray[np.float64]) -> tuple[Rows, NDArray[np.int64], NDArray[np.int64]]:
    """Return each shape with the column and row of each tile that it reaches into."""
    low = np.floor(bounds[:, :2] - RIM_SHARE).astype(np.int64)
    high = np.floor(bounds[:, 2:] + RIM_SHARE).astype(np.int64)
    wide = high - low + 1
    counts = wide[:, 0] * wide[:, 1]
    shape = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(shape)) - np.repeat(np.cumsum(counts) - counts, counts)
    return shape, low[shape, 0] + within % wide[shape, 0], low[shape, 1] + within // wide[shape, 0]


def _encoded(layer: TileLayer, columns: Sequence[Coded], shapes: Shapes, rows: Rows, tile: Tile, extent: int) -> bytes:
    zoom, x, y = tile
    count = 2**zoom
    if layer.kind != POINTS:
        rim = RIM_SHARE
        window = ((x - rim) / count, (y - rim) / count, (x + 1 + rim) / count, (y + 1 + rim) / count)
        shapes = _clipped(shapes, window)
    points, parts, is_shell, features, kept = _ragged(layer.kind, shapes)
    if not len(kept):
        return b""
    corners = np.rint((points * count - np.array([x, y])) * extent).astype(np.int64)
    rows = rows[kept]
    keys, values, tag, tags = _tagged(columns, rows)
    found = TileShapes(corners, parts, is_shell, features, layer.number[rows].astype(np.int64), tag, tags)
    room = BYTES_PER_NUMBER * (corners.size + len(tag)) + 64 * (len(parts) + len(rows))
    out, commands = np.empty(room, dtype=np.uint8), np.empty(room, dtype=np.uint8)
    ring = np.empty((int(np.diff(parts).max(initial=1)), 2), dtype=np.int64)
    size, drawn = encoded_features(layer.kind, found, out, commands, ring)
    if not drawn:
        return b""
    body = b"".join(
        (_text(0x0A, layer.name), out[:size].tobytes(), *(_text(0x1A, key) for key in keys),
         *(_bytes(0x22, _value(value)) for value in values), b"\x28", varint(extent), b"\x78\x02")
    )  # fmt: skip
    return _bytes(0x1A, body)


def _clipped(shapes: Shapes, window: tuple[float, float, float, float]) -> Shapes:
    """Return the parts of shapes in a window; those wholly inside as they are."""
    bounds = shapely.bounds(shapes)
    crosses = (
        (bounds[:, 0] < window[0])
        | (bounds[:, 1] < window[1])
        | (bounds[:, 2] > window[2])
        | (bounds[:, 3] > window[3])
    )
    if not crosses.any():
        return shapes
    found = shapes.copy()
    found[crosses] = shapely.clip_by_rect(shapes[crosses], *window)
    return found


def _ragged(
    kind: int, shapes: Shapes
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64], Rows]:
    """Return corners, offsets of parts, which are shells, offsets of features, and the rows that have any part."""
    pieces, row = shapely.get_parts(shapes, return_index=True)
    pieces, again = shapely.get_parts(pieces, return_index=True)
    row = row[again]
    wanted = (shapely.get_type_id(pieces) == {POINTS: 0, LINES: 1, AREAS: 3}[kind]) & ~shapely.is_empty(pieces)
    pieces, row = pieces[wanted], row[wanted]
    kept, first = np.unique(row, return_index=True)
    if not len(kept):
        return np.empty((0, 2)), np.zeros(1, np.int64), np.empty(0, bool), np.zeros(1, np.int64), kept
    if kind == AREAS:
        _, points, (parts, polygons) = shapely.to_ragged_array(pieces, include_z=False)
        is_shell = np.zeros(len(parts) - 1, dtype=bool)
        is_shell[polygons[:-1]] = True
        features = np.r_[polygons[first], len(is_shell)]
    else:
        points = shapely.get_coordinates(pieces)
        parts = np.r_[0, np.cumsum(shapely.get_num_coordinates(pieces))]
        is_shell = np.ones(len(pieces), dtype=bool)
        features = np.r_[first, len(pieces)]
    return points, parts.astype(np.int64), is_shell, features.astype(np.int64), kept


def _coded(columns: Mapping[str, Sequence[Any]]) -> list[Coded]:
    """Return each column as places among its distinct values, in order; -1: no tag."""
    found = []
    for name, values in columns.items():
        column = np.array(values, dtype=object)
        has = np.array([value is not None and (isinstance(value, str) or value >= 0) for value in values], dtype=bool)
        distinct = sorted(set(column[has].tolist()))
        place = {value: number for number, value in enumerate(distinct)}
        codes = np.full(len(column), -1, dtype=np.int64)
        codes[has] = [place[value] for value in column[has].tolist()]
        found.append(Coded(name, codes, distinct))
    return found


def _tagged(columns: Sequence[Coded], rows: Rows) -> tuple[list[str], list[Any], NDArray[np.int64], NDArray[np.int64]]:
    """Return the keys, the values in use, and the pairs of their places feature by feature with offsets."""
    values: list[Any] = []
    pairs = np.full((len(rows), len(columns), 2), -1, dtype=np.int64)
    for key, column in enumerate(columns):
        codes = column.codes[rows]
        has = codes >= 0
        present, place = np.unique(codes[has], return_inverse=True)
        pairs[has, key, 0] = key
        pairs[has, key, 1] = place + len(values)
        values += [column.distinct[code] for code in present]
    is_there = pairs[:, :, 0] >= 0
    tags = np.r_[0, 2 * np.cumsum(is_there.sum(axis=1))].astype(np.int64)
    return [column.name for column in columns], values, pairs[is_there].ravel(), tags


def varint(value: int) -> bytes:
    """Return a number of variable length, as tiles and their archive write it."""
    found = bytearray()
    while value >= 128:
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)


def _bytes(key: int, content: bytes) -> bytes:
    return bytes([key]) + varint(len(content)) + content


def _text(key: int, words: str) -> bytes:
    return _bytes(key, words.encode())


def _value(value: Any) -> bytes:
    return _text(0x0A, value) if isinstance(value, str) else b"\x28" + varint(int(value))
