"""Measure the visibility engine beside its peers: one command, one run, rounds interleaved.

    python bench/visibility.py                      # all four cities; needs the test data in ../shared/data
    python bench/visibility.py helsinki             # the embedded sample alone

It prints what it does and writes ``bench/visibility.md``. Times of one camera are processor time of one thread, the least of
the rounds; times of whole runs are wall time on two threads.
"""

from __future__ import annotations

import gc
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))
from peers import ONE_BY_ONE, EmbreeRays, Near

from overseen.kernels.chains import chains_of
from overseen.kernels.layers import regions
from overseen.kernels.mesh import Mesh
from overseen.kernels.sectors import sector_areas
from overseen.kernels.sightings import point_sightings
from overseen.visibility.cells import Work
from overseen.visibility.coverage import coverage_of
from overseen.visibility.from_points import flat_outlines
from overseen.visibility.isovists import polygons_of
from overseen.visibility.meshes import mesh_outlines, triangulated
from overseen.visibility.obstacles import Obstacles, _polygons, _ragged, cleaned, obstacles_of
from overseen.visibility.scenery import views_among

Floats = NDArray[np.float64]

DATA = Path(__file__).parents[2] / "shared" / "data"
OUT = Path(__file__).with_suffix(".md")
CITIES = ("helsinki", "berlin_mid", "berlin_large", "los_angeles_huge")
ROUNDS = 3
REACHES_M = (50.0, 100.0, 200.0)
TOLERANCE_M = 0.015
TURN = 2.0 * np.pi
PLACEHOLDER_HEIGHTS_M = (3.66, 5.0)
"""Heights that renderers write where none is known."""


@dataclass
class City:
    """Footprints in a metric frame, heights (nan: unknown), and lenses placed by one stated rule."""

    name: str
    footprints: NDArray[np.object_]
    height_m: Floats
    position: Floats


def footprints_of(name: str) -> tuple[gpd.GeoSeries, Floats]:
    """Return the footprints of a city in its UTM zone, and their heights."""
    if name == "helsinki":
        from overseen.sources.plan_file import sample_inputs

        buildings = sample_inputs().city.buildings
        return buildings.geometry, buildings["height_m"].to_numpy(dtype=float)
    path = DATA / name / "buildings.parquet"
    present = pq.read_schema(path).names
    column = next((wanted for wanted in ("height", "height_m", "render_height") if wanted in present), None)
    frame = gpd.read_parquet(path, columns=["geometry", *([column] if column else [])])
    heights = np.full(len(frame), np.nan) if column is None else frame[column].to_numpy(dtype=float)
    heights = np.where(np.isin(np.round(heights, 2), PLACEHOLDER_HEIGHTS_M) | (heights <= 0), np.nan, heights)
    shapes = frame.geometry.to_crs(frame.estimate_utm_crs())
    return shapes, heights


def lenses_at(footprints: NDArray[np.object_], obstacles: Obstacles, count: int) -> Floats:
    """Return positions in front of walls: 70 % along them, 30 % off corners, 0.3 to 3 m out, none within 5 cm of a footprint."""
    rng = np.random.default_rng(1)
    chains = obstacles.chains
    inner = np.ones(len(chains.vertex), dtype=bool)
    inner[chains.first[1:] - 1] = False
    wall = np.flatnonzero(inner)
    chosen = rng.choice(wall, 3 * count)
    share = np.where(rng.random(3 * count) < 0.7, rng.random(3 * count), 0.0)
    start, end = chains.vertex[chosen], chains.vertex[chosen + 1]
    along = end - start
    normal = np.column_stack([along[:, 1], -along[:, 0]]) / np.hypot(*along.T)[:, None]
    # Off a corner: on the bisector of straight out and back along the wall.
    aslant = np.where((share == 0.0)[:, None], (normal - along / np.hypot(*along.T)[:, None]) / np.sqrt(2.0), normal)
    at = start + share[:, None] * along + aslant * rng.uniform(0.3, 3.0, 3 * count)[:, None]
    blocked = np.zeros(len(at), dtype=bool)
    blocked[shapely.STRtree(footprints).query(shapely.points(at), predicate="dwithin", distance=0.05)[0]] = True
    return np.ascontiguousarray(at[~blocked][:count])


def least(function: Callable[[], object], times: dict[str, float], name: str, *, wall: bool = False) -> object:
    """Run a function, keep the least time under a name, return what it returned."""
    clock = time.perf_counter if wall else time.process_time
    before = clock()
    result = function()
    times[name] = min(times.get(name, np.inf), clock() - before)
    return result


def chunks(count: int, size: int = 4000) -> list[slice]:
    """Return slices of a count."""
    return [slice(begin, begin + size) for begin in range(0, count, size)]


def with_heights(
    obstacles: Obstacles,
    tops: Floats,
    position: Floats,
    lens_m: Floats,
    reach_m: float,
    run: Callable[..., object] = map,
) -> list[object]:
    """Return regions of all lenses, chunk by chunk, buildings as high as they are."""

    def one(part: slice) -> object:
        here = position[part]
        seen = views_among(
            obstacles, tops, here, radius_m=np.full(len(here), reach_m), height_m=lens_m[part], target_m=1.6
        )
        sector = np.column_stack([np.zeros(len(here)), np.full(len(here), TURN), np.full(len(here), reach_m)])
        return seen, regions(
            seen.stars, seen.shadows, obstacles.chains.vertex, np.arange(len(here)), sector, TOLERANCE_M
        )

    return list(run(one, chunks(len(position))))


def sectors(count: int, width: float, reach_m: float) -> Floats:
    """Return sectors of one width, their beginnings drawn."""
    start = np.random.default_rng(2).uniform(0.0, TURN, count) if width < TURN else np.zeros(count)
    return np.column_stack([start, np.full(count, width), np.full(count, reach_m)])


def by_morton(position: Floats) -> Floats:
    """Return positions along a Morton curve, so that chunks are neighbourhoods."""
    from overseen.kernels.chains import morton_keys, sorted_rows

    return np.ascontiguousarray(position[sorted_rows(morton_keys(position))])


def measured(name: str, say: Callable[[str], None]) -> None:
    """Measure one city and say it in Markdown."""
    say(f"\n## {name}\n")
    times: dict[str, float] = {}
    shapes, heights = footprints_of(name)
    footprints = np.asarray(shapes.to_numpy(), dtype=object)
    executor = ThreadPoolExecutor(2)
    gpd_shapes = gpd.GeoSeries(footprints)
    obstacles = obstacles_of(gpd_shapes, executor=executor)
    count = 62_000 if len(footprints) > 100_000 else 2_000
    position = by_morton(lenses_at(footprints, obstacles, count))
    count = len(position)
    rng = np.random.default_rng(3)
    drawn = np.exp(rng.normal(np.log(9.0), 0.6, len(footprints)))
    tops = obstacles.tops_m(np.where(np.isnan(heights), drawn, heights))
    lens_m = rng.uniform(2.5, 8.0, count)
    say(
        f"{len(footprints):,} footprints, {len(obstacles.chains.vertex) - len(obstacles.chains.building):,} walls "
        f"({obstacles.mended_count} footprints mended, {obstacles.empty_count} empty); {count:,} lenses; heights known of "
        f"{np.isfinite(heights).mean():.0%}, the others drawn (median 9 m); lenses 2.5 to 8 m up, targets at 1.6 m.\n"
    )
    rings = _ragged(_polygons(footprints)[0])
    building = _polygons(footprints)[1].astype(np.int32)

    def index() -> object:
        _, clean = cleaned(rings, executor=executor)
        clean.fault[clean.fault == 2] = 0
        return chains_of(clean, rings.polygon_offsets, building)

    whole = sectors(count, TURN, 100.0)
    mesh = least(lambda: triangulated(obstacles), times, "mesh", wall=True)
    for _ in range(ROUNDS):
        for reach in REACHES_M:
            least(
                lambda r=reach: flat_outlines(
                    obstacles, position, sectors(count, TURN, r), chord_tolerance_m=TOLERANCE_M
                ),
                times,
                f"360 {reach:g}",
            )
            least(
                lambda r=reach: flat_outlines(
                    obstacles, position, sectors(count, TURN / 4, r), chord_tolerance_m=TOLERANCE_M
                ),
                times,
                f"90 {reach:g}",
            )
            for turn, label in ((TURN, "mesh 360"), (TURN / 4, "mesh 90")):
                least(
                    lambda r=reach, t=turn: mesh_outlines(
                        mesh, position, sectors(count, t, r), chord_tolerance_m=TOLERANCE_M
                    ),
                    times,
                    f"{label} {reach:g}",
                )
            least(lambda r=reach: with_heights(obstacles, tops, position, lens_m, r), times, f"heights {reach:g}")
        least(lambda: obstacles_of(gpd_shapes, executor=executor), times, "index from shapely", wall=True)
        least(index, times, "index from arrays", wall=True)
        least(
            lambda: flat_outlines(obstacles, position, whole, chord_tolerance_m=TOLERANCE_M, executor=executor),
            times,
            "loaded",
            wall=True,
        )
        least(
            lambda: mesh_outlines(mesh, position, whole, chord_tolerance_m=TOLERANCE_M, executor=executor),
            times,
            "mesh loaded",
            wall=True,
        )
        least(
            lambda: with_heights(obstacles, tops, position, lens_m, 100.0, executor.map),
            times,
            "loaded heights",
            wall=True,
        )
    say("| µs per lens, one thread, outline included | 50 m | 100 m | 200 m |\n| --- | --- | --- | --- |")
    for label, key in (
        ("raw rings, 360°", "360"),
        ("raw rings, 90°", "90"),
        ("mesh, 360°", "mesh 360"),
        ("mesh, 90°", "mesh 90"),
        ("raw rings with heights, 360°", "heights"),
    ):
        say(
            f"| {label} | " + " | ".join(f"{times[f'{key} {reach:g}'] / count * 1e6:.1f}" for reach in REACHES_M) + " |"
        )
    ratios = " / ".join(f"{times[f'heights {reach:g}'] / times[f'360 {reach:g}']:.1f}" for reach in REACHES_M)
    say(f"\nHeights cost {ratios} times the flat outline at 50 / 100 / 200 m.")
    say(f"\n| wall, two threads, {count:,} lenses, 360°, 100 m | s |\n| --- | --- |")
    say(f"| index from ring arrays | {times['index from arrays']:.2f} |")
    say(f"| index from shapely geometries | {times['index from shapely']:.2f} |")
    say(f"| outlines, index loaded | {times['loaded']:.2f} |")
    say(f"| ring arrays to outlines, index included | {times['index from arrays'] + times['loaded']:.2f} |")
    say(f"| mesh from the index | {times['mesh']:.1f} |")
    say(f"| outlines, mesh loaded | {times['mesh loaded']:.2f} |")
    say(f"| outlines with heights, index loaded | {times['loaded heights']:.2f} |")
    quality(obstacles, tops, position, lens_m, executor, say)
    engines_compared(obstacles, mesh, position, say)
    against_peers(footprints, obstacles, mesh, position, say)


def quality(
    obstacles: Obstacles, tops: Floats, position: Floats, lens_m: Floats, executor: ThreadPoolExecutor,
    say: Callable[[str], None],
) -> None:  # fmt: skip
    """Measure validity, union and overlap, and points."""
    count = len(position)
    points, offsets = flat_outlines(
        obstacles, position, sectors(count, TURN, 100.0), chord_tolerance_m=TOLERANCE_M, executor=executor
    )
    shapes = shapely.from_ragged_array(shapely.GeometryType.POLYGON, points, (offsets, np.arange(count + 1)))
    parts = with_heights(obstacles, tops, position, lens_m, 100.0, executor.map)
    raw = np.concatenate(
        [
            shapely.from_ragged_array(
                shapely.GeometryType.POLYGON, found.point, (found.ring_offsets, found.polygon_offsets)
            )
            for _, found in parts
        ]
    )
    tall = np.concatenate([polygons_of(found) for _, found in parts])
    has_shadows = np.concatenate([np.diff(seen.shadows.offsets) > 0 for seen, _ in parts])
    say(
        f"\nValid: {shapely.is_valid(shapes).mean():.2%} of flat outlines; with heights {np.count_nonzero(~shapely.is_valid(raw))} of "
        f"{len(raw):,} polygons had to be put in order, after which {shapely.is_valid(tall).mean():.2%} are valid. "
        f"{has_shadows.mean():.0%} of the lenses have a low building in view."
    )
    exact = np.concatenate(
        [sector_areas(seen.stars, seen.shadows, np.arange(len(seen.stars.radius_m)), np.zeros(len(seen.stars.radius_m)),
                      np.full(len(seen.stars.radius_m), TURN), np.full(len(seen.stars.radius_m), 100.0)) for seen, _ in parts]
    )  # fmt: skip
    gap = exact - shapely.area(tall)
    say(
        f"Outlines lie inside the exact area by {np.median(gap / exact):.1e} (median) and {np.max(gap / exact):.1e} (worst) of it: their chords."
    )
    times: dict[str, float] = {}
    for _ in range(2):
        found = least(lambda: coverage_of(shapes, np.arange(count), work=Work(executor)), times, "union", wall=True)
    say(
        f"\nUnion and overlap of {count:,} areas (360°, 100 m): {times['union']:.2f} s wall, {found.union_m2:,.1f} m² seen by any, "
        f"{found.at_least_m2(2):,.1f} m² by two or more; the areas by number of cameras add up to the sum of all within "
        f"{abs((found.area_m2 * np.arange(1, len(found.area_m2) + 1)).sum() - shapely.area(shapes).sum()):.1e} m²."
    )
    before = time.perf_counter()
    union = shapely.disjoint_subset_union_all(shapes)
    say(
        f"shapely.disjoint_subset_union_all: {time.perf_counter() - before:.1f} s, the same union within {abs(union.area - found.union_m2):.1e} m²."
    )
    seen = parts[0][0]
    rng = np.random.default_rng(4)
    rows = np.repeat(np.arange(len(seen.stars.radius_m)), 500)
    at = seen.stars.centre[rows] + rng.uniform(-100, 100, (len(rows), 2))
    point = np.arange(len(rows))
    for _ in range(ROUNDS):
        clear = least(lambda: point_sightings(seen.stars, seen.shadows, at, point, rows), times, "points")
    some = rng.choice(len(rows), 20_000)
    fine = regions(seen.stars, seen.shadows, obstacles.chains.vertex, np.arange(len(seen.stars.radius_m)),
                   sectors(len(seen.stars.radius_m), TURN, 100.0), 1e-4)  # fmt: skip
    views = polygons_of(fine)[rows[some]]
    dots = shapely.points(at[some])
    near_edge = shapely.dwithin(shapely.boundary(views), dots, 2e-4)
    wrong = np.count_nonzero((shapely.contains(views, dots) != clear[some]) & ~near_edge)
    say(
        f"\nPoints, with heights: {times['points'] / len(rows) * 1e9:.0f} ns for each pair of point and lens; {wrong} of {np.count_nonzero(~near_edge):,} differ from shapely."
    )


def engines_compared(obstacles: Obstacles, mesh: Mesh, position: Floats, say: Callable[[str], None]) -> None:
    """Compare the areas of the two engines, chords so fine that they do not matter."""
    some = np.ascontiguousarray(position[:: max(1, len(position) // 4000)])
    whole = sectors(len(some), TURN, 100.0)
    areas = []
    for points, offsets in (
        flat_outlines(obstacles, some, whole, chord_tolerance_m=1e-6),
        mesh_outlines(mesh, some, whole, chord_tolerance_m=1e-6),
    ):
        shapes = shapely.from_ragged_array(shapely.GeometryType.POLYGON, points, (offsets, np.arange(len(some) + 1)))
        areas.append(shapely.area(shapes))
    relative = np.abs(areas[1] - areas[0]) / areas[0]
    say(
        f"\nMesh against raw rings, {len(some):,} lenses at 100 m: relative difference of areas {np.median(relative):.1e} (median), "
        f"{np.quantile(relative, 0.99):.1e} (99 %), {relative.max():.1e} (worst)."
    )


def against_peers(
    footprints: NDArray[np.object_], obstacles: Obstacles, mesh: Mesh, position: Floats, say: Callable[[str], None]
) -> None:
    """Measure peers on the same lenses, in turn, and compare the areas."""
    tree = shapely.STRtree(footprints)
    rng = np.random.default_rng(5)
    few = np.sort(rng.choice(len(position), 24, replace=False))
    many = np.sort(rng.choice(len(position), min(2000, len(position)), replace=False))
    say(
        "\n| 360°, one thread, 2,000 scattered lenses | µs per lens at 50 / 100 / 200 m | times ours on raw rings | times ours on a mesh | area against ours: median, worst |\n| --- | --- | --- | --- | --- |"
    )
    centre = position[few].mean(axis=0)
    box = shapely.box(*(position.min(axis=0) - 300), *(position.max(axis=0) + 300))
    rays = EmbreeRays(obstacles.chains.vertex, obstacles.chains.first, centre) if box.area < 4e9 else None
    rows: dict[str, list[tuple[float, float, float, float, float]]] = {}
    for reach in REACHES_M:
        times: dict[str, float] = {}
        whole = sectors(len(many), TURN, reach)
        exact = areas_of(obstacles, position[few], reach)
        found: dict[str, list[float]] = {}
        for _ in range(2):
            # Our own figure on the same lenses, repeated so that the clock can tell it.
            for _ in range(ROUNDS):
                least(
                    lambda w=whole: flat_outlines(obstacles, position[many], w, chord_tolerance_m=TOLERANCE_M),
                    times,
                    "ours",
                )
                least(
                    lambda w=whole: mesh_outlines(mesh, position[many], w, chord_tolerance_m=TOLERANCE_M),
                    times,
                    "mesh",
                )
            for label, area_of in ONE_BY_ONE.items():
                nears = [
                    Near(x, y, reach, footprints[tree.query(shapely.Point(x, y), predicate="dwithin", distance=reach)])
                    for x, y in position[few]
                ]
                found[label] = least(lambda n=nears, f=area_of: [f(near) for near in n], times, label)
            if rays is not None:
                found["embree, 360 rays"] = least(
                    lambda r=reach: rays.areas(position[many], r), times, "embree, 360 rays"
                )
        ours, meshed = times["ours"] / len(many), times["mesh"] / len(many)
        for label, areas in found.items():
            is_rays = label.startswith("embree")
            reference = areas_of(obstacles, position[many], reach) if is_rays else exact
            error = np.abs(np.asarray(areas) - reference) / reference
            per_lens = times[label] / (len(many) if is_rays else len(few))
            rows.setdefault(label, []).append(
                (per_lens * 1e6, per_lens / ours, per_lens / meshed, float(np.median(error)), float(error.max()))
            )
    for label, figures in rows.items():
        times_us, ratio, mesh_ratio, middle, worst = zip(*figures, strict=True)
        say(
            f"| {label} | {' / '.join(f'{n:,.0f}' for n in times_us)} | {' / '.join(f'{n:,.0f}' for n in ratio)} | "
            f"{' / '.join(f'{n:,.0f}' for n in mesh_ratio)} | "
            f"{max(middle):.1e}, {max(worst):.1e} |"
        )


def areas_of(obstacles: Obstacles, position: Floats, reach_m: float) -> Floats:
    """Return our exact areas, every building hiding all behind it."""
    count = len(position)
    tops = obstacles.tops_m(np.full(int(obstacles.chains.building.max()) + 1, np.inf))
    seen = views_among(
        obstacles, tops, position, radius_m=np.full(count, reach_m), height_m=np.full(count, 4.0), target_m=1.6
    )
    return sector_areas(
        seen.stars, seen.shadows, np.arange(count), np.zeros(count), np.full(count, TURN), np.full(count, reach_m)
    )


QUOTED = """
## Quoted, not measured

TriVis (C++, triangular expansion; non-commercial licence) on a synthetic city of 500,701 buildings, cameras in Morton order:
27.4 / 33.0 / 39.4 µs per camera at 50 / 100 / 200 m, 360°, after 12 s of dissolving and 27 s of triangulation, 4.46 GB.
Other machine, other map: a yardstick, not a comparison.
"""


def main(names: list[str]) -> None:
    """Measure each city in a process of its own, so that peak memory is its own, and write the page."""
    if len(names) == 2 and names[0] == "--memory":
        shapes, _ = footprints_of(names[1])
        footprints = np.asarray(shapes.to_numpy(), dtype=object)
        with ThreadPoolExecutor(2) as executor:
            obstacles = obstacles_of(gpd.GeoSeries(footprints), executor=executor)
            position = lenses_at(footprints, obstacles, 62_000)
            flat_outlines(obstacles, position, sectors(len(position), TURN, 100.0), executor=executor)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        print(
            f"Peak memory of reading, index and {len(position):,} outlines (360°, 100 m), import included: {peak:.2f} GiB."
        )
        return
    if len(names) == 2 and names[0] == "--city":
        warm = ThreadPoolExecutor(1)
        warm.shutdown()
        measured(names[1], lambda text: print(text, flush=True))
        gc.collect()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        print(
            f"\nPeak memory of the whole measurement, mesh, peers, shapely union and import included: {peak:.2f} GiB.",
            flush=True,
        )
        return
    page = ["# The visibility engine, measured\n", "Made by `python bench/visibility.py`; do not edit.\n"]
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("numba", "numpy", "shapely", "pysovist", "pyvispoly", "embreex")
    )
    page.append(f"Python {platform.python_version()}, {packages}; {os.cpu_count()} processors ({platform.machine()}).")
    for name in names or CITIES:
        if name != "helsinki" and not (DATA / name).exists():
            page.append(f"\n## {name}\n\nNot measured: the test data is not there.")
            continue
        done = subprocess.run([sys.executable, __file__, "--city", name], capture_output=True, text=True, check=False)
        print(done.stdout, done.stderr[-2000:], sep="\n", flush=True)
        if done.returncode:
            raise SystemExit(f"{name} failed")
        page.append(done.stdout.rstrip())
        if name != "helsinki":
            memory = subprocess.run(
                [sys.executable, __file__, "--memory", name], capture_output=True, text=True, check=True
            )
            page.append("\n" + memory.stdout.rstrip())
    OUT.write_text("\n".join(page) + "\n" + QUOTED, encoding="utf-8")
    print(f"written: {OUT}")


if __name__ == "__main__":
    main(sys.argv[1:])
