"""How smoothly the map moves: the same shapes as GeoJSON and as vector tiles, side by side in one browser, and the size of either page.

``python bench/map.py [CHROMIUM]`` with the data folder beside the repository. Buildings and streets nearest to the middle of Berlin;
the browser draws without a graphics card where there is none, so times are of this machine and ratios are what to look at.
"""

from __future__ import annotations

import base64
import gzip
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.report.map_browser import running  # noqa: E402

from overseen.kernels.tile_features import AREAS, LINES  # noqa: E402 - measured from the folder of the project
from overseen.report.tile_archive import tile_archive  # noqa: E402
from overseen.report.vector_tiles import TileLayer, vector_tiles, world_shapes  # noqa: E402

DATA = ROOT.parent / "shared" / "data" / "berlin_large"
VENDOR = ROOT / "src" / "overseen" / "report" / "vendor"
COUNTS = (1_000, 10_000, 50_000, 200_000)
MIDDLE = (13.4, 52.52)
ZOOMS = range(8, 15)

PAGE = """<!doctype html><meta charset="utf-8"><style>html, body, #map {{ margin: 0; height: 100% }}</style><div id="map"></div>
{inside}
<script type="module">
const element = (id) => document.getElementById(id);
const bytes = (id) => Uint8Array.from(atob(element(id).textContent), (letter) => letter.charCodeAt(0));
const text = (id) => new Response(new Blob([bytes(id)]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
const script = (source) => URL.createObjectURL(new Blob([source], {{ type: "text/javascript" }}));
const start = performance.now();
const maplibre = await import(script(await text("library")));
maplibre.setWorkerUrl(script(await text("worker")));
let sources;
if (element("tiles")) {{
  const {{ default: pmtiles }} = await import(script(await text("reader")));
  const archive = bytes("tiles"), protocol = new pmtiles.Protocol();
  protocol.add(new pmtiles.PMTiles({{ getKey: () => "page", getBytes: async (from, size) => ({{ data: archive.slice(from, from + size).buffer }}) }}));
  maplibre.addProtocol("pmtiles", protocol.tile);
  const tiles = {{ type: "vector", tiles: ["pmtiles://page/{{z}}/{{x}}/{{y}}"], minzoom: 8, maxzoom: 14 }};
  sources = {{ buildings: tiles, streets: tiles }};
}} else {{
  sources = {{ buildings: {{ type: "geojson", data: JSON.parse(await text("buildings")) }}, streets: {{ type: "geojson", data: JSON.parse(await text("streets")) }} }};
}}
const of = (name) => element("tiles") ? {{ source: name, "source-layer": name }} : {{ source: name }};
const map = new maplibre.Map({{ container: "map", center: {middle}, zoom: 13, fadeDuration: 0, style: {{ version: 8, sources, layers: [
  {{ id: "base", type: "background", paint: {{ "background-color": "#f4f2ee" }} }},
  {{ id: "buildings", type: "fill", ...of("buildings"), paint: {{ "fill-color": "#dcd9d3", "fill-outline-color": "#c4c0b8" }} }},
  {{ id: "streets", type: "line", ...of("streets"), paint: {{ "line-color": "#d9480f", "line-width": 1.5 }} }} ] }} }});
await new Promise((done) => map.once("idle", done));
window.ready = performance.now() - start;
window.travel = async () => {{
  const gaps = [];
  let last = performance.now(), goes = true;
  const tick = () => {{ const now = performance.now(); gaps.push(now - last); last = now; if (goes) requestAnimationFrame(tick); }};
  requestAnimationFrame(tick);
  for (const [zoom, x, y] of [[11, 0.03, 0], [14, 0.03, 0.01], [15.5, 0.01, 0.01], [12, -0.02, -0.01], [14.5, 0, 0]]) {{
    map.easeTo({{ center: [{middle}[0] + x, {middle}[1] + y], zoom, duration: 1500 }});
    await new Promise((done) => map.once("moveend", done));
  }}
  const still = performance.now();
  await new Promise((done) => {{ map.once("idle", done); map.triggerRepaint(); }});
  goes = false;
  return {{ gaps, settled: performance.now() - still }};
}};
</script>"""


def letters(content: bytes) -> str:
    """Return bytes as they stand in a page."""
    return base64.b64encode(content).decode()


def packed(words: str) -> str:
    """Return a text compressed, as it stands in a page."""
    return letters(gzip.compress(words.encode(), mtime=0))


def nearest(shapes: gpd.GeoSeries, count: int) -> gpd.GeoSeries:
    """Return the shapes nearest to the middle."""
    low, high = shapes.bounds.to_numpy()[:, :2], shapes.bounds.to_numpy()[:, 2:]
    apart = np.hypot(*((low + high) / 2.0 - np.array(MIDDLE)).T)
    return shapes.iloc[np.sort(np.argsort(apart, kind="stable")[:count])]


def page(**inside: str) -> str:
    """Return a page with content under these names."""
    shared = {
        "library": packed((VENDOR / "maplibre-gl" / "maplibre-gl.mjs").read_text(encoding="utf-8")),
        "worker": packed((VENDOR / "maplibre-gl" / "maplibre-gl-worker.mjs").read_text(encoding="utf-8")),
        "reader": packed((VENDOR / "pmtiles" / "pmtiles.js").read_text(encoding="utf-8") + "\nexport default pmtiles;"),
    }
    blocks = [
        f'<script type="text/plain" id="{name}">{content}</script>' for name, content in {**shared, **inside}.items()
    ]
    return PAGE.format(inside="\n".join(blocks), middle=list(MIDDLE))


def tiled(buildings: gpd.GeoSeries, streets: gpd.GeoSeries) -> str:
    """Return the page of vector tiles."""
    layers = [
        TileLayer(
            "buildings",
            AREAS,
            world_shapes(buildings),
            np.arange(len(buildings)),
            range(12, 15),
            least_px={12: 2.5, 13: 2.5},
        ),
        TileLayer(
            "streets",
            LINES,
            world_shapes(streets),
            np.arange(len(streets)),
            ZOOMS,
            least_px=dict.fromkeys(range(8, 13), 2.0),
        ),
    ]
    archive = tile_archive(
        vector_tiles(layers, extent=4096), tuple(buildings.total_bounds), [one.described() for one in layers]
    )
    return page(tiles=letters(archive))


def plain(buildings: gpd.GeoSeries, streets: gpd.GeoSeries) -> str:
    """Return the page of GeoJSON."""
    return page(
        **{
            name: packed(shapes.set_precision(1e-6).to_json())
            for name, shapes in (("buildings", buildings), ("streets", streets))
        }
    )


def measured(browser: object, path: Path) -> dict[str, float]:
    """Return seconds until the map stands, frames a second on the way, the longest gap, and until it stands again."""
    found = browser.new_page(viewport={"width": 1280, "height": 800})
    found.goto(path.as_uri())
    found.wait_for_function("window.ready > 0", timeout=300_000)
    told = found.evaluate("window.travel()")
    gaps = np.array(told["gaps"])
    ready = found.evaluate("window.ready") / 1000.0
    found.close()
    return {
        "ready_s": ready,
        "frames_per_s": 1000.0 / gaps.mean(),
        "slow_frames_share": float(gaps[gaps > 100.0].sum() / gaps.sum()),
        "longest_gap_s": gaps.max() / 1000.0,
        "settled_s": told["settled"] / 1000.0,
    }


def main(chromium: str) -> None:
    """Print a table."""
    everything = gpd.read_parquet(DATA / "buildings.parquet").geometry
    ways = gpd.read_parquet(DATA / "streets.parquet").geometry
    ways = ways[shapely.get_type_id(ways.to_numpy()) == 1]
    print(
        "| buildings | page | made, s | MB | ready, s | frames/s | time in frames over 0.1 s | longest gap, s | settled, s |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder, running(chromium) as browser:
        for count in COUNTS:
            buildings, streets = nearest(everything, count), nearest(ways, count // 2)
            for name, make in (("GeoJSON", plain), ("tiles", tiled)):
                start = time.perf_counter()
                path = Path(folder) / f"{name}.html"
                path.write_text(make(buildings, streets), encoding="utf-8")
                made = time.perf_counter() - start
                found = measured(browser, path)
                size = path.stat().st_size / 1e6
                print(
                    f"| {count:,} | {name} | {made:.1f} | {size:.1f} | {found['ready_s']:.1f} | {found['frames_per_s']:.0f} |"
                    f" {found['slow_frames_share']:.0%} | {found['longest_gap_s']:.2f} | {found['settled_s']:.2f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "chromium")
