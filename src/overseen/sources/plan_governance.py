"""The parts ``[governance]`` and ``[rules]`` of the plan file: what is declared of its rules, and which rules are asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import shapely
from pydantic import Field, StringConstraints, field_validator

from overseen.model.city import City
from overseen.model.governance import Governance, Sharing, Signs
from overseen.model.provenance import Notice, Source
from overseen.sources.evidence import setting_names
from overseen.sources.files import file_source
from overseen.sources.layer_file import LayerOptions, in_plane, read_layer
from overseen.sources.plan_city import Section
from overseen.sources.plan_section import Name
from overseen.sources.rule_packs import is_own_pack, rule_pack_names
from overseen.sources.screening import given_away

Hour = Annotated[float, Field(ge=0.0, le=24.0)]
Span = tuple[Hour, Hour]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
DAYS = 7

WORDS = (
    "legal_basis", "alternatives", "consultation", "audit", "complaints", "training", "security", "oversight", "supplier",
    "data_location",
)  # fmt: skip
"""Keys whose value is said in words."""


def _in_words(value: str) -> str:
    reason = given_away(value)
    if reason is not None:
        raise ValueError(f"it may hold {reason}, which are never kept; name an office or an organisation")
    return value


class SharingSection(Section):
    """A party that may see what the cameras see."""

    with_: Annotated[Name, Field(alias="with")]
    what: Name

    @field_validator("with_", "what")
    @classmethod
    def _no_person(cls, value: str) -> str:
        return _in_words(value)


class GovernanceSection(Section):
    """All that is declared; every key may be left out."""

    legal_basis: Name | None = None
    impact_assessment: dt.date | None = None
    alternatives: Name | None = None
    consultation: Name | None = None
    audit: Name | None = None
    complaints: Name | None = None
    training: Name | None = None
    security: Name | None = None
    oversight: Name | None = None
    biometrics: bool | None = None
    audio: bool | None = None
    hours: list[Span] | None = None
    until: dt.date | None = None
    signs: Name | None = None
    notice_distance_m: Annotated[float, Field(gt=0.0, le=500.0)] | None = None
    sharing: list[SharingSection] | None = None
    supplier: Name | None = None
    data_location: Name | None = None
    setting: Name | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,12})?$")] | None = None
    statements: dict[Key, Name] = Field(default_factory=dict)

    @field_validator("hours", mode="before")
    @classmethod
    def _of_a_week(cls, value: Any) -> Any:
        # One pair stands for every day.
        if isinstance(value, list) and len(value) == 2 and not isinstance(value[0], list):
            return [value] * DAYS
        if isinstance(value, list) and len(value) != DAYS:
            raise ValueError("give one pair of hours, or seven, Monday to Sunday")
        return value

    @field_validator(*WORDS)
    @classmethod
    def _no_person(cls, value: str | None) -> str | None:
        return None if value is None else _in_words(value)

    @field_validator("statements")
    @classmethod
    def _nobody(cls, value: dict[str, str]) -> dict[str, str]:
        return {key: _in_words(words) for key, words in value.items()}

    def named_files(self) -> Iterator[tuple[str, str]]:
        """Yield every file that the section names, after its key."""
        if self.signs is not None:
            yield "governance.signs", self.signs

    def known_names(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Yield every name that must be one of some, after its place."""
        if self.setting is not None:
            yield "governance.setting", self.setting, setting_names()


class RulesSection(Section):
    """Which packs are asked: by name, or a TOML file of the user's own."""

    packs: list[Name]

    def named_files(self) -> Iterator[tuple[str, str]]:
        """Yield every file that the section names, after its key."""
        yield from ((f"rules.packs.{place}", name) for place, name in enumerate(self.packs) if is_own_pack(name))

    def known_names(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Yield every name that must be one of some, after its place."""
        for place, name in enumerate(self.packs):
            if not is_own_pack(name):
                yield f"rules.packs.{place}", name, rule_pack_names()


def read_governance(
    section: GovernanceSection, city: City, folder: Path
) -> tuple[Governance, tuple[Source, ...], tuple[Notice, ...]]:
    """Return what is declared, with the file of signs among the sources.

    Raises
    ------
    SourceError
        If the file of signs cannot be used.
    """
    signs: Signs | None = None
    sources: tuple[Source, ...] = ()
    notices: tuple[Notice, ...] = ()
    if section.signs is not None:
        signs, sources, notices = _signs(folder / section.signs, city)
    given = {
        name: getattr(section, name)
        for name in Governance.__dataclass_fields__
        if name in GovernanceSection.model_fields
    }
    given |= {
        "signs": signs,
        "hours": None if section.hours is None else tuple(section.hours),
        "sharing": None if section.sharing is None else tuple(Sharing(one.with_, one.what) for one in section.sharing),
        "statements": dict(sorted(section.statements.items())),
    }
    return Governance(**given), sources, notices


def rule_pack_sources(section: RulesSection | None, folder: Path) -> tuple[Source, ...]:
    """Return the packs that are files of the user's own."""
    names = [] if section is None else [name for name in section.packs if is_own_pack(name)]
    return tuple(file_source(folder / name, role="rules") for name in dict.fromkeys(names))


def _signs(path: Path, city: City) -> tuple[Signs, tuple[Source, ...], tuple[Notice, ...]]:
    layer = in_plane(read_layer(path, "signs", LayerOptions()), city.buildings.crs)
    layer = layer.where(
        (~shapely.is_empty(layer.shapes.to_numpy()) & ~shapely.is_missing(layer.shapes.to_numpy())),
        ("sign without a place", "It was left out."),
    )
    points = shapely.point_on_surface(layer.shapes.to_numpy())
    position = tuple((float(x), float(y)) for x, y in shapely.get_coordinates(points))
    return Signs(layer.source.file, position), (layer.source,), layer.notices
