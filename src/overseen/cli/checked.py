"""What ``overseen check`` finds, as plain data and as text."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from overseen.assessment.completeness import city_completeness
from overseen.assessment.uncertainty import ASSUMED_FOR, assumption_counts
from overseen.assessment.undercount import undercount
from overseen.model.cameras import CameraNetwork
from overseen.model.city import City
from overseen.model.plan import Plan, SecondList
from overseen.model.provenance import Notice, Reading, Source
from overseen.model.viewing import Viewing
from overseen.sources.camera_file import read_camera_file
from overseen.sources.plan_file import default_viewing, read_plan, sample_inputs

ATTRIBUTES = ("bearing", "field_of_view", "image_width", "mounting_height", "tilt")


def checked(file: Path | None) -> dict[str, Any]:
    """Return what a plan, a camera list or (``None``) the sample holds; InputError if it cannot be used."""
    if file is not None and file.suffix.lower() != ".toml":
        return _found(read_camera_file(file), None, default_viewing())
    inputs = sample_inputs() if file is None else read_plan(file)
    found = _found(inputs.plan.network, inputs.city, inputs.viewing, inputs.plan.second_list)
    return found | {"cameras": found["cameras"] | _lists(inputs.plan, inputs.city)}


def _lists(plan: Plan, city: City) -> dict[str, Any]:
    """Return whether the list is all there is, and how it agrees with a second one."""
    second = plan.second_list
    if second is None:
        return {"is_complete": plan.is_list_complete}
    both = undercount(plan.network, second, city)
    agreement = {"file": second.file, "tolerance_m": second.tolerance_m, "cameras": both.second_count,
                 "in_both": both.matched_count, "odd": [*both.doubts, *filter(None, [both.refusal])]}  # fmt: skip
    return {"is_complete": plan.is_list_complete, "second": agreement}


def _found(
    network: CameraNetwork, city: City | None, viewing: Viewing, second: SecondList | None = None
) -> dict[str, Any]:
    sources, notices = network.sources, network.notices
    if second is not None:
        sources, notices = sources + second.network.sources, notices + second.network.notices
    if city is not None:
        sources, notices = sources + city.sources, notices + city.notices
    counts = assumption_counts(network, viewing)
    return {
        "files": [_source(source) for source in dict.fromkeys(sources)],
        "cameras": _cameras(network),
        "readings": [_reading(reading) for reading in network.readings],
        "city": None if city is None else _city(city),
        "odd": [_notice(notice) for notice in sorted(dict.fromkeys(notices))],
        "assumed": [
            {"unknown": unknown.name, "meaning": unknown.meaning, "heads": counts[unknown.name], "low": unknown.low,
             "central": unknown.central, "high": unknown.high, "source": unknown.source, "mark": unknown.mark}
            for unknown in viewing.assumptions.unknowns
            if counts.get(unknown.name, 0)
        ]
        + [{"unknown": name, "meaning": meaning, "heads": counts[name]}
           for name, meaning in ASSUMED_FOR.items() if counts[name]],
    }  # fmt: skip


def _source(source: Source) -> dict[str, Any]:
    return {"file": source.file, "role": source.role, "sha256": source.sha256, "bytes": source.size_bytes,
            "licence": source.licence, "date": source.date, "counts": dict(source.counts),
            "columns": dict(source.columns), "unread": list(source.unread)}  # fmt: skip


def _notice(notice: Notice) -> dict[str, Any]:
    return {"file": notice.file, "kind": notice.kind, "count": notice.count, "example": notice.example,
            "consequence": notice.consequence}  # fmt: skip


def _reading(reading: Reading) -> dict[str, Any]:
    return dataclasses.asdict(reading) | {"reasons": dict(reading.reasons)}


def _cameras(network: CameraNetwork) -> dict[str, Any]:
    cameras, heads = network.cameras, network.heads
    west, south, east, north = (float(value) for value in cameras.to_crs(4326).total_bounds)
    return {
        "count": len(cameras),
        "heads": len(heads),
        "kinds": {str(kind): int(count) for kind, count in cameras["kind"].value_counts().sort_index().items()},
        "extent_deg": {"west": west, "south": south, "east": east, "north": north},
        "known_heads": {name: int((heads[f"{name}_certainty"] != "unknown").sum()) for name in ATTRIBUTES},
    }


def _city(city: City) -> dict[str, Any]:
    return {
        "name": city.name,
        "frame": str(city.buildings.crs.name),
        "boundary": city.boundary_source,
        "boundary_km2": round(city.boundary.area / 1e6, 3),
        "buildings": len(city.buildings),
        "buildings_height_known": int(city.buildings["height_m"].notna().sum()),
        "streets": len(city.streets),
        "streets_km": round(float(city.streets.length.sum()) / 1e3, 1),
        "places": len(city.places),
        "land": len(city.land),
        "counted_streets_km": _counted_km(city),
        "areas": len(city.areas),
        "residents": round(float((city.areas["resident_count"] * city.areas["inside_share"]).sum())),
    }


def _counted_km(city: City) -> dict[str, float]:
    """Return the counted street length, in all and by whether the map has the buildings around it."""
    found = city_completeness(city)
    names = ("complete", "doubtful", "missing", "not_judged")
    return {"all": round(found.street_length_m() / 1e3, 1)} | {
        name: round(found.street_length_m(name) / 1e3, 1) for name in names
    }


def worded(result: dict[str, Any]) -> str:
    """Return the same as text."""
    cameras = result["cameras"]
    lines = ["Files"]
    for source in result["files"]:
        lines.append(
            f"  {source['file']}: {source['role']}, {source['bytes']:,} bytes, sha256 {source['sha256'][:12]}…"
        )
        lines += [f"    {count:,} {what}" for what, count in source["counts"].items()]
        lines += [f"    column {name}: {field.replace('_', ' ')}" for field, name in source["columns"].items()]
        if source["unread"]:
            lines.append(f"    not read: {', '.join(source['unread'])}")
    kinds = ", ".join(f"{count} {kind}" for kind, count in cameras["kinds"].items())
    lines += ["Cameras", f"  {cameras['count']:,} cameras with {cameras['heads']:,} heads ({kinds})"]
    extent = cameras["extent_deg"]
    lines.append(
        "  from {west:.5f}, {south:.5f} to {east:.5f}, {north:.5f} degrees (longitude, latitude)".format(**extent)
    )
    known = [
        f"{name.replace('_', ' ')} {count} of {cameras['heads']}" for name, count in cameras["known_heads"].items()
    ]
    lines.append(f"  stated: {', '.join(known)}")
    lines += _reading_lines(result["readings"])
    if "second" in cameras:
        second = cameras["second"]
        lines.append(f"  {second['in_both']:,} of them also among the {second['cameras']:,} of {second['file']},"
                     f" within {second['tolerance_m']:g} m")  # fmt: skip
        lines += [f"    {sentence}" for sentence in second["odd"]]
    lines += _city_lines(result["city"])
    lines.append("Odd" if result["odd"] else "Nothing odd")
    for notice in result["odd"]:
        lines.append(f"  {notice['file']}: {notice['kind']}, {notice['count']:,}, such as {notice['example']}.")
        lines.append(f"    {notice['consequence']}")
    lines.append("Assumed" if result["assumed"] else "Nothing to be assumed")
    for row in result["assumed"]:
        span = f": {row['low']:g} to {row['high']:g}, centre {row['central']:g}" if "low" in row else ""
        lines.append(f"  {row['unknown']} for {row['heads']:,} heads{span}. {row['meaning']}.")
    return "\n".join(lines)


def _reading_lines(readings: list[dict[str, Any]]) -> list[str]:
    """Return what was read of each attribute, and in one line those of which no camera says anything."""
    lines: list[str] = []
    for file in dict.fromkeys(reading["file"] for reading in readings):
        lines.append(f"Read from {file}, in cameras")
        here = [reading for reading in readings if reading["file"] == file]
        silent = [reading["attribute"].replace("_", " ") for reading in here if not reading["taken_from"]]
        for reading in here:
            lines += _reading_line(reading) if reading["taken_from"] else []
        lines += [f"  nothing stated of {', '.join(silent)}"] if silent else []
    return lines


def _reading_line(reading: dict[str, Any]) -> list[str]:
    """Return one attribute's account: cameras, then values where they are more than one to a camera or not all understood."""
    cameras = _counted(understood=reading["read"], refused=reading["refused"], not_stated=reading["unknown"])
    line = f"  {reading['attribute'].replace('_', ' ')}, {reading['taken_from']}: {cameras}"
    read, refused, empty = (reading[f"values_{part}"] for part in ("read", "refused", "empty"))
    if (read, refused, empty) != (reading["read"], 0, 0):
        line += f"; values: {_counted(understood=read, refused=refused, empty=empty)}"
    return [line, *[f"    {count:,} refused: {reason}" for reason, count in reading["reasons"].items()]]


def _counted(**counts: int) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count) or "none"


def _city_lines(city: dict[str, Any] | None) -> list[str]:
    if city is None:
        return ["City", "  none given: only the list was read"]
    length = city["counted_streets_km"]
    return [
        "City",
        f"  {city['name']}, {city['boundary_km2']:g} km² ({city['boundary']}), in {city['frame']}",
        f"  {city['buildings']:,} buildings, height known of {city['buildings_height_known']:,}",
        f"  {city['streets']:,} pieces of walkable street, {city['streets_km']:,} km",
        f"  {city['places']:,} places, {city['land']:,} areas of land",
        f"  buildings along {length['complete']:,} of {length['all']:,} km of counted street; doubtful along {length['doubtful']:,},"
        f" no ground to judge by along {length['not_judged']:,}",
        *(
            [f"  buildings missing along {length['missing']:,} km: views there are upper bounds"]
            if length["missing"]
            else []
        ),
        *(
            [f"  {city['areas']:,} areas with about {city['residents']:,} residents inside the boundary"]
            if city["areas"]
            else []
        ),
    ]
