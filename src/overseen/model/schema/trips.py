"""Tables of simulated trips and of what would single them out."""

from __future__ import annotations

from overseen.model.schema.description import Column, Table, count, interval, nullable, nullable_interval, number, text
from overseen.model.schema.vocabulary import TRIP_CURVE_NAMES

TRIPS = Table(
    "trips",
    "One simulated trip on its shortest way through the walking network; it is nobody's.",
    text("trip_id", "Number of the simulated trip"),
    (
        text("area_id", "Area in which it begins", is_nullable=True),
        number("length_m", "m", "Length of the shortest way"),
        number(
            "told_length_m", "m", "Part of it under the sky and inside the boundary, of which it is known who sees it"
        ),
        number("walking_time_s", "s", "Time to walk it"),
        *interval("lowest_length", "m", "m", "Length that some camera could look at, at the lowest level"),
        *interval("noticed_length", "m", "m", "Length that some camera could look at closely enough to notice someone"),
        *interval("finest_length", "m", "m", "Length that some camera could look at closely enough to tell who it is"),
        *interval("at_once_length", "m", "m", "Length in view at any one moment, closely enough to notice someone"),
        *interval("camera", "count", "count", "Distinct cameras that could look at some of it, at the lowest level"),
        count("operator_count", "Distinct named operators among the cameras that may see it"),
        *interval(
            "unseen_run", "m", "m", "Longest run of whole streets in nobody's view at the lowest level, a lower bound"
        ),
        *interval("least_seen_length", "m", "m", "Length in view of the least-seen way found within the detour"),
        number(
            "least_seen_floor_m", "m", "No way within the detour has fewer metres in view, on the mean over the draws"
        ),
        number("least_seen_route_m", "m", "Length of the least-seen way found"),
        number("unseen_way_share", "", "Share of the draws in which an unseen way exists at any length", maximum=1.0),
        Column("geometry", "line", "m in the city's frame", "Straight from its first node to its last"),
    ),
)


TRIP_AREAS = Table(
    "trip_areas",
    "One area: what the simulated trips that begin in it undergo.",
    text("area_id", "Identifier of the area"),
    (
        count("trip_count", "Simulated trips that begin in it"),
        count("home_count", "Homes in it, or buildings where the data cannot tell homes"),
        *interval(
            "noticed",
            "",
            "share",
            "Share of the trips' metres that could be looked at closely enough to notice someone",
        ),
        *interval(
            "finest", "", "share", "Share of the trips' metres that could be looked at closely enough to tell who it is"
        ),
        *interval(
            "camera", "count", "count", "Distinct cameras per trip that could look at some of it, at the lowest level"
        ),
        *interval("unseen_way", "", "share", "Share of trips for which an unseen way exists at any length"),
        *nullable(interval("homes_enclosed", "", "share", "Share of homes with no unseen way to a node 150 m away")),
    ),
)


TRIP_CURVES = Table(
    "trip_curves",
    "One point of a curve over the simulated trips.",
    text("point", "Identifier: curve and place on it"),
    (
        text("curve", "What is counted", *TRIP_CURVE_NAMES),
        Column(
            "at",
            "number",
            "see unit",
            "Place on the curve: a share or a number of cameras; empty: whatever it takes",
            is_nullable=True,
        ),
        number("trips_share", "", "Share of the trips: mean over the draws", maximum=1.0),
        number("trips_low_share", "", "5 % of the draws lie below", maximum=1.0),
        number("trips_high_share", "", "95 % of the draws lie below", maximum=1.0),
    ),
)


TRACES = Table(
    "traces",
    "One number of simulated trips and of known sightings: how many trips those sightings single out.",
    text("trace", "Identifier: trips and known sightings"),
    (
        count("trip_count", "Simulated trips among which one is to be told"),
        count("known_count", "Sightings of a trip that are known, each a camera and a time bin"),
        number("able_share", "", "Share of the trips that have so many sightings", maximum=1.0),
        *nullable(
            interval("single", "", "share", "Share of those trips that no other trip shares the known sightings with")
        ),
    ),
)


CAMERA_TRACES = Table(
    "camera_traces",
    "One camera: which of the simulated trips it could look at, at the lowest level.",
    text("camera_id", "Identifier in the list"),
    (
        *interval("trips", "share", "share", "Share of the simulated trips that it could look at"),
        *nullable_interval(
            "repeat",
            "share",
            "Chance that two of those begin at the same corner of the walking network; empty: it sees too few",
        ),
    ),
)
