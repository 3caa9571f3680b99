"""What a file is to overseen: told by its format, its columns, its shapes and its name, with the reason in words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import pyarrow.parquet as pq
import pyogrio
import shapely

from overseen.errors import Fault, SourceError
from overseen.sources.camera_columns import chosen_columns, known_meanings
from overseen.sources.columns import city_rules
from overseen.sources.contents import Content, file_content
from overseen.sources.files import file_source
from overseen.sources.json_tables import is_esri, json_table, parsed_json
from overseen.sources.layer_file import PARQUET_ENDINGS
from overseen.sources.osm_city import OSM_ENDINGS
from overseen.sources.overpass import is_overpass
from overseen.sources.packs import get_pack
from overseen.sources.population_grid import RASTER_ENDINGS
from overseen.sources.sheets import workbook_table
from overseen.sources.tables import Table, distinct_names
from overseen.sources.text_tables import text_table
from overseen.sources.trip_table import COLUMNS as TRIP_COLUMNS

FileKind = Literal[
    "cameras", "osm", "buildings", "streets", "places", "land", "boundary", "areas", "census", "grid", "trips", "plan",
    "assumptions", "place_kinds",
]  # fmt: skip

FILE_KINDS: tuple[FileKind, ...] = get_args(FileKind)
"""All that a file may be; ``areas`` are outlines with residents or without, ``census`` a table of them without outlines."""

_HEAD = 200_000
_SAMPLE = 200
_SHAPE_TEXT = re.compile(rb"\s*(SRID=\d+;)?\s*(MULTI)?(POLYGON|LINESTRING)\s*Z?\s*\(", re.IGNORECASE)

MOST_COLUMNS = 1_000
"""A first line of more fields than this is no header: the widest tables of residents have some hundreds."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a file is, by what that was told, and the names of its columns where it has some."""

    kind: FileKind
    why: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Look:
    """A look at a file: its name, columns, sort of shape (``point``, ``line``, ``area``, empty for none), and features if counted."""

    stem: str
    columns: tuple[str, ...]
    shape: str
    count: int | None = None

    def has(self, names: Sequence[str]) -> str | None:
        """Return the first column that is called as one of some names."""
        known = {name.lower(): name for name in reversed(self.columns)}
        return next((known[name] for name in names if name in known), None)


@cache
def _rules() -> dict[str, Any]:
    return get_pack("spellings", "files")


def told_kind(path: Path) -> Told:
    """Return what a file is to overseen.

    Raises
    ------
    SourceError
        If it is missing, empty, damaged, or of no format known here.
    """
    file_source(path, role="")
    told = _by_name(path)
    if told is not None:
        return told
    if path.suffix.lower() in PARQUET_ENDINGS:
        return _table_kind(_parquet_look(path))
    return _by_content(path, file_content(path, shown_as=path.name))


def _by_name(path: Path) -> Told | None:
    name = path.name.lower()
    if name.endswith(".toml"):
        return _settings_kind(path)
    if path.suffix.lower() in RASTER_ENDINGS:
        return Told("grid", "it is a raster")
    if name.endswith(OSM_ENDINGS):
        return Told("osm", "its name ends as an extract of OpenStreetMap does")
    # GML is XML, of which the reader of camera lists knows other sorts only.
    return _table_kind(_vector_look(path)) if name.endswith(".gml") else None


def _by_content(path: Path, content: Content) -> Told:
    match content.kind:
        case "osm":
            return Told("osm", "it holds objects of OpenStreetMap")
        case "kml" | "gpx":
            return Told("cameras", "it is a list of marks on a map")
        case "json":
            return _json_kind(path, content)
        case "text" | "sheets" | "ods":
            return _table_kind(_sheet_look(path, content))
        case _:
            return _table_kind(_vector_look(path))


def _settings_kind(path: Path) -> Told:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        remedy = "correct the place named"
        raise SourceError([Fault(path.name, "", f"it is no TOML ({error})", remedy)]) from error
    for key, kind in (
        ("unknowns", "assumptions"),
        ("kinds", "place_kinds"),
        ("without", "place_kinds"),
        ("crowd", "place_kinds"),
    ):
        if key in content and not {"plan", "cameras"} & content.keys():
            return Told(kind, f"it states {key}")  # type: ignore[arg-type]
    return Told("plan", "it is TOML, as plans are")


def _json_kind(path: Path, content: Content) -> Told:
    parsed = parsed_json(content.data, file=path.name)
    if is_overpass(parsed):
        return Told("cameras", "it is an answer of Overpass or an export of overpass-turbo")
    if isinstance(parsed, dict) and isinstance(parsed.get("features"), list) and not is_esri(parsed):
        return _table_kind(_feature_look(path, parsed["features"]))
    if isinstance(parsed, dict) and (is_esri(parsed) or parsed.get("type") == "Topology"):
        return _table_kind(_vector_look(path))
    table = json_table(parsed, file=path.name)
    return _table_kind(
        _Look(path.stem.lower(), tuple(table.columns), "point" if table.shapes is not None or _is_placed(table) else "")
    )


def _feature_look(path: Path, features: list[Any]) -> _Look:
    some = [feature for feature in features[:_SAMPLE] if isinstance(feature, dict)]
    names = dict.fromkeys(name for feature in some for name in (feature.get("properties") or {}))
    sorts = [str((feature.get("geometry") or {}).get("type", "")) for feature in some]
    shape = next((_SHAPES[sort] for sort in sorts if sort in _SHAPES), "")
    return _Look(path.stem.lower(), tuple(distinct_names(list(map(str, names)))), shape, len(features))


_SHAPES = {
    "Point": "point",
    "MultiPoint": "point",
    "LineString": "line",
    "MultiLineString": "line",
    "Polygon": "area",
    "MultiPolygon": "area",
}


def _parquet_look(path: Path) -> _Look:
    try:
        with pq.ParquetFile(path) as content:
            names, count = list(content.schema_arrow.names), content.metadata.num_rows
            key = next((name for name in ("geometry", "geom", "wkb_geometry") if name in names), None)
            batch = next(content.iter_batches(batch_size=_SAMPLE, columns=[key]), None) if key else None
    except Exception as error:  # the reader raises several kinds
        raise SourceError(
            [Fault(path.name, "", f"it cannot be read ({type(error).__name__})", "download it again")]
        ) from error
    cells = [] if batch is None else [cell for cell in batch.column(0).to_pylist() if isinstance(cell, bytes)]
    sorts = [shape.geom_type for shape in shapely.from_wkb(cells, on_invalid="ignore") if shape is not None]
    return _Look(
        path.stem.lower(),
        tuple(distinct_names(names)),
        next((_SHAPES[sort] for sort in sorts if sort in _SHAPES), ""),
        count,
    )


def _vector_look(path: Path) -> _Look:
    try:
        layers = pyogrio.list_layers(path)
        drawn = next((str(name) for name, kind in layers if kind is not None), str(layers[0][0]))
        info = pyogrio.read_info(path, layer=drawn)
    except Exception as error:  # GDAL raises several kinds
        # A Shapefile without its parts, say: the reader of camera lists copes with more than a look does.
        if path.suffix.lower() in (".shp", ".zip", ".dbf"):
            return _Look(path.stem.lower(), (), "")
        raise SourceError(
            [Fault(path.name, "", f"it cannot be read ({type(error).__name__})", "export it again")]
        ) from error
    sort = str(info["geometry_type"] or "").split(" ")[0]
    stem = path.stem.lower() if len(layers) == 1 else f"{path.stem} {drawn}".lower()
    return _Look(
        stem, tuple(distinct_names(list(map(str, info["fields"])))), _SHAPES.get(sort, ""), int(info["features"])
    )


def _sheet_look(path: Path, content: Content) -> _Look:
    if content.kind == "text":
        _refuse_shape(path.name, content.data)
        cut = content.data[:_HEAD]
        whole = cut if len(cut) == len(content.data) else cut[: cut.rfind(b"\n") + 1] or cut
        table = text_table(whole, file=path.name)
    else:
        table = workbook_table(content, file=path.name)
    return _Look(path.stem.lower(), tuple(table.columns), "point" if _is_placed(table) else "")


def _refuse_shape(file: str, data: bytes) -> None:
    """Refuse one large shape as text: its corners would be taken for the columns of a table, tens of thousands of them."""
    head = data[:_HEAD].partition(b"\n")[0]
    fields = max(head.count(delimiter) for delimiter in (b",", b";", b"\t", b"|"))
    if fields > MOST_COLUMNS or _SHAPE_TEXT.match(head):
        problem = (
            "it is a shape as text (WKT)"
            if _SHAPE_TEXT.match(head)
            else f"its first line has more than {MOST_COLUMNS:,} fields"
        )
        raise SourceError(
            [Fault(file, "", f"{problem}, and no table", "save a shape as GeoJSON, a table with a row for each thing")]
        )


def _is_placed(table: Table) -> bool:
    """Return whether columns say where each row is."""
    fields = chosen_columns(table.columns, {})
    return (
        {"longitude", "latitude"} <= fields.keys()
        or {"x", "y"} <= fields.keys()
        or bool({"geometry", "position"} & fields.keys())
    )


def _table_kind(look: _Look) -> Told:
    """Return what rows with columns and shapes are."""
    return replace(_row_kind(look), columns=look.columns)


def _row_kind(look: _Look) -> Told:
    if set(TRIP_COLUMNS) <= {name.strip().lower() for name in look.columns}:
        return Told("trips", "it has the columns origin, destination and trips")
    return _cameras(look) or {"line": _of_lines, "area": _of_areas, "point": _of_points, "": _of_rows}[look.shape](look)


def _cameras(look: _Look) -> Told | None:
    """Return cameras, where the name or a column that only they have says so, and the shapes do not say otherwise."""
    if look.shape == "line":
        return None
    word = next((word for word in _rules()["camera_words"] if word in look.stem), None)
    if word is not None:
        return Told("cameras", f"its name speaks of {word}")
    telling = next(
        (name for name in look.columns if any(word in name.lower() for word in ("camera", "surveillance", "cctv"))),
        None,
    )
    if telling is not None:
        return Told("cameras", f"it has the column {telling}")
    if look.shape != "area":
        for name in look.columns:
            if any(field in _rules()["camera_fields"] for field, _, _ in known_meanings(name)[:1]):
                return Told("cameras", f"it has the column {name}")
    return None


def _called(look: _Look, layer: str) -> Told | None:
    if look.stem in city_rules()["files"].get(layer, ()):
        return Told(layer, f"its name is {look.stem}")  # type: ignore[arg-type]
    return None


def _of_lines(_look: _Look) -> Told:
    return Told("streets", "it holds lines")


def _of_areas(look: _Look) -> Told:
    for layer in ("buildings", "land", "places"):
        told = _called(look, layer)
        if told is not None:
            return told
    residents = look.has(city_rules()["people"]["residents"])
    if residents is not None:
        return Told("areas", f"it holds areas and the column {residents}")
    for kind, names in (("buildings", "building_columns"), ("places", "place_columns"), ("land", "land_columns")):
        column = look.has(_rules()[names])
        if column is not None:
            return Told(kind, f"it holds areas and the column {column}")  # type: ignore[arg-type]
    if look.count == 1:
        return Told("boundary", "it holds a single area")
    return Told("areas", "it holds areas, and no column says that they are buildings, places or land")


def _of_points(look: _Look) -> Told:
    column = look.has(_rules()["place_columns"])
    told = _called(look, "places") or (Told("places", f"it holds points and the column {column}") if column else None)
    if told is not None:
        return told
    name, kind = (look.has(city_rules()["places"][role]) for role in ("name", "kind"))
    if name is not None and kind is not None and look.count is not None:
        return Told("places", f"it holds points and the columns {name} and {kind}")
    return Told("cameras", "it is a list of positions, and nothing says that they are something else")


def _of_rows(look: _Look) -> Told:
    people, long = city_rules()["people"], city_rules()["people_long"]
    names = [*people["residents"], *long["value"], *_rules()["census_columns"]]
    column = look.has(names)
    if column is not None:
        return Told("census", f"it has no positions and the column {column}")
    return Told("cameras", "it is a table, and nothing says that it is something else")
