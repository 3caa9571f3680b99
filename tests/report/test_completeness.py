"""What the report says where buildings are missing on the map, or cameras in the list."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import shapely

from overseen.assessment.assess import assess
from overseen.assessment.findings import Assessment
from overseen.model.plan import SecondList
from overseen.report.completeness import UNKNOWN_SHARE, at_most
from overseen.report.compose import answer, document
from overseen.report.document import Caveat, Figure, Points, Table, Text
from overseen.report.export import assessment_record
from overseen.report.html import html_report
from overseen.report.map_fineness import fineness_of
from overseen.report.map_layers import map_layers
from overseen.report.picture import map_picture
from tests.assessment.test_completeness import LONE, STREETS, houses, suburb, with_land, with_places
from tests.exposure.districts import with_areas
from tests.places import joined
from tests.town import KNOWN, network, plan, town, viewing

CAMERAS = ({"at": (100.0, 45.0), **KNOWN, "bearing_deg": 90.0}, {"at": (400.0, 45.0), **KNOWN, "bearing_deg": 90.0})
ROUND = [{"at": (x, y), **KNOWN, "field_of_view_deg": 360.0, "image_width_px": 90000.0}
         for x in range(50, 500, 60) for y in range(40, 500, 60)]  # fmt: skip


@cache
def assessed(kept_from_m: float) -> Assessment:
    """Return the assessment of a suburb of which the part west of a line has no buildings."""
    return assess(plan(CAMERAS), suburb([*houses(lambda x, _: x >= kept_from_m), *LONE]), viewing(draws=3))


def section(found: Assessment, name: str):
    """Return the blocks of a section."""
    return next(each for each in document(found).sections if each.name == name).blocks


def page(found: Assessment) -> str:
    """Return the page without its scripts and data."""
    return re.sub(r"<script.*?</script>|<svg.*?</svg>", "", html_report(document(found)), flags=re.DOTALL)


def test_a_whole_map_gives_no_warning() -> None:
    found = assessed(0.0)
    assert document(found).warnings == ()
    assert len(answer(found)) == 3
    assert "at most" not in " ".join(answer(found))
    (status,) = [block for block in section(found, "buildings") if isinstance(block, Table)]
    assert status.rows[0] == ("the map has its buildings", "3.00", "100\N{NO-BREAK SPACE}%", "4")


def test_a_half_without_buildings_leads_the_page_and_words_the_answer_as_a_bound() -> None:
    found = assessed(250.0)
    (warning,) = document(found).warnings
    assert warning.text.startswith(
        "Buildings are missing on this map. Of the 3.00\N{NO-BREAK SPACE}km of street that is counted, 1.50"
    )
    assert "upper bound" in warning.text
    sentences = answer(found)
    assert "could have in view at most" in sentences[0]
    assert "could have in view at most" in sentences[1]
    assert sentences[3].startswith(
        "Of the 3.00\N{NO-BREAK SPACE}km of street, 1.50\N{NO-BREAK SPACE}km (50\N{NO-BREAK SPACE}%) lie where the map"
    )
    assert "upper bound, at most" in sentences[3]
    assert "on the other 1.50\N{NO-BREAK SPACE}km it is" in sentences[3]
    assert all(key.value.startswith("at most") for key in document(found).key_numbers[1:])
    text = page(found)
    assert text.index("Buildings are missing on this map") < text.index("could have in view at most")


def test_a_small_part_without_buildings_is_told_without_a_warning() -> None:
    city = suburb(
        [*houses(lambda x, y: x >= 230 or y >= 250), *LONE],
        streets=[*STREETS, *[[(0, y), (500, y)] for y in (80, 165, 250, 330, 415)]],
    )
    city = replace(city, boundary=city.boundary)
    found = assess(plan(CAMERAS), city, viewing(draws=3))
    share = found.finding("streets_buildings_missing_share")["value"]
    assert share > 0.2
    few = found.findings.copy()
    few.loc["streets_buildings_missing_share", "value"] = 0.1
    told = replace(found, findings=few)
    assert document(told).warnings == ()
    assert "could look at" in answer(told)[0]
    assert "lie where the map lacks buildings" in answer(told)[3]


def test_areas_are_named_by_their_streets() -> None:
    tables = [block for block in section(assessed(250.0), "buildings") if isinstance(block, Table)]
    assert tables[1].caption.startswith("Buildings missing here: views are upper bounds")
    assert tables[1].rows[0][0] == "Street 0, Street 1"
    assert tables[1].rows[0][2] == "0\N{NO-BREAK SPACE}%"


def test_full_view_is_no_finding_where_nothing_could_block_it() -> None:
    found = assess(plan(ROUND), suburb([]), viewing(draws=2))
    assert found.finding("streets_reachable_monitor_share")["value"] > 0.995
    assert found.finding("streets_reachable_detect_share")["value"] > 0.995
    (warning,) = document(found).warnings
    assert warning.text.startswith("The map holds no building at all.")
    sentences = answer(found)
    assert UNKNOWN_SHARE in sentences[0]
    assert sentences[3].startswith(
        "All 3.00\N{NO-BREAK SPACE}km of street lie where the map lacks buildings: nothing on the map"
    )
    assert not re.search(r"100\s%", " ".join(sentences) + str(document(found).key_numbers))
    (levels,) = (block.data for block in section(found, "levels") if isinstance(block, Figure))
    assert all("100\N{NO-BREAK SPACE}%" not in row[2] and "100\N{NO-BREAK SPACE}%" not in row[4] for row in levels.rows)
    streets = section(found, "streets")[0]
    assert all("100\N{NO-BREAK SPACE}%" not in cell for row in streets.rows for cell in row)


@pytest.mark.parametrize(
    ("value", "words"),
    [(1.0, UNKNOWN_SHARE), (0.996, UNKNOWN_SHARE), (0.0004, "under 0.1"), (0.5, "at most 50")],
)
def test_a_bound_in_words(value, words) -> None:
    import pandas as pd

    assert at_most(pd.Series({"value": value, "low": value / 2, "high": value})).startswith(words)


def test_the_count_of_a_list_is_a_lower_bound_on_the_first_page() -> None:
    found = assessed(0.0)
    assert "there are at least 2 cameras" in answer(found)[2]
    assert document(found).key_numbers[0].beside == "of at least 2"
    assert "lower bound of what exists" in page(found)
    register = replace(found, plan=replace(found.plan, is_list_complete=True))
    assert "which the plan declares to be all there are" in answer(register)[2]
    assert document(register).key_numbers[0].beside == "of 2 listed"
    assert "lower bound of what exists" not in page(register)
    assert "declares its list of cameras complete; that was not checked" in page(register)


def spots(count, shift_m=0.0):
    """Return cameras 20 m apart."""
    return [{"at": (10.0 + 20.0 * (i % 9) + shift_m, 10.0 + 20.0 * (i // 9))} for i in range(count)]


@cache
def twice_listed(first: int, shared: int) -> Assessment:
    """Return an assessment with a second list of 20 cameras that shares some with the first."""
    other = network(spots(first + 20, 1.0)[first - shared : first - shared + 20])
    both = replace(plan(spots(first)), second_list=SecondList("other.csv", other, 5.0))
    return assess(both, town([], [[(0, 20), (200, 20)]]), viewing(draws=2))


def test_a_second_list_gives_an_estimate_with_its_assumptions() -> None:
    found = twice_listed(18, 12)
    estimate = found.finding("cameras_estimated_count")
    assert estimate["value"] == 19 * 21 / 13 - 1
    assert estimate["low"] < estimate["value"] < estimate["high"]
    assert (estimate["denominator"], estimate["denominator_unit"]) == (
        26.0,
        "distinct cameras in the two lists together",
    )
    assert found.finding("cameras_in_both_lists_count")["value"] == 12
    assert found.finding("cameras_estimated_odds_ratio_4_count")["value"] > estimate["value"]
    assert "of the kinds that both lists would record" in estimate["meaning"]
    sentence = answer(found)[-1]
    assert sentence.startswith("A second list (other.csv) of 20 cameras shares 12 with the 18 of this one.")
    assert "If they were made independently, there are 30 (" in sentence
    blocks = section(found, "undercount")
    assert any(isinstance(block, Points) and len(block.points) == 4 for block in blocks)
    assert len(next(block for block in blocks if isinstance(block, Table)).rows) == 5
    assert assessment_record(found)["undercount"]["pairs"][0] == ["c6", "c0", pytest.approx(1.0)]
    assert "second_list" not in assessment_record(found)["plan"]


def test_too_few_matches_are_refused_with_the_reason() -> None:
    found = twice_listed(18, 3)
    assert "cameras_estimated_count" not in found.findings.index
    assert "Only 3 cameras stand in both lists within 5 m" in answer(found)[-1]
    assert any(isinstance(block, Caveat) and block.text.startswith("Only 3") for block in section(found, "undercount"))


class TestBounds:
    """What rests on views where the map lacks buildings is an upper bound, in the findings and in words."""

    @pytest.mark.parametrize(("kept_from_m", "bound"), [(0.0, "none"), (250.0, "upper")])
    def test_findings_of_every_subject_say_so(self, kept_from_m, bound) -> None:
        found = inhabited(kept_from_m).findings
        in_view = ["trips_noticed_share", "trips_no_unseen_told_way_share", "homes_enclosed_share", "residents_reachable_detect_share",
                   "facades_reachable_monitor_share", "private_ground_reachable_monitor_area_m2"]  # fmt: skip
        assert set(found.loc[in_view, "bound"]) == {bound}
        assert found.loc["trips_unseen_run_m", "bound"] == "lower"
        # A lower bound of what is an upper bound is neither.
        neither = ["trips_no_unseen_way_share", "residents_reachable_detect_gini"]
        assert set(found.loc[neither, "bound"]) == {"lower" if bound == "none" else "none"}

    def test_areas_tell_their_part(self) -> None:
        assert inhabited(0.0).areas["buildings_missing_share"].tolist() == [0.0, 0.0]
        # The way across runs along the border, and lies in the cells to the east of it.
        assert inhabited(250.0).areas["buildings_missing_share"].tolist() == pytest.approx([1500.0 / 1920.0, 0.0])

    def test_the_report_words_them_so(self) -> None:
        found = inhabited(250.0)
        told = {name: " ".join(re.findall(r"[^<>]+", words(found, name))) for name in ("trips", "people", "private")}
        assert "at most" in told["trips"]
        assert "could have in view at most" in told["people"]
        assert "A ratio of two such means is no bound" in told["people"]
        assert "at most" in told["private"]
        assert "an upper bound, in 1 of all 2" in told["people"]
        whole = inhabited(0.0)
        assert not any("at most" in words(whole, name) for name in ("people", "private"))

    def test_the_map_hatches_the_squares(self) -> None:
        whole, lacking = (
            {layer.name: layer for layer in map_layers(found, fineness_of(found))}
            for found in (inhabited(0.0), inhabited(250.0))
        )
        assert "lacking" not in whole
        assert len(lacking["lacking"].shapes) == 2
        assert map_picture(inhabited(250.0), "detect") != map_picture(inhabited(0.0), "detect")

    def test_where_little_is_missing_a_sentence_says_how_much(self) -> None:
        found = inhabited(250.0)
        few = found.findings.copy()
        few.loc["streets_buildings_missing_share", "value"] = 0.1
        told = replace(found, findings=few)
        for name in ("trips", "people", "private"):
            assert "10.0\N{NO-BREAK SPACE}% of all counted street lies where the map lacks buildings" in words(
                told, name
            )


@cache
def inhabited(kept_from_m: float) -> Assessment:
    """Return the same suburb with homes, two areas of residents, a way that joins its streets, and a shop."""
    rows = [y for (_, y), _ in STREETS]
    halves = [[(x, y), (x + 250.0, y)] for x in (0.0, 250.0) for y in rows]
    across = [[(250.0, a), (250.0, b)] for a, b in pairwise(rows)]
    city = suburb([*houses(lambda x, _: x >= kept_from_m), *LONE], streets=[*halves, *across])
    city = replace(city, streets=city.streets.assign(kind=["residential"] * len(halves) + ["footway"] * len(across)),
                   buildings=city.buildings.assign(kind=np.array(["house"] * len(city.buildings), dtype=object)))  # fmt: skip
    city = with_land(
        with_places(joined(city), "shop=books", [(490.0, 45.0)]), "residential", shapely.box(300, 60, 340, 100)
    )
    areas = {"west": shapely.box(0, 0, 250, 500), "east": shapely.box(250, 0, 500, 500)}
    return assess(plan(CAMERAS), with_areas(city, areas, residents=[300, 200]), viewing(draws=3))


def words(found: Assessment, name: str) -> str:
    """Return all prose of a section."""
    return " ".join(block.text for block in section(found, name) if isinstance(block, Text | Caveat))
