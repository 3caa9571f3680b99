"""The heads of a camera from its row: one per direction that the list states, each with its optics."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from overseen.model.profile import ARC
from overseen.sources.camera_attributes import TURNING_KINDS, Camera, Row, value_of
from overseen.sources.camera_makes import known_model
from overseen.sources.camera_quantities import (
    BUILDING_HEIGHT,
    ELEVATION,
    STOREY,
    Measure,
    field_of_view_deg,
    focal_length_mm,
    height_m,
    lens_field_of_view_deg,
    picture_width_px,
    pixels_across,
    tilt_deg,
    tilt_of_old_tag_deg,
    tilt_of_osm_deg,
)
from overseen.sources.directions import FULL_CIRCLE_DEG, Direction, Writing, parsed_directions
from overseen.sources.readings import Tally

Head = dict[str, object]
Refusal = tuple[str, str]
Reader = Callable[[str], Measure]

COLUMNS = {
    "bearing": "bearing_deg",
    "field_of_view": "field_of_view_deg",
    "image_width": "image_width_px",
    "mounting_height": "mounting_height_m",
    "tilt": "tilt_deg",
}
"""Attribute -> column of table ``heads``."""


def _always(reason: str) -> Reader:
    """Return a reader of what never is a value of the attribute, however it is spelt."""
    return lambda _text: Measure(refusal=reason)


def _estimated_height(text: str) -> Measure:
    found = height_m(text)
    return found if found.value is None else Measure(found.value, "inferred", found.basis)


READERS: dict[str, tuple[tuple[str, Reader], ...]] = {
    "image_width": (("image_width", pixels_across), ("resolution", picture_width_px)),
    "mounting_height": (
        ("mounting_height", height_m),
        ("estimated_height", _estimated_height),
        ("level", _always(STOREY)),
        ("elevation", _always(ELEVATION)),
        ("building_height", _always(BUILDING_HEIGHT)),
    ),
    "tilt": (("tilt", tilt_deg), ("osm_tilt", tilt_of_osm_deg), ("old_tilt", tilt_of_old_tag_deg)),
}
"""Attribute -> the fields that may tell it, the best first, each with its reader."""


def heads_of(row: Row, camera_id: str, camera: Camera, writing: Writing, tally: Tally) -> list[Head]:
    """Return the rows of table ``heads`` of a camera, one for every direction stated, or one.

    A direction that is refused is still a head, of which the bearing is not known: the list says that it is there. The kind in
    ``camera`` is set where only the directions or the model tell it.
    """
    directions = _directions(row, camera, writing, tally)
    shared, refusals = _optics(row, camera, tally)
    origin = row.origin.get("bearing", "")
    heads = [shared | _direction_of(direction, origin, camera) for direction in directions]
    if not heads:
        heads = [shared | attribute("bearing", None)]
    for name in ("field_of_view", *READERS):
        _account(name, heads, refusals.get(name, []), tally)
    return [{"head_id": f"{camera_id}#{number}", "camera_id": camera_id} | head
            for number, head in enumerate(heads, start=1)]  # fmt: skip


def attribute(name: str, value: float | None, certainty: str = "stated", origin: str | None = None) -> Head:
    """Return the three columns of an attribute: its value, how it is known, and where it was read."""
    is_known = value is not None
    return {
        COLUMNS[name]: value if is_known else np.nan,
        f"{name}_certainty": certainty if is_known else "unknown",
        f"{name}_source": origin if is_known else None,
    }


def _directions(row: Row, camera: Camera, writing: Writing, tally: Tally) -> list[Direction]:
    text = value_of(row, "bearing")
    if not text:
        return []
    values = parsed_directions(text, writing)
    stated = [direction for direction in values if not direction.is_empty]
    refusals = [direction.refusal for direction in stated if direction.refusal]
    tally.take(
        "bearing",
        row.origin["bearing"],
        read=len(stated) - len(refusals),
        refused=refusals,
        empty=len(values) - len(stated),
    )
    for refusal in refusals:
        tally.note(
            f"direction refused: {refusal}", row.source, "The bearing of that head counts as unknown.", text=text
        )
    _note_oddities(row, stated, len(values) - len(stated), camera, tally)
    if stated and camera["kind"] == "unknown" and all(direction.is_all_round for direction in stated):
        camera["kind"], camera["kind_source"] = "panning", f"{row.origin['bearing']}, all round"
    return stated


def _note_oddities(row: Row, stated: Sequence[Direction], empty: int, camera: Camera, tally: Tally) -> None:
    text, turns = value_of(row, "bearing"), camera["kind"] in TURNING_KINDS
    if empty:
        tally.note("direction with an empty value", row.source, "The empty value is no head.", text=text)
    bearings = [(direction.bearing_deg, direction.field_of_view_deg) for direction in stated if not direction.refusal]
    if len(set(bearings)) < len(bearings):
        tally.note("direction stated more than once", row.source, "Each is a head; they see the same.", text=text)
    if any(direction.form == "360" for direction in stated):
        if turns or camera["kind"] == "panorama":
            tally.note("direction 360 of a camera that sees all round", row.source, "It is the full circle, not north.")
        else:
            tally.note("direction 360", row.source, "It is north, as the camera is not said to turn.")
    if any(direction.is_all_round for direction in stated):
        consequence = "It can look all round; where the list does not state its kind it is taken to turn."
        tally.note("direction all round", row.source, consequence, text=text)
    if turns and any(direction.field_of_view_deg and not direction.is_all_round for direction in stated):
        consequence = "It is the range over which the camera turns: its middle is the bearing, its width is no field of view and is not used."
        tally.note("arc of a camera that turns", row.source, consequence, text=text)


def _direction_of(direction: Direction, origin: str, camera: Camera) -> Head:
    """Return the columns that one direction states: the bearing, and for an arc of a camera that keeps still its width."""
    if direction.bearing_deg is None:
        return attribute("bearing", None)
    sees_round = camera["kind"] in TURNING_KINDS or camera["kind"] == "panorama"
    is_round = direction.is_all_round or (direction.form == "360" and sees_round)
    head = attribute("bearing", direction.bearing_deg, "stated", f"{origin}, all round" if is_round else origin)
    width = FULL_CIRCLE_DEG if is_round else direction.field_of_view_deg
    if width is not None and camera["kind"] not in TURNING_KINDS:
        head |= attribute("field_of_view", width, "stated", f"{origin}, {ARC}")
    return head


def _optics(row: Row, camera: Camera, tally: Tally) -> tuple[Head, dict[str, list[Refusal]]]:
    """Return what the heads of a camera share, everything but the bearing, and per attribute what was refused."""
    head = attribute("bearing", None)
    refusals: dict[str, list[Refusal]] = {}
    for name, readers in READERS.items():
        found, refusals[name] = _first(row, name, readers, tally)
        head |= found
    lens = ("focal_length", lambda text: lens_field_of_view_deg(text, value_of(row, "sensor")))
    found, refusals["field_of_view"] = _first(row, "field_of_view", (("field_of_view", field_of_view_deg), lens), tally)
    head |= found
    return head | _of_model(row, camera, head, tally), refusals


def _first(row: Row, name: str, readers: Sequence[tuple[str, Reader]], tally: Tally) -> tuple[Head, list[Refusal]]:
    """Return the first value that a field gives, and what was refused before it."""
    refusals: list[Refusal] = []
    for field, reader in readers:
        text = value_of(row, field)
        if not text:
            continue
        found, origin = reader(text), row.origin[field]
        if found.value is not None:
            source = f"{origin}, {found.basis}" if found.basis else origin
            return attribute(name, found.value, found.certainty, source), refusals
        refusals.append((origin, found.refusal))
        kind = f"{name.replace('_', ' ')} refused: {found.refusal}"
        tally.note(kind, row.source, "It counts as unknown where nothing else tells it.", text=f"{origin} {text}")
    return attribute(name, None), refusals


def _of_model(row: Row, camera: Camera, head: Head, tally: Tally) -> Head:
    """Return what is known of the camera's model and not stated by the list, and set its kind where the list does not."""
    model = known_model(str(camera["manufacturer"] or ""), str(camera["model"] or ""))
    if model is None:
        return {}
    kind = f"camera of a known model: {camera['manufacturer']} {camera['model']}"
    tally.note(
        kind, row.source, f"What the list leaves open of it was taken from what is known of the model ({model.source})."
    )
    found: Head = {}
    source = f"model {camera['model']}: {model.source}"
    if camera["kind"] == "unknown" and not model.turns:
        camera["kind"], camera["kind_source"] = "fixed", source
    if head["image_width_certainty"] == "unknown":
        found |= attribute("image_width", model.image_width_px, "inferred", source)
    field = model.field_of_view_with(focal_length_mm(value_of(row, "focal_length")))
    # The maker's figure knows the distortion of the lens; one reckoned from focal length and sensor does not.
    if field is not None and head["field_of_view_certainty"] != "stated":
        found |= attribute("field_of_view", field, "inferred", source)
    return found


def _account(name: str, heads: Sequence[Head], refusals: Sequence[Refusal], tally: Tally) -> None:
    """Count what the row gave of an attribute: one value for all its heads, but a field of view for each that has one."""
    sources = [str(head[f"{name}_source"]) for head in heads if head[f"{name}_certainty"] != "unknown"]
    reasons = [reason for _, reason in refusals]
    if sources:
        origin = "what is known of the model" if sources[0].startswith("model ") else sources[0]
        tally.take(name, origin, read=len(sources) if name == "field_of_view" else 1, refused=reasons)
    elif refusals:
        tally.take(name, refusals[0][0], refused=reasons)
