"""What a plan declares of the rules that the network keeps to: who answers for it, when it runs, who may see what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

HOURS_OF_WEEK = 168.0


@dataclass(frozen=True, slots=True)
class Sharing:
    """A party beside the operator that may see what the cameras see, and what of it."""

    party: str
    what: str


@dataclass(frozen=True, slots=True)
class Signs:
    """Declared signs: the file that lists them and where they stand, (easting, northing) in the city's frame, m."""

    file: str
    position_m: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Governance:
    """What the plan declares; ``None`` wherever it declares nothing, which is never read as "no".

    Parameters
    ----------
    legal_basis, alternatives, consultation, audit, complaints, training, security, oversight
        What the plan says of each, in words.
    impact_assessment
        When an impact assessment was made.
    biometrics, audio
        Whether faces or other traits are matched, and whether sound is recorded.
    hours
        From and to which hour the cameras run, Monday to Sunday, seven pairs.
    until
        The day on which the permission ends.
    signs
        Where signs stand.
    notice_distance_m
        How far before the view a sign may stand, along the way.
    sharing
        Who else may see what; empty: declared as nobody.
    supplier, data_location
        Who supplies the network, and where its data are.
    setting
        The sort of place that it is for, such as ``car park``; the evidence on effectiveness goes by it.
    country
        ISO 3166 code of the country whose limits apply.
    statements
        Whatever else a rule may ask for, by a name of the user's choice.
    """

    legal_basis: str | None = None
    impact_assessment: dt.date | None = None
    alternatives: str | None = None
    consultation: str | None = None
    audit: str | None = None
    complaints: str | None = None
    training: str | None = None
    security: str | None = None
    oversight: str | None = None
    biometrics: bool | None = None
    audio: bool | None = None
    hours: tuple[tuple[float, float], ...] | None = None
    until: dt.date | None = None
    signs: Signs | None = None
    notice_distance_m: float | None = None
    sharing: tuple[Sharing, ...] | None = None
    supplier: str | None = None
    data_location: str | None = None
    setting: str | None = None
    country: str | None = None
    statements: Mapping[str, str] = field(default_factory=dict)

    @property
    def hours_per_week(self) -> float | None:
        """Hours of a week in which a camera runs.

        Examples
        --------
        >>> Governance(hours=((0.0, 24.0),) * 7).hours_per_week
        168.0
        >>> Governance(hours=((22.0, 6.0),) * 7).hours_per_week
        56.0
        """
        if self.hours is None:
            return None
        # Hours that end before they begin run over midnight.
        return sum((end - start) if end >= start else 24.0 - start + end for start, end in self.hours)
