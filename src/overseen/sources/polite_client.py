"""The one place that touches the network: one request at a time, named, spaced, patient with busy servers and with an end.

Only ``overseen fetch`` comes here. Every other module works on files; a contract in ``pyproject.toml`` and a test hold them to it.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from overseen.errors import ServiceError

BUSY = (429, 502, 503, 504)
"""Answers by which a server says that it has no time now."""

NEVER = ("image/", "video/", "audio/", "multipart/")
"""Kinds of answer that are never read: pictures, sounds and streams."""

_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of a server.

    Parameters
    ----------
    url
        Its address.
    form
        What is posted, as a form; empty if the address is only fetched.
    option
        The option of the command by which another server can be named.
    most_bytes
        A longer answer is broken off.
    """

    url: str
    form: str
    option: str
    most_bytes: int

    @property
    def host(self) -> str:
        """Return the server's name, as messages call it."""
        return urlsplit(self.url).netloc


@dataclass(frozen=True, slots=True)
class Manners:
    """How servers are treated: seconds between requests to one, seconds until an answer, tries, and waits where it states none."""

    gap_seconds: float
    timeout_seconds: float
    tries: int
    wait_seconds: float
    longest_wait_seconds: float


class _BusyError(Exception):
    """A server has no time; ``wait_s`` is how long it asks to wait, if it says so."""

    def __init__(self, status: int, wait_s: float | None) -> None:
        self.status, self.wait_s = status, wait_s


class PoliteClient:
    """Fetches answers one after the other.

    Parameters
    ----------
    user_agent
        What servers are told of who asks: name, version and address of the project.
    manners
        How they are treated.
    tell
        Called with a sentence where something takes longer.
    clock, sleep
        Seconds that pass, and a way to let them; the machine's own by default.
    """

    def __init__(
        self,
        user_agent: str,
        manners: Manners,
        *,
        tell: Callable[[str], None],
        clock: Callable[[], float] | None = None,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self._user_agent, self._manners = user_agent, manners
        self._tell, self._clock, self._sleep = tell, clock or time.monotonic, sleep or time.sleep
        self._last: dict[str, float] = {}
        self._opener = urllib.request.OpenerDirector()
        # Named one by one: the usual opener would also read file:, ftp: and data: addresses.
        for handler in (
            urllib.request.ProxyHandler(), urllib.request.HTTPHandler(), urllib.request.HTTPSHandler(),
            urllib.request.HTTPDefaultErrorHandler(), urllib.request.HTTPRedirectHandler(),
            urllib.request.HTTPErrorProcessor(), urllib.request.UnknownHandler(),
        ):  # fmt: skip
            self._opener.add_handler(handler)

    def save(self, query: Query, path: Path) -> None:
        """Write what a server answers into a file.

        Raises
        ------
        ServiceError
            In one sentence: the server, what failed and what to do.
        """
        check_address(query)
        manners = self._manners
        for number in range(1, manners.tries + 1):
            self._wait_for_turn(query.host)
            try:
                self._once(query, path)
            except _BusyError as busy:
                self._wait(query, busy, number)
            else:
                return
        raise ServiceError(
            f"{query.host} was too busy {manners.tries} times; try again later, or name another server with {query.option}"
        )

    def _wait_for_turn(self, host: str) -> None:
        now = self._clock()
        left_s = self._last.get(host, now - self._manners.gap_seconds) + self._manners.gap_seconds - now
        if left_s > 0.0:
            self._sleep(left_s)
        self._last[host] = self._clock()

    def _wait(self, query: Query, busy: _BusyError, number: int) -> None:
        """Wait as long as a busy server asks, or longer each time; refuse a wait that nobody would sit through."""
        manners = self._manners
        wait_s = manners.wait_seconds * 2.0 ** (number - 1) if busy.wait_s is None else busy.wait_s
        if wait_s > manners.longest_wait_seconds:
            raise ServiceError(
                f"{query.host} is busy (HTTP {busy.status}) and asks to wait {wait_s:,.0f} seconds; try again after that, "
                f"or name another server with {query.option}"
            )
        if number < manners.tries:
            self._tell(f"{query.host} is busy (HTTP {busy.status}); it is asked again in {wait_s:,.0f} seconds.")
            self._sleep(wait_s)

    def _once(self, query: Query, path: Path) -> None:
        data = query.form.encode("utf-8") if query.form else None
        request = urllib.request.Request(query.url, data=data, headers={"User-Agent": self._user_agent})  # noqa: S310 - checked
        try:
            with self._opener.open(request, timeout=self._manners.timeout_seconds) as answer:
                _read(query, answer, path)
        except urllib.error.HTTPError as error:
            with error:
                if error.code in BUSY:
                    raise _BusyError(error.code, _asked_wait_s(error.headers.get("Retry-After"))) from error
            raise ServiceError(
                f"{query.host} refused the request (HTTP {error.code} {error.reason}); name another server with {query.option}"
            ) from error
        except TimeoutError as error:
            raise ServiceError(
                f"{query.host} did not answer within {self._manners.timeout_seconds:g} seconds; try again later, "
                f"or name another server with {query.option}"
            ) from error
        except urllib.error.URLError as error:
            raise _unreachable(query, error.reason) from error
        except (http.client.HTTPException, ConnectionError) as error:
            raise ServiceError(
                f"{query.host} broke off its answer ({type(error).__name__}); try again later"
            ) from error
        except OSError as error:
            raise _unreachable(query, error) from error


def check_address(query: Query) -> None:
    """Refuse an address that is none of a service on the web, or that holds a login.

    Raises
    ------
    ServiceError
        In one sentence.
    """
    parts = urlsplit(query.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ServiceError(
            f"{query.url!r} is no address of a service; give one that begins with https:// in {query.option}"
        )
    if parts.username is not None:
        raise ServiceError(f"the address given in {query.option} holds a login, which is never sent; give it without")


def _read(query: Query, answer: Any, path: Path) -> None:
    kind = str(answer.headers.get("Content-Type", ""))
    if kind.startswith(NEVER):
        raise ServiceError(f"{query.host} answered with {kind}; pictures and streams are never fetched")
    stated = str(answer.headers.get("Content-Length", ""))
    count = 0
    with path.open("wb") as file:
        while chunk := answer.read(_CHUNK):
            count += len(chunk)
            if count > query.most_bytes:
                raise ServiceError(
                    f"{query.host} sends more than {query.most_bytes / 1e6:,.0f} MB, which no city takes; ask for less"
                )
            file.write(chunk)
    if stated.isdigit() and count < int(stated):
        raise ServiceError(
            f"{query.host} broke off its answer after {count:,} of {int(stated):,} bytes; try again later"
        )


def _unreachable(query: Query, reason: object) -> ServiceError:
    words = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
    return ServiceError(
        f"{query.host} cannot be reached ({words}); check the connection, or name another server with {query.option}"
    )


def _asked_wait_s(stated: str | None) -> float | None:
    """Return the seconds of a Retry-After, which states them or the time of day."""
    if stated is None:
        return None
    if stated.strip().isdigit():
        return float(stated)
    try:
        at = email.utils.parsedate_to_datetime(stated)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    return max(0.0, (at - dt.datetime.now(dt.UTC)).total_seconds())
