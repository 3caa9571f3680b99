"""Which heights are a renderer's rather than a building's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overseen.sources.default_heights import default_heights, is_one_of, is_whole_storeys
from tests.sources.city_scenes import heights


@pytest.mark.parametrize(
    ("values", "counts", "found"),
    [
        ((3.66, 7.32, 18.3, 4.0), (380, 30, 260, 80), (3.66,)),
        ((3.66, 7.32, 10.98), (30, 30, 40), (3.66,)),
        ((4.0, 5.0, 6.0, 7.0), (195, 312, 154, 339), ()),
        ((4.0, 5.0, 6.0, 9.1, 12.0), (195, 312, 154, 170, 169), (5.0,)),
        ((3.0, 6.0, 9.0), (25, 55, 20), ()),
        ((6.0, 20.0), (60, 40), (6.0, 20.0)),
        ((18.3, 40.0), (60, 40), (40.0,)),
        ((6.0,), (99,), ()),
        ((0.0, 6.0), (50, 50), (6.0,)),
        ((5.0, 8.5, 13.0), (9, 45, 46), (8.5, 13.0)),
    ],
)
def test_the_rule(values, counts, found) -> None:
    assert default_heights(heights(*values, counts=counts)) == found


@given(st.lists(st.floats(0.5, 80.0), min_size=100, max_size=300), st.randoms(use_true_random=False))
def test_measured_heights_are_no_default_and_order_does_not_matter(drawn, random) -> None:
    measured = np.unique(np.round(drawn, 2))
    spread = np.concatenate([measured + step * 0.01 for step in range(4)])
    assert default_heights(spread) == () or len(np.unique(np.round(spread, 2))) < 20
    shuffled = list(drawn)
    random.shuffle(shuffled)
    assert default_heights(np.array(drawn)) == default_heights(np.array(shuffled))


def test_unknown_heights_count_among_all_buildings() -> None:
    some = np.concatenate([heights(6.0, 20.0, counts=(15, 5)), np.full(80, np.nan)])
    assert default_heights(some) == ()


def test_neighbours_of_half_a_centimetre() -> None:
    assert is_one_of(np.array([3.66, 3.664, 3.67, np.nan]), [3.66]).tolist() == [True, True, False, False]
    assert is_whole_storeys(np.array([7.32, 10.98, 7.3, 0.0, np.nan]))[0].tolist() == [True, True, False, False, False]


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "value", "count"),
    [
        ("berlin_large", 3.66, 427_238),
        ("berlin_mid", 3.66, 12_513),
        ("trafford_mid", 3.66, 15_920),
        ("los_angeles_huge", 5.0, 374_473),
        ("la_alpr_small", 5.0, 3_057),
    ],
)
def test_real_maps(shared_data, name, value, count) -> None:
    given_m = pd.read_parquet(shared_data(name) / "buildings.parquet", columns=["height"])["height"].to_numpy()
    assert default_heights(given_m) == (value,)
    assert is_one_of(given_m, [value]).sum() == count
