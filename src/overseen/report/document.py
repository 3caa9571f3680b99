"""What a report says, independent of how it is rendered: a tree of neutral blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Caveat:
    """A caveat that must not be overlooked."""

    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """A list of short statements."""

    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms and what they mean."""

    terms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Parameters
    ----------
    caption, columns, rows
        What it holds.
    numeric
        Which columns are numbers and stand to the right.
    anchors
        The anchor of each row; empty: rows have none.
    targets
        Words of its cells that lead elsewhere, and the anchors to which they do.
    is_read_row_by_row
        Whether a row is a text of its own rather than one to compare with others: a page sets it as a card, its first words
        as the heading.
    is_detail
        Whether it is for who wants to check: a page folds it until a reader opens it, however short it is.
    mark
        The column whose words stand as a mark beside the heading of a card; None: none does.
    tones
        What the mark of each row is: ``good``, ``bad``, or ``open``; for the look alone, as the words say it.
    asides
        Columns that a card folds until a reader opens it.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    anchors: tuple[str, ...] = ()
    targets: Mapping[str, str] = field(default_factory=dict)
    is_read_row_by_row: bool = False
    is_detail: bool = False
    mark: int | None = None
    tones: tuple[str, ...] = ()
    asides: tuple[int, ...] = ()

    @property
    def leading(self) -> int:
        """The column whose words head a card: the first that is no number."""
        return self.numeric.index(False) if False in self.numeric else 0

    def shown(self, row: Sequence[str]) -> tuple[int, ...]:
        """Return the columns that a card of a row shows under its heading: those that hold something.

        Examples
        --------
        >>> table = Table("", ("Test", "Answer", "Found", "From"), (), (False,) * 4, mark=1, asides=(3,))
        >>> table.shown(("It holds.", "kept", "", "a law")), table.aside(("It holds.", "kept", "", "a law"))
        ((), (3,))
        """
        apart = {self.mark, *self.asides}
        return tuple(place for place, cell in enumerate(row) if cell and place > self.leading and place not in apart)

    def aside(self, row: Sequence[str]) -> tuple[int, ...]:
        """Return the columns that a card of a row folds: those that hold something."""
        return tuple(place for place in self.asides if row[place])

    def pieces(self, cell: str) -> tuple[tuple[str, str], ...]:
        """Return the words of a cell piece by piece, each with the anchor to which it leads, or none.

        Examples
        --------
        >>> Table("", ("a",), (), (False,), targets={"findings: x": "row-x"}).pieces("findings: x; more")
        (('findings: x', 'row-x'), ('; more', ''))
        """
        if not self.targets:
            return ((cell, ""),)
        # The longest first: one name may begin as another does.
        names = sorted(self.targets, key=len, reverse=True)
        parts = re.split(f"({'|'.join(map(re.escape, names))})", cell)
        return tuple((part, self.targets.get(part, "")) for part in parts if part)


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its description in words and its data.

    Parameters
    ----------
    name
        Identifier, for links.
    question
        The question that it answers: its title.
    svg
        The drawing; ``currentColor`` is the text's colour.
    description
        What it shows, for who cannot see it.
    data
        Its numbers.
    """

    name: str
    question: str
    svg: str
    description: str
    data: Table


@dataclass(frozen=True, slots=True)
class Map:
    """The interactive map and the still picture that stands for it on paper.

    Parameters
    ----------
    payload
        Words, levels and steps of the page's map; plain JSON.
    instructions
        How to use it; for who reads on a screen.
    picture_png
        The still picture.
    description
        What it shows, for who cannot see it.
    """

    payload: Mapping[str, Any]
    picture_png: bytes
    description: str
    instructions: str = ""
    tiles: bytes = b""
    tables: bytes = b""


@dataclass(frozen=True, slots=True)
class Command:
    """A command to type."""

    text: str


@dataclass(frozen=True, slots=True)
class Required:
    """What a law asks for under the heading, and how far its text was read."""

    text: str
    mark: str


@dataclass(frozen=True, slots=True)
class FillIn:
    """What somebody is still to write.

    Parameters
    ----------
    by
        Who.
    what
        What to write.
    why
        Why data do not tell it; empty where it is plain.
    """

    by: str
    what: str
    why: str = ""


Block = Text | Caveat | Points | Terms | Table | Figure | Map | Command | Required | FillIn


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    name: str
    heading: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class KeyNumber:
    """One number of the first screen: value, interval or denominator, and what it is."""

    value: str
    beside: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Document:
    """A report.

    Parameters
    ----------
    title, place, date
        What it is about.
    answer
        The answer, sentence by sentence.
    key_numbers
        The numbers of the first screen.
    sections
        The rest.
    credit
        Attribution of the data, shown on every page and on the map.
    version
        Of the software.
    warnings
        What must be read before the answer.
    """

    title: str
    place: str
    date: str
    answer: tuple[str, ...]
    key_numbers: tuple[KeyNumber, ...]
    sections: tuple[Section, ...]
    credit: str
    version: str
    warnings: tuple[Caveat, ...] = ()

    @property
    def anchors(self) -> frozenset[str]:
        """Anchors of rows that stand in it: a table taken into another document leads nowhere there."""
        tables = (block for section in self.sections for block in section.blocks if isinstance(block, Table))
        return frozenset(anchor for table in tables for anchor in table.anchors)
