"""Areas from a layer of outlines: one row for each identifier, however many features share it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.model.provenance import Notice
from overseen.sources.columns import city_rules, primary_texts, text_column, texts
from overseen.sources.layer_file import Layer

APART_M = 1.0
"""Parts of an area farther from one another than this do not touch."""


@dataclass(frozen=True, slots=True)
class Areas:
    """Areas with their identifiers (index ``area_id``), names and outlines, and what their features say, as text by area."""

    frame: gpd.GeoDataFrame
    columns: pd.DataFrame
    notices: tuple[Notice, ...]


def areas_from(layer: Layer, id_column: str | None) -> Areas:
    """Return the areas of a layer that was read whole; features of one identifier are one area, and without one each is.

    Repeats of the same outline count once, other outlines are joined. A value in which the features of one area differ is not
    known of the area.
    """
    file = layer.source.file
    ids = _ids(layer, id_column)
    is_named = ids != np.array(None)
    notices = list(layer.notices)
    if not is_named.all():
        notices.append(Notice(file, "area without an identifier", int(np.sum(~is_named)), layer.row(int(np.argmin(is_named))),
                              "It was left out."))  # fmt: skip
    rows = np.flatnonzero(is_named)
    ids, shapes = ids[rows], layer.shapes.to_numpy()[rows]
    columns = pd.DataFrame({name: text_column(texts(values)[rows]) for name, values in layer.tags.items()})
    unique, first, number = np.unique(ids.astype(str), return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    number, first = place[number], first[order]
    outlines, told = _joined(shapes, number, first, layer, ids)
    index = pd.Index(unique[order].astype(object), name="area_id", dtype=object)
    names = text_column(primary_texts(layer.column("name"))[rows][first])
    agreed, differing = _agreed(columns, number, first)
    agreed.index = index
    if differing:
        areas = sorted({area for several in differing.values() for area in several})
        notices.append(Notice(file, "features of one area that disagree", len(areas), str(index[areas[0]]),
                              f"They differ in {', '.join(differing)}: of such areas these are not known."))  # fmt: skip
    frame = gpd.GeoDataFrame({"name": names}, geometry=outlines, crs=layer.shapes.crs, index=index)
    return Areas(frame, agreed, (*notices, *told))


def _ids(layer: Layer, id_column: str | None) -> NDArray[np.object_]:
    if id_column is None:
        return np.array([f"area {number}" for number in range(1, len(layer) + 1)], dtype=object)
    return texts(layer.tags[id_column])


def _joined(
    shapes: NDArray[np.object_],
    number: NDArray[np.int64],
    first: NDArray[np.int64],
    layer: Layer,
    ids: NDArray[np.object_],
) -> tuple[NDArray[np.object_], list[Notice]]:
    """Return the outline of each area, and what was repeated."""
    outlines = shapes[first].copy()
    again = np.setdiff1d(np.arange(len(shapes)), first)
    if len(again) == 0:
        return outlines, []
    is_same = shapely.equals(shapes[again], outlines[number[again]])
    others = again[~is_same]
    for area in np.unique(number[others]):
        outlines[area] = shapely.union_all([outlines[area], *shapes[others[number[others] == area]]])
    file, count = layer.source.file, len(np.unique(number[again]))
    told = [Notice(file, "identifier of several features", count, str(ids[again[0]]),
                   f"{len(shapes):,} features are {len(first):,} areas: {int(is_same.sum()):,} repeat an outline and count once, "
                   f"{len(others):,} are further parts and were joined.")]  # fmt: skip
    gap_m = _gaps_m(shapes[first[number[others]]], shapes[others], layer)
    if (gap_m > APART_M).any():
        farthest = int(np.argmax(gap_m))
        told.append(Notice(file, "parts of an area far apart", int(np.sum(gap_m > APART_M)), str(ids[others[farthest]]),
                           f"The parts do not touch; these are {gap_m[farthest] / 1e3:.1f} km apart. If two areas share an identifier by "
                           "mistake, correct it in the file."))  # fmt: skip
    return outlines, told


def _gaps_m(shapes: NDArray[np.object_], others: NDArray[np.object_], layer: Layer) -> NDArray[np.float64]:
    if len(shapes) == 0:
        return np.empty(0)
    pairs = gpd.GeoSeries(np.concatenate([shapes, others]), crs=layer.shapes.crs)
    local = pairs.to_crs(pairs.estimate_utm_crs()).to_numpy()
    return np.asarray(shapely.distance(local[: len(shapes)], local[len(shapes) :]), dtype=np.float64)


def _agreed(
    columns: pd.DataFrame, number: NDArray[np.int64], first: NDArray[np.int64]
) -> tuple[pd.DataFrame, dict[str, list[int]]]:
    """Return the values of each area, missing where its features differ, and column -> areas in which they do."""
    agreed = columns.iloc[first].reset_index(drop=True)
    differing: dict[str, list[int]] = {}
    if len(first) == len(columns):
        return agreed, differing
    for name in columns:
        values, kept = columns[name].to_numpy(dtype=object), agreed[name].to_numpy(dtype=object).copy()
        reference = kept[number]
        areas = np.unique(number[(values != reference) & ~(pd.isna(values) & pd.isna(reference))])
        if len(areas):
            differing[str(name)] = areas.tolist()
            kept[areas] = None
            agreed[name] = text_column(kept)
    return agreed, differing


def matching_columns(areas: Mapping[str, pd.Series], table: pd.DataFrame) -> tuple[str, str] | None:
    """Return which column of areas and which of a table hold the same identifiers; None if no two do.

    Values are compared as text without leading zeros; the pair of which most areas are found in the table is taken, among
    equals the one whose names are recognised, and then the one of the same name.
    """
    known = city_rules()["people"]["id"]
    values = {name: _bare(column) for name, column in areas.items()}
    others = {str(name): _bare(table[name]) for name in table.columns}
    scored = [
        ((round(len(mine & theirs) / len(mine), 2), name.lower() in known or other.lower() in known, name == other, len(mine)),
         (name, other))
        for name, mine in values.items() for other, theirs in others.items() if mine
    ]  # fmt: skip
    best = max(scored, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None and best[0][0] >= LEAST_FOUND_SHARE else None


LEAST_FOUND_SHARE = 0.5
"""A table in which fewer of the areas are found than this is not about them."""


def _bare(values: pd.Series) -> frozenset[str]:
    return frozenset(word.lstrip("0") for word in set(texts(values)) - {None})


def matched_rows(areas: Sequence[str], keys: Sequence[str]) -> tuple[dict[str, str], int]:
    """Return key of a table -> area, and how many were matched only once leading zeros were passed over.

    Examples
    --------
    >>> matched_rows(["01065", "02"], ["1065", "02", "3"])
    ({'02': '02', '1065': '01065'}, 1)
    """
    exact = set(areas) & set(keys)
    found = {key: key for key in keys if key in exact}
    left = _unique_bare([area for area in areas if area not in exact])
    rest = _unique_bare([key for key in keys if key not in exact])
    bare = {rest[word]: left[word] for word in rest if word in left}
    return found | bare, len(bare)


def _unique_bare(names: Sequence[str]) -> dict[str, str]:
    bare = pd.Series(list(names), dtype=object).str.lstrip("0") if names else pd.Series([], dtype=object)
    is_unique = ~bare.duplicated(keep=False)
    return dict(zip(bare[is_unique], pd.Series(list(names), dtype=object)[is_unique], strict=True))
