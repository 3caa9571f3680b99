"""How a table is laid out on paper: upright or on its side, and how much room each of its columns gets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from overseen.report.document import Table

PORTRAIT_LETTERS = 116
"""Letters of a table that fit side by side on an upright page."""

LANDSCAPE_LETTERS = 185
LINES_OF_HEAD = 3
"""Lines at most that the name of a column takes."""

ROWS_TOGETHER = 14
"""A table of no more rows stays on one page."""

LETTERS_TOGETHER = 1500
"""A table of no more letters, too."""

GUTTER = 2.5
"""Letters that the space between two columns takes."""

SMALLEST = 1.4
"""Times that a table may be too wide for an upright page; it is set smaller then, and beyond that on its side."""

SMALLER = 1.2
"""Times that a table may be set smaller so that its short cells stay on one line."""

SHORT_TEXT = 26
"""Letters of a cell that is not broken where there is room."""

LONGEST_WHOLE_CELL = 600
"""Letters beyond which a cell may run on over the page."""

LONGEST_WORD = 22
"""A word longer than this, such as a checksum, may be broken anywhere."""

PIECE = 8
"""Letters of such a word between two places to break it."""

ROWS_WEIGHED = 120
"""Of a longer table so many rows, evenly spread, tell which column has most to say."""

STEPS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""Letters that a column may be given at once; more than one, since a line is spared by some letters together."""

SHARPNESS = 6.0
"""A row is about as high as its highest cell: the higher, the more a column beside a higher one is left as it is."""

BROKEN_SHORT = 0.8
"""Lines that a short cell on two lines is worth, beyond the second."""

BOLD = 1.15
"""Letters of a name in bold, in plain ones."""

BEYOND_LATIN = 1.3
"""Width of a letter that only the second font has, in letters of the first."""

LIST_ROWS = 8
"""A table of one column and more rows than these is set in several columns side by side."""

NARROW_SPACE = "\N{ZERO WIDTH SPACE}"

Floats = NDArray[np.float64]


def laid_out(table: Table, anchors: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return a table as the template reads it, with the room of each column: 0 for just what it needs, else parts of the width."""
    columns = [[name, *(row[place] for row in table.rows)] for place, name in enumerate(table.columns)]
    widths = [[letters(cell) for cell in cells] for cells in columns]
    least = np.array([_least_letters(cells) for cells in columns])
    total = float(least.sum())
    comfortable = float(sum(_comfortable_letters(cells, some) for cells, some in zip(widths, least, strict=True)))
    is_wide = total > SMALLEST * PORTRAIT_LETTERS
    room = LANDSCAPE_LETTERS if is_wide else PORTRAIT_LETTERS
    # Letters a little smaller are better than a number on two lines.
    set_in = max(float(room), min(comfortable, SMALLER * room))
    if sum(max(BOLD * cells[0], *cells[1:], 0.0) + GUTTER for cells in widths) <= PORTRAIT_LETTERS:
        tracks = [0.0] * len(columns)
    else:
        tracks = _shared_out(np.array(widths).T, least, set_in).tolist()
    return {
        "caption": table.caption,
        "columns": table.columns,
        "numeric": table.numeric,
        "anchors": table.anchors,
        "cards": table.is_read_row_by_row,
        "leading": table.leading,
        "rows": [[_linked(table, cell, anchors) for cell in row] for row in table.rows],
        "tracks": tracks,
        "beside": _beside(widths, len(table.rows)) if not table.anchors else 1,
        "wide": is_wide and not table.is_read_row_by_row,
        "scale": max(0.55, room / max(total, set_in)) if any(tracks) else 1.0,
        "breakable": max((len(cell) for row in table.rows for cell in row), default=0) > LONGEST_WHOLE_CELL,
        "whole": len(table.rows) <= ROWS_TOGETHER
        and sum(len(cell) for row in table.rows for cell in row) < LETTERS_TOGETHER,
    }


def column_parts(table: Table) -> list[float]:
    """Return the part of the text's width that each column gets; together 1, or less where the table needs less.

    Examples
    --------
    >>> [round(part, 2) for part in column_parts(Table("", ("Street", "Metres"), (("High Street", "120"),), (False, True)))]
    [0.12, 0.08]
    """
    tracks = laid_out(table)["tracks"]
    if any(tracks):
        return [track / sum(tracks) for track in tracks]
    columns = [[name, *(row[place] for row in table.rows)] for place, name in enumerate(table.columns)]
    return [
        (max(BOLD * letters(cells[0]), *map(letters, cells[1:]), 0.0) + GUTTER) / PORTRAIT_LETTERS for cells in columns
    ]


def letters(text: str) -> float:
    """Return the width of a text in letters of the first font.

    Examples
    --------
    >>> letters("street"), letters("b\N{COMBINING RING ABOVE}"), letters("خیابان")
    (6.0, 1.0, 7.8)
    """
    seen = [letter for letter in text if category(letter) not in {"Mn", "Cf"}]
    return round(sum(BEYOND_LATIN if ord(letter) > 0x36F and letter.isalpha() else 1.0 for letter in seen), 2)


def breakable(text: str) -> str:
    """Return a text in which an identifier may be broken after a low line, and any longer word anywhere.

    Examples
    --------
    >>> breakable("streets_reachable_detect_share of").replace(NARROW_SPACE, "|"), breakable("a_b")
    ('streets_|reachable_|detect_|share of', 'a_b')
    """
    return re.sub(rf"\S{{{LONGEST_WORD - 7},}}", lambda found: _with_breaks(found.group()), text)


def _with_breaks(word: str) -> str:
    parts = re.split(r"(?<=_)(?=\w)", word)
    if max(map(len, parts)) > LONGEST_WORD:
        parts = [short for part in parts for short in re.split(r"(?<=[/.])(?=\w)", part)]
    return NARROW_SPACE.join(piece for part in parts for piece in (_cut(part) if len(part) > LONGEST_WORD else [part]))


def _cut(word: str) -> list[str]:
    return [word[start : start + PIECE] for start in range(0, len(word), PIECE)]


def _linked(table: Table, cell: str, anchors: frozenset[str]) -> str | list[dict[str, str]]:
    """Return a cell; its pieces, each with the anchor to which it leads, where one leads anywhere."""
    pieces = [{"text": words, "to": to if to in anchors else ""} for words, to in table.pieces(cell)]
    return pieces if any(piece["to"] for piece in pieces) else cell


def _beside(widths: Sequence[Sequence[float]], rows: int) -> int:
    """Return how often a table of one column is set beside itself, so that a list is no tower."""
    if len(widths) != 1 or rows <= LIST_ROWS:
        return 1
    return max(1, min(6, int(PORTRAIT_LETTERS // (max(BOLD * widths[0][0], *widths[0][1:]) + 2.0 * GUTTER))))


def _least_letters(cells: list[str]) -> float:
    """Return the letters that a column, its name first, cannot do without: those of its longest word."""
    # A no-break space does not break, so it is no end of a word.
    words = (word for cell in cells[1:] for word in re.split(rf"[ \n{NARROW_SPACE}]", breakable(cell)))
    word = max(map(letters, words), default=1.0)
    if any(len(piece) > LONGEST_WORD for cell in cells[1:] for piece in re.split(r"[\s_]", cell)):
        word = max(word, 2.0 * PIECE)
    name = max(BOLD * max(map(letters, cells[0].split(" "))), BOLD * letters(cells[0]) / LINES_OF_HEAD)
    return max(min(word, LONGEST_WORD), name) + GUTTER


def _comfortable_letters(widths: Sequence[float], least: float) -> float:
    """Return the letters in which a column of short cells stands on single lines; of another, what it cannot do without."""
    longest = max(widths[1:], default=0.0)
    return max(least, longest + GUTTER) if longest <= SHORT_TEXT else least


def _shared_out(widths: Floats, least: Floats, room: float) -> Floats:
    """Return the room of each column, given so that the rows take as few lines as a greedy choice finds; widths (rows, columns)."""
    if not len(widths):
        return least
    rows = widths[np.linspace(0, len(widths) - 1, min(len(widths), ROWS_WEIGHED)).astype(int)]
    # The names of the columns weigh like any other row.
    rows[0] *= BOLD
    most = np.maximum(widths.max(axis=0), BOLD * widths[0]) + GUTTER
    given, lines, short = least.copy(), _lines(rows, least), rows <= SHORT_TEXT
    short[0] = False
    spare = room - float(least.sum())
    while spare >= STEPS[0]:
        now = _height(lines, short)
        best = (0.0, 0, 0.0, lines)
        for column in np.flatnonzero(given < most).tolist():
            for step in STEPS:
                if step > spare:
                    break
                tried = lines.copy()
                tried[:, column] = _lines(rows[:, column], given[column] + step)
                saved = (now - _height(tried, short)) / step
                if saved > best[0] + 1e-9:
                    best = (saved, column, step, tried)
        if not best[0]:
            break
        _, column, step, lines = best
        given[column] += step
        spare -= step
    return np.asarray(given * (1.0 + max(spare, 0.0) / given.sum()), dtype=float)


def _lines(widths: Floats, given: Floats | float) -> Floats:
    """Return the lines of cells; a ragged margin wastes some letters of each but the last."""
    room = np.maximum(given - GUTTER, 1.0)
    return np.asarray(np.where(widths <= room, 1.0, np.ceil((widths + 0.12 * widths) / room)), dtype=float)


def _height(lines: Floats, short: NDArray[np.bool_]) -> float:
    high = float(((lines**SHARPNESS).sum(axis=1) ** (1.0 / SHARPNESS)).sum())
    return high + BROKEN_SHORT * float(((lines > 1.0) & short).sum())
