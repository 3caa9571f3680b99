"""Where each page of a site stands: readable, of plain letters, and the same in every run of the same city."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

MOST_PER_FOLDER = 500
"""Of more pages than these, each stands in one of 256 folders: web hosts and file managers bear few files in one."""

LONGEST = 60


def page_paths(folder: str, names: Sequence[str]) -> dict[str, str]:
    """Return the path of the page of each name, from the root of the site.

    Examples
    --------
    >>> page_paths("streets", ["Große Straße", "Gross-Strasse", "خیابان"])
    {'Große Straße': 'streets/grosse-strasse.html', 'Gross-Strasse': 'streets/gross-strasse.html', 'خیابان': 'streets/b3a0f099ad.html'}
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        plain = _plain(name)
        slug, number = plain, 2
        while slug in taken:
            slug, number = f"{plain}-{number}", number + 1
        taken.add(slug)
        shard = f"{hashlib.sha256(slug.encode()).hexdigest()[:2]}/" if len(names) > MOST_PER_FOLDER else ""
        found[name] = f"{folder}/{shard}{slug}.html"
    return found


def _plain(name: str) -> str:
    """Return a name in small plain letters, figures and hyphens; a short checksum of it where none is left, as of other scripts."""
    letters = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:LONGEST].strip("-")
    return plain or hashlib.sha256(name.encode()).hexdigest()[:10]
