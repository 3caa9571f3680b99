"""What a row says of a camera and its heads: read, or refused with its reason, and every row in the account."""

from __future__ import annotations

import gzip
import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overseen.sources.camera_rows import FIELDS, READ
from overseen.sources.camera_terms import TERMS
from overseen.sources.packs import get_pack
from tests.sources.camera_text import listed, reading


def head(network, attribute, column):
    """Return value, certainty and source of an attribute of the only head."""
    (row,) = network.heads[[column, f"{attribute}_certainty", f"{attribute}_source"]].itertuples(index=False)
    return tuple(row)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("fixed", "fixed"),
        ("Turret", "fixed"),
        ("C-Mount", "fixed"),
        ("Doorbell", "fixed"),
        ("bullet camera", "fixed"),
        ("Fixed dome", "fixed"),
        ("dome", "dome"),
        ("PTZ", "panning"),
        ("PTZ dome", "panning"),
        ("360° PTZ camera", "panning"),
        ("360 dome", "unknown"),
        ("Outdoor PTZ camera", "panning"),
        ("revolving", "panning"),
        ("360 Camera", "panorama"),
        ("fisheye", "panorama"),
        ("panorama", "panorama"),
        ("Unidentified Hanging Object", "unknown"),
        ("fixed;dome", "unknown"),
        ("camera", "unknown"),
        ("", "unknown"),
    ],
)
def test_kinds_in_the_wild(text, kind) -> None:
    assert listed({"kind": text}).cameras["kind"].tolist() == [kind]


def test_kinds_that_are_not_understood_are_counted_by_what_they_say() -> None:
    network = listed(
        *[{"kind": "Unidentified Hanging Object"}] * 12, {"kind": "Turret"}, {"kind": "camera"}, {"kind": "fixed;dome"}
    )
    found = reading(network, "kind")
    assert (found.read, found.refused, found.unknown) == (1, 13, 1)
    assert found.reasons == (("not understood: unidentified hanging object", 12), ("two kinds in one value", 1))
    (notice,) = [notice for notice in network.notices if notice.kind == "kind of camera not understood"]
    assert (notice.count, notice.example) == (13, "row 0: Unidentified Hanging Object")


def test_a_column_of_free_text_is_told_in_few_lines() -> None:
    found = reading(
        listed(*[{"kind": f"gadget {number}"} for number in range(40)], {"kind": "gizmo"}, {"kind": "gizmo"}), "kind"
    )
    assert len(found.reasons) == 13
    assert found.reasons[0] == ("not understood: gizmo", 2)
    assert found.reasons[-1] == ("other reasons, each of fewer values", 42 - 2 - 11)


def test_a_kind_in_brackets_of_a_name() -> None:
    network = listed({"label": "CCTV Camera 12 (Fixed)"}, {"label": "Fixed Street"}, {"label": "Camera (Station)"})
    assert network.cameras["kind"].tolist() == ["fixed", "unknown", "unknown"]
    assert network.cameras["kind_source"].tolist() == ["column label, in brackets", None, None]
    assert "Station" not in network.cameras.to_csv() + str(network.notices)


def test_a_column_of_kinds_may_tell_the_use_or_the_setting() -> None:
    network = listed(
        {"kind": "ALPR"},
        {"kind": "Indoor"},
        {"kind": "dome", "use": "ANPR"},
        {"setting": "red_light"},
        {"use": "camera"},
    )
    assert network.cameras["use"].tolist() == ["plate_reader", None, "plate_reader", "red_light", None]
    assert network.cameras["use_source"].tolist() == ["column kind", None, "column use", "column setting", None]
    assert network.cameras["setting"].tolist() == ["unknown", "indoor", "unknown", "unknown", "unknown"]
    assert network.cameras["kind"].tolist() == ["unknown", "unknown", "dome", "unknown", "unknown"]
    assert reading(network, "kind").refused == 0


def test_a_webcam_is_marked() -> None:
    network = listed({"setting": "webcam", "kind": "fixed"})
    assert network.cameras[["use", "setting"]].to_numpy().tolist() == [["webcam", "unknown"]]
    assert [notice.kind for notice in network.notices] == ["webcam"]


@pytest.mark.parametrize("text", get_pack("spellings", "cameras")["uses"]["plate_reader"])
def test_plate_readers_by_any_name(text) -> None:
    assert listed({"use": text.upper()}).cameras["use"].tolist() == ["plate_reader"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("active", "in_use"),
        ("Out of order", "disused"),
        ("decommissioned", "disused"),
        ("planned", "planned"),
        ("quux", "in_use"),
        ("", "in_use"),
    ],
)
def test_status(text, status) -> None:
    network = listed({"status": text})
    assert network.cameras["status"].tolist() == [status]
    assert reading(network, "status").refused == (text == "quux")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2009-05", "2009-05"),
        ("2024", "2024"),
        ("2025-03-25", "2025-03-25"),
        ("2015/04/11", "2015-04-11"),
        ("25.03.2015", "2015-03-25"),
        ("25/03/2015", "2015-03-25"),
        ("03/25/2015", "2015-03-25"),
        ("11/11/2015", "2015-11-11"),
        ("41558", "2013-10-11"),
        ("May 2019", "2019-05"),
        ("2019-05-01T10:00:00Z", "2019-05-01"),
        ("03/04/2015", None),
        ("2025-15-10", None),
        ("2023-02-30", None),
        ("1923", None),
        ("inconnue", None),
        ("~2010", None),
        ("11/04/19", None),
    ],
)
def test_dates(text, date) -> None:
    network = listed({"installed_on": text, "checked_on": text})
    assert network.cameras[["installed_on", "checked_on"]].to_numpy().tolist() == [[date, date]]
    assert reading(network, "installed_on").refused == (date is None)


def test_makers_are_one_however_they_are_spelt() -> None:
    spellings = [
        "Flock Safety",
        "Flock Group Inc.",
        "Flock Safety Inc",
        "Flock",
        "FLOCK SAFETY",
        "Flock Saftey",
        "Q108485435",
    ]
    assert set(listed(*[{"manufacturer": text} for text in spellings]).cameras["manufacturer"]) == {"Flock Safety"}
    others = listed(
        {"manufacturer": "Obvio, Inc."},
        {"manufacturer": "Unkwn"},
        {"manufacturer": "Ekin X-Spotter"},
        {"manufacturer": "Motorola?"},
    )
    assert others.cameras["manufacturer"].tolist() == ["Obvio, Inc.", None, "Ekin", "Motorola?"]
    assert others.cameras["model"].tolist() == [None, None, "X Spotter", None]


def test_no_spelling_of_a_maker_stands_for_two() -> None:
    seen: dict[str, str] = {}
    for maker in get_pack("spellings", "manufacturers")["makers"]:
        for spelling in [*maker["spellings"], *maker.get("models", {})]:
            assert seen.setdefault(spelling, maker["name"]) == maker["name"]


def test_no_spelling_of_a_kind_a_setting_a_use_or_a_status_stands_for_two() -> None:
    pack = get_pack("spellings", "cameras")
    for table in ("kinds", "settings", "uses", "statuses", "mounts"):
        spellings = [spelling for values in pack[table].values() for spelling in values]
        assert len(spellings) == len(set(spellings)), table


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"mounting_height": "4,5 m"}, (4.5, "stated", "column mounting_height")),
        ({"mounting_height": "15 ft"}, (4.572, "stated", "column mounting_height")),
        ({"mounting_height": "10'6\""}, (3.2004, "stated", "column mounting_height")),
        ({"mounting_height": "350cm"}, (3.5, "stated", "column mounting_height")),
        ({"mounting_height": "ca. 6"}, (6.0, "inferred", "column mounting_height, approximate")),
        ({"estimated_height": "8"}, (8.0, "inferred", "column estimated_height")),
        ({"mounting_height": "2nd floor", "estimated_height": "8"}, (8.0, "inferred", "column estimated_height")),
    ],
)
def test_heights(values, expected) -> None:
    assert head(listed(values), "mounting_height", "mounting_height_m") == expected


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"mounting_height": "2nd floor"}, "a storey, whose height above ground is not stated"),
        ({"mounting_height": "3-4 m"}, "a range, not one value"),
        ({"mounting_height": "0"}, "not between 0.1 and 200 m"),
        ({"mounting_height": "high"}, "not understood"),
        ({"level": "1"}, "a storey, whose height above ground is not stated"),
        ({"elevation": "2108"}, "height above the sea, not above ground"),
        ({"building_height": "12"}, "the height of the building on which it is mapped, not of the lens"),
    ],
)
def test_what_is_no_height_of_a_lens(values, reason) -> None:
    network = listed(values, {})
    assert network.heads["mounting_height_m"].isna().all()
    found = reading(network, "mounting_height")
    assert (found.read, found.refused, found.unknown, found.reasons) == (0, 1, 1, ((reason, 1),))


@pytest.mark.parametrize(
    ("field", "text", "tilt_deg"),
    [
        ("tilt", "15", 15.0),
        ("tilt", "-10", -10.0),
        ("osm_tilt", "-25", 25.0),
        ("osm_tilt", "0", 0.0),
        ("osm_tilt", "15", np.nan),
        ("osm_tilt", "-90-20", np.nan),
        ("old_tilt", "15", 15.0),
        ("old_tilt", "-15°", 15.0),
        ("old_tilt", "120", np.nan),
    ],
)
def test_tilt_by_the_rule_of_each_tag(field, text, tilt_deg) -> None:
    network = listed({field: text})
    assert network.heads["tilt_deg"].tolist() == pytest.approx([tilt_deg], nan_ok=True)
    assert reading(network, "tilt").refused == np.isnan(tilt_deg)


@pytest.mark.parametrize(
    ("field", "text", "width_px", "certainty"),
    [
        ("resolution", "1920x1080", 1920.0, "stated"),
        ("resolution", "2688 × 1520 px", 2688.0, "stated"),
        ("resolution", "1080p", 1920.0, "stated"),
        ("resolution", "4K", 3840.0, "inferred"),
        ("resolution", "2 MP", 1920.0, "inferred"),
        ("resolution", "8MP", 3840.0, "inferred"),
        ("image_width", "1080", 1080.0, "stated"),
        ("image_width", "4K", 3840.0, "inferred"),
        ("resolution", "1080", np.nan, "unknown"),
        ("resolution", "2K", np.nan, "unknown"),
        ("resolution", "7 MP", np.nan, "unknown"),
        ("resolution", "good", np.nan, "unknown"),
    ],
)
def test_pixels_across(field, text, width_px, certainty) -> None:
    network = listed({field: text})
    assert network.heads["image_width_px"].tolist() == pytest.approx([width_px], nan_ok=True)
    assert network.heads["image_width_certainty"].tolist() == [certainty]


def test_lenses() -> None:
    network = listed(
        {"focal_length": "2.8mm", "sensor": '1/3"'},
        {"focal_length": "2.8-12mm", "sensor": '1/3"'},
        {"focal_length": "4 mm"},
        {"focal_length": "4 mm", "sensor": '1/3"', "field_of_view": "90°"},
        {},
    )
    fields = network.heads["field_of_view_deg"].tolist()
    assert fields == pytest.approx([81.2026, np.nan, np.nan, 90.0, np.nan], abs=1e-4, nan_ok=True)
    assert network.heads["field_of_view_certainty"].tolist() == ["inferred", "unknown", "unknown", "stated", "unknown"]
    found = reading(network, "field_of_view")
    assert (found.read, found.refused, found.unknown) == (2, 2, 1)


def test_a_known_model_fills_what_the_list_leaves_open_and_no_more() -> None:
    axis = {"manufacturer": "AXIS", "model": "M3045-V"}
    network = listed(
        axis,
        axis | {"field_of_view": "80", "image_width": "1280", "kind": "dome"},
        {"manufacturer": "Axis", "model": "X"},
    )
    assert network.heads["field_of_view_deg"].tolist() == pytest.approx([106.0, 80.0, np.nan], nan_ok=True)
    assert network.heads["field_of_view_certainty"].tolist() == ["inferred", "stated", "unknown"]
    assert network.heads["image_width_px"].tolist() == pytest.approx([1920.0, 1280.0, np.nan], nan_ok=True)
    assert network.cameras["kind"].tolist() == ["fixed", "dome", "unknown"]
    assert "data sheet 463392" in network.heads["field_of_view_source"].iloc[0]
    lens = listed(
        {"manufacturer": "Hikvision", "model": "DS-2CD2143G2-I", "focal_length": "4 mm"},
        {"manufacturer": "Hikvision", "model": "DS-2CD2143G2-I"},
    )
    assert lens.heads["field_of_view_deg"].tolist() == pytest.approx([84.0, np.nan], nan_ok=True)
    assert lens.heads["image_width_px"].tolist() == [2688.0, 2688.0]


def test_every_known_model_names_its_source_and_a_maker_by_its_one_name() -> None:
    makers = {maker["name"] for maker in get_pack("spellings", "manufacturers")["makers"]}
    for model in get_pack("models", "known")["models"]:
        assert model["source"]
        assert model["maker"] in makers
        assert ("field_of_view_deg" in model) != ("lenses" in model)


def test_a_list_refused_in_part_keeps_its_heads() -> None:
    network = listed({"bearing": "225;45;NB"}, {"bearing": "90100"}, {"bearing": "260;;225"}, {"bearing": ";"}, {})
    assert network.heads["bearing_deg"].tolist() == pytest.approx(
        [225, 45, np.nan, np.nan, 260, 225, np.nan, np.nan], nan_ok=True
    )
    assert network.heads["bearing_certainty"].value_counts().to_dict() == {"stated": 4, "unknown": 4}
    found = reading(network, "bearing")
    assert (found.read, found.refused, found.unknown) == (2, 1, 2)
    assert (found.values_read, found.values_refused, found.values_empty) == (4, 2, 3)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("fixed", "48-93", (70.5, 45.0)),
        ("unknown", "48-93", (70.5, 45.0)),
        ("panning", "48-93", (70.5, np.nan)),
        ("fixed", "360", (0.0, np.nan)),
        ("dome", "360", (0.0, np.nan)),
        ("panorama", "360", (0.0, 360.0)),
        ("fixed", "0-360", (0.0, 360.0)),
        ("dome", "0-360", (0.0, np.nan)),
    ],
)
def test_an_arc_means_what_the_kind_makes_of_it(kind, text, expected) -> None:
    heads = listed({"kind": kind, "bearing": text}).heads
    assert heads[["bearing_deg", "field_of_view_deg"]].to_numpy().tolist()[0] == pytest.approx(expected, nan_ok=True)


def test_all_round_makes_a_camera_of_unknown_kind_one_that_turns() -> None:
    network = listed({"bearing": "0-360"}, {"bearing": "0-360;90"}, {"bearing": "360"})
    assert network.cameras["kind"].tolist() == ["panning", "unknown", "unknown"]
    assert network.cameras["kind_source"].iloc[0] == "column bearing, all round"
    assert reading(network, "kind").read == 1


PRIVATE = [
    "rtsp://10.1.2.3/live",
    "admin:secret@host",
    "192.168.0.17",
    "+44 161 912 2000",
    "jane@council.gov.uk",
    "https://x.example/cam",
]


@pytest.mark.parametrize("field", FIELDS)
def test_planted_private_values_reach_nothing_whatever_the_column(field) -> None:
    network = listed(*[{field: value} for value in PRIVATE])
    text = network.cameras.to_csv() + network.heads.to_csv() + str(network.notices) + str(network.readings)
    assert not [value for value in PRIVATE if value.lower() in text.lower()]


VALUE = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["90", "225;45;NB", "0-360", "dome", "PTZ", "fixed;dome", "webcam", "4 m", "2nd floor", "1080p", "2.8mm", '1/3"', "Axis", "M3045-V",
                     "2019", "planned", "ALPR", "-15", "O", "62,5"]),
)  # fmt: skip
ROW = st.dictionaries(st.sampled_from(FIELDS), VALUE, max_size=8)


@given(st.lists(ROW, min_size=1, max_size=6))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_camera_and_every_value_is_in_the_account(rows) -> None:
    network = listed(*rows)
    has_terms = network.terms is not None
    assert has_terms == any(row.get(field, "").strip() for row in rows for field in TERMS)
    assert [found.attribute for found in network.readings] == [*READ, *(TERMS if has_terms else ())]
    for found in network.readings:
        assert found.read + found.refused + found.unknown == len(rows)
        assert min(found.read, found.refused, found.unknown) >= 0
        assert sum(count for _, count in found.reasons) == found.values_refused
        assert all(reason for reason, _ in found.reasons)
    bearing = reading(network, "bearing")
    assert (network.heads["bearing_certainty"] == "stated").sum() == bearing.values_read
    heads_stated = bearing.values_read + bearing.values_refused
    assert len(network.heads) == heads_stated + (len(rows) - bearing.read - bearing.refused)
    for attribute in ("field_of_view", "image_width", "mounting_height", "tilt"):
        known = network.heads[network.heads[f"{attribute}_certainty"] != "unknown"]
        assert known["camera_id"].nunique() == reading(network, attribute).read
    assert (network.cameras["kind"] != "unknown").sum() == reading(network, "kind").read
    for attribute in (
        "use",
        "zone",
        "mount",
        "operator",
        "manufacturer",
        "model",
        "checked_on",
        "installed_on",
        "active_until",
        "phase",
        "remark",
    ):
        assert network.cameras[attribute].notna().sum() == reading(network, attribute).read


@given(st.lists(ROW, min_size=2, max_size=5), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_account_does_not_hang_on_the_order_of_rows(rows, random) -> None:
    shuffled = rows.copy()
    random.shuffle(shuffled)
    assert listed(*shuffled).readings == listed(*rows).readings


@pytest.mark.data
def test_plate_readers_of_los_angeles(shared_data) -> None:
    table = json.loads((shared_data("la_alpr_small") / "alpr_cameras_osm.json").read_text(encoding="utf-8"))
    names = {
        "bearing": "directionCardinal",
        "operator": "operator",
        "zone": "surveillanceZone",
        "manufacturer": "brand",
        "mount": "mountType",
    }
    network = listed(*[{field: str(row.get(name) or "") for field, name in names.items()} for row in table])
    heads = network.heads.groupby("camera_id").size()
    assert (len(network.cameras), int((heads > 1).sum()), len(network.heads)) == (98, 49, 155)
    found = reading(network, "bearing")
    assert (found.read, found.refused, found.unknown, found.values_read, found.values_empty) == (98, 0, 0, 155, 1)
    assert network.cameras["operator"].notna().sum() == 88


@pytest.mark.data
def test_makers_of_a_whole_country(shared_data) -> None:
    with gzip.open(shared_data("us_alpr_deflock") / "cameras-us.json.gz", "rt", encoding="utf-8") as file:
        table = json.load(file)
    network = listed(
        *[
            {"manufacturer": str(row.get("brand") or ""), "installed_on": str(row.get("startDate") or "")}
            for row in table
        ]
    )
    makers = network.cameras["manufacturer"].value_counts()
    assert makers["Flock Safety"] == 49_358 + 529 + 122 + 114 + 3 + 3 + 2 + 8
    found = reading(network, "manufacturer")
    # Of 56,804 brands 122 are a word for unknown.
    assert (found.read, found.refused, found.unknown) == (56_682, 0, 5_086)
    dates = reading(network, "installed_on")
    assert (dates.read, dates.refused, dates.unknown) == (14, 2, 61_752)
