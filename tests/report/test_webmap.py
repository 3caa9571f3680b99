"""What the map is given of places and squares: as the tables have it, and no confidential one."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely

from overseen.assessment.assess import assess
from overseen.report.webmap import map_payload
from tests.exposure.test_streets import ROUND
from tests.places import place_town
from tests.report.factory import paper_assessment
from tests.town import plan, viewing

CROSS = [[(0, 500), (500, 500)], [(500, 500), (1000, 500)], [(500, 0), (500, 500)], [(500, 500), (500, 1000)]]


@pytest.fixture(scope="module")
def found():
    """Return the assessment of a town with a clinic, a shelter, a school off every street, and a square."""
    places = [("health", [(500, 505)]), ("refuge", [(480, 510)]), ("school", [(100, 900)])]
    city = place_town(places, CROSS, squares=[shapely.box(500, 500, 540, 540)])
    return assess(plan([{"at": (510, 500), **ROUND}]), city, viewing(draws=3))


def test_places_are_as_their_table(found) -> None:
    places = map_payload(found)["places"]
    assert places["kind"] == ["Hospitals, clinics and practices", "Schools and kindergartens"]
    assert places["name"] == ["Place p0", "Place p2"]
    table = found.places
    at_detect = places["shares"]["reachable detect"]
    assert at_detect["entrance"] == table["reachable_detect_entrance_share"].round(3).tolist()
    assert at_detect["approach"][0] == [round(float(table["reachable_detect_approach_share"].iloc[0]), 3), None]
    assert places["unseen_way"][1] is None
    degrees = table.geometry.to_crs(4326)
    assert places["at"][0] == [round(degrees.iloc[0].x * 1e6), round(degrees.iloc[0].y * 1e6)]


def test_a_confidential_place_is_not_on_the_map_even_if_a_table_had_it(found) -> None:
    table = found.places
    told = replace(found, places=table.assign(kind=["health", "refuge"]))
    assert map_payload(told)["places"]["name"] == ["Place p0"]


def test_squares_are_as_their_table(found) -> None:
    squares = map_payload(found)["squares"]
    assert (squares["name"], squares["area_m2"], len(squares["shape"])) == (["Square 0"], [1600.0], 1)
    assert squares["shares"]["at_once identify"][0] == found.squares["at_once_identify_share"].round(3).tolist()
    assert squares["crowd"]["identify"][0] == found.squares["at_once_identify_crowd_count"].round(0).tolist()


def test_a_city_in_which_nobody_looked_has_neither() -> None:
    payload = map_payload(paper_assessment())
    assert (payload["places"], payload["squares"]) == ({"at": []}, {"shape": []})
