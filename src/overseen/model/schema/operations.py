"""Tables of running the network: figures that went in, what is delivered by area and period, what it costs."""

from __future__ import annotations

from dataclasses import replace

from overseen.model.schema.description import Column, Table, count, flag, interval, nullable_interval, number, text

OPERATION_FIGURES = Table(
    "operation_figures",
    "One figure that the examination of running the network rests on: declared by the plan, or taken from elsewhere.",
    text("figure", "Subject and name of the figure"),
    (
        text("subject", "What it was used for", "control_room", "storage", "power", "costs"),
        text("meaning", "What it is"),
        number("low", "see unit", "5 % lie below"),
        number("central", "see unit", "Half lie below"),
        number("high", "see unit", "95 % lie below"),
        text("unit", "Unit of the three"),
        flag("is_declared", "Whether the plan declares it"),
        text("source", "Who says so"),
    ),
)


DELIVERED = Table(
    "delivered",
    "One area in one part of the day: how much of what is promised is delivered while the power fails. No camera, no feeder, no moment.",
    text("area_period", "Area and part of the day"),
    (
        text("area_id", "Identifier of the area, or of a square of 500 m"),
        text("name", "Name of the area", is_nullable=True),
        text("period", "Part of the day, hours"),
        flag("is_withheld", "Whether its numbers would be about few cameras, or let those of an area with few be reckoned from the total"),
        number("camera_count", "count", "Cameras that stand in it; empty: withheld", is_nullable=True),
        *nullable_interval("recording", "share", "Part of the camera-hours in which its cameras give a picture"),
        *nullable_interval("live", "share", "Part in which they do and the control room is not dark"),
        *(
            replace(column, is_nullable=True)
            for column in interval(
                "promised_street", "m h", "m_h", "Street in view at the level of noticing someone, on an average day, were there no outages"
            )
        ),
        *(
            replace(column, is_nullable=True)
            for column in interval(
                "delivered_street", "m h", "m_h", "The same with outages; low and high hold the bounds of overlapping views"
            )
        ),
    ),
)  # fmt: skip


COST_ITEMS = Table(
    "cost_items",
    "One figure moved alone from low to high, all others at their centre: what the network costs over all years.",
    text("figure", "Name of the figure"),
    (
        text("meaning", "What it is"),
        Column("low_value", "number", "see unit", "The total with the figure at its low value"),
        Column("high_value", "number", "see unit", "The total with the figure at its high value"),
        Column("swing", "number", "see unit", "Absolute difference of the two"),
        text("unit", "Currency"),
        flag("is_declared", "Whether the plan declares the figure"),
        text("source", "Who says so"),
    ),
)


COST_YEARS = Table(
    "cost_years",
    "One year of the roll-out: what is paid in it.",
    count("year", "Number of the year, from 1"),
    (
        number("camera_year_count", "count", "Cameras in place, mean over the year"),
        *interval("capital", "see unit", "cost", "Cameras put up or replaced in it"),
        *interval("running", "see unit", "cost", "Connection, software, storage, energy, maintenance and staff"),
        text("unit", "Currency"),
    ),
)  # fmt: skip
