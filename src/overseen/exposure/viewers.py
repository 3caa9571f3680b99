"""Who sees which points, draw by draw: what purposes, necessity and the ladder of lesser means are measured with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.exposure.drawn_streets import is_plate_reader
from overseen.exposure.masks import STEP_DEG
from overseen.exposure.network import ExaminedHeads, LocalPairs, local_pairs, nearby_points, sectors_of
from overseen.kernels.draws import Sectors
from overseen.kernels.sightings import point_sightings
from overseen.kernels.viewers import MOST_COUNTED, Lookers, Tally, point_viewers, viewer_tally
from overseen.model.schema import View
from overseen.visibility.cells import HERE, Work, cells_of, mapped
from overseen.visibility.placement import points_of

FoundT = TypeVar("FoundT")

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]

CHUNK = 3_000
"""Points that are worked on at once: what bounds the memory of their sightlines."""


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

    def hides(self, position: Floats, head: NDArray[np.intp], point: Floats) -> Flags:
        """Return which points, one for each entry of ``head``, are behind a mask of that head."""
        x, y = (point - position[head]).T
        bearing = np.degrees(np.arctan2(x, y)) - self.north_deg[head]
        step = np.floor(np.mod(bearing, 360.0) / STEP_DEG).astype(np.int64) % self.least_deg.shape[1]
        depression = np.degrees(np.arctan2(self.height_m[head] - self.target_m, np.hypot(x, y)))
        return np.asarray((self.least_deg[head, step] <= depression) & (depression <= self.most_deg[head, step]))


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
    scenery = replace(scenery, top_m=scenery.top_m[kept], height_m=scenery.height_m[:, kept])
    return replace(examined, views=views, scenery=scenery)


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
    points: Floats
    local: LocalPairs
    is_clear: Flags
    lookers: Lookers
    camera: Integers = field(repr=False)


def tally(points: Points, watch: Watch, *, work: Work = HERE) -> Tally:
    """Return how much of some points is in view, over all draws; cameras in the order of their numbers."""
    draws = watch.reach_m.shape[1]
    cameras = watch.camera_count
    merged = np.zeros((points.group_count, draws))
    own, alone = np.zeros((cameras, draws)), np.zeros((cameras, draws))
    overlap = np.zeros((draws, MOST_COUNTED))
    of_chunk = partial(_tally_chunk, points=points)
    for chunk in _chunks(points, watch, of_chunk, work):
        if chunk is None:
            continue
        groups, camera, found = chunk
        merged[groups] += found.merged
        own[camera] += found.own
        alone[camera] += found.alone
        overlap += found.overlap
    return Tally(merged, own, alone, overlap)


def _tally_chunk(rows: NDArray[np.intp], chunk: _Chunk, *, points: Points) -> tuple[Integers, Integers, Tally]:
    groups, group = np.unique(points.group[rows], return_inverse=True)
    found = viewer_tally(
        chunk.points, group.astype(np.int64), points.weight[rows], points.own_weight[rows], chunk.local.pairs,
        chunk.is_clear, chunk.lookers, len(groups),
    )  # fmt: skip
    return groups, chunk.camera, found


@dataclass(frozen=True, slots=True)
class Seers:
    """The cameras that see each point of a chunk in each draw: ``offsets`` run over draws and within them over ``rows``."""

    rows: NDArray[np.intp]
    offsets: Integers
    camera: Integers


def seers(points: Points, watch: Watch, *, work: Work = HERE) -> Iterator[Seers]:
    """Yield, chunk by chunk, which cameras see each point; chunks near which no camera counts are left out."""
    for found in _chunks(points, watch, _seers_chunk, work):
        if found is not None:
            yield found


def _seers_chunk(rows: NDArray[np.intp], chunk: _Chunk) -> Seers:
    offsets, camera = point_viewers(chunk.points, chunk.local.pairs, chunk.is_clear, chunk.lookers)
    return Seers(rows, offsets, chunk.camera[camera])


def _chunks(
    points: Points, watch: Watch, function: Callable[[NDArray[np.intp], _Chunk], FoundT], work: Work
) -> Iterator[FoundT | None]:
    """Yield what a function makes of every chunk of points, None where no head that counts is near."""
    longest = watch.reach_m.max(axis=1, initial=0.0)
    counts = np.flatnonzero(longest > 0.0)
    tree = shapely.STRtree(points_of(watch.examined.position[counts]))
    numbers = watch.examined.camera_numbers()

    def of_rows(rows: NDArray[np.intp]) -> FoundT | None:
        chunk = _seen_chunk(points.position[rows], tree, counts, longest, watch, numbers)
        return None if chunk is None else function(rows, chunk)

    return mapped(of_rows, points.chunks(), work)


def _seen_chunk(
    at: Floats, tree: shapely.STRtree, counts: NDArray[np.intp], longest: Floats, watch: Watch, numbers: Integers
) -> _Chunk | None:
    found, near = nearby_points(tree, at, watch.examined.position[counts], longest[counts])
    head = counts[near]
    if watch.masking is not None and len(head):
        is_shown = ~watch.masking.hides(watch.examined.position, head, at[found])
        found, head = found[is_shown], head[is_shown]
    if len(head) == 0:
        return None
    local = local_pairs(found, head, len(at), watch.examined)
    seen = local.seen.views
    is_clear = point_sightings(seen.stars, seen.shadows, at, local.thing, local.view)
    used = local.used
    camera, own = np.unique(numbers[used], return_inverse=True)
    sectors: Sectors = sectors_of(watch.examined.views, used, watch.view)
    lookers = Lookers(
        sectors,
        np.ascontiguousarray(watch.reach_m[used]),
        np.ascontiguousarray(watch.examined.position[used]),
        own.astype(np.int64),
    )
    return _Chunk(at, local, is_clear, lookers, camera)
