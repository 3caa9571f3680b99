"""The layers of the moving map: which shapes of an assessment stand in its tiles, with which tags, from which zoom on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from overseen.assessment.findings import Assessment
from overseen.kernels.tile_features import AREAS, LINES, POINTS
from overseen.report.map_classes import names_of, view_tags
from overseen.report.map_fineness import LAST_ZOOM, Fineness
from overseen.report.map_steps import step_tags
from overseen.report.map_streets import street_layers
from overseen.report.map_tables import place_rows, square_rows
from overseen.report.map_views import camera_views, inside_boundary
from overseen.report.vector_tiles import TileLayer, world_shapes

GROUND_KINDS = ("garden", "private")


def map_layers(assessment: Assessment, fineness: Fineness) -> tuple[TileLayer, ...]:
    """Return every layer that has any shape."""
    zooms = range(fineness.first_zoom, LAST_ZOOM + 1)
    layers = (
        *_ground_layers(assessment, fineness, zooms),
        _area_layer(assessment, zooms),
        _home_layer(assessment, zooms),
        _lacking_layer(assessment, zooms),
        *_square_layers(assessment, zooms),
        *street_layers(assessment, fineness, zooms),
        *_view_layers(assessment, fineness),
        *_point_layers(assessment, fineness, zooms),
    )
    return tuple(layer for layer in layers if len(layer.shapes))


def _smaller(zooms: range, px: float) -> dict[int, float]:
    """Return the smallest side drawn at each zoom but the last."""
    return dict.fromkeys(zooms[:-1], px)


def _ground_layers(assessment: Assessment, fineness: Fineness, zooms: range) -> list[TileLayer]:
    city, land = assessment.city, assessment.city.land
    inside = city.buildings.geometry
    near = range(max(zooms[0], 12), zooms.stop) if fineness.is_large else zooms
    boundary = gpd.GeoSeries([city.boundary.boundary], crs=inside.crs)
    return [
        _plain("green", AREAS, land.geometry[land["kind"] == "green"], zooms, _smaller(zooms, 2.0)),
        _plain("water", AREAS, land.geometry[land["kind"] == "water"], zooms, _smaller(zooms, 1.0)),
        _plain("ground", AREAS, land.geometry[land["kind"].isin(GROUND_KINDS)], zooms, _smaller(zooms, 2.0)),
        _plain("buildings", AREAS, inside, near, _smaller(zooms, 2.5 if fineness.is_large else 1.0),
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


def _area_layer(assessment: Assessment, zooms: range) -> TileLayer:
    areas = assessment.areas
    shapes = world_shapes(inside_boundary(assessment, areas.geometry))
    length = areas["length_m"].to_numpy(dtype=float)
    tags = view_tags(assessment, areas, "length_m", length)
    return TileLayer("areas", AREAS, shapes, np.arange(len(areas)), zooms, tags=tags)


def _home_layer(assessment: Assessment, zooms: range) -> TileLayer:
    homes = assessment.private_areas
    shapes = world_shapes(inside_boundary(assessment, homes.geometry))
    count = homes["dwelling_count"].to_numpy(dtype=float)
    tags = view_tags(assessment, homes, "dwelling_count", np.where(count > 0.0, count, np.nan))
    return TileLayer("homes", AREAS, shapes, np.arange(len(homes)), zooms, tags=tags)


def _lacking_layer(assessment: Assessment, zooms: range) -> TileLayer:
    """Return the cells in which the map lacks buildings, so that views there are upper bounds."""
    cells = assessment.completeness
    shapes = inside_boundary(assessment, cells.geometry[cells["status"] == "missing"])
    return _plain("lacking", AREAS, shapes[~shapes.is_empty], zooms, {})


def _square_layers(assessment: Assessment, zooms: range) -> list[TileLayer]:
    """Return the squares, and a point in each for its name; of one name the largest has it."""
    squares = square_rows(assessment)
    if squares.empty:
        return []
    shapes, names = world_shapes(squares.geometry), names_of(squares["name"])
    named = (
        squares[squares["name"].notna()].sort_values("area_m2", ascending=False, kind="stable").drop_duplicates("name")
    )
    rows = np.sort(squares.index.get_indexer(named.index))
    points = np.asarray(shapely.point_on_surface(shapes[rows]), dtype=object)
    return [
        TileLayer("squares", AREAS, shapes, np.arange(len(squares)), zooms, least_px=_smaller(zooms, 1.0)),
        TileLayer("square_names", POINTS, points, rows, zooms[-2:], tags={"name": [names[row] for row in rows]}),
    ]


def _point_layers(assessment: Assessment, fineness: Fineness, zooms: range) -> list[TileLayer]:
    cameras = assessment.cameras
    only_a, only_b = only_here(assessment)
    tags: dict[str, Any] = {"examined": cameras["is_examined"].astype(int).tolist(), **step_tags(assessment), **only_a}
    layers = [
        TileLayer(
            "cameras",
            POINTS,
            world_shapes(cameras.geometry),
            np.arange(len(cameras)),
            zooms,
            tags=tags,
            is_once_per_px=fineness.is_large,
        )
    ]
    if assessment.rival is not None:
        others = assessment.rival.b.cameras
        tags = {"examined": others["is_examined"].astype(int).tolist(), **only_b}
        layers.append(
            TileLayer(
                "cameras_b",
                POINTS,
                world_shapes(others.geometry),
                np.arange(len(others)),
                zooms,
                tags=tags,
                is_once_per_px=fineness.is_large,
            )
        )
    places = place_rows(assessment)
    if len(places):
        names = {"name": names_of(places["name"])}
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
    own = camera_views(assessment, assessment.isovists, assessment.cameras.index, fineness.view_m)
    only_a, only_b = only_here(assessment)
    layers = [_view_layer("views", own, {**step_tags(assessment), **only_a}, fineness)]
    rival = assessment.rival
    if rival is not None and rival.b.isovists is not None:
        other = camera_views(assessment, rival.b.isovists, rival.b.cameras.index, fineness.view_m)
        layers.append(_view_layer("views_b", other, only_b, fineness))
    return layers


def _view_layer(
    name: str, views: gpd.GeoDataFrame, of_camera: Mapping[str, Sequence[int]], fineness: Fineness
) -> TileLayer:
    """Return a layer of views; ``of_camera`` holds tags of all cameras of the list."""
    zooms = range(fineness.view_zoom, LAST_ZOOM + 1)
    tags = {tag: np.asarray(values)[views["camera"]].tolist() for tag, values in of_camera.items()}
    own = {"in": views["shown_in"].tolist(), "open": views["is_envelope"].astype(int).tolist()}
    return TileLayer(name, AREAS, world_shapes(views.geometry), views["camera"].to_numpy(), zooms,
                     tags={**own, **tags}, coarser=2 if fineness.is_large else 1)  # fmt: skip
