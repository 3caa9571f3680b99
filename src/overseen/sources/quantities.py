"""Lengths and angles as people write them: ``12.1``, ``12.13 m``, ``40'``, ``7,5``."""

from __future__ import annotations

import re

METRES_PER_FOOT = 0.3048
_NUMBER = r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?"
_LENGTH = re.compile(rf"^\s*({_NUMBER})\s*(m|metres?|meters?|ft|feet|')?\s*$", re.IGNORECASE)
_FEET_AND_INCHES = re.compile(r"^\s*(\d+)'\s*(?:(\d+(?:\.\d+)?)\")?\s*$")


def parsed_number(text: str) -> float | None:
    """Return a plain number, decimal comma or point; ``None`` if it is none."""
    return float(text.strip().replace(",", ".")) if re.fullmatch(rf"\s*{_NUMBER}\s*", text) else None


def parsed_length_m(text: str) -> float | None:
    r"""Return a length in metres; ``None`` if the text is none.

    Examples
    --------
    >>> [parsed_length_m(text) for text in ("12.1", "12.13 m", "10 ft", "6'6\"", "RDC")]
    [12.1, 12.13, 3.048, 1.9812, None]
    """
    inches = _FEET_AND_INCHES.match(text)
    if inches:
        return round(float(inches[1]) * METRES_PER_FOOT + float(inches[2] or 0.0) * METRES_PER_FOOT / 12.0, 6)
    match = _LENGTH.match(text)
    if not match:
        return None
    value = float(match[1].replace(",", "."))
    is_feet = (match[2] or "m").lower() in ("ft", "feet", "'")
    return round(value * METRES_PER_FOOT, 6) if is_feet else value
