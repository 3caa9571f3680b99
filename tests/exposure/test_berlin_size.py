"""A city of half a million buildings: the scan of its footprints agrees with their exact area, and takes seconds."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from overseen.exposure.grids import Grid


def test_the_footprints_of_a_large_city_are_told_from_open_ground(shared_data) -> None:
    frame = gpd.read_parquet(shared_data("berlin_large") / "buildings.parquet")
    shapes = shapely.make_valid(frame.to_crs(25833).geometry.to_numpy())
    grid = Grid.over(tuple(shapely.total_bounds(shapes)), 5.0)
    is_built = grid.touching(shapes)
    exact_m2 = float(shapely.area(shapely.disjoint_subset_union_all(shapes)).sum())
    assert is_built.size > 30_000_000
    assert 25.0 * np.count_nonzero(is_built) == pytest.approx(exact_m2, rel=1e-3)
