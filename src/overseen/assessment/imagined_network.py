"""A network drawn by a stated rule, where only the number of its cameras is public."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from overseen.errors import Fault, PlanError
from overseen.exposure.streets import counted_streets, courses_inside
from overseen.exposure.trip_population import picked
from overseen.model.cameras import CameraNetwork
from overseen.model.city import City
from overseen.model.imagined import OFFSET_M, ImagineRule
from overseen.model.schema import CAMERAS, HEADS
from overseen.visibility.unknowns import uniforms

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]


def imagined_network(rule: ImagineRule, city: City, number: int) -> CameraNetwork:
    """Return the network of one number: cameras on the city's streets, spread by the rule; the same number gives the same.

    A camera stands beside a way, ``OFFSET_M`` to one side of it; where it points, what its lens is and how high it hangs stay
    unknown. More cameras of one rule begin with the same ones where no quota and no important place is declared.

    Raises
    ------
    PlanError
        If the rule puts cameras where the city has no street.
    """
    places, where = _positions(rule, city, number)
    ids = [f"imagined-{number}-{place}" for place in range(len(places))]
    index = pd.Index(ids, name="camera_id", dtype=object)
    cameras = CAMERAS.empty(city.buildings.crs).reindex(index)
    cameras = cameras.assign(
        kind=_kinds(rule, number),
        setting="outdoor",
        status="in_use",
        source=[f"drawn by the rule, network {number}, {words}" for words in where],
    )
    cameras = cameras.set_geometry(gpd.GeoSeries(places, index=index, crs=city.buildings.crs))
    return CameraNetwork(cameras, _silent_heads(ids))


def _silent_heads(camera_ids: list[str]) -> pd.DataFrame:
    """Return one head for each camera, of which nothing is known."""
    index = pd.Index([f"{camera_id}#1" for camera_id in camera_ids], name="head_id", dtype=object)
    heads = HEADS.empty().reindex(index)
    certainty = {name: "unknown" for name in heads.columns if name.endswith("_certainty")}
    return heads.assign(camera_id=camera_ids, **certainty)


def _kinds(rule: ImagineRule, number: int) -> Shapes:
    """Return the kind of each camera; what the shares leave is of unknown kind."""
    names = np.array([*[kind for kind, _ in rule.kinds], "unknown"], dtype=object)
    edges = np.cumsum([share for _, share in rule.kinds])
    return names[np.searchsorted(edges, uniforms(rule.seed, f"imagine|{number}|kind", rule.count), side="right")]


def _positions(rule: ImagineRule, city: City, number: int) -> tuple[Shapes, list[str]]:
    """Return a point for each camera, and in words which part of the rule put it there."""
    lines, weight_per_m = _ways(rule, city)
    drawn = {part: uniforms(rule.seed, f"imagine|{number}|{part}", rule.count) for part in ("way", "along", "side")}
    points, words = np.empty(rule.count, dtype=object), np.empty(rule.count, dtype=object)
    first = 0
    for name, ground, count in _parts(rule, city):
        pieces, per_m = _within(lines, weight_per_m, ground)
        rows = slice(first, first + count)
        first += count
        if not count:
            continue
        way = picked(per_m * shapely.length(pieces), drawn["way"][rows])
        if way[0] < 0:
            remedy = "name streets, an area or important places that lie in the city"
            raise PlanError(
                [Fault("the plan", "imagine", f"there is no street {name} to put {count:,} cameras on", remedy)]
            )
        points[rows] = _beside(pieces[way], drawn["along"][rows], drawn["side"][rows])
        words[rows] = name
    return points, list(words)


def _ways(rule: ImagineRule, city: City) -> tuple[Shapes, Floats]:
    """Return the streets on which cameras may stand, and the weight of a metre of each."""
    weights = dict(rule.street_weights)
    counted = counted_streets(city)
    per_m = city.streets["kind"].map(lambda kind: weights.get(str(kind), 1.0)).to_numpy(dtype=float)
    used = counted & (per_m > 0.0)
    return courses_inside(city)[used], per_m[used]


def _parts(rule: ImagineRule, city: City) -> Iterator[tuple[str, BaseGeometry | None, int]]:
    """Yield each part of the rule in words, the ground on which it puts cameras, and how many."""
    left, taken = rule.count, []
    ground: BaseGeometry
    for area_id, quota in rule.quotas:
        ground = city.areas.geometry.loc[area_id]
        taken.append(ground)
        left -= quota
        yield f"in area {area_id}", ground, quota
    elsewhere = city.boundary.difference(shapely.union_all(taken)) if taken else None
    important = 0
    if rule.important is not None:
        important = round(rule.important_share * left)
        near = shapely.buffer(rule.important, rule.within_m)
        ground = near if elsewhere is None else near.intersection(elsewhere)
        yield f"within {rule.within_m:g} m of an important place", ground, important
    yield "on any street" if elsewhere is None else "on any street elsewhere", elsewhere, left - important


def _within(lines: Shapes, per_m: Floats, ground: BaseGeometry | None) -> tuple[Shapes, Floats]:
    """Return the parts of lines that lie on some ground, each with its weight; the lines whole where none is given."""
    if ground is None:
        return lines, per_m
    shapely.prepare(ground)
    rows = np.flatnonzero(shapely.intersects(lines, ground))
    pieces, row = shapely.get_parts(shapely.intersection(lines[rows], ground), return_index=True)
    is_line = shapely.get_dimensions(pieces) == 1
    return pieces[is_line], per_m[rows][row[is_line]]


def _beside(ways: Shapes, along: Floats, side: Floats) -> Shapes:
    """Return the point at a share of each way's length, ``OFFSET_M`` to its left or right."""
    length_m = shapely.length(ways)
    at = shapely.get_coordinates(shapely.line_interpolate_point(ways, along * length_m))
    step = np.minimum(1.0, length_m / 4.0)
    ends = [shapely.get_coordinates(shapely.line_interpolate_point(ways, np.clip(along * length_m + sign * step, 0.0, length_m)))
            for sign in (-1.0, 1.0)]  # fmt: skip
    course = ends[1] - ends[0]
    norm = np.hypot(*course.T)
    unit = np.divide(course, norm[:, None], out=np.zeros_like(course), where=norm[:, None] > 0.0)
    away = np.stack([-unit[:, 1], unit[:, 0]], axis=1) * np.where(side < 0.5, OFFSET_M, -OFFSET_M)[:, None]
    return shapely.points(at + away)
