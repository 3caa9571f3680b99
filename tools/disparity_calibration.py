"""Write docs/disparity.md: how often a difference between groups is stated where there is none, and where there is one.

Towns are made up in which the true answer is known; groups are then compared by the very functions that the report uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, optimize

from overseen.exposure.disparity import adjusted_chance, raw_ratios, sums_by_control, within_ratios
from overseen.exposure.verdicts import NOMINAL, Told, verdict

Floats = NDArray[np.float64]

FILE = Path(__file__).parents[1] / "docs" / "disparity.md"

SIDE = 6
"""Units along the side of a square control area."""

RESIDENTS = 300
DRAWS = 20
RUNS = 240


@dataclass(frozen=True, slots=True)
class Town:
    """A made-up town: units with residents, members of k categories, street in view in every draw, and control areas."""

    residents: Floats
    members: Floats
    exposed: Floats
    control: NDArray[np.int64]


def made_up_town(
    random: np.random.Generator, *, controls: tuple[int, int], categories: int = 1, ratio: float = 1.0
) -> Town:
    """Return a town of ``controls`` (rows, columns) squares.

    Both the categories' shares and the street in view differ between control areas, vary smoothly inside of them, and have
    nothing to do with one another; half of the units have next to no street in view. With ``ratio`` not 1 the street in view
    rises with the first category's share, so much that residents in it truly have that many times as much within control areas.
    """
    rows, columns = SIDE * controls[0], SIDE * controls[1]
    block = np.arange(rows)[:, None] // SIDE * controls[1] + np.arange(columns) // SIDE
    control = block.ravel().astype(np.int64)

    def field(between: float, within: float) -> Floats:
        smooth = ndimage.gaussian_filter(random.standard_normal((rows, columns)), 1.0, mode="wrap")
        smooth = within * smooth / smooth.std()
        return (between * random.standard_normal(controls[0] * controls[1])[block] + smooth).ravel()

    residents = np.round(random.uniform(0.5, 1.5, rows * columns) * RESIDENTS)
    share = np.stack([1.0 / (1.0 + np.exp(2.0 - field(0.8, 0.8))) for _ in range(categories)], axis=1)
    members = random.binomial(residents.astype(int)[:, None], share).astype(float)
    exposed = np.maximum(np.exp(field(0.9, 1.0)) - 1.0, 0.02)
    if ratio != 1.0:
        exposed *= np.exp(_slope(members[:, 0], residents, control, ratio) * members[:, 0] / residents)
    exposed /= 4.0 * exposed.max()
    common, own = random.lognormal(0.0, 0.3, DRAWS), random.lognormal(0.0, 0.3, (len(exposed), DRAWS))
    return Town(residents, members, exposed[:, None] * common * own, control)


def _slope(members: Floats, residents: Floats, control: NDArray[np.int64], ratio: float) -> float:
    """Return how steeply exposure must rise with the share of members for the ratio within control areas to be ``ratio``."""

    def found(slope: float) -> float:
        exposed = np.exp(slope * members / residents)[:, None]
        sums = sums_by_control(members[:, None], (residents - members)[:, None], exposed, residents, control)
        mean = (sums.first_exposed[0, :, 0] / sums.first[:, 0], sums.second_exposed[0, :, 0] / sums.second[:, 0])
        return float((mean[0] @ sums.residents) / (mean[1] @ sums.residents)) - ratio

    return float(optimize.brentq(found, 0.0, 40.0))


def told(town: Town, *, seed: int = 1) -> dict[str, bool]:
    """Return whether each way of comparing tells any category apart."""
    rest = town.residents[:, None] - town.members
    sums = sums_by_control(town.members, rest, town.exposed, town.residents, town.control)
    raw, within = raw_ratios(sums, seed=seed), within_ratios(sums, seed=seed)
    raw_chance, within_chance = adjusted_chance(raw.chance), adjusted_chance(within.chance)

    def any_stated(*, is_complete: bool) -> bool:
        return any(
            verdict(
                is_complete=is_complete,
                controls=int(within.controls[k]),
                raw=Told(float(raw.ratio[k]), float(raw_chance[k])),
                within=Told(float(within.ratio[k]), float(within_chance[k])),
                furniture=None,
            )[0]
            == "stated"
            for k in range(town.members.shape[1])
        )

    return {
        "raw": bool((raw_chance < NOMINAL).any()),
        "within": bool((within_chance < NOMINAL).any()),
        "register": any_stated(is_complete=True),
        "mapped": any_stated(is_complete=False),
    }


def told_by_units(town: Town, *, seed: int = 1) -> bool:
    """Return whether the ratio over the whole city is told apart if units are drawn again as though each stood for itself."""
    rest = town.residents[:, None] - town.members
    units = np.arange(len(town.residents))
    sums = sums_by_control(town.members, rest, town.exposed, town.residents, units)
    return bool((adjusted_chance(raw_ratios(sums, seed=seed).chance) < NOMINAL).any())


def rates(
    runs: int, *, controls: tuple[int, int], categories: int = 1, ratio: float = 1.0, units: bool = False
) -> dict[str, float]:
    """Return the share of made-up towns in which each way of comparing tells any category apart."""
    found: list[dict[str, bool]] = []
    for run in range(runs):
        random = np.random.Generator(np.random.Philox(key=run))
        town = made_up_town(random, controls=controls, categories=categories, ratio=ratio)
        found.append(told(town) | ({"units": told_by_units(town)} if units else {}))
    return {name: float(np.mean([one[name] for one in found])) for name in found[0]}


HEAD = """# How differences between groups are told

Made by `python tools/disparity_calibration.py`; do not edit.

A resident's exposure is the share of street in view in the area in which they are counted. Neighbours share their cameras, so
areas next to one another are no independent witnesses. The comparison therefore draws whole larger areas again (*control areas*),
not the areas in which residents are counted, and takes another draw of what is not known of the cameras each time; the spread of
the logarithm of the ratio is widened for the small number of control areas, by sqrt(C / (C - 1)) and Student's t with C - 1
degrees of freedom. A second test flips the sign of every control area's part of the difference at random, and the larger of the
two probabilities counts. Over the categories of one group the probabilities are adjusted by the method of Benjamini and Hochberg. With
fewer than 20 control areas nothing is told.

*Over the whole city* is the ratio of the population-weighted means. *Within* compares the two sides inside each control area and
weighs these by all their residents: what differs between control areas, such as how eagerly a map is kept, drops out, and real
differences between them drop out too. For a complete register the first decides and both are printed; for a list that is not
known to be complete the second must tell the difference and lie on the same side of 1, and other mapped street furniture must not
differ in the same way.

The towns below are made up: control areas of 36 units with about 300 residents each. The share of a category and the street in
view both differ between control areas and vary smoothly inside them; half of the units have next to nothing in view.

## Where there is no difference

Share of {runs:,} made-up towns (a quarter of that for 19 categories and for units drawn again) in which a difference is told, at a nominal 5 %. More than 5 % are false alarms.

| control areas | categories | units drawn again, whole city | control areas drawn again, whole city | within | stated of a register | stated of a mapped list |
|---|---|---|---|---|---|---|
"""

POWER = """
Drawing units again says in about half of the towns that groups differ which do not; it is shown for comparison and used nowhere.

## Where residents of a category have 1.3 times as much street in view within control areas

| control areas | told over the whole city | told within | stated of a register | stated of a mapped list |
|---|---|---|---|---|
"""

TAIL = """
So with some twenty control areas a difference of this size is often missed. *No difference is told* never means that there is
none.
"""


def page(runs: int = RUNS) -> str:
    """Return the whole page."""
    lines = [HEAD.format(runs=runs).rstrip()]
    for controls, categories in (((3, 7), 1), ((3, 7), 19), ((5, 8), 1), ((8, 8), 1)):
        is_first = categories == 1 and controls == (3, 7)
        # Drawing hundreds of units again is slow, and what comes of it is far from 5 %: fewer towns tell.
        by_units = f"{100 * rates(runs // 4, controls=controls, units=True)['units']:.0f} %" if is_first else "–"
        found = rates(runs if categories == 1 else runs // 4, controls=controls, categories=categories)
        cells = [f"{100 * found[name]:.1f} %" for name in ("raw", "within", "register", "mapped")]
        lines.append(f"| {controls[0] * controls[1]} | {categories} | {by_units} | {' | '.join(cells)} |")
    lines.append(POWER.rstrip())
    for controls in ((3, 7), (5, 8), (8, 8)):
        found = rates(runs // 2, controls=controls, ratio=1.3)
        cells = [f"{100 * found[name]:.0f} %" for name in ("raw", "within", "register", "mapped")]
        lines.append(f"| {controls[0] * controls[1]} | {' | '.join(cells)} |")
    return "\n".join([*lines, TAIL.rstrip()]) + "\n"


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
