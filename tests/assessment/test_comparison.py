"""Two plans held against each other: laws of the signed difference, and cases small enough for paper."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overseen.assessment.assess import assess
from overseen.assessment.comparison import compare, compare_findings
from overseen.assessment.intervals import Range, exact, range_of, widest_difference
from overseen.assessment.sides import Side, side_of_assessment
from overseen.model.schema import FINDINGS
from tests.exposure.test_streets import BLOCKS, WAYS, scattered
from tests.town import plan, town, viewing

NUMBERS = ("value", "low", "high")


@cache
def side(kept: tuple[int, ...], seed: int = 1) -> Side:
    """Return a paper town with some of twelve cameras, assessed."""
    rows = scattered(12)
    cameras = [{**rows[number], "camera_id": f"c{number}"} for number in kept]
    found = assess(plan(cameras), town(BLOCKS, WAYS), viewing(draws=4, seed=seed))
    return side_of_assessment(found, name=f"{len(kept)} cameras")


CHOICES = st.sampled_from([(0, 1, 2, 3, 4, 5), (3, 4, 5, 6, 7), tuple(range(12)), (2,)])
QUICK = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(CHOICES)
@QUICK
def test_a_plan_differs_in_nothing_from_itself(kept) -> None:
    both = compare(side(kept), side(kept))
    told = both.findings[both.findings["basis"] != "not_comparable"]
    assert len(told) == len(side(kept).findings)
    assert (told[list(NUMBERS)] == 0.0).all(axis=None)
    assert (told["change"] == "unchanged").all()
    assert both.cameras.count("both") == len(kept)
    assert both.streets is not None
    assert (both.streets["difference_share"] == 0.0).all()


@given(CHOICES, CHOICES)
@QUICK
def test_turned_round_a_comparison_is_its_own_negative(one, other) -> None:
    there, back = compare(side(one), side(other)), compare(side(other), side(one))
    back_rows = back.findings.loc[there.findings.index]
    np.testing.assert_array_equal(there.findings["value"], -back_rows["value"])
    np.testing.assert_array_equal(there.findings["low"], -back_rows["high"])
    np.testing.assert_array_equal(there.findings["high"], -back_rows["low"])
    assert there.findings["basis"].tolist() == back_rows["basis"].tolist()
    turned = {"rises": "falls", "falls": "rises"}
    assert there.findings["change"].map(lambda word: turned.get(word, word)).tolist() == back_rows["change"].tolist()
    assert there.cameras.count("only_a") == back.cameras.count("only_b")
    np.testing.assert_array_equal(there.streets["difference_share"], -back.streets["difference_share"])


def test_the_same_cameras_assessed_twice_differ_in_nothing_even_if_the_plan_is_called_otherwise() -> None:
    once = side((0, 1, 2))
    again = replace(once, digest="another", name="B")
    found = compare_findings(once, again)
    assert (found["value"] == 0.0).all()
    assert set(found["basis"]) <= {"paired", "exact", "bounds"}
    assert (found.loc[found["basis"] != "bounds", ["low", "high"]] == 0.0).all(axis=None)
    assert set(found.loc[found["basis"] == "paired", "change"]) == {"unchanged"}


def test_more_cameras_never_lower_what_is_in_view_within_any_draw() -> None:
    few, many = side((2, 3, 4)), side(tuple(range(12)))
    found = compare(few, many)
    seen = found.findings[found.findings.index.str.match("streets_(reachable|at_once)_.*|public_space_.*_area_m2$")]
    assert len(seen) >= 30
    assert (seen["basis"] == "paired").all()
    assert (seen["low"] >= 0.0).all()
    row = found.findings.loc["streets_reachable_detect_share"]
    drawn = many.drawn["streets_reachable_detect_share"] - few.drawn["streets_reachable_detect_share"]
    assert row["value"] == pytest.approx(drawn.mean())
    assert row["low"] == pytest.approx(np.quantile(drawn, 0.05))
    assert row["change"] == "rises"


def test_a_paired_range_lies_within_what_two_intervals_allow() -> None:
    few, many = side((2, 3, 4)), side(tuple(range(12)))
    paired = compare_findings(few, many)
    apart = compare_findings(replace(few, drawn={}), replace(many, drawn={}))
    drawn = paired.index[paired["basis"] == "paired"]
    assert (apart.loc[drawn, "low"] <= paired.loc[drawn, "low"] + 1e-9).all()
    assert (apart.loc[drawn, "high"] >= paired.loc[drawn, "high"] - 1e-9).all()
    assert set(apart.loc[drawn, "basis"]) <= {"bounds", "exact"}


def test_another_seed_or_town_is_never_paired() -> None:
    found = compare_findings(side((2, 3, 4)), side((2, 3, 4), seed=2))
    assert "paired" not in set(found["basis"])
    cameras = [{**scattered(12)[2], "camera_id": "c2"}]
    elsewhere = side_of_assessment(assess(plan(cameras), town(BLOCKS[:-1], WAYS), viewing(draws=4)))
    assert "paired" not in set(compare_findings(side((2,)), elsewhere)["basis"])


def findings(**rows: tuple[float, float, float, str]) -> pd.DataFrame:
    """Return findings made by hand: value, low, high, unit."""
    table = {
        name: {"subject": "streets", "view": None, "level": None, "value": value, "low": low, "high": high, "bound": "none",
               "unit": unit, "denominator": 100.0, "denominator_unit": "m", "meaning": name}
        for name, (value, low, high, unit) in rows.items()
    }  # fmt: skip
    frame = pd.DataFrame.from_dict(table, orient="index").rename_axis(index="finding")
    frame.index = frame.index.astype(object)
    return FINDINGS.checked(frame.astype({"view": object, "level": object}))


def test_differences_of_intervals_on_paper() -> None:
    nan = float("nan")
    a = replace(side((2,)), digest="a", pairing="", drawn={}, findings=findings(
        x=(10.0, 8.0, 12.0, "m"), count=(3.0, nan, nan, "count"), gone=(1.0, nan, nan, "m"), odd=(1.0, nan, nan, "m"),
        apart=(1.0, 0.5, 1.5, "m")))  # fmt: skip
    b = replace(a, digest="b", findings=findings(
        x=(11.0, 7.0, 13.0, "m"), count=(5.0, nan, nan, "count"), odd=(1.0, nan, nan, "s"), apart=(4.0, 3.0, 6.0, "m"),
        new=(2.0, nan, nan, "m")))  # fmt: skip
    found = compare_findings(a, b)
    assert found.loc["x", ["value", "low", "high", "basis", "change"]].tolist() == [
        1.0,
        -5.0,
        5.0,
        "bounds",
        "no_difference_told",
    ]
    assert found.loc["count", ["value", "low", "high", "basis", "change"]].tolist() == [2.0, 2.0, 2.0, "exact", "rises"]
    assert found.loc["apart", ["value", "low", "high", "basis", "change"]].tolist() == [
        3.0,
        1.5,
        5.5,
        "bounds",
        "rises",
    ]
    for name in ("gone", "odd", "new"):
        assert found.loc[name, ["basis", "change"]].tolist() == ["not_comparable", "cannot_tell"]
        assert found.loc[name, list(NUMBERS)].isna().all()
    assert found.loc["new", "a_value"] != found.loc["new", "a_value"]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40))
@settings(deadline=None)
def test_the_range_of_the_negative_is_the_negative_of_the_range(values) -> None:
    drawn = np.array(values)
    assert range_of(-drawn) == -range_of(drawn)


def test_the_widest_difference() -> None:
    assert widest_difference(Range(1, 0, 3), Range(5, 4, 6)) == Range(4, 1, 6)
    assert widest_difference(exact(2.0), exact(5.0)) == exact(3.0)


def listed(*rows: dict[str, object], date: dt.date | None = None) -> Side:
    """Return a side with cameras at places of our choice, which nobody examined."""
    from tests.town import network

    cameras = network([{"at": (row["x"], 0.0), **row} for row in rows]).cameras
    bearing = pd.Series([row.get("bearing") for row in rows], index=cameras.index, dtype=object)
    return replace(side((2,)), date=date, cameras=cameras.assign(bearing=bearing, is_examined=True))


def test_cameras_of_one_numbering_are_matched_by_identifier_however_far_they_moved() -> None:
    a = listed(*[{"x": 100.0 * i, "camera_id": name} for i, name in enumerate("pqrs")])
    b = listed(
        *[{"x": 100.0 * i + (500.0 if name == "r" else 0.4), "camera_id": name} for i, name in enumerate("pqrt")]
    )
    found = compare(a, b).cameras
    assert (found.shared_ids, found.is_one_numbering) == (3, True)
    rows = found.table.set_index("camera_id_b")
    assert rows.loc["r", ["presence", "matched_by", "moved_m"]].tolist() == ["both", "id", 500.0]
    # s and t are one camera under two identifiers: they stand 40 cm apart.
    assert rows.loc["t", ["camera_id_a", "matched_by"]].tolist() == ["s", "position"]
    assert (found.count("both"), found.count("only_a"), found.count("only_b"), found.moved_count()) == (4, 0, 0, 1)


def test_identifiers_that_agree_by_chance_are_not_trusted() -> None:
    a = listed(*[{"x": 100.0 * i, "camera_id": str(i)} for i in range(5)])
    b = listed(*[{"x": 100.0 * (i + 2), "camera_id": str(i)} for i in range(5)])
    found = compare(a, b).cameras
    assert (found.shared_ids, found.is_one_numbering) == (5, False)
    assert (found.count("both"), found.count("only_a"), found.count("only_b")) == (3, 2, 2)
    assert set(found.table["matched_by"].dropna()) == {"position"}


def test_a_pair_with_a_rival_near_by_is_counted_as_ambiguous() -> None:
    a = listed({"x": 0.0, "camera_id": "a0"}, {"x": 100.0, "camera_id": "a1"})
    b = listed({"x": 1.0, "camera_id": "b0"}, {"x": 9.0, "camera_id": "b1"}, {"x": 100.0, "camera_id": "b2"})
    found = compare(a, b).cameras
    assert found.ambiguous_count() == 1
    assert found.table.loc["a0 | b0", "is_ambiguous"]
    assert compare(a, b, tolerance_m=5.0).cameras.ambiguous_count() == 0


def test_what_both_lists_state_differently_is_a_change_and_silence_is_none() -> None:
    a = listed({"x": 0.0, "kind": "fixed", "operator": "City", "bearing": "350", "installed_on": "2020"},
               {"x": 50.0, "kind": "unknown", "operator": None, "bearing": None},
               {"x": 100.0, "operator": "city", "bearing": "90"})  # fmt: skip
    b = listed({"x": 0.0, "kind": "dome", "operator": "Police", "bearing": "359.5", "installed_on": "2020-05"},
               {"x": 50.0, "kind": "dome", "operator": "Police", "bearing": "10"},
               {"x": 100.0, "operator": "City", "bearing": "90.5"})  # fmt: skip
    found = compare(a, b).cameras
    assert found.table["changed"].tolist() == ["kind operator bearing", "", ""]
    assert found.table["before_after"].iloc[0] == "kind fixed → dome; operator City → Police; bearing 350 → 359.5"
    assert (found.changed_count(), found.changed_count("bearing"), found.changed_count("model")) == (1, 1, 0)


def test_cameras_past_their_end_are_told_in_either_list() -> None:
    row = {"x": 0.0, "active_until": "2024"}
    found = compare(listed(row, date=dt.date(2024, 6, 1)), listed(row, date=dt.date(2025, 1, 1))).cameras.table
    assert found[["is_past_end_a", "is_past_end_b"]].to_numpy().tolist() == [[False, True]]


@pytest.mark.data
def test_the_council_of_trafford_against_itself_six_years_later(shared_data) -> None:
    from overseen.assessment.camera_matching import match_cameras
    from overseen.assessment.sides import _listed
    from overseen.sources.camera_file import read_camera_file

    folder = shared_data("trafford_mid")
    names = ("CCTV_cameras_trafford_2018.csv", "trafford_cctv_cameras.csv")
    lists = [_listed(read_camera_file(folder / name).in_crs(27700)).assign(is_examined=True) for name in names]
    a, b = (replace(side((2,)), cameras=cameras) for cameras in lists)
    found = match_cameras(a, b)
    assert (len(a.cameras), len(b.cameras)) == (98, 163)
    assert (found.shared_ids, found.is_one_numbering) == (0, False)
    assert [found.count(presence) for presence in ("both", "only_a", "only_b")] == [86, 12, 77]
    assert (found.moved_count(), found.changed_count(), found.ambiguous_count()) == (2, 0, 12)
    assert match_cameras(b, a).count("both") == 86
