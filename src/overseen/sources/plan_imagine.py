"""The plan's section on hypothetical networks: how many cameras, and the rule by which they are spread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

import shapely
from pydantic import BaseModel, Field, model_validator
from shapely.geometry.base import BaseGeometry

from overseen.errors import Fault, PlanError
from overseen.model.city import City
from overseen.model.imagined import ImagineRule
from overseen.sources.layer_file import read_layer
from overseen.sources.plan_section import CLOSED, Name

Share = Annotated[float, Field(gt=0.0, le=1.0)]


class ImportantSection(BaseModel):
    """Places that the plan calls important: a file of them, or kinds of the city's places."""

    model_config = CLOSED
    file: Name | None = None
    kinds: list[Name] = []
    share: Share
    within_m: Annotated[float, Field(gt=0.0, le=1000.0)] = 50.0

    @model_validator(mode="after")
    def _one_of_both(self) -> ImportantSection:
        if (self.file is None) == (not self.kinds):
            raise ValueError("give a file of important places, or kinds of the city's places, and not both")
        return self


class ImagineSection(BaseModel):
    """``[imagine]``: a number of cameras, and how they are spread over the streets."""

    model_config = CLOSED
    count: Annotated[int, Field(ge=1, le=1_000_000)]
    networks: Annotated[int, Field(ge=1, le=10_000)] = 20
    seed: Annotated[int, Field(ge=0)] = 1
    streets: dict[Name, Annotated[float, Field(ge=0.0)]] = {}
    important: ImportantSection | None = None
    quotas: dict[Name, Annotated[int, Field(ge=0)]] = {}
    kinds: dict[Literal["fixed", "dome", "panning", "panorama"], Share] = {}

    @model_validator(mode="after")
    def _no_more_than_all(self) -> ImagineSection:
        if sum(self.kinds.values()) > 1.0 + 1e-9:
            raise ValueError("the shares of the kinds add up to more than 1")
        if sum(self.quotas.values()) > self.count:
            raise ValueError("the quotas add up to more cameras than count")
        return self

    def named_files(self) -> Iterator[tuple[str, str]]:
        """Yield the file that the section names, after its key."""
        if self.important is not None and self.important.file is not None:
            yield "imagine.important.file", self.important.file


def read_imagine(section: ImagineSection, *, folder: Path, city: City, plan: str) -> ImagineRule:
    """Return the rule that a section states, in the city's frame.

    Raises
    ------
    PlanError
        With every name that the city does not know.
    """
    faults = list(_unknown(section, city, plan))
    if faults:
        raise PlanError(faults)
    important, words = _important(section.important, folder, city, plan)
    return ImagineRule(
        section.count,
        tuple(section.streets.items()),
        important,
        section.important.share if section.important else 0.0,
        section.important.within_m if section.important else 50.0,
        tuple(section.quotas.items()),
        tuple(section.kinds.items()),
        section.networks,
        section.seed,
        words,
    )


def _unknown(section: ImagineSection, city: City, plan: str) -> Iterator[Fault]:
    if city.streets.empty:
        yield Fault(plan, "imagine", "the city has no streets to put cameras on", "name streets under [city]")
    known: Mapping[str, list[str]] = {
        "streets": sorted(set(city.streets["kind"].astype(str))),
        "quotas": sorted(city.areas.index.astype(str)),
    }
    for key, names in known.items():
        for name in getattr(section, key):
            if name not in names:
                what = "kind of street" if key == "streets" else "area"
                listed = ", ".join(names[:12]) + (" ..." if len(names) > 12 else "") or "none"
                yield Fault(plan, f"imagine.{key}.{name}", f"the city has no such {what}", f"known are {listed}")


def _important(
    section: ImportantSection | None, folder: Path, city: City, plan: str
) -> tuple[BaseGeometry | None, str]:
    """Return the important places as one shape in the city's frame, and what they are."""
    if section is None:
        return None, ""
    if section.file is not None:
        shapes = read_layer(folder / section.file, "places").shapes.to_crs(city.buildings.crs)
        words, where = f"the {len(shapes):,} places of {section.file}", "imagine.important.file"
    else:
        shapes = city.places.geometry[city.places["kind"].isin(section.kinds)]
        words, where = f"{len(shapes):,} places of kind {', '.join(section.kinds)}", "imagine.important.kinds"
    inside = shapes[shapely.intersects(shapes.to_numpy(), city.boundary)]
    if inside.empty:
        remedy = f"kinds of places here are such as {', '.join(sorted(set(city.places['kind']))[:8]) or 'none'}"
        raise PlanError([Fault(plan, where, "none of these places lies in the city", remedy)])
    return shapely.union_all(inside.to_numpy()), words
