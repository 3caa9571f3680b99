"""What of the moving map is there at which step of a plan's roll-out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from overseen.assessment.findings import Assessment
from overseen.model.phases import activity, steps_of
from overseen.report.map_tables import street_rows

Steps = NDArray[np.bool_]

MOST_STEPS = 50
"""A whole number of the page's script holds so many flags."""


def step_flags(assessment: Assessment) -> Steps | None:
    """Return which cameras of the list are active at each step, shape (cameras, steps); ``None`` where phases are not told apart."""
    steps = steps_of(assessment.plan)
    if assessment.phases is None or not 1 < len(steps) <= MOST_STEPS:
        return None
    active = activity(assessment.plan)
    on = np.stack([active.on(step.date) for step in steps], axis=1)
    place = assessment.plan.network.cameras.index.get_indexer(assessment.cameras.index)
    return on[place]


def street_steps(assessment: Assessment) -> Steps | None:
    """Return which streets any camera active at a step could look at, in any draw, shape (streets, steps).

    On foot, so without plate readers; of a street with more than 50 cameras from those that could look at it in most draws.
    """
    on = step_flags(assessment)
    if on is None:
        return None
    pairs = assessment.street_cameras
    pairs = pairs[~pairs["is_for_vehicles"]]
    street = street_rows(assessment).index.get_indexer(pairs["street_id"])
    camera = assessment.cameras.index.get_indexer(pairs["camera_id"])
    known = (street >= 0) & (camera >= 0)
    found = np.zeros((len(street_rows(assessment)), on.shape[1]), dtype=bool)
    np.logical_or.at(found, street[known], on[camera[known]])
    return found


def step_tags(assessment: Assessment) -> dict[str, list[int]]:
    """Return the first and the last step at which each camera is active; -1, which is no tag, for none."""
    on = step_flags(assessment)
    if on is None:
        return {}
    is_ever = on.any(axis=1)
    first = np.where(is_ever, on.argmax(axis=1), -1)
    last = np.where(is_ever, on.shape[1] - 1 - on[:, ::-1].argmax(axis=1), -1)
    return {"first": first.tolist(), "last": last.tolist()}
