"""Masks: they hide what is private, only narrow, and take no more of the street than they cover."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from overseen.assessment.assess import assess
from overseen.exposure.mask_effects import masked_region
from overseen.exposure.masks import masked_distances_m
from overseen.kernels.facades import facades
from overseen.kernels.stars import Lenses
from overseen.model.frame import true_north_bearing_deg
from overseen.model.schema import MASK_EFFECTS
from overseen.report.private_space import private_section
from overseen.report.write import write_run
from tests.exposure.test_private_space import FRONT, LOTS, MIXED, homes
from tests.exposure.test_streets import ROUND, WAYS, certain, scattered
from tests.town import ORIGIN, plan, viewing

HIGH = {**ROUND, "mounting_height_m": 4.6, "image_width_px": 1000.0 * np.pi}
"""Sees all round from 3 m above faces: 40 m at the lowest level, on the slant."""


def test_a_mask_ends_at_the_foot_of_the_facade() -> None:
    found = assess(plan([{"at": (100, 100), **HIGH}]), homes([FRONT]), certain())
    masks = found.masks
    assert (masks["camera_id"] == "c0").all()
    assert (masks["reason"] == "façade").all()
    # R p = 400, so that 17.3 m to either side of the foot are in view: from 300 to 60 degrees, in whole steps.
    leaning = true_north_bearing_deg(found.city.buildings.crs, *(ORIGIN + 100.0).reshape(2, 1))[0]
    ends = [bearing - leaning for bearing in (-60.0, 60.0)]
    turned = np.mod(masks[["bearing_from_deg", "bearing_to_deg"]].to_numpy() + 179.99, 360.0) - 179.99
    assert turned.min() == 2.0 * np.floor(ends[0] / 2.0)
    assert turned.max() == 2.0 * np.ceil(ends[1] / 2.0)
    ahead = masks[(turned[:, 0] < 0.5) & (turned[:, 1] > -0.5)]
    # The foot is 10 m off and 4.6 m down; the eaves are 4.4 m above the lens.
    assert ahead["depression_to_deg"].max() == np.ceil(np.degrees(np.arctan(0.46)))
    assert ahead["depression_from_deg"].min() == np.floor(-np.degrees(np.arctan(0.44)))
    effect = found.mask_effects.loc["c0"]
    assert effect["is_mask_needed"]
    assert effect["keeps_public_view"]
    assert effect["facade_before_length_m"] == pytest.approx(2 * np.sqrt(300.0))
    assert effect["facade_after_length_m"] == 0.0
    # The street runs through the lens, along the edge of no mask.
    assert effect["street_before_length_m"] == pytest.approx(2 * np.sqrt(1600.0 - 9.0), abs=0.05)
    assert effect["street_after_length_m"] == pytest.approx(effect["street_before_length_m"])


def test_masked_distances_on_paper() -> None:
    assert masked_distances_m(10.0, 90.0, 3.0) == pytest.approx((0.0, 3.0 / np.tan(np.radians(10.0))))
    # A face above the lens is hidden by what hides the sky.
    assert masked_distances_m(-45.0, 5.0, -2.0) == pytest.approx((2.0, np.inf))
    assert masked_distances_m(5.0, 20.0, -2.0) == (1.0, 0.0)
    assert masked_distances_m(-5.0, 20.0, 0.0) == (0.0, np.inf)


@pytest.fixture(scope="module")
def suburb():
    """Return an assessed town with homes, closed ground, low and high lenses, tilted and turning ones."""
    heights = np.random.default_rng(5).uniform(3.0, 14.0, len(LOTS))
    land = [
        ("access=private", "private", shapely.box(45, 60, 60, 95)),
        ("access=private", "private", shapely.box(95, 10, 110, 45)),
    ]
    cameras = scattered(14)
    cameras[0] |= {"tilt_deg": 25.0, "field_of_view_deg": 70.0, "mounting_height_m": 6.0}
    cameras[6] |= {"bearing_deg": 200.0, "field_of_view_deg": 200.0, "kind": "fixed"}
    cameras[8] |= {"mounting_height_m": 1.0}
    city = homes(LOTS, kinds=MIXED, heights=heights, land=land, streets=WAYS)
    return assess(plan(cameras), city, viewing(draws=4))


def test_masks_only_narrow(suburb) -> None:
    effects = suburb.mask_effects
    assert effects["is_mask_needed"].sum() > 5
    for column in MASK_EFFECTS.columns:
        if "_before_" in column.name:
            after = effects[column.name.replace("before", "after")]
            assert (after <= effects[column.name] + 1e-6).all(), column.name
    assert (
        suburb.finding("masks_after_street_length_m")["value"]
        <= suburb.finding("masks_before_street_length_m")["value"]
    )
    unmasked = effects[~effects["is_mask_needed"]]
    for what in ("public_{}_m2", "street_{}_length_m"):
        assert (unmasked[what.format("after")] == unmasked[what.format("before")]).all()


def test_nothing_private_is_left(suburb) -> None:
    effects = suburb.mask_effects
    assert effects["facade_before_length_m"].sum() > 100.0
    assert effects["ground_before_m2"].sum() > 100.0
    assert effects["facade_after_length_m"].sum() == 0.0
    assert effects["ground_after_m2"].sum() == 0.0
    assert suburb.finding("masks_after_facade_length_m")["value"] == 0.0


def views_of(suburb):
    """Yield each camera's position, lens height, lean of north, isovists and masks, under the central assumptions."""
    heads = suburb.plan.network.heads
    for name, camera in suburb.cameras.iterrows():
        at = np.array(camera.geometry.coords[0])
        head = heads[heads["camera_id"] == name].iloc[0]
        height = 5.0 if np.isnan(head["mounting_height_m"]) else head["mounting_height_m"]
        north = true_north_bearing_deg(suburb.city.buildings.crs, at[:1], at[1:])[0]
        rows = suburb.isovists.query("camera_id == @name and view == 'reachable' and level == 'monitor'")
        view = shapely.union_all(rows.geometry.to_numpy()).intersection(suburb.city.boundary)
        yield name, at, height, north, view, suburb.masks[suburb.masks["camera_id"] == name]


def covered(masks, bearing, depression) -> np.ndarray:
    """Return which directions are behind a mask."""
    found = np.zeros(len(bearing), dtype=bool)
    for row in masks.itertuples():
        found |= (
            (bearing >= row.bearing_from_deg) & (bearing <= row.bearing_to_deg)
            & (depression >= row.depression_from_deg) & (depression <= row.depression_to_deg)
        )  # fmt: skip
    return found


def test_street_falls_where_a_mask_covers_faces_and_nowhere_else(suburb) -> None:
    """Points along the streets, each by its own bearing and depression, against what the table says is left."""
    streets = suburb.city.streets.geometry
    spots = np.concatenate([
        shapely.get_coordinates(shapely.line_interpolate_point(line, np.arange(0.05, line.length, 0.1))) for line in streets
    ])  # fmt: skip
    asked = 0
    for name, at, height, north, view, masks in views_of(suburb):
        seen = spots[shapely.contains_xy(view, spots)]
        offset = seen - at
        bearing = np.mod(np.degrees(np.arctan2(*offset.T)) - north, 360.0)
        depression = np.degrees(np.arctan2(height - 1.6, np.hypot(*offset.T)))
        hidden = covered(masks, bearing, depression)
        effect = suburb.mask_effects.loc[name] if name in suburb.mask_effects.index else None
        if effect is None:
            continue
        assert effect["street_before_length_m"] == pytest.approx(0.1 * len(seen), abs=1.0)
        assert effect["street_after_length_m"] == pytest.approx(0.1 * (~hidden).sum(), abs=1.0)
        asked += hidden.sum()
    assert asked > 100


def test_every_visible_point_of_a_home_is_behind_a_mask(suburb) -> None:
    """Points on the parts of walls that lenses see, at random heights, where their density holds: none outside of all masks."""
    from overseen.visibility.obstacles import obstacles_of

    buildings = suburb.city.buildings
    obstacles = obstacles_of(buildings.geometry)
    chains, rng = obstacles.chains, np.random.default_rng(1)
    owner = np.repeat(chains.building, np.diff(chains.first))
    is_home = np.isin(buildings["kind"].to_numpy(dtype=object), ("house", "apartments"))
    tops = obstacles.tops_m(buildings["height_m"].to_numpy(dtype=float))
    checked = 0
    for name, at, height, north, view, masks in views_of(suburb):
        if view.is_empty:
            continue
        lens = Lenses(
            at.reshape(1, 2), np.array([60.0]), np.array([height]), np.array([0.0]), np.zeros(1, dtype=np.int64)
        )
        found = facades(chains, tops, lens)
        rows = np.flatnonzero(is_home[owner[found.wall]])
        rows = np.repeat(rows, 30)
        share = rng.random(len(rows))
        along = found.along[rows, 0] + share * (found.along[rows, 1] - found.along[rows, 0])
        low = found.low_m[rows, 0] + share * (found.low_m[rows, 1] - found.low_m[rows, 0])
        level = low + rng.random(len(rows)) * (found.top_m[rows] - low)
        start, run = (
            chains.vertex[found.wall[rows]],
            (chains.vertex[found.wall[rows] + 1] - chains.vertex[found.wall[rows]]),
        )
        offset = start + along[:, None] * run - at
        # Close by, and a little before the wall the ground is in the isovist at faces: it is in the field and the reach.
        before = offset * (1.0 - 0.02 / np.maximum(np.hypot(*offset.T), 0.02))[:, None] + at
        distance = np.abs(offset[:, 0] * run[:, 1] - offset[:, 1] * run[:, 0]) / np.hypot(*run.T)
        slant2 = (offset**2).sum(axis=1) + (level - height) ** 2
        is_plain = suburb.plan.network.heads.query("camera_id == @name")["tilt_deg"].isna().all()
        near = shapely.contains_xy(view, before) & (slant2 < 25.0 * distance) & is_plain & (level > 1.7)
        bearing = np.mod(np.degrees(np.arctan2(*offset.T)) - north, 360.0)
        depression = np.degrees(np.arctan2(height - level, np.hypot(*offset.T)))
        assert covered(masks, bearing[near], depression[near]).all(), name
        checked += near.sum()
    assert checked > 200


def test_a_region_of_masks_lies_within_its_bearings() -> None:
    region = masked_region(np.zeros(2), np.array([[10.0, 40.0, -5.0, 45.0]]), drop_m=3.0, north_deg=0.0, radius_m=30.0)
    sector = np.pi * (30.0**2 - 3.0**2) * 30.0 / 360.0
    assert region.area == pytest.approx(sector, rel=2e-3)
    assert region.area >= sector


def test_a_view_that_masks_would_end_is_told() -> None:
    # A lens at the height of faces on a small square between homes: what hides the walls hides every face.
    around = [
        shapely.box(80, 108, 120, 120),
        shapely.box(80, 80, 120, 92),
        shapely.box(80, 92, 92, 108),
        shapely.box(108, 92, 120, 108),
    ]
    found = assess(plan([{"at": (100, 100), **ROUND}]), homes(around, streets=[[(93, 100), (107, 100)]]), certain())
    effect = found.mask_effects.loc["c0"]
    assert effect["public_before_m2"] > 100.0
    assert not effect["keeps_public_view"]
    assert found.finding("masks_cameras_lost_count")["value"] == 1.0
    words = " ".join(getattr(block, "text", "") for block in private_section(found).blocks)
    assert "cannot be masked without losing the view" in words


def test_a_town_without_homes_needs_no_mask() -> None:
    found = assess(plan([{"at": (100, 100), **HIGH}]), homes([FRONT], kinds="office"), certain())
    assert found.masks.empty
    assert not found.mask_effects["is_mask_needed"].any()
    words = " ".join(getattr(block, "text", "") for block in private_section(found).blocks)
    assert "no mask is needed" in words


def test_without_kinds_the_report_cannot_tell(suburb) -> None:
    buildings = suburb.city.buildings.assign(kind=np.full(len(LOTS), None, dtype=object))
    found = assess(suburb.plan, replace(suburb.city, buildings=buildings), viewing(draws=2))
    words = " ".join(getattr(block, "text", "") for block in private_section(found).blocks)
    assert "cannot tell" in words
    assert "None of the 16 buildings" in words


def test_no_output_lists_a_home(suburb, tmp_path) -> None:
    """Give every home a name that stands out, and look for it, and for small numbers of homes, in everything that a run leaves."""
    marks = [f"way/77123{number:03d}" for number in range(len(LOTS))]
    buildings = suburb.city.buildings.copy()
    buildings.index = pd.Index(marks, name="building_id", dtype=object)
    found = assess(suburb.plan, replace(suburb.city, buildings=buildings), viewing(draws=4))
    files = write_run(found, tmp_path / "out")
    assert any(file.name == "private_areas.parquet" for file in files)
    for file in sorted(path for path in (tmp_path / "out").rglob("*") if path.is_file()):
        assert b"way/77123" not in file.read_bytes(), file.name
        if file.suffix == ".parquet":
            table = pd.read_parquet(file).drop(columns=["geometry", "bbox"], errors="ignore")
            assert not any(table[name].astype(str).str.contains("way/77123").any() for name in table), file.name
            assert "building_id" not in table
    record = json.loads((tmp_path / "out" / "assessment.json").read_text(encoding="utf-8"))
    counts = [row for row in record["findings"] if "dwelling" in row["finding"]]
    assert all(row["value"] == 0.0 or row["value"] >= 10.0 for row in counts)
    areas = pd.read_parquet(tmp_path / "out" / "private_areas.parquet")
    assert areas["dwelling_count"].dropna().ge(10).all()
    assert len(record["masks"]) == len(found.masks)
