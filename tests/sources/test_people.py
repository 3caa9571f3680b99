"""Areas and their residents: outlines, grids, wide and long tables, and identifiers that do not match."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overseen.errors import SchemaError, SourceError
from overseen.model.city import City
from overseen.sources.areas import matched_rows
from overseen.sources.census_figures import Grouping, LongColumns
from overseen.sources.census_table import counts, read_census_table
from overseen.sources.city_files import city_from_files
from overseen.sources.layer_file import LayerOptions
from overseen.sources.people import PeopleOptions, read_people, with_people
from tests.sources import city_scenes as scenes


def notice(found, kind):
    """Return the notice of a kind, if any."""
    return next((notice for notice in found.notices if kind in notice.kind), None)


def faults_of(call):
    """Return the faults of a call as sentences."""
    with pytest.raises(SourceError) as error:
        call()
    return [str(fault) for fault in error.value.faults]


def areas_file(tmp_path, name="areas.gpkg", **columns):
    """Write three squares side by side; return the path."""
    return scenes.written(scenes.frame([scenes.box(x, 0, 1) for x in range(3)], **columns), tmp_path / name)


def table(tmp_path, text, name="census.csv", encoding="utf-8"):
    """Write a table; return the path."""
    (tmp_path / name).write_text(text, encoding=encoding)
    return tmp_path / name


CODES = {"code": ["01065", "01066", "01067"]}
LONG = "area_code,ethnic_group,measure,value\n" + "".join(
    f"{code},{group},Count,{number}\n"
    for code, numbers in (("01065", (5, 1)), ("01066", (7, 0)), ("01067", (9, 3)))
    for group, number in zip(("A", "B"), numbers, strict=True)
)


def test_residents_in_the_file_itself(tmp_path) -> None:
    people = read_people(areas_file(tmp_path, **CODES, NAME=["x", "y", "z"], Einwohner=[10, 20, 30]))
    assert people.areas["resident_count"].to_dict() == {"01065": 10.0, "01066": 20.0, "01067": 30.0}
    assert people.areas["name"].tolist() == ["x", "y", "z"]
    assert people.sources[0].role == "people: id from code, name from NAME, residents from Einwohner"
    assert people.notices == ()


def test_a_long_table_is_recognised(tmp_path) -> None:
    options = PeopleOptions(tables=(table(tmp_path, LONG),))
    people = read_people(areas_file(tmp_path, **CODES), options)
    assert people.areas["resident_count"].tolist() == [6.0, 7.0, 12.0]
    assert people.groups.to_numpy().tolist()[:2] == [
        ["01065", "ethnic_group", "A", 5.0],
        ["01065", "ethnic_group", "B", 1.0],
    ]
    assert len(people.groups) == 6


def test_a_wide_table_with_named_groups(tmp_path) -> None:
    wide = "id;name;inhabitants;age_0_18;age_19;age_0_18_percentage;foreigners\n01065;a;1.000;300;700;30;50\n01066;b;200;50;150;25;7\n01067;c;3;1;2;33.3;0\n"
    options = PeopleOptions(
        tables=(table(tmp_path, wide),),
        groupings=(Grouping("age", ("age_*",)), Grouping("foreigners", ("foreigners",))),
    )
    people = read_people(areas_file(tmp_path, **CODES), options)
    assert people.areas["resident_count"].tolist() == [1000.0, 200.0, 3.0]
    assert people.groups.groupby("group")["category"].unique().map(list).to_dict() == {
        "age": ["age_0_18", "age_19"], "foreigners": ["foreigners"],
    }  # fmt: skip
    assert people.groups.groupby("group")["resident_count"].sum().to_dict() == {"age": 1203.0, "foreigners": 57.0}
    assert notice(people, "does not add up") is None


def test_groups_that_overlap_are_told(tmp_path) -> None:
    path = areas_file(tmp_path, **CODES, population=[10, 20, 30], of_age=[5, 5, 5], women=[8, 9, 9])
    people = read_people(path, PeopleOptions(groupings=(Grouping("who", ("of_age", "women")),)))
    assert notice(people, "group who that does not add up").count == 3


@pytest.mark.parametrize("codes", ["1065,1066,1067", "01065,01066,01067", "1065.0,01066,1067"])
def test_identifiers_are_text_and_leading_zeros_are_told(tmp_path, codes) -> None:
    rows = "".join(f"{code},{number}\n" for number, code in enumerate(codes.replace(".0", "").split(","), start=1))
    options = PeopleOptions(tables=(table(tmp_path, "id,population\n" + rows),))
    people = read_people(areas_file(tmp_path, **CODES), options)
    assert people.areas["resident_count"].tolist() == [1.0, 2.0, 3.0]
    bare = sum(not code.startswith("0") for code in codes.split(","))
    told = notice(people, "without leading zeros")
    assert (told.count if told else 0) == bare


def test_numeric_identifiers_match_text(tmp_path) -> None:
    path = areas_file(tmp_path, code=[1001.0, 1002.0, 1003.0])
    options = PeopleOptions(tables=(table(tmp_path, "code,population\n1001,5\n1002,6\n1003,7\n"),))
    assert read_people(path, options).areas["resident_count"].to_dict() == {"1001": 5.0, "1002": 6.0, "1003": 7.0}


def test_leading_zeros_never_join_two_areas() -> None:
    assert matched_rows(["01", "1"], ["1", "001"]) == ({"1": "1", "001": "01"}, 1)
    assert matched_rows(["01", "001"], ["1"]) == ({}, 0)


def test_what_does_not_match_is_counted(tmp_path) -> None:
    rows = "id,population\n01065,5\n01066,6\n77777,100\n88888,11\n"
    people = read_people(areas_file(tmp_path, **CODES), PeopleOptions(tables=(table(tmp_path, rows),)))
    assert (notice(people, "identifier without an area").count, notice(people, "without an area").example) == (
        2,
        "77777",
    )
    assert "111 residents of the table are in no area" in notice(people, "identifier without an area").consequence
    assert (notice(people, "area without a row").count, notice(people, "area without a row").example) == (1, "01067")
    assert np.isnan(people.areas.loc["01067", "resident_count"])


def test_a_table_of_other_areas_is_a_fault(tmp_path) -> None:
    options = PeopleOptions(tables=(table(tmp_path, "id,population\nX1,5\nX2,6\n"),))
    (fault,) = faults_of(lambda: read_people(areas_file(tmp_path, **CODES), options))
    assert "no column of it holds the identifiers in column code of areas.gpkg" in fault


def test_repeated_outlines_count_once_and_parts_are_joined(tmp_path) -> None:
    frame = scenes.frame(
        [scenes.box(0, 0, 1), scenes.box(0, 0, 1), scenes.box(1, 0, 1), scenes.box(9, 0, 1), scenes.box(3, 0, 1)],
        code=["a", "a", "b", "b", "c"], population=[5, 5, 7, 7, 9], district=["x", "x", "x", "y", "x"],
    )  # fmt: skip
    people = read_people(scenes.written(frame, tmp_path / "a.geojson"))
    assert people.areas["resident_count"].to_dict() == {"a": 5.0, "b": 7.0, "c": 9.0}
    assert people.areas.geometry["b"].geom_type == "MultiPolygon"
    told = notice(people, "identifier of several features")
    assert (told.count, told.consequence) == (2, "5 features are 3 areas: 1 repeat an outline and count once, 1 are further parts and were joined.")  # fmt: skip
    assert (notice(people, "far apart").count, notice(people, "far apart").example) == (1, "b")
    assert notice(people, "disagree").consequence.startswith("They differ in district")


def test_parts_that_tell_different_residents_are_not_known(tmp_path) -> None:
    frame = scenes.frame([scenes.box(0, 0, 1), scenes.box(1, 0, 1)], code=["a", "a"], population=[5, 6])
    people = read_people(scenes.written(frame, tmp_path / "a.geojson"))
    assert np.isnan(people.areas.loc["a", "resident_count"])
    assert notice(people, "disagree").count == 1


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (["3.419", "192", "1.234.567"], [3419, 192, 1234567]),
        (["1,234", "5,678"], [1234, 5678]),
        (["1 234", "12"], [1234, 12]),
        (["12,5", "3"], [12.5, 3]),
        (["0.123", "5.25"], [0.123, 5.25]),
        (["<5", "-", "n/a", "-99999", "7"], [np.nan, np.nan, np.nan, np.nan, 7]),
    ],
)
def test_numbers_of_people(values, found) -> None:
    numbers, is_odd = counts(pd.Series(values))
    assert np.array_equal(numbers, np.array(found, dtype=float), equal_nan=True)
    assert is_odd.tolist() == np.isnan(numbers).tolist()


def test_withheld_figures_are_unknown_and_told(tmp_path) -> None:
    path = areas_file(tmp_path, **CODES, population=["<5", "-200", "7"])
    people = read_people(path)
    told = notice(people, "population that is no number of people")
    assert (told.count, told.example) == (2, "<5 of 01065")
    assert notice(people, "area of unknown residents").count == 2


def test_tables_of_every_kind(tmp_path) -> None:
    plain = "id,population\n01065,5\n01066,6\n01067,7\n"
    path = areas_file(tmp_path, **CODES)
    frame = pd.DataFrame({"id": CODES["code"], "population": [5, 6, 7]})
    frame.to_parquet(tmp_path / "t.parquet")
    files = [
        table(tmp_path, plain, "comma.csv"),
        table(tmp_path, plain.replace(",", "\t"), "tab.tsv"),
        table(tmp_path, plain.replace(",", ";"), "bom.csv", "utf-8-sig"),
        table(tmp_path, "Residents of X\nSource: office\n\n" + plain, "titled.csv"),
        table(tmp_path, "id,population,Größe\n01065,5,ä\n01066,6,ö\n01067,7,ü\n", "latin.csv", "cp1252"),
        tmp_path / "t.parquet",
    ]
    for file in files:
        assert read_people(path, PeopleOptions(tables=(file,))).areas["resident_count"].tolist() == [5.0, 6.0, 7.0], (
            file
        )
    assert notice(read_census_table(files[3]), "lines above the header").count == 3
    assert notice(read_census_table(files[4]), "not UTF-8") is not None


def test_torn_lines_are_counted(tmp_path) -> None:
    found = read_census_table(table(tmp_path, "id,population\na,5\nb,6,7,8\nc,1\n\nd,2\n"))
    assert found.frame["id"].tolist() == ["a", "c", "d"]
    assert (notice(found, "too many fields").count, notice(found, "too many fields").example) == (1, "line 3")


def test_a_long_table_with_shares_beside_counts(tmp_path) -> None:
    extra = LONG + "".join(f"{code},A,Percentage,50\n" for code in CODES["code"])
    people = read_people(areas_file(tmp_path, **CODES), PeopleOptions(tables=(table(tmp_path, extra),)))
    assert people.areas["resident_count"].tolist() == [6.0, 7.0, 12.0]
    assert notice(people, "rows of other figures").count == 3


def test_a_long_table_that_holds_a_total(tmp_path) -> None:
    extra = LONG + "01065,All people,Count,6\n01066,All people,Count,7\n01067,All people,Count,12\n"
    people = read_people(areas_file(tmp_path, **CODES), PeopleOptions(tables=(table(tmp_path, extra),)))
    assert people.areas["resident_count"].tolist() == [6.0, 7.0, 12.0]
    assert notice(people, "category that holds all").example == "All people"


def test_a_long_table_of_two_dimensions_asks_which(tmp_path) -> None:
    rows = "code,sex,age,n\n" + "".join(
        f"{code},{sex},{age},1\n" for code in CODES["code"] for sex in ("f", "m") for age in ("0-17", "18+")
    )
    path, file = areas_file(tmp_path, **CODES), table(tmp_path, rows)
    (fault,) = faults_of(lambda: read_people(path, PeopleOptions(tables=(file,))))
    assert "columns sex, age all tell rows of one area apart; name the one of the groups" in fault
    (fault,) = faults_of(lambda: read_people(path, PeopleOptions(tables=(file,), long=LongColumns("age"))))
    assert "long = { where = { sex = 'f' } }" in fault
    people = read_people(path, PeopleOptions(tables=(file,), long=LongColumns("age", where={"sex": "f"})))
    assert people.areas["resident_count"].tolist() == [2.0, 2.0, 2.0]


def test_every_fault_at_once_with_the_nearest_column(tmp_path) -> None:
    options = PeopleOptions(
        LayerOptions({"id": "cod", "name": "nam"}),
        residents="populaton",
        tables=(table(tmp_path, "id,population\n01065,5\n"), tmp_path / "gone.csv"),
        table_id="idd",
    )
    faults = faults_of(lambda: read_people(areas_file(tmp_path, **CODES), options))
    assert faults == [
        "census.csv, column idd: there is none, for city.people.table_id; did you mean 'id'?.",
        f"gone.csv: there is no such file; put it at {tmp_path / 'gone.csv'} or correct the plan.",
        "areas.gpkg, column cod: there is none, for city.people.id; did you mean 'code'?.",
        "areas.gpkg, column nam: there is none, for city.people.name; its columns are code.",
    ]  # fmt: skip


def test_columns_of_tables_that_are_not_there(tmp_path) -> None:
    path, file = areas_file(tmp_path, **CODES), table(tmp_path, "id,population\n01065,5\n01066,6\n01067,7\n")
    (fault,) = faults_of(lambda: read_people(path, PeopleOptions(residents="populaton", tables=(file,))))
    assert "column populaton: there is none, for city.people.residents; did you mean 'population'?" in fault
    options = PeopleOptions(tables=(file,), groupings=(Grouping("age", ("age_*", "populace")),))
    faults = faults_of(lambda: read_people(path, options))
    assert len(faults) == 2
    assert "did you mean 'population'?" in faults[1]
    (fault,) = faults_of(lambda: read_people(path, PeopleOptions(tables=(file,), long=LongColumns(value="populaton"))))
    assert "city.people.long.value" in fault


def test_a_table_with_several_years_is_a_fault(tmp_path) -> None:
    rows = "id,year,population\n01065,2019,5\n01065,2020,6\n01066,2019,1\n01066,2020,2\n01067,2020,1\n"
    (fault,) = faults_of(
        lambda: read_people(areas_file(tmp_path, **CODES), PeopleOptions(tables=(table(tmp_path, rows),)))
    )
    assert (
        "01065 has several rows, and so do 1 more; they differ in year, population; keep one row for each area" in fault
    )


def test_lines_are_no_areas(tmp_path) -> None:
    path = scenes.written(scenes.frame([scenes.line((0, 0), (1, 1))], code=["a"]), tmp_path / "l.gpkg")
    assert "it holds no area" in faults_of(lambda: read_people(path))[0]


def test_no_column_of_residents_is_told(tmp_path) -> None:
    people = read_people(areas_file(tmp_path, **CODES))
    assert "name it with residents = '...'" in notice(people, "area of unknown residents").consequence


def block(tmp_path, edge=None):
    """Return a city of one building whose boundary is a square of 1.5 steps."""
    path = scenes.written(scenes.buildings(), tmp_path / "b.gpkg")
    return city_from_files("Block", {"buildings": path}, boundary=(edge or scenes.box(0, 0, 1.5), "drawn"))


def test_areas_across_the_boundary_stay_whole(tmp_path) -> None:
    people = read_people(areas_file(tmp_path, **CODES, population=[10, 20, 30], women=[5, 10, 15]),
                         PeopleOptions(groupings=(Grouping("women", ("women",)),)))  # fmt: skip
    city = with_people(block(tmp_path), people)
    assert city.areas.index.tolist() == ["01065", "01066"]
    assert city.areas["resident_count"].tolist() == [10.0, 20.0]
    assert city.areas["inside_share"].tolist() == pytest.approx([1.0, 0.5], abs=1e-3)
    assert city.areas.geometry.area.iloc[1] == pytest.approx(city.areas.geometry.area.iloc[0], rel=1e-3)
    assert city.area_groups.index.tolist() == ["01065/women/women", "01066/women/women"]
    assert notice(city, "area outside the boundary").consequence == "It was left out, with 30 residents."
    assert notice(city, "area across the boundary").count == 1
    assert "33 %" in notice(city, "ground without an area").example


def test_areas_of_half_the_world_do_not_have_to_fit_the_plane(tmp_path) -> None:
    far = [shapely.box(-179, -89, -170, -80), shapely.box(100, 85, 170, 90), scenes.box(0, 0, 1)]
    people = read_people(scenes.written(scenes.frame(far, code=["a", "b", "c"], pop=[1, 2, 3]), tmp_path / "w.geojson"))
    assert with_people(block(tmp_path), people).areas["resident_count"].to_dict() == {"c": 3.0}


def test_areas_that_overlap_are_told(tmp_path) -> None:
    frame = scenes.frame([scenes.box(0, 0, 1), scenes.box(0, 0, 2)], code=["a", "b"], population=[1, 2])
    city = with_people(block(tmp_path), read_people(scenes.written(frame, tmp_path / "a.gpkg")))
    assert notice(city, "areas that overlap") is not None


def test_a_city_needs_no_people_and_refuses_groups_of_nowhere(tmp_path) -> None:
    city = block(tmp_path)
    assert len(city.areas) == len(city.area_groups) == 0
    assert city.areas.crs == city.buildings.crs
    stray = pd.DataFrame({"area_id": ["x"], "group": ["g"], "category": ["c"], "resident_count": [1.0]},
                         index=pd.Index(["x/g/c"], name="area_group_id", dtype=object))  # fmt: skip
    with pytest.raises(SchemaError, match="'x' is no area"):
        City("n", city.boundary, "s", city.buildings, city.streets, city.places, city.land, area_groups=stray)


def test_the_order_of_the_features_changes_nothing(tmp_path) -> None:
    frame = scenes.frame(
        [scenes.box(x, 0, 1) for x in (0, 1, 2, 2)], code=["a", "b", "c", "c"], population=[1, 2, 3, 3]
    )
    one, other = (
        read_people(scenes.written(rows, tmp_path / f"{number}.gpkg")).areas.sort_index()
        for number, rows in enumerate((frame, frame.iloc[::-1]))
    )
    assert one["resident_count"].equals(other["resident_count"])
    assert shapely.equals(one.geometry.to_numpy(), other.geometry.to_numpy()).all()


cells = st.sampled_from(
    ["01065", "01066", "1067", "", "5", "<5", "-200", "1.234", "A", "é", '"', "Count", "Percentage", "value"]
)
rows = st.lists(st.lists(cells, min_size=0, max_size=5).map(",".join), min_size=0, max_size=8)


@given(rows, st.sampled_from([",", ";", "\t"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_table_is_ever_a_traceback_or_invents_people(tmp_path, drawn, delimiter) -> None:
    path = tmp_path / "areas.gpkg"
    if not path.exists():
        areas_file(tmp_path, **CODES)
    text = "\n".join(["code,group,measure,value", *drawn]).replace(",", delimiter)
    try:
        people = read_people(path, PeopleOptions(tables=(table(tmp_path, text),)))
    except SourceError as error:
        assert all(fault.problem and fault.remedy for fault in error.faults)
        return
    assert people.areas.index.tolist() == CODES["code"]
    assert not (people.areas["resident_count"] < 0).any()
    assert set(people.groups["area_id"]) <= set(CODES["code"])
