"""The page on reading: its table of a whole country's plate readers is what the code finds, and every camera is in it."""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from pathlib import Path

import pytest

from overseen.sources.directions import parsed_directions, writing_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def reading_table():
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module("reading_table")
    finally:
        sys.path.remove(str(ROOT / "tools"))


@pytest.fixture(scope="module")
def texts(reading_table, shared_data):
    return reading_table.directions(shared_data("us_alpr_deflock") / "cameras-us.json.gz")


@pytest.mark.data
def test_the_page_is_as_the_code_finds(reading_table, texts, plate_readers) -> None:
    assert reading_table.FILE.read_text(encoding="utf-8") == reading_table.page(texts, plate_readers), (
        "run python tools/reading_table.py"
    )


@pytest.mark.data
def test_every_plate_reader_of_a_whole_country_is_accounted_for(reading_table, texts, plate_readers) -> None:
    rows = {name: (cameras, read, refused, heads, values, empty)
            for name, cameras, _, read, refused, heads, values, empty in reading_table.table(texts)}  # fmt: skip
    assert rows == {
        "whole number, 0 to 359": (54_058, 54_058, 0, 54_058, 0, 0),
        "arc a-b": (2_656, 2_652, 4, 2_656, 4, 0),
        "list of whole numbers": (1_932, 1_932, 0, 4_573, 8, 0),
        "missing": (1_667, 0, 0, 1_667, 0, 0),
        "arc a-b across north": (485, 485, 0, 485, 0, 0),
        "compass letters": (442, 442, 0, 442, 0, 0),
        "negative number": (144, 143, 1, 144, 1, 0),
        "direction of traffic": (116, 0, 116, 116, 116, 0),
        "list with arcs or minus signs": (92, 92, 0, 213, 0, 0),
        "360": (78, 78, 0, 78, 0, 0),
        "whole number above 360": (41, 0, 41, 41, 41, 0),
        "junk": (16, 6, 10, 23, 11, 4),
        "relative to a way": (15, 0, 15, 15, 15, 0),
        "list with commas": (11, 11, 0, 26, 0, 0),
        "compass letters in lower case, and words": (8, 8, 0, 8, 0, 0),
        "decimal number": (7, 7, 0, 7, 0, 0),
    }
    assert sum(cameras for cameras, *_ in rows.values()) == 61_768
    network = plate_readers
    (bearing,) = [reading for reading in network.readings if reading.attribute == "bearing"]
    assert bearing.taken_from == "column directionCardinal"
    assert (bearing.read, bearing.refused, bearing.unknown) == (59_914, 187, 1_667)
    assert bearing.read + bearing.refused + bearing.unknown == len(network.cameras) == 61_768
    assert (bearing.values_read, bearing.values_refused, bearing.values_empty) == (62_689, 196, 4)
    assert len(network.heads) == 62_689 + 196 + 1_667 == sum(heads for _, _, _, heads, _, _ in rows.values())
    assert (network.heads["bearing_certainty"] == "stated").sum() == 62_689


@pytest.mark.data
def test_arcs_of_a_whole_country(texts) -> None:
    writing = writing_of(texts)
    single = [found[0] for found in (parsed_directions(text, writing) for text in texts if text) if len(found) == 1]
    widths = Counter(direction.field_of_view_deg for direction in single if direction.field_of_view_deg is not None)
    assert (widths[45.0], widths[60.0], widths[360.0]) == (2_939, 89, 8)
    assert sum(widths.values()) == 2_656 + 485 - 4
