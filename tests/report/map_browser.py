"""A browser with the network off, a page in it, and what its map shows."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

STAND_STILL = 60_000
"""Milliseconds within which a map must stand still, on a machine that draws without a graphics card."""

DRAWN = "#map-view-port[data-map-state=drawn]"

ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def running(chromium: str) -> Iterator[object]:
    """Yield a running browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        yield driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)


@contextmanager
def opened(
    browser: object, path: Path, *, width: int = 1280, scheme: str = "light", height: int = 850
) -> Iterator[object]:
    """Yield a page, its map drawn; fail on any complaint and on any request that leaves the file."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, offline=True)
    page = context.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_selector(DRAWN, timeout=STAND_STILL)
    yield page
    assert complaints == []
    assert {url.split(":")[0] for url in requests} <= {"file", "blob", "data"}
    assert [url for url in requests if url.startswith("file")] == [path.as_uri()]
    context.close()


def settle(page: object) -> None:
    """Wait until the map shows what is chosen."""
    page.wait_for_selector(DRAWN, timeout=STAND_STILL)


def drawn(page: object, layer: str, *, side: str = "map") -> list[int]:
    """Return the numbers of the shapes of a layer that are to be seen, each once, in order."""
    found = page.evaluate(
        f"window.overseenBoard.{side}.queryRenderedFeatures({{layers: ['{layer}']}}).map((one) => one.id)"
    )
    return sorted(set(found))


def picture(page: object) -> NDArray[np.int16]:
    """Return the pixels of the map alone, without controls, shape (height, width, 3)."""
    address = page.evaluate("window.overseenMap.getCanvas().toDataURL('image/png')")
    content = base64.b64decode(address.partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"), dtype=np.int16)


def differing_share(one: NDArray[np.int16], other: NDArray[np.int16]) -> float:
    """Return the share of pixels of which any colour differs by more than a tenth; all of them where sizes differ."""
    if one.shape != other.shape:
        return 1.0
    return float((np.abs(one - other).max(axis=2) > 25).mean())
