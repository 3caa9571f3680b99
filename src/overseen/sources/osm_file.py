"""One pass over an OpenStreetMap file: the features we want, with their tags, in degrees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from overseen.errors import Fault, SourceError
from overseen.sources.packs import get_pack

Tags = dict[str, str]

KEYS = (
    "man_made", "disused:man_made", "building", "building:part", "highway", "natural", "waterway", "landuse", "leisure",
    "access", "amenity", "healthcare", "office", "tourism", "public_transport", "social_facility", "railway", "shop",
)  # fmt: skip


DOORS_AND_SQUARES = ("entrance", "place")
"""Keys by which doors and squares are kept besides, each in a list of its own."""

MAN_MADE = "man_made"


@cache
def lifecycle_keys() -> Mapping[str, str]:
    """Return the keys of what is no more, or not yet, such as ``disused:man_made`` -> ``disused``."""
    prefixes = get_pack("spellings", "cameras")["lifecycle"]
    return {f"{prefix}:{MAN_MADE}": status for status in ("disused", "planned") for prefix in prefixes[status]}


def is_watched(tags: Tags) -> bool:
    """Return whether a feature is said to be watched; ``camera:type`` is no proof, there are cameras for other ends."""
    keys = ("surveillance", "surveillance:type", "surveillance:ALPR")
    return any(tags.get(key, "no") not in ("no", "none") for key in keys)


def is_for_fines(tags: Tags) -> bool:
    """Return whether a feature photographs vehicles that break a rule of the road."""
    return tags.get("highway") == "speed_camera"


def is_surveillance(tags: Tags) -> bool:
    """Return whether a feature is, was or will be a surveillance object."""
    return any(says_surveillance(tags.get(key, "")) for key in (MAN_MADE, *lifecycle_keys()))


def says_surveillance(text: str) -> bool:
    """Return whether a tag's value, or one of several in it, is ``surveillance``."""
    return text == "surveillance" or (";" in text and "surveillance" in map(str.strip, text.split(";")))


@dataclass(frozen=True, slots=True)
class Way:
    """A way whose nodes are located: identifier, tags, node identifiers, and longitude and latitude of each, (n, 2)."""

    way_id: int
    tags: Tags
    nodes: NDArray[np.int64]
    lonlat: NDArray[np.float64]


RELATIONS = ("surveillance", "enforcement")
"""Types of relation that are kept as such: what a camera has in view, and what a device for fines is set upon."""

CAMERA_KEYS = ("surveillance", "surveillance:type", "surveillance:ALPR", "camera:type", "type")
"""Keys by which features are kept besides; ``type`` is that of relations."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation: its number, tags, and members as (``n``, ``w`` or ``r``; number; role; longitude and latitude of a located node)."""

    relation_id: int
    tags: Tags
    members: tuple[tuple[str, int, str, tuple[float, float] | None], ...]


@dataclass(slots=True)
class OsmFeatures:
    """What one file holds of the features we want.

    ``relations`` are those of :data:`RELATIONS`, and cameras mapped as relations that are no area. ``nodes`` and ``areas`` are (identifier such as ``node/1``, tags, geometry in degrees); ``cut_ways`` counts ways of which
    the extract lacks nodes, ``cut_buildings`` the building outlines among those that make no area for that reason, ``cut_land``
    the same of water and green, and ``broken_areas`` the buildings whose whole outline makes none. ``entrances`` are nodes tagged
    as one, ``squares`` the areas of squares and pedestrian areas; both have members of the other lists among them.
    """

    nodes: list[tuple[str, Tags, shapely.Point]] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    areas: list[tuple[str, Tags, BaseGeometry]] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    header_box: shapely.Polygon | None = None
    cut_ways: dict[str, Tags] = field(default_factory=dict)
    cut_buildings: list[str] = field(default_factory=list)
    cut_land: list[str] = field(default_factory=list)
    broken_areas: list[str] = field(default_factory=list)
    entrances: list[tuple[str, Tags, shapely.Point]] = field(default_factory=list)
    squares: list[tuple[str, Tags, BaseGeometry]] = field(default_factory=list)
    newest: str = ""


def read_osm_file(path: Path, *, shown_as: str) -> OsmFeatures:
    """Return the features of an ``.osm.pbf`` or ``.osm`` file.

    Raises
    ------
    SourceError
        If the file cannot be read as OpenStreetMap data.
    """
    features = OsmFeatures()
    try:
        features.header_box, stated = _header(path)
        _collect(path, features)
        # An extract without the times of its objects may say of when it is as a whole.
        features.newest = features.newest or stated
    except (RuntimeError, osmium.InvalidLocationError) as error:
        remedy = "give an .osm.pbf or .osm file as OpenStreetMap publishes them"
        raise SourceError(
            [Fault(shown_as, "", f"it cannot be read as OpenStreetMap data ({error})", remedy)]
        ) from error
    return features


def _header(path: Path) -> tuple[shapely.Polygon | None, str]:
    """Return the box that a file states for itself, and the day of its data."""
    with osmium.io.Reader(str(path)) as reader:
        header = reader.header()
        found = re.search(r"data of (\d{4}-\d\d-\d\d)", header.get("generator"))
        day = header.get("osmosis_replication_timestamp")[:10] or (found[1] if found else "")
        box = header.box()
        if not box.valid():
            return None, day
        return shapely.box(box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat), day


def _collect(path: Path, features: OsmFeatures) -> None:
    keys = osmium.filter.KeyFilter(*KEYS, "place")
    usual = {*KEYS, *CAMERA_KEYS, *lifecycle_keys()}
    wanted = osmium.filter.KeyFilter(*usual, *DOORS_AND_SQUARES)
    processor = osmium.FileProcessor(str(path)).with_locations().with_areas(keys).with_filter(wanted)
    related: list[tuple[int, Tags, list[tuple[str, int, str]]]] = []
    from_wkb = osmium.geom.WKBFactory()
    closed: dict[str, bool] = {}
    newest = None
    for item in processor:
        if item.is_area():
            closed.pop(f"{'way' if item.from_way() else 'relation'}/{item.orig_id()}", None)
            _add_area(item, from_wkb, features)
            continue
        tags = dict(item.tags)
        _add_entrance(item, tags, features)
        if usual.isdisjoint(tags):
            continue
        if item.timestamp.year > 1970 and (newest is None or item.timestamp > newest):
            newest = item.timestamp
        if item.is_node():
            features.nodes.append((f"node/{item.id}", tags, shapely.Point(item.location.lon, item.location.lat)))
        elif item.is_way():
            if "building" in tags:
                closed[f"way/{item.id}"] = True
            features.ways.extend(_located(item, tags, features))
        elif tags.get("type") in RELATIONS or (is_surveillance(tags) and tags.get("type") != "multipolygon"):
            related.append((item.id, tags, [(member.type, member.ref, member.role) for member in item.members]))
        elif tags.get("type") == "multipolygon" and (
            "building" in tags or {"natural", "leisure", "landuse"} & tags.keys()
        ):
            closed[f"relation/{item.id}"] = "building" in tags
    features.relations = [
        Relation(
            number, tags, tuple((*member, _location(member, processor.node_location_storage)) for member in members)
        )
        for number, tags, members in related
    ]
    # An outline whose nodes or member ways lie outside the extract makes no area through no fault of its own.
    is_cut = {name: name in features.cut_ways or name.startswith("relation") for name in closed}
    features.broken_areas += [name for name, is_building in closed.items() if is_building and not is_cut[name]]
    features.cut_buildings = [name for name, is_building in closed.items() if is_building and is_cut[name]]
    features.cut_land = [name for name, is_building in closed.items() if not is_building]
    features.newest = "" if newest is None else newest.date().isoformat()


def _location(member: tuple[str, int, str], locations: Any) -> tuple[float, float] | None:
    """Return longitude and latitude of a member that is a node of the extract."""
    if member[0] != "n":
        return None
    try:
        found = locations.get(member[1])
    except KeyError:
        return None
    return (found.lon, found.lat) if found.valid() else None


def _add_area(item: Any, factory: Any, features: OsmFeatures) -> None:
    name = f"{'way' if item.from_way() else 'relation'}/{item.orig_id()}"
    try:
        shape = shapely.from_wkb(factory.create_multipolygon(item))
    except RuntimeError:
        features.broken_areas.append(name)
        return
    tags = dict(item.tags)
    parts = shapely.get_parts(shape)
    shape = parts[0] if len(parts) == 1 else shape
    if is_square(tags):
        features.squares.append((name, tags, shape))
    if "place" not in tags or not set(KEYS).isdisjoint(tags):
        features.areas.append((name, tags, shape))


def _add_entrance(item: Any, tags: Tags, features: OsmFeatures) -> None:
    if item.is_node() and is_entrance(tags):
        point = shapely.Point(item.location.lon, item.location.lat)
        features.entrances.append((f"node/{item.id}", tags, point))


def is_entrance(tags: Tags) -> bool:
    """Return whether a node is tagged as an entrance."""
    return tags.get("entrance", "no") != "no" or tags.get("building") == "entrance"


def is_square(tags: Tags) -> bool:
    """Return whether an area is a square or a pedestrian area; a closed way without ``area=yes`` is a street that runs round.

    Examples
    --------
    >>> is_square({"place": "square"}), is_square({"highway": "pedestrian"})
    (True, False)
    >>> is_square({"highway": "pedestrian", "area": "yes"})
    True
    """
    is_area = tags.get("area") == "yes" or tags.get("type") == "multipolygon"
    return tags.get("place") == "square" or (tags.get("highway") == "pedestrian" and is_area)


def _located(item: Any, tags: Tags, features: OsmFeatures) -> Iterator[Way]:
    """Yield the runs of a way whose nodes the extract holds."""
    run: list[tuple[int, float, float]] = []
    has_gap = False
    for node in item.nodes:
        if node.location.valid():
            run.append((node.ref, node.location.lon, node.location.lat))
            continue
        has_gap = True
        yield from _run(item.id, tags, run)
        run = []
    if has_gap:
        features.cut_ways[f"way/{item.id}"] = tags
    yield from _run(item.id, tags, run)


def _run(way_id: int, tags: Tags, run: list[tuple[int, float, float]]) -> Iterator[Way]:
    if len(run) >= 2:
        table = np.array(run)
        yield Way(way_id, tags, np.array([ref for ref, _, _ in run], dtype=np.int64), table[:, 1:])
