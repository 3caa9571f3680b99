"""Cameras and heads from rows of text: the one reader behind every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from overseen.errors import Fault, SourceError
from overseen.model.cameras import CameraNetwork
from overseen.model.provenance import Notice, Source
from overseen.model.schema import CAMERA_KINDS
from overseen.sources.directions import parsed_directions
from overseen.sources.quantities import parsed_length_m, parsed_number
from overseen.sources.screening import PRIVATE as _PERSONAL

KINDS = {
    "fixed": "fixed", "bullet": "fixed", "box": "fixed", "turret": "fixed", "static": "fixed",
    "dome": "dome", "panning": "panning", "ptz": "panning", "revolving": "panning", "pan-tilt-zoom": "panning",
    "panorama": "panorama", "panoramic": "panorama", "fisheye": "panorama", "360": "panorama", "doorbell": "fixed",
}  # fmt: skip
SETTINGS = {"public": "public", "outdoor": "outdoor", "indoor": "indoor", "webcam": "unknown"}


@dataclass(frozen=True, slots=True)
class CameraRow:
    """One camera as a file gives it: every value as text, empty where it says nothing.

    ``values`` has keys of :data:`FIELDS`; ``origin`` tells from which column or tag each was read.
    """

    camera_id: str
    source: str
    point: shapely.Point
    values: Mapping[str, str]
    origin: Mapping[str, str]


FIELDS = (
    "kind", "setting", "mount", "operator", "status", "remark", "bearing", "field_of_view", "image_width",
    "mounting_height", "estimated_height", "tilt",
)  # fmt: skip
"""What a row may say of a camera."""


@dataclass(slots=True)
class _Tally:
    """Oddities as they are met: kind -> camera ids, in order."""

    shown_as: str
    found: dict[str, list[str]] = field(default_factory=dict)
    consequence: dict[str, str] = field(default_factory=dict)

    def note(self, kind: str, example: str, consequence: str) -> None:
        self.found.setdefault(kind, []).append(example)
        self.consequence[kind] = consequence

    def notices(self) -> tuple[Notice, ...]:
        return tuple(Notice(self.shown_as, kind, len(found), found[0], self.consequence[kind])
                     for kind, found in self.found.items())  # fmt: skip


def camera_network(
    rows: list[CameraRow], *, crs: object, source: Source, notices: tuple[Notice, ...] = ()
) -> CameraNetwork:
    """Return the network of rows whose points are in ``crs``; what was refused or dropped is counted in its notices.

    Raises
    ------
    SourceError
        If there is no camera at all, or an identifier stands twice.
    """
    _refuse_useless(rows, source.file)
    tally = _Tally(source.file)
    cameras, heads = [], []
    for row in rows:
        cameras.append(_camera(row, tally))
        heads += _heads(row, tally)
    index = pd.Index([row.camera_id for row in rows], name="camera_id", dtype=object)
    frame = gpd.GeoDataFrame(
        pd.DataFrame(cameras, index=index).astype(object), geometry=[row.point for row in rows], crs=crs
    )
    return CameraNetwork(frame, _head_table(heads), (source,), notices + tally.notices())


def _refuse_useless(rows: list[CameraRow], file: str) -> None:
    if not rows:
        raise SourceError([Fault(file, "", "it holds no camera", "give a file that lists cameras")])
    ids = pd.Series([row.camera_id for row in rows])
    again = ids[ids.duplicated()].unique()
    if len(again):
        raise SourceError([Fault(file, f"camera {name}", "its identifier stands twice", "give each camera its own identifier")
                           for name in again])  # fmt: skip


def _camera(row: CameraRow, tally: _Tally) -> dict[str, object]:
    kind_text = row.values.get("kind", "").strip().lower()
    kind = KINDS.get(kind_text, "unknown")
    if kind_text and kind_text not in KINDS:
        tally.note(f"kind of camera not understood: {kind_text}", row.source, "The kind counts as unknown.")
    return {
        "kind": kind if kind in CAMERA_KINDS else "unknown",
        "kind_source": row.origin.get("kind") if kind != "unknown" else None,
        "setting": SETTINGS.get(row.values.get("setting", "").strip().lower(), "unknown"),
        "mount": row.values.get("mount") or None,
        "operator": _screened(row, "operator", tally),
        "status": "disused" if row.values.get("status") == "disused" else "in_use",
        "remark": _screened(row, "remark", tally),
        "source": row.source,
    }


def _screened(row: CameraRow, name: str, tally: _Tally) -> str | None:
    """Return a text unless it may hold an address, a login or a number of a person or a stream."""
    text = row.values.get(name, "").strip()
    if text and _PERSONAL.search(text):
        tally.note(
            f"{name} dropped",
            row.source,
            "It may hold an address, a login or a telephone number; nothing of it is kept.",
        )
        return None
    return text or None


def _heads(row: CameraRow, tally: _Tally) -> list[dict[str, object]]:
    shared = _shared_attributes(row, tally)
    text = row.values.get("bearing", "").strip()
    heads = []
    for direction in parsed_directions(text) if text else ():
        if direction.refusal:
            tally.note(
                f"direction refused: {direction.refusal}", f"{row.source}: {text}", "The bearing counts as unknown."
            )
            continue
        head = dict(shared) | _attribute(
            "bearing", "bearing_deg", direction.bearing_deg, "stated", row.origin.get("bearing")
        )
        if direction.field_of_view_deg is not None:
            head |= _attribute("field_of_view", "field_of_view_deg", direction.field_of_view_deg, "stated",
                               f"{row.origin.get('bearing')}, an arc")  # fmt: skip
        heads.append(head)
    if not heads:
        heads = [shared | _attribute("bearing", "bearing_deg", None, "unknown", None)]
    return [{"head_id": f"{row.camera_id}#{number}", "camera_id": row.camera_id} | head
            for number, head in enumerate(heads, start=1)]  # fmt: skip


def _shared_attributes(row: CameraRow, tally: _Tally) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, column, low, high in (
        ("field_of_view", "field_of_view_deg", 0.0, 360.0),
        ("image_width", "image_width_px", 1.0, 1e6),
        ("tilt", "tilt_deg", -90.0, 90.0),
    ):
        value = _ranged(row, name, parsed_number(row.values.get(name, "")), low, high, tally)
        found |= _attribute(name, column, value, "stated", row.origin.get(name))
    return found | _height(row, tally)


def _height(row: CameraRow, tally: _Tally) -> dict[str, object]:
    for name, certainty in (("mounting_height", "stated"), ("estimated_height", "inferred")):
        value = _ranged(row, name, parsed_length_m(row.values.get(name, "")), 0.1, 200.0, tally)
        if value is not None:
            return _attribute("mounting_height", "mounting_height_m", value, certainty, row.origin.get(name))
    return _attribute("mounting_height", "mounting_height_m", None, "unknown", None)


def _ranged(row: CameraRow, name: str, value: float | None, low: float, high: float, tally: _Tally) -> float | None:
    text = row.values.get(name, "").strip()
    if value is not None and low <= value <= high:
        return value
    if text:
        tally.note(f"{name.replace('_', ' ')} not understood", f"{row.source}: {text}", "It counts as unknown.")
    return None


def _attribute(name: str, column: str, value: float | None, certainty: str, origin: str | None) -> dict[str, object]:
    is_known = value is not None
    return {
        column: value if is_known else np.nan,
        f"{name}_certainty": certainty if is_known else "unknown",
        f"{name}_source": origin if is_known else None,
    }


def _head_table(heads: list[dict[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame(heads).set_index("head_id")
    numbers = [name for name in frame if name.endswith(("_deg", "_px", "_m"))]
    return frame.astype(dict.fromkeys(frame.columns.difference(numbers), object) | dict.fromkeys(numbers, float))
