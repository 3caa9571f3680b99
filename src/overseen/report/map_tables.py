"""What a click on the map tells: the rows of the tables, in blocks that are unpacked one by one when they are asked for."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from overseen.assessment.findings import Assessment
from overseen.model.schema import VIEWS, interval_columns
from overseen.model.wording import retold
from overseen.report.tile_archive import packed

BLOCK_ROWS = 256

MASK_COLUMNS = ("is_mask_needed", "masked_bearing_deg", "ground_before_m2", "ground_after_m2")

CAMERA_TEXTS = (
    "kind", "use", "setting", "mount", "operator", "manufacturer", "status", "phase", "remark", "source", "placement", "stated",
    "assumed",
)  # fmt: skip


def map_tables(assessment: Assessment) -> dict[str, pd.DataFrame]:
    """Return, for each kind of thing on the map, its table; row by row in the order of its numbers on the map."""
    tables = {
        "cameras": _cameras(assessment),
        "streets": _streets(assessment),
        "places": _places(assessment),
        "squares": _squares(assessment),
        "areas": _areas(assessment),
        "homes": _homes(assessment),
    }
    if assessment.rival is not None:
        tables["cameras_b"] = _rival_cameras(assessment)
    return tables


def street_rows(assessment: Assessment) -> pd.DataFrame:
    """Return the streets that the map draws: those that are counted."""
    streets = assessment.streets
    return streets[streets["is_counted"] & (streets["length_m"] > 0.0)]


def place_rows(assessment: Assessment) -> pd.DataFrame:
    """Return the sensitive places that the map draws, none of a confidential kind."""
    places, sensitive = assessment.places, assessment.city.sensitive
    if places is None or sensitive is None:
        return pd.DataFrame({"geometry": []})
    secret = {kind.name for kind in sensitive.kinds if kind.is_confidential}
    return places[~places["kind"].isin(secret)]


def square_rows(assessment: Assessment) -> pd.DataFrame:
    """Return the squares that the map draws."""
    squares = assessment.squares
    return pd.DataFrame({"geometry": []}) if squares is None else squares[squares["area_m2"] > 0.0]


def _both(assessment: Assessment, stem: str, unit: str) -> list[str]:
    """Return the interval columns of a quantity in both views at every level."""
    names = assessment.viewing.ladder.names
    return [name for view in VIEWS for level in names for name in interval_columns(f"{view}_{level}_{stem}", unit)]


def _cameras(assessment: Assessment) -> pd.DataFrame:
    cameras = assessment.cameras
    columns = ["is_examined", "moved_m", "head_count", *CAMERA_TEXTS, *_both(assessment, "area", "m2")]
    found = pd.DataFrame(cameras[columns]).assign(id=cameras.index.astype(str), at=_places_at(cameras.geometry))
    masks = assessment.mask_effects.reindex(cameras.index)[list(MASK_COLUMNS)]
    counts = assessment.masks["camera_id"].value_counts().reindex(cameras.index)
    found = found.join(masks).assign(mask_count=counts.to_numpy(dtype=float))
    return found.assign(streets=_streets_of(assessment), street_count=_street_counts(assessment))


STEPS_PER_DEGREE = 1_000_000


def _places_at(points: gpd.GeoSeries) -> list[list[int]]:
    """Return points as longitude and latitude in millionths of a degree, about a decimetre."""
    degrees = shapely.get_coordinates(points.to_crs(4326).to_numpy())
    return [[int(x), int(y)] for x, y in np.rint(degrees * STEPS_PER_DEGREE)]


STREETS_LISTED = 8
"""So many streets of one camera are named."""


def _street_pairs(assessment: Assessment) -> pd.DataFrame:
    """Return cameras and the names of streets that they could look at, those seen in most draws first."""
    pairs, streets = assessment.street_cameras, street_rows(assessment)
    names = streets["name"].reindex(pairs["street_id"]).to_numpy()
    found = pd.DataFrame(
        {"camera_id": pairs["camera_id"].to_numpy(), "name": names, "share": pairs["draws_share"].to_numpy()}
    )
    found = found[found["name"].notna()].sort_values(["camera_id", "share", "name"], ascending=[True, False, True])
    return found.drop_duplicates(["camera_id", "name"])


def _streets_of(assessment: Assessment) -> list[list[str]]:
    pairs = _street_pairs(assessment)
    listed = pairs.groupby("camera_id").head(STREETS_LISTED).groupby("camera_id")["name"].agg(list)
    return [list(names) if isinstance(names, list) else [] for names in listed.reindex(assessment.cameras.index)]


def _street_counts(assessment: Assessment) -> Any:
    counts = _street_pairs(assessment)["camera_id"].value_counts()
    return counts.reindex(assessment.cameras.index, fill_value=0).to_numpy()


def _streets(assessment: Assessment) -> pd.DataFrame:
    streets = street_rows(assessment)
    lengths = _both(assessment, "length", "m")
    columns = ["name", "kind", "length_m", "buildings_missing_length_m", *lengths, *interval_columns("camera", "count")]
    found = pd.DataFrame(streets[columns]).assign(cameras=_cameras_of(assessment, streets.index))
    rival = rival_streets(assessment)
    if rival is None:
        return found
    return found.join(rival[[name for name in lengths if name in rival]].add_prefix("b_"))


def rival_streets(assessment: Assessment) -> pd.DataFrame | None:
    """Return the street exposure under the plan that this one is held against, or ``None`` where the streets are not the same."""
    rival = assessment.rival
    if rival is None or rival.streets is None:
        return None
    return rival.b.streets.reindex(street_rows(assessment).index)


def _cameras_of(assessment: Assessment, street_ids: pd.Index) -> list[list[int]]:
    """Return, street by street, the cameras that could look at it: number, share of draws in per mille, whether for vehicles."""
    pairs = assessment.street_cameras
    row = street_ids.get_indexer(pairs["street_id"])
    camera = assessment.cameras.index.get_indexer(pairs["camera_id"])
    share = np.rint(1000.0 * pairs["draws_share"].to_numpy()).astype(int)
    for_vehicles = pairs["is_for_vehicles"].to_numpy().astype(int)
    found: list[list[int]] = [[] for _ in street_ids]
    for of, *entry in zip(row.tolist(), camera.tolist(), share.tolist(), for_vehicles.tolist(), strict=True):
        if of >= 0 and entry[0] >= 0:
            found[of] += entry
    return found


def _places(assessment: Assessment) -> pd.DataFrame:
    places = place_rows(assessment)
    if places.empty or assessment.city.sensitive is None:
        return pd.DataFrame()
    titles = {kind.name: retold(kind.title) for kind in assessment.city.sensitive.kinds}
    shares = [f"{view}_{level}_entrance_share" for view in VIEWS for level in assessment.viewing.ladder.names]
    columns = ["name", *shares, *_both(assessment, "approach", "share"), "unseen_way_share"]
    found = pd.DataFrame(places[[*columns, *interval_columns("least_seen", "m")]])
    return found.assign(kind=[titles.get(kind, kind) for kind in places["kind"]])


def _squares(assessment: Assessment) -> pd.DataFrame:
    squares = square_rows(assessment)
    if squares.empty:
        return pd.DataFrame()
    levels = assessment.viewing.ladder.names
    shares = [name for view in VIEWS for level in levels for name in interval_columns(f"{view}_{level}", "share")]
    crowd = [name for level in levels for name in interval_columns(f"at_once_{level}_crowd", "count")]
    return pd.DataFrame(squares[["name", "area_m2", *shares, *crowd]])


def _areas(assessment: Assessment) -> pd.DataFrame:
    areas = assessment.areas
    seen_by = [f"seen_by_{cameras}_m2" for cameras in range(1, 6)]
    columns = ["name", "residents", "length_m", "public_space_m2", "camera_count", *seen_by]
    columns += [*_both(assessment, "length", "m"), *interval_columns("effective_camera", "count")]
    return pd.DataFrame(areas[columns]).assign(id=areas.index.astype(str))


def _homes(assessment: Assessment) -> pd.DataFrame:
    homes = assessment.private_areas
    columns = ["name", "is_withheld", "dwelling_count", *_both(assessment, "dwelling", "count")]
    return pd.DataFrame(homes[columns]).assign(id=homes.index.astype(str))


def _rival_cameras(assessment: Assessment) -> pd.DataFrame:
    assert assessment.rival is not None  # noqa: S101 - asked for by the caller
    cameras = assessment.rival.b.cameras
    columns = [name for name in ("kind", "use", "operator", "manufacturer", "status", "phase") if name in cameras]
    return pd.DataFrame(cameras[[*columns, "is_examined"]]).assign(id=cameras.index.astype(str))


@dataclass(frozen=True, slots=True)
class PackedTables:
    """Tables in compressed blocks of rows.

    Parameters
    ----------
    content
        All blocks, one after the other.
    index
        Table -> number of its rows, rows of a block, and the length of each block, bytes.
    """

    content: bytes
    index: Mapping[str, Mapping[str, Any]]


def packed_tables(tables: Mapping[str, pd.DataFrame], *, whole_from: float = 100.0) -> PackedTables:
    """Return tables packed, block by block.

    A share keeps four decimals, another number one below ``whole_from``, and a number over a thousand three digits.
    """
    blocks: list[bytes] = []
    index: dict[str, Mapping[str, Any]] = {}
    start = 0
    for name, table in tables.items():
        columns = {str(column): _plain(str(column), table[column], whole_from) for column in table.columns}
        lengths = []
        for first in range(0, len(table), BLOCK_ROWS):
            rows = {column: values[first : first + BLOCK_ROWS] for column, values in columns.items()}
            kept = {column: values for column, values in rows.items() if any(value is not None for value in values)}
            block = packed(json.dumps(kept, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode())
            blocks.append(block)
            lengths.append(len(block))
        index[name] = {"rows": len(table), "block_rows": BLOCK_ROWS, "start": start, "lengths": lengths}
        start += sum(lengths)
    return PackedTables(b"".join(blocks), index)


def _plain(name: str, values: pd.Series, whole_from: float) -> list[Any]:
    """Return a column as JSON holds it; what is not known is ``None``."""
    if values.dtype == bool:
        return [bool(value) for value in values]
    if pd.api.types.is_numeric_dtype(values.dtype):
        return [None if np.isnan(value) else _short(float(value), name, whole_from) for value in values]
    return [value if isinstance(value, list) else _or_none(value) for value in values]


def _short(value: float, name: str, whole_from: float) -> float | int:
    if name.endswith("_share"):
        found = round(value, 4)
    elif abs(value) < 1000.0 or name.endswith("_count"):
        found = round(value, 1 if abs(value) < whole_from else 0)
    else:
        found = round(value, 2 - math.floor(math.log10(abs(value))))
    return int(found) if found == int(found) else found


def _or_none(value: Any) -> Any:
    if pd.isna(value):
        return None
    return bool(value) if isinstance(value, (bool, np.bool_)) else str(value)
