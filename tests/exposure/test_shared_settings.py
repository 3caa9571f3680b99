"""What is made once for many settings, cells or draws is what each of them would make by itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from overseen.assessment.examine import examine, redrawn
from overseen.assessment.uncertainty import _of_one_scenery
from overseen.exposure.network import local_pairs, nearby_pairs, nearby_segments, sectors_of
from overseen.exposure.point_views import seen_points
from overseen.exposure.street_shares import counted_lengths_m
from overseen.exposure.streets import street_exposure
from overseen.kernels.draws import Segments, drawn_point_counts
from overseen.kernels.sightings import point_sightings
from overseen.visibility import scenery as scenery_module
from overseen.visibility.placement import points_of
from overseen.visibility.scenery import picked
from tests.exposure.test_streets import BLOCKS, WAYS, scattered
from tests.town import ORIGIN, network, town, viewing


def drawn(draws: int = 8):
    """Return a town of low and tall blocks, its viewing and examined cameras whose heights nobody knows."""
    look = viewing(draws=draws)
    city = town(BLOCKS, WAYS)
    return city, look, examine(network(scattered(12)), city, look)


def test_streets_under_several_settings_are_as_under_each() -> None:
    city, look, seen = drawn()
    scores = {unknown.name: 0.0 for unknown in look.assumptions.unknowns}
    pinned = [scores, {**scores, "maximum_range_m": 1.5}, {**scores, "mounting_height_m": 1.0}]
    settings = _of_one_scenery([redrawn(seen, city, look, one) for one in pinned])
    assert settings[1].scenery is settings[0].scenery
    assert settings[2].scenery is not settings[0].scenery
    for level in (2, 0):
        together = counted_lengths_m(city, settings, level)
        alone = [street_exposure(city, one, look).drawn_length_m["reachable"][:, level] for one in settings]
        assert all((one == other).all() for one, other in zip(together, alone, strict=True))
    assert not (together[0] == together[1]).all()


def test_points_looked_at_where_a_draw_asks_are_those_looked_at_beforehand() -> None:
    _, _, seen = drawn()
    examined = seen.examined
    points = np.random.default_rng(5).uniform(0.0, 200.0, (1500, 2)) + ORIGIN
    found, head = nearby_pairs(examined.tree(), points_of(points), examined.radius_m())
    local = local_pairs(found, head, len(points), examined)
    views = local.seen.views
    is_clear = point_sightings(views.stars, views.shadows, points, local.thing, local.view)
    centre = np.ascontiguousarray(examined.position[local.used])
    lazy = seen_points(points, examined.tree(), examined)
    assert (lazy.used == local.used).all()
    group = np.arange(1500) % 3
    for view in ("reachable", "at_once"):
        sectors = sectors_of(examined.views, local.used, view)
        expected = drawn_point_counts(points, local.pairs, is_clear, sectors, centre)
        counts = lazy.counts(view, examined, group=group, group_count=3)
        assert (counts.sum(axis=0) == expected).all()
        assert counts.any(axis=(1, 2)).all()
    nobody = np.zeros(len(examined.heads), dtype=bool)
    assert not lazy.counts("reachable", examined, is_active=nobody).any()


def test_what_is_found_of_the_heads_is_not_kept_for_others() -> None:
    _, _, seen = drawn()
    numbers = seen.examined.camera_numbers()
    fewer = replace(seen.examined, heads=seen.examined.heads.iloc[:3])
    assert len(numbers) > 3
    assert len(fewer.camera_numbers()) == 3


def test_segments_are_near_the_heads_that_the_library_finds_near_them() -> None:
    _, _, seen = drawn()
    examined = seen.examined
    rng = np.random.default_rng(6)
    start = rng.uniform(-100.0, 300.0, (800, 2)) + ORIGIN
    end = start + rng.normal(0.0, 30.0, (800, 2))
    # Of no length, and straight through a head.
    end[:5], start[5:15] = start[:5], examined.position - [5.0, 0.0]
    reach_m = np.random.default_rng(7).uniform(0.0, 80.0, len(examined.heads))
    lines = shapely.linestrings(np.stack([start, end], axis=1))
    expected = nearby_pairs(examined.tree(), lines, reach_m)
    segments = Segments(start, end, np.arange(801))
    found = nearby_segments(examined.tree(), segments, examined.position, reach_m)
    assert all((one == other).all() for one, other in zip(found, expected, strict=True))
    assert 100 < len(found[0]) < 9000


def is_same(one, other) -> bool:
    """Return whether views are the same to the bit."""
    parts = [
        (a, b) for name in ("stars", "shadows") for a, b in zip(getattr(one, name), getattr(other, name), strict=True)
    ]
    return all(a.dtype == b.dtype and np.array_equal(a, b) for a, b in parts)


def test_views_that_are_kept_are_those_made_anew() -> None:
    _, _, seen = drawn()
    scenery = seen.examined.scenery
    orders = [np.arange(10), np.array([7, 2, 9, 2]), np.empty(0, dtype=np.intp)]
    made = [scenery.of_heads(rows) for rows in orders]
    scenery.keep()
    assert scenery._kept
    for rows, before in zip(orders, made, strict=True):
        kept = scenery.of_heads(rows)
        assert (kept.first == before.first).all()
        assert (kept.of_set == before.of_set).all()
        assert is_same(kept.views, before.views)
    assert made[0].first[-1] > 10


def test_the_first_sets_are_kept_and_anything_else_that_is_changed_keeps_nothing() -> None:
    _, _, seen = drawn()
    scenery = seen.examined.scenery
    scenery.keep()
    few, rows = scenery.first_sets(3), np.arange(10)
    assert few._kept
    alone = replace(scenery, top_m=scenery.top_m[:3], height_m=scenery.height_m[:, :3])
    assert not alone._kept
    assert not replace(scenery, target_m=0.0)._kept
    kept, made = few.of_heads(rows), alone.of_heads(rows)
    for head in rows:
        for one in range(3):
            pair = [np.array([found.first[head] + found.of_set[head, one]]) for found in (kept, made)]
            assert is_same(picked(kept.views, pair[0]), picked(made.views, pair[1]))


def test_views_that_would_take_too_much_are_not_kept(monkeypatch) -> None:
    _, _, seen = drawn()
    monkeypatch.setattr(scenery_module, "MOST_KEPT_BYTES", 1000)
    seen.examined.scenery.keep()
    assert not seen.examined.scenery._kept
