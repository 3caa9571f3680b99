"""Two lists of one place: the matching, Chapman's estimate and its interval, refusals and doubts."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from overseen.assessment.undercount import chapman, matched, undercount
from overseen.model.plan import SecondList
from overseen.sources.camera_file import read_camera_file
from tests.town import network, town

SPOTS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=7)


def places(spots) -> np.ndarray:
    """Return positions on a small grid, where ties are many."""
    return np.array(spots, dtype=float).reshape(-1, 2)


def best_saving(one, other, tolerance_m) -> float:
    """Return what the best one-to-one pairing saves, by trying all."""
    if len(one) > len(other):
        one, other = other, one
    saving = np.maximum(tolerance_m - np.hypot(*(one[:, None] - other[None]).transpose(2, 0, 1)), 0.0)
    rows = np.arange(len(one))
    return max(
        float(saving[rows, list(columns)].sum()) for columns in itertools.permutations(range(len(other)), len(one))
    )


@given(SPOTS.filter(lambda spots: len(spots) < 6), SPOTS.filter(lambda spots: len(spots) < 6))
@settings(max_examples=150, deadline=None)
def test_the_pairs_are_the_best_of_all(one, other) -> None:
    one, other = places(one), places(other)
    found = matched(one, other, 2.5)
    assert len(set(found.first)) == len(set(found.second)) == len(found.first)
    assert (found.distance_m <= 2.5).all()
    assert (2.5 - found.distance_m).sum() == pytest.approx(best_saving(one, other, 2.5), abs=1e-6)


@given(SPOTS, SPOTS)
@settings(max_examples=150, deadline=None)
def test_matching_is_symmetric(one, other) -> None:
    one, other = places(one), places(other)
    there, back = matched(one, other, 2.0), matched(other, one, 2.0)
    assert set(zip(there.first, there.second, strict=True)) == set(zip(back.second, back.first, strict=True))


@given(SPOTS, SPOTS, st.randoms())
@settings(max_examples=100, deadline=None)
def test_the_order_of_rows_changes_nothing(one, other, random) -> None:
    shuffled = [random.sample(spots, len(spots)) for spots in (one, other)]
    before, after = matched(places(one), places(other), 2.0), matched(*map(places, shuffled), 2.0)
    assert sorted(before.distance_m) == sorted(after.distance_m)


def test_a_good_pair_is_not_broken_for_two_bad_ones() -> None:
    one, other = places([(0, 0), (14, 0)]), places([(0, 0), (-14, 0)])
    found = matched(one, other, 15.0)
    assert (found.first.tolist(), found.second.tolist()) == ([0], [0])


def test_what_stands_at_the_very_tolerance_is_a_pair() -> None:
    assert len(matched(places([(0, 0)]), places([(15, 0)]), 15.0).first) == 1
    assert len(matched(places([(0, 0)]), places([(15, 0)]), 14.99).first) == 0


def test_chapman_by_hand() -> None:
    assert chapman(99, 49, 24).count == 100 * 50 / 25 - 1


@pytest.mark.parametrize(("first", "second", "both"), [(98, 163, 86), (20, 50, 7), (7, 7, 7), (40, 60, 40)])
def test_swapping_the_lists_changes_nothing_and_the_interval_holds_the_estimate(first, second, both) -> None:
    found = chapman(first, second, both)
    assert found == chapman(second, first, both)
    assert first + second - both <= found.low <= found.count <= found.high


def test_more_matches_mean_fewer_cameras() -> None:
    counts = [chapman(100, 80, both).count for both in range(7, 81)]
    assert counts == sorted(counts, reverse=True)
    assert chapman(100, 80, 80).count == 100


@pytest.mark.parametrize("seen", [(0.6, 0.5), (0.3, 0.3), (0.2, 0.7), (0.9, 0.9)])
@pytest.mark.parametrize("there", [80, 745])
def test_the_interval_holds_the_truth_as_often_as_it_says(seen, there) -> None:
    draw = np.random.default_rng(5)
    lists = draw.random((4000, 2, there)) < np.array(seen)[:, None]
    counts = zip(*lists.sum(axis=2).T, lists.all(axis=1).sum(axis=1), strict=True)
    found = [chapman(*map(int, each)) for each in counts if each[2] >= 7]
    rate = np.mean([each.low <= there <= each.high for each in found])
    assert rate >= 0.935
    # It may be wider than need be only where few cameras are there or few are missed.
    if there > 100:
        assert rate <= 0.97


def lists(first, second, **options):
    """Return what two lists at spots in a town of 200 m tell."""
    one, other = (network([{"at": at, **more} for at, more in each]) for each in (first, second))
    return undercount(one, SecondList("other.csv", other, options.pop("tolerance_m", 5.0)), town([], []), **options)


def row(count, x=0.0, **more):
    """Return a row of cameras 20 m apart."""
    return [((10.0 + 20.0 * (i % 9) + x, 10.0 + 20.0 * (i // 9)), more) for i in range(count)]


def test_two_lists_of_a_town() -> None:
    found = lists(row(20), row(30, x=1.0)[8:])
    assert (found.first_count, found.second_count, found.matched_count, found.distinct_count) == (20, 22, 12, 30)
    assert found.estimate == chapman(20, 22, 12)
    assert found.doubts == ()
    assert found.pairs[0] == ("c8", "c0", pytest.approx(1.0))
    by_name = {variant.name: variant for variant in found.variants}
    assert by_name["tolerance_x0.5"].matched_count == by_name["tolerance_x2"].matched_count == 12
    assert by_name["odds_ratio_2"].estimate.count == 30 + 2.0 * 8 * 10 / 13
    assert by_name["odds_ratio_4"].estimate.count == 30 + 4.0 * 8 * 10 / 13
    assert by_name["odds_ratio_4"].estimate.high > by_name["odds_ratio_2"].estimate.high > found.estimate.high


@pytest.mark.parametrize(
    ("shared", "words"), [(0, "No camera stands"), (1, "Only 1 camera stands"), (6, "Only 6 cameras stand")]
)
def test_too_few_matches_are_no_ground_for_an_estimate(shared, words) -> None:
    found = lists(row(10), row(40)[10 - shared : 30])
    assert (found.matched_count, found.estimate, found.variants) == (shared, None, ())
    assert found.refusal.startswith(words)


def test_cameras_out_of_use_or_outside_the_boundary_are_left_out() -> None:
    gone = [((100.0, 190.0), {"status": "disused"}), ((900.0, 10.0), {})]
    found = lists(row(20) + gone, row(20, x=1.0) + gone[1:])
    assert (found.first_count, found.second_count, found.outside_count) == (20, 20, 3)


def test_lists_of_one_source_are_doubted() -> None:
    (doubt,) = lists(row(20), row(30)[8:]).doubts
    assert doubt.startswith("100 % of the pairs stand at one and the same spot")


def test_crowded_lists_and_a_tolerance_that_decides_are_doubted() -> None:
    found = lists(row(30), row(30, x=7.0), tolerance_m=8.0)
    assert "leaves its interval" in found.doubts[0]
    twins = row(20) + [((x + 3.0, y), more) for (x, y), more in row(20)]
    crowded = lists(twins, row(20, x=1.0))
    assert crowded.crowded_share == 40 / 60
    assert any("matched by chance" in doubt for doubt in crowded.doubts)


@pytest.mark.data
def test_the_two_lists_of_trafford(shared_data) -> None:
    folder = shared_data("trafford_mid")
    first, second = (
        read_camera_file(folder / name) for name in ("trafford_cctv_cameras.csv", "CCTV_cameras_trafford_2018.csv")
    )
    around = shapely.box(*first.in_crs(32630).cameras.total_bounds).buffer(5000.0)
    city = town([], [])
    layers = {
        name: getattr(city, name).set_crs(32630, allow_override=True)
        for name in ("buildings", "streets", "places", "land")
    }
    city = replace(city, boundary=around, **layers)
    found = undercount(first, SecondList("2018", second, 15.0), city)
    assert (found.first_count, found.second_count) == (163, 98)
    assert (found.matched_count, found.identical_count, found.distinct_count) == (86, 84, 175)
    assert found.estimate.count == pytest.approx(164 * 99 / 87 - 1)
    assert found.estimate.low < 186 < found.estimate.high
    assert found.doubts[0].startswith("98 % of the pairs stand at one and the same spot")
    back = undercount(second, SecondList("2024", first, 15.0), city)
    assert back.estimate == found.estimate
    assert {(b, a) for a, b, _ in back.pairs} == {(a, b) for a, b, _ in found.pairs}


@pytest.mark.data
def test_the_truth_is_recovered_from_two_thinned_copies_of_a_real_list(shared_data) -> None:
    cameras = read_camera_file(shared_data("berlin_mid") / "cameras.csv").in_crs(32633).cameras
    positions = shapely.get_coordinates(cameras.geometry.to_numpy())
    assert len(positions) == 745
    held = []
    for seed in range(500):
        draw = np.random.default_rng(seed)
        one, other = (positions[draw.random(745) < share] for share in (0.6, 0.5))
        found = chapman(len(one), len(other), len(matched(one, other, 1.0).first))
        held.append(found.low <= 745 <= found.high)
    # Nominally 95 %; two standard errors of 500 trials are 1.9 points.
    assert 0.925 <= np.mean(held) <= 0.975
