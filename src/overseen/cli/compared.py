"""The run behind ``overseen compare``: each side read or assessed, city by city, then held against the other."""

from __future__ import annotations

import difflib
import os
import shlex
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from overseen.assessment.assess import assess
from overseen.assessment.camera_matching import TOLERANCE_M
from overseen.assessment.city_totals import total_side
from overseen.assessment.comparison import PlanComparison, compare
from overseen.assessment.phases import as_of
from overseen.assessment.sides import Side, side_of_assessment, side_of_run
from overseen.cli.run import looked_at, progress_bars, told_of
from overseen.errors import Fault, InputError, PlanError, SourceError
from overseen.model.phases import step_named, steps_of
from overseen.report.city_comparison import city_comparison_answer, write_city_comparison
from overseen.report.comparison import comparison_answer
from overseen.report.comparison_export import write_comparison
from overseen.report.folder import check_folder
from overseen.report.pdf import check_pdf
from overseen.sources.finished_run import is_finished_run, read_finished_runs
from overseen.sources.plan_file import RunInputs, plan_name, read_plans

AT = "@"

Read = tuple[Side | RunInputs, ...]
"""One side as read, city by city."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks of both sides; ``None`` leaves it to the plans, and of ``paper`` writes no PDF."""

    draws: int | None = None
    seed: int | None = None
    tolerance_m: float | None = None
    tiles: int = 1
    workers: int | None = None
    paper: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """One side: what it is called, and its cities."""

    name: str
    cities: Read


def compare_and_write(a: str, b: str, folder: Path, asked: Asked, *, quiet: bool) -> tuple[Path, tuple[str, ...]]:
    """Return the path of the report on what changes from A to B, and the sentences of its answer.

    Raises
    ------
    InputError, OutputError
        See :mod:`overseen.errors`; the faults of both sides at once.
    """
    if asked.paper is not None:
        check_pdf()
    check_folder(folder)
    with progress_bars(quiet) as told:
        told("reading", 0, 1)
        one, other = _read(a, b)
        told("reading", 1, 1)
        with ThreadPoolExecutor(asked.workers or os.cpu_count()) as executor:

            def sided(city: Side | RunInputs) -> Side:
                if isinstance(city, Side):
                    return city
                found = assess(
                    city.plan,
                    city.city,
                    looked_at(city.viewing, draws=asked.draws, seed=asked.seed),
                    comparison=city.comparison,
                    tiles=asked.tiles,
                    executor=executor,
                    progress=told_of(told, city.plan.name),
                )
                return side_of_assessment(found)

            first = _sides(one, sided)
            second = first if a == b else _sides(other, sided)
        told("writing", 0, 1)
        said = _written((one.name, first), (other.name, second), folder, asked, command=_command(a, b, asked))
        told("writing", 1, 1)
    return folder / "report.html", said


def _sides(named: Named, sided: Callable[[Side | RunInputs], Side]) -> tuple[Side, ...]:
    return tuple(sided(city) for city in named.cities)


def _written(
    a: tuple[str, Sequence[Side]], b: tuple[str, Sequence[Side]], folder: Path, asked: Asked, *, command: str
) -> tuple[str, ...]:
    """Compare and write one city with one, or several by name and in all; return the sentences of the answer."""
    tolerance_m = TOLERANCE_M if asked.tolerance_m is None else asked.tolerance_m
    if len(a[1]) == len(b[1]) == 1:
        found = compare(a[1][0], b[1][0], tolerance_m=tolerance_m)
        write_comparison(found, folder, command=command, paper=asked.paper)
        return comparison_answer(found)
    before, after = ({side.city: side for side in sides} for _, sides in (a, b))
    common = [city for city in before if city in after]
    if not common:
        names = f"{', '.join(before)} and {', '.join(after)}"
        remedy = "call the same city the same in both"
        raise PlanError([Fault(a[0], "cities", f"the two have no city in common ({names})", remedy)])
    cities: dict[str, PlanComparison] = {
        city: compare(before[city], after[city], tolerance_m=tolerance_m) for city in common
    }
    total = compare(total_side(*a), total_side(*b), tolerance_m=tolerance_m)
    alone = sorted({*before, *after} - set(common))
    write_city_comparison(cities, total, alone, folder, command=command, paper=asked.paper)
    return city_comparison_answer(cities, total)


def _command(a: str, b: str, asked: Asked) -> str:
    options = (("--draws", asked.draws), ("--seed", asked.seed), ("--tolerance", asked.tolerance_m))
    given = [f"{name} {value:g}" for name, value in options if value is not None]
    # The folders of this machine are nobody else's.
    names = [shlex.quote(Path(name).name) for name in (a, b)]
    given += [] if asked.paper is None else ["--pdf", f"--paper {asked.paper}"]
    return " ".join(["overseen compare", *names, *given, "-o out"])


def _read(a: str, b: str) -> tuple[Named, Named]:
    """Return both sides as read; a plan that both name is read once."""
    plans: dict[Path, tuple[RunInputs, ...]] = {}
    found: dict[str, Named] = {}
    errors: list[InputError] = []
    for given in dict.fromkeys((a, b)):
        try:
            found[given] = _side(given, plans)
        except InputError as error:
            errors.append(error)
    if errors:
        raise type(errors[0])(dict.fromkeys(fault for error in errors for fault in error.faults))
    return found[a], found[b]


def _side(given: str, plans: dict[Path, tuple[RunInputs, ...]]) -> Named:
    path = Path(given)
    if is_finished_run(path):
        runs = tuple(side_of_run(run) for run in read_finished_runs(path))
        return Named(runs[0].name if len(runs) == 1 else path.name, runs)
    if path.is_dir():
        remedy = "name a folder that overseen assess left, or a plan file"
        raise SourceError([Fault(given, "", "it is no finished run", remedy)])
    file, at, phase = given.rpartition(AT)
    if path.is_file() or not at or not Path(file).is_file():
        return _plan(path, plans)
    whole = _plan(Path(file), plans)
    cities = tuple(_phase(city, phase, Path(file).name) for city in whole.cities if isinstance(city, RunInputs))
    return Named(f"{whole.name}, {phase}", cities)


def _plan(path: Path, plans: dict[Path, tuple[RunInputs, ...]]) -> Named:
    if path not in plans:
        plans[path] = read_plans(path)
    return Named(plan_name(path), plans[path])


def _phase(inputs: RunInputs, name: str, file: str) -> RunInputs:
    """Return a plan as of one of its phases.

    Raises
    ------
    PlanError
        If it has none of that name.
    """
    step = step_named(inputs.plan, name)
    if step is None:
        known = [step.name for step in steps_of(inputs.plan)]
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        remedy = (
            f"did you mean {near[0]!r}?"
            if near
            else f"it has {', '.join(known)}"
            if known
            else "the plan declares no phases: leave out what follows @"
        )
        raise PlanError([Fault(file, "phases", f"there is no phase {name!r}", remedy)])
    plan = as_of(inputs.plan, step)
    return replace(inputs, plan=replace(plan, name=f"{plan.name}, {name}"))
