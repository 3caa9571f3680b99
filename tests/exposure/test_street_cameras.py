"""Which camera could look at which street: on paper, and the laws."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from overseen.exposure import street_cameras
from overseen.exposure.drawn_streets import DrawnStreets, kept_views
from overseen.exposure.named_streets import named_street_tables
from overseen.exposure.street_cameras import street_camera_table
from overseen.kernels.passages import Watchers
from overseen.kernels.stretches import Stretches
from tests.town import CRS, viewing


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
        {("reachable", 0): np.zeros((3, 4), np.float32)},
        walkers,
        readers,
        np.zeros(4, np.int64),
        names,
        Stretches(np.zeros(13, np.int64), np.empty((0, 2))),
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


def named(drawn, courses, names, counted=(True, True, True)):
    """Return the tables of whole streets of three pieces."""
    streets = gpd.GeoDataFrame(
        {"name": names, "is_counted": list(counted), "length_m": [shapely.length(line) for line in courses]},
        geometry=list(courses),
        index=STREETS,
        crs=CRS,
    )
    return named_street_tables(streets, drawn, viewing(draws=4))


LINES = tuple(shapely.LineString([(x, 0), (x + 100, 0)]) for x in (0, 150, 3000))


@pytest.fixture
def measured(drawn) -> DrawnStreets:
    """Return the same with metres in view: 10, 20, 30 and 40 m of the first piece, of the third always 5 m."""
    seen = np.array([[10, 20, 30, 40], [0, 0, 0, 0], [5, 5, 5, 5]], dtype=np.float32)
    return replace(drawn, length_m=dict.fromkeys(kept_views(viewing().ladder), seen))


def test_a_whole_street_adds_up_draw_by_draw(measured) -> None:
    table, cameras = named(measured, (LINES[0], LINES[2], LINES[1]), ["A", None, "A"])
    assert table.index.tolist() == ["A"]
    assert table.loc["A", "street_ids"] == "s0 | s2"
    assert table.loc["A", "length_m"] == 200.0
    assert table.loc["A", "noticed_length_m"] == 30.0
    assert table.loc["A", "noticed_length_low_m"] == pytest.approx(15.0 + 0.05 * 3 * 10.0)
    # a looks at s0 in draw 0 and at s2 in draws 0 and 1, b at s0 in all, c at s2 in draws 1 and 2; d reads plates.
    assert table.loc["A", "camera_count"] == pytest.approx((2 + 3 + 2 + 1) / 4)
    assert cameras[["camera_id", "is_for_vehicles", "draws_share"]].to_numpy().tolist() == [
        ["b", False, 1.0],
        ["d", True, 0.75],
        ["a", False, 0.5],
        ["c", False, 0.5],
    ]


def test_streets_of_one_name_far_apart_are_two(measured) -> None:
    table, cameras = named(measured, (LINES[0], LINES[1], LINES[2]), ["A", "A", "A"])
    assert table.index.tolist() == ["A", "A (2)"]
    assert table["street_ids"].tolist() == ["s0 | s1", "s2"]
    assert table["length_m"].tolist() == [200.0, 100.0]
    assert cameras.groupby("named_street_id")["camera_id"].agg(list).to_dict() == {
        "A": ["b", "d", "a"],
        "A (2)": ["a", "c"],
    }


def test_what_is_not_counted_or_bears_no_name_is_no_whole_street(measured) -> None:
    table, cameras = named(measured, LINES, ["A", "B", None], counted=(False, True, True))
    assert table.index.tolist() == ["B"]
    assert table.loc["B", "camera_count"] == 0.0
    assert cameras.empty
    nothing, pairs = named(measured, LINES, [None, None, None])
    assert nothing.empty
    assert pairs.empty


def test_a_whole_street_of_one_piece_is_that_piece() -> None:
    from tests.report.factory import paper_assessment

    found = paper_assessment()
    alone = found.named_streets[~found.named_streets["street_ids"].str.contains(" | ", regex=False)]
    pieces = found.streets.loc[alone["street_ids"]]
    assert len(alone) > 3
    assert alone["noticed_length_m"].to_numpy() == pytest.approx(
        pieces["reachable_detect_length_m"].to_numpy(), rel=1e-5
    )
    assert alone["at_once_length_high_m"].to_numpy() == pytest.approx(
        pieces["at_once_detect_length_high_m"].to_numpy(), rel=1e-5
    )
    assert alone["camera_low_count"].tolist() == pieces["camera_low_count"].tolist()
