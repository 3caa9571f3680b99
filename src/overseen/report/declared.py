"""What a plan declares, as sentences that say so."""

from __future__ import annotations

from collections.abc import Callable

from overseen.model.plan import Plan
from overseen.report.words import counted, percent


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
    return [] if plan.date is None else [f"The plan refers to {plan.date.day} {plan.date:%B %Y}."]


def _purposes(plan: Plan) -> list[str]:
    return [
        f"The plan declares the purpose “{purpose.name}”: at least {percent(purpose.share)} of its zones in view, at"
        f" {purpose.level}."
        for purpose in plan.purposes
    ]


def _phases(plan: Plan) -> list[str]:
    return [
        f"The plan declares the phase “{phase.name}”, from {phase.start.day} {phase.start:%B %Y}."
        for phase in plan.phases
    ]


def _control_room(plan: Plan) -> list[str]:
    room = plan.control_room
    if room is None or room.operators_per_shift is None:
        return []
    return [f"The plan declares {counted(room.operators_per_shift, 'operator')} on duty in a shift."]


def _retention(plan: Plan) -> list[str]:
    if plan.retention_days is None:
        return []
    days = f"{plan.retention_days:g}"
    return [f"The plan declares that recordings are kept for {days} {'day' if days == '1' else 'days'}."]


SAYERS: dict[str, Callable[[Plan], list[str]]] = {
    "date": _date,
    "purposes": _purposes,
    "phases": _phases,
    "control_room": _control_room,
    "retention_days": _retention,
}
"""Parts of a plan that a draft may quote, and who says them."""
