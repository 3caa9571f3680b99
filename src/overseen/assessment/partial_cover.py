"""The least of some cameras that still see enough: exact weighted partial cover, with a bound that proves how near it is.

Minimise Σ xⱼ subject to yᵢ ≤ Σ xⱼ over the cameras that see cell i, and Σ wᵢyᵢ ≥ needed in each zone. Where all that is seen is
needed the programme falls apart into the connected parts of the network, each solved by itself (HiGHS). Zones that need only a
part tie theirs together and are solved whole; where that is not proven in time, by prices too, that is, Lagrange multipliers of
the zones' needs, taken from the linear relaxation, under which the parts are solved apart. That gives a bound for all, and for each
part some subsets to choose from; one choice among them is a subset (Geoffrion 1974, Lagrangean relaxation for integer
programming). The better subset and the better bound of both are taken.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, vstack
from scipy.sparse.csgraph import connected_components

from overseen.assessment.solver import Limits, Model, least

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]

PRICE_FACTORS = (0.8, 1.0, 1.25)
"""Multiples of the relaxation's prices under which the parts are solved."""


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
    found = list(run(partial(_solved, programme=useful, limits=limits), blocks))
    is_needed = np.zeros(programme.camera_count, dtype=bool)
    for cameras, _ in found:
        is_needed[cameras] = True
    bound = sum(least_count for _, least_count in found)
    if by_greed.sum() < is_needed.sum():
        is_needed = by_greed
    return Subset(is_needed, bound, int(by_greed.sum()))


def greedy_subset(programme: Programme) -> Flags:
    """Return cameras taken one by one, each the one that adds most of what is still needed; then without the superfluous ones."""
    by_camera = csr_array(
        (np.ones(len(programme.camera), dtype=np.int8), (programme.camera, programme.row())),
        shape=(programme.camera_count, len(programme.zone)),
    )
    left = programme.needed.copy()
    is_seen = np.zeros(len(programme.zone), dtype=bool)
    is_taken = np.zeros(programme.camera_count, dtype=bool)

    def cells(camera: int) -> Integers:
        return by_camera.indices[by_camera.indptr[camera] : by_camera.indptr[camera + 1]]

    def gain(camera: int) -> int:
        new = cells(camera)
        new = new[~is_seen[new]]
        if len(new) == 0:
            return 0
        zones, place = np.unique(programme.zone[new], return_inverse=True)
        return int(np.minimum(np.bincount(place, programme.weight[new]), left[zones]).sum())

    heap = [(-gain(camera), float(programme.overspill[camera]), camera) for camera in range(programme.camera_count)]
    heapq.heapify(heap)
    while left.any() and heap:
        _, spill, camera = heapq.heappop(heap)
        now = gain(camera)
        if now == 0:
            continue
        if heap and -now > heap[0][0]:
            heapq.heappush(heap, (-now, spill, camera))
            continue
        is_taken[camera] = True
        new = cells(camera)[~is_seen[cells(camera)]]
        is_seen[new] = True
        left = np.maximum(left - np.bincount(programme.zone[new], programme.weight[new], len(left)).astype(np.int64), 0)
    return _without_superfluous(programme, is_taken, cells)


def _without_superfluous(programme: Programme, is_taken: Flags, cells: object) -> Flags:
    """Return the same without cameras that can go, those with most overspill first."""
    seen_by = np.bincount(programme.row()[is_taken[programme.camera]], minlength=len(programme.zone))
    spare = programme.seen(is_taken) - programme.needed
    taken = np.flatnonzero(is_taken)
    kept = is_taken.copy()
    for camera in taken[np.lexsort((taken, -programme.overspill[taken]))]:
        own = cells(int(camera))  # type: ignore[operator]
        lost = own[seen_by[own] == 1]
        loss = np.bincount(programme.zone[lost], programme.weight[lost], len(spare)).astype(np.int64)
        if (loss <= spare).all():
            kept[camera] = False
            seen_by[own] -= 1
            spare -= loss
    return kept


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


def _solved(block: _Block, programme: Programme, limits: Limits) -> tuple[Integers, int]:
    """Return the cameras needed for a block, and a number of cameras below which none do."""
    chosen = np.zeros(len(programme.zone), dtype=bool)
    chosen[block.cells] = True
    few = programme.take(chosen)
    used, camera = np.unique(few.camera, return_inverse=True)
    is_whole = _whole_zones(programme)
    needed = np.where(is_whole, np.bincount(few.zone, few.weight, len(few.needed)), few.needed).astype(np.int64)
    needed[~np.isin(np.arange(len(needed)), few.zone)] = 0
    few = replace(few, camera=camera, camera_count=len(used), needed=needed, overspill=programme.overspill[used])
    part = block.part[np.argsort(block.cells)]
    if len(used) == 1:
        return used, 1
    is_needed, bound = _whole(few, is_whole, limits)
    if is_needed.sum() > bound and part.min() < part.max():
        other, below = _by_prices(few, is_whole, part, limits)
        is_needed, bound = (other if other.sum() < is_needed.sum() else is_needed), max(bound, below)
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
    first = least(model, limits, start=_columns(programme, model, start), is_integral=True)
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
    found = least(model, limits, start=_columns(programme, model, is_needed))
    if found.values is None:
        return is_needed
    chosen = found.values[: programme.camera_count] > 0.5
    is_better = chosen.sum() <= count and programme.is_met(chosen) and spill[chosen].sum() < spill[is_needed].sum()
    return chosen if is_better else is_needed


def _columns(programme: Programme, model: Model, is_kept: Flags) -> Floats:
    """Return the values of the solver's columns for a subset."""
    values = np.zeros(len(model.costs))
    values[: programme.camera_count] = is_kept
    seen = (model.matrix[:, : programme.camera_count] @ is_kept.astype(float)) > 0.0
    rows, columns = (model.matrix[:, programme.camera_count :] < 0.0).nonzero()
    values[programme.camera_count + columns] = seen[rows]
    return values


@dataclass(frozen=True, slots=True)
class _Choice:
    """One subset of a part: its cameras, and how much it sees of each zone."""

    cameras: Integers
    seen: Integers


def _by_prices(programme: Programme, is_whole: Flags, part: Integers, limits: Limits) -> tuple[Flags, int]:
    """Return a subset of a block of many parts, and a bound: the parts are solved apart under prices on what they see."""
    relaxed = least(_model(programme, is_whole, np.ones(programme.camera_count)), limits, is_relaxed=True)
    zones = np.unique(programme.zone[~is_whole[programme.zone]])
    prices = np.zeros(len(programme.needed))
    prices[zones] = np.maximum(relaxed.duals[len(programme.zone) :], 0.0)
    parts = [_part(programme, part == number) for number in range(int(part.min()), int(part.max()) + 1)]
    parts = [one for one in parts if len(one[1])]
    bound = relaxed.whole_bound()
    choices: list[list[_Choice]] = [[] for _ in parts]
    for factor in PRICE_FACTORS:
        below = float((factor * prices * programme.needed)[zones].sum())
        for place, (few, used) in enumerate(parts):
            chosen, value = _priced(few, is_whole, factor * prices, limits)
            below += value
            choices[place].append(_Choice(used[chosen], few.seen(chosen)))
        bound = max(bound, int(np.ceil(below - 1e-6)))
    for place, (few, used) in enumerate(parts):
        choices[place] += _greedy_choices(few, used, is_whole)
    is_needed = _chosen(programme, choices, zones, limits)
    by_greed = greedy_subset(programme)
    if is_needed is None or by_greed.sum() < is_needed.sum():
        is_needed = by_greed
    return is_needed, bound


def _part(programme: Programme, cells: Flags) -> tuple[Programme, Integers]:
    """Return the programme of some cells with cameras of their own, and which those are."""
    few = programme.take(cells)
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


def _greedy_choices(programme: Programme, used: Integers, is_whole: Flags) -> Iterable[_Choice]:
    """Yield subsets of a part that see ever more of it: what a greedy choice takes up to tenths of what there is."""
    held = np.bincount(programme.zone, programme.weight, len(programme.needed)).astype(np.int64)
    for share in np.linspace(0.1, 1.0, 10):
        needed = np.where(is_whole, held, np.floor(share * held)).astype(np.int64)
        chosen = greedy_subset(replace(programme, needed=needed))
        yield _Choice(used[chosen], programme.seen(chosen))


def _chosen(programme: Programme, choices: list[list[_Choice]], zones: Integers, limits: Limits) -> Flags | None:
    """Return the cameras of one choice for each part that together see what is needed, with the fewest cameras."""
    flat = [(place, choice) for place, some in enumerate(choices) for choice in some]
    owner = np.array([place for place, _ in flat])
    spill = programme.overspill / max(float(programme.overspill.sum()), 1e-9)
    costs = np.array([len(choice.cameras) + 0.5 * spill[choice.cameras].sum() for _, choice in flat])
    seen = np.array([choice.seen[zones] for _, choice in flat], dtype=float)
    one_each = csr_array((np.ones(len(flat)), (owner, np.arange(len(flat)))), shape=(len(choices), len(flat)))
    stacked = csr_array(vstack([one_each, csr_array(seen.T)]))
    lower = np.concatenate([np.ones(len(choices)), programme.needed[zones].astype(float)])
    found = least(Model(costs, stacked, lower, np.ones(len(flat), dtype=bool)), limits)
    if found.values is None:
        return None
    is_needed = np.zeros(programme.camera_count, dtype=bool)
    for number in np.flatnonzero(found.values > 0.5):
        is_needed[flat[number][1].cameras] = True
    return is_needed if programme.is_met(is_needed) else None
