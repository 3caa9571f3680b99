"""Camera lists, OpenStreetMap extracts and plans as ``overseen check`` shows them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import geopandas as gpd
import shapely

from overseen.assessment.arrivals import phase_disagreements
from overseen.assessment.completeness import city_completeness
from overseen.assessment.operations import operation_assumptions
from overseen.assessment.uncertainty import ASSUMED_FOR, assumption_counts
from overseen.assessment.undercount import undercount
from overseen.cli.checked_parts import (
    Found,
    empty_object,
    extent_object,
    fault_object,
    odd_objects,
    reading_objects,
    source_objects,
)
from overseen.errors import Fault, SourceError
from overseen.model.cameras import CameraNetwork
from overseen.model.city import City
from overseen.model.plan import Plan
from overseen.model.viewing import Viewing
from overseen.sources.camera_file import CameraList, read_camera_list
from overseen.sources.file_kinds import Told
from overseen.sources.osm_cameras import surveillance_objects
from overseen.sources.osm_city import OsmFile
from overseen.sources.plan_file import RunInputs, default_viewing, read_plan, sample_inputs
from overseen.sources.tables import DEGREES
from overseen.visibility.building_heights import UNKNOWN as BUILDING_HEIGHT

ATTRIBUTES = ("bearing", "field_of_view", "image_width", "mounting_height", "tilt")

WITHOUT_LENS = "surveillance without a camera"
"""Kind of the notice of surveillance objects that are left out because they see nothing."""


def checked_list(path: Path, _told: Told, crs: str | None) -> Found:
    """Return what a camera list holds."""
    return _list_object(read_camera_list(path, crs=crs))


def checked_extract(path: Path, _told: Told, _crs: str | None) -> Found:
    """Return the cameras and the city of an OpenStreetMap file; what of the two it lacks is a fault, both make it useless."""
    extract = OsmFile(path)
    faults: list[Fault] = []
    found: Found = {}
    try:
        cameras = CameraList(extract.cameras(), DEGREES, len(list(surveillance_objects(extract.features))))
        found = _list_object(cameras)
    except SourceError as error:
        faults += error.faults
    try:
        city = extract.city(path.name.split(".")[0])
    except SourceError as error:
        faults += error.faults
    else:
        found = _with_city(found, city, default_viewing())
    if not found:
        raise SourceError(faults)
    return found | {"faults": [fault_object(fault) for fault in faults]}


def checked_plan(path: Path, _told: Told, _crs: str | None) -> Found:
    """Return what a plan and the files that it names hold."""
    return _plan_object(read_plan(path))


def checked_sample() -> Found:
    """Return what the embedded sample holds."""
    return (
        empty_object("sample")
        | {"kind": "plan", "told_by": "it is the embedded sample"}
        | _plan_object(sample_inputs())
    )


NETWORK_CHECKS = {"cameras": checked_list, "osm": checked_extract, "plan": checked_plan}


def _plan_object(inputs: RunInputs) -> Found:
    plan, network = inputs.plan, inputs.plan.network
    second = plan.second_list
    sources, notices = network.sources, network.notices
    if second is not None:
        sources, notices = sources + second.network.sources, notices + second.network.notices
    found: Found = {
        "files": source_objects(sources),
        "extent_deg": extent_object(network.cameras.geometry),
        "cameras": camera_object(network) | _lists(plan, inputs.city),
        "readings": reading_objects(network.readings),
        "assumed": assumed_objects(network, inputs.viewing),
        "settings": {"name": plan.name, "date": None if plan.date is None else plan.date.isoformat(), "draws": inputs.viewing.draws,
                     "seed": inputs.viewing.seed, "purposes": [purpose.name for purpose in plan.purposes]},
        "operations": operations_object(plan, inputs.city, inputs.viewing),
        **odd_objects(notices),
    }  # fmt: skip
    return _with_city(found, inputs.city, inputs.viewing)


def operations_object(plan: Plan, city: City, viewing: Viewing) -> Found:
    """Return what running the network would be reckoned with: every figure with its source, what is assumed, what cannot be told."""
    residents = float((city.areas["resident_count"] * city.areas["inside_share"]).sum())
    found = operation_assumptions(plan, viewing, residents)
    assumed = list(found.assumed)
    if plan.costs is None:
        assumed += [("phases", sentence) for sentence in phase_disagreements(plan)]
    return {
        "figures": found.figures.reset_index().to_dict("records"),
        "assumed": [{"subject": subject, "sentence": sentence} for subject, sentence in assumed],
        "gaps": [dataclasses.asdict(gap) for gap in found.gaps],
    }


def _list_object(read: CameraList) -> Found:
    network = read.network
    return {
        "files": source_objects(network.sources),
        "crs": read.stated_crs.name,
        "extent_deg": extent_object(network.cameras.geometry),
        "rows": row_account(read),
        "cameras": camera_object(network),
        "readings": reading_objects(network.readings),
        "assumed": assumed_objects(network, default_viewing()),
        **odd_objects(network.notices),
    }


def row_account(read: CameraList) -> Found:
    """Return what became of every row: kept, left out with the reason, or merged with another; and whether that is all of them."""
    cameras = read.network.cameras
    places = shapely.get_coordinates(cameras.geometry.to_numpy()).tolist()
    # A row that counts several cameras is one row; points of one row are counted one by one.
    kept = len({(source, *place) for source, place in zip(cameras["source"], places, strict=True)})
    told = {outcome: _outcomes(read.network, outcome) for outcome in ("left out", "merged")}
    gone = sum(item["count"] for items in told.values() for item in items)
    return {"listed": read.row_count, "kept": kept, "left_out": told["left out"], "merged": told["merged"],
            "is_closed": kept + gone == read.row_count}  # fmt: skip


def _outcomes(network: CameraNetwork, outcome: str) -> list[Found]:
    file = network.sources[0].file
    return [
        {"why": notice.kind.removesuffix(f", {outcome}"), "count": notice.count, "example": notice.example}
        for notice in network.notices
        if notice.file == file
        and (notice.kind.endswith(f", {outcome}") or (outcome == "left out" and notice.kind == WITHOUT_LENS))
    ]


def camera_object(network: CameraNetwork) -> Found:
    """Return cameras and heads, by kind, and what is known of the heads."""
    cameras, heads = network.cameras, network.heads
    return {
        "count": len(cameras),
        "heads": len(heads),
        "kinds": {str(kind): int(count) for kind, count in cameras["kind"].value_counts().sort_index().items()},
        "known_heads": {name: int((heads[f"{name}_certainty"] != "unknown").sum()) for name in ATTRIBUTES},
    }


def assumed_objects(network: CameraNetwork, viewing: Viewing) -> list[Found]:
    """Return what will be assumed of how many heads, with its range and source."""
    counts = assumption_counts(network, viewing)
    return [
        {"unknown": unknown.name, "meaning": unknown.meaning, "count": counts[unknown.name], "of": "heads", "low": unknown.low,
         "central": unknown.central, "high": unknown.high, "source": unknown.source}
        for unknown in viewing.assumptions.unknowns
        if counts.get(unknown.name, 0)
    ] + [{"unknown": name, "meaning": meaning, "count": counts[name], "of": "heads", "low": None, "central": None, "high": None, "source": ""}
         for name, meaning in ASSUMED_FOR.items() if counts[name]]  # fmt: skip


def assumed_heights(count: int, viewing: Viewing) -> list[Found]:
    """Return what will be assumed of buildings of unknown height."""
    if not count:
        return []
    unknown = viewing.assumptions[BUILDING_HEIGHT]
    return [{"unknown": unknown.name, "meaning": unknown.meaning, "count": count, "of": "buildings", "low": unknown.low,
             "central": unknown.central, "high": unknown.high, "source": unknown.source}]  # fmt: skip


def _with_city(found: Found, city: City, viewing: Viewing) -> Found:
    """Return an object with its city beside its cameras."""
    unknown = int(city.buildings["height_m"].isna().sum())
    odd, files = found.get("odd", []), found.get("files", [])
    more_odd, more_files = odd_objects(city.notices)["odd"], source_objects(city.sources)
    return found | {
        "files": [*files, *(item for item in more_files if item["file"] not in {known["file"] for known in files})],
        "crs": found.get("crs") or DEGREES.name,
        "extent_deg": found.get("extent_deg") or extent_object(gpd.GeoSeries([city.boundary], crs=city.buildings.crs)),
        "city": city_object(city),
        "odd": sorted([*odd, *(item for item in more_odd if item not in odd)], key=lambda item: tuple(item.values())),
        "assumed": [*found.get("assumed", []), *assumed_heights(unknown, viewing)],
    }


def city_object(city: City) -> Found:
    """Return what a city holds."""
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


def _lists(plan: Plan, city: City) -> Found:
    """Return whether the list is all there is, and how it agrees with a second one."""
    second = plan.second_list
    if second is None:
        return {"is_complete": plan.is_list_complete}
    both = undercount(plan.network, second, city)
    agreement = {"file": second.file, "tolerance_m": second.tolerance_m, "cameras": both.second_count,
                 "in_both": both.matched_count, "odd": [*both.doubts, *filter(None, [both.refusal])]}  # fmt: skip
    return {"is_complete": plan.is_list_complete, "second": agreement}
