"""What residents undergo as the network grows: the street in view around their homes, step by step."""

from __future__ import annotations

from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.exposure.areas import AreaExposure
from overseen.exposure.cuts import cut_by_areas
from overseen.exposure.network import ExaminedHeads
from overseen.exposure.residents import Residents
from overseen.exposure.steps import at_steps
from overseen.exposure.streets import counted_streets, courses_inside, seen_courses
from overseen.model.city import City
from overseen.model.schema import VIEWS, View
from overseen.model.viewing import Viewing
from overseen.visibility.cells import HERE, Work, cells_of, mapped

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def phase_residents(
    city: City,
    examined: ExaminedHeads,
    viewing: Viewing,
    is_active: Flags,
    *,
    areas: AreaExposure,
    residents: Residents,
    work: Work = HERE,
) -> dict[View, Floats] | None:
    """Return per view the population-weighted mean share of street in view, shape (steps, draws, levels); None without residents.

    A mean over residents is a sum over pieces of street, each with its own weight: no area is held at every step and draw.
    ``is_active`` has shape (steps, heads).
    """
    total = float(residents.resident_count.sum())
    if not total:
        return None
    unit = residents.unit
    shapes = shapely.make_valid(shapely.intersection(areas.areas.geometry.to_numpy()[unit], city.boundary))
    cuts = cut_by_areas(courses_inside(city)[counted_streets(city)], shapes)
    weight = (residents.resident_count / total / areas.length_m[unit])[cuts.area]
    tree = examined.tree()

    def of_cell(rows: NDArray[np.intp]) -> dict[View, Floats]:
        seen = seen_courses(cuts.part[rows], tree, examined)

        def weighed(view: View, active: Flags) -> Floats:
            return np.asarray(np.tensordot(weight[rows], seen.drawn(view, examined, active)[0], axes=1))

        return {view: at_steps(is_active, seen.local.used, partial(weighed, view)) for view in VIEWS}

    share = {view: np.zeros((len(is_active), viewing.draws, len(viewing.ladder.levels))) for view in VIEWS}
    first = shapely.get_coordinates(shapely.get_point(shapely.get_geometry(cuts.part, 0), 0))
    for of_view in mapped(of_cell, cells_of(first), work):
        for view in VIEWS:
            share[view] += of_view[view]
    return share
