"""The run behind ``overseen imagine``."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

from overseen.assessment.imagine import imagined_spread
from overseen.assessment.imagined_network import imagined_network
from overseen.cli.run import progress_bars
from overseen.errors import Fault, OutputError, PlanError
from overseen.model.imagined import ImagineRule
from overseen.report.folder import check_folder
from overseen.report.imagined import imagined_answer, write_imagined
from overseen.sources.plan_file import RunInputs, read_plan
from overseen.visibility.cells import Work


def imagine_and_write(
    plan: Path, folder: Path, *, networks: int | None, workers: int | None, quiet: bool
) -> tuple[Path, tuple[str, ...]]:
    """Return the path of the report and the sentences of its answer.

    Raises
    ------
    InputError, OutputError
        See :mod:`overseen.errors`.
    """
    check_folder(folder)
    with progress_bars(quiet) as told:
        told("reading", 0, 1)
        inputs, rule = _ruled(plan)
        told("reading", 1, 1)
        rule = rule if networks is None else replace(rule, networks=networks)
        with ThreadPoolExecutor(workers or os.cpu_count()) as executor:
            work = Work(executor, tell=partial(told, "networks"))
            found = imagined_spread(inputs.plan, inputs.city, inputs.viewing, rule, work=work)
        write_imagined(found, folder)
    return folder / "report.html", imagined_answer(found)


def write_network(plan: Path, number: int, path: Path) -> Path:
    """Write the camera list of the network of one number as GeoJSON and return its path.

    Raises
    ------
    InputError, OutputError
        See :mod:`overseen.errors`.
    """
    inputs, rule = _ruled(plan)
    cameras = imagined_network(rule, inputs.city, number).cameras.to_crs(4326)
    told = cameras[["kind", "setting", "source", "geometry"]].reset_index()
    try:
        path.write_text(told.to_json(drop_id=True), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror}); name another file") from error
    return path


def _ruled(plan: Path) -> tuple[RunInputs, ImagineRule]:
    inputs = read_plan(plan)
    if inputs.imagine is None:
        remedy = "add [imagine] count = ..., and how the cameras are spread"
        raise PlanError([Fault(plan.name, "imagine", "the plan states no rule of hypothetical cameras", remedy)])
    return inputs, inputs.imagine
