"""The masks of a few cameras at a time: what all cameras of a city see of homes is never held at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.exposure.dwellings import Facades
from overseen.exposure.ground_points import GroundPoints
from overseen.exposure.masks import Blots, facade_blots, ground_blots, is_masked, mask_rows
from overseen.exposure.network import ExaminedHeads, nearby_pairs
from overseen.exposure.private_space import GROUND_M, sorted_parts
from overseen.exposure.stretches import segment_lines
from overseen.kernels.drawn_facades import Lookers, WallParts, facade_extents
from overseen.kernels.facades import facades
from overseen.kernels.sightings import point_sightings
from overseen.kernels.stars import Lenses
from overseen.visibility.cells import cells_of
from overseen.visibility.placement import points_of
from overseen.visibility.scenery import views_among

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]

HEADS_AT_ONCE = 40
"""So many heads of a cell are worked on together, at least: what bounds the memory of what they see of private ground."""

NO_METRES = pd.DataFrame(
    {
        name: np.empty(0)
        for name in ("facade_before_length_m", "facade_after_length_m", "ground_before_m2", "ground_after_m2")
    },
    index=pd.Index([], name="camera_id", dtype=object),
)


@dataclass(frozen=True, slots=True)
class Eyes:
    """Heads with every unknown at its centre, as the kernels take them, among buildings of central heights."""

    lookers: Lookers
    top_m: Floats
    radius_m: Floats
    north_deg: Floats
    camera: NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class WallTree:
    """Walls of homes under a search tree."""

    walls: Facades
    tree: shapely.STRtree

    @classmethod
    def of(cls, walls: Facades) -> WallTree:
        """Return walls under a search tree."""
        return cls(walls, shapely.STRtree(segment_lines(walls.walls.start, walls.walls.end)))


@dataclass(frozen=True, slots=True)
class Piece:
    """What was found of a few cameras.

    Parameters
    ----------
    masks
        Their rows of table ``masks``.
    metres
        Per camera, façade and private ground in view before and after the masks.
    parts
        Rows of walls, and what the heads see of them.
    left_wall, left_m
        Rows of walls of which the masks leave something, and how much, m.
    """

    masks: pd.DataFrame
    metres: pd.DataFrame
    parts: tuple[NDArray[np.intp], WallParts]
    left_wall: Integers
    left_m: Floats


def pieces_of(position: Floats, camera: NDArray[np.object_]) -> list[NDArray[np.intp]]:
    """Return the heads cell by cell, those of crowded cells in parts; the heads of one camera stay together."""
    pieces = []
    for rows in cells_of(position):
        _, first, number = np.unique(camera[rows].astype(str), return_index=True, return_inverse=True)
        # Cameras in the order of their first heads; a camera's heads stand on one spot, and so in one cell.
        place = np.argsort(np.argsort(first))[number]
        before = np.cumsum(np.bincount(place)) - np.bincount(place)
        part = before[place] // HEADS_AT_ONCE
        pieces += [rows[part == one] for one in np.unique(part)]
    return pieces


_NO_BLOTS = Blots(
    np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0), np.empty(0), np.empty(0, dtype=np.int64),
    np.empty(0),
)  # fmt: skip


def masked_piece(
    rows: NDArray[np.intp], *, examined: ExaminedHeads, eyes: Eyes, walls: WallTree, points: GroundPoints
) -> Piece:
    """Return the masks of the cameras of some heads, and what they see of façades and private ground."""
    camera = eyes.camera[rows]
    blots, parts, facade_m = _of_facades(rows, examined, eyes, walls)
    x, y = examined.position[rows].T
    reach = float(eyes.radius_m[rows].max(initial=0.0)) + GROUND_M
    at, _ = points.in_box(x.min() - reach, y.min() - reach, x.max() + reach, y.max() + reach)
    every = [_NO_BLOTS, *blots, *([_ground_in_view(rows, examined, eyes, at)] if len(at) else [])]
    local = [replace(blot, head=np.searchsorted(rows, blot.head).astype(np.int64)) for blot in every]
    masks = mask_rows(local, camera)
    left = [blot.take(~is_masked(masks, blot, camera)) for blot in local]
    names = np.unique(camera.astype(str))
    metres = pd.DataFrame(
        {
            "facade_before_length_m": np.array([facade_m.get(name, 0.0) for name in names]),
            "facade_after_length_m": _facade_m(left, camera, names),
            "ground_before_m2": _ground_m2(local, camera, names),
            "ground_after_m2": _ground_m2(left, camera, names),
        },
        index=pd.Index(names.astype(object), name="camera_id", dtype=object),
    )
    wall, length_m = (np.concatenate([getattr(blot, name) for blot in left]) for name in ("wall", "length_m"))
    return Piece(masks, metres, parts, wall[wall >= 0], length_m[wall >= 0])


def _of_facades(
    rows: NDArray[np.intp], examined: ExaminedHeads, eyes: Eyes, walls: WallTree
) -> tuple[list[Blots], tuple[NDArray[np.intp], WallParts], dict[str, float]]:
    """Return what some heads see of façades: blots, parts of walls, and metres per camera; walls by their rows in ``walls``."""
    places = points_of(examined.position[rows])
    lens, near_wall = walls.tree.query(places, predicate="dwithin", distance=eyes.radius_m[rows])
    if len(lens) == 0:
        return [], (near_wall, _no_parts(0)), {}
    near = rows[np.unique(lens)]
    chains = examined.scenery.obstacles.chains
    of_wall = np.unique(near_wall)
    few = walls.walls.take(of_wall)
    found = sorted_parts(facades(chains, eyes.top_m, _lenses(examined, eyes, near, 0.0)), few.vertex)
    parts = found._replace(lens=near[found.lens].astype(np.int64))
    blot = facade_blots(few, parts, eyes.lookers, eyes.north_deg)
    return [replace(blot, wall=of_wall[blot.wall].astype(np.int64))], (of_wall, parts), _camera_metres(few, parts, eyes)


def _lenses(examined: ExaminedHeads, eyes: Eyes, rows: NDArray[np.intp], target_m: float) -> Lenses:
    return Lenses(
        np.ascontiguousarray(eyes.lookers.centre[rows]),
        np.ascontiguousarray(np.maximum(eyes.radius_m[rows], 1.0)),
        np.ascontiguousarray(eyes.lookers.height_m[rows]),
        np.full(len(rows), target_m),
        np.ascontiguousarray(examined.scenery.roofs[rows]),
    )


def _camera_metres(walls: Facades, parts: WallParts, eyes: Eyes) -> dict[str, float]:
    """Return metres of façade that each camera sees, the heads of one camera merged."""
    wall = np.repeat(np.arange(len(parts.offsets) - 1), np.diff(parts.offsets))
    names, camera = np.unique(eyes.camera[parts.lens].astype(str), return_inverse=True)
    order = np.lexsort((wall, camera))
    key, begins = np.unique(camera[order] * len(walls.vertex) + wall[order], return_index=True)
    again = WallParts(
        np.append(begins, len(order)).astype(np.int64),
        np.ascontiguousarray(parts.lens[order]),
        np.ascontiguousarray(parts.along[order]),
        np.ascontiguousarray(parts.low_m[order]),
        np.ascontiguousarray(parts.top_m[order]),
    )
    few = walls.take(key % max(len(walls.vertex), 1))
    length_m = facade_extents(few.walls, again, eyes.lookers, 1e9)[0][:, 0]
    total = np.bincount(key // max(len(walls.vertex), 1), length_m, minlength=len(names))
    return dict(zip(names.tolist(), total.tolist(), strict=True))


def _ground_in_view(rows: NDArray[np.intp], examined: ExaminedHeads, eyes: Eyes, points: Floats) -> Blots:
    height = eyes.lookers.height_m
    reach = np.sqrt(np.maximum(eyes.radius_m**2 - height**2, 0.0))
    tree = shapely.STRtree(points_of(eyes.lookers.centre[rows]))
    thing, lens = nearby_pairs(tree, points_of(points), reach[rows])
    if len(thing) == 0:
        return _NO_BLOTS
    used, local = np.unique(lens, return_inverse=True)
    head = rows[used]
    seen = views_among(
        examined.scenery.obstacles,
        eyes.top_m,
        eyes.lookers.centre[head],
        radius_m=eyes.radius_m[head],
        height_m=height[head],
        target_m=0.0,
        roofs=examined.scenery.roofs[head],
    )
    is_clear = point_sightings(seen.stars, seen.shadows, points, thing.astype(np.int64), local.astype(np.int64))
    offset = points[thing] - eyes.lookers.centre[head[local]]
    kept = is_clear & _is_in_field(eyes.lookers, head[local], offset)
    return ground_blots(
        head[local][kept].astype(np.int64),
        thing[kept].astype(np.int64),
        offset[kept],
        height_m=height,
        north_deg=eyes.north_deg,
        spacing_m=GROUND_M,
    )


def _is_in_field(lookers: Lookers, head: NDArray[np.intp], offset: Floats) -> Flags:
    """Return which points on the ground, ``offset`` (n, 2) from their lens, are within its field, with half a step to spare."""
    x, y = offset.T
    right, left, width = lookers.right[head], lookers.left[head], lookers.width[head]
    after = right[:, 0] * y - right[:, 1] * x >= -GROUND_M
    before = x * left[:, 1] - y * left[:, 0] >= -GROUND_M
    is_in = np.where(width > np.pi, after | before, after & before) | (width >= 2.0 * np.pi)
    space = np.column_stack([offset, -lookers.height_m[head]])
    return np.asarray(is_in & (np.einsum("ijk,ik->ij", lookers.normal[head], space) >= -GROUND_M).all(axis=1))


def _facade_m(blots: list[Blots], camera: NDArray[np.object_], names: NDArray[np.str_]) -> Floats:
    """Return the metres of façade among blots, camera by camera."""
    total = np.zeros(len(names))
    for blot in blots:
        np.add.at(total, np.searchsorted(names, camera[blot.head].astype(str)), blot.length_m)
    return total


def _ground_m2(blots: list[Blots], camera: NDArray[np.object_], names: NDArray[np.str_]) -> Floats:
    """Return the private ground among blots, camera by camera: every point stands for the square around it, once."""
    total = np.zeros(len(names))
    of_head = np.searchsorted(names, camera.astype(str))
    for blot in blots:
        is_ground = blot.wall < 0
        pairs = np.unique(of_head[blot.head[is_ground]] - blot.wall[is_ground] * len(names))
        total += GROUND_M**2 * np.bincount(pairs % len(names), minlength=len(names))
    return total


def masks_together(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the masks of all pieces as one table, by camera."""
    if not tables:
        return mask_rows([_NO_BLOTS], np.empty(0, dtype=object))
    table = pd.concat(tables)
    return table.iloc[np.argsort(table["camera_id"].to_numpy(dtype=str), kind="stable")]


def parts_together(pieces: list[tuple[NDArray[np.intp], WallParts]], count: int) -> WallParts:
    """Return parts of walls, seen by different lenses, as parts of all ``count`` walls."""
    wall = np.concatenate([np.empty(0, dtype=np.intp), *[np.repeat(of, np.diff(part.offsets)) for of, part in pieces]])
    order = np.argsort(wall, kind="stable")
    parts = [_no_parts(0), *[part for _, part in pieces]]
    joined = (np.concatenate([getattr(part, name) for part in parts])[order] for name in WallParts._fields[1:])
    return WallParts(np.searchsorted(wall[order], np.arange(count + 1)).astype(np.int64), *joined)


def _no_parts(count: int) -> WallParts:
    return WallParts(
        np.zeros(count + 1, dtype=np.int64),
        np.empty(0, dtype=np.int64),
        np.empty((0, 2)),
        np.empty((0, 2)),
        np.empty(0),
    )
