"""A document as one HTML file that opens anywhere, offline: style, figures, map library and data all inside."""

from __future__ import annotations

import base64
import json
import re
from importlib.resources import files

import jinja2
from markupsafe import Markup, escape

from overseen.model.wording import is_right_to_left, language, retold, say
from overseen.report.document import Document, Map
from overseen.report.map_words import MAP_WORDS
from overseen.report.retelling import retold_document
from overseen.report.tile_archive import packed

SCRIPTS = ("unpack", "words", "sources", "layers", "cards", "asking", "controls", "steps", "swipe", "draw")
"""Parts of the map's script, in the order in which they stand in the page."""

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
    environment.filters["ranged"] = _ranged
    environment.filters["base64"] = lambda content: base64.b64encode(content).decode()
    chart = _map(document)
    inside = _inside(chart) if chart else {}
    # A page without a moving map carries neither its libraries nor any other script.
    return environment.get_template("report.html.j2").render(
        document=document,
        anchors=document.anchors,
        has_map=chart is not None,
        css=template("report.css") + (template("map.css") if chart else ""),
        script="".join(template(f"map/{name}.js") for name in SCRIPTS) if chart else "",
        maplibre_css=_vendored("maplibre-gl/maplibre-gl.css") if chart else "",
        failed_words=retold(MAP_WORDS["failed"]),
        inside=inside,
        needs_rtl="rtl" in inside,
    )


def _ranged(number: str) -> Markup:
    """Return the words of a number with what stands in its brackets kept together, for a range is not broken over lines."""
    parts = re.split(r"(\([^()]*\))", number)
    return Markup("").join(
        Markup("<span>{}</span>").format(part) if place % 2 else escape(part) for place, part in enumerate(parts)
    )


def _inside(chart: Map) -> dict[str, str]:
    """Return what the map's script finds in the page: name -> content in letters."""
    found = {
        "data": _packed(json.dumps(dict(chart.payload), separators=(",", ":"), sort_keys=True)),
        "tiles": _letters(chart.tiles),
        "tables": _letters(chart.tables),
        "library": _packed(_vendored("maplibre-gl/maplibre-gl.mjs")),
        "worker": _packed(_vendored("maplibre-gl/maplibre-gl-worker.mjs")),
        # The release is a plain script; a page that loads nothing from elsewhere takes it as a module.
        "reader": _packed(_vendored("pmtiles/pmtiles.js") + "\nexport default pmtiles;\n"),
    }
    if chart.payload.get("needs_rtl"):
        # As a module too: the library hands a plain script to eval, which the page's policy forbids.
        found["rtl"] = _packed(_vendored("mapbox-gl-rtl-text/mapbox-gl-rtl-text.js") + "\nexport {};\n")
    return found


def template(name: str) -> str:
    """Return the text of a file among the templates."""
    return (files("overseen.report") / "templates" / name).read_text(encoding="utf-8")


def _vendored(name: str) -> str:
    text = (files("overseen.report") / "vendor" / name).read_text(encoding="utf-8")
    # The source map is not in the page; a browser's developer tools would look for it.
    return "\n".join(line for line in text.splitlines() if not line.startswith("//# sourceMappingURL"))


def _packed(text: str) -> str:
    """Return a text compressed and in letters that need no escaping inside a page."""
    return _letters(packed(text.encode()))


def _letters(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _map(document: Document) -> Map | None:
    blocks = [block for section in document.sections for block in section.blocks if isinstance(block, Map)]
    return blocks[0] if blocks else None
