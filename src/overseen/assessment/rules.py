"""Stated tests answered from facts: kept or broken, met or not met, answered or to be filled, and where nobody can tell, why.

An interval that holds the limit, and a bound on the wrong side of it, answer nothing: an upper bound can show that a thing is at
most so much and never that it is more; a lower bound the reverse.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from overseen.assessment.facts import Fact, Facts, needs_of, read_name, shown_number, worded
from overseen.assessment.headline import FindingRows
from overseen.model.rules import Condition, Rule, RulePack
from overseen.model.schema import FINDINGS, RULE_ANSWERS
from overseen.model.viewing import Ladder

CANNOT_TELL = "cannot tell"

HOLDS = {"limit": ("kept", "broken"), "trigger": ("met", "not met")}
"""What a limit or a trigger is called when its condition holds, and when it does not."""

ANSWERED, IN_PART, TO_FILL = "answered", "answered in part", "to be filled"

Row = dict[str, str | None]


def rule_answers(packs: Sequence[RulePack], facts: Facts, ladder: Ladder) -> pd.DataFrame:
    """Return table ``rules``: one row per test that applies, in the order of the packs."""
    rows: dict[str, Row] = {}
    for pack in packs:
        for name, row in _pack_rows(pack, facts, ladder):
            rows[f"{pack.name}/{name}"] = {"pack": pack.name, **row}
    if not rows:
        return RULE_ANSWERS.empty()
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis(index="rule_id").astype(object)
    frame.index = frame.index.astype(object)
    return RULE_ANSWERS.checked(frame.where(frame.notna(), None))


def _pack_rows(pack: RulePack, facts: Facts, ladder: Ladder) -> Iterator[tuple[str, Row]]:
    chosen = facts.get(pack.chosen_by) if pack.chosen_by else None
    choices = sorted({rule.choice for rule in pack.rules if rule.choice})
    if pack.chosen_by and (chosen is None or chosen.value not in choices):
        yield "choice", _unchosen(pack, chosen, choices)
        return
    for rule in pack.rules:
        if not rule.choice or (chosen is not None and rule.choice == chosen.value):
            yield rule.rule_id, _answered(rule, facts, ladder)


def _unchosen(pack: RulePack, chosen: Fact | None, choices: Sequence[str]) -> Row:
    """Return the row of a pack of which nobody can tell which tests apply."""
    needs = needs_of(pack.chosen_by) if chosen is None else f"a rule for {chosen.value}"
    row = _row("limit", "Which of the tests of this pack apply.", pack.source, pack.read_as)
    return row | {
        "answer": CANNOT_TELL,
        "reads": pack.chosen_by,
        "needs": f"{needs}; the pack has {', '.join(choices)}",
    }


def _row(kind: str, test: str, citation: str, read_as: str) -> Row:
    empty = dict.fromkeys(("limit", "reads", "evidence", "found", "reason", "needs", "filled_by"))
    return {"kind": kind, "test": test, "citation": citation, "read_as": read_as, **empty}


def _answered(rule: Rule, facts: Facts, ladder: Ladder) -> Row:
    names = [read_name(name, ladder) for name in rule.reads]
    known = [facts[name] for name in names if name in facts]
    missing = [name for name in names if name not in facts]
    row = _row(rule.kind, read_name(rule.test, ladder), rule.citation, rule.read_as) | {
        "reads": " ".join(names),
        "evidence": "; ".join(fact.evidence for fact in known) or None,
        "found": "; ".join(worded(fact) for fact in known) or None,
        "filled_by": rule.filled_by or None,
        "limit": None if rule.condition is None else condition_words(rule.condition),
    }
    needs = _needs(rule, missing)
    if rule.condition is None:
        answer = ANSWERED if not missing else IN_PART if known else TO_FILL
        return row | {"answer": answer, "needs": needs}
    if missing:
        return row | {"answer": CANNOT_TELL, "needs": needs}
    holds, reason = told(rule.condition, known[0])
    yes, no = HOLDS[rule.kind]
    if holds is None:
        sides = draw_words(rule.condition, known[0], yes, no)
        reason = "; ".join(part for part in (reason, sides) if part)
        return row | {"answer": CANNOT_TELL, "reason": reason or None, "needs": rule.needs or None}
    return row | {"answer": yes if holds else no}


def _needs(rule: Rule, missing: Sequence[str]) -> str | None:
    if not missing:
        return None
    # What a pack says is needed stands for findings; what is declared has its own place in the plan.
    own = [needs_of(name) for name in missing if "." in name]
    computed = [name for name in missing if "." not in name]
    if computed:
        own.append(rule.needs or ", ".join(needs_of(name) for name in computed))
    return "; ".join(dict.fromkeys(own))


def condition_words(condition: Condition) -> str:
    """Return a condition in words.

    Examples
    --------
    >>> condition_words(Condition("at_most", 72.0)), condition_words(Condition("at_least", 100.0, is_judgement=True))
    ('at most 72', "at least 100 (overseen's own figure)")
    """
    if condition.kind == "is_declared":
        words = "declared"
    elif condition.kind == "is":
        value = condition.value
        words = str(value) if not isinstance(value, bool) else "yes" if value else "no"
    else:
        words = _limit_words(condition.kind, shown_number(float(condition.value)))
    return f"{words} (overseen's own figure)" if condition.is_judgement else words


def _limit_words(kind: str, limit: str) -> str:
    if kind == "at_most":
        return f"at most {limit}"
    return f"at least {limit}" if kind == "at_least" else f"more than {limit}"


def told(condition: Condition, fact: Fact) -> tuple[bool | None, str]:
    """Return whether a condition holds of a fact, None where nobody can tell, and then why."""
    if condition.kind == "is_declared":
        return True, ""
    if condition.kind == "is":
        return _is_equal(condition, fact), ""
    if fact.low is None or fact.high is None:
        return None, f"{fact.name} is no number"
    limit = float(condition.value)
    if condition.kind == "at_most":
        holds, fails = fact.high <= limit, fact.low > limit
    elif condition.kind == "at_least":
        holds, fails = fact.low >= limit, fact.high < limit
    else:
        holds, fails = fact.low > limit, fact.high <= limit
    if not holds and not fails:
        reason = f"the range that holds 90 % of the draws, {shown_number(fact.low)} to {shown_number(fact.high)}, holds the limit"
        return None, reason
    # Less is shown by an upper bound, more by a lower one, and neither by the other.
    shows_less = holds == (condition.kind == "at_most")
    if fact.bound == ("lower" if shows_less else "upper"):
        return None, BOUNDED[fact.bound]
    return holds, ""


BOUNDED = {
    "lower": "the number is a lower bound: the truth may lie on the other side of the limit",
    "upper": "the number is an upper bound: the truth may lie on the other side of the limit",
}
"""Why a number that is a bound answers nothing."""

HOLDS_OF = {"at_most": np.less_equal, "at_least": np.greater_equal, "more_than": np.greater}
"""What makes a figure hold of a number."""


def draw_words(condition: Condition, fact: Fact, yes: str, no: str) -> str:
    """Return in how many draws a condition holds of a fact and in how many it does not; empty where it was not drawn, or all agree.

    Of a bound the one is at least so many, the other at most: every draw of an upper bound may be less.

    Examples
    --------
    >>> fact = Fact("a", "A", 2.0, 1.0, 3.0, "none", "share", None, "", "findings: a", np.array([1.0, 2.0, 3.0]))
    >>> draw_words(Condition("at_most", 2.0), fact, "kept", "broken")
    'kept in 2 of 3 draws, broken in 1'
    """
    if fact.drawn is None or condition.kind not in HOLDS_OF:
        return ""
    count = len(fact.drawn)
    held = int(HOLDS_OF[condition.kind](fact.drawn, float(condition.value)).sum())
    if held in (0, count):
        return ""
    # Less than it is shown makes a limit from above hold, and one from below fail.
    helps = fact.bound == ("upper" if condition.kind == "at_most" else "lower")
    in_draws = [f"{held:,}", f"{count - held:,}"]
    if fact.bound != "none":
        kinds = ("at_least", "at_most") if helps else ("at_most", "at_least")
        in_draws = [_limit_words(kind, number) for kind, number in zip(kinds, in_draws, strict=True)]
    return f"{yes} in {in_draws[0]} of {count:,} draws, {no} in {in_draws[1]}"


def _is_equal(condition: Condition, fact: Fact) -> bool:
    value = fact.value.isoformat() if isinstance(fact.value, dt.date) else fact.value
    return value == condition.value


ANSWERS = ("kept", "broken", "met", "not met", ANSWERED, IN_PART, TO_FILL, CANNOT_TELL)


def rule_findings(packs: Sequence[RulePack], answers: pd.DataFrame) -> pd.DataFrame:
    """Return rows of table ``findings``: per pack how many tests have which answer, of all that apply."""
    rows = FindingRows()
    for pack in packs:
        given = answers.loc[answers["pack"] == pack.name, "answer"]
        for answer in ANSWERS:
            if answer not in given.to_numpy():
                continue
            name = f"rules_{pack.name}_{answer}_count".replace("-", "_").replace(" ", "_")
            rows.count(name, "rules", f"Tests of {pack.title} that are {answer}, to the stated test", int((given == answer).sum()),
                       of=len(given), what="tests of the pack that apply")  # fmt: skip
    return rows.table() if rows.rows else FINDINGS.empty()
