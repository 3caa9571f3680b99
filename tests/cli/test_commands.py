"""The command line: its answers, its exit codes, and that it never shows a traceback."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from overseen.cli.main import main, overseen


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    command = [sys.executable, "-c", "from overseen.cli.main import main; main()", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_help_is_quick_because_nothing_heavy_is_loaded() -> None:
    code = (
        "import sys\nfrom overseen.cli.main import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'geopandas', 'pandas', 'numba', 'matplotlib', 'pyproj', 'shapely', 'osmium', 'pydantic'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    result = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "Exit codes" in result.stdout


@pytest.mark.parametrize("name", ["assess", "check", "fetch"])
def test_every_command_and_option_is_explained(name) -> None:
    command = overseen.commands[name]
    assert "Examples:" in command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_the_sample_from_the_command_line(tmp_path, sample) -> None:
    assert sample
    result = run("assess", "--sample", "--draws", "3", "-o", str(tmp_path / "out"))
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert re.match(r"In Central Helsinki, 2\d\d of the 221 cameras listed could look at", lines[0])
    assert lines[-1] == f"Report: {tmp_path / 'out' / 'report.html'}"
    assert json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["draws"] == 3
    quiet = run(
        "assess", "--sample", "--draws", "3", "--quiet", "--workers", "1", "--tiles", "3", "-o", str(tmp_path / "again")
    )
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    for path in (path for path in (tmp_path / "out").rglob("*") if path.is_file()):
        again = tmp_path / "again" / path.relative_to(tmp_path / "out")
        assert path.read_bytes() == again.read_bytes(), path.name


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["assess"], 2, "Give a plan file, or --sample, and not both."),
        (["assess", "--sampel"], 2, "No such option"),
        (["assess", "gone.toml"], 1, "gone.toml: there is no such plan file; check the path."),
        (["check"], 2, "Give files, or --sample, and not both."),
        (["publish", "gone", "site"], 1, "gone, run.json: there is no such file, so this is no finished run"),
        (["publish", "out", "out"], 3, "out and out lie in one another; name a folder beside the run."),
        (["check", "list.csv", "--crs", "EPSG:1"], 2, "is no coordinate reference system"),
        (["assess", "--sample", "-o", "/proc/here"], 3, "name another folder"),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_a_code(arguments, code, sentence) -> None:
    result = run(*arguments)
    assert result.returncode == code
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr


def test_an_interruption_is_told(monkeypatch, capsys) -> None:
    def interrupt(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("overseen.cli.run.assess_and_write", interrupt)
    with pytest.raises(SystemExit) as leaving:
        main(["assess", "--sample", "-o", "nowhere-at-all"])
    assert leaving.value.code == 130
    assert "earlier output is untouched" in capsys.readouterr().err
    assert not Path("nowhere-at-all").exists()


def test_check_says_what_is_there_and_what_will_be_assumed(sample) -> None:
    assert sample
    text = CliRunner().invoke(overseen, ["check", "--sample"]).output
    assert "221 cameras with 221 heads" in text
    assert "mounting_height_m for 214 heads: 3 to 12, centre 5." in text
    assert "buildings along 67.3 of 81.8 km of counted street; doubtful along 3.0" in text
    assert "buildings missing along 0.2 km: views there are upper bounds" in text
    (found,) = json.loads(CliRunner().invoke(overseen, ["check", "--sample", "--json"]).output)["checked"]
    assert found["cameras"]["known_heads"]["bearing"] == 0
    assert {row["unknown"] for row in found["assumed"]} >= {"bearing_deg", "turning_share", "image_width_px"}
    assert found["files"][0]["licence"].startswith("Open Database License")


def test_check_of_a_list_alone(tmp_path) -> None:
    (tmp_path / "list.csv").write_text("lon,lat,direction\n24.9,60.1,NB\n24.9,60.2,90\n", encoding="utf-8")
    result = CliRunner().invoke(overseen, ["check", str(tmp_path / "list.csv")])
    assert result.exit_code == 1
    assert "none given: only the list was read" in result.output
    assert "direction refused: a direction of traffic" in result.output
    assert "bearing, column direction: 1 understood, 1 refused; values: 1 understood, 1 refused" in result.output
    assert "1 refused: a direction of traffic, not a bearing" in result.output
    (found,) = json.loads(CliRunner().invoke(overseen, ["check", str(tmp_path / "list.csv"), "--json"]).output)[
        "checked"
    ]
    (bearing,) = [reading for reading in found["readings"] if reading["attribute"] == "bearing"]
    assert bearing["reasons"] == {"a direction of traffic, not a bearing": 1}


def test_check_tells_what_two_lists_share(tmp_path, sample) -> None:
    assert sample
    rows = [f"{24.936 + 0.0005 * i},{60.166 + 0.0004 * i}" for i in range(20)]
    for name, chosen in (("first", rows[:15]), ("second", rows[5:])):
        (tmp_path / f"{name}.csv").write_text("\n".join(["lon,lat", *chosen]), encoding="utf-8")
    plan = (
        '[plan]\nname = "x"\n[cameras]\nfile = "first.csv"\nsecond = { file = "second.csv" }\n[city]\nosm = "sample"\n'
    )
    (tmp_path / "plan.toml").write_text(plan, encoding="utf-8")
    result = CliRunner().invoke(overseen, ["check", str(tmp_path / "plan.toml")])
    assert "second.csv: cameras" in result.output
    assert "10 of them also among the 15 of second.csv, within 15 m" in result.output
    assert "100 % of the pairs stand at one and the same spot" in result.output
    (found,) = json.loads(CliRunner().invoke(overseen, ["check", str(tmp_path / "plan.toml"), "--json"]).output)[
        "checked"
    ]
    assert found["cameras"]["second"]["in_both"] == 10
    assert found["cameras"]["is_complete"] is False
