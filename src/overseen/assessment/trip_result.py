"""Everything an assessment keeps about trips: tables, and in words how the trips came to be."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.assessment.trace_findings import trace_findings
from overseen.assessment.trip_findings import trip_curve_table, trip_findings
from overseen.exposure.camera_traces import camera_traces
from overseen.exposure.drawn_streets import DrawnStreets
from overseen.exposure.drives import drives_past_readers
from overseen.exposure.traces import trace_table
from overseen.exposure.trips import TripExposure, trip_area_table, trip_exposure, trip_table
from overseen.model.city import City
from overseen.model.schema import CAMERA_TRACES, TRACES, TRIP_AREAS, TRIP_CURVES, TRIPS
from overseen.model.trips import TripPlan
from overseen.model.viewing import Viewing
from overseen.sources.packs import get_trip_model


@dataclass(frozen=True, slots=True)
class TripFacts:
    """How the trips came to be, and what was left out.

    Parameters
    ----------
    origins, targets
        How origins and destinations were drawn, in words.
    is_by_residents
        Whether origins stand for residents, so that means over trips are means over people.
    asked_count, too_long_count, without_target_count
        Trips asked for; left out because they are too long; because no place lies in reach.
    longest_m, decay_m, cordon_m, detour_share, bin_s
        Parameters of the model.
    priced_count, draw_count
        Trips of which the price of an unseen way was sought, and draws that all of this rests on.
    homes_told
        Whether homes are told from other buildings.
    left_out_m
        Metres of street that are not connected to the walking network.
    plate_reader_count
        Plate readers, which watch vehicles and are in none of these numbers.
    """

    origins: str
    targets: str
    is_by_residents: bool
    asked_count: int
    too_long_count: int
    without_target_count: int
    longest_m: float
    decay_m: float
    cordon_m: float
    detour_share: float
    bin_s: float
    priced_count: int
    draw_count: int
    homes_told: bool
    left_out_m: float
    plate_reader_count: int


@dataclass(frozen=True, slots=True)
class TripResult:
    """Tables of :mod:`overseen.model.schema` about trips: ``TRIPS``, ``TRIP_AREAS``, ``TRIP_CURVES``, ``TRACES``, ``CAMERA_TRACES``; and the facts."""

    trips: gpd.GeoDataFrame
    areas: pd.DataFrame
    curves: pd.DataFrame
    traces: pd.DataFrame
    cameras: pd.DataFrame
    facts: TripFacts

    def __post_init__(self) -> None:
        tables = (
            (TRIPS, "trips"),
            (TRIP_AREAS, "areas"),
            (TRIP_CURVES, "curves"),
            (TRACES, "traces"),
            (CAMERA_TRACES, "cameras"),
        )
        for table, name in tables:
            object.__setattr__(self, name, table.checked(getattr(self, name)))


def trip_result(
    city: City,
    drawn: DrawnStreets,
    viewing: Viewing,
    plan: TripPlan,
    *,
    areas: gpd.GeoDataFrame | None = None,
    missing_m: NDArray[np.float64] | None = None,
    plate_reader_count: int = 0,
    executor: Executor | None = None,
) -> tuple[TripResult, pd.DataFrame]:
    """Return what is kept about trips, and the rows about them in table ``findings``.

    ``missing_m`` (streets,) tells how many metres of each street lie where the map lacks buildings.
    """
    model = get_trip_model("overseen")
    found = trip_exposure(city, drawn, viewing, model=model, plan=plan, areas=areas, executor=executor)
    kept = camera_traces(found.walks, drawn)
    result = TripResult(
        trip_table(found, viewing, crs=city.streets.crs, areas=areas),
        trip_area_table(found, areas),
        trip_curve_table(found),
        trace_table(found.walks, drawn, viewing, model),
        kept.cameras,
        _facts(found, plan, plate_reader_count),
    )
    drives = None
    if plate_reader_count:
        drives = drives_past_readers(
            city, drawn, model, count=plan.count, seed=viewing.seed, areas=areas, executor=executor
        )
    findings = trip_findings(found, viewing, drives, missing_m=missing_m)
    of_traces = trace_findings(found, kept, viewing)
    return result, pd.concat([findings, of_traces]) if len(of_traces) else findings


def _facts(found: TripExposure, plan: TripPlan, plate_reader_count: int) -> TripFacts:
    population, model = found.walks.population, found.model
    return TripFacts(
        population.origin_words,
        population.target_words,
        population.is_by_residents,
        plan.count,
        found.walks.too_long_count,
        population.without_target_count,
        model.longest_m,
        model.decay_m,
        model.cordon_m,
        found.detour_share,
        model.bin_s,
        found.unseen_extra_share.shape[0],
        found.unseen_extra_share.shape[1],
        found.homes.is_told,
        found.walks.network.left_out_m,
        plate_reader_count,
    )
