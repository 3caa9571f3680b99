"""The part [city] of a plan: all that it may say, and every fault at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from overseen.errors import PlanError, SourceError
from overseen.sources.plan_file import read_plan
from tests.sources import city_scenes as scenes

HEAD = '[plan]\nname = "x"\n[cameras]\nfile = "cameras.csv"\n'


@pytest.fixture
def folder(tmp_path):
    """Return a folder with cameras, every layer, areas and a table."""
    (tmp_path / "cameras.csv").write_text("lon,lat\n24.941,60.1701\n", encoding="utf-8")
    for layer in ("buildings", "streets", "places", "land"):
        scenes.written(getattr(scenes, layer)(), tmp_path / f"{layer}.gpkg")
    areas = scenes.frame([scenes.box(x, -1, 2) for x in (0, 2)], code=["01", "02"], population=[10, 30])
    scenes.written(areas, tmp_path / "areas.gpkg")
    (tmp_path / "census.csv").write_text("code,sex,n\n01,f,6\n01,m,5\n02,f,9\n02,m,20\n", encoding="utf-8")
    pd.DataFrame(
        {"code": ["01", "02"], "people": [11, 29], "age_0": [1, 2], "age_1": [10, 27], "women": [6, 9]}
    ).to_csv(tmp_path / "wide.csv", index=False)
    return tmp_path


def city_of(folder, text):
    """Return the city of a plan whose part on the city is given."""
    (folder / "plan.toml").write_text(HEAD + text, encoding="utf-8")
    return read_plan(folder / "plan.toml").city


def faults_of(folder, text, kind=PlanError):
    """Return the faults of such a plan as sentences."""
    with pytest.raises(kind) as error:
        city_of(folder, text)
    return [str(fault) for fault in error.value.faults]


def test_layers_one_by_one_and_as_a_folder(folder) -> None:
    single = city_of(
        folder,
        '[city]\nbuildings = "buildings.gpkg"\nstreets = "streets.gpkg"\nplaces = "places.gpkg"\nland = ["land.gpkg"]\n',
    )
    whole = city_of(folder, '[city]\nfolder = "."\n')
    for table in ("buildings", "streets", "places", "land"):
        assert getattr(single, table).equals(getattr(whole, table))
        assert len(getattr(single, table))
    assert (single.name, len(single.sources), len(single.areas)) == ("x", 4, 0)


def test_a_layer_named_beside_a_folder_takes_its_place(folder) -> None:
    scenes.written(scenes.buildings().iloc[:1], folder / "one.gpkg")
    assert len(city_of(folder, '[city]\nfolder = "."\nbuildings = "one.gpkg"\n').buildings) == 1


@pytest.mark.parametrize(
    ("people", "residents", "groups"),
    [
        ('people = "areas.gpkg"', [10, 30], 0),
        ('people = { file = "areas.gpkg", residents = "population" }', [10, 30], 0),
        ('people = { file = "areas.gpkg", table = "census.csv" }', [11, 29], 4),
        ('people = { file = "areas.gpkg", table = "census.csv", long = { group = "sex", value = "n" } }', [11, 29], 4),
        ('people = { file = "areas.gpkg", table = "census.csv", long = { where = { sex = "f" }, group = "sex" } }', [6, 9], 2),
        ('people = { file = "areas.gpkg", id = "code", table = ["wide.csv"], table_id = "code", residents = "people", groups = ["age_*", "women"] }', [11, 29], 6),
        ('people = { file = "areas.gpkg", table = ["wide.csv", "census.csv"], groups = { age = ["age_0", "age_1"], sex = "women" } }', [11, 29], 10),
    ],
)  # fmt: skip
def test_people(folder, people, residents, groups) -> None:
    city = city_of(folder, f'[city]\nbuildings = "buildings.gpkg"\n{people}\n')
    assert city.areas["resident_count"].tolist() == residents
    assert len(city.area_groups) == groups
    assert city.areas["inside_share"].between(0, 1).all()
    assert {source.file for source in city.sources} >= {"buildings.gpkg", "areas.gpkg"}


def test_groups_of_a_list_name_themselves(folder) -> None:
    city = city_of(
        folder,
        '[city]\nbuildings = "buildings.gpkg"\npeople = { file = "areas.gpkg", table = "wide.csv", groups = ["age_*", "women"] }\n',
    )
    assert sorted(city.area_groups["group"].unique()) == ["age", "women"]


def test_columns_crs_licences_heights_and_snapping(folder) -> None:
    frame = scenes.frame([scenes.box(x, 0) for x in range(3)], H=[5.0, 6.0, 7.0]).to_crs(3067)
    frame.set_crs(None, allow_override=True).to_parquet(folder / "b.parquet")
    scenes.written(scenes.frame([scenes.line((0, 0), (1, 0)), scenes.line((1.02, 0), (2, 0))]), folder / "s.gpkg")
    text = (
        '[city]\nbuildings = "b.parquet"\nstreets = "s.gpkg"\ndefault_heights_m = [6.0]\nsnap_m = {snap}\n'
        '[city.columns.buildings]\nheight = "H"\n[city.crs]\nbuildings = "EPSG:3067"\n[city.licences]\nbuildings = "CC0"\n'
    )
    city = city_of(folder, text.replace("{snap}", "2"))
    assert city.buildings["height_m"].fillna(0).tolist() == [5.0, 0.0, 7.0]
    assert city.sources[0].licence == "CC0"
    assert city.streets["to_node"].iloc[0] == city.streets["from_node"].iloc[1]
    apart = city_of(folder, text.replace("{snap}", "0"))
    assert apart.streets["to_node"].iloc[0] != apart.streets["from_node"].iloc[1]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('buildins = "b.gpkg"', "city.buildins: there is no such key; did you mean 'buildings'?"),
        ('people = { fle = "a" }', "city.people.fle: there is no such key; did you mean 'file'?"),
        ('people = { table = "census.csv" }', "city.people.file: it is missing"),
        ('people = { file = "areas.gpkg", long = { groop = "x" } }', "city.people.long.groop: there is no such key; did you mean 'group'?"),
        ('people = { file = "gone.gpkg", table = "gone.csv" }', "city.people.table: there is no file 'gone.csv' beside the plan"),
        ('columns = { buildings = { hight = "H" } }', "city.columns.buildings.hight: nothing is called 'hight'; did you mean 'height'?"),
        ('columns = { bildings = { height = "H" } }', "city.columns.bildings: nothing is called 'bildings'; did you mean 'buildings'?"),
        ('crs = { peeple = "EPSG:4326" }', "city.crs.peeple: nothing is called 'peeple'; did you mean 'people'?"),
        ('crs = { people = "EPSG:nope" }', "city.crs: {'people': 'EPSG:nope'} does not fit; 'EPSG:nope' is no coordinate reference system"),
        ("default_heights_m = [-3.66]", "city.default_heights_m.0: -3.66 does not fit"),
        ("snap_m = 50", "city.snap_m: 50 does not fit"),
        ('land = ["land.gpkg", "gone.gpkg"]', "city.land: there is no file 'gone.gpkg' beside the plan"),
    ],
)  # fmt: skip
def test_a_fault_names_its_place_and_remedy(folder, text, sentence) -> None:
    faults = faults_of(folder, f"[city]\n{text}\n")
    assert any(sentence in fault for fault in faults), faults


def test_faults_of_city_and_people_come_together(folder) -> None:
    (folder / "broken.gpkg").write_text("x", encoding="utf-8")
    faults = faults_of(
        folder,
        '[city]\nbuildings = "broken.gpkg"\nstreets = "streets.gpkg"\ncolumns = { streets = { name = "nam" } }\nboundary = "cameras.csv"\n'
        'people = { file = "areas.gpkg", residents = "populaton", table = "wide.csv" }\n',
        SourceError,
    )
    assert [fault.split(",")[0].split(":")[0] for fault in faults] == [
        "cameras.csv",
        "wide.csv",
        "broken.gpkg",
        "streets.gpkg",
    ]


def test_a_raster_of_people(folder) -> None:
    rasterio = pytest.importorskip("rasterio")
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        where = rasterio.transform.from_origin(24.93, 60.18, 0.001, 0.001)
        with rasterio.open(folder / "people.tif", "w", driver="GTiff", height=20, width=30, count=1, dtype="float32", crs=4326,
                           transform=where, nodata=-200) as raster:  # fmt: skip
            raster.write(np.full((20, 30), 2.0, dtype=np.float32), 1)
    city = city_of(folder, '[city]\nbuildings = "buildings.gpkg"\npeople = "people.tif"\n')
    assert 4 <= len(city.areas) < 600
    assert (city.areas["resident_count"] == 2.0).all()


def test_files_beside_an_openstreetmap_extract(folder, sample) -> None:
    near = sample.city.buildings.iloc[[0]].to_crs(4326)
    near[["geometry"]].assign(height=[11.0]).to_file(folder / "own.gpkg")
    city = city_of(folder, '[city]\nosm = "sample"\nbuildings = "own.gpkg"\n')
    assert city.buildings["height_m"].tolist() == [11.0]
    assert city.streets.equals(sample.city.streets)
    assert city.buildings.crs == sample.city.buildings.crs
    heights = city_of(folder, '[city]\nosm = "sample"\ndefault_heights_m = [15.0]\n').buildings
    before = sample.city.buildings
    is_meant = (before["height_m"] == 15.0) & (before["height_certainty"] == "stated")
    assert heights["height_m"].isna().sum() == before["height_m"].isna().sum() + is_meant.sum()


def test_check_tells_of_the_people(folder) -> None:
    from overseen.cli.checked import checked
    from overseen.cli.checked_text import worded

    city_of(folder, '[city]\nbuildings = "buildings.gpkg"\npeople = "areas.gpkg"\n')
    (found,) = checked([folder / "plan.toml"])
    assert found["city"]["areas"] == 2
    assert "2 areas with about" in worded([found])
