"""What a notebook shows in one line: an offline map, and the bars of what is in view at each level."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from importlib.metadata import version
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from overseen.assessment.findings import Assessment
from overseen.errors import OutputError, OverseenError
from overseen.model.schema import VIEWS
from overseen.report.completeness import warnings
from overseen.report.compose import answer, credit, map_section
from overseen.report.document import Document
from overseen.report.figures import level_figure
from overseen.report.html import html_report
from overseen.report.small_map import Layer, small_map, window_around

FRAME_HEIGHT_PX = 760

MOST_SHAPES = 5_000
"""A picture of more shapes would make the notebook too large to open."""

PICTURE_STYLE = (
    ".small-map{width:100%;max-width:60rem;height:auto;display:block;background:#f4f2ee;color:#1b2430}"
    ".map-ground{fill:#f4f2ee}.shapes path{fill:#1d6fa5;fill-opacity:.2;stroke:#1d6fa5;stroke-width:1}"
    ".lines path{fill:none;stroke:#b23a0e;stroke-width:2}.points circle{fill:#1b2430;stroke:#fff}"
    ".map-scale path{fill:none;stroke:#1b2430}.map-scale text{font:12px sans-serif;fill:#1b2430}"
)


@dataclass(frozen=True, slots=True)
class OfflineMap:
    """A page that needs nothing and nobody; a notebook shows it as it is.

    Parameters
    ----------
    html
        The whole page.
    """

    html: str

    def _repr_html_(self) -> str:
        # A frame of its own, so that neither the page's style nor its scripts meet those of the notebook.
        return (
            f'<iframe srcdoc="{escape(self.html)}" title="Map" sandbox="allow-scripts"'
            f' style="width:100%;height:{FRAME_HEIGHT_PX}px;border:0"></iframe>'
        )

    def save(self, path: Path | str) -> Path:
        """Return the path under which the page was written.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        try:
            Path(path).write_text(self.html, encoding="utf-8")
        except OSError as error:
            raise OutputError(f"{path} cannot be written ({error.strerror}); name another file") from error
        return Path(path)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing as SVG with its description in words; a notebook shows it as it is."""

    svg: str
    description: str

    def _repr_html_(self) -> str:
        words = escape(self.description)
        return f'<figure style="max-width:46rem" role="img" aria-label="{words}">{self.svg}<figcaption>{words}</figcaption></figure>'


def explore(found: Assessment | gpd.GeoDataFrame) -> OfflineMap:
    """Return a map that a notebook shows without any network: of an assessment, or of any of its tables of shapes.

    The map of an assessment is that of the report, with the first sentence of its answer above it. Of a table the shapes are drawn and hovering over
    one tells its row; of more than 5,000 rows the first are drawn.

    Raises
    ------
    OverseenError
        If a table has no shapes, none with a place, or is in no metric plane.
    """
    return _assessment_map(found) if isinstance(found, Assessment) else _frame_map(found)


def plot_levels(assessment: Assessment) -> Drawing:
    """Return bars of the share of street in view at each level, with intervals, for both views.

    Raises
    ------
    OverseenError
        If the place has no streets.
    """
    levels = assessment.viewing.ladder.names
    names = {view: [f"streets_{view}_{level}_share" for level in levels] for view in VIEWS}
    if any(name not in assessment.findings.index for some in names.values() for name in some):
        raise OverseenError("The place has no street, so that no share of street is in view; give the city's streets")
    shares = {
        view: assessment.findings.loc[some, ["value", "low", "high"]].to_numpy(dtype=float)
        for view, some in names.items()
    }
    svg = level_figure(
        levels, *shares.values(), names=("could be looked at", "in view at any one moment"), axis="share of street, %"
    )
    words = "; ".join(f"{level} {value:.0%}" for level, (value, _, _) in zip(levels, shares["reachable"], strict=True))
    return Drawing(svg, f"Share of street that some camera could look at, mean over the draws: {words}.")


def _assessment_map(assessment: Assessment) -> OfflineMap:
    plan = assessment.plan
    page = Document(
        plan.name,
        assessment.city.name,
        "" if plan.date is None else plan.date.isoformat(),
        answer(assessment)[:1],
        (),
        (map_section(assessment),),
        credit(assessment),
        version("overseen"),
        warnings(assessment),
    )
    return OfflineMap(html_report(page))


def _frame_map(frame: gpd.GeoDataFrame) -> OfflineMap:
    if not isinstance(frame, gpd.GeoDataFrame):
        raise OverseenError(
            f"A {type(frame).__name__} has no shapes; give an assessment, or one of its tables of shapes"
        )
    if frame.crs is None or not frame.crs.is_projected:
        raise OverseenError("The table is in no plane; give it one in metres with to_crs")
    placed = frame[~(frame.geometry.is_empty | frame.geometry.isna())]
    if placed.empty:
        raise OverseenError("No row of the table has a place")
    drawn = placed.head(MOST_SHAPES)
    shapes, words = drawn.geometry.to_numpy(), _words(drawn)
    dimension = drawn.geom_type.map(lambda kind: 0 if "Point" in kind else 1 if "Line" in kind else 2).to_numpy()
    layers = [
        Layer(name, shapes[dimension == number], [words[row] for row in np.flatnonzero(dimension == number)])
        for number, name in ((2, "shapes"), (1, "lines"), (0, "points"))
    ]
    left_out = len(placed) - len(drawn)
    note = f"<p>{left_out:,} more rows are not drawn.</p>" if left_out else ""
    picture = small_map(layers, window_around(shapes, margin_m=20.0), f"Map of {len(drawn):,} rows")
    return OfflineMap(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Map</title><style>{PICTURE_STYLE}</style></head>'
        f"<body>{picture}{note}</body></html>"
    )


def _words(frame: gpd.GeoDataFrame) -> list[str]:
    """Return each row in words: its name and its first columns."""
    plain = pd.DataFrame(frame.drop(columns=frame.geometry.name)).iloc[:, :8]
    return [
        "\n".join([str(name), *(f"{column}: {value}" for column, value in row.items() if pd.notna(value))])
        for name, row in zip(plain.index, plain.to_dict("records"), strict=True)
    ]
