"""A document as one HTML file that opens anywhere, offline: style, figures, map library and data all inside."""

from __future__ import annotations

import base64
import gzip
import json
from importlib.resources import files
from typing import Any

import jinja2

from overseen.report.document import Document, Map

LIBRARY = "vendor/maplibre-gl"


def html_report(document: Document) -> str:
    """Return the page of a document; the same document gives the same bytes."""
    environment = jinja2.Environment(
        autoescape=True, loader=jinja2.FunctionLoader(_template), undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    environment.filters["kind"] = lambda block: type(block).__name__
    environment.filters["base64"] = lambda content: base64.b64encode(content).decode()
    return environment.get_template("report.html.j2").render(
        document=document,
        has_map=any(isinstance(block, Map) for section in document.sections for block in section.blocks),
        css=_template("report.css"),
        script=_template("map.js"),
        maplibre_css=_vendored("maplibre-gl.css"),
        library=_packed(_vendored("maplibre-gl.mjs")),
        worker=_packed(_vendored("maplibre-gl-worker.mjs")),
        payload=_packed(json.dumps(_payload(document), separators=(",", ":"), sort_keys=True)),
    )


def _template(name: str) -> str:
    return (files("overseen.report") / "templates" / name).read_text(encoding="utf-8")


def _vendored(name: str) -> str:
    text = (files("overseen.report") / LIBRARY / name).read_text(encoding="utf-8")
    # The source map is not in the page; a browser's developer tools would look for it.
    return "\n".join(line for line in text.splitlines() if not line.startswith("//# sourceMappingURL"))


def _packed(text: str) -> str:
    """Return a text compressed and in letters that need no escaping inside a page."""
    return base64.b64encode(gzip.compress(text.encode(), compresslevel=9, mtime=0)).decode()


def _payload(document: Document) -> Any:
    blocks = [block for section in document.sections for block in section.blocks if isinstance(block, Map)]
    return dict(blocks[0].payload) if blocks else {}
