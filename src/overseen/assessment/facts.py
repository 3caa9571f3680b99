"""The facts that rules read: every finding, and what the plan declares, by name.

A fact that is not there is never taken for "no": the answer is then that nobody can tell, and what it needs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.assessment.finding_draws import DRAWN
from overseen.exposure.drawn_streets import named_levels
from overseen.model.plan import Plan
from overseen.model.viewing import Ladder
from overseen.sources.evidence import evidence_for

Value = float | str | bool | dt.date


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known.

    Parameters
    ----------
    name, meaning
        What it is.
    value, low, high
        The mean over the draws and the ends of the range that holds 90 % of them, all equal for what is certain; words, flags
        and days have neither low nor high.
    bound
        ``upper``: the truth may be less, not more; ``lower``: the truth may be more, not less; ``none``: neither.
    unit, denominator, denominator_unit
        Of a number.
    evidence
        Where to look it up: a row of table ``findings``, or a place in the plan file.
    drawn
        The number in every draw, shape (draws,); None where it has none.
    """

    name: str
    meaning: str
    value: Value
    low: float | None
    high: float | None
    bound: str
    unit: str
    denominator: float | None
    denominator_unit: str
    evidence: str
    drawn: NDArray[np.float64] | None = field(default=None, compare=False, repr=False)


Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Declared:
    """What a plan may declare: its meaning, unit, place in the plan file, and how it is got from the plan."""

    meaning: str
    unit: str
    place: str
    value: Callable[[Plan], Value | None]


def _governed(name: str) -> Callable[[Plan], Value | None]:
    return lambda plan: getattr(plan.governance, name)


def _some(count: int) -> int | None:
    return count or None


DECLARED: Mapping[str, Declared] = {
    "plan.date": Declared("Date to which the plan refers", "", "[plan] date", lambda plan: plan.date),
    "plan.purpose_count": Declared("Purposes declared", "count", "[[purposes]]", lambda plan: _some(len(plan.purposes))),
    "plan.phase_count": Declared("Phases declared", "count", "[[phases]]", lambda plan: _some(len(plan.phases))),
    "plan.control_room": Declared(
        "A control room is declared", "", "[control_room]", lambda plan: True if plan.control_room else None
    ),
    "plan.retention_days": Declared(
        "How long recordings are kept", "days", "[retention] days", lambda plan: plan.retention_days
    ),
    "plan.retention_hours": Declared(
        "How long recordings are kept", "hours", "[retention] days",
        lambda plan: None if plan.retention_days is None else 24.0 * plan.retention_days,
    ),
    "governance.hours_per_week": Declared(
        "Hours of a week in which the cameras run", "hours per week", "[governance] hours",
        lambda plan: plan.governance.hours_per_week,
    ),
    "governance.sign_count": Declared(
        "Signs declared", "count", "[governance] signs",
        lambda plan: None if plan.governance.signs is None else len(plan.governance.signs.position_m),
    ),
    "governance.sharing_count": Declared(
        "Parties that may see what the cameras see, beside who runs them", "count", "[governance] sharing",
        lambda plan: None if plan.governance.sharing is None else len(plan.governance.sharing),
    ),
    "evidence.statement_count": Declared(
        "Published statements on whether cameras help in the declared setting", "count", "[governance] setting",
        lambda plan: None if plan.governance.setting is None else len(evidence_for(plan.governance.setting)),
    ),
    **{
        f"governance.{name}": Declared(meaning, unit, f"[governance] {name}", _governed(name))
        for name, meaning, unit in (
            ("legal_basis", "Legal basis", ""),
            ("impact_assessment", "Day of the impact assessment", ""),
            ("alternatives", "Means weighed that watch nobody, or less", ""),
            ("consultation", "Who was consulted", ""),
            ("audit", "Audits and reviews", ""),
            ("complaints", "How to complain, and complaints", ""),
            ("training", "Training of those who watch", ""),
            ("security", "Security of the data", ""),
            ("oversight", "Who oversees", ""),
            ("biometrics", "Faces or other traits of the body are matched", ""),
            ("audio", "Sound is recorded", ""),
            ("until", "Day on which the permission ends", ""),
            ("notice_distance_m", "How far before the view a sign may stand", "m"),
            ("supplier", "Supplier", ""),
            ("data_location", "Where the data are", ""),
            ("setting", "Sort of place that the cameras are for", ""),
            ("country", "Country whose limits apply", ""),
        )
    },
}  # fmt: skip
"""Every fact that the plan may declare, beside ``governance.statements.NAME``."""

STATEMENTS = "governance.statements."


def facts_of(plan: Plan, findings: pd.DataFrame) -> dict[str, Fact]:
    """Return every fact by name: findings by their own, what is declared by :data:`DECLARED`.

    A finding whose denominator is 0 is none: of no homes on a map, none in view says nothing.
    """
    found = {str(row.Index): _of_finding(row) for row in findings.itertuples() if row.denominator != 0.0}
    for name, declared in DECLARED.items():
        value = declared.value(plan)
        if value is not None:
            found[name] = _declared_fact(name, declared.meaning, value, declared.unit, declared.place)
    for key, words in plan.governance.statements.items():
        name = f"{STATEMENTS}{key}"
        found[name] = _declared_fact(name, key.replace("_", " "), words, "", f"[governance.statements] {key}")
    return found


def _of_finding(row: object) -> Fact:
    value, low, high = (float(getattr(row, name)) for name in ("value", "low", "high"))
    is_certain = np.isnan(low) or np.isnan(high)
    denominator = float(row.denominator)  # type: ignore[attr-defined]
    name = str(row.Index)  # type: ignore[attr-defined]
    return Fact(
        name,
        str(row.meaning),  # type: ignore[attr-defined]
        value,
        value if is_certain else low,
        value if is_certain else high,
        str(row.bound),  # type: ignore[attr-defined]
        str(row.unit),  # type: ignore[attr-defined]
        None if np.isnan(denominator) else denominator,
        "" if pd.isna(row.denominator_unit) else str(row.denominator_unit),  # type: ignore[attr-defined]
        f"findings: {name}",
        drawn if isinstance(drawn := getattr(row, DRAWN, None), np.ndarray) else None,
    )


def _declared_fact(name: str, meaning: str, value: Value, unit: str, place: str) -> Fact:
    number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    return Fact(
        name,
        meaning,
        value if number is None else number,
        number,
        number,
        "none",
        unit,
        None,
        "",
        f"plan file: {place}",
    )


def read_name(name: str, ladder: Ladder) -> str:
    """Return the name of a fact with the detail levels of a ladder put in.

    Examples
    --------
    >>> from overseen.sources.packs import get_ladder
    >>> read_name("streets_reachable_{noticed}_share", get_ladder("dori"))
    'streets_reachable_detect_share'
    """
    for word, number in named_levels(ladder).items():
        name = name.replace(f"{{{word}}}", ladder.names[number])
    return name


def needs_of(name: str) -> str:
    """Return what would make a fact known, as it stands behind "needs".

    Examples
    --------
    >>> needs_of("governance.signs_are_up"), needs_of("governance.audio"), needs_of("cost_year")
    ('a fact called governance.signs_are_up, which overseen does not know', '[governance] audio in the plan file', 'the finding cost_year')
    """
    if name.startswith(STATEMENTS):
        return f"[governance.statements] {name.removeprefix(STATEMENTS)} in the plan file"
    if name in DECLARED:
        return f"{DECLARED[name].place} in the plan file"
    if "." in name:
        return f"a fact called {name}, which overseen does not know"
    return f"the finding {name}"


def worded(fact: Fact) -> str:
    """Return a fact in words: its number with interval, bound, unit and denominator, or what is said."""
    if isinstance(fact.value, bool):
        return f"{fact.meaning}: {'yes' if fact.value else 'no'}"
    if not isinstance(fact.value, float):
        return f"{fact.meaning}: {fact.value}"
    of = "" if fact.denominator is None else f" of {shown_number(fact.denominator)} {fact.denominator_unit}"
    # A share is shown in percent.
    scale, sign = (100.0, " %") if fact.unit == "share" else (1.0, "")
    numbers = f"{shown_number(scale * fact.value)}{sign}"
    if fact.low != fact.high and fact.low is not None and fact.high is not None:
        numbers += f" ({shown_number(scale * fact.low)} to {shown_number(scale * fact.high)}{sign})"
    most = {"upper": "at most ", "lower": "at least "}.get(fact.bound, "")
    unit = "" if fact.unit in ("count", "share", "") else f" {fact.unit}"
    return f"{fact.meaning}: {most}{numbers}{unit}{of}"


def shown_number(value: float) -> str:
    """Return a number with so many digits as its size bears.

    Examples
    --------
    >>> [shown_number(value) for value in (0.0, 0.03172, 168.0, 2.5, 12345.6)]
    ['0', '0.032', '168', '2.5', '12,346']
    """
    if value == 0.0 or abs(value) >= 1000.0:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 1.0 else f"{value:.2g}"
