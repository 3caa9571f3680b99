"""A document as one HTML file that opens anywhere, offline: style, figures, map library and data all inside."""

from __future__ import annotations

import base64
import gzip
import json
from importlib.resources import files
from typing import Any

import jinja2

from overseen.model.wording import is_right_to_left, language, say
from overseen.report.document import Document, Map
from overseen.report.retelling import retold_document

LIBRARY = "vendor/maplibre-gl"

LONG_TABLE = 16
"""A table of more rows is folded until a reader opens it; on paper it is open."""


def html_report(document: Document) -> str:
    """Return the page of a document in the language spoken; the same document gives the same bytes."""
    document = retold_document(document)
    environment = jinja2.Environment(
        autoescape=True, loader=jinja2.FunctionLoader(template), undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    environment.globals.update(
        say=say, long_table=LONG_TABLE, language=language(), direction="rtl" if is_right_to_left() else "ltr"
    )
    environment.filters["kind"] = lambda block: type(block).__name__
    environment.filters["base64"] = lambda content: base64.b64encode(content).decode()
    payload = _payload(document)
    # A page without a moving map carries neither its library nor any other script.
    has_map = payload is not None
    return environment.get_template("report.html.j2").render(
        document=document,
        anchors=document.anchors,
        has_map=has_map,
        css=template("report.css"),
        script=template("map.js") if has_map else "",
        maplibre_css=_vendored("maplibre-gl.css") if has_map else "",
        library=_packed(_vendored("maplibre-gl.mjs")) if has_map else "",
        worker=_packed(_vendored("maplibre-gl-worker.mjs")) if has_map else "",
        payload=_packed(json.dumps(payload, separators=(",", ":"), sort_keys=True)) if has_map else "",
    )


def template(name: str) -> str:
    """Return the text of a file among the templates."""
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
    return dict(blocks[0].payload) if blocks else None
