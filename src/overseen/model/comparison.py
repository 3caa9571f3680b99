"""How groups of residents are compared: what the camera list is, and within which larger areas."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd

CONTROL_SIDE_M = 2_000.0
"""Side of the squares that stand for larger areas where none are given."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a comparison of groups needs to know beside the city.

    Parameters
    ----------
    is_complete
        Whether the camera list is a complete register; a list that volunteers made is not, and is denser where they are.
    controls
        Larger areas, index their names, any stated CRS; each unit belongs to the one that most of it lies in.
    control_prefix
        Without these: number of leading characters of a unit's identifier that name its larger area.
    control_side_m
        Without either: side of the squares, on the frame's axes, that stand for larger areas, m.
    furniture
        Where benches, waste baskets and other things stand that the same volunteers map, any stated CRS; None: not at hand.
    """

    is_complete: bool = False
    controls: gpd.GeoSeries | None = None
    control_prefix: int | None = None
    control_side_m: float = CONTROL_SIDE_M
    furniture: gpd.GeoSeries | None = None

    def control_words(self) -> str:
        """Return what the larger areas are."""
        if self.controls is not None:
            return "the larger areas given"
        if self.control_prefix is not None:
            return f"the areas that share the first {self.control_prefix} characters of their identifier"
        return f"squares of {self.control_side_m / 1e3:g} km"


AS_MAPPED = Comparison()
"""A list that is not known to be complete, compared within squares."""
