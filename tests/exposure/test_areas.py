"""Exposure by area: numbers worked out on paper, sums over areas that share a town out, and the laws."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import shapely

from overseen.assessment.examine import examine
from overseen.exposure.areas import OVERLAPS, area_exposure
from overseen.exposure.cuts import cut_by_areas
from overseen.exposure.public_space import public_space_exposure
from overseen.exposure.streets import street_exposure
from overseen.model.schema import VIEWS
from overseen.visibility.cells import Work
from tests.exposure.districts import squares, with_areas
from tests.exposure.test_streets import BLOCKS, ROUND, WAYS, certain, scattered
from tests.town import KNOWN, plan, town, viewing

HALVES = {"west": shapely.box(0, 0, 100, 200), "east": shapely.box(100, 0, 200, 200)}


def measured(cameras, city, look=None, **options):
    """Return the areas' exposure and the streets'."""
    look = look or certain()
    seen = examine(plan(cameras).network, city, look)
    return area_exposure(city, seen.examined, look, **options), street_exposure(city, seen.examined, look)


class TestOnPaper:
    """What can be reckoned by hand."""

    def test_a_street_is_cut_at_the_border(self) -> None:
        city = with_areas(town([], [[(10, 100), (190, 100)]]), HALVES)
        found, _ = measured([{"at": (120, 100), **ROUND}], city)
        assert found.length_m.tolist() == [90.0, 90.0]
        # Reaches 80, 40, 16, 8, 4 m from x = 120: west of x = 100 lie 60 m, 20 m, nothing.
        assert found.drawn_length_m["reachable"][:, 0] == pytest.approx(
            np.array([[60, 20, 0, 0, 0], [90, 60, 32, 16, 8]])
        )
        assert found.camera_count.tolist() == [0, 1]

    def test_effective_cameras_are_the_ground_over_that_of_one(self) -> None:
        three = [{"at": at, **ROUND} for at in ((100, 100), (100, 100.01), (100, 300))]
        city = with_areas(town([], WAYS, size_m=400.0), {"all": shapely.box(0, 0, 400, 400)})
        found, _ = measured(three, city)
        # Two of the three see the same circle, to a centimetre.
        assert found.ground.effective_cameras()[0] == pytest.approx(2.0, abs=1e-3)
        circle = np.pi * 80.0**2
        seen = found.ground.seen_m2[0].mean(axis=0)
        assert seen == pytest.approx([circle, circle, 0, 0, 0], rel=2e-3)

    def test_heads_of_one_camera_are_no_overlap(self) -> None:
        heads = [{**KNOWN, "bearing_deg": 45.0 * step} for step in range(8)]
        city = with_areas(town([], WAYS), {"all": shapely.box(0, 0, 200, 200)})
        found, _ = measured([{"at": (100, 100), "heads": heads}], city)
        assert found.ground.seen_m2[0, :, 1:].sum() == 0.0
        assert found.ground.effective_cameras()[0] == pytest.approx(1.0)
        assert (found.camera_count.tolist(), found.head_count.tolist()) == ([1], [8])

    def test_squares_stand_for_areas_where_there_are_none(self) -> None:
        found, streets = measured(scattered(4), town(BLOCKS, WAYS))
        assert found.is_grid
        assert found.length_m.sum() == pytest.approx(streets.counted_length_m)
        assert np.all(found.areas.geometry.area == 250_000.0)


class TestCuts:
    """Streets cut along the borders of areas."""

    def test_a_street_along_a_border_is_in_one_area(self) -> None:
        lines = np.array([shapely.LineString([(0, 10), (20, 10)]), shapely.LineString([(10, 20), (10, 0), (5, 0)])])
        areas = shapely.box([0, 10, 0, 10], [0, 0, 10, 10], [10, 20, 10, 20], [10, 10, 20, 20])
        cuts = cut_by_areas(lines, areas)
        assert np.bincount(cuts.course, weights=shapely.length(cuts.part)).tolist() == [20.0, 25.0]

    def test_areas_that_overlap_each_have_their_part(self) -> None:
        line = np.array([shapely.LineString([(0, 1), (10, 1)])])
        cuts = cut_by_areas(line, np.array([shapely.box(0, 0, 6, 2), shapely.box(4, 0, 10, 2)]))
        assert shapely.length(cuts.part).tolist() == [6.0, 6.0]

    @pytest.mark.parametrize("seed", range(5))
    def test_parts_of_any_division_add_up(self, seed) -> None:
        random = np.random.default_rng(seed)
        frame = shapely.box(0, 0, 100, 100)
        cells = shapely.voronoi_polygons(shapely.MultiPoint(random.uniform(0, 100, (30, 2))), extend_to=frame)
        areas = shapely.intersection(shapely.get_parts(cells), frame)
        walks = random.uniform(0, 100, (40, 4, 2))
        # Streets along the borders themselves, too.
        rims = [shapely.LineString(ring) for ring in shapely.get_parts(shapely.boundary(areas[:6]))]
        lines = np.array([*map(shapely.LineString, walks), *rims], dtype=object)
        cuts = cut_by_areas(lines, areas)
        found = np.bincount(cuts.course, weights=shapely.length(cuts.part), minlength=len(lines))
        assert found == pytest.approx(shapely.length(lines), rel=1e-9)


class TestLaws:
    """What must hold whatever is unknown."""

    @pytest.mark.parametrize("side_m", [50.0, 100.0])
    def test_areas_that_share_the_town_out_add_up_to_it(self, side_m) -> None:
        look = viewing()
        city = with_areas(town(BLOCKS, WAYS), squares(side_m))
        seen = examine(plan(scattered(16)).network, city, look)
        found, streets = area_exposure(city, seen.examined, look), street_exposure(city, seen.examined, look)
        space = public_space_exposure(city, seen.examined, look)
        assert found.length_m.sum() == pytest.approx(streets.counted_length_m)
        assert found.point_count.sum() == space.point_count
        for view in VIEWS:
            assert found.drawn_length_m[view].sum(axis=0) == pytest.approx(streets.drawn_length_m[view])
            assert found.drawn_point_count[view].sum(axis=0) / space.point_count == pytest.approx(
                space.drawn_share[view]
            )
        assert found.camera_count.sum() == seen.is_examined.sum()

    def test_merged_areas_have_the_sum(self) -> None:
        look, base = viewing(), town(BLOCKS, WAYS)
        cameras = scattered(16)
        parts, _ = measured(cameras, with_areas(base, HALVES), look)
        whole, _ = measured(cameras, with_areas(base, {"all": shapely.box(0, 0, 200, 200)}), look)
        for view in VIEWS:
            assert parts.drawn_length_m[view].sum(axis=0) == pytest.approx(whole.drawn_length_m[view][0])
        assert parts.ground.seen_m2.sum(axis=0) == pytest.approx(whole.ground.seen_m2[0])
        assert parts.ground.effective_cameras().sum(axis=0) == pytest.approx(whole.ground.effective_cameras()[0])

    def test_another_camera_lowers_nothing(self) -> None:
        look, city = viewing(), with_areas(town(BLOCKS, WAYS), squares(50.0))
        cameras = scattered(12)
        fewer, _ = measured(cameras[:-1], city, look)
        more, _ = measured(cameras, city, look)
        for view in VIEWS:
            assert np.all(more.drawn_length_m[view] >= fewer.drawn_length_m[view] - 1e-9)
            assert np.all(more.drawn_point_count[view] >= fewer.drawn_point_count[view])
        for least in range(OVERLAPS):
            now, before = (one.ground.seen_m2[:, :, least:].sum(axis=2) for one in (more, fewer))
            assert np.all(now >= before - 1e-6)
        assert np.all(more.camera_count >= fewer.camera_count)

    def test_a_split_street_changes_nothing(self) -> None:
        look, cameras = viewing(), scattered(12)
        split = [[way[0], tuple(np.mean(way[:2], axis=0))] for way in WAYS] + [
            [tuple(np.mean(way[:2], axis=0)), *way[1:]] for way in WAYS
        ]
        one, _ = measured(cameras, with_areas(town(BLOCKS, WAYS), squares(100.0)), look)
        two, _ = measured(cameras, with_areas(town(BLOCKS, split), squares(100.0)), look)
        assert one.length_m == pytest.approx(two.length_m)
        assert one.drawn_length_m["reachable"] == pytest.approx(two.drawn_length_m["reachable"])

    def test_order_of_areas_and_number_of_workers_change_nothing(self) -> None:
        look, cameras = viewing(), scattered(12)
        city = with_areas(town(BLOCKS, WAYS), squares(50.0))
        one, _ = measured(cameras, city, look)
        with ThreadPoolExecutor(3) as executor:
            many, _ = measured(cameras, city, look, work=Work(executor, tiles=3))
        order = np.random.default_rng(1).permutation(len(city.areas))
        turned, _ = measured(cameras, replace(city, areas=city.areas.iloc[order]), look)
        for view in VIEWS:
            assert one.drawn_length_m[view].tobytes() == many.drawn_length_m[view].tobytes()
            assert one.drawn_length_m[view][order] == pytest.approx(turned.drawn_length_m[view])
            assert np.array_equal(one.drawn_point_count[view][order], turned.drawn_point_count[view])
        assert one.ground.seen_m2.tobytes() == many.ground.seen_m2.tobytes()
        assert np.array_equal(one.ground.seen_m2[order], turned.ground.seen_m2)

    def test_no_cameras_see_nothing(self) -> None:
        found, _ = measured([{"at": (100, 100), **ROUND, "setting": "indoor"}], with_areas(town(BLOCKS, WAYS), HALVES))
        assert found.drawn_length_m["reachable"].sum() == 0.0
        assert found.ground.effective_cameras().sum() == 0.0
        assert found.camera_count.sum() == 0
