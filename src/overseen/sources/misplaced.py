"""Positions that are wrong by mistake: blank, off the globe, axes exchanged, a sign lost, far from all others, too coarse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyproj
import shapely

from overseen.errors import SourceError
from overseen.sources.camera_rows import CameraRow
from overseen.sources.likely_frames import frames_remedy, likely_frames
from overseen.sources.mending import Account, request
from overseen.sources.whereabouts import Flags, Floats, Region, is_on_globe, points_region

NAMED_TOLERANCE_DEG = 1e-4
"""Two pairs of coordinates of one row that differ by less say the same."""

OWN_SHARE = 0.9
"""Rows that lie in the region, as they stand or exchanged: from this share on the list is plainly one of that region."""

LEAST_MIRROR_M = 1_000_000.0
"""Where exchanged axes lead to a place nearer than this, both may be meant: Alexandria's mirror image is Cairo."""

COARSE_STEPS_DEG = (1.0, 0.1, 0.01, 0.001)
COARSE_STEPS = (100_000.0, 10_000.0, 1_000.0, 100.0)
"""Grids, in degrees or in units of a plane, on which positions are too coarse for a street."""

COARSE_SHARE = 0.1
"""Share of a list on such a grid from which on it is no accident: of positions with four decimals a hundredth are."""

LEAST_COARSE_ROWS, LEAST_COARSE_SPOTS = 5, 2
"""So many rows and spots on such a grid are needed to tell: a few cameras, or one pole, say nothing of how a list was rounded."""


@dataclass(frozen=True, slots=True)
class Places:
    """Rows with their coordinates, row by row.

    Parameters
    ----------
    rows
        The rows.
    raw
        Coordinates as the list gives them, shape (n, 2).
    lonlat
        The same in degrees.
    exchanged
        Where the row would lie if its two coordinates were exchanged, degrees.
    """

    rows: list[CameraRow]
    raw: Floats
    lonlat: Floats
    exchanged: Floats

    def only(self, kept: Flags) -> Places:
        """Return the rows that are flagged."""
        rows = [row for row, is_kept in zip(self.rows, kept, strict=True) if is_kept]
        return Places(rows, self.raw[kept], self.lonlat[kept], self.exchanged[kept])

    def moved(self, flags: Flags, lonlat: Floats) -> Places:
        """Return the same with the flagged rows at other positions, given for all rows."""
        return Places(self.rows, self.raw, np.where(flags[:, None], lonlat, self.lonlat), self.exchanged)

    def sources(self, flags: Flags) -> list[str]:
        """Return where the flagged rows were read."""
        return [self.rows[number].source for number in np.flatnonzero(flags)]


def without_blanks(rows: list[CameraRow], account: Account) -> tuple[list[CameraRow], Floats, Flags]:
    """Return the rows that have a position, their coordinates, and which rows of those given they are."""
    points = np.array([row.point for row in rows], dtype=object)
    raw = np.full((len(rows), 2), np.nan)
    has_point = ~(shapely.is_missing(points) | shapely.is_empty(points))
    raw[has_point] = shapely.get_coordinates(points[has_point])
    is_missing = ~_is_all(np.isfinite(raw))
    is_zero = _is_all(raw == 0.0)
    lost = [row for row, is_it in zip(rows, is_missing, strict=True) if is_it]
    account.note("address_without_a_position", [row.source for row in lost if row.values.get("address", "").strip()],
                 "No address is looked up; they are not among the cameras.", outcome="left out")  # fmt: skip
    account.note("no_position", [row.source for row in lost if not row.values.get("address", "").strip()],
                 "They give no position and are not among the cameras.", outcome="left out")  # fmt: skip
    account.note("null_island", [row.source for row, is_it in zip(rows, is_zero, strict=True) if is_it],
                 "Both coordinates are 0, which is an empty form and no place; they are not among the cameras.",
                 outcome="left out")  # fmt: skip
    is_kept = ~(is_missing | is_zero)
    return [row for row, is_it in zip(rows, is_kept, strict=True) if is_it], raw[is_kept], is_kept


def degrees_of(
    rows: list[CameraRow], raw: Floats, *, crs: pyproj.CRS, region: Region | None, account: Account
) -> Places:
    """Return rows whose coordinates are in ``crs`` with their positions in degrees.

    Raises
    ------
    SourceError
        If most of them cannot be degrees although ``crs`` has them so.
    """
    if crs.is_geographic:
        is_wild = ~_is_all(np.abs(raw) <= 180.0)
        # Each position once: a placeholder such as 999, 999 in most rows does not make the others wrong.
        if 2 * len(np.unique(raw[is_wild], axis=0)) > len(np.unique(raw, axis=0)):
            frames = [] if region is None else likely_frames(raw[is_wild], region)
            example, counted = _counted(rows, raw, is_wild)
            remedy = frames_remedy(frames, region)
            raise SourceError([account.fault(example, f"{counted} cannot be degrees", remedy)])
    if crs.equals(pyproj.CRS(4326), ignore_axis_order=True):
        return Places(rows, raw, raw, raw[:, ::-1])
    to_degrees = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
    lonlat, exchanged = (np.column_stack(to_degrees.transform(*pair.T)) for pair in (raw, raw[:, ::-1]))
    return Places(rows, raw, lonlat, exchanged)


def refuse_wrong_plane(places: Places, *, crs: pyproj.CRS, region: Region, account: Account) -> None:
    """Refuse a list in a plane, most of it far from where it should be, that another plane would put there.

    Raises
    ------
    SourceError
        Naming the planes that would.
    """
    if not (crs.is_projected and region.is_independent):
        return
    is_far = region.is_far(places.lonlat) & region.is_far(places.exchanged)
    if 2 * is_far.sum() <= len(places.rows):
        return
    frames = likely_frames(places.raw[is_far], region)
    if frames:
        example, counted = _counted(places.rows, places.raw, is_far)
        problem = f"{counted} are in {crs.name} far from {region.words}"
        raise SourceError([account.fault(example, problem, frames_remedy(frames, region))])


def _counted(rows: list[CameraRow], raw: Floats, flags: Flags) -> tuple[str, str]:
    """Return where the first of the flagged rows was read, and what they are, as the subject of a clause."""
    first = int(np.flatnonzero(flags)[0])
    x, y = raw[first]
    more = f", and those of {flags.sum() - 1:,} more of {len(rows):,} rows," if flags.sum() > 1 else ""
    return rows[first].source, f"the coordinates {x:,.10g} and {y:,.10g}{more}"


def with_named_positions(places: Places, named: Floats, region: Region | None, account: Account) -> Places:
    """Return rows whose position mirrors their own columns of longitude and latitude at the position these give.

    ``named`` holds those columns in degrees, shape (n, 2), not-a-number where a row has none. Where the city or the other
    lists bear out the position itself, it stays.
    """
    with np.errstate(invalid="ignore"):
        is_same = _is_all(np.abs(places.lonlat - named) < NAMED_TOLERANCE_DEG)
        is_mirrored = _is_all(np.abs(places.exchanged - named) < NAMED_TOLERANCE_DEG) & ~is_same
    if region is not None:
        is_mirrored &= ~region.is_inside(places.lonlat)
    is_other = _is_all(np.isfinite(named)) & ~is_same & ~is_mirrored
    account.note("swapped_axes", places.sources(is_mirrored),
                 "The position gives latitude first, as the row's own columns of longitude and latitude show; these were used.",
                 outcome="mended")  # fmt: skip
    account.note("two_positions", places.sources(is_other),
                 "The row gives two positions that are not the same; the first was used.")  # fmt: skip
    return places.moved(is_mirrored, named)


def with_list_exchanged(places: Places, account: Account) -> Places:
    """Return a list that is off the globe unless exchanged, wholly or for the most part, with its rows exchanged.

    Some of it suffices if the rest lies far from there as it stands and near once exchanged: latitude first, a list of the
    United States has only its western half off the globe. Rows that lie there as they stand stay.
    """
    is_certain = ~is_on_globe(places.lonlat) & is_on_globe(places.exchanged)
    region = points_region(places.exchanged[is_certain], "the rest of the list", is_independent=False)
    flags = is_certain if region is None else is_certain | _is_nearer_exchanged(places, region)
    if 2 * is_certain.sum() <= len(places.rows) and flags.mean() < OWN_SHARE:
        return places
    account.note("swapped_axes", places.sources(flags),
                 f"As they stand {is_certain.sum():,} are off the globe; longitude and latitude were exchanged.",
                 outcome="mended")  # fmt: skip
    return places.moved(flags, places.exchanged)


def _is_nearer_exchanged(places: Places, region: Region) -> Flags:
    return region.is_far(places.lonlat) & ~region.is_far(places.exchanged)


def without_half_blanks(places: Places, region: Region, account: Account) -> Places:
    """Return the list without the rows of which one coordinate is 0, where that is no place near the others."""
    is_blank = ~_is_all(places.raw != 0.0)
    is_blank[is_blank] = region.is_far(places.lonlat[is_blank])
    account.note("null_island", places.sources(is_blank),
                 f"One coordinate is 0 and they are far from {region.words}: an empty form and no place; they are not among the "
                 "cameras.", outcome="left out")  # fmt: skip
    return places.only(~is_blank)


def with_rows_exchanged(places: Places, region: Region, account: Account) -> Places:
    """Return the list with the rows exchanged that lie in the region only then: where that is certain, or asked for."""
    is_off, is_far = ~is_on_globe(places.lonlat), region.is_far(places.lonlat)
    if not is_far.any():
        return places
    is_wrong = is_far & region.is_inside(places.exchanged)
    is_own = is_wrong | ~is_far
    is_somewhere = is_wrong | ~is_off
    is_all_certain = (
        region.is_independent and is_own.sum() >= OWN_SHARE * is_somewhere.sum() and region.mirror_m() >= LEAST_MIRROR_M
    )
    if is_all_certain and 2 * is_wrong.sum() > is_somewhere.sum():
        # The list as a whole is exchanged: then so are its cameras around the city.
        is_wrong = _is_nearer_exchanged(places, region)
    is_certain = is_wrong & (is_off | is_all_certain)
    account.note("swapped_axes", places.sources(is_certain),
                 f"As they stand they are off the globe or far from {region.words}, with longitude and latitude exchanged they "
                 "lie there; these were exchanged.", outcome="mended")  # fmt: skip
    is_suspect = is_wrong & ~is_certain
    is_mended = is_suspect & account.is_asked("swapped_axes")
    account.note("swapped_axes", places.sources(is_mended),
                 f"As they stand they are far from {region.words}, with longitude and latitude exchanged they lie there; these "
                 "were exchanged, as the plan asks.", outcome="mended")  # fmt: skip
    account.note("swapped_axes", places.sources(is_suspect & ~is_mended),
                 f"As they stand they are far from {region.words}, with longitude and latitude exchanged they would lie there; "
                 f"they were kept as they stand. {request('swapped_axes')}")  # fmt: skip
    return places.moved(is_certain | is_mended, places.exchanged)


def without_off_globe(places: Places, account: Account) -> Places:
    """Return the rows that are on the globe."""
    is_on = is_on_globe(places.lonlat)
    account.note("off_the_globe", places.sources(~is_on),
                 "No longitude lies beyond 180 degrees and no latitude beyond 90; they have no position and are not among the "
                 "cameras.", outcome="left out")  # fmt: skip
    return places.only(is_on)


def with_strays_told(places: Places, region: Region, account: Account) -> Places:
    """Return the list with what the plan asks done about rows that are far away."""
    is_far = region.is_far(places.lonlat)
    if not is_far.any():
        return places
    # Those that exchanged axes would put there were told with them.
    is_open = is_far & ~region.is_inside(places.exchanged)
    turned, is_turnable = _turned(places.lonlat, region, is_open)
    is_turned = is_turnable & account.is_asked("flipped_sign")
    account.note("flipped_sign", places.sources(is_turned),
                 f"They were far from {region.words}; with the sign of one coordinate turned, as the plan asks, they lie there.",
                 outcome="mended")  # fmt: skip
    account.note("flipped_sign", places.sources(is_turnable & ~is_turned),
                 f"They are far from {region.words}; with the sign of one coordinate turned they would lie there. They were kept "
                 f"as they stand. {request('flipped_sign')}")  # fmt: skip
    is_lost = is_open & ~is_turnable
    is_out = is_lost & account.is_asked("far_away")
    rule = f"They lie more than {region.far_m / 1e3:,.0f} km from {region.words}"
    if 2 * is_lost.sum() > len(places.rows):
        rule += ": most of the list is one of another place"
    account.note(
        "far_away", places.sources(is_out), f"{rule}; they were left out, as the plan asks.", outcome="left out"
    )
    account.note("far_away", places.sources(is_lost & ~is_out), f"{rule}; they were kept. {request('far_away')}")
    return places.moved(is_turned, turned).only(~is_out)


def _turned(lonlat: Floats, region: Region, flags: Flags) -> tuple[Floats, Flags]:
    """Return positions with the sign turned that puts them into the region, and which of the flagged rows have one such."""
    turned, is_turnable = lonlat.copy(), np.zeros(len(lonlat), dtype=bool)
    for signs in ((-1.0, 1.0), (1.0, -1.0)):
        is_in = flags & ~is_turnable & region.is_inside(lonlat * signs)
        turned[is_in] *= signs
        is_turnable |= is_in
    return turned, is_turnable


def tell_coarseness(places: Places, crs: pyproj.CRS, account: Account) -> None:
    """Note rows whose coordinates are rounded so much that they cannot tell one side of a street from the other."""
    steps = COARSE_STEPS_DEG if crs.is_geographic else COARSE_STEPS
    is_coarse = _is_on_grid(places.raw, steps[-1])
    is_told = is_coarse.sum() >= LEAST_COARSE_ROWS and is_coarse.mean() >= COARSE_SHARE
    if not is_told or len(np.unique(places.raw[is_coarse], axis=0)) < LEAST_COARSE_SPOTS:
        return
    step = next(step for step in steps if _is_on_grid(places.raw[is_coarse], step).mean() >= 1.0 - COARSE_SHARE)
    unit_m = crs.axis_info[0].unit_conversion_factor * (pyproj.Geod(ellps="WGS84").a if crs.is_geographic else 1.0)
    north_m = step * unit_m
    latitude = np.radians(np.median(places.lonlat[is_coarse, 1]))
    east_m = north_m * (float(np.cos(latitude)) if crs.is_geographic else 1.0)
    account.note("collapsed_precision", places.sources(is_coarse),
                 f"Their coordinates are rounded to a grid of about {east_m:,.0f} m by {north_m:,.0f} m; on a street this says "
                 "nothing of what they see.")  # fmt: skip


def _is_on_grid(raw: Floats, step: float) -> Flags:
    return _is_all(np.abs(raw / step - np.round(raw / step)) < 1e-6)


def _is_all(flags: Flags) -> Flags:
    """Return which rows have both of two flags, shape (n, 2)."""
    return flags[:, 0] & flags[:, 1]
