"""Exposure of sensitive places: their doors, the way to them, and whether there is one that no camera could look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.exposure.approaches import NOWHERE, Key, WalkingNetwork, least_seen_m
from overseen.exposure.network import ExaminedHeads, local_pairs, nearby_points, nearby_segments, sectors_of
from overseen.exposure.streets import INTERVAL, segments_of
from overseen.kernels.draws import drawn_lengths
from overseen.kernels.point_draws import drawn_point_levels
from overseen.kernels.sightings import point_sightings, segment_sightings
from overseen.model.city import City
from overseen.model.places import SensitivePlaces
from overseen.model.schema import PLACE_EXPOSURE, VIEWS, View, interval_columns
from overseen.model.viewing import Viewing
from overseen.visibility.cells import HERE, Work, cells_of, mapped
from overseen.visibility.placement import Tolerances, placed_points

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

DOOR_OFFSET_M = 0.5
"""Whoever stands at a door stands so far before the wall."""

UNSEEN_M = 0.01
"""A way with less in view than this has none: what is left is rounding."""

NOT_OF_FACES = "plate_reader"
"""Cameras of this use look at number plates, not at whoever walks by."""


@dataclass(frozen=True, slots=True)
class PlaceExposure:
    """Exposure per place, and what findings need of every draw; rows are those of the city's sensitive places, all of them.

    Parameters
    ----------
    places
        Table ``places`` of exposure. It holds confidential places too: what is published leaves them out.
    door_levels
        Per view, how many levels are reached at some door, shape (places, draws).
    approach_share
        Share of the approach that some camera could look at, at the lowest level, shape (places, draws); nan: none.
    least_seen_m
        Metres in view on the least-seen way, at the lowest level, shape (places, draws); nan: cannot tell.
    """

    places: gpd.GeoDataFrame
    door_levels: dict[View, Integers]
    approach_share: Floats
    least_seen_m: Floats

    def is_without_way(self) -> Floats:
        """Return whether there is no unseen way to each place, shape (places, draws), as 0 or 1; nan: cannot tell."""
        return np.where(np.isnan(self.least_seen_m), np.nan, (self.least_seen_m > UNSEEN_M).astype(float))


@dataclass(frozen=True, slots=True)
class _Cell:
    rows: NDArray[np.intp]
    door_levels: dict[View, Integers]
    cameras: Integers
    share: dict[View, Floats]
    length_m: Floats
    least_m: Floats
    access_m: Floats


@dataclass(frozen=True, slots=True)
class _Doors:
    """Doors of all places, place by place: where one stands before them, and where each place's begin."""

    listed: NDArray[np.object_]
    before: Floats
    offsets: Integers


def place_exposure(city: City, examined: ExaminedHeads, viewing: Viewing, *, work: Work = HERE) -> PlaceExposure:
    """Return, for every sensitive place, what cameras have in view of its doors and of the way to them.

    A place is in view when one of its doors is. Its approach is the walking network within 150 m of its doors; the straight
    line from a door to the network is no part of it, and the door is reported apart. There is an unseen way if one leads to
    some door from 150 m away with no metre that any camera could look at. Plate readers do not count.
    """
    sensitive = city.sensitive
    assert sensitive is not None  # noqa: S101 - asked only where somebody looked for them
    doors = _doors(sensitive, city)
    network = WalkingNetwork(city)
    is_open_air = city.streets["is_open_air"].to_numpy()
    of_cell = partial(_cell, doors=doors, network=network, is_open_air=is_open_air, examined=examined, viewing=viewing)
    results = list(mapped(of_cell, cells_of(shapely.get_coordinates(sensitive.places.geometry.to_numpy())), work))
    count, draws = len(sensitive.places), viewing.draws
    levels = {view: np.zeros((count, draws), dtype=np.int64) for view in VIEWS}
    share, least = np.full((count, draws), np.nan), np.full((count, draws), np.nan)
    for cell in results:
        share[cell.rows], least[cell.rows] = cell.share["reachable"][:, :, 0], cell.least_m
        for view in VIEWS:
            levels[view][cell.rows] = cell.door_levels[view]
    return PlaceExposure(_table(sensitive, viewing, results), levels, share, least)


def _doors(sensitive: SensitivePlaces, city: City) -> _Doors:
    """Return the doors in the order of their places, set off the walls they are in."""
    number = sensitive.places.index.get_indexer(sensitive.entrances["place_id"])
    order = np.argsort(number, kind="stable")
    listed = sensitive.entrances.geometry.to_numpy()[order]
    offsets = np.searchsorted(number[order], np.arange(len(sensitive.places) + 1)).astype(np.int64)
    tolerances = Tolerances(facade_offset_m=DOOR_OFFSET_M)
    at = shapely.get_coordinates(listed)
    before = placed_points(at, np.ones(len(at), dtype=bool), city.buildings.geometry.to_numpy(), tolerances).position
    return _Doors(listed, np.ascontiguousarray(before), offsets)


def _of_faces(
    pairs: tuple[NDArray[np.intp], NDArray[np.intp]], examined: ExaminedHeads
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pairs whose head looks at people."""
    found, head = pairs
    kept = (examined.heads["use"] != NOT_OF_FACES).to_numpy()[head]
    return found[kept], head[kept]


def _cell(
    rows: NDArray[np.intp],
    *,
    doors: _Doors,
    network: WalkingNetwork,
    is_open_air: NDArray[np.bool_],
    examined: ExaminedHeads,
    viewing: Viewing,
) -> _Cell:
    tree = examined.tree()
    levels, cameras = _door_views(rows, doors, tree, examined)
    approaches = [network.approach(doors.listed[doors.offsets[row] : doors.offsets[row + 1]]) for row in rows]
    keys = list(dict.fromkeys(key for approach in approaches for key in approach.stretches))
    seen_m, length_m = _stretch_views(keys, network, is_open_air, tree, examined)
    at = {key: number for number, key in enumerate(keys)}
    count, draws, level_count = len(rows), viewing.draws, len(viewing.ladder.levels)
    share = {view: np.full((count, draws, level_count), np.nan) for view in VIEWS}
    length, least, access = np.zeros(count), np.full((count, draws), np.nan), np.full(count, np.nan)
    for place, approach in enumerate(approaches):
        if approach is NOWHERE:
            continue
        own = np.array([at[key] for key in approach.stretches], dtype=np.intp)
        length[place], access[place] = length_m[own].sum(), approach.access_m.min()
        for view in VIEWS:
            if length[place] > 0.0:
                share[view][place] = np.minimum(seen_m[view][own].sum(axis=0) / length[place], 1.0)
        if approach.is_way_known:
            least[place] = least_seen_m(approach, seen_m["reachable"][own][:, :, 0])
    return _Cell(rows, levels, cameras, share, length, least, access)


def _door_views(
    rows: NDArray[np.intp], doors: _Doors, tree: shapely.STRtree, examined: ExaminedHeads
) -> tuple[dict[View, Integers], Integers]:
    """Return, for some places, the levels reached at their doors per view, and the cameras that could look at one."""
    chosen = np.concatenate([np.arange(doors.offsets[row], doors.offsets[row + 1]) for row in rows])
    owner = np.repeat(np.arange(len(rows)), np.diff(doors.offsets)[rows]).astype(np.int64)
    points = np.ascontiguousarray(doors.before[chosen])
    near = nearby_points(tree, points, examined.position, examined.radius_m())
    local = local_pairs(*_of_faces(near, examined), len(points), examined)
    seen = local.seen.views
    is_clear = point_sightings(seen.stars, seen.shadows, points, local.thing, local.view)
    numbers = _local_numbers(examined, local.used)
    centre = np.ascontiguousarray(examined.position[local.used])
    found = {
        view: drawn_point_levels(points, owner, local.pairs, is_clear, sectors_of(examined.views, local.used, view), centre, numbers)
        for view in VIEWS
    }  # fmt: skip
    return {view: best for view, (best, _) in found.items()}, found["reachable"][1]


def _local_numbers(examined: ExaminedHeads, used: NDArray[np.intp]) -> Integers:
    return np.unique(examined.camera_numbers()[used], return_inverse=True)[1].astype(np.int64)


def _stretch_views(
    keys: list[Key],
    network: WalkingNetwork,
    is_open_air: NDArray[np.bool_],
    tree: shapely.STRtree,
    examined: ExaminedHeads,
) -> tuple[dict[View, Floats], Floats]:
    """Return metres in view per stretch, draw and level, for each view, and the length of each, inside the boundary."""
    lines = np.empty(len(keys), dtype=object)
    lines[:] = [network.stretch(key) for key in keys]
    inside = shapely.intersection(lines, network.boundary)
    # What lies under ground or indoors has its length, but is in no camera's view.
    is_seen = is_open_air[[piece for piece, _, _ in keys]] & (shapely.get_dimensions(inside) == 1) if keys else []
    segments = segments_of(np.where(is_seen, inside, np.array(shapely.LineString(), dtype=object)))
    near = nearby_segments(tree, segments, examined.position, examined.radius_m())
    local = local_pairs(*_of_faces(near, examined), len(segments.start), examined)
    seen = local.seen.views
    sightings = segment_sightings(seen.stars, seen.shadows, segments.start, segments.end, local.thing, local.view)
    numbers = _local_numbers(examined, local.used)
    centre = np.ascontiguousarray(examined.position[local.used])
    found: dict[View, Floats] = {
        view: drawn_lengths(segments, local.pairs, sightings, sectors_of(examined.views, local.used, view), centre, numbers)[0]
        for view in VIEWS
    }  # fmt: skip
    return found, shapely.length(inside)


def _summary(drawn: Floats) -> Floats:
    """Return mean, low and high over the draws (axis 1), shape (3, ...); nan where it is not known."""
    if drawn.shape[0] == 0:
        return np.zeros((3, 0, *drawn.shape[2:]))
    low, high = np.quantile(drawn, INTERVAL, axis=1)
    return np.stack([drawn.mean(axis=1), low, high])


def _table(sensitive: SensitivePlaces, viewing: Viewing, cells: list[_Cell]) -> gpd.GeoDataFrame:
    places, names = sensitive.places, viewing.ladder.names
    columns: dict[str, Floats] = {}

    def put(name: str, rows: NDArray[np.intp], values: Floats) -> None:
        columns.setdefault(name, np.full(len(places), np.nan))[rows] = values

    def put_interval(stem: str, suffix: str, rows: NDArray[np.intp], drawn: Floats) -> None:
        for name, values in zip(interval_columns(stem, suffix), _summary(drawn), strict=True):
            put(name, rows, values)

    no_cell = _Cell(np.empty(0, dtype=np.intp), {view: np.empty((0, 1), dtype=np.int64) for view in VIEWS},
                    np.empty((0, 1), dtype=np.int64), {view: np.empty((0, 1, len(names))) for view in VIEWS},
                    np.empty(0), np.empty((0, 1)), np.empty(0))  # fmt: skip
    for cell in [*cells, no_cell]:
        for view in VIEWS:
            for level, name in enumerate(names):
                reached = (cell.door_levels[view] > level).mean(axis=1)
                put(f"{view}_{name}_entrance_share", cell.rows, reached)
                put_interval(f"{view}_{name}_approach", "share", cell.rows, cell.share[view][:, :, level])
        put_interval("camera", "count", cell.rows, cell.cameras.astype(float))
        put_interval("least_seen", "m", cell.rows, cell.least_m)
        put("approach_length_m", cell.rows, cell.length_m)
        is_known = ~np.isnan(cell.least_m).any(axis=1)
        put("unseen_way_share", cell.rows, np.where(is_known, (cell.least_m <= UNSEEN_M).mean(axis=1), np.nan))
    entrances = sensitive.entrances.groupby("place_id")["source"]
    frame = gpd.GeoDataFrame(
        {
            "kind": places["kind"],
            "name": places["name"],
            "entrance_count": entrances.size().reindex(places.index, fill_value=0).astype(np.int64),
            "entrance_source": entrances.first().reindex(places.index).astype(object),
            "is_way_known": ~np.isnan(columns["unseen_way_share"]),
            **{name: pd.Series(values, index=places.index) for name, values in columns.items()},
        },
        geometry=places.geometry,
        crs=places.crs,
    )
    return PLACE_EXPOSURE.checked(frame, names)
