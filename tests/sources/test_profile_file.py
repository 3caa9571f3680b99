"""Profiles as files: what is shipped, every fault with its remedy, what a plan may say beside one; and marks of sources."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from overseen.errors import PlanError, SourceError
from overseen.model.profile import JUDGED, MARKS, READ, UNREAD
from overseen.sources.assumption_file import read_assumptions
from overseen.sources.packs import get_assumptions, pack_names
from overseen.sources.plan_file import default_viewing, read_plan
from overseen.sources.plan_viewing import ViewingSection, viewing_of
from overseen.sources.profile_file import get_profile, profile_names, profile_viewing, read_profile

OWN = """
name = "ours"
title = "30 m sector"
work = "our survey"
source = "made up for a test"
mark = "our judgement"
walls = true
heights = false

[height]
default_m = 4.0
lowest_m = 2.0
highest_m = 9.0

[[levels]]
name = "see"
meaning = "in view"

[[shapes]]
kinds = ["fixed", "unknown"]
form = "sector"
width_deg = 90.0
reach_m = 20.0
reach_per_height = 2.5
source = "made up"
mark = "our judgement"

[[shapes]]
kinds = ["dome", "panning", "panorama"]
form = "disc"
reach_m = 30.0
source = "made up"
mark = "our judgement"
"""

PLAN = """
[plan]
name = "A plan"

[cameras]
file = "sample"

[city]
osm = "sample"

[viewing]
profile = "new-york-disc"
"""


def written(folder, text, name="own.toml"):
    """Return a file with a text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def plan_faults(folder, text) -> str:
    """Return the faults of a plan as text."""
    with pytest.raises(PlanError) as caught:
        read_plan(written(folder, text, "plan.toml"))
    return str(caught.value)


def test_an_own_profile_is_read(tmp_path) -> None:
    profile = read_profile(written(tmp_path, OWN))
    assert (profile.shape_of("unknown").width_deg, profile.shape_of("panning").form) == (90.0, "disc")
    assert profile.ignored() == ("heights of buildings", "detail levels", "lenses", "tilt")
    viewing = profile_viewing(profile, draws=3)
    assert (viewing.ladder.names, viewing.assumptions.unknowns, viewing.draws) == (("see",), (), 3)


MUTATIONS = [
    ("walls = true", "wals = true", "wals: there is no such key; did you mean 'walls'?"),
    ("walls = true", "", "walls: it is missing; add it"),
    ('mark = "our judgement"\nwalls', 'mark = "certain"\nwalls', "mark: 'certain' does not fit"),
    ('mark = "our judgement"\nwalls', "walls", "mark: it is missing; add it"),
    ("width_deg = 90.0", "width = 90.0", "shapes.0.width: there is no such key; did you mean 'width_deg'?"),
    ("width_deg = 90.0", "width_deg = 400.0", "shapes.0.width_deg: 400.0 does not fit"),
    ('form = "sector"', 'form = "wedge"', "shapes.0.form: 'wedge' does not fit"),
    ("reach_m = 30.0\n", "", "a disc or sector needs reach_m or reach_per_height"),
    ('"panning", ', "", "it says nothing of cameras of the kind 'panning'"),
    ('"panning", ', '"panning", "fixed", ', "the kind 'fixed' stands twice"),
    ("[height]\ndefault_m = 4.0\nlowest_m = 2.0\nhighest_m = 9.0\n", "", "a reach depends on the mounting height"),
    ("lowest_m = 2.0", "lowest_m = 5.0", "lowest_m, default_m and highest_m must rise"),
    ('[[levels]]\nname = "see"\nmeaning = "in view"\n', "", "levels: it is missing"),
    ("heights = false", "heights = true", "shapes are flat"),
    ("heights = false", 'heights = false\nladder = "dori"', "ladder: it goes with optics"),
    (
        "reach_per_height = 2.5",
        "reach_per_height = 2.5\nlens = { focal_length_mm = 4.0, image_width_px = 1920.0 }",
        "several levels, and lenses, need a pixel density each",
    ),
    (
        'meaning = "in view"',
        'meaning = "in view"\ndensity_px_per_m = 25.0\n[[levels]]\nname = "know"\nmeaning = "x"\ndensity_px_per_m = 9.0',
        "without a lens a shape has one level",
    ),
]


@pytest.mark.parametrize(("old", "new", "sentence"), MUTATIONS)
def test_what_is_wrong_with_a_profile_is_told(tmp_path, old, new, sentence) -> None:
    assert old in OWN
    with pytest.raises(SourceError) as caught:
        read_profile(written(tmp_path, OWN.replace(old, new, 1)))
    assert sentence in str(caught.value)
    assert "own.toml" in str(caught.value)


def test_faults_of_a_profile_come_all_at_once(tmp_path) -> None:
    text = OWN.replace("walls = true", "wals = true").replace("width_deg", "width")
    with pytest.raises(SourceError) as caught:
        read_profile(written(tmp_path, text))
    assert len(caught.value.faults) == 3


def test_a_profile_of_optics_needs_its_ladder_and_assumptions(tmp_path) -> None:
    head = OWN.split("[height]", maxsplit=1)[0]
    with pytest.raises(SourceError) as caught:
        read_profile(written(tmp_path, head))
    assert {fault.where for fault in caught.value.faults} == {"heights", "ladder", "assumptions"}


def test_a_plan_runs_under_a_profile(tmp_path, sample) -> None:
    assert sample
    viewing = read_plan(written(tmp_path, PLAN, "plan.toml")).viewing
    assert viewing.profile == get_profile("new-york-disc")
    assert viewing.ladder.names == ("see",)
    written(tmp_path, OWN)
    own = viewing_of(ViewingSection(profile="own.toml"), tmp_path)
    assert own.profile is not None
    assert own.profile.name == "ours"


def test_a_plan_that_names_the_own_profile_is_as_one_that_names_none(tmp_path) -> None:
    assert viewing_of(ViewingSection(profile="overseen"), tmp_path) == default_viewing()
    assert default_viewing().profile is None
    assert default_viewing() == profile_viewing(get_profile("overseen"))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('profile = "new-york-disk"', "nothing is called 'new-york-disk'; did you mean 'new-york-disc'?"),
        ('profile = "gone.toml"', "viewing.profile: there is no file 'gone.toml' beside the plan"),
        ('profile = "trames"\nladder = "dori"', "viewing.ladder: the profile 'trames' has its own, or none"),
        (
            'profile = "trames"\nassumptions = "overseen"',
            "viewing.assumptions: the profile 'trames' has its own, or none",
        ),
        ('profile = "trames"\ntarget_height_m = 1.0', "viewing.target_height_m: the profile 'trames' has its own"),
        ('profile = "bad.toml"', "wals: there is no such key; did you mean 'walls'?"),
    ],
)
def test_what_does_not_go_with_a_profile_is_told(tmp_path, line, sentence) -> None:
    written(tmp_path, OWN.replace("walls", "wals"), "bad.toml")
    assert sentence in plan_faults(tmp_path, PLAN.replace('profile = "new-york-disc"', line))


def test_purposes_are_held_to_the_levels_of_the_profile(tmp_path) -> None:
    purpose = '\n[[purposes]]\nname = "p"\nzones = "plan.toml"\nlevel = "identify"\nshare = 0.5\n'
    assert "purposes.0.level: nothing is called 'identify'; known are see" in plan_faults(tmp_path, PLAN + purpose)


@pytest.mark.parametrize("name", profile_names())
def test_a_shipped_profile_is_called_as_its_file_and_says_what_it_rests_on(name) -> None:
    profile = get_profile(name)
    assert profile.name == name
    assert profile.mark in MARKS
    assert profile.source
    assert all(shape.mark in MARKS and shape.source for shape in profile.shapes)
    # What others published differs somewhere; nobody's model is passed off as expressed to the letter.
    assert profile.is_own or profile.differs
    # A part of what was not read itself cannot have been read.
    assert profile.mark == READ or all(shape.mark != READ for shape in profile.shapes)


def test_every_distribution_has_a_source_or_says_that_it_is_our_judgement() -> None:
    for name in pack_names("assumptions"):
        for unknown in get_assumptions(name).unknowns:
            for part in (unknown, *unknown.of_kind):
                assert part.mark in MARKS, unknown.name
                named = part.source.split(";", maxsplit=1)[0]
                assert named.endswith(JUDGED) == (part.mark == JUDGED), unknown.name
            # No source here tells how far the cameras of a city are alike.
            assert "shared weight: our judgement" in unknown.source or unknown.mark == JUDGED, unknown.name


@pytest.mark.parametrize("name", pack_names("assumptions"))
def test_what_rests_on_a_work_that_was_not_read_says_so(name) -> None:
    works = {get_profile(profile).work for profile in profile_names() if get_profile(profile).mark == UNREAD}
    assert works == {"New York camera study", "Brooklyn study"}
    resting = [
        part
        for unknown in get_assumptions(name).unknowns
        for part in (unknown, *unknown.of_kind)
        if any(work in part.source for work in works)
    ]
    assert {part.mark for part in resting} == {UNREAD}


def test_the_mark_stands_in_the_file_of_every_entry() -> None:
    text = (files("overseen.packs") / "assumptions" / "overseen.toml").read_text(encoding="utf-8")
    entries = tomllib.loads(text)["unknowns"]
    assert all("mark" in part for entry in entries for part in (entry, *entry.get("of_kind", [])))


def test_a_users_own_figure_does_not_keep_the_mark_of_the_one_it_replaces(tmp_path) -> None:
    text = 'name = "o"\n[[unknowns]]\nname = "maximum_range_m"\nlow = 1.0\ncentral = 2.0\nhigh = 3.0\nsource = "s"\n'
    assert read_assumptions(written(tmp_path, text))["maximum_range_m"].mark == ""
    assert read_assumptions(written(tmp_path, text + f'mark = "{JUDGED}"\n'))["maximum_range_m"].mark == JUDGED
    with pytest.raises(SourceError, match=r"unknowns\.0\.mark: 'sure' does not fit"):
        read_assumptions(written(tmp_path, text + 'mark = "sure"\n'))
