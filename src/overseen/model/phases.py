"""When each camera is active: by the phase that it belongs to, else by its own dates, else by its status."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.model.plan import Phase, Plan

Flags = NDArray[np.bool_]
Days = NDArray[np.int64]

BASELINE = "baseline"
"""The network on the day before the first phase."""

ALWAYS, NEVER = np.iinfo(np.int64).min, np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Step:
    """A point on the time axis of a plan: the baseline, or the first day of a phase."""

    name: str
    date: dt.date


@dataclass(frozen=True, slots=True)
class Activity:
    """From when until when each camera is active, both days included, as proleptic ordinals, shape (cameras,)."""

    first_day: Days
    last_day: Days

    def on(self, date: dt.date) -> Flags:
        """Return which cameras are active on a day."""
        day = date.toordinal()
        return (self.first_day <= day) & (day <= self.last_day)

    def is_over(self, date: dt.date) -> Flags:
        """Return which cameras have an end date that has passed by then."""
        return (self.last_day < date.toordinal()) & (self.first_day <= self.last_day)


def steps_of(plan: Plan) -> tuple[Step, ...]:
    """Return the baseline and the phases by date; nothing where the plan has no phases."""
    phases = sorted(plan.phases, key=lambda phase: phase.start)
    if not phases:
        return ()
    before = phases[0].start - dt.timedelta(days=1)
    return (Step(BASELINE, before), *[Step(phase.name, phase.start) for phase in phases])


def examined_date(plan: Plan) -> dt.date | None:
    """Return the day as of which the network is examined; ``None`` where no phase tells when a camera is active."""
    steps = steps_of(plan)
    return (plan.as_of or steps[-1].date) if steps else None


def activity(plan: Plan) -> Activity:
    """Return from when until when each camera of a plan is active.

    A camera that names a phase is active from the first day of it; any other from the day when it was or is to be put up, the
    earliest that its date allows; one in use without a date always was. A planned one without either never is. All are active
    until the day when they are to be taken down, the latest that its date allows, else until the phase's last day. A disused
    one is active only if it is known until when it was.

    Examples
    --------
    >>> first_day("2024"), last_day("2024-02"), last_day("2024")
    (datetime.date(2024, 1, 1), datetime.date(2024, 2, 29), datetime.date(2024, 12, 31))
    """
    cameras = plan.network.cameras
    phases = {phase.name: phase for phase in plan.phases}
    rows = [
        _days(phases.get(str(name)), status, installed, until)
        for name, status, installed, until in zip(
            *(cameras[column] for column in ("phase", "status", "installed_on", "active_until")), strict=True
        )
    ]
    first, last = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    return Activity(first, last)


def active_cameras(plan: Plan) -> Flags:
    """Return which cameras are examined: those active on the plan's day, or of the statuses that it names."""
    date = examined_date(plan)
    if date is None:
        return plan.network.cameras["status"].isin(plan.examined_statuses).to_numpy(dtype=bool)
    return activity(plan).on(date)


def past_end(cameras: pd.DataFrame, date: dt.date) -> Flags:
    """Return which cameras are listed as in use although the day until which they were to be has passed."""
    days = [ALWAYS if pd.isna(until) else last_day(until).toordinal() for until in cameras["active_until"]]
    known = np.array([day != ALWAYS for day in days], dtype=bool)
    is_in_use = (cameras["status"] == "in_use").to_numpy(dtype=bool)
    return known & is_in_use & (np.array(days, dtype=np.int64) < date.toordinal())


def first_day(text: str) -> dt.date:
    """Return the earliest day of a year, a month or a day in ISO 8601."""
    year, month, day = _parts(text)
    return dt.date(year, month or 1, day or 1)


def last_day(text: str) -> dt.date:
    """Return the latest day of a year, a month or a day in ISO 8601."""
    year, month, day = _parts(text)
    if day:
        return dt.date(year, month, day)
    following = dt.date(year + 1, 1, 1) if month in (0, 12) else dt.date(year, month + 1, 1)
    return following - dt.timedelta(days=1)


def _parts(text: str) -> tuple[int, int, int]:
    given = [int(part) for part in text.split("-")]
    year, month, day = (*given, 0, 0)[:3]
    return year, month, day


def _days(phase: Phase | None, status: str, installed: str | None, until: str | None) -> tuple[int, int]:
    first, last = ALWAYS, NEVER
    if phase is not None:
        first = phase.start.toordinal()
    elif isinstance(installed, str):
        first = first_day(installed).toordinal()
    elif status == "planned":
        first = NEVER
    if isinstance(until, str):
        last = last_day(until).toordinal()
    elif phase is not None and phase.until is not None:
        last = phase.until.toordinal()
    elif status == "disused":
        first = NEVER
    return first, last


def step_named(plan: Plan, name: str) -> Step | None:
    """Return a step by its name, the baseline included."""
    return next((step for step in steps_of(plan) if step.name == name), None)
