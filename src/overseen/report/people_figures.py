"""Figures about residents: how exposure is spread over them, and how groups compare."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray

from overseen.model.wording import say
from overseen.report.figures import AT_ONCE, FAINT, INK, REACHABLE, STYLE, _canvas, _svg

Floats = NDArray[np.float64]


def distribution_figure(people: Floats, exposed: Floats, *, mean: float, axis: str) -> str:
    """Return the exposure of every percent of residents, the least exposed first, with its interval; shares 0..1.

    ``exposed`` has shape (n, 3): mean over the draws, low, high.
    """
    with mpl.rc_context(STYLE):
        canvas, axes = _canvas(3.2)
        place = 100.0 * np.concatenate([[0.0], people])
        middle, low, high = 100.0 * np.vstack([exposed[:1], exposed]).T
        axes.fill_between(place, low, high, step="pre", color=REACHABLE, alpha=0.22, linewidth=0)
        axes.step(place, middle, where="pre", color=REACHABLE, linewidth=1.8)
        axes.axhline(100.0 * mean, color=INK, linewidth=1.0, linestyle=(0, (4, 3)))
        axes.annotate(
            "mean", (0.0, 100.0 * mean), (4, 3), textcoords="offset points", fontsize=8, ha="left", va="bottom"
        )
        axes.set_xlim(0, 100)
        axes.set_ylim(0, max(1.0, 1.05 * float(high.max(initial=0.0))))
        axes.set_xlabel(say("residents, % of them, the least exposed first"))
        axes.set_ylabel(axis)
        axes.grid(color=FAINT, alpha=0.3, linewidth=0.6)
        axes.set_axisbelow(True)
        return _svg(canvas)


def ratio_figure(names: Sequence[str], raw: Floats, within: Floats, *, axis: str) -> str:
    """Return ratios with their intervals, over all and within larger areas, on a scale of equal factors about 1.

    Both have shape (n, 3): ratio, low, high; nan where it cannot be told.
    """
    with mpl.rc_context(STYLE):
        canvas, axes = _canvas(1.1 + 0.42 * len(names))
        rows = np.arange(len(names))
        axes.axvline(1.0, color=INK, linewidth=1.0)
        for values, shift, marker, colour, label in (
            (raw, -0.16, "s", AT_ONCE, say("over the whole city")),
            (within, 0.16, "o", REACHABLE, say("within larger areas")),
        ):
            ratio, low, high = values.T
            told = np.isfinite(values).all(axis=1)
            error = [np.maximum(ratio - low, 0.0)[told], np.maximum(high - ratio, 0.0)[told]]
            axes.errorbar(ratio[told], rows[told] + shift, xerr=error, fmt=marker, color=colour, ecolor=colour, elinewidth=1.3,
                          capsize=2.5, markersize=5, label=label, markerfacecolor="white" if marker == "s" else colour)  # fmt: skip
        finite = np.concatenate([raw[np.isfinite(raw)], within[np.isfinite(within)], [0.8, 1.25]])
        edge = min(float(np.exp(np.abs(np.log(finite[finite > 0.0])).max())) * 1.05, 10.0)
        axes.set_xscale("log")
        axes.set_xlim(1.0 / edge, edge)
        ticks = [
            tick
            for tick in (0.1, 0.2, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 5.0, 10.0)
            if 1.0 / edge <= tick <= edge
        ]
        if edge > 1.6:
            ticks = [tick for tick in ticks if tick in (0.1, 0.2, 0.5, 0.7, 1.0, 1.5, 2.0, 5.0, 10.0)]
        axes.set_xticks(ticks, [say("{tick:g}", tick=tick) for tick in ticks])
        axes.minorticks_off()
        axes.set_yticks(rows, names)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_xlabel(axis)
        axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, borderaxespad=0.2)
        axes.grid(axis="x", color=FAINT, alpha=0.3, linewidth=0.6)
        axes.set_axisbelow(True)
        return _svg(canvas)
