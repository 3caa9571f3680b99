"""The plan: a camera network and what is declared about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import geopandas as gpd

from overseen.model.cameras import CameraNetwork
from overseen.model.trips import TripPlan

Range = tuple[float, float, float]
"""Low, central and high value of a declared figure."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What part of the network is for: zones to be in view at a level, and the share of each that suffices.

    Parameters
    ----------
    name
        What the plan calls it.
    file
        File of the zones as the plan gives it.
    level
        Name of the level.
    share
        Share of the public space of each zone, over 0 to 1.
    zones
        Table ``zones``: disjoint, in the city's frame, inside its boundary.
    hours_operated, hours_needed
        Hours a day that cameras run for it, and that it needs; ``None`` where the plan does not say.
    """

    name: str
    file: str
    level: str
    share: float
    zones: gpd.GeoDataFrame
    hours_operated: float | None = None
    hours_needed: float | None = None


@dataclass(frozen=True, slots=True)
class Phase:
    """A dated step of the roll-out."""

    name: str
    start: dt.date


@dataclass(frozen=True, slots=True)
class ControlRoom:
    """Who watches."""

    operators_per_shift: int
    screens_per_operator: int


@dataclass(frozen=True, slots=True)
class Power:
    """What feeds the cameras, and how often it fails."""

    feeders: str | None
    outages_per_day: float
    outage_hours: Range
    battery_hours: float


@dataclass(frozen=True, slots=True)
class Costs:
    """What a camera costs, low, central and high."""

    camera: Range
    currency: str


@dataclass(frozen=True, slots=True)
class SecondList:
    """Another list of the cameras of the same place, made without the first.

    Parameters
    ----------
    file
        Its name as the plan gives it.
    network
        Its cameras.
    tolerance_m
        Farthest distance at which an entry of either list may be the same camera.
    """

    file: str
    network: CameraNetwork
    tolerance_m: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A network and everything declared about it.

    Parameters
    ----------
    name
        What the report calls it.
    network
        The cameras.
    date
        Date to which the plan refers.
    purposes, phases, control_room, power, retention_days, costs, rule_packs
        Declarations; empty or ``None`` where the plan declares nothing.
    is_list_complete
        Whether the plan declares its camera list a complete register; if not, the list is a lower bound of what exists.
    second_list
        Another list of the same place, from which to tell how many cameras neither has.
    trips
        How many trips are simulated and whence they come.
    """

    name: str
    network: CameraNetwork
    date: dt.date | None = None
    purposes: tuple[Purpose, ...] = ()
    phases: tuple[Phase, ...] = ()
    control_room: ControlRoom | None = None
    power: Power | None = None
    retention_days: float | None = None
    costs: Costs | None = None
    rule_packs: tuple[str, ...] = ()
    is_list_complete: bool = False
    second_list: SecondList | None = None
    trips: TripPlan = field(default_factory=TripPlan)
