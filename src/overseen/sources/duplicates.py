"""Cameras that stand in a list more than once, or seem to: by identifier, by spot, by what is said of them."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from overseen.sources.camera_rows import CameraRow
from overseen.sources.mending import Account, request
from overseen.sources.quantities import parsed_number
from overseen.sources.whereabouts import EARTH_RADIUS_M, Flags, Floats, directions

NEAR_M = 1.0
"""Two mapped positions nearer than this are one place: no list is that exact."""

TELLING = ("kind", "operator", "bearing")
"""Cameras at one place that agree in all of these may be one camera listed twice; if they differ they are several."""

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Entries:
    """Rows with what they are compared by: numbers that are the same where two rows agree.

    Parameters
    ----------
    rows
        The rows, in degrees.
    spot
        By position.
    content
        By all that is said of the camera.
    telling
        By what is ``TELLING`` of that.
    """

    rows: list[CameraRow]
    spot: Codes
    content: Codes
    telling: Codes

    def only(self, flags: Flags) -> Entries:
        """Return the rows that are flagged."""
        rows = [row for row, is_kept in zip(self.rows, flags, strict=True) if is_kept]
        return Entries(rows, self.spot[flags], self.content[flags], self.telling[flags])

    def sources(self, flags: Flags) -> list[str]:
        """Return where the flagged rows were read."""
        return [self.rows[number].source for number in np.flatnonzero(flags)]

    def lonlat(self) -> Floats:
        """Return the positions, degrees, shape (n, 2)."""
        return np.asarray(shapely.get_coordinates([row.point for row in self.rows]), dtype=float).reshape(-1, 2)


def entries_of(rows: list[CameraRow]) -> Entries:
    """Return rows ready to be compared."""
    longitude, latitude = shapely.get_coordinates([row.point for row in rows]).reshape(-1, 2).T
    said = _codes(frozenset((name, _plain(text)) for name, text in row.values.items() if text.strip()) for row in rows)
    telling = _codes(tuple(_plain(row.values.get(name, "")) for name in TELLING) for row in rows)
    return Entries(rows, _joint(_codes(longitude.tolist()), _codes(latitude.tolist())), said, telling)


def with_own_identifiers(entries: Entries, account: Account) -> Entries:
    """Return rows each of which has an identifier of its own.

    Rows of one identifier that agree in every value are one row. Those that differ stay, their row added to the identifier.
    """
    identifier = _codes(row.camera_id for row in entries.rows)
    is_again = _is_repeated(_joint(identifier, entries.spot, entries.content))
    account.note("same_id", entries.sources(is_again),
                 "They repeat a row of the same identifier in position and in every value that was read; one row of each was kept.",
                 outcome="merged")  # fmt: skip
    entries, identifier = entries.only(~is_again), identifier[~is_again]
    is_shared = _is_shared(identifier)
    shared = len(np.unique(identifier[is_shared]))
    account.note("same_id", entries.sources(is_shared),
                 f"They bear {shared:,} identifiers that stand more than once, for different places or with different values: each "
                 "was kept as a camera, with its row added to its identifier.")  # fmt: skip
    return replace(entries, rows=_renamed(entries.rows, is_shared))


def with_spots_told(entries: Entries, account: Account) -> Entries:
    """Return rows, of which those that say the same of one spot are one where the plan asks for that; all are told."""
    alike = _joint(entries.spot, entries.content)
    _tell_spots(entries, account)
    is_alike, is_repeated = _is_shared(alike), _is_repeated(alike)
    is_all_named = np.bincount(alike, weights=[_is_numbered(row) for row in entries.rows])[alike] == 0
    kept = np.ones(len(entries.rows), dtype=bool)
    for name, flags, what in (
        ("same_spot", is_alike & ~is_all_named, "They share their spot with a row that says the same of it"),
        (
            "duplicate",
            is_alike & is_all_named,
            "They differ from another row at their spot in nothing but the identifier",
        ),
    ):
        is_again = flags & is_repeated
        between = _between(int(is_again.sum()), entries)
        if account.is_asked(name):
            kept &= ~is_again
            account.note(name, entries.sources(is_again),
                         f"{what}; one of each was kept, as the plan asks. Without it {between}.", outcome="merged")  # fmt: skip
        else:
            account.note(name, entries.sources(flags),
                         f"{what}: one camera listed again, or several there. All were kept; {between}. {request(name)}",
                         outcome="alike")  # fmt: skip
    return entries.only(kept)


def with_twins_told(entries: Entries, account: Account) -> Entries:
    """Return rows, of which near-identical ones are one where the plan asks for that; all are told.

    Near-identical are rows within ``NEAR_M`` of each other that agree in everything ``TELLING``, but not in position and all
    values, which :func:`with_spots_told` sees to.
    """
    number = np.flatnonzero(~_is_repeated(_joint(entries.spot, entries.content)))
    place = _places_by_content(entries)[number]
    is_twin = np.zeros(len(entries.rows), dtype=bool)
    is_twin[number[_nearest(place)[0]]] = True
    stands = np.arange(len(entries.rows))
    stands[number] = number[_standing(place)]
    is_again = stands != np.arange(len(entries.rows))
    what = (
        f"They stand within {NEAR_M:g} m of another row for which the list gives the same {', '.join(TELLING[:-1])} and {TELLING[-1]}, "
        "or none"
    )
    between = _between(int(is_again.sum()), entries)
    if account.is_asked("near_identical"):
        account.note("near_identical", entries.sources(is_again),
                     f"{what}; one of each was kept, as the plan asks. Without it {between}.", outcome="merged")  # fmt: skip
        return entries.only(~is_again)
    account.note("near_identical", entries.sources(is_twin),
                 f"{what}: one camera mapped twice, or two side by side. All were kept; {between}. {request('near_identical')}")  # fmt: skip
    return entries


def _tell_spots(entries: Entries, account: Account) -> None:
    """Note every row that shares its spot with another."""
    is_shared = _is_shared(entries.spot)
    if not is_shared.any():
        return
    counts = np.bincount(entries.spot)
    is_first = ~_is_repeated(_joint(entries.spot, entries.telling))
    several = int((np.bincount(entries.spot[is_first]) > 1).sum())
    differ = f"differ in {', '.join(TELLING[:-1])} or {TELLING[-1]}"
    poles = f"On {several:,} of the spots they {differ}: several cameras on one pole, each of which counts."
    account.note("same_spot", entries.sources(is_shared),
                 f"They stand on {(counts > 1).sum():,} spots, up to {counts.max():,} on one. "
                 f"{poles if several else f'On none of the spots do they {differ}.'}")  # fmt: skip


def _is_numbered(row: CameraRow) -> bool:
    """Return whether a row has no identifier of its own but where it was read, such as ``row 7`` or ``row 7 (2)``."""
    where = re.sub(r" \(\d+\)$", "", row.camera_id)
    return row.source.endswith(f", {where}") and re.search(r"(?:^|, )[a-z]+ \d+$", where) is not None


def _between(again: int, entries: Entries) -> str:
    return f"the cameras are between {len(entries.rows) - again:,} and {len(entries.rows):,}"


def _places_by_content(entries: Entries) -> Floats:
    """Return positions in space, m, and as a fourth coordinate what sets rows apart that do not agree in what is telling."""
    # Farther apart than anything counts as near.
    return np.column_stack([EARTH_RADIUS_M * directions(entries.lonlat()), 2.0 * NEAR_M * entries.telling])


def _nearest(place: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the places that have another within ``NEAR_M``, and the nearest such of each."""
    if len(place) < 2:
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    distance, found = cKDTree(place).query(place, k=2, distance_upper_bound=np.nextafter(NEAR_M, 2.0))
    # Of two at the very same place either may come first.
    other = np.where(found[:, 0] == np.arange(len(place)), found[:, 1], found[:, 0])
    near = np.flatnonzero(np.isfinite(distance[:, 1]))
    return near, other[near]


def _standing(place: Floats) -> NDArray[np.intp]:
    """Return for each place the one that stands for it, so that no two that stand are within ``NEAR_M``.

    Nearest pairs are joined, the first of each group stands, and so on until none is near another: a row of places each near
    the next would otherwise join to one however long it is.
    """
    stands = np.arange(len(place))
    left = stands
    while True:
        near, other = _nearest(place[left])
        if not len(near):
            return stands
        links = coo_array((np.ones(len(near), dtype=bool), (near, other)), shape=(len(left), len(left)))
        group = connected_components(links, directed=False)[1]
        first = np.full(group.max() + 1, len(left))
        np.minimum.at(first, group, np.arange(len(left)))
        replaced = np.arange(len(place))
        replaced[left] = left[first[group]]
        stands = replaced[stands]
        left = np.unique(stands)


def _renamed(rows: list[CameraRow], flags: Flags) -> list[CameraRow]:
    taken = {row.camera_id for row, is_shared in zip(rows, flags, strict=True) if not is_shared}
    named = []
    for number, (row, is_shared) in enumerate(zip(rows, flags, strict=True), start=1):
        if is_shared:
            name = f"{row.camera_id} ({row.source.rpartition(', ')[2]})"
            while name in taken:
                name = f"{name}, {number}"
            taken.add(name)
            row = replace(row, camera_id=name)  # noqa: PLW2901 - the row under its new name
        named.append(row)
    return named


def _codes(keys: Iterable[Hashable]) -> Codes:
    """Return one number for each key, the same for equal ones, counted in order of appearance."""
    seen: dict[Hashable, int] = {}
    return np.array([seen.setdefault(key, len(seen)) for key in keys], dtype=np.int64)


@lru_cache(maxsize=2**14)
def _plain(text: str) -> str:
    """Return a value without differences that mean nothing: 90 and 90.0, Dome and dome."""
    value = parsed_number(text)
    return " ".join(text.split()).casefold() if value is None else f"{value:.12g}"


def _joint(*codes: Codes) -> Codes:
    """Return one number for each row, the same for rows that agree in all of several."""
    joint = codes[0]
    for other in codes[1:]:
        joint = np.unique(joint * (other.max(initial=0) + 1) + other, return_inverse=True)[1].astype(np.int64)
    return joint


def _is_shared(codes: Codes) -> Flags:
    return (np.bincount(codes) > 1)[codes] if len(codes) else np.zeros(0, dtype=bool)


def _is_repeated(codes: Codes) -> Flags:
    """Return which rows have an equal one before them."""
    is_repeated = np.ones(len(codes), dtype=bool)
    is_repeated[np.unique(codes, return_index=True)[1]] = False
    return is_repeated
