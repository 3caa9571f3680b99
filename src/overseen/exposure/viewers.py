"""Who sees which points, draw by draw: what purposes, necessity and the ladder of lesser means are measured with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.exposure.drawn_streets import is_plate_reader
from overseen.exposure.masks import STEP_DEG
from overseen.exposure.network import ExaminedHeads, heads_near, sectors_of
from overseen.kernels.counted_points import Eyes
from overseen.kernels.shadows import Shadows
from overseen.kernels.stars import Stars
from overseen.kernels.viewers import MOST_COUNTED, Lookers, Masks, Tally, merged_tally, point_viewers, viewer_tally
from overseen.model.schema import View
from overseen.visibility.cells import HERE, Work, cells_of, mapped
from overseen.visibility.placement import points_of

FoundT = TypeVar("FoundT")

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]

CHUNK = 10_000
"""Points that are worked on at once."""


@dataclass(frozen=True, slots=True)
class Masking:
    """Masks as the plan of targets shows them: per head and step of true bearing, between which depressions nothing is shown.

    Depressions are those seen from ``height_m``, the height under the central assumptions, whatever is drawn: a mask is set in
    the picture of the camera as it hangs, so that it hides the same ground.
    """

    least_deg: Floats
    most_deg: Floats
    height_m: Floats
    north_deg: Floats
    target_m: float


def masking_of(masks: pd.DataFrame, examined: ExaminedHeads, height_m: Floats, north_deg: Floats) -> Masking:
    """Return table ``masks`` for the heads of ``examined``; ``height_m`` is that of each lens under the central assumptions."""
    shape = len(examined.heads), int(360 / STEP_DEG)
    least, most = np.full(shape, np.inf), np.full(shape, -np.inf)
    heads_of = examined.heads.groupby("camera_id").indices
    for mask in masks.itertuples(index=False):
        turn = slice(round(mask.bearing_from_deg / STEP_DEG), round(mask.bearing_to_deg / STEP_DEG))
        for head in heads_of.get(mask.camera_id, ()):
            least[head, turn], most[head, turn] = mask.depression_from_deg, mask.depression_to_deg
    return Masking(least, most, height_m, north_deg, examined.scenery.target_m)


@dataclass(frozen=True, slots=True)
class Watch:
    """Heads as they count in one measure.

    Parameters
    ----------
    examined
        The heads, in the draws that are looked at.
    view
        Which of their two views.
    reach_m
        Reach that counts, shape (heads, draws); 0: the head does not count.
    masking
        What their masks hide, where they have any.
    """

    examined: ExaminedHeads
    view: View
    reach_m: Floats
    masking: Masking | None = None

    def only(self, is_counted: Flags) -> Watch:
        """Return the same with some cameras in some draws only; ``is_counted`` has shape (cameras, draws)."""
        is_in = is_counted[self.examined.camera_numbers()]
        return replace(self, reach_m=np.where(is_in, self.reach_m, 0.0))

    @property
    def camera_count(self) -> int:
        """Number of examined cameras."""
        return self.examined.heads["camera_id"].nunique()


def watch_at(examined: ExaminedHeads, view: View, level: int) -> Watch:
    """Return the heads at one level; plate readers, which watch vehicles, do not count."""
    reach = np.where(
        examined.once("plate readers", is_plate_reader)[:, None], 0.0, examined.views.reach_m[view][:, :, level]
    )
    return Watch(examined, view, np.ascontiguousarray(reach))


def first_draws(examined: ExaminedHeads, count: int) -> ExaminedHeads:
    """Return the same heads in their first draws only."""
    views, scenery = examined.views, examined.scenery
    kept = slice(0, count)
    views = replace(
        views,
        bearing_deg=views.bearing_deg[:, kept],
        is_turning=views.is_turning[:, kept],
        width_deg={view: width[:, kept] for view, width in views.width_deg.items()},
        reach_m={view: reach[:, kept] for view, reach in views.reach_m.items()},
        height_m=views.height_m[:, kept],
        section=views.section.take((slice(None), kept)),
    )
    return replace(examined, views=views, scenery=scenery.first_sets(count))


@dataclass(frozen=True, slots=True)
class Points:
    """Points that sample something, in groups.

    Parameters
    ----------
    position
        Shape (n, 2), m.
    group
        Number of the group of each.
    weight
        What each stands for: m, m2, or 1.
    own_weight
        The same where it is a camera's that is counted.
    group_count
        Number of groups.
    """

    position: Floats
    group: Integers
    weight: Floats
    own_weight: Floats
    group_count: int

    @classmethod
    def of(cls, at: Floats, group: Integers, weight: float | Floats, group_count: int) -> Points:
        """Return points that stand for as much in every count."""
        each = np.broadcast_to(np.asarray(weight, dtype=float), len(at)).copy()
        return cls(np.ascontiguousarray(at), group.astype(np.int64), each, each, group_count)

    def totals(self) -> Floats:
        """Return what each group stands for."""
        return np.bincount(self.group, self.weight, minlength=self.group_count).astype(np.float64)

    def chunks(self) -> list[NDArray[np.intp]]:
        """Return the points by cell, and in parts of a cell that has very many."""
        return [part for rows in cells_of(self.position) for part in np.array_split(rows, -(-len(rows) // CHUNK))]


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Points that lie close together, and the heads that may see any of them: one bundle of lenses for each watch."""

    points: Floats
    stars: Stars
    shadows: Shadows
    lookers: tuple[Lookers, ...]
    masks: tuple[Masks, ...]
    camera: Integers = field(repr=False)


def tally(points: Points, watch: Watch, *, work: Work = HERE) -> Tally:
    """Return how much of some points is in view, over all draws; cameras in the order of their numbers."""
    return tallies([(points, watch)], work=work)[0]


def tallies(measures: Sequence[tuple[Points, Watch]], *, work: Work = HERE) -> list[Tally]:
    """Return the tally of each measure; all are of the same positions and the same heads, whose views are looked up once."""
    points = [one for one, _ in measures]
    total = [_nothing(one, watch) for one, watch in measures]
    of_chunk = partial(_tally_chunk, points=points)
    for chunk in _chunks(points[0].position, points[0].chunks(), [watch for _, watch in measures], of_chunk, work):
        if chunk is None:
            continue
        camera, found = chunk
        for whole, (groups, part) in zip(total, found, strict=True):
            whole.merged[groups] += part.merged
            whole.own[camera] += part.own
            whole.alone[camera] += part.alone
            whole.overlap[:] += part.overlap
    return total


def merged(points: Points, watches: Sequence[Watch], *, work: Work = HERE) -> list[Floats]:
    """Return how much of each group of points is in view of each watch, overlaps once, shape (groups, draws) each."""
    total = [np.zeros((points.group_count, watch.reach_m.shape[1])) for watch in watches]
    of_chunk = partial(_merged_chunk, points=points)
    for chunk in _chunks(points.position, points.chunks(), watches, of_chunk, work):
        if chunk is not None:
            groups, found = chunk
            for whole, part in zip(total, found, strict=True):
                whole[groups] += part
    return total


def _nothing(points: Points, watch: Watch) -> Tally:
    draws, cameras = watch.reach_m.shape[1], watch.camera_count
    return Tally(
        np.zeros((points.group_count, draws)), np.zeros((cameras, draws)), np.zeros((cameras, draws)),
        np.zeros((draws, MOST_COUNTED)),
    )  # fmt: skip


def _tally_chunk(
    rows: NDArray[np.intp], chunk: _Chunk, *, points: Sequence[Points]
) -> tuple[Integers, list[tuple[Integers, Tally]]]:
    found = []
    for one, lookers, masks in zip(points, chunk.lookers, chunk.masks, strict=True):
        groups, group = _groups(one, rows)
        part = viewer_tally(
            chunk.points, group, one.weight[rows], one.own_weight[rows], len(groups), lookers, masks, chunk.stars,
            chunk.shadows,
        )  # fmt: skip
        found.append((groups, part))
    return chunk.camera, found


def _merged_chunk(rows: NDArray[np.intp], chunk: _Chunk, *, points: Points) -> tuple[Integers, list[Floats]]:
    groups, group = _groups(points, rows)
    weight = points.weight[rows]
    return groups, [
        merged_tally(chunk.points, group, weight, len(groups), *pair, chunk.stars, chunk.shadows)
        for pair in zip(chunk.lookers, chunk.masks, strict=True)
    ]


def _groups(points: Points, rows: NDArray[np.intp]) -> tuple[Integers, Integers]:
    """Return the groups of some points, and the place of each point's among them."""
    groups, group = np.unique(points.group[rows], return_inverse=True)
    return groups, group.astype(np.int64)


@dataclass(frozen=True, slots=True)
class Seers:
    """The cameras that see each point of a chunk in each draw: ``offsets`` run over ``rows`` and within them over draws."""

    rows: NDArray[np.intp]
    offsets: Integers
    camera: Integers

    def of_draw(self, draw: int) -> tuple[Integers, Integers]:
        """Return the cameras of one draw: where those of each of ``rows`` begin, and the cameras."""
        draws = (len(self.offsets) - 1) // len(self.rows)
        first, last = self.offsets[draw:-1:draws], self.offsets[draw + 1 :: draws]
        offsets = np.concatenate([[0], np.cumsum(last - first)]).astype(np.int64)
        entry = np.arange(offsets[-1]) + np.repeat(first - offsets[:-1], last - first)
        return offsets, self.camera[entry]


def seers(points: Points, watch: Watch, *, work: Work = HERE) -> Iterator[Seers]:
    """Yield, chunk by chunk, which cameras see each point; chunks near which no camera counts are left out."""
    for found in _chunks(points.position, points.chunks(), [watch], _seers_chunk, work):
        if found is not None:
            yield found


def _seers_chunk(rows: NDArray[np.intp], chunk: _Chunk) -> Seers:
    offsets, camera = point_viewers(chunk.points, chunk.lookers[0], chunk.masks[0], chunk.stars, chunk.shadows)
    return Seers(rows, offsets, chunk.camera[camera])


def _chunks(
    position: Floats,
    chunks: Sequence[NDArray[np.intp]],
    watches: Sequence[Watch],
    function: Callable[[NDArray[np.intp], _Chunk], FoundT],
    work: Work,
) -> Iterator[FoundT | None]:
    """Yield what a function makes of every chunk of points, None where no head that counts is near."""
    longest = [watch.reach_m.max(axis=1, initial=0.0) for watch in watches]
    farthest = np.max(longest, axis=0, initial=0.0)
    counts = np.flatnonzero(farthest > 0.0)
    position_of_counted = watches[0].examined.position[counts]
    tree = shapely.STRtree(points_of(position_of_counted))

    def of_rows(rows: NDArray[np.intp]) -> FoundT | None:
        at = np.ascontiguousarray(position[rows])
        used = counts[heads_near(tree, at, position_of_counted, farthest[counts])]
        return None if len(used) == 0 else function(rows, _chunk(at, used, watches, longest))

    return mapped(of_rows, chunks, work)


def _chunk(at: Floats, used: NDArray[np.intp], watches: Sequence[Watch], longest: Sequence[Floats]) -> _Chunk:
    examined = watches[0].examined
    seen = examined.scenery.of_heads(used)
    draws = examined.views.bearing_deg.shape[1]
    of_draw = np.ascontiguousarray(seen.of_set[:, np.arange(draws) % seen.of_set.shape[1]])
    centre = np.ascontiguousarray(examined.position[used])
    camera, own = np.unique(examined.camera_numbers()[used], return_inverse=True)
    lookers = tuple(
        Lookers(
            Eyes(centre, np.ascontiguousarray(farthest[used]), seen.first, of_draw),
            sectors_of(examined.views, used, watch.view),
            np.ascontiguousarray(watch.reach_m[used]),
            own.astype(np.int64),
        )
        for watch, farthest in zip(watches, longest, strict=True)
    )
    masks = tuple(_masks(watch.masking, used) for watch in watches)
    return _Chunk(at, seen.views.stars, seen.views.shadows, lookers, masks, camera)


def _masks(masking: Masking | None, used: NDArray[np.intp]) -> Masks:
    """Return the masks of some heads; without any step where there are none."""
    if masking is None:
        return Masks(np.empty((0, 0)), np.empty((0, 0)), np.empty(0), np.empty(0))
    return Masks(
        np.ascontiguousarray(masking.least_deg[used]),
        np.ascontiguousarray(masking.most_deg[used]),
        np.ascontiguousarray(masking.height_m[used] - masking.target_m),
        np.ascontiguousarray(masking.north_deg[used]),
    )
