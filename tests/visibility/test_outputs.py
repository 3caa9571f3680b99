"""Two thousand lenses in a real district: every geometry that comes out is valid, and all of them can be united."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from overseen.visibility import coverage
from overseen.visibility.coverage import coverage_of
from overseen.visibility.from_points import isovists

pytestmark = pytest.mark.data

COUNT, REACH_M, TOLERANCE_M = 2000, 100.0, 0.02
RNG = np.random.default_rng(1)
BEARING, LENS_M = RNG.uniform(0.0, 360.0, COUNT), RNG.uniform(1.0, 12.0, COUNT)

FIELDS = {
    "flat": {},
    "with heights": {"lens_height_m": LENS_M},
    "with heights, 90 degrees": {"lens_height_m": LENS_M, "bearing_deg": BEARING, "field_of_view_deg": 90.0},
    "tilted": {
        "lens_height_m": LENS_M,
        "bearing_deg": BEARING,
        "field_of_view_deg": 70.0,
        "tilt_deg": RNG.uniform(-5.0, 80.0, COUNT),
        "vertical_field_of_view_deg": 40.0,
    },
}


@pytest.fixture(scope="module")
def district(shared_data):
    """Return lenses on, behind and before walls of Berlin, and its buildings with drawn heights."""
    buildings = gpd.read_parquet(shared_data("berlin_mid") / "buildings.parquet").to_crs(32633)
    rng = np.random.default_rng(2)
    # A storey or two to a tower: below, about and above the lenses.
    buildings["height_m"] = np.exp(rng.normal(np.log(6.0), 0.7, len(buildings)))
    walls = shapely.get_exterior_ring(
        shapely.get_parts(buildings.geometry.iloc[rng.permutation(len(buildings))].to_numpy())
    )
    on_wall = shapely.line_interpolate_point(walls[:COUNT], rng.random(COUNT), normalized=True)
    off_m = rng.choice([0.0, 0.1, 1.0, 5.0, 20.0], (COUNT, 1)) * rng.normal(size=(COUNT, 2))
    return gpd.GeoSeries(shapely.points(shapely.get_coordinates(on_wall) + off_m), crs=buildings.crs), buildings


@pytest.mark.parametrize("name", FIELDS)
def test_all_outputs_are_valid_and_unite(district, name: str) -> None:
    lenses, buildings = district
    found = isovists(lenses, buildings, reach_m=REACH_M, chord_tolerance_m=TOLERANCE_M, **FIELDS[name])
    shapes = found.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert set(found.geom_type) <= {"Polygon", "MultiPolygon"}
    assert (found.is_empty | (found["area_m2"] > 0.0)).all()
    assert np.count_nonzero(~shapely.is_empty(shapes)) > COUNT / 2
    at = shapely.get_coordinates(lenses.to_numpy())
    corners = shapely.bounds(shapes) - np.tile(at, 2)
    # A lens in a building is moved out by at most 3 m and 30 cm.
    assert np.nanmax(np.abs(corners)) <= REACH_M + 3.3
    # Chords lie inside their arcs, by no more than the tolerance.
    gap = found["analytic_area_m2"] - found["area_m2"]
    assert gap.min() > -1e-6
    assert gap.max() < TOLERANCE_M * 2.0 * np.pi * REACH_M
    assert gap[found.is_empty].max() < 1e-6
    coverage = coverage_of(shapes, np.arange(COUNT))
    assert coverage.union_m2 == pytest.approx(shapely.disjoint_subset_union_all(shapes).area, rel=1e-6)
    owners = np.arange(1, len(coverage.area_m2) + 1)
    assert (coverage.area_m2 * owners).sum() == pytest.approx(found["area_m2"].sum(), rel=1e-9)


def test_where_views_crowd_smaller_cells_give_the_same_areas(monkeypatch) -> None:
    rng = np.random.default_rng(11)
    centre, owner = rng.uniform(0, 300, (400, 2)), rng.integers(0, 350, 400)
    discs = shapely.buffer(shapely.points(centre), rng.uniform(20, 90, 400), quad_segs=5)
    holed = shapely.difference(discs, shapely.buffer(shapely.points(centre), 8.0, quad_segs=3))
    water = np.array([shapely.box(100, 100, 130, 260)], dtype=object)
    monkeypatch.setattr(coverage, "CROWDED", 10**9)
    usual = coverage_of(holed, owner, without=water)
    monkeypatch.setattr(coverage, "CROWDED", 4)
    crowded = coverage_of(holed, owner, without=water)
    np.testing.assert_allclose(crowded.area_m2, usual.area_m2, rtol=1e-9, atol=1e-6)
    assert crowded.area_m2[4] > 0.0
    together = shapely.difference(shapely.union_all(holed), water[0])
    assert crowded.union_m2 == pytest.approx(together.area, rel=1e-9)
