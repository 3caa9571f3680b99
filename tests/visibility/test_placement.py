"""Where mapped cameras are put against the buildings."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from overseen.visibility.placement import CLEAR_OF_WALLS_M, place_cameras
from tests.town import CRS, ORIGIN, network, town, viewing

HOUSE = shapely.box(50, 50, 90, 80)
BLOCK = shapely.box(100, 100, 160, 160).difference(shapely.box(120, 120, 140, 140))
TWINS = [shapely.box(10, 10, 20, 20), shapely.box(20, 10, 30, 20)]


def placed(at, buildings, **fields):
    """Return kind, position from the corner of the town, and metres moved, of one camera."""
    city = town(buildings, [])
    found = place_cameras(network([{"at": at, **fields}]).in_crs(CRS), city.buildings, viewing())
    return found.kind[0], found.position[0] - ORIGIN, found.moved_m[0]


@pytest.mark.parametrize(
    ("at", "kind", "where"),
    [
        ((45.0, 60.0), "free", (45.0, 60.0)),
        ((49.9, 60.0), "on_facade", (49.7, 60.0)),
        ((50.0, 60.0), "on_facade", (49.7, 60.0)),
        ((50.2, 60.0), "on_facade", (49.7, 60.0)),
        ((51.5, 60.0), "moved_to_facade", (49.7, 60.0)),
        ((70.0, 65.0), "inside_building", (70.0, 65.0)),
    ],
)
def test_by_distance_from_the_wall(at, kind, where) -> None:
    found, position, moved_m = placed(at, [HOUSE])
    assert found == kind
    assert position == pytest.approx(np.array(where), abs=1e-9)
    assert moved_m == pytest.approx(np.hypot(*(np.array(where) - at)), abs=1e-9)


def test_a_courtyard_is_outside() -> None:
    assert placed((130.0, 130.0), [BLOCK])[0] == "free"
    kind, position, _ = placed((118.5, 130.0), [BLOCK])
    assert kind == "moved_to_facade"
    assert position == pytest.approx(np.array([120.3, 130.0]))


def test_a_shared_wall_is_no_facade() -> None:
    kind, position, _ = placed((20.0, 11.0), TWINS)
    assert kind == "moved_to_facade"
    assert position == pytest.approx(np.array([20.0, 9.7]))


def test_on_a_corner_the_camera_ends_up_clear_of_every_wall() -> None:
    _, position, _ = placed((50.0, 50.0), [HOUSE])
    assert HOUSE.distance(shapely.Point(position)) >= CLEAR_OF_WALLS_M


def test_a_gap_too_narrow_is_passed_over() -> None:
    near = [shapely.box(50, 50, 60, 80), shapely.box(60.2, 50, 70, 80)]
    kind, position, _ = placed((59.0, 52.0), near)
    assert kind == "moved_to_facade"
    assert position == pytest.approx(np.array([59.0, 49.7]))


def test_a_wall_mount_is_brought_to_its_wall() -> None:
    assert placed((48.0, 60.0), [HOUSE], mount="wall")[0] == "moved_to_facade"
    assert placed((40.0, 60.0), [HOUSE], mount="wall")[0] == "free"


def test_indoor_by_tag_is_left_where_it_is() -> None:
    kind, position, moved_m = placed((51.0, 60.0), [HOUSE], setting="indoor")
    assert (kind, moved_m) == ("indoor", 0.0)
    assert position == pytest.approx(np.array([51.0, 60.0]))


def test_without_buildings_every_camera_is_free() -> None:
    assert placed((1.0, 1.0), [])[0] == "free"
