"""Keeps the catalogues of messages in step with the code: ``python tools/messages.py`` updates them, ``--check`` only tells.

A message is found where it is said (``say``, ``say_counted``, ``counted``, ``later``), in the templates of pages, in the shipped data
that reports quote, and, for what the assessment composes in English and keeps, in its texts and f-strings.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parents[1] / "src" / "overseen"
CATALOGUES = SOURCE / "packs" / "messages"

SAYING = ("report", "cli", "model")
"""Folders whose code says messages."""

KEEPING = ("assessment", "exposure", "visibility")
"""Folders whose code composes texts that a run keeps."""

WORD_LISTS = ("report/map_words.py",)
"""Modules that hold nothing but words."""

NOTICING = ("sources",)
"""Folders of whose texts a run keeps the notices alone: what they say is a sentence."""

QUOTED = {
    "ladders": ("name", "meaning", "source"),
    "assumptions": ("meaning", "mark", "source"),
    "places": ("title", "meaning", "why", "mark"),
    "profiles": ("title", "meaning", "mark"),
    "rules": ("title", "test", "needs", "filled_by", "jurisdiction", "read_as"),
    "instruments": ("title", "heading", "text", "write", "by", "why", "mark", "law"),
    "operations": ("meaning", "mark", "words", "unit", "source", "where"),
    "effectiveness": ("words", "mark", "setting"),
    "columns": ("reason",),
}
"""Keys of shipped data that a report quotes, by folder; sources are names of works and stay as they are."""

TABLE_WORDS = (
    "fixed", "dome", "panning", "unknown", "outdoor", "indoor", "baseline", "kept", "broken", "met", "not met", "cannot tell", "answered",
    "answered in part", "to be filled", "suitable", "not suitable", "in excerpt", "original", "memory", "operates", "sees", "supplies", "recorded",
    "delivered", "promised", "buildings", "homes", "bearing", "tilt", "field of view", "mounting height", "focal length", "image width",
    "declared", "yes", "no", "none", "all", "hours", "days", "years", "count", "cameras", "feeds", "share", "street", "public space", "low", "high",
    "central", "excerpt", "m", "km", "the plan", "panorama", "points", "more", "less", "stands", "stand", "it", "areas", "town centre",
    "the box that the extract states for itself", "not verified against the original", "not verified against the original: an excerpt was read",
    "not verified against the original: from memory", "dwellings", "operators", "outages", "feeds", "streams", "feed-hours", "draws", "time",
    "camera-days", "person-hours", "camera-hours", "m h", "phase", "kind", "use", "setting", "operator", "manufacturer", "model", "status", "installed on",
    "active until", "in use", "planned", "disused", "central assumptions", "nobody", "mount", "remark", "supplier", "zones", "feeders", "features", "camera planned", "camera disused",
)  # fmt: skip
"""Values of tables that reports show."""

FORMS = (
    "{v1} found", "{v1} declared", "places: {v1}", "Cameras, {v1}", "feature {v1}", "{v1} lenses", "{v1} dropped", "tag {v1} dropped, it may hold {v2}", "{v1}, merged", "{v1}, left out",
    'To mend it, write mend = ["{v1}"] in [cameras] of the plan.', "the cameras are between {v1} and {v2}",
    "They stand within {v1} m of another row for which the list gives the same kind, operator and bearing, or none",
)  # fmt: skip
"""F-strings of what a run keeps that are not known by their look."""

OWN_WORKS = (
    "the plan, [governance] until", "the plan's list of cameras", "the plan, [governance] hours and [[purposes]] hours_needed",
    "the plan, [governance] signs", "overseen's own test of a rule that private spaces are not recorded",
    "overseen's own test: a camera that listens takes more than its picture", "overseen's own tests of what the plan declares",
)  # fmt: skip
"""What rules name as where they are from, and is nobody else's work."""

SAID_IN_TEMPLATE = re.compile(r"""say\((?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")


class Found(NamedTuple):
    """A message: English, its plural if it has one, and the file that says it."""

    one: str
    many: str | None
    where: str


def messages() -> list[Found]:
    """Return every message of the code, in the order of files and of their lines."""
    found: dict[tuple[str, str | None], Found] = {}
    for message in (*_said(), *_in_templates(), *_headings(), *_quoted(), *_kept(), *_table_words()):
        found.setdefault((message.one, message.many), message)
    return list(found.values())


def _modules(folders: tuple[str, ...]) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for path in sorted((SOURCE / folder).rglob("*.py")):
            yield path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def _said() -> Iterator[Found]:
    for where, tree in _modules(SAYING):
        if where in WORD_LISTS:
            yield from _listed(where, tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield from _call(node.func.id, node.args, where)


def _call(name: str, arguments: list[ast.expr], where: str) -> Iterator[Found]:
    texts = [argument.value if isinstance(argument, ast.Constant) else None for argument in arguments]
    if name in {"say", "later"} and texts and isinstance(texts[0], str) and _has_words(texts[0]):
        yield Found(texts[0], None, where)
    elif name == "say_counted" and len(texts) > 1 and isinstance(texts[0], str) and isinstance(texts[1], str):
        yield Found(texts[0], texts[1], where)
    elif name == "counted" and len(texts) > 1 and isinstance(texts[1], str):
        plural = texts[2] if len(texts) > 2 and isinstance(texts[2], str) else f"{texts[1]}s"
        yield Found(f"{{number:,}} {texts[1]}", f"{{number:,}} {plural}", where)


def _listed(where: str, tree: ast.Module) -> Iterator[Found]:
    for node in ast.walk(tree):
        values = node.values if isinstance(node, ast.Dict) else []
        for value in values:
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and _has_words(value.value):
                yield Found(value.value, None, where)


def _has_words(message: str) -> bool:
    return any(any(letter.isalpha() for letter in literal) for literal, *_ in Formatter().parse(message)) or (
        any(mark in message for mark in ",;%()") and "{" in message
    )


def _table_words() -> Iterator[Found]:
    for word in (*TABLE_WORDS, *FORMS, *OWN_WORKS):
        yield Found(word, None, "model/schema")


def _headings() -> Iterator[Found]:
    """Return single words with a capital, as columns and headings have them."""
    for where, tree in _modules(("report",)):
        for node in ast.walk(tree):
            if isinstance(node, ast.Tuple):
                for item in node.elts:
                    if isinstance(item, ast.Constant) and isinstance(item.value, str) and HEADING.fullmatch(item.value):
                        yield Found(item.value, None, where)


HEADING = re.compile(r"[A-Z][a-z]{2,}")


def _in_templates() -> Iterator[Found]:
    for path in sorted((SOURCE / "report" / "templates").glob("*.j2")):
        for double, single in SAID_IN_TEMPLATE.findall(path.read_text(encoding="utf-8")):
            yield Found(double or single, None, path.relative_to(SOURCE).as_posix())


def _quoted() -> Iterator[Found]:
    for folder, keys in QUOTED.items():
        for path in sorted((SOURCE / "packs" / folder).glob("*.toml")):
            where = path.relative_to(SOURCE).as_posix()
            for text in _values(tomllib.loads(path.read_text(encoding="utf-8")), keys):
                yield Found(text, None, where)


def _values(node: Any, keys: tuple[str, ...]) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, str) and key in keys and value:
                yield value
            else:
                yield from _values(value, keys)
    elif isinstance(node, list):
        for item in node:
            yield from _values(item, keys)


def _kept() -> Iterator[Found]:
    for where, tree in _modules(KEEPING):
        for text in _Kept().texts(tree):
            yield Found(text, None, where)
    for where, tree in _modules(NOTICING):
        for text in _Kept().texts(tree):
            if text[:1].isupper() and text.endswith(".") and len(text.split()) > 2:
                yield Found(text, None, where)
        for node in ast.walk(tree):
            for text in _noticed(node):
                yield Found(text, None, where)


def _noticed(node: ast.AST) -> Iterator[str]:
    """Return what a reader's code says of an oddity, in a call that notes it or in a row of a list of such, and what a file holds."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
        if name in {"Notice", "_notice", "note"}:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value.replace("_", " ")
            yield from _Kept().texts(node)
        for given in node.keywords:
            if given.arg == "role" and isinstance(given.value, ast.Constant) and given.value.value:
                yield given.value.value
    elif isinstance(node, ast.Tuple) and len(node.elts) in (2, 3) and isinstance(node.elts[0], ast.Constant):
        kind = node.elts[0].value
        if isinstance(kind, str) and kind[:1].islower() and _is_prose(kind):
            yield kind


class _Kept(ast.NodeVisitor):
    """Texts and f-strings with words that are no error, no docstring and no key."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def texts(self, tree: ast.AST) -> list[str]:
        self.visit(tree)
        return self.found

    def visit_Raise(self, node: ast.Raise) -> None:
        """Errors are not part of a run."""

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        if "msg" not in names:
            self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        template = _template(node)
        if _is_prose(template):
            self.found.append(template)
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and "{" not in node.value and _is_prose(node.value):
            self.found.append(node.value)


def _template(node: ast.JoinedStr) -> str:
    """Return an f-string as a message, its values numbered."""
    pieces, number = [], 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            pieces.append(str(part.value).replace("{", "{{").replace("}", "}}"))
        else:
            number += 1
            pieces.append(f"{{v{number}}}")
    return "".join(pieces)


FEWEST_SPACES = 3
"""Spaces from which on a text with signs of code in it is taken as a sentence."""


def _is_prose(text: str) -> bool:
    own = "".join(literal for literal, *_ in Formatter().parse(text)) if "{" in text else text
    return (
        " " in own.strip()
        and re.search(r"[A-Za-z]{3,}", own) is not None
        and re.search(r"[_<>=\[\]]|\.py\b", own) is None
    )


def in_step(catalogue: Catalog) -> tuple[Catalog, list[str]]:
    """Return a catalogue of every message of the code, with the words that another has for them, and what was wrong with that one."""
    wanted = {(found.one, found.many): found for found in messages()}
    known = dict(_entries(catalogue))
    faults = [f"is said no more: {one}" for one, many in known.keys() - wanted.keys()]
    fresh = Catalog(
        locale=catalogue.locale, header_comment=HEADER, project="overseen", version="1", fuzzy=False, creation_date=EPOCH, revision_date=EPOCH,
        last_translator="The overseen contributors", language_team="The overseen contributors",
    )  # fmt: skip
    for key, found in wanted.items():
        text = known.get(key, "")
        if not (all(text) if isinstance(text, tuple) else text):
            faults.append(f"has no words yet: {found.one}")
        faults += _wrong_values(found, text)
        fresh.add(found.one if found.many is None else (found.one, found.many), text, locations=[(found.where, 0)])
    return fresh, faults


def _entries(catalogue: Catalog) -> Iterator[tuple[tuple[str, str | None], Any]]:
    for entry in catalogue:
        if isinstance(entry.id, tuple | list):
            yield (entry.id[0], entry.id[1]), tuple(entry.string or ())
        elif entry.id:
            yield (entry.id, None), entry.string


HEADER = """# Messages of overseen, put in step with the code by tools/messages.py; its licence is the project's."""

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""So that the same messages give the same file."""


def names_in(message: str) -> set[str]:
    """Return the names of the values of a message, each with its format."""
    return {f"{name}:{form}" if form else name for _, name, form, _ in Formatter().parse(message) if name is not None}


def _wrong_values(found: Found, text: Any) -> list[str]:
    forms = text if isinstance(text, tuple) else (text,)
    wrong = []
    for form in forms:
        if not form:
            continue
        try:
            theirs = names_in(form)
        except ValueError:
            wrong.append(f"has braces that do not close: {form}")
            continue
        ours = names_in(found.one) | (names_in(found.many) if found.many else set())
        if theirs - ours or (found.many is None and ours - theirs):
            wrong.append(f"puts in {sorted(theirs)} where the code gives {sorted(ours)}: {found.one}")
    return wrong


def main() -> int:
    """Update every catalogue, or tell how far each is from the code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail where a catalogue is not in step")
    parser.add_argument("--new", metavar="CODE", help="begin the catalogue of a language, such as sv")
    arguments = parser.parse_args()
    if arguments.new:
        with (CATALOGUES / f"{arguments.new}.po").open("xb") as file:
            write_po(
                file, in_step(Catalog(locale=arguments.new))[0], width=120, sort_output=False, include_lineno=False
            )
    total = 0
    for path in sorted(CATALOGUES.glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.stem)
        fresh, faults = in_step(catalogue)
        total += len(faults)
        print(f"{path.name}: {len(fresh)} messages, {len(faults)} faults")
        for fault in faults[:20] if arguments.check else []:
            print(f"  {fault[:160]}")
        if not arguments.check:
            with path.open("wb") as file:
                write_po(file, fresh, width=120, sort_output=False, include_lineno=False)
    return 1 if arguments.check and total else 0


if __name__ == "__main__":
    sys.exit(main())
