"""Street exposure: numbers worked out on paper, and the laws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from overseen.assessment.assess import assess
from overseen.assessment.examine import examine
from overseen.exposure.streets import street_exposure
from overseen.model.schema import VIEWS, interval_columns
from tests.town import KNOWN, network, plan, town, viewing

LEVELS = ("monitor", "detect", "observe", "recognise", "identify")

ROUND = {"kind": "panorama", "image_width_px": 2000.0 * np.pi, "mounting_height_m": 1.6}
"""Sees all round at once and spreads 2000 pi pixels over the turn: reach 1000 / density, that is 80, 40, 16, 8, 4 m."""


def certain(**changes):
    """Return a viewing in which every assumption is its central value and no range ends a view before 200 m."""
    plain = viewing(**changes)
    unknowns = tuple(
        replace(u, low=200.0, central=200.0, high=200.0)
        if u.name == "maximum_range_m"
        else replace(u, low=u.central, high=u.central)
        for u in plain.assumptions.unknowns
    )
    return replace(plain, assumptions=replace(plain.assumptions, unknowns=unknowns))


def lengths(assessment, view="reachable"):
    """Return mean metres per street and level."""
    return assessment.streets[[f"{view}_{level}_length_m" for level in LEVELS]].to_numpy()


def measure(cameras, streets, *, buildings=(), look=None, **options):
    """Assess a paper town."""
    return assess(plan(cameras), town(list(buildings), streets), look or certain(), **options)


def test_one_camera_on_an_empty_street() -> None:
    found = measure([{"at": (100, 100), **ROUND}], [[(10, 100), (190, 100)], [(100, 130), (190, 130)]])
    across = 2.0 * np.sqrt(80.0**2 - 30.0**2) / 2.0
    expected = [[160, 80, 32, 16, 8], [across, np.sqrt(700.0), 0, 0, 0]]
    assert lengths(found) == pytest.approx(np.array(expected))
    assert lengths(found, "at_once") == pytest.approx(np.array(expected))
    assert found.streets["length_m"].tolist() == [180.0, 90.0]
    assert found.streets["walking_time_s"].iloc[0] == pytest.approx(180.0 / 1.3)
    share = found.finding("streets_reachable_detect_share")
    assert share["denominator"] == pytest.approx(270.0)
    assert share["value"] == pytest.approx((80.0 + np.sqrt(700.0)) / 270.0)
    assert share["low"] == share["high"] == share["value"]


def test_an_empty_plain_hides_nothing_on_any_side() -> None:
    # Streets around a camera with no wall in reach, one on each side: each has the same chord of the circle in view.
    ways = [[(10, 130), (190, 130)], [(10, 70), (190, 70)], [(70, 10), (70, 190)], [(130, 10), (130, 190)]]
    found = measure([{"at": (100, 100), **ROUND}], [*ways, *[way[::-1] for way in ways]])
    chord = 2.0 * np.sqrt(80.0**2 - 30.0**2)
    assert lengths(found)[:, 0] == pytest.approx(np.full(8, chord))


def test_a_wall_hides_what_lies_behind_it() -> None:
    # The block's near corners are at 45 degrees: of the street behind it, 30 m to either side are hidden.
    block = shapely.box(90, 110, 110, 120)
    found = measure([{"at": (100, 100), **ROUND}], [[(60, 130), (140, 130)]], buildings=[block])
    assert lengths(found)[0, 0] == pytest.approx(20.0)


def test_a_stated_field_of_view_is_a_sector_about_true_north() -> None:
    camera = {"at": (100, 100), **KNOWN, "image_width_px": 2000.0}
    found = measure([camera], [[(0, 107), (200, 107)], [(0, 93), (200, 93)]])
    # Ninety degrees over 2000 px reach 8 m at recognise; the chord at 7 m is 2 * sqrt(15), whichever way north leans.
    assert lengths(found)[:, 3] == pytest.approx([2.0 * np.sqrt(15.0), 0.0])
    import pyproj

    from overseen.model.frame import true_north_bearing_deg
    from tests.town import CRS, ORIGIN

    leaning = true_north_bearing_deg(pyproj.CRS(CRS), *(ORIGIN + 100.0).reshape(2, 1))[0]
    edges = 7.0 * np.tan(np.radians([leaning - 45.0, leaning + 45.0]))
    assert lengths(found)[0, 1] == pytest.approx(edges[1] - edges[0])


def test_two_views_of_one_metre_are_one_metre() -> None:
    two = [{"at": (100, 100), **ROUND}, {"at": (110, 100), **ROUND, "operator": "City"}]
    found = measure(two, [[(10, 100), (190, 100)]])
    assert lengths(found)[0] == pytest.approx([170, 90, 42, 26, 16])
    assert found.streets[["camera_count", "operator_count"]].iloc[0].tolist() == [2, 1]


@pytest.mark.parametrize("keeps_draws", [True, False])
def test_an_operator_counts_where_a_camera_looks_not_where_it_could_turn(keeps_draws) -> None:
    # Both cameras are as near to either street; each is turned to one of them. The third, a plate reader, sees both.
    city = town([], [[(10, 120), (190, 120)], [(10, 80), (190, 80)]])
    cameras = [
        {"at": (100, 100), **KNOWN, "bearing_deg": 0.0, "operator": "City"},
        {"at": (100, 100), **KNOWN, "bearing_deg": 180.0, "operator": "Harbour"},
        {"at": (100, 100), **KNOWN, "bearing_deg": 180.0},
    ]
    for more, expected in (
        ([], [1, 1]),
        ([{"at": (90, 100), **ROUND, "use": "plate_reader", "operator": "Roads"}], [2, 2]),
    ):
        examined = examine(network([*cameras, *more]), city, certain()).examined
        found = street_exposure(city, examined, certain(), keeps_draws=keeps_draws)
        assert found.streets["operator_count"].tolist() == expected


def test_heads_of_one_camera_are_one_camera() -> None:
    heads = [{**KNOWN, "bearing_deg": bearing} for bearing in (0.0, 90.0, 180.0, 270.0)]
    found = measure([{"at": (100, 100), "heads": heads}], [[(93, 90), (107, 110)]])
    assert found.streets["camera_count"].iloc[0] == 1.0


def test_what_is_not_counted_is_in_no_total() -> None:
    city = town([], [[(10, 100), (190, 100)], [(10, 101), (190, 101)], [(10, 99), (190, 99)]])
    streets = city.streets.copy()
    streets.loc["s1", "is_open_air"] = False
    streets.loc["s2", "is_area_outline"] = True
    found = assess(plan([{"at": (100, 100), **ROUND}]), replace(city, streets=streets), certain())
    assert found.streets["is_counted"].tolist() == [True, False, False]
    assert found.streets["length_m"].tolist() == [180.0, 180.0, 180.0]
    assert lengths(found)[1].tolist() == [0.0] * 5
    assert found.finding("streets_reachable_monitor_length_m")["value"] == pytest.approx(160.0)


def test_nothing_is_measured_outside_the_boundary() -> None:
    found = measure([{"at": (190, 100), **ROUND}], [[(150, 100), (300, 100)]])
    assert found.streets["length_m"].iloc[0] == 50.0
    assert lengths(found)[0, 0] == pytest.approx(50.0)


@pytest.mark.parametrize("placement", ["indoor", "disused", "deep"])
def test_cameras_left_out_see_nothing(placement) -> None:
    camera = {"at": (100, 100), **ROUND}
    camera |= {"indoor": {"setting": "indoor"}, "disused": {"status": "disused"}, "deep": {}}[placement]
    buildings = [shapely.box(80, 80, 120, 120)] if placement == "deep" else []
    found = measure([camera], [[(10, 60), (190, 60)]], buildings=buildings)
    assert lengths(found).sum() == 0.0
    assert not found.cameras["is_examined"].any()
    assert found.finding("cameras_examined_count")["value"] == 0


def scattered(count, *, seed=0):
    """Return cameras of every kind, partly described, strewn over the paper town."""
    rng = np.random.default_rng(seed)
    kinds = ["fixed", "dome", "panning", "panorama", "unknown"]
    return [
        {"at": tuple(rng.uniform(5, 195, 2)), "kind": kinds[i % 5], "camera_id": f"k{i:02d}",
         **({"bearing_deg": 36.0 * i % 360.0} if i % 3 == 0 else {})}
        for i in range(count)
    ]  # fmt: skip


BLOCKS = [shapely.box(x, y, x + 35, y + 35) for x in (10, 60, 110, 155) for y in (10, 60, 110, 155)]
WAYS = [[(x, 2), (x, 198)] for x in (5, 52, 102, 150)] + [[(2, y), (90, y), (198, y + 1)] for y in (5, 52, 102, 150)]


class TestLaws:
    """What must hold whatever is unknown."""

    def test_another_camera_lowers_nothing(self) -> None:
        cameras = scattered(16)
        few, many = (measure(rows, WAYS, buildings=BLOCKS, look=viewing()) for rows in (cameras[:11], cameras))
        for column in [c for c in few.streets if c.endswith(("_length_m", "_count")) or "length_" in c]:
            if few.streets[column].dtype != object:
                assert (many.streets[column] >= few.streets[column] - 1e-9).all(), column

    def test_more_detail_is_never_seen_over_more_metres(self) -> None:
        found = measure(scattered(16), WAYS, buildings=BLOCKS, look=viewing())
        for view in VIEWS:
            assert (np.diff(lengths(found, view), axis=1) <= 1e-9).all()
        assert (lengths(found, "at_once") <= lengths(found) + 1e-9).all()

    def test_intervals_hold_their_means_within_the_length(self) -> None:
        found = measure(scattered(16), WAYS, buildings=BLOCKS, look=viewing())
        for level in LEVELS:
            _, low, high = (found.streets[name] for name in interval_columns(f"reachable_{level}_length", "m"))
            assert (low <= high).all()
            assert (high <= found.streets["length_m"] + 1e-9).all()

    def test_splitting_a_street_changes_nothing(self) -> None:
        whole = measure(scattered(16), WAYS, buildings=BLOCKS, look=viewing())
        halves = [[way[0], tuple(np.mean(way[:2], axis=0))] for way in WAYS]
        rests = [[tuple(np.mean(way[:2], axis=0)), *way[1:]] for way in WAYS]
        split = measure(scattered(16), halves + rests, buildings=BLOCKS, look=viewing())
        assert lengths(split)[: len(WAYS)] + lengths(split)[len(WAYS) :] == pytest.approx(lengths(whole), abs=1e-7)

    def test_the_same_camera_twice_sees_no_more(self) -> None:
        stated = {"bearing_deg": 10.0, "field_of_view_deg": 80.0, "image_width_px": 2560.0, "mounting_height_m": 4.0}
        row = {"at": (52.0, 50.0), "kind": "fixed", **stated}
        one, two = (measure(rows, WAYS, buildings=BLOCKS) for rows in ([row], [row, {**row, "camera_id": "again"}]))
        assert lengths(two) == pytest.approx(lengths(one), abs=1e-9)
        assert (two.streets["camera_count"] == 2 * one.streets["camera_count"]).all()

    def test_rows_in_another_order_give_the_same(self) -> None:
        cameras = scattered(16)
        one, other = (measure(rows, WAYS, buildings=BLOCKS, look=viewing()) for rows in (cameras, cameras[::-1]))
        assert (lengths(one) == lengths(other)).all()
        assert one.findings["value"].equals(other.findings["value"])

    def test_no_cameras_no_exposure(self) -> None:
        found = measure([], WAYS, buildings=BLOCKS, look=viewing())
        assert lengths(found).sum() == 0.0
        shares = found.findings.query("unit == 'share' and subject not in ('completeness', 'traces')")
        assert shares["value"].sum() == 0.0
        # Every trip is one long gap.
        assert found.finding("traces_gap_300_share")["value"] > 0.0
        assert found.isovists.empty

    def test_no_streets_no_metres(self) -> None:
        found = measure(scattered(4), [], look=viewing())
        assert found.streets.empty
        assert found.finding("streets_reachable_detect_share")["value"] == 0.0
        assert found.finding("streets_reachable_detect_share")["denominator"] == 0.0

    def test_every_bearing_lies_within_the_envelope(self) -> None:
        open_row = {"at": (52.0, 50.0), "kind": "fixed", "field_of_view_deg": 60.0}
        envelope = measure([open_row], WAYS, buildings=BLOCKS).isovists.query("view == 'reachable'")
        assert envelope["is_envelope"].all()
        for bearing in range(0, 360, 45):
            one = measure([{**open_row, "bearing_deg": float(bearing)}], WAYS, buildings=BLOCKS)
            views = one.isovists.query("view == 'reachable'")
            assert not views["is_envelope"].any()
            pairs = zip(views.geometry, envelope.geometry, strict=True)
            assert all(view.within(wide.buffer(0.05)) for view, wide in pairs)
