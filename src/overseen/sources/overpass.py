"""What Overpass answers and overpass-turbo exports: OpenStreetMap objects in JSON, read by their tags as any other of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from overseen.errors import Fault, SourceError
from overseen.model.provenance import Notice, Source
from overseen.sources.coordinates import geojson_shape
from overseen.sources.files import OSM_ATTRIBUTION, OSM_LICENCE
from overseen.sources.osm_file import OsmFeatures, Tags, Way, is_for_fines, is_surveillance, is_watched
from overseen.sources.screening import DROPPED, screened_tags
from overseen.sources.tables import Oddities, cell_text

_SORTS = ("node", "way", "relation")
LonLat = list[tuple[float, float]]


@dataclass(slots=True)
class _Object:
    """One OpenStreetMap object: its name such as ``way/1``, tags, and the positions it is drawn with."""

    name: str
    tags: Tags
    lonlat: LonLat = field(default_factory=list)
    refs: list[int] = field(default_factory=list)


def is_overpass(content: Any) -> TypeGuard[Mapping[str, Any]]:
    """Return whether parsed JSON is an answer of Overpass or an export of overpass-turbo."""
    if not isinstance(content, Mapping):
        return False
    if isinstance(content.get("elements"), list):
        listed = content["elements"]
        return not listed or any(isinstance(item, Mapping) and item.get("type") in _SORTS for item in listed[:20])
    return any(_turbo_name(feature) for feature in _listed(content.get("features"))[:20])


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def overpass_features(content: Mapping[str, Any], source: Source) -> tuple[OsmFeatures, Source, tuple[Notice, ...]]:
    """Return the objects of an answer of Overpass or an export of overpass-turbo, its source, and what was odd.

    Raises
    ------
    SourceError
        If there are surveillance objects, and none has a position.
    """
    oddities = Oddities(source.file)
    is_answer = isinstance(content.get("elements"), list)
    objects = _answered(content["elements"], oddities) if is_answer else _exported(content["features"], oddities)
    tagged = [found for found in objects if found.tags]
    cameras = [found for found in tagged if is_surveillance(found.tags)]
    placed = [found for found in cameras if found.lonlat]
    oddities.note("object that is not tagged man_made=surveillance", "It was left out.",
                  *(found.name for found in tagged if not (is_surveillance(found.tags) or _is_told_apart(found))))  # fmt: skip
    oddities.note("no position, left out", "It cannot be placed and is not among the cameras; ask Overpass for 'out center'.",
                  *(found.name for found in cameras if not found.lonlat))  # fmt: skip
    if cameras and not placed:
        remedy = "ask Overpass for 'out center'"
        raise SourceError([Fault(source.file, "", "none of its objects has a position", remedy)])
    features, notices = screened_features(_features(found for found in tagged if found.lonlat), source.file)
    stamp = str((content.get("osm3s") or {}).get("timestamp_osm_base", "") or content.get("timestamp", ""))
    sorts = {sort: sum(found.name.startswith(f"{sort}/") for found in placed) for sort in _SORTS}
    counts = tuple((f"surveillance {sort}s", count) for sort, count in sorts.items() if count)
    source = replace(source, licence=OSM_LICENCE, attribution=OSM_ATTRIBUTION, date=stamp[:10], counts=counts)
    return features, source, oddities.notices() + notices


def _is_told_apart(found: _Object) -> bool:
    """Return whether the reader of cameras tells of an object that is none, as it does of placed ones in any OpenStreetMap file."""
    return bool(found.lonlat) and (is_watched(found.tags) or is_for_fines(found.tags))


def screened_features(features: OsmFeatures, file: str) -> tuple[OsmFeatures, tuple[Notice, ...]]:
    """Return features whose cameras have no tag that must not be kept, and a notice for each sort of tag dropped."""
    oddities = Oddities(file)

    def kept(name: str, tags: Tags) -> Tags:
        if not is_surveillance(tags):
            return tags
        allowed, dropped = screened_tags(tags)
        for words in dropped.values():
            oddities.note(words, DROPPED, name)
        return allowed

    found = replace(
        features,
        nodes=[(name, kept(name, tags), point) for name, tags, point in features.nodes],
        ways=[replace(way, tags=kept(f"way/{way.way_id}", way.tags)) for way in features.ways],
        areas=[(name, kept(name, tags), shape) for name, tags, shape in features.areas],
    )
    return found, oddities.notices()


def _features(objects: Iterable[_Object]) -> OsmFeatures:
    """Return objects as the features of an extract; a relation stands at the middle of its box."""
    features = OsmFeatures()
    for found in objects:
        if found.name.startswith("way/"):
            corners = np.array(found.lonlat if len(found.lonlat) > 1 else found.lonlat * 2, dtype=float)
            features.ways.append(Way(int(found.name[4:]), found.tags, np.array(found.refs, dtype=np.int64), corners))
        else:
            west, south, east, north = shapely.MultiPoint(found.lonlat).bounds
            features.nodes.append((found.name, found.tags, shapely.Point((west + east) / 2.0, (south + north) / 2.0)))
    return features


def _answered(elements: Sequence[Any], oddities: Oddities) -> list[_Object]:
    """Return the objects of an answer, each once, ways without geometry drawn from the nodes that came along."""
    found: dict[str, _Object] = {}
    for element in elements:
        if (
            not isinstance(element, Mapping)
            or element.get("type") not in _SORTS
            or not str(element.get("id", "")).isdigit()
        ):
            oddities.note("element that is no OpenStreetMap object", "It was left out.", "one of the elements")
            continue
        name = f"{element['type']}/{element['id']}"
        one = found.setdefault(name, _Object(name, {}))
        one.tags |= _tags(element.get("tags"))
        one.lonlat = one.lonlat or _drawn(element)
        one.refs = one.refs or [int(ref) for ref in _listed(element.get("nodes"))]
        if "user" in element:
            oddities.note("user dropped, it may hold logins or passwords", DROPPED, name)
    for one in found.values():
        corners = [found[f"node/{ref}"].lonlat for ref in one.refs if f"node/{ref}" in found]
        one.lonlat = one.lonlat or [position for corner in corners for position in corner]
    return list(found.values())


def _tags(tags: Any) -> Tags:
    return {str(key): cell_text(value) for key, value in tags.items()} if isinstance(tags, Mapping) else {}


def _drawn(element: Mapping[str, Any]) -> LonLat:
    """Return the positions of an element: its own, its course, its centre, its members' or the middle of its box."""
    for places in ([element], _listed(element.get("geometry")), [element.get("center")]):
        found = [place for place in map(_position, places) if place]
        if found:
            return found
    members = [member for member in _listed(element.get("members")) if isinstance(member, Mapping)]
    found = [
        place for member in members for place in map(_position, [member, *_listed(member.get("geometry"))]) if place
    ]
    if found:
        return found
    box = element.get("bounds")
    if isinstance(box, Mapping):
        corners = [_position({"lon": box.get(f"{end}lon"), "lat": box.get(f"{end}lat")}) for end in ("min", "max")]
        return [corner for corner in corners if corner]
    return []


def _position(place: Any) -> tuple[float, float] | None:
    if not isinstance(place, Mapping):
        return None
    try:
        return float(place["lon"]), float(place["lat"])
    except (KeyError, TypeError, ValueError):
        return None


def _turbo_name(feature: Any) -> str:
    """Return the name of the object that an exported feature stands for; empty if it is none."""
    if not isinstance(feature, Mapping):
        return ""
    properties = feature.get("properties")
    properties = properties if isinstance(properties, Mapping) else {}
    name = str(properties.get("@id") or "")
    if not name and isinstance(properties.get("tags"), Mapping):
        name = f"{properties.get('type')}/{properties.get('id')}"
    sort, _, number = name.partition("/")
    return name if sort in _SORTS and number.isdigit() else ""


def _exported(features: Sequence[Any], oddities: Oddities) -> list[_Object]:
    objects = []
    for number, feature in enumerate(features, start=1):
        name = _turbo_name(feature)
        if not name:
            oddities.note("feature that is no OpenStreetMap object", "It was left out.", f"feature {number}")
            continue
        properties = feature["properties"]
        tags = _tags(properties["tags"] if isinstance(properties.get("tags"), Mapping) else properties)
        if "@user" in tags:
            oddities.note("user dropped, it may hold logins or passwords", DROPPED, name)
        plain = {key: value for key, value in tags.items() if not key.startswith("@")}
        objects.append(_Object(name, plain, _corners(geojson_shape(feature.get("geometry")))))
    return objects


def _corners(shape: BaseGeometry | None) -> LonLat:
    return [] if shape is None or shape.is_empty else [(float(x), float(y)) for x, y in shapely.get_coordinates(shape)]
