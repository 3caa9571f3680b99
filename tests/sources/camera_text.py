"""Camera rows written out."""

from __future__ import annotations

import shapely

from overseen.model.cameras import CameraNetwork
from overseen.model.provenance import Reading, Source
from overseen.sources.camera_rows import CameraRow, camera_network


def row(number: int, values: dict[str, str]) -> CameraRow:
    """Return a row of a table whose columns are called like the fields."""
    return CameraRow(
        f"c{number}", f"row {number}", shapely.Point(24.94, 60.17), values, {name: f"column {name}" for name in values}
    )


def listed(*rows: dict[str, str]) -> CameraNetwork:
    """Return the network of some rows."""
    source = Source("list.csv", "cameras", "", 0)
    return camera_network([row(number, values) for number, values in enumerate(rows)], crs=4326, source=source)


def reading(network: CameraNetwork, attribute: str) -> Reading:
    """Return the reading of an attribute."""
    return next(reading for reading in network.readings if reading.attribute == attribute)
