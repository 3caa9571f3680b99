"""The words that a column of words may hold."""

from __future__ import annotations

from typing import Literal

View = Literal["reachable", "at_once"]

CERTAINTIES = ("stated", "inferred", "unknown")
"""How an attribute is known: the list says it, it follows from something the list says, or it is not known."""

CAMERA_KINDS = ("fixed", "dome", "panning", "panorama", "unknown")

CAMERA_USES = ("plate_reader", "speed", "red_light", "traffic", "level_crossing", "webcam")

CAMERA_SETTINGS = ("public", "outdoor", "indoor", "unknown")

PLACEMENTS = ("free", "on_facade", "moved_to_facade", "on_roof", "inside_building", "indoor")

VIEWS: tuple[View, ...] = ("reachable", "at_once")

LAND_KINDS = ("residential", "garden", "private", "water", "green")

ENTRANCE_SOURCES = ("entrance_node", "nearest_outline", "place_point")
"""Where an entrance is taken to be: mapped as one, the point of the outline nearest to the walking network, or the place's own."""

SQUARE_KINDS = ("square", "pedestrian_area", "assembly_place")

COMPLETENESS_STATUSES = ("complete", "doubtful", "missing", "not_judged")

BOUNDS = ("none", "upper", "lower")

VERDICTS = ("stated", "not_told", "withheld", "cannot_tell")
"""What may be said of a difference between groups: it is stated, none is told from chance, one is seen but not stated, or the
data cannot tell."""

TRIP_CURVE_NAMES = ("share_in_view_at_least", "cameras_at_least", "unseen_within_extra")

PURPOSE_VERDICTS = ("suitable", "cannot_tell", "not_suitable")
"""Whether a purpose is reached: in every draw, in some, or in none."""

RUNGS = ("as_given", "needed_only", "reach_narrowed", "masked", "hours_shortened")
"""The ladder of lesser means, each with those before it."""
