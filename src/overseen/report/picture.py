"""The still map: for paper, and for browsers that cannot draw the other one."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pyproj
import shapely
from matplotlib import patheffects
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.path import Path
from numpy.typing import NDArray

from overseen.assessment.findings import Assessment
from overseen.model.city import City
from overseen.model.wording import is_right_to_left, later, retold, say
from overseen.report.map_labels import street_labels

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

SHARE_COLOURS = ("#c9ced6", "#fbd38d", "#f08c3a", "#d9480f", "#8f1d14")
"""From nothing to all of a street in view; darker is more, in grey too."""

SHARE_EDGES = (0.0, 0.1, 0.4, 0.7)
"""Shares above which the second, third, ... colour begins."""


def _paths(shapes: gpd.GeoSeries) -> list[Path]:
    """Return polygons as compound paths, holes cut out."""
    found = []
    for part in shapely.get_parts(shapely.orient_polygons(shapes.to_numpy())):
        rings = [Path(shapely.get_coordinates(ring), closed=True) for ring in (part.exterior, *part.interiors)]
        found.append(Path.make_compound_path(*rings))
    return found


SHARE_WORDS = (later("none"), later("up to 10 %"), later("10 to 40 %"), later("40 to 70 %"), later("over 70 %"))


LACKING = {"facecolor": "none", "edgecolor": "#1b2430", "linewidth": 0.4, "hatch": "////", "alpha": 0.35}
"""How squares look in which the map lacks buildings."""


WIDTH_INCHES = 7.0
HIGHEST = 10.0 / 7.0
"""Height of the map at most, in its widths."""

PAPER_INCHES = (6.4, 7.6)
"""Width and height at most at which the map is printed: letters are so large that they can be read there."""

LEGEND_INCHES = 0.92
"""On paper, of the strip below the map that holds the legend: on the map, it would hide a part of it."""

SHARE_WIDTHS = (0.7, 1.3, 1.6, 1.9, 2.2)
"""Of streets by their share in view: in grey, the first two colours are alike."""

DOTS_PER_INCH = 190
COLOURS = 160
"""Of the picture's palette: flat colours and their edges need no more, and the file is a third of the size."""

NAME_POINTS, LEGEND_POINTS = 5.2, 7.5
"""Height of letters on paper."""

FULL_WIDTH_M = 3000.0
"""Height or width of a city from which on lines and dots are drawn finer."""

SCALE_STEPS = (1.0, 2.0, 5.0)


def _legend(canvas: Canvas, level: str, *, lacks: bool, room: float, larger: float) -> None:
    """Draw the legend into the strip below the map, of a share of the picture's height."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    marks = [
        Line2D([], [], color=colour, linewidth=2.2 * width, label=say(words))
        for colour, width, words in zip(SHARE_COLOURS, SHARE_WIDTHS, SHARE_WORDS, strict=True)
    ]
    dot = {"color": "none", "marker": "o", "markersize": 5, "markeredgecolor": "#1b2430"}
    marks.append(Line2D([], [], markerfacecolor="#1b2430", label=say("camera"), **dot))
    marks.append(Line2D([], [], markerfacecolor="white", label=say("camera, view not examined"), **dot))
    if lacks:
        marks.append(Patch(**LACKING, label=say("the map lacks buildings: upper bounds")))
    side = "right" if is_right_to_left() else "left"
    canvas.legend(handles=marks, title=say("Share of street they could look at, at {level}", level=retold(level)), ncols=4,
                  loc=f"upper {side}", bbox_to_anchor=(float(side == "right"), room), fontsize=LEGEND_POINTS * larger,
                  title_fontsize=1.08 * LEGEND_POINTS * larger, frameon=False, alignment=side, columnspacing=1.2,
                  handlelength=1.5, borderpad=0.1, borderaxespad=0.1)  # fmt: skip


def _scale(canvas: Canvas, city: City, *, room: float, height: float, metres_per_inch: float, larger: float) -> None:
    """Draw a bar of a round length, and where true north is, on a line below the legend."""
    strip = canvas.add_axes((0, 0, 1, room))
    strip.set(xlim=(0.0, WIDTH_INCHES), ylim=(0.0, room * height))
    strip.set_axis_off()
    longest = metres_per_inch * 1.1 * larger
    power = 10.0 ** math.floor(math.log10(longest))
    length = max(step * power for step in SCALE_STEPS if step * power <= longest)
    words = say("{length:g} km", length=length / 1000.0) if length >= 1000.0 else say("{length:g} m", length=length)
    inches, tick = length / metres_per_inch, 0.05 * larger
    y, right = 0.13 * larger, WIDTH_INCHES - 0.45 * larger
    foot = (WIDTH_INCHES - 0.15 * larger, y)
    if is_right_to_left():
        right, foot = 0.6 * larger + inches, (0.5 * larger, foot[1])
    strip.plot(
        [right - inches, right - inches, right, right], [y + tick, y, y, y + tick], color="#1b2430", linewidth=1.2
    )
    beside, end = (right + 0.06 * larger, "left") if is_right_to_left() else (right - inches - 0.06 * larger, "right")
    strip.text(beside, y, words, ha=end, va="baseline", fontsize=LEGEND_POINTS * larger)
    up = math.radians(90.0 + _convergence_deg(city))
    head = (foot[0] + 0.2 * larger * math.cos(up), foot[1] + 0.2 * larger * math.sin(up))
    strip.annotate("", head, foot, arrowprops={"arrowstyle": "-|>", "color": "#1b2430", "linewidth": 1.1, "shrinkA": 0, "shrinkB": 0})  # fmt: skip
    strip.text(
        foot[0] - 0.06 * larger,
        foot[1] + 0.02 * larger,
        say("N"),
        ha="right",
        va="bottom",
        fontsize=LEGEND_POINTS * larger,
    )


def _convergence_deg(city: City) -> float:
    """Return how far true north lies from the plane's, in degrees anticlockwise."""
    plane = pyproj.CRS(city.buildings.crs)
    middle = city.boundary.centroid
    degrees = pyproj.Transformer.from_crs(plane, plane.geodetic_crs, always_xy=True).transform(middle.x, middle.y)
    return float(pyproj.Proj(plane).get_factors(*degrees).meridian_convergence)


def draw_scale(axes: mpl.axes.Axes, city: City, *, points: float, colour: str) -> None:
    """Draw a bar of a round length below the map of a city, and where true north is beside it."""
    west, south, east, north = city.boundary.bounds
    longest = 0.16 * (east - west)
    power = 10.0 ** math.floor(math.log10(longest))
    length = max(step * power for step in SCALE_STEPS if step * power <= longest)
    words = say("{length:g} km", length=length / 1000.0) if length >= 1000.0 else say("{length:g} m", length=length)
    y, tick = south - 0.02 * (north - south), 0.008 * (east - west)
    style = {"color": colour, "linewidth": 1.2, "clip_on": False}
    axes.plot([west, west, west + length, west + length], [y + tick, y, y, y + tick], **style)
    axes.annotate(words, (west + length, y), (4, 0), textcoords="offset points", fontsize=points, color=colour, annotation_clip=False)  # fmt: skip
    up, foot = math.radians(90.0 + _convergence_deg(city)), (west + length + 0.14 * (east - west), y)
    reach = 0.03 * (east - west)
    head = (foot[0] + reach * math.cos(up), foot[1] + reach * math.sin(up))
    axes.annotate("", head, foot, arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 1.1, "shrinkA": 0, "shrinkB": 0},
                  annotation_clip=False)  # fmt: skip
    axes.annotate(say("N"), foot, (4, 0), textcoords="offset points", fontsize=points, color=colour, annotation_clip=False)  # fmt: skip


def _names(axes: mpl.axes.Axes, assessment: Assessment, window: shapely.Geometry, *, points: float, metres_per_inch: float) -> None:  # fmt: skip
    glow = [patheffects.withStroke(linewidth=1.8, foreground="white")]
    streets = assessment.streets[assessment.streets["is_counted"]]
    for label in street_labels(streets, window, letter_m=points / 72.0 * metres_per_inch):
        axes.text(label.x, label.y, label.name, rotation=label.angle_deg, rotation_mode="anchor", ha="center", va="center",
                  fontsize=points, color="#1b2430", path_effects=glow, zorder=5)  # fmt: skip


def draw_base(axes: mpl.axes.Axes, city: City, window: shapely.Geometry) -> None:
    """Draw green, water and buildings of what meets a window in the city's plane."""
    for kind, colour in (("green", "#e3eddc"), ("water", "#cfe0ee")):
        land = city.land.geometry[(city.land["kind"] == kind) & city.land.intersects(window)]
        axes.add_collection(PathCollection(_paths(land), facecolor=colour, linewidth=0))
    buildings = city.buildings.geometry[city.buildings.intersects(window)]
    axes.add_collection(PathCollection(_paths(buildings), facecolor="#dcd9d3", edgecolor="#c4c0b8", linewidth=0.3))


def share_colours(share: NDArray[np.float64]) -> NDArray[np.str_]:
    """Return the colour of each share of street in view."""
    return np.array(SHARE_COLOURS)[np.searchsorted(SHARE_EDGES, share, side="left")]


def map_picture(assessment: Assessment, level: str) -> bytes:
    """Return the map as PNG: streets by the share that cameras could look at, cameras as dots, a scale and north."""
    from matplotlib.figure import Figure

    city, streets = assessment.city, assessment.streets
    streets = streets[streets["is_counted"]]
    west, south, east, north = city.boundary.bounds
    window = shapely.box(west, south, east, north)
    map_height = WIDTH_INCHES * max(0.5, min(HIGHEST, (north - south) / max(east - west, 1.0)))
    # As much larger than on paper as the picture is made smaller there.
    larger = max(WIDTH_INCHES / PAPER_INCHES[0], map_height / PAPER_INCHES[1])
    height = map_height + LEGEND_INCHES * larger
    room = 1.0 - map_height / height
    metres_per_inch = max((north - south) / map_height, (east - west) / WIDTH_INCHES)
    fine = min(1.0, max(0.35, (FULL_WIDTH_M / max(north - south, east - west)) ** 0.5))
    with mpl.rc_context({"figure.facecolor": "white", "font.family": "DejaVu Sans"}):
        canvas = Figure(figsize=(WIDTH_INCHES, height))
        axes = canvas.add_axes((0, room, 1, 1.0 - room))
        draw_base(axes, city, window)
        share = (
            (streets[f"reachable_{level}_length_m"] / streets["length_m"].replace(0.0, np.nan)).fillna(0.0).to_numpy()
        )
        order = np.argsort(share, kind="stable")
        lines = [shapely.get_coordinates(line) for line in streets.geometry.to_numpy()[order]]
        widths = fine * np.array(SHARE_WIDTHS)[np.searchsorted(SHARE_EDGES, share[order], side="left")]
        axes.add_collection(
            LineCollection(lines, colors=share_colours(share[order]), linewidths=widths, capstyle="round")
        )
        examined = assessment.cameras["is_examined"].to_numpy()
        points = shapely.get_coordinates(assessment.cameras.geometry.to_numpy())
        for chosen, face, edge in ((examined, "#1b2430", "white"), (~examined, "white", "#1b2430")):
            axes.plot(*points[chosen].T, "o", color=face, markersize=3.4 * fine, markeredgecolor=edge, markeredgewidth=0.5 * fine,
                      zorder=4)  # fmt: skip
        edge_of_study = shapely.get_coordinates(city.boundary)
        axes.plot(*edge_of_study.T, color="#1b2430", linewidth=0.8, linestyle=(0, (5, 4)), alpha=0.6)
        lacking = assessment.completeness.geometry[assessment.completeness["status"] == "missing"]
        axes.add_collection(PathCollection(_paths(lacking), **LACKING))
        _names(axes, assessment, window, points=NAME_POINTS * larger, metres_per_inch=metres_per_inch)
        _legend(canvas, level, lacks=len(lacking) > 0, room=room, larger=larger)
        _scale(canvas, city, room=room, height=height, metres_per_inch=metres_per_inch, larger=larger)
        axes.set(xlim=(west, east), ylim=(south, north), aspect="equal")
        axes.set_axis_off()
        return _png(canvas)


def _png(canvas: Canvas) -> bytes:
    """Return a drawing as a PNG of few colours."""
    from PIL import Image

    drawn, buffer = io.BytesIO(), io.BytesIO()
    canvas.savefig(drawn, format="png", dpi=DOTS_PER_INCH)
    picture = Image.open(drawn).convert("RGB")
    picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        buffer, format="PNG", optimize=True
    )
    return buffer.getvalue()
