"""Trips on paper towns: numbers worked out by hand, laws, and the cordon against networkx."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

from overseen.assessment.examine import examine
from overseen.assessment.trip_result import trip_result
from overseen.exposure.drawn_streets import kept_views
from overseen.exposure.drives import drives_past_readers
from overseen.exposure.streets import street_exposure
from overseen.exposure.trip_population import drawn_trips, home_rows, trip_starts
from overseen.exposure.trips import measures, trip_area_table, trip_exposure, trip_table, walked
from overseen.exposure.walking import walking_network
from overseen.kernels.routes import least_seen_route
from overseen.model.trips import Demand, TripPlan
from overseen.sources.packs import get_trip_model
from overseen.visibility.cells import HERE, Work
from tests.exposure.test_streets import BLOCKS, ROUND, certain, scattered
from tests.town import CRS, ORIGIN, network, town, viewing

MODEL = get_trip_model("overseen")
STEP = 40.0


def lattice(columns=6, rows=6, *, step=STEP):
    """Return a town whose streets form a lattice from (0, 0), nodes numbered row by row, and its boundary beyond it."""
    courses, ends = [], []
    for row in range(rows):
        for column in range(columns):
            here = row * columns + column
            if column + 1 < columns:
                courses.append([(column * step, row * step), ((column + 1) * step, row * step)])
                ends.append((here, here + 1))
            if row + 1 < rows:
                courses.append([(column * step, row * step), (column * step, (row + 1) * step)])
                ends.append((here, here + columns))
    city = town([], courses, size_m=1.0)
    city = replace(city, boundary=shapely.transform(shapely.box(-1, -1, 1000, 1000), lambda points: points + ORIGIN))
    streets = city.streets.copy()
    streets[["from_node", "to_node"]] = np.array(ends)
    return replace(city, streets=streets)


def with_places(city, points, *, kind="shop=books"):
    """Return the town with places."""
    import geopandas as gpd

    shapes = [shapely.Point(*(np.array(point) + ORIGIN)) for point in points]
    index = pd.Index([f"p{i}" for i in range(len(points))], name="place_id", dtype=object)
    return replace(
        city,
        places=gpd.GeoDataFrame(
            {"kind": [kind] * len(points), "name": pd.array([None] * len(points), dtype=object)},
            geometry=shapes, index=index, crs=CRS,
        ),
    )  # fmt: skip


def drawn_of(city, cameras, look):
    """Return what the first draws leave in view of the town's streets."""
    examined = examine(network(cameras), city, look).examined
    return street_exposure(city, examined, look, keeps_draws=True).drawn


def exposure(city, cameras, *, look=None, plan=None, model=MODEL, **options):
    """Return the exposure of trips in a town."""
    look = look or certain(draws=4)
    plan = plan or TripPlan(count=300)
    return trip_exposure(city, drawn_of(city, cameras, look), look, model=model, plan=plan, **options)


NEAR = replace(MODEL, shortest_m=0.0)


def test_kept_draws_are_those_of_the_streets() -> None:
    look = viewing(draws=20)
    city = lattice()
    cameras = scattered(12)
    examined = examine(network(cameras), city, look).examined
    found = street_exposure(city, examined, look, keeps_draws=True)
    for view, level in kept_views(look.ladder):
        name = look.ladder.names[level]
        means = found.drawn.length_m[view, level].mean(axis=1)
        assert means == pytest.approx(found.streets[f"{view}_{name}_length_m"].to_numpy(), abs=1e-3)
    counts = np.zeros((len(city.streets), 20))
    for street in range(len(city.streets)):
        for row in range(found.drawn.watchers.first[street], found.drawn.watchers.first[street + 1]):
            counts[street] += [int(found.drawn.watchers.draws[row]) >> draw & 1 for draw in range(20)]
    assert counts.mean(axis=1) == pytest.approx(found.streets["camera_count"].to_numpy())
    assert found.drawn.length_m["reachable", 0].shape == (len(city.streets), 20)


def test_one_trip_past_one_camera() -> None:
    # A camera beside the middle of a street of 200 m; the trip walks it from end to end.
    city = with_places(lattice(6, 1), [(200.0, 1.0)])
    camera = {"at": (100.0, 30.0), **ROUND, "operator": "City"}
    drawn = drawn_of(city, [camera], certain(draws=3))
    net = walking_network(city)
    assert net.length_m.tolist() == [40.0] * 5
    people = drawn_trips(city, net, NEAR, count=50, seed=1)
    people = replace(people, origin=np.array([0]), target=np.array([5]), departure_s=np.zeros(1), area=np.array([-1]))
    found = walked(net, people, drawn, certain(draws=3), longest_m=3000.0)
    # Reaches of 80 and 40 m, 30 m off the street.
    assert found.routes.cost.tolist() == [200.0]
    assert found.seen_m["lowest"][0] == pytest.approx([2 * np.sqrt(80**2 - 30**2)] * 3, rel=1e-6)
    assert found.seen_m["noticed"][0] == pytest.approx([2 * np.sqrt(40**2 - 30**2)] * 3, rel=1e-6)
    assert found.seen_m["finest"][0].tolist() == [0.0] * 3
    assert found.camera_count[0].tolist() == [1] * 3
    assert found.operator_count.tolist() == [1]
    # 74 m to either side of the middle: of the first and the last street a part is in view, so no whole street is unseen.
    assert found.unseen_run_m[0].tolist() == [0.0] * 3


def test_a_way_round_is_found_and_priced() -> None:
    # Two ways of a lattice of three rows: the middle row is watched, the outer ones are not.
    city = with_places(lattice(6, 3, step=60.0), [(300.0, 60.0)])
    cameras = [{"at": (x, 60.0), **ROUND, "image_width_px": 2000.0 * np.pi * 0.5} for x in (90.0, 150.0, 210.0)]
    found = exposure(city, cameras, plan=TripPlan(count=400), model=NEAR)
    ends = (found.walks.population.origin == 6) & (found.walks.population.target == 11)
    assert ends.any()
    trip = int(np.flatnonzero(ends)[0])
    # Reach 40 m: from 50 to 250 m of the middle row; both ends of it lie in streets that are watched in part.
    assert found.walks.routes.cost[trip] == 300.0
    assert found.walks.seen_m["lowest"][trip].mean() == pytest.approx(200.0)
    assert found.unseen_way[trip].all()
    assert found.unseen_extra_share[trip] == pytest.approx([120.0 / 300.0] * 4)
    # Forty per cent longer: more than the quarter that is allowed.
    assert found.least_seen.seen_m[trip] == pytest.approx(200.0)
    longer = exposure(city, cameras, plan=TripPlan(count=400, detour_share=0.5), model=NEAR)
    assert longer.least_seen.seen_m[trip] == 0.0
    assert longer.least_seen.routes.cost[trip] == pytest.approx(420.0)
    assert longer.least_seen.floor_m[trip] == 0.0


@pytest.mark.parametrize("detour", [0.0, 0.1, 0.25, 0.6])
def test_the_exact_least_seen_way_lies_between_the_bounds(detour) -> None:
    city = with_places(lattice(), [(180.0, 170.0), (20.0, 190.0), (120.0, 80.0)])
    found = exposure(city, scattered(9), look=viewing(draws=8), plan=TripPlan(60, detour), model=NEAR)
    net, mean = found.walks.network, found.edge_seen_m.mean(axis=1, dtype=float)
    for trip in range(len(found.walks.told_m)):
        limit = found.walks.routes.cost[trip] * (1.0 + detour) + 0.01
        ends = found.walks.population.origin[trip], found.walks.population.target[trip]
        fewest, _, _, is_whole = least_seen_route(net.graph, net.length_m, mean, *ends, limit, 1_000_000)
        assert is_whole
        assert found.least_seen.floor_m[trip] - 1e-6 <= fewest <= found.least_seen.seen_m[trip] + 1e-6
        assert found.least_seen.routes.cost[trip] <= limit


class TestLaws:
    """What must hold whatever is unknown."""

    def test_another_camera_lowers_nothing(self) -> None:
        city = with_places(lattice(), [(180.0, 170.0), (20.0, 190.0)])
        cameras = scattered(14)
        few, many = (exposure(city, rows, look=viewing(draws=8)) for rows in (cameras[:8], cameras))
        for name in few.walks.seen_m:
            assert (many.walks.seen_m[name] >= few.walks.seen_m[name] - 1e-3).all()
        assert (many.walks.camera_count >= few.walks.camera_count).all()
        assert (many.walks.unseen_run_m <= few.walks.unseen_run_m + 1e-9).all()
        assert (many.unseen_way <= few.unseen_way).all()
        assert (many.unseen_extra_share >= few.unseen_extra_share - 1e-9).all()
        assert (many.places.shut_in >= few.places.shut_in).all()

    def test_no_cameras_no_exposure(self) -> None:
        found = exposure(with_places(lattice(), [(180.0, 170.0)]), [])
        assert all(values.sum() == 0.0 for values in found.walks.seen_m.values())
        assert found.walks.camera_count.sum() == 0
        assert found.unseen_way.all()
        assert (found.unseen_extra_share == 0.0).all()
        assert (found.walks.unseen_run_m == found.walks.told_m[:, None]).all()

    def test_no_streets_no_trips(self) -> None:
        city = town([], [])
        found = exposure(city, scattered(3))
        assert len(found.walks.told_m) == 0
        assert trip_table(found, viewing(draws=4), crs=CRS, areas=None).empty

    def test_splitting_streets_changes_no_trip(self) -> None:
        city = with_places(lattice(4, 4), [(110.0, 110.0)])
        streets = city.streets
        half = shapely.line_interpolate_point(streets.geometry.to_numpy(), 0.5, normalized=True)
        first = streets.assign(to_node=1000 + np.arange(len(streets)))
        second = streets.assign(from_node=1000 + np.arange(len(streets)))
        for part, frame in ((0, first), (1, second)):
            ends = shapely.get_point(streets.geometry.to_numpy(), -part)
            pairs = [(ends, half), (half, ends)][part]
            frame["geometry"] = [shapely.LineString(pair) for pair in zip(*pairs, strict=True)]
        parts = pd.concat([first, second.rename(index=lambda name: f"{name}b")])
        split = replace(city, streets=parts)
        look = viewing(draws=6)
        cameras = scattered(6)
        found = []
        for one in (city, split):
            drawn, net = drawn_of(one, cameras, look), walking_network(one)
            people = drawn_trips(city, walking_network(city), NEAR, count=80, seed=3)
            place = {tuple(np.round(xy, 6)): i for i, xy in enumerate(net.position)}
            old = walking_network(city).position
            move = np.array([place[tuple(np.round(xy, 6))] for xy in old])
            people = replace(people, origin=move[people.origin], target=move[people.target])
            # On a lattice shortest ways are many: only what no choice among them moves is compared.
            found.append(walked(net, people, drawn, look, longest_m=3000.0).routes.cost)
        assert found[0] == pytest.approx(found[1])

    def test_the_same_on_any_number_of_threads_and_twice(self) -> None:
        city = with_places(lattice(), [(180.0, 170.0), (20.0, 190.0)])
        look = viewing(draws=8)
        drawn = drawn_of(city, scattered(9), look)
        tables = []
        for workers in (None, 1, 3):
            executor = None if workers is None else ThreadPoolExecutor(workers)
            found = trip_exposure(city, drawn, look, model=MODEL, plan=TripPlan(500), executor=executor)
            tables.append(trip_table(found, look, crs=CRS, areas=None))
            if executor is not None:
                executor.shutdown()
        assert all(table.equals(tables[0]) for table in tables)

    def test_more_trips_begin_with_the_same_ones(self) -> None:
        city = with_places(lattice(), [(180.0, 170.0), (20.0, 190.0)])
        net = walking_network(city)
        few, many = (drawn_trips(city, net, NEAR, count=count, seed=5) for count in (40, 400))
        assert few.origin.tolist() == many.origin[: len(few.origin)].tolist()
        assert few.target.tolist() == many.target[: len(few.target)].tolist()


def test_plate_readers_see_no_walker() -> None:
    city = with_places(lattice(), [(180.0, 170.0)])
    look = certain(draws=4)
    reader = {"at": (100.0, 100.0), **ROUND, "use": "plate_reader"}
    drawn = drawn_of(city, [reader], look)
    assert all(values.sum() == 0.0 for values in drawn.length_m.values())
    assert len(drawn.watchers.camera) == 0
    assert len(drawn.readers.camera) > 0
    both = drawn_of(city, [reader, {"at": (60.0, 60.0), **ROUND}], look)
    alone = drawn_of(city, [{"at": (60.0, 60.0), **ROUND}], look)
    for kept, values in alone.length_m.items():
        assert both.length_m[kept].tolist() == values.tolist()


def test_drives_keep_to_streets_that_are_driven_on_and_pass_readers() -> None:
    # The middle row is a residential street with one reader; all else is for walkers.
    city = with_places(lattice(6, 3, step=60.0), [(300.0, 60.0), (0.0, 60.0)])
    is_middle = np.isclose(city.streets.geometry.bounds[["miny", "maxy"]] - ORIGIN[1], 60.0).all(axis=1)
    streets = city.streets.assign(kind=np.where(is_middle, "residential", "footway"))
    city = replace(city, streets=streets)
    drawn = drawn_of(
        city, [{"at": (150.0, 64.0), **ROUND, "image_width_px": 600.0, "use": "plate_reader"}], certain(draws=3)
    )
    found = drives_past_readers(city, drawn, NEAR, count=400, seed=1)
    ends = walking_network(city, kinds=MODEL.driving_kinds)
    assert len(ends.street) == 5
    # Of six nodes in a row, the reader's street is the third: whoever starts on its far side passes it.
    assert set(np.unique(found.reader_count)) == {0, 1}
    assert (found.reader_count[found.length_m > 180.0] == 1).all()
    look = certain(draws=3)
    _, findings = trip_result(city, drawn, look, TripPlan(400), plate_reader_count=1)
    drives = drives_past_readers(city, drawn, MODEL, count=400, seed=look.seed)
    row = findings.loc["drives_passing_1_share"]
    assert row["denominator"] == len(drives.length_m)
    assert row["value"] == pytest.approx((drives.reader_count >= 1).mean())
    assert 0.0 < row["value"] < 1.0
    assert findings.loc["trips_noticed_share", "value"] == 0.0


def areas_of(city, residents):
    """Return two areas, west and east of x = 100 m."""
    import geopandas as gpd

    shapes = [shapely.box(-10, -10, 100, 500), shapely.box(100, -10, 500, 500)]
    return gpd.GeoDataFrame(
        {"name": [None, None], "resident_count": residents, "inside_share": [1.0, 0.5]},
        geometry=[shapely.transform(shape, lambda points: points + ORIGIN) for shape in shapes],
        index=pd.Index(["west", "east"], name="area_id", dtype=object),
        crs=city.streets.crs,
    )


def test_origins_follow_the_residents() -> None:
    city = with_places(lattice(), [(180.0, 170.0), (20.0, 190.0)])
    net = walking_network(city)
    starts = trip_starts(city, net, MODEL, areas_of(city, [300.0, 200.0]))
    west = net.position[:, 0] - ORIGIN[0] < 100.0
    assert starts.is_by_residents
    assert starts.weight[west].sum() == pytest.approx(300.0)
    # Half of the eastern area lies inside the boundary.
    assert starts.weight[~west].sum() == pytest.approx(100.0)
    trips = drawn_trips(city, net, NEAR, count=8000, seed=1, areas=areas_of(city, [300.0, 200.0]))
    # A trip whose place is where it starts is none: shares hold up to those.
    assert (trips.area == 0).mean() == pytest.approx(0.75, abs=0.03)
    none = drawn_trips(city, net, NEAR, count=50, seed=1, areas=areas_of(city, [np.nan, np.nan]))
    assert not none.is_by_residents
    assert "neither residents nor buildings" in none.origin_words


def test_a_table_of_demand_is_followed() -> None:
    city = lattice()
    net = walking_network(city)
    areas = areas_of(city, [1.0, 1.0])
    rows = (Demand("west", "east", 300.0), Demand("east", "east", 100.0))
    trips = drawn_trips(city, net, NEAR, count=6000, seed=1, areas=areas, demand=rows)
    assert (trips.area == 0).mean() == pytest.approx(0.75, abs=0.02)
    assert (net.position[trips.target, 0] - ORIGIN[0] >= 100.0).all()
    assert not trips.is_by_residents


def test_means_per_area_are_those_of_their_trips() -> None:
    city = with_places(lattice(), [(180.0, 170.0), (20.0, 190.0)])
    areas = areas_of(city, [300.0, 300.0])
    look = viewing(draws=8)
    found = exposure(city, scattered(9), look=look, plan=TripPlan(500), model=NEAR, areas=areas)
    table = trip_area_table(found, areas)
    walks = found.walks
    assert table["trip_count"].sum() == len(walks.told_m)
    told = np.array([walks.told_m[walks.population.area == number].sum() for number in (0, 1)])
    whole = (walks.seen_m["noticed"].sum(axis=0) / walks.told_m.sum()).mean()
    assert (table["noticed_share"] * told).sum() / told.sum() == pytest.approx(whole)


def test_homes_are_told_only_where_kinds_are() -> None:
    city = lattice()
    city = replace(city, buildings=town(BLOCKS, []).buildings)
    assert home_rows(city, MODEL)[1] is False
    kinds = city.buildings.assign(kind=["apartments"] * 10 + ["retail"] * 6)
    rows, is_told = home_rows(replace(city, buildings=kinds), MODEL)
    assert is_told
    assert rows.tolist() == list(range(10))


def test_the_cordon_is_what_networkx_finds() -> None:
    city = with_places(lattice(9, 9, step=25.0), [(x, y) for x in range(10, 200, 30) for y in range(10, 200, 30)])
    look = viewing(draws=5)
    found = exposure(city, scattered(5), look=look, model=NEAR)
    net = found.walks.network
    for draw in range(5):
        graph = nx.Graph()
        graph.add_nodes_from(range(len(net.position)))
        is_open = found.edge_seen_m[:, draw] == 0.0
        graph.add_edges_from(zip(net.from_node[is_open].tolist(), net.to_node[is_open].tolist(), strict=True))
        for row, node in enumerate(found.places.node):
            reached = sorted(nx.node_connected_component(graph, int(node)))
            away = np.hypot(*(net.position[reached] - net.position[node]).T)
            assert found.places.shut_in[row, draw] == (not (away >= 150.0).any())
    assert 0 < found.places.shut_in.mean() < 1


def test_what_is_under_ground_is_told_by_nobody() -> None:
    city = with_places(lattice(6, 1), [(200.0, 1.0)])
    streets = city.streets.assign(is_open_air=[True, False, True, True, True])
    found = exposure(replace(city, streets=streets), [{"at": (60.0, 5.0), **ROUND}], model=NEAR)
    trip = int(np.flatnonzero(found.walks.population.origin == 0)[0])
    assert found.walks.told_m[trip] == found.walks.routes.cost[trip] - 40.0
    clear = exposure(replace(city, streets=streets), [], model=NEAR)
    assert clear.unseen_way[trip].all()
    assert not clear.unseen_told_way[trip].any()


def test_measures_name_levels_of_any_ladder() -> None:
    one = replace(viewing().ladder, levels=viewing().ladder.levels[:1])
    assert set(measures(viewing(ladder=one)).values()) == {("reachable", 0), ("at_once", 0)}
    assert Work() == HERE
