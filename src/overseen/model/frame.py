"""The metric plane of a city: choosing it, refusing a bad one, and turning true bearings into plane bearings."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from overseen.errors import FrameError

AREAL_SCALE_TOLERANCE = 0.01


def metric_frame(longitude_deg: float, latitude_deg: float) -> pyproj.CRS:
    """Return the UTM zone of a point: a plane in metres whose areal scale is within 1 % of 1 near it.

    Raises
    ------
    FrameError
        Nearer to a pole than 80° S or 84° N, where UTM ends.

    Examples
    --------
    >>> metric_frame(24.94, 60.17).to_epsg()
    32635
    """
    points = gpd.GeoSeries(gpd.points_from_xy([longitude_deg], [latitude_deg]), crs=4326)
    try:
        return points.estimate_utm_crs()
    except RuntimeError as error:
        raise FrameError(f"no UTM zone holds longitude {longitude_deg}, latitude {latitude_deg}") from error


def areal_scale(crs: pyproj.CRS, x: float, y: float) -> float:
    """Return the area in the plane of one square metre on the ground at (x, y), CRS units squared."""
    longitude, latitude = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True).transform(x, y)
    return float(pyproj.Proj(crs).get_factors(longitude, latitude).areal_scale)


def check_frame(crs: pyproj.CRS | None, extent: BaseGeometry) -> None:
    """Refuse a CRS in which lengths and areas near ``extent`` are not those on the ground.

    Raises
    ------
    FrameError
        If there is no CRS, it is not projected, not in metres, or its areal scale is off by more than 1 %.
    """
    if crs is None:
        raise FrameError("the city has no coordinate reference system; set one")
    crs = pyproj.CRS(crs)
    if not crs.is_projected or any(axis.unit_conversion_factor != 1.0 for axis in crs.axis_info[:2]):
        raise FrameError(f"{crs.name} is not a plane in metres; reproject the city to its UTM zone")
    if extent.is_empty:
        return
    west, south, east, north = extent.bounds
    for x, y in ((west, south), (west, north), (east, south), (east, north)):
        scale = areal_scale(crs, x, y)
        if abs(scale - 1.0) > AREAL_SCALE_TOLERANCE:
            raise FrameError(
                f"{crs.name} shows areas {scale:.3f} times too large here; reproject the city to its UTM zone"
            )


def true_north_bearing_deg(crs: pyproj.CRS, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return, at each point, the bearing of true north in the plane: degrees clockwise from grid north, shape (n,).

    A true bearing b has plane bearing b + the value returned here. At Helsinki in EPSG:3067 it is 1.8°.

    Examples
    --------
    >>> import numpy as np, pyproj
    >>> x, y = np.array([385_600.0]), np.array([6_672_000.0])
    >>> round(float(true_north_bearing_deg(pyproj.CRS(3067), x, y)[0]), 1)
    1.8
    """
    to_degrees = pyproj.Transformer.from_crs(crs, pyproj.CRS(crs).geodetic_crs, always_xy=True)
    longitude, latitude = to_degrees.transform(x, y)
    factors = pyproj.Proj(crs).get_factors(longitude, latitude)
    # PROJ counts convergence as grid north seen from true north, clockwise positive.
    return -np.asarray(factors.meridian_convergence, dtype=np.float64)
