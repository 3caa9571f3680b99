"""The part ``[[purposes]]`` of the plan file: zones that are to be in view, at which level, and how much of them suffices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pydantic import Field
from shapely.geometry.base import BaseGeometry

from overseen.errors import Fault, PlanError, SourceError
from overseen.model.city import City
from overseen.model.plan import Purpose
from overseen.model.provenance import Notice, Source
from overseen.model.schema import ZONES
from overseen.sources.layer_file import Layer, LayerOptions, areas_of, in_plane, read_layer
from overseen.sources.plan_city import Section
from overseen.sources.plan_section import Name

NAME_COLUMNS = ("name", "zone", "zone_name", "title", "label", "id")
"""Columns that may name a zone, in order of trust; without any a zone is called by its number."""

SLIVER_M2 = 0.01
"""What is left of a zone counts from so much on."""

Share = Annotated[float, Field(gt=0.0, le=1.0)]
Hours = Annotated[float, Field(gt=0.0, le=24.0)]


class PurposeSection(Section):
    """One purpose: a name, a file of zones, a level, the share of each zone that suffices, and hours a day."""

    name: Name
    zones: Name
    level: Name
    share: Share
    crs: Name | None = None
    hours_operated: Hours | None = None
    hours_needed: Hours | None = None


@dataclass(frozen=True, slots=True)
class Purposes:
    """Purposes as read, with the files that hold their zones."""

    purposes: tuple[Purpose, ...]
    sources: tuple[Source, ...]
    notices: tuple[Notice, ...]


def read_purposes(sections: Sequence[PurposeSection], city: City, *, folder: Path, plan: str) -> Purposes:
    """Return the purposes with their zones in the city's plane, cut to its boundary; ``plan`` is what messages call the plan.

    Raises
    ------
    PlanError
        With every fault at once: a name that stands twice, hours needed beyond those operated, a file that cannot be used, a zone
        outside the study boundary or without an area.
    """
    faults = list(_section_faults(sections, plan))
    found: list[Purpose] = []
    sources: list[Source] = []
    notices: list[Notice] = []
    for section in sections:
        try:
            zones, layer, told = _read_zones(folder / section.zones, section, city)
        except SourceError as error:
            faults += [fault for fault in error.faults if fault not in faults]
            continue
        faulty = _zone_faults(layer, zones, city)
        faults += [fault for fault in faulty if fault not in faults]
        sources.append(layer.source)
        notices += told
        if not faulty:
            table = _table(zones, _names(layer), city)
            hours = section.hours_operated, section.hours_needed
            found.append(Purpose(section.name, section.zones, section.level, section.share, table, *hours))
    if faults:
        raise PlanError(faults)
    return Purposes(tuple(found), tuple(dict.fromkeys(sources)), tuple(dict.fromkeys(notices)))


def _section_faults(sections: Sequence[PurposeSection], plan: str) -> list[Fault]:
    faults = []
    names = [section.name.casefold() for section in sections]
    for number, section in enumerate(sections):
        if names.index(section.name.casefold()) < number:
            problem = f"a purpose is called {section.name!r} already"
            faults.append(Fault(plan, f"purposes.{number}.name", problem, "give each a name of its own"))
        if section.hours_needed is not None and section.hours_operated is None:
            remedy = "state hours_operated, the hours a day that the cameras run for it"
            faults.append(Fault(plan, f"purposes.{number}.hours_needed", "it is compared with nothing", remedy))
        elif section.hours_needed is not None and section.hours_needed > (section.hours_operated or 24.0):
            problem = f"{section.hours_needed:g} is more than the {section.hours_operated:g} hours operated"
            faults.append(Fault(plan, f"purposes.{number}.hours_needed", problem, "correct either"))
    return faults


def _read_zones(path: Path, section: PurposeSection, city: City) -> tuple[list[BaseGeometry], Layer, list[Notice]]:
    """Return the disjoint parts of zones inside the boundary, the file as read, and what was odd in it."""
    layer = read_layer(path, "zones", LayerOptions(crs=section.crs), is_whole=True)
    file, count = layer.source.file, dict(layer.source.counts)["features"]
    areas = areas_of(in_plane(layer, city.buildings.crs), "zone")
    if len(areas) < count:
        problem = f"{count - len(areas)} of its {count} features enclose no area"
        raise SourceError([Fault(file, "", problem, "draw every zone as a polygon, and leave out the rest")])
    whole = areas.shapes.to_numpy()
    inside = shapely.intersection(whole, city.boundary)
    notices = [*areas.notices, *_cut_notice(areas, whole, inside)]
    zones: list[BaseGeometry] = []
    lapping = []
    for number, shape in enumerate(inside):
        left = shapely.difference(shape, shapely.union_all(zones)) if zones else shape
        if shape.area - left.area > SLIVER_M2:
            lapping.append(number)
        zones.append(left)
    if lapping:
        told = "What two zones of a purpose share was counted in the one that stands first."
        notices.append(Notice(file, "zones overlap", len(lapping), areas.row(lapping[0]), told))
    return zones, areas, notices


def _cut_notice(areas: Layer, whole: NDArray[np.object_], inside: NDArray[np.object_]) -> list[Notice]:
    is_cut = (shapely.area(whole) - shapely.area(inside) > SLIVER_M2) & (shapely.area(inside) > SLIVER_M2)
    if not is_cut.any():
        return []
    told = "Only the part inside the study boundary was taken."
    row = areas.row(int(np.argmax(is_cut)))
    return [Notice(areas.source.file, "zone partly outside", int(is_cut.sum()), row, told)]


def _zone_faults(layer: Layer, zones: list[BaseGeometry], city: City) -> list[Fault]:
    file = layer.source.file
    if not zones:
        return [Fault(file, "", "it holds no zone", "draw the zones of the purpose as polygons")]
    faults = []
    for number, (zone, whole) in enumerate(zip(zones, layer.shapes, strict=True)):
        if zone.area > SLIVER_M2:
            continue
        if not whole.intersects(city.boundary):
            distance = whole.distance(city.boundary)
            problem = f"the zone lies {distance:,.0f} m outside of the study boundary"
            faults.append(Fault(file, layer.row(number), problem, "leave it out, correct it, or widen the boundary"))
        else:
            problem = "nothing is left of the zone inside the boundary beside the zones before it"
            faults.append(Fault(file, layer.row(number), problem, "leave it out, or draw zones that do not overlap"))
    return faults


def _names(layer: Layer) -> list[str]:
    """Return what zones are called: by a column of names if each has one of its own, else by their numbers."""
    by_name = {key.lower(): values for key, values in layer.tags.items()}
    for column in NAME_COLUMNS:
        if column in by_name:
            names = by_name[column].astype(str).str.strip()
            if by_name[column].notna().all() and names.is_unique and (names != "").all():
                return names.tolist()
    return [f"zone {row}" for row in layer.numbers]


def _table(zones: list[BaseGeometry], names: list[str], city: City) -> gpd.GeoDataFrame:
    shapes = [
        shapely.union_all([part for part in shapely.get_parts(zone) if shapely.get_type_id(part) == 3])
        for zone in zones
    ]
    index = pd.Index(names, name="zone_id", dtype=object)
    return ZONES.checked(gpd.GeoDataFrame(geometry=shapes, index=index, crs=city.buildings.crs))
