"""Every table, described once: the check, the data dictionary, the exports and the docs are made from this.

A column's name carries its unit (``_m``, ``_m2``, ``_deg``, ``_px``, ``_px_per_m``, ``_s``, ``_share``, ``_count``). Where a
name holds ``{level}`` the column stands once for each detail level of the ladder in use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from overseen.errors import SchemaError

FrameT = TypeVar("FrameT", bound=pd.DataFrame)
View = Literal["reachable", "at_once"]
Kind = Literal["text", "number", "integer", "flag", "point", "line", "area"]

GEOMETRY_TYPES: dict[str, frozenset[str]] = {
    "point": frozenset({"Point"}),
    "line": frozenset({"LineString"}),
    "area": frozenset({"Polygon", "MultiPolygon"}),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what it holds, its unit, its meaning and its bounds.

    Parameters
    ----------
    name
        The name, with its unit as a suffix; may hold ``{level}``.
    kind
        ``text``, ``number``, ``integer``, ``flag``, or a geometry: ``point``, ``line``, ``area``.
    unit
        SI unit in words, empty for text, flags and geometry.
    meaning
        One sentence for the data dictionary.
    minimum, maximum
        Inclusive bounds of a number.
    allowed
        The only values a text may take; empty means any.
    is_nullable
        Whether a value may be unknown.
    """

    name: str
    kind: Kind
    unit: str
    meaning: str
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] = ()
    is_nullable: bool = False

    def faults(self, values: pd.Series) -> Iterator[str]:
        """Yield one sentence for each way in which ``values`` breaks this description."""
        missing = values.isna()
        if missing.any() and not self.is_nullable:
            yield f"{self.name}: {int(missing.sum())} missing of {len(values)}, first at {missing.idxmax()!r}"
        known = values[~missing]
        if known.empty:
            return
        if self.kind in GEOMETRY_TYPES:
            yield from self._geometry_faults(known)
        elif self.kind in ("number", "integer"):
            yield from self._number_faults(known)
        elif self.kind == "flag" and not pd.api.types.is_bool_dtype(known.dtype):
            yield f"{self.name}: holds {known.dtype}, not true or false"
        elif self.allowed and not known.isin(self.allowed).all():
            odd = known[~known.isin(self.allowed)]
            yield f"{self.name}: {odd.iloc[0]!r} is not one of {', '.join(self.allowed)}"

    def _geometry_faults(self, known: pd.Series) -> Iterator[str]:
        types = set(gpd.GeoSeries(known).geom_type.unique()) - GEOMETRY_TYPES[self.kind]
        if types:
            yield f"{self.name}: holds {', '.join(sorted(types))}, not {self.kind}"

    def _number_faults(self, known: pd.Series) -> Iterator[str]:
        if not pd.api.types.is_numeric_dtype(known.dtype) or pd.api.types.is_bool_dtype(known.dtype):
            yield f"{self.name}: holds {known.dtype}, not numbers"
            return
        if not np.isfinite(known.to_numpy(dtype=float)).all():
            yield f"{self.name}: holds a number that is not finite"
        if self.kind == "integer" and not pd.api.types.is_integer_dtype(known.dtype):
            yield f"{self.name}: holds {known.dtype}, not whole numbers"
        if self.minimum is not None and float(known.min()) < self.minimum:
            yield f"{self.name}: {float(known.min()):g} is below {self.minimum:g}, at {known.idxmin()!r}"
        if self.maximum is not None and float(known.max()) > self.maximum:
            yield f"{self.name}: {float(known.max()):g} is above {self.maximum:g}, at {known.idxmax()!r}"


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its index, its columns and what a row is.

    Examples
    --------
    >>> [column.name for column in FINDINGS.columns][:3]
    ['subject', 'view', 'level']
    """

    name: str
    row: str
    index: Column
    columns: tuple[Column, ...]

    def expanded(self, levels: Sequence[str] = ()) -> tuple[Column, ...]:
        """Return the columns with ``{level}`` filled in, in order."""
        found: list[Column] = []
        for column in self.columns:
            if "{level}" in column.name:
                found += [_at_level(column, level) for level in levels]
            else:
                found.append(column)
        return tuple(found)

    def faults(self, frame: pd.DataFrame, levels: Sequence[str] = ()) -> list[str]:
        """Return one sentence for each way in which ``frame`` breaks this description; empty when it holds."""
        problems: list[str] = []
        if frame.index.name != self.index.name:
            problems.append(f"index is called {frame.index.name!r}, not {self.index.name!r}")
        if not frame.index.is_unique:
            again = frame.index[frame.index.duplicated()][0]
            problems.append(f"{self.index.name}: {again!r} stands more than once")
        columns = self.expanded(levels)
        known = {column.name for column in columns}
        problems += [f"{name}: missing" for name in known - set(frame.columns)]
        problems += [f"{name}: not described" for name in set(frame.columns) - known]
        for column in columns:
            if column.name in frame.columns:
                problems += column.faults(frame[column.name])
        return sorted(problems)

    def checked(self, frame: FrameT, levels: Sequence[str] = ()) -> FrameT:
        """Return ``frame`` itself with its columns in the described order.

        Raises
        ------
        SchemaError
            With every fault at once.
        """
        problems = self.faults(frame, levels)
        if problems:
            raise SchemaError(f"table {self.name}: " + "; ".join(problems))
        return frame[[column.name for column in self.expanded(levels)]]


def _at_level(column: Column, level: str) -> Column:
    return replace(
        column,
        name=column.name.replace("{level}", level),
        meaning=column.meaning.replace("{level}", level),
    )


def _text(name: str, meaning: str, *allowed: str, is_nullable: bool = False) -> Column:
    return Column(name, "text", "", meaning, allowed=allowed, is_nullable=is_nullable)


def _flag(name: str, meaning: str) -> Column:
    return Column(name, "flag", "", meaning)


def _number(name: str, unit: str, meaning: str, *, is_nullable: bool = False, maximum: float | None = None) -> Column:
    return Column(name, "number", unit, meaning, minimum=0.0, maximum=maximum, is_nullable=is_nullable)


def _count(name: str, meaning: str) -> Column:
    return Column(name, "integer", "count", meaning, minimum=0.0)


def _interval(stem: str, unit: str, suffix: str, meaning: str) -> tuple[Column, ...]:
    """Return the mean and the 5 and 95 % bounds over the draws of one quantity."""
    return (
        _number(f"{stem}_{suffix}", unit, f"{meaning}: mean over the draws"),
        _number(f"{stem}_low_{suffix}", unit, f"{meaning}: 5 % of the draws lie below"),
        _number(f"{stem}_high_{suffix}", unit, f"{meaning}: 95 % of the draws lie below"),
    )


def _nullable(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    return tuple(replace(column, is_nullable=True) for column in columns)


def _bearing(name: str, meaning: str, *, is_nullable: bool = False) -> Column:
    return Column(name, "number", "degrees clockwise from true north", meaning, 0.0, 360.0, is_nullable=is_nullable)


CERTAINTIES = ("stated", "inferred", "unknown")
"""How an attribute is known: the list says it, it follows from something the list says, or it is not known."""

CAMERA_KINDS = ("fixed", "dome", "panning", "panorama", "unknown")
CAMERA_USES = ("plate_reader", "speed", "red_light", "traffic", "level_crossing", "webcam")
CAMERA_SETTINGS = ("public", "outdoor", "indoor", "unknown")
PLACEMENTS = ("free", "on_facade", "moved_to_facade", "on_roof", "inside_building", "indoor")
VIEWS: tuple[View, ...] = ("reachable", "at_once")
TRIP_CURVE_NAMES = ("share_in_view_at_least", "cameras_at_least", "unseen_within_extra")
LAND_KINDS = ("residential", "garden", "private", "water", "green")


CAMERAS = Table(
    "cameras",
    "One camera of the list: one housing at one place.",
    _text("camera_id", "Identifier, unique in the list"),
    (
        _text("kind", "Kind of housing", *CAMERA_KINDS),
        _text("kind_source", "Where the kind was read, such as a tag or a column", is_nullable=True),
        _text("use", "What it is for, where the list says more than surveillance", *CAMERA_USES, is_nullable=True),
        _text("use_source", "Where the use was read", is_nullable=True),
        _text("setting", "What the list says it watches", *CAMERA_SETTINGS),
        _text("zone", "Sort of place that it watches, as the list says", is_nullable=True),
        _text("mount", "What it hangs on, as the list says", is_nullable=True),
        _text("operator", "Who runs it, as the list says", is_nullable=True),
        _text("manufacturer", "Who made it, one name for all spellings of it", is_nullable=True),
        _text("model", "Its model, as the list says", is_nullable=True),
        _text("status", "In use as the list has it, or marked as disused or planned", "in_use", "disused", "planned"),
        _text("checked_on", "When it was last seen to be there: year, month or day, ISO 8601", is_nullable=True),
        _text("installed_on", "When it was put up: year, month or day, ISO 8601", is_nullable=True),
        _text("remark", "What the list says of its own doubts, such as a fixme", is_nullable=True),
        _text("source", "File and feature from which the camera was read"),
        Column("geometry", "point", "m in the city's frame", "Position as listed"),
    ),
)

HEADS = Table(
    "heads",
    "One lens of a camera; a camera has one or more.",
    _text("head_id", "Identifier: camera and number of the head"),
    (
        _text("camera_id", "The camera it belongs to"),
        _bearing("bearing_deg", "Bearing of the optical axis", is_nullable=True),
        _text("bearing_certainty", "How the bearing is known", *CERTAINTIES),
        _text("bearing_source", "Where the bearing was read", is_nullable=True),
        Column("field_of_view_deg", "number", "degrees", "Horizontal field of view", 0.0, 360.0, is_nullable=True),
        _text("field_of_view_certainty", "How the field of view is known", *CERTAINTIES),
        _text("field_of_view_source", "Where the field of view was read", is_nullable=True),
        _number("image_width_px", "px", "Width of the image", is_nullable=True),
        _text("image_width_certainty", "How the image width is known", *CERTAINTIES),
        _text("image_width_source", "Where the image width was read", is_nullable=True),
        _number("mounting_height_m", "m above ground", "Height of the lens", is_nullable=True),
        _text("mounting_height_certainty", "How the mounting height is known", *CERTAINTIES),
        _text("mounting_height_source", "Where the mounting height was read", is_nullable=True),
        Column("tilt_deg", "number", "degrees below the horizon", "Tilt of the axis", -90.0, 90.0, is_nullable=True),
        _text("tilt_certainty", "How the tilt is known", *CERTAINTIES),
        _text("tilt_source", "Where the tilt was read", is_nullable=True),
    ),
)

BUILDINGS = Table(
    "buildings",
    "One footprint that blocks sightlines.",
    _text("building_id", "Identifier in the source"),
    (
        _text("kind", "Kind as tagged", is_nullable=True),
        _number("height_m", "m above ground", "Height of the roof", is_nullable=True),
        _text("height_certainty", "How the height is known", *CERTAINTIES),
        _text("height_source", "Where the height was read, such as height or levels", is_nullable=True),
        Column("geometry", "area", "m in the city's frame", "Footprint, courtyards as holes"),
    ),
)

STREETS = Table(
    "streets",
    "One piece of walkable street between two nodes of the network.",
    _text("street_id", "Identifier: way and number of the piece"),
    (
        _text("name", "Name as tagged", is_nullable=True),
        _text("kind", "Kind of way as tagged"),
        Column("from_node", "integer", "", "Node of the network at the start"),
        Column("to_node", "integer", "", "Node of the network at the end"),
        _flag("is_open_air", "Whether it lies under the sky: no tunnel, no indoor way, not below ground"),
        _flag("is_area_outline", "Whether it is the outline of a square rather than a way"),
        Column("geometry", "line", "m in the city's frame", "Course"),
    ),
)

PLACES = Table(
    "places",
    "One place that people go to.",
    _text("place_id", "Identifier in the source"),
    (
        _text("kind", "Kind as tagged, such as amenity=school"),
        _text("name", "Name as tagged", is_nullable=True),
        Column("geometry", "point", "m in the city's frame", "Position, for an area a point inside it"),
    ),
)

LAND = Table(
    "land",
    "One area of land with a use that matters here.",
    _text("land_id", "Identifier in the source"),
    (
        _text("kind", "Use", *LAND_KINDS),
        _text("tag", "Tag it was read from"),
        Column("geometry", "area", "m2 in the city's frame", "Extent"),
    ),
)

ISOVISTS = Table(
    "isovists",
    "One head, view and level under the central assumptions: the area it may have in view.",
    _text("isovist_id", "Identifier: head, view and level"),
    (
        _text("camera_id", "The camera"),
        _text("head_id", "The head"),
        _text("view", "All it could look at, or the field it has at any one moment", *VIEWS),
        _text("level", "Detail level reached everywhere in the area"),
        _flag("is_envelope", "Whether the bearing is open, so that only a part of the area is in view at a time"),
        Column("field_of_view_deg", "number", "degrees", "Field of view in force", 0.0, 360.0),
        _number("reach_m", "m", "Horizontal reach of the level"),
        _number(
            "dead_zone_m",
            "m",
            "Along the axis, nothing nearer is in the picture; empty: tilt not known or without meaning",
            is_nullable=True,
        ),
        _number(
            "far_limit_m",
            "m",
            "Along the axis, nothing farther is in the picture; empty: tilt not known, or no such limit",
            is_nullable=True,
        ),
        _number("area_m2", "m2", "Area of the polygon"),
        _number("analytic_area_m2", "m2", "Area with true arcs, of which the polygon is the inscribed part"),
        Column("geometry", "area", "m in the city's frame", "The isovist"),
    ),
)

CAMERA_VIEWS = Table(
    "cameras",
    "One camera as examined: where it was placed and what it may see.",
    _text("camera_id", "Identifier, unique in the list"),
    (
        _text("kind", "Kind of housing", *CAMERA_KINDS),
        _text("use", "What it is for, where the list says more than surveillance", *CAMERA_USES, is_nullable=True),
        _text("setting", "What the list says it watches", *CAMERA_SETTINGS),
        _text("zone", "Sort of place that it watches, as the list says", is_nullable=True),
        _text("mount", "What it hangs on, as the list says", is_nullable=True),
        _text("operator", "Who runs it, as the list says", is_nullable=True),
        _text("manufacturer", "Who made it, one name for all spellings of it", is_nullable=True),
        _text("model", "Its model, as the list says", is_nullable=True),
        _text("status", "In use as the list has it, or marked as disused or planned", "in_use", "disused", "planned"),
        _text("checked_on", "When it was last seen to be there: year, month or day, ISO 8601", is_nullable=True),
        _text("installed_on", "When it was put up: year, month or day, ISO 8601", is_nullable=True),
        _text("remark", "What the list says of its own doubts", is_nullable=True),
        _text("source", "File and feature from which the camera was read"),
        _text("placement", "How the mapped position was read against the buildings", *PLACEMENTS),
        _number("moved_m", "m", "Distance between the position as listed and as examined"),
        _flag("is_examined", "Whether its view counts: in use, not indoors and not deep inside a building"),
        _count("head_count", "Number of heads"),
        _text("stated", "What the list states of it, names of attributes separated by spaces"),
        _text("assumed", "What had to be assumed, names of attributes separated by spaces"),
        *_interval("reachable_{level}_area", "m2", "m2", "Area in view that it could look at, at {level}"),
        *_interval("at_once_{level}_area", "m2", "m2", "Area in view at any one moment, at {level}"),
        Column("geometry", "point", "m in the city's frame", "Position as examined"),
    ),
)

STREET_EXPOSURE = Table(
    "streets",
    "One piece of street as in the city's streets: how much of it is in view.",
    _text("street_id", "Identifier: way and number of the piece"),
    (
        _text("name", "Name as tagged", is_nullable=True),
        _text("kind", "Kind of way as tagged"),
        _flag("is_counted", "Whether it is part of the denominator: under the sky, no outline of a square"),
        _number("length_m", "m", "Length inside the study boundary"),
        _number("walking_time_s", "s", "Time to walk that length"),
        *_interval("reachable_{level}_length", "m", "m", "Length that some camera could look at, at {level}"),
        *_interval("at_once_{level}_length", "m", "m", "Length in some camera's view at any one moment, at {level}"),
        *_interval("camera", "count", "count", "Cameras that could look at any part of it, at the lowest level"),
        _count("operator_count", "Distinct named operators among the cameras that may see it"),
        Column("geometry", "line", "m in the city's frame", "Course"),
    ),
)

TRIPS = Table(
    "trips",
    "One simulated trip on its shortest way through the walking network; it is nobody's.",
    _text("trip_id", "Number of the simulated trip"),
    (
        _text("area_id", "Area in which it begins", is_nullable=True),
        _number("length_m", "m", "Length of the shortest way"),
        _number(
            "told_length_m", "m", "Part of it under the sky and inside the boundary, of which it is known who sees it"
        ),
        _number("walking_time_s", "s", "Time to walk it"),
        *_interval("lowest_length", "m", "m", "Length that some camera could look at, at the lowest level"),
        *_interval(
            "noticed_length", "m", "m", "Length that some camera could look at closely enough to notice someone"
        ),
        *_interval("finest_length", "m", "m", "Length that some camera could look at closely enough to tell who it is"),
        *_interval("at_once_length", "m", "m", "Length in view at any one moment, closely enough to notice someone"),
        *_interval("camera", "count", "count", "Distinct cameras that could look at some of it, at the lowest level"),
        _count("operator_count", "Distinct named operators among the cameras that may see it"),
        *_interval(
            "unseen_run", "m", "m", "Longest run of whole streets in nobody's view at the lowest level, a lower bound"
        ),
        *_interval("least_seen_length", "m", "m", "Length in view of the least-seen way found within the detour"),
        _number(
            "least_seen_floor_m", "m", "No way within the detour has fewer metres in view, on the mean over the draws"
        ),
        _number("least_seen_route_m", "m", "Length of the least-seen way found"),
        _number("unseen_way_share", "", "Share of the draws in which an unseen way exists at any length", maximum=1.0),
        Column("geometry", "line", "m in the city's frame", "Straight from its first node to its last"),
    ),
)

TRIP_AREAS = Table(
    "trip_areas",
    "One area: what the simulated trips that begin in it undergo.",
    _text("area_id", "Identifier of the area"),
    (
        _count("trip_count", "Simulated trips that begin in it"),
        _count("home_count", "Homes in it, or buildings where the data cannot tell homes"),
        *_interval(
            "noticed",
            "",
            "share",
            "Share of the trips' metres that could be looked at closely enough to notice someone",
        ),
        *_interval(
            "finest", "", "share", "Share of the trips' metres that could be looked at closely enough to tell who it is"
        ),
        *_interval(
            "camera", "count", "count", "Distinct cameras per trip that could look at some of it, at the lowest level"
        ),
        *_interval("unseen_way", "", "share", "Share of trips for which an unseen way exists at any length"),
        *_nullable(_interval("homes_enclosed", "", "share", "Share of homes with no unseen way to a node 150 m away")),
    ),
)

TRIP_CURVES = Table(
    "trip_curves",
    "One point of a curve over the simulated trips.",
    _text("point", "Identifier: curve and place on it"),
    (
        _text("curve", "What is counted", *TRIP_CURVE_NAMES),
        Column(
            "at",
            "number",
            "see unit",
            "Place on the curve: a share or a number of cameras; empty: whatever it takes",
            is_nullable=True,
        ),
        _number("trips_share", "", "Share of the trips: mean over the draws", maximum=1.0),
        _number("trips_low_share", "", "5 % of the draws lie below", maximum=1.0),
        _number("trips_high_share", "", "95 % of the draws lie below", maximum=1.0),
    ),
)

TRACES = Table(
    "traces",
    "One number of simulated trips and of known sightings: how many trips those sightings single out.",
    _text("trace", "Identifier: trips and known sightings"),
    (
        _count("trip_count", "Simulated trips among which one is to be told"),
        _count("known_count", "Sightings of a trip that are known, each a camera and a time bin"),
        _number("able_share", "", "Share of the trips that have so many sightings", maximum=1.0),
        *_nullable(
            _interval("single", "", "share", "Share of those trips that no other trip shares the known sightings with")
        ),
    ),
)

FINDINGS = Table(
    "findings",
    "One number that the report may publish.",
    _text("finding", "Identifier of the number"),
    (
        _text("subject", "What is measured: streets, public_space, cameras, buildings"),
        _text("view", "Reachable, at once, or none", *VIEWS, is_nullable=True),
        _text("level", "Detail level, or none", is_nullable=True),
        Column("value", "number", "see unit", "Mean over the draws, or the count"),
        Column("low", "number", "see unit", "5 % of the draws lie below", is_nullable=True),
        Column("high", "number", "see unit", "95 % of the draws lie below", is_nullable=True),
        _text("unit", "Unit of value, low and high"),
        Column("denominator", "number", "see denominator_unit", "What the value is a part of", is_nullable=True),
        _text("denominator_unit", "Unit and meaning of the denominator", is_nullable=True),
        _text("meaning", "The number in words"),
    ),
)

SENSITIVITY = Table(
    "sensitivity",
    "One unknown moved alone from its low to its high value, all others at their centre.",
    _text("unknown", "Name of the unknown"),
    (
        _text("finding", "The finding that is watched"),
        _count("head_count", "Heads for which it is unknown"),
        Column("low_value", "number", "see finding", "The finding with the unknown at its low value"),
        Column("high_value", "number", "see finding", "The finding with the unknown at its high value"),
        Column("swing", "number", "see finding", "Absolute difference of the two"),
        _number(
            "variance_share",
            "share",
            "Part of the finding's variance over the draws that the shared part of the unknown explains; empty: not told apart",
            is_nullable=True,
            maximum=1.0,
        ),
    ),
)

SCENARIOS = Table(
    "scenarios",
    "Every unknown held at once: at the end that leaves least in view, at its centre, at the end that leaves most.",
    _text("scenario", "low, central or high"),
    (
        _text("finding", "The finding that is watched"),
        Column("value", "number", "see finding", "The finding, mean over the bearings that stay open"),
        Column("low", "number", "see finding", "5 % of the draws of the bearings lie below"),
        Column("high", "number", "see finding", "95 % of the draws of the bearings lie below"),
        _text("held", "Unknowns and the values at which they were held, those of most cameras where kinds differ"),
    ),
)

TABLES: tuple[Table, ...] = (
    CAMERAS,
    HEADS,
    BUILDINGS,
    STREETS,
    PLACES,
    LAND,
    ISOVISTS,
    CAMERA_VIEWS,
    STREET_EXPOSURE,
    FINDINGS,
    SENSITIVITY,
    SCENARIOS,
    TRIPS,
    TRIP_AREAS,
    TRIP_CURVES,
    TRACES,
)


def interval_columns(stem: str, suffix: str) -> tuple[str, str, str]:
    """Return the names of the mean, low and high columns of a quantity.

    Examples
    --------
    >>> interval_columns("camera", "count")
    ('camera_count', 'camera_low_count', 'camera_high_count')
    """
    return f"{stem}_{suffix}", f"{stem}_low_{suffix}", f"{stem}_high_{suffix}"


def described_columns(tables: Iterable[Table] = TABLES) -> Iterator[tuple[Table, Column]]:
    """Yield every column of every table, index first."""
    for table in tables:
        yield table, table.index
        for column in table.columns:
            yield table, column
