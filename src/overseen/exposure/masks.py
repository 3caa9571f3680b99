"""Masks: which bearings, between which depressions, a camera must not show so that no home is in its picture.

A mask is a rectangle of the picture: bearings from the lens, and angles below the horizon between which it is blackened. It goes
no further down than the foot of the façade or the near edge of the garden behind it, so that the street before them stays in
view. Masks only narrow: what is left is the view less the masks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.exposure.dwellings import Facades
from overseen.kernels.drawn_facades import FreeWalls, Lookers, WallParts, facade_extents
from overseen.kernels.mask_steps import mask_of_steps

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]

STEP_DEG = 2.0
"""Bearings are gone through in steps of so many degrees from true north; a mask begins and ends at one."""

WIDENING_DEG = 5.0
"""Neighbouring steps share a mask where it is at most so much taller than what any of them needs."""

FACADE, GROUND = "façade", "garden or yard"


@dataclass(frozen=True, slots=True)
class Blots:
    """What must not be seen, step by step: one row per head, step of bearing, and thing.

    ``step`` counts from true north; depressions are degrees below the horizon, negative above it. Of façades ``wall`` is the
    row of the wall and ``length_m`` how much of it; of ground -1 less the number of the point, and 0.
    """

    head: Integers
    step: Integers
    from_deg: Floats
    to_deg: Floats
    wall: Integers
    length_m: Floats

    def take(self, rows: Flags) -> Blots:
        """Return some of them."""
        return Blots(*(getattr(self, name)[rows] for name in self.__slots__))


def facade_blots(facades: Facades, parts: WallParts, lookers: Lookers, north_deg: Floats) -> Blots:
    """Return what is in view of façades, cut at the steps of bearing; ``parts`` are those of all lenses at the first level."""
    wall = np.repeat(np.arange(len(parts.offsets) - 1), np.diff(parts.offsets))
    start = facades.walls.start[wall] - lookers.centre[parts.lens]
    run = (facades.walls.end - facades.walls.start)[wall]
    first, last = (_bearing_deg(start + parts.along[:, [side]] * run) - north_deg[parts.lens] for side in (0, 1))
    # A wall is seen under less than half a turn.
    turn = np.mod(last - first + 180.0, 360.0) - 180.0
    low, high = np.where(turn >= 0.0, first, first + turn), np.where(turn >= 0.0, first + turn, first)
    begin = np.floor(low / STEP_DEG).astype(np.int64)
    count = np.maximum(np.ceil(high / STEP_DEG).astype(np.int64) - begin, 1)
    row = np.repeat(np.arange(len(wall)), count)
    step = begin[row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    cuts = np.stack([np.maximum(step * STEP_DEG, low[row]), np.minimum((step + 1) * STEP_DEG, high[row])], axis=1)
    along = np.stack(
        [_met_at(start[row], run[row], cuts[:, side] + north_deg[parts.lens[row]]) for side in (0, 1)], axis=1
    )
    along = np.clip(np.sort(along, axis=1), parts.along[row, :1], parts.along[row, 1:])
    share = (along - parts.along[row, :1]) / np.maximum(parts.along[row, 1:] - parts.along[row, :1], 1e-12)
    low_m = parts.low_m[row, :1] + share * (parts.low_m[row, 1:] - parts.low_m[row, :1])
    pieces = WallParts(
        np.arange(len(row) + 1),
        parts.lens[row],
        np.ascontiguousarray(along),
        np.ascontiguousarray(low_m),
        parts.top_m[row],
    )
    length_m = facade_extents(_walls_again(facades.walls, wall[row]), pieces, lookers, 1e9)[0][:, 0]
    kept = np.flatnonzero(length_m > 0.0)
    step = step[kept]
    row, along, low_m = row[kept], along[kept], low_m[kept].min(axis=1)
    ends = [start[row] + along[:, [side]] * run[row] for side in (0, 1)]
    near, far = _distances(*ends)
    height = lookers.height_m[parts.lens[row]]
    return Blots(
        parts.lens[row],
        np.mod(step, int(360 / STEP_DEG)),
        _depression_deg(height - parts.top_m[row], near, far, is_upper=True),
        _depression_deg(height - low_m, near, far, is_upper=False),
        wall[row].astype(np.int64),
        length_m[kept],
    )


def _walls_again(walls: FreeWalls, wall: NDArray[np.intp]) -> FreeWalls:
    """Return walls repeated, one for each entry of ``wall``."""
    return Facades(walls, np.arange(len(walls.start)), np.arange(len(walls.start))).take(wall).walls


def _bearing_deg(vector: Floats) -> Floats:
    return np.degrees(np.arctan2(vector[:, 0], vector[:, 1]))


def _met_at(start: Floats, run: Floats, bearing_deg: Floats) -> Floats:
    """Return the fraction at which the line start + t·run is met in the direction of a plane bearing."""
    x, y = np.sin(np.radians(bearing_deg)), np.cos(np.radians(bearing_deg))
    across = run[:, 0] * y - run[:, 1] * x
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (start[:, 1] * x - start[:, 0] * y) / across
    return np.nan_to_num(share, nan=0.0, posinf=1.0, neginf=0.0)


def _distances(start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """Return the least and greatest distance from the origin to segments."""
    run = end - start
    share = np.clip(-(start * run).sum(axis=1) / np.maximum((run**2).sum(axis=1), 1e-18), 0.0, 1.0)
    return np.hypot(*(start + share[:, None] * run).T), np.maximum(np.hypot(*start.T), np.hypot(*end.T))


def _depression_deg(drop_m: Floats, near_m: Floats, far_m: Floats, *, is_upper: bool) -> Floats:
    """Return the angle below the horizon of what lies ``drop_m`` below the lens: the least, or the greatest, over distances."""
    distance = np.where((drop_m > 0.0) == is_upper, far_m, near_m)
    return np.degrees(np.arctan2(drop_m, distance))


def ground_blots(
    head: Integers, point: Integers, offset: Floats, *, height_m: Floats, north_deg: Floats, spacing_m: float
) -> Blots:
    """Return the ground around points in view; ``offset`` (n, 2) is from the lens ``head`` (n,) to each ``point`` (n,).

    A point stands for the square around it, so the circle round that is taken.
    """
    around = spacing_m / np.sqrt(2.0)
    distance = np.hypot(*offset.T)
    half = np.degrees(np.arcsin(np.clip(around / np.maximum(distance, around), 0.0, 1.0)))
    half = np.where(distance <= around, 180.0 - STEP_DEG / 2.0, half)
    middle = _bearing_deg(offset) - north_deg[head]
    begin = np.floor((middle - half) / STEP_DEG).astype(np.int64)
    count = np.minimum(np.floor((middle + half) / STEP_DEG).astype(np.int64) - begin + 1, int(360 / STEP_DEG))
    row = np.repeat(np.arange(len(head)), count)
    step = begin[row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    height = height_m[head]
    return Blots(
        head[row],
        np.mod(step, int(360 / STEP_DEG)),
        np.degrees(np.arctan2(height, distance + around))[row],
        np.degrees(np.arctan2(height, np.maximum(distance - around, 0.0)))[row],
        -1 - point[row],
        np.zeros(len(row)),
    )


def mask_rows(blots: list[Blots], camera: NDArray[np.object_]) -> pd.DataFrame:
    """Return table ``masks``: for each camera the rectangles that cover every blot; ``camera`` names that of each head."""
    names, number = np.unique(camera.astype(str), return_inverse=True)
    head, step, low, high, wall = (
        np.concatenate([getattr(blot, name) for blot in blots])
        for name in ("head", "step", "from_deg", "to_deg", "wall")
    )
    turn = int(360 / STEP_DEG)
    # Sorted once by camera and step: a table of so many rows, grouped by names, is most of the work for a large network.
    key = number[head.astype(np.int64)] * turn + step.astype(np.int64)
    order = np.argsort(key, kind="stable")
    key, begins = np.unique(key[order], return_index=True)
    if len(key) == 0:
        return _mask_frame(np.empty(0, dtype=object), np.empty((0, 4)), np.empty((0, 2), dtype=bool))
    # Outward to whole degrees: a mask that is set by hand is no finer.
    low, high = np.floor(np.minimum.reduceat(low[order], begins)), np.ceil(np.maximum.reduceat(high[order], begins))
    is_of = np.column_stack([np.logical_or.reduceat(flags[order], begins) for flags in (wall >= 0, wall < 0)])
    of, step = np.divmod(key, turn)
    first = np.flatnonzero(np.diff(mask_of_steps(of, step, low, high, WIDENING_DEG), prepend=-1))
    last = np.append(first[1:], len(step)) - 1
    rectangle = np.column_stack(
        [step[first] * STEP_DEG, (step[last] + 1) * STEP_DEG, np.minimum.reduceat(low, first),
         np.maximum.reduceat(high, first)]
    )  # fmt: skip
    return _mask_frame(names[of[first]].astype(object), rectangle, np.logical_or.reduceat(is_of, first, axis=0))


def _mask_frame(camera: NDArray[np.object_], rectangle: Floats, is_of: Flags) -> pd.DataFrame:
    """Return masks as a table; ``is_of`` (n, 2) tells whether each is of façades, and of ground."""
    words = [" and ".join(word for word, holds in zip((FACADE, GROUND), row, strict=True) if holds) for row in is_of]
    names = ["bearing_from_deg", "bearing_to_deg", "depression_from_deg", "depression_to_deg"]
    table = pd.DataFrame({"camera_id": camera, **dict(zip(names, rectangle.T, strict=True)), "reason": words})
    numbers = table.groupby("camera_id").cumcount() + 1
    table.index = pd.Index(table["camera_id"] + "|" + numbers.astype(str), name="mask_id", dtype=object)
    return table.astype({"camera_id": object, "reason": object, **dict.fromkeys(names, float)})


def is_masked(masks: pd.DataFrame, blots: Blots, camera: NDArray[np.object_]) -> Flags:
    """Return which blots lie wholly behind a mask of their camera, as the table has them."""
    steps = int(360 / STEP_DEG)
    names, row = np.unique(
        np.append(camera, masks["camera_id"].to_numpy(dtype=object)).astype(str), return_inverse=True
    )
    least, most = np.full((len(names), steps), np.inf), np.full((len(names), steps), -np.inf)
    of_mask = row[len(camera) :]
    for number, mask in enumerate(masks.itertuples(index=False)):
        turn = slice(round(mask.bearing_from_deg / STEP_DEG), round(mask.bearing_to_deg / STEP_DEG))
        least[of_mask[number], turn], most[of_mask[number], turn] = mask.depression_from_deg, mask.depression_to_deg
    place = row[: len(camera)][blots.head], blots.step
    return np.asarray((least[place] <= blots.from_deg) & (most[place] >= blots.to_deg))


def masked_distances_m(from_deg: float, to_deg: float, drop_m: float) -> tuple[float, float]:
    """Return between which distances from the lens what lies ``drop_m`` below it is behind a mask; (1, 0): nowhere.

    Examples
    --------
    A lens 3 m above faces, blackened from the horizon to 45 degrees down, shows faces nearer than 3 m.

    >>> near, far = masked_distances_m(-10.0, 45.0, 3.0)
    >>> round(near, 6), far
    (3.0, inf)
    """
    if drop_m == 0.0:
        return (0.0, np.inf) if from_deg <= 0.0 <= to_deg else (1.0, 0.0)
    if drop_m < 0.0:
        from_deg, to_deg, drop_m = -to_deg, -from_deg, -drop_m
    if to_deg <= 0.0:
        return 1.0, 0.0
    near = 0.0 if to_deg >= 90.0 else drop_m / np.tan(np.radians(to_deg))
    far = np.inf if from_deg <= 0.0 else drop_m / np.tan(np.radians(from_deg))
    return float(near), float(far)
