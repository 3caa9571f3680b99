"""Bounds of what stays in view while feeders fail."""

from __future__ import annotations

import numpy as np
import pytest

from overseen.kernels.delivery import Parts, delivered_bounds
from overseen.kernels.passages import Watchers

# Street 0 is watched by camera 0, street 1 by both, street 2 by none; camera 1 watches in the second draw alone.
WATCHERS = Watchers(np.array([0, 1, 3, 3]), np.array([0, 0, 1]), np.array([3, 3, 2], dtype=np.uint64))
LENGTH = np.array([[10.0, 10.0], [20.0, 20.0], [0.0, 0.0]], dtype=np.float32)
FEEDER = np.array([0, 1])


def parts(*rows):
    """Return parts of streets: (street, group, weight)."""
    street, group, weight = zip(*rows, strict=True)
    return Parts(np.array(street), np.array(group), np.array(weight, dtype=float))


ALL = parts((0, 0, 1), (1, 0, 1), (2, 0, 1))


def bounds(dark, of=ALL):
    """Return promised, least and most; ``dark`` are shares of two feeders in every draw."""
    shares = np.repeat(np.array(dark, dtype=float)[:, None, None], 2, axis=1)
    return delivered_bounds(WATCHERS, FEEDER, shares, LENGTH, of, 2)


def test_one_feeder_leaves_no_doubt() -> None:
    promised, least, most = bounds([0.25, 0.0])
    assert promised[0].tolist() == [30.0, 30.0]
    assert least[0, 0, 0] == most[0, 0, 0] == pytest.approx(22.5)


def test_two_feeders_are_bounded_by_the_worst_and_by_either() -> None:
    _, least, most = bounds([0.25, 0.5])
    # Street 1 in the second draw: at least while the worse is on, 20 * 0.5; at most always, for both need never be dark at once.
    assert least[0, 1, 0] == pytest.approx(7.5 + 10.0)
    assert most[0, 1, 0] == pytest.approx(7.5 + 20.0)
    _, _, rest = bounds([0.8, 0.7])
    # Of shares of 0.8 and 0.7 at least 0.5 is common.
    assert rest[0, 1, 0] == pytest.approx(10.0 * 0.2 + 20.0 * 0.5)


def test_a_street_across_a_border_is_shared_out() -> None:
    promised, least, _ = bounds([0.5, 0.0], parts((0, 1, 1), (1, 0, 0.25), (1, 1, 0.5)))
    assert promised.tolist() == [[5.0, 5.0], [20.0, 20.0]]
    assert least[:, :, 0].tolist() == [[2.5, 2.5], [10.0, 10.0]]


def test_what_is_seen_at_any_time_lies_between_the_bounds() -> None:
    rng = np.random.default_rng(3)
    times = 400
    for _ in range(20):
        on = rng.random((2, times)) < rng.random((2, 1))
        # Of the 20 m, camera 0 sees the first and camera 1 the last so many.
        first, last = rng.integers(0, 21, 2)
        seen = [len(set(range(first) if a else ()) | set(range(20 - last, 20) if b else ())) for a, b in on.T]
        union = len(set(range(first)) | set(range(20 - last, 20)))
        if not first or not last:
            continue
        dark = 1.0 - on.mean(axis=1)
        length = np.array([[union]], dtype=np.float32)
        watchers = Watchers(np.array([0, 2]), np.array([0, 1]), np.array([1, 1], dtype=np.uint64))
        _, least, most = delivered_bounds(watchers, FEEDER, dark[:, None, None].copy(), length, parts((0, 0, 1)), 1)
        assert least[0, 0, 0] - 1e-9 <= np.mean(seen) <= most[0, 0, 0] + 1e-9
