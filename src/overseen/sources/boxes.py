"""A box of longitude and latitude, as a person writes it."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from overseen.errors import Fault, InputError

_NUMBER = r"\s*([+-]?\d+(?:\.\d+)?)\s*"
_BOX = re.compile(",".join([_NUMBER] * 4))
KM_PER_DEGREE = 111.2


class Box(NamedTuple):
    """West, south, east and north in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def area_km2(self) -> float:
        """Return its surface on the ground, to about one per cent."""
        middle = math.cos(math.radians((self.south + self.north) / 2.0))
        return (self.east - self.west) * middle * (self.north - self.south) * KM_PER_DEGREE**2

    def __str__(self) -> str:
        return ",".join(f"{value:.7g}" for value in self)


def parsed_box(text: str) -> Box | None:
    """Return the box that a text states as ``west,south,east,north``; ``None`` if it is no four numbers.

    Raises
    ------
    InputError
        If the four numbers are no box on the globe.

    Examples
    --------
    >>> parsed_box("24.93,60.16,24.95,60.18"), parsed_box("Springfield, 12")
    (Box(west=24.93, south=60.16, east=24.95, north=60.18), None)
    >>> round(parsed_box("24.93,60.16,24.95,60.18").area_km2, 2)
    2.46
    """
    found = _BOX.fullmatch(text)
    if found is None:
        return None
    box = Box(*(float(number) for number in found.groups()))
    if not (-180.0 <= box.west < box.east <= 180.0 and -90.0 < box.south < box.north < 90.0):
        problem = "it is no box on the globe"
        raise InputError(
            [Fault(text, "", problem, "write west,south,east,north in degrees, as in 24.93,60.16,24.95,60.18")]
        )
    return box
