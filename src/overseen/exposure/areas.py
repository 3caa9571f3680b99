"""Exposure by area: street and public space in view over the draws, cameras, and ground by the number that see it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.exposure.cuts import cut_by_areas
from overseen.exposure.network import ExaminedHeads
from overseen.exposure.point_views import seen_points
from overseen.exposure.public_space import SPACING_M, PublicGround, public_ground
from overseen.exposure.streets import counted_streets, courses_inside, seen_courses
from overseen.model.city import City
from overseen.model.schema import AREAS, VIEWS, View
from overseen.model.viewing import Viewing
from overseen.visibility.cells import HERE, Work, cells_of, mapped, told_nobody
from overseen.visibility.coverage import coverage_of
from overseen.visibility.isovists import drawn_outlines

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

GRID_M = 500.0
"""Side of the squares that stand for areas where none are given; they hang on the frame's axes."""

COVERAGE_DRAWS = 20
"""Draws, evenly chosen, in which the ground is measured by the number of cameras that see it."""

HEADS_AT_ONCE = 2_000
"""Heads whose outlines are made together."""

OVERLAPS = 5
"""Ground is told apart by 1, 2, ... cameras that see it, the last class by that many or more."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Ground by area that cameras could look at, at the lowest level, in some draws.

    Parameters
    ----------
    seen_m2
        Area seen by exactly 1, 2, ... and at least ``OVERLAPS`` cameras, shape (areas, draws, OVERLAPS).
    camera_m2
        What one camera sees on average over all cameras that see anything, within the boundary or not, shape (draws,).
    """

    seen_m2: Floats
    camera_m2: Floats

    def effective_cameras(self) -> Floats:
        """Return how many average cameras without any overlap would see the same ground, shape (areas, draws)."""
        union = self.seen_m2.sum(axis=2)
        return np.divide(union, self.camera_m2, out=np.zeros_like(union), where=self.camera_m2 > 0.0)


@dataclass(frozen=True, slots=True)
class AreaExposure:
    """Exposure of areas, in their order, draw by draw.

    Parameters
    ----------
    areas
        Table ``areas``.
    is_grid
        Whether they are squares of our own, since none were given.
    length_m
        Counted street of each inside the boundary, shape (areas,).
    drawn_length_m
        Per view, metres of it in view, shape (areas, draws, levels).
    point_count, drawn_point_count
        The same of the sample points of public space.
    camera_count, head_count, operator_count
        Examined cameras and heads that stand in each, and the distinct named operators of those.
    ground
        Ground in view.
    """

    areas: gpd.GeoDataFrame
    is_grid: bool
    length_m: Floats
    drawn_length_m: dict[View, Floats]
    point_count: Integers
    drawn_point_count: dict[View, Integers]
    camera_count: Integers
    head_count: Integers
    operator_count: Integers
    ground: Ground

    def drawn_share(self, view: View, level: int) -> Floats:
        """Return the share of each area's street in view, shape (areas, draws); nan where there is no street."""
        length = np.where(self.length_m > 0.0, self.length_m, np.nan)
        return self.drawn_length_m[view][:, :, level] / length[:, None]


def area_exposure(
    city: City, examined: ExaminedHeads, viewing: Viewing, *, ground: PublicGround | None = None, work: Work = HERE
) -> AreaExposure:
    """Return what every area of a city undergoes; where it has none, squares of ``GRID_M`` stand for them.

    Streets are cut exactly where they cross a border: over areas that share the city out, sums are the city's. What lies
    outside the boundary is in no sum. The city's public ``ground`` is given where it is at hand.
    """
    ground = ground or public_ground(city)
    is_grid = city.areas.empty
    areas = grid_areas(city, GRID_M) if is_grid else city.areas
    shapes = shapely.make_valid(shapely.intersection(areas.geometry.to_numpy(), city.boundary))
    length_m, drawn = _drawn_lengths(city, shapes, examined, viewing, work)
    points, drawn_points = _drawn_points(ground, shapes, examined, viewing, work)
    counts = _standing(shapes, examined)
    seen = _ground(shapes, examined, viewing, work)
    return AreaExposure(areas, is_grid, length_m, drawn, points, drawn_points, *counts, seen)


def grid_areas(city: City, side_m: float) -> gpd.GeoDataFrame:
    """Return squares of a side that hang on the frame's axes and meet the boundary, as table ``areas``, residents unknown."""
    west, south, east, north = city.boundary.bounds
    columns = np.arange(np.floor(west / side_m), np.ceil(east / side_m))
    rows = np.arange(np.floor(south / side_m), np.ceil(north / side_m))
    x, y = (values.ravel() * side_m for values in np.meshgrid(columns, rows))
    squares = shapely.box(x, y, x + side_m, y + side_m)
    inside = shapely.area(shapely.intersection(squares, city.boundary)) / side_m**2
    kept = inside > 0.0
    names = [f"square {a / 1e3:g} {b / 1e3:g} km" for a, b in zip(x[kept], y[kept], strict=True)]
    frame = gpd.GeoDataFrame(
        {
            "name": np.full(len(names), None, dtype=object),
            "resident_count": np.full(len(names), np.nan),
            "inside_share": np.minimum(inside[kept], 1.0),
        },
        geometry=squares[kept],
        crs=city.buildings.crs,
        index=pd.Index(names, name="area_id", dtype=object),
    )
    return AREAS.checked(frame)


def _drawn_lengths(
    city: City, shapes: NDArray[np.object_], examined: ExaminedHeads, viewing: Viewing, work: Work
) -> tuple[Floats, dict[View, Floats]]:
    """Return counted street by area, m, and per view the metres in view, shape (areas, draws, levels)."""
    cuts = cut_by_areas(courses_inside(city)[counted_streets(city)], shapes)
    length_m = np.zeros(len(shapes))
    np.add.at(length_m, cuts.area, shapely.length(cuts.part))
    tree = examined.tree()

    def of_cell(rows: NDArray[np.intp]) -> tuple[NDArray[np.intp], dict[View, Floats]]:
        here, number = np.unique(cuts.area[rows], return_inverse=True)
        seen = seen_courses(cuts.part[rows], tree, examined)
        drawn: dict[View, Floats] = {}
        for view in VIEWS:
            metres, _ = seen.drawn(view, examined)
            drawn[view] = np.zeros((len(here), *metres.shape[1:]))
            np.add.at(drawn[view], number, metres)
        return here, drawn

    total = {view: np.zeros((len(shapes), viewing.draws, len(viewing.ladder.levels))) for view in VIEWS}
    first = shapely.get_coordinates(shapely.get_point(shapely.get_geometry(cuts.part, 0), 0))
    for here, drawn in mapped(of_cell, cells_of(first), work):
        for view in VIEWS:
            total[view][here] += drawn[view]
    return length_m, total


def _drawn_points(
    ground: PublicGround, shapes: NDArray[np.object_], examined: ExaminedHeads, viewing: Viewing, work: Work
) -> tuple[Integers, dict[View, Integers]]:
    """Return sample points of public space by area, and per view how many are in view, shape (areas, draws, levels)."""
    tree, of_areas = examined.tree(), shapely.STRtree(shapes)

    def of_cell(cell: NDArray[np.intp]) -> tuple[NDArray[np.intp], Integers, dict[View, Integers]]:
        at, area = _points_of_areas(ground.in_cell(cell), of_areas)
        here, group = np.unique(area, return_inverse=True)
        seen = seen_points(at, tree, examined)
        group = group.astype(np.int64)
        counts = {view: seen.counts(view, examined, group=group, group_count=len(here)) for view in VIEWS}
        return here, np.bincount(group, minlength=len(here)), counts

    held = np.zeros(len(shapes), dtype=np.int64)
    total = {view: np.zeros((len(shapes), viewing.draws, len(viewing.ladder.levels)), np.int64) for view in VIEWS}
    for here, number, counts in mapped(of_cell, ground.cells(), work):
        held[here] += number
        for view in VIEWS:
            total[view][here] += counts[view]
    return held, total


def _points_of_areas(points: Floats, areas: shapely.STRtree) -> tuple[Floats, NDArray[np.intp]]:
    """Return the points of one cell area by area, one that lies in several with each, and the area of each."""
    # Areas are cut to the cell, with room on all sides for points on their borders.
    box = shapely.box(*(points.min(axis=0) - 1.0), *(points.max(axis=0) + 1.0))
    near = np.sort(areas.query(box, predicate="intersects"))
    parts = shapely.intersection(areas.geometries[near], box)
    inside = [np.flatnonzero(shapely.intersects_xy(part, points)) for part in parts]
    row = np.concatenate([np.empty(0, dtype=np.intp), *inside])
    return points[row], np.repeat(near, [len(rows) for rows in inside])


def sampled_m2(point_count: Integers) -> Floats:
    """Return the area for which sample points of public space stand, m2."""
    return np.asarray(point_count * SPACING_M**2, dtype=np.float64)


def _standing(shapes: NDArray[np.object_], examined: ExaminedHeads) -> tuple[Integers, Integers, Integers]:
    """Return examined cameras, heads and named operators that stand in each area."""
    area, head = shapely.STRtree(examined.tree().geometries).query(shapes, predicate="intersects")
    pairs = pd.DataFrame(
        {
            "area": area,
            "camera": examined.heads["camera_id"].to_numpy()[head],
            "operator": examined.heads["operator"].to_numpy()[head],
        }
    )
    by_area = pairs.groupby("area")
    found = [by_area["camera"].nunique(), by_area["camera"].size(), by_area["operator"].nunique()]
    cameras, heads, operators = (
        counts.reindex(range(len(shapes)), fill_value=0).to_numpy(dtype=np.int64) for counts in found
    )
    return cameras, heads, operators


def _ground(shapes: NDArray[np.object_], examined: ExaminedHeads, viewing: Viewing, work: Work) -> Ground:
    draws = np.unique(np.linspace(0, viewing.draws - 1, min(COVERAGE_DRAWS, viewing.draws)).astype(int))
    seen_m2 = np.zeros((len(shapes), len(draws), OVERLAPS))
    camera_m2 = np.zeros(len(draws))
    camera = examined.camera_numbers()
    if len(camera) == 0:
        return Ground(seen_m2, camera_m2)
    shapely.prepare(shapes)
    some = np.split(np.arange(len(camera)), np.arange(HEADS_AT_ONCE, len(camera), HEADS_AT_ONCE))
    for number, draw in enumerate(draws):
        of_heads = partial(_outlines, examined=examined, viewing=viewing, draw=int(draw))
        outlines = np.concatenate(list(mapped(of_heads, some, replace(work, tell=told_nobody))))
        camera_m2[number] = _mean_view_m2(outlines, camera)
        area, head = shapely.STRtree(outlines).query(shapes, predicate="intersects")
        of_area = partial(_seen_in, shapes=shapes, outlines=outlines, camera=camera, pairs=(area, head))
        rows = [np.array([row]) for row in np.unique(area)]
        for row, seen in zip(rows, mapped(of_area, rows, work), strict=True):
            seen_m2[row[0], number] = seen
    return Ground(seen_m2, camera_m2)


def _outlines(rows: NDArray[np.intp], *, examined: ExaminedHeads, viewing: Viewing, draw: int) -> NDArray[np.object_]:
    """Return what some heads could look at in one draw at the lowest level; only the heights of that draw are looked at."""
    scenery = examined.scenery
    heights = [draw % len(scenery.top_m)]
    seen = replace(scenery, top_m=scenery.top_m[heights], height_m=scenery.height_m[:, heights]).of_heads(rows)
    vertex = scenery.obstacles.chains.vertex
    views = examined.views.take(rows)
    return drawn_outlines(seen, views, vertex, view="reachable", draw=draw, level=0, viewing=viewing)


def _seen_in(
    row: NDArray[np.intp],
    *,
    shapes: NDArray[np.object_],
    outlines: NDArray[np.object_],
    camera: Integers,
    pairs: tuple[NDArray[np.intp], NDArray[np.intp]],
) -> Floats:
    head = np.sort(pairs[1][pairs[0] == row[0]])
    views, shape = outlines[head], shapes[row[0]]
    cut = np.flatnonzero(~shapely.contains_properly(shape, views))
    views[cut] = shapely.intersection(views[cut], shape)
    area = coverage_of(_polygons(views), camera[head]).area_m2
    return np.append(area[: OVERLAPS - 1], area[OVERLAPS - 1 :].sum())


def _polygons(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return shapes without the lines and points that a cut may leave."""
    shapes = shapes.copy()
    for row in np.flatnonzero(shapely.get_type_id(shapes) == 7):
        shapes[row] = shapely.multipolygons(
            [part for part in shapely.get_parts(shapely.get_parts(shapes[row])) if shapely.get_type_id(part) == 3]
        )
    shapes[~np.isin(shapely.get_type_id(shapes), (3, 6))] = shapely.Polygon()
    return shapes


def _mean_view_m2(outlines: NDArray[np.object_], camera: Integers) -> float:
    """Return the mean area in view of the cameras that see anything; heads of one camera count once where they overlap."""
    area = np.bincount(camera, weights=shapely.area(outlines))
    for several in np.flatnonzero(np.bincount(camera) > 1):
        area[several] = shapely.union_all(outlines[camera == several]).area
    return float(area[area > 0.0].mean()) if np.any(area > 0.0) else 0.0
