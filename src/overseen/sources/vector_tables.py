"""Files that GDAL and Arrow read: GeoPackage, Shapefile, FlatGeobuf, KML, ESRI JSON, GPX, Parquet."""

from __future__ import annotations

import io
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from overseen.errors import Fault, SourceError
from overseen.model.provenance import Notice
from overseen.sources.camera_columns import recognised_count
from overseen.sources.contents import Content, encoding_by_bytes
from overseen.sources.screening import shown_name
from overseen.sources.tables import (
    DEGREES,
    Oddities,
    Shapes,
    Table,
    cell_text,
    distinct_names,
    object_array,
    table_of_records,
    without_markup,
)
from overseen.sources.text_tables import text_encoding

_ENDINGS = {
    "sqlite": ".gpkg",
    "flatgeobuf": ".fgb",
    "kml": ".kml",
    "gpx": ".gpx",
    "shapefile": ".shp",
    "dbf": ".dbf",
    "json": ".json",
}
_KML_FURNITURE = frozenset(
    ("timestamp", "begin", "end", "altitudemode", "tessellate", "extrude", "visibility", "draworder", "icon", "snippet")
)
"""Columns that GDAL adds to every KML, which say nothing of a camera."""

_REMEDY = "export it again from where it came, or give the list as GeoJSON or CSV"


def vector_table(content: Content, *, file: str) -> Table:
    """Return the table of a file that GDAL reads; of several layers the one that lists cameras, of KML all.

    Raises
    ------
    SourceError
        If it is damaged, or holds no feature.
    """
    with _unpacked(content) as path:
        notices = _missing_parts(content, file) if content.kind == "shapefile" else ()
        encoding = _dbf_encoding(content, file) if content.kind in ("shapefile", "dbf") else None
        try:
            layers = [(str(name), kind) for name, kind in pyogrio.list_layers(path)]
            read = [_layer(path, name, number, encoding) for number, (name, _) in enumerate(layers, start=1)]
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError,
                pyogrio.errors.GeometryError, UnicodeDecodeError, ValueError, RuntimeError):  # fmt: skip
            read = None
    if read is None:
        raise SourceError([Fault(file, "", "it is damaged or not what its first bytes promise", _REMEDY)])
    filled = [layer for layer in read if layer.table.rows]
    if not filled:
        raise SourceError([Fault(file, "", "it holds no row", "give a file that lists cameras")])
    chosen, more = _together(filled, file) if content.kind in ("kml", "gpx") else _listing(filled, file)
    return replace(chosen, notices=notices + more + chosen.notices)


@dataclass(frozen=True, slots=True)
class _Layer:
    name: str
    table: Table


@contextmanager
def _unpacked(content: Content) -> Iterator[Path]:
    """Yield the path of a copy under the right ending, so that nothing is written beside the user's file.

    GDAL restores the index (``.shx``) of a Shapefile only by writing it.
    """
    option = "SHAPE_RESTORE_SHX"
    before = pyogrio.get_gdal_config_option(option)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # What GDAL warns of may quote cells; what matters of it is counted elsewhere.
        warnings.simplefilter("ignore")
        path = Path(folder) / f"list{'.kmz' if content.ending == '.kmz' else _ENDINGS[content.kind]}"
        path.write_bytes(content.data)
        for ending, data in content.parts.items():
            path.with_suffix(ending).write_bytes(data)
        pyogrio.set_gdal_config_options({option: "YES"})
        try:
            yield path
        finally:
            pyogrio.set_gdal_config_options({option: before})


def _layer(path: Path, name: str, number: int, encoding: str | None) -> _Layer:
    options = {} if encoding is None else {"encoding": encoding}
    meta, _, wkb, fields = pyogrio.raw.read(path, layer=name, force_2d=True, **options)
    count = len(fields[0]) if fields else 0 if wkb is None else len(wkb)
    names = distinct_names([str(field) for field in meta["fields"]])
    columns = {
        name: [without_markup(cell_text(cell)) for cell in cells] for name, cells in zip(names, fields, strict=True)
    }
    shapes = None if wkb is None else object_array(list(shapely.from_wkb(wkb, on_invalid="ignore")))
    rows = [f"feature {place}" for place in range(1, count + 1)]
    return _Layer(shown_name(name, number, "layer"), Table(columns, rows, shapes, _crs(meta["crs"])))


def _crs(text: Any) -> CRS | None:
    try:
        return CRS.from_user_input(text) if text else None
    except CRSError:
        return None


def _listing(layers: list[_Layer], file: str) -> tuple[Table, tuple[Notice, ...]]:
    """Return the layer that lists cameras: the one with most column names understood, of points first."""

    def worth(layer: _Layer) -> tuple[int, int, int]:
        shapes = layer.table.shapes
        has_points = shapes is not None and any(shape is not None and "Point" in shape.geom_type for shape in shapes)
        return int(has_points), recognised_count(layer.table.columns), len(layer.table.rows)

    best = max(layers, key=worth)
    oddities = Oddities(file)
    others = [f"layer '{layer.name}'" for layer in layers if layer is not best]
    oddities.note("layer not read", f"The cameras were read from '{best.name}', which lists them best.", *others)
    return best.table, oddities.notices()


def _together(layers: list[_Layer], file: str) -> tuple[Table, tuple[Notice, ...]]:
    """Return all folders of a KML file, or all sorts of points of GPX, as one table."""
    oddities = Oddities(file)
    if len(layers) > 1:
        oddities.note(
            "folders read as one list", "Each holds features.", *(f"folder '{layer.name}'" for layer in layers)
        )
    names = dict.fromkeys(
        name for layer in layers for name in layer.table.columns if name.lower() not in _KML_FURNITURE
    )
    columns = {
        name: [cell for layer in layers for cell in layer.table.columns.get(name, [""] * len(layer.table.rows))]
        for name in names
    }
    # KML without numbers gets a made-up identifier from GDAL: folder and number.
    columns = {
        name: cells
        for name, cells in columns.items()
        if any(cells) and not (name == "id" and all("." in cell for cell in cells))
    }
    shapes: list[Any] = [shape for layer in layers for shape in _shapes_of(layer.table)]
    rows = [f"feature {number}" for number in range(1, len(shapes) + 1)]
    return Table(columns, rows, object_array(shapes), layers[0].table.crs or DEGREES), oddities.notices()


def _shapes_of(table: Table) -> Shapes:
    return table.shapes if table.shapes is not None else object_array([None] * len(table.rows))


def _missing_parts(content: Content, file: str) -> tuple[Notice, ...]:
    """Return a notice for each file that a Shapefile should have beside it and has not."""
    lacking = {
        ".shx": "The index was made again from the shapes.",
        ".dbf": "Only positions are known; nothing is said of the cameras.",
        ".prj": "The coordinate reference system is not stated.",
    }
    return tuple(Notice(file, f"Shapefile without its {ending} file", 1, f"no {ending} beside it", consequence)
                 for ending, consequence in lacking.items() if ending not in content.parts)  # fmt: skip


def _dbf_encoding(content: Content, file: str) -> str | None:
    """Return the encoding of the texts of a DBF file that does not state it; ``None`` leaves it to GDAL."""
    data = content.data if content.kind == "dbf" else content.parts.get(".dbf", b"")
    if ".cpg" in content.parts or len(data) < 32 or data[29] != 0 or encoding_by_bytes(data) is not None:
        return None
    start = int.from_bytes(data[8:10], "little")
    return text_encoding(data[start:], file=file)[0] if any(code > 127 for code in data[start:]) else None


def parquet_table(data: bytes, *, file: str) -> Table:
    """Return the table of a Parquet file, GeoParquet or plain.

    Raises
    ------
    SourceError
        If it is damaged or empty.
    """
    try:
        table = pa.parquet.read_table(io.BytesIO(data))
        shapes, crs, taken = _parquet_shapes(table, data)
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError):
        table = None
    if table is None:
        raise SourceError([Fault(file, "", "it is damaged or no Parquet that can be read here", _REMEDY)])
    if table.num_rows == 0:
        raise SourceError([Fault(file, "", "it holds no row", "give a file that lists cameras")])
    rest = table.drop_columns([name for name in table.column_names if name in taken])
    records: list[Mapping[str, Any]] = rest.to_pylist() if rest.column_names else [{}] * table.num_rows
    return table_of_records(records, file=file, row_word="row", shapes=shapes, crs=crs)


def _parquet_shapes(table: pa.Table, data: bytes) -> tuple[Shapes | None, CRS | None, set[str]]:
    """Return the shapes, their CRS and the columns they were in."""
    if b"geo" in (table.schema.metadata or {}):
        frame = gpd.read_parquet(io.BytesIO(data))
        return object_array(list(frame.geometry)), frame.crs, {str(frame.geometry.name)}
    for field in table.schema:
        if pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type):
            shapes = shapely.from_wkb(np.array(table[field.name].to_pylist(), dtype=object), on_invalid="ignore")
            if any(shape is not None for shape in shapes):
                return object_array(list(shapes)), None, {field.name}
    return None, None, set()
