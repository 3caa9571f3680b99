"""What ``overseen profile`` says, as plain data and as text."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

from overseen.errors import Fault, SourceError
from overseen.model.profile import Profile
from overseen.report.profile import SHAPE_HEADS, shape_row
from overseen.sources.plan_viewing import is_file, named_profile
from overseen.sources.profile_file import get_profile, profile_names


def listed() -> list[dict[str, str]]:
    """Return name, title, work and mark of every shipped profile."""
    profiles = [get_profile(name) for name in profile_names()]
    return [{"name": p.name, "title": p.title, "work": p.work, "mark": p.mark} for p in profiles]


def listed_words(rows: list[dict[str, str]]) -> str:
    """Return the list as lines."""
    width = max(len(row["name"]) for row in rows)
    return "\n".join(f"{row['name']:<{width}}  {row['title']} ({row['work']}; {row['mark']})" for row in rows)


def shown(name: str, folder: Path) -> Profile:
    """Return the profile of a name, or of a file; SourceError if there is none."""
    if is_file(name):
        if not (folder / name).is_file():
            raise SourceError([Fault(name, "", "there is no such file", "check the path")])
        return named_profile(name, folder)
    if name not in profile_names():
        near = difflib.get_close_matches(name, profile_names(), n=1, cutoff=0.5)
        remedy = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(profile_names())}"
        raise SourceError([Fault(name, "", "no profile is called so", remedy)])
    return get_profile(name)


def shown_words(profile: Profile) -> str:
    """Return a profile as paragraphs."""
    lines = [
        f"{profile.name}: {profile.title}",
        f"Work: {profile.work}",
        f"Source: {profile.source}",
        f"Mark: {profile.mark}",
        f"Ignores: {', '.join(profile.ignored()) or 'nothing of what is examined'}",
    ]
    if profile.is_own:
        lines.append(f"Levels: the ladder {profile.ladder}; assumptions: the set {profile.assumptions}")
    for name, density, meaning in profile.levels:
        lines.append(f"Level {name}: {'' if density is None else f'{density:g} px/m, '}{meaning}")
    if profile.height is not None:
        rule = profile.height
        lines.append(f"Height: {rule.default_m:g} m unless stated, {rule.lowest_m:g} to {rule.highest_m:g} m")
    for shape in profile.shapes:
        words: dict[str, Any] = dict(zip(SHAPE_HEADS, shape_row(shape), strict=True))
        lines.append("; ".join(f"{head}: {text}" for head, text in words.items()))
    lines += [f"Differs: {sentence}" for sentence in profile.differs]
    lines += [f"Our judgement: {sentence}" for sentence in profile.judged]
    return "\n".join(lines)
