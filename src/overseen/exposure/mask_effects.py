"""What masks cost: the private view that they take away, and the public view that is left, camera by camera and in all.

Under the central assumptions, and for a camera that turns, or of which nobody knows where it looks, over all that it could look at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.exposure.dwellings import Facades
from overseen.exposure.ground_points import GroundPoints
from overseen.exposure.mask_cells import (
    NO_METRES,
    Eyes,
    WallTree,
    masked_piece,
    masks_together,
    parts_together,
    pieces_of,
)
from overseen.exposure.masks import masked_distances_m
from overseen.exposure.network import ExaminedHeads
from overseen.exposure.private_space import GROUND_M, IN_VIEW_M, PrivateSpace
from overseen.exposure.stretches import covered_share, parts_in_areas
from overseen.kernels.drawn_facades import Lookers, WallParts, facade_extents
from overseen.model.city import City
from overseen.model.schema import MASK_EFFECTS, MASKS
from overseen.model.viewing import Viewing
from overseen.visibility.building_heights import building_tops_m
from overseen.visibility.cells import HERE, Work, mapped
from overseen.visibility.heads import TURNING_KINDS, central_heights_m, drawn_wall_views
from overseen.visibility.isovists import CentralViews

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]

LEAST_KEPT_SHARE = 0.05
"""A camera that keeps less than this of its view of public space loses its view to the masks."""

ARC_DEG = 1.0
"""Arcs of masks in the plan are drawn with chords of so many degrees, on the side that hides more."""


@dataclass(frozen=True, slots=True)
class MaskProposal:
    """The masks and what they do.

    Parameters
    ----------
    masks, effects
        Tables ``masks`` and ``mask_effects``.
    before, after
        In all, overlaps counted once: ``street_length_m``, ``facade_length_m``, ``dwelling_count``.
    """

    masks: pd.DataFrame
    effects: pd.DataFrame
    before: dict[str, float]
    after: dict[str, float]


def mask_proposal(
    city: City,
    private: PrivateSpace,
    examined: ExaminedHeads,
    central: CentralViews,
    isovists: gpd.GeoDataFrame,
    viewing: Viewing,
    *,
    north_deg: Floats,
    work: Work = HERE,
) -> MaskProposal:
    """Return the masks without which homes known as such are in view at the lowest level, and their effects.

    Parameters
    ----------
    city, private, viewing
        The city, what is private in it, and how seeing is computed.
    examined, central, isovists
        The heads, their central views, and table ``isovists`` made of them.
    north_deg
        Plane bearing of true north at each head, shape (n,).
    work
        How the cells are worked through.
    """
    eyes = _central_eyes(city, examined, central, viewing, north_deg)
    is_known = private.dwellings.is_dwelling[private.facades.building]
    walls = private.facades.take(np.flatnonzero(is_known))
    # A published model is flat: it has no picture in which to mask anything.
    ground = private.ground.private.to_numpy()[: 0 if viewing.profile else None]
    points = GroundPoints.of([ground], eyes.lookers.centre, eyes.radius_m, GROUND_M)
    pieces = pieces_of(examined.position, eyes.camera) if len(ground) or len(walls.vertex) else []
    of_piece = partial(masked_piece, examined=examined, eyes=eyes, walls=WallTree.of(walls), points=points)
    found = list(mapped(of_piece, pieces, work))
    masks = MASKS.checked(masks_together([piece.masks for piece in found]))
    level = viewing.ladder.names[0]
    shapes = _plans(city, examined, isovists, masks, eyes, level, viewing.target_height_m)
    streets = _street_metres(city, shapes)
    water = shapely.make_valid(city.land.geometry.to_numpy()[city.land["kind"].to_numpy() == "water"])
    closed = np.concatenate([private.ground.private.to_numpy(), water])
    effects = _effects_table(
        shapes, closed, masks, eyes, streets, pd.concat([NO_METRES, *[piece.metres for piece in found]])
    )
    before = _facade_totals(walls, parts_together([piece.parts for piece in found], len(walls.vertex)), eyes.lookers)
    left_m = np.zeros(len(walls.vertex))
    for piece in found:
        np.add.at(left_m, piece.left_wall, piece.left_m)
    # At most, since what two cameras see is added.
    gone = _facade_sums(walls, left_m)
    return MaskProposal(
        masks,
        MASK_EFFECTS.checked(effects),
        {"street_length_m": streets.total[0], **before},
        {"street_length_m": streets.total[1], **gone},
    )


def _central_eyes(
    city: City, examined: ExaminedHeads, central: CentralViews, viewing: Viewing, north_deg: Floats
) -> Eyes:
    heads = examined.heads
    one = replace(viewing, draws=1)
    centre = {unknown.name: 0.0 for unknown in viewing.assumptions.unknowns}
    turns = heads["kind"].isin(TURNING_KINDS).to_numpy()[:, None]
    may_turn = turns | ((heads["kind"] == "unknown") & heads["bearing_deg"].isna()).to_numpy()[:, None]
    still, turning = (drawn_wall_views(heads, one, pinned=centre, is_turning=flags) for flags in (turns, may_turn))
    # As in the isovists: where nobody knows whether it turns, the longer of both reaches.
    reach = np.maximum(still.density_reach_m["reachable"], turning.density_reach_m["reachable"])[:, 0, :1]
    is_tilted = central.section.is_tilted()
    normal = turning.normals(central.bearing_deg[:, None], 0)
    normal[~is_tilted] = 0.0
    width = np.where(is_tilted, 360.0, central.width_deg["reachable"])
    axis, half = np.radians(90.0 - central.bearing_deg), np.radians(width) / 2.0
    lookers = Lookers(
        np.ascontiguousarray(examined.position.reshape(-1, 2)),
        central_heights_m(heads, viewing),
        np.column_stack([np.cos(axis - half), np.sin(axis - half)]),
        np.column_stack([np.cos(axis + half), np.sin(axis + half)]),
        np.where(width >= 360.0, 2.0 * np.pi, 2.0 * half),
        normal,
        np.ascontiguousarray(reach),
        np.ascontiguousarray(turning.range_m[:, 0]),
    )
    top_m = examined.scenery.obstacles.tops_m(building_tops_m(city.buildings, one, pinned=centre)[0])
    radius = np.minimum(lookers.range_m, reach[:, 0])
    return Eyes(lookers, top_m, radius, north_deg, heads["camera_id"].to_numpy(dtype=object))


def _facade_totals(walls: Facades, parts: WallParts, lookers: Lookers) -> dict[str, float]:
    length_m = (
        facade_extents(walls.walls, parts, lookers, 1e9)[0][:, 0]
        if len(lookers.centre)
        else np.zeros(len(walls.vertex))
    )
    return _facade_sums(walls, length_m)


def _facade_sums(walls: Facades, length_m: Floats) -> dict[str, float]:
    _, row = np.unique(walls.building, return_inverse=True)
    of_building = np.bincount(row, length_m) if len(row) else np.empty(0)
    return {"facade_length_m": float(length_m.sum()), "dwelling_count": float((of_building >= IN_VIEW_M).sum())}


@dataclass(frozen=True, slots=True)
class _Plans:
    """Views in the plan at the level of faces, one per camera with any: before the masks, and after."""

    camera: NDArray[np.object_]
    before: NDArray[np.object_]
    after: NDArray[np.object_]


def _plans(
    city: City, examined: ExaminedHeads, isovists: gpd.GeoDataFrame, masks: pd.DataFrame, eyes: Eyes, level: str,
    target_m: float,
) -> _Plans:  # fmt: skip
    rows = isovists[(isovists["view"] == "reachable") & (isovists["level"] == level)]
    head = examined.heads.index.get_indexer(rows["head_id"])
    before = shapely.intersection(rows.geometry.to_numpy(), city.boundary)
    after = before.copy()
    of_camera = masks.groupby("camera_id").indices
    rectangles = masks[["bearing_from_deg", "bearing_to_deg", "depression_from_deg", "depression_to_deg"]].to_numpy()
    for row, number in enumerate(head):
        chosen = of_camera.get(eyes.camera[number])
        if chosen is not None:
            region = masked_region(
                eyes.lookers.centre[number],
                rectangles[chosen],
                drop_m=eyes.lookers.height_m[number] - target_m,
                north_deg=eyes.north_deg[number],
                radius_m=float(rows["reach_m"].iloc[row]) + 1.0,
            )
            after[row] = shapely.difference(before[row], region)
    names, camera = np.unique(eyes.camera[head].astype(str), return_inverse=True)
    joined = [_by_camera(shapes, camera, len(names)) for shapes in (before, after)]
    return _Plans(names.astype(object), *joined)


def _by_camera(shapes: NDArray[np.object_], camera: NDArray[np.intp], count: int) -> NDArray[np.object_]:
    order = np.argsort(camera, kind="stable")
    begins = np.searchsorted(camera[order], np.arange(count + 1))
    joined = np.empty(count, dtype=object)
    for one in range(count):
        joined[one] = shapely.union_all(shapes[order[begins[one] : begins[one + 1]]])
    return joined


def masked_region(
    centre: Floats, rectangles: Floats, *, drop_m: float, north_deg: float, radius_m: float
) -> shapely.Geometry:
    """Return what masks hide in the plan of targets ``drop_m`` below the lens, out to a radius.

    ``rectangles`` (m, 4) are bearings from and to, and depressions from and to, degrees. Chords lie on the side that hides more.
    """
    found = []
    for bearing_from, bearing_to, from_deg, to_deg in rectangles:
        near, far = masked_distances_m(from_deg, to_deg, drop_m)
        far = min(far, radius_m)
        if far <= near:
            continue
        steps = max(1, int(np.ceil((bearing_to - bearing_from) / ARC_DEG)))
        angle = np.radians(np.linspace(bearing_from, bearing_to, steps + 1) + north_deg)
        unit = np.column_stack([np.sin(angle), np.cos(angle)])
        outer = far / np.cos(np.radians((bearing_to - bearing_from) / steps / 2.0))
        found.append(shapely.Polygon(np.vstack([centre + near * unit, (centre + outer * unit)[::-1]])))
    return shapely.union_all(shapely.make_valid(np.array(found, dtype=object))) if found else shapely.Polygon()


@dataclass(frozen=True, slots=True)
class _StreetMetres:
    before: Floats
    after: Floats
    total: tuple[float, float]


def _street_metres(city: City, plans: _Plans) -> _StreetMetres:
    """Return metres of counted street in each camera's view before and after, and in all."""
    is_counted = (city.streets["is_open_air"] & ~city.streets["is_area_outline"]).to_numpy()
    lines = shapely.intersection(city.streets.geometry.to_numpy()[is_counted], city.boundary)
    points, part = shapely.get_coordinates(
        shapely.get_parts(lines[shapely.get_dimensions(lines) == 1]), return_index=True
    )
    same = part[:-1] == part[1:] if len(part) else np.empty(0, dtype=bool)
    start, end = points[:-1][same], points[1:][same]
    length_m = np.hypot(*(end - start).T)
    start, end, length_m = start[length_m > 0.0], end[length_m > 0.0], length_m[length_m > 0.0]
    metres, totals = [], []
    for shapes in (plans.before, plans.after):
        seer, along = parts_in_areas(start, end, shapes)
        pieces = (along[:, 2] - along[:, 1]) * length_m[along[:, 0].astype(np.intp)]
        metres.append(np.bincount(seer, pieces, minlength=len(shapes)).astype(np.float64))
        totals.append(float((covered_share(along, len(start)) * length_m).sum()))
    return _StreetMetres(metres[0], metres[1], (totals[0], totals[1]))


def _effects_table(
    plans: _Plans, closed: NDArray[np.object_], masks: pd.DataFrame, eyes: Eyes, streets: _StreetMetres,
    metres: pd.DataFrame,
) -> pd.DataFrame:  # fmt: skip
    names = np.unique(eyes.camera.astype(str))
    index = pd.Index(names.astype(object), name="camera_id", dtype=object)
    plan = pd.DataFrame(
        {
            "public_before_m2": _open_area(plans.before, closed),
            "public_after_m2": _open_area(plans.after, closed),
            "street_before_length_m": streets.before,
            "street_after_length_m": streets.after,
        },
        index=pd.Index(plans.camera, dtype=object),
    ).reindex(names, fill_value=0.0)
    turned = (masks["bearing_to_deg"] - masks["bearing_from_deg"]).groupby(masks["camera_id"]).sum()
    kept = (plan["public_after_m2"] > 0.0) & (plan["public_after_m2"] >= LEAST_KEPT_SHARE * plan["public_before_m2"])
    own = metres.reindex(names, fill_value=0.0)
    is_needed = np.isin(names, masks["camera_id"].to_numpy(dtype=str))
    return pd.DataFrame(
        {
            "is_mask_needed": is_needed,
            "keeps_public_view": kept.to_numpy() | ~is_needed,
            "masked_bearing_deg": turned.reindex(names, fill_value=0.0).to_numpy(dtype=float),
            **{name: plan[name].to_numpy() for name in plan},
            **{name: own[name].to_numpy() for name in own},
        },
        index=index,
    )


def _open_area(shapes: NDArray[np.object_], closed: NDArray[np.object_]) -> Floats:
    """Return the area of each shape outside of everything closed, m2."""
    area = shapely.area(shapes)
    row, other = shapely.STRtree(closed).query(shapes, predicate="intersects")
    order = np.argsort(row, kind="stable")
    row, other = row[order], other[order]
    begins = np.searchsorted(row, np.arange(len(shapes) + 1))
    for one in np.flatnonzero(begins[1:] > begins[:-1]):
        near = shapely.clip_by_rect(closed[other[begins[one] : begins[one + 1]]], *shapely.bounds(shapes[one]))
        # What was clipped may touch itself.
        near = shapely.make_valid(near)
        area[one] = shapely.difference(shapes[one], shapely.union_all(near)).area
    return np.asarray(area, dtype=np.float64)
