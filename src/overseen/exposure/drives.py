"""Drives past plate readers: sightings of vehicles, on the streets that are driven on; no level of detail of a face is involved.

The streets are those of the walking network that carry motor traffic: roads where nobody may walk are missing from it, so drives
keep to the others.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from overseen.exposure.drawn_streets import DrawnStreets
from overseen.exposure.trip_population import drawn_trips
from overseen.exposure.trips import some_routes
from overseen.exposure.walking import cheapest, walking_network
from overseen.kernels.passages import cameras_met
from overseen.model.city import City
from overseen.model.trips import TripModel


@dataclass(frozen=True, slots=True)
class Drives:
    """Simulated drives and the plate readers they pass.

    Parameters
    ----------
    reader_count
        Distinct plate readers that could look at some street of each drive, shape (drives, draws).
    length_m
        Of each drive.
    """

    reader_count: NDArray[np.int32]
    length_m: NDArray[np.float64]


def drives_past_readers(
    city: City,
    drawn: DrawnStreets,
    model: TripModel,
    *,
    count: int,
    seed: int,
    areas: gpd.GeoDataFrame | None = None,
    executor: Executor | None = None,
) -> Drives:
    """Return ``count`` drives by the stated model on their shortest ways, with the plate readers that could read them."""
    network = walking_network(city, kinds=model.driving_kinds)
    farther = replace(model, decay_m=model.driving_decay_m, longest_m=model.driving_longest_m)
    people = drawn_trips(city, network, farther, count=count, seed=seed, areas=areas)
    routes = cheapest(network.graph, network.length_m, people.origin, people.target, executor=executor)
    routes = some_routes(routes, np.isfinite(routes.cost))
    street = network.street[routes.edge].astype(np.int64)
    met, _ = cameras_met(routes.offsets, street, drawn.readers, drawn.operator, drawn.draw_count)
    return Drives(met, routes.cost)
