"""A camera list without a city: the ground around its cameras, what a report can say of it, and what it cannot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from overseen.assessment.assess import assess
from overseen.errors import SourceError
from overseen.report.compose import document
from overseen.report.document import Table
from overseen.sources.camera_file import read_camera_file
from overseen.sources.list_alone import AROUND_M, city_of_list
from overseen.sources.plan_file import read_plan
from tests.town import KNOWN, plan, town, viewing

ONE = {"at": (100.0, 100.0), **KNOWN}


def alone(cameras, **changes):
    """Return the assessment of a list by itself."""
    declared = replace(plan(cameras), **changes)
    return assess(declared, city_of_list(declared.network, declared.name), viewing())


def test_the_ground_is_what_lies_around_the_cameras() -> None:
    network = plan([ONE]).network
    city = city_of_list(network, "one")
    assert city.is_bare
    # A disc whose arc is drawn with eight chords to the quarter.
    assert city.boundary.area == pytest.approx(np.pi * AROUND_M**2, rel=0.01)


def test_an_order_of_the_list_changes_nothing() -> None:
    far = {**ONE, "at": (5_000.0, 100.0)}
    one, other = (city_of_list(plan(cameras).network, "x").boundary for cameras in ([ONE, far], [far, ONE]))
    assert one.equals_exact(other, 1e-6)


def test_a_known_camera_sees_its_sector_and_every_figure_is_an_upper_bound() -> None:
    found = alone([ONE])
    row = found.finding("public_space_reachable_detect_area_m2")
    with_city = assess(plan([ONE]), town([], []), viewing()).isovists.loc["c0#1|reachable|detect"]
    # Sampled every 5 m.
    assert row["value"] == pytest.approx(with_city["area_m2"], rel=0.1)
    shown = found.findings[found.findings.index.str.startswith("public_space_reachable")]
    assert set(shown["bound"]) == {"upper"}


def test_the_report_says_first_that_nothing_hides_anything_and_what_moves_the_answer() -> None:
    unknown = {"at": (100.0, 100.0)}
    page = document(alone([unknown, {**unknown, "at": (400.0, 100.0)}]))
    assert "list alone" in page.warnings[0].text
    assert "upper bound" in page.warnings[0].text
    assert page.answer[0].startswith("If nothing stood in the way, the 2 cameras listed could have in view at most ")
    assert any(sentence.startswith("What moves the answer most is the ") for sentence in page.answer)
    assert {"streets", "trips", "people"}.isdisjoint(section.name for section in page.sections)
    (table,) = [
        block
        for section in page.sections
        if section.name == "levels"
        for block in section.blocks
        if isinstance(block, Table)
    ]
    assert all(row[2].startswith("at most ") for row in table.rows)


def test_a_list_of_plate_readers_says_what_levels_mean_for_them() -> None:
    readers = [{**ONE, "use": "plate_reader"}, {**ONE, "at": (400.0, 100.0), "use": "plate_reader"}]
    assert "All 2 cameras listed read number plates" in document(alone(readers)).warnings[1].text
    assert len(document(alone([ONE])).warnings) == 1


def test_cameras_too_far_apart_for_one_plane_are_told(tmp_path) -> None:
    path = tmp_path / "cameras.csv"
    rows = [
        f"{name},{60.0 + number / 100},{longitude}"
        for name, longitude in (("a", 25.0), ("b", 61.0))
        for number in range(9)
    ]
    path.write_text("id,latitude,longitude\n" + "\n".join(rows), encoding="utf-8")
    with pytest.raises(SourceError, match="too far apart for one plane"):
        city_of_list(read_camera_file(path), "x")


def test_dearborn_from_its_list_alone(shared_data, tmp_path) -> None:
    folder = shared_data("dearborn_overpass")
    (tmp_path / "plan.toml").write_text(
        f'[plan]\nname = "Dearborn"\n[cameras]\nfile = "{folder / "cameras_overpass_turbo.geojson"}"\n',
        encoding="utf-8",
    )
    inputs = read_plan(tmp_path / "plan.toml")
    assert len(inputs.plan.network.cameras) == 77
    page = document(assess(inputs.plan, inputs.city, replace(inputs.viewing, draws=2, height_sets=2)))
    words = " ".join(page.answer)
    assert "of 77 lenses the list does not say how wide 75 see" in words
    assert "at least 77 cameras" in words
