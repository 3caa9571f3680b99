"""Hand-made towns and networks, small enough to reckon with on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from overseen.model.cameras import CameraNetwork
from overseen.model.city import City
from overseen.model.plan import Plan
from overseen.model.viewing import Viewing
from overseen.sources.packs import get_assumptions, get_ladder

CRS = 32635
ORIGIN = np.array([385_000.0, 6_672_000.0])
"""South-west corner of every town, m in UTM zone 35: a spot in the south of Finland."""

ATTRIBUTES = {
    "bearing": "bearing_deg",
    "field_of_view": "field_of_view_deg",
    "image_width": "image_width_px",
    "mounting_height": "mounting_height_m",
    "tilt": "tilt_deg",
}

Row = Mapping[str, object]


def viewing(**changes: object) -> Viewing:
    """Return the shipped viewing with a few draws; ``changes`` override fields."""
    return Viewing(**{"ladder": get_ladder("dori"), "assumptions": get_assumptions("overseen"), "draws": 20, **changes})


def _frame(rows: dict[str, list[object]], ids: Sequence[str], name: str, shapes: Sequence[shapely.Geometry]):
    return gpd.GeoDataFrame(
        rows,
        geometry=[shapely.transform(shape, lambda points: points + ORIGIN) for shape in shapes],
        index=pd.Index(list(ids), name=name, dtype=object),
        crs=CRS,
    )


def town(
    buildings: Sequence[shapely.Geometry],
    streets: Sequence[Sequence[tuple[float, float]]],
    *,
    size_m: float = 200.0,
    water: Sequence[shapely.Geometry] = (),
) -> City:
    """Return a town: footprints and street courses in metres from its south-west corner, boundary a square."""
    count, ways = len(buildings), len(streets)
    return City(
        "Paper town",
        shapely.transform(shapely.box(0, 0, size_m, size_m), lambda points: points + ORIGIN),
        "drawn by hand",
        _frame(
            {
                "kind": [None] * count,
                "height_m": np.full(count, np.nan),
                "height_certainty": ["unknown"] * count,
                "height_source": [None] * count,
            },
            [f"b{i}" for i in range(count)],
            "building_id",
            buildings,
        ),
        _frame(
            {
                "name": [f"Street {i}" for i in range(ways)],
                "kind": ["footway"] * ways,
                "from_node": np.arange(ways, dtype=np.int64),
                "to_node": np.arange(ways, dtype=np.int64) + 1,
                "is_open_air": np.ones(ways, dtype=bool),
                "is_area_outline": np.zeros(ways, dtype=bool),
            },
            [f"s{i}" for i in range(ways)],
            "street_id",
            [shapely.LineString(course) for course in streets],
        ),
        _frame({"kind": [], "name": []}, [], "place_id", []),
        _frame(
            {"kind": ["water"] * len(water), "tag": ["natural=water"] * len(water)},
            [f"l{i}" for i in range(len(water))],
            "land_id",
            water,
        ),
    )


def network(cameras: Sequence[Row]) -> CameraNetwork:
    """Return a network; each row has ``at`` (x, y) and may have camera fields, head fields, or ``heads``, a list of rows."""
    ids = [str(row.get("camera_id", f"c{i}")) for i, row in enumerate(cameras)]
    plain = {"kind": "fixed", "kind_source": None, "use": None, "use_source": None, "setting": "public", "zone": None, "mount": None,
             "operator": None, "manufacturer": None, "model": None, "status": "in_use", "checked_on": None, "installed_on": None,
             "active_until": None, "phase": None,
             "remark": None, "source": "by hand"}  # fmt: skip
    table = {name: [row.get(name, default) for row in cameras] for name, default in plain.items()}
    heads: list[dict[str, object]] = []
    head_ids: list[str] = []
    for camera_id, row in zip(ids, cameras, strict=True):
        for number, head in enumerate(row.get("heads", [row]), start=1):  # type: ignore[var-annotated, arg-type]
            head_ids.append(f"{camera_id}#{number}")
            values: dict[str, object] = {"camera_id": camera_id}
            for attribute, column in ATTRIBUTES.items():
                values[column] = float(head.get(column, np.nan))
                values[f"{attribute}_certainty"] = "stated" if column in head else "unknown"
                values[f"{attribute}_source"] = "by hand" if column in head else None
            heads.append(values)
    columns = ["camera_id", *[name for a, c in ATTRIBUTES.items() for name in (c, f"{a}_certainty", f"{a}_source")]]
    return CameraNetwork(
        _frame(table, ids, "camera_id", [shapely.Point(row["at"]) for row in cameras]),
        pd.DataFrame(heads, columns=columns, index=pd.Index(head_ids, name="head_id", dtype=object)),
    )


def plan(cameras: Sequence[Row]) -> Plan:
    """Return a plan that declares nothing but its cameras."""
    return Plan("On paper", network(cameras))


KNOWN = {"bearing_deg": 0.0, "field_of_view_deg": 90.0, "image_width_px": 2000.0, "mounting_height_m": 1.6}
"""A head of which everything that matters in plan is stated; its lens is at the height of a face."""
