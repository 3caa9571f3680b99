"""Places that are wrong by mistake in a list of cameras: found, shown, mended where that is certain or asked for, counted.

A list goes through three readings: of each position (:mod:`overseen.sources.misplaced`), of rows that may be one camera
(:mod:`overseen.sources.duplicates`), and of counts (:mod:`overseen.sources.counts`). What may be mended has names
(:mod:`overseen.sources.mending`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from overseen.errors import SourceError
from overseen.model.cameras import CameraNetwork
from overseen.model.city import City
from overseen.model.provenance import Notice, Source
from overseen.sources.camera_rows import CameraRow
from overseen.sources.counts import with_counts_spread
from overseen.sources.duplicates import entries_of, with_own_identifiers, with_spots_told, with_twins_told
from overseen.sources.mending import Account
from overseen.sources.misplaced import (
    Places,
    degrees_of,
    refuse_wrong_plane,
    tell_coarseness,
    with_list_exchanged,
    with_named_positions,
    with_rows_exchanged,
    with_strays_told,
    without_blanks,
    without_half_blanks,
    without_off_globe,
)
from overseen.sources.whereabouts import Floats, Surroundings, is_on_globe, points_of, points_region

BEYOND_REACH_M = 1000.0
"""No camera so far outside a boundary says anything of what lies inside it."""


def located_rows(
    rows: list[CameraRow],
    *,
    crs: object,
    source: Source,
    mends: Collection[str] = (),
    surroundings: Surroundings | None = None,
    named: Floats | None = None,
) -> tuple[list[CameraRow], tuple[Notice, ...]]:
    """Return the cameras of a list with positions in degrees and identifiers of their own, and what was odd, counted.

    Every row is among the cameras, or in one notice that ends in ``left out`` or ``merged``; a row that counts several
    cameras is several.

    Parameters
    ----------
    rows
        As the list gives them; a position may be empty, an identifier may stand twice.
    crs
        Reference system of the positions, whatever pyproj understands.
    source
        The list, for messages.
    mends
        Names of :data:`overseen.sources.mending.MENDS` that the plan asks for.
    surroundings
        What else is known of where the list should lie; nothing by default.
    named
        What columns of longitude and latitude say, in degrees, shape (n, 2), where the positions come from elsewhere in the
        rows; not-a-number where a row has none.

    Raises
    ------
    SourceError
        If no row has a position, most positions are in another reference system, or the counts are those of areas.

    Examples
    --------
    >>> import shapely
    >>> list_ = Source("cameras.csv", "cameras", "", 0)
    >>> rows = [CameraRow(str(n), f"cameras.csv, row {n}", shapely.Point(0, 0) if n == 3 else shapely.Point(24.94, 60.17), {}, {})
    ...         for n in (1, 2, 3)]
    >>> kept, notices = located_rows(rows, crs=4326, source=list_)
    >>> len(kept), [notice.kind for notice in notices]
    (2, ['null island, left out', 'same spot', 'duplicate, alike'])
    """
    account = Account(source, mends)
    placed = _placed(rows, pyproj.CRS(crs), surroundings or Surroundings(), named, account)
    entries = with_own_identifiers(entries_of(_rows_at(placed)), account)
    entries = with_twins_told(with_spots_told(entries, account), account)
    return with_counts_spread(entries.rows, account), account.notices()


def network_in_city(network: CameraNetwork, city: City) -> CameraNetwork:
    """Return the network with a notice of the cameras that lie outside the city's boundary, if there are any."""
    points = network.cameras.geometry.to_crs(city.buildings.crs).to_numpy()
    away_m = shapely.distance(points, city.boundary)
    if not (away_m > 0.0).any():
        return network
    beyond = int((away_m > BEYOND_REACH_M).sum())
    file = network.sources[0].file if network.sources else ""
    notice = Notice(
        file,
        "outside the boundary",
        int((away_m > 0.0).sum()),
        str(network.cameras["source"].iloc[int(np.argmax(away_m))]).removeprefix(f"{file}, "),
        f"They lie up to {away_m.max() / 1e3:,.1f} km outside the boundary of {city.name}, {beyond:,} of them more than "
        f"{BEYOND_REACH_M / 1e3:g} km; only what they see inside it counts.",
    )
    return replace(network, notices=(*network.notices, notice))


def city_surroundings(city: City) -> Surroundings:
    """Return what a city says of where its cameras should lie."""
    return Surroundings(gpd.GeoSeries([city.boundary], crs=city.buildings.crs).to_crs(4326).iloc[0])


def _placed(
    rows: list[CameraRow], crs: pyproj.CRS, surroundings: Surroundings, named: Floats | None, account: Account
) -> Places:
    """Return the rows that have a position, at that position."""
    present, raw, is_present = without_blanks(rows, account)
    _refuse_nothing(present, rows, account)
    region = surroundings.region()
    places = degrees_of(present, raw, crs=crs, region=region, account=account)
    if named is not None:
        places = with_named_positions(places, named[is_present], region, account)
    places = with_list_exchanged(places, account)
    if region is None:
        on_globe = places.lonlat[is_on_globe(places.lonlat)]
        region = points_region(on_globe, "the middle of the list", is_independent=False)
    if region is not None:
        places = with_rows_exchanged(without_half_blanks(places, region, account), region, account)
        refuse_wrong_plane(places, crs=crs, region=region, account=account)
    places = without_off_globe(places, account)
    if region is not None:
        places = with_strays_told(places, region, account)
    _refuse_nothing(places.rows, rows, account)
    tell_coarseness(places, crs, account)
    return places


def _refuse_nothing(left: list[CameraRow], rows: list[CameraRow], account: Account) -> None:
    if left:
        return
    reasons = "; ".join(f"{notice.count:,} {notice.kind}" for notice in account.notices() if notice.count)
    problem = f"none of its {len(rows):,} rows has a position that can be used ({reasons or 'it holds no row'})"
    raise SourceError([account.fault("", problem, "give longitude and latitude of each camera")])


def _rows_at(places: Places) -> list[CameraRow]:
    """Return the rows at their positions in degrees."""
    # Zero has two signs, of which only one may tell spots apart.
    lonlat = places.lonlat + 0.0
    is_moved = (lonlat != shapely.get_coordinates([row.point for row in places.rows])).any(axis=1)
    points = points_of(lonlat)
    return [replace(row, point=point) if is_it else row
            for row, point, is_it in zip(places.rows, points, is_moved, strict=True)]  # fmt: skip
