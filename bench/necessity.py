"""The fewest of 62,000 cameras that do: decomposition against the whole programme, other solvers and a greedy choice, in one run.

    python bench/necessity.py [cameras] [seconds] [share]

Cameras stand in clusters of about forty, as around squares and stations, and see discs; points in them stand for the cells of the
arrangement. ``share`` is what suffices of the one zone (default 1.0: all that is seen, so that the programme falls apart). With fewer
than a thousand cameras whatever is run is proven. Each peer may take ``seconds`` (default 120), in the same process, one after the
other; ratios are of the number of cameras to the proven bound.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.spatial import cKDTree

from overseen.assessment.partial_cover import Programme, _model, _whole_zones, greedy_subset, least_subset
from overseen.assessment.solver import Limits, least
from overseen.exposure.arrangement import merged_cells

RADII_M = (8.0, 30.0)
CLUSTER, CLUSTER_M = 40, 60.0
POINTS_PER_CAMERA = 10
WORKERS = 2


def instance(cameras: int, share: float, seed: int = 1) -> Programme:
    """Return the programme of discs strewn at random, of which points inside stand for the cells."""
    rng = np.random.default_rng(seed)
    side = np.sqrt(cameras / 3.0) * 100.0
    clusters = rng.uniform(0.0, side, (max(1, cameras // CLUSTER), 2))
    centre = clusters[rng.integers(0, len(clusters), cameras)] + rng.uniform(-CLUSTER_M, CLUSTER_M, (cameras, 2))
    radius = rng.uniform(*RADII_M, cameras)
    turn, far = rng.uniform(0, 2 * np.pi, cameras * POINTS_PER_CAMERA), np.sqrt(rng.random(cameras * POINTS_PER_CAMERA))
    owner = np.repeat(np.arange(cameras), POINTS_PER_CAMERA)
    point = centre[owner] + (far * radius[owner])[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    near = cKDTree(centre).query_ball_point(point, RADII_M[1], return_sorted=True)
    counts = np.array([len(found) for found in near])
    row, camera = np.repeat(np.arange(len(point)), counts), np.concatenate(near).astype(np.int64)
    is_seen = np.hypot(*(point[row] - centre[camera]).T) <= radius[camera]
    row, camera = row[is_seen], camera[is_seen]
    offsets = np.searchsorted(row, np.arange(len(point) + 1)).astype(np.int64)
    ones = np.ones(len(point), dtype=np.int64)
    cells = merged_cells(offsets, camera, np.zeros(len(point), dtype=np.int64), ones)
    needed = np.array([int(np.ceil(share * cells.point_count.sum()))])
    return Programme(
        cells.offsets, cells.camera, cells.zone, cells.point_count, needed, cameras, rng.uniform(0.0, 500.0, cameras)
    )


def by_scipy(of: Programme, seconds: float) -> tuple[int, float]:
    """Return the cameras and the bound of scipy's solver on the whole programme."""
    model = _model(of, _whole_zones(of), np.ones(of.camera_count))
    found = milp(
        model.costs, integrality=model.is_whole.astype(int), bounds=Bounds(0, 1),
        constraints=LinearConstraint(model.matrix, model.lower, np.inf), options={"time_limit": seconds},
    )  # fmt: skip
    return (-1 if found.x is None else int((found.x[: of.camera_count] > 0.5).sum())), float(
        found.mip_dual_bound or 0.0
    )


def by_highs_whole(of: Programme, seconds: float) -> tuple[int, float]:
    """Return the same of HiGHS, begun with the greedy choice."""
    model = _model(of, _whole_zones(of), np.ones(of.camera_count))
    found = least(model, Limits(10**9, seconds), is_integral=True)
    return (-1 if found.values is None else int((found.values[: of.camera_count] > 0.5).sum())), found.bound


def main(cameras: int, seconds: float, share: float) -> None:
    """Print a line for each way."""
    begin = time.perf_counter()
    of = instance(cameras, share)
    print(f"{cameras:,} cameras, {len(of.zone):,} cells, {len(of.camera) / len(of.zone):.1f} cameras a cell,"
          f" {time.perf_counter() - begin:.1f} s to make; {share:.0%} of what is seen is needed")  # fmt: skip
    rows: list[tuple[str, int, float, float]] = []

    def timed(name: str, run) -> None:  # noqa: ANN001 (a function of no argument)
        start = time.perf_counter()
        count, bound = run()
        rows.append((name, count, bound, time.perf_counter() - start))
        print(f"  {name:<28} {count:>7,} cameras, bound {bound:>10,.1f}, {rows[-1][3]:7.1f} s", flush=True)

    def ours() -> tuple[int, float]:
        with ThreadPoolExecutor(WORKERS) as executor:
            found = least_subset(of, limits=Limits(seconds=10.0), executor=executor)
        assert of.is_met(found.is_needed)  # noqa: S101 (a measurement of something wrong is none)
        return found.count, float(found.bound)

    timed("by parts (this project)", ours)
    timed("greedy", lambda: (int(greedy_subset(of).sum()), 0.0))
    timed("HiGHS, whole", lambda: by_highs_whole(of, seconds))
    timed("scipy, whole", lambda: by_scipy(of, seconds))
    best = max(1.0, *(bound for _, _, bound, _ in rows))
    for name, count, bound, took in rows:
        print(f"  {name:<28} {count / best:.4f} of the best bound, own gap {1 - bound / max(count, 1):.4f}, {took / rows[0][3]:.1f} times as long")  # fmt: skip


if __name__ == "__main__":
    given = [float(word) for word in sys.argv[1:]] + [62_000.0, 120.0, 1.0][len(sys.argv) - 1 :]
    main(int(given[0]), given[1], given[2])
