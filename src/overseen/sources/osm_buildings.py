"""Footprints and their heights from OpenStreetMap areas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from overseen.model.provenance import Notice
from overseen.model.schema import BUILDINGS
from overseen.sources.osm_file import OsmFeatures, Tags
from overseen.sources.quantities import parsed_length_m, parsed_number

STOREY_M = 3.0
"""Height of a storey where only their number is tagged, the value in common use among 3-D viewers of the map."""

SMALLEST_M2 = 0.1

FLOATING_M = 3.0
"""A building or part that begins this far above ground, a storey, leaves the sightlines to the street below it open."""

FLOATING = (
    "building that begins above the street",
    f"It begins {FLOATING_M:g} m or more above ground, so sightlines to the street pass below it; it was left out. Where no other "
    "building stands beneath, views from lenses that hang higher are upper bounds.",
)


def height_of(tags: Tags) -> tuple[float, str, str | None]:
    """Return height in metres (nan: unknown), its certainty and where it was read.

    Examples
    --------
    >>> height_of({"height": "12.1"}), height_of({"building:levels": "4"})
    ((12.1, 'stated', 'tag height'), (12.0, 'inferred', 'tag building:levels, 3 m each'))
    """
    height = parsed_length_m(tags.get("height", ""))
    if height is not None and height > 0:
        return height, "stated", "tag height"
    levels = parsed_number(tags.get("building:levels", ""))
    if levels is not None and levels > 0:
        return levels * STOREY_M, "inferred", f"tag building:levels, {STOREY_M:g} m each"
    return np.nan, "unknown", None


def begins_m(tags: Tags) -> float:
    """Return how far above ground a building or part begins, m.

    Examples
    --------
    >>> begins_m({"min_height": "18"}), begins_m({"building:min_level": "2"}), begins_m({})
    (18.0, 6.0, 0.0)
    """
    height = parsed_length_m(tags.get("min_height", ""))
    levels = parsed_number(tags.get("building:min_level", ""))
    return height if height is not None else (levels or 0.0) * STOREY_M


def osm_buildings(
    features: OsmFeatures, rules: Mapping[str, Any], *, crs: object, shown_as: str
) -> tuple[gpd.GeoDataFrame, tuple[Notice, ...]]:
    """Return table ``buildings`` in ``crs``, and what was odd.

    Open structures (roofs, canopies), what lies below ground and what begins a storey above it do not block sightlines to the
    street and are left out. A part of a building is kept only where no footprint covers it.
    """
    standing = [area for area in features.areas if begins_m(area[1]) < FLOATING_M]
    footprints = [area for area in standing if _blocks(area[1], rules)]
    parts = _uncovered(
        [area for area in standing if "building" not in area[1] and area[1].get("building:part", "no") != "no"],
        footprints,
    )
    floating = [area[0] for area in features.areas if begins_m(area[1]) >= FLOATING_M and _is_building(area[1], rules)]
    kept = footprints + parts
    shapes = gpd.GeoSeries([shape for _, _, shape in kept], crs=4326).to_crs(crs).to_numpy()
    is_broken = ~shapely.is_valid(shapes)
    shapes[is_broken] = [_area_of(shape) for shape in shapely.make_valid(shapes[is_broken])]
    has_area = shapely.area(shapes) >= SMALLEST_M2
    heights = [height_of(tags) for _, tags, _ in kept]
    frame = gpd.GeoDataFrame(
        {
            "kind": pd.array([tags.get("building", "part") for _, tags, _ in kept], dtype=object),
            "height_m": np.array([height for height, _, _ in heights], dtype=float),
            "height_certainty": pd.array([certainty for _, certainty, _ in heights], dtype=object),
            "height_source": pd.array([source for _, _, source in heights], dtype=object),
        },
        geometry=shapes,
        crs=crs,
        index=pd.Index([name for name, _, _ in kept], name="building_id", dtype=object),
    )[has_area]
    names = frame.index
    notices = [
        ("building part without a footprint", [name for name, _, _ in parts], "It was taken as a building of its own."),
        (FLOATING[0], floating, FLOATING[1]),
        ("building outline mended", list(names[is_broken[has_area]]),
         "The outline crosses itself; the areas it encloses were taken."),
        ("building cut by the extract", features.cut_buildings,
         "Its outline is not whole in the file; it was left out, so views near the edge are upper bounds."),
        ("building without an area", [*[kept[i][0] for i in np.flatnonzero(~has_area)], *features.broken_areas],
         "An outline that encloses nothing hides nothing; it was left out."),
        ("building height not understood", [name for name, tags, _ in kept if _is_odd(tags)],
         "The height counts as unknown."),
    ]  # fmt: skip
    return BUILDINGS.checked(frame), tuple(_notices(shown_as, notices))


def _is_building(tags: Tags, rules: Mapping[str, Any]) -> bool:
    return _blocks(tags, rules) or tags.get("building:part", "no") != "no"


def _blocks(tags: Tags, rules: Mapping[str, Any]) -> bool:
    if tags.get("building", "no") in rules["buildings"]["open"]:
        return False
    layer = parsed_number(tags.get("layer", ""))
    return not (layer is not None and layer < 0) and tags.get("location") != "underground"


def _uncovered(
    parts: list[tuple[str, Tags, BaseGeometry]], footprints: list[tuple[str, Tags, BaseGeometry]]
) -> list[tuple[str, Tags, BaseGeometry]]:
    if not parts:
        return []
    inside = shapely.point_on_surface([shape for _, _, shape in parts])
    covered = shapely.STRtree([shape for _, _, shape in footprints]).query(inside, predicate="intersects")[0]
    return [part for number, part in enumerate(parts) if number not in set(covered.tolist())]


def _area_of(shape: BaseGeometry) -> BaseGeometry:
    """Return the areas among what a mended outline fell into."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def _is_odd(tags: Tags) -> bool:
    for key, parse in (("height", parsed_length_m), ("building:levels", parsed_number)):
        value = parse(tags[key]) if key in tags else 1.0
        if value is None or value <= 0:
            return True
    return False


def _notices(shown_as: str, kinds: list[tuple[str, list[str], str]]) -> Iterator[Notice]:
    for kind, names, consequence in kinds:
        if names:
            yield Notice(shown_as, kind, len(names), str(names[0]), consequence)
