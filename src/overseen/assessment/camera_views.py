"""Table of cameras as examined: placement, what is stated and what assumed, and the area each may have in view."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.assessment.examine import Examination, camera_positions
from overseen.exposure.streets import INTERVAL
from overseen.model.schema import CAMERA_VIEWS, VIEWS, interval_columns
from overseen.model.viewing import Viewing
from overseen.visibility.isovists import drawn_areas

Floats = NDArray[np.float64]

AS_LISTED = (
    "kind", "use", "setting", "zone", "mount", "operator", "manufacturer", "model", "status", "checked_on", "installed_on", "active_until",
    "phase", "remark",
    "source",
)  # fmt: skip
"""Columns that the table takes over from the list."""

ATTRIBUTES = ("bearing", "field_of_view", "image_width", "mounting_height", "tilt")


HEADS_AT_ONCE = 2_000
"""Heads whose views under all heights are held together: what bounds the memory."""


def camera_view_table(examination: Examination, viewing: Viewing, *, crs: object) -> gpd.GeoDataFrame:
    """Return table ``cameras`` of the assessment, one row per listed camera in the order of the list.

    The areas of a camera's heads are added; cameras that are not examined have none.
    """
    cameras = examination.network.cameras
    stated, assumed = _knowledge(examination.network.heads, cameras)
    frame = gpd.GeoDataFrame(
        {
            **{name: cameras[name] for name in AS_LISTED},
            "placement": pd.Series(examination.placement.kind, index=cameras.index).astype(object),
            "moved_m": examination.placement.moved_m,
            "is_examined": examination.is_examined,
            "head_count": examination.network.heads.groupby("camera_id").size().reindex(cameras.index).to_numpy(),
            "stated": stated,
            "assumed": assumed,
            **_areas(examination, viewing),
        },
        geometry=camera_positions(examination, crs),
        crs=crs,
        index=cameras.index,
    )
    return CAMERA_VIEWS.checked(frame, viewing.ladder.names)


def _knowledge(heads: pd.DataFrame, cameras: gpd.GeoDataFrame) -> tuple[pd.Series, pd.Series]:
    """Return, per camera, the names of what the list says of all its heads, and of what it leaves open of any."""
    is_known = pd.DataFrame({name: heads[f"{name}_certainty"] != "unknown" for name in ATTRIBUTES})
    known = is_known.groupby(heads["camera_id"]).all().reindex(cameras.index)
    known.insert(0, "kind", cameras["kind"] != "unknown")
    # A head that sees all round at once has no bearing to be known.
    known["bearing"] |= cameras["kind"] == "panorama"
    names = np.array(known.columns, dtype=object)
    values = known.to_numpy(dtype=bool)
    stated = pd.Series([" ".join(names[row]) for row in values], index=cameras.index, dtype=object)
    assumed = pd.Series([" ".join(names[~row]) for row in values], index=cameras.index, dtype=object)
    return stated, assumed


def _areas(examination: Examination, viewing: Viewing) -> dict[str, pd.Series]:
    index = examination.network.cameras.index
    row = index.get_indexer(examination.examined.heads["camera_id"])
    columns: dict[str, pd.Series] = {}
    area_m2 = {view: np.zeros((len(index), viewing.draws, len(viewing.ladder.levels))) for view in VIEWS}
    for heads in np.split(np.arange(len(row)), np.arange(HEADS_AT_ONCE, len(row), HEADS_AT_ONCE)):
        seen, views = examination.examined.scenery.of_heads(heads), examination.examined.views.take(heads)
        for view in VIEWS:
            # An area of nothing is a sum of signed pieces, which rounding may leave below zero.
            np.add.at(area_m2[view], row[heads], np.maximum(drawn_areas(seen, views, view), 0.0))
    for view, area in area_m2.items():
        low, high = np.quantile(area, INTERVAL, axis=1)
        for level, name in enumerate(viewing.ladder.names):
            values = (area[:, :, level].mean(axis=1), low[:, level], high[:, level])
            for column, numbers in zip(interval_columns(f"{view}_{name}_area", "m2"), values, strict=True):
                columns[column] = pd.Series(numbers, index=index)
    return columns
