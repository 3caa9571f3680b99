"""``overseen compare`` on a paper town: plans, phases and finished runs, and what goes wrong."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from overseen.cli.main import overseen
from overseen.errors import OutputError, OverseenError, PlanError, SourceError
from tests.cli.test_private import town

HEADER = "camera_id,lon,lat,type,direction,status,phase,active_until\n"
ROWS = tuple(
    f"k{i},{24.9395 + 3e-4 * i:.6f},60.1700{i},fixed,{40 * i},{'in use' if i < 5 else 'planned'},{'' if i < 5 else 'year 1'},"
    for i in range(8)
)
PLAN = """
[plan]
name = "{name}"
date = 2024-06-01
[cameras]
file = "{list}"
[city]
osm = "town.osm"
[viewing]
draws = 4
[trips]
count = 20
"""
PHASES = '[[phases]]\nname = "year 1"\nfrom = 2024-01-01\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Return a folder with a town, three lists, their plans, and what two assessments left."""
    folder = tmp_path_factory.mktemp("compare")
    town(folder)
    lists = {
        "built": ROWS[:5],
        "phased": ROWS,
        "rival": (*ROWS[2:4], "k4,24.9430,60.17004,dome,0,in use,,2023", "z9,24.9396,60.1703,fixed,90,in use,,"),
    }
    for name, rows in lists.items():
        (folder / f"{name}.csv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
        extra = PHASES if name == "phased" else ""
        text = PLAN.format(name=name.title(), list=f"{name}.csv") + extra
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    for name in ("built", "rival"):
        run("assess", str(folder / f"{name}.toml"), "-o", str(folder / f"run {name}"), "--quiet")
    return folder


def run(*arguments: str) -> str:
    """Return what a command says, an error raised."""
    return CliRunner().invoke(overseen, list(arguments), catch_exceptions=False, standalone_mode=False).output


def compared(folder: Path, a: str, b: str, *options: str, into: str = "out") -> tuple[dict[str, object], str]:
    """Return what comparison.json holds and what was said."""
    out = folder / into
    said = run("compare", str(folder / a), str(folder / b), "-o", str(out), "--workers", "1", *options)
    return json.loads((out / "comparison.json").read_text(encoding="utf-8")), said


@pytest.fixture(scope="module")
def plans(folder) -> tuple[dict[str, object], str]:
    """Return the comparison of two plans, left in the folder ``plans``."""
    return compared(folder, "built.toml", "rival.toml", into="plans")


def test_two_plans_side_by_side(folder, plans) -> None:
    found, said = plans
    assert found["is_paired"] is True
    cameras = found["cameras"]
    assert [cameras[name] for name in ("both", "only_a", "only_b", "moved", "changed")] == [3, 2, 1, 1, 1]
    assert "A, Built, lists 5 cameras; B, Rival, 4: 3 are in both, 2 only in A and 1 only in B." in said
    (changed,) = [row for row in cameras["matched"] if row["changed"]]
    assert changed["before_after"] == "kind fixed → dome; bearing 160 → 0"
    assert (changed["is_past_end_a"], changed["is_past_end_b"]) == (False, True)
    with (folder / "plans" / "comparison.csv").open(encoding="utf-8", newline="") as lines:
        rows = {row["finding"]: row for row in csv.DictReader(lines)}
    assert len(rows) == len(found["findings"])
    assert rows["streets_reachable_detect_share"]["basis"] == "paired"
    assert rows["cameras_listed_count"]["value"] == "-1.0"
    with (folder / "plans" / "cameras_matched.csv").open(encoding="utf-8", newline="") as lines:
        assert len(list(csv.DictReader(lines))) == 6


def test_the_page_is_whole_and_holds_no_map_library(folder, plans) -> None:
    assert plans
    page = (folder / "plans" / "report.html").read_text(encoding="utf-8")
    for part in (
        "Built → Rival",
        "What changes",
        "Where it changes",
        "The two lists, one to one",
        "Cameras in use past the day until which they were to be",
        "Every number, side by side",
    ):
        assert part in page
    assert "map-library" not in page
    assert "only in B" in page
    assert page.count("<svg") == 2
    assert str(folder) not in page
    record = json.loads((folder / "plans" / "run.json").read_text(encoding="utf-8"))
    assert set(record["outputs"]) == {path.name for path in (folder / "plans").iterdir()} - {"run.json"}


def test_a_plan_against_itself_changes_nothing(folder) -> None:
    found, said = compared(folder, "built.toml", "built.toml")
    assert found["is_same"] is True
    assert all(row["value"] == row["low"] == row["high"] == 0.0 for row in found["findings"])
    assert "A and B are one and the same: nothing changes" in said


def test_phases_of_one_plan_are_compared_within_each_draw(folder) -> None:
    found, _ = compared(folder, "phased.toml@baseline", "phased.toml@year 1")
    rows = {row["finding"]: row for row in found["findings"]}
    assert rows["cameras_examined_count"]["value"] == 3.0
    assert rows["streets_reachable_monitor_length_m"]["low"] >= 0.0
    assert rows["streets_reachable_monitor_length_m"]["basis"] == "paired"
    assert found["a"]["name"] == "Phased, baseline"


def test_finished_runs_are_held_apart_as_far_as_their_intervals_allow(folder, plans) -> None:
    found, _ = compared(folder, "run built", "run rival")
    assert found["is_paired"] is False
    wide, narrow = ({row["finding"]: row for row in each["findings"]} for each in (found, plans[0]))
    assert set(wide) == set(narrow)
    for name, row in narrow.items():
        if row["basis"] == "paired":
            assert wide[name]["basis"] in ("bounds", "exact")
            assert wide[name]["low"] <= row["low"] + 1e-9
            assert wide[name]["high"] >= row["high"] - 1e-9
    assert [found["cameras"][name] for name in ("both", "only_a", "only_b")] == [3, 2, 1]
    assert "a finished run keeps no draws" in (folder / "out" / "report.html").read_text(encoding="utf-8")


def test_a_run_against_itself_and_against_its_plan(folder) -> None:
    same, _ = compared(folder, "run built", "run built")
    assert same["is_same"] is True
    assert {row["basis"] for row in same["findings"]} == {"same_run"}
    mixed, _ = compared(folder, "run built", "built.toml")
    assert mixed["is_paired"] is False
    assert all(row["value"] == pytest.approx(0.0, abs=1e-9) for row in mixed["findings"])


def test_comparing_twice_gives_the_same_bytes(folder, plans) -> None:
    assert plans
    names = [str(folder / f"{name}.toml") for name in ("built", "rival")]
    run("compare", *names, "--quiet", "-o", str(folder / "again"), "--workers", "2", "--tiles", "2")
    for path in (folder / "plans").iterdir():
        assert path.read_bytes() == (folder / "again" / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    ("a", "b", "kind", "sentence"),
    [
        ("gone.toml", "built.toml", PlanError, "there is no such plan file"),
        ("phased.toml@year l", "built.toml", PlanError, "there is no phase 'year l'; did you mean 'year 1'?"),
        ("built.toml@year 1", "built.toml", PlanError, "the plan declares no phases"),
        (".", "built.toml", SourceError, "it is no finished run"),
    ],
)
def test_what_goes_wrong_is_a_sentence(folder, a, b, kind, sentence) -> None:
    with pytest.raises(kind) as error:
        compared(folder, a, b)
    assert sentence in str(error.value)


def test_faults_of_both_sides_are_told_at_once(folder) -> None:
    with pytest.raises(OverseenError) as error:
        compared(folder, "gone.toml", "lost.toml")
    assert "gone.toml" in str(error.value)
    assert "lost.toml" in str(error.value)


def test_a_run_whose_files_were_changed_is_refused(folder) -> None:
    import shutil

    shutil.copytree(folder / "run built", folder / "changed")
    content = (folder / "changed" / "assessment.json").read_text(encoding="utf-8")
    (folder / "changed" / "assessment.json").write_text(content.replace("0", "1", 1), encoding="utf-8")
    with pytest.raises(SourceError, match="it is not the file that the run left"):
        compared(folder, "changed", "built.toml")


def test_a_folder_with_other_files_is_not_overwritten(folder) -> None:
    (folder / "mine").mkdir()
    (folder / "mine" / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(OutputError):
        run("compare", str(folder / "built.toml"), str(folder / "rival.toml"), "-o", str(folder / "mine"))
    assert (folder / "mine" / "letter.txt").read_text(encoding="utf-8") == "dear"


def test_the_command_is_explained() -> None:
    command = overseen.commands["compare"]
    assert "Examples:" in command.help
    assert all(option.help for option in command.params if option.param_type_name == "option")


def test_a_comparison_as_a_pdf(folder) -> None:
    pytest.importorskip("typst")
    pypdf = pytest.importorskip("pypdf")
    compared(folder, "run built", "run rival", "--pdf", "--paper", "letter", into="paper")
    reader = pypdf.PdfReader(folder / "paper" / "report.pdf")
    assert round(float(reader.pages[0].mediabox.width)) == 612
    words = " ".join(" ".join(page.extract_text().split()) for page in reader.pages)
    assert "A, Built, lists 5 cameras; B, Rival, 4" in words
    compared(folder, "run built", "run rival", into="paper")
    assert not (folder / "paper" / "report.pdf").exists(), "none is left that nobody asked for"
