"""Profiles: the view models that others have published, as data, so that their numbers can be set beside ours."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

READ, UNREAD, JUDGED = "read in the original", "not verified against the original", "our judgement"

MARKS = (READ, UNREAD, JUDGED)
"""What a figure rests on: its source was read, its source was not read itself, or nobody else says so."""

Form = Literal["disc", "sector", "nothing"]
ArcReading = Literal["width", "middle", "unread"]
NoBearing = Literal["disc", "nothing", "drawn"]

ARC = "an arc"
"""How the source of a field of view ends that the list states as an arc of bearings."""


@dataclass(frozen=True, slots=True)
class Lens:
    """A lens before a picture: its reach is as its focal length and its picture's width."""

    focal_length_mm: float
    image_width_px: float


@dataclass(frozen=True, slots=True)
class NominalLens:
    """The lens, and the pixel density, to which the reach of a profile's shapes refers."""

    focal_length_mm: float
    image_width_px: float
    density_px_per_m: float

    def times(self, lens: Lens, density_px_per_m: float) -> float:
        """Return how many times as far another lens reaches at a density.

        Examples
        --------
        >>> NominalLens(25.0, 1920.0, 250.0).times(Lens(50.0, 1920.0), 125.0)
        4.0
        """
        longer = lens.focal_length_mm / self.focal_length_mm
        wider = lens.image_width_px / self.image_width_px
        return longer * wider * self.density_px_per_m / density_px_per_m


@dataclass(frozen=True, slots=True)
class Shape:
    """What a profile gives cameras of some kinds to see, before obstacles.

    Parameters
    ----------
    kinds
        Kinds of camera.
    form
        A disc round the camera, a sector about its bearing, or nothing at all.
    source, mark
        Where it is from, and one of ``MARKS``.
    reach_m, reach_per_height
        Radius: metres, and metres more for every metre that the lens hangs above ground.
    width_deg
        Angle of a sector.
    arc
        What an arc of bearings in the list does: it is the width of the sector, only its middle counts, or it is not
        understood, as if nothing were stated.
    no_bearing
        What is seen where no bearing is stated: a disc, nothing, or a sector in a drawn direction.
    disc_reach_m
        Radius of that disc where it is not that of the sector.
    lens
        Lens that the reach is multiplied for, level by level; see :class:`NominalLens`.
    free_tilt_deg
        Up to this tilt the reach is whole, beyond it is multiplied by the cosine of the rest; ``None``: tilt does nothing.
    """

    kinds: tuple[str, ...]
    form: Form
    source: str
    mark: str
    reach_m: float = 0.0
    reach_per_height: float = 0.0
    width_deg: float = 360.0
    arc: ArcReading = "middle"
    no_bearing: NoBearing = "nothing"
    disc_reach_m: float | None = None
    lens: Lens | None = None
    free_tilt_deg: float | None = None


@dataclass(frozen=True, slots=True)
class HeightRule:
    """Height of the lens: as stated, held between two ends; a default where nothing is stated."""

    default_m: float
    lowest_m: float
    highest_m: float


@dataclass(frozen=True, slots=True)
class Profile:
    """A published view model: what each kind of camera sees, and what the model leaves out.

    Parameters
    ----------
    name, title
        What a plan calls it, and in words.
    work
        The work that published it.
    source, mark
        Where what we know of it is from, and one of ``MARKS``.
    has_walls, has_heights
        Whether buildings end a view, and whether their heights count; without heights a footprint hides all behind it.
    ladder
        Name of the shipped ladder; empty where the profile has levels of its own.
    levels
        Names, densities (``None``: the model has no levels but in view or not) and meanings, the coarsest first.
    shapes
        What is seen; empty for the project's own profile, which computes it from optics.
    assumptions
        Name of the shipped set of assumptions; empty where nothing is assumed.
    target_height_m
        Height of what is looked at; ``None``: the model is flat.
    height
        How the height of the lens enters; ``None``: it does not.
    nominal
        What shapes with a lens refer to.
    differs
        Where the model is not expressed exactly.
    judged
        What the original leaves open, or does not say where we read it, and what was chosen: our judgement.
    """

    name: str
    title: str
    work: str
    source: str
    mark: str
    has_walls: bool
    has_heights: bool
    ladder: str = ""
    levels: tuple[tuple[str, float | None, str], ...] = ()
    shapes: tuple[Shape, ...] = ()
    assumptions: str = ""
    target_height_m: float | None = None
    height: HeightRule | None = None
    nominal: NominalLens | None = None
    differs: tuple[str, ...] = field(default=())
    judged: tuple[str, ...] = field(default=())

    @property
    def is_own(self) -> bool:
        """Return whether it is one that computes views from optics, as the project does."""
        return not self.shapes

    def shape_of(self, kind: str) -> Shape:
        """Return the shape of a kind of camera; KeyError if the profile says nothing of it."""
        for shape in self.shapes:
            if kind in shape.kinds:
                return shape
        raise KeyError(kind)

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self) | {"ignored": list(self.ignored())}

    def ignored(self) -> tuple[str, ...]:
        """Return what the model leaves out, in words.

        Examples
        --------
        >>> disc = Shape(("fixed",), "disc", "made up", JUDGED, reach_m=120.0)
        >>> Profile("x", "X", "X", "made up", JUDGED, False, False, shapes=(disc,), levels=(("see", None, ""),)).ignored()
        ('walls', 'detail levels', 'lenses', 'bearings', 'tilt')
        """
        if self.is_own:
            return ()
        levels = [density for _, density, _ in self.levels]
        gone = {
            "walls": not self.has_walls,
            "heights of buildings": self.has_walls and not self.has_heights,
            "detail levels": None in levels,
            "lenses": all(shape.lens is None for shape in self.shapes),
            "bearings": all(shape.form != "sector" for shape in self.shapes),
            "tilt": all(shape.free_tilt_deg is None for shape in self.shapes),
        }
        return tuple(name for name, is_gone in gone.items() if is_gone)
