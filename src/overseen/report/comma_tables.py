"""Every table as CSV for a spreadsheet, with one dictionary of all columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.model.schema import GEOMETRY_TYPES, Column
from overseen.report.run_tables import RunTable
from overseen.report.tables_csv import guarded_columns

FOLDER = "tables"
DICTIONARY = "data-dictionary.csv"

POSITION = (
    Column("longitude_deg", "number", "degrees", "Longitude of the point, or of a point on it or inside it (WGS 84)"),
    Column("latitude_deg", "number", "degrees", "Latitude of the point, or of a point on it or inside it (WGS 84)"),
)
"""What stands in a CSV for the shape, which it cannot hold."""


MOST_ROWS = 1_000_000
"""A longer table is in the GeoPackage alone: no spreadsheet opens more rows."""


def write_comma_tables(tables: Sequence[RunTable], folder: Path) -> None:
    """Write every table and the dictionary into ``folder`` as UTF-8, with a header, a full stop for the decimals."""
    folder.mkdir()
    for table in (table for table in tables if len(table.frame) <= MOST_ROWS):
        _write(comma_table(table), folder / f"{table.name}.csv")
    _write(dictionary(tables), folder / DICTIONARY)


def comma_table(table: RunTable) -> pd.DataFrame:
    """Return a table as its CSV holds it: texts guarded against being run, longitude and latitude in place of the shape."""
    plain = pd.DataFrame(table.frame.drop(columns="geometry", errors="ignore")).reset_index()
    plain = guarded_columns(plain)
    if isinstance(table.frame, gpd.GeoDataFrame):
        degrees = _spots(table.frame.geometry).to_crs(4326)
        for column, values in zip(POSITION, (degrees.x, degrees.y), strict=True):
            plain[column.name] = np.round(values.to_numpy(dtype=float), 6)
    return plain


def dictionary(tables: Sequence[RunTable]) -> pd.DataFrame:
    """Return one row per column of every table: what it holds, its unit, what it means and which values it may take."""
    return pd.DataFrame([_entry(table, column) for table in tables for column in _told(table)])


def _told(table: RunTable) -> tuple[Column, ...]:
    plain = tuple(column for column in table.columns if column.kind not in GEOMETRY_TYPES)
    return (*plain, *POSITION) if table.has_shapes else plain


def _entry(table: RunTable, column: Column) -> dict[str, object]:
    return {
        "table": table.name,
        "file": f"{table.name}.csv"
        if len(table.frame) <= MOST_ROWS
        else "in overseen.gpkg alone: too long for a spreadsheet",
        "rows_are": table.described.row,
        "column": column.name,
        "holds": column.kind,
        "unit": column.unit,
        "meaning": column.meaning,
        "minimum": column.minimum,
        "maximum": column.maximum,
        "values": ", ".join(column.allowed),
        "may_be_unknown": column.is_nullable,
    }


def _write(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _spots(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return a point of every shape: itself, the middle of a line, a point inside an area."""
    found: NDArray[np.object_] = shapely.point_on_surface(shapes.to_numpy())
    lines = shapely.get_dimensions(shapes.to_numpy()) == 1
    found[lines] = shapely.line_interpolate_point(shapes.to_numpy()[lines], 0.5, normalized=True)
    return gpd.GeoSeries(found, crs=shapes.crs)
