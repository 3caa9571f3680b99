"""Drafts of the documents that oversight laws ask for: filled where a finding answers, the rest left to a named person."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.metadata import version
from typing import Any

import pandas as pd

from overseen.assessment.findings import Assessment
from overseen.model.wording import later, retold, say
from overseen.report.completeness import ALL, UNKNOWN_SHARE, is_upper_bound
from overseen.report.compose import document
from overseen.report.declared import declared_sentences
from overseen.report.document import (
    Block,
    Caveat,
    Document,
    FillIn,
    KeyNumber,
    Map,
    Points,
    Required,
    Section,
    Table,
    Text,
)
from overseen.report.in_view import chosen_levels
from overseen.report.words import counted, number_range, percent, percent_range, rounded
from overseen.sources.packs import get_pack, pack_names

KIND = "instruments"
SENTENCES = 10
"""Findings of one pattern that are printed; the others are counted."""

MARKS = (later("read in excerpt"), later("not verified against the original"))
"""How far the text of a law was read where a requirement was taken from it."""

NEEDS = (
    ("purpose", "[[purposes]]"),
    ("necessity", "[[purposes]]"),
    ("cameras_never_needed", "[[purposes]]"),
    ("cameras_without_purpose", "[[purposes]]"),
    ("phase", later("[[phases]] with dates")),
    ("date", later("a date")),
    ("rules", later("the rules to check against, as rule packs")),
    ("register", later("a register: what is declared of each camera")),
    ("control_room", "[control_room] operators_per_shift"),
    ("storage", later("[storage] or [retention]")),
    ("retention_days", later("[storage] or [retention]")),
    ("power", later("[power] outages")),
    ("cost", later("[costs] with a currency")),
    ("residents", later("areas with residents")),
    ("places", later("sensitive places on the map")),
    ("private_ground", later("gardens and other private ground on the map")),
    ("dwellings", later("buildings with kinds that tell homes apart")),
    ("homes", later("buildings near a walking network")),
    ("masks", later("buildings with kinds that tell homes apart")),
    ("streets", later("a city with streets")),
    ("public_space", later("a city with streets")),
    ("trips", later("a city with streets")),
    ("traces", later("a city with streets")),
    ("cameras", later("a list of cameras")),
    ("heads", later("a list of cameras")),
)
"""How names of findings and declarations begin, and what a plan must give for them."""

UNIT_WORDS = {"m2": "m²", "count": "", "m_h": "metre-hours"}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that a text asks for.

    Parameters
    ----------
    text, mark
        What it asks for, in other words than its own, and one of ``MARKS``.
    by, write
        Who is to write what data cannot tell.
    findings
        Names of findings that answer it; ``*`` stands for anything, ``{lowest}``, ``{noticed}`` and ``{finest}`` for levels.
    tables
        Sections of the report whose tables belong here.
    declared
        What the plan declares that belongs here.
    map
        Whether the map belongs here.
    """

    text: str
    mark: str
    by: str
    write: str
    findings: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    map: bool = False


@dataclass(frozen=True, slots=True)
class Instrument:
    """A document that a law asks for: its sections, each a heading and requirements."""

    name: str
    title: str
    law: str
    source: str
    mark: str
    sections: tuple[tuple[str, tuple[Requirement, ...]], ...]


def instrument_names() -> tuple[str, ...]:
    """Return the names of the instruments of which drafts can be written.

    Examples
    --------
    >>> instrument_names()
    ('eu-fria', 'oakland-annual', 'seattle-sir', 'uk-dpia')
    """
    return pack_names(KIND)


def get_instrument(name: str) -> Instrument:
    """Return an instrument; KeyError if there is none of that name.

    Examples
    --------
    >>> get_instrument("eu-fria").law
    'EU AI Act, Article 27'
    """
    pack = get_pack(KIND, name)
    sections = tuple(
        (section["heading"], tuple(_requirement(entry) for entry in section["requirements"]))
        for section in pack["sections"]
    )
    return Instrument(pack["name"], pack["title"], pack["law"], pack["source"], pack["mark"], sections)


def _requirement(entry: dict[str, Any]) -> Requirement:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return Requirement(**values)


def instrument_document(assessment: Assessment, instrument: Instrument) -> Document:
    """Return a draft of an instrument, from what was found."""
    report = document(assessment)
    evidence = _Evidence(assessment, report)
    answers = [
        [(required, evidence.of(required)) for required in requirements] for _, requirements in instrument.sections
    ]
    sections = tuple(
        Section(f"section-{place}", heading, tuple(_blocks(answered)))
        for place, ((heading, _), answered) in enumerate(zip(instrument.sections, answers, strict=True), start=1)
    )
    filled = sum(answer.has_findings for answered in answers for _, answer in answered)
    total = sum(len(answered) for answered in answers)
    return Document(
        f"{instrument.title}: {report.title}",
        report.place,
        report.date,
        _answer(instrument, filled, total),
        (
            KeyNumber(f"{filled}", say("of {total}", total=total), say("requirements with findings under them")),
            KeyNumber(f"{total - filled}", say("of {total}", total=total), say("requirements without a finding")),
            *report.key_numbers[:2],
        ),
        (*sections, Section("findings", say("What the findings rest on"), _basis(report))),
        report.credit,
        version("overseen"),
        (Caveat(_reading(instrument)), *report.warnings),
    )


def _answer(instrument: Instrument, filled: int, total: int) -> tuple[str, ...]:
    return (
        say(
            "This is a draft to go on writing, after {law}: under {filled} of {requirement} stand findings of an"
            " assessment, each with its range and what it is measured against; the rest, marked “To be filled"
            " by”, is for people to write.",
            law=instrument.law,
            filled=filled,
            requirement=counted(total, "requirement"),
        ),
        say("A finding under a requirement is evidence, and does not say that the requirement is met."),
    )


def _reading(instrument: Instrument) -> str:
    return say(
        "The requirements are in other words than those of {law}, and each bears its mark: “{marks}” means"
        " that parts of the text were read ({source}), “{marks_2}” that they were told from memory. Compare"
        " them with the text in force before anything is filed. This is no legal advice.",
        law=instrument.law,
        marks=MARKS[0],
        source=instrument.source,
        marks_2=MARKS[1],
    )


def _basis(report: Document) -> tuple[Block, ...]:
    """Return what the whole report says of its limits, for who sees only the draft."""
    blocks = {section.name: section.blocks for section in report.sections}
    files = [block for block in blocks.get("sources", ()) if isinstance(block, Table)][:1]
    return (*[Text(sentence) for sentence in report.answer], *blocks.get("open", ()), *files)


def _blocks(answered: list[tuple[Requirement, _Answer]]) -> Iterator[Block]:
    for required, answer in answered:
        yield Required(required.text, required.mark)
        yield from answer.blocks
        why = say("Some of it cannot be told from the data") if answer.blocks else say("Cannot be told from the data")
        needs = "; ".join(answer.missing)
        yield FillIn(required.by, required.write, say("{why}: needs {needs}.", why=why, needs=needs) if needs else "")


def needed(name: str) -> str:
    """Return what a plan must give for a finding, or a declaration, of a name.

    Examples
    --------
    >>> needed("necessity_*_count"), needed("retention_days")
    ('[[purposes]]', '[storage] or [retention]')
    """
    return next(words for stem, words in NEEDS if name.startswith(stem))


@dataclass(frozen=True, slots=True)
class _Answer:
    """What answers a requirement, whether a finding is in it or only a declaration, and what a plan must give for the rest."""

    blocks: list[Block]
    has_findings: bool
    missing: tuple[str, ...]


class _Evidence:
    """What an assessment holds for a requirement."""

    def __init__(self, assessment: Assessment, report: Document) -> None:
        self.assessment = assessment
        self.report = report
        noticed, finest = chosen_levels(assessment)
        self.levels = {"lowest": assessment.viewing.ladder.names[0], "noticed": noticed, "finest": finest}

    def of(self, required: Requirement) -> _Answer:
        """Return what answers a requirement."""
        sentences, missing, told = [], [], set[str]()
        for pattern in required.findings:
            rows = self._rows(pattern)
            if not rows:
                missing.append(needed(pattern))
            new = [row for row in rows if row.name not in told]
            told |= {str(row.name) for row in new}
            sentences += [finding_sentence(self.assessment, row) for row in new[:SENTENCES]]
            if len(new) > SENTENCES:
                sentences.append(
                    say(
                        "{further_finding} of this kind stand in assessment.json.",
                        further_finding=counted(len(new) - SENTENCES, "further finding"),
                    )
                )
        for what in required.declared:
            said = declared_sentences(self.assessment.plan, what)
            sentences += said
            if not said:
                missing.append(needed(what))
        blocks: list[Block] = [Points(tuple(sentences))] if sentences else []
        blocks += [block for name in required.tables for block in self._blocks_of(name, Table) if block.rows]
        blocks += self._blocks_of("map", Map) if required.map else []
        has_findings = bool(told) or any(not isinstance(block, Points) for block in blocks)
        return _Answer(blocks, has_findings, tuple(dict.fromkeys(missing)))

    def _rows(self, pattern: str) -> list[pd.Series]:
        wanted = pattern.format_map(self.levels)
        rows = [row for name, row in self.assessment.findings.iterrows() if fnmatchcase(str(name), wanted)]
        # A share of nothing, and a number that was not to be had, are no answers.
        return [row for row in rows if not math.isnan(row["value"]) and row["denominator"] != 0.0]

    def _blocks_of(self, name: str, kind: type) -> list[Any]:
        return [
            block for section in self.report.sections if section.name == name for block in section.blocks
            if isinstance(block, kind)
        ]  # fmt: skip


def finding_sentence(assessment: Assessment, row: pd.Series) -> str:
    """Return a finding in words: what it is, its value as the bound that it is, its range, what it is measured against."""
    low, high = (row["value"] if math.isnan(row[end]) else row[end] for end in ("low", "high"))
    bound = {"upper": say("at most "), "lower": say("at least ")}.get(str(row["bound"]), "")
    is_known = not math.isnan(row["denominator"]) and isinstance(row["denominator_unit"], str)
    # A whole list is not measured against itself.
    if is_known and not str(row.name).endswith("_listed_count"):
        of = say(
            ", of {denominator} {denominator_unit}",
            denominator=_number(row["denominator"]),
            denominator_unit=retold(row["denominator_unit"]).replace("m2 ", "m² "),
        )
    else:
        of = ""
    if row["unit"] == "share" and bound == "at most " and row["value"] >= ALL and is_upper_bound(assessment):
        return f"{retold(row['meaning'])}: {say(UNKNOWN_SHARE)}."
    return f"{retold(row['meaning'])}: {bound}{_value(row, low, high)}{of}."


def _value(row: pd.Series, low: float, high: float) -> str:
    is_exact = low == high == row["value"]
    if row["unit"] == "share":
        width = high - low
        value, span = percent(row["value"], width=width), percent_range(low, high)
        return value if is_exact else f"{value} ({span})"
    unit = retold(UNIT_WORDS.get(str(row["unit"]), str(row["unit"])))
    # A mean over draws of what is counted is known less well than a length.
    value = _number(row["value"], digits=2 if row["unit"] == "count" and not is_exact else 3)
    words = value if is_exact else f"{value} ({_range(low, high)})"
    return f"{words} {unit}".strip()


def _range(low: float, high: float) -> str:
    is_whole = low.is_integer() and high.is_integer() and high < 1000.0
    return say("{low:.0f} to {high:.0f}", low=low, high=high) if is_whole and low != high else number_range(low, high)


def _number(value: float, *, digits: int = 3) -> str:
    """Return a number that is known exactly: counts in full, others rounded."""
    return (
        say("{value:,.0f}", value=value)
        if float(value).is_integer() and abs(value) < 1e6
        else rounded(value, digits=digits)
    )
