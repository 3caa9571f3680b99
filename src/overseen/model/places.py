"""Places where being seen can itself do harm: the kinds of the list in use, the places, their entrances, and squares."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd

from overseen.model.schema import ENTRANCES, SENSITIVE_PLACES, SQUARES
from overseen.model.viewing import Unknown


@dataclass(frozen=True, slots=True)
class PlaceKind:
    """One kind of sensitive place.

    Parameters
    ----------
    name, title
        Identifier, and what the report calls it.
    is_confidential
        Whether its places appear in no output but as a count.
    is_square
        Whether its places are areas where people stand, not doors that they go in by.
    why, source
        Why it is sensitive, and who says so.
    """

    name: str
    title: str
    is_confidential: bool
    is_square: bool
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class SensitivePlaces:
    """What a city holds of them.

    Parameters
    ----------
    kinds
        The kinds that were looked for, in order.
    places, entrances, squares
        Tables ``SENSITIVE_PLACES``, ``ENTRANCES`` (every place has at least one) and ``SQUARES``.
    crowd
        The density of a crowd, persons per square metre.

    Raises
    ------
    SchemaError
        If a table does not match its description.
    """

    kinds: tuple[PlaceKind, ...]
    places: gpd.GeoDataFrame
    entrances: gpd.GeoDataFrame
    squares: gpd.GeoDataFrame
    crowd: Unknown

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", SENSITIVE_PLACES.checked(self.places))
        object.__setattr__(self, "entrances", ENTRANCES.checked(self.entrances))
        object.__setattr__(self, "squares", SQUARES.checked(self.squares))

    def public(self) -> SensitivePlaces:
        """Return the same without anything that tells where a confidential place is."""
        places = self.places[~self.places["is_confidential"]]
        return replace(self, places=places, entrances=self.entrances[self.entrances["place_id"].isin(places.index)])
