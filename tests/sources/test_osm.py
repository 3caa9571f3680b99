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


def kinds_of(network) -> dict[str, int]:
    """Return kind -> count of the notices."""
    return {notice.kind: notice.count for notice in network.notices}


def test_cameras_of_every_tagging(tmp_path) -> None:
    text = small()
    text.node(100, 24.94, 60.1701, man_made="surveillance", revolving="yes", surveillance="indoor")
    text.node(101, 24.94, 60.1702, man_made="surveillance", direction="225;45;NB", operator="rtsp://admin:1@10.0.0.1/x")
    text.node(102, 24.94, 60.1703, man_made="surveillance", surveillance__type="guard")
    text.node(103, 24.94, 60.1704, disused__man_made="surveillance")
    text.node(104, 24.94, 60.1705, man_made="surveillance", est_height="8", fixme="call +358 40 1234567")
    text.node(107, 24.94, 60.1709, man_made="surveillance", fixme="bearing?")
    text.node(105, 24.94, 60.1706, man_made="surveillance", camera__type="dome", surveillance="webcam", height="0")
    text.box(106, 24.9401, 60.1707, 0.0001, man_made="surveillance")
    network, _ = city_of(text, tmp_path)
    cameras, heads = network.cameras, network.heads
    assert len(cameras) == 8
    assert cameras.loc["node/100", ["kind", "setting"]].tolist() == ["panning", "indoor"]
    assert heads.query("camera_id == 'node/101'")["bearing_deg"].tolist() == pytest.approx(
        [225.0, 45.0, np.nan], nan_ok=True
    )
    assert cameras.loc["node/103", "status"] == "disused"
    assert cameras.loc["node/105", "use"] == "webcam"
    assert cameras.loc[["node/101", "node/104"], ["operator", "remark"]].isna().all(axis=None)
    assert heads.loc["node/104#1", ["mounting_height_m", "mounting_height_certainty"]].tolist() == [8.0, "inferred"]
    assert np.isnan(heads.loc["node/105#1", "mounting_height_m"])
    kinds = kinds_of(network)
    assert {"operator dropped", "remark dropped", "surveillance without a camera", "fixme", "webcam"} <= kinds.keys()
    assert (kinds["camera mapped as a way: an outline"], kinds["fixme"], kinds["remark dropped"]) == (1, 1, 1)
    assert any(kind.startswith("direction refused") for kind in kinds)


@pytest.mark.parametrize(
    ("tags", "status"),
    [
        ({"abandoned__man_made": "surveillance"}, "disused"),
        ({"removed__man_made": "surveillance"}, "disused"),
        ({"demolished__man_made": "surveillance"}, "disused"),
        ({"man_made": "surveillance", "disused": "yes"}, "disused"),
        ({"planned__man_made": "surveillance"}, "planned"),
        ({"proposed__man_made": "surveillance"}, "planned"),
        ({"construction__man_made": "surveillance"}, "planned"),
        ({"man_made": "surveillance", "disused": "no"}, "in_use"),
        ({"man_made": "surveillance", "was__man_made": "surveillance"}, "in_use"),
    ],
)
def test_what_is_no_more_or_not_yet(tmp_path, tags, status) -> None:
    text = small()
    text.node(100, 24.94, 60.1701, **tags)
    network, _ = city_of(text, tmp_path)
    assert network.cameras.loc["node/100", "status"] == status
    assert (f"camera {status}" in kinds_of(network)) == (status != "in_use")


@pytest.mark.parametrize(
    ("tags", "use"),
    [
        ({"surveillance__type": "ALPR"}, "plate_reader"),
        ({"surveillance__type": "camera;ANPR"}, "plate_reader"),
        ({"surveillance__ALPR": "yes"}, "plate_reader"),
        ({"surveillance": "traffic"}, "traffic"),
        ({"surveillance": "red_light", "surveillance__type": "camera"}, "red_light"),
        ({"surveillance": "level_crossing"}, "level_crossing"),
        ({"highway": "speed_camera"}, "speed"),
        ({"highway": "traffic_signals"}, None),
        ({"highway": "traffic_signals", "surveillance": "traffic"}, "traffic"),
        ({"surveillance__type": "camera", "surveillance": "public"}, None),
        ({"surveillance__type": "robot"}, None),
    ],
)
def test_what_a_camera_is_for(tmp_path, tags, use) -> None:
    text = small()
    text.node(100, 24.94, 60.1701, man_made="surveillance", **tags)
    network, _ = city_of(text, tmp_path)
    assert network.cameras.loc["node/100", "use"] == use
    assert ("use not understood" in kinds_of(network)) == (tags.get("surveillance__type") == "robot")


def test_a_camera_that_is_something_else_too_is_a_camera_like_others(tmp_path) -> None:
    text = small()
    text.node(100, 24.94, 60.1701, man_made="mast;surveillance", direction="10", height="6")
    text.node(101, 24.94, 60.1702, man_made="surveillance", highway="traffic_signals", direction="forward")
    text.node(102, 24.94, 60.1703, man_made="surveillance", building="entrance", height="3")
    text.node(103, 24.94, 60.1704, man_made="surveillance", traffic_sign="city_limit", camera__direction="E-W")
    network, _ = city_of(text, tmp_path)
    assert sorted(network.cameras.index) == ["node/1", "node/100", "node/101", "node/102", "node/103"]
    heads = network.heads.set_index("camera_id")
    assert heads.loc[["node/100", "node/103"], "bearing_deg"].tolist() == [10.0, 180.0]
    assert heads.loc["node/103", "field_of_view_deg"] == 180.0
    assert heads.loc[["node/100", "node/102"], "mounting_height_m"].tolist() == [6.0, 3.0]
    assert kinds_of(network)["direction refused: relative to a way that is not stated"] == 1


def test_what_has_no_lens_is_left_out_unless_it_is_a_camera_too(tmp_path) -> None:
    text = small()
    for number, kind in enumerate(
        ["guard", "gunshot_detector", "guard;microphone", "camera;guard", "robot"], start=100
    ):
        text.node(number, 24.94, 60.1701, man_made="surveillance", surveillance__type=kind)
    network, _ = city_of(text, tmp_path)
    assert sorted(network.cameras.index) == ["node/1", "node/103", "node/104"]
    assert kinds_of(network)["surveillance without a camera"] == 3


def test_tags_that_say_more_of_a_camera(tmp_path) -> None:
    text = small()
    text.node(
        100, 24.94, 60.1701, man_made="surveillance", surveillance__brand="Flock Group Inc.", model="Falcon", surveillance__zone="parking;area",
        check_date="2024-05-01", start_date="2019", camera__tilt="-20", camera__mount="Wall mount", level="1", ele="30", note="ask", fixme="gone?",
    )  # fmt: skip
    text.node(
        101,
        24.94,
        60.1702,
        man_made="surveillance",
        camera__angle="15",
        direction="90",
        camera__direction="270",
        highway="street_lamp",
    )
    text.node(102, 24.94, 60.1703, man_made="surveillance", building="house", height="12", under_canopy="yes")
    network, _ = city_of(text, tmp_path)
    names = ["manufacturer", "model", "zone", "checked_on", "installed_on", "mount", "remark"]
    assert network.cameras.loc["node/100", names].tolist() == [
        "Flock Safety", "Falcon", "parking", "2024-05-01", "2019", "wall", "gone?; ask",
    ]  # fmt: skip
    assert network.heads.loc[["node/100#1", "node/101#1"], "tilt_deg"].tolist() == [20.0, 15.0]
    assert network.heads.loc["node/101#1", "bearing_deg"] == 270.0
    assert network.heads.loc[["node/100#1", "node/102#1"], "mounting_height_m"].isna().all()
    kinds = kinds_of(network)
    assert kinds["bearing in several tags that differ"] == kinds["camera under a canopy"] == 1
    assert sum(kind.startswith("mounting height refused") for kind in kinds) == 2 + 1


def test_ways_and_relations_are_cameras_whose_position_is_not_stated(tmp_path) -> None:
    text = small()
    text.way(100, [2, 3, 4], man_made="surveillance", highway="residential")
    text.box(101, 24.9401, 60.1707, 0.0001, man_made="surveillance")
    text.way(102, [5, 6], man_made="surveillance")
    text.box(110, 24.9440, 60.1700, 0.0010)
    text.box(111, 24.9443, 60.1703, 0.0004)
    text.multipolygon(1, 110, 111, man_made="surveillance")
    text.relation(2, [("node", 5, ""), ("node", 6, "")], type="site", man_made="surveillance")
    text.relation(3, [("node", 999, "")], type="site", man_made="surveillance")
    network, _ = city_of(text, tmp_path)
    assert sorted(network.cameras.index) == ["node/1", "relation/1", "relation/2", "way/100", "way/101", "way/102"]
    assert network.cameras.geometry["relation/2"].coords[0] == pytest.approx((24.941, 60.170))
    kinds = kinds_of(network)
    assert [kinds[f"camera mapped as a way{rest}"] for rest in (": a road", ": an outline", "")] == [1, 1, 1]
    assert (kinds["camera mapped as a relation"], kinds["no position, left out"]) == (2, 1)


def test_surveillance_without_a_camera_of_its_own_is_told(tmp_path) -> None:
    text = small()
    text.node(100, 24.94, 60.1701, amenity="bicycle_parking", surveillance="outdoor")
    text.node(101, 24.94, 60.1702, contact__webcam="https://private.example/cam", surveillance="webcam")
    text.node(102, 24.94, 60.1703, amenity="parking", surveillance__ALPR="yes")
    text.node(103, 24.94, 60.1704, amenity="parking", surveillance="no")
    text.node(104, 24.94, 60.1705, highway="speed_camera")
    text.relation(1, [("node", 104, "device")], type="enforcement", enforcement="maxspeed")
    text.relation(2, [("node", 2, "device")], type="enforcement", enforcement="traffic_signals")
    text.relation(3, [("node", 1, "camera"), ("node", 2, "visible")], type="surveillance")
    network, _ = city_of(text, tmp_path)
    assert list(network.cameras.index) == ["node/1"]
    kinds = kinds_of(network)
    assert kinds["place said to be watched, without a camera on the map"] == 3
    assert kinds["speed camera or other device for fines"] == 2
    assert kinds["relation that says what a camera has in view"] == 1
    assert "private.example" not in str(network.notices)


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
    assert network.cameras["kind_source"].value_counts().to_dict() == {"tag revolving": 34, "tag camera:type": 6}
    assert network.heads["mounting_height_source"].value_counts().to_dict() == {"tag est_height": 4, "tag height": 3}
    assert {reading.read + reading.refused + reading.unknown for reading in network.readings} == {221}
    kinds = kinds_of(network)
    assert (kinds["relation that says what a camera has in view"], kinds["camera under a canopy"]) == (93, 5)
    assert (kinds["speed camera or other device for fines"], kinds["fixme"]) == (2, 1)
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


def everything(network) -> str:
    """Return all that is kept of a network, as text."""
    return (
        network.cameras.drop(columns="geometry").to_csv()
        + network.heads.to_csv()
        + str(network.notices)
        + str(network.readings)
    )


@pytest.mark.data
def test_a_small_country_and_its_webcam(shared_data) -> None:
    import osmium

    path = shared_data("liechtenstein_2024") / "liechtenstein.osm.pbf"
    extract = OsmFile(path)
    network, city = extract.cameras(), extract.city("Liechtenstein")
    assert len(network.cameras) == 3
    assert 17_000 < len(city.buildings) < 17_800
    webcam = network.cameras.query("use == 'webcam'")
    assert webcam[["kind", "setting"]].to_numpy().tolist() == [["fixed", "unknown"]]
    assert network.heads.query(f"camera_id == {webcam.index[0]!r}")["bearing_deg"].tolist() == [100.0]
    tags = [
        dict(item.tags)
        for item in osmium.FileProcessor(str(path)).with_filter(osmium.filter.KeyFilter("contact:webcam"))
    ]
    addresses = [value for tag in tags for key, value in tag.items() if "://" in value or key == "contact:webcam"]
    assert len(addresses) == 3
    assert not [address for address in addresses if address in everything(network)]
    assert "http" not in everything(network)
    kinds = kinds_of(network)
    assert kinds["place said to be watched, without a camera on the map"] == 1
    assert kinds["mounting height refused: height above the sea, not above ground"] == 1


@pytest.mark.data
def test_an_overpass_turbo_export_of_plate_readers(shared_data) -> None:
    from overseen.sources.camera_file import read_camera_file

    network = read_camera_file(shared_data("dearborn_overpass") / "cameras_overpass_turbo.geojson")
    cameras = network.cameras
    assert cameras["use"].tolist() == ["plate_reader"] * 77
    assert cameras["manufacturer"].tolist() == ["Flock Safety"] * 77
    assert cameras["kind"].tolist() == ["fixed"] * 77
    assert cameras["zone"].tolist() == ["traffic"] * 77
    assert cameras["mount"].value_counts().to_dict() == {"post": 50, "street_lamp": 19, "pole": 3, "traffic_signal": 1}
    assert cameras["operator"].notna().sum() == 75
    bearing = next(reading for reading in network.readings if reading.attribute == "bearing")
    assert (bearing.read, bearing.refused, bearing.unknown) == (77, 0, 0)


@pytest.mark.data
def test_an_extract_without_cameras_says_so(shared_data) -> None:
    with pytest.raises(SourceError, match="no man_made=surveillance"):
        OsmFile(shared_data("nyc_heights_small") / "nyc.osm.pbf").cameras()


@pytest.mark.data
def test_measured_heights(shared_data) -> None:
    city = OsmFile(shared_data("nyc_heights_small") / "nyc.osm.pbf").city("Manhattan")
    assert (city.buildings["height_certainty"] == "stated").sum() >= 1_500
