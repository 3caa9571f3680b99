"""OpenStreetMap files: small ones written here, the sample, and real extracts against their published counts."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from overseen.errors import SourceError
from overseen.sources.osm_city import OsmFile
from tests.sources.osm_text import OsmText


def city_of(text: OsmText, tmp_path):
    """Return the cameras and the city of a small file."""
    extract = OsmFile(text.write(tmp_path / "small.osm"))
    return extract.cameras(), extract.city("Small")


def small() -> OsmText:
    """Return a file with a camera, two streets that cross, and a house."""
    text = OsmText()
    text.node(1, 24.940, 60.170, man_made="surveillance", camera__type="fixed", camera__direction="90", height="4 m")
    for number, lon, lat in (
        (2, 24.939, 60.170),
        (3, 24.941, 60.170),
        (4, 24.943, 60.170),
        (5, 24.941, 60.171),
        (6, 24.941, 60.169),
    ):
        text.node(number, lon, lat)
    text.way(10, [2, 3, 4], highway="residential", name="Itäkatu")
    text.way(11, [5, 3, 6], highway="footway")
    text.box(20, 24.9402, 60.1702, 0.0005, building="yes", height="12.13 m")
    return text


def notice(found, kind):
    """Return the notice of a kind, if any."""
    return next((notice for notice in found.notices if notice.kind.startswith(kind)), None)


def test_a_small_city(tmp_path) -> None:
    network, city = city_of(small(), tmp_path)
    head = network.heads.iloc[0]
    assert (head["bearing_deg"], head["bearing_source"], head["bearing_certainty"]) == (
        90.0,
        "tag camera:direction",
        "stated",
    )
    assert head["mounting_height_m"] == 4.0
    assert city.buildings["height_m"].tolist() == [12.13]
    assert sorted(city.streets.index) == ["way/10#1", "way/10#2", "way/11#1", "way/11#2"]
    assert set(city.streets["to_node"]) & set(city.streets["from_node"]) == {3}
    assert city.streets.loc["way/10#1", "name"] == "Itäkatu"
    assert city.buildings.crs.to_epsg() == 32635
    assert network.sources[0].date == "2020-05-17"


def test_courtyards_are_holes(tmp_path) -> None:
    text = small()
    text.box(30, 24.9440, 60.1700, 0.0010)
    text.box(31, 24.9443, 60.1703, 0.0004)
    text.multipolygon(1, 30, 31, building="apartments", building__levels="5")
    text.relations[-1] = text.relations[-1].replace("building__levels", "building:levels")
    _, city = city_of(text, tmp_path)
    block = city.buildings.loc["relation/1"]
    assert len(block.geometry.interiors) == 1
    assert (block["height_m"], block["height_certainty"]) == (15.0, "inferred")


def test_what_does_not_block_is_no_building(tmp_path) -> None:
    text = small()
    text.box(40, 24.950, 60.170, 0.0005, building="roof")
    text.box(41, 24.951, 60.170, 0.0005, building="yes", layer="-1")
    text.box(42, 24.952, 60.170, 0.0005, building="no")
    text.box(43, 24.953, 60.170, 0.0005, building__part="yes")
    text.box(44, 24.94025, 60.17025, 0.0003, building__part="yes")
    _, city = city_of(text, tmp_path)
    assert sorted(city.buildings.index) == ["way/20", "way/43"]
    assert notice(city, "building part").count == 1


def test_broken_outlines_are_mended_or_left_out_and_counted(tmp_path) -> None:
    text = small()
    for number, lon, lat in ((50, 24.9500, 60.17), (51, 24.9510, 60.171), (52, 24.9510, 60.17), (53, 24.9500, 60.171)):
        text.node(number, lon, lat)
    text.way(60, [50, 51, 52, 53, 50], building="yes", height="RDC")
    text.way(61, [50, 51, 50], building="yes")
    text.way(62, [50, 999, 51, 50], building="yes")
    _, city = city_of(text, tmp_path)
    assert shapely.is_valid(city.buildings.geometry.to_numpy()).all()
    assert notice(city, "building cut").count == 1
    assert notice(city, "building without an area").count >= 1


def test_streets_that_no_outdoor_camera_sees(tmp_path) -> None:
    text = small()
    for number in range(70, 80):
        text.node(number, 24.94 + number / 1e5, 60.172)
    text.way(70, [70, 71], highway="footway", tunnel="yes")
    text.way(71, [71, 72], highway="footway", layer="-2")
    text.way(72, [72, 73], highway="corridor")
    text.way(73, [73, 74], highway="motorway")
    text.way(74, [74, 75], highway="footway", foot="no")
    text.way(75, [75, 76], highway="service", access="private")
    text.way(76, [76, 77, 78, 76], highway="pedestrian", area="yes")
    text.way(77, [78, 78, 79], highway="footway")
    _, city = city_of(text, tmp_path)
    made = city.streets[city.streets.index.str.match(r"way/7\d")]
    assert made["is_open_air"].to_dict() == {
        "way/70#1": False, "way/71#1": False, "way/72#1": False, "way/76#1": True, "way/76#2": True, "way/77#1": True,
    }  # fmt: skip
    assert made["is_area_outline"].sum() == 2
    assert notice(city, "street not under the sky").count == 3
    assert (city.streets.length > 0).all()


def test_cut_ways_keep_their_located_parts(tmp_path) -> None:
    text = small()
    text.node(81, 24.945, 60.170)
    text.node(82, 24.946, 60.170)
    text.way(80, [2, 3, 777, 81, 82], highway="path")
    _, city = city_of(text, tmp_path)
    assert len(city.streets.filter(like="way/80", axis=0)) == 2
    assert notice(city, "street cut").count == 1


def test_cameras_of_every_tagging(tmp_path) -> None:
    text = small()
    text.node(100, 24.94, 60.1701, man_made="surveillance", revolving="yes", surveillance="indoor")
    text.node(101, 24.94, 60.1702, man_made="surveillance", direction="225;45;NB", operator="rtsp://admin:1@10.0.0.1/x")
    text.node(102, 24.94, 60.1703, man_made="surveillance", surveillance__type="guard")
    text.node(103, 24.94, 60.1704, disused__man_made="surveillance")
    text.node(104, 24.94, 60.1705, man_made="surveillance", est_height="8", fixme="call +358 40 1234567")
    text.node(105, 24.94, 60.1706, man_made="surveillance", camera__type="dome", surveillance="webcam", height="0")
    text.box(106, 24.9401, 60.1707, 0.0001, man_made="surveillance")
    network, _ = city_of(text, tmp_path)
    cameras, heads = network.cameras, network.heads
    assert len(cameras) == 7
    assert cameras.loc["node/100", ["kind", "setting"]].tolist() == ["panning", "indoor"]
    assert heads.query("camera_id == 'node/101'")["bearing_deg"].tolist() == [225.0, 45.0]
    assert cameras.loc["node/103", "status"] == "disused"
    assert cameras.loc[["node/101", "node/104"], ["operator", "remark"]].isna().all(axis=None)
    assert heads.loc["node/104#1", ["mounting_height_m", "mounting_height_certainty"]].tolist() == [8.0, "inferred"]
    assert np.isnan(heads.loc["node/105#1", "mounting_height_m"])
    kinds = {notice.kind for notice in network.notices}
    assert {"operator dropped", "remark dropped", "surveillance without a camera", "camera mapped as a way"} <= kinds
    assert any(kind.startswith("direction refused") for kind in kinds)


def test_the_sea_lies_to_the_right_of_the_coast(tmp_path) -> None:
    text = small()
    text.node(900, 24.937, 60.1695)
    text.node(901, 24.945, 60.1695)
    text.way(900, [900, 901], natural="coastline")
    _, city = city_of(text, tmp_path)
    (sea,) = city.land[city.land["tag"] == "natural=coastline"].geometry
    assert sea.centroid.y < city.boundary.centroid.y


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "the file is empty"), (b"not a map", "cannot be read as OpenStreetMap data")],
)
def test_files_that_are_no_map(tmp_path, content, message) -> None:
    (tmp_path / "bad.osm.pbf").write_bytes(content)
    with pytest.raises(SourceError, match=message):
        OsmFile(tmp_path / "bad.osm.pbf")
    with pytest.raises(SourceError, match="there is no such file"):
        OsmFile(tmp_path / "none.osm.pbf")


def test_a_map_without_cameras_or_streets(tmp_path) -> None:
    text = OsmText()
    text.box(20, 24.94, 60.17, 0.001, building="yes")
    extract = OsmFile(text.write(tmp_path / "bare.osm"))
    with pytest.raises(SourceError, match="no man_made=surveillance"):
        extract.cameras()
    with pytest.raises(SourceError, match="no walkable street"):
        extract.city("Bare")


def test_the_sample_holds_what_is_published_of_it(sample) -> None:
    network, city = sample.plan.network, sample.city
    assert len(network.cameras) == 221
    assert network.cameras["kind"].value_counts().to_dict() == {"unknown": 181, "panning": 34, "dome": 6}
    assert network.heads["bearing_deg"].notna().sum() == 0
    assert 400 < len(city.buildings) < 500
    assert sum(len(part.interiors) > 0 for part in shapely.get_parts(city.buildings.geometry.to_numpy())) >= 55
    assert dict(city.sources[0].counts)["located highway ways"] == 2_577
    assert city.boundary_source.startswith("the box that the extract states")
    ends = np.concatenate([city.streets["from_node"], city.streets["to_node"]])
    assert np.unique(ends, return_counts=True)[1].max() >= 4


@pytest.mark.data
def test_the_same_extract_as_a_file(shared_data, sample) -> None:
    extract = OsmFile(shared_data("helsinki_centre") / "helsinki_centre.osm.pbf")
    assert extract.source.sha256 == sample.plan.network.sources[0].sha256
    assert extract.cameras().cameras.drop(columns="source").equals(sample.plan.network.cameras.drop(columns="source"))


@pytest.mark.data
def test_a_small_country(shared_data) -> None:
    extract = OsmFile(shared_data("liechtenstein_2024") / "liechtenstein.osm.pbf")
    network, city = extract.cameras(), extract.city("Liechtenstein")
    assert len(network.cameras) == 3
    assert 17_000 < len(city.buildings) < 17_800
    assert "http" not in network.cameras.drop(columns="geometry").to_csv()


@pytest.mark.data
def test_measured_heights(shared_data) -> None:
    city = OsmFile(shared_data("nyc_heights_small") / "nyc.osm.pbf").city("Manhattan")
    assert (city.buildings["height_certainty"] == "stated").sum() >= 1_500
