"""A stated timetable of outages: which feeder is cut on which day of the week from when to when."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from overseen.errors import Fault, SourceError
from overseen.model.operations import Outage
from overseen.model.provenance import Source
from overseen.sources.files import file_source

COLUMNS = ("feeder", "day", "from", "to")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FEW_SHOWN = 5
CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})$")


def read_timetable(path: Path) -> tuple[tuple[Outage, ...], Source]:
    """Return the outages of a CSV file with the columns ``feeder``, ``day``, ``from`` and ``to``, which repeat every week.

    ``feeder`` is a name, or ``*`` for all; ``day`` one of mon to sun, or empty or ``daily``; the others are times of the day, and
    ``to`` may lie after midnight. An outage from and to the same time lasts a day.

    Raises
    ------
    SourceError
        With every fault at once: a missing column, a day or a time that is none.
    """
    source = file_source(path, role="timetable of outages")
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        problem = f"it is no table of comma-separated values ({type(error).__name__})"
        raise SourceError([Fault(path.name, "", problem, "save it as CSV in UTF-8")]) from error
    frame = frame.rename(columns=lambda name: name.strip().lower())
    missing = [name for name in COLUMNS if name not in frame]
    if missing:
        remedy = f"name the columns {', '.join(COLUMNS)}"
        raise SourceError([Fault(path.name, name, "there is no such column", remedy) for name in missing])
    outages: list[Outage] = []
    faults: list[Fault] = []
    for number, row in enumerate(frame[list(COLUMNS)].itertuples(index=False), start=2):
        feeder, day, begin, end = (str(cell).strip() for cell in row)
        start, stop, days = _hours(begin), _hours(end), _days(day)
        if not feeder or start is None or stop is None or days is None:
            problem = f"{', '.join((feeder, day, begin, end))!r} is no outage of a feeder"
            faults.append(Fault(path.name, f"row {number}", problem, "write it as in 'north,mon,18:00,22:00'"))
            continue
        length = (stop - start) % 24.0 or 24.0
        outages += [Outage(feeder, 24.0 * one + start, length) for one in days]
    if faults:
        raise SourceError(faults[:FEW_SHOWN])
    if not outages:
        raise SourceError([Fault(path.name, "", "it holds no outage", "add one, or leave the timetable out")])
    return tuple(outages), source


def _hours(text: str) -> float | None:
    """Return a time of the day in hours, None if it is none.

    Examples
    --------
    >>> _hours("18:30"), _hours("24:00"), _hours("25:00"), _hours("noon")
    (18.5, 24.0, None, None)
    """
    found = CLOCK.match(text)
    if found is None or int(found[2]) > 59:
        return None
    hours = int(found[1]) + int(found[2]) / 60.0
    return hours if hours <= 24.0 else None


def _days(text: str) -> tuple[int, ...] | None:
    word = text.lower()[:3]
    if word in ("", "dai", "*"):
        return tuple(range(7))
    return (DAYS.index(word),) if word in DAYS else None
