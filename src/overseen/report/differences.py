"""Signed differences in words: with their sign, their range, and what they are a part of."""

from __future__ import annotations

import pandas as pd

from overseen.model.wording import later, say
from overseen.report.words import NARROW, percent, rounded, supported_place, to_place

CANNOT_TELL = later("cannot tell")
MINUS = "\N{MINUS SIGN}"

UNITS = {"m": "m", "m2": "m²", "count": "", "s": "s", "share": "points"}


def signed(value: float, *, unit: str, width: float = 1.0, place: int | None = None) -> str:
    r"""Return a difference with its sign; of shares in percentage points, of others to a place if one is given.

    Examples
    --------
    >>> signed(0.0321, unit="share", width=0.03), signed(-1234.5, unit="m"), signed(0.0, unit="count"), signed(2.0, unit="count")
    ('+3.2', '−1,230', '0', '+2')
    """
    if unit == "share":
        points = 100.0 * abs(value)
        words = (
            say("{points:.1g}", points=points)
            if 0.0 < points < 0.1 and width < 0.001
            else say("{points:.1f}", points=points)
            if width < 0.2 and points
            else say("{points:.0f}", points=points)
        )
    else:
        words = (
            say("{value:,.0f}", value=abs(value))
            if unit == "count" and float(value).is_integer()
            else rounded(abs(value))
            if place is None
            else to_place(abs(value), place)
        )
    if value == 0.0 or words in ("0", "0.0"):
        return "0"
    return f"{'+' if value > 0 else MINUS}{words}"


def difference_words(row: pd.Series) -> str:
    r"""Return the difference of a row of table ``comparison`` with its range and unit.

    Examples
    --------
    >>> row = pd.Series({"value": 0.05, "low": 0.02, "high": 0.09, "unit": "share", "basis": "paired"})
    >>> difference_words(row)
    '+5.0 points (+2.0 to +9.0)'
    >>> difference_words(pd.Series({"value": -3.0, "low": -3.0, "high": -3.0, "unit": "count", "basis": "exact"}))
    '−3'
    """
    if row["basis"] == "not_comparable":
        return CANNOT_TELL
    unit, width = str(row["unit"]), float(row["high"] - row["low"])
    numbers = [float(row[part]) for part in ("value", "low", "high")]
    place = supported_place(*numbers) if width > 0.0 else None
    middle, low, high = (signed(number, unit=unit, width=width, place=place) for number in numbers)
    beside = UNITS.get(unit, unit)
    middle = (
        say("{middle}\N{NO-BREAK SPACE}{beside}", middle=middle, beside=beside).rstrip(NARROW)
        if unit != "share"
        else say("{middle} {beside}", middle=middle, beside=beside)
    )
    return middle if row["low"] == row["high"] else say("{middle} ({low} to {high})", middle=middle, low=low, high=high)


def value_words(value: float, unit: str) -> str:
    """Return a value of one side."""
    if pd.isna(value):
        return "–"
    if unit == "share":
        return percent(value, width=0.01)
    words = say("{value:,.0f}", value=value) if unit == "count" and float(value).is_integer() else rounded(value)
    return say("{words}\N{NO-BREAK SPACE}{get}", words=words, get=UNITS.get(unit, unit)).rstrip(NARROW)


CHANGE_WORDS = {
    "rises": later("more in B"),
    "falls": later("less in B"),
    "unchanged": later("the same"),
    "no_difference_told": later("no difference told"),
    "cannot_tell": CANNOT_TELL,
}

BASIS_WORDS = {
    "same_run": later("A and B are one and the same"),
    "exact": later("no interval on either side"),
    "paired": later("within each draw"),
    "bounds": later("widest that both intervals allow"),
    "not_comparable": later("not in both, or not of one unit"),
}
