"""Areas with residents for paper towns, in the shape that a city has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from overseen.model.city import City
from tests.town import ORIGIN


def with_areas(
    city: City,
    areas: Mapping[str, shapely.Geometry],
    *,
    residents: Sequence[float] | None = None,
    groups: Mapping[str, Mapping[str, Sequence[float]]] | None = None,
) -> City:
    """Return a town with areas, in metres from its south-west corner; ``groups`` are category -> residents, by group."""
    shapes = [shapely.transform(shape, lambda points: points + ORIGIN) for shape in areas.values()]
    frame = gpd.GeoDataFrame(
        {
            "name": np.array([None] * len(shapes), dtype=object),
            "resident_count": np.full(len(shapes), np.nan) if residents is None else np.array(residents, dtype=float),
            "inside_share": [shape.intersection(city.boundary).area / shape.area for shape in shapes],
        },
        geometry=shapes,
        crs=city.buildings.crs,
        index=pd.Index(list(areas), name="area_id", dtype=object),
    )
    rows = [
        (f"{area}/{group}/{category}", area, group, category, float(count))
        for group, categories in (groups or {}).items()
        for category, counts in categories.items()
        for area, count in zip(areas, counts, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["area_group_id", "area_id", "group", "category", "resident_count"])
    table["resident_count"] = table["resident_count"].astype(float)
    return replace(city, areas=frame, area_groups=table.set_index("area_group_id").rename_axis("area_group_id"))


def squares(side_m: float, *, size_m: float = 200.0) -> dict[str, shapely.Geometry]:
    """Return squares that share a town out."""
    steps = np.arange(0.0, size_m, side_m)
    return {f"{x:g}-{y:g}": shapely.box(x, y, x + side_m, y + side_m) for x in steps for y in steps}
