"""Figures as SVG, drawn with matplotlib: repeatable to the byte, in the page's own text colour."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np

from overseen.model.wording import ENGLISH, language, numeral, retold, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

# Backend and settings before pyplot is ever imported: nothing here opens a window.
mpl.use("Agg")

INK = "#0a0b0c"
"""Stands for the text's colour; replaced by ``currentColor``."""

WIDTH = 5.2
"""Width of a drawing in inches: at the width of a phone's page its letters, of 10 points, are still read."""

LETTERS_BESIDE, LETTERS_BELOW, LETTERS_ACROSS, LETTERS_OF_MARK = 22, 8, 54, 7
"""Letters that fit on a line beside a bar, below a tick, and over the whole width; and the room of a legend's mark."""

FAINT = "#8a8f98"
REACHABLE = "#c2410c"
AT_ONCE = "#1d6fa5"

STYLE = {
    "svg.hashsalt": "overseen", "svg.fonttype": "path", "font.family": "DejaVu Sans", "font.size": 10, "text.color": INK,
    "axes.labelcolor": INK, "axes.edgecolor": FAINT, "xtick.color": INK, "ytick.color": INK, "axes.spines.top": False,
    "axes.spines.right": False, "figure.facecolor": "none", "axes.facecolor": "none", "savefig.facecolor": "none",
}  # fmt: skip


def _svg(canvas: Canvas) -> str:
    """Return a figure as an SVG element without header, in the page's own colours."""
    if language() != ENGLISH:
        _translate(canvas)
    # A map fills its canvas by itself.
    if all(axes.get_subplotspec() is not None for axes in canvas.axes):
        _fit(canvas)
    buffer = io.StringIO()
    canvas.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, bbox_inches="tight", pad_inches=0.05)
    text = buffer.getvalue()
    text = text[text.index("<svg") :].replace(INK, "currentColor")
    text = re.sub(r"<metadata>.*?</metadata>", "", text, count=1, flags=re.DOTALL)
    # The page sizes it: only the view box stays.
    return re.sub(
        r'(<svg[^>]*?) width="[^"]*"', r"\1", re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1), count=1
    )


def _fit(canvas: Canvas) -> None:
    """Break long words of a drawing, so that it is as wide as its canvas whatever they say."""
    canvas.set_layout_engine("constrained", w_pad=0.02, h_pad=0.02)
    for axes in canvas.axes:
        is_named = False
        for axis, letters in ((axes.xaxis, LETTERS_BELOW), (axes.yaxis, LETTERS_BESIDE)):
            names = [tick.get_text() for tick in axis.get_ticklabels()]
            is_named = max(map(len, names), default=0) > letters
            if is_named and isinstance(axis.get_major_locator(), mpl.ticker.FixedLocator):
                axis.set_ticks(axis.get_majorticklocs(), ["\n".join(textwrap.wrap(name, letters)) for name in names])
                axis.set_tick_params(labelsize=9)
        across = LETTERS_ACROSS - (LETTERS_BESIDE if is_named else 0)
        axes.set_xlabel("\n".join(textwrap.wrap(axes.get_xlabel(), across)))
        legend = axes.get_legend()
        if legend is not None:
            # It begins at the drawing's edge rather than at that of the bars, which leave it too little room.
            edge = mpl.transforms.blended_transform_factory(canvas.transFigure, axes.transAxes)
            legend.set_bbox_to_anchor((0.0, 1.0), transform=edge)
            words = [text.get_text() for text in legend.get_texts()]
            if sum(len(text) + LETTERS_OF_MARK for text in words) > LETTERS_ACROSS:
                legend.set_ncols(2 if len(words) > 2 else 1)


def _translate(canvas: Canvas) -> None:
    """Say the words of a drawing that are messages, and write the numbers of its scales as the language spoken does."""
    for words in canvas.findobj(mpl.text.Text):
        words.set_text(retold(words.get_text()))
    for axes in canvas.axes:
        for axis in (axes.xaxis, axes.yaxis):
            english = axis.get_major_formatter()
            if isinstance(english, mpl.ticker.FixedFormatter):
                english.seq = [retold(name) for name in english.seq]
            elif isinstance(english, mpl.ticker.ScalarFormatter | mpl.ticker.FuncFormatter | mpl.ticker.LogFormatter):
                axis.set_major_formatter(mpl.ticker.FuncFormatter(_said_ticks(english)))


def _said_ticks(english: mpl.ticker.Formatter) -> Callable[[float, int | None], str]:
    def said(value: float, place: int | None) -> str:
        english.set_locs(english.axis.get_majorticklocs())
        text = english(value, place)
        # The names of bars come this way too.
        return retold(text) if any(letter.isalpha() for letter in text) else numeral(text)

    return said


def _canvas(height: float) -> tuple[Canvas, mpl.axes.Axes]:
    from matplotlib.figure import Figure

    canvas = Figure(figsize=(WIDTH, height))
    return canvas, canvas.add_subplot()


def level_figure(
    levels: Sequence[str], reachable: np.ndarray, at_once: np.ndarray, *, names: tuple[str, str], axis: str
) -> str:
    """Return bars of shares per level for two views, each with its interval; arrays of shape (levels, 3): mean, low, high."""
    with mpl.rc_context(STYLE):
        canvas, axes = _canvas(0.9 + 0.62 * len(levels))
        rows = np.arange(len(levels))
        for values, shift, colour, hatch, name in (
            (reachable, -0.19, REACHABLE, None, names[0]),
            (at_once, 0.19, AT_ONCE, "////", names[1]),
        ):
            mean, low, high = 100.0 * values.T
            axes.barh(
                rows + shift,
                mean,
                0.34,
                color=colour,
                alpha=0.85,
                label=name,
                hatch=hatch,
                edgecolor="white",
                linewidth=0,
            )
            axes.errorbar(mean, rows + shift, xerr=[np.maximum(mean - low, 0), np.maximum(high - mean, 0)], fmt="none",
                          ecolor=INK, elinewidth=1.2, capsize=3)  # fmt: skip
        axes.set_yticks(rows, levels)
        axes.invert_yaxis()
        axes.set_xlim(0, max(1.0, 100.0 * float(max(reachable.max(), at_once.max())) * 1.06))
        axes.set_xlabel(axis)
        axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, borderaxespad=0.2)
        axes.grid(axis="x", color=FAINT, alpha=0.3, linewidth=0.6)
        axes.set_axisbelow(True)
        return _svg(canvas)


def tornado_figure(names: Sequence[str], low: np.ndarray, high: np.ndarray, *, axis: str) -> str:
    """Return the range of one share as each unknown moves alone, the widest on top; values 0..1."""
    with mpl.rc_context(STYLE):
        canvas, axes = _canvas(0.9 + 0.36 * len(names))
        rows = np.arange(len(names))
        left, right = 100.0 * np.minimum(low, high), 100.0 * np.maximum(low, high)
        axes.barh(rows, right - left, 0.62, left=left, color=REACHABLE, alpha=0.85)
        for row, (at_low, at_high) in enumerate(zip(100.0 * low, 100.0 * high, strict=True)):
            ends = sorted(((at_low, "low"), (at_high, "high")))
            axes.annotate(
                ends[0][1], (ends[0][0], row), (-4, 0), textcoords="offset points", ha="right", va="center", fontsize=8
            )
            axes.annotate(
                ends[1][1], (ends[1][0], row), (4, 0), textcoords="offset points", ha="left", va="center", fontsize=8
            )
        axes.set_yticks(rows, names)
        axes.invert_yaxis()
        margin = 0.2 * max(1.0, float(right.max() - left.min()))
        axes.set_xlim(max(0.0, float(left.min()) - margin), float(right.max()) + margin)
        axes.set_xlabel(axis)
        axes.grid(axis="x", color=FAINT, alpha=0.3, linewidth=0.6)
        axes.set_axisbelow(True)
        return _svg(canvas)


def kept_figure(names: Sequence[str], shares: np.ndarray, *, axis: str) -> str:
    """Return how much of each thing stays in view, 0..1, as a bar within the whole."""
    with mpl.rc_context(STYLE):
        canvas, axes = _canvas(0.9 + 0.5 * len(names))
        rows = np.arange(len(names))
        axes.barh(rows, np.full(len(rows), 100.0), 0.55, color="none", edgecolor=FAINT, linewidth=1.0, hatch="....")
        axes.barh(rows, 100.0 * shares, 0.55, color=REACHABLE, alpha=0.85)
        for row, share in enumerate(100.0 * shares):
            axes.annotate(
                say("{share:.0f} %", share=share),
                (100.0, row),
                (6, 0),
                textcoords="offset points",
                va="center",
                fontsize=9,
            )
        axes.set_yticks(rows, names)
        axes.invert_yaxis()
        axes.set_xlim(0, 112)
        axes.set_xlabel(axis)
        axes.grid(axis="x", color=FAINT, alpha=0.3, linewidth=0.6)
        axes.set_axisbelow(True)
        return _svg(canvas)


def ladder_figure(names: Sequence[str], shares: np.ndarray, notes: Sequence[str], *, axis: str) -> str:
    """Return rungs from top to bottom, each a bar with its interval, shape (rungs, 3), 0..1, and a note at its end."""
    with mpl.rc_context(STYLE):
        canvas, axes = _canvas(0.9 + 0.5 * len(names))
        rows = np.arange(len(names))
        mean, low, high = 100.0 * shares.T
        axes.barh(rows, mean, 0.55, color=REACHABLE, alpha=0.85)
        axes.errorbar(mean, rows, xerr=[np.maximum(mean - low, 0), np.maximum(high - mean, 0)], fmt="none",
                      ecolor=INK, elinewidth=1.2, capsize=3)  # fmt: skip
        for row, note in enumerate(notes):
            axes.annotate(
                say("{note} cameras", note=note),
                (high[row], row),
                (6, 0),
                textcoords="offset points",
                va="center",
                fontsize=9,
            )
        axes.set_yticks(rows, names)
        axes.invert_yaxis()
        axes.set_xlim(0, max(1.0, float(high.max()) * 1.6))
        axes.set_xticks([tick for tick in axes.get_xticks() if 0.0 <= tick <= min(100.0, axes.get_xlim()[1])])
        axes.set_xlabel(axis)
        axes.grid(axis="x", color=FAINT, alpha=0.3, linewidth=0.6)
        axes.set_axisbelow(True)
        return _svg(canvas)
