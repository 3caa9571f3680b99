"""The whole line: same bytes whatever the tiling, the sample against an independent script, and its golden numbers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from overseen.assessment.assess import assess
from tests.exposure.test_streets import BLOCKS, WAYS, scattered
from tests.town import plan, town, viewing

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
    assert steps == ["views", "streets", "public space", "what moves the answer"]
    last = {step: (done, total) for step, done, total in told}
    assert all(done == total for done, total in last.values())


def test_another_seed_gives_another_draw_of_the_same_answer(inputs) -> None:
    plan_, city, view = inputs
    one, other = assess(plan_, city, view), assess(plan_, city, replace(view, seed=2))
    name = "streets_reachable_detect_share"
    assert one.finding(name)["value"] != other.finding(name)["value"]
    assert one.finding(name)["low"] <= other.finding(name)["value"] <= one.finding(name)["high"]
