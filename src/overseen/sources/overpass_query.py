"""What Overpass is asked for: everything in a box that the readers of OpenStreetMap files read, and what it stands on."""

from __future__ import annotations

from overseen.sources.boxes import Box
from overseen.sources.osm_file import CAMERA_KEYS, KEYS, RELATIONS, lifecycle_keys

AREAS_ONLY = ("natural", "waterway", "landuse", "access")
"""Keys of which only areas are read: of ``natural`` alone a city has more nodes, its trees, than everything else together."""

NOT_BY_KEY = ("type",)
"""Keys that say something only with one of some values; they are asked for by those."""

DOORS_AND_SQUARES = ('node["entrance"]', 'nwr["place"="square"]')

DIVISIONS = ("boundary", "route", "network", "site", "route_master", "public_transport")
"""Relations that hold a whole region or line together by its members, of which nothing is read."""


def box_query(box: Box, *, seconds: int, size_bytes: int, is_count: bool = False) -> str:
    """Return the query for a box, in the language of Overpass: the objects with all they stand on, or only their number.

    No names of mappers are asked for.
    """
    output = "json" if is_count else "xml"
    frame = f"{box.south:.7f},{box.west:.7f},{box.north:.7f},{box.east:.7f}"
    settings = f"[out:{output}][timeout:{seconds}][maxsize:{size_bytes}][bbox:{frame}];"
    wanted = "".join(f"{selection};" for selection in selections())
    return f"{settings}({wanted});(._;>;);{'out count;' if is_count else 'out body;'}"


def selections() -> tuple[str, ...]:
    """Return what is selected within the box.

    Examples
    --------
    >>> {'nw["building"]', 'way["landuse"]', 'node["entrance"]'} <= set(selections())
    True
    """
    whole = f'["type"!~"^({"|".join(DIVISIONS)})$"]'
    keys = dict.fromkeys((*KEYS, *CAMERA_KEYS, *lifecycle_keys()))
    found: list[str] = []
    for key in keys:
        if key not in NOT_BY_KEY:
            found += [f'{"way" if key in AREAS_ONLY else "nw"}["{key}"]', f'rel["{key}"]{whole}']
    return (*found, *DOORS_AND_SQUARES, f'rel["type"~"^({"|".join(RELATIONS)})$"]')
