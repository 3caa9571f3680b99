"""Write docs/profiles.md: the published view models side by side on our cities, and what hangs on the radius.

``python tools/profiles.py [data folder]``; the folder is the one beside the repository by default. Takes some minutes.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from completeness import files_city, table
from overseen.assessment.examine import examine
from overseen.assessment.trip_result import trip_result
from overseen.exposure.streets import INTERVAL, street_exposure
from overseen.model.cameras import CameraNetwork
from overseen.model.city import City
from overseen.model.profile import JUDGED, READ, UNREAD, Profile
from overseen.model.trips import TripPlan
from overseen.model.viewing import Viewing
from overseen.sources.camera_file import read_camera_file
from overseen.sources.city_files import read_boundary
from overseen.sources.plan_file import sample_inputs
from overseen.sources.positions import city_surroundings, network_in_city
from overseen.sources.profile_file import get_profile, profile_names, profile_viewing
from overseen.visibility.cells import Work
from overseen.visibility.coverage import coverage_of
from overseen.visibility.isovists import drawn_outlines

Floats = NDArray[np.float64]

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docs" / "profiles.md"
DATA = ROOT.parent / "shared" / "data"

DRAWS = 20
"""Draws of whatever a profile leaves open; one where it leaves nothing open."""

OWN_LEVEL = "detect"
"""Level at which the project's own profile is set beside models that know but one."""

RADII_M = (30.0, 45.0, 60.0, 90.0)
"""Radii of the sweep that the authors of TRAMES made; ours are set beside 60 m."""

WALKS = 2000

DISC, DISC_WITH_WALLS = "new-york-disc", "brooklyn-disc-120"


@dataclass(frozen=True)
class Place:
    """A city with its camera list, and where they are from."""

    name: str
    network: CameraNetwork
    city: City
    remark: str


@dataclass(frozen=True)
class Measures:
    """What a profile gives in a city: numbers over the draws, shape (draws,), and counts of cameras."""

    level: str
    seeing: int
    examined: int
    union_m2: Floats
    street_share: Floats
    overlap: Floats
    effective: Floats


def places(data: Path) -> list[Place]:
    """Return the cities whose data are there; the sample always is."""
    sample = sample_inputs()
    found = [
        Place("Helsinki, the sample", sample.plan.network, sample.city, "OpenStreetMap, no bearing, hardly a kind")
    ]
    boxes = {
        "berlin_mid": ("Berlin, inner", "cameras.csv", (13.35, 52.485, 13.47, 52.545)),
        "la_alpr_small": ("Los Angeles, west", "alpr_cameras_osm.json", (-118.420, 34.060, -118.375, 34.096)),
    }
    remarks = {
        "berlin_mid": "a list of positions",
        "la_alpr_small": "plate readers by the name of the file, all with bearings, half of them with several",
    }
    for folder, (name, list_file, box) in boxes.items():
        if (data / folder).is_dir():
            city = files_city(data / folder, name, (shapely.box(*box), "the clip's own box"))
            network = _network(data / folder / list_file, city)
            network = _as_plate_readers(network) if "alpr" in list_file else network
            found.append(Place(name, network, city, remarks[folder]))
    folder = data / "trafford_mid"
    if folder.is_dir():
        city = files_city(folder, "Trafford", read_boundary(folder / "local_authority_district.geojson"))
        remark = "the council's list of positions; most buildings are missing from the map"
        found.append(Place("Trafford", _network(folder / "trafford_cctv_cameras.csv", city), city, remark))
    return found


def _network(file: Path, city: City) -> CameraNetwork:
    return network_in_city(read_camera_file(file, surroundings=city_surroundings(city)), city)


def _as_plate_readers(network: CameraNetwork) -> CameraNetwork:
    """Return a list of nothing but plate readers, of which only the name of its file says so."""
    return replace(network, cameras=network.cameras.assign(use="plate_reader", use_source="name of the file"))


def shown_level(viewing: Viewing) -> int:
    """Return the number of the level that is shown: the only one or lowest, of the project's own profile that of noticing."""
    names = viewing.ladder.names
    return names.index(OWN_LEVEL) if OWN_LEVEL in names else 0


def measures(place: Place, viewing: Viewing, work: Work) -> Measures:
    """Return what a view model gives in a city, at its one level.

    Views are cut at the study boundary, beyond which the map has no buildings to end them. What they overlap is that of whole
    views where a model has no walls: then it has a closed form.
    """
    seen = examine(place.network, place.city, viewing, work=work)
    level = shown_level(viewing)
    street = street_exposure(place.city, seen.examined, viewing, work=work)
    share = street.drawn_length_m["reachable"][:, level] / street.counted_length_m
    camera = seen.examined.camera_numbers()
    everywhere = seen.examined.scenery.of_heads(np.arange(len(camera)))
    is_whole = viewing.profile is not None and not viewing.profile.has_walls
    union, ratio = np.zeros(viewing.draws), np.zeros(viewing.draws)
    has_view = np.zeros(len(camera), dtype=bool)
    for draw in range(viewing.draws):
        outlines = drawn_outlines(
            everywhere, seen.examined.views, seen.obstacles.chains.vertex,
            view="reachable", draw=draw, level=level, viewing=viewing,
        )  # fmt: skip
        inside = shapely.intersection(outlines, place.city.boundary)
        has_view |= ~shapely.is_empty(outlines)
        union[draw] = coverage_of(inside, camera, work=work).union_m2
        views = outlines if is_whole else inside
        one = coverage_of(views, camera, work=work).union_m2 if is_whole else union[draw]
        ratio[draw] = _camera_areas(views, camera).sum() / one if one else 1.0
    seeing = len(np.unique(camera[has_view]))
    counts = (seeing, int(seen.is_examined.sum()))
    return Measures(viewing.ladder.names[level], *counts, union, share, ratio, seeing / ratio)


def _camera_areas(outlines: NDArray[np.object_], camera: NDArray[np.int64]) -> Floats:
    """Return the area that each camera has in view; what two heads of one camera see counts once."""
    areas = pd.Series(shapely.area(outlines)).groupby(camera).sum()
    counts = pd.Series(camera).value_counts()
    for number in counts.index[counts > 1]:
        areas[number] = shapely.union_all(outlines[camera == number]).area
    return areas.to_numpy(dtype=float)


def viewing_for(profile: Profile) -> Viewing:
    """Return the viewing of a profile, with one draw where it leaves nothing open."""
    is_open = profile.is_own or any(shape.no_bearing == "drawn" for shape in profile.shapes)
    return profile_viewing(profile, draws=DRAWS if is_open else 1)


def with_reach(profile: Profile, reach_m: float) -> Profile:
    """Return a profile with another radius."""
    return replace(profile, shapes=tuple(replace(shape, reach_m=reach_m) for shape in profile.shapes))


def ranged(drawn: Floats, digits: int, scale: float = 1.0, unit: str = "") -> str:
    """Return the mean over the draws, and in brackets the range that holds 90 % of them where there is one."""
    low, high = np.quantile(drawn * scale, INTERVAL)
    mean = f"{float(drawn.mean()) * scale:,.{digits}f}{unit}"
    brackets = f"{low:,.{digits}f}–{high:,.{digits}f}"
    return mean if f"{low:.{digits}f}" == f"{high:.{digits}f}" else f"{mean} ({brackets})"


def city_table(found: dict[str, Measures]) -> str:
    """Return the models side by side in one city."""
    head = [
        "profile",
        "level",
        "cameras with a view",
        "in view, ha",
        "street in view",
        "cameras that see it",
        "effective cameras",
    ]
    rows = [
        [
            name,
            of.level,
            f"{of.seeing:,} of {of.examined:,}",
            ranged(of.union_m2, 1, 1e-4),
            ranged(of.street_share, 1, 100.0, " %"),
            ranged(of.overlap, 2) if of.seeing else "–",
            ranged(of.effective, 1) if of.seeing else "–",
        ]
        for name, of in found.items()
    ]
    return table(head, rows)


@dataclass(frozen=True)
class Sweep:
    """What radii of one shape give in a city, relative to 60 m; walks only where cameras watch walkers."""

    street_share: dict[float, float]
    exposure: dict[float, float]
    unseen: dict[float, float]
    avoidable: dict[float, float]


def sweep(place: Place, work: Work) -> Sweep:
    """Return the radii that TRAMES tried, as a run of our own on streets and simulated walks."""
    profile = get_profile("trames")
    of = Sweep({}, {}, {}, {})
    for radius in RADII_M:
        viewing = viewing_for(with_reach(profile, radius))
        seen = examine(place.network, place.city, viewing, work=work)
        street = street_exposure(place.city, seen.examined, viewing, keeps_draws=True, work=work)
        of.street_share[radius] = float(street.drawn_length_m["reachable"][:, 0].mean()) / street.counted_length_m
        assert street.drawn is not None  # noqa: S101 - they were asked for
        if (place.network.cameras["use"] == "plate_reader").all():
            continue
        _, found = trip_result(place.city, street.drawn, viewing, TripPlan(WALKS, 0.25), executor=work.executor)
        value = found["value"]
        of.exposure[radius] = float(value["trips_lowest_share"])
        of.unseen[radius] = 1.0 - float(value["trips_passing_1_share"])
        of.avoidable[radius] = 1.0 - float(value["trips_no_unseen_told_way_share"])
    return of


def sweep_rows(name: str, of: Sweep) -> list[list[str]]:
    """Return a city's rows of the sweep, each relative to 60 m or as a share."""
    base = of.street_share[60.0]
    rows = [[name, "street in view, 60 m = 1", *(f"{of.street_share[r] / base:.2f}" for r in RADII_M)]]
    if of.exposure:
        rows += [
            ["", "metres of a walk in view, 60 m = 1", *(f"{of.exposure[r] / of.exposure[60.0]:.2f}" for r in RADII_M)],
            ["", "walks that no camera sees", *(f"{100 * of.unseen[r]:.1f} %" for r in RADII_M)],
            ["", "walks that some way leaves unseen", *(f"{100 * of.avoidable[r]:.1f} %" for r in RADII_M)],
        ]
    return rows


HEAD = """# Profiles

Made by `python tools/profiles.py` from the sample and the data folder beside the repository; do not edit.

A profile is a view model as data: what each kind of camera sees, whether walls and heights count, its levels, and its source. Besides
the project's own there are the models that others published, so that their way of reckoning can be set beside ours.
`[viewing] profile = "new-york-disc"` in a plan runs a whole assessment under one; `overseen profile list` and `overseen profile
show NAME` say what they are. A file of your own serves too.

A mark says what a figure rests on: *{read}*, *{unread}*, or *{judged}*.

| profile | model | work | mark | ignores |
| --- | --- | --- | --- | --- |
"""

DIFFERS = """
## Where a model is not expressed exactly

"""

SIDE_BY_SIDE = """
## Side by side

The same lists and maps under every model: our run of their models, and none of the numbers that their authors published. Each is
shown at its one level (the project's own at *{level}*; PanoptiCity at its lowest band). *In view* is the ground inside the study
boundary that some camera could look at, roofs and water included. *Street in view* is a share of open-air street that can be walked.
*Cameras that see it* is the mean number of cameras that have a spot in view, over the ground in view. *Effective cameras*: how many
cameras without any overlap would have as much in view; for models without walls it is reckoned with whole views, so that for discs it
is union / (π r²), else with views cut at the boundary, beyond which the map has no buildings. In brackets: the range that holds
90 % of {draws} draws, where a model leaves something open (a bearing; of the project's own, everything that the list does not state).
A number without a range is not a certain one: its model leaves nothing open. Several heads of one camera count as one camera.
"""

WALLS = """
## What walls change

The disc of 120 m without walls, and ended at footprints. Where a map lacks buildings (Trafford) there is little to end a view. A
camera mapped deep inside a building has a disc without walls, and is not examined with them.

"""

SWEEP = """
## What the radius changes

The authors of TRAMES tried several radii for their sector. As quoted (TRAMES study, {unread}): radii of 30, 45, 60 and 90 m give a
mean exposure of 0.75, 0.91, 1 and 1.12 times that at 60 m, and of the routes that avoid readers 87.0, 85.6, 84.3 and 56.5 % are
still clean. That is a study of plate readers in other places, and what exactly its exposure counts was not read, so that its row
cannot be set against ours. Below is our own run of the same shape on our cities: on streets, and on {walks:,} simulated walks, which
are not measured where all cameras are plate readers. Means over the draws of bearings that are not stated.

"""

OTHERS = """
## Numbers of others, as quoted

Printed as quoted, with what they rest on; none of them was run again for this page.

| work | number | mark |
| --- | --- | --- |
| TRAMES study | exposure 0.75, 0.91, 1, 1.12 times that at 60 m, for radii of 30, 45, 60, 90 m | {unread} |
| TRAMES study | routes still clean: 87.0, 85.6, 84.3, 56.5 % for the same radii | {unread} |
| CCTV-aware routing in Jyväskylä | detours of 1.5 times the distance with low-end cameras, 5.0 times with better ones | {unread} |
| PanoptiCity | identification to about 43 m with the nominal lens of 25 mm at 1080p, 5 m up | {read} |
| CCTV-Exposure, Jyväskylä | union of 450 discs: 32,506 m² (r = 5 m), 121,061 (10), 252,965 (15), 415,838 (20), 792,344 (30): effective cameras 413.9, 385.4, 357.9, 330.9, 280.2 | reckoned by this project from the published positions; the paper's own table was not read |
"""


def walls_table(found: dict[str, dict[str, Measures]]) -> str:
    """Return what walls take from the disc of 120 m, city by city."""
    head = [
        "city",
        "street, no walls",
        "street, walls",
        "in view, no walls, ha",
        "in view, walls, ha",
        "taken by walls",
        "not examined with walls",
    ]
    rows = []
    for name, of in found.items():
        without, walls = of[DISC], of[DISC_WITH_WALLS]
        rows.append(
            [
                name,
                ranged(without.street_share, 1, 100.0, " %"),
                ranged(walls.street_share, 1, 100.0, " %"),
                ranged(without.union_m2, 1, 1e-4),
                ranged(walls.union_m2, 1, 1e-4),
                f"{100 * (1 - float(walls.union_m2.mean() / without.union_m2.mean())):.0f} %",
                f"{without.examined - walls.examined:,} of {without.examined:,} cameras",
            ]
        )
    return table(head, rows)


def differences(of: dict[str, Measures]) -> str:
    """Return how far the models lie apart in a city, and what of that is the radius, in words."""
    shares = {profile: float(found.street_share.mean()) for profile, found in of.items()}
    least, most = min(shares, key=lambda p: shares[p]), max(shares, key=lambda p: shares[p])
    discs = [f"brooklyn-disc-{radius}" for radius in (120, 200, 500)]
    own = of["overseen"].street_share
    low, high = np.quantile(own, INTERVAL)
    inside = [p for p in shares if p != "overseen" and low <= shares[p] <= high]
    silent = [p for p, found in of.items() if found.seeing < 0.5 * found.examined]
    words = [
        f"From {100 * shares[least]:.1f} % ({least}) to {100 * shares[most]:.1f} % ({most}) of street in view, from one list.",
        f"One shape behind the same walls has {', '.join(f'{100 * shares[p]:.1f} %' for p in discs[:-1])} and"
        f" {100 * shares[discs[-1]]:.1f} % in view at 120, 200 and 500 m.",
        f"The range of the project's own model, {100 * low:.1f}–{100 * high:.1f} %, holds {len(inside)} of the {len(shares) - 1} others"
        f"{': ' + ', '.join(inside) if inside else ''}.",
    ]
    if silent:
        words.append(
            f"Under {', '.join(silent)} most cameras see nothing, because the list states no bearing or no kind for them: an empty"
            " map there is what the model does with silence, and no sign that nobody is seen."
        )
    return " ".join(words)


def page(found: dict[str, dict[str, Measures]], sweeps: dict[str, Sweep], remarks: dict[str, str]) -> str:
    """Return the whole page."""
    profiles = [get_profile(name) for name in profile_names()]
    marks = {"read": READ, "unread": UNREAD, "judged": JUDGED}
    parts = [HEAD.format(**marks).rstrip("\n")]
    parts += [
        f"| `{p.name}` | {p.title} | {p.work} | {p.mark} | {', '.join(p.ignored()) or 'nothing'} |" for p in profiles
    ]
    parts.append(DIFFERS.rstrip("\n"))
    for profile in profiles:
        if profile.differs or profile.judged:
            parts += ["", f"**`{profile.name}`**. Source: {profile.source}.", ""]
            parts += [f"- {sentence}" for sentence in profile.differs]
            parts += [f"- *{JUDGED}*: {sentence}" for sentence in profile.judged]
    parts.append(SIDE_BY_SIDE.format(level=OWN_LEVEL, draws=DRAWS).rstrip("\n"))
    for name, of in found.items():
        parts += ["", f"### {name}", "", f"The list: {remarks[name]}.", "", city_table(of), "", differences(of)]
    parts += [WALLS.rstrip("\n"), "", walls_table(found)]
    parts += [SWEEP.format(walks=WALKS, **marks).rstrip("\n"), ""]
    rows = [row for name, of in sweeps.items() for row in sweep_rows(name, of)]
    parts.append(table(["city", "number", *(f"{radius:g} m" for radius in RADII_M)], rows))
    parts += ["", radius_words(sweeps), OTHERS.format(**marks).rstrip("\n")]
    return "\n".join(parts) + "\n"


def radius_words(sweeps: dict[str, Sweep]) -> str:
    """Return what the sweep shows, in words."""
    sentences = [
        f"{name}: from 30 to 90 m street in view grows {of.street_share[90.0] / of.street_share[30.0]:.1f}-fold."
        + (
            f" The walks that no camera sees fall from {100 * of.unseen[30.0]:.0f} to {100 * of.unseen[90.0]:.0f} %, those that some"
            f" way leaves unseen from {100 * of.avoidable[30.0]:.0f} to {100 * of.avoidable[90.0]:.0f} %."
            if of.unseen
            else ""
        )
        for name, of in sweeps.items()
    ]
    return (
        " ".join(sentences)
        + " A radius is a choice of the model and no fact about a camera; whoever says how much can be avoided, or how"
        " many are seen, must say at which radius, and what another would have said."
    )


def main(data: Path) -> None:
    """Measure everything and write the page."""
    found: dict[str, dict[str, Measures]] = {}
    sweeps: dict[str, Sweep] = {}
    everywhere = places(data)
    with ThreadPoolExecutor(os.cpu_count()) as executor:
        work = Work(executor)
        for place in everywhere:
            found[place.name] = {
                name: measures(place, viewing_for(get_profile(name)), work) for name in profile_names()
            }
            sweeps[place.name] = sweep(place, work)
    FILE.write_text(page(found, sweeps, {place.name: place.remark for place in everywhere}), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA)
