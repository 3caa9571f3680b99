"""Population grids as rasters, made here."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest

from overseen.errors import SourceError
from overseen.sources.city_files import city_from_files
from overseen.sources.layer_file import LayerOptions
from overseen.sources.people import PeopleOptions, read_people, with_people
from overseen.sources.population_grid import read_population_grid
from tests.sources import city_scenes as scenes

rasterio = pytest.importorskip("rasterio", reason="the extra 'raster' is not installed")

pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")  # rasterio's, of its own helpers

CELL_M = 100.0
EAST, NORTH = 385_000.0, 6_673_000.0
"""North-west corner of the grids, m in EPSG:3067, on the block of the scenes."""


def grid(tmp_path, values, *, nodata=None, crs="EPSG:3067", bands=1, transform=None, name="grid.tif"):
    """Write a GeoTIFF; return the path."""
    values = np.asarray(values)
    transform = transform or rasterio.transform.from_origin(EAST, NORTH, CELL_M, CELL_M)
    with rasterio.open(tmp_path / name, "w", driver="GTiff", height=values.shape[0], width=values.shape[1], count=bands,
                       dtype=values.dtype, crs=crs, transform=transform, nodata=nodata) as raster:  # fmt: skip
        for band in range(1, bands + 1):
            raster.write(values, band)
    return tmp_path / name


def notice(found, kind):
    """Return the notice of a kind, if any."""
    return next((notice for notice in found if kind in notice.kind), None)


@pytest.mark.parametrize(
    ("fill", "nodata", "told"), [(-99999.0, -99999.0, 0), (-200.0, None, 2), (np.nan, np.nan, 0), (0.0, None, 0)]
)
def test_cells_with_residents_become_areas(tmp_path, fill, nodata, told) -> None:
    path = grid(tmp_path, np.array([[1.5, fill], [fill, 20.0]], dtype=np.float32), nodata=nodata)
    cells, source, notices = read_population_grid(path)
    assert cells["resident_count"].to_dict() == {"row 1, column 1": 1.5, "row 2, column 2": 20.0}
    assert cells.geometry.area.tolist() == [CELL_M**2, CELL_M**2]
    assert cells.total_bounds.tolist() == [EAST, NORTH - 2 * CELL_M, EAST + 2 * CELL_M, NORTH]
    assert (notice(notices, "value below zero").count if told else len(notices)) == told
    assert source.role == "people: residents from band 1"


def test_only_cells_that_meet_the_city_are_read(tmp_path) -> None:
    path = grid(tmp_path, np.arange(1, 401, dtype=np.int32).reshape(20, 20))
    city = city_from_files("Block", {"buildings": scenes.written(scenes.buildings(), tmp_path / "b.gpkg")})
    boundary = gpd.GeoSeries([city.boundary], crs=city.buildings.crs)
    box = tuple(float(v) for v in boundary.to_crs(4326).total_bounds)
    part = read_people(path, within_deg=box)
    whole = read_people(path)
    assert 0 < len(part.areas) < len(whole.areas) == 400
    assert part.areas["resident_count"].equals(whole.areas.loc[part.areas.index, "resident_count"])
    one, other = with_people(city, part).areas, with_people(city, whole).areas
    assert one.drop(columns="geometry").equals(other.drop(columns="geometry"))
    weighted = float((one["resident_count"] * one["inside_share"]).sum())
    assert 0.0 < weighted < float(one["resident_count"].sum())


def test_a_grid_in_degrees_and_a_turned_one(tmp_path) -> None:
    degrees = rasterio.transform.from_origin(24.94, 60.18, 0.001, 0.001)
    cells, *_ = read_population_grid(
        grid(tmp_path, np.ones((3, 4), dtype=np.uint8), crs="EPSG:4326", transform=degrees)
    )
    assert cells.total_bounds.tolist() == pytest.approx([24.94, 60.177, 24.944, 60.18])
    turned = rasterio.transform.from_origin(EAST, NORTH, CELL_M, CELL_M) * rasterio.Affine.rotation(30)
    cells, *_ = read_population_grid(grid(tmp_path, np.ones((2, 2), dtype=np.uint8), transform=turned))
    assert cells.geometry.area.tolist() == pytest.approx([CELL_M**2] * 4)


def test_several_bands_are_told(tmp_path) -> None:
    *_, notices = read_population_grid(grid(tmp_path, np.ones((2, 2), dtype=np.uint8), bands=3))
    assert notice(notices, "several bands").count == 3


def test_a_raster_has_no_columns(tmp_path) -> None:
    path = grid(tmp_path, np.ones((2, 2), dtype=np.uint8))
    with pytest.raises(SourceError) as error:
        read_people(path, PeopleOptions(residents="population", table_id="x"))
    assert [fault.where for fault in error.value.faults] == ["city.people.residents", "city.people.table_id"]


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_rasters_that_cannot_be_used(tmp_path, monkeypatch) -> None:
    path = grid(tmp_path, np.ones((2, 2), dtype=np.uint8), crs=None)
    with pytest.raises(SourceError, match=r"\[city.crs\] people"):
        read_people(path)
    assert len(read_people(path, PeopleOptions(LayerOptions(crs="EPSG:3067"))).areas) == 4
    with pytest.raises(SourceError, match="no cell in the city"):
        read_people(grid(tmp_path, np.ones((2, 2), dtype=np.uint8), name="far.tif"), within_deg=(0.0, 0.0, 1.0, 1.0))
    (tmp_path / "bad.tif").write_text("no raster", encoding="utf-8")
    with pytest.raises(SourceError, match="cannot be read as a raster"):
        read_people(tmp_path / "bad.tif")
    monkeypatch.setitem(__import__("sys").modules, "rasterio", None)
    with pytest.raises(SourceError, match=r"overseen\[raster\]"):
        read_people(path)
