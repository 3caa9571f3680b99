"""Trip exposure: what simulated trips on the walking network undergo, over the draws of what is unknown."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.exposure.cordon import Enclosed, homes_enclosed, places_enclosed
from overseen.exposure.drawn_streets import DrawnStreets, Kept, named_levels
from overseen.exposure.streets import INTERVAL
from overseen.exposure.trip_population import NOBODY, TripPopulation, drawn_trips
from overseen.exposure.unseen_ways import LeastSeen, has_unseen_way, least_seen_ways, unseen_extra_share
from overseen.exposure.walking import WalkingNetwork, cheapest, incidence, walking_network
from overseen.kernels.passages import cameras_met, longest_unseen
from overseen.kernels.routes import Routes
from overseen.model.city import City
from overseen.model.schema import TRIP_AREAS, TRIPS, interval_columns
from overseen.model.trips import TripModel, TripPlan
from overseen.model.viewing import Viewing

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

PRICED_TRIPS = 2000
"""The price of an unseen way is sought for the first of the trips alone: each search may cross the whole city."""

FEWEST_TRIPS = 30
"""An area with fewer simulated trips gets no mean."""

MEASURES = ("lowest", "noticed", "finest", "at_once")
"""What is measured along a trip: three levels of what could be looked at, and the level of noticing of what is seen at once."""


@dataclass(frozen=True, slots=True)
class Walks:
    """Trips with their shortest routes and what they undergo in every kept draw.

    Parameters
    ----------
    network, population, routes
        Where, who and which way; the routes are the shortest.
    told_m
        Metres of each route of which it is known who sees them.
    seen_m
        Per measure, metres in view, shape (trips, draws).
    camera_count
        Distinct cameras that could look at some of it, shape (trips, draws).
    operator_count
        Distinct named operators among those of any draw.
    unseen_run_m
        Longest run of whole streets in nobody's view, a lower bound, shape (trips, draws).
    too_long_count
        Drawn trips left out because their shortest way is longer than anyone is taken to walk.
    """

    network: WalkingNetwork
    population: TripPopulation
    routes: Routes
    told_m: Floats
    seen_m: Mapping[str, Floats]
    camera_count: NDArray[np.int32]
    operator_count: NDArray[np.int64]
    unseen_run_m: Floats
    too_long_count: int


@dataclass(frozen=True, slots=True)
class TripExposure:
    """Everything found about trips.

    Parameters
    ----------
    walks
        The trips and what their shortest routes undergo.
    edge_seen_m
        Per edge and draw, metres in view at the lowest level of what could be looked at.
    least_seen
        The least-seen ways, sought on the mean over the draws.
    least_seen_m
        What those have in view, shape (trips, draws).
    unseen_way, unseen_told_way
        Whether an unseen way exists at any price, and one that leaves nothing untold, shape (trips, draws).
    unseen_extra_share
        What it costs, for the first trips; inf where there is none.
    homes, places
        Which have no unseen way in or out.
    model, detour_share
        The stated model, and how much longer a least-seen way may be.
    """

    walks: Walks
    edge_seen_m: NDArray[np.float32]
    least_seen: LeastSeen
    least_seen_m: Floats
    unseen_way: Flags
    unseen_told_way: Flags
    unseen_extra_share: Floats
    homes: Enclosed
    places: Enclosed
    model: TripModel
    detour_share: float


def measures(viewing: Viewing) -> dict[str, Kept]:
    """Return the view and level of each of ``MEASURES``."""
    level = named_levels(viewing.ladder)
    return {**{name: ("reachable", number) for name, number in level.items()}, "at_once": ("at_once", level["noticed"])}


def trip_exposure(
    city: City,
    drawn: DrawnStreets,
    viewing: Viewing,
    *,
    model: TripModel,
    plan: TripPlan,
    areas: gpd.GeoDataFrame | None = None,
    executor: Executor | None = None,
) -> TripExposure:
    """Return what simulated trips undergo, what the least-seen ways would, and who has no unseen way at all.

    The price of an unseen way is that of ways of which every metre is told.
    """
    network = walking_network(city)
    population = drawn_trips(city, network, model, count=plan.count, seed=viewing.seed, areas=areas, demand=plan.demand)
    walks = walked(network, population, drawn, viewing, longest_m=model.longest_m, executor=executor)
    origin, target = walks.population.origin, walks.population.target
    edge_seen = drawn.length_m[measures(viewing)["lowest"]][network.street]
    least = least_seen_ways(
        network,
        edge_seen.mean(axis=1, dtype=float) if edge_seen.size else np.zeros(len(network.street)),
        walks.routes,
        origin,
        target,
        detour_share=plan.detour_share,
        executor=executor,
    )
    first = slice(PRICED_TRIPS)
    return TripExposure(
        walks,
        edge_seen,
        least,
        incidence(least.routes, len(network.street)) @ edge_seen.astype(float),
        has_unseen_way(network, edge_seen, origin, target),
        has_unseen_way(network, edge_seen, origin, target, only_told=True),
        unseen_extra_share(
            network, edge_seen, origin[first], target[first],
            shortest_m=walks.routes.cost[first], executor=executor,
        ),
        homes_enclosed(city, network, edge_seen, model, areas=areas),
        places_enclosed(city, network, edge_seen, model, areas=areas),
        model,
        plan.detour_share,
    )  # fmt: skip


def walked(
    network: WalkingNetwork,
    population: TripPopulation,
    drawn: DrawnStreets,
    viewing: Viewing,
    *,
    longest_m: float,
    executor: Executor | None = None,
) -> Walks:
    """Return trips on their shortest routes; those longer than ``longest_m`` are left out and counted."""
    routes = cheapest(network.graph, network.length_m, population.origin, population.target, executor=executor)
    is_kept = routes.cost <= longest_m
    population, routes = _some_trips(population, is_kept), some_routes(routes, is_kept)
    along = incidence(routes, len(network.street))
    edge_seen = {name: drawn.length_m[kept][network.street] for name, kept in measures(viewing).items()}
    street = network.street[routes.edge].astype(np.int64)
    met, operators = cameras_met(routes.offsets, street, drawn.watchers, drawn.operator, drawn.draw_count)
    return Walks(
        network,
        population,
        routes,
        along @ network.told_m,
        {name: along @ values.astype(float) for name, values in edge_seen.items()},
        met,
        operators,
        longest_unseen(routes.offsets, routes.edge, network.told_m, edge_seen["lowest"]),
        int((~is_kept).sum()),
    )


def some_routes(routes: Routes, is_kept: Flags) -> Routes:
    """Return the routes of some trips."""
    each = np.diff(routes.offsets)
    offsets = np.concatenate([[0], np.cumsum(each[is_kept])]).astype(np.int64)
    return Routes(routes.cost[is_kept], offsets, routes.edge[np.repeat(is_kept, each)])


def _some_trips(population: TripPopulation, is_kept: Flags) -> TripPopulation:
    return TripPopulation(
        population.origin[is_kept],
        population.target[is_kept],
        population.departure_s[is_kept],
        population.area[is_kept],
        population.origin_words,
        population.target_words,
        population.is_by_residents,
        population.without_target_count,
    )


def trip_table(
    found: TripExposure, viewing: Viewing, *, crs: object, areas: gpd.GeoDataFrame | None
) -> gpd.GeoDataFrame:
    """Return table ``trips``: one row per simulated trip, its ends moved to the nodes of the network."""
    walks = found.walks
    population, position = walks.population, walks.network.position
    count = len(population.origin)
    columns: dict[str, object] = {
        "area_id": _area_ids(population.area, areas),
        "length_m": walks.routes.cost,
        "told_length_m": walks.told_m,
        "walking_time_s": walks.routes.cost / viewing.walking_speed_m_per_s,
    }
    for name in MEASURES:
        columns |= _intervals(f"{name}_length", "m", walks.seen_m[name])
    columns |= _intervals("camera", "count", walks.camera_count.astype(float))
    columns["operator_count"] = walks.operator_count
    columns |= _intervals("unseen_run", "m", walks.unseen_run_m)
    columns |= _intervals("least_seen_length", "m", found.least_seen_m)
    columns |= {
        "least_seen_floor_m": found.least_seen.floor_m,
        "least_seen_route_m": found.least_seen.routes.cost,
        "unseen_way_share": found.unseen_way.mean(axis=1) if count else np.zeros(0),
    }
    ends = np.stack([position[population.origin], position[population.target]], axis=1)
    frame = gpd.GeoDataFrame(
        columns,
        geometry=shapely.linestrings(ends) if count else [],
        crs=crs,
        index=pd.Index([f"trip {number}" for number in range(count)], name="trip_id", dtype=object),
    )
    return TRIPS.checked(frame)


def _area_ids(area: NDArray[np.int64], areas: gpd.GeoDataFrame | None) -> NDArray[np.object_]:
    ids = np.full(len(area), None, dtype=object)
    if areas is not None and not areas.empty:
        ids[area != NOBODY] = areas.index.to_numpy(dtype=object)[area[area != NOBODY]]
    return ids


def _intervals(stem: str, suffix: str, drawn: Floats) -> dict[str, Floats]:
    """Return mean, low and high over the draws (axis 1) as columns."""
    if not drawn.shape[0]:
        return {name: np.zeros(0) for name in interval_columns(stem, suffix)}
    low, high = np.quantile(drawn, INTERVAL, axis=1)
    return dict(zip(interval_columns(stem, suffix), (drawn.mean(axis=1), low, high), strict=True))


def trip_area_table(found: TripExposure, areas: gpd.GeoDataFrame | None) -> pd.DataFrame:
    """Return table ``trip_areas``: means over the trips that begin in each area; areas with too few trips are left out."""
    walks = found.walks
    rows: dict[str, dict[str, float]] = {}
    ids = [] if areas is None else areas.index
    for number, area_id in enumerate(ids):
        trip = np.flatnonzero(walks.population.area == number)
        told = walks.told_m[trip].sum()
        if len(trip) < FEWEST_TRIPS or told <= 0.0:
            continue
        home = found.homes.shut_in[found.homes.area == number]
        row: dict[str, float] = {"trip_count": len(trip), "home_count": len(home)}
        for stem, suffix, values in (
            ("noticed", "share", walks.seen_m["noticed"][trip].sum(axis=0) / told),
            ("finest", "share", walks.seen_m["finest"][trip].sum(axis=0) / told),
            ("camera", "count", walks.camera_count[trip].mean(axis=0)),
            ("unseen_way", "share", found.unseen_way[trip].mean(axis=0)),
            ("homes_enclosed", "share", home.mean(axis=0) if len(home) else np.full(home.shape[1], np.nan)),
        ):
            numbers = (values.mean(), *np.quantile(values, INTERVAL))
            row |= dict(zip(interval_columns(stem, suffix), map(float, numbers), strict=True))
        rows[str(area_id)] = row
    names = [column.name for column in TRIP_AREAS.columns]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis(index="area_id")
    frame.index = frame.index.astype(object)
    whole = {"trip_count": np.int64, "home_count": np.int64}
    return TRIP_AREAS.checked(frame.astype({name: whole.get(name, float) for name in names}))
