"""Phases: when a camera is active, and that a step is what an assessment of the cameras active then would find."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
import shapely

from overseen.assessment.assess import assess
from overseen.assessment.findings import Assessment
from overseen.assessment.phases import _given
from overseen.exposure.private_areas import FEWEST
from overseen.exposure.steps import at_steps
from overseen.model.phases import active_cameras, activity, first_day, last_day, past_end, step_named, steps_of
from overseen.model.plan import Phase, Plan
from tests.exposure.test_private_space import homes
from tests.exposure.test_streets import BLOCKS, WAYS, scattered
from tests.report.test_operations import inhabited
from tests.town import network, town, viewing

FIRST, SECOND = dt.date(2024, 1, 1), dt.date(2025, 1, 1)
PHASES = (Phase("year 2", SECOND), Phase("year 1", FIRST))
DRAWS = 8
EVERY_STEP = ("streets_share", "streets_length_m", "public_space_share", "public_space_area_m2", "residents_share", "facades_share",
              "facades_length_m", "maybe_facades_share", "maybe_facades_length_m", "private_ground_area_m2",
              "maybe_private_ground_area_m2")  # fmt: skip
"""What is measured at every step, at each of five levels in two views."""


def phased(count: int = 9) -> Plan:
    """Return a plan of which a third of the cameras is there, a third comes with year 1 and a third with year 2."""
    rows = scattered(count)
    for number, row in enumerate(rows):
        if number % 3:
            row |= {"status": "planned", "phase": f"year {number % 3}"}
    return Plan("Phased", network(rows), phases=PHASES)


def peopled():
    """Return the town with homes, a yard, a garden, and residents in two areas."""
    garden, yard = shapely.box(46, 46, 59, 59), shapely.box(146, 46, 154, 59)
    kinds = np.where(np.arange(len(BLOCKS)) % 8 < 6, "apartments", "yes").tolist()
    return inhabited(
        homes(
            BLOCKS,
            kinds=kinds,
            streets=WAYS,
            land=[("leisure=garden", "garden", garden), ("access=private", "private", yard)],
        ),
        cuts=(0.4,),
    )


@pytest.fixture(scope="module")
def assessed() -> Assessment:
    return assess(phased(), peopled(), viewing(draws=DRAWS))


def on(day: dt.date, *, phases: tuple[Phase, ...] = PHASES, **row: object) -> bool:
    plan = Plan("one", network([{"at": (0, 0), **row}]), phases=phases)
    return bool(activity(plan).on(day)[0])


@pytest.mark.parametrize(
    ("row", "days"),
    [
        ({}, (True, True, True)),
        ({"status": "planned"}, (False, False, False)),
        ({"status": "disused"}, (False, False, False)),
        ({"status": "planned", "phase": "year 1"}, (False, True, True)),
        ({"status": "planned", "phase": "year 2"}, (False, False, True)),
        ({"status": "planned", "phase": "year 7"}, (False, False, False)),
        ({"status": "planned", "installed_on": "2024"}, (False, True, True)),
        ({"status": "planned", "installed_on": "2024-01-02"}, (False, False, True)),
        ({"installed_on": "2024-07"}, (False, False, True)),
        ({"active_until": "2024"}, (True, True, False)),
        ({"active_until": "2023-12"}, (True, False, False)),
        ({"status": "disused", "active_until": "2024-06-30"}, (True, True, False)),
        ({"status": "planned", "phase": "year 1", "active_until": "2024-12-30"}, (False, True, False)),
    ],
)
def test_when_a_camera_is_active(row, days) -> None:
    assert (on(FIRST - dt.timedelta(days=1), **row), on(FIRST, **row), on(SECOND, **row)) == days


def test_a_phase_with_an_end_takes_its_cameras_with_it() -> None:
    phases = (Phase("year 1", FIRST, dt.date(2024, 12, 31)), Phase("year 2", SECOND))
    assert on(dt.date(2024, 12, 31), phases=phases, phase="year 1")
    assert not on(SECOND, phases=phases, phase="year 1")
    assert on(SECOND, phases=phases, phase="year 1", active_until="2025")


def test_dates_reach_as_far_as_they_are_stated() -> None:
    assert (first_day("2023-12"), last_day("2023-12")) == (dt.date(2023, 12, 1), dt.date(2023, 12, 31))
    assert last_day("2024-02-05") == first_day("2024-02-05") == dt.date(2024, 2, 5)
    cameras = network(
        [{"at": (0, 0), "active_until": "2024"}, {"at": (1, 0), "active_until": "2024", "status": "disused"}]
    )
    assert past_end(cameras.cameras, dt.date(2024, 12, 31)).tolist() == [False, False]
    assert past_end(cameras.cameras, SECOND).tolist() == [True, False]


def test_without_phases_the_plan_says_whether_planned_cameras_are_examined() -> None:
    plan = replace(phased(), phases=())
    assert active_cameras(plan).sum() == 3
    assert active_cameras(replace(plan, examined_statuses=("in_use", "planned"))).all()


def test_the_steps_are_the_baseline_and_the_phases_by_date() -> None:
    plan = phased()
    assert [step.name for step in steps_of(plan)] == ["baseline", "year 1", "year 2"]
    assert steps_of(plan)[0].date == dt.date(2023, 12, 31)
    assert steps_of(replace(plan, phases=())) == ()


def test_each_step_is_the_assessment_of_the_cameras_active_then(assessed) -> None:
    city, look = peopled(), viewing(draws=DRAWS)
    table = assessed.phases
    for name in ("baseline", "year 1"):
        alone = assess(replace(phased(), as_of=step_named(phased(), name).date), city, look)
        assert alone.phases is None
        rows = table[(table["step"] == name) & table["finding"].isin(alone.findings.index) & table["low"].notna()]
        kinds = rows["finding"].str.extract(r"^(.*)_(?:reachable|at_once)_[a-z]+_(.*)$").agg("_".join, axis=1)
        told = kinds.value_counts().to_dict()
        assert {kind: told[kind] for kind in EVERY_STEP} == dict.fromkeys(EVERY_STEP, 2 * 5)
        for _, row in rows.iterrows():
            found = alone.finding(row["finding"])
            assert row["value"] == pytest.approx(found["value"], abs=1e-9)
            assert [row["low"], row["high"]] == pytest.approx([found["low"], found["high"]], abs=1e-9)


def test_the_last_step_is_the_assessment_itself(assessed) -> None:
    table = assessed.phases
    for _, row in table[(table["step"] == "year 2") & table["low"].notna()].iterrows():
        assert row["value"] == pytest.approx(assessed.finding(row["finding"])["value"], abs=1e-9)
    # One of the nine stands inside a building.
    assert assessed.finding("cameras_examined_count")["value"] == 8


def test_cameras_that_are_added_never_lower_what_is_in_view(assessed) -> None:
    table = assessed.phases[assessed.phases["low"].notna()]
    later = table[table["step"] != "baseline"]
    assert (later["added_low"] >= -1e-12).all()
    assert (later["added_value"].max()) > 0.0
    assert table[table["step"] == "baseline"]["added_value"].isna().all()


def test_what_the_steps_add_sums_to_what_was_added_since_the_baseline(assessed) -> None:
    table = assessed.phases[assessed.phases["low"].notna()]
    for name, rows in table.groupby("finding"):
        value = rows.set_index("step")
        if "dwellings_" in str(name):
            continue
        assert value["added_value"].sum() == pytest.approx(value.loc["year 2", "since_baseline_value"], abs=1e-9)
        total = value.loc["year 2", "value"] - value.loc["baseline", "value"]
        assert value.loc["year 2", "since_baseline_value"] == pytest.approx(total, abs=1e-9)
        assert assessed.finding(f"phases_{name}")["value"] == pytest.approx(total, abs=1e-9)


def test_the_range_of_what_is_added_is_that_of_the_difference(assessed) -> None:
    drawn = assessed.drawn["phases_streets_reachable_detect_share"]
    row = assessed.phases.loc["year 2: streets_reachable_detect_share"]
    assert len(drawn) == DRAWS
    assert row["since_baseline_low"] == pytest.approx(np.quantile(drawn, 0.05), abs=1e-12)
    baseline = assessed.phases.loc["baseline: streets_reachable_detect_share"]
    assert row["since_baseline_high"] - row["since_baseline_low"] < (row["high"] - baseline["low"]) - (
        row["low"] - baseline["high"]
    )


def test_cameras_are_counted_at_every_step() -> None:
    rows = [{"at": (20.0 + i, 20.0)} for i in range(4)]
    rows[1] |= {"active_until": "2023"}
    rows[2] |= {"phase": "year 1", "status": "planned"}
    rows[3] |= {"installed_on": "2030", "status": "planned"}
    found = assess(Plan("c", network(rows), phases=PHASES), town([], WAYS), viewing(draws=2))
    names = ("active", "added", "ended", "past_end")
    counts = {
        step: [found.phases.loc[f"{step}: cameras_{name}_count", "value"] for name in names]
        for step in ("baseline", "year 1", "year 2")
    }
    assert counts == {"baseline": [2, 0, 0, 0], "year 1": [2, 1, 1, 1], "year 2": [2, 0, 0, 1]}
    assert found.finding("cameras_after_phases_count")["value"] == 1
    assert found.finding("cameras_baseline_count")["value"] == 2


@pytest.mark.parametrize(
    ("homes_in_view", "given"),
    [
        ([20.0, 40.0, 60.0], [True, True, True]),
        ([0.0, 0.0, 60.0], [True, True, True]),
        # Few homes at a step; and few more than at another, from which these could be reckoned.
        ([4.0, 40.0, 60.0], [False, True, True]),
        ([20.0, 56.0, 60.0], [True, False, True]),
        ([50.0, 55.0, 60.0], [True, False, True]),
        ([20.0, 20.0, 23.0], [False, False, True]),
        ([20.0, 40.0, 4.0], [True, True, False]),
        ([40.0, 40.0, 40.0], [True, True, True]),
    ],
)
def test_of_few_homes_no_step_tells_and_no_difference_either(homes_in_view, given) -> None:
    drawn = np.repeat(np.array(homes_in_view)[:, None], 3, axis=1)
    assert _given("dwellings_reachable_detect_count", drawn) == given
    assert _given("facades_reachable_detect_share", drawn) == [True] * 3


def test_homes_in_view_are_told_at_steps_where_they_are_not_few(assessed) -> None:
    table = assessed.phases[assessed.phases["finding"].str.contains("dwellings_")]
    assert not table.empty
    assert not ((table["value"] > 0.0) & (table["value"] < FEWEST)).any()
    for name, rows in table.groupby("finding"):
        steps = rows.set_index("step")
        assert steps.loc["year 2", "value"] == pytest.approx(assessed.finding(name)["value"])
        away = np.abs(np.diff(steps["value"]))
        assert not ((away > 1e-9) & (away < FEWEST)).any()


def test_what_is_measured_once_for_equal_steps_is_measured_for_each() -> None:
    active = np.array([[True, True, False], [True, False, True], [True, True, True], [False, True, True]])
    asked = []

    def measure(on):
        asked.append(on)
        return np.array([on[:2].sum()])

    assert at_steps(active, np.array([0, 1]), measure)[:, 0].tolist() == [2, 1, 2, 1]
    assert len(asked) == 3, "the third step has the same heads as the first among those used"
