"""Tables of what was found, how sure it is, and how complete the map is."""

from __future__ import annotations

from overseen.model.schema.description import Column, Table, count, number, text
from overseen.model.schema.vocabulary import BOUNDS, COMPLETENESS_STATUSES, VIEWS

COMPLETENESS = Table(
    "completeness",
    "One square cell with street in it: whether the map has its buildings.",
    text("cell_id", "South-west corner of the cell: easting and northing, m in the city's frame"),
    (
        text("status", "Whether buildings are there, plainly missing, or neither can be told", *COMPLETENESS_STATUSES),
        text("judged_by", "What the status rests on: streets, land, places, empty_map; names separated by spaces"),
        text("street_names", "The one or two named streets with most length in it", is_nullable=True),
        number("street_length_m", "m", "Counted street in it, inside the study boundary"),
        number("side_length_m", "m", "Sides of streets of built-up classes in it, without those that face open land"),
        number(
            "walled_side_share",
            "share",
            "Share of those sides that have a building abreast; empty: too little to judge by",
            is_nullable=True,
            maximum=1.0,
        ),
        number("residential_land_m2", "m2", "Residential land in it"),
        number(
            "built_share",
            "share",
            "Share of that land under buildings; empty: too little to judge by",
            is_nullable=True,
            maximum=1.0,
        ),
        count("place_count", "Places in it of kinds that are housed in buildings"),
        number(
            "housed_place_share",
            "share",
            "Share of those places in or at a building; empty: too few to judge by",
            is_nullable=True,
            maximum=1.0,
        ),
        count("building_count", "Buildings in it"),
        number("building_area_m2", "m2", "Their footprints"),
        Column("geometry", "area", "m in the city's frame", "The cell, also where it reaches beyond the boundary"),
    ),
)


FINDINGS = Table(
    "findings",
    "One number that the report may publish.",
    text("finding", "Identifier of the number"),
    (
        text(
            "subject",
            "What is measured: streets, public_space, private_space, cameras, buildings, completeness, undercount, people, places, squares, trips, purposes, phases, control_room, storage, power, costs, rules, register, signs",
        ),
        text("view", "Reachable, at once, or none", *VIEWS, is_nullable=True),
        text("level", "Detail level, or none", is_nullable=True),
        Column("value", "number", "see unit", "Mean over the draws, or the count"),
        Column("low", "number", "see unit", "5 % of the draws lie below", is_nullable=True),
        Column("high", "number", "see unit", "95 % of the draws lie below", is_nullable=True),
        text(
            "bound",
            "upper: buildings are missing in a part of the denominator, which can only raise the value, or the list is silent and something may be there all the same; lower: what nobody listed"
            " comes on top; none: neither",
            *BOUNDS,
        ),
        text("unit", "Unit of value, low and high"),
        Column("denominator", "number", "see denominator_unit", "What the value is a part of", is_nullable=True),
        text("denominator_unit", "Unit and meaning of the denominator", is_nullable=True),
        text("meaning", "The number in words"),
    ),
)


SENSITIVITY = Table(
    "sensitivity",
    "One unknown moved alone from its low to its high value, all others at their centre.",
    text("unknown", "Name of the unknown"),
    (
        text("finding", "The finding that is watched"),
        count("head_count", "Heads for which it is unknown"),
        Column("low_value", "number", "see finding", "The finding with the unknown at its low value"),
        Column("high_value", "number", "see finding", "The finding with the unknown at its high value"),
        Column("swing", "number", "see finding", "Absolute difference of the two"),
        number(
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
    text("scenario", "low, central or high"),
    (
        text("finding", "The finding that is watched"),
        Column("value", "number", "see finding", "The finding, mean over the bearings that stay open"),
        Column("low", "number", "see finding", "5 % of the draws of the bearings lie below"),
        Column("high", "number", "see finding", "95 % of the draws of the bearings lie below"),
        text("held", "Unknowns and the values at which they were held, those of most cameras where kinds differ"),
    ),
)
