"""Lists that count cameras at places: a row that stands for several cameras, for none, or for those of a whole area."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from overseen.errors import SourceError
from overseen.sources.camera_rows import CameraRow
from overseen.sources.mending import Account
from overseen.sources.quantities import parsed_number

COUNT = "count"
"""Field of a row that says how many cameras it stands for."""

PART = "count:"
"""A field that begins so counts the cameras of one kind among them, such as ``count:dome``."""

AREA_MEDIAN = 50.0
AREA_LARGEST = 1000.0
"""Counts of which the median, or any, is above these are those of areas: no pole, crossing or site has so many cameras.
The fullest of 10,377 crossings of New York has 17; the counts of Seoul's 25 districts run from 858 to 5,221."""


def with_counts_spread(rows: list[CameraRow], account: Account) -> list[CameraRow]:
    """Return one row for each camera that the rows count, all of a row at its place; a row without a count is one camera.

    Raises
    ------
    SourceError
        If the counts are those of areas, unless the plan asks for ``counts``.
    """
    if not any(COUNT in row.values for row in rows):
        return rows
    counts = [_count(row) for row in rows]
    if not account.is_asked("counts"):
        _refuse_areas(rows, counts, account)
    account.note("counts", [row.source for row, count in zip(rows, counts, strict=True) if count is None],
                 "What they say of the number of cameras is no whole number; each counts as one.", outcome="not understood")  # fmt: skip
    account.note("counts", [row.source for row, count in zip(rows, counts, strict=True) if count == 0],
                 "They count no camera and are not among the cameras.", outcome="left out")  # fmt: skip
    account.note("counts", [row.source for row, count in zip(rows, counts, strict=True) if _is_at_odds(row, count)],
                 "The total they give is not the sum of the kinds they give; the total was used.", outcome="at odds")  # fmt: skip
    several = [row.source for row, count in zip(rows, counts, strict=True) if count is not None and count > 1]
    cameras = sum(count for count in counts if count is not None and count > 1)
    account.note(
        "counts",
        several,
        f"They stand for {cameras:,} cameras, which were all put at the place of their row.",
        outcome="mended",
    )
    taken = {row.camera_id for row in rows}
    return [camera for row, count in zip(rows, counts, strict=True) for camera in _cameras(row, count, taken)]


def _count(row: CameraRow) -> int | None:
    """Return how many cameras a row stands for: 1 if it does not say, ``None`` if that cannot be read."""
    text = row.values.get(COUNT, "").strip()
    value = parsed_number(text) if text else 1.0
    return int(value) if value is not None and value >= 0.0 and value == int(value) else None


def _refuse_areas(rows: list[CameraRow], counts: list[int | None], account: Account) -> None:
    known = np.array([count for count in counts if count], dtype=float)
    if not len(known) or (np.median(known) <= AREA_MEDIAN and known.max() <= AREA_LARGEST):
        return
    largest = max(range(len(rows)), key=lambda number: counts[number] or 0)
    problem = (
        f"its rows count up to {known.max():,.0f} cameras, {np.median(known):,.0f} in the middle of the list: a point of so "
        "many stands for an area, and nothing can be said of what they see from there"
    )
    remedy = "give a list with one position for each camera; if they do all hang at these points, write mend = ['counts'] in [cameras]"
    raise SourceError([account.fault(rows[largest].source, problem, remedy)])


def _parts(row: CameraRow) -> list[tuple[str, int]]:
    """Return how many cameras of which kind a row counts."""
    found = [
        (name.removeprefix(PART), parsed_number(text)) for name, text in row.values.items() if name.startswith(PART)
    ]
    return [(kind, int(value)) for kind, value in found if value is not None and value >= 0.0 and value == int(value)]


def _is_at_odds(row: CameraRow, count: int | None) -> bool:
    parts = _parts(row)
    return bool(parts) and COUNT in row.values and count is not None and sum(number for _, number in parts) != count


def _cameras(row: CameraRow, count: int | None, taken: set[str]) -> list[CameraRow]:
    """Return the cameras that a row stands for, each of the kind that its part of the count has."""
    if count == 0:
        return []
    parts = [] if _is_at_odds(row, count) else _parts(row)
    kinds = [kind for kind, number in parts for _ in range(number)]
    values, known = (
        {name: text for name, text in said.items() if name != COUNT and not name.startswith(PART)}
        for said in (row.values, row.origin)
    )
    cameras = []
    for number in range(count or 1):
        own, origin = dict(values), dict(known)
        if number < len(kinds):
            own["kind"], origin["kind"] = kinds[number], row.origin.get(PART + kinds[number], "the counts of its place")
        name = row.camera_id if count in (None, 1) else _name(f"{row.camera_id}/{number + 1}", taken)
        cameras.append(replace(row, camera_id=name, values=own, origin=origin))
    return cameras


def _name(wanted: str, taken: set[str]) -> str:
    """Return an identifier that no camera bears yet: as wanted, or followed by as many strokes as it takes."""
    while wanted in taken:
        wanted += "'"
    taken.add(wanted)
    return wanted
