"""A language that does not exist: every message of the code in Greek letters, so that what was not said stays in Latin ones."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from string import Formatter
from typing import Any

from babel.messages.catalog import Catalog
from tools.messages import SOURCE, messages

from overseen.report.document import Command
from overseen.report.languages import CatalogueSpeech
from overseen.report.retelling import AS_THEY_ARE

GREEK = {ord(letter): chr(0x3B1 + place % 24) for place, letter in enumerate(string.ascii_letters)}


def in_greek(message: str) -> str:
    """Return a message with its own letters replaced and its values as they are."""
    if "{" not in message:
        return message.translate(GREEK)
    pieces = []
    for literal, name, form, _ in Formatter().parse(message):
        pieces.append(literal.translate(GREEK).replace("{", "{{").replace("}", "}}"))
        if name is not None:
            pieces.append(f"{{{name}:{form}}}" if form else f"{{{name}}}")
    return "".join(pieces)


@cache
def pseudo_language() -> CatalogueSpeech:
    """Return the language; its numbers are Persian."""
    catalogue = Catalog(locale="fa")
    for found in messages():
        if found.many is None:
            catalogue.add(found.one, in_greek(found.one))
        else:
            catalogue.add((found.one, found.many), (in_greek(found.many),))
    return CatalogueSpeech(catalogue)


def texts_of(part: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a document that is the report's own, and the block that holds it."""
    if isinstance(part, str):
        yield where, part
    elif isinstance(part, tuple | list):
        for item in part:
            yield from texts_of(item, where)
    elif is_dataclass(part) and not isinstance(part, Command | type):
        for field in fields(part):
            if field.name not in AS_THEY_ARE:
                yield from texts_of(getattr(part, field.name), f"{type(part).__name__}.{field.name}")


CODE = re.compile(r"(?:phases: baseline: |baseline: )?[\w./]*[_/][\w./]*|\[[a-z_ =.\[\]]*\](?: [a-z_]+\b)?|\w+\.\w+")
"""Names of files, columns and keys of the plan."""


@cache
def sources() -> tuple[str, ...]:
    """Return the names of works that shipped data cite, the longest first; they stay as they are in every language."""
    found = [
        text
        for path in SOURCE.glob("packs/*/*.toml")
        for text in _cited(tomllib.loads(path.read_text(encoding="utf-8")))
    ]
    return tuple(sorted(set(found), key=len, reverse=True))


def _cited(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {"source", "citation"} and isinstance(value, str):
                yield value
            else:
                yield from _cited(value)
    elif isinstance(node, list):
        for item in node:
            yield from _cited(item)


def latin_words(text: str) -> list[str]:
    """Return the words of a text that are still in Latin letters and name no work, file, column or key."""
    for source in sources():
        text = text.replace(source, "")
    return re.findall(r"[A-Za-z]{3,}", CODE.sub("", text))
