"""Views all round among buildings whose heights are drawn: made once for each set of heights that a lens can tell apart."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from overseen.kernels.heights import are_heights_felt
from overseen.kernels.shadows import Shadows, views
from overseen.kernels.stars import Lenses, Stars
from overseen.visibility.cells import HERE, Work, cells_of, mapped
from overseen.visibility.obstacles import Obstacles

Floats = NDArray[np.float64]

SHORTEST_RADIUS_M = 1.0
"""A view is made at least this wide, so that a head that reaches nothing is still a lens with a view."""

MOST_KEPT_BYTES = 2**30
"""What the kept views of all heads take at most."""

ENOUGH_HEADS = 500
"""From so many heads it is told what all of them would take."""


@dataclass(frozen=True, slots=True)
class Views:
    """Views all round: stars, and what low buildings hide within them.

    Parameters
    ----------
    stars, shadows
        As :func:`overseen.kernels.shadows.views` returns them, one row per view.
    """

    stars: Stars
    shadows: Shadows


def views_among(
    obstacles: Obstacles,
    top_m: Floats,
    position: Floats,
    *,
    radius_m: Floats,
    height_m: Floats,
    target_m: float,
    roofs: NDArray[np.int64] | None = None,
) -> Views:
    """Return the view all round each position.

    Parameters
    ----------
    obstacles
        What blocks sightlines.
    top_m
        Height of every chain's building above the ground, shape (chains,), m; ``inf`` hides all behind it.
    position
        Shape (n, 2), m, in no building and on no wall.
    radius_m
        How far each looks, shape (n,), m.
    height_m
        Height of each lens above the ground, shape (n,), m.
    target_m
        Height of what is looked at. The ground is flat: heights count from one level. With terrain they would count from
        that level too, and nothing below here would change.
    roofs
        How many buildings lower than the lens it stands on, shape (n,); none if left out.

    Notes
    -----
    The isovist is exact: no sampling, no snapping. See ``kernels/README.md``.
    """
    count = len(position)
    lenses = Lenses(
        np.ascontiguousarray(position, dtype=np.float64).reshape(-1, 2),
        np.maximum(np.asarray(radius_m, dtype=np.float64), SHORTEST_RADIUS_M),
        np.ascontiguousarray(height_m, dtype=np.float64),
        np.full(count, target_m, dtype=np.float64),
        np.zeros(count, dtype=np.int64) if roofs is None else np.ascontiguousarray(roofs, dtype=np.int64),
    )
    return Views(*views(obstacles.chains, top_m, lenses))


@dataclass(frozen=True, slots=True)
class HeadViewsByHeight:
    """Views of some heads under every set of heights, those that are the same made once.

    Parameters
    ----------
    views
        The views, head by head.
    first
        Where the views of each head begin, shape (heads + 1,).
    of_set
        Which of a head's views holds under a set of heights, counted from its first, shape (heads, sets).
    """

    views: Views
    first: NDArray[np.int64]
    of_set: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scenery:
    """Lenses among buildings under several sets of heights.

    Parameters
    ----------
    obstacles
        What blocks sightlines.
    top_m
        Heights of buildings under every set, shape (sets, chains), m.
    position, radius_m, roofs
        Of the lenses: shape (n, 2), (n,), (n,).
    height_m
        Heights of the lenses under every set, shape (n, sets), m.
    target_m
        Height of what is looked at.
    """

    obstacles: Obstacles
    top_m: Floats
    position: Floats
    radius_m: Floats
    roofs: NDArray[np.int64]
    height_m: Floats
    target_m: float
    _kept: list[HeadViewsByHeight] = field(default_factory=list, init=False, repr=False, compare=False)

    def of_heads(self, rows: NDArray[np.intp]) -> HeadViewsByHeight:
        """Return the views of some heads under every set of heights: looked up where they are kept, made where not."""
        return _of_kept(self._kept[0], rows) if self._kept else self._made(rows)

    def keep(self, work: Work = HERE) -> None:
        """Make the views of all heads once and keep them, if they take no more than ``MOST_KEPT_BYTES``.

        Every measure asks for them cell by cell, and a head that looks into four cells is asked for four times. A scenery
        that is changed keeps nothing.
        """
        count = len(self.position)
        cells = cells_of(self.position)
        parts: list[HeadViewsByHeight] = []
        size = heads = 0
        for rows, part in zip(cells, mapped(self._made, cells, work), strict=True):
            parts.append(part)
            size, heads = size + _size_of(part), heads + len(rows)
            if size * count > MOST_KEPT_BYTES * max(heads, min(count, ENOUGH_HEADS)):
                return
        self._kept[:] = [_joined(parts, cells, count, len(self.top_m))]

    def first_sets(self, count: int) -> Scenery:
        """Return the same lenses under the first sets of heights only."""
        fewer = replace(self, top_m=self.top_m[:count], height_m=self.height_m[:, :count])
        fewer._kept[:] = [replace(kept, of_set=kept.of_set[:, :count]) for kept in self._kept]  # noqa: SLF001 - its own kind
        return fewer

    def _made(self, rows: NDArray[np.intp]) -> HeadViewsByHeight:
        """Return the views of some heads, made.

        Only sets that a head can tell apart are computed: where every building near it is at least as high as the lens, one
        view serves them all.
        """
        sets = len(self.top_m)
        count = len(rows)
        is_felt = np.empty((count, sets), dtype=bool)
        for one in range(sets):
            lenses = self._lenses(rows, self.height_m[rows, one])
            is_felt[:, one] = are_heights_felt(self.obstacles.chains, self.top_m[one], lenses)
        # Every set that is felt has a view of its own; the others share the first of them.
        own = np.cumsum(is_felt, axis=1) - 1
        has_shared: NDArray[np.bool_] = np.logical_not(is_felt.all(axis=1))
        of_set = np.where(is_felt, own + has_shared[:, None], 0).astype(np.int64)
        totals = is_felt.sum(axis=1) + has_shared
        first = np.concatenate([[0], np.cumsum(totals)]).astype(np.int64)
        head, number = np.nonzero(is_felt)
        place = first[head] + of_set[head, number]
        shared = np.flatnonzero(has_shared)
        head, number = np.concatenate([head, shared]), np.concatenate([number, np.argmin(is_felt, axis=1)[shared]])
        place = np.concatenate([place, first[shared]])
        parts: list[Views] = []
        places: list[NDArray[np.intp]] = []
        for drawn in np.unique(number).tolist():
            chosen = number == drawn
            parts.append(self._views(drawn, rows[head[chosen]]))
            places.append(place[chosen])
        return HeadViewsByHeight(gathered(parts, places, int(first[-1])), first, of_set)

    def _lenses(self, rows: NDArray[np.intp], height_m: Floats) -> Lenses:
        return Lenses(
            np.ascontiguousarray(self.position[rows]),
            np.maximum(self.radius_m[rows], SHORTEST_RADIUS_M),
            np.ascontiguousarray(height_m),
            np.full(len(rows), self.target_m),
            np.ascontiguousarray(self.roofs[rows]),
        )

    def _views(self, number: int, rows: NDArray[np.intp]) -> Views:
        lenses = self._lenses(rows, self.height_m[rows, number])
        return Views(*views(self.obstacles.chains, self.top_m[number], lenses))


def _of_kept(kept: HeadViewsByHeight, rows: NDArray[np.intp]) -> HeadViewsByHeight:
    first, place = _picked_rows(kept.first, rows)
    return HeadViewsByHeight(picked(kept.views, place), first, kept.of_set[rows])


def _joined(parts: list[HeadViewsByHeight], cells: list[NDArray[np.intp]], count: int, sets: int) -> HeadViewsByHeight:
    """Return the views of all heads, from those of the heads of each cell."""
    totals, of_set = np.zeros(count, dtype=np.int64), np.zeros((count, sets), dtype=np.int64)
    for rows, part in zip(cells, parts, strict=True):
        totals[rows], of_set[rows] = np.diff(part.first), part.of_set
    first = np.concatenate([[0], np.cumsum(totals)]).astype(np.int64)
    places = [_picked_rows(first, rows)[1] for rows in cells]
    return HeadViewsByHeight(gathered([part.views for part in parts], places, int(first[-1])), first, of_set)


def gathered(parts: list[Views], places: list[NDArray[np.intp]], count: int) -> Views:
    """Return views made in parts as one, view i of a part at the place that its entry of ``places`` names."""
    order = np.argsort(np.concatenate(places)) if places else np.empty(0, dtype=np.intp)
    if len(order) != count:
        raise ValueError(f"{len(order)} views for {count} places")
    return picked(_stacked(parts), order)


def picked(views: Views, rows: NDArray[np.intp]) -> Views:
    """Return some views in the order of ``rows``."""
    stars, shadows = views.stars, views.shadows
    span_offsets, span_rows = _picked_rows(stars.offsets, rows)
    slab_offsets, slab_rows = _picked_rows(shadows.offsets, rows)
    strip_offsets, strip_rows = _picked_rows(shadows.strip_offsets, slab_rows)
    # A slab names a row of the spans: that row moves with its view.
    moved = np.repeat(span_offsets[:-1] - stars.offsets[rows], np.diff(slab_offsets))
    return Views(
        Stars(
            stars.centre[rows],
            stars.radius_m[rows],
            span_offsets,
            stars.span[span_rows],
            stars.wall[span_rows],
        ),
        Shadows(
            slab_offsets,
            shadows.slab[slab_rows],
            shadows.span[slab_rows] + moved,
            strip_offsets,
            shadows.strip[strip_rows],
            shadows.wall[strip_rows],
        ),
    )


def _stacked(parts: list[Views]) -> Views:
    """Return the views of some parts one after another."""
    if not parts:
        return NOTHING
    stars, shadows = [part.stars for part in parts], [part.shadows for part in parts]
    moved = np.cumsum([0, *(int(star.offsets[-1]) for star in stars)])
    return Views(
        Stars(
            np.concatenate([star.centre for star in stars]),
            np.concatenate([star.radius_m for star in stars]),
            _run_on([star.offsets for star in stars]),
            np.concatenate([star.span for star in stars]),
            np.concatenate([star.wall for star in stars]),
        ),
        Shadows(
            _run_on([shadow.offsets for shadow in shadows]),
            np.concatenate([shadow.slab for shadow in shadows]),
            np.concatenate([shadow.span + by for shadow, by in zip(shadows, moved, strict=False)]),
            _run_on([shadow.strip_offsets for shadow in shadows]),
            np.concatenate([shadow.strip for shadow in shadows]),
            np.concatenate([shadow.wall for shadow in shadows]),
        ),
    )


NOTHING = Views(
    Stars(
        np.empty((0, 2)), np.empty(0), np.zeros(1, dtype=np.int64), np.empty((0, 5)), np.empty(0, dtype=np.int32)
    ),
    Shadows(
        np.zeros(1, dtype=np.int64), np.empty((0, 6)), np.empty(0, dtype=np.int64), np.zeros(1, dtype=np.int64),
        np.empty((0, 4)), np.empty(0, dtype=np.int32),
    ),
)  # fmt: skip


def _run_on(offsets: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return offsets of parts as those of all of them, one after another."""
    counts = np.concatenate([np.diff(part) for part in offsets])
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _picked_rows(offsets: NDArray[np.int64], rows: NDArray[np.intp]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the offsets of some ragged rows put one after another, and which entries those are."""
    begins = offsets[rows]
    counts = offsets[rows + 1] - begins
    ends = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return ends, np.arange(ends[-1]) + np.repeat(begins - ends[:-1], counts)


def _size_of(found: HeadViewsByHeight) -> int:
    """Return how many bytes some views take."""
    return sum(int(array.nbytes) for part in (found.views.stars, found.views.shadows) for array in part)
