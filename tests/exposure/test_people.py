"""Residents: numbers worked out on paper, who is counted, laws, and real cities with their published counts."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from overseen.assessment.examine import examine
from overseen.exposure.area_table import area_table
from overseen.exposure.areas import area_exposure
from overseen.exposure.people import people_exposure
from overseen.exposure.residents import control_areas
from overseen.model.comparison import Comparison
from tests.exposure.districts import squares, with_areas
from tests.exposure.test_areas import HALVES
from tests.exposure.test_streets import BLOCKS, ROUND, WAYS, certain, scattered
from tests.town import CRS, ORIGIN, plan, town, viewing

STREET = [[(10, 100), (190, 100)]]
CAMERA = [{"at": (120, 100), **ROUND}]
"""West of x = 100 it could look at 60 of 90 m at the lowest level and 20 at the second, east at all and at 60."""


def people(cameras, city, look=None, comparison=None):
    """Return the areas' exposure, and the residents'."""
    look = look or certain()
    areas = area_exposure(city, examine(plan(cameras).network, city, look).examined, look)
    return areas, people_exposure(city, areas, look, comparison or Comparison())


class TestOnPaper:
    """What can be reckoned by hand."""

    def test_means_and_concentration(self) -> None:
        _, found = people(CAMERA, with_areas(town([], STREET), HALVES, residents=[30.0, 10.0]))
        assert found.drawn_share["reachable"][0, :2] == pytest.approx(
            [(30 * 60 / 90 + 10) / 40, (30 * 20 / 90 + 10 * 60 / 90) / 40]
        )
        # At the second level each half bears 20/3: the lower three quarters bear half of it.
        assert found.drawn_gini[0, 1] == pytest.approx(0.25)
        assert found.drawn_borne[0, 1] == pytest.approx(0.1 * 2.0)
        exposed = found.distribution["exposed_share"]
        assert exposed.loc[0.75] == pytest.approx(20 / 90)
        assert exposed.loc[0.76] == pytest.approx(60 / 90)

    def test_groups(self) -> None:
        groups = {"origin": {"here": [20.0, 2.0], "abroad": [10.0, 8.0]}}
        _, found = people(CAMERA, with_areas(town([], STREET), HALVES, residents=[30.0, 10.0], groups=groups))
        row = found.groups.loc["origin|abroad|the rest|reachable|detect"]
        abroad, here = (10 * 20 / 90 + 8 * 60 / 90) / 18, (20 * 20 / 90 + 2 * 60 / 90) / 22
        assert (row["exposed_share"], row["other_share"]) == pytest.approx((abroad, here))
        assert row["raw_ratio"] == pytest.approx(abroad / here)
        assert (row["verdict"], row["resident_count"], row["unit_count"]) == ("cannot_tell", 18.0, 2)
        assert "in 1 larger area;" in row["reason"]

    def test_the_largest_category_is_a_reference_where_there_are_more_than_two(self) -> None:
        groups = {"age": {"young": [10.0, 4.0], "middle": [15.0, 4.0], "old": [5.0, 2.0]}}
        _, found = people(CAMERA, with_areas(town([], STREET), HALVES, residents=[30.0, 10.0], groups=groups))
        assert set(found.groups["compared_with"]) == {"the rest", "middle"}
        row = found.groups.loc["age|old|middle|reachable|detect"]
        assert row["raw_ratio"] == pytest.approx((5 * 20 + 2 * 60) / 7 / ((15 * 20 + 4 * 60) / 19))


class TestWhoIsCounted:
    """Which areas and numbers count."""

    def test_areas_mostly_outside_without_street_or_without_number_are_left_out(self) -> None:
        areas = {
            "in": shapely.box(0, 50, 200, 150),
            "mostly out": shapely.box(150, 150, 350, 200),
            "no street": shapely.box(0, 160, 100, 200),
            "not known": shapely.box(0, 0, 100, 40),
            "three quarters in": shapely.box(140, 50, 220, 150),
        }
        city = with_areas(town([], STREET), areas, residents=[40.0, 40.0, 7.0, np.nan, 80.0])
        _, found = people(CAMERA, city)
        assert found.residents.is_counted.tolist() == [True, False, False, False, True]
        assert found.residents.resident_count == pytest.approx([40.0, 60.0])
        assert found.residents.left_out == {
            "less than half of it inside the boundary": (1, 10.0),
            "no counted street in it": (1, 7.0),
            "residents not known": (1, 0.0),
        }

    def test_small_counts_are_not_published(self) -> None:
        city = with_areas(town([], STREET), HALVES, residents=[9.0, 1_000.0])
        areas, found = people(CAMERA, city)
        table = area_table(areas, found.residents.is_counted, certain())
        assert table["residents"].tolist() == ["fewer than 10", "1,000"]
        assert np.isnan(table["resident_count"].iloc[0])
        assert found.residents.resident_count.sum() == 1_009.0

    def test_without_areas_nobody_is_counted(self) -> None:
        _, found = people(CAMERA, town([], STREET))
        assert len(found.residents.unit) == 0
        assert found.groups.empty
        assert found.distribution.empty
        assert found.drawn_share["reachable"].sum() == 0.0


class TestControlAreas:
    """In which larger area a unit lies."""

    CITY = with_areas(town([], STREET), squares(50.0))

    def test_where_most_of_a_unit_lies(self) -> None:
        halves = shapely.transform(shapely.box([0, 120], 0, [120, 200], 200), lambda points: points + ORIGIN)
        controls = gpd.GeoSeries(halves, crs=CRS)
        found = control_areas(self.CITY.areas, Comparison(controls=controls.to_crs(4326)))
        assert found.reshape(4, 4).tolist() == [[0] * 4, [0] * 4, [1] * 4, [1] * 4]

    def test_by_identifier_and_by_square(self) -> None:
        assert len(np.unique(control_areas(self.CITY.areas, Comparison(control_prefix=2)))) == 4
        assert len(np.unique(control_areas(self.CITY.areas, Comparison(control_side_m=100.0)))) in (4, 9)


class TestLaws:
    """What must hold whatever is unknown."""

    LOOK = viewing()
    BASE = town(BLOCKS, WAYS)
    COUNTS = np.random.default_rng(5).integers(20, 90, 16).astype(float)

    def measured(self, cameras, order=None, counts=None):
        city = with_areas(self.BASE, squares(50.0), residents=self.COUNTS if counts is None else counts)
        city = city if order is None else replace(city, areas=city.areas.iloc[order])
        return people(cameras, city, self.LOOK)[1]

    def test_another_camera_lowers_nobodys_exposure(self) -> None:
        cameras = scattered(12)
        fewer, more = self.measured(cameras[:-1]), self.measured(cameras)
        for view, drawn in more.drawn_share.items():
            assert np.all(drawn >= fewer.drawn_share[view] - 1e-12)
        assert np.all(more.distribution["exposed_share"] >= fewer.distribution["exposed_share"] - 1e-12)

    def test_order_of_areas_and_ten_times_the_residents_change_nothing(self) -> None:
        plain, turned = self.measured(scattered(12)), self.measured(scattered(12), np.arange(16)[::-1])
        tenfold = self.measured(scattered(12), counts=10.0 * self.COUNTS)
        for other in (turned, tenfold):
            assert other.drawn_share["reachable"] == pytest.approx(plain.drawn_share["reachable"])
            assert other.drawn_gini == pytest.approx(plain.drawn_gini)
            assert other.distribution.to_numpy() == pytest.approx(plain.distribution.to_numpy(), abs=1e-9)

    def test_the_mean_over_residents_lies_between_the_areas(self) -> None:
        found = self.measured(scattered(12))
        exposed = found.distribution["exposed_share"]
        assert exposed.iloc[0] <= found.drawn_share["reachable"][:, 1].mean() <= exposed.iloc[-1]
        assert np.all((found.drawn_gini >= 0.0) & (found.drawn_gini < 1.0))

    def test_no_cameras_expose_nobody(self) -> None:
        found = self.measured([{"at": (100, 100), **ROUND, "setting": "indoor"}])
        assert found.drawn_share["reachable"].sum() == 0.0
        assert found.drawn_gini == pytest.approx(np.zeros_like(found.drawn_gini))


TRAFFORD = """
[plan]
name = "Trafford"
[cameras]
file = "trafford_cctv_cameras.geojson"
[city]
boundary = "local_authority_district.geojson"
buildings = "buildings.parquet"
streets = "streets.parquet"
[city.people]
file = "oa.geojson"
table = "2021_population_ethnic_group_oa_trafford.csv"
control = "electoral_ward.geojson"
"""


def test_trafford(shared_data, tmp_path) -> None:
    from overseen.sources.plan_file import read_plan

    folder = shared_data("trafford_mid")
    text = TRAFFORD
    for name in ("trafford_cctv", "local_auth", "buildings.p", "streets.p", "oa.geo", "2021_pop", "electoral"):
        text = text.replace(f'"{name}', f'"{folder}/{name}')
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    inputs = read_plan(tmp_path / "plan.toml")
    look = replace(inputs.viewing, draws=4)
    seen = examine(inputs.plan.network, inputs.city, look)
    areas = area_exposure(inputs.city, seen.examined, look)
    found = people_exposure(inputs.city, areas, look, inputs.comparison)
    assert len(areas.areas) == 738
    assert inputs.city.areas["resident_count"].sum() == 235_068
    assert found.residents.resident_count.sum() == pytest.approx(235_068, rel=2e-3)
    assert found.residents.control.max() + 1 == 21
    shown = found.groups[found.groups["compared_with"] == "the rest"]
    assert shown["category"].nunique() == 19
    # A hundred people of one category live in too few wards to be compared within 20 of them.
    roma = shown[shown["category"] == "White: Roma"]
    assert set(roma["verdict"]) == {"cannot_tell"}
    assert areas.camera_count.sum() == seen.is_examined.sum()
