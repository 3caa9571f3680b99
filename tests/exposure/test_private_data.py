"""What real data say of homes, counted apart from the code: kinds in Helsinki and Liechtenstein, none in Berlin."""

from __future__ import annotations

import numpy as np
import pytest

from overseen.exposure.dwellings import dwellings_of, ground_of
from overseen.sources.city_files import city_from_files
from overseen.sources.osm_city import OsmFile


def test_the_sample_has_few_kinds(sample) -> None:
    city = sample.city
    found = dwellings_of(city)
    kinds = city.buildings["kind"].value_counts()
    assert (len(city.buildings), found.is_dwelling.sum()) == (436, kinds["apartments"]) == (436, 21)
    assert found.is_unknown.sum() == kinds[["yes", "part", "block", "tower"]].sum() == 353
    assert found.is_inside.all()
    # The one garden of central Helsinki is a public one: of what is tagged so nobody can tell.
    private, unknown = ground_of(city, found).area_m2()
    assert private == pytest.approx(5638.5, abs=1.0)
    assert unknown == pytest.approx(13005.2, abs=1.0)


@pytest.mark.data
def test_liechtenstein_names_a_quarter_of_its_buildings(shared_data) -> None:
    city = OsmFile(shared_data("liechtenstein_2024") / "liechtenstein.osm.pbf").city("Liechtenstein")
    found = dwellings_of(city)
    kinds = city.buildings["kind"].value_counts()
    named = [
        "house",
        "detached",
        "apartments",
        "residential",
        "semidetached_house",
        "cabin",
        "farm",
        "terrace",
        "convent",
    ]
    assert found.is_dwelling.sum() == kinds[named].sum() == 4235
    assert found.is_unknown.sum() == kinds["yes"] == 11964
    assert len(city.buildings) == 17631


@pytest.mark.data
def test_berlin_has_no_kinds(shared_data) -> None:
    folder = shared_data("berlin_mid")
    city = city_from_files("Berlin", {"buildings": folder / "buildings.parquet", "streets": folder / "streets.parquet"})
    found = dwellings_of(city)
    assert not found.can_tell
    assert not found.is_dwelling.any()
    assert np.count_nonzero(found.is_unknown) == len(city.buildings)
