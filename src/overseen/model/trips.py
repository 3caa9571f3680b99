"""What a population of trips is made of: how many, whence, whither, when."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Demand:
    """Trips between two areas, counted together; nothing smaller is ever read."""

    origin: str
    destination: str
    trips: float


@dataclass(frozen=True, slots=True)
class TripPlan:
    """What a plan says about trips.

    Parameters
    ----------
    count
        Number of trips that are simulated; 0 simulates none.
    detour_share
        How much longer than the shortest way a least-seen way may be.
    demand
        Trips between areas, from a table; empty: the model draws them.
    """

    count: int = 10_000
    detour_share: float = 0.25
    demand: tuple[Demand, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceWeight:
    """How strongly places draw whose kind is one of ``tags``, or whose key is; an empty tag is every other place."""

    tags: tuple[str, ...]
    weight: float
    source: str


@dataclass(frozen=True, slots=True)
class TripModel:
    """The stated model of trips.

    Parameters
    ----------
    name
        Of the pack.
    decay_m, shortest_m, longest_m
        Distance over which a place's pull falls to 37 %, and the bounds of a trip as the crow flies, m.
    farthest_m
        Places and buildings farther from the network begin and end no trip, m.
    cordon_m
        An unseen way must lead this far, m.
    hours
        Weights of the 24 hours in which trips depart.
    bin_s
        Length of a time bin of sightings, s.
    places
        Weights of kinds of place, the first that fits counts.
    dwelling_kinds, silent_kinds
        Kinds of building that are homes, and those that tell nothing.
    fewest_told_share
        Below this share of telling kinds, homes cannot be told from other buildings.
    driving_kinds
        Kinds of street that are driven on.
    driving_decay_m, driving_longest_m
        The same of drives, m.
    sources
        Where each part comes from.
    """

    name: str
    decay_m: float
    shortest_m: float
    longest_m: float
    farthest_m: float
    cordon_m: float
    hours: tuple[float, ...]
    bin_s: float
    places: tuple[PlaceWeight, ...]
    dwelling_kinds: tuple[str, ...]
    silent_kinds: tuple[str, ...]
    fewest_told_share: float
    driving_kinds: tuple[str, ...]
    driving_decay_m: float
    driving_longest_m: float
    sources: tuple[tuple[str, str], ...]

    def weight_of(self, kind: str) -> float:
        """Return how strongly a place of a kind such as ``amenity=school`` draws."""
        key = kind.partition("=")[0]
        for entry in self.places:
            if kind in entry.tags or key in entry.tags or "" in entry.tags:
                return entry.weight
        return 0.0
