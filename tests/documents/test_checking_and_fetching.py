"""The pages on checking and fetching: their commands run, and their tables are what the code has."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from overseen.cli.check import SHAPE
from overseen.cli.checked_parts import empty_object
from overseen.cli.checked_text import KIND_WORDS
from overseen.cli.main import overseen
from overseen.sources.packs import get_pack
from tests.cli.test_fetch import town
from tests.sources import city_scenes
from tests.sources.paper_services import Overpass, Services, place, running

ROOT = Path(__file__).parents[2]
BOX = (24.935, 60.165, 24.945, 60.175)
GEOFABRIK = "https://download.geofabrik.de/europe/paperland-latest.osm.pbf"


def page(name: str) -> str:
    """Return a page."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def commands(name: str) -> list[str]:
    """Return the commands that a page shows."""
    return [
        line for block in re.findall(r"```sh\n(.*?)```", page(name), flags=re.DOTALL) for line in block.splitlines()
    ]


def table(name: str, heading: str) -> dict[str, str]:
    """Return the rows of the first table under a heading, the first cell without marks."""
    part = page(name).partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return {first.strip("` "): second.strip() for first, second in re.findall(r"^\| (\S+) \| (.+?) \|$", part, flags=re.MULTILINE)
            if first != "---"}  # fmt: skip


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Go to a folder with the files that the pages name."""
    monkeypatch.chdir(tmp_path)
    town(tmp_path / "town.osm")
    city_scenes.written(city_scenes.buildings(), tmp_path / "buildings.gpkg")
    (tmp_path / "cameras.csv").write_text("lon,lat\n24.940123,60.170456\n24.941234,60.171567\n", encoding="utf-8")
    (tmp_path / "census.csv").write_text("code,population\n01,5\n02,7\n", encoding="utf-8")
    (tmp_path / "list.txt").write_text("x;y\n385000;6672000\n385100;6672050\n", encoding="utf-8")
    (tmp_path / "plan.toml").write_text(
        '[plan]\nname = "p"\n[cameras]\nfile = "cameras.csv"\n[city]\nosm = "town.osm"\n', encoding="utf-8"
    )
    return tmp_path


def test_the_commands_of_the_page_on_checking_run(files) -> None:
    assert len(commands("checking.md")) == 5
    for command in commands("checking.md"):
        result = CliRunner().invoke(overseen, shlex.split(command)[1:])
        assert result.exit_code in (0, 1), (command, result.output)
        assert result.output


def test_the_commands_of_the_page_on_fetching_run(files, monkeypatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(files / "cache"))
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    places = {
        "Paperton": [place("Paperton", BOX)],
        "Twin": [place("Twin, East", BOX), place("Twin, West", (1.0, 2.0, 1.1, 2.1))],
    }
    services = Services(
        Overpass(files / "town.osm"), places, {"/paperland-latest.osm": (files / "town.osm").read_bytes()}
    )
    with running(services):
        for command in commands("fetching.md"):
            words = shlex.split(command)[1:]
            if words[0] == "fetch":
                words += services.options()
            words = [
                word.replace(GEOFABRIK, f"http://127.0.0.1:{services.port}/paperland-latest.osm") for word in words
            ]
            result = CliRunner().invoke(overseen, words)
            assert result.exit_code in ((0, 1) if words[0] == "check" else (0,)), (command, result.output)
    assert {"city.osm.pbf", "city.osm", "outline.geojson"} <= {path.name for path in files.iterdir()}


def test_the_kinds_and_keys_of_the_page_are_those_of_the_code() -> None:
    kinds = table("checking.md", "What a file may be")
    assert list(kinds) == ["--as", *KIND_WORDS]
    assert all(kinds[kind].startswith(words) for kind, words in KIND_WORDS.items())
    assert list(table("checking.md", "JSON")) == ["key", *empty_object("")]
    assert f'{{"shape": {SHAPE}, "checked": [...]}}' in page("checking.md")


@pytest.mark.parametrize(("name", "command"), [("checking.md", "check"), ("fetching.md", "fetch")])
def test_the_exit_codes_of_the_page_are_those_of_the_help(name, command) -> None:
    said = " ".join(overseen.commands[command].help.split())
    codes = [code for code in table(name, "Exit codes") if code.isdigit()]
    assert codes == re.findall(r"(?:Exit codes: |; )(\d) ", said)


def test_the_limits_of_the_page_are_those_of_the_pack() -> None:
    pack, text = get_pack("services", "openstreetmap"), page("fetching.md").replace("\n", " ")
    size, manners = pack["size"], pack["manners"]
    for sentence in (
        f"above {size['ask_above_elements']:,} elements you are asked",
        f"{size['refuse_above_elements']:,} elements or {size['refuse_above_km2']:,.0f} km²",
        f"places {pack['geocoder']['keep_days']} days, areas {pack['overpass']['keep_days']}, extracts {pack['extract']['keep_days']}",
        f"the time it asks for, {manners['tries']} times",
    ):
        assert sentence in text, sentence
    assert manners["gap_seconds"] == 1.0
    assert size["refuse_above_elements"] * size["bytes_per_element"] < 5e8
