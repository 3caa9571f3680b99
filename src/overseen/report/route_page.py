"""The page that ``overseen route`` leaves: two ways between two places on a map, where each is in view, and of which cameras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import shapely
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from overseen.exposure.single_trip import MeasuredRoute, RoutePieces
from overseen.exposure.streets import INTERVAL
from overseen.model.city import City
from overseen.model.viewing import Viewing
from overseen.model.wording import say
from overseen.report.document import Block, Caveat, Document, Figure, KeyNumber, Section, Table, Text
from overseen.report.figures import STYLE, _svg
from overseen.report.picture import SHARE_COLOURS, SHARE_WORDS, draw_base, share_colours
from overseen.report.words import counted, number_range, percent, percent_range, rounded

MARGIN_M = 60.0
"""Of the map around the ways."""

CASINGS = ("#1b2430", "#1d6fa5")
"""Outlines of the shortest way and of the least-seen one; the second is broken too."""


NOT_TOLD = "#ffffff"
"""Of pieces under ground, indoors or beyond the boundary, of which nobody knows who sees them."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way with its name and what it undergoes, in all and piece by piece."""

    name: str
    route: MeasuredRoute
    pieces: RoutePieces


@dataclass(frozen=True, slots=True)
class FoundWays:
    """What was found between two places.

    Parameters
    ----------
    city, viewing, cameras
        Where, how, and table ``cameras``.
    ways
        The shortest and, where it was found, the least-seen one.
    sentences
        What is said of them.
    missing_m
        Metres of each of the city's streets where the map lacks buildings, shape (streets,).
    credit
        Attribution of the data.
    """

    city: City
    viewing: Viewing
    cameras: gpd.GeoDataFrame
    ways: tuple[Way, ...]
    sentences: tuple[str, ...]
    missing_m: NDArray[np.float64]
    credit: str


def route_document(found: FoundWays) -> Document:
    """Return the page as a document; nothing in it comes from a track of the user's own."""
    lacking = lacking_m(found)
    caveats: list[Block] = [Caveat(_limits(found))]
    if lacking >= 1.0:
        caveats.insert(
            0,
            Caveat(
                say(
                    "{lacking}\N{NO-BREAK SPACE}m of these ways lie where the map lacks buildings, which hide nothing there: what"
                    " is in view of them is an upper bound.",
                    lacking=rounded(lacking, digits=2),
                )
            ),
        )
    sections = (
        Section("ways", say("The ways on the map"), (_map_figure(found), _comparison(found), *caveats)),
        Section("cameras", say("Cameras that could look at them"), _camera_blocks(found)),
    )
    return Document(
        say("From here to there in {name}", name=found.city.name), found.city.name, "", found.sentences, _keys(found), sections, found.credit,
        version("overseen"),
    )  # fmt: skip


def lacking_m(found: FoundWays) -> float:
    """Return how many metres of the ways lie on streets where the map lacks buildings, each street once."""
    streets = np.unique(np.concatenate([way.pieces.street for way in found.ways]))
    return float(found.missing_m[streets].sum())


def _shares(way: Way, measure: str) -> str:
    share = way.route.seen_m[measure] / max(way.route.told_m, 1e-9)
    low, high = np.quantile(share, INTERVAL)
    return f"{percent(share.mean(), width=high - low)} ({percent_range(low, high)})"


def _metres(drawn: NDArray[np.float64] | NDArray[np.int32]) -> str:
    low, high = np.quantile(drawn, INTERVAL)
    return f"{rounded(drawn.mean(), digits=2)} ({number_range(low, high)})"


def _keys(found: FoundWays) -> tuple[KeyNumber, ...]:
    return tuple(
        KeyNumber(
            say("{mean}\N{NO-BREAK SPACE}m", mean=rounded(way.route.seen_m["lowest"].mean(), digits=2)),
            say("of {told_m}\N{NO-BREAK SPACE}m", told_m=rounded(way.route.told_m)),
            say("of the {name} that some camera could look at", name=way.name[0].lower() + way.name[1:]),
        )
        for way in found.ways
    )


def _comparison(found: FoundWays) -> Table:
    walking = found.viewing.walking_speed_m_per_s
    rows = (
        (say("Length, m"), [rounded(way.route.length_m) for way in found.ways]),
        (say("Minutes on foot"), [rounded(way.route.length_m / walking / 60.0, digits=2) for way in found.ways]),
        (say("Could be looked at, m"), [_metres(way.route.seen_m["lowest"]) for way in found.ways]),
        (say("Could be looked at"), [_shares(way, "lowest") for way in found.ways]),
        (say("closely enough to notice someone"), [_shares(way, "noticed") for way in found.ways]),
        (say("closely enough to tell who it is"), [_shares(way, "finest") for way in found.ways]),
        (
            say("In view at any one moment, closely enough to notice someone"),
            [_shares(way, "at_once") for way in found.ways],
        ),
        (say("Cameras passed"), [_metres(way.route.camera_count) for way in found.ways]),
        (
            say("Longest run of whole streets in nobody's view, m"),
            [_metres(way.route.unseen_run_m) for way in found.ways],
        ),
    )
    return Table(
        say("The ways compared: mean of {camera_count} draws of what is not known, in brackets what holds"
" 90\N{NO-BREAK SPACE}% of them", camera_count=len(found.ways[0].route.camera_count)),
        ("", *(way.name for way in found.ways)),
        tuple((name, *cells) for name, cells in rows),
        (False, *(True,) * len(found.ways)),
    )  # fmt: skip


def _map_figure(found: FoundWays) -> Figure:
    rows = []
    for way in found.ways:
        names = found.city.streets["name"].to_numpy(dtype=object)[way.pieces.street]
        names = np.array([name if isinstance(name, str) else "unnamed" for name in names], dtype=object)
        # Pieces of one street that follow each other are one row.
        is_new = np.append(True, names[1:] != names[:-1])[: len(names)]
        begins = np.flatnonzero(is_new).tolist()
        for first, last in zip(begins, [*begins[1:], len(names)], strict=True):
            few = slice(first, last)
            rows.append((way.name, names[first], rounded(way.pieces.told_m[few].sum()),
                         *(_metres(way.pieces.seen_m[measure][few].sum(axis=0)) for measure in ("lowest", "noticed"))))  # fmt: skip
    table = Table(
        say("The ways street by street, in the order in which they are walked"),
        (
            say("Way"),
            say("Street"),
            say("Metres"),
            say("Could be looked at, m"),
            say("closely enough to notice someone, m"),
        ),
        tuple(rows),
        (False, False, True, True, True),
    )
    return Figure(
        "ways",
        say("Where is each way in view?"),
        way_map(found),
        say(
            "A map of both ways. The colour of each piece tells what share of it some camera could look at, darker for more; the shortest way has"
            " a dark outline, the least-seen one a broken blue one; white pieces lie under ground, indoors or beyond the boundary. Filled dots are cameras that could look at one of the ways, hollow"
            " dots others."
        ),
        table,
    )


def way_map(found: FoundWays) -> str:
    """Return the map as SVG: ways coloured by the share of each piece in view, and cameras."""
    courses = np.concatenate([way.pieces.course for way in found.ways])
    west, south, east, north = shapely.total_bounds(courses) + MARGIN_M * np.array([-1.0, -1.0, 1.0, 1.0])
    window = shapely.box(west, south, east, north)
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(7.0, max(2.5, min(9.0, 7.0 * (north - south) / (east - west)))))
        axes = canvas.add_axes((0, 0, 1, 1))
        axes.set_facecolor("#f4f2ee")
        draw_base(axes, found.city, window)
        streets = found.city.streets.geometry[found.city.streets.intersects(window)]
        axes.add_collection(
            LineCollection([shapely.get_coordinates(line) for line in streets], colors="#ffffff", linewidths=1.4)
        )
        for number, way in reversed(list(enumerate(found.ways))):
            _draw_way(axes, way, CASINGS[number % 2], style=("-", (0, (3, 1.2)))[number % 2])
        _draw_cameras(axes, found, window)
        marks = [
            Line2D([], [], color=colour, linewidth=3, label=words)
            for colour, words in zip(SHARE_COLOURS, SHARE_WORDS, strict=True)
        ]
        marks.append(
            Line2D(
                [],
                [],
                color="none",
                marker="s",
                markerfacecolor=NOT_TOLD,
                markeredgecolor="#8a8f98",
                label=say("not told: under ground or indoors"),
            )
        )
        marks.append(
            Line2D(
                [],
                [],
                color="none",
                marker="o",
                markersize=4,
                markerfacecolor="#1b2430",
                markeredgecolor="white",
                label=say("camera that could look at a way"),
            )
        )
        marks += [Line2D([], [], color=CASINGS[number % 2], linewidth=1.5, linestyle=("-", "--")[number % 2], label=way.name)
                  for number, way in enumerate(found.ways)]  # fmt: skip
        # Below the map: on it, it would hide an end of a way.
        axes.legend(handles=marks, title=say("Share of the street they could look at"), loc="upper left", bbox_to_anchor=(0.0, -0.01),
                    ncols=4, fontsize=8, title_fontsize=8.5, frameon=False, alignment="left")  # fmt: skip
        axes.set(xlim=(west, east), ylim=(south, north), aspect="equal", xticks=[], yticks=[])
        for spine in axes.spines.values():
            spine.set_visible(False)
        return _svg(canvas)


def _draw_way(axes: mpl.axes.Axes, way: Way, casing: str, *, style: object) -> None:
    lines = [shapely.get_coordinates(line) for line in way.pieces.course]
    share = way.pieces.seen_m["lowest"].mean(axis=1) / np.maximum(way.pieces.told_m, 1e-9)
    colours = np.where(way.pieces.told_m > 0.0, share_colours(np.clip(share, 0.0, 1.0)), NOT_TOLD)
    axes.add_collection(LineCollection(lines, colors=casing, linewidths=6.0, linestyles=[style]))
    axes.add_collection(LineCollection(lines, colors=colours.tolist(), linewidths=3.2, capstyle="round"))
    ends = [lines[0][0], lines[-1][-1]] if lines else []
    for at, letter in zip(ends, "AB", strict=False):
        axes.annotate(letter, at, (0, 0), textcoords="offset points", ha="center", va="center", fontsize=8, color="white",
                      bbox={"boxstyle": "circle,pad=0.25", "facecolor": "#1b2430", "edgecolor": "white"}, zorder=5)  # fmt: skip


def near_cameras(found: FoundWays, window: shapely.Geometry) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return where the cameras in a window of the city's plane are, and which of them could look at some of a way."""
    cameras = found.cameras.to_crs(found.city.streets.crs)
    near = cameras[cameras.intersects(window)]
    met = near.index.isin({name for way in found.ways for name in way.pieces.camera_share})
    return shapely.get_coordinates(near.geometry.to_numpy()), met


def _draw_cameras(axes: mpl.axes.Axes, found: FoundWays, window: shapely.Geometry) -> None:
    points, met = near_cameras(found, window)
    axes.plot(
        *points[~met].T, "o", color="white", markersize=3.2, markeredgecolor="#1b2430", markeredgewidth=0.6, zorder=4
    )
    axes.plot(
        *points[met].T, "o", color="#1b2430", markersize=4.0, markeredgecolor="white", markeredgewidth=0.5, zorder=4
    )


def _camera_blocks(found: FoundWays) -> Sequence[Block]:
    names = list(dict.fromkeys(name for way in found.ways for name in way.pieces.camera_share))
    if not names:
        return (Text(say("No camera of the list could look at either way in any draw.")),)
    operator = found.cameras["operator"].reindex(names)
    rows = tuple(
        (
            name,
            say("not named") if pd.isna(operator[name]) else str(operator[name]),
            *(_chance(way.pieces.camera_share.get(name, 0.0)) for way in found.ways),
        )
        for name in names
    )
    table = Table(
        say(
            "Cameras, and in what share of the draws each could look at some of a way: where a camera looks is not always known"
        ),
        (say("Camera"), say("Operator"), *(way.name for way in found.ways)),
        rows,
        (False, False, *(True,) * len(found.ways)),
    )
    known = operator.dropna().nunique()
    said = say(
        "{camera} of the list could look at some of these ways; {operator} of theirs",
        camera=counted(len(names), "camera"),
        operator=counted(known, "operator"),
    )
    return (
        Text(
            say(
                "{said} {value} named. Plate readers are left out: they watch vehicles.",
                said=said,
                value=say("is") if known == 1 else say("are"),
            )
        ),
        table,
    )


def _chance(share: float) -> str:
    return "–" if share == 0.0 else percent(share)


def _limits(found: FoundWays) -> str:
    return say(
        "Ways lead along the streets of the data, from the corner nearest to each place. Unseen means"
        " outside all that any camera of the list could look at, at {names}; cameras that nobody listed are"
        " in no number. Ways are compared by what cameras could look at, not by how safe or how passable"
        " they are.",
        names=found.viewing.ladder.names[0],
    )
