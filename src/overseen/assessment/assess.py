"""The one function that the command line, the server and the cluster call."""

from __future__ import annotations

import platform
from concurrent.futures import Executor
from functools import partial
from importlib.metadata import version

import pandas as pd

from overseen.assessment.camera_views import camera_view_table
from overseen.assessment.examine import Examination, examine
from overseen.assessment.findings import Assessment
from overseen.assessment.headline import findings_table
from overseen.assessment.progress import Progress, silent
from overseen.assessment.trip_result import TripResult, trip_result
from overseen.assessment.uncertainty import scenario_table, sensitivity_table, watched
from overseen.exposure.drawn_streets import PLATE_READER, DrawnStreets
from overseen.exposure.public_space import public_space_exposure
from overseen.exposure.streets import street_exposure
from overseen.model.city import City
from overseen.model.plan import Plan
from overseen.model.provenance import Notice, Provenance, Source
from overseen.model.viewing import Viewing
from overseen.visibility.cells import Work
from overseen.visibility.isovists import isovist_table

RESULT_PACKAGES = ("overseen", "geopandas", "numba", "numpy", "pandas", "pyproj", "scipy", "shapely")
"""Packages whose version can change a result."""


def assess(
    plan: Plan,
    city: City,
    viewing: Viewing,
    *,
    tiles: int = 1,
    executor: Executor | None = None,
    progress: Progress = silent,
) -> Assessment:
    """Return everything found about a plan in a city.

    Parameters
    ----------
    plan, city, viewing
        What is examined, where, and how.
    tiles
        Number of parts into which the city is cut; bounds the memory, changes no byte of the result.
    executor
        Where the cells of a tile run side by side; ``None`` runs them one after another, with the same result.
    progress
        Told of each step.

    Raises
    ------
    FrameError, SchemaError
        If the city's frame or a table is not as described.
    """

    def work(step: str) -> Work:
        return Work(executor, tiles, partial(progress, step))

    seen: Examination = examine(plan.network, city, viewing, work=work("views"))
    crs = city.buildings.crs
    isovists = isovist_table(seen.central_seen, seen.obstacles, seen.examined.heads, seen.central, viewing, crs=crs)
    cameras = camera_view_table(seen, viewing, crs=crs)
    streets = street_exposure(city, seen.examined, viewing, keeps_draws=True, work=work("streets"))
    trips, of_trips = _trips(plan, city, viewing, streets.drawn, work=work("trips"))
    public_space = public_space_exposure(city, seen.examined, viewing, work=work("public space"))
    of = watched(seen, city, viewing, streets, work=work("what moves the answer"))
    sensitivity = sensitivity_table(of)
    scenarios = scenario_table(of, sensitivity)
    findings = findings_table(seen, city, viewing, streets=streets, public_space=public_space)
    findings = pd.concat([findings, of_trips])
    sources = _distinct(plan.network.sources + city.sources)
    return Assessment(
        plan,
        city,
        viewing,
        isovists,
        cameras,
        streets.streets,
        findings,
        sensitivity,
        scenarios,
        trips,
        _distinct_notices(plan.network.notices + city.notices),
        Provenance(sources, viewing.seed, viewing.draws, _versions()),
    )


def _trips(
    plan: Plan, city: City, viewing: Viewing, drawn: DrawnStreets | None, *, work: Work
) -> tuple[TripResult, pd.DataFrame]:
    assert drawn is not None  # noqa: S101 - they were asked for
    work.tell(0, 1)
    readers = int((plan.network.cameras["use"] == PLATE_READER).sum())
    # Cities without tables of residents have none to draw origins from.
    areas = getattr(city, "areas", None)
    found = trip_result(
        city, drawn, viewing, plan.trips, areas=areas, plate_reader_count=readers, executor=work.executor
    )
    work.tell(1, 1)
    return found


def _distinct(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(sources))


def _distinct_notices(notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    return tuple(sorted(dict.fromkeys(notices)))


def _versions() -> tuple[tuple[str, str], ...]:
    packages = tuple((name, version(name)) for name in RESULT_PACKAGES)
    return (("python", platform.python_version()), *packages)
