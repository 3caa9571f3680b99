"""Purposes as the plan declares them: zones in the city's plane, and every fault at once."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from overseen.errors import PlanError
from overseen.model.city import City
from overseen.model.schema import BUILDINGS, LAND, PLACES, STREETS
from overseen.sources.plan_purposes import PurposeSection, read_purposes
from tests.town import CRS, ORIGIN, town

CITY = town([], [[(0, 100), (200, 100)]])


def zones(tmp_path, shapes, names=None, *, file="zones.gpkg", crs=CRS):
    """Write shapes, in metres from the corner of the town, as a file of zones."""
    moved = [None if shape is None else shapely.transform(shape, lambda points: points + ORIGIN) for shape in shapes]
    frame = gpd.GeoDataFrame({} if names is None else {"Name": names}, geometry=moved, crs=CRS)
    frame.to_crs(crs).to_file(tmp_path / file, layer="zones")
    return file


def section(**changes):
    """Return what the plan says of one purpose."""
    return PurposeSection(**{"name": "Theft", "zones": "zones.gpkg", "level": "detect", "share": 0.5, **changes})


def read(tmp_path, *sections):
    return read_purposes(sections, CITY, folder=tmp_path, plan="plan.toml")


def faults_of(tmp_path, *sections):
    with pytest.raises(PlanError) as error:
        read(tmp_path, *sections)
    return [str(fault) for fault in error.value.faults]


def test_zones_come_in_the_citys_plane_by_their_names(tmp_path) -> None:
    zones(tmp_path, [shapely.box(10, 10, 30, 30), shapely.box(50, 50, 60, 60)], ["Market", "Quay"], crs=4326)
    found = read(tmp_path, section(hours_operated=24, hours_needed=8))
    (purpose,) = found.purposes
    assert (purpose.name, purpose.level, purpose.share, purpose.hours_needed) == ("Theft", "detect", 0.5, 8.0)
    assert purpose.zones.index.tolist() == ["Market", "Quay"]
    assert purpose.zones.crs == CITY.buildings.crs
    assert purpose.zones.area.to_numpy() == pytest.approx([400.0, 100.0], rel=1e-6)
    assert [source.file for source in found.sources] == ["zones.gpkg"]
    assert found.notices == ()


@pytest.mark.parametrize("names", [None, ["A", "A"], ["A", None]])
def test_without_names_of_their_own_zones_are_numbered(tmp_path, names) -> None:
    zones(tmp_path, [shapely.box(10, 10, 30, 30), shapely.box(50, 50, 60, 60)], names)
    assert read(tmp_path, section()).purposes[0].zones.index.tolist() == ["zone 1", "zone 2"]


def test_a_bow_tie_is_mended_a_zone_at_the_rim_is_cut_and_an_overlap_counts_once(tmp_path) -> None:
    tie = shapely.Polygon([(10, 10), (30, 30), (30, 10), (10, 30)])
    zones(tmp_path, [tie, shapely.box(190, 0, 210, 10), shapely.box(180, 5, 195, 15)])
    found = read(tmp_path, section())
    assert found.purposes[0].zones.area.to_numpy() == pytest.approx([200.0, 100.0, 125.0])
    assert [(notice.kind, notice.count, notice.example) for notice in found.notices] == [
        ("zone outline mended", 1, "feature 1"), ("zone partly outside", 1, "feature 2"), ("zones overlap", 1, "feature 3"),
    ]  # fmt: skip


def test_every_fault_of_every_purpose_is_told_at_once(tmp_path) -> None:
    zones(tmp_path, [shapely.box(10, 10, 30, 30), shapely.box(500, 0, 600, 50), shapely.box(12, 12, 20, 20)])
    zones(tmp_path, [shapely.Point(5, 5), None, shapely.box(0, 0, 9, 9)], file="points.gpkg")
    (tmp_path / "broken.geojson").write_text("{}", encoding="utf-8")
    faults = faults_of(
        tmp_path,
        section(hours_needed=4),
        section(name="theft", zones="points.gpkg", hours_operated=8, hours_needed=9),
        section(name="Other", zones="broken.geojson"),
    )
    assert faults == [
        "plan.toml, purposes.0.hours_needed: it is compared with nothing; state hours_operated, the hours a day that the cameras"
        " run for it.",
        "plan.toml, purposes.1.name: a purpose is called 'theft' already; give each a name of its own.",
        "plan.toml, purposes.1.hours_needed: 9 is more than the 8 hours operated; correct either.",
        "zones.gpkg, feature 2: the zone lies 300 m outside of the study boundary; leave it out, correct it, or widen the boundary.",
        "zones.gpkg, feature 3: nothing is left of the zone inside the boundary beside the zones before it; leave it out, or draw"
        " zones that do not overlap.",
        "points.gpkg: 2 of its 3 features enclose no area; draw every zone as a polygon, and leave out the rest.",
        "broken.geojson: it cannot be read (DataSourceError); give a GeoPackage, GeoJSON, GeoParquet or Shapefile.",
    ]


def test_a_share_or_an_hour_beyond_bounds_is_refused() -> None:
    for key, value in (("share", 0.0), ("share", 1.1), ("hours_operated", 25.0)):
        with pytest.raises(ValueError, match=key):
            section(**{key: value})


def test_no_purpose_reads_nothing(tmp_path) -> None:
    assert read(tmp_path).purposes == ()


def test_zones_of_one_purpose_never_overlap(tmp_path) -> None:
    rng = np.random.default_rng(3)
    corners = rng.uniform(0, 150, (6, 2))
    shapes = [shapely.box(x, y, x + 45, y + 45) for x, y in corners]
    zones(tmp_path, shapes)
    table = read(tmp_path, section()).purposes[0].zones
    assert isinstance(table, pd.DataFrame)
    assert table.area.sum() == pytest.approx(shapely.union_all(shapes).area)


@pytest.mark.data
def test_the_planning_areas_of_berlin_are_zones(shared_data) -> None:
    """95 areas touch the box, as their source says; those that are wholly inside are left as they are."""
    folder = shared_data("berlin_mid")
    box = gpd.GeoSeries([shapely.box(13.35, 52.485, 13.47, 52.545)], crs=4326).to_crs(25833).iloc[0]
    tables = (table.empty(25833) for table in (BUILDINGS, STREETS, PLACES, LAND))
    city = City("Berlin", box, "a box", *tables)
    given = section(zones="lor_population_2020.geojson")
    found = read_purposes([given], city, folder=folder, plan="plan.toml")
    table = found.purposes[0].zones
    whole = gpd.read_file(folder / given.zones).to_crs(25833)
    assert len(table) == len(whole) == 95
    assert table.index.tolist() == whole["name"].tolist()
    cut = {notice.kind: notice.count for notice in found.notices}["zone partly outside"]
    assert cut == int((~whole.within(box)).sum())
    assert table.area.sum() == pytest.approx(shapely.intersection(whole.union_all(), box).area, rel=1e-6)
