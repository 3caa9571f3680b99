"""What an assessment of a plan takes: seconds and peak memory, step by step, in one process.

    python bench/plan.py PLAN.toml [draws] [workers] [FOLDER]

The plan of 62,000 cameras is made by ``python tools/rival_plans.py --berlin FOLDER``; a ``rival`` that it names is not assessed here.
The report and its tables are written into FOLDER; without one they are written all the same, and thrown away.
Memory is what the process holds, looked at twenty times a second; compiled kernels are loaded, not made, from the second run on.
"""

from __future__ import annotations

import functools
import os
import platform
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import overseen.assessment.assess as steps
from overseen.cli.run import looked_at
from overseen.report.write import write_run
from overseen.sources.plan_file import read_plans

WORKERS = 2
STEPS = {
    "examine": "views all round",
    "isovist_table": "isovists",
    "camera_view_table": "cameras",
    "city_completeness": "completeness of the map",
    "street_exposure": "streets",
    "_trips": "trips",
    "public_ground": "public ground",
    "public_space_exposure": "public space",
    "private_space_exposure": "private space",
    "mask_proposal": "masks",
    "area_exposure": "areas",
    "_missing_share": "completeness by area",
    "sensitivity_table": "what moves the answer",
    "scenario_table": "scenarios",
    "operations_of": "running the network",
    "findings_table": "findings",
    "_sensitive": "places",
    "named_street_tables": "named streets",
    "purpose_result": "purposes and necessity",
    "rollout": "phases",
    "_governed": "terms",
}
"""The functions that :func:`overseen.assessment.assess.assess` calls, and what each is about."""


class Meter:
    """The memory of this process, the most that it held since it was last asked, and over all."""

    def __init__(self) -> None:
        self.most = self.overall = 0.0
        threading.Thread(target=self._watch, daemon=True).start()

    def now(self) -> float:
        """Return what is held now, GiB."""
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**30

    def _watch(self) -> None:
        while True:
            self.most = max(self.most, self.now())
            self.overall = max(self.overall, self.most)
            time.sleep(0.05)


def measured(meter: Meter, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that prints a row on what it took."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        meter.most = meter.now()
        begin, used = time.perf_counter(), time.process_time()
        result = function(*args, **kwargs)
        took, worked = time.perf_counter() - begin, time.process_time() - used
        print(f"| {name} | {took:,.1f} | {worked:,.1f} | {max(meter.most, meter.now()):.2f} |", flush=True)
        return result

    return call


def main(plan: Path, draws: int | None, workers: int, folder: Path | None) -> None:
    """Print a row for every step."""
    meter = Meter()
    begin = time.perf_counter()
    print(f"# {plan.name}, step by step\n\nMade by `python bench/plan.py`; do not edit.\n")
    print(
        f"Python {platform.python_version()}; {os.cpu_count()} processors ({platform.machine()}), {workers} workers.\n"
    )
    print("| step | s wall | s of processor | peak memory, GiB |\n| --- | --- | --- | --- |")
    (inputs,) = measured(meter, "reading", read_plans)(plan)
    for name, words in STEPS.items():
        setattr(steps, name, measured(meter, words, getattr(steps, name)))
    viewing = looked_at(inputs.viewing, draws=draws, seed=None)
    with ThreadPoolExecutor(workers) as executor:
        found = steps.assess(inputs.plan, inputs.city, viewing, comparison=inputs.comparison, executor=executor)
    with tempfile.TemporaryDirectory() as thrown_away:
        out = folder or Path(thrown_away) / "run"
        measured(meter, "writing", write_run)(found, out)
        sizes = [file.stat().st_size for file in (out / "report.html", *out.rglob("*.*"))]
    took, worked = time.perf_counter() - begin, time.process_time()
    print(f"| all | {took:,.1f} | {worked:,.1f} | {meter.overall:.2f} |\n")
    print(f"{len(found.plan.network.cameras):,} cameras, {len(inputs.city.buildings):,} buildings, "
          f"{len(inputs.city.streets):,} streets; {viewing.draws} draws. "
          f"Page {sizes[0] / 1e6:,.1f} MB, all files {sum(sizes[1:]) / 1e6:,.1f} MB.")  # fmt: skip
    if found.purposes is not None:
        ladder = found.purposes.ladder[["camera_count", "bound_count", "proven_share"]]
        print("\n| rung | cameras | proven bound | share of the draws proven least |\n| --- | --- | --- | --- |")
        for rung, row in ladder.iterrows():
            print(f"| {rung} | {row['camera_count']:,.1f} | {row['bound_count']:,.1f} | {row['proven_share']:.2f} |")


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        int(sys.argv[2]) if len(sys.argv) > 2 else None,
        int(sys.argv[3]) if len(sys.argv) > 3 else WORKERS,
        Path(sys.argv[4]) if len(sys.argv) > 4 else None,
    )
