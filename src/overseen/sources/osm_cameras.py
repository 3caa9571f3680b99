"""Surveillance objects of OpenStreetMap as cameras."""

from __future__ import annotations

from collections.abc import Collection

import shapely

from overseen.errors import Fault, SourceError
from overseen.model.cameras import CameraNetwork
from overseen.model.provenance import Notice, Source
from overseen.sources.camera_rows import CameraRow, camera_network
from overseen.sources.osm_file import OsmFeatures, Tags
from overseen.sources.positions import located_rows
from overseen.sources.whereabouts import Surroundings

TAGS = {
    "setting": ("surveillance",),
    "mount": ("camera:mount",),
    "operator": ("operator",),
    "remark": ("fixme", "note"),
    "bearing": ("camera:direction", "direction", "surveillance:direction"),
    "mounting_height": ("height",),
    "estimated_height": ("est_height",),
    "tilt": ("camera:tilt", "camera:angle"),
    "kind": ("camera:type",),
}
"""Which tags say what of a camera, the best first."""

CAMERA_TYPES = ("", "camera", "alpr", "anpr", "lpr")


def is_surveillance(tags: Tags) -> bool:
    """Return whether a feature is, or was, a surveillance object."""
    return "surveillance" in (tags.get("man_made"), tags.get("disused:man_made"))


def osm_cameras(
    features: OsmFeatures,
    source: Source,
    *,
    mends: Collection[str] = (),
    surroundings: Surroundings | None = None,
) -> CameraNetwork:
    """Return the surveillance nodes and ways of a file as cameras, in degrees.

    ``mends`` and ``surroundings`` are those of :func:`overseen.sources.positions.located_rows`.

    Raises
    ------
    SourceError
        If the file holds none.
    """
    objects = [(name, tags, point) for name, tags, point in features.nodes if is_surveillance(tags)]
    ways = {
        f"way/{way.way_id}": (way.tags, shapely.LineString(way.lonlat))
        for way in features.ways
        if is_surveillance(way.tags)
    }
    objects += [(name, tags, line.centroid) for name, (tags, line) in ways.items()]
    others = [name for name, tags, _ in objects if tags.get("surveillance:type", "").lower() not in CAMERA_TYPES]
    rows = [_row(name, tags, point) for name, tags, point in objects if name not in set(others)]
    if not rows:
        remedy = "give another list of cameras in [cameras] file"
        raise SourceError([Fault(source.file, "", "it holds no man_made=surveillance", remedy)])
    notices = []
    if others:
        notices.append(Notice(source.file, "surveillance without a camera", len(others), others[0],
                              "Guards, gunshot detectors and the like see nothing; they were left out."))  # fmt: skip
    if ways:
        notices.append(Notice(source.file, "camera mapped as a way", len(ways), next(iter(ways)),
                              "The middle of the way stands for the position."))  # fmt: skip
    rows, odd = located_rows(rows, crs=4326, source=source, mends=mends, surroundings=surroundings)
    return camera_network(rows, crs=4326, source=source, notices=(*notices, *odd))


def _row(name: str, tags: Tags, point: shapely.Point) -> CameraRow:
    values: dict[str, str] = {}
    origin: dict[str, str] = {}
    for field, keys in TAGS.items():
        for key in keys:
            if tags.get(key, "").strip():
                values[field], origin[field] = tags[key], f"tag {key}"
                break
    if "kind" not in values and tags.get("revolving") == "yes":
        values["kind"], origin["kind"] = "revolving", "tag revolving"
    if "disused:man_made" in tags or tags.get("disused") == "yes":
        values["status"] = "disused"
    if "height" in tags and "building" in tags:
        # The height of the building that the camera is mapped on, not of the lens.
        del values["mounting_height"]
    return CameraRow(name, name, point, values, origin)
