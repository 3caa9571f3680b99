"""The whole line: same bytes whatever the tiling, the sample against an independent script, and its golden numbers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from overseen.assessment.assess import assess
from overseen.sources.packs import get_assumptions
from overseen.visibility.frustums import vertical_field_deg
from tests.exposure.test_streets import BLOCKS, WAYS, scattered
from tests.town import KNOWN, plan, town, viewing

TABLES = ("isovists", "cameras", "streets", "findings", "sensitivity")


def same(one, other) -> bool:
    """Return whether two assessments agree to the bit."""
    return all(getattr(one, name).equals(getattr(other, name)) for name in TABLES)


@pytest.fixture(scope="module")
def inputs():
    """A paper town four cells wide, larger than a cell."""
    city = town(BLOCKS, WAYS, size_m=200.0)
    wide = replace(city, boundary=city.boundary.buffer(600.0))
    cameras = [{**row, "at": (row["at"][0] * 3.0, row["at"][1] * 3.0)} for row in scattered(25)]
    return plan(cameras), wide, viewing()


@pytest.mark.parametrize("tiles", [1, 2, 7])
@pytest.mark.parametrize("workers", [1, 2])
def test_any_tiling_and_any_number_of_workers_give_the_same(inputs, tiles, workers) -> None:
    alone = assess(*inputs)
    with ThreadPoolExecutor(workers) as executor:
        assert same(assess(*inputs, tiles=tiles, executor=executor), alone)


def test_progress_is_told_step_by_step(inputs) -> None:
    told: list[tuple[str, int, int]] = []
    assess(*inputs, progress=lambda *step: told.append(step))
    steps = list(dict.fromkeys(step for step, _, _ in told))
    assert steps == ["views", "streets", "trips", "public space", "private space", "areas", "what moves the answer"]
    last = {step: (done, total) for step, done, total in told}
    assert all(done == total for done, total in last.values())


def test_a_stated_tilt_takes_away_the_dead_zone_and_what_lies_beyond_the_far_limit() -> None:
    city = town([], [[(100, 100), (100, 200)]])
    camera = {"at": (100, 100), **KNOWN, "mounting_height_m": 5.6, "image_width_px": 8000.0}
    view = viewing(draws=3, assumptions=fixed_aspect())
    level = assess(plan([camera]), city, view).isovists.loc["c0#1|reachable|detect"]
    tilted = assess(plan([{**camera, "tilt_deg": 45.0}]), city, view)
    row = tilted.isovists.loc["c0#1|reachable|detect"]
    assert np.isnan(level["dead_zone_m"])
    # 90 by 58.7 degrees, 45 degrees down, from 4 m above faces.
    half = np.radians(vertical_field_deg(90.0, 16 / 9) / 2)
    near, far = 4.0 / np.tan(np.pi / 4 + half), 4.0 / np.tan(np.pi / 4 - half)
    assert (row["dead_zone_m"], row["far_limit_m"]) == pytest.approx((near, far))
    assert row["analytic_area_m2"] < level["analytic_area_m2"]
    assert tilted.cameras.loc["c0", "reachable_detect_area_m2"] == pytest.approx(row["analytic_area_m2"])
    # The camera looks true north, 1.8 degrees off the street.
    assert tilted.finding("streets_reachable_detect_length_m")["value"] == pytest.approx(far - near, rel=1e-3)
    assert "image_aspect_ratio" in tilted.sensitivity.index


def fixed_aspect():
    """Return the shipped assumptions with one aspect ratio."""
    shipped = get_assumptions("overseen")
    return replace(
        shipped,
        unknowns=tuple(
            replace(unknown, low=16 / 9, central=16 / 9, high=16 / 9)
            if unknown.name == "image_aspect_ratio"
            else unknown
            for unknown in shipped.unknowns
        ),
    )


def test_another_seed_gives_another_draw_of_the_same_answer(inputs) -> None:
    plan_, city, view = inputs
    one, other = assess(plan_, city, view), assess(plan_, city, replace(view, seed=2))
    name = "streets_reachable_detect_share"
    assert one.finding(name)["value"] != other.finding(name)["value"]
    assert one.finding(name)["low"] <= other.finding(name)["value"] <= one.finding(name)["high"]
