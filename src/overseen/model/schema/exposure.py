"""Tables of what streets, places, squares and homes undergo, and of the masks that would spare homes."""

from __future__ import annotations

from dataclasses import replace

from overseen.model.schema.description import (
    Column,
    Table,
    bearing,
    count,
    flag,
    interval,
    nullable_interval,
    number,
    text,
)
from overseen.model.schema.vocabulary import ENTRANCE_SOURCES, SQUARE_KINDS

STREET_EXPOSURE = Table(
    "streets",
    "One piece of street as in the city's streets: how much of it is in view.",
    text("street_id", "Identifier: way and number of the piece"),
    (
        text("name", "Name as tagged", is_nullable=True),
        text("kind", "Kind of way as tagged"),
        flag("is_counted", "Whether it is part of the denominator: under the sky, no outline of a square"),
        number("length_m", "m", "Length inside the study boundary"),
        number(
            "buildings_missing_length_m",
            "m",
            "Length of it in cells where buildings are missing: what is in view there is an upper bound",
        ),
        number("walking_time_s", "s", "Time to walk that length"),
        *interval("reachable_{level}_length", "m", "m", "Length that some camera could look at, at {level}"),
        *interval("at_once_{level}_length", "m", "m", "Length in some camera's view at any one moment, at {level}"),
        *interval("camera", "count", "count", "Cameras that could look at any part of it, at the lowest level"),
        count(
            "operator_count",
            "Distinct named operators of the cameras that see any part of it in any of the first draws",
        ),
        Column("geometry", "line", "m in the city's frame", "Course"),
    ),
)


STREET_CAMERAS = Table(
    "street_cameras",
    "One camera and one street that it could look at, at the lowest level; of each street at most the 50 cameras in most draws.",
    Column("pair", "integer", "", "Number of the row", minimum=0.0),
    (
        text("street_id", "The street"),
        text("camera_id", "The camera"),
        flag("is_for_vehicles", "Whether it is a plate reader, and so in no number about people on foot"),
        number(
            "draws_share",
            "share",
            "Share of the first 64 draws in which it could look at any part of the street",
            maximum=1.0,
        ),
    ),
)


NAMED_STREETS = Table(
    "named_streets",
    "One whole street of one name: its counted pieces without a gap of more than 250 m; on foot, so without plate readers.",
    text("named_street_id", "Its name, with a number where another street bears it too"),
    (
        text("name", "Name as tagged"),
        text("street_ids", "Its pieces in the table of streets; a vertical bar stands between them"),
        number("length_m", "m", "Length of its counted pieces inside the study boundary"),
        *interval("lowest_length", "m", "m", "Length that some camera could look at, at the lowest level"),
        *interval("noticed_length", "m", "m", "Length that some camera could look at closely enough to notice someone"),
        *interval("finest_length", "m", "m", "Length that some camera could look at closely enough to tell who it is"),
        *interval("at_once_length", "m", "m", "Length in view at any one moment, closely enough to notice someone"),
        *interval("camera", "count", "count", "Distinct cameras that could look at any of it, at the lowest level"),
        count("operator_count", "Distinct named operators of those cameras"),
    ),
)


NAMED_STREET_CAMERAS = Table(
    "named_street_cameras",
    "One camera and one whole street that it could look at, at the lowest level; of each at most the 200 cameras in most draws.",
    Column("pair", "integer", "", "Number of the row", minimum=0.0),
    (text("named_street_id", "The whole street"), *STREET_CAMERAS.columns[1:]),
)


PLACE_EXPOSURE = Table(
    "places",
    "One sensitive place, none of a confidential kind: its entrances and the way to them.",
    text("place_id", "Identifier in the source"),
    (
        text("kind", "Kind, a name of the list in use"),
        text("name", "Name as given", is_nullable=True),
        count("entrance_count", "Entrances taken to be its own"),
        text("entrance_source", "Where they are taken to be", *ENTRANCE_SOURCES),
        number(
            "reachable_{level}_entrance_share",
            "share",
            "Share of the draws in which some camera could look at an entrance, at {level}",
            maximum=1.0,
        ),
        number(
            "at_once_{level}_entrance_share",
            "share",
            "Share of the draws in which an entrance is in some camera's view at any one moment, at {level}",
            maximum=1.0,
        ),
        *interval("camera", "count", "count", "Cameras that could look at an entrance, at the lowest level"),
        number("approach_length_m", "m", "Walking network within reach of its entrances, inside the study boundary"),
        *nullable_interval(
            "reachable_{level}_approach", "share", "Share of it that some camera could look at, at {level}"
        ),
        *nullable_interval("at_once_{level}_approach", "share", "Share of it in view at any one moment, at {level}"),
        flag(
            "is_way_known",
            "Whether it can be told if there is an unseen way: a network around it that does not end at the rim",
        ),
        number(
            "unseen_way_share",
            "share",
            "Share of the draws in which some way to it lies outside all that cameras could look at; empty: cannot tell",
            is_nullable=True,
            maximum=1.0,
        ),
        *nullable_interval(
            "least_seen", "m", "Metres that cameras could look at on the least-seen way, at the lowest level"
        ),
        Column("geometry", "point", "m in the city's frame", "Position, for an area a point inside it"),
    ),
)


SQUARE_EXPOSURE = Table(
    "squares",
    "One square or pedestrian area: how much of it is in view, and how many people in it at once.",
    text("square_id", "Identifier in the source"),
    (
        text("name", "Name as given", is_nullable=True),
        text(
            "kind", "Square or pedestrian area as mapped, or a place of assembly of a list of the user's", *SQUARE_KINDS
        ),
        number("area_m2", "m2", "Area inside the study boundary and outside of buildings"),
        *interval("reachable_{level}", "share", "share", "Share of it that some camera could look at, at {level}"),
        *interval(
            "at_once_{level}", "share", "share", "Share of it in some camera's view at any one moment, at {level}"
        ),
        *interval("capacity", "count", "count", "Persons it holds at the stated density of a crowd"),
        *interval(
            "at_once_{level}_crowd", "count", "count", "Persons of that crowd in view at any one moment, at {level}"
        ),
        Column("geometry", "area", "m2 in the city's frame", "Extent"),
    ),
)


PRIVATE_AREAS = Table(
    "private_areas",
    "One area: dwellings in view, with small numbers withheld.",
    text("area_id", "Identifier of the area, or of a cell of a fixed grid of 250 m"),
    (
        text("name", "Name of the area", is_nullable=True),
        flag("is_withheld", "Whether the area has fewer dwellings than are published, or hides another that has"),
        number("dwelling_count", "count", "Buildings that people live in; empty: withheld", is_nullable=True),
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
            for column in interval(f"{view}_{{level}}_dwelling", "count", "count", f"Of them {words}, at {{level}}")
        ),
        Column("geometry", "area", "m in the city's frame", "Extent"),
    ),
)


MASKS = Table(
    "masks",
    "One rectangle of a camera's picture that must be blackened so that no home known as such is in view.",
    text("mask_id", "Identifier: camera and number of the mask"),
    (
        text("camera_id", "The camera"),
        bearing("bearing_from_deg", "Where the mask begins, clockwise"),
        bearing("bearing_to_deg", "Where it ends, clockwise"),
        Column("depression_from_deg", "number", "degrees below the horizon", "Upper edge of the mask", -90.0, 90.0),
        Column("depression_to_deg", "number", "degrees below the horizon", "Lower edge of the mask", -90.0, 90.0),
        text("reason", "What is behind it: façade, garden or yard, or both"),
    ),
)


MASK_EFFECTS = Table(
    "mask_effects",
    "One examined camera at the lowest level, under the central assumptions: what it could look at before and after its masks.",
    text("camera_id", "The camera"),
    (
        flag("is_mask_needed", "Whether any home known as such is in view"),
        flag("keeps_public_view", "Whether the masks leave at least 5 % of its view of public space"),
        Column("masked_bearing_deg", "number", "degrees", "Bearings with a mask, in all", 0.0, 360.0),
        number(
            "public_before_m2", "m2", "Public space in view at the height of faces, no private ground, without masks"
        ),
        number("public_after_m2", "m2", "The same with the masks"),
        number("street_before_length_m", "m", "Counted street in view without masks"),
        number("street_after_length_m", "m", "The same with the masks"),
        number("facade_before_length_m", "m", "Façade of dwellings in view without masks"),
        number("facade_after_length_m", "m", "The same with the masks"),
        number("ground_before_m2", "m2", "Private ground in view without masks, from points 2 m apart"),
        number("ground_after_m2", "m2", "The same with the masks"),
    ),
)
