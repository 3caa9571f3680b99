"""Where somebody who walks passes into what cameras could look at, and whether a sign stands there before the view.

An entry is a point of the walking network with a way out of view on one side and one in view on the other, at the lowest level. A
sign serves it if it stands beside a way that is out of view and leads to it, not farther than a stated distance along the way.
Plate readers are left out; what lies beyond the study boundary is not known, so that ways that come from there hold no entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from overseen.exposure.approaches import lightest
from overseen.exposure.streets import INTERVAL, counted_streets, courses_inside
from overseen.kernels.stretches import Stretches
from overseen.model.city import City
from overseen.model.governance import Signs
from overseen.model.schema import VIEW_ENTRIES, interval_columns

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

NOTICE_M = 50.0
"""How far before the view a sign may stand where the plan does not say; overseen's own figure."""

BESIDE_M = 10.0
"""A sign so near to a way stands beside it."""

AT_END_M = 0.01
"""What ends so near to the end of a street ends there."""


@dataclass(frozen=True, slots=True)
class ViewEntries:
    """Entries into view.

    Parameters
    ----------
    streets
        Table ``view_entries``: the streets that have any.
    entry_count, unsigned_count
        Over all streets, shape (draws,); the second is None where no signs are declared.
    street_length_m
        Counted street inside the boundary.
    notice_m
        How far before the view a sign may stand.
    missing_entry_count, missing_unsigned_count
        Those of both that lie where the map lacks buildings, shape (draws,). A building more moves, parts or joins views, so that they
        bound nothing: what is sure is the rest.
    """

    streets: pd.DataFrame
    entry_count: Integers
    unsigned_count: Integers | None
    street_length_m: float
    notice_m: float
    missing_entry_count: Integers
    missing_unsigned_count: Integers | None


@dataclass(frozen=True, slots=True)
class _Ways:
    """The streets as ways: their ends as numbers of nodes, where a way that leaves the boundary ends in a node of its own."""

    length_m: Floats
    is_counted: Flags
    ends: Integers
    node_count: int
    is_cut: Flags


@dataclass(frozen=True, slots=True)
class _Beside:
    """Ways beside which a sign stands, and where along them."""

    street: Integers
    along_m: Floats


@dataclass(frozen=True, slots=True)
class _Entries:
    """Entries of one draw: the counted street, the node of the graph and the place along the street of each."""

    street: Integers
    node: Integers
    along_m: Floats


def _nowhere(points: Floats) -> Flags:
    return np.zeros(len(points), dtype=bool)


def view_entries(
    city: City,
    stretches: Stretches,
    signs: Signs | None,
    *,
    notice_m: float = NOTICE_M,
    is_missing_at: Callable[[Floats], Flags] = _nowhere,
) -> ViewEntries:
    """Return where streets pass into view in each draw of ``stretches``, and which of those places have no sign before them.

    ``is_missing_at`` tells of points, shape (n, 2), m, whether the map lacks buildings there.
    """
    inside = courses_inside(city)
    ways = _ways(city, inside)
    draws = (len(stretches.first) - 1) // len(city.streets)
    beside = None if signs is None else _beside(signs, inside)
    entries = np.zeros((len(city.streets), draws), dtype=np.int64)
    unsigned = np.zeros((len(city.streets), draws), dtype=np.int64)
    missing = np.zeros((len(city.streets), draws), dtype=np.int64)
    missing_unsigned = np.zeros(draws, dtype=np.int64)
    for draw in range(draws):
        street, low, high = _of_draw(stretches, draw, draws, ways)
        hidden = _hidden(street, low, high, ways)
        found = _entries(street, low, high, hidden, ways)
        np.add.at(entries[:, draw], found.street, 1)
        is_missing = is_missing_at(_points(found, inside))
        np.add.at(missing[:, draw], found.street[is_missing], 1)
        if beside is not None:
            is_served = _is_served(found, hidden, beside, ways, notice_m)
            np.add.at(unsigned[:, draw], found.street[~is_served], 1)
            missing_unsigned[draw] = (is_missing & ~is_served).sum()
    length_m = float(ways.length_m[ways.is_counted].sum())
    table = _table(city, entries, missing, None if beside is None else unsigned)
    counts, lacking = (None, None) if beside is None else (unsigned.sum(axis=0), missing_unsigned)
    return ViewEntries(table, entries.sum(axis=0), counts, length_m, notice_m, missing.sum(axis=0), lacking)


def _points(found: _Entries, inside: NDArray[np.object_]) -> Floats:
    """Return where entries are, shape (entries, 2)."""
    if len(found.street) == 0:
        return np.empty((0, 2))
    return np.asarray(shapely.get_coordinates(shapely.line_interpolate_point(inside[found.street], found.along_m)))


def _ways(city: City, inside: NDArray[np.object_]) -> _Ways:
    lines = city.streets.geometry.to_numpy()
    nodes, ends = np.unique(city.streets[["from_node", "to_node"]].to_numpy(), return_inverse=True)
    ends = ends.reshape(-1, 2).astype(np.int64)
    corner = np.stack([shapely.get_point(lines, 0), shapely.get_point(lines, -1)], axis=1)
    is_cut = ~shapely.covers(city.boundary, corner)
    own = len(nodes) + np.arange(2 * len(lines)).reshape(-1, 2)
    return _Ways(
        shapely.length(inside), counted_streets(city), np.where(is_cut, own, ends), len(nodes) + 2 * len(lines), is_cut
    )


def _beside(signs: Signs, inside: NDArray[np.object_]) -> _Beside:
    points = np.asarray(shapely.points(np.array(signs.position_m, dtype=float).reshape(-1, 2)), dtype=object)
    sign, street = shapely.STRtree(inside).query(points, predicate="dwithin", distance=BESIDE_M)
    order = np.lexsort((sign, street))
    street = street[order].astype(np.int64)
    return _Beside(street, np.asarray(shapely.line_locate_point(inside[street], points[sign[order]]), dtype=float))


def _of_draw(stretches: Stretches, draw: int, draws: int, ways: _Ways) -> tuple[Integers, Floats, Floats]:
    """Return the stretches of a draw: street, low and high, in order, each end that is near the street's end put there."""
    rows = np.arange(len(ways.length_m)) * draws + draw
    count = stretches.first[rows + 1] - stretches.first[rows]
    street = np.repeat(np.arange(len(rows)), count)
    place = np.repeat(stretches.first[rows], count) + _within(count)
    low, high = stretches.along_m[place].T
    whole = ways.length_m[street]
    return street, np.where(low < AT_END_M, 0.0, low), np.where(high > whole - AT_END_M, whole, high)


def _within(count: Integers) -> Integers:
    """Return 0, 1, ... for each of some runs of so many."""
    return np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)


@dataclass(frozen=True, slots=True)
class _Hidden:
    """Stretches out of view, in order of street and place: from low to high, and the node of the graph at either end."""

    street: Integers
    low_m: Floats
    high_m: Floats
    ends: Integers
    node_count: int


def _hidden(street: Integers, low: Floats, high: Floats, ways: _Ways) -> _Hidden:
    """Return what lies between the stretches in view; every end within a street is a node of its own."""
    all_streets = np.arange(len(ways.length_m))
    where = np.concatenate([street, all_streets])
    # Before each stretch, from the end of the one before; behind the last, up to the street's end.
    is_first = np.ones(len(street), dtype=bool)
    is_first[1:] = street[1:] != street[:-1]
    before = np.zeros(len(street))
    before[1:] = np.where(is_first[1:], 0.0, high[:-1])
    last = np.zeros(len(all_streets))
    np.maximum.at(last, street, high)
    start = np.concatenate([before, last])
    stop = np.concatenate([low, ways.length_m])
    kept = stop - start > 0.0
    order = np.lexsort((start[kept], where[kept]))
    where, start, stop = where[kept][order], start[kept][order], stop[kept][order]
    is_within = np.stack([start > 0.0, stop < ways.length_m[where]], axis=1)
    own = ways.node_count + np.cumsum(is_within.ravel()).reshape(-1, 2) - 1
    ends = np.where(is_within, own, ways.ends[where])
    return _Hidden(where, start, stop, ends, ways.node_count + int(is_within.sum()))


def _entries(street: Integers, low: Floats, high: Floats, hidden: _Hidden, ways: _Ways) -> _Entries:
    """Return the places where a counted street passes into view: within it, and at nodes where ways in view and out of view meet."""
    is_counted = ways.is_counted
    within = hidden.ends >= ways.node_count
    place = np.nonzero(within & is_counted[hidden.street][:, None])
    along = np.stack([hidden.low_m, hidden.high_m], axis=1)
    found = [(hidden.street[place[0]], hidden.ends[place], along[place])]
    starts = (low == 0.0) & is_counted[street] & ~ways.is_cut[street, 0]
    stops = (high == ways.length_m[street]) & is_counted[street] & ~ways.is_cut[street, 1]
    node = np.concatenate([ways.ends[street[starts], 0], ways.ends[street[stops], 1]])
    of = np.concatenate([street[starts], street[stops]])
    at = np.concatenate([np.zeros(int(starts.sum())), ways.length_m[street[stops]]])
    order = np.lexsort((of, node))
    node, of, at = node[order], of[order], at[order]
    is_new = np.ones(len(node), dtype=bool)
    is_new[1:] = node[1:] != node[:-1]
    meets = is_new & np.isin(node, hidden.ends)
    found.append((of[meets], node[meets], at[meets]))
    return _Entries(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _is_served(found: _Entries, hidden: _Hidden, beside: _Beside, ways: _Ways, notice_m: float) -> Flags:
    """Return which entries have a sign within a distance along ways that are out of view."""
    if len(found.node) == 0 or len(beside.street) == 0:
        return np.zeros(len(found.node), dtype=bool)
    # Streets and places along them as one rising number, in steps longer than any street.
    step = float(ways.length_m.max()) + 1.0
    place = (
        np.searchsorted(hidden.street * step + hidden.low_m, beside.street * step + beside.along_m, side="right") - 1
    )
    place = np.maximum(place, 0)
    is_hidden = (
        (hidden.street[place] == beside.street)
        & (beside.along_m >= hidden.low_m[place])
        & (beside.along_m <= hidden.high_m[place])
    )
    place, along = place[is_hidden], beside.along_m[is_hidden]
    if len(place) == 0:
        return np.zeros(len(found.node), dtype=bool)
    sign = hidden.node_count + np.arange(len(place))
    ends = np.concatenate(
        [hidden.ends, np.stack([sign, hidden.ends[place, 0]], axis=1), np.stack([sign, hidden.ends[place, 1]], axis=1)]
    )
    length = np.concatenate([hidden.high_m - hidden.low_m, along - hidden.low_m[place], hidden.high_m[place] - along])
    graph = lightest(ends, length, hidden.node_count + len(place))
    away = dijkstra(graph, directed=False, indices=sign, min_only=True, limit=notice_m)
    return np.asarray(away[found.node] <= notice_m)


def _table(city: City, entries: Integers, missing: Integers, unsigned: Integers | None) -> pd.DataFrame:
    has_any = entries.any(axis=1)
    columns: dict[str, object] = {"name": city.streets["name"].to_numpy(dtype=object)[has_any]}
    for stem, counts in (("entry", entries), ("unmapped_entry", missing), ("unsigned", unsigned)):
        names = interval_columns(stem, "count")
        if counts is None:
            columns |= {name: np.full(int(has_any.sum()), np.nan) for name in names}
            continue
        of = counts[has_any]
        low, high = np.quantile(of, INTERVAL, axis=1) if len(of) else (np.empty(0), np.empty(0))
        columns |= dict(zip(names, (of.mean(axis=1) if len(of) else np.empty(0), low, high), strict=True))
    frame = pd.DataFrame(columns, index=pd.Index(city.streets.index[has_any], name="street_id", dtype=object))
    frame["name"] = frame["name"].astype(object).where(frame["name"].notna(), None)
    return VIEW_ENTRIES.checked(frame)
