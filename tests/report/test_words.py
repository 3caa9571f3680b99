"""Numbers in words."""

from __future__ import annotations

import pandas as pd
import pytest

from overseen.report.words import NOT_COMPUTED, counted, number_range, percent, percent_range, rounded, with_range

SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("share", "width", "words"),
    [
        (0.5379, 0.3, "54"),
        (0.0081, 0.012, "0.8"),
        (0.0081, 0.3, "1"),
        (0.0004, 0.001, "under 0.1"),
        (0.0, 0.0, "0"),
        (1.0, 0.5, "100"),
    ],
)
def test_percent_is_as_fine_as_its_interval(share, width, words) -> None:
    assert percent(share, width=width) == f"{words}{SPACE}%"


def test_ranges() -> None:
    assert percent_range(0.3619, 0.6815) == f"36 to 68{SPACE}%"
    assert percent_range(0.5, 0.5) == f"50.0{SPACE}%"
    assert number_range(29_606.3, 55_752.8) == "30,000 to 56,000"
    assert with_range(None) == NOT_COMPUTED
    assert with_range(pd.Series({"value": 0.5, "low": 0.4, "high": 0.7})) == f"50{SPACE}% (40 to 70{SPACE}%)"


def test_counts_agree_with_their_noun() -> None:
    assert (counted(1, "lens", "lenses"), counted(2, "lens", "lenses")) == ("1 lens", "2 lenses")
    assert rounded(123_456.0) == "123,000"
    assert rounded(float("nan")) == "unknown"
