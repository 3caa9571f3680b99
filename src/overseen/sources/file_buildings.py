"""Footprints and their heights from a layer of any vector file."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.model.provenance import Notice
from overseen.model.schema import BUILDINGS
from overseen.sources.columns import identifiers, is_yes, lengths_m, primary_texts, text_column
from overseen.sources.default_heights import default_heights, is_one_of, is_whole_storeys
from overseen.sources.layer_file import Layer, areas_of, repeated_identifiers
from overseen.sources.osm_buildings import FLOATING, FLOATING_M, SMALLEST_M2, STOREY_M
from overseen.sources.packs import get_pack

HIGHEST_M = 830.0
"""No building on earth is higher."""

Floats = NDArray[np.float64]
Texts = NDArray[np.object_]


def file_buildings(
    layer: Layer, *, defaults_m: Sequence[float] | None = None
) -> tuple[gpd.GeoDataFrame, tuple[Notice, ...]]:
    """Return table ``buildings`` of a layer in the city's plane, and what was odd.

    Parameters
    ----------
    layer
        As read, in metres.
    defaults_m
        Heights that count as not known; ``None``: those that :func:`default_heights` finds; empty: none.
    """
    layer = _blocking(areas_of(layer, "building", smallest_m2=SMALLEST_M2))
    height_m, certainty, origin, notices = _heights(layer, defaults_m)
    ids, spoilt = identifiers(layer.columns.get("id"), len(layer), "building")
    frame = gpd.GeoDataFrame(
        {
            "kind": text_column(primary_texts(layer.column("kind"))),
            "height_m": height_m,
            "height_certainty": text_column(certainty),
            "height_source": text_column(origin),
        },
        geometry=layer.shapes.to_numpy(),
        crs=layer.shapes.crs,
        index=pd.Index(ids, name="building_id", dtype=object),
    )
    return BUILDINGS.checked(frame), (*layer.notices, *notices, *repeated_identifiers(layer, spoilt))


def _blocking(layer: Layer) -> Layer:
    """Return a layer without what hides nothing at street level."""
    kinds = pd.Series(primary_texts(layer.column("kind"))).str.lower()
    layer = layer.where(
        ~kinds.isin(get_pack("osm", "tags")["buildings"]["open"]).to_numpy(),
        ("open structure", "Roofs, canopies and the like hide nothing at street level; it was left out."),
    )
    layer = layer.where(
        ~is_yes(layer.column("underground")), ("building below ground", "It hides nothing; it was left out.")
    )
    begins_m = lengths_m(layer.column("min_height"))[0]
    begins_m = np.where(np.isnan(begins_m), lengths_m(layer.column("min_levels"))[0] * STOREY_M, begins_m)
    return layer.where(~(begins_m >= FLOATING_M), FLOATING)


def _heights(layer: Layer, defaults_m: Sequence[float] | None) -> tuple[Floats, Texts, Texts, list[Notice]]:
    """Return heights in metres, their certainty and origin, and what was odd about them."""
    raw_m, is_odd = lengths_m(layer.column("height"))
    levels, is_odd_level = lengths_m(layer.column("levels"))
    is_odd |= (raw_m <= 0.0) | (raw_m > HIGHEST_M)
    raw_m = np.where(is_odd, np.nan, raw_m)
    defaults_m = default_heights(raw_m) if defaults_m is None else defaults_m
    is_default = is_one_of(raw_m, defaults_m)
    is_known, is_levels = ~np.isnan(raw_m) & ~is_default, levels > 0.0
    is_reckoned, storey_m = is_whole_storeys(raw_m)
    origin = np.full(len(layer), None, dtype=object)
    origin[is_levels] = f"storeys of {STOREY_M:g} m each"
    origin[is_known] = "height as given"
    origin[is_known & is_reckoned] = f"height as given, whole storeys of {storey_m:g} m"
    certainty = np.full(len(layer), "unknown", dtype=object)
    certainty[is_levels | is_known] = "inferred"
    certainty[is_known & ~is_reckoned] = "stated"
    height_m = np.where(is_known, raw_m, np.where(is_levels, levels * STOREY_M, np.nan))
    notices = [
        *_told(layer, is_odd | is_odd_level, "building height not understood",
               "The height is no number, not above zero, or higher than any building; it counts as unknown."),
        *[notice for value in defaults_m for notice in _told(
            layer, is_one_of(raw_m, [value]), f"height of {value:g} m, a renderer's default",
            f"{100.0 * np.mean(is_one_of(raw_m, [value])):.0f} % of the buildings carry it: it counts as unknown, unless a number of storeys is "
            "given. If it was measured, write default_heights_m = [] in [city].")],
        *_told(layer, is_known & is_reckoned, "height reckoned from storeys",
               f"It is a whole number of storeys of {storey_m:g} m: it counts as inferred, not as stated."),
    ]  # fmt: skip
    return height_m, certainty, origin, notices


def _told(layer: Layer, is_meant: NDArray[np.bool_], kind: str, consequence: str) -> list[Notice]:
    rows = np.flatnonzero(is_meant)
    return [Notice(layer.source.file, kind, len(rows), layer.row(int(rows[0])), consequence)] if len(rows) else []
