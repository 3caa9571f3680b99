"""Styles for QGIS, as QML: darker and wider is more, so that they hold in grey and for who cannot tell colours apart."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from overseen.report.picture import SHARE_COLOURS, SHARE_EDGES, SHARE_WORDS
from overseen.report.run_tables import RunTable

Mark = Literal["line", "fill", "marker"]
Look = Mapping[str, str]

WIDTHS_MM = ("0.3", "0.5", "0.8", "1.1", "1.5")
"""Of lines, from nothing to all of a street in view."""

INK = "27,36,48,255"
NOTHING = "0,0,0,0"

LEVEL_COLOURS = ("#fbd38d", "#f08c3a", "#d9480f", "#8f1d14", "#4a0d0d", "#2b0707", "#140303")
"""Of views, from the lowest level up: what is seen more closely lies within and is darker."""

OPACITY = "0.25"

VIEW_WORDS = {"reachable": "could look at", "at_once": "in view at any one moment"}
VIEW_VERBS = {"reachable": "could look at", "at_once": "have in view at any one moment"}


@dataclass(frozen=True, slots=True)
class Style:
    """One style of one layer; ``qml`` is what QGIS reads."""

    layer: str
    name: str
    description: str
    qml: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """Which rows look how: an expression of QGIS (empty: all others), the words of the legend, the look, and whether it is on."""

    condition: str
    words: str
    look: Look
    is_on: bool = True
    opacity: str = "1"


def layer_styles(tables: Sequence[RunTable]) -> tuple[Style, ...]:
    """Return the styles of every table of shapes, the one to open with first."""
    makers = {
        "isovists": _isovists,
        "streets": _streets,
        "cameras": _cameras,
        "areas": _areas,
        "places": _places,
        "squares": _squares,
        "completeness": _completeness,
        "private_areas": _private_areas,
        "trips": _trips,
    }
    return tuple(style for table in tables if table.has_shapes for style in makers[table.name](table))


def start_level(levels: Sequence[str]) -> str:
    """Return the level that maps open with: that of noticing someone where the ladder has it.

    Examples
    --------
    >>> start_level(("monitor", "detect", "observe")), start_level(("overview",))
    ('detect', 'overview')
    """
    return "detect" if "detect" in levels else levels[min(1, len(levels) - 1)]


def _shares(table: RunTable, mark: Mark, share: str, words: str, *, but: str = "") -> Iterator[Style]:
    """Yield, per view and level, a style by the share in view; ``but`` holds for rows that cannot be told or do not count.

    ``share`` is an expression with ``{view}`` and ``{level}`` in it.
    """
    start = start_level(table.levels)
    pairs = [(view, level) for view in VIEW_WORDS for level in table.levels]
    for view, level in sorted(pairs, key=lambda pair: pair != ("reachable", start)):
        value = share.format(view=view, level=level)
        rules = _graduated(value, mark)
        rules += [Rule(but, "not counted, or cannot be told", _dotted(mark))] if but else []
        name = f"{view.replace('_', ' ')}, at {level}"
        what = f"{words} that cameras {VIEW_VERBS[view]}, at {level}."
        yield Style(table.name, name, what, qml(mark, rules), is_default=(view, level) == ("reachable", start))


def _graduated(value: str, mark: Mark) -> list[Rule]:
    """Return one rule per class of a share."""
    edges = (None, *SHARE_EDGES)
    rules = []
    for number, (low, colour, words) in enumerate(zip(edges, SHARE_COLOURS, SHARE_WORDS, strict=True)):
        high = edges[number + 1] if number + 1 < len(edges) else None
        bounds = [] if low is None else [f"{value} > {low:g}"]
        bounds += [] if high is None else [f"{value} <= {high:g}"]
        rules.append(Rule(" AND ".join(bounds), words, _coloured(mark, colour, WIDTHS_MM[number])))
    return rules


def _coloured(mark: Mark, colour: str, width_mm: str) -> Look:
    plain = _rgb(colour)
    if mark == "line":
        return {"line_color": plain, "line_width": width_mm, "line_width_unit": "MM", "capstyle": "round"}
    if mark == "fill":
        return {
            "color": plain,
            "style": "solid",
            "outline_color": INK,
            "outline_width": "0.1",
            "outline_style": "solid",
        }
    size = f"{1.6 + float(width_mm):.1f}"
    return {
        "name": "circle",
        "color": plain,
        "size": size,
        "size_unit": "MM",
        "outline_color": INK,
        "outline_width": "0.2",
    }


def _dotted(mark: Mark) -> Look:
    if mark == "line":
        return {"line_color": "145,150,158,255", "line_width": "0.2", "line_width_unit": "MM", "line_style": "dot"}
    if mark == "fill":
        return {
            "color": NOTHING,
            "style": "no",
            "outline_color": "145,150,158,255",
            "outline_width": "0.2",
            "outline_style": "dot",
        }
    return {
        "name": "circle",
        "color": NOTHING,
        "size": "1.4",
        "size_unit": "MM",
        "outline_color": INK,
        "outline_width": "0.2",
    }


def _rgb(colour: str) -> str:
    return ",".join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5)) + ",255"


def _streets(table: RunTable) -> Iterator[Style]:
    # Inside CASE, for a street of which nothing lies inside the boundary has no share.
    share = 'CASE WHEN "is_counted" AND "length_m" > 0 THEN "{view}_{level}_length_m" / "length_m" END'
    return _shares(table, "line", share, "Share of the street", but='NOT "is_counted" OR "length_m" = 0')


def _areas(table: RunTable) -> Iterator[Style]:
    share = 'CASE WHEN "length_m" > 0 THEN "{view}_{level}_length_m" / "length_m" END'
    return _shares(table, "fill", share, "Share of the area's street", but='"length_m" = 0')


def _squares(table: RunTable) -> Iterator[Style]:
    return _shares(table, "fill", '"{view}_{level}_share"', "Share of the square")


def _places(table: RunTable) -> Iterator[Style]:
    return _shares(
        table, "marker", '"{view}_{level}_entrance_share"', "Share of the draws with an entrance in view, of those"
    )


def _private_areas(table: RunTable) -> Iterator[Style]:
    count = '"{view}_{level}_dwelling_count"'
    told = f'{count} IS NOT NULL AND "dwelling_count" > 0'
    share = f'CASE WHEN {told} THEN {count} / "dwelling_count" END'
    withheld = '"is_withheld" OR "dwelling_count" IS NULL OR "dwelling_count" = 0'
    return _shares(table, "fill", share, "Share of the area's dwellings", but=withheld)


def _trips(table: RunTable) -> Iterator[Style]:
    look = {"line_color": "91,100,113,80", "line_width": "0.15", "line_width_unit": "MM"}
    rules = [Rule("", "a simulated trip; it is nobody's", look)]
    yield Style(table.name, "simulated trips", "From the first to the last point.", qml("line", rules), is_default=True)


def _isovists(table: RunTable) -> Iterator[Style]:
    rules = []
    for view, words in VIEW_WORDS.items():
        for level, colour in zip(table.levels, _spread(len(table.levels)), strict=True):
            look = {"color": _rgb(colour), "style": "solid", "outline_color": _rgb(colour), "outline_width": "0.1"}
            condition = f"\"view\" = '{view}' AND \"level\" = '{level}'"
            rules.append(Rule(condition, f"{words}, at {level}", look, is_on=view == "reachable", opacity=OPACITY))
    what = "What cameras may see, by view and level; the finer the level, the darker. Views at any one moment are off at first."
    yield Style(table.name, "by level", what, qml("fill", rules), is_default=True)


def _spread(count: int) -> tuple[str, ...]:
    """Return so many colours from light to dark; a ladder of more levels than colours ends in the darkest."""
    return tuple(LEVEL_COLOURS[min(number, len(LEVEL_COLOURS) - 1)] for number in range(count))


def _cameras(table: RunTable) -> Iterator[Style]:
    known, reader = "(' ' || \"stated\" || ' ') LIKE '% bearing %'", "coalesce(\"use\", '') = 'plate_reader'"
    common = {"size_unit": "MM", "outline_color": INK, "outline_width": "0.3"}
    rules = [
        Rule(f'"is_examined" AND {reader}', "plate reader", {"name": "square", "color": INK, "size": "2.4", **common}),
        Rule(f'"is_examined" AND NOT {reader} AND {known}', "the list says where it looks",
             {"name": "triangle", "color": INK, "size": "3", **common}),
        Rule(f'"is_examined" AND NOT {reader} AND NOT {known}', "where it looks is not known",
             {"name": "circle", "color": "240,140,58,255", "size": "2.2", **common}),
        Rule('NOT "is_examined"', "not examined: indoors, or not in use",
             {"name": "cross2", "color": NOTHING, "size": "1.8", **common}),
    ]  # fmt: skip
    yield Style(
        table.name, "by what is known", "Cameras by what the list says of them.", qml("marker", rules), is_default=True
    )


def _completeness(table: RunTable) -> Iterator[Style]:
    edge = {"outline_color": "145,150,158,255", "outline_width": "0.1", "outline_style": "solid"}
    looks = (
        ("complete", "buildings are there", {"style": "no", "color": NOTHING}),
        ("doubtful", "cannot be told", {"style": "dense6", "color": INK}),
        ("missing", "buildings are missing: views there are upper bounds", {"style": "b_diagonal", "color": INK}),
        ("not_judged", "too little to judge by", {"style": "dense7", "color": INK}),
    )
    rules = [Rule(f"\"status\" = '{status}'", words, {**edge, **look}) for status, words, look in looks]
    yield Style(table.name, "by status", "Whether the map has its buildings.", qml("fill", rules), is_default=True)


LAYER_CLASSES = {"line": "SimpleLine", "fill": "SimpleFill", "marker": "SimpleMarker"}


def qml(mark: Mark, rules: Sequence[Rule]) -> str:
    """Return a style of rules as QGIS 3 reads it; each rule has one symbol of one layer."""
    root = ET.Element("qgis", {"version": "3.28.0", "styleCategories": "Symbology"})
    renderer = ET.SubElement(
        root, "renderer-v2", {"type": "RuleRenderer", "symbollevels": "0", "forceraster": "0", "enableorderby": "0"}
    )
    ruled = ET.SubElement(renderer, "rules", {"key": "{root}"})
    symbols = ET.SubElement(renderer, "symbols")
    for number, rule in enumerate(rules):
        words = {"key": f"{{rule-{number}}}", "symbol": str(number), "label": rule.words}
        words |= {"filter": rule.condition} if rule.condition else {}
        words |= {} if rule.is_on else {"checkstate": "0"}
        ET.SubElement(ruled, "rule", words)
        symbol = ET.SubElement(
            symbols,
            "symbol",
            {"type": mark, "name": str(number), "alpha": rule.opacity, "clip_to_extent": "1", "force_rhr": "0"},
        )
        layer = ET.SubElement(
            symbol, "layer", {"class": LAYER_CLASSES[mark], "enabled": "1", "locked": "0", "pass": "0"}
        )
        options = ET.SubElement(layer, "Option", {"type": "Map"})
        for name, value in sorted(rule.look.items()):
            ET.SubElement(options, "Option", {"name": name, "type": "QString", "value": value})
    ET.indent(root)
    # The first line is how QGIS knows a style from any other XML.
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(root, encoding="unicode") + "\n"
