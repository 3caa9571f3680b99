"""The still map: for paper, and for browsers that cannot draw the other one."""

from __future__ import annotations

import io

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import shapely
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.path import Path
from numpy.typing import NDArray

from overseen.assessment.findings import Assessment
from overseen.model.city import City
from overseen.model.wording import later, say

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


SHARE_WORDS = ("none", later("up to 10 %"), later("10 to 40 %"), later("40 to 70 %"), later("over 70 %"))


LACKING = {"facecolor": "none", "edgecolor": "#1b2430", "linewidth": 0.4, "hatch": "////", "alpha": 0.35}
"""How squares look in which the map lacks buildings."""


def _legend(axes: mpl.axes.Axes, level: str, *, lacks: bool) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    marks = [
        Line2D([], [], color=colour, linewidth=3, label=words)
        for colour, words in zip(SHARE_COLOURS, SHARE_WORDS, strict=True)
    ]
    dot = {"color": "none", "marker": "o", "markersize": 4, "markeredgecolor": "#1b2430"}
    marks.append(Line2D([], [], markerfacecolor="#1b2430", label="camera", **dot))
    marks.append(Line2D([], [], markerfacecolor="white", label=say("camera, view not examined"), **dot))
    if lacks:
        marks.append(Patch(**LACKING, label=say("the map lacks buildings: upper bounds")))
    axes.legend(handles=marks, title=say("Share of street they could look at, at {level}", level=level), loc="upper left", fontsize=6.5,
                title_fontsize=7, framealpha=0.92, edgecolor="#c4c0b8")  # fmt: skip


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
    """Return the map as PNG: streets by the share that cameras could look at, cameras as dots."""
    from matplotlib.figure import Figure

    city, streets = assessment.city, assessment.streets
    streets = streets[streets["is_counted"]]
    west, south, east, north = city.boundary.bounds
    width = 7.0
    height = max(3.5, min(10.0, width * (north - south) / max(east - west, 1.0)))
    with mpl.rc_context({"figure.facecolor": "white"}):
        canvas = Figure(figsize=(width, height))
        axes = canvas.add_axes((0, 0, 1, 1))
        draw_base(axes, city, shapely.box(*city.boundary.bounds))
        share = (
            (streets[f"reachable_{level}_length_m"] / streets["length_m"].replace(0.0, np.nan)).fillna(0.0).to_numpy()
        )
        order = np.argsort(share, kind="stable")
        lines = [shapely.get_coordinates(line) for line in streets.geometry.to_numpy()[order]]
        axes.add_collection(LineCollection(lines, colors=share_colours(share[order]), linewidths=1.3, capstyle="round"))
        examined = assessment.cameras["is_examined"].to_numpy()
        points = shapely.get_coordinates(assessment.cameras.geometry.to_numpy())
        axes.plot(
            *points[examined].T, "o", color="#1b2430", markersize=3.2, markeredgecolor="white", markeredgewidth=0.5
        )
        axes.plot(
            *points[~examined].T, "o", color="white", markersize=3.2, markeredgecolor="#1b2430", markeredgewidth=0.6
        )
        edge = shapely.get_coordinates(city.boundary)
        axes.plot(*edge.T, color="#1b2430", linewidth=0.8, linestyle=(0, (5, 4)), alpha=0.6)
        lacking = assessment.completeness.geometry[assessment.completeness["status"] == "missing"]
        axes.add_collection(PathCollection(_paths(lacking), **LACKING))
        _legend(axes, level, lacks=len(lacking) > 0)
        axes.set(xlim=(west, east), ylim=(south, north), aspect="equal")
        axes.set_axis_off()
        buffer = io.BytesIO()
        canvas.savefig(buffer, format="png", dpi=150, metadata={"Software": None})
    return buffer.getvalue()
