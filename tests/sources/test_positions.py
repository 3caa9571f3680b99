"""Positions wrong by mistake: each kind found, told, mended where certain or asked for, and no row lost."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from overseen.errors import PlanError, SourceError
from overseen.sources.camera_file import read_camera_file
from overseen.sources.mending import MENDS, UNMENDABLE
from overseen.sources.plan_file import read_plan
from overseen.sources.positions import located_rows
from overseen.sources.whereabouts import Surroundings, distance_m, points_region
from tests.sources.lists import BERLIN, LIST, coordinates, located, row, rows_at, scattered

LOS_ANGELES = shapely.box(-118.52, 33.9, -118.12, 34.2)
ALEXANDRIA = shapely.box(29.8, 31.1, 30.0, 31.3)


def in_crs(positions, crs):
    """Return positions in degrees as coordinates of another reference system, easting first."""
    return np.column_stack(pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform(*positions.T))


def fault_of(rows, **also):
    """Return the one fault of a list as a sentence."""
    with pytest.raises(SourceError) as error:
        located(rows, **also)
    (fault,) = error.value.faults
    return str(fault)


# Blank positions


def test_rows_at_null_island_have_no_position() -> None:
    # As in the list of Daejeon: 2,328 of 5,624 rows at 0, 0, and one longitude of 172.4.
    daejeon = scattered(5_624, shapely.box(127.25, 36.2, 127.55, 36.5))
    daejeon[1_000:3_328] = 0.0
    daejeon[77, 0] = 172.4
    kept, found = located(rows_at(daejeon))
    assert found == {"null island, left out": 2_328, "far away": 1}
    assert len(kept) == 5_624 - 2_328
    kept, found = located(rows_at(daejeon), "far_away")
    assert found == {"null island, left out": 2_328, "far away, left out": 1}
    assert coordinates(kept)[:, 0].max() < 127.55


def test_half_a_blank_position_is_one() -> None:
    positions = scattered(50)
    positions[3, 0] = positions[4, 1] = 0.0
    assert located(rows_at(positions))[1] == {"null island, left out": 2}


def test_on_the_meridian_and_the_equator_zero_is_a_place() -> None:
    positions = scattered(50, shapely.box(-0.1, -0.1, 0.1, 0.1))
    positions[3, 0] = positions[4, 1] = 0.0
    positions[5] = 0.0
    assert located(rows_at(positions))[1] == {"null island, left out": 1}


def test_empty_and_impossible_positions_are_left_out() -> None:
    positions = scattered(20)
    positions[0] = np.nan
    positions[1], positions[2], positions[3] = (999, 999), (13.4, -99), (-200, 52.5)
    assert located(rows_at(positions))[1] == {"no position, left out": 1, "off the globe, left out": 3}


def test_an_address_is_no_position() -> None:
    # As in the list of Paris: 1,391 and 890 rows with street names only.
    rows = [
        row(2, *scattered(1)[0]),
        row(3, np.nan, np.nan, address="Rue de Rivoli"),
        row(4, np.nan, np.nan, address=" "),
    ]
    assert located(rows)[1] == {"address without a position, left out": 1, "no position, left out": 1}


def test_a_list_without_any_position_is_refused() -> None:
    text = fault_of(rows_at([(np.nan, np.nan), (0, 0), (0, 0)]))
    assert (
        "none of its 3 rows has a position that can be used (1 no position, left out; 2 null island, left out)" in text
    )


# Exchanged axes


def test_a_list_off_the_globe_unless_exchanged_is_exchanged() -> None:
    daejeon = scattered(40, shapely.box(127.25, 36.2, 127.55, 36.5))
    kept, found = located(rows_at(daejeon[:, ::-1]))
    assert found == {"swapped axes, mended": 40}
    assert np.array_equal(coordinates(kept), daejeon)


def test_a_row_off_the_globe_unless_exchanged_is_exchanged() -> None:
    positions = scattered(40, LOS_ANGELES)
    mixed = positions.copy()
    mixed[[5, 9]] = mixed[[5, 9], ::-1]
    kept, found = located(rows_at(mixed))
    assert found == {"swapped axes, mended": 2}
    assert np.array_equal(coordinates(kept), positions)


@pytest.mark.parametrize("wrong", [1, 20, 38, 40])
def test_a_city_makes_exchanged_rows_certain(wrong) -> None:
    positions = scattered(40)
    mixed = positions.copy()
    mixed[:wrong] = mixed[:wrong, ::-1]
    kept, found = located(rows_at(mixed), city=BERLIN)
    assert found == {"swapped axes, mended": wrong}
    assert np.array_equal(coordinates(kept), positions)


def test_the_other_lists_of_a_run_make_it_certain_too() -> None:
    others = Surroundings(others=scattered(100, seed=2))
    assert located(rows_at(scattered(40)[:, ::-1]), surroundings=others)[1] == {"swapped axes, mended": 40}


def test_without_a_city_exchanged_rows_are_suspected_and_mended_when_asked() -> None:
    positions = scattered(100)
    mixed = positions.copy()
    mixed[0] = mixed[0, ::-1]
    kept, found = located(rows_at(mixed))
    assert found == {"swapped axes": 1}
    assert np.array_equal(coordinates(kept), mixed)
    kept, found = located(rows_at(mixed), "swapped_axes")
    assert found == {"swapped axes, mended": 1}
    assert np.array_equal(coordinates(kept), positions)


def test_with_nothing_to_tell_by_a_list_stays_as_it_is() -> None:
    assert located(rows_at(scattered(40)[:, ::-1]))[1] == {}
    assert located(rows_at(scattered(40)[:, ::-1]), "swapped_axes")[1] == {"mend without a case: swapped_axes": 0}


def test_where_the_mirror_image_is_inhabited_nothing_is_certain() -> None:
    cairo = scattered(40, ALEXANDRIA)[:, ::-1]
    kept, found = located(rows_at(cairo), city=ALEXANDRIA)
    assert found == {"swapped axes": 40}
    assert np.array_equal(coordinates(kept), cairo)
    assert located(rows_at(cairo), "swapped_axes", city=ALEXANDRIA)[1] == {"swapped axes, mended": 40}


def test_in_a_list_of_other_places_nothing_is_certain() -> None:
    positions = np.vstack([scattered(40, LOS_ANGELES), scattered(5)[:, ::-1]])
    assert located(rows_at(positions), city=BERLIN)[1] == {"swapped axes": 5, "far away": 40}


def test_columns_beside_an_exchanged_position_tell() -> None:
    # As in the list of Baltimore: POINT (39.310861 -76.640704) in 614 of 614 rows, beside right columns.
    named = scattered(614, shapely.box(-76.71, 39.2, -76.53, 39.37))
    kept, found = located(rows_at(named[:, ::-1]), named=named)
    assert found == {"swapped axes, mended": 614}
    assert np.array_equal(coordinates(kept), named)
    some = named.copy()
    some[:100] = np.nan
    some[100:103] += 0.01
    kept, found = located(rows_at(named), named=some)
    assert found == {"two positions": 3}
    assert np.array_equal(coordinates(kept), named)


def test_a_city_overrules_columns_that_are_themselves_exchanged() -> None:
    positions = scattered(40)
    kept, found = located(rows_at(positions), city=BERLIN, named=positions[:, ::-1])
    assert found == {"two positions": 40}
    assert np.array_equal(coordinates(kept), positions)


@given(st.integers(0, 2**32 - 1), st.floats(-170, 170), st.floats(-75, 75))
@settings(max_examples=60, deadline=None)
def test_a_list_and_its_mirror_image_are_the_same_list_of_a_city(seed, west, south) -> None:
    area = shapely.box(west, south, west + 0.1, south + 0.1)
    region = Surroundings(area).region()
    straight = rows_at(scattered(30, area, seed))
    mirrored = rows_at(scattered(30, area, seed)[:, ::-1])
    if region.mirror_m() > 1_100_000:
        assert np.array_equal(
            coordinates(located(straight, city=area)[0]), coordinates(located(mirrored, city=area)[0])
        )


# Far away


def test_far_points_are_told_and_left_out_when_asked() -> None:
    positions = scattered(200)
    positions[0] = 2.35, 48.85
    kept, found = located(rows_at(positions))
    assert (len(kept), found) == (200, {"far away": 1})
    kept, found = located(rows_at(positions), "far_away")
    assert (len(kept), found) == (199, {"far away, left out": 1})
    assert located(rows_at(positions), "far_away", city=BERLIN)[1] == {"far away, left out": 1}


@pytest.mark.parametrize(("away_km", "is_told"), [(49, False), (51, True)])
def test_without_a_city_far_is_beyond_fifty_kilometres(away_km, is_told) -> None:
    positions = np.tile([13.4, 52.5], (20, 1)) + scattered(20, shapely.box(0, 0, 1e-4, 1e-4))
    positions[0] = pyproj.Geod(ellps="sphere").fwd(13.40005, 52.50005, 90, away_km * 1000)[:2]
    assert ("far away" in located(rows_at(positions))[1]) == is_told


@pytest.mark.parametrize(("away_km", "is_told"), [(99, False), (101, True)])
def test_with_a_city_far_is_beyond_a_hundred_kilometres_of_its_boundary(away_km, is_told) -> None:
    positions = scattered(20)
    positions[0] = pyproj.Geod(ellps="WGS84").fwd(13.47, 52.515, 90, away_km * 1000)[:2]
    assert ("far away" in located(rows_at(positions), city=BERLIN)[1]) == is_told


def test_a_list_of_another_place_is_told_to_be_one() -> None:
    notices = located_rows(
        rows_at(scattered(20, LOS_ANGELES)), crs=4326, source=LIST, surroundings=Surroundings(BERLIN)
    )[1]
    assert [(notice.kind, notice.count) for notice in notices] == [("far away", 20)]
    assert "most of the list is one of another place" in notices[0].consequence


def test_the_second_city_of_a_list_is_not_far_away() -> None:
    positions = np.vstack([scattered(85), scattered(15, shapely.box(9.9, 53.5, 10.1, 53.6))])
    assert located(rows_at(positions))[1] == {}


def test_the_date_line_makes_nothing_far() -> None:
    positions = scattered(40, shapely.box(179.9, -18.2, 180.1, -18.0))
    positions[:, 0] = (positions[:, 0] + 180.0) % 360.0 - 180.0
    assert located(rows_at(positions))[1] == {}


def test_a_lost_sign_is_told_and_turned_when_asked() -> None:
    positions = scattered(200, LOS_ANGELES)
    lost = positions.copy()
    lost[0, 0] *= -1
    lost[1, 1] *= -1
    for city in (None, LOS_ANGELES):
        kept, found = located(rows_at(lost), "far_away", city=city)
        assert (len(kept), found) == (200, {"flipped sign": 2, "mend without a case: far_away": 0})
        kept, found = located(rows_at(lost), "flipped_sign", city=city)
        assert found == {"flipped sign, mended": 2}
        assert np.array_equal(coordinates(kept), positions)


def test_a_short_list_has_no_rest_to_be_far_from() -> None:
    assert located(rows_at([(13.41, 52.5111), (13.42, 52.5222), (2.35, 48.8555)]))[1] == {}


@given(st.integers(0, 2**32 - 1), st.floats(-179, 178), st.floats(-80, 79), st.integers(5, 60))
@settings(max_examples=60, deadline=None)
def test_the_middle_of_a_list_is_in_it_and_turns_with_it(seed, west, south, count) -> None:
    positions = scattered(count, shapely.box(west, south, west + 0.5, south + 0.5), seed)
    region = points_region(positions, "the list", is_independent=False)
    turned = (positions + (137.0, 0.0) + 180.0) % 360.0 - (180.0, 180.0)
    again = points_region(turned, "the list", is_independent=False)
    middle = np.array([[region.longitude_deg, region.latitude_deg]])
    assert distance_m(middle, positions).min() < 60_000
    assert again.latitude_deg == pytest.approx(region.latitude_deg, abs=1e-3)
    assert (again.longitude_deg - region.longitude_deg) % 360.0 == pytest.approx(137.0, abs=1e-2)
    assert again.far_m == pytest.approx(region.far_m, rel=1e-2)


# Reference systems


@pytest.mark.parametrize(
    ("area", "crs", "named"),
    [
        (BERLIN, 25833, "crs = 'EPSG:25833'"), (BERLIN, 3857, "crs = 'EPSG:3857'"),
        (BERLIN, 3068, "crs = 'EPSG:3068'"), (BERLIN, 31468, "crs = 'EPSG:31468'"), (LOS_ANGELES, 2229, "crs = 'EPSG:2229'"),
        (shapely.box(-2.5, 53.35, -2.25, 53.48), 27700, "crs = 'EPSG:27700'"),
        (shapely.box(126.8, 37.4, 127.2, 37.7), 5174, "EPSG:5174"), (shapely.box(2.2, 48.8, 2.4, 48.9), 2154, "crs = 'EPSG:2154'"),
    ],
)  # fmt: skip
def test_metres_are_refused_with_the_system_that_would_fit(area, crs, named) -> None:
    positions = scattered(30, area)
    text = fault_of(rows_at(in_crs(positions, crs)), city=area)
    assert "and those of 29 more of 30 rows, cannot be degrees" in text
    assert named in text
    assert text.count(f"EPSG:{crs}") == 1
    kept, found = located(rows_at(in_crs(positions, crs)), city=area, crs=f"EPSG:{crs}")
    assert distance_m(coordinates(kept), positions).max() < 0.01
    assert found == {}


def test_northings_first_are_told_and_then_read(tmp_path) -> None:
    positions = scattered(30)
    swapped = in_crs(positions, 25833)[:, ::-1]
    assert "'EPSG:25833' (ETRS89 / UTM zone 33N) in [cameras]: it puts 100% of the rows" in (
        text := fault_of(rows_at(swapped), city=BERLIN)
    )
    assert "its two columns exchanged" in text
    kept, found = located(rows_at(swapped), city=BERLIN, crs=25833)
    assert found == {"swapped axes, mended": 30}
    assert distance_m(coordinates(kept), positions).max() < 0.01


def test_the_wrong_zone_is_refused_with_the_right_one() -> None:
    text = fault_of(rows_at(in_crs(scattered(30), 25833)), city=BERLIN, crs=25832)
    assert "are in ETRS89 / UTM zone 32N far from the city's boundary" in text
    assert "crs = 'EPSG:25833'" in text


def test_without_a_city_no_system_is_guessed() -> None:
    text = fault_of(rows_at(in_crs(scattered(30), 25833)))
    assert "state the reference system of the list in [cameras]" in text
    assert "25833" not in text


def test_placeholders_do_not_make_a_list_one_of_metres() -> None:
    positions = scattered(30)
    positions[:20] = -999.0
    assert located(rows_at(positions))[1] == {"off the globe, left out": 20}


# Precision


@pytest.mark.parametrize(("decimals", "grid"), [(3, "68 m by 111 m"), (2, "678 m by 1,113 m"), (1, "6,7")])
def test_rounded_positions_are_told_with_their_grid(decimals, grid) -> None:
    rows = rows_at(np.round(scattered(60), decimals))
    notices = {notice.kind: notice for notice in located_rows(rows, crs=4326, source=LIST)[1]}
    assert notices["collapsed precision"].count == 60
    assert f"a grid of about {grid}" in notices["collapsed precision"].consequence


def test_four_decimals_are_enough() -> None:
    assert "collapsed precision" not in located(rows_at(np.round(scattered(1_000), 4)))[1]


@pytest.mark.parametrize(
    ("spots", "on_each", "is_told"), [(1, 1, False), (1, 9, False), (4, 1, False), (5, 1, True), (2, 3, True)]
)
def test_a_few_cameras_do_not_tell_how_a_list_was_rounded(spots, on_each, is_told) -> None:
    rounded = [(13.4 + 0.01 * number, 52.51) for number in range(spots)]
    assert ("collapsed precision" in located(rows_at(np.repeat(rounded, on_each, axis=0)))[1]) == is_told


def test_rounded_metres_are_told() -> None:
    positions = np.round(in_crs(scattered(60), 25833), -2)
    notices = located_rows(rows_at(positions), crs=25833, source=LIST)[1]
    assert "about 100 m by 100 m" in next(n.consequence for n in notices if n.kind == "collapsed precision")


# The whole


positions_ = st.one_of(
    st.tuples(st.sampled_from((13.4012345, 13.4112345)), st.sampled_from((52.5012345, 52.5112345))),
    st.tuples(st.floats(-200, 200), st.floats(-200, 200)),
    st.sampled_from([(0.0, 0.0), (0.0, 52.5), (52.5012345, 13.4012345), (-13.4012345, 52.5012345), (np.nan, 1.0), (2.35, 48.85)]),
)  # fmt: skip
values_ = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(("dome", "Dome", "fixed")),
        "bearing": st.sampled_from(("90", "90.0", "180")),
        "count": st.sampled_from(("0", "1", "2", "3", "some")),
    },
)
lists_ = st.lists(st.tuples(positions_, st.sampled_from(("", "a", "b", "a/1", "c")), values_), min_size=1, max_size=25)
mends_ = st.sets(st.sampled_from(sorted(MENDS)))


@given(lists_, mends_, st.booleans())
@settings(max_examples=200, deadline=None)
def test_no_row_vanishes(rows, mends, has_city) -> None:
    rows = [row(number, *at, name, **values) for number, (at, name, values) in enumerate(rows, start=2)]
    try:
        located(rows, *mends, city=BERLIN if has_city else None)
    except SourceError as error:
        assert all(fault.problem and fault.remedy for fault in error.faults)


@given(lists_, mends_)
@settings(max_examples=100, deadline=None)
def test_what_was_mended_needs_no_mending(rows, mends) -> None:
    # These two, and counts of none, change what share of the list belongs to the city, by which exchanged axes are judged.
    mends -= {"far_away", "flipped_sign"}
    rows = [
        row(number, *at, name, **(values | {"count": "2"})) for number, (at, name, values) in enumerate(rows, start=2)
    ]
    try:
        kept = located(rows, *mends, city=BERLIN)[0]
        again = [row(number, *coordinates([one])[0], one.camera_id, **one.values) for number, one in enumerate(kept, 2)]
        found = located(again, *(mends - {"same_spot", "duplicate"}), city=BERLIN)[1] if again else {}
    except SourceError:
        return
    assert not any(kind.endswith((", left out", ", merged", ", mended")) for kind in found)


@given(lists_, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_the_rows_does_not_matter(rows, random) -> None:
    rows = [row(number, *at, name, **values) for number, (at, name, values) in enumerate(rows, start=2)]
    try:
        kept, found = located(rows, city=BERLIN)
        random.shuffle(rows)
        again, found_again = located(rows, city=BERLIN)
    except SourceError:
        return
    assert found == found_again
    assert sorted(map(tuple, coordinates(kept))) == sorted(map(tuple, coordinates(again)))


# The plan


PLAN = """
[plan]
name = "x"
[cameras]
file = "cameras.csv"
{cameras}
[city]
streets = "streets.geojson"
"""


def planned(folder: Path, positions: np.ndarray, cameras: str = ""):
    """Return the network of a plan of a small city, with cameras at positions."""
    lines = "\n".join(f"{x!r},{y!r}" for x, y in positions.tolist())
    (folder / "cameras.csv").write_text(f"lon,lat\n{lines}\n", encoding="utf-8")
    west, south, east, north = BERLIN.bounds
    street = shapely.LineString([(west, south), (east, north)])
    gpd.GeoDataFrame({"name": ["A"]}, geometry=[street], crs=4326).to_file(folder / "streets.geojson")
    (folder / "plan.toml").write_text(PLAN.format(cameras=cameras), encoding="utf-8")
    return read_plan(folder / "plan.toml").plan.network


def test_a_plan_asks_for_mends_and_its_city_tells(tmp_path) -> None:
    positions = scattered(30)
    network = planned(
        tmp_path, np.vstack([positions[:, ::-1], positions[:4, ::-1]]), 'mend = ["same_spot", "far_away"]'
    )
    assert np.allclose(shapely.get_coordinates(network.cameras.geometry), positions)
    kinds = {notice.kind: notice.count for notice in network.notices}
    assert kinds == {"swapped axes, mended": 34, "same spot": 8, "same spot, merged": 4, "mend without a case": 0}


def test_a_plan_states_the_reference_system(tmp_path) -> None:
    positions = scattered(30)
    network = planned(tmp_path, in_crs(positions, 25833), 'crs = "EPSG:25833"')
    assert distance_m(shapely.get_coordinates(network.cameras.geometry), positions).max() < 0.01
    with pytest.raises(SourceError, match="crs = 'EPSG:25833'"):
        planned(tmp_path, in_crs(positions, 25833))


def test_cameras_outside_the_boundary_are_told(tmp_path) -> None:
    positions = np.vstack([scattered(30), [(13.48, 52.51), (13.60, 52.51)]])
    (notice,) = planned(tmp_path, positions).notices
    assert (notice.kind, notice.count, notice.example) == ("outside the boundary", 2, "row 33")
    assert "up to 8.8 km outside the boundary of x, 1 of them more than 1 km" in notice.consequence


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('mend = ["same_sopt"]', "cameras.mend: nothing to mend is called 'same_sopt'; did you mean 'same_spot'?"),
        ('mend = ["wrong_crs"]', "cameras.mend: 'wrong_crs' is not mended; state the reference system of the list"),
        ('mend = ["everything"]', "known are null_island, swapped_axes"),
        ('crs = "EPSG:1"', "cameras.crs: no coordinate reference system is called 'EPSG:1'"),
        ('mends = ["same_spot"]', "cameras.mends: there is no such key; did you mean 'mend'?"),
    ],
)
def test_a_slip_in_the_plan_is_told(tmp_path, line, sentence) -> None:
    with pytest.raises(PlanError) as error:
        planned(tmp_path, scattered(10), line)
    assert sentence in str(error.value)


def test_the_page_on_mending_names_what_there_is() -> None:
    page = (Path(__file__).parents[2] / "docs" / "mending.md").read_text(encoding="utf-8")
    named = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")]
    assert named == [*MENDS, *UNMENDABLE]


# Real lists


@pytest.mark.data
def test_the_pairs_of_berlin(shared_data) -> None:
    folder = shared_data("berlin_large")
    pairs = np.array(json.loads((folder / "cameras_osm2014_latlon_pairs.json").read_text(encoding="utf-8"))["cctvs"])
    berlin = gpd.read_file(folder / "lor_planning_areas_2020.geojson").to_crs(4326).union_all()
    for city in (berlin, BERLIN):
        kept, found = located(rows_at(pairs), city=city)
        assert found == {"swapped axes, mended": 1_650, "same spot": 1_432, "same spot, alike": 1_432}
        assert np.array_equal(coordinates(kept), pairs[:, ::-1])
    notices = located_rows(rows_at(pairs), crs=4326, source=LIST)[1]
    assert "the cameras are between 934 and 1,650" in notices[-1].consequence
    assert len(located(rows_at(pairs), "same_spot")[0]) == 934


@pytest.mark.data
@pytest.mark.parametrize(
    ("folder", "file", "count"),
    [
        ("berlin_mid", "cameras.csv", 745),
        ("trafford_mid", "trafford_cctv_cameras.csv", 163),
        ("trafford_mid", "CCTV_cameras_trafford_2018.csv", 98),
        ("dearborn_overpass", "cameras_overpass_turbo.geojson", 77),
    ],
)
def test_lists_without_a_mistake(shared_data, folder, file, count) -> None:
    network = read_camera_file(shared_data(folder) / file)
    assert len(network.cameras) == count
    places = ("position", "axes", "far", "spot", "identical", "duplicate", "id", "island", "globe", "precision", "sign")
    assert not [notice for notice in network.notices if notice.kind.split(",")[0].endswith(places)]
