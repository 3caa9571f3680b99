"""Layers of a city, areas, tables and grids of residents, and boundaries as ``overseen check`` shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from overseen.cli.checked_networks import assumed_heights
from overseen.cli.checked_parts import Found, columns_object, counted, extent_object, odd_objects, source_objects
from overseen.errors import Fault, SourceError
from overseen.model.frame import metric_frame
from overseen.model.provenance import Notice
from overseen.sources.census_figures import Figures, LongColumns, is_long, long_figures, wide_figures
from overseen.sources.census_table import CensusTable, read_census_table
from overseen.sources.city_files import read_boundary
from overseen.sources.columns import city_rules, taken_columns
from overseen.sources.file_buildings import file_buildings
from overseen.sources.file_kinds import Told
from overseen.sources.file_land import file_land, file_places
from overseen.sources.file_streets import file_streets
from overseen.sources.layer_file import Layer, LayerOptions, in_plane, read_layer
from overseen.sources.overture_streets import NESTED
from overseen.sources.people import PeopleOptions, read_people
from overseen.sources.plan_file import default_viewing
from overseen.sources.population_grid import read_population_grid

Made = tuple[gpd.GeoDataFrame, tuple[Notice, ...]]


def checked_layer(path: Path, told: Told, crs: str | None) -> Found:
    """Return what a layer of buildings, streets, places or land holds, read as a city would have it."""
    layer = read_layer(path, told.kind, LayerOptions(crs=crs), nested=NESTED if told.kind == "streets" else ())
    if not len(layer):
        raise SourceError([Fault(path.name, "", "it holds no feature with a geometry", "give one that does")])
    extent = extent_object(layer.shapes)
    if extent is None or max(abs(extent["west"]), abs(extent["east"])) > 180.0:
        problem = f"its coordinates do not fit its reference system, {pyproj.CRS(layer.shapes.crs).name}"
        raise SourceError(
            [Fault(path.name, "", problem, "state the right one in the file, or with --crs if it states none")]
        )
    plane = metric_frame((extent["west"] + extent["east"]) / 2.0, (extent["south"] + extent["north"]) / 2.0)
    local = in_plane(layer, plane)
    frame, notices = _made(told.kind, local)
    taken = taken_columns(told.columns, told.kind, {})
    unknown = int(frame["height_m"].isna().sum()) if told.kind == "buildings" else 0
    return {
        "files": columns_object(layer.source, taken, _attributes(told), kept=layer.tags),
        "crs": pyproj.CRS(layer.shapes.crs).name,
        "extent_deg": extent,
        "layer": {"features": dict(layer.source.counts)["features"], "read": len(frame), **_LAYER_FACTS[told.kind](frame)},
        "assumed": assumed_heights(unknown, default_viewing()),
        **odd_objects(notices),
    }  # fmt: skip


def _attributes(told: Told) -> tuple[str, ...]:
    return tuple(name for name in told.columns if name not in ("geometry", "geom", "wkb_geometry"))


def _made(kind: str, local: Layer) -> Made:
    make: Mapping[str, Callable[[Layer], Made]] = {
        "buildings": file_buildings,
        "streets": lambda layer: file_streets(layer, boundary=shapely.box(*layer.shapes.total_bounds)),
        "places": file_places,
        "land": file_land,
    }
    return make[kind](local)


_LAYER_FACTS: Mapping[str, Callable[[gpd.GeoDataFrame], Found]] = {
    "buildings": lambda frame: {"height_known": int(frame["height_m"].notna().sum()), "kinds": counted(frame["kind"])},
    "streets": lambda frame: {"km": round(float(frame.length.sum()) / 1e3, 1), "kinds": counted(frame["kind"])},
    "places": lambda frame: {"kinds": counted(frame["kind"])},
    "land": lambda frame: {"km2": round(float(frame.area.sum()) / 1e6, 3), "kinds": counted(frame["kind"])},
}


def checked_boundary(path: Path, _told: Told, crs: str | None) -> Found:
    """Return what a study boundary encloses."""
    shape, _ = read_boundary(path, LayerOptions(crs=crs))
    shapes = gpd.GeoSeries([shape], crs=4326)
    layer = read_layer(path, "boundary", LayerOptions(crs=crs))
    parts = len(shapely.get_parts(shape))
    km2 = round(float(shapes.to_crs(shapes.estimate_utm_crs()).area.iloc[0]) / 1e6, 3)
    return {
        "files": source_objects([layer.source]),
        "crs": pyproj.CRS(layer.shapes.crs).name,
        "extent_deg": extent_object(shapes),
        "layer": {"features": len(layer), "read": len(layer), "km2": km2, "parts": parts},
        **odd_objects(layer.notices),
    }


def checked_areas(path: Path, told: Told, crs: str | None) -> Found:
    """Return how many residents areas or the squares of a grid hold."""
    people = read_people(path, PeopleOptions(layer=LayerOptions(crs=crs)))
    taken = taken_columns(told.columns, "people", {})
    source = people.sources[0]
    return {
        "files": columns_object(source, taken, _attributes(told)),
        "crs": pyproj.CRS(people.areas.crs).name,
        "extent_deg": extent_object(people.areas.geometry),
        "people": {"rows": dict(source.counts).get("features", len(people.areas)), **_residents(people.areas["resident_count"], people.groups)},
        **odd_objects(people.notices),
    }  # fmt: skip


def checked_grid(path: Path, _told: Told, crs: str | None) -> Found:
    """Return how many residents the cells of a raster hold."""
    cells, source, notices = read_population_grid(path, crs=crs)
    return {
        "files": source_objects([source]),
        "crs": pyproj.CRS(cells.crs).name,
        "extent_deg": extent_object(cells.geometry),
        "people": {"rows": len(cells), **_residents(cells["resident_count"], None)},
        **odd_objects(notices),
    }


def checked_census(path: Path, _told: Told, _crs: str | None) -> Found:
    """Return how many residents a table without shapes holds, in how many groups."""
    table = read_census_table(path)
    key = _key(table)
    column = _residents_column(table, key)
    is_rows = is_long(table, key, LongColumns())
    if is_rows:
        figures = long_figures(table, key, LongColumns())
        taken = _long_columns(table, key, figures)
    else:
        figures, _ = wide_figures(table, key, residents=column, groupings=())
        taken = {"id": key} | ({} if column is None else {"residents": column})
    form = "long: a row for each area and group" if is_rows else "wide: a row for each area"
    residents = figures.residents if figures.residents is not None else pd.Series(dtype=float)
    return {
        "files": columns_object(table.source, taken, table.columns),
        "people": {"rows": len(table.frame), "form": form, "areas_named": int(table.frame[key].nunique()),
                   **_residents(residents, figures.groups)},
        **odd_objects([*table.notices, *figures.notices, *_none_told(table, figures)]),
    }  # fmt: skip


def _key(table: CensusTable) -> str:
    """Return the column of identifiers: one that is called so, or the first."""
    by_name = {name.lower(): name for name in reversed(table.columns)}
    return next((by_name[name] for name in city_rules()["people"]["id"] if name in by_name), table.columns[0])


def _long_columns(table: CensusTable, key: str, figures: Figures) -> dict[str, str]:
    """Return what the columns of a long table were taken for: identifier, group, number, and kind of figure where there are several."""
    by_name = {name.lower(): name for name in reversed(table.columns)}
    groups = [str(name) for name in figures.groups["group"].unique() if name in table.columns]
    found = {"id": key} | ({"group": groups[0]} if len(groups) == 1 else {})
    for field, names in (("value", "value"), ("measure", "measures")):
        column = next((by_name[name] for name in city_rules()["people_long"][names] if name in by_name), None)
        if column is not None and column not in found.values():
            found[field] = column
    return found


def _residents_column(table: CensusTable, key: str) -> str | None:
    by_name = {name.lower(): name for name in reversed(table.columns)}
    names = [*city_rules()["people"]["residents"], *city_rules()["people_long"]["value"]]
    return next((by_name[name] for name in names if by_name.get(name) not in (None, key)), None)


def _none_told(table: CensusTable, figures: Figures) -> list[Notice]:
    if figures.residents is not None:
        return []
    consequence = "No column is understood as residents: name it with residents = '...' in [city.people]."
    return [Notice(table.source.file, "residents not told", len(table.frame), "the whole file", consequence)]


def _residents(counts: pd.Series, groups: pd.DataFrame | None) -> Found:
    named = {} if groups is None or groups.empty else {
        str(group): sorted(map(str, rows["category"].unique())) for group, rows in groups.groupby("group", sort=True)
    }  # fmt: skip
    known = counts.dropna().to_numpy(dtype=np.float64)
    return {"areas": len(counts), "areas_known": len(known), "residents": round(float(known.sum())), "groups": named}


LAYER_CHECKS = {
    "buildings": checked_layer, "streets": checked_layer, "places": checked_layer, "land": checked_layer, "boundary": checked_boundary,
    "areas": checked_areas, "grid": checked_grid, "census": checked_census,
}  # fmt: skip
