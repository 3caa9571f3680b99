"""The assessment: everything found, with its parameters, sources, assumptions and checksums."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from overseen.assessment.trip_result import TripResult
from overseen.model.city import City
from overseen.model.plan import Plan
from overseen.model.provenance import Notice, Provenance
from overseen.model.schema import CAMERA_VIEWS, FINDINGS, ISOVISTS, SCENARIOS, SENSITIVITY, STREET_EXPOSURE
from overseen.model.viewing import Viewing


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything found about one plan in one city.

    Parameters
    ----------
    plan, city, viewing
        What was examined, and how.
    isovists, cameras, streets, findings, sensitivity, scenarios
        Tables of :mod:`overseen.model.schema`: ``ISOVISTS``, ``CAMERA_VIEWS``, ``STREET_EXPOSURE`` (index of
        ``city.streets``), ``FINDINGS``, ``SENSITIVITY``, ``SCENARIOS``.
    trips
        Simulated trips and what they undergo.
    notices
        What was odd in the inputs, counted.
    provenance
        Sources, versions, seed.
    """

    plan: Plan
    city: City
    viewing: Viewing
    isovists: gpd.GeoDataFrame
    cameras: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    findings: pd.DataFrame
    sensitivity: pd.DataFrame
    scenarios: pd.DataFrame
    trips: TripResult
    notices: tuple[Notice, ...]
    provenance: Provenance

    def __post_init__(self) -> None:
        levels = self.viewing.ladder.names
        object.__setattr__(self, "isovists", ISOVISTS.checked(self.isovists))
        object.__setattr__(self, "cameras", CAMERA_VIEWS.checked(self.cameras, levels))
        object.__setattr__(self, "streets", STREET_EXPOSURE.checked(self.streets, levels))
        object.__setattr__(self, "findings", FINDINGS.checked(self.findings))
        object.__setattr__(self, "sensitivity", SENSITIVITY.checked(self.sensitivity))
        object.__setattr__(self, "scenarios", SCENARIOS.checked(self.scenarios))

    def finding(self, name: str) -> pd.Series:
        """Return one row of ``findings``; KeyError if there is none of that name."""
        return self.findings.loc[name]
