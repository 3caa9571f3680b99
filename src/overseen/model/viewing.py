"""The parameters of seeing: ladder of detail levels, target, tolerances, assumptions about what a list leaves out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from overseen.model.profile import Profile


@dataclass(frozen=True, slots=True)
class Level:
    """A detail level: a named threshold of pixel density at the target, px/m; nan for the one level of a model without levels."""

    name: str
    density_px_per_m: float
    meaning: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """Detail levels from the coarsest to the finest.

    Raises
    ------
    ValueError
        If the densities do not rise or a name stands twice.
    """

    name: str
    source: str
    levels: tuple[Level, ...]

    def __post_init__(self) -> None:
        densities = [level.density_px_per_m for level in self.levels]
        if len(densities) == 1 and math.isnan(densities[0]):
            return
        if not densities or densities[0] <= 0 or sorted(set(densities)) != densities:
            raise ValueError(f"ladder {self.name}: densities must be positive and rise from level to level")
        if len(set(self.names)) != len(self.levels):
            raise ValueError(f"ladder {self.name}: a level's name stands twice")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the levels, coarsest first."""
        return tuple(level.name for level in self.levels)


@dataclass(frozen=True, slots=True)
class KindBounds:
    """Bounds of an unknown for one kind of camera, where it differs from the rest; the fields are those of :class:`Unknown`."""

    kind: str
    low: float
    central: float
    high: float
    source: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """An assumption about something that a camera list often leaves out.

    ``low``, ``central`` and ``high`` are the 5, 50 and 95 % points of a two-piece normal distribution, of the value itself
    (``scale = "linear"``) or of its logarithm (``"log"``). ``shared_weight`` is the part of the variance, 0..1, that all
    cameras of one draw have in common: what makes a city's cameras alike. Independent draws would average away.

    Parameters
    ----------
    name
        Such as ``mounting_height_m``; carries the unit.
    meaning
        What it stands for, one sentence.
    low, central, high
        In the unit of the name, rising.
    scale
        ``linear`` or ``log``.
    shared_weight
        0..1.
    source
        Where the figures come from; ``our judgement`` where there is none.
    of_kind
        Bounds for kinds of camera of which more is known.
    mark
        What the source is worth, one of :data:`overseen.model.profile.MARKS`; empty where a user's own file does not say.
    """

    name: str
    meaning: str
    low: float
    central: float
    high: float
    scale: Literal["linear", "log"]
    shared_weight: float
    source: str
    of_kind: tuple[KindBounds, ...] = ()
    mark: str = ""

    def __post_init__(self) -> None:
        for low, central, high in (self.bounds(), *(self.bounds(bounds.kind) for bounds in self.of_kind)):
            if not low <= central <= high:
                raise ValueError(f"assumption {self.name}: low, central and high must rise")
            if self.scale == "log" and low <= 0:
                raise ValueError(f"assumption {self.name}: a logarithmic scale needs a positive low value")
        if not 0.0 <= self.shared_weight <= 1.0:
            raise ValueError(f"assumption {self.name}: shared_weight must be in 0..1")
        kinds = [bounds.kind for bounds in self.of_kind]
        if len(set(kinds)) != len(kinds):
            raise ValueError(f"assumption {self.name}: a kind stands twice")

    def bounds(self, kind: str | None = None) -> tuple[float, float, float]:
        """Return low, central and high for a kind of camera, or those of all others."""
        found = next((bounds for bounds in self.of_kind if bounds.kind == kind), None)
        chosen: Unknown | KindBounds = found or self
        return chosen.low, chosen.central, chosen.high


@dataclass(frozen=True, slots=True)
class Assumptions:
    """A named set of assumptions, one per unknown."""

    name: str
    unknowns: tuple[Unknown, ...]

    def __getitem__(self, name: str) -> Unknown:
        for unknown in self.unknowns:
            if unknown.name == name:
                return unknown
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Viewing:
    """How seeing is computed.

    Parameters
    ----------
    ladder
        Detail levels.
    assumptions
        What is assumed where the list is silent.
    target_height_m
        Height of the thing seen: 1.6 m, a standing face.
    chord_tolerance_m
        How far the chords that stand for an arc may lie inside it.
    facade_tolerance_m
        A camera nearer than this to a wall counts as hanging on it.
    facade_reach_m
        A camera mapped inside a building, at most this far from its wall, is moved out of the nearest one.
    facade_offset_m
        Distance from the wall at which a camera on it is placed.
    walking_speed_m_per_s
        For seconds in view.
    draws, seed
        Number of draws of the unknowns, and the seed from which all of them come.
    height_sets
        Number of sets of drawn heights (of lenses and of buildings); draws take them in turn, so that what is hidden behind
        buildings is computed once for each set and not once for each draw.
    """

    ladder: Ladder
    assumptions: Assumptions
    target_height_m: float = 1.6
    chord_tolerance_m: float = 0.02
    facade_tolerance_m: float = 0.3
    facade_reach_m: float = 3.0
    facade_offset_m: float = 0.3
    walking_speed_m_per_s: float = 1.3
    draws: int = 200
    seed: int = 1
    height_sets: int = 40
    profile: Profile | None = None
