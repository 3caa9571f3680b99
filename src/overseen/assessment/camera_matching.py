"""Two lists of cameras held against each other, one to one: by identifier where the two number alike, else by place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.assessment.sides import COMPARED, Side
from overseen.assessment.undercount import matched
from overseen.model.phases import past_end
from overseen.model.schema import CAMERA_MATCHES
from overseen.visibility.placement import points_of

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

TOLERANCE_M = 15.0
"""Farthest distance at which two entries of different identifiers may be one camera."""

MOVED_M = 1.0
"""A camera farther than this from where the other list has it counts as moved; below, lists round."""

TURNED_DEG = 1.0
"""Bearings that differ by less are one."""

ALIKE_SHARE = 0.5
"""Identifiers are one numbering if at least this share of those in both lists stand within the tolerance."""

DATES = ("installed_on", "active_until")


@dataclass(frozen=True, slots=True)
class CameraMatching:
    """Two lists held against each other.

    Parameters
    ----------
    table
        Table ``cameras_matched``.
    tolerance_m
        Farthest distance of a pair of different identifiers.
    shared_ids
        Identifiers that stand in both lists.
    is_one_numbering
        Whether they are taken to name the same cameras.
    """

    table: gpd.GeoDataFrame
    tolerance_m: float
    shared_ids: int
    is_one_numbering: bool

    def count(self, presence: str) -> int:
        """Return how many cameras are in both lists, or in one alone."""
        return int((self.table["presence"] == presence).sum())

    def moved_count(self) -> int:
        """Return how many cameras of both lists stand elsewhere in B."""
        return int((self.table["moved_m"] > MOVED_M).sum())

    def changed_count(self, attribute: str | None = None) -> int:
        """Return of how many cameras of both lists an attribute, or any, is stated differently."""
        changed = self.table["changed"]
        if attribute is None:
            return int((changed != "").sum())
        return int(changed.map(lambda words: attribute in words.split()).sum())

    def ambiguous_count(self) -> int:
        """Return how many pairs may be matched with a neighbour."""
        return int((self.table["is_ambiguous"] & (self.table["presence"] == "both")).sum())


def match_cameras(a: Side, b: Side, *, tolerance_m: float = TOLERANCE_M) -> CameraMatching:
    """Return the cameras of two sides, each once, in the frame of A."""
    one, other = a.cameras, b.cameras.to_crs(a.cameras.crs)
    places, other_places = (shapely.get_coordinates(side.geometry.to_numpy()) for side in (one, other))
    by_id = _shared(one.index, other.index)
    apart = np.hypot(*(places[by_id[0]] - other_places[by_id[1]]).T)
    is_one = bool(len(apart)) and float((apart <= tolerance_m).mean()) >= ALIKE_SHARE
    first, second = by_id if is_one else (np.empty(0, dtype=np.intp),) * 2
    left, right = np.setdiff1d(np.arange(len(one)), first), np.setdiff1d(np.arange(len(other)), second)
    near = matched(places[left], other_places[right], tolerance_m)
    rivals = _rivals(places[left], other_places[right], tolerance_m)
    first, second = np.append(first, left[near.first]), np.append(second, right[near.second])
    is_ambiguous = np.append(
        np.zeros(len(first) - len(near.first), dtype=bool), rivals[0][near.first] | rivals[1][near.second]
    )
    ends = [
        np.zeros(len(side.cameras), dtype=bool) if side.date is None else past_end(side.cameras, side.date)
        for side in (a, b)
    ]
    rows = [
        *_pairs(one, other, (first, second), is_ambiguous, by_id_count=len(first) - len(near.first)),
        *_alone(one, "a", np.setdiff1d(np.arange(len(one)), first)),
        *_alone(other, "b", np.setdiff1d(np.arange(len(other)), second)),
    ]
    frame = _table(rows, one, other, ends)
    return CameraMatching(frame, tolerance_m, len(by_id[0]), is_one)


def _shared(one: pd.Index, other: pd.Index) -> tuple[Rows, Rows]:
    """Return the rows of identifiers that stand in both lists, in the order of the first."""
    found = other.get_indexer(one)
    return np.flatnonzero(found >= 0), found[found >= 0].astype(np.intp)


def _rivals(one: Floats, other: Floats, tolerance_m: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return, for either set, which members have more than one of the other set within the tolerance."""
    if len(one) == 0 or len(other) == 0:
        return np.zeros(len(one), dtype=bool), np.zeros(len(other), dtype=bool)
    i, j = shapely.STRtree(points_of(other)).query(points_of(one), predicate="dwithin", distance=tolerance_m)
    return np.bincount(i, minlength=len(one)) > 1, np.bincount(j, minlength=len(other)) > 1


def _pairs(
    one: gpd.GeoDataFrame, other: gpd.GeoDataFrame, pairs: tuple[Rows, Rows], is_ambiguous: NDArray[np.bool_], *, by_id_count: int
) -> Iterable[dict[str, object]]:  # fmt: skip
    columns = [(one[name].to_numpy(), other[name].to_numpy()) for name in COMPARED]
    apart = shapely.distance(one.geometry.to_numpy()[pairs[0]], other.geometry.to_numpy()[pairs[1]])
    for number, (i, j) in enumerate(zip(*pairs, strict=True)):
        changed = [
            (name, before[i], after[j])
            for name, (before, after) in zip(COMPARED, columns, strict=True)
            if _differs(name, before[i], after[j])
        ]
        yield {
            "presence": "both", "camera_id_a": one.index[i], "camera_id_b": other.index[j],
            "matched_by": "id" if number < by_id_count else "position", "moved_m": float(apart[number]),
            "changed": " ".join(name for name, _, _ in changed),
            "before_after": "; ".join(f"{name} {before} → {after}" for name, before, after in changed),
            "is_ambiguous": bool(is_ambiguous[number]),
        }  # fmt: skip


def _alone(side: gpd.GeoDataFrame, letter: str, rows: Rows) -> Iterable[dict[str, object]]:
    empty = {"camera_id_a": None, "camera_id_b": None, "matched_by": None, "moved_m": np.nan, "changed": "",
             "before_after": "", "is_ambiguous": False}  # fmt: skip
    for row in rows:
        yield {"presence": f"only_{letter}", **empty, f"camera_id_{letter}": side.index[row]}


def _differs(name: str, before: object, after: object) -> bool:
    """Return whether both lists state an attribute, differently; a date that is stated less exactly does not differ."""
    if not isinstance(before, str) or not isinstance(after, str) or "unknown" in (before, after):
        return False
    if name in DATES:
        return not (before.startswith(after) or after.startswith(before))
    if name == "bearing":
        first, second = (np.array(words.split(), dtype=float) for words in (before, after))
        if len(first) != len(second):
            return True
        return bool((np.abs((first - second + 180.0) % 360.0 - 180.0) > TURNED_DEG).any())
    return before.casefold() != after.casefold()


def _table(
    rows: list[dict[str, object]], one: gpd.GeoDataFrame, other: gpd.GeoDataFrame, ends: list[NDArray[np.bool_]]
) -> gpd.GeoDataFrame:
    columns = [column.name for column in CAMERA_MATCHES.columns if column.name != "geometry"]
    frame = pd.DataFrame(rows, columns=columns)
    for letter, side, is_past in zip("ab", (one, other), ends, strict=True):
        place = side.index.get_indexer(frame[f"camera_id_{letter}"])
        frame[f"is_past_end_{letter}"] = np.append(is_past, False)[place]
    shapes = np.append(other.geometry.to_numpy(), np.array([None]))[other.index.get_indexer(frame["camera_id_b"])]
    own = np.append(one.geometry.to_numpy(), np.array([None]))[one.index.get_indexer(frame["camera_id_a"])]
    names = [f"{a or '–'} | {b or '–'}" for a, b in zip(frame["camera_id_a"], frame["camera_id_b"], strict=True)]
    frame.index = pd.Index(names, name=CAMERA_MATCHES.index.name, dtype=object)
    flags = ("is_ambiguous", "is_past_end_a", "is_past_end_b")
    texts = ("presence", "camera_id_a", "camera_id_b", "matched_by", "changed", "before_after")
    types = dict.fromkeys(texts, object) | dict.fromkeys(flags, bool) | {"moved_m": float}
    geometry = [shape if shape is not None else own[row] for row, shape in enumerate(shapes)]
    return CAMERA_MATCHES.checked(gpd.GeoDataFrame(frame.astype(types), geometry=geometry, crs=one.crs))
