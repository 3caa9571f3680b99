"""A finished run, read back from the folder that it left: its findings, cameras and streets, and what it was made from."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from overseen.errors import Fault, SchemaError, SourceError
from overseen.model.schema import CAMERA_VIEWS, FINDINGS, STREET_EXPOSURE
from overseen.sources.run_folder import checksum

RECORDS = ("assessment.json", "run.json")
TABLES = ("cameras.parquet", "streets.parquet")


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """What a run left that another can be held against.

    Parameters
    ----------
    name, city
        What the plan and the city are called.
    date
        Date to which the plan refers.
    findings, cameras, streets
        Tables ``FINDINGS``, ``CAMERA_VIEWS`` and ``STREET_EXPOSURE``.
    levels
        Names of the detail levels.
    seed, draws
        Of the run.
    credit
        Attribution of its data.
    digest
        Checksum of its ``assessment.json``: the same for one and the same result.
    """

    name: str
    city: str
    date: dt.date | None
    findings: pd.DataFrame
    cameras: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    levels: tuple[str, ...]
    seed: int
    draws: int
    credit: str
    digest: str


def is_finished_run(path: Path) -> bool:
    """Return whether a path is a folder that a run left, of one city or of several."""
    return path.is_dir() and (path / RECORDS[1]).is_file() and bool(_city_folders(path))


def read_finished_runs(folder: Path) -> tuple[FinishedRun, ...]:
    """Return what a run left, city by city.

    Raises
    ------
    SourceError
        As :func:`read_finished_run`.
    """
    return tuple(read_finished_run(of_city) for of_city in _city_folders(folder))


def _city_folders(folder: Path) -> list[Path]:
    """Return the folder itself if it holds an assessment, else those of the cities that its record names."""
    if (folder / RECORDS[0]).is_file():
        return [folder]
    named = _parsed(folder / RECORDS[1]).get("cities", [])
    return [folder / name for name in named if (folder / name / RECORDS[0]).is_file()]


def read_finished_run(folder: Path) -> FinishedRun:
    """Return what a run left in a folder.

    Raises
    ------
    SourceError
        If a file is missing, was changed since, or is of another version; every fault at once.
    """
    missing = [name for name in (*RECORDS, *TABLES) if not (folder / name).is_file()]
    if missing:
        raise SourceError(
            [Fault(str(folder), name, "it is missing", "name a folder that overseen assess left") for name in missing]
        )
    record, run = (_parsed(folder / name) for name in RECORDS)
    _refuse_changed(folder, run)
    try:
        return _run(folder, record, run)
    except (KeyError, TypeError, ValueError, SchemaError) as reason:
        problem = f"it is not as this version writes it ({reason})"
        raise SourceError([Fault(str(folder), "", problem, "run the assessment again")]) from reason


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as reason:
        raise SourceError([Fault(path.name, "", f"it is no JSON ({reason})", "run the assessment again")]) from reason


def _refuse_changed(folder: Path, run: dict[str, Any]) -> None:
    outputs = run.get("outputs", {})
    changed = [name for name in (RECORDS[0], *TABLES) if checksum(folder / name) != outputs.get(name)]
    if changed:
        raise SourceError(
            [
                Fault(str(folder), name, "it is not the file that the run left", "run the assessment again")
                for name in changed
            ]
        )


def _run(folder: Path, record: dict[str, Any], run: dict[str, Any]) -> FinishedRun:
    levels = tuple(str(level["name"]) for level in record["viewing"]["ladder"]["levels"])
    plan = record["plan"]
    attributions = dict.fromkeys(source["attribution"] for source in run["sources"] if source["attribution"])
    return FinishedRun(
        str(plan["name"]),
        str(record["city"]["name"]),
        dt.date.fromisoformat(plan["date"]) if plan["date"] else None,
        _findings(record["findings"]),
        CAMERA_VIEWS.checked(gpd.read_parquet(folder / "cameras.parquet"), levels),
        STREET_EXPOSURE.checked(gpd.read_parquet(folder / "streets.parquet"), levels),
        levels,
        int(run["seed"]),
        int(run["draws"]),
        "; ".join(attributions),
        str(run["outputs"]["assessment.json"]),
    )


def _findings(rows: list[dict[str, Any]]) -> pd.DataFrame:
    names = [FINDINGS.index.name, *[column.name for column in FINDINGS.columns]]
    frame = pd.DataFrame(rows, columns=names, dtype=object).set_index(FINDINGS.index.name)
    numbers = [column.name for column in FINDINGS.columns if column.kind == "number"]
    return FINDINGS.checked(frame.astype(dict.fromkeys(numbers, float)))
