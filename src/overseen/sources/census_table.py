"""Tables of residents as statistical offices publish them: wide, a column for each figure, or long, a row for each."""

from __future__ import annotations

import csv
import re
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
from numpy.typing import NDArray

from overseen.errors import Fault, SourceError
from overseen.model.provenance import Notice, Source
from overseen.sources.columns import texts
from overseen.sources.files import file_source

TEXT_ENDINGS = (".csv", ".tsv", ".txt", ".tab")
MOST_TITLE_LINES = 50
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}([ .,'\u00a0\u202f’]\d{3})+")
_SEPARATORS = re.compile(r"[ .,'\u00a0\u202f’]")


@dataclass(frozen=True, slots=True)
class CensusTable:
    """One table as text: a frame whose values are text or missing, its provenance and what was odd."""

    frame: pd.DataFrame
    source: Source
    notices: tuple[Notice, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Return the names of its columns."""
        return [str(name) for name in self.frame.columns]


def read_census_table(path: Path, *, licence: str = "") -> CensusTable:
    """Return a CSV file with any delimiter, or an Excel, OpenDocument, dBase or Parquet table, every value as text.

    Raises
    ------
    SourceError
        If it cannot be read, or holds no row.
    """
    source = file_source(path, role="residents", licence=licence)
    try:
        frame, notices = _text_table(path, source) if path.suffix.lower() in TEXT_ENDINGS else (_other_table(path), ())
    except Exception as error:  # every reader raises its own kind
        remedy = "give a CSV file in UTF-8, or an Excel, dBase or Parquet table"
        raise SourceError([Fault(source.file, "", f"it cannot be read ({type(error).__name__})", remedy)]) from error
    if frame.empty:
        raise SourceError([Fault(source.file, "", "it holds no row", "give a table with a row for each area")])
    frame.columns = [str(name).strip() for name in frame.columns]
    plain = {name: pd.array(texts(frame[name]), dtype=object) for name in dict.fromkeys(frame.columns)}
    return CensusTable(pd.DataFrame(plain), source, notices)


def _other_table(path: Path) -> pd.DataFrame:
    if path.suffix.lower() in (".parquet", ".pq"):
        return pd.read_parquet(path)
    return pd.DataFrame(pyogrio.read_dataframe(path, read_geometry=False))


def _text_table(path: Path, source: Source) -> tuple[pd.DataFrame, tuple[Notice, ...]]:
    notices: tuple[Notice, ...] = ()
    encoding = "utf-8-sig"
    try:
        text = path.read_text(encoding=encoding)
    except UnicodeDecodeError as error:
        encoding = "cp1252"
        text = path.read_text(encoding=encoding, errors="replace")
        notices = (Notice(source.file, "not UTF-8", 1, f"byte {error.start}", "It was read as Windows-1252."),)
    try:
        delimiter = csv.Sniffer().sniff(text[:20_000], delimiters=",;\t|").delimiter
    except csv.Error:
        delimiter = ","
    titles = _title_lines(text, delimiter)
    if titles:
        notices += (
            Notice(source.file, "lines above the header", titles, text.splitlines()[0][:60], "They were passed over."),
        )
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        frame = pd.read_csv(path, sep=delimiter, dtype=str, keep_default_na=False, encoding=encoding,
                            encoding_errors="replace", skiprows=titles, skip_blank_lines=False, on_bad_lines="warn")  # fmt: skip
    torn = [line for warning in told for line in re.findall(r"Skipping (line \d+)", str(warning.message))]
    if torn:
        notices += (
            Notice(
                source.file, "line with too many fields", len(torn), torn[0], "It could not be read and was left out."
            ),
        )
    return frame[~(frame == "").all(axis=1)], notices


def _title_lines(text: str, delimiter: str) -> int:
    """Return how many lines stand above the header: the first with as many fields as most lines have."""
    sizes = [len(row) for row in csv.reader(text.splitlines()[: 2 * MOST_TITLE_LINES], delimiter=delimiter)]
    usual = Counter(size for size in sizes if size > 1).most_common(1)
    return next((number for number, size in enumerate(sizes) if size >= usual[0][0]), 0) if usual else 0


def counts(values: pd.Series) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return numbers of people, nan where there is none, and whether a value is there that is none, such as ``<5`` or -99999.

    A sign before three digits separates thousands if every number of the column that has such a sign has it so.

    Examples
    --------
    >>> [array.tolist() for array in counts(pd.Series(["3.419", "192", "<5", "-200", None]))]
    [[3419.0, 192.0, nan, nan, nan], [False, False, True, True, False]]
    """
    words = pd.Series(texts(values))
    known = words.dropna()
    is_parted = known.str.contains(_SEPARATORS)
    if is_parted.any() and known[is_parted].str.fullmatch(_THOUSANDS).all():
        words = words.str.replace(_SEPARATORS, "", regex=True)
    found = pd.to_numeric(words.str.replace(",", ".", regex=False), errors="coerce").to_numpy(dtype=np.float64)
    is_odd = words.notna().to_numpy() & ~((found >= 0.0) & np.isfinite(found))
    return np.where(is_odd, np.nan, found), is_odd


def varying_columns(frame: pd.DataFrame, key: str, others: Sequence[str]) -> list[str]:
    """Return which of some columns differ among rows of one value of ``key``."""
    found = []
    for name in others:
        pairs = frame[[key, name]].drop_duplicates()
        if pairs[key].duplicated().any():
            found.append(name)
    return found
