"""Tables of what changes: from step to step of a plan, and from one plan or run to another."""

from __future__ import annotations

from overseen.model.schema.description import Column, Table, flag, number, text
from overseen.model.schema.vocabulary import BOUNDS, VIEWS

PHASES = Table(
    "phases",
    "One number at one step of the roll-out: the baseline, or the first day of a phase.",
    text("step_finding", "Step and identifier of the number"),
    (
        text("step", "Name of the phase, or baseline: the day before the first"),
        text("date", "The day, ISO 8601"),
        text("finding", "Identifier of the number, as in the findings"),
        text("view", "Reachable, at once, or none", *VIEWS, is_nullable=True),
        text("level", "Detail level, or none", is_nullable=True),
        Column("value", "number", "see unit", "Mean over the draws, or the count"),
        Column("low", "number", "see unit", "5 % of the draws lie below", is_nullable=True),
        Column("high", "number", "see unit", "95 % of the draws lie below", is_nullable=True),
        Column("added_value", "number", "see unit", "What the step adds, mean over the draws", is_nullable=True),
        Column("added_low", "number", "see unit", "5 % of the draws add less", is_nullable=True),
        Column("added_high", "number", "see unit", "95 % of the draws add less", is_nullable=True),
        Column("since_baseline_value", "number", "see unit", "What is added to the baseline by then", is_nullable=True),
        Column("since_baseline_low", "number", "see unit", "5 % of the draws add less", is_nullable=True),
        Column("since_baseline_high", "number", "see unit", "95 % of the draws add less", is_nullable=True),
        text("bound", "Whether the value is an upper or a lower bound, as in the findings", *BOUNDS),
        text("unit", "Unit of all of these"),
        Column("denominator", "number", "see denominator_unit", "What the value is a part of", is_nullable=True),
        text("denominator_unit", "Unit and meaning of the denominator", is_nullable=True),
        text("meaning", "The number in words"),
    ),
)


BASES = ("same_run", "exact", "paired", "bounds", "not_comparable")

CHANGES = ("rises", "falls", "unchanged", "no_difference_told", "cannot_tell")

COMPARISON = Table(
    "comparison",
    "One finding of two plans, runs or phases, A and B, and its signed difference B − A.",
    text("finding", "Identifier of the number, as in the findings of both"),
    (
        text("subject", "What is measured, as in the findings"),
        text("view", "Reachable, at once, or none", *VIEWS, is_nullable=True),
        text("level", "Detail level, or none", is_nullable=True),
        text("unit", "Unit of all values"),
        *[
            column
            for side in ("a", "b")
            for column in (
                Column(f"{side}_value", "number", "see unit", f"The finding in {side.upper()}", is_nullable=True),
                Column(f"{side}_low", "number", "see unit", f"Low end of it in {side.upper()}", is_nullable=True),
                Column(f"{side}_high", "number", "see unit", f"High end of it in {side.upper()}", is_nullable=True),
                Column(
                    f"{side}_denominator",
                    "number",
                    "see denominator_unit",
                    f"What it is a part of in {side.upper()}",
                    is_nullable=True,
                ),
                text(f"{side}_bound", f"Whether it is a bound in {side.upper()}", *BOUNDS, is_nullable=True),
            )
        ],
        text("denominator_unit", "Unit and meaning of the denominators", is_nullable=True),
        Column("value", "number", "see unit", "B − A", is_nullable=True),
        Column("low", "number", "see unit", "Low end of the difference", is_nullable=True),
        Column("high", "number", "see unit", "High end of the difference", is_nullable=True),
        text(
            "basis",
            "Whence low and high: same_run: A and B are one and the same; exact: neither has an interval; paired: 5 and 95 % of the"
            " differences within each draw; bounds: the farthest that the two intervals allow, which is wider; not_comparable: the"
            " number is not in both, or not of one unit",
            *BASES,
        ),
        text("change", "What may be said: no difference is told where low to high holds zero", *CHANGES),
        text("meaning", "The number in words"),
    ),
)


PRESENCES = ("both", "only_a", "only_b")

CAMERA_MATCHES = Table(
    "cameras_matched",
    "One camera of two lists: in both, or in one of them.",
    text("match_id", "Its identifier in A, and in B"),
    (
        text("presence", "In both lists, or only in A or B", *PRESENCES),
        text("camera_id_a", "Its identifier in A", is_nullable=True),
        text("camera_id_b", "Its identifier in B", is_nullable=True),
        text("matched_by", "Whether one identifier or the place makes them one", "id", "position", is_nullable=True),
        number("moved_m", "m", "Distance between the places in the two lists", is_nullable=True),
        text("changed", "Attributes that both lists state, differently: names separated by spaces"),
        text("before_after", "What they state of those, A → B, separated by semicolons"),
        flag("is_ambiguous", "Whether another camera of either list stands near enough to be the same"),
        flag("is_past_end_a", "In use in A past the day until which it was to be"),
        flag("is_past_end_b", "In use in B past the day until which it was to be"),
        Column("geometry", "point", "m in the frame of the comparison", "Its place in B, else in A"),
    ),
)


STREET_CHANGES = Table(
    "street_changes",
    "One counted street of a city that both were examined in.",
    text("street_id", "Identifier, as in the city"),
    (
        text("name", "Its name", is_nullable=True),
        number("length_m", "m", "Length inside the study boundary"),
        Column(
            "difference_share",
            "number",
            "share",
            "Share of it in view, reachable, at the watched level: B − A",
            -1.0,
            1.0,
        ),
        Column("geometry", "line", "m in the city's frame", "Its course"),
    ),
)
