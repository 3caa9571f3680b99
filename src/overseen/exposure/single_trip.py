"""One trip of somebody's own: measured in memory, kept nowhere."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from overseen.exposure.drawn_streets import DrawnStreets
from overseen.exposure.trips import measures
from overseen.exposure.walking import WalkingNetwork, cheapest, incidence, route_lines
from overseen.kernels.passages import cameras_met, longest_unseen
from overseen.kernels.routes import Routes, least_seen_route
from overseen.model.city import City
from overseen.model.viewing import Viewing

Floats = NDArray[np.float64]

MOST_LABELS = 4_000_000
"""Beyond this many labels the exact search is given up; 160 MB."""


@dataclass(frozen=True, slots=True)
class MeasuredRoute:
    """One route and what it undergoes over the kept draws.

    Parameters
    ----------
    length_m, told_m
        Whole, and the part of which it is known who sees it.
    seen_m
        Per measure of :data:`overseen.exposure.trips.MEASURES`, metres in view, shape (draws,).
    camera_count, unseen_run_m
        Shape (draws,).
    course
        In degrees, longitude and latitude.
    """

    length_m: float
    told_m: float
    seen_m: dict[str, Floats]
    camera_count: NDArray[np.int32]
    unseen_run_m: Floats
    course: shapely.LineString


@dataclass(frozen=True, slots=True)
class RoutePieces:
    """One route piece by piece, in the order in which they are walked.

    Parameters
    ----------
    course
        In the city's plane, from the start of the route on, shape (pieces,).
    street
        Rows of the city's streets.
    told_m
        Part of each of which it is known who sees it.
    seen_m
        Per measure, metres in view, shape (pieces, draws).
    camera_share
        Camera -> share of the draws in which it could look at some of the route, those with any, the likeliest first.
    """

    course: NDArray[np.object_]
    street: NDArray[np.intp]
    told_m: Floats
    seen_m: dict[str, Floats]
    camera_share: dict[str, float]


def route_pieces(
    network: WalkingNetwork, routes: Routes, drawn: DrawnStreets, viewing: Viewing, city: City, origin: int
) -> RoutePieces:
    """Return what one route undergoes, piece by piece."""
    street = network.street[routes.edge]
    lines, node = [], origin
    for edge in routes.edge:
        is_forward = network.from_node[edge] == node
        line = city.streets.geometry.iloc[network.street[edge]]
        lines.append(line if is_forward else shapely.reverse(line))
        node = network.to_node[edge] if is_forward else network.from_node[edge]
    seen = {name: drawn.length_m[kept][street].astype(float) for name, kept in measures(viewing).items()}
    course = np.empty(len(lines), dtype=object)
    course[:] = lines
    return RoutePieces(course, street, network.told_m[routes.edge], seen, _camera_share(street, drawn))


def _camera_share(street: NDArray[np.intp], drawn: DrawnStreets) -> dict[str, float]:
    first = drawn.watchers.first
    rows = np.concatenate([np.empty(0, dtype=np.int64), *(np.arange(first[row], first[row + 1]) for row in street)])
    words: dict[int, int] = {}
    for camera, word in zip(drawn.watchers.camera[rows].tolist(), drawn.watchers.draws[rows].tolist(), strict=True):
        words[camera] = words.get(camera, 0) | word
    share = {str(drawn.camera_id[camera]): word.bit_count() / drawn.draw_count for camera, word in words.items()}
    return dict(sorted(share.items(), key=lambda item: (-item[1], item[0])))


def node_at(network: WalkingNetwork, city: City, longitude: float, latitude: float) -> tuple[int, float]:
    """Return the nearest node of a position in degrees, and how far away it is, m."""
    to_plane = pyproj.Transformer.from_crs(4326, city.streets.crs, always_xy=True)
    away, node = KDTree(network.position).query(to_plane.transform(longitude, latitude))
    return int(node), float(away)


def shortest_route(network: WalkingNetwork, origin: int, target: int) -> Routes:
    """Return the shortest way between two nodes."""
    return cheapest(network.graph, network.length_m, np.array([origin]), np.array([target]))


def least_seen(
    network: WalkingNetwork, drawn: DrawnStreets, viewing: Viewing, origin: int, target: int, limit_m: float
) -> Routes | None:
    """Return the way with the fewest metres in view, on the mean over the draws, of all no longer than a limit; exact.

    None: the search for it was given up.
    """
    seen = drawn.length_m[measures(viewing)["lowest"]][network.street].mean(axis=1, dtype=float)
    _, length, edge, is_whole = least_seen_route(
        network.graph, network.length_m, seen, origin, target, limit_m + 1e-6, MOST_LABELS
    )
    if not is_whole:
        return None
    return Routes(np.array([length]), np.array([0, len(edge)], dtype=np.int64), edge)


def measured(
    network: WalkingNetwork, routes: Routes, drawn: DrawnStreets, viewing: Viewing, city: City, origin: int
) -> MeasuredRoute:
    """Return what one route undergoes."""
    along = incidence(routes, len(network.street))
    seen = {name: drawn.length_m[kept][network.street].astype(float) for name, kept in measures(viewing).items()}
    street = network.street[routes.edge].astype(np.int64)
    met, _ = cameras_met(routes.offsets, street, drawn.watchers, drawn.operator, drawn.draw_count)
    run = longest_unseen(routes.offsets, routes.edge, network.told_m, seen["lowest"].astype(np.float32))
    line = route_lines(network, routes, city.streets, np.array([origin])).to_crs(4326).iloc[0]
    told = float((along @ network.told_m)[0])
    return MeasuredRoute(
        float(routes.cost[0]), told, {name: (along @ values)[0] for name, values in seen.items()}, met[0], run[0], line
    )


def matched_route(
    network: WalkingNetwork, city: City, lonlat: Floats, *, executor: Executor | None = None
) -> tuple[Routes, int, float]:
    """Return the way along the network past the points of a track, its first node, and the farthest a point lies from a node, m.

    The track is snapped to the nearest nodes and joined by shortest ways: an estimate of the way taken.
    """
    to_plane = pyproj.Transformer.from_crs(4326, city.streets.crs, always_xy=True)
    points = np.stack(to_plane.transform(lonlat[:, 0], lonlat[:, 1]), axis=-1)
    away, node = KDTree(network.position).query(points)
    # Points between two nodes pull to either: a node counts where the track comes nearer to it than half the way to the next.
    stops = node[np.concatenate([[True], node[1:] != node[:-1]])].astype(np.int64)
    legs = cheapest(network.graph, network.length_m, stops[:-1], stops[1:], executor=executor)
    whole = Routes(np.array([legs.cost.sum()]), np.array([0, len(legs.edge)], dtype=np.int64), legs.edge)
    return whole, int(stops[0]), float(away.max())
