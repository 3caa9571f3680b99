"""The part ``[city]`` of the plan file: what it may say, and the city that it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, TypeVar

import geopandas as gpd
import pyproj
from pydantic import BaseModel, Field, field_validator
from shapely.geometry.base import BaseGeometry

from overseen.errors import Fault, SourceError
from overseen.model.city import City
from overseen.model.comparison import CONTROL_SIDE_M, Comparison
from overseen.sources.census_figures import Grouping, LongColumns
from overseen.sources.city_files import LAYERS, CityOptions, city_from_files, folder_files, read_boundary, with_files
from overseen.sources.columns import roles_of
from overseen.sources.default_heights import without_heights
from overseen.sources.file_streets import SNAP_M
from overseen.sources.layer_file import LayerOptions, areas_of, read_layer
from overseen.sources.osm_city import OsmFile
from overseen.sources.people import People, PeopleOptions, read_people, with_people
from overseen.sources.plan_section import CLOSED, Name
from overseen.sources.population_grid import RASTER_ENDINGS

DESCRIBED = (*LAYERS, "people", "boundary")
"""Files of which the plan may state CRS and licence."""

Height = Annotated[float, Field(gt=0.0, le=1_000.0)]
T = TypeVar("T")


class Section(BaseModel):
    """A table of the plan file."""

    model_config = CLOSED


class LongSection(Section):
    """How a table with a row for each area and group is read."""

    group: Name | None = None
    value: Name | None = None
    where: dict[str, str] = {}


class PeopleSection(Section):
    """Where residents are counted."""

    file: Name
    id: Name | None = None
    name: Name | None = None
    residents: Name | None = None
    table: list[Name] = []
    table_id: Name | None = None
    groups: dict[str, list[Name]] = {}
    long: LongSection = LongSection()
    control: Name | None = None
    control_prefix: Annotated[int, Field(ge=1)] | None = None
    control_side_m: Annotated[float, Field(gt=0.0)] = CONTROL_SIDE_M
    furniture: Name | None = None

    @field_validator("table", mode="before")
    @classmethod
    def _several(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @field_validator("groups", mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        """Return groups by name; in a plain list each column or pattern names its own."""
        if isinstance(value, list):
            return {str(pattern).rstrip("*").rstrip("_-. :") or "group": [pattern] for pattern in value}
        if isinstance(value, dict):
            return {group: [columns] if isinstance(columns, str) else columns for group, columns in value.items()}
        return value


class CitySection(Section):
    """The city: an OpenStreetMap file, a folder or files by layer; and where its people live."""

    name: Name | None = None
    osm: Name | None = None
    folder: Name | None = None
    boundary: Name | None = None
    buildings: Name | None = None
    streets: Name | None = None
    places: Name | None = None
    land: list[Name] = []
    people: PeopleSection | None = None
    columns: dict[str, dict[str, Name]] = {}
    crs: dict[str, Name] = {}
    licences: dict[str, Name] = {}
    default_heights_m: list[Height] | None = None
    snap_m: Annotated[float, Field(ge=0.0, le=5.0)] = SNAP_M

    @field_validator("land", mode="before")
    @classmethod
    def _several(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @field_validator("people", mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"file": value} if isinstance(value, str) else value

    @field_validator("crs")
    @classmethod
    def _known(cls, value: dict[str, str]) -> dict[str, str]:
        for name in value.values():
            try:
                pyproj.CRS.from_user_input(name)
            except pyproj.exceptions.CRSError as error:
                raise ValueError(f"{name!r} is no coordinate reference system; write one as EPSG:25833") from error
        return value

    def named_files(self) -> Iterator[tuple[str, str]]:
        """Yield every file that the section names, after its key."""
        single = {key: getattr(self, key) for key in ("osm", "boundary", "buildings", "streets", "places")}
        yield from ((f"city.{key}", name) for key, name in single.items() if name is not None)
        yield from (("city.land", name) for name in self.land)
        if self.people is not None:
            yield "city.people.file", self.people.file
            yield from (("city.people.table", name) for name in self.people.table)
            others = {"control": self.people.control, "furniture": self.people.furniture}
            yield from ((f"city.people.{key}", name) for key, name in others.items() if name is not None)

    def known_names(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Yield every name that must be one of some, after its place: layers, and roles of columns."""
        for layer, roles in self.columns.items():
            yield f"city.columns.{layer}", layer, LAYERS
            if layer in LAYERS:
                yield from ((f"city.columns.{layer}.{role}", role, roles_of(layer)) for role in roles)
        for key, named in (("crs", self.crs), ("licences", self.licences)):
            yield from ((f"city.{key}.{layer}", layer, DESCRIBED) for layer in named)

    def options_of(self, layer: str, columns: Mapping[str, str] | None = None) -> LayerOptions:
        """Return what the section says of a layer's file."""
        chosen = self.columns.get(layer, {}) if columns is None else columns
        return LayerOptions(chosen, self.crs.get(layer), self.licences.get(layer, ""))


def read_city(section: CitySection, *, name: str, folder: Path, extract: Callable[[str], OsmFile]) -> City:
    """Return the city that a section names; ``extract`` opens an OpenStreetMap file by its name.

    Raises
    ------
    SourceError
        With every fault of every file at once.
    """
    faults: list[Fault] = []

    def tried(make: Callable[[], T]) -> T | None:
        try:
            return make()
        except SourceError as error:
            faults.extend(error.faults)
            return None

    is_raster = section.people is not None and Path(section.people.file).suffix.lower() in RASTER_ENDINGS
    boundary = tried(lambda: _boundary(section, folder))
    people = None if section.people is None or is_raster else tried(lambda: _people(section, folder))
    city = tried(lambda: _city(section, name, folder, extract, boundary))
    if is_raster and city is not None:
        people = tried(lambda: _people(section, folder, city))
    if faults or city is None:
        raise SourceError(faults)
    return city if people is None else with_people(city, people)


def read_comparison(section: CitySection, *, folder: Path, is_complete: bool = False) -> Comparison:
    """Return how groups of residents are to be compared.

    Raises
    ------
    SourceError
        If the file of larger areas or of street furniture cannot be used.
    """
    people = section.people
    if people is None:
        return Comparison(is_complete)
    controls = furniture = None
    if people.control is not None:
        controls = areas_of(read_layer(folder / people.control, "people", is_whole=True), "larger area").shapes
    if people.furniture is not None:
        furniture = read_layer(folder / people.furniture, "places").shapes.representative_point()
    return Comparison(is_complete, controls, people.control_prefix, people.control_side_m, furniture)


def _boundary(section: CitySection, folder: Path) -> tuple[BaseGeometry, str] | None:
    return read_boundary(folder / section.boundary, section.options_of("boundary")) if section.boundary else None


def _city(
    section: CitySection,
    name: str,
    folder: Path,
    extract: Callable[[str], OsmFile],
    boundary: tuple[BaseGeometry, str] | None,
) -> City:
    files: dict[str, list[Path]] = folder_files(folder / section.folder) if section.folder else {}
    files |= {layer: [folder / given] for layer in LAYERS[:3] if (given := getattr(section, layer)) is not None}
    if section.land:
        files["land"] = [folder / given for given in section.land]
    heights = section.default_heights_m
    options = CityOptions(
        {layer: section.options_of(layer) for layer in LAYERS},
        None if heights is None else tuple(heights),
        section.snap_m,
    )
    if section.osm is None:
        return city_from_files(name, files, boundary=boundary, options=options)
    city = extract(section.osm).city(name, boundary=boundary)
    if heights and "buildings" not in files:
        buildings, notices = without_heights(city.buildings, heights, file=city.sources[0].file)
        city = replace(city, buildings=buildings, notices=city.notices + notices)
    return with_files(city, files, options) if files else city


def _people(section: CitySection, folder: Path, city: City | None = None) -> People:
    people = section.people
    assert people is not None  # noqa: S101 - asked only where there is one
    columns = {role: column for role, column in (("id", people.id), ("name", people.name)) if column is not None}
    options = PeopleOptions(
        section.options_of("people", columns),
        people.residents,
        tuple(folder / table for table in people.table),
        people.table_id,
        tuple(Grouping(group, tuple(columns)) for group, columns in people.groups.items()),
        LongColumns(people.long.group, people.long.value, people.long.where),
    )
    within = None if city is None else _box_deg(city)
    return read_people(folder / people.file, options, within_deg=within)


def _box_deg(city: City) -> tuple[float, float, float, float]:
    west, south, east, north = gpd.GeoSeries([city.boundary], crs=city.buildings.crs).to_crs(4326).total_bounds
    return float(west), float(south), float(east), float(north)
