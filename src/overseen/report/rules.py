"""The section on rules: per pack each stated test, its answer, what it rests on, and where it is from."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from overseen.assessment.facts import Facts, facts_of, shown_number
from overseen.assessment.findings import Assessment
from overseen.assessment.rules import ANSWERS, CANNOT_TELL
from overseen.exposure.view_entries import BESIDE_M
from overseen.model.rules import READ_AS_WORDS, RulePack
from overseen.model.wording import commas, later, retold, say, say_counted, semicolons, sentence
from overseen.report.document import Block, Caveat, Section, Table, Text
from overseen.report.fact_words import fact_words
from overseen.report.references import references_in, targets_of
from overseen.report.words import counted, number_range, percent, percent_range
from overseen.sources.evidence import evidence_for

NAME, HEADING = "rules", later("Rules: does it keep to its own terms")

WHAT = later(
    "Each rule is a test stated in plain words, and each answer is an answer to that test: none is a verdict on law. Kept and broken"
    " are said only where the whole range that holds 90 % of the draws lies on one side of the limit; a range that holds the limit,"
    " and a bound on its wrong side, answer nothing; then the draws on either side are counted. What the plan does not declare is never taken for a no. What an answer"
    " rests on is named row by row, by its table or by its place in the plan file, and leads there; rules.csv holds all of it."
)

TONES = {"kept": "good", "not met": "good", "broken": "bad", "met": "bad"}
"""How the answer to a test looks beside it."""

NO_PACKS = later(
    "The plan names no rule packs, so no test was asked. overseen rules list shows those that ship, among them national limits of"
    " retention and the sections of several impact assessments; packs = [...] under [rules] of the plan file names them, or a file of"
    " your own."
)


def rules_section(assessment: Assessment) -> Section:
    """Return the section; it says so where no pack is named."""
    blocks: list[Block] = [Text(WHAT if assessment.plan.rules else say(NO_PACKS))]
    governed = assessment.governed
    if governed is not None:
        facts = facts_of(assessment.plan, assessment.findings)
        for pack in assessment.plan.rules:
            blocks += _pack_blocks(pack, governed.rules[governed.rules["pack"] == pack.name], facts)
    blocks += [*_hours(assessment), *_signs(assessment), _evidence(assessment)]
    return Section(NAME, HEADING, tuple(blocks))


def _pack_blocks(pack: RulePack, answers: pd.DataFrame, facts: Facts) -> list[Block]:
    counts = [(answer, int((answers["answer"] == answer).sum())) for answer in ANSWERS]
    told = commas(say("{number:,} {answer}", number=number, answer=answer) for answer, number in counts if number)
    text = say(
        "{title} ({jurisdiction}): of {test} that apply, {told}, each to the stated test. Read: {source};"
        " {read_as_words}.",
        title=pack.title,
        jurisdiction=pack.jurisdiction,
        test=counted(len(answers), "test"),
        told=told,
        source=pack.source,
        read_as_words=READ_AS_WORDS[pack.read_as],
    )
    is_open = answers["answer"] == CANNOT_TELL
    told_of, left = answers[~is_open], answers[is_open]
    tables: list[Block] = []
    if len(told_of):
        tables.append(_answer_table(say("{title}: answers to the stated tests", title=pack.title), told_of, facts))
    if len(left):
        caption = say_counted(
            "{title}: {number:,} test that cannot be answered, and what it needs",
            "{title}: {number:,} tests that cannot be answered, and what each needs",
            len(left),
            title=pack.title,
        )
        tables.append(replace(_answer_table(caption, left, facts), is_detail=True))
    return [Text(text), *tables]


def _answer_table(caption: str, answers: pd.DataFrame, facts: Facts) -> Table:
    """Return tests with their answers, a card each; what an answer rests on and where the test is from is for who looks it up."""
    heads = ("Test", "Answer", "Found", say("Needs"), say("Rests on"), "From")
    rows = tuple(
        (
            _test(row),
            str(row["answer"]),
            _found(row, facts),
            _needs(row),
            _said(row, "evidence"),
            f"{say(str(row['citation']))} ({retold(READ_AS_WORDS[str(row['read_as'])])})",
        )
        for _, row in answers.iterrows()
    )
    evidence = answers["evidence"].dropna().astype(str)
    targets = targets_of(one for words in evidence for one in references_in(words))
    tones = tuple(TONES.get(str(answer), "open") for answer in answers["answer"])
    return Table(
        caption, heads, rows, (False,) * len(heads), targets=targets, is_read_row_by_row=True, mark=1, tones=tones, asides=(4, 5)
    )  # fmt: skip


def _said(row: pd.Series, name: str) -> str:
    return "" if pd.isna(row[name]) else str(row[name])


def _test(row: pd.Series) -> str:
    limit = _said(row, "limit")
    test = retold(str(row["test"]))
    return f"{test} [{retold(limit)}]" if "figure" in limit else test


def _found(row: pd.Series, facts: Facts) -> str:
    """Return what was found, and why it answers nothing; empty where nothing was."""
    names = str(row["reads"]).split() if _said(row, "found") else []
    reason = _said(row, "reason")
    return semicolons(
        [*(fact_words(facts[name]) for name in names if name in facts), *([retold(reason)] if reason else [])]
    )


def _needs(row: pd.Series) -> str:
    parts = [sentence(retold(row["needs"]))] if _said(row, "needs") else []
    if row["answer"] in ("to be filled", "answered in part", CANNOT_TELL) and _said(row, "filled_by"):
        parts.append(say("to be filled by {filled_by}", filled_by=retold(row["filled_by"])))
    return semicolons(part for part in parts if part)


def _row(assessment: Assessment, name: str) -> pd.Series | None:
    return assessment.findings.loc[name] if name in assessment.findings.index else None


def _hours(assessment: Assessment) -> list[Block]:
    hours, beyond = (_row(assessment, name) for name in ("camera_hours_per_week", "hours_beyond_need_per_week"))
    end = _row(assessment, "cameras_past_permission_count")
    if hours is None:
        first = say(
            "Whether cameras run longer than needed: {cannot_tell}; needs [governance] hours in the plan file.",
            cannot_tell=say(CANNOT_TELL),
        )
    else:
        first = say(
            "As declared, cameras run {shown_number} of {shown_number_2} camera-hours of a week ({value}).",
            shown_number=shown_number(hours["value"]),
            shown_number_2=shown_number(hours["denominator"]),
            value=percent(hours["value"] / hours["denominator"] if hours["denominator"] else 0.0),
        )
        if beyond is None:
            first += say(
                " How much of that is needed: {cannot_tell}; needs hours_needed of every purpose.",
                cannot_tell=say(CANNOT_TELL),
            )
        else:
            first += say(
                " No purpose needs {low} of their {shown_number} hours of a week; the ends of the range stand for"
                " purposes that need different hours, and the same.",
                low=number_range(beyond["low"], beyond["high"]),
                shown_number=shown_number(beyond["denominator"]),
            )
    if end is None:
        second = say(
            "Whether cameras outlast their permission: {cannot_tell}; needs [governance] until and [plan] date.",
            cannot_tell=say(CANNOT_TELL),
        )
    else:
        second = say(
            "{meaning}: {camera} of {denominator:,.0f} stand past that day.",
            meaning=retold(end["meaning"]),
            camera=counted(end["value"], "camera"),
            denominator=end["denominator"],
        )
    return [Text(f"{first} {second}")]


def _signs(assessment: Assessment) -> list[Block]:
    entries, share = (_row(assessment, name) for name in ("entries_into_view_count", "entries_with_sign_share"))
    if entries is None:
        return [
            Text(
                say(
                    "Signs before the view: {cannot_tell}; needs streets that can be walked.",
                    cannot_tell=say(CANNOT_TELL),
                )
            )
        ]
    text = say(
        "Walkable streets pass into what some camera could look at, at {names}, in {least}{spread} places,"
        " counted in {draws}.",
        names=assessment.viewing.ladder.names[0],
        least=_least(entries),
        spread=_spread(entries),
        draws=_draws(entries),
    )
    unmapped = _row(assessment, "entries_into_view_unmapped_count")
    if unmapped is not None and unmapped["high"] > 0.0:
        text += say(
            " A further {spread} lie where the map lacks buildings; with those there might be more or fewer, so"
            " that they are counted apart and bound nothing.",
            spread=_spread(unmapped),
        )
    if share is None:
        text += say(
            " Whether a sign stands before them: {cannot_tell}; needs [governance] signs in the plan file.",
            cannot_tell=say(CANNOT_TELL),
        )
        return [Text(text)]
    text += say(
        " {meaning}: {value} ({low}). Table view_entries, in assessment.json, tells on which streets signs"
        " are missing.",
        meaning=retold(share["meaning"]),
        value=percent(share["value"], width=share["high"] - share["low"]),
        low=percent_range(share["low"], share["high"]),
    )
    note = say(
        "A sign counts where it stands within {beside_m:g} m of a street that is out of view and leads to"
        " the entry, not farther than the stated distance along the way. Whether it can be read, and what it"
        " says, is not examined. Plate readers are left out.",
        beside_m=BESIDE_M,
    )
    return [Text(text), Caveat(note)]


def _least(row: pd.Series) -> str:
    return say("at least ") if row["bound"] == "lower" else ""


def _spread(row: pd.Series) -> str:
    low, high = say("{low:,.0f}", low=row["low"]), say("{high:,.0f}", high=row["high"])
    return say("{value:,.0f}", value=row["value"]) + (
        "" if low == high else say(" ({low} to {high})", low=low, high=high)
    )


def _draws(row: pd.Series) -> str:
    return retold(str(row["denominator_unit"]).rsplit("; ", maxsplit=1)[-1])


def _evidence(assessment: Assessment) -> Block:
    setting = assessment.plan.governance.setting
    where = say("the declared setting, {setting}", setting=setting) if setting else say("cameras in general")
    caption = say("What has been published on whether cameras help: {where}", where=where)
    if setting is None:
        caption += say(
            ". For the place at hand: {cannot_tell}; needs [governance] setting in the plan file",
            cannot_tell=say(CANNOT_TELL),
        )
    rows = tuple(
        (
            commas(map(retold, one.settings)) or say("any"),
            retold(one.words),
            f"{one.source} ({retold(READ_AS_WORDS[one.read_as])})",
        )
        for one in evidence_for(setting)
    )
    return Table(caption, (say("Setting"), say("Found"), say("Source")), rows, (False, False, False), is_detail=True)
