"""Generated scenes: buildings around a lens at the origin, and the shared list of awkward ones."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import strategies as st
from numpy.typing import NDArray

from overseen.visibility.obstacles import Obstacles, obstacles_of
from overseen.visibility.scenery import Views, views_among

Floats = NDArray[np.float64]


def seen(
    footprints: list[shapely.Geometry],
    centre: Floats | tuple[float, float] = (0.0, 0.0),
    *,
    radius_m: float = 80.0,
    tops_m: Floats | list[float] | None = None,
    height_m: float = 4.0,
    target_m: float = 1.6,
    roofs: int = 0,
) -> tuple[Views, Obstacles]:
    """Return the views from one or more positions; without ``tops_m`` every building hides all behind it."""
    obstacles = obstacles_of(gpd.GeoSeries(footprints, dtype="geometry"))
    tops = np.full(len(footprints), np.inf) if tops_m is None else np.asarray(tops_m, dtype=float)
    position = np.asarray(centre, dtype=float).reshape(-1, 2)
    count = len(position)
    views = views_among(
        obstacles,
        obstacles.tops_m(tops),
        position,
        radius_m=np.full(count, radius_m),
        height_m=np.full(count, height_m),
        target_m=target_m,
        roofs=np.full(count, roofs, dtype=np.int64),
    )
    return views, obstacles


def rectangles(seed: int, count: int, *, on_grid: bool = False, clear_m: float = 1.0) -> list[shapely.Polygon]:
    """Return up to ``count`` rectangles, overlapping as they fall, none nearer to the origin than ``clear_m``.

    ``on_grid`` puts corners on whole metres and walls along the axes, so that walls touch, coincide and align.
    """
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        centre, size, turn = rng.uniform(-90, 90, 2), rng.uniform(2, 20, 2), rng.uniform(0, np.pi)
        if on_grid:
            centre, size, turn = np.round(centre), 2.0 * np.ceil(size / 2.0), 0.0
        rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * size / 2.0
        shape = shapely.Polygon(corners @ rotation.T + centre)
        if shape.distance(shapely.Point(0, 0)) >= clear_m:
            found.append(shape)
    return found


@st.composite
def grid_scenes(draw: st.DrawFn) -> list[shapely.Polygon]:
    """Draw a few small axis-parallel boxes on a tiny integer grid: collinear, touching and equal walls are the rule."""
    boxes = draw(
        st.lists(st.tuples(st.integers(-6, 6), st.integers(-6, 6), st.integers(1, 4), st.integers(1, 4)), max_size=7)
    )
    shapes = [shapely.box(x, y, x + width, y + height) for x, y, width, height in boxes]
    # The lens stands at (0.5, 0.5), on no line of the grid.
    return [shape for shape in shapes if not shape.intersects(shapely.Point(0.5, 0.5))]
