"""The camera network: cameras, and the heads (lenses) they carry."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from overseen.errors import SchemaError
from overseen.model.provenance import Notice, Reading, Source
from overseen.model.schema import CAMERAS, HEADS


@dataclass(frozen=True, slots=True)
class CameraNetwork:
    """A list of cameras and their heads, each attribute with its source and certainty.

    Parameters
    ----------
    cameras
        Table ``cameras`` of :mod:`overseen.model.schema`; any CRS, stated.
    heads
        Table ``heads``; every ``camera_id`` stands in ``cameras``.
    sources, notices
        Where the list came from and what was odd in it.
    readings
        What was read of each attribute, refused and left open, per file.
    terms
        Table ``camera_terms``: supplier, sharing, legal basis and retention where the list has them; None where it has none.

    Raises
    ------
    SchemaError
        If a table does not match its description, a head has no camera, or a camera no head.
    """

    cameras: gpd.GeoDataFrame
    heads: pd.DataFrame
    sources: tuple[Source, ...] = ()
    notices: tuple[Notice, ...] = ()
    readings: tuple[Reading, ...] = ()
    terms: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "cameras", CAMERAS.checked(self.cameras))
        object.__setattr__(self, "heads", HEADS.checked(self.heads))
        if self.cameras.crs is None:
            raise SchemaError("table cameras: no coordinate reference system is set")
        stray = set(self.heads["camera_id"]) ^ set(self.cameras.index)
        if stray:
            raise SchemaError(f"cameras and heads do not match, first at {min(stray)!r}")

    def in_crs(self, crs: object) -> CameraNetwork:
        """Return the same network with its positions in ``crs``."""
        return replace(self, cameras=self.cameras.to_crs(crs))

    def joined_with(self, other: CameraNetwork) -> CameraNetwork:
        """Return the cameras of both as one network, in the plane of ``other``; no identifier may stand in both.

        Raises
        ------
        SchemaError
            If a camera of either has the identifier of one of the other.
        """
        shared = self.cameras.index.intersection(other.cameras.index)
        if len(shared):
            raise SchemaError(f"{len(shared)} identifiers stand in both lists, first {min(shared)!r}")
        if self.cameras.empty:
            return other
        first = self.in_crs(other.cameras.crs)
        cameras = gpd.GeoDataFrame(_stacked(first.cameras, other.cameras), crs=other.cameras.crs)
        terms = [one.terms for one in (first, other) if one.terms is not None]
        return CameraNetwork(
            cameras,
            _stacked(first.heads, other.heads),
            first.sources + other.sources,
            first.notices + other.notices,
            first.readings + other.readings,
            pd.concat(terms).rename_axis(index=terms[0].index.name) if terms else None,
        )


def _stacked(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of two tables of one description; a column without a value has the type of the other's."""
    columns = {}
    for name in one.columns.drop("geometry", errors="ignore"):
        known = [frame[name] for frame in (one, other) if frame[name].notna().any()] or [one[name]]
        columns[name] = pd.concat([one[name], other[name]]).astype(known[0].dtype if len(known) == 1 else object)
    stacked = pd.DataFrame(columns).infer_objects().rename_axis(index=one.index.name)
    return stacked.assign(geometry=pd.concat([one["geometry"], other["geometry"]])) if "geometry" in one else stacked
