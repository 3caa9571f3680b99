"""Curves over trips: what share of them reaches a place, with its interval."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np

from overseen.model.wording import say
from overseen.report.figures import AT_ONCE, FAINT, INK, REACHABLE, STYLE, _canvas, _svg

DECADE = 12.0
"""A scale of ratios that spans less than this many times has too few powers of ten to be read by them."""


def curve_figure(places: Sequence[str], values: np.ndarray, *, axis: str, trips: str = "") -> str:
    """Return a curve over named places with the range of the draws; ``values`` (places, 3): mean, low, high, 0..1."""
    with mpl.rc_context(STYLE):
        canvas, axes = _canvas(3.2)
        row = np.arange(len(places))
        mean, low, high = 100.0 * values.T
        axes.fill_between(
            row, low, high, color=REACHABLE, alpha=0.22, linewidth=0, label=say("holds 90 % of the draws")
        )
        axes.plot(row, mean, "o-", color=REACHABLE, markersize=4, linewidth=1.6, label=say("mean of the draws"))
        for at, value in zip(row, mean, strict=True):
            axes.annotate(say("{value:.0f}", value=value) if value >= 1.0 or value < 0.05 else say("{value:.1f}", value=value), (at, value), (0, 6),
                          textcoords="offset points", ha="center", fontsize=8, color=INK)  # fmt: skip
        axes.set_xticks(row, places)
        axes.set_ylim(0, max(1.0, min(112.0, 1.12 * float(high.max()) + 2.0)))
        axes.set_xlabel(axis)
        axes.set_ylabel(trips or say("share of trips, %"))
        axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, borderaxespad=0.2)
        axes.grid(axis="y", color=FAINT, alpha=0.3, linewidth=0.6)
        axes.set_axisbelow(True)
        return _svg(canvas)


def unicity_figure(known: Sequence[int], shares: Sequence[np.ndarray], names: Sequence[str]) -> str:
    """Return one curve per number of trips over the number of known sightings; ``shares`` 0..1, nan where there is none."""
    with mpl.rc_context(STYLE):
        canvas, axes = _canvas(3.2)
        marks = ("o", "s", "^", "D")
        for number, (values, name) in enumerate(zip(shares, names, strict=True)):
            colour = (REACHABLE, AT_ONCE)[number % 2]
            axes.plot(known, 100.0 * values, color=colour, marker=marks[number % 4], markersize=4,
                      linestyle=("-", "--", ":", "-.")[number % 4], label=name)  # fmt: skip
        axes.set_xticks(list(known))
        axes.set_ylim(0, 104)
        axes.set_xlabel(say("sightings of a trip that are known"))
        axes.set_ylabel(say("trips singled out, %"))
        axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=len(names), borderaxespad=0.2)
        axes.grid(axis="y", color=FAINT, alpha=0.3, linewidth=0.6)
        axes.set_axisbelow(True)
        return _svg(canvas)


def depth_figure(breadth: np.ndarray, depth: np.ndarray, *, everywhere: float) -> str:
    """Return dots, one per camera, of breadth against depth, both 0..1 on a scale of equal factors."""
    with mpl.rc_context(STYLE):
        canvas, axes = _canvas(3.6)
        # What is nought has no place on such a scale: it stands at its foot.
        floor = 0.5 * min([value for value in [*breadth, *depth, everywhere] if value > 0.0], default=0.001)
        axes.plot(100.0 * np.maximum(breadth, floor), 100.0 * np.maximum(depth, floor), "o", color=REACHABLE, markersize=4,
                  markerfacecolor="none", label=say("a camera"))  # fmt: skip
        axes.axhline(
            100.0 * max(everywhere, floor), color=AT_ONCE, linestyle="--", linewidth=1.2, label=say("any two trips")
        )
        axes.set_xscale("log")
        axes.set_yscale("log")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: say("{value:g}", value=value))
            low, high = axis.get_view_interval()
            if high < DECADE * low:
                # Within ten times there may be one power of ten or none: what lies between is named too.
                axis.set_minor_locator(mpl.ticker.LogLocator(subs=(2.0, 5.0)))
                axis.set_minor_formatter(lambda value, _: say("{value:g}", value=value))
            else:
                axis.set_minor_formatter(mpl.ticker.NullFormatter())
        axes.set_xlabel(say("breadth: trips that it could look at, %"))
        axes.set_ylabel(say("depth: two of them begin\nat the same corner, %"))
        axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, borderaxespad=0.2)
        axes.grid(color=FAINT, alpha=0.3, linewidth=0.6)
        axes.set_axisbelow(True)
        return _svg(canvas)
