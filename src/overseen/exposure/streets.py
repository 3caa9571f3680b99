"""Street exposure: metres in view per level, exactly, per street and in all, over the draws of what is unknown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.exposure.drawn_streets import (
    CellDraws,
    DrawnStreets,
    cell_draws,
    gathered_draws,
    named_operators,
    operator_counts,
    watchers_of,
)
from overseen.exposure.network import ExaminedHeads, LocalPairs, local_pairs, nearby_segments, sectors_of
from overseen.kernels.draws import Segments, drawn_lengths
from overseen.kernels.sightings import Sightings, segment_sightings
from overseen.model.city import City
from overseen.model.schema import STREET_EXPOSURE, VIEWS, View, interval_columns
from overseen.model.viewing import Viewing
from overseen.visibility.cells import HERE, Work, cells_of, mapped

Floats = NDArray[np.float64]

NOWHERE = np.array(shapely.LineString(), dtype=object)
"""A course without a place, in no camera's view."""

INTERVAL = (0.05, 0.95)
"""Every interval leaves 5 % of the draws on either side."""


@dataclass(frozen=True, slots=True)
class StreetExposure:
    """Exposure per street, and the totals of every draw.

    Parameters
    ----------
    streets
        Table ``streets`` of exposure, same index as the city's.
    drawn_length_m
        Per view, metres in view over all counted streets, shape (draws, levels).
    counted_length_m
        The denominator: metres of counted street inside the boundary.
    drawn_missing_length_m, missing_length_m
        The part of both that lies where buildings are missing.
    drawn
        What the first draws leave in view of every street, where it was asked for.
    """

    streets: gpd.GeoDataFrame
    drawn_length_m: dict[View, Floats]
    counted_length_m: float
    drawn_missing_length_m: dict[View, Floats]
    missing_length_m: float
    drawn: DrawnStreets | None = None


@dataclass(frozen=True, slots=True)
class _Cell:
    rows: NDArray[np.intp]
    summary: dict[str, Floats]
    total_m: dict[str, Floats]
    missing_m: dict[str, Floats]
    operator_count: NDArray[np.int64]
    drawn: CellDraws | None


def street_exposure(
    city: City,
    examined: ExaminedHeads,
    viewing: Viewing,
    *,
    missing_m: Floats | None = None,
    keeps_draws: bool = False,
    work: Work = HERE,
) -> StreetExposure:
    """Return metres of every street in view, per level and view, with intervals; totals over the counted streets.

    Views that overlap are merged before they are measured: a metre that two cameras see is one metre. Streets are counted
    under the sky and when they are no outline of a square; what is underground has no length in view. Lengths are those
    inside the study boundary. With ``keeps_draws`` the first draws are kept street by street.

    ``missing_m`` (streets,) tells how many metres of each street lie where the map lacks buildings; none by default. Of a street
    that lies there in part, the same part of what is in view is counted there.
    """
    inside = courses_inside(city)
    length_m = shapely.length(inside)
    # What lies under ground or indoors keeps its length but is in no camera's view.
    lines = np.where(city.streets["is_open_air"].to_numpy(), inside, NOWHERE)
    is_counted = counted_streets(city)
    missing_m = np.zeros(len(lines)) if missing_m is None else np.minimum(missing_m, length_m)
    part = np.divide(missing_m, length_m, out=np.zeros(len(lines)), where=length_m > 0.0)
    weight = np.stack([is_counted.astype(np.float64), is_counted * part])
    keeping = viewing if keeps_draws else None
    of_cell = partial(_cell, lines=lines, weight=weight, tree=examined.tree(), examined=examined, keeping=keeping)
    cells = cells_of(shapely.get_coordinates(shapely.get_point(city.streets.geometry.to_numpy(), 0)))
    results = list(mapped(of_cell, cells, work))
    table = _table(city, viewing, results, is_counted, length_m)
    table["buildings_missing_length_m"] = missing_m
    shape = (viewing.draws, len(viewing.ladder.levels))
    totals, missing = (
        {view: np.sum([getattr(cell, name)[view] for cell in results], axis=0) if results else np.zeros(shape)
         for view in VIEWS}
        for name in ("total_m", "missing_m")
    )  # fmt: skip
    drawn = None
    if keeps_draws:
        kept = [cell.drawn for cell in results if cell.drawn is not None]
        drawn = gathered_draws(kept, [cell.rows for cell in results], len(lines), examined, viewing)
    return StreetExposure(
        STREET_EXPOSURE.checked(table, viewing.ladder.names),
        totals,
        float(length_m[is_counted].sum()),
        missing,
        float(missing_m[is_counted].sum()),
        drawn,
    )


@dataclass(frozen=True, slots=True)
class SeenCourses:
    """Some courses and what the heads near them see of them all round, ready for the draws.

    Parameters
    ----------
    segments
        The courses as straight pieces.
    local
        Pairs of pieces and heads.
    sightings
        Clear parts of the pieces, per pair and view.
    """

    segments: Segments
    local: LocalPairs
    sightings: Sightings

    def drawn(
        self, view: View, examined: ExaminedHeads, is_active: NDArray[np.bool_] | None = None
    ) -> tuple[Floats, NDArray[np.int64]]:
        """Return metres in view, shape (courses, draws, levels), and cameras at the lowest level, shape (courses, draws).

        ``is_active`` tells of all heads which are; by default all.
        """
        used = self.local.used
        local_camera = np.unique(examined.camera_numbers()[used], return_inverse=True)[1].astype(np.int64)
        centre = np.ascontiguousarray(examined.position[used])
        sectors = sectors_of(examined.views, used, view, is_active)
        return drawn_lengths(self.segments, self.local.pairs, self.sightings, sectors, centre, local_camera)


@dataclass(frozen=True, slots=True)
class NearCourses:
    """Some courses and the heads near them: pairs of straight pieces, ``found``, and heads, sorted by both."""

    segments: Segments
    found: NDArray[np.intp]
    head: NDArray[np.intp]

    def seen(self, examined: ExaminedHeads) -> SeenCourses:
        """Return what the heads see of the courses all round."""
        segments = self.segments
        local = local_pairs(self.found, self.head, len(segments.start), examined)
        seen = local.seen.views
        sightings = segment_sightings(seen.stars, seen.shadows, segments.start, segments.end, local.thing, local.view)
        return SeenCourses(segments, local, sightings)


def near_courses(lines: NDArray[np.object_], tree: shapely.STRtree, examined: ExaminedHeads) -> NearCourses:
    """Return courses with the heads near them; ``tree`` holds the positions of the heads."""
    segments = segments_of(lines)
    return NearCourses(segments, *nearby_segments(tree, segments, examined.position, examined.radius_m()))


def seen_courses(lines: NDArray[np.object_], tree: shapely.STRtree, examined: ExaminedHeads) -> SeenCourses:
    """Return what is seen of courses; ``tree`` holds the positions of the heads."""
    return near_courses(lines, tree, examined).seen(examined)


def counted_streets(city: City) -> NDArray[np.bool_]:
    """Return which streets are counted: under the sky, no outline of a square."""
    return (city.streets["is_open_air"] & ~city.streets["is_area_outline"]).to_numpy()


def courses_inside(city: City) -> NDArray[np.object_]:
    """Return the streets cut to the study boundary; those that only touch it become empty."""
    lines = city.streets.geometry.to_numpy().copy()
    shapely.prepare(city.boundary)
    # Most streets lie wholly inside; a line that crosses itself is cut nonetheless, so that none of it counts twice.
    cut = np.flatnonzero(~(shapely.contains_properly(city.boundary, lines) & shapely.is_simple(lines)))
    lines[cut] = shapely.intersection(lines[cut], city.boundary)
    return np.where(shapely.get_dimensions(lines) == 1, lines, NOWHERE)


def segments_of(lines: NDArray[np.object_]) -> Segments:
    """Return lines as straight segments, line by line."""
    parts, owner = shapely.get_parts(lines, return_index=True)
    points, part = shapely.get_coordinates(parts, return_index=True)
    same = part[:-1] == part[1:] if len(part) else np.empty(0, dtype=bool)
    start, end = points[:-1][same], points[1:][same]
    street = owner[part[:-1][same]] if len(part) else np.empty(0, dtype=np.intp)
    offsets = np.searchsorted(street, np.arange(len(lines) + 1)).astype(np.int64)
    return Segments(np.ascontiguousarray(start), np.ascontiguousarray(end), offsets)


def _cell(
    rows: NDArray[np.intp],
    *,
    lines: NDArray[np.object_],
    weight: Floats,
    tree: shapely.STRtree,
    examined: ExaminedHeads,
    keeping: Viewing | None,
) -> _Cell:
    seen = seen_courses(lines[rows], tree, examined)
    segments, sightings = seen.segments, seen.sightings
    is_watched = len(seen.local.used) > 0
    summary: dict[str, Floats] = {}
    totals: dict[str, Floats] = {}
    missing: dict[str, Floats] = {}
    counted, lacking = weight[:, rows]
    for view in VIEWS:
        length_m, cameras = seen.drawn(view, examined)
        summary[f"{view}_length"] = _summary(length_m, is_watched=is_watched)
        totals[view] = length_m[counted > 0.0].sum(axis=0)
        missing[view] = (length_m[lacking > 0.0] * lacking[lacking > 0.0, None, None]).sum(axis=0)
        if view == "reachable":
            summary["camera"] = _summary(cameras[..., None].astype(float), is_watched=is_watched)
    drawn = None if keeping is None else cell_draws(segments, seen.local, sightings, examined, keeping)
    watchers = (
        (watchers_of(segments, seen.local, sightings, examined),) if drawn is None else (drawn.watchers, drawn.readers)
    )
    return _Cell(rows, summary, totals, missing, operator_counts(watchers, named_operators(examined)), drawn)


def _summary(drawn: Floats, *, is_watched: bool) -> Floats:
    """Return mean, low and high over the draws (axis 1), shape (3, streets, levels); 0 where no head is near."""
    if not is_watched:
        return np.zeros((3, drawn.shape[0], drawn.shape[2]))
    if drawn.shape[0] == 0:
        return np.zeros((3, 0, drawn.shape[2]))
    low, high = np.quantile(drawn, INTERVAL, axis=1)
    return np.stack([drawn.mean(axis=1), low, high])


def _table(
    city: City, viewing: Viewing, cells: list[_Cell], is_counted: NDArray[np.bool_], length_m: Floats
) -> gpd.GeoDataFrame:
    count = len(city.streets)
    columns: dict[str, NDArray[np.float64] | NDArray[np.int64]] = {"operator_count": np.zeros(count, dtype=np.int64)}
    stems = [(f"{view}_length", level, f"{view}_{name}_length", "m") for view in VIEWS
             for level, name in enumerate(viewing.ladder.names)]  # fmt: skip
    for source, level, stem, suffix in [*stems, ("camera", 0, "camera", "count")]:
        for part, name in enumerate(interval_columns(stem, suffix)):
            columns[name] = np.zeros(count)
            for cell in cells:
                columns[name][cell.rows] = cell.summary[source][part, :, level]
    for cell in cells:
        columns["operator_count"][cell.rows] = cell.operator_count
    return gpd.GeoDataFrame(
        {
            "name": city.streets["name"],
            "kind": city.streets["kind"],
            "is_counted": is_counted,
            "length_m": length_m,
            "walking_time_s": length_m / viewing.walking_speed_m_per_s,
            **{name: pd.Series(values, index=city.streets.index) for name, values in columns.items()},
        },
        geometry=city.streets.geometry,
        crs=city.streets.crs,
    )
