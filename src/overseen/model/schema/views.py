"""Tables of what cameras see."""

from __future__ import annotations

from overseen.model.schema.description import Column, Table, count, flag, interval, number, text
from overseen.model.schema.network import AS_LISTED
from overseen.model.schema.vocabulary import PLACEMENTS, VIEWS

ISOVISTS = Table(
    "isovists",
    "One head, view and level under the central assumptions: the area it may have in view.",
    text("isovist_id", "Identifier: head, view and level"),
    (
        text("camera_id", "The camera"),
        text("head_id", "The head"),
        text("view", "All it could look at, or the field it has at any one moment", *VIEWS),
        text("level", "Detail level reached everywhere in the area"),
        flag("is_envelope", "Whether the bearing is open, so that only a part of the area is in view at a time"),
        Column("field_of_view_deg", "number", "degrees", "Field of view in force", 0.0, 360.0),
        number("reach_m", "m", "Horizontal reach of the level"),
        number(
            "dead_zone_m",
            "m",
            "Along the axis, nothing nearer is in the picture; empty: tilt not known or without meaning",
            is_nullable=True,
        ),
        number(
            "far_limit_m",
            "m",
            "Along the axis, nothing farther is in the picture; empty: tilt not known, or no such limit",
            is_nullable=True,
        ),
        number("area_m2", "m2", "Area of the polygon"),
        number("analytic_area_m2", "m2", "Area with true arcs, of which the polygon is the inscribed part"),
        Column("geometry", "area", "m in the city's frame", "The isovist"),
    ),
)


CAMERA_VIEWS = Table(
    "cameras",
    "One camera as examined: where it was placed and what it may see.",
    text("camera_id", "Identifier, unique in the list"),
    (
        *AS_LISTED,
        text("placement", "How the mapped position was read against the buildings", *PLACEMENTS),
        number("moved_m", "m", "Distance between the position as listed and as examined"),
        flag(
            "is_examined",
            "Whether its view counts: in use at the time examined, not indoors and not deep inside a building",
        ),
        count("head_count", "Number of heads"),
        text("stated", "What the list states of it, names of attributes separated by spaces"),
        text("assumed", "What had to be assumed, names of attributes separated by spaces"),
        *interval("reachable_{level}_area", "m2", "m2", "Area in view that it could look at, at {level}"),
        *interval("at_once_{level}_area", "m2", "m2", "Area in view at any one moment, at {level}"),
        Column("geometry", "point", "m in the city's frame", "Position as examined"),
    ),
)
