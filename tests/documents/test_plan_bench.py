"""The measurement of a plan: it names steps that an assessment has, and says of each what it took."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import overseen.assessment.assess as steps

FILE = Path(__file__).parents[2] / "bench" / "plan.py"


@pytest.fixture
def bench() -> ModuleType:
    """Return the measurement as a module."""
    spec = importlib.util.spec_from_file_location("plan_bench", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_step_that_is_measured_is_one_of_an_assessment(bench: ModuleType) -> None:
    assert [name for name in bench.STEPS if not callable(getattr(steps, name, None))] == []


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="this system does not tell what a process holds")
def test_a_step_is_said_with_its_time_and_the_most_memory_that_it_held(
    bench: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    meter = bench.Meter()
    before = meter.now()
    assert bench.measured(meter, "ones", np.ones)(30_000_000).sum() == 30_000_000
    _, name, wall, used, memory, _ = capsys.readouterr().out.split("|")
    assert name.strip() == "ones"
    assert float(wall) >= 0.0
    assert float(used) >= 0.0
    assert float(memory) > before + 0.2
