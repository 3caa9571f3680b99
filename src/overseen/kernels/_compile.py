"""The one way in which kernels are compiled: without the GIL, cached, never with ``parallel=True``.

Numba's workqueue layer aborts the process when a parallel kernel is called from two threads, so callers chunk their work
over threads instead; that is as fast and gives progress and cancellation for free.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])


def kernel(function: FunctionT) -> FunctionT:
    """Compile ``function`` on first use."""
    return cast("FunctionT", numba.njit(nogil=True, cache=True)(function))
