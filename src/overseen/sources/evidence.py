"""What has been published on whether cameras help, by the sort of place; quoted with its source and how it was read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from overseen.model.rules import ReadAs
from overseen.sources.packs import get_pack


@dataclass(frozen=True, slots=True)
class Evidence:
    """One published statement: the settings it speaks of (none: all of them), its words, its source, how that was read."""

    settings: tuple[str, ...]
    words: str
    source: str
    read_as: ReadAs


@cache
def published_evidence() -> tuple[Evidence, ...]:
    """Return all statements of the pack."""
    rows = get_pack("effectiveness", "evidence")["statements"]
    return tuple(Evidence(tuple(row.get("settings", ())), row["words"], row["source"], row["read_as"]) for row in rows)


@cache
def setting_names() -> tuple[str, ...]:
    """Return the settings that a plan may declare.

    Examples
    --------
    >>> "car park" in setting_names()
    True
    """
    return tuple(get_pack("effectiveness", "evidence")["settings"])


def evidence_for(setting: str | None) -> tuple[Evidence, ...]:
    """Return what speaks of a setting, and what speaks of cameras in general; of no setting the latter alone."""
    return tuple(one for one in published_evidence() if not one.settings or setting in one.settings)
