"""What a row says of a camera as a whole: kind, use, setting, maker, dates, status, and words, each accounted for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from overseen.sources.camera_makes import make_of
from overseen.sources.packs import get_pack
from overseen.sources.quantities import parsed_date
from overseen.sources.readings import Tally

NOT_UNDERSTOOD = "not understood"
PRIVATE = "may hold an address, a login or a telephone number"
TWO_KINDS = "two kinds in one value"
NO_DATE = "no date, or one whose day and month may be swapped"
TOO_EARLY = "a year before there were surveillance cameras"
FIRST_YEAR = 1942
"""The first closed-circuit television."""

TURNING_KINDS = frozenset({"dome", "panning"})

UNEXAMINED = {
    "disused": "It is in the list and is not examined.",
    "planned": "It is in the list, and is examined only if the plan says from when, or that it is to be.",
}
"""What becomes of a camera that is not in use."""

Camera = dict[str, object]


class Row(Protocol):
    """What is needed of a row: its text per field, where each was read, and what messages call it."""

    @property
    def source(self) -> str:
        """What messages call the row."""

    @property
    def values(self) -> Mapping[str, str]:
        """Field -> text."""

    @property
    def origin(self) -> Mapping[str, str]:
        """Field -> column or tag."""


def value_of(row: Row, field: str) -> str:
    """Return the text of a field without spaces around it, empty where the row says nothing."""
    return row.values.get(field, "").strip()


@cache
def _table(name: str) -> Mapping[str, str]:
    """Return spelling -> meaning of one table of the pack of camera spellings."""
    table: Mapping[str, list[str]] = _pack()[name]
    return {_plain(spelling): meaning for meaning, spellings in table.items() for spelling in spellings}


@cache
def _pack() -> dict[str, Any]:
    return get_pack("spellings", "cameras")


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("_", " ").strip("() ").split())


def camera_of(row: Row, tally: Tally) -> Camera:
    """Return the columns of table ``cameras`` but for the position; the kind is accounted for by :func:`account_for_kind`."""
    kind, kind_source = _kind(row)
    use, use_source = _use(row, tally)
    maker, model = _make(row, tally)
    return {
        "kind": kind,
        "kind_source": kind_source,
        "use": use,
        "use_source": use_source,
        "setting": _setting(row, tally),
        "zone": _zone(row, tally),
        "mount": _mount(row, tally),
        "operator": _words(row, "operator", tally),
        "manufacturer": maker,
        "model": model,
        "status": _status(row, tally),
        "checked_on": _date(row, "checked_on", tally),
        "installed_on": _date(row, "installed_on", tally),
        "active_until": _date(row, "active_until", tally),
        "phase": _words(row, "phase", tally),
        "remark": _remark(row, tally),
        "source": row.source,
    }


def _kind(row: Row) -> tuple[str, str | None]:
    kinds = _kinds_in(value_of(row, "kind"))
    if len(kinds) == 1:
        return kinds.pop(), row.origin["kind"]
    bracketed = re.findall(r"[(\[]([^)\]]+)[)\]]", value_of(row, "label"))
    found = {kind for word in bracketed for kind in _kinds_in(word)}
    return (found.pop(), f"{row.origin['label']}, in brackets") if len(found) == 1 else ("unknown", None)


def account_for_kind(row: Row, camera: Camera, tally: Tally) -> None:
    """Count what the row gave of the kind, once the directions and the model have had their say."""
    text, source = value_of(row, "kind"), str(camera["kind_source"])
    is_something_else = not text or (not _kinds_in(text) and _says_nothing_of_kind(text))
    quoted = tally.quoted(text).lower()
    reason = TWO_KINDS if _kinds_in(text) else f"{NOT_UNDERSTOOD}: {quoted}" if quoted else NOT_UNDERSTOOD
    if camera["kind"] != "unknown":
        origin = "what is known of the model" if source.startswith("model ") else source
        is_beside = source != row.origin.get("kind") and not is_something_else
        tally.take("kind", origin, read=1, refused=[reason] if is_beside else [])
    elif not is_something_else:
        tally.take("kind", row.origin["kind"], refused=[reason])
        tally.note("kind of camera not understood", row.source, "The kind counts as unknown.", text=text)


def _kinds_in(text: str) -> set[str]:
    """Return the kinds that a text names: by the whole of it, or by its words where one of them is a kind."""
    found = set()
    for part in text.split(";"):
        plain = re.sub(r"\b(?:cctv|cameras?|kamera|caméra|type|style)\b", " ", _plain(part))
        plain = " ".join(plain.split())
        whole = _table("kinds").get(plain)
        words = {_table("kinds")[word] for word in re.split(r"[\s,/]+", plain) if word in _table("kinds")}
        found |= {whole} if whole else {"panning"} if "panning" in words and "fixed" not in words else words
    return found


def _says_nothing_of_kind(text: str) -> bool:
    """Return whether a text in a column of kinds says something else, read elsewhere, or nothing."""
    plain = _plain(text)
    return (
        plain in map(_plain, _pack()["not_a_kind"]["values"]) or plain in _table("uses") or plain in _table("settings")
    )


def _use(row: Row, tally: Tally) -> tuple[str | None, str | None]:
    for field in ("use", "setting", "kind"):
        for part in value_of(row, field).split(";"):
            use = _table("uses").get(_plain(part))
            if use is not None:
                tally.take("use", row.origin[field], read=1)
                if use == "webcam":
                    tally.note(
                        "webcam",
                        row.source,
                        "Anyone may look through it. Where it looks is told by its other values alone; no address of it is kept.",
                    )
                return use, row.origin[field]
    text = value_of(row, "use")
    if text and _plain(text) not in map(_plain, _pack()["not_a_kind"]["values"]):
        tally.take("use", row.origin["use"], refused=[NOT_UNDERSTOOD])
        tally.note("use not understood", row.source, "The use counts as unknown.", text=text)
    return None, None


def _setting(row: Row, tally: Tally) -> str:
    for field in ("setting", "kind"):
        for part in value_of(row, field).split(";"):
            setting = _table("settings").get(_plain(part), "unknown")
            if setting != "unknown":
                tally.take("setting", row.origin[field], read=1)
                return setting
    text = value_of(row, "setting")
    if text and _plain(text) not in {*_table("settings"), *_table("uses")}:
        tally.take("setting", row.origin["setting"], refused=[NOT_UNDERSTOOD])
        tally.note("setting not understood", row.source, "The setting counts as unknown.", text=text)
    return "unknown"


def _zone(row: Row, tally: Tally) -> str | None:
    zones = [
        zone
        for zone in map(_plain, value_of(row, "zone").split(";"))
        if zone and zone not in _pack()["zones"]["nothing"]
    ]
    return _screened(row, "zone", "; ".join(zones), tally)


def _mount(row: Row, tally: Tally) -> str | None:
    text = value_of(row, "mount")
    return _screened(row, "mount", _table("mounts").get(_plain(text), text.lower()), tally)


def _words(row: Row, field: str, tally: Tally) -> str | None:
    return _screened(row, field, value_of(row, field), tally)


def _screened(row: Row, field: str, text: str, tally: Tally) -> str | None:
    """Return a text unless it may hold an address, a login or a number of a person or a stream."""
    if not text:
        return None
    if tally.is_private(text):
        tally.take(field, row.origin[field], refused=[PRIVATE])
        tally.note(f"{field} dropped", row.source, f"It {PRIVATE}; nothing of it is kept.")
        return None
    tally.take(field, row.origin[field], read=1)
    return text


def _remark(row: Row, tally: Tally) -> str | None:
    if "fixme" in row.origin.get("remark", ""):
        tally.note("fixme", row.source, "The list itself doubts something of it; what it says stands as a remark.")
    return _words(row, "remark", tally)


def _make(row: Row, tally: Tally) -> tuple[str | None, str | None]:
    make = make_of(value_of(row, "manufacturer"))
    maker = _screened(row, "manufacturer", make.maker if make else "", tally)
    model = _words(row, "model", tally)
    if model is None and make is not None and make.model:
        tally.take("model", row.origin["manufacturer"], read=1)
        model = make.model
    return maker, model


def _status(row: Row, tally: Tally) -> str:
    text = value_of(row, "status")
    if not text:
        return "in_use"
    status = _table("statuses").get(_plain(text))
    if status is None:
        tally.take("status", row.origin["status"], refused=[NOT_UNDERSTOOD])
        tally.note("status not understood", row.source, "It counts as in use.", text=text)
        return "in_use"
    tally.take("status", row.origin["status"], read=1)
    if status != "in_use":
        tally.note(f"camera {status}", row.source, UNEXAMINED[status])
    return status


def _date(row: Row, field: str, tally: Tally) -> str | None:
    text = value_of(row, field)
    if not text:
        return None
    date = parsed_date(text)
    reason = NO_DATE if date is None else TOO_EARLY if int(date[:4]) < FIRST_YEAR else ""
    if reason:
        tally.take(field, row.origin[field], refused=[reason])
        tally.note(f"{field.replace('_', ' ')} not understood", row.source, "The date counts as unknown.", text=text)
        return None
    tally.take(field, row.origin[field], read=1)
    return date
