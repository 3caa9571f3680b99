"""The run behind ``overseen assess``, with its progress bars."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from overseen.assessment.assess import assess
from overseen.assessment.findings import Assessment
from overseen.assessment.progress import Progress as Told
from overseen.assessment.progress import silent
from overseen.errors import Fault, PlanError
from overseen.report.completeness import warnings
from overseen.report.compose import answer
from overseen.report.pdf import check_pdf
from overseen.report.write import check_folder, write_run
from overseen.sources.plan_file import read_plan, sample_inputs


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
) -> tuple[Path, tuple[str, ...]]:
    """Return the path of the report and the sentences of its answer; ``plan`` None means the sample.

    With ``paper`` the report is written as a PDF too.

    Raises
    ------
    InputError, OutputError
        See :mod:`overseen.errors`.
    """
    if paper is not None:
        check_pdf()
    write = partial(write_run, paper=paper)
    found = assess_and_fill(plan, folder, write, draws=draws, seed=seed, tiles=tiles, workers=workers, quiet=quiet)
    return folder / "report.html", (*[warning.text for warning in warnings(found)], *answer(found))


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
    """Return the assessment of a plan, or of the sample if it is None, once ``write`` has written it into a folder.

    Raises
    ------
    InputError, OutputError
        See :mod:`overseen.errors`.
    """
    check_folder(folder)
    with progress_bars(quiet) as told:
        told("reading", 0, 1)
        inputs = sample_inputs() if plan is None else read_plan(plan)
        told("reading", 1, 1)
        if inputs.imagine is not None and inputs.plan.network.cameras.empty:
            raise PlanError([_nothing_to_assess(plan)])
        look = inputs.viewing
        look = replace(look, draws=look.draws if draws is None else draws, seed=look.seed if seed is None else seed)
        with ThreadPoolExecutor(workers or os.cpu_count()) as executor:
            found = assess(
                inputs.plan,
                inputs.city,
                look,
                comparison=inputs.comparison,
                tiles=tiles,
                executor=executor,
                progress=told,
            )
        told("writing", 0, 1)
        write(found, folder)
        told("writing", 1, 1)
    return found


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
