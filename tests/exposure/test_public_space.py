"""Public space in view: known shares, and agreement of the sample points with exact areas."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from overseen.assessment.assess import assess
from tests.exposure.test_streets import BLOCKS, ROUND, certain, scattered
from tests.town import plan, town, viewing


def share(cameras, *, level="detect", view="reachable", look=None, **city):
    """Return one public-space finding of a paper town."""
    city = {"buildings": [], "streets": [], **city}
    found = assess(plan(cameras), town(**city), look or certain())
    return found.finding(f"public_space_{view}_{level}_share")


def test_a_disc_in_an_empty_square() -> None:
    found = share([{"at": (101.3, 98.1), **ROUND}])
    assert found["value"] == pytest.approx(np.pi * 40.0**2 / 200.0**2, abs=2e-3)
    assert found["denominator"] == pytest.approx(200.0**2)


def test_buildings_and_water_are_no_public_space() -> None:
    shut = {"buildings": [shapely.box(0, 0, 50, 200)], "water": [shapely.box(150, 0, 400, 200)]}
    found = share([{"at": (101.3, 98.1), **ROUND}], **shut)
    assert found["denominator"] == pytest.approx(100.0 * 200.0)
    assert found["value"] == pytest.approx(np.pi * 40.0**2 / 20_000.0, abs=4e-3)


def test_the_points_agree_with_the_union_of_the_isovists() -> None:
    cameras = [{**row, "kind": "panorama"} for row in scattered(12)]
    found = assess(plan(cameras), town(BLOCKS, []), certain(draws=1))
    for level in ("detect", "recognise"):
        views = found.isovists.query("view == 'at_once' and level == @level")
        seen = shapely.union_all(views.geometry.to_numpy())
        open_m2 = found.finding(f"public_space_at_once_{level}_share")["denominator"]
        exact = seen.intersection(found.city.boundary).area / open_m2
        assert found.finding(f"public_space_at_once_{level}_share")["value"] == pytest.approx(exact, abs=0.01)


def test_more_cameras_see_no_less() -> None:
    cameras = scattered(14)
    shares = [share(cameras[:count], buildings=BLOCKS, look=viewing())["value"] for count in (0, 5, 14)]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
