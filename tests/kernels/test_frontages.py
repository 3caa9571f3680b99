"""What stands along a segment: closed forms, an oracle of boolean geometry, and laws."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from overseen.assessment.street_sides import street_pieces, walled_lengths

DEPTH_M = 30.0


def walled(course, buildings, *, open_land=(), cell_m=1e6):
    """Return metres of side with a building, and of side that could have one, of one line."""
    pieces = street_pieces(np.array([shapely.LineString(course)], dtype=object), cell_m)
    shapes = [np.array(list(each), dtype=object) for each in (buildings, open_land)]
    with_building, could = walled_lengths(pieces, *shapes, depth_m=DEPTH_M)
    return with_building.sum(), could.sum()


def strip(start, end, side):
    """Return the rectangle beside a segment."""
    along = (end - start) / np.hypot(*(end - start))
    aside = side * DEPTH_M * np.array([-along[1], along[0]])
    return shapely.Polygon([start, end, end + aside, start + aside])


def oracle(start, end, buildings):
    """Return metres of both sides with a building, from what boolean geometry leaves of it in the strips."""
    along = (end - start) / np.hypot(*(end - start))
    total = 0.0
    for side in (-1.0, 1.0):
        inside = shapely.get_parts(shapely.intersection(buildings, strip(start, end, side)))
        spans = [shapely.get_coordinates(part) @ along for part in inside if part.area > 0.0]
        total += shapely.union_all([shapely.LineString([(s.min(), 0.0), (s.max(), 0.0)]) for s in spans]).length
    return total


def test_a_house_covers_the_stretch_before_it_on_its_side() -> None:
    assert walled([(0, 0), (100, 0)], [shapely.box(20, 5, 35, 15)]) == (15.0, 200.0)


def test_houses_on_both_sides_cover_both_and_overlapping_ones_count_once() -> None:
    houses = [shapely.box(20, 5, 35, 15), shapely.box(30, 8, 40, 12), shapely.box(20, -15, 35, -5)]
    assert walled([(0, 0), (100, 0)], houses) == (35.0, 200.0)


@pytest.mark.parametrize(("near", "expected"), [(29.0, 15.0), (30.0, 15.0), (31.0, 0.0)])
def test_a_house_beyond_the_depth_does_not_count(near, expected) -> None:
    assert walled([(0, 0), (100, 0)], [shapely.box(20, near, 35, near + 10)])[0] == expected


def test_a_house_beside_the_end_is_not_abreast() -> None:
    assert walled([(0, 0), (100, 0)], [shapely.box(101, 2, 120, 12)])[0] == 0.0


def test_a_passage_has_walls_on_both_sides() -> None:
    assert walled([(0, 0), (100, 0)], [shapely.box(40, -10, 60, 10)])[0] == 40.0


def test_a_courtyard_and_parts_of_a_multipolygon_count_as_they_stand() -> None:
    ring = shapely.box(0, 2, 60, 28).difference(shapely.box(10, 5, 50, 25))
    twins = shapely.MultiPolygon([shapely.box(0, -10, 10, -5), shapely.box(20, -10, 25, -5)])
    assert walled([(0, 0), (100, 0)], [ring, twins])[0] == 75.0


def test_a_side_that_faces_a_park_or_water_could_have_no_building() -> None:
    park = shapely.box(-50, 10, 60, 200)
    assert walled([(0, 0), (100, 0)], [], open_land=[park]) == (0.0, 140.0)


def test_a_building_in_a_park_counts_and_so_does_the_side_before_it() -> None:
    park, kiosk = shapely.box(-50, 10, 60, 200), shapely.box(20, 15, 30, 20)
    assert walled([(0, 0), (100, 0)], [kiosk], open_land=[park]) == (10.0, 150.0)


def test_overlapping_parks_are_taken_away_once() -> None:
    parks = [
        shapely.box(-50, 10, 60, 200),
        shapely.box(30, 10, 80, 200),
        shapely.MultiPolygon([shapely.box(0, 12, 9, 20)]),
    ]
    assert walled([(0, 0), (100, 0)], [], open_land=parks) == (0.0, 120.0)


@pytest.mark.parametrize("seed", range(40))
def test_it_agrees_with_boolean_geometry(seed) -> None:
    draw = np.random.default_rng(seed)
    start, end = draw.uniform(-60, 60, (2, 2))
    houses = []
    for x, y, w, d, turn in zip(
        *draw.uniform(-80, 80, (2, 12)), *draw.uniform(3, 25, (2, 12)), draw.uniform(0, 90, 12), strict=True
    ):
        house = shapely.affinity.rotate(shapely.box(x, y, x + w, y + d), turn)
        # A line that runs within a building meets none of its walls; here streets do not.
        if not house.intersects(shapely.LineString([start, end])):
            houses.append(house)
    assert walled([start, end], houses)[0] == pytest.approx(oracle(start, end, np.array(houses)), abs=1e-9)


@pytest.mark.parametrize("cell_m", [7.0, 50.0, 250.0])
def test_cells_cut_streets_and_change_no_total(cell_m) -> None:
    draw = np.random.default_rng(3)
    course = draw.uniform(-400, 400, (8, 2))
    houses = [shapely.box(x, y, x + 20, y + 12) for x, y in draw.uniform(-400, 400, (60, 2))]
    whole, parts = (walled(course, houses, cell_m=width) for width in (1e6, cell_m))
    assert parts == pytest.approx(whole, rel=1e-9)


def test_pieces_keep_to_their_cell_and_a_street_on_an_edge_is_counted_once() -> None:
    lines = np.array([shapely.LineString([(50, -30), (50, 130)]), shapely.LineString([(-20, 10), (170, 90)])])
    pieces = street_pieces(lines, 50.0)
    assert pieces.length_m().sum() == pytest.approx(shapely.length(lines).sum())
    low, high = pieces.cell * 50.0, (pieces.cell + 1) * 50.0
    for ends in (pieces.start, pieces.end):
        assert (ends >= low - 1e-9).all()
        assert (ends <= high + 1e-9).all()
    assert set(pieces.cell[pieces.street == 0, 0]) == {1}


def test_nothing_gives_nothing() -> None:
    pieces = street_pieces(np.array([shapely.LineString()], dtype=object), 250.0)
    nothing = np.empty(0, dtype=object)
    assert [len(found) for found in walled_lengths(pieces, nothing, nothing, depth_m=DEPTH_M)] == [0, 0]
    assert walled([(0, 0), (100, 0)], []) == (0.0, 200.0)
    assert walled([(3, 3), (3, 3)], [shapely.box(0, 0, 9, 9)]) == (0.0, 0.0)
