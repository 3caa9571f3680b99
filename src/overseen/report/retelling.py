"""Says in the language spoken what a document still holds in English: texts that an assessment composed and kept."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar
from unicodedata import bidirectional

from overseen.model.wording import ENGLISH, is_right_to_left, language, retold
from overseen.report.document import Command, Table

Told = TypeVar("Told")

LEFT_TO_RIGHT = "\N{LEFT-TO-RIGHT MARK}"

AS_THEY_ARE = frozenset(
    {
        "name",
        "svg",
        "payload",
        "picture_png",
        "picture",
        "picture_key",
        "path",
        "anchors",
        "targets",
        "tones",
        "version",
        "title",
        "place",
        "credit",
    }
)
"""Fields that hold identifiers, drawings, or words that are somebody else's."""


def retold_document(document: Told) -> Told:
    """Return a document, or a page of a site, of which every text that is or was made of a message is in the language spoken."""
    if language() == ENGLISH:
        return document
    told: Told = _retold(document)
    return told


def _kept_in_order(text: str) -> str:
    """Return a text; between marks of direction where all its letters run against those of the language spoken."""
    is_foreign = is_right_to_left() and " " in text and any(letter.isalpha() for letter in text)
    if is_foreign and not any(bidirectional(letter) in {"R", "AL"} for letter in text):
        return f"{LEFT_TO_RIGHT}{text}{LEFT_TO_RIGHT}"
    return text


def _retold(part: Any) -> Any:
    if isinstance(part, str):
        return _kept_in_order(retold(part))
    if isinstance(part, tuple | list):
        return tuple(_retold(item) for item in part)
    if isinstance(part, Command) or not is_dataclass(part) or isinstance(part, type):
        return part
    told = {field.name: _retold(getattr(part, field.name)) for field in fields(part) if field.name not in AS_THEY_ARE}
    if isinstance(part, Table):
        # What a cell names in another language leads where it led.
        told["targets"] = {**part.targets, **{retold(words): anchor for words, anchor in part.targets.items()}}
    return replace(part, **told)
