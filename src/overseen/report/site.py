"""``overseen publish``: a finished run as a folder of pages that any web host serves and any browser opens from a disk."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path, PurePosixPath

from overseen.errors import Fault, OutputError, SourceError
from overseen.model.wording import ENGLISH, said_day, say
from overseen.report.folder import RECORD, check_folder, write_folder
from overseen.report.html import template
from overseen.report.languages import check_language, known_languages, own_name, speaking_in
from overseen.report.site_city import SiteCity
from overseen.report.site_page import Language, Link, Page, Site, html_page
from overseen.report.site_pages import (
    area_pages,
    areas_page,
    find_page,
    licences_page,
    search_rows,
    street_pages,
    tables_page,
)
from overseen.sources.run_folder import Run, checksum, read_run

REPORT, START, DATA = "report.html", "index.html", "data"
RIVAL, OTHER_PLAN = "rival", "other-plan.html"

MARK = "site.css"
"""The file by which a folder is known as an earlier site, and not as a run."""

PUBLISHED = (".csv", ".gpkg", ".json", ".parquet", ".pdf", ".docx")
"""Kinds of files of a run that are offered; any other is left out."""

HEAD = 400
"""Letters of a report in which its language is stated."""

MAIN = '<main id="main">'


def check_site(run: Path, site: Path) -> None:
    """Refuse a folder that cannot become the site, before anything is read.

    Raises
    ------
    OutputError
        If one folder lies in the other, or the site's holds anything but an earlier site.
    """
    source, target = run.resolve(), site.resolve()
    if source == target or source in target.parents or target in source.parents:
        raise OutputError(f"{site} and {run} lie in one another; name a folder beside the run")
    check_folder(site)
    if (site / RECORD).is_file() and not (site / MARK).is_file():
        raise OutputError(f"{site} holds a run and no site; name another folder")


def publish(run_folder: Path | str, site_folder: Path | str, *, languages: Sequence[str] = ()) -> tuple[Path, ...]:
    """Write the site of a finished run and return its files.

    The site holds the report, a page for each named street and each area, a search that works offline, the tables and the
    licences. All links are relative and nothing is asked of any other host. It is in every language that the run's report is
    in, or in ``languages``: the first at its root, each other in a folder of its own.

    Raises
    ------
    SourceError
        If the folder is no finished run, or a file is not as the run left it.
    OutputError
        If the site cannot be written; what stood there before is whole. If there is no catalogue of a language.
    """
    source, target = Path(run_folder), Path(site_folder)
    check_site(source, target)
    for code in languages:
        check_language(code)
    run = read_run(source)
    _check_files(run)
    reports = _reports(run)
    write_folder(target, partial(_fill, run, reports, tuple(dict.fromkeys(languages)) or tuple(reports)))
    return tuple(sorted(path for path in target.rglob("*") if path.is_file()))


def _reports(run: Run) -> dict[str, str]:
    """Return the file of the report in each language that it is in, that of the run first."""
    names = sorted(name for name in run.record["outputs"] if re.fullmatch(r"report(\.[a-z]{2,3})?\.html", name))
    names.sort(key=lambda name: name != REPORT)
    found: dict[str, str] = {}
    for name in names:
        head = (run.folder / name).read_text(encoding="utf-8")[:HEAD]
        stated = re.search(r'<html[^>]* lang="([a-z]{2,3})"', head)
        code = stated.group(1) if stated and stated.group(1) in known_languages() else ENGLISH
        found.setdefault(code, name)
    return found


def _check_files(run: Run) -> None:
    """Hold every file that is published to the checksum that the run noted."""
    faults = []
    pages = [name for name in run.record["outputs"] if name.endswith(".html") and name != REPORT]
    for name in (REPORT, *pages, *_published(run)):
        path, noted = run.folder / name, run.record["outputs"].get(name)
        if not path.is_file() or checksum(path) != noted:
            faults.append(
                Fault(str(run.folder), name, say("it is not as the run wrote it"), say("run overseen assess again"))
            )
    if faults:
        raise SourceError(faults)


def _published(run: Run) -> list[str]:
    return sorted(
        name
        for name in run.record["outputs"]
        if PurePosixPath(name).suffix in PUBLISHED
        and ".." not in PurePosixPath(name).parts
        and not name.startswith("/")
    )


def _fill(run: Run, reports: Mapping[str, str], codes: Sequence[str], folder: Path) -> None:
    city = SiteCity(run)
    files = _copied(run, folder)
    languages = [Language(code, own_name(code), f"{code}/" if place else "") for place, code in enumerate(codes)]
    for spoken in languages:
        with speaking_in(spoken.code):
            site = _site(run, languages, spoken)
            root = folder / spoken.folder
            _write_pages(_pages(run, city, files, site), site, root)
            report = (run.folder / reports.get(spoken.code, REPORT)).read_text(encoding="utf-8")
            (root / START).write_text(_with_links(report, site, START), encoding="utf-8")
            rows = json.dumps(search_rows(city), ensure_ascii=True, separators=(",", ":"))
            # A script and no JSON, for a page on a disk may load the one and not the other.
            (root / "search-data.js").write_text(f"window.overseenPlaces={rows};\n", encoding="utf-8")
            if site.other_plan:
                other = (run.folder / _rival_report(run, reports.get(spoken.code, REPORT))).read_text(encoding="utf-8")
                (root / OTHER_PLAN).write_text(_with_links(other, site, OTHER_PLAN), encoding="utf-8")
    (folder / MARK).write_text(template("report.css") + template("site.css"), encoding="utf-8")
    (folder / "search.js").write_text(template("search.js"), encoding="utf-8")


def _rival_report(run: Run, report: str) -> str:
    """Return the comparison with the other plan in the language of a report; in the run's first where there is no other."""
    named = f"{RIVAL}/{report}"
    return named if named in run.record["outputs"] else f"{RIVAL}/{REPORT}"


def _pages(run: Run, city: SiteCity, files: Sequence[Link], site: Site) -> Iterable[Page]:
    yield find_page(city)
    yield areas_page(city)
    yield tables_page(files)
    yield licences_page(run.summary["provenance"]["sources"], site.version)
    yield from street_pages(city)
    yield from area_pages(city)


def _write_pages(pages: Iterable[Page], site: Site, folder: Path) -> None:
    for page in pages:
        path = folder / page.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html_page(page, site), encoding="utf-8")


def _copied(run: Run, folder: Path) -> list[Link]:
    """Copy the tables of the run and return a link to each."""
    links = []
    for name in _published(run):
        target = folder / DATA / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(run.folder / name, target)
        links.append(Link(name, f"{DATA}/{name}", _size(target.stat().st_size), is_file=True))
    shutil.copyfile(run.folder / RECORD, folder / RECORD)
    links.append(Link(RECORD, RECORD, _size((folder / RECORD).stat().st_size), is_file=True))
    return links


def _size(count: int) -> str:
    r"""Return a size in words.

    Examples
    --------
    >>> _size(812), _size(48_300), _size(4_399_104)
    ('812\xa0B', '48\xa0kB', '4.4\xa0MB')
    """
    if count < 1000:
        return f"{count}\N{NO-BREAK SPACE}B"
    return (
        say("{count:.0f}\N{NO-BREAK SPACE}kB", count=count / 1000.0)
        if count < 1e6
        else say("{count:.1f}\N{NO-BREAK SPACE}MB", count=count / 1000000.0)
    )


def _site(run: Run, languages: Sequence[Language], spoken: Language) -> Site:
    credit = "; ".join(
        dict.fromkeys(s["attribution"] for s in run.summary["provenance"]["sources"] if s["attribution"])
    )
    plan, place = run.summary["plan"], run.summary["city"]["name"]
    title = plan["name"] if place in plan["name"] else f"{plan['name']}, {place}"
    other = OTHER_PLAN if f"{RIVAL}/{REPORT}" in run.record["outputs"] else ""
    told = credit or say("Data of the plan's author")
    return Site(
        title,
        _day(plan["date"]),
        told,
        version("overseen"),
        other_plan=other,
        languages=languages,
        folder=spoken.folder,
    )


def _day(date: str | None) -> str:
    """Return a day in words, as the report has it; empty where the plan states none."""
    day = None if date is None else dt.date.fromisoformat(date)
    return "" if day is None else said_day(day)


def _with_links(report: str, site: Site, path: str) -> str:
    """Return the report with links to the other pages above its answer; but for them it is the report of the run."""
    links = [f'<a href="{there}">{say(name)}</a>' for name, there in site.links if there != path]
    if site.other_plan and site.other_plan != path:
        links.append(f'<a href="{site.other_plan}">{say("The other plan")}</a>')
    if path in (START, OTHER_PLAN):
        links += [
            f'<a href="{way}" hreflang="{one.code}" lang="{one.code}">{one.name}</a>' for one, way in site.others(path)
        ]
    bar = f'<nav aria-label="{say("This site")}"><p>{" · ".join(links)}</p></nav>\n'
    before, mark, after = report.partition(MAIN)
    return f"{before}{mark}\n{bar}{after}" if mark else report.replace("<body>", f"<body>\n{bar}", 1)
