"""What ``overseen check`` finds, as plain data: one object for each file, always of the same keys (docs/checking.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from overseen.cli.checked_layers import LAYER_CHECKS
from overseen.cli.checked_networks import NETWORK_CHECKS, checked_sample
from overseen.cli.checked_parts import Found, empty_object, fault_object
from overseen.cli.checked_settings import SETTINGS_CHECKS
from overseen.errors import Fault, InputError, OverseenError, SourceError
from overseen.sources.file_kinds import FileKind, Told, told_kind

CHECKS = {**NETWORK_CHECKS, **LAYER_CHECKS, **SETTINGS_CHECKS}
"""Kind of file -> what looks into one."""

NOTHING_ODD, ODD, USELESS = 0, 1, 3


def checked(files: Sequence[Path], *, crs: str | None = None, kind: FileKind | None = None) -> list[Found]:
    """Return what each file holds, the embedded sample if there are none; a file that cannot be used does not stop the others.

    Parameters
    ----------
    files
        Files of any kind.
    crs
        Reference system of those that do not state theirs.
    kind
        What all of them are, where that would be told wrongly.
    """
    if not files:
        return [checked_sample()]
    return [_checked(path, crs, kind) for path in files]


def exit_code(results: Sequence[Found]) -> int:
    """Return 0 if nothing is odd in any file, 1 if something is, 3 if one cannot be used."""
    if any(not result["usable"] for result in results):
        return USELESS
    return ODD if any(result["odd"] or result["faults"] for result in results) else NOTHING_ODD


def _checked(path: Path, crs: str | None, kind: FileKind | None) -> Found:
    found = empty_object(path.name)
    try:
        told = _told(path, kind)
        found |= {"kind": told.kind, "told_by": told.why}
        return found | CHECKS[told.kind](path, told, crs)
    except InputError as error:
        faults = error.faults
    except OverseenError as error:
        faults = (Fault(path.name, "", str(error), "correct the file"),)
    return found | {"usable": False, "faults": [fault_object(fault) for fault in faults]}


def _told(path: Path, kind: FileKind | None) -> Told:
    """Return what a file is; what the user says of it overrules what it looks like."""
    if kind is None:
        return told_kind(path)
    said: dict[str, Any] = {"kind": kind, "why": "said with --as"}
    try:
        return replace(told_kind(path), **said)
    except SourceError:
        return Told(**said)
