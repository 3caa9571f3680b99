"""Tables of the camera network as it was listed."""

from __future__ import annotations

from overseen.model.schema.description import Column, Table, bearing, number, text
from overseen.model.schema.vocabulary import CAMERA_KINDS, CAMERA_SETTINGS, CAMERA_USES, CERTAINTIES

CAMERAS = Table(
    "cameras",
    "One camera of the list: one housing at one place.",
    text("camera_id", "Identifier, unique in the list"),
    (
        text("kind", "Kind of housing", *CAMERA_KINDS),
        text("kind_source", "Where the kind was read, such as a tag or a column", is_nullable=True),
        text("use", "What it is for, where the list says more than surveillance", *CAMERA_USES, is_nullable=True),
        text("use_source", "Where the use was read", is_nullable=True),
        text("setting", "What the list says it watches", *CAMERA_SETTINGS),
        text("zone", "Sort of place that it watches, as the list says", is_nullable=True),
        text("mount", "What it hangs on, as the list says", is_nullable=True),
        text("operator", "Who runs it, as the list says", is_nullable=True),
        text("manufacturer", "Who made it, one name for all spellings of it", is_nullable=True),
        text("model", "Its model, as the list says", is_nullable=True),
        text("status", "In use as the list has it, or marked as disused or planned", "in_use", "disused", "planned"),
        text("checked_on", "When it was last seen to be there: year, month or day, ISO 8601", is_nullable=True),
        text("installed_on", "When it was put up, or is to be: year, month or day, ISO 8601", is_nullable=True),
        text("active_until", "When it was or is to be taken down: year, month or day, ISO 8601", is_nullable=True),
        text("phase", "Step of the roll-out that it belongs to, as the list says", is_nullable=True),
        text("remark", "What the list says of its own doubts, such as a fixme", is_nullable=True),
        text("source", "File and feature from which the camera was read"),
        Column("geometry", "point", "m in the city's frame", "Position as listed"),
    ),
)


AS_LISTED = tuple(column for column in CAMERAS.columns if column.name not in ("kind_source", "use_source", "geometry"))
"""What the list says of a camera, as it also stands beside what the camera may see."""


HEADS = Table(
    "heads",
    "One lens of a camera; a camera has one or more.",
    text("head_id", "Identifier: camera and number of the head"),
    (
        text("camera_id", "The camera it belongs to"),
        bearing("bearing_deg", "Bearing of the optical axis", is_nullable=True),
        text("bearing_certainty", "How the bearing is known", *CERTAINTIES),
        text("bearing_source", "Where the bearing was read", is_nullable=True),
        Column("field_of_view_deg", "number", "degrees", "Horizontal field of view", 0.0, 360.0, is_nullable=True),
        text("field_of_view_certainty", "How the field of view is known", *CERTAINTIES),
        text("field_of_view_source", "Where the field of view was read", is_nullable=True),
        number("image_width_px", "px", "Width of the image", is_nullable=True),
        text("image_width_certainty", "How the image width is known", *CERTAINTIES),
        text("image_width_source", "Where the image width was read", is_nullable=True),
        number("mounting_height_m", "m above ground", "Height of the lens", is_nullable=True),
        text("mounting_height_certainty", "How the mounting height is known", *CERTAINTIES),
        text("mounting_height_source", "Where the mounting height was read", is_nullable=True),
        Column("tilt_deg", "number", "degrees below the horizon", "Tilt of the axis", -90.0, 90.0, is_nullable=True),
        text("tilt_certainty", "How the tilt is known", *CERTAINTIES),
        text("tilt_source", "Where the tilt was read", is_nullable=True),
    ),
)
