"""What answers rest on: rows of the run's tables and places in the plan file, each with an anchor in the report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from overseen.assessment.facts import Fact, facts_of, shown_number
from overseen.assessment.findings import Assessment
from overseen.model.wording import later, numeral, retold, say
from overseen.report.differences import difference_words
from overseen.report.document import Section, Table, Text
from overseen.report.fact_words import denominator_words, fact_value

NAME, HEADING = "evidence", later("The rows behind the answers")

PLAN = "plan file"
"""Stands where a table's name does, for what is looked up in the plan file."""

RIVAL = "rival/comparison"
FILES = {PLAN: later("the plan file"), RIVAL: "rival/comparison.csv"}
"""Files of what is no table of the run itself; those stand in the folder ``tables``."""

BETWEEN = "; "

WHAT = later(
    "Every row that the answers to statements and rules name, once. A row is looked up in its file by the name in its first column;"
    " findings stand in assessment.json too. What a row was computed from stands under Sources, with the checksum of every file, and"
    " how, under How it was computed."
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A row of a table, or a place in the plan file."""

    table: str
    row: str

    @property
    def words(self) -> str:
        """How it is named wherever something rests on it."""
        return f"{self.table}: {self.row}"

    @property
    def anchor(self) -> str:
        """Its anchor in the report; no two differ in their words and share one."""
        return "row-" + re.sub(r"[^A-Za-z0-9_]", lambda odd: f"-{ord(odd.group()):x}-", self.words)

    @property
    def file(self) -> str:
        """The file in which it is looked up."""
        return FILES.get(self.table, f"tables/{self.table}.csv")


def references_in(words: str) -> tuple[Reference, ...]:
    """Return the references that words name, as the evidence of a rule has them.

    Examples
    --------
    >>> [one.file for one in references_in("findings: cost_total; plan file: [plan] date")]
    ['tables/findings.csv', 'the plan file']
    """
    parts = (part.partition(": ") for part in words.split(BETWEEN) if part)
    return tuple(Reference(table, row) for table, _, row in parts)


def targets_of(references: Iterable[Reference]) -> dict[str, str]:
    """Return the anchor of every reference by the words that name it."""
    return {one.words: one.anchor for one in references}


def rule_references(assessment: Assessment) -> tuple[Reference, ...]:
    """Return what the answers to rules rest on, each once, in their order."""
    if assessment.governed is None:
        return ()
    evidence = assessment.governed.rules["evidence"].dropna()
    return tuple(dict.fromkeys(one for words in evidence for one in references_in(str(words))))


def evidence_section(assessment: Assessment, references: Iterable[Reference]) -> tuple[Section, ...]:
    """Return the section that shows each row once; none where nothing rests on any."""
    found = tuple(dict.fromkeys(references))
    if not found:
        return ()
    facts = facts_of(assessment.plan, assessment.findings.iloc[:0]).values()
    # A key read in two units stands here in its own, the first.
    declared = {fact.evidence: fact for fact in reversed(facts)}
    rows = tuple((one.row, one.file, *_told(assessment, one, declared)) for one in found)
    columns = ("Row", "File", "Value", "Of", "Meaning")
    caption = say("Rows that answers rest on: mean of the draws, and in brackets the range that holds 90 % of them")
    table = Table(caption, columns, rows, (False, False, True, True, False), anchors=tuple(one.anchor for one in found))
    return (Section(NAME, say(HEADING), (Text(say(WHAT)), table)),)


def _told(assessment: Assessment, one: Reference, declared: Mapping[str, Fact]) -> tuple[str, str, str]:
    """Return value, denominator and meaning of a row in words."""
    if one.table == PLAN:
        fact = declared[one.words]
        return fact_value(fact), "", retold(fact.meaning)
    row = row_of(assessment, one)
    if one.table == RIVAL and assessment.rival is not None:
        return (
            difference_words(row),
            "",
            say("{meaning}: {name} less this plan", meaning=retold(row["meaning"]), name=assessment.rival.b.name),
        )
    of = "" if pd.isna(row["denominator"]) else denominator_words(float(row["denominator"]), row["denominator_unit"])
    return _value(row), of, retold(str(row["meaning"]))


def row_of(assessment: Assessment, one: Reference) -> pd.Series:
    """Return the row that a reference names.

    Raises
    ------
    KeyError
        If there is no such row.
    """
    if one.table == RIVAL and assessment.rival is not None:
        return assessment.rival.findings.loc[one.row]
    if one.table == "phases" and assessment.phases is not None:
        return assessment.phases.loc[one.row]
    if one.table == "findings":
        return assessment.findings.loc[one.row]
    raise KeyError(one.words)


def _value(row: pd.Series) -> str:
    scale, unit = (100.0, "%") if row["unit"] == "share" else (1.0, str(row["unit"]))
    most = {"upper": say("at most "), "lower": say("at least ")}.get(str(row["bound"]), "")
    words = f"{most}{numeral(shown_number(scale * float(row['value'])))}"
    if not pd.isna(row["low"]) and row["low"] != row["high"]:
        words += say(
            " ({shown_number} to {shown_number_2})",
            shown_number=numeral(shown_number(scale * float(row["low"]))),
            shown_number_2=numeral(shown_number(scale * float(row["high"]))),
        )
    return words if unit in ("count", "") else f"{words} {retold(unit)}"
