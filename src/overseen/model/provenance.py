"""Where everything came from: inputs with checksums and licences, versions, the seed, and what was odd on reading."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Notice:
    """Something odd in an input that did not stop the run, counted.

    Parameters
    ----------
    file
        The file as the user named it.
    kind
        Short name of the oddity, the same for all of its kind, such as ``way cut by the extract``.
    count
        Number of rows or features concerned.
    example
        One of them, so that the reader can look it up.
    consequence
        What was done about it, as a sentence.
    """

    file: str
    kind: str
    count: int
    example: str
    consequence: str


@dataclass(frozen=True, slots=True, order=True)
class Reading:
    """What was read of one attribute of the cameras of one file; every camera and every value is in one of its counts.

    Parameters
    ----------
    file
        The file as the user named it.
    attribute
        The attribute, such as ``bearing``.
    taken_from
        The columns or tags it was read from; empty when there is none.
    read
        Cameras of which at least one value was understood.
    refused
        Cameras that say something of it of which nothing was understood.
    unknown
        Cameras that say nothing of it. The three together are all cameras of the file.
    values_read, values_refused, values_empty
        The values that those cameras state: understood, refused, and nothing between two separators. A camera whose list
        was refused in part counts as read.
    reasons
        Why values were refused, with how many of them, the most frequent first.
    """

    file: str
    attribute: str
    taken_from: str
    read: int
    refused: int
    unknown: int
    values_read: int = 0
    values_refused: int = 0
    values_empty: int = 0
    reasons: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One input file.

    Parameters
    ----------
    file
        The file's name as the user gave it, without the folder of this machine.
    role
        What was taken from it, such as ``cameras, city``.
    sha256
        Checksum of its bytes, hexadecimal.
    size_bytes
        Its size.
    licence, attribution
        As its publisher asks; empty when not stated.
    date
        Date of the data as the file states it, ISO 8601; empty when not stated.
    counts
        How many features of each sort were read, in reading order.
    columns
        Field and the column that it was read from, where the file is a table.
    unread
        The other columns of a table.
    """

    file: str
    role: str
    sha256: str
    size_bytes: int
    licence: str = ""
    attribution: str = ""
    date: str = ""
    counts: tuple[tuple[str, int], ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """All that is needed to run the assessment again and get the same bytes."""

    sources: tuple[Source, ...]
    seed: int
    draws: int
    versions: tuple[tuple[str, str], ...] = field(default=())
