"""The assessment: everything found, with its parameters, sources, assumptions and checksums."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from overseen.model.city import City
from overseen.model.plan import Plan
from overseen.model.provenance import Notice, Provenance
from overseen.model.schema import (
    CAMERA_VIEWS,
    FINDINGS,
    ISOVISTS,
    PLACE_EXPOSURE,
    SCENARIOS,
    SENSITIVITY,
    SQUARE_EXPOSURE,
    STREET_EXPOSURE,
)
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
    notices
        What was odd in the inputs, counted.
    provenance
        Sources, versions, seed.
    places, squares
        Tables ``PLACE_EXPOSURE``, without any confidential place, and ``SQUARE_EXPOSURE``; ``None`` where nobody looked for them.
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
    notices: tuple[Notice, ...]
    provenance: Provenance
    places: gpd.GeoDataFrame | None = None
    squares: gpd.GeoDataFrame | None = None

    def __post_init__(self) -> None:
        levels = self.viewing.ladder.names
        object.__setattr__(self, "isovists", ISOVISTS.checked(self.isovists))
        object.__setattr__(self, "cameras", CAMERA_VIEWS.checked(self.cameras, levels))
        object.__setattr__(self, "streets", STREET_EXPOSURE.checked(self.streets, levels))
        if self.places is not None:
            object.__setattr__(self, "places", PLACE_EXPOSURE.checked(self.places, levels))
        if self.squares is not None:
            object.__setattr__(self, "squares", SQUARE_EXPOSURE.checked(self.squares, levels))
        object.__setattr__(self, "findings", FINDINGS.checked(self.findings))
        object.__setattr__(self, "sensitivity", SENSITIVITY.checked(self.sensitivity))
        object.__setattr__(self, "scenarios", SCENARIOS.checked(self.scenarios))

    def finding(self, name: str) -> pd.Series:
        """Return one row of ``findings``; KeyError if there is none of that name."""
        return self.findings.loc[name]
