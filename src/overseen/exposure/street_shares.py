"""Metres of street in view of the same heads under several settings of what is unknown: what they share is made once.

Settings differ in the fields that are drawn and, a few of them, in heights. Which streets are near which head, and what a head has in
clear view under the same heights, is the same for all: so cells are gone through once, and within each the settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.exposure.network import ExaminedHeads
from overseen.exposure.streets import SeenCourses, counted_streets, courses_inside, near_courses
from overseen.kernels.draws import drawn_lengths
from overseen.model.city import City
from overseen.visibility.cells import HERE, Work, cells_of, mapped

Floats = NDArray[np.float64]


def counted_lengths_m(city: City, settings: Sequence[ExaminedHeads], level: int, *, work: Work = HERE) -> list[Floats]:
    """Return, for each setting, metres of counted street that could be looked at at a level, shape (draws,).

    ``settings`` are the same heads in the same places under different draws. The metres are those of
    :func:`overseen.exposure.streets.street_exposure` to the bit.
    """
    is_counted = counted_streets(city)
    lines = courses_inside(city)
    cells = cells_of(shapely.get_coordinates(shapely.get_point(city.streets.geometry.to_numpy(), 0)))
    of_cell = partial(
        _cell, lines=lines, is_counted=is_counted, tree=settings[0].tree(), settings=settings, level=level
    )
    found = list(mapped(of_cell, cells, work))
    draws = [one.views.bearing_deg.shape[1] for one in settings]
    return [np.sum([np.zeros(count), *(cell[place] for cell in found)], axis=0) for place, count in enumerate(draws)]


def _cell(
    rows: NDArray[np.intp],
    *,
    lines: NDArray[np.object_],
    is_counted: NDArray[np.bool_],
    tree: shapely.STRtree,
    settings: Sequence[ExaminedHeads],
    level: int,
) -> list[Floats]:
    counted = rows[is_counted[rows]]
    near = near_courses(lines[counted], tree, settings[0])
    if len(near.head) == 0:
        return [np.zeros(one.views.bearing_deg.shape[1]) for one in settings]
    camera = np.unique(settings[0].camera_numbers()[np.unique(near.head)], return_inverse=True)[1].astype(np.int64)
    found, known, seen = [], None, None
    for one in settings:
        if seen is None or known is None or not _is_same_scenery(known, one):
            known, seen = one, near.seen(one)
        found.append(_metres(seen, one, camera, level))
    return found


def _is_same_scenery(one: ExaminedHeads, other: ExaminedHeads) -> bool:
    return one.scenery.top_m is other.scenery.top_m and one.scenery.height_m is other.scenery.height_m


def _metres(seen: SeenCourses, examined: ExaminedHeads, camera: NDArray[np.int64], level: int) -> Floats:
    used = seen.local.used
    sectors = examined.views.take(used).sectors("reachable")
    one_level = sectors._replace(reach_m=np.ascontiguousarray(sectors.reach_m[:, :, level : level + 1]))
    centre = np.ascontiguousarray(examined.position[used])
    of_draw = np.ascontiguousarray(
        seen.local.seen.of_set[:, np.arange(sectors.width.shape[1]) % seen.local.seen.of_set.shape[1]]
    )
    pairs = seen.local.pairs._replace(of_draw=of_draw)
    metres, _ = drawn_lengths(seen.segments, pairs, seen.sightings, one_level, centre, camera)
    return np.asarray(metres[:, :, 0].sum(axis=0))
