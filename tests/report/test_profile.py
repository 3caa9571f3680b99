"""The report names the model it was made under, its source and mark, and what it ignores; and the mark of every assumption."""

from __future__ import annotations

import json

import pytest

from overseen.assessment.assess import assess
from overseen.model.profile import JUDGED, MARKS, UNREAD
from overseen.report.compose import answer, document
from overseen.report.document import Table
from overseen.report.method import closing_sections
from overseen.report.write import write_run
from overseen.sources.profile_file import get_profile, profile_viewing
from tests.exposure.test_streets import BLOCKS, WAYS, scattered
from tests.report.factory import paper_assessment
from tests.town import plan, town


@pytest.fixture(scope="module", params=["trames", "panopticity-mean"])
def under(request):
    """Return a profile and an assessment under it."""
    profile = get_profile(request.param)
    return profile, assess(plan(scattered(8)), town(BLOCKS, WAYS), profile_viewing(profile, draws=4))


def method_of(assessment) -> str:
    """Return the method section as text."""
    section = next(section for section in closing_sections(assessment) if section.name == "method")
    return repr(section)


def test_the_method_names_the_model_its_source_and_what_it_ignores(under) -> None:
    profile, found = under
    text = method_of(found)
    for words in (profile.name, profile.title, profile.work, profile.source, profile.mark, *profile.differs):
        assert words in text
    for word in profile.ignored():
        assert word in text
    assert all(shape.source in text for shape in profile.shapes)
    # Nothing of the project's own way is claimed.
    assert "Assumptions (" not in text
    assert "hides all behind it" not in text


def test_the_answer_begins_with_whose_model_it_is(under) -> None:
    profile, found = under
    first, *_ = answer(found)
    assert first.startswith(f"Computed under the view model {profile.name}")
    assert profile.mark in first
    assert "none that its authors published" in first


def test_what_a_flat_model_cannot_tell_is_not_told(under) -> None:
    _, found = under
    private = next(section for section in document(found).sections if section.name == "private")
    assert "is flat: it says nothing of façades" in repr(private)
    assert not found.findings.index.str.contains("facades_|masks_").any()
    assert found.masks.empty


def test_a_run_is_written_that_names_it(under, tmp_path) -> None:
    profile, found = under
    paths = {path.name: path for path in write_run(found, tmp_path / "out")}
    record = json.loads(paths["assessment.json"].read_text(encoding="utf-8"))
    assert record["viewing"]["profile"]["name"] == profile.name
    assert profile.source in str(record["viewing"])


def test_the_own_profile_is_not_told_as_anothers() -> None:
    found = paper_assessment()
    assert "view model" not in answer(found)[0]
    assert "Everything here was computed under the view model" not in method_of(found)


def test_every_assumption_is_printed_with_its_mark() -> None:
    found = paper_assessment()
    section = next(section for section in closing_sections(found) if section.name == "method")
    (table,) = [
        block for block in section.blocks if isinstance(block, Table) and block.caption.startswith("Assumptions")
    ]
    marks = [row[-1] for row in table.rows]
    entries = [part for unknown in found.viewing.assumptions.unknowns for part in (unknown, *unknown.of_kind)]
    assert marks == [entry.mark for entry in entries]
    assert {JUDGED, UNREAD} < set(marks) <= set(MARKS)
