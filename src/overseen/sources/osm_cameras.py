"""Surveillance objects of OpenStreetMap as cameras: nodes, ways and relations, and what is there besides."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from overseen.errors import Fault, SourceError
from overseen.model.cameras import CameraNetwork
from overseen.model.provenance import Notice, Source
from overseen.sources.camera_rows import CameraRow, camera_network
from overseen.sources.osm_file import (
    MAN_MADE,
    OsmFeatures,
    Relation,
    Tags,
    is_for_fines,
    is_surveillance,
    is_watched,
    lifecycle_keys,
    says_surveillance,
)
from overseen.sources.packs import get_pack
from overseen.sources.positions import located_rows
from overseen.sources.whereabouts import Surroundings

TAGS = {
    "kind": ("camera:type",),
    "setting": ("surveillance",),
    "zone": ("surveillance:zone",),
    "mount": ("camera:mount",),
    "operator": ("operator",),
    "manufacturer": ("manufacturer", "surveillance:manufacturer", "brand", "surveillance:brand"),
    "model": ("model", "camera:model", "surveillance:model"),
    "checked_on": ("check_date", "survey:date"),
    "installed_on": ("start_date", "installed"),
    "active_until": ("end_date",),
    "bearing": ("camera:direction", "direction", "surveillance:direction"),
    "field_of_view": ("camera:fov",),
    "focal_length": ("camera:focal_length",),
    "resolution": ("camera:resolution",),
    "mounting_height": ("height",),
    "estimated_height": ("est_height",),
    "level": ("level",),
    "elevation": ("ele",),
    "osm_tilt": ("camera:tilt",),
    "old_tilt": ("camera:angle",),
}
"""Which tags say what of a camera, the best first."""

CANOPY = (("under_canopy", "yes"), ("position", "under canopy"), ("location", "under_canopy"))

Object = tuple[str, Tags, BaseGeometry]


@cache
def _pack() -> Mapping[str, Any]:
    return get_pack("spellings", "cameras")


def osm_cameras(
    features: OsmFeatures,
    source: Source,
    *,
    mends: Collection[str] = (),
    surroundings: Surroundings | None = None,
) -> CameraNetwork:
    """Return the surveillance nodes, ways and relations of a file as cameras, in degrees.

    ``mends`` and ``surroundings`` are those of :func:`overseen.sources.positions.located_rows`.

    Raises
    ------
    SourceError
        If the file holds none.
    """
    objects = list(surveillance_objects(features))
    without_lens = [name for name, tags, _ in objects if _is_without_lens(tags)]
    cameras = [item for item in objects if not _is_without_lens(item[1]) and not item[2].is_empty]
    nowhere = [name for name, tags, shape in objects if shape.is_empty and not _is_without_lens(tags)]
    if not cameras:
        remedy = "give another list of cameras in [cameras] file"
        raise SourceError([Fault(source.file, "", "it holds no man_made=surveillance", remedy)])
    notices = [
        _notice(
            source,
            "surveillance without a camera",
            without_lens,
            "Guards, gunshot detectors and the like see nothing; they were left out.",
        ),
        _notice(source, "no position, left out", nowhere, "None of its members lies in the extract."),
        *_shape_notices(source, cameras),
        *_tag_notices(source, cameras),
        *_notices_beside(source, features),
    ]
    rows = [osm_row(name, tags, shapely.centroid(shape)) for name, tags, shape in cameras]
    rows, odd = located_rows(rows, crs=4326, source=source, mends=mends, surroundings=surroundings)
    told = tuple(notice for notice in notices if notice.count)
    return camera_network(rows, crs=4326, source=source, notices=told + odd)


def _notice(source: Source, kind: str, found: Sequence[str], consequence: str) -> Notice:
    return Notice(source.file, kind, len(found), found[0] if found else "", consequence)


def surveillance_objects(features: OsmFeatures) -> Iterator[Object]:
    """Yield every surveillance object: nodes, ways whole or in the pieces that the extract holds, areas of relations, relations."""
    for name, tags, point in features.nodes:
        if is_surveillance(tags):
            yield name, tags, point
    ways: dict[int, tuple[Tags, list[shapely.LineString]]] = {}
    for way in features.ways:
        if is_surveillance(way.tags):
            ways.setdefault(way.way_id, (way.tags, []))[1].append(shapely.LineString(way.lonlat))
    for number, (tags, pieces) in ways.items():
        yield f"way/{number}", tags, pieces[0] if len(pieces) == 1 else shapely.MultiLineString(pieces)
    for name, tags, shape in features.areas:
        if is_surveillance(tags) and name.startswith("relation/"):
            yield name, tags, shape
    for relation in features.relations:
        if is_surveillance(relation.tags):
            yield f"relation/{relation.relation_id}", relation.tags, shapely.MultiPoint(_located(relation))


def _located(relation: Relation) -> list[tuple[float, float]]:
    return [position for _, _, _, position in relation.members if position is not None]


def _is_without_lens(tags: Tags) -> bool:
    """Return whether all that a surveillance object is said to be are things that see nothing."""
    types = [part.strip().lower() for part in tags.get("surveillance:type", "").split(";") if part.strip()]
    return bool(types) and all(part in _pack()["not_cameras"]["types"] for part in types)


def _shape_notices(source: Source, cameras: Sequence[Object]) -> Iterator[Notice]:
    """Yield a notice for each sort of shape that is no place of a camera."""
    ways = [(name, tags, shape) for name, tags, shape in cameras if name.startswith("way/")]
    roads = [name for name, tags, _ in ways if "highway" in tags]
    outlines = [name for name, tags, shape in ways if name not in roads and _is_outline(shape)]
    others = [name for name, _, _ in ways if name not in roads and name not in outlines]
    middle = "where the camera hangs is not stated, and the middle stands for it."
    yield _notice(source, "camera mapped as a way: a road", roads, f"It is a watched piece of road; {middle}")
    yield _notice(
        source, "camera mapped as a way: an outline", outlines, f"It is the outline of a watched area; {middle}"
    )
    yield _notice(source, "camera mapped as a way", others, "The middle of the way stands for the position.")
    relations = [name for name, _, _ in cameras if name.startswith("relation/")]
    yield _notice(source, "camera mapped as a relation", relations, f"It is a watched area or a group; {middle}")


def _is_outline(shape: BaseGeometry) -> bool:
    """Return whether a way goes round something; one of which only the middle came along is a point twice."""
    return bool(getattr(shape, "is_ring", False)) and shape.length > 0.0


def _tag_notices(source: Source, cameras: Sequence[Object]) -> Iterator[Notice]:
    """Yield a notice for each oddity that only tags beside each other show."""
    covered = [name for name, tags, _ in cameras if any(tags.get(key) == value for key, value in CANOPY)]
    yield _notice(
        source,
        "camera under a canopy",
        covered,
        "What the canopy hides of its view is not known; nothing is taken away.",
    )
    for field, keys in TAGS.items():
        differing = [
            name
            for name, tags, _ in cameras
            if len({tags[key].strip().lower() for key in keys if tags.get(key, "").strip()}) > 1
        ]
        words = field.replace("_", " ")
        yield _notice(
            source, f"{words} in several tags that differ", differing, f"The first of {', '.join(keys)} counts."
        )


def _notices_beside(source: Source, features: OsmFeatures) -> Iterator[Notice]:
    """Yield a notice for each sort of surveillance that is on the map without a camera of its own."""
    things = [(name, tags) for name, tags, _ in features.nodes]
    things += [(f"way/{number}", tags) for number, tags in {way.way_id: way.tags for way in features.ways}.items()]
    things += [(name, tags) for name, tags, _ in features.areas if name.startswith("relation/")]
    elsewhere = [(name, tags) for name, tags in things if not is_surveillance(tags)]
    watched = [name for name, tags in elsewhere if is_watched(tags)]
    yield _notice(
        source,
        "place said to be watched, without a camera on the map",
        watched,
        "Nothing is known of the camera but that there is one; it is not in the list.",
    )
    fines = [name for name, tags in elsewhere if is_for_fines(tags)]
    fines += [
        f"relation/{relation.relation_id}"
        for relation in features.relations
        if relation.tags.get("type") == "enforcement"
        and not any(f"node/{number}" in fines for _, number, _, _ in relation.members)
    ]
    yield _notice(
        source,
        "speed camera or other device for fines",
        fines,
        "It photographs vehicles that break a rule of the road; it is not in the list.",
    )
    relations = [relation for relation in features.relations if relation.tags.get("type") == "surveillance"]
    named = {
        number
        for relation in relations
        for kind, number, role, _ in relation.members
        if kind == "n" and role == "camera"
    }
    yield _notice(
        source,
        "relation that says what a camera has in view",
        [f"relation/{relation.relation_id}" for relation in relations],
        f"They name {len(named):,} cameras and places that their mappers saw them watch; none of it is used.",
    )


def osm_row(name: str, tags: Tags, point: shapely.Point) -> CameraRow:
    """Return one camera from the tags of OpenStreetMap, whatever the format that brought them."""
    values: dict[str, str] = {}
    origin: dict[str, str] = {}
    for field, keys in TAGS.items():
        for key in keys:
            if tags.get(key, "").strip():
                values[field], origin[field] = tags[key], f"tag {key}"
                break
    for field, found in (("use", _use(tags)), ("remark", _remark(tags)), ("status", _status(tags))):
        if found is not None:
            values[field], origin[field] = found
    if "kind" not in values and tags.get("revolving") == "yes":
        values["kind"], origin["kind"] = "revolving", "tag revolving"
    if "mounting_height" in values and tags.get("building", "entrance") != "entrance":
        values["building_height"], origin["building_height"] = (
            values.pop("mounting_height"),
            origin.pop("mounting_height"),
        )
    return CameraRow(name, name, point, values, origin)


def _use(tags: Tags) -> tuple[str, str] | None:
    """Return what the tags say that a camera is for, and the tag; the tag surveillance is read with the setting."""
    text = tags.get("surveillance:type", "").strip()
    known = {spelling for spellings in _pack()["uses"].values() for spelling in spellings}
    if any(part.strip().lower() in known for part in text.split(";")):
        return text, "tag surveillance:type"
    # No other highway tells a use: a camera at traffic signals is not there for red lights.
    if tags.get("highway") == "speed_camera":
        return "speed_camera", "tag highway"
    if tags.get("surveillance:ALPR") == "yes":
        return "ALPR", "tag surveillance:ALPR"
    return (text, "tag surveillance:type") if text else None


def _remark(tags: Tags) -> tuple[str, str] | None:
    keys = [key for key in ("fixme", "FIXME", "note") if tags.get(key, "").strip()]
    return ("; ".join(tags[key].strip() for key in keys), "; ".join(f"tag {key}" for key in keys)) if keys else None


def _status(tags: Tags) -> tuple[str, str] | None:
    """Return whether a surveillance object is disused or planned, and the tag that says so."""
    if not says_surveillance(tags.get(MAN_MADE, "")):
        for key, status in lifecycle_keys().items():
            if says_surveillance(tags.get(key, "")):
                return status, f"tag {key}"
    for status in ("disused", "planned"):
        for key in _pack()["lifecycle"][f"{status}_keys"]:
            if tags.get(key) == "yes":
                return status, f"tag {key}"
    return None
