"""The plan file: one TOML file is the run. Every fault is found before anything is computed."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import pyproj
from pydantic import BaseModel, Field, field_validator

from overseen.errors import Fault, PlanError, SourceError
from overseen.model.cameras import CameraNetwork
from overseen.model.city import City
from overseen.model.comparison import AS_MAPPED, Comparison
from overseen.model.plan import ControlRoom, Costs, Phase, Plan, Power, SecondList
from overseen.model.trips import TripPlan
from overseen.model.viewing import Ladder, Level, Viewing
from overseen.sources.assumption_file import read_assumptions
from overseen.sources.camera_columns import fields
from overseen.sources.camera_file import read_camera_file
from overseen.sources.mending import mend_faults
from overseen.sources.osm_city import OSM_ENDINGS, OsmFile
from overseen.sources.packs import get_assumptions, get_ladder, pack_names
from overseen.sources.place_kinds import get_kinds
from overseen.sources.plan_city import CitySection, read_city, read_comparison
from overseen.sources.plan_places import DEFAULT, PlacesSection, place_sources
from overseen.sources.plan_purposes import PurposeSection, read_purposes
from overseen.sources.plan_section import CLOSED, Name
from overseen.sources.positions import city_surroundings, network_in_city
from overseen.sources.sample import NAME, SAMPLE, sample_file
from overseen.sources.sensitive_places import PlaceSources, with_sensitive_places
from overseen.sources.toml_file import checked_toml
from overseen.sources.trip_table import LEAST_MINIMUM, read_trip_table
from overseen.sources.whereabouts import Surroundings

Positive = Annotated[float, Field(gt=0.0)]
Low_central_high = tuple[float, float, float]


class _Section(BaseModel):
    model_config = CLOSED


class _PlanSection(_Section):
    name: Name
    date: dt.date | None = None


class _List(_Section):
    file: Name
    columns: dict[str, str] = {}
    crs: Name | None = None
    mend: list[Name] = []


class _SecondList(_List):
    tolerance_m: Annotated[float, Field(gt=0.0, le=500.0)] = 15.0


class _Cameras(_List):
    is_complete: bool = False
    second: _SecondList | None = None


class _Level(_Section):
    name: Name
    density_px_per_m: Positive
    meaning: str = ""


class _Viewing(_Section):
    ladder: Name | list[_Level] = "dori"
    profile: Name = "overseen"
    assumptions: Name | None = None
    target_height_m: Annotated[float, Field(ge=0.0, le=10.0)] = 1.6
    chord_tolerance_m: Annotated[float, Field(ge=0.001, le=1.0)] = 0.02
    draws: Annotated[int, Field(ge=1, le=100_000)] = 200
    seed: Annotated[int, Field(ge=0)] = 1


class _Phase(_Section):
    name: Name
    start: Annotated[dt.date, Field(alias="from")]


class _ControlRoom(_Section):
    operators_per_shift: Annotated[int, Field(ge=1)]
    screens_per_operator: Annotated[int, Field(ge=1)]


class _Rising(_Section):
    @field_validator("outage_hours", "camera", check_fields=False)
    @classmethod
    def _must_rise(cls, value: Low_central_high) -> Low_central_high:
        if list(value) != sorted(value) or value[0] < 0:
            raise ValueError("low, central and high must rise from 0 or more")
        return value


class _Power(_Rising):
    feeders: Name | None = None
    outages_per_day: Annotated[float, Field(ge=0.0)]
    outage_hours: Low_central_high
    battery_hours: Annotated[float, Field(ge=0.0)] = 0.0


class _Retention(_Section):
    days: Annotated[float, Field(ge=0.0)]


class _Costs(_Rising):
    camera: Low_central_high
    currency: Name


class _Trips(_Section):
    count: Annotated[int, Field(ge=0, le=1_000_000)] = 10_000
    detour: Annotated[float, Field(ge=0.0, le=5.0)] = 0.25
    od: Name | None = None
    minimum: Annotated[float, Field(ge=LEAST_MINIMUM)] = 10


class _Rules(_Section):
    packs: list[Name]


class _PlanFile(_Section):
    plan: _PlanSection
    cameras: _Cameras
    city: CitySection | None = None
    places: PlacesSection = PlacesSection()
    viewing: _Viewing = _Viewing()
    purposes: list[PurposeSection] = []
    phases: list[_Phase] = []
    control_room: _ControlRoom | None = None
    power: _Power | None = None
    retention: _Retention | None = None
    costs: _Costs | None = None
    rules: _Rules | None = None
    trips: _Trips = _Trips()


@dataclass(frozen=True, slots=True)
class RunInputs:
    """Everything an assessment takes: the plan with its network, the city, the viewing, and how groups are compared."""

    plan: Plan
    city: City
    viewing: Viewing
    comparison: Comparison = AS_MAPPED


def read_plan(path: Path) -> RunInputs:
    """Return what a plan file names, read and checked; file names in it are relative to it.

    Raises
    ------
    PlanError
        If the plan file cannot be used; every fault at once.
    SourceError
        If a file that it names cannot be used.
    """
    content = _checked(path)
    faults = [*_unknown_names(content, path.name), *_missing_files(content, path)]
    if faults:
        raise PlanError(faults)
    if content.city is None:
        remedy = "add [city] osm = '...', or buildings and streets one by one"
        raise PlanError([Fault(path.name, "city", "without a city nothing can be clipped or measured", remedy)])
    extracts: dict[str, OsmFile] = {}
    # The city first: it tells where the cameras should be.
    city, network = _both(
        lambda: _city(content, path, extracts),
        lambda surroundings: _network(content.cameras, path.parent, extracts, surroundings),
    )
    trips, city = _trips(content.trips, path, city)
    declared = read_purposes(content.purposes, city, folder=path.parent, plan=path.name)
    city = replace(city, sources=(*city.sources, *declared.sources), notices=(*city.notices, *declared.notices))
    plan = replace(
        _declared(content, network),
        purposes=declared.purposes,
        rule_packs=tuple(content.rules.packs) if content.rules else (),
        is_list_complete=content.cameras.is_complete,
        trips=trips,
        second_list=_second_list(content.cameras, path.parent, extracts, city_surroundings(city)),
    )
    comparison = read_comparison(content.city, folder=path.parent, is_complete=content.cameras.is_complete)
    return RunInputs(plan, city, _viewing(content.viewing, path.parent), comparison)


def _both(
    city_of: Callable[[], City], network_of: Callable[[Surroundings | None], CameraNetwork]
) -> tuple[City, CameraNetwork]:
    """Return the city and the cameras in it; the faults of both at once if neither can be read."""
    try:
        city = city_of()
    except SourceError as error:
        faults = error.faults
        try:
            network_of(None)
        except SourceError as other:
            faults = other.faults + tuple(fault for fault in faults if fault not in other.faults)
        raise SourceError(faults) from None
    return city, network_in_city(network_of(city_surroundings(city)), city)


def sample_inputs() -> RunInputs:
    """Return the embedded sample: cameras and city from the one extract, nothing declared.

    Raises
    ------
    SourceError
        If the package that carries the extract is not installed.
    """
    extract = sample_file()
    looked_in = PlaceSources(get_kinds(DEFAULT), extract.features, extract.source.file)
    city = with_sensitive_places(extract.city(NAME), looked_in)
    network = network_in_city(extract.cameras(surroundings=city_surroundings(city)), city)
    plan = Plan(f"{NAME}, as mapped", network, dt.date.fromisoformat(extract.source.date))
    return RunInputs(plan, city, default_viewing())


def default_viewing() -> Viewing:
    """Return the viewing of a plan that says nothing of it."""
    return _viewing(_Viewing(), Path())


def _checked(path: Path) -> _PlanFile:
    if not path.is_file():
        raise PlanError([Fault(path.name, "", "there is no such plan file", "check the path")])
    return checked_toml(path, _PlanFile, error=PlanError)


def _unknown_names(content: _PlanFile, file: str) -> Iterator[Fault]:
    """Yield a fault for every ladder, level, profile, column or mend that is not known."""
    yield from _unknown_crs(content.cameras.crs, file)
    yield from mend_faults(content.cameras.mend, file)
    look = content.viewing
    asked = [
        ("viewing.profile", look.profile, pack_names("assumptions")),
        *[(f"cameras.columns.{field}", field, fields()) for field in content.cameras.columns],
        *[
            (f"cameras.second.columns.{field}", field, fields())
            for field in (content.cameras.second.columns if content.cameras.second else ())
        ],
    ]
    if look.assumptions and not _is_file(look.assumptions):
        asked.append(("viewing.assumptions", look.assumptions, pack_names("assumptions")))
    if content.city is not None:
        asked += content.city.known_names()
    asked += content.places.known_names()
    levels: tuple[str, ...] = ()
    if isinstance(look.ladder, str):
        asked.append(("viewing.ladder", look.ladder, pack_names("ladders")))
        levels = get_ladder(look.ladder).names if look.ladder in pack_names("ladders") else ()
    else:
        levels = tuple(level.name for level in look.ladder)
        try:
            _ladder(look.ladder)
        except ValueError as error:
            yield Fault(file, "viewing.ladder", str(error), "list the levels from the coarsest to the finest")
    if levels:
        asked += [
            (f"purposes.{number}.level", purpose.level, levels) for number, purpose in enumerate(content.purposes)
        ]
    for where, name, known in dict.fromkeys(asked):
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            remedy = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
            yield Fault(file, where, f"nothing is called {name!r}", remedy)


def _unknown_crs(name: str | None, file: str) -> Iterator[Fault]:
    if name is None:
        return
    try:
        pyproj.CRS.from_user_input(name)
    except pyproj.exceptions.CRSError:
        problem = f"no coordinate reference system is called {name!r}"
        yield Fault(file, "cameras.crs", problem, "write it as in 'EPSG:25833'")


def _is_file(assumptions: str) -> bool:
    """Return whether assumptions are a file of the user's own, not a shipped set."""
    return assumptions.lower().endswith(".toml")


def _named_files(content: _PlanFile) -> Iterator[tuple[str, str]]:
    if content.viewing.assumptions and _is_file(content.viewing.assumptions):
        yield "viewing.assumptions", content.viewing.assumptions
    yield "cameras.file", content.cameras.file
    if content.cameras.second is not None:
        yield "cameras.second.file", content.cameras.second.file
    if content.city is not None:
        yield from content.city.named_files()
    yield from content.places.named_files()
    if content.trips.od is not None:
        yield "trips.od", content.trips.od
    for number, purpose in enumerate(content.purposes):
        yield f"purposes.{number}.zones", purpose.zones
    if content.power is not None and content.power.feeders is not None:
        yield "power.feeders", content.power.feeders


def _missing_files(content: _PlanFile, path: Path) -> Iterator[Fault]:
    for where, name in _named_files(content):
        if name != SAMPLE and not (path.parent / name).is_file():
            yield Fault(
                path.name, where, f"there is no file {name!r} beside the plan", "put it there or correct the name"
            )


def _extract(name: str, folder: Path, extracts: dict[str, OsmFile]) -> OsmFile:
    """Return an OpenStreetMap file, read once however often it is named."""
    if name not in extracts:
        extracts[name] = sample_file() if name == SAMPLE else OsmFile(folder / name)
    return extracts[name]


def _network(
    section: _List, folder: Path, extracts: dict[str, OsmFile], surroundings: Surroundings | None
) -> CameraNetwork:
    if section.file == SAMPLE or section.file.lower().endswith(OSM_ENDINGS):
        return _extract(section.file, folder, extracts).cameras(mends=section.mend, surroundings=surroundings)
    return read_camera_file(
        folder / section.file, columns=section.columns, crs=section.crs, mends=section.mend, surroundings=surroundings
    )


def _second_list(
    section: _Cameras, folder: Path, extracts: dict[str, OsmFile], surroundings: Surroundings
) -> SecondList | None:
    if section.second is None:
        return None
    network = _network(section.second, folder, extracts, surroundings)
    return SecondList(section.second.file, network, section.second.tolerance_m)


def _city(content: _PlanFile, path: Path, extracts: dict[str, OsmFile]) -> City:
    section, folder = content.city, path.parent
    assert section is not None  # noqa: S101 - read_plan has refused a plan without a city
    name = section.name or (NAME if section.osm == SAMPLE else content.plan.name)

    def extract(given: str) -> OsmFile:
        return _extract(given, folder, extracts)

    sources = place_sources(content.places, section, folder=folder, plan=path.name, extract=extract)
    return with_sensitive_places(read_city(section, name=name, folder=folder, extract=extract), sources)


def _trips(section: _Trips, path: Path, city: City) -> tuple[TripPlan, City]:
    """Return what the plan says of trips, and the city with the table of trips among its sources."""
    if section.od is None:
        return TripPlan(section.count, section.detour), city
    areas = city.areas
    if areas is None or areas.empty:
        remedy = "name the areas under [city], or leave the table out"
        raise PlanError([Fault(path.name, "trips.od", "it speaks of areas, and the city has none", remedy)])
    table = read_trip_table(path.parent / section.od, minimum=section.minimum, area_ids=areas.index)
    city = replace(city, sources=(*city.sources, table.source), notices=(*city.notices, *table.notices))
    return TripPlan(section.count, section.detour, table.demand), city


def _ladder(levels: list[_Level]) -> Ladder:
    return Ladder("own", "the plan file", tuple(Level(**level.model_dump()) for level in levels))


def _viewing(section: _Viewing, folder: Path) -> Viewing:
    chosen = section.assumptions or section.profile
    assumptions = read_assumptions(folder / chosen) if _is_file(chosen) else get_assumptions(chosen)
    ladder = get_ladder(section.ladder) if isinstance(section.ladder, str) else _ladder(section.ladder)
    return Viewing(
        ladder,
        assumptions,
        target_height_m=section.target_height_m,
        chord_tolerance_m=section.chord_tolerance_m,
        draws=section.draws,
        seed=section.seed,
    )


def _declared(content: _PlanFile, network: CameraNetwork) -> Plan:
    return Plan(
        content.plan.name,
        network,
        content.plan.date,
        phases=tuple(Phase(**phase.model_dump()) for phase in content.phases),
        control_room=ControlRoom(**content.control_room.model_dump()) if content.control_room else None,
        power=Power(**content.power.model_dump()) if content.power else None,
        retention_days=content.retention.days if content.retention else None,
        costs=Costs(**content.costs.model_dump()) if content.costs else None,
    )
