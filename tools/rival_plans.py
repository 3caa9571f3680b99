"""Makes the lists, zones and feeders of the worked example: ``python tools/rival_plans.py`` (central Helsinki, from the sample).

Two invented rival plans for one city, of a baseline that exists: plan A begins at important points, plan B follows the main
streets. Nothing in them is of a real plan. Where cameras stand is drawn by the rule of :mod:`overseen.assessment.imagined_network`
from the seeds below; so the files come out the same on every machine. ``--berlin FOLDER`` writes a plan of 62,000 cameras for the
city in ``../shared/data/berlin_large`` into a folder instead.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from overseen.assessment.imagined_network import imagined_network
from overseen.model.city import City
from overseen.model.imagined import ImagineRule
from overseen.sources.city_files import city_from_files, folder_files
from overseen.sources.plan_file import sample_inputs
from overseen.visibility.unknowns import uniforms

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "rival-plans"
BERLIN = ROOT.parent / "shared" / "data" / "berlin_large"
IMPORTANT = {
    "helsinki": ("public_transport=station", "office=government"),
    "berlin": ("townhall", "railway", "courthouse"),
}
YEARS = (2027, 2028, 2029, 2030)
ZONE_M = 60.0
"""Radius of the zone around each important point."""

COUNTS = {"helsinki": 200, "berlin": 62_000}


def important_points(city: City, kinds: tuple[str, ...]) -> gpd.GeoSeries:
    """Return the places that the plans call important."""
    points = city.places.geometry[city.places["kind"].isin(kinds)]
    return points[shapely.intersects(points.to_numpy(), city.boundary)]


def plan_list(city: City, rule: ImagineRule, *, prefix: str, vendor: str, first_share: float) -> pd.DataFrame:
    """Return a list of planned cameras: of fixed ones the plan states bearing and lens, of domes neither."""
    made = imagined_network(rule, city, 0).cameras.to_crs(4326)
    count = len(made)
    drawn = {name: uniforms(rule.seed, f"example|{name}", count) for name in ("bearing", "lens", "year")}
    is_fixed = (made["kind"] == "fixed").to_numpy()
    # Cameras at important points come in the first two years, the others over all four.
    near = made["source"].str.contains("important").to_numpy()
    year = np.where(near, np.floor(2.0 * drawn["year"]), np.floor(4.0 * drawn["year"] ** (1.0 / first_share))).astype(
        int
    )
    started = np.array(YEARS)[np.clip(year, 0, 3)]
    lens = np.where(drawn["lens"] < 0.5, 78.0, 41.0)
    return pd.DataFrame(
        {
            "camera_id": [f"{prefix}-{number + 1:05d}" for number in range(count)],
            "latitude": made.geometry.y.round(6).to_numpy(),
            "longitude": made.geometry.x.round(6).to_numpy(),
            "camera_type": made["kind"].to_numpy(),
            "direction": np.where(is_fixed, np.round(360.0 * drawn["bearing"]), np.nan),
            "field_of_view_deg": np.where(is_fixed, lens, np.nan),
            "image_width_px": np.where(is_fixed, 2560.0, np.nan),
            "height_m": np.where(is_fixed, 6.0, np.nan),
            "operator": "City control room",
            "supplier": vendor,
            "status": "planned",
            "phase": [f"year {at - YEARS[0] + 1}" for at in started],
        }
    )


def zones(city: City, points: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Return a zone around each important point; zones that touch are one."""
    shapes = shapely.get_parts(shapely.union_all(shapely.buffer(points.to_numpy(), ZONE_M, quad_segs=4)))
    shapes = shapely.intersection(shapes, city.boundary)
    shapes = shapes[np.lexsort(shapely.bounds(shapes).T[:2])]
    names = [f"Zone {number}" for number in range(1, len(shapes) + 1)]
    return gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=city.buildings.crs)


def feeders(city: City, columns: int, rows: int) -> gpd.GeoDataFrame:
    """Return the boundary's box cut into rectangles, each fed by one feeder."""
    west, south, east, north = city.boundary.bounds
    x, y = np.linspace(west, east, columns + 1), np.linspace(south, north, rows + 1)
    boxes = [shapely.box(x[i], y[j], x[i + 1], y[j + 1]) for j in range(rows) for i in range(columns)]
    names = [f"feeder {number}" for number in range(1, len(boxes) + 1)]
    return gpd.GeoDataFrame({"feeder": names}, geometry=boxes, crs=city.buildings.crs)


def signs(city: City, points: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Return four declared signs around each important point, to the north, east, south and west."""
    at = np.concatenate([shapely.get_coordinates(points.to_numpy()) + step for step in
                         ((0, ZONE_M), (ZONE_M, 0), (0, -ZONE_M), (-ZONE_M, 0))])  # fmt: skip
    names = [f"sign {number}" for number in range(1, len(at) + 1)]
    return gpd.GeoDataFrame({"sign": names}, geometry=shapely.points(at), crs=city.buildings.crs)


def write_geojson(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write shapes in degrees, six decimals, the same bytes every time."""
    shapes = frame.to_crs(4326)
    shapes["geometry"] = shapely.set_precision(shapes.geometry.to_numpy(), 1e-6)
    path.write_text(json.dumps(json.loads(shapes.to_json(drop_id=True)), indent=1) + "\n", encoding="utf-8")


def write_example(city: City, folder: Path, of: str) -> None:
    """Write the files of one city into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    points = important_points(city, IMPORTANT[of])
    shape = shapely.union_all(points.to_numpy())
    count = COUNTS[of]
    share = (("fixed", 0.6), ("dome", 0.4))
    main = tuple((kind, 4.0) for kind in ("primary", "secondary", "tertiary", "trunk", "pedestrian"))
    rules = {
        "a": ImagineRule(count, important=shape, important_share=0.5, within_m=ZONE_M, kinds=share, seed=2027),
        "b": ImagineRule(count, street_weights=main, kinds=(("fixed", 0.8), ("dome", 0.2)), seed=2028),
    }
    for name, rule in rules.items():
        vendor = {"a": "Vendor East", "b": "Vendor North"}[name]
        made = plan_list(city, rule, prefix=name.upper(), vendor=vendor, first_share=0.7 if name == "a" else 1.0)
        made.to_csv(folder / f"plan-{name}.csv", index=False, lineterminator="\n")
    write_geojson(zones(city, points), folder / "zones.geojson")
    write_geojson(feeders(city, 2, 3) if of == "helsinki" else feeders(city, 12, 10), folder / "feeders.geojson")
    write_geojson(signs(city, points), folder / "signs.geojson")


def berlin_plan(text: str) -> str:
    """Return a plan of the example for Berlin: its map, its people, what was mapped there, a room and a budget of that size."""
    people = (
        f'[city.people]\nfile = "{BERLIN}/lor_planning_areas_2020.geojson"\n'
        f'table = "{BERLIN}/population_2020-12_migration_planning_areas.csv"\ncontrol_prefix = 6\n'
    )
    changes = {
        'file = "sample"': f'file = "{BERLIN}/cameras_osm2014_latlon_pairs.json"',
        'osm = "sample"\n': f'name = "Berlin"\nfolder = "{BERLIN}"\n\n{people}',
        "draws = 60": "draws = 20",
        "operators_per_shift = 6": "operators_per_shift = 120",
        "feeder 3": "feeder 60",
        "budget = 4_000_000": "budget = 600_000_000",
        "200 cameras": "62,000 cameras",
        "4 million": "600 million",
    }
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


def main() -> None:
    """Write the example."""
    if "--berlin" in sys.argv:
        folder = Path(sys.argv[sys.argv.index("--berlin") + 1])
        write_example(city_from_files("Berlin", folder_files(BERLIN)), folder, "berlin")
        for name in ("a", "b"):
            plan = EXAMPLE / f"plan-{name}.toml"
            (folder / plan.name).write_text(berlin_plan(plan.read_text(encoding="utf-8")), encoding="utf-8")
        return
    write_example(sample_inputs().city, EXAMPLE, "helsinki")


if __name__ == "__main__":
    main()
