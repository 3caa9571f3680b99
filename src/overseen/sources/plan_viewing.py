"""Section ``[viewing]`` of the plan file: how seeing is computed, by a profile or by ladder and assumptions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from overseen.errors import Fault, SourceError
from overseen.model.profile import Profile
from overseen.model.viewing import Ladder, Level, Viewing
from overseen.sources.assumption_file import read_assumptions
from overseen.sources.packs import get_assumptions, get_ladder, pack_names
from overseen.sources.plan_section import CLOSED, Name
from overseen.sources.profile_file import get_profile, profile_ladder, profile_names, profile_viewing, read_profile

Positive = Annotated[float, Field(gt=0.0)]

OF_OPTICS = ("ladder", "assumptions", "target_height_m")
"""Keys that say how optics are computed, of which a published model knows nothing."""


class _Section(BaseModel):
    model_config = CLOSED


class _Level(_Section):
    name: Name
    density_px_per_m: Positive
    meaning: str = ""


class ViewingSection(_Section):
    """What a plan says of seeing."""

    ladder: Name | list[_Level] | None = None
    profile: Name = "overseen"
    assumptions: Name | None = None
    target_height_m: Annotated[float, Field(ge=0.0, le=10.0)] | None = None
    chord_tolerance_m: Annotated[float, Field(ge=0.001, le=1.0)] = 0.02
    draws: Annotated[int, Field(ge=1, le=100_000)] = 200
    seed: Annotated[int, Field(ge=0)] = 1

    def named_files(self) -> Iterator[tuple[str, str]]:
        """Yield where a file of the user's own is named, and its name."""
        for key in ("assumptions", "profile"):
            name = getattr(self, key)
            if name and is_file(name):
                yield f"viewing.{key}", name

    def known_names(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Yield what must be the name of something shipped: where it stands, the name, and the known ones."""
        if not is_file(self.profile):
            yield "viewing.profile", self.profile, profile_names()
        if self.assumptions and not is_file(self.assumptions):
            yield "viewing.assumptions", self.assumptions, pack_names("assumptions")
        if isinstance(self.ladder, str):
            yield "viewing.ladder", self.ladder, pack_names("ladders")

    def faults(self, file: str, folder: Path) -> Iterator[Fault]:
        """Yield what does not go together: levels that do not rise, and keys of optics beside a published model."""
        if isinstance(self.ladder, list):
            try:
                _own_ladder(self.ladder)
            except ValueError as error:
                yield Fault(file, "viewing.ladder", str(error), "list the levels from the coarsest to the finest")
        try:
            profile = named_profile(self.profile, folder)
        except SourceError as error:
            yield from error.faults
        except (KeyError, OSError):
            return
        else:
            for key in () if profile.is_own else OF_OPTICS:
                if getattr(self, key) is not None:
                    problem = f"the profile {profile.name!r} has its own, or none"
                    yield Fault(file, f"viewing.{key}", problem, "leave it out, or leave the profile out")

    def level_names(self, folder: Path) -> tuple[str, ...]:
        """Return the names of the levels, none where they cannot be told."""
        if isinstance(self.ladder, list):
            return tuple(level.name for level in self.ladder)
        if self.ladder is not None:
            return get_ladder(self.ladder).names if self.ladder in pack_names("ladders") else ()
        try:
            return profile_ladder(named_profile(self.profile, folder)).names
        except (KeyError, SourceError, OSError):
            # What is wrong with the profile is a fault of its own.
            return ()


def is_file(name: str) -> bool:
    """Return whether a profile or assumptions are a file of the user's own, not shipped."""
    return name.lower().endswith(".toml")


def named_profile(name: str, folder: Path) -> Profile:
    """Return a shipped profile, or one from a file; KeyError or SourceError if there is none."""
    return read_profile(folder / name) if is_file(name) else get_profile(name)


def _own_ladder(levels: list[_Level]) -> Ladder:
    return Ladder("own", "the plan file", tuple(Level(**level.model_dump()) for level in levels))


def viewing_of(section: ViewingSection, folder: Path) -> Viewing:
    """Return how seeing is computed under what a plan says.

    Raises
    ------
    SourceError
        If a file of the user's own has faults.
    """
    profile = named_profile(section.profile, folder)
    viewing = profile_viewing(
        profile, draws=section.draws, seed=section.seed, chord_tolerance_m=section.chord_tolerance_m
    )
    if section.ladder is not None:
        ladder = get_ladder(section.ladder) if isinstance(section.ladder, str) else _own_ladder(section.ladder)
        viewing = replace(viewing, ladder=ladder)
    if section.assumptions is not None:
        own = section.assumptions
        assumptions = read_assumptions(folder / own) if is_file(own) else get_assumptions(own)
        viewing = replace(viewing, assumptions=assumptions)
    if section.target_height_m is not None:
        viewing = replace(viewing, target_height_m=section.target_height_m)
    return viewing
