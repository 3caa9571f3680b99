"""Make the picture of the map that tests hold others against again: ``python tools/map_golden.py``, then look at it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.report.map_browser import opened, running  # noqa: E402
from tests.report.map_towns import phased  # noqa: E402
from tests.report.test_moving_map import GOLDEN, taken  # noqa: E402

from overseen.report.compose import document  # noqa: E402 - the tests are no part of the package
from overseen.report.html import html_report  # noqa: E402


def main(chromium: str) -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder, running(chromium) as browser:
        path = Path(folder) / "map.html"
        path.write_text(html_report(document(phased())), encoding="utf-8")
        with opened(browser, path) as page:
            GOLDEN.parent.mkdir(exist_ok=True)
            Image.fromarray(taken(page).astype(np.uint8)).save(GOLDEN, optimize=True)
    print(f"{GOLDEN.relative_to(ROOT)}: {GOLDEN.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "chromium")
