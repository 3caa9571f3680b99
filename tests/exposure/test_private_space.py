"""Private space: numbers worked out on paper, and the laws."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from overseen.assessment.assess import assess
from overseen.assessment.examine import examine
from overseen.exposure.dwellings import dwellings_of, ground_of
from overseen.exposure.private_areas import FEWEST, withheld
from overseen.exposure.private_space import FACADE_DRAWS, private_space_exposure
from overseen.model.schema import VIEWS
from overseen.visibility.cells import Work
from tests.exposure.test_streets import BLOCKS, ROUND, WAYS, certain, scattered
from tests.town import CRS, ORIGIN, network, plan, town, viewing

STREET = [[(10, 100), (190, 100)]]


def homes(buildings, *, kinds="house", heights=9.0, land=(), streets=STREET, size_m=200.0):
    """Return a town whose buildings have kinds and heights; ``land`` are (tag, kind, shape)."""
    city = town(buildings, streets, size_m=size_m)
    count = len(buildings)
    table = city.buildings.assign(
        kind=np.array([kinds] * count if isinstance(kinds, str) else kinds, dtype=object),
        height_m=np.broadcast_to(np.asarray(heights, dtype=float), count),
        height_certainty=np.full(count, "stated", dtype=object),
    )
    ground = gpd.GeoDataFrame(
        {"kind": [kind for _, kind, _ in land], "tag": [tag for tag, _, _ in land]},
        geometry=[shapely.transform(shape, lambda points: points + ORIGIN) for *_, shape in land],
        index=pd.Index([f"g{i}" for i in range(len(land))], name="land_id", dtype=object),
        crs=CRS,
    ).astype({"kind": object, "tag": object})
    return replace(city, buildings=table, land=ground)


def measured(cameras, city, look=None, **options):
    """Return the private space in view of cameras in a town."""
    look = look or certain()
    return private_space_exposure(city, examine(network(cameras), city, look).examined, look, **options)


def mean(found, view="reachable"):
    """Return mean values per level of known things."""
    return found.known[view].mean(axis=0)


FRONT = shapely.box(80, 110, 120, 130)
"""A house 40 m long whose front is 10 m north of the camera."""


def test_a_front_is_in_view_as_far_as_its_density_holds() -> None:
    found = measured([{"at": (100, 100), **ROUND}], homes([FRONT]))
    # Reaches 80, 40, 16, 8 and 4 m; along a wall 10 m off a level ends where s² = R p - p².
    expected = [40.0, 2 * np.sqrt(300.0), 2 * np.sqrt(60.0), 0.0, 0.0]
    for view in VIEWS:
        assert mean(found.facade_length_m, view) == pytest.approx(expected)
        assert mean(found.dwelling_count, view).tolist() == [1, 1, 1, 0, 0]
    assert found.facade_total_m() == pytest.approx((120.0, 0.0))
    assert found.building_totals() == (1, 0)
    # The whole front, 9 m high, is in view at the lowest level but for the corners beyond the disc of sqrt(700) m.
    assert mean(found.facade_area_m2)[0] == pytest.approx(360.0, rel=1e-3)


def test_a_metre_that_two_cameras_see_is_one_metre() -> None:
    one = measured([{"at": (100, 100), **ROUND}], homes([FRONT]))
    two = measured([{"at": (100, 100), **ROUND}, {"at": (100, 100), **ROUND}], homes([FRONT]))
    assert (mean(one.facade_length_m) == mean(two.facade_length_m)).all()
    beside = measured([{"at": (95, 100), **ROUND}, {"at": (105, 100), **ROUND}], homes([FRONT]))
    assert mean(beside.facade_length_m)[2] == pytest.approx(2 * np.sqrt(60.0) + 10.0)


def test_walls_that_houses_share_are_no_facades_and_courtyard_walls_are() -> None:
    terrace = [shapely.box(x, 110, x + 10, 120) for x in (50, 60, 70)]
    ring = shapely.box(120, 110, 150, 140).difference(shapely.box(130, 120, 140, 130))
    found = measured([], homes([*terrace, ring]))
    # Front and back, two ends, and 5 cm at each of the eight corners that touch a neighbour; outside and inside of the ring.
    assert found.facade_total_m()[0] == pytest.approx(60.0 + 20.0 - 8 * 0.05 + 120.0 + 40.0, abs=1e-6)


def test_a_facade_is_counted_inside_the_boundary() -> None:
    found = measured([], homes([shapely.box(150, 50, 190, 60), shapely.box(190, 100, 204, 110)]))
    assert found.facade_total_m()[0] == pytest.approx(100.0 + 30.0)


def test_kinds_that_do_not_tell_are_counted_apart() -> None:
    kinds = ["house", "yes", None, "office", "retail;apartments", "Detached"]
    boxes = [shapely.box(20 * i + 5, 110, 20 * i + 15, 120) for i in range(6)]
    found = dwellings_of(homes(boxes, kinds=kinds))
    assert found.is_dwelling.tolist() == [True, False, False, False, True, True]
    assert found.is_unknown.tolist() == [False, True, True, False, False, False]
    assert found.can_tell
    assert not dwellings_of(homes(boxes, kinds=["yes", None, "building", "yes", "yes", "yes"])).can_tell


def test_without_kinds_nothing_is_measured_of_facades() -> None:
    found = measured([{"at": (100, 100), **ROUND}], homes([FRONT], kinds="yes"))
    assert not found.can_tell
    assert found.facade_total_m() == (0.0, 0.0)
    report = assess(plan([{"at": (100, 100), **ROUND}]), homes([FRONT], kinds="yes"), certain())
    assert not report.findings.index.str.contains("facades").any()
    assert report.masks.empty


def test_the_upper_end_is_all_that_may_be_dwellings() -> None:
    pair = [FRONT, shapely.box(80, 70, 120, 90)]
    found = measured([{"at": (100, 100), **ROUND}], homes(pair, kinds=["house", "yes"]))
    assert mean(found.facade_length_m)[0] == pytest.approx(40.0)
    assert found.facade_length_m.unknown["reachable"].mean(axis=0)[0] == pytest.approx(40.0)
    assert found.facade_total_m() == pytest.approx((120.0, 120.0))


def test_ground_is_private_by_its_tag_or_as_a_courtyard() -> None:
    ring = shapely.box(120, 110, 150, 140).difference(shapely.box(130, 120, 140, 130))
    land = [
        ("access=private", "private", shapely.box(20, 120, 40, 140)),
        ("leisure=garden", "garden", shapely.box(50, 120, 60, 130)),
        ("landuse=residential", "residential", shapely.box(0, 90, 100, 150)),
        ("leisure=park", "green", shapely.box(60, 110, 80, 150)),
    ]
    city = homes([ring], land=land)
    private, unknown = ground_of(city, dwellings_of(city)).area_m2()
    assert private == pytest.approx(400.0 + 100.0)
    # Residential land and the garden in it, without the park, the closed ground and 6 m to either side of the street's course.
    strip = shapely.LineString(STREET[0]).buffer(6.0).intersection(shapely.box(0, 90, 100, 150)).area
    assert unknown == pytest.approx(6000.0 - strip - 400.0 - 800.0, rel=1e-3)


def test_ground_in_view_is_looked_at_at_its_own_height() -> None:
    city = homes([], land=[("access=private", "private", shapely.box(20, 20, 180, 180))])
    high = {"at": (100, 100), **ROUND, "mounting_height_m": 3.0}
    found = measured([high], city)
    # The slant reach of 16 m and of 4 m from 3 m up; points 2 m apart.
    assert mean(found.ground_m2)[2] == pytest.approx(np.pi * (16.0**2 - 9.0), rel=0.03)
    assert mean(found.ground_m2)[4] == pytest.approx(np.pi * (16.0 - 9.0), rel=0.3)


LOTS = [shapely.box(b.bounds[0] + 2, b.bounds[1] + 2, b.bounds[2] - 2, b.bounds[3] - 2) for b in BLOCKS]
MIXED = ["house", "yes", "office", "apartments"] * 4


def everything(found):
    """Return all numbers of a measurement, by name."""
    return {
        (name, part, view): getattr(getattr(found, name), part)[view]
        for name in ("facade_length_m", "facade_area_m2", "dwelling_count", "ground_m2")
        for part in ("known", "unknown")
        for view in VIEWS
    }


@pytest.fixture(scope="module")
def suburb():
    """Return a town of blocks of which some are homes, with heights to see over, and closed ground between them."""
    heights = np.random.default_rng(5).uniform(2.0, 14.0, len(LOTS))
    land = [
        ("access=private", "private", shapely.box(45, 60, 60, 95)),
        ("leisure=garden", "garden", shapely.box(95, 10, 110, 45)),
    ]
    return homes(LOTS, kinds=MIXED, heights=heights, land=land, streets=WAYS)


class TestLaws:
    """What must hold whatever is unknown."""

    def test_another_camera_lowers_nothing(self, suburb) -> None:
        cameras = scattered(16)
        few, many = (everything(measured(rows, suburb, viewing())) for rows in (cameras[:11], cameras))
        for name, values in few.items():
            assert (many[name] >= values - 1e-9).all(), name
        assert any((many[name] > values + 1.0).any() for name, values in few.items())

    def test_more_detail_shows_no_more(self, suburb) -> None:
        for name, values in everything(measured(scattered(16), suburb, viewing())).items():
            assert (np.diff(values, axis=1) <= 1e-6).all(), name

    def test_no_more_is_in_view_than_there_is(self, suburb) -> None:
        found = measured(scattered(16), suburb, viewing())
        for place, part in enumerate(("known", "unknown")):
            for view in VIEWS:
                assert (getattr(found.facade_length_m, part)[view] <= found.facade_total_m()[place] + 1e-6).all()
                assert (getattr(found.ground_m2, part)[view] <= found.ground.area_m2()[place] + 1e-6).all()
                assert (getattr(found.dwelling_count, part)[view] <= found.building_totals()[place]).all()

    def test_no_cameras_no_view(self, suburb) -> None:
        assert all((values == 0.0).all() for values in everything(measured([], suburb, viewing())).values())

    @pytest.mark.parametrize("workers", [1, 2])
    def test_any_number_of_workers_and_tiles_gives_the_same(self, suburb, workers) -> None:
        alone = everything(measured(scattered(8), suburb, viewing()))
        with ThreadPoolExecutor(workers) as executor:
            again = everything(measured(scattered(8), suburb, viewing(), work=Work(executor, tiles=3)))
        assert all((again[name] == values).all() for name, values in alone.items())

    def test_cameras_in_another_order_give_the_same(self, suburb) -> None:
        one, other = (everything(measured(rows, suburb, viewing())) for rows in (scattered(8), scattered(8)[::-1]))
        assert all((other[name] == values).all() for name, values in one.items())

    @pytest.mark.parametrize("bearing", [None, 0.0])
    def test_a_higher_building_in_front_shows_no_more_of_what_is_behind(self, bearing) -> None:
        camera = {"at": (100, 40), "kind": "fixed", "mounting_height_m": 5.0, "image_width_px": 4000.0}
        camera |= {} if bearing is None else {"bearing_deg": bearing, "field_of_view_deg": 70.0}
        back, front = shapely.box(60, 90, 140, 100), shapely.box(85, 60, 115, 65)
        before = None
        for height in (0.5, 2.0, 4.0, 4.9, 6.0, 9.0, 30.0):
            city = homes([back, front], kinds=["house", "office"], heights=[12.0, height])
            found = everything(measured([camera], city, viewing()))
            if before is not None:
                for name in (key for key in found if key[0] in ("facade_length_m", "facade_area_m2")):
                    assert (found[name] <= before[name] + 1e-6).all(), (height, name)
            before = found
        assert before is not None

    def test_a_wall_cut_in_two_is_the_same_facade(self) -> None:
        halves = shapely.Polygon([(80, 110), (97.3, 110), (120, 110), (120, 130), (80, 130)])
        one, two = (measured(scattered(6), homes([shape]), viewing()) for shape in (FRONT, halves))
        for name, values in everything(one).items():
            if name[0] != "facade_area_m2":
                assert everything(two)[name] == pytest.approx(values, abs=1e-6)

    def test_facades_are_measured_in_a_bounded_number_of_draws(self, suburb) -> None:
        for draws, measured_draws in ((20, 20), (60, FACADE_DRAWS)):
            found = measured(scattered(3), suburb, viewing(draws=draws))
            assert found.facade_length_m.known["reachable"].shape[0] == measured_draws
            assert found.ground_m2.known["reachable"].shape[0] == draws


class TestPublication:
    """No number may tell of a few homes."""

    @pytest.mark.parametrize("seed", range(20))
    def test_what_is_withheld_cannot_be_reckoned_from_the_total(self, seed) -> None:
        counts = np.random.default_rng(seed).integers(0, 40, 12)
        hidden = withheld(counts)
        assert (counts[~hidden] == 0).sum() + (counts[~hidden] >= FEWEST).sum() == (~hidden).sum()
        assert counts[hidden].sum() == 0 or counts[hidden].sum() >= FEWEST or hidden[counts > 0].all()

    def test_small_numbers_stand_in_no_table(self) -> None:
        many = [shapely.box(x, y, x + 8, y + 8) for x in range(20, 180, 20) for y in (112, 130, 150)]
        far = [shapely.box(310, 110, 320, 120)]
        city = homes([*many, *far], size_m=400.0)
        table = assess(plan([{"at": (100, 100), **ROUND}]), city, certain()).private_areas
        assert table["dwelling_count"].dropna().ge(FEWEST).all()
        numbers = table[[name for name in table if "_dwelling_" in name]].to_numpy(dtype=float)
        assert (np.isnan(numbers) | (numbers == 0.0) | (numbers >= FEWEST)).all()
        assert table["is_withheld"].any()
