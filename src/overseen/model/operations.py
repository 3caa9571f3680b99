"""What a plan declares of running the network: who watches, what feeds it, what is kept, what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Range = tuple[float, float, float]
"""Low, central and high value of a figure: 5 % lie below low, half below central, 95 % below high."""

OWN_GENERATOR = "own generator"
"""Said of a control room that no outage reaches."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure that is not known exactly.

    Parameters
    ----------
    name, meaning, unit
        What it is.
    low, central, high
        5 % lie below low, half below central, 95 % below high; all equal where it is certain.
    source
        Who says so.
    is_declared
        Whether the plan states it, or a pack that ships with overseen.
    """

    name: str
    meaning: str
    unit: str
    low: float
    central: float
    high: float
    source: str
    is_declared: bool

    @property
    def bounds(self) -> Range:
        """Low, central and high."""
        return self.low, self.central, self.high


@dataclass(frozen=True, slots=True)
class ControlRoom:
    """Who watches; None where the plan says nothing.

    Parameters
    ----------
    operators_per_shift, screens_per_operator
        Operators on duty in a shift, and screens before each.
    figures
        What else is declared of it: name -> low, central, high, as in the pack ``operations/control_room``.
    live_share, live_cameras
        The part of the cameras that is meant to be watched live, or a list of them; None: all.
    feeder
        The feeder that it hangs on, or :data:`OWN_GENERATOR`.
    is_recording_independent
        Whether recording goes on where the control room is dark.
    link_mbps
        Capacity of the link into it.
    """

    operators_per_shift: int | None = None
    screens_per_operator: int | None = None
    figures: Mapping[str, Range] = field(default_factory=dict)
    live_share: float | None = None
    live_cameras: tuple[str, ...] | None = None
    feeder: str | None = None
    is_recording_independent: bool | None = None
    link_mbps: float | None = None


@dataclass(frozen=True, slots=True)
class Feeders:
    """Which feeder each camera hangs on.

    Parameters
    ----------
    file
        Where that was read.
    of_camera
        Camera -> name of its feeder; a camera of which none is known is missing.
    names
        All feeders of the file, with or without a camera.
    """

    file: str
    of_camera: Mapping[str, str]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outage:
    """An outage of a stated timetable: begins so many hours after Monday 0:00 and lasts ``hours``; ``*`` is every feeder."""

    feeder: str
    start_h: float
    hours: float


@dataclass(frozen=True, slots=True)
class Power:
    """What feeds the cameras, and how often it fails.

    Parameters
    ----------
    outages_per_day
        Outages of one feeder; None where a timetable states them, or nothing does.
    figures
        ``outage_hours``, ``battery_hours``, ``recharge_hours``, ``network_battery_hours``, ``room_battery_hours`` as declared.
    feeders
        Which feeder each camera hangs on.
    timetable
        Stated outages of a week, the same every week.
    """

    outages_per_day: Range | None = None
    figures: Mapping[str, Range] = field(default_factory=dict)
    feeders: Feeders | None = None
    timetable: tuple[Outage, ...] = ()


@dataclass(frozen=True, slots=True)
class Storage:
    """What a stream is and how much of it is kept.

    Parameters
    ----------
    codec
        ``h264`` or ``h265``.
    figures
        ``bitrate_mbps``, ``megapixels``, ``frames_per_s``, ``recorded_hours_per_day`` as declared.
    """

    codec: str | None = None
    figures: Mapping[str, Range] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Costs:
    """What the network costs.

    Parameters
    ----------
    currency
        That of every declared price.
    figures
        Prices and quantities as declared: name -> low, central, high, as in the pack ``operations/costs``.
    per_dollar
        Price of one US dollar in that currency.
    budget
        What is set aside for all years, None: not declared.
    years
        How many years are reckoned, None: not declared.
    """

    currency: str | None = None
    figures: Mapping[str, Range] = field(default_factory=dict)
    per_dollar: Range | None = None
    budget: float | None = None
    years: int | None = None
