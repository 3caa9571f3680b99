"""The page on notebooks is run, block by block, on a small list; what it shows is looked into."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import overseen
from overseen.report.compose import answer
from overseen.report.run_tables import run_tables
from tests.report.factory import HOSTILE, paper_assessment

PAGE = Path(__file__).parents[2] / "docs" / "notebook.md"


@pytest.fixture(scope="module")
def names(tmp_path_factory) -> dict[str, object]:
    """Return the names after every block of the page was run in an empty folder."""
    patch = pytest.MonkeyPatch()
    read = overseen.read_plan
    made = paper_assessment()
    inputs = SimpleNamespace(plan=made.plan, city=made.city, viewing=made.viewing)
    patch.setattr(
        overseen, "read_plan", lambda path: inputs if path == "plan.toml" else read(Path(path)), raising=False
    )
    patch.setattr(overseen, "assess", lambda *_: paper_assessment(), raising=False)
    patch.chdir(tmp_path_factory.mktemp("notebook"))
    found: dict[str, object] = {}
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(blocks) > 8
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), found)  # noqa: S102 - that it runs is what is tested
    found["folder"] = Path.cwd()
    patch.undo()
    return found


def test_the_blocks_run_and_leave_what_they_say(names) -> None:
    assert (names["folder"] / "most-seen.html").is_file()
    assert (names["folder"] / "out" / "report.html").is_file()
    assert names["faults"][0].file == "gone.toml"


def test_a_run_comes_back_as_it_was_written(names) -> None:
    run = names["run"]
    for table in run_tables(paper_assessment()):
        read = run[table.name]
        assert len(read) == len(table.frame), table.name
        assert read.index.name == table.frame.index.name
        numbers = table.frame.select_dtypes("number").columns
        pd.testing.assert_frame_equal(
            pd.DataFrame(read)[numbers].reset_index(drop=True),
            pd.DataFrame(table.frame)[numbers].reset_index(drop=True),
            check_dtype=False,
        )
    assert run["streets"].crs == paper_assessment().city.streets.crs
    with pytest.raises(KeyError, match="there are isovists, streets"):
        _ = run["street"]


def test_a_changed_or_lost_file_is_told(names, tmp_path) -> None:
    out = names["folder"] / "out"
    (tmp_path / "run.json").write_bytes((out / "run.json").read_bytes())
    (tmp_path / "assessment.json").write_text("{}", encoding="utf-8")
    with pytest.raises(overseen.SourceError) as raised:
        overseen.read_run(tmp_path)
    assert [fault.where for fault in raised.value.faults] == ["assessment.json", "overseen.gpkg"]
    assert "changed since" in str(raised.value)
    for content in ("no json", "[]", json.dumps({"outputs": None})):
        (tmp_path / "run.json").write_text(content, encoding="utf-8")
        with pytest.raises(overseen.SourceError, match="run overseen assess again"):
            overseen.read_run(tmp_path)


def test_the_map_of_an_assessment_asks_nobody(names) -> None:
    shown = overseen.explore(names["assessment"])
    frame = shown._repr_html_()
    assert re.fullmatch(r'<iframe srcdoc="[^"]*" [^<]*></iframe>', frame)
    page = html.unescape(re.findall(r'srcdoc="([^"]*)"', frame)[0])
    assert page == shown.html
    assert 'id="map-data"' in page
    assert not re.findall(r"""(?:src|href|srcset)\s*=\s*["']\s*(?!#|data:)([^"']+)""", page)
    assert html.escape(answer(names["assessment"])[0], quote=False).split("&")[0] in page


def test_the_map_of_a_table_draws_each_row_with_its_words(names) -> None:
    cameras = names["assessment"].cameras
    page = overseen.explore(cameras).html
    assert page.count("<circle") == len(cameras)
    assert HOSTILE not in page
    assert html.escape(HOSTILE) in page
    assert "http" not in page.replace("http-equiv", "")
    both = overseen.explore(names["assessment"].isovists).html
    assert both.count("<path") >= len(names["assessment"].isovists)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (pd.DataFrame, "has no shapes"),
        (lambda frame: frame.to_crs(4326), "is in no plane"),
        (lambda frame: frame.iloc[:0], "No row of the table has a place"),
    ],
)
def test_what_cannot_be_drawn_is_said(names, spoil, sentence) -> None:
    with pytest.raises(overseen.OverseenError, match=sentence):
        overseen.explore(spoil(names["assessment"].streets))


def test_the_bars_tell_every_level(names) -> None:
    shown = overseen.plot_levels(names["assessment"])
    for level in names["assessment"].viewing.ladder.names:
        assert level in shown.description
    assert shown._repr_html_().count("<svg") == 1


@pytest.mark.browser
def test_the_map_draws_inside_a_notebook(names, chromium, tmp_path) -> None:
    from playwright.sync_api import sync_playwright

    shown = overseen.explore(names["assessment"])._repr_html_()
    (tmp_path / "notebook.html").write_text(f"<!doctype html><body>{shown}</body>", encoding="utf-8")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_context(offline=True).new_page()
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.goto((tmp_path / "notebook.html").as_uri())
        page.frame_locator("iframe").locator("#map-view-port[data-map-state=drawn]").wait_for(timeout=60_000)
        assert {url.split(":")[0] for url in requests} <= {"file", "blob", "data", "about"}
        assert [url for url in requests if url.startswith("file")] == [(tmp_path / "notebook.html").as_uri()]
        browser.close()
