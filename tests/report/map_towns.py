"""Assessed paper towns for the map: a plan in phases, and the same held against another plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

from overseen.assessment.assess import assess
from overseen.assessment.comparison import compare
from overseen.assessment.findings import Assessment
from overseen.assessment.sides import side_of_assessment
from overseen.model.plan import Phase, Plan
from tests.exposure.test_streets import BLOCKS, ROUND, WAYS, scattered
from tests.town import network, town, viewing


@cache
def phased(*, other: bool = False) -> Assessment:
    """Return a plan in two phases, of which one camera is gone by the last; ``other``: with three cameras fewer and one elsewhere."""
    rows = scattered(9)
    for number, row in enumerate(rows):
        row |= {"phase": None if number % 3 == 0 else f"year {number % 3}"}
    rows[0] |= {"active_until": "2024-06"}
    if other:
        rows = [*rows[:6], {"at": (12, 12), "camera_id": "new", **ROUND}]
    years = (Phase("year 1", dt.date(2024, 1, 1)), Phase("year 2", dt.date(2025, 1, 1)))
    named = Plan("Other" if other else "Phased", network(rows), dt.date(2025, 6, 1), phases=years)
    return assess(named, town(BLOCKS, WAYS), viewing(draws=4))


@cache
def held() -> Assessment:
    """Return the phased plan held against the other one."""
    one = phased()
    return replace(one, rival=compare(side_of_assessment(one), side_of_assessment(phased(other=True))))
