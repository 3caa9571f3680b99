"""The one function that the command line, the server and the cluster call."""

from __future__ import annotations

import platform
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from importlib.metadata import version

import geopandas as gpd
import pandas as pd

from overseen.assessment.camera_views import camera_view_table
from overseen.assessment.examine import Examination, examine
from overseen.assessment.findings import Assessment
from overseen.assessment.headline import findings_table
from overseen.assessment.place_findings import place_findings
from overseen.assessment.progress import Progress, silent
from overseen.assessment.uncertainty import scenario_table, sensitivity_table, watched
from overseen.exposure.places import place_exposure
from overseen.exposure.public_space import public_space_exposure
from overseen.exposure.squares import square_exposure
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
    streets = street_exposure(city, seen.examined, viewing, work=work("streets"))
    public_space = public_space_exposure(city, seen.examined, viewing, work=work("public space"))
    of = watched(seen, city, viewing, streets, work=work("what moves the answer"))
    sensitivity = sensitivity_table(of)
    scenarios = scenario_table(of, sensitivity)
    findings = findings_table(seen, city, viewing, streets=streets, public_space=public_space)
    city, places, squares, of_places = _sensitive(city, seen, viewing, work=work("places"))
    findings = findings if of_places is None else pd.concat([findings, of_places])
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
        _distinct_notices(plan.network.notices + city.notices),
        Provenance(sources, viewing.seed, viewing.draws, _versions()),
        places,
        squares,
    )


def _sensitive(
    city: City, seen: Examination, viewing: Viewing, *, work: Work
) -> tuple[City, gpd.GeoDataFrame | None, gpd.GeoDataFrame | None, pd.DataFrame | None]:
    """Return the city without its confidential places, the tables of places and squares, and the findings about them.

    From here on nothing holds where a confidential place is.
    """
    if city.sensitive is None:
        return city, None, None, None
    places = place_exposure(city, seen.examined, viewing, work=work)
    squares = square_exposure(city, seen.examined, viewing, work=work)
    findings = place_findings(city.sensitive, viewing, places=places, squares=squares)
    public = replace(city, sensitive=city.sensitive.public())
    is_open = ~city.sensitive.places["is_confidential"]
    return public, places.places[is_open], squares.squares, findings


def _distinct(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(sources))


def _distinct_notices(notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    return tuple(sorted(dict.fromkeys(notices)))


def _versions() -> tuple[tuple[str, str], ...]:
    packages = tuple((name, version(name)) for name in RESULT_PACKAGES)
    return (("python", platform.python_version()), *packages)
