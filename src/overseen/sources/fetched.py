"""What came from OpenStreetMap's services as a file of its own: sorted, without what is private, and with a header that says what it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import osmium

from overseen.sources.boxes import Box
from overseen.sources.files import OSM_ATTRIBUTION, OSM_LICENCE
from overseen.sources.osm_file import is_surveillance
from overseen.sources.screening import screened_tags

HEADER_DATE = "osmosis_replication_timestamp"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where fetched data came from.

    Parameters
    ----------
    program
        Name and version of what fetched it.
    host
        The server.
    fetched_on
        Day, ISO 8601.
    data_of
        Time of the data as the server states it, ISO 8601; empty if it does not.
    box
        What was asked for.
    """

    program: str
    host: str
    fetched_on: str
    data_of: str
    box: Box

    def header(self) -> Any:
        """Return the header of the file; the sentence stands where both formats have room for one."""
        header = osmium.io.Header()
        dated = f"data of {self.data_of}, " if self.data_of else ""
        header.set(
            "generator",
            f"{self.program}; {OSM_ATTRIBUTION}; {OSM_LICENCE}; {dated}fetched from {self.host} on {self.fetched_on}; box {self.box}",
        )
        if self.data_of:
            header.set(HEADER_DATE, self.data_of)
        box = osmium.osm.Box(self.box.west, self.box.south, self.box.east, self.box.north)
        header.add_box(box)
        return header


@dataclass(slots=True)
class Content:
    """What was written: objects by sort, and tags that were dropped, by reason."""

    counts: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)


class _Screen(osmium.SimpleHandler):
    """Hands objects on without the names of mappers, and cameras without what must never be kept."""

    def __init__(self, writer: Any, content: Content) -> None:
        super().__init__()
        self._writer, self._content = writer, content

    def node(self, item: Any) -> None:
        self._writer.add_node(self._screened(item))

    def way(self, item: Any) -> None:
        self._writer.add_way(self._screened(item))

    def relation(self, item: Any) -> None:
        self._writer.add_relation(self._screened(item))

    def _screened(self, item: Any) -> Any:
        tags: dict[str, str] = dict(item.tags)
        changed: dict[str, Any] = {"user": "", "uid": 0, "changeset": 0}
        if is_surveillance(tags):
            kept, dropped = screened_tags(tags)
            changed["tags"] = kept
            self._content.dropped.update(dropped.values())
        return item.replace(**changed)


def write_sorted(raw: Path, fresh: Path, origin: Origin) -> None:
    """Write the objects of an OpenStreetMap file, each once, sorted, screened, under the header of ``origin``.

    Raises
    ------
    RuntimeError
        If ``raw`` is no OpenStreetMap file, or is cut off.
    """
    content = Content()
    with osmium.SimpleWriter(str(fresh), header=origin.header(), overwrite=True) as writer:
        reader = osmium.MergeInputReader()
        reader.add_file(str(raw))
        reader.apply(_Screen(writer, content))


def copy_objects(source: Path, target: Path) -> None:
    """Write the same objects under the same header in the format of the target's ending."""
    with osmium.io.Reader(str(source)) as reader:
        header = reader.header()
    with osmium.SimpleWriter(str(target), header=header, overwrite=True) as writer:
        for item in osmium.FileProcessor(str(source)):
            writer.add(item)


def content_counts(path: Path) -> Mapping[str, int]:
    """Return how many objects of each sort a file holds, and how many of those that matter here."""
    counts: Counter[str] = Counter()
    for item in osmium.FileProcessor(str(path)):
        sort = "nodes" if item.is_node() else "ways" if item.is_way() else "relations"
        counts[sort] += 1
        tags = item.tags
        counts["buildings"] += "building" in tags
        counts["streets"] += item.is_way() and "highway" in tags
        counts["cameras"] += is_surveillance(dict(tags)) if len(tags) else 0
    return counts
