"""The numbers about running the network that a report may publish."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.assessment.estimates import operation_pack
from overseen.assessment.headline import FindingRows, drawn_interval
from overseen.assessment.operations import Examined
from overseen.assessment.power import DAYS, PERIODS
from overseen.exposure.streets import INTERVAL
from overseen.model.plan import Plan
from overseen.model.schema import FINDINGS

Floats = NDArray[np.float64]

FEWEST_IN_DISTRIBUTION = 10
"""Fewer cameras make no distribution: each would be told."""

QUANTILES = {"worst_tenth": 0.1, "middle": 0.5, "best_tenth": 0.9}


def operation_findings(found: Examined, plan: Plan) -> pd.DataFrame:
    """Return rows of table ``findings``; none of what cannot be told."""
    rows = FindingRows()
    _add_watch(rows, found)
    _add_link(rows, found, plan)
    _add_recording(rows, found)
    _add_power(rows, found, plan)
    _add_delivery(rows, found)
    _add_costs(rows, found, plan)
    return rows.table() if rows.rows else FINDINGS.empty()


def _add_watch(rows: FindingRows, found: Examined) -> None:
    watch = found.watch
    if watch is None:
        return
    rows.add("control_room_cameras_per_operator", "control_room", "Cameras meant to be watched live by operator on duty",
             unit="cameras", denominator=float(watch.live_camera_count), denominator_unit="cameras meant to be watched live",
             **drawn_interval(watch.cameras_per_operator))  # fmt: skip
    rows.add("control_room_feeds_per_operator", "control_room", "Feeds meant to be watched live by operator on duty",
             unit="feeds", denominator=watch.live_feed_count, denominator_unit="feeds meant to be watched live",
             **drawn_interval(watch.live_feed_count / watch.operators))  # fmt: skip
    what = "feed-hours of all cameras in a day"
    of = 24.0 * watch.feed_count
    parts = {
        "staffed": ("Part of the day in which somebody is in the control room", watch.staffed_share, 24.0, "hours of a day"),
        "shown": ("Part of all camera-hours that is on a screen while somebody is there", watch.shown_share, of, what),
        "watched": ("Part of all camera-hours that anybody watches, were there no outages", watch.watched_share, of, what),
    }  # fmt: skip
    for name, (meaning, share, base, words) in parts.items():
        rows.add(f"control_room_{name}_share", "control_room", meaning, unit="share", denominator=base,
                 denominator_unit=words, **drawn_interval(share))  # fmt: skip
    if found.live_dark is not None and found.cuts is not None and found.camera_count:
        on = 1.0 - found.live_dark[found.cuts.feeder].mean(axis=(0, 2))
        rows.add("control_room_watched_delivered_share", "control_room",
                 "Part of all camera-hours that anybody watches, with outages of cameras and control room", unit="share",
                 denominator=of, denominator_unit=what, **drawn_interval(watch.watched_share * on))  # fmt: skip
    if watch.detected is not None:
        low, high = watch.detected
        study = operation_pack("control_room")["detection"]
        rows.add("control_room_detected_share", "control_room",
                 f"Published share of targets detected by one person with so many monitors; {study['source']}", unit="share",
                 value=(low + high) / 2.0, low=low, high=high, denominator=1.0, denominator_unit="targets in the study")  # fmt: skip


def _add_link(rows: FindingRows, found: Examined, plan: Plan) -> None:
    room, watch, recording = plan.control_room, found.watch, found.recording
    if room is None or recording is None:
        return
    # What is recorded somewhere else comes in only where it is watched.
    feeds = float(recording.feed_count)
    if room.is_recording_independent and watch is not None:
        feeds = watch.live_feed_count
    mbps = feeds * recording.mbps
    rows.add("control_room_stream_mbps", "control_room", "Streams into the control room, summed", unit="Mbit/s",
             denominator=feeds, denominator_unit="streams", **drawn_interval(mbps))  # fmt: skip
    if room.link_mbps is not None:
        fits = float((mbps <= room.link_mbps).mean())
        rows.add("control_room_link_fits_share", "control_room", "Share of the draws in which the declared link carries them",
                 unit="share", value=fits, denominator=room.link_mbps, denominator_unit="Mbit/s declared")  # fmt: skip


def _add_recording(rows: FindingRows, found: Examined) -> None:
    recording = found.recording
    if recording is None:
        return
    streams = {"denominator": float(recording.feed_count), "denominator_unit": "streams"}
    cameras = {"denominator": float(found.camera_count), "denominator_unit": "cameras not marked as disused"}
    for name, meaning, unit, values in (
        ("storage_stream_mbps", "Bitrate of one stream", "Mbit/s", recording.mbps),
        ("storage_gb_per_day", "Recorded in a day", "GB", recording.gb_per_day),
        ("storage_held_tb", "Kept at any time", "TB", recording.held_tb),
        ("storage_camera_days", "Days of recording kept at any time, over all cameras", "camera-days", recording.camera_days),
    ):  # fmt: skip
        if values is not None:
            rows.add(
                name,
                "storage",
                meaning,
                unit=unit,
                **drawn_interval(values),
                **(cameras if name == "storage_camera_days" else streams),
            )


def _add_power(rows: FindingRows, found: Examined, plan: Plan) -> None:
    cuts, dark = found.cuts, found.recording_dark
    if cuts is None or dark is None or not found.camera_count:
        return
    rows.count("power_cameras_fed_count", "power", "Cameras whose feeder is known", cuts.known_count,
               of=found.camera_count, what="cameras not marked as disused")  # fmt: skip
    is_open = plan.control_room is not None and plan.control_room.is_recording_independent is None
    of = {"denominator": found.camera_count * 24.0 * DAYS, "denominator_unit": f"camera-hours of {DAYS} days"}
    weight = np.bincount(cuts.feeder, minlength=len(dark)) / found.camera_count
    for stem, words, values, bound in (
        ("recording", "Part of the camera-hours in which a camera's picture is recorded", dark, "upper" if is_open else "none"),
        ("live", "Part of the camera-hours in which a camera and the control room are on", found.live_dark, "none"),
    ):  # fmt: skip
        if values is None:
            continue
        on = 1.0 - np.einsum("f,fdb->db", weight, values)
        rows.add(
            f"power_{stem}_share", "power", words, unit="share", bound=bound, **drawn_interval(on.mean(axis=1)), **of
        )
        for block, period in enumerate(PERIODS):
            first, last = period.split("-")
            rows.add(f"power_{stem}_{period}_share", "power", f"{words}, from {first} to {last} h", unit="share",
                     bound=bound, **drawn_interval(on[:, block]), **of)  # fmt: skip
    if found.camera_count >= FEWEST_IN_DISTRIBUTION:
        _add_distribution(rows, 1.0 - dark.mean(axis=2), weight)


def _add_distribution(rows: FindingRows, on: Floats, weight: Floats) -> None:
    """Add how unevenly it is spread over the cameras: quantiles over cameras in each draw."""
    order = np.argsort(on, axis=0, kind="stable")
    part = np.cumsum(weight[order], axis=0)
    for name, quantile in QUANTILES.items():
        place = np.minimum((part < quantile - 1e-12).sum(axis=0), len(on) - 1)
        value = np.take_along_axis(on, np.take_along_axis(order, place[None, :], axis=0), axis=0)[0]
        rows.add(f"power_recording_{name}_share", "power",
                 f"Availability below which {quantile:.0%} of the cameras lie, over a year".replace("%", " %"), unit="share",
                 denominator=1.0, denominator_unit="time", **drawn_interval(value))  # fmt: skip


def _bounded(least: Floats, most: Floats) -> dict[str, float]:
    """Return mean, low and high of what each draw bounds."""
    low, high = float(np.quantile(least, INTERVAL[0])), float(np.quantile(most, INTERVAL[1]))
    return {"value": float(((least + most) / 2.0).mean()), "low": low, "high": high}


def _add_delivery(rows: FindingRows, found: Examined) -> None:
    delivery = found.delivery
    if delivery is None:
        return
    promised, least, most = delivery.everywhere
    draws = len(promised)
    what = f"m h of counted street in a day, inside the boundary; {draws} draws"
    in_all = 24.0 * float(delivery.length_all_m)
    shared = {"view": "reachable", "denominator": in_all, "denominator_unit": what}
    rows.add("power_streets_promised_m_h", "power", "Street metre-hours in a day that cameras could look at, were there no outages",
             unit="m h", **drawn_interval(24.0 * promised), **shared)  # fmt: skip
    if found.cuts is not None:
        each = least.mean(axis=1), most.mean(axis=1)
        rows.add("power_streets_delivered_m_h", "power",
                 "The same with outages; the interval holds the bounds of views that overlap across feeders", unit="m h",
                 **_bounded(24.0 * each[0], 24.0 * each[1]), **shared)  # fmt: skip
        some = promised > 0.0
        if some.any():
            ratio = (each[0][some] / promised[some], each[1][some] / promised[some])
            rows.add("power_streets_delivered_share", "power", "Part of the promised street metre-hours that is delivered", unit="share",
                     view="reachable", denominator=float(24.0 * promised.mean()), denominator_unit="m h promised in a day",
                     **_bounded(*ratio))  # fmt: skip
    if found.hours is None:
        return
    promised_h, least_h, most_h = found.hours
    people = {
        "view": "reachable",
        "denominator_unit": f"residents whose exposure is known; {draws} draws",
        "denominator": found.residents,
    }
    rows.add("person_hours_promised", "power", "Hours in a day that residents spend in view in the streets around their homes, were there no outages",
             unit="person-hours", **drawn_interval(promised_h), **people)  # fmt: skip
    if found.cuts is not None:
        rows.add("person_hours_delivered", "power", "The same with outages", unit="person-hours",
                 **_bounded(least_h, most_h), **people)  # fmt: skip


def _add_costs(rows: FindingRows, found: Examined, plan: Plan) -> None:
    bill, terms, costs = found.bill, found.terms, plan.costs
    if bill is None or terms is None or costs is None:
        return
    bound = "none" if found.is_cost_complete else "lower"
    count, years, unit = terms.camera_count, terms.years, terms.currency
    total = bill.total

    def add(name: str, meaning: str, values: Floats, of: Mapping[str, object], *, unit: str = unit) -> None:
        rows.add(name, "costs", meaning, unit=unit, bound=bound, **drawn_interval(values), **of)

    cameras = {"denominator": float(count), "denominator_unit": "cameras put up"}
    span = {"denominator": float(years), "denominator_unit": "years"}
    add("cost_capital", "Cameras, housing, labour and licences, each camera once", bill.first_capital, cameras)
    add("cost_year", "Running the network for a year with all cameras in place, staff included",
        count * bill.camera_year + bill.staff_year, cameras)  # fmt: skip
    add("cost_energy_year", "Energy of all cameras in a year", bill.energy_year, cameras)
    if found.watch is not None:
        add("cost_staff_year", "Operators in a year", bill.staff_year, {"denominator": float(found.watch.operators.mean()),
                                                                        "denominator_unit": "operators on duty"})  # fmt: skip
    add("cost_total", f"All that is paid in {years} years", total, span)
    if count:
        add("cost_per_camera", f"All that is paid in {years} years, by camera", total / count, cameras)
    residents = found.residents
    if residents:
        people = {"denominator": residents, "denominator_unit": "residents whose exposure is known"}
        add("cost_per_resident", f"All that is paid in {years} years, by resident", total / residents, people)
    _add_per_hour(rows, found, bound)
    if costs.budget is not None:
        covered = float((total <= costs.budget).mean())
        rows.add("cost_budget_covered_share", "costs", "Share of the draws in which the declared budget covers all that is paid",
                 unit="share", value=covered, denominator=costs.budget, denominator_unit=f"{unit} declared",
                 bound="none" if bound == "none" else "upper")  # fmt: skip


def _add_per_hour(rows: FindingRows, found: Examined, bound: str) -> None:
    """Add what an hour of one resident in view costs: exposure is taken to grow as the number of cameras does.

    Cameras that stood before are in the hours and not in the bill: what an hour of the others costs is then a lower bound.
    """
    bill, terms = found.bill, found.terms
    bound = "lower" if found.arrivals is not None and found.arrivals.standing_count else bound
    if found.hours is None or bill is None or terms is None or not terms.camera_count:
        return
    days = 365.0 * terms.camera_years / terms.camera_count
    names = {"promised": "as promised"} | ({"delivered": "as delivered"} if found.cuts is not None else {})
    for name, words in names.items():
        promised, least, most = found.hours
        hours = (promised if name == "promised" else (least + most) / 2.0) * days
        if not (hours > 0.0).all():
            continue
        each = bill.total[: len(hours)] / hours
        rows.add(f"cost_per_person_hour_{name}", "costs", f"All that is paid, by hour that a resident spends in view, {words}",
                 unit=terms.currency, bound=bound, denominator=float(hours.mean()),
                 denominator_unit=f"person-hours in {terms.years} years", **drawn_interval(each))  # fmt: skip
