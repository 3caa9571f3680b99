"""What ``overseen necessity`` finds, as tables and as text."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pandas as pd

from overseen.assessment.examine import Examination, examine
from overseen.assessment.purpose_result import PurposeResult, purpose_result
from overseen.assessment.solver import Limits
from overseen.errors import Fault, PlanError
from overseen.exposure.mask_effects import mask_proposal
from overseen.exposure.private_space import private_space_exposure
from overseen.exposure.viewers import first_draws
from overseen.model.city import City
from overseen.model.viewing import Viewing
from overseen.report.purposes import RUNG_NAMES, needed_sentences, verdict_sentence
from overseen.report.words import percent, percent_range
from overseen.sources.plan_file import read_plan
from overseen.visibility.cells import Work
from overseen.visibility.isovists import isovist_table


def necessities(
    plan: Path, *, draws: int | None, seed: int | None, seconds: float, workers: int | None, with_masks: bool = True
) -> PurposeResult:
    """Return how far the purposes of a plan are served and what they need.

    Raises
    ------
    InputError
        If the plan cannot be used, or declares no purpose.
    """
    inputs = read_plan(plan)
    if not inputs.plan.purposes:
        problem, remedy = "it declares no purpose", "add [[purposes]] with name, zones, level and share"
        raise PlanError([Fault(plan.name, "purposes", problem, remedy)])
    look = inputs.viewing
    look = replace(look, draws=look.draws if draws is None else draws, seed=look.seed if seed is None else seed)
    with ThreadPoolExecutor(workers or os.cpu_count()) as executor:
        work = Work(executor)
        seen = examine(inputs.plan.network, inputs.city, look, work=work)
        seen.examined.scenery.keep(work)
        masks = _masks(inputs.city, seen, look, work) if with_masks else None
        limits = Limits(seconds=seconds)
        found = purpose_result(inputs.plan, inputs.city, seen, look, masks=masks, limits=limits, work=work)
    assert found is not None  # noqa: S101 - there are purposes
    return found


def _masks(city: City, seen: Examination, viewing: Viewing, work: Work) -> pd.DataFrame | None:
    """Return the masks that would spare homes; None where the data cannot tell homes. They hang on no draw."""
    one = replace(viewing, draws=1)
    private = private_space_exposure(city, first_draws(seen.examined, 1), one, work=work)
    if not private.can_tell:
        return None
    views = isovist_table(
        seen.central_seen, seen.obstacles, seen.examined.heads, seen.central, viewing, crs=city.buildings.crs
    )
    return mask_proposal(
        city, private, seen.examined, seen.central, views, viewing, north_deg=seen.north_deg, work=work
    ).masks


def worded(found: PurposeResult) -> str:
    """Return the same as text."""
    lines = ["Purposes"]
    lines += [f"  {verdict_sentence(str(name), row)}" for name, row in found.purposes.iterrows()]
    lines += ["Needed", *(f"  {sentence}" for sentence in needed_sentences(found))]
    lines.append("Lesser means, each with those before it")
    for name, row in found.ladder.iterrows():
        street = f"{percent(row['street_share'])} ({percent_range(row['street_low_share'], row['street_high_share'])})"
        lines.append(f"  {RUNG_NAMES[str(name)]}: {row['camera_count']:,.1f} cameras, {street} of street in view")
    lines.append("Cameras: in how many of the solved draws each is needed")
    needed = found.camera_necessity.reset_index().sort_values(["needed_share", "camera_id"], ascending=[False, True])
    lines += [
        f"  {row.camera_id}: {percent(row.needed_share)}" for row in needed.itertuples() if row.needed_share > 0.0
    ]
    return "\n".join(lines)
