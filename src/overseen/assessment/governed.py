"""What a plan keeps of what it declares: hours, signs, end of the permission, the register, and the tests of its rule packs."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from overseen.assessment.facts import facts_of
from overseen.assessment.headline import FindingRows, as_it_is, drawn_interval, where_mapped
from overseen.assessment.register import Register, register_findings
from overseen.assessment.rules import rule_answers, rule_findings
from overseen.exposure.view_entries import ViewEntries
from overseen.model.governance import HOURS_OF_WEEK
from overseen.model.plan import Plan
from overseen.model.schema import FINDINGS
from overseen.model.viewing import Ladder

SUBJECT = "rules"


@dataclass(frozen=True, slots=True)
class Governed:
    """Tables ``rules``, ``register``, ``register_sharing`` and ``view_entries``; the last is None where no street was measured."""

    rules: pd.DataFrame
    register: pd.DataFrame
    sharing: pd.DataFrame
    entries: pd.DataFrame | None = None


def declared_findings(plan: Plan, register: Register, groups: pd.DataFrame) -> pd.DataFrame:
    """Return rows of table ``findings`` on hours, the end of the permission, groups and the register."""
    rows = FindingRows()
    _add_hours(rows, plan)
    _add_end(rows, plan)
    _add_groups(rows, groups)
    own = rows.table() if rows.rows else FINDINGS.empty()
    return pd.concat([own, register_findings(register)]) if len(own) else register_findings(register)


def governed(
    plan: Plan, ladder: Ladder, register: Register, findings: pd.DataFrame, entries: pd.DataFrame | None
) -> tuple[Governed, pd.DataFrame]:
    """Return the tables, and ``findings`` with the counts of answers; call it last, since rules may read any finding."""
    answers = rule_answers(plan.rules, facts_of(plan, findings), ladder)
    counted = rule_findings(plan.rules, answers)
    findings = findings if counted.empty else pd.concat([findings, counted])
    return Governed(answers, register.cameras, register.sharing, entries), findings


def entry_findings(entries: ViewEntries, plan: Plan, *, lacks: bool) -> pd.DataFrame:
    """Return rows of table ``findings`` on where streets pass into view, and on signs there.

    ``lacks`` tells whether the map lacks buildings anywhere. What lies there is counted apart and bounds nothing, since a building
    more may part a view or close it; what lies elsewhere is then the least that there is.
    """
    rows = FindingRows()
    draws = f"the first {len(entries.entry_count)} draws"
    told, bound = (where_mapped, "lower") if lacks else (as_it_is, "none")
    into = "Places where a street passes into what some camera could look at, at the lowest level"
    of_street = {"view": "reachable", "unit": "count", "denominator": entries.street_length_m,
                 "denominator_unit": f"m of open-air walkable street inside the boundary; {draws}"}  # fmt: skip
    count = entries.entry_count - entries.missing_entry_count
    rows.add("entries_into_view_count", "signs", told(into), bound=bound, **of_street,
             **drawn_interval(count.astype(float)))  # fmt: skip
    if lacks:
        rows.add("entries_into_view_unmapped_count", "signs", f"{into}, where the map lacks buildings, as it has them: no bound",
                 **of_street, **drawn_interval(entries.missing_entry_count.astype(float)))  # fmt: skip
    if entries.unsigned_count is None or entries.missing_unsigned_count is None:
        return rows.table()
    beside = told(f"within {entries.notice_m:g} m along a way that is out of view")
    if not plan.governance.notice_distance_m:
        beside = f"{beside}; overseen's own distance, since the plan states none"
    some = count > 0
    what = f"{told('places where a street passes into view')}; {draws}"
    of = {"denominator": float(count.mean()), "denominator_unit": what}
    unsigned = entries.unsigned_count - entries.missing_unsigned_count
    rows.add("entries_without_sign_count", "signs", f"Places where a street passes into view without a declared sign {beside}", view="reachable",
             unit="count", bound=bound, **of, **drawn_interval(unsigned.astype(float)))  # fmt: skip
    if lacks:
        rows.add("entries_without_sign_unmapped_count", "signs", "The same, where the map lacks buildings, as it has them: no bound", view="reachable",
                 unit="count", denominator=float(entries.missing_entry_count.mean()),
                 denominator_unit=f"places where a street passes into view, where the map lacks buildings; {draws}",
                 **drawn_interval(entries.missing_unsigned_count.astype(float)))  # fmt: skip
    if some.any():
        share = 1.0 - unsigned[some] / count[some]
        rows.add("entries_with_sign_share", "signs", f"Share of the places where a street passes into view that have a declared sign {beside}", view="reachable",
                 unit="share", **of, **drawn_interval(share))  # fmt: skip
    return rows.table()


def _in_use(plan: Plan) -> int:
    return int((plan.network.cameras["status"] == "in_use").sum())


def _add_hours(rows: FindingRows, plan: Plan) -> None:
    hours, count = plan.governance.hours_per_week, _in_use(plan)
    if hours is None:
        return
    rows.add("camera_hours_per_week", SUBJECT, "Camera-hours of a week, as the declared hours have it", value=count * hours,
             unit="camera-hours per week", denominator=count * HOURS_OF_WEEK,
             denominator_unit="camera-hours of a week of the cameras in use")  # fmt: skip
    needed = _hours_needed(plan)
    if needed is None:
        return
    # Purposes may need the same hours or different ones: the truth lies between the longest and all of them together.
    least, most = max(needed), min(sum(needed), HOURS_OF_WEEK)
    low, high = max(hours - most, 0.0), max(hours - least, 0.0)
    rows.add("hours_beyond_need_per_week", SUBJECT,
             "Hours of a week in which cameras run and no purpose needs them; the ends of the range: purposes need different hours, or the same",
             value=(low + high) / 2.0, low=low, high=high, unit="hours per week", denominator=hours,
             denominator_unit="hours of a week in which they run")  # fmt: skip
    rows.add("camera_hours_beyond_need_per_week", SUBJECT, "The same over all cameras in use", value=count * (low + high) / 2.0,
             low=count * low, high=count * high, unit="camera-hours per week", denominator=count * hours,
             denominator_unit="camera-hours of a week, as declared")  # fmt: skip


def _hours_needed(plan: Plan) -> list[float] | None:
    """Return the hours of a week that each purpose needs; None unless every purpose declares them."""
    needed = [getattr(purpose, "hours_needed", None) for purpose in plan.purposes]
    if not needed or None in needed:
        return None
    return [7.0 * float(hours) for hours in needed if hours is not None]


def _add_end(rows: FindingRows, plan: Plan) -> None:
    until = plan.governance.until
    if until is None or plan.date is None:
        return
    count = _in_use(plan)
    past = count if plan.date > until else 0
    rows.count("cameras_past_permission_count", SUBJECT, f"Cameras in use on {plan.date}, with a permission until {until}", past,
               of=count, what="cameras in use")  # fmt: skip


def _add_groups(rows: FindingRows, groups: pd.DataFrame) -> None:
    """Add in how many comparisons a difference is stated; those that cannot be told may hold one."""
    if groups.empty:
        return
    stated = int((groups["verdict"] == "stated").sum())
    open_ = int(groups["verdict"].isin(["withheld", "cannot_tell"]).sum())
    rows.add("group_differences_stated_count", SUBJECT,
             "Comparisons of groups of residents in which a difference is stated; the high end adds those of which nobody can tell",
             value=float(stated), low=float(stated), high=float(stated + open_), unit="count", denominator=float(len(groups)),
             denominator_unit="comparisons: group, category, view and level")  # fmt: skip
