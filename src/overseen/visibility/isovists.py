"""Isovists: what each head may see behind the buildings, as exact polygons and as areas."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.kernels.sectors import sector_areas, sector_outlines
from overseen.kernels.stars import Stars, stars
from overseen.kernels.walls import Walls, wall_grid
from overseen.model.schema import ISOVISTS, VIEWS, View
from overseen.model.viewing import Viewing
from overseen.visibility.heads import HeadViews

Floats = NDArray[np.float64]

SHORTEST_RADIUS_M = 1.0
"""A star is made at least this wide, so that a head that reaches nothing is still a lens with a view."""


def building_walls(buildings: gpd.GeoDataFrame) -> Walls:
    """Return the walls of footprints, courtyards included, ready for :func:`wide_stars`.

    Rings are turned so that the inside lies to the left of every wall. A footprint that is not valid (self-crossing) has no
    inside to speak of: its walls block from both sides.
    """
    footprints = buildings.geometry.to_numpy()
    is_crossed = ~shapely.is_valid(footprints)
    polygons, owner = shapely.get_parts(shapely.orient_polygons(footprints), return_index=True)
    rings, part = shapely.get_rings(polygons, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    if len(points) == 0:
        nothing = np.empty((0, 2))
        return wall_grid(nothing, nothing, np.empty(0, dtype=bool))
    same_ring = ring[:-1] == ring[1:]
    start, end = points[:-1][same_ring], points[1:][same_ring]
    is_two_sided = is_crossed[owner[part[ring[:-1][same_ring]]]]
    has_length = (start != end).any(axis=1)
    return wall_grid(
        np.ascontiguousarray(start[has_length]), np.ascontiguousarray(end[has_length]), is_two_sided[has_length]
    )


def wide_stars(walls: Walls, position: Floats, radius_m: Floats) -> Stars:
    """Return the view all round each position, ``position`` (n, 2) in m, out to ``radius_m`` (n,)."""
    return stars(walls, np.ascontiguousarray(position), np.maximum(radius_m, SHORTEST_RADIUS_M))


@dataclass(frozen=True, slots=True)
class CentralViews:
    """What every head may see with all unknowns at their centre, in the order of the heads.

    ``is_envelope`` says where the bearing is open in a view, so that the whole circle stands for it.
    """

    bearing_deg: Floats
    width_deg: dict[View, Floats]
    is_envelope: dict[View, NDArray[np.bool_]]
    reach_m: dict[View, Floats]


def central_views(fixed: HeadViews, turning: HeadViews, heads: pd.DataFrame) -> CentralViews:
    """Return the central views of heads from views drawn with every unknown at its centre.

    Parameters
    ----------
    fixed, turning
        First draw with the share of turning cameras at 0 and at 1; a head of unknown kind gets the longer reach of both.
    heads
        Table ``heads`` with the column ``kind``.
    """
    no_bearing = heads["bearing_deg"].isna().to_numpy()
    turns, may_turn = fixed.is_turning[:, 0], turning.is_turning[:, 0]
    is_all_round = (heads["kind"] == "panorama").to_numpy()
    width: dict[View, Floats] = {}
    envelope: dict[View, NDArray[np.bool_]] = {}
    reach: dict[View, Floats] = {}
    for view in VIEWS:
        is_open = (no_bearing | turns) & ~is_all_round
        if view == "reachable":
            is_open &= ~turns
        envelope[view] = is_open
        width[view] = np.where(is_open | may_turn | is_all_round, 360.0, fixed.width_deg[view][:, 0])
        reach[view] = np.maximum(fixed.reach_m[view][:, 0], turning.reach_m[view][:, 0])
    return CentralViews(fixed.bearing_deg[:, 0], width, envelope, reach)


def isovist_table(
    star_set: Stars, walls: Walls, heads: pd.DataFrame, views: CentralViews, viewing: Viewing, *, crs: object
) -> gpd.GeoDataFrame:
    """Return table ``isovists``: for each head (a lens of ``star_set``, in order), view and level with any reach, a row."""
    count, levels = len(heads), viewing.ladder.names
    lens, view_number, level_number = (
        grid.ravel() for grid in np.meshgrid(np.arange(count), np.arange(2), np.arange(len(levels)), indexing="ij")
    )
    width = np.stack([views.width_deg[view] for view in VIEWS])[view_number, lens]
    reach = np.stack([views.reach_m[view] for view in VIEWS])[view_number, lens, level_number]
    is_envelope = np.stack([views.is_envelope[view] for view in VIEWS])[view_number, lens]
    kept = reach > 0.0
    lens, view_number, level_number = lens[kept], view_number[kept], level_number[kept]
    width, reach, is_envelope = width[kept], reach[kept], is_envelope[kept]
    turn = np.minimum(np.radians(width), 2.0 * np.pi)
    start = np.mod(np.radians(90.0 - views.bearing_deg[lens]) - turn / 2.0, 2.0 * np.pi)
    sector = np.column_stack([start, turn, reach])
    points, offsets = sector_outlines(star_set, walls.start, walls.end, lens, sector, viewing.chord_tolerance_m)
    polygons = shapely.from_ragged_array(
        shapely.GeometryType.POLYGON, points, (offsets, np.arange(len(lens) + 1, dtype=np.int64))
    )
    head_id, camera_id = heads.index.to_numpy(dtype=object)[lens], heads["camera_id"].to_numpy(dtype=object)[lens]
    view_name, level_name = np.array(VIEWS, dtype=object)[view_number], np.array(levels, dtype=object)[level_number]
    frame = gpd.GeoDataFrame(
        {
            "camera_id": camera_id,
            "head_id": head_id,
            "view": view_name,
            "level": level_name,
            "is_envelope": is_envelope,
            "field_of_view_deg": width,
            "reach_m": reach,
            "area_m2": shapely.area(polygons),
            "analytic_area_m2": sector_areas(star_set, lens, start, turn, reach),
        },
        geometry=polygons,
        crs=crs,
        index=pd.Index(head_id + "|" + view_name + "|" + level_name, name="isovist_id"),
    )
    return ISOVISTS.checked(frame)


def drawn_areas(star_set: Stars, views: HeadViews, view: View) -> Floats:
    """Return the exact area in view of each head, draw and level, m2, shape (n, draws, levels)."""
    shape = views.reach_m[view].shape
    lens = np.repeat(np.arange(shape[0]), shape[1] * shape[2])
    turn = np.minimum(np.radians(views.width_deg[view]), 2.0 * np.pi)
    start = np.mod(np.radians(90.0 - views.bearing_deg) - turn / 2.0, 2.0 * np.pi)
    wide = np.broadcast_to(turn[..., None], shape).ravel()
    begin = np.broadcast_to(start[..., None], shape).ravel()
    return sector_areas(star_set, lens, begin, wide, views.reach_m[view].ravel()).reshape(shape)
