"""What a list says of each camera beyond the camera: supplier, sharing, legal basis, how long recordings are kept."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from overseen.model.schema import CAMERA_TERMS
from overseen.sources.camera_attributes import PRIVATE, Row, value_of
from overseen.sources.readings import Tally

WORDS = ("supplier", "sharing", "legal_basis")
RETENTION = "retention"
TERMS = (*WORDS, RETENTION)
"""Fields of a row; they are in no reading of a list that has none of them."""

NO_TIME = "no number of days or hours"

_HOURS = re.compile(r"\b(?:h|hrs?|hours?|stunden?|heures?|horas?|ore|uur|uren|tuntia?|timmar)\b|시간")
_DAYS_OF = {
    1.0: re.compile(r"\b(?:d|days?|tage?n?|jours?|j|días?|dias?|giorni|dagen|päivää|dagar|dni)\b|일|天|日"),
    7.0: re.compile(r"\b(?:w|weeks?|wochen?|semaines?|semanas?|settimane|weken|viikkoa|veckor)\b|주"),
    31.0: re.compile(r"\b(?:months?|monate?n?|mois|mes|meses|mesi|maand(?:en)?)\b|개월"),
}
"""Unit -> days; a month is the longest there is, so that a limit kept is kept."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def retention_days(text: str, *, heading: str = "") -> float | None:
    """Return a time in days; a bare number counts days, or hours if the heading says so; None if it is no time.

    Examples
    --------
    >>> [retention_days(text) for text in ("30", "72 h", "4 weeks", "1 month", "30일", "by law", "30-60")]
    [30.0, 3.0, 28.0, 31.0, 30.0, None, None]
    >>> retention_days("72", heading="column retention hours")
    3.0
    """
    plain = text.lower().strip()
    numbers = _NUMBER.findall(plain)
    if len(numbers) != 1:
        return None
    value = float(numbers[0].replace(",", "."))
    unit = plain.replace(numbers[0], " ").strip()
    says = unit or heading.lower()
    if _HOURS.search(says):
        return value / 24.0
    for days, pattern in _DAYS_OF.items():
        if unit and pattern.search(unit):
            return value * days
    return None if unit else value


def camera_terms(rows: Sequence[Row], ids: Sequence[str], tally: Tally) -> pd.DataFrame | None:
    """Return table ``camera_terms`` of the cameras ``ids``; None where no row says anything of it."""
    if not any(value_of(row, field) for row in rows for field in TERMS):
        return None
    told = [_told(row, tally) for row in rows]
    index = pd.Index(list(ids), name="camera_id", dtype=object)
    frame = pd.DataFrame(told, index=index, dtype=object)
    frame["retention_days"] = frame["retention_days"].astype(float)
    return CAMERA_TERMS.checked(frame)


def _told(row: Row, tally: Tally) -> dict[str, object]:
    found: dict[str, object] = {}
    for field in WORDS:
        text = value_of(row, field)
        if text and tally.is_private(text):
            tally.take(field, row.origin[field], refused=[PRIVATE])
            tally.note(f"{field.replace('_', ' ')} dropped", row.source, f"It {PRIVATE}; nothing of it is kept.")
            text = ""
        elif text:
            tally.take(field, row.origin[field], read=1)
        found[field] = text or None
        found[f"{field}_source"] = row.origin[field] if text else None
    text = value_of(row, RETENTION)
    days = retention_days(text, heading=row.origin.get(RETENTION, "")) if text else None
    if text and days is None:
        tally.take(RETENTION, row.origin[RETENTION], refused=[NO_TIME])
        tally.note("retention not understood", row.source, "It counts as unknown.", text=text)
    elif text:
        tally.take(RETENTION, row.origin[RETENTION], read=1)
    found["retention_days"] = days
    found["retention_days_source"] = None if days is None else row.origin[RETENTION]
    return found
