"""Dwellings and the ground that belongs to them: what the data call private, and of what they cannot tell."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.exposure.stretches import fractions, left_over, segment_lines
from overseen.kernels.chains import Chains
from overseen.kernels.drawn_facades import FreeWalls
from overseen.model.city import City
from overseen.sources.packs import get_pack

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]

MANY_CLOSED = 100
"""So many closed shapes within one are put together where they touch only, which takes a fraction of the time for great ones."""

LEANING_M = 0.05
"""A wall nearer than this to another footprint is shared with it, and no façade there."""


@dataclass(frozen=True, slots=True)
class Dwellings:
    """Which buildings people live in.

    Parameters
    ----------
    is_dwelling
        Buildings whose kind says that people live in them.
    is_unknown
        Buildings whose kind does not tell: none or all of them may be dwellings.
    is_inside
        Buildings inside the study boundary, by a point on them.
    """

    is_dwelling: Flags
    is_unknown: Flags
    is_inside: Flags

    @property
    def can_tell(self) -> bool:
        """Whether any building inside the boundary has a kind that says what it is."""
        return bool((~self.is_unknown & self.is_inside).any())


def dwellings_of(city: City) -> Dwellings:
    """Return which buildings of a city are dwellings, by their kinds."""
    words = get_pack("private", "dwellings")
    lived_in, open_ = ({word for names in words[kind].values() for word in names} for kind in ("dwelling", "unknown"))
    kinds = city.buildings["kind"].to_numpy(dtype=object)
    named = [{part.strip() for part in kind.lower().split(";")} if isinstance(kind, str) else set() for kind in kinds]
    is_dwelling = np.array([bool(parts & lived_in) for parts in named], dtype=bool)
    is_unknown = np.array([parts <= open_ for parts in named], dtype=bool) & ~is_dwelling
    inside = shapely.intersects(shapely.point_on_surface(city.buildings.geometry.to_numpy()), city.boundary)
    return Dwellings(is_dwelling, is_unknown, np.asarray(inside, dtype=bool))


@dataclass(frozen=True, slots=True)
class Facades:
    """Walls of dwellings, and of buildings that may be some, that stand free inside the study boundary.

    Parameters
    ----------
    walls
        As the kernels take them, in the order of their buildings.
    vertex
        The vertex of the obstacles at which each wall begins, shape (walls,).
    building
        Row of its building, shape (walls,), rising.
    """

    walls: FreeWalls
    vertex: Integers
    building: Integers

    def length_m(self) -> Floats:
        """Return the free length of every wall, m."""
        whole = np.hypot(*(self.walls.end - self.walls.start).T)
        owner = np.repeat(np.arange(len(whole)), np.diff(self.walls.offsets))
        share = np.bincount(owner, self.walls.interval[:, 1] - self.walls.interval[:, 0], minlength=len(whole))
        return np.asarray(whole * share)

    def take(self, rows: NDArray[np.intp]) -> Facades:
        """Return some of the walls."""
        counts = np.diff(self.walls.offsets)[rows]
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        source = np.repeat(self.walls.offsets[:-1][rows] - offsets[:-1], counts) + np.arange(offsets[-1])
        walls = FreeWalls(
            np.ascontiguousarray(self.walls.start[rows]),
            np.ascontiguousarray(self.walls.end[rows]),
            offsets,
            np.ascontiguousarray(self.walls.interval[source]),
        )
        return Facades(walls, self.vertex[rows], self.building[rows])


def facades_of(city: City, chains: Chains, is_private: Flags) -> Facades:
    """Return the free walls of the chosen buildings inside the boundary.

    A wall that two buildings share is no façade, nor is one inside of another footprint; walls on courtyards are. What lies
    within ``LEANING_M`` of another footprint is taken as shared with it.
    """
    owner = np.repeat(chains.building.astype(np.int64), np.diff(chains.first))
    is_wall = np.ones(len(owner), dtype=bool)
    is_wall[chains.first[1:] - 1] = False
    vertex = np.flatnonzero(is_wall & is_private[owner])
    vertex = vertex[np.lexsort((vertex, owner[vertex]))]
    start, end = chains.vertex[vertex], chains.vertex[vertex + 1]
    lines = segment_lines(start, end)
    shapely.prepare(city.boundary)
    cut = np.flatnonzero(~shapely.contains_properly(city.boundary, lines))
    taken = [fractions(np.asarray(shapely.difference(lines[cut], city.boundary)), cut, start, end)]
    footprints = city.buildings.geometry.to_numpy()
    line, other = shapely.STRtree(footprints).query(lines, predicate="dwithin", distance=LEANING_M)
    apart = other != owner[vertex][line]
    line, other = line[apart], other[apart]
    near, number = np.unique(other, return_inverse=True)
    grown = np.asarray(
        shapely.buffer(shapely.make_valid(footprints[near]), LEANING_M, join_style="mitre"), dtype=object
    )
    taken.append(fractions(np.asarray(shapely.intersection(lines[line], grown[number])), line, start, end))
    offsets, interval = left_over(np.concatenate(taken), len(vertex))
    return Facades(FreeWalls(start, end, offsets, interval), vertex.astype(np.int64), owner[vertex])


@dataclass(frozen=True, slots=True)
class Ground:
    """Open ground inside the boundary, outside of buildings and water.

    Parameters
    ----------
    private, unknown
        What the map says belongs to homes or is closed to the public, and what may do so; they do not overlap.
    """

    private: gpd.GeoSeries
    unknown: gpd.GeoSeries

    def area_m2(self) -> tuple[float, float]:
        """Return both areas, m2."""
        return float(self.private.area.sum()), float(self.unknown.area.sum())


def ground_of(city: City, dwellings: Dwellings) -> Ground:
    """Return the ground that belongs to homes: by its tag, or as a courtyard of a dwelling; and that of which nobody can tell."""
    words = get_pack("private", "ground")
    tag, shapes = city.land["tag"].to_numpy(dtype=object), city.land.geometry.to_numpy()
    closed = _built_or_water(city)
    known = _open_parts(_private(city, dwellings), closed, city)
    unknown = shapes[np.isin(tag, words["unknown"]["tags"])]
    unknown = unknown[shapely.intersects(unknown, city.boundary)]
    streets = city.streets.geometry.to_numpy()[city.streets["is_open_air"].to_numpy()]
    if len(unknown):
        near = np.unique(shapely.STRtree(streets).query(unknown, predicate="dwithin", distance=20.0)[1])
        wide = shapely.buffer(streets[near], words["streets"]["half_width_m"])
        public = shapes[city.land["kind"].to_numpy() == "green"]
        closed = np.concatenate([closed, wide, known, shapely.make_valid(public)])
    crs = city.buildings.crs
    return Ground(gpd.GeoSeries(known, crs=crs), gpd.GeoSeries(_open_parts(unknown, closed, city), crs=crs))


def private_ground(city: City, dwellings: Dwellings) -> NDArray[np.object_]:
    """Return the ground known to belong to homes alone, as :func:`ground_of` does, as disjoint polygons."""
    private = _private(city, dwellings)
    return _open_parts(private, _built_or_water(city), city) if len(private) else np.empty(0, dtype=object)


def _private(city: City, dwellings: Dwellings) -> NDArray[np.object_]:
    tags = get_pack("private", "ground")["private"]["tags"]
    yards = _courtyards(city.buildings.geometry.to_numpy()[dwellings.is_dwelling & dwellings.is_inside])
    tagged = city.land.geometry.to_numpy()[np.isin(city.land["tag"].to_numpy(dtype=object), tags)]
    return np.concatenate([tagged, yards])


def _built_or_water(city: City) -> NDArray[np.object_]:
    water = city.land.geometry.to_numpy()[city.land["kind"].to_numpy() == "water"]
    return np.asarray(shapely.make_valid(np.concatenate([city.buildings.geometry.to_numpy(), water])), dtype=object)


def _courtyards(footprints: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the holes in footprints as polygons."""
    rings = [ring for part in shapely.get_parts(footprints) for ring in part.interiors]
    return np.array([shapely.Polygon(ring) for ring in rings], dtype=object)


def _open_parts(shapes: NDArray[np.object_], closed: NDArray[np.object_], city: City) -> NDArray[np.object_]:
    """Return disjoint polygons of what is left of shapes inside the boundary and outside of everything closed."""
    if len(shapes) == 0:
        return np.empty(0, dtype=object)
    parts = shapely.get_parts(
        shapely.intersection(shapely.disjoint_subset_union_all(shapely.make_valid(shapes)), city.boundary)
    )
    parts = parts[shapely.area(parts) > 0.0]
    row, other = shapely.STRtree(closed).query(parts, predicate="intersects")
    order = np.argsort(row, kind="stable")
    row, other = row[order], other[order]
    begins = np.searchsorted(row, np.arange(len(parts) + 1))
    left = [
        shapely.difference(part, _together(closed[other[begins[number] : begins[number + 1]]]))
        for number, part in enumerate(parts)
    ]
    pieces = shapely.get_parts(np.array(left, dtype=object))
    return pieces[shapely.area(pieces) > 0.01]


def _together(shapes: NDArray[np.object_]) -> shapely.Geometry:
    """Return the union of shapes."""
    return shapely.union_all(shapes) if len(shapes) < MANY_CLOSED else shapely.disjoint_subset_union_all(shapes)
