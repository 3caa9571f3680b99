"""Shares as the few classes that the moving map colours, all levels of a view in one number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.assessment.findings import Assessment
from overseen.model.schema import VIEWS

SHARE_EDGES = (1e-9, 0.1, 0.4, 0.7)
"""Shares from which the second, third, ... colour begins."""

SHARE_CLASSES = len(SHARE_EDGES) + 1
WITHHELD = SHARE_CLASSES
"""Class of an area whose number is not published."""

CLASS_BASE = 6
"""Classes of all levels stand in one whole number, the lowest level in its last place."""


def share_classes(shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the class of each share, 0 for nothing; ``WITHHELD`` for one that is not known.

    Examples
    --------
    >>> share_classes(np.array([0.0, 0.05, 0.1, 0.69, 1.0, np.nan])).tolist()
    [0, 1, 2, 3, 4, 5]
    """
    found = np.searchsorted(SHARE_EDGES, np.nan_to_num(shares), side="right")
    return np.where(np.isnan(shares), WITHHELD, found).astype(np.int64)


def _packed_classes(table: pd.DataFrame, columns: Sequence[str], of: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the classes of several columns beside ``of`` as one number, the first in the last place."""
    total = np.zeros(len(table), dtype=np.int64)
    with np.errstate(divide="ignore", invalid="ignore"):
        for place, column in enumerate(columns):
            share = table[column].to_numpy(dtype=float) / of
            total += share_classes(share) * CLASS_BASE**place
    return total


def view_tags(assessment: Assessment, table: pd.DataFrame, stem: str, of: NDArray[np.float64]) -> dict[str, Any]:
    """Return, per view, the classes of a quantity at every level as a part of ``of``, row by row."""
    names = assessment.viewing.ladder.names
    return {view: _packed_classes(table, [f"{view}_{level}_{stem}" for level in names], of).tolist() for view in VIEWS}


def names_of(values: pd.Series) -> list[str | None]:
    """Return names, ``None`` where there is none."""
    return [None if is_missing else str(value) for value, is_missing in zip(values, values.isna(), strict=True)]
