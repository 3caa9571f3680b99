"""What may be said of a difference between groups: stated, or not and why."""

from __future__ import annotations

import math
from dataclasses import dataclass

from overseen.exposure.disparity import FEWEST_CONTROLS

NOMINAL = 0.05
"""A difference counts as told from chance below this probability, adjusted for the number of categories."""


@dataclass(frozen=True, slots=True)
class Told:
    """A ratio and the adjusted probability that chance alone parts it as far from 1; nan where it cannot be told."""

    ratio: float
    chance: float

    @property
    def is_known(self) -> bool:
        """Return whether there is a ratio with an interval."""
        return math.isfinite(self.ratio) and math.isfinite(self.chance)

    @property
    def is_different(self) -> bool:
        """Return whether it is told from 1."""
        return self.is_known and self.chance < NOMINAL

    def agrees_with(self, other: Told) -> bool:
        """Return whether both lie on one side of 1."""
        return (self.ratio - 1.0) * (other.ratio - 1.0) > 0.0


def verdict(*, is_complete: bool, controls: int, raw: Told, within: Told, furniture: Told | None) -> tuple[str, str]:
    """Return the verdict, one of ``VERDICTS`` of the schema, and its reason in words.

    Parameters
    ----------
    is_complete
        Whether the camera list is a complete register.
    controls
        Number of control areas within which the two sides are compared.
    raw, within
        The ratio over all and the ratio within control areas.
    furniture
        The ratio within control areas of other things that volunteers map, a control outcome: None where not at hand.
    """
    if controls < FEWEST_CONTROLS:
        areas = "1 larger area" if controls == 1 else f"{controls} larger areas"
        return "cannot_tell", f"residents of both sides live in {areas}; at least {FEWEST_CONTROLS} are needed"
    if not raw.is_known or not within.is_known:
        return "cannot_tell", "too few of the larger areas have any street in view"
    if is_complete:
        return _of_register(raw, within)
    return _of_mapped_list(raw, within, furniture)


def _of_register(raw: Told, within: Told) -> tuple[str, str]:
    if not raw.is_different:
        return "not_told", "the difference over the whole city is not told from chance"
    if within.is_different and within.agrees_with(raw):
        return "stated", "the list is a complete register; the difference is there within larger areas too"
    return (
        "stated",
        "the list is a complete register; the difference lies between larger areas, it is not told within them",
    )


def _of_mapped_list(raw: Told, within: Told, furniture: Told | None) -> tuple[str, str]:
    if not within.is_different:
        if raw.is_different:
            return "withheld", (
                "it does not survive the comparison within larger areas: the list is not known to be complete, and a map is"
                " denser where mappers are"
            )
        return "not_told", "no difference is told from chance, over the whole city or within larger areas"
    if not within.agrees_with(raw):
        return "withheld", "it turns around within larger areas, so it depends on how the city is cut"
    if furniture is not None and furniture.is_different and furniture.agrees_with(within):
        return "withheld", (
            "other street furniture that the same volunteers map differs in the same way, so it may be the mapping"
        )
    if furniture is None:
        return "stated", "it is there within larger areas; whether mapping itself differs could not be tested"
    return (
        "stated",
        "it is there within larger areas, and other mapped street furniture does not differ in the same way",
    )
