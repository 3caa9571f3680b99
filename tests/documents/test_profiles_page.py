"""The page on profiles is held to the packs: it names every one, with its source, its mark and where it differs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from overseen.sources.profile_file import get_profile, profile_names

PAGE = Path(__file__).parents[2] / "docs" / "profiles.md"


@pytest.fixture(scope="module")
def page() -> str:
    """Return the page."""
    return PAGE.read_text(encoding="utf-8")


def test_its_first_table_is_as_the_packs_say(page) -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (.+) \|$", page, flags=re.MULTILINE)
    expected = {
        p.name: f"{p.title} | {p.work} | {p.mark} | {', '.join(p.ignored()) or 'nothing'}"
        for p in map(get_profile, profile_names())
    }
    assert dict(rows) == expected, "run python tools/profiles.py"


@pytest.mark.parametrize("name", profile_names())
def test_it_says_where_a_model_differs_and_what_was_judged(page, name) -> None:
    profile = get_profile(name)
    for sentence in profile.differs:
        assert f"- {sentence}" in page
    for sentence in profile.judged:
        assert f"- *our judgement*: {sentence}" in page


def test_every_city_has_every_profile_once(page) -> None:
    cities = re.split(r"^### ", page.split("## Side by side")[1].split("## What walls change")[0], flags=re.MULTILINE)[
        1:
    ]
    assert cities
    for city in cities:
        assert re.findall(r"^\| ([a-z][\w-]+) \| \w+ \| [\d,]+ of", city, flags=re.MULTILINE) == list(profile_names())


def test_numbers_of_others_bear_their_mark(page) -> None:
    table = page.split("## Numbers of others, as quoted")[1]
    rows = re.findall(r"^\| (?!work|---)(.+) \|$", table, flags=re.MULTILINE)
    assert len(rows) == 5
    assert all(
        row.rsplit(" | ", maxsplit=1)[-1].startswith(("read in", "not verified against", "reckoned by this project"))
        for row in rows
    )
