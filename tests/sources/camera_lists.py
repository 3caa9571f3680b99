"""One list of cameras, written in every format that a user may bring."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

Rows = Sequence[Mapping[str, object]]

ROWS: Rows = (
    {"camera_id": "a1", "lon": 24.94123, "lat": 60.17123, "type": "dome", "direction": "90", "height": 4.0, "operator": "City of Köln"},
    {"camera_id": "a2", "lon": 24.95123, "lat": 60.18123, "type": "fixed", "direction": "90;180", "height": None, "operator": None},
    {"camera_id": "a3", "lon": 24.96123, "lat": 60.19123, "type": "fixed", "direction": "338-23", "height": 3.5, "operator": "Polis"},
)  # fmt: skip
"""Three cameras of which all that the tables hold is said somewhere."""


def frame(rows: Rows, *, crs: int = 4326) -> gpd.GeoDataFrame:
    """Return rows as points, without their columns of longitude and latitude."""
    table = pd.DataFrame(list(rows))
    points = gpd.points_from_xy(table["lon"], table["lat"])
    return gpd.GeoDataFrame(table.drop(columns=["lon", "lat"]), geometry=points, crs=4326).to_crs(crs)


def text(rows: Rows, delimiter: str = ",", *, comma: bool = False) -> str:
    """Return rows as delimited text, every cell that needs it in quotes."""
    content = pd.DataFrame(list(rows)).to_csv(index=False, sep=delimiter, decimal="," if comma else ".")
    return str(content)


def features(rows: Rows) -> dict[str, object]:
    """Return rows as GeoJSON."""
    found = []
    for row in rows:
        properties = {key: value for key, value in row.items() if key not in ("lon", "lat")}
        point = {"type": "Point", "coordinates": [row["lon"], row["lat"]]}
        found.append({"type": "Feature", "geometry": point, "properties": properties})
    return {"type": "FeatureCollection", "features": found}


def _written(driver: str) -> Callable[[Rows, Path], None]:
    def write(rows: Rows, path: Path) -> None:
        table = frame(rows)
        names = {"camera_id": "camera_id"} if driver != "ESRI Shapefile" else {}
        pyogrio.write_dataframe(table.rename(columns=names), path, driver=driver)

    return write


def _sheet(driver: str) -> Callable[[Rows, Path], None]:
    def write(rows: Rows, path: Path) -> None:
        pyogrio.write_dataframe(pd.DataFrame(list(rows)), path, driver=driver)

    return write


def _bytes(made: Callable[[Rows], bytes]) -> Callable[[Rows, Path], None]:
    def write(rows: Rows, path: Path) -> None:
        path.write_bytes(made(rows))

    return write


def _well_known(rows: Rows) -> bytes:
    table = frame(rows, crs=25835)
    texts = [f"SRID=25835;{shapely.to_wkt(point, rounding_precision=9)}" for point in table.geometry]
    return pd.DataFrame(table.drop(columns="geometry")).assign(geom=texts).to_csv(index=False).encode()


def _esri(rows: Rows) -> bytes:
    names = [name for name in rows[0] if name not in ("lon", "lat")]
    return json.dumps(
        {"geometryType": "esriGeometryPoint", "spatialReference": {"wkid": 4326},
         "fields": [{"name": name, "type": "esriFieldTypeDouble" if name == "height" else "esriFieldTypeString"} for name in names],
         "features": [{"attributes": {name: row[name] for name in names}, "geometry": {"x": row["lon"], "y": row["lat"]}} for row in rows]}
    ).encode()  # fmt: skip


def _zipped_shapefile(rows: Rows, path: Path) -> None:
    folder = path.with_suffix("")
    folder.mkdir()
    _written("ESRI Shapefile")(rows, folder / "LIST.shp")
    with zipfile.ZipFile(path, "w") as archive:
        for part in folder.iterdir():
            archive.write(part, f"export/{part.name}")


FORMATS: Mapping[str, Callable[[Rows, Path], None]] = {
    "comma.csv": _bytes(lambda rows: text(rows).encode()),
    "semicolon.csv": _bytes(lambda rows: text(rows, ";", comma=True).encode("utf-8-sig")),
    "tab.tsv": _bytes(lambda rows: text(rows, "\t").encode("utf-16")),
    "bar.txt": _bytes(lambda rows: text(rows, "|").encode("cp1252")),
    "packed.csv.gz": _bytes(lambda rows: gzip.compress(text(rows).encode())),
    "wkt.csv": _bytes(_well_known),
    "book.xlsx": _sheet("XLSX"),
    "book.ods": _sheet("ODS"),
    "list.geojson": _bytes(lambda rows: json.dumps(features(rows)).encode()),
    "lines.geojsonl": _bytes(lambda rows: b"\n".join(json.dumps(one).encode() for one in features(rows)["features"])),  # type: ignore[attr-defined]
    "objects.json": _bytes(lambda rows: json.dumps({"data": {"cameras": list(rows)}}).encode()),
    "esri.json": _bytes(_esri),
    "list.gpkg": _written("GPKG"),
    "list.fgb": _written("FlatGeobuf"),
    "list.kml": _written("KML"),
    "list.kmz": _written("LIBKML"),
    "list.shp": _written("ESRI Shapefile"),
    "packed.zip": _zipped_shapefile,
    "geo.parquet": lambda rows, path: frame(rows, crs=25835).to_parquet(path),
    "plain.parquet": lambda rows, path: pd.DataFrame(list(rows)).to_parquet(path),
}
"""Name of a file -> what writes rows into it."""


def written(rows: Rows, name: str, folder: Path) -> Path:
    """Return the path of a list in the format of :data:`FORMATS` that a file name stands for."""
    FORMATS[name](rows, folder / name)
    return folder / name
