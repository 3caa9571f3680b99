"""What is made once for many settings, cells or draws is what each of them would make by itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from overseen.assessment.examine import examine, redrawn
from overseen.assessment.uncertainty import _of_one_scenery
from overseen.exposure.network import local_pairs, nearby_pairs, sectors_of
from overseen.exposure.point_views import seen_points
from overseen.exposure.street_shares import counted_lengths_m
from overseen.exposure.streets import street_exposure
from overseen.kernels.draws import drawn_point_counts
from overseen.kernels.sightings import point_sightings
from overseen.visibility.placement import points_of
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
