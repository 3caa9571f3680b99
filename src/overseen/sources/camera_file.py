"""Camera lists as CSV and GeoJSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Mapping
from pathlib import Path

import shapely

from overseen.errors import Fault, SourceError
from overseen.model.cameras import CameraNetwork
from overseen.model.provenance import Notice, Source
from overseen.sources.camera_rows import FIELDS, CameraRow, camera_network
from overseen.sources.files import file_source
from overseen.sources.positions import located_rows
from overseen.sources.quantities import parsed_number
from overseen.sources.whereabouts import Surroundings

NAMES: Mapping[str, tuple[str, ...]] = {
    "camera_id": ("camera_id", "cameraid", "id", "@id", "osmid", "osm_id", "ref", "number", "cam_number", "objectid"),
    "longitude": ("longitude", "lon", "lng", "long", "x"),
    "latitude": ("latitude", "lat", "y"),
    "kind": ("kind", "camera:type", "camera_type", "type"),
    "label": ("label", "name", "title"),
    "use": ("use", "surveillance:type", "purpose"),
    "setting": ("setting", "surveillance"),
    "zone": ("zone", "surveillance:zone", "surveillancezone"),
    "mount": ("mount", "camera:mount", "camera_mount", "mounttype", "mounting"),
    "operator": ("operator", "owner_organisation", "authority"),
    "manufacturer": ("manufacturer", "surveillance:manufacturer", "brand", "surveillance:brand", "make"),
    "model": ("model", "camera:model"),
    "status": ("status",),
    "remark": ("remark", "fixme", "note"),
    "checked_on": ("checked_on", "check_date", "survey:date"),
    "installed_on": ("installed_on", "start_date", "startdate", "installed"),
    "bearing": (
        "bearing",
        "camera:direction",
        "direction",
        "surveillance:direction",
        "directioncardinal",
        "heading",
        "azimuth",
    ),
    "field_of_view": ("field_of_view", "fov", "field_of_view_deg", "angle_of_view"),
    "focal_length": ("focal_length", "focal_length_mm", "lens"),
    "sensor": ("sensor", "sensor_size"),
    "image_width": ("image_width", "image_width_px", "horizontal_pixels"),
    "resolution": ("resolution", "camera:resolution", "megapixels"),
    "mounting_height": ("mounting_height", "mounting_height_m", "height", "height_m"),
    "estimated_height": ("est_height", "estimated_height"),
    "level": ("level", "floor"),
    "elevation": ("ele", "elevation", "altitude"),
    "tilt": ("tilt", "tilt_deg"),
    "osm_tilt": ("camera:tilt",),
    "old_tilt": ("camera:angle",),
}
"""Column names that are understood, lower case, the best first."""

Table = list[dict[str, str]]


def read_camera_file(
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    shown_as: str | None = None,
    crs: str | None = None,
    mends: Collection[str] = (),
    surroundings: Surroundings | None = None,
) -> CameraNetwork:
    """Return the cameras of a ``.csv``, ``.geojson`` or ``.json`` file, in degrees.

    Parameters
    ----------
    path
        The file.
    columns
        Field -> column name, where the file's own names are not understood.
    shown_as
        What messages call the file.
    crs
        Coordinate reference system of the positions, such as ``EPSG:25833``; degrees by default.
    mends, surroundings
        As in :func:`overseen.sources.positions.located_rows`.

    Raises
    ------
    SourceError
        With every fault at once: a column that is not there, or positions of which none can be used.
    """
    source = file_source(path, role="cameras", shown_as=shown_as)
    is_csv = path.suffix.lower() in (".csv", ".tsv", ".txt")
    table, notices = _csv_rows(path, source) if is_csv else (_geojson_rows(path, source), ())
    if not table:
        raise SourceError([Fault(source.file, "", "it holds no row", "give a file that lists cameras")])
    chosen = _chosen_columns(list(table[0]), columns or {}, source)
    rows, odd = located_rows(
        _rows(table, chosen, source), crs=crs or 4326, source=source, mends=mends, surroundings=surroundings
    )
    return camera_network(rows, crs=4326, source=source, notices=notices + odd)


def _csv_rows(path: Path, source: Source) -> tuple[Table, tuple[Notice, ...]]:
    raw = path.read_bytes()
    notices: tuple[Notice, ...] = ()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = raw.decode("cp1252", errors="replace")
        notices = (Notice(source.file, "not UTF-8", 1, f"byte {error.start}", "It was read as Windows-1252."),)
    try:
        dialect: type[csv.Dialect] | str = csv.Sniffer().sniff(text[:20_000], delimiters=",;\t|")
    except csv.Error:
        dialect = "excel"
    reader = csv.DictReader(io.StringIO(text), dialect=dialect)
    table = [{str(key): (value or "") for key, value in row.items() if key is not None} for row in reader]
    return [row for row in table if any(value.strip() for value in row.values())], notices


def _geojson_rows(path: Path, source: Source) -> Table:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        features = content["features"]
    except (ValueError, KeyError, TypeError) as error:
        remedy = "give a GeoJSON FeatureCollection"
        raise SourceError([Fault(source.file, "", f"it is no GeoJSON ({type(error).__name__})", remedy)]) from error
    rows: Table = []
    for feature in features:
        row = {key: "" if value is None else str(value) for key, value in (feature.get("properties") or {}).items()}
        geometry = feature.get("geometry")
        point = shapely.from_geojson(json.dumps(geometry)).centroid if geometry else shapely.Point()
        row["longitude"], row["latitude"] = ("", "") if point.is_empty else (repr(point.x), repr(point.y))
        if "id" in feature:
            row.setdefault("id", str(feature["id"]))
        rows.append(row)
    names = dict.fromkeys(name for row in rows for name in row)
    return [{name: row.get(name, "") for name in names} for row in rows]


def _chosen_columns(present: list[str], wanted: Mapping[str, str], source: Source) -> dict[str, str]:
    """Return field -> column of the file."""
    by_name = {name.strip().lower(): name for name in reversed(present)}
    chosen = {}
    for field, names in NAMES.items():
        found = next((by_name[name] for name in names if name in by_name), None)
        if found is not None:
            chosen[field] = found
    remedy = f"use one of {', '.join(present)}"
    faults = [Fault(source.file, f"column {column}", f"there is none, for {field}", remedy)
              for field, column in wanted.items() if column not in present]  # fmt: skip
    chosen |= {field: column for field, column in wanted.items() if column in present}
    faults += [
        Fault(
            source.file,
            "",
            f"no column of it is understood as {field}",
            f"name it in [cameras.columns] {field} = '...'",
        )
        for field in ("longitude", "latitude")
        if field not in chosen and field not in wanted
    ]
    if faults:
        raise SourceError(faults)
    return chosen


def _rows(table: Table, chosen: Mapping[str, str], source: Source) -> list[CameraRow]:
    rows = []
    for number, raw in enumerate(table, start=2):
        camera_id = raw[chosen["camera_id"]].strip() if "camera_id" in chosen else ""
        values = {field: raw[chosen[field]] for field in FIELDS if field in chosen and raw[chosen[field]].strip()}
        origin = {field: f"column {chosen[field]}" for field in values}
        where = f"row {number}"
        rows.append(CameraRow(camera_id or where, f"{source.file}, {where}", _position(raw, chosen), values, origin))
    return rows


def _position(raw: Mapping[str, str], chosen: Mapping[str, str]) -> shapely.Point:
    """Return the point that a row gives, empty if it gives none."""
    longitude, latitude = (parsed_number(raw[chosen[field]]) for field in ("longitude", "latitude"))
    return shapely.Point() if longitude is None or latitude is None else shapely.Point(longitude, latitude)
