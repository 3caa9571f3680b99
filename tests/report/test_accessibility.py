"""What axe finds on the pages that people are to read: nothing serious, in any language, size or scheme."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from overseen.report.compose import document
from overseen.report.html import html_report
from overseen.report.languages import speaking_in
from overseen.report.site import publish
from overseen.report.write import write_run
from tests.report.factory import paper_assessment

pytestmark = pytest.mark.browser

STAND_STILL = 60_000
GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Return a folder with the paper town's report in each language, and its site."""
    folder = tmp_path_factory.mktemp("axe")
    for code in ("en", "de", "fa"):
        with speaking_in(code):
            (folder / f"{code}.html").write_text(html_report(document(paper_assessment())), encoding="utf-8")
    write_run(paper_assessment(), folder / "run")
    publish(folder / "run", folder / "site")
    return folder


@pytest.fixture(scope="module")
def browser(chromium) -> Iterator[Any]:
    """Return a running browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        yield driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])


def grave_faults(
    browser: Any, path: Path, *, width: int = 1280, scheme: str = "light", has_map: bool = True
) -> list[str]:
    """Return what axe calls serious or critical on a page, and whether the page is wider than its window."""
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 850}, color_scheme=scheme, offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    if has_map:
        page.wait_for_selector("#map-view-port[data-map-state=drawn]", timeout=STAND_STILL)
    found = Axe().run(page).response["violations"]
    faults = [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}" for one in found if one["impact"] in GRAVE]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        faults.append("wider than its window")
    context.close()
    return faults


@pytest.mark.parametrize(("width", "scheme"), [(1600, "light"), (1280, "dark"), (390, "light")])
def test_the_report_has_no_grave_fault(browser, folder, width, scheme) -> None:
    assert grave_faults(browser, folder / "en.html", width=width, scheme=scheme) == []


@pytest.mark.parametrize("code", ["de", "fa"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_report_in_another_language_has_none_either(browser, folder, code, width) -> None:
    assert grave_faults(browser, folder / f"{code}.html", width=width) == []


@pytest.mark.parametrize("name", ["find.html", "areas.html", "tables.html"])
def test_a_page_of_the_site_has_none(browser, folder, name) -> None:
    assert grave_faults(browser, folder / "site" / name, width=390, has_map=False) == []


def test_a_page_of_a_street_has_none(browser, folder) -> None:
    street = next((folder / "site" / "streets").rglob("*.html"))
    assert grave_faults(browser, street, has_map=False) == []


def test_what_is_grave_is_found(browser, tmp_path) -> None:
    page = tmp_path / "bad.html"
    page.write_text(
        '<!doctype html><title>x</title><main><p style="color:#ccc;background:#fff">pale</p><img src=x></main>',
        encoding="utf-8",
    )
    told = "\n".join(grave_faults(browser, page, has_map=False))
    assert "image-alt" in told
    assert "color-contrast" in told
