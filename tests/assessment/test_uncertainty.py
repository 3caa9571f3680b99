"""What moves the answer: alone, among all others, and all at their ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from overseen.assessment.assess import assess
from overseen.model.viewing import KindBounds
from overseen.sources.packs import get_assumptions
from tests.exposure.test_streets import BLOCKS, WAYS, scattered
from tests.town import KNOWN, plan, town, viewing


@pytest.fixture(scope="module")
def found():
    """Return the assessment of a small town of which much is unknown."""
    return assess(plan(scattered(12)), town(BLOCKS, WAYS), viewing(draws=120))


def test_scenarios_enclose_the_mean_and_name_what_they_hold(found) -> None:
    value = found.scenarios["value"]
    drawn = found.finding(found.scenarios["finding"].iloc[0])
    assert value["low"] <= value["central"] <= value["high"]
    assert value["low"] < drawn["value"] < value["high"]
    assert "mounting_height_m 3" in found.scenarios.loc["low", "held"] + found.scenarios.loc["high", "held"]


def test_parts_of_the_variance_are_told_for_each_unknown_and_do_not_exceed_it(found) -> None:
    parts = found.sensitivity["variance_share"].drop("bearing_deg")
    assert parts.between(0.0, 1.0).all()
    # Independent parts; what they overstate by chance is small.
    assert 0.2 < parts.sum() < 1.1
    assert np.isnan(found.sensitivity.loc["bearing_deg", "variance_share"])


def test_the_only_unknown_that_moves_explains_the_variance() -> None:
    shipped = get_assumptions("overseen")
    still = tuple(
        unknown
        if unknown.name == "maximum_range_m"
        else replace(unknown, low=unknown.central, high=unknown.central, of_kind=())
        for unknown in shipped.unknowns
    )
    camera = {"at": (100, 100), "kind": "panorama", "image_width_px": 90_000.0, "mounting_height_m": 1.6}
    found = assess(
        plan([camera]),
        town([], [[(100, 100), (100, 400)]], size_m=500.0),
        viewing(draws=120, assumptions=replace(shipped, unknowns=still)),
    )
    assert found.sensitivity.loc["maximum_range_m", "variance_share"] > 0.95
    assert (found.sensitivity["variance_share"].drop("maximum_range_m").fillna(0.0) < 0.1).all()


def test_too_few_draws_tell_nothing_apart() -> None:
    found = assess(plan(scattered(4)), town([], WAYS), viewing(draws=20))
    assert found.sensitivity["variance_share"].isna().all()


def test_a_kind_of_which_more_is_known_has_bounds_of_its_own() -> None:
    shipped = get_assumptions("overseen")
    height = shipped["mounting_height_m"]
    own = replace(height, of_kind=(KindBounds("dome", 20.0, 20.0, 20.0, "measured"),))
    look = viewing(
        draws=8, assumptions=replace(shipped, unknowns=tuple(own if u is height else u for u in shipped.unknowns))
    )
    cameras = [{**KNOWN, "at": (50, 50), "kind": "dome"}, {**KNOWN, "at": (90, 90), "kind": "fixed"}]
    for camera in cameras:
        del camera["mounting_height_m"]
        camera["image_width_px"] = 600.0
    found = assess(plan(cameras), town([], WAYS), look)
    # A lens 20 m up has no face at 25 px/m through 90 degrees: 600 / (2 * 25) = 12 m reach at the slant.
    assert found.cameras.loc["c0", "at_once_detect_area_m2"] == 0.0
    assert found.cameras.loc["c1", "at_once_detect_area_m2"] > 0.0
