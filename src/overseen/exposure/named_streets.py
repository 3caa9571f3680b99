"""Whole streets by their name: what of each is in view, and which cameras could look at it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from overseen.exposure.drawn_streets import DrawnStreets, kept_views, named_levels, operator_counts
from overseen.exposure.street_cameras import camera_columns
from overseen.exposure.streets import INTERVAL
from overseen.kernels.passages import Watchers
from overseen.model.schema import NAMED_STREET_CAMERAS, NAMED_STREETS, interval_columns
from overseen.model.viewing import Viewing

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

GAP_M = 250.0
"""Pieces of one name belong to one street where no gap between them is longer: across a square, but not across the city."""

MOST_PER_NAMED_STREET = 200
"""So many cameras of one whole street are listed, those that could look at it in most draws."""

BETWEEN = " | "
"""Stands between the identifiers of a street's pieces."""


def named_street_tables(
    streets: gpd.GeoDataFrame, drawn: DrawnStreets, viewing: Viewing
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return tables ``named_streets`` and ``named_street_cameras`` of the counted pieces of table ``streets``, longest first.

    A street's metres in view are added up draw by draw, so that its interval is one of the whole street and not of its
    pieces; a camera that could look at two of its pieces is one camera. Plate readers are in no metre and in no number of
    cameras, but they are listed.
    """
    group, names = _groups(streets)
    count = len(names)
    if not count:
        return NAMED_STREETS.empty(), NAMED_STREET_CAMERAS.empty()
    length_m = np.bincount(group[group >= 0], streets["length_m"].to_numpy()[group >= 0], minlength=count)
    walkers, readers = (_merged(some, group, count) for some in (drawn.watchers, drawn.readers))
    columns: dict[str, object] = {
        "name": names,
        "street_ids": _pieces(streets.index, group, count),
        "length_m": length_m,
    }
    for kept in kept_views(viewing.ladder):
        # Of a ladder in which two of the named levels are one, all of them are told.
        total = _added(drawn.length_m[kept], group, count)
        same = [name for name, level in named_levels(viewing.ladder).items() if level == kept[1]]
        for stem in ["at_once"] if kept[0] == "at_once" else same:
            columns |= _interval(f"{stem}_length", "m", total)
    columns |= _interval("camera", "count", _camera_counts(walkers, count, drawn.draw_count))
    columns["operator_count"] = operator_counts((walkers,), drawn.operator)
    order = np.lexsort((np.array(names, dtype=object).astype(str), -length_m))
    index = pd.Index(_identifiers(names, order), name="named_street_id", dtype=object)
    table = pd.DataFrame(columns, index=index).iloc[order]
    cameras = camera_columns(index, walkers, readers, drawn, most=MOST_PER_NAMED_STREET)
    cameras = cameras.rename(columns={"street_id": "named_street_id"})
    return NAMED_STREETS.checked(table), NAMED_STREET_CAMERAS.checked(cameras)


def _groups(streets: gpd.GeoDataFrame) -> tuple[Integers, list[str]]:
    """Return per piece the number of its whole street, -1 for none, and the name of each."""
    group = np.full(len(streets), -1, dtype=np.int64)
    is_told = (streets["is_counted"] & (streets["length_m"] > 0.0) & streets["name"].notna()).to_numpy(dtype=bool)
    names: list[str] = []
    shapes = streets.geometry.to_numpy()
    rows_of = pd.Series(np.flatnonzero(is_told)).groupby(streets["name"].to_numpy(dtype=object)[is_told], sort=True)
    for name, rows in rows_of:
        part_count, part = _near(shapes[rows.to_numpy()])
        group[rows.to_numpy()] = len(names) + part
        names += [str(name)] * part_count
    return group, names


def _near(shapes: NDArray[np.object_]) -> tuple[int, Integers]:
    """Return the number of clusters of shapes without a longer gap, and which each is in."""
    if len(shapes) == 1:
        return 1, np.zeros(1, dtype=np.int64)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=GAP_M)
    near = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(len(shapes), len(shapes)))
    count, part = connected_components(near, directed=False)
    return int(count), part.astype(np.int64)


def _identifiers(names: list[str], order: Integers) -> list[str]:
    """Return the name of each street, with a number from the second longest of that name on."""
    found, seen = [""] * len(names), dict.fromkeys(names, 0)
    for row in order.tolist():
        seen[names[row]] += 1
        found[row] = names[row] if seen[names[row]] == 1 else f"{names[row]} ({seen[names[row]]})"
    return found


def _pieces(street_id: pd.Index, group: Integers, count: int) -> list[str]:
    found: list[list[str]] = [[] for _ in range(count)]
    for name, number in zip(street_id, group.tolist(), strict=True):
        if number >= 0:
            found[number].append(str(name))
    return [BETWEEN.join(pieces) for pieces in found]


def _merged(watchers: Watchers, group: Integers, count: int) -> Watchers:
    """Return who watches each group of streets: a camera that watches several of its streets once, with the draws of all."""
    street = np.repeat(group, np.diff(watchers.first))
    kept = street >= 0
    street, camera, draws = street[kept], watchers.camera[kept], watchers.draws[kept]
    if not len(street):
        return Watchers(np.zeros(count + 1, dtype=np.int64), camera, draws)
    order = np.lexsort((camera, street))
    street, camera, draws = street[order], camera[order], draws[order]
    starts = np.flatnonzero(np.r_[True, (np.diff(street) != 0) | (np.diff(camera) != 0)])
    first = np.concatenate([[0], np.cumsum(np.bincount(street[starts], minlength=count))]).astype(np.int64)
    return Watchers(first, camera[starts], np.bitwise_or.reduceat(draws, starts))


def _added(length_m: NDArray[np.float32], group: Integers, count: int) -> Floats:
    """Return metres of each group, shape (groups, draws)."""
    rows = np.flatnonzero(group >= 0)
    belongs = coo_array((np.ones(len(rows)), (group[rows], rows)), shape=(count, len(group)))
    return np.asarray(belongs.tocsr() @ length_m.astype(np.float64))


def _camera_counts(watchers: Watchers, count: int, draw_count: int) -> Floats:
    """Return distinct cameras of each group in every draw, shape (groups, draws)."""
    street = np.repeat(np.arange(count), np.diff(watchers.first))
    bits = [((watchers.draws >> np.uint64(draw)) & np.uint64(1)).astype(bool) for draw in range(draw_count)]
    return np.stack([np.bincount(street[bit], minlength=count) for bit in bits], axis=1).astype(np.float64)


def _interval(stem: str, suffix: str, drawn: Floats) -> dict[str, Floats]:
    low, high = np.quantile(drawn, INTERVAL, axis=1)
    return dict(zip(interval_columns(stem, suffix), (drawn.mean(axis=1), low, high), strict=True))
