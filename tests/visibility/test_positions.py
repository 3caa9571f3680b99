"""Every hard position of a lens against the buildings: it is put where the rules say, or said to be inside, never silently wrong.

The area is then that of boolean geometry with true arcs from where the lens was put, and about that of dense rays against the
interior of the union.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pytest
import shapely

import overseen
from overseen.visibility.obstacles import obstacles_of
from overseen.visibility.placement import CLEAR_OF_WALLS_M, Heights, placed_points
from tests import oracle
from tests.visibility.test_from_points import (
    AT,
    BLOCK,
    BOW_TIE,
    CRS,
    HOUSE,
    NEXT_DOOR,
    ON_BUILDINGS,
    POSITIONS,
    REACH,
    SPIKE,
    seen_from,
    shifted,
)

RAYS = 2000
THIN = shapely.box(10, -50, 10.1, 50)
WING = shapely.Polygon([(0, 0), (60, 0), (60, 60), (58.5, 60), (58.5, 1.5), (0, 1.5)])
PAIR = shapely.MultiPolygon([HOUSE, shapely.box(40, -10, 60, 10)])
LINE = shapely.Polygon([(0, 20), (20, 40), (0, 20)])
BEYOND = shapely.box(10, 10, 40, 30)
SLOT = [shapely.box(10, -50, 30, 50), shapely.box(-10, -50, 9.98, 50)]


@dataclass(frozen=True)
class Place:
    """A position in metres from ``AT`` among footprints, and how and where the lens is to be put (None: any clear place)."""

    at: tuple[float, float]
    footprints: list[shapely.Geometry]
    kind: str
    where: tuple[float, float] | None = None


PLACES = {
    **{name: Place(at, footprints, "free", at) for name, (at, footprints) in POSITIONS.items()},
    **{name: Place(at, footprints, kind) for name, (at, footprints, kind, _) in ON_BUILDINGS.items()},
    "0.31 m off a wall": Place((9.69, 0.0), [HOUSE], "free", (9.69, 0.0)),
    "0.29 m off a wall": Place((9.71, 0.0), [HOUSE], "on_facade", (9.7, 0.0)),
    "a tenth of a millimetre off a wall": Place((10.0 - 1e-4, 0.0), [HOUSE], "on_facade", (9.7, 0.0)),
    "a nanometre off a wall": Place((10.0 - 1e-9, 0.0), [HOUSE], "on_facade", (9.7, 0.0)),
    "exactly on a wall": Place((10.0, 0.0), [HOUSE], "on_facade", (9.7, 0.0)),
    "a nanometre behind a wall": Place((10.0 + 1e-9, 0.0), [HOUSE], "on_facade", (9.7, 0.0)),
    "a tenth of a millimetre behind a wall": Place((10.0 + 1e-4, 0.0), [HOUSE], "on_facade", (9.7, 0.0)),
    "2.99 m behind a wall": Place((12.99, 0.0), [HOUSE], "moved_to_facade", (9.7, 0.0)),
    "3.01 m behind a wall": Place((13.01, 0.0), [HOUSE], "inside_building"),
    "on a wall that two share, near its end": Place((20.0, 10.0), [shapely.box(10, -10, 30, 10), shapely.box(10, 10, 22, 30)],
                                                  "moved_to_facade"),
    "on a wall that two share, deep": Place((16.0, 10.0), [HOUSE, NEXT_DOOR], "inside_building"),
    "on a part-shared wall, its free part": Place((35.0, 10.0), [HOUSE, BEYOND], "on_facade", (35.0, 9.7)),
    "where a part-shared wall comes free": Place((30.0, 10.0), [HOUSE, BEYOND], "on_facade"),
    "on a corner of one and the wall of another": Place((30.0, 0.0), [HOUSE, shapely.box(30, 0, 50, 20)], "on_facade"),
    "inside two that overlap, near the wall of one": Place((21.0, 0.0), [HOUSE, shapely.box(20, -5, 40, 15)], "inside_building"),
    "inside two that overlap, near both walls": Place((29.0, -4.0), [HOUSE, shapely.box(20, -5, 40, 15)], "moved_to_facade"),
    "in a footprint listed twice": Place((11.0, 0.0), [HOUSE, HOUSE], "moved_to_facade", (9.7, 0.0)),
    "on the wall of a footprint listed twice": Place((10.0, 0.0), [HOUSE, HOUSE], "on_facade", (9.7, 0.0)),
    "on a wall of a courtyard": Place((20.0, 0.0), [BLOCK], "on_facade", (19.7, 0.0)),
    "behind a wall of a courtyard": Place((22.0, 0.0), [BLOCK], "moved_to_facade", (19.7, 0.0)),
    "in a corner of a courtyard": Place((20.0, 20.0), [BLOCK], "on_facade"),
    "deep in a block with a courtyard": Place((40.0, 0.0), [BLOCK], "inside_building"),
    "in a courtyard too narrow to stand in": Place(
        (0.0, 0.0), [shapely.box(-60, -60, 60, 60).difference(shapely.box(-0.04, -0.04, 0.04, 0.04))], "free", (0.0, 0.0)
    ),
    "in a lobe of a bow-tie": Place((15.0, 4.5), [BOW_TIE], "moved_to_facade", (15.0, 5.3)),
    "on the crossing of a bow-tie": Place((15.0, 0.0), [BOW_TIE], "on_facade"),
    "between the lobes of a bow-tie": Place((11.0, 0.0), [BOW_TIE], "free", (11.0, 0.0)),
    "on a spike": Place((30.0, 1.0), [SPIKE], "free", (30.0, 1.0)),
    "in line with a spike": Place((60.0, 1.0), [SPIKE], "free", (60.0, 1.0)),
    "beside a spike": Place((30.0, 0.9), [SPIKE], "free", (30.0, 0.9)),
    "on a ring that encloses nothing": Place((10.0, 30.0), [LINE], "free", (10.0, 30.0)),
    "on a vertex of a ring that encloses nothing": Place((0.0, 20.0), [LINE, HOUSE], "free", (0.0, 20.0)),
    "in the line of two walls, between them": Place((35.0, -10.0), [HOUSE, shapely.box(40, -10, 60, 10)], "free", (35.0, -10.0)),
    "on a wall that runs on in another": Place((25.0, -10.0), [HOUSE, shapely.box(40, -10, 60, 10)], "on_facade", (25.0, -10.3)),
    "before a thin wall": Place((9.9, 0.0), [THIN], "on_facade", (9.7, 0.0)),
    "behind a thin wall": Place((10.2, 0.0), [THIN], "on_facade", (10.4, 0.0)),
    "on the far side of a thin wall": Place((10.1, 0.0), [THIN], "on_facade", (10.4, 0.0)),
    "between a thin wall and a house": Place((9.9, 0.0), [THIN, shapely.box(-10, -50, 9.75, 50)], "on_facade"),
    "between a thin wall and a house, no room": Place((9.95, 0.0), [THIN, shapely.box(-10, -50, 9.91, 50)], "free", (9.95, 0.0)),
    "behind a wall that another covers there": Place((22.0, 9.0), [HOUSE, shapely.box(21, 8, 23, 30)], "moved_to_facade"),
    "in the inner corner of a thin wing": Place((58.5, 1.5), [WING], "on_facade"),
    "before the inner corner of a thin wing": Place((58.4, 1.6), [WING], "on_facade"),
    "behind the inner corner of a thin wing": Place((58.6, 1.4), [WING], "on_facade"),
    "in a slot of two centimetres": Place((9.99, 0.0), SLOT, "free", (9.99, 0.0)),
    "on a wall of a slot of two centimetres": Place((10.0, 0.0), SLOT, "inside_building"),
    "at the mouth of a slot": Place((9.99, 50.0), SLOT, "on_facade"),
    "on a wall of a footprint of two parts": Place((40.0, 0.0), [PAIR], "on_facade", (39.7, 0.0)),
    "inside a footprint of two parts": Place((41.0, 0.0), [PAIR], "moved_to_facade", (39.7, 0.0)),
    "deep inside a footprint of two parts": Place((50.0, 0.0), [PAIR], "inside_building"),
}  # fmt: skip


def solid(footprints):
    """Return what footprints enclose, one area for each part."""
    return [part for shape in footprints for part in shapely.get_parts(shapely.make_valid(shape)) if part.area > 0]


def placed(place, footprints=None):
    """Return where a lens is put, in metres from ``AT``, and how."""
    shapes = np.array([shifted(shape) for shape in footprints or place.footprints], dtype=object)
    found = placed_points((AT + place.at)[None], np.zeros(1, dtype=bool), shapes)
    return found.position[0] - AT, found.kind[0]


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
def test_a_lens_is_put_where_the_rules_say_and_sees_what_is_seen_from_there(place: Place) -> None:
    row = seen_from([place.at], place.footprints).iloc[0]
    position, kind = placed(place)
    assert row["placement"] == kind == place.kind
    if kind == "inside_building":
        assert row.geometry.is_empty
        assert row["area_m2"] == row["analytic_area_m2"] == 0.0
        return
    if place.where is not None:
        assert position == pytest.approx(np.array(place.where), abs=1e-8)
    areas = solid(place.footprints)
    union = shapely.union_all(areas)
    assert not union.intersects(shapely.Point(position))
    if kind != "free":
        assert union.distance(shapely.Point(position)) >= CLEAR_OF_WALLS_M
        assert np.hypot(*(position - place.at)) <= 3.0 + 0.3 + 1e-9
    expected = oracle.exact_area(position, areas, REACH)
    assert row["analytic_area_m2"] == pytest.approx(expected, rel=1e-9)
    assert row.geometry.is_valid
    assert row["area_m2"] == pytest.approx(expected, rel=1e-3)
    assert row["area_m2"] <= row["analytic_area_m2"] + 1e-6
    # Each edge of a shadow may be off by one ray.
    slack = 20 * np.pi * REACH**2 / RAYS
    assert oracle.ray_area(position, areas, REACH, RAYS) == pytest.approx(expected, abs=slack)


def turned(shape):
    """Return a polygon or multipolygon with every ring run the other way and begun elsewhere."""
    parts = []
    for part in shapely.get_parts(shape):
        rings = [np.roll(ring[:-1][::-1], 2, axis=0) for ring in map(shapely.get_coordinates, shapely.get_rings(part))]
        parts.append(shapely.Polygon(rings[0], rings[1:]))
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
def test_neither_the_run_of_rings_nor_repetition_changes_the_place(place: Place) -> None:
    position, kind = placed(place)
    before = seen_from([place.at], place.footprints).iloc[0]["analytic_area_m2"]
    for changed in ([turned(shape) for shape in place.footprints], place.footprints[::-1] * 2):
        assert placed(place, changed)[1] == kind
        assert placed(place, changed)[0] == pytest.approx(position, abs=1e-8)
        found = seen_from([place.at], changed).iloc[0]
        assert found["placement"] == kind
        assert found["analytic_area_m2"] == pytest.approx(before, rel=1e-9)


def test_all_at_once_each_is_put_where_it_is_alone() -> None:
    places = [place for place in PLACES.values() if place.kind != "free"]
    shapes, at = [], []
    for number, place in enumerate(places):
        # A kilometre apart nothing reaches from one to another.
        corner = AT + np.array([number % 8, number // 8]) * 1000.0
        shapes += [shapely.affinity.translate(shape, *corner) for shape in place.footprints]
        at.append(corner + place.at)
    together = placed_points(np.array(at), np.zeros(len(at), dtype=bool), np.array(shapes, dtype=object))
    assert together.kind.tolist() == [place.kind for place in places]
    alone = np.array([placed(place)[0] - place.at for place in places])
    assert together.position - at == pytest.approx(alone, abs=1e-6)


ROOF = shapely.box(-10, -10, 10, 10)
HALVES = [shapely.box(-10, -10, 0, 10), shapely.box(0, -10, 10, 10)]
TALL = shapely.box(10, -10, 30, 10)

ON_ROOFS = {
    "in the middle": ((0.0, 0.0), [ROOF], [9.0], "on_roof"),
    "near the edge": ((9.0, 0.0), [ROOF], [9.0], "on_roof"),
    "a nanometre from the edge": ((10.0 - 1e-9, 3.3), [ROOF], [9.0], "on_roof"),
    "exactly on the edge": ((10.0, 3.3), [ROOF], [9.0], "on_roof"),
    "exactly on a corner": ((10.0, 10.0), [ROOF], [9.0], "on_roof"),
    "on a wall that two share": ((0.0, 0.0), HALVES, [9.0, 9.0], "on_roof"),
    "on the corner that two share": ((0.0, 10.0), HALVES, [9.0, 9.0], "on_roof"),
    "on a roof that is listed twice": ((4.0, 0.0), [ROOF, ROOF], [9.0, 9.0], "on_roof"),
    "on the higher of two roofs, by their wall": ((-0.1, 0.0), HALVES, [9.0, 5.0], "on_roof"),
    "a millimetre from a higher house": ((9.999, 0.0), [ROOF, TALL], [9.0, 30.0], "on_roof"),
    "on the wall of a higher house": ((10.0, 9.9), [ROOF, TALL], [9.0, 30.0], "on_facade"),
    "in line with walls of a courtyard": ((-40.0, 20.0), [BLOCK], [9.0], "on_roof"),
    "on a roof that crosses itself": ((15.0, 4.0), [BOW_TIE], [9.0], "on_roof"),
    "on a ring that encloses nothing": ((10.0, 30.0), [LINE], [9.0], "free"),
    "level with the roof": ((0.0, 0.0), [ROOF], [12.0], "inside_building"),
    "under a roof of unknown height": ((0.0, 0.0), [ROOF], [np.nan], "inside_building"),
    "before the house": ((-10.2, 0.0), [ROOF], [9.0], "on_facade"),
}  # fmt: skip


@pytest.mark.parametrize("name", ON_ROOFS)
def test_a_lens_above_a_roof_stands_on_it(name: str) -> None:
    at, footprints, tops, kind = ON_ROOFS[name]
    height = 12.0
    lens = gpd.GeoSeries([shapely.Point(AT + at)], crs=CRS)
    shapes = [shifted(shape) for shape in footprints]
    buildings = gpd.GeoDataFrame({"height_m": tops}, geometry=shapes, crs=CRS)
    row = overseen.isovists(lens, buildings, reach_m=REACH, lens_height_m=height).iloc[0]
    found = placed_points(
        (AT + at)[None],
        np.zeros(1, dtype=bool),
        np.array(shapes, dtype=object),
        heights=Heights(np.array([height]), np.array(tops)),
    )
    assert row["placement"] == found.kind[0] == kind
    position = found.position[0] - AT
    if kind == "on_roof":
        assert found.moved_m[0] <= 2 * CLEAR_OF_WALLS_M + 1e-9
    parts = [(part, top) for shape, top in zip(footprints, tops, strict=True) for part in solid([shape])]
    expected = 0.0
    if kind != "inside_building":
        heights = {"tops_m": [np.inf if np.isnan(top) else top for _, top in parts], "height_m": height}
        expected = oracle.exact_area(position, [part for part, _ in parts], REACH, **heights)
        assert expected > 1000.0
    assert row["analytic_area_m2"] == pytest.approx(expected, rel=1e-9)
    assert row.geometry.is_valid
    assert row["area_m2"] == pytest.approx(expected, rel=1e-3)


def test_a_lens_of_infinite_height_is_hidden_by_all_and_on_no_roof() -> None:
    lenses = gpd.GeoSeries(shapely.points(AT + np.array([[0, 0], [20, 0], [11, 0]])), crs=CRS)
    plain = gpd.GeoDataFrame(geometry=[shifted(HOUSE)], crs=CRS)
    found, low = (overseen.isovists(lenses, shapes, reach_m=REACH) for shapes in (plain, plain.assign(height_m=3.0)))
    assert low["placement"].tolist() == found["placement"].tolist() == ["free", "inside_building", "moved_to_facade"]
    assert low["analytic_area_m2"].to_numpy() == pytest.approx(found["analytic_area_m2"].to_numpy(), rel=1e-12)


@pytest.mark.parametrize("reach_m", [np.inf, 1e20, 1e160, -1.0])
def test_a_reach_that_no_plane_has_is_refused(reach_m: float) -> None:
    with pytest.raises(overseen.InputError, match="reach_m"):
        seen_from([(0.0, 0.0)], [HOUSE], reach_m=reach_m)
    with pytest.raises(overseen.InputError, match="bearing_deg"):
        seen_from([(0.0, 0.0)], [HOUSE], bearing_deg=np.inf, field_of_view_deg=90.0)


@pytest.mark.parametrize("at", [(np.nan, 0.0), (0.0, np.inf)])
def test_a_position_that_is_no_number_is_refused(at: tuple[float, float]) -> None:
    with pytest.raises(overseen.InputError, match="is not a point"):
        seen_from([at], [HOUSE])


def test_a_footprint_with_a_coordinate_that_is_no_number_is_counted_and_hides_nothing() -> None:
    texts = (
        "POLYGON ((10 -10, nan 0, 30 10, 10 10, 10 -10))",
        "POLYGON ((10 -10, nan nan, 30 10, 10 -10))",
        "POLYGON ((10 -10, 30 -10, 30 10, 10 10, 10 -10), (15 0, nan 1, 16 1, 15 0))",
    )
    with np.errstate(invalid="ignore"):
        broken = [shapely.from_wkt(text) for text in texts]
        found = obstacles_of(gpd.GeoSeries([*broken, HOUSE]))
        assert (found.mended_count, found.empty_count) == (0, 3)
        assert set(found.chains.building.tolist()) == {3}
        row = seen_from([(10.0, 0.0)], broken).iloc[0]
    assert row["placement"] == "free"
    assert row["analytic_area_m2"] == pytest.approx(np.pi * REACH**2)


def test_a_far_reach_finds_the_walls_there_are_and_no_others() -> None:
    # A quarter of the plane is hidden, however far it goes.
    for reach in (1e3, 1e6):
        area = seen_from([(0.0, 0.0)], [HOUSE], reach_m=reach).iloc[0]["analytic_area_m2"]
        assert area == pytest.approx(0.75 * np.pi * reach**2 + 100.0, rel=1e-12)
