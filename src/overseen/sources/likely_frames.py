"""Which reference systems put coordinates that are no degrees where they should be: named to the user, never used unasked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyproj
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType

from overseen.sources.whereabouts import Floats, Region, distance_m

SAMPLED = 50
"""Rows that are tried; a list stands in one reference system or in none."""

LEAST_SHARE = 0.5
ALIKE_M = 2.0
"""Systems that put the rows this near each other are one choice, of which any member will do."""


@dataclass(frozen=True, slots=True)
class LikelyFrame:
    """A reference system that puts most rows into a region.

    Parameters
    ----------
    code, name
        As the EPSG register has them.
    share
        Share of the rows that it puts there.
    is_exchanged
        Whether the two coordinates must be exchanged for it.
    lonlat
        Where it puts the rows that were tried, degrees.
    """

    code: str
    name: str
    share: float
    is_exchanged: bool
    lonlat: Floats


def likely_frames(raw: Floats, region: Region) -> list[LikelyFrame]:
    """Return the projected systems in use in a region that put most coordinates, shape (n, 2), into it, the likeliest first.

    They are those of the EPSG register whose area of use holds the region: its UTM zones, web Mercator, the national and
    local planes. First come those that the most others agree with.
    """
    sample = raw[np.unique(np.linspace(0, len(raw) - 1, SAMPLED).astype(int))]
    area = AreaOfInterest(*region.bounds_deg())
    known = query_crs_info("EPSG", [PJType.PROJECTED_CRS], area_of_interest=area, contains=True)
    # One with two areas of use stands there twice.
    names = {info.code: info.name for info in known}
    tried = [_tried(code, name, sample, region) for code, name in names.items()]
    likely = [frame for frame in tried if frame is not None and frame.share >= LEAST_SHARE]
    best = max((frame.share for frame in likely), default=0.0)
    likely = [frame for frame in likely if frame.share > best - 0.05]
    agreed = {frame.code: sum(_apart_m(frame, other) <= ALIKE_M for other in likely) for frame in likely}
    return sorted(likely, key=lambda frame: (-agreed[frame.code], len(frame.name), frame.name))


def frames_remedy(frames: list[LikelyFrame], region: Region | None) -> str:
    """Return what to write into the plan, as a clause."""
    if not frames:
        tried = "" if region is None else f"; no system in use there puts the rows into {region.words}"
        return f"state the reference system of the list in [cameras], such as crs = 'EPSG:25832'{tried}"
    first, *rest = frames
    clause = (
        f"if its publisher confirms it, write crs = 'EPSG:{first.code}' ({first.name}) in [cameras]: "
        f"it puts {first.share:.0%} of the rows where they should be"
    )
    if first.is_exchanged:
        clause += ", its two columns exchanged, which is then done by itself"
    alike = [frame.code for frame in rest if _apart_m(first, frame) <= ALIKE_M]
    others = [frame for frame in rest if frame.code not in alike]
    if alike:
        clause += f"; EPSG:{', EPSG:'.join(alike)} are the same to within {ALIKE_M:g} m"
    if others:
        named = ", ".join(f"EPSG:{frame.code} ({frame.name}, {_apart_m(first, frame):,.0f} m off)" for frame in others)
        clause += f"; possible too: {named}"
    return clause


def _tried(code: str, name: str, raw: Floats, region: Region) -> LikelyFrame | None:
    """Return what a system makes of coordinates, in the better of their two orders; ``None`` if it cannot be computed."""
    try:
        to_degrees = pyproj.Transformer.from_crs(f"EPSG:{code}", 4326, always_xy=True)
    except pyproj.exceptions.ProjError:  # such as EPSG:32600, a grid without a zone
        return None
    found = []
    for is_exchanged in (False, True):
        lonlat = np.column_stack(to_degrees.transform(*(raw[:, ::-1] if is_exchanged else raw).T))
        found.append(LikelyFrame(code, name, float(_is_in_bounds(lonlat, region).mean()), is_exchanged, lonlat))
    return max(found, key=lambda frame: (frame.share, not frame.is_exchanged))


def _is_in_bounds(lonlat: Floats, region: Region) -> np.ndarray:
    west, south, east, north = region.bounds_deg()
    # No room around it: 20 km is all that lies between two spellings of Mercator.
    is_east = (lonlat[:, 0] >= west) & (lonlat[:, 0] <= east)
    return is_east & (lonlat[:, 1] >= south) & (lonlat[:, 1] <= north)


def _apart_m(one: LikelyFrame, other: LikelyFrame) -> float:
    """Return the median distance between where two systems put the rows."""
    return float(np.median(distance_m(one.lonlat, other.lonlat)))
