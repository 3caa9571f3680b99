"""What the first draws leave in view of every street, kept for whoever adds streets up to trips.

Memory: four numbers of four bytes per street and draw, a kilobyte per street with 64 draws, and sixteen bytes per camera that
may see a street. Plate readers watch vehicles: they are kept apart, and none of these metres is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.exposure.network import ExaminedHeads, LocalPairs, sectors_of
from overseen.kernels.draws import Sectors, Segments, drawn_lengths
from overseen.kernels.passages import WORD_DRAWS, Watchers, street_watchers
from overseen.kernels.sightings import Sightings
from overseen.kernels.stretches import Stretches, stretches_in_view
from overseen.model.schema import View
from overseen.model.viewing import Ladder, Viewing

Floats = NDArray[np.float64]
Kept = tuple[View, int]

PLATE_READER = "plate_reader"

STRETCH_DRAWS = 20
"""Draws of which the stretches in view are kept, not only their length."""

GAP_M = 1.0
"""Out of view for so little is a step: the stretches on either side are one."""


def named_levels(ladder: Ladder) -> dict[str, int]:
    """Return the numbers of the levels that trips are measured at: the lowest, the one of noticing someone, the finest.

    The finest is that of telling who someone is where the ladder has it, for the levels beyond are no longer about faces in
    a street.

    Examples
    --------
    >>> from overseen.sources.packs import get_ladder
    >>> named_levels(get_ladder("dori"))
    {'lowest': 0, 'noticed': 1, 'finest': 4}
    """
    names = ladder.names
    noticed = names.index("detect") if "detect" in names else min(1, len(names) - 1)
    finest = names.index("identify") if "identify" in names else len(names) - 1
    return {"lowest": 0, "noticed": noticed, "finest": finest}


def kept_views(ladder: Ladder) -> tuple[Kept, ...]:
    """Return the views and levels that are kept: three levels of what could be looked at, one of what is seen at once."""
    level = named_levels(ladder)
    found: list[Kept] = [("reachable", number) for number in level.values()]
    return tuple(dict.fromkeys([*found, ("at_once", level["noticed"])]))


def kept_draws(viewing: Viewing) -> int:
    """Return how many draws are kept: the first 64, or all."""
    return min(viewing.draws, WORD_DRAWS)


@dataclass(frozen=True, slots=True)
class CellDraws:
    """The same of the streets of one cell."""

    length_m: Mapping[Kept, NDArray[np.float32]]
    watchers: Watchers
    readers: Watchers
    stretches: Stretches


@dataclass(frozen=True, slots=True)
class DrawnStreets:
    """Metres in view of every street in every kept draw, and who sees it.

    Parameters
    ----------
    length_m
        Per view and number of the level, shape (streets, draws), m; plate readers left out.
    watchers
        Cameras that could look at each street at the lowest level, plate readers left out.
    readers
        Plate readers that could.
    operator
        Per camera a number of its operator, -1 where nobody is named, shape (cameras,).
    camera_id
        Identifiers of the cameras, in order.
    stretches
        Where along each street it is in what cameras could look at, at the lowest level, in the first ``STRETCH_DRAWS`` draws;
        plate readers left out.
    """

    length_m: Mapping[Kept, NDArray[np.float32]]
    watchers: Watchers
    readers: Watchers
    operator: NDArray[np.int64]
    camera_id: NDArray[np.object_]
    stretches: Stretches

    @property
    def draw_count(self) -> int:
        """Number of kept draws."""
        return next(iter(self.length_m.values())).shape[1]


def is_plate_reader(heads: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which heads belong to plate readers."""
    if "use" not in heads:
        return np.zeros(len(heads), dtype=bool)
    return (heads["use"] == PLATE_READER).to_numpy(dtype=bool)


def cell_draws(
    segments: Segments, local: LocalPairs, sightings: Sightings, examined: ExaminedHeads, viewing: Viewing
) -> CellDraws:
    """Return what is kept of the streets of one cell."""
    count = kept_draws(viewing)
    reads_plates = examined.once("plate readers", is_plate_reader)[local.used]
    centre = np.ascontiguousarray(examined.position[local.used])
    numbers = examined.camera_numbers()[local.used]
    known, camera = np.unique(numbers, return_inverse=True)
    sectors = {view: _some(sectors_of(examined.views, local.used, view), count) for view in ("reachable", "at_once")}
    length_m: dict[Kept, NDArray[np.float32]] = {}
    lengths = {
        view: drawn_lengths(segments, local.pairs, sightings, _without(sector, reads_plates), centre, camera)[0]
        for view, sector in sectors.items()
    }
    for view, level in kept_views(viewing.ladder):
        length_m[view, level] = lengths[view][:, :, level].astype(np.float32)
    walkers, readers = (
        _renumbered(
            street_watchers(
                segments,
                local.pairs,
                sightings,
                _without(sectors["reachable"], left_out),
                centre,
                camera.astype(np.int64),
                count,
            ),
            known,
        )
        for left_out in (reads_plates, ~reads_plates)
    )
    some = _some(sectors["reachable"], min(count, STRETCH_DRAWS))
    stretches = stretches_in_view(segments, local.pairs, sightings, _without(some, reads_plates), centre, GAP_M)
    return CellDraws(length_m, walkers, readers, stretches)


def watchers_of(segments: Segments, local: LocalPairs, sightings: Sightings, examined: ExaminedHeads) -> Watchers:
    """Return the cameras that could look at each street of one cell at the lowest level, with those of the first draws."""
    known, camera = np.unique(examined.camera_numbers()[local.used], return_inverse=True)
    sectors = sectors_of(examined.views, local.used, "reachable")
    count = min(sectors.reach_m.shape[1], WORD_DRAWS)
    centre = np.ascontiguousarray(examined.position[local.used])
    found = street_watchers(
        segments, local.pairs, sightings, _some(sectors, count), centre, camera.astype(np.int64), count
    )
    return _renumbered(found, known)


def named_operators(examined: ExaminedHeads) -> NDArray[np.int64]:
    """Return a number of the operator of every camera, -1 where nobody is named, shape (cameras,)."""

    def numbers(heads: pd.DataFrame) -> NDArray[np.int64]:
        named = heads["operator"].groupby(examined.camera_numbers()).first()
        return pd.factorize(named, sort=True)[0].astype(np.int64)

    return examined.once("operators", numbers)


def operator_counts(watchers: Sequence[Watchers], operator: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of distinct named operators among the cameras that see each street in any of the draws, shape (streets,)."""
    count = len(watchers[0].first) - 1
    street = np.concatenate([np.repeat(np.arange(count), np.diff(some.first)) for some in watchers])
    who = operator[np.concatenate([some.camera for some in watchers])]
    pairs = np.unique(np.stack([street, who], axis=1)[who >= 0], axis=0)
    return np.bincount(pairs[:, 0], minlength=count).astype(np.int64)


def _some(sectors: Sectors, count: int) -> Sectors:
    """Return the first draws."""
    return Sectors(*(np.ascontiguousarray(part[:, :count]) for part in sectors))


def _without(sectors: Sectors, left_out: NDArray[np.bool_]) -> Sectors:
    """Return the sectors with no reach for some lenses."""
    if not left_out.any():
        return sectors
    return sectors._replace(reach_m=np.where(left_out[:, None, None], 0.0, sectors.reach_m))


def _renumbered(watchers: Watchers, known: NDArray[np.int64]) -> Watchers:
    return watchers._replace(camera=known[watchers.camera].astype(np.int64))


def gathered_draws(
    cells: Sequence[CellDraws], rows: Sequence[NDArray[np.intp]], count: int, examined: ExaminedHeads, viewing: Viewing
) -> DrawnStreets:
    """Return what cells kept, put back into the order of the ``count`` streets."""
    length_m = {kept: np.zeros((count, kept_draws(viewing)), dtype=np.float32) for kept in kept_views(viewing.ladder)}
    for cell, where in zip(cells, rows, strict=True):
        for kept, values in cell.length_m.items():
            length_m[kept][where] = values
    watchers, readers = (
        _gathered([getattr(cell, name) for cell in cells], rows, count) for name in ("watchers", "readers")
    )
    numbers = examined.camera_numbers()
    camera_id = examined.heads["camera_id"].to_numpy(dtype=object)[np.unique(numbers, return_index=True)[1]]
    stretches = _gathered_stretches(
        [cell.stretches for cell in cells], rows, count, min(kept_draws(viewing), STRETCH_DRAWS)
    )
    return DrawnStreets(length_m, watchers, readers, named_operators(examined), camera_id, stretches)


def _gathered_stretches(
    parts: Sequence[Stretches], rows: Sequence[NDArray[np.intp]], count: int, draws: int
) -> Stretches:
    totals = np.zeros(count * draws, dtype=np.int64)
    wheres = [(where[:, None] * draws + np.arange(draws)).ravel() for where in rows]
    for part, where in zip(parts, wheres, strict=True):
        totals[where] = np.diff(part.first)
    first = np.concatenate([[0], np.cumsum(totals)]).astype(np.int64)
    along_m = np.empty((first[-1], 2))
    for part, where in zip(parts, wheres, strict=True):
        place = np.repeat(first[where] - part.first[:-1], np.diff(part.first)) + np.arange(part.first[-1])
        along_m[place] = part.along_m
    return Stretches(first, along_m)


def _gathered(parts: Sequence[Watchers], rows: Sequence[NDArray[np.intp]], count: int) -> Watchers:
    totals = np.zeros(count, dtype=np.int64)
    for part, where in zip(parts, rows, strict=True):
        totals[where] = np.diff(part.first)
    first = np.concatenate([[0], np.cumsum(totals)]).astype(np.int64)
    camera, draws = np.empty(first[-1], dtype=np.int64), np.empty(first[-1], dtype=np.uint64)
    for part, where in zip(parts, rows, strict=True):
        each = np.diff(part.first)
        place = np.repeat(first[where] - part.first[:-1], each) + np.arange(part.first[-1])
        camera[place], draws[place] = part.camera, part.draws
    return Watchers(first, camera, draws)
