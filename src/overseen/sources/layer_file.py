"""Any vector file as one layer: its shapes, the columns that are wanted of it, and its provenance."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from overseen.errors import Fault, SourceError
from overseen.model.provenance import Notice, Source
from overseen.sources.columns import city_rules, column_faults, taken_columns
from overseen.sources.files import file_source

PARQUET_ENDINGS = (".parquet", ".geoparquet", ".pq")

LIKELY_ACCURACY_M = 1.0
"""What transformations between today's global and continental datums promise; worse is told."""


@dataclass(frozen=True, slots=True)
class LayerOptions:
    """What the plan says of a file beside its name.

    Parameters
    ----------
    columns
        Role -> column, where the file's own names are not understood.
    crs
        Its coordinate reference system, where the file states none.
    licence
        Its licence and credit, as the publisher asks.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    crs: str | None = None
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """One file as read: shapes in its own CRS, columns by role, further columns by name, and nested columns as they are."""

    source: Source
    shapes: gpd.GeoSeries
    columns: Mapping[str, pd.Series]
    tags: Mapping[str, pd.Series]
    nested: pa.Table | None
    notices: tuple[Notice, ...]

    def __len__(self) -> int:
        return len(self.shapes)

    def column(self, role: str) -> pd.Series:
        """Return the values of a role; none known where the file has no such column."""
        return self.columns.get(role, pd.Series([None] * len(self), dtype=object))

    def where(self, is_kept: NDArray[np.bool_], notice: tuple[str, str]) -> Layer:
        """Return the same without some features, and a notice (kind, consequence) of how many they are."""
        if is_kept.all():
            return self
        told = Notice(self.source.file, notice[0], int(np.sum(~is_kept)), self.row(int(np.argmin(is_kept))), notice[1])
        rows = np.flatnonzero(is_kept)
        return replace(
            self,
            shapes=self.shapes.iloc[rows],
            columns={role: values.iloc[rows].reset_index(drop=True) for role, values in self.columns.items()},
            tags={key: values.iloc[rows].reset_index(drop=True) for key, values in self.tags.items()},
            nested=None if self.nested is None else self.nested.take(rows),
            notices=(*self.notices, told),
        )

    @property
    def numbers(self) -> NDArray[np.int64]:
        """Return where the features stand in the file, from 1."""
        return self.shapes.index.to_numpy(dtype=np.int64) + 1

    def row(self, number: int) -> str:
        """Return where a feature stands in the file, in words."""
        return f"feature {self.numbers[number]}"


class _Raw:
    """What a reader hands over: shapes, plain columns, nested columns, and whom the rows credit."""

    def __init__(
        self, shapes: gpd.GeoSeries, frame: pd.DataFrame, nested: pa.Table | None = None, attribution: str = ""
    ) -> None:
        self.shapes, self.frame, self.nested, self.attribution = shapes, frame, nested, attribution


Reader = Callable[[list[str]], _Raw]
T = TypeVar("T")


def read_layer(
    path: Path,
    layer: str,
    options: LayerOptions | None = None,
    *,
    nested: tuple[str, ...] = (),
    is_whole: bool = False,
) -> Layer:
    """Return the features of a GeoParquet, GeoPackage, GeoJSON, Shapefile or any other vector file.

    Parameters
    ----------
    path
        The file.
    layer
        What it is to hold: ``buildings``, ``streets``, ``places``, ``land``, ``people`` or ``boundary``.
    options
        What the plan says of it.
    nested
        Columns that are handed over as they are, where a Parquet file has them.
    is_whole
        Whether all columns are read, those of no role by their names as ``tags``.

    Raises
    ------
    SourceError
        With every fault at once: it cannot be read, states no CRS, or lacks a column that the plan names.
    """
    options = options or LayerOptions()
    source = file_source(path, role=layer, licence=options.licence)
    present, read = _tried(source.file, lambda: _opened(path, layer, nested, source.file))
    faults = list(column_faults(source.file, present, _named(options, layer)))
    taken = taken_columns(present, layer, options.columns) if layer in city_rules() else {}
    keys = present if is_whole else [key for key in city_rules()["osm_keys"].get(layer, ()) if key in present]
    raw = _tried(source.file, lambda: read(list(dict.fromkeys([*taken.values(), *keys]))), faults)
    if raw.shapes.crs is None and options.crs is None:
        remedy = f"state it in the file, or in [city.crs] {layer} = 'EPSG:...'"
        faults.append(Fault(source.file, "", "it does not state its coordinate reference system", remedy))
    if faults:
        raise SourceError(faults)
    shapes = raw.shapes if raw.shapes.crs is not None else raw.shapes.set_crs(options.crs)
    role = layer + (": " if taken else "") + ", ".join(f"{role} from {column}" for role, column in taken.items())
    found = Layer(
        replace(source, role=role, counts=(("features", len(shapes)),), attribution=raw.attribution),
        shapes.reset_index(drop=True),
        {role: raw.frame[column] for role, column in taken.items()},
        {key: raw.frame[key] for key in keys},
        raw.nested,
        (),
    )
    is_there = ~(found.shapes.isna() | found.shapes.is_empty).to_numpy()
    return found.where(is_there, ("feature without a geometry", "It has no place on the map and was left out."))


def in_plane(layer: Layer, crs: pyproj.CRS) -> Layer:
    """Return a layer in the city's plane; features that its own CRS cannot hold are left out and counted.

    Raises
    ------
    SourceError
        If none of them fits the CRS that the file states.
    """
    origin = pyproj.CRS(layer.shapes.crs)
    moved = layer.shapes.to_crs(crs)
    shapes = gpd.GeoSeries(shapely.force_2d(moved.to_numpy()), crs=crs, index=moved.index)
    bounds = shapely.bounds(shapes.to_numpy())
    is_finite = np.asarray(np.isfinite(bounds).all(axis=1), dtype=bool)
    if len(layer) and not is_finite.any():
        problem = f"its coordinates do not fit the reference system that it states, {origin.name}"
        raise SourceError([Fault(layer.source.file, "", problem, "state the right one")])
    moved = replace(layer, shapes=shapes, notices=layer.notices + _accuracy(layer.source.file, origin, crs))
    return moved.where(
        is_finite, ("feature off the map", "Its coordinates fit no place on the globe; it was left out.")
    )


def _accuracy(file: str, origin: pyproj.CRS, crs: pyproj.CRS) -> tuple[Notice, ...]:
    accuracy_m = pyproj.Transformer.from_crs(origin, crs, always_xy=True).accuracy
    is_global = any(word in (origin.geodetic_crs or origin).name for word in ("WGS 84", "ETRS89"))
    if is_global or 0.0 <= accuracy_m <= LIKELY_ACCURACY_M:
        return ()
    told = f"{accuracy_m:g} m" if accuracy_m > 0.0 else "an accuracy that is not known, commonly some metres"
    return (
        Notice(file, "another datum", 1, origin.name, f"Positions were transformed to the city's plane with {told}."),
    )


def _named(options: LayerOptions, layer: str) -> list[tuple[str, str]]:
    section = "city.people" if layer == "people" else f"city.columns.{layer}"
    return [(f"{section}.{role}", column) for role, column in options.columns.items()]


def _tried(file: str, read: Callable[[], T], faults: Sequence[Fault] = ()) -> T:
    """Return what a reader returns; SourceError, after the faults that are known already, where it fails."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # readers warn of what is checked here
            return read()
    except SourceError as error:
        raise SourceError([*faults, *error.faults]) from error
    except Exception as error:  # every reader raises its own kind
        remedy = "give a GeoPackage, GeoJSON, GeoParquet or Shapefile"
        problem = f"it cannot be read ({type(error).__name__})"
        raise SourceError([*faults, Fault(file, "", problem, remedy)]) from error


def _no_shapes(file: str) -> SourceError:
    return SourceError([Fault(file, "", "it is a table without shapes", "give a file that holds geometries")])


def _opened(path: Path, layer: str, nested: tuple[str, ...], file: str) -> tuple[list[str], Reader]:
    """Return the columns of a file, and what reads some of them."""
    return _parquet(path, nested, file) if path.suffix.lower() in PARQUET_ENDINGS else _vector(path, layer, file)


def _parquet(path: Path, nested: tuple[str, ...], file: str) -> tuple[list[str], Reader]:
    """Return the columns of a Parquet file, those inside others by their dotted names, and what reads some of them."""
    schema = pq.read_schema(path)
    geo: dict[str, Any] = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
    key = geo.get("primary_column") or next(
        (n for n in ("geometry", "geom", "wkb_geometry") if n in schema.names), None
    )
    if key is None:
        raise _no_shapes(file)
    described = geo.get("columns", {}).get(key, {})

    def read(columns: list[str]) -> _Raw:
        # Of a nested column, this reader alone keeps the path to the part that is read.
        with pq.ParquetFile(path) as content:
            table = content.read(columns=[*columns, key, *[name for name in nested if name in schema.names]])
        if described.get("encoding", "WKB") == "WKB":
            shapes = gpd.GeoSeries(shapely.from_wkb(table.column(key).to_numpy(), on_invalid="ignore"))
            stated = described.get("crs", "OGC:CRS84") if described else None
            shapes = shapes if stated is None else shapes.set_crs(pyproj.CRS.from_user_input(stated))
        else:
            shapes = gpd.read_parquet(path, columns=[key]).geometry
        kept = table.select([name for name in nested if name in schema.names])
        flat = table.drop_columns([key, *kept.column_names])
        while any(pa.types.is_struct(column.type) for column in flat.columns):
            flat = flat.flatten()
        return _Raw(shapes, flat.to_pandas(), kept if kept.num_columns else None, _credited(path, schema))

    return [name for name in _leaves(schema) if name != key], read


def _credited(path: Path, schema: Any) -> str:
    """Return the data sets that the rows of an Overture file name as their sources."""
    kind = schema.field("sources").type if "sources" in schema.names else pa.null()
    if not (
        pa.types.is_list(kind)
        and pa.types.is_struct(kind.value_type)
        and kind.value_type.get_field_index("dataset") >= 0
    ):
        return ""
    named = pc.list_flatten(pq.read_table(path, columns=["sources"]).column("sources").combine_chunks())
    return ", ".join(sorted(name for name in pc.struct_field(named, "dataset").unique().to_pylist() if name))


def _leaves(schema: Any, prefix: str = "") -> list[str]:
    found: list[str] = []
    for column in schema:
        name = prefix + column.name
        found += _leaves(column.type, f"{name}.") if pa.types.is_struct(column.type) else [name]
    return found


def _vector(path: Path, layer: str, file: str) -> tuple[list[str], Reader]:
    """Return the columns of a file that GDAL understands, and what reads some of them."""
    inside = _layer_inside(path, layer, file)
    info = pyogrio.read_info(path, layer=inside)

    def read(columns: list[str]) -> _Raw:
        frame = pyogrio.read_dataframe(path, layer=inside, columns=columns, on_invalid="ignore", fid_as_index=False)
        if not isinstance(frame, gpd.GeoDataFrame):
            raise _no_shapes(file)
        return _Raw(frame.geometry, pd.DataFrame(frame.drop(columns=frame.geometry.name)))

    return list(info["fields"]), read


def _layer_inside(path: Path, layer: str, file: str) -> str:
    """Return which layer of a file is meant: its only one, or the one that is called so."""
    found = [(str(name), kind) for name, kind in pyogrio.list_layers(path)]
    drawn = [name for name, kind in found if kind is not None] or [name for name, _ in found]
    called = [name for name in drawn if name.lower() in city_rules()["files"].get(layer, [layer])]
    if len(drawn) == 1 or len(called) == 1:
        return (called or drawn)[0]
    problem = f"it holds {len(drawn)} layers, and {'several' if called else 'none'} is called {layer}"
    raise SourceError([Fault(file, "", problem, f"name one of {', '.join(drawn)} {layer}, or give a file of its own")])


def areas_of(layer: Layer, what: str, *, smallest_m2: float = 0.0) -> Layer:
    """Return a layer in metres with valid outlines, and of each feature what is an area; what has none is left out and counted."""
    shapes = layer.shapes.to_numpy().copy()
    is_broken = ~shapely.is_valid(shapes)
    shapes[is_broken] = shapely.make_valid(shapes[is_broken])
    is_mixed = ~np.isin(shapely.get_type_id(shapes), AREA_TYPES)
    shapes[is_mixed] = [_area_within(shape) for shape in shapes[is_mixed]]
    is_area = np.asarray((shapely.area(shapes) >= smallest_m2) & ~shapely.is_empty(shapes), dtype=bool)
    is_mended = is_broken & is_area
    notices = layer.notices
    if is_mended.any():
        notices += (Notice(layer.source.file, f"{what} outline mended", int(is_mended.sum()),
                           layer.row(int(np.argmax(is_mended))),
                           "The outline crosses or touches itself; the areas it encloses were taken."),)  # fmt: skip
    shaped = replace(
        layer, shapes=gpd.GeoSeries(shapes, crs=layer.shapes.crs, index=layer.shapes.index), notices=notices
    )
    return shaped.where(
        is_area, (f"{what} without an area", "It encloses nothing, or is a point or a line; it was left out.")
    )


AREA_TYPES = (3, 6)
LINE_TYPES = (1, 5)


def _area_within(shape: BaseGeometry) -> BaseGeometry:
    """Return the areas among the parts of a collection, an empty polygon if there are none."""
    parts = [part for part in shapely.get_parts(shape) if shapely.get_type_id(part) in AREA_TYPES]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def repeated_identifiers(layer: Layer, spoilt: NDArray[np.int64] | None) -> tuple[Notice, ...]:
    """Return a notice of the features whose identifiers are missing or stand more than once, if any do."""
    if spoilt is None:
        return ()
    return (Notice(layer.source.file, "identifier missing or repeated", len(spoilt), layer.row(int(spoilt[0])),
                   "All features are called by their number in the file."),)  # fmt: skip
