"""City files: every format, any column names, and every oddity told."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from overseen.errors import SourceError
from overseen.sources.city_files import CityOptions, city_from_files, folder_files, read_boundary
from overseen.sources.layer_file import LayerOptions
from tests.sources import city_scenes as scenes


def notice(found, kind):
    """Return the notice of a kind, if any."""
    return next((notice for notice in found.notices if notice.kind.startswith(kind)), None)


def faults_of(call):
    """Return the faults of a call as sentences."""
    with pytest.raises(SourceError) as error:
        call()
    return [str(fault) for fault in error.value.faults]


def test_a_notice_names_the_feature_in_the_file(tmp_path) -> None:
    files = {
        layer: scenes.written(getattr(scenes, layer)(), tmp_path / f"{layer}.gpkg")
        for layer in ("buildings", "streets")
    }
    city = city_from_files("Block", files)
    assert notice(city, "building height not understood").example == "feature 2"
    assert notice(city, "line that is no street").example == "feature 3"
    assert sorted(city.streets.index) == ["street 1#1", "street 1#2", "street 2#1", "street 2#2", "street 4#1"]


@pytest.fixture(params=scenes.FORMATS)
def city(request, tmp_path):
    """Return the block read from files of one format."""
    files = {
        layer: scenes.written(getattr(scenes, layer)(), tmp_path / f"{layer}{request.param}")
        for layer in ("buildings", "streets", "places", "land")
    }
    return city_from_files("Block", files)


def test_the_same_city_from_every_format(city) -> None:
    buildings = city.buildings.sort_index()  # FlatGeobuf has its own order
    assert buildings.index.tolist() == ["a", "b", "c", "d"]
    assert buildings["kind"].tolist() == ["house", "yes", "yes", "yes"]
    assert buildings["height_certainty"].tolist() == ["stated", "unknown", "inferred", "unknown"]
    assert buildings["height_m"].tolist()[0:3:2] == [12.13, 12.0]
    assert city.streets["name"].fillna("").value_counts().to_dict() == {"Long Street": 2, "Cross Street": 2, "": 1}
    assert city.streets.loc[city.streets["name"].isna(), "is_open_air"].tolist() == [False]
    assert sorted(city.places["kind"]) == ["clinic", "school"]
    assert sorted(city.land["kind"]) == ["green", "residential"]
    assert city.buildings.crs.to_epsg() == 32635
    assert city.buildings.geometry.area.sum() == pytest.approx(4 * 27.73 * 55.75, rel=0.01)


def test_everything_odd_is_counted(city) -> None:
    assert {n.kind: n.count for n in city.notices} == {
        "building height not understood": 2, "line that is no street": 1, "no place that people go to": 1,
        "land of no use that matters": 1, "street not under the sky": 1, "streets joined into a network": 3,
    }  # fmt: skip


def test_what_was_taken_for_what_is_in_the_provenance(tmp_path) -> None:
    path = scenes.written(scenes.buildings(), tmp_path / "b.gpkg")
    options = CityOptions({"buildings": LayerOptions(licence="CC BY 4.0, City of X")})
    (source,) = city_from_files("Block", {"buildings": path}, options=options).sources
    assert source.role == "buildings: id from osm_id, kind from building, height from height, levels from levels"
    assert (source.licence, source.counts) == ("CC BY 4.0, City of X", (("features", 4),))


def test_columns_may_be_named(tmp_path) -> None:
    frame = scenes.buildings().rename(columns={"height": "H_DACH", "levels": "zz"})
    path = scenes.written(frame, tmp_path / "b.gpkg")
    options = CityOptions({"buildings": LayerOptions({"height": "H_DACH"})})
    city = city_from_files("Block", {"buildings": path}, options=options)
    assert city.buildings["height_certainty"].tolist() == ["stated", "unknown", "unknown", "unknown"]
    options = CityOptions({"buildings": LayerOptions({"height": "H_DACHE", "kind": "use"})})
    faults = faults_of(lambda: city_from_files("Block", {"buildings": path}, options=options))
    assert faults == [
        "b.gpkg, column H_DACHE: there is none, for city.columns.buildings.height; did you mean 'H_DACH'?.",
        "b.gpkg, column use: there is none, for city.columns.buildings.kind; its columns are osm_id, building, H_DACH, zz.",
    ]


def test_every_fault_of_every_file_comes_at_once(tmp_path) -> None:
    (tmp_path / "b.geojson").write_text("no json", encoding="utf-8")
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "s.parquet")
    scenes.places().set_crs(None, allow_override=True).to_parquet(tmp_path / "p.parquet")
    files = {"buildings": tmp_path / "b.geojson", "streets": tmp_path / "s.parquet", "places": tmp_path / "p.parquet",
             "land": tmp_path / "none.gpkg"}  # fmt: skip
    faults = faults_of(lambda: city_from_files("Block", files))
    assert [fault.split(":")[0] for fault in faults] == ["b.geojson", "s.parquet", "p.parquet", "none.gpkg"]
    assert "it is a table without shapes" in faults[1]
    assert "[city.crs] places" in faults[2]


def test_a_crs_that_the_file_does_not_state(tmp_path) -> None:
    local = scenes.buildings().to_crs(3067)
    local.set_crs(None, allow_override=True).to_parquet(tmp_path / "b.parquet")
    options = CityOptions({"buildings": LayerOptions(crs="EPSG:3067")})
    city = city_from_files("Block", {"buildings": tmp_path / "b.parquet"}, options=options)
    there = local.to_crs(32635).geometry.to_numpy()
    assert shapely.hausdorff_distance(city.buildings.geometry.to_numpy(), there).max() < 1e-6


def test_coordinates_that_do_not_fit_the_stated_crs(tmp_path) -> None:
    frame = scenes.buildings().to_crs(3067).set_crs(4326, allow_override=True)
    frame.to_parquet(tmp_path / "b.parquet")
    with pytest.raises(SourceError, match="do not fit the reference system"):
        city_from_files("Block", {"buildings": tmp_path / "b.parquet"}, boundary=(scenes.box(0, 0), "drawn"))
    with pytest.raises(SourceError, match="do not fit the reference system"):
        city_from_files("Block", {"buildings": tmp_path / "b.parquet"})


def test_another_datum_is_told(tmp_path) -> None:
    british = gpd.GeoDataFrame(geometry=[shapely.box(381000, 395000, 381010, 395010)], crs=27700)
    british.to_file(tmp_path / "b.gpkg")
    city = city_from_files("Trafford", {"buildings": tmp_path / "b.gpkg"})
    assert notice(city, "another datum").example == "OSGB36 / British National Grid"


def test_broken_and_empty_shapes(tmp_path) -> None:
    bow = shapely.Polygon([scenes.at(*p) for p in ((0, 0), (1, 1), (1, 0), (0, 1))])
    spike = shapely.Polygon([scenes.at(*p) for p in ((3, 0), (4, 0), (3, 0))])
    mixed = shapely.GeometryCollection([scenes.box(5, 0), scenes.line((5, 0), (5, 3))])
    frame = scenes.frame(
        [bow, None, spike, mixed, shapely.Point(scenes.at(0, 0)), scenes.box(6, 0)], id=[1, 2, 3, 4, 5, 6]
    )
    frame.to_parquet(tmp_path / "b.parquet")
    city = city_from_files("Block", {"buildings": tmp_path / "b.parquet"})
    assert city.buildings.index.tolist() == ["1", "4", "6"]
    assert shapely.is_valid(city.buildings.geometry.to_numpy()).all()
    assert notice(city, "building outline mended").count == 1
    assert notice(city, "feature without a geometry").count == 1
    assert notice(city, "building without an area").count == 2


def test_repeated_identifiers_number_the_features(tmp_path) -> None:
    frame = scenes.frame([scenes.box(0, 0), scenes.box(1, 0), scenes.box(2, 0)], id=["x", "x", None])
    city = city_from_files("Block", {"buildings": scenes.written(frame, tmp_path / "b.gpkg")})
    assert city.buildings.index.tolist() == ["building 1", "building 2", "building 3"]
    assert (notice(city, "identifier missing or repeated").count, notice(city, "identifier").example) == (
        2,
        "feature 2",
    )


def test_what_hides_nothing_at_street_level(tmp_path) -> None:
    frame = scenes.frame(
        [scenes.box(x, 0) for x in range(6)],
        building=["yes", "roof", "yes", "yes", "yes", "yes"],
        is_underground=[False, False, True, False, False, False],
        min_height=[0.0, 0.0, 0.0, 3.66, 2.5, np.nan],
        min_level=[0, 0, 0, 0, 0, 1],
        height=[10.0] * 6,
    )
    city = city_from_files("Block", {"buildings": scenes.written(frame, tmp_path / "b.gpkg")})
    assert city.buildings.index.tolist() == ["building 1", "building 5"]
    assert notice(city, "building that begins above the street").count == 2
    assert notice(city, "open structure").count == 1
    assert notice(city, "building below ground").count == 1


def test_heights_beyond_reason_and_of_any_unit(tmp_path) -> None:
    frame = scenes.frame([scenes.box(x, 0) for x in range(5)], height=["40'", "7,5", "9000", "-3", "12"])
    city = city_from_files("Block", {"buildings": scenes.written(frame, tmp_path / "b.gpkg")})
    assert city.buildings["height_m"].fillna(-1).tolist() == [12.192, 7.5, -1, -1, 12.0]
    assert notice(city, "building height not understood").count == 2


@pytest.mark.parametrize(("defaults", "unknown"), [(None, 80), ((), 0), ((7.32,), 15)])
def test_a_renderers_default_counts_as_unknown(tmp_path, defaults, unknown) -> None:
    tall = scenes.heights(3.66, 7.32, 11.0, counts=(80, 15, 5))
    frame = scenes.frame([scenes.box(x, 0) for x in range(100)], render_height=tall)
    path = scenes.written(frame, tmp_path / "b.parquet")
    city = city_from_files("Block", {"buildings": path}, options=CityOptions(default_heights_m=defaults))
    certainty = city.buildings["height_certainty"]
    assert (certainty == "unknown").sum() == unknown
    assert certainty[tall == 7.32].unique().tolist() == ["unknown" if defaults == (7.32,) else "inferred"]
    told = notice(city, "height of")
    assert (told.count if told else 0) == unknown


def test_storeys_stand_in_for_a_default(tmp_path) -> None:
    frame = scenes.frame([scenes.box(x, 0) for x in range(200)], height=[3.66] * 200, num_floors=[5] + [None] * 199)
    city = city_from_files("Block", {"buildings": scenes.written(frame, tmp_path / "b.parquet")})
    first = city.buildings.iloc[0]
    assert (first["height_m"], first["height_certainty"], first["height_source"]) == (
        15.0,
        "inferred",
        "storeys of 3 m each",
    )
    assert city.buildings["height_m"].notna().sum() == 1


def test_a_folder_of_files(tmp_path) -> None:
    for name, frame in (("buildings.gpkg", scenes.buildings()), ("Roads.geojson", scenes.streets()),
                        ("poi.parquet", scenes.places()), ("landuse.parquet", scenes.land())):  # fmt: skip
        scenes.written(frame, tmp_path / name)
    water = scenes.frame([scenes.box(9, 9)], natural=["water"])
    scenes.written(water, tmp_path / "water.parquet")
    (tmp_path / "SOURCE.txt").write_text("x", encoding="utf-8")
    files = folder_files(tmp_path)
    assert {layer: [path.name for path in paths] for layer, paths in files.items()} == {
        "buildings": ["buildings.gpkg"], "streets": ["Roads.geojson"], "places": ["poi.parquet"],
        "land": ["landuse.parquet", "water.parquet"],
    }  # fmt: skip
    city = city_from_files("Block", files)
    assert city.land["kind"].tolist() == ["green", "residential", "water"]
    assert city.land.index.is_unique
    scenes.written(scenes.buildings(), tmp_path / "buildings.parquet")
    (fault,) = faults_of(lambda: folder_files(tmp_path))
    assert "buildings stands in it more than once: buildings.gpkg, buildings.parquet" in fault


def test_a_folder_that_holds_no_layer(tmp_path) -> None:
    assert "no file in it is called as a layer is" in faults_of(lambda: folder_files(tmp_path))[0]
    assert "there is no such folder" in faults_of(lambda: folder_files(tmp_path / "gone"))[0]


def test_one_file_of_several_layers(tmp_path) -> None:
    path = tmp_path / "city.gpkg"
    for layer, name in (("buildings", "Building"), ("streets", "roads"), ("places", "things")):
        getattr(scenes, layer)().to_file(path, layer=name)
    city = city_from_files("Block", {"buildings": path, "streets": path})
    assert (len(city.buildings), len(city.streets)) == (4, 5)
    (fault,) = faults_of(lambda: city_from_files("Block", {"places": path}))
    assert "it holds 3 layers, and none is called places; name one of Building, roads, things places" in fault


def test_a_boundary_keeps_what_can_be_seen_from_inside(tmp_path) -> None:
    far = scenes.frame([scenes.box(0, 0), scenes.box(200, 0)])
    ways = scenes.frame([scenes.line((0, 0.2), (2, 0.2)), scenes.line((5, 5), (6, 6))])
    files = {
        "buildings": scenes.written(far, tmp_path / "b.gpkg"),
        "streets": scenes.written(ways, tmp_path / "s.gpkg"),
    }
    scenes.written(scenes.frame([scenes.box(0, 0, 1)]), tmp_path / "edge.geojson")
    city = city_from_files("Block", files, boundary=read_boundary(tmp_path / "edge.geojson"))
    assert (len(city.buildings), len(city.streets), city.boundary_source) == (1, 1, "file edge.geojson")
    assert notice(city, "feature far outside the boundary").count == 1
    with pytest.raises(SourceError, match="it holds no area"):
        read_boundary(scenes.written(ways, tmp_path / "lines.gpkg"))


def test_exports_of_openstreetmaps_own_tags(tmp_path) -> None:
    tagged = scenes.frame(
        [scenes.box(x, 0) for x in range(5)],
        landuse=["residential", None, None, None, None],
        leisure=[None, "garden", "park", None, None],
        access=["private", None, None, None, None],
        natural=[None, None, None, "water", None],
        amenity=[None, None, None, None, "school"],
    )
    path = scenes.written(tagged, tmp_path / "osm.gpkg")
    city = city_from_files("Block", {"land": path, "places": path})
    assert sorted(city.land["kind"]) == ["garden", "green", "private", "residential", "water"]
    assert city.land["tag"].tolist()[:2] == ["landuse=residential", "access=private"]
    assert "amenity=school" in city.places["kind"].tolist()
    ways = scenes.frame(
        [scenes.line((0, y), (1, y)) for y in range(6)],
        highway=["residential", "motorway", "corridor", "footway", "['path', 'steps']", "service"],
        foot=[None, None, None, "no", None, "yes"],
        access=[None, None, None, None, None, "private"],
        layer=["0", None, None, None, "-1", None],
    )
    city = city_from_files("Block", {"streets": scenes.written(ways, tmp_path / "ways.gpkg")})
    assert city.streets["kind"].tolist() == ["residential", "corridor", "path", "service"]
    assert city.streets["is_open_air"].tolist() == [True, False, False, True]
    assert notice(city, "street closed to walkers").count == 1


def test_streets_that_bring_their_nodes_keep_them(tmp_path) -> None:
    """OSMnx writes a street once for each direction, with the nodes of OpenStreetMap."""
    one, other = scenes.line((0, 0), (1, 0)), scenes.line((1, 0), (0, 0))
    over = scenes.line((0.5, -1), (0.5, 1))
    ways = scenes.frame([one, other, over], u=[11, 12, 13], v=[12, 11, 14], highway=["path", "path", "path"])
    city = city_from_files("Block", {"streets": scenes.written(ways, tmp_path / "edges.gpkg")})
    assert city.streets[["from_node", "to_node"]].to_numpy().tolist() in ([[11, 12], [13, 14]], [[12, 11], [13, 14]])


def test_multi_part_streets_and_things_that_are_no_street(tmp_path) -> None:
    several = shapely.MultiLineString([scenes.line((0, 0), (1, 0)), scenes.line((1, 0), (2, 0))])
    nothing = shapely.LineString([scenes.at(0, 0), scenes.at(0, 0)])
    ways = scenes.frame([several, scenes.box(0, 0), nothing], kind=["path"] * 3)
    ways.to_parquet(tmp_path / "s.parquet")
    city = city_from_files("Block", {"streets": tmp_path / "s.parquet"})
    assert city.streets.index.tolist() == ["street 1#1", "street 1#2"]
    assert city.streets["to_node"].iloc[0] == city.streets["from_node"].iloc[1]
    assert notice(city, "street that is no line").count == 1
    assert notice(city, "street of no length").count == 1


def test_nested_names_in_geojson(tmp_path) -> None:
    path = scenes.overpass_like(
        tmp_path / "s.geojson",
        [({"names": {"primary": "Unter den Linden"}, "class": "primary"}, scenes.line((0, 0), (1, 0)))],
    )
    city = city_from_files("Block", {"streets": path})
    assert city.streets["name"].tolist() == ["Unter den Linden"]


def test_nothing_at_all() -> None:
    city = city_from_files("Nowhere", {})
    assert [
        len(getattr(city, name)) for name in ("buildings", "streets", "places", "land", "areas", "area_groups")
    ] == [0] * 6
