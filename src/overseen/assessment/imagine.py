"""What hypothetical networks of a given size would see: the spread over many draws of where they stand and of what is unknown.

It samples and never seeks: no draw is ranked, chosen or kept, and nothing of a single network leaves this module.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.assessment.examine import examine
from overseen.assessment.headline import STREET, in_view
from overseen.assessment.imagined_network import imagined_network
from overseen.exposure.public_space import SPACING_M, public_space_exposure
from overseen.exposure.streets import INTERVAL, street_exposure
from overseen.model.city import City
from overseen.model.imagined import ImagineRule
from overseen.model.plan import Plan
from overseen.model.schema import IMAGINED, VIEWS, View
from overseen.model.viewing import Viewing
from overseen.visibility.cells import HERE, Work

Floats = NDArray[np.float64]
Measure = tuple[str, View, int]
"""Subject, view and number of the level."""

NETWORK_DRAWS = 20
"""Most draws of what is unknown of the cameras for each network: networks are many, and what cameras share is drawn alike in all."""

SUBJECTS = {
    "streets": (f"Share of {STREET}", f"m of {STREET} inside the boundary"),
    "public_space": ("Share of public space", f"m2 of public space, sampled every {SPACING_M:g} m"),
}


@dataclass(frozen=True, slots=True)
class Imagined:
    """The spread of what networks drawn by one rule see.

    Parameters
    ----------
    plan, city, viewing, rule
        What was drawn, where and how; the plan's own cameras, if it lists any, are in every network.
    spread
        Table ``IMAGINED`` of :mod:`overseen.model.schema`.
    """

    plan: Plan
    city: City
    viewing: Viewing
    rule: ImagineRule
    spread: pd.DataFrame


def imagined_spread(plan: Plan, city: City, viewing: Viewing, rule: ImagineRule, *, work: Work = HERE) -> Imagined:
    """Return the spread over ``rule.networks`` networks of ``rule.count`` cameras, each with draws of what is unknown.

    Raises
    ------
    PlanError
        If the rule puts cameras where the city has no street.
    """
    few = replace(viewing, draws=min(viewing.draws, NETWORK_DRAWS))
    still = replace(work, tell=HERE.tell)
    drawn: dict[Measure, list[Floats]] = {}
    denominator: dict[str, float] = {}
    for number in range(rule.networks):
        network = plan.network.joined_with(imagined_network(rule, city, number))
        seen = examine(network, city, few, work=still)
        streets = street_exposure(city, seen.examined, few, work=still)
        space = public_space_exposure(city, seen.examined, few, work=still)
        denominator |= {"streets": streets.counted_length_m, "public_space": space.area_m2}
        for view in VIEWS:
            length_m = streets.drawn_length_m[view]
            of_streets = length_m / streets.counted_length_m if streets.counted_length_m else np.zeros_like(length_m)
            for level in range(len(few.ladder.levels)):
                drawn.setdefault(("streets", view, level), []).append(of_streets[:, level])
                drawn.setdefault(("public_space", view, level), []).append(space.drawn_share[view][:, level])
        work.tell(number + 1, rule.networks)
    return Imagined(plan, city, few, rule, _table(drawn, denominator, few))


def siting_variance_share(values: Floats) -> float:
    """Return the part of the variance of values, shape (networks, draws), that lies between the networks; nan: none varies.

    The mean over a network's draws varies by their number as well; that part is taken off before it is compared.
    """
    total = float(values.var())
    if total == 0.0 or len(values) < 2:
        return float("nan")
    within = float(values.var(axis=1, ddof=1).mean()) if values.shape[1] > 1 else 0.0
    between = float(values.mean(axis=1).var(ddof=1)) - within / values.shape[1]
    return float(np.clip(between / (between + within), 0.0, 1.0)) if between > 0.0 else 0.0


def _table(drawn: dict[Measure, list[Floats]], denominator: dict[str, float], viewing: Viewing) -> pd.DataFrame:
    rows = {}
    for (subject, view, level), networks in drawn.items():
        values = np.stack(networks)
        name = viewing.ladder.names[level]
        words, what = SUBJECTS[subject]
        low, high = np.quantile(values, INTERVAL)
        siting_low, siting_high = np.quantile(values.mean(axis=1), INTERVAL)
        rows[f"{subject}_{view}_{name}_share"] = {
            "meaning": in_view(words, view, name),
            "view": view,
            "level": name,
            "value": float(values.mean()),
            "low": min(float(low), float(values.mean())),
            "high": max(float(high), float(values.mean())),
            "siting_low": float(siting_low),
            "siting_high": float(siting_high),
            "siting_variance_share": siting_variance_share(values),
            "unit": "share",
            "denominator": denominator[subject],
            "denominator_unit": what,
            "network_count": len(values),
            "draw_count": values.shape[1],
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis(index="measure")
    return IMAGINED.checked(table)
