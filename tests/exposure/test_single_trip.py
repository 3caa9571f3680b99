"""One's own trip: exact, and nothing of a track is kept."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest

from overseen.cli.routes import _track, write_gpx
from overseen.errors import SourceError
from overseen.exposure.single_trip import least_seen, matched_route, measured, node_at, shortest_route
from overseen.exposure.walking import walking_network
from tests.exposure.test_streets import ROUND, certain
from tests.exposure.test_trips import drawn_of, lattice
from tests.town import CRS, ORIGIN

HALF = {**ROUND, "image_width_px": 2000.0 * np.pi * 0.5}


def test_the_least_seen_way_of_one_trip_and_its_track(tmp_path) -> None:
    city = lattice(6, 3, step=60.0)
    look = certain(draws=3)
    drawn = drawn_of(city, [{"at": (x, 60.0), **HALF} for x in (90.0, 150.0, 210.0)], look)
    net = walking_network(city)
    shortest = shortest_route(net, 6, 11)
    straight = measured(net, shortest, drawn, look, city, 6)
    assert straight.length_m == 300.0
    assert straight.seen_m["lowest"] == pytest.approx([200.0] * 3)
    assert straight.camera_count.tolist() == [3] * 3
    assert least_seen(net, drawn, look, 6, 11, 419.0).cost[0] == 300.0
    round_it = measured(net, least_seen(net, drawn, look, 6, 11, 420.0), drawn, look, city, 6)
    assert round_it.length_m == 420.0
    assert round_it.seen_m["lowest"].tolist() == [0.0] * 3
    assert round_it.unseen_run_m.tolist() == [420.0] * 3
    path = write_gpx((("Round it", round_it),), tmp_path)
    back = _track(path)
    again, first, away = matched_route(net, city, back)
    assert first == 6
    assert away < 1.0
    assert again.edge.tolist() == least_seen(net, drawn, look, 6, 11, 420.0).edge.tolist()


def test_the_nearest_node_is_found_in_degrees() -> None:
    city = lattice(6, 3, step=60.0)
    net = walking_network(city)
    longitude, latitude = pyproj.Transformer.from_crs(CRS, 4326, always_xy=True).transform(
        ORIGIN[0] + 62.0, ORIGIN[1] + 60.0
    )
    node, away = node_at(net, city, longitude, latitude)
    assert node == 7
    assert away == pytest.approx(2.0, abs=1e-3)


@pytest.mark.parametrize("content", ["", "<gpx/>", "no xml"])
def test_a_file_without_a_track_is_refused(tmp_path, content) -> None:
    path = tmp_path / "mine.gpx"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        _track(path)
    assert "mine" not in str(caught.value)
