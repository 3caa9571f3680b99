"""Real lists that take long to read, read once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from overseen.model.cameras import CameraNetwork
from overseen.sources.camera_file import read_camera_file


@pytest.fixture(scope="session")
def plate_readers(shared_data: Callable[[str], Path]) -> CameraNetwork:
    """Return all plate readers of the United States, as the reader of any list gives them."""
    return read_camera_file(shared_data("us_alpr_deflock") / "cameras-us.json.gz")
