"""Figures that are not known exactly: as the plan declares them, else as a pack states them with its source; and their draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from overseen.model.operations import Estimate, Range
from overseen.model.schema import OPERATION_FIGURES
from overseen.model.viewing import Unknown, Viewing
from overseen.sources.packs import get_pack
from overseen.visibility.unknowns import stratified_uniforms, value_at

Floats = NDArray[np.float64]

DECLARED = "the plan"
UNVERIFIED = "not verified against the original"


@cache
def operation_pack(name: str) -> dict[str, Any]:
    """Return a pack of figures about running a network."""
    return get_pack("operations", name)


def source_words(entry: Mapping[str, Any]) -> str:
    """Return the source of a figure of a pack, with a mark where only an excerpt was read.

    Examples
    --------
    >>> source_words({"source": "a page", "mark": "excerpt"}), source_words({"source": "our judgement", "mark": "none"})
    ('a page; not verified against the original', 'our judgement')
    """
    return (
        f"{entry['source']}; not verified against the original" if entry["mark"] == "excerpt" else str(entry["source"])
    )


def estimates_of(pack: str, declared: Mapping[str, Range]) -> dict[str, Estimate]:
    """Return every figure of a pack by name, in its order: as declared, else as the pack has it."""
    found = {}
    for entry in operation_pack(pack)["figures"]:
        name = entry["name"]
        given = declared.get(name)
        low, central, high = given if given is not None else (entry["low"], entry["central"], entry["high"])
        source = DECLARED if given is not None else source_words(entry)
        found[name] = Estimate(name, entry["meaning"], entry["unit"], low, central, high, source, given is not None)
    return found


def declared_estimate(name: str, meaning: str, unit: str, bounds: Range) -> Estimate:
    """Return a figure that the plan declares and no pack has."""
    return Estimate(name, meaning, unit, *bounds, DECLARED, is_declared=True)


def estimate_at(estimate: Estimate, score: Floats) -> Floats:
    """Return an estimate at normal scores: low at -1.645, central at 0, high at 1.645, in between by ratio, or by difference where low is 0.

    Two halves of a normal curve, of the logarithm where low is above 0, held between the 1 and 99 % points and never below 0.

    Examples
    --------
    >>> cost = Estimate("camera", "", "USD", 1000.0, 3000.0, 9000.0, "by hand", True)
    >>> estimate_at(cost, np.array([-1.6448536269514722, 0.0, 1.6448536269514722])).round(6).tolist()
    [1000.0, 3000.0, 9000.0]
    """
    scale: Literal["linear", "log"] = "log" if estimate.low > 0.0 else "linear"
    unknown = Unknown(estimate.name, "", *estimate.bounds, scale, 1.0, "")
    return np.maximum(value_at(unknown, score), 0.0)


def drawn(estimate: Estimate, viewing: Viewing) -> Floats:
    """Return the value of an estimate in every draw, one for all cameras, shape (draws,)."""
    if estimate.low == estimate.high:
        return np.full(viewing.draws, estimate.central)
    return estimate_at(estimate, ndtri(stratified_uniforms(viewing.seed, f"operations|{estimate.name}", viewing.draws)))


def figure_table(estimates: Iterable[tuple[str, Estimate]]) -> pd.DataFrame:
    """Return table ``operation_figures`` of (subject, estimate)."""
    rows = {
        f"{subject}.{one.name}": {
            "subject": subject, "meaning": one.meaning, "low": one.low, "central": one.central, "high": one.high,
            "unit": one.unit, "is_declared": one.is_declared, "source": one.source,
        }
        for subject, one in estimates
    }  # fmt: skip
    if not rows:
        return OPERATION_FIGURES.empty()
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis(index="figure")
    return OPERATION_FIGURES.checked(frame.astype({"low": float, "central": float, "high": float, "is_declared": bool}))
