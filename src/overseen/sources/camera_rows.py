"""Cameras and heads from rows of text: the one reader behind every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely

from overseen.errors import Fault, SourceError
from overseen.model.cameras import CameraNetwork
from overseen.model.provenance import Notice, Source
from overseen.sources.camera_attributes import account_for_kind, camera_of, value_of
from overseen.sources.camera_heads import Head, heads_of
from overseen.sources.camera_terms import TERMS, camera_terms
from overseen.sources.directions import writing_of
from overseen.sources.readings import Tally
from overseen.sources.screening import PRIVATE as _PERSONAL


@dataclass(frozen=True, slots=True)
class CameraRow:
    """One camera as a file gives it: every value as text, empty where it says nothing.

    ``values`` has keys of :data:`FIELDS`, and before :func:`overseen.sources.positions.located_rows` has spread it ``count``; ``origin`` tells from which column or tag each was read.
    """

    camera_id: str
    source: str
    point: shapely.Point
    values: Mapping[str, str]
    origin: Mapping[str, str]


FIELDS = (
    "kind", "label", "use", "setting", "zone", "mount", "operator", "manufacturer", "model", "status", "remark", "checked_on", "installed_on", "active_until", "phase",
    "bearing", "field_of_view", "focal_length", "sensor", "image_width", "resolution",
    "mounting_height", "estimated_height", "building_height", "level", "elevation", "tilt", "osm_tilt", "old_tilt",
    *TERMS,
)  # fmt: skip
"""What a row may say of a camera.

``label`` is a name that is only searched for a kind in brackets; ``use`` what the camera is for, such as reading plates;
``resolution`` the name of a picture's format, where ``image_width`` is its pixels; ``building_height``, ``level`` and ``elevation``
are heights that are not the lens's; ``tilt`` counts degrees down, ``osm_tilt`` degrees up, ``old_tilt`` either.
"""

READ = (
    "bearing", "field_of_view", "image_width", "mounting_height", "tilt", "kind", "use", "setting", "zone", "mount", "operator",
    "manufacturer", "model", "status", "checked_on", "installed_on", "active_until", "phase", "remark",
)  # fmt: skip
"""Attributes of which every file has a reading, in the order shown; :data:`TERMS` follow where a list has any of them."""


def camera_network(
    rows: list[CameraRow], *, crs: object, source: Source, notices: tuple[Notice, ...] = ()
) -> CameraNetwork:
    """Return the network of rows whose points are in ``crs``; what was read, refused or dropped is in its readings and notices.

    Raises
    ------
    SourceError
        If there is no camera at all, or an identifier stands twice.
    """
    _refuse_useless(rows, source.file)
    tally = Tally(source.file, lambda text: _PERSONAL.search(text) is not None)
    writing = writing_of(value_of(row, "bearing") for row in rows)
    cameras: list[dict[str, object]] = []
    heads: list[Head] = []
    for row in rows:
        camera = camera_of(row, tally)
        heads += heads_of(row, row.camera_id, camera, writing, tally)
        account_for_kind(row, camera, tally)
        cameras.append(camera)
    index = pd.Index([row.camera_id for row in rows], name="camera_id", dtype=object)
    frame = gpd.GeoDataFrame(
        pd.DataFrame(cameras, index=index, dtype=object), geometry=[row.point for row in rows], crs=crs
    )
    terms = camera_terms(rows, list(index), tally)
    readings = tally.readings(READ if terms is None else READ + TERMS, len(rows))
    return CameraNetwork(frame, _head_table(heads), (source,), notices + tally.notices(), readings, terms)


def _refuse_useless(rows: list[CameraRow], file: str) -> None:
    if not rows:
        raise SourceError([Fault(file, "", "it holds no camera", "give a file that lists cameras")])
    ids = pd.Series([row.camera_id for row in rows])
    again = ids[ids.duplicated()].unique()
    if len(again):
        raise SourceError([Fault(file, f"camera {name}", "its identifier stands twice", "give each camera its own identifier")
                           for name in again])  # fmt: skip


def _head_table(heads: list[Head]) -> pd.DataFrame:
    frame = pd.DataFrame(heads).set_index("head_id")
    numbers = [name for name in frame if name.endswith(("_deg", "_px", "_m"))]
    return frame.astype(dict.fromkeys(frame.columns.difference(numbers), object) | dict.fromkeys(numbers, float))
