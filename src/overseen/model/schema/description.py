"""What a table and a column are, and how their values are held to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from overseen.errors import SchemaError

FrameT = TypeVar("FrameT", bound=pd.DataFrame)


Kind = Literal["text", "number", "integer", "flag", "point", "line", "area"]


GEOMETRY_TYPES: dict[str, frozenset[str]] = {
    "point": frozenset({"Point"}),
    "line": frozenset({"LineString"}),
    "area": frozenset({"Polygon", "MultiPolygon"}),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what it holds, its unit, its meaning and its bounds.

    Parameters
    ----------
    name
        The name, with its unit as a suffix; may hold ``{level}``.
    kind
        ``text``, ``number``, ``integer``, ``flag``, or a geometry: ``point``, ``line``, ``area``.
    unit
        SI unit in words, empty for text, flags and geometry.
    meaning
        One sentence for the data dictionary.
    minimum, maximum
        Inclusive bounds of a number.
    allowed
        The only values a text may take; empty means any.
    is_nullable
        Whether a value may be unknown.
    """

    name: str
    kind: Kind
    unit: str
    meaning: str
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] = ()
    is_nullable: bool = False

    def faults(self, values: pd.Series) -> Iterator[str]:
        """Yield one sentence for each way in which ``values`` breaks this description."""
        missing = values.isna()
        if missing.any() and not self.is_nullable:
            yield f"{self.name}: {int(missing.sum())} missing of {len(values)}, first at {missing.idxmax()!r}"
        known = values[~missing]
        if known.empty:
            return
        if self.kind in GEOMETRY_TYPES:
            yield from self._geometry_faults(known)
        elif self.kind in ("number", "integer"):
            yield from self._number_faults(known)
        elif self.kind == "flag" and not pd.api.types.is_bool_dtype(known.dtype):
            yield f"{self.name}: holds {known.dtype}, not true or false"
        elif self.allowed and not known.isin(self.allowed).all():
            odd = known[~known.isin(self.allowed)]
            yield f"{self.name}: {odd.iloc[0]!r} is not one of {', '.join(self.allowed)}"

    def _geometry_faults(self, known: pd.Series) -> Iterator[str]:
        types = set(gpd.GeoSeries(known).geom_type.unique()) - GEOMETRY_TYPES[self.kind]
        if types:
            yield f"{self.name}: holds {', '.join(sorted(types))}, not {self.kind}"

    def _number_faults(self, known: pd.Series) -> Iterator[str]:
        if not pd.api.types.is_numeric_dtype(known.dtype) or pd.api.types.is_bool_dtype(known.dtype):
            yield f"{self.name}: holds {known.dtype}, not numbers"
            return
        if not np.isfinite(known.to_numpy(dtype=float)).all():
            yield f"{self.name}: holds a number that is not finite"
        if self.kind == "integer" and not pd.api.types.is_integer_dtype(known.dtype):
            yield f"{self.name}: holds {known.dtype}, not whole numbers"
        if self.minimum is not None and float(known.min()) < self.minimum:
            yield f"{self.name}: {float(known.min()):g} is below {self.minimum:g}, at {known.idxmin()!r}"
        if self.maximum is not None and float(known.max()) > self.maximum:
            yield f"{self.name}: {float(known.max()):g} is above {self.maximum:g}, at {known.idxmax()!r}"


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its index, its columns and what a row is.

    Examples
    --------
    >>> from overseen.model.schema import FINDINGS
    >>> [column.name for column in FINDINGS.columns][:3]
    ['subject', 'view', 'level']
    """

    name: str
    row: str
    index: Column
    columns: tuple[Column, ...]

    def expanded(self, levels: Sequence[str] = ()) -> tuple[Column, ...]:
        """Return the columns with ``{level}`` filled in, in order."""
        found: list[Column] = []
        for column in self.columns:
            if "{level}" in column.name:
                found += [_at_level(column, level) for level in levels]
            else:
                found.append(column)
        return tuple(found)

    def faults(self, frame: pd.DataFrame, levels: Sequence[str] = ()) -> list[str]:
        """Return one sentence for each way in which ``frame`` breaks this description; empty when it holds."""
        problems: list[str] = []
        if frame.index.name != self.index.name:
            problems.append(f"index is called {frame.index.name!r}, not {self.index.name!r}")
        if not frame.index.is_unique:
            again = frame.index[frame.index.duplicated()][0]
            problems.append(f"{self.index.name}: {again!r} stands more than once")
        columns = self.expanded(levels)
        known = {column.name for column in columns}
        problems += [f"{name}: missing" for name in known - set(frame.columns)]
        problems += [f"{name}: not described" for name in set(frame.columns) - known]
        for column in columns:
            if column.name in frame.columns:
                problems += column.faults(frame[column.name])
        return sorted(problems)

    def checked(self, frame: FrameT, levels: Sequence[str] = ()) -> FrameT:
        """Return ``frame`` itself with its columns in the described order.

        Raises
        ------
        SchemaError
            With every fault at once.
        """
        problems = self.faults(frame, levels)
        if problems:
            raise SchemaError(f"table {self.name}: " + "; ".join(problems))
        return frame[[column.name for column in self.expanded(levels)]]

    def empty(self, crs: object = None) -> pd.DataFrame:
        """Return the table without a row; ``crs`` is that of its geometry, if it has one.

        Examples
        --------
        >>> from overseen.model.schema import PLACES
        >>> PLACES.empty(3067).columns.tolist()
        ['kind', 'name', 'geometry']
        """
        types: dict[str, Any] = {"text": object, "number": np.float64, "integer": np.int64, "flag": np.bool_}
        columns = {column.name: np.empty(0, dtype=types.get(column.kind, object)) for column in self.columns}
        index = pd.Index([], name=self.index.name, dtype=object)
        if columns.pop("geometry", None) is None:
            return pd.DataFrame(columns, index=index)
        return gpd.GeoDataFrame(columns, geometry=[], crs=crs, index=index)[[column.name for column in self.columns]]


def _at_level(column: Column, level: str) -> Column:
    return replace(
        column,
        name=column.name.replace("{level}", level),
        meaning=column.meaning.replace("{level}", level),
    )


def text(name: str, meaning: str, *allowed: str, is_nullable: bool = False) -> Column:
    """Return a column of words, of those allowed where any are given."""
    return Column(name, "text", "", meaning, allowed=allowed, is_nullable=is_nullable)


def flag(name: str, meaning: str) -> Column:
    """Return a column of true and false."""
    return Column(name, "flag", "", meaning)


def number(name: str, unit: str, meaning: str, *, is_nullable: bool = False, maximum: float | None = None) -> Column:
    """Return a column of numbers from 0 up."""
    return Column(name, "number", unit, meaning, minimum=0.0, maximum=maximum, is_nullable=is_nullable)


def count(name: str, meaning: str) -> Column:
    """Return a column of whole numbers from 0 up."""
    return Column(name, "integer", "count", meaning, minimum=0.0)


def interval(stem: str, unit: str, suffix: str, meaning: str) -> tuple[Column, ...]:
    """Return the mean and the 5 and 95 % bounds over the draws of one quantity."""
    return (
        number(f"{stem}_{suffix}", unit, f"{meaning}: mean over the draws"),
        number(f"{stem}_low_{suffix}", unit, f"{meaning}: 5 % of the draws lie below"),
        number(f"{stem}_high_{suffix}", unit, f"{meaning}: 95 % of the draws lie below"),
    )


def nullable_interval(stem: str, suffix: str, meaning: str) -> tuple[Column, ...]:
    """Return the same of a quantity that cannot always be told; its unit is its suffix."""
    maximum = 1.0 if suffix == "share" else None
    columns = interval(stem, suffix, suffix, meaning)
    return tuple(replace(column, is_nullable=True, maximum=maximum) for column in columns)


def nullable(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return the same columns with unknown values allowed."""
    return tuple(replace(column, is_nullable=True) for column in columns)


def bearing(name: str, meaning: str, *, is_nullable: bool = False) -> Column:
    """Return a column of bearings."""
    return Column(name, "number", "degrees clockwise from true north", meaning, 0.0, 360.0, is_nullable=is_nullable)


def ratio(stem: str, meaning: str) -> tuple[Column, ...]:
    """Return a ratio of two exposures, its 95 % interval and the probability that mere chance parts it as far from 1."""
    return (
        number(f"{stem}_ratio", "ratio", f"{meaning}; empty: it cannot be told", is_nullable=True),
        number(f"{stem}_low_ratio", "ratio", f"{meaning}: low end of its 95 % interval", is_nullable=True),
        number(f"{stem}_high_ratio", "ratio", f"{meaning}: high end of its 95 % interval", is_nullable=True),
        number(
            f"{stem}_chance_share",
            "share",
            f"{meaning}: how often chance alone would part it as far from 1, adjusted for the number of categories",
            is_nullable=True,
            maximum=1.0,
        ),
    )


def interval_columns(stem: str, suffix: str) -> tuple[str, str, str]:
    """Return the names of the mean, low and high columns of a quantity.

    Examples
    --------
    >>> interval_columns("camera", "count")
    ('camera_count', 'camera_low_count', 'camera_high_count')
    """
    return f"{stem}_{suffix}", f"{stem}_low_{suffix}", f"{stem}_high_{suffix}"
