"""The cells of the arrangement of views in the zones of purposes: sample points that the same cameras see are one cell.

Each draw has its own. Cells that nobody sees are nowhere: what is unseen of a zone is no part of any result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from overseen.exposure.viewers import Points, Watch, seers
from overseen.visibility.cells import HERE, Work

Integers = NDArray[np.int64]
Keys = NDArray[np.uint64]

SPREAD, FIRST, SECOND = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
"""Constants of SplitMix64, which spreads the numbers of cameras over 64 bits."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of one draw: ``offsets`` and ``camera`` say who sees each, ``zone`` and ``point_count`` where and how large it is."""

    offsets: Integers
    camera: Integers
    zone: Integers
    point_count: Integers


def arrangements(purposes: Sequence[tuple[Points, Watch]], *, work: Work = HERE) -> list[Cells]:
    """Return the cells of every draw; zones are numbered on from purpose to purpose.

    Two points are one cell if the same cameras see them and they lie in one zone. Sets of cameras are told apart by a sum of 64 random
    bits for each camera and zone: among 300,000 cells some two are taken as the same in one of 400 million cities.
    """
    draws = purposes[0][1].reach_m.shape[1]
    parts: list[list[Cells]] = [[] for _ in range(draws)]
    first = 0
    for points, watch in purposes:
        for chunk in seers(points, watch, work=work):
            count = len(chunk.rows)
            zone = points.group[chunk.rows] + first
            for draw in range(draws):
                parts[draw].append(merged_cells(*chunk.of_draw(draw), zone, np.ones(count, dtype=np.int64)))
        first += points.group_count
    return [_joined(cells) for cells in parts]


def merged_cells(offsets: Integers, camera: Integers, zone: Integers, point_count: Integers) -> Cells:
    """Return cells with those of the same zone and cameras made one; those that nobody sees are left out.

    Examples
    --------
    >>> cells = merged_cells(np.array([0, 2, 2, 4]), np.array([1, 5, 5, 1]), np.zeros(3, dtype=int), np.ones(3, dtype=int))
    >>> cells.camera.tolist(), cells.point_count.tolist()
    ([1, 5], [2])
    """
    counts = np.diff(offsets)
    seen = np.flatnonzero(counts > 0)
    if len(seen) == 0:
        nothing = np.empty(0, dtype=np.int64)
        return Cells(np.zeros(1, dtype=np.int64), nothing, nothing, nothing)
    keys = np.add.reduceat(_spread(camera, 0), offsets[seen]) + _spread(zone[seen], 1)
    _, one, cell = np.unique(keys, return_index=True, return_inverse=True)
    total = np.bincount(cell, point_count[seen]).astype(np.int64)
    order = np.argsort(one)
    kept = seen[one[order]]
    begins = np.concatenate([[0], np.cumsum(counts[kept])]).astype(np.int64)
    entry = np.arange(begins[-1]) + np.repeat(offsets[kept] - begins[:-1], counts[kept])
    return Cells(begins, camera[entry], zone[kept], total[order])


def _joined(parts: list[Cells]) -> Cells:
    counts = np.concatenate([np.empty(0, dtype=np.int64), *(np.diff(part.offsets) for part in parts)])
    columns = [
        np.concatenate([np.empty(0, dtype=np.int64), *(getattr(part, name) for part in parts)])
        for name in ("camera", "zone", "point_count")
    ]
    return merged_cells(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), *columns)


def _spread(number: Integers, salt: int) -> Keys:
    """Return 64 bits for each number that nothing but it and the salt decide."""
    with np.errstate(over="ignore"):
        state = (2 * number + salt + 1).astype(np.uint64) * SPREAD
        state = (state ^ (state >> np.uint64(30))) * FIRST
        state = (state ^ (state >> np.uint64(27))) * SECOND
        return state ^ (state >> np.uint64(31))
