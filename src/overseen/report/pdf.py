"""A document as a typeset PDF: pages, contents, figures as vectors, tagged for screen readers (PDF/UA-1)."""

from __future__ import annotations

import importlib.util
import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import matplotlib as mpl

from overseen.errors import OutputError
from overseen.model.wording import language, later, say
from overseen.report.document import Block, Document, Figure, FillIn, Map, Required, Table
from overseen.report.pdf_tables import NARROW_SPACE, breakable, laid_out
from overseen.report.retelling import retold_document

PAPERS = {"a4": "a4", "letter": "us-letter"}
"""Sizes of paper, and what typst calls them."""

FONTS = ("Libertinus Serif", "DejaVu Sans")
"""The first is inside typst; the second comes with matplotlib and has the letters that the first lacks."""

MISSING = "\N{WHITE SQUARE}"
"""Stands for a letter that no font at hand has."""

TABLE_POINTS = 8.6
"""Size of letters in tables."""

HIGHEST_PICTURE = 1.25
"""Height of the map at most, in widths of the text: so it stays on one page with its caption."""

INVISIBLE = {"\n", "\t", NARROW_SPACE, "\N{LEFT-TO-RIGHT MARK}", "\N{RIGHT-TO-LEFT MARK}", "\N{ZERO WIDTH NON-JOINER}"}
MISSING_SAID = later(
    "Some letters of names are in no font of this machine; {sign} stands for each. The HTML report has them all."
)
UNTITLED = later("Report")
"""Stands for an empty title: PDF/UA asks for one."""

IDENTIFIERS = ("file", "name", "kind", "paper", "language", "fonts", "to", "anchors")
"""Fields of the template's data that are no text."""


def check_pdf() -> None:
    """Refuse to begin what would end in a PDF that cannot be made.

    Raises
    ------
    OutputError
        If typst is not installed.
    """
    if importlib.util.find_spec("typst") is None:
        raise OutputError("A PDF needs the package typst; install it with: pip install 'overseen[pdf]'")


def pdf_report(document: Document, *, paper: str = "a4") -> bytes:
    """Return the PDF of a document in the language spoken; the same document gives the same bytes.

    The fonts are one inside typst and one that comes with matplotlib, so that it looks the same everywhere. Where a text has
    letters that neither has, the fonts of the machine are asked too, and a square stands for what is in none of them.

    Parameters
    ----------
    document
        What it says.
    paper
        One of ``PAPERS``.

    Raises
    ------
    OutputError
        If typst is not installed.
    """
    check_pdf()
    report = _Report(retold_document(document), PAPERS[paper])
    strange = report.letters() - _letters_of(str(_font_folder() / "DejaVuSans.ttf")) - INVISIBLE
    if not strange:
        return report.compiled()
    # typst prints a letter that it has no shape for as an empty box and says nothing.
    report.replace_letters(strange - _letters_of_machine())
    return report.compiled(with_system_fonts=True)


def _font_folder() -> Path:
    return Path(mpl.get_data_path()) / "fonts" / "ttf"


@cache
def _letters_of(font: str) -> frozenset[str]:
    from matplotlib.ft2font import FT2Font

    try:
        return frozenset(chr(letter) for letter in FT2Font(font).get_charmap())
    except (OSError, RuntimeError):  # a font of the machine that cannot be read gives no letters
        return frozenset()


@cache
def _letters_of_machine() -> frozenset[str]:
    import typst

    fonts = {font.path for font in typst.Fonts(include_embedded_fonts=False).fonts() if font.path}
    return frozenset().union(*(_letters_of(font) for font in fonts))


class _Report:
    """What the template reads: the words as JSON, the drawings as files beside it."""

    def __init__(self, document: Document, paper: str) -> None:
        self.files: dict[str, bytes] = {}
        self.appendix: list[dict[str, Any]] = []
        self.credit = document.credit
        self.anchors = document.anchors
        sections = [
            {
                "name": section.name,
                "heading": section.heading,
                "blocks": [self._block(block) for block in section.blocks],
            }
            for section in document.sections
        ]
        beside = (
            say("{place} · as of {date}", place=document.place, date=document.date) if document.date else document.place
        )
        made = say("Made with overseen {version}", version=document.version)
        words = {
            "title": document.title.strip() or say(UNTITLED), "running": document.title, "place": document.place, "subtitle": beside,
            "description": " ".join(document.answer), "language": language(), "words": _words(), "paper": paper, "fonts": list(FONTS),
            "table_size": TABLE_POINTS, "warnings": [one.text for one in document.warnings], "answer": list(document.answer),
            "keys": [asdict(key) for key in document.key_numbers], "sections": sections, "appendix": self.appendix,
            "footer": f"{document.credit}. {made}." if document.credit else f"{made}.",
        }  # fmt: skip
        self.words: dict[str, Any] = _mapped(words, _printable)

    def letters(self) -> set[str]:
        return set().union(*_texts(self.words))

    def replace_letters(self, letters: set[str]) -> None:
        if letters:
            self.words = _mapped(self.words, lambda text: text.translate(dict.fromkeys(map(ord, letters), MISSING)))
            self.words["warnings"].append(say(MISSING_SAID, sign=MISSING))

    def compiled(self, *, with_system_fonts: bool = False) -> bytes:
        import typst

        words = json.dumps(self.words, ensure_ascii=False, sort_keys=True)
        with tempfile.TemporaryDirectory(prefix="overseen-pdf-") as name:
            folder = Path(name)
            (folder / "report.json").write_text(words, encoding="utf-8")
            template = files("overseen.report") / "templates" / "report.typ"
            (folder / "report.typ").write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
            for file, content in self.files.items():
                (folder / file).write_bytes(content)
            made = typst.compile(
                folder / "report.typ",
                root=folder,
                font_paths=[_font_folder()],
                ignore_system_fonts=not with_system_fonts,
                format="pdf",
                pdf_standards=["ua-1"],
                timestamp=0,
            )
        assert isinstance(made, bytes)  # noqa: S101 - a PDF is one file; only pictures come as a list
        return made

    def _block(self, block: Block) -> dict[str, Any]:
        kind = {"kind": type(block).__name__}
        if isinstance(block, Table):
            return kind | laid_out(block, self.anchors)
        if isinstance(block, Figure):
            self.appendix.append(laid_out(block.data, self.anchors) | {"name": block.name})
            file = self._kept(block.svg.encode(), "svg")
            return kind | {
                "name": block.name, "question": block.question, "description": block.description, "file": file, "data": True,
                "width": 0.64, "ratio": _ratio_of(block.svg),
            }  # fmt: skip
        if isinstance(block, Map):
            file = self._kept(block.picture_png, "png")
            shown = {"description": block.description, "credit": self.credit}
            return kind | shown | {"file": file} | _map_size(block.picture_png)
        if isinstance(block, FillIn):
            return kind | asdict(block) | {"by": say("To be filled by {by}: ", by=block.by).strip()}
        if isinstance(block, Required):
            return kind | {"text": say("Required: {text} ({mark})", text=block.text, mark=block.mark)}
        return kind | asdict(block)

    def _kept(self, content: bytes, ending: str) -> str:
        name = f"drawing-{len(self.files)}.{ending}"
        self.files[name] = content
        return name


def _words() -> dict[str, str]:
    """Return the template's own words."""
    return {
        "brand": say("camera network impact assessment"),
        "contents": say("Contents"),
        "read_this": say("Read this: "),
        "no_rows": say("This table has no rows."),
        "numbers_on": say("numbers on page"),
        "numbers": say("The numbers behind the figures"),
        "map_on": say("The map: page"),
    }


def _ratio_of(svg: str) -> float:
    """Return the height of a drawing in its widths; 0 where it does not say."""
    box = re.search(r'viewBox="([^"]*)"', svg)
    sides = [float(number) for number in box.group(1).split()] if box else []
    return sides[3] / sides[2] if len(sides) == 4 and sides[2] else 0.0


def _map_size(png: bytes) -> dict[str, float]:
    """Return the height of a picture in its widths, and the share of the text's width at which it fits on a page with its caption."""
    width, height = (int.from_bytes(png[start : start + 4], "big") for start in (16, 20))
    return {"ratio": height / width, "width": min(1.0, HIGHEST_PICTURE * width / height)}


def _texts(words: Any) -> Iterator[str]:
    if isinstance(words, str):
        yield words
    elif isinstance(words, Mapping):
        for word in words.values():
            yield from _texts(word)
    elif isinstance(words, list | tuple):
        for word in words:
            yield from _texts(word)


def _mapped(words: Any, change: Callable[[str], str]) -> Any:
    if isinstance(words, str):
        return change(words)
    if isinstance(words, Mapping):
        return {name: word if name in IDENTIFIERS else _mapped(word, change) for name, word in words.items()}
    return [_mapped(word, change) for word in words] if isinstance(words, list | tuple) else words


def _printable(text: str) -> str:
    """Return a text without signs that cannot be printed, long words with places to break."""
    return breakable(re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", " ", text))
