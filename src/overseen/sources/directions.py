"""Directions as people write them: degrees, compass points, arcs ``a-b``, lists of all three; each value read or refused.

Nothing is guessed and nothing is passed over. A number beyond 360 (lost separators), a direction of traffic (``NB``), one
relative to a way (``forward``), a clock time or a spelling that two countries read in two ways is refused with its reason,
never taken modulo. :func:`writing_of` looks at a whole list first, because what is ambiguous in one value may be plain in the
list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from overseen.sources.compass import compass_pack, compass_words, letter_o_of_words

FULL_CIRCLE_DEG = 360.0

ALL_ROUND_FROM_DEG = 359.0
"""An arc from this width on is the full circle: OpenStreetMap takes 0-359 and 0-360 for the same."""

PLACEHOLDER = "a placeholder, no value"
TRAFFIC = "a direction of traffic, not a bearing"
RELATIVE = "relative to a way that is not stated"
CLOCK = "a clock time: an hour, or a position on the dial"
TURNING = "an amount of turning, not a bearing"
LOST_SEPARATORS = "too many digits for one bearing, as when separators are lost"
TOO_FAR = "above 360 degrees"
TOO_NEGATIVE = "below -360 degrees"
NO_WIDTH = "an arc from a bearing to itself"
LETTER_O = "the letter O is east in German and west in French"
HYPHEN = "a hyphen between two compass letters: the range from one to the other, or the point between them"
COMMA = "a comma that is a decimal sign or parts two values"
COLON = "a colon between two numbers"
DISAGREEING = "a number and a compass point that disagree"
OTHER = "no direction"


@dataclass(frozen=True, slots=True)
class Direction:
    """One value of a direction.

    Parameters
    ----------
    form
        How it is spelt, such as ``integer``, ``arc``, ``compass letters``, ``traffic``; ``empty`` for nothing at all.
    bearing_deg
        Degrees clockwise from true north, 0 up to 360; ``None`` when refused or empty.
    field_of_view_deg
        Width of a stated arc; ``None`` when none is stated.
    refusal
        Why the text is no bearing; empty when it is one, or when there is no text.
    """

    form: str
    bearing_deg: float | None = None
    field_of_view_deg: float | None = None
    refusal: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing between two separators."""
        return self.form == "empty"

    @property
    def is_all_round(self) -> bool:
        """Whether it is an arc of the full circle."""
        return self.field_of_view_deg == FULL_CIRCLE_DEG


@dataclass(frozen=True, slots=True)
class Writing:
    """What a whole list tells about its spelling; empty where it tells nothing.

    Parameters
    ----------
    letter_o
        What the letter O stands for: ``e`` or ``w``.
    comma
        What a comma between two digits is: ``decimal`` or ``separator``.
    """

    letter_o: str = ""
    comma: str = ""


UNKNOWN_WRITING = Writing()

PLACEHOLDERS = frozenset({
    "null", "none", "nan", "n/a", "na", "n.a.", "unknown", "unkwn", "unk", "?", "??", "-", "--", "tbd", "tbc", "yes", "x",
    "unbekannt", "inconnu", "inconnue", "desconocido", "various", "variable", "multiple", "other", "not known",
})  # fmt: skip
"""What stands for no value."""

_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_UNIT = r"\s*(?:°|deg(?:ree)?s?\.?|grads?|grados?|gradi|degrés?|graus?)?"
_DEGREES = re.compile(rf"^({_NUMBER}){_UNIT}$")
_ARC = re.compile(rf"^({_NUMBER}){_UNIT}\s*(?:-|to|bis|until)\s*({_NUMBER}){_UNIT}$")
_QUADRANT = re.compile(rf"^([ns])\s*(\d+(?:\.\d+)?){_UNIT}\s*([ew])$")
_CLOCK = re.compile(r"^\d{1,2}:\d{2}(?::\d{2})?$|^\d{1,2}\s*(?:o'?\s?clock|uhr|h)$")
_COLON = re.compile(rf"^{_NUMBER}\s*:\s*{_NUMBER}$")
_BOUND = re.compile(r"^(?:north|south|east|west)+[ -]?bound\b|^[nsew]{1,2}\s?/?b$")
_LETTERS = re.compile(r"^[neswo]{1,3}$")
_LETTER_PAIR = re.compile(r"^([neswo]{1,3})\s*(?:-|to)\s*([neswo]{1,3})$")
_NUMBER_AND_POINT = re.compile(
    rf"^({_NUMBER}){_UNIT}\s*[(]?\s*([^\W\d_ -]+)\s*[)]?$|^([^\W\d_ -]+)\s*[(]?\s*({_NUMBER}){_UNIT}\s*[)]?$"
)
_WORD_ARC = re.compile(r"^(\D+?)\s*(?:-|\bto\b|\bbis\b)\s*(\D+)$")
_SURROUNDED = re.compile(
    r"^(?:(?:facing|looking|pointing|towards?|to)\s+(?:the\s+)?)?(.*?)(?:(?<=[a-zß-ÿ])(?:\s|-)?(?:facing|wards?))?$"
)
_PIECES = re.compile(r"[;|\n]")
_JOINTS = re.compile(r"/|&|\s(?:and|und|et)\s")
_COMMAS_APART = re.compile(r"(?<!\d),|,(?!\d)")
_COMMA_NUMBER = r"[+-]?(\d+),(\d+)"
_ONE_COMMA = re.compile(rf"^{_COMMA_NUMBER}{_UNIT}$")
_COMMA_ARC = re.compile(rf"^{_COMMA_NUMBER}{_UNIT}\s*-\s*{_COMMA_NUMBER}{_UNIT}$")
_CHAIN = re.compile(r"^[+-]?\d+(?:,[+-]?\d+){2,}$")

_SIGNS = str.maketrans(
    {"−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "º": "°", "˚": "°", "\u00a0": " ", "\r": " ", "\t": " "}
)


def parsed_directions(text: str, writing: Writing = UNKNOWN_WRITING) -> tuple[Direction, ...]:
    """Return one direction per value of a cell or tag, in order, an empty one for nothing between two separators.

    A list is read as the sum of its values: the directions of ``a;b`` are those of ``a`` and then those of ``b``.

    Examples
    --------
    >>> [d.bearing_deg for d in parsed_directions("225;-45")]
    [225.0, 315.0]
    >>> parsed_directions("338-23")
    (Direction(form='arc across north', bearing_deg=0.5, field_of_view_deg=45.0, refusal=''),)
    >>> [d.form for d in parsed_directions("260;;225")]
    ['integer', 'empty', 'integer']
    >>> parsed_directions("90100")[0].refusal
    'too many digits for one bearing, as when separators are lost'
    """
    return tuple(
        _direction(value, writing) if value is not None else Direction("ambiguous comma", refusal=COMMA)
        for value in _values(text, writing)
    )


def writing_of(texts: Iterable[str]) -> Writing:
    """Return what the whole of a list says about its spelling.

    Examples
    --------
    >>> writing_of(["N", "NW", "SO"]).letter_o, writing_of(["N", "NE", "SO"]).letter_o, writing_of(["N", "O"]).letter_o
    ('e', 'w', '')
    >>> writing_of(["22,5", "160"]).comma, writing_of(["95, 95", "22,5"]).comma
    ('decimal', '')
    """
    pieces = [piece for text in texts for piece in _pieces(text)]
    words = {word for piece in pieces for word in re.split(r"[\s,/&-]+", piece)}
    letters = words & compass_pack()["points"].keys()
    letter_o = letter_o_of_words(words)
    letter_o |= {"e"} if any("w" in word for word in letters) else set()
    letter_o |= {"w"} if any("e" in word for word in letters) else set()
    commas = {_comma_evidence(piece) for piece in pieces if "," in piece} - {""}
    return Writing(letter_o.pop() if len(letter_o) == 1 else "", commas.pop() if len(commas) == 1 else "")


def _pieces(text: str) -> list[str]:
    return [piece.strip() for piece in _PIECES.split(text.translate(_SIGNS).lower())]


def _values(text: str, writing: Writing) -> list[str | None]:
    """Return the values of a list, ``None`` for one that a comma leaves open."""
    found: list[str | None] = []
    for piece in _pieces(text):
        if piece in PLACEHOLDERS or _BOUND.match(piece):
            found.append(piece)
            continue
        for part in _JOINTS.split(piece):
            for value in _COMMAS_APART.split(part):
                found += _parted_at_commas(value.strip(), writing)
    return found


def _parted_at_commas(value: str, writing: Writing) -> list[str | None]:
    """Return a value whose commas all stand between digits as the values that it holds."""
    if "," not in value:
        return [value]
    if _ONE_COMMA.match(value) or _COMMA_ARC.match(value):
        meaning = writing.comma or _comma_evidence(value)
    else:
        meaning = "" if writing.comma == "decimal" else _comma_evidence(value)
    if meaning == "decimal":
        return [value.replace(",", ".")]
    return list(value.split(",")) if meaning == "separator" else [None]


def _comma_evidence(piece: str) -> str:
    """Return what a piece of a list tells about commas between digits: ``decimal``, ``separator`` or nothing."""
    if _COMMAS_APART.search(piece):
        return "separator"
    alone = _ONE_COMMA.match(piece) or _COMMA_ARC.match(piece)
    if alone:
        numbers = list(zip(alone.groups()[::2], alone.groups()[1::2], strict=True))
        # 22,5 and its like are the sixteen points of the compass; nobody measures a bearing to a thousandth of a degree.
        if all(decimals == "5" and (float(whole) + 0.5) % 22.5 == 0.0 for whole, decimals in numbers):
            return "decimal"
        return "separator" if any(len(decimals) > 2 for _, decimals in numbers) else ""
    if _CHAIN.match(piece):
        parts = piece.split(",")
        looks_like_decimals = len(parts) % 2 == 0 and all(len(part) == 1 for part in parts[1::2])
        return "" if looks_like_decimals else "separator"
    return "separator" if re.search(r"\d-\d+,\d+-\d", piece) else ""


def _direction(text: str, writing: Writing) -> Direction:
    if not text:
        return Direction("empty")
    refused = _refused_by_its_words(text)
    if refused:
        return refused
    word = _without_surroundings(text)
    number = _DEGREES.match(word)
    if number:
        return _bearing(number[1])
    arc = _ARC.match(word)
    if arc:
        return _arc(float(arc[1]), float(arc[2]), "arc")
    if word in compass_pack()["words"]["all_round"]:
        return Direction("all round", 0.0, FULL_CIRCLE_DEG)
    return _by_compass(word, writing) or Direction("junk", refusal=OTHER)


def _refused_by_its_words(text: str) -> Direction | None:
    words = compass_pack()["words"]
    for is_met, form, reason in (
        (text in PLACEHOLDERS, "placeholder", PLACEHOLDER),
        (_BOUND.match(text) or text in words["traffic"], "traffic", TRAFFIC),
        (text in words["relative"], "relative", RELATIVE),
        (_CLOCK.match(text), "clock", CLOCK),
        (_COLON.match(text), "colon", COLON),
        (set(text.split()) & set(words["turning"]), "turning", TURNING),
    ):
        if is_met:
            return Direction(form, refusal=reason)
    return None


def _without_surroundings(text: str) -> str:
    """Return the text without words such as ``facing`` that leave a direction as it is."""
    match = _SURROUNDED.match(text)
    return match[1] if match else text


def _bearing(digits: str) -> Direction:
    degrees = float(digits)
    form = "decimal" if "." in digits else "negative" if degrees < 0.0 else "integer"
    if degrees > FULL_CIRCLE_DEG:
        return Direction("above 360", refusal=LOST_SEPARATORS if degrees >= 1000.0 else TOO_FAR)
    if degrees < -FULL_CIRCLE_DEG:
        return Direction("negative", refusal=TOO_NEGATIVE)
    return Direction("360" if degrees == FULL_CIRCLE_DEG else form, _turned(degrees))


def _turned(degrees: float) -> float:
    """Return a bearing in 0 up to 360; a tiny negative number would round to 360 itself."""
    turned = degrees % FULL_CIRCLE_DEG
    return 0.0 if turned >= FULL_CIRCLE_DEG else turned


def _arc(start: float, end: float, form: str) -> Direction:
    """Return the middle and the width of the arc clockwise from start to end."""
    if max(start, end) > FULL_CIRCLE_DEG or min(start, end) < -FULL_CIRCLE_DEG:
        return Direction(form, refusal=TOO_FAR if max(start, end) > FULL_CIRCLE_DEG else TOO_NEGATIVE)
    width = _turned(end - start)
    if width == 0.0 and start == end:
        return Direction(form, refusal=NO_WIDTH)
    if width == 0.0 or width >= ALL_ROUND_FROM_DEG:
        return Direction("arc all round", 0.0, FULL_CIRCLE_DEG)
    across = " across north" if start > end or start < 0.0 <= end else ""
    return Direction(f"{form}{across}", _turned(start + width / 2.0), width)


def _by_compass(word: str, writing: Writing) -> Direction | None:
    """Return a direction told by compass points; ``None`` if there is none in it."""
    quadrant = _QUADRANT.match(word)
    if quadrant and float(quadrant[2]) <= 90.0:
        from_north = float(quadrant[2]) if quadrant[1] == "n" else 180.0 - float(quadrant[2])
        return Direction("quadrant", _turned(from_north if quadrant[3] == "e" else -from_north))
    pair = _LETTER_PAIR.match(word)
    if pair:
        return _letter_arc(pair[1], pair[2], writing)
    point, form = _point(word, writing)
    if form:
        return Direction(form, point) if point is not None else Direction(form, refusal=LETTER_O)
    both = _NUMBER_AND_POINT.match(word)
    if both:
        return _number_beside_point(both[1] or both[4], both[2] or both[3], writing)
    ends = _WORD_ARC.match(word)
    found = [_point(end.strip(), writing)[0] for end in ends.groups()] if ends else []
    if len(found) == 2 and found[0] is not None and found[1] is not None:
        return _arc(found[0], found[1], "compass arc")
    return None


def _point(word: str, writing: Writing) -> tuple[float | None, str]:
    """Return the bearing of a compass point and how it is spelt; no bearing for an O that nothing decides, no form for no point."""
    points = compass_pack()["points"]
    if _LETTERS.match(word):
        if "o" not in word:
            return (points[word], "compass letters") if word in points else (None, "")
        readings = [points.get(word.replace("o", letter)) for letter in (writing.letter_o or "ew")]
        if None in readings:
            # One letter makes a point of it and the other does not, or neither does.
            return None, "compass letters" if any(reading is not None for reading in readings) else ""
        return (readings[0] if len(readings) == 1 else None), "compass letters"
    point = compass_words().get(re.sub(r"[\s-]+", "", word))
    return (points[point], "compass word") if point else (None, "")


def _letter_arc(start: str, end: str, writing: Writing) -> Direction | None:
    first, second = (_point(letters, writing) for letters in (start, end))
    if not first[1] or not second[1]:
        return None
    if first[0] is None or second[0] is None:
        return Direction("compass arc", refusal=LETTER_O)
    if _point(start + end, writing)[1]:
        return Direction("compass arc", refusal=HYPHEN)
    return _arc(first[0], second[0], "compass arc")


def _number_beside_point(digits: str, word: str, writing: Writing) -> Direction | None:
    bearing = _bearing(digits)
    point, form = _point(word, writing)
    if not form or bearing.bearing_deg is None:
        return None
    if point is None:
        return Direction("number and point", refusal=LETTER_O)
    apart = abs((bearing.bearing_deg - point + 180.0) % 360.0 - 180.0)
    if apart > 22.5:
        return Direction("number and point", refusal=DISAGREEING)
    return Direction("number and point", bearing.bearing_deg)
