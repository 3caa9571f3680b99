"""Exposure of squares: how much of each is in view, and how many people of a crowd at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from overseen.exposure.network import ExaminedHeads, local_pairs, nearby_pairs, sectors_of
from overseen.exposure.places import NOT_OF_FACES
from overseen.exposure.streets import INTERVAL
from overseen.kernels.draws import drawn_point_counts
from overseen.kernels.sightings import point_sightings
from overseen.model.city import City
from overseen.model.schema import SQUARE_EXPOSURE, VIEWS, View, interval_columns
from overseen.model.viewing import Viewing
from overseen.visibility.cells import HERE, Work, cells_of, mapped
from overseen.visibility.placement import points_of
from overseen.visibility.unknowns import shared_scores, value_at

Floats = NDArray[np.float64]

SPACING_M = 2.0
"""Distance of the sample points; the grid hangs on the frame's axes."""


@dataclass(frozen=True, slots=True)
class SquareExposure:
    """Exposure per square, and what findings need of every draw.

    Parameters
    ----------
    squares
        Table ``squares`` of exposure, same index as the city's.
    drawn_share
        Per view, share of each in view, shape (squares, draws, levels).
    density_per_m2
        Density of the crowd per draw, persons per square metre.
    """

    squares: gpd.GeoDataFrame
    drawn_share: dict[View, Floats]
    density_per_m2: Floats

    def persons_at_once(self, level: int) -> Floats:
        """Return the persons of a crowd in view at any one moment in each square, shape (squares, draws)."""
        area_m2 = self.squares["area_m2"].to_numpy()[:, None]
        return np.asarray(self.drawn_share["at_once"][:, :, level] * area_m2 * self.density_per_m2)


def square_exposure(city: City, examined: ExaminedHeads, viewing: Viewing, *, work: Work = HERE) -> SquareExposure:
    """Return, for every square, the share of it in view per level and view, and the persons of a crowd in view at once.

    Shares are estimates from points every ``SPACING_M`` metres in what of the square lies inside the boundary and outside of
    buildings; areas are exact. The crowd fills that area at the stated density, which is drawn like every other unknown: one
    density for all squares of a draw. Plate readers do not count. Squares may overlap: nothing is added over them.
    """
    sensitive = city.sensitive
    assert sensitive is not None  # noqa: S101 - asked only where somebody looked for them
    shapes = _open_shapes(city)
    middles = shapely.get_coordinates(shapely.centroid(sensitive.squares.geometry.to_numpy()))
    of_cell = partial(_cell, shapes=shapes, examined=examined, viewing=viewing)
    cells = cells_of(middles)
    shape = (len(shapes), viewing.draws, len(viewing.ladder.levels))
    share: dict[View, Floats] = {view: np.zeros(shape) for view in VIEWS}
    for rows, found in zip(cells, mapped(of_cell, cells, work), strict=True):
        for view in VIEWS:
            share[view][rows] = found[view]
    scores = shared_scores(viewing.seed, sensitive.crowd, viewing.draws)
    density = value_at(sensitive.crowd, scores)
    return SquareExposure(_table(city, viewing, share, shapely.area(shapes), density), share, density)


def _open_shapes(city: City) -> NDArray[np.object_]:
    """Return what of each square lies inside the boundary and outside of buildings."""
    assert city.sensitive is not None  # noqa: S101 - as above
    shapes = shapely.intersection(city.sensitive.squares.geometry.to_numpy(), city.boundary)
    footprints = city.buildings.geometry.to_numpy()
    square, building = shapely.STRtree(footprints).query(shapes, predicate="intersects")
    for row in np.unique(square):
        shut = shapely.union_all(shapely.make_valid(footprints[np.sort(building[square == row])]))
        shapes[row] = shapely.difference(shapes[row], shut)
    return shapes


def _points(shape: BaseGeometry) -> Floats:
    """Return the grid points in a square; where it is smaller than the grid, one point of it."""
    if shape.area == 0.0:
        return np.empty((0, 2))
    west, south, east, north = shape.bounds
    x = (np.arange(np.floor(west / SPACING_M), np.ceil(east / SPACING_M)) + 0.5) * SPACING_M
    y = (np.arange(np.floor(south / SPACING_M), np.ceil(north / SPACING_M)) + 0.5) * SPACING_M
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    inside = grid[shapely.contains_xy(shape, grid)]
    return inside if len(inside) else shapely.get_coordinates(shapely.point_on_surface(shape))


def _cell(
    rows: NDArray[np.intp], *, shapes: NDArray[np.object_], examined: ExaminedHeads, viewing: Viewing
) -> dict[View, Floats]:
    tree, is_of_faces = examined.tree(), (examined.heads["use"] != NOT_OF_FACES).to_numpy()
    found: dict[View, Floats] = {
        view: np.zeros((len(rows), viewing.draws, len(viewing.ladder.levels))) for view in VIEWS
    }
    several = [_points(shapes[row]) for row in rows]
    points = np.ascontiguousarray(np.concatenate(several))
    first = np.concatenate([[0], np.cumsum([len(one) for one in several])])
    at, head = nearby_pairs(tree, points_of(points), examined.radius_m())
    local = local_pairs(at[is_of_faces[head]], head[is_of_faces[head]], len(points), examined)
    seen, pairs = local.seen.views, local.pairs
    is_clear = point_sightings(seen.stars, seen.shadows, points, local.thing, local.view)
    centre = np.ascontiguousarray(examined.position[local.used])
    for view in VIEWS:
        sectors = sectors_of(examined.views, local.used, view)
        for place in np.flatnonzero(np.diff(first)):
            begin, end = first[place], first[place + 1]
            own = pairs._replace(offsets=pairs.offsets[begin : end + 1])
            counts = drawn_point_counts(points[begin:end], own, is_clear, sectors, centre)
            found[view][place] = counts / (end - begin)
    return found


def _table(
    city: City, viewing: Viewing, share: dict[View, Floats], area_m2: Floats, density: Floats
) -> gpd.GeoDataFrame:
    assert city.sensitive is not None  # noqa: S101 - as above
    squares = city.sensitive.squares
    columns: dict[str, Floats] = {"area_m2": area_m2}

    def put(stem: str, suffix: str, drawn: Floats) -> None:
        low, high = np.quantile(drawn, INTERVAL, axis=1) if len(drawn) else (np.empty(0), np.empty(0))
        columns.update(zip(interval_columns(stem, suffix), (drawn.mean(axis=1), low, high), strict=True))

    put("capacity", "count", area_m2[:, None] * density)
    for level, name in enumerate(viewing.ladder.names):
        for view in VIEWS:
            put(f"{view}_{name}", "share", share[view][:, :, level])
        put(f"at_once_{name}_crowd", "count", share["at_once"][:, :, level] * area_m2[:, None] * density)
    frame = gpd.GeoDataFrame(
        {
            "name": squares["name"],
            "kind": squares["kind"],
            **{name: pd.Series(values, index=squares.index) for name, values in columns.items()},
        },
        geometry=squares.geometry,
        crs=squares.crs,
    )
    return SQUARE_EXPOSURE.checked(frame, viewing.ladder.names)
