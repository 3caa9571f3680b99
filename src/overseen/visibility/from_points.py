"""Isovists of points among buildings: the public function, its one checked door, and the way over threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from overseen.errors import Fault, InputError
from overseen.kernels.chains import morton_keys, sorted_rows
from overseen.kernels.directions import TURN
from overseen.kernels.outlines import outlines, put_back
from overseen.kernels.stars import Lenses
from overseen.model.frame import check_frame
from overseen.visibility.frustums import sections
from overseen.visibility.isovists import Fields, areas_of, outlines_of
from overseen.visibility.obstacles import Obstacles, obstacles_of
from overseen.visibility.placement import Heights, Placement, placed_points
from overseen.visibility.scenery import views_among

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LONGEST_REACH_M = 1e6
"""No plane in metres is one over more than this."""

BOUNDS = {
    "reach_m": (0.0, LONGEST_REACH_M),
    "bearing_deg": (-1e6, 1e6),
    "field_of_view_deg": (0.0, 360.0),
    "lens_height_m": (0.0, np.inf),
    "tilt_deg": (-90.0, 90.0),
    "vertical_field_of_view_deg": (0.0, 180.0),
}

MAY_BE_UNKNOWN = ("tilt_deg", "vertical_field_of_view_deg")

CHUNK = 4000
"""Lenses that one call of a kernel takes: enough to make the call nothing, few enough to share the work evenly."""


def isovists(  # noqa: PLR0913 (a lens has this many properties)
    lenses: gpd.GeoSeries,
    buildings: gpd.GeoDataFrame,
    *,
    reach_m: ArrayLike,
    bearing_deg: ArrayLike = 0.0,
    field_of_view_deg: ArrayLike = 360.0,
    lens_height_m: ArrayLike = np.inf,
    tilt_deg: ArrayLike = np.nan,
    vertical_field_of_view_deg: ArrayLike = np.nan,
    target_height_m: float = 1.6,
    chord_tolerance_m: float = 0.02,
) -> gpd.GeoDataFrame:
    """Return what is in view from points among buildings, behind real walls and over low roofs: one row per point.

    Parameters
    ----------
    lenses
        Points in a metric frame, that of ``buildings``.
    buildings
        Footprints as geometries; column ``height_m`` (m above ground) is used where it is there. A building without a
        height, and every building for a lens of infinite height, hides all behind it.
    reach_m, bearing_deg, field_of_view_deg, lens_height_m
        Of each lens, or one for all: horizontal reach; bearing of the axis, degrees clockwise from the frame's north; angle
        of view, over 0 to 360; height above ground.
    tilt_deg, vertical_field_of_view_deg
        Of each lens, or one for all: degrees below the horizon, and angle of view from bottom to top. Where both and the
        height are known, and the angle of view is not a fisheye's, the field is the section of the frustum with the level of
        the target, with a dead zone and a far limit; elsewhere (nan) it is a plain sector.
    target_height_m
        Height of what is looked at.
    chord_tolerance_m
        How far the chords that stand for an arc may lie inside it; none is shorter than a 5,040th of a turn (0.2 mm at 1 km).

    Returns
    -------
    GeoDataFrame
        Same index as ``lenses``: ``placement`` (see :func:`overseen.visibility.placement.placed_points`), ``area_m2`` of the
        polygon, ``analytic_area_m2`` with true arcs, and the geometry: a polygon, a multipolygon where a low building splits
        the view, or empty where the lens is deep inside a building and not above it. All are valid.

    Raises
    ------
    InputError
        If a number is out of bounds or a point is missing; all faults at once.
    FrameError
        If the frame is not metric.

    Notes
    -----
    The work is shared out over threads, which changes no byte. The ground is flat. The isovist is that of
    Benedikt (1979), To take hold of space: isovists and isovist fields, Environment and Planning B 6, cut to a sector and a
    reach.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> at = gpd.GeoSeries([shapely.Point(500000, 0)], crs=32633)
    >>> wall = gpd.GeoDataFrame(geometry=[shapely.box(499000, 10, 501000, 11)], crs=32633)
    >>> [round(float(isovists(at, walls, reach_m=20).analytic_area_m2.iloc[0])) for walls in (wall, wall.iloc[:0])]
    [1011, 1257]
    """
    check_frame(buildings.crs, shapely.box(*buildings.total_bounds) if len(buildings) else lenses.union_all())
    numbers = _checked(
        lenses,
        reach_m=reach_m,
        bearing_deg=bearing_deg,
        field_of_view_deg=field_of_view_deg,
        lens_height_m=lens_height_m,
        tilt_deg=tilt_deg,
        vertical_field_of_view_deg=vertical_field_of_view_deg,
    )
    with ThreadPoolExecutor() as executor:
        obstacles = obstacles_of(buildings.geometry, executor=executor)
        listed = shapely.get_coordinates(lenses.to_numpy())
        # A lens of infinite height stands for no height at all: it is on no roof.
        lens_m = numbers["lens_height_m"]
        heights = Heights(np.where(np.isinf(lens_m), np.nan, lens_m), _tops_m(buildings))
        placement = placed_points(
            listed, np.zeros(len(listed), dtype=bool), buildings.geometry.to_numpy(), heights=heights
        )
        section = sections(
            numbers["field_of_view_deg"],
            numbers["vertical_field_of_view_deg"],
            numbers["tilt_deg"],
            lens_m - target_height_m,
        )
        fields = Fields(
            np.arange(len(listed)),
            np.radians(90.0 - numbers["bearing_deg"]),
            np.minimum(np.radians(numbers["field_of_view_deg"]), TURN),
            numbers["reach_m"],
            section,
        )
        is_seen = placement.kind != "inside_building"
        rows = np.flatnonzero(is_seen)
        shapes, analytic = _regions(
            obstacles,
            heights.top_m,
            placement.take(rows),
            fields.take(rows),
            height_m=lens_m[rows],
            target_m=target_height_m,
            chord_tolerance_m=chord_tolerance_m,
            executor=executor,
        )
    geometry = np.full(len(lenses), shapely.Polygon(), dtype=object)
    geometry[rows] = shapes
    area = np.zeros(len(lenses))
    area[rows] = analytic
    return gpd.GeoDataFrame(
        {"placement": placement.kind.astype(object), "area_m2": shapely.area(geometry), "analytic_area_m2": area},
        geometry=geometry,
        crs=buildings.crs,
        index=lenses.index,
    )


def _checked(lenses: gpd.GeoSeries, **numbers: ArrayLike) -> dict[str, Floats]:
    """Return the numbers as one per lens; InputError with every fault if a point or a number cannot be used."""
    shapes = lenses.to_numpy()
    is_point = (
        (shapely.get_type_id(shapes) == 0) & np.isfinite(shapely.get_x(shapes)) & np.isfinite(shapely.get_y(shapes))
    )
    faults = [
        Fault("lenses", f"row {lenses.index[row]}", "is not a point", "give one point per lens")
        for row in np.flatnonzero(~is_point)
    ]
    found = {}
    for name, given in numbers.items():
        values = np.asarray(given, dtype=float)
        if values.ndim and values.shape != (len(lenses),):
            faults.append(
                Fault(
                    "arguments",
                    name,
                    f"has {values.shape} values for {len(lenses)} lenses",
                    "give one for each, or one for all",
                )
            )
            continue
        found[name] = np.array(np.broadcast_to(values, len(lenses)))
        low, high = BOUNDS[name]
        is_bad = ~((found[name] >= low) & (found[name] <= high))
        if name in MAY_BE_UNKNOWN:
            is_bad &= ~np.isnan(found[name])
        if name == "field_of_view_deg":
            is_bad |= found[name] <= 0.0
        faults += [
            Fault("arguments", f"{name}, row {lenses.index[row]}", f"is {values:g}", "give a number within bounds")
            for row, values in zip(np.flatnonzero(is_bad), found[name][is_bad], strict=True)
        ]
    if faults:
        raise InputError(faults)
    return found


def _tops_m(buildings: gpd.GeoDataFrame) -> Floats:
    if "height_m" not in buildings:
        return np.full(len(buildings), np.inf)
    tops = pd.to_numeric(buildings["height_m"]).to_numpy(dtype=float)
    return np.where(np.isnan(tops), np.inf, tops)


def _regions(
    obstacles: Obstacles,
    top_m: Floats,
    placement: Placement,
    fields: Fields,
    *,
    height_m: Floats,
    target_m: float,
    chord_tolerance_m: float,
    executor: Executor,
) -> tuple[NDArray[np.object_], Floats]:
    """Return geometries and exact areas, one per position and field; neighbours are worked on together."""
    order = sorted_rows(morton_keys(np.ascontiguousarray(placement.position))).astype(np.int64)
    tops = obstacles.tops_m(top_m)

    def of_chunk(begin: int) -> tuple[NDArray[np.object_], Floats]:
        rows = order[begin : begin + CHUNK]
        few = replace(fields.take(rows), lens=np.arange(len(rows)))
        seen = views_among(
            obstacles,
            tops,
            placement.position[rows],
            radius_m=few.reach_m,
            height_m=height_m[rows],
            target_m=target_m,
            roofs=placement.roofs[rows],
        )
        return outlines_of(seen, obstacles.chains.vertex, few, chord_tolerance_m), areas_of(seen, few)

    shapes = np.empty(len(order), dtype=object)
    areas = np.empty(len(order))
    starts = range(0, len(order), CHUNK)
    for begin, (found, area) in zip(starts, executor.map(of_chunk, starts), strict=True):
        shapes[order[begin : begin + CHUNK]] = found
        areas[order[begin : begin + CHUNK]] = area
    return shapes, areas


def flat_outlines(
    obstacles: Obstacles,
    position: Floats,
    sector: Floats,
    *,
    chord_tolerance_m: float = 0.02,
    executor: Executor | None = None,
) -> tuple[Floats, Integers]:
    """Return outlines where every building hides all behind it, as points and offsets: the fastest way to very many.

    Parameters
    ----------
    obstacles
        What blocks sightlines.
    position
        Shape (n, 2), m, in no building and on no wall.
    sector
        Rows (start, width, reach): radians counter-clockwise from east, and m.
    chord_tolerance_m
        As in :func:`isovists`.
    executor
        Where chunks run side by side; ``None`` runs them here. No byte depends on it.
    """
    position = np.ascontiguousarray(position, dtype=np.float64)
    order = sorted_rows(morton_keys(position)).astype(np.int64)
    top_m = np.full(len(obstacles.chains.building), np.inf)

    def of_rows(rows: Integers) -> tuple[Floats, Integers]:
        size = len(rows)
        lenses = Lenses(position[rows], sector[rows, 2], np.ones(size), np.zeros(size), np.zeros(size, dtype=np.int64))
        return outlines(obstacles.chains, top_m, lenses, np.ascontiguousarray(sector[rows, :2]), chord_tolerance_m)

    return in_chunks(of_rows, order, executor)


def in_chunks(
    of_rows: Callable[[Integers], tuple[Floats, Integers]], order: Integers, executor: Executor | None
) -> tuple[Floats, Integers]:
    """Return outlines made chunk by chunk in an order of their rows, put back into the order of the rows."""
    run = map if executor is None else executor.map
    starts = range(0, len(order), CHUNK)
    parts = list(run(lambda begin: of_rows(order[begin : begin + CHUNK]), starts))
    lengths = np.empty(len(order), dtype=np.int64)
    for begin, (_, offsets) in zip(starts, parts, strict=True):
        lengths[order[begin : begin + CHUNK]] = np.diff(offsets)
    whole = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    points = np.empty((int(whole[-1]), 2))
    for _ in run(
        lambda place: put_back(*parts[place], order[place * CHUNK : (place + 1) * CHUNK], points, whole),
        range(len(parts)),
    ):
        pass
    return points, whole
