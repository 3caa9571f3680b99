"""Camera lists for tests: made row by row, or taken from the data folder."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import shapely

from overseen.model.provenance import Notice, Source
from overseen.sources.camera_rows import CameraRow
from overseen.sources.positions import located_rows
from overseen.sources.whereabouts import Surroundings

LIST = Source("list.csv", "cameras", "", 0)

BERLIN = shapely.box(13.35, 52.485, 13.47, 52.545)
"""The clip of the data set ``berlin_mid``."""


def row(number: int, x: float, y: float, camera_id: str = "", **values: str) -> CameraRow:
    """Return a row as the reader of a table makes it; with not-a-number it has no position."""
    where = f"row {number}"
    point = shapely.Point() if np.isnan(x) or np.isnan(y) else shapely.Point(x, y)
    return CameraRow(camera_id or where, f"{LIST.file}, {where}", point, values, dict.fromkeys(values, "column"))


def rows_at(positions: Iterable[Sequence[float]], **values: str) -> list[CameraRow]:
    """Return rows at positions, numbered as in a table with a head."""
    return [row(number, *position, **values) for number, position in enumerate(positions, start=2)]


def scattered(count: int, area: shapely.Polygon = BERLIN, seed: int = 1) -> np.ndarray:
    """Return positions at random in a box, degrees, shape (n, 2)."""
    west, south, east, north = area.bounds
    return np.random.default_rng(seed).uniform((west, south), (east, north), (count, 2))


def located(rows: list[CameraRow], *mends: str, city: shapely.Geometry | None = None, **also):
    """Return the rows as they come out, the count of each kind of notice, and which mends had no case."""
    kept, notices = located_rows(
        rows, **{"crs": 4326, "source": LIST, "mends": mends, "surroundings": Surroundings(city)} | also
    )
    assert_every_row_is_accounted_for(rows, kept, notices)
    return kept, {f"{n.kind}: {n.example}" if n.count == 0 else n.kind: n.count for n in notices}


def gone(notices: Iterable[Notice]) -> int:
    """Return how many rows the notices say are not among the cameras."""
    return sum(notice.count for notice in notices if notice.kind.endswith((", left out", ", merged")))


def assert_every_row_is_accounted_for(
    rows: list[CameraRow], kept: list[CameraRow], notices: tuple[Notice, ...]
) -> None:
    """Assert that each row is kept or counted among those gone, and that a kept one is as many cameras as it says."""
    of_row = {one.source: one for one in rows}
    cameras = Counter(one.source for one in kept)
    assert len(of_row) - len(cameras) == gone(notices)
    for source, count in cameras.items():
        said = of_row[source].values.get("count", "1")
        assert count == (int(said.removesuffix(".0")) if re.fullmatch(r"\d+(\.0)?", said) else 1)
    assert len({one.camera_id for one in kept}) == len(kept)
    assert not any(one.point.is_empty for one in kept)


def coordinates(rows: list[CameraRow]) -> np.ndarray:
    """Return the positions of rows, shape (n, 2)."""
    return shapely.get_coordinates([one.point for one in rows])


def plain(values: Mapping[str, object], **fields: str) -> dict[str, str]:
    """Return some values of a record as fields of a row, where it has them."""
    return {field: str(values[name]) for field, name in fields.items() if values.get(name) not in (None, "")}
