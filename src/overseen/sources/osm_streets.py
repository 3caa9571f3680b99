"""Walkable streets from OpenStreetMap ways, cut at the nodes they share."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from overseen.model.provenance import Notice
from overseen.model.schema import STREETS
from overseen.sources.osm_file import OsmFeatures, Tags, Way
from overseen.sources.quantities import parsed_number

FOOT_ALLOWED = ("yes", "designated", "permissive")


def is_walkable(tags: Tags, rules: Mapping[str, Any]) -> bool:
    """Return whether a person may walk along a way, by the rules of the pack ``osm/tags``.

    Examples
    --------
    >>> from overseen.sources.packs import get_pack
    >>> rules = get_pack("osm", "tags")
    >>> is_walkable({"highway": "footway"}, rules), is_walkable({"highway": "motorway"}, rules)
    (True, False)
    """
    walkable = rules["walkable"]
    if tags.get("highway") not in walkable["highway"]:
        return False
    foot = tags.get("foot")
    if foot in FOOT_ALLOWED:
        return True
    return foot not in walkable["without_foot"] and tags.get("access") not in walkable["without_access"]


def is_open_air(tags: Tags, rules: Mapping[str, Any]) -> bool:
    """Return whether a way lies under the sky, so that a camera outdoors could see it.

    A covered passage through a building is public, but no view from outside reaches along it as if it were open.
    """
    indoors = rules["indoors"]
    if tags.get("highway") in indoors["highway"] or any(
        tags.get(key) in indoors[key] for key in ("tunnel", "indoor", "covered")
    ):
        return False
    return (
        not (_is_below(tags.get("layer", "")) or _is_below(tags.get("level", "")))
        and tags.get("location") != "underground"
    )


def _is_below(text: str) -> bool:
    values = [parsed_number(part) for part in text.split(";")]
    return bool(values) and all(value is not None and value < 0 for value in values)


def osm_streets(
    features: OsmFeatures, rules: Mapping[str, Any], *, crs: object, boundary: BaseGeometry, shown_as: str
) -> tuple[gpd.GeoDataFrame, tuple[Notice, ...]]:
    """Return table ``streets``, in ``crs``, of the pieces that touch the boundary, and what was odd.

    A piece runs between nodes that two walkable ways share, that one passes twice, or where one ends; so pieces meet only at
    their ends and the table is a graph.
    """
    ways = [way for way in features.ways if is_walkable(way.tags, rules)]
    uses = _node_uses(ways)
    rows: dict[str, list[Any]] = {
        name: [] for name in ("name", "kind", "from_node", "to_node", "is_open_air", "is_area_outline")
    }
    ids: list[str] = []
    courses: list[NDArray[np.float64]] = []
    seen: dict[int, int] = {}
    for way in ways:
        for first, last in _cuts(way, uses):
            seen[way.way_id] = seen.get(way.way_id, 0) + 1
            ids.append(f"way/{way.way_id}#{seen[way.way_id]}")
            courses.append(way.lonlat[first : last + 1])
            rows["name"].append(way.tags.get("name"))
            rows["kind"].append(way.tags["highway"])
            rows["from_node"].append(way.nodes[first])
            rows["to_node"].append(way.nodes[last])
            rows["is_open_air"].append(is_open_air(way.tags, rules))
            rows["is_area_outline"].append(way.tags.get("area") == "yes")
    lines = gpd.GeoSeries([shapely.LineString(course) for course in courses], crs=4326).to_crs(crs)
    types = {"from_node": np.int64, "to_node": np.int64, "is_open_air": bool, "is_area_outline": bool}
    columns = {name: pd.array(values, dtype=object) for name, values in rows.items()}
    index = pd.Index(ids, name="street_id", dtype=object)
    frame = gpd.GeoDataFrame(columns, geometry=lines.to_numpy(), crs=crs, index=index).astype(types)
    frame = frame[shapely.intersects(frame.geometry.to_numpy(), boundary)]
    return STREETS.checked(frame), _notices(features, frame, shown_as)


def _node_uses(ways: list[Way]) -> dict[int, int]:
    if not ways:
        return {}
    nodes, counts = np.unique(np.concatenate([way.nodes for way in ways]), return_counts=True)
    return dict(zip(nodes.tolist(), counts.tolist(), strict=True))


def _cuts(way: Way, uses: Mapping[int, int]) -> list[tuple[int, int]]:
    """Return the first and last node number of each piece of a way."""
    nodes = way.nodes.tolist()
    stops = [0, *[i for i in range(1, len(nodes) - 1) if uses[nodes[i]] > 1], len(nodes) - 1]
    pairs = list(pairwise(stops))
    # A way that repeats a position has pieces of no length; they lead nowhere.
    return [(first, last) for first, last in pairs if np.ptp(way.lonlat[first : last + 1], axis=0).any()]


def _notices(features: OsmFeatures, streets: gpd.GeoDataFrame, shown_as: str) -> tuple[Notice, ...]:
    found = []
    cut = [name for name, tags in features.cut_ways.items() if "highway" in tags]
    if cut:
        found.append(Notice(shown_as, "street cut by the extract", len(cut), cut[0],
                            "The parts whose nodes the file holds were kept."))  # fmt: skip
    hidden = streets[~streets["is_open_air"]]
    if len(hidden):
        found.append(Notice(shown_as, "street not under the sky", len(hidden), str(hidden.index[0]),
                            "Tunnels, covered and indoor ways and ways below ground were kept for routing; they are in no "
                            "outdoor camera's view and in no total."))  # fmt: skip
    outlines = streets[streets["is_area_outline"]]
    if len(outlines):
        found.append(Notice(shown_as, "outline of a square", len(outlines), str(outlines.index[0]),
                            "The edge of a square is no street: it was measured but is in no total."))  # fmt: skip
    return tuple(found)
