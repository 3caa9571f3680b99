"""Write docs/city-data.md from the pack by which city files are read."""

from __future__ import annotations

from pathlib import Path

from overseen.sources.columns import city_rules, roles_of
from overseen.sources.default_heights import COMMON_SHARE, COMMON_TIMES, KNOWN_SHARE, LEAST_BUILDINGS, NEIGHBOUR_M
from overseen.sources.file_streets import SNAP_M
from overseen.sources.osm_buildings import FLOATING_M, STOREY_M

FILE = Path(__file__).parents[1] / "docs" / "city-data.md"

LAYERS = ("buildings", "streets", "places", "land", "people")

HEAD = f"""# City data

Made by `python tools/city_columns.py` from `src/overseen/packs/city/columns.toml`; do not edit.

A city is one OpenStreetMap file (`osm`), or files given one by one, or a folder of them; a file named beside the others takes the
place of that layer. Any file that GDAL reads will do (GeoPackage, GeoJSON, Shapefile, FlatGeobuf …), and GeoParquet with nested
columns as Overture writes it, in any coordinate reference system.

```toml
[city]
folder = "berlin"                                  # buildings.parquet, streets.parquet, poi.parquet, landuse.parquet …
land = ["landuse.parquet", "water.parquet"]        # in place of the folder's; only land may be several files
boundary = "study-area.geojson"                    # otherwise the box around buildings and streets
people = {{ file = "areas.geojson", table = "census.csv" }}
default_heights_m = [3.66]                         # heights that count as unknown; [] for none; else found by the rule below
snap_m = {SNAP_M}                                       # ends of streets nearer than this to another street meet it
columns = {{ buildings = {{ height = "H_DACH" }} }}    # only where a name is not recognised
crs = {{ buildings = "EPSG:25833" }}                 # only where the file states none
licences = {{ buildings = "CC BY 4.0, City of X" }}
```

## Heights of buildings

A height is read from its column, in metres or with its unit (`12.13 m`, `40'`). What is no number, not above zero or above 830 m
counts as unknown; so does a height that looks like a renderer's default, unless a number of storeys is given ({STOREY_M:g} m each).
A height is taken for a default if at least {100 * COMMON_SHARE:g} % of all buildings carry it, {COMMON_TIMES:g} times as many as carry any other within
{NEIGHBOUR_M:g} m of it together; or if a renderer is known to write it ({" m, ".join(f"{value:g}" for value in city_rules()["defaults"]["heights_m"])} m), at least {100 * KNOWN_SHARE:g} % carry it and no other within
{NEIGHBOUR_M:g} m is commoner. It is not asked of fewer than {LEAST_BUILDINGS} buildings. Whole storeys of {city_rules()["defaults"]["storey_m"]:g} m count as inferred. All of it is
counted in notices. A building that begins {FLOATING_M:g} m or more above ground leaves the sightlines to the street open and is left out.

## Streets

Lines are cut where they meet and joined into a network. On one level, they meet where they share a vertex, where one ends on the
other or within `snap_m` of it, and where they cross. Bridges and tunnels meet other ways only where one of the two ends; where
their layer is stated, they meet what crosses them on it. Of pieces that run together, one is kept. Lines that bring their nodes
(`u` and `v` of OSMnx, `connectors` of Overture) keep them.

## People

Areas with residents: census units, districts, a grid of squares, or a GeoTIFF whose first band counts residents (for which the extra
`raster` is installed). An area that lies only partly inside the boundary is kept whole, with all its residents; its
`inside_share` tells how much of its surface lies inside. Features of one identifier are one area. Identifiers are text: `01065` and
`1065` match only where nothing else does, and it is told.

```toml
[city]
osm = "city.osm.pbf"

[city.people]
file = "areas.geojson"
id = "code"                          # all of these are recognised in most files
name = "label"
residents = "inhabitants"            # a column of a table, else of the file itself
table = ["age.csv", "origin.csv"]    # with a row for each area, or one for each area and group
table_id = "area"
groups = {{ age = "age_*", origin = ["born_here", "born_elsewhere"] }}    # columns of wide tables; or a plain list
```

In a table with a row for each area and group, the columns of groups and of numbers are recognised where only one can be meant.

```toml
[city]
osm = "city.osm.pbf"
people = {{ file = "areas.geojson", table = "census.csv", long = {{ group = "age", value = "n", where = {{ sex = "all" }} }} }}
```

## Columns that are recognised

Names as the file has them, in any case, the first that is there; a dot reaches into a nested column. Each may be named instead: in
`[city.columns.buildings]` and so on, for people in `[city.people]`.
"""


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for layer in LAYERS:
        parts += [f"\n### {layer}\n", "| what | names |", "|---|---|"]
        parts += [f"| `{role}` | {', '.join(city_rules()[layer][role])} |" for role in roles_of(layer)]
    parts += ["\n### Files of a folder, and layers of one file\n", "| layer | called |", "|---|---|"]
    parts += [f"| {layer} | {', '.join(names)} |" for layer, names in city_rules()["files"].items()]
    parts += ["\n### Lines that are no street\n", f"{', '.join(city_rules()['streets_kinds']['no_street'])}, and every kind that ends in "
              f"{', '.join(city_rules()['streets_kinds']['no_street_endings'])}."]  # fmt: skip
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
