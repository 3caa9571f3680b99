"""Names of streets on the still map: along each street where it is straight, none on another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.font_manager import findfont
from matplotlib.ft2font import FT2Font

MOST_NAMES = 45
"""So many streets are named at most, the longest first."""

STRAIGHT = 0.97
"""A name stands where the street's chord is at least this part of its length."""

LETTER_WIDTH = 0.62
"""Of a letter, in its height; a little more than most, so that names keep apart."""

PLACES_TRIED = (0.5, 0.3, 0.7, 0.15, 0.85)
"""Where along a street its name may stand, the best first."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name, the middle of its baseline's box in the plane, and its angle in degrees anticlockwise of east."""

    name: str
    x: float
    y: float
    angle_deg: float


def street_labels(
    streets: gpd.GeoDataFrame, window: shapely.Geometry, *, letter_m: float, most: int = MOST_NAMES
) -> list[Label]:
    """Return where names of streets stand on a map of a window; ``letter_m`` is the height of a letter in metres of the plane.

    Examples
    --------
    >>> street = gpd.GeoDataFrame({"name": ["High Street"]}, geometry=[shapely.LineString([(0, 0), (200, 0)])])
    >>> street_labels(street, shapely.box(-50, -50, 250, 50), letter_m=8.0)
    [Label(name='High Street', x=100.0, y=8.0, angle_deg=0.0)]
    """
    return labels_along(street_courses(streets, most=4 * most), window, letter_m=letter_m, most=most)


def street_courses(streets: gpd.GeoDataFrame, *, most: int) -> Iterator[tuple[str, shapely.LineString]]:
    """Yield the longest unbroken course of each named street, the longest streets first, ``most`` of them at most."""
    named = streets[streets["name"].notna() & (streets["name"] != "")]
    lengths = named.geometry.length.groupby(named["name"].to_numpy()).sum()
    order = lengths.sort_values(ascending=False, kind="stable").index[:most]
    pieces = named[named["name"].isin(order)].geometry.groupby(named["name"]).agg(list)
    for name in order:
        course = longest_course(shapely.union_all(pieces[name]))
        if course is not None and _is_drawable(str(name)):
            yield str(name), course


def longest_course(shape: shapely.Geometry) -> shapely.LineString | None:
    """Return the longest unbroken line of lines; None where there is none."""
    merged = shapely.line_merge(shape)
    parts = [part for part in shapely.get_parts(merged) if part.geom_type == "LineString"]
    return max(parts, key=lambda part: (part.length, part.wkt)) if parts else None


def labels_along(
    courses: Iterable[tuple[str, shapely.LineString]],
    window: shapely.Geometry,
    *,
    letter_m: float,
    most: int,
    avoided: Sequence[shapely.Geometry] = (),
) -> list[Label]:
    """Return where names stand along their courses, those that come first before the others, and none on what is avoided."""
    found: list[Label] = []
    taken = list(avoided)
    for name, line in courses:
        if len(found) == most:
            break
        for label, box in _tries(name, line, letter_m):
            if shapely.contains(window, box) and not shapely.intersects(np.array(taken, dtype=object), box).any():
                found.append(label)
                taken.append(box)
                break
    return found


def _tries(name: str, line: shapely.LineString, letter_m: float) -> Iterator[tuple[Label, shapely.Geometry]]:
    """Yield where a name may stand beside a street, each with the box that it takes there."""
    length = LETTER_WIDTH * letter_m * len(name)
    if line.length < length:
        return
    for place in PLACES_TRIED:
        middle = min(max(place * line.length, length / 2.0), line.length - length / 2.0)
        (x0, y0), (x1, y1) = shapely.get_coordinates(
            shapely.line_interpolate_point(line, [middle - length / 2.0, middle + length / 2.0])
        )
        if np.hypot(x1 - x0, y1 - y0) < STRAIGHT * length:
            continue
        angle = np.degrees(np.arctan2(y1 - y0, x1 - x0))
        angle = (angle + 90.0) % 180.0 - 90.0
        up = np.radians(angle + 90.0)
        # Beside the line: on it, the name would hide the colour that it names.
        x, y = (x0 + x1) / 2.0 + letter_m * np.cos(up), (y0 + y1) / 2.0 + letter_m * np.sin(up)
        box = shapely.box(x - length / 2.0, y - 0.8 * letter_m, x + length / 2.0, y + 0.8 * letter_m)
        turned = shapely.affinity.rotate(box, float(angle), origin=(x, y))
        yield Label(name, round(float(x), 3), round(float(y), 3), round(float(angle), 2)), turned


def _is_drawable(name: str) -> bool:
    return all(ord(letter) in _letters() for letter in name)


@cache
def _letters() -> frozenset[int]:
    """Return the letters of the font that maps are drawn in; a square would stand for any other."""
    return frozenset(FT2Font(findfont("DejaVu Sans")).get_charmap())
