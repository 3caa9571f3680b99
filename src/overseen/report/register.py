"""The section on the register: what is not known of how many cameras, and who may see what."""

from __future__ import annotations

from overseen.assessment.findings import Assessment
from overseen.assessment.register import GAPS, ITEMS, who_sees
from overseen.model.wording import later, say
from overseen.report.document import Block, Section, Table, Text
from overseen.report.words import counted, percent

NAME, HEADING = "register", later("The register: who answers for the cameras, and who may see what")
PARTIES_SHOWN = 30

WHAT = later(
    "register.csv holds one row per listed camera: who runs, supplied and made it, what it can do, its purpose, legal basis,"
    " retention, sharing, dates, phase and status, each with where that is from, or why it is not known. What the plan declares for"
    " all cameras is marked so. Names of persons are kept nowhere. In the CSV files, words that a spreadsheet would take for a formula"
    " have an apostrophe before them."
)


def register_section(assessment: Assessment) -> Section:
    """Return the section."""
    if assessment.governed is None:
        return Section(NAME, HEADING, (Text(say("The register was not made.")),))
    return Section(NAME, HEADING, (Text(WHAT), _gaps(assessment), *_parties(assessment)))


def _gaps(assessment: Assessment) -> Block:
    rows = []
    for item in GAPS:
        row = assessment.findings.loc[f"register_{item}_missing_count"]
        count, of = row["value"], row["denominator"]
        rows.append((ITEMS[item], say("{count:,.0f}", count=count), percent(count / of) if of else "", str(row.name)))
    cameras = counted(len(assessment.plan.network.cameras), "listed camera")
    caption = say("Gaps: of how many of the {cameras} the register does not say it", cameras=cameras)
    return Table(
        caption,
        (say("Item"), say("Not known of"), say("Share"), say("Finding")),
        tuple(rows),
        (False, True, True, False),
    )


def _parties(assessment: Assessment) -> list[Block]:
    assert assessment.governed is not None  # noqa: S101 - asked before
    sharing, declared = assessment.governed.sharing, assessment.plan.governance.sharing
    blocks: list[Block] = []
    if not (sharing["relation"] == "sees").any():
        blocks.append(
            Text(
                say(
                    "The plan declares that nobody beside who runs the cameras may see what they see; that was not checked."
                )
            )
            if declared is not None
            else Text(
                say(
                    "Who beside the operators may see what the cameras see: cannot tell; needs [governance] sharing in the plan"
                    " file, or a column of the list."
                )
            )
        )
    counts = who_sees(sharing)
    if counts.empty:
        return blocks
    rows = tuple(
        (
            str(row.party),
            str(row.relation),
            str(row.what),
            say("{cameras:,}", cameras=row.cameras),
            say("declared for all") if row.for_all else say("camera by camera"),
        )
        for row in counts.head(PARTIES_SHOWN).itertuples()
    )
    shown = (
        ""
        if len(counts) <= PARTIES_SHOWN
        else say(", the first {parties_shown} of {counts:,}", parties_shown=PARTIES_SHOWN, counts=len(counts))
    )
    caption = say(
        "Who runs, supplies or may see how many cameras, as declared{shown}; register_sharing.csv holds each camera",
        shown=shown,
    )
    heads = ("Party", "Relation", "What", "Cameras", "Declared")
    return [*blocks, Table(caption, heads, rows, (False, False, False, True, False))]
