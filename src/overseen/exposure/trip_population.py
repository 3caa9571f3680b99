"""A population of trips, drawn by a stated model from residents and places: seeded, and about nobody in particular."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from overseen.exposure.walking import WalkingNetwork
from overseen.kernels.gravity import drawn_targets
from overseen.model.city import City
from overseen.model.trips import Demand, TripModel
from overseen.visibility.placement import points_of
from overseen.visibility.unknowns import uniforms

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NOBODY = -1


@dataclass(frozen=True, slots=True)
class Starts:
    """Where trips begin: a weight per node, in words, and whether it stands for residents."""

    weight: Floats
    words: str
    is_by_residents: bool


@dataclass(frozen=True, slots=True)
class TripPopulation:
    """Simulated trips between nodes of the walking network.

    Parameters
    ----------
    origin, target
        Node numbers, shape (trips,).
    departure_s
        Seconds after midnight.
    area
        Row of the area in which each trip begins, -1 for none.
    origin_words, target_words
        How they were drawn.
    is_by_residents
        Whether origins stand for residents.
    without_target_count
        Trips that were drawn and had no place in reach.
    """

    origin: Integers
    target: Integers
    departure_s: Floats
    area: Integers
    origin_words: str
    target_words: str
    is_by_residents: bool
    without_target_count: int


def area_of_nodes(position: Floats, areas: gpd.GeoDataFrame | None) -> Integers:
    """Return the row of the area in which each node lies, -1 for none; where areas overlap, the first."""
    found = np.full(len(position), NOBODY, dtype=np.int64)
    if areas is None or areas.empty or not len(position):
        return found
    node, area = shapely.STRtree(areas.geometry.to_numpy()).query(points_of(position), predicate="intersects")
    order = np.lexsort((area, node))[::-1]
    found[node[order]] = area[order]
    return found


def nearest_nodes(network: WalkingNetwork, shapes: NDArray[np.object_], farthest_m: float) -> Integers:
    """Return the nearest node of each shape's middle, -1 where none is near enough."""
    if not len(shapes) or not len(network.position):
        return np.full(len(shapes), NOBODY, dtype=np.int64)
    middle = shapely.get_coordinates(shapely.centroid(shapes))
    away, node = KDTree(network.position).query(middle, distance_upper_bound=farthest_m)
    return np.where(np.isfinite(away), node, NOBODY).astype(np.int64)


def home_rows(city: City, model: TripModel) -> tuple[NDArray[np.intp], bool]:
    """Return the rows of buildings that are homes and True; all buildings and False where the data cannot tell them apart."""
    kind = city.buildings["kind"].fillna("").astype(str)
    inside = shapely.intersects(shapely.centroid(city.buildings.geometry.to_numpy()), city.boundary)
    told = ~kind.isin(model.silent_kinds).to_numpy()
    is_home = kind.isin(model.dwelling_kinds).to_numpy()
    if inside.any() and told[inside].mean() >= model.fewest_told_share and is_home[inside].any():
        return np.flatnonzero(inside & is_home), True
    return np.flatnonzero(inside), False


def trip_starts(city: City, network: WalkingNetwork, model: TripModel, areas: gpd.GeoDataFrame | None) -> Starts:
    """Return where trips begin: with residents where they are known, else with homes, with buildings, or along streets."""
    along = network.node_length_m()
    if areas is not None and not areas.empty and areas["resident_count"].notna().any():
        area = area_of_nodes(network.position, areas)
        weight = _spread(areas, area, along)
        if weight.sum() > 0.0:
            return Starts(weight, "by residents of census areas, spread over the streets in each by length", True)
    rows, is_told = home_rows(city, model)
    node = nearest_nodes(network, city.buildings.geometry.to_numpy()[rows], model.farthest_m)
    weight = np.bincount(node[node >= 0], minlength=len(along)).astype(float)
    if weight.sum() > 0.0:
        words = (
            "by homes, as the data give no residents"
            if is_told
            else "by buildings, as the data give no residents and do not tell which buildings are homes"
        )
        return Starts(weight, words, False)
    return Starts(along, "along streets by length, as the data give neither residents nor buildings", False)


def _spread(areas: gpd.GeoDataFrame, area: Integers, along_m: Floats) -> Floats:
    """Return the residents of areas, spread over their nodes by metres of street."""
    residents = (areas["resident_count"].fillna(0.0) * areas["inside_share"]).to_numpy(dtype=float)
    is_in = area >= 0
    total = np.bincount(area[is_in], along_m[is_in], len(areas))
    density = np.divide(residents, total, out=np.zeros(len(areas)), where=total > 0.0)
    return np.where(is_in, density[area] * along_m, 0.0)


def trip_targets(city: City, network: WalkingNetwork, model: TripModel) -> tuple[Floats, str]:
    """Return a weight per node for trips to go to, by places where there are any, else by buildings or streets."""
    count = len(network.position)
    inside = shapely.intersects(city.places.geometry.to_numpy(), city.boundary)
    places = city.places[inside]
    node = nearest_nodes(network, places.geometry.to_numpy(), model.farthest_m)
    pull = np.array([model.weight_of(str(kind)) for kind in places["kind"]], dtype=float)
    weight = np.bincount(node[node >= 0], pull[node >= 0], count).astype(float)
    if weight.sum() > 0.0:
        drawing = int((pull[node >= 0] > 0).sum())
        return weight, f"among {drawing:,} places, by the weight of their kind and by distance"
    node = nearest_nodes(network, city.buildings.geometry.to_numpy(), model.farthest_m)
    weight = np.bincount(node[node >= 0], minlength=count).astype(float)
    if weight.sum() > 0.0:
        return weight, "among buildings by distance, as the data give no places"
    return (
        network.node_length_m(),
        "along streets by length and distance, as the data give neither places nor buildings",
    )


def drawn_trips(
    city: City,
    network: WalkingNetwork,
    model: TripModel,
    *,
    count: int,
    seed: int,
    areas: gpd.GeoDataFrame | None = None,
    demand: Sequence[Demand] = (),
) -> TripPopulation:
    """Return ``count`` trips drawn by the model, or shared out over a table of demand; more trips begin with the same ones."""
    drawn = np.stack([uniforms(seed, f"trips|{part}", count) for part in ("origin", "target", "departure")])
    area = area_of_nodes(network.position, areas)
    if demand and areas is not None:
        origin, target = _by_demand(network, areas, area, demand, drawn, seed)
        words = ("by a table of trips between areas, spread over the streets in each by length",) * 2
        is_by_residents = False
    else:
        starts = trip_starts(city, network, model, areas)
        weight, target_words = trip_targets(city, network, model)
        origin, target = _by_gravity(network, model, starts.weight, weight, drawn)
        words, is_by_residents = (starts.words, target_words), starts.is_by_residents
    has_target = (target >= 0) & (target != origin)
    return TripPopulation(
        origin[has_target],
        target[has_target],
        _departures_s(drawn[2], model)[has_target],
        area[origin[has_target]],
        *words,
        is_by_residents,
        int((~has_target).sum()),
    )


def picked(weight: Floats, uniform: Floats) -> Integers:
    """Return the row that each uniform number in 0..1 picks by weight; -1 where nothing has any."""
    total = np.cumsum(weight)
    if not len(total) or total[-1] <= 0.0:
        return np.full(len(uniform), NOBODY, dtype=np.int64)
    last = np.flatnonzero(weight > 0.0)[-1]
    return np.minimum(np.searchsorted(total, uniform * total[-1], side="right"), last).astype(np.int64)


def _by_gravity(
    network: WalkingNetwork, model: TripModel, starts: Floats, weight: Floats, drawn: Floats
) -> tuple[Integers, Integers]:
    origin = picked(starts, drawn[0])
    if not len(origin) or origin[0] == NOBODY:
        return origin, origin.copy()
    drawing = np.flatnonzero(weight > 0.0)
    drawing = drawing[np.argsort(network.position[drawing, 0], kind="stable")]
    row = drawn_targets(
        np.ascontiguousarray(network.position[origin]),
        drawn[1],
        np.ascontiguousarray(network.position[drawing]),
        weight[drawing],
        model.decay_m,
        model.shortest_m,
        model.longest_m,
    )
    return origin, np.where(row >= 0, drawing[row], NOBODY) if len(drawing) else row


def _by_demand(
    network: WalkingNetwork,
    areas: gpd.GeoDataFrame,
    area: Integers,
    demand: Sequence[Demand],
    drawn: Floats,
    seed: int,
) -> tuple[Integers, Integers]:
    """Return ends of trips: a row of the table by its trips, then a node in each of its two areas by length of street."""
    along = network.node_length_m()
    trips = np.array([row.trips for row in demand])
    row = picked(trips, drawn[0])
    number = pd.Index(areas.index)
    ends = []
    for part, column in (("from", "origin"), ("to", "destination")):
        uniform = uniforms(seed, f"trips|{part}", drawn.shape[1])
        of_row = number.get_indexer([getattr(entry, column) for entry in demand])
        node = np.full(len(row), NOBODY, dtype=np.int64)
        for one in np.unique(of_row[row]):
            chosen = of_row[row] == one
            node[chosen] = picked(np.where(area == one, along, 0.0), uniform[chosen]) if one >= 0 else NOBODY
        ends.append(node)
    return np.maximum(ends[0], 0), np.where(ends[0] >= 0, ends[1], NOBODY)


def _departures_s(uniform: Floats, model: TripModel) -> Floats:
    """Return seconds after midnight, by the weights of the hours, even within an hour."""
    total = np.concatenate([[0.0], np.cumsum(model.hours)])
    return np.interp(uniform * total[-1], total, 3600.0 * np.arange(len(total)))
