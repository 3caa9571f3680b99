"""The sample's report in a real browser, with the network off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from overseen.report.write import write_run
from tests.report.map_browser import STAND_STILL, drawn, opened, running, settle

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(sample_assessment, tmp_path_factory) -> Path:
    """Return the report on the sample."""
    folder = tmp_path_factory.mktemp("page") / "out"
    write_run(sample_assessment, folder)
    return folder / "report.html"


@pytest.fixture(scope="module")
def browser(chromium) -> Iterator[object]:
    """Return a running browser."""
    with running(chromium) as found:
        yield found


@pytest.fixture(params=[(1280, "light"), (390, "light"), (1600, "dark")], ids=["desktop", "phone", "dark"])
def page(request, browser, report) -> Iterator[object]:
    """Return the opened page, its map drawn."""
    width, scheme = request.param
    with opened(browser, report, width=width, scheme=scheme) as found:
        yield found


PIXELS = """() => {
  const canvas = document.querySelector('#map-view-port canvas');
  const gl = canvas.getContext('webgl2');
  const bytes = new Uint8Array(4 * canvas.width * canvas.height);
  gl.readPixels(0, 0, canvas.width, canvas.height, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
  const colours = new Set();
  for (let i = 0; i < bytes.length; i += 4) colours.add((bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2]);
  return colours.size;
}"""

# Of shapes of a layer, a spot on the page with none of another layer within a few pixels, away from the edges.
SPOT = """([layer, others]) => {
  const map = window.overseenMap, box = map.getCanvas().getBoundingClientRect();
  const middle = (shape) => {
    const line = shape.type === 'LineString' ? shape.coordinates : shape.type === 'MultiLineString' ? shape.coordinates[0] : null;
    if (!line) return shape.coordinates;
    const i = Math.max(1, line.length >> 1);
    return [(line[i - 1][0] + line[i][0]) / 2, (line[i - 1][1] + line[i][1]) / 2];
  };
  const free = (p) => !map.queryRenderedFeatures([[p.x - 9, p.y - 9], [p.x + 9, p.y + 9]], {layers: others}).length;
  for (const found of map.queryRenderedFeatures({layers: [layer]})) {
    const p = map.project(middle(found.geometry));
    if (p.x > 60 && p.x < box.width - 60 && p.y > 60 && p.y < box.height - 120 && free(p)) return [box.left + p.x, box.top + p.y, found.id];
  }
  return null;
}"""


def asked(page, layer: str, *others: str):
    """Return the card after a click on a shape of a layer, and the number of the shape."""
    page.locator("#map-view-port").scroll_into_view_if_needed()
    *spot, number = page.evaluate(SPOT, [layer, list(others)])
    page.mouse.click(*spot)
    card = page.locator("#map-answer")
    card.wait_for(state="visible")
    settle(page)
    return card, number


def test_the_map_draws_and_the_page_fits(page) -> None:
    assert page.evaluate(PIXELS) > 50
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for layer in ("streets", "buildings", "views", "cameras", "places", "squares", "lacking", "boundary"):
        assert drawn(page, layer), layer
    assert page.evaluate("window.overseenMap.listImages().some((name) => name.startsWith('hatch '))")


def test_a_click_on_a_camera_tells_what_is_known_assumed_and_seen(page, sample_assessment) -> None:
    card, number = asked(page, "cameras")
    told = card.inner_text()
    assert f"Camera {sample_assessment.cameras.index[number]}" in told
    assert [heading.inner_text().lower() for heading in card.locator("h4").all()] == [
        "what is known",
        "what is assumed",
        "what it sees",
    ]
    assert "m²" in told or "not examined" in told
    if sample_assessment.cameras["is_examined"].iloc[number]:
        assert drawn(page, "chosen") == [number]
    card.get_by_role("button", name="Close").click()
    settle(page)
    assert not card.is_visible()
    assert drawn(page, "chosen") == []


def test_a_click_on_a_street_tells_who_sees_it_and_leads_to_the_camera(page, sample_assessment) -> None:
    page.evaluate("void window.overseenMap.jumpTo({zoom: 16})")
    page.evaluate(
        "() => new Promise((done) => { window.overseenMap.once('idle', done); window.overseenMap.triggerRepaint(); })"
    )
    card, number = asked(page, "streets", "cameras", "places")
    streets = sample_assessment.streets
    street_id = streets.index[streets["is_counted"] & (streets["length_m"] > 0.0)][number]
    pairs = sample_assessment.street_cameras
    cameras = pairs.loc[pairs["street_id"] == street_id, "camera_id"].tolist()
    assert "Length" in card.inner_text()
    buttons = card.locator("li button")
    assert [text.partition(": in ")[0] for text in buttons.all_inner_texts()] == cameras
    if not cameras:
        assert "No camera of the list could look at it" in card.inner_text()
        return
    buttons.first.click()
    page.locator("#map-answer h3", has_text=f"Camera {cameras[0]}").wait_for()


def test_a_click_on_a_sensitive_place_tells_of_its_door_and_its_ways(page) -> None:
    card, _ = asked(page, "places", "cameras")
    for words in (
        "Kind",
        "An entrance could be looked at, at detect",
        "of the draws",
        "A way in that is unseen at monitor",
    ):
        assert words in card.inner_text()


def test_the_keyboard_asks_about_what_lies_under_the_cross(page) -> None:
    canvas = page.locator("#map-view-port canvas")
    *_, number = page.evaluate(SPOT, ["cameras", []])
    page.evaluate(
        f"() => window.overseenBoard.read('cameras', {number}).then((cell) => window.overseenBoard.goTo(cell('at').map((v) => v / 1e6)))"
    )
    page.evaluate(
        "() => new Promise((done) => { window.overseenMap.once('idle', done); window.overseenMap.triggerRepaint(); })"
    )
    canvas.focus()
    page.keyboard.press("Enter")
    page.locator("#map-answer").wait_for(state="visible")
    assert "Camera " in page.locator("#map-answer h3").inner_text()
    page.keyboard.press("Escape")
    assert not page.locator("#map-answer").is_visible()


def test_level_and_view_can_be_chosen(page) -> None:
    shares = """() => {
      const map = window.overseenMap, {data, chosen} = window.overseenBoard, level = data.levels.findIndex((one) => one.name === chosen.level);
      return map.querySourceFeatures('tiles', {sourceLayer: 'streets'}).reduce((sum, f) => sum + Math.floor(f.properties[chosen.view] / data.class_base ** level) % data.class_base, 0);
    }"""
    count = len(drawn(page, "views"))
    assert count > 100
    before = page.evaluate(shares)
    page.select_option("#map-level", "identify")
    page.select_option("#map-view", "at_once")
    settle(page)
    assert 0 < page.evaluate(shares) < before


def test_every_layer_goes_and_comes_with_its_box(page) -> None:
    if not page.locator("#map-layers").get_attribute("open") and page.locator("#map-layers[open]").count() == 0:
        page.locator("#map-layers summary").click()
    boxes = page.locator("#map-layer-boxes input")
    names = [box.get_attribute("name") for box in boxes.all()]
    assert set(names) >= {
        "views",
        "overlap",
        "streets",
        "cameras",
        "places",
        "squares",
        "areas",
        "homes",
        "buildings",
        "lacking",
        "labels",
    }
    first = {"labels": "street-names"}
    for name in names:
        box, layer = page.locator(f"#map-layer-boxes input[name={name}]"), first.get(name, name)
        box.set_checked(True)
        settle(page)
        assert drawn(page, layer), f"{name} is not drawn"
        box.set_checked(False)
        settle(page)
        assert drawn(page, layer) == [], f"{name} is still drawn"


def test_overlapping_views_are_counted_where_one_asks(page) -> None:
    page.evaluate("document.querySelector('#map-layer-boxes input[name=overlap]').click()")
    settle(page)
    card, _ = asked(page, "cameras")
    assert "Views that cover this spot, at detect" in card.inner_text()


def test_every_control_has_a_name_and_shows_where_the_focus_is(page) -> None:
    nameless = page.evaluate("""() => [...document.querySelectorAll('.map-frame :is(button, select, input, canvas)')]
      .filter((one) => one.offsetParent !== null && !(one.labels?.length || one.getAttribute('aria-label') || one.textContent.trim() || one.title))
      .map((one) => one.outerHTML)""")
    assert nameless == []
    page.locator("#map-level").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "map-view"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_without_webgl_a_still_map_stands_in(browser, report) -> None:
    page = browser.new_page()
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(report.as_uri())
    page.wait_for_selector("#map-view-port[data-map-state=failed]", state="attached", timeout=STAND_STILL)
    assert page.locator(".still img").is_visible()
    assert "still one stands in its place" in page.locator("#map-failed").inner_text()
    page.close()
