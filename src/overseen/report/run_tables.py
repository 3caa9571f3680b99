"""The tables that a run gives away, each with its description: what GeoPackage, CSV and their dictionary are made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

import geopandas as gpd
import pandas as pd

from overseen.assessment.findings import Assessment
from overseen.model import schema
from overseen.model.schema import Column, Table


@dataclass(frozen=True, slots=True)
class RunTable:
    """One table of a run.

    Parameters
    ----------
    title
        What it is called for people.
    described
        Its description.
    frame
        Its rows.
    levels
        The detail levels in force, for columns that stand once per level.
    """

    title: str
    described: Table
    frame: pd.DataFrame
    levels: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name in files."""
        return self.described.name

    @property
    def has_shapes(self) -> bool:
        """Whether its rows have a place on the map."""
        return isinstance(self.frame, gpd.GeoDataFrame)

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column, that of the index first."""
        return (self.described.index, *self.described.expanded(self.levels))


GIVEN_AWAY: tuple[tuple[str, Table, str], ...] = (
    ("isovists", schema.ISOVISTS, "What each camera may see"),
    ("streets", schema.STREET_EXPOSURE, "Streets: how much of each is in view"),
    ("cameras", schema.CAMERA_VIEWS, "Cameras: what is known of them"),
    ("areas", schema.AREA_EXPOSURE, "Areas: what of each is in view"),
    ("places", schema.PLACE_EXPOSURE, "Sensitive places: their doors and the ways to them"),
    ("squares", schema.SQUARE_EXPOSURE, "Squares: how much of each is in view"),
    ("completeness", schema.COMPLETENESS, "Where the map has its buildings"),
    ("private_areas", schema.PRIVATE_AREAS, "Homes in view, counted by area"),
    ("trips.trips", schema.TRIPS, "Simulated trips, from first to last point"),
    ("findings", schema.FINDINGS, "Every number that the report may publish"),
    ("sensitivity", schema.SENSITIVITY, "What moves the answer"),
    ("scenarios", schema.SCENARIOS, "Everything unknown at its low, central or high value"),
    ("groups", schema.GROUP_EXPOSURE, "Groups of residents compared"),
    ("residents", schema.RESIDENT_EXPOSURE, "Residents, from least to most exposed"),
    ("street_cameras", schema.STREET_CAMERAS, "Which camera could look at which street"),
    ("named_streets", schema.NAMED_STREETS, "Whole streets: how much of each is in view"),
    ("named_street_cameras", schema.NAMED_STREET_CAMERAS, "Which camera could look at which whole street"),
    ("masks", schema.MASKS, "Masks that would spare homes"),
    ("mask_effects", schema.MASK_EFFECTS, "What those masks would change"),
    ("trips.areas", schema.TRIP_AREAS, "Simulated trips by the area in which they begin"),
    ("trips.curves", schema.TRIP_CURVES, "Curves over the simulated trips"),
    ("trips.traces", schema.TRACES, "How many sightings single a trip out"),
    ("trips.cameras", schema.CAMERA_TRACES, "Simulated trips that each camera could look at"),
    ("operations.figures", schema.OPERATION_FIGURES, "What running the network takes"),
    ("operations.delivered", schema.DELIVERED, "What of it is delivered"),
    ("operations.cost_items", schema.COST_ITEMS, "What it costs, item by item"),
    ("operations.cost_years", schema.COST_YEARS, "What it costs, year by year"),
    ("phases", schema.PHASES, "What is in view at each step of the roll-out"),
    ("purposes.purposes", schema.PURPOSES, "How far each declared purpose is served"),
    ("purposes.zones", schema.PURPOSE_ZONES, "How far each zone of a purpose is served"),
    ("purposes.camera_purposes", schema.CAMERA_PURPOSES, "What each camera sees of each purpose's zones"),
    ("purposes.camera_necessity", schema.CAMERA_NECESSITY, "What the purposes lose without each camera"),
    ("purposes.ladder", schema.NECESSITY, "What lesser means would leave in view"),
    ("governed.rules", schema.RULE_ANSWERS, "Answers to the stated tests of rule packs"),
    ("governed.register", schema.REGISTER, "Who answers for each camera"),
    ("governed.sharing", schema.REGISTER_SHARING, "Who may see what each camera sees"),
    ("governed.entries", schema.VIEW_ENTRIES, "Where streets pass into view, and declared signs"),
)
"""Where each table stands in an assessment, what describes it, and its title. A table that is not named here is not given
away: of what hangs on which feeder, or of a confidential place, nothing is.
"""


def run_tables(assessment: Assessment) -> tuple[RunTable, ...]:
    """Return the tables of a run that it has, in the order in which they are given away."""
    return tuple(_found(assessment))


def _found(assessment: Assessment) -> Iterator[RunTable]:
    levels = tuple(assessment.viewing.ladder.names)
    for path, described, title in GIVEN_AWAY:
        if getattr(assessment, path.partition(".")[0]) is None:
            continue
        frame = attrgetter(path)(assessment)
        if frame is not None:
            yield RunTable(title, described, frame, levels)
