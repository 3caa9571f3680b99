"""Small OpenStreetMap files, written out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import quoteattr


def _tags(tags: Mapping[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())


class OsmText:
    """An ``.osm`` file as it is put together: nodes by number, ways and multipolygons over them."""

    def __init__(self) -> None:
        self.nodes: dict[int, str] = {}
        self.ways: list[str] = []
        self.relations: list[str] = []

    def node(self, number: int, lon: float, lat: float, **tags: str) -> int:
        """Add a node and return its number; ``_`` in a key stands for a colon."""
        named = {key.replace("__", ":"): value for key, value in tags.items()}
        stamp = 'version="1" timestamp="2020-05-17T00:00:00Z"'
        self.nodes[number] = f'<node id="{number}" lon="{lon}" lat="{lat}" {stamp}>{_tags(named)}</node>'
        return number

    def way(self, number: int, nodes: list[int], **tags: str) -> None:
        """Add a way."""
        named = {key.replace("__", ":"): value for key, value in tags.items()}
        refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
        self.ways.append(f'<way id="{number}" version="1" timestamp="2020-05-17T00:00:00Z">{refs}{_tags(named)}</way>')

    def box(self, number: int, west: float, south: float, size: float, **tags: str) -> None:
        """Add a closed square way with four nodes of its own."""
        corners = [(west, south), (west + size, south), (west + size, south + size), (west, south + size)]
        nodes = [self.node(number * 10 + i, *corner) for i, corner in enumerate(corners)]
        self.way(number, [*nodes, nodes[0]], **tags)

    def multipolygon(self, number: int, outer: int, inner: int, **tags: str) -> None:
        """Add a relation of an outer and an inner way."""
        members = f'<member type="way" ref="{outer}" role="outer"/><member type="way" ref="{inner}" role="inner"/>'
        named = _tags({"type": "multipolygon", **tags})
        self.relations.append(
            f'<relation id="{number}" version="1" timestamp="2020-05-17T00:00:00Z">{members}{named}</relation>'
        )

    def relation(self, number: int, members: list[tuple[str, int, str]], **tags: str) -> None:
        """Add a relation of members: type, number, role."""
        named = {key.replace("__", ":"): value for key, value in tags.items()}
        inner = "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members)
        self.relations.append(
            f'<relation id="{number}" version="1" timestamp="2020-05-17T00:00:00Z">{inner}{_tags(named)}</relation>'
        )

    def write(self, path: Path) -> Path:
        """Write the file and return its path."""
        body = "".join([*(self.nodes[key] for key in sorted(self.nodes)), *self.ways, *self.relations])
        path.write_text(f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{body}</osm>', encoding="utf-8")
        return path
