"""The control room: how many feeds an operator has, and what part of all camera-hours anybody watches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from overseen.assessment.estimates import declared_estimate, drawn, estimates_of, operation_pack
from overseen.model.operations import ControlRoom, Estimate
from overseen.model.viewing import Viewing

Floats = NDArray[np.float64]

DAY_H = 24.0


@dataclass(frozen=True, slots=True)
class Watch:
    """What a control room can watch; arrays are over the draws.

    Parameters
    ----------
    live_camera_count, live_feed_count, feed_count
        Cameras and feeds that are meant to be watched live, and feeds of all cameras; a camera has a feed for each head.
    operators
        Operators on duty while the room is staffed.
    staffed_share
        Part of the day in which it is.
    cameras_per_operator
        Live cameras by operator on duty.
    shown_share, watched_share
        Part of the camera-hours of all cameras that is on a screen while somebody is there, and that somebody attends to.
    detected
        Least and most of the published share of targets that were detected with so many screens; None: no study of so many.
    estimates
        The figures that went in.
    """

    live_camera_count: int
    live_feed_count: float
    feed_count: int
    operators: Floats
    staffed_share: Floats
    cameras_per_operator: Floats
    shown_share: Floats
    watched_share: Floats
    detected: tuple[float, float] | None
    estimates: tuple[Estimate, ...]


def watch_of(room: ControlRoom, *, camera_count: int, feeds: tuple[int, float], viewing: Viewing) -> Watch | None:
    """Return what a control room can watch; None where the plan does not say how many operators there are.

    ``camera_count`` is all cameras; ``feeds`` all feeds, and those meant to be watched live. Both bounds hold at once: a feed must
    be on a screen, and no operator attends to more feeds than a person can. In overlapping shifts operators add up.
    """
    if room.operators_per_shift is None:
        return None
    declared = dict(room.figures)
    if room.screens_per_operator is not None:
        declared["screens_per_operator"] = (float(room.screens_per_operator),) * 3
    known = estimates_of("control_room", declared)
    value = {name: drawn(one, viewing) for name, one in known.items()}
    shift_hours = value["shifts_per_day"] * value["hours_per_shift"]
    staffed = np.minimum(1.0, shift_hours / DAY_H)
    operators = room.operators_per_shift * np.maximum(1.0, shift_hours / DAY_H)
    all_feeds, live_feeds = feeds
    shown = np.minimum(live_feeds, operators * value["screens_per_operator"] * value["feeds_per_screen"])
    attended = np.minimum(shown, operators * value["attended_per_operator"])
    live_cameras = live_camera_count(room, camera_count)
    number = declared_estimate(
        "operators_per_shift", "Operators in a shift", "operators", (float(room.operators_per_shift),) * 3
    )
    return Watch(
        live_cameras,
        live_feeds,
        all_feeds,
        operators,
        staffed,
        live_cameras / operators,
        staffed * shown / max(all_feeds, 1),
        staffed * attended / max(all_feeds, 1),
        None if room.screens_per_operator is None else detection_range(room.screens_per_operator),
        (number, *known.values()),
    )  # fmt: skip


def live_camera_count(room: ControlRoom, camera_count: int) -> int:
    """Return how many cameras are meant to be watched live: those listed, the declared share, else all."""
    if room.live_cameras is not None:
        return len(set(room.live_cameras))
    return round(camera_count * (1.0 if room.live_share is None else room.live_share))


def detection_range(monitors: float) -> tuple[float, float] | None:
    """Return the least and the most of what was published of the share of targets detected with so many monitors.

    Between two published numbers of monitors nothing is known but that the truth lies between their shares; beyond them nothing is.

    Examples
    --------
    >>> detection_range(4), detection_range(5), detection_range(16)
    ((0.74, 0.74), (0.58, 0.74), None)
    """
    study = operation_pack("control_room")["detection"]
    numbers, shares = np.array(study["monitors"], dtype=float), np.array(study["detected_share"])
    if not numbers[0] <= monitors <= numbers[-1]:
        return None
    above, below = np.searchsorted(numbers, monitors), np.searchsorted(numbers, monitors, side="right") - 1
    return float(shares[above]), float(shares[below])
