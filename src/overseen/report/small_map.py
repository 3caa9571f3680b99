"""A small map as SVG that needs nothing and nobody: shapes in the page's own colours, each with its words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.model.wording import say
from overseen.report.map_labels import labels_along

WIDTH_PX = 720
MOST_HEIGHT_PX = 720

NAME_SIZES = (("wide", 12.0), ("narrow", 22.0))
"""Of letters of street names, on a wide screen and on a phone's, in pixels of the picture."""

MARK_SIZES = (13.0, 20.0)
"""Of signs beside points, likewise; as in the page's style."""

MOST_NAMES = 14

SCALE_STEPS = (1.0, 2.0, 5.0)

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Layer:
    """Shapes that look alike.

    Parameters
    ----------
    name
        Their class in the page's style.
    shapes
        Points, lines or areas in metres.
    words
        What each is, told on hovering and to screen readers; empty: nothing is told.
    radius_px
        Of points.
    marks
        Short signs written beside points where there is room, those of the first points first; empty: none.
    kinds
        A further class of each, by which they differ; empty: none.
    links
        The page that each leads to; empty: none.
    """

    name: str
    shapes: NDArray[np.object_]
    words: Sequence[str] = ()
    radius_px: float = 4.0
    marks: Sequence[str] = ()
    kinds: Sequence[str] = ()
    links: Sequence[str] = ()


def window_around(shapes: NDArray[np.object_], *, margin_m: float) -> Box:
    """Return west, south, east and north of a window around shapes, no flatter and no taller than a page bears."""
    west, south, east, north = shapely.total_bounds(shapes)
    width, height = max(east - west + 2 * margin_m, 1.0), max(north - south + 2 * margin_m, 1.0)
    width = max(width, height * WIDTH_PX / MOST_HEIGHT_PX)
    height = max(height, width * 0.4)
    x, y = (west + east) / 2.0, (south + north) / 2.0
    return (x - width / 2.0, y - height / 2.0, x + width / 2.0, y + height / 2.0)


def small_map(
    layers: Sequence[Layer], window: Box, description: str, courses: Sequence[tuple[str, shapely.LineString]] = ()
) -> str:
    """Return the map of what lies in a window of the city's plane; the same layers give the same text.

    ``courses`` are streets to be named, each with its course, the most worth naming first. A name stands where there is room.
    """
    west, south, east, north = window
    scale = WIDTH_PX / (east - west)
    height = round((north - south) * scale)
    clip = shapely.box(*window)
    drawn = [_group(layer, clip, window, scale) for layer in layers]
    # Names lie over streets and views, and under cameras.
    under = next((place for place, layer in enumerate(layers) if _is_of_points(layer)), len(layers))
    marked = [
        point for layer in layers if layer.marks for point in layer.shapes[shapely.intersects(layer.shapes, clip)]
    ]
    drawn[under:under] = [_names(courses, marked, window, scale, size) for size in NAME_SIZES]
    # What leads somewhere is no single picture to a screen reader.
    role = "group" if any(layer.links for layer in layers) else "img"
    return (
        f'<svg class="small-map" viewBox="0 0 {WIDTH_PX} {height}" role="{role}" aria-label="{escape(description)}">'
        f'<rect class="map-ground" width="{WIDTH_PX}" height="{height}"/>{"".join(drawn)}{_scale_bar(scale, height)}</svg>'
    )


def _is_of_points(layer: Layer) -> bool:
    return len(layer.shapes) > 0 and layer.shapes[0].geom_type == "Point"


def _names(
    courses: Sequence[tuple[str, shapely.LineString]],
    marked: Sequence[shapely.Point],
    window: Box,
    scale: float,
    size: tuple[str, float],
) -> str:
    """Return names of streets in one size, none on a point with a sign; the page shows the size that can be read on its screen."""
    kind, points = size
    parts = []
    avoided = [_room_of_mark(point, points / scale) for point in marked]
    clip = shapely.box(*window)
    for label in labels_along(courses, clip, letter_m=points / scale, most=MOST_NAMES, avoided=avoided):
        x, y = (label.x - window[0]) * scale, (window[3] - label.y) * scale
        turn = f' transform="rotate({-label.angle_deg:.1f} {x:.1f} {y:.1f})"' if label.angle_deg else ""
        parts.append(f'<text x="{x:.1f}" y="{y:.1f}"{turn}>{escape(label.name)}</text>')
    return f'<g class="names {kind}" aria-hidden="true">{"".join(parts)}</g>' if parts else ""


def _room_of_mark(point: shapely.Point, letter_m: float) -> shapely.Polygon:
    return shapely.box(
        point.x - 0.6 * letter_m, point.y - 0.6 * letter_m, point.x + 2.0 * letter_m, point.y + 0.6 * letter_m
    )


def _group(layer: Layer, clip: shapely.Polygon, window: Box, scale: float) -> str:
    shapes = layer.shapes
    here: list[int] = np.flatnonzero(shapely.intersects(shapes, clip)).tolist()
    parts, taken = [], (_Taken(), _Taken())
    for row in here:
        words = f"<title>{escape(layer.words[row])}</title>" if layer.words else ""
        kind = f' class="{layer.kinds[row]}"' if layer.kinds else ""
        shape = shapes[row]
        if shape.geom_type == "Point":
            ((x, y),) = _pixels(shape, window, scale)
            mark = _mark(layer.marks[row], x + layer.radius_px + 2.0, y + 4.0, taken) if layer.marks else ""
            drawn = f'<g{kind}>{words}<circle cx="{x:g}" cy="{y:g}" r="{layer.radius_px:g}"/>{mark}</g>'
        else:
            drawn = f'<path{kind} d="{_course(shapely.intersection(shape, clip), window, scale)}">{words}</path>'
        parts.append(f'<a href="{escape(layer.links[row])}">{drawn}</a>' if layer.links else drawn)
    return f'<g class="{layer.name}">{"".join(parts)}</g>' if parts else ""


class _Taken:
    """Rectangles of a picture that are written on."""

    def __init__(self) -> None:
        self._boxes: list[Box] = []

    def take(self, box: Box) -> bool:
        """Take a rectangle if none that is taken meets it; tell whether."""
        left, top, right, bottom = box
        if any(left < r and start < right and top < b and t < bottom for start, t, r, b in self._boxes):
            return False
        self._boxes.append(box)
        return True


def _mark(sign: str, x: float, y: float, taken: tuple[_Taken, _Taken]) -> str:
    """Return a sign beside a point, if there is room; one for wide screens alone where there is none for a phone's letters."""
    fits = [room.take(_box(sign, x, y, size)) for room, size in zip(taken, MARK_SIZES, strict=True)]
    if not fits[0]:
        return ""
    kind = "" if fits[1] else ' class="wide"'
    return f'<text{kind} x="{x:g}" y="{y:g}">{escape(sign)}</text>'


def _box(sign: str, x: float, y: float, size: float) -> Box:
    return (x, y - 0.75 * size, x + 0.64 * size * len(sign), y + 0.1 * size)


def _pixels(shape: shapely.Geometry, window: Box, scale: float) -> NDArray[np.float64]:
    """Return corners in the picture, to a tenth of a pixel."""
    points = shapely.get_coordinates(shape)
    return np.asarray(
        np.round(np.stack([(points[:, 0] - window[0]) * scale, (window[3] - points[:, 1]) * scale], axis=1), 1),
        dtype=float,
    )


def _course(shape: shapely.Geometry, window: Box, scale: float) -> str:
    simple = shapely.simplify(shape, 0.3 / scale, preserve_topology=False)
    parts = []
    for part in shapely.get_parts(simple):
        if part.geom_type == "Polygon":
            rings = (part.exterior, *part.interiors)
            parts += [f"M{_joined(ring, window, scale)}Z" for ring in rings]
        elif part.geom_type == "LineString":
            parts.append(f"M{_joined(part, window, scale)}")
    return "".join(parts)


def _joined(line: shapely.Geometry, window: Box, scale: float) -> str:
    return "L".join(f"{x:g} {y:g}" for x, y in _pixels(line, window, scale))


def _scale_bar(scale: float, height: int) -> str:
    """Return a bar of a round length, about a fifth of the picture wide."""
    longest = WIDTH_PX / 5.0 / scale
    power = 10.0 ** math.floor(math.log10(longest))
    length = max(step * power for step in SCALE_STEPS if step * power <= longest)
    words = say("{length:g} km", length=length / 1000.0) if length >= 1000.0 else say("{length:g} m", length=length)
    y = height - 12
    return f'<g class="map-scale"><path d="M12 {y - 5}V{y}H{12 + length * scale:.1f}V{y - 5}"/><text x="12" y="{y - 9}">{words}</text></g>'
