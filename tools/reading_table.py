"""Write docs/reading.md: how the spellings of a direction are read, and what became of each camera of a whole country.

It needs the plate readers of the data folder beside the repository; without them it leaves the page as it is.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter
from pathlib import Path

from overseen.model.cameras import CameraNetwork
from overseen.sources.camera_file import read_camera_file
from overseen.sources.directions import parsed_directions, writing_of

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docs" / "reading.md"
DATA = ROOT.parent / "shared" / "data" / "us_alpr_deflock" / "cameras-us.json.gz"

NUMBER = r"-?\d+"
SPELLINGS = (
    ("missing", r""),
    ("360", r"360"),
    ("whole number, 0 to 359", r"[012]?\d{1,2}|3[0-5]\d"),
    ("whole number above 360", r"\d+"),
    ("negative number", r"-\d+"),
    ("decimal number", r"\d+\.\d+"),
    ("arc a-b", r"\d+-\d+"),
    ("list of whole numbers", r"\d+(?:\.\d+)?(?:;\d+(?:\.\d+)?)+"),
    ("list with arcs or minus signs", rf"(?:{NUMBER}(?:-\d+)?)(?:;(?:{NUMBER}(?:-\d+)?))+"),
    ("list with commas", r"\d+(?:,\s*\d+)+"),
    ("compass letters", r"[NESW]{1,3}"),
    ("compass letters in lower case, and words", r"[nesw]{1,3}|(?:north|south)?(?:east|west)|north|south"),
    ("direction of traffic", r"[NESW]B"),
    ("relative to a way", r"forward|backward|both"),
)
"""Spellings by their look alone, the first that fits; all else is junk."""


def spelling(text: str) -> str:
    """Return the sort of spelling of a direction by its look, with no help from the parser."""
    arc = re.fullmatch(r"(\d+)-(\d+)", text)
    if arc and int(arc[1]) > int(arc[2]):
        return "arc a-b across north"
    return next((name for name, pattern in SPELLINGS if re.fullmatch(pattern, text)), "junk")


def directions(path: Path = DATA) -> list[str]:
    """Return the direction of every plate reader as its mapper wrote it, empty where there is none."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [row.get("directionCardinal") or "" for row in json.load(file)]


def table(texts: list[str]) -> list[tuple[str, int, str, int, int, int, int, int]]:
    """Return, per spelling: cameras, examples, cameras read, cameras refused whole, heads, values refused, empty values."""
    writing = writing_of(texts)
    cells = Counter(texts)
    found: dict[str, Counter[str]] = {}
    examples: dict[str, list[str]] = {}
    for text, count in sorted(cells.items(), key=lambda cell: (-cell[1], cell[0])):
        values = parsed_directions(text, writing) if text else ()
        heads = [value for value in values if not value.is_empty]
        refused = [value for value in heads if value.refusal]
        examples.setdefault(spelling(text), []).append(text)
        found.setdefault(spelling(text), Counter()).update(
            {
                "cameras": count,
                "read": count * (len(refused) < len(heads)),
                "refused": count * (0 < len(refused) == len(heads)),
                "heads": count * max(1, len(heads)),
                "values refused": count * len(refused),
                "empty": count * (len(values) - len(heads)),
            }
        )
    return [
        (
            name,
            counts["cameras"],
            ", ".join(f"`{text}`" for text in examples[name][:4] if text),
            *(counts[part] for part in ("read", "refused", "heads", "values refused", "empty")),
        )
        for name, counts in sorted(found.items(), key=lambda item: (-item[1]["cameras"], item[0]))
    ]


HEAD = """# How a camera list is read

Made by `python tools/reading_table.py`; do not edit. What `overseen check` prints, and what a report says under Sources, is the account
of a reading: for every attribute each camera is understood, refused or silent, and the three are all cameras of the file.

## Directions

| spelling | read as |
|---|---|
| `160`, `62.5`, `62.5°`, `45 deg` | bearing, degrees clockwise from true north |
| `-30` | the same bearing counted the other way round: 330; below -360 refused |
| `360` | north; of a camera that turns or sees all round, the full circle |
| `N`, `wsw`, `north-east`, `Südost`, `nord-ouest`, `noroeste` | the compass point, in nine languages |
| `O`, `NO`, `SO` | east in German and Dutch, west in French, Spanish, Portuguese and Italian: refused, unless the rest of the list writes `W` or `E`, or words of one of them |
| `48-93`, `338-23`, `E-W`, `48 to 93` | the arc clockwise from the first to the second: its middle is the bearing, its width the field of view; of a camera that turns, its width is the range of turning and not used |
| `0-360`, `0-359` | all round |
| `20-20` | refused: an arc of no width, or the full circle |
| `N-E`, `S-W` | refused: the range between two points, or the point between them |
| `225;45`, `338-23;155-200`, `-40;75`, also with `/`, a bar or `and` | a head for each value, in order |
| `260;;225`, `0;` | an empty value is counted and is no head |
| `70, 210`, `90,125,270` | a list |
| `22,5` | 22.5, a point of the compass; `62,5` is refused unless the rest of the list shows what its commas are |
| `N45E`, `45 (NE)` | 45; a number and a point that disagree are refused |
| `NB`, `northbound` | refused: a direction of traffic, which a camera may look along or against |
| `forward`, `both` | refused: relative to a way that is not stated |
| `11:00` | refused: an hour, or a position on the dial |
| `90100`, `150000099`, `400` | refused: above 360, as when separators are lost; never taken modulo |
| `null`, `unknown` | refused: a placeholder |
| anything else | refused |

A value that is refused is still a head: the list says that there is one, and its bearing counts as unknown.
"""


def page(texts: list[str], plate_readers: CameraNetwork) -> str:
    """Return the whole page, from the directions as their mappers wrote them and from what the reader makes of the same file."""
    reading = next(reading for reading in plate_readers.readings if reading.attribute == "bearing")
    lines = [
        HEAD,
        "## Plate readers of a whole country\n",
        f"All {len(texts):,} plate readers that OpenStreetMap had in the United States in April 2026, as DeFlock published them, by how the",
        "direction is spelt. Sorted by look alone, apart from the parser.\n",
        "| spelling | cameras | such as | read | refused whole | heads | values refused | empty values |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        "| " + " | ".join(f"{cell:,}" if isinstance(cell, int) else cell for cell in row) + " |" for row in table(texts)
    ]
    lines += [
        f"\nOf {len(texts):,} cameras {reading.read:,} have a bearing, {reading.refused:,} state one that was refused whole, and"
        f" {reading.unknown:,} state none. They",
        f"have {len(plate_readers.heads):,} heads. The {len(texts) - reading.unknown:,} that state a direction state"
        f" {reading.values_read + reading.values_refused + reading.values_empty:,} values: {reading.values_read:,} read,"
        f" {reading.values_refused:,} refused, {reading.values_empty:,} empty.\n",
        "| values refused | why |",
        "|---|---|",
        *[f"| {count:,} | {reason} |" for reason, count in reading.reasons],
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if not DATA.is_file():
        sys.exit("The data folder is not beside the repository; docs/reading.md was left as it is.")
    FILE.write_text(page(directions(), read_camera_file(DATA)), encoding="utf-8")
