"""A table of trips between areas: counts of many trips together; a cell that could be about a few people is never kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from overseen.errors import Fault, SourceError
from overseen.model.provenance import Notice, Source
from overseen.model.trips import Demand
from overseen.sources.files import file_source

COLUMNS = ("origin", "destination", "trips")
FEW_SHOWN = 5
LEAST_MINIMUM = 5
"""No plan may state a lower minimum: a cell of fewer trips can be one household's."""


@dataclass(frozen=True, slots=True)
class TripTable:
    """Trips between areas, with where they came from and what was refused."""

    demand: tuple[Demand, ...]
    source: Source
    notices: tuple[Notice, ...]


def read_trip_table(path: Path, *, minimum: float, area_ids: Collection[str] | None) -> TripTable:
    """Return the trips of a CSV file with the columns ``origin``, ``destination`` and ``trips``.

    The first two name areas of the city; ``area_ids`` are those, or ``None`` where no city is known yet. A cell with fewer than ``minimum`` trips is refused and counted, whatever else it holds;
    columns beyond the three are not read.

    Raises
    ------
    SourceError
        With every fault at once: a missing column, a count that is none, an area that is not there, no cell left.
    """
    source = file_source(path, role="trips between areas")
    frame = _read(path)
    trips = pd.to_numeric(frame["trips"], errors="coerce")
    faults = [*_count_faults(path.name, frame, trips), *_area_faults(path.name, frame, area_ids)]
    is_small = trips < minimum
    if not faults and is_small.all():
        problem = f"no cell has {minimum:g} trips or more"
        faults.append(Fault(path.name, "trips", problem, "add up areas until cells are larger"))
    if faults:
        raise SourceError(faults)
    kept = frame[~is_small]
    rows = zip(kept["origin"], kept["destination"], trips[~is_small], strict=True)
    demand = tuple(Demand(str(origin), str(destination), float(count)) for origin, destination, count in rows)
    counted = Source(source.file, source.role, source.sha256, source.size_bytes, counts=(("cells kept", len(demand)),))
    return TripTable(demand, counted, _notices(path.name, is_small, minimum))


def _read(path: Path) -> pd.DataFrame:
    try:
        frame = pd.read_csv(
            path, dtype=str, keep_default_na=False, usecols=lambda name: name.strip().lower() in COLUMNS
        )
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        problem = f"it is no table of comma-separated values ({type(error).__name__})"
        raise SourceError([Fault(path.name, "", problem, "save it as CSV in UTF-8")]) from error
    frame = frame.rename(columns=lambda name: name.strip().lower())
    missing = [name for name in COLUMNS if name not in frame]
    if missing:
        raise SourceError(
            [
                Fault(path.name, name, "there is no such column", f"name the columns {', '.join(COLUMNS)}")
                for name in missing
            ]
        )
    return frame


def _count_faults(file: str, frame: pd.DataFrame, trips: pd.Series) -> list[Fault]:
    odd = frame.index[~(trips >= 0) | (trips == float("inf"))]
    return [
        Fault(file, f"row {row + 2}", f"{frame['trips'][row]!r} is no number of trips", "give 0 or more")
        for row in odd[:FEW_SHOWN]
    ]


def _area_faults(file: str, frame: pd.DataFrame, area_ids: Collection[str] | None) -> list[Fault]:
    if area_ids is None:
        return []
    known = set(area_ids)
    faults = []
    for column in ("origin", "destination"):
        strange = frame[column][~frame[column].isin(known)].drop_duplicates()
        if len(strange):
            shown = ", ".join(repr(name) for name in strange[:FEW_SHOWN])
            problem = f"{len(strange)} of its areas are not among the city's, such as {shown}"
            faults.append(Fault(file, column, problem, "use the identifiers of the areas that the plan names"))
    return faults


def _notices(file: str, is_small: pd.Series, minimum: float) -> tuple[Notice, ...]:
    if not is_small.any():
        return ()
    example = f"row {int(is_small.idxmax()) + 2}"
    consequence = f"A cell of fewer than {minimum:g} trips may be about a few people: it was refused."
    return (Notice(file, "too few trips in a cell", int(is_small.sum()), example, consequence),)
