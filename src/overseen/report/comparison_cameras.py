"""The cameras of two lists, one to one: in both, added, gone, moved, stated differently."""

from __future__ import annotations

import pandas as pd

from overseen.assessment.camera_matching import ALIKE_SHARE, MOVED_M, TURNED_DEG
from overseen.assessment.comparison import PlanComparison
from overseen.assessment.sides import COMPARED
from overseen.model.wording import numeral, retold, say, semicolons
from overseen.report.document import Block, Section, Table, Text
from overseen.report.words import counted, rounded

CAMERAS_SHOWN = 40


def camera_section(found: PlanComparison) -> Section:
    """Return which cameras are in both lists, added, gone, moved or stated differently."""
    cameras, table = found.cameras, found.cameras.table
    listed_a, listed_b = len(found.a.cameras), len(found.b.cameras)
    both = cameras.count("both")
    rows = [
        (say("in both lists"), both, say("{listed_a:,} in A, {listed_b:,} in B", listed_a=listed_a, listed_b=listed_b)),
        (say("only in A"), cameras.count("only_a"), say("{listed_a:,} in A", listed_a=listed_a)),
        (say("only in B"), cameras.count("only_b"), say("{listed_b:,} in B", listed_b=listed_b)),
        (say("matched by identifier"), int((table["matched_by"] == "id").sum()), say("{both:,} in both", both=both)),
        (say("matched by place"), int((table["matched_by"] == "position").sum()), say("{both:,} in both", both=both)),
        (
            say("matched by place with another camera within {tolerance_m:g} m", tolerance_m=cameras.tolerance_m),
            cameras.ambiguous_count(),
            say("{both:,} in both", both=both),
        ),
        (
            say("standing more than {moved_m:g} m elsewhere in B", moved_m=MOVED_M),
            cameras.moved_count(),
            say("{both:,} in both", both=both),
        ),
        *[
            (
                say("with another {name} in B", name=retold(name.replace("_", " "))),
                count,
                say("{both:,} in both", both=both),
            )
            for name in COMPARED
            if (count := cameras.changed_count(name))
        ],
        (
            say("in use past the day until which they were to be, in A"),
            int(table["is_past_end_a"].sum()),
            say("{listed_a:,} in A", listed_a=listed_a),
        ),
        (
            say("in use past the day until which they were to be, in B"),
            int(table["is_past_end_b"].sum()),
            say("{listed_b:,} in B", listed_b=listed_b),
        ),
    ]
    counts = Table(
        say("The two lists, one to one"),
        (say("Cameras"), say("Count"), say("Of")),
        tuple((words, say("{count:,}", count=count), of) for words, count, of in rows),
        (False, True, False),
    )
    blocks: list[Block] = [Text(_matching_words(found)), counts]
    for title, chosen in (
        (say("Cameras only in B"), table["presence"] == "only_b"),
        (say("Cameras only in A"), table["presence"] == "only_a"),
        (say("Cameras that moved or are stated differently"), (table["moved_m"] > MOVED_M) | (table["changed"] != "")),
        (
            say("Cameras in use past the day until which they were to be"),
            table["is_past_end_a"] | table["is_past_end_b"],
        ),
    ):
        if chosen.any():
            blocks.append(_camera_table(title, table[chosen]))
    return Section("cameras", say("The cameras: in both, added, gone, moved, changed"), tuple(blocks))


def _camera_table(title: str, rows: pd.DataFrame) -> Table:
    more = (
        say(
            " (the first {cameras_shown} of {rows:,}; all stand in cameras_matched.csv)",
            cameras_shown=CAMERAS_SHOWN,
            rows=len(rows),
        )
        if len(rows) > CAMERAS_SHOWN
        else ""
    )
    shown = rows.head(CAMERAS_SHOWN)
    for side, other in (("camera_id_a", "camera_id_b"), ("camera_id_b", "camera_id_a")):
        if shown[other].isna().all():
            # Of one list alone there is nothing to set beside its cameras.
            named = tuple((str(name),) for name in shown[side])
            return Table(f"{title}{more}", (say("Camera"),), named, (False,))
    return Table(
        f"{title}{more}",
        (say("In A"), say("In B"), say("Apart, m"), say("Stated differently")),
        tuple(
            (
                "–" if pd.isna(row["camera_id_a"]) else str(row["camera_id_a"]),
                "–" if pd.isna(row["camera_id_b"]) else str(row["camera_id_b"]),
                "–" if pd.isna(row["moved_m"]) else rounded(row["moved_m"]),
                _changes(row["before_after"]) or "–",
            )
            for _, row in shown.iterrows()
        ),
        (False, False, True, False),
    )


def _changes(before_after: str) -> str:
    """Return what is stated differently, attribute by attribute."""
    told = []
    for change in filter(None, before_after.split("; ")):
        name, _, values = change.partition(" ")
        before, _, after = values.partition(" → ")
        told.append(f"{retold(name.replace('_', ' '))} {_stated(before)} → {_stated(after)}")
    return semicolons(told)


def _stated(value: str) -> str:
    return numeral(value) if value.isdigit() else retold(value)


def _matching_words(found: PlanComparison) -> str:
    cameras = found.cameras
    if cameras.is_one_numbering:
        first = say(
            "{identifier} stand in both lists and name the same cameras, since at least {alike_share:.0%} of"
            " them stand within {tolerance_m:g} m: these are matched by it, however far they moved.",
            identifier=counted(cameras.shared_ids, "identifier"),
            alike_share=ALIKE_SHARE,
            tolerance_m=cameras.tolerance_m,
        )
    elif cameras.shared_ids:
        first = say(
            "{identifier} stand in both lists, but most of them name cameras farther than {tolerance_m:g} m"
            " apart: they are two numberings, and only places are compared.",
            identifier=counted(cameras.shared_ids, "identifier"),
            tolerance_m=cameras.tolerance_m,
        )
    else:
        first = say("The lists share no identifier: only places are compared.")
    return say(
        "{first} The rest are paired one to one within {tolerance_m:g} m, so that the pairs are nearest"
        " together. A camera with another of the other list within that distance may be paired with it by"
        " chance; these are counted. What one list leaves open is no change; a bearing changes by more than"
        " {turned_deg:g}°, a date by what both state of it.",
        first=first,
        tolerance_m=cameras.tolerance_m,
        turned_deg=TURNED_DEG,
    )
