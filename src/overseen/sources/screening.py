"""What is never kept of a camera list: ways to reach a camera or to look through it, logins, and who a person is.

Whole columns go by their name, in many languages, or by what stands in their cells; of what is kept, single cells go. The words
are data (``packs/columns/private.toml``). Nothing that is dropped may stand in a message either, so messages name columns
and rows, never cells.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from overseen.model.provenance import Notice
from overseen.sources.camera_columns import DBF_LENGTH, IDENTIFYING, PLACING, known_meanings, plain_name
from overseen.sources.packs import get_pack

SHARE = 0.2
"""A column of which this share of the filled cells gives itself away is dropped whole."""

_FREE_OF_PHONES = frozenset({*PLACING, *IDENTIFYING})
"""Fields whose runs of digits are no telephone numbers, whatever stands beside them."""

_FIGURES = frozenset({*_FREE_OF_PHONES, "bearing", "field_of_view", "image_width", "mounting_height", "estimated_height",
                      "tilt", "osm_tilt", "old_tilt", "count", "installed_on", "active_until", "checked_on", "focal_length", "sensor", "resolution", "level", "elevation"})  # fmt: skip
"""Fields of figures, where digits alone are no telephone number."""

_PLACE_NAMES = frozenset({"address", "label", "area", "zone"})
"""Fields in which ``Dr`` and ``Mrs`` are mostly parts of streets."""


def _words(section: str) -> str:
    """Return an expression for any of the words that give a cell away."""
    listed = get_pack("columns", "private")["content"][section]
    return "|".join(re.escape(word) for word in sorted(listed, key=len, reverse=True))


PRIVATE = re.compile(
    rf"""
    (?P<web>\w[\w+.-]*://|\bwww\.|\b(?:[a-z0-9-]+\.)+[a-z]{{2,}}(?::\d{{2,5}}\b|/\w)|\b[\w-]+\.(?:com|net|org|gov|edu|info|io|tv|local|lan)\b|\b[\w-]+\.(?:m3u8|mjpe?g|sdp|cgi|mpd)\b
      |\b(?:axis|cgi)-(?:cgi|bin)\b|\bstreaming/channels\b|\b(?:rtsp|rtmp|onvif|webrtc)\b)
    |(?P<host>\A(?=[a-z0-9.-]*[a-z0-9-]{{3}}\.)(?:[a-z0-9-]+\.)+[a-z]{{2}}\Z)
    |(?P<mail>[\w.+%-]+(?:@|\s?\(at\)\s?|\s?\[at\]\s?)[\w-]+\s?\.\s?\w{{2,}})
    |(?P<login>\S+:\S+@\S+|(?<!\w)(?:{_words("login")})(?!\w))
    |(?P<network>(?<![\d.])\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?![\d.]*\d)|(?<![\w:])(?:[0-9a-f]{{1,4}}:){{4,7}}[0-9a-f]{{1,4}}(?![\w:])
      |(?<![\w:])(?:[0-9a-f]{{1,4}}:){{1,6}}:(?:[0-9a-f]{{1,4}}:){{0,5}}[0-9a-f]{{1,4}}(?![\w:])|(?<![\w:-])(?:[0-9a-f]{{2}}[:-]){{5}}[0-9a-f]{{2}}(?![\w:-])
      |(?<![\w.])(?:[0-9a-f]{{4}}\.){{2}}[0-9a-f]{{4}}(?![\w.]))
    |(?P<phone>(?<![\w+/-])(?<!\d\.)(?!\d{{4}}-\d\d-\d\d(?!\d)|\d\d?[./-]\d\d?[./-]\d{{4}}(?!\d))
      (?:(?:\+|00[1-9])[\d][\d ()./-]{{6,}}\d
      |\(?0\d{{1,5}}\)?(?=(?:[ ()./-]*\d){{6,}})[\d ()./-]+\d
      |\(?\d{{2,4}}\)?[ .-]\d{{3}}[ .-]?\d{{3,4}}|\d{{3}}[ ]\d{{2}}[ ]\d{{2}}[ ]\d{{2}}|\d{{9,12}})(?![\w.]))
    |(?P<person>(?<!\w)(?:{_words("person")})\s?:?\s+(?-i:[A-ZÀ-ÖØ-ÞА-Я])\w+)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What may be an address of a stream, a network or a mailbox, a login, a telephone number or a person's name."""

_PLAIN_NUMBER = re.compile(r"^[+-]?\d+(?:\.\d+)?$")
_NO_NAME = re.compile(
    r"://|\w@\w|\bwww\.|\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9a-f]{2,4}[:-]){4}|\d[\d ()./-]{6,}\d", re.IGNORECASE
)
"""What stands where a name should, such as a row of values without a header above."""

_FIGURE = re.compile(r"^[-−]?[\d\s.,;:/°'\"-]+$")
"""Figures and marks between them: a number, a list of bearings, a date."""

_REASONS = {
    "web": "addresses of streams or web pages", "host": "addresses of streams or web pages", "mail": "telephone numbers or mail addresses", "login": "logins or passwords",
    "network": "network addresses", "phone": "telephone numbers or mail addresses", "person": "names of persons",
}  # fmt: skip
_SOFTWARE_TAGS = frozenset({"created_by"})
"""Tags of OpenStreetMap that name a program where another list would name a person."""

DROPPED = "Nothing of it is kept: overseen holds nothing about persons and no way to a camera."
"""What a notice says of anything dropped."""


def given_away(text: str, field: str = "") -> str | None:
    """Return what a cell of a field seems to hold that is never kept; ``None`` if nothing.

    Examples
    --------
    >>> [given_away(text) for text in ("rtsp://10.1.2.3/live", "jane@council.gov.uk", "0161 912 2000", "Herr Muster", "City")]
    ['addresses of streams or web pages', 'telephone numbers or mail addresses', 'telephone numbers or mail addresses', 'names of persons', None]
    >>> given_away("90 180 270 360", "bearing"), given_away("Mrs Macquaries Road", "address"), given_away("since 2019-04-21")
    (None, None, None)
    """
    if field in _FIGURES and _PLAIN_NUMBER.match(text):
        return None
    has_figures_only = field in _FREE_OF_PHONES or (field in _FIGURES and _FIGURE.match(text) is not None)
    passed = {"phone"} if has_figures_only else {"person"} if field in _PLACE_NAMES else set()
    if field in _FREE_OF_PHONES:
        passed.add("host")  # an identifier such as CAM-017.NW
    for found in PRIVATE.finditer(text):
        if found.lastgroup not in passed:
            return _REASONS[str(found.lastgroup)]
    return None


@cache
def private_name(name: str) -> str | None:
    """Return what a column of this name is expected to hold that is never kept; ``None`` if nothing.

    Examples
    --------
    >>> [private_name(name) for name in ("IP-Adresse", "관리기관전화번호", "contact:webcam", "Telephone pole", "관리기관명")]
    ['network addresses', 'telephone numbers or mail addresses', 'addresses of streams or web pages', None, None]
    """
    if name.lower().startswith("contact:"):
        return _REASONS["web" if "web" in name.lower() else "phone"]
    plain = plain_name(name)
    is_known = any(plain_name(name) and quality == 0 for _, quality, _ in known_meanings(name))
    for rule in _rules():
        if any(_stands_in(word, plain) for word in rule["but"]):
            continue
        if plain in rule["names"]:
            return str(rule["reason"])
        by_word = any(_stands_in(word, plain) for word in rule["words"])
        if not is_known and (by_word or any(part in plain.replace(" ", "") for part in rule["parts"])):
            return str(rule["reason"])
    return None if is_known else _private_when_cut(name)


def _private_when_cut(name: str) -> str | None:
    """Return what a name that a DBF file has cut to ten letters would say in full."""
    cut = plain_name(name).replace(" ", "")
    if len(name) != DBF_LENGTH or len(cut) < DBF_LENGTH - 2:
        return None
    for rule in _rules():
        if any(word.replace(" ", "").startswith(cut) for word in rule["words"]):
            return str(rule["reason"])
    return None


@cache
def _rules() -> tuple[Mapping[str, Any], ...]:
    pack = get_pack("columns", "private")
    return tuple(
        {"reason": rule["reason"], "parts": [plain_name(part).replace(" ", "") for part in rule["parts"]],
         **{key: frozenset(map(plain_name, rule.get(key, ()))) for key in ("names", "words", "but")}}
        for section, rule in pack.items() if section != "content"
    )  # fmt: skip


def _stands_in(word: str, plain: str) -> bool:
    if unicodedata.name(word[-1], "").startswith(("HANGUL", "THAI", "CJK", "HIRAGANA", "KATAKANA")):
        return word in plain
    return f" {word} " in f" {plain} "


def private_columns(
    columns: Mapping[str, Sequence[str]], rows: Sequence[str], *, fields: Mapping[str, str], file: str
) -> tuple[dict[str, str], tuple[Notice, ...]]:
    """Return column -> what it seems to hold, for each column that must not be kept, and the notices that say so.

    Parameters
    ----------
    columns, rows
        Cells as text by column, and what each row is called.
    fields
        Column -> field, as far as a column has been understood.
    file
        What messages call the file.
    """
    dropped = {}
    for name, cells in columns.items():
        reason = private_name(name) or _by_content(cells, fields.get(name, ""))
        if reason is not None:
            dropped[name] = reason
    notices = []
    for name, reason in dropped.items():
        filled = [row for row, cell in zip(rows, columns[name], strict=True) if cell]
        notices.append(Notice(file, f"column {name} dropped, it may hold {reason}", len(filled),
                              filled[0] if filled else "no row", DROPPED))  # fmt: skip
    return dropped, tuple(notices)


def _by_content(cells: Iterable[str], field: str) -> str | None:
    filled = [cell for cell in cells if cell]
    reasons = [reason for reason in _reasons(filled, field) if reason]
    if reasons and len(reasons) >= SHARE * len(filled):
        return max(sorted(set(reasons)), key=reasons.count)
    return _persons(filled) if field == "owner" else None


def _reasons(cells: Sequence[str], field: str) -> Iterable[str | None]:
    """Yield what each cell gives away; equal cells are looked at once."""
    known = {cell: given_away(cell, field) for cell in dict.fromkeys(cells)}
    return (known[cell] for cell in cells)


def _persons(owners: Sequence[str]) -> str | None:
    """Return that owners are persons where most are named once only and few are told to be organisations.

    An organisation owns several cameras or says what it is; a list of residents does neither.
    """
    if not owners:
        return None
    told = re.compile(rf"(?<!\w)(?:{_words('organisation')})(?!\w)", re.IGNORECASE)
    alone = [owner for owner in set(owners) if owners.count(owner) == 1 and not told.search(owner)]
    return _REASONS["person"] if len(alone) * 2 > len(owners) else None


def screened_cells(cells: Sequence[str], field: str) -> tuple[list[str], list[int]]:
    """Return the cells of a field with those emptied that give something away, and the places of these."""
    reasons = list(_reasons(cells, field))
    places = [place for place, reason in enumerate(reasons) if reason]
    return [("" if reason else cell) for cell, reason in zip(cells, reasons, strict=True)], places


def shown_name(name: str, number: int, what: str = "column") -> str:
    """Return a name of a column, sheet or layer as it may stand in a message: its number where the name itself gives something away.

    Examples
    --------
    >>> shown_name("operator", 3), shown_name("rtsp url", 4), shown_name("admin:secret@10.0.0.1", 5)
    ('operator', 'rtsp url', 'column 5')
    """
    return f"{what} {number}" if _NO_NAME.search(name) or not name.strip() else name.strip()


def screened_tags(tags: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the tags of a feature that may be kept, and key -> what each of the others was dropped for, in words.

    Examples
    --------
    >>> screened_tags({"man_made": "surveillance", "contact:webcam": "http://a.example/live", "fixme": "ask 0161 912 2000"})[1]
    {'contact:webcam': 'tag contact:webcam dropped, it may hold addresses of streams or web pages', 'fixme': 'remark dropped'}
    """
    dropped = {}
    for key, value in tags.items():
        if key in _SOFTWARE_TAGS:
            continue
        by_key = private_name(key)
        field = next((meaning[0] for meaning in known_meanings(key)), "")
        reason = by_key or given_away(value, field or "address")
        if reason:
            is_read = field and not by_key
            dropped[key] = (
                f"{field.replace('_', ' ')} dropped" if is_read else f"tag {key} dropped, it may hold {reason}"
            )
    return {key: value for key, value in tags.items() if key not in dropped}, dropped
