"""The one function that the command line, the server and the cluster call."""

from __future__ import annotations

import platform
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from importlib.metadata import version

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.assessment.camera_views import camera_view_table
from overseen.assessment.completeness import Completeness, area_completeness, city_completeness
from overseen.assessment.examine import Examination, examine
from overseen.assessment.finding_draws import draws_apart
from overseen.assessment.findings import Assessment
from overseen.assessment.governed import Governed, declared_findings, entry_findings, governed
from overseen.assessment.headline import Measured, findings_table
from overseen.assessment.operations import Where, operations_of
from overseen.assessment.operations_findings import operation_findings
from overseen.assessment.people_findings import people_basis, people_findings
from overseen.assessment.phases import AtPlanDay, past_end_findings, rollout
from overseen.assessment.place_findings import Lacking, place_findings
from overseen.assessment.private_findings import private_findings
from overseen.assessment.progress import Progress, silent
from overseen.assessment.purpose_findings import purpose_findings
from overseen.assessment.purpose_result import purpose_result
from overseen.assessment.register import register_of
from overseen.assessment.trip_result import TripResult, trip_result
from overseen.assessment.uncertainty import scenario_table, sensitivity_table, watched
from overseen.assessment.undercount import undercount
from overseen.exposure.approaches import APPROACH_M
from overseen.exposure.area_table import area_table
from overseen.exposure.areas import area_exposure
from overseen.exposure.drawn_streets import PLATE_READER, DrawnStreets
from overseen.exposure.mask_effects import mask_proposal
from overseen.exposure.named_streets import named_street_tables
from overseen.exposure.people import people_exposure
from overseen.exposure.places import place_exposure
from overseen.exposure.private_areas import private_area_table
from overseen.exposure.private_space import private_space_exposure
from overseen.exposure.public_space import public_ground, public_space_exposure
from overseen.exposure.squares import square_exposure
from overseen.exposure.street_cameras import street_camera_table
from overseen.exposure.streets import street_exposure
from overseen.exposure.view_entries import NOTICE_M, view_entries
from overseen.model.city import City
from overseen.model.comparison import AS_MAPPED, Comparison
from overseen.model.phases import active_cameras
from overseen.model.plan import Plan
from overseen.model.provenance import Notice, Provenance, Source
from overseen.model.viewing import Viewing
from overseen.visibility.cells import Work
from overseen.visibility.isovists import isovist_table

RESULT_PACKAGES = ("overseen", "geopandas", "highspy", "numba", "numpy", "pandas", "pyproj", "scipy", "shapely")
"""Packages whose version can change a result."""


def assess(
    plan: Plan,
    city: City,
    viewing: Viewing,
    *,
    comparison: Comparison = AS_MAPPED,
    tiles: int = 1,
    executor: Executor | None = None,
    progress: Progress = silent,
) -> Assessment:
    """Return everything found about a plan in a city.

    Parameters
    ----------
    plan, city, viewing
        What is examined, where, and how.
    comparison
        How groups of residents are compared.
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

    seen: Examination = examine(plan.network, city, viewing, is_active=active_cameras(plan), work=work("views"))
    seen.examined.scenery.keep(Work(executor, tiles))
    crs = city.buildings.crs
    isovists = isovist_table(seen.central_seen, seen.obstacles, seen.examined.heads, seen.central, viewing, crs=crs)
    cameras = camera_view_table(seen, viewing, crs=crs)
    completeness = city_completeness(city)
    streets = street_exposure(
        city, seen.examined, viewing, missing_m=completeness.missing_m, keeps_draws=True, work=work("streets")
    )
    trips, of_trips = _trips(plan, city, viewing, streets.drawn, completeness, work=work("trips"))
    ground = public_ground(city)
    public_space = public_space_exposure(
        city,
        seen.examined,
        viewing,
        is_missing_at=completeness.missing_test(),
        ground=ground,
        work=work("public space"),
    )
    private = private_space_exposure(city, seen.examined, viewing, work=work("private space"))
    masks = mask_proposal(
        city,
        private,
        seen.examined,
        seen.central,
        isovists,
        viewing,
        north_deg=seen.north_deg,
        work=work("masks"),
    )
    areas = area_exposure(city, seen.examined, viewing, ground=ground, work=work("areas"))
    people = people_exposure(city, areas, viewing, comparison)
    missing_share = _missing_share(city, completeness, areas.areas)
    of = watched(seen, city, viewing, streets, public_space, work=work("what moves the answer"))
    sensitivity = sensitivity_table(of)
    scenarios = scenario_table(of, sensitivity)
    where = Where(city, areas.areas, _kept(streets.drawn), people.residents)
    operations, examined = operations_of(plan, where, viewing, work=work("operations"))
    of_operations = operation_findings(examined, plan)
    second = plan.second_list
    counted = undercount(plan.network, second, city) if second else None
    measured = Measured(streets, public_space, completeness, counted)
    findings = findings_table(seen, plan, city, viewing, measured=measured)
    findings = pd.concat(
        [
            findings,
            private_findings(private, masks, viewing, lacks=completeness.lacks_anywhere),
            people_findings(people, viewing, lacks=bool((missing_share[people.residents.unit] > 0.0).any())),
            of_trips,
        ]
    )
    findings = findings if of_operations.empty else pd.concat([findings, of_operations])
    city, places, squares, of_places = _sensitive(city, seen, viewing, completeness, work=work("places"))
    named, named_cameras = named_street_tables(streets.streets, _kept(streets.drawn), viewing)
    findings = findings if of_places is None else pd.concat([findings, of_places])
    proposed = masks.masks if private.can_tell else None
    purposes = (
        purpose_result(plan, city, seen, viewing, masks=proposed, ground=ground, work=work("purposes"))
        if plan.purposes
        else None
    )
    findings = findings if purposes is None else pd.concat([findings, purpose_findings(purposes, viewing)])
    steps = rollout(
        plan,
        city,
        viewing,
        seen,
        findings,
        measured=AtPlanDay(areas, people.residents, private),
        ground=ground,
        work=work("phases"),
    )
    findings = pd.concat(
        [findings, *[part for part in (past_end_findings(plan), steps and steps.findings) if part is not None]]
    )
    terms, findings = _governed(
        plan, city, viewing, findings, drawn=streets.drawn, groups=people.groups, completeness=completeness
    )
    findings, drawn = draws_apart(findings)
    sources, notices = _origins(plan, city)
    return Assessment(
        plan,
        city,
        viewing,
        isovists,
        cameras,
        streets.streets,
        area_table(areas, people.residents.is_counted, viewing, missing_share=missing_share),
        people.groups,
        people.distribution,
        people_basis(areas, people, comparison),
        findings,
        sensitivity,
        scenarios,
        trips,
        notices,
        Provenance(sources, viewing.seed, viewing.draws, _versions()),
        completeness=completeness.cells,
        private_areas=private_area_table(city, private, viewing),
        masks=masks.masks,
        mask_effects=masks.effects,
        street_cameras=street_camera_table(city.streets.index, _kept(streets.drawn)),
        named_streets=named,
        named_street_cameras=named_cameras,
        places=places,
        squares=squares,
        undercount=counted,
        operations=operations,
        phases=steps.table if steps else None,
        drawn=drawn,
        governed=terms,
        purposes=purposes,
    )


def _missing_share(city: City, completeness: Completeness, areas: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the part of each area's street that lies where the map lacks buildings; nan where there is none."""
    found = area_completeness(city, completeness, areas.geometry)
    total = found["street_length_m"].to_numpy(dtype=float)
    share = found["missing_length_m"].to_numpy(dtype=float) / np.where(total > 0.0, total, np.nan)
    return np.asarray(np.minimum(share, 1.0))


def _kept(drawn: DrawnStreets | None) -> DrawnStreets:
    assert drawn is not None  # noqa: S101 - they were asked for
    return drawn


def _sensitive(
    city: City, seen: Examination, viewing: Viewing, completeness: Completeness, *, work: Work
) -> tuple[City, gpd.GeoDataFrame | None, gpd.GeoDataFrame | None, pd.DataFrame | None]:
    """Return the city without its confidential places, the tables of places and squares, and the findings about them.

    From here on nothing holds where a confidential place is.
    """
    if city.sensitive is None:
        return city, None, None, None
    places = place_exposure(city, seen.examined, viewing, work=work)
    squares = square_exposure(city, seen.examined, viewing, work=work)
    lacking = Lacking(
        completeness.lacks_around(city.sensitive.places.geometry.to_numpy(), APPROACH_M),
        square=bool(completeness.lacks_around(city.sensitive.squares.geometry.to_numpy()).any()),
        anywhere=completeness.lacks_anywhere,
    )
    findings = place_findings(city.sensitive, viewing, places=places, squares=squares, lacking=lacking)
    public = replace(city, sensitive=city.sensitive.public())
    is_open = ~city.sensitive.places["is_confidential"]
    return public, places.places[is_open], squares.squares, findings


def _governed(
    plan: Plan,
    city: City,
    viewing: Viewing,
    findings: pd.DataFrame,
    *,
    drawn: DrawnStreets | None,
    groups: pd.DataFrame,
    completeness: Completeness,
) -> tuple[Governed, pd.DataFrame]:
    """Return the plan held against what it declares, and the findings with those; last, for rules may read any finding."""
    register = register_of(plan)
    findings = pd.concat([findings, declared_findings(plan, register, groups)])
    entries = None
    if drawn is not None and not city.streets.empty:
        notice_m = plan.governance.notice_distance_m or NOTICE_M
        found = view_entries(
            city,
            drawn.stretches,
            plan.governance.signs,
            notice_m=notice_m,
            is_missing_at=completeness.is_missing_at,
        )
        lacks = completeness.lacks_anywhere
        entries, findings = found.streets, pd.concat([findings, entry_findings(found, plan, lacks=lacks)])
    return governed(plan, viewing.ladder, register, findings, entries)


def _trips(
    plan: Plan,
    city: City,
    viewing: Viewing,
    drawn: DrawnStreets | None,
    completeness: Completeness,
    *,
    work: Work,
) -> tuple[TripResult, pd.DataFrame]:
    drawn = _kept(drawn)
    work.tell(0, 1)
    readers = int((plan.network.cameras["use"] == PLATE_READER).sum())
    found = trip_result(
        city,
        drawn,
        viewing,
        plan.trips,
        areas=city.areas,
        missing_m=completeness.missing_m,
        plate_reader_count=readers,
        executor=work.executor,
    )
    work.tell(1, 1)
    return found


def _origins(plan: Plan, city: City) -> tuple[tuple[Source, ...], tuple[Notice, ...]]:
    """Return where lists and city came from, and what was odd in them, each once."""
    lists = [plan.network, *([plan.second_list.network] if plan.second_list else [])]
    sources = [source for one in lists for source in one.sources]
    notices = [notice for one in lists for notice in one.notices]
    sources, notices = [*sources, *city.sources], [*notices, *city.notices]
    return tuple(dict.fromkeys(sources)), tuple(sorted(dict.fromkeys(notices)))


def _versions() -> tuple[tuple[str, str], ...]:
    packages = tuple((name, version(name)) for name in RESULT_PACKAGES)
    return (("python", platform.python_version()), *packages)
