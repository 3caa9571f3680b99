"""Rules: stated tests, each with what it reads, its limit and where it is from. No answer to a test is a verdict on law."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RuleKind = Literal["limit", "trigger", "section"]
ReadAs = Literal["original", "excerpt", "memory"]
ConditionKind = Literal["at_most", "at_least", "more_than", "is", "is_declared"]

READ_AS_WORDS = {
    "original": "read in the original",
    "excerpt": "not verified against the original: an excerpt was read",
    "memory": "not verified against the original: from memory",
}
"""How the text behind a rule was read, as the report prints it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a fact must be for a test to hold.

    Parameters
    ----------
    kind
        ``at_most``, ``at_least``, ``more_than`` a figure; ``is`` a word, true or false; ``is_declared`` at all.
    value
        The figure, word or flag.
    is_judgement
        Whether the figure is overseen's own, since the text gives none.
    """

    kind: ConditionKind
    value: float | str | bool
    is_judgement: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One stated test.

    Parameters
    ----------
    rule_id
        Its name within the pack.
    test
        The test in plain words.
    kind
        ``limit`` is kept or broken, ``trigger`` met or not, ``section`` answered or to be filled by somebody.
    reads
        Names of facts; one for a limit or a trigger. ``{lowest}``, ``{noticed}`` and ``{finest}`` stand for detail levels.
    condition
        What the fact must be; None for a section.
    citation, read_as
        Where the test is from, and how that text was read.
    needs
        What is to be declared or computed where the fact is not there; empty: the fact says so itself.
    filled_by
        Who must answer what data cannot.
    choice
        The value of the pack's ``chosen_by`` for which the rule stands; empty: any.
    """

    rule_id: str
    test: str
    kind: RuleKind
    reads: tuple[str, ...]
    condition: Condition | None
    citation: str
    read_as: ReadAs
    needs: str = ""
    filled_by: str = ""
    choice: str = ""


@dataclass(frozen=True, slots=True)
class RulePack:
    """Rules from one instrument, or of one sort.

    Parameters
    ----------
    name, title, jurisdiction, source, read_as
        What the plan calls it, what it is, where it holds, where it was read, and how.
    rules
        The tests.
    chosen_by
        The fact that tells which of them apply; empty: all do.
    """

    name: str
    title: str
    jurisdiction: str
    source: str
    read_as: ReadAs
    rules: tuple[Rule, ...]
    chosen_by: str = ""
