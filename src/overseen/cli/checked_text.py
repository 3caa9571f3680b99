"""What ``overseen check`` finds, as text."""

from __future__ import annotations

from collections.abc import Sequence

from overseen.cli.checked_parts import Found

KIND_WORDS = {
    "cameras": "camera list", "osm": "OpenStreetMap extract", "buildings": "layer of buildings", "streets": "layer of streets",
    "places": "layer of places", "land": "layer of land", "boundary": "study boundary", "areas": "areas where residents are counted",
    "census": "table of residents", "grid": "grid of residents", "trips": "table of trips", "plan": "plan", "assumptions": "assumptions",
    "place_kinds": "kinds of places",
}  # fmt: skip

MOST_GROUPS = 8
MOST_UNREAD = 40


def worded(results: Sequence[Found]) -> str:
    """Return what was found, file after file."""
    return "\n\n".join("\n".join(_lines(result)) for result in results)


def _lines(result: Found) -> list[str]:
    if result["kind"] is None:
        return [f"{result['file']}: cannot be used", *_fault_lines(result)]
    head = f"{result['file']}: {KIND_WORDS[result['kind']]} ({result['told_by']})"
    if not result["usable"]:
        return [f"{head}, cannot be used", *_fault_lines(result)]
    lines = [head, "Files", *[line for source in result["files"] for line in _file_lines(source)]]
    lines += _place_lines(result)
    lines += _camera_lines(result) if result["cameras"] else []
    lines += _city_lines(result["city"]) if result["city"] else []
    if result["kind"] == "cameras":
        lines += ["City", "  none given: only the list was read"]
    for part, words in (
        ("layer", _layer_lines),
        ("people", _people_lines),
        ("trips", _trip_lines),
        ("settings", _settings_lines),
    ):
        lines += words(result[part]) if result[part] else []
    return [
        *lines,
        *_fault_lines(result),
        *_odd_lines(result["odd"]),
        *_assumed_lines(result),
        *_operation_lines(result["operations"]),
    ]


def _file_lines(source: Found) -> list[str]:
    lines = [f"  {source['file']}: {source['role']}, {source['bytes']:,} bytes, sha256 {source['sha256'][:12]}…"]
    lines += [f"    {count:,} {what}" for what, count in source["counts"].items()]
    lines += [f"    column {name}: {field.replace('_', ' ')}" for field, name in source["columns"].items()]
    unread = source["unread"]
    if unread:
        more = f" and {len(unread) - MOST_UNREAD:,} more" if len(unread) > MOST_UNREAD else ""
        lines.append(f"    not read: {', '.join(unread[:MOST_UNREAD])}{more}")
    return lines


def _place_lines(result: Found) -> list[str]:
    extent, crs = result["extent_deg"], result["crs"]
    lines = [] if crs is None else [f"Reference system: {crs}"]
    if extent is not None:
        box = "{west:.5f}, {south:.5f} to {east:.5f}, {north:.5f}".format(**extent)
        lines.append(f"Extent: from {box} degrees (longitude, latitude)")
    return lines


def _camera_lines(result: Found) -> list[str]:
    cameras, rows = result["cameras"], result["rows"]
    lines = ["Cameras"]
    if rows is not None:
        lines += _row_lines(rows, cameras["count"])
    kinds = ", ".join(f"{count} {kind}" for kind, count in cameras["kinds"].items())
    lines.append(f"  {cameras['count']:,} cameras with {cameras['heads']:,} heads ({kinds})")
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
    return lines


def _row_lines(rows: Found, cameras: int) -> list[str]:
    """Return the account of the rows: kept, left out and merged, which together are all."""
    line = f"  {rows['listed']:,} rows listed: {rows['kept']:,} kept"
    for outcome in ("left_out", "merged"):
        count = sum(item["count"] for item in rows[outcome])
        line += f", {count:,} {outcome.replace('_', ' ')}" if count else ""
    lines = [line + (f" ({cameras:,} cameras)" if cameras != rows["kept"] else "")]
    for outcome in ("left_out", "merged"):
        words = outcome.replace("_", " ")
        lines += [f"    {item['count']:,} {words}: {item['why']}, such as {item['example']}" for item in rows[outcome]]
    return lines if rows["is_closed"] else [*lines, "    these are not all rows: please report this list"]


def _reading_lines(readings: list[Found]) -> list[str]:
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


def _reading_line(reading: Found) -> list[str]:
    """Return one attribute's account: cameras, then values where they are more than one to a camera or not all understood."""
    cameras = _counted(understood=reading["read"], refused=reading["refused"], not_stated=reading["unknown"])
    line = f"  {reading['attribute'].replace('_', ' ')}, {reading['taken_from']}: {cameras}"
    read, refused, empty = (reading[f"values_{part}"] for part in ("read", "refused", "empty"))
    if (read, refused, empty) != (reading["read"], 0, 0):
        line += f"; values: {_counted(understood=read, refused=refused, empty=empty)}"
    return [line, *[f"    {count:,} refused: {reason}" for reason, count in reading["reasons"].items()]]


def _counted(**counts: int) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count) or "none"


def _city_lines(city: Found) -> list[str]:
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


def _layer_lines(layer: Found) -> list[str]:
    facts = {"height_known": "of known height", "km": "km", "km2": "km²", "parts": "parts"}
    told = "".join(f", {layer[name]:,} {words}" for name, words in facts.items() if name in layer)
    lines = ["Layer", f"  {layer['features']:,} features, {layer['read']:,} read{told}"]
    if layer.get("kinds"):
        lines.append(f"  kinds: {', '.join(f'{count:,} {kind}' for kind, count in layer['kinds'].items())}")
    return lines


def _people_lines(people: Found) -> list[str]:
    lines = ["Residents"]
    if "form" in people:
        lines.append(f"  {people['form']}; {people['rows']:,} rows of {people['areas_named']:,} areas")
    lines.append(f"  {people['residents']:,} residents in {people['areas_known']:,} of {people['areas']:,} areas")
    for group, categories in people["groups"].items():
        more = f" and {len(categories) - MOST_GROUPS} more" if len(categories) > MOST_GROUPS else ""
        lines.append(f"  by {group}: {', '.join(categories[:MOST_GROUPS])}{more}")
    return lines


def _trip_lines(trips: Found) -> list[str]:
    return [
        "Trips",
        f"  {trips['trips']:,} trips in {trips['cells']:,} pairs of {trips['areas']:,} areas, of {trips['fewest_in_a_cell']:g} trips or more each",
    ]


def _settings_lines(settings: Found) -> list[str]:
    lines = ["Settings", f"  {settings['name']}"]
    lines += [
        f"  {row['unknown']}: {row['low']:g} to {row['high']:g}, centre {row['central']:g}. {row['source']}"
        for row in settings.get("unknowns", ())
    ]
    lines += [
        f"  {kind['name']}: {kind['title']}{', confidential' if kind['is_confidential'] else ''}"
        for kind in settings.get("kinds", ())
    ]
    if "draws" in settings:
        lines.append(
            f"  {settings['draws']:,} draws, seed {settings['seed']}; purposes: {', '.join(settings['purposes']) or 'none stated'}"
        )
    return lines


def _fault_lines(result: Found) -> list[str]:
    faults = result["faults"]
    lines = []
    for fault in faults:
        place = f"{fault['file']}, {fault['where']}" if fault["where"] else fault["file"]
        lines.append(f"  {place}: {fault['problem']}; {fault['remedy']}.")
    return ["Faults", *lines] if lines else []


def _odd_lines(odd: list[Found]) -> list[str]:
    lines = ["Odd" if odd else "Nothing odd"]
    for notice in odd:
        lines.append(f"  {notice['file']}: {notice['kind']}, {notice['count']:,}, such as {notice['example']}.")
        lines.append(f"    {notice['consequence']}")
    return lines


def _assumed_lines(result: Found) -> list[str]:
    if result["kind"] in (
        "trips",
        "assumptions",
        "place_kinds",
        "census",
        "grid",
        "areas",
        "boundary",
        "places",
        "land",
        "streets",
    ):
        return []
    lines = ["Assumed" if result["assumed"] else "Nothing to be assumed"]
    for row in result["assumed"]:
        span = "" if row["low"] is None else f": {row['low']:g} to {row['high']:g}, centre {row['central']:g}"
        lines.append(f"  {row['unknown']} for {row['count']:,} {row['of']}{span}. {row['meaning']}.")
    return lines


def _operation_lines(operations: Found | None) -> list[str]:
    """Return what running the network would be reckoned with: what the plan does not declare, each figure with its source."""
    if operations is None:
        return []
    figures = [row for row in operations["figures"] if not row["is_declared"]]
    lines = ["Taken for running the network, where the plan declares nothing" if figures else "Running the network"]
    for row in figures:
        words = f"{row['subject'].replace('_', ' ')}, {row['meaning'][0].lower()}{row['meaning'][1:]}"
        between = f"{row['low']:g} to {row['high']:g}, centre " if row["low"] != row["high"] else ""
        lines.append(f"  {words}: {between}{row['central']:g} {row['unit']}. {row['source']}.")
    declared = len(operations["figures"]) - len(figures)
    lines += [f"  {declared:,} further figures are as the plan declares them."] if declared else []
    lines += [f"  {one['subject'].replace('_', ' ')}: {one['sentence']}" for one in operations["assumed"]]
    return lines + [
        f"  {gap['subject'].replace('_', ' ')}: {gap['what']} cannot be told; needs {gap['needs']}."
        for gap in operations["gaps"]
    ]
