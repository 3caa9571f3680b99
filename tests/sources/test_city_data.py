"""Real cities from files, against the counts published with them."""

from __future__ import annotations

import pytest
import shapely

from overseen.sources.census_figures import Grouping
from overseen.sources.city_files import city_from_files, folder_files, read_boundary
from overseen.sources.people import PeopleOptions, read_people, with_people

pytestmark = pytest.mark.data


def notice(found, kind):
    """Return the notice of a kind, if any."""
    return next((notice for notice in found.notices if kind in notice.kind), None)


@pytest.fixture(scope="module")
def berlin(shared_data):
    """Return the middle of Berlin, from its folder, with its planning areas."""
    folder = shared_data("berlin_mid")
    people = read_people(folder / "lor_population_2020.geojson")
    clip = (shapely.box(13.35, 52.485, 13.47, 52.545), "the box that the data were clipped to")
    return with_people(city_from_files("Berlin", folder_files(folder), boundary=clip), people)


def test_the_middle_of_berlin(berlin) -> None:
    assert {source.file: source.counts[0][1] for source in berlin.sources} == {
        "buildings.parquet": 33_018, "streets.parquet": 32_415, "poi.parquet": 26_235, "landuse.parquet": 3_549,
        "lor_population_2020.geojson": 95,
    }  # fmt: skip
    assert notice(berlin, "height of 3.66 m, a renderer's default").count == 12_461  # and 52 that float
    assert notice(berlin, "begins above the street").count == 162
    assert len(berlin.buildings) == 33_018 - 162
    assert notice(berlin, "building height not understood").count == 43
    assert berlin.buildings.crs.to_epsg() == 32633
    assert shapely.is_valid(berlin.buildings.geometry.to_numpy()).all()


def test_the_planning_areas_of_the_middle_of_berlin(berlin) -> None:
    areas = berlin.areas
    assert (len(areas), areas["resident_count"].sum()) == (95, 927_499)
    assert notice(berlin, "area across the boundary").count == (areas["inside_share"] < 0.999).sum() > 10
    assert 0.6 < (areas["resident_count"] * areas["inside_share"]).sum() / 927_499 < 0.95
    assert areas.geometry.area.sum() > 1.2 * berlin.boundary.area


def test_the_planning_areas_of_all_berlin(shared_data) -> None:
    folder = shared_data("berlin_large")
    people = read_people(
        folder / "lor_planning_areas_2020.geojson",
        PeopleOptions(
            tables=(folder / "population_2020-12_age_planning_areas.csv", folder / "population_2020-12_migration_planning_areas.csv"),
            groupings=(Grouping("age", ("inhabitants_age_*",)), Grouping("origin", ("inhabitants_with_migration_background",))),
        ),
    )  # fmt: skip
    assert len(people.areas) == 447
    assert people.areas.index.str.len().unique().tolist() == [8]
    lost = [n for n in people.notices if n.kind == "identifier without an area"]
    assert {(n.count, n.example) for n in lost} == {(1, "04030417")}
    assert "10,786 residents" in lost[0].consequence
    assert people.areas["resident_count"].sum() + 10_786 == 3_769_962
    assert notice(people, "identifier of several features").example == "06010102"
    assert notice(people, "parts of an area far apart").example == "06010102"
    groups = people.groups.groupby("group")
    assert groups["category"].nunique().to_dict() == {"age": 8, "origin": 1}
    # The published total is of 448 areas, one of which is not on the map.
    assert groups["resident_count"].sum()["origin"] + 4_203 == 1_344_612
    assert groups["resident_count"].sum()["age"] == people.areas["resident_count"].sum()
    assert notice(people, "does not add up") is None


@pytest.mark.parametrize(
    ("areas", "table", "count", "residents"),
    [("oa", "oa", 738, 235_068), ("lsoa", "lsoa", 139, 234_987), ("electoral_ward", None, 21, 0)],
)
def test_census_areas_of_trafford(shared_data, areas, table, count, residents) -> None:
    folder = shared_data("trafford_mid")
    tables = (folder / f"2021_population_ethnic_group_{table}_trafford.csv",) if table else ()
    people = read_people(folder / f"{areas}.geojson", PeopleOptions(tables=tables))
    assert (len(people.areas), people.areas["resident_count"].sum()) == (count, residents)
    assert len(people.groups) == (19 * count if table else 0)
    assert people.groups["resident_count"].sum() == residents
    assert set(people.groups["group"]) <= {"ethnic_group"}
    told = notice(people, "identifier of several features")
    assert (told.count if told else 0) == (317 if areas == "oa" else 0)


def test_trafford_with_its_boundary(shared_data) -> None:
    folder = shared_data("trafford_mid")
    boundary = read_boundary(folder / "local_authority_district.geojson")
    city = city_from_files("Trafford", folder_files(folder), boundary=boundary)
    people = read_people(folder / "oa.geojson",
                         PeopleOptions(tables=(folder / "2021_population_ethnic_group_oa_trafford.csv",)))  # fmt: skip
    city = with_people(city, people)
    assert (len(city.areas), len(city.area_groups)) == (738, 14_022)
    assert (city.areas["resident_count"] * city.areas["inside_share"]).sum() == pytest.approx(235_068, rel=1e-3)
    assert city.areas.geometry.area.sum() == pytest.approx(city.boundary.area, rel=1e-3)
    assert shapely.intersects(city.streets.geometry.to_numpy(), city.boundary).all()
    for layer, count in (("schools_and_colleges", 103), ("places_of_worship", 118), ("hospitals", 20)):
        places = city_from_files(layer, {"places": folder / f"trafford_{layer}.geojson"}).places
        assert (len(places), places["name"].notna().all()) == (count, True)


def test_the_grid_of_helsinki(shared_data, sample) -> None:
    people = read_people(shared_data("helsinki_centre") / "helsinki_population_grid_2020.gpkg")
    assert (len(people.areas), people.areas["resident_count"].sum()) == (92, 71_724)
    city = with_people(sample.city, people)
    assert 20 < len(city.areas) < 92
    assert notice(city, "ground without an area") is not None
    assert notice(city, "area outside the boundary").count == 92 - len(city.areas)
    assert (city.areas["resident_count"] * city.areas["inside_share"]).sum() < city.areas["resident_count"].sum()


def test_measured_heights_of_los_angeles(shared_data) -> None:
    folder = shared_data("la_alpr_small")
    city = city_from_files("Los Angeles", folder_files(folder))
    assert {source.file: source.counts[0][1] for source in city.sources} == {
        "buildings.parquet": 15_453, "streets.parquet": 1_644, "poi.parquet": 704, "landuse.parquet": 17,
    }  # fmt: skip
    assert notice(city, "height of 5 m, a renderer's default").count == 3_057
    assert (city.buildings["height_certainty"] == "stated").sum() == 15_453 - 3_057
