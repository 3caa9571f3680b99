"""Every table, described once: the check, the data dictionary, the exports and the docs are made from this.

A column's name carries its unit (``_m``, ``_m2``, ``_deg``, ``_px``, ``_px_per_m``, ``_s``, ``_share``, ``_count``). Where a
name holds ``{level}`` the column stands once for each detail level of the ladder in use. One file holds one chapter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from overseen.model.schema.city import (
    AREA_GROUPS,
    AREAS,
    BUILDINGS,
    ENTRANCES,
    LAND,
    PLACES,
    SENSITIVE_PLACES,
    SQUARES,
    STREETS,
)
from overseen.model.schema.description import GEOMETRY_TYPES, Column, FrameT, Kind, Table, interval_columns
from overseen.model.schema.exposure import (
    MASK_EFFECTS,
    MASKS,
    NAMED_STREET_CAMERAS,
    NAMED_STREETS,
    PLACE_EXPOSURE,
    PRIVATE_AREAS,
    SQUARE_EXPOSURE,
    STREET_CAMERAS,
    STREET_EXPOSURE,
)
from overseen.model.schema.findings import COMPLETENESS, FINDINGS, SCENARIOS, SENSITIVITY
from overseen.model.schema.imagined import IMAGINED
from overseen.model.schema.network import CAMERAS, HEADS
from overseen.model.schema.operations import COST_ITEMS, COST_YEARS, DELIVERED, OPERATION_FIGURES
from overseen.model.schema.people import AREA_EXPOSURE, GROUP_EXPOSURE, RESIDENT_EXPOSURE
from overseen.model.schema.trips import CAMERA_TRACES, TRACES, TRIP_AREAS, TRIP_CURVES, TRIPS
from overseen.model.schema.views import CAMERA_VIEWS, ISOVISTS
from overseen.model.schema.vocabulary import (
    BOUNDS,
    CAMERA_KINDS,
    CAMERA_SETTINGS,
    CAMERA_USES,
    CERTAINTIES,
    COMPLETENESS_STATUSES,
    ENTRANCE_SOURCES,
    LAND_KINDS,
    PLACEMENTS,
    SQUARE_KINDS,
    TRIP_CURVE_NAMES,
    VERDICTS,
    VIEWS,
    View,
)

TABLES: tuple[Table, ...] = (
    CAMERAS,
    HEADS,
    BUILDINGS,
    STREETS,
    PLACES,
    LAND,
    AREAS,
    AREA_GROUPS,
    ISOVISTS,
    SENSITIVE_PLACES,
    ENTRANCES,
    SQUARES,
    CAMERA_VIEWS,
    STREET_EXPOSURE,
    STREET_CAMERAS,
    NAMED_STREETS,
    NAMED_STREET_CAMERAS,
    COMPLETENESS,
    PLACE_EXPOSURE,
    SQUARE_EXPOSURE,
    FINDINGS,
    SENSITIVITY,
    SCENARIOS,
    PRIVATE_AREAS,
    MASKS,
    MASK_EFFECTS,
    AREA_EXPOSURE,
    GROUP_EXPOSURE,
    RESIDENT_EXPOSURE,
    TRIPS,
    TRIP_AREAS,
    TRIP_CURVES,
    TRACES,
    IMAGINED,
    CAMERA_TRACES,
    OPERATION_FIGURES,
    DELIVERED,
    COST_ITEMS,
    COST_YEARS,
)


def described_columns(tables: Iterable[Table] = TABLES) -> Iterator[tuple[Table, Column]]:
    """Yield every column of every table, index first."""
    for table in tables:
        yield table, table.index
        for column in table.columns:
            yield table, column


__all__ = [
    "AREAS",
    "AREA_EXPOSURE",
    "AREA_GROUPS",
    "BOUNDS",
    "BUILDINGS",
    "CAMERAS",
    "CAMERA_KINDS",
    "CAMERA_SETTINGS",
    "CAMERA_TRACES",
    "CAMERA_USES",
    "CAMERA_VIEWS",
    "CERTAINTIES",
    "COMPLETENESS",
    "COMPLETENESS_STATUSES",
    "COST_ITEMS",
    "COST_YEARS",
    "DELIVERED",
    "ENTRANCES",
    "ENTRANCE_SOURCES",
    "FINDINGS",
    "GEOMETRY_TYPES",
    "GROUP_EXPOSURE",
    "HEADS",
    "IMAGINED",
    "ISOVISTS",
    "LAND",
    "LAND_KINDS",
    "MASKS",
    "MASK_EFFECTS",
    "NAMED_STREETS",
    "NAMED_STREET_CAMERAS",
    "OPERATION_FIGURES",
    "PLACEMENTS",
    "PLACES",
    "PLACE_EXPOSURE",
    "PRIVATE_AREAS",
    "RESIDENT_EXPOSURE",
    "SCENARIOS",
    "SENSITIVE_PLACES",
    "SENSITIVITY",
    "SQUARES",
    "SQUARE_EXPOSURE",
    "SQUARE_KINDS",
    "STREETS",
    "STREET_CAMERAS",
    "STREET_EXPOSURE",
    "TABLES",
    "TRACES",
    "TRIPS",
    "TRIP_AREAS",
    "TRIP_CURVES",
    "TRIP_CURVE_NAMES",
    "VERDICTS",
    "VIEWS",
    "Column",
    "FrameT",
    "Kind",
    "Table",
    "View",
    "described_columns",
    "interval_columns",
]
