"""Numbers, lengths and dates as people write them: ``7,5``, ``12.13 m``, ``40'``, ``6 ft 2 in``, ``2015/04/11``."""

from __future__ import annotations

import datetime as dt
import math
import re

METRES_PER_FOOT = 0.3048
_NUMBER = r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?"
_UNITS = {
    "m": 1.0, "metre": 1.0, "metres": 1.0, "meter": 1.0, "meters": 1.0, "mètres": 1.0, "metros": 1.0, "cm": 0.01, "mm": 0.001,
    "ft": METRES_PER_FOOT, "foot": METRES_PER_FOOT, "feet": METRES_PER_FOOT, "'": METRES_PER_FOOT,
    "in": METRES_PER_FOOT / 12.0, "inch": METRES_PER_FOOT / 12.0, "inches": METRES_PER_FOOT / 12.0, '"': METRES_PER_FOOT / 12.0,
}  # fmt: skip
_LENGTH = re.compile(rf"^\s*({_NUMBER})\s*([^\W\d_]+|['\"])?\s*\.?\s*$")
_FEET_AND_INCHES = re.compile(
    r"^\s*(\d+)\s*(?:'|ft\.?|foot|feet)\s*(?:(\d+(?:\.\d+)?)\s*(?:\"|''|in\.?|inch|inches)?)?\s*$", re.IGNORECASE
)
_QUOTES = str.maketrans({"’": "'", "′": "'", "”": '"', "″": '"', "“": '"'})

EXCEL_DAY_ZERO = dt.date(1899, 12, 30)
EXCEL_DAYS = range(20_000, 80_000)
"""Serial days that a spreadsheet may have left in place of a date: 1954 to 2119."""


def parsed_number(text: str) -> float | None:
    """Return a plain number, decimal comma or point; ``None`` if it is none, or too large to be held.

    Examples
    --------
    >>> [parsed_number(text) for text in ("12,5", "-3", "1e400", "9" * 400, "twelve")]
    [12.5, -3.0, None, None, None]
    """
    value = float(text.strip().replace(",", ".")) if re.fullmatch(rf"\s*{_NUMBER}\s*", text) else math.inf
    return value if math.isfinite(value) else None


def parsed_length_m(text: str) -> float | None:
    r"""Return a length in metres; ``None`` if the text is none.

    Examples
    --------
    >>> [parsed_length_m(text) for text in ("12.1", "12.13 m", "10 ft", "6'6\"", "6 ft 6 in", "350 cm", "RDC")]
    [12.1, 12.13, 3.048, 1.9812, 1.9812, 3.5, None]
    """
    text = text.translate(_QUOTES)
    inches = _FEET_AND_INCHES.match(text)
    if inches:
        return round(float(inches[1]) * METRES_PER_FOOT + float(inches[2] or 0.0) * METRES_PER_FOOT / 12.0, 6)
    match = _LENGTH.match(text)
    if not match or (match[2] or "m").lower() not in _UNITS:
        return None
    value = float(match[1].replace(",", "."))
    unit = _UNITS[(match[2] or "m").lower()]
    return value if unit == 1.0 else round(value * unit, 6)


_ISO = re.compile(r"^(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?:[T ]\d{2}:\d{2}.*)?$")
_DAY_FIRST = re.compile(r"^(\d{1,2})([./-])(\d{1,2})\2(\d{4})$")
_NAMED = ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%B %d %Y")
_NAMED_MONTH = ("%B %Y", "%b %Y")


def parsed_date(text: str) -> str | None:
    """Return a date as ISO 8601 text, as exact as it is stated; ``None`` if it is none or its day and month may be swapped.

    Examples
    --------
    >>> [parsed_date(text) for text in ("2009-05", "2015/04/11", "25.3.2015", "May 2019", "41558", "03/04/2015", "2025-15-10")]
    ['2009-05', '2015-04-11', '2015-03-25', '2019-05', '2013-10-11', None, None]
    """
    text = text.strip()
    if text.isdecimal() and int(text) in EXCEL_DAYS:
        return (EXCEL_DAY_ZERO + dt.timedelta(days=int(text))).isoformat()
    iso = _ISO.match(text)
    if iso:
        return _date_text(int(iso[1]), iso[2] and int(iso[2]), iso[3] and int(iso[3]))
    day_first = _DAY_FIRST.match(text)
    if day_first:
        day, month = int(day_first[1]), int(day_first[3])
        # With dots the day stands first everywhere; with a stroke it depends on the country.
        if day_first[2] != "." and day <= 12 and month <= 12 and day != month:
            return None
        day, month = (month, day) if month > 12 else (day, month)
        return _date_text(int(day_first[4]), month, day)
    return _named_date(text)


def _date_text(year: int, month: int | str | None, day: int | str | None) -> str | None:
    try:
        whole = dt.date(year, int(month or 1), int(day or 1)).isoformat()
    except ValueError:
        return None
    return whole[: 10 if day else 7 if month else 4]


def _named_date(text: str) -> str | None:
    for formats, length in ((_NAMED, 10), (_NAMED_MONTH, 7)):
        for form in formats:
            try:
                return dt.datetime.strptime(text, form).replace(tzinfo=dt.UTC).date().isoformat()[:length]
            except ValueError:
                continue
    return None
