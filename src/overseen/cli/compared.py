"""The run behind ``overseen compare``: each side read or assessed, then held against the other."""

from __future__ import annotations

import difflib
import os
import shlex
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from overseen.assessment.assess import assess
from overseen.assessment.camera_matching import TOLERANCE_M
from overseen.assessment.comparison import compare
from overseen.assessment.phases import as_of
from overseen.assessment.progress import Progress
from overseen.assessment.sides import Side, side_of_assessment, side_of_run
from overseen.cli.run import progress_bars
from overseen.errors import Fault, InputError, PlanError, SourceError
from overseen.model.phases import step_named, steps_of
from overseen.report.comparison import comparison_answer
from overseen.report.comparison_export import write_comparison
from overseen.report.write import check_folder
from overseen.sources.finished_run import is_finished_run, read_finished_run
from overseen.sources.plan_file import RunInputs, read_plan

AT = "@"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks of both sides; ``None`` leaves it to the plans."""

    draws: int | None = None
    seed: int | None = None
    tolerance_m: float | None = None
    tiles: int = 1
    workers: int | None = None


def compare_and_write(a: str, b: str, folder: Path, asked: Asked, *, quiet: bool) -> tuple[Path, tuple[str, ...]]:
    """Return the path of the report on what changes from A to B, and the sentences of its answer.

    Raises
    ------
    InputError, OutputError
        See :mod:`overseen.errors`; the faults of both sides at once.
    """
    check_folder(folder)
    with progress_bars(quiet) as told:
        told("reading", 0, 1)
        read = _read(a, b, asked)
        told("reading", 1, 1)
        with ThreadPoolExecutor(asked.workers or os.cpu_count()) as executor:
            one = _side(read[0], asked, executor, told)
            other = one if a == b else _side(read[1], asked, executor, told)
        tolerance_m = TOLERANCE_M if asked.tolerance_m is None else asked.tolerance_m
        found = compare(one, other, tolerance_m=tolerance_m)
        told("writing", 0, 1)
        write_comparison(found, folder, command=_command(a, b, asked))
        told("writing", 1, 1)
    return folder / "report.html", comparison_answer(found)


def _command(a: str, b: str, asked: Asked) -> str:
    options = (("--draws", asked.draws), ("--seed", asked.seed), ("--tolerance", asked.tolerance_m))
    given = [f"{name} {value:g}" for name, value in options if value is not None]
    # The folders of this machine are nobody else's.
    names = [shlex.quote(Path(name).name) for name in (a, b)]
    return " ".join(["overseen compare", *names, *given, "-o out"])


def _read(a: str, b: str, asked: Asked) -> list[Side | RunInputs]:
    """Return both sides as read; plans are named apart, and a file that both name is read once."""
    plans: dict[Path, RunInputs] = {}
    found: list[Side | RunInputs] = []
    faults: list[Fault] = []
    kinds: list[type[InputError]] = []
    for given in dict.fromkeys((a, b)):
        try:
            found.append(_inputs(given, plans))
        except InputError as error:
            faults += error.faults
            kinds.append(type(error))
    if faults:
        raise kinds[0](dict.fromkeys(faults))
    return [_looked_at(side, asked) for side in (found if len(found) == 2 else found * 2)]


def _inputs(given: str, plans: dict[Path, RunInputs]) -> Side | RunInputs:
    path = Path(given)
    if is_finished_run(path):
        return side_of_run(read_finished_run(path))
    if path.is_dir():
        remedy = "name a folder that overseen assess left, or a plan file"
        raise SourceError([Fault(given, "", "it is no finished run", remedy)])
    file, at, phase = given.rpartition(AT)
    if path.is_file() or not at or not Path(file).is_file():
        return _plan(path, plans)
    return _phase(_plan(Path(file), plans), phase, Path(file).name)


def _plan(path: Path, plans: dict[Path, RunInputs]) -> RunInputs:
    if path not in plans:
        plans[path] = read_plan(path)
    return plans[path]


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


def _looked_at(side: Side | RunInputs, asked: Asked) -> Side | RunInputs:
    """Return a plan with the draws and the seed that were asked for; a finished run is as it is."""
    if isinstance(side, Side):
        return side
    look = side.viewing
    draws = look.draws if asked.draws is None else asked.draws
    return replace(side, viewing=replace(look, draws=draws, seed=look.seed if asked.seed is None else asked.seed))


def _side(side: Side | RunInputs, asked: Asked, executor: Executor, told: Progress) -> Side:
    if isinstance(side, Side):
        return side
    name = side.plan.name

    def named(step: str, done: int, total: int) -> None:
        told(f"{name[:14]}: {step}", done, total)

    found = assess(
        side.plan,
        side.city,
        side.viewing,
        comparison=side.comparison,
        tiles=asked.tiles,
        executor=executor,
        progress=named,
    )
    return side_of_assessment(found)
