"""The rule by which hypothetical networks are drawn, where only a number of cameras is public."""

from __future__ import annotations

from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

OFFSET_M = 3.0
"""A drawn camera stands so far to the side of the way it is drawn on: a pole at the kerb, or a wall; our judgement."""


@dataclass(frozen=True, slots=True)
class ImagineRule:
    """How the cameras of a hypothetical network are spread: it samples, and seeks nothing.

    Parameters
    ----------
    count
        Cameras in each network.
    street_weights
        Weight per metre of street of a kind; a kind that is not named has weight 1.
    important, important_share, within_m
        Places declared important, in the city's frame, the share of the cameras that stand on streets within ``within_m`` of one,
        and that distance; None and 0 where none is declared.
    quotas
        Area and number of cameras on its streets; the rest of the cameras stand elsewhere.
    kinds
        Kind of camera and its share; what is left is of unknown kind.
    networks, seed
        How many networks are drawn, and from what.
    important_words
        What the important places are, for the report.
    """

    count: int
    street_weights: tuple[tuple[str, float], ...] = ()
    important: BaseGeometry | None = None
    important_share: float = 0.0
    within_m: float = 50.0
    quotas: tuple[tuple[str, int], ...] = ()
    kinds: tuple[tuple[str, float], ...] = ()
    networks: int = 20
    seed: int = 1
    important_words: str = ""
