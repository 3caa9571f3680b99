"""How far the network serves each declared purpose, as it sees at any one moment, and what it sees beside the zones.

What a purpose lacks is one number over all its zones: where it is lacking is never returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from overseen.exposure.network import ExaminedHeads
from overseen.exposure.public_space import SPACING_M, PublicGround, public_ground
from overseen.exposure.samples import closed_to_all, ground_points, home_points, on_sides, within, zone_points
from overseen.exposure.viewers import Points, Watch, first_draws, merged, tallies, tally, watch_at
from overseen.kernels.viewers import Tally
from overseen.model.city import City
from overseen.model.plan import Purpose
from overseen.model.viewing import Viewing
from overseen.visibility.cells import HERE, Work

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]

BESIDE_DRAWS = 40
"""What is seen beside the zones is measured in the first so many draws, as façades are."""

ALMOST = 1e-9
"""Shares nearer to each other than this are the same: what adding up in another order leaves."""


@dataclass(frozen=True, slots=True)
class Overspill:
    """What the cameras that serve a purpose have in view at any one moment, shape (draws,).

    Parameters
    ----------
    outside_m2, in_all_m2
        Open ground in view outside the zones, and in all.
    camera_m2
        Of each camera outside the zones, shape (cameras, draws); 0 where it does not serve the purpose.
    """

    outside_m2: Floats
    in_all_m2: Floats
    camera_m2: Floats

    def share(self) -> Floats:
        """Return the share of the view that lies outside the zones; 0 where nothing is in view."""
        return np.divide(
            self.outside_m2, self.in_all_m2, out=np.zeros_like(self.outside_m2), where=self.in_all_m2 > 0.0
        )


@dataclass(frozen=True, slots=True)
class PurposeExposure:
    """One purpose, measured.

    Parameters
    ----------
    purpose
        As declared.
    points, spacing_m
        What samples its zones: a group for each.
    zone_share
        Share of each zone in view, shape (zones, draws).
    camera_m2, alone_m2
        What each camera has of the zones, and has alone, shape (cameras, draws).
    overlap_m2
        What 1, 2, … cameras have in view, shape (draws, MOST_COUNTED).
    overspill, seen_overspill
        At the purpose's level, and at the lowest.
    dwelling_count
        Homes outside the zones in view of the serving cameras at the lowest level, shape (draws,); ``None``: cannot tell.
    """

    purpose: Purpose
    points: Points
    spacing_m: float
    zone_share: Floats
    camera_m2: Floats
    alone_m2: Floats
    overlap_m2: Floats
    overspill: Overspill
    seen_overspill: Overspill
    dwelling_count: Floats | None

    def share(self) -> Floats:
        """Return the share of all zones together in view, shape (draws,)."""
        area = self.points.totals()
        return np.asarray((self.zone_share * area[:, None]).sum(axis=0) / max(float(area.sum()), 1e-12))

    def is_reached(self) -> Flags:
        """Return in which draws every zone reaches the required share, shape (draws,)."""
        return np.asarray((self.zone_share >= self.purpose.share - ALMOST).all(axis=0))

    def verdict(self) -> str:
        """Return ``suitable``, ``not_suitable``, or ``cannot_tell`` where it is reached in some draws only."""
        reached = self.is_reached()
        return "suitable" if reached.all() else "cannot_tell" if reached.any() else "not_suitable"

    def shortfall(self) -> Floats:
        """Return what is missing of the required share over all zones together, one number for each draw."""
        area = self.points.totals()
        missing = np.maximum(self.purpose.share - self.zone_share, 0.0) * area[:, None]
        return np.asarray(missing.sum(axis=0) / max(float(area.sum()), 1e-12))

    def serves(self) -> Flags:
        """Return which cameras see some of a zone, shape (cameras, draws)."""
        return self.camera_m2 > 0.0


@dataclass(frozen=True, slots=True)
class PurposesExposure:
    """All purposes, and what each camera sees outside the zones of all of them, shape (cameras,), m2: mean over draws."""

    purposes: tuple[PurposeExposure, ...]
    camera_id: NDArray[np.object_]
    camera_beside_m2: Floats


def purposes_exposure(
    purposes: Sequence[Purpose], city: City, examined: ExaminedHeads, viewing: Viewing, *,
    public: PublicGround | None = None, work: Work = HERE,
) -> PurposesExposure:  # fmt: skip
    """Return how far each purpose is served and what is seen beside its zones.

    Zones and open ground are sampled at points on a grid that hangs on the frame's axes; a share p of n points is off by about
    √(p(1 − p)/n) at most. A camera counts at the height of faces; plate readers do not count. ``public`` is the
    city's public space, where it is at hand.
    """
    public = public or public_ground(city)
    closed = closed_to_all(city, public)
    homes = home_points(city, examined.scenery.obstacles.chains)
    few = first_draws(examined, BESIDE_DRAWS)
    sampled = [zone_points(purpose.zones, closed) for purpose in purposes]
    levels = [viewing.ladder.names.index(purpose.level) for purpose in purposes]
    seen = [
        tally(points, watch_at(examined, "at_once", level), work=work)
        for (points, _), level in zip(sampled, levels, strict=True)
    ]
    serves = [one.own[:, :BESIDE_DRAWS] > 0.0 for one in seen]
    spills, beside_m2 = _spills(ground_points(public, examined), purposes, levels, serves, few, work)
    at_sight = watch_at(few, "at_once", 0)
    dwellings = _homes_in_view(homes, purposes, [at_sight.only(one) for one in serves], work)
    found = []
    for number, (purpose, (points, spacing_m), of_zones) in enumerate(zip(purposes, sampled, seen, strict=True)):
        area = np.maximum(points.totals(), 1e-12)[:, None]
        found.append(
            PurposeExposure(
                purpose, points, spacing_m, of_zones.merged / area, of_zones.own, of_zones.alone, of_zones.overlap,
                *spills[number], dwellings[number],
            )
        )  # fmt: skip
    return PurposesExposure(tuple(found), camera_ids(examined), beside_m2)


def _spills(
    ground: Floats, purposes: Sequence[Purpose], levels: Sequence[int], serves: Sequence[Flags], few: ExaminedHeads,
    work: Work,
) -> tuple[list[tuple[Overspill, Overspill]], Floats]:  # fmt: skip
    """Return what is seen beside the zones of each purpose, and what each camera sees beside all of them.

    The open ground is gone over once, for all of it.
    """
    is_outside = [~within(ground, purpose.zones) for purpose in purposes]
    measures: dict[tuple[int, int], tuple[Points, Watch]] = {}
    for place, (outside, level, which) in enumerate(zip(is_outside, levels, serves, strict=True)):
        points = on_sides(ground, outside)
        for number in (level, 0):
            measures[place, number] = points, watch_at(few, "at_once", number).only(which)
    beside_all = np.where(np.all(is_outside, axis=0), SPACING_M**2, 0.0)
    rest = Points.of(ground, np.zeros(len(ground), dtype=np.int64), beside_all, 1)
    *found, every = tallies([*measures.values(), (rest, watch_at(few, "at_once", 0))], work=work)
    spill = dict(zip(measures, map(_overspill, found), strict=True))
    spills = [(spill[place, level], spill[place, 0]) for place, level in enumerate(levels)]
    return spills, every.own.mean(axis=1) if every.own.size else np.zeros(len(every.own))


def camera_ids(examined: ExaminedHeads) -> NDArray[np.object_]:
    """Return the examined cameras in the order of their numbers."""
    return examined.heads["camera_id"].drop_duplicates().to_numpy(dtype=object)


def _overspill(seen: Tally) -> Overspill:
    return Overspill(seen.merged[1], seen.merged.sum(axis=0), seen.own)


def _homes_in_view(
    homes: Points | None, purposes: Sequence[Purpose], watches: Sequence[Watch], work: Work
) -> list[Floats | None]:
    """Return how many homes outside the zones of each purpose are in view of the cameras that serve it, shape (draws,) each."""
    if homes is None:
        return [None] * len(purposes)
    measures = []
    for purpose, watch in zip(purposes, watches, strict=True):
        weight = np.where(within(homes.position, purpose.zones), 0.0, 1.0)
        measures.append((Points.of(homes.position, homes.group, weight, homes.group_count), watch))
    return [
        np.asarray((found > 0.0).sum(axis=0), dtype=np.float64)
        for (found,) in (merged(points, [watch], work=work) for points, watch in measures)
    ]
