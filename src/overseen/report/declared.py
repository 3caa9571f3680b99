"""What a plan declares, as sentences that say so."""

from __future__ import annotations

from collections.abc import Callable

from overseen.model.plan import Plan
from overseen.model.wording import said_day, say, say_counted
from overseen.report.words import percent


def declared_sentences(plan: Plan, what: str) -> list[str]:
    """Return what a plan declares of one of its parts; nothing where it is silent.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> declared_sentences(SimpleNamespace(retention_days=30.0), "retention_days")
    ['The plan declares that recordings are kept for 30 days.']
    """
    return SAYERS[what](plan)


def _date(plan: Plan) -> list[str]:
    return [] if plan.date is None else [say("The plan refers to {day}.", day=said_day(plan.date))]


def _purposes(plan: Plan) -> list[str]:
    return [
        say(
            "The plan declares the purpose “{name}”: at least {share} of its zones in view, at {level}.",
            name=purpose.name,
            share=percent(purpose.share),
            level=purpose.level,
        )
        for purpose in plan.purposes
    ]


def _phases(plan: Plan) -> list[str]:
    return [
        say("The plan declares the phase “{name}”, from {day}.", name=phase.name, day=said_day(phase.start))
        for phase in plan.phases
    ]


def _control_room(plan: Plan) -> list[str]:
    room = plan.control_room
    if room is None or room.operators_per_shift is None:
        return []
    return [
        say_counted(
            "The plan declares {number:,} operator on duty in a shift.",
            "The plan declares {number:,} operators on duty in a shift.",
            room.operators_per_shift,
        )
    ]


def _retention(plan: Plan) -> list[str]:
    if plan.retention_days is None:
        return []
    days = plan.retention_days
    if days == 1.0:
        return [say("The plan declares that recordings are kept for 1 day.")]
    return [say("The plan declares that recordings are kept for {days:g} days.", days=days)]


SAYERS: dict[str, Callable[[Plan], list[str]]] = {
    "date": _date,
    "purposes": _purposes,
    "phases": _phases,
    "control_room": _control_room,
    "retention_days": _retention,
}
"""Parts of a plan that a draft may quote, and who says them."""
