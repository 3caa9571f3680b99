"""Breadth and depth per camera: numbers worked out on paper, an oracle, and the laws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from overseen.assessment.trace_findings import trace_findings
from overseen.assessment.trip_result import trip_result
from overseen.exposure.camera_traces import camera_traces, repeat_share
from overseen.exposure.trip_population import drawn_trips
from overseen.exposure.trips import walked
from overseen.exposure.walking import walking_network
from overseen.model.trips import TripPlan
from overseen.report.document import Figure
from overseen.report.trips import trip_section
from tests.exposure.test_streets import ROUND, certain, scattered
from tests.exposure.test_trips import NEAR, drawn_of, exposure, lattice, with_places
from tests.report.factory import paper_assessment
from tests.town import viewing

SHORT = {**ROUND, "image_width_px": 2000.0 * np.pi * 0.125}
"""Sees 10 m around."""


def handmade(city, ends, cameras):
    """Return walks between nodes, and what is drawn of the streets."""
    net = walking_network(city)
    drawn = drawn_of(city, cameras, certain(draws=3))
    people = drawn_trips(city, net, NEAR, count=5, seed=1)
    origin, target = np.array(ends).T
    people = replace(people, origin=origin, target=target, departure_s=np.zeros(len(ends)), area=np.full(len(ends), -1))
    return walked(net, people, drawn, certain(draws=3), longest_m=9000.0), drawn


def test_one_camera_sees_all_from_everywhere_and_one_the_same_few() -> None:
    # A street of five pieces. The first camera stands on its last piece, which 40 trips from four nodes walk; the second on its
    # first piece, which only those from its first node walk.
    city = with_places(lattice(6, 1), [(200.0, 1.0)])
    trips = [(node, 5) for node in (0, 1, 2, 3) for _ in range(10)] + [(0, 1)] * 22
    walks, drawn = handmade(
        city, trips, [{"at": (180.0, 5.0), **SHORT}, {"at": (20.0, 5.0), **SHORT}, {"at": (20.0, 500.0), **SHORT}]
    )
    table = camera_traces(walks, drawn).cameras
    assert table["trips_share"].tolist() == pytest.approx([40 / 62, 32 / 62, 0.0])
    # Of 40 trips in four tens: 4 * 10 * 9 of 40 * 39 ordered pairs. The third camera sees none.
    assert table["repeat_share"].tolist() == pytest.approx([360 / 1560, 1.0, np.nan], nan_ok=True)
    assert table["repeat_low_share"].tolist()[:2] == pytest.approx(table["repeat_share"].tolist()[:2])


def test_the_sightings_of_a_few_cameras() -> None:
    city = with_places(lattice(6, 1), [(200.0, 1.0)])
    cameras = [{"at": (20.0 + 40.0 * piece, 5.0), **SHORT} for piece in range(5)]
    walks, drawn = handmade(city, [(0, 5)] * 10 + [(0, 1)] * 70, cameras)
    found = camera_traces(walks, drawn)
    # 80 at the first and 10 at each other: the first alone holds more than half of 120.
    assert found.half_count.tolist() == [1.0] * 3
    assert found.widest_share.tolist() == [1.0] * 3
    assert found.all_repeat_share == 1.0
    # Only the first sees thirty.
    assert found.cameras["repeat_share"].notna().tolist() == [True, False, False, False, False]


@pytest.fixture(scope="module")
def town_found():
    """Return the exposure of trips in a town with cameras of every kind, and what is drawn of its streets."""
    city, look = with_places(lattice(), [(180.0, 170.0), (20.0, 190.0)]), viewing(draws=4)
    return (
        exposure(city, scattered(8), look=look, plan=TripPlan(400), model=NEAR),
        drawn_of(city, scattered(8), look),
        look,
    )


def test_pairs_counted_one_by_one_agree(town_found) -> None:
    found, drawn, _ = town_found
    walks = found.walks
    table = camera_traces(walks, drawn).cameras
    street = walks.network.street[walks.routes.edge]
    seen = [set() for _ in drawn.camera_id]
    for trip in range(len(walks.told_m)):
        for place in range(walks.routes.offsets[trip], walks.routes.offsets[trip + 1]):
            rows = range(drawn.watchers.first[street[place]], drawn.watchers.first[street[place] + 1])
            for row in rows:
                if int(drawn.watchers.draws[row]) & 1:
                    seen[drawn.watchers.camera[row]].add(trip)
    first = [len(trips) / len(walks.told_m) for trips in seen]
    low, high = (table[name].to_numpy() for name in ("trips_low_share", "trips_high_share"))
    assert camera_traces(walks, replace(drawn, length_m={key: values[:, :1] for key, values in drawn.length_m.items()})).cameras[
        "trips_share"
    ].tolist() == pytest.approx(first)  # fmt: skip
    assert (low <= high).all()


def test_the_number_of_trips_changes_no_depth() -> None:
    rng = np.random.default_rng(3)
    origin = rng.integers(0, 20, 200_000)
    few = np.array([repeat_share(np.zeros(60, dtype=int), some, 1)[0] for some in origin[:60_000].reshape(-1, 60)])
    many = repeat_share(np.zeros(200_000, dtype=int), origin, 1)[0]
    assert few.mean() == pytest.approx(many, rel=0.02)
    assert many == pytest.approx(1 / 20, rel=0.01)


def test_another_camera_narrows_no_other_one(town_found) -> None:
    found, drawn, look = town_found
    city = with_places(lattice(), [(180.0, 170.0), (20.0, 190.0)])
    more = drawn_of(city, scattered(12), look)
    few, many = camera_traces(found.walks, drawn).cameras, camera_traces(found.walks, more).cameras
    pd.testing.assert_frame_equal(many.loc[few.index], few)


def test_findings_have_denominators_and_none_comes_of_no_trip(town_found) -> None:
    found, drawn, look = town_found
    findings = trace_findings(found, camera_traces(found.walks, drawn), look)
    assert findings.loc["traces_half_cameras_count", "denominator"] == len(drawn.camera_id)
    assert findings.loc["traces_gap_time_s", "value"] == pytest.approx(found.walks.unseen_run_m.mean() / 1.3)
    assert findings.loc["traces_gap_300_share", "value"] == (found.walks.unseen_run_m >= 390.0).mean()
    assert (findings["denominator"] > 0.0).all()
    result, none = trip_result(with_places(lattice(), []), drawn_of(lattice(), [], look), look, TripPlan(0))
    assert not none.index.str.startswith("traces").any()
    assert result.cameras.empty


def test_the_report_has_the_figure_with_its_numbers() -> None:
    assessed = paper_assessment()
    cameras = assessed.trips.cameras.dropna()
    figures = {block.name: block for block in trip_section(assessed).blocks if isinstance(block, Figure)}
    assert len(cameras) > 3
    rows = figures["breadth-and-depth"].data.rows
    widest = cameras["trips_share"].idxmax()
    assert rows[0][:2] == (widest, "sees most trips")
