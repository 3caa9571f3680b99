"""Input files: their checksums, and one clear sentence when one is missing."""

from __future__ import annotations

import hashlib
from pathlib import Path

from overseen.errors import Fault, SourceError
from overseen.model.provenance import Source

OSM_LICENCE = "Open Database License 1.0 (https://opendatacommons.org/licenses/odbl/1-0/)"
OSM_ATTRIBUTION = "© OpenStreetMap contributors"


def file_source(path: Path, *, role: str, shown_as: str | None = None, **details: object) -> Source:
    """Return the provenance of a file; ``details`` are further fields of :class:`Source`.

    Raises
    ------
    SourceError
        If there is no such file, or it is empty.
    """
    name = shown_as or path.name
    if not path.is_file():
        raise SourceError([Fault(name, "", "there is no such file", f"put it at {path} or correct the plan")])
    size = path.stat().st_size
    if size == 0:
        raise SourceError([Fault(name, "", "the file is empty", "give one with content")])
    with path.open("rb") as content:  # a population grid may be larger than the memory
        checksum = hashlib.file_digest(content, "sha256").hexdigest()
    return Source(name, role, checksum, size, **details)  # type: ignore[arg-type]
