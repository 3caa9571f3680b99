"""Places and land use from layers of any vector file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.model.provenance import Notice
from overseen.model.schema import LAND, PLACES
from overseen.sources.columns import city_rules, identifiers, primary_texts, text_column
from overseen.sources.layer_file import Layer, areas_of, repeated_identifiers
from overseen.sources.packs import get_pack

Texts = NDArray[np.object_]


def file_places(layer: Layer) -> tuple[gpd.GeoDataFrame, tuple[Notice, ...]]:
    """Return table ``places`` of a layer in the city's plane, and what was odd; for an area, a point inside it.

    A kind is what the column of kinds says or, in an export of OpenStreetMap's tags, key and value such as ``amenity=school``.
    """
    kinds = _tagged_kinds(layer.tags, len(layer))
    kinds = np.where(kinds == np.array(None), primary_texts(layer.column("kind")), kinds)
    values = pd.Series(kinds).str.rpartition("=")[2] if len(kinds) else pd.Series(kinds)
    is_furniture = values.isin(
        [*get_pack("osm", "tags")["places"]["without"], *city_rules()["places_words"]["no_place"]]
    ).to_numpy()
    layer = layer.where(
        ~is_furniture, ("no place that people go to", "Street furniture and the like; it was left out.")
    )
    kinds = kinds[~is_furniture]
    kinds[kinds == np.array(None)] = "unknown"
    ids, spoilt = identifiers(layer.columns.get("id"), len(layer), "place")
    shapes = layer.shapes.to_numpy()
    is_point = shapely.get_type_id(shapes) == 0
    frame = gpd.GeoDataFrame(
        {"kind": text_column(kinds), "name": text_column(primary_texts(layer.column("name")))},
        geometry=np.where(is_point, shapes, shapely.point_on_surface(shapes)),
        crs=layer.shapes.crs,
        index=pd.Index(ids, name="place_id", dtype=object),
    )
    return PLACES.checked(frame), (*layer.notices, *repeated_identifiers(layer, spoilt))


def _tagged_kinds(tags: Mapping[str, pd.Series], count: int) -> Texts:
    """Return key and value of the first key of places that a feature is tagged with."""
    kinds = np.full(count, None, dtype=object)
    for key in city_rules()["osm_keys"]["places"]:
        if key in tags:
            values = primary_texts(tags[key])
            is_new = (kinds == np.array(None)) & (values != np.array(None))
            kinds[is_new] = np.array([f"{key}={value}" for value in values[is_new]], dtype=object)
    return kinds


def file_land(layer: Layer) -> tuple[gpd.GeoDataFrame, tuple[Notice, ...]]:
    """Return table ``land`` of a layer in the city's plane, and what was odd; an area of several uses has a row for each."""
    layer = areas_of(layer, "land")
    ids, spoilt = identifiers(layer.columns.get("id"), len(layer), "land")
    words = primary_texts(layer.column("kind"))
    rows: list[NDArray[np.int64]] = []
    kinds: list[str] = []
    tags: list[str] = []
    for kind in _words():
        tagged = _tags_of(layer, kind, words)
        chosen = np.flatnonzero(tagged != np.array(None))
        rows.append(chosen)
        kinds += [kind] * len(chosen)
        tags += tagged[chosen].tolist()
    taken = np.concatenate(rows)
    order = np.argsort(taken, kind="stable")
    taken = taken[order]
    is_again = pd.Series(taken).duplicated().to_numpy()
    kind_of = np.array(kinds, dtype=object)[order]
    names = ids[taken].copy()
    names[is_again] = names[is_again] + ":" + kind_of[is_again]
    frame = gpd.GeoDataFrame(
        {"kind": text_column(kind_of), "tag": text_column(np.array(tags, dtype=object)[order])},
        geometry=layer.shapes.to_numpy()[taken],
        crs=layer.shapes.crs,
        index=pd.Index(names, name="land_id", dtype=object),
    )
    is_used = np.isin(np.arange(len(layer)), taken)
    layer = layer.where(
        is_used, ("land of no use that matters", "Neither homes and gardens nor water and green; it was left out.")
    )
    return LAND.checked(frame), (*layer.notices, *repeated_identifiers(layer, spoilt))


def _tags_of(layer: Layer, kind: str, words: Texts) -> Texts:
    """Return, for each feature, what says that it is land of a kind; None where nothing does."""
    found = np.full(len(layer), None, dtype=object)
    for key, values in get_pack("osm", "tags")["land"][kind].items():
        if key in layer.tags:
            given = primary_texts(layer.tags[key])
            is_new = (found == np.array(None)) & np.isin(given.astype(str), values)
            found[is_new] = np.array([f"{key}={value}" for value in given[is_new]], dtype=object)
    lower = pd.Series(words).str.lower()
    is_word = (found == np.array(None)) & lower.isin(_words()[kind]).to_numpy()
    found[is_word] = words[is_word]
    return found


@cache
def _words() -> dict[str, frozenset[str]]:
    """Return, for each kind of land, the words that mean it in a column of kinds."""
    own = city_rules()["land_words"]
    osm = get_pack("osm", "tags")["land"]
    return {
        kind: frozenset(own.get(kind, ())) | frozenset(
            value for key, values in keys.items() if key != "access" for value in values)
        for kind, keys in osm.items()
    }  # fmt: skip
