"""The part ``[places]`` of the plan file: which kinds of place count as sensitive, and lists of the user's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator

from overseen.errors import Fault, PlanError
from overseen.sources.city_files import folder_files
from overseen.sources.layer_file import LayerOptions
from overseen.sources.osm_city import OsmFile
from overseen.sources.packs import pack_names
from overseen.sources.place_kinds import KindList, get_kinds, read_kinds
from overseen.sources.plan_city import CitySection, Section
from overseen.sources.plan_section import Name
from overseen.sources.sensitive_places import OwnFile, PlaceSources

DEFAULT = "overseen"


class PlacesFileSection(Section):
    """A list of places of the user's own: points or outlines, of one kind or with a column ``kind``.

    ``complete`` says that it holds all there are of its kinds, so that the map's are left out.
    """

    file: Name
    kind: Name | None = None
    columns: dict[str, Name] = Field(default_factory=dict)
    crs: Name | None = None
    licence: str = ""
    complete: bool = False


class PlacesSection(Section):
    """Kinds of sensitive place, and files that list some."""

    kinds: Name = DEFAULT
    files: list[PlacesFileSection] = Field(default_factory=list)

    @field_validator("files", mode="before")
    @classmethod
    def _several(cls, value: Any) -> Any:
        given = value if isinstance(value, list) else [value]
        return [{"file": one} if isinstance(one, str) else one for one in given]

    def is_own_list(self) -> bool:
        """Return whether the kinds are a file of the user's own."""
        return self.kinds.lower().endswith(".toml")

    def named_files(self) -> Iterator[tuple[str, str]]:
        """Yield every file that the section names, after its key."""
        if self.is_own_list():
            yield "places.kinds", self.kinds
        yield from ((f"places.files.{number}.file", given.file) for number, given in enumerate(self.files))

    def known_names(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Yield every name that must be one of some, after its place."""
        if not self.is_own_list():
            yield "places.kinds", self.kinds, pack_names("places")
        for number, given in enumerate(self.files):
            yield from (
                (f"places.files.{number}.columns.{role}", role, ("id", "name", "kind")) for role in given.columns
            )


def place_sources(
    section: PlacesSection, city: CitySection, *, folder: Path, plan: str, extract: Callable[[str], OsmFile]
) -> PlaceSources:
    """Return where the sensitive places of a city are looked for; ``plan`` is what messages call the plan file.

    Raises
    ------
    PlanError, SourceError
        If a file is of a kind that the list lacks; if the list of kinds cannot be used.
    """
    kinds = read_kinds(folder / section.kinds) if section.is_own_list() else get_kinds(section.kinds)
    faults = list(_unknown_kinds(section, kinds, plan))
    if faults:
        raise PlanError(faults)
    own = tuple(
        OwnFile(folder / one.file, one.kind, LayerOptions(one.columns, one.crs, one.licence), one.complete)
        for one in section.files
    )
    given = folder / city.places if city.places is not None else None
    if given is None and city.folder is not None:
        given = next(iter(folder_files(folder / city.folder).get("places", [])), None)
    places = None if given is None else (given, city.options_of("places"))
    osm = None if city.osm is None else extract(city.osm)
    if osm is None:
        return PlaceSources(kinds, places=places, own=own)
    return PlaceSources(kinds, osm.features, osm.source.file, places, own)


def _unknown_kinds(section: PlacesSection, kinds: KindList, plan: str) -> Iterator[Fault]:
    for number, one in enumerate(section.files):
        if one.kind is not None and one.kind not in kinds.names:
            where = f"places.files.{number}.kind"
            yield Fault(plan, where, f"no kind is called {one.kind!r}", f"known are {', '.join(kinds.names)}")
