"""Necessity on paper towns: always a subset of what was given, the ladder only goes down, and the words that say so."""

from __future__ import annotations

import inspect
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from overseen.assessment import necessity as of_necessity
from overseen.assessment import partial_cover, purpose_result, solver
from overseen.assessment.assess import assess
from overseen.assessment.examine import examine
from overseen.assessment.necessity import necessity, solved_draws
from overseen.cli.main import overseen
from overseen.exposure import arrangement, purposes, samples, viewers
from overseen.exposure.viewers import masking_of
from overseen.report.compose import document
from overseen.report.document import Figure, Points, Table
from overseen.report.export import assessment_record
from tests.exposure.test_purposes import measured, purpose
from tests.exposure.test_streets import BLOCKS, ROUND, WAYS, certain, scattered
from tests.sources.osm_text import OsmText
from tests.sources.zones import write_zones
from tests.town import KNOWN, plan, town, viewing


def needed(cameras, *declared, **options):
    """Return what is needed of cameras in an empty town."""
    found, seen, city, look = measured(cameras, *declared, **options)
    return necessity(found, city, seen.examined, look), found


def names_of(found):
    """Return the cameras that are needed in the first draw."""
    return found.camera_id[found.is_needed()[:, 0]].tolist()


def test_of_two_cameras_on_one_spot_one_is_needed() -> None:
    found, _ = needed(
        [{"at": (100, 100), **ROUND}, {"at": (100, 100), **ROUND}], purpose((90, 90, 110, 110), share=1.0)
    )
    assert found.is_needed().sum(axis=0).tolist() == [1] * 4
    assert not found.is_irreplaceable.any()


def test_a_camera_that_alone_sees_a_zone_is_irreplaceable() -> None:
    cameras = [{"at": (30, 30), **ROUND}, {"at": (170, 170), **ROUND}, {"at": (172, 170), **ROUND}]
    found, _ = needed(cameras, purpose((25, 25, 35, 35), (165, 165, 175, 175), level="observe", share=0.9))
    assert found.is_irreplaceable.all(axis=1).tolist() == [True, False, False]
    assert names_of(found)[0] == "c0"
    assert len(names_of(found)) == 2


def test_what_is_asked_for_beyond_reach_is_what_is_reached() -> None:
    """Nobody sees the second zone: it asks nothing of anybody."""
    cameras = [{"at": (30, 30), **ROUND}]
    found, of = needed(cameras, purpose((25, 25, 35, 35), (165, 165, 175, 175), level="observe", share=0.9))
    assert names_of(found) == ["c0"]
    assert of.purposes[0].verdict() == "not_suitable"


def test_several_purposes_share_cameras() -> None:
    cameras = [{"at": (100, 100), **ROUND}, {"at": (140, 100), **ROUND}, {"at": (70, 100), **ROUND}]
    one, two = (
        purpose((95, 95, 105, 105), share=1.0, level="observe"),
        purpose((125, 95, 135, 105), name="Fire", share=1.0, level="observe"),
    )
    assert names_of(needed(cameras, one)[0]) == ["c0"]
    assert len(names_of(needed(cameras, one, two)[0])) == 2


def test_the_ladder_goes_down_and_hours_are_those_declared() -> None:
    # A street straight through, 180 m; the camera sees 80 m either way at the lowest level and 16 m at that of the purpose.
    city = town([], [[(10, 100), (190, 100)]])
    asks = purpose((92, 92, 108, 108), level="observe", share=0.5, hours_operated=24.0, hours_needed=6.0)
    found, *_ = needed([{"at": (100, 100), **ROUND}, {"at": (20, 100), **ROUND}], asks, city=city)
    given, only, narrowed, short = found.rungs
    assert [rung.name for rung in found.rungs] == ["as_given", "needed_only", "reach_narrowed", "hours_shortened"]
    assert given.street_share == pytest.approx(170.0 / 180.0, abs=0.03)
    assert only.street_share == pytest.approx(160.0 / 180.0, abs=0.03)
    assert narrowed.street_share == pytest.approx(32.0 / 180.0, abs=0.06)
    assert (short.street_share == narrowed.street_share).all()
    assert narrowed.street_hours == pytest.approx(24.0 * narrowed.street_share)
    assert short.street_hours == pytest.approx(6.0 * narrowed.street_share)


def scattered_case(count=14, **changes):
    city, look = town(BLOCKS, WAYS), viewing(draws=4)
    asks = purpose((40, 40, 160, 160), level="detect", share=0.3), purpose((0, 150, 200, 200), name="Fire", share=0.1)
    return measured(scattered(count), *asks, city=city, look=look, **changes)


def test_the_result_is_always_a_subset_and_serves_as_far() -> None:
    of, seen, city, look = scattered_case()
    found = necessity(of, city, seen.examined, look)
    given = set(seen.network.cameras.index)
    assert set(found.camera_id) <= given
    for rung in found.rungs:
        assert rung.is_kept.shape == (len(found.camera_id), 4)
        assert (rung.bound <= rung.is_kept.sum(axis=0)).all()
    streets = np.array([rung.street_share for rung in found.rungs])
    assert (np.diff(streets, axis=0) <= 1e-12).all()
    assert (found.is_needed() <= (of.purposes[0].serves() | of.purposes[1].serves())).all()
    assert (found.is_needed().sum(axis=0) <= found.greedy_count).all()
    # Cameras that no draw needs can go: as many are needed without them.
    of_use = set(found.camera_id[found.is_needed().any(axis=1)])
    assert of_use < set(found.camera_id)
    rest = [row for row in scattered(14) if row["camera_id"] in of_use]
    fewer, seen_again, *_ = measured(rest, *(one.purpose for one in of.purposes), city=city, look=look)
    again = necessity(fewer, city, seen_again.examined, look)
    assert (again.is_needed().sum(axis=0) == found.is_needed().sum(axis=0)).all()


def test_masks_narrow_what_can_be_kept_and_nothing_else() -> None:
    of, seen, city, look = scattered_case()
    names = of.camera_id.tolist()
    masks = pd.DataFrame(
        {
            "camera_id": names,
            "bearing_from_deg": 0.0,
            "bearing_to_deg": 180.0,
            "depression_from_deg": -90.0,
            "depression_to_deg": 90.0,
        }
    )
    masking = masking_of(masks, seen.examined, np.full(len(seen.examined.heads), 5.0), seen.north_deg)
    found = necessity(of, city, seen.examined, look, masking=masking)
    narrowed, masked = found.rung("reach_narrowed"), found.rung("masked")
    assert (masked.kept_share < 1.0).all()
    assert (masked.street_share <= narrowed.street_share + 1e-12).mean() > 0.5
    nothing = masking_of(masks.iloc[:0], seen.examined, np.full(len(seen.examined.heads), 5.0), seen.north_deg)
    same = necessity(of, city, seen.examined, look, masking=nothing)
    assert (same.rung("masked").is_kept == same.is_needed()).all()
    assert (same.rung("masked").kept_share == 1.0).all()


def test_side_by_side_or_one_after_another_is_the_same() -> None:
    from concurrent.futures import ThreadPoolExecutor

    from overseen.visibility.cells import Work

    of, seen, city, look = scattered_case()
    alone = necessity(of, city, seen.examined, look)
    with ThreadPoolExecutor(3) as executor:
        together = necessity(of, city, seen.examined, look, work=Work(executor, 2))
    assert (alone.is_needed() == together.is_needed()).all()
    for one, other in zip(alone.rungs, together.rungs, strict=True):
        assert one.street_share.tobytes() == other.street_share.tobytes()


def test_many_cameras_are_solved_in_fewer_draws() -> None:
    look = viewing(draws=200)
    assert [solved_draws(look, count) for count in (0, 100, 5_000, 20_000, 62_000)] == [20, 20, 20, 5, 2]
    assert solved_draws(viewing(draws=1), 5) == 1


def test_no_call_adds_moves_or_aims() -> None:
    """The public functions take what is given and return choices of it: none has a place, bearing or camera to put in."""
    modules = (of_necessity, partial_cover, solver, purpose_result, purposes, arrangement, viewers, samples)
    put_in = (
        "candidate",
        "new_",
        "bearing",
        "position",
        "move",
        "add",
        "site",
        "place_at",
        "tilt",
        "height_m",
        "extra",
    )
    allowed = {"masking_of"}  # height and north of the lenses as they hang, to say what their masks hide
    for module in modules:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != module.__name__ or name.startswith("_") or name in allowed:
                continue
            taken = inspect.signature(function).parameters
            assert not [one for one in taken if any(word in one for word in put_in)], f"{module.__name__}.{name}"
            assert not any(word in name for word in ("add", "move", "aim", "turn", "place", "propose", "optimi")), name


def test_the_assessment_says_it_in_tables_sentences_and_a_figure() -> None:
    asks = (
        purpose((40, 40, 160, 160), level="detect", share=0.3),
        purpose((0, 150, 200, 200), name="Fire & <b>", share=0.1),
    )
    declared = replace(plan(scattered(8)), purposes=asks)
    found = assess(declared, town(BLOCKS, WAYS), viewing(draws=3))
    tables = found.purposes
    assert tables.purposes.index.tolist() == ["Theft", "Fire & <b>"]
    assert found.finding("purpose_1_in_view_share")["value"] == pytest.approx(tables.purposes["in_view_share"].iloc[0])
    assert (
        found.finding("necessity_bound_count")["value"] <= found.finding("necessity_needed_only_camera_count")["value"]
    )
    record = json.loads(json.dumps(assessment_record(found)))
    assert record["purposes"]["facts"]["solved_draws"] == 3
    assert record["plan"]["purposes"][1] == {
        "name": "Fire & <b>", "file": "zones.gpkg", "level": "monitor", "share": 0.1, "zones": ["zone 1"],
        "hours_operated": None, "hours_needed": None,
    }  # fmt: skip
    sections = {section.name: section for section in document(found).sections}
    words = str(sections["purposes"]) + str(sections["necessity"])
    assert "cannot tell; needs hours_operated and hours_needed of every purpose" in words
    assert [block.name for block in sections["necessity"].blocks if isinstance(block, Figure)] == ["ladder"]
    (points,) = [block for block in sections["purposes"].blocks if isinstance(block, Points)]
    assert points.points[0].startswith("Theft: ")
    for block in (*sections["purposes"].blocks, *sections["necessity"].blocks):
        if isinstance(block, Table):
            assert all(len(row) == len(block.columns) for row in block.rows)


def test_a_camera_may_be_declared_for_a_purpose() -> None:
    asks = purpose((95, 95, 105, 105), share=0.5)
    cameras = [
        {"at": (100, 100), **ROUND, "zone": "theft"},
        {"at": (20, 180), **KNOWN, "zone": "Theft"},
        {"at": (104, 100), **ROUND},
    ]
    found = assess(replace(plan(cameras), purposes=(asks,)), town([], [[(10, 100), (190, 100)]]), certain(draws=2))
    table = found.purposes.camera_purposes
    assert table["is_declared"].tolist() == [True, True, False]
    assert table["serving_share"].tolist() == [1.0, 0.0, 1.0]
    assert found.finding("cameras_without_purpose_count")["value"] == 1.0


def test_the_command_prints_text_and_json(tmp_path) -> None:
    text = OsmText()
    for number, lon in ((2, 24.939), (3, 24.943)):
        text.node(number, lon, 60.17)
    text.way(10, [2, 3], highway="residential")
    text.box(20, 24.9402, 60.1702, 0.0005, building="yes")
    text.write(tmp_path / "town.osm")
    rows = "id,latitude,longitude,type,direction\na,60.17003,24.941,fixed,90\nb,60.17003,24.941,fixed,90\n"
    (tmp_path / "cameras.csv").write_text(rows, encoding="utf-8")
    corners = [(24.9411, 60.1699), (24.9413, 60.1699), (24.9413, 60.1701), (24.9411, 60.1701)]
    write_zones(tmp_path / "zones.geojson", {"The door": corners})
    declared = '[plan]\nname = "x"\n[cameras]\nfile = "cameras.csv"\n[city]\nosm = "town.osm"\n[viewing]\ndraws = 2\n'
    (tmp_path / "none.toml").write_text(declared, encoding="utf-8")
    asks = '[[purposes]]\nname = "Theft"\nzones = "zones.geojson"\nlevel = "monitor"\nshare = 0.1\n'
    (tmp_path / "plan.toml").write_text(declared + asks, encoding="utf-8")
    run = CliRunner().invoke(overseen, ["necessity", str(tmp_path / "plan.toml")], catch_exceptions=False)
    assert run.output.startswith("Purposes\n  Theft: ")
    assert "of 2 examined cameras do for all declared purposes together" in run.output
    as_json = CliRunner().invoke(overseen, ["necessity", str(tmp_path / "plan.toml"), "--json"], catch_exceptions=False)
    assert json.loads(as_json.output)["ladder"][1]["rung"] == "needed_only"
    refused = CliRunner().invoke(overseen, ["necessity", str(tmp_path / "none.toml")])
    assert "it declares no purpose" in str(refused.exception)


@pytest.mark.parametrize(
    "cameras", [[], [{"at": (100, 100), **ROUND, "use": "plate_reader"}], [{"at": (10, 190), **KNOWN}]]
)
def test_nobody_who_serves_is_an_answer_too(cameras) -> None:
    """No camera, a plate reader only, one that looks elsewhere: nothing is needed, nothing is reached."""
    city, look = town([], [[(10, 100), (190, 100)]]), certain(draws=2)
    asks = purpose((92, 92, 108, 108), share=0.5)
    declared = replace(plan(cameras), purposes=(asks,))
    found = purpose_result.purpose_result(declared, city, examine(declared.network, city, look), look)
    assert found.purposes.loc["Theft", "verdict"] == "not_suitable"
    assert found.purposes.loc["Theft", "shortfall_share"] == 0.5
    assert found.ladder.loc["needed_only", "camera_count"] == 0.0
    assert found.facts.plate_reader_count == len([row for row in cameras if "use" in row])
    assert found.facts.unserving_count == len(cameras) - found.facts.plate_reader_count
