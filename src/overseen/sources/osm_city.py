"""A whole city from one OpenStreetMap file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from overseen.errors import Fault, SourceError
from overseen.model.cameras import CameraNetwork
from overseen.model.city import City
from overseen.model.frame import metric_frame
from overseen.model.provenance import Notice
from overseen.sources.files import OSM_ATTRIBUTION, OSM_LICENCE, file_source
from overseen.sources.osm_buildings import osm_buildings
from overseen.sources.osm_cameras import osm_cameras
from overseen.sources.osm_file import OsmFeatures, read_osm_file
from overseen.sources.osm_land import osm_land, osm_places
from overseen.sources.osm_streets import osm_streets
from overseen.sources.overpass import screened_features
from overseen.sources.packs import get_pack
from overseen.sources.whereabouts import Surroundings

OSM_ENDINGS = (".osm.pbf", ".pbf", ".osm", ".osm.bz2", ".osm.gz")

WIDEST_DEG = 5.0
"""A header box wider than this is no city's: some extracts state half the globe."""


class OsmFile:
    """One OpenStreetMap file, read once, from which cameras and a city are taken.

    Parameters
    ----------
    path
        The file.
    shown_as
        What messages and the report call it; the file's name by default.
    attribution
        Credit beyond OpenStreetMap's.

    Raises
    ------
    SourceError
        If the file is missing, empty or no OpenStreetMap data.
    """

    def __init__(self, path: Path, *, shown_as: str | None = None, attribution: str = OSM_ATTRIBUTION) -> None:
        self.source = file_source(
            path, role="OpenStreetMap extract", shown_as=shown_as, licence=OSM_LICENCE, attribution=attribution
        )
        self.features = read_osm_file(path, shown_as=self.source.file)
        self.source = replace(self.source, date=self.features.newest, counts=_counts(self.features))

    def cameras(self, *, mends: Collection[str] = (), surroundings: Surroundings | None = None) -> CameraNetwork:
        """Return its surveillance objects, in degrees, read as ``located_rows`` says; SourceError if it has none."""
        features, notices = screened_features(self.features, self.source.file)
        network = osm_cameras(features, self.source, mends=mends, surroundings=surroundings)
        return replace(network, notices=notices + network.notices)

    def city(self, name: str, *, boundary: tuple[BaseGeometry, str] | None = None) -> City:
        """Return its buildings, streets, places and land; ``boundary`` is a shape in degrees and where it came from.

        Raises
        ------
        SourceError
            If it has no walkable street, or is too wide to be a city.
        """
        area, origin = boundary or stated_extent(self.features)
        west, south, east, north = area.bounds
        if max(east - west, north - south) > WIDEST_DEG:
            problem = f"its area is {max(east - west, north - south):.0f} degrees wide, which no city is"
            remedy = "give a smaller extract or a boundary; a city on the date line must be cut along it"
            raise SourceError([Fault(self.source.file, "", problem, remedy)])
        crs = metric_frame(area.centroid.x, area.centroid.y)
        shape = gpd.GeoSeries([area], crs=4326).to_crs(crs).iloc[0]
        rules, file = get_pack("osm", "tags"), self.source.file
        buildings, building_notices = osm_buildings(self.features, rules, crs=crs, shown_as=file)
        streets, street_notices = osm_streets(self.features, rules, crs=crs, boundary=shape, shown_as=file)
        if streets.empty:
            raise SourceError(
                [Fault(file, "", "it holds no walkable street inside the boundary", "give a larger extract")]
            )
        land, land_notices = osm_land(self.features, rules, crs=crs, boundary=shape, shown_as=file)
        notices = building_notices + street_notices + land_notices + _emptiness(len(buildings), len(streets), file)
        return City(
            name,
            shape,
            origin,
            buildings,
            streets,
            osm_places(self.features, rules, crs=crs),
            land,
            (self.source,),
            notices,
        )


def _counts(features: OsmFeatures) -> tuple[tuple[str, int], ...]:
    highways = {way.way_id for way in features.ways if "highway" in way.tags}
    return (
        ("located highway ways", len(highways)),
        ("areas", len(features.areas)),
        ("tagged nodes", len(features.nodes)),
    )


def _emptiness(buildings: int, streets: int, file: str) -> tuple[Notice, ...]:
    """Return a warning where the map plainly lacks buildings: a view without obstacles would be a fiction."""
    if buildings * 20 >= streets:
        return ()
    return (Notice(file, "buildings missing", buildings, f"{buildings} buildings, {streets} pieces of street",
                   "The map lacks most buildings: every view is an upper bound."),)  # fmt: skip


def stated_extent(features: OsmFeatures) -> tuple[BaseGeometry, str]:
    """Return the file's own box where it is believable, else the box around its streets and buildings; and which it was."""
    shapes: list[BaseGeometry] = [shapely.LineString(way.lonlat) for way in features.ways if "highway" in way.tags]
    shapes += [shape for _, tags, shape in features.areas if "building" in tags]
    box = features.header_box
    if box is not None and np.ptp(np.array(box.bounds).reshape(2, 2), axis=0).max() < WIDEST_DEG:
        middles = shapely.centroid(np.array(shapes, dtype=object)) if shapes else np.empty(0, dtype=object)
        if len(middles) == 0 or np.mean(shapely.intersects(middles, box)) > 0.5:
            return box, "the box that the extract states for itself"
    if not shapes:
        return shapely.box(0, 0, 0, 0), "nothing"
    return shapely.box(
        *shapely.total_bounds(np.array(shapes, dtype=object))
    ), "the box around its streets and buildings"
