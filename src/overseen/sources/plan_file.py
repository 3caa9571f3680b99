"""The plan file: one TOML file is the run. Every fault is found before anything is computed."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

import pyproj
from pydantic import BaseModel, Field, model_validator

from overseen.errors import Fault, InputError, PlanError, SchemaError, SourceError
from overseen.model.cameras import CameraNetwork
from overseen.model.city import City
from overseen.model.comparison import AS_MAPPED, Comparison
from overseen.model.governance import Governance
from overseen.model.imagined import ImagineRule
from overseen.model.plan import Phase, Plan, SecondList
from overseen.model.provenance import Notice
from overseen.model.schema import CAMERA_USES, CAMERAS, HEADS
from overseen.model.statements import ABOUT, Statement
from overseen.model.trips import TripPlan
from overseen.model.viewing import Viewing
from overseen.sources.camera_columns import fields
from overseen.sources.camera_file import read_camera_file
from overseen.sources.list_alone import city_of_list
from overseen.sources.mending import mend_faults
from overseen.sources.osm_city import OSM_ENDINGS, OsmFile
from overseen.sources.phases import phase_faults, with_known_phases
from overseen.sources.place_kinds import get_kinds
from overseen.sources.plan_cities import city_parts
from overseen.sources.plan_city import CitySection, read_city, read_comparison
from overseen.sources.plan_governance import GovernanceSection, RulesSection, read_governance, rule_pack_sources
from overseen.sources.plan_imagine import ImagineSection, read_imagine
from overseen.sources.plan_operations import OperationSections, with_operations
from overseen.sources.plan_places import DEFAULT, PlacesSection, place_sources
from overseen.sources.plan_purposes import PurposeSection, read_purposes
from overseen.sources.plan_section import CLOSED, Name
from overseen.sources.plan_viewing import ViewingSection, viewing_of
from overseen.sources.positions import city_surroundings, network_in_city
from overseen.sources.rule_packs import read_rule_packs
from overseen.sources.sample import NAME, SAMPLE, sample_file
from overseen.sources.sensitive_places import PlaceSources, with_sensitive_places
from overseen.sources.toml_file import checked_content, parsed_toml
from overseen.sources.trip_table import LEAST_MINIMUM, read_trip_table
from overseen.sources.whereabouts import Surroundings

Positive = Annotated[float, Field(gt=0.0)]


NO_LIST = "(no list)"
"""Stands for the camera list of a plan that has none, only a number of hypothetical cameras."""


class _Section(BaseModel):
    model_config = CLOSED


class _PlanSection(_Section):
    name: Name
    date: dt.date | None = None
    rival: Name | None = None


class _Statement(_Section):
    text: Name
    about: Literal[ABOUT]  # type: ignore[valid-type]


class _List(_Section):
    file: Name
    columns: dict[str, str] = {}
    crs: Name | None = None
    mend: list[Name] = []
    use: Literal[CAMERA_USES] | None = None  # type: ignore[valid-type]


class _SecondList(_List):
    tolerance_m: Annotated[float, Field(gt=0.0, le=500.0)] = 15.0


class _Cameras(_List):
    is_complete: bool = False
    second: _SecondList | None = None
    baseline: _List | None = None

    def parts(self) -> Iterator[tuple[str, _List]]:
        """Yield the further lists, after their keys."""
        yield from ((key, part) for key, part in (("second", self.second), ("baseline", self.baseline)) if part)

    examine: list[Literal["in_use", "planned"]] | None = None


class _Phase(_Section):
    name: Name
    start: Annotated[dt.date, Field(alias="from")]
    until: dt.date | None = None
    cameras: Annotated[int, Field(ge=0)] | None = None


class _Retention(_Section):
    days: Annotated[float, Field(ge=0.0)]


class _Trips(_Section):
    count: Annotated[int, Field(ge=0, le=1_000_000)] = 10_000
    detour: Annotated[float, Field(ge=0.0, le=5.0)] = 0.25
    od: Name | None = None
    minimum: Annotated[float, Field(ge=LEAST_MINIMUM)] = 10


class _PlanFile(OperationSections):
    plan: _PlanSection
    cameras: _Cameras = _Cameras(file=NO_LIST)
    imagine: ImagineSection | None = None
    city: CitySection | None = None
    places: PlacesSection = PlacesSection()
    viewing: ViewingSection = ViewingSection()
    purposes: list[PurposeSection] = Field(default_factory=list)
    phases: list[_Phase] = Field(default_factory=list)
    retention: _Retention | None = None
    rules: RulesSection | None = None
    governance: GovernanceSection = GovernanceSection()
    statements: list[_Statement] = Field(default_factory=list)
    trips: _Trips = _Trips()

    @model_validator(mode="after")
    def _has_cameras(self) -> _PlanFile:
        is_listed = self.cameras.file != NO_LIST
        if not is_listed and self.imagine is None:
            raise ValueError(
                "it names no cameras; add [cameras] file = '...', or [imagine] count = ... where only a number is known"
            )
        if not is_listed and self.city is None:
            raise ValueError("hypothetical cameras need streets to stand on; add [city] osm = '...'")
        return self


@dataclass(frozen=True, slots=True)
class RunInputs:
    """Everything an assessment takes: the plan with its network, the city, the viewing, and how groups are compared.

    ``imagine`` is the rule of hypothetical networks, where the plan states one.
    """

    plan: Plan
    city: City
    viewing: Viewing
    comparison: Comparison = AS_MAPPED
    imagine: ImagineRule | None = None


def read_plan(path: Path) -> RunInputs:
    """Return what a plan file names, read and checked; file names in it are relative to it.

    Raises
    ------
    PlanError
        If the plan file cannot be used; every fault at once.
    SourceError
        If a file that it names cannot be used.
    """
    return _inputs(_checked(path), path)


def read_plans(path: Path) -> tuple[RunInputs, ...]:
    """Return what a plan file names, for each of its cities; a plan without ``[[cities]]`` is of one.

    Raises
    ------
    PlanError, SourceError
        As :func:`read_plan`, the faults of all cities at once.
    """
    parts = city_parts(_parsed(path), path.name)
    if not parts:
        return (read_plan(path),)
    found, faults = [], []
    for part in parts:
        try:
            content = checked_content(part.content, _PlanFile, file=path.name, within=part.within, error=PlanError)
            found.append(_inputs(content, path))
        except InputError as error:
            faults += [part.placed(fault, path.name) for fault in error.faults]
    if faults:
        raise PlanError(dict.fromkeys(faults))
    return tuple(found)


def plan_name(path: Path) -> str:
    """Return what a plan that can be read calls itself."""
    return str(_parsed(path)["plan"]["name"])


def _inputs(content: _PlanFile, path: Path) -> RunInputs:
    faults = [*_unknown_names(content, path), *_missing_files(content, path)]
    if faults:
        raise PlanError(faults)
    extracts: dict[str, OsmFile] = {}

    def network_of(surroundings: Surroundings | None) -> CameraNetwork:
        return _listed(content.cameras, path, extracts, surroundings)

    if content.city is None:
        network = network_of(None)
        city = city_of_list(network, content.plan.name)
    else:
        # The city first: it tells where the cameras should be.
        city, network = _both(lambda: _city(content, path, extracts), network_of)
    trips, city = _trips(content.trips, path, city)
    declared = read_purposes(content.purposes, city, folder=path.parent, plan=path.name)
    city = replace(city, sources=(*city.sources, *declared.sources), notices=(*city.notices, *declared.notices))
    governance, city = _governance(content, path, city)
    plan = replace(
        _declared(content, with_known_phases(network, content.phases)),
        purposes=declared.purposes,
        rule_packs=tuple(content.rules.packs) if content.rules else (),
        rules=read_rule_packs(content.rules.packs, path.parent) if content.rules else (),
        governance=governance,
        statements=tuple(Statement(one.text, one.about) for one in content.statements),
        rival=content.plan.rival,
        is_list_complete=content.cameras.is_complete,
        trips=trips,
        second_list=_second_list(content.cameras, path.parent, extracts, city_surroundings(city)),
    )
    plan, city = with_operations(plan, city, content, path=path, listing=content.cameras.file)
    is_complete = content.cameras.is_complete
    comparison = (
        Comparison(is_complete)
        if content.city is None
        else read_comparison(content.city, folder=path.parent, is_complete=is_complete)
    )
    imagine = (
        None
        if content.imagine is None
        else read_imagine(content.imagine, folder=path.parent, city=city, plan=path.name)
    )
    return RunInputs(plan, city, viewing_of(content.viewing, path.parent), comparison, imagine)


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
    return viewing_of(ViewingSection(), Path())


def _parsed(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise PlanError([Fault(path.name, "", "there is no such plan file", "check the path")])
    return parsed_toml(path, error=PlanError)


def _checked(path: Path) -> _PlanFile:
    content = _parsed(path)
    if city_parts(content, path.name):
        remedy = "assess or compare it, or give a plan of one city"
        raise PlanError([Fault(path.name, "cities", "this is a plan of several cities", remedy)])
    return checked_content(content, _PlanFile, file=path.name, error=PlanError)


def _unknown_names(content: _PlanFile, path: Path) -> Iterator[Fault]:
    """Yield a fault for every ladder, level, profile, column or mend that is not known."""
    file, look = path.name, content.viewing
    yield from _unknown_crs(content.cameras.crs, file)
    yield from mend_faults(content.cameras.mend, file)
    yield from look.faults(file, path.parent)
    yield from phase_faults(content.phases, content.cameras.examine, file)
    asked = [
        *look.known_names(),
        *[(f"cameras.columns.{field}", field, fields()) for field in content.cameras.columns],
        *[
            (f"cameras.{part}.columns.{field}", field, fields())
            for part, section in content.cameras.parts()
            for field in section.columns
        ],
    ]
    if content.city is not None:
        asked += content.city.known_names()
    asked += [*content.places.known_names(), *content.governance.known_names()]
    asked += content.rules.known_names() if content.rules else []
    levels = look.level_names(path.parent)
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


def _named_files(content: _PlanFile) -> Iterator[tuple[str, str]]:
    yield from content.viewing.named_files()
    if content.plan.rival is not None:
        yield "plan.rival", content.plan.rival
    if content.cameras.file != NO_LIST:
        yield "cameras.file", content.cameras.file
    if content.imagine is not None:
        yield from content.imagine.named_files()
    yield from ((f"cameras.{part}.file", section.file) for part, section in content.cameras.parts())
    if content.city is not None:
        yield from content.city.named_files()
    yield from content.places.named_files()
    yield from content.governance.named_files()
    yield from content.rules.named_files() if content.rules else ()
    if content.trips.od is not None:
        yield "trips.od", content.trips.od
    for number, purpose in enumerate(content.purposes):
        yield f"purposes.{number}.zones", purpose.zones
    yield from content.named_operation_files()


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
    if section.file == NO_LIST:
        return CameraNetwork(CAMERAS.empty(4326), HEADS.empty())
    if section.file == SAMPLE or section.file.lower().endswith(OSM_ENDINGS):
        network = _extract(section.file, folder, extracts).cameras(mends=section.mend, surroundings=surroundings)
    else:
        network = read_camera_file(
            folder / section.file,
            columns=section.columns,
            crs=section.crs,
            mends=section.mend,
            surroundings=surroundings,
        )
    return network if section.use is None else _of_use(network, section.use)


def _listed(
    section: _Cameras, path: Path, extracts: dict[str, OsmFile], surroundings: Surroundings | None
) -> CameraNetwork:
    """Return the cameras of a plan, with those that exist already where it lists them apart."""
    network = _network(section, path.parent, extracts, surroundings)
    if section.baseline is None:
        return network
    baseline = _network(section.baseline, path.parent, extracts, surroundings)
    try:
        return baseline.joined_with(network)
    except SchemaError as error:
        remedy = "give the cameras that are to be added identifiers of their own"
        raise PlanError([Fault(path.name, "cameras.baseline", str(error), remedy)]) from error


def _of_use(network: CameraNetwork, use: str) -> CameraNetwork:
    """Return the network with the use that the plan declares for every camera of which the list states none."""
    silent = network.cameras["use"].isna()
    if not silent.any():
        return network
    file = network.sources[0].file if network.sources else ""
    words = use.replace("_", " ")
    notice = Notice(
        file,
        "use declared by the plan",
        int(silent.sum()),
        str(network.cameras.index[silent][0]),
        f"The list does not say what they are for; the plan says {words}, and they are taken for that.",
    )
    cameras = network.cameras.assign(use=network.cameras["use"].where(~silent, use))
    return replace(network, cameras=cameras, notices=(*network.notices, notice))


def _second_list(
    section: _Cameras, folder: Path, extracts: dict[str, OsmFile], surroundings: Surroundings
) -> SecondList | None:
    if section.second is None:
        return None
    network = _network(section.second, folder, extracts, surroundings)
    return SecondList(Path(section.second.file).name, network, section.second.tolerance_m)


def _city(content: _PlanFile, path: Path, extracts: dict[str, OsmFile]) -> City:
    section, folder = content.city, path.parent
    assert section is not None  # noqa: S101 - asked only where the plan names one
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


def _governance(content: _PlanFile, path: Path, city: City) -> tuple[Governance, City]:
    """Return what is declared of rules, and the city with the files of signs and rules among its sources."""
    governance, sources, notices = read_governance(content.governance, city, path.parent)
    sources += rule_pack_sources(content.rules, path.parent)
    return governance, replace(city, sources=(*city.sources, *sources), notices=(*city.notices, *notices))


def _declared(content: _PlanFile, network: CameraNetwork) -> Plan:
    return Plan(
        content.plan.name,
        network,
        content.plan.date,
        phases=tuple(Phase(phase.name, phase.start, phase.until, phase.cameras) for phase in content.phases),
        examined_statuses=tuple(content.cameras.examine or ("in_use",)),
        retention_days=content.retention.days if content.retention else None,
    )
