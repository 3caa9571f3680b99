"""``overseen rules``: what ships is listed, and a pack is shown with its citations and marks."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from overseen.cli.main import overseen
from overseen.sources.rule_packs import get_rule_pack, rule_pack_names
from tests.sources.test_rule_packs import OURS


def run(*arguments: str):
    return CliRunner().invoke(overseen, ["rules", *arguments])


def test_list_names_every_pack() -> None:
    told = run("list")
    assert told.exit_code == 0
    assert [line.split()[0] for line in told.output.splitlines()] == list(rule_pack_names())


@pytest.mark.parametrize("name", rule_pack_names())
def test_show_prints_every_test(name) -> None:
    told = run("show", name)
    assert told.exit_code == 0
    for rule in get_rule_pack(name).rules:
        assert rule.test in told.output
        assert rule.citation in told.output
    assert "never a verdict on law" in told.output
    assert "not verified against the original" in told.output or name == "own-terms"


def test_a_pack_of_ones_own_is_shown(tmp_path) -> None:
    (tmp_path / "ours.toml").write_text(OURS, encoding="utf-8")
    assert "at most 7" in run("show", str(tmp_path / "ours.toml")).output


@pytest.mark.parametrize("name", ["edpb", "nowhere.toml"])
def test_a_pack_that_is_not_there_is_told(name) -> None:
    told = run("show", name)
    assert told.exit_code == 2
    assert name in told.output
