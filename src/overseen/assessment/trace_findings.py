"""What the report may publish about traces: who holds the sightings, of whom, and how long nobody is sighted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from overseen.assessment.headline import FindingRows, drawn_interval
from overseen.exposure.camera_traces import CameraTraces
from overseen.exposure.trips import FEWEST_TRIPS, TripExposure
from overseen.model.schema import FINDINGS
from overseen.model.viewing import Viewing

SUBJECT = "traces"
GAP_S = 300.0
"""A gap of five minutes and more is told apart."""


def trace_findings(found: TripExposure, kept: CameraTraces, viewing: Viewing) -> pd.DataFrame:
    """Return rows of table ``findings``; none where no trip was simulated."""
    rows = FindingRows()
    trips, cameras = len(found.walks.told_m), len(kept.cameras)
    if trips == 0:
        return FINDINGS.checked(FINDINGS.empty())
    shared = {"view": "reachable", "level": viewing.ladder.names[0]}
    walked = {"denominator": float(trips), "denominator_unit": "simulated trips on foot"}
    gap_s = found.walks.unseen_run_m / viewing.walking_speed_m_per_s
    rows.add("traces_gap_time_s", SUBJECT, "Longest time of a trip on whole streets in nobody's view, mean over trips", unit="s",
             bound="lower", **drawn_interval(gap_s.mean(axis=0)), **walked, **shared)  # fmt: skip
    rows.add("traces_gap_300_share", SUBJECT, f"Share of trips with such a gap of {GAP_S / 60:g} minutes or more", unit="share",
             bound="lower", **drawn_interval((gap_s >= GAP_S).mean(axis=0)), **walked, **shared)  # fmt: skip
    if cameras == 0:
        return rows.table()
    what = "cameras examined, without plate readers"
    rows.add("traces_half_cameras_count", SUBJECT, "Fewest cameras that together hold half of all sightings of simulated trips",
             unit="count", denominator=float(cameras), denominator_unit=what, **drawn_interval(kept.half_count), **shared)  # fmt: skip
    rows.add("traces_widest_share", SUBJECT, "Share of trips that the camera could look at which could look at most of them",
             unit="share", **drawn_interval(kept.widest_share), **walked, **shared)  # fmt: skip
    told = int(kept.cameras["repeat_share"].notna().sum())
    if not np.isnan(kept.repeat_share).any():
        rows.add(
            "traces_repeat_share", SUBJECT,
            "Chance that two trips that one camera could look at begin at the same corner, mean over cameras", unit="share",
            denominator=float(told), denominator_unit=f"cameras that could look at {FEWEST_TRIPS} simulated trips or more",
            **drawn_interval(kept.repeat_share), **shared,
        )  # fmt: skip
    if not np.isnan(kept.all_repeat_share):
        rows.add("traces_all_repeat_share", SUBJECT, "Chance that any two trips begin at the same corner", value=kept.all_repeat_share,
                 unit="share", **walked)  # fmt: skip
    return rows.table()
