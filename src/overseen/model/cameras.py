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
