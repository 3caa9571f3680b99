"""Public space in view: known shares, and agreement of the sample points with exact areas."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from overseen.assessment.assess import assess
from overseen.assessment.examine import examine
from overseen.exposure.areas import area_exposure
from overseen.exposure.public_space import SPACING_M, public_space_exposure
from tests.exposure.test_streets import BLOCKS, ROUND, certain, scattered
from tests.town import CRS, ORIGIN, network, plan, town, viewing


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


def with_land(city, land):
    """Return the town with land: tag, kind, shape."""
    columns = {"kind": [kind for _, kind, _ in land], "tag": [tag for tag, *_ in land]}
    moved = [shapely.transform(shape, lambda points: points + ORIGIN) for *_, shape in land]
    index = pd.Index([f"g{number}" for number in range(len(land))], name="land_id", dtype=object)
    return replace(
        city,
        land=gpd.GeoDataFrame(columns, geometry=moved, index=index, crs=CRS).astype(dict.fromkeys(columns, object)),
    )


def exposure(cameras, city):
    """Return the public space in view of a town."""
    return public_space_exposure(city, examine(network(cameras), city, certain()).examined, certain())


def test_ground_known_as_private_is_no_public_space_and_a_garden_may_be_a_park() -> None:
    yard = shapely.box(10, 10, 60, 60).difference(shapely.box(20, 20, 50, 50))
    city = town([yard], [])
    city = replace(city, buildings=city.buildings.assign(kind=np.array(["apartments"], dtype=object)))
    land = [
        ("access=private", "private", shapely.box(100, 0, 200, 50)),
        ("landuse=allotments", "garden", shapely.box(150, 40, 200, 60)),
        ("leisure=garden", "garden", shapely.box(100, 100, 200, 140)),
        ("landuse=residential", "residential", shapely.box(0, 0, 100, 200)),
    ]
    found = exposure([], with_land(city, land))
    # House and courtyard of 50 m by 50; 5,000 m2 closed, 1,000 m2 of allotments half of which are among them.
    shut = 2500.0 + 5000.0 + 500.0
    assert found.area_m2 == pytest.approx(200.0**2 - shut)
    assert found.point_count == (200.0**2 - shut) / SPACING_M**2
    assert found.undecided_m2 == pytest.approx(4000.0)
    areas = area_exposure(with_land(city, land), examine(network([]), city, certain()).examined, certain())
    assert areas.point_count.sum() == found.point_count


def test_a_bridge_is_public() -> None:
    canal = [("waterway=canal", "water", shapely.box(0, 80, 200, 120))]
    ways = [[(50, 0), (50, 200)], [(0, 80), (200, 80)], [(100, 60), (100, 80)]]
    city = with_land(town([], ways), canal)
    found = exposure([{"at": (50, 100), **ROUND}], city)
    # 3 m to either side of the street that leads over; the one along the bank leads over nothing.
    assert found.area_m2 == pytest.approx(200.0**2 - 200.0 * 40.0 + 6.0 * 40.0)
    # Two columns of points lie on it, 2.5 m to either side of its middle.
    assert found.point_count == 1600 - 320 + 2 * 8
    hidden = city.streets.assign(is_open_air=False)
    assert exposure([], replace(city, streets=hidden)).area_m2 == pytest.approx(200.0**2 - 200.0 * 40.0)


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
