"""Which of the given cameras are needed for the declared purposes, and what lesser means would leave in view.

The result is always a subset of what was given. Nothing here adds a camera, moves or aims one, or says where a zone is unseen.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from overseen.assessment.partial_cover import Programme, Subset, least_subset
from overseen.assessment.solver import Limits
from overseen.exposure.arrangement import Cells, arrangements
from overseen.exposure.network import ExaminedHeads
from overseen.exposure.purposes import PurposesExposure
from overseen.exposure.samples import home_points, street_points
from overseen.exposure.viewers import Masking, Points, Watch, first_draws, merged, watch_at
from overseen.model.city import City
from overseen.model.viewing import Viewing
from overseen.visibility.cells import HERE, Work

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]

SOLVED_DRAWS = 20
CAMERAS_SOLVED = 100_000
"""The first 20 draws are solved; fewer, down to 2, where cameras times draws would be more than this."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the ladder of lesser means, draw by draw.

    Parameters
    ----------
    name
        One of ``RUNGS``.
    is_kept
        The cameras that are left, shape (cameras, draws).
    bound
        Cameras below which no subset does, shape (draws,).
    kept_share
        Least share, over the zones, of what must be in view that still is, shape (draws,).
    street_share
        Share of counted street that they could look at, shape (draws,).
    dwelling_count
        Homes that they could look at, shape (draws,); ``None``: cannot tell.
    street_hours
        Hours a day that a metre of street is in view, shape (draws,); ``None``: no hours are declared.
    """

    name: str
    is_kept: Flags
    bound: Integers
    kept_share: Floats
    street_share: Floats
    dwelling_count: Floats | None
    street_hours: Floats | None


@dataclass(frozen=True, slots=True)
class Necessity:
    """What is needed of a network, over the solved draws.

    Parameters
    ----------
    camera_id
        The examined cameras.
    is_irreplaceable
        Cameras for which no others make up, shape (cameras, draws).
    greedy_count
        Cameras that a greedy choice takes, shape (draws,).
    street_length_m
        Counted street, of which rungs tell shares.
    rungs
        The ladder, from the network as given; the last is missing where no hours are declared, and that of masks where the data
        cannot tell homes.
    """

    camera_id: NDArray[np.object_]
    is_irreplaceable: Flags
    greedy_count: Integers
    street_length_m: float
    rungs: tuple[Rung, ...]

    def rung(self, name: str) -> Rung | None:
        """Return a rung, or None where it is missing."""
        return next((rung for rung in self.rungs if rung.name == name), None)

    def is_needed(self) -> Flags:
        """Return which cameras are among the fewest that do, shape (cameras, draws)."""
        rung = self.rung("needed_only")
        assert rung is not None  # noqa: S101 - only the last two may be missing
        return rung.is_kept


def solved_draws(viewing: Viewing, camera_count: int) -> int:
    """Return in how many draws the programme is solved."""
    return min(viewing.draws, max(2, min(SOLVED_DRAWS, CAMERAS_SOLVED // max(camera_count, 1))))


def necessity(
    measured: PurposesExposure,
    city: City,
    examined: ExaminedHeads,
    viewing: Viewing,
    *,
    masking: Masking | None = None,
    limits: Limits | None = None,
    work: Work = HERE,
) -> Necessity:
    """Return the fewest of the given cameras that serve every purpose as far as it asks, or as far as all of them do.

    Parameters
    ----------
    measured
        The purposes, measured.
    city, examined, viewing
        Where, whose views, and how seeing is computed.
    masking
        Masks that spare homes, where they can be told.
    limits
        How long the solver may look at one connected part of the network.
    work
        How the work is shared out; none of it changes the result unless a limit of time is reached.
    """
    few = first_draws(examined, solved_draws(viewing, len(measured.camera_id)))
    subsets, programmes = _subsets(measured, few, viewing, None, limits, work)
    is_needed = np.stack([subset.is_needed for subset in subsets], axis=1)
    bound = np.array([subset.bound for subset in subsets])
    ladder = _Ladder(measured, few, viewing, street_points(city), home_points(city, few.scenery.obstacles.chains), work)
    every = np.ones_like(is_needed)
    ones = np.ones(len(subsets))
    means = [
        _Means("as_given", every, bound, ones),
        _Means("needed_only", is_needed, bound, ones),
        _Means("reach_narrowed", is_needed, bound, ones, is_narrowed=True),
    ]
    if masking is not None:
        masked, views = _subsets(measured, few, viewing, masking, limits, work)
        is_left = np.stack([subset.is_needed for subset in masked], axis=1)
        kept = np.array([_kept_share(*pair) for pair in zip(views, programmes, strict=True)])
        least = np.array([subset.bound for subset in masked])
        means.append(_Means("masked", is_left, least, kept, is_narrowed=True, masking=masking))
    if ladder.hours() is not None:
        means.append(replace(means[-1], name="hours_shortened", is_narrowed=True, is_shortened=True))
    rungs = ladder.rungs(means)
    irreplaceable = np.stack([_irreplaceable(programme) for programme in programmes], axis=1)
    greedy = np.array([subset.greedy_count for subset in subsets])
    return Necessity(measured.camera_id, irreplaceable, greedy, float(ladder.streets.weight.sum()), rungs)


def _subsets(
    measured: PurposesExposure, examined: ExaminedHeads, viewing: Viewing, masking: Masking | None, limits: Limits | None,
    work: Work,
) -> tuple[list[Subset], list[Programme]]:  # fmt: skip
    """Return the least subset of every draw, and the programmes that they solve."""
    watched = [
        (
            one.points,
            replace(watch_at(examined, "at_once", viewing.ladder.names.index(one.purpose.level)), masking=masking),
        )
        for one in measured.purposes
    ]
    wanted = np.concatenate([np.full(one.points.group_count, one.purpose.share) for one in measured.purposes])
    held = np.concatenate(
        [np.bincount(one.points.group, minlength=one.points.group_count) for one in measured.purposes]
    )
    cells = arrangements(watched, work=work)
    programmes = [programme_of(one, wanted, held, measured.camera_beside_m2) for one in cells]
    return [least_subset(one, limits=limits, executor=work.executor) for one in programmes], programmes


def programme_of(cells: Cells, wanted: Floats, held: Integers, overspill_m2: Floats) -> Programme:
    """Return the programme of one draw: in each zone the wanted share of its points, or as many as are in view.

    ``wanted`` and ``held`` have shape (zones,): the required share of each, and its points.
    """
    seen = np.bincount(cells.zone, cells.point_count, minlength=len(held)).astype(np.int64)
    needed = np.minimum(np.ceil(wanted * held - 1e-9).astype(np.int64), seen)
    return Programme(
        cells.offsets, cells.camera, cells.zone, cells.point_count, needed, len(overspill_m2), overspill_m2
    )


def _kept_share(after: Programme, before: Programme) -> float:
    """Return the least share of what was needed in a zone that is needed, and so in view, still."""
    some = before.needed > 0
    return float((after.needed[some] / before.needed[some]).min(initial=1.0))


def _irreplaceable(programme: Programme) -> Flags:
    """Return the cameras without which some zone has less in view than it needs."""
    alone = np.diff(programme.offsets) == 1
    camera = programme.camera[programme.offsets[:-1][alone]]
    spare = programme.seen(np.ones(programme.camera_count, dtype=bool)) - programme.needed
    zones = len(programme.needed)
    pair, place = np.unique(camera * zones + programme.zone[alone], return_inverse=True)
    lost = np.bincount(place, programme.weight[alone], minlength=len(pair))
    found = np.zeros(programme.camera_count, dtype=bool)
    found[pair[lost > spare[pair % zones]] // zones] = True
    return found


@dataclass(frozen=True, slots=True)
class _Means:
    """A rung before it is measured: the cameras that are left, and how they look."""

    name: str
    is_kept: Flags
    bound: Integers
    kept_share: Floats
    is_narrowed: bool = False
    masking: Masking | None = None
    is_shortened: bool = False


@dataclass(frozen=True, slots=True)
class _Ladder:
    """What every rung is measured with."""

    measured: PurposesExposure
    examined: ExaminedHeads
    viewing: Viewing
    streets: Points
    homes: Points | None
    work: Work

    def rungs(self, means: Sequence[_Means]) -> tuple[Rung, ...]:
        """Return the rungs: the exposure to some cameras, with their reach narrowed or not, masked or not.

        Streets and homes are gone over once for all of them.
        """
        watches = [self._watch(one) for one in means]
        hours = [self._hours_seen(one, watch) for one, watch in zip(means, watches, strict=True)]
        total_m = max(float(self.streets.weight.sum()), 1e-12)
        asked = watches + [longer for steps in hours for _, longer in steps]
        shares = [found[0] / total_m for found in merged(self.streets, asked, work=self.work)]
        homes = self._dwellings(watches)
        rungs, first = [], len(means)
        for number, (one, steps) in enumerate(zip(means, hours, strict=True)):
            of_steps = shares[first : first + len(steps)]
            first += len(steps)
            street_hours = sum((width * share for (width, _), share in zip(steps, of_steps, strict=True)), np.zeros(1))
            rungs.append(
                Rung(one.name, one.is_kept, one.bound, one.kept_share, shares[number], homes[number],
                     None if self.hours() is None else np.broadcast_to(street_hours, shares[number].shape))
            )  # fmt: skip
        return tuple(rungs)

    def _watch(self, means: _Means) -> Watch:
        watch = replace(watch_at(self.examined, "reachable", 0), masking=means.masking)
        if means.is_narrowed:
            watch = replace(watch, reach_m=np.minimum(watch.reach_m, self._narrow_reach_m()))
        return watch.only(means.is_kept)

    def _dwellings(self, watches: Sequence[Watch]) -> list[Floats | None]:
        """Return the homes that each watch could look at, shape (draws,) each; None where they cannot be told."""
        if self.homes is None:
            return [None] * len(watches)
        found = merged(self.homes, watches, work=self.work)
        return [(one > 0.0).sum(axis=0).astype(np.float64) for one in found]

    def _serves(self) -> Sequence[Flags]:
        draws = self.examined.views.bearing_deg.shape[1]
        return [one.serves()[:, :draws] for one in self.measured.purposes]

    def _narrow_reach_m(self) -> Floats:
        """Return how far each head looks at the level of the coarsest purpose that its camera serves, shape (heads, draws)."""
        camera = self.examined.camera_numbers()
        narrow = np.zeros(self.examined.views.bearing_deg.shape)
        for one, serves in zip(self.measured.purposes, self._serves(), strict=True):
            level = self.viewing.ladder.names.index(one.purpose.level)
            reach = self.examined.views.reach_m["reachable"][:, :, level]
            narrow = np.maximum(narrow, np.where(serves[camera], reach, 0.0))
        return narrow

    def hours(self) -> tuple[Floats, Floats] | None:
        """Return the hours a day that each camera runs and that it is needed, shape (cameras, draws); None if not declared."""
        purposes = [one.purpose for one in self.measured.purposes]
        if any(one.hours_operated is None or one.hours_needed is None for one in purposes):
            return None
        shape = len(self.measured.camera_id), self.examined.views.bearing_deg.shape[1]
        runs, needs = np.zeros(shape), np.zeros(shape)
        for one, serves in zip(purposes, self._serves(), strict=True):
            runs = np.maximum(runs, np.where(serves, one.hours_operated or 0.0, 0.0))
            needs = np.maximum(needs, np.where(serves, one.hours_needed or 0.0, 0.0))
        # Nobody declares hours of a camera that serves no purpose: it runs day and night.
        return np.where(runs == 0.0, 24.0, runs), np.where(needs == 0.0, 24.0, needs)

    def _hours_seen(self, means: _Means, watch: Watch) -> list[tuple[float, Watch]]:
        """Return hours, and the cameras that run for so many more: a metre is in view as long as by the camera that runs longest."""
        declared = self.hours()
        if declared is None:
            return []
        hours = declared[1] if means.is_shortened else declared[0]
        steps = np.unique(np.append(hours, 0.0))
        return [(longer - shorter, watch.only(hours >= longer)) for shorter, longer in itertools.pairwise(steps)]
