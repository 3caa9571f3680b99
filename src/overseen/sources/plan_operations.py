"""The parts ``[control_room]``, ``[power]``, ``[storage]`` and ``[costs]`` of the plan file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from overseen.errors import Fault, PlanError
from overseen.model.cameras import CameraNetwork
from overseen.model.city import City
from overseen.model.operations import ControlRoom, Costs, Feeders, Outage, Power, Range, Storage
from overseen.model.plan import Plan
from overseen.sources.feeders import FeederOptions, feeders_of_column, feeders_of_layer
from overseen.sources.outage_timetable import read_timetable
from overseen.sources.plan_section import CLOSED, Name


def _rising(value: Any) -> Any:
    """Return low, central and high; one number is all three."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = (value, value, value)
    if isinstance(value, list | tuple) and len(value) == 3 and all(isinstance(one, int | float) for one in value):
        given = [float(one) for one in value]
        if given != sorted(given) or given[0] < 0:
            raise ValueError("low, central and high must rise from 0 or more")
        return tuple(given)
    raise ValueError("give a number, or low, central and high")


Triple = Annotated[Range, BeforeValidator(_rising)]
Positive = Annotated[float, Field(gt=0.0)]


class _Section(BaseModel):
    model_config = CLOSED

    def declared(self, *names: str) -> dict[str, Range]:
        """Return those of the named figures that are given."""
        return {name: value for name in names if (value := getattr(self, name)) is not None}


class ControlRoomSection(_Section):
    """Who watches, when, and on how many screens."""

    operators_per_shift: Annotated[int, Field(ge=1)] | None = None
    screens_per_operator: Annotated[int, Field(ge=1)] | None = None
    shifts_per_day: Triple | None = None
    hours_per_shift: Triple | None = None
    feeds_per_screen: Triple | None = None
    attended_per_operator: Triple | None = None
    live: Annotated[float, Field(ge=0.0, le=1.0)] | list[Name] | None = None
    feeder: Name | None = None
    records_when_dark: bool | None = None
    link_mbps: Positive | None = None


class FeedersSection(_Section):
    """A layer of feeders, or a column of the camera list that names them."""

    file: Name | None = None
    column: Name | None = None
    crs: Name | None = None
    within_m: Annotated[float, Field(ge=0.0, le=5000.0)] = 100.0
    camera_column: Name | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"file": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_of_both(self) -> FeedersSection:
        if (self.file is None) == (self.camera_column is None):
            raise ValueError("name either a file, or a camera_column of the camera list")
        return self


class PowerSection(_Section):
    """What feeds the cameras and the control room, and how often it fails."""

    feeders: FeedersSection | None = None
    outages_per_day: Triple | None = None
    outage_hours: Triple | None = None
    timetable: Name | None = None
    battery_hours: Triple | None = None
    recharge_hours: Triple | None = None
    network_battery_hours: Triple | None = None
    room_battery_hours: Triple | None = None

    @model_validator(mode="after")
    def _fits_a_day(self) -> PowerSection:
        if self.outages_per_day and self.outage_hours and self.outages_per_day[1] * self.outage_hours[1] > 24.0:
            raise ValueError("so many outages of such a length do not fit into a day")
        if self.outage_hours and self.outage_hours[2] > 24.0:
            raise ValueError("an outage of more than 24 hours is not reckoned with")
        return self


class StorageSection(_Section):
    """What a stream is, and how much of it is kept."""

    codec: Literal["h264", "h265"] | None = None
    bitrate_mbps: Triple | None = None
    megapixels: Triple | None = None
    frames_per_s: Triple | None = None
    recorded_hours_per_day: Triple | None = None


PRICES = (
    "camera", "housing", "licence", "labour_per_hour", "network_per_camera_year", "software_per_camera_year",
    "storage_per_tb_year", "operator_year", "energy_per_kwh",
)  # fmt: skip
QUANTITIES = (
    "installation_hours", "operator_hours_per_year", "energy_w", "maintenance_share", "life_years", "outdoor_hours_per_day",
)  # fmt: skip


class CostsSection(_Section):
    """What the network costs, and what is set aside for it."""

    currency: Name | None = None
    per_dollar: Triple | None = None
    budget: Positive | None = None
    years: Annotated[int, Field(ge=1, le=100)] | None = None
    camera: Triple | None = None
    housing: Triple | None = None
    licence: Triple | None = None
    labour_per_hour: Triple | None = None
    network_per_camera_year: Triple | None = None
    software_per_camera_year: Triple | None = None
    storage_per_tb_year: Triple | None = None
    operator_year: Triple | None = None
    energy_per_kwh: Triple | None = None
    installation_hours: Triple | None = None
    operator_hours_per_year: Triple | None = None
    energy_w: Triple | None = None
    maintenance_share: Triple | None = None
    life_years: Triple | None = None
    outdoor_hours_per_day: Triple | None = None

    @model_validator(mode="after")
    def _has_a_currency(self) -> CostsSection:
        if self.currency is None and (self.budget is not None or self.declared(*PRICES)):
            raise ValueError("a price or a budget needs a currency, as in currency = 'EUR'")
        if self.life_years is not None and self.life_years[0] <= 0.0:
            raise ValueError("a life must be longer than nothing")
        return self


class OperationSections(_Section):
    """The sections of running the network; a part of the plan file's description."""

    control_room: ControlRoomSection | None = None
    power: PowerSection | None = None
    storage: StorageSection | None = None
    costs: CostsSection | None = None

    def named_operation_files(self) -> Iterator[tuple[str, str]]:
        """Yield every file that the sections name, after its key."""
        if self.power is not None and self.power.feeders is not None and self.power.feeders.file is not None:
            yield "power.feeders.file", self.power.feeders.file
        if self.power is not None and self.power.timetable is not None:
            yield "power.timetable", self.power.timetable


def with_operations(
    plan: Plan, city: City, sections: OperationSections, *, path: Path, listing: str
) -> tuple[Plan, City]:
    """Return the plan with what it declares of running the network, and the city with the files that were read for it.

    ``listing`` is the camera list as the plan names it.

    Raises
    ------
    PlanError, SourceError
        If a camera or a feeder that is named is not there, or a file cannot be used.
    """
    room = _control_room(sections.control_room)
    power, city = _power(sections.power, plan.network, city, path=path, listing=listing)
    faults = [*_unknown_cameras(room, plan.network, path.name), *_unknown_feeders(power, path.name)]
    if faults:
        raise PlanError(faults)
    return replace(
        plan, control_room=room, power=power, storage=_storage(sections.storage), costs=_costs(sections.costs)
    ), city  # fmt: skip


def _control_room(section: ControlRoomSection | None) -> ControlRoom | None:
    if section is None:
        return None
    return ControlRoom(
        section.operators_per_shift,
        section.screens_per_operator,
        section.declared("shifts_per_day", "hours_per_shift", "feeds_per_screen", "attended_per_operator"),
        section.live if isinstance(section.live, float | int) else None,
        tuple(section.live) if isinstance(section.live, list) else None,
        section.feeder,
        section.records_when_dark,
        section.link_mbps,
    )


def _unknown_cameras(room: ControlRoom | None, network: CameraNetwork, file: str) -> Iterator[Fault]:
    if room is None or room.live_cameras is None:
        return
    strange = [name for name in room.live_cameras if name not in network.cameras.index]
    if strange:
        problem = f"{len(strange)} of its cameras are not in the list, such as {strange[0]!r}"
        yield Fault(file, "control_room.live", problem, "use the identifiers of the camera list")


def _unknown_feeders(power: Power | None, file: str) -> Iterator[Fault]:
    if power is not None and power.feeders is not None:
        strange = sorted({cut.feeder for cut in power.timetable} - {*power.feeders.names, "*"})
        if strange:
            problem = (
                f"{len(strange)} of its feeders are not among those of {power.feeders.file}, such as {strange[0]!r}"
            )
            yield Fault(file, "power.timetable", problem, "use their names")


def _power(
    section: PowerSection | None, network: CameraNetwork, city: City, *, path: Path, listing: str
) -> tuple[Power | None, City]:
    if section is None:
        return None, city
    sources, notices = city.sources, city.notices
    feeders: Feeders | None = None
    timetable: tuple[Outage, ...] = ()
    if section.feeders is not None:
        given = section.feeders
        if given.file is not None:
            options = FeederOptions(given.column, given.crs, given.within_m)
            found = feeders_of_layer(path.parent / given.file, network, options, frame=city.buildings.crs)
        else:
            found = feeders_of_column(path.parent / listing, network, str(given.camera_column))
        feeders, sources, notices = found.feeders, (*sources, *found.sources), (*notices, *found.notices)
    if section.timetable is not None:
        timetable, source = read_timetable(path.parent / section.timetable)
        sources = (*sources, source)
    figures = section.declared(
        "outage_hours", "battery_hours", "recharge_hours", "network_battery_hours", "room_battery_hours"
    )
    power = Power(section.outages_per_day, figures, feeders, timetable)
    return power, replace(city, sources=sources, notices=notices)


def _storage(section: StorageSection | None) -> Storage | None:
    if section is None:
        return None
    names = ("bitrate_mbps", "megapixels", "frames_per_s", "recorded_hours_per_day")
    return Storage(section.codec, section.declared(*names))


def _costs(section: CostsSection | None) -> Costs | None:
    if section is None:
        return None
    figures: Mapping[str, Range] = section.declared(*PRICES, *QUANTITIES)
    return Costs(section.currency, figures, section.per_dollar, section.budget, section.years)
