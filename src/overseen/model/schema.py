"""Every table, described once: the check, the data dictionary, the exports and the docs are made from this.

A column's name carries its unit (``_m``, ``_m2``, ``_deg``, ``_px``, ``_px_per_m``, ``_s``, ``_share``, ``_count``). Where a
name holds ``{level}`` the column stands once for each detail level of the ladder in use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

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

    def empty(self, crs: object = None) -> pd.DataFrame:
        """Return the table without a row; ``crs`` is that of its geometry, if it has one.

        Examples
        --------
        >>> PLACES.empty(3067).columns.tolist()
        ['kind', 'name', 'geometry']
        """
        types: dict[str, Any] = {"text": object, "number": np.float64, "integer": np.int64, "flag": np.bool_}
        columns = {column.name: np.empty(0, dtype=types.get(column.kind, object)) for column in self.columns}
        index = pd.Index([], name=self.index.name, dtype=object)
        if columns.pop("geometry", None) is None:
            return pd.DataFrame(columns, index=index)
        return gpd.GeoDataFrame(columns, geometry=[], crs=crs, index=index)[[column.name for column in self.columns]]


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


def _nullable_interval(stem: str, suffix: str, meaning: str) -> tuple[Column, ...]:
    """Return the same of a quantity that cannot always be told; its unit is its suffix."""
    maximum = 1.0 if suffix == "share" else None
    columns = _interval(stem, suffix, suffix, meaning)
    return tuple(replace(column, is_nullable=True, maximum=maximum) for column in columns)


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

AREAS = Table(
    "areas",
    "One area of which residents are counted: a census unit, a district or a cell of a population grid, whole.",
    _text("area_id", "Identifier in the source"),
    (
        _text("name", "Name in the source", is_nullable=True),
        _number("resident_count", "count", "Residents of the whole area", is_nullable=True),
        _number("inside_share", "", "Part of the area's surface that lies inside the study boundary", maximum=1.0),
        Column("geometry", "area", "m in the city's frame", "Extent, all parts of it, also outside the boundary"),
    ),
)

AREA_GROUPS = Table(
    "area_groups",
    "One group of the residents of an area.",
    _text("area_group_id", "Identifier: area, group and category"),
    (
        _text("area_id", "The area"),
        _text("group", "What people are told apart by, such as age or ethnic_group"),
        _text("category", "The group's category, as the source names it"),
        _number("resident_count", "count", "Residents of the whole area in the category", is_nullable=True),
    ),
)

ENTRANCE_SOURCES = ("entrance_node", "nearest_outline", "place_point")
"""Where an entrance is taken to be: mapped as one, the point of the outline nearest to the walking network, or the place's own."""

SQUARE_KINDS = ("square", "pedestrian_area", "assembly_place")

SENSITIVE_PLACES = Table(
    "sensitive_places",
    "One place where being seen can itself do harm, of a kind of the list in use.",
    _text("place_id", "Identifier in the source"),
    (
        _text("kind", "Kind, a name of the list in use"),
        _text("name", "Name as given", is_nullable=True),
        _flag("is_confidential", "Whether it may appear in a count only"),
        _text("source", "File it was read from"),
        Column("geometry", "point", "m in the city's frame", "Position, for an area a point inside it"),
    ),
)

ENTRANCES = Table(
    "entrances",
    "One entrance of a sensitive place.",
    _text("entrance_id", "Identifier: place and number of the entrance"),
    (
        _text("place_id", "The place"),
        _text("source", "Where it is taken to be", *ENTRANCE_SOURCES),
        Column("geometry", "point", "m in the city's frame", "Position"),
    ),
)

SQUARES = Table(
    "squares",
    "One square or pedestrian area.",
    _text("square_id", "Identifier in the source"),
    (
        _text("name", "Name as given", is_nullable=True),
        _text(
            "kind", "Square or pedestrian area as mapped, or a place of assembly of a list of the user's", *SQUARE_KINDS
        ),
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
        _number(
            "buildings_missing_length_m",
            "m",
            "Length of it in cells where buildings are missing: what is in view there is an upper bound",
        ),
        _number("walking_time_s", "s", "Time to walk that length"),
        *_interval("reachable_{level}_length", "m", "m", "Length that some camera could look at, at {level}"),
        *_interval("at_once_{level}_length", "m", "m", "Length in some camera's view at any one moment, at {level}"),
        *_interval("camera", "count", "count", "Cameras that could look at any part of it, at the lowest level"),
        _count("operator_count", "Distinct named operators among the cameras that may see it"),
        Column("geometry", "line", "m in the city's frame", "Course"),
    ),
)

COMPLETENESS_STATUSES = ("complete", "doubtful", "missing", "not_judged")

COMPLETENESS = Table(
    "completeness",
    "One square cell with street in it: whether the map has its buildings.",
    _text("cell_id", "South-west corner of the cell: easting and northing, m in the city's frame"),
    (
        _text("status", "Whether buildings are there, plainly missing, or neither can be told", *COMPLETENESS_STATUSES),
        _text("judged_by", "What the status rests on: streets, land, places, empty_map; names separated by spaces"),
        _text("street_names", "The one or two named streets with most length in it", is_nullable=True),
        _number("street_length_m", "m", "Counted street in it, inside the study boundary"),
        _number("side_length_m", "m", "Sides of streets of built-up classes in it, without those that face open land"),
        _number(
            "walled_side_share",
            "share",
            "Share of those sides that have a building abreast; empty: too little to judge by",
            is_nullable=True,
            maximum=1.0,
        ),
        _number("residential_land_m2", "m2", "Residential land in it"),
        _number(
            "built_share",
            "share",
            "Share of that land under buildings; empty: too little to judge by",
            is_nullable=True,
            maximum=1.0,
        ),
        _count("place_count", "Places in it of kinds that are housed in buildings"),
        _number(
            "housed_place_share",
            "share",
            "Share of those places in or at a building; empty: too few to judge by",
            is_nullable=True,
            maximum=1.0,
        ),
        _count("building_count", "Buildings in it"),
        _number("building_area_m2", "m2", "Their footprints"),
        Column("geometry", "area", "m in the city's frame", "The cell, also where it reaches beyond the boundary"),
    ),
)

BOUNDS = ("none", "upper", "lower")

PLACE_EXPOSURE = Table(
    "places",
    "One sensitive place, none of a confidential kind: its entrances and the way to them.",
    _text("place_id", "Identifier in the source"),
    (
        _text("kind", "Kind, a name of the list in use"),
        _text("name", "Name as given", is_nullable=True),
        _count("entrance_count", "Entrances taken to be its own"),
        _text("entrance_source", "Where they are taken to be", *ENTRANCE_SOURCES),
        _number(
            "reachable_{level}_entrance_share",
            "share",
            "Share of the draws in which some camera could look at an entrance, at {level}",
            maximum=1.0,
        ),
        _number(
            "at_once_{level}_entrance_share",
            "share",
            "Share of the draws in which an entrance is in some camera's view at any one moment, at {level}",
            maximum=1.0,
        ),
        *_interval("camera", "count", "count", "Cameras that could look at an entrance, at the lowest level"),
        _number("approach_length_m", "m", "Walking network within reach of its entrances, inside the study boundary"),
        *_nullable_interval(
            "reachable_{level}_approach", "share", "Share of it that some camera could look at, at {level}"
        ),
        *_nullable_interval("at_once_{level}_approach", "share", "Share of it in view at any one moment, at {level}"),
        _flag(
            "is_way_known",
            "Whether it can be told if there is an unseen way: a network around it that does not end at the rim",
        ),
        _number(
            "unseen_way_share",
            "share",
            "Share of the draws in which some way to it lies outside all that cameras could look at; empty: cannot tell",
            is_nullable=True,
            maximum=1.0,
        ),
        *_nullable_interval(
            "least_seen", "m", "Metres that cameras could look at on the least-seen way, at the lowest level"
        ),
        Column("geometry", "point", "m in the city's frame", "Position, for an area a point inside it"),
    ),
)

SQUARE_EXPOSURE = Table(
    "squares",
    "One square or pedestrian area: how much of it is in view, and how many people in it at once.",
    _text("square_id", "Identifier in the source"),
    (
        _text("name", "Name as given", is_nullable=True),
        _text(
            "kind", "Square or pedestrian area as mapped, or a place of assembly of a list of the user's", *SQUARE_KINDS
        ),
        _number("area_m2", "m2", "Area inside the study boundary and outside of buildings"),
        *_interval("reachable_{level}", "share", "share", "Share of it that some camera could look at, at {level}"),
        *_interval(
            "at_once_{level}", "share", "share", "Share of it in some camera's view at any one moment, at {level}"
        ),
        *_interval("capacity", "count", "count", "Persons it holds at the stated density of a crowd"),
        *_interval(
            "at_once_{level}_crowd", "count", "count", "Persons of that crowd in view at any one moment, at {level}"
        ),
        Column("geometry", "area", "m2 in the city's frame", "Extent"),
    ),
)

FINDINGS = Table(
    "findings",
    "One number that the report may publish.",
    _text("finding", "Identifier of the number"),
    (
        _text(
            "subject",
            "What is measured: streets, public_space, private_space, cameras, buildings, completeness, undercount, people, places, squares, trips",
        ),
        _text("view", "Reachable, at once, or none", *VIEWS, is_nullable=True),
        _text("level", "Detail level, or none", is_nullable=True),
        Column("value", "number", "see unit", "Mean over the draws, or the count"),
        Column("low", "number", "see unit", "5 % of the draws lie below", is_nullable=True),
        Column("high", "number", "see unit", "95 % of the draws lie below", is_nullable=True),
        _text(
            "bound",
            "upper: buildings are missing in a part of the denominator, which can only raise the value; lower: what nobody listed"
            " comes on top; none: neither",
            *BOUNDS,
        ),
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

PRIVATE_AREAS = Table(
    "private_areas",
    "One area: dwellings in view, with small numbers withheld.",
    _text("area_id", "Identifier of the area, or of a cell of a fixed grid of 250 m"),
    (
        _text("name", "Name of the area", is_nullable=True),
        _flag("is_withheld", "Whether the area has fewer dwellings than are published, or hides another that has"),
        _number("dwelling_count", "count", "Buildings that people live in; empty: withheld", is_nullable=True),
        *(
            replace(
                column,
                is_nullable=True,
                meaning=f"{column.meaning}; empty: withheld, 1 to 9 or so few that others tell it",
            )
            for view, words in (
                ("reachable", "that some camera could look at"),
                ("at_once", "in view at any one moment"),
            )
            for column in _interval(f"{view}_{{level}}_dwelling", "count", "count", f"Of them {words}, at {{level}}")
        ),
        Column("geometry", "area", "m in the city's frame", "Extent"),
    ),
)

MASKS = Table(
    "masks",
    "One rectangle of a camera's picture that must be blackened so that no home known as such is in view.",
    _text("mask_id", "Identifier: camera and number of the mask"),
    (
        _text("camera_id", "The camera"),
        _bearing("bearing_from_deg", "Where the mask begins, clockwise"),
        _bearing("bearing_to_deg", "Where it ends, clockwise"),
        Column("depression_from_deg", "number", "degrees below the horizon", "Upper edge of the mask", -90.0, 90.0),
        Column("depression_to_deg", "number", "degrees below the horizon", "Lower edge of the mask", -90.0, 90.0),
        _text("reason", "What is behind it: façade, garden or yard, or both"),
    ),
)

MASK_EFFECTS = Table(
    "mask_effects",
    "One examined camera at the lowest level, under the central assumptions: what it could look at before and after its masks.",
    _text("camera_id", "The camera"),
    (
        _flag("is_mask_needed", "Whether any home known as such is in view"),
        _flag("keeps_public_view", "Whether the masks leave at least 5 % of its view of public space"),
        Column("masked_bearing_deg", "number", "degrees", "Bearings with a mask, in all", 0.0, 360.0),
        _number(
            "public_before_m2", "m2", "Public space in view at the height of faces, no private ground, without masks"
        ),
        _number("public_after_m2", "m2", "The same with the masks"),
        _number("street_before_length_m", "m", "Counted street in view without masks"),
        _number("street_after_length_m", "m", "The same with the masks"),
        _number("facade_before_length_m", "m", "Façade of dwellings in view without masks"),
        _number("facade_after_length_m", "m", "The same with the masks"),
        _number("ground_before_m2", "m2", "Private ground in view without masks, from points 2 m apart"),
        _number("ground_after_m2", "m2", "The same with the masks"),
    ),
)


def _ratio(stem: str, meaning: str) -> tuple[Column, ...]:
    """Return a ratio of two exposures, its 95 % interval and the probability that mere chance parts it as far from 1."""
    return (
        _number(f"{stem}_ratio", "ratio", f"{meaning}; empty: it cannot be told", is_nullable=True),
        _number(f"{stem}_low_ratio", "ratio", f"{meaning}: low end of its 95 % interval", is_nullable=True),
        _number(f"{stem}_high_ratio", "ratio", f"{meaning}: high end of its 95 % interval", is_nullable=True),
        _number(
            f"{stem}_chance_share",
            "share",
            f"{meaning}: how often chance alone would part it as far from 1, adjusted for the number of categories",
            is_nullable=True,
            maximum=1.0,
        ),
    )


AREA_EXPOSURE = Table(
    "areas",
    "One area as in the city's areas, or a square of a grid where it has none: what of it is in view.",
    _text("area_id", "Identifier in the source, or the square's south-west corner"),
    (
        _text("name", "Name in the source", is_nullable=True),
        _text(
            "residents", "Residents of the whole area in words: a number, fewer than the least published, or not known"
        ),
        _number(
            "resident_count",
            "count",
            "Residents of the whole area; empty: not known, or too few to publish",
            is_nullable=True,
        ),
        _number("inside_share", "", "Part of the area's surface that lies inside the study boundary", maximum=1.0),
        _flag(
            "is_counted",
            "Whether its residents are counted: enough of it inside the boundary, a street, residents known",
        ),
        _number("length_m", "m", "Open-air walkable street in it, inside the boundary"),
        *_interval("reachable_{level}_length", "m", "m", "Street that some camera could look at, at {level}"),
        *_interval("at_once_{level}_length", "m", "m", "Street in some camera's view at any one moment, at {level}"),
        _number("public_space_m2", "m2", "Public space in it, estimated from sample points"),
        *_interval(
            "public_space_reachable_{level}", "m2", "m2", "Public space that some camera could look at, at {level}"
        ),
        *_interval("public_space_at_once_{level}", "m2", "m2", "Public space in view at any one moment, at {level}"),
        _count("camera_count", "Examined cameras that stand in it"),
        _count("head_count", "Heads of those cameras"),
        _count("operator_count", "Distinct named operators of those cameras"),
        _number("camera_per_km", "1/km", "Those cameras per km of street; empty: no street", is_nullable=True),
        *_interval(
            "effective_camera", "count", "count", "Cameras without overlap that would see the same ground, lowest level"
        ),
        *(
            _number(
                f"seen_by_{number}_m2", "m2", f"Ground that {words} could look at, at the lowest level, mean over draws"
            )
            for number, words in enumerate(
                ("1 camera", "2 cameras", "3 cameras", "4 cameras", "5 or more cameras"), start=1
            )
        ),
        Column("geometry", "area", "m in the city's frame", "Extent"),
    ),
)

VERDICTS = ("stated", "not_told", "withheld", "cannot_tell")
"""What may be said of a difference between groups: it is stated, none is told from chance, one is seen but not stated, or the
data cannot tell."""

GROUP_EXPOSURE = Table(
    "groups",
    "One category of residents compared with others, in one view at one level.",
    _text("comparison", "Identifier: group, category, whom it is compared with, view and level"),
    (
        _text("group", "What people are told apart by"),
        _text("category", "The category"),
        _text("compared_with", "The rest of the residents, or the largest category of the group"),
        _text("view", "Reachable or at once", *VIEWS),
        _text("level", "Detail level"),
        _number("resident_count", "count", "Residents of the category in counted areas, inside the boundary"),
        _count("unit_count", "Counted areas in which any of them live"),
        _count("control_count", "Larger areas within which residents of both sides are compared"),
        *(
            replace(column, maximum=1.0, is_nullable=True)
            for column in _interval(
                "exposed", "share", "share", "Street in view around the homes of the category, population-weighted"
            )
        ),
        *(
            replace(column, maximum=1.0, is_nullable=True)
            for column in _interval("other", "share", "share", "The same of those whom it is compared with")
        ),
        *_ratio("raw", "Ratio of the two"),
        *_ratio("within", "Ratio of the two within larger areas, standardised to their residents"),
        *_ratio(
            "furniture", "The same ratio of mapped street furniture, which no group should differ in for cameras' sake"
        ),
        _text("verdict", "What may be said", *VERDICTS),
        _text("reason", "Why"),
    ),
)

RESIDENT_EXPOSURE = Table(
    "residents",
    "Residents in order of the street in view around their homes: one row for each percent of them, at the watched level.",
    _number("resident_share", "share", "Residents up to here, the least exposed first", maximum=1.0),
    (
        *_interval("exposed", "share", "share", "Street in view around the home of the resident at this place"),
        *_interval("borne", "share", "share", "Part of all exposure that residents up to here bear"),
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


TRIP_CURVE_NAMES = ("share_in_view_at_least", "cameras_at_least", "unseen_within_extra")
LAND_KINDS = ("residential", "garden", "private", "water", "green")

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


TABLES: tuple[Table, ...] = (
    CAMERAS,
    HEADS,
    BUILDINGS,
    STREETS,
    PLACES,
    LAND,
    AREAS,
    AREA_GROUPS,
    ISOVISTS,
    SENSITIVE_PLACES,
    ENTRANCES,
    SQUARES,
    CAMERA_VIEWS,
    STREET_EXPOSURE,
    COMPLETENESS,
    PLACE_EXPOSURE,
    SQUARE_EXPOSURE,
    FINDINGS,
    SENSITIVITY,
    SCENARIOS,
    PRIVATE_AREAS,
    MASKS,
    MASK_EFFECTS,
    AREA_EXPOSURE,
    GROUP_EXPOSURE,
    RESIDENT_EXPOSURE,
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
