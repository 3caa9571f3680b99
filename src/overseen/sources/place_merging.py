"""One place listed more than once: as a point and as an outline, or in two files. Merged, and counted."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from overseen.model.provenance import Notice
from overseen.model.schema import SENSITIVE_PLACES
from overseen.sources.columns import text_column
from overseen.sources.place_kinds import KindList, plain_word

NEAR_M = 30.0
"""Two of one kind and one name, no farther apart than this, are one place."""

Texts = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Places as listed: identifier, kind, name, file, and a point or an outline in the city's plane; one entry each."""

    ids: Texts
    kind: Texts
    name: Texts
    source: Texts
    shape: Texts

    def take(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Candidates:
        """Return some of them."""
        return Candidates(self.ids[rows], self.kind[rows], self.name[rows], self.source[rows], self.shape[rows])

    def plain_names(self) -> Texts:
        """Return names without case and signs, empty where there is none."""
        return np.array([plain_name(name) for name in self.name], dtype=object)


def plain_name(name: str | None) -> str:
    """Return a name without case, apostrophes, dots and dashes.

    Examples
    --------
    >>> plain_name("All Saints' Church"), plain_name("St. John's"), plain_name(None)
    ('all_saints_church', 'st_johns', '')
    """
    return "" if name is None else plain_word(name.replace("'", "").replace("’", ""))


def merged(
    candidates: Candidates, kinds: KindList, crs: pyproj.CRS
) -> tuple[gpd.GeoDataFrame, Texts, tuple[Notice, ...]]:
    """Return table ``sensitive_places`` in ``crs``, the whole shape of each, and what was merged.

    Of one kind, what is closer than ``NEAR_M`` and has one name is one place; so is a point inside an outline if either has no
    name. Its shape is all its outlines together, or its first point.
    """
    label, near_names = _same(candidates)
    count = int(label.max(initial=-1)) + 1
    order = np.lexsort((np.arange(len(label)), ~_is_area(candidates.shape), label))
    first = order[np.searchsorted(label[order], np.arange(count))]
    shapes = np.empty(count, dtype=object)
    names = np.full(count, None, dtype=object)
    for place in range(count):
        members = np.sort(order[np.searchsorted(label[order], place) : np.searchsorted(label[order], place + 1)])
        shapes[place] = _whole(candidates.shape[members])
        names[place] = next((name for name in candidates.name[members] if name is not None), None)
    keep = np.argsort(first, kind="stable")
    first, shapes, names = first[keep], shapes[keep], names[keep]
    is_confidential = np.array([kinds[kind].is_confidential for kind in candidates.kind[first]], dtype=bool)
    frame = gpd.GeoDataFrame(
        {
            "kind": text_column(candidates.kind[first]),
            "name": text_column(names),
            "is_confidential": is_confidential,
            "source": text_column(candidates.source[first]),
        },
        geometry=shapely.point_on_surface(shapes) if count else [],
        crs=crs,
        index=pd.Index(candidates.ids[first], name="place_id", dtype=object),
    )
    points = shapely.get_type_id(shapes) == 0
    if count:
        frame.geometry = np.where(points, shapes, frame.geometry.to_numpy())
    return SENSITIVE_PLACES.checked(frame), shapes, _notices(candidates, label, near_names, kinds)


def _is_area(shapes: Texts) -> NDArray[np.bool_]:
    return np.isin(shapely.get_type_id(shapes), (3, 6))


def _whole(shapes: Texts) -> shapely.Geometry:
    areas = shapes[_is_area(shapes)]
    if len(areas):
        return shapely.union_all(areas)
    return shapes[0] if shapely.get_type_id(shapes[0]) == 0 else shapely.point_on_surface(shapes[0])


def _same(candidates: Candidates) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Return a number per candidate, equal for one place, and those beside one of another file under another name."""
    count = len(candidates.ids)
    if count == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.intp)
    one, other = shapely.STRtree(candidates.shape).query(candidates.shape, predicate="dwithin", distance=NEAR_M)
    pairs = (one < other) & (candidates.kind[one] == candidates.kind[other])
    one, other = one[pairs], other[pairs]
    names = candidates.plain_names()
    is_named = names != ""
    has_one_name = is_named[one] & (names[one] == names[other])
    is_within = (_is_area(candidates.shape[one]) != _is_area(candidates.shape[other])) & (
        shapely.distance(candidates.shape[one], candidates.shape[other]) == 0.0
    )
    is_same = has_one_name | (is_within & ~(is_named[one] & is_named[other]))
    links = coo_array((np.ones(int(is_same.sum())), (one[is_same], other[is_same])), shape=(count, count))
    label = connected_components(links, directed=False)[1].astype(np.int64)
    is_doubtful = ~is_same & is_named[one] & is_named[other] & (candidates.source[one] != candidates.source[other])
    return label, np.unique(other[is_doubtful & (label[one] != label[other])])


def _notices(
    candidates: Candidates, label: NDArray[np.int64], near_names: NDArray[np.intp], kinds: KindList
) -> tuple[Notice, ...]:
    found = []
    repeats = np.flatnonzero(pd.Series(label).duplicated().to_numpy())
    for rows, kind, consequence in (
        (repeats, "sensitive place listed again",
         f"Of one kind and name within {NEAR_M:g} m, or a point inside an outline: taken as one place."),
        (near_names, "sensitive place beside one of another file",
         f"Of one kind within {NEAR_M:g} m under two names: kept as two places, though they may be one."),
    ):  # fmt: skip
        for file in dict.fromkeys(candidates.source[rows]):
            here = rows[candidates.source[rows] == file]
            shown = [row for row in here if not kinds[candidates.kind[row]].is_confidential]
            # What a confidential place is called or numbered is told nowhere.
            example = str(candidates.ids[shown[0]]) if shown else "one that is not named"
            found.append(Notice(str(file), kind, len(here), example, consequence))
    return tuple(found)
