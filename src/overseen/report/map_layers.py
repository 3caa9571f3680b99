"""The layers of the moving map: which shapes of an assessment stand in its tiles, with which tags, from which zoom on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.assessment.findings import Assessment
from overseen.exposure.named_streets import BETWEEN
from overseen.kernels.tile_features import AREAS, LINES, POINTS
from overseen.model.schema import VIEWS
from overseen.report.map_steps import step_tags, street_steps
from overseen.report.map_tables import place_rows, rival_streets, square_rows, street_rows
from overseen.report.map_views import camera_views, inside_boundary
from overseen.report.vector_tiles import TILE_PX, TileLayer, pixel_m, world_shapes

LAST_ZOOM = 14
"""Tiles of this zoom hold everything; nearer ones are drawn from them."""

NARROW_PX = 300
"""The whole city is to fit into a window so wide."""

MANY_CAMERAS = 5_000
MANY_BUILDINGS = 100_000
"""From either on a city is large: its map is simplified more."""

SHARE_EDGES = (1e-9, 0.1, 0.4, 0.7)
"""Shares from which the second, third, ... colour begins."""

SHARE_CLASSES = len(SHARE_EDGES) + 1
WITHHELD = SHARE_CLASSES
"""Class of an area whose number is not published."""

CLASS_BASE = 6
"""Classes of all levels stand in one whole number, the lowest level in its last place."""

GROUND_KINDS = ("garden", "private")


@dataclass(frozen=True, slots=True)
class Fineness:
    """How finely a city is drawn.

    Parameters
    ----------
    first_zoom
        From which on there are tiles.
    view_zoom
        From which on single views are drawn.
    extent
        Units along the side of a tile.
    view_m
        How far the drawn edge of a view may lie from the true one, m.
    building_px
        The same of buildings at the last zoom, pixels.
    grid_m
        Width of a unit at the last zoom, m.
    """

    first_zoom: int
    view_zoom: int
    extent: int
    view_m: float
    building_px: float
    grid_m: float


def fineness_of(assessment: Assessment) -> Fineness:
    """Return how finely the city of an assessment is drawn."""
    west, south, east, north = degree_box(assessment)
    widths = world_shapes(gpd.GeoSeries([shapely.box(west, south, east, north)], crs=4326))
    x_low, y_low, x_high, y_high = shapely.bounds(widths[0])
    wide = max(x_high - x_low, y_high - y_low, 1e-9)
    first = min(max(math.floor(math.log2(NARROW_PX / TILE_PX / wide)), 0), LAST_ZOOM)
    is_large = len(assessment.cameras) >= MANY_CAMERAS or len(assessment.city.buildings) >= MANY_BUILDINGS
    extent = 4_096 if is_large else 8_192
    grid = pixel_m(LAST_ZOOM, (south + north) / 2.0) * TILE_PX / extent
    if is_large:
        return Fineness(first, LAST_ZOOM, extent, 1.0, 0.15, grid)
    return Fineness(first, first, extent, 0.25, 0.0, grid)


def degree_box(assessment: Assessment) -> tuple[float, float, float, float]:
    """Return west, south, east and north of the study boundary, degrees."""
    city = assessment.city
    box = gpd.GeoSeries([city.boundary], crs=city.buildings.crs).to_crs(4326).total_bounds
    west, south, east, north = (round(float(value), 6) for value in box)
    return west, south, east, north


def map_layers(assessment: Assessment, fineness: Fineness) -> tuple[TileLayer, ...]:
    """Return every layer that has any shape."""
    zooms = range(fineness.first_zoom, LAST_ZOOM + 1)
    layers = (
        *_ground_layers(assessment, fineness, zooms),
        _area_layer(assessment, zooms),
        _home_layer(assessment, zooms),
        _lacking_layer(assessment, zooms),
        _square_layer(assessment, zooms),
        *_street_layers(assessment, fineness, zooms),
        *_view_layers(assessment, fineness),
        *_point_layers(assessment, zooms),
    )
    return tuple(layer for layer in layers if len(layer.shapes))


def _smaller(zooms: range, px: float) -> dict[int, float]:
    """Return the smallest side drawn at each zoom but the last."""
    return dict.fromkeys(zooms[:-1], px)


def _ground_layers(assessment: Assessment, fineness: Fineness, zooms: range) -> list[TileLayer]:
    city, land = assessment.city, assessment.city.land
    inside = city.buildings.geometry
    small = fineness.view_zoom > fineness.first_zoom
    least = {zoom: 2.0 if zoom == LAST_ZOOM - 1 else 2.5 for zoom in zooms[:-1]} if small else {}
    boundary = gpd.GeoSeries([city.boundary.boundary], crs=inside.crs)
    return [
        _plain("green", AREAS, land.geometry[land["kind"] == "green"], zooms, _smaller(zooms, 2.0)),
        _plain("water", AREAS, land.geometry[land["kind"] == "water"], zooms, _smaller(zooms, 1.0)),
        _plain("ground", AREAS, land.geometry[land["kind"].isin(GROUND_KINDS)], zooms, _smaller(zooms, 2.0)),
        _plain("buildings", AREAS, inside, zooms if not small else range(max(zooms[0], 12), zooms.stop), least,
               last_px=fineness.building_px),
        _plain("boundary", LINES, boundary, zooms, {}),
    ]  # fmt: skip


def _plain(
    name: str, kind: int, shapes: gpd.GeoSeries, zooms: range, least: Mapping[int, float], *, last_px: float = 0.0
) -> TileLayer:
    return TileLayer(
        name,
        kind,
        world_shapes(shapes),
        np.zeros(len(shapes), dtype=np.int64),
        zooms,
        least_px=least,
        simplified_last_px=last_px,
    )


def share_classes(shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the class of each share, 0 for nothing; ``WITHHELD`` for one that is not known.

    Examples
    --------
    >>> share_classes(np.array([0.0, 0.05, 0.1, 0.69, 1.0, np.nan])).tolist()
    [0, 1, 2, 3, 4, 5]
    """
    found = np.searchsorted(SHARE_EDGES, np.nan_to_num(shares), side="right")
    return np.where(np.isnan(shares), WITHHELD, found).astype(np.int64)


def _packed_classes(table: pd.DataFrame, columns: Sequence[str], of: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the classes of several columns beside ``of`` as one number, the first in the last place."""
    total = np.zeros(len(table), dtype=np.int64)
    with np.errstate(divide="ignore", invalid="ignore"):
        for place, column in enumerate(columns):
            share = table[column].to_numpy(dtype=float) / of
            total += share_classes(share) * CLASS_BASE**place
    return total


def _view_tags(assessment: Assessment, table: pd.DataFrame, stem: str, of: NDArray[np.float64]) -> dict[str, Any]:
    names = assessment.viewing.ladder.names
    return {view: _packed_classes(table, [f"{view}_{level}_{stem}" for level in names], of).tolist() for view in VIEWS}


def _area_layer(assessment: Assessment, zooms: range) -> TileLayer:
    areas = assessment.areas
    shapes = world_shapes(inside_boundary(assessment, areas.geometry))
    length = areas["length_m"].to_numpy(dtype=float)
    tags = _view_tags(assessment, areas, "length_m", length)
    return TileLayer("areas", AREAS, shapes, np.arange(len(areas)), zooms, tags=tags)


def _home_layer(assessment: Assessment, zooms: range) -> TileLayer:
    homes = assessment.private_areas
    shapes = world_shapes(inside_boundary(assessment, homes.geometry))
    count = homes["dwelling_count"].to_numpy(dtype=float)
    tags = _view_tags(assessment, homes, "dwelling_count", np.where(count > 0.0, count, np.nan))
    return TileLayer("homes", AREAS, shapes, np.arange(len(homes)), zooms, tags=tags)


def _lacking_layer(assessment: Assessment, zooms: range) -> TileLayer:
    """Return the cells in which the map lacks buildings, so that views there are upper bounds."""
    cells = assessment.completeness
    shapes = inside_boundary(assessment, cells.geometry[cells["status"] == "missing"])
    return _plain("lacking", AREAS, shapes[~shapes.is_empty], zooms, {})


def _square_layer(assessment: Assessment, zooms: range) -> TileLayer:
    squares = square_rows(assessment)
    if squares.empty:
        return _plain("squares", AREAS, gpd.GeoSeries([], crs=assessment.city.buildings.crs), zooms, {})
    return TileLayer("squares", AREAS, world_shapes(squares.geometry), np.arange(len(squares)), zooms,
                     tags={"name": _names(squares["name"])}, least_px=_smaller(zooms, 1.0))  # fmt: skip


def _names(values: pd.Series) -> list[str | None]:
    return [None if is_missing else str(value) for value, is_missing in zip(values, values.isna(), strict=True)]


def _street_layers(assessment: Assessment, fineness: Fineness, zooms: range) -> list[TileLayer]:
    streets = street_rows(assessment)
    length = streets["length_m"].to_numpy(dtype=float)
    tags = _view_tags(assessment, streets, "length_m", length)
    rival = rival_streets(assessment)
    levels = assessment.viewing.ladder.names
    if rival is not None and all(f"{view}_{level}_length_m" in rival for view in VIEWS for level in levels):
        tags |= {f"b_{view}": column for view, column in _view_tags(assessment, rival, "length_m", length).items()}
    on = street_steps(assessment)
    if on is not None:
        tags["steps"] = (on * (1 << np.arange(on.shape[1]))).sum(axis=1).tolist()
    least = dict.fromkeys(range(zooms[0], min(12, LAST_ZOOM)), 1.5) if fineness.view_zoom > fineness.first_zoom else {}
    layer = TileLayer(
        "streets", LINES, world_shapes(streets.geometry), np.arange(len(streets)), zooms, tags=tags, least_px=least
    )
    return [layer, _street_names(assessment, streets, zooms)]


def _street_names(assessment: Assessment, streets: gpd.GeoDataFrame, zooms: range) -> TileLayer:
    """Return whole named streets, for their names; long ones from afar."""
    named = assessment.named_streets
    names = [str(name) for name in named["name"]]
    pieces = named["street_ids"].str.split(BETWEEN, regex=False)
    row = (
        np.repeat(np.arange(len(named)), pieces.map(len).to_numpy(dtype=np.int64))
        if len(named)
        else np.empty(0, np.int64)
    )
    where = streets.index.get_indexer([name for some in pieces for name in some])
    shapes = streets.geometry.to_numpy()[where[where >= 0]]
    row = row[where >= 0]
    present, first = np.unique(row, return_index=True)
    merged = (
        [shapely.line_merge(shapely.multilinestrings(list(some))) for some in np.split(shapes, first[1:])]
        if len(row)
        else []
    )
    courses = gpd.GeoSeries(merged, crs=streets.crs)
    # A name needs about so many pixels of street.
    least = dict.fromkeys(zooms[:-1], 120.0)
    return TileLayer("street_names", LINES, world_shapes(courses), present.astype(np.int64), zooms[-3:],
                     tags={"name": [names[place] for place in present]}, least_px=least)  # fmt: skip


def _point_layers(assessment: Assessment, zooms: range) -> list[TileLayer]:
    cameras = assessment.cameras
    only_a, only_b = only_here(assessment)
    tags: dict[str, Any] = {"examined": cameras["is_examined"].astype(int).tolist(), **step_tags(assessment), **only_a}
    layers = [TileLayer("cameras", POINTS, world_shapes(cameras.geometry), np.arange(len(cameras)), zooms, tags=tags)]
    if assessment.rival is not None:
        others = assessment.rival.b.cameras
        tags = {"examined": others["is_examined"].astype(int).tolist(), **only_b}
        layers.append(
            TileLayer("cameras_b", POINTS, world_shapes(others.geometry), np.arange(len(others)), zooms, tags=tags)
        )
    places = place_rows(assessment)
    if len(places):
        names = {"name": _names(places["name"])}
        layers.append(
            TileLayer("places", POINTS, world_shapes(places.geometry), np.arange(len(places)), zooms, tags=names)
        )
    return layers


def only_here(assessment: Assessment) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Return, for this plan and the one it is held against, the tag of cameras that the other has not; none without another."""
    rival = assessment.rival
    if rival is None:
        return {}, {}
    table = rival.cameras.table
    found = []
    for presence, column, cameras in (
        ("only_a", "camera_id_a", assessment.cameras.index),
        ("only_b", "camera_id_b", rival.b.cameras.index),
    ):
        alone = table.loc[table["presence"] == presence, column]
        found.append({"only": cameras.isin(alone).astype(int).tolist()})
    return found[0], found[1]


def _view_layers(assessment: Assessment, fineness: Fineness) -> list[TileLayer]:
    zooms = range(fineness.view_zoom, LAST_ZOOM + 1)
    own = camera_views(assessment, assessment.isovists, assessment.cameras.index, fineness.view_m)
    only_a, only_b = only_here(assessment)
    layers = [_view_layer("views", own, zooms, {**step_tags(assessment), **only_a})]
    rival = assessment.rival
    if rival is not None and rival.b.isovists is not None:
        other = camera_views(assessment, rival.b.isovists, rival.b.cameras.index, fineness.view_m)
        layers.append(_view_layer("views_b", other, zooms, only_b))
    return layers


def _view_layer(name: str, views: gpd.GeoDataFrame, zooms: range, of_camera: Mapping[str, Sequence[int]]) -> TileLayer:
    """Return a layer of views; ``of_camera`` holds tags of all cameras of the list."""
    tags = {tag: np.asarray(values)[views["camera"]].tolist() for tag, values in of_camera.items()}
    own = {"in": views["shown_in"].tolist(), "open": views["is_envelope"].astype(int).tolist()}
    return TileLayer(name, AREAS, world_shapes(views.geometry), views["camera"].to_numpy(), zooms, tags={**own, **tags})
