"""Isovists: what each head may see behind the buildings, as exact polygons and as areas."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.kernels.directions import TURN
from overseen.kernels.layers import Regions, regions
from overseen.kernels.sections import clip_corners, section_areas
from overseen.kernels.sectors import sector_areas
from overseen.model.schema import ISOVISTS, VIEWS, View
from overseen.model.viewing import Viewing
from overseen.visibility.frustums import Sections, half_planes
from overseen.visibility.heads import HeadViews
from overseen.visibility.obstacles import Obstacles
from overseen.visibility.profile_views import ProfileShapes
from overseen.visibility.scenery import HeadViewsByHeight, Views

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CentralViews:
    """What every head may see with all unknowns at their centre, in the order of the heads.

    ``is_envelope`` says where the bearing is open in a view, so that the whole circle stands for it. ``section`` is what the
    tilt leaves of the others.
    """

    bearing_deg: Floats
    width_deg: dict[View, Floats]
    is_envelope: dict[View, NDArray[np.bool_]]
    reach_m: dict[View, Floats]
    section: Sections


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
    section = fixed.section.take((slice(None), 0))
    half = np.where(may_turn | no_bearing | is_all_round, np.nan, section.half_deg)
    return CentralViews(fixed.bearing_deg[:, 0], width, envelope, reach, section._replace(half_deg=half))


def profile_central_views(heads: pd.DataFrame, viewing: Viewing, *, north_deg: Floats) -> CentralViews:
    """Return the views of heads under a published model, the whole circle where a bearing is drawn."""
    shapes = ProfileShapes(heads, viewing)
    width = np.where(shapes.is_drawn, 360.0, shapes.width_deg)
    return CentralViews(
        shapes.bearing_deg(north_deg)[:, 0],
        dict.fromkeys(VIEWS, width),
        dict.fromkeys(VIEWS, shapes.is_drawn),
        dict.fromkeys(VIEWS, shapes.reach_m),
        shapes.sections((len(heads),)),
    )


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


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields of n views, one row each: what is cut out of a view all round.

    Parameters
    ----------
    lens
        Row of the views that is cut, shape (n,).
    axis_rad, width_rad
        Axis, counter-clockwise from east, and angle of view; 2 pi: all round.
    reach_m
        Horizontal reach; 0: nothing.
    section
        What a known tilt leaves of the field, shape (n,).
    """

    lens: NDArray[np.int64]
    axis_rad: Floats
    width_rad: Floats
    reach_m: Floats
    section: Sections

    def take(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Fields:
        """Return some of them."""
        return Fields(
            self.lens[rows],
            self.axis_rad[rows],
            self.width_rad[rows],
            self.reach_m[rows],
            self.section.take(rows),
        )

    def start_rad(self) -> Floats:
        """Return where each sector begins, 0..2 pi."""
        return np.mod(self.axis_rad - self.width_rad / 2.0, TURN)


def outlines_of(seen: Views, vertex: Floats, fields: Fields, chord_tolerance_m: float) -> NDArray[np.object_]:
    """Return what is in view in each field as geometries; ``vertex`` are those of the chains that the views were made of."""
    is_tilted = fields.section.is_tilted()
    # A section may reach behind its lens: it is cut out of the whole circle.
    start = np.where(is_tilted, 0.0, fields.start_rad())
    sector = np.column_stack([start, np.where(is_tilted, TURN, fields.width_rad), fields.reach_m])
    shapes = polygons_of(regions(seen.stars, seen.shadows, vertex, fields.lens, sector, chord_tolerance_m))
    tilted = np.flatnonzero(is_tilted)
    if len(tilted):
        few = fields.take(tilted)
        points, offsets = clip_corners(half_planes(few.axis_rad, few.section), few.reach_m)
        points += np.repeat(seen.stars.centre[few.lens], np.diff(offsets), axis=0)
        clips = np.full(len(tilted), shapely.Polygon(), dtype=object)
        is_some = np.diff(offsets) > 0
        rings = np.concatenate([[0], offsets[1:][is_some]])
        clips[is_some] = shapely.from_ragged_array(shapely.GeometryType.POLYGON, points, (rings, np.arange(len(rings))))
        shapes[tilted] = _areas_only(shapely.intersection(shapes[tilted], clips))
    return shapes


def _areas_only(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return shapes without the points and lines in which areas only touched."""
    shapes = shapes.copy()
    mixed = np.flatnonzero(~np.isin(shapely.get_type_id(shapes), (3, 6)))
    for row in mixed:
        shapes[row] = shapely.union_all([part for part in shapely.get_parts(shapes[row]) if part.area > 0.0])
        if shapes[row].is_empty:
            shapes[row] = shapely.Polygon()
    return shapes


def areas_of(seen: Views, fields: Fields) -> Floats:
    """Return the exact area in view in each field, true arcs included, m2."""
    areas = sector_areas(seen.stars, seen.shadows, fields.lens, fields.start_rad(), fields.width_rad, fields.reach_m)
    tilted = np.flatnonzero(fields.section.is_tilted())
    if len(tilted):
        few = fields.take(tilted)
        areas[tilted] = section_areas(
            seen.stars, seen.shadows, few.lens, half_planes(few.axis_rad, few.section), few.reach_m
        )
    return areas


def isovist_table(
    seen: Views, obstacles: Obstacles, heads: pd.DataFrame, views: CentralViews, viewing: Viewing, *, crs: object
) -> gpd.GeoDataFrame:
    """Return table ``isovists``: for each head (a view of ``seen``, in order), view and level with any area, a row."""
    count, levels = len(heads), viewing.ladder.names
    lens, view_number, level_number = (
        grid.ravel() for grid in np.meshgrid(np.arange(count), np.arange(2), np.arange(len(levels)), indexing="ij")
    )
    reach = np.stack([views.reach_m[view] for view in VIEWS])[view_number, lens, level_number]
    kept = np.flatnonzero(reach > 0.0)
    lens, view_number, level_number, reach = lens[kept], view_number[kept], level_number[kept], reach[kept]
    width_deg = np.stack([views.width_deg[view] for view in VIEWS])[view_number, lens]
    fields = Fields(
        lens,
        np.radians(90.0 - views.bearing_deg[lens]),
        np.minimum(np.radians(width_deg), TURN),
        reach,
        views.section.take(lens),
    )
    polygons = outlines_of(seen, obstacles.chains.vertex, fields, viewing.chord_tolerance_m)
    near = np.where(fields.section.is_tilted(), np.maximum(fields.section.near_m, 0.0), np.nan)
    far = np.where(fields.section.is_tilted() & np.isfinite(fields.section.far_m), fields.section.far_m, np.nan)
    head_id, camera_id = heads.index.to_numpy(dtype=object)[lens], heads["camera_id"].to_numpy(dtype=object)[lens]
    view_name, level_name = np.array(VIEWS, dtype=object)[view_number], np.array(levels, dtype=object)[level_number]
    frame = gpd.GeoDataFrame(
        {
            "camera_id": camera_id,
            "head_id": head_id,
            "view": view_name,
            "level": level_name,
            "is_envelope": np.stack([views.is_envelope[view] for view in VIEWS])[view_number, lens],
            "field_of_view_deg": width_deg,
            "reach_m": reach,
            "dead_zone_m": near,
            "far_limit_m": far,
            "area_m2": shapely.area(polygons),
            "analytic_area_m2": areas_of(seen, fields),
        },
        geometry=polygons,
        crs=crs,
        index=pd.Index(head_id + "|" + view_name + "|" + level_name, name="isovist_id"),
    )
    return ISOVISTS.checked(frame[~shapely.is_empty(polygons)])


def drawn_areas(seen: HeadViewsByHeight, views: HeadViews, view: View) -> Floats:
    """Return the exact area in view of each head, draw and level, m2, shape (n, draws, levels)."""
    shape = views.reach_m[view].shape
    sets = seen.of_set.shape[1]
    lens = seen.first[:-1, None] + seen.of_set[:, np.arange(shape[1]) % sets]
    width = np.minimum(np.radians(views.width_deg[view]), TURN)
    row = np.repeat(np.arange(shape[0] * shape[1]), shape[2])
    fields = Fields(
        lens.ravel()[row],
        np.radians(90.0 - views.bearing_deg).ravel()[row],
        width.ravel()[row],
        views.reach_m[view].ravel(),
        Sections(*(values.ravel()[row] for values in views.section)),
    )
    return areas_of(seen.views, fields).reshape(shape)


def drawn_outlines(
    seen: HeadViewsByHeight, views: HeadViews, vertex: Floats, *, view: View, draw: int, level: int, viewing: Viewing
) -> NDArray[np.object_]:
    """Return the isovist of each head in one draw at one level, shape (n,); arcs are inscribed chords."""
    lens = seen.first[:-1] + seen.of_set[:, draw % seen.of_set.shape[1]]
    fields = Fields(
        lens,
        np.radians(90.0 - views.bearing_deg[:, draw]),
        np.minimum(np.radians(views.width_deg[view][:, draw]), TURN),
        np.ascontiguousarray(views.reach_m[view][:, draw, level]),
        views.section.take((slice(None), draw)),
    )
    return outlines_of(seen.views, vertex, fields, viewing.chord_tolerance_m)
