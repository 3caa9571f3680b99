"""Profiles in the plane: published areas in closed form, laws of walls, and what a list that is silent does."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely

from overseen.assessment.examine import examine
from overseen.exposure.streets import street_exposure
from overseen.model.profile import ARC
from overseen.model.schema import CAMERA_KINDS
from overseen.sources.camera_file import read_camera_file
from overseen.sources.profile_file import get_profile, profile_names, profile_viewing
from overseen.visibility.isovists import isovist_table
from tests.town import network, town

PUBLISHED = tuple(name for name in profile_names() if not get_profile(name).is_own)
SECTOR, DISC = "fixed", "dome"
MIDDLE = 5000.0


def looking(name: str, *, draws: int = 1, **changes: object):
    """Return the viewing of a shipped profile, with changes to it."""
    return profile_viewing(replace(get_profile(name), **changes), draws=draws)


def views(cameras, viewing, buildings=(), size_m: float = 2 * MIDDLE):
    """Return table ``isovists`` of cameras in a plane."""
    city = town(list(buildings), [[(0, 0), (1, 0)]], size_m=size_m)
    listed = cameras if hasattr(cameras, "heads") else network(cameras)
    seen = examine(listed, city, viewing)
    return isovist_table(
        seen.central_seen, seen.obstacles, seen.examined.heads, seen.central, viewing, crs=city.buildings.crs
    )


def areas_m2(name: str, cameras) -> list[list[float]]:
    """Return what each camera in the empty plane has in view at each level of a profile, 0 where it sees nothing."""
    viewing = looking(name)
    listed = [{"at": (MIDDLE, MIDDLE), "camera_id": f"c{number:02}", **camera} for number, camera in enumerate(cameras)]
    area = views(listed, viewing)["analytic_area_m2"]
    return [
        [float(area.get(f"{row['camera_id']}#1|reachable|{level}", 0.0)) for level in viewing.ladder.names]
        for row in listed
    ]


def sector_m2(radius_m: float, width_deg: float) -> float:
    """Return the area of a sector."""
    return 0.5 * math.radians(width_deg) * radius_m**2


NORTH = {"kind": SECTOR, "bearing_deg": 0.0}

CLOSED_FORMS = [
    *[("new-york-disc", {"kind": kind}, math.pi * 120.0**2) for kind in CAMERA_KINDS],
    *[(f"brooklyn-disc-{radius}", {"kind": DISC}, math.pi * radius**2) for radius in (120, 200, 500)],
    *[("jyvaskyla-disc", {"kind": kind, "bearing_deg": 90.0}, math.pi * 10.0**2) for kind in CAMERA_KINDS],
    # 1 rad wide, 7 m for every metre of height: 5 m unless stated, held between 3 and 12.
    ("sunders", NORTH, 0.5 * 35.05**2),
    ("sunders", {**NORTH, "mounting_height_m": 8.0}, 0.5 * 56.08**2),
    ("sunders", {**NORTH, "mounting_height_m": 2.0}, 0.5 * 21.03**2),
    ("sunders", {**NORTH, "mounting_height_m": 40.0}, 0.5 * 84.12**2),
    ("sunders", {**NORTH, "tilt_deg": 15.0}, 0.5 * 35.05**2),
    ("sunders", {**NORTH, "tilt_deg": 75.0}, 0.5 * (35.05 / 2.0) ** 2),
    ("sunders", {"kind": DISC}, math.pi * 35.0**2),
    ("sunders", {"kind": DISC, "mounting_height_m": 4.0}, math.pi * 28.0**2),
    ("sunders", {"kind": "panning", "bearing_deg": 10.0}, 0.0),
    ("sunders", {"kind": SECTOR}, 0.0),
    ("trames", NORTH, sector_m2(60.0, 45.0)),
    ("trames", {"kind": "unknown", "bearing_deg": 200.0}, sector_m2(60.0, 45.0)),
    ("flockhopper", NORTH, sector_m2(120.0, 70.0)),
    ("kamerafrei", NORTH, sector_m2(40.0, 70.0)),
    ("kamerafrei", {"kind": SECTOR}, math.pi * 25.0**2),
    ("kamerafrei", {"kind": DISC, "bearing_deg": 10.0}, math.pi * 25.0**2),
    # 28.94 (1 + 5/10) m at 250 px/m with 25 mm before 1920 pixels; ten times as far at 25 px/m.
    ("panopticity-best", NORTH, sector_m2(43.41 * 2.8 / 25.0 * 10.0, 85.0)),
    ("panopticity-best", {"kind": DISC}, math.pi * (43.41 * 2.8 / 25.0 * 1280.0 / 1920.0 * 10.0) ** 2),
    ("panopticity-mean", {**NORTH, "mounting_height_m": 10.0}, sector_m2(57.88 * 6.8 / 25.0 * 2560.0 / 1920.0 * 10.0, 85.0)),
    ("panopticity-worst", {"kind": DISC}, math.pi * (43.41 * 68.2 / 25.0 * 2.0 * 10.0) ** 2),
    ("panopticity-worst", {"kind": SECTOR}, 0.0),
]  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_one_camera_in_the_empty_plane_has_the_published_area(name) -> None:
    forms = [(camera, expected) for of, camera, expected in CLOSED_FORMS if of == name]
    assert forms
    found = [levels[0] for levels in areas_m2(name, [camera for camera, _ in forms])]
    assert found == pytest.approx([expected for _, expected in forms], rel=1e-9)


def test_levels_of_panopticity_lie_as_their_densities() -> None:
    ((observe, recognise, identify),) = areas_m2("panopticity-mean", [NORTH])
    assert observe / recognise == pytest.approx((65.0 / 25.0) ** 2)
    assert recognise / identify == pytest.approx((250.0 / 65.0) ** 2)


@pytest.fixture(scope="module")
def arcs(tmp_path_factory):
    """Return a list of one camera that states an arc, as a file has it."""
    path = tmp_path_factory.mktemp("arcs") / "cameras.csv"
    path.write_text("id,lat,lon,type,direction\na,60.15,25.02,fixed,45-105\n", encoding="utf-8")
    listed = read_camera_file(path)
    assert str(listed.heads["field_of_view_source"].iloc[0]).endswith(ARC)
    return listed.in_crs(32635)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("trames", sector_m2(60.0, 60.0)),
        ("flockhopper", sector_m2(120.0, 70.0)),
        ("kamerafrei", math.pi * 25.0**2),
        ("sunders", 0.0),
    ],
)
def test_an_arc_does_what_the_model_makes_of_it(arcs, name, expected) -> None:
    table = views(arcs, looking(name))
    rows = table[table["view"] == "reachable"]
    assert rows["analytic_area_m2"].sum() == pytest.approx(expected, rel=1e-9)


WITH_ANOTHER_SHAPE = ("brooklyn-disc-200", "kamerafrei", "panopticity-mean", "sunders", "trames")
"""Profiles that differ in more than a radius."""


def streets_and_walls(seed: int):
    """Return a few buildings and cameras that stand free of them."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform(40, 360, (12, 2))
    buildings = [shapely.box(x - 9, y - 6, x + 9, y + 6) for x, y in centres]
    walls = shapely.union_all(buildings)
    cameras = [
        {"at": tuple(at), "kind": str(rng.choice(CAMERA_KINDS)), "bearing_deg": rng.uniform(0, 360)}
        for at in rng.uniform(60, 340, (16, 2))
        if walls.distance(shapely.Point(at)) > 1.0
    ]
    return buildings, cameras


@pytest.mark.parametrize("name", WITH_ANOTHER_SHAPE)
def test_walls_only_take_away(name) -> None:
    buildings, cameras = streets_and_walls(1)
    without, walls = (
        views(cameras, looking(name, has_walls=flag), buildings, size_m=400.0).query("view == 'reachable'")
        for flag in (False, True)
    )
    assert set(walls.index) == set(without.index)
    taken = without["analytic_area_m2"] - walls["analytic_area_m2"].reindex(without.index)
    assert (taken > -1e-6 * without["analytic_area_m2"]).all()
    beyond = shapely.difference(walls.geometry.to_numpy(), without.geometry.reindex(walls.index).to_numpy())
    # Chords lie up to 2 cm inside their arcs, and not the same ones.
    assert (shapely.area(beyond) <= 0.02 * 2.0 * math.pi * walls["reach_m"].to_numpy()).all()


def test_the_disc_with_walls_takes_away_something() -> None:
    buildings, cameras = streets_and_walls(1)
    without, walls = (
        views(cameras, looking(n), buildings, size_m=400.0) for n in ("new-york-disc", "brooklyn-disc-120")
    )
    assert walls["analytic_area_m2"].sum() < 0.9 * without["analytic_area_m2"].sum()


@pytest.mark.parametrize("name", WITH_ANOTHER_SHAPE)
def test_heights_change_nothing_and_both_views_are_one(name) -> None:
    buildings, cameras = streets_and_walls(3)
    city = town(buildings, [[(0, 100), (400, 100)]], size_m=400.0)
    low = replace(city, buildings=city.buildings.assign(height_m=0.5, height_certainty="stated"))
    viewing = looking(name, draws=3)
    found = [street_exposure(c, examine(network(cameras), c, viewing).examined, viewing) for c in (city, low)]
    for view in ("reachable", "at_once"):
        assert np.array_equal(found[0].drawn_length_m[view], found[1].drawn_length_m[view])
    assert np.array_equal(found[0].drawn_length_m["reachable"], found[0].drawn_length_m["at_once"])


def test_a_drawn_bearing_is_drawn_for_each_camera_alone_and_all_else_stays() -> None:
    viewing = looking("trames", draws=40)
    city = town([], [[(0, 0), (1, 0)]], size_m=1000.0)
    open_one, stated = {"at": (500, 500), "camera_id": "x"}, {"at": (100, 100), "camera_id": "y", "bearing_deg": 30.0}
    both = examine(network([open_one, stated]), city, viewing).examined.views
    alone = examine(network([open_one]), city, viewing).examined.views
    assert np.array_equal(both.bearing_deg[0], alone.bearing_deg[0])
    assert np.ptp(both.bearing_deg[0]) > 180.0
    assert np.ptp(both.bearing_deg[1]) == 0.0
    assert np.unique(both.width_deg["reachable"]).tolist() == [45.0]
    assert np.unique(both.reach_m["reachable"]).tolist() == [60.0]


def test_a_camera_in_a_building_has_its_disc_where_walls_do_not_count() -> None:
    inside = [{"at": (100, 100), "kind": DISC}]
    block = [shapely.box(80, 80, 120, 120)]
    assert views(inside, looking("new-york-disc"), block)["analytic_area_m2"].tolist()[0] == pytest.approx(
        math.pi * 14400
    )
    assert views(inside, looking("brooklyn-disc-120"), block).empty
