"""Purposes and necessity as tables: what the plan says its cameras are for, held against what they see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.assessment.examine import Examination
from overseen.assessment.headline import interval_of
from overseen.assessment.necessity import Necessity, Rung, necessity
from overseen.assessment.solver import Limits
from overseen.exposure.drawn_streets import is_plate_reader
from overseen.exposure.private_areas import FEWEST
from overseen.exposure.public_space import PublicGround
from overseen.exposure.purposes import PurposeExposure, PurposesExposure, purposes_exposure
from overseen.exposure.viewers import masking_of
from overseen.model.city import City
from overseen.model.plan import Plan
from overseen.model.schema import (
    CAMERA_NECESSITY,
    CAMERA_PURPOSES,
    NECESSITY,
    PURPOSE_ZONES,
    PURPOSES,
    interval_columns,
)
from overseen.model.viewing import Viewing
from overseen.visibility.cells import HERE, Work
from overseen.visibility.unknowns import value_at

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PurposeFacts:
    """What tables do not say.

    Parameters
    ----------
    solved_draws
        Draws in which the fewest cameras were looked for.
    greedy_count
        Cameras that a greedy choice takes: mean over them.
    unserving_count
        Examined cameras that see nothing of any zone in any draw; plate readers are not among them.
    plate_reader_count
        Examined plate readers, which are held to no purpose of seeing faces.
    irreplaceable_count
        Cameras for which in every solved draw no others make up.
    never_needed_count
        Cameras that are among the fewest that do in no solved draw.
    street_length_m
        Counted street inside the boundary, of which the ladder tells shares.
    can_mask
        Whether homes can be told, so that masks could be applied.
    has_hours
        Whether every purpose declares its hours.
    """

    solved_draws: int
    greedy_count: float
    unserving_count: int
    plate_reader_count: int
    irreplaceable_count: int
    never_needed_count: int
    street_length_m: float
    can_mask: bool
    has_hours: bool


@dataclass(frozen=True, slots=True)
class PurposeResult:
    """Tables of :mod:`overseen.model.schema.purposes`, and facts.

    Parameters
    ----------
    purposes, zones, camera_purposes, camera_necessity, ladder
        Tables ``PURPOSES``, ``PURPOSE_ZONES``, ``CAMERA_PURPOSES``, ``CAMERA_NECESSITY``, ``NECESSITY``.
    facts
        The rest.
    """

    purposes: pd.DataFrame
    zones: pd.DataFrame
    camera_purposes: pd.DataFrame
    camera_necessity: pd.DataFrame
    ladder: pd.DataFrame
    facts: PurposeFacts


def purpose_result(
    plan: Plan,
    city: City,
    seen: Examination,
    viewing: Viewing,
    *,
    masks: pd.DataFrame | None = None,
    limits: Limits | None = None,
    ground: PublicGround | None = None,
    work: Work = HERE,
) -> PurposeResult | None:
    """Return how far the network serves its declared purposes and which cameras they need; None if none are declared.

    Parameters
    ----------
    plan, city, seen, viewing
        What is declared, where, what was examined, and how.
    masks
        Table ``masks``, the masks that would spare homes; ``None`` where the data cannot tell homes.
    limits
        How long the solver may look.
    ground
        The city's public space, where it is at hand.
    work
        How the work is shared out.
    """
    if not plan.purposes:
        return None
    examined = seen.examined
    measured = purposes_exposure(plan.purposes, city, examined, viewing, public=ground, work=work)
    masking = None
    if masks is not None:
        masking = masking_of(masks, examined, _central_height_m(examined.heads, viewing), seen.north_deg)
    needed = necessity(measured, city, examined, viewing, masking=masking, limits=limits, work=work)
    reads_plates = examined.heads["camera_id"][is_plate_reader(examined.heads)].unique()
    of_camera = _camera_table(measured, needed)
    facts = PurposeFacts(
        needed.is_needed().shape[1],
        float(needed.greedy_count.mean()),
        int((~of_camera["serves_a_purpose"] & ~of_camera.index.isin(reads_plates)).sum()),
        len(reads_plates),
        int((of_camera["irreplaceable_share"] == 1.0).sum()),
        int((of_camera["needed_share"] == 0.0).sum()),
        needed.street_length_m,
        masking is not None,
        needed.rung("hours_shortened") is not None,
    )
    return PurposeResult(
        PURPOSES.checked(_indexed([_purpose_row(one) for one in measured.purposes], "purpose")),
        PURPOSE_ZONES.checked(_indexed([row for one in measured.purposes for row in _zone_rows(one)], "purpose_zone")),
        CAMERA_PURPOSES.checked(_pairs(measured, seen)),
        of_camera,
        NECESSITY.checked(_indexed([_rung_row(rung) for rung in needed.rungs], "rung")),
        facts,
    )


def _central_height_m(heads: pd.DataFrame, viewing: Viewing) -> Floats:
    stated = heads["mounting_height_m"].to_numpy(dtype=float)
    kinds = heads["kind"].to_numpy(dtype=object)
    assumed = value_at(viewing.assumptions["mounting_height_m"], np.zeros((len(heads), 1)), kinds)[:, 0]
    return np.where(np.isnan(stated), assumed, stated)


def _indexed(rows: Sequence[dict[str, object]], name: str) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows)).set_index(name)
    return frame.set_axis(pd.Index(frame.index, name=name, dtype=object))


def _interval(stem: str, suffix: str, drawn: Floats) -> dict[str, object]:
    """Return the three columns of a quantity."""
    return dict(zip(interval_columns(stem, suffix), interval_of(drawn), strict=True))


def _told(count: float) -> float:
    """Return a number of homes, or nan where it is one that is not told."""
    return np.nan if 0.0 < count < FEWEST else count


def _purpose_row(one: PurposeExposure) -> dict[str, object]:
    in_view = np.maximum(one.overlap_m2.sum(axis=1), 1e-12)
    seen_by = (one.overlap_m2 / in_view[:, None]).mean(axis=0)
    homes = np.nan if one.dwelling_count is None else _told(float(one.dwelling_count.mean()))
    shares = {"one": seen_by[0], "two": seen_by[1], "three": seen_by[2], "more": seen_by[3:].sum()}
    return {
        "purpose": one.purpose.name,
        "level": one.purpose.level,
        "required_share": one.purpose.share,
        "zone_count": one.points.group_count,
        "public_m2": float(one.points.totals().sum()),
        "spacing_m": one.spacing_m,
        **_interval("in_view", "share", one.share()),
        "verdict": one.verdict(),
        "reached_share": float(one.is_reached().mean()),
        **_interval("shortfall", "share", one.shortfall()),
        "serving_camera_count": int(one.serves().any(axis=1).sum()),
        **_interval("overspill", "m2", one.overspill.outside_m2),
        **_interval("overspill", "share", one.overspill.share()),
        **_interval("seen_overspill", "m2", one.seen_overspill.outside_m2),
        **_interval("seen_overspill", "share", one.seen_overspill.share()),
        "overspill_dwelling_count": homes,
        **{f"seen_by_{many}_share": min(float(share), 1.0) for many, share in shares.items()},
    }


def _zone_rows(one: PurposeExposure) -> list[dict[str, object]]:
    area = one.points.totals()
    return [
        {
            "purpose_zone": f"{one.purpose.name}|{name}",
            "purpose": one.purpose.name,
            "zone_id": name,
            "public_m2": float(area[number]),
            **_interval("in_view", "share", one.zone_share[number]),
        }
        for number, name in enumerate(one.purpose.zones.index)
    ]


def _pairs(measured: PurposesExposure, seen: Examination) -> pd.DataFrame:
    """Return table ``camera_purposes``: a row for every camera that serves a purpose or is declared to."""
    stated = seen.network.cameras["zone"].reindex(measured.camera_id).astype(str).str.strip().str.casefold().to_numpy()
    frames = []
    for one in measured.purposes:
        is_declared = stated == one.purpose.name.casefold()
        serves = one.serves()
        kept = np.flatnonzero(serves.any(axis=1) | is_declared)
        columns: dict[str, object] = {
            "camera_id": measured.camera_id[kept],
            "purpose": np.full(len(kept), one.purpose.name, dtype=object),
            "is_declared": is_declared[kept],
            "serving_share": serves[kept].mean(axis=1),
        }
        for stem, drawn in (
            ("zone", one.camera_m2),
            ("alone", one.alone_m2),
            ("overspill", one.seen_overspill.camera_m2),
        ):
            low, high = np.quantile(drawn[kept], (0.05, 0.95), axis=1)
            columns |= dict(zip(interval_columns(stem, "m2"), (drawn[kept].mean(axis=1), low, high), strict=True))
        frames.append(pd.DataFrame(columns))
    table = pd.concat(frames, ignore_index=True)
    names = (table["camera_id"].astype(str) + "|" + table["purpose"]).to_numpy(dtype=object)
    return table.set_axis(pd.Index(names, name="camera_purpose", dtype=object)).astype(
        {"camera_id": object, "purpose": object}
    )


def _camera_table(measured: PurposesExposure, needed: Necessity) -> pd.DataFrame:
    serves = np.zeros(len(measured.camera_id), dtype=bool)
    for one in measured.purposes:
        serves |= one.serves().any(axis=1)
    columns = {
        "needed_share": needed.is_needed().mean(axis=1),
        "irreplaceable_share": needed.is_irreplaceable.mean(axis=1),
        "serves_a_purpose": serves,
    }
    index = pd.Index(measured.camera_id, name="camera_id", dtype=object)
    return CAMERA_NECESSITY.checked(pd.DataFrame(columns, index=index))


def _rung_row(rung: Rung) -> dict[str, object]:
    count = rung.is_kept.sum(axis=0).astype(float)
    homes: list[float] = [np.nan] * 3
    if rung.dwelling_count is not None and not np.isnan(_told(float(rung.dwelling_count.mean()))):
        homes = list(interval_of(rung.dwelling_count))
    bound = rung.bound.astype(float)
    is_whole = rung.name == "as_given"
    return {
        "rung": rung.name,
        **_interval("camera", "count", count),
        **_interval("bound", "count", bound),
        "proven_share": float("nan") if is_whole else float((bound == count).mean()),
        **_interval("kept", "share", rung.kept_share),
        **_interval("street", "share", np.minimum(rung.street_share, 1.0)),
        **dict(zip(interval_columns("dwelling", "count"), homes, strict=True)),
        "street_day_s": np.nan if rung.street_hours is None else 3600.0 * float(rung.street_hours.mean()),
    }
