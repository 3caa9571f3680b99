"""Write docs/data-dictionary.md from the one description of every table."""

from __future__ import annotations

from pathlib import Path

from overseen.model.schema import TABLES, Column

FILE = Path(__file__).parents[1] / "docs" / "data-dictionary.md"

HEAD = """# Data dictionary

Made by `python tools/data_dictionary.py` from `src/overseen/model/schema`; do not edit. Where a name holds `{level}` the
column stands once for each detail level of the ladder in use. Lengths and areas are in the city's plane, in metres. Three
columns that differ by `low` and `high` are the mean over the draws and the ends of the range that holds 90 % of them.
"""


def bounds(column: Column) -> str:
    """Return what values a column may take."""
    if column.allowed:
        return ", ".join(column.allowed)
    low = "" if column.minimum is None else f"from {column.minimum:g}"
    high = "" if column.maximum is None else f"to {column.maximum:g}"
    return " ".join(part for part in (low, high) if part)


def dictionary() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for table in TABLES:
        title = (
            f"{table.name} (result)"
            if any(c.name in ("is_examined", "is_counted") for c in table.columns)
            else table.name
        )
        parts += [
            f"\n## {title}\n",
            f"{table.row}\n",
            "| column | holds | unit | meaning | values | may be unknown |",
            "|---|---|---|---|---|---|",
        ]
        for column in (table.index, *table.columns):
            unknown = "yes" if column.is_nullable else ""
            parts.append(
                f"| `{column.name}` | {column.kind} | {column.unit} | {column.meaning} | {bounds(column)} | {unknown} |"
            )
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    FILE.write_text(dictionary(), encoding="utf-8")
