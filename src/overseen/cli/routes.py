"""What ``overseen route`` finds: two ways between two places, or one's own track, as sentences and as GPX."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
from numpy.typing import NDArray

from overseen.assessment.completeness import city_completeness
from overseen.assessment.examine import examine
from overseen.errors import Fault, OutputError, SourceError
from overseen.exposure.drawn_streets import DrawnStreets
from overseen.exposure.single_trip import (
    MeasuredRoute,
    least_seen,
    matched_route,
    measured,
    node_at,
    route_pieces,
    shortest_route,
)
from overseen.exposure.streets import INTERVAL, street_exposure
from overseen.exposure.walking import WalkingNetwork, walking_network
from overseen.model.city import City
from overseen.report.html import html_report
from overseen.report.route_page import FoundWays, Way, route_document
from overseen.report.words import NARROW, number_range, percent, percent_range, rounded
from overseen.sources.plan_file import RunInputs, read_plan, sample_inputs
from overseen.visibility.cells import Work

FARTHEST_M = 250.0
GPX = "http://www.topografix.com/GPX/1/1"

Named = tuple[str, MeasuredRoute]


def routes_between(
    plan: Path | None, start: str, end: str, *, detour: float | None, track: Path | None
) -> tuple[FoundWays, tuple[str, ...]]:
    """Return the shortest and the least-seen way with what is said of them, and what is said of the track of a GPX file.

    Nothing of the track is kept: what is said of it is told and not written.
    """
    inputs = sample_inputs() if plan is None else read_plan(plan)
    network = walking_network(inputs.city)
    ends = [_node(text, network, inputs.city, where) for text, where in ((start, "FROM"), (end, "TO"))]
    own = None if track is None else _track(track)
    drawn = _drawn(inputs)
    looks = inputs.viewing
    share = inputs.plan.trips.detour_share if detour is None else detour
    shortest = shortest_route(network, *ends)
    limit_m = float(shortest.cost[0]) * (1.0 + share)
    hidden = least_seen(network, drawn, looks, ends[0], ends[1], limit_m)
    routes = {"Shortest way": shortest}
    if hidden is not None:
        routes[f"Least-seen way at most {percent(share)} longer"] = hidden
    ways = tuple(
        Way(
            name,
            measured(network, route, drawn, looks, inputs.city, ends[0]),
            route_pieces(network, route, drawn, looks, inputs.city, ends[0]),
        )
        for name, route in routes.items()
    )
    sentences = [_sentence(way.name, way.route) for way in ways]
    sentences.append(
        "The least-seen way was not found: there are too many ways to choose from; allow less of a detour."
        if hidden is None
        else _price(ways[0].route, ways[1].route)
    )
    missing_m = city_completeness(inputs.city).missing_m
    sources = (*inputs.plan.network.sources, *inputs.city.sources)
    credit = "; ".join(dict.fromkeys(source.attribution for source in sources if source.attribution))
    found = FoundWays(
        inputs.city,
        looks,
        inputs.plan.network.cameras,
        ways,
        tuple(sentences),
        missing_m,
        credit or "No source is named",
    )
    return found, _of_track(own, network, drawn, inputs)


def _of_track(
    own: NDArray[np.float64] | None, network: WalkingNetwork, drawn: DrawnStreets, inputs: RunInputs
) -> tuple[str, ...]:
    if own is None:
        return ()
    route, first, away = matched_route(network, inputs.city, own)
    words = f"Your track, drawn to the streets (at most {rounded(away, digits=2)}{NARROW}m away)"
    return (_sentence(words, measured(network, route, drawn, inputs.viewing, inputs.city, first)),)


def _price(shortest: MeasuredRoute, hidden: MeasuredRoute) -> str:
    """Return what the least-seen way costs and what it saves."""
    longer_m = hidden.length_m - shortest.length_m
    fewer_m = float((shortest.seen_m["lowest"] - hidden.seen_m["lowest"]).mean())
    if fewer_m < 0.5:
        return "No way within the detour has fewer metres in view than the shortest."
    left = (
        "nothing of it in view"
        if hidden.seen_m["lowest"].max() == 0.0
        else f"{rounded(fewer_m, digits=2)}{NARROW}m fewer in view"
    )
    return f"The least-seen way is {rounded(longer_m, digits=2)}{NARROW}m ({percent(longer_m / shortest.length_m)}) longer, with {left}."


def _drawn(inputs: RunInputs) -> DrawnStreets:
    with ThreadPoolExecutor(os.cpu_count()) as executor:
        work = Work(executor)
        examined = examine(inputs.plan.network, inputs.city, inputs.viewing, work=work).examined
        drawn = street_exposure(inputs.city, examined, inputs.viewing, keeps_draws=True, work=work).drawn
    assert drawn is not None  # noqa: S101 - they were asked for
    return drawn


def _node(text: str, network: WalkingNetwork, city: City, where: str) -> int:
    """Return the nearest node of ``latitude,longitude`` or of the one place of a name."""
    try:
        latitude, longitude = (float(part) for part in text.split(","))
    except ValueError:
        named = city.places[city.places["name"].str.casefold() == text.strip().casefold()]
        if named.empty:
            remedy = "write latitude,longitude such as 60.1695,24.9354, or a place's name as the data have it"
            raise SourceError([Fault(where, text, "no place of the city is called so", remedy)]) from None
        point = named.geometry.to_crs(4326).iloc[0]
        latitude, longitude = point.y, point.x
    if not (-90.0 <= latitude <= 90.0 and -180.0 <= longitude <= 180.0):
        raise SourceError([Fault(where, text, "it is off the globe", "write latitude first")])
    node, away = node_at(network, city, longitude, latitude)
    if away > FARTHEST_M:
        problem = f"the nearest street of the walking network is {away:,.0f} m away"
        raise SourceError([Fault(where, text, problem, "choose a place inside the city's data, latitude first")])
    return node


def _track(path: Path) -> NDArray[np.float64]:
    """Return the positions of a GPX track; its times and names are not read."""
    try:
        found = ET.parse(path).iter(f"{{{GPX}}}trkpt")  # noqa: S314
        points = [(float(point.get("lon", "nan")), float(point.get("lat", "nan"))) for point in found]
    except (OSError, ET.ParseError, ValueError) as error:
        problem = f"it is no GPX track ({type(error).__name__})"
        raise SourceError([Fault("--gpx", "", problem, "give a GPX 1.1 file with a track")]) from error
    if len(points) < 2 or not np.isfinite(points).all():
        raise SourceError([Fault("--gpx", "", "it holds no track of two points or more", "give a GPX 1.1 track")])
    return np.array(points)


def _sentence(name: str, route: MeasuredRoute) -> str:
    told = max(route.told_m, 1e-9)

    def words(measure: str) -> str:
        share = route.seen_m[measure] / told
        return f"{percent(share.mean())} ({percent_range(*np.quantile(share, INTERVAL))})"

    cameras = route.camera_count
    low, high = np.quantile(cameras, INTERVAL)
    untold = route.length_m - route.told_m
    beside = (
        f" Of {rounded(untold, digits=2)}{NARROW}m under ground, indoors or beyond the boundary nothing is told."
        if untold >= 1
        else ""
    )
    return (
        f"{name}: {rounded(route.length_m)}{NARROW}m; some camera could look at {words('lowest')} of it, closely enough to notice"
        f" someone at {words('noticed')}, to tell who it is at {words('finest')}; it passes"
        f" {rounded(cameras.mean(), digits=2)} ({number_range(low, high)}) cameras; the longest run of whole streets in nobody's"
        f" view is {rounded(route.unseen_run_m.mean(), digits=2)}{NARROW}m.{beside}"
    )


def write_page(found: FoundWays, folder: Path) -> Path:
    """Write the page of the ways found and return its path; OutputError if it cannot be written."""
    path = folder / "route.html"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(html_report(route_document(found)), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror}); make room, or name another folder") from error
    return path


def write_gpx(routes: tuple[Named, ...], folder: Path) -> Path:
    """Write the ways found as tracks of one GPX file and return its path; OutputError if it cannot be written."""
    root = ET.Element("gpx", {"version": "1.1", "creator": "overseen", "xmlns": GPX})
    for name, route in routes:
        track = ET.SubElement(root, "trk")
        ET.SubElement(track, "name").text = name.replace(NARROW, " ")
        segment = ET.SubElement(track, "trkseg")
        for longitude, latitude in route.course.coords:
            ET.SubElement(segment, "trkpt", {"lat": f"{latitude:.6f}", "lon": f"{longitude:.6f}"})
    path = folder / "routes.gpx"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ET.indent(root)
        path.write_bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror}); make room, or name another folder") from error
    return path
