"""Every spelling of a direction: a head each, or a refusal with its reason, and nothing passed over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overseen.sources import directions as spelt
from overseen.sources.compass import compass_pack, compass_words
from overseen.sources.directions import Direction, Writing, parsed_directions, writing_of


def bearings(text: str, writing: Writing = spelt.UNKNOWN_WRITING) -> list[float | None]:
    """Return the bearing of each value."""
    return [direction.bearing_deg for direction in parsed_directions(text, writing)]


@pytest.mark.parametrize(
    ("text", "expected", "fields"),
    [
        ("160", [160.0], [None]),
        ("045", [45.0], [None]),
        ("0", [0.0], [None]),
        ("62.5", [62.5], [None]),
        ("0.01", [0.01], [None]),
        ("22,5", [22.5], [None]),
        ("45°", [45.0], [None]),
        ("45º", [45.0], [None]),
        ("45 deg", [45.0], [None]),
        ("45 Grad", [45.0], [None]),
        ("-30", [330.0], [None]),
        ("−30", [330.0], [None]),
        ("+30", [30.0], [None]),
        ("360", [0.0], [None]),
        ("N", [0.0], [None]),
        ("wsw", [247.5], [None]),
        ("Northeast", [45.0], [None]),
        ("north-north-east", [22.5], [None]),
        ("Süd", [180.0], [None]),
        ("Südost", [135.0], [None]),
        ("nord-ouest", [315.0], [None]),
        ("Noroeste", [315.0], [None]),
        ("zuidwest", [225.0], [None]),
        ("koillinen", [45.0], [None]),
        ("facing south", [180.0], [None]),
        ("south-facing", [180.0], [None]),
        ("southward", [180.0], [None]),
        ("N45E", [45.0], [None]),
        ("S 30° W", [210.0], [None]),
        ("45 (NE)", [45.0], [None]),
        ("N (0°)", [0.0], [None]),
        ("48-93", [70.5], [45.0]),
        ("48 – 93", [70.5], [45.0]),
        ("48 to 93", [70.5], [45.0]),
        ("45°-90°", [67.5], [45.0]),
        ("338-23", [0.5], [45.0]),
        ("-23-22", [359.5], [45.0]),
        ("315-360", [337.5], [45.0]),
        ("0-360", [0.0], [360.0]),
        ("0-359", [0.0], [360.0]),
        ("all round", [0.0], [360.0]),
        ("E-W", [180.0], [180.0]),
        ("west-east", [0.0], [180.0]),
        ("225;45", [225.0, 45.0], [None, None]),
        ("225|45", [225.0, 45.0], [None, None]),
        ("225/45", [225.0, 45.0], [None, None]),
        ("N and S", [0.0, 180.0], [None, None]),
        ("70, 210, 300", [70.0, 210.0, 300.0], [None] * 3),
        ("90,125,270", [90.0, 125.0, 270.0], [None] * 3),
        ("90,125", [90.0, 125.0], [None] * 2),
        ("N,S", [0.0, 180.0], [None] * 2),
        ("338-23;155-200", [0.5, 177.5], [45.0, 45.0]),
        ("338-23,155-200", [0.5, 177.5], [45.0, 45.0]),
        ("-40;75", [320.0, 75.0], [None, None]),
        ("90;165;-90", [90.0, 165.0, 270.0], [None] * 3),
        ("260;;225", [260.0, None, 225.0], [None] * 3),
        ("0;", [0.0, None], [None] * 2),
        ("345;270:360", [345.0, None], [None, None]),
        ("180;nw", [180.0, 315.0], [None, None]),
        ("75;375;500", [75.0, None, None], [None] * 3),
    ],
)
def test_read(text, expected, fields) -> None:
    found = parsed_directions(text)
    assert [direction.bearing_deg for direction in found] == expected
    assert [direction.field_of_view_deg for direction in found] == fields


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("400", spelt.TOO_FAR),
        ("90100", spelt.LOST_SEPARATORS),
        ("270230", spelt.LOST_SEPARATORS),
        ("150000099", spelt.LOST_SEPARATORS),
        ("9" * 400, spelt.LOST_SEPARATORS),
        ("-500", spelt.TOO_NEGATIVE),
        ("20-400", spelt.TOO_FAR),
        ("20-20", spelt.NO_WIDTH),
        ("NB", spelt.TRAFFIC),
        ("S/B", spelt.TRAFFIC),
        ("Eastbound lanes", spelt.TRAFFIC),
        ("forward", spelt.RELATIVE),
        ("both", spelt.RELATIVE),
        ("11:00", spelt.CLOCK),
        ("11 o'clock", spelt.CLOCK),
        ("270:360", spelt.COLON),
        ("Clockwise 180", spelt.TURNING),
        ("null", spelt.PLACEHOLDER),
        ("n/a", spelt.PLACEHOLDER),
        ("N/A", spelt.PLACEHOLDER),
        ("-", spelt.PLACEHOLDER),
        ("O", spelt.LETTER_O),
        ("NO", spelt.LETTER_O),
        ("OSO", spelt.LETTER_O),
        ("N-O", spelt.LETTER_O),
        ("N-E", spelt.HYPHEN),
        ("S-W", spelt.HYPHEN),
        ("62,5", spelt.COMMA),
        ("45,90", spelt.COMMA),
        ("22,5,67,5", spelt.COMMA),
        ("NE 200", spelt.DISAGREEING),
        ("Flock Raven", spelt.OTHER),
        ("280WY39-J963-T96Q-9KE6-9DR9", spelt.OTHER),
        ("new", spelt.OTHER),
        ("5-", spelt.OTHER),
        ("90 180", spelt.OTHER),
    ],
)
def test_refused_with_its_reason(text, reason) -> None:
    (direction,) = parsed_directions(text)
    assert direction.bearing_deg is None
    assert direction.refusal == reason


@pytest.mark.parametrize("text", ["", "  "])
def test_nothing_is_one_empty_value(text) -> None:
    assert parsed_directions(text) == (Direction("empty"),)


@pytest.mark.parametrize(
    ("texts", "text", "expected"),
    [
        (["N", "NW", "O"], "SO", [135.0]),
        (["N", "NE", "O"], "SO", [225.0]),
        (["Nord", "Süd"], "O", [90.0]),
        (["nord", "sud"], "O", [270.0]),
        (["N", "S", "O"], "O", [None]),
        (["E", "W", "O"], "O", [None]),
        (["new", "see"], "O", [None]),
        (["22,5", "160"], "62,5", [62.5]),
        (["62,5;130,25", "22,5"], "130,25", [130.25]),
        (["95, 95"], "45,90", [45.0, 90.0]),
        (["95, 95", "22,5"], "62,5", [None]),
    ],
)
def test_the_whole_list_decides_what_one_value_leaves_open(texts, text, expected) -> None:
    assert bearings(text, writing_of(texts)) == expected


def test_words_of_two_languages_never_contradict_each_other() -> None:
    words = [word for language in compass_pack()["languages"] for word in language.get("between", {})]
    words += [word for language in compass_pack()["languages"] for letter in "nesw" for word in language[letter]]
    for language in compass_pack()["languages"]:
        for letter in "nesw":
            assert all(compass_words()[word] == letter for word in language[letter])
    assert set(words) <= set(compass_words())
    assert len(compass_pack()["points"]) == 16


ANY = st.text(max_size=30)
LIKELY = st.lists(
    st.sampled_from(
        [
            "90",
            "-40",
            "338-23",
            "n",
            "NO",
            "sud",
            "NB",
            "",
            "62,5",
            "95, 95",
            "both",
            "360",
            "11:00",
            "°",
            "-",
            ":",
            " ",
        ]
    ),
    max_size=6,
).map("".join)


@given(ANY | LIKELY)
def test_every_value_is_a_bearing_or_a_reason_or_empty(text) -> None:
    found = parsed_directions(text)
    assert found
    for direction in found:
        assert (direction.bearing_deg is not None) + bool(direction.refusal) + direction.is_empty == 1
        assert direction.bearing_deg is None or 0.0 <= direction.bearing_deg < 360.0
        assert direction.field_of_view_deg is None or 0.0 < direction.field_of_view_deg <= 360.0


@given(ANY | LIKELY, ANY | LIKELY, st.sampled_from(["", "e", "w"]), st.sampled_from(["", "decimal", "separator"]))
def test_a_list_is_the_sum_of_its_values(first, second, letter_o, comma) -> None:
    writing = Writing(letter_o, comma)
    together = parsed_directions(f"{first};{second}", writing)
    assert together == parsed_directions(first, writing) + parsed_directions(second, writing)


@given(st.lists(ANY | LIKELY, max_size=5), st.randoms(use_true_random=False))
def test_what_a_list_tells_does_not_hang_on_its_order(texts, random) -> None:
    shuffled = texts.copy()
    random.shuffle(shuffled)
    assert writing_of(shuffled) == writing_of(texts)


@given(st.floats(0, 359), st.floats(0.5, 358))
def test_an_arc_is_centred_between_its_ends(start, width) -> None:
    start, end = round(start, 1), round((start + width) % 360.0, 1)
    (direction,) = parsed_directions(f"{start}-{end}")
    if direction.bearing_deg is not None and not direction.is_all_round:
        half = direction.field_of_view_deg / 2.0
        assert (direction.bearing_deg - half - start + 180.0) % 360.0 == pytest.approx(180.0, abs=1e-6)
        assert (direction.bearing_deg + half - end + 180.0) % 360.0 == pytest.approx(180.0, abs=1e-6)


@given(st.integers(-360, 360))
def test_a_bearing_is_the_same_from_either_side(degrees) -> None:
    assert bearings(str(degrees)) == [degrees % 360.0]
