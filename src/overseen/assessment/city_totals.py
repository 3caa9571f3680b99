"""Several cities in all: what may be added up is added up within each draw, and shares are taken again from the sums.

Lengths, areas and counts add up; a share is the sum of its parts over the sum of its denominators. What is a mean over simulated
trips, an inequality or an estimate from two lists does not, and is told city by city alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.assessment.finding_draws import Draws
from overseen.assessment.intervals import Range, exact, range_of
from overseen.assessment.sides import Side
from overseen.model.schema import FINDINGS

Floats = NDArray[np.float64]

SUMMED_SUBJECTS = frozenset(
    (
        "streets",
        "public_space",
        "private_space",
        "cameras",
        "buildings",
        "completeness",
        "people",
        "places",
        "squares",
        "phases",
        "register",
        "signs",
    )
)
"""Subjects whose numbers are of places and of things, which one city has or another."""

SUMMED_UNITS = ("m", "m2", "count")

DISTINCT = ("register_sharing_parties_count", "register_operators_count")
"""Counts of names, which may be the same in two cities."""

NOT_A_PART = ("_gini", "_borne_share")
"""Ends of names of numbers that are called shares and are no part of a denominator."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What several cities make up together.

    Parameters
    ----------
    findings
        Table ``findings``, of those numbers that add up.
    drawn
        Their draws, of those that were drawn everywhere.
    left_out
        Numbers of some city that do not add up, or that not every city has.
    """

    findings: pd.DataFrame
    drawn: Draws
    left_out: tuple[str, ...]


def city_totals(cities: Sequence[tuple[pd.DataFrame, Draws]]) -> Totals:
    """Return what cities make up together; each is its table ``findings`` and the draws of it.

    Draws of one number add up: what cameras share is drawn alike everywhere, so a draw that is high in one city is in another.
    """
    names = list(dict.fromkeys(name for findings, _ in cities for name in findings.index))
    rows: dict[str, dict[str, object]] = {}
    drawn: dict[str, Floats] = {}
    for name in names:
        if all(name in findings.index for findings, _ in cities):
            found = [findings.loc[name] for findings, _ in cities]
            if _adds_up(name, found):
                each = [draws.get(name) for _, draws in cities]
                total, together = _total(found, each)
                rows[name] = _row(found, total)
                if together is not None:
                    drawn[name] = together
    columns = [column.name for column in FINDINGS.columns]
    numbers = [column.name for column in FINDINGS.columns if column.kind == "number"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis(index="finding")
    frame.index = frame.index.astype(object)
    table = FINDINGS.checked(frame.astype({**dict.fromkeys(columns, object), **dict.fromkeys(numbers, float)}))
    return Totals(table, drawn, tuple(name for name in names if name not in rows))


def _adds_up(name: str, found: list[pd.Series]) -> bool:
    first = found[0]
    is_alike = all(
        row[column] == first[column]
        for row in found
        for column in ("subject", "unit", "denominator_unit")
        if isinstance(first[column], str)
    )
    if not is_alike or first["subject"] not in SUMMED_SUBJECTS or name in DISTINCT:
        return False
    if first["unit"] == "share":
        return not name.endswith(NOT_A_PART) and all(row["denominator"] >= 0.0 for row in found)
    return first["unit"] in SUMMED_UNITS and "mean over" not in first["meaning"]


def _weights(found: list[pd.Series]) -> Floats:
    """Return what each city's value counts: one, or for a share its part of all denominators."""
    if found[0]["unit"] != "share":
        return np.ones(len(found))
    of = np.array([row["denominator"] for row in found], dtype=float)
    return of / of.sum() if of.sum() else np.zeros(len(found))


def _total(found: list[pd.Series], each: list[Floats | None]) -> tuple[Range, Floats | None]:
    """Return the sum with its interval, and its draws; without draws the ends of the intervals add up, which is wider."""
    weight = _weights(found)
    known = [drawn for drawn in each if drawn is not None]
    if len(known) == len(each) and len({drawn.shape for drawn in known}) == 1:
        together = np.sum([part * drawn for part, drawn in zip(weight, known, strict=True)], axis=0)
        return range_of(together), together
    value = float(sum(part * row["value"] for part, row in zip(weight, found, strict=True)))
    if all(np.isnan(row["low"]) for row in found):
        return Range(value, np.nan, np.nan), None
    ranges = [
        exact(row["value"]) if np.isnan(row["low"]) else Range(row["value"], row["low"], row["high"]) for row in found
    ]
    low, high = (
        float(sum(part * getattr(one, end) for part, one in zip(weight, ranges, strict=True)))
        for end in ("low", "high")
    )
    return Range(value, low, high), None


def _row(found: list[pd.Series], total: Range) -> dict[str, object]:
    bounds = {str(row["bound"]) for row in found}
    words = {column: found[0][column] for column in ("subject", "view", "level", "unit", "denominator_unit", "meaning")}
    bound = "upper" if "upper" in bounds else "lower" if "lower" in bounds else "none"
    denominator = float(sum(row["denominator"] for row in found))
    return words | {
        "value": total.value,
        "low": total.low,
        "high": total.high,
        "bound": bound,
        "denominator": denominator,
    }


def total_side(name: str, sides: Sequence[Side]) -> Side:
    """Return the cities of one plan together as a side; its cameras and streets are told city by city, and are none here."""
    totals = city_totals([(side.findings, side.drawn) for side in sides])
    first = sides[0]
    pairing = _together([side.pairing for side in sides]) if all(side.pairing for side in sides) else ""
    return Side(
        name,
        ", ".join(side.city for side in sides),
        first.date,
        totals.findings,
        totals.drawn,
        pairing,
        f"total {_together([side.digest for side in sides])}",
        first.cameras.iloc[:0],
        first.streets.iloc[:0],
        first.levels,
        "; ".join(dict.fromkeys(side.credit for side in sides if side.credit)),
    )


def _together(parts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()
