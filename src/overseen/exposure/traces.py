"""Traces: how far a network could link its sightings of one trip. It measures the network; it links nobody."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.exposure.drawn_streets import DrawnStreets
from overseen.exposure.streets import INTERVAL
from overseen.exposure.trips import Walks
from overseen.kernels.traces import single_trips, trip_sightings
from overseen.model.schema import TRACES
from overseen.model.trips import TripModel
from overseen.model.viewing import Viewing
from overseen.visibility.unknowns import uniforms

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

TRACE_DRAWS = 8
"""Draws of the unknowns that traces are made for, the first ones."""

KNOWN = (1, 2, 3, 4, 5)
DAY_S = 86_400.0


def trace_table(walks: Walks, drawn: DrawnStreets, viewing: Viewing, model: TripModel) -> pd.DataFrame:
    """Return table ``traces``: the share of trips that k of their own sightings single out, by number of trips.

    A sighting is a camera that could look at a street of the trip, and the time bin in which it is passed: more than any
    network keeps, so an upper bound for each k. Trips with fewer than k sightings are left out and counted. Unicity falls as
    trips are added; the numbers of trips are told with it.
    """
    count = len(walks.population.origin)
    sizes = [size for size in (100, 1000, 10_000, 100_000) if size < count] + ([count] if count else [])
    draws = min(TRACE_DRAWS, drawn.draw_count)
    found: dict[tuple[int, int], list[tuple[int, int]]] = {(size, known): [] for size in sizes for known in KNOWN}
    picked = {known: uniforms(viewing.seed, f"traces|{known}", count * known).reshape(count, known) for known in KNOWN}
    passed_s = passing_times_s(walks, viewing)
    street = walks.network.street[walks.routes.edge].astype(np.int64)
    bins = int(np.ceil(DAY_S / model.bin_s))
    for draw in range(draws):
        first, sighting = trip_sightings(
            walks.routes.offsets, street, passed_s, drawn.watchers, draw, model.bin_s, bins
        )
        for size in sizes:
            first_here, here = first[: size + 1], sighting[: first[size]]
            by_sighting, trip_of = _by_sighting(first_here, here, len(drawn.camera_id) * bins)
            for known in KNOWN:
                counts = single_trips(first_here, here, by_sighting, trip_of, picked[known][:size], known)
                found[size, known].append(counts)
    rows = [_row(size, known, counts, draws) for (size, known), counts in found.items()]
    index = pd.Index([f"{size} trips, {known} known" for size, known in found], name="trace", dtype=object)
    names = [column.name for column in TRACES.columns]
    whole = {"trip_count": np.int64, "known_count": np.int64}
    frame = pd.DataFrame(rows, index=index, columns=names)
    return TRACES.checked(frame.astype({name: whole.get(name, float) for name in names}))


def passing_times_s(walks: Walks, viewing: Viewing) -> Floats:
    """Return the seconds after midnight at which the middle of every edge of every route is passed."""
    routes = walks.routes
    length = walks.network.length_m[routes.edge]
    along = np.cumsum(length) - length / 2.0
    start = np.concatenate([[0.0], np.cumsum(length)])[routes.offsets[:-1]]
    each = np.diff(routes.offsets)
    since = (along - np.repeat(start, each)) / viewing.walking_speed_m_per_s
    return np.repeat(walks.population.departure_s, each) + since


def _by_sighting(first: Integers, sighting: Integers, kinds: int) -> tuple[Integers, Integers]:
    """Return the trips that have each sighting, as offsets and numbers of trips."""
    trip = np.repeat(np.arange(len(first) - 1), np.diff(first)).astype(np.int64)
    order = np.argsort(sighting, kind="stable")
    return np.concatenate([[0], np.cumsum(np.bincount(sighting, minlength=kinds))]).astype(np.int64), trip[order]


def _row(size: int, known: int, counts: list[tuple[int, int]], draws: int) -> dict[str, float]:
    single, able = np.array(counts, dtype=float).reshape(draws, 2).T
    share = np.divide(single, able, out=np.full(draws, np.nan), where=able > 0)
    told = share[~np.isnan(share)]
    low, high = np.quantile(told, INTERVAL) if len(told) else (np.nan, np.nan)
    return {
        "trip_count": size,
        "known_count": known,
        "able_share": float(able.mean() / size),
        "single_share": float(told.mean()) if len(told) else np.nan,
        "single_low_share": float(low),
        "single_high_share": float(high),
    }
