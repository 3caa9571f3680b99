"""A small assessment of a paper town, through the real engine, with names that try to break out of a page."""

from __future__ import annotations

from functools import cache

from overseen.assessment.assess import assess
from overseen.assessment.findings import Assessment
from tests.exposure.test_streets import BLOCKS, WAYS, scattered
from tests.town import plan, town, viewing

HOSTILE = "</script><script>alert('x')</script> & \"Ö\""


@cache
def paper_assessment() -> Assessment:
    """Return the assessment, made once."""
    city = town(BLOCKS, WAYS)
    streets = city.streets.copy()
    streets.loc["s0", "name"] = HOSTILE
    cameras = scattered(12)
    cameras[0] |= {"operator": HOSTILE, "remark": "<b>moved?</b>"}
    cameras[3] |= {"setting": "indoor"}
    from dataclasses import replace

    return assess(plan(cameras), replace(city, streets=streets, name="Paper <town>"), viewing())
