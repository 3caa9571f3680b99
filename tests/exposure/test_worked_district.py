"""Every number of docs/worked-district.md, worked out again, is what overseen finds of that district."""

from __future__ import annotations

import ast
import math
import operator
import re
from pathlib import Path

import numpy as np
import pytest

from overseen.assessment.assess import assess
from overseen.assessment.examine import examine
from overseen.assessment.trip_result import trip_result
from overseen.exposure.drawn_streets import kept_draws
from overseen.exposure.single_trip import least_seen, shortest_route
from overseen.exposure.streets import street_exposure
from overseen.exposure.trip_population import TripPopulation, area_of_nodes
from overseen.exposure.walking import walking_network
from overseen.model.trips import TripPlan
from tests.exposure.test_streets import LEVELS
from tests.exposure.worked_district import (
    BUILDINGS,
    CAMERAS,
    CANAL,
    GARDEN,
    SQUARE,
    STREETS,
    TRIPS,
    node_of,
    worked_city,
    worked_plan,
    worked_viewing,
)

PAGE = (Path(__file__).parents[2] / "docs" / "worked-district.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (?:`(\w+)`: )?(.+?) \| `(.+)` \| (.+) \|$", flags=re.MULTILINE)
RELATIVE = 1e-6

STEPS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Pow: operator.pow}  # fmt: skip
FUNCTIONS = {name: getattr(math, name) for name in ("sqrt", "atan", "asin", "tan", "radians")}


def worked(text: str, known: dict[str, float]) -> float:
    """Return what a line of arithmetic comes to; names stand for what is known."""

    def value(node: ast.expr) -> float:
        if isinstance(node, ast.Constant):
            return float(node.value)
        if isinstance(node, ast.Name):
            return known[node.id]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -value(node.operand)
        if isinstance(node, ast.BinOp):
            return STEPS[type(node.op)](value(node.left), value(node.right))
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Name)
        return FUNCTIONS[node.func.id](*map(value, node.args))

    return value(ast.parse(text, mode="eval").body)


def paper() -> tuple[dict[str, float], dict[str, float], list[tuple[str, float, str]]]:
    """Return the rows of the page by what they are of, those with a name by it, and all with the number as printed."""
    named, rows, printed = {"pi": math.pi}, {}, []
    for name, what, working, number in ROW.findall(PAGE):
        found = worked(working, named)
        if name:
            named[name] = found
        assert what not in rows, what
        rows[what] = found
        printed.append((what, found, number))
    return rows, named, printed


def corners(title: str) -> dict[str, tuple[str, ...]]:
    """Return the rows of the table whose first heading is given, without the working."""
    table = re.search(rf"^\| {title} \|.+\n\|[ -|]+\n((?:\|.+\n)+)", PAGE, flags=re.MULTILINE)
    assert table is not None
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1].splitlines()]
    return {cells[0]: tuple(cells[1:]) for cells in rows}


def pair(point) -> str:
    """Return a corner as the page writes it."""
    return f"{point[0]:g}, {point[1]:g}"


def test_the_page_describes_the_district_that_is_assessed() -> None:
    assert corners("street") == {name: tuple(map(pair, course)) for name, course in STREETS.items()}
    shapes = {**BUILDINGS, "garden": GARDEN, "canal": CANAL, "square": SQUARE}
    assert corners("area") == {name: (pair(box.bounds[:2]), pair(box.bounds[2:])) for name, box in shapes.items()}
    assert corners("camera") == {
        row["camera_id"]: (pair(row["at"]), f"{row['bearing_deg']:g}", row.get("operator", "not named"))
        for row in CAMERAS
    }
    assert corners("trip") == {name: (pair(a), pair(b), f"{hour}") for name, (a, b, hour) in TRIPS.items()}


def test_the_page_prints_what_its_workings_come_to() -> None:
    for what, found, number in paper()[2]:
        assert f"{found:.8g}" == number, what


@pytest.fixture(scope="module")
def found() -> dict[str, float]:
    """Return what overseen finds of the district, by the words of the page."""
    city, plan, look = worked_city(), worked_plan(), worked_viewing()
    assessed = assess(plan, city, look)
    return {
        **street_numbers(assessed),
        **ground_numbers(assessed),
        **trip_numbers(city, plan, look),
        **place_numbers(assessed),
        **home_numbers(assessed),
        **resident_numbers(assessed),
    }


def street_numbers(assessed) -> dict[str, float]:
    streets = assessed.streets.set_index("name")
    seen = {level: streets[f"reachable_{level}_length_m"] for level in LEVELS}
    named = ["South Street", "Church Lane"]
    share = {level: assessed.finding(f"streets_reachable_{level}_share") for level in LEVELS}
    assert (streets[[f"at_once_{level}_length_m" for level in LEVELS]].to_numpy() == streets[[f"reachable_{level}_length_m" for level in LEVELS]].to_numpy()).all()  # fmt: skip
    return {
        **{f"{name}, in view at {level}, m": seen[level][name] for level in LEVELS for name in named},
        "The four other streets, in view at monitor, m": seen["monitor"].drop(named).sum(),
        "All streets, m": share["monitor"]["denominator"],
        **{f"All streets, share in view at {level}": share[level]["value"] for level in LEVELS},
        **{f"{name}, share in view at monitor": seen["monitor"][name] / streets["length_m"][name] for name in named},
        **{f"{name}, cameras": streets["camera_count"][name] for name in [*named, "East Street"]},
        **{f"{name}, named operators": streets["operator_count"][name] for name in [*named, "East Street"]},
        "South Street, seconds to walk, at 1.3 m/s": streets["walking_time_s"]["South Street"],
    }


def ground_numbers(assessed) -> dict[str, float]:
    share = {level: assessed.finding(f"public_space_reachable_{level}_share") for level in LEVELS}
    areas, cameras = assessed.areas, assessed.cameras
    each = {
        "cameras": "camera_count",
        "effective cameras": "effective_camera_count",
        "seen by one camera, m2": "seen_by_1_m2",
        "seen by two cameras, m2": "seen_by_2_m2",
        "street, m": "length_m",
        **{f"street in view at {level}, m": f"reachable_{level}_length_m" for level in LEVELS},
    }
    return {
        "Public space, m2": share["monitor"]["denominator"],
        "Public space, points": areas["public_space_m2"].sum() / 25.0,
        **{f"Public space, share in view at {level}": share[level]["value"] for level in LEVELS},
        **{f"{area}, {words}": areas[column][area] for words, column in each.items() for area in areas.index},
        **{f"Ground in {name}'s view, m2": cameras["reachable_monitor_area_m2"][name] for name in cameras.index},
    }


def trip_numbers(city, plan, look) -> dict[str, float]:
    drawn = street_exposure(city, examine(plan.network, city, look).examined, look, keeps_draws=True).drawn
    net = walking_network(city)
    ends = np.array([[node_of(net.position, corner) for corner in trip[:2]] for trip in TRIPS.values()])
    hours = np.array([hour for *_, hour in TRIPS.values()])
    people = TripPopulation(
        ends[:, 0], ends[:, 1], hours * 3600.0, area_of_nodes(net.position, city.areas)[ends[:, 0]], "", "",
        is_by_residents=False, without_target_count=0,
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("overseen.exposure.trips.drawn_trips", lambda *_, **__: people)
        # A least-seen way may be twice as long: the way round is.
        result, findings = trip_result(city, drawn, look, TripPlan(5, 1.0), areas=city.areas)
    trips = result.trips.set_index(np.array(list(TRIPS), dtype=object))
    curve, value = result.curves["trips_share"], findings["value"]
    traces = result.traces
    hidden = least_seen(net, drawn, look, *ends[0], 400.0).cost[0] - shortest_route(net, *ends[0]).cost[0]
    unseen = least_seen(net, drawn, look, *ends[3], 1000.0).cost[0] / trips["length_m"]["from the harbour"] - 1.0
    columns = {
        "m": "length_m",
        "in view at monitor, m": "lowest_length_m",
        "in view at detect, m": "noticed_length_m",
        "in view at identify, m": "finest_length_m",
        "cameras": "camera_count",
        "named operators": "operator_count",
        "longest run of whole streets unseen, m": "unseen_run_m",
        "metres of the least-seen way in view": "least_seen_length_m",
    }
    first = "along South Street"
    assert kept_draws(look) == drawn.draw_count == 2
    return {
        **{f"{trip}, {words}": trips[column][trip] for words, column in columns.items() for trip in trips.index},
        f"{first}, seconds in view at detect": trips["noticed_length_m"][first] / look.walking_speed_m_per_s,
        f"{first}, extra metres of the least-seen way": hidden,
        "from the harbour, extra share of the shortest unseen way": unseen,
        "All trips, m": trips["length_m"].sum(),
        "All trips, share of metres that cameras could look at": value["trips_lowest_share"],
        "All trips, share of metres closely enough to notice someone": value["trips_noticed_share"],
        "All trips, share that passes a camera": value["trips_passing_1_share"],
        "All trips, share that passes five cameras": value["trips_passing_5_share"],
        "All trips, cameras per trip": value["trips_camera_count"],
        "All trips, share that can be made unseen without a metre more": curve["unseen_within_extra 0"],
        "All trips, share that can be made unseen on ways half as long again": curve["unseen_within_extra 0.5"],
        "All trips, share that can be made unseen on ways twice as long": curve["unseen_within_extra 1"],
        "All trips, share that cannot be made unseen": value["trips_no_unseen_told_way_share"],
        "Homes with no unseen way to a corner 150 m off, share": value["homes_enclosed_share"],
        "Shops with no unseen way to a corner 150 m off, share": value["places_enclosed_share"],
        **{f"{name}, share of the trips it could look at": result.cameras["trips_share"][name] for name in "ABCD"},
        "Cameras that hold half of the 3 + 3 + 1 sightings": value["traces_half_cameras_count"],
        "Longest time of a trip on whole streets unseen, mean, s": value["traces_gap_time_s"],
        **{
            f"{word} {kind} known, {words}": traces[column][f"5 trips, {known} known"]
            for known, word, kind in ((1, "One", "sighting"), (2, "Two", "sightings"), (3, "Three", "sightings"))
            for words, column in (
                ("share of trips with so many", "able_share"),
                ("share of those singled out", "single_share"),
            )
        },
    }


def place_numbers(assessed) -> dict[str, float]:
    clinic, square = assessed.places.iloc[0], assessed.squares.iloc[0]
    return {
        **{f"Clinic, entrance in view at {level}": clinic[f"reachable_{level}_entrance_share"] for level in LEVELS},
        "Clinic, cameras at the entrance": clinic["camera_count"],
        "Clinic, approach, m": clinic["approach_length_m"],
        **{f"Clinic, share of the approach in view at {level}": clinic[f"reachable_{level}_approach_share"] for level in LEVELS},
        "Clinic, is there an unseen way": clinic["unseen_way_share"],
        "Clinic, metres in view on the least-seen way": clinic["least_seen_m"],
        "Square, m2": square["area_m2"],
        **{f"Square, share in view at {level}": square[f"at_once_{level}_share"] for level in LEVELS},
        **{f"Square, persons in view at {level} at once": square[f"at_once_{level}_crowd_count"] for level in LEVELS},
        "Square, persons who could be identified at once": square["at_once_identify_crowd_count"],
    }  # fmt: skip


def home_numbers(assessed) -> dict[str, float]:
    def value(name: str) -> float:
        return assessed.finding(name)["value"]

    effects, masks = assessed.mask_effects, assessed.masks
    told = set(assessed.findings.index)
    counts = {level: f"dwellings_reachable_{level}_count" for level in LEVELS}
    # A number of homes from 1 to 9 is not published; it is read where it is measured.
    seen = dwellings_in_view()
    assert not any(name in told for level, name in counts.items() if 0 < seen[level] < 10)
    of_camera = masks[masks["reason"].str.startswith("façade")].groupby("camera_id")
    first, last = of_camera["bearing_from_deg"].min(), of_camera["bearing_to_deg"].max()
    return {
        "Façades, m": assessed.finding("facades_reachable_monitor_share")["denominator"],
        **{f"Façade in {name}'s view at monitor, m": effects["facade_before_length_m"][name] for name in "ABD"},
        **{f"Façades in view at {level}, m": value(f"facades_reachable_{level}_length_m") for level in LEVELS},
        "Façades, share in view at monitor": value("facades_reachable_monitor_share"),
        **{f"Homes in view at {level}": seen[level] for level in LEVELS},
        "Garden, m2": assessed.finding("private_ground_reachable_monitor_area_m2")["denominator"],
        **{f"Garden in view at {level}, m2": value(f"private_ground_reachable_{level}_area_m2") for level in LEVELS},
        **{f"{name}, first masked bearing, degrees": first[name] for name in "AB"},
        **{f"{name}, last masked bearing, degrees": last[name] for name in "AB"},
        **{f"{name}, street in view {when}, m": effects[f"street_{when}_length_m"][name] for name in "ABD" for when in ("before", "after")},
        **{f"{name}, public space in view {when}, m2": effects[f"public_{when}_m2"][name] for name in "ABD" for when in ("before", "after")},
        **{f"Masks, street in view {when}, m": value(f"masks_{when}_street_length_m") for when in ("before", "after")},
        **{f"Masks, façade in view {when}, m": value(f"masks_{when}_facade_length_m") for when in ("before", "after")},
    }  # fmt: skip


def dwellings_in_view() -> dict[str, float]:
    from overseen.exposure.private_space import private_space_exposure

    city, look = worked_city(), worked_viewing()
    private = private_space_exposure(city, examine(worked_plan().network, city, look).examined, look)
    return dict(zip(LEVELS, private.dwelling_count.known["reachable"].mean(axis=0), strict=True))


def resident_numbers(assessed) -> dict[str, float]:
    areas, level = assessed.areas, "monitor"
    share = areas[f"reachable_{level}_length_m"] / areas["length_m"]
    born = assessed.groups.loc[f"birth|abroad|the rest|reachable|{level}"]
    assert born["verdict"] == "cannot_tell"
    return {
        **{f"{area}, share of street in view at monitor": share[area] for area in areas.index},
        "Residents, mean share of street in view at monitor": assessed.finding(f"residents_reachable_{level}_share")["value"],
        "Born abroad, mean share at monitor": born["exposed_share"],
        "All others, mean share at monitor": born["other_share"],
        "Born abroad, against all others": born["raw_ratio"],
        "Residents, Gini coefficient at monitor": assessed.finding(f"residents_reachable_{level}_gini")["value"],
    }  # fmt: skip


STEPS_ON_THE_WAY = {
    "reach", "r_detect", "r_observe", "r_recognise", "r_identify", "p_c", "p_d", "strip", "shed", "house", "mean_view",
    "exact", "door_a", "identified", "lost_b", "lost_d",
}  # fmt: skip
"""Rows of the page that overseen reports nowhere: they lead to others."""


def mismatches(found: dict[str, float]) -> dict[str, tuple[float, float]]:
    """Return the numbers of the page that are not what was found, with what was."""
    steps = {what for name, what, *_ in ROW.findall(PAGE) if name in STEPS_ON_THE_WAY}
    return {what: (number, found[what]) for what, number in paper()[0].items() if what not in steps
            and not math.isclose(found[what], number, rel_tol=RELATIVE, abs_tol=1e-9)}  # fmt: skip


def test_every_number_of_the_page_is_what_is_found(found) -> None:
    assert set(paper()[1]) >= STEPS_ON_THE_WAY
    assert mismatches(found) == {}


def test_a_number_a_little_off_would_be_seen(found) -> None:
    for what in (
        "All streets, share in view at detect",
        "West, effective cameras",
        "B, public space in view after, m2",
    ):
        assert list(mismatches({**found, what: found[what] * 1.000002})) == [what]


def test_sampled_numbers_are_as_near_to_the_exact_ones_as_their_spacing_allows(found) -> None:
    named = paper()[1]
    # A point stands for a square of 5 m; only squares within half its diagonal of an edge can be counted wrongly.
    edges_m = 2 * (80.0 + 70.0 + 3 * math.sqrt(2.0) + 9 * math.sqrt(2.0) + 12.0) + 2 * (160.0 + 40.0 * math.pi) + 200.0
    tolerance = edges_m * 2.5 * math.sqrt(2.0) / named["open_m2"]
    assert found["Public space, share in view at monitor"] == pytest.approx(named["exact"], abs=tolerance)
    # In the square, of 2 m: two straight edges of 3 m at 45 degrees, the side of the square, and the arc.
    edges_m = 2 * 3.0 * math.sqrt(2.0) + 2.0 + 2.0 * math.pi
    persons = 2.0 * edges_m * math.sqrt(2.0)
    assert found["Square, persons who could be identified at once"] == pytest.approx(named["identified"], abs=persons)
