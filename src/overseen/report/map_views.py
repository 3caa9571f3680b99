"""What each camera of the moving map sees, as shapes that stand for as many views and levels as they are the same in."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from overseen.assessment.findings import Assessment
from overseen.model.schema import VIEWS


def inside_boundary(assessment: Assessment, shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return the parts of shapes inside the study boundary."""
    boundary = assessment.city.boundary
    shapely.prepare(boundary)
    found = shapes.to_numpy().copy()
    crosses = ~shapely.contains(boundary, found)
    found[crosses] = shapely.intersection(found[crosses], boundary)
    return gpd.GeoSeries(found, index=shapes.index, crs=shapes.crs)


def camera_views(
    assessment: Assessment, isovists: gpd.GeoDataFrame, cameras: pd.Index, view_m: float
) -> gpd.GeoDataFrame:
    """Return what cameras see, head by head made one: number of the camera, flags of the views and levels it holds in, and its shape.

    ``shown_in`` has the bit ``level + levels * view`` for each view and level that the shape stands for: a camera that does not turn
    has one shape for both views, and one whose reach is cut short the same for several levels.
    """
    city, names = assessment.city, assessment.viewing.ladder.names
    # Beyond the boundary there are no buildings to hide anything: a view drawn there would be a fiction.
    simple = shapely.make_valid(shapely.simplify(isovists.geometry.to_numpy(), view_m, preserve_topology=False))
    shapes = inside_boundary(assessment, gpd.GeoSeries(simple, crs=isovists.crs)).to_numpy()
    level = isovists["level"].map({name: place for place, name in enumerate(names)})
    view = isovists["view"].map({name: place for place, name in enumerate(VIEWS)})
    table = pd.DataFrame(
        {
            "camera": cameras.get_indexer(isovists["camera_id"]),
            "bit": (level + len(names) * view).to_numpy(),
            "is_envelope": isovists["is_envelope"].to_numpy(),
            "shape": shapes,
        }
    )
    table = table[~shapely.is_empty(shapes) & (table["camera"] >= 0) & table["bit"].notna()]
    return _told_once(_one_per_camera(table), city.buildings.crs)


def _one_per_camera(table: pd.DataFrame) -> pd.DataFrame:
    """Return the shapes of the heads of one camera as one, so that where they cover each other counts once."""
    keys = ["camera", "bit"]
    several = table.duplicated(keys, keep=False)
    if not several.any():
        return table
    merged = [
        {"camera": camera, "bit": bit, "is_envelope": bool(heads["is_envelope"].all()), "shape": shapely.union_all(heads["shape"].to_numpy())}
        for (camera, bit), heads in table[several].groupby(keys, sort=True)
    ]  # fmt: skip
    return pd.concat([table[~several], pd.DataFrame(merged)], ignore_index=True)


def _told_once(table: pd.DataFrame, crs: Any) -> gpd.GeoDataFrame:
    """Return each shape of a camera once, with the flags of all views and levels that it stands for."""
    shape = table["shape"].to_numpy()
    key = pd.DataFrame(
        {"camera": table["camera"], "is_envelope": table["is_envelope"], "wkb": shapely.to_wkb(shape)}
    ).assign(flag=(1 << table["bit"].to_numpy(dtype=np.int64)), row=np.arange(len(table)))
    told = key.groupby(["camera", "is_envelope", "wkb"], sort=False).agg(shown_in=("flag", "sum"), row=("row", "first"))
    told = told.reset_index().sort_values(["camera", "shown_in"], kind="stable")
    columns = told[["camera", "is_envelope", "shown_in"]].reset_index(drop=True)
    return gpd.GeoDataFrame(columns, geometry=shape[told["row"].to_numpy()], crs=crs)
