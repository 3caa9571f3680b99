"""Lists that count cameras at places."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overseen.errors import SourceError
from tests.sources.lists import located, row, scattered


def counted(*counts: str, **parts: str):
    """Return rows at places of their own that count cameras."""
    positions = scattered(len(counts))
    return [row(number, *at, f"place {number}", count=count, **parts)
            for number, (at, count) in enumerate(zip(positions, counts, strict=True), start=2)]  # fmt: skip


def test_a_row_is_as_many_cameras_as_it_counts() -> None:
    kept, found = located(counted("3", "1", "0", "2.0"))
    assert [one.camera_id for one in kept[:4]] == ["place 2/1", "place 2/2", "place 2/3", "place 3"]
    assert found == {"counts, left out": 1, "counts, mended": 2}
    assert len(kept) == 6
    assert all("count" not in one.values for one in kept)
    assert kept[0].point == kept[2].point


@pytest.mark.parametrize("text", ["some", "-1", "2.5", "1-3"])
def test_a_count_that_is_none_is_one_camera(text) -> None:
    kept, found = located(counted(text, "2"))
    assert found == {"counts, not understood": 1, "counts, mended": 1}
    assert len(kept) == 3


def test_a_place_with_several_cameras_is_not_a_duplicate() -> None:
    kept, found = located(counted("3", "2"), "near_identical")
    assert (len(kept), found) == (5, {"counts, mended": 2, "mend without a case: near_identical": 0})


def test_counts_of_areas_are_refused() -> None:
    # As in the list of Seoul: 25 points of districts, with 858 to 5,221 cameras.
    seoul = [str(858 + (5_221 - 858) * number // 24) for number in range(25)]
    with pytest.raises(SourceError) as error:
        located(counted(*seoul))
    (fault,) = error.value.faults
    assert fault.where == "row 26"
    assert "its rows count up to 5,221 cameras, 3,039 in the middle of the list" in fault.problem
    assert "mend = ['counts']" in fault.remedy
    kept, found = located(counted(*seoul), "counts")
    assert len(kept) == sum(map(int, seoul))
    assert found == {"counts, mended": 25}


@pytest.mark.parametrize(("counts", "is_refused"), [(["50"] * 5, False), (["51"] * 5, True), (["1"] * 5 + ["1000"], False),
                                                    (["1"] * 5 + ["1001"], True), (["0"] * 5 + ["60"], True)])  # fmt: skip
def test_what_counts_as_an_area(counts, is_refused) -> None:
    if is_refused:
        with pytest.raises(SourceError, match="stands for an area"):
            located(counted(*counts))
    else:
        assert len(located(counted(*counts))[0]) == sum(map(int, counts))


def test_kinds_are_counted_too() -> None:
    kept, found = located(counted("3", **{"count:dome": "2", "count:fixed": "1"}))
    assert [one.values["kind"] for one in kept] == ["dome", "dome", "fixed"]
    assert found == {"counts, mended": 1}


def test_a_total_that_is_not_the_sum_of_its_kinds_is_told() -> None:
    # As in 1,030 of the 10,377 crossings of the list of New York.
    kept, found = located(counted("4", **{"count:dome": "2", "count:fixed": "1"}))
    assert found == {"counts, at odds": 1, "counts, mended": 1}
    assert len(kept) == 4
    assert all("kind" not in one.values for one in kept)


@given(
    st.lists(st.integers(0, 20), min_size=1, max_size=15),
    st.lists(st.sampled_from(("a", "a/1", "a/2", "a/1'")), min_size=15),
)
@settings(max_examples=60, deadline=None)
def test_cameras_have_names_of_their_own_and_none_is_lost(counts, names) -> None:
    positions = scattered(len(counts))
    rows = [row(number, *at, names[number - 2], count=str(count))
            for number, (at, count) in enumerate(zip(positions, counts, strict=True), start=2)]  # fmt: skip
    kept, _ = located(rows)
    assert len(kept) == sum(counts)
