"""Breadth and depth of what each camera could keep: how many people once, how few again and again.

Every simulated trip is somebody's once: who comes back is not simulated. What can be told is whether the trips that a camera sees come
from everywhere or from the same few corners, whose people it would see again whenever they leave home.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.exposure.drawn_streets import DrawnStreets
from overseen.exposure.streets import INTERVAL
from overseen.exposure.traces import TRACE_DRAWS
from overseen.exposure.trips import FEWEST_TRIPS, Walks
from overseen.kernels.traces import trip_sightings
from overseen.model.schema import CAMERA_TRACES, interval_columns

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

HALF = 0.5
"""Whoever holds this part of all sightings holds most of what there is."""


@dataclass(frozen=True, slots=True)
class CameraTraces:
    """What cameras could keep of the trips, over the first draws.

    Parameters
    ----------
    cameras
        Table ``camera_traces``.
    half_count
        Fewest cameras that hold half of all sightings, shape (draws,).
    widest_share
        Share of the trips that the camera sees which sees most, shape (draws,).
    repeat_share
        Chance that two trips that one camera sees begin at the same corner, mean over the cameras of which it can be told, shape
        (draws,); nan where it can be told of none.
    all_repeat_share
        The same of any two trips.
    """

    cameras: pd.DataFrame
    half_count: Floats
    widest_share: Floats
    repeat_share: Floats
    all_repeat_share: float


def camera_traces(walks: Walks, drawn: DrawnStreets) -> CameraTraces:
    """Return breadth and depth per camera, plate readers left out.

    Breadth is the share of the simulated trips that a camera could look at, at the lowest level. Depth is the chance that two of
    those begin at the same corner of the walking network (Simpson 1949, without bias: it does not depend on how many trips are
    simulated); it is told of cameras that see ``FEWEST_TRIPS`` or more in every draw.
    """
    trips, cameras = len(walks.population.origin), len(drawn.camera_id)
    draws = min(TRACE_DRAWS, drawn.draw_count)
    seen, again = np.zeros((cameras, draws)), np.full((cameras, draws), np.nan)
    for draw in range(draws if trips else 0):
        camera, trip = _sightings(walks, drawn, draw)
        seen[:, draw] = np.bincount(camera, minlength=cameras)
        again[:, draw] = repeat_share(camera, walks.population.origin[trip], cameras)
    again[(seen < FEWEST_TRIPS).any(axis=1)] = np.nan
    told = again[~np.isnan(again).any(axis=1)]
    return CameraTraces(
        _table(drawn, seen / max(trips, 1), again),
        np.array([_half_count(seen[:, draw]) for draw in range(draws)]),
        seen.max(axis=0, initial=0.0) / max(trips, 1),
        told.mean(axis=0) if len(told) else np.full(draws, np.nan),
        float(repeat_share(np.zeros(trips, dtype=np.int64), walks.population.origin, 1)[0]),
    )


def repeat_share(group: Integers, origin: Integers, groups: int) -> Floats:
    """Return, for each of ``groups``, the chance that two of its members have the same origin; nan with fewer than two.

    Examples
    --------
    Of three trips there are three pairs, of which one begins at the same corner.

    >>> repeat_share(np.array([0, 0, 0, 1]), np.array([7, 7, 8, 7]), 2).round(3).tolist()
    [0.333, nan]
    """
    pairs, count = np.unique(np.stack([group, origin], axis=1), axis=0, return_counts=True)
    alike = np.bincount(pairs[:, 0], count * (count - 1.0), minlength=groups)
    members = np.bincount(group, minlength=groups).astype(float)
    return np.divide(alike, members * (members - 1.0), out=np.full(groups, np.nan), where=members > 1.0)


def _sightings(walks: Walks, drawn: DrawnStreets, draw: int) -> tuple[Integers, Integers]:
    """Return cameras and the trips that they could look at in a draw, each pair once."""
    routes = walks.routes
    street = walks.network.street[routes.edge].astype(np.int64)
    # One bin as long as there are times: a sighting is a camera alone.
    first, camera = trip_sightings(routes.offsets, street, np.zeros(len(street)), drawn.watchers, draw, 1.0, 1)
    return camera, np.repeat(np.arange(len(first) - 1), np.diff(first)).astype(np.int64)


def _half_count(seen: Floats) -> float:
    largest = np.cumsum(np.sort(seen)[::-1])
    return float(np.searchsorted(largest, HALF * largest[-1]) + 1) if len(seen) and largest[-1] > 0.0 else 0.0


def _table(drawn: DrawnStreets, share: Floats, again: Floats) -> pd.DataFrame:
    columns: dict[str, Floats] = {}
    for stem, values in (("trips", share), ("repeat", again)):
        low, high = np.quantile(values, INTERVAL, axis=1) if len(values) else (np.zeros(0), np.zeros(0))
        columns |= dict(zip(interval_columns(stem, "share"), (values.mean(axis=1), low, high), strict=True))
    frame = pd.DataFrame(columns, index=pd.Index(drawn.camera_id, name="camera_id", dtype=object))
    return CAMERA_TRACES.checked(frame)
