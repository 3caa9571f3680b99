"""A box cut out of an extract: what the readers read in it, and all that it stands on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import osmium
import shapely

from overseen.sources.boxes import Box
from overseen.sources.fetched import HEADER_DATE
from overseen.sources.osm_file import CAMERA_KEYS, DOORS_AND_SQUARES, KEYS, RELATIONS, lifecycle_keys
from overseen.sources.overpass_query import DIVISIONS, NOT_BY_KEY

_TELLING = {*KEYS, *CAMERA_KEYS, *lifecycle_keys(), *DOORS_AND_SQUARES} - set(NOT_BY_KEY)


def clip(extract: Path, box: Box, clipped: Path) -> None:
    """Write what lies in a box or crosses it: nodes, ways with all their nodes, relations with all their members.

    Raises
    ------
    RuntimeError
        If the extract is no OpenStreetMap file, or is cut off.
    """
    frame = shapely.box(*box)
    # Every way is looked at: the rings of a multipolygon bear no tags of their own.
    wanted = osmium.filter.KeyFilter(*sorted(_TELLING | set(NOT_BY_KEY))).enable_for(
        osmium.osm.NODE | osmium.osm.RELATION
    )
    kept = osmium.IdTracker()
    with osmium.BackReferenceWriter(
        str(clipped), ref_src=str(extract), overwrite=True, remove_tags=False, relation_depth=1
    ) as writer:
        for item in osmium.FileProcessor(str(extract)).with_locations().with_filter(wanted):
            if item.is_node() and _is_within(item, box):
                kept.add_node(item.id)
                writer.add(item)
            elif item.is_way() and _crosses(item, frame):
                kept.add_way(item.id)
                if not _TELLING.isdisjoint(dict(item.tags)):
                    writer.add(item)
            elif item.is_relation() and _concerns(item, kept):
                writer.add(item)


def stated_box(extract: Path) -> shapely.Polygon | None:
    """Return the box that an extract states for itself, if it does."""
    with osmium.io.Reader(str(extract)) as reader:
        box = reader.header().box()
    if not box.valid():
        return None
    return shapely.box(box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat)


def stated_time(extract: Path) -> str:
    """Return the time of its data that an extract states, ISO 8601; empty if it does not."""
    with osmium.io.Reader(str(extract)) as reader:
        return str(reader.header().get(HEADER_DATE))


def _is_within(node: Any, box: Box) -> bool:
    place = node.location
    return box.west <= place.lon <= box.east and box.south <= place.lat <= box.north


def _crosses(way: Any, frame: shapely.Polygon) -> bool:
    course = [(node.location.lon, node.location.lat) for node in way.nodes if node.location.valid()]
    west, south, east, north = frame.bounds
    if any(west <= lon <= east and south <= lat <= north for lon, lat in course):
        return True
    longitudes, latitudes = [lon for lon, _ in course], [lat for _, lat in course]
    if (
        len(course) < 2
        or min(longitudes) > east
        or max(longitudes) < west
        or min(latitudes) > north
        or max(latitudes) < south
    ):
        return False
    return bool(shapely.intersects(frame, shapely.LineString(course)))


def _concerns(relation: Any, kept: Any) -> bool:
    sort = relation.tags.get("type", "")
    if sort in DIVISIONS or (sort not in RELATIONS and _TELLING.isdisjoint(dict(relation.tags))):
        return False
    nodes, ways = kept.node_ids(), kept.way_ids()
    return any((m.type == "n" and m.ref in nodes) or (m.type == "w" and m.ref in ways) for m in relation.members)
