"""The site of a run: every link leads somewhere inside, nothing is asked of anyone, and what it tells is what was found."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
import shapely

from overseen.assessment.assess import assess
from overseen.cli.main import main
from overseen.errors import OutputError, SourceError
from overseen.report import site_city, site_names, site_overviews, site_pages, small_map
from overseen.report.site import publish
from overseen.report.small_map import Layer, window_around
from overseen.report.words import percent
from overseen.report.write import write_run
from overseen.sources.profile_file import get_profile, profile_viewing
from overseen.sources.run_folder import checksum
from tests.exposure.test_streets import BLOCKS, WAYS, scattered
from tests.report.factory import HOSTILE, paper_assessment
from tests.town import plan, town, viewing

STAND_STILL = 60_000


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """Return the finished run of the paper town."""
    folder = tmp_path_factory.mktemp("run") / "out"
    write_run(paper_assessment(), folder)
    return folder


@pytest.fixture(scope="module")
def site(run, tmp_path_factory) -> Path:
    """Return its site."""
    folder = tmp_path_factory.mktemp("site") / "site"
    publish(run, folder)
    return folder


def pages(folder: Path) -> dict[Path, str]:
    """Return every page but the report, whose own tests look into it."""
    return {path: path.read_text(encoding="utf-8") for path in folder.rglob("*.html") if path.name != "index.html"}


def known(folder: Path) -> dict[str, str]:
    """Return the path of each page that the search knows, by name."""
    text = (folder / "search-data.js").read_text(encoding="ascii")
    rows = json.loads(text.removeprefix("window.overseenPlaces=").removesuffix(";\n"))
    return {name: path for name, _, path in rows}


def links_followed(site: Path) -> int:
    """Return how many links lead to a file of the site; all of them must."""
    found = 0
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8").split("<script type=")[0]
        for link in re.findall(r"""(?:href|src)="([^"]*)\"""", text):
            if link.startswith(("#", "data:")):
                continue
            target = (path.parent / unquote(unescape(link)).split("#")[0]).resolve()
            assert target.is_file(), (path.name, link)
            assert site.resolve() in target.parents
            found += 1
    return found


def test_every_link_leads_to_a_file_of_the_site(site) -> None:
    assert links_followed(site) > 100


def test_no_page_asks_anyone(site) -> None:
    for path, text in pages(site).items():
        assert not re.search(r"https?://|//[a-z]+\.|@import|url\(", text), path
        assert "default-src 'none'" in text
    for name in ("site.css", "search.js"):
        assert not re.search(r"https?:|@import|url\(|fetch\(|XMLHttp", (site / name).read_text(encoding="utf-8"))


def test_each_named_street_and_each_area_has_a_page(site) -> None:
    found = paper_assessment()
    streets, areas = found.named_streets, found.areas[found.areas["length_m"] > 0.0]
    assert len(list((site / "streets").rglob("*.html"))) == len(streets) > 5
    assert len(list((site / "areas").rglob("*.html"))) == len(areas) > 0
    assert set(known(site)) == {*streets.index, *areas["name"].where(areas["name"].notna(), areas.index)}


def test_a_street_page_tells_what_was_found(site) -> None:
    found = paper_assessment()
    named = found.named_street_cameras["named_street_id"].value_counts().idxmax()
    row = found.named_streets.loc[named]
    text = (site / known(site)[named]).read_text(encoding="utf-8")
    width = (row["noticed_length_high_m"] - row["noticed_length_low_m"]) / row["length_m"]
    assert f"Cameras could look at {percent(row['noticed_length_m'] / row['length_m'], width=width)}" in text
    listed = found.named_street_cameras[found.named_street_cameras["named_street_id"] == named]
    table = text[text.index("What could look at it") :]
    assert re.findall(r"<td[^>]*>(k\d\d)</td>", table) == listed["camera_id"].tolist()
    shares = re.findall(r'</td><td[^>]* class="number">(\d+\N{NO-BREAK SPACE}%)</td>', table)
    assert shares == [percent(value) for value in listed["draws_share"]]
    assert text.count('<g class="cameras">') == 1
    assert len(re.findall(r"<text [^>]*>\d+</text>", text)) >= 1


def test_a_street_that_nothing_sees_says_so(run, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(site_city.SiteCity, "cameras_of_streets", {})
    publish(run, tmp_path / "site")
    text = next(iter((tmp_path / "site" / "streets").rglob("*.html"))).read_text(encoding="utf-8")
    assert "None of the cameras listed could look at any of it, not even at monitor." in text
    assert "No camera of the list could look at this street in any of the draws." in text


def test_texts_from_outside_stay_texts(site) -> None:
    text = (site / known(site)[HOSTILE]).read_text(encoding="utf-8")
    assert HOSTILE not in text
    assert escape(HOSTILE) in text or "&lt;/script&gt;" in text
    assert text.count("<script") == 0
    assert HOSTILE not in (site / "find.html").read_text(encoding="utf-8")


def test_pages_are_marked_up_for_every_reader(site) -> None:
    for path, text in pages(site).items():
        assert '<html lang="en" dir="ltr">' in text
        assert text.count("<h1") == 1
        for landmark in ("<header>", "<nav ", '<main id="main">', "<footer>"):
            assert text.count(landmark) == 1, (path, landmark)
        ids = re.findall(r'\bid="([^"]+)"', text)
        assert len(ids) == len(set(ids))
        assert all("aria-label" in tag for tag in re.findall(r"<svg[^>]*>", text))
        assert '<meta name="viewport"' in text


def test_the_same_run_gives_the_same_bytes(run, site, tmp_path) -> None:
    publish(run, tmp_path / "again")
    files = {path.relative_to(site) for path in site.rglob("*") if path.is_file()}
    assert files == {path.relative_to(tmp_path / "again") for path in (tmp_path / "again").rglob("*") if path.is_file()}
    assert all((site / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in files)


def test_tables_are_offered_as_the_run_wrote_them(run, site) -> None:
    for name in json.loads((run / "run.json").read_text(encoding="utf-8"))["outputs"]:
        if name != "report.html":
            assert (site / "data" / name).read_bytes() == (run / name).read_bytes()
            assert f'href="data/{name}"' in (site / "tables.html").read_text(encoding="utf-8")


def test_a_large_city_leaves_out_what_it_says(run, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(site_city, "MOST_STREETS", 3)
    monkeypatch.setattr(site_pages, "MOST_STREETS", 3)
    monkeypatch.setattr(site_pages, "MOST_LISTED", 2)
    monkeypatch.setattr(site_pages, "MOST_CAMERAS", 1)
    monkeypatch.setattr(site_names, "MOST_PER_FOLDER", 2)
    publish(run, tmp_path / "site")
    streets = list((tmp_path / "site" / "streets").rglob("*.html"))
    assert len(streets) == 3
    assert all(len(path.relative_to(tmp_path / "site").parts) == 3 for path in streets)
    find = (tmp_path / "site" / "find.html").read_text(encoding="utf-8")
    assert "The 2 longest are listed; the search finds all 3." in find
    assert "streets the 3 longest have a page" in find
    assert any("more cameras are left out here" in path.read_text(encoding="utf-8") for path in streets)
    for path in streets:
        assert 'href="../../site.css"' in path.read_text(encoding="utf-8")


def test_a_run_that_was_changed_is_not_published(run, tmp_path) -> None:
    shutil.copytree(run, tmp_path / "out")
    (tmp_path / "out" / "streets.parquet").write_bytes(b"other")
    with pytest.raises(SourceError, match=r"streets\.parquet: it is not as the run wrote it"):
        publish(tmp_path / "out", tmp_path / "site")
    assert not (tmp_path / "site").exists()
    with pytest.raises(SourceError, match="no finished run"):
        publish(tmp_path / "nowhere", tmp_path / "site")


def test_no_folder_is_lost(run, site, tmp_path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine", encoding="utf-8")
    for target, sentence in (
        (run, "lie in one another"),
        (run / "site", "lie in one another"),
        (run.parent, "lie in one another"),
        (tmp_path / "mine", "no result of overseen"),
    ):
        with pytest.raises(OutputError, match=sentence):
            publish(run, target)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "run.json").write_text("{}", encoding="utf-8")
    with pytest.raises(OutputError, match="holds a run and no site"):
        publish(run, tmp_path / "other")
    assert (run / "report.html").is_file()
    assert publish(run, site)


@pytest.mark.parametrize("case", ["no streets", "no levels"])
def test_a_run_that_lacks_something_has_a_site_too(tmp_path, case) -> None:
    look = profile_viewing(get_profile("trames"), draws=4) if case == "no levels" else viewing(draws=4)
    city = town(BLOCKS, [] if case == "no streets" else WAYS)
    write_run(assess(plan(scattered(5)), city, look), tmp_path / "out")
    publish(tmp_path / "out", tmp_path / "site")
    assert links_followed(tmp_path / "site") > 30
    test_no_page_asks_anyone(tmp_path / "site")
    assert (len(known(tmp_path / "site")) == 0) == (case == "no streets")


def test_a_map_keeps_its_window_and_its_scale() -> None:
    line = np.array([shapely.LineString([(0, 0), (1000, 0)])], dtype=object)
    west, south, east, north = window_around(line, margin_m=50.0)
    assert (west, east) == (-50.0, 1050.0)
    assert (north - south) == pytest.approx(0.4 * 1100.0)
    text = small_map.small_map([Layer("this-street", line, ["A & B"])], (west, south, east, north), "Map")
    assert 'd="M32.7 144L687.3 144"' in text
    assert "<title>A &amp; B</title>" in text
    # 200 m of 1,100 on 720 pixels.
    assert ">200 m</text>" in text
    assert f"H{12 + 200 * 720 / 1100:.1f}V" in text
    far = np.array([shapely.Point(5000, 5000)], dtype=object)
    assert "circle" not in small_map.small_map([Layer("cameras", far)], (west, south, east, north), "Map")


@pytest.fixture(scope="module")
def browser(chromium) -> Iterator[object]:
    """Return a running browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        found = driver.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield found
        found.close()


@pytest.fixture(params=[(1280, "light"), (390, "dark")], ids=["desktop", "phone"])
def page(request, browser, site) -> Iterator[object]:
    """Return an opened page to find a street on, and fail on any complaint or request that leaves the site."""
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 850}, color_scheme=scheme, offline=True)
    opened = context.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda request: requests.append(request.url))
    opened.goto((site / "find.html").as_uri())
    yield opened
    assert complaints == []
    assert all(url.startswith((site.as_uri(), "data:", "blob:")) for url in requests), requests
    context.close()


FITS = "document.documentElement.scrollWidth <= window.innerWidth"

CONTRAST = """() => {
  const light = (text) => { const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map((v) => { const s = v / 255; return s <= 0.03928 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = light(getComputedStyle(document.body).backgroundColor);
  const all = [...document.querySelectorAll('h1, h2, p, a, td, th, caption, figcaption, label, li span')].filter((e) => e.textContent.trim() && !e.classList.contains('skip'));
  return Math.min(...all.map((e) => { const own = light(getComputedStyle(e).color); return (Math.max(own, ground) + 0.05) / (Math.min(own, ground) + 0.05); }));
}"""


@pytest.mark.browser
def test_a_street_is_found_and_its_page_opens(page) -> None:
    assert page.evaluate(FITS)
    page.get_by_label("Street or area").fill("STRÉET 1")
    hits = page.locator("#search-found a")
    hits.first.wait_for(timeout=STAND_STILL)
    assert hits.first.inner_text() == "Street 1"
    assert "Found" in page.locator("#search-told").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/streets/street-1.html")
    assert page.locator("h1").inner_text() == "Street 1"
    assert page.locator("svg.small-map .this-street path").count() >= 1
    assert page.evaluate("getComputedStyle(document.querySelector('.this-street path')).strokeWidth") == "4.5px"
    assert page.evaluate(FITS)
    assert page.evaluate(CONTRAST) >= 4.5


@pytest.mark.browser
def test_what_is_not_there_is_said(page) -> None:
    page.get_by_label("Street or area").fill("zzz")
    assert page.locator("#search-told").inner_text() == "Nothing of that name."
    assert page.locator("#search-found li").count() == 0


@pytest.mark.browser
def test_every_other_page_opens_and_fits(page, site) -> None:
    area = next(iter((site / "areas").rglob("*.html"))).relative_to(site).as_posix()
    for path in ("areas.html", "tables.html", "licences.html", area):
        page.goto((site / path).as_uri())
        assert page.locator("h1").count() == 1
        assert page.evaluate(FITS), path
        assert page.evaluate(CONTRAST) >= 4.5, path
    page.goto((site / "index.html").as_uri())
    page.get_by_role("navigation", name="This site").get_by_role("link", name="Find a street").click()
    assert page.locator("h1").inner_text() == "Find a street"


@pytest.fixture(scope="module")
def tongues(tmp_path_factory) -> tuple[Path, Path]:
    """Return a run whose report is in three languages, and its site."""
    folder = tmp_path_factory.mktemp("tongues")
    write_run(paper_assessment(), folder / "out", languages=("de", "en", "fa"))
    publish(folder / "out", folder / "site")
    return folder / "out", folder / "site"


def test_a_site_is_in_every_language_of_its_report(tongues) -> None:
    out, site = tongues
    assert links_followed(site) > 300
    pages = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    of_root = {path for path in pages if not path.startswith(("en/", "fa/"))}
    for code, folder in (("de", ""), ("en", "en/"), ("fa", "fa/")):
        assert {folder + path for path in of_root} <= pages
        for path in (site / folder / "find.html", *(site / folder / "streets").rglob("*.html")):
            text = path.read_text(encoding="utf-8")
            assert f'<html lang="{code}" dir="{"rtl" if code == "fa" else "ltr"}">' in text
            others = set(re.findall(r'<li class="language"><a href="[^"]*" hreflang="([a-z]+)"', text))
            assert others == {"de", "en", "fa"} - {code}
        report = (out / {"de": "report.html"}.get(code, f"report.{code}.html")).read_text(encoding="utf-8")
        start = (site / folder / "index.html").read_text(encoding="utf-8")
        assert re.sub(r'\n<nav aria-label="[^"]*"><p>.*?</p></nav>\n', "", start, count=1) == report
        assert {"Deutsch", "English", "فارسی"} - {{"de": "Deutsch", "en": "English", "fa": "فارسی"}[code]} <= set(
            re.findall(r'hreflang="[a-z]+" lang="[a-z]+">([^<]+)<', start)
        )
    assert len(list(site.rglob("*.gpkg"))) == 1


def test_languages_are_chosen_and_a_strange_one_is_refused(tongues, tmp_path, capsys) -> None:
    out, _ = tongues
    main(["publish", str(out), str(tmp_path / "site"), "--language", "fa", "--quiet"])
    assert not (tmp_path / "site" / "de").exists()
    assert 'lang="fa" dir="rtl"' in (tmp_path / "site" / "find.html").read_text(encoding="utf-8")
    assert (tmp_path / "site" / "index.html").read_text(encoding="utf-8").count('lang="fa"') >= 1
    with pytest.raises(OutputError, match="No report can be written in “xx”"):
        publish(out, tmp_path / "other", languages=("xx",))
    assert not (tmp_path / "other").exists()


def test_the_comparison_with_the_other_plan_is_a_page_in_each_language(tongues, tmp_path) -> None:
    out = tmp_path / "out"
    shutil.copytree(tongues[0], out)
    (out / "rival").mkdir()
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    # The run wrote no comparison in Persian: the one in its first language stands there.
    for name, code in (("report", "de"), ("report.en", "en")):
        path = f"rival/{name}.html"
        page = f'<!doctype html><html lang="{code}"><body><main id="main">A against B, {code}</main></body></html>'
        (out / path).write_text(page, encoding="utf-8")
        record["outputs"][path] = checksum(out / path)
    (out / "run.json").write_text(json.dumps(record), encoding="utf-8")
    publish(out, tmp_path / "site")
    assert links_followed(tmp_path / "site") > 100
    for folder, code in (("", "de"), ("en", "en"), ("fa", "de")):
        text = (tmp_path / "site" / folder / "other-plan.html").read_text(encoding="utf-8")
        assert f"A against B, {code}" in text and 'href="index.html"' in text  # noqa: PT018 - one page
        assert text.count("other-plan.html") == 2
        street = next((tmp_path / "site" / folder / "streets").rglob("*.html"))
        way = "../" * len(street.relative_to(tmp_path / "site" / folder).parent.parts)
        assert f'href="{way}other-plan.html"' in street.read_text(encoding="utf-8")
    (out / "rival" / "report.html").write_text("other", encoding="utf-8")
    with pytest.raises(SourceError, match=r"rival/report\.html: it is not as the run wrote it"):
        publish(out, tmp_path / "again")


def test_streets_and_areas_are_found_on_a_map_too(run, site, tmp_path, monkeypatch) -> None:
    found = paper_assessment()
    for page, folder, rows in (
        ("find.html", "streets", found.named_streets),
        ("areas.html", "areas", found.areas[found.areas["length_m"] > 0.0]),
    ):
        text = (site / page).read_text(encoding="utf-8")
        drawn = re.search(r'<svg class="small-map".*?</svg>', text, re.DOTALL).group()
        links = re.findall(rf'<a href="({folder}/[^"]+)"><path class="share-([0-4])"', drawn)
        assert len(links) == len(rows)
        assert all((site / link).is_file() for link, _ in links)
        assert 'role="group"' in drawn
    shares = (found.named_streets["noticed_length_m"] / found.named_streets["length_m"]).to_numpy()
    kinds = re.findall(r'<a href="streets/[^"]+"><path class="share-([0-4])"', (site / "find.html").read_text("utf-8"))
    assert kinds == [str(kind) for kind in np.searchsorted((0.0, 0.1, 0.4, 0.7), shares, side="left")]
    monkeypatch.setattr(site_overviews, "MOST_DRAWN", 0)
    publish(run, tmp_path / "site")
    assert "small-map" not in (tmp_path / "site" / "find.html").read_text(encoding="utf-8")


def test_signs_beside_points_do_not_meet() -> None:
    points = np.array([shapely.Point(x, 100.0) for x in (0, 1, 2, 3, 500)], dtype=object)
    layer = Layer("cameras", points, [""] * 5, 5.0, ["1", "2", "3", "4", "5"])
    text = small_map.small_map([layer], window_around(points, margin_m=50.0), "Map")
    assert text.count("<circle") == 5
    assert re.findall(r"<text[^>]*>(\d)</text>", text) == ["1", "5"]


def test_streets_are_named_on_a_small_map_but_not_on_a_sign() -> None:
    line = shapely.LineString([(0, 0), (1000, 0)])
    window = window_around(np.array([line], dtype=object), margin_m=50.0)
    named = small_map.small_map([], window, "Map", [("A & B Street", line)])
    assert named.count(">A &amp; B Street</text>") == 2
    row = np.array([shapely.Point(x, 15.0) for x in range(0, 1001, 20)], dtype=object)
    signs = Layer("cameras", row, [], 5.0, ["1"] * len(row))
    assert "A &amp; B" not in small_map.small_map([signs], window, "Map", [("A & B Street", line)])


def test_the_command_says_where_to_begin(run, tmp_path, capsys) -> None:
    main(["publish", str(run), str(tmp_path / "site")])
    told = capsys.readouterr().out
    count = len(list((tmp_path / "site").rglob("*.html")))
    assert told.startswith(f"{count} pages and ")
    assert told.rstrip().endswith(str(tmp_path / "site" / "index.html"))
    main(["publish", str(run), str(tmp_path / "site"), "--quiet"])
    assert capsys.readouterr().out == ""
