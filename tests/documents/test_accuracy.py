"""The page on accuracy: the command that makes it still measures, and would say so if a bar broke."""

from __future__ import annotations

import importlib.util
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import missing

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def accuracy():
    """Return the command as a module."""
    if importlib.util.find_spec("pyvispoly") is None:
        missing("pyvispoly, of the dependency group peers, is not installed", "OVERSEEN_REQUIRE_PEERS")
    before = list(sys.path)
    spec = importlib.util.spec_from_file_location("accuracy", ROOT / "tools" / "accuracy.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["accuracy"] = module
    spec.loader.exec_module(module)
    sys.path[:] = before
    return module


@pytest.mark.usefixtures("sample")
def test_a_few_lenses_keep_to_the_bars(accuracy, monkeypatch) -> None:
    monkeypatch.setattr(accuracy, "LENSES", 8)
    monkeypatch.setattr(accuracy, "REACHES_M", (60.0,))
    rows = [row for scene in accuracy.scenes_of("helsinki") for row in accuracy.measured(scene, str)]
    assert len(rows) == 2 * len(accuracy.ORDER)
    assert all(len(row.area_m2) == 8 and (row.area_m2 > 1.0).all() for row in rows)
    assert accuracy.broken(rows) == []
    text = accuracy.page(rows)
    assert text.count("\n| ") == 1 + len(rows)
    # Each bar can break.
    for row in rows:
        worse = replace(row, difference_m2=row.difference_m2 + 0.1)
        if row.what not in (accuracy.OUTLINE, accuracy.SHORT, accuracy.TALL_OUTLINE) or worse.difference_m2.max() > 0:
            assert len(accuracy.broken([worse])) == 1


def test_the_page_was_made_by_this_command(accuracy) -> None:
    text = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    for part in re.split(r"\{[^}]*\}", accuracy.PAGE):
        assert part in text
    assert text.count("\n| ") == 1 + 2 * len(accuracy.REACHES_M) * len(accuracy.ORDER)
