"""What is held against another: a plan assessed here, with its draws, or a finished run without them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from overseen.assessment.finding_draws import Draws
from overseen.assessment.findings import Assessment
from overseen.model.cameras import CameraNetwork
from overseen.model.city import City
from overseen.sources.finished_run import FinishedRun

COMPARED = (
    "kind", "use", "setting", "operator", "manufacturer", "model", "status", "phase", "installed_on", "active_until", "bearing",
)  # fmt: skip
"""Attributes of cameras that are held against each other."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that are compared.

    Parameters
    ----------
    name, city
        What the plan (and the phase) and the city are called.
    date
        Day to which it refers.
    findings
        Table ``findings``.
    drawn
        Draws of the findings; empty for a finished run.
    pairing
        Equal for two sides of which each draw means the same: one town, one way of seeing, one seed. Empty: never paired.
    digest
        Equal for two sides that are one and the same.
    cameras
        Cameras by identifier: the attributes :data:`COMPARED`, whether they are examined, and where they are listed; finished
        runs keep no bearing, and where they are examined.
    streets
        Table of street exposure.
    levels
        Names of the detail levels.
    credit
        Attribution of the data.
    map_city
        The town, for the map; ``None`` for a finished run.
    isovists
        Table ``isovists``, for the map; ``None`` for a finished run.
    """

    name: str
    city: str
    date: dt.date | None
    findings: pd.DataFrame
    drawn: Draws
    pairing: str
    digest: str
    cameras: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    levels: tuple[str, ...]
    credit: str
    map_city: City | None = None
    isovists: gpd.GeoDataFrame | None = None


def side_of_assessment(found: Assessment, *, name: str | None = None) -> Side:
    """Return an assessment made here as a side; ``name`` where the plan's own does not tell it from the other."""
    cameras = _listed(found.plan.network.in_crs(found.city.buildings.crs))
    cameras = cameras.assign(is_examined=found.cameras["is_examined"].to_numpy())
    pairing = _pairing(found)
    return Side(
        name or found.plan.name,
        found.city.name,
        found.plan.as_of or found.plan.date,
        found.findings,
        found.drawn,
        pairing,
        _digest(found, pairing, cameras),
        cameras,
        found.streets,
        found.viewing.ladder.names,
        "; ".join(dict.fromkeys(source.attribution for source in found.provenance.sources if source.attribution)),
        found.city,
        found.isovists,
    )


def side_of_run(run: FinishedRun) -> Side:
    """Return a finished run as a side: its draws were not kept."""
    columns = [name for name in COMPARED if name in run.cameras]
    cameras = run.cameras[[*columns, "is_examined", "geometry"]].assign(bearing=None)
    return Side(
        run.name,
        run.city,
        run.date,
        run.findings,
        {},
        "",
        f"run {run.digest}",
        cameras,
        run.streets,
        run.levels,
        run.credit,
    )


def _listed(network: CameraNetwork) -> gpd.GeoDataFrame:
    """Return cameras with the bearings of their heads as words; nothing where one is open."""
    cameras, heads = network.cameras, network.heads
    words = heads["bearing_deg"].map(lambda value: f"{value:g}", na_action="ignore").groupby(heads["camera_id"])
    is_known = heads["bearing_deg"].notna().groupby(heads["camera_id"]).all()
    bearing = words.agg(lambda values: " ".join(values.dropna())).where(is_known).reindex(cameras.index)
    return cameras[[*[name for name in COMPARED if name != "bearing"], "geometry"]].assign(
        bearing=bearing.astype(object).where(bearing.notna(), None)
    )


def _pairing(found: Assessment) -> str:
    """Return a checksum of everything that a draw hangs on beside the cameras: the town, the way of seeing and the seed."""
    city = found.city
    checksum = hashlib.sha256(repr(dataclasses.astuple(found.viewing)).encode())
    checksum.update(city.buildings.crs.to_wkt().encode())
    checksum.update(shapely.to_wkb(city.boundary))
    for table in (city.buildings, city.streets, city.land, city.areas):
        if table is not None:
            checksum.update("\n".join(map(str, table.index)).encode())
            checksum.update(b"".join(shapely.to_wkb(table.geometry.to_numpy())))
    checksum.update(np.ascontiguousarray(city.buildings["height_m"].to_numpy(dtype=float)).tobytes())
    return checksum.hexdigest()


def _digest(found: Assessment, pairing: str, cameras: gpd.GeoDataFrame) -> str:
    checksum = hashlib.sha256(pairing.encode())
    checksum.update(found.findings.to_json(orient="split", double_precision=15).encode())
    for name, drawn in sorted(found.drawn.items()):
        checksum.update(name.encode())
        checksum.update(np.ascontiguousarray(drawn).tobytes())
    checksum.update(cameras.drop(columns="geometry").to_json(orient="split").encode())
    checksum.update(b"".join(shapely.to_wkb(cameras.geometry.to_numpy())))
    return f"assessed {checksum.hexdigest()}"
