"""Phases, plan against plan, right-to-left names and a large city in a real browser; and the map's picture as it should be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from overseen.model.phases import activity, steps_of
from overseen.report import map_fineness
from overseen.report.compose import document
from overseen.report.html import html_report
from tests.report.map_browser import STAND_STILL, differing_share, drawn, opened, picture, running, settle
from tests.report.map_towns import held, phased

pytestmark = pytest.mark.browser

GOLDEN = Path(__file__).parent / "golden" / "map.png"
"""Made by ``python tools/map_golden.py``."""

TOLERANCE = 0.01
"""Share of pixels that may differ: browsers smooth edges each in their own way."""


@pytest.fixture(scope="module")
def browser(chromium) -> Iterator[object]:
    """Return a running browser."""
    with running(chromium) as found:
        yield found


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, Path]:
    """Return the pages of the plan in phases, of the same held against another, and of one with Arabic names."""
    folder = tmp_path_factory.mktemp("maps")
    arabic = replace(phased(), named_streets=phased().named_streets.assign(name="شارع الملك"))
    found = {}
    for name, assessment in (("phased", phased()), ("held", held()), ("arabic", arabic)):
        found[name] = folder / f"{name}.html"
        found[name].write_text(html_report(document(assessment)), encoding="utf-8")
    return found


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_slider_shows_who_is_active_at_each_step(browser, pages, width, scheme) -> None:
    assessment = phased()
    active, steps = activity(assessment.plan), steps_of(assessment.plan)
    with opened(browser, pages["phased"], width=width, scheme=scheme) as page:
        slider = page.locator("#map-step")
        assert slider.input_value() == str(len(steps) - 1)
        for number in reversed(range(len(steps))):
            shown = np.flatnonzero(active.on(steps[number].date)).tolist()
            assert drawn(page, "cameras") == shown
            told = page.locator("#map-step-told").inner_text()
            assert f"Active cameras: {len(shown)};" in told
            assert ("Added since the baseline" in told) == (number > 0)
            if number:
                slider.focus()
                page.keyboard.press("ArrowLeft")
                settle(page)
        assert slider.get_attribute("aria-valuetext") == "Baseline"
        assert "already before the first phase" in page.locator("#map-legend").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_one_plan_is_held_against_the_other(browser, pages) -> None:
    with opened(browser, pages["held"]) as page:
        button = page.get_by_role("button", name="Hold against Other")
        assert page.locator("#map-over").is_hidden()
        button.click()
        settle(page)
        assert button.get_attribute("aria-pressed") == "true"
        others = len(held().rival.b.cameras)
        assert drawn(page, "cameras", side="other") == list(range(others))
        assert page.locator("#map-plan-b").inner_text() == "B: Other"
        handle = page.locator("#map-handle")
        page.locator(".map-stage").scroll_into_view_if_needed()
        box = page.locator(".map-stage").bounding_box()
        # The handle by pointer, then by keys: the edge of the other map is where the handle is.
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2, steps=5)
        page.mouse.up()
        assert 75 <= float(handle.input_value()) <= 85
        handle.focus()
        page.keyboard.press("ArrowRight")
        value = handle.input_value()
        edge = page.evaluate("document.querySelector('.swipe-line').getBoundingClientRect().left")
        assert edge == pytest.approx(box["x"] + box["width"] * float(value) / 100, abs=3)
        # Both maps move together.
        page.evaluate("void window.overseenMap.jumpTo({zoom: window.overseenMap.getZoom() + 1})")
        zooms = page.evaluate("[window.overseenMap.getZoom(), window.overseenBoard.other.getZoom()]")
        assert zooms[0] == pytest.approx(zooms[1])
        assert "camera of this plan alone" in page.locator("#map-legend").inner_text()
        assert page.locator("#map-step").is_disabled()
        button.click()
        settle(page)
        assert page.locator("#map-over").is_hidden()
        assert not page.locator("#map-step").is_disabled()


def test_a_street_tells_of_both_plans(browser, pages) -> None:
    with opened(browser, pages["held"]) as page:
        page.evaluate("() => window.overseenBoard.tell('streets', 0)")
        card = page.locator("#map-answer")
        card.wait_for(state="visible")
        assert "In Other, at detect" in card.inner_text()
        assert "Difference, Other less this plan, at detect, mean of the draws" in card.inner_text()


def test_arabic_names_bring_their_script_and_are_drawn(browser, pages) -> None:
    assert 'id="map-rtl"' in pages["arabic"].read_text(encoding="utf-8")
    assert 'id="map-rtl"' not in pages["phased"].read_text(encoding="utf-8")
    with opened(browser, pages["arabic"]) as page:
        page.evaluate("void window.overseenMap.jumpTo({zoom: 17.5})")
        page.evaluate(
            "() => new Promise((done) => { window.overseenMap.once('idle', done); window.overseenMap.triggerRepaint(); })"
        )
        assert drawn(page, "street-names")
        page.wait_for_function("window.overseenBoard.shaping() === 'loaded'", timeout=STAND_STILL)


def test_a_large_city_shows_views_and_answers_on_streets_from_near_only(
    browser, tmp_path, monkeypatch, found_large
) -> None:
    path = tmp_path / "large.html"
    path.write_text(html_report(document(found_large)), encoding="utf-8")
    with opened(browser, path) as page:
        page.evaluate("void window.overseenMap.jumpTo({zoom: 13.2})")
        page.evaluate(
            "() => new Promise((done) => { window.overseenMap.once('idle', done); window.overseenMap.triggerRepaint(); })"
        )
        assert drawn(page, "views") == []
        assert drawn(page, "streets")
        assert "streets of one colour are joined" in page.locator("#map-note").inner_text()
        assert page.locator("#map-hint").is_visible()
        page.evaluate("void window.overseenMap.jumpTo({zoom: 15})")
        page.evaluate(
            "() => new Promise((done) => { window.overseenMap.once('idle', done); window.overseenMap.triggerRepaint(); })"
        )
        assert drawn(page, "views")
        assert page.locator("#map-hint").is_hidden()


@pytest.fixture
def found_large(monkeypatch):
    """Return an assessment of a town of 3 km that counts as a large city."""
    from overseen.assessment.assess import assess
    from tests.exposure.test_streets import ROUND
    from tests.town import plan, town, viewing

    monkeypatch.setattr(map_fineness, "MANY_CAMERAS", 1)
    city = town([], [[(0, 1500), (1500, 1500), (3000, 1500)], [(1500, 0), (1500, 3000)]], size_m=3000.0)
    return assess(plan([{"at": (1500, 1490), **ROUND}, {"at": (1200, 1510), **ROUND}]), city, viewing(draws=2))


def taken(page) -> np.ndarray:
    """Return the map's picture without names, which are drawn in the viewer's own letters."""
    page.evaluate("document.querySelector('#map-layer-boxes input[name=labels]').click()")
    settle(page)
    return picture(page)


def golden() -> np.ndarray:
    """Return the picture as it should be."""
    return np.asarray(Image.open(GOLDEN).convert("RGB"), dtype=np.int16)


def test_the_picture_is_as_it_should_be(browser, pages) -> None:
    with opened(browser, pages["phased"]) as page:
        assert differing_share(taken(page), golden()) <= TOLERANCE


@pytest.mark.parametrize("changed", ["level", "layer", "step"])
def test_the_comparison_of_pictures_can_fail(browser, pages, changed) -> None:
    with opened(browser, pages["phased"]) as page:
        if changed == "level":
            page.select_option("#map-level", "identify")
        elif changed == "layer":
            page.evaluate("document.querySelector('#map-layer-boxes input[name=buildings]').click()")
        else:
            page.locator("#map-step").fill("0")
        settle(page)
        assert differing_share(taken(page), golden()) > TOLERANCE
