"""Views all round among buildings whose heights are drawn: made once for each set of heights that a lens can tell apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from overseen.kernels.heights import are_heights_felt
from overseen.kernels.shadows import Shadows, views
from overseen.kernels.stars import Lenses, Stars
from overseen.visibility.obstacles import Obstacles

Floats = NDArray[np.float64]
ScalarT = TypeVar("ScalarT", bound=np.generic)

SHORTEST_RADIUS_M = 1.0
"""A view is made at least this wide, so that a head that reaches nothing is still a lens with a view."""


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

    def of_heads(self, rows: NDArray[np.intp]) -> HeadViewsByHeight:
        """Return the views of some heads under every set of heights.

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


def gathered(parts: list[Views], places: list[NDArray[np.intp]], count: int) -> Views:
    """Return views made in parts as one, view i of a part at the place that its entry of ``places`` names."""
    order = np.argsort(np.concatenate(places)) if places else np.empty(0, dtype=np.intp)
    if len(order) != count:
        raise ValueError(f"{len(order)} views for {count} places")
    centre, radius_m = _of_all([(part.stars.centre, part.stars.radius_m) for part in parts], order)
    span_counts, span_rows = _ragged_order([part.stars.offsets for part in parts], order)
    slab_counts, slab_rows = _ragged_order([part.shadows.offsets for part in parts], order)
    span_offsets = np.concatenate([[0], np.cumsum(span_counts)]).astype(np.int64)
    stars = Stars(
        centre.reshape(-1, 2),
        radius_m,
        span_offsets,
        _stacked([part.stars.span for part in parts], np.empty((0, 5)))[span_rows],
        _stacked([part.stars.wall for part in parts], np.empty(0, dtype=np.int32))[span_rows],
    )
    # A slab names a row of the spans: that row moves with its view.
    begins = np.concatenate([part.stars.offsets[:-1] for part in parts]) if parts else np.empty(0, dtype=np.int64)
    view_of_slab = np.repeat(np.arange(len(order)), slab_counts)
    within = (
        _stacked([part.shadows.span for part in parts], np.empty(0, dtype=np.int64))[slab_rows]
        - begins[order][view_of_slab]
    )
    strip_counts = (
        np.concatenate([np.diff(part.shadows.strip_offsets) for part in parts]) if parts else np.empty(0, int)
    )
    strip_begins = np.concatenate([[0], np.cumsum(strip_counts)])
    strip_rows = _ranges(strip_begins[slab_rows], strip_counts[slab_rows])
    shadows = Shadows(
        np.concatenate([[0], np.cumsum(slab_counts)]).astype(np.int64),
        _stacked([part.shadows.slab for part in parts], np.empty((0, 6)))[slab_rows],
        (within + span_offsets[:-1][view_of_slab]).astype(np.int64),
        np.concatenate([[0], np.cumsum(strip_counts[slab_rows])]).astype(np.int64),
        _stacked([part.shadows.strip for part in parts], np.empty((0, 4)))[strip_rows],
        _stacked([part.shadows.wall for part in parts], np.empty(0, dtype=np.int32))[strip_rows],
    )
    return Views(stars, shadows)


def _stacked(arrays: list[NDArray[ScalarT]], empty: NDArray[ScalarT]) -> NDArray[ScalarT]:
    """Return arrays one after another; ``empty`` where there are none."""
    return np.concatenate([*arrays, empty])


def _of_all(pairs: list[tuple[Floats, Floats]], order: NDArray[np.intp]) -> tuple[Floats, Floats]:
    if not pairs:
        return np.empty((0, 2)), np.empty(0)
    return np.concatenate([pair[0] for pair in pairs])[order], np.concatenate([pair[1] for pair in pairs])[order]


def _ranges(begins: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers begins[i] .. begins[i] + counts[i] - 1 of every i, one after another."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(begins - (ends - counts), counts)


def _ragged_order(
    offsets: list[NDArray[np.int64]], order: NDArray[np.intp]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of rows of every view in its new order, and those rows in the stacked arrays."""
    counts = np.concatenate([np.diff(part) for part in offsets]) if offsets else np.empty(0, dtype=np.int64)
    begins = np.concatenate([[0], np.cumsum(counts)])[:-1] if len(counts) else np.empty(0, dtype=np.int64)
    return counts[order], _ranges(begins[order], counts[order])
