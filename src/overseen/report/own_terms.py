"""What was found of a plan's own terms, in one sentence for who reads no further than the first page."""

from __future__ import annotations

import pandas as pd

from overseen.assessment.findings import Assessment
from overseen.assessment.rules import CANNOT_TELL
from overseen.model.wording import commas, say, say_counted, semicolons
from overseen.report.words import number_between, percent, with_range

PURPOSES_NAMED = 2
"""Of so many purposes each is told; of more, how many are reached."""

HELD = ("kept", "broken", CANNOT_TELL)
"""Answers of tests that the first page counts: what only calls for an assessment is neither kept nor broken."""


def own_terms_sentence(assessment: Assessment) -> str | None:
    """Return how a plan holds against what it declares itself; None where it declares nothing that can be held against it."""
    clauses = (
        *_purposes(assessment),
        *_needed(assessment),
        *_shares(assessment),
        *_budget(assessment),
        *_rules(assessment),
    )
    if not clauses:
        return None
    return say("Held against what the plan declares: {clauses}.", clauses=semicolons(clauses))


def _row(assessment: Assessment, name: str) -> pd.Series | None:
    table = assessment.findings
    return table.loc[name] if name in table.index and not pd.isna(table.loc[name, "value"]) else None


def _purposes(assessment: Assessment) -> list[str]:
    found = assessment.purposes
    if found is None or found.purposes.empty:
        return []
    if len(found.purposes) > PURPOSES_NAMED:
        return [
            say(
                "{reached:,} of {purposes:,} purposes are reached in every draw",
                reached=int((found.purposes["verdict"] == "suitable").sum()),
                purposes=len(found.purposes),
            )
        ]
    told = []
    for name, purpose in found.purposes.iterrows():
        values = (float(purpose[f"in_view{part}_share"]) for part in ("", "_low", "_high"))
        in_view = pd.Series(dict(zip(("value", "low", "high"), values, strict=True)))
        told.append(
            say(
                "of the zones of “{name}” {in_view} is in view at any one moment, where it asks for {asked}",
                name=name,
                in_view=with_range(in_view),
                asked=percent(purpose["required_share"]),
            )
        )
    return told


def _needed(assessment: Assessment) -> list[str]:
    needed = _row(assessment, "necessity_needed_only_camera_count")
    if needed is None:
        return []
    return [
        say(
            "{needed} of {given:,.0f} cameras would serve its purposes as far",
            needed=number_between(needed["value"], needed["low"], needed["high"]),
            given=needed["denominator"],
        )
    ]


def _shares(assessment: Assessment) -> list[str]:
    watched, delivered = (_row(assessment, name) for name in ("control_room_watched_share", "power_recording_share"))
    told = []
    if watched is not None:
        told.append(say("at most {share} of camera-hours are watched", share=with_range(watched)))
    if delivered is not None:
        told.append(say("with power cuts {share} of camera-hours are recorded", share=with_range(delivered)))
    return told


def _budget(assessment: Assessment) -> list[str]:
    row = _row(assessment, "cost_budget_covered_share")
    if row is None:
        return []
    if row["value"] == 0.0:
        return [say("the declared budget does not cover the cost in any draw")]
    most = say("at most ") if row["bound"] == "upper" else ""
    return [
        say("the declared budget covers the cost in {most}{share} of the draws", most=most, share=percent(row["value"]))
    ]


def _rules(assessment: Assessment) -> list[str]:
    if assessment.governed is None:
        return []
    answers = assessment.governed.rules["answer"]
    tests = answers[answers.isin(HELD)]
    if tests.empty:
        return []
    told = commas(
        say("{number:,} {answer}", number=int((tests == answer).sum()), answer=answer)
        for answer in HELD
        if (tests == answer).any()
    )
    return [
        say_counted(
            "of {number:,} test of rules: {told}", "of {number:,} tests of rules: {told}", len(tests), told=told
        )
    ]
