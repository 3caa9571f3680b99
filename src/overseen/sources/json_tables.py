"""JSON of every sort: GeoJSON with its habits, ESRI JSON, lists of objects, bare pairs of coordinates."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from overseen.errors import Fault, SourceError
from overseen.model.provenance import Notice
from overseen.sources.contents import encoding_by_bytes
from overseen.sources.coordinates import geojson_shape, has_longitude_first, parsed_coordinate
from overseen.sources.tables import DEGREES, Oddities, Table, object_array, table_of_records

_DEPTH = 4
Record = Mapping[str, Any]


def parsed_json(data: bytes, *, file: str) -> Any:
    """Return what JSON holds; one object to a line is read as a list of them.

    Raises
    ------
    SourceError
        If it is no JSON, with the line where it breaks.
    """
    text = data.decode(encoding_by_bytes(data) or "utf-8", errors="replace").replace("\x1e", "").strip()
    line = 0
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        line = error.lineno
    except RecursionError:
        line = 1
    try:
        return [json.loads(row) for row in text.splitlines() if row.strip()]
    except (json.JSONDecodeError, RecursionError):
        problem = f"it is no JSON: it breaks at line {line:,} of {text.count(chr(10)) + 1:,}"
    raise SourceError([Fault(file, "", problem, "download it again, or give the list as CSV")])


def json_table(content: Any, *, file: str) -> Table:
    """Return the table that parsed JSON holds, wherever in it the list stands.

    Raises
    ------
    SourceError
        If there is no list in it.
    """
    features = _features(content)
    if features is not None:
        return _geojson(features, content, file)
    records = _records(content, _DEPTH)
    if records:
        return table_of_records(records, file=file, row_word="item")
    pairs = _pairs(content, _DEPTH)
    if pairs:
        return _pair_table(pairs, file)
    remedy = "give a GeoJSON FeatureCollection, or a list of objects with a longitude and a latitude"
    raise SourceError([Fault(file, "", "no list of cameras is found in it", remedy)])


def is_esri(content: Any) -> bool:
    """Return whether JSON is what a map server of ESRI answers."""
    return isinstance(content, Mapping) and isinstance(content.get("features"), list) and any(
        isinstance(feature, Mapping) and "attributes" in feature for feature in content["features"][:5]
    )  # fmt: skip


def _features(content: Any) -> list[Any] | None:
    """Return the features of GeoJSON: a collection, one alone, one to a line, or a collection of geometries."""
    if isinstance(content, Mapping):
        return _features_of(content)
    is_list = isinstance(content, list) and bool(content)
    if is_list and all(isinstance(item, Mapping) and item.get("type") == "Feature" for item in content):
        return list(content)
    if is_list and all(isinstance(item, Mapping) and isinstance(item.get("features"), list) for item in content):
        return [feature for item in content for feature in item["features"]]
    return None


def _features_of(content: Mapping[str, Any]) -> list[Any] | None:
    if isinstance(content.get("features"), list):
        return list(content["features"])
    if content.get("type") == "Feature":
        return [content]
    if content.get("type") == "GeometryCollection" and isinstance(content.get("geometries"), list):
        return [{"geometry": geometry} for geometry in content["geometries"]]
    return [{"geometry": content}] if geojson_shape(content) is not None else None


def _geojson(features: Sequence[Any], content: Any, file: str) -> Table:
    whole = [feature for feature in features if isinstance(feature, Mapping)]
    oddities = Oddities(file)
    oddities.note("feature that is none", "It was left out.", *["in the list"] * (len(features) - len(whole)))
    records = []
    for feature in whole:
        properties = feature.get("properties")
        given = {
            key: value for key, value in feature.items() if key not in ("type", "geometry", "properties", "bbox", "id")
        }
        record = dict(properties) if isinstance(properties, Mapping) else given
        if "id" in feature:
            record.setdefault("id", feature["id"])
        records.append(record)
    shapes = [geojson_shape(feature.get("geometry")) for feature in whole]
    crs, notices = _stated_crs(content, file)
    return table_of_records(
        records,
        file=file,
        row_word="feature",
        shapes=object_array(shapes),
        crs=crs,
        notices=notices + oddities.notices(),
    )


def _stated_crs(content: Any, file: str) -> tuple[CRS | None, tuple[Notice, ...]]:
    """Return the coordinate reference system of GeoJSON: degrees, unless its older ``crs`` member says otherwise."""
    member = content.get("crs") if isinstance(content, Mapping) else None
    if not isinstance(member, Mapping):
        return DEGREES, ()
    name = (member.get("properties") or {}).get("name") if isinstance(member.get("properties"), Mapping) else None
    try:
        return CRS.from_user_input(str(name)), ()
    except CRSError:
        return None, (Notice(file, "crs member that is not understood", 1, "the crs member",
                             "The coordinates count as degrees only if they can be nothing else."),)  # fmt: skip


def _records(content: Any, depth: int) -> list[Record]:
    """Return the longest list of objects within, or the objects of a dictionary of them under their keys."""
    if isinstance(content, list):
        return [item for item in content if isinstance(item, Mapping)]
    if not isinstance(content, Mapping) or depth == 0:
        return []
    found = max((_records(value, depth - 1) for value in content.values()), key=len, default=[])
    inner = list(content.values())
    if len(inner) > 1 and len(inner) > len(found) and all(isinstance(value, Mapping) for value in inner):
        return [{"id": key, **value} for key, value in content.items()]
    return found


def _pairs(content: Any, depth: int) -> list[list[float]]:
    """Return the longest list of pairs of numbers within."""
    if isinstance(content, list):
        if all(isinstance(item, list) for item in content):
            numbers = [[parsed_coordinate(str(value)) for value in item] for item in content]
            pairs = [[value for value in item if value is not None] for item in numbers]
            if pairs and all(len(item) in (2, 3) for item in pairs):
                return pairs
        return max((_pairs(item, depth - 1) for item in content if depth), key=len, default=[])
    if isinstance(content, Mapping) and depth:
        return max((_pairs(value, depth - 1) for value in content.values()), key=len, default=[])
    return []


def _pair_table(pairs: Sequence[Sequence[float]], file: str) -> Table:
    """Return bare pairs as points. Nothing in them tells which number is which, save a number that no latitude can be."""
    first_is_longitude = has_longitude_first(pairs)
    order = "longitude" if first_is_longitude else "latitude"
    names = ("longitude", "latitude") if first_is_longitude else ("latitude", "longitude")
    notice = Notice(file, "bare pairs of numbers", len(pairs), "item 1",
                    f"The first number was taken as {order}, as " + ("it must be here." if first_is_longitude else
                    "map libraries write pairs; if that is wrong, name the columns in the plan: [cameras.columns] longitude = 'latitude' and latitude = 'longitude'."))  # fmt: skip
    records = [dict(zip(names, pair[:2], strict=True)) for pair in pairs]
    return table_of_records(records, file=file, row_word="item", notices=(notice,))
