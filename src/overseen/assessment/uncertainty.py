"""Which unknown moves the answer most: each moved alone from its low to its high value, all others at their centre."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from overseen.assessment.examine import Examination, redrawn
from overseen.exposure.streets import INTERVAL, street_exposure
from overseen.model.cameras import CameraNetwork
from overseen.model.city import City
from overseen.model.schema import SENSITIVITY
from overseen.model.viewing import Viewing
from overseen.visibility.building_heights import UNKNOWN as BUILDING_HEIGHT
from overseen.visibility.cells import HERE, Work, told_nobody
from overseen.visibility.heads import TURNING_KINDS
from overseen.visibility.unknowns import SCORE_95

BEARING = "bearing_deg"
"""The bearing has no centre: its row gives the 5 to 95 % range over draws of the bearing alone."""

DRAWS = 40
"""Draws of the bearing under each setting; the same ones every time, so that settings differ by their unknown alone."""


def sensitivity_table(
    examination: Examination,
    city: City,
    viewing: Viewing,
    *,
    work: Work = HERE,
) -> pd.DataFrame:
    """Return table ``sensitivity``: the share of street in view, reachable, at the second level, as each unknown moves."""
    level = min(1, len(viewing.ladder.levels) - 1)
    finding = f"streets_reachable_{viewing.ladder.names[level]}_share"
    still = replace(work, tell=told_nobody)
    few = replace(viewing, draws=min(DRAWS, viewing.draws))
    centre = {unknown.name: 0.0 for unknown in viewing.assumptions.unknowns}
    counts = _concerned(examination.examined.heads)
    # A height that is not known may hide something from any head.
    counts[BUILDING_HEIGHT] = len(examination.examined.heads) if city.buildings["height_m"].isna().any() else 0
    names = [name for name in centre if counts.get(name, 0) > 0]

    def shares(pinned: Mapping[str, float]) -> np.ndarray:
        exposure = street_exposure(city, redrawn(examination, city, few, pinned), few, work=still)
        if exposure.counted_length_m == 0.0:
            return np.zeros(few.draws)
        return exposure.drawn_length_m["reachable"][:, level] / exposure.counted_length_m

    rows: dict[str, tuple[float, float]] = {}
    if counts[BEARING]:
        low, high = np.quantile(shares(centre), INTERVAL)
        rows[BEARING] = (float(low), float(high))
    for done, name in enumerate(names):
        ends = [float(shares({**centre, name: score}).mean()) for score in (-SCORE_95, SCORE_95)]
        rows[name] = (ends[0], ends[1])
        work.tell(done + 1, len(names))
    table = pd.DataFrame(
        {
            "finding": finding,
            "head_count": [counts[name] for name in rows],
            "low_value": [low for low, _ in rows.values()],
            "high_value": [high for _, high in rows.values()],
            "swing": [abs(high - low) for low, high in rows.values()],
        },
        index=pd.Index(list(rows), name="unknown", dtype=object),
    ).astype({"head_count": np.int64, "low_value": float, "high_value": float, "swing": float, "finding": object})
    return SENSITIVITY.checked(table.sort_values(["swing", "unknown"], ascending=[False, True], kind="stable"))


ASSUMED_FOR = {BEARING: "Bearing of the axis, drawn evenly from the full circle"}
"""Assumptions that are no entry of an assumption set, with their meaning."""


def assumption_counts(network: CameraNetwork) -> dict[str, int]:
    """Return, for each assumption, the number of a network's heads to which it is applied."""
    kind = network.cameras["kind"].reindex(network.heads["camera_id"]).to_numpy()
    return _concerned(network.heads.assign(kind=kind))


def _concerned(heads: pd.DataFrame) -> dict[str, int]:
    """Return the number of heads, of a table with the column ``kind``, to which each assumption is applied."""
    no_bearing = heads["bearing_deg"].isna()
    turns = heads["kind"].isin(TURNING_KINDS)
    may_turn = turns | ((heads["kind"] == "unknown") & no_bearing)
    no_field = heads["field_of_view_deg"].isna() & (heads["kind"] != "panorama")
    concerned = {
        BEARING: no_bearing & (heads["kind"] != "panorama"),
        "turning_share": (heads["kind"] == "unknown") & no_bearing,
        "mounting_height_m": heads["mounting_height_m"].isna(),
        "maximum_range_m": pd.Series(True, index=heads.index),
        "focal_length_mm": no_field & ~turns,
        "longest_focal_length_mm": may_turn,
        "shortest_focal_length_mm": may_turn,
        "image_width_px": heads["image_width_px"].isna(),
        "sensor_width_mm": no_field | may_turn,
        "image_aspect_ratio": heads["tilt_deg"].notna() & ~may_turn & (heads["kind"] != "panorama"),
    }
    return {name: int(rows.sum()) for name, rows in concerned.items()}
