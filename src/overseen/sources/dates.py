"""Dates as people write them, to the precision that they state: a day, a month or a year."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from dateutil import parser

_SERIAL = re.compile(r"^[2-6]\d{4}(?:\.\d+)?$")
_COMPACT = re.compile(r"^(1[89]\d\d|20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])?$")
_NUMERIC = re.compile(r"^(\d{1,2})[./\-\s](\d{1,2})[./\-\s](\d{4}|\d{2})\b")
_ISO = re.compile(r"^(\d{4})[-/.년年]\s?(\d{1,2})(?:[-/.월月]\s?(\d{1,2})?日?일?)?(?:[T\s].*)?$")
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_BUDDHIST = re.compile(r"(?<!\d)(2[4-6]\d\d)(?!\d)")
_FIRST_SERIAL = dt.date(1899, 12, 30)


def day_comes_first(texts: Sequence[str]) -> bool | None:
    """Return whether ``dd/mm/yyyy`` (or ``mm/dd/yyyy``: False) is meant in a column; ``None`` if no date in it tells.

    Examples
    --------
    >>> day_comes_first(["01/02/2019", "25/02/2019"]), day_comes_first(["01/02/2019"])
    (True, None)
    """
    found = [(int(match[1]), int(match[2])) for match in map(_NUMERIC.match, map(str.strip, texts)) if match]
    firsts, seconds = any(first > 12 for first, _ in found), any(second > 12 for _, second in found)
    return None if firsts == seconds else firsts


def parsed_date(text: str, *, day_first: bool | None = None) -> str | None:
    """Return a date as ISO 8601, as precise as it is stated; ``None`` if the text is none.

    A number such as 41558 counts days as spreadsheets do. Where day and month cannot be told apart only the year is returned.

    Examples
    --------
    >>> [parsed_date(text) for text in ("41558", "2019-04-21T10:00:00", "201904", "3 May 2018", "Début 2019", "2019", "inconnue")]
    ['2013-10-11', '2019-04-21', '2019-04', '2018-05-03', '2019', '2019', None]
    >>> [parsed_date("03/04/2019", day_first=first) for first in (True, False, None)]
    ['2019-04-03', '2019-03-04', '2019']
    """
    text = text.strip()
    if _SERIAL.match(text):
        return (_FIRST_SERIAL + dt.timedelta(days=int(float(text)))).isoformat()
    for pattern in (_COMPACT, _ISO):
        found = pattern.match(text)
        if found:
            return _checked(int(found[1]), int(found[2]), int(found[3]) if found[3] else None)
    numeric = _NUMERIC.match(text)
    if numeric:
        return _numeric(int(numeric[1]), int(numeric[2]), numeric[3], day_first)
    return _worded(text)


def _checked(year: int, month: int | None, day: int | None) -> str | None:
    if month is None:
        return f"{year:04d}"
    if not 1 <= month <= 12:
        return None
    if day is None:
        return f"{year:04d}-{month:02d}"
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None


def _numeric(first: int, second: int, end: str, day_first: bool | None) -> str | None:
    year = int(end) if len(end) == 4 else int(end) + (2000 if int(end) < 70 else 1900)
    if year > 2400:
        year -= 543  # the Buddhist era, in which Thai lists count
    if first > 12 or first == second:
        day_first = True
    elif second > 12:
        day_first = False
    if day_first is None:
        return f"{year:04d}"
    day, month = (first, second) if day_first else (second, first)
    return _checked(year, month, day)


def _worded(text: str) -> str | None:
    """Return a date with the month in words, else the year that stands in the text.

    What is not stated is seen by filling it in twice, differently.
    """
    year = _YEAR.search(text)
    if year is None:
        era = _BUDDHIST.search(text)
        return str(int(era[1]) - 543) if era else None
    found = []
    for default in (dt.datetime(2000, 1, 1), dt.datetime(2001, 2, 2)):  # noqa: DTZ001 - only the day matters
        try:
            found.append(parser.parse(text, default=default).date())
        except (ValueError, OverflowError, TypeError):
            return year[1]
    one, other = found
    if one.year != other.year or one.year != int(year[1]) or one.month != other.month:
        return year[1]
    return one.isoformat() if one.day == other.day else f"{one.year:04d}-{one.month:02d}"
