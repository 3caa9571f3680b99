"""The exposure of areas as a table, with small counts left out."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from overseen.exposure.areas import OVERLAPS, AreaExposure, sampled_m2
from overseen.exposure.disparity import FEWEST_RESIDENTS
from overseen.exposure.streets import INTERVAL
from overseen.model.schema import AREA_EXPOSURE, VIEWS, interval_columns
from overseen.model.viewing import Viewing

Floats = NDArray[np.float64]


def area_table(
    areas: AreaExposure, is_counted: NDArray[np.bool_], viewing: Viewing, *, missing_share: Floats | None = None
) -> gpd.GeoDataFrame:
    """Return table ``areas`` of exposure, same index as the city's; ``is_counted`` tells whose residents are counted.

    ``missing_share`` (areas,) tells of each what part of its street lies where the map lacks buildings; nan: no street; none by default.
    """
    frame = areas.areas
    count = frame["resident_count"].to_numpy(dtype=float)
    is_few = count < FEWEST_RESIDENTS
    columns: dict[str, object] = {
        "name": frame["name"],
        "residents": np.array([residents_words(number) for number in count], dtype=object),
        "resident_count": np.where(is_few, np.nan, count),
        "inside_share": frame["inside_share"],
        "is_counted": is_counted,
        "length_m": areas.length_m,
        "buildings_missing_share": np.zeros(len(frame)) if missing_share is None else missing_share,
        "public_space_m2": sampled_m2(areas.point_count),
        "camera_count": areas.camera_count,
        "head_count": areas.head_count,
        "operator_count": areas.operator_count,
        "camera_per_km": areas.camera_count / np.where(areas.length_m > 0.0, areas.length_m / 1e3, np.nan),
    }
    for view in VIEWS:
        for level, name in enumerate(viewing.ladder.names):
            _add(columns, f"{view}_{name}_length", "m", areas.drawn_length_m[view][:, :, level])
            points = areas.drawn_point_count[view][:, :, level]
            _add(columns, f"public_space_{view}_{name}", "m2", sampled_m2(points))
    _add(columns, "effective_camera", "count", areas.ground.effective_cameras())
    seen = areas.ground.seen_m2.mean(axis=1)
    columns |= {f"seen_by_{number + 1}_m2": seen[:, number] for number in range(OVERLAPS)}
    table = gpd.GeoDataFrame(columns, geometry=frame.geometry, crs=frame.crs, index=frame.index)
    return AREA_EXPOSURE.checked(table, viewing.ladder.names)


def residents_words(count: float) -> str:
    """Return a number of residents as it may be published.

    Examples
    --------
    >>> residents_words(1340.0), residents_words(9.0), residents_words(float("nan"))
    ('1,340', 'fewer than 10', 'not known')
    """
    if np.isnan(count):
        return "not known"
    return f"fewer than {FEWEST_RESIDENTS}" if count < FEWEST_RESIDENTS else f"{count:,.0f}"


def _add(columns: dict[str, object], stem: str, suffix: str, drawn: Floats) -> None:
    low, high = np.quantile(drawn, INTERVAL, axis=1) if drawn.size else (np.zeros(len(drawn)),) * 2
    values = (drawn.mean(axis=1) if drawn.size else np.zeros(len(drawn)), low, high)
    columns |= dict(zip(interval_columns(stem, suffix), values, strict=True))
