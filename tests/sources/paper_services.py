"""A geocoder and an Overpass server on this machine: the same protocols over a file, and every way in which servers fail."""

from __future__ import annotations

import json
import re
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import osmium

BASE = "2026-01-02T03:04:05Z"
SORTS = {"node": "n", "way": "w", "rel": "r", "nw": "nw", "nwr": "nwr"}
_STATEMENT = re.compile(r'(nwr|nw|node|way|rel)((?:\["[^"]+"(?:!?[=~]+"[^"]*")?\])+);')
_FILTER = re.compile(r'\["([^"]+)"(?:(!?[=~]+)"([^"]*)")?\]')
_BOX = re.compile(r"\[bbox:([\d.-]+),([\d.-]+),([\d.-]+),([\d.-]+)\]")


@dataclass
class Thing:
    """An object of the map: its letter and number, tags, what it stands on, and its place."""

    key: tuple[str, int]
    tags: Mapping[str, str]
    below: list[tuple[str, int]]
    place: tuple[float, float] | None = None


class Overpass:
    """The objects of a file, and the part of Overpass's language that the project speaks."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.things: dict[tuple[str, int], Thing] = {}
        for item in osmium.FileProcessor(str(path)):
            key = ("n" if item.is_node() else "w" if item.is_way() else "r", item.id)
            below = [("n", node.ref) for node in item.nodes] if item.is_way() else []
            below += [(member.type, member.ref) for member in item.members] if item.is_relation() else []
            place = (item.location.lon, item.location.lat) if item.is_node() else None
            self.things[key] = Thing(key, dict(item.tags), below, place)
        self._tagged = [thing for thing in self.things.values() if thing.tags]
        self._known: dict[str, set[tuple[str, int]]] = {}

    def answer(self, query: str) -> tuple[str, bytes]:
        """Return the kind and bytes of the answer to a query."""
        found = self._found(query)
        if "out count;" in query:
            counts = {name: str(sum(key[0] == letter for key in found)) for name, letter in
                      (("nodes", "n"), ("ways", "w"), ("relations", "r"))}  # fmt: skip
            return "application/json", json.dumps({"elements": [{"type": "count", "id": 0, "tags": counts}]}).encode()
        assert query.endswith("out body;")
        return "application/osm3s+xml", self._written(found)

    def _found(self, query: str) -> set[tuple[str, int]]:
        """Return what a query selects, and what that stands on."""
        selection = query[query.index("[bbox:") : query.index("out ", query.index("[bbox:"))]
        if selection not in self._known:
            assert selection.endswith("(._;>;);")
            box = [float(number) for number in _BOX.search(query).groups()]
            found: set[tuple[str, int]] = set()
            for sort, filters in _STATEMENT.findall(selection):
                found |= set(self._selected(SORTS[sort], _FILTER.findall(filters), box))
            # A relation that is a member is not followed down.
            for _ in range(2):
                found |= {
                    below
                    for key in found
                    for below in self.things[key].below
                    if below in self.things and below[0] != "r"
                }
            self._known[selection] = found
        return self._known[selection]

    def _selected(
        self, letters: str, filters: list[tuple[str, str, str]], box: list[float]
    ) -> Iterator[tuple[str, int]]:
        for thing in self._tagged:
            key = thing.key
            if key[0] in letters and all(_holds(thing.tags, *one) for one in filters) and self._is_within(key, box):
                yield key

    def _is_within(self, key: tuple[str, int], box: list[float], depth: int = 0) -> bool:
        thing = self.things.get(key)
        if thing is None or depth > 2:
            return False
        if thing.place is not None:
            return box[1] <= thing.place[0] <= box[3] and box[0] <= thing.place[1] <= box[2]
        return any(self._is_within(below, box, depth + 1) for below in thing.below)

    def _written(self, found: set[tuple[str, int]]) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "answer.osm"
            with osmium.SimpleWriter(str(path)) as writer:
                for item in osmium.FileProcessor(str(self.path)):
                    if ("n" if item.is_node() else "w" if item.is_way() else "r", item.id) in found:
                        writer.add(item)
            first, _, rest = path.read_text(encoding="utf-8").partition("<osm")
        # "out body" says nothing of who drew what when.
        head, _, body = rest.partition(">")
        body = re.sub(r' (version|timestamp|uid|user|changeset)="[^"]*"', "", body)
        return f'{first}<osm{head}>\n<note>made here</note>\n<meta osm_base="{BASE}"/>{body}'.encode()


def _holds(tags: Mapping[str, str], key: str, sign: str, value: str) -> bool:
    match sign:
        case "":
            return key in tags
        case "=":
            return tags.get(key) == value
        case "~":
            return key in tags and re.search(value, tags[key]) is not None
        case _:
            return key not in tags or re.search(value, tags[key]) is None


@dataclass
class Services:
    """What the server does: places by name, the map, files by path, and failures that come first."""

    overpass: Overpass | None = None
    places: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    failures: list[Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def geocoder(self) -> str:
        """Return the address of the geocoder."""
        return f"http://127.0.0.1:{self.port}/search"

    @property
    def interpreter(self) -> str:
        """Return the address of Overpass."""
        return f"http://127.0.0.1:{self.port}/api/interpreter"

    def options(self) -> list[str]:
        """Return the options by which the command comes here."""
        return ["--geocoder", self.geocoder, "--overpass", self.interpreter]


def place(name: str, box: tuple[float, float, float, float], *, has_outline: bool = True) -> dict[str, Any]:
    """Return a place as Nominatim writes it; the box is west, south, east, north."""
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    outline = (
        {"type": "Polygon", "coordinates": [ring]} if has_outline else {"type": "Point", "coordinates": [west, south]}
    )
    return {
        "place_id": 1, "licence": "Data © OpenStreetMap contributors, ODbL 1.0.", "osm_type": "relation", "osm_id": 1, "lat": f"{south}",
        "lon": f"{west}", "category": "boundary", "type": "administrative", "place_rank": 16, "importance": 0.6, "addresstype": "city",
        "name": name, "display_name": name, "boundingbox": [f"{south}", f"{north}", f"{west}", f"{east}"], "geojson": outline,
    }  # fmt: skip


@contextmanager
def running(services: Services) -> Iterator[Services]:
    """Run a server on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            self._took("")
            if services.failures:
                services.failures.pop(0)(self)
                return
            parts = urlsplit(self.path)
            if parts.path == "/search":
                asked = parse_qs(parts.query)
                assert (asked["format"], asked["polygon_geojson"]) == (["jsonv2"], ["1"])
                sent(self, "application/json", json.dumps(services.places.get(asked["q"][0], [])).encode())
            elif parts.path in services.files:
                sent(self, "application/octet-stream", services.files[parts.path])
            else:
                sent(self, "text/html", b"<html>nothing here</html>", status=404)

        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._took(form)
            if services.failures:
                services.failures.pop(0)(self)
                return
            assert urlsplit(self.path).path == "/api/interpreter"
            sent(self, *services.overpass.answer(parse_qs(form)["data"][0]))

        def _took(self, form: str) -> None:
            services.asked.append((self.path, form))
            services.agents.append(self.headers["User-Agent"])

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    services.port = server.server_port
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    try:
        yield services
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def sent(
    handler: BaseHTTPRequestHandler,
    kind: str,
    content: bytes,
    *,
    status: int = 200,
    length: int | None = None,
    **headers: str,
) -> None:
    """Send an answer; ``length`` may promise more than comes."""
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(content) if length is None else length))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(content)
    if length is not None:
        handler.close_connection = True


def busy(status: int = 429, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return a failure: the server has no time."""
    return lambda handler: sent(handler, "text/html", b"busy", status=status, **headers)


def says(
    kind: str, content: bytes, *, status: int = 200, length: int | None = None
) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return a failure: the server says something else."""
    return lambda handler: sent(handler, kind, content, status=status, length=length)
