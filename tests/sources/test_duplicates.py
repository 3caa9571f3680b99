"""Cameras listed more than once: by identifier, by spot, nearly; what is certain is mended, the rest is told as a range."""

from __future__ import annotations

import gzip
import json
import time
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from overseen.sources.camera_rows import CameraRow
from overseen.sources.duplicates import NEAR_M
from overseen.sources.positions import located_rows
from overseen.sources.whereabouts import distance_m
from tests.sources.lists import LIST, located, plain, row, rows_at, scattered

HERE = (13.4012345, 52.5012345)


def near(metres: float) -> tuple[float, float]:
    """Return a position so many metres north of ``HERE``."""
    return HERE[0], HERE[1] + np.degrees(metres / 6_371_008.8)


def consequence(rows, kind, *mends):
    """Return what the notice of a kind says was done."""
    notices = located_rows(rows, crs=4326, source=LIST, mends=mends)[1]
    return next(notice.consequence for notice in notices if notice.kind == kind)


# The same identifier


def test_a_row_that_stands_twice_is_one_row() -> None:
    rows = [row(2, *HERE, "a", kind="dome"), row(3, *HERE, "a", kind="Dome "), row(4, 13.41, 52.5111, "b")]
    kept, found = located(rows)
    assert [one.camera_id for one in kept] == ["a", "b"]
    assert found == {"same id, merged": 1}


def test_cameras_that_share_an_identifier_are_told_apart_by_their_row() -> None:
    # As in the list of Sheffield: 66 of 212 rows repeat a cam_number.
    positions = scattered(212)
    ids = [str(number) for number in range(1, 147)] + [str(number) for number in range(1, 67)]
    rows = [row(number, *at, name) for number, (at, name) in enumerate(zip(positions, ids, strict=True), start=2)]
    kept, found = located(rows)
    assert found == {"same id": 132}
    assert len(kept) == 212
    assert [one.camera_id for one in (kept[0], kept[146], kept[66])] == ["1 (row 2)", "1 (row 148)", "67"]
    assert "66 identifiers that stand more than once" in consequence(rows, "same id")


def test_a_new_name_is_none_that_is_taken() -> None:
    rows = [row(2, *HERE, "a"), row(3, 13.41, 52.5111, "a"), row(4, 13.42, 52.5222, "a (row 2)")]
    assert sorted(one.camera_id for one in located(rows)[0]) == ["a (row 2)", "a (row 2), 1", "a (row 3)"]


# The same spot


def test_cameras_that_differ_on_one_spot_share_a_pole() -> None:
    rows = [row(2, *HERE, "a", bearing="90"), row(3, *HERE, "b", bearing="180"), row(4, *HERE, "c", kind="dome")]
    mends = ("same_spot", "duplicate", "near_identical")
    idle = [f"mend without a case: {name}" for name in mends]
    kept, found = located(rows, *mends)
    assert (len(kept), found) == (3, {"same spot": 3} | dict.fromkeys(idle, 0))
    assert "on 1 spots, up to 3 on one. On 1 of the spots they differ" in consequence(rows, "same spot")


def test_bare_points_on_one_spot_leave_a_range() -> None:
    rows = rows_at([HERE, HERE, HERE, (13.41, 52.5111)])
    assert located(rows)[1] == {"same spot": 3, "same spot, alike": 3}
    assert "the cameras are between 2 and 4" in consequence(rows, "same spot, alike")
    kept, found = located(rows, "same_spot")
    assert (len(kept), found) == (2, {"same spot": 3, "same spot, merged": 2})
    assert located(rows, "duplicate")[1] == {"same spot": 3, "same spot, alike": 3, "mend without a case: duplicate": 0}


def test_rows_that_differ_in_their_identifier_alone_are_kept_unless_asked() -> None:
    rows = [row(2, *HERE, "a", kind="dome"), row(3, *HERE, "b", kind="dome"), row(4, *HERE, "c", kind="fixed")]
    assert located(rows)[1] == {"same spot": 3, "duplicate, alike": 2}
    kept, found = located(rows, "duplicate")
    assert [one.camera_id for one in kept] == ["a", "c"]
    assert found == {"same spot": 3, "duplicate, merged": 1}


def test_zero_has_no_sign() -> None:
    assert located([row(2, 0.0, 51.5111, "a"), row(3, -0.0, 51.5111, "b")])[1]["same spot"] == 2


# Nearly the same


@pytest.mark.parametrize(("metres", "is_told"), [(0.99, True), (1.01, False)])
def test_near_is_a_metre(metres, is_told) -> None:
    rows = [row(2, *HERE, "a", kind="dome"), row(3, *near(metres), "b", kind="dome")]
    assert (located(rows)[1] == {"near identical": 2}) == is_told
    assert len(located(rows, "near_identical")[0]) == (1 if is_told else 2)


@pytest.mark.parametrize(
    "other", [{"kind": "fixed"}, {"kind": "dome", "bearing": "10"}, {"kind": "dome", "operator": "City"}]
)
def test_near_and_different_is_two_cameras(other) -> None:
    assert located([row(2, *HERE, "a", kind="dome"), row(3, *near(0.5), "b", **other)])[1] == {}


def test_on_one_spot_they_may_differ_in_what_tells_nothing() -> None:
    rows = [row(2, *HERE, "a", kind="dome", remark="old"), row(3, *HERE, "b", kind="dome")]
    assert located(rows)[1] == {"same spot": 2, "near identical": 2}
    kept, found = located(rows, "near_identical")
    assert (len(kept), found) == (1, {"same spot": 2, "near identical, merged": 1})


def test_a_long_row_of_cameras_is_not_one_camera() -> None:
    rows = [row(number + 2, *near(0.9 * number), f"c{number}") for number in range(50)]
    kept = located(rows, "near_identical")[0]
    positions = shapely.get_coordinates([one.point for one in kept])
    assert len(kept) > 10
    assert all(distance_m(a[None], b[None])[0] > NEAR_M for a, b in combinations(positions, 2))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 4), st.integers(0, 4), st.sampled_from(("dome", "fixed")), st.sampled_from(("1", "2"))
        ),
        min_size=1,
        max_size=30,
    )
)
@settings(max_examples=100, deadline=None)
def test_against_comparing_every_pair(cells) -> None:
    step = np.degrees(0.6 / 6_371_008.8)
    rows = [
        row(n, HERE[0] + x * step, HERE[1] + y * step, f"c{n}", kind=kind, mount=mount)
        for n, (x, y, kind, mount) in enumerate(cells, start=2)
    ]
    said = {one.camera_id: (one.point.x, one.point.y, one.values["kind"], one.values["mount"]) for one in rows}
    firsts = {name: what for name, what in said.items() if list(said.values()).index(what) == list(said).index(name)}
    twins = set()
    for (a, one), (b, other) in combinations(firsts.items(), 2):
        apart = distance_m(np.array([one[:2]]), np.array([other[:2]]))[0]
        if one[2] == other[2] and apart <= NEAR_M:
            twins |= {a, b}
    found = located(rows)[1]
    spots = Counter(what[:2] for what in said.values())
    alike = Counter(said.values())
    assert found.get("same spot", 0) == sum(count for count in spots.values() if count > 1)
    assert found.get("duplicate, alike", 0) == sum(count for count in alike.values() if count > 1)
    assert found.get("near identical", 0) == len(twins)
    kept = located(rows, "duplicate", "near_identical")[0]
    for one, other in combinations(kept, 2):
        is_near = distance_m(shapely.get_coordinates([one.point]), shapely.get_coordinates([other.point]))[0] <= NEAR_M
        assert not (is_near and one.values["kind"] == other.values["kind"])


# A real list


def plate_readers(folder) -> list[CameraRow]:
    """Return the plate readers of the United States as rows."""
    with gzip.open(folder / "cameras-us.json.gz", "rt", encoding="utf-8") as file:
        records = json.load(file)
    rows = []
    for record in records:
        name = f"{record['osmType']}/{record['osmId']}"
        values = plain(
            record, bearing="directionCardinal", operator="operator", mount="mountType", zone="surveillanceZone"
        )
        point = shapely.Point(record["lon"], record["lat"])
        rows.append(CameraRow(name, f"{LIST.file}, {name}", point, values, {}))
    return rows


@pytest.mark.data
def test_the_plate_readers_of_the_united_states(shared_data) -> None:
    rows = plate_readers(shared_data("us_alpr_deflock"))
    began = time.process_time()
    kept, found = located(rows)
    assert time.process_time() - began < 2.0
    assert len(kept) == 61_768
    spots = Counter((one.point.x, one.point.y) for one in rows)
    shared = [count for count in spots.values() if count > 1]
    # 596 rows share a position with one before them, up to six on one pole.
    assert sum(shared) - len(shared) == 596
    assert found["same spot"] == sum(shared) == 1_113
    assert "on 517 spots, up to 6 on one" in consequence(rows, "same spot")
    assert set(found) == {"same spot", "duplicate, alike", "near identical"}


@pytest.mark.data
def test_latitude_first_they_are_the_same_cameras(shared_data) -> None:
    rows = plate_readers(shared_data("us_alpr_deflock"))
    mirrored = [
        CameraRow(one.camera_id, one.source, shapely.Point(one.point.y, one.point.x), one.values, one.origin)
        for one in rows
    ]
    kept, found = located(mirrored)
    # Only the western half of the country is off the globe then.
    assert found["swapped axes, mended"] == 61_768
    assert [one.point for one in kept] == [one.point for one in rows]
