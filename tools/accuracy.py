"""Measure how far the areas of the visibility engine are from exact references, and write docs/accuracy.md.

    python tools/accuracy.py            # the embedded sample and, where ../shared/data is there, a district of Berlin

It leaves with an error if a bar is broken. It needs the dependency group ``peers``.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))

from peers import Near, pyvispoly_polygon
from tests import oracle

from overseen.kernels.layers import regions
from overseen.kernels.sectors import sector_areas
from overseen.visibility.from_points import flat_outlines
from overseen.visibility.isovists import polygons_of
from overseen.visibility.obstacles import Obstacles, enclosed_areas, obstacles_of
from overseen.visibility.placement import placed_points
from overseen.visibility.scenery import views_among
from visibility import DATA, footprints_of

Floats = NDArray[np.float64]

OUT = Path(__file__).parents[1] / "docs" / "accuracy.md"
CITIES = {"helsinki": "central Helsinki", "berlin_mid": "central Berlin"}
REACHES_M = (50.0, 100.0)
LENSES = 200
TURN = 2.0 * np.pi
TARGET_M = 1.6
CHORD_TOLERANCE_M = 0.02

FLAT_BAR = 1e-8
"""Relative difference of areas on raw rings."""

HEIGHTS_BAR_M2 = 1e-2
"""Difference of areas with heights, m2."""


@dataclass(frozen=True)
class Scene:
    """A city, what its footprints enclose, and lenses of one kind in it."""

    city: str
    where: str
    areas: NDArray[np.object_]
    obstacles: Obstacles
    top_m: Floats
    position: Floats
    lens_m: Floats

    def around(self, reach_m: float) -> Iterator[tuple[Floats, NDArray[np.intp]]]:
        """Yield each position, and the rows of the areas that its disc touches."""
        tree = shapely.STRtree(self.areas)
        for at in self.position:
            yield at, tree.query(shapely.Point(at), predicate="dwithin", distance=reach_m)


@dataclass(frozen=True)
class Measured:
    """Differences of areas of one kind of lenses at one reach, m2, and the areas themselves."""

    what: str
    city: str
    where: str
    reach_m: float
    difference_m2: Floats
    area_m2: Floats

    def worst_m2(self) -> float:
        """Return the greatest difference, m2."""
        return float(np.abs(self.difference_m2).max())

    def worst_share(self) -> float:
        """Return the greatest difference as a share of its area."""
        return float((np.abs(self.difference_m2) / self.area_m2).max())


def scenes_of(name: str) -> Iterator[Scene]:
    """Yield the lenses of a city: away from walls, and set off them as a camera that hangs on one is."""
    shapes, heights = footprints_of(name)
    areas, row = enclosed_areas(np.asarray(shapes.to_numpy(), dtype=object))
    rng = np.random.default_rng(1)
    drawn = np.exp(rng.normal(np.log(9.0), 0.6, len(heights)))
    top_m = np.where(np.isnan(heights), drawn, heights)[row]
    obstacles = obstacles_of(gpd.GeoSeries(areas))
    rings = shapely.get_exterior_ring(areas[rng.choice(len(areas), 20 * LENSES)])
    on_wall = shapely.line_interpolate_point(rings, rng.random(len(rings)), normalized=True)
    listed = shapely.get_coordinates(on_wall)
    placement = placed_points(listed, np.zeros(len(listed), dtype=bool), areas)
    tree = shapely.STRtree(areas)
    loose = listed + rng.uniform(-20.0, 20.0, listed.shape)
    is_near = np.zeros(len(loose), dtype=bool)
    is_near[tree.query(shapely.points(loose), predicate="dwithin", distance=1.0)[0]] = True
    kinds = {
        "1 m or more from every wall": loose[~is_near],
        "0.3 m off a wall": placement.position[placement.kind == "on_facade"],
    }
    for where, position in kinds.items():
        yield Scene(
            CITIES[name], where, areas, obstacles, top_m, position[:LENSES].copy(), rng.uniform(2.5, 8.0, LENSES)
        )


def ours(scene: Scene, reach_m: float, *, has_heights: bool) -> tuple[Floats, Floats]:
    """Return exact areas, and those of outlines drawn with chords."""
    count = len(scene.position)
    tops = scene.obstacles.tops_m(scene.top_m if has_heights else np.full(len(scene.top_m), np.inf))
    views = views_among(
        scene.obstacles, tops, scene.position, radius_m=np.full(count, reach_m), height_m=scene.lens_m, target_m=TARGET_M
    )  # fmt: skip
    lens = np.arange(count)
    sector = np.column_stack([np.zeros(count), np.full(count, TURN), np.full(count, reach_m)])
    exact = sector_areas(views.stars, views.shadows, lens, *np.ascontiguousarray(sector.T))
    drawn = regions(views.stars, views.shadows, scene.obstacles.chains.vertex, lens, sector, CHORD_TOLERANCE_M)
    return exact, shapely.area(polygons_of(drawn))


def by_cgal(scene: Scene, reach_m: float) -> Floats:
    """Return the areas by CGAL's exact triangular expansion, cut to the true circle."""
    nears = (Near(*at, reach_m, scene.areas[rows]) for at, rows in scene.around(reach_m))
    return np.array([oracle.area_in_disc(pyvispoly_polygon(near), np.zeros(2), reach_m) for near in nears])


def by_boolean_geometry(scene: Scene, reach_m: float, *, has_heights: bool) -> Floats:
    """Return the areas by unions and differences of footprints and shadows, cut to the true circle."""
    found = []
    for (at, rows), lens_m in zip(scene.around(reach_m), scene.lens_m, strict=True):
        heights = {"tops_m": scene.top_m[rows], "height_m": lens_m, "target_m": TARGET_M} if has_heights else {}
        found.append(oracle.exact_area(at, list(scene.areas[rows]), reach_m, **heights))
    return np.array(found)


def measured(scene: Scene, say: Callable[[str], None]) -> Iterator[Measured]:
    """Yield the measurements of one scene."""
    for reach_m in REACHES_M:
        say(f"{scene.city}, {scene.where}, {reach_m:.0f} m")
        flat, flat_outline = ours(scene, reach_m, has_heights=False)
        tall, tall_outline = ours(scene, reach_m, has_heights=True)
        sector = np.column_stack([np.zeros(len(flat)), np.full(len(flat), TURN), np.full(len(flat), reach_m)])
        points, offsets = flat_outlines(
            scene.obstacles, scene.position, sector, chord_tolerance_m=CHORD_TOLERANCE_M
        )  # fmt: skip
        short = shapely.from_ragged_array(shapely.GeometryType.POLYGON, points, (offsets, np.arange(len(offsets))))
        pairs = {
            CGAL: (flat, by_cgal(scene, reach_m)),
            BOOLEAN: (flat, by_boolean_geometry(scene, reach_m, has_heights=False)),
            TALL: (tall, by_boolean_geometry(scene, reach_m, has_heights=True)),
            OUTLINE: (flat_outline, flat),
            SHORT: (shapely.area(short), flat),
            TALL_OUTLINE: (tall_outline, tall),
        }
        for what, (found, reference) in pairs.items():
            yield Measured(what, scene.city, scene.where, reach_m, found - reference, reference)


CGAL, BOOLEAN, TALL = "flat, against CGAL", "flat, against boolean geometry", "with heights, against boolean geometry"
OUTLINE, SHORT, TALL_OUTLINE = "flat outline", "flat outline, the short way", "outline with heights"
ORDER = (CGAL, BOOLEAN, TALL, OUTLINE, SHORT, TALL_OUTLINE)


def broken(rows: list[Measured]) -> list[str]:
    """Return the bars that do not hold, in words."""
    faults = []
    for row in rows:
        name = f"{row.what}, {row.city}, {row.where}, {row.reach_m:.0f} m"
        if row.what in (CGAL, BOOLEAN) and row.worst_share() > FLAT_BAR:
            faults.append(f"{name}: {row.worst_share():.1e} of the area")
        if row.what == TALL and row.worst_m2() > HEIGHTS_BAR_M2:
            faults.append(f"{name}: {row.worst_m2():.1e} m2")
        if row.what in (OUTLINE, SHORT, TALL_OUTLINE) and row.difference_m2.max() > 1e-6:
            faults.append(f"{name}: {row.difference_m2.max():.1e} m2 beyond the exact area")
    return faults


def together(rows: list[Measured]) -> list[Measured]:
    """Return the measurements of all cities as one, in the order of the page."""
    keys = sorted({(ORDER.index(row.what), row.where, row.reach_m) for row in rows})
    found = []
    for what, where, reach_m in keys:
        same = [row for row in rows if (row.what, row.where, row.reach_m) == (ORDER[what], where, reach_m)]
        gaps, areas = (np.concatenate([getattr(row, name) for row in same]) for name in ("difference_m2", "area_m2"))
        found.append(Measured(ORDER[what], ", ".join(row.city for row in same), where, reach_m, gaps, areas))
    return found


def line(row: Measured) -> str:
    """Return one line of the table."""
    gap = np.abs(row.difference_m2)
    cells = (
        row.what, row.where, f"{row.reach_m:.0f}", f"{np.median(row.area_m2):,.0f}", f"{np.median(gap):.0e}",
        f"{row.worst_m2():.0e}", f"{np.median(gap / row.area_m2):.0e}", f"{row.worst_share():.0e}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


PAGE = """# How exact the areas are

Made by `python tools/accuracy.py`; do not edit.

{summary}

| what | lenses | reach, m | median area, m² | median error, m² | worst, m² | median, of the area | worst, of the area |
|---|---|---|---|---|---|---|---|
{table}

## How each was made

- **Lenses.** {lenses} of each kind in each city, drawn at random: points near walls but at least 1 m from every one, and points on
  walls, set 0.3 m off as a camera is that hangs there. All round. Footprints are taken as mapped, in metres of their UTM zone.
- **Flat, against CGAL.** Every building hides all behind it. The reference is the triangular expansion of CGAL in exact arithmetic
  (through pyvispoly), in a box of which the union of the footprints is taken out, moved so that the lens is the origin. Its polygon
  is cut to the true circle in closed form: no disc of chords is in the comparison.
- **Flat, against boolean geometry.** The reference takes the footprints and the quadrangle behind each of their walls out of a box
  (shapely), and cuts what is left to the true circle in the same way.
- **With heights.** Lenses 2.5 to 8 m up, targets at {target} m, heights of buildings as mapped, else drawn (median 9 m). The reference
  is the same boolean geometry with shadows as long as the heights make them.
- **Outlines.** Polygons are drawn with chords that lie at most {tolerance} m inside their arcs; the error is what that leaves out,
  against the exact area of the same view, and it is always to the inside. Where the exact area matters, it is given beside.
  *The short way* is the one that very many flat outlines take.

References are computed in double precision too (CGAL's last step and all of shapely's): part of each difference is theirs.
The bars that the command holds: {flat_bar:.0e} of the area for flat views, {heights_bar:g} m² with heights, no outline beyond the exact area.

Python {python}, {packages}, {machine}.
"""


def page(rows: list[Measured]) -> str:
    """Return the page."""
    shares = {what: max(row.worst_share() for row in rows if row.what == what) for what in ORDER}
    cities = " and ".join(sorted({row.city for row in rows}))
    summary = (
        f"In {cities} the worst error of a flat area is {shares[CGAL]:.0e} of it against CGAL and {shares[BOOLEAN]:.0e} against "
        f"boolean geometry; with heights the worst is {max(row.worst_m2() for row in rows if row.what == TALL):.0e} m². That is the "
        "rounding of double precision. Outlines, drawn with chords, lose up to "
        f"{max(shares[OUTLINE], shares[SHORT], shares[TALL_OUTLINE]):.2%} of the area to them."
    )
    packages = ", ".join(f"{name} {version(name)}" for name in ("numba", "numpy", "shapely", "pyvispoly"))
    return PAGE.format(
        summary=summary, table="\n".join(map(line, together(rows))), lenses=LENSES, target=TARGET_M,
        tolerance=CHORD_TOLERANCE_M, flat_bar=FLAT_BAR, heights_bar=HEIGHTS_BAR_M2, python=platform.python_version(),
        packages=packages, machine=platform.machine(),
    )  # fmt: skip


def main() -> None:
    """Measure, write the page, and leave with an error if a bar is broken."""
    names = [name for name in CITIES if name == "helsinki" or (DATA / name).is_dir()]
    rows = [row for name in names for scene in scenes_of(name) for row in measured(scene, print)]
    OUT.write_text(page(rows), encoding="utf-8")
    print(f"written: {OUT}")
    faults = broken(rows)
    if faults:
        raise SystemExit("\n".join(["Broken:", *faults]))


if __name__ == "__main__":
    main()
