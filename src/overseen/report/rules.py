"""The section on rules: per pack each stated test, its answer, what it rests on, and where it is from."""

from __future__ import annotations

import pandas as pd

from overseen.assessment.facts import shown_number
from overseen.assessment.findings import Assessment
from overseen.assessment.rules import ANSWERS, CANNOT_TELL
from overseen.exposure.view_entries import BESIDE_M
from overseen.model.rules import READ_AS_WORDS, RulePack
from overseen.report.document import Block, Caveat, Section, Table, Text
from overseen.report.references import references_in, targets_of
from overseen.report.words import counted, number_range, percent, percent_range
from overseen.sources.evidence import evidence_for

NAME, HEADING = "rules", "Rules: does it keep to its own terms"

WHAT = (
    "Each rule is a test stated in plain words, and each answer is an answer to that test: none is a verdict on law. Kept and broken"
    " are said only where the whole range that holds 90 % of the draws lies on one side of the limit; a range that holds the limit,"
    " and a bound on its wrong side, answer nothing; then the draws on either side are counted. What the plan does not declare is never taken for a no. The column Rests on"
    " names rows by their table, or the place in the plan file, and leads to them; rules.csv holds all of it."
)

NO_PACKS = (
    "The plan names no rule packs, so no test was asked. overseen rules list shows those that ship, among them national limits of"
    " retention and the sections of several impact assessments; packs = [...] under [rules] of the plan file names them, or a file of"
    " your own."
)


def rules_section(assessment: Assessment) -> Section:
    """Return the section; it says so where no pack is named."""
    blocks: list[Block] = [Text(WHAT if assessment.plan.rules else NO_PACKS)]
    governed = assessment.governed
    if governed is not None:
        for pack in assessment.plan.rules:
            blocks += _pack_blocks(pack, governed.rules[governed.rules["pack"] == pack.name])
    blocks += [*_hours(assessment), *_signs(assessment), _evidence(assessment)]
    return Section(NAME, HEADING, tuple(blocks))


def _pack_blocks(pack: RulePack, answers: pd.DataFrame) -> list[Block]:
    counts = [(answer, int((answers["answer"] == answer).sum())) for answer in ANSWERS]
    told = ", ".join(f"{number} {answer}" for answer, number in counts if number)
    text = (
        f"{pack.title} ({pack.jurisdiction}): of {counted(len(answers), 'test')} that apply, {told}, each to the stated test. Read:"
        f" {pack.source}; {READ_AS_WORDS[pack.read_as]}."
    )
    heads = ("Test", "Answer", "Found", "Rests on, or needs", "From")
    rows = tuple(
        (
            _test(row),
            str(row["answer"]),
            _found(row),
            _rests_on(row),
            f"{row['citation']} ({READ_AS_WORDS[str(row['read_as'])]})",
        )
        for _, row in answers.iterrows()
    )
    caption = f"{pack.title}: answers to the stated tests"
    evidence = answers["evidence"].dropna().astype(str)
    targets = targets_of(one for words in evidence for one in references_in(words))
    return [Text(text), Table(caption, heads, rows, (False,) * len(heads), targets=targets)]


def _said(row: pd.Series, name: str) -> str:
    return "" if pd.isna(row[name]) else str(row[name])


def _test(row: pd.Series) -> str:
    limit = _said(row, "limit")
    return f"{row['test']} [{limit}]" if "figure" in limit else str(row["test"])


def _found(row: pd.Series) -> str:
    found, reason = _said(row, "found") or "nothing", _said(row, "reason")
    return f"{found}; {reason}" if reason else found


def _rests_on(row: pd.Series) -> str:
    parts = [_said(row, "evidence")]
    if _said(row, "needs"):
        parts.append(f"needs {row['needs']}")
    if row["answer"] in ("to be filled", "answered in part", CANNOT_TELL) and _said(row, "filled_by"):
        parts.append(f"to be filled by {row['filled_by']}")
    return "; ".join(part for part in parts if part)


def _row(assessment: Assessment, name: str) -> pd.Series | None:
    return assessment.findings.loc[name] if name in assessment.findings.index else None


def _hours(assessment: Assessment) -> list[Block]:
    hours, beyond = (_row(assessment, name) for name in ("camera_hours_per_week", "hours_beyond_need_per_week"))
    end = _row(assessment, "cameras_past_permission_count")
    if hours is None:
        first = f"Whether cameras run longer than needed: {CANNOT_TELL}; needs [governance] hours in the plan file."
    else:
        first = (
            f"As declared, cameras run {shown_number(hours['value'])} of {shown_number(hours['denominator'])} camera-hours of a week"
            f" ({percent(hours['value'] / hours['denominator'] if hours['denominator'] else 0.0)})."
        )
        if beyond is None:
            first += f" How much of that is needed: {CANNOT_TELL}; needs hours_needed of every purpose."
        else:
            first += (
                f" No purpose needs {number_range(beyond['low'], beyond['high'])} of their {shown_number(beyond['denominator'])} hours"
                " of a week; the ends of the range stand for purposes that need different hours, and the same."
            )
    if end is None:
        second = f"Whether cameras outlast their permission: {CANNOT_TELL}; needs [governance] until and [plan] date."
    else:
        second = (
            f"{end['meaning']}: {counted(end['value'], 'camera')} of {end['denominator']:,.0f} stand past that day."
        )
    return [Text(f"{first} {second}")]


def _signs(assessment: Assessment) -> list[Block]:
    entries, share = (_row(assessment, name) for name in ("entries_into_view_count", "entries_with_sign_share"))
    if entries is None:
        return [Text(f"Signs before the view: {CANNOT_TELL}; needs streets that can be walked.")]
    text = (
        f"Walkable streets pass into what some camera could look at, at {assessment.viewing.ladder.names[0]}, in"
        f" {_least(entries)}{_spread(entries)} places, counted in {_draws(entries)}."
    )
    unmapped = _row(assessment, "entries_into_view_unmapped_count")
    if unmapped is not None:
        text += (
            f" A further {_spread(unmapped)} lie where the map lacks buildings; with those there might be more or fewer, so that they"
            " are counted apart and bound nothing."
        )
    if share is None:
        text += f" Whether a sign stands before them: {CANNOT_TELL}; needs [governance] signs in the plan file."
        return [Text(text)]
    text += (
        f" {share['meaning']}: {percent(share['value'], width=share['high'] - share['low'])}"
        f" ({percent_range(share['low'], share['high'])}). Table view_entries, in assessment.json, tells on which streets signs are missing."
    )
    note = (
        f"A sign counts where it stands within {BESIDE_M:g} m of a street that is out of view and leads to the entry, not farther than the"
        " stated distance along the way. Whether it can be read, and what it says, is not examined. Plate readers are left out."
    )
    return [Text(text), Caveat(note)]


def _least(row: pd.Series) -> str:
    return "at least " if row["bound"] == "lower" else ""


def _spread(row: pd.Series) -> str:
    low, high = f"{row['low']:,.0f}", f"{row['high']:,.0f}"
    return f"{row['value']:,.0f}" + ("" if low == high else f" ({low} to {high})")


def _draws(row: pd.Series) -> str:
    return str(row["denominator_unit"]).rsplit("; ", maxsplit=1)[-1]


def _evidence(assessment: Assessment) -> Block:
    setting = assessment.plan.governance.setting
    where = f"the declared setting, {setting}" if setting else "cameras in general"
    caption = f"What has been published on whether cameras help: {where}"
    if setting is None:
        caption += f". For the place at hand: {CANNOT_TELL}; needs [governance] setting in the plan file"
    rows = tuple(
        (", ".join(one.settings) or "any", one.words, f"{one.source} ({READ_AS_WORDS[one.read_as]})")
        for one in evidence_for(setting)
    )
    return Table(caption, ("Setting", "Found", "Source"), rows, (False, False, False))
