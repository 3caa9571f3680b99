"""Power: how long feeders leave cameras and the control room in the dark, drawn feeder by feeder.

What is drawn of a feeder depends on the seed, its name and the draw alone. Cameras of one feeder fail together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from overseen.assessment.estimates import declared_estimate, drawn, estimate_at, estimates_of
from overseen.kernels.outages import Batteries, Failures, dark_hours
from overseen.model.operations import OWN_GENERATOR, ControlRoom, Estimate, Outage, Power
from overseen.model.viewing import Viewing
from overseen.visibility.cells import HERE, Work
from overseen.visibility.unknowns import stratified_uniforms

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

DAYS = 365
BLOCKS = 4
"""Parts of the day in which hours in the dark are told apart."""

PERIODS = ("00-06", "06-12", "12-18", "18-24")

SHARED_WEIGHT = 0.5
"""How much of the length of an outage all outages of a draw have in common; the rest is each one's own: our judgement."""

LENGTHS = 1024
"""Quantiles of the length of an outage, each as likely as the next."""

DRAWS_AT_ONCE = 25

UNKNOWN_FEEDER, ROOM_FEEDER = "(no feeder known)", "(control room)"


@dataclass(frozen=True, slots=True)
class Cuts:
    """How long feeders are in the dark, as shares of the time, shape (feeders, draws, blocks).

    Parameters
    ----------
    camera_dark
        A camera on the feeder gives no picture.
    live_dark
        It gives none, or the control room is dark; without a control room the same.
    feeder
        Number of the feeder of each camera, shape (cameras,).
    known_count
        Cameras of which the feeder is known.
    feeder_count
        Feeders with a camera.
    estimates
        The figures that went in.
    """

    camera_dark: Floats
    live_dark: Floats
    feeder: Integers
    known_count: int
    feeder_count: int
    estimates: tuple[Estimate, ...]


def cuts_of(
    power: Power, room: ControlRoom | None, camera_ids: Sequence[str], viewing: Viewing, *, work: Work = HERE
) -> Cuts | None:
    """Return how long the feeders of cameras are in the dark over a year; None where nothing says how often the power fails."""
    figures = power_figures(power)
    if not tells_of_outages(power):
        return None
    names, feeder, known = feeders_of(power, camera_ids)
    room_feeder = -1
    if room is not None and room.feeder != OWN_GENERATOR:
        where = room.feeder or ROOM_FEEDER
        names = names if where in names else (*names, where)
        room_feeder = names.index(where)
    failures = _failures(power, names, figures, viewing)
    # What is taken to be as long as the cameras' batteries is so in every draw.
    cameras, network, room_battery = (
        _battery(figures[name if name in power.figures else "battery_hours"], figures["recharge_hours"], viewing)
        for name in ("battery_hours", "network_battery_hours", "room_battery_hours")
    )
    starts = range(0, viewing.draws, DRAWS_AT_ONCE)

    def some(low: int) -> tuple[Floats, Floats]:
        high = min(low + DRAWS_AT_ONCE, viewing.draws)
        return dark_hours(failures, cameras, network, room_battery, room_feeder, DAYS, BLOCKS, low, high)

    results = list(map(some, starts) if work.executor is None else work.executor.map(some, starts))
    block_h = DAYS * 24.0 / BLOCKS
    own, joint = (
        np.clip(np.concatenate([part[place] for part in results], axis=1) / block_h, 0.0, 1.0) for place in (0, 1)
    )
    return Cuts(own, joint, feeder, known, len(np.unique(feeder)), tuple(figures.values()))  # fmt: skip


def tells_of_outages(power: Power) -> bool:
    """Return whether anything says how often the power fails: how often and for how long, or a timetable."""
    return bool(power.timetable) or (power.outages_per_day is not None and "outage_hours" in power.figures)


def power_figures(power: Power) -> dict[str, Estimate]:
    """Return the figures of power: batteries of the network and of the room are as the cameras' where nothing else is declared."""
    found = estimates_of("power", power.figures)
    for name in ("network_battery_hours", "room_battery_hours"):
        if name not in power.figures:
            low, central, high = found["battery_hours"].bounds
            found[name] = replace(found[name], low=low, central=central, high=high)
    if power.outages_per_day is not None:
        found["outages_per_day"] = declared_estimate(
            "outages_per_day", "Outages of a feeder in a day", "outages", power.outages_per_day
        )
    if "outage_hours" in power.figures:
        found["outage_hours"] = declared_estimate(
            "outage_hours", "Length of an outage", "hours", power.figures["outage_hours"]
        )
    return found


def feeders_of(power: Power, camera_ids: Sequence[str]) -> tuple[tuple[str, ...], Integers, int]:
    """Return the feeders in use by name, the number of that of each camera, and how many cameras have a known one."""
    of_camera = {} if power.feeders is None else power.feeders.of_camera
    named = np.array([of_camera.get(str(name), UNKNOWN_FEEDER) for name in camera_ids], dtype=object)
    if len(named) == 0:
        return (), np.empty(0, dtype=np.int64), 0
    names, feeder = np.unique(named.astype(str), return_inverse=True)
    known = int((named != UNKNOWN_FEEDER).sum())
    return tuple(str(name) for name in names), feeder.astype(np.int64), known


def _failures(power: Power, names: Sequence[str], figures: dict[str, Estimate], viewing: Viewing) -> Failures:
    """Return how feeders fail; one that the timetable names fails as it states, every other as drawn, if anything is."""
    key = np.array([_key(viewing.seed, name) for name in names], dtype=np.uint64)
    stated = [_stated(power.timetable, name) for name in names]
    first = np.concatenate([[0], np.cumsum([len(cuts) for cuts in stated])]).astype(np.int64)
    cuts = np.concatenate(stated) if first[-1] else np.empty((0, 2))
    is_drawn = "outages_per_day" in figures and "outage_hours" in figures
    per_day = drawn(figures["outages_per_day"], viewing) if is_drawn else np.zeros(viewing.draws)
    hours = _lengths(figures["outage_hours"], viewing) if is_drawn else np.zeros((viewing.draws, 1))
    is_stated = np.array([len(cuts) > 0 for cuts in stated], dtype=bool)
    return Failures(
        key, per_day, hours, first, np.ascontiguousarray(cuts[:, 0]), np.ascontiguousarray(cuts[:, 1]), is_stated
    )


def _key(seed: int, name: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{seed}|feeder|{name}".encode(), digest_size=8).digest(), "little")


def _lengths(estimate: Estimate, viewing: Viewing) -> Floats:
    """Return the quantiles of the length of an outage in each draw, hours, shape (draws, LENGTHS)."""
    if estimate.low == estimate.high:
        return np.full((viewing.draws, 1), estimate.central)
    shared = ndtri(stratified_uniforms(viewing.seed, "shared|outage_hours", viewing.draws))
    own = ndtri((np.arange(LENGTHS) + 0.5) / LENGTHS)
    score = np.sqrt(SHARED_WEIGHT) * shared[:, None] + np.sqrt(1.0 - SHARED_WEIGHT) * own[None, :]
    return estimate_at(estimate, score)


def _battery(hours: Estimate, recharge: Estimate, viewing: Viewing) -> Batteries:
    capacity, empty_to_full = drawn(hours, viewing), drawn(recharge, viewing)
    gain = np.divide(capacity, empty_to_full, out=np.full(viewing.draws, np.inf), where=empty_to_full > 0.0)
    return Batteries(capacity, gain)


def _stated(timetable: Sequence[Outage], name: str) -> Floats:
    """Return the outages of a feeder over the year as rows of start and length, hours, merged where they touch."""
    weeks = 24.0 * 7.0 * np.arange(-1, DAYS // 7 + 1)
    own = [(cut.start_h, cut.start_h + cut.hours) for cut in timetable if cut.feeder in (name, "*")]
    spans = sorted((max(0.0, a + week), min(24.0 * DAYS, b + week)) for week in weeks for a, b in own)
    merged: list[list[float]] = []
    for begin, end in spans:
        if end <= begin:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([begin, end])
    return np.array([(begin, end - begin) for begin, end in merged], dtype=np.float64).reshape(-1, 2)
