"""Where the cameras of a list should be: in a city, beside other lists, or where most of them are."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

EARTH_RADIUS_M = 6_371_008.8

CITY_FAR_M = 100_000.0
"""A camera this far beyond a city's boundary is none of that city's."""

INSIDE_M = 10_000.0
"""A position is taken for meant where it stands this near: lists of a city reach into its suburbs."""

FAR_RADII, LEAST_FAR_M = 3.0, 50_000.0
"""Beyond so many times the radius that holds most of a list, and at least so far from its middle, a point is far away."""

MOST = 0.9
"""Share of a list that its radius holds: as many as one row in ten may be misplaced without widening it."""

LEAST_ROWS = 5
"""With fewer rows there is no rest from which one could be far."""


@dataclass(frozen=True, slots=True)
class Region:
    """A place on the globe, and what counts as in it and as far from it.

    Parameters
    ----------
    words
        What messages call it.
    longitude_deg, latitude_deg
        Its middle; a point in it.
    shape
        Its extent, in metres in the plane that shows distances from its middle as they are.
    inside_m, far_m
        Distances from ``shape`` up to which a position is in it, and beyond which it is far away.
    is_independent
        Whether it is known from something other than the list itself.
    """

    words: str
    longitude_deg: float
    latitude_deg: float
    shape: BaseGeometry
    inside_m: float
    far_m: float
    is_independent: bool

    def is_inside(self, lonlat: Floats) -> Flags:
        """Return which positions in degrees, shape (n, 2), are in it; one off the globe is not."""
        return self._is_within(lonlat, self.inside_m)

    def is_far(self, lonlat: Floats) -> Flags:
        """Return which positions in degrees, shape (n, 2), are far from it; one off the globe is."""
        return ~self._is_within(lonlat, self.far_m)

    def mirror_m(self) -> float:
        """Return how far its middle is from where exchanged axes would put it; infinite if that is off the globe."""
        middle = np.array([[self.longitude_deg, self.latitude_deg]])
        return float(distance_m(middle, middle[:, ::-1])[0]) if abs(self.longitude_deg) <= 90.0 else float("inf")

    def bounds_deg(self) -> tuple[float, float, float, float]:
        """Return west, south, east and north of its extent, ``inside_m`` of room around it for a list, none for a city."""
        shape = self.shape if self.shape.area else self.shape.buffer(self.inside_m)
        corners = shapely.get_coordinates(shapely.segmentize(shape, max(shape.length / 64.0, 1.0)))
        plane = _plane(self.longitude_deg, self.latitude_deg)
        longitude, latitude = plane.transform(corners[:, 0], corners[:, 1], direction="INVERSE")
        return float(longitude.min()), float(latitude.min()), float(longitude.max()), float(latitude.max())

    def _is_within(self, lonlat: Floats, reach_m: float) -> Flags:
        middle = np.array([[self.longitude_deg, self.latitude_deg]])
        away_m = np.where(is_on_globe(lonlat), distance_m(middle, lonlat), np.inf)
        found = away_m <= reach_m
        if self.shape.area:
            # The exact distance from a city's boundary costs more, and only matters around it. Its middle is in it.
            is_open = ~found & (away_m <= 1.01 * (2.0 * float(shapely.minimum_bounding_radius(self.shape)) + reach_m))
            shapely.prepare(self.shape)
            near = points_of(_in_plane(self.longitude_deg, self.latitude_deg, lonlat[is_open]))
            found[is_open] = shapely.dwithin(self.shape, near, reach_m)
        return found


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else is known of where a list should lie.

    Parameters
    ----------
    boundary
        The city's boundary in degrees; ``None`` where no city is given.
    others
        Positions of the other lists of the run in degrees, shape (n, 2).
    """

    boundary: BaseGeometry | None = None
    others: Floats = field(default_factory=lambda: np.empty((0, 2)))

    def region(self) -> Region | None:
        """Return where the list should lie: the city, else where the other lists are; ``None`` if nothing tells."""
        if self.boundary is not None and self.boundary.area > 0.0:
            return _city_region(self.boundary)
        return points_region(self.others, "the other lists", is_independent=True)


def points_region(lonlat: Floats, words: str, *, is_independent: bool) -> Region | None:
    """Return where positions in degrees are for the most part; ``None`` for fewer than ``LEAST_ROWS``.

    Its middle is the median of their longitudes and of their latitudes, which neither a few points far off nor the date line
    can move. Its extent is told by the radius that holds ``MOST`` of them.
    """
    if len(lonlat) < LEAST_ROWS:
        return None
    # Longitudes are counted from the side of the globe on which most are, lest the date line cut them.
    x, y, _ = np.median(directions(lonlat), axis=0)
    side = np.degrees(np.arctan2(y, x))
    longitude = side + np.median((lonlat[:, 0] - side + 180.0) % 360.0 - 180.0)
    middle = float((longitude + 180.0) % 360.0 - 180.0), float(np.median(lonlat[:, 1]))
    away_m = distance_m(np.array([middle]), lonlat)
    # The next lower rank: in a short list the farthest point must not stand for the rest.
    radius_m = float(np.quantile(away_m, MOST, method="lower"))
    return Region(
        words,
        *middle,
        shapely.Point(0.0, 0.0),
        max(radius_m, INSIDE_M),
        max(FAR_RADII * radius_m, LEAST_FAR_M),
        is_independent,
    )


def directions(lonlat: Floats) -> Floats:
    """Return positions in degrees, shape (n, 2), as directions of length 1 from the centre of the globe, shape (n, 3)."""
    longitude, latitude = np.radians(lonlat).T
    return np.column_stack(
        [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)]
    )


def distance_m(one: Floats, other: Floats) -> Floats:
    """Return the distance along the sphere between positions in degrees, shape (n, 2) or (1, 2)."""
    chord = np.linalg.norm(directions(one) - directions(other), axis=1)
    return 2.0 * EARTH_RADIUS_M * np.arcsin(np.minimum(chord / 2.0, 1.0))


def is_on_globe(lonlat: Floats) -> Flags:
    """Return which positions, shape (n, 2), are a longitude and a latitude."""
    with np.errstate(invalid="ignore"):
        return (np.abs(lonlat[:, 0]) <= 180.0) & (np.abs(lonlat[:, 1]) <= 90.0)


def points_of(lonlat: Floats) -> NDArray[np.object_]:
    """Return positions, shape (n, 2), as n points."""
    return np.asarray(shapely.points(lonlat), dtype=object).reshape(-1)


def _city_region(boundary: BaseGeometry) -> Region:
    inner = boundary.representative_point()
    middle = inner.x, inner.y
    shape = shapely.transform(boundary, lambda lonlat: _in_plane(*middle, lonlat))
    return Region("the city's boundary", *middle, shape, INSIDE_M, CITY_FAR_M, is_independent=True)


@lru_cache(maxsize=16)
def _plane(longitude_deg: float, latitude_deg: float) -> pyproj.Transformer:
    """Return the way into the plane, in metres, in which distances from a point are those on the ground."""
    aeqd = f"+proj=aeqd +lon_0={longitude_deg!r} +lat_0={latitude_deg!r} +datum=WGS84 +units=m"
    return pyproj.Transformer.from_crs(4326, aeqd, always_xy=True)


def _in_plane(longitude_deg: float, latitude_deg: float, lonlat: Floats) -> Floats:
    return np.column_stack(_plane(longitude_deg, latitude_deg).transform(*lonlat.T))
