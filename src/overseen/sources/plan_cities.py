"""A plan of several cities: each with its own cameras and its own data, everything else declared once for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from overseen.errors import Fault, PlanError

OWN = ("cameras", "city", "places", "purposes", "trips")
"""Sections that a city may have of its own; those that it has not are the plan's."""


@dataclass(frozen=True, slots=True)
class CityPart:
    """One city of a plan, as a plan of its own.

    Parameters
    ----------
    name
        Of the city.
    within
        Where its sections stand in the file, such as ``cities.0.``.
    content
        The plan of that city.
    own
        Sections that are its own.
    """

    name: str
    within: str
    content: dict[str, Any]
    own: tuple[str, ...]

    def placed(self, fault: Fault, file: str) -> Fault:
        """Return a fault of the plan of this city with the place where the file has it."""
        if fault.file != file:
            return fault
        where = fault.where.removeprefix(self.within)
        is_own = where.split(".")[0] in self.own
        return replace(fault, where=f"{self.within}{where}" if is_own else where)


def city_parts(content: Mapping[str, Any], file: str) -> tuple[CityPart, ...]:
    """Return the cities of a plan, each as a plan of its own; none where it has no ``[[cities]]``.

    Raises
    ------
    PlanError
        If the cities cannot be told apart, or have keys that no city has; every fault at once.
    """
    cities = content.get("cities")
    if cities is None:
        return ()
    faults = list(_faults(content, cities, file))
    if faults:
        raise PlanError(faults)
    shared = {name: section for name, section in content.items() if name != "cities"}
    plan = shared.get("plan")
    parts = []
    for number, city in enumerate(cities):
        own = {name: city[name] for name in OWN if name in city}
        own["city"] = {"name": city["name"], **city["city"]}
        titled = (
            {**plan, "name": f"{plan['name']}: {city['name']}"} if isinstance(plan, dict) and "name" in plan else plan
        )
        content_of_city = {**shared, **({} if titled is None else {"plan": titled}), **own}
        parts.append(CityPart(city["name"], f"cities.{number}.", content_of_city, tuple(own)))
    return tuple(parts)


def _faults(content: Mapping[str, Any], cities: Any, file: str) -> list[Fault]:
    if not isinstance(cities, list) or not cities or not all(isinstance(city, dict) for city in cities):
        return [Fault(file, "cities", "it is no list of cities", "write [[cities]] above each")]
    found = [
        Fault(file, name, "the plan has cities, each with its own", f"put it under [[cities]] as [cities.{name}]")
        for name in ("cameras", "city")
        if name in content
    ]
    names = [city.get("name") for city in cities]
    for number, city in enumerate(cities):
        place = f"cities.{number}"
        name = city.get("name")
        if not isinstance(name, str) or not name.strip():
            found.append(Fault(file, f"{place}.name", "it is missing", "name the city"))
        elif folder_name(name) in [folder_name(other) for other in names[:number] if isinstance(other, str)]:
            found.append(Fault(file, f"{place}.name", f"{name!r} is there already", "give each city a name of its own"))
        found += [
            Fault(file, f"{place}.{section}", "it is missing", f"add [cities.{section}]")
            for section in ("cameras", "city")
            if not isinstance(city.get(section), dict)
        ]
        found += [
            Fault(file, f"{place}.{key}", "there is no such key", f"known here: name, {', '.join(OWN)}")
            for key in city
            if key not in ("name", *OWN)
        ]
    return found


def folder_name(city: str) -> str:
    """Return the name of the folder of a city's results: letters and digits, the rest as hyphens.

    Examples
    --------
    >>> folder_name("Stratford-upon-Avon"), folder_name("Île / d'Yeu"), folder_name("..")
    ('stratford-upon-avon', 'île-d-yeu', 'city')
    """
    words = "".join(letter if letter.isalnum() else " " for letter in city.casefold()).split()
    return "-".join(words) or "city"
