"""Any file as one table of text, with the shapes that it carries: what every reader of a camera list gives back."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from overseen.model.provenance import Notice, Source
from overseen.sources.coordinates import geojson_shape
from overseen.sources.screening import shown_name

_NORTH = " °N"
_WRAPPERS = frozenset(("fields", "properties", "attributes", "record"))
"""Keys under which portals put all that a record says, which tell nothing themselves."""

Shapes = NDArray[np.object_]
DEGREES = CRS.from_epsg(4326)


@dataclass(frozen=True, slots=True)
class Table:
    """A file's rows as text.

    Parameters
    ----------
    columns
        Column name -> its cells, ``""`` where a cell says nothing; all columns are of one length.
    rows
        What each row is called, such as ``row 2`` or ``feature 1``.
    shapes
        The shape of each row or ``None``, where the format carries shapes; in ``crs``.
    crs
        The coordinate reference system of the shapes; ``None`` if the file does not state it.
    notices
        What was odd in the file.
    more_sources
        Further files that belong to it, such as the ``.dbf`` of a Shapefile.
    """

    columns: Mapping[str, Sequence[str]]
    rows: Sequence[str]
    shapes: Shapes | None = None
    crs: CRS | None = None
    notices: tuple[Notice, ...] = ()
    more_sources: tuple[Source, ...] = ()


@dataclass(slots=True)
class Oddities:
    """Oddities of one file as they are met, counted by kind."""

    file: str
    found: dict[str, tuple[str, list[str]]] = field(default_factory=dict)

    def note(self, kind: str, consequence: str, *examples: str) -> None:
        """Count one oddity for each example."""
        if examples:
            self.found.setdefault(kind, (consequence, []))[1].extend(examples)

    def notices(self) -> tuple[Notice, ...]:
        """Return one notice for each kind, in the order met."""
        return tuple(Notice(self.file, kind, len(examples), examples[0], consequence)
                     for kind, (consequence, examples) in self.found.items())  # fmt: skip


def cell_text(value: Any) -> str:
    """Return a value of a spreadsheet, a database or JSON as text; whole numbers without a point, lists with ``;``.

    Examples
    --------
    >>> [cell_text(value) for value in (1001.0, None, float("nan"), [90, 180.5], True, " Köln ", dt.date(2019, 4, 21))]
    ['1001', '', '', '90;180.5', 'yes', 'Köln', '2019-04-21']
    """
    if isinstance(value, str):
        return value.replace("\x00", "").strip()
    if value is None or isinstance(value, bytes | bytearray):
        return ""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float | np.floating):
        return _number_text(float(value))
    if isinstance(value, list | tuple | np.ndarray):
        return ";".join(filter(None, map(cell_text, value)))
    return _time_text(value) if isinstance(value, np.datetime64 | dt.date | dt.time) else str(value)


def _time_text(value: Any) -> str:
    """Return a date or a time as ISO 8601, without a clock that stands at zero."""
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[s]").item()
    if value is None or value != value:  # noqa: PLR0124 - a time that is none is unequal to itself
        return ""
    if not isinstance(value, dt.datetime):
        return str(value.isoformat())
    at = value.replace(tzinfo=None)
    return at.date().isoformat() if at.time() == dt.time() else at.isoformat(" ")


def _number_text(value: float) -> str:
    if not math.isfinite(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)


class _Text(HTMLParser):
    """Gathers what a reader of a page would see."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002 - what is in attributes is not seen
        self.parts.append(" ")


def without_markup(text: str) -> str:
    """Return a text without HTML tags, as map programs put them into descriptions.

    Examples
    --------
    >>> without_markup("<b>Dome</b><br/>north &amp; east")
    'Dome north & east'
    """
    if "<" not in text or ">" not in text:
        return text
    parser = _Text()
    parser.feed(text)
    parser.close()
    return " ".join("".join(parser.parts).split())


def table_of_cells(
    names: Sequence[str], cells: Iterable[Sequence[str]], *, rows: Sequence[str], notices: tuple[Notice, ...] = ()
) -> Table:
    """Return a table of rows of cells under column names, each row as long as the names."""
    listed = list(cells)
    columns = {name: [row[place] for row in listed] for place, name in enumerate(distinct_names(names))}
    return Table(columns, rows, notices=notices)


def distinct_names(names: Sequence[str]) -> list[str]:
    """Return names as they may stand in messages, each once.

    Examples
    --------
    >>> distinct_names(["name", "", "name", "admin:secret@10.0.0.1"])
    ['name', 'column 2', 'name (2)', 'column 4']
    """
    times: Counter[str] = Counter()
    found = []
    for number, name in enumerate(names, start=1):
        shown = shown_name(name, number)
        times[shown] += 1
        found.append(f"{shown} ({times[shown]})" if times[shown] > 1 else shown)
    return found


def table_of_records(
    records: Sequence[Mapping[str, Any]], *, file: str, row_word: str, shapes: Shapes | None = None, crs: CRS | None = None,
    notices: tuple[Notice, ...] = (),
) -> Table:  # fmt: skip
    """Return a table of records, nested ones flattened to ``outer.inner``; a nested GeoJSON geometry becomes the row's shape."""
    flat, found = [], []
    oddities = Oddities(file)
    for number, record in enumerate(records, start=1):
        values: dict[str, str] = {}
        found.append(_flatten(record, "", values))
        flat.append(values)
        if any(text.endswith(_NORTH) for text in values.values()):
            consequence = "The first was taken as longitude, as GeoJSON writes them."
            oddities.note("two numbers under coordinates", consequence, f"{row_word} {number}")
    if shapes is None and any(shape is not None for shape in found):
        shapes, crs = object_array(found), DEGREES
    keys = list(dict.fromkeys(key for values in flat for key in values))
    columns = {
        name: [values.get(key, "") for values in flat] for key, name in zip(keys, distinct_names(keys), strict=True)
    }
    rows = [f"{row_word} {number}" for number in range(1, len(flat) + 1)]
    return Table(columns, rows, shapes, crs, notices + oddities.notices())


def _flatten(record: Mapping[str, Any], prefix: str, values: dict[str, str]) -> BaseGeometry | None:
    """Fill ``values`` and return the first geometry met."""
    shape = None
    for key, value in record.items():
        name = f"{prefix}{key}"
        geometry = geojson_shape(value)
        if geometry is not None:
            shape = shape or geometry
        elif isinstance(value, Mapping):
            shape = _flatten(value, prefix if key in _WRAPPERS else f"{name}.", values) or shape
        elif isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
            for number, item in enumerate(value, start=1):
                _flatten(item, f"{name}.{number}.", values)
        elif key.lower() == "coordinates" and _is_pair(value):
            values.setdefault(name, f"{cell_text(value[0])} E, {cell_text(value[1])}{_NORTH}")
        else:
            values.setdefault(name, without_markup(cell_text(value)))
    return shape


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) in (2, 3) and all(isinstance(item, int | float) for item in value)


def object_array(items: Sequence[Any]) -> Shapes:
    """Return a one-dimensional array of objects, whatever they are."""
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array
