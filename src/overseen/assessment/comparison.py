"""Two plans, runs or phases held against each other: the signed difference of every finding, B − A, with its interval.

Where both were assessed here in one town with one seed, a camera that is in both has the same draws in both, so the difference is
taken within each draw and its interval is that of the difference. Of finished runs only intervals are known, not how they go
together: the difference is then held between the farthest ends that they allow, which is wider.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from overseen.assessment.camera_matching import TOLERANCE_M, CameraMatching, match_cameras
from overseen.assessment.intervals import UNKNOWN, Range, exact, range_of, widest_difference
from overseen.assessment.sides import Side
from overseen.model.schema import COMPARISON, STREET_CHANGES

KEPT = ("subject", "view", "level", "unit", "meaning")
"""Columns that are those of the finding itself."""


@dataclass(frozen=True, slots=True)
class PlanComparison:
    """What changes from A to B.

    Parameters
    ----------
    a, b
        What is compared.
    findings
        Table ``comparison``.
    cameras
        The two lists held against each other.
    streets
        Table ``street_changes``; ``None`` where the two have not the same streets.
    level
        The detail level at which streets are compared.
    """

    a: Side
    b: Side
    findings: pd.DataFrame
    cameras: CameraMatching
    streets: gpd.GeoDataFrame | None
    level: str

    @property
    def is_same(self) -> bool:
        """Whether A and B are one and the same."""
        return self.a.digest == self.b.digest

    @property
    def is_paired(self) -> bool:
        """Whether differences are taken within each draw."""
        return bool(self.a.pairing) and self.a.pairing == self.b.pairing


def compare(a: Side, b: Side, *, tolerance_m: float = TOLERANCE_M) -> PlanComparison:
    """Return what changes from A to B; ``compare(b, a)`` is its negative, and ``compare(a, a)`` nothing.

    Parameters
    ----------
    a, b
        Plans assessed here or finished runs.
    tolerance_m
        Farthest distance at which cameras of different identifiers may be one.
    """
    level = _level(a, b)
    return PlanComparison(
        a, b, compare_findings(a, b), match_cameras(a, b, tolerance_m=tolerance_m), _street_changes(a, b, level), level
    )


def compare_findings(a: Side, b: Side) -> pd.DataFrame:
    """Return table ``comparison``: every finding of either side."""
    names = [*a.findings.index, *[name for name in b.findings.index if name not in a.findings.index]]
    rows = {name: _row(a, b, str(name)) for name in names}
    columns = [column.name for column in COMPARISON.columns]
    numbers = [column.name for column in COMPARISON.columns if column.kind == "number"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis(index="finding")
    frame.index = frame.index.astype(object)
    return COMPARISON.checked(frame.astype({**dict.fromkeys(columns, object), **dict.fromkeys(numbers, float)}))


def _row(a: Side, b: Side, name: str) -> dict[str, object]:
    sides = {
        letter: side.findings.loc[name] if name in side.findings.index else None
        for letter, side in (("a", a), ("b", b))
    }
    row: dict[str, object] = {}
    for letter, found in sides.items():
        for column in ("value", "low", "high", "denominator"):
            row[f"{letter}_{column}"] = np.nan if found is None else found[column]
        row[f"{letter}_bound"] = None if found is None else found["bound"]
    known = [found for found in sides.values() if found is not None]
    row |= {column: known[0][column] for column in KEPT}
    row["denominator_unit"] = _joined(found["denominator_unit"] for found in known)
    difference, basis = _difference(a, b, name, sides["a"], sides["b"])
    return row | {
        "value": difference.value,
        "low": difference.low,
        "high": difference.high,
        "basis": basis,
        "change": _change(difference, basis),
    }


def _joined(words: object) -> str | None:
    found = sorted({str(word) for word in words if isinstance(word, str)})  # type: ignore[attr-defined]
    return " or ".join(found) or None


def _difference(a: Side, b: Side, name: str, one: pd.Series | None, other: pd.Series | None) -> tuple[Range, str]:
    """Return B − A, and whence its interval."""
    if one is None or other is None or one["unit"] != other["unit"] or _is_of_another(one, other):
        return UNKNOWN, "not_comparable"
    if a.digest == b.digest:
        return exact(0.0), "same_run"
    before, after = a.drawn.get(name), b.drawn.get(name)
    is_paired = bool(a.pairing) and a.pairing == b.pairing
    if is_paired and before is not None and after is not None and before.shape == after.shape:
        return range_of(after - before), "paired"
    ranges = [_range(found) for found in (one, other)]
    if all(found.low == found.high for found in ranges):
        return exact(0.0 + ranges[1].value - ranges[0].value), "exact"
    return widest_difference(*ranges), "bounds"


def _is_of_another(one: pd.Series, other: pd.Series) -> bool:
    """Return whether two shares are of different things."""
    return bool(one["unit"] == "share" and one["denominator_unit"] != other["denominator_unit"])


def _range(found: pd.Series) -> Range:
    """Return a finding with its interval; one without is exact."""
    if np.isnan(found["low"]) or np.isnan(found["high"]):
        return exact(float(found["value"]))
    return Range(float(found["value"]), float(found["low"]), float(found["high"]))


def _change(difference: Range, basis: str) -> str:
    if basis == "not_comparable":
        return "cannot_tell"
    if difference.low == difference.high == 0.0:
        return "unchanged"
    if difference.low > 0.0:
        return "rises"
    return "falls" if difference.high < 0.0 else "no_difference_told"


def _level(a: Side, b: Side) -> str:
    """Return the level at which someone is noticed, of those that both know; A's own where they share none."""
    shared = [name for name in a.levels if name in b.levels] or list(a.levels)
    return "detect" if "detect" in shared else shared[min(1, len(shared) - 1)]


def _street_changes(a: Side, b: Side, level: str) -> gpd.GeoDataFrame | None:
    """Return the counted streets with the difference of the share in view, where both have the same streets."""
    column = f"reachable_{level}_length_m"
    if column not in a.streets or column not in b.streets or a.streets.crs != b.streets.crs:
        return None
    one = a.streets[a.streets["is_counted"] & (a.streets["length_m"] > 0.0)]
    other = b.streets.reindex(one.index)
    if one.empty or other["length_m"].isna().any() or not np.allclose(one["length_m"], other["length_m"], atol=1e-6):
        return None
    share = ((other[column] - one[column]) / one["length_m"]).clip(-1.0, 1.0)
    frame = one[["name", "length_m", "geometry"]].assign(difference_share=share + 0.0)
    return STREET_CHANGES.checked(frame)
