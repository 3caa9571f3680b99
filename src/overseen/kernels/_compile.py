"""The one way in which kernels are compiled: without the GIL, cached, never with ``parallel=True``.

Numba's workqueue layer aborts the process when a parallel kernel is called from two threads, so callers chunk their work
over threads instead; that is as fast and gives progress and cancellation for free.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])


def drop_stale(folder: Path) -> None:
    """Remove compiled kernels that are older than any source in ``folder``.

    Numba looks at the file of a kernel alone, and so would go on using what it compiled before a step that is inlined into the
    kernel was edited in another file.
    """
    edited = max(source.stat().st_mtime for source in folder.glob("*.py"))
    for compiled in (folder / "__pycache__").glob("*.nb[ic]"):
        with contextlib.suppress(OSError):
            if compiled.stat().st_mtime < edited:
                compiled.unlink()


drop_stale(Path(__file__).parent)


def kernel(function: FunctionT) -> FunctionT:
    """Compile ``function`` on first use; a division by zero gives inf or nan, as in numpy."""
    return cast("FunctionT", numba.njit(nogil=True, cache=True, error_model="numpy")(function))


def inlined(function: FunctionT) -> FunctionT:
    """Compile ``function`` into every kernel that calls it.

    For the small steps of a hot loop: a call that is not inlined hands over each array of a bundle and counts references to
    it, which was measured at four times the cost of the step itself.
    """
    return cast("FunctionT", numba.njit(nogil=True, cache=True, error_model="numpy", forceinline=True)(function))
