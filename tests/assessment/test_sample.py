"""The sample: its golden numbers, and its geometry recomputed with boolean geometry alone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from overseen.assessment.assess import assess
from overseen.assessment.examine import examine
from overseen.visibility.building_heights import building_tops_m
from tests import oracle

GOLDEN = Path(__file__).with_name("sample_golden.json")
TOLERANCE = 1e-6

CAMERAS_RECOMPUTED = 24
STREETS_RECOMPUTED = 220


def golden_faults(found, golden) -> list[str]:
    """Return a sentence for every finding that is not as golden."""
    problems = [f"{name}: missing" for name in golden.keys() - found.keys()]
    problems += [f"{name}: new" for name in found.keys() - golden.keys()]
    for name in golden.keys() & found.keys():
        for part, expected in golden[name].items():
            if found[name][part] != pytest.approx(expected, rel=TOLERANCE, nan_ok=True):
                problems.append(f"{name}, {part}: {found[name][part]} instead of {expected}")
    return sorted(problems)


def numbers(assessment) -> dict[str, dict[str, float]]:
    """Return the findings as plain numbers."""
    columns = ["value", "low", "high", "denominator"]
    return {name: row.to_dict() for name, row in assessment.findings[columns].astype(float).iterrows()}


def test_golden(sample_assessment) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert golden_faults(numbers(sample_assessment), golden) == []


@pytest.mark.parametrize("change", ["value", "missing", "new"])
def test_the_golden_comparison_can_fail(sample_assessment, change) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    name = "streets_reachable_detect_share"
    match change:
        case "value":
            golden[name]["value"] *= 1.00001
        case "missing":
            golden["a_finding_of_old"] = golden[name]
        case "new":
            del golden[name]
    assert len(golden_faults(numbers(sample_assessment), golden)) == 1


@pytest.fixture(scope="module")
def footprints(sample) -> shapely.STRtree:
    """Return the sample's buildings, searchable."""
    return shapely.STRtree(sample.city.buildings.geometry.to_numpy())


def recomputed(centre, sector, footprints, tops_m, height_m):
    """Return an isovist made of boolean geometry."""
    near = footprints.query(sector)
    return oracle.isovist(
        np.asarray(centre), list(footprints.geometries[near]), sector, tops_m=tops_m[near], height_m=height_m
    )


def test_isovists_of_cameras_recomputed(sample, sample_assessment, footprints) -> None:
    tops_m = building_tops_m(sample.city.buildings, sample.viewing, pinned={"building_height_m": 0.0})[0]
    stated_m = sample.plan.network.heads["mounting_height_m"]
    table = sample_assessment.isovists.query("view == 'at_once' and level in ('detect', 'recognise')")
    cameras = table["camera_id"].unique()
    chosen = cameras[:: max(1, len(cameras) // CAMERAS_RECOMPUTED)][:CAMERAS_RECOMPUTED]
    assert len(chosen) >= 20
    for _, row in table[table["camera_id"].isin(chosen)].iterrows():
        centre = sample_assessment.cameras.geometry[row["camera_id"]].coords[0]
        height_m = 5.0 if np.isnan(stated_m[row["head_id"]]) else stated_m[row["head_id"]]
        expected = recomputed(centre, oracle.disc(centre, row["reach_m"]), footprints, tops_m, height_m)
        assert row["analytic_area_m2"] == pytest.approx(expected.area, rel=1e-5, abs=1e-3)
        assert row["area_m2"] == pytest.approx(expected.area, rel=2e-3, abs=0.5)
        assert row.geometry.symmetric_difference(expected).area < 0.005 * expected.area + 0.5


def test_streets_recomputed(sample, footprints) -> None:
    """One draw of everything; every head near the chosen streets, sector by sector, united, then laid over the streets."""
    city, viewing = sample.city, replace(sample.viewing, draws=1)
    found = assess(sample.plan, city, viewing)
    seen = examine(sample.plan.network, city, viewing).examined
    level = viewing.ladder.names.index("observe")
    tops_m = building_tops_m(city.buildings, viewing)[0]
    counted = found.streets[found.streets["is_counted"]]
    order = np.argsort(counted.geometry.centroid.distance(city.boundary.centroid).to_numpy())
    chosen = counted.iloc[order[:STREETS_RECOMPUTED]]
    assert len(chosen) >= 200
    area = shapely.box(*chosen.total_bounds)
    for view in ("reachable", "at_once"):
        shapes = []
        for head, centre in enumerate(seen.position):
            reach = seen.views.reach_m[view][head, 0, level]
            width = np.radians(seen.views.width_deg[view][head, 0])
            if reach == 0.0 or area.distance(shapely.Point(centre)) > reach:
                continue
            start = np.radians(90.0 - seen.views.bearing_deg[head, 0]) - width / 2.0
            height_m = seen.scenery.height_m[head, 0]
            shapes.append(recomputed(centre, oracle.sector(centre, start, width, reach), footprints, tops_m, height_m))
        inside = chosen.geometry.intersection(city.boundary)
        expected = shapely.length(shapely.intersection(inside.to_numpy(), shapely.union_all(shapes)))
        assert expected.sum() > 100.0
        assert chosen[f"{view}_observe_length_m"].to_numpy() == pytest.approx(expected, abs=0.02)


def test_every_isovist_is_valid_and_starts_from_a_placed_camera(sample_assessment) -> None:
    isovists = sample_assessment.isovists
    assert isovists.is_valid.all()
    assert (isovists["area_m2"] <= isovists["analytic_area_m2"] * (1 + 1e-9)).all()
    positions = gpd.GeoSeries(
        sample_assessment.cameras.geometry.reindex(isovists["camera_id"]).to_numpy(), crs=isovists.crs
    )
    assert (isovists.geometry.reset_index(drop=True).distance(positions) < 1e-6).all()
    inside = shapely.STRtree(sample_assessment.city.buildings.geometry.to_numpy()).query(
        positions.to_numpy(), predicate="within"
    )
    assert inside.shape[1] == 0


def test_placements_add_up_to_the_list(sample_assessment) -> None:
    cameras = sample_assessment.cameras
    assert len(cameras) == 221
    assert cameras["is_examined"].sum() + (cameras["placement"] == "inside_building").sum() == 221
    assert (cameras.loc[cameras["placement"] == "free", "moved_m"] == 0.0).all()
    assert (
        cameras["moved_m"].max() <= sample_assessment.viewing.facade_reach_m + sample_assessment.viewing.facade_offset_m
    )
