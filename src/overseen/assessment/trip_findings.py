"""What the report may publish about trips: findings, curves, each with its interval and its denominator."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.assessment.finding_draws import DRAWN, checked_findings
from overseen.assessment.headline import drawn_interval
from overseen.exposure.drawn_streets import named_levels
from overseen.exposure.drives import Drives
from overseen.exposure.streets import INTERVAL
from overseen.exposure.trips import MEASURES, TripExposure, measures
from overseen.model.schema import FINDINGS, TRIP_CURVES
from overseen.model.viewing import Viewing

Floats = NDArray[np.float64]

SHARES = tuple(np.round(np.arange(0.1, 1.01, 0.1), 1))
CAMERAS = (1, 2, 5, 10, 20, 50, 100)
PASSED = (1, 5, 10)
EXTRAS = (0.0, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, np.inf)

MEASURE_WORDS = {
    "lowest": "that some camera could look at",
    "noticed": "that some camera could look at closely enough to notice someone",
    "finest": "that some camera could look at closely enough to tell who it is",
    "at_once": "in some camera's view at any one moment, closely enough to notice someone",
}


def trip_findings(
    found: TripExposure, viewing: Viewing, drives: Drives | None = None, *, missing_m: Floats | None = None
) -> pd.DataFrame:
    """Return rows of table ``findings`` about trips, and about drives where there are any; none where none was simulated.

    ``missing_m`` (streets,) tells how many metres of each street lie where the map lacks buildings; none by default. What is in view
    there is too much, and with it whatever rests on it.
    """
    rows: dict[str, dict[str, object]] = {}
    lacks = np.zeros(len(found.walks.network.street), dtype=bool)
    if missing_m is not None:
        lacks = missing_m[found.walks.network.street] > 0.0
    if len(found.walks.population.origin):
        _add_exposure(rows, found, viewing, bound="upper" if lacks[found.walks.routes.edge].any() else "none")
        _add_ways(rows, found, viewing, lacks=bool(lacks.any()))
    bound = "upper" if lacks.any() else "none"
    _add_enclosed(rows, found, viewing, bound=bound)
    if drives is not None and len(drives.length_m):
        _add_drives(rows, drives, bound=bound)
    columns = [*[column.name for column in FINDINGS.columns], DRAWN]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis(index="finding")
    frame.index = frame.index.astype(object)
    numbers = dict.fromkeys(("value", "low", "high", "denominator"), float)
    return checked_findings(frame.astype({**dict.fromkeys(columns, object), **numbers}))


def _row(drawn: Floats, meaning: str, *, unit: str, of: float, what: str, **place: object) -> dict[str, object]:
    return {"subject": "trips", "view": None, "level": None, **drawn_interval(drawn), "unit": unit, "denominator": float(of), "denominator_unit": what, "meaning": meaning,
            "bound": "none", **place}  # fmt: skip


def _add_exposure(rows: dict[str, dict[str, object]], found: TripExposure, viewing: Viewing, *, bound: str) -> None:
    walks, names = found.walks, viewing.ladder.names
    told, count = walks.told_m.sum(), len(walks.told_m)
    trips = "simulated trips on foot"
    for name in MEASURES:
        view, level = measures(viewing)[name]
        place = {"view": view, "level": names[level], "bound": bound}
        drawn = walks.seen_m[name].sum(axis=0) / told if told else np.zeros(walks.seen_m[name].shape[1])
        what = "m of simulated trips under the sky and inside the boundary"
        rows[f"trips_{name}_share"] = _row(
            drawn, f"Share of the metres of trips {MEASURE_WORDS[name]}", unit="share", of=told, what=what, **place
        )
        seconds = walks.seen_m[name].mean(axis=0) / viewing.walking_speed_m_per_s
        rows[f"trips_{name}_time_s"] = _row(
            seconds, f"Seconds of a trip on stretches {MEASURE_WORDS[name]}, mean over trips", unit="s", of=count,
            what=trips, **place,
        )  # fmt: skip
    place = {"view": "reachable", "level": names[named_levels(viewing.ladder)["lowest"]], "bound": bound}
    for fewest in PASSED:
        drawn = (walks.camera_count >= fewest).mean(axis=0)
        meaning = f"Share of trips on which {fewest} or more distinct cameras could look at the walker"
        rows[f"trips_passing_{fewest}_share"] = _row(drawn, meaning, unit="share", of=count, what=trips, **place)
    rows["trips_camera_count"] = _row(
        walks.camera_count.mean(axis=0), "Distinct cameras that could look at the walker, mean over trips",
        unit="count", of=count, what=trips, **place,
    )  # fmt: skip
    rows["trips_unseen_run_m"] = _row(
        walks.unseen_run_m.mean(axis=0), "Longest run of whole streets in nobody's view, mean over trips, a lower bound",
        unit="m", of=count, what=trips, **{**place, "bound": "lower"},
    )  # fmt: skip


def _add_ways(rows: dict[str, dict[str, object]], found: TripExposure, viewing: Viewing, *, lacks: bool) -> None:
    walks, count = found.walks, len(found.walks.told_m)
    place = {"view": "reachable", "level": viewing.ladder.names[0]}
    upper = {**place, "bound": "upper" if lacks else "none"}
    # A lower bound of what is too much is neither.
    lower = {**place, "bound": "none" if lacks else "lower"}
    trips = "simulated trips on foot"
    rows["trips_no_unseen_told_way_share"] = _row(
        1.0 - found.unseen_told_way.mean(axis=0),
        "Share of trips that cannot be made unseen at any price, on ways under the sky and inside the boundary",
        unit="share", of=count, what=trips, **upper,
    )  # fmt: skip
    rows["trips_no_unseen_way_share"] = _row(
        1.0 - found.unseen_way.mean(axis=0),
        "The same, where ways under ground, indoors and beyond the boundary are taken to be unseen: a lower bound",
        unit="share", of=count, what=trips, **lower,
    )  # fmt: skip
    rows["trips_least_seen_length_m"] = _row(
        found.least_seen_m.mean(axis=0),
        f"Metres of a trip that some camera could look at on the least-seen way found that is at most"
        f" {found.detour_share:.0%} longer than the shortest, mean over trips: an upper bound of the fewest",
        unit="m", of=count, what=trips, **{**place, "bound": "upper"},
    )  # fmt: skip
    rows["trips_shortest_length_m"] = _row(
        walks.seen_m["lowest"].mean(axis=0), "The same on the shortest way", unit="m", of=count, what=trips, **upper
    )
    floor = found.least_seen.floor_m.mean()
    rows["trips_least_seen_floor_m"] = _row(
        np.array([floor]), "No choice of ways within the detour has fewer metres in view, on the mean over the draws, mean over trips",
        unit="m", of=count, what=trips, **lower,
    )  # fmt: skip
    rows["trips_least_seen_detour_share"] = _row(
        np.array([found.least_seen.routes.cost.sum() / max(walks.routes.cost.sum(), 1e-9) - 1.0]),
        "How much longer the least-seen ways are than the shortest, all trips together",
        unit="share", of=float(walks.routes.cost.sum()), what="m of simulated trips", **place,
    )  # fmt: skip
    whole = float(walks.routes.cost.sum())
    rows["trips_untold_share"] = _row(
        np.array([1.0 - walks.told_m.sum() / whole if whole else 0.0]),
        "Share of the metres of trips that lie under ground, indoors or beyond the boundary, where nobody tells who sees them",
        unit="share", of=whole, what="m of simulated trips",
    )  # fmt: skip


def _add_enclosed(rows: dict[str, dict[str, object]], found: TripExposure, viewing: Viewing, *, bound: str) -> None:
    place = {"view": "reachable", "level": viewing.ladder.names[0], "bound": bound}
    far = f"{found.model.cordon_m:g} m"
    homes = "homes" if found.homes.is_told else "buildings (the data do not tell which are homes)"
    for name, group, what in (("homes", found.homes, homes), ("places", found.places, "places that people go to")):
        if len(group.node):
            rows[f"{name}_enclosed_share"] = _row(
                group.drawn_share(),
                f"Share of {what} from which no unseen way leads to a node {far} away",
                unit="share", of=len(group.node), what=f"{what} near the walking network", **place,
            )  # fmt: skip


def _add_drives(rows: dict[str, dict[str, object]], drives: Drives, *, bound: str) -> None:
    passed, count = drives.reader_count, len(drives.length_m)
    what = "simulated drives on streets that are also walked"
    for fewest in PASSED:
        rows[f"drives_passing_{fewest}_share"] = _row(
            (passed >= fewest).mean(axis=0), f"Share of drives that pass {fewest} or more distinct plate readers",
            unit="share", of=count, what=what, subject="drives", bound=bound,
        )  # fmt: skip
    rows["drives_reader_count"] = _row(
        passed.mean(axis=0), "Distinct plate readers that a drive passes, mean over drives",
        unit="count", of=count, what=what, subject="drives", bound=bound,
    )  # fmt: skip


def trip_curve_table(found: TripExposure) -> pd.DataFrame:
    """Return table ``trip_curves``: what share of the trips reaches each place on a curve."""
    walks = found.walks
    rows: dict[str, dict[str, object]] = {}
    if len(walks.told_m):
        told = np.maximum(walks.told_m, 1e-9)[:, None]
        share = np.where(walks.told_m[:, None] > 0.0, walks.seen_m["noticed"] / told, 0.0)
        for at in SHARES:
            # Sums of parts of edges come a rounding short of the whole.
            _add_point(rows, "share_in_view_at_least", at, (share >= at - 1e-6).mean(axis=0))
        for at in CAMERAS:
            _add_point(rows, "cameras_at_least", at, (walks.camera_count >= at).mean(axis=0))
        for at in EXTRAS:
            within = np.isfinite(found.unseen_extra_share) & (found.unseen_extra_share <= at + 1e-9)
            _add_point(rows, "unseen_within_extra", at, within.mean(axis=0))
    names = [column.name for column in TRIP_CURVES.columns]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis(index="point")
    frame.index = frame.index.astype(object)
    return TRIP_CURVES.checked(frame.astype({"curve": object, **dict.fromkeys(names[1:], float)}))


def _add_point(rows: dict[str, dict[str, object]], curve: str, at: float, drawn: Floats) -> None:
    low, high = np.quantile(drawn, INTERVAL)
    place = "any" if np.isinf(at) else f"{at:g}"
    rows[f"{curve} {place}"] = {
        "curve": curve,
        "at": np.nan if np.isinf(at) else float(at),
        "trips_share": float(drawn.mean()),
        "trips_low_share": float(low),
        "trips_high_share": float(high),
    }
