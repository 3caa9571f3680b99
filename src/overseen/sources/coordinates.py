"""Coordinates as people write them: decimal point or comma, grouped, with degrees and minutes, as pairs and as shapes in text."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

LEAST_TELLING_SHARE = 0.1
"""Pairs of which the first number can be no latitude: from this share on they tell the order of all."""

_SIGNS = str.maketrans({"−": "-", "–": "-", "٫": ".", "٬": "", "º": "°", "˚": "°", "′": "'", "’": "'", "`": "'", "´": "'", "″": '"', "”": '"', "“": '"',
                        "，": ",", "；": ";", "\u00a0": " ", "\u2009": " ", "\u202f": " "})  # fmt: skip
_NUMBER = re.compile(r"^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$")
_SEXAGESIMAL = re.compile(
    r"""^(?P<before>[NSEW])?\s*(?P<degrees>[+-]?\d{1,3})\s*[°:dD]\s*(?P<minutes>\d{1,2}(?:[.,]\d+)?)\s*['m:]?\s*
    (?:(?P<seconds>\d{1,2}(?:[.,]\d+)?)\s*(?:"|''|s)?)?\s*(?P<after>[NSEW])?$""",
    re.VERBOSE | re.IGNORECASE,
)
_LETTERED = re.compile(r"^([NSEW])?\s*(.+?)\s*°?\s*([NSEW])?$", re.IGNORECASE)
_PAIR = re.compile(r"^[\[({]?\s*(.+?)\s*[\])}]?$")
_WELL_KNOWN = re.compile(
    r"^\s*(?:SRID\s*=\s*(\d+)\s*;)?\s*((?:MULTI)?(?:POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION)\b", re.IGNORECASE
)
_HEXADECIMAL = re.compile(r"^0[01][0-9a-fA-F]{40,}$")


def parsed_coordinate(text: str) -> float | None:
    r"""Return a coordinate; ``None`` if the text is none.

    Examples
    --------
    >>> [parsed_coordinate(text) for text in ("60.17", "-00000001,1500341", "5.820.123,45", "52°31'12\"N", "3,5° W", "A7")]
    [60.17, -1.1500341, 5820123.45, 52.52, -3.5, None]
    """
    text = text.strip().translate(_SIGNS)
    if _NUMBER.match(text):
        return _finite(float(text))
    found = _SEXAGESIMAL.match(text)
    if found:
        return _sexagesimal(found)
    lettered = _LETTERED.match(text)
    if lettered is None:
        return None
    letter = (lettered[1] or lettered[3] or "").upper()
    value = _grouped(lettered[2])
    return -value if value is not None and letter in ("S", "W") else value


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _sexagesimal(found: re.Match[str]) -> float | None:
    degrees, minutes, seconds = (
        float((found[part] or "0").replace(",", ".")) for part in ("degrees", "minutes", "seconds")
    )
    if minutes >= 60.0 or seconds >= 60.0:
        return None
    is_negative = found["degrees"].startswith("-") or (found["before"] or found["after"] or "").upper() in ("S", "W")
    value = round(abs(degrees) + minutes / 60.0 + seconds / 3600.0, 9)
    return -value if is_negative else value


def _grouped(text: str) -> float | None:
    """Return a number with a decimal comma or with its thousands grouped."""
    text = text.replace(" ", "").replace("'", "")
    last = max(text.rfind(","), text.rfind("."))
    if last < 0:
        return _finite(float(text)) if _NUMBER.match(text) else None
    whole, fraction, mark = text[:last], text[last + 1 :], text[last]
    if mark in whole:
        # The same mark twice groups thousands: 5.820.123
        whole, fraction = whole + fraction, ""
    plain = f"{whole.replace(',', '').replace('.', '')}.{fraction}"
    return _finite(float(plain)) if _NUMBER.match(plain) else None


def parsed_position(text: str) -> tuple[float, float, str] | None:
    """Return the two numbers of a pair in their order, and which comes first if letters tell: ``latitude``, ``longitude`` or ``""``.

    Examples
    --------
    >>> parsed_position("(60.17, 24.94)"), parsed_position("24,94 E; 60,17 N"), parsed_position("Main St 5")
    ((60.17, 24.94, ''), (24.94, 60.17, 'longitude'), None)
    """
    inside = _PAIR.match(text.strip().translate(_SIGNS))
    if inside is None:
        return None
    for separator in (";", ", ", ",", "|", "/", " "):
        parts = [part for part in inside[1].split(separator) if part.strip()]
        if len(parts) != 2:
            continue
        first, second = (parsed_coordinate(part) for part in parts)
        if first is not None and second is not None:
            letters = {letter for part in parts for letter in (part.strip()[0].upper(), part.strip()[-1].upper())}
            is_told = bool(letters & set("NS")) and bool(letters & set("EW"))
            ends = {parts[0].strip()[0].upper(), parts[0].strip()[-1].upper()}
            return first, second, ("latitude" if ends & set("NS") else "longitude") if is_told else ""
    return None


def has_longitude_first(pairs: Sequence[Sequence[float]]) -> bool:
    """Return whether pairs of which nothing tells the order must have longitude first: no latitude is beyond 90 degrees.

    One such pair in many is a slip of the hand; a tenth of them is the order of the list.

    Examples
    --------
    >>> has_longitude_first([(139.7, 35.6), (-70.1, 35.5)]), has_longitude_first([(52.5, 13.4)] * 20 + [(152.5, 13.4)])
    (True, False)
    """
    firsts, seconds = (sum(90.0 < abs(pair[place]) <= 180.0 for pair in pairs) for place in (0, 1))
    return firsts > LEAST_TELLING_SHARE * len(pairs) and not seconds


def parsed_shape(text: str) -> tuple[BaseGeometry, int] | None:
    """Return a shape written as WKT, EWKT, GeoJSON or hexadecimal WKB, with its SRID (of GeoJSON: degrees) or 0; ``None`` if the text is none.

    Examples
    --------
    >>> parsed_shape("SRID=25833;POINT (391000 5820000)")[1]
    25833
    """
    known = _WELL_KNOWN.match(text)
    if known:
        return _shape(shapely.from_wkt(text[known.start(2) :], on_invalid="ignore"), int(known[1] or 0))
    if _HEXADECIMAL.match(text.strip()):
        shape = shapely.from_wkb(text.strip(), on_invalid="ignore")
        return _shape(shape, 0 if shape is None else int(shapely.get_srid(shape)))
    if text.lstrip().startswith("{"):
        try:
            return _shape(geojson_shape(json.loads(text)), 4326)
        except ValueError:
            return None
    return None


def _shape(shape: BaseGeometry | None, srid: int) -> tuple[BaseGeometry, int] | None:
    return None if shape is None else (shape, srid)


def geojson_shape(geometry: Any) -> BaseGeometry | None:
    """Return a GeoJSON geometry as a shape; ``None`` if it is none."""
    if not isinstance(geometry, dict) or not isinstance(geometry.get("type"), str):
        return None
    if not isinstance(geometry.get("coordinates", geometry.get("geometries")), list):
        return None
    try:
        return shapely.geometry.shape(geometry)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError):
        # Half-filled coordinates such as [null, null] are met; they are no position.
        return None
