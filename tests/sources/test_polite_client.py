"""The client that asks services: one a second, as itself; and nothing else in the product that touches the network."""

from __future__ import annotations

import ast
import datetime as dt
from functools import cache
from pathlib import Path

import pytest

import overseen
from overseen.sources.osm_file import CAMERA_KEYS, DOORS_AND_SQUARES, KEYS, lifecycle_keys
from overseen.sources.overpass_query import NOT_BY_KEY, selections
from overseen.sources.polite_client import Manners, PoliteClient, Query, _asked_wait_s
from tests.sources.paper_services import Services, running

PACKAGE = Path(overseen.__file__).parent
NETWORK = ("urllib.request", "urllib.error", "http", "socket", "ssl", "ftplib", "smtplib", "requests", "httpx", "aiohttp", "urllib3", "asyncio",
           "websockets", "socketserver", "telnetlib", "xmlrpc", "webbrowser")  # fmt: skip
CLIENT = "sources/polite_client.py"


@cache
def imported(path: Path) -> set[str]:
    """Return the modules that a file imports, wherever in it."""
    found: set[str] = set()
    for item in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(item, ast.Import):
            found |= {alias.name for alias in item.names}
        elif isinstance(item, ast.ImportFrom) and item.module:
            found |= {item.module, *(f"{item.module}.{alias.name}" for alias in item.names)}
    return found


def test_nothing_but_the_client_touches_the_network() -> None:
    touching = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for name in imported(path)
        if any(name == banned or name.startswith(f"{banned}.") for banned in NETWORK)
    }
    assert touching == {CLIENT}
    remote = [path.name for path in PACKAGE.rglob("*.py") if "/vsicurl" in path.read_text(encoding="utf-8")]
    assert remote == []


def test_nobody_but_fetch_asks_the_client() -> None:
    askers = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if "overseen.sources.polite_client" in imported(path)
    }
    assert askers == {"cli/fetch.py", "sources/answer_cache.py", "sources/openstreetmap_services.py"}


def test_one_request_a_second_to_one_server(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    now = [100.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    with running(Services(files={"/a": b"a"})) as here, running(Services(files={"/a": b"b"})) as there:
        client = PoliteClient(
            "overseen/1 (a test)", Manners(1.0, 5.0, 2, 1.0, 9.0), tell=print, clock=lambda: now[0], sleep=sleep
        )
        for services in (here, here, there, here):
            client.save(Query(f"http://127.0.0.1:{services.port}/a", "", "--overpass", 9), tmp_path / "a")
            now[0] += 0.25
    assert slept == pytest.approx([0.75, 0.5])
    assert here.agents == ["overseen/1 (a test)"] * 3
    assert (tmp_path / "a").read_bytes() == b"a"


def test_the_time_asked_for_is_understood_as_seconds_or_as_a_day() -> None:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=90)
    assert _asked_wait_s("120") == 120.0
    assert _asked_wait_s(later.strftime("%a, %d %b %Y %H:%M:%S GMT")) == pytest.approx(90.0, abs=3.0)
    assert _asked_wait_s("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert (_asked_wait_s(None), _asked_wait_s("soon")) == (None, None)


def test_all_that_the_readers_read_is_asked_for() -> None:
    asked = "".join(selections())
    for key in {*KEYS, *CAMERA_KEYS, *lifecycle_keys(), *DOORS_AND_SQUARES} - set(NOT_BY_KEY):
        assert f'["{key}"' in asked, key
    assert 'rel["type"~"^(surveillance|enforcement)$"]' in asked
