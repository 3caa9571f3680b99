"""From a name or a box to a file: found, sized, agreed to, fetched, and put in its place in one move."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from overseen.errors import Fault, InputError, OutputError
from overseen.sources.answer_cache import AnswerCache
from overseen.sources.boxes import Box, parsed_box
from overseen.sources.fetched import content_counts, copy_objects
from overseen.sources.files import OSM_ATTRIBUTION, OSM_LICENCE
from overseen.sources.openstreetmap_services import (
    FoundPlace,
    Services,
    area_file,
    element_count,
    extract_file,
    found_places,
)

ENDINGS = (".osm.pbf", ".osm")
SMALLEST_KM2 = 0.01
"""A place smaller than this is a point on the map, and no city."""

_HALF_DEG = 0.005


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted.

    Parameters
    ----------
    place
        A name, or a box ``west,south,east,north``.
    output
        The file, ``.osm.pbf`` or ``.osm``.
    boundary
        Where the outline of the place is written, if it is wanted.
    extract
        Address of an extract that is taken instead of asking Overpass.
    pick
        Which of several places of the name, from 1.
    """

    place: str
    output: Path
    boundary: Path | None = None
    extract: str | None = None
    pick: int | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was fetched: the place (``None`` where a box was given), the box, and objects by sort."""

    place: FoundPlace | None
    box: Box
    counts: Mapping[str, int]


def fetch_area(
    order: Order,
    chosen: Services,
    cache: AnswerCache,
    *,
    is_agreed: Callable[[str], bool],
    tell: Callable[[str], None],
) -> Fetched:
    """Fetch an area and write its file; an earlier file is whole until the new one stands.

    Parameters
    ----------
    order
        What is wanted.
    chosen, cache
        Who is asked, and what they answered before.
    is_agreed
        Asked with a question before something large is fetched.
    tell
        Called with a sentence at each step.

    Raises
    ------
    InputError
        If the place is not known or not the only one, or the area is too large.
    ServiceError
        If a service cannot be reached or its answer is of no use.
    OutputError
        If the file cannot be written.
    """
    _check_outputs(order)
    place, box = _place(order, chosen, cache)
    if place is not None:
        tell(f"Found: {place.name} ({place.kind}).")
    tell(f"Box {box}, {box.area_km2:,.4g} km².")
    _refuse_width(box, chosen, order)
    if order.boundary is not None and (place is None or place.outline is None):
        remedy = "leave --boundary out, or name a place that has an outline"
        raise InputError([Fault(order.place, "", "no outline of it is known", remedy)])
    with tempfile.TemporaryDirectory() as folder:
        if order.extract is not None:
            made = extract_file(order.extract, box, chosen, cache, Path(folder))
        else:
            _settle_size(box, chosen, cache, is_agreed, tell)
            made = area_file(box, chosen, cache)
        counts = content_counts(made)
        if not counts["nodes"]:
            raise InputError(
                [Fault(str(box), "", "the map holds nothing there", "check the box: west,south,east,north")]
            )
        writes: dict[Path, Callable[[Path], None]] = {order.output: lambda path: copy_objects(made, path)}
        if order.boundary is not None and place is not None and place.outline is not None:
            outline = _outline(place, place.outline)
            writes[order.boundary] = lambda path: _write_text(path, outline)
        _written(writes)
    return Fetched(place, box, counts)


def _check_outputs(order: Order) -> None:
    """Refuse what cannot be written before anybody is asked for anything."""
    for path, endings in ((order.output, ENDINGS), (order.boundary, (".geojson",))):
        if path is None:
            continue
        if not path.name.lower().endswith(endings):
            raise OutputError(f"{path} is no name for this file; end it in {' or '.join(endings)}")
        if path.is_dir():
            raise OutputError(f"{path} is a folder; name a file")
        if not path.absolute().parent.is_dir() or not os.access(path.absolute().parent, os.W_OK):
            raise OutputError(f"{path.absolute().parent} cannot be written; name another folder")


def _place(order: Order, chosen: Services, cache: AnswerCache) -> tuple[FoundPlace | None, Box]:
    box = parsed_box(order.place)
    if box is not None:
        return None, box
    places = found_places(order.place, chosen, cache)
    if not places:
        remedy = "write it as its inhabitants do, add the country, or give a box west,south,east,north"
        raise InputError([Fault(order.place, "", "the geocoder knows no place of this name", remedy)])
    if order.pick is not None and order.pick > len(places):
        raise InputError([Fault(order.place, "--pick", f"there are only {len(places)}", "choose one of them")])
    if order.pick is None and len(places) > 1:
        raise InputError([_choice(order.place, places)])
    place = places[(order.pick or 1) - 1]
    if place.box.area_km2 < SMALLEST_KM2:
        x, y = (place.box.west + place.box.east) / 2.0, (place.box.south + place.box.north) / 2.0
        around = Box(x - _HALF_DEG, y - _HALF_DEG, x + _HALF_DEG, y + _HALF_DEG)
        problem = f"{place.name} ({place.kind}) is a point on the map"
        raise InputError([Fault(order.place, "", problem, f"give a box around it, such as {around}")])
    return place, place.box


def _choice(name: str, places: Sequence[FoundPlace]) -> Fault:
    listed = "".join(
        f"\n  {number}. {place.name} ({place.kind}, {place.box.area_km2:,.3g} km²)"
        for number, place in enumerate(places, start=1)
    )
    return Fault(name, "", f"{len(places)} places are called so:{listed}\n", "choose one with --pick N")


def _refuse_width(box: Box, chosen: Services, order: Order) -> None:
    widest = chosen.rules["size"]["refuse_above_km2"]
    if box.area_km2 > widest:
        problem = f"it is {box.area_km2:,.0f} km², and more than {widest:,.0f} is no city"
        remedy = (
            "give a smaller box"
            if order.extract
            else f"give a smaller box, or take an extract of its region and a box in it ({_advice(chosen)})"
        )
        raise InputError([Fault(order.place, "", problem, remedy)])


def _settle_size(
    box: Box, chosen: Services, cache: AnswerCache, is_agreed: Callable[[str], bool], tell: Callable[[str], None]
) -> None:
    """Ask how large an area is, refuse what would burden a service that lives on donations, and ask before what is large."""
    size = chosen.rules["size"]
    count = element_count(box, chosen, cache)
    megabytes = count * size["bytes_per_element"] / 1e6
    told = f"{count:,} nodes, ways and relations, about {megabytes:,.1f} MB"
    if count > size["refuse_above_elements"]:
        problem = f"it holds {told}: too much to ask of a public service at once"
        raise InputError([Fault(str(box), "", problem, f"take an extract, which is made for that ({_advice(chosen)})")])
    tell(f"It holds {told}.")
    if count > size["ask_above_elements"] and not is_agreed(f"Fetch {told} from {chosen.overpass}?"):
        raise InputError(
            [Fault(str(box), "", f"it holds {told}, and nobody agreed to that", "add --yes, or give a smaller box")]
        )


def _advice(chosen: Services) -> str:
    return f"--extract URL, as published at {chosen.rules['extract']['publisher']}"


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _outline(place: FoundPlace, outline: BaseGeometry) -> str:
    feature = {
        "type": "Feature",
        "properties": {"name": place.name, "kind": place.kind, "attribution": OSM_ATTRIBUTION, "licence": OSM_LICENCE},
        "geometry": json.loads(str(shapely.to_geojson(outline))),
    }
    return json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False)


def _written(writes: Mapping[Path, Callable[[Path], None]]) -> None:
    """Write files beside their places and, once all are whole, put each in its place in one move."""
    fresh: dict[Path, Path] = {}
    try:
        for path, write in writes.items():
            ending = next((ending for ending in ENDINGS if path.name.lower().endswith(ending)), path.suffix)
            handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=ending, dir=path.absolute().parent)
            os.close(handle)
            fresh[path] = Path(name)
            write(fresh[path])
            fresh[path].chmod(0o644)
        for path, made in fresh.items():
            made.replace(path)
    except (OSError, RuntimeError) as error:  # osmium raises the latter, also where a disk is full
        words = getattr(error, "strerror", None) or error
        names = " and ".join(map(str, writes))
        raise OutputError(f"{names} cannot be written ({words}); make room, or name another folder") from error
    finally:
        for made in fresh.values():
            made.unlink(missing_ok=True)
