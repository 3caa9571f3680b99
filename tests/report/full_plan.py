"""A paper town whose plan declares all that a plan may, so that every section of a report has something to say; its names are Greek."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import geopandas as gpd
import pandas as pd
import shapely

from overseen.assessment.assess import assess
from overseen.assessment.comparison import compare
from overseen.assessment.findings import Assessment
from overseen.assessment.sides import side_of_assessment
from overseen.model.city import City
from overseen.model.governance import Governance, Sharing, Signs
from overseen.model.operations import ControlRoom, Costs, Feeders, Power, Storage
from overseen.model.plan import Phase, Plan
from overseen.model.schema import AREAS
from overseen.model.statements import ABOUT, Statement
from overseen.sources.rule_packs import get_rule_pack, rule_pack_names
from tests.exposure.test_purposes import purpose
from tests.exposure.test_streets import BLOCKS, WAYS, scattered
from tests.town import ORIGIN, network, town, viewing

YEAR = "Έτος"


def greek_town() -> City:
    """Return the town with residents, dwellings, and names in Greek."""
    city = town(BLOCKS, WAYS)
    west, south, east, north = city.boundary.bounds
    middle = (west + east) / 2.0
    areas = gpd.GeoDataFrame(
        {"name": ["Δύση", "Ανατολή"], "resident_count": [1000.0, 50.0], "inside_share": [1.0, 1.0]},
        geometry=[shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)],
        crs=city.buildings.crs,
        index=pd.Index(["a1", "a2"], name="area_id", dtype=object),
    )
    streets = city.streets.assign(name=[f"Οδός {number}" for number in range(len(city.streets))])
    kinds = ["apartments" if number % 2 else None for number in range(len(city.buildings))]
    return replace(
        city,
        name="Πόλη",
        boundary_source="the box that the extract states for itself",
        streets=streets,
        buildings=city.buildings.assign(kind=kinds),
        areas=AREAS.checked(areas),
    )


def full_plan(*, count: int = 24) -> Plan:
    """Return a plan of so many cameras that declares everything."""
    rows = scattered(count)
    for number, row in enumerate(rows):
        row |= {"phase": f"{YEAR} {number % 2 + 1}", "remark": None, "source": "Χέρι"}
    cameras = network(rows)
    names = list(cameras.cameras.index)
    return Plan(
        f"Σχέδιο {count}",
        cameras,
        dt.date(2027, 6, 1),
        purposes=(purpose((20, 20, 80, 80), name="Σκοπός", share=0.5, hours_operated=24.0, hours_needed=8.0),),
        phases=(Phase(f"{YEAR} 1", dt.date(2026, 1, 1)), Phase(f"{YEAR} 2", dt.date(2027, 1, 1))),
        control_room=ControlRoom(3, 5, {"shifts_per_day": (3.0,) * 3}, feeder="Φ", link_mbps=50.0),
        power=Power((2.0,) * 3, {"outage_hours": (4.0,) * 3}, Feeders("f.geojson", dict.fromkeys(names, "Φ"), ("Φ",))),
        retention_days=30.0,
        storage=Storage("h264"),
        costs=Costs("USD", {"camera": (1000.0, 2000.0, 4000.0)}, None, 3e6, 4),
        governance=Governance(
            hours=((0.0, 24.0),) * 7,
            until=dt.date(2026, 12, 31),
            signs=Signs("s.geojson", ((float(ORIGIN[0]) + 50.0, float(ORIGIN[1]) + 50.0),)),
            sharing=(Sharing("Υπουργείο", "Εικόνα"),),
            biometrics=False,
            setting="town centre",
            country="LU",
        ),
        rules=tuple(get_rule_pack(name) for name in rule_pack_names()),
        statements=tuple(Statement(f"Δήλωση {number}.", about) for number, about in enumerate(ABOUT)),
    )


@cache
def full_assessment() -> Assessment:
    """Return the assessment of the plan, held against one of fewer cameras, in few draws."""
    city = greek_town()
    found, other = (assess(full_plan(count=count), city, viewing(draws=3)) for count in (24, 20))
    return replace(found, rival=compare(side_of_assessment(found), side_of_assessment(other)))
