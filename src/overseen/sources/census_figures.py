"""Residents and groups of residents from wide and long tables of areas."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.errors import Fault, SourceError
from overseen.model.provenance import Notice
from overseen.sources.census_table import CensusTable, counts, varying_columns
from overseen.sources.columns import city_rules, column_faults

GROUP_COLUMNS = ("key", "group", "category", "resident_count")


@dataclass(frozen=True, slots=True)
class Grouping:
    """Columns of a wide table that tell residents apart: what by, and the names or patterns of the columns."""

    group: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LongColumns:
    """How a long table is read: the column of groups, of numbers, and the values that other columns must have."""

    group: str | None = None
    value: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figures:
    """Residents by the table's own identifiers, if it tells them, and groups in the columns ``GROUP_COLUMNS``."""

    residents: pd.Series | None
    groups: pd.DataFrame
    notices: tuple[Notice, ...]


NO_GROUPS = pd.DataFrame({name: [] for name in GROUP_COLUMNS})


def is_long(table: CensusTable, key: str, columns: LongColumns) -> bool:
    """Return whether a table has a row for each area and group, rather than one for each area."""
    if columns.group is not None or columns.value is not None:
        return True
    return bool(table.frame.drop_duplicates()[key].duplicated().any()) and _value_column(table.columns) is not None


def _value_column(present: Sequence[str]) -> str | None:
    by_name = {name.lower(): name for name in reversed(present)}
    return next((by_name[name] for name in city_rules()["people_long"]["value"] if name in by_name), None)


def long_figures(table: CensusTable, key: str, columns: LongColumns) -> Figures:
    """Return the figures of a table with a row for each area and group; residents are the sum of the groups.

    Raises
    ------
    SourceError
        If a column is not there, or more than one column tells the rows of an area apart.
    """
    file = table.source.file
    named = [("city.people.long.group", columns.group), ("city.people.long.value", columns.value)]
    named += [(f"city.people.long.where.{name}", name) for name in columns.where]
    faults = list(column_faults(file, table.columns, [(where, name) for where, name in named if name is not None]))
    value = columns.value or _value_column(table.columns)
    if value is None:
        faults.append(Fault(file, "", "no column of it is understood as the number of people",
                            f"name it in [city.people] long = {{ value = '...' }}; its columns are {', '.join(table.columns)}"))  # fmt: skip
    frame = table.frame[table.frame[key].notna()]
    for name, wanted in columns.where.items():
        if name in table.columns:
            faults += _missing_value(file, name, wanted, frame[name])
            frame = frame[frame[name] == wanted]
    if faults or value is None:
        raise SourceError(faults)
    frame, notices = _plain_counts(frame, key, [name for name in table.columns if name not in (key, value)], file)
    group = columns.group or _group_column(frame, key, value, table)
    frame = _single_rows(frame, key, group, value, table)
    numbers, is_odd = counts(frame[value])
    notices += _odd_numbers(frame[value], is_odd, frame[key], file)
    figures = pd.DataFrame({"key": frame[key].to_numpy(), "group": group, "category": frame[group].to_numpy(),
                            "resident_count": numbers})  # fmt: skip
    figures, total = _without_total(figures)
    residents = figures.groupby("key", sort=False)["resident_count"].sum(min_count=1)
    if total is not None:
        notices.append(
            Notice(
                file, "category that holds all", 1, total, "It is the sum of the others and was taken as the residents."
            )
        )
    return Figures(residents, figures, (*table.notices, *notices))


def _missing_value(file: str, name: str, wanted: str, values: pd.Series) -> Iterator[Fault]:
    if not (values == wanted).any():
        known = sorted(values.dropna().unique())[:8]
        near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.5)
        remedy = f"did you mean {near[0]!r}?" if near else f"it holds {', '.join(known)}"
        yield Fault(file, f"column {name}", f"no row has {wanted!r}, for city.people.long.where", remedy)


def _plain_counts(frame: pd.DataFrame, key: str, others: Sequence[str], file: str) -> tuple[pd.DataFrame, list[Notice]]:
    """Return the rows that count people, where a column tells several kinds of figures apart."""
    words = city_rules()["people_long"]
    notices = []
    for name in varying_columns(frame, key, [name for name in others if name.lower() in words["measures"]]):
        plain = [kind for kind in frame[name].dropna().unique() if kind.lower() in words["counts"]]
        if len(plain) == 1:
            notices.append(Notice(file, "rows of other figures", int((frame[name] != plain[0]).sum()), name,
                                  f"Only rows whose {name} is {plain[0]} count people; the others were passed over."))  # fmt: skip
            frame = frame[frame[name] == plain[0]]
    return frame, notices


def _group_column(frame: pd.DataFrame, key: str, value: str, table: CensusTable) -> str:
    varying = varying_columns(frame, key, [name for name in table.columns if name not in (key, value)])
    if len(varying) == 1:
        return varying[0]
    told = (
        f"columns {', '.join(varying)} all tell rows of one area apart"
        if varying
        else "no column tells rows of one area apart"
    )
    remedy = "name the one of the groups in [city.people] long = { group = '...' } and fix the others with where = { column = 'value' }"
    raise SourceError([Fault(table.source.file, "", told, remedy)])


def _single_rows(frame: pd.DataFrame, key: str, group: str, value: str, table: CensusTable) -> pd.DataFrame:
    """Return one row for each area and category; SourceError if a category of an area has several numbers."""
    frame = frame[frame[group].notna()]
    plain = frame.drop_duplicates()
    is_again = plain.duplicated([key, group], keep=False)
    if not is_again.any():
        return plain
    row = plain[is_again].iloc[0]
    others = varying_columns(plain[is_again], key, [name for name in table.columns if name not in (key, group, value)])
    remedy = "keep one row for each area and group" + (
        f", such as with long = {{ where = {{ {others[0]} = '{row[others[0]]}' }} }} in [city.people]" if others else ""
    )
    problem = f"{row[key]}, {row[group]} has several numbers; {int(is_again.sum()):,} rows are of this kind"
    raise SourceError([Fault(table.source.file, "", problem, remedy)])


def _without_total(figures: pd.DataFrame) -> tuple[pd.DataFrame, str | None]:
    """Return figures without the category that is, in every area, the sum of all others, and its name."""
    table = figures.set_index(["key", "category"])["resident_count"].unstack()  # noqa: PD010 - each pair stands once
    if table.shape[1] < 3:
        return figures, None
    whole = table.sum(axis=1)
    for name in table.columns[table.notna().all()]:
        if table[name].sum() > 0.0 and np.allclose(2.0 * table[name], whole):
            return figures[figures["category"] != name], str(name)
    return figures, None


def wide_figures(
    table: CensusTable, key: str, *, residents: str | None, groupings: Sequence[Grouping]
) -> tuple[Figures, set[str]]:
    """Return the figures of a table with a row for each area, and the names or patterns of groupings that it has columns for.

    Raises
    ------
    SourceError
        If an area has several rows that differ.
    """
    file = table.source.file
    frame = table.frame[table.frame[key].notna()].drop_duplicates()
    is_again = frame[key].duplicated(keep=False)
    if is_again.any():
        name = frame.loc[is_again, key].iloc[0]
        differing = varying_columns(
            frame[frame[key] == name], key, [column for column in table.columns if column != key]
        )
        problem = f"{name} has several rows, and so do {frame.loc[is_again, key].nunique() - 1:,} more; they differ in {', '.join(differing[:4])}"
        raise SourceError([Fault(file, f"column {key}", problem, "keep one row for each area")])
    notices: list[Notice] = list(table.notices)
    known = None
    if residents is not None:
        numbers, is_odd = counts(frame[residents])
        notices += _odd_numbers(frame[residents], is_odd, frame[key], file)
        known = pd.Series(numbers, index=frame[key].to_numpy())
    parts, taken = [NO_GROUPS], set[str]()
    for grouping in groupings:
        for pattern in grouping.columns:
            matched = group_columns(frame, pattern, key)
            taken |= {pattern} if matched else set()
            for column in matched:
                numbers, is_odd = counts(frame[column])
                notices += _odd_numbers(frame[column], is_odd, frame[key], file)
                parts.append(pd.DataFrame({"key": frame[key].to_numpy(), "group": grouping.group, "category": column,
                                           "resident_count": numbers}))  # fmt: skip
    groups = pd.concat([part for part in parts if len(part)] or [NO_GROUPS], ignore_index=True)
    return Figures(known, groups, tuple(notices)), taken


def group_columns(frame: pd.DataFrame, pattern: str, key: str) -> list[str]:
    """Return the columns that a name or a pattern such as ``age_*`` means; a pattern passes over shares."""
    names = [str(name) for name in frame.columns if name != key]
    if pattern in names:
        return [pattern]
    shares = tuple(city_rules()["people_long"]["shares"])
    matched = [name for name in names if fnmatchcase(name, pattern) and not name.lower().endswith(shares)]
    return [name for name in matched if _is_whole(counts(frame[name])[0])]


def _is_whole(numbers: NDArray[np.float64]) -> bool:
    known = numbers[~np.isnan(numbers)]
    return len(known) > 0 and bool(np.all(known == np.floor(known)))


def _odd_numbers(values: pd.Series, is_odd: NDArray[np.bool_], keys: pd.Series, file: str) -> list[Notice]:
    if not is_odd.any():
        return []
    first = int(np.argmax(is_odd))
    return [Notice(file, f"{values.name} that is no number of people", int(is_odd.sum()), f"{values.iloc[first]} of {keys.iloc[first]}",
                   "Offices write such signs for figures that they withhold or do not know; it counts as unknown, and sums over it are lower bounds.")]  # fmt: skip
