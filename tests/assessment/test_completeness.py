"""Where the map lacks buildings: closed forms, laws, real data sets, and what findings make of it."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from overseen.assessment.assess import assess
from overseen.assessment.completeness import area_completeness, city_completeness
from overseen.model.city import City
from overseen.sources.city_files import city_from_files, read_boundary
from overseen.sources.osm_city import OsmFile
from overseen.sources.packs import get_pack
from tests.town import CRS, KNOWN, ORIGIN, plan, town, viewing

ORDER = {"missing": 0, "doubtful": 1, "not_judged": 2, "complete": 3}
"""How much of its buildings a status sees."""

SIZE_M = 500.0
STREETS = [[(0.0, y), (SIZE_M, y)] for y in (40.0, 120.0, 210.0, 290.0, 370.0, 460.0)]


def houses(keep=lambda _x, _y: True):
    """Return a row of houses on either side of every street."""
    found = []
    for (_, y), _ in STREETS:
        for x in np.arange(4.0, SIZE_M - 12.0, 16.0):
            found += [shapely.box(x, y + side, x + 10, y + side + 8) for side in (8.0, -16.0) if keep(x, y)]
    return found


def suburb(buildings, *, kind="residential", streets=STREETS, **options) -> City:
    """Return a town of 500 m, four cells, whose streets are of a kind."""
    city = town(buildings, streets, size_m=SIZE_M, **options)
    return replace(city, streets=city.streets.assign(kind=kind))


def with_land(city: City, kind: str, *shapes) -> City:
    """Return a city with land of one kind."""
    frame = gpd.GeoDataFrame(
        {"kind": [kind] * len(shapes), "tag": ["by hand"] * len(shapes)},
        geometry=[shapely.transform(shape, lambda points: points + ORIGIN) for shape in shapes],
        index=pd.Index([f"l{i}" for i in range(len(shapes))], name="land_id", dtype=object),
        crs=CRS,
    )
    return replace(city, land=frame)


def with_places(city: City, kind: str, spots) -> City:
    """Return a city with places of one kind."""
    frame = gpd.GeoDataFrame(
        {"kind": [kind] * len(spots), "name": [None] * len(spots)},
        geometry=[shapely.Point(ORIGIN + np.array(spot)) for spot in spots],
        index=pd.Index([f"p{i}" for i in range(len(spots))], name="place_id", dtype=object),
        crs=CRS,
    )
    return replace(city, places=frame)


def statuses(city: City) -> list[str]:
    """Return the status of each cell, row by row."""
    return city_completeness(city).cells["status"].tolist()


LONE = [shapely.box(1, 480, 2, 481)]
"""A hut far from any street: the map is not empty."""


def test_a_built_up_suburb_is_complete_with_its_numbers() -> None:
    found = city_completeness(suburb(houses()))
    cells = found.cells
    assert (cells["status"] == "complete").all()
    assert (cells["judged_by"] == "streets").all()
    assert cells["street_length_m"].tolist() == [750.0] * 4
    assert cells["side_length_m"].tolist() == [1500.0] * 4
    assert cells["walled_side_share"].iloc[0] == pytest.approx(16 * 10 / 250, abs=0.02)
    assert cells["building_count"].sum() == len(houses())
    assert cells["street_names"].iloc[0] == "Street 0, Street 1"
    assert cells.index[0] == f"{ORIGIN[0]:.0f} {ORIGIN[1]:.0f}"
    assert found.missing_m.sum() == 0.0


def test_where_a_quarter_lost_its_buildings_it_is_missing_there_only() -> None:
    city = suburb(houses(lambda x, y: x >= 230 or y >= 250))
    found = city_completeness(city)
    assert found.cells["status"].tolist() == ["missing", "complete", "complete", "complete"]
    assert found.missing_m.tolist() == [250.0, 250.0, 250.0, 0.0, 0.0, 0.0]
    corner = ORIGIN + np.array([[10.0, 10.0], [260.0, 10.0], [10.0, 260.0], [900.0, 10.0]])
    assert found.is_missing_at(corner).tolist() == [True, False, False, False]
    assert found.status_at(corner).tolist()[-1] == "not_judged"
    assert found.street_length_m("missing") == 750.0
    assert found.street_length_m() == 3000.0


def test_an_empty_map_is_missing_everywhere_even_in_a_park() -> None:
    found = city_completeness(suburb([], kind="footway")).cells
    assert (found["status"] == "missing").all()
    assert (found["judged_by"] == "empty_map").all()


@pytest.mark.parametrize("kind", ["footway", "path", "track", "service", "rail", "motorway", "cycleway", "trunk"])
def test_ways_that_need_no_building_are_not_judged(kind) -> None:
    assert statuses(suburb(LONE, kind=kind)) == ["not_judged"] * 4


def test_larger_roads_show_buildings_but_their_lack_shows_nothing() -> None:
    assert statuses(suburb(LONE, kind="primary")) == ["not_judged"] * 4
    assert statuses(suburb(houses(), kind="primary")) == ["complete"] * 4


@pytest.mark.parametrize("kind", ["green", "water"])
def test_streets_along_parks_and_water_are_not_missing_their_buildings(kind) -> None:
    bare = suburb(LONE)
    assert statuses(bare) == ["missing"] * 4
    assert statuses(with_land(bare, kind, shapely.box(-50, -50, 550, 550))) == ["not_judged"] * 4
    # A verge is no park.
    verges = [shapely.box(x, y + 12, x + 40, y + 20) for (_, y), _ in STREETS for x in range(0, 500, 50)]
    assert statuses(with_land(bare, kind, *verges)) == ["missing"] * 4


def test_too_little_street_says_nothing() -> None:
    assert statuses(suburb(LONE, streets=[[(0, 40), (240, 40)]])) == ["not_judged"]


def test_residential_land_without_buildings_tells_where_streets_do_not() -> None:
    path = suburb(LONE, kind="footway")
    assert statuses(with_land(path, "residential", shapely.box(0, 0, 500, 500))) == ["missing"] * 4
    land = with_land(
        suburb(houses(), kind="footway"), "residential", shapely.box(0, 0, 500, 500), shapely.box(0, 0, 400, 500)
    )
    cells = city_completeness(land).cells
    assert (cells["status"] == "complete").all()
    assert (cells["judged_by"] == "land").all()
    # Overlapping areas are counted once.
    assert cells["residential_land_m2"].tolist() == [250.0**2] * 4


@pytest.mark.parametrize("kind", ["amenity=restaurant", "restaurant", "shop=clothes"])
def test_shops_in_no_building_tell_too(kind) -> None:
    spots = [(20.0 + 16.0 * i, 52.0) for i in range(6)]
    path = suburb(LONE, kind="footway")
    assert statuses(with_places(path, kind, spots))[0] == "missing"
    cells = city_completeness(with_places(suburb(houses(), kind="footway"), kind, spots)).cells
    assert cells["status"].iloc[0] == "complete"
    assert cells["housed_place_share"].iloc[0] == 1.0
    assert cells["place_count"].tolist() == [6, 0, 0, 0]


def test_places_that_stand_outdoors_say_nothing() -> None:
    spots = [(20.0 + 16.0 * i, 52.0) for i in range(6)]
    assert statuses(with_places(suburb(LONE, kind="footway"), "amenity=bench", spots)) == ["not_judged"] * 4


def test_evidence_that_differs_is_doubtful() -> None:
    spots = [(20.0 + 16.0 * i, 52.0) for i in range(6)]
    assert statuses(with_places(suburb(houses()), "restaurant", [(x, 75.0) for x, _ in spots]))[0] == "doubtful"


STATES = st.integers(0, 2**32 - 1)


@given(STATES, st.floats(0.0, 1.0), st.floats(0.0, 1.0))
@settings(max_examples=25, deadline=None)
def test_deleting_buildings_never_raises_completeness(seed, first, second) -> None:
    draw = np.random.default_rng(seed)
    all_houses = np.array([*houses(), *LONE], dtype=object)
    rank = draw.random(len(all_houses))
    more, fewer = sorted((first, second), reverse=True)
    spots = draw.uniform(0, SIZE_M, (40, 2))
    found = []
    for kept in (more, fewer):
        city = suburb([*all_houses[rank <= kept], *LONE])
        city = with_land(with_places(city, "restaurant", spots), "residential", shapely.box(0, 0, 300, 500))
        found.append(city_completeness(city).cells)
    before, after = found
    for name in ("walled_side_share", "built_share", "housed_place_share"):
        assert (after[name].fillna(0.0) <= before[name].fillna(0.0) + 1e-12).all()
    assert (after["status"].map(ORDER) <= before["status"].map(ORDER)).all()


def test_an_area_without_streets_changes_nothing() -> None:
    city = suburb(houses(lambda x, y: x >= 230))
    wide = replace(city, boundary=city.boundary.buffer(2000.0))
    wide = with_land(wide, "residential", shapely.box(1000, 1000, 2000, 2000))
    assert city_completeness(wide).cells.equals(city_completeness(city).cells)


def test_splitting_a_street_changes_nothing() -> None:
    city = suburb(houses(lambda x, y: x >= 230 or y > 200))
    cut = [
        part for (one, other) in STREETS for part in ([one, (131.0, one[1])], [(131.0, one[1]), (377.5, one[1]), other])
    ]
    parts = suburb(houses(lambda x, y: x >= 230 or y > 200), streets=cut)
    whole, split = (city_completeness(each).cells for each in (city, parts))
    assert split["status"].equals(whole["status"])
    numbers = ["street_length_m", "side_length_m", "walled_side_share"]
    assert np.allclose(split[numbers], whole[numbers], rtol=1e-12)


def test_the_order_of_rows_changes_nothing() -> None:
    draw = np.random.default_rng(1)
    city = suburb(houses(lambda x, y: (x * 7 + y) % 3 < 1))
    city = with_places(with_land(city, "residential", shapely.box(0, 0, 300, 500), shapely.box(100, 0, 350, 90)), "pub",
                       draw.uniform(0, SIZE_M, (50, 2)))  # fmt: skip
    layers = {name: getattr(city, name) for name in ("buildings", "streets", "places", "land")}
    shuffled = replace(city, **{name: frame.iloc[draw.permutation(len(frame))] for name, frame in layers.items()})
    one, other = city_completeness(city), city_completeness(shuffled)
    assert other.cells.equals(one.cells)
    by_street = pd.Series(other.missing_m, index=shuffled.streets.index).reindex(city.streets.index)
    assert by_street.tolist() == one.missing_m.tolist()


def test_what_is_no_street_under_the_sky_does_not_count() -> None:
    city = suburb(LONE)
    hidden = city.streets.assign(is_open_air=[False, False, False, True, True, True])
    cells = city_completeness(replace(city, streets=hidden)).cells
    assert len(cells) == 2
    assert city_completeness(replace(city, streets=city.streets.iloc[:0])).cells.empty


def test_areas_are_told_by_the_street_in_them() -> None:
    city = suburb(houses(lambda x, y: x >= 230 or y >= 250))
    areas = gpd.GeoSeries(
        [shapely.transform(shapely.box(*bounds), lambda points: points + ORIGIN)
         for bounds in ((0, 0, 300, 250), (200, 0, 500, 500), (900, 900, 950, 950))],
        index=["a", "b", "c"], crs=CRS,
    )  # fmt: skip
    found = area_completeness(city, city_completeness(city), areas)
    assert found["status"].tolist() == ["missing", "complete", "not_judged"]
    assert found.loc["a", ["street_length_m", "missing_length_m", "complete_length_m"]].tolist() == [
        900.0,
        750.0,
        150.0,
    ]
    assert found.index.tolist() == ["a", "b", "c"]


class TestFindings:
    """What findings make of it."""

    CAMERAS = ({"at": (100.0, 45.0), **KNOWN, "bearing_deg": 90.0}, {"at": (400.0, 45.0), **KNOWN, "bearing_deg": 90.0})

    def test_a_city_with_its_buildings_has_no_bounds(self) -> None:
        found = assess(plan(self.CAMERAS), suburb(houses()), viewing(draws=3)).findings
        assert not found.index.str.contains("mapped").any()
        assert (found.query("subject in ('streets', 'public_space')")["bound"] == "none").all()
        assert found.loc["streets_buildings_missing_share", "value"] == 0.0

    def test_where_buildings_are_missing_the_share_is_told_apart(self) -> None:
        city = suburb(houses(lambda x, y: x >= 230 or y >= 250))
        found = assess(plan(self.CAMERAS), city, viewing(draws=3))
        get = found.findings["value"].get
        parts = [get(f"streets_reachable_monitor_{part}share") for part in ("", "mapped_", "unmapped_")]
        assert found.finding("streets_reachable_monitor_unmapped_share")["denominator"] == 750.0
        assert found.finding("streets_reachable_monitor_mapped_share")["denominator"] == 2250.0
        assert parts[0] * 3000.0 == pytest.approx(parts[1] * 2250.0 + parts[2] * 750.0)
        assert parts[2] > parts[1] > 0.0
        bounds = found.findings["bound"]
        assert (
            bounds["streets_reachable_monitor_share"] == bounds["streets_reachable_monitor_unmapped_share"] == "upper"
        )
        assert bounds["streets_reachable_monitor_mapped_share"] == "none"
        assert found.finding("streets_buildings_missing_share")["value"] == 0.25
        assert found.streets["buildings_missing_length_m"].tolist() == [250.0, 250.0, 250.0, 0.0, 0.0, 0.0]
        space = found.finding("public_space_reachable_monitor_unmapped_share")
        assert space["bound"] == "upper"
        share = found.finding("public_space_buildings_missing_share")["value"]
        # A quarter of the town is missing its buildings; the rest has some that are no public space.
        assert 0.25 < share < 0.3
        shares = [
            found.finding(f"public_space_reachable_monitor_{part}share")["value"]
            for part in ("", "mapped_", "unmapped_")
        ]
        assert shares[0] == pytest.approx((1.0 - share) * shares[1] + share * shares[2])
        assert space["denominator"] == pytest.approx(
            share * found.finding("public_space_reachable_monitor_share")["denominator"]
        )

    def test_any_tiling_gives_the_same(self) -> None:
        city = suburb(houses(lambda x, y: x >= 230 or y >= 250))
        alone = assess(plan(self.CAMERAS), city, viewing(draws=3))
        with ThreadPoolExecutor(2) as executor:
            other = assess(plan(self.CAMERAS), city, viewing(draws=3), tiles=3, executor=executor)
        assert other.findings.equals(alone.findings)
        assert other.completeness.equals(alone.completeness)

    def test_a_list_is_a_lower_bound_unless_declared_complete(self) -> None:
        city = suburb(houses())
        open_list = plan(self.CAMERAS)
        assert assess(open_list, city, viewing(draws=2)).finding("cameras_listed_count")["bound"] == "lower"
        register = replace(open_list, is_list_complete=True)
        assert assess(register, city, viewing(draws=2)).finding("cameras_listed_count")["bound"] == "none"


LAYERS = {"buildings": "buildings", "streets": "streets", "places": "poi", "land": "landuse"}


def files_city(folder: Path, boundary=None) -> City:
    """Return a city of one folder of layers."""
    return city_from_files(
        folder.name, {layer: folder / f"{name}.parquet" for layer, name in LAYERS.items()}, boundary=boundary
    )


def missing_share(city: City) -> float:
    """Return the share of street length where buildings are missing."""
    found = city_completeness(city)
    return found.street_length_m("missing") / found.street_length_m()


@pytest.mark.data
class TestRealData:
    """Complete maps are called so, incomplete ones are not."""

    def test_trafford_lacks_its_buildings_where_its_census_areas_are_empty(self, shared_data) -> None:
        folder = shared_data("trafford_mid")
        city = files_city(folder, read_boundary(folder / "local_authority_district.geojson"))
        found = city_completeness(city)
        shares = {name: found.street_length_m(name) / found.street_length_m() for name in ORDER}
        assert shares["missing"] > 0.4
        assert shares["complete"] < 0.25
        areas = gpd.read_file(folder / "oa.geojson").to_crs(city.streets.crs).geometry
        assert len(areas) == 1055
        told = area_completeness(city, found, areas)["status"]
        inside = shapely.STRtree(areas.to_numpy()).query(
            shapely.point_on_surface(city.buildings.geometry.to_numpy()), predicate="within"
        )[1]
        count = np.bincount(inside, minlength=len(areas))
        assert (count < 10).sum() == 756
        assert (told[count < 10] == "missing").mean() > 0.9
        assert (told[count >= 50] == "missing").mean() < 0.05

    @pytest.mark.parametrize("name", ["berlin_mid", "la_alpr_small"])
    def test_complete_cities_are_hardly_ever_called_missing(self, shared_data, name) -> None:
        box = {"berlin_mid": (13.35, 52.485, 13.47, 52.545), "la_alpr_small": (-118.42, 34.06, -118.375, 34.096)}[name]
        city = files_city(shared_data(name), (shapely.box(*box), "the clip's own box"))
        assert missing_share(city) < 0.02
        kept = np.random.default_rng(0).random(len(city.buildings))
        assert missing_share(replace(city, buildings=city.buildings[kept < 0.1])) > 0.5
        assert missing_share(replace(city, buildings=city.buildings[kept < 0.0])) == 1.0

    def test_a_rural_country_is_complete_where_it_can_be_judged(self, shared_data) -> None:
        city = OsmFile(shared_data("liechtenstein_2024") / "liechtenstein.osm.pbf").city("Liechtenstein")
        found = city_completeness(city)
        assert found.street_length_m("missing") < 0.01 * found.street_length_m()
        assert found.street_length_m("complete") > 0.3 * found.street_length_m()

    def test_an_extract_of_a_few_larger_roads_is_judged_by_what_they_show(self, shared_data) -> None:
        city = OsmFile(shared_data("nyc_heights_small") / "nyc.osm.pbf").city("Lower Manhattan")
        found = city_completeness(city)
        assert found.street_length_m("complete") > 0.9 * found.street_length_m()


def test_the_sample_is_complete_and_lacks_them_once_they_are_deleted(sample) -> None:
    assert missing_share(sample.city) < 0.005
    assert missing_share(replace(sample.city, buildings=sample.city.buildings.iloc[:5])) > 0.8


def test_thresholds_are_those_that_the_page_derives() -> None:
    rules = get_pack("completeness", "buildings")
    page = (Path(__file__).parents[2] / "docs" / "completeness.md").read_text(encoding="utf-8")
    least = re.findall(r"\| (\w+) \| \*\*least.*?\*\*([\d.]+)\*\* \| \*\*([\d.]+)\*\*", page)
    assert [kind for kind, *_ in least] == ["streets", "land", "places"]
    for kind, missing, doubtful in least:
        assert rules[kind]["missing"] <= float(missing)
        assert rules[kind]["doubtful"] <= float(doubtful)
        if kind != "places":
            assert float(missing) - rules[kind]["missing"] < 0.011
            assert float(doubtful) - rules[kind]["doubtful"] < 0.011


def test_thresholds_are_in_order() -> None:
    rules = get_pack("completeness", "buildings")
    for kind in ("streets", "land", "places"):
        assert 0.0 < rules[kind]["missing"] < rules[kind]["doubtful"] < 1.0
    assert 0.0 < rules["mention_share"] < rules["headline_share"] < 1.0
