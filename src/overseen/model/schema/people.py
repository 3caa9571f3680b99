"""Tables of what areas, residents and groups undergo."""

from __future__ import annotations

from dataclasses import replace

from overseen.model.schema.description import Column, Table, count, flag, interval, number, ratio, text
from overseen.model.schema.vocabulary import VERDICTS, VIEWS

AREA_EXPOSURE = Table(
    "areas",
    "One area as in the city's areas, or a square of a grid where it has none: what of it is in view.",
    text("area_id", "Identifier in the source, or the square's south-west corner"),
    (
        text("name", "Name in the source", is_nullable=True),
        text(
            "residents", "Residents of the whole area in words: a number, fewer than the least published, or not known"
        ),
        number(
            "resident_count",
            "count",
            "Residents of the whole area; empty: not known, or too few to publish",
            is_nullable=True,
        ),
        number("inside_share", "", "Part of the area's surface that lies inside the study boundary", maximum=1.0),
        flag(
            "is_counted",
            "Whether its residents are counted: enough of it inside the boundary, a street, residents known",
        ),
        number("length_m", "m", "Open-air walkable street in it, inside the boundary"),
        number(
            "buildings_missing_share",
            "",
            "Part of that street in cells where buildings are missing: what is in view there is an upper bound; empty: no street",
            maximum=1.0,
            is_nullable=True,
        ),
        *interval("reachable_{level}_length", "m", "m", "Street that some camera could look at, at {level}"),
        *interval("at_once_{level}_length", "m", "m", "Street in some camera's view at any one moment, at {level}"),
        number("public_space_m2", "m2", "Public space in it, estimated from sample points"),
        *interval(
            "public_space_reachable_{level}", "m2", "m2", "Public space that some camera could look at, at {level}"
        ),
        *interval("public_space_at_once_{level}", "m2", "m2", "Public space in view at any one moment, at {level}"),
        count("camera_count", "Examined cameras that stand in it"),
        count("head_count", "Heads of those cameras"),
        count("operator_count", "Distinct named operators of those cameras"),
        number("camera_per_km", "1/km", "Those cameras per km of street; empty: no street", is_nullable=True),
        *interval(
            "effective_camera", "count", "count", "Cameras without overlap that would see the same ground, lowest level"
        ),
        *(
            number(
                f"seen_by_{cameras}_m2",
                "m2",
                f"Ground that {words} could look at, at the lowest level, mean over draws",
            )
            for cameras, words in enumerate(
                ("1 camera", "2 cameras", "3 cameras", "4 cameras", "5 or more cameras"), start=1
            )
        ),
        Column("geometry", "area", "m in the city's frame", "Extent"),
    ),
)


GROUP_EXPOSURE = Table(
    "groups",
    "One category of residents compared with others, in one view at one level.",
    text("comparison", "Identifier: group, category, whom it is compared with, view and level"),
    (
        text("group", "What people are told apart by"),
        text("category", "The category"),
        text("compared_with", "The rest of the residents, or the largest category of the group"),
        text("view", "Reachable or at once", *VIEWS),
        text("level", "Detail level"),
        number("resident_count", "count", "Residents of the category in counted areas, inside the boundary"),
        count("unit_count", "Counted areas in which any of them live"),
        count("control_count", "Larger areas within which residents of both sides are compared"),
        *(
            replace(column, maximum=1.0, is_nullable=True)
            for column in interval(
                "exposed", "share", "share", "Street in view around the homes of the category, population-weighted"
            )
        ),
        *(
            replace(column, maximum=1.0, is_nullable=True)
            for column in interval("other", "share", "share", "The same of those whom it is compared with")
        ),
        *ratio("raw", "Ratio of the two"),
        *ratio("within", "Ratio of the two within larger areas, standardised to their residents"),
        *ratio(
            "furniture", "The same ratio of mapped street furniture, which no group should differ in for cameras' sake"
        ),
        text("verdict", "What may be said", *VERDICTS),
        text("reason", "Why"),
    ),
)


RESIDENT_EXPOSURE = Table(
    "residents",
    "Residents in order of the street in view around their homes: one row for each percent of them, at the watched level.",
    number("resident_share", "share", "Residents up to here, the least exposed first", maximum=1.0),
    (
        *interval("exposed", "share", "share", "Street in view around the home of the resident at this place"),
        *interval("borne", "share", "share", "Part of all exposure that residents up to here bear"),
    ),
)
