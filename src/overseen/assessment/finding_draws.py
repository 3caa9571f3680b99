"""The draws behind findings: carried beside the table while findings are gathered, so that two runs can be told apart draw by draw."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.model.schema import FINDINGS

Floats = NDArray[np.float64]
Draws = Mapping[str, Floats]

DRAWN = "drawn"
"""Column that carries the draws, shape (draws,), until :func:`draws_apart` takes it off; it stands in no table that is kept."""


def checked_findings(frame: pd.DataFrame) -> pd.DataFrame:
    """Return table ``findings`` in the described order, with the draws in a further column where there are any."""
    if DRAWN not in frame:
        return FINDINGS.checked(frame)
    return FINDINGS.checked(frame.drop(columns=DRAWN)).assign(**{DRAWN: frame[DRAWN]})


def draws_apart(frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Floats]]:
    """Return table ``findings`` as described, and the draws of those findings of which they are known."""
    if DRAWN not in frame:
        return FINDINGS.checked(frame), {}
    known = {str(name): drawn for name, drawn in frame[DRAWN].items() if isinstance(drawn, np.ndarray)}
    return FINDINGS.checked(frame.drop(columns=DRAWN)), known
