"""Tables as CSV that a spreadsheet may open: no cell of words is taken for a formula."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
GUARD = "'"
"""Set before words that a spreadsheet would compute, as it shows them then as they are."""


def guarded(words: str) -> str:
    """Return words that no spreadsheet takes for a formula.

    Examples
    --------
    >>> guarded("=cmd|' /C calc'!A0"), guarded("City"), guarded("  @SUM(A1)")
    ("'=cmd|' /C calc'!A0", 'City', "'  @SUM(A1)")
    """
    return (
        GUARD + words
        if words.lstrip(" \u00a0").startswith(FORMULA_STARTS) or words.startswith(FORMULA_STARTS)
        else words
    )


def guarded_columns(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the words of every column guarded, all else as it is."""
    texts = table.select_dtypes(exclude=["number", "bool"]).columns
    words = {name: table[name].map(lambda value: guarded(value) if isinstance(value, str) else value) for name in texts}
    return table.assign(**words)


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table with its index as UTF-8, a header first; what is not known is empty."""
    frame = table.reset_index()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(frame.columns)
        columns = [frame[name].to_numpy(dtype=object) for name in frame]
        writer.writerows([_cell(value) for value in row] for row in zip(*columns, strict=True))


def _cell(value: object) -> object:
    if isinstance(value, str):
        # A NUL would end the file for some readers, a lone carriage return the row.
        return guarded(value).replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    return "" if pd.isna(value) else f"{value:.10g}" if isinstance(value, float) else value
