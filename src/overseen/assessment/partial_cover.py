"""The least of some cameras that still see enough: exact weighted partial cover, with a bound that proves how near it is.

Minimise Σ xⱼ subject to yᵢ ≤ Σ xⱼ over the cameras that see cell i, and Σ wᵢyᵢ ≥ needed in each zone. Where all that is seen is
needed the programme falls apart into the connected parts of the network, each solved by itself (HiGHS). Zones that need only a
part tie theirs together: small ones are solved whole; large ones by prices, that is, Lagrange multipliers of the zones' needs, under
which the parts are solved apart. Each round gives a bound for all, and for each part another subset to choose from; what the best
choice among them would pay for more view are the next prices (Dantzig and Wolfe 1960, Decomposition principle for linear programs).
At last one subset is chosen for each part.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, vstack
from scipy.sparse.csgraph import connected_components

from overseen.assessment.solver import EDGE, Limits, Model, least
from overseen.kernels.covers import greedy_cover

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]

WHOLE_CELLS = 1_500
"""Parts that a zone ties together are solved whole up to so many cells."""

ROUNDS = 6
"""Prices are set at most so often."""


@dataclass(frozen=True, slots=True)
class Programme:
    """What must be seen, and who sees it.

    Parameters
    ----------
    offsets, camera
        The cameras that see each cell: rows ``offsets[i]:offsets[i + 1]`` of ``camera`` belong to cell i; none is empty.
    zone, weight
        Zone of each cell, and its size in whole points.
    needed
        How much of each zone must be seen, in points; never more than the cells of the zone hold.
    camera_count
        Number of cameras.
    overspill
        View outside the zones of each camera, shape (cameras,); what decides among subsets of as few cameras.
    """

    offsets: Integers
    camera: Integers
    zone: Integers
    weight: Integers
    needed: Integers
    camera_count: int
    overspill: Floats

    def row(self) -> Integers:
        """Return the cell of every entry of ``camera``."""
        return np.repeat(np.arange(len(self.zone)), np.diff(self.offsets))

    def seen(self, is_kept: Flags) -> Integers:
        """Return how much of each zone some cameras see."""
        is_seen = np.zeros(len(self.zone), dtype=bool)
        is_seen[self.row()[is_kept[self.camera]]] = True
        return np.bincount(self.zone[is_seen], self.weight[is_seen], minlength=len(self.needed)).astype(np.int64)

    def is_met(self, is_kept: Flags) -> bool:
        """Return whether some cameras see what is needed."""
        return bool((self.seen(is_kept) >= self.needed).all())

    def take(self, cells: Flags) -> Programme:
        """Return the programme of some cells; what is needed stays as it is."""
        counts = np.diff(self.offsets)
        return replace(
            self,
            offsets=np.concatenate([[0], np.cumsum(counts[cells])]).astype(np.int64),
            camera=self.camera[np.repeat(cells, counts)],
            zone=self.zone[cells],
            weight=self.weight[cells],
        )


@dataclass(frozen=True, slots=True)
class Subset:
    """The cameras that are needed, always some of those given.

    Parameters
    ----------
    is_needed
        Which, shape (cameras,).
    bound
        No subset of fewer cameras sees what is needed: proven.
    greedy_count
        How many cameras a greedy choice takes.
    """

    is_needed: Flags
    bound: int
    greedy_count: int

    @property
    def count(self) -> int:
        """Number of cameras needed."""
        return int(self.is_needed.sum())

    @property
    def gap(self) -> int:
        """How many cameras fewer might do: 0 where the subset is proven to be least."""
        return self.count - self.bound


def least_subset(programme: Programme, *, limits: Limits | None = None, executor: Executor | None = None) -> Subset:
    """Return the fewest of the given cameras that see what is needed, and among them those with least overspill.

    Parameters
    ----------
    programme
        What must be seen, and by whom it is seen.
    limits
        How long the solver may look; it stops with a bound.
    executor
        Where independent parts are solved side by side; the result is the same.
    """
    limits = limits or Limits()
    by_greed = greedy_subset(programme)
    useful = _of_use(programme)
    blocks = _blocks(useful)
    run = map if executor is None else executor.map
    found = list(run(partial(_solved, programme=useful, is_whole=_whole_zones(useful), limits=limits), blocks))
    is_needed = np.zeros(programme.camera_count, dtype=bool)
    for cameras, _ in found:
        is_needed[cameras] = True
    bound = sum(least_count for _, least_count in found)
    if by_greed.sum() < is_needed.sum():
        is_needed = by_greed
    return Subset(is_needed, bound, int(by_greed.sum()))


def greedy_subset(programme: Programme) -> Flags:
    """Return cameras taken one by one, each the one that adds most of what is still needed; then without the superfluous ones."""
    order = np.argsort(programme.camera, kind="stable")
    offsets = np.searchsorted(programme.camera[order], np.arange(programme.camera_count + 1)).astype(np.int64)
    return greedy_cover(
        offsets, programme.row()[order], programme.zone, programme.weight, programme.needed, programme.overspill
    )


def _of_use(programme: Programme) -> Programme:
    """Return the programme without the cells of zones that need nothing."""
    return programme.take(programme.needed[programme.zone] > 0)


def _whole_zones(programme: Programme) -> Flags:
    """Return which zones need all that is seen of them."""
    held = np.bincount(programme.zone, programme.weight, len(programme.needed))
    return np.asarray(programme.needed >= held)


@dataclass(frozen=True, slots=True)
class _Block:
    """Cells of one or more connected parts that zones tie together; ``part`` numbers the part of each cell."""

    cells: NDArray[np.intp]
    part: Integers


def _blocks(programme: Programme) -> list[_Block]:
    """Return the parts of the programme that can be solved apart, in the order of their first cells."""
    count, cells = programme.camera_count, len(programme.zone)
    if cells == 0:
        return []
    row = programme.row()
    ends = coo_array((np.ones(len(row), dtype=np.int8), (row + count, programme.camera)), shape=(count + cells,) * 2)
    part = connected_components(ends, directed=False)[1][count:]
    part = np.unique(part, return_inverse=True)[1]
    parts = int(part.max()) + 1
    is_tied = ~_whole_zones(programme)[programme.zone]
    tie = coo_array(
        (np.ones(int(is_tied.sum()), dtype=np.int8), (part[is_tied], parts + programme.zone[is_tied])),
        shape=(parts + len(programme.needed),) * 2,
    )
    block = connected_components(tie, directed=False)[1][:parts][part]
    order = np.argsort(block, kind="stable")
    edges = np.flatnonzero(np.diff(block[order])) + 1
    return [_Block(rows, part[rows]) for rows in np.split(order, edges)]


def _solved(block: _Block, programme: Programme, is_whole: Flags, limits: Limits) -> tuple[Integers, int]:
    """Return the cameras needed for a block, and a number of cameras below which none do."""
    few, used = _part(programme, np.sort(block.cells))
    needed = np.where(is_whole, np.bincount(few.zone, few.weight, len(few.needed)), few.needed).astype(np.int64)
    needed[~np.isin(np.arange(len(needed)), few.zone)] = 0
    few = replace(few, needed=needed)
    part = block.part[np.argsort(block.cells)]
    if len(used) == 1:
        return used, 1
    if part.min() == part.max() or len(few.zone) <= WHOLE_CELLS:
        is_needed, bound = _whole(few, is_whole, limits)
    else:
        is_needed, bound = _by_prices(few, is_whole, part, limits)
    return used[is_needed], bound


def _model(programme: Programme, is_whole: Flags, costs: Floats) -> Model:
    """Return the programme as the solver takes it: a column for each camera, then one for each cell of a zone in part needed."""
    partial_cells = np.flatnonzero(~is_whole[programme.zone])
    place = np.full(len(programme.zone), -1, dtype=np.int64)
    place[partial_cells] = programme.camera_count + np.arange(len(partial_cells))
    row = programme.row()
    zones, zone = np.unique(programme.zone[partial_cells], return_inverse=True)
    cells = len(programme.zone)
    rows = np.concatenate([row, partial_cells, cells + zone])
    columns = np.concatenate([programme.camera, place[partial_cells], place[partial_cells]])
    values = np.concatenate([np.ones(len(row)), -np.ones(len(partial_cells)), programme.weight[partial_cells]])
    lower = np.concatenate([np.where(place < 0, 1.0, 0.0), programme.needed[zones].astype(float)])
    width = programme.camera_count + len(partial_cells)
    matrix = csr_array((values.astype(float), (rows, columns)), shape=(cells + len(zones), width))
    return Model(
        np.concatenate([costs, np.zeros(len(partial_cells))]), matrix, lower, np.arange(width) < programme.camera_count
    )


def _whole(programme: Programme, is_whole: Flags, limits: Limits) -> tuple[Flags, int]:
    """Return the least subset of one block solved as it stands: the fewest cameras, then the least overspill."""
    start = greedy_subset(programme)
    model = _model(programme, is_whole, np.ones(programme.camera_count))
    first = least(model, limits, is_integral=True)
    is_needed = start
    if first.values is not None:
        found = first.values[: programme.camera_count] > 0.5
        if programme.is_met(found) and found.sum() <= start.sum():
            is_needed = found
    bound = first.whole_bound()
    if is_needed.sum() > bound:
        return is_needed, bound
    return _least_overspill(programme, is_whole, is_needed, limits), bound


def _least_overspill(programme: Programme, is_whole: Flags, is_needed: Flags, limits: Limits) -> Flags:
    """Return as few cameras that see as much as is needed, with the least overspill that the solver finds."""
    count = int(is_needed.sum())
    if programme.camera_count == count or not np.ptp(programme.overspill):
        return is_needed
    spill = programme.overspill / max(float(programme.overspill.max()), 1e-9)
    model = _model(programme, is_whole, spill).with_at_most(programme.camera_count, count)
    found = least(model, limits)
    if found.values is None:
        return is_needed
    chosen = found.values[: programme.camera_count] > 0.5
    is_better = chosen.sum() <= count and programme.is_met(chosen) and spill[chosen].sum() < spill[is_needed].sum()
    return chosen if is_better else is_needed


def _by_prices(programme: Programme, is_whole: Flags, part: Integers, limits: Limits) -> tuple[Flags, int]:
    """Return a subset of a block of many parts, and a bound: the parts are solved apart under prices on what they see."""
    zones = np.unique(programme.zone[~is_whole[programme.zone]])
    edges = np.flatnonzero(np.diff(part[np.argsort(part, kind="stable")])) + 1
    parts = [_part(programme, rows) for rows in np.split(np.argsort(part, kind="stable"), edges)]
    choices = _Choices(len(parts), zones)
    for place, (few, used) in enumerate(parts):
        for chosen in _growing(few, is_whole):
            choices.add(place, used[chosen], few.seen(chosen))
    by_greed = greedy_subset(programme)
    bound = 0
    for _ in range(ROUNDS):
        prices = np.zeros(len(programme.needed))
        prices[zones] = choices.prices(programme.needed[zones], limits)
        below = float((prices * programme.needed).sum())
        for place, (few, used) in enumerate(parts):
            chosen, value = _priced(few, is_whole, prices, limits)
            below += value
            choices.add(place, used[chosen], few.seen(chosen))
        is_better = int(np.ceil(below - EDGE)) > bound
        bound = max(bound, int(np.ceil(below - EDGE)))
        if not is_better or bound >= choices.least_cost(programme.needed[zones], limits) - 1.0:
            break
    is_needed = choices.chosen(programme, limits)
    if is_needed is None or by_greed.sum() < is_needed.sum():
        is_needed = by_greed
    return is_needed, bound


def _part(programme: Programme, rows: NDArray[np.intp]) -> tuple[Programme, Integers]:
    """Return the programme of some cells with cameras of their own, and which those are."""
    counts = np.diff(programme.offsets)[rows]
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    entry = np.arange(offsets[-1]) + np.repeat(programme.offsets[:-1][rows] - offsets[:-1], counts)
    few = replace(
        programme,
        offsets=offsets,
        camera=programme.camera[entry],
        zone=programme.zone[rows],
        weight=programme.weight[rows],
    )
    used, camera = np.unique(few.camera, return_inverse=True)
    return replace(few, camera=camera, camera_count=len(used), overspill=programme.overspill[used]), used


def _priced(programme: Programme, is_whole: Flags, prices: Floats, limits: Limits) -> tuple[Flags, float]:
    """Return the subset of a part that is least under prices, and a bound of its cost less what is paid for its view."""
    paid = prices[programme.zone] * programme.weight
    model = _model(
        replace(programme, needed=np.zeros_like(programme.needed)), is_whole, np.ones(programme.camera_count)
    )
    cells = np.flatnonzero(~is_whole[programme.zone])
    costs = model.costs.copy()
    costs[programme.camera_count :] = -paid[cells]
    if programme.camera_count == 1:
        must = bool(is_whole[programme.zone].any())
        value = 1.0 - float(paid[cells].sum())
        return np.array([must or value < 0.0]), value if must else min(value, 0.0)
    found = least(replace(model, costs=costs), limits)
    if found.values is None:
        return np.ones(programme.camera_count, dtype=bool), found.bound
    return found.values[: programme.camera_count] > 0.5, found.bound


def _growing(programme: Programme, is_whole: Flags) -> Iterable[Flags]:
    """Yield subsets of a part that see ever more: first what zones needed whole ask for, then one camera after another."""
    held = np.bincount(programme.zone, programme.weight, len(programme.needed)).astype(np.int64)
    chosen = greedy_subset(replace(programme, needed=np.where(is_whole, held, 0)))
    yield chosen
    row = programme.row()
    is_seen = np.zeros(len(programme.zone), dtype=bool)
    is_seen[row[chosen[programme.camera]]] = True
    while not is_seen.all():
        gain = np.bincount(programme.camera, (programme.weight * ~is_seen)[row], minlength=programme.camera_count)
        best = int(np.argmax(gain))
        chosen = chosen.copy()
        chosen[best] = True
        is_seen[row[programme.camera == best]] = True
        yield chosen


class _Choices:
    """Subsets of parts, of which one for each part is to be chosen so that together they see what ``zones`` need."""

    def __init__(self, part_count: int, zones: Integers) -> None:
        self.part_count = part_count
        self.zones = zones
        self.part: list[int] = []
        self.cameras: list[Integers] = []
        self.seen: list[Integers] = []

    def add(self, part: int, cameras: Integers, seen: Integers) -> None:
        """Add a subset of a part and how much it sees of every zone."""
        self.part.append(part)
        self.cameras.append(cameras)
        self.seen.append(seen[self.zones])

    def _model(self, needed: Integers) -> Model:
        costs = np.array([len(cameras) for cameras in self.cameras], dtype=float)
        columns = np.arange(len(costs))
        one_each = csr_array((np.ones(len(costs)), (self.part, columns)), shape=(self.part_count, len(costs)))
        matrix = csr_array(vstack([one_each, -one_each, csr_array(np.array(self.seen, dtype=float).T)]))
        ones = np.ones(self.part_count)
        return Model(costs, matrix, np.concatenate([ones, -ones, needed]), np.ones(len(costs), dtype=bool))

    def prices(self, needed: Integers, limits: Limits) -> Floats:
        """Return what the best mixture of subsets would pay, in cameras, for a point more in each zone."""
        return np.maximum(least(self._model(needed), limits, is_relaxed=True).duals[2 * self.part_count :], 0.0)

    def least_cost(self, needed: Integers, limits: Limits) -> float:
        """Return the cameras of the best mixture of subsets."""
        return least(self._model(needed), limits, is_relaxed=True).bound

    def chosen(self, programme: Programme, limits: Limits) -> Flags | None:
        """Return the cameras of the best choice; None where none was found in time."""
        found = least(self._model(programme.needed[self.zones]), limits, is_integral=True)
        if found.values is None:
            return None
        is_needed = np.zeros(programme.camera_count, dtype=bool)
        for number in np.flatnonzero(found.values > 0.5):
            is_needed[self.cameras[number]] = True
        return is_needed if programme.is_met(is_needed) else None
