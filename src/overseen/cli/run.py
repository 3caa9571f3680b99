"""The run behind ``overseen assess``, with its progress bars."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from overseen.assessment.assess import assess
from overseen.assessment.city_totals import city_totals
from overseen.assessment.comparison import compare
from overseen.assessment.findings import Assessment
from overseen.assessment.progress import Progress as Told
from overseen.assessment.progress import silent
from overseen.assessment.sides import side_of_assessment
from overseen.errors import Fault, PlanError
from overseen.model.viewing import Viewing
from overseen.model.wording import ENGLISH
from overseen.report.cities import cities_answer, write_cities
from overseen.report.completeness import warnings
from overseen.report.compose import answer
from overseen.report.folder import check_folder
from overseen.report.languages import speaking_in
from overseen.report.pdf import check_pdf
from overseen.report.write import write_run
from overseen.sources.plan_file import plan_name, read_plan, read_plans, sample_inputs


def assess_and_write(
    plan: Path | None,
    folder: Path,
    *,
    draws: int | None,
    seed: int | None,
    tiles: int,
    workers: int | None,
    quiet: bool,
    paper: str | None = None,
    languages: Sequence[str] = (ENGLISH,),
) -> tuple[Path, tuple[str, ...]]:
    """Return the path of the report and the sentences of its answer; ``plan`` None means the sample.

    With ``paper`` the report is written as a PDF too; it is in the first language, and beside it in each further one.

    Raises
    ------
    InputError, OutputError
        See :mod:`overseen.errors`.
    """
    if paper is not None:
        check_pdf()
    check_folder(folder)
    with progress_bars(quiet) as told:
        found = _assessed(plan, told, draws=draws, seed=seed, tiles=tiles, workers=workers)
        told("writing", 0, 1)
        said = _written(found, plan, folder, paper, languages)
        told("writing", 1, 1)
    return folder / "report.html", said


def assess_and_fill(
    plan: Path | None,
    folder: Path,
    write: Callable[[Assessment, Path], object],
    *,
    draws: int | None,
    seed: int | None,
    tiles: int,
    workers: int | None,
    quiet: bool,
) -> Assessment:
    """Return the assessment of a plan of one city, or of the sample if it is None, once ``write`` has written it into a folder.

    Raises
    ------
    InputError, OutputError
        See :mod:`overseen.errors`.
    """
    check_folder(folder)
    with progress_bars(quiet) as told:
        found = _assessed(plan, told, draws=draws, seed=seed, tiles=tiles, workers=workers)
        if len(found) > 1:
            name = "the plan" if plan is None else plan.name
            remedy = "give a plan of one city"
            raise PlanError([Fault(name, "cities", "this is a plan of several cities", remedy)])
        told("writing", 0, 1)
        write(found[0], folder)
        told("writing", 1, 1)
    return found[0]


def _assessed(
    plan: Path | None, told: Told, *, draws: int | None, seed: int | None, tiles: int, workers: int | None
) -> list[Assessment]:
    """Return the assessment of each city of a plan, or of the sample."""
    told("reading", 0, 1)
    inputs = (sample_inputs(),) if plan is None else read_plans(plan)
    told("reading", 1, 1)
    if inputs[0].imagine is not None and inputs[0].plan.network.cameras.empty:
        raise PlanError([_nothing_to_assess(plan)])
    with ThreadPoolExecutor(workers or os.cpu_count()) as executor:
        found = [
            assess(
                city.plan,
                city.city,
                looked_at(city.viewing, draws=draws, seed=seed),
                comparison=city.comparison,
                tiles=tiles,
                executor=executor,
                progress=told if len(inputs) == 1 else told_of(told, city.city.name),
            )
            for city in inputs
        ]
        return [_with_rival(one, plan, executor, draws, seed, told) for one in found]


def _with_rival(
    found: Assessment, plan: Path | None, executor: Executor, draws: int | None, seed: int | None, told: Told
) -> Assessment:
    """Return an assessment with what would change under the other plan that it names, assessed in the same draws."""
    if plan is None or found.plan.rival is None:
        return found
    other = read_plan(plan.parent / found.plan.rival)
    viewing = looked_at(other.viewing, draws=draws, seed=seed)
    assessed = assess(other.plan, other.city, viewing, comparison=other.comparison, executor=executor,
                      progress=told_of(told, other.plan.name))  # fmt: skip
    return replace(found, rival=compare(side_of_assessment(found), side_of_assessment(assessed)))


def _written(
    found: list[Assessment], plan: Path | None, folder: Path, paper: str | None, languages: Sequence[str]
) -> tuple[str, ...]:
    """Write one city, or several and what they make up together; return the sentences of the answer."""
    if len(found) > 1 and plan is not None:
        write_cities(found, plan_name(plan), folder, paper=paper, languages=languages)
        totals = city_totals([(one.findings, one.drawn) for one in found])
        with speaking_in(languages[0]):
            return cities_answer(found, totals)
    write_run(found[0], folder, paper=paper, languages=languages)
    with speaking_in(languages[0]):
        return (*[warning.text for warning in warnings(found[0])], *answer(found[0]))


def looked_at(viewing: Viewing, *, draws: int | None, seed: int | None) -> Viewing:
    """Return a viewing with the draws and the seed that were asked for; ``None`` leaves the plan's own."""
    return replace(
        viewing, draws=viewing.draws if draws is None else draws, seed=viewing.seed if seed is None else seed
    )


def told_of(told: Told, name: str) -> Told:
    """Return a teller that says of what it tells."""
    return lambda step, done, total: told(f"{name[:14]}: {step}", done, total)


def _nothing_to_assess(plan: Path | None) -> Fault:
    name = "the plan" if plan is None else plan.name
    remedy = "use overseen imagine, or name a list under [cameras]"
    return Fault(name, "cameras", "it lists no camera, it only states a rule of hypothetical ones", remedy)


@contextmanager
def progress_bars(quiet: bool) -> Iterator[Told]:
    """Yield a teller that draws a bar per step on a terminal's error stream, and is silent otherwise."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield silent
        return
    columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        tasks = {}

        def told(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield told
