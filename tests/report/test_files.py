"""What a run leaves: one page that needs nothing, tables that say what they are, and nothing lost."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pytest

from overseen.errors import OutputError
from overseen.model.schema import CAMERA_VIEWS, COMPLETENESS, ISOVISTS, STREET_EXPOSURE
from overseen.report import folder as folders
from overseen.report import write
from overseen.report.compose import document
from overseen.report.html import html_report
from overseen.report.write import write_run
from tests.report.factory import HOSTILE, paper_assessment

ROOT = Path(__file__).parents[2]
FILES = [
    "areas.parquet",
    "assessment.json",
    "cameras.parquet",
    "completeness.parquet",
    "isovists.parquet",
    "named_street_cameras.parquet",
    "named_streets.parquet",
    "overseen.gpkg",
    "private_areas.parquet",
    "register.csv",
    "register_sharing.csv",
    "report.html",
    "rules.csv",
    "run.json",
    "street_cameras.parquet",
    "streets.parquet",
    "tables",
    "trips.parquet",
]


@pytest.fixture(scope="module")
def page() -> str:
    """Return the page of the paper town."""
    return html_report(document(paper_assessment()))


def test_the_page_refers_to_nothing_outside_itself(page) -> None:
    outside = re.findall(r"""(?:src|href|srcset|action)\s*=\s*["']\s*(?!#|data:)([^"']+)""", page)
    assert outside == []
    assert not re.search(r"@import|url\(\s*['\"]?(?!['\"]?(?:data:|#))", page.split("</style>")[0])
    assert "default-src 'none'" in page


def test_texts_from_outside_stay_texts(page) -> None:
    assert HOSTILE not in page
    assert "&lt;/script&gt;&lt;script&gt;alert" in page
    assert page.count("<script") == page.count("</script>") == 7
    assert "Paper &lt;town&gt;" in page


def test_the_page_is_marked_up_for_every_reader(page) -> None:
    assert '<html lang="en" dir="ltr">' in page
    assert page.count("<h1") == 1
    ids = re.findall(r'\bid="([^"]+)"', re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL))
    assert len(ids) == len(set(ids))
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert links <= set(re.findall(r'id="([^"]+)"', page))
    assert all("aria-label" in tag for tag in re.findall(r'<div[^>]*role="img"[^>]*>', page))


def test_the_same_assessment_gives_the_same_bytes(tmp_path) -> None:
    one, two = (write_run(paper_assessment(), tmp_path / name) for name in "ab")
    assert [path.name for path in one] == FILES
    for first, second in zip(one, two, strict=True):
        if first.is_file():
            assert first.read_bytes() == second.read_bytes(), first.name
    names = [path.name for path in sorted((tmp_path / "a" / "tables").iterdir())]
    assert names == [path.name for path in sorted((tmp_path / "b" / "tables").iterdir())]
    for name in names:
        assert (tmp_path / "a" / "tables" / name).read_bytes() == (tmp_path / "b" / "tables" / name).read_bytes(), name


def test_tables_are_as_described(tmp_path) -> None:
    found = paper_assessment()
    write_run(found, tmp_path / "out")
    levels = found.viewing.ladder.names
    for name, table in (
        ("isovists", ISOVISTS),
        ("streets", STREET_EXPOSURE),
        ("cameras", CAMERA_VIEWS),
        ("completeness", COMPLETENESS),
    ):
        frame = gpd.read_parquet(tmp_path / "out" / f"{name}.parquet").drop(columns="bbox", errors="ignore")
        assert table.faults(frame, levels) == []
        assert frame.crs == found.city.buildings.crs
    record = json.loads((tmp_path / "out" / "assessment.json").read_text(encoding="utf-8"))
    assert len(record["findings"]) == len(found.findings)
    assert record["viewing"]["seed"] == 1


def test_the_run_states_the_checksum_of_every_file(tmp_path) -> None:
    write_run(paper_assessment(), tmp_path / "out")
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert sorted({*(name.split("/")[0] for name in record["outputs"]), "run.json"}) == FILES
    assert "tables/streets.csv" in record["outputs"]
    for name, digest in record["outputs"].items():
        assert hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("step", ["write_report", "write_tables", "run_record", "_swap"])
def test_a_run_that_fails_leaves_the_earlier_one_whole(tmp_path, monkeypatch, step) -> None:
    target = tmp_path / "out"
    write_run(paper_assessment(), target)
    before = {path: path.read_bytes() for path in target.rglob("*") if path.is_file()}

    def fail(*_args: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write if hasattr(write, step) else folders, step, fail)
    with pytest.raises(OutputError, match="No space left"):
        write_run(paper_assessment(), target)
    assert {path: path.read_bytes() for path in target.rglob("*") if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_of_something_else_is_left_alone(tmp_path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="no result of overseen"):
        write_run(paper_assessment(), tmp_path)
    with pytest.raises(OutputError, match="is a file"):
        write_run(paper_assessment(), tmp_path / "thesis.txt")
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "mine"


def test_the_scripts_of_the_map_are_as_vendored() -> None:
    check = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "vendor_scripts.py"), "--check"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert check.returncode == 0, check.stderr
