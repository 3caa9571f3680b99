"""Isovists: what each head may see behind the buildings, as exact polygons and as areas."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.kernels.layers import Regions, regions
from overseen.kernels.sectors import sector_areas
from overseen.model.schema import ISOVISTS, VIEWS, View
from overseen.model.viewing import Viewing
from overseen.visibility.heads import HeadViews
from overseen.visibility.obstacles import Obstacles
from overseen.visibility.scenery import HeadViewsByHeight, Views

Floats = NDArray[np.float64]


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


def polygons_of(found: Regions) -> NDArray[np.object_]:
    """Return regions as geometries: a polygon, a multipolygon where the view has islands, an empty polygon where it is empty.

    Every one is valid: the few whose rings touch themselves are put in order by shapely, which moves no point.
    """
    parts = shapely.from_ragged_array(
        shapely.GeometryType.POLYGON, found.point, (found.ring_offsets, found.polygon_offsets)
    )
    counts = np.diff(found.offsets)
    shapes = np.full(len(counts), shapely.Polygon(), dtype=object)
    is_single = counts == 1
    shapes[is_single] = parts[found.offsets[:-1][is_single]]
    several = np.flatnonzero(counts > 1)
    if len(several):
        owner = np.repeat(np.arange(len(counts)), counts)
        is_part = counts[owner] > 1
        shapely.multipolygons(parts[is_part], indices=owner[is_part], out=shapes)
    broken = np.flatnonzero(~shapely.is_valid(shapes))
    shapes[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    return shapes


def isovist_table(
    seen: Views, obstacles: Obstacles, heads: pd.DataFrame, views: CentralViews, viewing: Viewing, *, crs: object
) -> gpd.GeoDataFrame:
    """Return table ``isovists``: for each head (a view of ``seen``, in order), view and level with any area, a row."""
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
    polygons = polygons_of(
        regions(seen.stars, seen.shadows, obstacles.chains.vertex, lens, sector, viewing.chord_tolerance_m)
    )
    analytic = sector_areas(seen.stars, seen.shadows, lens, start, turn, reach)
    kept = ~shapely.is_empty(polygons)
    lens, view_number, level_number = lens[kept], view_number[kept], level_number[kept]
    width, reach, is_envelope = width[kept], reach[kept], is_envelope[kept]
    polygons, analytic = polygons[kept], analytic[kept]
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
            "analytic_area_m2": analytic,
        },
        geometry=polygons,
        crs=crs,
        index=pd.Index(head_id + "|" + view_name + "|" + level_name, name="isovist_id"),
    )
    return ISOVISTS.checked(frame)


def drawn_areas(seen: HeadViewsByHeight, views: HeadViews, view: View) -> Floats:
    """Return the exact area in view of each head, draw and level, m2, shape (n, draws, levels)."""
    shape = views.reach_m[view].shape
    sets = seen.of_set.shape[1]
    lens = seen.first[:-1, None] + seen.of_set[:, np.arange(shape[1]) % sets]
    turn = np.minimum(np.radians(views.width_deg[view]), 2.0 * np.pi)
    start = np.mod(np.radians(90.0 - views.bearing_deg) - turn / 2.0, 2.0 * np.pi)
    wide, begin, of_lens = (
        np.ascontiguousarray(np.broadcast_to(values[..., None], shape)).ravel() for values in (turn, start, lens)
    )
    reach = views.reach_m[view].ravel()
    return sector_areas(seen.views.stars, seen.views.shadows, of_lens, begin, wide, reach).reshape(shape)
