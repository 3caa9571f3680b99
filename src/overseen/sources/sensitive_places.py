"""Sensitive places of a city: found in its map, in its file of places and in lists of the user's own, each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from overseen.errors import Fault, SourceError
from overseen.model.city import City
from overseen.model.places import SensitivePlaces
from overseen.model.provenance import Notice, Source
from overseen.model.schema import SQUARES
from overseen.sources.columns import identifiers, primary_texts, text_column
from overseen.sources.entrances import Doors, entrances_of
from overseen.sources.layer_file import Layer, LayerOptions, in_plane, read_layer
from overseen.sources.osm_file import OsmFeatures
from overseen.sources.osm_streets import is_open_air
from overseen.sources.packs import get_pack
from overseen.sources.place_kinds import KindList
from overseen.sources.place_merging import Candidates, merged

AREAS = (3, 6)

SAME_PLACE_M = 1.0
SAME_NAME_M = 100.0
"""A place of another kind, so near a confidential one and of its name, would give it away."""


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A list of places of the user's own; without a ``kind`` of all, a column says it of each.

    ``is_complete`` says that it holds all of its kinds, so that other files' places of those kinds are left out.
    """

    path: Path
    kind: str | None
    options: LayerOptions
    is_complete: bool = False


@dataclass(frozen=True, slots=True)
class PlaceSources:
    """Where sensitive places are looked for.

    Parameters
    ----------
    kinds
        The list of kinds.
    features
        Those of the city's OpenStreetMap file, and what messages call the file.
    places
        The city's file of places, if it has one in its stead.
    own
        Lists of the user's own.
    """

    kinds: KindList
    features: OsmFeatures | None = None
    file: str = ""
    places: tuple[Path, LayerOptions] | None = None
    own: tuple[OwnFile, ...] = ()


def with_sensitive_places(city: City, sources: PlaceSources) -> City:
    """Return a city with its sensitive places; what tells of a confidential one is taken out of its other places.

    Raises
    ------
    SourceError
        With every fault of every file at once.
    """
    crs = city.buildings.crs
    found: list[Candidates] = []
    notices: list[Notice] = []
    if sources.features is not None and sources.places is None:
        found.append(_of_osm(sources.features, sources.kinds, crs, sources.file))
    if sources.places is not None:
        layer = in_plane(read_layer(sources.places[0], "places", sources.places[1], is_whole=True), crs)
        found.append(_of_layer(layer, sources.kinds)[0])
    own, read, told = _own(sources, crs)
    complete = {kind for one, file in zip(own, sources.own, strict=True) if file.is_complete for kind in one.kind}
    found = [one.take(~np.isin(one.kind.astype(str), list(complete))) for one in found]
    candidates = _together([*found, *own])
    notices += told
    candidates = candidates.take(shapely.intersects(candidates.shape, city.boundary))
    is_square = np.array([sources.kinds[kind].is_square for kind in candidates.kind], dtype=bool)
    squares = _squares(sources.features, candidates.take(is_square), city, crs)
    places, shapes, merging = merged(
        _revealing_taken_out(candidates.take(~is_square), sources.kinds), sources.kinds, crs
    )
    is_hidden = places["is_confidential"].to_numpy()
    entrances = entrances_of(places.index, shapes, city, _doors(sources.features, crs))
    sensitive = SensitivePlaces(sources.kinds.kinds, places, entrances, squares, sources.kinds.crowd)
    return replace(
        city,
        places=_without(city.places, places[is_hidden], shapes[is_hidden]),
        sources=city.sources + read,
        notices=city.notices + tuple(notices) + merging,
        sensitive=sensitive,
    )


def _of_osm(features: OsmFeatures, kinds: KindList, crs: pyproj.CRS, file: str) -> Candidates:
    rows = [
        (name, kind.name, tags.get("name"), shape)
        for name, tags, shape in [*features.nodes, *features.areas]
        if (kind := kinds.of_tags(tags)) is not None and not kind.is_square
    ]
    shapes = gpd.GeoSeries([shape for *_, shape in rows], crs=4326).to_crs(crs)
    return _candidates([row[:3] for row in rows], shapes.to_numpy(), file)


def _candidates(rows: Sequence[tuple[str, str, str | None]], shapes: NDArray[np.object_], file: str) -> Candidates:
    ids, kinds, names = (np.array([row[part] for row in rows], dtype=object) for part in range(3))
    broken = ~shapely.is_valid(shapes)
    shapes = np.where(broken, shapely.make_valid(shapes), shapes)
    return Candidates(ids, kinds, names, np.full(len(rows), file, dtype=object), shapes)


def _of_layer(
    layer: Layer, kinds: KindList, kind: str | None = None, *, is_own: bool = False
) -> tuple[Candidates, NDArray[np.intp]]:
    """Return the sensitive places among the features of a file, and the rows whose kind is none of the list."""
    tags = {key: primary_texts(values) for key, values in layer.tags.items()}
    words = primary_texts(layer.column("kind"))
    names = primary_texts(layer.column("name"))
    ids, _ = identifiers(layer.column("id"), layer.numbers, f"{Path(layer.source.file).stem} place")
    shapes = layer.shapes.to_numpy()
    rows: list[tuple[str, str, str | None]] = []
    kept: list[int] = []
    for row in range(len(layer)):
        said = {key: str(values[row]) for key, values in tags.items() if values[row] is not None}
        found = kinds[kind] if kind else kinds.of_tags(said) or kinds.of_word(words[row], is_own=is_own)
        if found is not None:
            rows.append((ids[row], found.name, names[row]))
            kept.append(row)
    taken = np.array(kept, dtype=np.intp)
    others = np.setdiff1d(np.arange(len(layer)), taken)
    return _candidates(rows, shapes[taken], layer.source.file), others


def _own(sources: PlaceSources, crs: pyproj.CRS) -> tuple[list[Candidates], tuple[Source, ...], tuple[Notice, ...]]:
    """Return the places of the user's own lists; SourceError with every fault at once."""
    found: list[Candidates] = []
    read: list[Source] = []
    notices: list[Notice] = []
    faults: list[Fault] = []
    for own in sources.own:
        try:
            layer = in_plane(read_layer(own.path, "places", own.options, is_whole=True), crs)
        except SourceError as error:
            faults += error.faults
            continue
        candidates, others = _of_layer(layer, sources.kinds, own.kind, is_own=True)
        read.append(replace(layer.source, role="sensitive places", counts=(("features", len(layer)),)))
        notices += layer.notices
        if own.kind is None and len(layer) and "kind" not in layer.columns and len(others) == len(layer):
            remedy = "add a column kind, or give kind = '...' beside the file"
            faults.append(Fault(layer.source.file, "", "no column says of what kind its places are", remedy))
        elif len(others):
            notices.append(Notice(layer.source.file, "place of no kind of the list", len(others), layer.row(int(others[0])),
                                  "Its kind is none of the list in use; it was left out."))  # fmt: skip
        found.append(candidates)
    if faults:
        raise SourceError(faults)
    return found, tuple(read), tuple(notices)


def _together(found: Sequence[Candidates]) -> Candidates:
    """Return the candidates of all sources; an identifier that stands more than once gets the number of its row."""
    parts = [np.concatenate([getattr(one, name) for one in found]) if found else np.empty(0, dtype=object)
             for name in ("ids", "kind", "name", "source", "shape")]  # fmt: skip
    again = pd.Series(parts[0], dtype=object).duplicated().to_numpy()
    parts[0][again] = [f"{name} #{row}" for name, row in zip(parts[0][again], np.flatnonzero(again), strict=True)]
    return Candidates(*parts)


def _revealing_taken_out(candidates: Candidates, kinds: KindList) -> Candidates:
    """Return candidates without those of open kinds that bear the name of a confidential one beside them."""
    is_confidential = np.array([kinds[kind].is_confidential for kind in candidates.kind], dtype=bool)
    hidden, open_ = candidates.take(is_confidential), candidates.take(~is_confidential)
    return candidates.take(is_confidential | _is_kept(~is_confidential, _tells(open_, hidden)))


def _is_kept(is_open: NDArray[np.bool_], tells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    kept = np.zeros(len(is_open), dtype=bool)
    kept[np.flatnonzero(is_open)[~tells]] = True
    return kept


def _tells(places: Candidates, hidden: Candidates) -> NDArray[np.bool_]:
    """Return which places would give away a hidden one: the same feature, or its name close to it."""
    tells = np.zeros(len(places.ids), dtype=bool)
    if len(hidden.ids) == 0:
        return tells
    place, other = shapely.STRtree(hidden.shape).query(places.shape, predicate="dwithin", distance=SAME_NAME_M)
    near = shapely.distance(places.shape[place], hidden.shape[other]) <= SAME_PLACE_M
    names, secret = places.plain_names()[place], hidden.plain_names()[other]
    is_same = (names == secret) & (names != "")
    # One without a name, at the same place, may be the same feature in another layer.
    is_itself = near & ((names == "") | (secret == ""))
    tells[place[is_same | is_itself]] = True
    return tells


def _without(places: gpd.GeoDataFrame, hidden: gpd.GeoDataFrame, shapes: NDArray[np.object_]) -> gpd.GeoDataFrame:
    """Return the city's places without those that are, or would give away, a confidential one."""
    if hidden.empty:
        return places
    names = places["name"].to_numpy(dtype=object)
    count = len(places)
    every = Candidates(places.index.to_numpy(dtype=object), np.full(count, "", dtype=object), names,
                       np.full(count, "", dtype=object), places.geometry.to_numpy())  # fmt: skip
    secret = Candidates(hidden.index.to_numpy(dtype=object), hidden["kind"].to_numpy(dtype=object),
                        hidden["name"].to_numpy(dtype=object), hidden["source"].to_numpy(dtype=object),
                        shapes)  # fmt: skip
    return places[~_tells(every, secret) & ~np.isin(every.ids, secret.ids)]


def _squares(features: OsmFeatures | None, own: Candidates, city: City, crs: pyproj.CRS) -> gpd.GeoDataFrame:
    """Return table ``squares``: those of the map that touch the boundary, and the areas of the user's own lists."""
    rows: list[tuple[str, str | None, str, BaseGeometry]] = []
    rules = get_pack("osm", "tags")
    # What lies below ground or under a roof is no place where people assemble under the sky.
    for name, tags, shape in features.squares if features is not None else []:
        if is_open_air(tags, rules):
            kind = "square" if tags.get("place") == "square" else "pedestrian_area"
            rows.append((name, tags.get("name"), kind, shape))
    shapes = gpd.GeoSeries([shape for *_, shape in rows], crs=4326).to_crs(crs).make_valid().to_numpy()
    is_area = np.isin(shapely.get_type_id(own.shape), AREAS)
    own = own.take(is_area)
    ids = [*(row[0] for row in rows), *own.ids]
    names = [*(row[1] for row in rows), *own.name]
    kinds = [*(row[2] for row in rows), *["assembly_place"] * len(own.ids)]
    frame = gpd.GeoDataFrame(
        {"name": text_column(np.array(names, dtype=object)), "kind": text_column(np.array(kinds, dtype=object))},
        geometry=[*shapes, *own.shape],
        crs=crs,
        index=pd.Index(ids, name="square_id", dtype=object),
    )
    kept = shapely.intersects(frame.geometry.to_numpy(), city.boundary)
    kept &= np.isin(shapely.get_type_id(frame.geometry.to_numpy()), AREAS)
    return SQUARES.checked(frame[kept])


def _doors(features: OsmFeatures | None, crs: pyproj.CRS) -> Doors:
    rows = features.entrances if features is not None else []
    points = gpd.GeoSeries([shape for *_, shape in rows], crs=4326).to_crs(crs).to_numpy()
    return Doors(points, np.array([tags.get("entrance", "yes") for _, tags, _ in rows], dtype=object))
