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

WIDTH_PX = 720
MOST_HEIGHT_PX = 720

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
        Short signs written beside points; empty: none.
    """

    name: str
    shapes: NDArray[np.object_]
    words: Sequence[str] = ()
    radius_px: float = 4.0
    marks: Sequence[str] = ()


def window_around(shapes: NDArray[np.object_], *, margin_m: float) -> Box:
    """Return west, south, east and north of a window around shapes, no flatter and no taller than a page bears."""
    west, south, east, north = shapely.total_bounds(shapes)
    width, height = max(east - west + 2 * margin_m, 1.0), max(north - south + 2 * margin_m, 1.0)
    width = max(width, height * WIDTH_PX / MOST_HEIGHT_PX)
    height = max(height, width * 0.4)
    x, y = (west + east) / 2.0, (south + north) / 2.0
    return (x - width / 2.0, y - height / 2.0, x + width / 2.0, y + height / 2.0)


def small_map(layers: Sequence[Layer], window: Box, description: str) -> str:
    """Return the map of what lies in a window of the city's plane; the same layers give the same text."""
    west, south, east, north = window
    scale = WIDTH_PX / (east - west)
    height = round((north - south) * scale)
    clip = shapely.box(*window)
    drawn = "".join(_group(layer, clip, window, scale) for layer in layers)
    return (
        f'<svg class="small-map" viewBox="0 0 {WIDTH_PX} {height}" role="img" aria-label="{escape(description)}">'
        f'<rect class="map-ground" width="{WIDTH_PX}" height="{height}"/>{drawn}{_scale_bar(scale, height)}</svg>'
    )


def _group(layer: Layer, clip: shapely.Polygon, window: Box, scale: float) -> str:
    shapes = layer.shapes
    here: list[int] = np.flatnonzero(shapely.intersects(shapes, clip)).tolist()
    parts = []
    for row in here:
        words = f"<title>{escape(layer.words[row])}</title>" if layer.words else ""
        shape = shapes[row]
        if shape.geom_type == "Point":
            ((x, y),) = _pixels(shape, window, scale)
            mark = (
                f'<text x="{x + layer.radius_px + 2:g}" y="{y + 4:g}">{escape(layer.marks[row])}</text>'
                if layer.marks
                else ""
            )
            parts.append(f'<g>{words}<circle cx="{x:g}" cy="{y:g}" r="{layer.radius_px:g}"/>{mark}</g>')
        else:
            parts.append(f'<path d="{_course(shapely.intersection(shape, clip), window, scale)}">{words}</path>')
    return f'<g class="{layer.name}">{"".join(parts)}</g>' if parts else ""


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
