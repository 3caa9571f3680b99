"""The sample's report in a real browser, with the network off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from overseen.report.write import write_run

pytestmark = pytest.mark.browser

STAND_STILL = 60_000


@pytest.fixture(scope="module")
def report(sample_assessment, tmp_path_factory) -> Path:
    """Return the report on the sample."""
    folder = tmp_path_factory.mktemp("page") / "out"
    write_run(sample_assessment, folder)
    return folder / "report.html"


@pytest.fixture(scope="module")
def browser(chromium) -> Iterator[object]:
    """Return a running browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        yield driver.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        )


@pytest.fixture(params=[(1280, "light"), (390, "light"), (1280, "dark")], ids=["desktop", "phone", "dark"])
def page(request, browser, report) -> Iterator[object]:
    """Return the opened page, its map drawn, and fail on any complaint or request that leaves the file."""
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 850}, color_scheme=scheme, offline=True)
    page = context.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(report.as_uri())
    page.wait_for_selector("#map-view-port[data-map-state=drawn]", timeout=STAND_STILL)
    yield page
    assert complaints == []
    assert {url.split(":")[0] for url in requests} <= {"file", "blob", "data"}
    assert [url for url in requests if url.startswith("file")] == [report.as_uri()]
    context.close()


PIXELS = """() => {
  const canvas = document.querySelector('#map-view-port canvas');
  const gl = canvas.getContext('webgl2');
  const bytes = new Uint8Array(4 * canvas.width * canvas.height);
  gl.readPixels(0, 0, canvas.width, canvas.height, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
  const colours = new Set();
  for (let i = 0; i < bytes.length; i += 4) colours.add((bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2]);
  return colours.size;
}"""


def test_the_map_draws_and_the_page_fits(page) -> None:
    assert page.evaluate(PIXELS) > 50
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for layer in ("streets", "buildings", "isovists", "cameras", "places", "squares", "lacking"):
        assert page.evaluate(f"window.overseenMap.queryRenderedFeatures({{layers: ['{layer}']}}).length") > 0
    assert page.evaluate("window.overseenMap.listImages().some((name) => name.startsWith('hatch '))")


def test_a_click_on_a_camera_tells_what_it_may_see(page) -> None:
    page.locator("#map-view-port").scroll_into_view_if_needed()
    spot = page.evaluate("""() => {
      const map = window.overseenMap, box = map.getCanvas().getBoundingClientRect();
      const all = map.queryRenderedFeatures({layers: ['cameras']}).map((f) => map.project(f.geometry.coordinates));
      const at = all.find((p) => p.x > 60 && p.x < box.width - 60 && p.y > 60 && p.y < box.height - 120);
      return [box.left + at.x, box.top + at.y];
    }""")
    page.mouse.click(*spot)
    card = page.locator("#map-answer")
    card.wait_for(state="visible")
    assert "Camera node/" in card.inner_text()
    assert "m²" in card.inner_text() or "not examined" in card.inner_text()
    card.get_by_role("button", name="Close").click()
    assert not card.is_visible()


def test_a_click_on_a_sensitive_place_tells_of_its_door_and_its_ways(page) -> None:
    page.locator("#map-view-port").scroll_into_view_if_needed()
    # One with no camera drawn over it, in the middle of the map.
    spot = page.evaluate("""() => {
      const map = window.overseenMap, box = map.getCanvas().getBoundingClientRect();
      const all = map.queryRenderedFeatures({layers: ['places']}).map((f) => map.project(f.geometry.coordinates));
      const free = (p) => !map.queryRenderedFeatures([[p.x - 8, p.y - 8], [p.x + 8, p.y + 8]], {layers: ['cameras']}).length;
      const at = all.find((p) => p.x > 60 && p.x < box.width - 60 && p.y > 60 && p.y < box.height - 120 && free(p));
      return [box.left + at.x, box.top + at.y];
    }""")
    page.mouse.click(*spot)
    card = page.locator("#map-answer")
    card.wait_for(state="visible")
    for words in (
        "Kind",
        "An entrance could be looked at, at detect",
        "of the draws",
        "A way in that is unseen at monitor",
    ):
        assert words in card.inner_text()


def test_level_view_and_layers_can_be_chosen(page) -> None:
    count = "window.overseenMap.getSource('isovists').serialize().data.features.length"
    shares = "window.overseenMap.getSource('streets').serialize().data.features.reduce((sum, f) => sum + f.properties.share, 0)"
    assert page.evaluate(count) > 150
    before = page.evaluate(shares)
    page.select_option("#map-level", "identify")
    page.select_option("#map-view", "at_once")
    page.wait_for_selector("#map-view-port[data-map-state=drawn]", timeout=STAND_STILL)
    assert 0 < page.evaluate(shares) < before
    page.get_by_role("checkbox", name="cameras").uncheck()
    left = """() => new Promise((done) => {
      const map = window.overseenMap;
      map.once('idle', () => done(map.queryRenderedFeatures({layers: ['cameras']}).length));
      map.triggerRepaint();
    })"""
    assert page.evaluate(left) == 0


def test_without_webgl_a_still_map_stands_in(browser, report) -> None:
    page = browser.new_page()
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(report.as_uri())
    page.wait_for_selector("#map-view-port[data-map-state=failed]", state="attached", timeout=STAND_STILL)
    assert page.locator(".still img").is_visible()
    assert "still one stands in its place" in page.locator("#map-failed").inner_text()
    page.close()
