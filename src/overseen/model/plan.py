"""The plan: a camera network and what is declared about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import geopandas as gpd

from overseen.model.cameras import CameraNetwork
from overseen.model.governance import Governance
from overseen.model.operations import ControlRoom, Costs, Power, Storage
from overseen.model.rules import RulePack
from overseen.model.statements import Statement
from overseen.model.trips import TripPlan


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
    """A dated step of the roll-out: its cameras are active from its first day, until its last where it has one.

    ``camera_count`` is how many cameras it adds, None: not declared.
    """

    name: str
    start: dt.date
    until: dt.date | None = None
    camera_count: int | None = None


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
    purposes, phases, control_room, power, storage, retention_days, costs, rule_packs
        Declarations; empty or ``None`` where the plan declares nothing.
    is_list_complete
        Whether the plan declares its camera list a complete register; if not, the list is a lower bound of what exists.
    second_list
        Another list of the same place, from which to tell how many cameras neither has.
    trips
        How many trips are simulated and whence they come.
    examined_statuses
        Statuses of the cameras that are examined where there are no phases.
    as_of
        Date as of which the network is examined where there are phases; the last of them if none is given.
    governance
        What is declared of the rules that the network keeps to.
    rules
        The packs of ``rule_packs``, read.
    statements
        What the plan says of itself in public, to be answered one by one.
    rival
        File of the other plan of the same city, as this one names it.
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
    storage: Storage | None = None
    examined_statuses: tuple[str, ...] = ("in_use",)
    as_of: dt.date | None = None
    governance: Governance = field(default_factory=Governance)
    rules: tuple[RulePack, ...] = ()
    statements: tuple[Statement, ...] = ()
    rival: str | None = None
