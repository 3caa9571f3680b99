"""A user's own assumptions: a TOML file that changes some of a shipped set, every change with its source."""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from overseen.errors import Fault, SourceError
from overseen.model.profile import MARKS
from overseen.model.schema import CAMERA_KINDS
from overseen.model.viewing import Assumptions, KindBounds, Unknown
from overseen.sources.packs import get_assumptions, pack_names
from overseen.sources.toml_file import checked_toml

Mark = Literal[MARKS]  # type: ignore[valid-type]
Said = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _OfKind(_Entry):
    kind: Literal[CAMERA_KINDS]  # type: ignore[valid-type]
    low: float
    central: float
    high: float
    source: Said
    mark: Mark | None = None


class _Unknown(_Entry):
    name: Said
    low: float
    central: float
    high: float
    source: Said
    mark: Mark | None = None
    scale: Literal["linear", "log"] | None = None
    shared_weight: Annotated[float, Field(ge=0.0, le=1.0)] | None = None
    of_kind: list[_OfKind] = []


class _File(_Entry):
    name: Said
    based_on: Said = "overseen"
    unknowns: list[_Unknown]


def read_assumptions(path: Path) -> Assumptions:
    """Return a shipped set of assumptions with the changes that a file states.

    The file has a ``name``, ``based_on`` (a shipped set; ``overseen`` if left out) and entries ``[[unknowns]]`` with ``name``, ``low``,
    ``central``, ``high`` and ``source``; ``mark``, ``scale``, ``shared_weight`` and ``[[unknowns.of_kind]]`` may be given too. What it does not
    name stays as in the set it is based on.

    Raises
    ------
    SourceError
        With every fault at once.
    """
    content = checked_toml(path, _File)
    if content.based_on not in pack_names("assumptions"):
        remedy = f"known are {', '.join(pack_names('assumptions'))}"
        raise SourceError([Fault(path.name, "based_on", f"no set is called {content.based_on!r}", remedy)])
    base = get_assumptions(content.based_on)
    changed, faults = _changed(content, base, path.name)
    if faults:
        raise SourceError(faults)
    return Assumptions(content.name, tuple(changed.get(unknown.name, unknown) for unknown in base.unknowns))


def _changed(content: _File, base: Assumptions, file: str) -> tuple[dict[str, Unknown], list[Fault]]:
    known = [unknown.name for unknown in base.unknowns]
    changed: dict[str, Unknown] = {}
    faults: list[Fault] = []
    for number, entry in enumerate(content.unknowns):
        where = f"unknowns.{number}"
        if entry.name not in known:
            near = difflib.get_close_matches(entry.name, known, n=1, cutoff=0.5)
            remedy = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
            faults.append(Fault(file, where, f"nothing unknown is called {entry.name!r}", remedy))
        elif entry.name in changed:
            faults.append(Fault(file, where, f"{entry.name} stands twice", "state it once"))
        else:
            try:
                changed[entry.name] = _with_changes(base[entry.name], entry)
            except ValueError as error:
                faults.append(Fault(file, where, str(error), "correct the numbers"))
    return changed, faults


def _with_changes(unknown: Unknown, entry: _Unknown) -> Unknown:
    return replace(
        unknown,
        low=entry.low,
        central=entry.central,
        high=entry.high,
        source=entry.source,
        mark=entry.mark or "",
        scale=entry.scale or unknown.scale,
        shared_weight=unknown.shared_weight if entry.shared_weight is None else entry.shared_weight,
        of_kind=tuple(KindBounds(**(bounds.model_dump() | {"mark": bounds.mark or ""})) for bounds in entry.of_kind),
    )
