"""Tables of rules, of the register, and of where streets pass into view."""

from __future__ import annotations

from overseen.model.schema.description import Column, Table, interval, nullable, number, text

RULE_ANSWERS = Table(
    "rules",
    "The answer to one stated test of a rule pack: never a verdict on law.",
    text("rule_id", "Pack and test"),
    (
        text("pack", "The pack"),
        text("kind", "limit: kept or broken; trigger: met or not; section: answered or to be filled by somebody", "limit", "trigger", "section"),
        text("test", "The test in plain words"),
        text("limit", "What the fact must be, and whether the figure is overseen's own", is_nullable=True),
        text(
            "answer",
            "The answer to the stated test",
            "kept", "broken", "met", "not met", "answered", "answered in part", "to be filled", "cannot tell",
        ),
        text("reads", "Names of the facts that it reads", is_nullable=True),
        text("evidence", "Rows of table findings and places of the plan file that the answer rests on", is_nullable=True),
        text("found", "What they say, with interval and denominator", is_nullable=True),
        text("reason", "Why nobody can tell although the fact is known", is_nullable=True),
        text("needs", "What would have to be declared or computed", is_nullable=True),
        text("filled_by", "Who must answer what data cannot", is_nullable=True),
        text("citation", "Instrument and place that the test is from"),
        text("read_as", "How the text behind it was read", "original", "excerpt", "memory"),
    ),
)  # fmt: skip


def _item(name: str, meaning: str) -> tuple[Column, Column]:
    return (
        text(name, f"{meaning}; empty: not known", is_nullable=True),
        text(f"{name}_source", "Where that is from, or why it is not known"),
    )


def _read(name: str, meaning: str) -> tuple[Column, Column]:
    return (
        text(name, meaning, is_nullable=True),
        text(f"{name}_source", "Column that it was read from", is_nullable=True),
    )


CAMERA_TERMS = Table(
    "camera_terms",
    "What a list says of one camera beyond the camera itself.",
    text("camera_id", "Identifier, as in the list"),
    (
        *_read("supplier", "Who supplied it"),
        *_read("sharing", "Who else may see what it sees"),
        *_read("legal_basis", "On what legal basis it stands"),
        number("retention_days", "days", "How long its recordings are kept", is_nullable=True),
        text("retention_days_source", "Column that it was read from", is_nullable=True),
    ),
)


REGISTER = Table(
    "register",
    "One camera of the list: who answers for it and what is declared of it, each with its source.",
    text("camera_id", "Identifier, as in the list"),
    (
        Column("longitude_deg", "number", "degrees", "Position as listed, WGS 84", -180.0, 180.0),
        Column("latitude_deg", "number", "degrees", "Position as listed, WGS 84", -90.0, 90.0),
        text("listed_in", "File and feature from which the camera was read"),
        *_item("operator", "Who runs it"),
        *_item("supplier", "Who supplied it"),
        *_item("manufacturer", "Who made it"),
        *_item("model", "Its model"),
        *_item("kind", "Kind of housing"),
        *_item("use", "What it is for, where more than surveillance is said"),
        *_item("mount", "What it hangs on"),
        *_item("capabilities", "What it can do: turning, lenses, picture, known features of its model"),
        *_item("sharing", "Who else may see what it sees"),
        *_item("legal_basis", "On what legal basis it stands"),
        number("retention_days", "days", "How long its recordings are kept; empty: not known", is_nullable=True),
        text("retention_days_source", "Where that is from, or why it is not known"),
        *_item("purpose", "What it is for"),
        *_item("installed_on", "When it was put up"),
        *_item("checked_on", "When it was last seen to be there"),
        *_item("phase", "Phase of the roll-out"),
        *_item("status", "In use, disused or planned"),
    ),
)


REGISTER_SHARING = Table(
    "register_sharing",
    "One party that may see, supply or run one camera, and by which declaration.",
    text("edge_id", "Number of the row"),
    (
        text("party", "The party"),
        text("relation", "What it is to the camera", "operates", "supplies", "sees"),
        text("what", "What it may see, as declared", is_nullable=True),
        text("camera_id", "The camera"),
        text("declaration", "Where that is declared"),
    ),
)


VIEW_ENTRIES = Table(
    "view_entries",
    "One street on which somebody who walks passes into what some camera could look at, at the lowest level.",
    text("street_id", "The street, as in table streets"),
    (
        text("name", "Its name", is_nullable=True),
        *interval("entry", "count", "count", "Places on the street where the way passes into view"),
        *interval(
            "unmapped_entry",
            "count",
            "count",
            "Those of them where the map lacks buildings: neither more nor fewer is sure",
        ),
        *nullable(
            interval(
                "unsigned",
                "count",
                "count",
                "Those of them without a declared sign before the view; empty: no signs are declared",
            )
        ),
    ),
)
