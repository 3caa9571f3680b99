"""What the columns of a camera list are called: names in many languages seen through, as far as one name means one thing.

The names are data (``packs/columns/names.toml``); here is only how a file's own name is held against them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from overseen.errors import Fault
from overseen.sources.coordinates import parsed_coordinate, parsed_position, parsed_shape
from overseen.sources.packs import get_pack

Columns = Mapping[str, Sequence[str]]
"""Column name -> its cells as text, ``""`` where a cell says nothing."""

PLACING = ("longitude", "latitude", "x", "y", "geometry", "position")
"""Fields that say where a camera is."""

IDENTIFYING = ("camera_id", "osm_type")
"""Fields that say which camera it is."""

DATES = ("installed_on", "active_until", "checked_on")
"""Fields of dates."""

UNUSED = ("area",)
"""Fields that are understood, that tell rows apart, and of which nothing is made: their columns count as unread."""

DBF_LENGTH = 10
"""Shapefiles cut names to this many bytes."""

_UNITS = frozenset(("m", "metre", "metres", "meter", "meters", "deg", "degree", "degrees", "px", "grad", "km", "dd"))
_OTHER_UNITS = {"ft": "ft", "feet": "ft", "foot": "ft", "cm": "cm", "mm": "mm", "in": "in", "inch": "in", "inches": "in", "rad": "rad"}  # fmt: skip
_EXACT, _WITHOUT_UNIT, _WITHIN, _CUT, _WEAK = range(5)
_PHRASE_LENGTH = 6
_MANY_WORDS = 4
_SPACELESS = ("HANGUL", "THAI", "CJK", "HIRAGANA", "KATAKANA")
_LETTERS = str.maketrans("łøđıæœəيكىۀە", "lodiaoaیکیهه")


@cache
def plain_name(name: str) -> str:
    """Return a column name without case, accents and punctuation: its words with one space between.

    Examples
    --------
    >>> [plain_name(name) for name in ("cameraId", "Längengrad (WGS84)", "MOUNT_TYPE", "WGS84위도", "@lat")]
    ['camera id', 'langengrad wgs84', 'mount type', 'wgs84위도', '@lat']
    """
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", unicodedata.normalize("NFKC", name))
    letters = []
    is_western = False
    for letter in unicodedata.normalize("NFD", text.casefold()):
        if not unicodedata.category(letter).startswith("M"):
            is_western = unicodedata.name(letter, "").startswith(("LATIN", "GREEK", "CYRILLIC"))
            letters.append(letter if letter.isalnum() else " ")
        elif not is_western:
            # Thai vowels, Indic signs and the marks of kana are letters; a Latin accent is a matter of taste.
            letters.append(letter)
    words = unicodedata.normalize("NFC", "".join(letters)).translate(_LETTERS).split()
    return ("@" if name.startswith("@") else "") + " ".join(words)


def _compact(name: str) -> str:
    return plain_name(name).replace(" ", "")


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """The names of the pack: compact name -> (field, rank, is weak), and the phrases that may stand within a longer name."""

    names: Mapping[str, tuple[tuple[str, int, bool], ...]]
    phrases: Mapping[str, str]
    nothing: frozenset[str]
    fields: tuple[str, ...]


@cache
def _vocabulary() -> _Vocabulary:
    pack = get_pack("columns", "names")
    nothing = frozenset(plain_name(name) for names in pack.pop("none").values() for name in names)
    names: dict[str, list[tuple[str, int, bool]]] = {}
    phrases: dict[str, set[str]] = {}
    for field, languages in pack.items():
        rank = 0
        for language, listed in languages.items():
            for name in listed:
                names.setdefault(_compact(name), []).append((field, rank, language == "weak"))
                if language != "weak" and _is_telling(plain_name(name)):
                    phrases.setdefault(plain_name(name), set()).add(field)
                rank += 1
    one_meaning = {phrase: min(fields) for phrase, fields in phrases.items() if len(fields) == 1}
    return _Vocabulary({name: tuple(found) for name, found in names.items()}, one_meaning, nothing, tuple(pack))


def _is_telling(phrase: str) -> bool:
    """Return whether a phrase keeps its meaning within a longer name: several words, a long one, or another script."""
    return " " in phrase or len(phrase) >= _PHRASE_LENGTH or (len(phrase) >= 2 and not phrase.isascii())


def fields() -> tuple[str, ...]:
    """Return every field that a column may be understood as, and that the plan may name.

    Examples
    --------
    >>> {"longitude", "bearing", "count", "installed_on", "manufacturer"} <= set(fields())
    True
    """
    return _vocabulary().fields


@cache
def known_meanings(name: str) -> tuple[tuple[str, int, int], ...]:
    """Return (field, quality, rank) for each thing a column name may mean, the lower the better; empty if nothing.

    Examples
    --------
    >>> [known_meanings(name)[0][0] for name in ("Höhe (m)", "camera_dir", "In welche Richtung blickt die Kamera?")]
    ['mounting_height', 'bearing', 'bearing']
    """
    words = _vocabulary()
    plain = plain_name(name)
    if not plain or any(_holds(plain, phrase) for phrase in words.nothing):
        return ()
    exact = [(field, _WEAK if weak else _EXACT, rank) for field, rank, weak in words.names.get(_compact(name), ())]
    if exact:
        return tuple(exact)
    bare = _without_unit(name)
    meant = [(field, _WEAK if weak else _WITHOUT_UNIT, rank) for field, rank, weak in words.names.get(bare, ())]
    return tuple(meant) or _from_cut_name(name) or _within(plain)


def _without_unit(name: str) -> str:
    """Return the compact name without what stands in brackets and without a unit at its end."""
    plain = plain_name(re.sub(r"[(\[（].*?[)\]）]", " ", name)).split()
    while len(plain) > 1 and plain[-1] in (_UNITS | _OTHER_UNITS.keys()):
        plain.pop()
    return "".join(plain)


def stated_unit(name: str) -> str:
    """Return the unit other than metres or degrees that a column name states, empty if none.

    Examples
    --------
    >>> [stated_unit(name) for name in ("height_ft", "Height (feet)", "height_m", "shift")]
    ['ft', 'ft', '', '']
    """
    last = plain_name(name).split()[-1:]
    return _OTHER_UNITS.get(last[0], "") if last and len(plain_name(name).split()) > 1 else ""


def _holds(plain: str, phrase: str) -> bool:
    """Return whether a phrase stands in a plain name: as whole words, save in scripts that put no space between words."""
    if unicodedata.name(phrase[-1], "").startswith(_SPACELESS):
        return phrase in plain
    return f" {phrase} " in f" {plain} "


def _within(plain: str) -> tuple[tuple[str, int, int], ...]:
    """Return the field of the longest phrase that a longer name or a whole question holds."""
    found = {phrase: field for phrase, field in _vocabulary().phrases.items() if _holds(plain, phrase)}
    words = plain.split()
    if len(words) <= _MANY_WORDS:
        found |= {word: field for word, field in (("lat", "latitude"), ("lon", "longitude"), ("lng", "longitude"))
                  if word in words}  # fmt: skip
    if not found:
        return ()
    longest = max(len(phrase) for phrase in found)
    meant = {field for phrase, field in found.items() if len(phrase) == longest}
    return ((meant.pop(), _WITHIN, -longest),) if len(meant) == 1 else ()


def _from_cut_name(name: str) -> tuple[tuple[str, int, int], ...]:
    """Return the field of a name that a DBF file has cut to ten characters, if it can be only one."""
    if len(name.encode("utf-8")) != DBF_LENGTH:
        return ()
    cut = _compact(re.sub(r"_\d{1,2}$", "", name))
    if len(cut) < _PHRASE_LENGTH:
        return ()
    meant = {field for known, meanings in _vocabulary().names.items()
             if known.startswith(cut) for field, _, weak in meanings if not weak}  # fmt: skip
    return ((meant.pop(), _CUT, 0),) if len(meant) == 1 else ()


def recognised_count(names: Iterable[str]) -> int:
    """Return how many fields the names of a row stand for: by this a header row, a sheet or an encoding is known.

    Examples
    --------
    >>> recognised_count(["Kamera-Nr", "Längengrad", "Breitengrad", "Betreiber", "17"])
    4
    """
    return len({meanings[0][0] for name in names if name and (meanings := known_meanings(name))})


def chosen_columns(columns: Columns, wanted: Mapping[str, str]) -> dict[str, str]:
    """Return field -> column, each column for one field; ``wanted`` fields are settled already.

    Of several columns for one field the plainest name wins, then the one with more cells filled, then the name listed first; of
    several fields for one column what places the camera.
    """
    offers = []
    for place, (name, cells) in enumerate(columns.items()):
        filled = sum(1 for cell in cells if cell)
        offers += [(quality, field not in PLACING, -filled, rank, place, field, name)
                   for field, quality, rank in known_meanings(name) if _fits(field, cells)]  # fmt: skip
    chosen = dict(wanted)
    for *_, field, name in sorted(offers):
        if field not in chosen and name not in chosen.values():
            chosen[field] = name
    return {field: chosen[field] for field in fields() if field in chosen}


def _fits(field: str, cells: Sequence[str]) -> bool:
    """Return whether the cells can be what the field needs; most fields take any text."""
    parse = {"longitude": parsed_coordinate, "latitude": parsed_coordinate, "x": parsed_coordinate, "y": parsed_coordinate,
             "count": parsed_coordinate, "geometry": parsed_shape, "position": parsed_position}.get(field)  # fmt: skip
    if parse is None:
        return True
    some = [cell for cell in cells if cell][:200]
    good = sum(1 for cell in some if parse(cell) is not None)
    return not some or (good > 0 if field in ("longitude", "latitude", "x", "y") else good * 2 > len(some))


def named_columns(columns: Columns, wanted: Mapping[str, str], file: str) -> tuple[dict[str, str], list[Fault]]:
    """Return field -> column as the plan names them, and a fault for each that the file does not have."""
    by_plain = {plain_name(name): name for name in reversed(list(columns))}
    found, faults = {}, []
    for field, asked in wanted.items():
        name = asked if asked in columns else by_plain.get(plain_name(asked))
        if name is None:
            remedy = f"use one of {', '.join(columns)}"
            faults.append(Fault(file, f"column {asked}", f"there is none, for {field}", remedy))
        else:
            found[field] = name
    return found, faults
