"""Reading the shipped packs: ladders, assumption sets, tag mappings."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from overseen.model.trips import PlaceWeight, TripModel
from overseen.model.viewing import Assumptions, KindBounds, Ladder, Level, Unknown


def _folder(kind: str) -> Any:
    return files("overseen.packs") / kind


def pack_names(kind: str) -> tuple[str, ...]:
    """Return the names of the shipped packs of a kind, such as ``ladders``, in alphabetical order.

    Examples
    --------
    >>> pack_names("ladders")
    ('dori', 'oodpcvs')
    """
    return tuple(
        sorted(entry.name.removesuffix(".toml") for entry in _folder(kind).iterdir() if entry.name.endswith(".toml"))
    )


def get_pack(kind: str, name: str) -> dict[str, Any]:
    """Return the content of one shipped pack; KeyError if there is none of that name."""
    if name not in pack_names(kind):
        raise KeyError(name)
    return tomllib.loads((_folder(kind) / f"{name}.toml").read_text(encoding="utf-8"))


def get_ladder(name: str) -> Ladder:
    """Return a shipped ladder; KeyError if there is none of that name.

    Examples
    --------
    >>> get_ladder("dori").names
    ('monitor', 'detect', 'observe', 'recognise', 'identify')
    """
    pack = get_pack("ladders", name)
    return Ladder(pack["name"], pack["source"], tuple(Level(**level) for level in pack["levels"]))


def get_assumptions(name: str) -> Assumptions:
    """Return a shipped set of assumptions; KeyError if there is none of that name."""
    return assumptions_of(get_pack("assumptions", name))


def assumptions_of(pack: dict[str, Any]) -> Assumptions:
    """Return the set of assumptions that a pack's content states."""
    return Assumptions(pack["name"], tuple(_unknown(unknown) for unknown in pack["unknowns"]))


def _unknown(entry: dict[str, Any]) -> Unknown:
    of_kind = tuple(KindBounds(**bounds) for bounds in entry.get("of_kind", ()))
    return Unknown(**{**entry, "of_kind": of_kind})


def get_trip_model(name: str) -> TripModel:
    """Return a shipped model of trips; KeyError if there is none of that name.

    Examples
    --------
    >>> model = get_trip_model("overseen")
    >>> model.weight_of("amenity=school"), model.weight_of("amenity=bench"), model.weight_of("shop=books")
    (8.0, 0.0, 2.0)
    """
    pack = get_pack("trips", name)
    distance, dwellings, driving = pack["distance"], pack["dwellings"], pack["driving"]
    parts = ("distance", "snapping", "detour", "cordon", "departures", "dwellings", "driving")
    return TripModel(
        pack["name"],
        distance["decay_m"],
        distance["shortest_m"],
        distance["longest_m"],
        pack["snapping"]["farthest_m"],
        pack["cordon"]["radius_m"],
        tuple(pack["departures"]["hours"]),
        60.0 * pack["departures"]["bin_minutes"],
        tuple(PlaceWeight(tuple(entry["tags"]), entry["weight"], entry["source"]) for entry in pack["places"]),
        tuple(dwellings["kinds"]),
        tuple(dwellings["silent"]),
        dwellings["fewest_told"],
        tuple(driving["kinds"]),
        driving["decay_m"],
        driving["longest_m"],
        tuple((part, pack[part]["source"]) for part in parts),
    )
