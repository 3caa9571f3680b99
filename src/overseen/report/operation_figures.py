"""Figures about running the network: hours delivered, cameras by operator, and what moves the cost."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np

from overseen.model.wording import say
from overseen.report.figures import AT_ONCE, FAINT, INK, REACHABLE, STYLE, _canvas, _svg


def _in_english(value: float, _place: int | None) -> str:
    # The figure says its scales in the language spoken once it is drawn; said here, they would be said twice.
    return f"{value:,.0f}"


def hours_figure(periods: Sequence[str], series: Sequence[tuple[str, np.ndarray]], *, axis: str) -> str:
    """Return, for each part of the day, what is delivered of what is promised; arrays (periods, 3): mean, low, high, 0..1.

    The promise is the outline of a whole bar.
    """
    with mpl.rc_context(STYLE):
        canvas, axes = _canvas(0.9 + 0.62 * len(periods))
        rows = np.arange(len(periods))
        height = 0.72 / len(series)
        for number, (name, values) in enumerate(series):
            at = rows + (number - (len(series) - 1) / 2.0) * height
            mean, low, high = 100.0 * values.T
            axes.barh(at, np.full(len(rows), 100.0), 0.9 * height, color="none", edgecolor=FAINT, linewidth=0.8)
            axes.barh(at, mean, 0.9 * height, color=(REACHABLE, AT_ONCE)[number % 2], alpha=0.85, label=name,
                      hatch=(None, "////")[number % 2], edgecolor="white", linewidth=0)  # fmt: skip
            axes.errorbar(mean, at, xerr=[np.maximum(mean - low, 0), np.maximum(high - mean, 0)], fmt="none", ecolor=INK,
                          elinewidth=1.2, capsize=3)  # fmt: skip
        axes.set_yticks(rows, periods)
        axes.invert_yaxis()
        axes.set_xlim(0, 104)
        axes.set_xlabel(axis)
        axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, borderaxespad=0.2)
        axes.grid(axis="x", color=FAINT, alpha=0.3, linewidth=0.6)
        axes.set_axisbelow(True)
        return _svg(canvas)


def range_figure(names: Sequence[str], ranges: Sequence[tuple[float, float]], *, axis: str) -> str:
    """Return ranges of one number below one another on a scale of ratios, the first filled, the others outlined."""
    with mpl.rc_context(STYLE):
        canvas, axes = _canvas(0.9 + 0.5 * len(names))
        # The scale has no zero: fewer than one is drawn as one.
        ranges = [(max(low, 1.0), max(high, 1.0)) for low, high in ranges]
        for row, (low, high) in enumerate(ranges):
            wide = max(high, 1.02 * low)
            style = (
                {"color": REACHABLE, "alpha": 0.85}
                if row == 0
                else {"color": "none", "edgecolor": INK, "hatch": "...."}
            )
            axes.barh(row, wide - low, 0.5, left=low, linewidth=1.0, **style)
            if say("{low:,.0f}", low=low) != say("{high:,.0f}", high=high):
                axes.annotate(
                    say("{low:,.0f}", low=low),
                    (low, row),
                    (-4, 0),
                    textcoords="offset points",
                    ha="right",
                    va="center",
                    fontsize=8,
                )
            axes.annotate(
                say("{high:,.0f}", high=high),
                (wide, row),
                (4, 0),
                textcoords="offset points",
                ha="left",
                va="center",
                fontsize=8,
            )
        axes.set_yticks(range(len(names)), names)
        axes.invert_yaxis()
        axes.set_xscale("log")
        least, most = min(low for low, _ in ranges), max(high for _, high in ranges)
        axes.set_xlim(least / 2.0, most * 2.0)
        axes.xaxis.set_major_formatter(mpl.ticker.FuncFormatter(_in_english))
        axes.xaxis.set_minor_formatter(mpl.ticker.NullFormatter())
        axes.set_xlabel(axis)
        axes.grid(axis="x", color=FAINT, alpha=0.3, linewidth=0.6)
        axes.set_axisbelow(True)
        return _svg(canvas)


def cost_figure(names: Sequence[str], low: np.ndarray, high: np.ndarray, *, axis: str, budget: float | None) -> str:
    """Return the total with each figure at its low and its high value, the widest on top, and the budget as a line."""
    with mpl.rc_context(STYLE):
        canvas, axes = _canvas(0.9 + 0.36 * len(names))
        rows = np.arange(len(names))
        left, right = np.minimum(low, high), np.maximum(low, high)
        axes.barh(rows, right - left, 0.62, left=left, color=REACHABLE, alpha=0.85)
        for row, (at_low, at_high) in enumerate(zip(low, high, strict=True)):
            first, last = ("low", "high") if at_low <= at_high else ("high", "low")
            axes.annotate(
                first, (left[row], row), (-4, 0), textcoords="offset points", ha="right", va="center", fontsize=8
            )
            axes.annotate(
                last, (right[row], row), (4, 0), textcoords="offset points", ha="left", va="center", fontsize=8
            )
        ends = [float(left.min()), float(right.max())]
        if budget is not None and ends[0] / 3.0 < budget < ends[1] * 3.0:
            axes.axvline(budget, color=INK, linewidth=1.2, linestyle="--")
            at = {"xycoords": axes.get_xaxis_transform(), "textcoords": "offset points"}
            axes.annotate(say("budget"), (budget, 1.0), (3, -2), fontsize=8, va="bottom", **at)
            ends = [min(ends[0], budget), max(ends[1], budget)]
        axes.set_yticks(rows, names)
        axes.invert_yaxis()
        margin = 0.2 * max(ends[1] - ends[0], 1e-9)
        axes.set_xlim(max(0.0, ends[0] - margin), ends[1] + margin)
        axes.xaxis.set_major_formatter(mpl.ticker.FuncFormatter(_in_english))
        axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(3))
        axes.set_xlabel(axis)
        axes.grid(axis="x", color=FAINT, alpha=0.3, linewidth=0.6)
        axes.set_axisbelow(True)
        return _svg(canvas)
