"""Tables of the city as it was read."""

from __future__ import annotations

from overseen.model.schema.description import Column, Table, flag, number, text
from overseen.model.schema.vocabulary import CERTAINTIES, ENTRANCE_SOURCES, LAND_KINDS, SQUARE_KINDS

BUILDINGS = Table(
    "buildings",
    "One footprint that blocks sightlines.",
    text("building_id", "Identifier in the source"),
    (
        text("kind", "Kind as tagged", is_nullable=True),
        number("height_m", "m above ground", "Height of the roof", is_nullable=True),
        text("height_certainty", "How the height is known", *CERTAINTIES),
        text("height_source", "Where the height was read, such as height or levels", is_nullable=True),
        Column("geometry", "area", "m in the city's frame", "Footprint, courtyards as holes"),
    ),
)


STREETS = Table(
    "streets",
    "One piece of walkable street between two nodes of the network.",
    text("street_id", "Identifier: way and number of the piece"),
    (
        text("name", "Name as tagged", is_nullable=True),
        text("kind", "Kind of way as tagged"),
        Column("from_node", "integer", "", "Node of the network at the start"),
        Column("to_node", "integer", "", "Node of the network at the end"),
        flag("is_open_air", "Whether it lies under the sky: no tunnel, no indoor way, not below ground"),
        flag("is_area_outline", "Whether it is the outline of a square rather than a way"),
        Column("geometry", "line", "m in the city's frame", "Course"),
    ),
)


PLACES = Table(
    "places",
    "One place that people go to.",
    text("place_id", "Identifier in the source"),
    (
        text("kind", "Kind as tagged, such as amenity=school"),
        text("name", "Name as tagged", is_nullable=True),
        Column("geometry", "point", "m in the city's frame", "Position, for an area a point inside it"),
    ),
)


LAND = Table(
    "land",
    "One area of land with a use that matters here.",
    text("land_id", "Identifier in the source"),
    (
        text("kind", "Use", *LAND_KINDS),
        text("tag", "Tag it was read from"),
        Column("geometry", "area", "m2 in the city's frame", "Extent"),
    ),
)


AREAS = Table(
    "areas",
    "One area of which residents are counted: a census unit, a district or a cell of a population grid, whole.",
    text("area_id", "Identifier in the source"),
    (
        text("name", "Name in the source", is_nullable=True),
        number("resident_count", "count", "Residents of the whole area", is_nullable=True),
        number("inside_share", "", "Part of the area's surface that lies inside the study boundary", maximum=1.0),
        Column("geometry", "area", "m in the city's frame", "Extent, all parts of it, also outside the boundary"),
    ),
)


AREA_GROUPS = Table(
    "area_groups",
    "One group of the residents of an area.",
    text("area_group_id", "Identifier: area, group and category"),
    (
        text("area_id", "The area"),
        text("group", "What people are told apart by, such as age or ethnic_group"),
        text("category", "The group's category, as the source names it"),
        number("resident_count", "count", "Residents of the whole area in the category", is_nullable=True),
    ),
)


SENSITIVE_PLACES = Table(
    "sensitive_places",
    "One place where being seen can itself do harm, of a kind of the list in use.",
    text("place_id", "Identifier in the source"),
    (
        text("kind", "Kind, a name of the list in use"),
        text("name", "Name as given", is_nullable=True),
        flag("is_confidential", "Whether it may appear in a count only"),
        text("source", "File it was read from"),
        Column("geometry", "point", "m in the city's frame", "Position, for an area a point inside it"),
    ),
)


ENTRANCES = Table(
    "entrances",
    "One entrance of a sensitive place.",
    text("entrance_id", "Identifier: place and number of the entrance"),
    (
        text("place_id", "The place"),
        text("source", "Where it is taken to be", *ENTRANCE_SOURCES),
        Column("geometry", "point", "m in the city's frame", "Position"),
    ),
)


SQUARES = Table(
    "squares",
    "One square or pedestrian area.",
    text("square_id", "Identifier in the source"),
    (
        text("name", "Name as given", is_nullable=True),
        text(
            "kind", "Square or pedestrian area as mapped, or a place of assembly of a list of the user's", *SQUARE_KINDS
        ),
        Column("geometry", "area", "m2 in the city's frame", "Extent"),
    ),
)
