"""Sensitive places: numbers worked out on paper, an oracle of networkx and shapely, and the laws."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
import shapely

from overseen.assessment.assess import assess
from overseen.assessment.examine import examine
from overseen.exposure.approaches import APPROACH_M, WalkingNetwork, least_seen_m, lightest
from overseen.exposure.places import place_exposure
from overseen.exposure.squares import square_exposure
from overseen.model.schema import VIEWS, interval_columns
from overseen.visibility.cells import Work
from tests.exposure.test_streets import LEVELS, ROUND, certain, scattered
from tests.places import at, place_town
from tests.town import plan, viewing

CROSS = [[(0, 500), (500, 500)], [(500, 500), (1000, 500)], [(500, 0), (500, 500)], [(500, 500), (500, 1000)]]
"""Four streets that meet in the middle of a town of one kilometre."""


def measured(cameras, city, look=None):
    """Return the exposure of a paper town's places."""
    look = look or certain()
    return place_exposure(city, examine(plan(cameras).network, city, look).examined, look)


def test_a_crossing_with_a_camera_in_one_arm() -> None:
    city = place_town([("health", [(500, 500)])], CROSS)
    # Sees 80 m at the lowest level: from 20 m to 180 m east of the crossing, of which 130 m are in the approach.
    found = measured([{"at": (600, 500), **ROUND}], city).places.iloc[0]
    assert found["approach_length_m"] == pytest.approx(4 * APPROACH_M)
    assert found["reachable_monitor_approach_share"] == pytest.approx(130.0 / 600.0)
    # At detect 40 m to either side: all inside the approach.
    assert found["at_once_detect_approach_share"] == pytest.approx(80.0 / 600.0)
    assert found["unseen_way_share"] == 1.0
    assert found["least_seen_m"] == 0.0
    assert found["reachable_monitor_entrance_share"] == 0.0
    assert found["is_way_known"]


def test_a_camera_at_the_door_leaves_no_unseen_way() -> None:
    city = place_town([("health", [(500, 500)])], CROSS)
    found = measured([{"at": (510, 500), **ROUND}], city).places.iloc[0]
    north = np.sqrt(80.0**2 - 10.0**2)
    assert found["unseen_way_share"] == 0.0
    assert found["least_seen_m"] == pytest.approx(70.0)
    assert found["reachable_monitor_approach_share"] == pytest.approx((70.0 + 90.0 + 2 * north) / 600.0)
    # The door is 10 m away: observed (16 m), not recognised (8 m).
    assert [found[f"reachable_{level}_entrance_share"] for level in LEVELS] == [1.0, 1.0, 1.0, 0.0, 0.0]
    assert found["camera_count"] == 1.0


def test_a_second_door_opens_a_second_way() -> None:
    streets = [[(0, 500), (400, 500)], [(400, 500), (1000, 500)], [(0, 600), (500, 600)], [(500, 600), (1000, 600)]]
    camera = [{"at": (400, 500), **ROUND}]
    one = measured(camera, place_town([("court", [(400, 502)])], streets)).places.iloc[0]
    two = measured(camera, place_town([("court", [(400, 502), (400, 602)])], streets)).places.iloc[0]
    assert (one["unseen_way_share"], two["unseen_way_share"]) == (0.0, 1.0)
    assert (one["least_seen_m"], two["least_seen_m"]) == (pytest.approx(80.0), 0.0)
    assert two["approach_length_m"] == pytest.approx(2 * one["approach_length_m"])
    # The door in view stays in view.
    assert two["reachable_monitor_entrance_share"] == 1.0


def test_the_way_round_is_the_least_seen_one() -> None:
    # Straight on along the view costs 60 m of it; the way round the block costs none.
    streets = [[(500, 500), (560, 500)], [(560, 500), (700, 500)], [(500, 500), (500, 560)], [(500, 560), (560, 560)],
               [(560, 560), (560, 700)]]  # fmt: skip
    narrow = {"at": (501, 500), "kind": "fixed", "bearing_deg": 90.0, "field_of_view_deg": 10.0,
              "image_width_px": 4000.0, "mounting_height_m": 1.6}  # fmt: skip
    found = measured([narrow], place_town([("school", [(500, 500)])], streets)).places.iloc[0]
    assert found["unseen_way_share"] == 1.0
    assert found["reachable_monitor_approach_share"] > 0.3


def test_a_place_where_the_data_end_has_no_answer() -> None:
    near = place_town([("health", [(500, 500)])], CROSS, size_m=600.0)
    found = measured([], near).places.iloc[0]
    assert not found["is_way_known"]
    assert np.isnan(found["unseen_way_share"])
    assert np.isnan(found["least_seen_m"])
    # What lies outside the boundary is in no denominator: 100 m each to the east and the north.
    assert found["approach_length_m"] == pytest.approx(100.0 * 2 + 150.0 * 2)


def test_a_dead_end_shorter_than_an_approach_has_no_answer() -> None:
    found = measured([], place_town([("health", [(500, 500)])], [[(450, 500), (550, 500)]])).places.iloc[0]
    assert found["approach_length_m"] == pytest.approx(100.0)
    assert not found["is_way_known"]


def test_far_from_every_street_nothing_is_known_but_the_door() -> None:
    found = measured([{"at": (510, 560), **ROUND}], place_town([("health", [(500, 560)])], CROSS[:2])).places.iloc[0]
    assert found["approach_length_m"] == 0.0
    assert np.isnan(found["reachable_monitor_approach_share"])
    assert found["reachable_monitor_entrance_share"] == 1.0


def test_what_lies_under_ground_is_unseen() -> None:
    city = place_town([("health", [(500, 500)])], CROSS)
    hidden = city.streets.assign(is_open_air=[True, True, True, False])
    found = measured([{"at": (505, 500), **ROUND}], replace(city, streets=hidden)).places.iloc[0]
    assert found["unseen_way_share"] == 1.0


def test_plate_readers_do_not_count() -> None:
    city = place_town([("health", [(500, 500)])], CROSS, squares=[shapely.box(480, 480, 520, 520)])
    reader = [{"at": (510, 500), **ROUND, "use": "plate_reader"}]
    found = measured(reader, city)
    assert found.places.iloc[0]["reachable_monitor_entrance_share"] == 0.0
    assert found.places.iloc[0]["reachable_monitor_approach_share"] == 0.0
    look = certain()
    squares = square_exposure(city, examine(plan(reader).network, city, look).examined, look)
    assert not squares.drawn_share["reachable"].any()


def test_a_door_in_a_wall_is_seen_from_before_it_and_not_from_behind() -> None:
    house = shapely.box(490, 502, 510, 522)
    city = place_town([("court", [(500, 502)])], CROSS, buildings=[house])
    before, behind = (measured([{"at": spot, **ROUND}], city).places.iloc[0] for spot in ((500, 495), (500, 530)))
    assert before["reachable_recognise_entrance_share"] == 1.0
    assert behind["reachable_monitor_entrance_share"] == 0.0


def grid(step=60, size=900):
    """Return the streets of a town of square blocks, a piece for each side."""
    lines = range(60, size + 1, step)
    return [[(x, y), (x + step, y)] for x in lines for y in lines if x + step <= size] + [
        [(x, y), (x, y + step)] for x in lines for y in lines if y + step <= size
    ]


DOORS = [
    ("health", [(432, 422)]),
    ("worship", [(505, 541), (470, 542)]),
    ("school", [(300, 610)]),
    ("refuge", [(611, 300)]),
]


def strewn(count, *, seed=3):
    """Return cameras of every kind over the town of one kilometre."""
    rng = np.random.default_rng(seed)
    return [{**row, "at": tuple(rng.uniform(150, 850, 2))} for row in scattered(count)]


def oracle_least_seen(city, doors, seen_of):
    """Return the least metres in view by networkx, over streets cut into metre-long pieces."""
    graph = nx.Graph()
    for line in city.streets.geometry:
        stops = np.linspace(0.0, line.length, round(line.length) + 1)
        points = [shapely.get_coordinates(line.interpolate(stop))[0].round(6) for stop in stops]
        for one, other in itertools.pairwise(points):
            piece = shapely.LineString([one, other])
            graph.add_edge(tuple(one), tuple(other), length=piece.length, seen=seen_of(piece))
    starts = [min(graph, key=lambda node: np.hypot(*(np.array(node) - door))) for door in doors]
    away = nx.multi_source_dijkstra_path_length(graph, starts, weight="length")
    far = [node for node, metres in away.items() if metres >= APPROACH_M - 1e-6]
    seen = nx.multi_source_dijkstra_path_length(graph, starts, weight="seen")
    approach = [(u, v) for u, v in graph.edges if max(away[u], away[v]) <= APPROACH_M + 1e-6]
    return min(seen[node] for node in far), sum(graph.edges[edge]["seen"] for edge in approach), len(approach)


def test_the_least_seen_way_is_that_of_networkx() -> None:
    """Doors stand at whole metres of a street, so that pieces of a metre cut the network just where it must be cut."""
    doors = [("health", [(432, 420)]), ("worship", [(505, 540), (540, 471)])]
    city = place_town(doors, grid())
    rng = np.random.default_rng(5)
    cameras = [{"at": tuple(rng.uniform(300, 660, 2)), **ROUND} for _ in range(9)]
    found = measured(cameras, city).places
    union = shapely.union_all([at(shapely.Point(row["at"])).buffer(80.0, quad_segs=256) for row in cameras])
    costs: list[float] = []
    for (_, spots), (_, row) in zip(doors, found.iterrows(), strict=True):
        listed = [shapely.get_coordinates(at(shapely.Point(spot)))[0] for spot in spots]
        least, seen, pieces = oracle_least_seen(city, listed, lambda piece: shapely.intersection(piece, union).length)
        costs.append(least)
        assert row["least_seen_m"] == pytest.approx(least, abs=0.1)
        assert row["approach_length_m"] == pytest.approx(pieces, abs=1e-6)
        assert row["reachable_monitor_approach_share"] == pytest.approx(seen / pieces, abs=1e-4)
    assert costs == [pytest.approx(111.96, abs=0.01), 0.0]


def test_edges_without_weight_are_edges_and_of_two_the_lighter_counts() -> None:
    ends = np.array([[0, 1], [1, 0], [1, 2], [2, 2]])
    graph = lightest(ends, np.array([5.0, 0.0, 0.0, 1.0]), 3)
    from scipy.sparse.csgraph import dijkstra

    assert dijkstra(graph, directed=False, indices=0).tolist() == [0.0, 0.0, 0.0]


def test_every_draw_is_searched_by_itself() -> None:
    approach = WalkingNetwork(place_town([("court", [(500, 500)])], CROSS)).approach(
        np.array([at(shapely.Point(500, 500))], dtype=object)
    )
    assert len(approach.exits) == 4
    assert approach.length_m.sum() == pytest.approx(4 * APPROACH_M)
    seen = np.tile(approach.length_m[:, None], (1, 3))
    seen[np.flatnonzero(approach.length_m > 1.0)[0], 1] = 7.0
    assert least_seen_m(approach, seen).tolist() == pytest.approx([APPROACH_M, 7.0, APPROACH_M])


def numbers(found):
    """Return the numeric columns of a table of places."""
    return found.drop(columns=["geometry", "kind", "name", "entrance_source"]).astype(float)


class TestLaws:
    """What must hold whatever is unknown."""

    def test_another_camera_lowers_nothing(self) -> None:
        city, cameras = place_town(DOORS, grid()), strewn(30)
        few, many = (numbers(measured(rows, city, viewing()).places) for rows in (cameras[:20], cameras))
        for column in few:
            fewer_is_less = column != "unseen_way_share"
            low, high = (few[column], many[column]) if fewer_is_less else (many[column], few[column])
            assert (high >= low - 1e-9).all(), column

    def test_more_detail_and_fewer_views_see_less(self) -> None:
        found = measured(strewn(30), place_town(DOORS, grid()), viewing()).places
        for what in ("entrance", "approach"):
            for view in VIEWS:
                shares = found[[f"{view}_{level}_{what}_share" for level in LEVELS]].to_numpy()
                assert (np.diff(shares, axis=1) <= 1e-9).all()
            for level in LEVELS:
                assert (found[f"at_once_{level}_{what}_share"] <= found[f"reachable_{level}_{what}_share"] + 1e-9).all()
        assert found["reachable_monitor_approach_share"].max() > 0.0

    def test_splitting_a_street_changes_nothing(self) -> None:
        streets = grid()
        halves = [piece for way in streets for middle in [tuple(np.mean(way, axis=0))]
                  for piece in ([way[0], middle], [middle, way[1]])]  # fmt: skip
        whole, split = (measured(strewn(30), place_town(DOORS, ways), viewing()) for ways in (streets, halves))
        assert numbers(split.places).to_numpy() == pytest.approx(numbers(whole.places).to_numpy(), abs=1e-6)
        assert split.least_seen_m == pytest.approx(whole.least_seen_m, abs=1e-6)

    def test_order_of_cameras_and_places_does_not_matter(self) -> None:
        cameras = strewn(30)
        one = measured(cameras, place_town(DOORS, grid()), viewing()).places
        other = measured(cameras[::-1], place_town(DOORS[::-1], grid()), viewing()).places
        assert numbers(other.iloc[::-1]).to_numpy() == pytest.approx(numbers(one).to_numpy(), abs=1e-9)

    def test_workers_change_no_byte(self) -> None:
        city, look = place_town(DOORS, grid(), squares=[shapely.box(400, 400, 470, 440)]), viewing()
        examined = examine(plan(strewn(30)).network, city, look).examined
        alone = place_exposure(city, examined, look), square_exposure(city, examined, look)
        with ThreadPoolExecutor(3) as executor:
            work = Work(executor, tiles=3)
            many = place_exposure(city, examined, look, work=work), square_exposure(city, examined, look, work=work)
        assert alone[0].places.equals(many[0].places)
        assert alone[0].least_seen_m.tobytes() == many[0].least_seen_m.tobytes()
        assert alone[1].squares.equals(many[1].squares)

    def test_no_cameras_no_exposure(self) -> None:
        city = place_town(DOORS, grid(), squares=[shapely.box(400, 400, 470, 440)])
        found = assess(plan([]), city, viewing())
        shares = [c for c in found.places if c.endswith("_share") and c != "unseen_way_share"]
        assert found.places[shares].to_numpy().sum() == 0.0
        assert (found.places["unseen_way_share"] == 1.0).all()
        assert (found.places["least_seen_m"] == 0.0).all()
        assert found.squares["at_once_identify_crowd_high_count"].sum() == 0.0

    def test_no_places_and_no_squares_is_no_fault(self) -> None:
        found = assess(plan(strewn(5)), place_town([], grid()), viewing())
        assert found.places.empty
        assert found.squares.empty
        assert found.finding("places_health_count")["value"] == 0.0

    def test_no_streets_no_approach(self) -> None:
        found = measured(strewn(5), place_town(DOORS, []), viewing()).places
        assert (found["approach_length_m"] == 0.0).all()
        assert not found["is_way_known"].any()


def squares_of(cameras, squares, *, buildings=(), look=None):
    """Return the exposure of a paper town's squares."""
    look = look or certain()
    city = place_town([], CROSS, squares=squares, buildings=buildings)
    return square_exposure(city, examine(plan(cameras).network, city, look).examined, look)


def test_a_square_half_in_view() -> None:
    # Fifty metres square beside a camera that sees a half turn: nothing to the west, all that is near to the east.
    half = {"at": (500, 500), "kind": "fixed", "bearing_deg": 90.0, "field_of_view_deg": 180.0,
            "image_width_px": 2000.0 * np.pi / 2.0, "mounting_height_m": 1.6}  # fmt: skip
    found = squares_of([half], [shapely.box(475, 475, 525, 525)]).squares.iloc[0]
    assert found["area_m2"] == pytest.approx(2500.0)
    # True north leans a little, about the middle of the square: the half stays a half.
    assert found["reachable_monitor_share"] == pytest.approx(0.5, abs=0.005)
    reach = 1000.0 / 250.0 / 1.0
    within = np.pi * reach**2 / 2.0 / 2500.0
    assert found["reachable_identify_share"] == pytest.approx(within, rel=0.35)


def test_buildings_are_no_part_of_a_square_and_density_fills_the_rest() -> None:
    found = squares_of(
        [{"at": (500, 500), **ROUND}], [shapely.box(480, 480, 520, 520)], buildings=[shapely.box(505, 505, 520, 520)]
    )
    row = found.squares.iloc[0]
    assert row["area_m2"] == pytest.approx(1600.0 - 225.0)
    assert row["capacity_count"] == pytest.approx(row["area_m2"] * found.density_per_m2.mean())
    assert row["capacity_low_count"] == pytest.approx(row["area_m2"] * 1.0, rel=0.1)
    assert row["capacity_high_count"] == pytest.approx(row["area_m2"] * 4.0, rel=0.1)
    assert row["at_once_monitor_crowd_count"] == pytest.approx(row["at_once_monitor_share"] * row["capacity_count"])
    for level in LEVELS:
        mean, low, high = (row[name] for name in interval_columns(f"at_once_{level}_crowd", "count"))
        assert low <= mean <= high
        assert mean <= row["capacity_count"] + 1e-9


def test_a_square_smaller_than_the_grid_has_one_point() -> None:
    found = squares_of([{"at": (500, 500), **ROUND}], [shapely.box(500.9, 500.9, 501.1, 501.1)]).squares.iloc[0]
    assert found["reachable_identify_share"] == 1.0
