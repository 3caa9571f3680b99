"""Streets to walk along from a layer of any vector file, joined into a network."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from overseen.model.provenance import Notice
from overseen.model.schema import STREETS
from overseen.sources.columns import city_rules, identifiers, is_yes, lengths_m, primary_texts, text_column, texts
from overseen.sources.layer_file import LINE_TYPES, Layer, repeated_identifiers
from overseen.sources.line_pieces import EXACT_M, NodedLines, as_noded
from overseen.sources.noding import noded
from overseen.sources.osm_streets import FOOT_ALLOWED
from overseen.sources.overture_streets import has_connectors, overture_lines
from overseen.sources.packs import get_pack

SNAP_M = 0.5
"""One step of the grid on which map tiles of zoom level 14 are drawn: 0.36 m in Berlin, 0.50 m in Los Angeles."""

ON_GROUND, ON_BRIDGE, IN_TUNNEL, ON_LAYER = 0, 1, 2, 1_000
"""Levels of ways; a stated layer is ``ON_LAYER`` and the number of the layer."""

Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]


class _Lines(NamedTuple):
    """Single lines and, per line: its feature, its level, whether it is crossed, and its rank among lines that run together."""

    shapes: NDArray[np.object_]
    feature: Integers
    level: Integers
    is_crossed: Flags
    rank: Integers


def file_streets(
    layer: Layer, *, boundary: BaseGeometry, snap_m: float = SNAP_M
) -> tuple[gpd.GeoDataFrame, tuple[Notice, ...]]:
    """Return table ``streets`` of a layer in the city's plane, of the pieces that touch the boundary, and what was odd.

    Lines that name their nodes, as OSMnx and Overture do, keep them. All others are noded: see
    :func:`overseen.sources.noding.noded`; bridges and tunnels meet other ways only where one of the two ends.
    """
    layer = _walkable(_lines_only(layer))
    lines = _single_lines(layer)
    network, is_hidden = _network(layer, lines, snap_m)
    feature = lines.feature[network.line]
    is_hidden = is_hidden | ~_is_open_air(layer)[feature]
    ids, spoilt = identifiers(layer.columns.get("id"), len(layer), "street")
    frame = gpd.GeoDataFrame(
        {
            "name": text_column(primary_texts(layer.column("name"))[feature]),
            "kind": text_column(_kinds(layer, "unknown")[feature]),
            "from_node": network.from_node,
            "to_node": network.to_node,
            "is_open_air": ~is_hidden,
            "is_area_outline": is_yes(layer.column("area"))[feature],
        },
        geometry=network.geometry,
        crs=layer.shapes.crs,
        index=_piece_ids(ids, feature),
    )
    shapely.prepare(boundary)
    frame = frame[shapely.intersects(boundary, frame.geometry.to_numpy())]
    notices = (*layer.notices, *_notices(layer, lines, network, frame, snap_m), *repeated_identifiers(layer, spoilt))
    return STREETS.checked(frame), notices


def _kinds(layer: Layer, missing: str) -> NDArray[np.object_]:
    kinds = primary_texts(layer.column("kind"))
    kinds[kinds == np.array(None)] = missing
    return kinds


def _lines_only(layer: Layer) -> Layer:
    is_line = np.isin(shapely.get_type_id(layer.shapes.to_numpy()), LINE_TYPES)
    layer = layer.where(
        is_line, ("street that is no line", "Areas and points are no way to walk along; it was left out.")
    )
    has_length = shapely.length(layer.shapes.to_numpy()) > EXACT_M
    return layer.where(has_length, ("street of no length", "It leads nowhere; it was left out."))


def _walkable(layer: Layer) -> Layer:
    """Return a layer without the lines along which nobody may walk."""
    rules, kinds = city_rules()["streets_kinds"], pd.Series(_kinds(layer, "unknown")).str.lower()
    is_street = ~kinds.isin(rules["no_street"]) & ~kinds.str.endswith(tuple(rules["no_street_endings"]))
    if (column := layer.columns.get("kind")) is not None and str(column.name).lower() == "highway":
        is_street = kinds.isin(get_pack("osm", "tags")["walkable"]["highway"])
    if (subtype := layer.columns.get("subtype")) is not None:
        is_street &= ~pd.Series(texts(subtype)).isin(["rail", "water"])
    commonest = kinds[~is_street].value_counts().sort_index().sort_values(ascending=False, kind="stable").index[:4]
    layer = layer.where(is_street.to_numpy(), ("line that is no street", "Motorways, railways, ferries and ways that are being built or gone are nothing to walk along; left out, mostly "
                                    f"{', '.join(commonest)}."))  # fmt: skip
    walkable = get_pack("osm", "tags")["walkable"]
    foot, access = (pd.Series(texts(layer.column(role))) for role in ("foot", "access"))
    is_open = foot.isin(FOOT_ALLOWED) | ~(foot.isin(walkable["without_foot"]) | access.isin(walkable["without_access"]))
    return layer.where(
        is_open.to_numpy(), ("street closed to walkers", "Its access or foot column says so; it was left out.")
    )


def _single_lines(layer: Layer) -> _Lines:
    """Return the lines of a layer with what noding asks about them."""
    shapes, feature = shapely.get_parts(layer.shapes.to_numpy(), return_index=True)
    has_length = shapely.length(shapes) > EXACT_M
    shapes, feature = shapes[has_length], feature[has_length].astype(np.int64)
    level, is_crossed = _levels(layer)
    names, kinds = (pd.Series(primary_texts(layer.column(role))) for role in ("name", "kind"))
    # Of two lines that run together the named one is kept; the order of the file decides nothing.
    order = np.lexsort([pd.factorize(kinds, sort=True)[0], pd.factorize(names, sort=True)[0], names.isna().to_numpy()])
    rank = np.empty(len(layer), dtype=np.int64)
    rank[order] = np.arange(len(layer))
    return _Lines(shapes, feature, level[feature], is_crossed[feature], rank[feature])


def _levels(layer: Layer) -> tuple[Integers, Flags]:
    """Return the level of each way, and whether those of its level that cross it meet it.

    Bridges, or tunnels, of which no layer is stated may lie above one another.
    """
    brunnel = pd.Series(texts(layer.column("brunnel"))).str.lower()
    is_bridge = (brunnel == "bridge").to_numpy() | is_yes(layer.column("bridge"))
    level = np.where(is_bridge, ON_BRIDGE, np.where(_is_tunnel(layer), IN_TUNNEL, ON_GROUND)).astype(np.int64)
    layer_number = np.nan_to_num(lengths_m(layer.column("layer"))[0])
    level = np.where(layer_number != 0.0, ON_LAYER + np.round(layer_number).astype(np.int64), level)
    return level, (level != ON_BRIDGE) & (level != IN_TUNNEL)


def _is_tunnel(layer: Layer) -> Flags:
    brunnel = pd.Series(texts(layer.column("brunnel"))).str.lower()
    return (brunnel == "tunnel").to_numpy() | is_yes(layer.column("tunnel"))


def _is_open_air(layer: Layer) -> Flags:
    is_indoors = pd.Series(_kinds(layer, "")).isin(city_rules()["streets_kinds"]["indoors"]).to_numpy()
    is_below = np.nan_to_num(lengths_m(layer.column("layer"))[0]) < 0.0
    return ~(_is_tunnel(layer) | is_yes(layer.column("covered")) | is_indoors | is_below)


def _network(layer: Layer, lines: _Lines, snap_m: float) -> tuple[NodedLines, Flags]:
    """Return the network of the lines, and which of its pieces the file's own rules for parts of lines hide from the sky."""
    is_whole = len(lines.shapes) == len(layer)
    if is_whole and layer.nested is not None and has_connectors(layer.nested):
        return _overture(lines, layer.nested)
    network = _given_nodes(layer, lines) if is_whole else None
    if network is None:
        network = noded(
            lines.shapes, level=lines.level, is_crossed=lines.is_crossed, tolerance_m=snap_m, rank=lines.rank
        )
    return network, np.zeros(len(network.line), dtype=bool)


def _given_nodes(layer: Layer, lines: _Lines) -> NodedLines | None:
    """Return the lines with the nodes that the file itself gives, if it does so for every line."""
    given = [layer.column(role) for role in ("from_node", "to_node")]
    if len(layer) == 0 or any(column.isna().any() for column in given):
        return None
    if all(pd.api.types.is_integer_dtype(column.dtype) for column in given):
        ends = np.column_stack([column.to_numpy(dtype=np.int64) for column in given])
    else:
        ends = pd.factorize(np.concatenate([texts(column) for column in given]), sort=True)[0].reshape(2, -1).T
    return as_noded(lines.shapes, ends.astype(np.int64), level=lines.level, rank=lines.rank)


def _overture(lines: _Lines, nested: pa.Table) -> tuple[NodedLines, Flags]:
    """Return segments cut at their connectors, without what nobody may walk along, and which pieces are not under the sky."""
    cut, is_open_air, is_walkable = overture_lines(lines.shapes, nested)
    kept = np.flatnonzero(is_walkable)
    line = cut.line[kept]
    network = as_noded(cut.geometry[kept], cut.ends[kept], level=lines.level[line], rank=lines.rank[line])
    piece = kept[network.line]
    return replace(network, line=cut.line[piece]), ~is_open_air[piece]


def _piece_ids(ids: NDArray[np.object_], feature: Integers) -> pd.Index:
    number = pd.Series(feature).groupby(feature).cumcount().to_numpy() + 1
    return pd.Index(ids[feature] + "#" + number.astype(str).astype(object), name="street_id", dtype=object)


def _notices(layer: Layer, lines: _Lines, network: NodedLines, frame: gpd.GeoDataFrame, snap_m: float) -> list[Notice]:
    file, found = layer.source.file, list[Notice]()
    if frame.empty:
        return found
    if network.ends_joined or network.crossings or network.repeated:
        found.append(Notice(
            file, "streets joined into a network", len(lines.shapes), str(frame.index[0]),
            f"Cut where they meet, they are {len(network.line):,} pieces: {network.ends_joined:,} ends that met no other end were joined "
            f"to what lies within {snap_m:g} m, {network.crossings:,} crossings without a common point were made nodes, and "
            f"{network.repeated + network.vanished:,} pieces that repeat another or are shorter than that were left out. The largest connected part holds "
            f"{100.0 * network.share_after:.1f} % of the length; it held {100.0 * network.share_before:.1f} %."))  # fmt: skip
    for kind, is_meant, consequence in (
        ("street not under the sky", ~frame["is_open_air"], "Tunnels, covered and indoor ways and ways below ground were kept for routing; they are "
         "in no outdoor camera's view and in no total."),
        ("outline of a square", frame["is_area_outline"], "The edge of a square is no street: it was measured but is in no total."),
    ):  # fmt: skip
        if is_meant.any():
            found.append(Notice(file, kind, int(is_meant.sum()), str(frame.index[is_meant][0]), consequence))
    if "kind" not in layer.columns:
        found.append(Notice(file, "streets of no stated kind", len(layer), layer.row(0), "Every line counts as a street that can be walked."))  # fmt: skip
    return found
