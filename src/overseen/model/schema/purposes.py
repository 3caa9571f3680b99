"""Tables of what the plan says its cameras are for: how far they serve it, what else they see, and which are needed."""

from __future__ import annotations

from overseen.model.schema.description import Column, Table, count, flag, interval, number, text
from overseen.model.schema.vocabulary import PURPOSE_VERDICTS, RUNGS


def _share(name: str, meaning: str, *, is_nullable: bool = False) -> Column:
    return number(name, "share", meaning, maximum=1.0, is_nullable=is_nullable)


ZONES = Table(
    "zones",
    "One zone of a purpose, inside the study boundary; zones of one purpose do not overlap.",
    text("zone_id", "Name as the file has it, or its number there"),
    (Column("geometry", "area", "m in the city's frame", "Its area"),),
)


PURPOSES = Table(
    "purposes",
    "One declared purpose: whether the network, as it sees at any one moment, reaches it, and what is in view beside it.",
    text("purpose", "Its name"),
    (
        text("level", "Detail level that it asks for"),
        _share("required_share", "Share of each zone that is declared to suffice"),
        count("zone_count", "Zones"),
        number("public_m2", "m2", "Public space in its zones, sampled"),
        number("spacing_m", "m", "Distance of the points that sample it"),
        *interval("in_view", "share", "share", "Share of the public space in its zones in view at any one moment, at its level"),
        text("verdict", "Whether every zone reaches the required share: in every draw, in none, or in some", *PURPOSE_VERDICTS),
        _share("reached_share", "Share of the draws in which every zone reaches it"),
        *interval("shortfall", "share", "share", "What is missing of the required share, over all its zones together"),
        count("serving_camera_count", "Cameras that see some of a zone in some draw, at its level"),
        *interval("overspill", "m2", "m2", "View of those cameras outside its zones, at its level"),
        *interval("overspill", "share", "share", "The same as a share of all that they have in view, at its level"),
        *interval("seen_overspill", "m2", "m2", "View of those cameras outside its zones, at the lowest level"),
        *interval("seen_overspill", "share", "share", "The same as a share of all that they have in view, at the lowest level"),
        number("overspill_dwelling_count", "count", "Homes outside its zones that those cameras have in view at any one moment, "
               "at the lowest level: mean; empty: fewer than 10, or the data cannot tell homes", is_nullable=True),
        *(number(f"seen_by_{many}_share", "share", f"Share of what is in view that {words} in view: mean", maximum=1.0)
          for many, words in (("one", "one camera alone has"), ("two", "two cameras have"), ("three", "three cameras have"),
                              ("more", "four or more cameras have"))),
    ),
)  # fmt: skip


PURPOSE_ZONES = Table(
    "purpose_zones",
    "One zone of a purpose, in the order of its file.",
    text("purpose_zone", "Purpose and zone"),
    (
        text("purpose", "Purpose"),
        text("zone_id", "Zone"),
        number("public_m2", "m2", "Public space in it, sampled"),
        *interval("in_view", "share", "share", "Share of it in view at any one moment, at the purpose's level"),
    ),
)


CAMERA_PURPOSES = Table(
    "camera_purposes",
    "One examined camera and one purpose: what it adds, what it sees beside it, and whether it is needed.",
    text("camera_purpose", "Camera and purpose"),
    (
        text("camera_id", "Camera"),
        text("purpose", "Purpose"),
        flag("is_declared", "Whether the list says that the camera is for this purpose"),
        _share("serving_share", "Share of the draws in which it sees some of a zone, at the purpose's level"),
        *interval("zone", "m2", "m2", "Public space in the zones that it has in view, at the purpose's level"),
        *interval(
            "alone", "m2", "m2", "The part of it that no other camera has: what the purpose loses without the camera"
        ),
        *interval("overspill", "m2", "m2", "View outside the zones, at the lowest level"),
    ),
)


CAMERA_NECESSITY = Table(
    "camera_necessity",
    "One examined camera: how often it is among the fewest that do for all purposes together.",
    text("camera_id", "Camera"),
    (
        _share("needed_share", "Share of the solved draws in which it is among the fewest that do"),
        _share("irreplaceable_share", "Share of them in which no other cameras make up for it"),
        flag("serves_a_purpose", "Whether it sees some of a zone in some draw"),
    ),
)


NECESSITY = Table(
    "necessity",
    "One rung of the ladder of lesser means: what is left of the network, and of what it sees.",
    text("rung", "What was done so far", *RUNGS),
    (
        *interval("camera", "count", "count", "Cameras"),
        *interval("bound", "count", "count", "Cameras below which no subset does: proven"),
        _share("proven_share", "Share of the solved draws in which the subset is proven to be the least; empty: the network as given",
               is_nullable=True),
        *interval("kept", "share", "share", "Least share kept of what each zone must have in view; 1: every purpose is met as far as the whole network meets it"),
        *interval("street", "share", "share", "Share of counted street that the cameras could look at, at the lowest level"),
        number("dwelling_count", "count", "Homes that they could look at, at the lowest level: mean; empty: fewer than 10, or it "
               "cannot be told", is_nullable=True),
        number("dwelling_low_count", "count", "5 % of the draws lie below", is_nullable=True),
        number("dwelling_high_count", "count", "95 % of the draws lie below", is_nullable=True),
        number("street_day_s", "s", "Time of a day that a metre of street is in view, on average; empty: no hours are declared",
               is_nullable=True, maximum=86_400.0),
    ),
)  # fmt: skip
