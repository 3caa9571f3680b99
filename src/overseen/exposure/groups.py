"""Groups of residents compared: over all and within larger areas, and what may be said of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.exposure.disparity import Ratios, Sums, adjusted_chance, raw_ratios, sums_by_control, within_ratios
from overseen.exposure.residents import Residents
from overseen.exposure.streets import INTERVAL
from overseen.exposure.verdicts import Told, verdict
from overseen.model.city import City
from overseen.model.schema import GROUP_EXPOSURE, VIEWS, View, interval_columns
from overseen.model.viewing import Viewing

Floats = NDArray[np.float64]

REST = "the rest"
"""All residents of an area who are not in the category."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Categories of a group against the rest or against one of them: names, and residents of both sides, shape (units, k)."""

    group: str
    category: Sequence[str]
    compared_with: str
    first: Floats
    second: Floats

    def sums(self, exposed: Floats, residents: Residents) -> Sums:
        """Return both sides summed by control area; ``exposed`` has shape (units, draws)."""
        return sums_by_control(self.first, self.second, exposed, residents.resident_count, residents.control)


def compared_sides(city: City, residents: Residents) -> Iterator[Sides]:
    """Yield every group's categories against the rest and, where there are more than two, against the largest of them."""
    inside = city.areas["inside_share"].to_numpy(dtype=float)[residents.unit]
    for group, rows in city.area_groups.groupby("group", sort=True):
        wide = rows.pivot_table(index="area_id", columns="category", values="resident_count", aggfunc="sum")
        counts = wide.reindex(city.areas.index[residents.unit]).to_numpy(dtype=float) * inside[:, None]
        # Where the number of a category is not known, neither it nor the rest of that area is compared.
        is_known = np.isfinite(counts)
        first = np.where(is_known, counts, 0.0)
        rest = np.where(is_known, np.maximum(residents.resident_count[:, None] - first, 0.0), 0.0)
        names = [str(name) for name in wide.columns]
        yield Sides(str(group), names, REST, first, rest)
        if len(names) > 2:
            largest = int(np.argmax(first.sum(axis=0)))
            others = [number for number in range(len(names)) if number != largest]
            reference = np.repeat(first[:, [largest]], len(others), axis=1)
            yield Sides(str(group), [names[k] for k in others], names[largest], first[:, others], reference)


def group_table(
    city: City,
    residents: Residents,
    shares: Mapping[View, Sequence[Floats]],
    *,
    furniture: Floats | None,
    viewing: Viewing,
    is_complete: bool,
) -> pd.DataFrame:
    """Return table ``groups``; empty where nobody is told apart.

    Parameters
    ----------
    city, residents
        The areas and their groups, and which of them are counted.
    shares
        Per view and level, share of street in view around each unit, shape (units, draws).
    furniture
        Pieces of other street furniture per km of street in each unit; None: not at hand.
    viewing
        Its levels and its seed.
    is_complete
        Whether the camera list is a complete register.
    """
    rows: list[dict[str, object]] = []
    sides = compared_sides(city, residents) if len(residents.unit) else iter(())
    for side in sides:
        placebo = None if furniture is None else _tested(side.sums(furniture[:, None], residents), viewing.seed)[1]
        for view in VIEWS:
            for level, name in enumerate(viewing.ladder.names):
                exposed = shares[view][level]
                sums = side.sums(exposed, residents)
                raw, within = _tested(sums, viewing.seed)
                keys = {"group": side.group, "compared_with": side.compared_with, "view": view, "level": name}
                measured = _measured(side, sums)
                for k, category in enumerate(side.category):
                    told = _Row(raw, within, placebo, k)
                    rows.append({**keys, "category": category, **{n: v[k] for n, v in measured.items()},
                                 **told.columns(), **told.verdict(is_complete=is_complete)})  # fmt: skip
    return _checked(rows)


def _tested(sums: Sums, seed: int) -> tuple[Ratios, Ratios]:
    """Return the ratios over all and within, their chances adjusted for the number of categories."""
    raw, within = raw_ratios(sums, seed=seed), within_ratios(sums, seed=seed)
    return raw._replace(chance=adjusted_chance(raw.chance)), within._replace(chance=adjusted_chance(within.chance))


def _measured(side: Sides, sums: Sums) -> dict[str, NDArray[np.float64] | NDArray[np.int64]]:
    """Return columns of counts and of population-weighted means with their intervals over the draws."""
    columns: dict[str, NDArray[np.float64] | NDArray[np.int64]] = {
        "resident_count": side.first.sum(axis=0),
        "unit_count": (side.first > 0.0).sum(axis=0).astype(np.int64),
    }
    for stem, people, exposed in (
        ("exposed", sums.first, sums.first_exposed),
        ("other", sums.second, sums.second_exposed),
    ):
        total = people.sum(axis=0)
        drawn = exposed.sum(axis=1) / np.where(total > 0.0, total, np.nan)[:, None]
        low, high = np.quantile(drawn, INTERVAL, axis=1)
        columns |= dict(zip(interval_columns(stem, "share"), (drawn.mean(axis=1), low, high), strict=True))
    return columns


@dataclass(frozen=True, slots=True)
class _Row:
    raw: Ratios
    within: Ratios
    furniture: Ratios | None
    k: int

    def columns(self) -> dict[str, object]:
        found: dict[str, object] = {"control_count": int(self.within.controls[self.k])}
        for stem, ratios in (("raw", self.raw), ("within", self.within), ("furniture", self.furniture)):
            values = [np.nan] * 4 if ratios is None else [values[self.k] for values in ratios[:4]]
            names = (f"{stem}_ratio", f"{stem}_low_ratio", f"{stem}_high_ratio", f"{stem}_chance_share")
            found |= dict(zip(names, values, strict=True))
        return found

    def verdict(self, *, is_complete: bool) -> dict[str, str]:
        raw, within = _told(self.raw, self.k), _told(self.within, self.k)
        furniture = None if self.furniture is None else _told(self.furniture, self.k)
        said, why = verdict(
            is_complete=is_complete,
            controls=int(self.within.controls[self.k]),
            raw=raw,
            within=within,
            furniture=furniture,
        )
        return {"verdict": said, "reason": why}


def _told(ratios: Ratios, k: int) -> Told:
    return Told(float(ratios.ratio[k]), float(ratios.chance[k]))


def _checked(rows: list[dict[str, object]]) -> pd.DataFrame:
    if not rows:
        return GROUP_EXPOSURE.checked(GROUP_EXPOSURE.empty())
    keys = ("group", "category", "compared_with", "view", "level")
    names = pd.Index(["|".join(str(row[key]) for key in keys) for row in rows], name="comparison", dtype=object)
    return GROUP_EXPOSURE.checked(pd.DataFrame(rows, index=names))
