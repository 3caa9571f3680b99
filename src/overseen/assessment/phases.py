"""What is in view as a plan is rolled out: step by step, and what each step adds within every draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.assessment.examine import Examination, examine
from overseen.assessment.headline import FindingRows, drawn_interval
from overseen.assessment.intervals import Range, range_of
from overseen.exposure.areas import AreaExposure
from overseen.exposure.phase_private import PhasePrivate, phase_private
from overseen.exposure.phase_residents import phase_residents
from overseen.exposure.phases import PhaseExposure, phase_exposure
from overseen.exposure.private_areas import FEWEST
from overseen.exposure.private_space import PrivateSpace
from overseen.exposure.public_space import PublicGround
from overseen.exposure.residents import Residents
from overseen.model.city import City
from overseen.model.phases import Activity, Step, activity, past_end, steps_of
from overseen.model.plan import Plan
from overseen.model.schema import PHASES, VIEWS, View
from overseen.model.viewing import Viewing
from overseen.visibility.cells import HERE, Work, told_nobody

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

ACTIVE, ADDED, ENDED, PAST_END = (
    "cameras_active_count",
    "cameras_added_count",
    "cameras_ended_count",
    "cameras_past_end_count",
)
WORDS = {
    ACTIVE: "Cameras of the list that are active",
    ADDED: "Cameras that were not active at the step before",
    ENDED: "Cameras that were active at the step before and no longer are",
    PAST_END: "Cameras listed as in use whose end date has passed: they are to be gone, and are not counted as seeing",
}

NO_RANGE = {f"{part}_{end}": np.nan for part in ("added", "since_baseline") for end in ("value", "low", "high")}


@dataclass(frozen=True, slots=True)
class Rollout:
    """A plan step by step.

    Parameters
    ----------
    table
        Table ``phases``.
    findings
        Rows of table ``findings``: what all steps together add.
    """

    table: pd.DataFrame
    findings: pd.DataFrame


@dataclass(frozen=True, slots=True)
class AtPlanDay:
    """What was measured at the plan's day, and is measured again at every step: the areas, whose residents count, private space."""

    areas: AreaExposure
    residents: Residents
    private: PrivateSpace


def rollout(
    plan: Plan,
    city: City,
    viewing: Viewing,
    seen: Examination,
    findings: pd.DataFrame,
    *,
    measured: AtPlanDay,
    ground: PublicGround | None = None,
    work: Work = HERE,
) -> Rollout | None:
    """Return the plan step by step; ``None`` where it has no phases, or is examined as of one day only.

    ``seen`` is what was examined at the plan's day, ``findings`` what was found of it: steps speak of the same numbers.
    ``ground`` is the city's public space, where it is at hand.
    """
    steps = steps_of(plan)
    if not steps or plan.as_of is not None:
        return None
    active = activity(plan)
    on = np.stack([active.on(step.date) for step in steps])
    ever: Flags = np.asarray(on.any(axis=0))
    if (ever & ~active.on(steps[-1].date)).any():
        seen = examine(plan.network, city, viewing, is_active=ever, work=work)
        seen.examined.scenery.keep(replace(work, tell=told_nobody))
    row = seen.network.cameras.index.get_indexer(seen.examined.heads["camera_id"])
    drawn_of = _measured(city, viewing, seen, on[:, row], measured, ground, work)
    given = {name: _given(name, drawn) for name, drawn in drawn_of.items()}
    rows: dict[str, dict[str, object]] = {}
    for number, step in enumerate(steps):
        _add_counts(rows, plan, steps, number, on, active)
        for name, drawn in drawn_of.items():
            if name in findings.index and given[name][number]:
                told = findings.loc[name]
                ranges = _ranges(range_of(drawn[number]), *_added(drawn, number, given[name]))
                words = {
                    column: told[column]
                    for column in ("view", "level", "bound", "unit", "denominator", "denominator_unit", "meaning")
                }
                rows[f"{step.name}: {name}"] = {
                    "step": step.name,
                    "date": step.date.isoformat(),
                    "finding": name,
                    **ranges,
                    **words,
                }
    whole = {name: drawn for name, drawn in drawn_of.items() if given[name][0] and given[name][-1]}
    return Rollout(_table(rows), _findings(active, steps[-1], on, whole, findings))


def _measured(
    city: City, viewing: Viewing, seen: Examination, is_active: Flags, measured: AtPlanDay, ground: PublicGround | None,
    work: Work,
) -> dict[str, Floats]:  # fmt: skip
    """Return each finding that is measured at every step with its draws, shape (steps, draws)."""
    examined = seen.examined
    found = dict(_drawn(phase_exposure(city, examined, viewing, is_active, ground=ground, work=work), viewing))
    around = phase_residents(
        city, examined, viewing, is_active, areas=measured.areas, residents=measured.residents, work=work
    )
    if around is not None:
        for view, level, name in _levels(viewing):
            found[f"residents_{view}_{name}_share"] = around[view][:, :, level]
    private = measured.private
    return found | dict(
        _private(phase_private(city, examined, viewing, private, is_active, work=work), private, viewing)
    )


def _levels(viewing: Viewing) -> Iterator[tuple[View, int, str]]:
    yield from ((view, level, name) for view in VIEWS for level, name in enumerate(viewing.ladder.names))


def _private(found: PhasePrivate, private: PrivateSpace, viewing: Viewing) -> Iterator[tuple[str, Floats]]:
    length, count, ground = found
    for prefix, kind, length_of in zip(("", "maybe_"), ("known", "unknown"), private.facade_total_m(), strict=True):
        for view, level, name in _levels(viewing):
            metres, homes, area_m2 = (getattr(one, kind)[view][:, :, level] for one in (length, count, ground))
            yield f"{prefix}facades_{view}_{name}_length_m", metres
            yield f"{prefix}facades_{view}_{name}_share", metres / length_of if length_of else np.zeros_like(metres)
            yield f"{prefix}dwellings_{view}_{name}_count", homes
            yield f"{prefix}private_ground_{view}_{name}_area_m2", area_m2


def _given(name: str, drawn: Floats) -> list[bool]:
    """Return at which steps a finding is given: of few homes nothing is, and nothing from which a few could be reckoned.

    The last step stands in the findings; from there back, a step is given if it has no homes in view or not few, and as many
    as the next one given or not few less.
    """
    if "dwellings_" not in name:
        return [True] * len(drawn)
    value = drawn.mean(axis=1)
    given = [False] * len(drawn)
    following = None
    for step in reversed(range(len(drawn))):
        away = 0.0 if following is None else abs(value[following] - value[step])
        if not _is_few(value[step]) and not _is_few(away):
            given[step], following = True, step
    return given


def _is_few(count: float) -> bool:
    return 0.0 < count < FEWEST


def _drawn(exposure: PhaseExposure, viewing: Viewing) -> Iterator[tuple[str, Floats]]:
    """Yield each finding with its draws at every step, shape (steps, draws)."""
    of = exposure.counted_length_m
    for view in VIEWS:
        for level, name in enumerate(viewing.ladder.names):
            length_m = exposure.street_length_m[view][:, :, level]
            share = exposure.public_share[view][:, :, level]
            yield f"streets_{view}_{name}_share", length_m / of if of else np.zeros_like(length_m)
            yield f"streets_{view}_{name}_length_m", length_m
            yield f"public_space_{view}_{name}_share", share
            yield f"public_space_{view}_{name}_area_m2", share * exposure.public_area_m2


def _added(drawn: Floats, number: int, given: list[bool]) -> tuple[Range | None, Range | None]:
    """Return what a step adds to the one before and to the baseline, draw by draw; nothing for the baseline itself."""
    if number == 0:
        return None, None
    steps = (number - 1, 0)
    before, first = (range_of(drawn[number] - drawn[step]) if given[step] else None for step in steps)
    return before, first


def _ranges(value: Range, added: Range | None, since_baseline: Range | None) -> dict[str, float]:
    found = {"value": value.value, "low": value.low, "high": value.high, **NO_RANGE}
    for part, difference in (("added", added), ("since_baseline", since_baseline)):
        if difference is not None:
            found |= {f"{part}_value": difference.value, f"{part}_low": difference.low, f"{part}_high": difference.high}
    return found


def _add_counts(
    rows: dict[str, dict[str, object]], plan: Plan, steps: tuple[Step, ...], number: int, on: Flags, active: Activity
) -> None:
    """Add how many cameras are active, new, gone and past their end at a step."""
    step, before = steps[number], on[max(number - 1, 0)]
    counts = {
        ACTIVE: on[number],
        ADDED: on[number] & ~before,
        ENDED: before & ~on[number],
        PAST_END: active.is_over(step.date) & (plan.network.cameras["status"] == "in_use").to_numpy(),
    }
    for name, is_one in counts.items():
        rows[f"{step.name}: {name}"] = {
            "step": step.name, "date": step.date.isoformat(), "finding": name, "view": None, "level": None,
            "value": float(is_one.sum()), "low": np.nan, "high": np.nan, **NO_RANGE, "bound": "none", "unit": "count",
            "denominator": float(on.shape[1]), "denominator_unit": "cameras in the list", "meaning": WORDS[name],
        }  # fmt: skip


def _table(rows: dict[str, dict[str, object]]) -> pd.DataFrame:
    columns = [column.name for column in PHASES.columns]
    numbers = [column.name for column in PHASES.columns if column.kind == "number"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis(index=PHASES.index.name)
    frame.index = frame.index.astype(object)
    return PHASES.checked(frame.astype({**dict.fromkeys(columns, object), **dict.fromkeys(numbers, float)}))


def _findings(
    active: Activity, last_step: Step, on: Flags, drawn_of: Mapping[str, Floats], findings: pd.DataFrame
) -> pd.DataFrame:
    """Return what all phases together add to the baseline, and how many cameras that is."""
    rows, listed, what = FindingRows(), on.shape[1], "cameras in the list"
    last = last_step.date.toordinal()
    counts = {
        "cameras_baseline_count": ("Cameras active on the day before the first phase", on[0]),
        "cameras_last_phase_count": ("Cameras active on the first day of the last phase", on[-1]),
        "cameras_never_active_count": (
            "Cameras active at no step: planned without phase or date, disused, or to come after the last phase",
            ~on.any(axis=0),
        ),
        "cameras_after_phases_count": (
            "Cameras whose date lies after the last phase has begun",
            (active.first_day > last)
            & (active.first_day <= active.last_day)
            & (active.first_day < np.iinfo(np.int64).max),
        ),
    }
    for name, (meaning, is_one) in counts.items():
        rows.count(name, "phases", meaning, int(is_one.sum()), of=listed, what=what)
    for name, drawn in drawn_of.items():
        if name in findings.index:
            told = findings.loc[name]
            meaning = str(told["meaning"])
            meaning = meaning[0].lower() + meaning[1:]
            rows.add(f"phases_{name}", "phases", f"Added by all phases to the baseline: {meaning}",
                     **drawn_interval(drawn[-1] - drawn[0]),
                     **{column: told[column] for column in ("view", "level", "bound", "unit", "denominator", "denominator_unit")})  # fmt: skip
    return rows.table()


def past_end_findings(plan: Plan) -> pd.DataFrame | None:
    """Return how many cameras in use are past the day until which they were to be, at the plan's date; ``None`` without dates."""
    cameras = plan.network.cameras
    known = cameras["active_until"].notna()
    date = plan.as_of or plan.date
    if date is None or not known.any():
        return None
    rows = FindingRows()
    rows.count(
        PAST_END, "cameras", "Cameras listed as in use past the day until which they were to be, at the plan's date",
        int(past_end(cameras, date).sum()), of=int(known.sum()), what="cameras whose end date the list states",
    )  # fmt: skip
    return rows.table()


def as_of(plan: Plan, step: Step) -> Plan:
    """Return the plan examined as of a step alone."""
    return replace(plan, as_of=step.date)
