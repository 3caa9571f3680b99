"""An assessment as files for machines: JSON, GeoParquet, and the record of the run."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from overseen.assessment.findings import Assessment
from overseen.assessment.purpose_result import PurposeResult
from overseen.assessment.register import who_sees
from overseen.model.plan import Purpose
from overseen.report.tables_csv import write_csv
from overseen.sources.run_folder import checksum

GEO_TABLES = ("isovists", "streets", "cameras", "completeness", "private_areas", "areas", "places", "squares")

PAIR_TABLES = ("street_cameras", "named_streets", "named_street_cameras")


def plain(value: Any) -> Any:
    """Return a value as JSON holds it: unknown numbers as null, dates as ISO 8601."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value.isoformat() if isinstance(value, dt.date) else value


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as JSON holds them, index first."""
    return [plain(row) for row in frame.reset_index().to_dict("records")]


def _declared(assessment: Assessment) -> dict[str, Any]:
    plan = dataclasses.replace(assessment.plan, network=None, second_list=None, purposes=())  # type: ignore[arg-type]
    # The tests of the packs stand under rules, with their answers.
    left_out = ("network", "second_list", "rules")
    declared = {name: value for name, value in dataclasses.asdict(plan).items() if name not in left_out}
    if plan.power is not None:
        # Which camera hangs on which feeder, and when that is cut, would tell at any moment which cameras are dark.
        declared["power"] |= {"feeders": None if plan.power.feeders is None else plan.power.feeders.file,
                              "timetable": len(plan.power.timetable)}  # fmt: skip
    if declared["control_room"] is not None:
        declared["control_room"].pop("feeder")
    return declared | {"purposes": [_purpose(purpose) for purpose in assessment.plan.purposes]}


def _operations(assessment: Assessment) -> dict[str, Any] | None:
    found = assessment.operations
    if found is None:
        return None
    tables = {name: rows_of(getattr(found, name)) for name in ("figures", "delivered", "cost_items", "cost_years")}
    return tables | {
        "gaps": [dataclasses.asdict(gap) for gap in found.gaps],
        "assumed": [list(one) for one in found.assumed],
    }


def _purpose(purpose: Purpose) -> dict[str, Any]:
    """Return what is declared of a purpose, its zones by name."""
    told = dataclasses.asdict(dataclasses.replace(purpose, zones=None))
    return told | {"zones": purpose.zones.index.tolist()}


def purpose_record(found: PurposeResult | None) -> dict[str, Any] | None:
    """Return the tables on purposes and necessity, plain enough for JSON."""
    if found is None:
        return None
    names = ("purposes", "zones", "camera_purposes", "camera_necessity", "ladder")
    return {name: rows_of(getattr(found, name)) for name in names} | {"facts": dataclasses.asdict(found.facts)}


def assessment_record(assessment: Assessment) -> dict[str, Any]:
    """Return what ``assessment.json`` holds; tables of shapes stand in the GeoParquet files beside it."""
    city = assessment.city
    return plain(
        {
            "plan": _declared(assessment),
            "city": {
                "name": city.name,
                "boundary": city.boundary_source,
                "boundary_m2": city.boundary.area,
                "frame": city.buildings.crs.to_string(),
                "counts": {name: len(getattr(city, name)) for name in ("buildings", "streets", "places", "land")},
            },
            "place_kinds": [dataclasses.asdict(kind) for kind in city.sensitive.kinds] if city.sensitive else [],
            "crowd": dataclasses.asdict(city.sensitive.crowd) if city.sensitive else None,
            "viewing": dataclasses.asdict(assessment.viewing),
            "findings": rows_of(assessment.findings),
            "groups": rows_of(assessment.groups),
            "residents": rows_of(assessment.residents),
            "people": dataclasses.asdict(assessment.people_basis),
            "sensitivity": rows_of(assessment.sensitivity),
            "scenarios": rows_of(assessment.scenarios),
            "masks": rows_of(assessment.masks),
            "mask_effects": rows_of(assessment.mask_effects),
            "trips": {
                "facts": dataclasses.asdict(assessment.trips.facts),
                **{name: rows_of(getattr(assessment.trips, name)) for name in ("areas", "curves", "traces", "cameras")},
            },
            "cameras": rows_of(pd.DataFrame(assessment.cameras.drop(columns="geometry"))),
            "readings": [
                dataclasses.asdict(reading) | {"reasons": dict(reading.reasons)}
                for reading in assessment.plan.network.readings
            ],
            "completeness": rows_of(pd.DataFrame(assessment.completeness.drop(columns="geometry"))),
            "undercount": None if assessment.undercount is None else dataclasses.asdict(assessment.undercount),
            "operations": _operations(assessment),
            "phases": None if assessment.phases is None else rows_of(assessment.phases),
            "rules": _governed(assessment, "rules"),
            "register_sharing": _sharing_counts(assessment),
            "view_entries": _governed(assessment, "entries"),
            "purposes": purpose_record(assessment.purposes),
            "notices": [dataclasses.asdict(notice) for notice in assessment.notices],
            "provenance": dataclasses.asdict(assessment.provenance),
        }
    )


def _governed(assessment: Assessment, table: str) -> list[dict[str, Any]] | None:
    frame = None if assessment.governed is None else getattr(assessment.governed, table)
    return None if frame is None else rows_of(frame)


def _sharing_counts(assessment: Assessment) -> list[dict[str, Any]] | None:
    """Return the parties with the number of their cameras; each camera stands in the CSV file."""
    if assessment.governed is None:
        return None
    return plain(who_sees(assessment.governed.sharing).to_dict("records"))


def write_lists(assessment: Assessment, folder: Path) -> None:
    """Write the register, who may see what, and the answers to rules as CSV."""
    if assessment.governed is None:
        return
    write_csv(assessment.governed.register, folder / "register.csv")
    write_csv(assessment.governed.sharing, folder / "register_sharing.csv")
    write_csv(assessment.governed.rules, folder / "rules.csv")


def write_json(content: Any, path: Path) -> None:
    """Write JSON with sorted keys, two spaces and a line break at the end."""
    path.write_text(
        json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
    )


def write_tables(assessment: Assessment, folder: Path) -> None:
    """Write each table of shapes as GeoParquet (WKB, with the bounding box of every row)."""
    for name in GEO_TABLES:
        table: gpd.GeoDataFrame | None = getattr(assessment, name)
        if table is None:
            continue
        table.to_parquet(folder / f"{name}.parquet", compression="zstd", write_covering_bbox=True)
    assessment.trips.trips.to_parquet(folder / "trips.parquet", compression="zstd", write_covering_bbox=True)
    for name in PAIR_TABLES:
        getattr(assessment, name).to_parquet(folder / f"{name}.parquet", compression="zstd")


def run_record(assessment: Assessment, folder: Path) -> dict[str, Any]:
    """Return what ``run.json`` holds: inputs, versions, seed, and the checksum of every file already in ``folder``."""
    outputs = {
        path.relative_to(folder).as_posix(): checksum(path) for path in sorted(folder.rglob("*")) if path.is_file()
    }
    return plain({"made_by": "overseen", **dataclasses.asdict(assessment.provenance), "outputs": outputs})
