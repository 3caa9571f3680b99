"""``overseen profile``: it lists what is shipped, and shows one with its source, its mark and what it leaves out."""

from __future__ import annotations

import json

import click
import pytest
from click.testing import CliRunner

from overseen.cli.main import main, overseen
from overseen.sources.packs import pack_names
from overseen.sources.profile_file import get_profile


def said(*arguments: str) -> str:
    """Return what the command prints."""
    result = CliRunner().invoke(overseen, ["profile", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_list_is_that_of_the_packs() -> None:
    assert [line.split()[0] for line in said("list").splitlines()] == list(pack_names("profiles"))
    rows = json.loads(said("list", "--json"))
    assert [row["name"] for row in rows] == list(pack_names("profiles"))
    for row, line in zip(rows, said("list").splitlines(), strict=True):
        assert row["mark"] == get_profile(row["name"]).mark
        assert row["mark"] in line


@pytest.mark.parametrize("name", pack_names("profiles"))
def test_one_is_shown_with_all_that_it_says(name) -> None:
    profile, text = get_profile(name), said("show", name)
    for words in (profile.title, profile.work, profile.source, profile.mark, *profile.differs, *profile.judged):
        assert words in text
    for shape in profile.shapes:
        assert shape.source in text
    data = json.loads(said("show", name, "--json"))
    assert data["name"] == name
    assert data["ignored"] == list(profile.ignored())
    assert len(data["shapes"]) == len(profile.shapes)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("sundrs", "sundrs: no profile is called so; did you mean 'sunders'?."),
        ("gone.toml", "gone.toml: there is no such file; check the path."),
    ],
)
def test_one_that_is_not_there_is_told(capsys, name, sentence) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["profile", "show", name])
    assert caught.value.code == 1
    assert capsys.readouterr().err.strip() == sentence


@pytest.mark.parametrize("name", ["list", "show"])
def test_it_is_explained(name) -> None:
    command = overseen.commands["profile"].commands[name]
    assert "Examples:" in command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))
