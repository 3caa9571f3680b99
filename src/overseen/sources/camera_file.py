"""Camera lists of any format: what the file is, which column says what, where each row is, and nothing that is private."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from overseen.errors import Fault, SourceError
from overseen.model.cameras import CameraNetwork
from overseen.model.provenance import Notice, Source
from overseen.sources.camera_columns import (
    DATES,
    IDENTIFYING,
    PLACING,
    UNUSED,
    Columns,
    chosen_columns,
    named_columns,
    stated_unit,
)
from overseen.sources.camera_rows import CameraRow, camera_network
from overseen.sources.contents import Content, file_content
from overseen.sources.coordinates import parsed_coordinate
from overseen.sources.dates import day_comes_first, parsed_date
from overseen.sources.files import file_source
from overseen.sources.json_tables import is_esri, json_table, parsed_json
from overseen.sources.located import located
from overseen.sources.osm_cameras import osm_cameras, surveillance_objects
from overseen.sources.osm_city import OSM_ENDINGS, OsmFile
from overseen.sources.overpass import is_overpass, overpass_features
from overseen.sources.positions import located_rows
from overseen.sources.screening import DROPPED, private_columns, screened_cells
from overseen.sources.sheets import workbook_table
from overseen.sources.tables import DEGREES, Oddities, Table
from overseen.sources.text_tables import text_table
from overseen.sources.vector_tables import parquet_table, vector_table
from overseen.sources.whereabouts import Surroundings


@dataclass(frozen=True, slots=True)
class Listing:
    """A camera list as its file gives it.

    Parameters
    ----------
    rows
        One row for each camera, positions in ``crs`` and possibly empty, identifiers possibly repeated.
    crs
        Coordinate reference system of the positions.
    named
        What columns of longitude and latitude say besides, degrees, shape (n, 2), where the positions come from elsewhere.
    source, more_sources
        The file, with what was taken for what, and the files beside it that belong to it.
    notices
        What was odd.
    """

    rows: list[CameraRow]
    crs: CRS
    named: Any
    source: Source
    more_sources: tuple[Source, ...]
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class CameraList:
    """A camera list as it was read.

    Parameters
    ----------
    network
        Its cameras, in degrees.
    stated_crs
        Reference system in which the file gives positions.
    row_count
        Rows (or points, or surveillance objects) that it lists, before any is left out.
    """

    network: CameraNetwork
    stated_crs: CRS
    row_count: int


def read_camera_file(
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    crs: str | None = None,
    shown_as: str | None = None,
    mends: Collection[str] = (),
    surroundings: Surroundings | None = None,
) -> CameraNetwork:
    """Return the cameras of a list of any format, in degrees; what was left out, dropped or guessed is in its notices.

    Parameters
    ----------
    path
        The file: OpenStreetMap data, an answer of Overpass, CSV, a workbook, GeoJSON, GeoPackage, Parquet, KML, a Shapefile,
        FlatGeobuf, JSON, any of them compressed.
    columns
        Field -> column name, where the file's own names are not understood.
    crs
        Coordinate reference system of the positions, such as ``EPSG:25833``, where the file does not state the right one.
    shown_as
        What messages call the file.
    mends, surroundings
        As in :func:`overseen.sources.positions.located_rows`.

    Raises
    ------
    SourceError
        With every fault at once: a file that is not what it seems, a column that is not there, no position at all.
    """
    return read_camera_list(
        path, columns=columns, crs=crs, shown_as=shown_as, mends=mends, surroundings=surroundings
    ).network


def read_camera_list(
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    crs: str | None = None,
    shown_as: str | None = None,
    mends: Collection[str] = (),
    surroundings: Surroundings | None = None,
) -> CameraList:
    """Return the same cameras as :func:`read_camera_file`, with the number of rows that they came from.

    Raises
    ------
    SourceError
        As there.
    """
    if path.is_dir():
        raise SourceError(
            [Fault(shown_as or path.name, "", "it is a folder", "name the file inside that lists cameras")]
        )
    source = file_source(path, role="cameras", shown_as=shown_as)
    content = None if path.name.lower().endswith(OSM_ENDINGS) else file_content(path, shown_as=source.file)
    if content is None or content.kind == "osm":
        extract = OsmFile(path, shown_as=shown_as)
        network = extract.cameras(mends=mends, surroundings=surroundings)
        return CameraList(network, DEGREES, len(list(surveillance_objects(extract.features))))
    parsed = parsed_json(content.data, file=source.file) if content.kind == "json" else None
    if is_overpass(parsed):
        features, source, notices = overpass_features(parsed, source)
        network = osm_cameras(features, source, mends=mends, surroundings=surroundings)
        unplaced = sum(notice.count for notice in notices if notice.kind == "no position, left out")
        count = len(list(surveillance_objects(features))) + unplaced
        return CameraList(replace(network, notices=notices + network.notices), DEGREES, count)
    listing = _listing(path, content, parsed, source, columns or {}, crs)
    rows, odd = located_rows(
        listing.rows,
        crs=listing.crs,
        source=listing.source,
        mends=mends,
        surroundings=surroundings,
        named=listing.named,
    )
    network = camera_network(rows, crs=4326, source=listing.source, notices=listing.notices + odd)
    network = replace(network, sources=network.sources + listing.more_sources)
    return CameraList(network, listing.crs, len(listing.rows))


def listed_table(path: Path, *, wanted: Sequence[str]) -> Table:
    """Return all that a camera list says as text, row by row, for whoever looks for one column more.

    Raises
    ------
    SourceError
        If it is no list but OpenStreetMap data, or cannot be read.
    """
    content = file_content(path, shown_as=path.name)
    parsed = parsed_json(content.data, file=path.name) if content.kind == "json" else None
    if content.kind == "osm" or path.name.lower().endswith(OSM_ENDINGS) or is_overpass(parsed):
        problem = "OpenStreetMap data have no columns of their own"
        raise SourceError([Fault(path.name, "", problem, "give the feeders as a layer")])
    return _table(path, content, parsed, path.name, wanted)


def _listing(
    path: Path, content: Content, parsed: Any, source: Source, columns: Mapping[str, str], crs: str | None
) -> Listing:
    table = _table(path, content, parsed, source.file, list(columns.values()))
    if not table.rows:
        raise SourceError([Fault(source.file, "", "it holds no row", "give a file that lists cameras")])
    oddities = Oddities(source.file)
    if content.has_strange_ending:
        oddities.note("ending that does not fit", f"It was read as {content.kind}, which it is.", content.ending)
    asked, faults = named_columns(table.columns, columns, source.file)
    fields = {column: field for field, column in chosen_columns(table.columns, asked).items()}
    private, dropped = private_columns(table.columns, table.rows, fields=fields, file=source.file)
    faults += [Fault(source.file, f"column {column}", f"it may hold {private[column]}, which are never read", "name another column")
               for column in asked.values() if column in private]  # fmt: skip
    if faults:
        raise SourceError(faults)
    kept = {name: cells for name, cells in table.columns.items() if name not in private}
    chosen = chosen_columns(kept, asked)
    plane = None if crs is None else _stated_crs(crs, source.file)
    place = located(replace(table, columns=kept), chosen, file=source.file, crs=plane, asked=list(asked))
    taken = {field: column for field, column in chosen.items() if field not in PLACING or field in place.fields}
    values = _values(kept, taken, table.rows, oddities)
    shown = {field: column for field, column in taken.items() if field not in UNUSED}
    unread = tuple(name for name in kept if name not in shown.values())
    return Listing(
        list(_rows(table.rows, place.points, taken, values, source.file)),
        place.crs,
        None if place.named is None else np.repeat(place.named, [max(1, len(found)) for found in place.points], axis=0),
        replace(source, columns=tuple(shown.items()), unread=unread),
        table.more_sources,
        table.notices + dropped + place.notices + oddities.notices(),
    )


def _stated_crs(name: str, file: str) -> CRS:
    try:
        return CRS.from_user_input(name)
    except CRSError:
        problem = f"no coordinate reference system is called {name!r}"
    raise SourceError([Fault(file, "", problem, "write it as in 'EPSG:25833'")])


def _table(path: Path, content: Content, parsed: Any, file: str, wanted: Sequence[str]) -> Table:
    if content.kind == "text":
        return text_table(content.data, file=file, wanted=wanted)
    if content.kind in ("sheets", "ods"):
        return workbook_table(content, file=file, wanted=wanted)
    if content.kind == "parquet":
        return parquet_table(content.data, file=file)
    if content.kind == "json" and not is_esri(parsed) and not _is_topology(parsed):
        return json_table(parsed, file=file)
    table = vector_table(content, file=file)
    if _is_topology(parsed):
        # GDAL states no CRS for TopoJSON, which is in degrees as GeoJSON is.
        return replace(table, crs=table.crs or DEGREES)
    beside = [path.with_suffix(ending) for ending in content.parts if ending != ".shp"]
    more = [file_source(part, role="cameras, part of a Shapefile") for part in beside if part.is_file()]
    return replace(table, more_sources=tuple(more))


def _is_topology(parsed: Any) -> bool:
    return isinstance(parsed, Mapping) and parsed.get("type") == "Topology"


def _values(
    columns: Columns, taken: Mapping[str, str], rows: Sequence[str], oddities: Oddities
) -> dict[str, list[str]]:
    """Return field -> cells, without what is private in them, with units and dates in one form."""
    values = {}
    for field, column in taken.items():
        if field in PLACING:
            continue
        cells, emptied = screened_cells(columns[column], field)
        oddities.note(f"{field.replace('_', ' ')} dropped", DROPPED,
                      *(rows[place] for place in emptied))  # fmt: skip
        unit = stated_unit(column)
        if unit:
            cells = [f"{cell} {unit}" if parsed_coordinate(cell) is not None else cell for cell in cells]
        values[field] = _dates(cells, field, rows, oddities) if field in DATES else cells
    return values


def _dates(cells: Sequence[str], field: str, rows: Sequence[str], oddities: Oddities) -> list[str]:
    day_first = day_comes_first([cell for cell in cells if cell])
    found = [parsed_date(cell, day_first=day_first) if cell else "" for cell in cells]
    words = field.replace("_", " ")
    oddities.note(f"{words} not understood", "It counts as unknown.",
                  *(row for row, date in zip(rows, found, strict=True) if date is None))  # fmt: skip
    if day_first is None:
        oddities.note(f"{words} of which only the year is plain", "Day and month cannot be told apart.",
                      *(row for row, cell, date in zip(rows, cells, found, strict=True) if date == cell[-4:] != cell))  # fmt: skip
    return [date or "" for date in found]


def _rows(
    rows: Sequence[str],
    points: Sequence[tuple[shapely.Point, ...]],
    taken: Mapping[str, str],
    values: Mapping[str, Sequence[str]],
    file: str,
) -> Iterator[CameraRow]:
    """Yield a row for each camera; one with several points is several."""
    fields = [(field, "operator" if field == "owner" else field) for field in values if field not in IDENTIFYING]
    for number, where in enumerate(rows):
        said = {name: values[field][number] for field, name in reversed(fields) if values[field][number]}
        origin = {
            name: f"column {taken[field]}" for field, name in reversed(fields) if name in said and values[field][number]
        }
        identifier = values["camera_id"][number] if "camera_id" in values else ""
        sort = values["osm_type"][number] if "osm_type" in values else ""
        name = (
            f"{sort}/{identifier}"
            if identifier.isdigit() and sort in ("node", "way", "relation")
            else identifier or where
        )
        if len(points[number]) > 1:
            said.pop("count", None)
        for part, point in enumerate(points[number] or (shapely.Point(),), start=1):
            own = name if len(points[number]) <= 1 else f"{name} ({part})"
            yield CameraRow(own, f"{file}, {where}", point, said, origin)
