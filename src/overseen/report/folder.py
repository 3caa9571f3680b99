"""The folder of a result: checked before anything is computed, filled beside the old one, put in its place in one move."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from overseen.errors import OutputError

RECORD = "run.json"
"""The file by which a folder is known as an earlier result."""


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be replaced, before anything is computed.

    Raises
    ------
    OutputError
        If it is a file, holds something that is no earlier result, or its parent cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file; name a folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / RECORD).is_file():
        raise OutputError(f"{folder} holds files that are no result of overseen; name another folder or empty it")
    parent = next(path for path in folder.absolute().parents if path.exists())
    try:
        # Whether a folder can be made is only known once one has been: permissions do not tell it of a read-only disk or of /proc.
        Path(tempfile.mkdtemp(prefix=".overseen-", dir=parent)).rmdir()
    except OSError as error:
        raise OutputError(f"{parent} cannot be written; name another folder") from error


def write_folder(folder: Path, fill: Callable[[Path], None]) -> tuple[Path, ...]:
    """Have a fresh folder filled, put it in the place of ``folder`` in one move, and return its files.

    A run that fails on the way leaves what stood in ``folder`` before as it was.

    Raises
    ------
    OutputError
        If the folder cannot be replaced or a file cannot be written.
    """
    check_folder(folder)
    folder = folder.absolute()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise OutputError(f"{folder} cannot be made ({error.strerror}); name another folder") from error
    try:
        fill(fresh)
        fresh.chmod(0o755)
        _swap(fresh, folder)
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be written ({error.strerror}); make room, or name another folder"
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return tuple(sorted(folder.iterdir()))


def _swap(fresh: Path, folder: Path) -> None:
    """Put ``fresh`` in the place of ``folder``; the old one is deleted only once the new one stands."""
    aside = fresh.with_name(f"{fresh.name}-before")
    if folder.exists():
        folder.rename(aside)
    try:
        fresh.rename(folder)
    except OSError:
        if aside.exists():
            aside.rename(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)
