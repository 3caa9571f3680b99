"""One page of a site, and how it is rendered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import jinja2

from overseen.model.wording import is_right_to_left, language, later, say
from overseen.report.document import Caveat, Points, Table, Text
from overseen.report.html import template
from overseen.report.retelling import retold_document


@dataclass(frozen=True, slots=True)
class Link:
    """A page or file of the site: its name, its path from the root, and what stands beside it."""

    name: str
    path: str
    beside: str = ""
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class Links:
    """A list of links."""

    links: Sequence[Link]


@dataclass(frozen=True, slots=True)
class PageSection:
    """A heading and what stands under it."""

    name: str
    heading: str
    blocks: Sequence[Text | Caveat | Points | Table | Links]


@dataclass(frozen=True, slots=True)
class Language:
    """A language that the site is in: its code, its own name, and the folder of its pages, empty for that of the site."""

    code: str
    name: str
    folder: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Parameters
    ----------
    path
        Where it stands, from the root of the site.
    title, place, lead
        Its heading, the line below it, and its first sentences.
    sections
        The rest.
    picture, picture_words
        A map as SVG and its caption; empty: none.
    picture_key
        What the colours of the map mean: pairs of a class and words.
    has_search
        Whether it finds streets and areas by name.
    """

    path: str
    title: str
    place: str
    lead: Sequence[str]
    sections: Sequence[PageSection]
    picture: str = ""
    picture_words: str = ""
    picture_key: Sequence[tuple[str, str]] = ()
    has_search: bool = False


LINKS = (
    (later("Report"), "index.html"),
    (later("Find a street"), "find.html"),
    (later("Areas"), "areas.html"),
    (later("Tables"), "tables.html"),
    (later("Sources and licences"), "licences.html"),
)


@dataclass(frozen=True, slots=True)
class Site:
    """What every page of a site bears.

    Parameters
    ----------
    title, date, credit, version
        What it is about, the credit of the data, the version of the software.
    links
        Its main pages.
    other_plan
        The page on the rival plan, from where the pages of the language stand; empty: there is none.
    languages
        Every language that it is in; the first is that of the pages at its root.
    folder
        Where the pages of the language spoken stand, from the root of the site: empty or with a stroke at its end.
    """

    title: str
    date: str
    credit: str
    version: str
    links: Sequence[tuple[str, str]] = LINKS
    other_plan: str = ""
    languages: Sequence[Language] = ()
    folder: str = ""

    def up_from(self, path: str) -> str:
        """Return the way from a page to the root of the site."""
        return "../" * (self.folder + path).count("/")

    def others(self, path: str) -> list[tuple[Language, str]]:
        """Return the other languages, each with the way from a page to the same in it."""
        up = self.up_from(path)
        return [(one, f"{up}{one.folder}{path}") for one in self.languages if one.folder != self.folder]


def html_page(page: Page, site: Site) -> str:
    """Return the page; every link in it is relative, so that the site works in any folder of any host, and from a disk."""
    ways = {"up": "../" * page.path.count("/"), "root": site.up_from(page.path), "others": site.others(page.path)}
    said = {"say": say, "language": language(), "direction": "rtl" if is_right_to_left() else "ltr"}
    return _environment().get_template("site.html.j2").render(page=retold_document(page), site=site, **ways, **said)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        autoescape=True, loader=jinja2.FunctionLoader(template), undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    environment.filters["kind"] = lambda block: type(block).__name__
    return environment
