"""The whole run as one GeoPackage that QGIS opens with its styles: a layer per table of shapes, the other tables beside them."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio

from overseen.report.qgis_styles import Style, layer_styles
from overseen.report.run_tables import RunTable

FILE = "overseen.gpkg"

UNDATED = dt.date(1970, 1, 1)
"""What a GeoPackage says of its last change where the plan states no date: it must say something, and the clock would make
two runs of one plan differ."""

SHAPES = {"point": "Point", "line": "LineString", "area": "MultiPolygon"}

STYLE_TABLE = """CREATE TABLE layer_styles (
id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
owner TEXT(30), ui TEXT(30), update_time DATETIME NOT NULL)"""
"""The table of styles as QGIS makes and reads it."""


def write_geopackage(tables: Sequence[RunTable], path: Path, *, date: dt.date | None) -> None:
    """Write every table into one new GeoPackage; the same tables and the same date give the same bytes.

    Tables of shapes become layers in the city's frame, each with its styles inside; the others become attribute tables.
    """
    day = f"{(date or UNDATED).isoformat()}T00:00:00.000Z"
    # The folder is put in its place once it is whole: waiting for the disk after each table, four fifths of the time, is needless.
    with _settings({"OGR_CURRENT_DATE": day, "OGR_SQLITE_SYNCHRONOUS": "OFF"}):
        for table in tables:
            _write_layer(table, path)
    # closing(), for a connection as such only ends the transaction.
    with closing(sqlite3.connect(path)) as base, base:
        _write_styles(base, layer_styles(tables), day)


def _write_layer(table: RunTable, path: Path) -> None:
    frame = table.frame.reset_index()
    for column in (column.name for column in table.columns if column.kind == "text"):
        # A column of words of which none is known would be taken for one of numbers.
        frame[column] = frame[column].astype(object).where(frame[column].notna(), None)
    told = {"IDENTIFIER": table.title, "DESCRIPTION": table.described.row}
    options: dict[str, Any] = {"layer": table.name, "driver": "GPKG", "append": path.exists(), "layer_options": told}
    if isinstance(frame, gpd.GeoDataFrame):
        kind = next(column.kind for column in table.columns if column.name == frame.geometry.name)
        options |= {"geometry_type": SHAPES[kind], "promote_to_multi": kind == "area"}
        told["GEOMETRY_NAME"] = "geometry"
    if not path.exists():
        # Its own version of the format, so that a later GDAL makes no other file.
        options["dataset_options"] = {"VERSION": "1.3"}
    pyogrio.write_dataframe(frame, path, **options)


@contextmanager
def _settings(settings: Mapping[str, str]) -> Iterator[None]:
    """Let GDAL work with these settings: the day that it would ask the clock for, and how it waits for the disk."""
    before = {name: pyogrio.get_gdal_config_option(name) for name in settings}
    pyogrio.set_gdal_config_options(dict(settings))
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def _write_styles(base: sqlite3.Connection, styles: Sequence[Style], day: str) -> None:
    base.execute(STYLE_TABLE)
    base.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) VALUES (?, ?, ?, ?, ?)",
        ("layer_styles", "attributes", "layer_styles", "How QGIS draws the layers.", day),
    )
    base.executemany(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD,"
        " useAsDefault, description, owner, ui, update_time) VALUES ('', '', ?, 'geometry', ?, ?, '', ?, ?, 'overseen', NULL, ?)",
        [(style.layer, style.name, style.qml, style.is_default, style.description, day) for style in styles],
    )
