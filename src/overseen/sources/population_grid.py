"""Population grids as rasters: every cell that holds residents becomes an area."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from overseen.errors import Fault, SourceError
from overseen.model.provenance import Notice, Source
from overseen.sources.columns import text_column
from overseen.sources.files import file_source

RASTER_ENDINGS = (".tif", ".tiff", ".vrt", ".asc", ".img")


def read_population_grid(
    path: Path,
    *,
    within_deg: tuple[float, float, float, float] | None = None,
    crs: str | None = None,
    licence: str = "",
) -> tuple[gpd.GeoDataFrame, Source, tuple[Notice, ...]]:
    """Return the cells of a raster that hold residents, in its own CRS, its provenance and what was odd.

    The frame has the index ``area_id`` (row and column of the cell in the whole raster) and the columns ``name`` and
    ``resident_count``. Cells without data, or with a value below zero, hold nobody that is known of and are left out.

    Parameters
    ----------
    path
        A GeoTIFF or another raster whose first band counts residents.
    within_deg
        Only cells that meet this box are read: west, south, east, north in degrees.
    crs
        Its coordinate reference system, where it states none.
    licence
        Its licence and credit.

    Raises
    ------
    SourceError
        If rasterio is not installed, the file cannot be read or states no CRS, or no cell lies within the box.
    """
    source = file_source(path, role="people: residents from band 1", licence=licence)
    try:
        import rasterio
    except ImportError as error:
        remedy = "install it with: pip install 'overseen[raster]'"
        raise SourceError(
            [Fault(source.file, "", "rasters are read by rasterio, which is not installed", remedy)]
        ) from error
    try:
        with rasterio.open(path) as raster:
            found = pyproj.CRS.from_user_input(raster.crs or crs) if raster.crs or crs else None
            window = None if found is None else _window(raster, found, within_deg)
            values = None if window is None else raster.read(1, window=window, masked=True).astype(np.float64)
            bands, transform = raster.count, raster.transform
    except rasterio.errors.RasterioError as error:
        problem = f"it cannot be read as a raster ({type(error).__name__})"
        raise SourceError([Fault(source.file, "", problem, "give a GeoTIFF of residents by cell")]) from error
    if found is None:
        remedy = "state it in the file, or in [city.crs] people = 'EPSG:...'"
        raise SourceError([Fault(source.file, "", "it does not state its coordinate reference system", remedy)])
    if window is None or values is None:
        raise SourceError([Fault(source.file, "", "it has no cell in the city", "give a grid that covers it")])
    frame = _cells(values, transform, (int(window.row_off), int(window.col_off)), found)
    return frame, source, _notices(values, bands, source.file)


def _window(raster: Any, crs: pyproj.CRS, within_deg: tuple[float, float, float, float] | None) -> Any:
    """Return the part of a raster that meets a box; None if none does."""
    from rasterio.errors import WindowError
    from rasterio.windows import Window, from_bounds

    whole = Window(0, 0, raster.width, raster.height)
    if within_deg is None:
        return whole
    box = pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform_bounds(*within_deg)
    try:
        part = from_bounds(*box, transform=raster.transform)
        first_row, first_column = int(np.floor(part.row_off)), int(np.floor(part.col_off))
        last_row, last_column = np.ceil(part.row_off + part.height), np.ceil(part.col_off + part.width)
        outward = Window(first_column, first_row, int(last_column) - first_column, int(last_row) - first_row)
        return outward.intersection(whole)
    except WindowError:
        return None


def _cells(
    values: np.ma.MaskedArray[Any, Any], transform: Any, first: tuple[int, int], crs: pyproj.CRS
) -> gpd.GeoDataFrame:
    counts: NDArray[np.float64] = values.filled(np.nan)
    rows, columns = np.nonzero(counts > 0.0)
    rows_at, columns_at = rows + first[0], columns + first[1]
    corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    rings = np.stack(
        [np.column_stack(transform * (columns_at + right, rows_at + down)) for right, down in corners], axis=1
    )
    ids = [f"row {row + 1}, column {column + 1}" for row, column in zip(rows_at, columns_at, strict=True)]
    return gpd.GeoDataFrame(
        {"name": text_column(np.full(len(ids), None, dtype=object)), "resident_count": counts[rows, columns]},
        geometry=shapely.polygons(rings) if ids else [],
        crs=crs,
        index=pd.Index(ids, name="area_id", dtype=object),
    )


def _notices(values: np.ma.MaskedArray[Any, Any], bands: int, file: str) -> tuple[Notice, ...]:
    found: tuple[Notice, ...] = ()
    counts = values.filled(np.nan)
    negative = counts[counts < 0.0]
    if len(negative):
        found += (Notice(file, "value below zero", len(negative), f"{negative[0]:g}",
                         "Grids write such values where they know nothing; the cell was left out."),)  # fmt: skip
    if bands > 1:
        found += (Notice(file, "raster of several bands", bands, "band 1", "The first band was taken as residents."),)
    return found
