"""The parts of which the object of a checked file is put together."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

import geopandas as gpd
import numpy as np

from overseen.errors import Fault
from overseen.model.provenance import Notice, Reading, Source

Found = dict[str, Any]


def empty_object(file: str) -> Found:
    """Return the object of a file of which nothing is known yet: every key, in the order of the documentation."""
    return {
        "file": file, "kind": None, "told_by": None, "usable": True, "faults": [], "odd": [], "dropped": [], "files": [], "crs": None,
        "extent_deg": None, "rows": None, "cameras": None, "readings": [], "assumed": [], "city": None, "layer": None, "people": None,
        "trips": None, "settings": None, "operations": None,
    }  # fmt: skip


def source_objects(sources: Iterable[Source]) -> list[Found]:
    """Return files that were read."""
    return [
        {"file": source.file, "role": source.role, "sha256": source.sha256, "bytes": source.size_bytes,
         "licence": source.licence, "date": source.date, "counts": dict(source.counts),
         "columns": dict(source.columns), "unread": list(source.unread)}
        for source in dict.fromkeys(sources)
    ]  # fmt: skip


def odd_objects(notices: Iterable[Notice]) -> Found:
    """Return what was odd, and apart what was dropped for privacy."""
    listed = sorted(dict.fromkeys(notices))
    return {
        "odd": [dataclasses.asdict(notice) for notice in listed],
        "dropped": [
            {"file": notice.file, "what": notice.kind, "count": notice.count}
            for notice in listed
            if "dropped" in notice.kind
        ],
    }


def fault_object(fault: Fault) -> Found:
    """Return one fault."""
    return dataclasses.asdict(fault)


def reading_objects(readings: Iterable[Reading]) -> list[Found]:
    """Return what was read of each attribute."""
    return [dataclasses.asdict(reading) | {"reasons": dict(reading.reasons)} for reading in readings]


def extent_object(shapes: gpd.GeoSeries) -> Found | None:
    """Return the box around shapes, in degrees; ``None`` if there is none on the globe."""
    if not len(shapes):
        return None
    west, south, east, north = (round(float(value), 7) for value in shapes.to_crs(4326).total_bounds)
    if not np.isfinite([west, south, east, north]).all():
        return None
    return {"west": west, "south": south, "east": east, "north": north}


def counted(values: Iterable[object], *, most: int = 12) -> dict[str, int]:
    """Return how often each value stands, the most frequent first, the rest as one."""
    series = gpd.pd.Series(list(values), dtype=object).fillna("unknown").astype(str).value_counts()
    ordered = sorted(series.items(), key=lambda item: (-item[1], item[0]))
    found = {str(name): int(count) for name, count in ordered[:most]}
    rest = sum(int(count) for _, count in ordered[most:])
    return found | ({"others": rest} if rest else {})


def columns_object(
    source: Source, taken: dict[str, str], present: Sequence[str], *, kept: Iterable[str] = ()
) -> list[Found]:
    """Return a layer's file with what was taken for what and what was left unread."""
    read = {*taken.values(), *kept}
    unread = tuple(
        name
        for name in present
        if name not in read and name.split(".")[0] not in {column.split(".")[0] for column in read}
    )
    return source_objects([dataclasses.replace(source, columns=tuple(taken.items()), unread=unread)])
