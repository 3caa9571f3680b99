"""How a long run tells what it is doing."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the name of the step, the units done and the units in all; must return quickly."""


def silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""
