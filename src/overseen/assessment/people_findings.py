"""The numbers about residents that a report may publish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from overseen.assessment.finding_draws import DRAWN, checked_findings
from overseen.assessment.headline import drawn_interval
from overseen.exposure.areas import AreaExposure
from overseen.exposure.people import PeopleExposure
from overseen.model.comparison import Comparison
from overseen.model.schema import VIEWS
from overseen.model.viewing import Viewing

COUNTED = "residents_counted_count"
GINI = "residents_reachable_{level}_gini"
BORNE = "residents_reachable_{level}_borne_share"

VIEW_MEANING = {"reachable": "that some camera could look at", "at_once": "in some camera's view at any one moment"}


@dataclass(frozen=True, slots=True)
class PeopleBasis:
    """Who is counted among the residents, and how groups were compared.

    Parameters
    ----------
    is_grid
        Whether areas are squares of our own, since the data have none.
    counted_areas, control_count
        Areas whose residents are counted, and larger areas that they lie in.
    left_out
        Reason, areas and residents of each sort of area that is left out.
    controls
        What the larger areas are.
    is_complete
        Whether the camera list is a complete register.
    furniture_count, mapping_correlation, mapping_chance
        Pieces of other mapped street furniture, and the rank correlation of cameras per km with theirs over larger areas, with
        the probability that chance alone goes as far; None: not at hand, or not told.
    """

    is_grid: bool
    counted_areas: int
    control_count: int
    left_out: tuple[tuple[str, int, float], ...]
    controls: str
    is_complete: bool
    furniture_count: int | None
    mapping_correlation: float | None
    mapping_chance: float | None


def people_basis(areas: AreaExposure, people: PeopleExposure, comparison: Comparison) -> PeopleBasis:
    """Return who is counted and how groups were compared."""
    residents, mapping = people.residents, people.mapping
    is_told = mapping is not None and np.isfinite(mapping.correlation)
    return PeopleBasis(
        areas.is_grid,
        len(residents.unit),
        int(residents.control.max(initial=-1)) + 1,
        tuple((reason, count, number) for reason, (count, number) in sorted(residents.left_out.items())),
        comparison.control_words(),
        comparison.is_complete,
        None if mapping is None else mapping.furniture_count,
        mapping.correlation if mapping is not None and is_told else None,
        mapping.chance if mapping is not None and is_told else None,
    )


def people_findings(people: PeopleExposure, viewing: Viewing, *, lacks: bool = False) -> pd.DataFrame:
    """Return rows of table ``findings``; none but the number of residents where nobody is counted.

    ``lacks``: whether the map lacks buildings in some area that is counted, so that what is in view there is too much.
    """
    count = float(people.residents.resident_count.sum())
    everybody = count + sum(residents for _, residents in people.residents.left_out.values())
    rows: dict[str, dict[str, object]] = {
        COUNTED: _row("Residents whose exposure is known", "count", _certain(count), of=everybody,
                      what="residents inside the boundary, in areas of which a number is known")
    }  # fmt: skip
    what = "residents counted, inside the boundary"
    for number, level in enumerate(viewing.ladder.names if count else ()):
        # How unevenly too much is spread bounds nothing.
        keys = {"view": "reachable", "level": level, "bound": "none" if lacks else "lower"}
        for view in VIEWS:
            meaning = f"Share of street around a resident's home {VIEW_MEANING[view]}, at {level}, mean over residents"
            rows[f"residents_{view}_{level}_share"] = _row(
                meaning, "share", drawn_interval(people.drawn_share[view][:, number]), of=count, what=what
            ) | {"view": view, "level": level, "bound": "upper" if lacks else "none"}
        gini = drawn_interval(people.drawn_gini[:, number])
        meaning = f"Gini coefficient of that share over residents, at {level}, a lower bound"
        rows[GINI.format(level=level)] = _row(meaning, "share", gini, of=count, what=what) | keys
        borne = drawn_interval(people.drawn_borne[:, number])
        meaning = f"Part of all exposure that the most exposed tenth of residents bears, at {level}, a lower bound"
        rows[BORNE.format(level=level)] = _row(meaning, "share", borne, of=count, what=what) | keys
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis(index="finding")
    frame.index = frame.index.astype(object)
    return checked_findings(frame.astype(dict.fromkeys(("value", "low", "high", "denominator"), float)))


def _row(meaning: str, unit: str, numbers: dict[str, Any], *, of: float, what: str) -> dict[str, object]:
    return {"subject": "people", "meaning": meaning, "unit": unit, "view": None, "level": None, "denominator": of,
            "denominator_unit": what, "bound": "none", **numbers}  # fmt: skip


def _certain(value: float) -> dict[str, Any]:
    return {"value": value, "low": np.nan, "high": np.nan, DRAWN: None}
