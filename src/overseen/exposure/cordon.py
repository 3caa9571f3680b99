"""The cordon: homes and places that nobody can leave or reach unseen."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.exposure.trip_population import area_of_nodes, home_rows, nearest_nodes
from overseen.exposure.walking import WalkingNetwork
from overseen.kernels.routes import leads_away
from overseen.model.city import City
from overseen.model.trips import TripModel

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Enclosed:
    """How many of a sort of building or place have no unseen way.

    Parameters
    ----------
    shut_in
        Per thing and draw, whether no unseen way leads far enough, shape (things, draws).
    node
        Nearest node of each.
    area
        Row of the area it lies in, -1 for none.
    is_told
        For homes: whether the data tell them from other buildings.
    left_out_count
        Things too far from the network to have an entrance on it.
    """

    shut_in: NDArray[np.bool_]
    node: Integers
    area: Integers
    is_told: bool
    left_out_count: int

    def drawn_share(self) -> NDArray[np.float64]:
        """Return the share that is shut in, per draw."""
        return self.shut_in.mean(axis=0) if len(self.shut_in) else np.zeros(self.shut_in.shape[1])


def homes_enclosed(
    city: City,
    network: WalkingNetwork,
    seen_m: NDArray[np.float32],
    model: TripModel,
    *,
    areas: gpd.GeoDataFrame | None = None,
) -> Enclosed:
    """Return which homes, or buildings where homes cannot be told, have no unseen way to a node as far as the model says.

    The entrance is the nearest node of the network; ``seen_m`` (edges, draws) is at the lowest level of what could be looked at.
    """
    rows, is_told = home_rows(city, model)
    return _enclosed(city.buildings.geometry.to_numpy()[rows], network, seen_m, model, areas, is_told=is_told)


def places_enclosed(
    city: City,
    network: WalkingNetwork,
    seen_m: NDArray[np.float32],
    model: TripModel,
    *,
    areas: gpd.GeoDataFrame | None = None,
) -> Enclosed:
    """Return which places that draw trips have no unseen way in or out."""
    shapes = city.places.geometry.to_numpy()
    draws_trips = np.array([model.weight_of(str(kind)) > 0.0 for kind in city.places["kind"]], dtype=bool)
    is_meant = shapely.intersects(shapes, city.boundary) & draws_trips
    return _enclosed(shapes[is_meant], network, seen_m, model, areas, is_told=True)


def _enclosed(
    shapes: NDArray[np.object_],
    network: WalkingNetwork,
    seen_m: NDArray[np.float32],
    model: TripModel,
    areas: gpd.GeoDataFrame | None,
    *,
    is_told: bool,
) -> Enclosed:
    node = nearest_nodes(network, shapes, model.farthest_m)
    has_entrance = node >= 0
    entrances, row = np.unique(node[has_entrance], return_inverse=True)
    shut_in = np.empty((len(entrances), seen_m.shape[1]), dtype=bool)
    for draw in range(seen_m.shape[1]):
        is_open = np.ascontiguousarray(seen_m[:, draw] == 0.0)
        shut_in[:, draw] = ~leads_away(network.graph, is_open, entrances, model.cordon_m)
    area = area_of_nodes(network.position, areas)[node[has_entrance]]
    return Enclosed(shut_in[row], node[has_entrance], area, is_told, int((~has_entrance).sum()))
