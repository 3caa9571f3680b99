"""Profiles from TOML: the shipped ones, and a user's own, held to their keys with every fault at once."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints, model_validator

from overseen.errors import Fault, SourceError
from overseen.model.profile import MARKS, HeightRule, Lens, NominalLens, Profile, Shape
from overseen.model.schema import CAMERA_KINDS
from overseen.model.viewing import Assumptions, Ladder, Level, Viewing
from overseen.sources.packs import get_assumptions, get_ladder, pack_names
from overseen.sources.plan_section import CLOSED
from overseen.sources.toml_file import checked_toml

Said = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Mark = Literal[MARKS]  # type: ignore[valid-type]
Metres = Annotated[float, Field(ge=0.0, le=10_000.0)]
Positive = Annotated[float, Field(gt=0.0)]

FACE_M = 1.6
"""Height of a standing face, where a profile does not say what is looked at."""


class _Entry(BaseModel):
    model_config = CLOSED


class _Lens(_Entry):
    focal_length_mm: Positive
    image_width_px: Positive


class _NominalLens(_Lens):
    density_px_per_m: Positive


class _Height(_Entry):
    default_m: Positive
    lowest_m: Positive
    highest_m: Positive

    @model_validator(mode="after")
    def _must_rise(self) -> _Height:
        if not self.lowest_m <= self.default_m <= self.highest_m:
            raise ValueError("lowest_m, default_m and highest_m must rise")
        return self


class _Level(_Entry):
    name: Said
    meaning: Said
    density_px_per_m: Positive | None = None


class _Shape(_Entry):
    kinds: Annotated[list[Literal[CAMERA_KINDS]], Field(min_length=1)]  # type: ignore[valid-type]
    form: Literal["disc", "sector", "nothing"]
    source: Said
    mark: Mark
    reach_m: Metres = 0.0
    reach_per_height: Metres = 0.0
    width_deg: Annotated[float, Field(gt=0.0, le=360.0)] = 360.0
    arc: Literal["width", "middle", "unread"] = "middle"
    no_bearing: Literal["disc", "nothing", "drawn"] = "nothing"
    disc_reach_m: Metres | None = None
    lens: _Lens | None = None
    free_tilt_deg: Annotated[float, Field(ge=0.0, le=90.0)] | None = None

    @model_validator(mode="after")
    def _must_reach(self) -> _Shape:
        if self.form != "nothing" and self.reach_m + self.reach_per_height <= 0.0:
            raise ValueError("a disc or sector needs reach_m or reach_per_height")
        return self


class _Profile(_Entry):
    name: Said
    title: Said
    work: Said
    source: Said
    mark: Mark
    walls: bool
    heights: bool
    ladder: Said | None = None
    assumptions: Said | None = None
    target_height_m: Annotated[float, Field(ge=0.0, le=10.0)] | None = None
    differs: list[Said] = []
    judged: list[Said] = []
    height: _Height | None = None
    nominal: _NominalLens | None = None
    levels: list[_Level] = []
    shapes: list[_Shape] = []


def profile_names() -> tuple[str, ...]:
    """Return the names of the shipped profiles, in alphabetical order."""
    return pack_names("profiles")


def get_profile(name: str) -> Profile:
    """Return a shipped profile; KeyError if there is none of that name.

    Examples
    --------
    >>> get_profile("new-york-disc").shape_of("dome").reach_m
    120.0
    """
    if name not in profile_names():
        raise KeyError(name)
    with as_file(files("overseen.packs") / "profiles" / f"{name}.toml") as path:
        return read_profile(path)


def read_profile(path: Path) -> Profile:
    """Return the profile that a TOML file states.

    Raises
    ------
    SourceError
        With every fault at once.
    """
    content = checked_toml(path, _Profile)
    faults = [*_shape_faults(content, path.name), *_level_faults(content, path.name)]
    if faults:
        raise SourceError(faults)
    return Profile(
        content.name,
        content.title,
        content.work,
        content.source,
        content.mark,
        has_walls=content.walls,
        has_heights=content.heights,
        ladder=content.ladder or "",
        levels=tuple((level.name, level.density_px_per_m, level.meaning) for level in content.levels),
        shapes=tuple(_shape(entry) for entry in content.shapes),
        assumptions=content.assumptions or "",
        target_height_m=content.target_height_m,
        height=HeightRule(**content.height.model_dump()) if content.height else None,
        nominal=NominalLens(**content.nominal.model_dump()) if content.nominal else None,
        differs=tuple(content.differs),
        judged=tuple(content.judged),
    )


def _shape(entry: _Shape) -> Shape:
    lens = Lens(**entry.lens.model_dump()) if entry.lens else None
    return Shape(**entry.model_dump(exclude={"kinds", "lens"}), kinds=tuple(entry.kinds), lens=lens)


def _shape_faults(content: _Profile, file: str) -> list[Fault]:
    """Return a fault for every kind of camera that no shape, or more than one, is for, and what else shapes lack."""
    if not content.shapes:
        problem, remedy = "a profile without shapes is one of optics, in which walls and heights count", "write true"
        return [Fault(file, key, problem, remedy) for key in ("walls", "heights") if not getattr(content, key)]
    named = [kind for shape in content.shapes for kind in shape.kinds]
    faults = [
        Fault(file, "shapes", f"it says nothing of cameras of the kind {kind!r}", "name it in the kinds of a shape")
        for kind in CAMERA_KINDS
        if kind not in named
    ]
    faults += [
        Fault(file, "shapes", f"the kind {kind!r} stands twice", "name it in one shape")
        for kind in dict.fromkeys(named)
        if named.count(kind) > 1
    ]
    if content.heights:
        faults.append(
            Fault(file, "heights", "shapes are flat, so heights of buildings cannot count", "write heights = false")
        )
    if any(shape.reach_per_height for shape in content.shapes) and content.height is None:
        faults.append(
            Fault(file, "height", "a reach depends on the mounting height, and no rule gives it", "add [height]")
        )
    return faults


def _level_faults(content: _Profile, file: str) -> list[Fault]:
    """Return the faults of levels: those of shapes are its own, those of optics a shipped ladder."""
    if not content.shapes:
        return [
            *_unknown_pack(content.ladder, "ladder", file),
            *_unknown_pack(content.assumptions, "assumptions", file),
        ]
    faults = [
        Fault(file, key, "it goes with optics, and this profile has shapes", "leave it out")
        for key in ("ladder", "assumptions", "target_height_m")
        if getattr(content, key) is not None
    ]
    densities = [level.density_px_per_m for level in content.levels]
    has_lens = any(shape.lens for shape in content.shapes)
    if not densities:
        faults.append(Fault(file, "levels", "it is missing", "add at least one [[levels]]"))
    elif None in densities and (len(densities) > 1 or has_lens):
        remedy = "give density_px_per_m to each"
        faults.append(Fault(file, "levels", "several levels, and lenses, need a pixel density each", remedy))
    elif has_lens and content.nominal is None:
        faults.append(Fault(file, "nominal", "a lens needs one to which the reach refers", "add [nominal]"))
    elif len(densities) > 1 and not all(shape.lens or shape.form == "nothing" for shape in content.shapes):
        faults.append(
            Fault(file, "levels", "without a lens a shape has one level", "give each shape a lens, or one level")
        )
    else:
        try:
            _ladder(content.name, content.source, [(v.name, v.density_px_per_m, v.meaning) for v in content.levels])
        except ValueError as error:
            faults.append(Fault(file, "levels", str(error), "list the levels from the coarsest to the finest"))
    return faults


def _unknown_pack(name: str | None, key: str, file: str) -> list[Fault]:
    known = pack_names("ladders" if key == "ladder" else key)
    if name in known:
        return []
    return [Fault(file, key, "it is missing" if name is None else f"nothing is called {name!r}",
                  f"a profile without shapes needs it; known are {', '.join(known)}")]  # fmt: skip


def _ladder(name: str, source: str, levels: list[tuple[str, float | None, str]]) -> Ladder:
    return Ladder(
        name,
        source,
        tuple(Level(level, float("nan") if density is None else density, words) for level, density, words in levels),
    )


def profile_ladder(profile: Profile) -> Ladder:
    """Return the levels of a profile."""
    if profile.is_own:
        return get_ladder(profile.ladder)
    return _ladder(profile.name, f"{profile.source}; {profile.mark}", list(profile.levels))


def profile_viewing(profile: Profile, *, draws: int = 200, seed: int = 1, chord_tolerance_m: float = 0.02) -> Viewing:
    """Return the viewing under which everything is as a profile has it."""
    published = not profile.is_own
    return Viewing(
        profile_ladder(profile),
        Assumptions(profile.name, ()) if published else get_assumptions(profile.assumptions),
        target_height_m=FACE_M if profile.target_height_m is None else profile.target_height_m,
        draws=draws,
        seed=seed,
        chord_tolerance_m=chord_tolerance_m,
        profile=profile if published else None,
    )
