"""The numbers that a report may publish, each with its interval and its denominator."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.assessment.examine import Examination
from overseen.exposure.public_space import SPACING_M, PublicSpace
from overseen.exposure.streets import INTERVAL, StreetExposure
from overseen.model.city import City
from overseen.model.schema import FINDINGS, VIEWS
from overseen.model.viewing import Viewing

VIEW_WORDS = {"reachable": "that some camera could look at", "at_once": "in some camera's view at any one moment"}


@dataclass(slots=True)
class FindingRows:
    """Findings as they are gathered."""

    index: list[str] = field(default_factory=list)
    rows: list[dict[str, object]] = field(default_factory=list)

    def add(self, name: str, subject: str, meaning: str, **values: object) -> None:
        """Add a finding; what ``values`` do not give is empty."""
        empty: dict[str, object] = {"view": None, "level": None, "low": np.nan, "high": np.nan}
        self.index.append(name)
        self.rows.append({"subject": subject, "meaning": meaning, **empty, **values})

    def count(self, name: str, subject: str, meaning: str, number: int, *, of: int, what: str) -> None:
        """Add a count, which has no interval."""
        self.add(
            name, subject, meaning, value=float(number), unit="count", denominator=float(of), denominator_unit=what
        )

    def table(self) -> pd.DataFrame:
        """Return table ``findings``."""
        frame = pd.DataFrame(self.rows, index=pd.Index(self.index, name="finding", dtype=object))
        numbers = dict.fromkeys(("value", "low", "high", "denominator"), float)
        return FINDINGS.checked(frame.astype(numbers))


def findings_table(
    examination: Examination, city: City, viewing: Viewing, *, streets: StreetExposure, public_space: PublicSpace
) -> pd.DataFrame:
    """Return table ``findings``."""
    rows = FindingRows()
    _add_streets(rows, viewing, streets)
    _add_public_space(rows, viewing, public_space)
    _add_cameras(rows, examination)
    _add_buildings(rows, city)
    return rows.table()


def drawn_interval(drawn: NDArray[np.float64]) -> dict[str, float]:
    """Return mean, low and high over draws, shape (draws,)."""
    low, high = np.quantile(drawn, INTERVAL)
    return {"value": float(drawn.mean()), "low": float(low), "high": float(high)}


def _add_streets(rows: FindingRows, viewing: Viewing, streets: StreetExposure) -> None:
    of = streets.counted_length_m
    what = "m of open-air walkable street inside the boundary"
    for view in VIEWS:
        for level, name in enumerate(viewing.ladder.names):
            length_m = streets.drawn_length_m[view][:, level]
            shared = {"view": view, "level": name, "denominator": of, "denominator_unit": what}
            meaning = f"open-air walkable street {VIEW_WORDS[view]}, at {name}"
            share = length_m / of if of else np.zeros_like(length_m)
            rows.add(
                f"streets_{view}_{name}_share",
                "streets",
                f"Share of {meaning}",
                unit="share",
                **drawn_interval(share),
                **shared,
            )
            rows.add(
                f"streets_{view}_{name}_length_m", "streets", f"Length of {meaning}", unit="m", **drawn_interval(length_m), **shared
            )  # fmt: skip


def _add_public_space(rows: FindingRows, viewing: Viewing, public_space: PublicSpace) -> None:
    what = f"m2 of public space (inside the boundary, no buildings, no water), sampled every {SPACING_M:g} m"
    for view in VIEWS:
        for level, name in enumerate(viewing.ladder.names):
            rows.add(
                f"public_space_{view}_{name}_share",
                "public_space",
                f"Share of public space {VIEW_WORDS[view]}, at {name}",
                view=view,
                level=name,
                unit="share",
                denominator=public_space.area_m2,
                denominator_unit=what,
                **drawn_interval(public_space.drawn_share[view][:, level]),
            )


def _add_cameras(rows: FindingRows, examination: Examination) -> None:
    cameras, heads = examination.network.cameras, examination.network.heads
    kind, listed = examination.placement.kind, len(examination.network.cameras)
    counts = {
        "cameras_listed_count": ("Cameras in the list", listed),
        "cameras_examined_count": ("Cameras whose view was examined", int(examination.is_examined.sum())),
        "cameras_on_facade_count": ("Cameras that hang on a wall", int((kind == "on_facade").sum())),
        "cameras_moved_count": (
            "Cameras mapped inside a building, or on a wall by their tag, moved out of the nearest wall",
            int((kind == "moved_to_facade").sum()),
        ),
        "cameras_inside_building_count": (
            "Cameras mapped deep inside a building, not examined",
            int((kind == "inside_building").sum()),
        ),
        "cameras_indoor_count": ("Cameras that the list calls indoor, not examined", int((kind == "indoor").sum())),
        "cameras_disused_count": (
            "Cameras that the list marks as disused, not examined",
            int((cameras["status"] == "disused").sum()),
        ),
        "cameras_kind_unknown_count": ("Cameras of unknown kind", int((cameras["kind"] == "unknown").sum())),
        "cameras_operator_unknown_count": (
            "Cameras whose operator is not named",
            int(cameras["operator"].isna().sum()),
        ),
    }
    for name, (meaning, number) in counts.items():
        rows.count(name, "cameras", meaning, number, of=listed, what="cameras in the list")
    rows.count(
        "heads_listed_count", "cameras", "Heads in the list", len(heads), of=len(heads), what="heads in the list"
    )
    for attribute in ("bearing", "field_of_view", "image_width", "mounting_height", "tilt"):
        unknown = int((heads[f"{attribute}_certainty"] == "unknown").sum())
        words = attribute.replace("_", " ")
        rows.count(
            f"heads_{attribute}_unknown_count", "cameras", f"Heads whose {words} is not stated", unknown,
            of=len(heads), what="heads in the list",
        )  # fmt: skip


def _add_buildings(rows: FindingRows, city: City) -> None:
    count = len(city.buildings)
    rows.count("buildings_listed_count", "buildings", "Buildings read", count, of=count, what="buildings read")
    unknown = int(city.buildings["height_m"].isna().sum())
    rows.count(
        "buildings_height_unknown_count", "buildings", "Buildings whose height is not known", unknown,
        of=count, what="buildings read",
    )  # fmt: skip
