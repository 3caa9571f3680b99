"""Answers of servers kept on disk for a stated time, so that nobody is asked twice for the same."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

from overseen.errors import OutputError
from overseen.sources.polite_client import PoliteClient, Query

Prepare = Callable[[Path, Path], None]
"""Writes of an answer (first path) what is kept (second path); raises where the answer is of no use, and nothing is kept."""

_ENTRY = re.compile(r"[0-9a-f]{64}\.(json|osm[.a-z0-9]*)")
_UNFINISHED = re.compile(r"\d+-(raw|fresh)-[0-9a-f]{16}\..*")
_OLDEST_S = 60 * 86_400.0
_ABANDONED_S = 86_400.0


def cache_folder() -> Path:
    """Return where answers are kept unless another folder is named: ``overseen`` in the user's folder of caches."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "overseen"


class AnswerCache:
    """What servers answered, by what they were asked.

    Parameters
    ----------
    folder
        Where it is kept; made if it is not there. What no run would use any more is deleted from it.
    client
        Who asks where nothing is kept.
    tell
        Called with a sentence where a kept answer is used.
    now
        Seconds since 1970.
    """

    def __init__(
        self, folder: Path, client: PoliteClient, *, tell: Callable[[str], None], now: Callable[[], float] = time.time
    ) -> None:
        self._folder, self._client, self._tell, self._now = folder, client, tell, now
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._sweep()
        except OSError as error:
            raise OutputError(
                f"{folder} cannot be used ({error.strerror}); name another with --cache, or --no-cache"
            ) from error

    def answer(self, query: Query, *, what: str, ending: str, keep_days: float, prepare: Prepare) -> Path:
        """Return the file of an answer, as ``prepare`` made it.

        Parameters
        ----------
        query
            What is asked.
        what
            What it is, in words.
        ending
            Of the file, such as ``.json``.
        keep_days
            An older answer is asked for again.
        prepare
            See :data:`Prepare`.

        Raises
        ------
        ServiceError
            If the server cannot be reached or its answer is of no use.
        OutputError
            If the folder cannot be written.
        """
        key = hashlib.sha256(f"{query.url}\n{query.form}".encode()).hexdigest()
        kept = self._folder / f"{key}{ending}"
        if kept.is_file() and (age_s := self._now() - kept.stat().st_mtime) < keep_days * 86_400.0:
            self._tell(f"{what}: from the cache, asked {_age(age_s)} ago; kept for {keep_days:g} days.")
            return kept
        raw, fresh = (self._folder / f"{os.getpid()}-{part}-{key[:16]}{ending}" for part in ("raw", "fresh"))
        self._tell(f"{what}: asking {query.host}.")
        try:
            self._client.save(query, raw)
            prepare(raw, fresh)
            os.utime(fresh, (self._now(), self._now()))
            fresh.replace(kept)
        except OSError as error:
            raise OutputError(
                f"{self._folder} cannot be written ({error.strerror}); name another with --cache"
            ) from error
        finally:
            raw.unlink(missing_ok=True)
            fresh.unlink(missing_ok=True)
        return kept

    def _sweep(self) -> None:
        """Delete what is too old for any use, and what a run that was killed left unfinished; nothing else in the folder."""
        for path in self._folder.iterdir():
            oldest_s = (
                _OLDEST_S if _ENTRY.fullmatch(path.name) else _ABANDONED_S if _UNFINISHED.fullmatch(path.name) else None
            )
            if oldest_s is not None and self._now() - path.stat().st_mtime > oldest_s:
                path.unlink(missing_ok=True)


def _age(seconds: float) -> str:
    for unit, length_s in (("day", 86_400.0), ("hour", 3_600.0), ("minute", 60.0)):
        if seconds >= length_s:
            count = int(seconds // length_s)
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"
