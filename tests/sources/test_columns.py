"""Which columns are recognised, the page that lists them, and values as text."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from overseen.sources.columns import city_rules, is_yes, lengths_m, primary_texts, roles_of, taken_columns, texts

ROOT = Path(__file__).parents[2]


def page() -> str:
    """Return the page as the tool writes it."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module("city_columns").page()
    finally:
        sys.path.remove(str(ROOT / "tools"))


def test_the_page_is_as_the_pack_says() -> None:
    assert (ROOT / "docs" / "city-data.md").read_text(encoding="utf-8") == page(), "run python tools/city_columns.py"


def test_every_plan_on_the_page_is_understood(tmp_path) -> None:
    from overseen.sources.plan_file import _checked

    blocks = re.findall(r"```toml\n(.*?)```", page(), flags=re.DOTALL)
    assert len(blocks) == 3
    for block in blocks:
        (tmp_path / "plan.toml").write_text('[plan]\nname = "x"\n[cameras]\nfile = "c.csv"\n' + block, encoding="utf-8")
        city = _checked(tmp_path / "plan.toml").city
        assert city.people is not None
        assert set(city.columns) <= {"buildings"}


def test_names_in_the_pack_are_lower_case_and_stand_once() -> None:
    for layer in ("buildings", "streets", "places", "land", "people"):
        for role in roles_of(layer):
            names = city_rules()[layer][role]
            assert [name.lower() for name in names] == names
            assert len(set(names)) == len(names), f"{layer}.{role}"


@pytest.mark.parametrize("layer", ["buildings", "streets", "places", "land", "people"])
def test_every_name_of_the_pack_is_taken_in_any_case_and_order(layer) -> None:
    for role in roles_of(layer):
        for name in city_rules()[layer][role]:
            columns = ["zz", name.upper(), "aa"]
            assert name.upper() in taken_columns(columns, layer, {}).values()
            assert taken_columns(columns[::-1], layer, {}) == taken_columns(columns, layer, {})


def test_a_column_is_taken_once_and_choice_comes_first() -> None:
    columns = ["class", "subclass", "name"]
    assert taken_columns(columns, "places", {}) == {"name": "name", "kind": "subclass"}
    assert taken_columns(columns, "places", {"kind": "class"}) == {"kind": "class", "name": "name"}
    assert taken_columns(["height"], "buildings", {"levels": "height"}) == {"levels": "height"}


def test_values_as_text() -> None:
    mixed = pd.Series([1, "01065", None, np.nan, "  ", True, 2.5], dtype=object)
    assert texts(mixed).tolist() == ["1", "01065", None, None, None, "True", "2.5"]
    assert texts(pd.Series([True, False])).tolist() == ["true", "false"]
    assert texts(pd.Series([], dtype=object)).tolist() == []
    assert primary_texts(pd.Series([{"primary": None}, {"primary": "A"}, ["b", "c"], "{no json"])).tolist() == [
        None, "A", "b", "{no json",
    ]  # fmt: skip


def test_yes_and_no() -> None:
    values = pd.Series(["yes", "T", "viaduct", "1", "no", "F", "false", "0", None, ""])
    assert is_yes(values).tolist() == [True] * 4 + [False] * 6
    assert is_yes(pd.Series([True, False, None], dtype=object)).tolist() == [True, False, False]


def test_lengths_of_numbers_and_text() -> None:
    assert lengths_m(pd.Series([3.5, np.nan]))[0].tolist()[0] == 3.5
    found, is_odd = lengths_m(pd.Series(["3.5", "10 ft", "x", None]))
    assert found.tolist()[:2] == [3.5, 3.048]
    assert is_odd.tolist() == [False, False, True, False]
