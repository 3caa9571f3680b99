"""Real lists that take long to read, read once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from overseen.model.cameras import CameraNetwork
from overseen.sources.camera_file import CameraList, read_camera_list


@pytest.fixture(scope="session")
def plate_reader_list(shared_data: Callable[[str], Path]) -> CameraList:
    """Return all plate readers of the United States, as the reader of any list gives them, with the number of its rows."""
    return read_camera_list(shared_data("us_alpr_deflock") / "cameras-us.json.gz")


@pytest.fixture(scope="session")
def plate_readers(plate_reader_list: CameraList) -> CameraNetwork:
    """Return their network."""
    return plate_reader_list.network
