"""The moving map of a report: what its page is given, all of it inside the page."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from overseen.assessment.findings import Assessment
from overseen.exposure.street_cameras import MOST_PER_STREET
from overseen.model.phases import BASELINE, steps_of
from overseen.model.schema import VIEWS
from overseen.model.wording import ENGLISH, language, retold
from overseen.report.map_classes import CLASS_BASE
from overseen.report.map_fineness import LAST_ZOOM, degree_box, fineness_of
from overseen.report.map_layers import map_layers
from overseen.report.map_steps import step_flags
from overseen.report.map_tables import map_tables, packed_tables, rival_streets
from overseen.report.map_words import LANGUAGE, MAP_WORDS, TERMS, VIEW_TITLES, fineness_note
from overseen.report.tile_archive import tile_archive
from overseen.report.vector_tiles import TileLayer, vector_tiles


@dataclass(frozen=True, slots=True)
class MapContent:
    """What a page's map is given.

    Parameters
    ----------
    payload
        Words, levels, steps and where things are; plain JSON.
    tiles
        Archive of vector tiles.
    tables
        Compressed blocks of what a click tells.
    """

    payload: Mapping[str, Any]
    tiles: bytes
    tables: bytes


def map_content(assessment: Assessment) -> MapContent:
    """Return the map of an assessment; the same assessment gives the same bytes."""
    fineness = fineness_of(assessment)
    layers = map_layers(assessment, fineness)
    box = degree_box(assessment)
    tiles = vector_tiles(layers, extent=fineness.extent)
    tables = packed_tables(map_tables(assessment), whole_from=1.0 if fineness.is_large else 100.0)
    levels = assessment.viewing.ladder.names
    payload = {
        "language": LANGUAGE if language() == ENGLISH else language(),
        "words": {name: retold(words) for name, words in MAP_WORDS.items()},
        "terms": {name: retold(words) for name, words in TERMS.items()},
        "bounds": list(box),
        "first_zoom": fineness.first_zoom,
        "last_zoom": LAST_ZOOM,
        "view_zoom": fineness.view_zoom,
        "note": fineness_note(view_m=fineness.view_m, grid_m=fineness.grid_m, is_large=fineness.is_large),
        "levels": [{"name": level, "title": retold(level).replace("_", " ")} for level in levels],
        "views": [{"name": view, "title": retold(VIEW_TITLES[view])} for view in VIEWS],
        "start": {"level": "detect" if "detect" in levels else levels[min(1, len(levels) - 1)], "view": VIEWS[0]},
        "class_base": CLASS_BASE,
        "most_viewers": MOST_PER_STREET,
        "layers": [layer.name for layer in layers],
        "tables": tables.index,
        "needs_rtl": is_right_to_left(_labels(layers)),
        "steps": _steps(assessment),
        "rival": _rival(assessment),
    }
    return MapContent(payload, tile_archive(tiles, box, [layer.described() for layer in layers]), tables.content)


def is_right_to_left(texts: Iterable[str]) -> bool:
    """Return whether any text has a letter that is written from right to left.

    Examples
    --------
    >>> is_right_to_left(["Main Street"]), is_right_to_left(["شارع الملك"])
    (False, True)
    """
    return any(
        unicodedata.bidirectional(letter) in ("R", "AL") for letter in {letter for text in texts for letter in text}
    )


def _labels(layers: Iterable[TileLayer]) -> Iterable[str]:
    return (name for layer in layers for name in layer.tags.get("name", ()) if name is not None)


def _steps(assessment: Assessment) -> list[dict[str, Any]]:
    """Return the steps of the roll-out with what the table of phases says of each; none where they are not told apart."""
    on, table = step_flags(assessment), assessment.phases
    if on is None or table is None:
        return []
    subject, unit = ("public_space", "m2") if assessment.city.streets.empty else ("streets", "m")
    steps = []
    for step in steps_of(assessment.plan):
        rows = table[table["step"] == step.name].set_index("finding")
        counts = {name: int(rows.loc[f"cameras_{name}_count", "value"]) for name in ("active", "added", "ended")}
        figures = {
            f"{view} {level}": _figures(rows, f"{subject}_{view}_{level}_share")
            for view in VIEWS
            for level in assessment.viewing.ladder.names
        }
        name = retold(MAP_WORDS["step_baseline_name"]) if step.name == BASELINE else step.name
        told = {"name": name, "date": step.date.isoformat(), "subject": subject, "unit": unit, "figures": figures}
        steps.append({**told, **counts})
    is_gone = on.any(axis=1) & ~on[:, -1]
    steps[-1]["gone"] = int(is_gone.sum())
    return steps


def _figures(rows: pd.DataFrame, name: str) -> dict[str, Any] | None:
    """Return a share at a step and what it has gained since the baseline, with ranges and denominator."""
    if name not in rows.index:
        return None
    row = rows.loc[name]
    found: dict[str, Any] = {
        part: None if pd.isna(row[ends[0]]) else [round(float(row[end]), 5) for end in ends]
        for part, ends in {
            "share": ("value", "low", "high"),
            "since": ("since_baseline_value", "since_baseline_low", "since_baseline_high"),
        }.items()
    }
    return {**found, "of": None if pd.isna(row["denominator"]) else round(float(row["denominator"]), 1)}


def _rival(assessment: Assessment) -> dict[str, Any] | None:
    """Return the names of this plan and of the one it is held against, and what is known of the other."""
    rival = assessment.rival
    if rival is None:
        return None
    return {
        "a": rival.a.name,
        "b": rival.b.name,
        "has_streets": rival_streets(assessment) is not None,
        "has_views": rival.b.isovists is not None,
    }
