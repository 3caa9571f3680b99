"""Tables of trips and the user's own assumptions and kinds of places as ``overseen check`` shows them."""

from __future__ import annotations

from pathlib import Path

from overseen.cli.checked_parts import Found, odd_objects, source_objects
from overseen.sources.assumption_file import read_assumptions
from overseen.sources.file_kinds import Told
from overseen.sources.files import file_source
from overseen.sources.place_kinds import read_kinds
from overseen.sources.trip_table import read_trip_table

USUAL_MINIMUM = 10.0
"""Fewest trips in a cell that is kept, where no plan says otherwise."""


def checked_trips(path: Path, _told: Told, _crs: str | None) -> Found:
    """Return how many trips a table holds, between how many areas; whether the city has them only a plan can tell."""
    table = read_trip_table(path, minimum=USUAL_MINIMUM, area_ids=None)
    ends = {end for cell in table.demand for end in (cell.origin, cell.destination)}
    return {
        "files": source_objects([table.source]),
        "trips": {"cells": len(table.demand), "areas": len(ends), "trips": round(sum(cell.trips for cell in table.demand)),
                  "fewest_in_a_cell": USUAL_MINIMUM},
        **odd_objects(table.notices),
    }  # fmt: skip


def checked_assumptions(path: Path, _told: Told, _crs: str | None) -> Found:
    """Return a set of assumptions, each with its range."""
    assumptions = read_assumptions(path)
    return {
        "files": source_objects([file_source(path, role="assumptions")]),
        "settings": {
            "name": assumptions.name,
            "unknowns": [
                {"unknown": unknown.name, "low": unknown.low, "central": unknown.central, "high": unknown.high,
                 "of_kind": [bounds.kind for bounds in unknown.of_kind], "source": unknown.source}
                for unknown in assumptions.unknowns
            ],
        },
    }  # fmt: skip


def checked_kinds(path: Path, _told: Told, _crs: str | None) -> Found:
    """Return a list of kinds of sensitive place."""
    kinds = read_kinds(path)
    return {
        "files": source_objects([file_source(path, role="kinds of places")]),
        "settings": {
            "name": kinds.name,
            "kinds": [
                {"name": kind.name, "title": kind.title, "is_confidential": kind.is_confidential}
                for kind in kinds.kinds
            ],
        },
    }


SETTINGS_CHECKS = {"trips": checked_trips, "assumptions": checked_assumptions, "place_kinds": checked_kinds}
