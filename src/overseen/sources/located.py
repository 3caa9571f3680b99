"""Where each row of a table says it is: its shape, its longitude and latitude, its X and Y, or a text that holds both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from shapely.geometry.base import BaseGeometry

from overseen.errors import Fault, SourceError
from overseen.model.provenance import Notice
from overseen.sources.camera_columns import plain_name
from overseen.sources.coordinates import has_longitude_first, parsed_coordinate, parsed_position, parsed_shape
from overseen.sources.tables import DEGREES, Oddities, Shapes, Table
from overseen.sources.whereabouts import is_on_globe, points_of

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

WAYS = (("longitude", "latitude"), ("x", "y"), ("geometry",), ("position",))
"""Fields that together place a row, the surest first; a shape of the format itself comes before all."""


@dataclass(frozen=True, slots=True)
class Located:
    """Where the rows say they are.

    Parameters
    ----------
    points
        For each row its points in ``crs``: none, one, or the several of a multipoint.
    crs
        Coordinate reference system of the points; degrees where nothing states it. Whether they can be degrees at all is
        judged by :func:`overseen.sources.positions.located_rows`, as is all that is wrong with a position.
    fields
        Fields that the positions were read from; empty if from shapes.
    named
        What columns of longitude and latitude say besides, degrees, shape (n, 2), where the positions come from elsewhere;
        not-a-number where a row has none.
    notices
        What was odd.
    """

    points: Sequence[tuple[shapely.Point, ...]]
    crs: CRS
    fields: tuple[str, ...]
    named: Floats | None
    notices: tuple[Notice, ...]


@dataclass(slots=True)
class _Reading:
    """One way to place the rows: points as read, the row of each, and their CRS if it is stated or can only be one."""

    fields: tuple[str, ...]
    shown: str
    row: Rows
    xy: Floats
    crs: CRS | None
    oddities: Oddities

    def is_in_degree_range(self) -> bool:
        return bool(np.all(np.abs(self.xy) <= (180.0, 90.0)))

    def placed_count(self) -> int:
        """Return how many points are on the globe, as they stand or with their axes exchanged."""
        if self.crs is None or not len(self.xy):
            return 0
        return int(max(is_on_globe(in_degrees(xy, self.crs)).sum() for xy in (self.xy, self.xy[:, ::-1])))


def located(
    table: Table, chosen: Mapping[str, str], *, file: str, crs: CRS | None = None, asked: Sequence[str] = ()
) -> Located:
    """Return where the rows of a table say they are.

    Parameters
    ----------
    table, chosen
        The table, and field -> column as far as understood.
    file
        What messages call it.
    crs
        Coordinate reference system that the plan states for it.
    asked
        Fields whose columns the plan names; they go before all others.

    Raises
    ------
    SourceError
        If there is nothing to place a row by, or numbers that may be degrees or metres.
    """
    ways = [way for way in WAYS if all(name in chosen for name in way)]
    wanted = [way for way in ways if set(way) & set(asked)]
    readings = [_from_columns(table, chosen, way, file, crs) for way in wanted or ways]
    if table.shapes is not None and not wanted:
        # Where the shapes are areas, numbers beside them say better where in it the camera is.
        are_points = any(shape is not None and "Point" in shape.geom_type for shape in table.shapes)
        readings.insert(0 if are_points else len(readings), _from_shapes(table.shapes, table, file, crs))
    if not readings:
        raise SourceError(_no_columns(chosen, asked, file))
    best = max(readings, key=lambda reading: (reading.placed_count(), len(reading.xy)))
    if not len(best.xy):
        remedy = "give longitude and latitude; overseen looks no address up"
        raise SourceError([Fault(file, best.shown, "no row has a position", remedy)])
    if best.crs is None and best.is_in_degree_range():
        problem = "it may be degrees or metres, and nothing states the coordinate reference system"
        raise SourceError([Fault(file, best.shown, problem, "state it in the plan: [cameras] crs = 'EPSG:...'")])
    points: list[list[shapely.Point]] = [[] for _ in table.rows]
    for number, point in zip(best.row, points_of(best.xy), strict=True):
        points[number].append(point)
    named = next((reading for reading in readings if reading.fields == WAYS[0] and reading is not best), None)
    return Located([tuple(found) for found in points], best.crs or DEGREES, best.fields,
                   None if named is None else _named(named, len(points)), best.oddities.notices())  # fmt: skip


def _no_columns(chosen: Mapping[str, str], asked: Sequence[str], file: str) -> list[Fault]:
    pair = ("x", "y") if set(asked) & {"x", "y"} else ("longitude", "latitude")
    return [Fault(file, "", f"no column of it is understood as {name}", f"name it in [cameras.columns] {name} = '...'")
            for name in pair if name not in chosen]  # fmt: skip


def _named(reading: _Reading, count: int) -> Floats | None:
    if reading.crs is None or not reading.crs.equals(DEGREES, ignore_axis_order=True):
        return None
    positions = np.full((count, 2), np.nan)
    positions[reading.row] = reading.xy
    return positions


def _from_columns(
    table: Table, chosen: Mapping[str, str], way: tuple[str, ...], file: str, crs: CRS | None
) -> _Reading:
    shown = ("column " if len(way) == 1 else "columns ") + " and ".join(chosen[name] for name in way)
    cells = [table.columns[chosen[name]] for name in way]
    if way == ("geometry",):
        return _from_shape_texts(cells[0], table, shown, file, crs)
    oddities = Oddities(file)
    is_pair = way == ("position",)
    pairs = _pairs(cells[0], table.rows, chosen["position"], oddities) if is_pair else _numbers(*cells)
    row = np.flatnonzero(~np.isnan(pairs).any(axis=1))
    reading = _Reading(way, shown, row, pairs[row], crs, oddities)
    if way == ("x", "y"):
        _settle(reading, table.rows)
    elif crs is None or (crs.is_projected and bool(len(row)) and np.mean(np.abs(pairs[row]) <= (180.0, 90.0)) > 0.5):
        # What is called longitude and latitude and looks like it is no X and Y of the plane that the plan states.
        reading.crs = DEGREES
    return reading


def _numbers(first: Sequence[str], second: Sequence[str]) -> Floats:
    found = [[parsed_coordinate(cell) for cell in pair] for pair in zip(first, second, strict=True)]
    return np.array(found, dtype=float).reshape(-1, 2)


def _pairs(cells: Sequence[str], rows: Sequence[str], name: str, oddities: Oddities) -> Floats:
    """Return longitude and latitude of cells that hold both: latitude first, unless letters or the column's name say otherwise."""
    plain = plain_name(name)
    is_named = plain.startswith(("lon", "lng", "x")) and ("lat" in plain or "y" in plain)
    parsed = [(parsed_position(cell) if cell else None) or (np.nan, np.nan, "nothing") for cell in cells]
    untold = [row for row, (_, _, told) in zip(rows, parsed, strict=True) if told == ""]
    is_first = is_named or has_longitude_first([(first, second) for first, second, told in parsed if told == ""])
    order = "longitude, as it must be here" if is_first else "latitude, as people write it"
    oddities.note("two numbers in one cell", f"The first was taken as {order}.", *(() if is_named else untold))
    found = [(first, second) if told == "longitude" or (told == "" and is_first) else (second, first)
             for first, second, told in parsed]  # fmt: skip
    return np.array(found, dtype=float).reshape(-1, 2)


def _settle(reading: _Reading, rows: Sequence[str]) -> None:
    """Take numbers for degrees where nothing states what they are and they can be nothing else: finer than a plane that small."""
    if reading.crs is not None or not len(reading.xy) or not reading.is_in_degree_range():
        return
    if np.mean(np.abs(reading.xy * 100.0 - np.round(reading.xy * 100.0)) > 1e-6) > 0.5:
        reading.crs = DEGREES
        consequence = f"What stands in {reading.shown} can only be degrees and was read as such."
        reading.oddities.note("coordinate reference system not stated", consequence,
                              *(rows[place] for place in np.unique(reading.row)))  # fmt: skip


def _from_shapes(shapes: Shapes, table: Table, file: str, crs: CRS | None) -> _Reading:
    oddities = Oddities(file)
    row, xy = _points(shapes, table.rows, oddities)
    if crs is not None and table.crs is not None and not crs.equals(table.crs, ignore_axis_order=True):
        consequence = f"The file states {table.crs.name}; {crs.name}, which the plan states, was used."
        oddities.note("coordinate reference system overruled by the plan", consequence, "the whole file")
    reading = _Reading((), "its coordinates", row, xy, crs or table.crs, oddities)
    _settle(reading, table.rows)
    return reading


def _from_shape_texts(cells: Sequence[str], table: Table, shown: str, file: str, crs: CRS | None) -> _Reading:
    parsed = [parsed_shape(cell) if cell else None for cell in cells]
    shapes = np.empty(len(parsed), dtype=object)
    shapes[:] = [None if found is None else found[0] for found in parsed]
    oddities = Oddities(file)
    row, xy = _points(shapes, table.rows, oddities)
    codes = np.array([0 if found is None else found[1] for found in parsed])[row]
    stated = np.unique(codes)
    if len(stated) == 1 and stated[0]:
        crs = _coded(int(stated[0])) or crs
    elif len(stated) > 1:
        for code in stated[stated != 0]:
            xy[codes == code] = in_degrees(xy[codes == code], _coded(int(code)))
        crs = DEGREES
    reading = _Reading(("geometry",), shown, row, xy, crs, oddities)
    _settle(reading, table.rows)
    return reading


def _coded(code: int) -> CRS | None:
    try:
        return CRS.from_epsg(code)
    except CRSError:
        return None


def _points(shapes: Shapes, rows: Sequence[str], oddities: Oddities) -> tuple[Rows, Floats]:
    """Return the points that stand for shapes, and the row of each: a multipoint is several, an area or a line has one inside."""
    row: list[int] = []
    points: list[tuple[float, float]] = []
    for number, shape in enumerate(shapes):
        if shape is None or shape.is_empty:
            continue
        inside = _standing(shape)
        row += [number] * len(inside)
        points += inside
        if shape.geom_type == "MultiPoint" and len(inside) > 1:
            oddities.note("several points in one row", "Each point counts as a camera of its own.", rows[number])
        elif "Point" not in shape.geom_type:
            kind = f"position given as a {shape.geom_type.lower()}"
            oddities.note(kind, "A point inside it stands for the position.", rows[number])
    xy = np.array(points, dtype=float).reshape(-1, 2)
    kept = np.isfinite(xy).all(axis=1)
    return np.array(row, dtype=np.int64)[kept], xy[kept]


def _standing(shape: BaseGeometry) -> list[tuple[float, float]]:
    """Return the points of a shape, or its middle if that lies in it, or else some point of it."""
    if shape.geom_type in ("Point", "MultiPoint"):
        return [(float(x), float(y)) for x, y in shapely.get_coordinates(shape)]
    if isinstance(shape, shapely.LineString):
        middle = shapely.line_interpolate_point(shape, 0.5, normalized=True)
    else:
        middle = shape.centroid
        if middle.is_empty or not shapely.intersects(shapely.make_valid(shape), middle):
            middle = shapely.point_on_surface(shape)
    return [] if middle.is_empty else [(middle.x, middle.y)]


def in_degrees(xy: Floats, crs: CRS | None) -> Floats:
    """Return positions in degrees, longitude first; not-a-number where there is no way from the CRS to degrees."""
    if crs is not None and crs.is_geographic and crs.equals(DEGREES, ignore_axis_order=True):
        return xy
    try:
        if crs is not None:
            return np.column_stack(Transformer.from_crs(crs, DEGREES, always_xy=True).transform(xy[:, 0], xy[:, 1]))
    except ProjError:
        pass
    return np.full_like(xy, np.nan)
