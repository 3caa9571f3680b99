"""Streets and public space in view as the network grows: what blocks each view is computed once, and used at every step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.exposure.network import ExaminedHeads
from overseen.exposure.point_views import seen_points
from overseen.exposure.public_space import PublicGround, public_ground
from overseen.exposure.steps import at_steps
from overseen.exposure.streets import counted_streets, courses_inside, seen_courses
from overseen.model.city import City
from overseen.model.schema import VIEWS, View
from overseen.model.viewing import Viewing
from overseen.visibility.cells import HERE, Work, cells_of, mapped

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PhaseExposure:
    """What is in view at every step, draw by draw; a camera has the same draw at all of them.

    Parameters
    ----------
    street_length_m
        Per view, metres of counted street in view, shape (steps, draws, levels).
    counted_length_m
        Metres of counted street inside the boundary.
    public_share
        Per view, share of the sample points of public space in view, shape (steps, draws, levels).
    public_area_m2
        Area of the public space.
    """

    street_length_m: dict[View, Floats]
    counted_length_m: float
    public_share: dict[View, Floats]
    public_area_m2: float


def phase_exposure(
    city: City, examined: ExaminedHeads, viewing: Viewing, is_active: Flags, *, ground: PublicGround | None = None,
    work: Work = HERE,
) -> PhaseExposure:  # fmt: skip
    """Return streets and public space in view at every step.

    ``is_active``, shape (steps, heads), tells which heads are active at it. Each step is what an assessment of the active cameras
    alone would find. ``ground`` is the city's public space, where it is at hand.
    """
    shape = (len(is_active), viewing.draws, len(viewing.ladder.levels))
    lines, counted_m = _counted_courses(city)
    ground = ground or public_ground(city)
    tree = examined.tree()

    def metres(rows: NDArray[np.intp]) -> dict[View, Floats]:
        seen = seen_courses(lines[rows], tree, examined)

        def length(view: View, active: Flags) -> Floats:
            return np.asarray(seen.drawn(view, examined, active)[0].sum(axis=0))

        return {view: at_steps(is_active, seen.local.used, partial(length, view)) for view in VIEWS}

    def counts(cell: NDArray[np.intp]) -> dict[View, NDArray[np.int64]]:
        seen = seen_points(ground.in_cell(cell), tree, examined)

        def count(view: View, active: Flags) -> NDArray[np.int64]:
            return seen.counts(view, examined, is_active=active)[0]

        return {view: at_steps(is_active, seen.used, partial(count, view)) for view in VIEWS}

    length_m: dict[View, Floats] = {view: np.zeros(shape) for view in VIEWS}
    seen_count: dict[View, Floats] = {view: np.zeros(shape) for view in VIEWS}
    first = shapely.get_coordinates(shapely.get_point(city.streets.geometry.to_numpy()[counted_streets(city)], 0))
    for of_cell in mapped(metres, cells_of(first), work):
        for view in VIEWS:
            length_m[view] += of_cell[view]
    for number in mapped(counts, ground.cells(), work):
        for view in VIEWS:
            seen_count[view] += number[view]
    share = {view: seen_count[view] / max(ground.point_count, 1) for view in VIEWS}
    return PhaseExposure(length_m, counted_m, share, ground.area_m2(city))


def _counted_courses(city: City) -> tuple[NDArray[np.object_], float]:
    """Return the courses of the counted streets inside the boundary, and their length."""
    lines = courses_inside(city)[counted_streets(city)]
    return lines, float(shapely.length(lines).sum())
