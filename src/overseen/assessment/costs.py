"""What the network costs over the years of the roll-out: prices that all cameras of a draw share, and what moves the total."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.assessment.arrivals import Arrival
from overseen.assessment.estimates import declared_estimate, drawn, estimates_of, operation_pack
from overseen.exposure.streets import INTERVAL
from overseen.model.operations import Costs, Estimate
from overseen.model.schema import COST_ITEMS, COST_YEARS, interval_columns
from overseen.model.viewing import Viewing

Floats = NDArray[np.float64]
Values = Mapping[str, Floats]

DOLLARS = "USD"
KWH_PER_W_YEAR = 24.0 * 365.0 / 1000.0

PER_DOLLAR, TB_PER_CAMERA, STAFF_HOURS = "per_dollar", "tb_per_camera", "staff_hours_per_day"


@dataclass(frozen=True, slots=True)
class Terms:
    """What is reckoned.

    Parameters
    ----------
    arrivals
        When cameras are put up.
    years
        Years reckoned, from the first arrival.
    currency
        Of every result.
    missing
        Prices that nobody states in that currency: they are left out, so every total is a lower bound.
    in_dollars
        Prices taken from the pack, to be turned into the currency.
    """

    arrivals: tuple[Arrival, ...]
    years: int
    currency: str
    missing: frozenset[str]
    in_dollars: frozenset[str]

    @property
    def camera_count(self) -> int:
        """Cameras in all that arrive within the years."""
        return sum(one.count for one in self.arrivals if one.at_years < self.years)

    def cameras_in(self, year: int) -> float:
        """Return the cameras in place in a year, from 0, mean over it."""
        return sum(one.count * one.share_of(year) for one in self.arrivals)

    @property
    def camera_years(self) -> float:
        """Years in place, summed over the cameras."""
        return sum(self.cameras_in(year) for year in range(self.years))


@dataclass(frozen=True, slots=True)
class Bill:
    """What is paid: shape (years, n) for capital and running, (n,) for the rest.

    Parameters
    ----------
    capital, running
        By year.
    first_capital
        Cameras, housing, labour and licences of all that arrive, each once.
    camera_year
        Running cost of one camera in a year, without staff.
    energy_year, staff_year
        Energy of all cameras and staff, in a year with all of them in place.
    """

    capital: Floats
    running: Floats
    first_capital: Floats
    camera_year: Floats
    energy_year: Floats
    staff_year: Floats

    @property
    def total(self) -> Floats:
        """All that is paid in all years, shape (n,)."""
        return np.asarray((self.capital + self.running).sum(axis=0))


def terms_of(costs: Costs, arrivals: Sequence[Arrival]) -> Terms:
    """Return what is reckoned."""
    currency = costs.currency or DOLLARS
    pack = operation_pack("costs")["figures"]
    open_prices = frozenset(entry["name"] for entry in pack if entry["is_price"] and entry["name"] not in costs.figures)
    is_known = currency.upper() == DOLLARS or costs.per_dollar is not None
    dated = max((math.floor(one.at_years) for one in arrivals), default=0) + 1
    years = costs.years or (dated if len(arrivals) > 1 else int(operation_pack("costs")["years"]["count"]))
    return Terms(
        tuple(arrivals),
        years,
        currency,
        frozenset() if is_known else open_prices,
        open_prices if is_known and currency.upper() != DOLLARS else frozenset(),
    )


def cost_estimates(costs: Costs) -> dict[str, Estimate]:
    """Return every figure of the pack by name, as declared, else as the pack has it; and the price of a dollar."""
    found = estimates_of("costs", costs.figures)
    if costs.per_dollar is not None:
        meaning = f"Price of a US dollar in {costs.currency}"
        found[PER_DOLLAR] = declared_estimate(PER_DOLLAR, meaning, costs.currency or DOLLARS, costs.per_dollar)
    return found


def cost_values(
    estimates: Mapping[str, Estimate],
    viewing: Viewing,
    *,
    tb_per_camera: Floats | None,
    staff_hours_per_day: Floats | None,
) -> dict[str, Floats]:
    """Return every figure in every draw, shape (draws,); no storage and no staff where nobody can tell how much there is."""
    found = {name: drawn(one, viewing) for name, one in estimates.items()}
    nothing = np.zeros(viewing.draws)
    found[TB_PER_CAMERA] = nothing if tb_per_camera is None else tb_per_camera
    found[STAFF_HOURS] = nothing if staff_hours_per_day is None else staff_hours_per_day
    return found  # fmt: skip


def bill_of(values: Values, terms: Terms) -> Bill:
    """Return what is paid with given values, each of shape (n,).

    A camera is replaced, without a new licence, whenever it reaches the end of its life within the years while it stands. Staff is paid from the
    first arrival on.
    """
    price = {name: _price(name, values, terms) for name in values}
    hardware = price["camera"] + price["housing"] + price["installation_hours"] * price["labour_per_hour"]
    unit = hardware + price["licence"]
    energy = price["energy_w"] * KWH_PER_W_YEAR * price["energy_per_kwh"]
    storage = price[TB_PER_CAMERA] * price["storage_per_tb_year"]
    camera_year = (
        price["network_per_camera_year"]
        + price["software_per_camera_year"]
        + storage
        + energy
        + price["maintenance_share"] * hardware
    )
    staff = price[STAFF_HOURS] * 365.0 / price["operator_hours_per_year"] * price["operator_year"]
    in_place = np.array([terms.cameras_in(year) for year in range(terms.years)])
    capital = np.zeros((terms.years, len(unit)))
    for one in terms.arrivals:
        if one.at_years < terms.years:
            capital[math.floor(one.at_years)] += one.count * unit
            _replace(capital, one, hardware, values["life_years"])
    count = terms.camera_count
    return Bill(
        capital, in_place[:, None] * camera_year + staff, count * unit, camera_year, count * energy, staff
    )  # fmt: skip


def _price(name: str, values: Values, terms: Terms) -> Floats:
    if name in terms.missing:
        return np.zeros_like(values[name])
    return values[name] * values[PER_DOLLAR] if name in terms.in_dollars else values[name]


def _replace(capital: Floats, arrival: Arrival, hardware: Floats, life_years: Floats) -> None:
    """Add what is paid when cameras of an arrival reach the end of their life, again and again."""
    years, draws = capital.shape
    due, end = arrival.at_years + life_years, min(float(years), arrival.until_years)
    while np.any(due < end):
        rows = np.flatnonzero(due < end)
        np.add.at(capital, (np.floor(due[rows]).astype(int), np.arange(draws)[rows]), arrival.count * hardware[rows])
        due = due + life_years


def cost_items(estimates: Mapping[str, Estimate], values: Values, terms: Terms) -> pd.DataFrame:
    """Return table ``cost_items``: the total with each figure at its ends and all others at their centre, widest first."""
    ends = {name: one.bounds for name, one in estimates.items()}
    for name in (TB_PER_CAMERA, STAFF_HOURS):
        low, central, high = (float(q) for q in np.quantile(values[name], (INTERVAL[0], 0.5, INTERVAL[1])))
        ends[name] = low, central, high
    centre = {name: np.array([bounds[1]]) for name, bounds in ends.items()}
    rows: dict[str, dict[str, object]] = {}
    for name, (low, _, high) in ends.items():
        at = [float(bill_of({**centre, name: np.array([end])}, terms).total[0]) for end in (low, high)]
        meaning, declared, source = _told(name, estimates)
        rows[name] = {"meaning": meaning, "low_value": at[0], "high_value": at[1], "swing": abs(at[1] - at[0]),
                      "unit": terms.currency, "is_declared": declared, "source": source}  # fmt: skip
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis(index="figure")
    frame.index = frame.index.astype(object)
    kinds = {"low_value": float, "high_value": float, "swing": float, "is_declared": bool}
    frame = frame.astype(kinds)[frame["swing"].astype(float) > 0.0]
    return COST_ITEMS.checked(frame.sort_values(["swing", "figure"], ascending=[False, True], kind="stable"))


def _told(name: str, estimates: Mapping[str, Estimate]) -> tuple[str, bool, str]:
    if name == TB_PER_CAMERA:
        return "Terabytes kept of a camera", False, "bitrate and retention, as above"
    if name == STAFF_HOURS:
        return "Hours of operators in a day", False, "operators and shifts, as above"
    return estimates[name].meaning, estimates[name].is_declared, estimates[name].source


def cost_years(bill: Bill, terms: Terms) -> pd.DataFrame:
    """Return table ``cost_years``."""
    columns: dict[str, object] = {"camera_year_count": [terms.cameras_in(year) for year in range(terms.years)]}
    for stem, paid in (("capital", bill.capital), ("running", bill.running)):
        low, high = np.quantile(paid, INTERVAL, axis=1)
        columns |= dict(zip(interval_columns(stem, "cost"), (paid.mean(axis=1), low, high), strict=True))
    columns["unit"] = terms.currency
    index = pd.Index(np.arange(1, terms.years + 1), name="year")
    return COST_YEARS.checked(pd.DataFrame(columns, index=index))
