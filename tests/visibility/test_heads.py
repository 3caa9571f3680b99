"""Draws of what a list leaves out: seeds, intervals, what is stated stays."""

from __future__ import annotations

import numpy as np
import pytest

from overseen.visibility.heads import drawn_head_views
from overseen.visibility.unknowns import SCORE_95, stratified_uniforms, uniforms
from tests.town import KNOWN, network, viewing

DRAWS = 400


def views_of(cameras, *, pinned=None, seed=1):
    """Return drawn views of a network."""
    made = network(cameras)
    heads = made.heads.assign(kind=made.cameras["kind"].reindex(made.heads["camera_id"]).to_numpy())
    return drawn_head_views(heads, viewing(draws=DRAWS, seed=seed), north_deg=np.zeros(len(heads)), pinned=pinned)


def test_a_camera_draws_the_same_in_any_company() -> None:
    alone = views_of([{"at": (1, 1), "camera_id": "x", "kind": "unknown"}])
    others = [{"at": (i, i), "camera_id": f"o{i}", "kind": "unknown"} for i in range(5)]
    among = views_of([*others, {"at": (1, 1), "camera_id": "x", "kind": "unknown"}])
    for view in ("reachable", "at_once"):
        assert (among.reach_m[view][-1] == alone.reach_m[view][0]).all()
        assert (among.width_deg[view][-1] == alone.width_deg[view][0]).all()
    assert (among.bearing_deg[-1] == alone.bearing_deg[0]).all()


def test_another_seed_draws_otherwise() -> None:
    camera = [{"at": (1, 1)}]
    assert (views_of(camera).bearing_deg != views_of(camera, seed=2).bearing_deg).all()


def test_what_is_stated_is_not_drawn() -> None:
    views = views_of([{"at": (1, 1), **KNOWN}], pinned={"maximum_range_m": 0.0})
    assert (views.bearing_deg == 0.0).all()
    assert (views.width_deg["at_once"] == 90.0).all()
    # 2,000 px over 90 degrees, lens at the height of the face: 2000 / (2 * 125 * tan 45 deg) = 8 m at recognise.
    assert views.reach_m["reachable"][0, :, 3] == pytest.approx(8.0)


def test_a_turning_camera_reaches_all_round_but_sees_a_field_at_once() -> None:
    views = views_of([{"at": (1, 1), "kind": "panning"}])
    assert (views.width_deg["reachable"] == 360.0).all()
    assert (views.width_deg["at_once"] < 180.0).all()
    assert (views.reach_m["reachable"] >= views.reach_m["at_once"] - 1e-9).all()


def test_unknown_kinds_turn_in_the_stated_share_of_draws() -> None:
    views = views_of([{"at": (i, 1), "kind": "unknown"} for i in range(60)])
    assert views.is_turning.mean() == pytest.approx(0.6, abs=0.05)
    with_bearing = views_of([{"at": (1, 1), "kind": "unknown", "bearing_deg": 10.0}])
    assert not with_bearing.is_turning.any()


def test_what_cameras_share_does_not_average_away() -> None:
    views = views_of([{"at": (i, 1), "kind": "fixed"} for i in range(200)])
    mean_reach = views.reach_m["reachable"][:, :, 4].mean(axis=0)
    low, high = np.quantile(mean_reach, [0.05, 0.95])
    assert high / low > 1.5


def test_drawn_values_lie_as_the_assumption_says() -> None:
    assumption = viewing().assumptions["mounting_height_m"]
    from overseen.visibility.unknowns import mixed_scores, shared_scores, value_at

    own = np.random.default_rng(0).standard_normal((500, DRAWS))
    values = value_at(assumption, mixed_scores(assumption, shared_scores(1, assumption, DRAWS), own))
    assert np.quantile(values, [0.05, 0.5, 0.95]) == pytest.approx([3.0, 5.0, 12.0], rel=0.06)
    assert value_at(assumption, np.array([-9.0, 9.0])).tolist() == value_at(assumption, np.array([-3.0, 3.0])).tolist()
    assert value_at(assumption, np.array(SCORE_95)) == pytest.approx(12.0)


def test_uniforms_fill_the_unit_interval() -> None:
    values = uniforms(3, "x", 10_000)
    assert values.min() > 0.0
    assert values.max() < 1.0
    assert values.mean() == pytest.approx(0.5, abs=0.01)
    strata = np.sort(np.floor(stratified_uniforms(3, "x", 50) * 50))
    assert strata.tolist() == list(range(50))


def test_a_camera_on_a_wall_looks_away_from_it_unless_its_bearing_is_stated() -> None:
    made = network([{"at": (i, 1), "kind": kind} for i, kind in enumerate(("fixed", "panning", "fixed"))])
    heads = made.heads.assign(kind=["fixed", "panning", "fixed"], outward_deg=[30.0, 200.0, np.nan])
    heads.loc["c1#1", "bearing_deg"] = np.nan
    views = drawn_head_views(heads, viewing(draws=DRAWS), north_deg=np.full(3, 2.0))
    off = np.mod(views.bearing_deg[:2] - np.array([[30.0], [200.0]]) + 180.0, 360.0) - 180.0
    assert np.abs(off).max() <= 90.0
    assert np.abs(off).max() > 80.0
    assert np.ptp(views.bearing_deg[2]) > 350.0
    stated = heads.assign(bearing_deg=[180.0, np.nan, 10.0])
    fixed = drawn_head_views(stated, viewing(draws=DRAWS), north_deg=np.full(3, 2.0)).bearing_deg
    assert fixed[0] == pytest.approx(182.0)
    assert fixed[2] == pytest.approx(12.0)
