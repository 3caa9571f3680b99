"""Hours in the dark: closed forms, a slow twin minute by minute, and what must not change them."""

from __future__ import annotations

import numpy as np
import pytest

from overseen.kernels.outages import Batteries, Failures, dark_hours

DAYS = 365
NEVER_EMPTY = Batteries(np.full(4, 1e9), np.full(4, np.inf))


def battery(hours: float, gain: float = np.inf, draws: int = 4) -> Batteries:
    """Return one battery in every draw."""
    return Batteries(np.full(draws, hours), np.full(draws, gain))


def drawn(*keys: int, per_day: float = 2.0, hours: float = 5.0, draws: int = 4) -> Failures:
    """Return feeders with drawn outages of one length."""
    count = len(keys)
    return Failures(
        np.array(keys, dtype=np.uint64),
        np.full(draws, per_day),
        np.full((draws, 1), hours),
        np.zeros(count + 1, dtype=np.int64),
        np.empty(0),
        np.empty(0),
        np.zeros(count, dtype=bool),
    )


def stated(*feeders: list[tuple[float, float]]) -> Failures:
    """Return feeders with stated outages: (start, length) in hours."""
    cuts = np.array([cut for feeder in feeders for cut in feeder], dtype=float).reshape(-1, 2)
    first = np.concatenate([[0], np.cumsum([len(feeder) for feeder in feeders])]).astype(np.int64)
    count = len(feeders)
    return Failures(
        np.arange(count, dtype=np.uint64),
        np.zeros(4),
        np.zeros((4, 1)),
        first,
        np.ascontiguousarray(cuts[:, 0]),
        np.ascontiguousarray(cuts[:, 1]),
        np.ones(count, dtype=bool),
    )


def dark(
    failures, cameras, *, network=NEVER_EMPTY, room=NEVER_EMPTY, room_feeder=-1, days=DAYS, blocks=4, draws=(0, 4)
):
    """Return hours in the dark of each feeder, and of it or the room."""
    return dark_hours(failures, cameras, network, room, room_feeder, days, blocks, *draws)


def test_without_batteries_every_hour_of_an_outage_is_dark() -> None:
    own, joint = dark(drawn(1, 2, 3), battery(0.0))
    assert own.sum(axis=2) == pytest.approx(np.full((3, 4), 2.0 * 5.0 * DAYS))
    assert (own == joint).all()


@pytest.mark.parametrize("hours", [1.0, 4.0, 5.0, 9.0])
def test_the_expectation_is_that_of_the_closed_form(hours: float) -> None:
    # One length, and a battery that is full again at once: every outage leaves max(0, length - battery).
    own, _ = dark(drawn(1, 2, 3), battery(hours))
    assert own.sum(axis=2) == pytest.approx(np.full((3, 4), 2.0 * max(0.0, 5.0 - hours) * DAYS))


def test_a_part_of_an_outage_a_day_comes_out_over_the_year() -> None:
    own, _ = dark(drawn(*range(1, 300), per_day=0.3, hours=1.0), battery(0.0))
    each = own.sum(axis=2)
    assert set(np.round(each.ravel())) == {109.0, 110.0}
    assert each.mean() == pytest.approx(0.3 * DAYS, rel=0.001)


def test_no_hour_of_the_day_is_favoured() -> None:
    own, _ = dark(drawn(*range(1, 60), hours=3.0), battery(0.0))
    shares = own.sum(axis=(0, 1)) / own.sum()
    assert shares == pytest.approx(np.full(4, 0.25), abs=0.003)


def test_two_outages_back_to_back_by_hand() -> None:
    # Battery 4 h, full again in 8 h: half an hour gained in an hour.
    # 10:00-13:00 uses 3 of 4 hours and leaves 1. Two hours of power give 1: the charge is 2.
    # 15:00-20:00 lasts 5: dark from 17:00 to 20:00.
    own, _ = dark(stated([(10.0, 3.0), (15.0, 5.0)]), battery(4.0, 0.5), days=1)
    assert own[0, 0].tolist() == pytest.approx([0.0, 0.0, 1.0, 2.0])


def test_the_weaker_of_two_batteries_decides() -> None:
    own, _ = dark(stated([(0.0, 6.0)]), battery(4.0), network=battery(1.5), days=1)
    assert own[0, 0].sum() == pytest.approx(4.5)


def test_the_room_darkens_watching_and_not_the_camera() -> None:
    # Camera dark 02:00-06:00 (battery 2 h of 00:00-06:00), room 05:00-10:00: either is 02:00-10:00.
    failures = stated([(0.0, 6.0)], [(5.0, 5.0)])
    own, joint = dark(failures, battery(2.0), room=battery(0.0), room_feeder=1, days=1)
    assert own[0, 0].sum() == pytest.approx(4.0)
    assert joint[0, 0].tolist() == pytest.approx([4.0, 4.0, 0.0, 0.0])


def test_a_camera_on_the_feeder_of_the_room_fails_with_it() -> None:
    own, joint = dark(drawn(7, 8), battery(0.0), room=battery(0.0), room_feeder=0)
    assert joint[0] == pytest.approx(own[0])
    assert (joint[1].sum(axis=1) > 1.5 * own[1].sum(axis=1)).all()
    assert (joint[1].sum(axis=1) < own[1].sum(axis=1) + own[0].sum(axis=1)).all()


def test_no_other_feeder_and_no_split_of_the_draws_changes_one() -> None:
    alone, _ = dark(drawn(8), battery(1.0, 0.2))
    among, _ = dark(drawn(7, 8, 9), battery(1.0, 0.2))
    assert (among[1] == alone[0]).all()
    parts = [dark(drawn(8), battery(1.0, 0.2), draws=span)[0] for span in ((0, 1), (1, 4))]
    assert (np.concatenate(parts, axis=1) == alone).all()
    assert not (alone[0, 0] == alone[0, 1]).all()


def test_outages_that_fill_all_days_leave_nothing() -> None:
    own, _ = dark(drawn(1, per_day=10.0, hours=4.0), battery(0.0))
    assert own.sum(axis=2) == pytest.approx(np.full((1, 4), 24.0 * DAYS))


def slow(cuts, capacity, gain, days):
    """Return the hours in the dark, minute by minute."""
    step, charge, total = 1.0 / 60.0, capacity, 0.0
    for minute in range(int(days * 24 * 60)):
        middle = (minute + 0.5) * step
        if any(begin <= middle < begin + length for begin, length in cuts):
            used = min(charge, step)
            charge -= used
            total += step - used
        else:
            charge = min(capacity, charge + gain * step)
    return total


@pytest.mark.parametrize("seed", range(4))
def test_a_slow_twin_agrees(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ends = np.sort(rng.choice(np.arange(1, 24 * 6 * 10), 40, replace=False)) / 10.0
    cuts = [(float(a), float(b - a)) for a, b in ends.reshape(-1, 2)]
    own, _ = dark(stated(cuts), battery(2.0, 0.4), days=6)
    assert own[0, 0].sum() == pytest.approx(slow(cuts, 2.0, 0.4, 6), abs=0.05 * len(cuts))
