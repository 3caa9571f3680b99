"""The district of docs/worked-district.md: six streets, four buildings, four cameras, every measure small enough for paper.

It lies on the equator in a Mercator plane, where the north of the plan is true north everywhere and a metre is a metre.
"""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from overseen.model.city import City
from overseen.model.plan import Plan
from overseen.model.trips import TripPlan
from overseen.model.viewing import Viewing
from tests.exposure.districts import with_areas
from tests.exposure.test_streets import certain
from tests.places import place_town
from tests.town import KNOWN, ORIGIN, network

PLANE = pyproj.CRS(f"+proj=merc +datum=WGS84 +x_0={ORIGIN[0]:.0f} +y_0={ORIGIN[1]:.0f} +units=m")

STREETS = {
    "South Street": [(100, 100), (300, 100)],
    "East Street": [(300, 100), (300, 200)],
    "North Street": [(100, 200), (300, 200)],
    "West Street": [(100, 100), (100, 200)],
    "Harbour Lane": [(300, 100), (360, 100)],
    "Church Lane": [(100, 200), (100, 270)],
}

BUILDINGS = {
    "apartments": shapely.box(110, 80, 280, 94),
    "retail": shapely.box(110, 106, 290, 194),
    "shed": shapely.box(115, 238, 119, 242),
    "house": shapely.box(80, 262, 90, 272),
}
"""By kind; each is 9 m high."""

GARDEN, CANAL, SQUARE = shapely.box(58, 256, 78, 262), shapely.box(0, 20, 400, 40), shapely.box(310, 150, 350, 190)
CLINIC, SHOP = (160.0, 106.0), (355.0, 95.0)
HALVES = {"West": shapely.box(0, 0, 200, 300), "East": shapely.box(200, 0, 400, 300)}
BOUNDARY = shapely.box(0, 0, 400, 300)

CAMERAS = [
    {"camera_id": "A", "at": (120, 97), **KNOWN, "bearing_deg": 90.0, "kind": "fixed", "operator": "City"},
    {"camera_id": "B", "at": (220, 103), **KNOWN, "bearing_deg": 270.0, "kind": "fixed", "operator": "City"},
    {"camera_id": "C", "at": (309, 170), **KNOWN, "bearing_deg": 90.0, "kind": "fixed", "operator": "Harbour"},
    {"camera_id": "D", "at": (129, 240), **KNOWN, "bearing_deg": 270.0, "kind": "fixed"},
]
"""Each has a field of 90 degrees and 2000 px: it reaches 80, 40, 16, 8 and 4 m."""

TRIPS = {
    "along South Street": ((100, 100), (300, 100), 8.2),
    "back again": ((300, 100), (100, 100), 8.3),
    "from Church Lane": ((100, 270), (300, 200), 8.5),
    "from the harbour": ((360, 100), (100, 100), 17.2),
    "along North Street": ((300, 200), (100, 200), 9.0),
}
"""From where to where, and the hour of departure."""


def worked_viewing() -> Viewing:
    """Return a viewing without anything unknown, whose arcs are drawn to a micrometre."""
    return certain(draws=2, chord_tolerance_m=1e-6)


def worked_plan() -> Plan:
    """Return the plan: four cameras, and no trip but those of the page."""
    listed = network(CAMERAS)
    cameras = listed.cameras.set_crs(PLANE, allow_override=True)
    return Plan("Six streets", replace(listed, cameras=cameras), trips=TripPlan(count=0))


def worked_city() -> City:
    """Return the district."""
    ways, shapes = list(STREETS.values()), list(BUILDINGS.values())
    city = place_town([("health", [CLINIC])], ways, buildings=shapes, squares=[SQUARE], size_m=400.0)
    city = with_areas(
        city, HALVES, residents=[300, 100], groups={"birth": {"abroad": [60, 40], "here": [240, 60]}}
    )  # fmt: skip
    buildings = city.buildings.assign(
        kind=np.array(list(BUILDINGS), dtype=object), height_m=9.0, height_certainty="stated"
    )
    streets = city.streets.assign(name=np.array(list(STREETS), dtype=object))
    land = _frame({"kind": ["private", "water"], "tag": ["access=private", "waterway=canal"]}, [GARDEN, CANAL], "land")
    places = _frame({"kind": ["shop=books"], "name": ["Books"]}, [shapely.Point(SHOP)], "place")
    sensitive = city.sensitive
    assert sensitive is not None
    # Two persons on a square metre, for certain.
    crowd = replace(sensitive.crowd, low=sensitive.crowd.central, high=sensitive.crowd.central)
    there = {
        name: getattr(sensitive, name).set_crs(PLANE, allow_override=True)
        for name in ("places", "entrances", "squares")
    }
    here = {
        name: frame.set_crs(PLANE, allow_override=True)
        for name, frame in {"buildings": buildings, "streets": streets, "areas": city.areas}.items()
    }
    boundary = _moved(BOUNDARY)
    share = {"areas": here["areas"].assign(inside_share=1.0)}
    sensitive = replace(sensitive, crowd=crowd, **there)
    return replace(city, **here | share, boundary=boundary, land=land, places=places, sensitive=sensitive)


def node_of(position: np.ndarray, corner: tuple[int, int]) -> int:
    """Return the number of the node at a corner of the plan."""
    return int(np.argmin(np.hypot(*(position - ORIGIN - np.array(corner)).T)))


def _moved(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda points: points + ORIGIN)


def _frame(columns: dict[str, list[str]], shapes: list[shapely.Geometry], name: str) -> gpd.GeoDataFrame:
    index = pd.Index([f"{name}{number}" for number in range(len(shapes))], name=f"{name}_id", dtype=object)
    moved = [_moved(shape) for shape in shapes]
    return gpd.GeoDataFrame(columns, geometry=moved, index=index, crs=PLANE).astype(dict.fromkeys(columns, object))
