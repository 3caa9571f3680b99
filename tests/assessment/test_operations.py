"""Running the network: every calculation of docs/operations.md, worked there on paper and held to here."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from overseen.assessment.arrivals import Arrival
from overseen.assessment.control_room import detection_range, watch_of
from overseen.assessment.costs import (
    Terms,
    bill_of,
    cost_estimates,
    cost_items,
    cost_values,
    cost_years,
    terms_of,
)
from overseen.assessment.estimates import UNVERIFIED, drawn, estimate_at, estimates_of, operation_pack
from overseen.assessment.power import cuts_of
from overseen.assessment.storage import recording_of
from overseen.model.operations import OWN_GENERATOR, ControlRoom, Costs, Estimate, Feeders, Outage, Power, Storage
from overseen.sources.packs import pack_names
from overseen.visibility.cells import Work
from tests.town import viewing

CAMERAS = [f"c{i}" for i in range(8)]
HALF = {name: ("north" if i < 4 else "south") for i, name in enumerate(CAMERAS)}
FEEDERS = Feeders("feeders.geojson", HALF, ("north", "south"))


def certain(*values: float):
    """Return figures that are certain."""
    return tuple((value,) * 3 for value in values)


def figure(low: float, central: float, high: float) -> Estimate:
    """Return a figure."""
    return Estimate("some", "Some figure", "unit", low, central, high, "by hand", is_declared=True)


# What low, central and high mean


@pytest.mark.parametrize("bounds", [(1094.0, 3007.0, 8263.0), (2.0, 4.0, 6.0), (0.0, 4.0, 6.0), (78.0, 78.0, 78.0)])
def test_low_central_and_high_are_its_quantiles(bounds) -> None:
    values = drawn(figure(*bounds), viewing(draws=20_000))
    assert np.quantile(values, [0.05, 0.5, 0.95]) == pytest.approx(bounds, rel=0.002, abs=0.005)
    assert (values >= 0.0).all()


def test_between_them_it_goes_by_ratio_or_by_difference() -> None:
    half = 0.5 * 1.6448536269514722
    assert estimate_at(figure(1.0, 4.0, 9.0), np.array([-half, half])).tolist() == pytest.approx([2.0, 6.0])
    assert estimate_at(figure(0.0, 4.0, 9.0), np.array([-half, half])).tolist() == pytest.approx([2.0, 6.5])


def test_every_shipped_figure_has_its_source_and_rises() -> None:
    for pack in pack_names("operations"):
        for entry in operation_pack(pack)["figures"]:
            assert 0.0 <= entry["low"] <= entry["central"] <= entry["high"], entry["name"]
            assert "our judgement" in entry["source"] or entry["mark"] == "excerpt", entry["name"]
        for one in estimates_of(pack, {}).values():
            assert one.source.startswith("our judgement") or one.source.endswith(UNVERIFIED), one.name


# The control room


def test_the_control_room_on_paper() -> None:
    room = ControlRoom(12, 4, {"shifts_per_day": (3.0,) * 3, "hours_per_shift": (8.0,) * 3, "feeds_per_screen": (2.0,) * 3,
                               "attended_per_operator": (4.0,) * 3})  # fmt: skip
    watch = watch_of(room, camera_count=600, feeds=(600, 600.0), viewing=viewing(draws=3))
    assert watch.cameras_per_operator.tolist() == [50.0] * 3
    assert watch.staffed_share.tolist() == [1.0] * 3
    assert watch.shown_share.tolist() == pytest.approx([12 * 4 * 2 / 600] * 3)
    assert watch.watched_share.tolist() == pytest.approx([12 * 4 / 600] * 3)
    assert watch.detected == (0.74, 0.74)


def test_one_shift_leaves_two_thirds_of_the_day_to_nobody() -> None:
    room = ControlRoom(10, 16, {"shifts_per_day": (1.0,) * 3, "hours_per_shift": (8.0,) * 3, "feeds_per_screen": (4.0,) * 3,
                                "attended_per_operator": (9.0,) * 3})  # fmt: skip
    watch = watch_of(room, camera_count=100, feeds=(200, 50.0), viewing=viewing(draws=2))
    # 50 live feeds fit on 640 places; ten operators attend to all of them; 50 of 200 feeds in a third of the day.
    assert watch.shown_share.tolist() == pytest.approx([50 / 200 / 3] * 2)
    assert watch.watched_share.tolist() == pytest.approx([50 / 200 / 3] * 2)
    assert watch.detected is None


def test_overlapping_shifts_add_operators_up() -> None:
    room = ControlRoom(10, 1, {"shifts_per_day": (4.0,) * 3, "hours_per_shift": (8.0,) * 3})
    watch = watch_of(room, camera_count=400, feeds=(400, 400.0), viewing=viewing(draws=2))
    assert watch.operators.tolist() == pytest.approx([10 * 32 / 24] * 2)


def test_what_is_open_is_a_range_and_never_more_than_all() -> None:
    watch = watch_of(ControlRoom(3), camera_count=5, feeds=(5, 5.0), viewing=viewing(draws=200))
    assert np.ptp(watch.watched_share) > 0.0
    assert watch.shown_share.max() <= 1.0
    assert (watch.watched_share <= watch.shown_share + 1e-12).all()
    assert watch_of(ControlRoom(None, 4), camera_count=5, feeds=(5, 5.0), viewing=viewing()) is None


def test_detection_is_read_between_published_numbers_as_a_range_and_beyond_them_not_at_all() -> None:
    assert [detection_range(n) for n in (1, 4, 6, 9)] == [(s, s) for s in (0.85, 0.74, 0.58, 0.53)]
    assert detection_range(2) == detection_range(3) == (0.74, 0.85)
    assert detection_range(8) == (0.53, 0.58)
    assert detection_range(10) is None
    assert detection_range(0) is None


# Storage


def test_storage_on_paper() -> None:
    storage = Storage(None, {"bitrate_mbps": (4.0,) * 3})
    found = recording_of(storage, 30.0, camera_count=100, feed_count=100, viewing=viewing(draws=2))
    assert found.gb_per_day.tolist() == pytest.approx([4320.0] * 2)
    assert found.held_tb.tolist() == pytest.approx([129.6] * 2)
    assert found.camera_days.tolist() == [3000.0] * 2


def test_the_rule_of_thumb_on_paper() -> None:
    # 4 megapixels at 30 frames with H.265: 4 * 2 * 30 / 15 * 0.5 = 8 Mbit/s, times the activity.
    storage = Storage(
        "h265", {"megapixels": (4.0,) * 3, "frames_per_s": (30.0,) * 3, "recorded_hours_per_day": (12.0,) * 3}
    )
    found = recording_of(storage, None, camera_count=1, feed_count=1, viewing=viewing(draws=5000))
    assert np.quantile(found.mbps, [0.05, 0.5, 0.95]) == pytest.approx([4.8, 8.0, 11.2], rel=0.01)
    assert np.median(found.gb_per_day) == pytest.approx(8.0 * 10.8 / 2.0, rel=0.01)
    assert found.held_tb is None


# Power


def power(**changes) -> Power:
    """Return two outages a day of four hours, with a battery of one hour that is full again at once."""
    figures = {"outage_hours": (4.0,) * 3, "battery_hours": (1.0,) * 3, "recharge_hours": (0.0,) * 3}
    return Power(**{"outages_per_day": (2.0,) * 3, "figures": figures, "feeders": FEEDERS, **changes})


def test_availability_on_paper() -> None:
    cuts = cuts_of(power(), None, CAMERAS, viewing(draws=6))
    # 2 * max(0, 4 - 1) = 6 of 24 hours.
    assert cuts.camera_dark.mean(axis=2) == pytest.approx(np.full((2, 6), 0.25))
    assert cuts.feeder.tolist() == [0] * 4 + [1] * 4
    assert (cuts.known_count, cuts.feeder_count) == (8, 2)
    assert (cuts.live_dark == cuts.camera_dark).all()


@pytest.mark.parametrize("held_h", [0.0, 1.5, 3.0])
def test_lengths_that_differ_leave_the_closed_form_of_their_excess(held_h) -> None:
    # Lengths are lognormal about 2 h, 5 % below 1 and 5 % above 4, and none beyond the 99 % point c: E max(0, L - b) is that of the
    # whole curve less that beyond c, each 2 exp(s²/2) Φ(d + s) - b Φ(d), with s = ln 2 / 1.645 and d = ln(2 / b) / s. One outage a
    # day, and a battery that is full again at once.
    figures = {"outage_hours": (1.0, 2.0, 4.0), "battery_hours": (held_h,) * 3, "recharge_hours": (0.0,) * 3}
    found = cuts_of(power(outages_per_day=(1.0,) * 3, figures=figures), None, CAMERAS, viewing(draws=400))
    spread = np.log(2.0) / ndtri(0.95)

    def beyond(hours: float) -> float:
        score = np.log(2.0 / hours) / spread if hours else np.inf
        return 2.0 * np.exp(spread**2 / 2.0) * ndtr(score + spread) - hours * ndtr(score)

    longest = 2.0 * np.exp(spread * ndtri(0.99))
    assert 24.0 * found.camera_dark.mean() == pytest.approx(beyond(held_h) - beyond(longest), rel=0.02)


def test_a_control_room_with_a_generator_never_fails_and_one_without_takes_the_cameras_with_it() -> None:
    spared = cuts_of(power(), ControlRoom(1, feeder=OWN_GENERATOR), CAMERAS, viewing(draws=6))
    assert (spared.live_dark == spared.camera_dark).all()
    joined = cuts_of(power(), ControlRoom(1, feeder="north"), CAMERAS, viewing(draws=6))
    # On the same feeder they fail together; on the other, three quarters of three quarters are left on average.
    assert joined.live_dark[0] == pytest.approx(joined.camera_dark[0])
    assert 1.0 - joined.live_dark[1].mean() == pytest.approx(0.75**2, abs=0.01)
    assert (joined.camera_dark == spared.camera_dark).all()


def test_the_length_that_outages_share_keeps_the_interval_wide() -> None:
    figures = {"outage_hours": (2.0, 4.0, 6.0), "battery_hours": (0.0,) * 3}
    dark = cuts_of(power(figures=figures), None, CAMERAS, viewing(draws=200)).camera_dark.mean(axis=2)
    low, high = np.quantile(dark[0], [0.05, 0.95])
    assert high - low > 0.1
    # Feeders of one draw have it in common.
    assert np.corrcoef(dark)[0, 1] > 0.95


def test_an_undeclared_battery_of_the_network_is_that_of_the_cameras_in_every_draw() -> None:
    figures = {"outage_hours": (4.0,) * 3, "battery_hours": (1.0, 2.0, 4.0), "recharge_hours": (0.0,) * 3}
    room = ControlRoom(1, feeder="north")
    found = cuts_of(power(figures=figures), room, CAMERAS, viewing(draws=9))
    held = drawn(estimates_of("power", figures)["battery_hours"], viewing(draws=9))
    assert found.camera_dark[0].mean(axis=1) == pytest.approx(2.0 * np.maximum(0.0, 4.0 - held) / 24.0)
    assert found.live_dark[0] == pytest.approx(found.camera_dark[0])
    longer = cuts_of(power(figures=figures | {"network_battery_hours": (0.5,) * 3}), room, CAMERAS, viewing(draws=9))
    assert longer.camera_dark[0].mean(axis=1) == pytest.approx(np.full(9, 2.0 * 3.5 / 24.0))


def test_a_timetable_is_followed_to_the_hour() -> None:
    cuts = (Outage("north", 24.0 * 2 + 18.0, 5.0), Outage("*", 1.0, 2.0))
    found = cuts_of(power(outages_per_day=None, timetable=cuts, figures={}), None, CAMERAS, viewing(draws=2))
    weeks = 365 / 7
    # Monday 1:00 to 3:00 for both; Wednesday 18:00 to 23:00 for the north alone. A year begins on a Monday here and has 53 of them.
    assert found.camera_dark[1, 0, 0] * 365 * 6 == pytest.approx(53 * 2.0)
    assert found.camera_dark[0, 0, 3] * 365 * 6 == pytest.approx(52 * 5.0)
    assert found.camera_dark[0, 0, 1:3].sum() == 0.0
    assert weeks == pytest.approx(52.14, abs=0.01)


def test_a_camera_without_a_feeder_hangs_on_one_of_its_own() -> None:
    fed = Feeders("feeders.geojson", dict.fromkeys(CAMERAS[:3], "north"), ("north",))
    found = cuts_of(power(feeders=fed), None, CAMERAS, viewing(draws=3))
    assert found.known_count == 3
    assert found.camera_dark.shape[0] == 2
    assert cuts_of(power(feeders=None), None, CAMERAS, viewing(draws=3)).feeder.tolist() == [0] * 8


def test_nothing_is_said_where_nothing_says_how_often_the_power_fails() -> None:
    assert cuts_of(Power(figures={"battery_hours": (4.0,) * 3}), None, CAMERAS, viewing(draws=2)) is None
    assert cuts_of(power(figures={}), None, CAMERAS, viewing(draws=2)) is None


def test_neither_order_nor_other_feeders_nor_workers_change_anything() -> None:
    forth = cuts_of(power(), None, CAMERAS, viewing(draws=5))
    back = cuts_of(power(), None, CAMERAS[::-1], viewing(draws=5))
    assert (forth.camera_dark[forth.feeder] == back.camera_dark[back.feeder][::-1]).all()
    with ThreadPoolExecutor(2) as executor:
        shared_out = cuts_of(power(), None, CAMERAS, viewing(draws=60), work=Work(executor))
    assert (shared_out.camera_dark == cuts_of(power(), None, CAMERAS, viewing(draws=60)).camera_dark).all()
    assert (shared_out.camera_dark[:, :5] == forth.camera_dark).all()
    alone = cuts_of(power(), None, CAMERAS[4:], viewing(draws=5))
    assert (alone.camera_dark[0] == forth.camera_dark[1]).all()


# Costs

PRICES = {
    "camera": 1000.0, "housing": 300.0, "licence": 200.0, "installation_hours": 4.0, "labour_per_hour": 50.0,
    "network_per_camera_year": 120.0, "software_per_camera_year": 30.0, "storage_per_tb_year": 50.0, "operator_year": 40_000.0,
    "operator_hours_per_year": 1825.0, "energy_w": 10.0, "energy_per_kwh": 0.25, "maintenance_share": 0.1, "life_years": 3.0,
    "outdoor_hours_per_day": 0.5,
}  # fmt: skip


FIVE = (Arrival(0.0, 5),)


def bill(terms: Terms):
    """Return the bill on paper: 1.2 TB kept of a camera, 48 hours of operators a day."""
    values = {name: np.array([value]) for name, value in PRICES.items()}
    return bill_of(values | {"tb_per_camera": np.array([1.2]), "staff_hours_per_day": np.array([48.0])}, terms)


def terms(*arrivals: Arrival, years: int = 4, currency: str = "EUR", **changes) -> Terms:
    """Return terms."""
    return Terms(arrivals, years, currency, changes.get("missing", frozenset()), changes.get("in_dollars", frozenset()))


def test_the_bill_on_paper() -> None:
    found = bill(terms(Arrival(0.0, 10), Arrival(1.0, 20)))
    # Hardware 1000 + 300 + 4 * 50 = 1500; with the licence 1700. Energy 10 W * 8760 h = 87.6 kWh, 21.90.
    # A camera-year 120 + 30 + 1.2 * 50 + 21.90 + 150 = 381.90. Staff 48 * 365 / 1825 = 9.6 operators, 384,000.
    assert found.first_capital.tolist() == [51_000.0]
    assert found.camera_year.tolist() == pytest.approx([381.9])
    assert found.staff_year.tolist() == pytest.approx([384_000.0])
    assert found.energy_year.tolist() == pytest.approx([657.0])
    # The ten of the first year are replaced after three: 15,000 in the fourth; the others after the end.
    assert found.capital[:, 0].tolist() == [17_000.0, 34_000.0, 0.0, 15_000.0]
    assert found.running[:, 0] == pytest.approx([3_819.0 + 384_000.0, *[11_457.0 + 384_000.0] * 3])
    assert found.total.tolist() == pytest.approx([66_000.0 + 3_819.0 + 3 * 11_457.0 + 4 * 384_000.0])


def test_a_price_that_nobody_states_is_left_out() -> None:
    found = bill(terms(Arrival(0.0, 10), missing=frozenset(("camera", "operator_year"))))
    assert found.first_capital.tolist() == [10 * 700.0]
    assert found.staff_year.tolist() == [0.0]


def test_dollars_are_not_taken_for_another_currency() -> None:
    mine = {"camera": (900.0, 1000.0, 1100.0)}
    euros = terms_of(Costs("EUR", mine), FIVE)
    assert "camera" not in euros.missing
    assert {"housing", "operator_year", "energy_per_kwh"} <= euros.missing
    assert "energy_w" not in euros.missing
    rated = terms_of(Costs("EUR", mine, (0.9,) * 3), FIVE)
    assert rated.missing == frozenset()
    assert "housing" in rated.in_dollars
    assert terms_of(Costs("usd", mine), FIVE).missing == terms_of(Costs(), FIVE).missing == frozenset()
    values = {name: np.array([value]) for name, value in PRICES.items()}
    values |= {"tb_per_camera": np.zeros(1), "staff_hours_per_day": np.zeros(1), "per_dollar": np.array([0.5])}
    assert bill_of(values, rated).first_capital.tolist() == [5 * (1000.0 + 150.0 + 4.0 * 25.0 + 100.0)]


def test_a_price_is_shared_by_all_cameras_so_more_cameras_narrow_nothing() -> None:
    look = viewing(draws=200)
    values = cost_values(cost_estimates(Costs("USD")), look, tb_per_camera=None, staff_hours_per_day=None)
    spreads = []
    for count in (1, 10_000):
        low, high = np.quantile(bill_of(values, terms(Arrival(0.0, count))).total, [0.05, 0.95])
        spreads.append(high / low)
    assert spreads[0] == pytest.approx(spreads[1])
    assert spreads[0] > 1.5


def test_the_tornado_and_the_years_add_up() -> None:
    estimates = cost_estimates(
        Costs("EUR", {name: (value,) * 3 for name, value in PRICES.items()} | {"camera": (500.0, 1000.0, 2000.0)})
    )
    look, of = viewing(draws=50), terms(Arrival(0.0, 10))
    values = cost_values(estimates, look, tb_per_camera=np.full(50, 1.2), staff_hours_per_day=np.full(50, 48.0))
    items = cost_items(estimates, values, of)
    # Nothing but the camera is open: 10 of them, bought and once replaced, and four years of a tenth for maintenance.
    assert items.index.tolist() == ["camera"]
    assert items.loc["camera", "swing"] == pytest.approx(10 * 1500.0 * 2 + 4 * 10 * 0.1 * 1500.0)
    found = bill_of(values, of)
    years = cost_years(found, of)
    assert years["capital_cost"].sum() + years["running_cost"].sum() == pytest.approx(found.total.mean())
