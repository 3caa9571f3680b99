"""Directions as people write them: degrees, compass letters and words, arcs ``a-b``, lists; each value a head, or refused.

Nothing is guessed: a number beyond 360 (lost separators), a direction of traffic (``NB``) or one relative to a way
(``forward``) is refused with its reason, never taken modulo.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

COMPASS = dict(
    zip(
        ("n", "nne", "ne", "ene", "e", "ese", "se", "sse", "s", "ssw", "sw", "wsw", "w", "wnw", "nw", "nnw"),
        (22.5 * step for step in range(16)),
        strict=True,
    )
)
WORDS = {
    "north": "n", "northeast": "ne", "north-east": "ne", "east": "e", "southeast": "se", "south-east": "se",
    "south": "s", "southwest": "sw", "south-west": "sw", "west": "w", "northwest": "nw", "north-west": "nw",
}  # fmt: skip
TRAFFIC = ("nb", "sb", "eb", "wb")
RELATIVE = ("forward", "backward", "both")

_DEGREES = re.compile(r"^[+-]?\d+(?:\.\d+)?$")
_ARC = re.compile(r"^(\d+(?:\.\d+)?)\s*-\s*(\d+(?:\.\d+)?)$")


@dataclass(frozen=True, slots=True)
class Direction:
    """One head's direction.

    Parameters
    ----------
    bearing_deg
        Degrees clockwise from true north, 0 up to 360; ``None`` when refused.
    field_of_view_deg
        Width of a stated arc; ``None`` when none is stated.
    refusal
        Why the text is no bearing; empty when it is one.
    """

    bearing_deg: float | None
    field_of_view_deg: float | None = None
    refusal: str = ""


def parsed_directions(text: str) -> tuple[Direction, ...]:
    """Return one direction per value of a tag, in order; empty values between separators are passed over.

    Examples
    --------
    >>> [d.bearing_deg for d in parsed_directions("225;45")]
    [225.0, 45.0]
    >>> parsed_directions("338-23")
    (Direction(bearing_deg=0.5, field_of_view_deg=45.0, refusal=''),)
    >>> parsed_directions("90100")[0].refusal
    'above 360 degrees'
    """
    values = [value.strip() for value in re.split(r"[;,]", text)]
    found = tuple(_direction(value) for value in values if value)
    return found or (Direction(None, refusal="empty"),)


def _direction(text: str) -> Direction:
    word = text.lower()
    word = WORDS.get(word, word)
    if word in COMPASS:
        return Direction(COMPASS[word])
    if word in TRAFFIC:
        return Direction(None, refusal="a direction of traffic, not a bearing")
    if word in RELATIVE:
        return Direction(None, refusal="relative to a way that is not stated")
    if _DEGREES.match(word):
        return _bearing(float(word))
    arc = _ARC.match(word)
    return _arc(float(arc[1]), float(arc[2])) if arc else Direction(None, refusal="no direction")


def _bearing(degrees: float) -> Direction:
    if degrees > 360.0:
        return Direction(None, refusal="above 360 degrees")
    if degrees < -360.0:
        return Direction(None, refusal="below -360 degrees")
    return Direction(degrees % 360.0)


def _arc(start: float, end: float) -> Direction:
    """Return the middle and the width of the arc clockwise from start to end."""
    if start > 360.0 or end > 360.0:
        return Direction(None, refusal="above 360 degrees")
    width = (end - start) % 360.0
    if width == 0.0:
        if start != end:
            return Direction(0.0, 360.0)
        return Direction(None, refusal="an arc of no width")
    return Direction((start + width / 2.0) % 360.0, width)
