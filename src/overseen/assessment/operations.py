"""Running the network: control room, power, storage and money, each as far as the plan declares enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.assessment.arrivals import Arrivals, arrivals_of
from overseen.assessment.control_room import DAY_H, Watch, watch_of
from overseen.assessment.costs import (
    Bill,
    Terms,
    bill_of,
    cost_estimates,
    cost_items,
    cost_values,
    cost_years,
    terms_of,
)
from overseen.assessment.delivery import Delivery, delivered_table, delivery_of, person_hours_per_day
from overseen.assessment.estimates import drawn, estimates_of, figure_table
from overseen.assessment.power import Cuts, cuts_of, feeders_of, power_figures, tells_of_outages
from overseen.assessment.storage import Recording, recording_of
from overseen.exposure.drawn_streets import DrawnStreets
from overseen.exposure.residents import Residents
from overseen.model.city import City
from overseen.model.operations import OWN_GENERATOR, Estimate
from overseen.model.plan import Plan
from overseen.model.schema import COST_ITEMS, COST_YEARS, DELIVERED
from overseen.model.viewing import Viewing
from overseen.visibility.cells import HERE, Work

Floats = NDArray[np.float64]

WHAT_IS_DELIVERED = "what is delivered while the power fails"
NEEDS_POWER = "[power] outages_per_day and outage_hours, or a timetable"
NEEDS_OUTAGES = "power.outages_per_day and power.outage_hours, or power.timetable"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that cannot be told, and what would be needed: keys of the plan file."""

    subject: str
    what: str
    needs: str


@dataclass(frozen=True, slots=True)
class Operations:
    """What was found about running the network, and the tables behind it.

    Parameters
    ----------
    figures, delivered, cost_items, cost_years
        Tables of :mod:`overseen.model.schema`.
    gaps
        What cannot be told.
    assumed
        What was assumed where the plan is silent, as sentences, with their subject.
    """

    figures: pd.DataFrame
    delivered: pd.DataFrame
    cost_items: pd.DataFrame
    cost_years: pd.DataFrame
    gaps: tuple[Gap, ...]
    assumed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Where:
    """What of the city the examination takes: areas, streets in view draw by draw, and residents.

    Parameters
    ----------
    city
        The city.
    areas
        Table ``areas``, the city's own or squares.
    drawn
        What the first draws leave in view of every street.
    residents
        Whose exposure is known.
    """

    city: City
    areas: gpd.GeoDataFrame
    drawn: DrawnStreets
    residents: Residents


@dataclass(slots=True)
class Examined:
    """Everything that findings are drawn from; None where it cannot be told."""

    camera_count: int
    feed_count: int
    residents: float
    watch: Watch | None = None
    recording: Recording | None = None
    cuts: Cuts | None = None
    recording_dark: Floats | None = None
    live_dark: Floats | None = None
    delivery: Delivery | None = None
    hours: tuple[Floats, Floats, Floats] | None = None
    bill: Bill | None = None
    terms: Terms | None = None
    arrivals: Arrivals | None = None
    estimates: list[tuple[str, Estimate]] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    assumed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_cost_complete(self) -> bool:
        """Whether no cost is left out for want of a figure."""
        return not any(gap.subject == "costs" and gap.what.startswith("cost of") for gap in self.gaps)


def operations_of(plan: Plan, where: Where, viewing: Viewing, *, work: Work = HERE) -> tuple[Operations, Examined]:
    """Return what can be told of running the network. Every camera of the list counts that is not marked as disused."""
    cameras = plan.network.cameras
    cameras = cameras[cameras["status"] != "disused"]
    found = _begun(plan, float(where.residents.resident_count.sum()), viewing)
    delivered = _add_power(found, plan, cameras, where, viewing, work)
    items, years = _add_costs(found, plan, viewing)
    told = Operations(figure_table(found.estimates), delivered, items, years, tuple(found.gaps), tuple(found.assumed))
    return told, found


def operation_assumptions(plan: Plan, viewing: Viewing, residents: float) -> Operations:
    """Return the figures that an examination would take, what it would assume and what it could not tell; no view is needed.

    Tables of results are empty. ``residents`` is how many are known of.
    """
    found = _begun(plan, residents, viewing)
    power = plan.power
    if power is not None and tells_of_outages(power):
        cameras = plan.network.cameras
        ids = cameras.index[cameras["status"] != "disused"].astype(str)
        found.estimates += [("power", one) for one in power_figures(power).values()]
        found.assumed += _assumed_of_power(plan, feeders_of(power, list(ids))[2], found.camera_count)
        if residents:
            found.estimates.append(("power", _outdoors(plan)))
    elif power is not None:
        found.gaps.append(Gap("power", WHAT_IS_DELIVERED, NEEDS_OUTAGES))
    else:
        found.gaps.append(Gap("power", WHAT_IS_DELIVERED, NEEDS_POWER))
    _add_costs(found, plan, viewing)
    nothing = DELIVERED.empty(), COST_ITEMS.empty(), COST_YEARS.empty()
    return Operations(figure_table(found.estimates), *nothing, tuple(found.gaps), tuple(found.assumed))


def _begun(plan: Plan, residents: float, viewing: Viewing) -> Examined:
    """Return what can be told before anything is known of the power: who watches, and what is recorded."""
    cameras = plan.network.cameras
    cameras = cameras[cameras["status"] != "disused"]
    heads = plan.network.heads
    feeds = heads["camera_id"].isin(cameras.index)
    found = Examined(len(cameras), int(feeds.sum()), residents)
    _add_room(found, plan, heads.loc[feeds, "camera_id"], viewing)
    _add_recording(found, plan, viewing)
    return found


def _outdoors(plan: Plan) -> Estimate:
    return estimates_of("costs", plan.costs.figures if plan.costs else {})["outdoor_hours_per_day"]


def _add_room(found: Examined, plan: Plan, feed_of: pd.Series, viewing: Viewing) -> None:
    room = plan.control_room
    if room is None:
        needs = "[control_room] operators_per_shift"
        found.gaps.append(Gap("control_room", "who watches, and how much of it", needs))
        return
    if room.operators_per_shift is None:
        found.gaps.append(Gap("control_room", "how many feeds an operator has", "control_room.operators_per_shift"))
        return
    if room.live_cameras is not None:
        live = float(feed_of.isin(room.live_cameras).sum())
    else:
        live = found.feed_count * (1.0 if room.live_share is None else room.live_share)
    if room.live_share is None and room.live_cameras is None:
        found.assumed.append(("control_room", "Every camera of the list is taken to be meant for live watching."))
    if room.screens_per_operator is None:
        found.gaps.append(Gap("control_room", "which published detection rate applies", "control_room.screens_per_operator"))  # fmt: skip
    if room.link_mbps is None:
        found.gaps.append(Gap("control_room", "whether the link carries the streams", "control_room.link_mbps"))
    found.watch = watch_of(room, camera_count=found.camera_count, feeds=(found.feed_count, live), viewing=viewing)
    assert found.watch is not None  # noqa: S101 - the number of operators is declared
    found.estimates += [("control_room", one) for one in found.watch.estimates]


def _add_recording(found: Examined, plan: Plan, viewing: Viewing) -> None:
    if plan.storage is None and plan.retention_days is None and plan.control_room is None:
        found.gaps.append(Gap("storage", "how much is recorded and kept", "[storage] or [retention]"))
        return
    found.recording = recording_of(
        plan.storage,
        plan.retention_days,
        camera_count=found.camera_count,
        feed_count=found.feed_count,
        viewing=viewing,
    )
    found.estimates += [("storage", one) for one in found.recording.estimates]
    if plan.retention_days is None:
        found.gaps.append(Gap("storage", "how much is kept", "[retention] days"))


def _add_power(
    found: Examined, plan: Plan, cameras: gpd.GeoDataFrame, where: Where, viewing: Viewing, work: Work
) -> pd.DataFrame:
    power, room, ids = plan.power, plan.control_room, cameras.index.astype(str)
    cuts = None if power is None else cuts_of(power, room, list(ids), viewing, work=work)
    feeder = np.zeros(len(ids), dtype=np.int64) if cuts is None else cuts.feeder
    of_examined = pd.Series(feeder, index=ids).reindex(where.drawn.camera_id.astype(str)).to_numpy(dtype=np.int64)
    if cuts is not None:
        is_needed = room is not None and room.is_recording_independent is False
        found.recording_dark = cuts.live_dark if is_needed else cuts.camera_dark
        found.live_dark = None if room is None else cuts.live_dark
        found.cuts = cuts
        found.estimates += [("power", one) for one in cuts.estimates]
        found.assumed += _assumed_of_power(plan, cuts.known_count, found.camera_count)
    elif power is None:
        found.gaps.append(Gap("power", WHAT_IS_DELIVERED, NEEDS_POWER))
    else:
        found.gaps.append(Gap("power", WHAT_IS_DELIVERED, NEEDS_OUTAGES))
    if cuts is None and plan.costs is None:
        return DELIVERED.empty()
    found.delivery = delivery_of(where.city, where.areas, where.drawn, found.recording_dark, of_examined, viewing)
    _add_person_hours(found, plan, where, viewing)
    if cuts is None:
        return DELIVERED.empty()
    dark = {"recording": cuts.camera_dark if found.recording_dark is None else found.recording_dark}
    if found.live_dark is not None:
        dark["live"] = found.live_dark
    points = cameras.to_crs(where.city.buildings.crs).geometry.to_numpy()
    return delivered_table(where.areas, found.delivery, dark, points, feeder)


def _assumed_of_power(plan: Plan, known_count: int, camera_count: int) -> Iterator[tuple[str, str]]:
    power, room = plan.power, plan.control_room
    assert power is not None  # noqa: S101 - there are cuts
    if power.feeders is None:
        yield "power", "The plan names no feeders: all cameras are taken to hang on one, and to fail together."
    elif known_count < camera_count:
        yield (
            "power",
            f"{camera_count - known_count:,} of {camera_count:,} cameras are near no feeder; they are taken to hang on one of their own that fails as the others do.",
        )
    if room is not None and room.feeder is None:
        yield "power", "The control room is taken to hang on a feeder of its own that fails as the others do."
    elif room is not None and room.feeder == OWN_GENERATOR:
        yield "power", "The control room has a generator of its own, which is taken never to fail."
    elif room is not None and power.feeders is not None and room.feeder not in power.feeders.names:
        yield (
            "power",
            "The feeder of the control room is none of the file: it is taken to be another that fails as the others do.",
        )
    if room is not None and room.is_recording_independent is None:
        yield (
            "power",
            "Whether recording goes on while the control room is dark is not declared; it is taken to go on, so that what is recorded is an upper bound.",
        )
    if power.timetable and (power.outages_per_day is None or "outage_hours" not in power.figures):
        yield "power", "A feeder that the timetable does not name has no outage."


def _add_person_hours(found: Examined, plan: Plan, where: Where, viewing: Viewing) -> None:
    residents = where.residents
    if not found.residents:
        found.gaps.append(Gap("costs", "anything by resident or by hour in view", "[city] people"))
        return
    assert found.delivery is not None  # noqa: S101 - it was measured just before
    outdoors = _outdoors(plan)
    if found.cuts is not None:
        # Person-hours stand in the section on power, whether the plan has costs or not.
        found.estimates.append(("power", outdoors))
    found.hours = person_hours_per_day(
        found.delivery, residents.unit, residents.resident_count, drawn(outdoors, viewing)
    )


def _assumed_of_arrivals(found: Examined, terms: Terms) -> Iterator[str]:
    """Yield what was taken of when cameras come, and where the list and the phases differ."""
    arrivals = found.arrivals
    assert arrivals is not None  # noqa: S101 - they were counted just before
    if not arrivals.is_dated:
        yield (
            "All cameras are taken to be put up at once: neither the list nor a phase says when, or how many a phase adds."
        )
    elif terms.camera_count + arrivals.standing_count != found.camera_count:
        yield f"{terms.camera_count:,} cameras are put up within the years; the list has {found.camera_count:,}."
    if arrivals.standing_count:
        yield (
            f"{arrivals.standing_count:,} cameras that stood before the first phase are in the list and not in the bill: neither what"
            " they cost nor what running them costs, but for the staff, who watch them too."
        )
    if arrivals.never_count:
        yield f"{arrivals.never_count:,} cameras of the list come in no phase and are not in the bill."
    yield from arrivals.disagreements


def _add_costs(found: Examined, plan: Plan, viewing: Viewing) -> tuple[pd.DataFrame, pd.DataFrame]:
    costs = plan.costs
    if costs is None:
        found.gaps.append(Gap("costs", "what the network costs", "[costs] with a currency"))
        return COST_ITEMS.empty(), COST_YEARS.empty()
    estimates = cost_estimates(costs)
    found.arrivals = arrivals_of(plan)
    terms = terms_of(costs, found.arrivals.groups)
    kept = None if found.recording is None else found.recording.held_tb
    staff = None if found.watch is None else found.watch.operators * found.watch.staffed_share * DAY_H
    if kept is None:
        found.gaps.append(Gap("costs", "cost of storage", "[retention] days"))
    if staff is None:
        found.gaps.append(Gap("costs", "cost of staff", "control_room.operators_per_shift"))
    found.gaps += [
        Gap("costs", f"cost of {estimates[name].meaning[0].lower()}{estimates[name].meaning[1:]}",
            f"costs.{name} in {terms.currency}, or costs.per_dollar")
        for name in sorted(terms.missing)
    ]  # fmt: skip
    if costs.budget is None:
        found.gaps.append(Gap("costs", "whether the budget covers it", "costs.budget"))
    values = cost_values(
        estimates,
        viewing,
        tb_per_camera=None if kept is None else kept / max(found.camera_count, 1),
        staff_hours_per_day=staff,
    )
    found.estimates += [("costs", one) for name, one in estimates.items() if name not in terms.missing]
    if costs.currency is None:
        found.assumed.append(("costs", "The plan declares no currency: published prices in US dollars are used."))
    if costs.years is None:
        why = "from the first phase to the last" if len(terms.arrivals) > 1 else "our judgement: the plan declares none"
        found.assumed.append(("costs", f"{terms.years} years are reckoned, {why}."))
    found.assumed += [("costs", sentence) for sentence in _assumed_of_arrivals(found, terms)]
    found.bill, found.terms = bill_of(values, terms), terms
    return cost_items(estimates, values, terms), cost_years(found.bill, terms)
