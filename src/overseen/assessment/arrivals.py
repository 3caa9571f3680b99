"""When cameras are put up and taken down: counted from the list, and the numbers that phases declare held against it."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from overseen.model.phases import ALWAYS, NEVER, activity, steps_of
from overseen.model.plan import Phase, Plan

YEAR_DAYS = 365.25

Days = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Arrival:
    """Cameras that are put up so many years after the first, and taken down so many years after it."""

    at_years: float
    count: int
    until_years: float = math.inf

    def share_of(self, year: int) -> float:
        """Return the part of a year, from 0, in which they stand."""
        return max(0.0, min(self.until_years, year + 1.0) - max(self.at_years, float(year)))


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Who is put up when.

    Parameters
    ----------
    groups
        Cameras with the same days, by them.
    standing_count
        Cameras that stood before the first phase: nobody puts them up.
    never_count
        Cameras of the list that come in no phase.
    is_dated
        Whether the list or a phase tells when; else all are taken to come at once.
    disagreements
        Where a phase declares another number than the list has, as sentences.
    """

    groups: tuple[Arrival, ...]
    standing_count: int = 0
    never_count: int = 0
    is_dated: bool = True
    disagreements: tuple[str, ...] = ()


def arrivals_of(plan: Plan) -> Arrivals:
    """Return when the cameras of a plan are put up; those that are marked as disused are left out.

    Of a phase of which the list has cameras the list is counted, by each camera's own days; of one of which it has none, the number
    that the phase declares. Without phases planned cameras come on their days, the others at the start, which is the first of them.
    """
    chosen = (plan.network.cameras["status"] != "disused").to_numpy(dtype=bool)
    active = activity(plan)
    first, last = active.first_day[chosen], active.last_day[chosen]
    if plan.phases:
        return _of_phases(plan, first, last)
    is_planned = (plan.network.cameras["status"] == "planned").to_numpy(dtype=bool)[chosen]
    return _of_days(first, last, is_planned)


def phase_disagreements(plan: Plan) -> tuple[str, ...]:
    """Return where a phase declares another number of cameras than the list has, as sentences."""
    return arrivals_of(plan).disagreements if plan.phases else ()


def _of_days(first: Days, last: Days, is_planned: NDArray[np.bool_]) -> Arrivals:
    is_dated = is_planned & (first != NEVER) & (first != ALWAYS)
    if not is_dated.any():
        return Arrivals((Arrival(0.0, len(first)),), is_dated=False)
    start = dt.date.fromordinal(int(first[is_dated].min()))
    day = np.where(is_dated, first, start.toordinal())
    return Arrivals(tuple(_groups(day, last, start)))


def _of_phases(plan: Plan, first: Days, last: Days) -> Arrivals:
    phases = sorted(plan.phases, key=lambda phase: phase.start)
    start = phases[0].start
    begins = np.array([phase.start.toordinal() for phase in phases])
    comes = (first != NEVER) & (first >= begins[0])
    of_phase = np.searchsorted(begins, first, side="right") - 1
    counts = np.bincount(of_phase[comes], minlength=len(phases))
    groups = list(_groups(first[comes], last[comes], start))
    groups += [
        Arrival(years_between(start, phase.start), phase.camera_count)
        for phase, count in zip(phases, counts, strict=True)
        if not count and phase.camera_count
    ]
    told = tuple(_disagreements(phases, counts.tolist()))
    if not groups:
        return Arrivals((Arrival(0.0, len(first)),), is_dated=False, disagreements=told)
    groups.sort(key=lambda one: (one.at_years, one.until_years))
    if not comes.any():
        # The list tells of no phase: nobody can say which of its cameras stood before.
        return Arrivals(tuple(groups), disagreements=told)
    before = steps_of(plan)[0].date.toordinal()
    standing = int(((first <= before) & (last >= before)).sum())
    return Arrivals(tuple(groups), standing, int((first == NEVER).sum()), disagreements=told)


def _groups(first: Days, last: Days, start: dt.date) -> Iterator[Arrival]:
    """Yield cameras with the same days; the last day is one on which they still stand."""
    for (day, end), count in sorted(Counter(zip(first.tolist(), last.tolist(), strict=True)).items()):
        at = years_between(start, dt.date.fromordinal(day))
        until = math.inf if end == NEVER else years_between(start, dt.date.fromordinal(max(day, end + 1)))
        yield Arrival(at, count, until)


def _disagreements(phases: list[Phase], counts: list[int]) -> Iterator[str]:
    for phase, count in zip(phases, counts, strict=True):
        declared = phase.camera_count
        if declared is None or declared == count:
            continue
        kept = "the list is counted" if count else "the declared number is counted"
        yield (
            f"Phase {phase.name} is declared to add {declared:,} cameras; the list has {count or 'none'} that come in it, and {kept}."
        )


def years_between(first: dt.date, last: dt.date) -> float:
    """Return years from one date to a later one: whole anniversaries, and the rest by days.

    Examples
    --------
    >>> years_between(dt.date(2026, 1, 1), dt.date(2028, 1, 1)), years_between(dt.date(2026, 7, 1), dt.date(2027, 6, 30)) < 1.0
    (2.0, True)
    """
    whole = last.year - first.year - ((last.month, last.day) < (first.month, first.day))
    day = first.day if (first.month, first.day) != (2, 29) else 28
    return whole + min((last - first.replace(year=first.year + whole, day=day)).days / YEAR_DAYS, 0.9999)
