"""The public isovist: the checked door, and positions that are hard."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

import overseen
from overseen.visibility.from_points import flat_outlines, isovists
from overseen.visibility.obstacles import obstacles_of
from tests import oracle
from tests.scenes import rectangles

CRS = 32635
AT = np.array([385_000.0, 6_672_000.0])
REACH = 100.0


def shifted(shape):
    """Return a shape moved to where real coordinates are."""
    return shapely.affinity.translate(shape, *AT)


def seen_from(points, footprints, **options):
    """Return isovists of points given in metres from ``AT``."""
    lenses = gpd.GeoSeries([shapely.Point(AT + point) for point in points], crs=CRS)
    buildings = gpd.GeoDataFrame(geometry=[shifted(shape) for shape in footprints], crs=CRS)
    return isovists(lenses, buildings, **{"reach_m": REACH, **options})


HOUSE = shapely.box(10, -10, 30, 10)
NEXT_DOOR = shapely.box(10, 10, 30, 30)
CORNER_TO_CORNER = shapely.box(30, 10, 50, 30)
BOW_TIE = shapely.Polygon([(10, -5), (20, 5), (10, 5), (20, -5)])
SPIKE = shapely.Polygon([(10, 0), (20, 5), (20, 1), (40, 1), (20, 1), (20, -5)])
BLOCK = shapely.box(-60, -60, 60, 60).difference(shapely.box(-20, -20, 20, 20))

POSITIONS = {
    "1 m off a wall": ((9.0, 0.0), [HOUSE]),
    "0.5 m off a wall": ((9.5, 0.0), [HOUSE]),
    "on the line of a wall": ((0.0, 10.0), [HOUSE]),
    "on the line of a shared wall": ((-10.0, 10.0), [HOUSE, NEXT_DOOR]),
    "on the line of a part-shared wall": ((10.0, -30.0), [HOUSE, shapely.box(10, 10, 40, 30)]),
    "overlapping footprints": ((0.0, 0.0), [HOUSE, shapely.box(20, -5, 40, 15)]),
    "a footprint listed twice": ((0.0, 0.0), [HOUSE, HOUSE]),
    "collinear walls, on their line": ((0.0, -10.0), [HOUSE, shapely.box(40, -10, 60, 10)]),
    "collinear walls, from beside": ((0.0, -20.0), [HOUSE, shapely.box(40, -10, 60, 10)]),
    "touching corners from outside": ((0.0, 0.0), [HOUSE, CORNER_TO_CORNER]),
    "in the line through touching corners": ((20.0, 0.0 + 20.0), [HOUSE, CORNER_TO_CORNER]),
    "a bow-tie": ((0.0, 0.0), [BOW_TIE]),
    "a spike": ((30.0, -20.0), [SPIKE]),
    "a wall of no width": ((0.0, 0.0), [HOUSE, shapely.Polygon([(0, 20), (20, 40), (0, 20)])]),
    "a courtyard": ((0.0, 0.0), [BLOCK]),
    "a diagonal between collinear walls": ((15.0, 0.0), [shapely.box(0, 10, 30, 20), shapely.box(0, -20, 30, -10)]),
}


@pytest.mark.parametrize("name", POSITIONS)
def test_hard_positions_agree_with_boolean_geometry(name: str) -> None:
    point, footprints = POSITIONS[name]
    row = seen_from([point], footprints).iloc[0]
    assert row["placement"] == "free"
    solid = [part for shape in footprints for part in shapely.get_parts(shapely.make_valid(shape)) if part.area > 0]
    expected = oracle.isovist(np.array(point), solid, oracle.disc(point, REACH)).area
    assert row["analytic_area_m2"] == pytest.approx(expected, rel=1e-6)
    assert row.geometry.is_valid
    assert row["area_m2"] == pytest.approx(expected, rel=1e-3)


ON_BUILDINGS = {
    "on a wall": ((10.0, 0.0), [HOUSE], "on_facade", 0.5),
    "a nanometre off a wall": ((10.0 - 1e-9, 0.0), [HOUSE], "on_facade", 0.5),
    "a tenth of a millimetre off a wall": ((10.0 - 1e-4, 0.0), [HOUSE], "on_facade", 0.5),
    "on a corner": ((10.0, -10.0), [HOUSE], "on_facade", 0.75),
    "on a corner that two share": ((10.0, 10.0), [HOUSE, NEXT_DOOR], "on_facade", 0.5),
    "where a wall meets another": ((10.0, 0.0), [HOUSE, shapely.box(0, 0, 10, 4)], "on_facade", None),
    "where two touch with their corners": ((30.0, 10.0), [HOUSE, CORNER_TO_CORNER], "on_facade", None),
    "a metre inside": ((11.0, 0.0), [HOUSE], "moved_to_facade", 0.5),
    "deep inside": ((20.0, 0.0), [HOUSE], "inside_building", 0.0),
}


@pytest.mark.parametrize("name", ON_BUILDINGS)
def test_positions_on_buildings_are_placed_and_said_to_be(name: str) -> None:
    point, footprints, placement, share = ON_BUILDINGS[name]
    row = seen_from([point], footprints).iloc[0]
    assert row["placement"] == placement
    assert row.geometry.is_valid
    if share is not None:
        # Set off by 30 cm, a lens before a long wall sees a little more than half, at a corner three quarters.
        assert row["area_m2"] / (np.pi * REACH**2) == pytest.approx(share, abs=0.02)
    else:
        assert 0.1 < row["area_m2"] / (np.pi * REACH**2) < 0.6


def test_every_fault_is_told_at_once() -> None:
    lenses = gpd.GeoSeries([shapely.Point(AT), None, shapely.LineString([AT, AT + 1])], crs=CRS)
    buildings = gpd.GeoDataFrame(geometry=[shifted(HOUSE)], crs=CRS)
    with pytest.raises(overseen.InputError) as caught:
        isovists(lenses, buildings, reach_m=[1.0, -1.0, np.nan], field_of_view_deg=0.0, bearing_deg=[1.0, 2.0])
    assert len(caught.value.faults) == 2 + 2 + 3 + 1
    with pytest.raises(overseen.FrameError):
        isovists(lenses.set_crs(4326, allow_override=True), buildings.to_crs(4326), reach_m=1.0)


def test_sectors_heights_and_index_are_those_of_the_lenses() -> None:
    lenses = gpd.GeoSeries([shapely.Point(AT), shapely.Point(AT + 50)], index=["a", "b"], crs=CRS)
    buildings = gpd.GeoDataFrame({"height_m": [3.0]}, geometry=[shifted(HOUSE)], crs=CRS)
    found = isovists(
        lenses, buildings, reach_m=REACH, bearing_deg=[90.0, 0.0], field_of_view_deg=60.0, lens_height_m=[5.0, np.inf]
    )
    assert found.index.tolist() == ["a", "b"]
    # The low house hides a strip of finite length; behind it the view goes on.
    assert len(shapely.get_parts(found.geometry["a"])) == 2
    assert found["analytic_area_m2"]["b"] == pytest.approx(np.pi * REACH**2 / 6)
    assert isovists(lenses.iloc[:0], buildings, reach_m=REACH).empty


def test_a_bad_footprint_is_mended_or_left_out_and_counted() -> None:
    line = shapely.Polygon([(0, 0), (5, 5), (0, 0)])
    touching = shapely.Polygon([(0, 0), (4, 0), (2, 2), (4, 4), (0, 4), (2, 2)])
    found = obstacles_of(
        gpd.GeoSeries([HOUSE, BOW_TIE, line, None, touching, BLOCK, shapely.MultiPolygon([HOUSE, CORNER_TO_CORNER])])
    )
    assert (found.mended_count, found.empty_count) == (2, 2)
    assert set(found.chains.building.tolist()) == {0, 1, 4, 5, 6}


def test_workers_change_no_byte() -> None:
    from concurrent.futures import ThreadPoolExecutor

    footprints = rectangles(3, 80, clear_m=12.0)
    obstacles = obstacles_of(gpd.GeoSeries(footprints))
    rng = np.random.default_rng(1)
    position = rng.uniform(-8, 8, (9000, 2))
    sector = np.column_stack([rng.uniform(0, 6, 9000), rng.uniform(0.1, 2 * np.pi, 9000), rng.uniform(5, 60, 9000)])
    alone = flat_outlines(obstacles, position, sector)
    with ThreadPoolExecutor(3) as executor:
        shared = flat_outlines(obstacles, position, sector, executor=executor)
    assert all((a == b).all() for a, b in zip(alone, shared, strict=True))
    shapes = shapely.from_ragged_array(shapely.GeometryType.POLYGON, alone[0], (alone[1], np.arange(9001)))
    assert shapely.is_valid(shapes).all()
