"""Where residents are counted: areas or a grid, with figures of their own or from census tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from overseen.errors import Fault, SourceError
from overseen.model.city import City
from overseen.model.provenance import Notice, Source
from overseen.model.schema import AREA_GROUPS, AREAS
from overseen.sources.areas import Areas, areas_from, matched_rows, matching_columns
from overseen.sources.census_figures import (
    GROUP_COLUMNS,
    NO_GROUPS,
    Figures,
    Grouping,
    LongColumns,
    is_long,
    long_figures,
    wide_figures,
)
from overseen.sources.census_table import CensusTable, read_census_table
from overseen.sources.columns import city_rules, column_faults, text_column
from overseen.sources.layer_file import Layer, LayerOptions, areas_of, read_layer
from overseen.sources.population_grid import RASTER_ENDINGS, read_population_grid


@dataclass(frozen=True, slots=True)
class PeopleOptions:
    """What the plan says of where residents are counted; everything that is not said is recognised.

    Parameters
    ----------
    layer
        Columns ``id`` and ``name`` of the file of areas, its CRS and licence.
    residents
        Column of residents, of a table or else of the file of areas.
    tables
        Census tables.
    table_id
        Their column of identifiers.
    groupings
        Columns of wide tables, or of the file of areas, that tell residents apart.
    long
        Columns of tables with a row for each area and group.
    """

    layer: LayerOptions = field(default_factory=LayerOptions)
    residents: str | None = None
    tables: tuple[Path, ...] = ()
    table_id: str | None = None
    groupings: tuple[Grouping, ...] = ()
    long: LongColumns = field(default_factory=LongColumns)


@dataclass(frozen=True, slots=True)
class People:
    """Areas in their file's own CRS with ``name`` and ``resident_count``, and their groups; each area whole.

    ``groups`` has the columns ``area_id``, ``group``, ``category`` and ``resident_count``.
    """

    areas: gpd.GeoDataFrame
    groups: pd.DataFrame
    sources: tuple[Source, ...]
    notices: tuple[Notice, ...]


NO_PEOPLE_GROUPS = NO_GROUPS.rename(columns={"key": "area_id"})


def read_people(
    path: Path,
    options: PeopleOptions | None = None,
    *,
    within_deg: tuple[float, float, float, float] | None = None,
) -> People:
    """Return the areas of a vector file or the cells of a raster, with their residents.

    Parameters
    ----------
    path
        Outlines of areas, a grid of squares, or a GeoTIFF.
    options
        What the plan says of them.
    within_deg
        Of a raster, only cells that meet this box are read: west, south, east, north.

    Raises
    ------
    SourceError
        With every fault at once: a file or column that is not there, identifiers that match nothing.
    """
    options = options or PeopleOptions()
    if path.suffix.lower() in RASTER_ENDINGS:
        areas, source, notices = read_population_grid(
            path, within_deg=within_deg, crs=options.layer.crs, licence=options.layer.licence
        )
        return People(areas, NO_PEOPLE_GROUPS, (source,), notices)
    layer, tables = _read(path, options)
    id_column, keys = _keys(layer, tables, options)
    areas = areas_from(layer, id_column)
    figures = _figures(layer, areas, tables, keys, options)
    residents, groups, told = _joined(areas, figures, tables)
    frame = areas.frame.assign(resident_count=residents)
    notices = (*areas.notices, *told, *_not_known(frame, figures, layer), *_uneven(frame, groups, layer.source.file))
    return People(frame, groups, (layer.source, *[table.source for table in tables]), notices)


def with_people(city: City, people: People) -> City:
    """Return a city with the areas that meet its boundary; each whole, with the share of its surface that lies inside."""
    areas = people.areas.to_crs(city.areas.crs)
    share = _inside_share(areas, city)
    is_near = share > 0.0
    near = areas[is_near].assign(inside_share=share[is_near])
    groups = people.groups[people.groups["area_id"].isin(near.index)]
    names = groups["area_id"] + "/" + groups["group"] + "/" + groups["category"] if len(groups) else []
    groups = groups.set_axis(pd.Index(names, name="area_group_id", dtype=object))
    file = people.sources[0].file
    notices = (*people.notices, *_placed(areas, near, city, file))
    return replace(
        city,
        sources=city.sources + people.sources,
        notices=city.notices + notices,
        areas=AREAS.checked(near),
        area_groups=AREA_GROUPS.checked(groups.astype({"resident_count": np.float64})),
    )


def _read(path: Path, options: PeopleOptions) -> tuple[Layer, list[CensusTable]]:
    """Return the layer of areas and the tables, or every fault of all of them."""
    faults: list[Fault] = []
    tables: list[CensusTable] = []
    for table in options.tables:
        try:
            tables.append(read_census_table(table, licence=options.layer.licence))
            named = [("city.people.table_id", options.table_id)] if options.table_id else []
            faults += column_faults(tables[-1].source.file, tables[-1].columns, named)
        except SourceError as error:
            faults += error.faults
    try:
        layer = areas_of(read_layer(path, "people", options.layer, is_whole=True), "area")
        if len(layer) == 0:
            faults.append(
                Fault(
                    layer.source.file, "", "it holds no area", "give outlines of areas, a grid of squares or a GeoTIFF"
                )
            )
        faults += _unknown_residents(layer, tables, options)
    except SourceError as error:
        faults += error.faults
    if faults:
        raise SourceError(faults)
    return layer, tables


def _unknown_residents(layer: Layer, tables: Sequence[CensusTable], options: PeopleOptions) -> list[Fault]:
    present = list(dict.fromkeys([*[name for table in tables for name in table.columns], *layer.tags]))
    file = tables[0].source.file if tables else layer.source.file
    named = [("city.people.residents", options.residents)] if options.residents else []
    return list(column_faults(file, present, named))


def _keys(layer: Layer, tables: Sequence[CensusTable], options: PeopleOptions) -> tuple[str | None, list[str]]:
    """Return the columns of identifiers: of the file of areas, and of each table."""
    own = options.layer.columns.get("id")
    keys, faults = [], []
    for table in tables:
        areas = layer.tags if own is None else {own: layer.tags[own]}
        rows = table.frame if options.table_id is None else table.frame[[options.table_id]]
        matched = matching_columns(areas, rows)
        if matched is None:
            about = f"column {own or ', '.join(layer.tags)} of {layer.source.file}"
            remedy = "name the columns with id and table_id in [city.people], or give the table of these areas"
            faults.append(Fault(table.source.file, "", f"no column of it holds the identifiers in {about}", remedy))
        else:
            own = matched[0]
            keys.append(matched[1])
    if faults:
        raise SourceError(faults)
    recognised = layer.columns.get("id")
    return own or (None if recognised is None else str(recognised.name)), keys


def _figures(
    layer: Layer, areas: Areas, tables: Sequence[CensusTable], keys: Sequence[str], options: PeopleOptions
) -> list[Figures]:
    """Return the figures of each table and, last, of the file of areas itself."""
    faults: list[Fault] = []
    found: list[Figures] = []
    taken: set[str] = set()
    for table, key in zip(tables, keys, strict=True):
        try:
            if is_long(table, key, options.long):
                found.append(long_figures(table, key, options.long))
            else:
                figures, patterns = _wide(table, key, options)
                found.append(figures)
                taken |= patterns
        except SourceError as error:
            faults += error.faults
    own = CensusTable(areas.columns.assign(**{AREA_KEY: areas.columns.index.to_numpy()}), layer.source)
    figures, patterns = _wide(own, AREA_KEY, options)
    found.append(figures)
    for grouping in options.groupings:
        columns = [name for table in (*tables, own) for name in table.columns if name != AREA_KEY]
        missing = [("city.people.groups", pattern) for pattern in grouping.columns if pattern not in taken | patterns]
        faults += column_faults((tables[0] if tables else own).source.file, list(dict.fromkeys(columns)), missing)
    if faults:
        raise SourceError(faults)
    return found


AREA_KEY = " area"
"""Name for the areas' identifiers in the table of what their own features say; no file has a column called so."""


def _wide(table: CensusTable, key: str, options: PeopleOptions) -> tuple[Figures, set[str]]:
    by_name = {name.lower(): name for name in reversed(table.columns)}
    names = [*city_rules()["people"]["residents"], *(city_rules()["people_long"]["value"] if key != AREA_KEY else ())]
    residents = next((by_name[name] for name in names if by_name.get(name) not in (None, key)), None)
    if options.residents is not None:
        residents = options.residents if options.residents in table.columns else None
    return wide_figures(table, key, residents=residents, groupings=options.groupings)


def _joined(
    areas: Areas, figures: Sequence[Figures], tables: Sequence[CensusTable]
) -> tuple[pd.Series, pd.DataFrame, list[Notice]]:
    """Return the residents and groups of the areas: residents from the first table that tells them, else from the file itself."""
    ids = areas.frame.index.tolist()
    residents = pd.Series(np.nan, index=areas.frame.index, dtype=np.float64)
    is_told = False
    groups = [NO_PEOPLE_GROUPS]
    notices: list[Notice] = []
    for number, found in enumerate(figures):
        keys = list(
            dict.fromkeys([*(found.residents.index if found.residents is not None else ()), *found.groups["key"]])
        )
        area_of, bare = matched_rows(ids, keys)
        notices += found.notices
        if number < len(tables):
            notices += _matches(ids, keys, area_of, bare, found, tables[number].source.file)
        if found.residents is not None and not is_told:
            placed = found.residents[found.residents.index.isin(list(area_of))]
            residents[[area_of[key] for key in placed.index]] = placed.to_numpy()
            is_told = True
        kept = found.groups[found.groups["key"].isin(list(area_of))]
        groups.append(kept.assign(area_id=kept["key"].map(area_of)).drop(columns="key"))
    told = pd.concat([part for part in groups if len(part)] or groups, ignore_index=True)
    # A category that two tables have, such as foreigners, is taken from the first.
    told = told.drop_duplicates(["area_id", "group", "category"], ignore_index=True)
    columns = ["area_id", *GROUP_COLUMNS[1:]]
    plain = {name: text_column(told[name].to_numpy(dtype=object)) for name in columns[:3]}
    return (
        residents,
        pd.DataFrame(plain | {"resident_count": told["resident_count"].to_numpy(dtype=np.float64)}),
        notices,
    )


def _matches(
    ids: Sequence[str], keys: Sequence[str], area_of: dict[str, str], bare: int, figures: Figures, file: str
) -> list[Notice]:
    """Return what did not match between areas and a table."""
    notices = []
    if bare:
        example = next(f"{key} for {area}" for key, area in area_of.items() if key != area)
        notices.append(Notice(file, "identifier matched without leading zeros", bare, example,
                              "Identifiers are text; these match once zeros before them are passed over."))  # fmt: skip
    strays = [key for key in keys if key not in area_of]
    if strays:
        known = figures.residents
        lost = 0.0 if known is None else float(known[known.index.isin(strays)].sum())
        notices.append(Notice(file, "identifier without an area", len(strays), str(strays[0]),
                              f"The map has no such area: {lost:,.0f} residents of the table are in no area."))  # fmt: skip
    bereft = sorted(set(ids) - set(area_of.values()))
    if bereft:
        notices.append(
            Notice(file, "area without a row", len(bereft), bereft[0], "The table does not tell who lives there.")
        )
    return notices


def _not_known(frame: gpd.GeoDataFrame, figures: Sequence[Figures], layer: Layer) -> list[Notice]:
    is_unknown = frame["resident_count"].isna()
    if not is_unknown.any():
        return []
    consequence = "Nothing that counts residents can count them there."
    if all(found.residents is None for found in figures):
        consequence = ("No column is understood as residents: name it with residents = '...' in [city.people], or give a table. "
                       f"The file's columns are {', '.join(layer.tags) or 'none'}.")  # fmt: skip
    return [Notice(layer.source.file, "area of unknown residents", int(is_unknown.sum()), str(frame.index[is_unknown][0]),
                   consequence)]  # fmt: skip


def _uneven(frame: gpd.GeoDataFrame, groups: pd.DataFrame, file: str) -> list[Notice]:
    """Return notices of groups of several categories that do not add up to the residents."""
    notices = []
    for name, rows in groups.groupby("group", sort=True):
        if rows["category"].nunique() < 2:
            continue
        total = rows.groupby("area_id")["resident_count"].sum()
        apart = total - frame["resident_count"].reindex(total.index)
        is_apart = apart.abs() > 0.5
        if is_apart.any():
            area = str(total.index[is_apart][0])
            notices.append(Notice(file, f"group {name} that does not add up", int(is_apart.sum()), area,
                                  f"Its categories hold {total.sum():,.0f} people where {frame['resident_count'].sum():,.0f} live: they overlap, or "
                                  "leave some out."))  # fmt: skip
    return notices


def _inside_share(areas: gpd.GeoDataFrame, city: City) -> np.ndarray:
    """Return the part of each area's surface that lies inside the study boundary; none for mere touching."""
    shapes = areas.geometry.to_numpy()
    boundary = city.boundary
    shapely.prepare(boundary)
    share = np.zeros(len(shapes))
    is_within = shapely.contains(boundary, shapes)
    share[is_within] = 1.0
    is_cut = shapely.intersects(boundary, shapes) & ~is_within
    share[is_cut] = shapely.area(shapely.intersection(shapes[is_cut], boundary)) / shapely.area(shapes[is_cut])
    return np.where(share < LEAST_SHARE, 0.0, np.minimum(share, 1.0))


LEAST_SHARE = 1e-9


def _placed(areas: gpd.GeoDataFrame, near: gpd.GeoDataFrame, city: City, file: str) -> list[Notice]:
    """Return how the areas lie to the boundary and to one another."""
    notices = []
    if len(near) < len(areas):
        far = areas.loc[~areas.index.isin(near.index)]
        notices.append(Notice(file, "area outside the boundary", len(far), str(far.index[0]),
                              f"It was left out, with {far['resident_count'].sum():,.0f} residents."))  # fmt: skip
    cut = near[near["inside_share"] < WHOLE_SHARE]
    if len(cut):
        notices.append(Notice(file, "area across the boundary", len(cut), str(cut.index[0]),
                              f"It was kept whole, with all residents ({cut['resident_count'].sum():,.0f} in these); {len(cut):,} areas lie on "
                              f"average {100.0 * cut['inside_share'].mean():.0f} % inside."))  # fmt: skip
    union = shapely.union_all(near.geometry.to_numpy())
    overlap_m2 = float(near.geometry.area.sum()) - union.area
    if overlap_m2 > OVERLAP_SHARE * union.area:
        notices.append(Notice(file, "areas that overlap", len(near), str(near.index[0]),
                              f"{overlap_m2 / 1e6:.2f} km² lie in more than one area: residents may be counted twice."))  # fmt: skip
    bare = 1.0 - shapely.intersection(union, city.boundary).area / max(city.boundary.area, 1e-9)
    if bare > OVERLAP_SHARE:
        notices.append(Notice(file, "ground without an area", 1, f"{100.0 * bare:.0f} % of the study area",
                              "Who lives there is not known; it may be water, or outside what the file covers."))  # fmt: skip
    return notices


WHOLE_SHARE = 1.0 - 1e-6
OVERLAP_SHARE = 0.005
