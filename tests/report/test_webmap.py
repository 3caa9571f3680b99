"""What the map is given: as the tables have it, no confidential place, phases and plans apart, the same bytes every time."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from overseen.assessment.assess import assess
from overseen.model.phases import activity, steps_of
from overseen.model.schema import PRIVATE_AREAS, VIEWS
from overseen.report import map_fineness
from overseen.report.map_classes import CLASS_BASE, WITHHELD, share_classes
from overseen.report.map_fineness import LAST_ZOOM, fineness_of
from overseen.report.map_layers import map_layers
from overseen.report.map_steps import street_steps
from overseen.report.map_tables import map_tables, packed_tables, street_rows
from overseen.report.map_views import camera_views
from overseen.report.map_words import MAP_WORDS, TERMS
from overseen.report.webmap import is_right_to_left, map_content
from tests.exposure.test_streets import ROUND, WAYS
from tests.places import at, place_town
from tests.report.factory import paper_assessment
from tests.report.map_towns import held, phased
from tests.town import KNOWN, plan, town, viewing

CROSS = [[(0, 500), (500, 500)], [(500, 500), (1000, 500)], [(500, 0), (500, 500)], [(500, 500), (500, 1000)]]
SCRIPTS = Path(map_fineness.__file__).parent / "templates" / "map"


@pytest.fixture(scope="module")
def found():
    """Return the assessment of a town with a clinic, a shelter, a school off every street, and a square."""
    places = [("health", [(500, 505)]), ("refuge", [(480, 510)]), ("school", [(100, 900)])]
    city = place_town(places, CROSS, squares=[shapely.box(500, 500, 540, 540)])
    return assess(plan([{"at": (510, 500), **ROUND}]), city, viewing(draws=3))


def layers_of(assessment):
    """Return the layers by name."""
    return {layer.name: layer for layer in map_layers(assessment, fineness_of(assessment))}


def test_places_are_as_their_table(found) -> None:
    places = map_tables(found)["places"]
    assert places["kind"].tolist() == ["Hospitals, clinics and practices", "Schools and kindergartens"]
    assert places["name"].tolist() == ["Place p0", "Place p2"]
    for column in ("reachable_detect_entrance_share", "reachable_detect_approach_share", "unseen_way_share"):
        np.testing.assert_array_equal(places[column], found.places[column])
    assert layers_of(found)["places"].tags["name"] == ["Place p0", "Place p2"]


def test_a_confidential_place_is_nowhere_on_the_map_even_if_a_table_had_it(found) -> None:
    told = replace(found, places=found.places.assign(kind=["health", "refuge"]))
    assert map_tables(told)["places"]["name"].tolist() == ["Place p0"]
    layer = layers_of(told)["places"]
    assert layer.tags["name"] == ["Place p0"]
    assert len(layer.shapes) == 1
    content = map_content(told)
    tables = b"".join(unpacked(content))
    assert b"Place p0" in tables
    assert b"Place p2" not in tables


def unpacked(content) -> list[bytes]:
    """Return every block of the packed tables."""
    blocks = []
    for table in content.payload["tables"].values():
        at = table["start"]
        for length in table["lengths"]:
            blocks.append(gzip.decompress(content.tables[at : at + length]))
            at += length
    return blocks


def test_squares_are_as_their_table(found) -> None:
    squares = map_tables(found)["squares"]
    assert (squares["name"].tolist(), squares["area_m2"].tolist()) == (["Square 0"], [1600.0])
    assert squares["at_once_identify_crowd_count"].tolist() == found.squares["at_once_identify_crowd_count"].tolist()
    assert layers_of(found)["square_names"].tags["name"] == ["Square 0"]


def test_a_city_in_which_nobody_looked_has_neither() -> None:
    assessment = paper_assessment()
    assert {"places", "squares", "square_names"} & set(layers_of(assessment)) == set()
    assert {name for name, table in map_tables(assessment).items() if table.empty} >= {"places", "squares"}


def test_blocks_hold_the_rows_of_a_table_in_order() -> None:
    table = map_tables(paper_assessment())["streets"]
    many = table.sample(600, replace=True, random_state=1).reset_index(drop=True).assign(row=range(600))
    packed = packed_tables({"few": table, "streets": many})
    index = packed.index["streets"]
    assert len(index["lengths"]) == 3
    at, read = index["start"], []
    for length in index["lengths"]:
        read += json.loads(gzip.decompress(packed.content[at : at + length]))["row"]
        at += length
    assert read == list(range(600))
    assert at == len(packed.content)


def test_what_is_not_known_is_nothing_in_a_block() -> None:
    table = map_tables(paper_assessment())["cameras"]
    packed = packed_tables({"cameras": table})
    block = json.loads(gzip.decompress(packed.content))
    assert block["operator"].count(None) == int(table["operator"].isna().sum()) > 0
    assert "NaN" not in gzip.decompress(packed.content).decode()


def test_classes_stand_in_one_number_level_by_level() -> None:
    assessment = paper_assessment()
    streets = street_rows(assessment)
    for view in VIEWS:
        packed = np.array(layers_of(assessment)["streets"].tags[view])
        for place, level in enumerate(assessment.viewing.ladder.names):
            share = streets[f"{view}_{level}_length_m"] / streets["length_m"]
            np.testing.assert_array_equal(packed // CLASS_BASE**place % CLASS_BASE, share_classes(share.to_numpy()))


def test_areas_whose_homes_are_withheld_are_of_no_class() -> None:
    assessment = paper_assessment()
    names = [column.name for column in PRIVATE_AREAS.expanded(assessment.viewing.ladder.names)]
    numbers = {name: [10.0, np.nan] for name in names if name.endswith("_count")} | {"dwelling_count": [40.0, np.nan]}
    homes = gpd.GeoDataFrame(
        {"name": ["North", "South"], "is_withheld": [False, True], **numbers},
        geometry=[shapely.box(0, 100, 200, 200), shapely.box(0, 0, 200, 100)],
        index=pd.Index(["n", "s"], name="area_id", dtype=object),
    )
    homes = homes.set_geometry([at(shape) for shape in homes.geometry], crs=assessment.city.buildings.crs)
    layer = layers_of(replace(assessment, private_areas=homes))["homes"]
    lowest = (np.array(layer.tags["reachable"]) % CLASS_BASE).tolist()
    assert lowest == [int(share_classes(np.array([0.25]))[0]), WITHHELD]
    table = map_tables(replace(assessment, private_areas=homes))["homes"]
    assert table["reachable_detect_dwelling_count"].isna().tolist() == [False, True]


def test_a_view_stands_for_every_view_and_level_that_it_is_the_same_in() -> None:
    levels = paper_assessment().viewing.ladder.names
    heads = [{**KNOWN, "bearing_deg": 0.0}, {**KNOWN, "bearing_deg": 80.0}]
    assessment = assess(
        plan([{"at": (100, 100), "heads": heads}, {"at": (60, 60), "kind": "dome"}]), town([], WAYS), viewing(draws=2)
    )
    views = camera_views(assessment, assessment.isovists, assessment.cameras.index, 0.0)
    # The fixed camera has one shape for both views at a level; both heads are in it, and where they overlap it counts once.
    fixed = views[views["camera"] == 0]
    both = {1 << place | 1 << place + len(levels) for place in range(len(levels))}
    assert set(fixed["shown_in"]) <= both
    at_detect = fixed[fixed["shown_in"] & 1 << levels.index("detect") > 0].geometry.iloc[0]
    heads_at_detect = assessment.isovists.query("camera_id == 'c0' and level == 'detect' and view == 'reachable'")
    assert at_detect.area == pytest.approx(shapely.union_all(heads_at_detect.geometry.to_numpy()).area, rel=1e-6)
    assert at_detect.area < heads_at_detect.geometry.area.sum()
    # No view is lost, whatever stands together.
    for number, camera in enumerate(assessment.cameras.index):
        of = assessment.isovists[(assessment.isovists["camera_id"] == camera) & ~assessment.isovists.geometry.is_empty]
        flags = {
            1 << levels.index(level) + len(levels) * VIEWS.index(view)
            for view, level in zip(of["view"], of["level"], strict=True)
        }
        told = views.loc[views["camera"] == number, "shown_in"]
        assert sum(told) == sum(flags)


def test_a_street_is_seen_at_a_step_by_whoever_is_active_then() -> None:
    assessment = phased()
    on = street_steps(assessment)
    active, steps = activity(assessment.plan), steps_of(assessment.plan)
    pairs = assessment.street_cameras
    for number, step in enumerate(steps):
        cameras = assessment.plan.network.cameras.index[active.on(step.date)]
        seen = set(pairs.loc[pairs["camera_id"].isin(cameras), "street_id"])
        np.testing.assert_array_equal(on[:, number], street_rows(assessment).index.isin(seen))
    assert on.sum(axis=0).tolist() == sorted(on.sum(axis=0).tolist())


def test_cameras_carry_the_steps_at_which_they_are_active() -> None:
    assessment = phased()
    cameras = layers_of(assessment)["cameras"]
    on = np.stack([activity(assessment.plan).on(step.date) for step in steps_of(assessment.plan)], axis=1)
    for first, last, flags in zip(cameras.tags["first"], cameras.tags["last"], on, strict=True):
        np.testing.assert_array_equal(np.flatnonzero(flags), np.arange(first, last + 1) if first >= 0 else [])


def test_steps_tell_what_the_table_of_phases_has() -> None:
    assessment = phased()
    steps = map_content(assessment).payload["steps"]
    table = assessment.phases
    assert [step["date"] for step in steps] == list(dict.fromkeys(table["date"]))
    last = steps[-1]
    row = table[(table["step"] == last["name"]) & (table["finding"] == "streets_reachable_detect_share")].iloc[0]
    assert last["figures"]["reachable detect"]["share"] == [round(row[end], 5) for end in ("value", "low", "high")]
    assert last["figures"]["reachable detect"]["since"][0] == round(row["since_baseline_value"], 5)
    assert steps[0]["figures"]["reachable detect"]["since"] is None
    assert last["gone"] == 1
    assert map_content(paper_assessment()).payload["steps"] == []


def test_two_plans_tell_whose_camera_is_whose_alone() -> None:
    layers = layers_of(held())
    matched = held().rival.cameras.table
    assert sum(layers["cameras"].tags["only"]) == int((matched["presence"] == "only_a").sum()) > 0
    assert sum(layers["cameras_b"].tags["only"]) == int((matched["presence"] == "only_b").sum()) > 0
    assert len(layers["cameras_b"].shapes) == len(held().rival.b.cameras)
    assert len(layers["views_b"].shapes) > 0
    assert set(layers_of(phased())) & {"cameras_b", "views_b"} == set()


def test_streets_of_the_other_plan_are_as_its_own_assessment_has_them() -> None:
    other = phased(other=True)
    streets = map_tables(held())["streets"]
    column = "reachable_detect_length_m"
    np.testing.assert_array_equal(streets[f"b_{column}"], other.streets[column].reindex(streets.index))
    packed = np.array(layers_of(held())["streets"].tags["b_reachable"])
    np.testing.assert_array_equal(packed, layers_of(other)["streets"].tags["reachable"])


def test_a_large_city_is_drawn_less_finely(monkeypatch) -> None:
    fine = fineness_of(paper_assessment())
    monkeypatch.setattr(map_fineness, "MANY_CAMERAS", 5)
    coarse = fineness_of(paper_assessment())
    assert coarse.view_m > fine.view_m
    assert coarse.grid_m == pytest.approx(2 * fine.grid_m)
    large = map_content(paper_assessment()).payload["note"]
    monkeypatch.undo()
    small = map_content(paper_assessment()).payload["note"]
    for note, finely, joins in ((small, fine, False), (large, coarse, True)):
        assert f"simplified by up to {finely.view_m:g} m" in note
        assert ("streets of one colour are joined" in note) == joins


def test_from_afar_streets_of_one_colour_are_one_shape_as_long_as_they_all_are(found, monkeypatch) -> None:
    whole = layers_of(found)["streets"]
    monkeypatch.setattr(map_fineness, "MANY_CAMERAS", 1)
    fineness = fineness_of(found)
    assert fineness.first_zoom < LAST_ZOOM, "the town is too small for the test"
    layers = [layer for layer in map_layers(found, fineness) if layer.name == "streets"]
    assert [zoom for layer in layers for zoom in layer.zooms] == [LAST_ZOOM, *range(fineness.first_zoom, LAST_ZOOM)]
    for layer in layers[1:]:
        assert len({tuple(tag) for tag in zip(*layer.tags.values(), strict=True)}) == len(layer.shapes)
        for tag, shape in zip(layer.tags["reachable"], layer.shapes, strict=True):
            alike = whole.shapes[np.array(whole.tags["reachable"]) == tag]
            assert shapely.length(shape) == pytest.approx(shapely.length(alike).sum())


def test_the_same_assessment_gives_the_same_bytes() -> None:
    one, other = map_content(held()), map_content(held())
    assert (one.tiles, one.tables, json.dumps(one.payload)) == (other.tiles, other.tables, json.dumps(other.payload))


def test_right_to_left_names_bring_the_script_that_shapes_them() -> None:
    assert not map_content(paper_assessment()).payload["needs_rtl"]
    named = paper_assessment().named_streets.assign(name="شارع")
    assert map_content(replace(paper_assessment(), named_streets=named)).payload["needs_rtl"]
    assert is_right_to_left(["רחוב"])


def said() -> set[str]:
    """Return the names of all words that the scripts ask for; those put together at run time with a ``$`` in them."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(SCRIPTS.glob("*.js")))
    asked = [re.sub(r'=== "\w+"', "", argument) for argument in re.findall(r"say\(([^,)]*)", text)]
    names = {name for argument in asked for pair in re.findall(r'"(\w+)"|`([^`]+)`', argument) for name in pair if name}
    # The words of the five shares stand beside their colours.
    return names | set(re.findall(r'"(share_[a-z]+)"', text))


def test_the_scripts_say_nothing_but_what_python_words_and_every_word_is_said() -> None:
    patterns = [re.compile(re.sub(r"\$\{[^}]+\}", r"\\w+", name)) for name in said()]
    assert len(patterns) > 60
    for name in said():
        if "$" not in name:
            assert name in MAP_WORDS, name
    elsewhere = {"failed", "step_baseline_name"}
    unsaid = [
        name for name in MAP_WORDS if name not in elsewhere and not any(pattern.fullmatch(name) for pattern in patterns)
    ]
    assert unsaid == []


def test_every_term_of_the_tables_has_words() -> None:
    from overseen.model.schema import CAMERA_KINDS, CAMERA_USES, PLACEMENTS

    assert {*CAMERA_KINDS, *CAMERA_USES, *PLACEMENTS} <= set(TERMS)
