"""Sensitive places from maps and lists: how they are told apart, merged and entered; real files against derived counts."""

from __future__ import annotations

import json
from collections import Counter

import geopandas as gpd
import pytest
import shapely

from overseen.errors import PlanError, SourceError
from overseen.sources.osm_city import OsmFile
from overseen.sources.packs import pack_names
from overseen.sources.place_kinds import get_kinds, read_kinds
from overseen.sources.plan_file import read_plan
from overseen.sources.sensitive_places import PlaceSources, with_sensitive_places
from tests.sources.test_osm import notice, small


def found_in(text, tmp_path):
    """Return the city of a small file with its sensitive places."""
    extract = OsmFile(text.write(tmp_path / "small.osm"))
    sources = PlaceSources(get_kinds("overseen"), extract.features, "small.osm")
    return with_sensitive_places(extract.city("Small"), sources)


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"amenity": "clinic"}, "health"),
        ({"amenity": "pharmacy", "healthcare": "pharmacy"}, None),
        ({"amenity": "shelter", "shelter_type": "public_transport"}, None),
        ({"amenity": "social_facility", "social_facility": "shelter"}, "refuge"),
        ({"amenity": "social_facility", "social_facility:for": "senior;victim"}, "refuge"),
        ({"amenity": "social_facility", "social_facility:for": "drug_addicted"}, "addiction"),
        ({"amenity": "social_facility", "social_facility:for": "migrant"}, "refugee_aid"),
        ({"amenity": "social_facility", "social_facility": "group_home", "social_facility:for": "refugee"}, "refugee_housing"),
        ({"amenity": "social_facility", "social_facility": "nursing_home"}, None),
        ({"office": "lawyer"}, None),
        ({"office": "union"}, "union"),
        ({"office": "political_party"}, "party"),
        ({"office": "newspaper"}, "newsroom"),
        ({"office": "diplomatic", "diplomatic": "consulate"}, "embassy"),
        ({"amenity": "polling_station"}, "polling"),
        ({"amenity": "courthouse"}, "court"),
        ({"amenity": "place_of_worship", "religion": "muslim"}, "worship"),
        ({"amenity": "school"}, "school"),
        ({"shop": "party"}, None),
        ({"place": "square"}, "protest_square"),
        # What is confidential comes first, whatever else a place is.
        ({"amenity": "clinic", "social_facility": "shelter"}, "refuge"),
    ],
)  # fmt: skip
def test_kinds_by_tags(tags, kind) -> None:
    found = get_kinds("overseen").of_tags(tags)
    assert (found and found.name) == kind


def test_every_kind_of_the_shipped_list_says_why_and_who_says_so() -> None:
    assert pack_names("places") == ("overseen",)
    kinds = get_kinds("overseen")
    assert [kind.name for kind in kinds.kinds if not (kind.why and kind.source)] == []
    assert all(kinds.alternatives[name] for name in kinds.names)
    assert (kinds.crowd.low, kinds.crowd.central, kinds.crowd.high) == (1.0, 2.0, 4.0)


def test_doors_on_an_outline_are_its_entrances(tmp_path) -> None:
    text = small()
    # The house of small() is way 20, with its nodes 200 to 203; a clinic inside it, and a school of its own.
    text.node(200, 24.9402, 60.1702, entrance="main")
    text.node(201, 24.9407, 60.1702, entrance="service")
    text.node(30, 24.9404, 60.1704, amenity="clinic", name="Klinikka")
    text.box(40, 24.9395, 60.1692, 0.0003, building="school", amenity="school", name="Koulu")
    text.node(31, 24.9394, 60.1705, amenity="courthouse")
    city = found_in(text, tmp_path)
    sensitive = city.sensitive
    # All three tables say which plane they are in: the files of a run and its map need it.
    assert {frame.crs for frame in (sensitive.places, sensitive.entrances, sensitive.squares)} == {city.buildings.crs}
    assert sensitive.places["kind"].to_dict() == {"node/30": "health", "node/31": "court", "way/40": "school"}
    entrances = sensitive.entrances.set_index("place_id")
    assert entrances["source"].to_dict() == {
        "node/30": "entrance_node",
        "node/31": "place_point",
        "way/40": "nearest_outline",
    }
    house = city.buildings.geometry["way/20"]
    assert entrances.geometry["node/30"].distance(shapely.Point(house.exterior.coords[0])) < 1e-6 or (
        house.exterior.distance(entrances.geometry["node/30"]) < 1e-6
    )
    # The way to the south runs at 24.941: the school is entered at its eastern end, or from the street to the north.
    school = entrances.geometry["way/40"]
    nearest = city.streets.geometry.distance(school).min()
    assert nearest == pytest.approx(city.streets.geometry.distance(city.buildings.geometry["way/40"]).min(), abs=1e-6)


def test_one_place_as_point_and_outline_is_one(tmp_path) -> None:
    text = small()
    text.box(40, 24.9395, 60.1692, 0.0003, building="yes", amenity="school", name="St. Mary's School")
    text.node(41, 24.9396, 60.1693, amenity="school", name="St Marys school")
    text.node(42, 24.9397, 60.1694, amenity="school")
    text.node(43, 24.9397, 60.1694, amenity="school", name="Another School")
    city = found_in(text, tmp_path)
    assert sorted(city.sensitive.places.index) == ["node/43", "way/40"]
    assert notice(city, "sensitive place listed again").count == 2


def test_squares_are_areas_under_the_sky(tmp_path) -> None:
    text = small()
    text.box(50, 24.9412, 60.1702, 0.0004, place="square", name="Tori")
    text.box(51, 24.9418, 60.1702, 0.0004, highway="pedestrian", area="yes")
    text.box(52, 24.9424, 60.1702, 0.0004, highway="pedestrian")
    text.box(53, 24.9412, 60.1694, 0.0004, highway="pedestrian", area="yes", layer="-1")
    text.box(54, 24.9418, 60.1694, 0.0004, leisure="park", name="Puisto")
    city = found_in(text, tmp_path)
    assert city.sensitive.squares["kind"].to_dict() == {"way/50": "square", "way/51": "pedestrian_area"}
    assert city.sensitive.places.empty


def test_what_would_give_away_a_refuge_is_left_out(tmp_path) -> None:
    text = small()
    text.node(60, 24.9410, 60.1704, amenity="social_facility", social_facility="shelter", name="Turvakoti Ruusu")
    text.node(61, 24.9411, 60.1704, amenity="clinic", name="Turvakoti ruusu")
    text.node(62, 24.9412, 60.1704, office="ngo", name="Turvakoti Ruusu")
    text.node(63, 24.9413, 60.1704, amenity="clinic", name="Klinikka")
    city = found_in(text, tmp_path)
    assert city.sensitive.places["kind"].to_dict() == {"node/60": "refuge", "node/63": "health"}
    assert sorted(city.places.index) == ["node/63"]
    public = city.sensitive.public()
    assert list(public.places.index) == ["node/63"]
    assert set(public.entrances["place_id"]) == {"node/63"}


OWN = """
name = "mine"
based_on = "overseen"
without = ["embassy"]

[[kinds]]
name = "library"
title = "Libraries"
is_confidential = false
osm = [{ amenity = ["library"] }]
words = ["Public Library"]
why = "What a person reads is theirs."
source = "ours"
"""


def test_a_list_of_kinds_of_ones_own(tmp_path) -> None:
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    kinds = read_kinds(tmp_path / "own.toml")
    assert kinds.of_tags({"amenity": "library"}).name == "library"
    assert kinds.of_word("public library").name == "library"
    assert kinds.of_tags({"amenity": "embassy"}) is None
    assert kinds.of_tags({"amenity": "clinic"}).name == "health"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('based_on = "overseen"', 'based_on = "overseer"', "no list is called 'overseer'"),
        ('without = ["embassy"]', 'without = ["embasy"]', "did you mean 'embassy'?"),
        ("is_confidential = false", "is_secret = false", "kinds.0.is_secret: there is no such key"),
        ('name = "library"', 'name = "The library"', "does not fit"),
        ("osm = [{", "osm = [", "it is no TOML"),
    ],
)
def test_faults_of_a_list_of_ones_own(tmp_path, old, new, sentence) -> None:
    (tmp_path / "own.toml").write_text(OWN.replace(old, new), encoding="utf-8")
    with pytest.raises(SourceError, match=sentence.replace("?", r"\?").replace("(", r"\(")):
        read_kinds(tmp_path / "own.toml")


def own_plan(tmp_path, places: str):
    """Write a plan of a small city with a section [places] and return its path."""
    small().write(tmp_path / "small.osm")
    text = f'[plan]\nname = "Small"\n[cameras]\nfile = "small.osm"\n[city]\nosm = "small.osm"\n[places]\n{places}\n'
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    return tmp_path / "plan.toml"


def feature(lon, lat, **properties):
    """Return a point of GeoJSON."""
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": [lon, lat]}}


def test_a_list_of_places_of_ones_own(tmp_path) -> None:
    rows = [
        feature(24.9405, 60.1695, kind="newsroom", name="Lehti"),
        feature(24.9425, 60.1695, kind="Place of Worship", name="Kirkko"),
        feature(24.9425, 60.1699, kind="bakery"),
    ]
    (tmp_path / "mine.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
    city = read_plan(own_plan(tmp_path, 'files = "mine.geojson"')).city
    assert city.sensitive.places["kind"].tolist() == ["newsroom", "worship"]
    assert notice(city, "place of no kind of the list").count == 1
    assert [source.role for source in city.sources][-1] == "sensitive places"


def test_faults_of_places_in_the_plan(tmp_path) -> None:
    (tmp_path / "mine.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature(24.94, 60.17, a=1)]})
    )
    for places, sentence in (
        ('kinds = "overseer"', "did you mean 'overseen'"),
        ('files = [{ file = "mine.geojson", kind = "heath" }]', "no kind is called 'heath'"),
        ('files = ["none.geojson"]', "there is no file 'none.geojson'"),
        ('fils = ["mine.geojson"]', "did you mean 'files'"),
    ):
        with pytest.raises(PlanError, match=sentence):
            read_plan(own_plan(tmp_path, places))
    with pytest.raises(SourceError, match="no column says of what kind"):
        read_plan(own_plan(tmp_path, 'files = "mine.geojson"'))


def test_the_sample(sample) -> None:
    sensitive = sample.city.sensitive
    assert Counter(sensitive.places["kind"]) == {
        "embassy": 15,
        "health": 14,
        "worship": 8,
        "school": 3,
        "court": 1,
        "party": 1,
    }
    assert Counter(sensitive.entrances["source"]) == {"entrance_node": 24, "nearest_outline": 20, "place_point": 5}
    assert Counter(sensitive.squares["kind"]) == {"pedestrian_area": 28, "square": 9}
    assert len(sample.city.places) == 1374


def real_plan(tmp_path, city: str, places: str = ""):
    """Write a plan over a folder of the data and return the city that it names."""
    (tmp_path / "plan.toml").write_text(f'[plan]\nname = "Real"\n{city}\n{places}\n', encoding="utf-8")
    return read_plan(tmp_path / "plan.toml").city


@pytest.mark.data
def test_berlin_from_map_tiles(shared_data, tmp_path) -> None:
    folder = shared_data("berlin_mid")
    city = real_plan(tmp_path, f'[cameras]\nfile = "{folder}/cameras.csv"\n[city]\nfolder = "{folder}"')
    # Of the 701 schools and kindergartens, 141 places of worship, 9 courts, 1 embassy and 357 houses of health in the file,
    # three are listed twice. 157 shelters from the rain are no refuges, and 3 shops for parties are no offices of one.
    poi = gpd.read_parquet(folder / "poi.parquet")
    raw = Counter(poi["subclass"])
    assert raw["school"] + raw["kindergarten"] == 701
    assert raw["clinic"] + raw["hospital"] + raw["doctors"] + raw["dentist"] == 357
    assert Counter(city.sensitive.places["kind"]) == {
        "school": 699,
        "health": 356,
        "worship": 141,
        "court": 9,
        "embassy": 1,
    }
    assert notice(city, "sensitive place listed again").count == 3
    assert len(city.sensitive.entrances) == 1206
    assert city.sensitive.squares.empty


TRAFFORD = (
    ("trafford_hospitals.geojson", "health", 20),
    ("trafford_places_of_worship.geojson", "worship", 118),
    ("trafford_schools_and_colleges.geojson", "school", 103),
)


@pytest.mark.data
@pytest.mark.parametrize("complete", [False, True])
def test_trafford_with_its_own_lists(shared_data, tmp_path, complete) -> None:
    folder = shared_data("trafford_mid")
    files = ", ".join(
        f'{{ file = "{folder}/{file}", kind = "{kind}", complete = {str(complete).lower()} }}'
        for file, kind, _ in TRAFFORD
    )
    city = real_plan(
        tmp_path,
        f'[cameras]\nfile = "{folder}/trafford_cctv_cameras.geojson"\n[city]\nfolder = "{folder}"\n'
        f'boundary = "{folder}/local_authority_district.geojson"',
        f"[places]\nfiles = [{files}]",
    )
    places = city.sensitive.places
    by_file = Counter(places["source"])
    read = {
        source.file: dict(source.counts)["features"] for source in city.sources if source.role == "sensitive places"
    }
    assert read == {file: count for file, _, count in TRAFFORD}
    if complete:
        # Three hospitals of one name each; two parts of one lie farther than 30 m from each other.
        assert by_file["trafford_hospitals.geojson"] in (3, 4, 5)
        assert "poi.parquet" not in by_file
        assert by_file["trafford_schools_and_colleges.geojson"] == 103
    else:
        assert by_file == {
            "poi.parquet": 247,
            "trafford_hospitals.geojson": 4,
            "trafford_places_of_worship.geojson": 104,
            "trafford_schools_and_colleges.geojson": 79,
        }
    assert set(city.sensitive.entrances["place_id"]) == set(places.index)
