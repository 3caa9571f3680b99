"""Figures of what changes: signed differences with their ranges, and the streets on a map."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import shapely
from matplotlib.collections import LineCollection, PathCollection
from numpy.typing import NDArray

from overseen.model.city import City
from overseen.model.wording import say
from overseen.report.figures import AT_ONCE, FAINT, INK, REACHABLE, STYLE, WIDTH, _canvas, _svg
from overseen.report.map_labels import street_labels
from overseen.report.picture import _paths, draw_scale

Floats = NDArray[np.float64]

MANY = 4_000
"""From so many shapes on they are drawn as a picture within the figure, so that the page stays small."""

EDGES = (0.01, 0.1, 0.3)
"""Absolute differences of the share of a street above which its line is drawn, thicker, and thickest."""

WIDTHS = (0.4, 0.8, 1.4, 2.2)

NAME_POINTS = 6.0
"""Height of the letters of street names."""


def difference_figure(names: Sequence[str], ranges: Floats, *, axis: str) -> str:
    """Return a mark with its range per difference of shares, on either side of nought; ``ranges`` (n, 3): mean, low, high."""
    with mpl.rc_context(STYLE):
        canvas, axes = _canvas(0.9 + 0.42 * len(names))
        rows = np.arange(len(names))
        mean, low, high = 100.0 * ranges.T
        for is_up, colour, mark in ((True, REACHABLE, "o"), (False, AT_ONCE, "s")):
            here = (mean >= 0.0) == is_up
            axes.hlines(rows[here], low[here], high[here], color=colour, linewidth=2.0)
            axes.plot(mean[here], rows[here], mark, color=colour, markersize=6)
        axes.axvline(0.0, color=INK, linewidth=1.0)
        axes.set_yticks(rows, names, fontsize=9)
        axes.invert_yaxis()
        axes.set_xlabel(axis)
        axes.grid(axis="x", color=FAINT, alpha=0.3, linewidth=0.6)
        axes.set_axisbelow(True)
        return _svg(canvas)


def change_map(city: City, streets: gpd.GeoDataFrame, cameras: gpd.GeoDataFrame) -> str:
    """Return the streets by how their share in view changes, and the cameras that are in both lists, or in one alone.

    More is drawn solid, less dashed; the line is thicker the greater the change. ``cameras`` is table ``cameras_matched``.
    """
    west, south, east, north = city.boundary.bounds
    height = float(np.clip(WIDTH * (north - south) / max(east - west, 1.0), 3.0, 10.0))
    is_many = len(city.buildings) + len(streets) > MANY
    with mpl.rc_context(STYLE):
        canvas, axes = _canvas(height)
        water = city.land.geometry[city.land["kind"] == "water"]
        for shapes, shade in ((water, 0.12), (city.buildings.geometry, 0.28)):
            axes.add_collection(
                PathCollection(_paths(shapes), facecolor=FAINT, alpha=shade, linewidth=0, rasterized=is_many)
            )
        _draw_streets(axes, streets, is_many=is_many)
        _draw_cameras(axes, cameras)
        axes.plot(*shapely.get_coordinates(city.boundary).T, color=FAINT, linewidth=0.8, linestyle=(0, (5, 4)))
        metres_per_point = max((north - south) / height, (east - west) / 7.0) / 72.0
        for label in street_labels(
            streets, shapely.box(*city.boundary.bounds), letter_m=NAME_POINTS * metres_per_point
        ):
            axes.text(label.x, label.y, label.name, rotation=label.angle_deg, rotation_mode="anchor", ha="center", va="center",
                      fontsize=NAME_POINTS, color=INK, zorder=5)  # fmt: skip
        draw_scale(axes, city, points=8.0, colour=INK)
        axes.set(xlim=(west, east), ylim=(south, north), aspect="equal")
        axes.set_axis_off()
        axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3, borderaxespad=0.2, fontsize=8)
        return _svg(canvas)


def _draw_streets(axes: mpl.axes.Axes, streets: gpd.GeoDataFrame, *, is_many: bool) -> None:
    change = streets["difference_share"].to_numpy(dtype=float)
    lines = np.array([shapely.get_coordinates(line) for line in streets.geometry], dtype=object)
    strength = np.searchsorted(EDGES, np.abs(change), side="right")
    groups = (
        (strength == 0, FAINT, "solid", say("changes by less than a point")),
        ((strength > 0) & (change > 0.0), REACHABLE, "solid", say("more of it in view in B")),
        ((strength > 0) & (change < 0.0), AT_ONCE, (0, (2.5, 1.2)), say("less of it in view in B")),
    )
    for chosen, colour, style, words in groups:
        widths = np.array(WIDTHS)[strength[chosen]]
        axes.add_collection(LineCollection(list(lines[chosen]), colors=colour, linestyles=[style], linewidths=widths,
                                           rasterized=is_many))  # fmt: skip
        axes.plot([], [], color=colour, linestyle=style, linewidth=2.0, label=words)


def _draw_cameras(axes: mpl.axes.Axes, cameras: gpd.GeoDataFrame) -> None:
    marks = (
        ("both", "o", INK, 2.4, say("camera in both")),
        ("only_b", "^", REACHABLE, 4.5, say("camera only in B")),
        ("only_a", "x", AT_ONCE, 4.5, say("camera only in A")),
    )
    for presence, mark, colour, size, words in marks:
        places = shapely.get_coordinates(cameras.geometry.to_numpy()[(cameras["presence"] == presence).to_numpy()])
        axes.plot(places[:, 0], places[:, 1], mark, color=colour, markersize=size, linestyle="none", label=words)


LETTERS_ABREAST = 60
"""Letters of the names of steps that stand side by side under a figure."""


def step_figure(
    names: Sequence[str], days: Sequence[int], values: Sequence[Floats], levels: Sequence[str], *, axis: str
) -> str:
    """Return a share over the days on which steps begin, one line per level with its ranges; values (steps, 3), 0..1.

    Between two steps the network stays as it is, so lines are steps. The first is the baseline, which was there before; what lies
    between it and the line was added.
    """
    with mpl.rc_context(STYLE):
        canvas, axes = _canvas(3.6)
        lead = max(60, (days[-1] - days[0]) // 6)
        place = np.array([days[1] - lead, *days[1:], days[-1] + lead], dtype=float)
        middle = (place[:-1] + place[1:]) / 2.0
        for number, (drawn, level) in enumerate(zip(values, levels, strict=True)):
            colour = (REACHABLE, AT_ONCE)[number % 2]
            mean, low, high = 100.0 * drawn.T
            line = np.append(mean, mean[-1])
            axes.step(
                place, line, where="post", color=colour, linewidth=2.0, linestyle=("-", "--")[number % 2], label=level
            )
            axes.fill_between(place, mean[0], line, step="post", color=colour, alpha=0.3, linewidth=0)
            axes.hlines(mean[0], place[0], place[-1], color=colour, linewidth=1.0, linestyle=(0, (1, 2)))
            axes.errorbar(middle + (number - 0.5) * lead / 8.0, mean, yerr=[mean - low, high - mean], fmt="none", ecolor=colour,
                          elinewidth=1.3, capsize=3)  # fmt: skip
        # A name stands under its step; where names are many or long, on a slant.
        if sum(map(len, names)) <= LETTERS_ABREAST:
            axes.set_xticks(middle, names)
        else:
            axes.set_xticks(middle, names, rotation=20, ha="right")
        axes.tick_params(axis="x", length=0)
        axes.set_xlim(place[0], place[-1])
        axes.set_ylim(0, max(1.0, 1.06 * max(100.0 * float(drawn.max()) for drawn in values)))
        axes.set_ylabel(axis)
        axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, borderaxespad=0.2)
        axes.grid(axis="y", color=FAINT, alpha=0.3, linewidth=0.6)
        axes.set_axisbelow(True)
        return _svg(canvas)
