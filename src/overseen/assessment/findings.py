"""The assessment: everything found, with its parameters, sources, assumptions and checksums."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from overseen.assessment.finding_draws import Draws
from overseen.assessment.governed import Governed
from overseen.assessment.operations import Operations
from overseen.assessment.people_findings import PeopleBasis
from overseen.assessment.purpose_result import PurposeResult
from overseen.assessment.trip_result import TripResult
from overseen.assessment.undercount import Undercount
from overseen.model.city import City
from overseen.model.plan import Plan
from overseen.model.provenance import Notice, Provenance
from overseen.model.schema import (
    AREA_EXPOSURE,
    CAMERA_VIEWS,
    COMPLETENESS,
    FINDINGS,
    GROUP_EXPOSURE,
    ISOVISTS,
    MASK_EFFECTS,
    MASKS,
    NAMED_STREET_CAMERAS,
    NAMED_STREETS,
    PHASES,
    PLACE_EXPOSURE,
    PRIVATE_AREAS,
    RESIDENT_EXPOSURE,
    SCENARIOS,
    SENSITIVITY,
    SQUARE_EXPOSURE,
    STREET_CAMERAS,
    STREET_EXPOSURE,
)
from overseen.model.viewing import Viewing

if TYPE_CHECKING:
    from overseen.assessment.comparison import PlanComparison


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything found about one plan in one city.

    Parameters
    ----------
    plan, city, viewing
        What was examined, and how.
    isovists, cameras, streets, areas, groups, residents, findings, sensitivity, scenarios
        Tables of :mod:`overseen.model.schema`: ``ISOVISTS``, ``CAMERA_VIEWS``, ``STREET_EXPOSURE`` (index of
        ``city.streets``), ``AREA_EXPOSURE`` (index of ``city.areas``, or squares where it has none), ``GROUP_EXPOSURE``,
        ``RESIDENT_EXPOSURE``, ``FINDINGS``, ``SENSITIVITY``, ``SCENARIOS``.
    people_basis
        Who is counted among the residents and how groups were compared.
    trips
        Simulated trips and what they undergo.
    notices
        What was odd in the inputs, counted.
    provenance
        Sources, versions, seed.
    completeness
        Table ``completeness``: where the map has its buildings, cell by cell.
    street_cameras, named_streets, named_street_cameras
        Tables ``STREET_CAMERAS``: which camera could look at which piece of street; ``NAMED_STREETS`` and
        ``NAMED_STREET_CAMERAS``: the same of whole streets.
    undercount
        What a second list tells of cameras that neither has; ``None`` where the plan names none.
    private_areas, masks, mask_effects
        Tables of what is seen of homes: ``PRIVATE_AREAS``, ``MASKS``, ``MASK_EFFECTS``.
    places, squares
        Tables ``PLACE_EXPOSURE``, without any confidential place, and ``SQUARE_EXPOSURE``; ``None`` where nobody looked for them.
    operations
        What running the network takes and delivers.
    phases
        Table ``phases``; ``None`` where the plan has none, or is examined as of one day.
    drawn
        Finding -> its draws, shape (draws,), of those that were drawn; kept to tell two assessments apart, and not written.
    governed
        Answers to the tests of rule packs, the register, and where streets pass into view; ``None`` where not examined.
    purposes
        How far declared purposes are served and what they need; ``None`` where the plan declares none.
    rival
        What would change with the other plan that this one names; ``None`` where it names none, or that was not assessed.
    """

    plan: Plan
    city: City
    viewing: Viewing
    isovists: gpd.GeoDataFrame
    cameras: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    groups: pd.DataFrame
    residents: pd.DataFrame
    people_basis: PeopleBasis
    findings: pd.DataFrame
    sensitivity: pd.DataFrame
    scenarios: pd.DataFrame
    trips: TripResult
    notices: tuple[Notice, ...]
    provenance: Provenance
    completeness: gpd.GeoDataFrame
    private_areas: gpd.GeoDataFrame
    masks: pd.DataFrame
    mask_effects: pd.DataFrame
    street_cameras: pd.DataFrame
    named_streets: pd.DataFrame
    named_street_cameras: pd.DataFrame
    undercount: Undercount | None = None
    places: gpd.GeoDataFrame | None = None
    squares: gpd.GeoDataFrame | None = None
    operations: Operations | None = None
    phases: pd.DataFrame | None = None
    drawn: Draws = field(default_factory=dict)
    governed: Governed | None = None
    purposes: PurposeResult | None = None
    rival: PlanComparison | None = None

    def __post_init__(self) -> None:
        levels = self.viewing.ladder.names
        object.__setattr__(self, "isovists", ISOVISTS.checked(self.isovists))
        object.__setattr__(self, "cameras", CAMERA_VIEWS.checked(self.cameras, levels))
        object.__setattr__(self, "streets", STREET_EXPOSURE.checked(self.streets, levels))
        object.__setattr__(self, "street_cameras", STREET_CAMERAS.checked(self.street_cameras))
        object.__setattr__(self, "named_streets", NAMED_STREETS.checked(self.named_streets))
        object.__setattr__(self, "named_street_cameras", NAMED_STREET_CAMERAS.checked(self.named_street_cameras))
        object.__setattr__(self, "completeness", COMPLETENESS.checked(self.completeness))
        object.__setattr__(self, "areas", AREA_EXPOSURE.checked(self.areas, levels))
        object.__setattr__(self, "groups", GROUP_EXPOSURE.checked(self.groups))
        object.__setattr__(self, "residents", RESIDENT_EXPOSURE.checked(self.residents))
        if self.places is not None:
            object.__setattr__(self, "places", PLACE_EXPOSURE.checked(self.places, levels))
        if self.squares is not None:
            object.__setattr__(self, "squares", SQUARE_EXPOSURE.checked(self.squares, levels))
        if self.phases is not None:
            object.__setattr__(self, "phases", PHASES.checked(self.phases))
        object.__setattr__(self, "findings", FINDINGS.checked(self.findings))
        object.__setattr__(self, "sensitivity", SENSITIVITY.checked(self.sensitivity))
        object.__setattr__(self, "scenarios", SCENARIOS.checked(self.scenarios))
        object.__setattr__(self, "private_areas", PRIVATE_AREAS.checked(self.private_areas, levels))
        object.__setattr__(self, "masks", MASKS.checked(self.masks))
        object.__setattr__(self, "mask_effects", MASK_EFFECTS.checked(self.mask_effects))

    def finding(self, name: str) -> pd.Series:
        """Return one row of ``findings``; KeyError if there is none of that name."""
        return self.findings.loc[name]
