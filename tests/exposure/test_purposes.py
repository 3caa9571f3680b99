"""Purposes on paper: closed forms, exact overlays, the laws; and that where a zone is unseen is nowhere to be had."""

from __future__ import annotations

import inspect
from dataclasses import fields, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from overseen.assessment import necessity, partial_cover, purpose_findings, purpose_result
from overseen.assessment.examine import examine
from overseen.exposure import arrangement, purposes, viewers
from overseen.exposure.arrangement import arrangements
from overseen.exposure.public_space import public_ground
from overseen.exposure.purposes import PurposeExposure, purposes_exposure
from overseen.exposure.samples import closed_to_all, home_points, street_points, zone_points
from overseen.exposure.viewers import first_draws, masking_of, tally, watch_at
from overseen.model.plan import Purpose
from overseen.visibility.isovists import drawn_outlines
from tests.exposure.test_streets import BLOCKS, ROUND, WAYS, certain, scattered
from tests.town import CRS, KNOWN, ORIGIN, network, town, viewing


def purpose(*boxes, name="Theft", level="monitor", share=0.5, **hours):
    """Return a purpose whose zones are boxes, or shapes, in metres from the corner of the town."""
    shapes = [shapely.box(*box) if isinstance(box, tuple) else box for box in boxes]
    moved = [shapely.transform(shape, lambda points: points + ORIGIN) for shape in shapes]
    index = pd.Index([f"zone {number + 1}" for number in range(len(moved))], name="zone_id", dtype=object)
    return Purpose(name, "zones.gpkg", level, share, gpd.GeoDataFrame(geometry=moved, index=index, crs=CRS), **hours)


def measured(cameras, *declared, city=None, look=None):
    """Return the purposes measured in an empty town, and what was examined."""
    city, look = city or town([], [[(0, 100), (200, 100)]]), look or certain(draws=4)
    seen = examine(network(cameras), city, look)
    return purposes_exposure(declared, city, seen.examined, look), seen, city, look


def test_a_disc_fills_its_share_of_a_square() -> None:
    found, *_ = measured([{"at": (100, 100), **ROUND}], purpose((50, 50, 150, 150), level="detect", share=0.5))
    (one,) = found.purposes
    disc = np.pi * 40.0**2
    assert one.share() == pytest.approx(disc / 1e4, rel=2e-3)
    assert one.verdict() == "suitable"
    assert one.shortfall().tolist() == [0.0] * 4
    # At the lowest level the same camera sees 80 m far; a quarter of that is beside the zone.
    assert one.overspill.outside_m2 == pytest.approx(0.0)
    assert one.seen_overspill.in_all_m2 == pytest.approx(np.pi * 80.0**2, rel=1e-2)
    assert one.seen_overspill.share() == pytest.approx(1.0 - 1e4 / (np.pi * 80.0**2), rel=1e-2)


def test_each_zone_must_be_reached_and_what_is_missing_is_one_number() -> None:
    found, *_ = measured([{"at": (100, 100), **ROUND}], purpose((95, 95, 105, 105), (0, 0, 10, 10), share=0.6))
    (one,) = found.purposes
    assert one.zone_share[:, 0].tolist() == [1.0, 0.0]
    assert one.share()[0] == 0.5
    assert one.verdict() == "not_suitable"
    assert one.shortfall() == pytest.approx(0.3)
    assert one.shortfall().shape == (4,)


def test_a_verdict_that_hangs_on_the_draw_is_not_told() -> None:
    row = {"kind": "fixed", "field_of_view_deg": 120.0, "image_width_px": 2000.0, "mounting_height_m": 1.6}
    found, *_ = measured([{"at": (100, 100), **row}], purpose((110, 95, 120, 105), share=0.9), look=certain(draws=20))
    assert found.purposes[0].verdict() == "cannot_tell"
    assert 0.0 < found.purposes[0].is_reached().mean() < 1.0


def test_samples_agree_with_the_exact_overlay() -> None:
    city, look = town(BLOCKS, WAYS), viewing(draws=3)
    declared = purpose((40, 40, 160, 160), level="detect")
    found, seen, *_ = measured(scattered(8), declared, city=city, look=look)
    examined = seen.examined
    public = shapely.difference(
        declared.zones.geometry.iloc[0], shapely.union_all(closed_to_all(city, public_ground(city)))
    )
    views = examined.scenery.of_heads(np.arange(len(examined.heads)))
    for draw in range(3):
        outlines = drawn_outlines(
            views, examined.views, seen.obstacles.chains.vertex, view="at_once", draw=draw, level=1, viewing=look
        )
        exact = shapely.intersection(public, shapely.union_all(outlines)).area / public.area
        assert found.purposes[0].share()[draw] == pytest.approx(exact, abs=0.01)
    assert found.purposes[0].points.totals()[0] == pytest.approx(public.area, rel=0.01)


def test_cells_hold_every_point_in_view_and_no_other() -> None:
    city, look = town(BLOCKS, WAYS), viewing(draws=3)
    found, seen, *_ = measured(scattered(10), purpose((40, 40, 160, 160), (0, 0, 30, 200)), city=city, look=look)
    one = found.purposes[0]
    cells = arrangements([(one.points, watch_at(seen.examined, "at_once", 0))])
    for draw, of_draw in enumerate(cells):
        area = np.bincount(of_draw.zone, of_draw.point_count, minlength=2) * one.spacing_m**2
        assert area / one.points.totals() == pytest.approx(one.zone_share[:, draw])
        sets = [
            (zone, *sorted(of_draw.camera[begin:end]))
            for zone, begin, end in zip(of_draw.zone, of_draw.offsets[:-1], of_draw.offsets[1:], strict=True)
        ]
        assert len(set(sets)) == len(sets)


def test_laws_of_purposes() -> None:
    city, look = town(BLOCKS, WAYS), viewing(draws=4)
    declared = purpose((40, 40, 160, 160), level="detect")
    cameras = scattered(8)
    few, *_ = measured(cameras[:5], declared, city=city, look=look)
    many, *_ = measured(cameras, declared, city=city, look=look)
    twice, *_ = measured([*cameras, {**cameras[0], "camera_id": "again"}], declared, city=city, look=look)
    finer, *_ = measured(cameras, replace(declared, level="observe"), city=city, look=look)
    none, *_ = measured([], declared, city=city, look=look)
    assert (many.purposes[0].share() >= few.purposes[0].share()).all()
    assert (finer.purposes[0].share() <= many.purposes[0].share()).all()
    assert (twice.purposes[0].share() >= many.purposes[0].share()).all()
    assert none.purposes[0].share().tolist() == [0.0] * 4
    assert none.purposes[0].shortfall() == pytest.approx(0.5)
    # What a camera has alone is what is lost without it.
    lost = many.purposes[0].share() - few.purposes[0].share()
    area = many.purposes[0].points.totals().sum()
    assert (many.purposes[0].alone_m2[5:].sum(axis=0) / area <= lost + 1e-12).all()


def test_a_plate_reader_serves_no_purpose_of_seeing_faces() -> None:
    found, *_ = measured([{"at": (100, 100), **ROUND, "use": "plate_reader"}], purpose((90, 90, 110, 110)))
    assert found.purposes[0].share().tolist() == [0.0] * 4


def test_a_mask_hides_what_is_behind_it_and_no_more() -> None:
    found, seen, *_ = measured([{"at": (100, 100), **KNOWN, "mounting_height_m": 3.6}], purpose((90, 100, 110, 130)))
    masks = pd.DataFrame(
        {"camera_id": ["c0"], "bearing_from_deg": [0.0], "bearing_to_deg": [360.0], "depression_from_deg": [-90.0],
         "depression_to_deg": [float(np.degrees(np.arctan2(2.0, 20.0)))]}
    )  # fmt: skip
    masking = masking_of(masks, seen.examined, np.array([3.6]), seen.north_deg)
    points = found.purposes[0].points
    watch = watch_at(seen.examined, "at_once", 0)
    shown, masked = (tally(points, replace(watch, masking=one)).merged[0, 0] for one in (None, masking))
    # Faces 2 m below the lens and 20 m away or more are behind the mask: of the sector, what is nearer stays.
    assert shown == pytest.approx(100.0 + 400.0, rel=0.03)
    x, y = (points.position - ORIGIN - [100, 100]).T
    bearing = np.degrees(np.arctan2(x, y)) - seen.north_deg[0]
    is_shown = (np.hypot(x, y) < 20.0) & (np.abs(bearing) <= 45.0)
    assert masked == pytest.approx(is_shown.sum(), abs=2)


def test_streets_and_homes_are_sampled_whole() -> None:
    kinds = ["house" if number % 2 else "office" for number in range(len(BLOCKS))]
    city = town(BLOCKS, WAYS)
    city = replace(city, buildings=city.buildings.assign(kind=kinds))
    streets = street_points(city)
    assert streets.weight.sum() == pytest.approx(city.streets.intersection(city.boundary).length.sum())
    seen = examine(network(scattered(1)), city, certain(draws=2))
    homes = home_points(city, seen.obstacles.chains)
    assert homes.group_count == kinds.count("house")
    footprints = shapely.union_all(city.buildings.geometry.to_numpy())
    assert not shapely.contains_xy(footprints, homes.position).any()
    houses = shapely.union_all(city.buildings.geometry[city.buildings["kind"] == "house"].to_numpy())
    assert shapely.distance(houses, shapely.points(homes.position)) == pytest.approx(0.3, abs=0.01)
    assert home_points(town(BLOCKS, WAYS), seen.obstacles.chains) is None


def test_the_first_draws_are_the_same_draws() -> None:
    city, look = town(BLOCKS, WAYS), viewing(draws=6)
    found, seen, *_ = measured(scattered(6), purpose((40, 40, 160, 160)), city=city, look=look)
    points = found.purposes[0].points
    whole, part = (
        tally(points, watch_at(examined, "reachable", 0)).merged
        for examined in (seen.examined, first_draws(seen.examined, 2))
    )
    assert (part == whole[:, :2]).all()


def test_zones_are_sampled_more_coarsely_the_larger_they_are() -> None:
    closed = np.empty(0, dtype=object)
    for side, spacing in ((10, 1.0), (300, 2.0), (1000, 5.0), (2000, 10.0)):
        points, found = zone_points(purpose((0, 0, side, side)).zones, closed)
        assert found == spacing
        assert points.totals()[0] == pytest.approx(side**2, rel=0.02)


def test_where_a_zone_is_unseen_is_nowhere_to_be_had() -> None:
    """No function has a word for it, and what is returned of a shortfall is one number for a purpose and draw."""
    banned = ("unmet", "unseen", "uncovered", "gap_", "missing", "blind")
    modules = (purposes, arrangement, viewers, necessity, partial_cover, purpose_result, purpose_findings)
    for module in modules:
        names = [name for name, _ in inspect.getmembers(module, inspect.isfunction)]
        names += [field.name for _, kind in inspect.getmembers(module, inspect.isclass)
                  for field in (fields(kind) if hasattr(kind, "__dataclass_fields__") else ())]  # fmt: skip
        assert not [name for name in names if any(word in name for word in banned)], module.__name__
    shapes = [name for name, kind in inspect.get_annotations(PurposeExposure).items() if "Geo" in str(kind)]
    assert shapes == []
