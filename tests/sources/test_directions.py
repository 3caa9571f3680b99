"""Every spelling of a direction: a head each, or a refusal with its reason."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overseen.sources.directions import parsed_directions


@pytest.mark.parametrize(
    ("text", "bearings", "fields"),
    [
        ("160", [160.0], [None]),
        ("0", [0.0], [None]),
        ("62.5", [62.5], [None]),
        ("-30", [330.0], [None]),
        ("360", [0.0], [None]),
        ("N", [0.0], [None]),
        ("wsw", [247.5], [None]),
        ("Northeast", [45.0], [None]),
        ("48-93", [70.5], [45.0]),
        ("338-23", [0.5], [45.0]),
        ("0-360", [0.0], [360.0]),
        ("225;45", [225.0, 45.0], [None, None]),
        ("70, 210, 300", [70.0, 210.0, 300.0], [None] * 3),
        ("338-23;155-200", [0.5, 177.5], [45.0, 45.0]),
        ("-40;75", [320.0, 75.0], [None, None]),
        ("260;;225", [260.0, 225.0], [None, None]),
        ("345;270:360", [345.0, None], [None, None]),
        ("180;nw", [180.0, 315.0], [None, None]),
    ],
)
def test_read(text, bearings, fields) -> None:
    found = parsed_directions(text)
    assert [d.bearing_deg for d in found] == bearings
    assert [d.field_of_view_deg for d in found] == fields


@pytest.mark.parametrize(
    "text",
    ["900", "90100", "150000099", "NB", "eb", "forward", "both", "null", "Flock Raven", "11:00", "90-90", "", ";"],
)
def test_refused_with_a_reason(text) -> None:
    (direction,) = parsed_directions(text)
    assert direction.bearing_deg is None
    assert direction.refusal


@given(st.text(max_size=30))
def test_any_text_gives_bearings_or_reasons(text) -> None:
    for direction in parsed_directions(text):
        assert (direction.bearing_deg is None) == bool(direction.refusal)
        assert direction.bearing_deg is None or 0.0 <= direction.bearing_deg < 360.0


@given(st.floats(0, 359), st.floats(0.5, 359))
def test_an_arc_is_centred_between_its_ends(start, width) -> None:
    start, end = round(start, 1), round((start + width) % 360.0, 1)
    (direction,) = parsed_directions(f"{start}-{end}")
    if direction.bearing_deg is not None:
        half = direction.field_of_view_deg / 2.0
        assert (direction.bearing_deg - half - start + 180.0) % 360.0 == pytest.approx(180.0, abs=1e-6)
        assert (direction.bearing_deg + half - end + 180.0) % 360.0 == pytest.approx(180.0, abs=1e-6)


@pytest.mark.data
def test_plate_readers_of_a_whole_country(shared_data) -> None:
    with gzip.open(shared_data("us_alpr_deflock") / "cameras-us.json.gz", "rt", encoding="utf-8") as file:
        tags = [row.get("directionCardinal") for row in json.load(file)]
    stated = [tag for tag in tags if tag]
    read = [tag for tag in stated if any(d.bearing_deg is not None for d in parsed_directions(str(tag)))]
    assert (len(tags), len(stated)) == (61_768, 60_101)
    # All but lost separators, directions of traffic, words relative to a way, arcs of no width and junk.
    assert len(read) == 59_914
