"""One's own trip: exact, and nothing of a track is kept."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyproj
import pytest

from overseen.cli.routes import _track, write_gpx
from overseen.errors import SourceError
from overseen.exposure.single_trip import least_seen, matched_route, measured, node_at, route_pieces, shortest_route
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


def test_pieces_add_up_to_the_route_and_name_its_cameras() -> None:
    city = lattice(6, 3, step=60.0)
    look = certain(draws=3)
    cameras = [{"at": (x, 60.0), **HALF, "camera_id": f"k{x:g}"} for x in (90.0, 150.0, 210.0)]
    drawn = drawn_of(city, [*cameras, {"at": (150.0, 1000.0), **HALF}], look)
    net = walking_network(city)
    for ends in ((6, 11), (11, 6)):
        route = shortest_route(net, *ends)
        whole, pieces = (found(net, route, drawn, look, city, ends[0]) for found in (measured, route_pieces))
        assert [len(pieces.course), pieces.told_m.sum()] == [5, 300.0]
        for name, seen in pieces.seen_m.items():
            assert seen.sum(axis=0) == pytest.approx(whole.seen_m[name])
        # From 50 to 250 m of the row: 10 of the first 60 m, all of the next three, 10 of the last.
        assert pieces.seen_m["lowest"].mean(axis=1) == pytest.approx([10.0, 60.0, 60.0, 60.0, 10.0])
        assert pieces.camera_share == {"k150": 1.0, "k210": 1.0, "k90": 1.0}
        # Each piece begins where the one before it ends.
        joints = [np.array([line.coords[0], line.coords[-1]]) for line in pieces.course]
        assert all((one[1] == other[0]).all() for one, other in pairwise(joints))
        assert tuple(joints[0][0] - ORIGIN) == {6: (0.0, 60.0), 11: (300.0, 60.0)}[ends[0]]


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
