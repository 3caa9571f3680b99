"""Rows of a camera list at their positions in degrees, each with an identifier of its own; who could not be placed is counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import shapely
from pyproj import CRS

from overseen.errors import Fault, SourceError
from overseen.model.provenance import Notice, Source
from overseen.sources.camera_columns import PLACING
from overseen.sources.camera_rows import CameraRow
from overseen.sources.located import Floats, in_degrees, is_on_globe, points_of
from overseen.sources.tables import Oddities


def placed_rows(rows: Sequence[CameraRow], *, crs: CRS, source: Source) -> tuple[list[CameraRow], tuple[Notice, ...]]:
    """Return the rows that can be placed, in degrees, and what was left out or renamed.

    Parameters
    ----------
    rows
        As the list gives them: positions in ``crs`` and possibly empty, identifiers possibly repeated.
    crs
        Coordinate reference system of the positions.
    source
        The list, for messages.

    Raises
    ------
    SourceError
        If no row can be placed.
    """
    oddities = Oddities(source.file)
    present = [row for row in rows if not row.point.is_empty]
    raw = shapely.get_coordinates([row.point for row in present]).reshape(-1, 2)
    lonlat = in_degrees(raw, crs)
    is_good = is_on_globe(lonlat)
    if not is_good.any():
        raise SourceError([_no_position(raw, crs, source)])
    kept = [row for row, good in zip(present, is_good, strict=True) if good]
    if lonlat is not raw:
        points = points_of(lonlat[is_good])
        kept = [replace(row, point=point) for row, point in zip(kept, points, strict=True)]
    addressed = [row for row in rows if row.point.is_empty and row.values.get("address")]
    others = [row for row in rows if row.point.is_empty and not row.values.get("address")]
    off = [row for row, good in zip(present, is_good, strict=True) if not good]
    for kind, lost, consequence in (
        ("row without a position, with an address", addressed, "It was left out: overseen looks no address up."),
        ("row without a position", others, "It cannot be placed and was left out."),
        ("position off the globe", off, "It was left out: no longitude is beyond 180, no latitude beyond 90 degrees."),
    ):
        oddities.note(kind, consequence, *(_where(row, source) for row in lost))
    return list(_with_own_identifiers(kept, source, oddities)), oddities.notices()


def _where(row: CameraRow, source: Source) -> str:
    return row.source.removeprefix(f"{source.file}, ")


def _no_position(raw: Floats, crs: CRS, source: Source) -> Fault:
    names = [column for field, column in source.columns if field in PLACING]
    where = f"columns {' and '.join(names)}" if len(names) == 2 else f"column {names[0]}" if names else ""
    if not len(raw):
        return Fault(source.file, where, "no row has a position", "give the longitude and latitude of each camera")
    first = f"{raw[0, 0]:.10g} and {raw[0, 1]:.10g}"
    if crs.is_geographic and is_on_globe(raw[:, ::-1]).all():
        remedy = "longitude and latitude seem to be exchanged: name their columns in [cameras.columns]"
        return Fault(source.file, where, f"no position is on the globe; the first is {first}", remedy)
    remedy = "state the coordinate reference system in the plan: [cameras] crs = 'EPSG:...'"
    return Fault(source.file, where, f"the positions are no degrees; the first is {first}", remedy)


def _with_own_identifiers(rows: Sequence[CameraRow], source: Source, oddities: Oddities) -> Iterator[CameraRow]:
    """Yield rows with identifiers that stand once; one that stands again has its number behind."""
    times: dict[str, int] = {}
    taken = {row.camera_id for row in rows}
    for row in rows:
        times[row.camera_id] = times.get(row.camera_id, 0) + 1
        if times[row.camera_id] == 1:
            yield row
            continue
        oddities.note("identifier that stands again", "Its number was put behind it.", _where(row, source))
        name = f"{row.camera_id} ({times[row.camera_id]})"
        while name in taken:
            name += "'"
        taken.add(name)
        yield replace(row, camera_id=name)
