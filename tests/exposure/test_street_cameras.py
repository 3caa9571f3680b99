"""Which camera could look at which street: on paper, and the laws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from overseen.exposure import street_cameras
from overseen.exposure.drawn_streets import DrawnStreets
from overseen.exposure.street_cameras import street_camera_table
from overseen.kernels.passages import Watchers


def watchers(rows: list[list[tuple[int, int]]]) -> Watchers:
    """Return per street the cameras and the draws, as words of bits, in which they could look at it."""
    pairs = [pair for row in rows for pair in row]
    return Watchers(
        np.cumsum([0, *(len(row) for row in rows)]).astype(np.int64),
        np.array([camera for camera, _ in pairs], dtype=np.int64),
        np.array([word for _, word in pairs], dtype=np.uint64),
    )


@pytest.fixture
def drawn() -> DrawnStreets:
    """Return three streets, four cameras and four draws; the last camera reads plates."""
    walkers = watchers([[(0, 0b0001), (1, 0b1111)], [], [(2, 0b0110), (0, 0b0011)]])
    readers = watchers([[(3, 0b0111)], [], []])
    names = np.array(["a", "b", "c", "d"], dtype=object)
    return DrawnStreets(
        {("reachable", 0): np.zeros((3, 4), np.float32)}, walkers, readers, np.zeros(4, np.int64), names
    )


STREETS = pd.Index(["s0", "s1", "s2"], name="street_id")


def test_the_share_is_that_of_the_draws(drawn) -> None:
    table = street_camera_table(STREETS, drawn)
    assert table.to_numpy().tolist() == [
        ["s0", "b", False, 1.0],
        ["s0", "d", True, 0.75],
        ["s0", "a", False, 0.25],
        ["s2", "a", False, 0.5],
        ["s2", "c", False, 0.5],
    ]


def test_of_a_crowded_street_those_in_most_draws_are_listed(drawn, monkeypatch) -> None:
    monkeypatch.setattr(street_cameras, "MOST_PER_STREET", 1)
    table = street_camera_table(STREETS, drawn)
    assert table[["street_id", "camera_id"]].to_numpy().tolist() == [["s0", "b"], ["s2", "a"]]


def test_a_street_lists_cameras_exactly_where_some_could_look_at_it() -> None:
    from tests.report.factory import paper_assessment

    found = paper_assessment()
    shares = found.street_cameras.groupby("street_id")["draws_share"].sum()
    # All draws are kept here, so that the shares of a street's cameras add up to their mean number.
    assert found.viewing.draws <= 64
    expected = found.streets["camera_count"]
    assert shares.reindex(expected.index, fill_value=0.0).to_numpy() == pytest.approx(expected.to_numpy())
